//! One file's records: rows of interned values.
//!
//! Every distinct value (a folded surname, a street, a postcode) is kept once, and a record is a fixed-size row of value
//! numbers: a pair is compared by reading two rows, and five million records fit in a few hundred megabytes. Rows
//! rather than columns, because a comparison reads nearly every field of a record that it reaches at random.

use std::borrow::Cow;

use super::interner::{Interner, Memo};
use crate::person::address::{self, usual};
use crate::person::{
    Chi, ChiRecord, ChiStatus, ChiView, DetailsView, MosaicRecord, MosaicView, PartialDate, Sex, chi, name, postcode,
};

/// Which of the two files a table holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// The council's extract.
    Mosaic,
    /// The health board's extract.
    Chi,
}

/// The number of an interned value; 0 is "missing".
pub(super) type Value = u32;

/// Things about a record that hazards need and comparisons do not.
pub(super) mod flag {
    /// The postcode stands for "unknown".
    pub const DUMMY_POSTCODE: u16 = 1;
    /// A name is a placeholder.
    pub const PLACEHOLDER: u16 = 1 << 1;
    /// A restricted person.
    pub const RESTRICTED: u16 = 1 << 2;
    /// The record's own CHI passes modulus 10 only.
    pub const MODULUS_10: u16 = 1 << 3;
    /// The leading zero of the record's own CHI was restored.
    pub const ZERO_RESTORED: u16 = 1 << 4;
    /// The record says that the person has died.
    pub const DEATH: u16 = 1 << 5;
    /// The CHI field holds something that is not a valid CHI.
    pub const CHI_NOT_VALID: u16 = 1 << 6;
    /// A placeholder that says that the child is one of several: `Twin 2`.
    pub const SEVERAL: u16 = 1 << 7;
}

/// One record as the engine sees it. Dates are packed (see [`pack`]); CHI numbers are their ten digits as a number.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Row {
    pub chi: u64,
    /// The number that replaces `chi`; of a Mosaic record, as the CHI file at its side has it.
    pub upi: u64,
    pub surname: Value,
    /// First and last part of a hyphenated or double surname.
    pub parts: [Value; 2],
    pub previous: Value,
    pub forename: Value,
    pub known_as: Value,
    pub second: Value,
    pub birth: u32,
    pub death: u32,
    pub street: Value,
    /// House number, or the name of a house without one.
    pub number: Value,
    pub flat: Value,
    pub postcode: Value,
    pub sex: Sex,
    pub status: ChiStatus,
    /// A CHI record: its number is its own, not a claim.
    pub is_chi: bool,
    pub flags: u16,
}

impl Row {
    /// The row with its values numbered otherwise.
    pub fn translated(&self, map: &[Value]) -> Self {
        let to = |value: Value| map[value as usize];
        Self {
            surname: to(self.surname),
            parts: self.parts.map(to),
            previous: to(self.previous),
            forename: to(self.forename),
            known_as: to(self.known_as),
            second: to(self.second),
            street: to(self.street),
            number: to(self.number),
            flat: to(self.flat),
            postcode: to(self.postcode),
            ..*self
        }
    }
}

/// A date in one word: year, month and day in 16, 8 and 8 bits, 0 for a part that is missing.
pub(super) fn pack(date: Option<PartialDate>) -> u32 {
    date.map_or(0, |d| {
        u32::from(d.year.unwrap_or(0)) << 16 | u32::from(d.month.unwrap_or(0)) << 8 | u32::from(d.day.unwrap_or(0))
    })
}

/// The ten digits as a number.
pub(super) fn digits(chi: Chi) -> u64 {
    chi.as_str().bytes().fold(0, |n, b| n * 10 + u64::from(b.wrapping_sub(b'0')))
}

/// What a name field came to: its value, and the parts of a double name.
#[derive(Debug, Clone, Copy, Default)]
struct NameField {
    value: Value,
    parts: [Value; 2],
    placeholder: bool,
}

/// What a postcode field came to.
#[derive(Debug, Clone, Copy, Default)]
struct PostcodeField {
    value: Value,
    dummy: bool,
}

/// What a field of forenames came to: its first word, and the first of those behind it.
#[derive(Debug, Clone, Copy, Default)]
struct ForenameField {
    first: NameField,
    next: NameField,
}

/// What the text in front of a street came to.
#[derive(Debug, Clone, Copy)]
struct FrontField {
    number: Value,
    flat: Value,
}

/// What the distinct texts of fields came to. An extract repeats them by the thousand.
#[derive(Debug, Clone, Default)]
pub(super) struct Memos {
    surnames: Memo<NameField>,
    forenames: Memo<ForenameField>,
    words: Memo<NameField>,
    postcodes: Memo<PostcodeField>,
    /// `None` for what is no plain street.
    streets: Memo<Option<Value>>,
    /// `None` for what is nothing plain in front of a street.
    fronts: Memo<Option<FrontField>>,
    /// Whether a line behind the street names a flat.
    behind: Memo<bool>,
    front: String,
}

/// So many texts in front of streets are kept: the usual ones are few, the names of houses are without end.
const FRONTS: usize = 1 << 17;

/// One file's records, interned: rows are numbered in the order in which they were pushed.
#[derive(Debug, Clone)]
pub struct Table {
    side: Side,
    pub(super) rows: Vec<Row>,
    /// One, or as many as threads filled the table.
    pub(super) lexicons: Vec<Lexicon>,
    /// For each row, which lexicon its values are numbered in; empty where there is only one.
    pub(super) lexicon_of: Vec<u16>,
    /// Empty in a CHI table.
    pub(super) ids: MosaicIds,
    pub(super) memos: Memos,
}

/// The distinct values of some records.
#[derive(Debug, Clone, Default)]
pub(super) struct Lexicon {
    pub values: Interner,
    /// Values that are names, and so need phonetic codes and nickname classes.
    pub names: Vec<Value>,
    /// Postcodes with their sector, district and area.
    pub postcodes: Vec<[Value; 4]>,
}

/// Mosaic ids, end to end.
#[derive(Debug, Clone)]
pub(super) struct MosaicIds {
    text: String,
    ends: Vec<u32>,
}

impl Default for MosaicIds {
    fn default() -> Self {
        Self { text: String::new(), ends: vec![0] }
    }
}

impl MosaicIds {
    pub fn get(&self, row: u32) -> &str {
        match self.ends.get(row as usize..row as usize + 2) {
            Some(&[from, to]) => &self.text[from as usize..to as usize],
            _ => "",
        }
    }

    pub fn push(&mut self, id: &str) {
        self.text.push_str(id);
        self.ends.push(self.text.len() as u32);
    }
}

/// What the rows of a table go by in what is written of them, for those who have let go of the table itself.
#[derive(Debug, Clone)]
pub struct Ids {
    mosaic: MosaicIds,
    chi: Vec<u64>,
}

impl Ids {
    /// The Mosaic id of a row; empty for a CHI table.
    pub fn mosaic_id(&self, row: u32) -> &str {
        self.mosaic.get(row)
    }

    /// The number that a link to a row of a CHI table is made with: the replacement where there is one, else the row's
    /// own. The links of an [`super::Outcome`] already point at the last row of a chain. 0 for a Mosaic table.
    pub fn current_chi(&self, row: u32) -> u64 {
        self.chi.get(row as usize).copied().unwrap_or(0)
    }
}

impl Table {
    /// An empty table.
    pub fn new(side: Side) -> Self {
        Self {
            side,
            rows: Vec::new(),
            lexicons: vec![Lexicon::default()],
            lexicon_of: Vec::new(),
            ids: MosaicIds::default(),
            memos: Memos::default(),
        }
    }

    /// Which file it holds.
    pub fn side(&self) -> Side {
        self.side
    }

    /// How many records it holds.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether it holds none.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// What its rows go by.
    pub fn ids(&self) -> Ids {
        let current = |row: &Row| if row.upi == 0 { row.chi } else { row.upi };
        let chi = match self.side {
            Side::Mosaic => Vec::new(),
            Side::Chi => self.rows.iter().map(current).collect(),
        };
        Ids { mosaic: self.ids.clone(), chi }
    }

    /// Adds a Mosaic record.
    pub fn push_mosaic(&mut self, record: &MosaicRecord) {
        self.push_mosaic_view(&record.view());
    }

    /// Adds a CHI record.
    pub fn push_chi(&mut self, record: &ChiRecord) {
        self.push_chi_view(&record.view());
    }

    /// Adds a Mosaic record that is not owned.
    pub fn push_mosaic_view(&mut self, record: &MosaicView<'_>) {
        let mut row = self.details(&record.details);
        row.chi = record.chi.map_or(0, digits);
        if record.restricted {
            row.flags |= flag::RESTRICTED;
        }
        if let Some(chi) = record.chi {
            row.flags |= scheme_flag(chi);
            if chi::read(Some(record.chi_given)).zero_restored {
                row.flags |= flag::ZERO_RESTORED;
            }
        } else if !record.chi_given.trim().is_empty() {
            row.flags |= flag::CHI_NOT_VALID;
        }
        self.ids.push(record.id.as_str());
        self.push(row);
    }

    /// Adds a CHI record that is not owned.
    pub fn push_chi_view(&mut self, record: &ChiView<'_>) {
        let mut row = self.details(&record.details);
        row.chi = digits(record.chi);
        row.upi = record.upi.map_or(0, digits);
        row.is_chi = true;
        row.status = record.status;
        row.flags |= scheme_flag(record.chi);
        self.push(row);
    }

    fn push(&mut self, row: Row) {
        self.rows.push(row);
        if !self.lexicon_of.is_empty() {
            self.lexicon_of.push(0);
        }
    }

    /// The number of a value in the lexicon of the records that are pushed: the first.
    fn intern(&mut self, text: &str) -> Value {
        self.lexicons[0].values.intern(text)
    }

    fn details(&mut self, details: &DetailsView<'_>) -> Row {
        let surname = self.surname(details.surname);
        let previous = self.surname(name::former(details.previous_surname, details.surname));
        // A compound first name stays with its first word; the rest is a second forename where none is given.
        let given = details.second_forename;
        let forenames = if name::is_placeholder_in_two(details.forename, given) {
            ForenameField { first: NameField { placeholder: true, ..NameField::default() }, ..ForenameField::default() }
        } else {
            self.forenames(details.forename)
        };
        let forename = forenames.first;
        let second = match () {
            () if forename.placeholder => NameField::default(),
            () if given.trim().is_empty() => forenames.next,
            () => self.forenames(given).first,
        };
        let known_as = self.forenames(details.known_as).first;
        let postcode = self.postcode(&details.postcode);
        let [street, number, flat] = self.address(&details.address);
        let mut flags = 0;
        if surname.placeholder || forename.placeholder {
            flags |= flag::PLACEHOLDER;
            if name::is_one_of_several(details.forename) {
                flags |= flag::SEVERAL;
            }
        }
        if postcode.dummy {
            flags |= flag::DUMMY_POSTCODE;
        }
        if details.death.is_some() || details.deceased {
            flags |= flag::DEATH;
        }
        Row {
            surname: surname.value,
            parts: surname.parts,
            previous: if previous.value == surname.value { 0 } else { previous.value },
            forename: forename.value,
            known_as: if known_as.value == forename.value { 0 } else { known_as.value },
            second: second.value,
            birth: pack(details.birth),
            death: pack(details.death),
            street,
            number,
            flat,
            postcode: postcode.value,
            sex: details.sex,
            flags,
            ..Row::default()
        }
    }

    /// Street, number (or the name of a house without one) and flat.
    fn address(&mut self, lines: &[Cow<'_, str>]) -> [Value; 3] {
        self.usual_address(lines).unwrap_or_else(|| {
            let address = address::parse(lines);
            let number = if address.number.is_empty() { &address.house } else { &address.number };
            [&address.street, number, &address.flat].map(|text| self.intern(text))
        })
    }

    /// The same from what the pieces of an address came to, where all of them are plain.
    fn usual_address(&mut self, lines: &[Cow<'_, str>]) -> Option<[Value; 3]> {
        let at = usize::from(usual::cut(lines.first()?).is_none());
        let (in_front, street) = usual::cut(lines.get(at)?)?;
        let street = self.street(street)?;
        let front = if at == 0 {
            self.front(in_front)?
        } else {
            let mut text = std::mem::take(&mut self.memos.front);
            text.clear();
            text.extend([&lines[0], ",", in_front]);
            let front = self.front(&text);
            self.memos.front = text;
            front?
        };
        let later = front.flat == 0 && lines[at + 1..].iter().any(|line| self.names_a_flat(line));
        (!later).then_some([street, front.number, front.flat])
    }

    fn street(&mut self, given: &str) -> Option<Value> {
        if given.is_empty() {
            return None;
        }
        self.memos.streets.get(given).unwrap_or_else(|| {
            let street = usual::street(given).map(|street| self.intern(&street));
            self.memos.streets.keep(given, street)
        })
    }

    fn front(&mut self, given: &str) -> Option<FrontField> {
        self.memos.fronts.get(given).unwrap_or_else(|| {
            if self.memos.fronts.len() >= FRONTS {
                return None;
            }
            let front = usual::front(given);
            let values = &mut self.lexicons[0].values;
            let front = front.map(|it| FrontField { number: values.intern(&it.number), flat: values.intern(&it.flat) });
            self.memos.fronts.keep(given, front)
        })
    }

    fn names_a_flat(&mut self, line: &str) -> bool {
        let behind = &mut self.memos.behind;
        !line.is_empty() && behind.get(line).unwrap_or_else(|| behind.keep(line, usual::names_a_flat(line)))
    }

    fn name_value(&mut self, folded: &str) -> Value {
        let value = self.intern(folded);
        if value != 0 {
            self.lexicons[0].names.push(value); // Once per distinct spelling: repetitions are few and do no harm
        }
        value
    }

    fn surname(&mut self, given: &str) -> NameField {
        if given.is_empty() {
            return NameField::default();
        }
        if let Some(known) = self.memos.surnames.get(given) {
            return known;
        }
        let field = if name::is_placeholder(given) {
            NameField { placeholder: true, ..NameField::default() }
        } else {
            let given = name::without_notes(given);
            let (_, bare) = name::strip_title(&given);
            let value = self.name_value(&name::fold_surname(bare));
            let parts = name::parts(bare);
            let parts = match parts.as_slice() {
                [first, .., last] => [self.name_value(first), self.name_value(last)],
                _ => [0; 2],
            };
            NameField { value, parts, ..NameField::default() }
        };
        self.memos.surnames.keep(given, field)
    }

    /// A field of forenames.
    fn forenames(&mut self, given: &str) -> ForenameField {
        if given.is_empty() {
            return ForenameField::default();
        }
        if let Some(known) = self.memos.forenames.get(given) {
            return known;
        }
        let named = name::without_notes(given);
        if name::is_placeholder(&named) {
            let first = NameField { placeholder: true, ..NameField::default() };
            let field = ForenameField { first, ..ForenameField::default() };
            return self.memos.forenames.keep(given, field);
        }
        let (first, rest) = split_word(&named);
        let field = ForenameField { first: self.forename(first), next: self.forename(split_word(rest).0) };
        self.memos.forenames.keep(given, field)
    }

    /// One word of a field of forenames.
    fn forename(&mut self, word: &str) -> NameField {
        if word.is_empty() {
            return NameField::default();
        }
        if let Some(known) = self.memos.words.get(word) {
            return known;
        }
        let field = if name::is_placeholder(word) {
            NameField { placeholder: true, ..NameField::default() }
        } else {
            NameField { value: self.name_value(&name::fold_forename(word)), ..NameField::default() }
        };
        self.memos.words.keep(word, field)
    }

    fn postcode(&mut self, given: &str) -> PostcodeField {
        if given.is_empty() {
            return PostcodeField::default();
        }
        if let Some(known) = self.memos.postcodes.get(given) {
            return known;
        }
        let field = match postcode::read(given) {
            postcode::Reading::Postcode(code) => {
                let value = self.intern(code.compact());
                let parts = [code.sector(), code.district(), code.area()].map(|part| self.intern(part));
                self.lexicons[0].postcodes.push([value, parts[0], parts[1], parts[2]]);
                PostcodeField { value, dummy: false }
            }
            postcode::Reading::Dummy => PostcodeField { value: 0, dummy: true },
            // Another country's, or mistyped: a value of its own, without a sector, district and area.
            postcode::Reading::Unreadable => PostcodeField { value: self.intern(&foreign_code(given)), dummy: false },
            postcode::Reading::Missing => PostcodeField::default(),
        };
        self.memos.postcodes.keep(given, field)
    }
}

/// The letters and digits of a code that is no British postcode, in capitals; empty where fewer than three.
fn foreign_code(given: &str) -> String {
    let code: String = given.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_uppercase()).collect();
    if (3..=10).contains(&code.len()) { code } else { String::new() }
}

fn scheme_flag(chi: Chi) -> u16 {
    if chi.scheme() == chi::Scheme::Modulus10 { flag::MODULUS_10 } else { 0 }
}

/// The first word of a field, and the rest.
fn split_word(text: &str) -> (&str, &str) {
    let text = text.trim();
    let text = name::strip_title(text).1.trim();
    text.split_once(char::is_whitespace).map_or((text, ""), |(first, rest)| (first, rest.trim()))
}

/// The eight digits of a packed date, `YYYYMMDD`.
pub(super) fn digits_of_date(date: u32) -> [u8; 8] {
    let (year, month, day) = (date >> 16, date >> 8 & 0xFF, date & 0xFF);
    let mut number = year * 10_000 + month * 100 + day;
    let mut digits = [0; 8];
    for digit in digits.iter_mut().rev() {
        *digit = (number % 10) as u8;
        number /= 10;
    }
    digits
}

/// Day, month and year within its century, from a CHI's digits.
pub(super) fn chi_date(chi: u64) -> (u32, u32, u32) {
    let date = (chi / 10_000) as u32;
    (date / 10_000, date / 100 % 100, date % 100)
}

/// The sex that a CHI's ninth digit says.
pub(super) fn chi_sex(chi: u64) -> Sex {
    if (chi / 10).is_multiple_of(2) { Sex::Female } else { Sex::Male }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_by_its_pieces_is_what_the_parser_makes_of_it() {
        let mut table = Table::new(Side::Chi);
        let lines: [&[&str]; 8] = [
            &["12 High Street", "Annan"],
            &["Flat 2/1", "40 High St"],
            &["40 High St", "Flat 2/1", "Annan"],
            &["Flat 1/1, 4 Victoria Rd"],
            &["Rosebank", "Stoneykirk"],
            &["2/3 21 CRESSWELL HILL"],
            &["Rosebank", "12 Old Mill Road"],
            &[],
        ];
        for lines in [lines, lines].concat() {
            let lines: Vec<Cow<'_, str>> = lines.iter().map(|line| Cow::Borrowed(*line)).collect();
            let found = table.address(&lines).map(|value| table.lexicons[0].values.get(value).to_owned());
            let parsed = address::parse(&lines);
            let number = if parsed.number.is_empty() { parsed.house } else { parsed.number };
            assert_eq!(found, [parsed.street, number, parsed.flat], "{lines:?}");
        }
    }
}
