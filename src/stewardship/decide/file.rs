//! Decide from a file: the rows that the rules allow in one deed, the others listed.

use std::collections::HashSet;
use std::path::Path;

use csv::StringRecord;

use super::super::carry::Deed;
use super::super::live::Live;
use super::super::looked::Looked;
use super::super::{Refused, find, merge, people_csv, rights, stops, training};
use super::Answer;
use crate::intake::{Sheet, sheet};
use crate::pair::{How, PairKey, PairKind, Reason, Verdict};
use crate::person::{MosaicId, chi};
use crate::progress::Progress;
use crate::workspace::{Touched, Workspace};

/// What a file of decisions did.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct DecideOutcome {
    /// Rows in the file.
    pub rows: u64,
    /// Rows decided.
    pub decided: u64,
    /// Of these: match, not a match, unsure, refer.
    pub answers: [u64; 4],
    /// Rows that say what is decided already.
    pub same_as_before: u64,
    /// Of these, rows whose decision a supervisor returned: they still wait to be looked at again.
    pub still_returned: u64,
    /// Rows that were refused.
    pub refused: Vec<RefusedRow>,
    /// The workspace is for practice: what is written about this carries its mark.
    pub training: bool,
    /// What screens must read again.
    pub touched: Touched,
}

/// A row of a file of decisions that was refused.
#[derive(Debug, Clone, PartialEq)]
pub struct RefusedRow {
    /// The line in the file, counted from 1.
    pub line: u64,
    /// Why, in a sentence.
    pub why: String,
}

/// Decides the pairs of a file, all in one deed; rows that a rule refuses are left out and listed.
///
/// The file is a CSV with the headings `kind,left,right,verdict,reason,comment` (kind `link` or `duplicate`; a
/// further `target` names the record kept of a duplicate, a further `replace` says `yes` where Mosaic's CHI is to be
/// replaced), or `PersonID,CHI,decision,reason,comment`.
pub fn decide_file(ws: &mut Workspace, path: &Path, progress: &Progress) -> Result<DecideOutcome, Refused> {
    rights::works_here(ws)?;
    let (columns, rows) = read(ws, path, progress)?;
    let mut live = Live::now(ws);
    let mut outcome = DecideOutcome { rows: rows.len() as u64, training: ws.is_training(), ..DecideOutcome::default() };
    let (mut events, mut new, mut named) = (Vec::new(), Vec::new(), HashSet::new());
    progress.begin("Deciding", rows.len() as u64);
    for (line, row) in &rows {
        progress.check()?;
        progress.advance(1);
        match one(&mut live, &columns, row, &mut named) {
            Ok(Row::Decides(verdict, deed)) => {
                outcome.decided += 1;
                outcome.answers[verdict as usize] += 1;
                events.extend(deed.events);
                new.extend(deed.new);
            }
            Ok(Row::SameAsBefore { returned }) => {
                outcome.same_as_before += 1;
                outcome.still_returned += u64::from(returned);
            }
            Err(error @ (Refused::Workspace(_) | Refused::Cancelled(_))) => return Err(error),
            Err(refused) => outcome.refused.push(RefusedRow { line: *line, why: refused.to_string() }),
        }
    }
    if !events.is_empty() {
        progress.begin("Saving the decisions", 0);
        progress.check()?;
        let saved = find::apply_watched(ws, events, new, progress)?;
        outcome.touched = saved.touched;
    }
    Ok(outcome)
}

/// Writes the refused rows to a CSV file: line and reason.
pub fn write_refused(outcome: &DecideOutcome, path: &Path) -> Result<(), Refused> {
    let mut table = vec![["line", "reason"].map(str::to_owned).to_vec()];
    table.extend(outcome.refused.iter().map(|row| vec![row.line.to_string(), row.why.clone()]));
    if outcome.training {
        training::mark(&mut table);
    }
    people_csv::write(path, &table)
}

/// The pairs that a file names, each with its line. Of the headings of a file of decisions, `left` and `right` (or `PersonID` and
/// `CHI`) are enough; without `kind` all are links. A row that names no pair is an error with its line.
pub fn pairs_of(ws: &Workspace, path: &Path, progress: &Progress) -> Result<Vec<(u64, PairKey)>, Refused> {
    let Sheet { headings, rows } = sheet(path, progress)?;
    training::admits(ws, &headings, &path.file_name().unwrap_or_default().to_string_lossy())?;
    let headings = plain(&headings);
    let [kind, left, right] = [KIND, LEFT, RIGHT].map(|names| place(&headings, names));
    let (Some(left), Some(right)) = (left, right) else {
        let what = "its headings must be kind,left,right or PersonID,CHI".to_owned();
        return Err(Refused::NotDecisions { path: path.to_owned(), what });
    };
    let pair = |(line, row): (u64, StringRecord)| {
        let text = |column: Option<usize>| column.and_then(|column| row.get(column)).unwrap_or_default();
        let key = key_of(text(kind), text(Some(left)), text(Some(right)));
        key.map(|key| (line, key)).map_err(|why| wrong_row(path, line, &why.to_string()))
    };
    rows.into_iter().map(pair).collect()
}

/// What is said of a row of a file of pairs that is none.
pub(in super::super) fn wrong_row(path: &Path, line: u64, why: &str) -> Refused {
    Refused::Unfit(format!("{}, line {line}: {why}; nothing of the file was used", path.display()))
}

/// What the columns that name a pair may be called, small letters and digits alone.
const KIND: &[&str] = &["kind"];
const LEFT: &[&str] = &["left", "personid", "personidl", "mosaicid"];
const RIGHT: &[&str] = &["right", "chi", "chinumber", "personidr"];

/// Headings in small letters and digits alone.
fn plain(headings: &[String]) -> Vec<String> {
    let letters =
        |heading: &String| heading.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect();
    headings.iter().map(letters).collect()
}

/// The first column of one of some names.
fn place(plain: &[String], names: &[&str]) -> Option<usize> {
    plain.iter().position(|heading| names.contains(&heading.as_str()))
}

/// Which column holds what, counted from 0.
pub(in super::super) struct Columns {
    pub(in super::super) kind: Option<usize>,
    pub(in super::super) left: usize,
    pub(in super::super) right: usize,
    pub(in super::super) verdict: usize,
    reason: Option<usize>,
    comment: Option<usize>,
    target: Option<usize>,
    replace: Option<usize>,
}

impl Columns {
    fn of(headings: &[String]) -> Option<Self> {
        let plain = plain(headings);
        let find = |names: &[&str]| place(&plain, names);
        Some(Self {
            kind: find(KIND),
            left: find(LEFT)?,
            right: find(RIGHT)?,
            verdict: find(&["verdict", "decision"])?,
            reason: find(&["reason"]),
            comment: find(&["comment"]),
            target: find(&["target"]),
            replace: find(&["replace"]),
        })
    }
}

/// The rows of the file, each with its line. The whole file is read before anything is decided.
pub(in super::super) fn read(
    ws: &Workspace,
    path: &Path,
    progress: &Progress,
) -> Result<(Columns, Vec<(u64, StringRecord)>), Refused> {
    let Sheet { headings, rows } = sheet(path, progress)?;
    training::admits(ws, &headings, &path.file_name().unwrap_or_default().to_string_lossy())?;
    let columns = Columns::of(&headings).ok_or_else(|| Refused::NotDecisions {
        path: path.to_owned(),
        what: "its headings must be kind,left,right,verdict,reason,comment or PersonID,CHI,decision,reason,comment"
            .to_owned(),
    })?;
    Ok((columns, rows))
}

/// What one row of the file comes to.
enum Row {
    /// An answer, with what a merge carries over.
    Decides(Verdict, Deed),
    /// What is decided already, returned or not.
    SameAsBefore { returned: bool },
}

/// What one row decides.
fn one(
    live: &mut Live<'_>,
    columns: &Columns,
    row: &StringRecord,
    named: &mut HashSet<PairKey>,
) -> Result<Row, Refused> {
    let unfit = |words: &str| Refused::Unfit(words.to_owned());
    let text = |column: Option<usize>| column.and_then(|column| row.get(column)).unwrap_or_default();
    let key = key_of(text(columns.kind), text(Some(columns.left)), text(Some(columns.right)))?;
    let verdict = match text(Some(columns.verdict)) {
        "" => return Err(unfit("The decision is not filled in")),
        given => {
            Verdict::parse(given).ok_or_else(|| unfit("The decision is not one of match, not_match, unsure, refer"))?
        }
    };
    let reason = match text(columns.reason) {
        "" => None,
        given => {
            let by_words = Reason::ALL.into_iter().find(|reason| reason.words().eq_ignore_ascii_case(given));
            let known = Reason::parse(given).or(by_words);
            Some(
                known
                    .ok_or_else(|| Refused::Unfit(format!("The reason is not one of {}", Reason::codes_of(verdict))))?,
            )
        }
    };
    let replace = match text(columns.replace).to_ascii_lowercase().as_str() {
        "" | "no" | "n" | "0" | "false" => false,
        "yes" | "y" | "1" | "true" => true,
        _ => return Err(unfit("The column replace holds neither yes nor no")),
    };
    if named.contains(&key) {
        return Err(Refused::Unfit(format!("An earlier row of the file decides {key} already")));
    }
    match live.expected(&key) {
        // A merge of the file made the same match
        Some(Some(moved)) if moved.verdict == verdict => return Ok(Row::SameAsBefore { returned: false }),
        Some(_) => {
            let words = format!("A merge in an earlier row of the file moves the CHI of {key}; decide it after that");
            return Err(Refused::Unfit(words));
        }
        None => {}
    }
    let looked = Looked::at(live.ws, &key)?.map_err(|missing| Refused::NotFound(missing.words))?;
    if looked.pair.is_none() {
        return Err(Refused::NotFound(format!("{key} is not a candidate pair; find the record by hand first")));
    }
    let merge = match &key {
        PairKey::Duplicate { a, b } if verdict == Verdict::Match => {
            let proposed = match text(columns.target) {
                "" => merge::propose(live, a, b)?,
                target if target == a.as_str() => merge::with_target(live.ws, a, b)?,
                target if target == b.as_str() => merge::with_target(live.ws, b, a)?,
                _ => return Err(unfit("The target is neither of the two records")),
            };
            Some(proposed.merge())
        }
        _ => None,
    };
    let comment = text(columns.comment).to_owned();
    let answer = Answer { verdict, reason, comment, score_seen: false, how: How::File, merge, replace };
    let live_now = looked.pair.as_ref().and_then(|pair| pair.decision.as_ref());
    // What was returned is not answered by the same file once more: somebody looks at it, or the file says otherwise
    if let Some(decision) = live_now.filter(|decision| !decision.stale) {
        let held = &decision.judgement;
        let same_ends = match (&held.merge, &answer.merge) {
            (Some(one), Some(other)) => one.target == other.target,
            _ => true,
        };
        let same_replaced = !replace || stops::replaces_held(held, &looked) || !stops::holds_another(&looked);
        let same_words = held.reason == reason && held.comment == answer.comment;
        if held.verdict == verdict && same_words && same_ends && same_replaced {
            return Ok(Row::SameAsBefore { returned: decision.returned });
        }
    }
    let mut deed = Deed::default();
    let done = match deed.merge(live, &looked, &answer) {
        Ok(()) if deed.warnings.is_empty() => Ok(()),
        Ok(()) => Err(Refused::ReasonNeeded { warnings: std::mem::take(&mut deed.warnings) }),
        Err(refused) => Err(refused),
    };
    match done {
        Ok(()) => {
            named.insert(key);
            Ok(Row::Decides(verdict, deed))
        }
        Err(refused) => {
            deed.abandon(live);
            Err(refused)
        }
    }
}

/// The pair that a row names.
pub(in super::super) fn key_of(kind: &str, left: &str, right: &str) -> Result<PairKey, Refused> {
    let unfit = |words: &str| Refused::Unfit(words.to_owned());
    let kind = match kind.to_ascii_lowercase().as_str() {
        "link" => Some(PairKind::Link),
        "duplicate" => Some(PairKind::Duplicate),
        "" => None,
        _ => return Err(unfit("The kind is neither link nor duplicate")),
    };
    let mosaic = MosaicId::parse(left).ok_or_else(|| unfit("The left id is not a Mosaic id"))?;
    let number = chi::read(Some(right)).chi;
    match (kind, number) {
        (Some(PairKind::Link) | None, Some(chi)) => Ok(PairKey::link(mosaic, chi)),
        (Some(PairKind::Link) | None, None) => Err(unfit("The right id is not a valid CHI number")),
        (Some(PairKind::Duplicate), _) => {
            let other = MosaicId::parse(right).ok_or_else(|| unfit("The right id is not a Mosaic id"))?;
            PairKey::duplicate(mosaic, other).ok_or_else(|| unfit("Both ids are the same record"))
        }
    }
}
