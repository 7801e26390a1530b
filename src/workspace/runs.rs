//! Runs of the engine.

use rusqlite::{Connection, OptionalExtension, params};

use super::apply::Touched;
use super::{Result, Run, Tx, Workspace, WorkspaceError};

impl Tx<'_> {
    /// Writes down a run with its cuts (auto, review); its number. The event `Matched` of the same deed completes it.
    pub fn new_run(&self, engine: &str, model_json: &str, report_json: &str, cuts: [f64; 2]) -> Result<i64> {
        self.touch(Touched::RUNS);
        self.conn
            .prepare_cached(
                "INSERT INTO run (engine, model, report, cut_auto, cut_review, seq) VALUES (?1, ?2, ?3, ?4, ?5, 0)",
            )?
            .execute(params![engine, model_json, report_json, cuts[0], cuts[1]])?;
        Ok(self.conn.last_insert_rowid())
    }
}

/// A run's cuts: auto, review.
pub(super) fn cuts(conn: &Connection, run: i64) -> Result<Option<[f64; 2]>> {
    let mut find = conn.prepare_cached("SELECT cut_auto, cut_review FROM run WHERE id = ?1")?;
    Ok(find.query_row([run], |row| Ok([row.get(0)?, row.get(1)?])).optional()?)
}

pub(super) fn set_cuts(conn: &Connection, run: i64, cuts: [f64; 2]) -> Result<()> {
    conn.prepare_cached("UPDATE run SET cut_auto = ?2, cut_review = ?3 WHERE id = ?1")?
        .execute(params![run, cuts[0], cuts[1]])?;
    Ok(())
}

pub(super) fn set_seq(conn: &Connection, run: i64, seq: i64) -> Result<()> {
    match conn.prepare_cached("UPDATE run SET seq = ?2 WHERE id = ?1")?.execute([run, seq])? {
        0 => Err(WorkspaceError::conflict("A run was noted that was not begun")),
        _ => Ok(()),
    }
}

impl Workspace {
    /// The newest run.
    pub fn latest_run(&self) -> Result<Option<Run>> {
        let mut find = self.conn.prepare_cached(
            "SELECT id, engine, model, report, cut_auto, cut_review, seq FROM run ORDER BY id DESC LIMIT 1",
        )?;
        let found = find.query_row([], |row| {
            Ok(Run {
                id: row.get(0)?,
                engine: row.get(1)?,
                model: row.get(2)?,
                report: row.get(3)?,
                cuts: [row.get(4)?, row.get(5)?],
                seq: row.get(6)?,
            })
        });
        Ok(found.optional()?)
    }
}
