//! The rows of a table that was laid out by a profile.

use std::collections::{BTreeMap, BTreeSet};

use super::{Checked, is_id};
use crate::person::chi::{self, NumberKind, Outcome};
use crate::release::field::Field;
use crate::release::manifest::{FilePart, Manifest};
use crate::release::profile::{Cell, RowsOf};
use crate::release::{ExportProfile, lay};
use crate::words::{counted, harmless, number};

/// A row, and where it stands.
pub(super) struct Laid {
    file: String,
    /// The line, where no field of the table holds a line end.
    line: usize,
    cells: Vec<String>,
}

impl Laid {
    fn wrong<T>(&self, what: impl std::fmt::Display) -> Result<T, String> {
        Err(format!("{}, line {}: {what}", self.file, self.line))
    }

    fn cell(&self, place: Option<usize>) -> &str {
        place.and_then(|place| self.cells.get(place)).map_or("", String::as_str)
    }
}

/// The rows of one file, where it is written as its profile says.
pub(super) fn rows(part: &FilePart, bytes: &[u8], profile: &ExportProfile) -> Result<Vec<Laid>, String> {
    let rows = lay::read(profile, bytes)?;
    if rows.len() as u64 != part.rows {
        let found = number(rows.len() as u64);
        return Err(format!("it has {found} rows where the manifest says {}", number(part.rows)));
    }
    let mut line = 1 + usize::from(profile.headings);
    let laid = rows.into_iter().map(|cells| {
        let this = line;
        line += 1 + cells.iter().map(|cell| cell.matches('\n').count()).sum::<usize>();
        Laid { file: part.name.clone(), line: this, cells }
    });
    Ok(laid.collect())
}

/// The person and the CHI of every row of a seed file.
pub(super) fn seeded(rows: &[Laid], profile: &ExportProfile) -> BTreeSet<(String, String)> {
    let (id, value) = (profile.place_of(Field::MosaicId), profile.place_of(Field::Chi));
    rows.iter().map(|row| (row.cell(id).to_owned(), row.cell(value).to_owned())).collect()
}

/// The rules of a seed file, row by row.
pub(super) fn look_at_seed(rows: &[Laid], profile: &ExportProfile) -> Checked {
    let people = one_to_one(rows, profile)?;
    Ok(format!("{}, each with one valid CHI of their own", counted(people, "person", "people")))
}

/// Every constant stands where it should, every date is written as the profile says, every number of a row is the next.
fn look_at_cells(rows: &[Laid], profile: &ExportProfile) -> Result<(), String> {
    for (at, row) in rows.iter().enumerate() {
        for (column, cell) in profile.columns.iter().zip(&row.cells) {
            let heading = &column.heading;
            match &column.cell {
                Cell::Constant(text) if cell != text => {
                    return row.wrong(format!("what stands under {heading} is not {text}"));
                }
                Cell::Field(field) if field.is_date() && !lay::is_date(cell, profile.dates) => {
                    return row.wrong(format!("what stands under {heading} is no date as {}", profile.dates.words()));
                }
                Cell::Field(Field::Serial) if *cell != (at + 1).to_string() => {
                    return row.wrong(format!("what stands under {heading} is not the number of the row, {}", at + 1));
                }
                Cell::Field(_) if profile.harmless && harmless(cell) != cell.as_str() => {
                    return row.wrong(format!("a spreadsheet would run what stands under {heading}"));
                }
                _ => {}
            }
        }
    }
    Ok(())
}

/// Every person and every CHI once, each in its form, in the order of the ids. Gives how many there are.
fn one_to_one(rows: &[Laid], profile: &ExportProfile) -> Result<u64, String> {
    look_at_cells(rows, profile)?;
    let (id_place, chi_place) = (profile.place_of(Field::MosaicId), profile.place_of(Field::Chi));
    let mut people: BTreeMap<&str, &Laid> = BTreeMap::new();
    let mut numbers: BTreeMap<&str, &Laid> = BTreeMap::new();
    let mut last = "";
    for row in rows {
        if id_place.is_some() {
            let id = row.cell(id_place);
            if !is_id(id) {
                return row.wrong("the Mosaic id has characters that a seed file does not admit");
            }
            if let Some(first) = people.insert(id, row) {
                return row.wrong(format!(
                    "the Mosaic id is on line {} of {} already; one person, one CHI",
                    first.line, first.file
                ));
            }
            if id < last {
                return row.wrong("the rows are not in the order of the Mosaic ids");
            }
            last = id;
        }
        if chi_place.is_some() {
            let value = row.cell(chi_place);
            let outcome = chi::check(Some(value));
            if outcome != Outcome::Valid || chi::read(Some(value)).kind != NumberKind::Chi {
                return row.wrong(format!("the CHI is not ten digits that are valid ({})", outcome.words()));
            }
            if let Some(first) = numbers.insert(value, row) {
                return row.wrong(format!(
                    "the CHI is on line {} of {} already; one CHI, one person",
                    first.line, first.file
                ));
            }
        }
    }
    Ok(rows.len() as u64)
}

/// What is to be removed: every row a person and a CHI in their forms, no row twice, in the order of the ids.
pub(super) fn look_at_removals(rows: &[Laid], profile: &ExportProfile) -> Checked {
    look_at_cells(rows, profile)?;
    let (id_place, chi_place) = (profile.place_of(Field::MosaicId), profile.place_of(Field::Chi));
    let mut last = ("", "");
    for row in rows {
        let (id, value) = (row.cell(id_place), row.cell(chi_place));
        if !is_id(id) {
            return row.wrong("the Mosaic id has characters that a seed file does not admit");
        }
        if chi::check(Some(value)) != Outcome::Valid {
            return row.wrong("the CHI is not ten digits that are valid");
        }
        if (id, value) <= last {
            return row.wrong("the rows are not in order, or one stands there twice");
        }
        last = (id, value);
    }
    Ok(format!("{} to take out of Mosaic", counted(rows.len() as u64, "seed", "seeds")))
}

/// A table that is no seed file: of people or of decisions.
pub(super) fn look_at_others(rows: &[Laid], profile: &ExportProfile, manifest: &Manifest) -> Checked {
    let found = match profile.rows {
        RowsOf::Decisions => decisions(rows, profile, manifest)?,
        _ => one_to_one(rows, profile)?,
    };
    let left_out = &manifest.left_out;
    if found + left_out.restricted + left_out.merges != manifest.batch.rows {
        return Err(format!(
            "the rows and those left out do not add up to the {} rows of the batch",
            number(manifest.batch.rows)
        ));
    }
    Ok(match profile.rows {
        RowsOf::Decisions => {
            format!("{}, each a match by someone the manifest names", counted(found, "decision", "decisions"))
        }
        _ => format!("{}, each once", counted(found, "person", "people")),
    })
}

fn decisions(rows: &[Laid], profile: &ExportProfile, manifest: &Manifest) -> Result<u64, String> {
    look_at_cells(rows, profile)?;
    let place = |field| profile.place_of(field);
    let (left, right, verdict, by) =
        (place(Field::LeftId), place(Field::RightId), place(Field::Verdict), place(Field::DecidedBy));
    let who = |name: &String| if profile.harmless { harmless(name).into_owned() } else { name.clone() };
    let deciders: BTreeSet<String> = manifest.batch.decided_by.iter().map(who).collect();
    let mut seen = BTreeSet::new();
    for row in rows {
        if !seen.insert((row.cell(left), row.cell(right))) {
            return row.wrong("the pair stands on an earlier line already");
        }
        if !is_id(row.cell(left)) || (chi::check(Some(row.cell(right))) != Outcome::Valid && !is_id(row.cell(right))) {
            return row.wrong("it names no two records");
        }
        if verdict.is_some() && row.cell(verdict) != "match" {
            return row.wrong("the decision is not a match");
        }
        if by.is_some() && !deciders.contains(row.cell(by)) {
            return row.wrong("it was decided by someone whom the manifest does not name");
        }
    }
    Ok(rows.len() as u64)
}

/// No CHI goes to the source of a merge.
pub(super) fn no_seed_on_a_source(rows: &[Laid], profile: &ExportProfile, merges: &[Vec<String>]) -> Checked {
    let sources: BTreeSet<&str> = merges.iter().skip(1).filter_map(|row| Some(row.first()?.as_str())).collect();
    let id = profile.place_of(Field::MosaicId);
    for row in rows {
        if sources.contains(row.cell(id)) {
            return row.wrong("the person is the source of a merge; the CHI belongs on its target");
        }
    }
    Ok("No CHI goes to the source of a merge".to_owned())
}
