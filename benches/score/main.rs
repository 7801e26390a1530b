//! Scores what a linkage wrote against the truth: links, duplicates, bands, calibration, effort, and what is missed.
//!
//! It judges files alone, whoever wrote them, so that every program is measured by the same rule; it uses nothing of
//! the engine.
//!
//! | file | what it holds |
//! |---|---|
//! | `files` | the truth, and the links and duplicates to be judged |
//! | `curve` | precision, recall and F1 along a ranking |
//! | `links` | best links, the bands, one CHI on two people |
//! | `duplicates` | pairs of Mosaic records that are one person |
//! | `effort` | what is left for an officer, and in which order |
//! | `calibration` | whether a probability means what it says |
//! | `kinds` | what is missed and what is wrong, by phenomenon |
//! | `report` | all of it as text, one figure a line |

mod calibration;
mod curve;
mod duplicates;
mod effort;
mod files;
mod kinds;
mod links;
mod report;
#[cfg(test)]
mod tests;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Parser;

use files::{Found, Truth};
use report::Report;

/// Scores links.csv and duplicates.csv against the truth
#[derive(Parser)]
#[command(name = "score")]
struct Arguments {
    /// The folder that holds links.csv and duplicates.csv; either may be absent
    #[arg(long, value_name = "DIR")]
    found: PathBuf,
    /// The truth: PersonID,CHI,PersonKey,Kind
    #[arg(long, value_name = "FILE")]
    truth: PathBuf,
    /// The Mosaic extract, to judge apart the records that held no CHI number
    #[arg(long, value_name = "FILE")]
    mosaic: Option<PathBuf>,
    /// Also write every figure to this file
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    match run(&arguments) {
        Ok(report) => {
            print!("{report}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("Nothing was scored. {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &Arguments) -> Result<Report, String> {
    let mut truth = Truth::read(&arguments.truth)?;
    if let Some(mosaic) = &arguments.mosaic {
        truth.read_seeds(mosaic)?;
    }
    let found = Found::read(&arguments.found, &truth)?;
    let report = Report::new(&truth, &found);
    if let Some(json) = &arguments.json {
        write_json(&report, json)?;
    }
    Ok(report)
}

fn write_json(report: &Report, path: &Path) -> Result<(), String> {
    let text = serde_json::to_string_pretty(report).map_err(|error| format!("The figures have no JSON: {error}."))?;
    std::fs::write(path, text + "\n").map_err(|error| format!("{} cannot be written: {error}.", path.display()))
}
