//! Patterns by which two people look like one.
//!
//! Household evidence is not personal evidence (Newcombe 1993): surname, address and postcode are shared by people who
//! live together. A hazard of the identity kind therefore keeps a pair out of the automatic band, however high its
//! probability; so does a want of personal evidence, a forename and a date of birth that agree.

use super::birth::{self, Birth};
use super::comparison::{Comparison, Pattern};
use super::frequency::Shares;
use super::levels::{forename, second, sex, short, surname};
use super::moves;
use super::place::Place;
use super::table::{Row, chi_date, chi_sex, flag};
use crate::pair::{Hazards, PairKind};
use crate::person::{ChiStatus, Sex};

/// Hazards by which another person may be meant: a pair with one of these is held for a person, unless [`holding`] finds it
/// answered by the two records themselves.
pub const IDENTITY: Hazards = Hazards::TWIN
    .union(Hazards::SIBLING)
    .union(Hazards::PARENT_CHILD)
    .union(Hazards::NAMESAKE)
    .union(Hazards::NEAR_TIE)
    .union(Hazards::DELETED)
    .union(Hazards::SEEDED_DISAGREES)
    .union(Hazards::PLACEHOLDER_NAME);

/// Hazards of the number itself: no evidence of who a person is makes up for them.
pub(super) const NUMBER: Hazards = Hazards::DELETED.union(Hazards::SEEDED_DISAGREES).union(Hazards::NEAR_TIE);

/// Years between the births of a parent and a child, at least.
const GENERATION: u32 = 14;

/// Whether the homes agree, to the postcode at least, or differ as the household's moved.
pub(super) fn at_home(pattern: Pattern) -> bool {
    let home = pattern.level(Comparison::Location);
    (Place::Dwelling as u8..=Place::Postcode as u8).contains(&home) || pattern.moved()
}

/// Whether the pair has enough that is the person's own: forename and date of birth, or one of them and the CHI.
///
/// At one address a date of birth may be missing or a slip of the pen, but not another, and where the surname is another
/// too the date must be the same: relatives of one forename there are told by nothing else. An address that many people
/// share is no home, but does for a slip of the pen, and so does one that is not known. Away from home, people of one name and
/// nearly one date of birth are too many: only the date itself will do, or a second forename beside it; and another second
/// forename is another person's. A newborn has no forename yet.
///
/// A number that both hold was somebody else's, perhaps, where it is at another address and says another date of birth, unless
/// a second forename agrees too.
pub fn personal_evidence(kind: PairKind, pattern: Pattern, hazards: Hazards) -> bool {
    const SLIPS: [Birth; 6] = [
        Birth::Same,
        Birth::DayMonthSwapped,
        Birth::YearByOne,
        Birth::YearByTen,
        Birth::DigitsSwapped,
        Birth::ChiDigits,
    ];
    let (first, born) = (pattern.level(Comparison::Forename), pattern.level(Comparison::Birth));
    let near_birth = (Birth::Same as u8..=Birth::ChiDigits as u8).contains(&born);
    let slip = SLIPS.iter().any(|&slip| slip as u8 == born);
    // Who goes by another forename may still have the second
    let other = pattern.level(Comparison::SecondForename) == second::SAME && near_birth;
    let forename = (forename::SAME..=forename::BEGINNING).contains(&first) || first == forename::SWAPPED || other;
    let second = (second::SAME..=second::INITIAL).contains(&pattern.level(Comparison::SecondForename));
    let initial = first == forename::INITIAL && born == Birth::Same as u8;
    if pattern.level(Comparison::Chi) == short::SAME {
        // A whole other date is another's, whatever family name both have in the middle
        let second = second && born != Birth::Differs as u8;
        return (forename || near_birth) && (second || !elsewhere(pattern) || !another_birth(born));
    }
    if at_home(pattern) && !hazards.contains(Hazards::COMMUNAL_ADDRESS) {
        let newborn = kind == PairKind::Link && first == 0 && newborn_at_home(pattern);
        let other_surname = pattern.level(Comparison::Surname) >= surname::DIFFERS;
        let could_be = if other_surname { slip } else { near_birth || born == 0 };
        return newborn || (forename && could_be) || (initial && !other_surname);
    }
    let near_birth = near_birth && born != Birth::EstimateNear as u8;
    let same_birth = [Birth::Same, Birth::ChiDigits].iter().any(|&same| same as u8 == born);
    let same_surname = pattern.level(Comparison::Surname) == surname::SAME;
    let could_be = same_birth || (slip && !moves::apart(pattern)) || (second && near_birth);
    let other_second = pattern.level(Comparison::SecondForename) == second::DIFFERS;
    ((forename && could_be) || (initial && same_surname)) && !other_second
}

/// Whether the homes are known, and not of one street.
fn elsewhere(pattern: Pattern) -> bool {
    (Place::Sector as u8..=Place::Elsewhere as u8).contains(&pattern.level(Comparison::Location))
}

/// Whether both dates of birth are known, and one is no form of the other: a part of it, an estimate of its year, or the CHI's own
/// digits.
fn another_birth(born: u8) -> bool {
    const FORMS: [Birth; 5] = [Birth::Missing, Birth::Same, Birth::Estimate, Birth::Partial, Birth::ChiDigits];
    !FORMS.iter().any(|&form| form as u8 == born)
}

/// Whether a pair is for a person whatever its probability: the rules by which links and duplicates are banded, for whoever
/// moves the cuts after the run.
///
/// A hazard says that somebody else may be meant, and something of the person's own can answer it: a number that both
/// hold tells twins, siblings and infants apart, and so does a second forename, which twins do not share; the address
/// decides between namesakes.
pub fn held_back(kind: PairKind, pattern: Pattern, hazards: Hazards) -> bool {
    !holding(kind, pattern, hazards).is_empty() || !personal_evidence(kind, pattern, hazards)
}

/// The hazards that hold a pair back: those by which another person may be meant, and that nothing answers.
pub fn holding(kind: PairKind, pattern: Pattern, hazards: Hazards) -> Hazards {
    let number = pattern.level(Comparison::Chi) == short::SAME;
    let mut answered = Hazards::empty();
    if number {
        answered |= Hazards::TWIN | Hazards::SIBLING | Hazards::PLACEHOLDER_NAME;
    }
    // A brother and a sister may share the second, too: it is a family's
    if pattern.level(Comparison::SecondForename) == second::SAME && pattern.level(Comparison::Sex) != sex::DIFFERS {
        answered |= Hazards::TWIN | Hazards::SIBLING;
    }
    if kind == PairKind::Link && (at_home(pattern) || number) {
        answered |= Hazards::NAMESAKE;
    }
    if kind == PairKind::Link && newborn_at_home(pattern) {
        answered |= Hazards::PLACEHOLDER_NAME;
    }
    (hazards & IDENTITY) - answered
}

/// Whether the pair's own evidence is against it: another forename, another date of birth, or what relatives show.
pub(super) fn speaks_against(pattern: Pattern, hazards: Hazards) -> bool {
    let first = pattern.level(Comparison::Forename);
    let relatives = Hazards::TWIN | Hazards::SIBLING | Hazards::PARENT_CHILD;
    matches!(first, forename::FIRST_LETTER | forename::DIFFERS)
        || pattern.level(Comparison::Birth) >= Birth::TwoParts as u8
        || hazards.intersects(relatives)
}

/// Whether a child without a forename is there under its surname, date of birth and sex in its own home; another such
/// child would be a rival.
fn newborn_at_home(pattern: Pattern) -> bool {
    pattern.level(Comparison::Location) == Place::Dwelling as u8
        && pattern.level(Comparison::Surname) == surname::SAME
        && pattern.level(Comparison::Birth) == Birth::Same as u8
        && pattern.level(Comparison::Sex) == sex::SAME
}

/// What two records alone show.
pub(super) fn of_pair(pattern: Pattern, shares: &Shares, a: &Row, b: &Row) -> Hazards {
    let two_names = shares.are_two_names(a, b);
    let mut hazards = people(pattern, two_names, a, b) | numbers(pattern, a, b);
    let either = |flag: u16| (a.flags | b.flags) & flag != 0;
    hazards.set(Hazards::PLACEHOLDER_NAME, either(flag::PLACEHOLDER));
    if either(flag::SEVERAL) {
        hazards |= Hazards::TWIN;
    }
    hazards.set(Hazards::DUMMY_POSTCODE, either(flag::DUMMY_POSTCODE));
    hazards.set(Hazards::RESTRICTED, either(flag::RESTRICTED));
    let home = pattern.level(Comparison::Location);
    hazards.set(
        Hazards::COMMUNAL_ADDRESS,
        // A flat of their own is a home, however many have one in the house
        ((home == Place::Dwelling as u8 && a.flat == 0) || home == Place::Building as u8)
            && (shares.is_communal(a) || shares.is_communal(b)),
    );
    hazards.set(Hazards::DECEASED, either(flag::DEATH) || [a, b].iter().any(|r| r.status == ChiStatus::Deceased));
    hazards.set(Hazards::TRANSFERRED, [a, b].iter().any(|r| r.status == ChiStatus::TransferredOut));
    hazards.set(Hazards::SEX_DIFFERS, a.sex != b.sex && a.sex != Sex::NotKnown && b.sex != Sex::NotKnown);
    hazards
}

/// Twins, siblings, parents and children; names and dates. `two_names`: the forenames, however alike, are each a name of its
/// own, as twins have them.
fn people(pattern: Pattern, two_names: bool, a: &Row, b: &Row) -> Hazards {
    let mut hazards = Hazards::empty();
    let (last, first) = (pattern.level(Comparison::Surname), pattern.level(Comparison::Forename));
    let (born, home) = (pattern.level(Comparison::Birth), pattern.level(Comparison::Location));
    let sexes_differ = a.sex != b.sex && a.sex != Sex::NotKnown && b.sex != Sex::NotKnown;
    let surnames_agree = (surname::SAME..=surname::SIMILAR).contains(&last);
    let forenames_agree = (forename::SAME..=forename::SIMILAR).contains(&first);
    let rhyme = two_names && (forename::ONE_LETTER..=forename::BEGINNING).contains(&first);
    // Where a people has one first forename for many (Muhammad Ahmed and Muhammad Hamza), the second tells its twins apart
    let other_second = (first == forename::SAME || first == forename::KNOWN_AS)
        && pattern.level(Comparison::SecondForename) == second::DIFFERS;
    let forenames_differ = first == forename::FIRST_LETTER
        || first == forename::DIFFERS
        || rhyme
        || other_second
        || (sexes_differ && first != forename::SAME && first != 0);
    let same_birth = [Birth::Same, Birth::DayMonthSwapped, Birth::Partial, Birth::ChiDigits];
    let same_birth = same_birth.iter().any(|&level| level as u8 == born);
    let at_home = (Place::Dwelling as u8..=Place::Street as u8).contains(&home) || pattern.moved();
    // One digit makes any number of years of a date that is otherwise the same
    let slip = [Birth::OneDigit, Birth::YearByTen, Birth::DigitsSwapped, Birth::ChiDigits];
    let slip = slip.iter().any(|&level| level as u8 == born);
    // Unless one of them has died: then the other is the son
    let one_died = (a.flags ^ b.flags) & flag::DEATH != 0;
    let years = birth::year(a.birth).abs_diff(birth::year(b.birth));
    let both_years = birth::year(a.birth) != 0 && birth::year(b.birth) != 0;
    hazards.set(Hazards::TWIN, surnames_agree && forenames_differ && same_birth);
    hazards.set(Hazards::SIBLING, surnames_agree && forenames_differ && at_home && born != 0 && !same_birth);
    hazards.set(
        Hazards::PARENT_CHILD,
        surnames_agree
            && forenames_agree
            && both_years
            && years >= GENERATION
            && (!slip || one_died)
            && (at_home || home == 0),
    );
    hazards.set(Hazards::DAY_MONTH_SWAP, born == Birth::DayMonthSwapped as u8);
    hazards.set(Hazards::NAMES_SWAPPED, first == forename::SWAPPED);
    let uncertain = [Birth::Missing, Birth::Estimate, Birth::EstimateNear, Birth::Partial];
    hazards.set(Hazards::UNCERTAIN_DATE, uncertain.iter().any(|&level| level as u8 == born));
    hazards
}

/// Whether one of two records of one name in one home has no date of birth: where father and son share the name it may be of
/// either.
pub(super) fn has_no_date(pattern: Pattern) -> bool {
    let within = |comparison, to| (1..=to).contains(&pattern.level(comparison));
    pattern.level(Comparison::Birth) == 0
        && within(Comparison::Surname, surname::SIMILAR)
        && within(Comparison::Forename, forename::SIMILAR)
        && at_home(pattern)
}

/// What the CHI numbers of the pair show.
fn numbers(pattern: Pattern, a: &Row, b: &Row) -> Hazards {
    let mut hazards = Hazards::empty();
    let level = pattern.level(Comparison::Chi);
    hazards.set(Hazards::SEEDED_DISAGREES, matches!(level, short::NEAR | short::DIFFERS));
    for (chi, other) in [(b, a), (a, b)] {
        if !chi.is_chi {
            continue;
        }
        let born = (birth::day(other.birth), birth::month(other.birth), birth::year(other.birth) % 100);
        hazards.set(Hazards::CHI_DATE_DIFFERS, birth::is_whole(other.birth) && chi_date(chi.chi) != born);
        hazards.set(Hazards::CHI_SEX_DIFFERS, other.sex != Sex::NotKnown && other.sex != chi_sex(chi.chi));
        hazards.set(Hazards::MODULUS_10_ONLY, chi.flags & flag::MODULUS_10 != 0);
        hazards.set(Hazards::DELETED, chi.status == ChiStatus::Deleted);
        hazards.set(Hazards::SUPERSEDED, chi.status == ChiStatus::Historical || (chi.upi != 0 && chi.upi != chi.chi));
        hazards.set(Hazards::ZERO_RESTORED, other.flags & flag::ZERO_RESTORED != 0);
    }
    hazards
}

/// What the person's current row says, where the pair was found through another: a deleted or superseded number that
/// has a replacement is not what would be issued.
pub(super) fn apply_status(face: &Row, found: &mut Hazards) {
    found.set(Hazards::DELETED, face.status == ChiStatus::Deleted);
    found.insert(match face.status {
        ChiStatus::Deceased => Hazards::DECEASED,
        ChiStatus::TransferredOut => Hazards::TRANSFERRED,
        _ => Hazards::empty(),
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_forename_at_home_is_not_enough_against_a_surname_or_a_date() {
        let pair = |last: u8, born: Birth, home: Place| {
            Pattern::default()
                .with(Comparison::Surname, last)
                .with(Comparison::Forename, forename::SAME)
                .with(Comparison::Birth, born as u8)
                .with(Comparison::Location, home as u8)
        };
        let enough = |pattern, hazards| personal_evidence(PairKind::Link, pattern, hazards);
        let at_home = |last, born| enough(pair(last, born, Place::Dwelling), Hazards::empty());
        assert!(at_home(surname::SAME, Birth::Missing) && at_home(surname::SAME, Birth::OneDigit));
        assert!(!at_home(surname::SAME, Birth::Differs) && !at_home(surname::SAME, Birth::TwoParts));
        // Who took another surname is told by the whole date, or a slip of the pen
        assert!(at_home(surname::DIFFERS_WOMAN, Birth::Same) && at_home(surname::DIFFERS, Birth::DayMonthSwapped));
        assert!(!at_home(surname::DIFFERS_WOMAN, Birth::Missing) && !at_home(surname::DIFFERS, Birth::OneDigit));
        // In a care home the address is everybody's
        let communal = |born| enough(pair(surname::SAME, born, Place::Dwelling), Hazards::COMMUNAL_ADDRESS);
        assert!(communal(Birth::Same) && !communal(Birth::Missing) && !communal(Birth::OneDigit));
        let numbered = pair(surname::SAME, Birth::Differs, Place::Dwelling).with(Comparison::Chi, short::SAME);
        assert!(enough(numbered, Hazards::empty()), "both hold one number");
    }

    #[test]
    fn a_number_elsewhere_that_says_another_date_of_birth_is_not_enough() {
        let numbered = |born: Birth, home: Place| {
            Pattern::default()
                .with(Comparison::Surname, surname::SAME)
                .with(Comparison::Forename, forename::SAME)
                .with(Comparison::Birth, born as u8)
                .with(Comparison::Location, home as u8)
                .with(Comparison::Chi, short::SAME)
        };
        let enough = |pattern| personal_evidence(PairKind::Link, pattern, Hazards::empty());
        for born in [Birth::Missing, Birth::Same, Birth::Estimate, Birth::Partial, Birth::ChiDigits] {
            assert!(enough(numbered(born, Place::Elsewhere)), "{born:?}");
        }
        for born in [Birth::DayMonthSwapped, Birth::OneDigit, Birth::YearByTen, Birth::TwoParts, Birth::Differs] {
            assert!(!enough(numbered(born, Place::Sector)), "{born:?}");
            assert!(enough(numbered(born, Place::Street)) && enough(numbered(born, Place::Missing)), "{born:?}");
            let second = numbered(born, Place::Elsewhere).with(Comparison::SecondForename, second::SAME);
            let another = born == Birth::Differs;
            assert_eq!(
                enough(second),
                !another,
                "a second forename beside it, unless the whole date is another: {born:?}"
            );
        }
    }

    #[test]
    fn what_twins_share_tells_them_apart_from_nobody() {
        let row = |flags: u16| Row { flags, ..Row::default() };
        let of = |pattern: Pattern| people(pattern, false, &row(0), &row(0));
        let one_day = Pattern::default()
            .with(Comparison::Surname, surname::SAME)
            .with(Comparison::Forename, forename::SAME)
            .with(Comparison::Birth, Birth::Same as u8)
            .with(Comparison::Location, Place::Dwelling as u8);
        let with_second = |level| one_day.with(Comparison::SecondForename, level);
        assert!(of(with_second(second::DIFFERS)).contains(Hazards::TWIN), "Muhammad Ahmed and Muhammad Hamza");
        assert!(!of(with_second(second::SIMILAR)).contains(Hazards::TWIN) && !of(one_day).contains(Hazards::TWIN));
        // Twins of either sex with one family name in the middle
        let siblings = with_second(second::SAME).with(Comparison::Forename, forename::DIFFERS);
        for (sexes, held) in [(sex::SAME, false), (sex::DIFFERS, true)] {
            let pattern = siblings.with(Comparison::Sex, sexes);
            assert_eq!(!holding(PairKind::Link, pattern, Hazards::TWIN).is_empty(), held);
        }
        // Nor does it stand for a forename where no date of birth agrees
        let dateless = siblings.with(Comparison::Birth, Birth::Missing as u8);
        assert!(!personal_evidence(PairKind::Link, dateless, Hazards::empty()));
        assert!(personal_evidence(PairKind::Link, siblings, Hazards::empty()));
    }

    #[test]
    fn a_father_who_died_and_his_son_are_two_however_alike_their_dates() {
        let swapped = Pattern::default()
            .with(Comparison::Surname, surname::SAME)
            .with(Comparison::Forename, forename::SAME)
            .with(Comparison::Birth, Birth::DigitsSwapped as u8)
            .with(Comparison::Location, Place::Dwelling as u8);
        let born = |year: u32| year << 16 | 5 << 8 | 20;
        let (father, son) = (Row { birth: born(1958), ..Row::default() }, Row { birth: born(1985), ..Row::default() });
        let dead = Row { flags: flag::DEATH, ..father };
        assert!(people(swapped, false, &dead, &son).contains(Hazards::PARENT_CHILD));
        assert!(!people(swapped, false, &father, &son).contains(Hazards::PARENT_CHILD), "a slip of the pen");
        assert!(!people(swapped, false, &dead, &dead).contains(Hazards::PARENT_CHILD));
    }

    #[test]
    fn away_from_home_one_name_and_nearly_one_date_are_not_enough() {
        let pair = |first: u8, born: Birth, home: Place| {
            Pattern::default()
                .with(Comparison::Surname, surname::SAME)
                .with(Comparison::Forename, first)
                .with(Comparison::Birth, born as u8)
                .with(Comparison::Location, home as u8)
        };
        let enough = |pattern| personal_evidence(PairKind::Link, pattern, Hazards::empty());
        let away = |born| pair(forename::SAME, born, Place::Area);
        assert!(enough(away(Birth::Same)) && enough(away(Birth::ChiDigits)));
        for slip in [Birth::DayMonthSwapped, Birth::YearByOne, Birth::YearByTen, Birth::DigitsSwapped, Birth::OneDigit]
        {
            assert!(!enough(away(slip)), "{slip:?}");
            let second = away(slip).with(Comparison::SecondForename, second::INITIAL);
            assert!(enough(second), "a second forename beside it: {slip:?}");
        }
        // Where the home is not known, or many share it, a slip will do, and one digit will not
        let missing = |born| pair(forename::SAME, born, Place::Missing);
        assert!(
            enough(missing(Birth::YearByOne)) && !enough(missing(Birth::OneDigit)) && !enough(missing(Birth::Missing))
        );
        let communal = pair(forename::SAME, Birth::DayMonthSwapped, Place::Dwelling);
        assert!(personal_evidence(PairKind::Link, communal, Hazards::COMMUNAL_ADDRESS));
        // An initial stands for a forename beside the surname and the date itself
        let initial = |born| pair(forename::INITIAL, born, Place::Area);
        assert!(enough(initial(Birth::Same)) && !enough(initial(Birth::DayMonthSwapped)));
        let other_surname = initial(Birth::Same).with(Comparison::Surname, surname::PREVIOUS);
        assert!(!enough(other_surname));
        // Another second forename is another person's; at home it may be either
        let other_second =
            |home| pair(forename::SAME, Birth::Same, home).with(Comparison::SecondForename, second::DIFFERS);
        assert!(!enough(other_second(Place::Elsewhere)) && !enough(other_second(Place::Missing)));
        assert!(enough(other_second(Place::Dwelling)));
    }

    #[test]
    fn forenames_of_twins_are_told_from_a_slip_of_the_pen() {
        let pattern = Pattern::default()
            .with(Comparison::Surname, surname::SAME)
            .with(Comparison::Forename, forename::ONE_LETTER)
            .with(Comparison::Birth, Birth::Same as u8);
        let row = Row::default();
        assert!(people(pattern, true, &row, &row).contains(Hazards::TWIN));
        assert!(!people(pattern, false, &row, &row).contains(Hazards::TWIN));
    }
}
