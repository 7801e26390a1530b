//! Which column holds which field: proposed from the headings, corrected by the user, remembered by headings.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::sniff::ordinary;
use super::{Field, IntakeError, Kind, headings};
use crate::files;

/// Which column of a file holds which field.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Mapping {
    /// What the file holds.
    pub kind: Kind,
    columns: BTreeMap<Field, usize>,
    headings: Vec<String>,
    /// Which fields there were to choose from when it was made: those of [`Field::NEWER`] up to this number, and all others.
    #[serde(default)]
    vocabulary: u32,
}

/// The fields there are now.
const VOCABULARY: u32 = 2;

/// Two mappings are the same where they map the same, whichever version made them.
impl PartialEq for Mapping {
    fn eq(&self, other: &Self) -> bool {
        (self.kind, &self.columns, &self.headings) == (other.kind, &other.columns, &other.headings)
    }
}

impl Eq for Mapping {}

/// A mapping as its file holds it: by heading, so that a column may move.
#[derive(Serialize, Deserialize)]
struct Saved {
    stewartry_mapping: u32,
    kind: Kind,
    columns: BTreeMap<Field, String>,
    headings: Vec<String>,
    #[serde(default)]
    vocabulary: u32,
}

const VERSION: u32 = 1;

/// Bytes of a saved mapping: more is another file.
const LARGEST: u64 = 1 << 20;

impl Mapping {
    /// A mapping in which nothing is mapped yet.
    pub fn blank(kind: Kind, headings: Vec<String>) -> Self {
        Self { kind, columns: BTreeMap::new(), headings, vocabulary: VOCABULARY }
    }

    /// The mapping that the headings suggest for a file of this kind.
    pub fn guess(kind: Kind, headings: &[String]) -> Self {
        let columns = headings::map(kind, headings);
        Self { kind, columns, headings: headings.to_vec(), vocabulary: VOCABULARY }
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
    pub fn columns(&self) -> impl Iterator<Item = (Field, usize)> + '_ {
        self.columns.iter().map(|(field, column)| (*field, *column))
    }

    /// Maps the fields that an earlier version did not know, where `made_with` is such a mapping: nobody has said yet that
    /// their columns hold nothing. A column that holds something else is left alone.
    pub fn learn_newer_fields(&mut self, made_with: &Self) {
        self.learn_since(made_with.vocabulary);
    }

    fn learn_since(&mut self, vocabulary: u32) {
        if vocabulary >= VOCABULARY {
            return;
        }
        let suggested = headings::map(self.kind, &self.headings);
        for (_, field) in Field::NEWER.iter().filter(|(since, _)| *since > vocabulary) {
            if let Some(column) = suggested.get(field)
                && self.get(*field).is_none()
                && self.field_of(*column).is_none()
            {
                self.set(*field, *column);
            }
        }
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

    /// Writes the mapping to a file.
    pub fn write(&self, path: &Path) -> Result<(), IntakeError> {
        let columns =
            self.columns.iter().filter_map(|(field, at)| Some((*field, self.headings.get(*at)?.clone()))).collect();
        let (kind, headings, vocabulary) = (self.kind, self.headings.clone(), self.vocabulary);
        let saved = Saved { stewartry_mapping: VERSION, kind, columns, headings, vocabulary };
        let text = serde_json::to_vec_pretty(&saved).map_err(|error| IntakeError::io(path, "written", error.into()))?;
        super::reject::write_whole(path, &text)
    }

    /// Reads a mapping that [`Mapping::write`] wrote, for a file with these headings, wherever the mapped ones stand
    /// there.
    pub fn read(path: &Path, headings: &[String]) -> Result<Self, IntakeError> {
        if ordinary(path)? > LARGEST {
            return Err(IntakeError::TooLarge { path: path.to_owned(), most: "1 MiB", what: "a saved column mapping" });
        }
        let text = files::read(path).map_err(|error| IntakeError::io(path, "read", error))?;
        let wrong = |what: String| IntakeError::NotAMapping { path: path.to_owned(), what };
        let saved: Saved = serde_json::from_slice(&text)
            .map_err(|error| wrong(format!("line {}, column {}", error.line(), error.column())))?;
        if saved.stewartry_mapping != VERSION {
            return Err(wrong(format!("its version is {}", saved.stewartry_mapping)));
        }
        let mut mapping = Self::blank(saved.kind, headings.to_vec());
        for (field, heading) in &saved.columns {
            let wanted = headings::plain(heading);
            let Some(column) = headings.iter().position(|known| headings::plain(known) == wanted) else {
                let what = format!("there is no column {heading:?}, which holds {:?} there", field.words());
                return Err(IntakeError::MappingDoesNotFit { path: path.to_owned(), what });
            };
            if !mapping.set(*field, column) {
                return Err(wrong(format!("{:?} has no place in a file of its kind", field.words())));
            }
        }
        mapping.learn_since(saved.vocabulary);
        Ok(mapping)
    }

    /// The mapping of a file of this kind with these headings: as a file that [`Mapping::write`] wrote has it, or as the headings
    /// suggest.
    pub(crate) fn by(written: Option<&Path>, kind: Kind, headings: &[String]) -> Result<Self, IntakeError> {
        let Some(path) = written else { return Ok(Self::guess(kind, headings)) };
        let mapping = Self::read(path, headings)?;
        if mapping.kind != kind {
            let what = format!("it is of another kind of file: {}", mapping.kind.words());
            return Err(IntakeError::MappingDoesNotFit { path: path.to_owned(), what });
        }
        Ok(mapping)
    }

    /// Keeps the mapping in a folder, to be found again by [`Mapping::recall`] for any file with these headings.
    pub fn remember(&self, folder: &Path) -> Result<(), IntakeError> {
        files::make_folder(folder).map_err(|error| IntakeError::io(folder, "written", error))?;
        self.write(&remembered_at(folder, self.kind, &self.headings))
    }

    /// The mapping that was kept in a folder for files of this kind with these headings, in whatever order they stand.
    pub fn recall(folder: &Path, kind: Kind, headings: &[String]) -> Option<Self> {
        Self::read(&remembered_at(folder, kind, headings), headings).ok().filter(|mapping| mapping.kind == kind)
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

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use std::fs;

    use super::*;

    fn headings(line: &str) -> Vec<String> {
        line.split(',').map(str::to_owned).collect()
    }

    #[test]
    fn a_column_holds_one_field_and_only_fields_of_its_kind() {
        let mut mapping = Mapping::blank(Kind::Chi, headings("a,b"));
        assert!(mapping.set(Field::Surname, 0) && mapping.set(Field::Forename, 0));
        assert_eq!((mapping.get(Field::Surname), mapping.get(Field::Forename)), (None, Some(0)));
        assert_eq!(mapping.field_of(0), Some(Field::Forename));
        assert!(!mapping.set(Field::Surname, 2), "there is no third column");
        assert!(!mapping.set(Field::Restricted, 1), "CHI knows no restriction");
        mapping.clear(Field::Forename);
        assert_eq!(mapping.unmapped(), ["a", "b"]);
    }

    #[test]
    fn what_is_required_is_missing_until_it_or_its_stand_in_is_mapped() {
        let mut mapping = Mapping::blank(Kind::Mosaic, headings("a,b,c"));
        assert_eq!(mapping.missing_required(), [Field::Id, Field::Surname]);
        mapping.set(Field::Id, 0);
        mapping.set(Field::FullName, 1);
        assert_eq!(mapping.missing_required(), []);
    }

    #[test]
    fn a_saved_mapping_finds_its_columns_where_they_have_moved() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("mapping.json");
        let mut mapping = Mapping::guess(Kind::Mosaic, &headings("PersonID,Surname,Odd one"));
        mapping.set(Field::KnownAs, 2);
        mapping.write(&path).unwrap();
        assert_eq!(Mapping::read(&path, mapping.headings()).unwrap(), mapping);
        let moved = Mapping::read(&path, &headings("odd_one,New,surname,PERSON ID")).unwrap();
        let found: Vec<_> = moved.columns().collect();
        assert_eq!(found, [(Field::Id, 3), (Field::Surname, 2), (Field::KnownAs, 0)]);
    }

    #[test]
    fn a_mapping_of_an_earlier_version_learns_the_fields_it_did_not_know_and_one_of_this_is_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("mapping.json");
        let headings = headings("PersonID,Surname,LastUpdated,Services,Invoices,Deceased");
        let mut mapping = Mapping::guess(Kind::Mosaic, &headings);
        mapping.clear(Field::LastChanged);
        mapping.clear(Field::Deceased);
        mapping.set(Field::Context, 3);
        mapping.write(&path).unwrap();
        assert_eq!(Mapping::read(&path, &headings).unwrap().get(Field::LastChanged), None, "cleared by hand");
        let of = |vocabulary: u32| {
            let mut saved: serde_json::Value = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
            saved["vocabulary"] = vocabulary.into();
            fs::write(&path, saved.to_string()).unwrap();
            Mapping::read(&path, &headings).unwrap()
        };
        let read = of(1);
        assert_eq!((read.get(Field::LastChanged), read.get(Field::Deceased)), (None, Some(5)), "each since its own");
        let read = of(0);
        assert_eq!((read.get(Field::LastChanged), read.get(Field::Invoices)), (Some(2), Some(4)));
        assert_eq!((read.get(Field::Context), read.get(Field::CarePackages)), (Some(3), None));
    }

    #[test]
    fn a_mapping_for_other_headings_or_no_mapping_at_all_is_refused_by_name() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("mapping.json");
        Mapping::guess(Kind::Mosaic, &headings("PersonID,Surname")).write(&path).unwrap();
        let message = Mapping::read(&path, &headings("PersonID,Name")).unwrap_err().to_string();
        assert!(message.contains("there is no column \"Surname\""), "{message}");
        fs::write(&path, "{\n \"kind\": 1}").unwrap();
        let message = Mapping::read(&path, &headings("a")).unwrap_err().to_string();
        assert!(message.contains("is not a column mapping saved by Stewartry (line 2"), "{message}");
        let gone = folder.path().join("none.json");
        assert!(matches!(Mapping::read(&gone, &[]), Err(IntakeError::NotFound { .. })));
    }

    #[test]
    fn a_mapping_is_remembered_by_headings_and_kind() {
        let folder = tempfile::tempdir().unwrap();
        let mut mapping = Mapping::guess(Kind::Mosaic, &headings("PersonID,Surname,Odd one"));
        mapping.set(Field::KnownAs, 2);
        mapping.remember(&folder.path().join("mappings")).unwrap();
        let recall = |kind, line: &str| Mapping::recall(&folder.path().join("mappings"), kind, &headings(line));
        assert_eq!(recall(Kind::Mosaic, "ODD_ONE,SURNAME,PERSON_ID").unwrap().get(Field::KnownAs), Some(0));
        assert_eq!(recall(Kind::Chi, "PersonID,Surname,Odd one"), None);
        assert_eq!(recall(Kind::Mosaic, "PersonID,Surname"), None);
    }
}
