//! A file for intake, looked at and read in every way there is.

#![allow(dead_code)]

use std::path::Path;

use stewartry::intake::{
    Accepted, IntakeError, Kind, Plan, Preview, Rejected, Row, Tally, Verdict, glance, preview, read,
};
use stewartry::person::{Chi, MosaicId};
use stewartry::progress::Progress;

/// What the Parquet library and those below it panic over is caught by the program, and a damaged file to it: no crash, where
/// libFuzzer takes any panic for one.
pub fn let_parquet_panic() {
    const THEIRS: [&str; 4] = ["/parquet-", "/bytes-", "/snap-", "/zstd-"];
    let crash = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        let theirs = panic.location().is_some_and(|at| THEIRS.iter().any(|library| at.file().contains(library)));
        if !theirs {
            crash(panic);
        }
    }));
}

/// Reads a file as this kind. What comes of it is held against the rules; `None` where it was refused.
pub fn whole(path: &Path, kind: Option<Kind>) -> Option<(Preview, Tally)> {
    let found = match preview(path, kind, &Progress::new()) {
        Ok(found) => found,
        Err(error) => {
            is_a_sentence(&error, path);
            let straight = glance(path, kind).and_then(|plan| rows_of(&plan));
            assert!(straight.is_err(), "refused by the look and not by the reading: {error}");
            return None;
        }
    };
    let (tally, verdicts) = match rows_of(&found.plan()) {
        Ok(rows) => rows,
        Err(error @ IntakeError::Unmapped { .. }) => {
            is_a_sentence(&error, path);
            return None;
        }
        Err(error) => panic!("previewed, and not read: {error}"),
    };
    assert_eq!(tally.rows, found.rows);
    assert_eq!(tally.accepted + tally.warned + tally.rejected, tally.rows);
    assert_eq!(verdicts.len() as u64, tally.rows);
    assert_eq!(tally.sha256, found.sha256);
    let mut last = 0;
    for verdict in &verdicts {
        let line = match verdict {
            Verdict::Accepted(Accepted { line, row, .. }) => {
                assert!(ids_are_strict(row), "line {line}");
                *line
            }
            Verdict::Rejected(Rejected { line, reason, .. }) => {
                assert!(!reason.to_string().is_empty() && !reason.name().is_empty());
                *line
            }
        };
        assert!(line > last, "line {line} after line {last}");
        last = line;
    }
    let straight = glance(path, kind).and_then(|plan| rows_of(&plan));
    assert_eq!(straight.map_err(|error| error.to_string()), Ok((tally.clone(), verdicts)));
    Some((found, tally))
}

fn rows_of(plan: &Plan) -> Result<(Tally, Vec<Verdict>), IntakeError> {
    let mut verdicts = Vec::new();
    let tally = read(plan, &Progress::new(), &mut |verdict| {
        verdicts.push(verdict);
        Ok(())
    })?;
    Ok((tally, verdicts))
}

/// An error is a sentence with the file's name.
fn is_a_sentence(error: &IntakeError, path: &Path) {
    let said = error.to_string();
    assert!(said.contains(&path.display().to_string()) && !said.ends_with('.'), "{said}");
}

/// Whether every id that was accepted is one that a seed file admits.
fn ids_are_strict(row: &Row) -> bool {
    let is_strict = |id: &MosaicId| MosaicId::parse(id.as_str()).as_ref() == Some(id);
    match row {
        Row::Mosaic(record) => is_strict(&record.id),
        Row::Chi(record) => Chi::parse(record.chi.as_str()).is_ok(),
        Row::Pair(pair) => {
            [&pair.left, &pair.right].into_iter().all(|side| side.mosaic_id().is_none_or(is_strict))
                && pair.weight.is_none_or(f64::is_finite)
                && pair.probability.is_none_or(|it| (0.0..=1.0).contains(&it))
        }
        Row::Relationship(it) => is_strict(&it.one) && is_strict(&it.other) && it.one != it.other,
    }
}
