//! The candidate keys: what two records must share to be compared at all.
//!
//! Recall is bought with keys. Each catches what others miss: a wrong date is bridged by names and postcode, a changed
//! surname by forename and date, swapped names by a key of their own. Keys that find a pair again cost almost nothing.

use std::hash::Hasher;

use rustc_hash::FxHasher;

use super::birth::{day, is_whole, month, year};
use super::table::{Row, Value, chi_date};
use super::values::Values;

/// Which record of a pair a key is made for: a few keys look for one thing on the left and another on the right.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Hand {
    Left,
    Right,
}

/// One candidate key.
pub(super) struct Key {
    /// In words: "Surname and date of birth".
    pub name: &'static str,
    /// Largest block of right records that is followed.
    pub cap: u32,
    /// Puts the hashes of a record's key values.
    pub of: fn(&Values, &Row, Hand, &mut Vec<u64>),
}

fn hash(parts: &[u32]) -> u64 {
    let mut hasher = FxHasher::default();
    for &part in parts {
        hasher.write_u32(part);
    }
    // FxHash leaves its entropy at the top; the candidates use both ends.
    let hash = hasher.finish();
    hash ^ hash.rotate_right(29)
}

fn surnames(row: &Row) -> impl Iterator<Item = Value> + Clone + use<> {
    [row.surname, row.previous, row.parts[0], row.parts[1]].into_iter().filter(|&v| v != 0)
}

fn forenames(row: &Row) -> impl Iterator<Item = Value> + Clone + use<> {
    [row.forename, row.known_as, row.second].into_iter().filter(|&v| v != 0)
}

fn sounds(values: &Values, row: &Row) -> impl Iterator<Item = Value> + Clone + use<> {
    [row.surname, row.previous, row.parts[0], row.parts[1]]
        .map(|v| if v == 0 { 0 } else { values.name(v).sound })
        .into_iter()
        .filter(|&v| v != 0)
}

/// Nickname classes of all forenames; a name in no class stands for itself.
fn classes<'a>(values: &'a Values, row: &Row) -> impl Iterator<Item = u32> + Clone + use<'a> {
    [row.forename, row.known_as].into_iter().filter(|&v| v != 0).flat_map(|v| classes_of(values, v))
}

fn classes_of(values: &Values, forename: Value) -> impl Iterator<Item = u32> + Clone + use<> {
    let classes = values.name(forename).classes;
    let own = classes.is_empty().then_some(forename | 1 << 31);
    classes.iter().map(|&c| u32::from(c)).chain(own)
}

fn initial(values: &Values, row: &Row) -> Option<u32> {
    (row.forename != 0).then(|| u32::from(values.name(row.forename).initial))
}

fn whole(row: &Row) -> Option<u32> {
    is_whole(row.birth).then_some(row.birth)
}

/// A whole date that day and month can be swapped in, and on the right the swapped one.
fn swappable(row: &Row, hand: Hand) -> Option<u32> {
    let date = whole(row).filter(|&date| day(date) <= 12 && day(date) != month(date))?;
    Some(if hand == Hand::Left { date } else { year(date) << 16 | day(date) << 8 | month(date) })
}

/// All keys, the most telling first. At most 32: a pair remembers them in one word.
pub(super) const KEYS: &[Key] = &[
    Key {
        name: "CHI number",
        cap: 1000,
        of: |_, row, _, out| {
            for chi in [row.chi, row.upi] {
                if chi != 0 {
                    out.push(hash(&[(chi >> 32) as u32, chi as u32]));
                }
            }
        },
    },
    Key {
        name: "Date of birth and postcode",
        cap: 500,
        of: |_, row, _, out| {
            if let Some(date) = whole(row).filter(|_| row.postcode != 0) {
                out.push(hash(&[row.postcode, date]));
            }
        },
    },
    Key {
        name: "Surname by sound and date of birth",
        cap: 300,
        of: |values, row, _, out| {
            if let Some(date) = whole(row) {
                out.extend(sounds(values, row).map(|s| hash(&[s, date])));
            }
        },
    },
    Key {
        name: "Forename or nickname and date of birth",
        cap: 300,
        of: |values, row, _, out| {
            if let Some(date) = whole(row) {
                out.extend(classes(values, row).map(|c| hash(&[c, date])));
                if row.second != 0 {
                    out.extend(classes_of(values, row.second).map(|c| hash(&[c, date])));
                }
            }
        },
    },
    Key {
        name: "Surname and forename",
        cap: 60,
        of: |_, row, _, out| {
            out.extend(surnames(row).flat_map(|s| forenames(row).map(move |f| hash(&[s, f]))));
        },
    },
    Key {
        name: "Surname and forename swapped",
        cap: 60,
        of: |values, row, hand, out| {
            let (f, s) = (values.as_surname(row.forename), row.surname);
            if f != 0 && s != 0 {
                out.push(if hand == Hand::Left { hash(&[s, f]) } else { hash(&[f, s]) });
            }
        },
    },
    Key {
        name: "Either name swapped, and date of birth",
        cap: 60,
        of: |values, row, hand, out| {
            if let Some(date) = whole(row) {
                // One name in the other's place is enough where the date agrees
                let f = [row.forename, row.known_as].into_iter().filter(|&f| f != 0).map(|f| values.as_surname(f));
                match hand {
                    Hand::Left => {
                        out.extend(f.map(|f| hash(&[1, f, date])));
                        out.extend(surnames(row).map(|s| hash(&[2, s, date])));
                    }
                    Hand::Right => {
                        out.extend(f.map(|f| hash(&[2, f, date])));
                        out.extend(surnames(row).map(|s| hash(&[1, s, date])));
                    }
                }
            }
        },
    },
    Key {
        name: "Surname and date of birth, day and month swapped",
        cap: 200,
        of: |values, row, hand, out| {
            if let Some(date) = swappable(row, hand) {
                out.extend(sounds(values, row).map(|s| hash(&[s, date])));
            }
        },
    },
    Key {
        name: "Forename and date of birth, day and month swapped",
        cap: 200,
        of: |values, row, hand, out| {
            if let Some(date) = swappable(row, hand) {
                out.extend(classes(values, row).map(|c| hash(&[c, date])));
            }
        },
    },
    Key {
        name: "Postcode and forename",
        cap: 100,
        of: |values, row, _, out| {
            if row.postcode != 0 {
                out.extend(classes(values, row).map(|c| hash(&[row.postcode, c])));
            }
        },
    },
    Key {
        name: "Postcode and surname",
        cap: 100,
        of: |values, row, _, out| {
            if row.postcode != 0 {
                out.extend(sounds(values, row).map(|s| hash(&[row.postcode, s])));
            }
        },
    },
    Key {
        name: "Postcode, house number and year of birth",
        cap: 100,
        of: |_, row, _, out| {
            if row.postcode != 0 && row.number != 0 && year(row.birth) != 0 {
                out.push(hash(&[row.postcode, row.number, year(row.birth)]));
            }
        },
    },
    Key {
        name: "Postcode, house number and initial",
        cap: 60,
        of: |values, row, _, out| {
            if let Some(initial) = initial(values, row).filter(|_| row.postcode != 0 && row.number != 0) {
                out.push(hash(&[row.postcode, row.number, initial]));
            }
        },
    },
    Key {
        name: "Street, house number and forename",
        cap: 60,
        of: |values, row, _, out| {
            if row.street != 0 && row.number != 0 {
                out.extend(classes(values, row).map(|c| hash(&[row.street, row.number, c])));
            }
        },
    },
    Key {
        name: "Surname by sound, nickname and postcode district",
        cap: 100,
        of: |values, row, _, out| {
            if row.postcode != 0 {
                let district = values.place(row.postcode)[1];
                out.extend(
                    sounds(values, row).flat_map(|s| classes(values, row).map(move |c| hash(&[s, c, district]))),
                );
            }
        },
    },
    Key {
        name: "Surname by sound, nickname and year of birth, or the years beside it",
        cap: 100,
        of: |values, row, hand, out| {
            if year(row.birth) != 0 {
                let years = if hand == Hand::Left {
                    year(row.birth) - 1..=year(row.birth) + 1
                } else {
                    year(row.birth)..=year(row.birth)
                };
                for year in years {
                    out.extend(
                        sounds(values, row).flat_map(|s| classes(values, row).map(move |c| hash(&[s, c, year]))),
                    );
                }
            }
        },
    },
    Key {
        name: "Surname by sound, initial, month and year of birth",
        cap: 100,
        of: |values, row, _, out| {
            if let Some(initial) = initial(values, row).filter(|_| year(row.birth) != 0 && month(row.birth) != 0) {
                out.extend(sounds(values, row).map(|s| hash(&[s, initial, row.birth >> 8])));
            }
        },
    },
    Key {
        name: "Surname by sound, initial, day and month of birth",
        cap: 100,
        of: |values, row, _, out| {
            if let Some(initial) = initial(values, row).filter(|_| day(row.birth) != 0 && month(row.birth) != 0) {
                out.extend(sounds(values, row).map(|s| hash(&[s, initial, row.birth & 0xFFFF])));
            }
        },
    },
    Key {
        name: "Surname and the date in the CHI's digits",
        cap: 100,
        of: |values, row, _, out| {
            let dates =
                [(row.chi != 0).then(|| chi_date(row.chi)), whole(row).map(|d| (day(d), month(d), year(d) % 100))];
            for (day, month, year) in dates.into_iter().flatten() {
                out.extend(sounds(values, row).map(|s| hash(&[s, day, month, year])));
            }
        },
    },
    Key {
        name: "Date of birth",
        cap: 12,
        of: |_, row, _, out| out.extend(whole(row).map(|date| hash(&[date]))),
    },
    Key {
        name: "Initial and date of birth",
        cap: 60,
        of: |values, row, _, out| {
            if let Some((date, initial)) = whole(row).zip(initial(values, row)) {
                out.push(hash(&[date, initial]));
            }
        },
    },
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pair_remembers_every_key_in_one_word() {
        assert!(KEYS.len() <= 32);
        let names: std::collections::BTreeSet<_> = KEYS.iter().map(|k| k.name).collect();
        assert_eq!(names.len(), KEYS.len());
    }
}
