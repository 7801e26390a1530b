//! The comparisons, their ordered levels, and the pattern of levels that a pair shows.

use serde::{Deserialize, Serialize};

use super::birth::{self, Birth};
use super::likeness::{Cache, Likeness};
use super::place;
use super::table::{Row, Value};
use super::values::Values;
use crate::person::Sex;

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
    /// Share among pairs of one person, before anything is learned.
    pub m: f64,
    /// Share among pairs of two people, before anything is learned.
    pub u: f64,
}

const fn level(label: &'static str, agreement: Agreement, m: f64, u: f64) -> Level {
    Level { label, agreement, m, u }
}

use Agreement::{Differs, Missing, Same, Similar};

const NONE: Level = level("Missing", Missing, 1.0, 1.0);

/// The levels of [`Comparison::Surname`].
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

/// The levels of [`Comparison::Forename`].
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
}

/// The levels of [`Comparison::Sex`].
pub(super) mod sex {
    pub const SAME: u8 = 1;
    pub const DIFFERS: u8 = 2;
}

/// The levels of [`Comparison::SecondForename`].
pub(super) mod second {
    pub const SAME: u8 = 1;
    pub const INITIAL: u8 = 2;
    pub const SIMILAR: u8 = 3;
    pub const DIFFERS: u8 = 4;
}

const SURNAME: [Level; 9] = [
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

const FORENAME: [Level; 13] = [
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

const SECOND: [Level; 5] = [
    NONE,
    level("Same", Same, 0.80, 0.015),
    level("Initial agrees", Similar, 0.10, 0.02),
    level("Similar", Similar, 0.04, 0.015),
    level("Differs", Differs, 0.06, 0.95),
];

const BIRTH: [Level; 14] = [
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

const SEX: [Level; 3] = [NONE, level("Same", Same, 0.985, 0.5), level("Differs", Differs, 0.015, 0.5)];

const LOCATION: [Level; 9] = [
    NONE,
    level("Same dwelling", Same, 0.68, 0.000_05),
    level("Same building", Similar, 0.06, 0.000_1),
    level("Same postcode", Similar, 0.05, 0.000_5),
    level("Same street", Similar, 0.01, 0.000_5),
    level("Same postcode sector", Similar, 0.04, 0.02),
    level("Same postcode district", Similar, 0.06, 0.06),
    level("Same postcode area", Differs, 0.07, 0.65),
    level("Elsewhere", Differs, 0.03, 0.27),
];

const CHI: [Level; 4] = [
    NONE,
    level("Same", Same, 0.96, 0.000_01),
    level("Differs by one digit or a swap", Similar, 0.01, 0.000_01),
    level("Differs", Differs, 0.03, 0.999_98),
];

const DEATH: [Level; 4] = [
    NONE,
    level("Same", Same, 0.90, 0.000_1),
    level("Within a month, or the same year", Similar, 0.07, 0.03),
    level("Differs", Differs, 0.03, 0.969_9),
];

impl Comparison {
    /// Every comparison, in the order of the screen.
    pub const ALL: [Self; 8] = [
        Self::Surname,
        Self::Forename,
        Self::SecondForename,
        Self::Birth,
        Self::Sex,
        Self::Location,
        Self::Chi,
        Self::Death,
    ];

    /// What is compared, in words.
    pub fn words(self) -> &'static str {
        match self {
            Self::Surname => "Surname",
            Self::Forename => "Forename",
            Self::SecondForename => "Second forename",
            Self::Birth => "Date of birth",
            Self::Sex => "Sex",
            Self::Location => "Address and postcode",
            Self::Chi => "CHI number",
            Self::Death => "Date of death",
        }
    }

    /// Its levels, "missing" first, with what is believed of them before anything is learned.
    pub fn levels(self) -> &'static [Level] {
        match self {
            Self::Surname => &SURNAME,
            Self::Forename => &FORENAME,
            Self::SecondForename => &SECOND,
            Self::Birth => &BIRTH,
            Self::Sex => &SEX,
            Self::Location => &LOCATION,
            Self::Chi => &CHI,
            Self::Death => &DEATH,
        }
    }

    /// Where its bits stand in a [`Pattern`]: shift and width.
    const fn bits(self) -> (u32, u32) {
        match self {
            Self::Surname => (0, 4),
            Self::Forename => (4, 4),
            Self::SecondForename => (8, 3),
            Self::Birth => (11, 4),
            Self::Sex => (15, 2),
            Self::Location => (17, 4),
            Self::Chi => (21, 2),
            Self::Death => (23, 2),
        }
    }
}

/// The levels of a pair, one per comparison, packed in 25 bits.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Pattern(pub u32);

impl Pattern {
    /// The level of a comparison; 0 is missing.
    pub fn level(self, comparison: Comparison) -> u8 {
        let (shift, width) = comparison.bits();
        ((self.0 >> shift) & ((1 << width) - 1)) as u8
    }

    /// The same pattern with one level set.
    #[must_use]
    pub fn with(self, comparison: Comparison, level: u8) -> Self {
        let (shift, width) = comparison.bits();
        let mask = ((1 << width) - 1) << shift;
        Self((self.0 & !mask) | (u32::from(level) << shift & mask))
    }

    /// How a comparison came out, for a screen that marks it.
    pub fn agreement(self, comparison: Comparison) -> Agreement {
        comparison.levels().get(usize::from(self.level(comparison))).map_or(Missing, |l| l.agreement)
    }
}

/// What two records share, beside the pattern: the values whose frequencies count.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Shared {
    pub surname: Value,
    pub forename: Value,
}

/// Compares two rows. `resolve` gives the current number of a CHI.
pub(super) fn compare(values: &Values, cache: &mut Cache, a: &Row, b: &Row) -> Pattern {
    compare_shared(values, cache, a, b).0
}

/// Compares two rows, and says which names they agree on.
pub(super) fn compare_shared(values: &Values, cache: &mut Cache, a: &Row, b: &Row) -> (Pattern, Shared) {
    let mut shared = Shared::default();
    let (mut first, forename_value) = compare_forenames(values, cache, a, b);
    let (mut last, surname_value) = compare_surnames(values, cache, a, b);
    shared.forename = forename_value;
    shared.surname = surname_value;
    if first > forename::NICKNAME && last > surname::PART && swapped(values, cache, a, b) {
        first = forename::SWAPPED;
        last = 0; // Both names are told by the swap
    }
    let second = match first {
        forename::SECOND => 0, // Already used
        _ => compare_seconds(values, cache, a.second, b.second),
    };
    let mut born = birth::compare(a.birth, b.birth);
    if !matches!(born, Birth::Same | Birth::Missing) && (chi_has_date(b, a.birth) || chi_has_date(a, b.birth)) {
        born = Birth::ChiDigits;
    }
    let sex_level = match (a.sex, b.sex) {
        (Sex::NotKnown, _) | (_, Sex::NotKnown) => 0,
        (x, y) if x != y => sex::DIFFERS,
        // A forename that agrees has told the sex already: counting it again would be counting it twice.
        _ if matches!(first, forename::SAME | forename::KNOWN_AS | forename::NICKNAME | forename::SECOND) => 0,
        _ => sex::SAME,
    };
    let pattern = Pattern::default()
        .with(Comparison::Surname, last)
        .with(Comparison::Forename, first)
        .with(Comparison::SecondForename, second)
        .with(Comparison::Birth, born as u8)
        .with(Comparison::Sex, sex_level)
        .with(Comparison::Location, place::compare(values, a, b) as u8)
        .with(Comparison::Chi, compare_chi(a, b))
        .with(Comparison::Death, compare_deaths(a.death, b.death));
    (pattern, shared)
}

fn compare_surnames(values: &Values, cache: &mut Cache, a: &Row, b: &Row) -> (u8, Value) {
    if a.surname == 0 || b.surname == 0 {
        return (0, 0);
    }
    if a.surname == b.surname {
        return (surname::SAME, a.surname);
    }
    for (x, y) in [(a.previous, b.surname), (b.previous, a.surname), (a.previous, b.previous)] {
        if x != 0 && x == y {
            return (surname::PREVIOUS, x);
        }
    }
    for part in a.parts {
        if long_enough(values, part) && (part == b.surname || part == b.previous || b.parts.contains(&part)) {
            return (surname::PART, part);
        }
    }
    for part in b.parts {
        if long_enough(values, part) && (part == a.surname || part == a.previous) {
            return (surname::PART, part);
        }
    }
    let level = match cache.likeness(values, a.surname, b.surname) {
        Likeness::Same => surname::SAME,
        Likeness::OneLetter => surname::ONE_LETTER,
        Likeness::SoundsAlike => surname::SOUNDS,
        Likeness::Similar | Likeness::Beginning => surname::SIMILAR,
        // Surnames change more often with women; the weight is learned for each apart.
        _ if a.sex == Sex::Female || b.sex == Sex::Female => surname::DIFFERS_WOMAN,
        _ => surname::DIFFERS,
    };
    (level, 0)
}

/// The short words of double names (`DE`, `VAN`, `ST`) say nothing.
fn long_enough(values: &Values, part: Value) -> bool {
    part != 0 && values.name(part).len > 3
}

fn compare_forenames(values: &Values, cache: &mut Cache, a: &Row, b: &Row) -> (u8, Value) {
    let (x, y) = (a.forename, b.forename);
    if (x == 0 && a.known_as == 0) || (y == 0 && b.known_as == 0) {
        return (0, 0);
    }
    if x == y && x != 0 {
        return (forename::SAME, x);
    }
    for (k, other) in [(a.known_as, y), (b.known_as, x), (a.known_as, b.known_as)] {
        if k != 0 && k == other {
            return (forename::KNOWN_AS, k);
        }
    }
    if [x, a.known_as].iter().any(|&p| [y, b.known_as].iter().any(|&q| share_class(values, p, q))) {
        return (forename::NICKNAME, 0);
    }
    if x == 0 || y == 0 {
        return (forename::DIFFERS, 0);
    }
    // Initials are no forenames to be mistaken for a second one.
    for (name, second) in [(x, b.second), (y, a.second)] {
        if second != 0 && name == second && values.name(name).len > 1 {
            return (forename::SECOND, name);
        }
    }
    let level = match cache.likeness(values, x, y) {
        Likeness::Same => forename::SAME,
        Likeness::OneLetter => forename::ONE_LETTER,
        Likeness::SoundsAlike => forename::SOUNDS,
        Likeness::Similar => forename::SIMILAR,
        Likeness::Beginning => forename::BEGINNING,
        Likeness::Initial => forename::INITIAL,
        Likeness::FirstLetter => forename::FIRST_LETTER,
        Likeness::Differs => forename::DIFFERS,
    };
    (level, 0)
}

/// Whether two forenames can be short for one another.
pub(super) fn share_class(values: &Values, a: Value, b: Value) -> bool {
    a != 0 && b != 0 && {
        let (x, y) = (values.name(a).classes, values.name(b).classes);
        x.iter().any(|class| y.contains(class))
    }
}

fn swapped(values: &Values, cache: &mut Cache, a: &Row, b: &Row) -> bool {
    if a.forename == 0 || b.forename == 0 || a.surname == 0 || b.surname == 0 {
        return false;
    }
    let close = |cache: &mut Cache, x: Value, y: Value| cache.likeness(values, x, y) <= Likeness::OneLetter;
    let (fa, fb) = (values.as_surname(a.forename), values.as_surname(b.forename));
    let exact = usize::from(fa == b.surname) + usize::from(fb == a.surname);
    exact == 2 || (exact == 1 && close(cache, fa, b.surname) && close(cache, fb, a.surname))
}

fn compare_seconds(values: &Values, cache: &mut Cache, a: Value, b: Value) -> u8 {
    if a == 0 || b == 0 {
        return 0;
    }
    match cache.likeness(values, a, b) {
        Likeness::Same if values.name(a).len > 1 => second::SAME,
        Likeness::Same | Likeness::Initial => second::INITIAL,
        _ if share_class(values, a, b) => second::SIMILAR,
        Likeness::OneLetter | Likeness::SoundsAlike | Likeness::Similar | Likeness::Beginning => second::SIMILAR,
        Likeness::FirstLetter | Likeness::Differs => second::DIFFERS,
    }
}

/// Whether the CHI row's own digits hold this date. Only a CHI record's number is asked (it has a person number and a
/// status); what Mosaic holds in its CHI field may be wrong, and is compared as a number.
fn chi_has_date(row: &Row, date: u32) -> bool {
    row.is_chi
        && birth::is_whole(date)
        && super::table::chi_date(row.chi) == (birth::day(date), birth::month(date), birth::year(date) % 100)
}

/// Compares the CHI that Mosaic holds with the row's number or its replacement.
fn compare_chi(a: &Row, b: &Row) -> u8 {
    if a.chi == 0 || b.chi == 0 {
        return 0;
    }
    let numbers = [(a.chi, b.chi), (a.chi, b.upi), (a.upi, b.chi)];
    if numbers.iter().any(|&(x, y)| x != 0 && x == y) {
        return short::SAME;
    }
    if numbers.iter().any(|&(x, y)| x != 0 && y != 0 && nearly(x, y)) { short::NEAR } else { short::DIFFERS }
}

/// Whether two ten-digit numbers differ by one digit or by a swap of two neighbours.
pub(super) fn nearly(mut a: u64, mut b: u64) -> bool {
    let (mut at, mut differ) = ([(0, 0, 0); 2], 0);
    for place in 0..10 {
        let (x, y) = (a % 10, b % 10);
        if x != y {
            if differ == 2 {
                return false;
            }
            at[differ] = (place, x, y);
            differ += 1;
        }
        (a, b) = (a / 10, b / 10);
    }
    differ == 1 || (differ == 2 && at[1].0 == at[0].0 + 1 && at[0].1 == at[1].2 && at[0].2 == at[1].1)
}

fn compare_deaths(a: u32, b: u32) -> u8 {
    if a == 0 || b == 0 {
        return 0;
    }
    let months = |d: u32| birth::year(d) * 12 + birth::month(d);
    match () {
        () if a == b => short::SAME,
        () if birth::year(a) == birth::year(b) || months(a).abs_diff(months(b)) <= 1 => short::NEAR,
        () => short::DIFFERS,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_holds_every_level_of_every_comparison() {
        for comparison in Comparison::ALL {
            for level in 0..comparison.levels().len() as u8 {
                let others = Pattern(u32::MAX >> 7);
                let pattern = others.with(comparison, level);
                assert_eq!(pattern.level(comparison), level);
                for other in Comparison::ALL.into_iter().filter(|&o| o != comparison) {
                    assert_eq!(pattern.level(other), others.level(other));
                }
            }
        }
    }

    #[test]
    fn what_is_believed_beforehand_adds_up() {
        for comparison in Comparison::ALL {
            let levels = &comparison.levels()[1..];
            for sum in [levels.iter().map(|l| l.u).sum::<f64>(), levels.iter().map(|l| l.m).sum()] {
                assert!((0.97..=1.03).contains(&sum), "{} {sum}", comparison.words());
            }
        }
    }

    #[test]
    fn a_mistyped_number_is_near() {
        assert!(nearly(1_904_851_231, 1_904_851_232));
        assert!(nearly(1_904_851_231, 1_094_851_231));
        assert!(!nearly(1_904_851_231, 1_904_851_231));
        assert!(!nearly(1_904_851_231, 1_904_581_213));
        assert!(nearly(1_904_851_231, 904_851_231), "a leading digit counts as one");
    }
}
