//! What may be typed after the verbs of sharing: `protocol`, `share`, `share-loaded`, `share-except`, `cross-reference`, `lookup`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::Desk;
use crate::release::fhir::Systems;

/// Arguments of `protocol`.
#[derive(Debug, Args)]
pub struct ProtocolArgs {
    /// Which workspace, and who you are: to set a protocol, a supervisor
    #[command(flatten)]
    pub desk: Desk,
    /// Put the protocol of this JSON file in force. Earlier versions are kept
    #[arg(long, value_name = "FILE")]
    pub set: Option<PathBuf>,
    /// Print a protocol to begin with: three levels, none of them agreed
    #[arg(long, conflicts_with_all = ["set", "versions"])]
    pub example: bool,
    /// List every version
    #[arg(long, conflicts_with = "set")]
    pub versions: bool,
    /// The protocol in force as JSON, as --set takes it
    #[arg(long, conflicts_with_all = ["set", "versions", "example"])]
    pub json: bool,
}

/// Arguments of `share`.
#[derive(Debug, Args)]
pub struct ShareArgs {
    /// Which workspace, and who you are
    #[command(flatten)]
    pub desk: Desk,
    /// The level of the protocol. Without it, the extracts that went out are listed
    #[arg(long, requires = "into")]
    pub level: Option<u8>,
    /// What the extract is for, as the protocol names it; may be left out where it names one purpose only
    #[arg(long, requires = "level")]
    pub purpose: Option<String>,
    /// The folder to write into
    #[arg(long, value_name = "FOLDER", requires = "level")]
    pub into: Option<PathBuf>,
    /// Only what changed since the last extract of this level and purpose that was acknowledged
    #[arg(long, requires = "level")]
    pub delta: bool,
    /// Only this column of the level, by its heading; may be repeated
    #[arg(long, value_name = "COLUMN", requires = "level")]
    pub column: Vec<String>,
    /// What came of it as JSON, for a script; errors too
    #[arg(long)]
    pub json: bool,
}

/// Arguments of `share-loaded`.
#[derive(Debug, Args)]
pub struct ShareLoadedArgs {
    /// Which workspace, and who you are
    #[command(flatten)]
    pub desk: Desk,
    /// The extract's number
    pub extract: i64,
    /// Who said so, and how
    #[arg(long, default_value = "")]
    pub note: String,
}

/// Arguments of `share-except`.
#[derive(Debug, Args)]
pub struct ShareExceptArgs {
    /// Which workspace, and who you are: a supervisor who did not decide the person's link
    #[command(flatten)]
    pub desk: Desk,
    /// The restricted Mosaic person. Without it, the exceptions are listed
    #[arg(requires = "reason")]
    pub mosaic: Option<String>,
    /// Up to which level the person may be shared
    #[arg(long, default_value_t = 1)]
    pub level: u8,
    /// Why
    #[arg(long, requires = "mosaic")]
    pub reason: Option<String>,
    /// Take the exception back. Anybody may
    #[arg(long, requires = "mosaic", conflicts_with = "level")]
    pub end: bool,
}

/// Arguments of `cross-reference`.
#[derive(Debug, Args)]
pub struct CrossReferenceArgs {
    /// Which workspace, and who you are
    #[command(flatten)]
    pub desk: Desk,
    /// The file to write
    pub file: PathBuf,
    /// As FHIR R4, a Patient a line (NDJSON), and not as CSV
    #[arg(long)]
    pub fhir: bool,
    /// The system of CHI numbers in FHIR
    #[arg(long, value_name = "URI", default_value_t = Systems::default().chi, requires = "fhir")]
    pub chi_system: String,
    /// The system of this council's Mosaic ids in FHIR
    #[arg(long, value_name = "URI", default_value_t = Systems::default().mosaic, requires = "fhir")]
    pub mosaic_system: String,
}

/// Arguments of `lookup`.
#[derive(Debug, Args)]
pub struct LookupArgs {
    /// Which workspace, and who you are
    #[command(flatten)]
    pub desk: Desk,
    /// Mosaic ids or CHI numbers. Without any, they are read from standard input, one a line, and each is answered at once
    pub id: Vec<String>,
    /// What the ids are; found out where left out
    #[arg(long, value_enum)]
    pub kind: Option<IdKind>,
}

/// What an id is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum IdKind {
    /// A Mosaic person's id
    Mosaic,
    /// A CHI number
    Chi,
}
