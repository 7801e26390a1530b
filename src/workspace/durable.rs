//! Writing a file so that there is always either the old one or the new one, whole.

use std::path::Path;

use super::{Result, WorkspaceError};
use crate::files;

/// Waits until what was written to a file is on the disk.
pub fn sync_file(path: &Path) -> Result<()> {
    let file = files::opened(std::fs::File::options().write(true), path);
    file.and_then(|file| file.sync_all()).map_err(|error| WorkspaceError::io("Could not write", path, error))
}

/// Puts `bytes` in place of the file at `path`: written beside it under another name, synced, renamed, its folder synced.
pub fn replace(path: &Path, bytes: &[u8]) -> Result<()> {
    files::replace(path, bytes).map_err(|source| WorkspaceError::io("Could not write", path, source))
}

/// A folder that only its owner can enter, for what is put together in it and then has its own name. It goes with its value.
pub fn unfinished_folder(parent: &Path, prefix: &str) -> std::io::Result<tempfile::TempDir> {
    let mut folder = tempfile::Builder::new();
    folder.prefix(prefix);
    // Elsewhere, who can enter is inherited: a person's own folders are their own
    #[cfg(unix)]
    folder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o700));
    folder.tempdir_in(parent)
}

/// Makes names that were added to a folder, or taken from it, outlive a power cut.
pub fn sync_folder(folder: &Path) -> Result<()> {
    files::sync_folder(folder).map_err(|source| WorkspaceError::io("Could not write", folder, source))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[cfg(unix)]
    #[test]
    fn what_is_unfinished_is_its_owners_alone() {
        let parent = tempfile::tempdir().unwrap();
        let folder = unfinished_folder(parent.path(), "unfinished-").unwrap();
        let mode = std::os::unix::fs::MetadataExt::mode(&std::fs::metadata(folder.path()).unwrap());
        assert_eq!(mode & 0o777, 0o700);
    }

    #[test]
    fn a_folder_that_is_not_there_is_an_error_with_the_path() {
        let folder = tempfile::tempdir().unwrap();
        let error = replace(&folder.path().join("missing/it.json"), b"one").unwrap_err();
        assert!(error.to_string().contains("it.json"), "{error}");
    }
}
