//! What can go wrong with a workspace, in sentences for the person who can act: what happened, what was kept, what to do.

use std::path::PathBuf;

use jiff::Timestamp;

use crate::progress::Cancelled;

/// Why the workspace could not do what was asked. No personal data.
#[derive(Debug, thiserror::Error)]
pub enum WorkspaceError {
    /// The folder is not a workspace.
    #[error("“{}” is not a Stewartry workspace: {why}; nothing was changed. Choose a folder whose name ends in .stewartry, or make a new workspace", path.display())]
    NotAWorkspace {
        /// The folder.
        path: PathBuf,
        /// What is missing.
        why: &'static str,
    },
    /// There is something of that name already.
    #[error("“{}” is there already and was left as it is; choose another name, or open it", path.display())]
    AlreadyThere {
        /// The folder.
        path: PathBuf,
    },
    /// The passphrase does not open this person's key.
    #[error(
        "The passphrase is not right; nothing was opened. Try again, or ask someone who administers the workspace for a new one"
    )]
    WrongPassphrase,
    /// The keyring holds nobody of that name.
    #[error("Nobody of that name may open this workspace; ask someone who administers it to add you")]
    UnknownPerson,
    /// Someone else has it open.
    #[error("The workspace is open elsewhere: by {who}, since {since}. Nothing was changed; close it there first")]
    HeldElsewhere {
        /// Account, computer and process.
        who: String,
        /// Since when.
        since: String,
    },
    /// It was written by a newer version.
    #[error(
        "The workspace was written by a newer version of Stewartry (its schema is {found}, this version knows {known}); it was left as it is. Open it with the newer version"
    )]
    Newer {
        /// The schema found.
        found: i64,
        /// The newest schema this version knows.
        known: i64,
    },
    /// Something in the folder is damaged.
    #[error(
        "The workspace is damaged: {what}. It was left as it is; open the newest copy in its backups folder, or ask for the folder to be restored"
    )]
    Damaged {
        /// What was found.
        what: String,
    },
    /// The disk is full.
    #[error(
        "The disk is full; what was being done was given up and everything before it is kept. Make room on the disk that holds the workspace, then try again"
    )]
    DiskFull,
    /// Another connection is writing.
    #[error(
        "Another piece of work is writing to the workspace; this was not done and nothing was changed. Try again when it has finished"
    )]
    Busy,
    /// A file or folder could not be read or written.
    #[error("{what} “{}”: {source}; everything saved before is kept", path.display())]
    Io {
        /// What was tried: "Could not write".
        what: &'static str,
        /// The file.
        path: PathBuf,
        /// The system's reason.
        #[source]
        source: std::io::Error,
    },
    /// The work was cancelled.
    #[error(transparent)]
    Cancelled(#[from] Cancelled),
    /// The state is no longer what the event says it was, or does not admit it.
    #[error("{0}")]
    Conflict(String),
    /// Work inside the door gave up for a reason of its own; nothing was changed.
    #[error(transparent)]
    Aborted(Box<dyn std::error::Error + Send + Sync>),
    /// The database refused.
    #[error("The workspace's database refused: {0}; nothing of this was kept, everything before it is")]
    Sql(String),
}

impl WorkspaceError {
    /// Wraps the reason for which work inside [`super::Workspace::apply_with`] gives up; downcast it on the way out.
    pub fn abort(reason: impl std::error::Error + Send + Sync + 'static) -> Self {
        Self::Aborted(Box::new(reason))
    }

    /// An input or output error, told apart from a full disk.
    pub(super) fn io(what: &'static str, path: impl Into<PathBuf>, source: std::io::Error) -> Self {
        if source.kind() == std::io::ErrorKind::StorageFull {
            Self::DiskFull
        } else {
            Self::Io { what, path: path.into(), source }
        }
    }
}

#[allow(dead_code)]
fn unused(_: Timestamp) {}
