//! One CHI for a person, one person for a CHI.
//!
//! Left records that were found to be duplicates of each other count as one. Within each connected group of pairs the
//! assignment of the greatest total weight is found exactly (Jaro 1989); groups too large for that, which only a
//! pathological file has, are assigned best link first (Kendrick 1998).

use rustc_hash::FxHashMap;

/// A pair to be assigned or not.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Claim {
    /// The left record's cluster of duplicates.
    pub unit: u32,
    pub person: u32,
    /// Gain over assigning nothing; claims without a gain are never assigned.
    pub gain: f64,
}

/// Groups with more rows or columns than this are assigned best link first.
const LARGEST: usize = 200;

/// Which claims are assigned: at most one per unit and one per person. Does not depend on the order of the claims.
pub(super) fn assign(claims: &[Claim]) -> Vec<bool> {
    let mut order: Vec<usize> = (0..claims.len()).filter(|&c| claims[c].gain > 0.0).collect();
    order.sort_by(|&a, &b| {
        let (x, y) = (&claims[a], &claims[b]);
        y.gain.total_cmp(&x.gain).then((x.unit, x.person).cmp(&(y.unit, y.person)))
    });
    let mut assigned = vec![false; claims.len()];
    for group in components(claims, &order) {
        let picks = match exact(claims, &group) {
            Some(picks) => picks,
            None => greedy(claims, &group),
        };
        for pick in picks {
            assigned[pick] = true;
        }
    }
    assigned
}

/// Connected groups of claims, each in the order given.
fn components(claims: &[Claim], order: &[usize]) -> Vec<Vec<usize>> {
    let mut parents: Vec<u32> = (0..order.len() as u32).collect();
    fn root(parents: &mut [u32], mut at: u32) -> u32 {
        while parents[at as usize] != at {
            parents[at as usize] = parents[parents[at as usize] as usize];
            at = parents[at as usize];
        }
        at
    }
    let (mut units, mut people) = (FxHashMap::default(), FxHashMap::default());
    for (index, &claim) in order.iter().enumerate() {
        let index = index as u32;
        for other in
            [*units.entry(claims[claim].unit).or_insert(index), *people.entry(claims[claim].person).or_insert(index)]
        {
            let (a, b) = (root(&mut parents, index), root(&mut parents, other));
            parents[a.max(b) as usize] = a.min(b);
        }
    }
    let mut groups: Vec<Vec<usize>> = vec![Vec::new(); order.len()];
    for index in 0..order.len() as u32 {
        groups[root(&mut parents, index) as usize].push(order[index as usize]);
    }
    groups.retain(|g| !g.is_empty());
    groups
}

fn greedy(claims: &[Claim], group: &[usize]) -> Vec<usize> {
    let (mut units, mut people) = (rustc_hash::FxHashSet::default(), rustc_hash::FxHashSet::default());
    let free = |&&c: &&usize| {
        let claim = &claims[c];
        !units.contains(&claim.unit) && !people.contains(&claim.person) && {
            units.insert(claim.unit);
            people.insert(claim.person)
        }
    };
    group.iter().filter(free).copied().collect()
}

/// The Hungarian method on whole millibits, so that ties fall the same way everywhere. `None`: too large.
fn exact(claims: &[Claim], group: &[usize]) -> Option<Vec<usize>> {
    if let [only] = group {
        return Some(vec![*only]);
    }
    let mut units: Vec<u32> = group.iter().map(|&c| claims[c].unit).collect();
    let mut people: Vec<u32> = group.iter().map(|&c| claims[c].person).collect();
    for list in [&mut units, &mut people] {
        list.sort_unstable();
        list.dedup();
    }
    if units.len() > LARGEST || people.len() > LARGEST {
        return None;
    }
    // Every unit has a column of its own for "nothing", at no gain.
    let (rows, columns) = (units.len(), people.len() + units.len());
    let mut cost = vec![vec![i64::MAX / 4; columns + 1]; rows + 1];
    let mut which = FxHashMap::default();
    for row in 1..=rows {
        cost[row][people.len() + row] = 0;
    }
    for &claim in group {
        let row = units.partition_point(|&u| u < claims[claim].unit) + 1;
        let column = people.partition_point(|&p| p < claims[claim].person) + 1;
        let value = -(claims[claim].gain * 1e6).round() as i64;
        if value < cost[row][column] {
            cost[row][column] = value;
            which.insert((row, column), claim);
        }
    }
    let rows_of = hungarian(&cost, rows, columns);
    Some((1..=columns).filter_map(|column| which.get(&(rows_of[column], column)).copied()).collect())
}

/// For each column (from 1) its row, or 0: the assignment of every row at the least total cost.
fn hungarian(cost: &[Vec<i64>], rows: usize, columns: usize) -> Vec<usize> {
    let (mut u, mut v) = (vec![0_i64; rows + 1], vec![0_i64; columns + 1]);
    let (mut row_of, mut way) = (vec![0; columns + 1], vec![0; columns + 1]);
    for row in 1..=rows {
        row_of[0] = row;
        let mut column = 0;
        let mut least = vec![i64::MAX; columns + 1];
        let mut used = vec![false; columns + 1];
        loop {
            used[column] = true;
            let (from, mut delta, mut next) = (row_of[column], i64::MAX, 0);
            for j in 1..=columns {
                if used[j] {
                    continue;
                }
                let reduced = cost[from][j] - u[from] - v[j];
                if reduced < least[j] {
                    least[j] = reduced;
                    way[j] = column;
                }
                if least[j] < delta {
                    delta = least[j];
                    next = j;
                }
            }
            for j in 0..=columns {
                if used[j] {
                    u[row_of[j]] += delta;
                    v[j] -= delta;
                } else if j > 0 {
                    least[j] -= delta;
                }
            }
            column = next;
            if row_of[column] == 0 {
                break;
            }
        }
        while column != 0 {
            row_of[column] = row_of[way[column]];
            column = way[column];
        }
    }
    row_of[0] = 0;
    row_of
}

#[cfg(test)]
mod tests {
    use super::*;

    fn claim(unit: u32, person: u32, gain: f64) -> Claim {
        Claim { unit, person, gain }
    }

    #[test]
    fn the_best_total_beats_the_best_single_link() {
        // Best link first would take (0, 0) at 10 and leave unit 1 with nothing.
        let claims = [claim(0, 0, 10.0), claim(0, 1, 9.0), claim(1, 0, 9.5)];
        assert_eq!(assign(&claims), [false, true, true]);
    }

    #[test]
    fn nothing_is_assigned_at_a_loss() {
        assert_eq!(assign(&[claim(0, 0, -1.0), claim(1, 0, 2.0)]), [false, true]);
    }

    #[test]
    fn ties_fall_the_same_way_in_any_order() {
        let claims = [claim(0, 0, 5.0), claim(1, 0, 5.0), claim(1, 1, 5.0), claim(0, 1, 5.0)];
        let picks = |claims: &[Claim]| {
            let mut picks: Vec<_> =
                claims.iter().zip(assign(claims)).filter(|(_, a)| *a).map(|(c, _)| (c.unit, c.person)).collect();
            picks.sort_unstable();
            picks
        };
        let first = picks(&claims);
        let mut turned = claims;
        turned.reverse();
        assert_eq!(first, picks(&turned));
        assert_eq!(first.len(), 2);
    }

    proptest::proptest! {
        #[test]
        fn the_total_is_the_greatest_there_is(gains in proptest::collection::vec(-5..20_i32, 12)) {
            let claims: Vec<Claim> = gains.iter().enumerate()
                .map(|(i, &g)| claim(i as u32 / 4, i as u32 % 4, f64::from(g))).collect();
            let total: f64 = claims.iter().zip(assign(&claims)).filter(|(_, a)| *a).map(|(c, _)| c.gain).sum();
            let mut best = 0.0_f64;
            for choice in 0..125 { // Each of three units takes one of four people or none
                let picks = [choice % 5, choice / 5 % 5, choice / 25];
                let taken: Vec<_> = picks.iter().filter(|&&p| p < 4).collect();
                if taken.iter().collect::<std::collections::BTreeSet<_>>().len() < taken.len() { continue; }
                let sum = picks.iter().enumerate().filter(|(_, p)| **p < 4).map(|(u, p)| claims[u * 4 + p].gain).sum();
                best = best.max(sum);
            }
            proptest::prop_assert_eq!(total, best);
        }
    }
}
