//! Damage to a workspace's files: it is noticed when the workspace is opened or checked, or it has no effect. Never is anything
//! else than what was there shown in silence.
//!
//! `STEWARTRY_LONG=1 cargo test --lib damage:: -- --nocapture` tries 2,000 bits and every length in steps of 512 bytes, and prints
//! what came of them; without it a share of both is tried.
#![allow(clippy::unwrap_used)]

use std::path::PathBuf;

use super::fixture::*;
use super::proof::{Proof, is_long};
use super::store::DATABASE;
use super::*;
use crate::pair::Verdict;
use crate::progress::Progress;

/// What came of a damage.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Seen {
    /// The workspace did not open.
    Refused,
    /// It opened, and the check found something.
    Found,
    /// All of it was there as before.
    Harmless,
}

/// A closed workspace, to be damaged and put right again.
struct Kept {
    _folder: tempfile::TempDir,
    home: PathBuf,
    files: Vec<(PathBuf, Vec<u8>)>,
    dump: Vec<String>,
    head: (i64, String),
}

fn head(ws: &Workspace, upto: i64) -> (i64, String) {
    let newest = "SELECT seq, hash FROM ledger WHERE seq <= ?1 ORDER BY seq DESC LIMIT 1";
    ws.conn.query_row(newest, [upto], |row| Ok((row.get(0)?, row.get(1)?))).unwrap()
}

fn decided_about() -> Fixture {
    let mut it = workspace(40);
    it.matched(40);
    for n in 1..=12 {
        it.decide(&link(n), if n % 4 == 0 { Verdict::NotMatch } else { Verdict::Match });
    }
    it
}

fn read<const N: usize>(files: [PathBuf; N]) -> Vec<(PathBuf, Vec<u8>)> {
    files.map(|path| (path.clone(), std::fs::read(path).unwrap())).into()
}

impl Kept {
    fn new() -> Self {
        let it = decided_about();
        let (home, dump, head) = (it.home(), dump(&it.ws.conn), head(&it.ws, i64::MAX));
        let Fixture { folder, ws } = it;
        drop(ws);
        let files = read([DATABASE, "keyring.json", reached::NAME].map(|name| home.join(name)));
        Self { _folder: folder, home, files, dump, head }
    }

    /// As a program that was killed leaves it: the newest decisions stand in the log of changes alone.
    fn crashed() -> Self {
        let mut it = decided_about();
        it.ws.conn.execute_batch("PRAGMA wal_checkpoint(TRUNCATE)").unwrap();
        for n in 13..=20 {
            it.decide(&link(n), Verdict::Match);
        }
        let (dump, head) = (dump(&it.ws.conn), head(&it.ws, i64::MAX));
        let folder = tempfile::tempdir().unwrap();
        let home = folder.path().join("Crashed.stewartry");
        std::fs::create_dir(&home).unwrap();
        let log = format!("{DATABASE}-wal");
        for name in [DATABASE, "keyring.json", reached::NAME, &log] {
            std::fs::copy(it.home().join(name), home.join(name)).unwrap();
        }
        let files = read([DATABASE, "keyring.json", reached::NAME, &log].map(|name| home.join(name)));
        Self { _folder: folder, home, files, dump, head }
    }

    /// Puts every file back.
    fn put_right(&self) {
        for left in ["-wal", "-shm"] {
            let _ = std::fs::remove_file(self.home.join(format!("{DATABASE}{left}")));
        }
        for (path, bytes) in &self.files {
            std::fs::write(path, bytes).unwrap();
        }
    }

    /// What whoever opens it now sees. Ends the test where it is something else than before.
    fn seen(&self) -> Seen {
        let ws = match Workspace::open(&self.home, "Ailsa Craig", PASSPHRASE) {
            Ok(ws) => ws,
            Err(_) => return Seen::Refused,
        };
        match ws.check(&Progress::new()) {
            Err(_) => return Seen::Found,
            Ok(report) if !report.ok => return Seen::Found,
            Ok(_) => {}
        }
        assert_eq!(dump(&ws.conn), self.dump, "other data, and nothing was said");
        assert_eq!(head(&ws, self.head.0), self.head, "another history, and nothing was said");
        Seen::Harmless
    }

    /// Damages the file of a number, looks, and puts it right.
    fn try_with(&self, file: usize, bytes: &[u8]) -> Seen {
        std::fs::write(&self.files[file].0, bytes).unwrap();
        let seen = self.seen();
        self.put_right();
        seen
    }
}

/// Numbers without a pattern, the same in every run.
fn scattered() -> impl Iterator<Item = u64> {
    let mut state = 20_261_127_u64;
    std::iter::repeat_with(move || {
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    })
}

/// The row of the table for a kind of damage.
fn row(what: &str) -> Proof {
    Proof::of(3, format!("{what} that are not what they were"))
}

fn told(what: &str, mut proof: Proof, seen: &[Seen]) {
    let count = |wanted: Seen| seen.iter().filter(|it| **it == wanted).count();
    proof.tried(seen.len() as u64);
    println!(
        "{what}: {} tried, {} refused, {} found by the check, {} without effect, 0 unnoticed",
        seen.len(),
        count(Seen::Refused),
        count(Seen::Found),
        count(Seen::Harmless)
    );
}

#[test]
fn a_bit_that_is_not_what_it_was_is_noticed_wherever_it_stands() {
    let kept = Kept::new();
    assert_eq!(kept.seen(), Seen::Harmless, "nothing is damaged yet");
    kept.put_right();
    let tries = if is_long() { 2_000 } else { 48 };
    for (file, name, tries) in [(0, "bits of the database", tries), (1, "bits of the keyring", tries / 4)] {
        let good = &kept.files[file].1;
        let (proof, mut seen) = (row(name), Vec::new());
        for bit in scattered().take(tries).map(|it| it as usize % (good.len() * 8)) {
            let mut bad = good.clone();
            bad[bit / 8] ^= 1 << (bit % 8);
            seen.push(kept.try_with(file, &bad));
        }
        let noticed = seen.iter().filter(|it| **it != Seen::Harmless).count();
        assert!(noticed * 10 >= seen.len() * 9, "{noticed} of {}: every page and the keyring carry a sum", seen.len());
        told(name, proof, &seen);
    }
}

#[test]
fn a_file_that_was_cut_short_is_noticed_at_any_length() {
    let kept = Kept::new();
    for (file, name) in [(0, "lengths of the database"), (1, "lengths of the keyring")] {
        let good = &kept.files[file].1;
        let step = if is_long() { 512.min(good.len() / 8) } else { good.len() / 24 };
        let proof = row(name);
        let seen: Vec<Seen> =
            (0..good.len()).step_by(step).map(|length| kept.try_with(file, &good[..length])).collect();
        assert!(seen.iter().all(|it| *it != Seen::Harmless), "{name}: {seen:?}");
        told(name, proof, &seen);
    }
}

#[test]
fn files_of_another_workspace_are_noticed() {
    let mut proof = row("files of another workspace");
    let (kept, other) = (Kept::new(), Kept::new());
    for file in [0, 1] {
        assert_ne!(kept.try_with(file, &other.files[file].1), Seen::Harmless);
    }
    // A log of changes that another workspace left when it was killed
    let it = workspace(8);
    let log = std::fs::read(it.home().join(format!("{DATABASE}-wal"))).unwrap();
    assert!(log.len() > 4096, "{}", log.len());
    std::fs::write(kept.home.join(format!("{DATABASE}-wal")), &log).unwrap();
    assert_ne!(kept.seen(), Seen::Harmless);
    kept.put_right();
    assert_eq!(kept.seen(), Seen::Harmless);
    proof.tried(3);
}

#[test]
fn a_log_of_changes_that_a_crash_left_is_missed_wherever_it_was_cut_or_changed() {
    let kept = Kept::crashed();
    assert_eq!(kept.seen(), Seen::Harmless, "nothing is damaged yet");
    kept.put_right();
    let log = &kept.files[3].1;
    let step = if is_long() { 512 } else { log.len() / 24 };
    let name = "lengths of a log of changes";
    let proof = row(name);
    let seen: Vec<Seen> = (0..log.len()).step_by(step).map(|length| kept.try_with(3, &log[..length])).collect();
    assert!(seen.iter().all(|it| *it != Seen::Harmless), "{seen:?}");
    told(name, proof, &seen);
    let tries = if is_long() { 500 } else { 24 };
    let proof = row("bits of a log of changes");
    let bits = scattered().take(tries).map(|it| it as usize % (log.len() * 8));
    let seen: Vec<Seen> = bits
        .map(|bit| {
            let mut bad = log.clone();
            bad[bit / 8] ^= 1 << (bit % 8);
            kept.try_with(3, &bad)
        })
        .collect();
    told("bits of a log of changes", proof, &seen);

    // Taken away; of another workspace; older; and an older database
    let proof = row("missing, foreign and older files");
    let other = Kept::crashed();
    let missing = || {
        std::fs::remove_file(&kept.files[3].0).unwrap();
        let seen = kept.seen();
        kept.put_right();
        seen
    };
    let mut seen = vec![missing(), kept.try_with(3, &other.files[3].1), kept.try_with(0, &other.files[0].1)];
    drop(Workspace::open(&kept.home, "Ailsa Craig", PASSPHRASE).unwrap());
    let newer = std::fs::read(&kept.files[0].0).unwrap();
    std::fs::write(&kept.files[3].0, log).unwrap();
    seen.push(kept.seen());
    let _ = std::fs::remove_file(&kept.files[3].0);
    assert_eq!(std::fs::read(&kept.files[0].0).unwrap(), newer, "an older log was folded into a newer database");
    std::fs::write(&kept.files[0].0, &kept.files[0].1).unwrap();
    seen.push(kept.seen());
    assert!(seen.iter().all(|it| *it != Seen::Harmless), "{seen:?}");
    told("missing, foreign and older files", proof, &seen);
}
