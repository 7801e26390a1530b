//! Pairs of Mosaic records that are one person.

use rustc_hash::{FxHashMap, FxHashSet};
use serde::Serialize;

use crate::curve::{Curve, Cut, Quality, share};
use crate::files::{Band, Duplicate, Found, Truth};
use crate::links::TRUSTED;

/// How good the duplicates are: every pair of records of one person is true, whatever chain joins it.
#[derive(Debug, Serialize)]
pub struct Duplicates {
    /// The pairs whose probability is a half or more.
    pub pairs: Quality,
    pub best_cut: Option<Cut>,
    pub trusted_cut: Option<Cut>,
    pub auto: Quality,
    /// The true pairs of the automatic and the review band together, as a share of all.
    pub auto_or_review: f64,
    /// The true pairs that stand in the file in any band, as a share of all.
    pub candidate_recall: f64,
}

impl Duplicates {
    pub fn new(truth: &Truth, found: &Found) -> Self {
        let all = true_pairs(truth).len();
        let pairs = distinct(&found.duplicates);
        let curve = Curve::new(pairs.iter().map(|pair| (pair.score, pair.right)).collect(), all);
        let right = |keep: &dyn Fn(Band) -> bool| pairs.iter().filter(|pair| pair.right && keep(pair.band)).count();
        let auto = pairs.iter().filter(|pair| pair.band == Band::Auto).count();
        Self {
            pairs: curve.at(0.5),
            best_cut: curve.best(),
            trusted_cut: curve.at_precision(TRUSTED),
            auto: Quality::new(auto, right(&|band| band == Band::Auto), all),
            auto_or_review: share(right(&|band| band != Band::Low), all),
            candidate_recall: share(right(&|_| true), all),
        }
    }
}

/// A pair that stands twice, once each way round perhaps, counts once, with its higher score.
fn distinct(duplicates: &[Duplicate]) -> Vec<Duplicate> {
    let mut pairs: Vec<Duplicate> = duplicates.iter().copied().filter(|pair| pair.pair.0 != pair.pair.1).collect();
    pairs.sort_by(|a, b| a.pair.cmp(&b.pair).then(a.score.descending(&b.score)));
    pairs.dedup_by_key(|pair| pair.pair);
    pairs
}

/// All pairs of Mosaic records that are one person.
pub fn true_pairs(truth: &Truth) -> FxHashSet<(u32, u32)> {
    let mut records: FxHashMap<u32, Vec<u32>> = FxHashMap::default();
    for (place, person) in truth.people.iter().enumerate() {
        records.entry(person.key).or_default().push(place as u32);
    }
    let mut pairs = FxHashSet::default();
    for records in records.values() {
        for (place, &left) in records.iter().enumerate() {
            pairs.extend(records[place + 1..].iter().map(|&right| (left, right)));
        }
    }
    pairs
}
