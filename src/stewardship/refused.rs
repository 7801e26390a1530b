//! Why a verb was refused: a sentence for the person who can act. Nothing was changed whenever one is returned.

use std::path::{Path, PathBuf};

use super::suspicions::Suspicion;
use super::{Stop, Warning};
use crate::intake::IntakeError;
use crate::pair::{Reason, Verdict};
use crate::progress::Cancelled;
use crate::workspace::WorkspaceError;

/// Why a verb was refused. Holds no personal data beyond record ids.
#[derive(Debug, thiserror::Error)]
pub enum Refused {
    /// The person who asks may not do this. The words say who may.
    #[error("{0}")]
    NotAllowed(String),
    /// The answer needs a coded reason, and for some warnings a comment: *Match* because of these, *Refer* always a reason.
    #[error("{}", reason_needed(warnings))]
    ReasonNeeded {
        /// What the reason must answer; none where it is *Refer* that needs it.
        warnings: Vec<Warning>,
    },
    /// A rule without exceptions stands in the way.
    #[error("{}", super::stops::listed(.0))]
    HardStop(Vec<Stop>),
    /// What was shown is no longer how it is.
    #[error("This changed in the meantime and was not saved; look at it again")]
    StateChanged,
    /// There is no such pair, record, batch or deed.
    #[error("{0}")]
    NotFound(String),
    /// There is nothing to do.
    #[error("{0}")]
    Nothing(String),
    /// The answer does not fit what it is about: a coded reason is missing, a merge was given for a link.
    #[error("{0}")]
    Unfit(String),
    /// The file looks like a wrong one. Whoever knows better loads it in spite of that.
    #[error("{name} looks wrong and was not loaded: {}. If it is right, load it in spite of that", seen(suspicions))]
    Suspicious {
        /// The file's name.
        name: String,
        /// What makes it look so, gravest first.
        suspicions: Vec<Suspicion>,
    },
    /// No row of a file could be used.
    #[error(
        "All {rows} rows of {name} were turned away, most often because {commonest}; nothing was loaded. Check the mapping of the columns, or export the file again"
    )]
    AllRejected {
        /// The file's name.
        name: String,
        /// Rows in it.
        rows: u64,
        /// The commonest reason, in words.
        commonest: String,
    },
    /// A file of decisions cannot be read.
    #[error("{} is not a file of decisions: {what}; nothing was decided", path.display())]
    NotDecisions {
        /// The file.
        path: PathBuf,
        /// What is wrong with it, and on which line.
        what: String,
    },
    /// A load report of Mosaic's cannot be taken in.
    #[error("{name} is not the load report of this release: {what}. Nothing was taken in")]
    NotAReport {
        /// Its file name.
        name: String,
        /// What is wrong with it, and on which line.
        what: String,
    },
    /// The file comes from a practice workspace, and this one is real.
    #[error(
        "{name} comes from a practice workspace: nobody in it is real. Nothing of it was taken; use a file of this workspace"
    )]
    OfTraining {
        /// The file's name.
        name: String,
    },
    /// The workspace is for practice, and the file is none of its extracts.
    #[error(
        "This is a practice workspace, which anybody can open: only the extracts that come with it are loaded here. {name} was not \
         read; load it into a workspace of your own"
    )]
    NotForTraining {
        /// The file's name.
        name: String,
    },
    /// The work was asked to stop.
    #[error(transparent)]
    Cancelled(#[from] Cancelled),
    /// A file or folder of the user's choosing could not be read or written.
    #[error("{} could not be used: {source}; check the folder and the disk, then try again", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// What the operating system said.
        source: std::io::Error,
    },
    /// A file could not be read.
    #[error(transparent)]
    Intake(IntakeError),
    /// The workspace could not.
    #[error(transparent)]
    Workspace(WorkspaceError),
}

fn seen(suspicions: &[Suspicion]) -> String {
    suspicions.iter().map(|it| crate::words::lower_first(&it.seen)).collect::<Vec<_>>().join("; ")
}

fn reason_needed(warnings: &[Warning]) -> String {
    if warnings.is_empty() {
        return format!("Refer needs a reason: {}", Reason::codes_of(Verdict::Refer));
    }
    let because = super::warnings::listed(warnings);
    let codes = Reason::codes_of(Verdict::Match);
    if warnings.iter().any(|warning| warning.needs_comment) {
        return format!(
            "A reason and a comment are needed, because {because}. The comment says what shows that they are one person; the \
             reason is {codes}"
        );
    }
    format!("A reason is needed, because {because}: {codes}")
}

impl Refused {
    /// The refusal as machine-readable summaries write it.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NotAllowed(_) => "not_allowed",
            Self::ReasonNeeded { .. } => "reason_needed",
            Self::HardStop(_) => "hard_stop",
            Self::StateChanged => "state_changed",
            Self::NotFound(_) => "not_found",
            Self::Nothing(_) => "nothing_to_do",
            Self::Unfit(_) => "unfit",
            Self::Suspicious { .. } => "suspicious",
            Self::AllRejected { .. } => "all_rejected",
            Self::NotDecisions { .. } => "not_decisions",
            Self::NotAReport { .. } => "not_a_report",
            Self::OfTraining { .. } | Self::NotForTraining { .. } => "training",
            Self::Cancelled(_) => "cancelled",
            Self::Io { .. } => "not_written",
            Self::Intake(_) => "file",
            Self::Workspace(_) => "workspace",
        }
    }

    /// A file or folder that could not be read or written.
    pub(crate) fn io(path: &Path, source: std::io::Error) -> Self {
        Self::Io { path: path.to_owned(), source }
    }
}

impl From<WorkspaceError> for Refused {
    fn from(error: WorkspaceError) -> Self {
        match error {
            WorkspaceError::Conflict(_) => Self::StateChanged,
            WorkspaceError::Cancelled(cancelled) => Self::Cancelled(cancelled),
            // A refusal that was carried through the door comes out as itself.
            WorkspaceError::Aborted(reason) => match reason.downcast::<Self>() {
                Ok(refused) => *refused,
                Err(reason) => Self::Workspace(WorkspaceError::Aborted(reason)),
            },
            other => Self::Workspace(other),
        }
    }
}

impl From<IntakeError> for Refused {
    fn from(error: IntakeError) -> Self {
        match error {
            IntakeError::Cancelled(cancelled) => Self::Cancelled(cancelled),
            other => Self::Intake(other),
        }
    }
}
