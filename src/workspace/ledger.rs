//! The append-only chain of events.

use super::event::StaffId;
use super::event::{BatchId, Event};
use super::{LedgerRow, Result, Workspace};
use crate::pair::PairKey;
use crate::person::MosaicId;

/// Which rows of the ledger to show.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LedgerFilter {
    /// Part of what an event says (an id, a CHI, a file name, a comment); empty means all.
    pub text: String,
    /// Only this person's.
    pub staff: Option<StaffId>,
    /// Only these events, by their tag (`decided`, `batch_signed` …); empty means all.
    pub kinds: Vec<String>,
    /// Only events before this one: the next page.
    pub before: Option<i64>,
}

impl Event {
    /// The tag of the event, as the ledger and [`LedgerFilter::kinds`] write it.
    pub fn tag(&self) -> &'static str {
        unimplemented!()
    }

    /// An event that only notes what happened beside a decision (a pair found by hand, a score looked at): undo leaves it.
    pub fn only_notes(&self) -> bool {
        matches!(self, Self::FoundByHand { .. } | Self::ScoreRevealed { .. })
    }
}

impl Workspace {
    /// The ledger, newest first.
    pub fn ledger(&self, filter: &LedgerFilter, limit: usize) -> Result<Vec<LedgerRow>> {
        let _ = (filter, limit);
        unimplemented!()
    }

    /// What happened to a pair, oldest first.
    pub fn history_of(&self, key: &PairKey) -> Result<Vec<LedgerRow>> {
        let _ = key;
        unimplemented!()
    }

    /// What was decided about a record by itself, oldest first.
    pub fn history_of_record(&self, mosaic: &MosaicId) -> Result<Vec<LedgerRow>> {
        let _ = mosaic;
        unimplemented!()
    }

    /// What happened to a batch, oldest first.
    pub fn history_of_batch(&self, batch: BatchId) -> Result<Vec<LedgerRow>> {
        let _ = batch;
        unimplemented!()
    }

    /// Every event of the deed that the event `seq` belongs to, in order.
    pub fn deed(&self, seq: i64) -> Result<Vec<LedgerRow>> {
        let _ = seq;
        unimplemented!()
    }

    /// The newest sequence number and its hash (hex): 0 and 64 zeros for an empty ledger.
    pub fn ledger_head(&self) -> Result<(i64, String)> {
        unimplemented!()
    }

    /// The signed-in person's newest deed that can be taken back: what Ctrl+Z would undo.
    pub fn last_undoable(&self) -> Result<Option<Vec<LedgerRow>>> {
        unimplemented!()
    }

    /// The signed-in person's newest undo with nothing done since: what redo would take back.
    pub fn last_redoable(&self) -> Result<Option<Vec<LedgerRow>>> {
        unimplemented!()
    }
}
