//! All rows of a file, one verdict each, and the tally.

use std::collections::BTreeMap;

use super::{IntakeError, PairRow, Plan, Rejected};
use crate::person::{ChiRecord, Finding, MosaicRecord};
use crate::progress::Progress;

/// What a row says.
#[derive(Debug, Clone, PartialEq)]
pub enum Row {
    /// A person in Mosaic.
    Mosaic(MosaicRecord),
    /// A person in the CHI index.
    Chi(ChiRecord),
    /// A candidate pair.
    Pair(PairRow),
}

/// A row that can be kept, with what was noticed about it.
#[derive(Debug, Clone, PartialEq)]
pub struct Accepted {
    /// The physical line on which the row begins, counted from 1.
    pub line: u64,
    /// What it says.
    pub row: Row,
    /// What was noticed; none for a clean row.
    pub findings: Vec<Finding>,
}

/// What became of one row.
#[derive(Debug, Clone, PartialEq)]
pub enum Verdict {
    /// It can be kept.
    Accepted(Accepted),
    /// It was refused.
    Rejected(Rejected),
}

/// What became of all rows. `accepted + warned + rejected == rows`, always.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Tally {
    /// Rows below the headings.
    pub rows: u64,
    /// Rows accepted with nothing to notice.
    pub accepted: u64,
    /// Rows accepted with at least one finding.
    pub warned: u64,
    /// Rows refused.
    pub rejected: u64,
    /// SHA-256 of the file's bytes, in hexadecimal.
    pub sha256: String,
    /// How often each finding was made, by its [`finding_name`].
    pub findings: BTreeMap<String, u64>,
    /// How often each reason refused a row, by its [`super::Reject::name`].
    pub rejects: BTreeMap<String, u64>,
}

/// A finding in a few words, without what is particular to the row, for counting alike findings together.
pub fn finding_name(_finding: &Finding) -> &'static str {
    unimplemented!()
}

/// Reads every row of a file and hands each to `sink`, in order.
///
/// Rows stream: memory holds the ids seen so far (to find repeated ones) and no rows. An error, from the file, from a
/// cancelled `progress` or from the sink, stops the reading; what the sink took by then is the caller's to take back.
pub fn read(
    _plan: &Plan,
    _progress: &Progress,
    _sink: &mut dyn FnMut(Verdict) -> Result<(), IntakeError>,
) -> Result<Tally, IntakeError> {
    unimplemented!()
}
