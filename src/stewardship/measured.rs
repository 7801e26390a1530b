//! How many pairs were right and wrong, measured by what people decided one by one.

use crate::linkage::estimates::share;
use crate::linkage::{errors, limits};
use crate::pair::{Band, PairKind};
use crate::workspace::{Workspace, WorkspaceError};

/// What people decided of the pairs of one band, or of one step of probability in it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Measured {
    /// Links or duplicates.
    pub kind: PairKind,
    /// The band that the pairs are in now.
    pub band: Band,
    /// Probabilities of the step; `None` for the whole band.
    pub step: Option<[f64; 2]>,
    /// Pairs decided *Match*.
    pub matches: u64,
    /// Pairs decided *Not a match*.
    pub not: u64,
}

impl Measured {
    /// The share decided *Match* of pairs like these, with 95 % confidence: from, to (Clopper and Pearson).
    pub fn limits(&self) -> [f64; 2] {
        limits::two_sided(self.matches, self.matches + self.not, errors::CONFIDENCE)
    }

    /// Which pairs, in words: `To review, 50 % to 75 %`.
    pub fn words(&self) -> String {
        match self.step {
            Some([from, to]) => format!("{}, {} to {}", self.band.words(), share(from), share(to)),
            None => self.band.words().to_owned(),
        }
    }

    /// The share decided *Match* and its limits, in words: `97 % (93 % to 99 %)`.
    pub fn share_words(&self) -> String {
        let [low, high] = self.limits();
        let all = (self.matches + self.not).max(1) as f64;
        format!("{} ({} to {})", share(self.matches as f64 / all), share(low), share(high))
    }
}

/// Where the steps of the review band end.
const STEPS: [f64; 5] = [0.25, 0.5, 0.75, 0.9, 1.0];

/// What people decided one by one (not with a whole band), by the band that the pairs are in now: links, then duplicates.
/// Bands and steps in which nothing was decided are left out.
pub fn by_band(ws: &Workspace) -> Result<Vec<Measured>, WorkspaceError> {
    let mut found: Vec<Measured> = Vec::new();
    for decided in ws.looked_at()? {
        let Some((probability, band)) = decided.now else { continue };
        let kind = decided.key.kind();
        let step = (band == Band::Review).then(|| {
            let end = STEPS.iter().position(|end| probability < *end).unwrap_or(STEPS.len() - 1);
            [if end == 0 { 0.0 } else { STEPS[end - 1] }, STEPS[end]]
        });
        let new = Measured { kind, band, step, matches: 0, not: 0 };
        let same = |it: &Measured| (it.kind, it.band, it.step) == (kind, band, step);
        let place = found.iter().position(same).unwrap_or_else(|| {
            found.push(new);
            found.len() - 1
        });
        let counted = &mut found[place];
        if decided.is_match { counted.matches += 1 } else { counted.not += 1 }
    }
    let from = |it: &Measured| it.step.map_or(0.0, |[from, _]| from);
    found.sort_by(|a, b| (a.kind, a.band).cmp(&(b.kind, b.band)).then(from(b).total_cmp(&from(a))));
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_decided_has_exact_limits_in_words() {
        let of = |matches, not, step| Measured { kind: PairKind::Link, band: Band::Review, step, matches, not };
        assert_eq!(of(9, 1, Some([0.5, 0.75])).share_words(), "90 % (55 % to 99.75 %)");
        assert_eq!(of(9, 1, Some([0.5, 0.75])).words(), format!("{}, 50 % to 75 %", Band::Review.words()));
        assert_eq!(of(300, 0, None).share_words(), "100 % (98.8 % to 100 %)");
        assert_eq!(of(0, 300, None).share_words(), "0 % (0 % to 1.2 %)");
    }
}
