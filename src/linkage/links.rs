//! From compared pairs to banded links.

use std::ops::Range;

use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};

use super::assignment::{Claim, assign};
use super::bands::WRONG_LINKS;
use super::candidates::Candidate;
use super::comparison::{Pattern, compare_shared};
use super::competition::{Alike, Contest, likeness};
use super::frequency::Shares;
use super::lessons::Lessons;
use super::likeness::Cache;
use super::model::{Parameters, Weights};
use super::namesakes::{name_and_birth, people_with};
use super::table::Row;
use super::values::{Files, Values};
use super::weighing::Weighing;
use super::{Cuts, ScoredPair, duplicates, hazards};
use crate::pair::{Band, Hazards, PairKind};
use crate::person::ChiStatus;

/// A rival within so many bits is a near tie: no probability makes up for that.
pub(super) const NEAR: f64 = 4.0;
/// The share of people in CHI who hold two numbers unnoticed, as believed beforehand.
pub(super) const TWO_NUMBERS: f64 = 0.002;
/// Rivals below this weight are no rivals.
pub(super) const RIVAL: f64 = -8.0;
/// Other pairs are kept from this probability.
const KEPT: f64 = 0.001;
/// And at most so many for one left record.
const MOST: usize = 10;
/// Left records settled at a time.
const CHUNK: usize = 1024;

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
    (pattern, weights.weight(weights.scored(pattern), shares.rare(pattern, shared, a, b)))
}

/// The candidate links: pairs of records, and the pairs of a left record and a person that they come to.
pub(super) struct Links<'a> {
    files: &'a Files,
    /// The left records: those of the Mosaic file, unless others are looked up.
    lefts: &'a [Row],
    pub weighing: Weighing,
    /// Where the record pairs of each pair in the contest begin, and the end: several rows may be of one person.
    rows: Vec<u32>,
    pub contest: Contest,
}

/// What duplicates tell of links: left record, person and weight, sorted by the first two, each pair once.
pub(super) type Told = Vec<(u32, u32, f64)>;

/// The weights of the pairs in the contest, each that of the person's row that fits best.
pub(super) struct Weighed {
    /// Per pair in the contest, the record pair that fits best.
    pub best: Vec<u32>,
    pub weights: Vec<f64>,
}

impl<'a> Links<'a> {
    pub fn new(files: &'a Files, lefts: &'a [Row], mut candidates: Vec<Candidate>) -> Self {
        let person = |c: &Candidate| files.chi.person[c.right as usize];
        candidates.par_sort_unstable_by_key(|c| (c.left, person(c), c.right));
        let mut rows = Vec::new();
        let mut pairs = Vec::new();
        for (at, candidate) in candidates.iter().enumerate() {
            let pair = (candidate.left, person(candidate));
            if pairs.last() != Some(&pair) {
                pairs.push(pair);
                rows.push(at as u32);
            }
        }
        rows.push(candidates.len() as u32);
        let face = |person: u32| files.chi.rows[files.chi.face[person as usize] as usize].status;
        let out_of_use = |&(_, person): &(u32, u32)| matches!(face(person), ChiStatus::Deleted | ChiStatus::Historical);
        let aside = pairs.iter().map(out_of_use).collect();
        Self { files, lefts, weighing: Weighing::new(candidates), rows, contest: Contest::new(pairs, aside) }
    }

    /// Weighs every pair; of several rows of one person the best stands for all.
    pub fn weigh(&self, weights: &Weights) -> Weighed {
        let all = self.weighing.weights(weights);
        let best: Vec<u32> = self
            .rows
            .windows(2)
            .map(|ends| {
                (ends[0] + 1..ends[1]).fold(ends[0], |b, r| if all[r as usize] > all[b as usize] { r } else { b })
            })
            .collect();
        Weighed { weights: best.iter().map(|&row| all[row as usize]).collect(), best }
    }

    /// The record pair that fits best of a pair in the contest.
    pub fn best(&self, weighed: &Weighed, pair: usize) -> &Candidate {
        &self.weighing.pairs[weighed.best[pair] as usize]
    }

    /// The same candidates, whose patterns are changed in place.
    pub fn changed(self, change: impl FnOnce(&mut [Candidate])) -> Self {
        let mut all = self.weighing.pairs;
        change(&mut all);
        Self { weighing: Weighing::new(all), ..self }
    }

    /// The pairs that somebody tells of and no key has found.
    pub fn unheard(&self, told: &Told) -> Vec<(u32, u32)> {
        let pairs = &self.contest.pairs;
        let new = told.iter().filter(|&&(left, person, _)| pairs.binary_search(&(left, person)).is_err());
        new.map(|&(left, person, _)| (left, self.files.chi.face[person as usize])).collect()
    }

    /// Adds candidates.
    pub fn with(self, more: Vec<Candidate>) -> Self {
        let mut all = self.weighing.pairs;
        all.extend(more);
        Self::new(self.files, self.lefts, all)
    }

    /// Weighs every pair, and hears what duplicates tell: the better witness counts.
    pub fn hear(&self, weights: &Weights, told: &Told) -> Weighed {
        let mut weighed = self.weigh(weights);
        for &(left, person, weight) in told {
            if let Ok(pair) = self.contest.pairs.binary_search(&(left, person)) {
                weighed.weights[pair] = weighed.weights[pair].max(weight);
            }
        }
        weighed
    }

    /// Learns from what competition left of each pair: a household's patterns no longer pass for matches.
    pub fn refine(
        &self,
        parameters: &mut Parameters,
        believed: &Parameters,
        weighed: &Weighed,
        alike: &Alike,
        lessons: &Lessons,
    ) {
        let probabilities = self.contest.probabilities(&weighed.weights, alike);
        let corrections = lessons.of_links(&self.contest, &probabilities);
        let pairs = weighed.best.iter().zip(&probabilities).map(|(&row, &p)| (row as usize, p));
        let decided = |(pair, by)| (self.weighing.pairs[weighed.best[pair] as usize].pattern, by);
        let corrections: Vec<(Pattern, f64)> = corrections.into_iter().map(decided).collect();
        let matches = parameters.learn_m_taught(self.weighing.of_one_person(pairs).into_iter(), &corrections, believed);
        parameters.expect(matches / (self.lefts.len() as f64).max(1.0), self.files.chi.people() as f64);
    }

    /// The record pairs of a pair in the contest.
    pub fn records(&self, pair: usize) -> &[Candidate] {
        &self.weighing.pairs[self.rows[pair] as usize..self.rows[pair + 1] as usize]
    }

    /// The keys that found any row of a pair's person.
    fn keys(&self, pair: usize) -> u32 {
        self.records(pair).iter().fold(0, |keys, candidate| keys | candidate.keys)
    }

    /// Bands, hazards and the assignment; [`share_numbers`] comes after.
    pub fn settle(
        &self,
        weighed: &Weighed,
        weights: &Weights,
        shares: &Shares,
        duplicates: &[ScoredPair],
        cuts: Option<Cuts>,
    ) -> (Vec<ScoredPair>, Cuts) {
        let alike = &duplicates::alike(duplicates.iter().map(|p| ((p.left, p.right), p.probability)));
        let (files, contest) = (self.files, &self.contest);
        let probabilities = contest.probabilities(&weighed.weights, alike);
        let chosen = self.choose(&probabilities, &self.together(&probabilities, duplicates::joined(duplicates)));
        let contested = self.contested(weighed, alike);
        let of_chi = |pair: usize| &files.chi.rows[self.best(weighed, pair).right as usize];
        let groups: Vec<_> = contest.by_left().collect();
        let kept: Vec<Vec<usize>> =
            groups.par_iter().map(|group| worth_keeping(group.clone(), &probabilities, &chosen)).collect();
        let asked = kept.iter().flatten().map(|&pair| name_and_birth(of_chi(pair)));
        let shared = people_with(&files.chi, asked, name_and_birth);
        // Two candidates that may be one person under two numbers: which is the one in use, only an officer can find out
        let mut within = weights.clone();
        within.prior = (TWO_NUMBERS / (files.chi.people() as f64).max(1.0)).log2();
        // What two rows of CHI show of being one person, whatever is believed beforehand
        let mut alone = weights.clone();
        alone.prior = 0.0;
        let of_group = |cache: &mut Cache, (group, kept): (&Range<usize>, &[usize]), came: &mut (Vec<_>, Vec<_>)| {
            let (links, stale) = came;
            for &pair in kept {
                let others = || group.clone().filter(|&other| other != pair && !contest.aside[other]);
                let weight = weighed.weights[pair];
                let second = others().map(|other| weighed.weights[other]).reduce(f64::max);
                let candidate = self.best(weighed, pair);
                let (a, b) = (&self.lefts[candidate.left as usize], of_chi(pair));
                let face = files.chi.face[contest.pairs[pair].1 as usize];
                let mut found = hazards::of_pair(candidate.pattern, shares, a, b);
                hazards::apply_status(&files.chi.rows[face as usize], &mut found);
                // Who fits better under a number that is out of use is somebody, and not this one where the two are not alike
                let mut aside = group.clone().filter(|&other| other != pair && contest.aside[other]);
                let better = aside.any(|other| {
                    weighed.weights[other] > weight
                        && weight_of(&files.values, cache, &within, shares, b, of_chi(other)).1 <= 0.0
                });
                // Nor is a number carried to a person of whom its own row says nothing
                let face_row = &files.chi.rows[face as usize];
                let of_another =
                    candidate.right != face && weight_of(&files.values, cache, &alone, shares, b, face_row).1 < 0.0;
                let mut rival = |other: usize| {
                    weighed.weights[other] > RIVAL
                        && (weight - weighed.weights[other] < NEAR
                            || weight_of(&files.values, cache, &within, shares, b, of_chi(other)).1 > 0.0)
                };
                if better || of_another || contested[pair] || others().any(&mut rival) {
                    found |= Hazards::NEAR_TIE;
                }
                // A superseded number without its replacement in the file is not what would be issued
                let row = &files.chi.rows[face as usize];
                if row.status == ChiStatus::Historical || row.chi != files.chi.current[contest.pairs[pair].1 as usize] {
                    stale.push((candidate.left, face));
                }
                found.set(Hazards::NAMESAKE, shared.get(&name_and_birth(b)).is_some_and(|&people| people > 1));
                links.push(ScoredPair {
                    left: candidate.left,
                    right: face,
                    weight,
                    probability: probabilities[pair],
                    band: Band::Low,
                    pattern: candidate.pattern,
                    hazards: found,
                    keys: self.keys(pair),
                    runner_up: second.map(|second| weight - second),
                    best: chosen[pair],
                });
            }
        };
        let found =
            groups.par_chunks(CHUNK).zip(kept.par_chunks(CHUNK)).map_init(Cache::new, |cache, (groups, kept)| {
                let mut found = (Vec::new(), Vec::new());
                groups.iter().zip(kept).for_each(|(group, kept)| of_group(cache, (group, kept), &mut found));
                found
            });
        let (mut links, mut stale) = (Vec::<ScoredPair>::new(), FxHashSet::default());
        for (found, out_of_use) in found.collect::<Vec<_>>() {
            links.extend(found);
            stale.extend(out_of_use);
        }
        let safe = |link: &ScoredPair| {
            link.best
                && !stale.contains(&(link.left, link.right))
                && !hazards::held_back(PairKind::Link, link.pattern, link.hazards)
        };
        let of_safe = || links.iter().filter(|link| safe(link)).map(|link| link.probability).collect();
        let cuts = cuts.unwrap_or_else(|| Cuts::chosen(of_safe(), WRONG_LINKS));
        for link in &mut links {
            link.band = match cuts.band(link.probability) {
                Band::Auto if !safe(link) => Band::Review,
                band => band,
            };
        }
        (links, cuts)
    }

    /// Whether another left record, not a duplicate, has nearly as good a claim on the person.
    fn contested(&self, weighed: &Weighed, alike: &Alike) -> Vec<bool> {
        let mut contested = vec![false; self.contest.pairs.len()];
        for members in self.contest.by_person().filter(|members| members.len() > 1) {
            for &pair in members {
                let (left, weight) = (self.contest.pairs[pair as usize].0, weighed.weights[pair as usize]);
                contested[pair as usize] = members.iter().any(|&other| {
                    let (rival, claim) = (self.contest.pairs[other as usize].0, weighed.weights[other as usize]);
                    other != pair && claim > RIVAL && weight - claim < NEAR && likeness(alike, left, rival) < 0.5
                });
            }
        }
        contested
    }

    /// Of pairs that are taken together those that are not each likelier another person's: they share a person or none.
    fn together(&self, probabilities: &[f64], mut joined: FxHashSet<(u32, u32)>) -> FxHashSet<(u32, u32)> {
        let mut own: FxHashMap<u32, u32> = FxHashMap::default();
        for (pair, &(left, person)) in self.contest.pairs.iter().enumerate() {
            if probabilities[pair] > 0.5 && !self.contest.aside[pair] {
                own.insert(left, person);
            }
        }
        joined.retain(|(a, b)| match (own.get(a), own.get(b)) {
            (Some(one), Some(other)) => one == other,
            _ => true,
        });
        joined
    }

    /// The one-to-one assignment, duplicates taken together.
    fn choose(&self, probabilities: &[f64], duplicates: &FxHashSet<(u32, u32)>) -> Vec<bool> {
        let contest = &self.contest;
        let units = units(self.lefts.len(), duplicates);
        let unit = |pair: usize| (units[contest.pairs[pair].0 as usize], contest.pairs[pair].1);
        let mut gains: Vec<((u32, u32), f64)> = (0..contest.pairs.len())
            .filter(|&pair| !contest.aside[pair])
            .filter_map(|pair| {
                let p = probabilities[pair];
                // A claim counts from one chance in twenty.
                let gain = (p.max(1e-12) / (1.0 - p).max(1e-12)).log2() + 19_f64.log2();
                (gain > 0.0).then(|| (unit(pair), gain))
            })
            .collect();
        gains.sort_unstable_by(|a, b| a.0.cmp(&b.0).then(a.1.total_cmp(&b.1)));
        let claims: Vec<Claim> = gains
            .chunk_by(|a, b| a.0 == b.0)
            .map(|same| Claim { unit: same[0].0.0, person: same[0].0.1, gain: same.iter().map(|(_, gain)| gain).sum() })
            .collect();
        let assigned = assign(&claims);
        let chosen: FxHashSet<(u32, u32)> =
            claims.iter().zip(assigned).filter(|(_, assigned)| *assigned).map(|(c, _)| (c.unit, c.person)).collect();
        (0..contest.pairs.len()).map(|pair| !contest.aside[pair] && chosen.contains(&unit(pair))).collect()
    }
}

/// The pairs of a left record that somebody may want to see: the likeliest, in their order.
fn worth_keeping(group: Range<usize>, probabilities: &[f64], chosen: &[bool]) -> Vec<usize> {
    let mut own: Vec<usize> = group.filter(|&pair| probabilities[pair] >= KEPT || chosen[pair]).collect();
    if own.len() > MOST {
        own.sort_by(|&a, &b| probabilities[b].total_cmp(&probabilities[a]).then(a.cmp(&b)));
        own.truncate(MOST);
        own.sort_unstable();
    }
    own
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

/// What the banded duplicates allow and forbid: records of one person may share a number, others may not.
pub(super) fn share_numbers(links: &mut [ScoredPair], duplicates: &[ScoredPair], cuts: Cuts) {
    let banded = duplicates::banded(duplicates);
    follow_duplicates(links, &banded, cuts);
    one_automatic_each(links, &banded);
}

/// A link that is likely, and whose record is banded as a duplicate of one with an automatic link to the same number, is
/// automatic with it: what its own record lacks, the other has. What its own record has and CHI does not, stays a doubt.
fn follow_duplicates(links: &mut [ScoredPair], duplicates: &FxHashSet<(u32, u32)>, cuts: Cuts) {
    let automatic: FxHashSet<(u32, u32)> =
        links.iter().filter(|l| l.band == Band::Auto).map(|l| (l.left, l.right)).collect();
    let mut twins: FxHashMap<u32, Vec<u32>> = FxHashMap::default();
    for &(a, b) in duplicates {
        twins.entry(a).or_default().push(b);
        twins.entry(b).or_default().push(a);
    }
    for link in links.iter_mut().filter(|l| l.band == Band::Review && l.best && cuts.band(l.probability) == Band::Auto)
    {
        let led = twins.get(&link.left).is_some_and(|own| own.iter().any(|&o| automatic.contains(&(o, link.right))));
        let against = link.hazards.intersects(hazards::NUMBER) || hazards::speaks_against(link.pattern, link.hazards);
        if led && !against {
            link.band = Band::Auto;
        }
    }
}

/// Two Mosaic records share a CHI in the automatic band only where they are banded duplicates of each other: the likeliest
/// stays, and those that are banded with all that stay.
fn one_automatic_each(links: &mut [ScoredPair], duplicates: &FxHashSet<(u32, u32)>) {
    let mut claims: Vec<usize> = (0..links.len()).filter(|&link| links[link].band == Band::Auto).collect();
    let order = |link: &usize| (links[*link].right, links[*link].left);
    claims.sort_unstable_by(|a, b| {
        let likelier = links[*b].weight.total_cmp(&links[*a].weight);
        links[*a].right.cmp(&links[*b].right).then(likelier).then(order(a).cmp(&order(b)))
    });
    let mut apart = Vec::new();
    for claims in claims.chunk_by(|a, b| links[*a].right == links[*b].right).filter(|claims| claims.len() > 1) {
        let mut stay: Vec<u32> = Vec::new();
        for &claim in claims {
            let left = links[claim].left;
            if stay.iter().all(|&other| duplicates.contains(&(left.min(other), left.max(other)))) {
                stay.push(left);
            } else {
                apart.push(claim);
            }
        }
    }
    for claim in apart {
        links[claim].band = Band::Review;
        links[claim].hazards |= Hazards::NEAR_TIE;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::linkage::Comparison;
    use crate::linkage::birth::Birth;
    use crate::linkage::levels::forename;

    #[test]
    fn a_duplicate_lends_what_a_record_lacks_and_not_what_it_says_itself() {
        let agree = Pattern::default().with(Comparison::Surname, 1).with(Comparison::Forename, forename::SAME);
        let link = |left, band, pattern, hazards| ScoredPair {
            left,
            right: 7,
            weight: 12.0,
            probability: 0.999,
            band,
            pattern,
            hazards,
            keys: 0,
            runner_up: None,
            best: true,
        };
        let of = |pattern: Pattern, found: Hazards| {
            let whole = link(0, Band::Auto, agree.with(Comparison::Birth, 1), Hazards::empty());
            let mut links = [whole, link(1, Band::Review, pattern, found)];
            follow_duplicates(&mut links, &FxHashSet::from_iter([(0, 1)]), Cuts { auto: 0.99, review: 0.05 });
            links[1].band
        };
        let born = |birth: Birth| agree.with(Comparison::Birth, birth as u8);
        assert_eq!(of(born(Birth::Missing), Hazards::UNCERTAIN_DATE), Band::Auto);
        assert_eq!(of(born(Birth::OneDigit), Hazards::empty()), Band::Auto);
        assert_eq!(of(born(Birth::Differs), Hazards::empty()), Band::Review, "another date of birth");
        let other = born(Birth::Same).with(Comparison::Forename, forename::DIFFERS);
        assert_eq!(of(other, Hazards::TWIN), Band::Review, "another forename");
        assert_eq!(of(born(Birth::Missing), Hazards::PARENT_CHILD), Band::Review);
        assert_eq!(of(born(Birth::Missing), Hazards::NEAR_TIE), Band::Review);
    }
}
