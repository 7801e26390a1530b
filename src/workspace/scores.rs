//! How the engine saw the rows of a batch when it was submitted.

use rusqlite::{Connection, OptionalExtension, params};

use super::candidates::kind_code;
use super::event::BatchId;
use super::{Result, Workspace, loaded, number};
use crate::pair::{Band, Hazards, PairKey};

/// What the engine said of a pair.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Score {
    /// Match weight, log2.
    pub weight: f64,
    /// Match probability.
    pub probability: f64,
    /// How sure it was.
    pub band: Band,
    /// What to beware of.
    pub hazards: Hazards,
}

/// Keeps the scores of a batch's rows as they are now.
pub(super) fn keep(conn: &Connection, batch: BatchId) -> Result<()> {
    conn.prepare_cached(
        "INSERT OR REPLACE INTO batch_score (batch, kind, a, b, weight, probability, band, hazards)
         SELECT r.batch, r.kind, r.a, r.b, c.weight, c.probability, c.band, c.hazards
         FROM batch_row r JOIN candidate c ON c.kind = r.kind AND c.a = r.a AND c.b = r.b WHERE r.batch = ?1",
    )?
    .execute([batch.0])?;
    Ok(())
}

/// SHA-256 (hex) over the scores that were kept of a batch's rows.
pub(super) fn kept_sha256(conn: &Connection, batch: BatchId) -> Result<String> {
    let kept =
        "SELECT kind, a, b, weight, probability, band, hazards FROM batch_score WHERE batch = ?1 ORDER BY kind, a, b";
    loaded::rows_sha256(conn, kept, batch.0)
}

impl Workspace {
    /// SHA-256 (hex) over the scores of a batch's rows as they are now, for the event of its submission.
    pub fn scores_sha256(&self, batch: BatchId) -> Result<String> {
        let now = "SELECT r.kind, r.a, r.b, c.weight, c.probability, c.band, c.hazards
             FROM batch_row r JOIN candidate c ON c.kind = r.kind AND c.a = r.a AND c.b = r.b
             WHERE r.batch = ?1 ORDER BY r.kind, r.a, r.b";
        loaded::rows_sha256(&self.conn, now, batch.0)
    }

    /// How the engine saw a row of a batch when that was submitted.
    pub fn score_in(&self, batch: BatchId, key: &PairKey) -> Result<Option<Score>> {
        let mut find = self.conn.prepare_cached(
            "SELECT weight, probability, band, hazards FROM batch_score WHERE batch = ?1 AND kind = ?2 AND a = ?3 AND b = ?4",
        )?;
        let found = find
            .query_row(params![batch.0, kind_code(key.kind()), key.left(), key.right()], |row| {
                let hazards = Hazards::from_bits_retain(row.get(3)?);
                Ok((row.get(0)?, row.get(1)?, number::band(row, 2)?, hazards))
            })
            .optional()?;
        Ok(found.map(|(weight, probability, band, hazards)| Score {
            weight,
            probability,
            band: Band::ALL[band],
            hazards,
        }))
    }
}
