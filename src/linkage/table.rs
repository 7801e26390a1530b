//! One file's records: rows of interned values.
//!
//! Every distinct value (a folded surname, a street, a postcode) is kept once, and a record is a fixed-size row of value
//! numbers: a pair is compared by reading two rows, and five million records fit in a few hundred megabytes. Rows
//! rather than columns, because a comparison reads nearly every field of a record that it reaches at random.

use rustc_hash::{FxHashMap, FxHasher};
use std::hash::Hasher;

use crate::person::{Chi, ChiRecord, ChiStatus, Details, MosaicRecord, PartialDate, Sex, address, chi, name, postcode};

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
    /// The record has a date of death.
    pub const DEATH: u16 = 1 << 5;
    /// The CHI field holds something that is not a valid CHI.
    pub const CHI_NOT_VALID: u16 = 1 << 6;
}

/// One record as the engine sees it. Dates are packed (see [`pack`]); CHI numbers are their ten digits as a number.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Row {
    pub chi: u64,
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

/// Distinct strings, numbered from 1 in the order in which they came; 0 is the empty string.
#[derive(Debug)]
pub(super) struct Interner {
    text: String,
    ends: Vec<u32>,
    /// Open addressing over value numbers, a power of two in size; 0 is free.
    slots: Vec<u32>,
}

impl Interner {
    pub fn new() -> Self {
        Self { text: String::new(), ends: vec![0], slots: vec![0; 1024] }
    }

    pub fn len(&self) -> usize {
        self.ends.len()
    }

    pub fn get(&self, value: Value) -> &str {
        let at = value as usize;
        if at == 0 { "" } else { &self.text[self.ends[at - 1] as usize..self.ends[at] as usize] }
    }

    fn hash(text: &str) -> usize {
        let mut hasher = FxHasher::default();
        hasher.write(text.as_bytes());
        let hash = hasher.finish();
        (hash ^ (hash >> 32)) as usize
    }

    pub fn intern(&mut self, text: &str) -> Value {
        if text.is_empty() {
            return 0;
        }
        if self.ends.len() * 2 > self.slots.len() {
            self.grow();
        }
        let mask = self.slots.len() - 1;
        let mut at = Self::hash(text) & mask;
        loop {
            match self.slots[at] {
                0 => break,
                value if self.get(value) == text => return value,
                _ => at = (at + 1) & mask,
            }
        }
        let value = self.ends.len() as u32;
        self.text.push_str(text);
        self.ends.push(self.text.len() as u32);
        self.slots[at] = value;
        value
    }

    fn grow(&mut self) {
        let size = self.slots.len() * 2;
        let mut slots = vec![0; size];
        for value in 1..self.ends.len() as u32 {
            let mut at = Self::hash(self.get(value)) & (size - 1);
            while slots[at] != 0 {
                at = (at + 1) & (size - 1);
            }
            slots[at] = value;
        }
        self.slots = slots;
    }
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

/// One file's records, interned: rows are numbered in the order in which they were pushed.
#[derive(Debug)]
pub struct Table {
    side: Side,
    pub(super) rows: Vec<Row>,
    pub(super) values: Interner,
    /// Values that are names, and so need phonetic codes and nickname classes.
    pub(super) names: Vec<Value>,
    /// Postcodes with their sector, district and area.
    pub(super) postcodes: Vec<[Value; 4]>,
    /// Mosaic ids, end to end.
    ids: String,
    id_ends: Vec<u32>,
    surnames: FxHashMap<Box<str>, NameField>,
    forenames: FxHashMap<Box<str>, NameField>,
    postcode_fields: FxHashMap<Box<str>, PostcodeField>,
}

impl Table {
    /// An empty table.
    pub fn new(side: Side) -> Self {
        Self {
            side,
            rows: Vec::new(),
            values: Interner::new(),
            names: Vec::new(),
            postcodes: Vec::new(),
            ids: String::new(),
            id_ends: vec![0],
            surnames: FxHashMap::default(),
            forenames: FxHashMap::default(),
            postcode_fields: FxHashMap::default(),
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

    /// The Mosaic id of a row; empty in a CHI table.
    pub fn mosaic_id(&self, row: u32) -> &str {
        match self.id_ends.get(row as usize..row as usize + 2) {
            Some(&[from, to]) => &self.ids[from as usize..to as usize],
            _ => "",
        }
    }

    /// The number that a link to a row of a CHI table is made with: the replacement where there is one, else the row's
    /// own. The links of an [`super::Outcome`] already point at the last row of a chain.
    pub fn current_chi(&self, row: u32) -> u64 {
        self.rows.get(row as usize).map_or(0, |r| if r.upi == 0 { r.chi } else { r.upi })
    }

    /// Adds a Mosaic record.
    pub fn push_mosaic(&mut self, record: &MosaicRecord) {
        let mut row = self.details(&record.details);
        row.chi = record.chi.map_or(0, digits);
        if record.restricted {
            row.flags |= flag::RESTRICTED;
        }
        if let Some(chi) = record.chi {
            row.flags |= scheme_flag(chi);
            if chi::read(Some(&record.chi_given)).zero_restored {
                row.flags |= flag::ZERO_RESTORED;
            }
        } else if !record.chi_given.trim().is_empty() {
            row.flags |= flag::CHI_NOT_VALID;
        }
        self.ids.push_str(record.id.as_str());
        self.id_ends.push(self.ids.len() as u32);
        self.rows.push(row);
    }

    /// Adds a CHI record.
    pub fn push_chi(&mut self, record: &ChiRecord) {
        let mut row = self.details(&record.details);
        row.chi = digits(record.chi);
        row.upi = record.upi.map_or(0, digits);
        row.is_chi = true;
        row.status = record.status;
        row.flags |= scheme_flag(record.chi);
        self.rows.push(row);
    }

    fn details(&mut self, details: &Details) -> Row {
        let surname = self.surname(&details.surname);
        let previous = self.surname(&details.previous_surname);
        // A compound first name stays with its first word; the rest is a second forename where none is given.
        let (first, rest) = split_word(&details.forename);
        let forename = self.forename(first);
        let second = if details.second_forename.trim().is_empty() { rest } else { &details.second_forename };
        let second = self.forename(split_word(second).0);
        let known_as = self.forename(split_word(&details.known_as).0);
        let postcode = self.postcode(&details.postcode);
        let address = address::parse(&details.address);
        let number = if address.number.is_empty() { &address.house } else { &address.number };
        let mut flags = 0;
        if surname.placeholder || forename.placeholder {
            flags |= flag::PLACEHOLDER;
        }
        if postcode.dummy {
            flags |= flag::DUMMY_POSTCODE;
        }
        if details.death.is_some() {
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
            street: self.values.intern(&address.street),
            number: self.values.intern(number),
            flat: self.values.intern(&address.flat),
            postcode: postcode.value,
            sex: details.sex,
            flags,
            ..Row::default()
        }
    }

    fn name_value(&mut self, folded: &str) -> Value {
        let value = self.values.intern(folded);
        if value != 0 {
            self.names.push(value); // Once per distinct spelling: repetitions are few and do no harm
        }
        value
    }

    fn surname(&mut self, given: &str) -> NameField {
        if given.is_empty() {
            return NameField::default();
        }
        if let Some(&known) = self.surnames.get(given) {
            return known;
        }
        let field = if name::is_placeholder(given) {
            NameField { placeholder: true, ..NameField::default() }
        } else {
            let (_, bare) = name::strip_title(given);
            let value = self.name_value(&name::fold_surname(bare));
            let parts = name::parts(bare);
            let parts = match parts.as_slice() {
                [first, .., last] => [self.name_value(first), self.name_value(last)],
                _ => [0; 2],
            };
            NameField { value, parts, placeholder: false }
        };
        self.surnames.insert(given.into(), field);
        field
    }

    fn forename(&mut self, given: &str) -> NameField {
        if given.is_empty() {
            return NameField::default();
        }
        if let Some(&known) = self.forenames.get(given) {
            return known;
        }
        let field = if name::is_placeholder(given) {
            NameField { placeholder: true, ..NameField::default() }
        } else {
            NameField { value: self.name_value(&name::fold_forename(given)), ..NameField::default() }
        };
        self.forenames.insert(given.into(), field);
        field
    }

    fn postcode(&mut self, given: &str) -> PostcodeField {
        if given.is_empty() {
            return PostcodeField::default();
        }
        if let Some(&known) = self.postcode_fields.get(given) {
            return known;
        }
        let field = match postcode::read(given) {
            postcode::Reading::Postcode(code) => {
                let value = self.values.intern(code.compact());
                let parts = [code.sector(), code.district(), code.area()].map(|part| self.values.intern(part));
                self.postcodes.push([value, parts[0], parts[1], parts[2]]);
                PostcodeField { value, dummy: false }
            }
            postcode::Reading::Dummy => PostcodeField { value: 0, dummy: true },
            postcode::Reading::Missing | postcode::Reading::Unreadable => PostcodeField::default(),
        };
        self.postcode_fields.insert(given.into(), field);
        field
    }
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
