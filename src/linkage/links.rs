//! From compared pairs to banded links.

use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};

use super::assignment::{Claim, assign};
use super::candidates::Candidate;
use super::comparison::{Comparison, Pattern, compare_shared};
use super::competition::{Alike, Edge, compete, likeness};
use super::frequency::Shares;
use super::levels::short;
use super::likeness::Cache;
use super::model::{Parameters, Weights};
use super::place::Place;
use super::table::Row;
use super::values::{Files, Records, Values};
use super::{Cuts, ScoredPair, hazards};
use crate::pair::{Band, Hazards};
use crate::person::ChiStatus;

/// A rival within so many bits is a near tie: no probability makes up for that.
pub(super) const NEAR: f64 = 8.0;
/// The share of people in CHI who hold two numbers unnoticed, as believed beforehand.
const TWO_NUMBERS: f64 = 0.002;
/// Rivals below this weight are no rivals.
const RIVAL: f64 = -8.0;
/// Pairs below this weight do not compete: their probability is under one in 60,000.
const COMPETES: f64 = -16.0;
/// Other pairs are kept from this probability.
const KEPT: f64 = 0.001;
/// And at most so many for one left record.
const MOST: usize = 10;

/// A weighed pair of a left record and a person.
#[derive(Debug, Clone, Copy)]
pub(super) struct Weighed {
    pub left: u32,
    /// The right record that fits best.
    pub right: u32,
    /// The person it belongs to.
    pub person: u32,
    pub pattern: Pattern,
    pub keys: u32,
    pub weight: f64,
}

/// The weight of one pair, value frequencies included.
pub(super) fn weight_of(
    values: &Values,
    cache: &mut Cache,
    weights: &Weights,
    shares: &Shares,
    a: &Row,
    b: &Row,
) -> (Pattern, f64) {
    let (pattern, shared) = compare_shared(values, cache, a, b);
    let weight = Comparison::ALL.into_iter().fold(weights.prior - weights.together(pattern), |sum, comparison| {
        let adjustment = shares.adjust(comparison, pattern, shared, a, b) * weights.rarity(comparison, pattern);
        sum + weights.level(comparison, pattern) + adjustment
    });
    (pattern, weight)
}

/// Weighs candidates; of several rows of one person the best stands for all. Sorted by left record and person.
pub(super) fn weigh(
    values: &Values,
    left: &Records,
    right: &Records,
    candidates: &[Candidate],
    weights: &Weights,
    shares: &Shares,
) -> Vec<Weighed> {
    let mut all: Vec<Weighed> = candidates
        .par_chunks(8192)
        .map_init(Cache::new, |cache, chunk| {
            let weighed = chunk.iter().map(|c| {
                let (a, b) = (&left.rows[c.left as usize], &right.rows[c.right as usize]);
                let (pattern, weight) = weight_of(values, cache, weights, shares, a, b);
                let person = right.person[c.right as usize];
                Weighed { left: c.left, right: c.right, person, pattern, keys: c.keys, weight }
            });
            weighed.collect::<Vec<_>>()
        })
        .collect::<Vec<_>>()
        .concat();
    all.par_sort_unstable_by(|a, b| {
        (a.left, a.person).cmp(&(b.left, b.person)).then(b.weight.total_cmp(&a.weight)).then(a.right.cmp(&b.right))
    });
    all.dedup_by(|later, first| {
        let same = (later.left, later.person) == (first.left, first.person);
        if same {
            first.keys |= later.keys;
        }
        same
    });
    all
}

/// The pairs that compete.
pub(super) fn edges(files: &Files, weighed: &[Weighed]) -> Vec<Edge> {
    let face = |person: u32| &files.chi.rows[files.chi.face[person as usize] as usize];
    weighed
        .iter()
        .map(|w| Edge {
            left: w.left,
            person: w.person,
            weight: w.weight,
            stands_aside: matches!(face(w.person).status, ChiStatus::Deleted | ChiStatus::Historical)
                || w.weight < COMPETES,
        })
        .collect()
}

/// Learns from what competition left of each pair: a household's patterns no longer pass for matches.
pub(super) fn refine(parameters: &mut Parameters, believed: &Parameters, files: &Files, weighed: &[Weighed]) {
    let probabilities = compete(&edges(files, weighed), &Alike::default());
    let posterior = weighed.iter().zip(&probabilities).map(|(w, &p)| (w.pattern, p));
    let matches = parameters.learn_m(posterior, believed);
    parameters.expect(matches / (files.mosaic.len() as f64).max(1.0), files.chi.people() as f64);
}

/// How many people of the CHI file share a name and a whole date of birth.
fn namesakes(chi: &Records) -> FxHashMap<(u32, u32, u32), (u32, bool)> {
    let mut people: FxHashMap<(u32, u32, u32), (u32, bool)> = FxHashMap::default();
    for (row, &person) in chi.rows.iter().zip(&chi.person) {
        if row.surname != 0 && row.forename != 0 && row.birth != 0 {
            let entry = people.entry((row.surname, row.forename, row.birth)).or_insert((person, false));
            entry.1 |= entry.0 != person;
        }
    }
    people
}

/// Bands, hazards and the assignment. `duplicates` are the pairs of left records that are banded as duplicates.
pub(super) fn settle(
    files: &Files,
    weighed: &[Weighed],
    weights: &Weights,
    shares: &Shares,
    alike: &Alike,
    duplicates: &FxHashSet<(u32, u32)>,
    cuts: Cuts,
) -> Vec<ScoredPair> {
    let edges = edges(files, weighed);
    let probabilities = compete(&edges, alike);
    let chosen = choose(files, &edges, &probabilities, duplicates);
    let rivals = claims_per_person(&edges);
    let namesakes = namesakes(&files.chi);
    // Two candidates that may be one person under two numbers: which is the one in use, only an officer can find out
    let mut within = weights.clone();
    within.prior = (TWO_NUMBERS / (files.chi.people() as f64).max(1.0)).log2();
    let cache = std::cell::RefCell::new(Cache::new());
    let two_numbers = |a: &Weighed, b: &Weighed| {
        let rows = [a, b].map(|w| &files.chi.rows[w.right as usize]);
        weight_of(&files.values, &mut cache.borrow_mut(), &within, shares, rows[0], rows[1]).1 > 0.0
    };
    let mut links = Vec::new();
    let mut at = 0;
    for group in edges.chunk_by(|a, b| a.left == b.left) {
        let from = at;
        at += group.len();
        let mut own: Vec<ScoredPair> = (from..at)
            .map(|e| {
                let (w, edge) = (&weighed[e], &edges[e]);
                let others = (from..at).filter(|&o| o != e && !edges[o].stands_aside).map(|o| edges[o].weight);
                let second = others.fold(None, |best: Option<f64>, w| Some(best.map_or(w, |b| b.max(w))));
                let (a, b) = (&files.mosaic.rows[w.left as usize], &files.chi.rows[w.right as usize]);
                let face = files.chi.face[w.person as usize];
                let mut found = hazards::of_pair(w.pattern, shares, a, b);
                hazards::apply_status(&files.chi.rows[face as usize], &mut found);
                if (from..at).any(|o| o != e && is_rival(edge, &edges[o], || two_numbers(w, &weighed[o])))
                    || contested(&rivals, edge, alike)
                {
                    found |= Hazards::NEAR_TIE;
                }
                // A superseded number without its replacement in the file is not what would be issued
                let stale = files.chi.rows[face as usize].status == ChiStatus::Historical;
                let namesake = namesakes.get(&(b.surname, b.forename, b.birth)).is_some_and(|n| n.1);
                found.set(Hazards::NAMESAKE, namesake);
                ScoredPair {
                    left: w.left,
                    right: face,
                    weight: w.weight,
                    probability: probabilities[e],
                    band: band(cuts, probabilities[e], w.pattern, found, chosen[e], stale),
                    pattern: w.pattern,
                    hazards: found,
                    keys: w.keys,
                    runner_up: second.map(|s| w.weight - s),
                    best: chosen[e],
                }
            })
            .collect();
        keep(&mut own);
        links.append(&mut own);
    }
    one_automatic_each(&mut links, duplicates);
    links
}

/// The band of a link.
fn band(cuts: Cuts, probability: f64, pattern: Pattern, found: Hazards, best: bool, stale: bool) -> Band {
    let band = cuts.band(probability);
    // The address decides between namesakes, and so does a CHI that both sides hold.
    let home = pattern.level(Comparison::Location);
    let decided = (Place::Dwelling as u8..=Place::Postcode as u8).contains(&home)
        || pattern.level(Comparison::Chi) == short::SAME;
    let identity = if decided { found - Hazards::NAMESAKE } else { found };
    match band {
        Band::Auto
            if !best
                || stale
                || hazards::another_person_may_be_meant(identity)
                || !hazards::personal_evidence(pattern) =>
        {
            Band::Review
        }
        band => band,
    }
}

/// Drops what nobody will want to see; best pairs first to stay.
fn keep(own: &mut Vec<ScoredPair>) {
    let mut order: Vec<usize> = (0..own.len()).collect();
    order.sort_by(|&a, &b| {
        own[b].probability.total_cmp(&own[a].probability).then(own[b].weight.total_cmp(&own[a].weight)).then(a.cmp(&b))
    });
    let mut kept = vec![false; own.len()];
    for &index in order.iter().take(MOST) {
        kept[index] = own[index].probability >= KEPT || own[index].best;
    }
    let mut flags = kept.iter();
    own.retain(|_| flags.next().copied().unwrap_or(false));
}

/// Per person, the two strongest claims (weight, left record) and whether there are more.
fn claims_per_person(edges: &[Edge]) -> FxHashMap<u32, Vec<(f64, u32)>> {
    let mut claims: FxHashMap<u32, Vec<(f64, u32)>> = FxHashMap::default();
    for edge in edges.iter().filter(|e| e.weight > RIVAL) {
        claims.entry(edge.person).or_default().push((edge.weight, edge.left));
    }
    claims
}

/// Whether another candidate of the same left record is nearly as good.
fn is_rival(edge: &Edge, other: &Edge, one_person: impl FnOnce() -> bool) -> bool {
    !other.stands_aside && other.weight > RIVAL && (edge.weight - other.weight < NEAR || one_person())
}

/// Whether another left record, not a duplicate, has nearly as good a claim.
fn contested(claims: &FxHashMap<u32, Vec<(f64, u32)>>, edge: &Edge, alike: &Alike) -> bool {
    claims.get(&edge.person).is_some_and(|claims| {
        claims.iter().any(|&(weight, left)| {
            left != edge.left && edge.weight - weight < NEAR && likeness(alike, edge.left, left) < 0.5
        })
    })
}

/// The one-to-one assignment, duplicates taken together.
fn choose(files: &Files, edges: &[Edge], probabilities: &[f64], duplicates: &FxHashSet<(u32, u32)>) -> Vec<bool> {
    let units = units(files.mosaic.len(), duplicates);
    let mut totals: FxHashMap<(u32, u32), f64> = FxHashMap::default();
    for (edge, &p) in edges.iter().zip(probabilities).filter(|(e, _)| !e.stands_aside) {
        // A claim counts from one chance in twenty.
        let gain = (p.max(1e-12) / (1.0 - p).max(1e-12)).log2() + 19_f64.log2();
        if gain > 0.0 {
            *totals.entry((units[edge.left as usize], edge.person)).or_insert(0.0) += gain;
        }
    }
    let mut claims: Vec<Claim> =
        totals.into_iter().map(|((unit, person), gain)| Claim { unit, person, gain }).collect();
    claims.sort_unstable_by_key(|c| (c.unit, c.person));
    let assigned = assign(&claims);
    let chosen: FxHashSet<(u32, u32)> =
        claims.iter().zip(assigned).filter(|(_, a)| *a).map(|(c, _)| (c.unit, c.person)).collect();
    edges.iter().map(|e| !e.stands_aside && chosen.contains(&(units[e.left as usize], e.person))).collect()
}

/// Left records that are duplicates of each other, every one of every other, share a number.
fn units(left: usize, duplicates: &FxHashSet<(u32, u32)>) -> Vec<u32> {
    let mut pairs: Vec<(u32, u32)> = duplicates.iter().copied().collect();
    pairs.sort_unstable();
    let mut unit: Vec<u32> = (0..left as u32).collect();
    let mut members: FxHashMap<u32, Vec<u32>> = FxHashMap::default();
    for (a, b) in pairs {
        let (x, y) = (unit[a as usize], unit[b as usize]);
        if x == y {
            continue;
        }
        let of = |u: u32| members.get(&u).cloned().unwrap_or_else(|| vec![u]);
        let (mine, theirs) = (of(x), of(y));
        let all = |m: &u32| theirs.iter().all(|t| duplicates.contains(&(*m.min(t), *m.max(t))));
        if mine.iter().all(all) {
            let joined: Vec<u32> = mine.iter().chain(&theirs).copied().collect();
            for &member in &joined {
                unit[member as usize] = x;
            }
            members.remove(&y);
            members.insert(x, joined);
        }
    }
    unit
}

/// Two Mosaic records share a CHI in the automatic band only where they are banded duplicates of each other.
fn one_automatic_each(links: &mut [ScoredPair], duplicates: &FxHashSet<(u32, u32)>) {
    let mut automatic: FxHashMap<u32, Vec<usize>> = FxHashMap::default();
    for (index, link) in links.iter().enumerate().filter(|(_, l)| l.band == Band::Auto) {
        automatic.entry(link.right).or_default().push(index);
    }
    for claims in automatic.into_values() {
        let lefts: Vec<u32> = claims.iter().map(|&c| links[c].left).collect();
        let apart = |a: u32, b: u32| a != b && !duplicates.contains(&(a.min(b), a.max(b)));
        if lefts.iter().any(|&a| lefts.iter().any(|&b| apart(a, b))) {
            for claim in claims {
                links[claim].band = Band::Review;
                links[claim].hazards |= Hazards::NEAR_TIE;
            }
        }
    }
}
