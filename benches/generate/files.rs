//! The rows of the extracts, and writing them: CHI as a stream in mixed order, Mosaic by id.

use std::fs::File;
use std::io::{self, BufWriter};
use std::path::Path;

use jiff::civil::Date;
use stewartry::person::{Chi, Sex};

use crate::errors::Copy;
use crate::kinds::Kinds;
use crate::random::Random;

/// The columns of Mosaic's extract.
pub const MOSAIC_COLUMNS: [&str; 19] = [
    "PersonID",
    "Surname",
    "PreviousSurname",
    "FirstForename",
    "SecondForename",
    "KnownAs",
    "Gender",
    "DateOfBirth",
    "DateOfDeath",
    "Address1",
    "Address2",
    "Address3",
    "Postcode",
    "CHINumber",
    "Context",
    "Restricted",
    "LastUpdated",
    "CarePackages",
    "HasFinance",
];

/// The columns of the CHI extract.
pub const CHI_COLUMNS: [&str; 14] = [
    "CHI_NUMBER",
    "SURNAME",
    "PREVIOUS_SURNAME",
    "FIRST_FORENAME",
    "SECOND_FORENAME",
    "SEX",
    "DATE_OF_BIRTH",
    "DATE_OF_DEATH",
    "POSTCODE",
    "ADDRESS1",
    "ADDRESS2",
    "ADDRESS3",
    "STATUS",
    "UPI",
];

/// The columns of the truth.
pub const TRUTH_COLUMNS: [&str; 4] = ["PersonID", "CHI", "PersonKey", "Kind"];

/// A row of Mosaic's extract, with its truth.
#[derive(Debug, Clone)]
pub struct MosaicRow {
    pub id: u32,
    pub copy: Copy,
    /// The CHI number that Mosaic holds already, as it stands there.
    pub chi_given: String,
    pub context: &'static str,
    pub restricted: bool,
    /// The person, however many records they have.
    pub person: u32,
    /// The person's current number.
    pub truth: Option<Chi>,
    pub kinds: Kinds,
}

/// A row of the CHI extract.
#[derive(Debug, Clone)]
pub struct ChiRow {
    pub chi: Chi,
    pub copy: Copy,
    pub status: &'static str,
    pub upi: Option<Chi>,
}

fn written(day: Option<Date>, form: &str) -> String {
    day.map_or_else(String::new, |day| day.strftime(form).to_string())
}

impl MosaicRow {
    /// The cells of the person, in the order of [`MOSAIC_COLUMNS`]: all but the last three.
    pub fn cells(&self) -> [String; 16] {
        let copy = self.copy.clone();
        let [first, second, third] = copy.address;
        let gender = match copy.sex {
            Sex::Male => "Male",
            Sex::Female => "Female",
            Sex::NotKnown => "Unknown",
        };
        [
            self.id.to_string(),
            copy.surname,
            copy.previous,
            copy.forename,
            copy.second,
            copy.known_as,
            gender.to_owned(),
            written(copy.birth, "%d/%m/%Y"),
            written(copy.death, "%d/%m/%Y"),
            first,
            second,
            third,
            copy.postcode,
            self.chi_given.clone(),
            self.context.to_owned(),
            (if self.restricted { "Y" } else { "N" }).to_owned(),
        ]
    }

    /// The cells of the truth, in the order of [`TRUTH_COLUMNS`].
    pub fn truth_cells(&self) -> [String; 4] {
        let chi = self.truth.map_or_else(String::new, |chi| chi.to_string());
        [self.id.to_string(), chi, format!("P{:07}", self.person), self.kinds.names()]
    }
}

impl ChiRow {
    /// The cells, in the order of [`CHI_COLUMNS`].
    pub fn cells(&self) -> [String; 14] {
        let copy = self.copy.clone();
        let [first, second, third] = copy.address;
        let sex = match copy.sex {
            Sex::Male => "1",
            Sex::Female => "2",
            Sex::NotKnown => "9",
        };
        [
            self.chi.to_string(),
            copy.surname,
            copy.previous,
            copy.forename,
            copy.second,
            sex.to_owned(),
            written(copy.birth, "%Y%m%d"),
            written(copy.death, "%Y%m%d"),
            copy.postcode,
            first,
            second,
            third,
            self.status.to_owned(),
            self.upi.map_or_else(String::new, |chi| chi.to_string()),
        ]
    }
}

/// A CSV file that is being written: UTF-8, a line feed after each row.
pub type Table = csv::Writer<BufWriter<File>>;

/// Begins a CSV file with its headings.
pub fn table<'a>(path: &Path, headings: impl IntoIterator<Item = &'a str>) -> io::Result<Table> {
    let file = BufWriter::with_capacity(1 << 18, File::create(path)?);
    let mut table = csv::WriterBuilder::new().from_writer(file);
    table.write_record(headings)?;
    Ok(table)
}

/// So many rows wait to be written in mixed order.
const WINDOW: usize = 1 << 16;

/// Writes rows in mixed order without holding all of them: families do not stand together in a real extract.
pub struct Mixed {
    table: Table,
    waiting: Vec<ChiRow>,
    random: Random,
}

impl Mixed {
    /// Mixes the rows of a table.
    pub fn new(table: Table, random: Random) -> Self {
        Self { table, waiting: Vec::new(), random }
    }

    /// Takes a row; it, or one that waited, is written.
    pub fn push(&mut self, row: ChiRow) -> io::Result<()> {
        if self.waiting.len() < WINDOW {
            self.waiting.push(row);
            return Ok(());
        }
        let at = self.random.below(WINDOW);
        let out = std::mem::replace(&mut self.waiting[at], row);
        Ok(self.table.write_record(out.cells())?)
    }

    /// Writes what still waits.
    pub fn finish(mut self) -> io::Result<()> {
        self.random.shuffle(&mut self.waiting);
        for row in self.waiting {
            self.table.write_record(row.cells())?;
        }
        self.table.flush()
    }
}
