//! Agreements that come together in different people.
//!
//! Weights are added up as if comparisons were independent among people who are not the same. They are not: a household
//! shares surname and address, twins share a date of birth too, and people of one name and date of birth are commoner
//! than chance would have it. How much commoner is counted in the CHI file itself, where (nearly) every two numbers are
//! two people: pairs within it show each combination of agreements as often as different people do. What they show
//! beyond independence is taken off the weight.

use super::birth::Birth;
use super::comparison::{Comparison, Pattern};
use super::levels::{forename, second, surname};
use super::model::Parameters;
use super::namesakes::Kind;
use super::place::Place;

/// Combinations that are told apart.
pub(super) const COMBINATIONS: usize = 4 * 5 * 6 * 5 * 3;
/// The steps of a combination that agrees in names, date of birth and home.
const ALL_AGREE: [usize; 4] = [1; 4];

/// Which combination a pattern shows: surname, forename, date of birth, home and second forename, in a few steps each.
pub(super) fn combination(pattern: Pattern) -> usize {
    let first = pattern.level(Comparison::Forename);
    let swapped = first == forename::SWAPPED;
    let last = match pattern.level(Comparison::Surname) {
        _ if swapped => 1,
        level => surname_step(level),
    };
    let born = birth_step(pattern.level(Comparison::Birth));
    let home = home_step(pattern.level(Comparison::Location));
    let second = second_step(pattern.level(Comparison::SecondForename));
    (((last * 5 + forename_step(first)) * 6 + born) * 5 + home) * 3 + second
}

fn surname_step(level: u8) -> usize {
    match level {
        0 => 0,
        surname::SAME..=surname::PART => 1,
        surname::ONE_LETTER..=surname::SIMILAR => 2,
        _ => 3,
    }
}

fn forename_step(level: u8) -> usize {
    match level {
        0 => 0,
        forename::SAME | forename::KNOWN_AS | forename::SWAPPED => 1,
        forename::NICKNAME..=forename::INITIAL => 2,
        // Twins are often named alike
        forename::FIRST_LETTER => 4,
        _ => 3,
    }
}

fn birth_step(level: u8) -> usize {
    const SAME: u8 = Birth::Same as u8;
    const ONE_DIGIT: u8 = Birth::OneDigit as u8;
    const NEXT_YEAR: u8 = Birth::YearByOne as u8;
    const LAST: u8 = Birth::ChiDigits as u8;
    match level {
        0 => 0,
        SAME => 1,
        // No rarer by chance than the very date, and far rarer as a slip of the pen
        NEXT_YEAR => NEAR_YEAR,
        ONE_DIGIT => NEAR_DATE,
        level if level <= LAST => 2,
        _ => 3,
    }
}

/// The step of dates of birth of two years next to each other.
const NEAR_YEAR: usize = 4;
/// The step of dates of birth with one other digit: often a few days or a month apart.
const NEAR_DATE: usize = 5;

/// Whether two dates of birth agree, or nearly.
fn is_near(born: usize) -> bool {
    matches!(born, 1 | 2 | NEAR_YEAR | NEAR_DATE)
}

fn home_step(level: u8) -> usize {
    const MOVED: u8 = Place::Moved as u8;
    match level {
        0 => 0,
        MOVED => 1,
        level if level <= Place::Building as u8 => 1,
        level if level <= Place::Street as u8 => 2,
        level if level <= Place::District as u8 => 3,
        _ => 4,
    }
}

fn second_step(level: u8) -> usize {
    match level {
        0 => 0,
        second::SAME | second::INITIAL => 1,
        second::OF_MANY => 0,
        _ => 2,
    }
}

/// The steps of a combination.
fn parts(combination: usize) -> [usize; 5] {
    [combination / 450, combination / 90 % 5, combination / 15 % 6, combination / 3 % 5, combination % 3]
}

/// How often different people show each combination, of all pairs that they are.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Shown {
    rates: Vec<f64>,
    /// How many pairs of different people that rests on.
    pairs: f64,
}

impl Shown {
    /// By the patterns of pairs that keys found and how many there are of each, of so many pairs in all.
    pub fn of(seen: impl Iterator<Item = (Pattern, f64)>, pairs: f64) -> Self {
        let mut rates = vec![0.0; COMBINATIONS];
        for (pattern, n) in seen {
            rates[combination(pattern)] += n / pairs.max(1.0);
        }
        Self { rates, pairs }
    }

    /// The same, where a combination is not `whole`, by what `others` showed.
    pub fn completed(mut self, others: &Self, whole: impl Fn(usize) -> bool) -> Self {
        for (at, rate) in self.rates.iter_mut().enumerate().filter(|(at, _)| !whole(*at)) {
            *rate = others.rates[at];
        }
        self
    }
}

/// What is taken off per combination, in bits.
///
/// `sample` are the patterns of pairs drawn at random, which say how often a comparison is missing.
///
/// A comparison that is missing says nothing, so a combination without it stands for all that have it, whatever they
/// show: a pair with no address may well be of one household.
pub(super) fn learn(parameters: &Parameters, shown: &Shown, sample: &[(Pattern, u64)]) -> Vec<f64> {
    let total: f64 = sample.iter().map(|&(_, n)| n as f64).sum();
    let Shown { rates, pairs } = shown;
    if *pairs < 1.0 || total < 1.0 {
        return vec![0.0; COMBINATIONS];
    }
    let tables = [
        steps(parameters, sample, Comparison::Surname, surname_step),
        steps(parameters, sample, Comparison::Forename, forename_step),
        steps(parameters, sample, Comparison::Birth, birth_step),
        steps(parameters, sample, Comparison::Location, home_step),
        steps(parameters, sample, Comparison::SecondForename, second_step),
    ];
    // Two records that agree in everything are of one person, if anything.
    let people = |c: usize| parts(c)[..4] != ALL_AGREE;
    let by_chance = |c: usize| tables.iter().zip(parts(c)).map(|(table, step)| table[step]).product::<f64>();
    let cells = |of: &dyn Fn(usize) -> f64| (0..COMBINATIONS).map(|c| if people(c) { of(c) } else { 0.0 }).collect();
    let chance = cells(&by_chance);
    let shown = few_alike_at_home(cells(&|c| rates[c]), &chance, *pairs);
    let (shown, chance) = (whatever_is_missing(shown), whatever_is_missing(chance));
    let (alike, alike_by_chance) = (of_a_kind(&shown), of_a_kind(&chance));
    (0..COMBINATIONS)
        .map(|c| {
            if !people(c) || alike_by_chance[c] <= 0.0 {
                return 0.0;
            }
            // Half a pair: nothing can be held rarer than the file could have shown.
            let mut ratio = (alike[c] + 0.5 / pairs) / alike_by_chance[c];
            if alike_by_chance[c] > chance[c] {
                // What few show is taken for what its kind shows.
                ratio *= (shown[c] * pairs + FEW) / (ratio * chance[c] * pairs + FEW);
            }
            ratio.log2().max(0.0)
        })
        .collect()
}

/// Of a combination that is one of a kind with others, pairs that count as having shown what its kind does.
const FEW: f64 = 2.0;

/// The steps of each part.
const STEPS: [usize; 5] = [4, 5, 6, 5, 3];

/// Adds up: a combination in which a comparison is missing stands for all that have it, whatever they show.
fn whatever_is_missing(mut cells: Vec<f64>) -> Vec<f64> {
    let mut stride = COMBINATIONS;
    for steps in STEPS {
        stride /= steps;
        for at in (0..COMBINATIONS).filter(|at| (at / stride).is_multiple_of(steps)) {
            cells[at] = (0..steps).map(|step| cells[at + step * stride]).sum();
        }
    }
    cells
}

/// Of the people who share a home, or a home and a surname, no more than this share is alike in date of birth, as twins are,
const TWINS: f64 = 0.03;
/// or in name, as children named after a parent are.
const NAMED_AFTER: f64 = 0.1;

/// Bounds what twins and children named after a parent may account for.
///
/// Within one file, a pair that differs in forename alone is of twins or of one person whose name was mistaken, and one
/// that differs in date of birth alone is of parent and child or of a mistaken date. No weight tells: but twins and
/// namesakes have families, most of whom are alike in neither. (In a small file the half pair that [`learn`] adds
/// stands for one or two without.)
fn few_alike_at_home(mut shown: Vec<f64>, chance: &[f64], pairs: f64) -> Vec<f64> {
    let at_home = |home| matches!(home, 1 | 2);
    let own: Vec<[usize; 5]> = (0..COMBINATIONS).map(parts).collect();
    for last in 0..STEPS[0] {
        let family = |at: &usize| matches!(own[*at], [l, 0 | 3 | 4, 3, home, _] if l == last && at_home(home));
        let families: f64 = (0..COMBINATIONS).filter(family).map(|at| shown[at]).sum();
        // Where nobody's home is known exactly, nothing is known of those who live apart
        let apart = |home| home > 2 && families * pairs >= FEW;
        for home in (1..STEPS[3]).filter(|&home| at_home(home) || apart(home)) {
            let twins = |first, born| matches!(first, 0 | 3 | 4) && is_near(born);
            let named_after = |first, born| at_home(home) && matches!(first, 1 | 2) && born == 3;
            let kinds: [&dyn Fn(usize, usize) -> bool; 2] = [&twins, &named_after];
            for (kind, share) in kinds.into_iter().zip([TWINS, NAMED_AFTER]) {
                let is = |at: &usize| matches!(own[*at], [l, first, born, h, _] if [l, h] == [last, home] && kind(first, born));
                let cells: Vec<usize> = (0..COMBINATIONS).filter(is).collect();
                let sum = |of: &[f64]| cells.iter().map(|&at| of[at]).sum::<f64>();
                let (all, most) = (sum(&shown), share * families + sum(chance));
                if all > most {
                    cells.iter().for_each(|&at| shown[at] *= most / all);
                }
            }
        }
    }
    shown
}

/// Adds up the combinations that are of a kind: forenames that differ, and dates of birth that nearly agree.
fn of_a_kind(cells: &[f64]) -> Vec<f64> {
    let mut cells = cells.to_vec();
    for (part, kind) in [(1, &[3, 4][..]), (2, &[2, NEAR_YEAR, NEAR_DATE][..])] {
        let stride: usize = STEPS[part + 1..].iter().product();
        let step = |at: usize| at / stride % STEPS[part];
        for at in (0..COMBINATIONS).filter(|&at| step(at) == kind[0]) {
            let from = at - kind[0] * stride;
            let sum = kind.iter().map(|step| cells[from + step * stride]).sum();
            kind.iter().for_each(|step| cells[from + step * stride] = sum);
        }
    }
    cells
}

/// The same bits, but for pairs that agree, or nearly, in forename and date of birth those that were `known`: within
/// one file nearly all such pairs are of one person, and would pass for relatives while that is not yet learned.
pub(super) fn of_households(learned: Vec<f64>, known: &[f64]) -> Vec<f64> {
    let own = |combination: usize| {
        let [_, first, born, ..] = parts(combination);
        matches!(first, 1 | 2) && is_near(born)
    };
    let known = |combination: usize| known.get(combination).copied().unwrap_or(0.0);
    learned.into_iter().enumerate().map(|(at, bits)| if own(at) { known(at) } else { bits }).collect()
}

/// How often random pairs show each step of a comparison, missing ones included.
fn steps(
    parameters: &Parameters,
    sample: &[(Pattern, u64)],
    comparison: Comparison,
    step: fn(u8) -> usize,
) -> [f64; 6] {
    let total: f64 = sample.iter().map(|&(_, n)| n as f64).sum();
    let absent: f64 = sample.iter().filter(|(p, _)| p.level(comparison) == 0).map(|&(_, n)| n as f64).sum();
    let missing = absent / total;
    let mut shares = [0.0; 6];
    shares[0] = missing;
    for (index, level) in parameters.comparisons[comparison as usize].levels.iter().enumerate().skip(1) {
        shares[step(index as u8)] += level.u * (1.0 - missing);
    }
    shares
}

/// Whether forenames differ and dates of birth do not agree, not even nearly: hardly ever one person, and families are
/// full of it. Learning that took some of these for one person would take ever more of them for one.
pub(super) fn shows_family(pattern: Pattern) -> bool {
    let [_, first, born, ..] = parts(combination(pattern));
    matches!(first, 3 | 4) && matches!(born, 0 | 3)
}

/// What kind of namesakes a pair is, if it is of two people: they agree, or nearly, in both names and not in the home.
pub(super) fn namesakes(pattern: Pattern) -> Option<Kind> {
    let [last, first, born, home, _] = parts(combination(pattern));
    let named_alike = [last, first].iter().all(|step| matches!(step, 1 | 2)) && home != 1;
    named_alike.then_some(if is_near(born) { Kind::Near } else { Kind::Far })
}

/// Whether a pair is of the same names, quite different dates of birth and homes apart: there are so many of these that
/// keys cannot find them all.
pub(super) fn is_far_namesake(pattern: Pattern) -> bool {
    are_far_namesakes(combination(pattern))
}

/// The same of a combination.
pub(super) fn are_far_namesakes(combination: usize) -> bool {
    let [last, first, born, home, _] = parts(combination);
    [last, first, born] == [1, 1, 3] && matches!(home, 0 | 3 | 4)
}

/// The patterns that a pair would show if what nearly agrees agreed: names, date of birth, any or all of them.
pub(super) fn cleaner(pattern: Pattern) -> Vec<Pattern> {
    let [last, first, born, ..] = parts(combination(pattern));
    let nearly = [
        (last == 2, Comparison::Surname, surname::SAME),
        (first == 2, Comparison::Forename, forename::SAME),
        (born != 1 && is_near(born), Comparison::Birth, Birth::Same as u8),
    ];
    let mut patterns = Vec::new();
    if nearly.iter().any(|(near, ..)| *near) {
        for choice in 1..8_u32 {
            let picked = nearly.iter().enumerate().filter(|(index, _)| choice >> index & 1 == 1);
            if picked.clone().all(|(_, (near, ..))| *near) {
                patterns.push(picked.fold(pattern, |p, (_, &(_, comparison, level))| p.with(comparison, level)));
            }
        }
    }
    patterns
}

/// How far a rare name counts for more, given the homes. Who lives together has one surname, be it common or rare;
/// neighbours are often relatives; and a child named after a parent has the parent's forename however rare it is.
pub(super) fn rarity_at_home(comparison: Comparison, pattern: Pattern) -> f64 {
    let [last, _, born, home, _] = parts(combination(pattern));
    let after_a_parent = matches!(last, 1 | 2) && matches!(born, 0 | 3);
    match home {
        1 if comparison == Comparison::Surname || after_a_parent => 0.0,
        2 if comparison == Comparison::Surname || after_a_parent => 0.5,
        _ => 1.0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pattern(last: u8, first: u8, born: Birth, home: Place) -> Pattern {
        Pattern::default()
            .with(Comparison::Surname, last)
            .with(Comparison::Forename, first)
            .with(Comparison::Birth, born as u8)
            .with(Comparison::Location, home as u8)
    }

    #[test]
    fn a_household_takes_off_what_it_shares() {
        let parameters = Parameters::reference(10_000.0, 0.9);
        let household = pattern(surname::SAME, forename::DIFFERS, Birth::Differs, Place::Dwelling);
        let strangers = pattern(surname::DIFFERS, forename::DIFFERS, Birth::Differs, Place::Area);
        // 10,000 people, each with one relative at home
        let shown = Shown::of([(household, 10_000.0)].into_iter(), 1e8);
        let off = learn(&parameters, &shown, &[(strangers, 1000)]);
        assert!(off[combination(household)] > 6.0, "{}", off[combination(household)]);
        assert!(off[combination(strangers)] < 0.1);
        let unnamed = pattern(surname::SAME, 0, Birth::Missing, Place::Dwelling);
        assert!(off[combination(unnamed)] > 6.0, "without a forename it may be any of the household");
    }

    #[test]
    fn twins_named_alike_are_told_from_other_twins_once_enough_of_them_were_seen() {
        let parameters = Parameters::reference(10_000.0, 0.9);
        let twins = |first| pattern(surname::SAME, first, Birth::Same, Place::Dwelling);
        let [alike, other] = [forename::FIRST_LETTER, forename::DIFFERS].map(twins);
        let strangers = pattern(surname::DIFFERS, forename::DIFFERS, Birth::Differs, Place::Area);
        let family = (pattern(surname::SAME, forename::DIFFERS, Birth::Differs, Place::Dwelling), 10_000.0);
        let off = |seen: [f64; 2]| {
            let shown = Shown::of([alike, other].into_iter().zip(seen).chain([family]), 1e8);
            let off = learn(&parameters, &shown, &[(strangers, 1000)]);
            [off[combination(alike)], off[combination(other)]]
        };
        let [named_alike, otherwise] = off([200.0, 200.0]);
        assert!(
            named_alike > otherwise + 2.5,
            "one name in fourteen, and half of the twins: {named_alike} {otherwise}"
        );
        let [named_alike, otherwise] = off([0.0, 0.0]);
        assert!(
            (named_alike - otherwise).abs() < 0.5,
            "nothing seen, next to nothing told apart: {named_alike} {otherwise}"
        );
    }

    #[test]
    fn without_families_there_are_no_twins() {
        let parameters = Parameters::reference(10_000.0, 0.9);
        let at_home = |first, born| pattern(surname::SAME, first, born, Place::Dwelling);
        let household = at_home(forename::DIFFERS, Birth::Differs);
        let twins = at_home(forename::DIFFERS, Birth::Same);
        let named_after = at_home(forename::SAME, Birth::Differs);
        let strangers = pattern(surname::DIFFERS, forename::DIFFERS, Birth::Differs, Place::Area);
        let off = |families: f64| {
            let seen = [(household, families), (twins, 200.0), (named_after, 200.0)];
            let off = learn(&parameters, &Shown::of(seen.into_iter(), 1e8), &[(strangers, 1000)]);
            [twins, named_after].map(|pattern| off[combination(pattern)])
        };
        let (families, none) = (off(20_000.0), off(0.0));
        for (with, without) in families.into_iter().zip(none) {
            assert!(with > without + 5.0, "a name or a date that was mistaken: {families:?} {none:?}");
        }
        assert_eq!(off(7_000.0).map(f64::round), families.map(f64::round), "three in a hundred may be");
    }

    #[test]
    fn what_was_not_seen_whole_stands_as_others_showed_it() {
        let household = pattern(surname::SAME, forename::DIFFERS, Birth::Differs, Place::Dwelling);
        let twins = pattern(surname::SAME, forename::DIFFERS, Birth::Same, Place::Dwelling);
        let others = Shown::of([(household, 900.0), (twins, 10.0)].into_iter(), 1e6);
        let own = Shown::of([(household, 1.0), (twins, 40.0)].into_iter(), 1e6);
        let completed = own.completed(&others, |at| at == combination(twins));
        let rate = |pattern| completed.rates[combination(pattern)];
        assert!((rate(household) - 900e-6).abs() < 1e-12 && (rate(twins) - 40e-6).abs() < 1e-12);
    }
}
