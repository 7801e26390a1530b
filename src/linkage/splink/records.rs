//! The records as the settings' SQL compares them: folded, with what SQL has no function for as columns of its own.

use crate::linkage::comparison::compare;
use crate::linkage::likeness::Cache;
use crate::linkage::table::{Row, chi_date};
use crate::linkage::values::{Files, Values, bag};
use crate::linkage::{Comparison, Ids, Model, ScoredPair, Side, Table, birth};
use crate::person::{Sex, name};

/// The columns, the same for both files. Empty is missing; all of it is text.
///
/// Dates are `YYYY-MM-DD` with zeros for parts that are not known. Names have lost accents, gaps and marks
/// (`O'Neill` is `ONEILL`, `McDonald` `MACDONALD`). `…_sound` is a phonetic code, `…_nicknames` the classes of names that
/// are short for one another, `street_letters` which letters the street has and how often (two bits each).
pub const COLUMNS: [&str; 30] = [
    "unique_id",
    "surname",
    "surname_first_part",
    "surname_last_part",
    "surname_sound",
    "previous_surname",
    "forename",
    "forename_as_surname",
    "forename_sound",
    "forename_nicknames",
    "known_as",
    "known_as_nicknames",
    "second_forename",
    "second_forename_sound",
    "second_forename_nicknames",
    "sex",
    "date_of_birth",
    "birth_digits",
    "date_of_death",
    "street",
    "street_letters",
    "house_number",
    "flat",
    "postcode",
    "postcode_sector",
    "postcode_district",
    "postcode_area",
    "chi",
    "current_chi",
    "chi_birth_digits",
];

/// Both files as they are written for Splink.
#[derive(Debug)]
pub struct Records {
    ids: Ids,
    files: Files,
    /// Where each row of the two [`Table`]s stands in the files.
    places: [Vec<u32>; 2],
}

impl Records {
    /// Both files, ready to be written.
    pub fn new(mosaic: Table, chi: Table) -> Self {
        let ids = mosaic.ids();
        let files = Files::believed(mosaic, chi);
        let places = [&files.mosaic.pushed, &files.chi.pushed].map(|pushed| {
            let mut places = vec![0; pushed.len()];
            for (at, &row) in (0..).zip(pushed) {
                places[row as usize] = at;
            }
            places
        });
        Self { ids, files, places }
    }

    /// Hands every record of a side to `sink`, in the order of ids: one value for each of [`COLUMNS`].
    pub fn each<E>(&self, side: Side, mut sink: impl FnMut(&[String]) -> Result<(), E>) -> Result<(), E> {
        let records = if side == Side::Mosaic { &self.files.mosaic } else { &self.files.chi };
        for (row, &pushed) in records.rows.iter().zip(&records.pushed) {
            sink(&columns(&self.files.values, row, self.id(side, pushed)))?;
        }
        Ok(())
    }

    fn row(&self, side: Side, pushed: u32) -> &Row {
        let (records, places) = match side {
            Side::Mosaic => (&self.files.mosaic, &self.places[0]),
            Side::Chi => (&self.files.chi, &self.places[1]),
        };
        &records.rows[places[pushed as usize] as usize]
    }

    /// The id by which Splink knows a row, by its number in the [`Table`].
    pub fn id(&self, side: Side, pushed: u32) -> String {
        match side {
            Side::Mosaic => self.ids.mosaic_id(pushed).to_owned(),
            Side::Chi => number(self.row(side, pushed).chi),
        }
    }

    /// What a pair's comparisons weigh by the levels alone, before value frequencies and what is taken off for
    /// agreements that come together: what the `mw_…` columns of a prediction should say.
    pub fn weights(&self, model: &Model, pair: &ScoredPair, other: Side) -> [f64; Comparison::ALL.len()] {
        let parameters = if other == Side::Chi { &model.links } else { &model.duplicates };
        let (a, b) = (self.row(Side::Mosaic, pair.left), self.row(other, pair.right));
        let pattern = compare(&self.files.values, &mut Cache::new(), a, b);
        Comparison::ALL.map(|c| parameters.comparisons[c as usize].levels[usize::from(pattern.level(c))].weight)
    }
}

fn number(chi: u64) -> String {
    if chi == 0 { String::new() } else { format!("{chi:010}") }
}

fn date(packed: u32) -> String {
    match packed {
        0 => String::new(),
        d => format!("{:04}-{:02}-{:02}", birth::year(d), birth::month(d), birth::day(d)),
    }
}

fn digits((day, month, year): (u32, u32, u32)) -> String {
    format!("{day:02}{month:02}{year:02}")
}

fn columns(values: &Values, row: &Row, id: String) -> [String; COLUMNS.len()] {
    let text = |value| values.get(value).to_owned();
    let sound = |value| name::sound(values.get(value));
    let marks = |value| name::nickname_marks(values.get(value)).join(" ");
    // The short words of double names say nothing; the engine passes over them, too.
    let [first, last] =
        row.parts.map(|part| if part != 0 && values.name(part).len > 3 { text(part) } else { String::new() });
    let [sector, district, area] = values.place(row.postcode).map(text);
    let b = row.birth;
    [
        id,
        text(row.surname),
        first,
        last,
        sound(row.surname),
        text(row.previous),
        text(row.forename),
        if row.forename == 0 { String::new() } else { text(values.as_surname(row.forename)) },
        sound(row.forename),
        marks(row.forename),
        text(row.known_as),
        marks(row.known_as),
        text(row.second),
        sound(row.second),
        marks(row.second),
        match row.sex {
            Sex::Female => "F".to_owned(),
            Sex::Male => "M".to_owned(),
            Sex::NotKnown => String::new(),
        },
        date(b),
        if birth::is_whole(b) { digits((birth::day(b), birth::month(b), birth::year(b) % 100)) } else { String::new() },
        date(row.death),
        text(row.street),
        if row.street == 0 { String::new() } else { bag(values.get(row.street)).to_string() },
        text(row.number),
        text(row.flat),
        text(row.postcode),
        sector,
        district,
        area,
        number(row.chi),
        number(row.upi),
        if row.is_chi { digits(chi_date(row.chi)) } else { String::new() },
    ]
}
