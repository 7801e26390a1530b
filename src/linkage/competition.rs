//! Candidates compete with each other and with "no match".
//!
//! A pair's weight alone says how alike two records are, not whether there is a better partner. Each left record has at
//! most one partner, and each person at most one left record, duplicates apart: the probabilities are the marginals of
//! that model. The left side alone is a multinomial over the candidates and "no match" (Sadinle 2017); the two sides
//! together are settled by passing messages between them, which is exact where the pairs form no circles.

use std::ops::Range;

use rayon::prelude::*;
use rustc_hash::FxHashMap;

/// How likely two left records are to be one person: such records do not compete for a CHI.
pub(super) type Alike = FxHashMap<(u32, u32), f64>;

/// Messages are passed this many times each way at the most. Few circles are longer, and none needs exactness.
const ROUNDS: usize = 8;
/// Groups of pairs worked on at a time.
const PIECE: usize = 4096;
/// Messages have settled when none moves by more than this.
const SETTLED: f64 = 1e-9;
/// The weight from which a pair takes part in the competition: odds of one in a thousand. There are many fainter ones, and
/// they take next to nothing from anybody.
const FAINT: f64 = -10.0;

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
    /// Per pair, which of the left records and which of the people it has.
    left_of: Vec<u32>,
    person_of: Vec<u32>,
}

fn starts(len: usize, same: impl Fn(usize, usize) -> bool) -> Vec<u32> {
    let mut starts: Vec<u32> = (0..len).filter(|&at| at == 0 || !same(at - 1, at)).map(|at| at as u32).collect();
    starts.push(len as u32);
    starts
}

fn groups(starts: &[u32]) -> impl Iterator<Item = Range<usize>> + '_ {
    starts.windows(2).map(|ends| ends[0] as usize..ends[1] as usize)
}

fn odds(weight: f64) -> f64 {
    weight.clamp(-60.0, 60.0).exp2()
}

impl Contest {
    /// `pairs` are left record and person, sorted; `aside` says which stand aside.
    pub fn new(pairs: Vec<(u32, u32)>, aside: Vec<bool>) -> Self {
        let mut by_person: Vec<u32> = (0..pairs.len() as u32).collect();
        by_person.par_sort_unstable_by_key(|&at| (pairs[at as usize].1, pairs[at as usize].0));
        let lefts = starts(pairs.len(), |a, b| pairs[a].0 == pairs[b].0);
        let person = |at: usize| pairs[by_person[at] as usize].1;
        let people = starts(pairs.len(), |a, b| person(a) == person(b));
        let (mut left_of, mut person_of) = (vec![0; pairs.len()], vec![0; pairs.len()]);
        for (left, range) in groups(&lefts).enumerate() {
            left_of[range].fill(left as u32);
        }
        for (person, range) in groups(&people).enumerate() {
            by_person[range].iter().for_each(|&pair| person_of[pair as usize] = person as u32);
        }
        Self { lefts, people, by_person, pairs, aside, left_of, person_of }
    }

    /// The pairs of each left record.
    pub fn by_left(&self) -> impl Iterator<Item = Range<usize>> + '_ {
        groups(&self.lefts)
    }

    /// The pairs of each person.
    pub fn by_person(&self) -> impl Iterator<Item = &[u32]> + '_ {
        groups(&self.people).map(|range| &self.by_person[range])
    }

    /// The probability of every pair. `weights` are log2 of the odds against "no match", prior included.
    pub fn probabilities(&self, weights: &[f64], alike: &Alike) -> Vec<f64> {
        let (live, strong) = self.strong(weights, alike);
        // The faint pairs take nothing from others; what the strong leave them is all they get.
        let mut taken = vec![0.0; self.people.len() - 1];
        let mut totals = vec![0.0; self.lefts.len() - 1];
        for (at, &pair) in live.iter().enumerate() {
            taken[self.person_of[pair as usize] as usize] += strong.claim[at];
            totals[self.left_of[pair as usize] as usize] += strong.odds[at] * strong.room[at];
        }
        let mut probabilities: Vec<f64> = (0..weights.len())
            .into_par_iter()
            .with_min_len(4096)
            .map(|pair| {
                let own = odds(weights[pair]) / (1.0 + taken[self.person_of[pair] as usize]);
                // Whose person has a number in use is not meant by a pair that stands aside
                own / (1.0 + own) / (1.0 + totals[self.left_of[pair] as usize])
            })
            .collect();
        for (at, &pair) in live.iter().enumerate() {
            let own = strong.odds[at] * strong.room[at];
            probabilities[pair as usize] = own / (1.0 + totals[self.left_of[pair as usize] as usize]);
        }
        probabilities
    }

    /// The pairs that take part in the competition, and what they came to.
    fn strong(&self, weights: &[f64], alike: &Alike) -> (Vec<u32>, Messages) {
        let live: Vec<u32> = (0..weights.len() as u32)
            .filter(|&pair| !self.aside[pair as usize] && weights[pair as usize] > FAINT)
            .collect();
        let mut strong = Messages::of(self, &live, weights);
        strong.pass(alike);
        (live, strong)
    }
}

/// Messages between left records and people, of the pairs that can take something from others.
struct Messages {
    pairs: Vec<(u32, u32)>,
    odds: Vec<f64>,
    lefts: Vec<u32>,
    by_person: Vec<u32>,
    people: Vec<u32>,
    /// From left to person: how strongly this left wants it.
    claim: Vec<f64>,
    /// From person to left: how much room the others leave.
    room: Vec<f64>,
}

impl Messages {
    /// Those of `live`, the pairs of a contest that take part, in order.
    fn of(contest: &Contest, live: &[u32], weights: &[f64]) -> Self {
        let mut place = vec![u32::MAX; contest.pairs.len()];
        live.iter().enumerate().for_each(|(at, &pair)| place[pair as usize] = at as u32);
        let by_person: Vec<u32> =
            contest.by_person.iter().map(|&pair| place[pair as usize]).filter(|&at| at != u32::MAX).collect();
        let pairs: Vec<(u32, u32)> = live.iter().map(|&pair| contest.pairs[pair as usize]).collect();
        let odds: Vec<f64> = live.iter().map(|&pair| odds(weights[pair as usize])).collect();
        let person = |at: usize| pairs[by_person[at] as usize].1;
        Self {
            lefts: starts(pairs.len(), |a, b| pairs[a].0 == pairs[b].0),
            people: starts(pairs.len(), |a, b| person(a) == person(b)),
            claim: odds.clone(),
            room: vec![1.0; odds.len()],
            by_person,
            pairs,
            odds,
        }
    }

    /// Passes messages until they settle. Who stands alone on a side has nothing to wait for there.
    fn pass(&mut self, alike: &Alike) {
        let crowds = |starts: &[u32]| groups(starts).filter(|group| group.len() > 1).collect::<Vec<_>>();
        let (lefts, people) = (crowds(&self.lefts), crowds(&self.people));
        for _ in 0..ROUNDS {
            let claims = in_pieces(&lefts, |groups| self.claims(groups));
            for (at, claim) in lefts.iter().cloned().flatten().zip(claims.into_iter().flatten()) {
                self.claim[at] = claim;
            }
            let rooms = in_pieces(&people, |groups| self.rooms(groups, alike));
            let mut moved = 0.0_f64;
            for (at, room) in people.iter().cloned().flatten().zip(rooms.into_iter().flatten()) {
                let old = &mut self.room[self.by_person[at] as usize];
                moved = moved.max((room - *old).abs());
                *old = room;
            }
            if moved < SETTLED {
                break;
            }
        }
    }

    /// How strongly left records want each of their people, of some groups of pairs.
    fn claims(&self, groups: &[Range<usize>]) -> Vec<f64> {
        let (mut terms, mut others, mut claims) = (Vec::new(), Vec::new(), Vec::new());
        for group in groups {
            terms.clear();
            terms.extend(group.clone().map(|at| self.odds[at] * self.room[at]));
            all_but_one(&terms, &mut others);
            claims.extend(group.clone().zip(&others).map(|(at, others)| self.odds[at] / (1.0 + others)));
        }
        claims
    }

    /// How much room people have for each of their left records, of some groups of pairs.
    fn rooms(&self, groups: &[Range<usize>], alike: &Alike) -> Vec<f64> {
        let (mut terms, mut others, mut rooms) = (Vec::new(), Vec::new(), Vec::new());
        for group in groups {
            let members = &self.by_person[group.clone()];
            terms.clear();
            terms.extend(members.iter().map(|&at| self.claim[at as usize]));
            all_but_one(&terms, &mut others);
            // Duplicates leave each other room. Crowds too large for that are not one person anyway.
            let tolerant = !alike.is_empty() && members.len() <= 64;
            for (&at, &others) in members.iter().zip(&others) {
                let mut shared = 0.0;
                if tolerant {
                    let left = self.pairs[at as usize].0;
                    let rivals = members.iter().zip(&terms).filter(|&(&other, _)| other != at);
                    let same = rivals.map(|(&o, claim)| claim * likeness(alike, left, self.pairs[o as usize].0));
                    shared = same.sum::<f64>();
                }
                // Nobody else has it, or somebody does who is the same person
                rooms.push((1.0 + shared) / (1.0 + others));
            }
        }
        rooms
    }
}

/// Works on groups of pairs, a piece of them at a time; what came of each piece, in order.
fn in_pieces<T: Send>(groups: &[Range<usize>], work: impl Fn(&[Range<usize>]) -> T + Sync) -> Vec<T> {
    groups.par_chunks(PIECE).map(&work).collect()
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
