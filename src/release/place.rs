//! Put files where they go out from: all of them or none, and never over another.
//!
//! In two steps, so that what must be in the ledger before anything leaves can be put between them: each file is written beside
//! its place under another name and synced ([`Staged::write`]), then all are renamed ([`Staged::settle`]).

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use super::ReleaseError;
use crate::files;
use crate::progress::Progress;

/// Files that are written and synced, and not in their places yet. Dropped, they are gone again.
pub(super) struct Staged {
    into: PathBuf,
    /// The folder is of our own making.
    made: bool,
    waiting: Vec<(NamedTempFile, PathBuf)>,
}

/// A failure after the event of a release or a correction: the ledger says more than what lies there.
pub(super) fn noted(error: ReleaseError) -> ReleaseError {
    match error {
        ReleaseError::Io { path, doing, source, .. } => ReleaseError::Io {
            path,
            doing,
            source,
            kept: "the ledger has it as written, and its files may not all be there. Check the folder and the disk, then write it again: \
                   it is the same",
        },
        other => other,
    }
}

fn wrong(path: &Path, source: io::Error) -> ReleaseError {
    ReleaseError::Io {
        path: path.to_owned(),
        doing: "written",
        source,
        kept: "nothing was released. Check the folder and the disk, then try again",
    }
}

impl Staged {
    /// Writes the files beside their places. One that is there already and says the same is left; one that says something else
    /// is a refusal.
    pub(super) fn write(into: &Path, files: &[(String, Vec<u8>)], progress: &Progress) -> Result<Self, ReleaseError> {
        let made = !into.exists();
        files::make_folder(into).map_err(|error| wrong(into, error))?;
        // Also where everything is there already
        files::clear_unfinished(into);
        let mut staged = Self { into: into.to_owned(), made, waiting: Vec::new() };
        for (name, bytes) in files {
            let path = into.join(name);
            match files::read(&path) {
                Ok(there) if there == *bytes => continue,
                Ok(_) => return Err(ReleaseError::Differs { path }),
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                Err(error) => return Err(wrong(&path, error)),
            }
            let mut file = files::unfinished(into).map_err(|error| wrong(into, error))?;
            file.write_all(bytes).and_then(|()| file.as_file().sync_all()).map_err(|error| wrong(&path, error))?;
            staged.waiting.push((file, path));
            progress.check()?;
            progress.advance(1);
        }
        Ok(staged)
    }

    /// How many files are not there yet.
    pub(super) fn new_files(&self) -> usize {
        self.waiting.len()
    }

    /// Puts them in their places, the last one last, so that a folder with a manifest is a whole release; none is put over another.
    /// Gives how many were not there before.
    pub(super) fn settle(mut self) -> Result<usize, ReleaseError> {
        let mut placed: Vec<PathBuf> = Vec::new();
        for (file, path) in self.waiting.drain(..) {
            if let Err(error) = file.persist_noclobber(&path) {
                for done in &placed {
                    let _ = fs::remove_file(done);
                }
                return Err(wrong(&path, error.error));
            }
            placed.push(path);
        }
        files::sync_folder(&self.into).map_err(|error| wrong(&self.into, error))?;
        self.made &= placed.is_empty();
        Ok(placed.len())
    }
}

impl Drop for Staged {
    fn drop(&mut self) {
        self.waiting.clear();
        if self.made {
            // Ours, and empty again; where it is not empty it stays.
            let _ = fs::remove_dir(&self.into);
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn files(text: &str) -> Vec<(String, Vec<u8>)> {
        ["a", "b"].map(|name| (name.to_owned(), text.as_bytes().to_vec())).to_vec()
    }

    #[test]
    fn what_is_staged_and_not_settled_leaves_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let into = folder.path().join("out");
        drop(Staged::write(&into, &files("x"), &Progress::new()).unwrap());
        assert!(!into.exists());
        let place = |text| Staged::write(&into, &files(text), &Progress::new())?.settle();
        assert_eq!(place("x").unwrap(), 2);
        assert_eq!(place("x").unwrap(), 0);
        assert!(matches!(place("y"), Err(ReleaseError::Differs { .. })));
        assert_eq!(fs::read_dir(&into).unwrap().count(), 2);
    }

    #[test]
    fn a_file_that_came_meanwhile_is_not_written_over_and_the_others_are_taken_back() {
        let folder = tempfile::tempdir().unwrap();
        let staged = Staged::write(folder.path(), &files("x"), &Progress::new()).unwrap();
        fs::write(folder.path().join("b"), "mine").unwrap();
        assert!(staged.settle().is_err());
        assert_eq!(fs::read(folder.path().join("b")).unwrap(), b"mine");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }
}
