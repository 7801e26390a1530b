//! Best links, the bands, and one CHI on two people.

use rustc_hash::{FxHashMap, FxHashSet};
use serde::Serialize;

use crate::curve::{Curve, Cut, Quality, share};
use crate::files::{Band, Found, Link, Person, Truth};

/// The precision at which an automatic link may be trusted.
pub const TRUSTED: f64 = 0.999;

/// How good the links are, over some of the records.
#[derive(Debug, Serialize)]
pub struct Links {
    pub records: usize,
    /// The best link of every record, where its probability is a half or more.
    pub best: Quality,
    /// The cut of the best F1 over all thresholds.
    pub best_cut: Option<Cut>,
    /// The lowest cut whose precision can be trusted.
    pub trusted_cut: Option<Cut>,
    /// All links of the automatic band.
    pub auto: Quality,
    /// The true links of the automatic and the review band together, as a share of all true links.
    pub auto_or_review: f64,
    /// The true links that stand in the file in any band, as a share of all true links.
    pub candidate_recall: f64,
}

impl Links {
    pub fn new(truth: &Truth, found: &Found, best: &[Link], over: impl Fn(&Person) -> bool) -> Self {
        let over = |person: u32| over(&truth.people[person as usize]);
        let records = (0..truth.people.len() as u32).filter(|&person| over(person));
        let (mut count, mut all) = (0, 0);
        for person in records {
            count += 1;
            all += usize::from(truth.people[person as usize].chi.is_some());
        }
        let curve = Curve::new(
            best.iter().filter(|link| over(link.person)).map(|link| (link.score, link.right)).collect(),
            all,
        );
        let links: Vec<&Link> = found.links.iter().filter(|link| over(link.person)).collect();
        let band = |band| links.iter().filter(move |link| link.band == band);
        let right = |links: &mut dyn Iterator<Item = &&Link>| {
            links.filter(|link| link.right).map(|link| link.person).collect::<FxHashSet<_>>().len()
        };
        Self {
            records: count,
            best: curve.at(0.5),
            best_cut: curve.best(),
            trusted_cut: curve.at_precision(TRUSTED),
            auto: Quality::new(band(Band::Auto).count(), right(&mut band(Band::Auto)), all),
            auto_or_review: share(right(&mut links.iter().filter(|link| link.band != Band::Low)), all),
            candidate_recall: share(right(&mut links.iter()), all),
        }
    }
}

/// The link of the highest score of every record; the one that stands first where two are equal.
pub fn best(links: &[Link]) -> Vec<Link> {
    let mut best: FxHashMap<u32, Link> = FxHashMap::default();
    for link in links {
        best.entry(link.person)
            .and_modify(|held| {
                if link.score > held.score {
                    *held = *link;
                }
            })
            .or_insert(*link);
    }
    let mut best: Vec<Link> = best.into_values().collect();
    best.sort_unstable_by_key(|link| link.person);
    best
}

/// What must never be: one CHI on two people, or two on one, by machine alone.
#[derive(Debug, PartialEq, Serialize)]
pub struct Conflicts {
    /// Pairs of Mosaic records linked automatically to one CHI without being automatic duplicates of each other.
    pub one_chi_on_two: usize,
    /// Mosaic records with more than one automatic link.
    pub two_chis_on_one: usize,
}

impl Conflicts {
    pub fn new(found: &Found) -> Self {
        let pairs: FxHashSet<(u32, u32)> =
            found.duplicates.iter().filter(|pair| pair.band == Band::Auto).map(|pair| pair.pair).collect();
        let mut holders: FxHashMap<u32, Vec<u32>> = FxHashMap::default();
        let mut chis: FxHashMap<u32, FxHashSet<u32>> = FxHashMap::default();
        for link in found.links.iter().filter(|link| link.band == Band::Auto) {
            holders.entry(link.chi).or_default().push(link.person);
            chis.entry(link.person).or_default().insert(link.chi);
        }
        let mut one_chi_on_two = 0;
        for people in holders.values_mut() {
            people.sort_unstable();
            people.dedup();
            for (place, left) in people.iter().enumerate() {
                one_chi_on_two += people[place + 1..].iter().filter(|right| !pairs.contains(&(*left, **right))).count();
            }
        }
        Self { one_chi_on_two, two_chis_on_one: chis.values().filter(|chis| chis.len() > 1).count() }
    }
}
