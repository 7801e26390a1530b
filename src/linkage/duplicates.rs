//! Pairs within the Mosaic file: one person, recorded twice.
//!
//! The comparisons are those of the links, with parameters of their own. Links and duplicates inform each other: two
//! records that fit the same CHI are the more likely one person, two that fit different CHIs the less.

use rustc_hash::{FxHashMap, FxHashSet};

use super::comparison::Comparison;
use super::competition::{Alike, Contest};
use super::frequency::Shares;
use super::levels::short;
use super::model::probability;
use super::values::Files;
use super::weighing::Weighing;
use super::{Cuts, ScoredPair, hazards};
use crate::pair::{Band, Hazards};

/// How much likelier two records of one person are to fit the same CHI, than two of two people that look alike: 2^6.
const SAME_CHI: f64 = 64.0;
/// And to fit different ones: 2^-8, for people do hold two numbers now and then.
const OTHER_CHI: f64 = 1.0 / 256.0;
/// Pairs are kept from this probability.
const KEPT: f64 = 0.01;

/// For each left record, the people it fits and how well, "no match" competing but not other left records.
pub(super) fn fits(contest: &Contest, weights: &[f64]) -> FxHashMap<u32, Vec<(u32, f64)>> {
    let mut fits = FxHashMap::default();
    for group in contest.by_left() {
        let odds = |pair: usize| if contest.aside[pair] { 0.0 } else { weights[pair].clamp(-60.0, 60.0).exp2() };
        let total: f64 = 1.0 + group.clone().map(odds).sum::<f64>();
        let left = contest.pairs[group.start].0;
        let own: Vec<(u32, f64)> =
            group.map(|pair| (contest.pairs[pair].1, odds(pair) / total)).filter(|&(_, p)| p > 0.001).collect();
        if !own.is_empty() {
            fits.insert(left, own);
        }
    }
    fits
}

/// Pairs of left records that fit one person: worth comparing whatever the keys say. Sorted.
pub(super) fn suggested(fits: &FxHashMap<u32, Vec<(u32, f64)>>) -> Vec<(u32, u32)> {
    let mut by_person: FxHashMap<u32, Vec<u32>> = FxHashMap::default();
    for (&left, people) in fits {
        for &(person, _) in people.iter().filter(|(_, p)| *p > 0.2) {
            by_person.entry(person).or_default().push(left);
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

/// What the links say of a pair, in bits.
fn evidence(fits: &FxHashMap<u32, Vec<(u32, f64)>>, a: u32, b: u32) -> f64 {
    let (Some(x), Some(y)) = (fits.get(&a), fits.get(&b)) else { return 0.0 };
    let sum = |people: &[(u32, f64)]| people.iter().map(|(_, p)| p).sum::<f64>();
    let same: f64 =
        x.iter().map(|(person, p)| y.iter().filter(|(q, _)| q == person).map(|(_, r)| p * r).sum::<f64>()).sum();
    let other = (sum(x) * sum(y) - same).max(0.0);
    (same * SAME_CHI + other * OTHER_CHI + (1.0 - same - other).max(0.0)).log2()
}

/// Bands, hazards and clusters of the weighed pairs.
pub(super) fn settle(
    files: &Files,
    weighing: &Weighing,
    weights: &[f64],
    shares: &Shares,
    fits: &FxHashMap<u32, Vec<(u32, f64)>>,
    cuts: Cuts,
) -> Vec<ScoredPair> {
    let mut pairs: Vec<ScoredPair> = weighing
        .pairs
        .iter()
        .zip(weights)
        .filter_map(|(w, weight)| {
            let weight = weight + evidence(fits, w.left, w.right);
            let probability = probability(weight);
            let (a, b) = (&files.mosaic.rows[w.left as usize], &files.mosaic.rows[w.right as usize]);
            let found = hazards::of_pair(w.pattern, shares, a, b);
            (probability >= KEPT).then_some(ScoredPair {
                left: w.left,
                right: w.right,
                weight,
                probability,
                band: Band::Low,
                pattern: w.pattern,
                hazards: found,
                keys: w.keys,
                runner_up: None,
                best: false,
            })
        })
        .collect();
    let cluster = clusters(files.mosaic.len(), &pairs);
    for pair in &mut pairs {
        // A merge cannot be undone: of two homes an officer decides, whatever else agrees
        pair.best = cluster[pair.left as usize] == cluster[pair.right as usize];
        let safe = pair.best
            && !hazards::another_person_may_be_meant(pair.hazards)
            && hazards::personal_evidence(pair.pattern)
            && (hazards::at_home(pair.pattern) || pair.pattern.level(Comparison::Chi) == short::SAME);
        pair.band = match cuts.band(pair.probability) {
            Band::Auto if !safe => Band::Review,
            band => band,
        };
        pair.hazards.remove(Hazards::NEAR_TIE);
    }
    pairs
}

/// The pairs of the automatic band.
pub(super) fn banded(pairs: &[ScoredPair]) -> FxHashSet<(u32, u32)> {
    pairs.iter().filter(|p| p.band == Band::Auto).map(|p| (p.left, p.right)).collect()
}

/// How likely each pair is to be one person.
pub(super) fn alike(pairs: &[ScoredPair]) -> Alike {
    pairs.iter().filter(|p| p.probability > 0.02).map(|p| ((p.left, p.right), p.probability)).collect()
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
    fn a_record_that_fits_the_same_chi_is_likelier_a_duplicate_and_one_that_fits_another_is_not() {
        let fits = FxHashMap::from_iter([(0, vec![(7, 0.99)]), (1, vec![(7, 0.98)]), (2, vec![(8, 0.99)])]);
        assert!(evidence(&fits, 0, 1) > 5.0);
        assert!(evidence(&fits, 0, 2) < -4.0);
        assert_eq!(evidence(&fits, 0, 3), 0.0, "a record that fits none says nothing");
        assert_eq!(suggested(&fits), [(0, 1)]);
    }
}
