//! Match the number that replaced a superseded one.
//!
//! CHI names the current number of a person whose number was superseded. Matching it instead is one deed: the match to the old
//! number, where there is one, is taken back (recalled, where it was carried into Mosaic), and the current number is matched,
//! judged like any other.

use super::decide::{Answer, decided, judge};
use super::live::Live;
use super::looked::Looked;
use super::{Refused, find, rights, stops};
use crate::pair::PairKey;
use crate::person::Chi;
use crate::workspace::{Applied, Event, Workspace};

/// The number that replaced the superseded one of a pair, where the workspace holds its record.
pub fn current_of(ws: &Workspace, key: &PairKey) -> Result<Option<Chi>, Refused> {
    let PairKey::Link { chi, .. } = key else { return Ok(None) };
    let Some(old) = ws.chi(chi)?.filter(|stored| stops::is_superseded(&stored.record)) else { return Ok(None) };
    let Some(current) = ws.current_number(&old.record)?.filter(|current| current != chi) else { return Ok(None) };
    Ok(ws.chi(&current)?.filter(|stored| stored.present).map(|_| current))
}

/// Matches the current number instead of the superseded one. `answer` is a *Match*; where Mosaic holds the old number, that is
/// replaced. Any other that Mosaic holds is replaced where the answer says so.
pub fn with_current(ws: &mut Workspace, key: &PairKey, answer: &Answer) -> Result<Applied<()>, Refused> {
    rights::works_here(ws)?;
    let (PairKey::Link { mosaic, chi: old }, Some(current)) = (key, current_of(ws, key)?) else {
        return Err(Refused::Nothing(format!("No current number is known that would replace the one of {key}")));
    };
    let batch = ws.pair_of(key)?.and_then(|pair| pair.batch);
    if let Some(stop) = stops::held_by_batch(ws, key, batch)? {
        return Err(Refused::HardStop(vec![stop]));
    }
    let mut live = Live::now(ws);
    let mut events = Vec::new();
    for batch in ws.releases(key)? {
        let reason = format!("Superseded by {}", current.spaced());
        events.push(Event::Recalled { batch, pair: key.clone(), before: None, after: Some(reason) });
    }
    if ws.decision(key)?.is_some() {
        live.expect(key, None);
        events.push(decided(ws, key, None)?);
    }
    let instead = PairKey::link(mosaic.clone(), current);
    let looked = Looked::at(ws, &instead)?.map_err(|missing| Refused::NotFound(missing.words))?;
    let new = looked.pair.is_none().then(|| find::proposed(ws, mosaic, &current)).transpose()?;
    let replace = answer.replace || looked.left.record.chi == Some(*old);
    let judgement = judge(&live, &looked, &Answer { replace, ..answer.clone() })?;
    events.push(decided(ws, &instead, Some(judgement))?);
    find::apply_with(ws, events, new.into_iter().collect())
}
