//! Show the score of a pair before it is decided. That it was asked for is recorded, once.

use crate::pair::PairKey;
use crate::workspace::{Event, Workspace};

use super::{Refused, rights};

/// Records that the score of an undecided pair was asked for. False where nothing new had to be recorded: it was already,
/// or the pair is decided.
pub fn score(ws: &mut Workspace, key: &PairKey) -> Result<bool, Refused> {
    rights::works_here(ws)?;
    if ws.pair_of(key)?.is_none() {
        return Err(Refused::NotFound(format!("{key} is not a candidate pair")));
    }
    let decided = ws.decision(key)?.is_some_and(|decision| decision.stands());
    if decided || is_seen(ws, key)? {
        return Ok(false);
    }
    ws.apply(vec![Event::ScoreRevealed { pair: key.clone() }], |_| Ok(()))?;
    Ok(true)
}

/// Records that the scores of several pairs were asked for, candidates or not: one may become a candidate, and was seen.
/// Those that are decided, or were recorded already, are not recorded.
pub fn scores(ws: &mut Workspace, keys: &[PairKey]) -> Result<(), Refused> {
    rights::works_here(ws)?;
    let mut events = Vec::new();
    for key in keys {
        let decided = ws.decision(key)?.is_some_and(|decision| decision.stands());
        if !decided && !is_seen(ws, key)? {
            events.push(Event::ScoreRevealed { pair: key.clone() });
        }
    }
    if !events.is_empty() {
        ws.apply(events, |_| Ok(()))?;
    }
    Ok(())
}

/// Whether the score was asked for since the pair's last decision.
pub fn is_seen(ws: &Workspace, key: &PairKey) -> Result<bool, Refused> {
    let newest_first = ws.history_of_kinds(key, &["score_revealed", "decided"])?.into_iter().rev();
    for row in newest_first {
        match row.event {
            Event::ScoreRevealed { .. } => return Ok(true),
            Event::Decided { after: Some(_), .. } => return Ok(false),
            _ => {}
        }
    }
    Ok(false)
}
