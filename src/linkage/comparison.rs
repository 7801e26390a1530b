//! The comparisons, their ordered levels, and the pattern of levels that a pair shows.

use serde::{Deserialize, Serialize};

/// How two values stand to each other, in the four ways a screen marks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Agreement {
    /// The same.
    Same,
    /// Not the same, but alike in a known way.
    Similar,
    /// Different.
    Differs,
    /// One of them is missing: no evidence either way.
    Missing,
}

/// What is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Comparison {
    /// Surname, with the previous surname.
    Surname,
    /// First forename, with known-as and second forenames.
    Forename,
    /// Second forename.
    SecondForename,
    /// Date of birth.
    Birth,
    /// Sex.
    Sex,
    /// Address and postcode as one.
    Location,
    /// The CHI that Mosaic already holds.
    Chi,
    /// Date of death.
    Death,
}

/// One level of a comparison.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Level {
    /// In words: "Differs by one letter".
    pub label: &'static str,
    /// How a screen marks it.
    pub agreement: Agreement,
}

/// The levels of a pair, one per comparison, packed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Pattern(pub u32);
