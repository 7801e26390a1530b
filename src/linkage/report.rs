//! The figures of a run.

use serde::{Deserialize, Serialize};

use super::ScoredPair;
use super::defaults::Defaults;
use super::errors::Errors;
use crate::pair::Band;

/// What a run found, in figures.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Report {
    /// Mosaic records that took part.
    pub mosaic_records: u64,
    /// CHI records that took part.
    pub chi_records: u64,
    /// Mosaic–CHI pairs.
    pub links: PairReport,
    /// Mosaic–Mosaic pairs.
    pub duplicates: PairReport,
    /// How many links may be wrong, estimated without labels.
    pub errors: Errors,
    /// The values that stood for none, as the model has them.
    pub defaults: Defaults,
    /// The candidate keys of the links, in the order of the bits of [`ScoredPair::keys`].
    pub link_keys: Vec<KeyReport>,
    /// The candidate keys of the duplicates.
    pub duplicate_keys: Vec<KeyReport>,
}

/// The figures for one kind of pair.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct PairReport {
    /// Pairs that were compared.
    pub candidates: u64,
    /// Pairs that were kept.
    pub kept: u64,
    /// Kept pairs in each band.
    pub auto: u64,
    /// Kept pairs that an officer must see.
    pub review: u64,
    /// Kept pairs for the record only.
    pub low: u64,
    /// Left records with a pair in `auto`.
    pub records_auto: u64,
    /// Left records with none in `auto` and at least one in `review`.
    pub records_review: u64,
    /// True pairs that the model expects among all candidates (the sum of their probabilities).
    pub expected_true: f64,
    /// Wrong pairs that the model expects in `auto` (the sum of 1 − probability).
    pub expected_wrong_in_auto: f64,
    /// True pairs that the model expects below `auto`.
    pub expected_missed_by_auto: f64,
    /// How the weights are spread.
    pub histogram: Histogram,
}

/// One candidate key: what it found, and what its cap left out.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct KeyReport {
    /// In words: "Surname and date of birth".
    pub name: String,
    /// Pairs it found, those of other keys included.
    pub pairs: u64,
    /// Pairs that no key before it in the list had found: its marginal yield.
    pub added: u64,
    /// Kept pairs of `auto` and `review` that only this key found.
    pub only: u64,
    /// Largest block of right records it follows.
    pub cap: u32,
    /// Blocks that were larger and were not followed.
    pub capped_blocks: u64,
    /// Pairs in those blocks (some of which other keys found).
    pub capped_pairs: u64,
}

/// Weights of kept pairs, in steps of one bit. Best candidate pairs and others are counted apart.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Histogram {
    /// Weight at which the first step begins.
    pub from: f64,
    /// Width of a step, in bits.
    pub step: f64,
    /// Pairs that are their left record's best, per step.
    pub best: Vec<u64>,
    /// All other pairs, per step.
    pub others: Vec<u64>,
}

impl Histogram {
    /// Counts pairs by weight, in steps of one bit.
    pub fn of(pairs: &[ScoredPair]) -> Self {
        let Some((low, high)) = pairs.iter().map(|p| p.weight.floor()).fold(None, |range, w| match range {
            None => Some((w, w)),
            Some((low, high)) => Some((f64::min(low, w), f64::max(high, w))),
        }) else {
            return Self { step: 1.0, ..Self::default() };
        };
        let steps = (high - low) as usize + 1;
        let mut histogram = Self { from: low, step: 1.0, best: vec![0; steps], others: vec![0; steps] };
        for pair in pairs {
            let step = (pair.weight.floor() - low) as usize;
            let counts = if pair.best { &mut histogram.best } else { &mut histogram.others };
            counts[step] += 1;
        }
        histogram
    }
}

impl PairReport {
    /// Counts kept pairs. `pairs` must be sorted by left record.
    pub fn of(pairs: &[ScoredPair], candidates: u64) -> Self {
        let mut report =
            Self { candidates, kept: pairs.len() as u64, histogram: Histogram::of(pairs), ..Self::default() };
        for record in pairs.chunk_by(|a, b| a.left == b.left) {
            let mut top = Band::Low;
            for pair in record {
                top = top.min(pair.band); // Bands are ordered surest first
                report.expected_true += pair.probability;
                match pair.band {
                    Band::Auto => {
                        report.auto += 1;
                        report.expected_wrong_in_auto += 1.0 - pair.probability;
                    }
                    Band::Review => {
                        report.review += 1;
                        report.expected_missed_by_auto += pair.probability;
                    }
                    Band::Low => {
                        report.low += 1;
                        report.expected_missed_by_auto += pair.probability;
                    }
                }
            }
            match top {
                Band::Auto => report.records_auto += 1,
                Band::Review => report.records_review += 1,
                Band::Low => {}
            }
        }
        report
    }
}
