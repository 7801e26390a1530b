//! The comparisons, their ordered levels, and the pattern of levels that a pair shows.

use serde::{Deserialize, Serialize};

use super::birth::{self, Birth};
use super::levels::{self, Level, forename, second, sex, short, surname};
use super::likeness::{Cache, Likeness};
use super::place::{self, Place};
use super::table::{Row, Value};
use super::values::Values;
use crate::person::Sex;
use crate::person::name::can_be_one;

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
            Self::Surname => &levels::SURNAME,
            Self::Forename => &levels::FORENAME,
            Self::SecondForename => &levels::SECOND,
            Self::Birth => &levels::BIRTH,
            Self::Sex => &levels::SEX,
            Self::Location => &levels::LOCATION,
            Self::Chi => &levels::CHI,
            Self::Death => &levels::DEATH,
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
            Self::Chi => (21, 3),
            Self::Death => (24, 2),
        }
    }
}

/// The levels of a pair, one per comparison, packed in 26 bits.
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

    /// Whether anything that tells one person from others was compared; the rest is of their families and homes, and of half
    /// of all people.
    pub fn says_who(self) -> bool {
        use Comparison::{Birth, Chi, Death, Forename, SecondForename};
        [Forename, SecondForename, Birth, Chi, Death].into_iter().any(|comparison| self.level(comparison) != 0)
    }

    /// Whether the homes differ, and a run found others of the household at both: what two records cannot show by
    /// themselves.
    pub fn moved(self) -> bool {
        self.level(Comparison::Location) == Place::Moved as u8
    }

    /// How a comparison came out, for a screen that marks it.
    pub fn agreement(self, comparison: Comparison) -> Agreement {
        comparison.levels().get(usize::from(self.level(comparison))).map_or(Agreement::Missing, |l| l.agreement)
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
    let date = born == Birth::Same || ((Birth::Same..Birth::TwoParts).contains(&born) && sex_level != sex::DIFFERS);
    // A child's second forename is often a parent's first: it says nothing against another date
    let after_a_parent = first == forename::SECOND && born >= Birth::TwoParts;
    let own = ((forename::SAME..forename::FIRST_LETTER).contains(&first) && !after_a_parent) || date;
    let chi = match compare_chi(a, b) {
        // The number of a relative, given to the wrong one of the household, unless a forename or a date says otherwise
        short::SAME if !own => short::OF_ANOTHER,
        level => level,
    };
    let pattern = Pattern::default()
        .with(Comparison::Surname, last)
        .with(Comparison::Forename, first)
        .with(Comparison::SecondForename, second)
        .with(Comparison::Birth, born as u8)
        .with(Comparison::Sex, sex_level)
        .with(Comparison::Location, place::compare(values, a, b) as u8)
        .with(Comparison::Chi, chi)
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
    if x == y && x != 0 && values.name(x).len > 1 {
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
        Likeness::OneLetter => forename::ONE_LETTER,
        Likeness::SoundsAlike => forename::SOUNDS,
        Likeness::Similar => forename::SIMILAR,
        Likeness::Beginning => forename::BEGINNING,
        // One letter, the same, stands for any name that begins with it
        Likeness::Same | Likeness::Initial => forename::INITIAL,
        Likeness::FirstLetter => forename::FIRST_LETTER,
        Likeness::Differs => forename::DIFFERS,
    };
    (level, 0)
}

/// Whether two forenames can be short for one another.
pub(super) fn share_class(values: &Values, a: Value, b: Value) -> bool {
    a != 0 && b != 0 && {
        let [x, y] = [a, b].map(|name| values.name(name));
        can_be_one((x.classes, x.own), (y.classes, y.own))
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
        Likeness::Same if values.name(a).of_many => second::OF_MANY,
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
    #![allow(clippy::unwrap_used)]

    use super::*;
    use crate::linkage::values::Files;
    use crate::linkage::{Side, Table};
    use crate::person::{Chi, ChiRecord, ChiStatus, Details, MosaicId, MosaicRecord, date};

    /// `SURNAME/previous, forename second (known as), sex, date; address; postcode`, parts left out where empty.
    fn details(surname: &str, forename: &str) -> Details {
        let (surname, previous) = surname.split_once('/').unwrap_or((surname, ""));
        let (forename, known_as) = forename.split_once(" = ").unwrap_or((forename, ""));
        let (forename, second) = forename.split_once(' ').unwrap_or((forename, ""));
        Details {
            surname: surname.into(),
            previous_surname: previous.into(),
            forename: forename.into(),
            second_forename: second.into(),
            known_as: known_as.into(),
            ..Details::default()
        }
    }

    fn mosaic(details: Details, chi: Option<&str>) -> MosaicRecord {
        MosaicRecord {
            id: MosaicId::parse("1").unwrap(),
            details,
            chi_given: chi.unwrap_or_default().into(),
            chi: chi.map(|c| Chi::parse(c).unwrap()),
            context: String::new(),
            restricted: false,
            changed_given: String::new(),
            changed: None,
            holds: Vec::new(),
        }
    }

    fn chi(details: Details, number: &str) -> ChiRecord {
        ChiRecord { chi: Chi::parse(number).unwrap(), details, status: ChiStatus::Current, upi: None }
    }

    fn levels(left: &MosaicRecord, right: &ChiRecord) -> Pattern {
        let (mut a, mut b) = (Table::new(Side::Mosaic), Table::new(Side::Chi));
        a.push_mosaic(left);
        b.push_chi(right);
        let files = Files::new(a, b);
        compare(&files.values, &mut Cache::new(), &files.mosaic.rows[0], &files.chi.rows[0])
    }

    fn names(left: (&str, &str), right: (&str, &str)) -> Pattern {
        levels(&mosaic(details(left.0, left.1), None), &chi(details(right.0, right.1), "0101011237"))
    }

    #[test]
    fn surnames_come_out_as_the_field_knows_them() {
        for (a, b, level) in [
            ("Smith", "SMITH", surname::SAME),
            ("McDonald", "MACDONALD", surname::SAME),
            ("O'Neill", "ONEILL", surname::SAME),
            ("Smith", "JONES/SMITH", surname::PREVIOUS),
            ("Jones/Smith", "SMITH", surname::PREVIOUS),
            ("Smith-Jones", "JONES", surname::PART),
            ("Wilson", "WILSEN", surname::ONE_LETTER),
            ("Campbell", "CAMBPELL", surname::ONE_LETTER),
            ("Maxwell", "PATERSON", surname::DIFFERS),
            ("", "SMITH", 0),
        ] {
            let pattern = names((a, "Ann"), (b, "ANN"));
            assert_eq!(pattern.level(Comparison::Surname), level, "{a} {b}");
        }
    }

    #[test]
    fn a_surname_that_differs_is_weighed_apart_for_women() {
        let woman = Details { sex: Sex::Female, ..details("Maxwell", "Ann") };
        let pattern = levels(&mosaic(woman, None), &chi(details("PATERSON", "ANN"), "0101011237"));
        assert_eq!(pattern.level(Comparison::Surname), surname::DIFFERS_WOMAN);
    }

    #[test]
    fn forenames_come_out_as_the_field_knows_them() {
        for (a, b, level) in [
            ("James", "JAMES", forename::SAME),
            ("James = Hamish", "HAMISH", forename::KNOWN_AS),
            ("Senga", "AGNES", forename::NICKNAME),
            ("Rab", "ROBERT", forename::NICKNAME),
            ("Stuart", "JAMES STUART", forename::SECOND),
            ("Gorodn", "GORDON", forename::ONE_LETTER),
            ("J", "JOLENE", forename::INITIAL),
            ("Gordon", "GRAEME", forename::FIRST_LETTER),
            ("Gordon", "PETER", forename::DIFFERS),
            ("", "PETER", 0),
        ] {
            let pattern = names(("Smith", a), ("SMITH", b));
            assert_eq!(pattern.level(Comparison::Forename), level, "{a} {b}");
        }
    }

    #[test]
    fn swapped_names_are_one_finding_not_two_differences() {
        let pattern = names(("Thomas", "Graham"), ("GRAHAM", "THOMAS"));
        assert_eq!(pattern.level(Comparison::Forename), forename::SWAPPED);
        assert_eq!(pattern.level(Comparison::Surname), 0);
    }

    #[test]
    fn a_second_forename_that_stood_in_for_the_first_is_not_counted_again() {
        let pattern = names(("Smith", "Stuart James"), ("SMITH", "COLIN STUART"));
        assert_eq!(pattern.level(Comparison::Forename), forename::SECOND);
        assert_eq!(pattern.level(Comparison::SecondForename), 0);
        for (a, b, level) in [
            ("Ann Mary", "ANN MARY", second::SAME),
            ("Ann M", "ANN MARY", second::INITIAL),
            ("Ann Mary", "ANN LOUISE", second::DIFFERS),
            ("Ann", "ANN LOUISE", 0),
        ] {
            assert_eq!(names(("Smith", a), ("SMITH", b)).level(Comparison::SecondForename), level, "{a} {b}");
        }
    }

    #[test]
    fn sex_says_something_only_where_the_forename_has_not() {
        let with = |forename: &str, sex| Details { sex, ..details("Smith", forename) };
        let level = |a: Details, b: Details| levels(&mosaic(a, None), &chi(b, "0101011237")).level(Comparison::Sex);
        assert_eq!(level(with("Ann", Sex::Female), with("Ann", Sex::Female)), 0);
        assert_eq!(level(with("Ann", Sex::Female), with("Peter", Sex::Female)), sex::SAME);
        assert_eq!(level(with("Ann", Sex::Female), with("Ann", Sex::Male)), sex::DIFFERS);
        assert_eq!(level(with("Ann", Sex::Female), with("Peter", Sex::NotKnown)), 0);
    }

    #[test]
    fn homes_are_compared_as_one() {
        let home = |lines: &str, postcode: &str| Details {
            address: lines.split(", ").filter(|l| !l.is_empty()).map(str::to_owned).collect(),
            postcode: postcode.into(),
            ..details("Smith", "Ann")
        };
        for (a, b, level) in [
            (("40 High Street, Annan", "DG12 6AB"), ("40 HIGH ST, ANNAN", "DG126AB"), Place::Dwelling),
            (("Flat 2/1, 40 High Street", "DG1 2AB"), ("2/1, 40 HIGH STREET", "DG1 2AB"), Place::Dwelling),
            (("40 High Street, Annan", ""), ("40 HIGH STREET, ANNAN", "DG12 6AB"), Place::Dwelling),
            (("40 High Street, Annan", "NK1 0AA"), ("40 HIGH STREET, ANNAN", "DG12 6AB"), Place::Dwelling),
            (("Flat 2/1, 40 High Street", "DG1 2AB"), ("40 HIGH STREET", "DG1 2AB"), Place::Building),
            (("40 High Street", "DG1 2AB"), ("7 HIGH STREET", "DG1 2AB"), Place::Postcode),
            (("", "DG1 2AB"), ("7 HIGH STREET", "DG1 2AB"), Place::Postcode),
            (("40 High Street", "DG1 2AB"), ("7 HIGH STREET", "DG1 2AQ"), Place::Street),
            (("40 High Street", "DG1 2AB"), ("7 MILL ROAD", "DG1 2AQ"), Place::Sector),
            (("40 High Street", "DG1 2AB"), ("7 MILL ROAD", "DG1 4AQ"), Place::District),
            (("40 High Street", "DG1 2AB"), ("7 MILL ROAD", "DG9 4AQ"), Place::Area),
            (("40 High Street", "DG1 2AB"), ("40 HIGH STREET", "KA7 2AB"), Place::Elsewhere),
            (("", ""), ("40 HIGH STREET", "KA7 2AB"), Place::Missing),
            (("", "NK1 0AA"), ("", "NK1 0AA"), Place::Missing),
        ] {
            let pattern = levels(&mosaic(home(a.0, a.1), None), &chi(home(b.0, b.1), "0101011237"));
            assert_eq!(pattern.level(Comparison::Location), level as u8, "{a:?} {b:?}");
        }
    }

    #[test]
    fn a_date_that_the_number_itself_holds_is_nearly_as_good() {
        let born = |text: &str| {
            let date::Reading::Date(birth) = date::read(text) else { unreachable!() };
            Details { birth: Some(birth), ..details("Smith", "Ann") }
        };
        let pattern = levels(&mosaic(born("2001-01-01"), None), &chi(born("1984-07-22"), "0101011237"));
        assert_eq!(pattern.level(Comparison::Birth), Birth::ChiDigits as u8);
        let pattern = levels(&mosaic(born("1984-07-22"), None), &chi(born("1984-07-22"), "0101011237"));
        assert_eq!(pattern.level(Comparison::Birth), Birth::Same as u8);
    }

    #[test]
    fn a_surname_a_home_and_a_sex_say_nothing_of_who_it_is() {
        let family = Pattern::default().with(Comparison::Surname, surname::SAME);
        let family = family.with(Comparison::Location, Place::Dwelling as u8);
        let family = family.with(Comparison::Sex, sex::SAME);
        assert!(!family.says_who());
        for comparison in [Comparison::Forename, Comparison::Birth, Comparison::Chi] {
            assert!(family.with(comparison, 1).says_who(), "{comparison:?}");
        }
    }

    #[test]
    fn a_number_that_mosaic_holds_agrees_with_the_row_or_with_its_replacement() {
        let ann = || details("Smith", "Ann");
        let mut old = chi(ann(), "1904851231");
        assert_eq!(levels(&mosaic(ann(), Some("1904851231")), &old).level(Comparison::Chi), short::SAME);
        old.upi = Some(Chi::parse("0101011237").unwrap());
        assert_eq!(levels(&mosaic(ann(), Some("0101011237")), &old).level(Comparison::Chi), short::SAME);
        assert_eq!(levels(&mosaic(ann(), Some("2902201230")), &old).level(Comparison::Chi), short::DIFFERS);
        assert_eq!(levels(&mosaic(ann(), None), &old).level(Comparison::Chi), 0);
    }

    #[test]
    fn a_number_without_a_forename_or_a_date_may_be_a_relative_s() {
        use Sex::{Female, Male};
        let person = |forename: &str, born: &str, sex: Sex| {
            let birth = match date::read(born) {
                date::Reading::Date(birth) => Some(birth),
                _ => None,
            };
            Details { birth, sex, ..details("Smith", forename) }
        };
        let effie = || chi(person("EFFIE ROSE", "2011-03-11", Female), "1904851231");
        for (forename, born, sex, level) in [
            ("Effie", "2017-02-02", Female, short::SAME),
            ("E", "", Female, short::SAME),
            ("Rose", "2011-03-12", Female, short::SAME),
            ("Rose", "", Female, short::SAME),
            ("Lily", "2011-03-12", Female, short::SAME),
            ("", "2011-03-11", Male, short::SAME),
            ("Finn", "2011-03-11", Male, short::SAME),
            ("Finn", "2011-03-12", Male, short::OF_ANOTHER),
            ("Lily", "2017-02-02", Female, short::OF_ANOTHER),
            ("Rose", "1983-02-02", Female, short::OF_ANOTHER), // Her mother
            ("Rose Ann", "2011-08-20", Female, short::OF_ANOTHER),
            ("Lily", "", Female, short::OF_ANOTHER),
            ("", "2017-02-02", Female, short::OF_ANOTHER),
            ("", "", Female, short::OF_ANOTHER),
        ] {
            let pattern = levels(&mosaic(person(forename, born, sex), Some("1904851231")), &effie());
            assert_eq!(pattern.level(Comparison::Chi), level, "{forename:?} {born:?} {sex:?}");
        }
    }

    #[test]
    fn deaths_agree_exactly_or_nearly() {
        let died = |y: u32, m: u32, d: u32| y << 16 | m << 8 | d;
        assert_eq!(compare_deaths(died(2020, 3, 4), died(2020, 3, 4)), short::SAME);
        assert_eq!(compare_deaths(died(2020, 3, 4), died(2020, 3, 6)), short::NEAR);
        assert_eq!(compare_deaths(died(2019, 12, 31), died(2020, 1, 1)), short::NEAR);
        assert_eq!(compare_deaths(died(2018, 12, 31), died(2020, 1, 1)), short::DIFFERS);
        assert_eq!(compare_deaths(0, died(2020, 1, 1)), 0);
    }

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
