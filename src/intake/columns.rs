//! Which column holds which field: proposed from the headings, corrected by the user, remembered by headings.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::{Field, IntakeError, Kind, headings};

/// Which column of a file holds which field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mapping {
    /// What the file holds.
    pub kind: Kind,
    columns: BTreeMap<Field, usize>,
    headings: Vec<String>,
}

/// A mapping as its file holds it: by heading, so that a column may move.
#[derive(Serialize, Deserialize)]
struct Saved {
    stewartry_mapping: u32,
    kind: Kind,
    columns: BTreeMap<Field, String>,
    headings: Vec<String>,
}

const VERSION: u32 = 1;

impl Mapping {
    /// A mapping in which nothing is mapped yet.
    pub fn blank(kind: Kind, headings: Vec<String>) -> Self {
        Self { kind, columns: BTreeMap::new(), headings }
    }

    /// The mapping that the headings suggest for a file of this kind.
    pub fn guess(kind: Kind, headings: &[String]) -> Self {
        Self { kind, columns: headings::map(kind, headings), headings: headings.to_vec() }
    }

    /// The headings of the file, in order.
    pub fn headings(&self) -> &[String] {
        &self.headings
    }

    /// The column (counted from 0) that holds a field.
    pub fn get(&self, field: Field) -> Option<usize> {
        self.columns.get(&field).copied()
    }

    /// The field that a column (counted from 0) holds.
    pub fn field_of(&self, column: usize) -> Option<Field> {
        self.columns.iter().find(|(_, at)| **at == column).map(|(field, _)| *field)
    }

    /// Says that a column (counted from 0) holds a field. The column holds nothing else from then on. False, and nothing
    /// changed, where the file has no such column or the kind no such field.
    pub fn set(&mut self, field: Field, column: usize) -> bool {
        let fits = column < self.headings.len() && Field::of(self.kind).contains(&field);
        if fits {
            self.columns.retain(|_, at| *at != column);
            self.columns.insert(field, column);
        }
        fits
    }

    /// Says that no column holds a field.
    pub fn clear(&mut self, field: Field) {
        self.columns.remove(&field);
    }

    /// The mapped fields and their columns (counted from 0).
    pub fn iter(&self) -> impl Iterator<Item = (Field, usize)> + '_ {
        self.columns.iter().map(|(field, column)| (*field, *column))
    }

    /// The fields that must be mapped and are not, nor is anything that can stand in for them.
    pub fn missing_required(&self) -> Vec<Field> {
        let mapped = |field: &Field| self.columns.contains_key(field);
        let required = Field::required(self.kind).iter();
        required.filter(|field| !mapped(field) && !field.stand_ins().iter().any(mapped)).copied().collect()
    }

    /// The headings whose columns hold no field.
    pub fn unmapped(&self) -> Vec<String> {
        let columns = self.headings.iter().enumerate();
        columns.filter(|(at, _)| self.field_of(*at).is_none()).map(|(_, heading)| heading.clone()).collect()
    }

    /// The same fields found under another file's headings, wherever their columns stand there; `None` where a mapped
    /// heading is not among them.
    pub fn fit(&self, headings: &[String]) -> Option<Self> {
        let place = |column: &usize| {
            let wanted = headings::plain(self.headings.get(*column)?);
            headings.iter().position(|heading| headings::plain(heading) == wanted)
        };
        let columns =
            self.columns.iter().map(|(field, column)| Some((*field, place(column)?))).collect::<Option<_>>()?;
        Some(Self { kind: self.kind, columns, headings: headings.to_vec() })
    }

    /// Writes the mapping to a file.
    pub fn write(&self, path: &Path) -> Result<(), IntakeError> {
        let columns =
            self.columns.iter().filter_map(|(field, at)| Some((*field, self.headings.get(*at)?.clone()))).collect();
        let saved = Saved { stewartry_mapping: VERSION, kind: self.kind, columns, headings: self.headings.clone() };
        let text = serde_json::to_vec_pretty(&saved).map_err(|error| IntakeError::io(path, "written", error.into()))?;
        super::reject::write_whole(path, &text)
    }

    /// Reads a mapping that [`Mapping::write`] wrote.
    pub fn read(path: &Path) -> Result<Self, IntakeError> {
        let text = fs::read(path).map_err(|error| IntakeError::io(path, "read", error))?;
        let wrong = |what: String| IntakeError::NotAMapping { path: path.to_owned(), what };
        let saved: Saved = serde_json::from_slice(&text)
            .map_err(|error| wrong(format!("line {}, column {}", error.line(), error.column())))?;
        if saved.stewartry_mapping != VERSION {
            return Err(wrong(format!("its version is {}", saved.stewartry_mapping)));
        }
        let mut mapping = Self::blank(saved.kind, saved.headings);
        for (field, heading) in &saved.columns {
            let column = mapping.headings.iter().position(|known| known == heading);
            if !column.is_some_and(|column| mapping.set(*field, column)) {
                return Err(wrong(format!("{:?} cannot be in the column {heading:?}", field.words())));
            }
        }
        Ok(mapping)
    }

    /// Keeps the mapping in a folder, to be found again by [`Mapping::recall`] for any file with these headings.
    pub fn remember(&self, folder: &Path) -> Result<(), IntakeError> {
        fs::create_dir_all(folder).map_err(|error| IntakeError::io(folder, "written", error))?;
        self.write(&remembered_at(folder, self.kind, &self.headings))
    }

    /// The mapping that was kept in a folder for files of this kind with these headings, in whatever order they stand.
    pub fn recall(folder: &Path, kind: Kind, headings: &[String]) -> Option<Self> {
        Self::read(&remembered_at(folder, kind, headings)).ok()?.fit(headings).filter(|mapping| mapping.kind == kind)
    }
}

/// Headings are remembered by a digest of them, sorted: they can be long, and hold what a file name cannot.
fn remembered_at(folder: &Path, kind: Kind, headings: &[String]) -> PathBuf {
    let mut plain: Vec<String> = headings.iter().map(|heading| headings::plain(heading)).collect();
    plain.sort();
    let mut digest = Sha256::new();
    digest.update(format!("{kind:?}"));
    for heading in plain {
        digest.update([0]);
        digest.update(heading);
    }
    let name: String = digest.finalize().iter().take(12).map(|byte| format!("{byte:02x}")).collect();
    folder.join(format!("{name}.json"))
}
