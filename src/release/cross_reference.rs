//! The cross-reference between Mosaic ids and CHI numbers, for systems that show each other's view: as CSV and as FHIR.
//!
//! In it are the links that a share extract of the lowest level would carry, what was recalled (in the CSV, so that whoever took
//! it over can take it out), and the merges. It says nothing of anybody but numbers.

use std::collections::BTreeSet;
use std::path::Path;

use jiff::Timestamp;
use sha2::{Digest, Sha256};

use super::place::Staged;
use super::tables::hex;
use super::{ReleaseError, fhir};
use crate::files;
use crate::person::{Chi, MosaicId};
use crate::progress::Progress;
use crate::stewardship::sharing::{self, Shareable};
use crate::stewardship::{people_csv, rights};
use crate::workspace::{Event, LinkState, Workspace};

/// What a cross-reference is written as.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Form {
    /// CSV: MOSAIC_PERSON_ID, CHI, STATUS, SINCE, MERGED_INTO.
    Csv,
    /// FHIR R4: one `Patient` a line.
    Fhir(fhir::Systems),
}

/// A row: a Mosaic id, and its CHI or the record that it was merged into.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Entry {
    /// The Mosaic person.
    pub mosaic: MosaicId,
    /// What the row says.
    pub says: Says,
    /// Since when.
    pub since: Timestamp,
}

/// What a row says of a Mosaic person.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Says {
    /// Is this CHI.
    Is(Chi, LinkState),
    /// Is not this CHI, though a file once said so.
    IsNot(Chi),
    /// Was merged into this record.
    MergedInto(MosaicId),
}

/// The cross-reference.
pub struct CrossReference {
    /// Its rows, by Mosaic id.
    pub entries: Vec<Entry>,
    /// Who is not in it.
    pub left_out: Shareable,
}

/// What was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// Rows or resources.
    pub rows: u64,
    /// SHA-256 (hex) of the file.
    pub sha256: String,
}

const HEADINGS: [&str; 5] = ["MOSAIC_PERSON_ID", "CHI", "STATUS", "SINCE", "MERGED_INTO"];

/// Reads the cross-reference.
pub fn read(ws: &Workspace, progress: &Progress) -> Result<CrossReference, ReleaseError> {
    let mut people = sharing::people(ws, 1, progress)?;
    let mut entries: Vec<Entry> = std::mem::take(&mut people.links)
        .into_iter()
        .map(|link| Entry { mosaic: link.mosaic, says: Says::Is(link.chi, link.state), since: link.since })
        .collect();
    let may_be_told = |link: &crate::workspace::SignedLink| !link.is_restricted() || link.exception.is_some();
    for link in ws.signed_links()?.into_iter().filter(|link| link.state == LinkState::Recalled && may_be_told(link)) {
        entries.push(Entry { mosaic: link.mosaic, says: Says::IsNot(link.chi), since: link.since });
    }
    for merge in ws.signed_merges()? {
        if merge.state != LinkState::Recalled && !merge.restricted {
            entries.push(Entry { mosaic: merge.source, says: Says::MergedInto(merge.target), since: merge.since });
        }
    }
    entries.sort();
    Ok(CrossReference { entries, left_out: people })
}

/// Writes the cross-reference to a file that is not there yet.
pub fn write(ws: &mut Workspace, form: &Form, file: &Path, progress: &Progress) -> Result<Written, ReleaseError> {
    rights::works_here(ws)?;
    super::training::refuse_sharing(ws)?;
    ws.expect_whole(progress)?;
    let found = read(ws, progress)?;
    let (bytes, rows, code) = match form {
        Form::Csv => (csv(&found.entries), found.entries.len(), "csv"),
        Form::Fhir(systems) => {
            if let Some(fault) = systems.fault() {
                return Err(ReleaseError::Profile(fault.to_string()));
            }
            let (bytes, count) = fhir::ndjson(&found.entries, systems);
            (bytes, count, "fhir")
        }
    };
    let folder = files::folder_of(file);
    let name = file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    if name.is_empty() {
        return Err(ReleaseError::Profile("Name a file to write the cross-reference to".to_owned()));
    }
    let written = Written { rows: rows as u64, sha256: hex(&Sha256::digest(&bytes)) };
    let staged = Staged::write(folder, &[(name.clone(), bytes)], progress)?;
    let event = Event::CrossReferenceWritten {
        form: code.to_owned(),
        rows: written.rows,
        name,
        sha256: written.sha256.clone(),
    };
    ws.apply(vec![event], |_| Ok(()))?;
    staged.settle().map_err(super::place::noted)?;
    Ok(written)
}

/// A moment as files write it.
pub(super) fn moment(at: Timestamp) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

fn csv(entries: &[Entry]) -> Vec<u8> {
    let mut table = vec![HEADINGS.map(str::to_owned).to_vec()];
    for entry in entries {
        let (chi, status, into) = match &entry.says {
            Says::Is(chi, state) => (chi.to_string(), state.code(), String::new()),
            Says::IsNot(chi) => (chi.to_string(), LinkState::Recalled.code(), String::new()),
            Says::MergedInto(target) => (String::new(), "merged", target.to_string()),
        };
        table.push(vec![entry.mosaic.to_string(), chi, status.to_owned(), moment(entry.since), into]);
    }
    people_csv::plain(&table, "\n")
}

/// Every Mosaic id that the rows speak of.
pub(super) fn everybody(entries: &[Entry]) -> BTreeSet<&MosaicId> {
    let mut all: BTreeSet<&MosaicId> = BTreeSet::new();
    for entry in entries {
        all.insert(&entry.mosaic);
        if let Says::MergedInto(target) = &entry.says {
            all.insert(target);
        }
    }
    all
}
