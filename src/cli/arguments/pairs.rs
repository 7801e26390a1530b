//! Arguments of the verbs about single pairs and records.

use std::path::PathBuf;

use clap::Args;

use super::Desk;

/// Arguments of `give`.
#[derive(Debug, Args)]
#[command(group = clap::ArgGroup::new("whom").required(true).args(["to", "to_nobody"]))]
pub struct GiveArgs {
    /// Which workspace, and who you are
    #[command(flatten)]
    pub desk: Desk,
    /// A CSV file of the pairs, with the headings kind,left,right or PersonID,CHI; other columns are passed over
    pub file: PathBuf,
    /// Whom they are given to, by name
    #[arg(long, value_name = "NAME")]
    pub to: Option<String>,
    /// Take them from whoever they were given to
    #[arg(long)]
    pub to_nobody: bool,
}

/// Arguments of `not-matchable`.
#[derive(Debug, Args)]
pub struct NotMatchableArgs {
    /// Which workspace, and who you are
    #[command(flatten)]
    pub desk: Desk,
    /// The Mosaic id
    pub mosaic: String,
    /// Why: out_of_area, unborn, no_chi, too_little_recorded or other
    #[arg(long, value_name = "CODE", required_unless_present = "take_back")]
    pub reason: Option<String>,
    /// What else there is to say; needed with other
    #[arg(long, default_value = "")]
    pub comment: String,
    /// Take it back: a CHI is looked for again
    #[arg(long, conflicts_with_all = ["reason", "comment"])]
    pub take_back: bool,
}

/// Arguments of `bring-together`.
#[derive(Debug, Args)]
pub struct BringTogetherArgs {
    /// Which workspace, and who you are
    #[command(flatten)]
    pub desk: Desk,
    /// The Mosaic id
    pub mosaic: String,
    /// The CHI number
    pub chi: String,
}

/// Arguments of `cuts`.
#[derive(Debug, Args)]
pub struct CutsArgs {
    /// Which workspace, and who you are
    #[command(flatten)]
    pub desk: Desk,
    /// Probability from which a pair is automatic, hazards apart. With neither, the cuts are shown
    #[arg(long, value_name = "P")]
    pub auto: Option<f64>,
    /// Probability from which an officer decides
    #[arg(long, value_name = "P")]
    pub review: Option<f64>,
}
