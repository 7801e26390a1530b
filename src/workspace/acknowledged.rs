//! What Mosaic said of the links that were released: taken, turned away, or nothing yet.

use std::collections::HashSet;

use rusqlite::{Connection, OptionalExtension, params};

use super::candidates::{key_of, kind_code};
use super::event::{BatchId, ReportColumns, StaffId, TurnedAway};
use super::ledger::{self, Entry};
use super::project::expect;
use super::{Result, Workspace, WorkspaceError, number};
use crate::pair::PairKey;

/// What Mosaic said of a released link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LoadAnswer {
    /// Nothing yet.
    None,
    /// Mosaic holds it.
    Accepted,
    /// Mosaic turned it away, with its reason.
    Rejected(String),
}

/// A link of a released batch, as it stands: left out, recalled or carried, and what Mosaic said of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Carried {
    /// The link.
    pub key: PairKey,
    /// What Mosaic said.
    pub answer: LoadAnswer,
    /// It was recalled since.
    pub recalled: bool,
    /// It is in no file: it is about a restricted person.
    pub left_out: bool,
}

/// How the links of a released batch stand with Mosaic.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answered {
    /// The batch.
    pub batch: BatchId,
    /// Its name.
    pub name: String,
    /// When its files were first written.
    pub released: jiff::Timestamp,
    /// Links in the seed file that were not recalled.
    pub links: u64,
    /// Those that were.
    pub recalled: u64,
    /// Those that Mosaic took.
    pub accepted: u64,
    /// Those that it turned away.
    pub rejected: u64,
}

impl Answered {
    /// Links of which nothing was heard.
    pub fn unanswered(&self) -> u64 {
        self.links.saturating_sub(self.accepted + self.rejected)
    }
}

/// A load report that was taken in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoadReport {
    /// Its file name.
    pub name: String,
    /// SHA-256, hex.
    pub sha256: String,
    /// Rows that it accepted.
    pub accepted: u64,
    /// Rows that it rejected.
    pub rejected: u64,
    /// Who took it in.
    pub staff: StaffId,
    /// When.
    pub at: jiff::Timestamp,
}

/// Links of released batches that are in a file and were not recalled: `b` is the batch, `r` the row.
const CARRIED: &str = "b.released_at IS NOT NULL AND r.kind = 'link' AND r.recalled IS NULL
    AND NOT EXISTS (SELECT 1 FROM left_out l WHERE l.batch = r.batch AND l.kind = r.kind AND l.a = r.a AND l.b = r.b)";

/// Notes which rows of a batch its files do not hold. A row that an earlier writing carried stays carried.
pub(super) fn leave_out(conn: &Connection, batch: BatchId, rows: &[PairKey]) -> Result<()> {
    let mut put = conn.prepare_cached(
        "INSERT INTO left_out (batch, kind, a, b)
         SELECT r.batch, r.kind, r.a, r.b FROM batch_row r JOIN batch b ON b.id = r.batch
         WHERE r.batch = ?1 AND r.kind = ?2 AND r.a = ?3 AND r.b = ?4 AND b.released_at IS NULL",
    )?;
    for key in rows {
        expect(put.execute(params![batch.0, kind_code(key.kind()), key.left(), key.right()])? == 1)?;
    }
    Ok(())
}

/// A report as its event tells it.
pub(super) struct Told<'a> {
    pub batch: BatchId,
    pub name: &'a str,
    pub sha256: &'a str,
    pub accepted: &'a [PairKey],
    pub rejected: &'a [TurnedAway],
}

/// Takes a load report in.
pub(super) fn take(conn: &Connection, entry: &Entry<'_>, told: &Told<'_>) -> Result<()> {
    let released: Option<bool> = conn
        .prepare_cached("SELECT released_at IS NOT NULL FROM batch WHERE id = ?1")?
        .query_row([told.batch.0], |row| row.get(0))
        .optional()?;
    expect(released == Some(true))?;
    let (accepted, rejected) = (told.accepted.len() as i64, told.rejected.len() as i64);
    let new = conn
        .prepare_cached(
            "INSERT OR IGNORE INTO load_report (batch, sha256, name, accepted, rejected, staff, at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        )?
        .execute(params![told.batch.0, told.sha256, told.name, accepted, rejected, entry.staff.0, entry.at])?;
    expect(new == 1)?;
    let mut put = conn.prepare_cached(
        "INSERT INTO acknowledgement (batch, a, b, accepted, reason, at)
         SELECT r.batch, r.a, r.b, ?4, ?5, ?6 FROM batch_row r
         WHERE r.batch = ?1 AND r.kind = 'link' AND r.a = ?2 AND r.b = ?3
         ON CONFLICT (batch, a, b) DO UPDATE SET accepted = excluded.accepted, reason = excluded.reason,
            at = excluded.at WHERE acknowledgement.accepted = 0",
    )?;
    let taken = told.accepted.iter().map(|key| (key, true, ""));
    let away = told.rejected.iter().map(|row| (&row.pair, false, row.reason.as_str()));
    for (key, accepted, reason) in taken.chain(away) {
        expect(put.execute(params![told.batch.0, key.left(), key.right(), accepted, reason, entry.at])? == 1)?;
    }
    Ok(())
}

impl Workspace {
    /// The columns that were named for the newest load report for which any were.
    pub fn report_columns(&self) -> Result<ReportColumns> {
        let mut find = self.conn.prepare_cached(
            "SELECT json_extract(payload, '$.columns') FROM ledger
             WHERE event = 'acknowledged' AND json_extract(payload, '$.columns') IS NOT NULL ORDER BY seq DESC LIMIT 1",
        )?;
        let found: Option<String> = find.query_row([], |row| row.get(0)).optional()?;
        let damaged = |_| WorkspaceError::damaged("the columns of a load report cannot be read");
        found.map_or_else(|| Ok(ReportColumns::default()), |text| serde_json::from_str(&text).map_err(damaged))
    }

    /// The rows that were in no file of a batch when these were first written.
    pub fn left_out(&self, batch: BatchId) -> Result<HashSet<PairKey>> {
        let mut find = self.conn.prepare_cached("SELECT kind, a, b FROM left_out WHERE batch = ?1")?;
        let mut rows = find.query([batch.0])?;
        let mut found = HashSet::new();
        while let Some(row) = rows.next()? {
            found.insert(key_of(row, 0)?);
        }
        Ok(found)
    }

    /// Every link of a released batch, and what Mosaic said of it.
    pub fn carried(&self, batch: BatchId) -> Result<Vec<Carried>> {
        let mut find = self.conn.prepare_cached(
            "SELECT r.kind, r.a, r.b, k.accepted, k.reason, r.recalled IS NOT NULL,
                EXISTS (SELECT 1 FROM left_out l
                    WHERE l.batch = r.batch AND l.kind = r.kind AND l.a = r.a AND l.b = r.b)
             FROM batch b JOIN batch_row r ON r.batch = b.id
                LEFT JOIN acknowledgement k ON k.batch = r.batch AND k.a = r.a AND k.b = r.b
             WHERE b.id = ?1 AND b.released_at IS NOT NULL AND r.kind = 'link' ORDER BY r.a, r.b",
        )?;
        let mut rows = find.query([batch.0])?;
        let mut found = Vec::new();
        while let Some(row) = rows.next()? {
            let answer = match row.get::<_, Option<bool>>(3)? {
                None => LoadAnswer::None,
                Some(true) => LoadAnswer::Accepted,
                Some(false) => LoadAnswer::Rejected(row.get(4)?),
            };
            found.push(Carried { key: key_of(row, 0)?, answer, recalled: row.get(5)?, left_out: row.get(6)? });
        }
        Ok(found)
    }

    /// How the links of each released batch stand with Mosaic, the longest released first.
    pub fn answered(&self) -> Result<Vec<Answered>> {
        let mut find = self.conn.prepare_cached(&format!(
            "SELECT b.id, b.name, b.released_at, count(r.a), coalesce(sum(k.accepted), 0),
                coalesce(sum(1 - k.accepted), 0),
                (SELECT count(*) FROM batch_row o WHERE o.batch = b.id AND o.kind = 'link' AND o.recalled IS NOT NULL
                    AND NOT EXISTS (SELECT 1 FROM left_out l
                        WHERE l.batch = o.batch AND l.kind = o.kind AND l.a = o.a AND l.b = o.b))
             FROM batch b LEFT JOIN batch_row r ON r.batch = b.id AND {CARRIED}
                LEFT JOIN acknowledgement k ON k.batch = r.batch AND k.a = r.a AND k.b = r.b
             WHERE b.released_at IS NOT NULL GROUP BY b.id ORDER BY b.released_at, b.id"
        ))?;
        let mut rows = find.query([])?;
        let mut found = Vec::new();
        while let Some(row) = rows.next()? {
            found.push(Answered {
                batch: BatchId(row.get(0)?),
                name: row.get(1)?,
                released: ledger::time(&row.get::<_, String>(2)?)?,
                links: number::count(row, 3)?,
                accepted: number::count(row, 4)?,
                rejected: number::count(row, 5)?,
                recalled: number::count(row, 6)?,
            });
        }
        Ok(found)
    }

    /// The load reports that were taken in for a batch, oldest first.
    pub fn load_reports(&self, batch: BatchId) -> Result<Vec<LoadReport>> {
        let mut find = self.conn.prepare_cached(
            "SELECT name, sha256, accepted, rejected, staff, at FROM load_report WHERE batch = ?1 ORDER BY at, sha256",
        )?;
        let mut rows = find.query([batch.0])?;
        let mut found = Vec::new();
        while let Some(row) = rows.next()? {
            found.push(LoadReport {
                name: row.get(0)?,
                sha256: row.get(1)?,
                accepted: number::count(row, 2)?,
                rejected: number::count(row, 3)?,
                staff: StaffId(row.get(4)?),
                at: ledger::time(&row.get::<_, String>(5)?)?,
            });
        }
        Ok(found)
    }

    /// Released links that Mosaic turned away, with the batch and Mosaic's reason; those recalled since are left out.
    pub fn turned_away(&self) -> Result<Vec<(BatchId, PairKey, String)>> {
        let mut find = self.conn.prepare_cached(&format!(
            "SELECT r.kind, r.a, r.b, b.id, k.reason FROM acknowledgement k
                JOIN batch_row r ON r.batch = k.batch AND r.kind = 'link' AND r.a = k.a AND r.b = k.b
                JOIN batch b ON b.id = r.batch
             WHERE k.accepted = 0 AND {CARRIED} ORDER BY r.a, r.b, b.id"
        ))?;
        let mut rows = find.query([])?;
        let mut found = Vec::new();
        while let Some(row) = rows.next()? {
            found.push((BatchId(row.get(3)?), key_of(row, 0)?, row.get(4)?));
        }
        Ok(found)
    }

    /// The released batches that carried a link, recalled or not.
    pub fn batches_with(&self, key: &PairKey) -> Result<Vec<BatchId>> {
        let mut find = self.conn.prepare_cached(
            "SELECT b.id FROM batch_row r JOIN batch b ON b.id = r.batch
             WHERE r.kind = ?1 AND r.a = ?2 AND r.b = ?3 AND b.released_at IS NOT NULL ORDER BY b.id",
        )?;
        let found = find
            .query_map([kind_code(key.kind()), key.left(), key.right()], |row| row.get(0).map(BatchId))?
            .collect::<rusqlite::Result<_>>()?;
        Ok(found)
    }
}

/// People with a released link that Mosaic accepted, links that it turned away, and links of which nothing was heard.
pub(super) fn counts(conn: &Connection) -> Result<[u64; 3]> {
    let query = format!(
        "SELECT count(DISTINCT CASE WHEN k.accepted = 1 THEN r.a END), coalesce(sum(k.accepted = 0), 0),
            coalesce(sum(k.accepted IS NULL), 0)
         FROM batch b JOIN batch_row r ON r.batch = b.id
            LEFT JOIN acknowledgement k ON k.batch = r.batch AND k.a = r.a AND k.b = r.b WHERE {CARRIED}"
    );
    let mut find = conn.prepare_cached(&query)?;
    Ok(find.query_row([], |row| Ok([number::count(row, 0)?, number::count(row, 1)?, number::count(row, 2)?]))?)
}
