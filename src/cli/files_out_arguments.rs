//! What may be typed after `profile`, `acknowledge` and `correction`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::arguments::Desk;

/// Which profile to write by.
#[derive(Debug, Clone, Args)]
pub struct WhichProfile {
    /// The export profile to write by; `profile list` names them. mosaic-seed where left out
    #[arg(long, value_name = "NAME")]
    pub profile: Option<String>,
    /// An earlier version of it
    #[arg(long, value_name = "N", requires = "profile")]
    pub profile_version: Option<u64>,
}

/// Arguments of `profile`.
#[derive(Debug, Args)]
pub struct ProfileArgs {
    /// What to do
    #[command(subcommand)]
    pub verb: ProfileVerb,
}

/// What to do with export profiles.
#[derive(Debug, Subcommand)]
pub enum ProfileVerb {
    /// List the profiles, each in its newest version
    List {
        /// Which workspace, and who you are
        #[command(flatten)]
        desk: Desk,
    },
    /// Print a profile as JSON, to change and save under a name of your own
    Show {
        /// Which workspace, and who you are
        #[command(flatten)]
        desk: Desk,
        /// The profile
        name: String,
        /// An earlier version
        #[arg(long, value_name = "N")]
        version: Option<u64>,
    },
    /// Save a profile from a JSON file as its next version. A supervisor does, or whoever administers the workspace
    Save {
        /// Which workspace, and who you are
        #[command(flatten)]
        desk: Desk,
        /// The file
        file: PathBuf,
    },
    /// Show the beginning of the files that a profile would write of a batch; write nothing
    Preview {
        /// Which workspace, and who you are
        #[command(flatten)]
        desk: Desk,
        /// The batch's number
        batch: i64,
        /// A profile in a JSON file that is not saved yet
        #[arg(long, value_name = "FILE", conflicts_with = "profile")]
        file: Option<PathBuf>,
        /// Which profile
        #[command(flatten)]
        which: WhichProfile,
        /// Lines of each file
        #[arg(long, default_value_t = 6)]
        lines: usize,
    },
}

/// Arguments of `acknowledge`.
#[derive(Debug, Args)]
pub struct AcknowledgeArgs {
    /// Which workspace, and who you are
    #[command(flatten)]
    pub desk: Desk,
    /// Mosaic's load report, a CSV. Without it, how each release stands
    pub report: Option<PathBuf>,
    /// The batch it speaks of; found where left out
    #[arg(long, value_name = "N", requires = "report")]
    pub batch: Option<i64>,
    /// The heading of its column with the Mosaic id, where it is not a usual one
    #[arg(long, value_name = "HEADING", requires = "report")]
    pub id_column: Option<String>,
    /// The heading of its column with the CHI
    #[arg(long, value_name = "HEADING", requires = "report")]
    pub chi_column: Option<String>,
    /// The heading of its column that says whether the row was taken
    #[arg(long, value_name = "HEADING", requires = "report")]
    pub outcome_column: Option<String>,
    /// The heading of its column that says why not
    #[arg(long, value_name = "HEADING", requires = "report")]
    pub reason_column: Option<String>,
    /// Write the links that Mosaic has not spoken of to this CSV
    #[arg(long, value_name = "FILE")]
    pub unanswered: Option<PathBuf>,
}

/// Arguments of `correction`.
#[derive(Debug, Args)]
pub struct CorrectionArgs {
    /// What to do
    #[command(subcommand)]
    pub verb: CorrectionVerb,
}

/// What to do with corrections.
#[derive(Debug, Subcommand)]
pub enum CorrectionVerb {
    /// List what was recalled and is in no correction, and the corrections
    List {
        /// Which workspace, and who you are
        #[command(flatten)]
        desk: Desk,
    },
    /// Put a correction together of everything that was recalled and is in none
    Compose {
        /// Which workspace, and who you are
        #[command(flatten)]
        desk: Desk,
    },
    /// Show a correction, and every file that carried a wrong CHI
    Show {
        /// Which workspace, and who you are
        #[command(flatten)]
        desk: Desk,
        /// The correction's number
        number: i64,
    },
    /// Sign a correction: a supervisor who recalled none of it and did not put it together
    Sign {
        /// Which workspace, and who you are
        #[command(flatten)]
        desk: Desk,
        /// The correction's number
        number: i64,
    },
    /// Give a correction back, before its files are written
    Return {
        /// Which workspace, and who you are
        #[command(flatten)]
        desk: Desk,
        /// The correction's number
        number: i64,
        /// Why
        #[arg(long)]
        reason: String,
    },
    /// Write the files of a signed correction
    Export {
        /// Which workspace, and who you are
        #[command(flatten)]
        desk: Desk,
        /// The correction's number
        number: i64,
        /// The folder to write into
        #[arg(long, value_name = "FOLDER")]
        into: PathBuf,
        /// By which profile
        #[command(flatten)]
        which: WhichProfile,
    },
}
