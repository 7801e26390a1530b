//! Recall what was carried into Mosaic and is wrong.
//!
//! A released link or merge stands in Mosaic; deciding otherwise here would leave the two apart. A recall says so, with a
//! reason and in one deed: the row of the batch is marked, and the pair's answer is *Not a match*, or is taken back. Until
//! Mosaic is corrected the row stays listed among the recalled ones. The CHI that a recalled merge brought to the record that was
//! kept is recalled with it ([`super::carry`]).

use super::carry::Deed;
use super::decide::LONGEST_COMMENT;
use super::live::Live;
use super::{Refused, rights, stops};
use crate::pair::{How, Judgement, PairKey, Verdict};
use crate::workspace::{Applied, Workspace};

/// Recalls a released pair. `apart` also says that it is *Not a match*; otherwise it is asked again.
pub fn recall(ws: &mut Workspace, key: &PairKey, reason: &str, apart: bool) -> Result<Applied<()>, Refused> {
    rights::works_here(ws)?;
    let reason = reason.trim();
    if reason.is_empty() || reason.chars().count() > LONGEST_COMMENT {
        return Err(Refused::Unfit(format!("A recall needs a reason of 1 to {LONGEST_COMMENT} characters")));
    }
    if ws.releases(key)?.is_empty() {
        return Err(Refused::Nothing(format!("{key} was not carried into Mosaic; take its answer back instead")));
    }
    let candidate = ws.pair_of(key)?.and_then(|pair| pair.batch);
    if let Some(stop) = stops::held_by_batch(ws, key, candidate)? {
        return Err(Refused::HardStop(vec![stop]));
    }
    let not_a_match = |before: Judgement| Judgement {
        verdict: Verdict::NotMatch,
        reason: None,
        comment: reason.to_owned(),
        merge: None,
        replaces: None,
        moved: None,
        how: if before.how.is_moved() { How::ByHand } else { before.how },
        ..before
    };
    let after = ws.decision(key)?.filter(|_| apart).map(|decision| not_a_match(decision.judgement));
    let mut deed = Deed::default();
    deed.recall(&mut Live::now(ws), key, reason, after)?;
    Ok(ws.apply(deed.ready()?.0, |_| Ok(()))?)
}
