//! How often a value occurs, and what agreement on it is therefore worth.
//!
//! Two people agree by chance on `SMITH` far more often than on a rare name. The counts are those of the CHI file, which
//! is the population that a Mosaic person is looked for in. The model keeps the common values only, each other value
//! counting as rare: so a pair scored alone, long after the run, has the weight that the run gave it.

use std::collections::BTreeMap;

use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};

use super::birth::Birth;
use super::comparison::{Comparison, Pattern, Shared};
use super::levels::{forename, surname};
use super::place::Place;
use super::table::{Row, Value};
use super::values::{Files, Records, Values};

/// How many common values of a kind the model keeps.
const KEPT: usize = 20_000;
/// People at one building from which it counts as communal: a care home, a hostel.
const COMMUNAL: u32 = 12;
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

fn count<K: std::hash::Hash + Eq>(keys: impl Iterator<Item = Option<K>>) -> FxHashMap<K, u32> {
    let mut counts = FxHashMap::default();
    for key in keys.flatten() {
        *counts.entry(key).or_insert(0) += 1;
    }
    counts
}

/// Keeps the values that are commoner than `floor` records, at most [`KEPT`] of them.
fn common<K>(
    counts: &FxHashMap<K, u32>,
    records: f64,
    floor: f64,
    typical: f64,
    text: impl Fn(&K) -> String,
) -> Common {
    let mut all: Vec<u32> = counts.values().copied().filter(|&n| f64::from(n) > floor).collect();
    all.sort_unstable_by(|a, b| b.cmp(a));
    let floor = all.get(KEPT).map_or(floor, |&n| f64::from(n));
    Common {
        typical: typical.max(1e-9),
        rare: floor / records,
        values: counts.iter().filter(|(_, n)| f64::from(**n) > floor).map(|(k, &n)| (text(k), n)).collect(),
    }
}

/// The chance that a random left and a random right record agree on a value, less the agreements of true pairs.
fn by_chance<K: std::hash::Hash + Eq>(left: &FxHashMap<K, u32>, right: &FxHashMap<K, u32>, least: f64) -> f64 {
    let totals = [left, right].map(|counts| counts.values().map(|&n| f64::from(n)).sum::<f64>());
    // Whole numbers: the sum is exact, whatever the order of the map.
    let agree: f64 = left.iter().filter_map(|(k, &n)| right.get(k).map(|&m| f64::from(n) * f64::from(m))).sum();
    let pairs = totals[0] * totals[1];
    if pairs == 0.0 {
        return least;
    }
    (agree / pairs - 0.8 / totals[0].max(totals[1])).max(least)
}

impl Frequencies {
    /// Counts the values of both files.
    pub(super) fn of(files: &Files) -> Self {
        let people = if files.chi.len() >= 200 { &files.chi } else { &files.mosaic };
        let records = (people.len() as f64).max(1.0);
        let values = &files.values;
        let some = |v: Value| (v != 0).then_some(v);
        let both =
            |of: fn(&Row) -> Option<Value>| [&files.mosaic, people].map(|r: &Records| count(r.rows.iter().map(of)));
        let least = 0.5 / records;
        let [left, right] = both(|r| (r.surname != 0).then_some(r.surname));
        let surnames = common(&right, records, 2.0, by_chance(&left, &right, least), |&v| values.get(v).to_owned());
        let [left, right] = both(|r| (r.forename != 0).then_some(r.forename));
        let forenames = common(&right, records, 2.0, by_chance(&left, &right, least), |&v| values.get(v).to_owned());
        let [left, right] = both(|r| (r.birth != 0).then_some(r.birth));
        let births =
            common(&right, records, (records / 22_000.0).max(1.0), by_chance(&left, &right, 1.0 / 29_000.0), |&d| {
                date_key(d)
            });
        let [left, right] = both(|r| (r.postcode != 0).then_some(r.postcode));
        let postcodes =
            common(&right, records, 12.0, by_chance(&left, &right, 2.0 / records), |&v| values.get(v).to_owned());
        let building = |r: &Row| some(r.postcode).zip(some(r.number));
        let left = count(files.mosaic.rows.iter().map(building));
        let right = count(people.rows.iter().map(building));
        let buildings = common(&right, records, 3.0, by_chance(&left, &right, least), |&(postcode, number)| {
            building_key(values, postcode, number)
        });
        Self { records: people.len() as u64, surnames, forenames, births, buildings, postcodes }
    }
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
    typical: [f64; 5],
}

impl Shares {
    /// The shares of all values of a run.
    pub fn new(values: &Values, frequencies: &Frequencies) -> Self {
        let f = frequencies;
        let records = (f.records as f64).max(1.0);
        let mut shares = Self::of_names(values, f);
        let by_text: FxHashMap<&str, Value> = (1..values.len() as u32).map(|v| (values.get(v), v)).collect();
        shares.buildings = f
            .buildings
            .values
            .iter()
            .filter_map(|(text, &n)| {
                let (postcode, number) = text.split_once(' ')?;
                Some(((*by_text.get(postcode)?, *by_text.get(number)?), f64::from(n) / records))
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
    pub fn of_rows(values: &Values, frequencies: &Frequencies, rows: &[&Row]) -> Self {
        let f = frequencies;
        let records = (f.records as f64).max(1.0);
        let mut shares = Self::of_names(values, f);
        for row in rows {
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
        let share =
            |common: &Common, value: Value| common.values.get(values.get(value)).map(|&n| f64::from(n) / records);
        let all = |common: &Common| {
            (0..values.len() as u32).map(|v| share(common, v).unwrap_or(common.rare) as f32).collect::<Vec<f32>>()
        };
        Self {
            records,
            surnames: all(&f.surnames),
            forenames: all(&f.forenames),
            postcodes: (1..values.len() as u32).filter_map(|v| Some((v, share(&f.postcodes, v)?))).collect(),
            births: FxHashMap::default(),
            buildings: FxHashMap::default(),
            rare: [f.births.rare, f.buildings.rare, f.postcodes.rare],
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

    /// Whether many people share the row's address.
    pub fn is_communal(&self, row: &Row) -> bool {
        row.number != 0 && row.postcode != 0 && self.building(row) * self.records >= f64::from(COMMUNAL)
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
