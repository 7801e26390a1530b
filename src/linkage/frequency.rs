//! How often a value occurs, and what agreement on it is therefore worth.
//!
//! Two people agree by chance on `SMITH` far more often than on a rare name. The counts are those of the CHI file, which
//! is the population that a Mosaic person is looked for in. The model keeps the common values only, each other value
//! counting as rare: so a pair scored alone, long after the run, has the weight that the run gave it.

use std::collections::BTreeMap;

use rayon::prelude::*;
use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};

use super::birth::{Birth, is_estimate, is_whole};
use super::comparison::{Comparison, Pattern, Shared};
use super::levels::{forename, second, surname};
use super::place::Place;
use super::table::{Row, Value};
use super::values::{Files, Values};

/// How many common values of a kind the model keeps.
const KEPT: usize = 20_000;
/// People at one building from which it counts as communal: a care home, a hostel.
const COMMUNAL: u32 = 12;
/// A date of birth is a common one that more than one person in so many has.
const DATES: f64 = 22_000.0;
/// So many people have a forename, at least, that is a name of its own,
const OWN_NAME: f64 = 5.0;
/// where another, of which it might be a slip, is not so many times as common.
const SLIPS: f32 = 20.0;
/// Adjustments are kept within so many bits.
const LIMIT: f64 = 8.0;

/// The common values of one kind.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Common {
    /// Share of a typical agreement: the chance that two random people agree on this at all.
    pub typical: f64,
    /// Share that a value counts with which is not listed.
    pub rare: f64,
    /// How many records have each common value.
    pub values: BTreeMap<String, u32>,
}

/// The common values of a run.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Frequencies {
    /// Records that were counted.
    pub records: u64,
    /// Folded surnames.
    pub surnames: Common,
    /// Folded forenames.
    pub forenames: Common,
    /// Dates of birth, `YYYYMMDD`.
    pub births: Common,
    /// Postcode and house number.
    pub buildings: Common,
    /// Postcodes.
    pub postcodes: Common,
}

fn building_key(values: &Values, postcode: Value, number: Value) -> String {
    format!("{} {}", values.get(postcode), values.get(number))
}

fn date_key(date: u32) -> String {
    format!("{:04}{:02}{:02}", date >> 16, date >> 8 & 0xFF, date & 0xFF)
}

/// How often each value occurs: values are numbered densely, so counting is adding in an array.
fn count_values(rows: &[Row], values: usize, of: fn(&Row) -> Value) -> Vec<u32> {
    let mut counts = vec![0; values];
    rows.iter().for_each(|row| counts[of(row) as usize] += 1);
    counts[0] = 0;
    counts
}

/// How often each key occurs, in order of the keys; 0 is no key.
fn count_keys(rows: &[Row], of: fn(&Row) -> u64) -> Vec<(u64, u32)> {
    let mut keys: Vec<u64> = rows.par_iter().map(of).filter(|&key| key != 0).collect();
    keys.par_sort_unstable();
    keys.chunk_by(|a, b| a == b).map(|same| (same[0], same.len() as u32)).collect()
}

/// Keeps the values that are commoner than `floor` records, at most [`KEPT`] of them.
fn common(
    counts: impl Iterator<Item = (u64, u32)> + Clone,
    records: f64,
    floor: f64,
    typical: f64,
    rarest: f64,
    text: impl Fn(u64) -> String,
) -> Common {
    let mut all: Vec<u32> = counts.clone().map(|(_, n)| n).filter(|&n| f64::from(n) > floor).collect();
    all.sort_unstable_by(|a, b| b.cmp(a));
    let floor = all.get(KEPT).map_or(floor, |&n| f64::from(n));
    let typical = typical.max(1e-9);
    Common {
        typical,
        // What is not listed is no commoner than what usually agrees, nor, of a small file, than it would be of a large one
        rare: (floor / records).min(typical.max(rarest)),
        values: counts.filter(|(_, n)| f64::from(*n) > floor).map(|(key, n)| (text(key), n)).collect(),
    }
}

/// The chance that a random left and a random right record agree on a value, less the agreements of true pairs. Counts
/// come in the order of their keys.
fn by_chance(left: &[(u64, u32)], right: &[(u64, u32)], least: f64) -> f64 {
    let total = |counts: &[(u64, u32)]| counts.iter().map(|(_, n)| f64::from(*n)).sum::<f64>();
    let totals = [total(left), total(right)];
    let mut right = right.iter().peekable();
    let mut agree = 0.0;
    for (key, n) in left {
        while right.next_if(|(other, _)| other < key).is_some() {}
        if let Some((_, m)) = right.next_if(|(other, _)| other == key) {
            agree += f64::from(*n) * f64::from(*m);
        }
    }
    let pairs = totals[0] * totals[1];
    if pairs == 0.0 {
        return least;
    }
    (agree / pairs - 0.8 / totals[0].max(totals[1])).max(least)
}

/// The chance that two records of one file agree on a value, less the agreements of its `duplicates`.
fn among(counts: &[(u64, u32)], duplicates: f64, least: f64) -> f64 {
    let total: f64 = counts.iter().map(|(_, n)| f64::from(*n)).sum();
    let agree: f64 = counts.iter().map(|(_, n)| f64::from(*n) * (f64::from(*n) - 1.0) / 2.0).sum();
    let pairs = total * (total - 1.0) / 2.0;
    if pairs <= 0.0 {
        return least;
    }
    ((agree - 0.8 * duplicates.min(total / 2.0)) / pairs).max(least)
}

/// About how many pairs of rows are of one person: those that agree in the date of birth and a name, of which three in
/// four do.
fn likely_duplicates(rows: &[Row]) -> f64 {
    let of = |key: &(dyn Fn(&Row) -> [u32; 2] + Sync)| {
        let born = |row: &&Row| is_whole(row.birth) && !is_estimate(row.birth);
        let keyed = rows.par_iter().filter(born).map(|row| (row.birth, key(row)));
        let mut keys: Vec<(u32, [u32; 2])> = keyed.filter(|(_, names)| *names != [0; 2]).collect();
        keys.par_sort_unstable();
        keys.chunk_by(|a, b| a == b).map(|same| same.len() as f64 * (same.len() as f64 - 1.0) / 2.0).sum::<f64>()
    };
    let surname = of(&|row| [row.surname, 0]);
    let forename = of(&|row| [0, row.forename]);
    let both = of(&|row| if row.surname == 0 || row.forename == 0 { [0; 2] } else { [row.surname, row.forename] });
    (surname + forename - both) / 0.75
}

/// Postcode and house number as one key; 0 where either is missing.
pub(super) fn building(row: &Row) -> u64 {
    if row.postcode == 0 || row.number == 0 { 0 } else { u64::from(row.postcode) << 32 | u64::from(row.number) }
}

impl Frequencies {
    /// Counts the values of both files.
    pub(super) fn of(files: &Files) -> Self {
        let people = if files.chi.len() >= 200 { &files.chi } else { &files.mosaic };
        let sides = [&files.mosaic.rows, &people.rows];
        let typical = |of: [&[(u64, u32)]; 2], least| by_chance(of[0], of[1], least);
        Self::counted(&files.values, sides, 0, typical)
    }

    /// Counts the values of the Mosaic file alone: what social work types otherwise than the health board, and whole
    /// families whom it knows, its duplicates share among themselves.
    pub(super) fn within(files: &Files) -> Self {
        let duplicates = likely_duplicates(&files.mosaic.rows);
        Self::counted(&files.values, [&files.mosaic.rows; 2], 1, |[own, _], least| among(own, duplicates, least))
    }

    /// `typical` says how often two rows agree, by the counts of both sides and the least that counts.
    /// Of the records that have a value, `own` are the pair's that agrees on it, beside the one that it is looked for with.
    fn counted(
        values: &Values,
        sides: [&Vec<Row>; 2],
        own: u32,
        typical: impl Fn([&[(u64, u32)]; 2], f64) -> f64,
    ) -> Self {
        let people = sides[1];
        let records = (people.len() as f64).max(1.0);
        let least = 0.5 / records;
        let others = |counts: &[(u64, u32)]| counts.iter().map(move |&(key, n)| (key, n - own)).collect::<Vec<_>>();
        let of_value = |of: fn(&Row) -> Value, floor: f64, least: f64| {
            let [left, right] = sides.map(|rows| count_values(rows, values.len(), of));
            // An initial is no name that two people agree on
            let is_whole = |value: usize| values.get(value as Value).len() > 1;
            let pairs = |counts: &[u32]| {
                let some = counts.iter().enumerate().filter(|(v, n)| **n > 0 && is_whole(*v));
                some.map(|(v, &n)| (v as u64, n)).collect::<Vec<_>>()
            };
            let (left, right) = (pairs(&left), pairs(&right));
            let typical = typical([&left, &right], least);
            common(others(&right).into_iter(), records, floor, typical, 0.0, |v| values.get(v as Value).to_owned())
        };
        let of_key = |of: fn(&Row) -> u64, floor: f64, [least, rarest]: [f64; 2], text: &dyn Fn(u64) -> String| {
            let [left, right] = sides.map(|rows| count_keys(rows, of));
            let typical = typical([&left, &right], least);
            common(others(&right).into_iter(), records, floor, typical, rarest, text)
        };
        let birth = |row: &Row| u64::from(row.birth);
        Self {
            records: people.len() as u64,
            surnames: of_value(|r| r.surname, 2.0, least),
            forenames: of_value(|r| r.forename, 2.0, least),
            births: of_key(birth, (records / DATES).max(1.0), [1.0 / 29_000.0, 1.0 / DATES], &|date| {
                date_key(date as u32)
            }),
            buildings: of_key(building, 3.0, [least, 0.0], &|key| {
                building_key(values, (key >> 32) as Value, key as Value)
            }),
            postcodes: of_value(|r| r.postcode, 12.0, 2.0 / records),
        }
    }
}

/// What the frequencies of agreeing values change in a pair's weight, in bits: for the surname and for the forename,
/// which count the less the more namesakes there are (see [`super::together`]), and for all other comparisons.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct Rare {
    pub surname: f32,
    pub forename: f32,
    pub other: f32,
}

/// Shares of values by their number, for one set of [`Values`].
#[derive(Debug)]
pub(super) struct Shares {
    records: f64,
    surnames: Vec<f32>,
    forenames: Vec<f32>,
    postcodes: FxHashMap<Value, f64>,
    births: FxHashMap<u32, f64>,
    buildings: FxHashMap<(Value, Value), f64>,
    rare: [f64; 3],
    /// The share of a forename that is not listed.
    rare_forename: f32,
    typical: [f64; 5],
}

impl Shares {
    /// The shares of all values of a run.
    pub fn new(values: &Values, frequencies: &Frequencies) -> Self {
        let f = frequencies;
        let records = (f.records as f64).max(1.0);
        let mut shares = Self::of_names(values, f);
        shares.buildings = f
            .buildings
            .values
            .iter()
            .filter_map(|(text, &n)| {
                let (postcode, number) = text.split_once(' ')?;
                Some(((values.find(postcode)?, values.find(number)?), f64::from(n) / records))
            })
            .collect();
        shares.births = f
            .births
            .values
            .iter()
            .filter_map(|(text, &n)| {
                let number: u32 = text.parse().ok()?;
                let date = (number / 10_000) << 16 | (number / 100 % 100) << 8 | (number % 100);
                Some((date, (f64::from(n) - 1.0) / records))
            })
            .collect();
        shares
    }

    /// The shares of the values of a few rows: cheap enough for one pair.
    pub fn of_rows(values: &Values, frequencies: &Frequencies, left: &[Row], right: &[Row]) -> Self {
        let f = frequencies;
        let records = (f.records as f64).max(1.0);
        let mut shares = Self::of_names(values, f);
        for row in left.iter().chain(right) {
            if let Some(&n) = f.births.values.get(&date_key(row.birth)) {
                shares.births.insert(row.birth, (f64::from(n) - 1.0) / records);
            }
            if let Some(&n) = f.buildings.values.get(&building_key(values, row.postcode, row.number)) {
                shares.buildings.insert((row.postcode, row.number), f64::from(n) / records);
            }
        }
        shares
    }

    fn of_names(values: &Values, f: &Frequencies) -> Self {
        let records = (f.records as f64).max(1.0);
        let listed = |common: &Common| {
            let found =
                common.values.iter().filter_map(|(text, &n)| Some((values.find(text)?, f64::from(n) / records)));
            found.collect::<Vec<_>>()
        };
        let all = |common: &Common| {
            let mut shares = vec![common.rare as f32; values.len()];
            listed(common).into_iter().for_each(|(value, share)| shares[value as usize] = share as f32);
            shares
        };
        Self {
            records,
            surnames: all(&f.surnames),
            forenames: all(&f.forenames),
            postcodes: listed(&f.postcodes).into_iter().collect(),
            births: FxHashMap::default(),
            buildings: FxHashMap::default(),
            rare: [f.births.rare, f.buildings.rare, f.postcodes.rare],
            rare_forename: f.forenames.rare as f32,
            typical: [
                f.surnames.typical,
                f.forenames.typical,
                f.births.typical,
                f.buildings.typical,
                f.postcodes.typical,
            ],
        }
    }

    /// Bits between a typical agreement and this one; 0 where nothing was counted.
    fn bits(typical: f64, share: f64) -> f64 {
        if typical == 0.0 {
            return 0.0;
        }
        (typical / share.max(1e-9)).log2().clamp(-LIMIT, LIMIT)
    }

    fn building(&self, row: &Row) -> f64 {
        self.buildings.get(&(row.postcode, row.number)).copied().unwrap_or(self.rare[1])
    }

    /// Bits that the rarity of a row's whole name is worth.
    pub fn rarity(&self, row: &Row) -> f64 {
        Self::bits(self.typical[0], f64::from(self.surnames[row.surname as usize]))
            + Self::bits(self.typical[1], f64::from(self.forenames[row.forename as usize]))
    }

    /// The chance that a random person has the row's whole name.
    pub fn of_name(&self, row: &Row) -> f64 {
        f64::from(self.surnames[row.surname as usize]) * f64::from(self.forenames[row.forename as usize])
    }

    /// Whether the forenames of two rows are each a name of its own (`Hayden` and `Jayden`), not one of them a slip of the
    /// other: enough people have either.
    pub fn are_two_names(&self, a: &Row, b: &Row) -> bool {
        let [x, y] = [a, b].map(|row| self.forenames[row.forename as usize]);
        let (rarer, commoner) = (x.min(y), x.max(y));
        a.forename != b.forename
            && rarer > self.rare_forename
            && rarer >= (OWN_NAME / self.records) as f32
            && rarer * SLIPS > commoner
    }

    /// Whether many people share the row's address.
    pub fn is_communal(&self, row: &Row) -> bool {
        row.number != 0 && row.postcode != 0 && self.building(row) * self.records >= f64::from(COMMUNAL)
    }

    /// What the agreeing values change in the weight of a pair.
    pub fn rare(&self, pattern: Pattern, shared: Shared, a: &Row, b: &Row) -> Rare {
        let of = |comparison| self.adjust(comparison, pattern, shared, a, b) as f32;
        let other = [Comparison::SecondForename, Comparison::Birth, Comparison::Location].map(of).iter().sum();
        Rare { surname: of(Comparison::Surname), forename: of(Comparison::Forename), other }
    }

    /// What the agreeing values change in one comparison's weight, in bits.
    pub fn adjust(&self, comparison: Comparison, pattern: Pattern, shared: Shared, a: &Row, b: &Row) -> f64 {
        let level = pattern.level(comparison);
        let swapped = pattern.level(Comparison::Forename) == forename::SWAPPED;
        match comparison {
            Comparison::Surname => match level {
                surname::SAME | surname::PREVIOUS | surname::PART => {
                    Self::bits(self.typical[0], f64::from(self.surnames[shared.surname as usize]))
                }
                // A fuzzy agreement may have come from either name: the commoner counts, and half.
                surname::ONE_LETTER | surname::SOUNDS | surname::SIMILAR => {
                    let share = self.surnames[a.surname as usize].max(self.surnames[b.surname as usize]);
                    Self::bits(self.typical[0], f64::from(share)) / 2.0
                }
                _ => 0.0,
            },
            Comparison::Forename if swapped => {
                Self::bits(
                    self.typical[0],
                    f64::from(self.surnames[a.surname as usize].max(self.surnames[b.surname as usize])),
                )
                .min(2.0)
                    + Self::bits(
                        self.typical[1],
                        f64::from(self.forenames[a.forename as usize].max(self.forenames[b.forename as usize])),
                    )
                    .min(2.0)
            }
            Comparison::Forename => match level {
                forename::SAME | forename::KNOWN_AS | forename::SECOND => {
                    Self::bits(self.typical[1], f64::from(self.forenames[shared.forename as usize]))
                }
                forename::NICKNAME
                | forename::ONE_LETTER
                | forename::SOUNDS
                | forename::SIMILAR
                | forename::BEGINNING => {
                    let share = self.forenames[a.forename as usize].max(self.forenames[b.forename as usize]);
                    Self::bits(self.typical[1], f64::from(share)) / 2.0
                }
                _ => 0.0,
            },
            Comparison::SecondForename if level == second::SAME => {
                Self::bits(self.typical[1], f64::from(self.forenames[a.second as usize]))
            }
            Comparison::Birth if level == Birth::Same as u8 => Self::bits(
                self.typical[2],
                self.births.get(&a.birth).copied().unwrap_or(self.rare[0]).max(self.rare[0]),
            ),
            Comparison::Location if level == Place::Dwelling as u8 || level == Place::Building as u8 => {
                Self::bits(self.typical[3], self.building(a).max(self.building(b))).min(2.0)
            }
            Comparison::Location if level == Place::Postcode as u8 => {
                let share = self.postcodes.get(&a.postcode).copied().unwrap_or(self.rare[2]);
                Self::bits(self.typical[4], share).min(2.0)
            }
            _ => 0.0,
        }
    }

    /// How many records have the agreeing value, where it is a common one.
    pub fn records_with(&self, comparison: Comparison, pattern: Pattern, shared: Shared, a: &Row) -> Option<u32> {
        let share = match comparison {
            Comparison::Surname if shared.surname != 0 => f64::from(self.surnames[shared.surname as usize]),
            Comparison::Forename if shared.forename != 0 => f64::from(self.forenames[shared.forename as usize]),
            Comparison::Birth if pattern.level(comparison) == Birth::Same as u8 => *self.births.get(&a.birth)?,
            Comparison::Location if pattern.level(comparison) == Place::Dwelling as u8 => self.building(a),
            Comparison::Location if pattern.level(comparison) == Place::Postcode as u8 => {
                *self.postcodes.get(&a.postcode)?
            }
            _ => return None,
        };
        let records = (share * self.records).round() as u32;
        (records > 3).then_some(records)
    }
}
