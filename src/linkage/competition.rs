//! Candidates compete with each other and with "no match".
//!
//! A pair's weight alone says how alike two records are, not whether there is a better partner. Each left record has at
//! most one partner, and each person at most one left record, duplicates apart: the probabilities are the marginals of
//! that model. The left side alone is a multinomial over the candidates and "no match" (Sadinle 2017); the two sides
//! together are settled by passing messages between them, which is exact where the pairs form no circles.

use rustc_hash::FxHashMap;

/// A pair in competition.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Edge {
    pub left: u32,
    pub person: u32,
    /// log2 of the odds against "no match", prior included.
    pub weight: f64,
    /// Deleted numbers stand aside: they take nothing from others.
    pub stands_aside: bool,
}

/// How likely two left records are to be one person: such records do not compete for a CHI.
pub(super) type Alike = FxHashMap<(u32, u32), f64>;

/// Messages are passed this many times each way. Few circles are longer, and none needs exactness.
const ROUNDS: usize = 8;

fn odds(weight: f64) -> f64 {
    weight.clamp(-60.0, 60.0).exp2()
}

/// The probability of every edge. `edges` must be sorted by left record.
pub(super) fn compete(edges: &[Edge], alike: &Alike) -> Vec<f64> {
    let odds: Vec<f64> = edges.iter().map(|e| odds(e.weight)).collect();
    let lefts: Vec<std::ops::Range<usize>> = groups(edges.len(), |a, b| edges[a].left == edges[b].left);
    let mut by_person: Vec<usize> = (0..edges.len()).collect();
    by_person.sort_by_key(|&e| (edges[e].person, edges[e].left));
    let people = groups(edges.len(), |a, b| edges[by_person[a]].person == edges[by_person[b]].person);
    let mut claim = vec![0.0; edges.len()]; // From left to person: how strongly this left wants it
    let mut room = vec![1.0; edges.len()]; // From person to left: how much room the others leave
    let mut terms = Vec::new();
    for _ in 0..ROUNDS {
        for group in &lefts {
            terms.clear();
            terms.extend(group.clone().map(|e| if edges[e].stands_aside { 0.0 } else { odds[e] * room[e] }));
            for (place, others) in all_but_one(&terms).into_iter().enumerate() {
                let e = group.start + place;
                claim[e] = if edges[e].stands_aside { 0.0 } else { odds[e] / (1.0 + others) };
            }
        }
        for group in &people {
            if group.len() == 1 {
                continue;
            }
            let members = &by_person[group.clone()];
            terms.clear();
            terms.extend(members.iter().map(|&e| claim[e]));
            // Duplicates leave each other room. Crowds too large for that are not one person anyway.
            let tolerant = !alike.is_empty() && members.len() <= 64;
            for (place, mut others) in all_but_one(&terms).into_iter().enumerate() {
                let e = members[place];
                if tolerant {
                    others = members
                        .iter()
                        .filter(|&&o| o != e)
                        .map(|&o| claim[o] * (1.0 - likeness(alike, edges[e].left, edges[o].left)))
                        .sum();
                }
                room[e] = 1.0 / (1.0 + others);
            }
        }
    }
    let mut probabilities = vec![0.0; edges.len()];
    for group in &lefts {
        let own = |e: usize| odds[e] * room[e];
        let total: f64 = group.clone().filter(|&e| !edges[e].stands_aside).map(own).sum();
        for e in group.clone() {
            let aside = if edges[e].stands_aside { own(e) } else { 0.0 };
            probabilities[e] = own(e) / (1.0 + total + aside);
        }
    }
    probabilities
}

pub(super) fn likeness(alike: &Alike, a: u32, b: u32) -> f64 {
    alike.get(&(a.min(b), a.max(b))).copied().unwrap_or(0.0)
}

fn groups(len: usize, same: impl Fn(usize, usize) -> bool) -> Vec<std::ops::Range<usize>> {
    let mut groups = Vec::new();
    let mut from = 0;
    for at in 1..=len {
        if at == len || !same(at - 1, at) {
            groups.push(from..at);
            from = at;
        }
    }
    groups
}

/// For each term the sum of all others, without taking a difference of large numbers.
fn all_but_one(terms: &[f64]) -> Vec<f64> {
    let mut sums = vec![0.0; terms.len()];
    let mut before = 0.0;
    for (sum, term) in sums.iter_mut().zip(terms) {
        *sum = before;
        before += term;
    }
    let mut after = 0.0;
    for (sum, term) in sums.iter_mut().zip(terms).rev() {
        *sum += after;
        after += term;
    }
    sums
}

#[cfg(test)]
mod tests {
    use super::*;

    fn edge(left: u32, person: u32, weight: f64) -> Edge {
        Edge { left, person, weight, stands_aside: false }
    }

    #[test]
    fn no_match_competes() {
        let alone = compete(&[edge(0, 0, -3.0)], &Alike::default());
        assert!((alone[0] - 1.0 / 9.0).abs() < 1e-12, "odds of 1 to 8 against no match");
    }

    #[test]
    fn two_equal_candidates_share() {
        let shared = compete(&[edge(0, 0, 20.0), edge(0, 1, 20.0)], &Alike::default());
        assert!((shared[0] - 0.5).abs() < 1e-5 && (shared[1] - 0.5).abs() < 1e-5);
    }

    #[test]
    fn a_stronger_claim_on_the_same_chi_wins_and_the_loser_goes_to_its_second_best() {
        let edges = [edge(0, 0, 20.0), edge(1, 0, 10.0), edge(1, 1, 6.0)];
        let p = compete(&edges, &Alike::default());
        assert!(p[0] > 0.999);
        assert!(p[1] < 0.01, "{p:?}");
        assert!(p[2] > 0.9, "{p:?}");
    }

    #[test]
    fn duplicates_do_not_compete_for_their_chi() {
        let edges = [edge(0, 0, 20.0), edge(1, 0, 15.0)];
        let apart = compete(&edges, &Alike::default());
        assert!(apart[1] < 0.1);
        let together = compete(&edges, &Alike::from_iter([((0, 1), 0.999_999)]));
        assert!(together[0] > 0.99 && together[1] > 0.9, "{together:?}");
    }

    #[test]
    fn a_deleted_number_takes_nothing_from_the_living_one() {
        let deleted = Edge { stands_aside: true, ..edge(0, 0, 25.0) };
        let p = compete(&[deleted, edge(0, 1, 20.0)], &Alike::default());
        assert!(p[1] > 0.999_99, "{p:?}");
    }
}
