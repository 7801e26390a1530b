//! A pair as it is shown: read once when it comes up, and again when something changed.

use std::collections::HashMap;

use super::lines;
use crate::desktop::widgets::compare::Line;
use crate::desktop::widgets::text;
use crate::pair::{How, PairKey, Reason, Verdict};
use crate::person::{ChiRecord, ChiStatus, Details, Finding, MosaicId, postcode};
use crate::stewardship::warnings::{self, Warning};
use crate::stewardship::{Refused, undo};
use crate::stewardship::{Stop, StopKind, stops};
use crate::words::lower_first;
use crate::workspace::{Event, FileId, LedgerRow, Pair, StoredChi, StoredMosaic, Workspace, WorkspaceError};

/// The most candidates that have a key.
pub const MOST: usize = 9;

/// The right record of a pair.
pub enum Right {
    /// A CHI record.
    Chi(StoredChi),
    /// Another Mosaic record.
    Mosaic(StoredMosaic),
}

/// A pair with everything about it.
pub struct Shown {
    /// The pair.
    pub pair: Pair,
    /// Its Mosaic record, the first of two for a duplicate.
    pub left: StoredMosaic,
    /// The other record.
    pub right: Right,
    /// Field by field.
    pub lines: Vec<Line>,
    /// What stands over the two columns.
    pub heads: [String; 2],
    /// The file and line of each record.
    pub sources: [String; 2],
    /// What to beware of, that which asks for a reason first.
    pub warnings: Vec<Warning>,
    /// What stands in the way of a match whatever the records say: the CHI is on somebody already, the person has another.
    pub in_the_way: Vec<Stop>,
    /// Why it came back from sign-off and waits to be decided again: by whom, and what they wrote.
    pub returned: Option<String>,
    /// The other candidates of both records.
    pub others: Vec<Other>,
    /// How many more candidates there are than are listed.
    pub more: usize,
    /// Possible duplicates of the Mosaic record of a link.
    pub duplicates: usize,
    /// What was decided about this pair before, the newest first.
    pub history: Vec<Past>,
    /// The live decision, in words: who and when.
    pub decided: Option<String>,
    /// Whose it is to look at, where it was given to somebody.
    pub given_to: Option<String>,
    /// Where a record changed since the decision: which, and its fields as they were and as they are.
    pub changed: Vec<(String, Vec<Line>)>,
}

/// Another candidate of one of the two records.
pub struct Other {
    /// Its number.
    pub id: i64,
    /// Which two records.
    pub key: PairKey,
    /// What it shares with this pair: "Same Mosaic id", "Same CHI".
    pub shares: String,
    /// The name of the record that is another.
    pub name: String,
    /// Date of birth and postcode of that record; hidden of a restricted person.
    pub line: String,
    /// The live answer about it.
    pub verdict: Option<Verdict>,
}

/// Something that happened to the pair.
pub struct Past {
    /// What, in words.
    pub words: String,
    /// Who, and when.
    pub by: String,
    /// It was taken back since.
    pub undone: bool,
}

/// What changed in the records of a pair since it was decided, as far as the earlier record was kept.
fn changed(
    ws: &Workspace,
    pair: &Pair,
    left: &StoredMosaic,
    right: &Right,
) -> Result<Vec<(String, Vec<Line>)>, Refused> {
    let Some(decision) = pair.decision.as_ref().filter(|decision| decision.stale) else { return Ok(Vec::new()) };
    let (was_left, was_right) = (&decision.judgement.left_hash, &decision.judgement.right_hash);
    let mut found = Vec::new();
    let mut of_mosaic = |now: &StoredMosaic, hash: &str| -> Result<(), Refused> {
        if hash != now.content_hash
            && let Some(before) = ws.mosaic_as_of(&now.record.id, hash)?
        {
            let restricted = now.record.restricted || before.restricted;
            found.push((mosaic_head(now), lines::of_change(&before.details, &now.record.details, restricted)));
        }
        Ok(())
    };
    of_mosaic(left, was_left)?;
    match right {
        Right::Mosaic(now) => of_mosaic(now, was_right)?,
        Right::Chi(now) => {
            if was_right != &now.content_hash
                && let Some(before) = ws.chi_as_of(&now.record.chi, was_right)?
            {
                let mut lines = lines::of_change(&before.details, &now.record.details, left.record.restricted);
                let number = |record: &ChiRecord| record.upi.map(|upi| upi.spaced()).unwrap_or_default();
                let pairs = [
                    ("Status", before.status.words().to_owned(), now.record.status.words().to_owned()),
                    ("Current number", number(&before), number(&now.record)),
                ];
                lines.extend(pairs.iter().filter(|(_, a, b)| a != b).map(|(field, a, b)| Line::of_text(field, a, b)));
                found.push((right.head(), lines));
            }
        }
    }
    Ok(found)
}

/// The stops that are best known before anything is answered: those that other decisions, or Mosaic, put in the way of a link.
fn in_the_way(ws: &Workspace, key: &PairKey) -> Result<Vec<Stop>, Refused> {
    if !matches!(key, PairKey::Link { .. }) {
        return Ok(Vec::new());
    }
    let known = [StopKind::ChiTaken, StopKind::PersonTaken, StopKind::MergeSource];
    let mut found = stops::of_match(ws, key, None, false)?;
    found.retain(|stop| known.contains(&stop.kind));
    Ok(found)
}

impl Shown {
    /// Reads a pair. `None` where it, or one of its records, is not in the workspace.
    pub fn read(ws: &Workspace, id: i64) -> Result<Option<Self>, Refused> {
        let Some(pair) = ws.pair(id)? else { return Ok(None) };
        let first = match &pair.key {
            PairKey::Link { mosaic, .. } => mosaic,
            PairKey::Duplicate { a, .. } => a,
        };
        let Some(left) = ws.mosaic(first)? else { return Ok(None) };
        let right = match &pair.key {
            PairKey::Link { chi, .. } => ws.chi(chi)?.map(Right::Chi),
            PairKey::Duplicate { b, .. } => ws.mosaic(b)?.map(Right::Mosaic),
        };
        let Some(right) = right else { return Ok(None) };
        let lines = match &right {
            Right::Chi(chi) => lines::of_link(&left, chi),
            Right::Mosaic(other) => lines::of_duplicate(&left, other),
        };
        let files: HashMap<FileId, String> = ws.files()?.into_iter().map(|file| (file.id, file.name)).collect();
        let source = |(file, line): (FileId, u64)| match files.get(&file) {
            Some(name) => format!("{name}, line {}", text::number(line)),
            None => format!("Line {}", text::number(line)),
        };
        let right_source = match &right {
            Right::Chi(chi) => chi.source,
            Right::Mosaic(other) => other.source,
        };
        let restricted = is_restricted(&left, &right);
        let (others, more, duplicates) = others(ws, &pair, restricted)?;
        Ok(Some(Self {
            heads: [mosaic_head(&left), right.head()],
            sources: [source(left.source), source(right_source)],
            warnings: warnings::of_pair(ws, &pair.key)?,
            in_the_way: in_the_way(ws, &pair.key)?,
            returned: returned(ws, &pair)?,
            history: history(ws, &pair.key)?,
            decided: decided(ws, &pair)?,
            given_to: ws.assigned_to(&pair.key)?.map(|staff| ws.staff_name(staff)).transpose()?,
            changed: changed(ws, &pair, &left, &right)?,
            lines,
            others,
            more,
            duplicates,
            pair,
            left,
            right,
        }))
    }

    /// Whether a restricted person is in the pair.
    pub fn restricted(&self) -> bool {
        is_restricted(&self.left, &self.right)
    }

    /// What each row looked like on the way in.
    pub fn findings(&self) -> [&[Finding]; 2] {
        let right = match &self.right {
            Right::Chi(chi) => &chi.findings,
            Right::Mosaic(other) => &other.findings,
        };
        [&self.left.findings, right]
    }

    /// The live answer; one that is to be given again counts as none.
    pub fn verdict(&self) -> Option<Verdict> {
        self.pair.decision.as_ref().filter(|decision| decision.stands()).map(|decision| decision.judgement.verdict)
    }

    /// Whether it was released, its answer stands, and Mosaic holds no other number: *Match* would say nothing new.
    pub fn is_as_released(&self) -> bool {
        let held = match &self.right {
            Right::Chi(right) => self.left.record.chi.is_none_or(|held| held == right.record.chi),
            Right::Mosaic(_) => true,
        };
        held && self.pair.released.is_some() && self.verdict() == Some(Verdict::Match)
    }

    /// Why the Mosaic record was judged not matchable, if it was.
    pub fn not_matchable(&self) -> Option<Reason> {
        let link = matches!(self.right, Right::Chi(_));
        self.left.judged.as_ref().filter(|_| link).map(|judged| judged.reason)
    }
}

impl Right {
    fn head(&self) -> String {
        match self {
            Self::Chi(chi) => {
                let status = match chi.record.status {
                    ChiStatus::Unknown => String::new(),
                    status => format!(" · {}", status.words()),
                };
                let gone = if chi.present { "" } else { " · not in the newest extract" };
                format!("CHI {}{status}{gone}", chi.record.chi.spaced())
            }
            Self::Mosaic(other) => mosaic_head(other),
        }
    }
}

fn mosaic_head(stored: &StoredMosaic) -> String {
    let record = &stored.record;
    let context = if record.context.is_empty() { String::new() } else { format!(" · {}", record.context) };
    let restricted = if record.restricted { " · restricted" } else { "" };
    let gone = if stored.present { "" } else { " · not in the newest extract" };
    format!("Mosaic {}{context}{restricted}{gone}", record.id)
}

/// Whether a restricted person is one of the two.
fn is_restricted(left: &StoredMosaic, right: &Right) -> bool {
    left.record.restricted || matches!(right, Right::Mosaic(right) if right.record.restricted)
}

/// The other candidates of both records: the likeliest nine, in the order of their ids, so that their order says nothing. Beside
/// a restricted person they are names and numbers alone: what they are candidates for would tell the rest.
fn others(ws: &Workspace, pair: &Pair, restricted: bool) -> Result<(Vec<Other>, usize, usize), Refused> {
    let mut found: Vec<(Pair, String)> = Vec::new();
    let mut duplicates = 0;
    let mut add = |pairs: Vec<Pair>, shares: String| {
        for other in pairs {
            let fits = other.key.kind() == pair.key.kind() && other.key != pair.key;
            if fits && !found.iter().any(|(known, _)| known.key == other.key) {
                found.push((other, shares.clone()));
            }
        }
    };
    match &pair.key {
        PairKey::Link { mosaic, chi } => {
            let of_person = ws.candidates_of_mosaic(mosaic)?;
            duplicates = of_person.iter().filter(|other| matches!(other.key, PairKey::Duplicate { .. })).count();
            add(of_person, "Same Mosaic id".to_owned());
            add(ws.candidates_of_chi(chi)?, "Same CHI".to_owned());
        }
        PairKey::Duplicate { a, b } => {
            add(ws.candidates_of_mosaic(a)?, format!("Also fits {a}"));
            add(ws.candidates_of_mosaic(b)?, format!("Also fits {b}"));
        }
    }
    found.sort_by(|(one, _), (other, _)| other.weight.total_cmp(&one.weight));
    let more = found.len().saturating_sub(MOST);
    found.truncate(MOST);
    found.sort_by(|(one, _), (other, _)| one.key.cmp(&other.key));
    let mut others = Vec::new();
    for (other, shares) in found {
        others.push(describe(ws, other, shares, pair, restricted)?);
    }
    Ok((others, more, duplicates))
}

fn describe(
    ws: &Workspace,
    other: Pair,
    shares: String,
    pair: &Pair,
    restricted: bool,
) -> Result<Other, WorkspaceError> {
    let verdict = other.decision.as_ref().map(|decision| decision.judgement.verdict);
    let (name, line) = match (&other.key, &pair.key) {
        (PairKey::Link { mosaic, chi }, PairKey::Link { mosaic: here, .. }) if mosaic == here => match ws.chi(chi)? {
            Some(stored) if restricted => (stored.record.details.display_name(), chi.spaced()),
            Some(stored) => (
                stored.record.details.display_name(),
                joined(&[
                    &born(&stored.record.details),
                    &postcode::spoken(&stored.record.details.postcode),
                    &chi.spaced(),
                ]),
            ),
            None => (String::new(), chi.spaced()),
        },
        (PairKey::Link { mosaic, .. }, _) => of_mosaic(ws, mosaic, restricted)?,
        (PairKey::Duplicate { a, b }, here) => {
            let new = if here.mosaic_ids().any(|id| id == a) { b } else { a };
            of_mosaic(ws, new, restricted)?
        }
    };
    Ok(Other { id: other.id, key: other.key, shares, name, line, verdict })
}

fn of_mosaic(ws: &Workspace, id: &MosaicId, restricted: bool) -> Result<(String, String), WorkspaceError> {
    Ok(match ws.mosaic(id)? {
        Some(stored) if restricted && !stored.record.restricted => {
            (stored.record.details.display_name(), stored.record.id.to_string())
        }
        Some(stored) => (stored.record.details.display_name(), mosaic_line(&stored)),
        None => (String::new(), id.to_string()),
    })
}

fn mosaic_line(stored: &StoredMosaic) -> String {
    let record = &stored.record;
    if record.restricted {
        return joined(&["Restricted person", record.id.as_str()]);
    }
    joined(&[&born(&record.details), &postcode::spoken(&record.details.postcode), record.id.as_str()])
}

/// The date of birth in words; empty where there is none.
pub fn born(details: &Details) -> String {
    details.birth.map(|birth| birth.words()).unwrap_or_default()
}

/// Parts with a dot between them, empty ones left out.
pub fn joined(parts: &[&str]) -> String {
    parts.iter().filter(|part| !part.is_empty()).copied().collect::<Vec<_>>().join(" · ")
}

fn decided(ws: &Workspace, pair: &Pair) -> Result<Option<String>, WorkspaceError> {
    let Some(decision) = &pair.decision else { return Ok(None) };
    let judgement = &decision.judgement;
    let why = judgement.reason.map(|reason| reason.words()).unwrap_or_default();
    let by = format!("{}, {}", ws.staff_name(decision.staff)?, text::moment(decision.at));
    Ok(Some(joined(&[why, &judgement.comment, &by])))
}

/// Who returned a pair that was not decided again since, and why.
fn returned(ws: &Workspace, pair: &Pair) -> Result<Option<String>, WorkspaceError> {
    if !pair.decision.as_ref().is_some_and(|decision| decision.returned) {
        return Ok(None);
    }
    let past = ws.history_of_kinds(&pair.key, &["batch_returned"])?;
    let words = past.iter().rev().find_map(|row| {
        let Event::BatchReturned { rows, why, reason, .. } = &row.event else { return None };
        let place = rows.iter().position(|named| *named == pair.key);
        // The others of a batch whose rows were returned by name are merely free for the next
        if place.is_none() && !rows.is_empty() {
            return None;
        }
        let own = place.and_then(|place| why.get(place)).map(String::as_str).unwrap_or_default();
        Some(joined(&[own, reason, &format!("{}, {}", row.name, text::moment(row.at))]))
    });
    Ok(words)
}

fn history(ws: &Workspace, key: &PairKey) -> Result<Vec<Past>, WorkspaceError> {
    let rows = ws.trail_of(key)?;
    Ok(rows.iter().rev().map(past).collect())
}

/// How the decision was made, in words.
pub fn how_words(how: How) -> &'static str {
    match how {
        How::ByHand => "By hand",
        How::Band => "With its band",
        How::Class => "With its class",
        How::File => "From a file",
        How::Carried => "Carried with a merge",
        How::Brought => "Back with a merge",
    }
}

fn past(row: &LedgerRow) -> Past {
    // The pair is known here: only what was done to it is told.
    let words = match &row.event {
        Event::Decided { after: Some(judgement), .. } => {
            let why = judgement.reason.map(|reason| reason.words()).unwrap_or_default();
            let seen = if judgement.score_seen { "score seen" } else { "" };
            let how = match judgement.how {
                How::ByHand => String::new(),
                how => lower_first(how_words(how)),
            };
            joined(&[judgement.verdict.words(), &how, why, &judgement.comment, seen])
        }
        Event::Decided { after: None, .. } => "Taken back".to_owned(),
        Event::FoundByHand { .. } => "Brought together".to_owned(),
        Event::ScoreRevealed { .. } => "Score shown".to_owned(),
        _ => undo::name_of(std::slice::from_ref(row)),
    };
    let words = if row.undoes.is_some() { format!("Undone: {words}") } else { words };
    Past { words, by: format!("{}, {}", row.name, text::moment(row.at)), undone: row.undone_by.is_some() }
}
