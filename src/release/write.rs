//! Write a signed batch: whole or not at all, and the same bytes every time.

use std::path::{Path, PathBuf};

use super::{ExportProfile, Manifest, ReleaseError};
use crate::progress::Progress;
use crate::workspace::{BatchId, Workspace};

/// What was written.
#[derive(Debug, Clone, PartialEq)]
pub struct Released {
    /// The folder.
    pub folder: PathBuf,
    /// What the release says about itself.
    pub manifest: Manifest,
    /// SHA-256 (hex) of the manifest file.
    pub manifest_sha256: String,
    /// The files, `manifest.json` last, without their folder.
    pub files: Vec<String>,
    /// Every file was there already, byte for byte.
    pub same_as_before: bool,
}

/// Writes the files of a signed batch into a folder, by the default profile.
pub fn write(ws: &mut Workspace, batch: BatchId, into: &Path, progress: &Progress) -> Result<Released, ReleaseError> {
    write_with(ws, batch, into, &ExportProfile::default(), progress)
}

/// Writes the files of a signed batch into a folder.
pub fn write_with(
    ws: &mut Workspace,
    batch: BatchId,
    into: &Path,
    profile: &ExportProfile,
    progress: &Progress,
) -> Result<Released, ReleaseError> {
    let _ = (ws, batch, into, profile, progress);
    unimplemented!()
}
