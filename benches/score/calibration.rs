//! Whether a probability means what it says: in each bin the share that is true, with its 95 % interval.
//!
//! The interval is Wilson's (1927), which holds its level where the share is near 0 or 1, and that is where most pairs
//! of a linkage are.

use serde::Serialize;

use crate::curve::share;

/// The edges of the bins: fine at both ends, where decisions are made.
const EDGES: [f64; 13] = [0.0, 0.01, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.99, 0.999];

/// The 97.5th percentile of the normal distribution.
const Z: f64 = 1.959_963_984_540_054;

/// The pairs whose probabilities lie between two edges.
#[derive(Debug, Serialize)]
pub struct Bin {
    pub from: f64,
    pub to: f64,
    pub pairs: usize,
    pub mean_probability: f64,
    pub share_true: f64,
    pub low: f64,
    pub high: f64,
    /// Whether the mean probability lies inside the interval.
    pub holds: bool,
}

/// Bins of probabilities and of what is true; a bin without pairs is left out.
pub fn bins(answers: impl Iterator<Item = (f64, bool)>) -> Vec<Bin> {
    let mut sums = [(0_usize, 0_usize, 0.0); EDGES.len()];
    for (probability, right) in answers {
        let place = EDGES.partition_point(|edge| *edge <= probability).saturating_sub(1);
        let (pairs, rights, sum) = &mut sums[place];
        *pairs += 1;
        *rights += usize::from(right);
        *sum += probability;
    }
    let full = sums.iter().enumerate().filter(|(_, (pairs, ..))| *pairs > 0);
    full.map(|(place, &(pairs, right, sum))| {
        let mean_probability = sum / pairs as f64;
        let (low, high) = wilson(right, pairs);
        Bin {
            from: EDGES[place],
            to: EDGES.get(place + 1).copied().unwrap_or(1.0),
            pairs,
            mean_probability,
            share_true: share(right, pairs),
            low,
            high,
            holds: (low..=high).contains(&mean_probability),
        }
    })
    .collect()
}

/// The 95 % interval of a share.
fn wilson(right: usize, all: usize) -> (f64, f64) {
    let n = all as f64;
    let p = right as f64 / n;
    let scale = 1.0 + Z * Z / n;
    let middle = (p + Z * Z / (2.0 * n)) / scale;
    let half = Z * (p * (1.0 - p) / n + Z * Z / (4.0 * n * n)).sqrt() / scale;
    // At the ends the interval reaches the end itself; rounding must not leave it short of it.
    let low = if right == 0 { 0.0 } else { middle - half };
    let high = if right == all { 1.0 } else { middle + half };
    (low, high)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The published example of Newcombe (1998), table I: 81 of 263 has the score interval 0.2553 to 0.3662.
    #[test]
    fn the_interval_is_the_published_one() {
        let (low, high) = wilson(81, 263);
        assert!((low - 0.2553).abs() < 5e-5 && (high - 0.3662).abs() < 5e-5, "{low} {high}");
        let (low, high) = wilson(0, 20);
        assert!(low == 0.0 && (high - 0.1611).abs() < 5e-5, "{low} {high}");
    }

    #[test]
    fn a_boast_does_not_hold_and_a_fair_word_does() {
        let boast = bins((0..100).map(|place| (0.95, place < 50)));
        assert_eq!((boast.len(), boast[0].pairs, boast[0].share_true, boast[0].holds), (1, 100, 0.5, false));
        let fair = bins((0..100).map(|place| (0.95, place < 95)));
        assert!(fair[0].holds && fair[0].from == 0.9 && fair[0].to == 0.99);
    }

    #[test]
    fn certainty_falls_into_the_last_bin() {
        let bins = bins([(1.0, true), (0.0, false)].into_iter());
        assert_eq!(bins.iter().map(|bin| bin.from).collect::<Vec<_>>(), [0.0, 0.999]);
        assert_eq!(bins[1].to, 1.0);
    }
}
