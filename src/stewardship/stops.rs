//! Hard stops: what is never approved and never exported, whatever the reason.

use crate::pair::{Merge, PairKey};
use crate::workspace::{BatchId, Workspace};

use super::Refused;

/// A rule without exceptions that stands in the way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stop {
    /// Which.
    pub kind: StopKind,
    /// The pair it is about.
    pub pair: Option<PairKey>,
    /// What is wrong and what to do, in a sentence without its full stop.
    pub words: String,
}

/// The kinds of hard stop.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum StopKind {
    /// A record of the pair is not in the workspace.
    RecordMissing,
    /// The number is of another scheme.
    OtherScheme,
    /// The CHI was deleted.
    Deleted,
    /// The CHI was superseded.
    Superseded,
    /// The CHI belongs to another Mosaic person already, not joined by a merge.
    ChiTaken,
    /// The person has another CHI already.
    PersonTaken,
    /// The person is the source of a merge.
    MergeSource,
    /// Mosaic already holds a different CHI, and the answer does not say to replace it.
    ChiInMosaic,
    /// The person was judged not matchable.
    NotMatchable,
    /// A *Match* of two Mosaic records does not say which is merged into which, or speaks of others.
    MergeUnclear,
    /// A person is in two merges that cannot both be.
    MergeChain,
    /// A person is in two merges of one batch.
    TwoMergesInBatch,
    /// A blocker of the merge was answered *in the way*.
    MergeBlocked,
    /// The two records were matched to two different CHIs.
    MergeOfTwoChis,
    /// A CHI was matched to the source of the merge.
    ChiOnSource,
    /// The pair is in a batch that was submitted or signed.
    InBatch,
    /// A row of the batch has no live *Match*.
    Unresolved,
    /// A record changed since the decision.
    Stale,
    /// A sampled row was not re-checked.
    NotRechecked,
    /// A re-checked row was answered differently.
    Disagreed,
    /// The content of the batch is not what was submitted.
    ContentChanged,
}

/// The hard stops against a *Match* of this pair now. For two Mosaic records `merge` says which is merged into which;
/// `replace` says that the different CHI in Mosaic is to be replaced.
pub fn of_match(ws: &Workspace, key: &PairKey, merge: Option<&Merge>, replace: bool) -> Result<Vec<Stop>, Refused> {
    let _ = (ws, key, merge, replace);
    unimplemented!()
}

/// The hard stops against submitting (or signing, or releasing) a batch as it is now.
pub fn of_batch(ws: &Workspace, batch: BatchId) -> Result<Vec<Stop>, Refused> {
    let _ = (ws, batch);
    unimplemented!()
}

/// Stops in one line: the first few, and how many more there are.
pub(crate) fn listed(stops: &[Stop]) -> String {
    const SHOWN: usize = 3;
    let mut line = stops.iter().take(SHOWN).map(|stop| stop.words.as_str()).collect::<Vec<_>>().join("; ");
    if stops.len() > SHOWN {
        line.push_str(&format!("; and {} more", stops.len() - SHOWN));
    }
    line
}
