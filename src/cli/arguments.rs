//! What may be typed.

pub mod carried;
pub mod pairs;
pub mod people;
pub mod sharing;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

use super::files_out_arguments::{AcknowledgeArgs, CorrectionArgs, ProfileArgs, WhichProfile};
use super::link::LinkArgs;

const EXIT: &str = "Exit status:
  0  done, or nothing to do
  1  refused or failed; standard error says why
  2  wrong usage
  3  a file looks like a wrong one and was not loaded; standard error says what was seen
  4  released files are whole, and of an older form that carries nobody's signature";

/// A record-matching desk for data stewards in Scottish health and social care.
///
/// Without a verb, opens the window. The verbs do the same work from a command line.
#[derive(Debug, Parser)]
#[command(name = "stewartry", disable_version_flag = true, max_term_width = 100, after_help = EXIT)]
pub struct Arguments {
    /// Print the version, and what it was built from
    #[arg(short = 'V', long)]
    pub version: bool,
    /// What to do
    #[command(subcommand)]
    pub verb: Option<Verb>,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Verb {
    /// Make (or reopen) the demonstration workspace, and open the window on it
    Demo(DemoArgs),
    /// Open the window on a workspace
    Open(OpenArgs),
    /// Link two extracts without a workspace: files in, files out
    Link(LinkArgs),
    /// Make a workspace
    New(NewArgs),
    /// List the people of a workspace; add one, change what one does, give a new passphrase, remove one
    People(people::PeopleArgs),
    /// Change your own passphrase, and with it the key you sign with
    Passphrase(people::PassphraseArgs),
    /// Load an extract, a file of relationships or one of candidate pairs (CSV or Parquet)
    Load(LoadArgs),
    /// Find candidate matches and duplicates among the loaded records
    Match(MatchArgs),
    /// Say where the work stands
    Status(StatusArgs),
    /// List where decisions, Mosaic and CHI do not agree, and what would settle it
    Conflicts(ConflictsArgs),
    /// Say how you did in a practice workspace, by kind of pair, and which pairs misled you
    Training(TrainingArgs),
    /// Say how often two people who answered one pair said the same
    Agreement(AgreementArgs),
    /// Answer pairs before the officers come to them, from a file of known pairs
    Known(KnownArgs),
    /// Recall a link or a merge that was released and is wrong
    Recall(RecallArgs),
    /// Say why a pair scores as it does, or why a person has no link. That the score was looked at is recorded
    Explain(ExplainArgs),
    /// List the classes of certain pairs that are alike, and write the few of each that are looked at first
    Classes(ClassesArgs),
    /// Decide pairs from a file of decisions, or accept classes of certain pairs after a look at a few of each
    Decide(DecideArgs),
    /// Give pairs to somebody to look at, or take them back
    Give(pairs::GiveArgs),
    /// Say that no CHI can be found for a person, or take that back
    NotMatchable(pairs::NotMatchableArgs),
    /// Make a person and a CHI number that no run proposes a pair to be decided
    BringTogether(pairs::BringTogetherArgs),
    /// Show from which probability on a pair is automatic, and from which an officer decides; or move that
    Cuts(pairs::CutsArgs),
    /// Put every decided pair that is ready in a batch, and submit it for sign-off
    Submit(SubmitArgs),
    /// Re-check the sample of a submitted batch, and sign it off or return it
    Sign(SignArgs),
    /// Write the files of a signed batch
    Export(ExportArgs),
    /// Show the sharing protocol, or put one in force
    Protocol(sharing::ProtocolArgs),
    /// Write an extract for the other organisation by the sharing protocol: everybody, or what changed
    Share(sharing::ShareArgs),
    /// Say that the receiver has loaded a share extract: the next delta starts from it
    ShareLoaded(sharing::ShareLoadedArgs),
    /// Let a restricted person be shared, or take that back
    ShareExcept(sharing::ShareExceptArgs),
    /// Write which Mosaic person is which CHI, for systems that show each other's view
    CrossReference(sharing::CrossReferenceArgs),
    /// Say which CHI a Mosaic person has, or whose a CHI is: a line of JSON for each. Each look-up is recorded
    Lookup(sharing::LookupArgs),
    /// List, show, save and preview export profiles: how the files of a release look
    Profile(ProfileArgs),
    /// Take in what Mosaic says of a release it loaded, or list what it has not spoken of
    Acknowledge(AcknowledgeArgs),
    /// After a recall: the signed file that takes wrong seeds out of Mosaic
    Correction(CorrectionArgs),
    /// Make a parcel for another desk: a batch to sign, or the pairs given to somebody. Without --for, list them
    Parcel(carried::ParcelArgs),
    /// Take in what was done with a parcel at another desk
    ParcelBack(carried::ParcelBackArgs),
    /// Check released files or share extracts, without a workspace
    Verify(VerifyArgs),
    /// Seal a release as one file for named recipients; the ordinary `age` program opens it too
    Pack(carried::PackArgs),
    /// Open a sealed release, and check it
    Unpack(carried::UnpackArgs),
    /// Make a key to receive sealed releases with
    Key(carried::KeyArgs),
    /// List where files may be sent, or set a place
    Places(carried::PlacesArgs),
    /// Send a file or a release to a place over SFTP, with the system's own OpenSSH
    Send(carried::SendArgs),
    /// Check a workspace: integrity, ledger, and what the screens show against a rebuild
    Check(CheckArgs),
    /// Make a verified backup
    Backup(BackupArgs),
    /// Make a workspace anew from a backup, or from the newest sound copy of a damaged workspace
    Restore(RestoreArgs),
    /// Close a workspace for good: a last verified archive elsewhere, then its keys are destroyed
    Close(CloseArgs),
    /// Show the newest events of the ledger
    History(HistoryArgs),
    /// Take back what you did last
    Undo(UndoArgs),
    /// Write a report for a committee: one HTML page, counts only, no personal data
    Report(ReportArgs),
}

/// Which workspace, and who is at the desk.
#[derive(Debug, Args)]
pub struct Desk {
    /// The workspace, a folder NAME.stewartry
    pub workspace: PathBuf,
    /// Your name; may be left out where the workspace knows one person only
    #[arg(long = "as", value_name = "NAME")]
    pub person: Option<String>,
    /// A file whose first line is your passphrase. Otherwise STEWARTRY_PASSPHRASE, otherwise a prompt
    #[arg(long, value_name = "FILE")]
    pub passphrase_file: Option<PathBuf>,
}

/// Arguments of `demo`.
#[derive(Debug, Args)]
pub struct DemoArgs {
    /// Where to keep it; by default your own data folder
    #[arg(long, value_name = "FOLDER")]
    pub at: Option<PathBuf>,
    /// Do the work and print what was found, without a window
    #[arg(long)]
    pub no_window: bool,
    /// Take away an earlier demonstration and begin again
    #[arg(long)]
    pub fresh: bool,
}

/// Arguments of `open`.
#[derive(Debug, Args)]
pub struct OpenArgs {
    /// The workspace, a folder NAME.stewartry
    pub workspace: PathBuf,
}

/// Arguments of `new`.
#[derive(Debug, Args)]
pub struct NewArgs {
    /// The workspace to make, a folder NAME.stewartry
    pub workspace: PathBuf,
    /// Your name, as you sign
    #[arg(long = "as", value_name = "NAME")]
    pub person: String,
    /// What you do
    #[arg(long, value_enum, default_value_t = RoleArg::Officer)]
    pub role: RoleArg,
    /// A file whose first line is your passphrase. Otherwise STEWARTRY_PASSPHRASE, otherwise a prompt
    #[arg(long, value_name = "FILE")]
    pub passphrase_file: Option<PathBuf>,
}

/// A role.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum RoleArg {
    /// Loads, matches, decides, submits
    Officer,
    /// And signs off what others decided
    Supervisor,
}

/// Arguments of `load`.
#[derive(Debug, Args)]
pub struct LoadArgs {
    /// Which workspace, and who you are
    #[command(flatten)]
    pub desk: Desk,
    /// The files
    #[arg(required = true)]
    pub files: Vec<PathBuf>,
    /// What the files are; found from the headings where left out
    #[arg(long, value_enum)]
    pub kind: Option<KindArg>,
    /// A column mapping as --write-mapping wrote it, corrected where it must be. Where left out, a file with the headings of the last one of its kind is mapped as
    /// that was
    #[arg(long, value_name = "FILE")]
    pub mapping: Option<PathBuf>,
    /// Read a file again that is loaded already. Otherwise it changes nothing, and that is no failure
    #[arg(long)]
    pub again: bool,
    /// Load a file that looks like a wrong one: half of it missing, another council's, its columns shifted. Refused
    /// otherwise, with exit status 3. That it was loaded in spite of how it looked is recorded
    #[arg(long)]
    pub in_spite: bool,
    /// Write the rows that were turned away to this file, each with its reason
    #[arg(long, value_name = "FILE")]
    pub rejected: Option<PathBuf>,
    /// Only show how the file would be read; load nothing
    #[arg(long, conflicts_with = "json")]
    pub preview: bool,
    /// Write the columns that were found in the one file that is previewed, to be corrected and given with --mapping
    #[arg(long, value_name = "FILE", requires = "preview")]
    pub write_mapping: Option<PathBuf>,
    /// What came of it as JSON, for a script; errors too
    #[arg(long)]
    pub json: bool,
}

/// What a file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum KindArg {
    /// A Mosaic extract
    Mosaic,
    /// A CHI extract
    Chi,
    /// Relationships and household memberships between people in Mosaic
    Relationships,
    /// Candidate pairs by their ids
    NarrowPairs,
    /// Candidate pairs with both people's details
    WidePairs,
}

/// Arguments of `match`.
#[derive(Debug, Args)]
pub struct MatchArgs {
    /// Which workspace, and who you are
    #[command(flatten)]
    pub desk: Desk,
    /// Threads to use; all cores where left out. The result is the same
    #[arg(long)]
    pub threads: Option<usize>,
    /// Let the pairs that were decided one by one refine the model
    #[arg(long)]
    pub learn: bool,
    /// Only show what learning would do; keep nothing
    #[arg(long, requires = "learn", conflicts_with = "json")]
    pub preview: bool,
    /// Match although nothing was loaded since the last run. Otherwise its pairs stand, and that is no failure
    #[arg(long)]
    pub again: bool,
    /// What came of it as JSON, for a script; errors too
    #[arg(long)]
    pub json: bool,
}

/// Arguments of `status`.
#[derive(Debug, Args)]
pub struct StatusArgs {
    /// Which workspace, and who you are
    #[command(flatten)]
    pub desk: Desk,
    /// As JSON, for a script
    #[arg(long)]
    pub json: bool,
}

/// Arguments of `explain`.
#[derive(Debug, Args)]
pub struct ExplainArgs {
    /// Which workspace, and who you are
    #[command(flatten)]
    pub desk: Desk,
    /// The Mosaic person's id
    pub mosaic: String,
    /// The CHI; the person's likeliest candidate where left out, or what was nearest where there is none
    pub chi: Option<String>,
}

/// Arguments of `classes`.
#[derive(Debug, Args)]
pub struct ClassesArgs {
    /// Which workspace, and who you are
    #[command(flatten)]
    pub desk: Desk,
    /// Write the few of each class that you have not decided yet to this CSV file; fill in its verdicts, then `decide` it
    #[arg(long, value_name = "FILE")]
    pub sheet: Option<PathBuf>,
    /// Only classes of at least so many pairs that wait
    #[arg(long, value_name = "N", default_value_t = 6)]
    pub least: u64,
    /// Answer with one JSON array
    #[arg(long)]
    pub json: bool,
}

/// Arguments of `decide`.
#[derive(Debug, Args)]
#[command(group = clap::ArgGroup::new("what").required(true).args(["file", "class", "classes"]))]
// Left to itself the usage names the workspace last, which it is not
#[command(override_usage = "stewartry decide [OPTIONS] <WORKSPACE> <FILE|--class <CLASS>|--classes>")]
pub struct DecideArgs {
    /// Which workspace, and who you are
    #[command(flatten)]
    pub desk: Desk,
    /// A CSV of decisions: kind,left,right,verdict,reason,comment,target (kind: link or duplicate; verdict: match,
    /// not_match, unsure or refer; target: for a duplicate that matches, the Mosaic id that is kept)
    pub file: Option<PathBuf>,
    /// Accept the pairs of this class that wait; `classes` names it. The few that were drawn from it are decided first
    #[arg(long, value_name = "CLASS")]
    pub class: Option<String>,
    /// Accept every class whose few you have decided, each a match; those with warnings where a reason is given
    #[arg(long)]
    pub classes: bool,
    /// Why links with the warnings of their class are matches: details_agree, recording_error, name_changed, moved,
    /// checked_elsewhere or other
    #[arg(long, value_name = "REASON", conflicts_with = "file")]
    pub reason: Option<String>,
    /// What to say of it; `other` needs it
    #[arg(long, value_name = "WORDS", requires = "reason", conflicts_with = "file")]
    pub comment: Option<String>,
    /// Write the rows that were refused to this file, each with its reason
    #[arg(long, value_name = "FILE", requires = "file")]
    pub refused: Option<PathBuf>,
}

/// Arguments of `submit`.
#[derive(Debug, Args)]
pub struct SubmitArgs {
    /// Which workspace, and who you are
    #[command(flatten)]
    pub desk: Desk,
    /// A name for the batch
    #[arg(long, default_value = "Batch")]
    pub name: String,
    /// The share of wrong rows that the re-check must be able to rule out, at most 0.1
    #[arg(long, default_value_t = 0.01)]
    pub tolerable: f64,
    /// The confidence of that, at least 0.9
    #[arg(long, default_value_t = 0.95)]
    pub confidence: f64,
}

/// Arguments of `sign`.
#[derive(Debug, Args)]
#[command(group = clap::ArgGroup::new("how").args(["sample", "return_with"]))]
pub struct SignArgs {
    /// Which workspace, and who you are
    #[command(flatten)]
    pub desk: Desk,
    /// The batch's number
    pub batch: i64,
    /// Write the sampled pairs, without the officer's answers, to this CSV, and stop; fill in its verdict column
    #[arg(long, value_name = "FILE")]
    pub sample: Option<PathBuf>,
    /// The sample with its verdict column filled in
    #[arg(long, value_name = "FILE", conflicts_with = "how")]
    pub rechecks: Option<PathBuf>,
    /// Return the batch with this reason
    #[arg(long = "return", value_name = "REASON")]
    pub return_with: Option<String>,
    /// A row to decide again, as LEFT:RIGHT or LEFT:RIGHT=WHY; the other rows are free at once. May be given again
    #[arg(long, value_name = "ROW", requires = "return_with")]
    pub row: Vec<String>,
}

/// Arguments of `export`.
#[derive(Debug, Args)]
pub struct ExportArgs {
    /// Which workspace, and who you are
    #[command(flatten)]
    pub desk: Desk,
    /// The batch's number
    pub batch: i64,
    /// The folder to write into
    #[arg(long, value_name = "FOLDER")]
    pub into: PathBuf,
    /// By which profile
    #[command(flatten)]
    pub which: WhichProfile,
    /// Write it once more although rows of it were recalled since, because the files of then are lost. They carry these rows
    /// into Mosaic again: load the correction after them
    #[arg(long)]
    pub with_recalled: bool,
}

/// The digits of a key's fingerprint.
fn fingerprint(text: &str) -> Result<String, String> {
    let digits = text.split_whitespace().collect::<String>().to_lowercase();
    if digits.len() == 32 && digits.bytes().all(|digit| digit.is_ascii_hexdigit()) {
        Ok(digits)
    } else {
        Err("a fingerprint has 32 digits, each 0 to 9 or a to f, as `people` and a certificate show it".to_owned())
    }
}

/// Arguments of `verify`.
#[derive(Debug, Args)]
pub struct VerifyArgs {
    /// The folder of a release, or of share extracts
    pub folder: PathBuf,
    /// The fingerprint of the signer's key, as the signer told it: 32 digits, with or without spaces
    #[arg(long, value_name = "FINGERPRINT", value_parser = fingerprint)]
    pub key: Option<String>,
    /// The files are of a practice workspace, and known to be. Otherwise such files are refused
    #[arg(long)]
    pub training: bool,
    /// The files are of an older form that carries nobody's signature, and proof that they are genuine was had elsewhere.
    /// Otherwise such files end with status 4
    #[arg(long)]
    pub unsigned: bool,
}

/// Arguments of `check`.
#[derive(Debug, Args)]
pub struct CheckArgs {
    /// Which workspace, and who you are
    #[command(flatten)]
    pub desk: Desk,
    /// A release of this workspace that was kept elsewhere, its folder or its manifest.json: the ledger must hold what it says.
    /// May be given again
    #[arg(long, value_name = "RELEASE")]
    pub against: Vec<PathBuf>,
}

/// Arguments of `backup`.
#[derive(Debug, Args)]
pub struct BackupArgs {
    /// Which workspace, and who you are
    #[command(flatten)]
    pub desk: Desk,
}

/// Arguments of `restore`.
#[derive(Debug, Args)]
pub struct RestoreArgs {
    /// A backup, or a damaged workspace: then whatever sound copy of it reaches furthest. It is left as it is
    pub from: PathBuf,
    /// Your name; may be left out where the copy knows one person only
    #[arg(long = "as", value_name = "NAME")]
    pub person: Option<String>,
    /// The workspace to make, a folder NAME.stewartry; beside the old one, with the day in its name, where left out
    #[arg(long, value_name = "FOLDER")]
    pub into: Option<PathBuf>,
    /// A file whose first line is your passphrase. Otherwise STEWARTRY_PASSPHRASE, otherwise a prompt
    #[arg(long, value_name = "FILE")]
    pub passphrase_file: Option<PathBuf>,
}

/// Arguments of `close`.
#[derive(Debug, Args)]
pub struct CloseArgs {
    /// Which workspace, and who you are: someone who administers it
    #[command(flatten)]
    pub desk: Desk,
    /// The folder, outside the workspace, to write the last archive and the last report into
    #[arg(long, value_name = "FOLDER")]
    pub into: PathBuf,
    /// The workspace's name, to say that this is meant: nothing brings the keys back
    #[arg(long, value_name = "NAME", default_value = "")]
    pub confirm: String,
    /// Close although batches are open, or signed and not released; the reason is recorded
    #[arg(long, value_name = "REASON")]
    pub in_spite: Option<String>,
}

/// Arguments of `conflicts`.
#[derive(Debug, Args)]
pub struct ConflictsArgs {
    /// Which workspace, and who you are
    #[command(flatten)]
    pub desk: Desk,
    /// As JSON: an array of objects with kind, left, right, words and settled_by
    #[arg(long)]
    pub json: bool,
    /// How many of each kind
    #[arg(long, default_value_t = 20)]
    pub limit: usize,
    /// Also write the report for the health board: CHI numbers that may be of one person
    #[arg(long, value_name = "FILE")]
    pub report: Option<PathBuf>,
}

/// Arguments of `agreement`.
#[derive(Debug, Args)]
pub struct AgreementArgs {
    /// Which workspace, and who you are: an officer sees their own, a supervisor everybody's
    #[command(flatten)]
    pub desk: Desk,
    /// As JSON: an array of objects with name, pairs, same, share_limits, kappa, kappa_limits and table
    #[arg(long)]
    pub json: bool,
}

/// Arguments of `training`.
#[derive(Debug, Args)]
pub struct TrainingArgs {
    /// Which workspace, and who you are
    #[command(flatten)]
    pub desk: Desk,
    /// How many of the pairs that misled you
    #[arg(long, default_value_t = 20)]
    pub limit: usize,
    /// As JSON: an object with right, wrong_matches, missed, open, by_kind and misled
    #[arg(long)]
    pub json: bool,
}

/// Arguments of `known`.
#[derive(Debug, Args)]
pub struct KnownArgs {
    /// Which workspace, and who you are: a supervisor
    #[command(flatten)]
    pub desk: Desk,
    /// A CSV with the headings kind,left,right,verdict: match or not_match. Without it, how many pairs are known
    pub file: Option<PathBuf>,
}

/// Arguments of `recall`.
#[derive(Debug, Args)]
pub struct RecallArgs {
    /// Which workspace, and who you are
    #[command(flatten)]
    pub desk: Desk,
    /// The Mosaic id of the pair
    pub left: String,
    /// The CHI number it was seeded with, or with --merge the other Mosaic id
    pub right: String,
    /// A merge is recalled, not a link
    #[arg(long)]
    pub merge: bool,
    /// Why
    #[arg(long)]
    pub reason: String,
    /// Also answer the pair Not a match; otherwise it is asked again
    #[arg(long)]
    pub not_a_match: bool,
}

/// Arguments of `history`.
#[derive(Debug, Args)]
pub struct HistoryArgs {
    /// Which workspace, and who you are
    #[command(flatten)]
    pub desk: Desk,
    /// How many events, the newest. Where left out: 20, and with --about all there are
    #[arg(long)]
    pub last: Option<usize>,
    /// Only what is about this: a Mosaic id or a CHI number, with the batches that its pairs were in, or any words
    #[arg(long, value_name = "TEXT")]
    pub about: Option<String>,
}

/// Arguments of `undo`.
#[derive(Debug, Args)]
pub struct UndoArgs {
    /// Which workspace, and who you are
    #[command(flatten)]
    pub desk: Desk,
}

/// Arguments of `report`.
#[derive(Debug, Args)]
pub struct ReportArgs {
    /// Which workspace, and who you are
    #[command(flatten)]
    pub desk: Desk,
    /// The HTML file to write
    #[arg(long, value_name = "FILE")]
    pub out: PathBuf,
}
