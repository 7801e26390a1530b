//! The mark that files of a practice workspace carry. Their CHI numbers pass every check and may be somebody's, and their ids may
//! be some real record's: so nothing in them may be taken for the real thing, by a person or by a program.
//!
//! | what | how it is marked |
//! |---|---|
//! | every table | its name begins with `TRAINING-` |
//! | a seed file | every constant of its profile is `TRAINING`: a reference type that no Mosaic knows |
//! | any other table, and a seed file without a constant | a first column `TRAINING` |
//! | the manifest | `training` is true |
//!
//! Where a profile lays a table out, it is the profile that is marked ([`profile`]), and with it whatever is written by it and read
//! back: each of its files, however many. Sharing has no use in practice, and is refused ([`refuse_sharing`]).

use super::profile::{Cell, Column, RowsOf};
use super::{ExportProfile, VerifyLine};
use crate::stewardship::Refused;
pub(super) use crate::stewardship::training::named;
use crate::stewardship::training::{self, MARK};
use crate::workspace::Workspace;

/// The profile by which a practice workspace writes, in place of the one that was asked for.
pub(super) fn profile(training: bool, profile: &ExportProfile) -> ExportProfile {
    let mut profile = profile.clone();
    if !training || is_marked(&profile) {
        return profile;
    }
    profile.file_name = named(true, &profile.file_name);
    if profile.rows == RowsOf::Seed {
        for column in &mut profile.columns {
            if let Cell::Constant(text) = &mut column.cell {
                MARK.clone_into(text);
            }
        }
    }
    if !sets_mark(&profile) {
        profile.columns.insert(0, Column::constant(MARK, MARK));
    }
    profile
}

/// Whether a profile sets the mark: in the names, and in every row.
pub(super) fn is_marked(profile: &ExportProfile) -> bool {
    profile.file_name.starts_with(&named(true, "")) && sets_mark(profile)
}

/// In a seed file every constant is the mark; in any other table it stands first.
fn sets_mark(profile: &ExportProfile) -> bool {
    let is_mark = |column: &Column| matches!(&column.cell, Cell::Constant(text) if text == MARK);
    let is_constant = |column: &&Column| matches!(column.cell, Cell::Constant(_));
    match profile.rows {
        RowsOf::Seed => {
            let mut constants = profile.columns.iter().filter(is_constant).peekable();
            constants.peek().is_some() && constants.all(is_mark)
        }
        RowsOf::People | RowsOf::Decisions => profile.columns.first().is_some_and(is_mark),
    }
}

/// A table of the program's own form, headings first, with its mark.
pub(super) fn table(training: bool, mut rows: Vec<Vec<String>>) -> Vec<Vec<String>> {
    if training {
        training::mark(&mut rows);
    }
    rows
}

/// What a look at practice files says first.
pub(super) fn line(training: bool) -> Option<VerifyLine> {
    let detail = "Everybody in these files is invented. They are for practice, not for Mosaic".to_owned();
    training.then(|| VerifyLine { what: MARK.to_owned(), ok: true, detail })
}

/// A table of the program's own form without the mark that it must have; what it holds is then looked at as ever.
pub(super) fn without_mark(training: bool, mut rows: Vec<Vec<String>>) -> Result<Vec<Vec<String>>, String> {
    if !training {
        return Ok(rows);
    }
    for (at, row) in rows.iter_mut().enumerate() {
        if row.first().map(String::as_str) != Some(MARK) {
            return Err(format!("line {}: its first field is not {MARK}", at + 1));
        }
        row.remove(0);
    }
    Ok(rows)
}

/// Refuses to write for another organisation, where the workspace is one for practice.
pub(super) fn refuse_sharing(ws: &Workspace) -> Result<(), Refused> {
    if !ws.is_training() {
        return Ok(());
    }
    Err(Refused::Unfit(
        "This is a practice workspace: everybody in it is invented, and nothing of it is shared. Nothing was written; share from a \
         workspace of your own"
            .to_owned(),
    ))
}

#[cfg(test)]
mod tests {
    use super::super::shipped;
    use super::*;

    #[test]
    fn every_profile_sets_the_mark_in_its_names_and_in_every_row() {
        for shipped in shipped::all() {
            assert_eq!(profile(false, &shipped), shipped);
            let marked = profile(true, &shipped);
            assert!(is_marked(&marked) && !is_marked(&shipped), "{}", shipped.name);
            assert_eq!(marked.fault(), None);
            assert_eq!(profile(true, &marked), marked, "once is enough");
            assert!(marked.file(1, "20261103", 1).starts_with("TRAINING-"));
            // Nothing else says what the row is
            let constant = |column: &Column| match &column.cell {
                Cell::Constant(text) => Some(text.clone()),
                Cell::Field(_) => None,
            };
            if marked.rows == RowsOf::Seed {
                assert!(marked.columns.iter().filter_map(constant).all(|text| text == MARK), "{}", shipped.name);
            } else {
                assert_eq!(marked.columns.first().and_then(constant).as_deref(), Some(MARK));
            }
        }
    }

    #[test]
    fn a_table_without_its_mark_is_found() {
        let rows =
            |first: &str| vec![vec![MARK.to_owned(), "KIND".to_owned()], vec![first.to_owned(), "link".to_owned()]];
        assert_eq!(without_mark(true, rows(MARK)).unwrap_or_default().len(), 2);
        assert_eq!(without_mark(true, rows("x")), Err("line 2: its first field is not TRAINING".to_owned()));
        assert_eq!(without_mark(false, rows("x")), Ok(rows("x")));
    }
}
