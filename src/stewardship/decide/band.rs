//! Accept the automatic band: each pair its own decision, all one deed.

use std::collections::HashMap;

use super::super::live::Live;
use super::super::looked::Looked;
use super::super::{Refused, merge, rights, stops};
use super::{Answer, judge};
use crate::pair::{BlockerAnswer, Hazards, How, PairKey, PairKind, Verdict};
use crate::progress::Progress;
use crate::workspace::{Event, Touched, Workspace};

/// What accepting a band did.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct BandOutcome {
    /// Pairs accepted.
    pub accepted: u64,
    /// Of these, links.
    pub links: u64,
    /// Of these, duplicates, as merges.
    pub duplicates: u64,
    /// Pairs left for a person, by reason in words, commonest first.
    pub left: Vec<(String, u64)>,
    /// What screens must read again.
    pub touched: Touched,
}

/// Accepts the undecided pairs of the automatic band that no warning and no hard stop speaks against, each as its own
/// decision, all in one deed. `None` takes links first, then duplicates.
///
/// What is accepted here is re-checked by sample before it is signed. Cancelled, nothing is decided.
pub fn accept_band(ws: &mut Workspace, kind: Option<PairKind>, progress: &Progress) -> Result<BandOutcome, Refused> {
    rights::works_here(ws)?;
    let mut outcome = BandOutcome::default();
    let mut left: Vec<(PairKey, &'static str)> = Vec::new();
    let mut events = Vec::new();
    let mut live = Live::for_many(ws, progress)?;
    for kind in kind.map_or(vec![PairKind::Link, PairKind::Duplicate], |kind| vec![kind]) {
        let pairs = ws.undecided_auto(kind)?;
        let phase = match kind {
            PairKind::Link => "Accepting links",
            PairKind::Duplicate => "Accepting duplicates",
        };
        progress.begin(phase, pairs.len() as u64);
        for pair in pairs {
            progress.check()?;
            progress.advance(1);
            let key = pair.key.clone();
            if pair.decision.as_ref().is_some_and(|decision| decision.judgement.how != How::Band) {
                left.push((key, CHANGED));
                continue;
            }
            let looked = match Looked::of(ws, &key, Some(pair))? {
                Ok(looked) => looked,
                Err(missing) => {
                    left.push((key, missing.kind.title()));
                    continue;
                }
            };
            match accept(&live, &looked)? {
                Ok(event) => {
                    if let Event::Decided { after, .. } = &event {
                        live.expect(&key, after.as_deref());
                    }
                    match kind {
                        PairKind::Link => outcome.links += 1,
                        PairKind::Duplicate => outcome.duplicates += 1,
                    }
                    outcome.accepted += 1;
                    events.push(event);
                }
                Err(title) => left.push((key, title)),
            }
        }
    }
    let mut counts: HashMap<&'static str, u64> = HashMap::new();
    for (key, title) in left {
        *counts.entry(if is_merged_away(&live, &key)? { MERGED_AWAY } else { title }).or_default() += 1;
    }
    outcome.left = counts.into_iter().map(|(title, count)| (title.to_owned(), count)).collect();
    outcome.left.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    if !events.is_empty() {
        progress.begin("Saving the decisions", 0);
        progress.check()?;
        outcome.touched = ws.apply(events, |_| Ok(()))?.touched;
    }
    Ok(outcome)
}

/// What is said of a pair that a person decided and whose record has changed since: a person looks again.
const CHANGED: &str = "Changed since a person decided it";

/// What is said of a link whose person is merged into another record: that record gets the CHI, so nobody need look.
const MERGED_AWAY: &str = "Merged into the record that is kept";

/// What is said of a merge whose source carries what Mosaic may refuse to merge away; related records do not come so far.
const CARRIES: &str = "Both carry finance or care packages";

fn is_merged_away(live: &Live<'_>, key: &PairKey) -> Result<bool, Refused> {
    match key {
        PairKey::Link { mosaic, .. } => Ok(live.merges_of(mosaic)?.iter().any(|merge| &merge.source == mosaic)),
        PairKey::Duplicate { .. } => Ok(false),
    }
}

/// The decision that accepts a pair, or the title of what speaks against it.
fn accept(live: &Live<'_>, looked: &Looked) -> Result<Result<Event, &'static str>, Refused> {
    if looked.restricted() {
        return Ok(Err(Hazards::RESTRICTED.title()));
    }
    if let Some(warning) = looked.needing_reason(None).first() {
        return Ok(Err(warning.kind.title()));
    }
    let merge = match &looked.key {
        PairKey::Link { .. } => None,
        PairKey::Duplicate { a, b } => Some(merge::propose(live, a, b)?.merge()),
    };
    if merge.iter().flat_map(|merge| &merge.blockers).any(|check| check.answer == BlockerAnswer::Blocked) {
        return Ok(Err(CARRIES));
    }
    let found = stops::against(live, looked, merge.as_ref(), false)?;
    if let Some(stop) = found.first() {
        return Ok(Err(stop.kind.title()));
    }
    // The band is a score: whoever accepts it has seen that much of it.
    let answer = Answer { how: How::Band, score_seen: true, merge, ..Answer::of(Verdict::Match) };
    let judgement = match judge(live, looked, &answer) {
        Ok(judgement) => judgement,
        Err(Refused::HardStop(stops)) => return Ok(Err(stops.first().map_or("Stopped", |stop| stop.kind.title()))),
        Err(Refused::ReasonNeeded { warnings }) => {
            return Ok(Err(warnings.first().map_or("A warning", |warning| warning.kind.title())));
        }
        Err(other) => return Err(other),
    };
    let event = super::decided(live.ws, &looked.key, Some(judgement))?;
    Ok(Ok(event))
}
