//! Answer a pair, or many: by hand, with its class, from a file.

mod class;
pub(super) mod file;

pub use class::{
    Because, Class, ClassOutcome, LOOKS, WARNED_LOOKS, accept_class, class, class_code, classes, parse_class, write_few,
};
pub use file::{DecideOutcome, RefusedRow, decide_file, pairs_of, write_refused};

use super::carry::Deed;
use super::live::Live;
use super::looked::{Looked, Right};
use super::{Refused, find, merge, relationships, reveal, rights, stops};
use crate::pair::{How, Judgement, Merge, PairKey, Reason, Verdict};
use crate::workspace::{Applied, Event, Workspace};

/// The longest comment that is kept, in characters.
pub const LONGEST_COMMENT: usize = 2_000;

/// An answer about a pair.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    /// The answer.
    pub verdict: Verdict,
    /// The coded reason; needed for *Refer*, and for *Match* in spite of a warning.
    pub reason: Option<Reason>,
    /// Free text; empty where none. Needed for *Match* in spite of a warning for which a coded reason is not enough.
    pub comment: String,
    /// Whether the score was asked for before the answer. A reveal that the ledger holds counts too.
    pub score_seen: bool,
    /// How the decision is made.
    pub how: How,
    /// For a *Match* of two Mosaic records: which is merged into which.
    pub merge: Option<Merge>,
    /// For a *Match*: replace the different CHI that Mosaic already holds.
    pub replace: bool,
}

impl Answer {
    /// An answer by hand, without a reason.
    pub fn of(verdict: Verdict) -> Self {
        Self {
            verdict,
            reason: None,
            comment: String::new(),
            score_seen: false,
            how: How::ByHand,
            merge: None,
            replace: false,
        }
    }

    /// The same answer with a reason.
    pub fn because(self, reason: Reason) -> Self {
        Self { reason: Some(reason), ..self }
    }
}

/// Answers a pair. *Match* passes the hard stops and, where there are warnings, needs a reason, and for the gravest of them a
/// comment; *Refer* always needs a reason. A merge takes the CHI of the record that is merged away to the one that is kept
/// ([`super::carry`]).
pub fn decide(ws: &mut Workspace, key: &PairKey, answer: Answer) -> Result<Applied<()>, Refused> {
    rights::works_here(ws)?;
    let answer = Answer { score_seen: answer.score_seen || reveal::is_seen(ws, key)?, ..answer };
    let looked = Looked::at(ws, key)?.map_err(|missing| Refused::NotFound(missing.words))?;
    if looked.pair.is_none() {
        return Err(Refused::NotFound(format!("{key} is not a candidate pair; find the record by hand first")));
    }
    let mut deed = Deed::default();
    deed.merge(&mut Live::now(ws), &looked, &answer)?;
    let (events, new) = deed.ready()?;
    find::apply_with(ws, events, new)
}

/// Takes the live decision about a pair back; it stays in the ledger. The CHI that a merge brought to the record that is kept goes
/// back with it.
pub fn take_back(ws: &mut Workspace, key: &PairKey) -> Result<Applied<()>, Refused> {
    rights::works_here(ws)?;
    if ws.decision(key)?.is_none() {
        return Err(Refused::Nothing(format!("{key} is not decided; there is nothing to take back")));
    }
    let batch = ws.pair_of(key)?.and_then(|pair| pair.batch);
    if let Some(stop) = stops::held_by_batch(ws, key, batch)? {
        return Err(Refused::HardStop(vec![stop]));
    }
    if let Some(stop) = stops::released(ws, key, None)? {
        return Err(Refused::HardStop(vec![stop]));
    }
    let mut deed = Deed::default();
    deed.settle(&mut Live::now(ws), key, None)?;
    Ok(ws.apply(deed.ready()?.0, |_| Ok(()))?)
}

/// The event that makes `after` the live judgement of a pair.
pub(super) fn decided(ws: &Workspace, key: &PairKey, after: Option<Judgement>) -> Result<Event, Refused> {
    let before = ws.decision(key)?.map(|decision| Box::new(decision.judgement));
    Ok(Event::Decided { pair: key.clone(), before, after: after.map(Box::new) })
}

/// Turns an answer into a judgement, or says why it cannot stand.
pub(super) fn judge(live: &Live<'_>, looked: &Looked, answer: &Answer) -> Result<Judgement, Refused> {
    let key = &looked.key;
    fits(looked, answer)?;
    let batch = looked.pair.as_ref().and_then(|pair| pair.batch);
    if let Some(stop) = stops::held_by_batch(live.ws, key, batch)? {
        return Err(Refused::HardStop(vec![stop]));
    }
    let mut replaces = None;
    // What the files say of the merge stands on its checklist, whoever filled that in
    let merge = answer.merge.clone().map(|instruction| merge::marked(looked, instruction));
    match answer.verdict {
        Verdict::Match => {
            let found = stops::against(live, looked, answer.merge.as_ref(), answer.replace)?;
            if !found.is_empty() {
                return Err(Refused::HardStop(found));
            }
            let mut warnings = looked.needing_reason(merge.as_ref());
            warnings.extend(relationships::around(live, looked)?);
            if answer.reason.is_some() {
                let commented = !answer.comment.trim().is_empty();
                warnings.retain(|warning| warning.needs_comment && !commented);
            }
            if !warnings.is_empty() {
                return Err(Refused::ReasonNeeded { warnings });
            }
            let held = &looked.left.record;
            if let Right::Chi(right) = &looked.right
                && answer.replace
                && !held.chi_given.trim().is_empty()
                && held.chi != Some(right.record.chi)
            {
                replaces = Some(held.chi_given.clone());
            }
        }
        Verdict::Refer if answer.reason.is_none() => return Err(Refused::ReasonNeeded { warnings: Vec::new() }),
        Verdict::Refer | Verdict::NotMatch | Verdict::Unsure => {}
    }
    let (left_hash, right_hash) = looked.hashes();
    let judgement = Judgement {
        verdict: answer.verdict,
        reason: answer.reason,
        comment: answer.comment.trim().to_owned(),
        left_hash,
        right_hash,
        score_seen: answer.score_seen,
        how: answer.how,
        merge,
        replaces,
        moved: None,
    };
    match stops::released(live.ws, key, Some(&judgement))? {
        Some(stop) => Err(Refused::HardStop(vec![stop])),
        None => Ok(judgement),
    }
}

/// Whether the parts of an answer fit each other and the pair.
fn fits(looked: &Looked, answer: &Answer) -> Result<(), Refused> {
    let unfit = |words: String| Err(Refused::Unfit(words));
    if looked.restricted() && matches!(answer.how, How::Band | How::Class | How::File) {
        return unfit(format!(
            "{} is about a restricted person, who is never decided in bulk; decide it by hand",
            looked.key
        ));
    }
    if let Some(reason) = answer.reason {
        if !Reason::of(answer.verdict).contains(&reason) {
            return unfit(format!("“{}” is no reason for “{}”", reason.words(), answer.verdict.words()));
        }
        if reason == Reason::Other && answer.comment.trim().is_empty() {
            return unfit("The reason “Other” needs a comment that says which".to_owned());
        }
    }
    if answer.comment.chars().count() > LONGEST_COMMENT {
        return unfit(format!("The comment is longer than {LONGEST_COMMENT} characters; shorten it"));
    }
    let may_merge = answer.verdict == Verdict::Match && matches!(looked.right, Right::Mosaic(_));
    if answer.merge.is_some() && !may_merge {
        return unfit("Only a match of two Mosaic records is a merge".to_owned());
    }
    Ok(())
}
