//! How many rows of a batch are re-checked, and which: by its seed, so that whoever reads the ledger draws them again. What a
//! re-check of them proves is said above.

use std::collections::HashSet;

use sha2::{Digest, Sha256};

use super::BatchRow;
use crate::pair::{PairKey, PairKind};

/// The largest share of wrong rows that a sample may be drawn for. Whoever submits chooses how much the sample must prove, and
/// whose work it is must not choose next to nothing.
pub const MOST_TOLERABLE: f64 = 0.1;
/// The least confidence that a sample may be drawn for.
pub const LEAST_CONFIDENCE: f64 = 0.9;

/// Whether a sample may be drawn to prove this much.
pub fn proves_enough(tolerable: f64, confidence: f64) -> bool {
    tolerable > 0.0 && tolerable <= MOST_TOLERABLE && (LEAST_CONFIDENCE..1.0).contains(&confidence)
}

/// What is wrong with a sample of submitted rows, in words; `None` where it holds every row that its seed draws. It may hold more:
/// those against which a warning stood.
pub(super) fn fault(
    rows: &[BatchRow],
    seed: &str,
    tolerable: f64,
    confidence: f64,
    sample: &[PairKey],
) -> Option<String> {
    if !proves_enough(tolerable, confidence) {
        return Some("it is to prove less than a sample may".to_owned());
    }
    let sample: HashSet<&PairKey> = sample.iter().collect();
    let Drawn { of_all, in_spite, .. } = drawn(seed, rows, tolerable, confidence);
    let missing = of_all.iter().chain(&in_spite).find(|key| !sample.contains(key))?;
    Some(format!("{missing}, which its seed draws, is not in it"))
}

/// The smallest sample without an error that shows, with this confidence, that no more than `tolerable` of the population
/// are wrong.
pub fn size(population: u64, tolerable: f64, confidence: f64) -> u64 {
    // The fewest wrong rows that would be too many. The small addition keeps 29 % of 100 from being 28.
    let too_many = (population as f64 * tolerable + 1e-9).floor() as u64 + 1;
    if too_many > population {
        return 0;
    }
    let (mut low, mut high) = (0, population);
    while low < high {
        let middle = low + (high - low) / 2;
        if at_most(0, middle, population, too_many) <= 1.0 - confidence + 1e-12 {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    low
}

/// Draws `size` of the rows by a recorded seed, in a way that anyone can repeat with a pocket calculator that knows SHA-256:
/// each row gets the digest of `stewartry sample 1`, the seed, `link` or `duplicate`, and the two ids, joined by line
/// feeds; the rows with the smallest digests are the sample.
pub fn draw(seed: &str, rows: &[PairKey], size: u64) -> Vec<PairKey> {
    let mut ranked: Vec<([u8; 32], &PairKey)> = rows
        .iter()
        .map(|row| {
            let kind = match row.kind() {
                PairKind::Link => "link",
                PairKind::Duplicate => "duplicate",
            };
            let text = ["stewartry sample 1", seed, kind, row.left(), row.right()].join("\n");
            (Sha256::digest(text.as_bytes()).into(), row)
        })
        .collect();
    ranked.sort();
    ranked.truncate(usize::try_from(size).unwrap_or(usize::MAX));
    let mut drawn: Vec<PairKey> = ranked.into_iter().map(|(_, row)| row.clone()).collect();
    drawn.sort();
    drawn
}

/// Whether a row was accepted in spite of a warning, as a class.
pub fn is_in_spite(row: &BatchRow) -> bool {
    row.decision.as_ref().is_some_and(|decision| decision.judgement.is_of_warned_class())
}

/// The rows of a batch that are drawn at random.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Drawn {
    /// Of all rows.
    pub of_all: Vec<PairKey>,
    /// Once more of those that were accepted in spite of a warning as a class ([`is_in_spite`]): nobody looked at each of
    /// them, and few may be among those that were drawn of all.
    pub in_spite: Vec<PairKey>,
    /// How many rows the latter were drawn from.
    pub accepted_in_spite: u64,
}

/// Draws the rows of a batch by its seed, enough of either to show what the re-check is to show.
pub fn drawn(seed: &str, rows: &[BatchRow], tolerable: f64, confidence: f64) -> Drawn {
    let of = |keys: &[PairKey]| draw(seed, keys, size(keys.len() as u64, tolerable, confidence));
    let all: Vec<PairKey> = rows.iter().map(|row| row.key.clone()).collect();
    let in_spite: Vec<PairKey> = rows.iter().filter(|row| is_in_spite(row)).map(|row| row.key.clone()).collect();
    Drawn { of_all: of(&all), in_spite: of(&in_spite), accepted_in_spite: in_spite.len() as u64 }
}

/// The probability of at most `errors` wrong rows in a sample, when `wrong` of the population are.
pub fn at_most(errors: u64, sampled: u64, population: u64, wrong: u64) -> f64 {
    let fewest = (wrong + sampled).saturating_sub(population);
    let most = errors.min(wrong).min(sampled);
    if fewest > most {
        return 0.0;
    }
    let all = ln_choose(population, sampled);
    let sum: f64 =
        (fewest..=most).map(|k| (ln_choose(wrong, k) + ln_choose(population - wrong, sampled - k) - all).exp()).sum();
    sum.min(1.0)
}

fn ln_choose(n: u64, k: u64) -> f64 {
    ln_factorial(n) - ln_factorial(k) - ln_factorial(n - k)
}

/// The logarithm of n factorial: summed while small, by Stirling's series beyond, where the series is exact to the last
/// digits of a double.
fn ln_factorial(n: u64) -> f64 {
    if n < 64 {
        return (2..=n).map(|i| (i as f64).ln()).sum();
    }
    let x = n as f64;
    let series = 1.0 / (12.0 * x) - 1.0 / (360.0 * x.powi(3)) + 1.0 / (1260.0 * x.powi(5)) - 1.0 / (1680.0 * x.powi(7));
    x * x.ln() - x + 0.5 * (std::f64::consts::TAU * x).ln() + series
}
