//! A release that was kept elsewhere, against the ledger: an older copy of the whole workspace is sound in itself, and so is one
//! whose newest events were cut off. What left the workspace since contradicts both.

use std::fs;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use super::manifest::{self, Manifest};
use super::tables::hex;
use super::{ReleaseError, VerifyLine};
use crate::files;
use crate::progress::Progress;
use crate::workspace::signed_event::Held;
use crate::workspace::{BatchId, Event, Workspace};

/// How many folders beside the one that is written into are looked at.
const NEIGHBOURS: usize = 1_000;

/// Looks whether the ledger holds what a release says, given as its folder or its manifest: the event of its signature, and that it was
/// released.
pub fn check(ws: &Workspace, release: &Path) -> Result<VerifyLine, ReleaseError> {
    let path = if release.is_dir() { release.join(manifest::FILE) } else { release.to_owned() };
    let what = path.display().to_string();
    let bytes = files::read(&path).map_err(|source| ReleaseError::Io {
        path: path.clone(),
        doing: "read",
        source,
        kept: "nothing was changed. Name a folder with a manifest.json, or the file itself",
    })?;
    let checked = match read(&bytes) {
        Some(manifest) => compare(ws, &manifest, &hex(&Sha256::digest(&bytes)))?,
        None => Err("is not a manifest that this version knows, or was changed after it was written".to_owned()),
    };
    let ok = checked.is_ok();
    Ok(VerifyLine { what, ok, detail: checked.unwrap_or_else(|fault| fault) })
}

fn read(bytes: &[u8]) -> Option<Manifest> {
    serde_json::from_slice::<Manifest>(bytes).ok().filter(Manifest::is_sealed)
}

fn compare(ws: &Workspace, manifest: &Manifest, sha256: &str) -> Result<Result<String, String>, ReleaseError> {
    if manifest.workspace != ws.id_at(manifest.signature.ledger_sequence)? {
        return Ok(Err("is of another workspace".to_owned()));
    }
    let signature = &manifest.signature;
    if let Some(fault) = signature.event.as_ref().and_then(|event| event.fault()) {
        return Ok(Err(format!("holds an event that does not hold: {fault}")));
    }
    Ok(match ws.holds(signature.ledger_sequence, &signature.ledger_hash)? {
        Held::EndsBefore => Err(format!(
            "was signed at event {}, and this ledger ends before: an older copy was put back, or its newest events were cut off",
            signature.ledger_sequence
        )),
        Held::Another => Err(format!(
            "was signed at event {}, and this ledger says something else there: its history was changed, or an older copy was put \
             back and worked on",
            signature.ledger_sequence
        )),
        Held::Holds => {
            let released = ws
                .history_of_batch(BatchId(manifest.batch.number))?
                .into_iter()
                .find(|row| matches!(&row.event, Event::Released { manifest_sha256, .. } | Event::ProfileWritten { manifest_sha256, .. } if manifest_sha256 == sha256));
            match released {
                Some(row) => Ok(format!(
                    "the ledger holds its signature (event {}) and its release (event {})",
                    signature.ledger_sequence, row.seq
                )),
                None => Err(
                    "holds a good signature, but this ledger does not know that it was released: it was changed since, or an older \
                     copy of the workspace was put back"
                        .to_owned(),
                ),
            }
        }
    })
}

/// Refuses to write where a release of the same workspace lies, in the folder or in one beside it, that contradicts the ledger.
pub(super) fn refuse_rolled_back(ws: &Workspace, into: &Path, progress: &Progress) -> Result<(), ReleaseError> {
    for path in manifests_near(into) {
        progress.check()?;
        let Ok(bytes) = files::read(&path) else { continue };
        let Some(manifest) = read(&bytes) else { continue };
        if manifest.workspace != ws.id_at(manifest.signature.ledger_sequence)? {
            continue;
        }
        if let Held::EndsBefore | Held::Another =
            ws.holds(manifest.signature.ledger_sequence, &manifest.signature.ledger_hash)?
        {
            let sha256 = hex(&Sha256::digest(&bytes));
            let what = compare(ws, &manifest, &sha256)?.err().unwrap_or_default();
            return Err(ReleaseError::Contradicted { path, what });
        }
    }
    Ok(())
}

fn manifests_near(into: &Path) -> Vec<PathBuf> {
    let mut folders = vec![into.to_owned()];
    let parent = into.parent().filter(|parent| !parent.as_os_str().is_empty());
    if let Some(entries) = parent.and_then(|parent| fs::read_dir(parent).ok()) {
        folders.extend(entries.flatten().take(NEIGHBOURS).map(|entry| entry.path()).filter(|path| path.is_dir()));
    }
    folders.into_iter().map(|folder| folder.join(manifest::FILE)).filter(|path| path.is_file()).collect()
}
