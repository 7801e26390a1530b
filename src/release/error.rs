//! Why a release could not be written or read. A sentence for the person who can act.

use std::path::PathBuf;

use super::Verified;
use crate::progress::Cancelled;
use crate::stewardship::{Refused, Stop};
use crate::workspace::WorkspaceError;

/// Why a release could not be written or read.
#[derive(Debug, thiserror::Error)]
pub enum ReleaseError {
    /// There is no such batch.
    #[error("There is no batch {0}; nothing was written")]
    NoBatch(i64),
    /// The batch is not signed.
    #[error(
        "Batch {batch} is not signed ({state}); nothing was written. Only what a supervisor has signed leaves; the rows of a batch that was returned go into a new one"
    )]
    NotSigned {
        /// Its number.
        batch: i64,
        /// Where it is, in words.
        state: &'static str,
    },
    /// It was signed before there were signatures.
    #[error(
        "It was signed before people had keys to sign with, so nobody could check it; nothing was written. Return it and have it signed \
         again"
    )]
    NoSignature,
    /// A release outside contradicts the ledger.
    #[error("{} {what}; nothing was written", path.display())]
    Contradicted {
        /// The manifest.
        path: PathBuf,
        /// What it says, and what that means.
        what: String,
    },
    /// A rule without exceptions stands in the way.
    #[error("Nothing was written: {}", crate::stewardship::stops::listed(.0))]
    HardStop(Vec<Stop>),
    /// The export profile cannot be written by.
    #[error("{0}; nothing was written")]
    Profile(String),
    /// The export profile was not saved.
    #[error("{0}; nothing was saved")]
    NotSaved(String),
    /// A file of that name is there and says something else.
    #[error("{} is there already and differs; nothing was written. Choose an empty folder", path.display())]
    Differs {
        /// The file.
        path: PathBuf,
    },
    /// The folder is not one, or has no manifest.
    #[error("{} is not a release: {what}", path.display())]
    NotARelease {
        /// The folder.
        path: PathBuf,
        /// What is missing or wrong.
        what: String,
    },
    /// Something in a release is not as it should be.
    #[error("{}", .0.failure().map_or_else(String::new, |line| format!("{}: {}", line.what, line.detail)))]
    Unsound(Verified),
    /// The operating system failed.
    #[error("{} could not be {doing}: {source}; {kept}", path.display())]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// What was being done: "read", "written".
        doing: &'static str,
        /// What the operating system said.
        source: std::io::Error,
        /// What was kept, and what to do.
        kept: &'static str,
    },
    /// The work was asked to stop.
    #[error(transparent)]
    Cancelled(#[from] Cancelled),
    /// A rule of stewardship refused.
    #[error(transparent)]
    Refused(Refused),
    /// The workspace could not.
    #[error(transparent)]
    Workspace(#[from] WorkspaceError),
}

impl From<Refused> for ReleaseError {
    fn from(refused: Refused) -> Self {
        match refused {
            Refused::HardStop(stops) => Self::HardStop(stops),
            Refused::Cancelled(cancelled) => Self::Cancelled(cancelled),
            Refused::Workspace(error) => Self::Workspace(error),
            other => Self::Refused(other),
        }
    }
}
