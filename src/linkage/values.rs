//! Both files side by side: one numbering of all distinct values, what comparisons need of each, and how often each
//! occurs.
//!
//! Values are numbered in the order of their text and rows in the order of their record ids, so nothing that follows
//! depends on the order in which rows were read.

use std::hash::Hasher;

use rayon::prelude::*;
use rustc_hash::FxHasher;

use super::defaults::Defaults;
use super::table::{Lexicon, Row, Side, Table, Value};
use crate::person::{ChiStatus, name};

/// What comparisons and keys need of one name.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Name {
    /// Letters, two bits each: a quick bound on how alike two names can be.
    pub bag: u64,
    /// Its phonetic code, as a number that depends on the code alone; 0 for none.
    pub sound: u32,
    /// First letter.
    pub initial: u8,
    /// Length in letters.
    pub len: u8,
    /// As a second forename it says little of one person.
    pub of_many: bool,
    /// Nickname classes.
    pub classes: &'static [u16],
    /// The one of them that it is the formal name of.
    pub own: Option<u16>,
}

/// All distinct values of both files.
#[derive(Debug, Default)]
pub(super) struct Values {
    text: String,
    ends: Vec<u32>,
    names: Vec<Name>,
    /// Sector, district, area of each value that is a postcode.
    places: Vec<[Value; 3]>,
    /// Each value folded as a surname.
    as_surname: Vec<Value>,
    /// Each value as a number that depends on its text alone.
    stamps: Vec<u32>,
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
    /// A value as a number that depends on its text alone, whatever other values there are: for keys, which may meet
    /// those of another run. 0 for a missing value.
    pub fn stamp(&self, value: Value) -> u32 {
        self.stamps[value as usize]
    }

    /// Whether a code is no British postcode.
    pub fn is_foreign(&self, postcode: Value) -> bool {
        postcode != 0 && self.place(postcode) == [0; 3]
    }

    pub fn place(&self, postcode: Value) -> [Value; 3] {
        self.places[postcode as usize]
    }

    pub fn as_surname(&self, forename: Value) -> Value {
        self.as_surname[forename as usize]
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
    /// The values that stood for none, where they were taken out.
    pub defaults: Defaults,
}

impl Files {
    pub fn new(mut mosaic: Table, mut chi: Table) -> Self {
        let mut lexicons = std::mem::take(&mut mosaic.lexicons);
        let of_mosaic = lexicons.len();
        lexicons.append(&mut chi.lexicons);
        let (values, maps) = merge(&lexicons);
        drop(lexicons);
        let mut mosaic = records(mosaic, &maps[..of_mosaic]);
        mosaic.person = (0..mosaic.len() as u32).collect();
        let mut chi = records(chi, &maps[of_mosaic..]);
        people(&mut chi);
        resolve_seeds(&mut mosaic.rows, &chi);
        Self { values, mosaic, chi, defaults: Defaults::default() }
    }

    /// The same for a run, which does not believe every value.
    pub fn believed(mosaic: Table, chi: Table) -> Self {
        let mut files = Self::new(mosaic, chi);
        let defaults = Defaults::of(&files);
        defaults.take_out_of(&mut files);
        files.defaults = defaults;
        files
    }
}

/// A superseded number that a Mosaic record holds stands for the one in use today, whichever row of the person it is
/// compared with.
fn resolve_seeds(rows: &mut [Row], chi: &Records) {
    for row in rows.iter_mut().filter(|row| row.chi != 0) {
        let Ok(at) = chi.rows.binary_search_by_key(&row.chi, |row| row.chi) else { continue };
        let current = chi.current[chi.person[at] as usize];
        row.upi = if current == row.chi { 0 } else { current };
    }
}

/// One numbering, in the order of the text, for the values of all lexicons, and what each of theirs becomes.
fn merge(lexicons: &[Lexicon]) -> (Values, Vec<Vec<Value>>) {
    let mut all: Vec<(&str, u32, Value)> = Vec::with_capacity(lexicons.iter().map(|it| it.values.len()).sum());
    for (which, lexicon) in lexicons.iter().enumerate() {
        all.extend(lexicon.values.iter().map(|(value, text)| (text, which as u32, value)));
    }
    all.par_sort_unstable();
    let mut values = Values { ends: vec![0], ..Values::default() };
    let mut maps: Vec<Vec<Value>> = lexicons.iter().map(|it| vec![0; it.values.len()]).collect();
    let mut last: Option<&str> = None;
    for (text, which, value) in all {
        if last != Some(text) {
            values.text.push_str(text);
            values.ends.push(values.text.len() as u32);
            last = Some(text);
        }
        maps[which as usize][value as usize] = values.ends.len() as u32 - 1;
    }
    values.places = vec![[0; 3]; values.len()];
    let mut is_name = vec![false; values.len()];
    for (lexicon, map) in lexicons.iter().zip(&maps) {
        for entry in &lexicon.postcodes {
            let [postcode, place @ ..] = entry.map(|v| map[v as usize]);
            values.places[postcode as usize] = place;
        }
        for &value in &lexicon.names {
            is_name[map[value as usize] as usize] = true;
        }
    }
    describe_names(&mut values, &is_name);
    values.stamps = (0..values.len() as u32).into_par_iter().map(|value| stamp(values.get(value))).collect();
    (values, maps)
}

/// A number that depends on a text alone; 0 for none. Two texts that share one meet more often than they need to, and are
/// compared: no harm is done.
fn stamp(text: &str) -> u32 {
    if text.is_empty() {
        return 0;
    }
    let mut hasher = FxHasher::default();
    hasher.write(text.as_bytes());
    ((hasher.finish() >> 32) as u32).max(1)
}

/// Works out, once per distinct name, what every comparison of it will need.
fn describe_names(values: &mut Values, is_name: &[bool]) {
    let all = 0..values.len() as u32;
    let named = |value: Value| {
        let text = values.get(value);
        let mut as_surname = value;
        let folded = name::fold_surname(text);
        if folded != text {
            let other = values.find(&folded).filter(|other| is_name[*other as usize]);
            as_surname = other.unwrap_or(value);
        }
        let name = Name {
            bag: bag(text),
            sound: stamp(&name::sound(text)),
            initial: text.as_bytes().first().copied().unwrap_or(0),
            len: text.len().min(255) as u8,
            of_many: name::SECOND_OF_MANY.contains(&text),
            classes: name::nickname_classes(text),
            own: name::own_class(text),
        };
        (name, as_surname)
    };
    let found: Vec<Option<(Name, Value)>> = all
        .clone()
        .into_par_iter()
        .with_min_len(512)
        .map(|value| is_name[value as usize].then(|| named(value)))
        .collect();
    let mut names = vec![Name::default(); values.len()];
    let mut folded: Vec<Value> = all.collect();
    for (value, found) in found.into_iter().enumerate() {
        let Some((name, as_surname)) = found else { continue };
        names[value] = name;
        folded[value] = as_surname;
    }
    values.names = names;
    values.as_surname = folded;
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

fn records(table: Table, maps: &[Vec<Value>]) -> Records {
    let side = table.side();
    let Table { mut rows, lexicon_of, ids, .. } = table;
    let lexicon_of = |at: usize| usize::from(lexicon_of.get(at).copied().unwrap_or(0));
    rows.par_iter_mut()
        .with_min_len(4096)
        .enumerate()
        .for_each(|(at, row)| *row = row.translated(&maps[lexicon_of(at)]));
    let mut pushed: Vec<u32> = (0..rows.len() as u32).collect();
    let in_order = match side {
        Side::Mosaic => pushed.is_sorted_by(|&a, &b| ids.get(a) < ids.get(b)),
        Side::Chi => rows.is_sorted_by(|a, b| a.chi < b.chi),
    };
    if !in_order {
        // Ids should be distinct; where they are not, the rest of the row decides, never the order of the file.
        let row = |at: u32| &rows[at as usize];
        match side {
            Side::Mosaic => pushed.par_sort_by(|&a, &b| (ids.get(a), row(a)).cmp(&(ids.get(b), row(b)))),
            Side::Chi => pushed.par_sort_by(|&a, &b| row(a).cmp(row(b))),
        }
        rows = pushed.par_iter().map(|&at| rows[at as usize]).collect();
    }
    Records { rows, pushed, ..Records::default() }
}

/// Gathers the rows of one person: those whose chain of replacements ends in one number.
fn people(records: &mut Records) {
    let rows = &records.rows;
    // Few rows are superseded, and rows are in the order of their numbers: a search among the few, and only for them.
    let next: Vec<(u64, u64)> = rows.iter().filter(|r| r.upi != 0 && r.upi != r.chi).map(|r| (r.chi, r.upi)).collect();
    let step = |chi: u64| {
        let behind = next.partition_point(|(from, _)| *from <= chi);
        next[..behind].last().filter(|(from, _)| *from == chi).map(|(_, to)| *to)
    };
    let resolve = |chi: u64| {
        let mut at = chi;
        for _ in 0..8 {
            match step(at) {
                Some(to) if to != chi => at = to,
                _ => break,
            }
        }
        at
    };
    let mut ahead = next.iter().map(|(from, _)| *from).peekable();
    let resolved: Vec<u64> = rows
        .iter()
        .map(|row| {
            while ahead.next_if(|from| *from < row.chi).is_some() {}
            if ahead.peek() == Some(&row.chi) { resolve(row.chi) } else { row.chi }
        })
        .collect();
    // Numbers that stay are in order already.
    let stays = |(row, current): (&Row, &u64)| row.chi == *current;
    let mut moved: Vec<u64> = rows.iter().zip(&resolved).filter(|it| !stays(*it)).map(|(_, to)| *to).collect();
    moved.sort_unstable();
    let mut moved = moved.into_iter().peekable();
    let mut current: Vec<u64> = Vec::with_capacity(rows.len());
    for (_, &chi) in rows.iter().zip(&resolved).filter(|it| stays(*it)) {
        while let Some(before) = moved.next_if(|to| *to <= chi) {
            current.push(before);
        }
        current.push(chi);
    }
    current.extend(moved);
    current.dedup();

    let mut face = vec![u32::MAX; current.len()];
    records.person = Vec::with_capacity(resolved.len());
    let mut at = 0;
    for (row, &chi) in resolved.iter().enumerate() {
        let person = if rows[row].chi == chi {
            while current[at] < chi {
                at += 1;
            }
            at
        } else {
            current.partition_point(|c| *c < chi)
        };
        records.person.push(person as u32);
        let best = &mut face[person];
        let rank = |row: usize| {
            let r = &rows[row];
            (r.chi != chi, r.status == ChiStatus::Deleted, r.status == ChiStatus::Historical, row)
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
    fn a_superseded_number_that_mosaic_holds_stands_for_the_one_in_use() {
        let row = |chi, upi| Row { chi, upi, ..Row::default() };
        let mut chi = Records { rows: vec![row(1, 2), row(2, 3), row(3, 3)], ..Records::default() };
        people(&mut chi);
        let mut rows = [1, 2, 3, 7, 0].map(|number| row(number, 0));
        resolve_seeds(&mut rows, &chi);
        assert_eq!(rows.map(|row| row.upi), [3, 3, 0, 0, 0]);
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
