//! One pair, comparison by comparison.

use serde::{Deserialize, Serialize};

use super::{Agreement, Model};
use crate::pair::Hazards;
use crate::person::{ChiRecord, MosaicRecord};

/// One record of a pair.
#[derive(Debug, Clone, Copy)]
pub enum PairRecord<'a> {
    /// A person as Mosaic holds them.
    Mosaic(&'a MosaicRecord),
    /// A person as CHI holds them.
    Chi(&'a ChiRecord),
}

/// Why a pair has the weight it has. Holds no personal data: the records are shown beside it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Explanation {
    /// Match weight in bits: the prior and the weights of all comparisons.
    pub weight: f64,
    /// Probability of the weight alone, without competition.
    pub probability: f64,
    /// The model's prior in bits: where every pair starts.
    pub prior: f64,
    /// Comparison by comparison, in the order of the screen.
    pub comparisons: Vec<ComparisonExplained>,
    /// What the two records alone show; hazards that need the whole file (near tie, namesake, contested) are not here.
    pub hazards: Hazards,
}

/// One comparison of an [`Explanation`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ComparisonExplained {
    /// What was compared: "Date of birth".
    pub name: String,
    /// How it came out: "Day and month swapped".
    pub level: String,
    /// How a screen marks it.
    pub agreement: Agreement,
    /// Bits for (positive) or against.
    pub weight: f64,
    /// How many people in CHI have the agreeing value, where the model knows it to be a common one.
    pub frequency: Option<u32>,
}

/// Scores two records with a model, without competition.
pub fn score_pair(model: &Model, left: PairRecord<'_>, right: PairRecord<'_>) -> Explanation {
    explain(model, left, right)
}

/// Explains a pair with the model of a run.
pub fn explain(_model: &Model, _left: PairRecord<'_>, _right: PairRecord<'_>) -> Explanation {
    unimplemented!()
}
