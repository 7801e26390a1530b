//! Fellegi–Sunter weights: parameters, how they are learned, and the reference that learning starts from.
//!
//! Estimation runs over distinct patterns and how often each occurs (a few thousand), never over pairs (millions), as
//! in Enamorado, Fifield and Imai (2019). The `u` of a level, how often two different people show it, is counted over
//! the values of both files where that is exact and from a sample of pairs elsewhere, and is held fixed; `m` and the
//! prior are learned. A few pseudo-pairs of the reference stand in for what a small file cannot teach.

use serde::{Deserialize, Serialize};

use super::comparison::{Comparison, Pattern};
use super::defaults::Defaults;
use super::frequency::{Frequencies, Rare};
use super::lessons::Learned;
use super::levels::{forename, sex};
use super::namesakes::{Kind, Namesakes};
use super::together;
use super::{Agreement, Cuts, ENGINE_VERSION};
use crate::pair::PairKind;

/// How many pseudo-pairs of the reference are mixed into what is learned of `m`.
const REFERENCE_PAIRS: f64 = 40.0;
/// One person's sex is recorded otherwise no oftener than so: what shows more of it is couples and siblings.
const OTHER_SEX: f64 = 0.05;

/// What a run learned and scored with: enough to explain a pair, and to score another in the same way.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Model {
    /// [`ENGINE_VERSION`] of the run.
    pub engine: String,
    /// Where the bands began.
    pub cuts: Cuts,
    /// Parameters for Mosaic–CHI pairs.
    pub links: Parameters,
    /// Parameters for Mosaic–Mosaic pairs.
    pub duplicates: Parameters,
    /// How often common values occur, among the people whom a Mosaic person is looked for in.
    pub frequencies: Frequencies,
    /// The same within Mosaic, for its duplicates. A model of engine 5 or before has none: its duplicates went by those of CHI.
    #[serde(default)]
    pub within: Option<Frequencies>,
    /// The values that stood for none.
    #[serde(default)]
    pub defaults: Defaults,
    /// The seed of the sample of pairs.
    pub seed: u64,
    /// The decisions that it learned from.
    #[serde(default)]
    pub learned: Learned,
}

/// The parameters for one kind of pair.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Parameters {
    /// Where every pair starts: log2 of the odds, before anything is compared, that a left record's person is this right
    /// one rather than none.
    pub prior: f64,
    /// The share of left records expected to have a partner.
    pub expected_share: f64,
    /// The comparisons, in the order of the pattern.
    pub comparisons: Vec<ComparisonModel>,
    /// Bits taken off for agreements that come together in different people, per combination of agreements in surname,
    /// forename, date of birth, home and second forename.
    pub together: Vec<f64>,
    /// What the rarity of a name is worth where both names agree and homes do not.
    #[serde(default)]
    pub namesakes: Namesakes,
}

/// One comparison of a model.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ComparisonModel {
    /// In words: "Date of birth".
    pub name: String,
    /// Its levels, in the order of the pattern; the first is always "missing".
    pub levels: Vec<LevelModel>,
}

/// One level of a comparison.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LevelModel {
    /// In words: "Day and month swapped".
    pub label: String,
    /// How a screen marks it.
    pub agreement: Agreement,
    /// Share of this level among pairs of one person (missing left out).
    pub m: f64,
    /// Share of this level among pairs of two people (missing left out).
    pub u: f64,
    /// log2(m / u), before value frequencies; 0 for missing.
    pub weight: f64,
}

impl Model {
    /// A documented default for workspaces that hold only candidate pairs from a file, where nothing can be learned:
    /// error rates as published for British administrative data, a council of 50,000 people of whom nine in ten are in a
    /// CHI extract of 150,000, and no value counted as common.
    pub fn reference() -> Self {
        Self {
            engine: ENGINE_VERSION.to_owned(),
            cuts: Cuts::default(),
            links: Parameters::reference(150_000.0, 0.9),
            duplicates: Parameters::reference(50_000.0, 0.05),
            frequencies: Frequencies::default(),
            within: None,
            defaults: Defaults::default(),
            seed: 0,
            learned: Learned::default(),
        }
    }

    /// The same model without the lists of common values, for a summary that people read.
    pub fn without_values(&self) -> Self {
        let mut model = self.clone();
        for f in [Some(&mut model.frequencies), model.within.as_mut()].into_iter().flatten() {
            for common in [&mut f.surnames, &mut f.forenames, &mut f.births, &mut f.buildings, &mut f.postcodes] {
                common.values.clear();
            }
        }
        model
    }

    /// What pairs of a kind go by: their parameters, and how often common values occur.
    pub(super) fn of(&self, kind: PairKind) -> (&Parameters, &Frequencies) {
        match kind {
            PairKind::Link => (&self.links, &self.frequencies),
            PairKind::Duplicate => (&self.duplicates, self.within.as_ref().unwrap_or(&self.frequencies)),
        }
    }
}

impl Parameters {
    /// What is believed before anything is learned, of a file of `records` people of whom `share` have a partner.
    pub(super) fn reference(records: f64, share: f64) -> Self {
        let comparisons = Comparison::ALL
            .into_iter()
            .map(|comparison| ComparisonModel {
                name: comparison.words().to_owned(),
                levels: comparison
                    .levels()
                    .iter()
                    .map(|l| LevelModel {
                        label: l.label.to_owned(),
                        agreement: l.agreement,
                        m: l.m,
                        u: l.u,
                        weight: 0.0,
                    })
                    .collect(),
            })
            .collect();
        let mut parameters = Self {
            prior: 0.0,
            expected_share: share,
            comparisons,
            together: vec![0.0; together::COMBINATIONS],
            namesakes: Namesakes::default(),
        };
        parameters.expect(share, records);
        parameters.weigh();
        parameters
    }

    /// Sets the prior from the expected share of left records with a partner among `right` people.
    pub(super) fn expect(&mut self, share: f64, right: f64) {
        // Neither "nobody" nor "everybody" is ever taken for granted.
        let share = share.clamp(0.001, 0.97);
        self.expected_share = share;
        self.prior = (share / (1.0 - share) / right.max(1.0)).log2();
    }

    /// Works the weights out from `m` and `u`.
    pub(super) fn weigh(&mut self) {
        for comparison in &mut self.comparisons {
            for (index, level) in comparison.levels.iter_mut().enumerate() {
                level.weight = if index == 0 { 0.0 } else { (level.m.max(1e-9) / level.u.max(1e-9)).log2() };
            }
        }
    }

    /// The weights, ready to be added up.
    pub(super) fn weights(&self) -> Weights {
        let mut table = [[0.0; 16]; 8];
        for (row, comparison) in table.iter_mut().zip(&self.comparisons) {
            for (cell, level) in row.iter_mut().zip(&comparison.levels) {
                *cell = level.weight;
            }
        }
        Weights { prior: self.prior, table, together: self.together.clone(), namesakes: self.namesakes.clone() }
    }

    /// Sets `u` of one level (used where it can be counted exactly); the others keep their proportions.
    pub(super) fn set_u(&mut self, comparison: Comparison, level: u8, u: f64) {
        let levels = &mut self.comparisons[comparison as usize].levels;
        let others: f64 =
            levels.iter().enumerate().skip(1).filter(|(i, _)| *i != level as usize).map(|(_, l)| l.u).sum();
        for (index, other) in levels.iter_mut().enumerate().skip(1) {
            if index == level as usize {
                other.u = u;
            } else if others > 0.0 {
                other.u *= (1.0 - u) / others;
            }
        }
    }

    /// Sets `u` from a sample of pairs: how often each pattern was seen. `trust` pseudo-pairs of what was believed are
    /// mixed in.
    pub(super) fn sample_u(&mut self, sample: &[(Pattern, u64)], trust: impl Fn(Comparison) -> f64) {
        for comparison in Comparison::ALL {
            let levels = &mut self.comparisons[comparison as usize].levels;
            let mut seen = vec![0.0; levels.len()];
            for &(pattern, n) in sample {
                seen[pattern.level(comparison) as usize] += n as f64;
            }
            let total: f64 = seen[1..].iter().sum();
            let trust = trust(comparison);
            for (level, seen) in levels.iter_mut().zip(&seen).skip(1) {
                level.u = (seen + trust * level.u) / (total + trust);
            }
        }
        self.set_swapped();
    }

    /// Swapped names agree by chance as often as both names do: too rare for a sample to show.
    pub(super) fn set_swapped(&mut self) {
        let same = |c: Comparison| self.comparisons[c as usize].levels[1].u;
        let both = same(Comparison::Surname) * same(Comparison::Forename);
        self.comparisons[Comparison::Forename as usize].levels[forename::SWAPPED as usize].u = both.max(1e-7);
    }

    /// Learns `m` from how much of each pattern belongs to pairs of one person. Patterns that families show teach nothing.
    pub(super) fn learn_m(&mut self, posterior: impl Iterator<Item = (Pattern, f64)>, reference: &Self) -> f64 {
        self.learn_m_taught(posterior, &[], reference)
    }

    /// The same with corrections by pairs that were decided (see [`super::lessons`]). They at most halve or double a level.
    pub(super) fn learn_m_taught(
        &mut self,
        posterior: impl Iterator<Item = (Pattern, f64)>,
        corrections: &[(Pattern, f64)],
        reference: &Self,
    ) -> f64 {
        let (seen, matches) = by_level(posterior.filter(|&(pattern, _)| !together::shows_family(pattern)));
        let (corrected, more) = by_level(corrections.iter().copied());
        for (place, (comparison, believed)) in self.comparisons.iter_mut().zip(&reference.comparisons).enumerate() {
            let (seen, corrected) = (&seen[place], &corrected[place]);
            let total: f64 = seen[1..].iter().sum();
            let beliefs: f64 = believed.levels[1..].iter().map(|l| l.m).sum();
            for (at, (level, believed)) in comparison.levels.iter_mut().zip(&believed.levels).enumerate().skip(1) {
                level.m = (seen[at] + REFERENCE_PAIRS * believed.m / beliefs) / (total + REFERENCE_PAIRS);
            }
            if !corrections.is_empty() {
                correct(comparison, total + REFERENCE_PAIRS, |at| corrected[at]);
            }
        }
        let sexes = &mut self.comparisons[Comparison::Sex as usize].levels;
        let other = sexes[usize::from(sex::DIFFERS)].m.min(OTHER_SEX);
        (sexes[usize::from(sex::SAME)].m, sexes[usize::from(sex::DIFFERS)].m) = (1.0 - other, other);
        self.weigh();
        (matches + more).clamp(matches / 2.0, matches * 2.0)
    }

    /// Learns from decided pairs what estimation over pattern counts has left to learn: corrections by pattern, beside all
    /// that was learned from `counts` of `left` records' pairs.
    pub(super) fn teach(&mut self, counts: &[(Pattern, u64)], corrections: &[(Pattern, f64)], left: f64, right: f64) {
        let weights = self.weights();
        let (seen, _) = by_level(counts.iter().map(|&(p, n)| (p, n as f64 * probability(weights.of(p)))));
        let (corrected, more) = by_level(corrections.iter().copied());
        for (place, comparison) in self.comparisons.iter_mut().enumerate() {
            let total = seen[place][1..].iter().sum::<f64>() + REFERENCE_PAIRS;
            let corrected = &corrected[place];
            correct(comparison, total, |at| corrected[at]);
        }
        self.weigh();
        let matches = self.expected_share * left;
        self.expect((matches + more).clamp(matches / 2.0, matches * 2.0) / left.max(1.0), right);
    }

    /// Expectation and maximisation over pattern counts, of `pairs` pairs in all (those that no key found included: they
    /// are taken to be of two people). Returns how many rounds it took.
    pub(super) fn estimate(&mut self, counts: &[(Pattern, u64)], left: f64, right: f64) -> u32 {
        let believed = self.clone();
        let most = left.min(right).max(1.0);
        let mut matches = (self.expected_share * left).clamp(1.0, most);
        for round in 1..=100 {
            let odds = (matches / (left * right - matches).max(1.0)).log2();
            let weights = Weights { prior: odds, ..self.weights() };
            let posterior = counts.iter().map(|&(p, n)| (p, n as f64 * probability(weights.of(p))));
            let before = matches;
            matches = self.learn_m(posterior, &believed).clamp(1.0, most);
            if (matches - before).abs() < 1e-6 * matches {
                self.expect(matches / left.max(1.0), right);
                return round;
            }
        }
        self.expect(matches / left.max(1.0), right);
        100
    }
}

/// Corrects the shares of levels among `total` pairs: by how many pairs each, but never to less than half or more than double.
fn correct(comparison: &mut ComparisonModel, total: f64, by: impl Fn(usize) -> f64) {
    let levels = &mut comparison.levels;
    for (at, level) in levels.iter_mut().enumerate().skip(1) {
        let pairs = level.m * total;
        level.m = (pairs + by(at)).clamp(pairs / 2.0, pairs * 2.0);
    }
    let all: f64 = levels[1..].iter().map(|level| level.m).sum();
    levels[1..].iter_mut().for_each(|level| level.m /= all.max(1e-9));
}

/// How much each level of each comparison was seen, and how much in all.
fn by_level(patterns: impl Iterator<Item = (Pattern, f64)>) -> ([[f64; 16]; 8], f64) {
    let (mut seen, mut all) = ([[0.0; 16]; 8], 0.0);
    for (pattern, weight) in patterns {
        all += weight;
        for comparison in Comparison::ALL {
            seen[comparison as usize][pattern.level(comparison) as usize] += weight;
        }
    }
    (seen, all)
}

/// Weights, ready to be added up.
#[derive(Debug, Clone)]
pub(super) struct Weights {
    pub prior: f64,
    pub table: [[f64; 16]; 8],
    together: Vec<f64>,
    namesakes: Namesakes,
}

impl Weights {
    /// The weight of one comparison's level.
    pub fn level(&self, comparison: Comparison, pattern: Pattern) -> f64 {
        self.table[comparison as usize][pattern.level(comparison) as usize]
    }

    /// The weight of a pattern, prior included, before value frequencies.
    pub fn of(&self, pattern: Pattern) -> f64 {
        Comparison::ALL.into_iter().fold(self.prior - self.together(pattern), |sum, c| sum + self.level(c, pattern))
    }

    /// All that a pattern says of a pair that shows it.
    pub fn scored(&self, pattern: Pattern) -> Scored {
        let names = match together::namesakes(pattern) {
            Some(kind) => Names::Namesakes(kind),
            None => {
                Names::Apart([Comparison::Surname, Comparison::Forename].map(|c| together::rarity_at_home(c, pattern)))
            }
        };
        Scored { base: self.of(pattern), names }
    }

    /// The weight of a pair, value frequencies included.
    pub fn weight(&self, scored: Scored, rare: Rare) -> f64 {
        scored.base + self.names(scored, rare) + f64::from(rare.other)
    }

    /// What the rarity of the agreeing names is worth.
    pub fn names(&self, scored: Scored, rare: Rare) -> f64 {
        let (surname, forename) = (f64::from(rare.surname), f64::from(rare.forename));
        match scored.names {
            Names::Apart(worth) => worth[0] * surname + worth[1] * forename,
            Names::Namesakes(kind) => self.namesakes.worth(kind, surname + forename),
        }
    }

    /// What is taken off for agreements that come together in different people.
    pub fn together(&self, pattern: Pattern) -> f64 {
        // A model of an engine that told other combinations apart takes nothing off
        let known = self.together.len() == together::COMBINATIONS;
        let off = |pattern| if known { self.together[together::combination(pattern)] } else { 0.0 };
        // An error of recording is no evidence: what nearly agrees never counts for more than if it did agree.
        let levels = |pattern| Comparison::ALL.into_iter().map(|c| self.level(c, pattern)).sum::<f64>();
        let cleaner = together::cleaner(pattern);
        if cleaner.is_empty() {
            return off(pattern);
        }
        let own = levels(pattern);
        cleaner.into_iter().map(|clean| own - levels(clean) + off(clean)).fold(off(pattern), f64::max)
    }
}

/// What a pattern comes to: worked out once, used for every pair that shows it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Scored {
    base: f64,
    names: Names,
}

/// How the rarity of names counts in a pattern.
#[derive(Debug, Clone, Copy)]
enum Names {
    /// Surname and forename each by itself, as far as this.
    Apart([f64; 2]),
    /// Both as one name.
    Namesakes(Kind),
}

/// The probability of a weight in bits.
pub fn probability(weight: f64) -> f64 {
    1.0 / (1.0 + (-weight).exp2())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_reference_prefers_agreement_to_likeness_to_difference() {
        let model = Model::reference();
        for comparison in &model.links.comparisons {
            let of = |wanted: Agreement| {
                comparison.levels[1..].iter().filter(move |l| l.agreement == wanted).map(|l| l.weight)
            };
            let best = of(Agreement::Same).fold(f64::MIN, f64::max);
            for differs in of(Agreement::Differs) {
                assert!(best > differs, "{}", comparison.name);
            }
            assert_eq!(comparison.levels[0].weight, 0.0, "missing is no evidence");
        }
    }

    #[test]
    fn estimation_recovers_the_rates_that_patterns_were_made_with() {
        // 2,000 × 10,000 people, 1,800 true pairs; three comparisons with known rates, patterns counted exactly.
        let truth = [
            (Comparison::Surname, 1, 8, 0.93, 0.004),
            (Comparison::Birth, 1, 13, 0.88, 0.000_05),
            (Comparison::Location, 1, 7, 0.55, 0.000_4),
        ];
        let (left, right, matches) = (2_000.0_f64, 10_000.0_f64, 1_800.0_f64);
        let mut counts = Vec::new();
        for outcome in 0..8_u32 {
            let (mut pattern, mut m, mut u) = (Pattern::default(), 1.0_f64, 1.0_f64);
            for (bit, &(comparison, yes, no, pm, pu)) in truth.iter().enumerate() {
                let agrees = outcome >> bit & 1 == 1;
                pattern = pattern.with(comparison, if agrees { yes } else { no });
                m *= if agrees { pm } else { 1.0 - pm };
                u *= if agrees { pu } else { 1.0 - pu };
            }
            counts.push((pattern, (matches * m + (left * right - matches) * u).round() as u64));
        }
        let mut parameters = Parameters::reference(right, 0.5);
        for &(comparison, yes, no, _, u) in &truth {
            for (index, level) in parameters.comparisons[comparison as usize].levels.iter_mut().enumerate().skip(1) {
                level.u = if index == no as usize { 1.0 - u } else { 1e-6 };
            }
            parameters.set_u(comparison, yes, u);
        }
        parameters.weigh();
        parameters.estimate(&counts, left, right);
        assert!((parameters.expected_share - 0.9).abs() < 0.02, "{}", parameters.expected_share);
        for (comparison, yes, _, m, _) in truth {
            let learned = parameters.comparisons[comparison as usize].levels[yes as usize].m;
            assert!((learned - m).abs() < 0.03, "{comparison:?}: {learned}, made with {m}");
        }
    }

    #[test]
    fn families_and_couples_teach_nothing_of_one_persons_records() {
        let reference = Parameters::reference(1_000.0, 0.5);
        let agree = Pattern::default().with(Comparison::Surname, 1).with(Comparison::Forename, forename::SAME);
        let agree = agree.with(Comparison::Birth, 1);
        let family = agree.with(Comparison::Forename, forename::DIFFERS).with(Comparison::Birth, 13);
        let couple = agree.with(Comparison::Forename, forename::DIFFERS).with(Comparison::Sex, sex::DIFFERS);
        let learned = |other: Pattern| {
            let mut parameters = reference.clone();
            let matches = parameters.learn_m([(agree, 900.0), (other, 900.0)].into_iter(), &reference);
            let m = |comparison: Comparison, level: u8| {
                parameters.comparisons[comparison as usize].levels[usize::from(level)].m
            };
            (matches, m(Comparison::Forename, forename::DIFFERS), m(Comparison::Sex, sex::DIFFERS))
        };
        let (matches, forename_differs, _) = learned(family);
        assert!((matches - 900.0).abs() < 1e-9 && forename_differs < 0.01, "{matches} {forename_differs}");
        let (matches, _, sex_differs) = learned(couple);
        assert!((matches - 1_800.0).abs() < 1e-9 && sex_differs <= 0.05, "{matches} {sex_differs}");
    }

    #[test]
    fn corrections_move_a_level_and_never_more_than_by_half_or_to_double() {
        let same = Pattern::default().with(Comparison::Surname, 1);
        let other = Pattern::default().with(Comparison::Surname, 7);
        let m = |corrections: &[(Pattern, f64)]| {
            let reference = Parameters::reference(1_000.0, 0.5);
            let mut parameters = reference.clone();
            let seen = [(same, 960.0), (other, 40.0)];
            parameters.learn_m_taught(seen.into_iter(), corrections, &reference);
            let levels = &parameters.comparisons[Comparison::Surname as usize].levels;
            assert!((levels[1..].iter().map(|l| l.m).sum::<f64>() - 1.0).abs() < 1e-9, "shares of one whole");
            levels[7].m
        };
        let before = m(&[]);
        assert!(m(&[(other, 10.0)]) > before && m(&[(other, -10.0)]) < before);
        for by in [-1e6, 1e6] {
            let after = m(&[(other, by)]);
            assert!(after > 0.49 * before && after < 2.01 * before, "{before} {after}");
        }
    }
}
