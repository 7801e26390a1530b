//! Candidates compete with each other and with "no match".
//!
//! A pair's weight alone says how alike two records are, not whether there is a better partner. Each left record has at
//! most one partner, and each person at most one left record, duplicates apart: the probabilities are the marginals of
//! that model. The left side alone is a multinomial over the candidates and "no match" (Sadinle 2017); the two sides
//! together are settled by passing messages between them, which is exact where the pairs form no circles.

use rustc_hash::FxHashMap;

/// How likely two left records are to be one person: such records do not compete for a CHI.
pub(super) type Alike = FxHashMap<(u32, u32), f64>;

/// Messages are passed this many times each way at the most. Few circles are longer, and none needs exactness.
const ROUNDS: usize = 8;

/// Who competes with whom: the candidate pairs of left records and people, each pair once. Weights come and go; this
/// stays.
#[derive(Debug, Default)]
pub(super) struct Contest {
    /// Per pair: its left record and its person.
    pub pairs: Vec<(u32, u32)>,
    /// Per pair: deleted numbers, and superseded ones without a replacement, stand aside: they take nothing from others.
    pub aside: Vec<bool>,
    /// Where the pairs of each left record begin, and the end.
    lefts: Vec<u32>,
    /// The pairs in the order of their people.
    by_person: Vec<u32>,
    /// Where the pairs of each person begin in `by_person`, and the end.
    people: Vec<u32>,
}

fn starts(len: usize, same: impl Fn(usize, usize) -> bool) -> Vec<u32> {
    let mut starts: Vec<u32> = (0..len).filter(|&at| at == 0 || !same(at - 1, at)).map(|at| at as u32).collect();
    starts.push(len as u32);
    starts
}

fn groups(starts: &[u32]) -> impl Iterator<Item = std::ops::Range<usize>> + '_ {
    starts.windows(2).map(|ends| ends[0] as usize..ends[1] as usize)
}

fn odds(weight: f64) -> f64 {
    weight.clamp(-60.0, 60.0).exp2()
}

impl Contest {
    /// `pairs` are left record and person, sorted; `aside` says which stand aside.
    pub fn new(pairs: Vec<(u32, u32)>, aside: Vec<bool>) -> Self {
        let mut by_person: Vec<u32> = (0..pairs.len() as u32).collect();
        by_person.sort_unstable_by_key(|&at| (pairs[at as usize].1, pairs[at as usize].0));
        let lefts = starts(pairs.len(), |a, b| pairs[a].0 == pairs[b].0);
        let person = |at: usize| pairs[by_person[at] as usize].1;
        let people = starts(pairs.len(), |a, b| person(a) == person(b));
        Self { lefts, people, by_person, pairs, aside }
    }

    /// The pairs of each left record.
    pub fn by_left(&self) -> impl Iterator<Item = std::ops::Range<usize>> + '_ {
        groups(&self.lefts)
    }

    /// The pairs of each person.
    pub fn by_person(&self) -> impl Iterator<Item = &[u32]> + '_ {
        groups(&self.people).map(|range| &self.by_person[range])
    }

    /// The probability of every pair. `weights` are log2 of the odds against "no match", prior included.
    pub fn probabilities(&self, weights: &[f64], alike: &Alike) -> Vec<f64> {
        let odds: Vec<f64> = weights.iter().map(|&weight| odds(weight)).collect();
        // What a pair that stands aside takes from others: nothing.
        let taking: Vec<f64> = odds.iter().zip(&self.aside).map(|(o, aside)| if *aside { 0.0 } else { *o }).collect();
        let mut claim = taking.clone(); // From left to person: how strongly this left wants it
        let mut room = vec![1.0; odds.len()]; // From person to left: how much room the others leave
        let (mut terms, mut others) = (Vec::new(), Vec::new());
        for _ in 0..ROUNDS {
            let mut moved = 0.0_f64;
            for group in self.by_left().filter(|group| group.len() > 1) {
                terms.clear();
                terms.extend(group.clone().map(|at| taking[at] * room[at]));
                all_but_one(&terms, &mut others);
                for (at, others) in group.zip(&others) {
                    claim[at] = taking[at] / (1.0 + others);
                }
            }
            for members in self.by_person().filter(|members| members.len() > 1) {
                terms.clear();
                terms.extend(members.iter().map(|&at| claim[at as usize]));
                all_but_one(&terms, &mut others);
                // Duplicates leave each other room. Crowds too large for that are not one person anyway.
                let tolerant = !alike.is_empty() && members.len() <= 64;
                for (&at, &others) in members.iter().zip(&others) {
                    let left = self.pairs[at as usize].0;
                    let mut shared = 0.0;
                    if tolerant {
                        let rivals = members.iter().filter(|&&other| other != at);
                        let same = rivals.map(|&o| claim[o as usize] * likeness(alike, left, self.pairs[o as usize].0));
                        shared = same.sum::<f64>();
                    }
                    // Nobody else has it, or somebody does who is the same person
                    let new = (1.0 + shared) / (1.0 + others);
                    moved = moved.max((new - room[at as usize]).abs());
                    room[at as usize] = new;
                }
            }
            if moved < 1e-12 {
                break;
            }
        }
        let mut probabilities = vec![0.0; odds.len()];
        for group in self.by_left() {
            let total: f64 = group.clone().map(|at| taking[at] * room[at]).sum();
            for at in group {
                let own = odds[at] * room[at];
                // Whose person has a number in use is not meant by one that stands aside
                let against = if self.aside[at] { 1.0 + own } else { 1.0 };
                probabilities[at] = own / against / (1.0 + total);
            }
        }
        probabilities
    }
}

pub(super) fn likeness(alike: &Alike, a: u32, b: u32) -> f64 {
    alike.get(&(a.min(b), a.max(b))).copied().unwrap_or(0.0)
}

/// For each term the sum of all others, without taking a difference of large numbers.
fn all_but_one(terms: &[f64], sums: &mut Vec<f64>) {
    sums.clear();
    let mut before = 0.0;
    for term in terms {
        sums.push(before);
        before += term;
    }
    let mut after = 0.0;
    for (sum, term) in sums.iter_mut().zip(terms).rev() {
        *sum += after;
        after += term;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Pairs of a left record, a person and a weight; a negative person stands aside.
    fn compete(pairs: &[(u32, i32, f64)], alike: &Alike) -> Vec<f64> {
        let who = pairs.iter().map(|&(left, person, _)| (left, person.unsigned_abs())).collect();
        let contest = Contest::new(who, pairs.iter().map(|p| p.1 < 0).collect());
        contest.probabilities(&pairs.iter().map(|p| p.2).collect::<Vec<_>>(), alike)
    }

    #[test]
    fn no_match_competes() {
        let alone = compete(&[(0, 0, -3.0)], &Alike::default());
        assert!((alone[0] - 1.0 / 9.0).abs() < 1e-12, "odds of 1 to 8 against no match");
    }

    #[test]
    fn two_equal_candidates_share() {
        let shared = compete(&[(0, 0, 20.0), (0, 1, 20.0)], &Alike::default());
        assert!((shared[0] - 0.5).abs() < 1e-5 && (shared[1] - 0.5).abs() < 1e-5);
    }

    #[test]
    fn a_stronger_claim_on_the_same_chi_wins_and_the_loser_goes_to_its_second_best() {
        let p = compete(&[(0, 0, 20.0), (1, 0, 10.0), (1, 1, 6.0)], &Alike::default());
        assert!(p[0] > 0.999);
        assert!(p[1] < 0.01, "{p:?}");
        assert!(p[2] > 0.9, "{p:?}");
    }

    #[test]
    fn duplicates_do_not_compete_for_their_chi() {
        let pairs = [(0, 0, 20.0), (1, 0, 15.0)];
        let apart = compete(&pairs, &Alike::default());
        assert!(apart[1] < 0.1);
        let together = compete(&pairs, &Alike::from_iter([((0, 1), 0.999_999)]));
        assert!(together[0] > 0.99 && together[1] > 0.9, "{together:?}");
    }

    #[test]
    fn a_deleted_number_takes_nothing_from_the_living_one() {
        let p = compete(&[(0, 1, 20.0), (0, -2, 25.0)], &Alike::default());
        assert!(p[0] > 0.999_99, "{p:?}");
    }
}
