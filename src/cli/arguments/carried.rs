//! Arguments of the verbs that carry things: releases to others, parcels to another desk.

use std::path::PathBuf;

use clap::Args;

use super::Desk;

/// Arguments of `parcel`.
#[derive(Debug, Args)]
pub struct ParcelArgs {
    /// Which workspace, and who you are
    #[command(flatten)]
    pub desk: Desk,
    /// For whom, by name. May be given again for a batch; the pairs of a parcel are those given to one person
    #[arg(long = "for", value_name = "NAME")]
    pub whom: Vec<String>,
    /// The submitted batch to sign
    #[arg(long, requires = "whom")]
    pub batch: Option<i64>,
    /// The folder to put the parcel into
    #[arg(long, value_name = "FOLDER", default_value = ".")]
    pub into: PathBuf,
}

/// Arguments of `parcel-back`.
#[derive(Debug, Args)]
pub struct ParcelBackArgs {
    /// Which workspace, and who you are: whoever made the parcel, or whom it was for
    #[command(flatten)]
    pub desk: Desk,
    /// The parcel's folder
    pub folder: PathBuf,
}

/// Arguments of `pack`.
#[derive(Debug, Args)]
#[command(group = clap::ArgGroup::new("whom").required(true).multiple(true).args(["to", "recipients"]))]
pub struct PackArgs {
    /// The folder of a release
    pub folder: PathBuf,
    /// Whom it is for: an age public key (age1…), or an ssh-ed25519 public key. May be given again
    #[arg(long, value_name = "RECIPIENT")]
    pub to: Vec<String>,
    /// A file of recipients, one on a line
    #[arg(long, value_name = "FILE")]
    pub recipients: Option<PathBuf>,
    /// The folder to put the sealed file into
    #[arg(long, value_name = "FOLDER", default_value = ".")]
    pub into: PathBuf,
}

/// Arguments of `unpack`.
#[derive(Debug, Args)]
pub struct UnpackArgs {
    /// The sealed file
    pub file: PathBuf,
    /// Your key file, as `key` or `age-keygen` made it
    #[arg(long, value_name = "FILE")]
    pub key: PathBuf,
    /// The folder to make of it, which must not be there yet
    #[arg(long, value_name = "FOLDER")]
    pub into: PathBuf,
    /// The files are of a practice workspace, and known to be. Otherwise it ends with status 1 once they are unpacked
    #[arg(long)]
    pub training: bool,
    /// The files are of an older form that carries nobody's signature, and proof that they are genuine was had elsewhere.
    /// Otherwise it ends with status 4 once they are unpacked
    #[arg(long)]
    pub unsigned: bool,
}

/// Arguments of `key`.
#[derive(Debug, Args)]
pub struct KeyArgs {
    /// The key file to make. Whoever has it opens what is sealed for you
    pub file: PathBuf,
}

/// Arguments of `places`.
#[derive(Debug, Args)]
pub struct PlacesArgs {
    /// Which workspace, and who you are: to set a place, someone who administers it
    #[command(flatten)]
    pub desk: Desk,
    /// The name of a place to set
    #[arg(long, value_name = "NAME", requires_all = ["host", "user", "host_key"], conflicts_with = "remove")]
    pub set: Option<String>,
    /// The name of a place to take away
    #[arg(long, value_name = "NAME")]
    pub remove: Option<String>,
    /// Its computer
    #[arg(long, requires = "set")]
    pub host: Option<String>,
    /// Its port
    #[arg(long, requires = "set", default_value_t = 22)]
    pub port: u16,
    /// The account there
    #[arg(long, requires = "set")]
    pub user: Option<String>,
    /// The folder there
    #[arg(long, requires = "set", default_value = "")]
    pub folder: String,
    /// A file with the other side's public key or keys, as they gave it to you. No other key is accepted
    #[arg(long, value_name = "FILE", requires = "set")]
    pub host_key: Option<PathBuf>,
    /// Your private key's file, without a passphrase. Left out: your agent holds the key
    #[arg(long, value_name = "FILE", requires = "set")]
    pub key_file: Option<PathBuf>,
}

/// Arguments of `send`.
#[derive(Debug, Args)]
pub struct SendArgs {
    /// Which workspace, and who you are
    #[command(flatten)]
    pub desk: Desk,
    /// A file, such as `pack` makes, or the folder of a release
    pub what: PathBuf,
    /// The place, by its name; `places` lists them
    #[arg(long, value_name = "PLACE")]
    pub to: String,
}
