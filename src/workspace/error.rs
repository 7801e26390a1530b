//! What can go wrong with a workspace, in sentences for the person who can act: what happened, what was kept, what to do.

use std::io;
use std::path::PathBuf;

use rusqlite::{ErrorCode, ffi};

use crate::progress::Cancelled;

/// Why the workspace could not do what was asked. No personal data.
#[derive(Debug, thiserror::Error)]
pub enum WorkspaceError {
    /// The folder is not a workspace.
    #[error(
        "“{}” is not a Stewartry workspace: {why}; nothing was changed. Choose a workspace's own folder, or make a new one",
        path.display()
    )]
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
    /// The folder is, or would be, where decisions could be lost or carried away.
    #[error(
        "“{}” {why}: decisions could be lost there, or leave this computer, so nothing was made or opened. Keep the workspace on a \
         disk of this computer, and its backups where your organisation keeps such copies",
        path.display()
    )]
    UnsafePlace {
        /// The folder.
        path: PathBuf,
        /// Why, going on from its path.
        why: String,
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
    #[error("The workspace is open elsewhere: by {who}, since {since}; nothing was changed. Close it there first")]
    HeldElsewhere {
        /// Account, computer and process.
        who: String,
        /// Since when.
        since: String,
    },
    /// It was written by a newer version.
    #[error(
        "The workspace was written by a newer version of Stewartry (its schema is {found}, this version knows {known}) and \
         was left as it is; open it with the newer version"
    )]
    Newer {
        /// The schema found.
        found: i64,
        /// The newest schema this version knows.
        known: i64,
    },
    /// The workspace was closed.
    #[error(
        "This workspace was closed: it can be read, and copied, and nothing in it can be changed. Make a new workspace to go on"
    )]
    Closed,
    /// A parcel cannot be made, or what came back is not what it should be. The sentence says what, and that nothing was changed.
    #[error("{0}")]
    UnfitParcel(String),
    /// A parcel is for something else, or for somebody else.
    #[error(
        "This is a parcel, and it was not made for that, or not for you: everything else is done in the workspace it came from. Nothing was \
         changed"
    )]
    Parcel,
    /// Something in the folder is damaged.
    #[error(
        "The workspace is damaged: {what}. It was left as it is. Restore its newest sound copy: the start screen offers that, \
         and so does “stewartry restore”"
    )]
    Damaged {
        /// What was found.
        what: String,
    },
    /// Nothing that a workspace could be restored from is sound.
    #[error(
        "Nothing was restored: {what}, and no backup that lies with it is sound. Restore from a copy that was kept elsewhere: name its \
         folder"
    )]
    NoSoundCopy {
        /// What was found in the folder that was named.
        what: String,
    },
    /// The disk is full.
    #[error(
        "The disk is full; what was being done was given up and everything before it is kept. Make room on the disk that \
         holds the workspace, then try again"
    )]
    DiskFull,
    /// The disk did not confirm that a deed was written.
    #[error(
        "The disk did not confirm that this was saved, so nothing more is changed from now on. Everything before it is kept; \
         close the workspace and open it again to see whether this was, and have the disk looked at"
    )]
    NotSynced,
    /// The disk did not confirm an earlier deed.
    #[error(
        "The workspace can only be read, because the disk did not confirm an earlier change: this was not done. Close the \
         workspace and open it again; if it happens again, have the disk looked at"
    )]
    ReadOnly,
    /// The lock's file was taken away, replaced or moved while the workspace was open.
    #[error(
        "The workspace can only be read, because its lock was taken away, or its folder moved, while it was open, so somebody else may \
         have it open too: this was not done, and everything before it is kept. Close the workspace and open it again"
    )]
    LockLost,
    /// Another connection is writing.
    #[error(
        "Another piece of work is writing to the workspace; this was not done and nothing was changed. Try again when it \
         has finished"
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
        source: io::Error,
    },
    /// The work was cancelled.
    #[error(transparent)]
    Cancelled(#[from] Cancelled),
    /// The state is no longer what the event says it was, or does not admit it. Nothing was changed.
    #[error("{0}")]
    Conflict(String),
    /// Work inside the door gave up for a reason of its own; nothing was changed.
    #[error(transparent)]
    Aborted(Box<dyn std::error::Error + Send + Sync>),
    /// The database refused.
    #[error("The workspace's database refused ({0}); nothing of this was kept, everything before it is")]
    Sql(String),
}

impl WorkspaceError {
    /// Wraps the reason for which work inside [`super::Workspace::apply_with`] gives up; downcast it on the way out.
    pub fn abort(reason: impl std::error::Error + Send + Sync + 'static) -> Self {
        Self::Aborted(Box::new(reason))
    }

    /// An input or output error, told apart from a full disk.
    pub(super) fn io(what: &'static str, path: impl Into<PathBuf>, source: io::Error) -> Self {
        match source.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Self::DiskFull,
            _ => Self::Io { what, path: path.into(), source },
        }
    }

    pub(super) fn conflict(sentence: impl Into<String>) -> Self {
        Self::Conflict(sentence.into())
    }

    pub(super) fn damaged(what: impl Into<String>) -> Self {
        Self::Damaged { what: what.into() }
    }
}

/// Values that the database held back are never repeated: they may be somebody's details.
impl From<rusqlite::Error> for WorkspaceError {
    fn from(error: rusqlite::Error) -> Self {
        match error {
            rusqlite::Error::SqliteFailure(code, message) => match code.code {
                ErrorCode::DiskFull => Self::DiskFull,
                // The index of the log of changes could not grow
                _ if code.extended_code == ffi::SQLITE_IOERR_SHMSIZE => Self::DiskFull,
                _ if matches!(code.extended_code, ffi::SQLITE_IOERR_FSYNC | ffi::SQLITE_IOERR_DIR_FSYNC) => {
                    Self::NotSynced
                }
                ErrorCode::NotADatabase => Self::damaged("its database cannot be read with the key in its keyring"),
                ErrorCode::DatabaseCorrupt => Self::damaged("its database does not hold together"),
                ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked => Self::Busy,
                ErrorCode::OperationInterrupted => Self::Cancelled(Cancelled),
                _ => Self::Sql(message.unwrap_or_else(|| code.to_string())),
            },
            rusqlite::Error::FromSqlConversionFailure(column, ..) => {
                Self::damaged(format!("a value in column {column} of an answer cannot be read"))
            }
            rusqlite::Error::InvalidColumnType(_, name, _) => {
                Self::damaged(format!("the column {name} holds something else than it should"))
            }
            rusqlite::Error::IntegralValueOutOfRange(column, _) => {
                Self::damaged(format!("a number in column {column} of an answer is out of range"))
            }
            other => Self::Sql(other.to_string()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_disk_is_told_apart_wherever_it_is_met() {
        let full = rusqlite::Error::SqliteFailure(ffi::Error::new(ffi::SQLITE_FULL), None);
        assert!(matches!(WorkspaceError::from(full), WorkspaceError::DiskFull));
        let full = io::Error::from(io::ErrorKind::StorageFull);
        assert!(matches!(WorkspaceError::io("Could not write", "x", full), WorkspaceError::DiskFull));
    }

    #[test]
    fn a_stored_value_never_appears_in_an_error() {
        let error = rusqlite::Error::FromSqlConversionFailure(3, rusqlite::types::Type::Text, "MORAG".into());
        assert!(!WorkspaceError::from(error).to_string().contains("MORAG"));
    }
}
