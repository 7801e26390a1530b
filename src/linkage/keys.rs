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
    /// In words: "Surname by sound and date of birth".
    pub name: &'static str,
    /// Largest block of right records that is followed.
    pub cap: u32,
    /// Puts the hashes of a record's key values.
    pub of: fn(&Looked, Hand, &mut Vec<u64>),
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

/// A few numbers, without a heap.
#[derive(Debug, Clone, Copy, Default)]
struct Few {
    len: u8,
    list: [u32; 7],
}

impl Few {
    /// Adds a number that is not there yet; more than fit are left out.
    fn add(&mut self, number: u32) {
        if usize::from(self.len) < self.list.len() && !self.all().contains(&number) {
            self.list[usize::from(self.len)] = number;
            self.len += 1;
        }
    }

    fn all(&self) -> &[u32] {
        &self.list[..usize::from(self.len)]
    }
}

/// What the keys need of a record, looked up once for all of them. Values stand for themselves by their stamps, so that the
/// keys of a record do not depend on what other records there are.
#[derive(Debug, Clone, Copy)]
pub(super) struct Looked {
    chi: [u64; 2],
    surnames: Few,
    /// Surnames by sound.
    sounds: Few,
    forenames: Few,
    /// Nickname classes of forename and known-as name; a name in no class stands for itself.
    classes: Few,
    /// Those of the second forename too.
    all_classes: Few,
    /// First letter of the forename; 0 for none.
    initial: u32,
    /// The surname, and forename and known-as name as surnames.
    surname: u32,
    as_surname: [u32; 2],
    birth: u32,
    postcode: u32,
    district: u32,
    street: u32,
    number: u32,
}

impl Looked {
    pub fn at(values: &Values, row: &Row) -> Self {
        let few = |all: &[Value], of: &dyn Fn(Value) -> Value| {
            let mut few = Few::default();
            all.iter().filter(|&&v| v != 0).map(|&v| of(v)).filter(|&v| v != 0).for_each(|v| few.add(v));
            few
        };
        let surnames = [row.surname, row.previous, row.parts[0], row.parts[1]];
        let mut classes = Few::default();
        for name in [row.forename, row.known_as] {
            add_classes(values, name, &mut classes);
        }
        let mut all_classes = classes;
        add_classes(values, row.second, &mut all_classes);
        let place = if row.postcode == 0 { [0; 3] } else { values.place(row.postcode) };
        Self {
            chi: [row.chi, row.upi],
            surnames: few(&surnames, &|v| values.stamp(v)),
            sounds: few(&surnames, &|v| values.name(v).sound),
            forenames: few(&[row.forename, row.known_as, row.second], &|v| values.stamp(v)),
            classes,
            all_classes,
            initial: if row.forename == 0 { 0 } else { u32::from(values.name(row.forename).initial) },
            surname: values.stamp(row.surname),
            as_surname: [row.forename, row.known_as].map(|v| values.stamp(values.as_surname(v))),
            birth: row.birth,
            postcode: values.stamp(row.postcode),
            district: values.stamp(place[1]),
            street: values.stamp(row.street),
            number: values.stamp(row.number),
        }
    }

    fn whole(&self) -> Option<u32> {
        is_whole(self.birth).then_some(self.birth)
    }

    /// A whole date that day and month can be swapped in, and on the right the swapped one.
    fn swappable(&self, hand: Hand) -> Option<u32> {
        let date = self.whole().filter(|&date| day(date) <= 12 && day(date) != month(date))?;
        Some(if hand == Hand::Left { date } else { year(date) << 16 | day(date) << 8 | month(date) })
    }

    /// Every surname by sound with every nickname class, and a third thing.
    fn names_with(&self, third: u32, out: &mut Vec<u64>) {
        let classes = self.classes.all();
        out.extend(self.sounds.all().iter().flat_map(|&s| classes.iter().map(move |&c| hash(&[s, c, third]))));
    }

    /// Every surname by sound with the initial, and a third thing.
    fn initial_with(&self, third: u32, out: &mut Vec<u64>) {
        if self.initial != 0 {
            out.extend(self.sounds.all().iter().map(|&s| hash(&[s, self.initial, third])));
        }
    }
}

fn add_classes(values: &Values, forename: Value, classes: &mut Few) {
    if forename != 0 {
        let of = values.name(forename).classes;
        of.iter().for_each(|&class| classes.add(u32::from(class)));
        if of.is_empty() {
            classes.add(values.stamp(forename) | 1 << 31);
        }
    }
}

/// Hashes of each of a few numbers with others.
fn each(few: &Few, out: &mut Vec<u64>, key: impl Fn(u32) -> u64) {
    out.extend(few.all().iter().map(|&number| key(number)));
}

/// All keys, the most telling first. At most 32: a pair remembers them in one word.
pub(super) const KEYS: &[Key] = &[
    Key {
        name: "CHI number",
        cap: 1000,
        of: |it, _, out| {
            out.extend(it.chi.iter().filter(|&&chi| chi != 0).map(|&chi| hash(&[(chi >> 32) as u32, chi as u32])));
        },
    },
    Key {
        name: "Date of birth and postcode",
        cap: 500,
        of: |it, _, out| {
            if let Some(date) = it.whole().filter(|_| it.postcode != 0) {
                out.push(hash(&[it.postcode, date]));
            }
        },
    },
    Key {
        name: "Surname by sound and date of birth",
        cap: 300,
        of: |it, _, out| {
            if let Some(date) = it.whole() {
                each(&it.sounds, out, |s| hash(&[s, date]));
            }
        },
    },
    Key {
        name: "Forename or nickname and date of birth",
        cap: 300,
        of: |it, _, out| {
            if let Some(date) = it.whole() {
                each(&it.all_classes, out, |c| hash(&[c, date]));
            }
        },
    },
    Key {
        name: "Surname and forename",
        cap: 60,
        of: |it, _, out| {
            let forenames = it.forenames.all();
            out.extend(it.surnames.all().iter().flat_map(|&s| forenames.iter().map(move |&f| hash(&[s, f]))));
        },
    },
    Key {
        name: "Surname and forename swapped",
        cap: 60,
        of: |it, hand, out| {
            let (f, s) = (it.as_surname[0], it.surname);
            if f != 0 && s != 0 {
                out.push(if hand == Hand::Left { hash(&[s, f]) } else { hash(&[f, s]) });
            }
        },
    },
    Key {
        name: "Either name swapped, and date of birth",
        cap: 60,
        of: |it, hand, out| {
            if let Some(date) = it.whole() {
                // One name in the other's place is enough where the date agrees
                let (as_surname, as_forename) = if hand == Hand::Left { (1, 2) } else { (2, 1) };
                out.extend(it.as_surname.iter().filter(|&&f| f != 0).map(|&f| hash(&[as_surname, f, date])));
                each(&it.surnames, out, |s| hash(&[as_forename, s, date]));
            }
        },
    },
    Key {
        name: "Surname and date of birth, day and month swapped",
        cap: 200,
        of: |it, hand, out| {
            if let Some(date) = it.swappable(hand) {
                each(&it.sounds, out, |s| hash(&[s, date]));
            }
        },
    },
    Key {
        name: "Forename and date of birth, day and month swapped",
        cap: 200,
        of: |it, hand, out| {
            if let Some(date) = it.swappable(hand) {
                each(&it.classes, out, |c| hash(&[c, date]));
            }
        },
    },
    Key {
        name: "Postcode and forename",
        cap: 100,
        of: |it, _, out| {
            if it.postcode != 0 {
                each(&it.classes, out, |c| hash(&[it.postcode, c]));
            }
        },
    },
    Key {
        name: "Postcode and surname",
        cap: 100,
        of: |it, _, out| {
            if it.postcode != 0 {
                each(&it.sounds, out, |s| hash(&[it.postcode, s]));
            }
        },
    },
    Key {
        name: "Postcode and house number",
        cap: 12,
        of: |it, _, out| {
            if it.postcode != 0 && it.number != 0 {
                out.push(hash(&[it.postcode, it.number]));
            }
        },
    },
    Key {
        name: "Postcode, house number and initial",
        cap: 60,
        of: |it, _, out| {
            if it.postcode != 0 && it.number != 0 && it.initial != 0 {
                out.push(hash(&[it.postcode, it.number, it.initial]));
            }
        },
    },
    Key {
        name: "Street, house number and forename",
        cap: 60,
        of: |it, _, out| {
            if it.street != 0 && it.number != 0 {
                each(&it.classes, out, |c| hash(&[it.street, it.number, c]));
            }
        },
    },
    Key {
        name: "Street, house number and surname",
        cap: 60,
        of: |it, _, out| {
            if it.street != 0 && it.number != 0 {
                each(&it.sounds, out, |s| hash(&[it.street, it.number, s, 0]));
            }
        },
    },
    Key {
        name: "Surname by sound, nickname and postcode district",
        cap: 100,
        of: |it, _, out| {
            if it.district != 0 {
                it.names_with(it.district, out);
            }
        },
    },
    Key {
        name: "Surname by sound, nickname, year of birth give or take one",
        cap: 100,
        of: |it, hand, out| {
            let own = year(it.birth);
            if own != 0 {
                let years = if hand == Hand::Left { own - 1..=own + 1 } else { own..=own };
                years.for_each(|year| it.names_with(year, out));
            }
        },
    },
    Key {
        name: "Surname by sound, initial, month and year of birth",
        cap: 100,
        of: |it, _, out| {
            if year(it.birth) != 0 && month(it.birth) != 0 {
                it.initial_with(it.birth >> 8, out);
            }
        },
    },
    Key {
        name: "Surname by sound, initial, day and month of birth",
        cap: 100,
        of: |it, _, out| {
            if day(it.birth) != 0 && month(it.birth) != 0 {
                it.initial_with(it.birth & 0xFFFF, out);
            }
        },
    },
    Key {
        name: "Surname and the date in the CHI's digits",
        cap: 100,
        of: |it, _, out| {
            let own = it.whole().map(|date| (day(date), month(date), year(date) % 100));
            let digits = (it.chi[0] != 0).then(|| chi_date(it.chi[0])).filter(|digits| Some(*digits) != own);
            for (day, month, year) in own.into_iter().chain(digits) {
                each(&it.sounds, out, |s| hash(&[s, day, month, year]));
            }
        },
    },
    Key { name: "Date of birth", cap: 12, of: |it, _, out| out.extend(it.whole().map(|date| hash(&[date]))) },
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
