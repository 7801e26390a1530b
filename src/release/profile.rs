//! How a table of a release is written, as data: columns, their order and headings, constants, dates, delimiter, quotation marks,
//! line ends, the files' names and how large they get.
//!
//! No public format for loading references into Mosaic was found, so nothing of this is fixed in the program. What is fixed
//! are the rules of a seed file: ten digits, an id of Mosaic's alphabet, one of each in every row. A profile that would break
//! them is no profile ([`ExportProfile::fault`]).

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::field::Field;

/// How a table of a release is written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExportProfile {
    /// Its name: small letters, digits and hyphens.
    pub name: String,
    /// Its version: 1 of a shipped one, otherwise given when it is saved.
    pub version: u64,
    /// What it is for, in a line.
    pub title: String,
    /// What the table has rows of.
    pub rows: RowsOf,
    /// The columns, in order.
    pub columns: Vec<Column>,
    /// Whether the first line of each file names the columns.
    #[serde(default = "yes")]
    pub headings: bool,
    /// How dates are written.
    #[serde(default)]
    pub dates: DateForm,
    /// What stands between two fields.
    #[serde(default = "comma")]
    pub delimiter: char,
    /// Which fields stand in quotation marks.
    #[serde(default)]
    pub quoting: Quoting,
    /// What rows end with, in every file of the release.
    #[serde(default)]
    pub line_end: LineEnd,
    /// Whether each file begins with the byte order mark of UTF-8.
    #[serde(default)]
    pub byte_order_mark: bool,
    /// Whether a cell that a spreadsheet would run is made harmless by an apostrophe: for tables that people open.
    #[serde(default)]
    pub harmless: bool,
    /// The files' name: `{batch}` is the batch's number in four digits, `{signed}` the day of the signature as `yyyymmdd`,
    /// `{part}` the number of the file where the table is split.
    pub file_name: String,
    /// The most rows of one file, below its headings; a longer table goes on in the next. None: one file.
    #[serde(default)]
    pub most_rows: Option<u64>,
    /// The Information Sharing Protocol under which the files go out, as the two organisations name it; empty where none is
    /// named.
    #[serde(default)]
    pub sharing_protocol: String,
}

fn yes() -> bool {
    true
}

fn comma() -> char {
    ','
}

/// What a table has rows of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RowsOf {
    /// CHI numbers to load into Mosaic: a row for each signed link, by the rules of a seed file.
    Seed,
    /// People: a row for each signed link, with the person's details.
    People,
    /// Decisions: a row for each signed link and merge.
    Decisions,
}

impl RowsOf {
    /// Every kind.
    pub const ALL: [Self; 3] = [Self::Seed, Self::People, Self::Decisions];

    /// The kind in words.
    pub fn words(self) -> &'static str {
        match self {
            Self::Seed => "Seeds for Mosaic",
            Self::People => "People with their details",
            Self::Decisions => "Decisions and who made them",
        }
    }
}

/// A column.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Column {
    /// Its heading.
    pub heading: String,
    /// What stands in it.
    #[serde(flatten)]
    pub cell: Cell,
}

/// What stands in a column.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Cell {
    /// Something of the row.
    Field(Field),
    /// The same text in every row.
    Constant(String),
}

impl Column {
    /// A column of something of the row.
    pub fn of(heading: &str, field: Field) -> Self {
        Self { heading: heading.to_owned(), cell: Cell::Field(field) }
    }

    /// A column with the same text in every row.
    pub fn constant(heading: &str, text: &str) -> Self {
        Self { heading: heading.to_owned(), cell: Cell::Constant(text.to_owned()) }
    }
}

/// How a date is written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DateForm {
    /// `2026-11-03`.
    #[default]
    Iso,
    /// `20261103`.
    Compact,
    /// `03/11/2026`.
    Slashes,
    /// `03-Nov-2026`.
    MonthName,
}

impl DateForm {
    /// Every form.
    pub const ALL: [Self; 4] = [Self::Iso, Self::Compact, Self::Slashes, Self::MonthName];

    /// The form in words, with an example.
    pub fn words(self) -> &'static str {
        match self {
            Self::Iso => "2026-11-03",
            Self::Compact => "20261103",
            Self::Slashes => "03/11/2026",
            Self::MonthName => "03-Nov-2026",
        }
    }
}

/// Which fields stand in quotation marks.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Quoting {
    /// Those that need it.
    #[default]
    AsNeeded,
    /// All of them, headings too.
    Always,
    /// None: a field that would need it stops the writing.
    Never,
}

impl Quoting {
    /// Every way.
    pub const ALL: [Self; 3] = [Self::AsNeeded, Self::Always, Self::Never];

    /// The way in words.
    pub fn words(self) -> &'static str {
        match self {
            Self::AsNeeded => "Where needed",
            Self::Always => "Always",
            Self::Never => "Never",
        }
    }
}

/// What rows end with.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LineEnd {
    /// Line feed.
    #[default]
    Lf,
    /// Carriage return and line feed.
    CrLf,
}

impl LineEnd {
    /// The line end itself.
    pub fn text(self) -> &'static str {
        match self {
            Self::Lf => "\n",
            Self::CrLf => "\r\n",
        }
    }
}

/// The delimiters that can be chosen, with their names.
pub const DELIMITERS: [(char, &str); 4] = [(',', "Comma"), (';', "Semicolon"), ('\t', "Tab"), ('|', "Bar")];

/// The longest heading, constant, name or title, in characters.
const LONGEST: usize = 80;

/// Characters of a file's name that every system takes.
fn fits_a_file_name(text: &str) -> bool {
    !text.is_empty()
        && text.len() <= LONGEST
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(&b))
        && text.starts_with(|first: char| first.is_ascii_alphanumeric())
        && !text.ends_with('.')
}

impl ExportProfile {
    /// The profile that a name in the ledger or a file calls, from its JSON. Errors say what is wrong with it, in a sentence.
    pub fn from_json(text: &str) -> Result<Self, String> {
        serde_json::from_str(text).map_err(|error| {
            let what = error.to_string();
            let what = what.split(" at line ").next().unwrap_or_default();
            format!("it is not an export profile: line {}, column {}: {what}", error.line(), error.column())
        })
    }

    /// The profile as a file that can be changed and saved again.
    pub fn to_json(&self) -> String {
        // Plain structures of text and numbers: writing them to memory cannot fail.
        serde_json::to_string_pretty(self).unwrap_or_default() + "\n"
    }

    /// What is wrong with the profile, in a sentence; `None` where files can be written by it.
    pub fn fault(&self) -> Option<String> {
        self.form_fault().or_else(|| self.file_fault()).or_else(|| self.column_fault()).or_else(|| self.seed_fault())
    }

    fn form_fault(&self) -> Option<String> {
        let named = !self.name.is_empty()
            && self.name.len() <= 40
            && self.name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
            && !self.name.starts_with('-');
        if !named {
            return Some("A profile's name is 1 to 40 small letters, digits and hyphens".to_owned());
        }
        let plain = |text: &str| text.chars().count() <= LONGEST && !text.chars().any(char::is_control);
        if !plain(&self.title) || !plain(&self.sharing_protocol) {
            return Some(format!("The title and the sharing protocol are one line of {LONGEST} characters at most"));
        }
        let d = self.delimiter;
        let held_by_ids = d.is_ascii_alphanumeric() || "-_./".contains(d);
        if held_by_ids {
            return Some(format!(
                "“{d}” cannot stand between fields: Mosaic ids and CHI numbers may hold it, and would be cut"
            ));
        }
        if !d.is_ascii() || (d.is_ascii_control() && d != '\t') || matches!(d, '"' | '\'' | ' ' | '=' | '+' | '@') {
            return Some(
                "What stands between fields must be one sign such as a comma, semicolon, tab or bar".to_owned(),
            );
        }
        None
    }

    fn file_fault(&self) -> Option<String> {
        let pattern = &self.file_name;
        let mut left = pattern.clone();
        for known in ["{batch}", "{signed}", "{part}"] {
            left = left.replace(known, "0");
        }
        if left.contains(['{', '}']) {
            return Some("A file's name knows {batch}, {signed} and {part}, and nothing else in braces".to_owned());
        }
        if !fits_a_file_name(&left) {
            return Some(
                "A file's name is letters, digits, - _ and . only, and begins with a letter or a digit".to_owned(),
            );
        }
        if !pattern.contains("{batch}") {
            return Some(
                "A file's name needs {batch}: two batches in one folder would be one file otherwise".to_owned(),
            );
        }
        let lower = pattern.to_ascii_lowercase();
        let taken = lower.ends_with("_merges.csv") || lower.ends_with("_evidence.csv") && self.rows == RowsOf::Seed;
        if taken || lower.ends_with(".json") {
            return Some("A file's name cannot end in _merges.csv, _evidence.csv or .json: others do".to_owned());
        }
        match (self.most_rows, pattern.contains("{part}")) {
            (Some(0), _) => Some("A file holds at least one row".to_owned()),
            (Some(_), false) => Some("A table that is split needs {part} in its files' name".to_owned()),
            (None, true) => Some("{part} is for tables that are split; say how many rows a file holds".to_owned()),
            _ => None,
        }
    }

    fn column_fault(&self) -> Option<String> {
        if self.columns.is_empty() {
            return Some("A profile needs at least one column".to_owned());
        }
        let fits = |text: &str| {
            text.len() <= LONGEST && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_. ".contains(&b))
        };
        let mut seen = BTreeSet::new();
        for (at, column) in self.columns.iter().enumerate() {
            let at = at + 1;
            if column.heading.is_empty() || !fits(&column.heading) {
                return Some(format!("The heading of column {at} must be letters, digits, spaces, - _ and ."));
            }
            if !seen.insert(column.heading.to_ascii_uppercase()) {
                return Some(format!("Two columns have the heading {}", column.heading));
            }
            match &column.cell {
                Cell::Constant(text) if !fits(text) || text.starts_with('-') => {
                    return Some(format!("The constant of column {at} must be letters, digits, spaces, - _ and ."));
                }
                Cell::Field(field) if !field.is_of(self.rows) => {
                    return Some(match self.rows {
                        RowsOf::Seed => format!(
                            "Column {at}, {}: a seed file holds ids, CHI numbers and constants, and nothing else of a person",
                            field.words()
                        ),
                        _ => format!("Column {at}: a table of this kind has no {}", field.words()),
                    });
                }
                _ => {}
            }
        }
        None
    }

    /// The rules of a seed file: every row has one id and one CHI, as they are.
    fn seed_fault(&self) -> Option<String> {
        let count = |field: Field| self.columns.iter().filter(|column| column.cell == Cell::Field(field)).count();
        match self.rows {
            RowsOf::Seed => {
                if count(Field::Chi) != 1 {
                    return Some(format!(
                        "A seed file has one column of CHI numbers of ten digits, and this has {}; one person, one CHI",
                        count(Field::Chi)
                    ));
                }
                if count(Field::MosaicId) != 1 {
                    return Some(format!(
                        "A seed file has one column of Mosaic ids, and this has {}; one CHI, one person",
                        count(Field::MosaicId)
                    ));
                }
                if self.harmless {
                    return Some("A seed file is for a program: no cell of it is made harmless".to_owned());
                }
                None
            }
            RowsOf::People => (count(Field::MosaicId) == 0 && count(Field::Chi) == 0).then(|| {
                "A table of people needs the Mosaic id or the CHI, or nobody knows whose row it is".to_owned()
            }),
            RowsOf::Decisions => (count(Field::LeftId) == 0 || count(Field::RightId) == 0)
                .then(|| "A table of decisions needs both ids of the pair".to_owned()),
        }
    }

    /// The name of a file: of the part, counted from 1, where the table is split.
    pub fn file(&self, batch: i64, signed: &str, part: usize) -> String {
        self.file_name
            .replace("{batch}", &format!("{batch:04}"))
            .replace("{signed}", signed)
            .replace("{part}", &format!("{part:03}"))
    }

    /// Where a field stands, counted from 0.
    pub fn place_of(&self, field: Field) -> Option<usize> {
        self.columns.iter().position(|column| column.cell == Cell::Field(field))
    }
}

impl Default for ExportProfile {
    /// What Mosaic is given where no other profile is named.
    fn default() -> Self {
        Self {
            name: "mosaic-seed".to_owned(),
            version: 1,
            title: "CHI numbers to load into Mosaic".to_owned(),
            rows: RowsOf::Seed,
            columns: vec![
                Column::of("MOSAIC_PERSON_ID", Field::MosaicId),
                Column::constant("REFERENCE_TYPE", "CHI"),
                Column::of("REFERENCE_VALUE", Field::Chi),
            ],
            headings: true,
            dates: DateForm::Iso,
            delimiter: ',',
            quoting: Quoting::AsNeeded,
            line_end: LineEnd::Lf,
            byte_order_mark: false,
            harmless: false,
            file_name: "batch-{batch}_seed.csv".to_owned(),
            most_rows: None,
            sharing_protocol: String::new(),
        }
    }
}

/// How the seed file was written by releases of the first form: three columns. Read, and no longer written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FirstProfile {
    /// Heading of the column with the Mosaic person's id.
    pub id_column: String,
    /// Heading of the column that says what kind of reference it is.
    pub type_column: String,
    /// Heading of the column with the CHI.
    pub value_column: String,
    /// What stands in the second column.
    pub reference_type: String,
    /// What rows end with.
    pub line_end: LineEnd,
    /// The Information Sharing Protocol.
    pub sharing_protocol: String,
}

impl From<&FirstProfile> for ExportProfile {
    fn from(first: &FirstProfile) -> Self {
        Self {
            columns: vec![
                Column::of(&first.id_column, Field::MosaicId),
                Column::constant(&first.type_column, &first.reference_type),
                Column::of(&first.value_column, Field::Chi),
            ],
            line_end: first.line_end,
            sharing_protocol: first.sharing_protocol.clone(),
            ..Self::default()
        }
    }
}
