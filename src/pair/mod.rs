//! The vocabulary of candidate pairs, pure: which two records, how sure the engine is, what to beware of, what was decided.
//!
//! The engine, the store and the people's verbs all speak it, so it stands beside [`crate::person`] below all of them.

mod hazard;
mod judgement;
mod merge;

use std::fmt;

use serde::{Deserialize, Serialize};

pub use hazard::Hazards;
pub use judgement::{How, Judgement, Moved, Reason, RecordJudgement, RecordVerdict, Verdict};
pub use merge::{Blocker, BlockerAnswer, BlockerCheck, Merge};

use crate::person::{Chi, MosaicId};

/// Which two records a candidate pair is about. Decisions are bound to this key, so they outlive every run of the engine.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum PairKey {
    /// A Mosaic person and a CHI number: may they be the same person?
    Link {
        /// The Mosaic person.
        mosaic: MosaicId,
        /// The CHI number.
        chi: Chi,
    },
    /// Two Mosaic records: may they be one person, recorded twice? Always `a < b`.
    Duplicate {
        /// The record whose id sorts first.
        a: MosaicId,
        /// The record whose id sorts second.
        b: MosaicId,
    },
}

/// Which of the two jobs a pair belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PairKind {
    /// Mosaic to CHI.
    Link,
    /// Mosaic to Mosaic.
    Duplicate,
}

impl PairKey {
    /// The pair of a Mosaic person and a CHI number.
    pub fn link(mosaic: MosaicId, chi: Chi) -> Self {
        Self::Link { mosaic, chi }
    }

    /// The pair of two Mosaic records in either order. `None` for a record with itself.
    pub fn duplicate(one: MosaicId, other: MosaicId) -> Option<Self> {
        match one.cmp(&other) {
            std::cmp::Ordering::Less => Some(Self::Duplicate { a: one, b: other }),
            std::cmp::Ordering::Greater => Some(Self::Duplicate { a: other, b: one }),
            std::cmp::Ordering::Equal => None,
        }
    }

    /// Which job the pair belongs to.
    pub fn kind(&self) -> PairKind {
        match self {
            Self::Link { .. } => PairKind::Link,
            Self::Duplicate { .. } => PairKind::Duplicate,
        }
    }

    /// The left record's id as text: the Mosaic id.
    pub fn left(&self) -> &str {
        match self {
            Self::Link { mosaic, .. } => mosaic.as_str(),
            Self::Duplicate { a, .. } => a.as_str(),
        }
    }

    /// The right record's id as text: the CHI number, or the second Mosaic id.
    pub fn right(&self) -> &str {
        match self {
            Self::Link { chi, .. } => chi.as_str(),
            Self::Duplicate { b, .. } => b.as_str(),
        }
    }

    /// The Mosaic ids of the pair: one for a link, two for a duplicate.
    pub fn mosaic_ids(&self) -> impl Iterator<Item = &MosaicId> {
        let (first, second) = match self {
            Self::Link { mosaic, .. } => (mosaic, None),
            Self::Duplicate { a, b } => (a, Some(b)),
        };
        std::iter::once(first).chain(second)
    }
}

/// As screens name a pair: `12345 – 010101 1237`.
impl fmt::Display for PairKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Link { mosaic, chi } => write!(f, "{mosaic} – {}", chi.spaced()),
            Self::Duplicate { a, b } => write!(f, "{a} – {b}"),
        }
    }
}

/// How sure the engine is of a pair.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Band {
    /// Safe to submit with only a sample re-checked.
    Auto,
    /// An officer decides.
    Review,
    /// Unlikely; kept so that a search by hand finds it.
    Low,
}

impl Band {
    /// Every band, surest first.
    pub const ALL: [Self; 3] = [Self::Auto, Self::Review, Self::Low];

    /// The band as files write it: `auto`, `review`, `low`.
    pub fn code(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Review => "review",
            Self::Low => "low",
        }
    }

    /// The band as screens name it.
    pub fn words(self) -> &'static str {
        match self {
            Self::Auto => "Automatic",
            Self::Review => "To review",
            Self::Low => "Unlikely",
        }
    }

    /// Reads a code back.
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|band| band.code() == code)
    }
}

/// Where a candidate pair came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    /// The engine proposed it.
    Engine,
    /// A candidate-pair file brought it.
    File,
    /// An officer found it by hand.
    Hand,
}

impl Origin {
    /// The origin in words.
    pub fn words(self) -> &'static str {
        match self {
            Self::Engine => "Found by matching",
            Self::File => "From a candidate-pair file",
            Self::Hand => "Found by hand",
        }
    }
}
