//! All rows of a file, one verdict each, and the tally.

use std::collections::BTreeMap;

use csv::StringRecord;

use super::pairs::{LOOKED_AT, Pairs};
use super::person_columns::PersonColumns;
use super::seen::Seen;
use super::sniff::Head;
use super::table::Table;
use super::{IntakeError, Kind, PairRow, Plan, Reject, Rejected};
use crate::person::{ChiRecord, Finding, MosaicId, MosaicRecord};
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
    /// What was noticed, each thing once; none for a clean row.
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

fn count_one(counts: &mut BTreeMap<String, u64>, name: &str) {
    match counts.get_mut(name) {
        Some(count) => *count += 1,
        None => {
            counts.insert(name.to_owned(), 1);
        }
    }
}

/// A finding in a few words, without what is particular to the row, for counting alike findings together.
pub fn finding_name(finding: &Finding) -> &'static str {
    match finding {
        Finding::ZeroRestored => "Leading zero of a CHI restored",
        Finding::ChiUndressed => "Marks around a CHI taken off",
        Finding::ChiNotValid { .. } => "CHI field not valid",
        Finding::OtherScheme { .. } => "Number of another scheme in a CHI field",
        Finding::Modulus10Only => "CHI valid by modulus 10 only",
        Finding::ChiDateDiffers => "CHI date differs from the date of birth",
        Finding::ChiSexDiffers => "CHI sex digit differs from the sex",
        Finding::SentinelDate => "Date stands for unknown",
        Finding::EstimatedDate => "Date of birth on 1 January",
        Finding::UnreadableDate => "Date not readable",
        Finding::PartialDate => "Date in part",
        Finding::DummyPostcode => "Postcode stands for unknown",
        Finding::UnreadablePostcode => "Postcode not readable",
        Finding::PlaceholderName => "Name is a placeholder",
        Finding::UnknownSex => "Sex code not known",
        Finding::UnknownStatus => "Status code not known",
        Finding::TitleInName => "Title inside a name",
        Finding::NameCut => "Name may be cut",
    }
}

/// How the rows of one kind of file are read.
enum Reader {
    Mosaic(PersonColumns),
    Chi(PersonColumns),
    Pairs(Box<Pairs>),
}

impl Reader {
    fn new(plan: &Plan) -> Result<Self, IntakeError> {
        Ok(match plan.mapping.kind {
            Kind::Mosaic => Self::Mosaic(PersonColumns::of(&plan.mapping, false)),
            Kind::Chi => Self::Chi(PersonColumns::of(&plan.mapping, false)),
            Kind::NarrowPairs | Kind::WidePairs => Self::Pairs(Box::new(Pairs::new(plan, &first_rows(plan)?))),
        })
    }

    fn row(&self, row: &StringRecord, line: u64, seen: &mut Seen, findings: &mut Vec<Finding>) -> Result<Row, Reject> {
        match self {
            Self::Mosaic(columns) => {
                let id = columns.id(row);
                if id.is_empty() {
                    return Err(Reject::NoId);
                }
                let id = MosaicId::parse(id).ok_or(Reject::IdNotInAlphabet)?;
                seen.mosaic(&id, line).map_or(Ok(()), Err)?;
                Ok(Row::Mosaic(columns.mosaic(row, id, findings)))
            }
            Self::Chi(columns) => {
                let record = columns.chi_record(row, columns.chi(row), findings)?;
                seen.chi(record.chi, line).map_or(Ok(()), Err)?;
                Ok(Row::Chi(record))
            }
            Self::Pairs(pairs) => pairs.read(row, line, seen, findings).map(Row::Pair),
        }
    }
}

/// The first rows of a file of pairs, to learn from what its ids are.
fn first_rows(plan: &Plan) -> Result<Vec<StringRecord>, IntakeError> {
    let unwatched = Progress::new();
    let mut table = Table::open(&plan.path, &plan.format, &unwatched)?;
    let mut rows = Vec::new();
    let mut row = StringRecord::new();
    while rows.len() < LOOKED_AT && table.next(&mut row)?.is_some() {
        rows.push(row.clone());
    }
    Ok(rows)
}

/// Reads every row of a file and hands each to `sink`, in order.
///
/// Rows stream: memory holds the ids seen so far (to find repeated ones) and no rows. An error, from the file, from a
/// cancelled `progress` or from the sink, stops the reading; what the sink took by then is the caller's to take back.
/// Progress counts the bytes of the file.
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
    let mut row = StringRecord::new();
    while let Some(line) = table.next(&mut row)? {
        let mut findings = Vec::new();
        let verdict = match reader.row(&row, line, &mut seen, &mut findings) {
            Ok(row) => {
                findings.sort();
                findings.dedup();
                Verdict::Accepted(Accepted { line, row, findings })
            }
            Err(reason) => Verdict::Rejected(Rejected { line, reason, raw: row.iter().map(str::to_owned).collect() }),
        };
        tally.count(&verdict);
        sink(verdict)?;
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
