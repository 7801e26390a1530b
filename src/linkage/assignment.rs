//! One CHI for a person, one person for a CHI: best link first (Kendrick 1998).
//!
//! Left records that were found to be duplicates of each other count as one. The assignment of the greatest total (Jaro
//! 1989) was tried and chose the same links on every extract: the probabilities have been through the competition already,
//! and what it leaves is hardly ever in dispute.

use rustc_hash::FxHashSet;

/// A pair to be assigned or not.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Claim {
    /// The left record's cluster of duplicates.
    pub unit: u32,
    pub person: u32,
    /// Gain over assigning nothing; claims without a gain are never assigned.
    pub gain: f64,
}

/// Which claims are assigned: at most one per unit and one per person. Does not depend on the order of the claims.
pub(super) fn assign(claims: &[Claim]) -> Vec<bool> {
    let mut order: Vec<usize> = (0..claims.len()).filter(|&claim| claims[claim].gain > 0.0).collect();
    order.sort_unstable_by(|&a, &b| {
        let (x, y) = (&claims[a], &claims[b]);
        y.gain.total_cmp(&x.gain).then((x.unit, x.person).cmp(&(y.unit, y.person)))
    });
    let (mut units, mut people) = (FxHashSet::default(), FxHashSet::default());
    let mut assigned = vec![false; claims.len()];
    for claim in order {
        let Claim { unit, person, .. } = claims[claim];
        if !units.contains(&unit) && people.insert(person) {
            units.insert(unit);
            assigned[claim] = true;
        }
    }
    assigned
}

#[cfg(test)]
mod tests {
    use super::*;

    fn claim(unit: u32, person: u32, gain: f64) -> Claim {
        Claim { unit, person, gain }
    }

    #[test]
    fn the_best_link_comes_first_and_takes_both_sides() {
        let claims = [claim(0, 0, 9.0), claim(0, 1, 10.0), claim(1, 1, 9.5), claim(1, 0, 1.0)];
        assert_eq!(assign(&claims), [false, true, false, true]);
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
}
