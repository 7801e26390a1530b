//! What can be done with batches: each runs as a job, because a batch may hold every pair there is.

use super::Action;
use crate::desktop::jobs::Job;
use crate::pair::PairKey;
use crate::progress::Progress;
use crate::stewardship::Refused;
use crate::stewardship::batches::{self, Composed};
use crate::stewardship::sign_off::{self, ReturnedRow};
use crate::stewardship::submit::{self, Sampling, Submitted};
use crate::workspace::{BatchId, Workspace};

/// Something to do with a batch.
#[derive(Debug, Clone, PartialEq)]
pub enum Deed {
    /// Put a batch together: of these rows, or of all that are ready.
    Compose {
        /// Its name.
        name: String,
        /// The rows; `None` for all that are ready.
        rows: Option<Vec<PairKey>>,
    },
    /// Change which rows are in it.
    Change {
        /// The batch.
        batch: BatchId,
        /// The rows it is to hold.
        rows: Vec<PairKey>,
    },
    /// Take it apart.
    TakeApart(BatchId),
    /// Hand it to the supervisor.
    Submit(BatchId, Sampling),
    /// Sign it.
    Sign(BatchId),
    /// Give it back.
    Return {
        /// The batch.
        batch: BatchId,
        /// Why.
        reason: String,
        /// The rows to look at again; none for all.
        rows: Vec<ReturnedRow>,
    },
}

/// How it ended.
#[derive(Debug, Clone, PartialEq)]
pub enum Ended {
    /// A batch was put together.
    Composed(Composed),
    /// Its rows were changed.
    Changed(BatchId),
    /// It was taken apart.
    TakenApart,
    /// It was submitted.
    Submitted(Submitted),
    /// It was signed.
    Signed,
    /// It was returned.
    Returned,
}

impl Deed {
    /// The batch it is about; none for a new one.
    pub fn batch(&self) -> Option<BatchId> {
        match self {
            Self::Compose { .. } => None,
            Self::TakeApart(batch) | Self::Submit(batch, _) | Self::Sign(batch) => Some(*batch),
            Self::Change { batch, .. } | Self::Return { batch, .. } => Some(*batch),
        }
    }

    fn title(&self) -> &'static str {
        match self {
            Self::Compose { .. } => "Composing the batch",
            Self::Change { .. } => "Changing the batch",
            Self::TakeApart(_) => "Taking the batch apart",
            Self::Submit(..) => "Submitting the batch",
            Self::Sign(_) => "Signing the batch",
            Self::Return { .. } => "Returning the batch",
        }
    }

    fn carry_out(self, ws: &mut Workspace, progress: &Progress) -> Result<Ended, Refused> {
        match self {
            Self::Compose { name, rows: None } => {
                batches::compose_all_watched(ws, &name, progress).map(Ended::Composed)
            }
            Self::Compose { name, rows: Some(rows) } => {
                let count = rows.len() as u64;
                let batch = batches::compose(ws, &name, rows)?;
                Ok(Ended::Composed(Composed { batch, rows: count, left: Vec::new() }))
            }
            Self::Change { batch, rows } => {
                batches::recompose(ws, batch, rows)?;
                Ok(Ended::Changed(batch))
            }
            Self::TakeApart(batch) => batches::take_apart(ws, batch).map(|_| Ended::TakenApart),
            Self::Submit(batch, sampling) => {
                submit::submit_watched(ws, batch, sampling, progress).map(Ended::Submitted)
            }
            Self::Sign(batch) => sign_off::sign_watched(ws, batch, progress).map(|_| Ended::Signed),
            Self::Return { batch, reason, rows } => {
                sign_off::return_batch(ws, batch, &reason, rows).map(|_| Ended::Returned)
            }
        }
    }

    /// The deed as a job.
    pub fn job(self) -> Job {
        let about = self.batch();
        Job::writes(self.title(), move |ws, progress| {
            let ended = ws.map_err(Refused::from).and_then(|ws| self.carry_out(ws, progress));
            Action::Ended(about, ended.map(Box::new)).into()
        })
    }
}
