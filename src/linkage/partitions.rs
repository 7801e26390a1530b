//! Groups of records weighed whole.
//!
//! Pair by pair, a record under an initial is a duplicate of either twin for certain, and the twins of each other for
//! certain not: all three cannot be so. A small group of records that may be duplicates is therefore weighed as a
//! whole: each way to divide it into people weighs what its people weigh, and a pair is as likely as the divisions that
//! leave it together. Two records that have nothing but a third in common come together
//! by it, and a record that fits two people is shared between them. Larger groups stay as their pairs have them.

use rustc_hash::FxHashMap;

/// A pair takes its records into a group from this weight: odds of one in sixteen.
const JOINS: f64 = -4.0;
/// The records of the largest group that is divided in every way: there are 877 ways for seven, 4,140 for eight.
const LARGEST: usize = 7;
/// What a pair weighs that no key has found, or that nobody asked about.
const STRANGERS: f64 = -8.0;
/// No pair weighs more for its group than it can for itself.
const HEAVIEST: f64 = 40.0;

/// The weights of `pairs` of records, each pair once, after each small group has been weighed whole.
pub(super) fn divided(pairs: &[(u32, u32)], weights: &[f64]) -> Vec<f64> {
    let mut divided = weights.to_vec();
    let place: FxHashMap<(u32, u32), usize> = pairs.iter().copied().zip(0..).collect();
    for group in groups(pairs, weights) {
        let at = |a: u32, b: u32| place.get(&(a.min(b), a.max(b))).copied();
        let weight = |a: usize, b: usize| at(group[a], group[b]).map_or(STRANGERS, |pair| weights[pair].min(HEAVIEST));
        let together = Group { len: group.len(), weight: &weight }.together();
        for (a, row) in together.iter().enumerate() {
            for (b, &weight) in row.iter().enumerate().take(a) {
                if let Some(pair) = at(group[a], group[b]) {
                    divided[pair] = weight;
                }
            }
        }
    }
    divided
}

/// The records that hang together by pairs that may be duplicates, where there are three or more and not too many.
fn groups(pairs: &[(u32, u32)], weights: &[f64]) -> Vec<Vec<u32>> {
    let mut number: FxHashMap<u32, u32> = FxHashMap::default();
    let mut records: Vec<u32> = Vec::new();
    let mut root: Vec<u32> = Vec::new();
    let mut of = |record: u32, root: &mut Vec<u32>| {
        *number.entry(record).or_insert_with(|| {
            records.push(record);
            root.push(root.len() as u32);
            root.len() as u32 - 1
        })
    };
    for (&(a, b), _) in pairs.iter().zip(weights).filter(|(_, weight)| **weight > JOINS) {
        let (a, b) = (of(a, &mut root), of(b, &mut root));
        let (a, b) = (find(&mut root, a), find(&mut root, b));
        root[a.max(b) as usize] = a.min(b);
    }
    let mut groups: Vec<Vec<u32>> = vec![Vec::new(); root.len()];
    for (at, &record) in records.iter().enumerate() {
        let root = find(&mut root, at as u32);
        groups[root as usize].push(record);
    }
    groups.retain(|group| (3..=LARGEST).contains(&group.len()));
    groups.iter_mut().for_each(|group| group.sort_unstable());
    groups
}

fn find(root: &mut [u32], at: u32) -> u32 {
    let mut at = at;
    while root[at as usize] != at {
        root[at as usize] = root[root[at as usize] as usize];
        at = root[at as usize];
    }
    at
}

/// What is known of one group: what each two of its records weigh.
struct Group<'a> {
    len: usize,
    weight: &'a dyn Fn(usize, usize) -> f64,
}

impl Group<'_> {
    /// For each two records, log2 of the odds that they are one person, over all ways to divide the records.
    fn together(&self) -> Vec<Vec<f64>> {
        let persons: Vec<f64> = (0..1_usize << self.len).map(|records| self.as_one_person(records)).collect();
        // Each way is the records of its people, as bits.
        let mut ways: Vec<Vec<usize>> = vec![Vec::new()];
        for record in (0..self.len).map(|record| 1 << record) {
            let with = |way: &Vec<usize>| {
                let joined = (0..way.len()).map(|person| {
                    let mut way = way.clone();
                    way[person] |= record;
                    way
                });
                joined.chain([way.iter().copied().chain([record]).collect()]).collect::<Vec<_>>()
            };
            ways = ways.iter().flat_map(with).collect();
        }
        let weights: Vec<f64> = ways.iter().map(|way| way.iter().map(|&person| persons[person]).sum()).collect();
        let heaviest = weights.iter().copied().fold(f64::MIN, f64::max);
        let mut odds = vec![vec![[0.0_f64; 2]; self.len]; self.len];
        for (way, weight) in ways.iter().zip(&weights) {
            let share = (weight - heaviest).exp2();
            for (a, row) in odds.iter_mut().enumerate() {
                for (b, odds) in row.iter_mut().enumerate().take(a) {
                    let both = 1 << a | 1 << b;
                    odds[usize::from(way.iter().any(|person| person & both == both))] += share;
                }
            }
        }
        let log = |[apart, joined]: [f64; 2]| (joined.max(1e-30) / apart.max(1e-30)).log2();
        odds.into_iter().map(|row| row.into_iter().map(log).collect()).collect()
    }

    /// What the records of a set weigh as one person: they are joined in the order of their likeness, and each joining
    /// counts once, by the mean of the pairs that it joins. The sum would count one likeness as often as there are
    /// records that show it.
    fn as_one_person(&self, records: usize) -> f64 {
        let mut parts: Vec<Vec<usize>> =
            (0..self.len).filter(|record| records >> record & 1 == 1).map(|record| vec![record]).collect();
        let mut sum = 0.0;
        while parts.len() > 1 {
            let mut best = (0, 1, f64::MIN);
            for (a, b) in (0..parts.len()).flat_map(|b| (0..b).map(move |a| (a, b))) {
                let each = parts[a].iter().flat_map(|&x| parts[b].iter().map(move |&y| (x, y)));
                let mean =
                    each.map(|(x, y)| (self.weight)(x, y)).sum::<f64>() / (parts[a].len() * parts[b].len()) as f64;
                if mean > best.2 {
                    best = (a, b, mean);
                }
            }
            let (a, b, mean) = best;
            let joined = parts.remove(b);
            parts[a].extend(joined);
            sum += mean;
        }
        sum
    }
}

#[cfg(test)]
mod tests {
    use super::super::model::probability;
    use super::*;

    fn likely(pairs: &[(u32, u32)], weights: &[f64]) -> Vec<f64> {
        divided(pairs, weights).into_iter().map(probability).collect()
    }

    #[test]
    fn two_records_stay_as_they_are() {
        assert_eq!(divided(&[(3, 9), (4, 5)], &[2.5, -1.0]), [2.5, -1.0]);
    }

    #[test]
    fn an_initial_is_shared_between_twins() {
        // J Smith, John Smith and James Smith
        let p = likely(&[(0, 1), (0, 2), (1, 2)], &[8.0, 8.0, -40.0]);
        assert!((p[0] - 0.5).abs() < 0.01 && (p[1] - 0.5).abs() < 0.01, "{p:?}");
        assert!(p[2] < 1e-4);
    }

    #[test]
    fn a_third_record_brings_two_together() {
        let p = likely(&[(0, 1), (0, 2), (1, 2)], &[12.0, 12.0, -3.0]);
        assert!(p.iter().all(|p| *p > 0.9), "{p:?}");
        let p = likely(&[(0, 1), (0, 2)], &[12.0, 12.0]);
        assert!(p[0] < 0.9, "strangers to each other speak against it: {p:?}");
    }

    #[test]
    fn one_likeness_seen_twice_counts_once() {
        // Two records of a father, and one of his son
        let p = likely(&[(0, 1), (0, 2), (1, 2)], &[30.0, 3.0, 3.0]);
        assert!((p[1] - probability(3.0)).abs() < 1e-6 && (p[2] - probability(3.0)).abs() < 1e-6, "{p:?}");
    }

    #[test]
    fn what_is_certain_stays_certain() {
        let p = likely(&[(0, 1), (0, 2), (1, 2)], &[60.0, 50.0, 55.0]);
        assert!(p.iter().all(|p| *p > 0.999_999), "{p:?}");
    }

    #[test]
    fn large_groups_stay_as_they_are() {
        let chain: Vec<(u32, u32)> = (0..9).map(|at| (at, at + 1)).collect();
        assert_eq!(divided(&chain, &[3.0; 9]), [3.0; 9]);
    }
}
