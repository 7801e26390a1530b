//! The linkage engine: candidate pairs, comparisons, model, competition, bands and hazards. Pure: no store, no window,
//! no clock, and no randomness (the one sample it takes is drawn by a recorded seed).
//!
//! | file | what it holds |
//! |---|---|
//! | [`table`] | one file's records: rows of interned values |
//! | `gathered` | one table of the parts that several threads filled |
//! | `interner` | distinct texts, each kept once and known by a number |
//! | `values` | both files side by side; what comparisons need of each distinct value |
//! | [`defaults`] | values that stand for none: the date that a form asked for, the office's address |
//! | [`frequency`] | how often values occur, and what agreement on them is worth |
//! | `keys`, `blocks`, `candidates` | which pairs are compared at all, key by key, with caps and yields reported |
//! | [`comparison`] | two records compared: the pattern of levels that a pair shows |
//! | [`levels`] | the levels of each comparison, in words |
//! | `likeness`, `birth`, `place` | names, dates of birth and homes compared |
//! | [`model`] | Fellegi–Sunter weights: estimation over pattern counts, value frequencies, prior |
//! | `weighing` | candidate pairs and their weights |
//! | [`lessons`] | what decided pairs teach |
//! | `competition` | candidates compete with each other and with "no match" |
//! | `assignment` | one CHI for a person, one person for a CHI |
//! | [`bands`] | where auto, review and low begin |
//! | [`hazards`] | patterns by which two people look like one |
//! | `links` | from compared pairs to banded links |
//! | `moves` | homes that differ because a household moved |
//! | `duplicates`, `partitions` | pairs within the Mosaic file, and small groups of them weighed whole |
//! | [`errors`], [`limits`], [`estimates`] | how many links may be wrong, before and after anybody has looked, and that in words |
//! | [`mod@explain`] | one pair, comparison by comparison |
//! | `together`, `namesakes` | what different people share: households, twins, names |
//! | `run` | the order of the work |
//! | [`session`] | two files kept at hand, matched again after a few records changed |
//! | [`report`] | what a run found: keys, histograms, bands, expected errors |
//! | [`splink`] | the trained model as Splink settings, and the records they compare |
//! | `hot` | the hot parts one by one, for the benches; no part of the interface |
//!
//! The same inputs give the same bytes, on one thread or many and for any order of the input rows: rows are put in the
//! order of their record ids before anything is counted, and every sort ends in record ids.

pub mod bands;
pub mod comparison;
pub mod defaults;
pub mod errors;
pub mod estimates;
pub mod explain;
pub mod frequency;
pub mod hazards;
pub mod levels;
pub mod limits;
pub mod model;
pub mod report;
pub mod splink;
pub mod table;

mod assignment;
mod birth;
mod blocks;
mod candidates;
mod competition;
mod duplicates;
mod gathered;
#[doc(hidden)]
pub mod hot;
mod interner;
mod keys;
pub mod lessons;
mod likeness;
mod links;
mod moves;
mod namesakes;
mod partitions;
mod place;
mod run;
pub mod session;
mod together;
mod values;
mod weighing;

pub use bands::Cuts;
pub use comparison::{Agreement, Comparison, Pattern};
pub use explain::{
    ComparisonExplained, Explanation, PairRecord, Sharing, compare_two, explain, explain_as, explain_each, score_pair,
    told,
};
pub use lessons::{Label, Learned};
pub use model::Model;
pub use report::Report;
pub use session::Session;
pub use table::{Ids, Side, Table};

use self::values::Files;
use crate::pair::{Band, Hazards};
use crate::progress::{Cancelled, Progress};

/// Stored with every run: results of different engine versions are not compared as if they were of one.
pub const ENGINE_VERSION: &str = "10";

/// How a run is made.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Options {
    /// How many threads to use; `None` for as many as the machine has. The result does not depend on it.
    pub threads: Option<usize>,
    /// Where the bands begin; `None` for where the run itself finds that it may ([`Cuts::chosen`]).
    pub cuts: Option<Cuts>,
    /// Pairs that people decided, for the model to learn from; none changes nothing.
    pub labels: Vec<Label>,
}

/// One pair that was scored and kept.
#[derive(Debug, Clone, PartialEq)]
pub struct ScoredPair {
    /// Row of the left record, in the order in which it was pushed into its [`Table`].
    pub left: u32,
    /// Row of the right record: of the CHI table for links, of the Mosaic table for duplicates. A link that was found
    /// through a superseded row points at the person's current row wherever the table has one.
    pub right: u32,
    /// Match weight in bits (log2 of the odds before competition; 0 is even).
    pub weight: f64,
    /// Probability after competition with the other candidates and with "no match".
    pub probability: f64,
    /// The band it falls in.
    pub band: Band,
    /// The comparison levels.
    pub pattern: Pattern,
    /// What to beware of.
    pub hazards: Hazards,
    /// The candidate keys that found the pair: bit `n` is the `n`-th of [`Report::link_keys`] (or
    /// [`Report::duplicate_keys`]).
    pub keys: u32,
    /// How far (in bits of weight) the pair is ahead of the left record's best other candidate; negative for a pair
    /// that is behind. `None` where there is no other.
    pub runner_up: Option<f64>,
    /// Chosen by the one-to-one assignment. For duplicates: both records are in one cluster.
    pub best: bool,
}

/// What a run found.
#[derive(Debug, Clone)]
pub struct Outcome {
    /// Mosaic–CHI pairs, sorted by Mosaic id, then CHI.
    pub links: Vec<ScoredPair>,
    /// Mosaic–Mosaic pairs, the smaller id on the left, sorted by both ids.
    pub duplicates: Vec<ScoredPair>,
    /// The model that scored them.
    pub model: Model,
    /// The figures of the run.
    pub report: Report,
}

/// Links a Mosaic file to a CHI file and finds duplicates within the Mosaic file.
///
/// Either table may be empty, and both are used up: the rows of a nation are not held twice. [`Table::ids`] tells beforehand
/// what the rows go by. Fails only where the work was asked to stop; nothing is left behind then.
pub fn link(mosaic: Table, chi: Table, options: &Options, progress: &Progress) -> Result<Outcome, Cancelled> {
    run::on_threads(options, || {
        progress.begin("Preparing records", 0);
        Ok(run::work(&Files::believed(mosaic, chi), None, false, options, progress)?.0)
    })
}
