//! Write a signed batch: whole or not at all, and the same bytes every time.

use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use super::against;
use super::manifest::{
    self, BatchPart, EnginePart, FilePart, Holds, Manifest, ProfilePart, SamplePart, SignaturePart, SourcePart,
};
use super::place::{self, Staged};
use super::profile::RowsOf;
use super::tables::{TableFile, Tables, hex};
use super::{ExportProfile, ReleaseError};
use crate::pair::{PairKey, PairKind};
use crate::progress::Progress;
use crate::stewardship::{Refused, Stop, StopKind, rights, sampling, stops};
use crate::words::counted;
use crate::workspace::{
    Batch, BatchId, BatchRow, BatchState, Event, LedgerFilter, Occasion, Sample, Signature, Workspace, batches,
};

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

/// Writes the files of a signed batch into a folder. A file that is there already must say the same; nothing is ever
/// written over. The first time every hard stop is asked once more: what was signed and has changed since is not written. Nor is a seed
/// file made anew that holds what was recalled since ([`write_with_recalled`]).
pub fn write_with(
    ws: &mut Workspace,
    batch: BatchId,
    into: &Path,
    profile: &ExportProfile,
    progress: &Progress,
) -> Result<Released, ReleaseError> {
    write_files(ws, batch, into, profile, false, progress)
}

/// [`write_with`], with the rows that were recalled since: whoever lost the files of then has no others. What a correction takes out of
/// Mosaic is loaded after them.
pub fn write_with_recalled(
    ws: &mut Workspace,
    batch: BatchId,
    into: &Path,
    profile: &ExportProfile,
    progress: &Progress,
) -> Result<Released, ReleaseError> {
    write_files(ws, batch, into, profile, true, progress)
}

fn write_files(
    ws: &mut Workspace,
    batch: BatchId,
    into: &Path,
    profile: &ExportProfile,
    recalled_too: bool,
    progress: &Progress,
) -> Result<Released, ReleaseError> {
    rights::works_here(ws)?;
    if let Some(fault) = profile.fault() {
        return Err(ReleaseError::Profile(fault));
    }
    let (held, rows) = signed(ws, batch)?;
    let (Some(signature), Some(sample)) = (&held.signed, &held.sample) else {
        return Err(ReleaseError::NotSigned { batch: batch.0, state: held.state.words() });
    };
    refuse_what_changed(ws, &held, &rows, progress)?;
    ws.expect_whole(progress)?;
    against::refuse_rolled_back(ws, into, progress)?;

    // Mosaic cannot take a merge back
    if held.merges > 0 && held.released.is_none() {
        ws.back_up_unasked(Occasion::Release, progress)?;
    }
    progress.begin("Writing files", 4);
    let tables = Tables::of(ws, &held, &rows, profile)?;
    let mut files = Vec::new();
    let mut parts = Vec::new();
    for TableFile { name, holds, bytes, rows } in tables.files(batch.0)? {
        let sha256 = hex(&Sha256::digest(&bytes));
        parts.push(FilePart { name: name.clone(), holds, rows, bytes: bytes.len() as u64, sha256 });
        files.push((name, bytes));
    }
    let signature_part = signature_part(ws, signature)?;
    let form = if signature_part.event.is_some() { manifest::VERSION } else { manifest::UNSIGNED };
    // What is in Mosaic already can be written once more as it was; what is not is signed again first
    if form == manifest::UNSIGNED && held.released.is_none() {
        return Err(ReleaseError::NoSignature);
    }
    let manifest = Manifest {
        stewartry_release: form,
        training: ws.is_training(),
        program: env!("CARGO_PKG_VERSION").to_owned(),
        workspace: ws.id_at(signature.seq)?,
        batch: batch_part(ws, &held, &rows)?,
        files: parts,
        profile: ProfilePart::Named(Box::new(tables.profile.clone())),
        signature: signature_part,
        sample: sample_part(sample, &rows),
        sources: sources(ws, signature, profile.rows)?,
        engine: engine(ws, signature)?,
        left_out: tables.left_out,
        seal: String::new(),
    }
    .sealed();
    let manifest_bytes = manifest.bytes();
    let manifest_sha256 = hex(&Sha256::digest(&manifest_bytes));
    files.push((manifest::FILE.to_owned(), manifest_bytes));

    progress.check()?;
    let staged = Staged::write(into, &files, progress)?;
    let written = staged.new_files();
    if written > 0 && profile.rows == RowsOf::Seed && !recalled_too {
        refuse_what_was_recalled(ws, &held, &rows)?;
    }
    let files: Vec<String> = files.into_iter().map(|(name, _)| name).collect();
    let manifest_hash = manifest_sha256.clone();
    // The ledger first: it may say of files that never came to be that they were written, never the other way round
    if profile.rows != RowsOf::Seed {
        if written > 0 {
            let (profile, version) = (profile.name.clone(), profile.version);
            let files = files.clone();
            let event = Event::ProfileWritten { batch, profile, version, manifest_sha256: manifest_hash, files };
            ws.apply(vec![event], |_| Ok(()))?;
        }
    } else if written > 0 || held.released.is_none() {
        let mut events = Vec::new();
        if held.released.is_none() && !tables.hidden.is_empty() {
            events.push(Event::LeftOut { batch, rows: tables.hidden });
        }
        events.push(Event::Released { batch, manifest_sha256: manifest_hash, files: files.clone() });
        ws.apply(events, |_| Ok(()))?;
    }
    staged.settle().map_err(place::noted)?;
    Ok(Released { folder: into.to_owned(), manifest, manifest_sha256, files, same_as_before: written == 0 })
}

/// A signed batch and its rows.
fn signed(ws: &Workspace, batch: BatchId) -> Result<(Batch, Vec<BatchRow>), ReleaseError> {
    let held = ws.batch(batch)?.ok_or(ReleaseError::NoBatch(batch.0))?;
    if held.state != BatchState::Signed || held.signed.is_none() || held.sample.is_none() {
        return Err(ReleaseError::NotSigned { batch: batch.0, state: held.state.words() });
    }
    let rows = ws.batch_rows(batch)?;
    Ok((held, rows))
}

/// A file of a preview: its name, its rows, and its beginning as it would be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PreviewFile {
    /// The name.
    pub name: String,
    /// What it holds.
    pub holds: Holds,
    /// Rows below the headings.
    pub rows: u64,
    /// The first lines, as text.
    pub beginning: String,
}

/// What a profile would write of a batch, of which nothing needs to be signed yet. Writes nothing.
pub fn preview(
    ws: &Workspace,
    batch: BatchId,
    profile: &ExportProfile,
    lines: usize,
) -> Result<Vec<PreviewFile>, ReleaseError> {
    if let Some(fault) = profile.fault() {
        return Err(ReleaseError::Profile(fault));
    }
    let held = ws.batch(batch)?.ok_or(ReleaseError::NoBatch(batch.0))?;
    let tables = Tables::of(ws, &held, &ws.batch_rows(batch)?, profile)?;
    let files = tables.files(batch.0)?.into_iter();
    Ok(files
        .map(|file| PreviewFile {
            beginning: String::from_utf8_lossy(&file.bytes).split_inclusive('\n').take(lines).collect(),
            name: file.name,
            holds: file.holds,
            rows: file.rows,
        })
        .collect())
}

/// The most rows of a table that a glance at it shows.
const GLANCE_ROWS: usize = 5;

/// The most lines of a glance: the name, the headings and the first rows.
pub const GLANCE_LINES: usize = 2 + GLANCE_ROWS;

/// How the table of a batch begins by a profile: its first file's name and first lines, [`GLANCE_LINES`] at most. Reads
/// only as many rows.
pub fn glance(ws: &Workspace, batch: BatchId, profile: &ExportProfile) -> Result<String, ReleaseError> {
    if let Some(fault) = profile.fault() {
        return Err(ReleaseError::Profile(fault));
    }
    let held = ws.batch(batch)?.ok_or(ReleaseError::NoBatch(batch.0))?;
    let of_table = |row: &BatchRow| profile.rows == RowsOf::Decisions || row.key.kind() == PairKind::Link;
    let mut rows: Vec<BatchRow> = ws.batch_rows(batch)?.into_iter().filter(of_table).collect();
    rows.sort_by(|one, other| one.key.left().cmp(other.key.left()));
    // A few more, for those that are left out
    rows.truncate(4 * GLANCE_ROWS);
    let files = Tables::of(ws, &held, &rows, profile)?.files(batch.0)?;
    let table = files.into_iter().find(|file| file.holds == Holds::of(profile.rows));
    Ok(table.map_or_else(String::new, |file| {
        let text = String::from_utf8_lossy(&file.bytes).into_owned();
        let lines: String = text.split_inclusive('\n').take(GLANCE_LINES - 1).collect();
        format!("{}\n{lines}", file.name)
    }))
}

/// Nothing that is stale, partial or other than what was signed is written.
fn refuse_what_changed(
    ws: &Workspace,
    held: &Batch,
    rows: &[BatchRow],
    progress: &Progress,
) -> Result<(), ReleaseError> {
    let mut found = Vec::new();
    if held.content_hash.as_deref() != Some(batches::content_hash(rows).as_str()) {
        let words = format!("batch “{}” is no longer what was signed", held.name);
        found.push(Stop { kind: StopKind::ContentChanged, pair: None, words });
    }
    // What is in Mosaic already can be written once more, whatever happened since: nothing in it is new.
    if held.released.is_none() {
        found.extend(stops::of_batch_watched(ws, held.id, progress)?);
    }
    if found.is_empty() { Ok(()) } else { Err(ReleaseError::HardStop(found)) }
}

/// What was recalled since is not carried to Mosaic once more: the files of then stand where they were written, and are not made anew.
fn refuse_what_was_recalled(ws: &Workspace, held: &Batch, rows: &[BatchRow]) -> Result<(), ReleaseError> {
    if held.released.is_none() {
        return Ok(());
    }
    let left_out = ws.left_out(held.id)?;
    let recalled = || rows.iter().filter(|row| row.recalled.is_some() && !left_out.contains(&row.key));
    let Some(first) = recalled().next() else { return Ok(()) };
    Err(ReleaseError::Refused(Refused::Unfit(format!(
        "{} of batch “{}” since it was written, the first {}, and its files would carry that into Mosaic again; nothing was written. \
         Where the files of then are lost, `stewartry export --with-recalled` writes them; load the correction after them",
        counted(recalled().count() as u64, "row was recalled", "rows were recalled"),
        held.name,
        first.key
    ))))
}

fn batch_part(ws: &Workspace, held: &Batch, rows: &[BatchRow]) -> Result<BatchPart, ReleaseError> {
    let mut decided_by = Vec::new();
    for staff in &held.deciders {
        decided_by.push(ws.staff_name(*staff)?);
    }
    decided_by.sort();
    let (submitted_by, submitted_at) = match held.submitted {
        Some((staff, at)) => (ws.staff_name(staff)?, at.to_string()),
        None => (String::new(), String::new()),
    };
    Ok(BatchPart {
        number: held.id.0,
        name: held.name.clone(),
        rows: rows.len() as u64,
        content_sha256: held.content_hash.clone().unwrap_or_default(),
        decided_by,
        composed_by: ws.staff_name(held.composed_by)?,
        submitted_by,
        submitted_at,
    })
}

pub(super) fn signature_part(ws: &Workspace, signature: &Signature) -> Result<SignaturePart, ReleaseError> {
    let event = ws.signed_event(signature.seq)?;
    let ledger_hash = match &event {
        Some(event) => event.hash.clone(),
        None => {
            let row = ws.deed(signature.seq)?.into_iter().find(|row| row.seq == signature.seq);
            row.map(|row| row.hash).unwrap_or_default()
        }
    };
    Ok(SignaturePart {
        by: ws.staff_name(signature.staff)?,
        at: signature.at.to_string(),
        statement: signature.statement.clone(),
        ledger_sequence: event.as_ref().map_or(signature.seq, |event| event.sequence),
        ledger_hash,
        event,
    })
}

fn sample_part(sample: &Sample, rows: &[BatchRow]) -> SamplePart {
    let keys: Vec<PairKey> = rows.iter().map(|row| row.key.clone()).collect();
    let size = sampling::size(keys.len() as u64, sample.tolerable, sample.confidence);
    SamplePart {
        seed: sample.seed.clone(),
        tolerable: sample.tolerable,
        confidence: sample.confidence,
        drawn: sampling::draw(&sample.seed, &keys, size).len() as u64,
        rechecked: rows.iter().filter(|row| row.recheck.is_some()).count() as u64,
    }
}

/// The files that were loaded when the batch was signed, oldest first, by the order of the ledger and not by the clock. What was
/// loaded later is not of this release.
/// A table with details holds those of now, and so rests on all files.
fn sources(ws: &Workspace, signature: &Signature, rows: RowsOf) -> Result<Vec<SourcePart>, ReleaseError> {
    let mut files = ws.files()?;
    files.retain(|file| file.seq <= signature.seq || rows != RowsOf::Seed);
    files.sort_by_key(|file| file.id);
    let part = |file: crate::workspace::SourceFile| SourcePart {
        kind: file.kind,
        name: file.name,
        sha256: file.sha256,
        rows: file.rows,
    };
    Ok(files.into_iter().map(part).collect())
}

fn engine(ws: &Workspace, signature: &Signature) -> Result<Option<EnginePart>, ReleaseError> {
    let before =
        LedgerFilter { kinds: vec!["matched".to_owned()], before: Some(signature.seq), ..LedgerFilter::default() };
    let newest = ws.ledger(&before, 1)?.into_iter().next();
    Ok(newest.and_then(|row| match row.event {
        Event::Matched { engine, model_sha256, .. } => Some(EnginePart { version: engine, model_sha256 }),
        _ => None,
    }))
}
