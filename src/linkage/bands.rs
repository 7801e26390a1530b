//! Where the bands begin.

use serde::{Deserialize, Serialize};

use crate::pair::Band;

/// Where the bands begin, as probabilities after competition.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Cuts {
    /// From here a pair without an identity hazard is automatic.
    pub auto: f64,
    /// From here, up to `auto`, an officer decides.
    pub review: f64,
}

impl Default for Cuts {
    /// Where nothing was matched yet; a run chooses its own (see [`Cuts::chosen`]).
    fn default() -> Self {
        Self { auto: 0.99, review: REVIEW }
    }
}

/// From here an officer decides: below, one pair in twenty is of one person at the most.
const REVIEW: f64 = 0.05;
/// The share of wrong links that the automatic band may be expected to hold.
pub(super) const WRONG_LINKS: f64 = 0.000_25;
/// The share of wrong duplicates: a merge is looked at once more in Mosaic.
pub(super) const WRONG_DUPLICATES: f64 = 0.001;
/// However sure the others are, no pair below this is automatic.
const LOWEST: f64 = 0.90;
/// The least that a cut asks for where there is little to go by.
const HIGHEST: f64 = 0.9999;

impl Cuts {
    /// The lowest cut at which no more than a share `bearable` of the automatic pairs is expected to be wrong: `probabilities` are those of the pairs that nothing but their probability keeps from being automatic.
    pub fn chosen(mut probabilities: Vec<f64>, bearable: f64) -> Self {
        probabilities.sort_unstable_by(|a, b| b.total_cmp(a));
        let (mut wrong, mut auto) = (0.0, HIGHEST);
        for (before, p) in probabilities.into_iter().enumerate() {
            wrong += 1.0 - p;
            if p < LOWEST || (wrong > bearable * (before + 1) as f64 && p < HIGHEST) {
                break;
            }
            auto = p.min(auto);
        }
        Self { auto: (auto * 1e4).floor() / 1e4, review: REVIEW }
    }

    /// The band of a probability, hazards apart.
    pub fn band(&self, probability: f64) -> Band {
        if probability >= self.auto {
            Band::Auto
        } else if probability >= self.review {
            Band::Review
        } else {
            Band::Low
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_chosen_cut_keeps_the_expected_wrong_pairs_rare() {
        let cut =
            |sure: usize, doubtful: &[f64]| Cuts::chosen([vec![1.0; sure], doubtful.to_vec()].concat(), 0.0003).auto;
        assert_eq!(cut(10_000, &[0.99; 200]), 0.99, "two expected in ten thousand");
        assert_eq!(cut(10_000, &[0.96; 200]), 0.96, "as far as they go");
        assert_eq!(cut(100, &[0.96; 200]), 0.9999, "a small file bears no doubt");
        assert_eq!(cut(1_000_000, &[0.85; 10]), 0.9999, "and none bears too much");
        assert_eq!(cut(0, &[]), 0.9999);
    }

    #[test]
    fn a_band_begins_at_its_cut() {
        let cuts = Cuts { auto: 0.99, review: 0.1 };
        assert_eq!(cuts.band(0.99), Band::Auto);
        assert_eq!(cuts.band(0.989_999), Band::Review);
        assert_eq!(cuts.band(0.1), Band::Review);
        assert_eq!(cuts.band(0.099), Band::Low);
    }
}
