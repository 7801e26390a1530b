//! Candidate pairs and their weights.
//!
//! A pair was compared once, and its pattern and the rarity of what agrees stay. Whenever the model has learned, every
//! distinct pattern is scored (a few thousand), and a pair's weight is one look-up and three additions.

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use super::candidates::Candidate;
use super::comparison::Pattern;
use super::model::Weights;

/// Pairs and their weights.
#[derive(Debug, Default)]
pub(super) struct Weighing {
    pub pairs: Vec<Candidate>,
    /// Per pair, which of `patterns` it shows.
    shows: Vec<u32>,
    pub patterns: Vec<Pattern>,
}

impl Weighing {
    pub fn new(pairs: Vec<Candidate>) -> Self {
        let mut patterns: Vec<Pattern> = Vec::new();
        let mut numbers: FxHashMap<u32, u32> = FxHashMap::default();
        let shows = pairs
            .iter()
            .map(|pair| {
                *numbers.entry(pair.pattern.0).or_insert_with(|| {
                    patterns.push(pair.pattern);
                    patterns.len() as u32 - 1
                })
            })
            .collect();
        Self { pairs, shows, patterns }
    }

    /// The weight of every pair.
    pub fn weights(&self, weights: &Weights) -> Vec<f64> {
        let scored: Vec<_> = self.patterns.par_iter().map(|&pattern| weights.scored(pattern)).collect();
        let of = |(pair, &shows): (&Candidate, &u32)| weights.weight(scored[shows as usize], pair.rare);
        self.pairs.par_iter().zip(&self.shows).map(of).collect()
    }

    /// The pairs from a weight on.
    pub fn likely(self, weights: &Weights, least: f64) -> Vec<Candidate> {
        let weights = self.weights(weights);
        self.pairs.into_iter().zip(weights).filter(|&(_, weight)| weight >= least).map(|(pair, _)| pair).collect()
    }

    /// How much of each pattern is of one person, where `probabilities` say it of each pair.
    pub fn of_one_person(&self, probabilities: impl Iterator<Item = (usize, f64)>) -> Vec<(Pattern, f64)> {
        let mut sums = vec![0.0; self.patterns.len()];
        probabilities.for_each(|(pair, p)| sums[self.shows[pair] as usize] += p);
        self.patterns.iter().copied().zip(sums).collect()
    }
}
