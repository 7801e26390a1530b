//! A workspace in memory, for tests that do a great many things: the same code on the same tables, without a disk and its syncs.
//! And the same people [on a disk](on_disk), for what needs files.
#![allow(clippy::unwrap_used)]

use std::path::{Path, PathBuf};

use rusqlite::Connection;
use rusqlite::backup::Backup;

use super::fixture::{Fixture, PASSPHRASE as GIVEN, duplicate, link, new_pair, officer};
use super::keyring::{self, Keyring, Wrapped};
use super::lock::{self, Lock};
use super::migrate;
use super::search::index;
use super::store::Opened;
use super::*;

/// A workspace in memory with some people who work in it, and people to decide about: each the candidate of their own CHI, and
/// of being one with the next.
pub(crate) struct Quick {
    it: Fixture,
    /// As it was at the beginning.
    first: Connection,
}

fn connection() -> Connection {
    let mut conn = migrate::empty().unwrap();
    conn.execute_batch("PRAGMA foreign_keys = ON; PRAGMA recursive_triggers = ON; PRAGMA temp_store = MEMORY").unwrap();
    conn.set_prepared_statement_cache_capacity(256);
    index::ensure(&mut conn).unwrap();
    conn
}

fn copied(from: &Connection, to: &mut Connection) {
    Backup::new(from, to).unwrap().run_to_completion(10_000, std::time::Duration::ZERO, None).unwrap();
}

/// People, each the candidate of their own CHI, and of being one with the next.
fn fill(it: &mut Fixture, people: u32) {
    it.load(people, "");
    let duplicates = (1..people).map(|n| new_pair(duplicate(n, n + 1), 20.0));
    it.run((1..=people).map(|n| new_pair(link(n), 20.0)).chain(duplicates));
}

/// The passphrase that everybody has chosen in a workspace [on disk](on_disk).
pub(crate) const CHOSEN: &str = "a passphrase of one's own";

fn new_person(it: &Standing) -> NewPerson<'_> {
    NewPerson { name: &it.name, role: it.role, administers: it.administers, passphrase: GIVEN }
}

/// The same people on a disk, with keys to sign with, all of whom have the same passphrase; and the folder that it lives in.
pub(crate) fn on_disk(staff: &[Standing], people: u32) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let home = folder.path().join("Test.stewartry");
    let ws = Workspace::create(&home, new_person(&staff[0]), KeyCost::TEST).unwrap();
    let mut it = Fixture { folder, ws };
    for person in &staff[1..] {
        it.ws.add_person(new_person(person)).unwrap();
    }
    fill(&mut it, people);
    let Fixture { folder, mut ws } = it;
    for person in staff {
        drop(ws);
        ws = Workspace::open(&home, &person.name, GIVEN).unwrap();
        ws.change_passphrase(GIVEN, CHOSEN).unwrap();
    }
    (folder, home)
}

impl Quick {
    pub(crate) fn new(staff: &[Standing], people: u32) -> Self {
        // The keyring and the lock are files all the same
        let memory = Path::new("/dev/shm");
        let folder = if memory.is_dir() { tempfile::tempdir_in(memory) } else { tempfile::tempdir() }.unwrap();
        let home = folder.path();
        let key = keyring::new_key().unwrap();
        let mut keys = Keyring::new("quick");
        for (at, standing) in staff.iter().enumerate() {
            let id = StaffId(at as i64 + 1);
            let person = Wrapped { id, name: &standing.name, passphrase: officer("").passphrase };
            keys.put_first_form(person, KeyCost::TEST, &key).unwrap();
        }
        keys.write(home).unwrap();
        let conn = connection();
        conn.execute("INSERT INTO meta (key, value) VALUES ('workspace', 'quick')", []).unwrap();
        let opened = Opened::new(home, "quick".to_owned(), key, None, None, Lock::take(home).unwrap());
        let me = staff::of(StaffId(1), &staff[0]);
        let ws = Workspace::with(conn, me.clone(), opened);
        let mut it = Fixture { folder, ws };
        let mut events = vec![Event::WorkspaceCreated { workspace: "quick".into(), version: String::new() }];
        for (at, after) in staff.iter().enumerate() {
            events.push(Event::StaffChanged { staff: StaffId(at as i64 + 1), before: None, after: after.clone() });
        }
        events.push(Event::Opened { account: lock::UNNAMED.into() });
        it.apply(events);
        // Everybody has chosen a passphrase of their own
        for (at, standing) in staff.iter().enumerate().skip(1) {
            let staff = StaffId(at as i64 + 1);
            it.ws.me = staff::of(staff, standing);
            it.apply(vec![Event::StaffChanged { staff, before: Some(standing.clone()), after: standing.clone() }]);
        }
        it.ws.me = me;
        fill(&mut it, people);
        let mut first = connection();
        copied(&it.ws.conn, &mut first);
        Self { it, first }
    }

    /// The n-th person and their CHI, from 1.
    pub(crate) fn pair(n: u32) -> crate::pair::PairKey {
        link(n)
    }

    /// The n-th person and the next, who may be one.
    pub(crate) fn duplicate(n: u32) -> crate::pair::PairKey {
        duplicate(n, n + 1)
    }

    pub(crate) fn ws(&mut self) -> &mut Workspace {
        &mut self.it.ws
    }

    /// As after a sync that failed; with the folder that it lives in.
    pub(crate) fn unsynced(self) -> (tempfile::TempDir, Workspace) {
        let Fixture { folder, ws } = self.it;
        let failed: Result<()> = ws.confirmed(Err(WorkspaceError::NotSynced));
        assert!(failed.is_err() && ws.is_read_only());
        (folder, ws)
    }

    /// As after its lock was taken away; with the folder that it lives in.
    #[cfg(unix)]
    pub(crate) fn unlocked(self) -> (tempfile::TempDir, Workspace) {
        let Fixture { folder, ws } = self.it;
        std::fs::remove_file(ws.home().join(lock::NAME)).unwrap();
        assert!(ws.expect_writable().is_err() && ws.is_read_only());
        (folder, ws)
    }

    /// Puts everything back as it was at the beginning.
    pub(crate) fn begin_again(&mut self) {
        copied(&self.first, &mut self.it.ws.conn);
    }

    /// Lets another person sit down, as opening does: who was removed does not get in.
    pub(crate) fn become_(&mut self, staff: StaffId) -> bool {
        match staff::by_id(&self.it.ws.conn, staff).unwrap().filter(|person| person.active) {
            Some(person) => {
                self.it.ws.me = person;
                true
            }
            None => false,
        }
    }
}
