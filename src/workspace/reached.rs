//! How far the ledger is known to reach, kept beside the database.
//!
//! A crash leaves a database and its log of changes (`workspace.db-wal`). Where that log is then lost, or an older one or an
//! older database is put in its place, SQLite opens what is left without a word: what was saved since is simply not there. So
//! the newest event's number and hash stand in a small file too, and whoever opens the workspace holds the ledger against them.
//!
//! The file is written after each commit and before the deed is reported, in place and without a sync of its own: that costs
//! microseconds where a second sync would double the price of a decision. Whatever kills the program leaves it as it was
//! written. A power cut may leave an older one, by as long as the system holds writes back (half a minute on Linux); it never
//! says more than the ledger does, for the commit was synced before it was written. An older one, and none at all, is no fault:
//! a copy has none.

use std::fs::File;
use std::io::{Seek, SeekFrom, Write};
use std::path::Path;
use std::sync::Mutex;

use rusqlite::{Connection, OptionalExtension};
use sha2::{Digest, Sha256};

use super::ledger::Head;
use super::{Result, WorkspaceError, hex};
use crate::files;

/// The file's name in the workspace's folder.
pub(super) const NAME: &str = "reached";

const FORMAT: &str = "stewartry reached 1";

/// The file of an opened workspace. What cannot be written here is let go: a mark that is too old is no fault.
#[derive(Debug)]
pub(super) struct Reached(Mutex<Option<(File, i64)>>);

impl Reached {
    /// Holds the ledger against the mark in `home`. Refused where the ledger is not as long as it was, or another.
    pub(super) fn expect(home: &Path, conn: &Connection) -> Result<()> {
        let Some(Head { seq, hash }) = files::read_text(&home.join(NAME)).ok().and_then(|text| read(&text)) else {
            return Ok(());
        };
        let mut find = conn.prepare("SELECT hash FROM ledger WHERE seq = ?1")?;
        let found: Option<String> = find.query_row([seq], |row| row.get(0)).optional()?;
        match found {
            Some(found) if found == hash => Ok(()),
            Some(_) => Err(WorkspaceError::damaged(format!("event {seq} of its ledger is not the one that was saved"))),
            None => Err(WorkspaceError::damaged(format!(
                "its ledger ends at event {}, and event {seq} was saved: its log of changes was lost, or an older file was put \
                 in the place of a newer one",
                Head::read(conn)?.seq
            ))),
        }
    }

    /// The newest event that is known to have been saved in `home`.
    pub(super) fn saved(home: &Path) -> Option<i64> {
        files::read_text(&home.join(NAME)).ok().and_then(|text| read(&text)).map(|head| head.seq)
    }

    /// Opens the file, to write the mark in.
    pub(super) fn open(home: &Path) -> Self {
        let file = files::opened(File::options().write(true).create(true).truncate(false), &home.join(NAME));
        Self(Mutex::new(file.ok().map(|file| (file, 0))))
    }

    /// Notes how far the ledger reaches now.
    pub(super) fn note(&self, head: &Head) {
        let Ok(mut held) = self.0.lock() else { return };
        if let Some((file, before)) = held.as_mut()
            && head.seq > *before
        {
            *before = head.seq;
            // One piece of one length: it is there whole, or its sum does not fit
            let _ = file.seek(SeekFrom::Start(0)).and_then(|_| file.write_all(written(head).as_bytes()));
        }
    }
}

/// The mark as it stands in the file: always of one length.
fn written(head: &Head) -> String {
    let body = format!("{FORMAT} {:>19} {}", head.seq, head.hash);
    let sum = hex::encode(&Sha256::digest(body.as_bytes()));
    format!("{body} {}\n", &sum[..16])
}

/// Reads a mark; one that is not whole is none.
fn read(text: &str) -> Option<Head> {
    let mut words = text.strip_prefix(FORMAT)?.split_whitespace();
    let head = Head { seq: words.next()?.parse().ok()?, hash: words.next()?.to_owned() };
    (written(&head) == text).then_some(head)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::super::fixture::*;
    use super::super::store::DATABASE;
    use super::super::*;
    use super::*;
    use crate::pair::Verdict;

    #[test]
    fn a_mark_that_is_not_whole_is_none() {
        let head = Head { seq: 42, hash: "ab".repeat(32) };
        let text = written(&head);
        assert_eq!(read(&text), Some(head));
        for bad in ["", "stewartry reached 1", &text[..40], &text.replace("42", "43"), &format!("{text}x")] {
            assert_eq!(read(bad), None, "{bad}");
        }
    }

    /// The files of a workspace whose program was killed after a few decisions: nothing was folded into the database.
    fn crashed() -> (tempfile::TempDir, std::path::PathBuf) {
        let mut it = workspace(8);
        it.matched(8);
        it.ws.conn.execute_batch("PRAGMA wal_checkpoint(TRUNCATE)").unwrap();
        for n in 1..=4 {
            it.decide(&link(n), Verdict::Match);
        }
        let folder = tempfile::tempdir().unwrap();
        let home = folder.path().join("Crashed.stewartry");
        std::fs::create_dir(&home).unwrap();
        for name in [DATABASE, &format!("{DATABASE}-wal"), "keyring.json", NAME] {
            std::fs::copy(it.home().join(name), home.join(name)).unwrap();
        }
        (folder, home)
    }

    fn opened(home: &Path) -> Result<Workspace> {
        Workspace::open(home, "Ailsa Craig", PASSPHRASE)
    }

    #[test]
    fn a_log_of_changes_that_was_taken_away_after_a_crash_is_missed_and_its_return_mends_it() {
        let (_folder, home) = crashed();
        let log = home.join(format!("{DATABASE}-wal"));
        let kept = std::fs::read(&log).unwrap();
        let database = std::fs::read(home.join(DATABASE)).unwrap();
        for bad in [None, Some(&kept[..kept.len() / 2]), Some(&kept[..0])] {
            let _ = std::fs::remove_file(&log);
            if let Some(bad) = bad {
                std::fs::write(&log, bad).unwrap();
            }
            let error = opened(&home).err().unwrap().to_string();
            assert!(error.contains("was saved"), "{error}");
            assert_eq!(std::fs::read(home.join(DATABASE)).unwrap(), database, "a damaged file is left as it is");
        }
        std::fs::write(&log, kept).unwrap();
        let ws = opened(&home).unwrap();
        assert!(ws.decision(&link(4)).unwrap().is_some());
    }

    #[test]
    fn an_older_log_or_database_in_the_place_of_a_newer_one_is_noticed() {
        let (_folder, home) = crashed();
        let log = home.join(format!("{DATABASE}-wal"));
        let (old_log, old_database) = (std::fs::read(&log).unwrap(), std::fs::read(home.join(DATABASE)).unwrap());
        let mut ws = opened(&home).unwrap();
        ws.set_setting("x", "y").unwrap();
        drop(ws);
        assert!(!log.exists(), "closed, all of it is in the database");
        let database = std::fs::read(home.join(DATABASE)).unwrap();

        std::fs::write(&log, &old_log).unwrap();
        assert!(matches!(opened(&home), Err(WorkspaceError::Damaged { .. })), "an older log beside a newer database");
        assert_eq!(std::fs::read(home.join(DATABASE)).unwrap(), database, "the older log was not folded in");
        std::fs::remove_file(&log).unwrap();
        drop(opened(&home).unwrap());

        std::fs::write(home.join(DATABASE), &old_database).unwrap();
        assert!(matches!(opened(&home), Err(WorkspaceError::Damaged { .. })), "an older database");
    }
}
