//! All rows of a file, one verdict each, and the tally.

use std::collections::BTreeMap;

use csv::StringRecord;
use rayon::prelude::*;

use super::pairs::{LOOKED_AT, Pairs};
use super::person_columns::PersonColumns;
use super::relationships::RelationshipColumns;
use super::seen::Seen;
use super::sniff::Head;
use super::table::Table;
use super::{IntakeError, Kind, PairRow, Plan, Reject, Rejected, finding_name};
use crate::person::{ChiRecord, Finding, MosaicRecord, Relationship};
use crate::progress::Progress;

/// What a row says.
// Pairs are large, and the usual row is not one: a box would cost millions of records an allocation each.
#[allow(clippy::large_enum_variant)]
#[derive(Debug, Clone, PartialEq)]
pub enum Row {
    /// A person in Mosaic.
    Mosaic(MosaicRecord),
    /// A person in the CHI index.
    Chi(ChiRecord),
    /// A candidate pair.
    Pair(PairRow),
    /// A relationship of two people in Mosaic.
    Relationship(Relationship),
}

/// A row that can be kept, with what was noticed about it.
#[derive(Debug, Clone, PartialEq)]
pub struct Accepted {
    /// The physical line on which the row begins, counted from 1.
    pub line: u64,
    /// What it says.
    pub row: Row,
    /// What was noticed, each thing once; none for a clean row.
    pub findings: Vec<Finding>,
}

/// What became of one row.
#[allow(clippy::large_enum_variant)] // As for `Row`: the usual verdict is the large one.
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
    /// Rows accepted without a warning; a notice (an estimated date, say) is none.
    pub accepted: u64,
    /// Rows accepted with at least one finding that warns.
    pub warned: u64,
    /// Rows refused.
    pub rejected: u64,
    /// SHA-256 of the file's bytes, in hexadecimal.
    pub sha256: String,
    /// In how many rows each finding was made, by its [`finding_name`].
    pub findings: BTreeMap<String, u64>,
    /// How often each reason refused a row, by its [`Reject::name`].
    pub rejects: BTreeMap<String, u64>,
}

impl Tally {
    fn count(&mut self, verdict: &Verdict) {
        self.rows += 1;
        match verdict {
            Verdict::Accepted(Accepted { findings, .. }) => {
                let warns = findings.iter().any(Finding::is_warning);
                *(if warns { &mut self.warned } else { &mut self.accepted }) += 1;
                let mut names: Vec<&str> = findings.iter().map(finding_name).collect();
                names.dedup();
                for name in names {
                    count_one(&mut self.findings, name);
                }
            }
            Verdict::Rejected(Rejected { reason, .. }) => {
                self.rejected += 1;
                count_one(&mut self.rejects, reason.name());
            }
        }
    }
}

pub(super) fn count_one(counts: &mut BTreeMap<String, u64>, name: &str) {
    match counts.get_mut(name) {
        Some(count) => *count += 1,
        None => {
            counts.insert(name.to_owned(), 1);
        }
    }
}

/// How the rows of one kind of file are read.
enum Reader {
    Mosaic(PersonColumns),
    Chi(PersonColumns),
    Pairs(Box<Pairs>),
    Relationships(RelationshipColumns),
}

impl Reader {
    fn new(plan: &Plan) -> Result<Self, IntakeError> {
        Ok(match plan.mapping.kind {
            Kind::Mosaic => Self::Mosaic(PersonColumns::of(&plan.mapping, false)),
            Kind::Chi => Self::Chi(PersonColumns::of(&plan.mapping, false)),
            Kind::Relationships => Self::Relationships(RelationshipColumns::of(&plan.mapping)),
            Kind::NarrowPairs | Kind::WidePairs => Self::Pairs(Box::new(Pairs::new(plan, &first_rows(plan)?))),
        })
    }

    /// What a row says on its own. Whether another row has said it before, [`repeats`] knows.
    fn row(&self, row: &StringRecord) -> Result<Said, Reject> {
        let mut findings = Vec::new();
        let mut swapped = false;
        let row = match self {
            Self::Mosaic(columns) => Row::Mosaic(columns.mosaic_row(row, &mut findings)?.to_record()),
            Self::Chi(columns) => Row::Chi(columns.chi_row(row, &mut findings)?.to_record()),
            Self::Relationships(columns) => Row::Relationship(columns.read(row, &mut findings)?),
            Self::Pairs(pairs) => {
                let (pair, other_way) = pairs.read(row, &mut findings)?;
                swapped = other_way;
                Row::Pair(pair)
            }
        };
        findings.sort();
        findings.dedup();
        Ok(Said { row, findings, swapped })
    }
}

/// What a row says on its own.
struct Said {
    row: Row,
    findings: Vec<Finding>,
    /// Whether the sides of a pair stood the other way round.
    swapped: bool,
}

/// Why a row cannot stand beside those before it.
fn repeats(said: &Said, line: u64, seen: &mut Seen) -> Option<Reject> {
    match &said.row {
        Row::Mosaic(record) => seen.mosaic(&record.id, line),
        Row::Chi(record) => seen.chi(record.chi, line),
        Row::Pair(pair) => seen.pair(pair, said.swapped, line),
        Row::Relationship(relationship) => seen.relationship(relationship, line),
    }
}

/// What a row that can stand beside those before it says, with what only they show of it.
fn beside_others(mut said: Said, line: u64, seen: &mut Seen) -> Said {
    if let Row::Mosaic(record) = &said.row
        && let Some(first) = seen.alike(&record.id, line)
    {
        said.findings.push(Finding::IdAlike { first });
        said.findings.sort();
    }
    said
}

/// Rows read at a time: enough to share out, few enough to stop soon.
const BATCH: usize = 4096;
/// Bytes after which no further row is read at a time, and a row whose memory is not kept for the next: a file of nothing but
/// the longest rows must not fill the memory.
const BATCH_BYTES: usize = 32 << 20;
const LONG_ROW: usize = 64 << 10;

/// Some rows of a file and their lines. The rows' memory is used again for the next.
#[derive(Default)]
struct Batch {
    rows: Vec<(u64, StringRecord)>,
    filled: usize,
}

impl Batch {
    fn rows(&self) -> &[(u64, StringRecord)] {
        &self.rows[..self.filled]
    }

    fn fill(&mut self, table: &mut Table<'_>) -> Result<(), IntakeError> {
        self.filled = 0;
        self.rows.retain(|(_, row)| row.as_slice().len() < LONG_ROW);
        let mut bytes = 0;
        while self.filled < BATCH && bytes < BATCH_BYTES {
            if self.filled == self.rows.len() {
                self.rows.push((0, StringRecord::new()));
            }
            let (line, row) = &mut self.rows[self.filled];
            let Some(at) = table.next(row)? else { break };
            *line = at;
            bytes += row.as_slice().len();
            self.filled += 1;
        }
        Ok(())
    }
}

/// The first rows of a file of pairs, to learn from what its ids are.
fn first_rows(plan: &Plan) -> Result<Vec<StringRecord>, IntakeError> {
    let unwatched = Progress::new();
    let mut table = Table::open(&plan.path, &plan.format, &unwatched)?;
    let mut rows = Vec::new();
    let mut row = StringRecord::new();
    let mut bytes = 0;
    while rows.len() < LOOKED_AT && bytes < BATCH_BYTES && table.next(&mut row)?.is_some() {
        bytes += row.as_slice().len();
        rows.push(row.clone());
    }
    Ok(rows)
}

/// Reads every row of a file and hands each to `sink`, in order.
///
/// Rows stream: memory holds the ids seen so far (to find repeated ones) and some thousand rows. An error, from the file, from a
/// cancelled `progress` or from the sink, stops the reading; what the sink took by then is the caller's to take back.
/// Progress counts the bytes of the file.
///
/// While some rows are being turned into records, on as many threads as there are, the next are read; what the sink is
/// given, and in which order, does not depend on that.
pub fn read(
    plan: &Plan,
    progress: &Progress,
    sink: &mut dyn FnMut(Verdict) -> Result<(), IntakeError>,
) -> Result<Tally, IntakeError> {
    let Plan { path, format, mapping, sha256 } = plan;
    let missing = mapping.missing_required();
    if !missing.is_empty() {
        let missing = missing.iter().map(|field| field.words()).collect::<Vec<_>>().join(", ");
        return Err(IntakeError::Unmapped { path: path.clone(), missing });
    }
    progress.begin("Reading rows", Head::read(path)?.size);
    let mut table = Table::open(path, format, progress)?;
    if table.headings() != mapping.headings() {
        let what = "its headings are others, or in another order".to_owned();
        return Err(IntakeError::MappingDoesNotFit { path: path.clone(), what });
    }
    let reader = Reader::new(plan)?;
    let mut seen = Seen::default();
    let mut tally = Tally::default();
    let (mut batch, mut next) = (Batch::default(), Batch::default());
    let mut said: Vec<Result<Said, Reject>> = Vec::new();
    batch.fill(&mut table)?;
    while !batch.rows().is_empty() {
        progress.check()?;
        let (filled, ()) = rayon::join(
            || next.fill(&mut table),
            || batch.rows().par_iter().with_min_len(64).map(|(_, row)| reader.row(row)).collect_into_vec(&mut said),
        );
        for ((line, row), said) in batch.rows().iter().zip(said.drain(..)) {
            let line = *line;
            let said = said.and_then(|said| repeats(&said, line, &mut seen).map_or(Ok(said), Err));
            let said = said.map(|said| beside_others(said, line, &mut seen));
            let verdict = match said {
                Ok(Said { row, findings, .. }) => Verdict::Accepted(Accepted { line, row, findings }),
                Err(reason) => {
                    Verdict::Rejected(Rejected { line, reason, raw: row.iter().map(str::to_owned).collect() })
                }
            };
            tally.count(&verdict);
            sink(verdict)?;
        }
        filled?;
        std::mem::swap(&mut batch, &mut next);
    }
    let (counts, hash) = table.finish()?;
    if counts.rows != tally.rows + 1 {
        let (scanned, parsed) = (counts.rows - 1, tally.rows);
        return Err(IntakeError::RowsDisagree { path: path.clone(), scanned, parsed });
    }
    if !sha256.is_empty() && *sha256 != hash {
        return Err(IntakeError::Changed { path: path.clone() });
    }
    tally.sha256 = hash;
    Ok(tally)
}
