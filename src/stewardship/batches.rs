//! Put decided pairs together into a batch, change it, take it apart.

use std::collections::{HashMap, HashSet};

use super::live::Live;
use super::side_by_side::each;
use super::{Refused, Stop, StopKind, rights, stops};
use crate::pair::{Merge, PairKey, Verdict};
use crate::person::MosaicId;
use crate::progress::Progress;
use crate::workspace::{Applied, Batch, BatchId, BatchState, Decision, Event, Workspace};

/// The longest name of a batch, in characters.
pub const LONGEST_NAME: usize = 80;

/// What is decided and in no batch.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Ready {
    /// What one batch can hold now.
    pub rows: Vec<(PairKey, Decision)>,
    /// What must wait for another batch, each with the reason in a sentence: a hard stop speaks against it, or it cannot be in one
    /// batch with the rest.
    pub waiting: Vec<(PairKey, String)>,
}

/// A batch put together of everything that was ready.
#[derive(Debug, Clone, PartialEq)]
pub struct Composed {
    /// Its number.
    pub batch: BatchId,
    /// Rows in it.
    pub rows: u64,
    /// Rows that were ready and must wait for another batch, each with the reason in a sentence.
    pub left: Vec<(PairKey, String)>,
}

/// Puts a batch together of these rows. Every row must be settled as a match, not stale and in no other batch.
pub fn compose(ws: &mut Workspace, name: &str, rows: Vec<PairKey>) -> Result<BatchId, Refused> {
    rights::works_here(ws)?;
    let name = named(name)?;
    let ready: HashMap<PairKey, Decision> = ws.ready_for_batch()?.into_iter().collect();
    let rows = each_once(rows)?;
    let mut stops = Vec::new();
    let together: HashSet<PairKey> = rows.iter().cloned().collect();
    let (live, mut fit) = (Live::now(ws), Fit::default());
    for key in &rows {
        match ready.get(key) {
            Some(decision) => {
                let (found, _) = stops::of_row(&live, key, Some(decision), &together)?;
                stops.extend(fit.take(key, decision, found));
            }
            None => stops.push(not_ready(ws, key)?),
        }
    }
    if !stops.is_empty() {
        return Err(Refused::HardStop(stops));
    }
    begin(ws, name, rows)
}

/// Puts a batch together of everything that is ready; what a hard stop speaks against, and what cannot be in one batch
/// together, waits.
pub fn compose_all_ready(ws: &mut Workspace, name: &str) -> Result<Composed, Refused> {
    compose_all_watched(ws, name, &Progress::new())
}

/// [`compose_all_ready`], with its progress shown.
pub fn compose_all_watched(ws: &mut Workspace, name: &str, progress: &Progress) -> Result<Composed, Refused> {
    rights::works_here(ws)?;
    let name = named(name)?;
    let Ready { rows, waiting: left } = ready(ws, progress)?;
    if rows.is_empty() {
        let words = match left.first() {
            Some((_, words)) => format!("Nothing can be put in a batch: {words}"),
            None => "Nothing is ready for a batch; decide some pairs first".to_owned(),
        };
        return Err(Refused::Nothing(words));
    }
    let count = rows.len() as u64;
    let batch = begin(ws, name, rows.into_iter().map(|(key, _)| key).collect())?;
    Ok(Composed { batch, rows: count, left })
}

/// What a batch of everything would hold, and what would be left out of it: what is told before composing is what is composed.
pub fn ready(ws: &Workspace, progress: &Progress) -> Result<Ready, Refused> {
    let decided = ws.ready_for_batch()?;
    progress.begin("Checking every row", decided.len() as u64);
    let together: HashSet<PairKey> = decided.iter().map(|(key, _)| key.clone()).collect();
    let of_each = each(ws, &decided, progress, |live, (key, decision)| {
        Ok(stops::of_row(live, key, Some(decision), &together)?.0)
    })?;
    let (mut fit, mut found) = (Fit::default(), Ready::default());
    for ((key, decision), stops) in decided.into_iter().zip(of_each) {
        match fit.take(&key, &decision, stops).into_iter().next() {
            None => found.rows.push((key, decision)),
            Some(stop) => found.waiting.push((key, stop.words)),
        }
    }
    leave_alone(ws, &mut found)?;
    Ok(found)
}

/// Takes out what can leave only together with what has to wait.
fn leave_alone(ws: &Workspace, found: &mut Ready) -> Result<(), Refused> {
    let (live, mut before) = (Live::now(ws), usize::MAX);
    while !found.waiting.is_empty() && found.rows.len() < before {
        before = found.rows.len();
        let together: HashSet<PairKey> = found.rows.iter().map(|(key, _)| key.clone()).collect();
        for (key, decision) in std::mem::take(&mut found.rows) {
            match stops::not_given_up(&live, &key, &together)? {
                None => found.rows.push((key, decision)),
                Some(stop) => found.waiting.push((key, stop.words)),
            }
        }
    }
    Ok(())
}

/// Changes the rows of a batch that is still being composed.
pub fn recompose(ws: &mut Workspace, batch: BatchId, rows: Vec<PairKey>) -> Result<Applied<()>, Refused> {
    rights::works_here(ws)?;
    let held = composing(ws, batch)?;
    let before: Vec<PairKey> = ws.batch_rows(batch)?.into_iter().map(|row| row.key).collect();
    let kept: HashSet<&PairKey> = before.iter().collect();
    let rows = each_once(rows)?;
    let ready: HashMap<PairKey, Decision> = ws.ready_for_batch()?.into_iter().collect();
    let mut stops = Vec::new();
    let together: HashSet<PairKey> = rows.iter().cloned().collect();
    let (live, mut fit) = (Live::now(ws), Fit::default());
    for key in &rows {
        let decision = match ready.get(key) {
            Some(decision) => Some(decision.clone()),
            None if kept.contains(key) => ws.decision(key)?,
            None => None,
        };
        match decision {
            Some(decision) => {
                let (found, _) = stops::of_row(&live, key, Some(&decision), &together)?;
                stops.extend(fit.take(key, &decision, found));
            }
            None => stops.push(not_ready(ws, key)?),
        }
    }
    if !stops.is_empty() {
        return Err(Refused::HardStop(stops));
    }
    let event = Event::BatchComposed { batch, name: held.name, before, after: rows };
    Ok(ws.apply(vec![event], |_| Ok(()))?)
}

/// Takes a batch apart that is still being composed; its rows are free again.
pub fn take_apart(ws: &mut Workspace, batch: BatchId) -> Result<Applied<()>, Refused> {
    rights::works_here(ws)?;
    let held = composing(ws, batch)?;
    let before = ws.batch_rows(batch)?.into_iter().map(|row| row.key).collect();
    let event = Event::BatchComposed { batch, name: held.name, before, after: Vec::new() };
    Ok(ws.apply(vec![event], |_| Ok(()))?)
}

/// A batch, or the sentence that there is none.
pub(super) fn known(ws: &Workspace, batch: BatchId) -> Result<Batch, Refused> {
    ws.batch(batch)?.ok_or_else(|| Refused::NotFound(format!("There is no batch {}", batch.0)))
}

fn composing(ws: &Workspace, batch: BatchId) -> Result<Batch, Refused> {
    let held = known(ws, batch)?;
    if held.state == BatchState::Composing {
        return Ok(held);
    }
    let words = format!("Batch “{}” can no longer be changed: {}", held.name, held.state.words().to_lowercase());
    Err(Refused::Unfit(words))
}

fn begin(ws: &mut Workspace, name: String, rows: Vec<PairKey>) -> Result<BatchId, Refused> {
    let applied = ws.apply_with(|tx| {
        let batch = tx.next_batch()?;
        Ok((vec![Event::BatchComposed { batch, name, before: Vec::new(), after: rows }], batch))
    })?;
    Ok(applied.output)
}

fn named(name: &str) -> Result<String, Refused> {
    let name = name.trim();
    let fits = !name.is_empty() && name.chars().count() <= LONGEST_NAME && !name.chars().any(char::is_control);
    if fits {
        Ok(name.to_owned())
    } else {
        Err(Refused::Unfit(format!("A batch needs a name of 1 to {LONGEST_NAME} characters on one line")))
    }
}

fn each_once(rows: Vec<PairKey>) -> Result<Vec<PairKey>, Refused> {
    if rows.is_empty() {
        return Err(Refused::Nothing("A batch needs at least one decided pair".to_owned()));
    }
    let mut seen = HashSet::new();
    Ok(rows.into_iter().filter(|key| seen.insert(key.clone())).collect())
}

/// Why a row is not ready.
fn not_ready(ws: &Workspace, key: &PairKey) -> Result<Stop, Refused> {
    let stop = |kind, words| Ok(Stop { kind, pair: Some(key.clone()), words });
    let decision = ws.decision(key)?.filter(|decision| decision.judgement.verdict == Verdict::Match);
    match decision {
        None => stop(StopKind::Unresolved, format!("{key} has no match; only matches go into a batch")),
        Some(decision) if decision.stale => {
            stop(StopKind::Stale, format!("A record of {key} has changed since it was decided; decide it again"))
        }
        Some(_) => stop(StopKind::InBatch, format!("{key} is in another batch already")),
    }
}

/// What one batch can hold together: no row that a hard stop speaks against, and each person in at most one merge.
#[derive(Default)]
struct Fit {
    merged: HashMap<MosaicId, PairKey>,
}

impl Fit {
    /// Takes a row in, or says what stands in its way: the hard stops against it, or another merge.
    fn take(&mut self, key: &PairKey, decision: &Decision, stops: Vec<Stop>) -> Vec<Stop> {
        if !stops.is_empty() {
            return stops;
        }
        let Some(Merge { source, target, .. }) = &decision.judgement.merge else { return Vec::new() };
        for id in [source, target] {
            if let Some(other) = self.merged.get(id) {
                let words = format!("{id} is in another merge of the batch, {other}; {key} waits for the next batch");
                return vec![Stop { kind: StopKind::TwoMergesInBatch, pair: Some(key.clone()), words }];
            }
        }
        self.merged.insert(source.clone(), key.clone());
        self.merged.insert(target.clone(), key.clone());
        Vec::new()
    }
}
