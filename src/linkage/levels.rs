//! The ordered levels of each comparison, with what is believed of them before anything is learned.
//!
//! The beliefs are orders of magnitude from published linkage with British administrative data; a run of any size
//! learns its own (see [`super::model`]).

use super::Agreement::{self, Differs, Missing, Same, Similar};

/// One level of a comparison.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Level {
    /// In words: "Differs by one letter".
    pub label: &'static str,
    /// How a screen marks it.
    pub agreement: Agreement,
    /// Share among pairs of one person, before anything is learned.
    pub m: f64,
    /// Share among pairs of two people, before anything is learned.
    pub u: f64,
}

const fn level(label: &'static str, agreement: Agreement, m: f64, u: f64) -> Level {
    Level { label, agreement, m, u }
}

const NONE: Level = level("Missing", Missing, 1.0, 1.0);

/// The levels of [`super::Comparison::Surname`].
pub(super) mod surname {
    pub const SAME: u8 = 1;
    pub const PREVIOUS: u8 = 2;
    pub const PART: u8 = 3;
    pub const ONE_LETTER: u8 = 4;
    pub const SOUNDS: u8 = 5;
    pub const SIMILAR: u8 = 6;
    pub const DIFFERS: u8 = 7;
    pub const DIFFERS_WOMAN: u8 = 8;
}

/// The levels of [`super::Comparison::Forename`].
pub(super) mod forename {
    pub const SAME: u8 = 1;
    pub const KNOWN_AS: u8 = 2;
    pub const NICKNAME: u8 = 3;
    pub const SECOND: u8 = 4;
    pub const ONE_LETTER: u8 = 5;
    pub const SOUNDS: u8 = 6;
    pub const SIMILAR: u8 = 7;
    pub const BEGINNING: u8 = 8;
    pub const INITIAL: u8 = 9;
    pub const SWAPPED: u8 = 10;
    pub const FIRST_LETTER: u8 = 11;
    pub const DIFFERS: u8 = 12;
}

/// The levels of the shorter comparisons.
pub(super) mod short {
    pub const SAME: u8 = 1;
    pub const NEAR: u8 = 2;
    pub const DIFFERS: u8 = 3;
    /// Of CHI numbers: the same, and neither forename nor date of birth agrees, not even nearly; a second forename against
    /// another date counts as none.
    pub const OF_ANOTHER: u8 = 4;
}

/// The levels of [`super::Comparison::Sex`].
pub(super) mod sex {
    pub const SAME: u8 = 1;
    pub const DIFFERS: u8 = 2;
}

/// The levels of [`super::Comparison::SecondForename`].
pub(super) mod second {
    pub const SAME: u8 = 1;
    pub const INITIAL: u8 = 2;
    pub const SIMILAR: u8 = 3;
    pub const DIFFERS: u8 = 4;
    /// The same, and one that a whole family, or half a people, has.
    pub const OF_MANY: u8 = 5;
}

pub(super) const SURNAME: [Level; 9] = [
    NONE,
    level("Same", Same, 0.90, 0.0035),
    level("Same as a previous surname", Same, 0.02, 0.0005),
    level("Shares part of a double name", Similar, 0.01, 0.0005),
    level("Differs by one letter", Similar, 0.025, 0.001),
    level("Sounds the same", Similar, 0.008, 0.002),
    level("Similar", Similar, 0.007, 0.004),
    level("Differs", Differs, 0.008, 0.49),
    level("Differs", Differs, 0.022, 0.4985),
];

pub(super) const FORENAME: [Level; 13] = [
    NONE,
    level("Same", Same, 0.86, 0.007),
    level("Same as the known-as name", Same, 0.02, 0.002),
    level("Nickname", Similar, 0.035, 0.004),
    level("Same as a second forename", Similar, 0.012, 0.006),
    level("Differs by one letter", Similar, 0.025, 0.002),
    level("Sounds the same", Similar, 0.006, 0.003),
    level("Similar", Similar, 0.006, 0.006),
    level("One is the beginning of the other", Similar, 0.008, 0.002),
    level("Initial only", Similar, 0.008, 0.004),
    level("Forename and surname swapped", Similar, 0.005, 0.000_01),
    level("Only the first letter agrees", Differs, 0.003, 0.07),
    level("Differs", Differs, 0.012, 0.894),
];

pub(super) const SECOND: [Level; 6] = [
    NONE,
    level("Same", Same, 0.80, 0.015),
    level("Initial agrees", Similar, 0.10, 0.02),
    level("Similar", Similar, 0.04, 0.015),
    level("Differs", Differs, 0.06, 0.95),
    level("Same, as in whole families", Similar, 0.01, 0.005),
];

pub(super) const BIRTH: [Level; 14] = [
    NONE,
    level("Same", Same, 0.92, 0.000_035),
    level("Day and month swapped", Similar, 0.008, 0.000_012),
    level("One digit differs", Similar, 0.018, 0.000_4),
    level("Year differs by one", Similar, 0.008, 0.000_07),
    level("Year differs by ten", Similar, 0.003, 0.000_06),
    level("Two digits swapped", Similar, 0.005, 0.000_1),
    level("Estimate of the same year", Similar, 0.01, 0.000_2),
    level("Estimate, within two years", Similar, 0.003, 0.000_7),
    level("Partial, agrees as far as it goes", Similar, 0.01, 0.000_1),
    level("Agrees with the CHI's date digits", Similar, 0.004, 0.000_03),
    level("Two of day, month and year agree", Differs, 0.008, 0.003),
    level("Only the year agrees", Differs, 0.003, 0.012),
    level("Differs", Differs, 0.01, 0.98),
];

pub(super) const SEX: [Level; 3] = [NONE, level("Same", Same, 0.985, 0.5), level("Differs", Differs, 0.015, 0.5)];

pub(super) const LOCATION: [Level; 10] = [
    NONE,
    level("Same dwelling", Same, 0.68, 0.000_05),
    level("Same building", Similar, 0.06, 0.000_1),
    level("Same postcode", Similar, 0.05, 0.000_5),
    level("Same street", Similar, 0.01, 0.000_5),
    level("Same postcode sector", Similar, 0.04, 0.02),
    level("Same postcode district", Similar, 0.06, 0.06),
    level("Elsewhere in the same postcode area", Differs, 0.07, 0.65),
    level("Elsewhere", Differs, 0.03, 0.27),
    level("Moved, as others of the home did", Similar, 0.01, 0.000_01),
];

// A number that disagrees with the person is a finding and no evidence: who holds a wrong one often holds a relative's.
pub(super) const CHI: [Level; 5] = [
    NONE,
    level("Same", Same, 0.96, 0.000_01),
    level("Differs by one digit or a swap", Similar, 0.01, 0.000_01),
    level("Differs", Differs, 0.03, 0.997_98),
    level("Same, with little else of the person", Similar, 0.002, 0.002),
];

pub(super) const DEATH: [Level; 4] = [
    NONE,
    level("Same", Same, 0.90, 0.000_1),
    level("Within a month, or the same year", Similar, 0.07, 0.03),
    level("Differs", Differs, 0.03, 0.969_9),
];
