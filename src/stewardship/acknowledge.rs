//! Take in what Mosaic says of the links it was given, and chase what it does not speak of.
//!
//! A load report is a table with a row for each person: the id, perhaps the CHI, whether the row was taken, and why not. No public
//! form of it was found, so its columns are recognised by their usual headings or named; the ledger keeps what was named, and the next
//! report with these headings is read so. A report that speaks of anything but
//! the seed file of its batch is another release's, and is refused whole.

use std::collections::BTreeMap;
use std::path::Path;

use sha2::{Digest, Sha256};

use super::{Refused, people_csv, rights, training};
use crate::files;
use crate::intake::{Sheet, sheet};
use crate::person::{MosaicId, chi};
use crate::progress::Progress;
use crate::words::{listed, number};
pub use crate::workspace::ReportColumns;
use crate::workspace::{Age, Answered, Applied, BatchId, Carried, Event, LoadAnswer, Touched, TurnedAway, Workspace};

/// What a load report did.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Taken {
    /// The batch it speaks of.
    pub batch: i64,
    /// Rows in it.
    pub rows: u64,
    /// Links that Mosaic took and that were not known to be taken.
    pub accepted: u64,
    /// Links that it turned away.
    pub rejected: u64,
    /// Links that it turns away now and that an earlier report accepted: they stay accepted.
    pub stay_accepted: u64,
    /// Links of the batch of which no report has spoken.
    pub unanswered: u64,
    /// The very report was taken in before: nothing changed.
    pub again: bool,
}

/// A release of which Mosaic has not answered for every link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chased {
    /// How the batch stands.
    pub answered: Answered,
    /// Whole days since its files were first written.
    pub days: i64,
    /// The age of that.
    pub age: Age,
}

const IDS: [&str; 12] = [
    "MOSAICPERSONID",
    "PERSONID",
    "MOSAICID",
    "ID",
    "CLIENTID",
    "PERSONREF",
    "PERSONREFERENCE",
    "PERSONNUMBER",
    "MOSAICREF",
    "SUBJECTID",
    "IDENTIFIER",
    "RECORDID",
];
const CHIS: [&str; 6] = ["REFERENCEVALUE", "CHINUMBER", "CHI", "CHINO", "VALUE", "REFERENCE"];
const OUTCOMES: [&str; 10] = [
    "OUTCOME",
    "RESULT",
    "STATUS",
    "LOADSTATUS",
    "LOADRESULT",
    "LOADED",
    "ACCEPTED",
    "SUCCESS",
    "STATE",
    "IMPORTSTATUS",
];
const REASONS: [&str; 11] = [
    "REASON",
    "ERROR",
    "MESSAGE",
    "ERRORMESSAGE",
    "REJECTREASON",
    "REJECTIONREASON",
    "DETAIL",
    "DETAILS",
    "COMMENT",
    "WHY",
    "DESCRIPTION",
];

const TAKEN: [&str; 22] = [
    "ACCEPTED",
    "ACCEPT",
    "LOADED",
    "SUCCESS",
    "SUCCESSFUL",
    "SUCCEEDED",
    "OK",
    "YES",
    "Y",
    "TRUE",
    "1",
    "CREATED",
    "UPDATED",
    "ADDED",
    "DONE",
    "PASS",
    "PASSED",
    "IMPORTED",
    "COMPLETE",
    "COMPLETED",
    "INSERTED",
    "A",
];
/// What stands in Mosaic all the same (`Warning`, `Duplicate`), or may (`Skipped`, `Ignored`), is not turned away: what Mosaic holds, a
/// recall has to take out.
const TURNED_AWAY: [&str; 18] = [
    "REJECTED",
    "REJECT",
    "REFUSED",
    "FAILED",
    "FAILURE",
    "FAIL",
    "ERROR",
    "NO",
    "N",
    "FALSE",
    "0",
    "NOTLOADED",
    "NOTACCEPTED",
    "INVALID",
    "ERRORED",
    "DECLINED",
    "UNSUCCESSFUL",
    "R",
];

/// The longest reason that is kept, in characters.
const LONGEST_REASON: usize = 300;

fn plain(text: &str) -> String {
    text.chars().filter(|c| c.is_ascii_alphanumeric()).map(|c| c.to_ascii_uppercase()).collect()
}

/// Where each column is, counted from 0.
struct Places {
    id: usize,
    chi: Option<usize>,
    outcome: usize,
    reason: Option<usize>,
}

impl Places {
    fn of(sheet: &Sheet, columns: &ReportColumns) -> Result<Self, String> {
        let find = |named: &Option<String>, usual: &[&str]| -> Result<Option<usize>, String> {
            if let Some(named) = named {
                let found = sheet.headings.iter().position(|heading| heading.trim() == named.trim());
                return found.map(Some).ok_or_else(|| format!("it has no column “{named}”"));
            }
            let headings: Vec<String> = sheet.headings.iter().map(|heading| plain(heading)).collect();
            Ok(usual.iter().find_map(|usual| headings.iter().position(|heading| heading == usual)))
        };
        let id = find(&columns.id, &IDS)?;
        let outcome = find(&columns.outcome, &OUTCOMES)?;
        let missing = |what: &str, usual: &str| format!("it has no column for {what}, such as {usual}; name it");
        Ok(Self {
            id: id.ok_or_else(|| missing("the Mosaic id", "MOSAIC_PERSON_ID"))?,
            chi: find(&columns.chi, &CHIS)?,
            outcome: outcome.ok_or_else(|| missing("the outcome", "OUTCOME or STATUS"))?,
            reason: find(&columns.reason, &REASONS)?,
        })
    }
}

/// A row of a report.
struct Said {
    line: u64,
    id: MosaicId,
    chi: Option<crate::person::Chi>,
    rejected: Option<String>,
}

fn said(sheet: &Sheet, places: &Places) -> Result<Vec<Said>, String> {
    let (mut rows, mut wrong) = (Vec::new(), Wrong::default());
    for (line, row) in &sheet.rows {
        match said_by(sheet, places, *line, row) {
            Ok(row) => rows.push(row),
            Err(words) => wrong.add(*line, words),
        }
    }
    wrong.words().map_or(Ok(rows), Err)
}

/// What one row says, or what is wrong with it.
fn said_by(sheet: &Sheet, places: &Places, line: u64, row: &csv::StringRecord) -> Result<Said, String> {
    let cell = |place: usize| row.get(place).unwrap_or_default().trim();
    let id = MosaicId::parse(cell(places.id)).ok_or("there is no Mosaic id")?;
    let chi = match places.chi.map(cell).filter(|text| !text.is_empty()) {
        Some(text) => Some(chi::read(Some(text)).chi.ok_or("the CHI is not valid")?),
        None => None,
    };
    let outcome = plain(cell(places.outcome));
    let rejected = if TAKEN.contains(&outcome.as_str()) {
        None
    } else if TURNED_AWAY.contains(&outcome.as_str()) {
        let reason: String = places.reason.map_or("", cell).chars().filter(|c| !c.is_control()).collect();
        let reason: String = reason.chars().take(LONGEST_REASON).collect();
        Some(if reason.is_empty() { "Mosaic gave no reason".to_owned() } else { reason })
    } else {
        let heading = sheet.headings.get(places.outcome).map_or("", String::as_str);
        return Err(format!(
            "what stands under {heading} says neither that the row was taken nor that it was turned away"
        ));
    };
    Ok(Said { line, id, chi, rejected })
}

/// The lines of a report that keep it from being taken in.
#[derive(Default)]
struct Wrong {
    /// The first, and what is wrong there.
    first: Option<(u64, String)>,
    others: Vec<u64>,
}

impl Wrong {
    /// So many of the other lines are named.
    const NAMED: usize = 20;

    fn add(&mut self, line: u64, what: impl Into<String>) {
        match self.first {
            None => self.first = Some((line, what.into())),
            Some(_) => self.others.push(line),
        }
    }

    /// What is wrong with the first line, and which others are wrong; `None` where all are right.
    fn words(self) -> Option<String> {
        let (line, what) = self.first?;
        let mut named: Vec<String> = self.others.iter().take(Self::NAMED).map(u64::to_string).collect();
        let more = self.others.len().saturating_sub(Self::NAMED) as u64;
        named.extend((more > 0).then(|| format!("{} more", number(more))));
        let others = match self.others.len() {
            0 => String::new(),
            1 => format!(". Line {} is wrong too", listed(&named)),
            _ => format!(". Lines {} are wrong too", listed(&named)),
        };
        Some(format!("line {line}: {what}{others}"))
    }
}

/// Takes a load report in. Without a batch, that of whose seed file it speaks is found.
///
/// Refused whole, with its lines: a report with a row that is not in the seed file of the batch, or with two answers for one row.
/// Harmless: one that was taken in before.
pub fn take(
    ws: &mut Workspace,
    batch: Option<BatchId>,
    path: &Path,
    columns: &ReportColumns,
    progress: &Progress,
) -> Result<Applied<Taken>, Refused> {
    rights::works_here(ws)?;
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let wrong = |what: String| Refused::NotAReport { name: name.clone(), what };
    let table = sheet(path, progress)?;
    training::admits(ws, &table.headings, &name)?;
    let columns = match columns.is_empty() {
        true => remembered(ws, &table)?,
        false => columns.clone(),
    };
    let places = Places::of(&table, &columns).map_err(wrong)?;
    let rows = said(&table, &places).map_err(wrong)?;
    if rows.is_empty() {
        return Err(wrong("it has no rows".to_owned()));
    }
    let bytes = files::read(path).map_err(|error| Refused::io(path, error))?;
    let sha256: String = Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect();
    let batch = match batch {
        Some(batch) => batch,
        None => of_which(ws, &rows)?.ok_or_else(|| {
            wrong("it speaks of the seed file of no one release; name the batch, or look whose report it is".to_owned())
        })?,
    };
    let held = super::batches::known(ws, batch)?;
    if held.released.is_none() {
        let words = format!("Batch “{}” was not released, so nothing can have been loaded of it", held.name);
        return Err(Refused::Unfit(words));
    }
    let unanswered = |carried: &[Carried]| {
        let open = |it: &&Carried| !it.left_out && !it.recalled && it.answer == LoadAnswer::None;
        carried.iter().filter(open).count() as u64
    };
    let carried = ws.carried(batch)?;
    let mut taken = Taken { batch: batch.0, rows: rows.len() as u64, ..Taken::default() };
    if ws.load_reports(batch)?.iter().any(|report| report.sha256 == sha256) {
        taken.again = true;
        taken.unanswered = unanswered(&carried);
        return Ok(Applied { output: taken, touched: Touched::empty(), seqs: Vec::new() });
    }
    let by_id: BTreeMap<&str, &Carried> =
        carried.iter().filter(|it| !it.left_out).map(|it| (it.key.left(), it)).collect();
    let (mut answers, mut faults): (BTreeMap<&str, &Said>, _) = (BTreeMap::new(), Wrong::default());
    let (mut accepted, mut rejected) = (Vec::new(), Vec::new());
    for row in &rows {
        let Some(link) = by_id.get(row.id.as_str()) else {
            let first = faults.first.is_none();
            faults.add(row.line, if first { stranger(ws, batch, row)? } else { String::new() });
            continue;
        };
        if row.chi.is_some_and(|chi| chi.as_str() != link.key.right()) {
            faults.add(
                row.line,
                format!("{} went out in batch {} with another CHI than the report says", row.id, batch.0),
            );
            continue;
        }
        if let Some(first) = answers.insert(row.id.as_str(), row) {
            if first.rejected.is_some() == row.rejected.is_some() {
                continue;
            }
            faults.add(row.line, format!("{} is on line {} already, with another outcome", row.id, first.line));
            continue;
        }
        match (&row.rejected, &link.answer) {
            (None, LoadAnswer::Accepted) => {}
            (None, _) => accepted.push(link.key.clone()),
            (Some(_), LoadAnswer::Accepted) => taken.stay_accepted += 1,
            (Some(reason), _) => rejected.push(TurnedAway { pair: link.key.clone(), reason: reason.clone() }),
        }
    }
    if let Some(what) = faults.words() {
        return Err(wrong(what));
    }
    (taken.accepted, taken.rejected) = (accepted.len() as u64, rejected.len() as u64);
    let event = Event::Acknowledged { batch, name, sha256, accepted, rejected, columns };
    let applied = ws.apply(vec![event], |_| Ok(()))?;
    taken.unanswered = unanswered(&ws.carried(batch)?);
    Ok(Applied { output: taken, touched: applied.touched, seqs: applied.seqs })
}

/// The columns that were named for an earlier report, where this one has them all; otherwise none are.
fn remembered(ws: &Workspace, table: &Sheet) -> Result<ReportColumns, Refused> {
    let columns = ws.report_columns()?;
    let has = |named: &Option<String>| {
        named.as_ref().is_none_or(|named| table.headings.iter().any(|heading| heading.trim() == named.trim()))
    };
    let all = [&columns.id, &columns.chi, &columns.outcome, &columns.reason].into_iter().all(has);
    Ok(if all { columns } else { ReportColumns::default() })
}

/// The one released batch whose seed file has every row.
fn of_which(ws: &Workspace, rows: &[Said]) -> Result<Option<BatchId>, Refused> {
    let mut fitting = Vec::new();
    for answered in ws.answered()? {
        let carried = ws.carried(answered.batch)?;
        let by_id: BTreeMap<&str, &Carried> =
            carried.iter().filter(|it| !it.left_out).map(|it| (it.key.left(), it)).collect();
        let fits = |row: &Said| {
            let link = by_id.get(row.id.as_str());
            link.is_some_and(|link| row.chi.is_none_or(|chi| chi.as_str() == link.key.right()))
        };
        if rows.iter().all(fits) {
            fitting.push(answered.batch);
        }
    }
    Ok(if let [one] = fitting.as_slice() { Some(*one) } else { None })
}

/// What to say of a row that is not in the seed file of the batch: where it is.
fn stranger(ws: &Workspace, batch: BatchId, row: &Said) -> Result<String, Refused> {
    let mut others = Vec::new();
    for answered in ws.answered()?.into_iter().filter(|answered| answered.batch != batch) {
        if ws.carried(answered.batch)?.iter().any(|it| !it.left_out && it.key.left() == row.id.as_str()) {
            others.push(answered.batch.0.to_string());
        }
    }
    let where_it_is = match others.as_slice() {
        [] => "nor in that of any other; look whose report it is".to_owned(),
        others => format!("but in that of batch {}; is it the report of that release?", listed(others)),
    };
    Ok(format!("{} is not in the seed file of batch {}, {where_it_is}", row.id, batch.0))
}

/// Releases with links of which Mosaic has said nothing, the oldest first.
pub fn chased(ws: &Workspace) -> Result<Vec<Chased>, Refused> {
    let now = jiff::Timestamp::now();
    let open = ws.answered()?.into_iter().filter(|answered| answered.unanswered() > 0);
    Ok(open
        .map(|answered| {
            let days = (now.as_second() - answered.released.as_second()) / 86_400;
            Chased { answered, days, age: Age::of(days) }
        })
        .collect())
}

/// Writes the links of which Mosaic has said nothing to a CSV file, to be asked about. Gives how many there are.
pub fn write_unanswered(ws: &Workspace, path: &Path) -> Result<u64, Refused> {
    let headings = ["BATCH", "RELEASED", "DAYS", "MOSAIC_PERSON_ID", "CHI"].map(str::to_owned).to_vec();
    let mut table = vec![headings];
    for chased in chased(ws)? {
        let Answered { batch, released, .. } = chased.answered;
        for link in ws.carried(batch)? {
            if link.left_out || link.recalled || link.answer != LoadAnswer::None {
                continue;
            }
            table.push(vec![
                batch.0.to_string(),
                released.strftime("%Y-%m-%d").to_string(),
                chased.days.to_string(),
                link.key.left().to_owned(),
                link.key.right().to_owned(),
            ]);
        }
    }
    let count = table.len() as u64 - 1;
    people_csv::write(path, &training::marked(ws, table))?;
    Ok(count)
}
