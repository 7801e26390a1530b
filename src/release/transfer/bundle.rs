//! What goes on its way together: the files of a release, of a correction, or of share extracts, by their names.

use std::path::Path;

use super::TransferError;
use crate::files;
use crate::progress::Progress;
use crate::release::correction::CorrectionManifest;
use crate::release::manifest::{self, FilePart, Manifest};
use crate::release::{ExportProfile, share, verify};
use crate::stewardship::training::named;

/// The files of a folder that was checked.
pub(super) struct Bundle {
    /// What one file with all of them is called, without its ending.
    pub(super) name: String,
    /// Their names, those that say what the rest must be behind it: whoever finds the last has the others.
    pub(super) files: Vec<String>,
    /// They come from a practice workspace.
    pub(super) training: bool,
}

impl Bundle {
    /// Checks a folder, and reads what belongs to it.
    pub(super) fn of(folder: &Path, progress: &Progress) -> Result<Self, TransferError> {
        verify(folder, progress)?;
        if share::is_one(folder) {
            let files = share::names(folder).map_err(|source| TransferError::io(folder, "read", source))?;
            let newest = files.last().and_then(|name| name.split('_').next()).unwrap_or_default();
            return Ok(Self { name: format!("{newest}_extracts"), files, training: false });
        }
        let path = folder.join(manifest::FILE);
        let bytes = files::read(&path).map_err(|source| TransferError::io(&path, "read", source))?;
        if let Ok(found) = serde_json::from_slice::<Manifest>(&bytes) {
            let profile = found.profile.profile().name;
            let what = if profile == ExportProfile::default().name { "release" } else { &profile };
            let name = format!("batch-{:04}_{what}", found.batch.number);
            return Ok(Self::with_manifest(&name, &found.files, found.training));
        }
        // It was verified a moment ago: what does not read now was changed since.
        let found: CorrectionManifest = serde_json::from_slice(&bytes)
            .map_err(|_| TransferError::io(&path, "read", std::io::ErrorKind::InvalidData.into()))?;
        Ok(Self::with_manifest(&format!("correction-{:04}", found.number), &found.files, found.training))
    }

    fn with_manifest(name: &str, parts: &[FilePart], training: bool) -> Self {
        let mut files: Vec<String> = parts.iter().map(|part| part.name.clone()).collect();
        files.push(manifest::FILE.to_owned());
        Self { name: named(training, name), files, training }
    }

    /// Whether files may be those of something that goes together.
    pub(super) fn may_be(names: &[&str]) -> bool {
        names
            .iter()
            .any(|name| *name == manifest::FILE || (name.starts_with("share-") && name.ends_with("_manifest.json")))
    }
}
