//! Practice: a workspace of invented people of whom the program knows what is true, and how somebody did in it.
//!
//! Nothing of practice may pass for the real thing. The workspace carries its mark from the event of its making on
//! ([`Workspace::is_training`]); every file it writes carries [`MARK`]; a real workspace refuses such files ([`admits`]), and a
//! practice workspace, whose passphrases are public, takes in nothing but its own extracts.
//!
//! | file | what it holds |
//! |---|---|
//! | `answers` | what is true of everybody in the extracts that come with the program |
//! | [`kinds`] | kinds of pair, by what misleads in them, and what to look at |
//! | [`marks`] | how somebody did: right, wrong, left open, by kind of pair |

mod answers;
pub mod kinds;
pub mod marks;

pub use answers::SHA256 as answers_sha256;
pub use kinds::Kind;
pub use marks::{Marked, Marks, of_kind, read};

use super::Refused;
use crate::workspace::Workspace;

/// What stands on every screen and in every file of a practice workspace.
pub const MARK: &str = "TRAINING";

/// The rows of a table for people, headings first, with the mark in a first column where the workspace is one for practice.
pub(crate) fn marked(ws: &Workspace, mut rows: Vec<Vec<String>>) -> Vec<Vec<String>> {
    if ws.is_training() {
        mark(&mut rows);
    }
    rows
}

/// Puts the mark in a first column, headings and all.
pub(crate) fn mark(rows: &mut [Vec<String>]) {
    for row in rows {
        row.insert(0, MARK.to_owned());
    }
}

/// A file's name with the mark before it.
pub fn named(training: bool, name: &str) -> String {
    if training { format!("{MARK}-{name}") } else { name.to_owned() }
}

/// Refuses what a practice workspace wrote, where the workspace is a real one.
pub(crate) fn admits(ws: &Workspace, headings: &[String], name: &str) -> Result<(), Refused> {
    let by_name = name.to_ascii_uppercase().starts_with(&format!("{MARK}-"));
    let is_marked = by_name || headings.iter().any(|heading| heading.trim().eq_ignore_ascii_case(MARK));
    if is_marked && !ws.is_training() {
        return Err(Refused::OfTraining { name: name.to_owned() });
    }
    Ok(())
}

/// Refuses extracts that are not the practice ones, where the workspace is one for practice.
pub(super) fn admits_extract(ws: &Workspace, sha256: &str, name: &str) -> Result<(), Refused> {
    if ws.is_training() && !super::demonstration::is_of_it(sha256) {
        return Err(Refused::NotForTraining { name: name.to_owned() });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mark_is_the_first_thing_in_every_row_and_name() {
        let mut rows = vec![vec!["kind".to_owned()], vec!["link".to_owned()]];
        mark(&mut rows);
        assert!(rows.iter().all(|row| row[0] == MARK && row.len() == 2));
        assert_eq!(named(true, "batch-0001_seed.csv"), "TRAINING-batch-0001_seed.csv");
        assert_eq!(named(false, "batch-0001_seed.csv"), "batch-0001_seed.csv");
    }
}
