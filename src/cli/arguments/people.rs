//! Arguments of the verbs about the people of a workspace.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::{Desk, RoleArg};

/// Arguments of `people`.
#[derive(Debug, Args)]
#[command(group = clap::ArgGroup::new("deed").args(["add", "change", "reset", "confirm", "remove"]))]
pub struct PeopleArgs {
    /// Which workspace, and who you are
    #[command(flatten)]
    pub desk: Desk,
    /// The name of somebody to add
    #[arg(long, value_name = "NAME")]
    pub add: Option<String>,
    /// The name of somebody whose role changes, or who is to administer the workspace or no longer
    #[arg(long, value_name = "NAME")]
    pub change: Option<String>,
    /// The name of somebody who is given a new passphrase: they forgot theirs, or return. Until somebody else confirms that the
    /// key is theirs, they sign nothing that you worked on
    #[arg(long, value_name = "NAME")]
    pub reset: Option<String>,
    /// Confirm that the key of a person who was given a new passphrase is theirs: they read out the fingerprint shown here
    #[arg(long, value_name = "NAME")]
    pub confirm: Option<String>,
    /// Remove a person. They keep their history, and the database's key is changed
    #[arg(long, value_name = "NAME")]
    pub remove: Option<String>,
    /// What the person does, with --add (officer unless given) or --change
    #[arg(long, value_enum)]
    pub role: Option<RoleArg>,
    /// Whether the person administers the workspace, with --change
    #[arg(long, value_enum, requires = "change")]
    pub administers: Option<YesNo>,
    /// A file whose first line is the passphrase that the person is given, with --add or --reset. Otherwise
    /// STEWARTRY_NEW_PASSPHRASE, otherwise a prompt
    #[arg(long, value_name = "FILE", conflicts_with_all = ["change", "confirm", "remove"])]
    pub new_passphrase_file: Option<PathBuf>,
}

/// Yes or no.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum YesNo {
    /// They do
    Yes,
    /// They do not
    No,
}

/// Arguments of `passphrase`.
#[derive(Debug, Args)]
pub struct PassphraseArgs {
    /// Which workspace, and who you are
    #[command(flatten)]
    pub desk: Desk,
    /// A file whose first line is your new passphrase. Otherwise STEWARTRY_NEW_PASSPHRASE, otherwise a prompt
    #[arg(long, value_name = "FILE")]
    pub new_passphrase_file: Option<PathBuf>,
}
