//! What the screen reads: the signed batches, what a release of one would hold, and what of it lies in its folder already.

use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use super::Action;
use super::answers::Answers;
use crate::desktop::jobs::Job;
use crate::desktop::settings;
use crate::files;
use crate::pair::PairKind;
use crate::progress::Progress;
use crate::release::Manifest;
use crate::release::manifest::{self, Holds};
use crate::stewardship::{Refused, training};
use crate::words::days;
use crate::workspace::{Batch, BatchId, BatchState, Workspace};

/// A signed batch with the names that go with it.
#[derive(Debug, Clone, PartialEq)]
pub struct Signed {
    /// The batch.
    pub batch: Batch,
    /// Who signed it.
    pub signer: String,
}

/// What a release of a batch would hold.
#[derive(Debug, Clone, PartialEq)]
pub struct Preview {
    /// The batch.
    pub batch: BatchId,
    /// File by file: its name, what it holds in words, and its rows.
    pub files: Vec<(String, &'static str, u64)>,
    /// Rows about restricted people, which are in none of them.
    pub restricted: u64,
    /// Where it was written last, or where it is to be written.
    pub folder: PathBuf,
    /// What lies in that folder, where it is this release.
    pub manifest: Option<Manifest>,
    /// What Mosaic said of it, where it was released.
    pub answers: Option<Answers>,
}

/// What a file of a release is for, in words.
pub fn holds_words(holds: Holds) -> &'static str {
    match holds {
        Holds::Seed => "CHI numbers to load into Mosaic",
        Holds::Merges => "Merges to carry out in Mosaic",
        Holds::Evidence => "Who decided what, and why",
        Holds::People => "People with their details",
        Holds::Decisions => "Decisions, and who made them",
        Holds::Removals => "CHI numbers to remove in Mosaic",
    }
}

/// Where the folder of a release is remembered in the workspace.
pub fn folder_setting(batch: BatchId) -> String {
    format!("release.folder.{}", batch.0)
}

impl Preview {
    fn read(ws: &Workspace, id: BatchId, progress: &Progress) -> Result<Self, Refused> {
        let batch = ws.batch(id)?.ok_or_else(|| Refused::NotFound(format!("There is no batch {}", id.0)))?;
        let (mut links, mut merges, mut restricted) = (0, 0, 0);
        for row in ws.batch_rows(id)? {
            progress.check()?;
            let mut hidden = false;
            for mosaic in row.key.mosaic_ids() {
                hidden |= ws.mosaic(mosaic)?.is_some_and(|held| held.record.restricted);
            }
            match row.key.kind() {
                _ if hidden => restricted += 1,
                PairKind::Link => links += 1,
                PairKind::Duplicate => merges += 1,
            }
        }
        let rows = |holds| match holds {
            Holds::Seed => links,
            Holds::Merges => merges,
            Holds::People | Holds::Removals => links,
            Holds::Evidence | Holds::Decisions => links + merges,
        };
        let order = [Holds::Seed, Holds::Merges, Holds::Evidence];
        let files = order.map(|holds| {
            let name = training::named(ws.is_training(), &holds.file_name(id.0));
            (name, holds_words(holds), rows(holds))
        });
        let files = files.to_vec();
        let remembered = ws.setting(&folder_setting(id))?.map(PathBuf::from);
        let suggested = || settings::documents().join(format!("{} batch {:04}", ws.name(), id.0));
        let folder = remembered.unwrap_or_else(suggested);
        let manifest = batch.released.and_then(|(_, sha256)| manifest_in(&folder, &sha256));
        let answered = ws.answered()?.into_iter().find(|answered| answered.batch == id);
        let answers = match answered {
            Some(answered) => {
                let days = days::today() - days::of(answered.released);
                Some(Answers { answered, days, reports: ws.load_reports(id)? })
            }
            None => None,
        };
        Ok(Self { batch: id, files, restricted, folder, manifest, answers })
    }
}

/// The manifest in a folder, where it is the one of this hash.
fn manifest_in(folder: &Path, sha256: &str) -> Option<Manifest> {
    let bytes = files::read(&folder.join(manifest::FILE)).ok()?;
    let found: String = Sha256::digest(&bytes).iter().map(|byte| format!("{byte:02x}")).collect();
    (found == sha256).then(|| serde_json::from_slice(&bytes).ok()).flatten()
}

/// Reads the signed batches, newest first.
pub fn signed() -> Job {
    let read = |ws: &Workspace| -> Result<Vec<Signed>, Refused> {
        let mut signed = Vec::new();
        for batch in ws.batches()?.into_iter().filter(|batch| batch.state == BatchState::Signed) {
            let signer = match &batch.signed {
                Some(signature) => ws.staff_name(signature.staff)?,
                None => String::new(),
            };
            signed.push(Signed { batch, signer });
        }
        Ok(signed)
    };
    let mut job = Job::reads("Reading the signed batches", move |ws, _| {
        Action::Signed(ws.map_err(Refused::from).and_then(|ws| read(ws))).into()
    });
    job.quiet = true;
    job
}

/// Reads what a release of a batch would hold.
pub fn preview(batch: BatchId) -> Job {
    let mut job = Job::reads("Reading what would be written", move |ws, progress| {
        let read = ws.map_err(Refused::from).and_then(|ws| Preview::read(ws, batch, progress));
        Action::Preview(batch, read.map(Box::new)).into()
    });
    job.quiet = true;
    job
}
