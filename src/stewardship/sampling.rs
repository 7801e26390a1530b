//! How many rows a re-check needs, which, and what it proves. Exact, by the hypergeometric distribution: the rows of a
//! batch are few enough that a sample without replacement says more than the binomial would.

use sha2::{Digest, Sha256};

use crate::pair::PairKey;
use crate::words::number;
use crate::workspace::sample::at_most;
pub use crate::workspace::sample::{Drawn, draw, drawn, is_in_spite, size};

/// The most rows of the population that can be wrong, with this confidence, when `errors` were found among `sampled`.
pub fn upper_limit(sampled: u64, population: u64, errors: u64, confidence: f64) -> u64 {
    let unseen = population.saturating_sub(sampled);
    let (mut low, mut high) = (errors, errors + unseen);
    while low < high {
        let middle = low + (high - low).div_ceil(2);
        if at_most(errors, sampled, population, middle) > 1.0 - confidence + 1e-12 {
            low = middle;
        } else {
            high = middle - 1;
        }
    }
    low
}

/// What a re-check proves, in a sentence: "No error in 196 of 500: with 95 % confidence no more than 1 % are wrong (5 of
/// 500)".
pub fn proves(sampled: u64, population: u64, errors: u64, confidence: f64) -> String {
    let found = match errors {
        0 => "No error".to_owned(),
        1 => "1 error".to_owned(),
        more => format!("{} errors", number(more)),
    };
    let (shown, all) = (number(sampled), number(population));
    if population == 0 || sampled == 0 {
        return format!("None of {all} was re-checked, which proves nothing");
    }
    if sampled >= population {
        return format!("{found} in {all} of {all}: every row was re-checked");
    }
    let limit = upper_limit(sampled, population, errors, confidence);
    let confidence = percent(confidence);
    if limit == 0 {
        return format!("{found} in {shown} of {all}: with {confidence} confidence none is wrong");
    }
    // Rounded up, so that the sentence never claims more than was shown.
    let share = percent((limit as f64 / population as f64 * 10_000.0 - 1e-9).ceil() / 10_000.0);
    format!(
        "{found} in {shown} of {all}: with {confidence} confidence no more than {share} are wrong ({} of {all})",
        number(limit)
    )
}

/// Pairs in the order in which they are answered a second time: links, then duplicates, each in an order that tells nothing.
pub fn shuffled(seed: &str, pairs: impl IntoIterator<Item = PairKey>) -> Vec<PairKey> {
    let digest = |key: &PairKey| Sha256::digest(["stewartry order 1", seed, key.left(), key.right()].join("\n"));
    let mut pairs: Vec<PairKey> = pairs.into_iter().collect();
    pairs.sort_by_cached_key(|key| (key.kind(), <[u8; 32]>::from(digest(key))));
    pairs
}

/// A share as a percentage with at most two decimals: `95 %`, `0.5 %`.
fn percent(share: f64) -> String {
    let text = format!("{:.2}", share * 100.0);
    format!("{} %", text.trim_end_matches('0').trim_end_matches('.'))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::person::MosaicId;

    /// The published table of sample sizes with no error found, at 95 % confidence.
    #[test]
    fn sample_sizes_are_those_of_the_table() {
        for (population, sizes) in
            [(100, [95, 78, 63]), (500, [316, 196, 119]), (1_000, [393, 238, 132]), (5_000, [543, 284, 145])]
        {
            for (tolerable, expected) in [0.005, 0.01, 0.02].into_iter().zip(sizes) {
                assert_eq!(size(population, tolerable, 0.95), expected, "{population} at {tolerable}");
            }
        }
    }

    #[test]
    fn a_tiny_batch_is_re_checked_whole_and_an_empty_one_not_at_all() {
        assert_eq!(size(0, 0.01, 0.95), 0);
        assert_eq!(size(1, 0.01, 0.95), 1);
        assert_eq!(size(10, 0.01, 0.95), 10);
    }

    #[test]
    fn a_sample_of_the_computed_size_proves_what_it_was_computed_for_and_one_row_fewer_does_not() {
        for population in [60, 500, 12_345, 600_000] {
            for tolerable in [0.005, 0.01, 0.05] {
                let n = size(population, tolerable, 0.95);
                let allowed = (population as f64 * tolerable + 1e-9).floor() as u64;
                assert!(upper_limit(n, population, 0, 0.95) <= allowed, "{population} {tolerable}");
                assert!(upper_limit(n - 1, population, 0, 0.95) > allowed, "{population} {tolerable}");
            }
        }
    }

    #[test]
    fn a_clean_look_at_twenty_of_very_many_shows_only_that_fewer_than_fourteen_in_a_hundred_are_wrong() {
        let share = upper_limit(20, 1_000_000, 0, 0.95) as f64 / 1_000_000.0;
        assert!((share - 0.139).abs() < 0.0005, "{share}");
    }

    #[test]
    fn an_upper_limit_counts_the_errors_that_were_found() {
        // By hand: of 10 rows 5 were looked at and 1 was wrong. With 5 wrong rows in all the chance of at most one among five is
        // (C(5,0)C(5,5) + C(5,1)C(5,4)) / C(10,5) = 26 / 252 = 0.103; with 6 it is C(6,1)C(4,4) / 252 = 0.024.
        assert_eq!(upper_limit(5, 10, 1, 0.95), 5);
        assert_eq!(upper_limit(10, 10, 3, 0.95), 3);
    }

    #[test]
    fn what_is_proved_is_said_without_claiming_more() {
        assert_eq!(
            proves(196, 500, 0, 0.95),
            "No error in 196 of 500: with 95 % confidence no more than 1 % are wrong (5 of 500)"
        );
        assert_eq!(proves(30, 30, 0, 0.95), "No error in 30 of 30: every row was re-checked");
        assert_eq!(proves(0, 30, 0, 0.95), "None of 30 was re-checked, which proves nothing");
        assert_eq!(proves(95, 100, 0, 0.95), "No error in 95 of 100: with 95 % confidence none is wrong");
        assert!(proves(20, 1_000_000, 0, 0.95).contains("no more than 13.9"));
    }

    #[test]
    fn a_draw_can_be_repeated_and_another_seed_draws_others() {
        let rows: Vec<PairKey> = (0..200)
            .map(|n| {
                PairKey::duplicate(
                    MosaicId::parse(&format!("{n}")).unwrap(),
                    MosaicId::parse(&format!("x{n}")).unwrap(),
                )
                .unwrap()
            })
            .collect();
        let mut reversed = rows.clone();
        reversed.reverse();
        let drawn = draw("00ff", &rows, 20);
        assert_eq!(drawn.len(), 20);
        assert_eq!(drawn, draw("00ff", &reversed, 20));
        assert_ne!(drawn, draw("00fe", &rows, 20));
        assert_eq!(draw("00ff", &rows, 1_000).len(), 200);
    }
}
