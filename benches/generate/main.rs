//! Writes synthetic extracts: invented people as Mosaic and as CHI hold them, with the truth beside them.
//!
//! The demonstration in `assets/demo` is its output, and a test keeps the two alike; larger extracts serve the benches.
//!
//! | file | what it holds |
//! |---|---|
//! | `rates` | how often everything happens |
//! | `random` | chance, from a seed |
//! | `names`, `places` | the tables of `data/`, and how addresses are written |
//! | `rare` | the long tail of surnames that no table holds |
//! | `people`, `households` | the true people, household by household |
//! | `register` | CHI numbers, each issued once |
//! | `errors`, `slips` | how people are written down, each copy with errors of its own |
//! | `kinds` | the phenomena, as the truth names them |
//! | `beside` | what Mosaic records beside a person's details: last change, finance and care packages, relationships |
//! | `extract` | who is in which file |
//! | `files`, `pairs`, `readme` | what is written |

mod beside;
mod errors;
mod extract;
mod files;
mod households;
mod kinds;
mod names;
mod pairs;
mod people;
mod places;
mod random;
mod rare;
mod rates;
mod readme;
mod register;
mod slips;
#[cfg(test)]
mod tests;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;

use extract::Plan;

/// Writes synthetic Mosaic and CHI extracts with their truth
#[derive(Parser)]
#[command(name = "generate")]
struct Arguments {
    /// The folder to write into; it is made where it does not exist
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// Rows of mosaic.csv
    #[arg(long, default_value_t = Plan::DEMONSTRATION.mosaic)]
    mosaic: usize,
    /// Rows of chi.csv
    #[arg(long, default_value_t = Plan::DEMONSTRATION.chi)]
    chi: usize,
    /// The same seed gives the same bytes
    #[arg(long, default_value_t = Plan::DEMONSTRATION.seed)]
    seed: u64,
    /// The share of Mosaic records that hold a CHI number already, 0 to 1
    #[arg(long, value_name = "SHARE", default_value_t = Plan::DEMONSTRATION.seeded_share)]
    seeded_share: f64,
    /// Rows of pairs.csv
    #[arg(long, value_name = "ROWS", default_value_t = Plan::DEMONSTRATION.wide_pairs)]
    wide_pairs: usize,
}

fn main() -> ExitCode {
    let Arguments { out, mosaic, chi, seed, seeded_share, wide_pairs } = Arguments::parse();
    match extract::write(&Plan { mosaic, chi, seed, seeded_share, wide_pairs }, &out) {
        Ok(tally) => {
            println!(
                "{} Mosaic records of {} people, {} CHI records, {} candidate pairs in {}",
                tally.mosaic,
                tally.people,
                tally.chi,
                tally.pairs,
                out.display()
            );
            println!("{:.1} % agree with CHI in all but one field at most", tally.within(1));
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("The extracts were not written to {}: {error}", out.display());
            ExitCode::FAILURE
        }
    }
}
