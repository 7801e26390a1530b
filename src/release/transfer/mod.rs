//! A release on its way: packed as one file for named recipients, and sent over SFTP to a place that was agreed.
//!
//! Carrying files by hand stays the ordinary way, and needs nothing of this. The program opens no socket itself: sending is done
//! by the system's own OpenSSH, which is there on Linux, on macOS and on Windows from version 10 on.
//!
//! | file | what it holds |
//! |---|---|
//! | `bundle` | what goes together: a release, a correction, share extracts |
//! | [`mod@pack`] | one sealed file of it, and what a sealed file holds |
//! | `tar` | the files inside, as every `tar` reads them |
//! | [`places`] | where files may be sent, written down beforehand |
//! | [`mod@send`] | sending a file whole: under another name first, after a break from where it broke, with a receipt |
//! | `sftp` | the system's program, and what its refusals mean |

mod bundle;
pub mod pack;
pub mod places;
pub mod send;
mod sftp;
mod tar;

use std::io;
use std::path::{Path, PathBuf};

pub use pack::{pack, unpack};
pub use send::{Receipt, send};
pub use sftp::SftpError;

use super::ReleaseError;
use crate::age::AgeError;
use crate::progress::Cancelled;
use crate::stewardship::Refused;
use crate::workspace::WorkspaceError;

/// Why a release was not packed, unpacked or sent.
#[derive(Debug, thiserror::Error)]
pub enum TransferError {
    /// The release is not whole, or is none.
    #[error("Nothing was packed or sent: {0}")]
    Release(ReleaseError),
    /// A recipient or an identity is not one.
    #[error("{0}; nothing was written")]
    Key(AgeError),
    /// A sealed file could not be opened.
    #[error("{} was not unpacked: {why}", path.display())]
    Sealed {
        /// The file.
        path: PathBuf,
        /// Why.
        why: String,
    },
    /// A file or folder could not be read or written.
    #[error("{} could not be {doing}: {source}; nothing was left half-done. Check the folder and the disk, then try again", path.display())]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// What was being done: "read", "written".
        doing: &'static str,
        /// What the operating system said.
        source: io::Error,
    },
    /// A file of that name is there already.
    #[error("{} is there already and was left as it is; nothing was written. Choose another folder", path.display())]
    AlreadyThere {
        /// The file.
        path: PathBuf,
    },
    /// It comes from a practice workspace.
    #[error("{name} comes from a practice workspace: nobody in it is real, and it is not sent anywhere")]
    OfTraining {
        /// The file or folder.
        name: String,
    },
    /// A place cannot be as it is written.
    #[error("{0}; nothing was changed")]
    Place(String),
    /// There is no such place.
    #[error("There is no place of the name “{name}”; {known}. Nothing was sent")]
    NoPlace {
        /// The name.
        name: String,
        /// Which there are.
        known: String,
    },
    /// Sending failed.
    #[error("{name} was not sent to {to}: {why}")]
    NotSent {
        /// The file.
        name: String,
        /// Where.
        to: String,
        /// Why.
        why: SftpError,
    },
    /// The work was asked to stop.
    #[error(transparent)]
    Cancelled(#[from] Cancelled),
    /// A rule of stewardship refused.
    #[error(transparent)]
    Refused(#[from] Refused),
    /// The workspace could not.
    #[error(transparent)]
    Workspace(#[from] WorkspaceError),
}

impl TransferError {
    fn io(path: &Path, doing: &'static str, source: io::Error) -> Self {
        Self::Io { path: path.to_owned(), doing, source }
    }
}

impl From<ReleaseError> for TransferError {
    fn from(error: ReleaseError) -> Self {
        match error {
            ReleaseError::Cancelled(cancelled) => Self::Cancelled(cancelled),
            other => Self::Release(other),
        }
    }
}

/// A file's name without its folder.
fn name_of(path: &Path) -> String {
    path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}
