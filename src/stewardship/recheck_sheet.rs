//! The sample as a sheet: written out without the officer's answers, read back with the second person's.

use std::path::Path;

use super::decide::file;
use super::looked::{Looked, Right};
use super::sign_off::{Signer, submitted, to_answer};
use super::{Refused, people_csv, training};
use crate::pair::{PairKey, PairKind, Verdict};
use crate::person::{Details, PartialDate};
use crate::progress::Progress;
use crate::workspace::{BatchId, Event, Workspace};

/// What the sheet shows of either record.
const SHOWN: [&str; 6] = ["name", "previous_surname", "born", "sex", "address", "postcode"];

/// Writes what is to be answered a second time to a CSV file, with both records and an empty verdict, and without any answer
/// given so far, in an order that tells nothing.
/// Of a restricted person, and of whom they may be, only the name is shown. Gives how many rows there are.
pub fn write_sample(ws: &Workspace, batch: BatchId, path: &Path) -> Result<u64, Refused> {
    let held = submitted(ws, batch)?;
    Signer::of(ws, &held)?;
    write(ws, to_answer(ws, &held)?.into_iter().map(|(key, _)| key), path, For::Answers)
}

/// What a sheet is filled in for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum For {
    /// Second answers: a verdict each.
    Answers,
    /// Decisions: a verdict each, and a reason where there are warnings, which are named.
    Decisions,
}

/// Writes pairs to a CSV file, with both records and an empty verdict. Gives how many there are.
pub(super) fn write(
    ws: &Workspace,
    keys: impl Iterator<Item = PairKey>,
    path: &Path,
    sheet: For,
) -> Result<u64, Refused> {
    let mut headings = ["kind", "left", "right", "verdict"].map(str::to_owned).to_vec();
    if sheet == For::Decisions {
        headings.extend(["reason", "comment", "warnings"].map(str::to_owned));
    }
    for side in ["left", "right"] {
        headings.extend(SHOWN.map(|shown| format!("{side}_{shown}")));
    }
    let mut table = vec![headings];
    for key in keys {
        let looked = Looked::at(ws, &key)?.map_err(|missing| Refused::NotFound(missing.words))?;
        let kind = match key.kind() {
            PairKind::Link => "link",
            PairKind::Duplicate => "duplicate",
        };
        let mut cells = vec![kind.to_owned(), key.left().to_owned(), key.right().to_owned(), String::new()];
        if sheet == For::Decisions {
            let warnings = looked.needing_reason(None);
            let titles: Vec<&str> = warnings.iter().map(|warning| warning.kind.title()).collect();
            cells.extend([String::new(), String::new(), titles.join("; ")]);
        }
        let right = match &looked.right {
            Right::Chi(right) => &right.record.details,
            Right::Mosaic(right) => &right.record.details,
        };
        let shown = if looked.restricted() { name_alone } else { shown };
        cells.extend([&looked.left.record.details, right].into_iter().flat_map(shown));
        table.push(cells);
    }
    let rows = table.len() as u64 - 1;
    people_csv::write(path, &training::marked(ws, table))?;
    Ok(rows)
}

/// Reads the answers of a filled-in sheet, all in one deed, or none where a row cannot be taken. Rows without a verdict are
/// left for later. Gives how many rows were answered.
pub fn recheck_file(ws: &mut Workspace, batch: BatchId, path: &Path, progress: &Progress) -> Result<u64, Refused> {
    let held = submitted(ws, batch)?;
    let signer = Signer::of(ws, &held)?;
    let (columns, rows) = file::read(ws, path, progress)?;
    let asked: std::collections::HashMap<PairKey, Option<Verdict>> = to_answer(ws, &held)?.into_iter().collect();
    let mut events = Vec::new();
    let mut answered = std::collections::HashSet::new();
    for (line, row) in &rows {
        progress.check()?;
        let wrong =
            |what: String| Refused::NotDecisions { path: path.to_owned(), what: format!("line {line}: {what}") };
        let text = |column: usize| row.get(column).unwrap_or_default();
        if text(columns.verdict).is_empty() {
            continue;
        }
        let kind = columns.kind.map_or("", text);
        let key = file::key_of(kind, text(columns.left), text(columns.right))
            .map_err(|refused| wrong(crate::words::lower_first(&refused.to_string())))?;
        let verdict = Verdict::parse(text(columns.verdict))
            .ok_or_else(|| wrong("the verdict is not one of match, not_match, unsure, refer".to_owned()))?;
        let before =
            asked.get(&key).ok_or_else(|| wrong(format!("{key} is not in the sample of batch “{}”", held.name)))?;
        if !answered.insert(key.clone()) {
            return Err(wrong(format!("an earlier row answers {key} already")));
        }
        if *before != Some(verdict) {
            events.push(Event::Rechecked { batch: signer.batch(), pair: key, before: *before, after: Some(verdict) });
        }
    }
    if !events.is_empty() {
        ws.apply(events, |_| Ok(()))?;
    }
    Ok(answered.len() as u64)
}

fn name_alone(details: &Details) -> Vec<String> {
    let mut cells = vec![String::new(); SHOWN.len()];
    cells[0] = details.display_name();
    cells
}

fn shown(details: &Details) -> Vec<String> {
    vec![
        details.display_name(),
        details.previous_surname.clone(),
        details.birth.map(|birth: PartialDate| birth.iso()).unwrap_or_default(),
        details.sex.words().to_owned(),
        details.address.join(", "),
        details.postcode.clone(),
    ]
}
