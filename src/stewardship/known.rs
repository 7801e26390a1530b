//! Known pairs: a supervisor answers some pairs before any officer does, and says nothing. The officers come to them in their
//! queue like to any other, decide them, and where the two answers differ it is seen, with nobody having known that anybody
//! looked.

use std::collections::HashMap;
use std::path::Path;

use super::decide::file::{self, RefusedRow};
use super::looked::Looked;
use super::{Refused, rights, sampling, submit};
use crate::pair::{Band, PairKey, PairKind, Verdict};
use crate::progress::Progress;
use crate::workspace::{Applied, Event, Order, QueueFilter, StateFilter, Workspace};

/// How far into the officers' queue known pairs are looked for, as a multiple of how many are wanted: near its front, so that
/// they are come to soon.
const REACH: usize = 5;

/// Draws pairs that wait for an answer, to be answered beforehand: at random from the front of the mixed queue, links and
/// duplicates as the queue has them. Restricted people are left out.
pub fn draw(ws: &Workspace, wanted: usize) -> Result<Vec<PairKey>, Refused> {
    rights::supervises(ws, "answer pairs beforehand")?;
    let mut waiting = Vec::new();
    for kind in [PairKind::Link, PairKind::Duplicate] {
        let filter = QueueFilter {
            bands: vec![Band::Review],
            state: StateFilter::Undecided,
            order: Order::Mixed,
            ..QueueFilter::start(kind)
        };
        waiting.push(ws.queue(&filter)?);
    }
    let known: std::collections::HashSet<PairKey> = ws.known_pairs()?.into_iter().map(|known| known.key).collect();
    let all = waiting.iter().map(Vec::len).sum::<usize>().max(1);
    let mut fit = Vec::new();
    for ids in waiting {
        let mut left = (REACH * wanted * ids.len()).div_ceil(all);
        for id in ids {
            if left == 0 {
                break;
            }
            let Some(pair) = ws.pair(id)?.filter(|pair| pair.decision.is_none() && !known.contains(&pair.key)) else {
                continue;
            };
            let key = pair.key.clone();
            if Looked::of(ws, &key, Some(pair))?.is_ok_and(|looked| !looked.restricted()) {
                fit.push(key);
                left -= 1;
            }
        }
    }
    let seed = submit::seed()?;
    let drawn = sampling::draw(&seed, &fit, wanted as u64);
    Ok(sampling::shuffled(&seed, drawn))
}

/// Answers a pair beforehand, or takes that back (`None`). Only *Match* and *Not a match* are known; and only of a pair that
/// nobody has decided.
pub fn set(ws: &mut Workspace, key: &PairKey, answer: Option<Verdict>) -> Result<Applied<()>, Refused> {
    rights::supervises(ws, "answer pairs beforehand")?;
    let event = set_event(ws, &so_far(ws)?, key, answer)?
        .ok_or_else(|| Refused::Nothing(format!("{key} is answered so beforehand; nothing was changed")))?;
    Ok(ws.apply(vec![event], |_| Ok(()))?)
}

/// What is known of pairs.
fn so_far(ws: &Workspace) -> Result<HashMap<PairKey, Verdict>, Refused> {
    Ok(ws.known_pairs()?.into_iter().map(|known| (known.key, known.verdict)).collect())
}

/// The event that sets what is known of a pair; none where that is known already.
fn set_event(
    ws: &Workspace,
    known: &HashMap<PairKey, Verdict>,
    key: &PairKey,
    answer: Option<Verdict>,
) -> Result<Option<Event>, Refused> {
    if answer.is_some_and(|answer| !matches!(answer, Verdict::Match | Verdict::NotMatch)) {
        return Err(Refused::Unfit("A known pair is a match or not a match; leave out one that is unsure".to_owned()));
    }
    let before = known.get(key).copied();
    if before == answer {
        return Ok(None);
    }
    let pair = ws.pair_of(key)?.ok_or_else(|| Refused::NotFound(format!("{key} is not a candidate pair")))?;
    if pair.decision.is_some() {
        return Err(Refused::Unfit(format!(
            "{key} is decided already; only what nobody has decided is answered beforehand"
        )));
    }
    Ok(Some(Event::KnownSet { pair: key.clone(), before, after: answer }))
}

/// How many pairs are known, and how many of them an officer has decided since.
pub fn counts(ws: &Workspace) -> Result<[u64; 2], Refused> {
    rights::supervises(ws, "answer pairs beforehand")?;
    let known = ws.known_pairs()?;
    Ok([known.len() as u64, known.iter().filter(|known| known.answered).count() as u64])
}

/// What a file of known pairs did.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct KnownOutcome {
    /// Rows in the file.
    pub rows: u64,
    /// Pairs that are known now and were not before, or otherwise.
    pub taken: u64,
    /// Rows that were refused.
    pub refused: Vec<RefusedRow>,
}

/// Takes known pairs from a file, all in one deed: a CSV with the headings `kind,left,right,verdict`, or
/// `PersonID,CHI,decision`. Rows that cannot be taken are listed.
pub fn from_file(ws: &mut Workspace, path: &Path, progress: &Progress) -> Result<KnownOutcome, Refused> {
    rights::supervises(ws, "answer pairs beforehand")?;
    let (columns, rows) = file::read(ws, path, progress)?;
    let mut outcome = KnownOutcome { rows: rows.len() as u64, ..KnownOutcome::default() };
    let known = so_far(ws)?;
    let mut events = Vec::new();
    let mut named = std::collections::HashSet::new();
    progress.begin("Reading known pairs", rows.len() as u64);
    for (line, row) in &rows {
        progress.check()?;
        progress.advance(1);
        let text = |column: usize| row.get(column).unwrap_or_default();
        let read = || {
            let key = file::key_of(columns.kind.map_or("", text), text(columns.left), text(columns.right))?;
            let verdict = Verdict::parse(text(columns.verdict))
                .ok_or_else(|| Refused::Unfit("The verdict is neither match nor not_match".to_owned()))?;
            if named.contains(&key) {
                return Err(Refused::Unfit(format!("An earlier row of the file answers {key} already")));
            }
            Ok((key.clone(), set_event(ws, &known, &key, Some(verdict))?))
        };
        match read() {
            Ok((key, event)) => {
                named.insert(key);
                events.extend(event);
            }
            Err(error @ (Refused::Workspace(_) | Refused::Cancelled(_))) => return Err(error),
            Err(refused) => outcome.refused.push(RefusedRow { line: *line, why: refused.to_string() }),
        }
    }
    outcome.taken = events.len() as u64;
    if !events.is_empty() {
        ws.apply(events, |_| Ok(()))?;
    }
    Ok(outcome)
}
