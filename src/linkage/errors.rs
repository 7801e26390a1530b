//! Errors estimated without labels: how many links may be wrong, before anybody has looked at one.
//!
//! Statements that rest on different things, so that they can be held against each other. One is the sum of the model's
//! own probabilities ([`super::report::PairReport`]). Two need no probability to be right: people whose CHI record is not
//! there are looked up as everybody else is, and every link that one of them gets is false. Some are put together from the
//! Mosaic file and do not exist (Robach 2025); they meet households and common names, but not those who are really alike:
//! twins, namesakes, fathers and sons. So others are real, and their own CHI record is hidden from them. The last needs
//! counts alone: were wrong candidates a matter of chance, those who have several above the cut would show how many there
//! are (Blakely and Salmond 2002).

use std::ops::Range;

use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};
use serde::{Deserialize, Serialize};

use super::candidates::Candidate;
use super::frequency::Shares;
use super::likeness::Cache;
use super::limits;
use super::links::{Links, RIVAL, TWO_NUMBERS, Told, Weighed, share_numbers, weight_of};
use super::model::Parameters;
use super::report::PairReport;
use super::run::mix;
use super::table::{Row, flag};
use super::values::{Files, Records};
use super::weighing::Weighing;
use super::{Cuts, ScoredPair};

/// The seed by which people are put together; recorded in the report.
const SEED: u64 = 0x524F_4241_4348_3235;
/// So many people who do not exist are looked up at the most: enough to tell one wrong link in a thousand from three.
const MOST: usize = 5_000;
/// Years of a birth cohort, within which given names are exchanged.
const COHORT: u32 = 10;
/// A link from this probability is sure enough for its CHI record to be hidden.
const SURE: f64 = 0.99;
/// Left records looked at together.
const GROUPS: usize = 1024;
/// The confidence of limits.
pub const CONFIDENCE: f64 = 0.95;

/// How many links may be wrong.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Errors {
    /// The seed by which people who do not exist are put together.
    pub seed: u64,
    /// By people who do not exist.
    pub synthetic: FalseDiscovery,
    /// By people whose own CHI record is hidden from them.
    pub hidden: FalseDiscovery,
    /// By how many candidates people have.
    pub candidates: CandidateCounts,
}

/// People whose CHI record is not there, and what they were linked to: false links, all of them.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct FalseDiscovery {
    /// How many were looked up.
    pub people: u64,
    /// Of them, how many got an automatic link.
    pub auto: u64,
    /// How many got none, and at least one to review.
    pub review: u64,
    /// Mosaic records whose person has no CHI record, as the model expects.
    pub without_chi: f64,
    /// Wrong automatic links that those records would get at this rate.
    pub wrong_in_auto: f64,
    /// The same with [`CONFIDENCE`]: from, to.
    pub wrong_in_auto_limits: [f64; 2],
    /// Of those records, how many would be looked at in vain.
    pub in_vain: f64,
}

impl FalseDiscovery {
    /// Works out the rates and what they come to.
    pub fn of(people: u64, auto: u64, review: u64, without_chi: f64) -> Self {
        let rate = |found: u64| if people == 0 { 0.0 } else { found as f64 / people as f64 };
        let limits = if people == 0 { [0.0; 2] } else { limits::two_sided(auto, people, CONFIDENCE) };
        Self {
            people,
            auto,
            review,
            without_chi,
            wrong_in_auto: rate(auto) * without_chi,
            wrong_in_auto_limits: limits.map(|share| share * without_chi),
            in_vain: rate(review) * without_chi,
        }
    }
}

/// How many candidates of a weight that would do for the automatic band people have, before candidates compete, and what that
/// shows of the wrong ones among them.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct CandidateCounts {
    /// The weight of the cut, in bits.
    pub from: f64,
    /// Mosaic records without a candidate from there on.
    pub none: u64,
    /// With one.
    pub one: u64,
    /// With two or more.
    pub more: u64,
    /// Wrong candidates per record.
    pub wrong_per_record: f64,
    /// The share of right ones among all candidates from there on.
    pub precision: f64,
    /// The share of records with one candidate for which it is the right one.
    pub precision_of_one: f64,
}

impl CandidateCounts {
    /// What the counts show. Every record has its right candidate above the cut with one chance, and wrong ones beside it by
    /// a law of rare events, the same for all: two unknowns, and two counts to find them by.
    pub fn of(from: f64, none: u64, one: u64, more: u64) -> Self {
        let mut counts = Self { from, none, one, more, ..Self::default() };
        let all = (none + one + more) as f64;
        if one + more == 0 {
            return counts;
        }
        let (none, one) = (none as f64 / all, one as f64 / all);
        // With r the chance of a right candidate and w wrong ones on average: none = (1 − r) e^-w and
        // one = r e^-w + (1 − r) w e^-w, so that e^-w + w·none = none + one. The smaller root has a right one in it.
        let excess = |wrong: f64| (-wrong).exp() + wrong * none - none - one;
        let (mut low, mut high) = (0.0, if none > 0.0 { -none.ln() } else { 64.0 });
        if excess(high) < 0.0 {
            for _ in 0..80 {
                let middle = (low + high) / 2.0;
                if excess(middle) > 0.0 { low = middle } else { high = middle }
            }
        } else {
            low = high; // No more records have one than chance alone would give one
        }
        let wrong = low;
        let right = (1.0 - none * wrong.exp()).clamp(0.0, 1.0);
        counts.wrong_per_record = wrong;
        counts.precision = right / (right + wrong);
        counts.precision_of_one = if one > 0.0 { (right * (-wrong).exp() / one).min(1.0) } else { 0.0 };
        counts
    }

    /// Counts the candidates of every left record.
    pub(super) fn count(links: &Links<'_>, weighed: &Weighed, lefts: usize, cuts: Cuts) -> Self {
        let from = (cuts.auto / (1.0 - cuts.auto).max(1e-9)).log2();
        let (mut one, mut more) = (0, 0);
        for group in links.contest.by_left() {
            let above = |&pair: &usize| !links.contest.aside[pair] && weighed.weights[pair] >= from;
            match group.filter(above).count() {
                0 => {}
                1 => one += 1,
                _ => more += 1,
            }
        }
        Self::of(from, lefts as u64 - one - more, one, more)
    }
}

/// People who do not exist: each moves into the household of a Mosaic record (surname, home), under the given names of a
/// second and with the date of birth of a third, both of one sex and birth cohort, and holds no CHI. Households, common
/// names and what is missing stay as they are in the file.
pub(super) fn nobodies(mosaic: &Records) -> Vec<Row> {
    let rows = &mosaic.rows;
    let cohort = |row: &Row| (row.sex, (row.birth >> 16) / COHORT);
    let mut peers: FxHashMap<_, Vec<u32>> = FxHashMap::default();
    for (at, row) in rows.iter().enumerate() {
        peers.entry(cohort(row)).or_default().push(at as u32);
    }
    let draw =
        |nobody: usize, field: u64, among: usize| (mix(SEED ^ ((nobody as u64) << 2) ^ field) % among as u64) as usize;
    (0..MOST.min(rows.len()))
        .filter_map(|nobody| {
            let home = &rows[draw(nobody, 0, rows.len())];
            let named = draw(nobody, 1, rows.len());
            let peers = &peers[&cohort(&rows[named])];
            let born = peers[draw(nobody, 2, peers.len())] as usize;
            let (named, born) = (&rows[named], &rows[born]);
            // Who is put together of one person is somebody
            if named == born || named == home || born == home {
                return None;
            }
            Some(Row {
                forename: named.forename,
                known_as: named.known_as,
                second: named.second,
                sex: named.sex,
                birth: born.birth,
                chi: 0,
                death: 0,
                flags: (home.flags & flag::DUMMY_POSTCODE) | ((home.flags | named.flags) & flag::PLACEHOLDER),
                ..*home
            })
        })
        .collect()
}

/// A finished run, in which people are looked up whose record is not there.
pub(super) struct Run<'a> {
    pub files: &'a Files,
    pub shares: &'a Shares,
    pub links: &'a Links<'a>,
    pub weighed: &'a Weighed,
    pub told: &'a Told,
    pub duplicates: &'a [ScoredPair],
    pub parameters: &'a Parameters,
    pub cuts: Cuts,
}

/// People who are looked up once more.
#[derive(Default)]
struct Lookers {
    rows: Vec<Row>,
    /// Their candidates; the left record is the place in `rows`.
    candidates: Vec<Candidate>,
    /// Whose rows they are, and which person of CHI is hidden from them; sorted. Empty for people who do not exist.
    sources: Vec<(u32, u32)>,
}

impl Lookers {
    /// The place of a left record among the sources.
    fn source(&self, left: u32) -> Option<usize> {
        self.sources.binary_search_by_key(&left, |source| source.0).ok()
    }
}

impl Run<'_> {
    /// The estimates. `found` are the candidates of `nobodies`, `settled` the links of the run.
    pub fn errors(&self, nobodies: Vec<Row>, found: Vec<Candidate>, settled: &[ScoredPair]) -> Errors {
        let lefts = self.files.mosaic.len();
        let without = lefts as f64 * (1.0 - self.parameters.expected_share);
        let discovery = |people: usize, lookers: Lookers| {
            let [auto, review] = self.look_up(&lookers);
            FalseDiscovery::of(people as u64, auto, review, without)
        };
        let (people, hidden) = self.hidden(settled);
        Errors {
            seed: SEED,
            synthetic: discovery(nobodies.len(), Lookers { rows: nobodies, candidates: found, ..Lookers::default() }),
            hidden: discovery(people, hidden),
            candidates: CandidateCounts::count(self.links, self.weighed, lefts, self.cuts),
        }
    }

    /// Mosaic records that are surely linked, from whom that very CHI record is hidden: how many there are, and those of them who
    /// have any other candidate to speak of.
    fn hidden(&self, settled: &[ScoredPair]) -> (usize, Lookers) {
        let (files, contest) = (self.files, &self.links.contest);
        let mut sure: Vec<(u32, u32)> = settled
            .iter()
            .filter(|link| link.best && link.probability >= SURE)
            .map(|link| (link.left, files.chi.person[link.right as usize]))
            .collect();
        sure.dedup_by_key(|link| link.0);
        let mut within = self.parameters.weights();
        within.prior = (TWO_NUMBERS / (files.chi.people() as f64).max(1.0)).log2();
        let face = |person: u32| &files.chi.rows[files.chi.face[person as usize] as usize];
        let others = |cache: &mut Cache, group: Range<usize>| {
            let left = contest.pairs[group.start].0;
            let own = sure[sure.binary_search_by_key(&left, |link| link.0).ok()?].1;
            let mut others = Vec::new();
            for pair in group.filter(|&pair| self.weighed.weights[pair] > RIVAL) {
                let person = contest.pairs[pair].1;
                // A second number of the same person is no false link
                let same = person == own
                    || weight_of(&files.values, cache, &within, self.shares, face(own), face(person)).1 > 0.0;
                if !same {
                    others.extend_from_slice(self.links.records(pair));
                }
            }
            (!others.is_empty()).then_some((left, own, others))
        };
        let groups: Vec<_> = contest.by_left().collect();
        let found = groups.into_par_iter().with_min_len(GROUPS).map_init(Cache::new, others).flatten_iter();
        let mut lookers = Lookers::default();
        for (left, own, others) in found.collect::<Vec<_>>() {
            let place = lookers.rows.len() as u32;
            lookers.candidates.extend(others.into_iter().map(|candidate| Candidate { left: place, ..candidate }));
            lookers.rows.push(files.mosaic.rows[left as usize]);
            lookers.sources.push((left, own));
        }
        (sure.len(), lookers)
    }

    /// How many get an automatic link, and how many others one to review.
    ///
    /// They compete with the real records that want the same people, and with nobody else: a contest of its own, settled as
    /// the run's was, so that no real record notices. Of a real record that is looked up once more, only the claim on its own CHI
    /// record counts.
    fn look_up(&self, lookers: &Lookers) -> [u64; 2] {
        let files = self.files;
        let weights = self.parameters.weights();
        let person = |c: &Candidate| files.chi.person[c.right as usize];
        let found = Weighing::new(lookers.candidates.clone());
        let strong = found.weights(&weights);
        let wanted: FxHashSet<u32> =
            found.pairs.iter().zip(&strong).filter(|(_, w)| **w > RIVAL).map(|(c, _)| person(c)).collect();
        let claims = |left: u32, of: u32| lookers.source(left).is_none_or(|at| lookers.sources[at].1 == of);
        let rivals = self.links.contest.pairs.iter().zip(&self.weighed.weights);
        let mut rivals: Vec<u32> = rivals
            .filter(|((left, of), w)| **w > RIVAL && wanted.contains(of) && claims(*left, *of))
            .map(|((left, _), _)| *left)
            .collect();
        rivals.dedup(); // Pairs are sorted by their left record
        let first = rivals.len() as u32;
        let real = |left: u32| rivals.binary_search(&left).ok().map(|at| at as u32);
        let once_more = |left: u32| lookers.source(left).map(|at| first + at as u32);

        let mut rows: Vec<Row> = rivals.iter().map(|&left| files.mosaic.rows[left as usize]).collect();
        rows.extend_from_slice(&lookers.rows);
        let pairs = self.links.weighing.pairs.iter().filter_map(|c| Some((real(c.left)?, c)));
        let mut candidates: Vec<Candidate> =
            pairs.filter(|(_, c)| claims(c.left, person(c))).map(|(left, c)| Candidate { left, ..*c }).collect();
        candidates.extend(found.pairs.iter().map(|c| Candidate { left: first + c.left, ..*c }));
        let mut told: Told = Vec::new();
        for &(left, of, weight) in self.told {
            let whose = if claims(left, of) { real(left) } else { once_more(left) };
            told.extend(whose.map(|left| (left, of, weight)));
        }
        told.sort_unstable_by_key(|&(left, of, _)| (left, of));
        let mut duplicates: Vec<ScoredPair> = Vec::new();
        for number in [&real as &dyn Fn(u32) -> Option<u32>, &once_more] {
            let both = |pair: &ScoredPair| Some((number(pair.left)?, number(pair.right)?));
            let both = self.duplicates.iter().filter_map(|pair| both(pair).map(|ends| (ends, pair)));
            duplicates.extend(both.map(|((left, right), pair)| ScoredPair { left, right, ..pair.clone() }));
        }

        let links = Links::new(files, &rows, candidates);
        let weighed = links.hear(&weights, &told);
        let (mut links, _) = links.settle(&weighed, &weights, self.shares, &duplicates, Some(self.cuts));
        share_numbers(&mut links, &duplicates, self.cuts);
        let begin = links.partition_point(|link| link.left < first);
        let report = PairReport::of(&links[begin..], 0);
        [report.records_auto, report.records_review]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_made_with_known_chances_give_them_back() {
        for (right, wrong) in [(0.9_f64, 0.02_f64), (0.6, 0.3), (0.95, 0.0), (0.3, 0.05)] {
            let all = 1e9;
            let none = (1.0 - right) * (-wrong).exp();
            let one = (right + (1.0 - right) * wrong) * (-wrong).exp();
            let more = 1.0 - none - one;
            let counts = [none, one, more].map(|share| (share * all).round() as u64);
            let found = CandidateCounts::of(6.0, counts[0], counts[1], counts[2]);
            assert!((found.wrong_per_record - wrong).abs() < 1e-4, "{right} {wrong}: {found:?}");
            assert!((found.precision - right / (right + wrong)).abs() < 1e-3, "{right} {wrong}: {found:?}");
            assert!((found.precision_of_one - right * (-wrong).exp() / one).abs() < 1e-3, "{right} {wrong}: {found:?}");
        }
    }

    #[test]
    fn counts_that_chance_alone_would_give_show_no_right_link() {
        let all = 1e6;
        let poisson = [(-0.5_f64).exp(), 0.5 * (-0.5_f64).exp()].map(|share| (share * all) as u64);
        let found = CandidateCounts::of(0.0, poisson[0], poisson[1], 1_000_000 - poisson[0] - poisson[1]);
        assert!(found.precision < 0.01, "{found:?}");
        assert_eq!(CandidateCounts::of(0.0, 10, 0, 0).precision, 0.0, "nothing to go by");
    }

    #[test]
    fn the_rate_of_people_who_do_not_exist_is_that_of_those_without_a_record() {
        let it = FalseDiscovery::of(1_000, 2, 50, 3_000.0);
        assert!((it.wrong_in_auto - 6.0).abs() < 1e-9 && (it.in_vain - 150.0).abs() < 1e-9);
        let [low, high] = it.wrong_in_auto_limits;
        assert!(low < 6.0 && high > 6.0 && high < 25.0, "{low} {high}");
        assert_eq!(FalseDiscovery::of(0, 0, 0, 10.0).wrong_in_auto_limits, [0.0; 2], "nobody was looked up");
    }

    #[test]
    fn nobody_is_put_together_of_one_record_or_keeps_a_number() {
        let row = |n: u32| Row {
            chi: 1_000_000_000 + u64::from(n),
            surname: n,
            forename: 100 + n,
            birth: ((1980 + n % 5) << 16) | (1 << 8) | (n % 28 + 1),
            street: n,
            death: 1,
            ..Row::default()
        };
        let mosaic = Records { rows: (1..60).map(row).collect(), ..Records::default() };
        let nobodies = nobodies(&mosaic);
        assert!(nobodies.len() > 50, "{}", nobodies.len());
        for it in &nobodies {
            assert_eq!((it.chi, it.death), (0, 0));
            assert_eq!(it.surname, it.street, "surname and home are of one household");
            let whole = |row: &&Row| row.surname == it.surname && row.forename == it.forename;
            assert_eq!(mosaic.rows.iter().find(whole), None, "{it:?}");
        }
        assert_eq!(nobodies, super::nobodies(&mosaic));
        assert!(super::nobodies(&Records::default()).is_empty());
    }
}
