//! The same verbs from a command line. Without a verb, the window.
//!
//! Exit status: 0 done, or nothing to do; 1 refused or failed (one clear line on standard error), or what it printed was not read
//! to its end; 2 wrong usage; 3 a file looks
//! like a wrong one and was not loaded ([`SUSPICIOUS`]; standard error says what was seen); 4 released files are whole, and nothing
//! vouches for who signed them ([`UNSIGNED`]).
//!
//! | file | what it holds |
//! |---|---|
//! | [`arguments`] | what may be typed: clap's plain structs |
//! | [`passphrase`] | from a prompt, a file or the environment; never an argument |
//! | [`dumps`] | nothing of what is in memory is left by a crash |
//! | [`terminal`] | progress on a terminal, tables, numbers; the end when nobody reads them |
//! | [`demo`] | `demo`, `open` |
//! | [`link`] | `link`: two extracts in, links and duplicates out, no workspace |
//! | [`answer`] | what a verb answers a script (`--json`) |
//! | [`load`], [`matching`] | `load`, `match` |
//! | [`work`] | `new`, `status`, `decide`, and how a verb opens its workspace |
//! | [`people`] | `people`, `passphrase` |
//! | [`pairs`] | `give`, `not-matchable`, `bring-together`, `cuts` |
//! | [`classes`] | `classes`, and `decide --class` |
//! | [`agreement`] | `agreement`, `known` |
//! | [`explain`] | `explain` |
//! | [`training`], [`close`] | `training`, `close` |
//! | [`conflicts`] | `conflicts`, `recall` |
//! | [`files_out`], [`files_out_arguments`] | `profile`, `acknowledge`, `correction`; what may be typed after them |
//! | [`batch`] | `submit`, `sign`, `export`, `verify` |
//! | [`parcel`] | `parcel`, `parcel-back` |
//! | [`transfer`] | `pack`, `unpack`, `key`, `places`, `send` |
//! | [`share`] | `protocol`, `share`, `share-loaded`, `share-except`, `cross-reference` |
//! | [`lookup`] | `lookup` |
//! | [`keep`] | `check`, `backup`, `history`, `undo`, `report` |
//! | [`restore`] | `restore` |

mod agreement;
mod answer;
pub mod arguments;
mod batch;
mod classes;
mod close;
mod conflicts;
mod demo;
mod dumps;
mod explain;
mod files_out;
pub mod files_out_arguments;
mod keep;
pub mod link;
mod load;
mod lookup;
mod matching;
mod pairs;
mod parcel;
mod passphrase;
mod people;
mod restore;
mod share;
mod terminal;
mod training;
mod transfer;
mod work;

use std::process::ExitCode;

use clap::Parser;

use arguments::{Arguments, Verb};

use crate::stewardship::Refused;
use crate::stewardship::suspicions::Suspicion;

/// Why a verb did not do its work: what standard error shows.
type Failure = Box<dyn std::error::Error + Send + Sync>;

/// What a verb returns.
type Done = Result<(), Failure>;

/// The exit status where a file looks like a wrong one: somebody must look at it, or load it in spite of that.
pub const SUSPICIOUS: u8 = 3;

/// The exit status where released files are whole and of an older form that carries nobody's signature.
pub const UNSIGNED: u8 = 4;

/// Files that are whole and that nobody vouches for.
#[derive(Debug, thiserror::Error)]
#[error(
    "The files are whole, and of an older form without a signature: nothing vouches for who signed them, and anybody could have \
     made them. Ask for proof elsewhere that they are genuine before anything is loaded; --unsigned says that you have it"
)]
struct Unsigned;

/// A refusal in the command line's own words.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
struct Refusal(String);

/// Makes a refusal of a sentence.
fn refuse<T>(sentence: impl Into<String>) -> Result<T, Failure> {
    Err(Box::new(Refusal(sentence.into())))
}

/// Parses the arguments, does what they say, and tells how it went.
pub fn main() -> ExitCode {
    dumps::forbid();
    terminal::say_little_of_panics();
    let arguments = Arguments::parse();
    if !matches!(arguments.verb, None | Some(Verb::Demo(_) | Verb::Open(_))) {
        dumps::hide();
    }
    match run(arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            if let Some(Refused::Suspicious { name, suspicions }) = error.downcast_ref() {
                eprint!("{}", suspicious(name, suspicions));
                return ExitCode::from(SUSPICIOUS);
            }
            eprintln!("stewartry: {error}");
            if error.is::<Unsigned>() {
                return ExitCode::from(UNSIGNED);
            }
            crate::desktop::show_failure(&error.to_string());
            ExitCode::FAILURE
        }
    }
}

/// What standard error shows of a file that looks like a wrong one.
fn suspicious(name: &str, suspicions: &[Suspicion]) -> String {
    let mut text = format!("stewartry: {name} looks wrong and was not loaded; nothing of it was kept\n");
    for it in suspicions {
        text += &format!("  {}\n    {}\n    {}. {}\n", it.kind.title(), it.seen, it.may_mean, it.to_do);
    }
    text + "If the file is right, load it with --in-spite; that is recorded\n"
}

/// The version in the first line, as scripts expect it; then what it was built from.
fn version() -> Done {
    println!("stewartry {}", env!("CARGO_PKG_VERSION"));
    for (name, fact) in crate::workspace::facts().into_iter().skip(1) {
        println!("{name:<18}{fact}");
    }
    Ok(())
}

fn run(arguments: Arguments) -> Done {
    if arguments.version {
        return version();
    }
    let Some(verb) = arguments.verb else { return demo::window(crate::desktop::Start::default()) };
    match verb {
        Verb::Demo(args) => demo::demo(&args),
        Verb::Open(args) => demo::open(&args),
        Verb::Link(args) => Ok(link::run(&args)?),
        Verb::New(args) => work::new(&args),
        Verb::People(args) => people::people(&args),
        Verb::Passphrase(args) => people::passphrase(&args),
        Verb::Load(args) => load::load(&args),
        Verb::Match(args) => matching::run_match(&args),
        Verb::Status(args) => work::status(&args),
        Verb::Conflicts(args) => conflicts::conflicts(&args),
        Verb::Classes(args) => classes::classes(&args),
        Verb::Training(args) => training::training(&args),
        Verb::Agreement(args) => agreement::agreement(&args),
        Verb::Known(args) => agreement::known(&args),
        Verb::Recall(args) => conflicts::recall(&args),
        Verb::Explain(args) => explain::explain(&args),
        Verb::Decide(args) => work::decide(&args),
        Verb::Give(args) => pairs::give(&args),
        Verb::NotMatchable(args) => pairs::not_matchable(&args),
        Verb::BringTogether(args) => pairs::bring_together(&args),
        Verb::Cuts(args) => pairs::cuts(&args),
        Verb::Submit(args) => batch::submit(&args),
        Verb::Sign(args) => batch::sign(&args),
        Verb::Export(args) => batch::export(&args),
        Verb::Protocol(args) => share::protocol(&args),
        Verb::Share(args) => share::share(&args),
        Verb::ShareLoaded(args) => share::loaded(&args),
        Verb::ShareExcept(args) => share::except(&args),
        Verb::CrossReference(args) => share::cross_reference(&args),
        Verb::Lookup(args) => lookup::lookup(&args),
        Verb::Profile(args) => files_out::profile(&args),
        Verb::Acknowledge(args) => files_out::acknowledge(&args),
        Verb::Correction(args) => files_out::correction(&args),
        Verb::Parcel(args) => parcel::parcel(&args),
        Verb::ParcelBack(args) => parcel::back(&args),
        Verb::Verify(args) => batch::verify(&args),
        Verb::Pack(args) => transfer::pack(&args),
        Verb::Unpack(args) => transfer::unpack(&args),
        Verb::Key(args) => transfer::key(&args),
        Verb::Places(args) => transfer::places(&args),
        Verb::Send(args) => transfer::send(&args),
        Verb::Check(args) => keep::check(&args),
        Verb::Backup(args) => keep::backup(&args),
        Verb::Restore(args) => restore::restore(&args),
        Verb::Close(args) => close::close(&args),
        Verb::History(args) => keep::history(&args),
        Verb::Undo(args) => keep::undo(&args),
        Verb::Report(args) => keep::report(&args),
    }
}
