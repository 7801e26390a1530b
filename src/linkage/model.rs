//! Fellegi–Sunter weights.

use serde::{Deserialize, Serialize};

use super::{Agreement, Cuts};

/// What a run learned and scored with: enough to explain a pair, and to score another in the same way.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Model {
    /// [`super::ENGINE_VERSION`] of the run.
    pub engine: String,
    /// Where the bands began.
    pub cuts: Cuts,
    /// Parameters for Mosaic–CHI pairs.
    pub links: Parameters,
    /// Parameters for Mosaic–Mosaic pairs.
    pub duplicates: Parameters,
}

/// The parameters for one kind of pair.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Parameters {
    /// log2 of the odds that a pair drawn at random is one person.
    pub prior: f64,
    /// The comparisons, in the order of the pattern.
    pub comparisons: Vec<ComparisonModel>,
}

/// One comparison of a model.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ComparisonModel {
    /// In words: "Date of birth".
    pub name: String,
    /// Its levels, in the order of the pattern; the first is always "missing".
    pub levels: Vec<LevelModel>,
}

/// One level of a comparison.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LevelModel {
    /// In words: "Day and month swapped".
    pub label: String,
    /// How a screen marks it.
    pub agreement: Agreement,
    /// Share of this level among pairs of one person (missing left out).
    pub m: f64,
    /// Share of this level among pairs of two people (missing left out).
    pub u: f64,
    /// log2(m / u), before value frequencies; 0 for missing.
    pub weight: f64,
}

impl Model {
    /// A documented default for workspaces that hold only candidate pairs from a file, where nothing can be learned.
    pub fn reference() -> Self {
        unimplemented!()
    }
}
