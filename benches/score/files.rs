//! The truth, and the links and duplicates to be judged.

use std::fs::File;
use std::io::{BufReader, ErrorKind};
use std::path::Path;

use csv::{ReaderBuilder, StringRecord};
use rustc_hash::FxHashMap;

/// A Mosaic record as the truth knows it.
#[derive(Debug, Clone)]
pub struct Person {
    /// The person's current CHI number, interned; `None` where CHI does not hold the person.
    pub chi: Option<u32>,
    /// The person behind the record: two records of one person share it.
    pub key: u32,
    /// The phenomena of the record, as places in [`Truth::kinds`].
    pub kinds: Vec<u16>,
    /// Whether the record held a CHI number, right or wrong, before anything was linked.
    pub seeded: bool,
}

/// What is true of every Mosaic record.
#[derive(Debug, Default)]
pub struct Truth {
    /// One for each Mosaic record, in the order of the file.
    pub people: Vec<Person>,
    /// The names of the phenomena.
    pub kinds: Vec<String>,
    /// Whether the seeds were read: without them there is nothing to judge apart.
    pub knows_seeds: bool,
    ids: FxHashMap<String, u32>,
    chis: FxHashMap<String, u32>,
}

/// The three bands; a band that is not known counts as low, so that it claims nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Band {
    Auto,
    Review,
    Low,
}

/// A candidate link that was found.
#[derive(Debug, Clone, Copy)]
pub struct Link {
    /// The Mosaic record, as a place in [`Truth::people`].
    pub person: u32,
    /// The CHI number, interned, or a number past every true one.
    pub chi: u32,
    pub score: Score,
    pub band: Band,
    pub right: bool,
}

/// A candidate pair of Mosaic records that was found.
#[derive(Debug, Clone, Copy)]
pub struct Duplicate {
    /// The two records, the smaller place first.
    pub pair: (u32, u32),
    pub score: Score,
    pub band: Band,
    pub right: bool,
}

/// What a pair is ranked by: its probability, and its weight where probabilities are equal as written.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd)]
pub struct Score {
    pub probability: f64,
    pub weight: f64,
}

/// What a linkage found, in the order of its files.
#[derive(Debug, Default)]
pub struct Found {
    pub links: Vec<Link>,
    pub duplicates: Vec<Duplicate>,
}

impl Truth {
    /// Reads `PersonID,CHI,PersonKey,Kind`; a truth without a `Kind` has no phenomena to tell apart.
    pub fn read(path: &Path) -> Result<Self, String> {
        let mut truth = Self::default();
        let mut keys = FxHashMap::default();
        let mut kinds = FxHashMap::default();
        rows(path, &["PersonID", "CHI", "PersonKey"], &["Kind"], |fields, line| {
            let names = fields[3].split('+').filter(|name| !name.is_empty());
            let kinds = names.map(|name| intern(&mut kinds, name) as u16).collect();
            let chi = (!fields[1].is_empty()).then(|| intern(&mut truth.chis, fields[1]));
            let key = intern(&mut keys, fields[2]);
            let place = truth.people.len() as u32;
            truth.people.push(Person { chi, key, kinds, seeded: false });
            match truth.ids.insert(fields[0].to_owned(), place) {
                Some(_) => Err(format!("{}, line {line}: this PersonID stands there twice.", path.display())),
                None => Ok(()),
            }
        })?;
        truth.kinds = vec![String::new(); kinds.len()];
        for (name, place) in kinds {
            truth.kinds[place as usize] = name;
        }
        Ok(truth)
    }

    /// Learns from Mosaic's extract which records held a CHI number.
    pub fn read_seeds(&mut self, path: &Path) -> Result<(), String> {
        let Self { people, ids, .. } = self;
        rows(path, &["PersonID", "CHINumber"], &[], |fields, _| {
            if let Some(&place) = ids.get(fields[0]) {
                people[place as usize].seeded = !fields[1].is_empty();
            }
            Ok(())
        })?;
        self.knows_seeds = true;
        Ok(())
    }

    fn person(&self, id: &str, path: &Path, line: u64) -> Result<u32, String> {
        let place = self.ids.get(id).copied();
        place.ok_or_else(|| format!("{}, line {line}: the truth does not hold this PersonID.", path.display()))
    }
}

impl Found {
    /// Reads `links.csv` and `duplicates.csv` of a folder. One of the two may be absent: then nothing was found of it.
    pub fn read(folder: &Path, truth: &Truth) -> Result<Self, String> {
        let links = folder.join("links.csv");
        let duplicates = folder.join("duplicates.csv");
        if !links.exists() && !duplicates.exists() {
            return Err(format!("{} holds neither links.csv nor duplicates.csv.", folder.display()));
        }
        let mut found = Self::default();
        if links.exists() {
            found.read_links(&links, truth)?;
        }
        if duplicates.exists() {
            found.read_duplicates(&duplicates, truth)?;
        }
        Ok(found)
    }

    fn read_links(&mut self, path: &Path, truth: &Truth) -> Result<(), String> {
        let mut others = FxHashMap::default();
        let columns = ["PersonID", "CHI", "match_weight", "match_probability", "band"];
        rows(path, &columns, &[], |fields, line| {
            let person = truth.person(fields[0], path, line)?;
            let chi = match truth.chis.get(fields[1]) {
                Some(&chi) => chi,
                None => truth.chis.len() as u32 + intern(&mut others, fields[1]),
            };
            let right = truth.people[person as usize].chi == Some(chi);
            let score = Score::parse(fields[2], fields[3], path, line)?;
            self.links.push(Link { person, chi, score, band: Band::parse(fields[4]), right });
            Ok(())
        })
    }

    fn read_duplicates(&mut self, path: &Path, truth: &Truth) -> Result<(), String> {
        let columns = ["PersonID_l", "PersonID_r", "match_weight", "match_probability", "band"];
        rows(path, &columns, &[], |fields, line| {
            let left = truth.person(fields[0], path, line)?;
            let right = truth.person(fields[1], path, line)?;
            let one = truth.people[left as usize].key == truth.people[right as usize].key;
            let pair = (left.min(right), left.max(right));
            let score = Score::parse(fields[2], fields[3], path, line)?;
            self.duplicates.push(Duplicate { pair, score, band: Band::parse(fields[4]), right: one });
            Ok(())
        })
    }
}

impl Band {
    fn parse(text: &str) -> Self {
        match text {
            "auto" => Self::Auto,
            "review" => Self::Review,
            _ => Self::Low,
        }
    }
}

impl Score {
    fn parse(weight: &str, probability: &str, path: &Path, line: u64) -> Result<Self, String> {
        let number = |text: &str| text.parse::<f64>().ok().filter(|number| !number.is_nan());
        match (number(weight), number(probability)) {
            (Some(weight), Some(probability)) if (0.0..=1.0).contains(&probability) => Ok(Self { probability, weight }),
            _ => Err(format!("{}, line {line}: the weight or the probability is not a number.", path.display())),
        }
    }

    /// For sorting from the highest down.
    pub fn descending(&self, other: &Self) -> std::cmp::Ordering {
        other.probability.total_cmp(&self.probability).then(other.weight.total_cmp(&self.weight))
    }
}

fn intern(names: &mut FxHashMap<String, u32>, name: &str) -> u32 {
    if let Some(&place) = names.get(name) {
        return place;
    }
    let place = names.len() as u32;
    names.insert(name.to_owned(), place);
    place
}

/// Gives the named columns of every row of a file, trimmed, with the number of the line; those that the file may lack come last.
fn rows(
    path: &Path,
    needed: &[&str],
    spare: &[&str],
    mut take: impl FnMut(&[&str], u64) -> Result<(), String>,
) -> Result<(), String> {
    let file = File::open(path).map_err(|error| match error.kind() {
        ErrorKind::NotFound => format!("{} is not there.", path.display()),
        _ => format!("{} cannot be read: {error}.", path.display()),
    })?;
    let mut reader = ReaderBuilder::new().flexible(true).from_reader(BufReader::with_capacity(1 << 20, file));
    let unreadable = |error: csv::Error| format!("{} is not a CSV file: {error}.", path.display());
    let headings = reader.headers().map_err(unreadable)?.clone();
    let place =
        |name: &&str| headings.iter().position(|heading| heading.trim_start_matches('\u{feff}').trim() == *name);
    let mut places = Vec::new();
    for name in needed {
        places.push(Some(place(name).ok_or_else(|| format!("{} has no column {name}.", path.display()))?));
    }
    places.extend(spare.iter().map(place));
    let mut record = StringRecord::new();
    while reader.read_record(&mut record).map_err(unreadable)? {
        let line = record.position().map_or(0, csv::Position::line);
        let fields: Vec<&str> =
            places.iter().map(|place| place.and_then(|place| record.get(place)).unwrap_or_default().trim()).collect();
        take(&fields, line)?;
    }
    Ok(())
}
