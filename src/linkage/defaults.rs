//! Values that stand for none.
//!
//! A system that asks for a date of birth is given 31 December 1999, and whoever has no home, or one that nobody may know, is
//! given the office's. Such a value agrees among hundreds of strangers. Taken for what it says, it would teach a run that
//! people of other names are one person, and count against the link to the person's own CHI record. It is told by its
//! numbers, and compared as if nothing had been given.

use std::collections::BTreeMap;

use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};
use serde::{Deserialize, Serialize};

use super::birth::{is_estimate, is_whole};
use super::table::{Row, Value, digits_of_date};
use super::values::{Files, Values};
use crate::person::postcode;

/// A date that stands for none has so many people at the least,
const PEOPLE: usize = 20;
/// and so many times as many as the middle one of its kind,
const TIMES: usize = 10;
/// or one in so many of all.
const OF_ALL: usize = 20;
/// People in one dwelling from which it can be an office's,
const DWELLING: usize = 30;
/// people under one postcode,
const POSTCODE: usize = 60;
/// where Mosaic has so many times as many there as CHI has.
const MORE: usize = 3;

/// The values that stand for none, and how many records have each.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Defaults {
    /// Dates of birth in Mosaic, `YYYYMMDD`.
    pub births: BTreeMap<String, u32>,
    /// Dates of birth in CHI, `YYYYMMDD`.
    pub chi_births: BTreeMap<String, u32>,
    /// Dwellings in Mosaic: flat, house number (or name) and postcode, or street where there is no postcode, parted by commas.
    pub dwellings: BTreeMap<String, u32>,
    /// Postcodes in Mosaic.
    pub postcodes: BTreeMap<String, u32>,
}

/// A dwelling as one value: postcode, or the street where there is none, number and flat.
type Dwelling = [Value; 4];

fn dwelling(row: &Row) -> Option<Dwelling> {
    let street = if row.postcode == 0 { row.street } else { 0 };
    (row.number != 0 && (row.postcode != 0 || street != 0)).then_some([row.postcode, street, row.number, row.flat])
}

fn dwelling_key(values: &Values, [postcode, street, number, flat]: Dwelling) -> String {
    let parts = [flat, number, street, postcode].map(|value| values.get(value));
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ")
}

fn birth_key(date: u32) -> String {
    digits_of_date(date).map(|digit| char::from(b'0' + digit)).iter().collect()
}

/// How many rows have each key, of those that have one, in order of the keys.
fn counted<K: Ord + Copy + Send>(rows: &[Row], of: impl Fn(&Row) -> Option<K> + Send + Sync) -> Vec<(K, usize)> {
    let mut keys: Vec<K> = rows.par_iter().filter_map(of).collect();
    keys.par_sort_unstable();
    keys.chunk_by(|a, b| a == b).map(|same| (same[0], same.len())).collect()
}

/// The dates that far more people have than others of their kind: 1 January, which often stands for a year, and all other
/// days.
fn births(rows: &[Row]) -> Vec<(u32, usize)> {
    let all = counted(rows, |row| is_whole(row.birth).then_some(row.birth));
    let whole: usize = all.iter().map(|(_, people)| people).sum();
    let (estimates, days): (Vec<_>, Vec<_>) = all.into_iter().partition(|&(date, _)| is_estimate(date));
    let beyond = |kind: Vec<(u32, usize)>| {
        let mut people: Vec<usize> = kind.iter().map(|(_, people)| *people).collect();
        people.sort_unstable();
        let middle = people.get(people.len() / 2).copied().unwrap_or(0);
        let least = (middle * TIMES).min(whole.div_ceil(OF_ALL)).max(PEOPLE);
        kind.into_iter().filter(move |(_, people)| *people >= least)
    };
    beyond(estimates).chain(beyond(days)).collect()
}

impl Defaults {
    /// Those of both files. An address stands for none where Mosaic has far more people there than CHI has: a care home has
    /// its people in both.
    pub(super) fn of(files: &Files) -> Self {
        let (values, mosaic, chi) = (&files.values, &files.mosaic.rows, &files.chi.rows);
        let dates = |rows| births(rows).into_iter().map(|(date, n)| (birth_key(date), n as u32)).collect();
        let many = |least: usize| move |(_, people): &(_, usize)| *people >= least;
        let mut dwellings: Vec<(Dwelling, usize)> =
            counted(mosaic, dwelling).into_iter().filter(|(_, people)| *people >= DWELLING).collect();
        let asked: FxHashSet<Dwelling> = dwellings.iter().map(|(dwelling, _)| *dwelling).collect();
        let at_home = |row: &Row| dwelling(row).filter(|key| asked.contains(key));
        let known: FxHashMap<Dwelling, usize> =
            if asked.is_empty() { FxHashMap::default() } else { counted(chi, at_home).into_iter().collect() };
        dwellings.retain(|(key, people)| *people > MORE * known.get(key).copied().unwrap_or(0));
        let gone: FxHashSet<Dwelling> = dwellings.iter().map(|(dwelling, _)| *dwelling).collect();
        let elsewhere = |row: &Row| {
            (row.postcode != 0 && !dwelling(row).is_some_and(|it| gone.contains(&it))).then_some(row.postcode)
        };
        let mut postcodes: Vec<(Value, usize)> = counted(mosaic, elsewhere);
        postcodes.retain(many(POSTCODE));
        if !postcodes.is_empty() {
            let asked: FxHashSet<Value> = postcodes.iter().map(|(postcode, _)| *postcode).collect();
            let known: FxHashMap<Value, usize> =
                counted(chi, |row| asked.contains(&row.postcode).then_some(row.postcode)).into_iter().collect();
            // A CHI file without postcodes cannot tell
            let told = chi.iter().any(|row| row.postcode != 0);
            postcodes.retain(|(key, people)| told && *people > MORE * known.get(key).copied().unwrap_or(0));
        }
        Self {
            births: dates(mosaic),
            chi_births: dates(chi),
            dwellings: dwellings.into_iter().map(|(key, n)| (dwelling_key(values, key), n as u32)).collect(),
            postcodes: postcodes.into_iter().map(|(key, n)| (values.get(key).to_owned(), n as u32)).collect(),
        }
    }

    /// Whether the same values stand for none, whatever their numbers.
    pub(super) fn are_those_of(&self, other: &Self) -> bool {
        let lists = |it: &Self| {
            [&it.births, &it.chi_births, &it.dwellings, &it.postcodes]
                .map(|list| list.clone().into_keys().collect::<Vec<_>>())
        };
        lists(self) == lists(other)
    }

    /// The values in words, each with the number of records that have it; the commonest first.
    pub fn told(&self) -> Vec<(String, u32)> {
        let date = |key: &str| match (key.get(..4), key.get(4..6), key.get(6..)) {
            (Some(year), Some(month), Some(day)) => format!("{day}/{month}/{year}"),
            _ => key.to_owned(),
        };
        let born = |(key, n): (&String, &u32)| (format!("Date of birth {} in Mosaic", date(key)), *n);
        let born_in_chi = |(key, n): (&String, &u32)| (format!("Date of birth {} in CHI", date(key)), *n);
        let address = |key: &str| key.split(", ").map(postcode::spoken).collect::<Vec<_>>().join(", ");
        let lives = |(key, n): (&String, &u32)| (format!("Address {} in Mosaic", address(key)), *n);
        let postcode = |(key, n): (&String, &u32)| (format!("Postcode {} in Mosaic", postcode::spoken(key)), *n);
        let mut told: Vec<(String, u32)> = self.births.iter().map(born).collect();
        told.extend(self.chi_births.iter().map(born_in_chi));
        told.extend(self.dwellings.iter().map(lives));
        told.extend(self.postcodes.iter().map(postcode));
        told.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        told
    }

    /// How many records have the date of birth, and how many the home, of a row: of those that stand for none.
    pub(super) fn of_row(&self, values: &Values, row: &Row) -> [Option<u32>; 2] {
        let births = if row.is_chi { &self.chi_births } else { &self.births };
        let home = || {
            let dwelling = dwelling(row).and_then(|key| self.dwellings.get(&dwelling_key(values, key)));
            dwelling.or_else(|| self.postcodes.get(values.get(row.postcode))).copied()
        };
        [births.get(&birth_key(row.birth)).copied(), if row.is_chi { None } else { home() }]
    }

    /// Takes the values that stand for none out of both files.
    pub(super) fn take_out_of(&self, files: &mut Files) {
        if [&self.births, &self.chi_births, &self.dwellings, &self.postcodes].iter().all(|list| list.is_empty()) {
            return;
        }
        let Files { values, mosaic, chi, .. } = files;
        let values = &*values;
        mosaic.rows.par_iter_mut().chain(chi.rows.par_iter_mut()).with_min_len(4096).for_each(|row| {
            let [birth, home] = self.of_row(values, row);
            if birth.is_some() {
                row.birth = 0;
            }
            if home.is_some() {
                (row.postcode, row.street, row.number, row.flat) = (0, 0, 0, 0);
            }
        });
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use crate::linkage::{Side, Table};
    use crate::person::{Chi, ChiRecord, ChiStatus, Details, MosaicId, MosaicRecord, PartialDate};

    /// A file of people, each born on another day and living in another house, unless told otherwise.
    fn people(side: Side, from: u32, n: u32, change: impl Fn(&mut Details)) -> Table {
        let mut table = Table::new(side);
        for nth in from..from + n {
            let birth = PartialDate::whole(1950 + (nth / 300) as u16, 2 + (nth / 25 % 10) as u8, 2 + (nth % 25) as u8);
            let address = vec![format!("{} High Street", nth + 1)];
            let letter = char::from(b"ABDEFGHJ"[nth as usize / 8 % 8]);
            let postcode = format!("DG{} {}{letter}A", 1 + nth % 8, 1 + nth / 64 % 9);
            let mut details = Details { birth, address, postcode, ..Details::default() };
            change(&mut details);
            match side {
                Side::Mosaic => table.push_mosaic(&MosaicRecord {
                    id: MosaicId::parse(&nth.to_string()).unwrap(),
                    details,
                    chi_given: String::new(),
                    chi: None,
                    context: String::new(),
                    restricted: false,
                    changed_given: String::new(),
                    changed: None,
                    holds: Vec::new(),
                }),
                Side::Chi => {
                    let chi = Chi::parse("0101011237").unwrap();
                    table.push_chi(&ChiRecord { chi, details, status: ChiStatus::Current, upi: None });
                }
            }
        }
        table
    }

    fn both(parts: Vec<Table>) -> Table {
        let side = parts[0].side();
        Table::of_parts(side, parts.into_iter().map(|part| (part, Vec::new())).collect())
    }

    #[test]
    fn a_date_that_a_form_asked_for_is_no_date_and_an_estimated_year_is_one() {
        let on = |year, month, day| move |it: &mut Details| it.birth = PartialDate::whole(year, month, day);
        let mosaic = both(vec![
            people(Side::Mosaic, 0, 2_000, |_| {}),
            people(Side::Mosaic, 3_000, 60, on(1999, 12, 31)),
            people(Side::Mosaic, 4_000, 25, on(1980, 1, 1)),
            people(Side::Mosaic, 5_000, 9, on(1981, 6, 6)),
        ]);
        // Refugees of a hundred families, each with 1 January of their year
        let estimates = |year: u16| people(Side::Mosaic, 10_000 + u32::from(year) * 10, 8, on(year, 1, 1));
        let mosaic = both((1950..1970).map(estimates).chain([mosaic]).collect());
        let files = Files::believed(mosaic, people(Side::Chi, 0, 300, |_| {}));
        let told: Vec<_> = files.defaults.told();
        assert_eq!(told, [("Date of birth 31/12/1999 in Mosaic".to_owned(), 60)], "25 of a middle of 8 may be so");
        let kept = |date| files.mosaic.rows.iter().filter(|row| row.birth == date).count();
        assert_eq!(kept(1999 << 16 | 12 << 8 | 31), 0);
        assert_eq!((kept(1980 << 16 | 1 << 8 | 1), kept(1981 << 16 | 6 << 8 | 6)), (25, 9));
    }

    #[test]
    fn an_address_of_mosaic_alone_is_an_offices_and_that_of_a_care_home_is_one() {
        let at = |line: &'static str, postcode: &'static str| {
            move |it: &mut Details| (it.address, it.postcode) = (vec![line.to_owned()], postcode.to_owned())
        };
        let mosaic = both(vec![
            people(Side::Mosaic, 0, 500, |_| {}),
            people(Side::Mosaic, 1_000, 40, at("122 Irish Street", "DG1 4AA")),
            people(Side::Mosaic, 2_000, 40, at("12 College Road", "DG2 0AA")),
            people(Side::Mosaic, 3_000, 29, at("39 Lewis Street", "DG9 7AL")),
            people(Side::Mosaic, 4_000, 70, at("", "DG15 5AA")),
        ]);
        let chi = both(vec![
            people(Side::Chi, 0, 500, |_| {}),
            people(Side::Chi, 1_000, 14, at("12 College Road", "DG2 0AA")),
        ]);
        let files = Files::believed(mosaic, chi);
        let told: Vec<String> = files.defaults.told().into_iter().map(|(words, n)| format!("{words}: {n}")).collect();
        assert_eq!(told, ["Postcode DG15 5AA in Mosaic: 70", "Address 122, DG1 4AA in Mosaic: 40"]);
        let homeless = files.mosaic.rows.iter().filter(|row| row.postcode == 0 && row.number == 0).count();
        assert_eq!(homeless, 110);
        assert!(files.chi.rows.iter().all(|row| row.postcode != 0), "CHI's stay");
    }

    #[test]
    fn a_small_file_has_none() {
        let mosaic = people(Side::Mosaic, 0, 19, |it| it.birth = PartialDate::whole(1999, 12, 31));
        assert_eq!(Files::believed(mosaic, Table::new(Side::Chi)).defaults, Defaults::default());
    }
}
