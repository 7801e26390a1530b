//! Homes that a move joins.
//!
//! An address that differs speaks against a pair, and most often it is only old: one file was told of a move and the other
//! was not. Families move together. Where another person of the one home is surely linked to a record at the other, the two
//! homes are those of one household, before and after, and that they differ says nothing against a third person found
//! at both: it says nearly what one home would say.
//!
//! It is evidence of the household and never of the person: relatives count as they do at home. Nobody's own link
//! speaks for itself, nor does one to the same CHI record.

use std::ops::Range;

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use super::candidates::Candidate;
use super::comparison::{Comparison, Pattern};
use super::duplicates::Fits;
use super::frequency::{Shares, building};
use super::hazards;
use super::links::{Links, Weighed};
use super::place::Place;
use super::table::Row;
use super::values::{Files, Records, Values};
use crate::pair::PairKind;

/// A link from this probability joins two homes.
const SURE: f64 = 0.99;
/// No Mosaic record: two rows of one person in CHI join two homes by themselves.
const NOBODY: u32 = u32::MAX;

/// Who joins two homes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Joined {
    /// The smaller number first.
    homes: [u64; 2],
    left: u32,
    person: u32,
}

/// The homes that moves join, and who moved.
#[derive(Debug, Default)]
pub(super) struct Moves {
    /// Sorted.
    joined: Vec<Joined>,
    /// Where in `joined` those of two homes stand.
    places: FxHashMap<[u64; 2], Range<usize>>,
}

/// Whether somebody can be said to have moved to or from a record's home: not where its code is another country's, nor
/// where many people live.
fn is_home(values: &Values, shares: &Shares, row: &Row) -> bool {
    !values.is_foreign(row.postcode) && !shares.is_communal(row)
}

/// The homes of two records by postcode and house number, the smaller number first; `None` where one is not known, or both
/// are the same.
fn between(a: &Row, b: &Row) -> Option<[u64; 2]> {
    let (a, b) = (building(a), building(b));
    (a != 0 && b != 0 && a != b).then_some([a.min(b), a.max(b)])
}

/// Whether a pair's homes are known and differ.
pub(super) fn apart(pattern: Pattern) -> bool {
    (Place::Street as u8..=Place::Elsewhere as u8).contains(&pattern.level(Comparison::Location))
}

/// The pattern of a pair whose homes a move joins.
pub(super) fn joined(pattern: Pattern) -> Pattern {
    pattern.with(Comparison::Location, Place::Moved as u8)
}

impl Moves {
    /// The moves that sure links show, and those of people whose superseded number kept an old address.
    pub fn of(files: &Files, shares: &Shares, links: &Links<'_>, weighed: &Weighed, probabilities: &[f64]) -> Self {
        let moved =
            |a: &Row, b: &Row| between(a, b).filter(|_| [a, b].iter().all(|row| is_home(&files.values, shares, row)));
        let linked = probabilities.par_iter().enumerate().filter(|(_, p)| **p >= SURE).filter_map(|(pair, _)| {
            let found = links.best(weighed, pair);
            let (a, b) = (&files.mosaic.rows[found.left as usize], &files.chi.rows[found.right as usize]);
            let sure = apart(found.pattern)
                && !hazards::held_back(PairKind::Link, found.pattern, hazards::of_pair(found.pattern, shares, a, b));
            let homes = moved(a, b).filter(|_| sure)?;
            Some(Joined { homes, left: found.left, person: links.contest.pairs[pair].1 })
        });
        let chi = &files.chi;
        let renumbered = (0..chi.len()).into_par_iter().filter_map(|row| {
            let person = chi.person[row];
            let face = chi.face[person as usize] as usize;
            let homes = moved(&chi.rows[row], &chi.rows[face]).filter(|_| row != face)?;
            Some(Joined { homes, left: NOBODY, person })
        });
        let mut joined: Vec<Joined> = linked.chain(renumbered).collect();
        joined.par_sort_unstable();
        joined.dedup();
        Self::new(joined)
    }

    /// By who moved; sorted.
    fn new(joined: Vec<Joined>) -> Self {
        let mut places = FxHashMap::default();
        let mut from = 0;
        for same in joined.chunk_by(|a, b| a.homes == b.homes) {
            places.insert(same[0].homes, from..from + same.len());
            from += same.len();
        }
        Self { joined, places }
    }

    /// Whether somebody moved between two homes who is neither of these.
    fn join(&self, homes: [u64; 2], is_one: impl Fn(&Joined) -> bool) -> bool {
        let found = self.places.get(&homes);
        found.is_some_and(|place| self.joined[place.clone()].iter().any(|joined| !is_one(joined)))
    }

    /// Marks the pairs of a left file and CHI whose homes are joined. `own` says of a pair's left record which Mosaic record
    /// it is.
    pub fn mark(&self, chi: &Records, lefts: &[Row], own: impl Fn(u32) -> Option<u32> + Sync, pairs: &mut [Candidate]) {
        pairs.par_iter_mut().filter(|pair| apart(pair.pattern)).for_each(|pair| {
            let (a, b) = (&lefts[pair.left as usize], &chi.rows[pair.right as usize]);
            let (left, person) = (own(pair.left), chi.person[pair.right as usize]);
            let is_one = |it: &Joined| it.person == person || Some(it.left) == left;
            if between(a, b).is_some_and(|homes| self.join(homes, is_one)) {
                pair.pattern = joined(pair.pattern);
            }
        });
    }

    /// Marks the pairs within the Mosaic file, and moves them from the `counts` of their patterns to those of the new ones.
    /// Who moved is neither of the two, nor anybody that they fit.
    pub fn mark_within(
        &self,
        mosaic: &Records,
        fits: &Fits,
        pairs: &mut [Candidate],
        counts: &mut Vec<(Pattern, u64)>,
    ) {
        let row = |record: u32| &mosaic.rows[record as usize];
        let fitted =
            |record: u32, person: u32| fits.get(&record).is_some_and(|own| own.iter().any(|fit| fit.person == person));
        let mut moved: FxHashMap<Pattern, u64> = FxHashMap::default();
        for pair in pairs.iter_mut().filter(|pair| apart(pair.pattern)) {
            let ends = [pair.left, pair.right];
            let is_one = |it: &Joined| ends.iter().any(|&end| it.left == end || fitted(end, it.person));
            let homes = between(row(pair.left), row(pair.right));
            if homes.is_some_and(|homes| self.join(homes, is_one)) {
                *moved.entry(pair.pattern).or_insert(0) += 1;
                pair.pattern = joined(pair.pattern);
            }
        }
        let mut all: FxHashMap<Pattern, u64> = counts.iter().copied().collect();
        for (pattern, n) in moved {
            // A pair that no key found was not counted
            let counted = all.entry(pattern).or_insert(0);
            let taken = n.min(*counted);
            *counted -= taken;
            *all.entry(joined(pattern)).or_insert(0) += taken;
        }
        *counts = all.into_iter().filter(|(_, n)| *n > 0).collect();
        counts.sort_unstable();
    }

    /// The chance that a left record and a right one, picked at random, have homes that a move joins.
    pub fn by_chance(&self, left: &Records, right: &Records) -> f64 {
        let mut people: FxHashMap<u64, [f64; 2]> = FxHashMap::default();
        self.places.keys().flatten().for_each(|&home| _ = people.insert(home, [0.0; 2]));
        for (side, records) in [left, right].into_iter().enumerate() {
            for home in records.rows.iter().map(building) {
                if let Some(people) = people.get_mut(&home) {
                    people[side] += 1.0;
                }
            }
        }
        let homes = self.joined.chunk_by(|a, b| a.homes == b.homes).map(|same| same[0].homes.map(|home| people[&home]));
        let pairs: f64 = homes.map(|[a, b]| a[0] * b[1] + b[0] * a[1]).sum();
        (pairs + 0.5) / (left.len() as f64 * right.len() as f64).max(1.0)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use crate::linkage::{Side, Table};
    use crate::person::{Chi, ChiRecord, ChiStatus, Details};

    #[test]
    fn nobody_speaks_for_himself() {
        let of = |left, person| Joined { homes: [3, 8], left, person };
        let moves = |joined: &[Joined]| Moves::new(joined.to_vec());
        let joins = |joined: &[Joined], homes| moves(joined).join(homes, |it| it.left == 1 || it.person == 70);
        assert!(joins(&[of(2, 71)], [3, 8]), "another of the household");
        assert!(joins(&[of(1, 70), of(2, 71)], [3, 8]));
        assert!(!joins(&[of(1, 70)], [3, 8]), "his own link");
        assert!(!joins(&[of(2, 70)], [3, 8]), "another record of his");
        assert!(!joins(&[of(1, 71)], [3, 8]), "his record's link to somebody else");
        assert!(!joins(&[of(2, 71)], [3, 9]) && !joins(&[], [3, 8]), "other homes");
    }

    #[test]
    fn chance_is_counted_over_the_people_of_both_homes() {
        let mut tables = [Side::Mosaic, Side::Chi].map(Table::new);
        for (side, [here, there]) in tables.iter_mut().zip([[3, 1], [2, 4]]) {
            for nth in 0..here + there {
                let (line, postcode) =
                    if nth < here { ("1 High Street", "DG1 1AA") } else { ("2 Low Road", "DG2 2BB") };
                let address = vec![line.to_owned()];
                let details = Details { address, postcode: postcode.to_owned(), ..Details::default() };
                let chi = Chi::parse("0101011237").unwrap();
                side.push_chi(&ChiRecord { chi, details, status: ChiStatus::Current, upi: None });
            }
        }
        let [mosaic, chi] = tables;
        let files = Files::new(mosaic, chi);
        let homes = between(&files.mosaic.rows[0], &files.mosaic.rows[3]).unwrap();
        let moves = Moves::new(vec![Joined { homes, left: 0, person: 0 }]);
        let chance = moves.by_chance(&files.mosaic, &files.chi);
        assert!((chance - 14.5 / 24.0).abs() < 1e-9, "3 with 4, and 1 with 2: {chance}");
    }
}
