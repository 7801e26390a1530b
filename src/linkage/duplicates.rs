//! Pairs within the Mosaic file: one person, recorded twice.
//!
//! The comparisons are those of the links, with parameters of their own. Links and duplicates inform each other: two
//! records that fit the same CHI are the more likely one person, two that fit different CHIs the less.

use rustc_hash::{FxHashMap, FxHashSet};

use super::bands::WRONG_DUPLICATES;
use super::birth::Birth;
use super::candidates::Candidate;
use super::comparison::Comparison;
use super::competition::{Alike, Contest};
use super::frequency::Shares;
use super::links::Told;
use super::model::{Parameters, probability};
use super::partitions::divided;
use super::table::Row;
use super::values::Files;
use super::weighing::Weighing;
use super::{Cuts, ScoredPair, hazards};
use crate::pair::{Band, Hazards, PairKind};

/// How much likelier two records of one person are to fit different CHIs than two of two people: 2^-9, for people do
/// hold two numbers now and then.
const OTHER_CHI: f64 = 1.0 / 512.0;
/// A duplicate tells of links from this weight.
const TELLS: f64 = -2.0;
/// A person is fitted from this weight.
const FITS: f64 = -10.0;
/// Pairs are kept from this probability.
const KEPT: f64 = 0.01;

/// A person that a left record fits.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Fit {
    pub person: u32,
    /// The probability, "no match" and its other candidates competing, but not other left records.
    pub probability: f64,
    /// log2 of the odds against "no match" and its other candidates.
    pub weight: f64,
}

impl Fit {
    /// How a record fits a person, by the pair's weight and those of its other candidates.
    pub fn of(person: u32, weight: f64, others: impl Iterator<Item = f64>) -> Self {
        let odds = |weight: f64| weight.clamp(-60.0, 60.0).exp2();
        let weight = (odds(weight) / (1.0 + others.map(odds).sum::<f64>())).log2();
        Self { person, probability: probability(weight), weight }
    }

    /// The weight that this fit lends to the link of another record, which is a duplicate of this one by `duplicate` bits.
    /// Nothing where the duplicate is too unlikely, or the fit is.
    pub fn tells(&self, duplicate: f64, priors: Priors) -> Option<f64> {
        let heard = duplicate > TELLS && self.probability > 0.5;
        heard.then(|| (duplicate - priors.duplicate + priors.further + self.probability.log2()).min(self.weight))
    }
}

/// For each left record, the people it fits.
pub(super) type Fits = FxHashMap<u32, Vec<Fit>>;

/// The people that each left record of a contest fits.
pub(super) fn fits(contest: &Contest, weights: &[f64]) -> Fits {
    let mut fits = FxHashMap::default();
    for group in contest.by_left() {
        let fit = |pair: usize| {
            let others = group.clone().filter(|&other| other != pair && !contest.aside[other]);
            Fit::of(contest.pairs[pair].1, weights[pair], others.map(|other| weights[other]))
        };
        let likely = |&pair: &usize| !contest.aside[pair] && weights[pair] > FITS;
        let own: Vec<Fit> = group.clone().filter(likely).map(fit).filter(|fit| fit.weight > FITS).collect();
        if !own.is_empty() {
            fits.insert(contest.pairs[group.start].0, own);
        }
    }
    fits
}

/// Pairs of left records that fit one person: worth comparing whatever the keys say. Sorted.
pub(super) fn suggested(fits: &Fits) -> Vec<(u32, u32)> {
    let mut by_person: FxHashMap<u32, Vec<u32>> = FxHashMap::default();
    for (&left, people) in fits {
        for fit in people.iter().filter(|fit| fit.probability > 0.2) {
            by_person.entry(fit.person).or_default().push(left);
        }
    }
    let mut pairs = Vec::new();
    for lefts in by_person.values_mut().filter(|l| l.len() <= 20) {
        lefts.sort_unstable();
        for (index, &a) in lefts.iter().enumerate() {
            pairs.extend(lefts[index + 1..].iter().map(|&b| (a, b)));
        }
    }
    pairs.sort_unstable();
    pairs.dedup();
    pairs
}

/// The priors that turn what is known of a link into what is known of a duplicate, and back.
#[derive(Debug, Clone, Copy)]
pub(super) struct Priors {
    /// log2 of the odds at which a link starts.
    pub link: f64,
    /// log2 of the odds at which a duplicate starts.
    pub duplicate: f64,
    /// log2 of the odds, before anything is compared, that a record is a further one of a given person who has one
    /// already, rather than of somebody whom CHI does not have.
    pub further: f64,
}

impl Priors {
    /// The priors of the two models, of `lefts` left records.
    pub fn of(links: &Parameters, own: &Parameters, lefts: f64) -> Self {
        let further = (own.expected_share / (1.0 - links.expected_share) / lefts.max(1.0)).log2();
        Self { link: links.prior, duplicate: own.prior, further }
    }
}

/// The weight of a pair of left records, the links considered.
///
/// Two records of one person both fit that person's CHI, so each can be told by the CHI record as well as by the other:
/// the better witness counts. It replaces the other and is not added to it, so that one likeness, or one error, never
/// counts twice. Records that fit different people speak against the pair.
fn considered(fits: &Fits, priors: Priors, pair: f64, a: u32, b: u32) -> f64 {
    let (Some(x), Some(y)) = (fits.get(&a), fits.get(&b)) else { return pair };
    let mut best = pair;
    let (mut same, mut sums) = (0.0, [0.0, 0.0]);
    for fit in x {
        sums[0] += fit.probability;
        if let Some(other) = y.iter().find(|other| other.person == fit.person) {
            same += fit.probability * other.probability;
            let through =
                |known: &Fit, told: &Fit| told.weight - priors.link + priors.further + known.probability.log2();
            best = best.max(through(fit, other).min(through(other, fit)));
        }
    }
    sums[1] += y.iter().map(|fit| fit.probability).sum::<f64>();
    let other = (sums[0] * sums[1] - same).clamp(0.0, 1.0);
    best + (1.0 - other + other * OTHER_CHI).log2()
}

/// What duplicates tell of links: a record that is likely to be of one person with another fits whom that one fits.
/// `weights` are those of the pairs alone, so that no link confirms itself.
pub(super) fn tell(weighing: &Weighing, weights: &[f64], fits: &Fits, priors: Priors) -> Told {
    let mut told = Told::new();
    for (pair, &weight) in weighing.pairs.iter().zip(weights).filter(|(_, weight)| **weight > TELLS) {
        for (known, other) in [(pair.left, pair.right), (pair.right, pair.left)] {
            for fit in fits.get(&known).into_iter().flatten() {
                told.extend(fit.tells(weight, priors).map(|through| (other, fit.person, through)));
            }
        }
    }
    told.sort_unstable_by(|a, b| (a.0, a.1).cmp(&(b.0, b.1)).then(b.2.total_cmp(&a.2)));
    told.dedup_by_key(|&mut (left, person, _)| (left, person));
    told
}

/// The weight of each pair that may be a duplicate: its place in the weighing, and its weight, the links considered.
pub(super) fn consider(weighing: &Weighing, weights: &[f64], fits: &Fits, priors: Priors) -> Vec<Considered> {
    let alone = weighing.pairs.iter().zip(weights);
    let alone: Vec<f64> = alone.map(|(w, &weight)| considered(fits, priors, weight, w.left, w.right)).collect();
    let pairs: Vec<(u32, u32)> = weighing.pairs.iter().map(|w| (w.left, w.right)).collect();
    let whole = divided(&pairs, &alone).into_iter().zip(pairs).enumerate();
    let considered = whole.map(|(pair, (weight, (left, right)))| Considered { pair, left, right, weight });
    considered.filter(|c| probability(c.weight) >= KEPT).collect()
}

/// A pair of left records, the links considered.
#[derive(Debug, Clone, Copy)]
pub(super) struct Considered {
    /// Its place in the weighing.
    pair: usize,
    left: u32,
    right: u32,
    weight: f64,
}

impl Considered {
    /// The two records, and how likely they are to be one person.
    pub fn likely(&self) -> ((u32, u32), f64) {
        ((self.left, self.right), probability(self.weight))
    }
}

/// Compared pairs, and what agreement on a value is worth among them.
#[derive(Clone, Copy)]
pub(super) struct Pairs<'a> {
    pub weighing: &'a Weighing,
    pub shares: &'a Shares,
}

/// Bands, hazards and clusters, of the Mosaic file's `own` pairs. The candidate `links` tell of relatives in the CHI file.
pub(super) fn settle(
    files: &Files,
    own: Pairs<'_>,
    links: Pairs<'_>,
    considered: Vec<Considered>,
    cuts: Option<Cuts>,
) -> (Vec<ScoredPair>, Cuts) {
    let mut pairs: Vec<ScoredPair> = considered
        .into_iter()
        .map(|c| {
            let candidate = &own.weighing.pairs[c.pair];
            let (a, b) = (&files.mosaic.rows[c.left as usize], &files.mosaic.rows[c.right as usize]);
            ScoredPair {
                left: c.left,
                right: c.right,
                weight: c.weight,
                probability: probability(c.weight),
                band: Band::Low,
                pattern: candidate.pattern,
                hazards: hazards::of_pair(candidate.pattern, own.shares, a, b),
                keys: candidate.keys,
                runner_up: None,
                best: false,
            }
        })
        .collect();
    let has_no_date = |pair: &&ScoredPair| hazards::has_no_date(pair.pattern);
    let without: FxHashSet<u32> = pairs.iter().filter(has_no_date).flat_map(|pair| [pair.left, pair.right]).collect();
    let parents = parents(files, &without, own, links);
    for pair in pairs.iter_mut().filter(|pair| hazards::has_no_date(pair.pattern)) {
        pair.hazards.set(Hazards::PARENT_CHILD, [pair.left, pair.right].iter().any(|record| parents.contains(record)));
    }
    let cluster = clusters(files.mosaic.len(), &pairs);
    for pair in &mut pairs {
        pair.best = cluster[pair.left as usize] == cluster[pair.right as usize];
    }
    let safe = |pair: &ScoredPair| pair.best && !hazards::held_back(PairKind::Duplicate, pair.pattern, pair.hazards);
    let of_safe = || pairs.iter().filter(|pair| safe(pair)).map(|pair| pair.probability).collect();
    let cuts = cuts.unwrap_or_else(|| Cuts::chosen(of_safe(), WRONG_DUPLICATES));
    for pair in &mut pairs {
        pair.band = match cuts.band(pair.probability) {
            Band::Auto if !safe(pair) => Band::Review,
            band => band,
        };
        pair.hazards.remove(Hazards::NEAR_TIE);
    }
    (pairs, cuts)
}

/// Which of some records have a parent or child of their name, among the others or in the CHI file; one without a date of
/// birth has where two people of its name are at its home there.
fn parents(files: &Files, of: &FxHashSet<u32>, own: Pairs<'_>, links: Pairs<'_>) -> FxHashSet<u32> {
    let row = |record: u32| &files.mosaic.rows[record as usize];
    let apart = |pair: &&Candidate| pair.pattern.level(Comparison::Birth) >= Birth::TwoParts as u8;
    let is_one = |shares: &Shares, pair: &Candidate, other: &Row| {
        hazards::of_pair(pair.pattern, shares, row(pair.left), other).contains(Hazards::PARENT_CHILD)
    };
    let among = own.weighing.pairs.iter().filter(apart).filter(|pair| is_one(own.shares, pair, row(pair.right)));
    let among = among.flat_map(|pair| [pair.left, pair.right]).filter(|record| of.contains(record));
    let in_chi = || links.weighing.pairs.iter().filter(|pair| of.contains(&pair.left));
    let relatives = in_chi().filter(apart);
    let relatives = relatives.filter(|pair| is_one(links.shares, pair, &files.chi.rows[pair.right as usize]));
    let of_its_name = in_chi().filter(|pair| hazards::has_no_date(pair.pattern));
    let mut of_its_name: Vec<(u32, u32)> =
        of_its_name.map(|pair| (pair.left, files.chi.person[pair.right as usize])).collect();
    of_its_name.sort_unstable();
    of_its_name.dedup();
    let several = of_its_name.chunk_by(|a, b| a.0 == b.0).filter(|people| people.len() > 1);
    among.chain(relatives.map(|pair| pair.left)).chain(several.map(|people| people[0].0)).collect()
}

/// What the links allow and forbid. Two records that are each linked to one number automatically are automatic duplicates of
/// each other, where they are likely enough and only a want of evidence held them back: each has shown to the CHI record what
/// it could not show to the other. Where one is linked automatically and the other not even likely to the same number, or each is
/// likelier than not another person's, they are for a person: the CHI record knows better.
pub(super) fn follow_links(pairs: &mut [ScoredPair], links: &[ScoredPair], cuts: [Cuts; 2]) {
    let [of_links, own] = cuts;
    let automatic = links.iter().filter(|link| link.band == Band::Auto);
    let linked: FxHashMap<u32, u32> = automatic.map(|link| (link.left, link.right)).collect();
    let likely = links.iter().filter(|link| link.best && link.probability >= of_links.review);
    let likely: FxHashSet<(u32, u32)> = likely.map(|link| (link.left, link.right)).collect();
    let is_likely = |left: u32, person: u32| likely.contains(&(left, person));
    let likelier = links.iter().filter(|link| link.best && link.probability > 0.5);
    let whose: FxHashMap<u32, u32> = likelier.map(|link| (link.left, link.right)).collect();
    let two = |a: u32, b: u32| matches!((whose.get(&a), whose.get(&b)), (Some(a), Some(b)) if a != b);
    for pair in pairs.iter_mut().filter(|pair| pair.best) {
        let numbers = [pair.left, pair.right].map(|record| linked.get(&record).copied());
        let together = numbers[0].is_some() && numbers[0] == numbers[1];
        let apart = [(numbers[0], pair.right), (numbers[1], pair.left)];
        let apart = apart.into_iter().any(|(number, other)| number.is_some_and(|number| !is_likely(other, number)));
        let free = || hazards::holding(PairKind::Duplicate, pair.pattern, pair.hazards).is_empty();
        match pair.band {
            Band::Auto if apart || two(pair.left, pair.right) => pair.band = Band::Review,
            Band::Review if together && own.band(pair.probability) == Band::Auto && free() => pair.band = Band::Auto,
            _ => {}
        }
    }
}

/// Pairs that are taken together when CHIs are assigned: of one cluster, and likelier of one person than not.
pub(super) fn joined(pairs: &[ScoredPair]) -> FxHashSet<(u32, u32)> {
    pairs.iter().filter(|p| p.best && p.probability > 0.5).map(|p| (p.left, p.right)).collect()
}

/// The pairs of the automatic band.
pub(super) fn banded(pairs: &[ScoredPair]) -> FxHashSet<(u32, u32)> {
    pairs.iter().filter(|p| p.band == Band::Auto).map(|p| (p.left, p.right)).collect()
}

/// How likely each pair is to be one person, where there is a chance.
pub(super) fn alike(pairs: impl Iterator<Item = ((u32, u32), f64)>) -> Alike {
    pairs.filter(|(_, p)| *p > 0.02).collect()
}

/// Average-link clusters: two clusters join only where their records are, on average, more likely than not one person.
/// One bad pair cannot chain two people together. Returns the cluster of each record.
fn clusters(records: usize, pairs: &[ScoredPair]) -> Vec<u32> {
    let mut cluster: Vec<u32> = (0..records as u32).collect();
    let mut members: FxHashMap<u32, Vec<u32>> = FxHashMap::default();
    let known: FxHashMap<(u32, u32), f64> = pairs.iter().map(|p| ((p.left, p.right), p.probability)).collect();
    let mut order: Vec<&ScoredPair> = pairs.iter().filter(|p| p.probability >= 0.5).collect();
    order.sort_by(|a, b| b.probability.total_cmp(&a.probability).then((a.left, a.right).cmp(&(b.left, b.right))));
    for pair in order {
        let (a, b) = (cluster[pair.left as usize], cluster[pair.right as usize]);
        if a == b {
            continue;
        }
        let of = |c: u32| members.get(&c).cloned().unwrap_or_else(|| vec![c]);
        let (x, y) = (of(a), of(b));
        let each = x.iter().flat_map(|i| y.iter().map(move |j| (*i.min(j), *i.max(j))));
        let sum: f64 = each.map(|key| known.get(&key).copied().unwrap_or(0.0)).sum();
        if sum / ((x.len() * y.len()) as f64) > 0.5 {
            let joined: Vec<u32> = x.iter().chain(&y).copied().collect();
            for &member in &joined {
                cluster[member as usize] = a;
            }
            members.remove(&b);
            members.insert(a, joined);
        }
    }
    cluster
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::linkage::Pattern;

    fn pair(left: u32, right: u32, probability: f64) -> ScoredPair {
        ScoredPair {
            left,
            right,
            weight: 0.0,
            probability,
            band: Band::Low,
            pattern: Pattern::default(),
            hazards: Hazards::empty(),
            keys: 0,
            runner_up: None,
            best: false,
        }
    }

    #[test]
    fn one_bad_pair_does_not_chain_two_people() {
        let pairs = [pair(0, 1, 0.99), pair(2, 3, 0.99), pair(1, 2, 0.6), pair(0, 2, 0.02), pair(1, 3, 0.02)];
        let found = clusters(4, &pairs);
        assert_eq!(found[0], found[1]);
        assert_eq!(found[2], found[3]);
        assert_ne!(found[0], found[2]);
    }

    #[test]
    fn records_linked_to_one_number_are_duplicates_of_each_other() {
        let cuts = Cuts { auto: 0.95, review: 0.05 };
        let likely = |left, right, probability| {
            let pair = pair(left, right, probability);
            ScoredPair { band: Band::Review, best: true, ..pair }
        };
        let twins = ScoredPair { hazards: Hazards::TWIN, ..likely(0, 3, 0.99) };
        let mut pairs = [likely(0, 1, 0.99), likely(0, 2, 0.99), twins, likely(1, 3, 0.9)];
        let links = [(0, 7), (1, 7), (2, 8), (3, 7)];
        let links = links.map(|(left, person)| ScoredPair { band: Band::Auto, ..pair(left, person, 1.0) });
        follow_links(&mut pairs, &links, [cuts; 2]);
        let bands = pairs.map(|pair| pair.band);
        assert_eq!(bands, [Band::Auto, Band::Review, Band::Review, Band::Review], "no other number, hazard or doubt");
    }

    #[test]
    fn where_one_is_linked_and_the_other_not_even_likely_to_the_same_number_somebody_looks() {
        let cuts = Cuts { auto: 0.95, review: 0.05 };
        let duplicate = |left, right| ScoredPair { band: Band::Auto, best: true, ..pair(left, right, 0.99) };
        let link = |left, person, band, best| ScoredPair { band, best, ..pair(left, person, 0.9) };
        let links = [
            link(0, 7, Band::Auto, true),
            link(1, 7, Band::Review, true),
            link(2, 7, Band::Review, false),
            link(2, 8, Band::Review, true),
            link(4, 9, Band::Review, true),
        ];
        let mut pairs = [duplicate(0, 1), duplicate(0, 2), duplicate(0, 3), duplicate(3, 4), duplicate(4, 5)];
        follow_links(&mut pairs, &links, [cuts; 2]);
        let bands = pairs.map(|pair| pair.band);
        assert_eq!(bands, [Band::Auto, Band::Review, Band::Review, Band::Auto, Band::Auto]);
    }

    #[test]
    fn the_better_witness_counts_and_another_chi_speaks_against() {
        let fit = |person, weight| Fit { person, weight, probability: probability(weight) };
        let fits = Fits::from_iter([
            (0, vec![fit(7, 20.0)]),
            (1, vec![fit(7, 8.0)]),
            (2, vec![fit(8, 20.0)]),
            (4, vec![fit(7, -3.0)]),
        ]);
        let priors = Priors { link: -14.0, duplicate: -19.0, further: -16.0 };
        let weight = |pair, a, b| considered(&fits, priors, pair, a, b);
        assert!((weight(2.0, 0, 1) - 6.0).abs() < 0.01, "told by the CHI record: {}", weight(2.0, 0, 1));
        assert_eq!(weight(9.0, 0, 1), 9.0, "told by the other record, and not by both");
        assert!(weight(9.0, 0, 2) < 1.0, "they fit two people");
        assert_eq!(weight(3.0, 0, 3), 3.0, "a record that fits none says nothing");
        assert_eq!(weight(3.0, 0, 4), 3.0);
        assert_eq!(suggested(&fits), [(0, 1)]);
    }
}
