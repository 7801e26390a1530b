//! Hand a batch to the supervisor, and draw the sample to re-check.

use crate::workspace::{BatchId, Touched, Workspace};

use super::Refused;

/// What the re-check is to prove.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Sampling {
    /// The share of wrong rows that could be tolerated, between 0 and 1.
    pub tolerable: f64,
    /// How sure the re-check must be, between 0.5 and 1.
    pub confidence: f64,
}

impl Default for Sampling {
    /// 95 % sure that no more than 1 % of the rows are wrong.
    fn default() -> Self {
        Self { tolerable: 0.01, confidence: 0.95 }
    }
}

/// What a submission fixed.
#[derive(Debug, Clone, PartialEq)]
pub struct Submitted {
    /// SHA-256 (hex) over what every row says.
    pub content_hash: String,
    /// Rows in the batch.
    pub rows: u64,
    /// Rows to re-check in all.
    pub to_recheck: u64,
    /// Rows of these that the random draw chose.
    pub drawn: u64,
    /// Rows of these that were added because a warning stands against them.
    pub hazardous: u64,
    /// What screens must read again.
    pub touched: Touched,
}

/// Submits a batch: every hard stop is asked again over the whole batch, the content hash is fixed, and only then is the
/// sample drawn, by a seed from the operating system.
pub fn submit(ws: &mut Workspace, batch: BatchId, sampling: Sampling) -> Result<Submitted, Refused> {
    let _ = (ws, batch, sampling);
    unimplemented!()
}
