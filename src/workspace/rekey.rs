//! Another key for the database: when somebody is removed, or a key may be known; and for the copy that goes away as a parcel.
//!
//! # Kill points
//!
//! 1. A verified copy is made, under the key that is in force.
//! 2. The new key is made, sealed to everybody who stays, and tried on oneself. The entries with it are written beside those in
//!    force. *Killed here:* the old key opens the database, the entries to come are dropped at the next opening.
//! 3. SQLite encrypts every page anew, in one transaction. *Killed here:* it is rolled back or it is done, by its own log; the opening
//!    tries both keys, and keeps the entries of the one that opens.
//! 4. The entries in force are written alone. *Killed here:* as after 3.
//! 5. The event is appended. *Killed before:* the key is changed all the same; as no event says so, the next administrator's opening
//!    changes it once more.
//!
//! What was encrypted before stays so: a copy of the folder that somebody kept, and the copies in `backups/`, open with the passphrase of
//! their day.

use std::io::{self, Read};
use std::path::Path;
use std::sync::Arc;

use rusqlite::{Connection, OpenFlags};
use zeroize::Zeroizing;

use super::event::Event;
use super::keyring::{self, Key, Keyring};
use super::sqlite::connect;
use super::store::{DATABASE, meta};
use super::{Result, Workspace, WorkspaceError, backup, credentials, hex};
use crate::progress::Progress;

/// Where it can be cut short, for tests.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    /// The copy is made.
    Copied,
    /// The entries to come are written.
    Announced,
    /// The pages are encrypted under the new key.
    Encrypted,
    /// Only the new entries are left.
    Settled,
}

impl Workspace {
    /// Changes the database's key, sealed to everybody who is here now. A verified copy is made before.
    ///
    /// Refused while somebody has no key pair yet (they have not opened the workspace since there are any), and while other work
    /// reads the workspace.
    pub fn change_key(&mut self, progress: &Progress) -> Result<()> {
        self.change_key_stopping(progress, |_| Ok(()))
    }

    /// Whether somebody was removed since the key was last changed.
    pub fn key_change_is_due(&self) -> Result<bool> {
        Ok(self.conn.query_row(
            "SELECT coalesce(max(seq) FILTER (WHERE event = 'staff_changed'
                        AND json_extract(payload, '$.before.active') = 1 AND json_extract(payload, '$.after.active') = 0), 0)
                  > coalesce(max(seq) FILTER (WHERE event = 'database_key_changed'), 0)
             FROM ledger WHERE event IN ('staff_changed', 'database_key_changed')",
            [],
            |row| row.get(0),
        )?)
    }

    /// Does what is due when somebody opens the workspace who administers it. Where it cannot be done it stays due, and the
    /// check says so.
    pub(super) fn change_key_if_due(&mut self) {
        if self.me.administers && self.key_change_is_due().unwrap_or(false) {
            // What stands in the way is said by whoever asks for it, and by the check
            let _ = self.change_key(&Progress::new());
        }
    }

    pub(super) fn change_key_stopping(
        &mut self,
        progress: &Progress,
        mut at: impl FnMut(Step) -> Result<()>,
    ) -> Result<()> {
        self.expect_writable()?;
        if self.is_closed()? {
            return Err(WorkspaceError::Closed);
        }
        if self.is_parcel()?.is_some() {
            return Err(WorkspaceError::conflict(
                "The key of a parcel is not changed; make another of the workspace it came from",
            ));
        }
        self.renew()?;
        let home = self.opened.home.clone();
        let people = credentials::sealing(&self.conn)?;
        let now = Keyring::read(&home)?.settle(meta(&self.conn, keyring::MARK)?.as_deref(), false);
        if people.iter().any(|(_, sealing)| sealing.is_none()) || !now.seals_to_all() {
            return Err(WorkspaceError::conflict(
                "The database's key was not changed: somebody has not opened the workspace since there are key pairs, and would be \
                 locked out. It is changed once everybody has, when somebody opens it who administers it",
            ));
        }
        // This hold, and that of the window
        if Arc::strong_count(&self.opened) > 2 {
            return Err(WorkspaceError::Busy);
        }
        let secret = self.opened.secret().ok_or(WorkspaceError::UnknownPerson)?;
        let old = self.opened.key();
        let copy = backup::name_of(&backup::copy(&self.conn, &home, &old, backup::Occasion::KeyChange, progress)?);
        at(Step::Copied)?;

        progress.begin("Encrypting under a new key", 0);
        progress.check()?;
        let key = keyring::new_key()?;
        let mut next = now.clone();
        next.reseal(&key, |staff| people.iter().find(|(id, _)| *id == staff).and_then(|(_, sealing)| sealing.clone()))?;
        // Whoever does it is the last who may be locked out
        if next.key_of(self.me.id, &secret).as_ref() != Some(&key) {
            return Err(WorkspaceError::damaged("its keyring and its ledger name other keys for you"));
        }
        next.announce(&now, &home)?;
        let database = home.join(DATABASE);
        if let Err(error) = at(Step::Announced).and_then(|()| encrypt(&self.conn, &database, &key)) {
            if is_stopped(&error) {
                return Err(error);
            }
            match in_force(&database, &old, &key) {
                Some(found) if found == key => {}
                Some(_) => {
                    // Nothing more goes through the connection that failed: what it wrote would be under the key that is not in force
                    self.opened.set_key(old);
                    self.renew()?;
                    return now.write(&home).and(Err(error));
                }
                // Whoever opens it again tries both keys
                None => return self.confirmed(Err(WorkspaceError::NotSynced)),
            }
        }
        self.opened.set_key(key);
        self.renew()?;
        at(Step::Encrypted)?;
        next.write(&home)?;
        at(Step::Settled)?;
        self.apply(vec![Event::DatabaseKeyChanged { backup: copy }], |_| Ok(()))?;
        Ok(())
    }
}

/// A test that stops in the middle leaves everything as a kill would.
fn is_stopped(error: &WorkspaceError) -> bool {
    matches!(error, WorkspaceError::Cancelled(_))
}

/// Encrypts every page of a database under another key, in one transaction. `conn` is open on it under the old one.
///
/// # Errors
/// [`WorkspaceError::DiskFull`] where there is no room for every page a second time; everything is as it was then.
pub(super) fn encrypt(conn: &Connection, database: &Path, key: &Key) -> Result<()> {
    let raw = Zeroizing::new(hex::encode(key.as_slice()));
    expect_room(database)?;
    conn.flush_prepared_statement_cache();
    conn.execute_batch(&Zeroizing::new(format!("PRAGMA rekey = \"x'{}'\"", raw.as_str())))?;
    // The pragma reports no failure of its own
    let conn = connect(database, key, OpenFlags::SQLITE_OPEN_READ_WRITE)
        .map_err(|_| WorkspaceError::Sql("the database was not encrypted under the new key".into()))?;
    // Until the log is carried over the file itself still holds every page under the old key. Where another reads it just now, the
    // next commit or the last to close does it
    let _ = conn.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()));
    Ok(())
}

/// Which of two keys opens a database whose encryption under the new one failed, where that can be seen.
fn in_force(database: &Path, old: &Key, new: &Key) -> Option<Key> {
    let mut keys = [old, new].into_iter();
    keys.find(|key| connect(database, key, OpenFlags::SQLITE_OPEN_READ_WRITE).is_ok()).cloned()
}

/// Sees that there is room for a database a second time, as SQLite writes every page beside it before it is done.
fn expect_room(database: &Path) -> Result<()> {
    let fits = || -> io::Result<u64> {
        let mut room = tempfile::tempfile_in(database.parent().unwrap_or(Path::new(".")))?;
        let length = database.metadata()?.len();
        io::copy(&mut io::repeat(0).take(length + length / 64 + (1 << 20)), &mut room)
    };
    fits().map(drop).map_err(|error| WorkspaceError::io("Could not write beside", database, error))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::super::fixture::*;
    use super::super::proof::Proof;
    use super::super::*;
    use super::*;
    use crate::pair::Verdict;

    /// A workspace with Rob Roy in it, who is removed in each of these tests.
    fn with_rob() -> (Fixture, StaffId, Standing) {
        let mut it = workspace(30);
        it.matched(30);
        it.ws.add_person(officer("Flora")).unwrap();
        let rob = it.ws.add_person(officer("Rob Roy")).unwrap();
        let standing = it.ws.staff().unwrap().pop().unwrap().standing();
        (it, rob, Standing { active: false, ..standing })
    }

    fn opens(home: &Path, name: &str) -> Fixture {
        let ws = Workspace::open(home, name, PASSPHRASE).unwrap();
        Fixture { folder: tempfile::tempdir().unwrap(), ws }
    }

    #[test]
    fn the_key_that_a_removed_person_kept_opens_nothing_that_came_after() {
        let mut proof = Proof::of(5, "what a removed person kept opens nothing that came after");
        let (mut it, rob, removed) = with_rob();
        let home = it.home();
        // Rob kept the keyring, and with it the key
        let keyring = std::fs::read(home.join(keyring::NAME)).unwrap();
        let kept = it.ws.opened.key();
        it.ws.set_standing(rob, removed).unwrap();
        assert!(it.ws.key_change_is_due().unwrap());
        it.ws.change_key(&Progress::new()).unwrap();
        assert!(!it.ws.key_change_is_due().unwrap());
        assert_ne!(it.ws.opened.key(), kept);
        it.decide(&link(1), Verdict::Match);
        it.healthy();
        drop(it.ws);
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE;
        assert!(connect(&home.join(DATABASE), &kept, flags).is_err(), "the old key still opens it");
        let now = std::fs::read(home.join(keyring::NAME)).unwrap();
        std::fs::write(home.join(keyring::NAME), keyring).unwrap();
        assert!(Workspace::open(&home, "Rob Roy", PASSPHRASE).is_err(), "his keyring still opens it");
        std::fs::write(home.join(keyring::NAME), now).unwrap();
        for name in ["Ailsa Craig", "Flora"] {
            let mut it = opens(&home, name);
            assert_eq!(it.ws.decision(&link(1)).unwrap().unwrap().judgement.verdict, Verdict::Match);
            it.decide(&link(2), Verdict::Match);
            it.decide(&link(2), Verdict::Unsure);
            it.healthy();
        }
        // And the copy that was made before is a workspace of its own, without him
        let copy = std::fs::read_dir(home.join("backups")).unwrap().next().unwrap().unwrap().path();
        assert_eq!(Workspace::people(&copy).unwrap(), ["Ailsa Craig", "Flora"]);
        opens(&copy, "Flora").healthy();
        proof.tried(2);
    }

    #[test]
    fn cut_short_at_any_step_it_opens_for_everybody_who_stays_and_is_done_in_the_end() {
        let mut proof = Proof::of(5, "a change of the key is cut short, and shuts nobody out or in");
        for step in [Step::Copied, Step::Announced, Step::Encrypted, Step::Settled] {
            let (mut it, rob, removed) = with_rob();
            let home = it.home();
            it.decide(&link(1), Verdict::Match);
            it.ws.set_standing(rob, removed).unwrap();
            let before = dump(&it.ws.conn);
            let stopped = it.ws.change_key_stopping(&Progress::new(), |at| {
                if at == step { Err(crate::progress::Cancelled.into()) } else { Ok(()) }
            });
            assert!(stopped.is_err(), "{step:?}");
            let Fixture { folder, ws } = it;
            drop(ws);
            // Somebody who does not administer opens it as it stands
            let mut ws = Workspace::open(&home, "Flora", PASSPHRASE).unwrap();
            assert_eq!(dump(&ws.conn), before, "{step:?}");
            assert!(!Keyring::read(&home).unwrap().is_between(), "{step:?}: settled by the first who opens it");
            assert!(!ws.key_change_is_due().unwrap(), "{step:?}: Flora administers too, so it was done now");
            ws.set_setting("x", "y").unwrap();
            drop(ws);
            opens(&home, "Ailsa Craig").healthy();
            assert!(matches!(Workspace::open(&home, "Rob Roy", PASSPHRASE), Err(WorkspaceError::UnknownPerson)));
            drop(folder);
            proof.tried(1);
        }
    }

    #[test]
    fn nobody_is_locked_out_by_a_key_that_could_not_be_sealed_to_them() {
        let it = workspace_before_keys(3);
        let home = it.home();
        let Fixture { folder, ws } = it;
        drop(ws);
        let mut ws = Workspace::open(&home, "Ailsa Craig", PASSPHRASE).unwrap();
        ws.change_key(&Progress::new()).unwrap(); // alone, and with a pair since she opened it
        // Flora has not opened it since there are pairs
        let flora = ws.add_person(officer("Flora")).unwrap();
        ws.conn.execute("UPDATE credential SET sealing = NULL WHERE staff = ?1", [flora.0]).unwrap();
        let refused = ws.change_key(&Progress::new()).unwrap_err();
        assert!(refused.to_string().contains("would be locked out"), "{refused}");
        drop(ws);
        drop(Workspace::open(&home, "Ailsa Craig", PASSPHRASE).unwrap());
        drop(folder);
    }

    #[test]
    fn the_window_s_own_hold_goes_on_after_a_job_changed_the_key_and_other_work_is_waited_for() {
        let (mut it, ..) = with_rob();
        let mut job = it.ws.handle().unwrap();
        let third = it.ws.handle().unwrap();
        assert!(matches!(job.change_key(&Progress::new()), Err(WorkspaceError::Busy)));
        drop(third);
        job.change_key(&Progress::new()).unwrap();
        drop(job);
        it.ws.renew().unwrap();
        it.decide(&link(1), Verdict::Match);
        it.healthy();
        it.reopen().healthy();
    }

    #[test]
    fn a_full_disk_leaves_the_key_as_it_was() {
        let (mut it, ..) = with_rob();
        let home = it.home();
        let key = it.ws.opened.key();
        // The folder of the copies cannot be made
        std::fs::write(home.join("backups"), "in the way").unwrap();
        assert!(it.ws.change_key(&Progress::new()).is_err());
        assert_eq!(it.ws.opened.key(), key);
        it.decide(&link(1), Verdict::Match);
        it.reopen().healthy();
    }
}
