//! A share extract: the people with a signed link, keyed by CHI, with the columns that the sharing protocol agrees; all of them,
//! or what changed since the receiver last acknowledged one.
//!
//! | file | what it holds |
//! |---|---|
//! | this one | making an extract and writing it |
//! | `rows` | what is told of each person; what a delta says |
//! | [`manifest`] | what an extract says about itself |
//! | `check` | reading extracts back, without the workspace |
//!
//! # Deltas
//!
//! A receiver may load an extract and nobody here hears of it; or an extract goes astray. So a delta starts from the newest
//! acknowledged extract of its level and purpose, and says every row that is not the same there *and* in each extract that went
//! out after it. Whichever of those were loaded, what is held afterwards is what a full extract would hold. *Added* and *changed*
//! put a row in place of any other of that CHI; *withdrawn* takes out what is held, if anything is.
//!
//! The event is in the ledger before a file has its name: the ledger may say of a file that never came to be that it was
//! written, never the other way round.

mod check;
pub mod manifest;
mod rows;

use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use self::manifest::{AsAt, ExtractPart, Form, LeftOutPart, ProtocolPart, ShareManifest, SharePart};
pub use self::rows::Change;
use super::ReleaseError;
use super::manifest::SourcePart;
use super::place::Staged;
use super::tables::hex;
use crate::progress::Progress;
use crate::stewardship::sharing::{self, LeftOut, Shareable, Wanted};
use crate::stewardship::{Refused, people_csv, rights};
use crate::workspace::sharing::extracts::ExtractNote;
use crate::workspace::sharing::state_sha256;
use crate::workspace::{Event, Extract, LedgerFilter, SharedColumn, Workspace};

pub(super) use self::check::{is_one, names, verify};

/// What was written.
#[derive(Debug, Clone, PartialEq)]
pub struct Shared {
    /// The folder.
    pub folder: PathBuf,
    /// What the extract says about itself.
    pub manifest: ShareManifest,
    /// The files, the manifest last, without their folder.
    pub files: Vec<String>,
    /// That the review of the protocol is overdue, in a sentence without its full stop.
    pub overdue: Option<String>,
}

/// Writes an extract into a folder: all people, or with `form` a delta what changed.
pub fn write(
    ws: &mut Workspace,
    wanted: &Wanted,
    form: Form,
    into: &Path,
    progress: &Progress,
) -> Result<Shared, ReleaseError> {
    rights::works_here(ws)?;
    super::training::refuse_sharing(ws)?;
    let held = sharing::in_force(ws)?;
    let columns = sharing::agreed(&held, wanted)?;
    let (base, earlier) = match form {
        Form::Full => (None, Vec::new()),
        Form::Delta => {
            let (base, earlier) = earlier(ws, wanted, &columns)?;
            (Some(base), earlier)
        }
    };
    ws.expect_whole(progress)?;
    let people = sharing::people(ws, wanted.level, progress)?;

    progress.begin("Writing files", 2);
    let rows = rows::rows(&people.links, &columns);
    let state = rows::state(&rows);
    let (table, counts) = match form {
        Form::Full => (rows::full(&rows, &columns), [rows.len() as u64, 0, 0]),
        Form::Delta => {
            let changes = rows::changes(&earlier, &state);
            let count = |change| changes.values().filter(|held| **held == change).count() as u64;
            (rows::delta(&rows, &changes, &columns), Change::ALL.map(count))
        }
    };
    let bytes = people_csv::plain(&table, "\n");
    let id = ws.next_extract()?;
    let word = if form == Form::Full { "full" } else { "delta" };
    let name = format!("share-{:04}_{word}.csv", id.0);
    let today = crate::words::days::now().date();
    let overdue = sharing::overdue(&held.protocol, today);
    let manifest = ShareManifest {
        stewartry_share: manifest::VERSION,
        program: env!("CARGO_PKG_VERSION").to_owned(),
        workspace: ws.id().to_owned(),
        protocol: ProtocolPart {
            reference: held.protocol.reference.clone(),
            version: held.version,
            agreed: held.protocol.agreed,
            level_name: held.protocol.level(wanted.level).map(|level| level.name.clone()).unwrap_or_default(),
            allowed: held.protocol.allowed(wanted.level),
            review: held.protocol.review,
            review_overdue: overdue.is_some(),
        },
        level: wanted.level,
        purpose: wanted.purpose.clone(),
        columns: columns.clone(),
        extract: ExtractPart {
            number: id.0,
            form,
            base: base.as_ref().map(|base| base.id.0),
            people: rows.len() as u64,
            added: counts[0],
            changed: counts[1],
            withdrawn: counts[2],
            held_sha256: state_sha256(&state),
        },
        file: SharePart {
            name: name.clone(),
            rows: table.len() as u64 - 1,
            bytes: bytes.len() as u64,
            sha256: hex(&Sha256::digest(&bytes)),
        },
        left_out: left_out(&people),
        excepted: people.links.iter().filter(|link| link.is_restricted()).count() as u64,
        to_recheck: people.links.iter().filter(|link| link.stale).count() as u64,
        sources: sources(ws)?,
        as_at: as_at(ws)?,
        written_by: ws.me().name.clone(),
        seal: String::new(),
    }
    .sealed();

    let manifest_bytes = manifest.bytes();
    let note = ExtractNote {
        extract: id,
        base: base.map(|base| base.id),
        protocol: held.version,
        level: wanted.level,
        purpose: wanted.purpose.clone(),
        columns,
        people: manifest.extract.people,
        added: counts[0],
        changed: counts[1],
        withdrawn: counts[2],
        state_sha256: manifest.extract.held_sha256.clone(),
        manifest_sha256: hex(&Sha256::digest(&manifest_bytes)),
        files: vec![name.clone(), ShareManifest::file_name(id.0)],
        review_overdue: overdue.is_some(),
    };
    let files = note.files.clone();
    let staged = Staged::write(into, &[(name, bytes), (ShareManifest::file_name(id.0), manifest_bytes)], progress)?;
    progress.check()?;
    ws.apply(vec![Event::ExtractWritten(Box::new(note.clone()))], |tx| tx.put_extract_rows(&note, &state))?;
    staged.settle().map_err(noted)?;
    Ok(Shared { folder: into.to_owned(), manifest, files, overdue })
}

/// A failure after the event: the ledger says more than what lies there.
fn noted(error: ReleaseError) -> ReleaseError {
    match error {
        ReleaseError::Io { path, doing, source, .. } => ReleaseError::Io {
            path,
            doing,
            source,
            kept: "the ledger has the extract, and its files may not be there. Check the folder and the disk, then write another: \
                   a delta starts from the one that was acknowledged",
        },
        other => other,
    }
}

/// The acknowledged extract that a delta starts from, and what a receiver may hold: first that, then what went out after it.
fn earlier(
    ws: &Workspace,
    wanted: &Wanted,
    columns: &[SharedColumn],
) -> Result<(Extract, Vec<rows::State>), ReleaseError> {
    let Some(base) = ws.newest_acknowledged(wanted.level, &wanted.purpose)? else {
        return Err(Refused::Nothing(format!(
            "No extract of level {} for this purpose was acknowledged, so there is nothing a delta could start from; write a full one",
            wanted.level
        ))
        .into());
    };
    let mut states = Vec::new();
    let after = ws.extracts_after(&base)?;
    for extract in std::iter::once(&base).chain(&after) {
        if extract.columns != columns {
            return Err(Refused::Unfit(format!(
                "Extract {} had other columns, so a delta cannot follow it; write a full one, and have it acknowledged",
                extract.id.0
            ))
            .into());
        }
        states.push(ws.extract_state(extract)?);
    }
    Ok((base, states))
}

fn left_out(people: &Shareable) -> LeftOutPart {
    LeftOutPart {
        restricted: people.left_out(LeftOut::Restricted),
        recalled: people.left_out(LeftOut::Recalled),
        not_one_to_one: people.left_out(LeftOut::NotOneToOne),
        out_of_use: people.left_out(LeftOut::OutOfUse),
        changed_since: people.left_out(LeftOut::ChangedSince),
        left_mosaic: people.left_out(LeftOut::LeftMosaic),
    }
}

/// The newest extracts that the rows rest on.
fn sources(ws: &Workspace) -> Result<Vec<SourcePart>, ReleaseError> {
    let mut files = ws.files()?;
    files.sort_by_key(|file| file.seq);
    let newest = ["mosaic", "chi"].into_iter().filter_map(|kind| files.iter().rev().find(|file| file.kind == kind));
    let part = |file: &crate::workspace::SourceFile| SourcePart {
        kind: file.kind.clone(),
        name: file.name.clone(),
        sha256: file.sha256.clone(),
        rows: file.rows,
    };
    Ok(newest.map(part).collect())
}

fn as_at(ws: &Workspace) -> Result<AsAt, ReleaseError> {
    let newest = ws.ledger(&LedgerFilter::default(), 1)?.into_iter().next();
    Ok(newest.map_or_else(
        || AsAt { ledger_sequence: 0, ledger_hash: String::new(), at: String::new() },
        |row| AsAt { ledger_sequence: row.seq, ledger_hash: row.hash, at: row.at.to_string() },
    ))
}
