//! Where the bands begin.

use serde::{Deserialize, Serialize};

use crate::pair::Band;

/// Where the bands begin, as probabilities after competition.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Cuts {
    /// From here a pair without an identity hazard is automatic. The default aims at a precision of at least 0.999
    /// over the band, whose pairs lie far above its edge for the most part.
    pub auto: f64,
    /// From here, up to `auto`, an officer decides.
    pub review: f64,
}

impl Default for Cuts {
    fn default() -> Self {
        Self { auto: 0.99, review: 0.1 }
    }
}

impl Cuts {
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
    fn a_band_begins_at_its_cut() {
        let cuts = Cuts { auto: 0.99, review: 0.1 };
        assert_eq!(cuts.band(0.99), Band::Auto);
        assert_eq!(cuts.band(0.989_999), Band::Review);
        assert_eq!(cuts.band(0.1), Band::Review);
        assert_eq!(cuts.band(0.099), Band::Low);
    }
}
