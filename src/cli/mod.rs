//! The same verbs from a command line. Without a verb, the window.
//!
//! Exit status: 0 done, 1 refused or failed (one clear line on standard error), 2 wrong usage.
//!
//! | file | what it holds |
//! |---|---|
//! | [`arguments`] | what may be typed: clap's plain structs |
//! | [`passphrase`] | from a prompt, a file or the environment; never an argument |
//! | [`terminal`] | progress on a terminal, tables, numbers |
//! | [`demo`] | `demo` |
//! | [`link`] | `link`: two extracts in, links and duplicates out, no workspace |
//! | [`work`] | `new`, `people`, `load`, `match`, `status`, `decide` |
//! | [`explain`] | `explain` |
//! | [`conflicts`] | `conflicts`, `recall` |
//! | [`batch`] | `submit`, `sign`, `export`, `verify` |
//! | [`keep`] | `check`, `backup`, `history`, `undo`, `report` |

pub mod arguments;
mod batch;
mod conflicts;
mod demo;
mod explain;
mod keep;
pub mod link;
mod passphrase;
mod terminal;
mod work;

use std::process::ExitCode;

use clap::Parser;

use arguments::{Arguments, Verb};

/// What a verb returns: nothing, or the one line that standard error shows.
type Done = Result<(), Box<dyn std::error::Error + Send + Sync>>;

/// A refusal in the command line's own words.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
struct Refusal(String);

/// Makes a refusal of a sentence.
fn refuse<T>(sentence: impl Into<String>) -> Result<T, Box<dyn std::error::Error + Send + Sync>> {
    Err(Box::new(Refusal(sentence.into())))
}

/// Parses the arguments, does what they say, and tells how it went.
pub fn main() -> ExitCode {
    let arguments = Arguments::parse();
    match run(arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("stewartry: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: Arguments) -> Done {
    let Some(verb) = arguments.verb else { return demo::window(crate::desktop::Start::default()) };
    match verb {
        Verb::Demo(args) => demo::demo(&args),
        Verb::Open(args) => demo::open(&args),
        Verb::Link(args) => Ok(link::run(&args)?),
        Verb::New(args) => work::new(&args),
        Verb::People(args) => work::people(&args),
        Verb::Load(args) => work::load(&args),
        Verb::Match(args) => work::run_match(&args),
        Verb::Status(args) => work::status(&args),
        Verb::Conflicts(args) => conflicts::conflicts(&args),
        Verb::Recall(args) => conflicts::recall(&args),
        Verb::Explain(args) => explain::explain(&args),
        Verb::Decide(args) => work::decide(&args),
        Verb::Submit(args) => batch::submit(&args),
        Verb::Sign(args) => batch::sign(&args),
        Verb::Export(args) => batch::export(&args),
        Verb::Verify(args) => batch::verify(&args),
        Verb::Check(args) => keep::check(&args),
        Verb::Backup(args) => keep::backup(&args),
        Verb::History(args) => keep::history(&args),
        Verb::Undo(args) => keep::undo(&args),
        Verb::Report(args) => keep::report(&args),
    }
}
