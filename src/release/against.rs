//! A release or a correction that was kept elsewhere, against the ledger: an older copy of the whole workspace is sound in itself, and so is one
//! whose newest events were cut off. What left the workspace since contradicts both.

use std::fmt::{Display, Formatter};
use std::fs;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use super::ReleaseError;
use super::correction::CorrectionManifest;
use super::manifest::{self, Manifest, SignaturePart};
use super::tables::hex;
use crate::files;
use crate::progress::Progress;
use crate::workspace::signed_event::Held;
use crate::workspace::{BatchId, CorrectionId, Event, Workspace};

/// How many folders beside the one that is written into are looked at.
const NEIGHBOURS: usize = 1_000;

/// What something that was kept elsewhere says of the ledger.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Says {
    /// What the ledger says.
    TheSame,
    /// Nothing: it is no release or correction, was changed after it was written, or is another workspace's.
    Nothing,
    /// Nothing of the ledger: its files were changed since they were written.
    Changed,
    /// Something else.
    TheContrary,
}

/// What something that was kept elsewhere came to, in a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Compared {
    /// Its path, as it was given.
    pub what: String,
    /// What it says.
    pub says: Says,
    /// The same in a sentence.
    pub detail: String,
}

impl Display for Compared {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        let mark = match self.says {
            Says::TheSame => "ok   ",
            Says::Nothing => "?    ",
            Says::Changed | Says::TheContrary => "WRONG",
        };
        write!(f, "{mark}  {}: {}", self.what, self.detail)
    }
}

/// The manifest of what left the workspace with a signature.
enum Kept {
    Release(Box<Manifest>),
    Correction(Box<CorrectionManifest>),
}

impl Kept {
    fn read(bytes: &[u8]) -> Option<Self> {
        let release = serde_json::from_slice::<Manifest>(bytes).ok().filter(Manifest::is_sealed);
        let correction = || serde_json::from_slice(bytes).ok().filter(CorrectionManifest::is_sealed);
        release.map(|it| Self::Release(Box::new(it))).or_else(|| Some(Self::Correction(Box::new(correction()?))))
    }

    fn workspace(&self) -> &str {
        match self {
            Self::Release(it) => &it.workspace,
            Self::Correction(it) => &it.workspace,
        }
    }

    fn signature(&self) -> &SignaturePart {
        match self {
            Self::Release(it) => &it.signature,
            Self::Correction(it) => &it.signature,
        }
    }

    fn is_of(&self, ws: &Workspace) -> Result<bool, ReleaseError> {
        Ok(ws.ids()?.iter().any(|id| id == self.workspace()))
    }

    /// The event that notes that it was written; else whether the ledger notes any files of it.
    fn written(&self, ws: &Workspace, sha256: &str) -> Result<Result<i64, bool>, ReleaseError> {
        let history = match self {
            Self::Release(it) => ws.history_of_batch(BatchId(it.batch.number))?,
            Self::Correction(it) => ws.history_of_correction(CorrectionId(it.number))?,
        };
        let noted = |event: &Event| match event {
            Event::Released { manifest_sha256, .. }
            | Event::ProfileWritten { manifest_sha256, .. }
            | Event::CorrectionReleased { manifest_sha256, .. } => Some(manifest_sha256 == sha256),
            _ => None,
        };
        let it = history.iter().find(|row| noted(&row.event) == Some(true)).map(|row| row.seq);
        Ok(it.ok_or_else(|| history.iter().any(|row| noted(&row.event).is_some())))
    }
}

/// Looks whether the ledger holds what a release or a correction says, given as its folder or its manifest: the event of its
/// signature, and that it was written.
pub fn check(ws: &Workspace, kept: &Path) -> Result<Compared, ReleaseError> {
    let path = if kept.is_dir() { kept.join(manifest::FILE) } else { kept.to_owned() };
    let bytes = files::read(&path).map_err(|source| ReleaseError::Io {
        path: path.clone(),
        doing: "read",
        source,
        kept: "nothing was changed. Name a folder with a manifest.json, or the file itself",
    })?;
    let (says, detail) = match Kept::read(&bytes) {
        Some(manifest) => compare(ws, &manifest, &hex(&Sha256::digest(&bytes)))?,
        None => {
            let words = "is no manifest of a release or a correction that this version knows, or was changed after it was written";
            (Says::Nothing, words.to_owned())
        }
    };
    Ok(Compared { what: path.display().to_string(), says, detail })
}

fn compare(ws: &Workspace, kept: &Kept, sha256: &str) -> Result<(Says, String), ReleaseError> {
    if !kept.is_of(ws)? {
        return Ok((Says::Nothing, "is of another workspace".to_owned()));
    }
    let signature = kept.signature();
    let seq = signature.ledger_sequence;
    if let Some(fault) = signature.event.as_ref().and_then(|event| event.fault()) {
        return Ok((Says::Nothing, format!("holds an event that does not hold: {fault}")));
    }
    let contrary = |words: String| Ok((Says::TheContrary, words));
    let held = ws.holds(seq, &signature.ledger_hash)?;
    if held != Held::Holds && kept.workspace() != ws.id_at(seq)? {
        return contrary(format!(
            "was signed at event {seq} in this workspace before it was restored from an older copy, which does not hold that event: what it \
             carried may be in Mosaic, and is not known here. Load the next extract of Mosaic, by which it is known again, and keep that \
             folder elsewhere before anything is written"
        ));
    }
    match held {
        Held::EndsBefore => contrary(format!(
            "was signed at event {seq}, and this ledger ends before: an older copy was put back, or its newest events were cut off"
        )),
        Held::Another => contrary(format!(
            "was signed at event {seq}, and this ledger says something else there: its history was changed, or an older copy was put \
             back and worked on"
        )),
        Held::Holds => match kept.written(ws, sha256)? {
            Ok(written) => Ok((
                Says::TheSame,
                format!("the ledger holds its signature (event {seq}) and its release (event {written})"),
            )),
            Err(true) => Ok((
                Says::Changed,
                "is none of what the ledger says was written of it: it was changed since, or an older copy of the workspace was put back. Load \
                 none of it before it is known which"
                    .to_owned(),
            )),
            Err(false) => contrary(
                "holds a good signature, but this ledger does not know that it was released: an older copy of the workspace was put back"
                    .to_owned(),
            ),
        },
    }
}

/// Refuses to write where a release or a correction of the same workspace lies, in the folder or in one beside it, that contradicts the ledger.
pub(super) fn refuse_rolled_back(ws: &Workspace, into: &Path, progress: &Progress) -> Result<(), ReleaseError> {
    for path in manifests_near(into) {
        progress.check()?;
        let Ok(bytes) = files::read(&path) else { continue };
        let Some(kept) = Kept::read(&bytes) else { continue };
        if !kept.is_of(ws)? {
            continue;
        }
        if let (Says::TheContrary, what) = compare(ws, &kept, &hex(&Sha256::digest(&bytes)))? {
            return Err(ReleaseError::Contradicted { path, what });
        }
    }
    Ok(())
}

fn manifests_near(into: &Path) -> Vec<PathBuf> {
    let mut folders = vec![into.to_owned()];
    if let Ok(entries) = fs::read_dir(files::folder_of(into)) {
        folders.extend(entries.flatten().map(|entry| entry.path()).filter(|path| path.is_dir()).take(NEIGHBOURS));
    }
    folders.into_iter().map(|folder| folder.join(manifest::FILE)).filter(|path| path.is_file()).collect()
}
