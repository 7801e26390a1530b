//! Batches, their rows, and the hash that binds a signature to what was signed.

use super::event::BatchId;
use super::{Batch, BatchRow, Decision, Result, Workspace};
use crate::pair::PairKey;

/// SHA-256 (hex) over what every row of a batch says: which pair, what was decided, by whom, at which event. The order of
/// the rows does not matter, nor does what happened to them after submission.
pub fn content_hash(rows: &[BatchRow]) -> String {
    let _ = rows;
    unimplemented!()
}

impl Workspace {
    /// Every batch, newest first.
    pub fn batches(&self) -> Result<Vec<Batch>> {
        unimplemented!()
    }

    /// A batch.
    pub fn batch(&self, batch: BatchId) -> Result<Option<Batch>> {
        let _ = batch;
        unimplemented!()
    }

    /// The rows of a batch: links, then merges, by key.
    pub fn batch_rows(&self, batch: BatchId) -> Result<Vec<BatchRow>> {
        let _ = batch;
        unimplemented!()
    }

    /// Live *Match* decisions, links and merges, that are not stale and in no live batch.
    pub fn ready_for_batch(&self) -> Result<Vec<(PairKey, Decision)>> {
        unimplemented!()
    }

    /// The number for a new batch.
    pub fn next_batch(&self) -> Result<BatchId> {
        unimplemented!()
    }
}
