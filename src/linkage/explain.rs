//! One pair, comparison by comparison.

use serde::{Deserialize, Serialize};

use super::comparison::compare_shared;
use super::duplicates::{Fit, Priors};
use super::frequency::Shares;
use super::likeness::Cache;
use super::model::{Weights, probability};
use super::table::Row;
use super::values::Files;
use super::{Agreement, Comparison, Model, Pattern, Side, Table, hazards};
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
    /// Match weight in bits: the prior, the weights of all comparisons and what is taken off for households.
    pub weight: f64,
    /// Probability of the weight alone, without competition.
    pub probability: f64,
    /// The model's prior in bits: where every pair starts.
    pub prior: f64,
    /// Bits taken off (so nearly always negative) because these agreements come together in different people:
    /// households, twins, namesakes.
    pub together: f64,
    /// The levels of all comparisons, packed.
    pub pattern: Pattern,
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

/// Explains a pair with the model of a run. A CHI record may stand on either side.
pub fn explain(model: &Model, left: PairRecord<'_>, right: PairRecord<'_>) -> Explanation {
    let (left, right) = match (left, right) {
        (PairRecord::Chi(_), PairRecord::Mosaic(_)) => (right, left),
        pair => pair,
    };
    let parameters = match (left, right) {
        (PairRecord::Mosaic(_), PairRecord::Mosaic(_)) => &model.duplicates,
        _ => &model.links,
    };
    let files = Files::new(table(left), table(right));
    let shares = Shares::of_rows(&files.values, &model.frequencies, &files.mosaic.rows, &files.chi.rows);
    let weights = parameters.weights();
    of_rows(&files, &shares, &weights, &mut Cache::new(), &files.chi.rows[0])
}

/// Explains the pairs of one Mosaic person with each of many CHI records, in their order: what they need of the model is
/// looked up once.
pub fn explain_each(model: &Model, left: &MosaicRecord, right: &[ChiRecord]) -> Vec<Explanation> {
    let mut chi = Table::new(Side::Chi);
    right.iter().for_each(|record| chi.push_chi(record));
    let files = Files::new(table(PairRecord::Mosaic(left)), chi);
    let shares = Shares::of_rows(&files.values, &model.frequencies, &files.mosaic.rows, &files.chi.rows);
    let (weights, mut cache) = (model.links.weights(), Cache::new());
    let explained = files.chi.rows.iter().map(|row| of_rows(&files, &shares, &weights, &mut cache, row));
    let mut explained: Vec<(u32, Explanation)> = files.chi.pushed.iter().copied().zip(explained).collect();
    explained.sort_unstable_by_key(|(pushed, _)| *pushed);
    explained.into_iter().map(|(_, explanation)| explanation).collect()
}

/// The pair of the one left row and a right row.
fn of_rows(files: &Files, shares: &Shares, weights: &Weights, cache: &mut Cache, b: &Row) -> Explanation {
    let a = &files.mosaic.rows[0];
    let (pattern, shared) = compare_shared(&files.values, cache, a, b);
    let comparisons: Vec<ComparisonExplained> = Comparison::ALL
        .into_iter()
        .map(|comparison| {
            let level = &comparison.levels()[usize::from(pattern.level(comparison))];
            ComparisonExplained {
                name: comparison.words().to_owned(),
                level: level.label.to_owned(),
                agreement: level.agreement,
                weight: weights.level(comparison, pattern) + shares.adjust(comparison, pattern, shared, a, b),
                frequency: shares.records_with(comparison, pattern, shared, a),
            }
        })
        .collect();
    // What the rarity of a name is worth less than it would be by chance belongs to what different people share.
    let rare = shares.rare(pattern, shared, a, b);
    let names = weights.names(weights.scored(pattern), rare) - f64::from(rare.surname) - f64::from(rare.forename);
    let together = names - weights.together(pattern);
    let weight = comparisons.iter().fold(weights.prior + together, |sum, c| sum + c.weight);
    Explanation {
        weight,
        probability: probability(weight),
        prior: weights.prior,
        together,
        pattern,
        comparisons,
        hazards: hazards::of_pair(pattern, shares, a, b),
    }
}

/// The weight that a likely duplicate lends to a Mosaic record's link, by its own link to the same person: a run takes the
/// better witness of the two, the record itself or its duplicate.
///
/// `mosaic_records` are those of the run ([`Report::mosaic_records`](super::Report)), `duplicate` is the weight of the two
/// Mosaic records as a pair, `fits` that of the duplicate with the person, and `others` those of its other candidates.
pub fn told(model: &Model, mosaic_records: u64, duplicate: f64, fits: f64, others: &[f64]) -> Option<f64> {
    let priors = Priors::of(&model.links, &model.duplicates, mosaic_records as f64);
    Fit::of(0, fits, others.iter().copied()).tells(duplicate, priors)
}

fn table(record: PairRecord<'_>) -> Table {
    match record {
        PairRecord::Mosaic(record) => {
            let mut table = Table::new(Side::Mosaic);
            table.push_mosaic(record);
            table
        }
        PairRecord::Chi(record) => {
            let mut table = Table::new(Side::Chi);
            table.push_chi(record);
            table
        }
    }
}
