//! Put decided pairs together into a batch, change it, take it apart.

use crate::pair::PairKey;
use crate::workspace::{Applied, BatchId, Workspace};

use super::Refused;

/// A batch put together of everything that was ready.
#[derive(Debug, Clone, PartialEq)]
pub struct Composed {
    /// Its number.
    pub batch: BatchId,
    /// Rows in it.
    pub rows: u64,
    /// Rows that were ready and must wait for another batch, each with the reason in a sentence.
    pub left: Vec<(PairKey, String)>,
}

/// Puts a batch together of these rows. Every row must be settled, not stale and in no other batch.
pub fn compose(ws: &mut Workspace, name: &str, rows: Vec<PairKey>) -> Result<BatchId, Refused> {
    let _ = (ws, name, rows);
    unimplemented!()
}

/// Puts a batch together of everything that is ready; what cannot be in one batch together waits.
pub fn compose_all_ready(ws: &mut Workspace, name: &str) -> Result<Composed, Refused> {
    let _ = (ws, name);
    unimplemented!()
}

/// Changes the rows of a batch that is still being composed.
pub fn recompose(ws: &mut Workspace, batch: BatchId, rows: Vec<PairKey>) -> Result<Applied<()>, Refused> {
    let _ = (ws, batch, rows);
    unimplemented!()
}

/// Takes a batch apart that is still being composed; its rows are free again.
pub fn take_apart(ws: &mut Workspace, batch: BatchId) -> Result<Applied<()>, Refused> {
    let _ = (ws, batch);
    unimplemented!()
}
