//! The hot parts of the engine, one by one, for the benches. No part of the interface.

use super::Table;
use super::blocks::blocks;
use super::candidates::{Between, Candidates, Job, Walks, find};
use super::comparison::compare;
use super::frequency::{Frequencies, Shares};
use super::likeness::Cache;
use super::model::Parameters;
use super::values::Files;
use super::weighing::Weighing;
use crate::progress::{Cancelled, Progress};

/// Two files, prepared as a run prepares them.
pub struct Prepared {
    files: Files,
    parameters: Parameters,
    shares: Shares,
}

impl Prepared {
    /// Puts two tables side by side.
    pub fn new(mosaic: &Table, chi: &Table) -> Self {
        let files = Files::believed(mosaic.clone(), chi.clone());
        let shares = Shares::new(&files.values, &Frequencies::of(&files));
        let parameters = Parameters::reference(files.chi.people() as f64, 0.9);
        Self { files, parameters, shares }
    }

    /// Compares `pairs` pairs at random; the sum of their patterns keeps the work from being left out.
    pub fn compare(&self, pairs: usize) -> u64 {
        let (left, right) = (&self.files.mosaic.rows, &self.files.chi.rows);
        let mut cache = Cache::new();
        (0..pairs)
            .map(|pair| {
                let (a, b) = (&left[pair * 7919 % left.len()], &right[pair * 104_729 % right.len()]);
                u64::from(compare(&self.files.values, &mut cache, a, b).0)
            })
            .sum()
    }

    /// Finds the candidate pairs.
    pub fn find(&self) -> Result<Found, Cancelled> {
        let Self { files, shares, .. } = self;
        let (weights, progress) = (self.parameters.weights(), Progress::new());
        let blocks = blocks(&files.values, &files.mosaic.rows, &files.chi.rows, &progress)?;
        let job = Job {
            values: &files.values,
            shares,
            blocks: &blocks,
            left: &files.mosaic.rows,
            first: 0,
            right: &files.chi,
            between: Between::Files,
            keep: &|pattern| weights.of(pattern) >= 0.0,
            remember: false,
            walks: &Walks::past(&files.chi),
        };
        Ok(Found(find(&job, &progress)?))
    }

    /// Learns from pattern counts; returns the rounds it took.
    pub fn estimate(&self, found: &Found) -> u32 {
        let (left, right) = (self.files.mosaic.len() as f64, self.files.chi.people() as f64);
        self.parameters.clone().estimate(&found.0.counts, left, right)
    }

    /// Weighs the candidate pairs; returns how many are likelier than not of one person.
    pub fn weigh(&self, found: &Found) -> usize {
        let weights = Weighing::new(found.0.pairs.clone()).weights(&self.parameters.weights());
        weights.into_iter().filter(|&weight| weight > 0.0).count()
    }
}

/// Candidate pairs that were found.
pub struct Found(Candidates);

impl Found {
    /// Pairs that were compared.
    pub fn compared(&self) -> u64 {
        self.0.compared
    }

    /// Pairs that are kept for weighing.
    pub fn kept(&self) -> usize {
        self.0.pairs.len()
    }
}
