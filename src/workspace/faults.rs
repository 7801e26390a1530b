//! A disk that is full at any page, and a process that is killed at any moment, while a workspace of an earlier version is
//! opened, its index of words filled, or a deed of several events done: what was there before stands, or what comes after.
#![allow(clippy::unwrap_used)]

use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use rusqlite::Connection;

use super::fixture::*;
use super::keyring::Keyring;
use super::migrate::{self, MIGRATIONS};
use super::proof::{Proof, is_long};
use super::search::index;
use super::*;
use crate::pair::Verdict;
use crate::progress::Progress;

/// How many people the workspaces hold.
const PEOPLE: u32 = 1_200;

/// The version before the newest: one migration, so that it is done or not.
const BEFORE: i64 = MIGRATIONS.len() as i64 - 1;

/// Takes away what came after that version and what the index of words holds, as if it had never been.
fn age(conn: &Connection) {
    conn.execute_batch(include_str!("../../tests/proofs/earlier.sql")).unwrap();
    conn.pragma_update(None, "user_version", BEFORE).unwrap();
    // No room is left inside
    conn.execute_batch("VACUUM").unwrap();
}

fn all_is_found(it: &Fixture) {
    let found = it.ws.search_chi(&ChiSearch { text: "macsurname".into() }, &Near::default(), 1).unwrap();
    assert_eq!(found.total, u64::from(PEOPLE));
    it.healthy();
}

/// How many more pages than it has the database may grow by, at each try.
fn room() -> impl Iterator<Item = i64> {
    (0..6).chain((0..).map(|n| 6 << n))
}

fn limit(conn: &Connection, pages: i64) {
    conn.pragma_update_and_check(None, "max_page_count", pages, |_| Ok(())).unwrap();
}

fn pages(conn: &Connection) -> i64 {
    conn.pragma_query_value(None, "page_count", |row| row.get(0)).unwrap()
}

/// Does something with ever more room until it is done: each time before, nothing of it is. How often it was not.
fn until_it_fits(it: &mut Fixture, mut deed: impl FnMut(&mut Fixture) -> Result<()>) -> usize {
    let everything = |it: &Fixture| (dump(&it.ws.conn), it.ws.ledger_head().unwrap(), schema(&it.ws.conn));
    let (before, held) = (everything(it), pages(&it.ws.conn));
    for (refused, more) in room().enumerate() {
        limit(&it.ws.conn, held + more);
        let done = deed(it);
        limit(&it.ws.conn, 1 << 30);
        match done {
            Ok(()) => return refused,
            Err(error) => assert!(matches!(error, WorkspaceError::DiskFull), "with room for {more} pages: {error}"),
        }
        assert_eq!(everything(it), before, "with room for {more} pages");
    }
    unreachable!("there is always a larger disk")
}

fn schema(conn: &Connection) -> Vec<String> {
    let mut find = conn.prepare("SELECT name || coalesce(sql, '') FROM sqlite_master ORDER BY name").unwrap();
    find.query_map([], |row| row.get(0)).unwrap().map(rusqlite::Result::unwrap).collect()
}

#[test]
fn a_full_disk_stops_a_migration_and_the_filling_of_the_index_and_room_lets_them_through() {
    let mut it = workspace_before_keys(PEOPLE);
    age(&it.ws.conn);
    assert!(until_it_fits(&mut it, |it| migrate::run(&mut it.ws.conn, MIGRATIONS)) > 0);
    assert!(until_it_fits(&mut it, |it| index::ensure(&mut it.ws.conn)) > 1);
    all_is_found(&it);
    all_is_found(&it.reopen());
}

#[test]
fn a_full_disk_stops_a_first_chi_extract_with_its_indexes() {
    let mut it = workspace(0);
    let refused = until_it_fits(&mut it, |it| {
        let load = it.ws.apply_with(|tx| {
            tx.begin_chi()?;
            let file = tx.new_file(&new_file("chi", "first"))?;
            (1..=PEOPLE).try_for_each(|n| tx.put_chi(file, 2, &chi_record(n), &[]).map(drop))?;
            Ok((vec![file_loaded(tx, file, &FileTally::default())], ()))
        });
        load.map(drop)
    });
    assert!(refused > 5, "{refused}");
    all_is_found(&it);
}

#[test]
fn a_full_disk_stops_a_merge_of_many_and_a_recall() {
    let mut it = workspace(40);
    it.run((2..=40).map(|n| new_pair(duplicate(1, n), 9.0)).chain([new_pair(link(1), 9.0)]));
    let merges: Vec<Event> = (2..=40).map(|n| it.decided(&duplicate(1, n), Some(Verdict::Match))).collect();
    let refused = until_it_fits(&mut it, |it| it.ws.apply(merges.clone(), |_| Ok(())).map(drop));
    assert!(refused > 0);
    assert_eq!(it.ws.merges().unwrap().len(), 39);

    it.decide(&link(1), Verdict::Match);
    let batch = it.compose(vec![link(1)]);
    it.apply(vec![it.submitted(batch)]);
    let mut it = it.sign(batch);
    let manifest_sha256 = String::new();
    it.apply(vec![Event::Released { batch, manifest_sha256, files: Vec::new() }]);
    let recalled = vec![
        Event::Recalled { batch, pair: link(1), before: None, after: Some("Another person. ".repeat(600)) },
        it.decided(&link(1), None),
    ];
    let refused = until_it_fits(&mut it, |it| it.ws.apply(recalled.clone(), |_| Ok(())).map(drop));
    assert!(refused > 0);
    assert_eq!(it.ws.decision(&link(1)).unwrap(), None);
    it.healthy();
}

/// Where the process that is killed opens a workspace.
const HOME: &str = "STEWARTRY_TEST_OPENED";

/// Opens a workspace in the process that is killed; in every other there is nothing to do here.
#[test]
fn the_opening_that_is_killed() {
    let Some(home) = std::env::var_os(HOME) else { return };
    std::io::stdout().write_all(b"\nready\n").unwrap();
    std::io::stdout().flush().unwrap();
    Workspace::open_with(Path::new(&home), "Ailsa Craig", PASSPHRASE, MIGRATIONS, &Progress::new()).unwrap();
}

/// Opens it in a process of its own, which is killed after a while, if any is given. How long it took.
fn opened(home: &Path, killed: Option<Duration>) -> Duration {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "workspace::faults::the_opening_that_is_killed", "--nocapture", "--test-threads=1"])
        .env(HOME, home)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut said = BufReader::new(child.stdout.take().unwrap());
    let mut line = String::new();
    while line.trim() != "ready" {
        line.clear();
        assert!(said.read_line(&mut line).unwrap() > 0, "nothing was opened");
    }
    let clock = Instant::now();
    if let Some(moment) = killed {
        std::thread::sleep(moment);
        child.kill().unwrap();
        child.wait().unwrap();
    } else {
        // What it says at its end must find somebody who listens
        std::io::copy(&mut said, &mut std::io::sink()).unwrap();
        assert!(child.wait().unwrap().success());
    }
    clock.elapsed()
}

/// What a workspace holds by its database alone: its version, its schema, and where its ledger stands.
#[derive(Debug, PartialEq)]
struct Raw {
    version: i64,
    schema: Vec<String>,
    head: ledger::Head,
    people: i64,
}

/// Reads a closed workspace as it lies there, in a copy, so that looking changes nothing.
fn raw(home: &Path) -> Raw {
    let folder = tempfile::tempdir().unwrap();
    copied(home, folder.path());
    let unlocked = Keyring::read(folder.path()).unwrap().unlock("Ailsa Craig", PASSPHRASE).unwrap();
    let (conn, _) = store::connect_with(folder.path(), &unlocked).unwrap();
    let count = |sql| conn.query_row(sql, [], |row| row.get(0)).unwrap();
    assert_eq!(conn.query_row("PRAGMA integrity_check", [], |row| row.get::<_, String>(0)).unwrap(), "ok");
    Raw {
        version: conn.pragma_query_value(None, "user_version", |row| row.get(0)).unwrap(),
        schema: schema(&conn),
        head: ledger::Head::read(&conn).unwrap(),
        people: count("SELECT count(*) FROM chi_record"),
    }
}

/// The files of a workspace, without what stands in folders inside it.
fn copied(from: &Path, to: &Path) {
    for entry in std::fs::read_dir(from).unwrap().map(std::result::Result::unwrap) {
        if entry.file_type().unwrap().is_file() {
            std::fs::copy(entry.path(), to.join(entry.file_name())).unwrap();
        }
    }
}

#[test]
fn a_migration_that_is_killed_is_done_or_not_begun_and_the_copy_made_before_it_is_whole() {
    if !cfg!(unix) {
        println!("skipped: only Unix kills a process as a power cut would");
        return;
    }
    let mut proof = Proof::of(1, "a process is killed: migration");
    let it = workspace_before_keys(PEOPLE);
    age(&it.ws.conn);
    let home = it.home();
    let Fixture { folder, ws } = it;
    drop(ws);
    let begin = |n: u32| -> PathBuf {
        let copy = folder.path().join(format!("{n}.stewartry"));
        std::fs::create_dir(&copy).unwrap();
        for file in [store::DATABASE, "keyring.json"] {
            std::fs::copy(home.join(file), copy.join(file)).unwrap();
        }
        copy
    };
    let before = raw(&home);
    assert_eq!(before.version, BEFORE);
    let whole = begin(0);
    let takes = opened(&whole, None);
    let after = raw(&whole);
    assert_eq!(after.version, BEFORE + 1);
    assert_ne!(after.schema, before.schema, "the newest migration changes nothing");
    let copies = |home: &Path| Workspace::backups(home);
    assert_eq!(copies(&whole).len(), 1, "one copy before the migration");

    let kills: u32 = if is_long() { 60 } else { 6 };
    let dice = jiff::Timestamp::now().subsec_nanosecond().unsigned_abs() % 1_000;
    let (mut not_begun, mut done, mut with_copy) = (0, 0, 0);
    for n in 1..=kills {
        let home = begin(n);
        let moment = takes * ((n - 1) * 1_000 + dice) / (kills * 1_000);
        opened(&home, Some(moment));
        let when = format!("killed after {moment:?} of {takes:?}");

        // Before it or after it, and nothing between
        let found = raw(&home);
        assert_eq!(found.people, i64::from(PEOPLE), "{when}");
        if found.version == BEFORE {
            assert_eq!(found, before, "{when}");
            not_begun += 1;
        } else {
            assert_eq!((found.version, &found.schema), (after.version, &after.schema), "{when}");
            assert!(found.head.seq >= before.head.seq && !copies(&home).is_empty(), "{when}: migrated without a copy");
            done += 1;
        }
        // Whatever copy has a name is whole, and of the version before
        for copy in copies(&home) {
            assert_eq!(raw(&copy), before, "{when}: {}", copy.display());
            with_copy += 1;
        }
        // The next opening brings it up, and all is found and verifies
        let ws = Workspace::open_with(&home, "Ailsa Craig", PASSPHRASE, MIGRATIONS, &Progress::new()).unwrap();
        let again = Fixture { folder: tempfile::tempdir().unwrap(), ws };
        all_is_found(&again);
        drop(again);
        // And the copy can take its place
        let copy = copies(&home).pop().unwrap_or_else(|| panic!("no copy was made before the migration, {when}"));
        let ws = Workspace::open_with(&copy, "Ailsa Craig", PASSPHRASE, MIGRATIONS, &Progress::new()).unwrap();
        all_is_found(&Fixture { folder: tempfile::tempdir().unwrap(), ws });
        std::fs::remove_dir_all(&home).unwrap();
        proof.tried(1);
    }
    println!(
        "{kills} kills within {takes:?}: {not_begun} before the migration, {done} after; copies there: {with_copy}"
    );
}
