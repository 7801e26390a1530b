//! Give pairs to somebody to look at. It says whose work a pair is and hides it from nobody: whoever works here may still decide
//! it.

use std::path::Path;

use super::{Refused, decide, rights};
use crate::pair::PairKey;
use crate::progress::Progress;
use crate::workspace::{Event, StaffId, Touched, Workspace};

/// What giving pairs away did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Assigned {
    /// Pairs that are somebody else's now, or nobody's.
    pub pairs: u64,
    /// Pairs that were theirs already.
    pub same_as_before: u64,
    /// What screens must read again.
    pub touched: Touched,
}

/// Gives the pairs of a file ([`decide::pairs_of`]) to a person who works here, or to nobody; all in one deed, or none of them.
pub fn assign_file(
    ws: &mut Workspace,
    path: &Path,
    to: Option<StaffId>,
    progress: &Progress,
) -> Result<Assigned, Refused> {
    rights::works_here(ws)?;
    let mut pairs = Vec::new();
    for (line, pair) in decide::pairs_of(ws, path, progress)? {
        if ws.pair_of(&pair)?.is_none() {
            return Err(decide::file::wrong_row(path, line, &format!("{pair} is no candidate pair")));
        }
        pairs.push(pair);
    }
    assign(ws, &pairs, to, progress)
}

/// Gives pairs to a person who works here, or to nobody; all in one deed.
pub fn assign(
    ws: &mut Workspace,
    pairs: &[PairKey],
    to: Option<StaffId>,
    progress: &Progress,
) -> Result<Assigned, Refused> {
    rights::works_here(ws)?;
    if let Some(to) = to
        && !ws.staff()?.iter().any(|person| person.id == to && person.active)
    {
        return Err(Refused::NotFound("Only somebody who works here can be given pairs".to_owned()));
    }
    progress.begin("Giving the pairs", pairs.len() as u64);
    let mut events = Vec::new();
    for pair in pairs {
        progress.check()?;
        progress.advance(1);
        let before = ws.assigned_to(pair)?;
        if before != to {
            events.push(Event::Assigned { pair: pair.clone(), before, after: to });
        }
    }
    let (given, all) = (events.len() as u64, pairs.len() as u64);
    let touched = match events.is_empty() {
        true => Touched::empty(),
        false => ws.apply(events, |_| Ok(()))?.touched,
    };
    Ok(Assigned { pairs: given, same_as_before: all - given, touched })
}
