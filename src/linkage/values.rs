//! Both files side by side: one numbering of all distinct values, what comparisons need of each, and how often each
//! occurs.
//!
//! Values are numbered in the order of their text and rows in the order of their record ids, so nothing that follows
//! depends on the order in which rows were read.

use rustc_hash::FxHashMap;

use super::table::{Row, Side, Table, Value};
use crate::person::{ChiStatus, name};

/// What comparisons and keys need of one name.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Name {
    /// Letters, two bits each: a quick bound on how alike two names can be.
    pub bag: u64,
    /// The number of its phonetic code.
    pub sound: Value,
    /// First letter.
    pub initial: u8,
    /// Length in letters.
    pub len: u8,
    /// Nickname classes.
    pub classes: &'static [u16],
}

/// All distinct values of both files.
#[derive(Debug, Default)]
pub(super) struct Values {
    text: String,
    ends: Vec<u32>,
    names: Vec<Name>,
    /// Sector, district, area of a postcode.
    places: FxHashMap<Value, [Value; 3]>,
    /// A forename folded as a surname, where that is another value.
    as_surname: FxHashMap<Value, Value>,
}

impl Values {
    pub fn get(&self, value: Value) -> &str {
        match value {
            0 => "",
            v => &self.text[self.ends[v as usize - 1] as usize..self.ends[v as usize] as usize],
        }
    }

    /// The number of a text, where it has one: numbers are in the order of the text.
    pub fn find(&self, text: &str) -> Option<Value> {
        let mut range = 1..self.len() as Value;
        while !range.is_empty() {
            let middle = range.start + (range.end - range.start) / 2;
            match self.get(middle).cmp(text) {
                std::cmp::Ordering::Less => range.start = middle + 1,
                std::cmp::Ordering::Equal => return Some(middle),
                std::cmp::Ordering::Greater => range.end = middle,
            }
        }
        None
    }

    pub fn name(&self, value: Value) -> &Name {
        &self.names[value as usize]
    }

    /// Sector, district and area.
    pub fn place(&self, postcode: Value) -> [Value; 3] {
        self.places.get(&postcode).copied().unwrap_or([0; 3])
    }

    pub fn as_surname(&self, forename: Value) -> Value {
        self.as_surname.get(&forename).copied().unwrap_or(forename)
    }

    pub fn len(&self) -> usize {
        self.ends.len()
    }
}

/// One file's rows in the order of their record ids.
#[derive(Debug, Default)]
pub(super) struct Records {
    pub rows: Vec<Row>,
    /// The row's number in the [`Table`].
    pub pushed: Vec<u32>,
    /// For CHI: the person a row belongs to (rows that share a current number share a person). For Mosaic: the row.
    pub person: Vec<u32>,
    /// For CHI, per person: the row to point at (the current number's where there is one).
    pub face: Vec<u32>,
    /// For CHI, per person: the current number.
    pub current: Vec<u64>,
}

impl Records {
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    pub fn people(&self) -> usize {
        self.current.len()
    }
}

/// Both files, ready to be compared.
#[derive(Debug, Default)]
pub(super) struct Files {
    pub values: Values,
    pub mosaic: Records,
    pub chi: Records,
}

impl Files {
    pub fn new(mosaic: &Table, chi: &Table) -> Self {
        let (values, maps) = merge(mosaic, chi);
        let mut mosaic_records = records(mosaic, &maps[0]);
        mosaic_records.person = (0..mosaic_records.len() as u32).collect();
        let mut chi_records = records(chi, &maps[1]);
        people(&mut chi_records);
        Self { values, mosaic: mosaic_records, chi: chi_records }
    }
}

/// One numbering, in the order of the text, for the values of both tables.
fn merge(mosaic: &Table, chi: &Table) -> (Values, [Vec<Value>; 2]) {
    let tables = [mosaic, chi];
    let mut all: Vec<(&str, u8, Value)> = Vec::with_capacity(mosaic.values.len() + chi.values.len());
    for (which, table) in tables.iter().enumerate() {
        all.extend((1..table.values.len() as u32).map(|v| (table.values.get(v), which as u8, v)));
    }
    all.sort_unstable();
    let mut values = Values { ends: vec![0], ..Values::default() };
    let mut maps = tables.map(|t| vec![0; t.values.len()]);
    let mut last: Option<&str> = None;
    for (text, which, value) in all {
        if last != Some(text) {
            values.text.push_str(text);
            values.ends.push(values.text.len() as u32);
            last = Some(text);
        }
        maps[which as usize][value as usize] = values.ends.len() as u32 - 1;
    }
    for (table, map) in tables.iter().zip(&maps) {
        for entry in &table.postcodes {
            let [postcode, place @ ..] = entry.map(|v| map[v as usize]);
            values.places.insert(postcode, place);
        }
    }
    let mut is_name = vec![false; values.len()];
    for (table, map) in tables.iter().zip(&maps) {
        for &value in &table.names {
            is_name[map[value as usize] as usize] = true;
        }
    }
    describe_names(&mut values, &is_name);
    (values, maps)
}

/// Works out, once per distinct name, what every comparison of it will need.
fn describe_names(values: &mut Values, is_name: &[bool]) {
    let mut sounds: FxHashMap<String, Value> = FxHashMap::default();
    let by_text: FxHashMap<&str, Value> =
        (1..values.len() as u32).filter(|&v| is_name[v as usize]).map(|v| (values.get(v), v)).collect();
    let mut names = vec![Name::default(); values.len()];
    let mut as_surname = FxHashMap::default();
    for value in 1..values.len() as u32 {
        if !is_name[value as usize] {
            continue;
        }
        let text = values.get(value);
        let code = name::sound(text);
        let next = sounds.len() as u32 + 1;
        let sound = if code.is_empty() { 0 } else { *sounds.entry(code).or_insert(next) };
        names[value as usize] = Name {
            bag: bag(text),
            sound,
            initial: text.as_bytes().first().copied().unwrap_or(0),
            len: text.len().min(255) as u8,
            classes: name::nickname_classes(text),
        };
        if let Some(&other) = by_text.get(name::fold_surname(text).as_str())
            && other != value
        {
            as_surname.insert(value, other);
        }
    }
    values.names = names;
    values.as_surname = as_surname;
}

/// Counts of the letters A–Z, saturating at 3.
pub(super) fn bag(text: &str) -> u64 {
    let mut bag = 0_u64;
    for byte in text.bytes().filter(u8::is_ascii_uppercase) {
        let shift = u32::from(byte - b'A') * 2;
        if (bag >> shift) & 3 < 3 {
            bag += 1 << shift;
        }
    }
    bag
}

fn records(table: &Table, map: &[Value]) -> Records {
    let translate = |row: &Row| Row {
        surname: map[row.surname as usize],
        parts: row.parts.map(|p| map[p as usize]),
        previous: map[row.previous as usize],
        forename: map[row.forename as usize],
        known_as: map[row.known_as as usize],
        second: map[row.second as usize],
        street: map[row.street as usize],
        number: map[row.number as usize],
        flat: map[row.flat as usize],
        postcode: map[row.postcode as usize],
        ..*row
    };
    let mut pushed: Vec<u32> = (0..table.len() as u32).collect();
    let rows: Vec<Row> = table.rows.iter().map(translate).collect();
    // Ids should be distinct; where they are not, the rest of the row decides, never the order of the file.
    match table.side() {
        Side::Mosaic => pushed
            .sort_by(|&a, &b| (table.mosaic_id(a), &rows[a as usize]).cmp(&(table.mosaic_id(b), &rows[b as usize]))),
        Side::Chi => pushed.sort_by(|&a, &b| rows[a as usize].cmp(&rows[b as usize])),
    }
    let rows = pushed.iter().map(|&p| rows[p as usize]).collect();
    Records { rows, pushed, ..Records::default() }
}

/// Gathers the rows of one person: those whose chain of replacements ends in one number.
fn people(records: &mut Records) {
    let next: FxHashMap<u64, u64> =
        records.rows.iter().filter(|r| r.upi != 0 && r.upi != r.chi).map(|r| (r.chi, r.upi)).collect();
    let resolve = |chi: u64| {
        let mut at = chi;
        for _ in 0..8 {
            match next.get(&at) {
                Some(&to) if to != chi => at = to,
                _ => break,
            }
        }
        at
    };
    let resolved: Vec<u64> = records.rows.iter().map(|r| resolve(r.chi)).collect();
    let mut current = resolved.clone();
    current.sort_unstable();
    current.dedup();
    let mut face = vec![u32::MAX; current.len()];
    records.person = Vec::with_capacity(resolved.len());
    for (row, chi) in resolved.iter().enumerate() {
        let person = current.partition_point(|c| c < chi) as u32;
        records.person.push(person);
        let best = &mut face[person as usize];
        let rank = |row: usize| {
            let r = &records.rows[row];
            (r.chi != *chi, r.status == ChiStatus::Deleted, r.status == ChiStatus::Historical, row)
        };
        if *best == u32::MAX || rank(row) < rank(*best as usize) {
            *best = row as u32;
        }
    }
    records.face = face;
    records.current = current;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chain_of_replacements_is_one_person_and_points_at_the_current_row() {
        let row = |chi, upi, status| Row { chi, upi, status, ..Row::default() };
        let mut records = Records {
            rows: vec![
                row(1, 2, ChiStatus::Historical),
                row(2, 3, ChiStatus::Historical),
                row(3, 3, ChiStatus::Current),
                row(4, 0, ChiStatus::Current),
                row(5, 9, ChiStatus::Historical),
            ],
            ..Records::default()
        };
        people(&mut records);
        assert_eq!(records.person, [0, 0, 0, 1, 2]);
        assert_eq!(records.current, [3, 4, 9]);
        assert_eq!(records.face, [2, 3, 4], "a replacement outside the file leaves the old row as the face");
    }

    #[test]
    fn a_circle_of_replacements_does_not_hang() {
        let row = |chi, upi| Row { chi, upi, ..Row::default() };
        let mut records = Records { rows: vec![row(1, 2), row(2, 1)], ..Records::default() };
        people(&mut records);
        assert_eq!(records.people(), 2, "neither replaces the other for certain");
    }

    #[test]
    fn a_letter_bag_counts_up_to_three() {
        assert_eq!(bag("ABBA"), 2 | 2 << 2);
        assert_eq!(bag("AAAAA"), 3);
        assert_eq!(bag("A'B C"), 1 | 1 << 2 | 1 << 4);
    }
}
