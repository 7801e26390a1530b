//! The people of a workspace.
//!
//! Who may add or change whom is decided above; these only do it. The event and the keyring belong together: the entries
//! to come are written inside the event's transaction, and come into force with it ([`super::keyring`]).

use rusqlite::{Connection, OptionalExtension, Row};

use super::event::{Event, Role, StaffId, Standing};
use super::keyring::{self, Keyring, Wrapped};
use super::signing::Secret;
use super::store::meta;
use super::{Result, Staff, Tx, Workspace, WorkspaceError, lock};

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
    /// Adds a person. Their key is wrapped at the cost of the signed-in person's own. Whoever adds them knows their passphrase,
    /// and with it their key ([`Workspace::key_standing`]).
    pub fn add_person(&mut self, person: NewPerson<'_>) -> Result<StaffId> {
        check_passphrase(person.passphrase)?;
        let name = checked_name(person.name)?;
        let me = self.me.id;
        let (key, secret) = (self.opened.key(), Secret::new()?);
        self.with_keyring(|tx, keyring| {
            let everyone = all(tx.conn)?;
            if everyone.iter().any(|other| other.name.to_lowercase() == name.to_lowercase()) {
                return Err(WorkspaceError::conflict(
                    "There is, or was, somebody of that name in this workspace; a second one needs another name",
                ));
            }
            let staff = StaffId(everyone.iter().map(|other| other.id.0).max().unwrap_or(0) + 1);
            let cost = keyring.cost_of(me).ok_or(WorkspaceError::UnknownPerson)?;
            keyring.put(Wrapped { id: staff, name: &name, passphrase: person.passphrase }, cost, &key, &secret)?;
            let after =
                Standing { name: name.clone(), role: person.role, administers: person.administers, active: true };
            let added = Event::StaffChanged { staff, before: None, after };
            Ok((vec![added, registered(staff, &secret)], staff))
        })
    }

    /// Changes what a person is; the same again is no event. Somebody made inactive loses their key, and needs
    /// [`Workspace::reset_passphrase`] should they return. A name cannot change: it is what was signed with. Whoever
    /// administers last stays.
    pub fn set_standing(&mut self, staff: StaffId, standing: Standing) -> Result<()> {
        if self.staff()?.iter().any(|person| person.id == staff && person.standing() == standing) {
            return Ok(());
        }
        self.with_keyring(|tx, keyring| {
            let before = known(tx.conn, staff)?;
            if before.name != standing.name {
                return Err(WorkspaceError::conflict("A name cannot change: decisions were signed with it"));
            }
            let keeps = |person: &Staff| person.id != staff && person.active && person.administers;
            if before.active && before.administers && !(standing.active && standing.administers) {
                let others = all(tx.conn)?.iter().filter(|person| keeps(person)).count();
                if others == 0 {
                    return Err(WorkspaceError::conflict(
                        "Somebody must administer the workspace; let another person administer it first",
                    ));
                }
            }
            if !standing.active {
                keyring.remove(staff);
            }
            Ok((vec![Event::StaffChanged { staff, before: Some(before.standing()), after: standing }], ()))
        })
    }

    /// Changes the signed-in person's passphrase, and with it their key pair: the one before may be known to whoever gave it to
    /// them. The ledger notes that it was changed, an event whose before and after are the same, and the new key, signed with
    /// the old one.
    pub fn change_passphrase(&mut self, old: &str, new: &str) -> Result<()> {
        check_passphrase(new)?;
        let (me, key, secret) = (self.me.clone(), self.opened.key(), Secret::new()?);
        self.with_keyring(|tx, keyring| {
            keyring.unlock(&me.name, old)?;
            if keyring.unlock(&me.name, new).is_ok() {
                return Err(WorkspaceError::conflict("That is the passphrase you have; choose another"));
            }
            let cost = keyring.cost_of(me.id).ok_or(WorkspaceError::UnknownPerson)?;
            keyring.put(Wrapped { id: me.id, name: &me.name, passphrase: new }, cost, &key, &secret)?;
            Ok((vec![unchanged(&known(tx.conn, me.id)?), registered(me.id, &secret)], ()))
        })?;
        self.opened.set_secret(secret);
        Ok(())
    }

    /// Gives a person a new passphrase: one was forgotten, or they return. What was signed with is lost with the old one, so they
    /// get a new key pair, which whoever gave it may know. The ledger notes both.
    pub fn reset_passphrase(&mut self, staff: StaffId, new: &str) -> Result<()> {
        check_passphrase(new)?;
        let (me, key, secret) = (self.me.id, self.opened.key(), Secret::new()?);
        if staff == me {
            return Err(WorkspaceError::conflict("Your own passphrase is changed with the old one"));
        }
        self.with_keyring(|tx, keyring| {
            let person = known(tx.conn, staff)?;
            if !person.active {
                return Err(WorkspaceError::conflict(
                    "This person was removed; bring them back before giving them a passphrase",
                ));
            }
            let cost = keyring.cost_of(me).ok_or(WorkspaceError::UnknownPerson)?;
            keyring.put(Wrapped { id: staff, name: &person.name, passphrase: new }, cost, &key, &secret)?;
            Ok((vec![unchanged(&person), registered(staff, &secret)], ()))
        })
    }

    /// Makes the signed-in person's first key pair, in a workspace that they have not opened since there are any; `events`
    /// follow in the same deed.
    pub(super) fn make_own_pair(&mut self, passphrase: &str, events: Vec<Event>) -> Result<()> {
        let (me, key, secret) = (self.me.clone(), self.opened.key(), Secret::new()?);
        let registers = registered(me.id, &secret);
        self.opened.set_secret(secret.clone());
        self.with_keyring(|_, keyring| {
            let cost = keyring.cost_of(me.id).ok_or(WorkspaceError::UnknownPerson)?;
            keyring.put(Wrapped { id: me.id, name: &me.name, passphrase }, cost, &key, &secret)?;
            Ok((std::iter::once(registers).chain(events).collect(), ()))
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

    /// Events and the keyring that goes with them: the entries to come are written beside those in force, and come into force
    /// with the events.
    fn with_keyring<T>(&mut self, work: impl FnOnce(&Tx<'_>, &mut Keyring) -> Result<(Vec<Event>, T)>) -> Result<T> {
        let opened = self.opened.clone();
        let (mut before, mut after) = (None, None);
        let applied = self.apply_with(|tx| {
            let mark = meta(tx.conn, keyring::MARK)?;
            let old = Keyring::read(&opened.home)?.settle(mark.as_deref(), false);
            let mut new = old.clone();
            let (events, output) = work(tx, &mut new)?;
            if new != old {
                before = Some(old.clone());
                let mark = new.announce(&old, &opened.home)?;
                tx.conn.execute(
                    "INSERT INTO meta (key, value) VALUES (?1, ?2) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
                    [keyring::MARK, &mark],
                )?;
                after = Some(new);
            }
            Ok((events, output))
        });
        match applied {
            Ok(applied) => {
                // Where this fails the next opening does it: the database holds the mark
                if let Some(new) = after {
                    let _ = new.write(&opened.home);
                }
                Ok(applied.output)
            }
            Err(error) => {
                // Only to tidy up: entries to come whose mark the database does not hold never come. Where nobody knows whether the
                // change is on the disk, both stay, and the next opening settles which
                if let Some(old) = before.filter(|_| !matches!(error, WorkspaceError::NotSynced)) {
                    let _ = old.write(&opened.home);
                }
                Err(error)
            }
        }
    }
}

impl Staff {
    /// What the person is, as an event carries it.
    pub fn standing(&self) -> Standing {
        Standing { name: self.name.clone(), role: self.role, administers: self.administers, active: self.active }
    }
}

/// The event that names the public keys of a secret.
pub(super) fn registered(staff: StaffId, secret: &Secret) -> Event {
    Event::KeyRegistered { staff, public: secret.public(), sealing: secret.sealing() }
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

pub(super) fn all(conn: &Connection) -> Result<Vec<Staff>> {
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
            let event = Event::StaffChanged { staff: StaffId(7), before: Some(nobody.clone()), after: nobody };
            Ok((vec![event], ()))
        });
        assert!(matches!(refused, Err(WorkspaceError::Conflict(_))));
        let now = std::fs::read(it.home().join("keyring.json")).unwrap();
        assert_eq!(String::from_utf8(now).unwrap(), String::from_utf8(keyring).unwrap());
    }

    #[test]
    fn my_own_standing_is_up_to_date_at_once() {
        let mut it = workspace(0);
        let me = it.ws.me().clone();
        it.ws.set_standing(me.id, Standing { role: Role::Officer, ..me.standing() }).unwrap();
        assert_eq!(it.ws.me().role, Role::Officer);
    }
}
