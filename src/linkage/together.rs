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
pub(super) const COMBINATIONS: usize = 4 * 4 * 4 * 5 * 3;
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
    (((last * 4 + forename_step(first)) * 4 + born) * 5 + home) * 3 + second
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
        _ => 3,
    }
}

fn birth_step(level: u8) -> usize {
    const SAME: u8 = Birth::Same as u8;
    const LAST: u8 = Birth::ChiDigits as u8;
    match level {
        0 => 0,
        SAME => 1,
        level if level <= LAST => 2,
        _ => 3,
    }
}

fn home_step(level: u8) -> usize {
    match level {
        0 => 0,
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
        _ => 2,
    }
}

/// The steps of a combination.
fn parts(combination: usize) -> [usize; 5] {
    [combination / 240, combination / 60 % 4, combination / 15 % 4, combination / 3 % 5, combination % 3]
}

/// What is taken off per combination, in bits.
///
/// `seen` are the patterns of pairs of different people that keys found and how many there are of each, `pairs` how many pairs there were in all,
/// and `sample` the patterns of pairs drawn at random, which say how often a comparison is missing.
///
/// A comparison that is missing says nothing, so a combination without it stands for all that have it, whatever they
/// show: a pair with no address may well be of one household.
pub(super) fn learn(
    parameters: &Parameters,
    seen: impl Iterator<Item = (Pattern, f64)>,
    pairs: f64,
    sample: &[(Pattern, u64)],
) -> Vec<f64> {
    let total: f64 = sample.iter().map(|&(_, n)| n as f64).sum();
    if pairs < 1.0 || total < 1.0 {
        return vec![0.0; COMBINATIONS];
    }
    let mut counts = vec![0.0; COMBINATIONS];
    for (pattern, n) in seen {
        counts[combination(pattern)] += n;
    }
    let tables = [
        steps(parameters, sample, Comparison::Surname, surname_step),
        steps(parameters, sample, Comparison::Forename, forename_step),
        steps(parameters, sample, Comparison::Birth, birth_step),
        steps(parameters, sample, Comparison::Location, home_step),
        steps(parameters, sample, Comparison::SecondForename, second_step),
    ];
    (0..COMBINATIONS)
        .map(|c| {
            let wanted = parts(c);
            // Two records that agree in everything are of one person, if anything.
            if wanted[..4] == ALL_AGREE {
                return 0.0;
            }
            let (mut shown, mut independent) = (0.0, 0.0);
            for (other, count) in counts.iter().enumerate() {
                let has = parts(other);
                if has[..4] == ALL_AGREE || has.iter().zip(&wanted).any(|(has, wanted)| *wanted != 0 && has != wanted) {
                    continue;
                }
                shown += count;
                independent += tables.iter().zip(has).map(|(table, step)| table[step]).product::<f64>();
            }
            // Half a pair: nothing can be held rarer than the file could have shown.
            let shown = (shown + 0.5) / pairs;
            if independent <= 0.0 { 0.0 } else { (shown / independent).log2().max(0.0) }
        })
        .collect()
}

/// The same bits, but for pairs that agree, or nearly, in forename and date of birth those that were `known`: within
/// one file nearly all such pairs are of one person, and would pass for relatives while that is not yet learned.
pub(super) fn of_households(learned: Vec<f64>, known: &[f64]) -> Vec<f64> {
    let own = |combination: usize| {
        let [_, first, born, ..] = parts(combination);
        matches!(first, 1 | 2) && matches!(born, 1 | 2)
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
) -> [f64; 5] {
    let total: f64 = sample.iter().map(|&(_, n)| n as f64).sum();
    let absent: f64 = sample.iter().filter(|(p, _)| p.level(comparison) == 0).map(|&(_, n)| n as f64).sum();
    let missing = absent / total;
    let mut shares = [0.0; 5];
    shares[0] = missing;
    for (index, level) in parameters.comparisons[comparison as usize].levels.iter().enumerate().skip(1) {
        shares[step(index as u8)] += level.u * (1.0 - missing);
    }
    shares
}

/// What kind of namesakes a pair is, if it is of two people: they agree, or nearly, in both names and not in the home.
pub(super) fn namesakes(pattern: Pattern) -> Option<Kind> {
    let [last, first, born, home, _] = parts(combination(pattern));
    let named_alike = [last, first].iter().all(|step| matches!(step, 1 | 2)) && home != 1;
    named_alike.then_some(if matches!(born, 1 | 2) { Kind::Near } else { Kind::Far })
}

/// Whether a pair is of the same names, quite different dates of birth and homes apart: there are so many of these that
/// keys cannot find them all.
pub(super) fn is_far_namesake(pattern: Pattern) -> bool {
    let [last, first, born, home, _] = parts(combination(pattern));
    [last, first, born] == [1, 1, 3] && matches!(home, 0 | 3 | 4)
}

/// The patterns that a pair would show if what nearly agrees agreed: names, date of birth, any or all of them.
pub(super) fn cleaner(pattern: Pattern) -> Vec<Pattern> {
    let [last, first, born, ..] = parts(combination(pattern));
    let nearly = [
        (last == 2, Comparison::Surname, surname::SAME),
        (first == 2, Comparison::Forename, forename::SAME),
        (born == 2, Comparison::Birth, Birth::Same as u8),
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
        let off = learn(&parameters, [(household, 10_000.0)].into_iter(), 1e8, &[(strangers, 1000)]);
        assert!(off[combination(household)] > 6.0, "{}", off[combination(household)]);
        assert!(off[combination(strangers)] < 0.1);
        let unnamed = pattern(surname::SAME, 0, Birth::Missing, Place::Dwelling);
        assert!(off[combination(unnamed)] > 6.0, "without a forename it may be any of the household");
    }
}
