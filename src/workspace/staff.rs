//! The people of a workspace.
//!
//! Who may add or change whom is decided above; these only do it. The event and the keyring belong together: the keyring is
//! written inside the event's transaction, and put back if that fails.

use std::io::Write;
use std::path::Path;

use rusqlite::{Connection, OptionalExtension, Row};

use super::event::{Event, Role, StaffId, Standing};
use super::keyring::{self, Keyring};
use super::{Result, Staff, Tx, Workspace, WorkspaceError, durable, lock};

/// Somebody to be added.
#[derive(Clone, Copy)]
pub struct NewPerson<'a> {
    /// Their name, as they sign.
    pub name: &'a str,
    /// What they may do.
    pub role: Role,
    /// May add and remove people.
    pub administers: bool,
    /// Their first passphrase.
    pub passphrase: &'a str,
}

impl Workspace {
    /// Adds a person. Their key is wrapped at the cost of the signed-in person's own.
    pub fn add_person(&mut self, person: NewPerson<'_>) -> Result<StaffId> {
        check_passphrase(person.passphrase)?;
        let name = checked_name(person.name)?;
        let me = self.me.id;
        let key = self.opened.key.clone();
        self.with_keyring(|tx, keyring| {
            let everyone = all(tx.conn)?;
            if everyone.iter().any(|other| other.name.to_lowercase() == name.to_lowercase()) {
                return Err(WorkspaceError::conflict(
                    "There is, or was, somebody of that name in this workspace; a second one needs another name",
                ));
            }
            let staff = StaffId(everyone.iter().map(|other| other.id.0).max().unwrap_or(0) + 1);
            let cost = keyring.cost_of(me).ok_or(WorkspaceError::UnknownPerson)?;
            keyring.put(staff, &name, person.passphrase, cost, &key)?;
            let after =
                Standing { name: name.clone(), role: person.role, administers: person.administers, active: true };
            Ok((Event::StaffChanged { staff, before: None, after }, staff))
        })
    }

    /// Changes what a person is. Somebody made inactive loses their key, and needs
    /// [`Workspace::reset_passphrase`] should they return. A name cannot change: it is what was signed with.
    pub fn set_standing(&mut self, staff: StaffId, standing: Standing) -> Result<()> {
        self.with_keyring(|tx, keyring| {
            let before = known(tx.conn, staff)?;
            if before.name != standing.name {
                return Err(WorkspaceError::conflict("A name cannot change: decisions were signed with it"));
            }
            if !standing.active {
                keyring.remove(staff);
            }
            Ok((Event::StaffChanged { staff, before: Some(before.standing()), after: standing }, ()))
        })
    }

    /// Changes the signed-in person's passphrase. The ledger notes that it was changed: an event whose before and after are
    /// the same.
    pub fn change_passphrase(&mut self, old: &str, new: &str) -> Result<()> {
        check_passphrase(new)?;
        let (me, key) = (self.me.clone(), self.opened.key.clone());
        self.with_keyring(|tx, keyring| {
            keyring.unlock(&me.name, old)?;
            let cost = keyring.cost_of(me.id).ok_or(WorkspaceError::UnknownPerson)?;
            keyring.put(me.id, &me.name, new, cost, &key)?;
            Ok((unchanged(&known(tx.conn, me.id)?), ()))
        })
    }

    /// Gives a person a new passphrase: one was forgotten, or they return. The ledger notes it as
    /// [`Workspace::change_passphrase`] does.
    pub fn reset_passphrase(&mut self, staff: StaffId, new: &str) -> Result<()> {
        check_passphrase(new)?;
        let (me, key) = (self.me.id, self.opened.key.clone());
        self.with_keyring(|tx, keyring| {
            let person = known(tx.conn, staff)?;
            if !person.active {
                return Err(WorkspaceError::conflict(
                    "This person was removed; bring them back before giving them a passphrase",
                ));
            }
            let cost = keyring.cost_of(me).ok_or(WorkspaceError::UnknownPerson)?;
            keyring.put(staff, &person.name, new, cost, &key)?;
            Ok((unchanged(&person), ()))
        })
    }

    /// Everyone who ever was in the workspace, in the order they were added.
    pub fn staff(&self) -> Result<Vec<Staff>> {
        all(&self.conn)
    }

    /// A person's name; a number in words for one nobody knows.
    pub fn staff_name(&self, staff: StaffId) -> Result<String> {
        Ok(by_id(&self.conn, staff)?.map_or_else(|| format!("Person {}", staff.0), |person| person.name))
    }

    /// The operating system's accounts that each person has opened the workspace from. What the system did not name is left out.
    pub fn accounts(&self) -> Result<Vec<(StaffId, String)>> {
        let mut find = self.conn.prepare_cached(
            "SELECT DISTINCT staff, json_extract(payload, '$.account') FROM ledger
             WHERE event = 'opened' AND json_extract(payload, '$.account') <> ?1 ORDER BY 1, 2",
        )?;
        let rows = find.query_map([lock::UNNAMED], |row| Ok((StaffId(row.get(0)?), row.get(1)?)))?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// One event and the keyring that goes with it.
    fn with_keyring<T>(&mut self, work: impl FnOnce(&Tx<'_>, &mut Keyring) -> Result<(Event, T)>) -> Result<T> {
        let opened = self.opened.clone();
        let mut written = None;
        let applied = self.apply_with(|tx| {
            let old = Keyring::read(&opened.home)?;
            let mut new = old.clone();
            let (event, output) = work(tx, &mut new)?;
            if new != old {
                written = Some(Spare::of(&opened.home)?);
                new.write(&opened.home)?;
            }
            Ok((vec![event], output))
        });
        match applied {
            Ok(applied) => Ok(applied.output),
            Err(error) => {
                if let Some(spare) = written {
                    spare.put_back(&opened.home)?;
                }
                Err(error)
            }
        }
    }
}

/// The keyring as it was, written beside it: to put it back needs no room on a disk that has become full.
struct Spare(tempfile::NamedTempFile);

impl Spare {
    fn of(home: &Path) -> Result<Self> {
        let wrong = |source| WorkspaceError::io("Could not write the keyring", home, source);
        let was = std::fs::read(home.join(keyring::NAME)).map_err(wrong)?;
        let mut spare = tempfile::NamedTempFile::new_in(home).map_err(wrong)?;
        spare.write_all(&was).and_then(|()| spare.as_file().sync_all()).map_err(wrong)?;
        Ok(Self(spare))
    }

    fn put_back(self, home: &Path) -> Result<()> {
        let put = self.0.persist(home.join(keyring::NAME));
        put.map_err(|error| WorkspaceError::io("Could not put the keyring back", home, error.error))?;
        durable::sync_folder(home)
    }
}

impl Staff {
    /// What the person is, as an event carries it.
    pub fn standing(&self) -> Standing {
        Standing { name: self.name.clone(), role: self.role, administers: self.administers, active: self.active }
    }
}

fn unchanged(person: &Staff) -> Event {
    Event::StaffChanged { staff: person.id, before: Some(person.standing()), after: person.standing() }
}

/// A name as it can be signed with.
pub(super) fn checked_name(name: &str) -> Result<String> {
    let name = name.trim();
    if name.is_empty() || name.chars().count() > 100 || name.chars().any(char::is_control) {
        return Err(WorkspaceError::conflict("A person needs a name of 1 to 100 characters"));
    }
    Ok(name.to_owned())
}

/// How long a passphrase must be is decided above; here it must be one.
pub(super) fn check_passphrase(passphrase: &str) -> Result<()> {
    if passphrase.is_empty() { Err(WorkspaceError::conflict("A passphrase cannot be empty")) } else { Ok(()) }
}

/// A member of staff with this standing.
pub(super) fn of(id: StaffId, standing: &Standing) -> Staff {
    let Standing { name, role, administers, active } = standing.clone();
    Staff { id, name, role, administers, active }
}

const COLUMNS: &str = "SELECT id, name, role, administers, active FROM staff";

fn read(row: &Row<'_>) -> rusqlite::Result<Staff> {
    let role: String = row.get(2)?;
    let role = if role == Role::Supervisor.code() { Role::Supervisor } else { Role::Officer };
    Ok(Staff { id: StaffId(row.get(0)?), name: row.get(1)?, role, administers: row.get(3)?, active: row.get(4)? })
}

pub(super) fn by_id(conn: &Connection, id: StaffId) -> Result<Option<Staff>> {
    let mut find = conn.prepare_cached(&format!("{COLUMNS} WHERE id = ?1"))?;
    Ok(find.query_row([id.0], read).optional()?)
}

fn known(conn: &Connection, id: StaffId) -> Result<Staff> {
    by_id(conn, id)?.ok_or(WorkspaceError::UnknownPerson)
}

fn all(conn: &Connection) -> Result<Vec<Staff>> {
    let mut find = conn.prepare_cached(&format!("{COLUMNS} ORDER BY id"))?;
    let found = find.query_map([], read)?.collect::<rusqlite::Result<_>>()?;
    Ok(found)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::super::fixture::*;
    use super::*;

    #[test]
    fn a_person_added_opens_with_their_own_passphrase_and_a_removed_one_does_not() {
        let mut it = workspace(0);
        let home = it.home();
        let rob = it.ws.add_person(NewPerson { passphrase: "another one", ..officer(" Rob Roy ") }).unwrap();
        assert_eq!(it.ws.staff_name(rob).unwrap(), "Rob Roy");
        let twice = it.ws.add_person(officer("rob roy")).unwrap_err();
        assert!(twice.to_string().contains("of that name"), "{twice}");
        assert!(it.ws.add_person(officer("  ")).is_err());
        assert!(it.ws.add_person(NewPerson { passphrase: "", ..officer("Nobody") }).is_err());
        drop(it.ws);

        let mut ws = Workspace::open(&home, "Rob Roy", "another one").unwrap();
        assert_eq!(ws.me().id, rob);
        ws.change_passphrase("another one", "a third one").unwrap();
        assert!(matches!(ws.change_passphrase("another one", "x"), Err(WorkspaceError::WrongPassphrase)));
        drop(ws);
        assert!(matches!(Workspace::open(&home, "Rob Roy", "another one"), Err(WorkspaceError::WrongPassphrase)));
        drop(Workspace::open(&home, "Rob Roy", "a third one").unwrap());

        let mut ws = Workspace::open(&home, "Ailsa Craig", PASSPHRASE).unwrap();
        let standing = ws.staff().unwrap()[1].standing();
        let renamed = Standing { name: "Robert".into(), ..standing.clone() };
        assert!(matches!(ws.set_standing(rob, renamed), Err(WorkspaceError::Conflict(_))));
        ws.set_standing(rob, Standing { active: false, ..standing.clone() }).unwrap();
        assert_eq!(Workspace::people(&home).unwrap(), ["Ailsa Craig"]);
        assert!(ws.reset_passphrase(rob, "new").is_err());
        ws.set_standing(rob, Standing { role: Role::Supervisor, ..standing }).unwrap();
        ws.reset_passphrase(rob, "a fourth one").unwrap();
        drop(ws);
        let ws = Workspace::open(&home, "Rob Roy", "a fourth one").unwrap();
        assert_eq!((ws.me().id, ws.me().role), (rob, Role::Supervisor));
    }

    #[test]
    fn what_is_refused_leaves_the_keyring_as_it_was() {
        let mut it = workspace(0);
        let keyring = std::fs::read(it.home().join("keyring.json")).unwrap();
        let refused = it.ws.with_keyring(|_, keyring| {
            keyring.remove(StaffId(1));
            let nobody = Standing { name: "X".into(), role: Role::Officer, administers: false, active: true };
            Ok((Event::StaffChanged { staff: StaffId(7), before: Some(nobody.clone()), after: nobody }, ()))
        });
        assert!(matches!(refused, Err(WorkspaceError::Conflict(_))));
        let now = std::fs::read(it.home().join("keyring.json")).unwrap();
        assert_eq!(String::from_utf8(now).unwrap(), String::from_utf8(keyring).unwrap());
    }

    #[test]
    fn my_own_standing_is_up_to_date_at_once() {
        let mut it = workspace(0);
        let me = it.ws.me().clone();
        it.ws.set_standing(me.id, Standing { role: Role::Supervisor, ..me.standing() }).unwrap();
        assert_eq!(it.ws.me().role, Role::Supervisor);
    }
}
