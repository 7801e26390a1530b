//! Which counts are withheld, so that no figure is about a handful of people and none can be had by taking what is shown from
//! the whole, which is known. The rule is that of statistical offices: a small cell is suppressed, and so many others with it
//! that what is left of the whole leaves a *protection interval* for each.

/// Counts below this are withheld. Nobody at all, and everybody, may be told.
pub const FEWEST: u64 = 5;

/// Which groups are withheld. Of each: how many it holds, and of how many (the second are shown). The first add up to a whole
/// that is known. `order` is the order in which further groups are withheld to hide the small ones among them.
///
/// Withheld is a group where fewer than [`FEWEST`] count, or fewer than that do not. One alone would be what the others leave of
/// the whole; so others are withheld until each could be any of at least [`FEWEST`] values, or none is left.
pub fn withheld(groups: &[(u64, u64)], order: &[usize]) -> Vec<bool> {
    let small = |count: u64| (1..FEWEST).contains(&count);
    let mut hidden: Vec<bool> = groups.iter().map(|(count, of)| small(*count) || small(of - count)).collect();
    if !hidden.contains(&true) {
        return hidden;
    }
    for next in order {
        let under = || groups.iter().zip(&hidden).filter(|(_, hidden)| **hidden).map(|(group, _)| *group);
        let (sum, room) = under().fold((0, 0), |(sum, room), (count, of)| (sum + count, room + of));
        // What one can be, if the others are anything from nobody to everybody
        let values = |of: u64| of.min(sum) + 1 - sum.saturating_sub(room - of);
        if under().all(|(_, of)| values(of) >= FEWEST) {
            break;
        }
        if let Some(hidden) = hidden.get_mut(*next) {
            *hidden = true;
        }
    }
    hidden
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use super::*;

    #[test]
    fn what_is_not_small_is_shown_and_what_is_takes_another_with_it() {
        assert_eq!(withheld(&[(0, 9), (5, 10), (90, 90)], &[0, 1, 2]), [false, false, false]);
        assert_eq!(withheld(&[(40, 90), (3, 50), (90, 99)], &[0, 2, 1]), [true, true, false]);
        assert_eq!(withheld(&[(1, 9), (1, 9), (90, 99), (60, 99)], &[3, 2, 0, 1]), [true, true, false, true]);
        assert_eq!(withheld(&[(3, 9)], &[0]), [true]);
        assert_eq!(withheld(&[], &[]), [] as [bool; 0]);
    }

    #[test]
    fn nobody_can_work_out_what_is_withheld_from_what_is_shown_and_the_whole() {
        for people in [vec![6, 9], vec![6, 8, 11], vec![5, 5, 7, 9]] {
            let order: Vec<usize> = (0..people.len()).collect();
            let mut tables: Vec<Vec<u64>> = vec![vec![]];
            for of in &people {
                tables = tables.into_iter().flat_map(|t| (0..=*of).map(move |n| [&t[..], &[n]].concat())).collect();
            }
            for table in &tables {
                let groups: Vec<(u64, u64)> = table.iter().copied().zip(people.iter().copied()).collect();
                let hidden = withheld(&groups, &order);
                let alike = |other: &&Vec<u64>| {
                    let shown = (0..people.len()).all(|n| hidden[n] || other[n] == table[n]);
                    shown && other.iter().sum::<u64>() == table.iter().sum::<u64>()
                };
                let mut possible: BTreeMap<usize, BTreeSet<u64>> = BTreeMap::new();
                for other in tables.iter().filter(alike) {
                    for place in (0..people.len()).filter(|place| hidden[*place]) {
                        possible.entry(place).or_default().insert(other[place]);
                    }
                }
                let all = hidden.iter().all(|hidden| *hidden);
                for (place, values) in possible {
                    let enough = values.len() as u64 >= FEWEST;
                    assert!(enough || all, "{table:?} of {people:?}, the {place}. shows itself: {values:?}");
                }
            }
        }
    }
}
