//! The end of a workspace: a last copy elsewhere, and then no key here any more.
//!
//! What is encrypted stays where it is and cannot be read. What this does not do: it cannot take the key out of copies that were
//! carried elsewhere, and on a disk that writes elsewhere than over the old (flash memory) what was overwritten may linger
//! inside the disk until that reuses the place.

use std::io::Write;
use std::path::{Path, PathBuf};

use rusqlite::Connection;

use super::event::Event;
use super::ledger::Subject;
use super::{Result, Workspace, WorkspaceError, backup, durable, keyring};
use crate::files;
use crate::progress::Progress;

/// What is left in the folder of a closed workspace, for whoever finds it.
const NOTE: &str = "CLOSED.txt";

/// What was open when a workspace was closed, and why it was closed nevertheless.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Closing {
    /// In words; empty where nothing was.
    pub left_open: Vec<String>,
    /// Why; empty where nothing was open.
    pub reason: String,
}

/// What was destroyed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Destroyed {
    /// Files of keys that are gone: the workspace's own and those of the copies in its folder.
    pub keyrings: u64,
    /// The folder, which stays, and cannot be read.
    pub home: PathBuf,
}

impl Workspace {
    /// Whether the workspace was closed: it is read and copied, and never changes again.
    pub fn is_closed(&self) -> Result<bool> {
        Ok(closed(&self.conn)?.is_some())
    }

    /// Writes down that the workspace is closed, and makes its last copy in a folder outside it, verified. A workspace that was
    /// closed already is only copied: its keys were not destroyed then.
    pub fn close(&mut self, into: &Path, closing: Closing, progress: &Progress) -> Result<PathBuf> {
        if real(into).starts_with(real(&self.opened.home)) {
            return Err(WorkspaceError::conflict(
                "The last copy must be outside the workspace that is closed; nothing was done. Choose another folder",
            ));
        }
        // Before anything is said for ever: can anything be written there at all?
        files::make_folder(into)
            .and_then(|()| tempfile::tempfile_in(into).map(drop))
            .map_err(|source| WorkspaceError::io("Could not write in", into, source))?;
        progress.check()?;
        if !self.is_closed()? {
            let Closing { left_open, reason } = closing;
            self.apply(vec![Event::Closed { left_open, reason }], |_| Ok(()))?;
        }
        backup::copy_into(into, &self.conn, &self.opened.home, &self.opened.key(), backup::Occasion::Close, progress)
    }

    /// Destroys the keys of a closed workspace and of the copies in its folder, and leaves a note there. `note` says what
    /// remains and where.
    pub fn destroy_keys(self, note: &str) -> Result<Destroyed> {
        if !self.is_closed()? {
            return Err(WorkspaceError::conflict("Only a workspace that was closed loses its keys; nothing was done"));
        }
        let home = self.opened.home.clone();
        // The note first: should the power fail now, the workspace still opens, and is closed once more.
        durable::replace(&home.join(NOTE), note.as_bytes())?;
        let mut folders = vec![home.clone()];
        if let Ok(copies) = std::fs::read_dir(home.join(backup::FOLDER)) {
            folders.extend(copies.flatten().map(|copy| copy.path()).filter(|path| path.is_dir()));
        }
        let mut keyrings = 0;
        // The workspace's own last: while it is there, this can be begun again.
        for folder in folders.iter().rev() {
            // What a program that was killed had half written may be a keyring, too
            let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
            for left in entries.filter(|entry| is_left(&entry.file_name().to_string_lossy())) {
                if left.path().is_file() {
                    destroy(&left.path())?;
                }
            }
            keyrings += u64::from(destroy(&folder.join(keyring::NAME))?);
            durable::sync_folder(folder)?;
        }
        drop(self);
        Ok(Destroyed { keyrings, home })
    }
}

/// Whether a name is of what was half written, by this version or by one before there were names of one kind for it.
fn is_left(name: &str) -> bool {
    files::is_unfinished(name) || name.starts_with(".tmp")
}

/// Writes over a file and takes it away. Whether it was there.
fn destroy(path: &Path) -> Result<bool> {
    let failed = |source| WorkspaceError::io("Could not destroy", path, source);
    let length = match std::fs::metadata(path) {
        Ok(found) => usize::try_from(found.len()).unwrap_or(0),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(false),
        Err(error) => return Err(failed(error)),
    };
    let mut file = files::opened(std::fs::File::options().write(true), path).map_err(failed)?;
    file.write_all(&vec![0; length]).and_then(|()| file.sync_all()).map_err(failed)?;
    drop(file);
    std::fs::remove_file(path).map_err(failed)?;
    Ok(true)
}

fn real(path: &Path) -> PathBuf {
    path.canonicalize().or_else(|_| std::path::absolute(path)).unwrap_or_else(|_| path.to_owned())
}

/// The event that closed a workspace.
pub(super) fn closed(conn: &Connection) -> Result<Option<i64>> {
    let Subject { kind, a, b } = Subject::workspace();
    let mut find = conn.prepare_cached("SELECT max(seq) FROM ledger_subject WHERE kind = ?1 AND a = ?2 AND b = ?3")?;
    Ok(find.query_row([kind, &a, &b], |row| row.get(0))?)
}

/// Whether a folder is that of a workspace whose keys were destroyed, wholly or but for what a power cut left half written over.
pub(super) fn has_no_keys(home: &Path) -> bool {
    home.join(NOTE).is_file()
        && match files::read(&home.join(keyring::NAME)) {
            // No keyring has such a byte
            Ok(bytes) => bytes.contains(&0),
            Err(error) => error.kind() == std::io::ErrorKind::NotFound,
        }
}

/// Destroys what is left of the keys of such a workspace, where the power failed while they were written over.
pub(super) fn destroy_rest(home: &Path) -> Result<()> {
    destroy(&home.join(keyring::NAME))?;
    durable::sync_folder(home)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::super::fixture::*;
    use super::*;
    use crate::pair::Verdict;

    #[test]
    fn a_closed_workspace_is_read_from_its_last_copy_and_nowhere_else() {
        let mut it = workspace(3);
        it.matched(3);
        it.decide(&link(1), Verdict::Match);
        let earlier = it.ws.backup(&Progress::new()).unwrap();
        let (home, elsewhere) = (it.home(), it.folder.path().join("archive"));
        let archive = it.ws.close(&elsewhere, Closing::default(), &Progress::new()).unwrap();
        // Nothing changes any more, here or there
        let undo = it.ws.last_undoable().unwrap().unwrap();
        assert!(matches!(it.ws.apply_undo(&undo), Err(WorkspaceError::Closed)));
        let another = it.decided(&link(2), Some(Verdict::Match));
        assert!(matches!(it.ws.apply(vec![another], |_| Ok(())), Err(WorkspaceError::Closed)));
        let Fixture { folder, ws } = it;
        let keys = std::fs::read(home.join(keyring::NAME)).unwrap();
        let gone = ws.destroy_keys("It is elsewhere\n").unwrap();
        assert_eq!(gone.keyrings, 2);
        for home in [&home, &earlier] {
            assert!(!home.join(keyring::NAME).exists());
            assert!(Workspace::open(home, "Ailsa Craig", PASSPHRASE).is_err());
        }
        let words = Workspace::people(&home).unwrap_err().to_string();
        assert!(words.contains("it was closed") && words.contains(NOTE), "{words}");
        let mut ws = Workspace::open(&archive, "Ailsa Craig", PASSPHRASE).unwrap();
        assert!(ws.is_closed().unwrap() && ws.check(&Progress::new()).unwrap().ok);
        assert!(ws.decision(&link(1)).unwrap().is_some());
        ws.backup(&Progress::new()).unwrap();
        // The copies hold the same wrapped keys as the workspace did: whoever kept those could still open what stays
        assert_eq!(std::fs::read(archive.join(keyring::NAME)).unwrap(), keys);
        drop(folder);
    }

    #[test]
    fn a_copy_that_cannot_be_made_closes_nothing_and_one_inside_is_refused() {
        let mut it = workspace(1);
        let file = it.folder.path().join("a file");
        std::fs::write(&file, "x").unwrap();
        assert!(it.ws.close(&file.join("under it"), Closing::default(), &Progress::new()).is_err());
        let inside = it.home().join("backups");
        assert!(it.ws.close(&inside, Closing::default(), &Progress::new()).is_err());
        assert!(!it.ws.is_closed().unwrap());
        let Fixture { folder, ws } = it;
        assert!(ws.destroy_keys("").is_err(), "not closed");
        assert!(folder.path().join("Test.stewartry").join(keyring::NAME).exists());
    }

    #[test]
    fn closing_that_was_cut_short_is_finished_by_closing_again() {
        let mut it = workspace(1);
        let elsewhere = it.folder.path().join("archive");
        it.ws.close(&elsewhere, Closing::default(), &Progress::new()).unwrap();
        durable::replace(&it.home().join(NOTE), b"x").unwrap();
        let mut it = it.reopen();
        let archive = it.ws.close(&elsewhere, Closing::default(), &Progress::new()).unwrap();
        let home = it.home();
        it.ws.destroy_keys("x").unwrap();
        assert!(has_no_keys(&home) && archive.join(keyring::NAME).exists());
        // The power failed while it was written over
        std::fs::write(home.join(keyring::NAME), b"{\"half of it\0\0\0").unwrap();
        assert!(has_no_keys(&home));
        assert!(Workspace::people(&home).unwrap_err().to_string().contains("it was closed"));
        assert!(has_no_keys(&home) && !home.join(keyring::NAME).exists());
        std::fs::write(home.join(keyring::NAME), b"{}").unwrap();
        assert!(!has_no_keys(&home), "a keyring was put back");
    }
}
