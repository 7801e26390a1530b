//! Patterns by which two people look like one.
//!
//! Household evidence is not personal evidence (Newcombe 1993): surname, address and postcode are shared by people who
//! live together. A hazard of the identity kind therefore keeps a pair out of the automatic band, however high its
//! probability; so does a want of personal evidence, a forename and a date of birth that agree.

use super::birth::{self, Birth};
use super::comparison::{Comparison, Pattern};
use super::frequency::Shares;
use super::levels::{forename, second, sex, short, surname};
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
/// At one address a date of birth may be missing or wrong: relatives of one name there are told by their hazards. Away
/// from home, people of one name and a date of birth that is merely missing, partial or one digit out are too many; a date
/// with its parts swapped, or a year out by one or ten, is a slip of the pen. A newborn has no forename yet.
pub fn personal_evidence(kind: PairKind, pattern: Pattern) -> bool {
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
    let other = pattern.level(Comparison::SecondForename) == second::SAME;
    let forename = (forename::SAME..=forename::BEGINNING).contains(&first) || first == forename::SWAPPED || other;
    let second = (second::SAME..=second::INITIAL).contains(&pattern.level(Comparison::SecondForename));
    if pattern.level(Comparison::Chi) == short::SAME {
        return forename || near_birth;
    }
    if at_home(pattern) {
        let newborn = kind == PairKind::Link && first == 0 && newborn_at_home(pattern);
        return newborn || forename || (first == forename::INITIAL && born == Birth::Same as u8);
    }
    let near_birth = near_birth && born != Birth::EstimateNear as u8;
    forename && (slip || (second && near_birth))
}

/// Whether a pair is for a person whatever its probability: the rules by which links and duplicates are banded, for whoever
/// moves the cuts after the run.
///
/// A hazard says that somebody else may be meant, and something of the person's own can answer it: a number that both
/// hold tells twins, siblings and infants apart, and so does a second forename, which twins do not share; the address
/// decides between namesakes.
pub fn held_back(kind: PairKind, pattern: Pattern, hazards: Hazards) -> bool {
    !holding(kind, pattern, hazards).is_empty() || !personal_evidence(kind, pattern)
}

/// The hazards that hold a pair back: those by which another person may be meant, and that nothing answers.
pub fn holding(kind: PairKind, pattern: Pattern, hazards: Hazards) -> Hazards {
    let number = pattern.level(Comparison::Chi) == short::SAME;
    let mut answered = Hazards::empty();
    if number {
        answered |= Hazards::TWIN | Hazards::SIBLING | Hazards::PLACEHOLDER_NAME;
    }
    if pattern.level(Comparison::SecondForename) == second::SAME {
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
    let mut hazards = people(pattern, a, b) | numbers(pattern, a, b);
    let either = |flag: u16| (a.flags | b.flags) & flag != 0;
    hazards.set(Hazards::PLACEHOLDER_NAME, either(flag::PLACEHOLDER));
    hazards.set(Hazards::DUMMY_POSTCODE, either(flag::DUMMY_POSTCODE));
    hazards.set(Hazards::RESTRICTED, either(flag::RESTRICTED));
    let home = pattern.level(Comparison::Location);
    hazards.set(
        Hazards::COMMUNAL_ADDRESS,
        (home == Place::Dwelling as u8 || home == Place::Building as u8)
            && (shares.is_communal(a) || shares.is_communal(b)),
    );
    hazards.set(Hazards::DECEASED, either(flag::DEATH) || [a, b].iter().any(|r| r.status == ChiStatus::Deceased));
    hazards.set(Hazards::TRANSFERRED, [a, b].iter().any(|r| r.status == ChiStatus::TransferredOut));
    hazards.set(Hazards::SEX_DIFFERS, a.sex != b.sex && a.sex != Sex::NotKnown && b.sex != Sex::NotKnown);
    hazards
}

/// Twins, siblings, parents and children; names and dates.
fn people(pattern: Pattern, a: &Row, b: &Row) -> Hazards {
    let mut hazards = Hazards::empty();
    let (last, first) = (pattern.level(Comparison::Surname), pattern.level(Comparison::Forename));
    let (born, home) = (pattern.level(Comparison::Birth), pattern.level(Comparison::Location));
    let sexes_differ = a.sex != b.sex && a.sex != Sex::NotKnown && b.sex != Sex::NotKnown;
    let surnames_agree = (surname::SAME..=surname::SIMILAR).contains(&last);
    let forenames_agree = (forename::SAME..=forename::SIMILAR).contains(&first);
    let forenames_differ = first == forename::FIRST_LETTER
        || first == forename::DIFFERS
        || (sexes_differ && first != forename::SAME && first != 0);
    let same_birth = [Birth::Same, Birth::DayMonthSwapped, Birth::Partial, Birth::ChiDigits];
    let same_birth = same_birth.iter().any(|&level| level as u8 == born);
    let at_home = (Place::Dwelling as u8..=Place::Street as u8).contains(&home) || pattern.moved();
    // One digit makes any number of years of a date that is otherwise the same
    let slip = [Birth::OneDigit, Birth::YearByTen, Birth::DigitsSwapped, Birth::ChiDigits];
    let slip = slip.iter().any(|&level| level as u8 == born);
    let years = birth::year(a.birth).abs_diff(birth::year(b.birth));
    let both_years = birth::year(a.birth) != 0 && birth::year(b.birth) != 0;
    hazards.set(Hazards::TWIN, surnames_agree && forenames_differ && same_birth);
    hazards.set(Hazards::SIBLING, surnames_agree && forenames_differ && at_home && born != 0 && !same_birth);
    hazards.set(
        Hazards::PARENT_CHILD,
        surnames_agree && forenames_agree && both_years && years >= GENERATION && !slip && (at_home || home == 0),
    );
    hazards.set(Hazards::DAY_MONTH_SWAP, born == Birth::DayMonthSwapped as u8);
    hazards.set(Hazards::NAMES_SWAPPED, first == forename::SWAPPED);
    let uncertain = [Birth::Missing, Birth::Estimate, Birth::EstimateNear, Birth::Partial];
    hazards.set(Hazards::UNCERTAIN_DATE, uncertain.iter().any(|&level| level as u8 == born));
    hazards
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
