//! How many rows a re-check needs, which, and what it proves. Exact, by the hypergeometric distribution.

use crate::pair::PairKey;

/// The smallest sample without an error that shows, with this confidence, that no more than `tolerable` of the population
/// are wrong.
pub fn size(population: u64, tolerable: f64, confidence: f64) -> u64 {
    let _ = (population, tolerable, confidence);
    unimplemented!()
}

/// The most rows of the population that can be wrong, with this confidence, when `errors` were found among `sampled`.
pub fn upper_limit(sampled: u64, population: u64, errors: u64, confidence: f64) -> u64 {
    let _ = (sampled, population, errors, confidence);
    unimplemented!()
}

/// What a re-check proves, in a sentence: "No error in 196 of 500: with 95 % confidence no more than 5 (1 %) are wrong".
pub fn proves(sampled: u64, population: u64, errors: u64, confidence: f64) -> String {
    let _ = (sampled, population, errors, confidence);
    unimplemented!()
}

/// Draws `size` of the rows by a recorded seed, in a way that anyone can repeat.
pub fn draw(seed: &str, rows: &[PairKey], size: u64) -> Vec<PairKey> {
    let _ = (seed, rows, size);
    unimplemented!()
}
