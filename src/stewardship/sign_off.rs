//! Re-check the sample, then sign the batch or give it back.

use crate::pair::{PairKey, Verdict};
use crate::workspace::{Applied, Batch, BatchId, StaffId, Workspace};

use super::Refused;

/// Somebody who may sign a batch: a supervisor who decided nothing in it, and neither composed nor submitted it. There is
/// no other way to have one than [`Signer::of`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Signer {
    staff: StaffId,
    batch: BatchId,
}

impl Signer {
    /// The signed-in person as the signer of a batch, or why they cannot be.
    pub fn of(ws: &Workspace, batch: &Batch) -> Result<Self, Refused> {
        let _ = (ws, batch);
        unimplemented!()
    }

    /// Who.
    pub fn staff(self) -> StaffId {
        self.staff
    }

    /// Of which batch.
    pub fn batch(self) -> BatchId {
        self.batch
    }
}

/// Answers a row of a submitted batch a second time.
pub fn recheck(ws: &mut Workspace, batch: BatchId, key: &PairKey, verdict: Verdict) -> Result<Applied<()>, Refused> {
    let _ = (ws, batch, key, verdict);
    unimplemented!()
}

/// Signs a batch whose sample was re-checked without a disagreement. Gives what the re-check proves, in a sentence.
pub fn sign(ws: &mut Workspace, batch: BatchId) -> Result<Applied<String>, Refused> {
    let _ = (ws, batch);
    unimplemented!()
}

/// Gives a submitted batch back, with a reason; `rows` names those to look at again, none for all.
pub fn return_batch(
    ws: &mut Workspace,
    batch: BatchId,
    reason: &str,
    rows: Vec<PairKey>,
) -> Result<Applied<()>, Refused> {
    let _ = (ws, batch, reason, rows);
    unimplemented!()
}
