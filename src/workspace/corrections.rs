//! Corrections: what is to be taken out of Mosaic again because it was recalled, and the signature under it.

use rusqlite::{Connection, OptionalExtension, Row, params};
use sha2::{Digest, Sha256};

use super::event::{BatchId, CorrectionId, CorrectionRow, StaffId};
use super::ledger::{self, Entry};
use super::project::expect;
use super::{Result, Signature, Workspace, WorkspaceError, hex};
use crate::pair::{PairKey, PairKind};
use crate::person::{Chi, MosaicId};

/// A correction.
#[derive(Debug, Clone, PartialEq)]
pub struct Correction {
    /// Its number.
    pub id: CorrectionId,
    /// Where it is.
    pub state: CorrectionState,
    /// SHA-256 (hex) over what it says.
    pub content_hash: String,
    /// Who put it together, and when.
    pub composed: (StaffId, jiff::Timestamp),
    /// The signature, where it is signed.
    pub signed: Option<Signature>,
    /// Why it was given back, where it was.
    pub returned_reason: Option<String>,
    /// When its files were first written, and the SHA-256 (hex) of their manifest.
    pub released: Option<(jiff::Timestamp, String)>,
    /// What it takes out of Mosaic, by person.
    pub rows: Vec<CorrectionRow>,
}

/// Where a correction is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CorrectionState {
    /// Put together; waits for its signature.
    Composed,
    /// Signed.
    Signed,
    /// Given back.
    Returned,
}

impl CorrectionState {
    /// The state in words.
    pub fn words(self) -> &'static str {
        match self {
            Self::Composed => "Waiting for a signature",
            Self::Signed => "Signed",
            Self::Returned => "Returned",
        }
    }

    fn parse(code: &str) -> Result<Self> {
        match code {
            "composed" => Ok(Self::Composed),
            "signed" => Ok(Self::Signed),
            "returned" => Ok(Self::Returned),
            _ => Err(WorkspaceError::damaged("a correction is in no known state")),
        }
    }
}

/// A recalled link that stands in Mosaic, as far as is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ToTakeOut {
    /// What a correction says of it.
    pub row: CorrectionRow,
    /// Why it was recalled.
    pub reason: String,
    /// The person is restricted, and stands in no file: it is taken out in Mosaic by hand.
    pub restricted: bool,
}

/// SHA-256 (hex) over what a correction says: a first line `stewartry correction 1`, then one line of JSON for each row, in their
/// order, each line ended by a line feed.
pub fn content_hash(rows: &[CorrectionRow]) -> String {
    let mut hash = Sha256::new();
    hash.update("stewartry correction 1\n");
    for row in rows {
        // Plain structures of text and numbers: writing them to memory cannot fail.
        hash.update(serde_json::to_string(row).unwrap_or_default());
        hash.update("\n");
    }
    hex::encode(&hash.finalize())
}

fn state(conn: &Connection, id: CorrectionId) -> Result<Option<CorrectionState>> {
    let mut find = conn.prepare_cached("SELECT state FROM correction WHERE id = ?1")?;
    let found: Option<String> = find.query_row([id.0], |row| row.get(0)).optional()?;
    found.map(|code| CorrectionState::parse(&code)).transpose()
}

/// Puts a correction together. Each row must be recalled and in no other correction that stands.
pub(super) fn compose(
    conn: &Connection,
    entry: &Entry<'_>,
    id: CorrectionId,
    rows: &[CorrectionRow],
    hash: &str,
) -> Result<()> {
    expect(state(conn, id)?.is_none() && !rows.is_empty() && hash == content_hash(rows))?;
    conn.prepare_cached(
        "INSERT INTO correction (id, state, content_hash, composed_by, composed_at) VALUES (?1, 'composed', ?2, ?3, ?4)",
    )?
    .execute(params![id.0, hash, entry.staff.0, entry.at])?;
    let mut put = conn.prepare_cached(&format!(
        "INSERT INTO correction_row (correction, batch, a, b, right_batch, right_b)
         SELECT ?1, r.batch, r.a, r.b, ?5, ?6 FROM batch_row r JOIN batch b ON b.id = r.batch
         WHERE r.batch = ?2 AND r.kind = 'link' AND r.a = ?3 AND r.b = ?4 AND r.recalled IS NOT NULL
            AND (b.released_at IS NOT NULL OR {SEEDED}) AND NOT EXISTS (
                SELECT 1 FROM correction_row o JOIN correction c ON c.id = o.correction
                WHERE o.batch = r.batch AND o.a = r.a AND o.b = r.b AND c.state <> 'returned')",
    ))?;
    for row in rows {
        let (a, b) = (row.mosaic.as_str(), row.wrong.as_str());
        let right = row.right.as_ref();
        let set = put.execute(params![
            id.0,
            row.batch.0,
            a,
            b,
            right.map(|right| right.batch.0),
            right.map(|right| right.chi.as_str())
        ])?;
        expect(set == 1)?;
    }
    Ok(())
}

/// Gives a correction back that is not written yet.
pub(super) fn give_back(conn: &Connection, id: CorrectionId, reason: &str) -> Result<()> {
    let set = conn
        .prepare_cached(
            "UPDATE correction SET state = 'returned', returned_reason = ?2, signed_by = NULL, signed_at = NULL,
                signed_seq = NULL, statement = NULL WHERE id = ?1 AND state <> 'returned' AND released_at IS NULL",
        )?
        .execute(params![id.0, reason])?;
    expect(set == 1)
}

/// Signs a correction.
pub(super) fn sign(conn: &Connection, entry: &Entry<'_>, id: CorrectionId, hash: &str, statement: &str) -> Result<()> {
    let set = conn
        .prepare_cached(
            "UPDATE correction SET state = 'signed', signed_by = ?3, signed_at = ?4, signed_seq = ?5, statement = ?6
             WHERE id = ?1 AND state = 'composed' AND content_hash = ?2",
        )?
        .execute(params![id.0, hash, entry.staff.0, entry.at, entry.seq, statement])?;
    expect(set == 1)
}

/// Notes that the files of a correction were written.
pub(super) fn release(conn: &Connection, entry: &Entry<'_>, id: CorrectionId, manifest: &str) -> Result<()> {
    let set = conn
        .prepare_cached(
            "UPDATE correction SET released_at = coalesce(released_at, ?2), manifest_sha256 = ?3
             WHERE id = ?1 AND state = 'signed'",
        )?
        .execute(params![id.0, entry.at, manifest])?;
    expect(set == 1)
}

/// The correction that stands and takes a row of a batch out of Mosaic, where there is one: its recall cannot be taken back.
pub(super) fn taking_out(conn: &Connection, batch: BatchId, pair: &PairKey) -> Result<Option<CorrectionId>> {
    let mut find = conn.prepare_cached(
        "SELECT c.id FROM correction_row r JOIN correction c ON c.id = r.correction
         WHERE r.batch = ?1 AND r.a = ?2 AND r.b = ?3 AND c.state <> 'returned'",
    )?;
    let found = find.query_row(params![batch.0, pair.left(), pair.right()], |row| row.get(0)).optional()?;
    Ok(found.map(CorrectionId))
}

/// Recalled links that no written correction takes out of Mosaic.
pub(super) fn waiting(conn: &Connection) -> Result<u64> {
    let query = format!(
        "SELECT count(*) FROM batch_row r JOIN batch b ON b.id = r.batch WHERE {} AND {NOT_TAKEN_OUT}",
        to_take_out()
    );
    Ok(conn.prepare_cached(&query)?.query_row([], |row| super::number::count(row, 0))?)
}

/// Whether no written correction takes a row `r` of a batch out of Mosaic.
const NOT_TAKEN_OUT: &str = "NOT EXISTS (SELECT 1 FROM correction_row o JOIN correction c ON c.id = o.correction
    WHERE o.batch = r.batch AND o.a = r.a AND o.b = r.b AND c.released_at IS NOT NULL)";

fn chi_of(text: &str) -> Result<Chi> {
    Chi::parse(text).map_err(|_| WorkspaceError::damaged("a correction names what is no CHI"))
}

/// Reads batch, Mosaic id, wrong CHI, batch of the right one, right CHI from a column on.
fn row_of(row: &Row<'_>, from: usize) -> Result<CorrectionRow> {
    let mosaic = MosaicId::parse(&row.get::<_, String>(from + 1)?)
        .ok_or_else(|| WorkspaceError::damaged("a correction names what is no Mosaic id"))?;
    let right: Option<(i64, String)> = row.get::<_, Option<i64>>(from + 3)?.zip(row.get(from + 4)?);
    Ok(CorrectionRow {
        batch: BatchId(row.get(from)?),
        mosaic,
        wrong: chi_of(&row.get::<_, String>(from + 2)?)?,
        right: match right {
            Some((batch, chi)) => Some(super::event::RightSeed { batch: BatchId(batch), chi: chi_of(&chi)? }),
            None => None,
        },
    })
}

/// Whether a written correction put the link of a row `r` of a batch into Mosaic, in the place of a wrong one: it did so while the batch
/// was signed, whatever became of the batch since.
pub(super) const SEEDED: &str = "(r.kind = 'link' AND EXISTS (
    SELECT 1 FROM correction_row x JOIN correction y ON y.id = x.correction
    WHERE x.a = r.a AND x.right_b = r.b AND x.right_batch = r.batch AND y.released_at IS NOT NULL))";

/// Whether a row `r` of a batch `b` was recalled and stands in Mosaic, as far as is known.
fn to_take_out() -> String {
    format!("r.kind = 'link' AND r.recalled IS NOT NULL AND (b.released_at IS NOT NULL OR {SEEDED}) AND {STANDS_THERE}")
}

/// Whether what a row `r` of a batch carried into Mosaic stands there, as far as is known.
const STANDS_THERE: &str = "NOT EXISTS (SELECT 1 FROM left_out l
        WHERE l.batch = r.batch AND l.kind = 'link' AND l.a = r.a AND l.b = r.b)
    AND NOT EXISTS (SELECT 1 FROM acknowledgement k
        WHERE k.batch = r.batch AND k.a = r.a AND k.b = r.b AND k.accepted = 0)
    AND NOT EXISTS (SELECT 1 FROM batch_row s JOIN batch t ON t.id = s.batch
        WHERE s.kind = 'link' AND s.a = r.a AND s.b = r.b AND s.recalled IS NULL AND t.state = 'signed')";

/// Who may not sign: whoever recalled a row `c` of a correction, by the ledger.
const RECALLERS: &str = "SELECT DISTINCT l.staff FROM correction_row c
    JOIN ledger_subject s ON s.kind = 'link' AND s.a = c.a AND s.b = c.b
    JOIN ledger l ON l.seq = s.seq AND l.event = 'recalled' WHERE c.correction = ?1 ORDER BY 1";

impl Workspace {
    /// Every correction, newest first.
    pub fn corrections(&self) -> Result<Vec<Correction>> {
        let mut find = self.conn.prepare_cached(
            "SELECT id, state, content_hash, composed_by, composed_at, signed_by, signed_at, signed_seq, statement,
                returned_reason, released_at, manifest_sha256 FROM correction ORDER BY id DESC",
        )?;
        let mut found = Vec::new();
        let mut rows = find.query([])?;
        while let Some(row) = rows.next()? {
            let at = |column: usize| -> Result<Option<jiff::Timestamp>> {
                row.get::<_, Option<String>>(column)?.map(|text| ledger::time(&text)).transpose()
            };
            let id = CorrectionId(row.get(0)?);
            let signed_by: Option<i64> = row.get(5)?;
            let manifest: Option<String> = row.get(11)?;
            found.push(Correction {
                id,
                state: CorrectionState::parse(&row.get::<_, String>(1)?)?,
                content_hash: row.get(2)?,
                composed: (StaffId(row.get(3)?), ledger::time(&row.get::<_, String>(4)?)?),
                signed: match signed_by.map(StaffId).zip(at(6)?) {
                    Some((staff, at)) => Some(Signature { staff, at, seq: row.get(7)?, statement: row.get(8)? }),
                    None => None,
                },
                returned_reason: row.get(9)?,
                released: at(10)?.zip(manifest),
                rows: self.correction_rows(id)?,
            });
        }
        Ok(found)
    }

    /// A correction.
    pub fn correction(&self, id: CorrectionId) -> Result<Option<Correction>> {
        Ok(self.corrections()?.into_iter().find(|correction| correction.id == id))
    }

    fn correction_rows(&self, id: CorrectionId) -> Result<Vec<CorrectionRow>> {
        let mut find = self.conn.prepare_cached(
            "SELECT batch, a, b, right_batch, right_b FROM correction_row WHERE correction = ?1 ORDER BY a, b, batch",
        )?;
        let mut rows = find.query([id.0])?;
        let mut found = Vec::new();
        while let Some(row) = rows.next()? {
            found.push(row_of(row, 0)?);
        }
        Ok(found)
    }

    /// The number for a new correction.
    pub fn next_correction(&self) -> Result<CorrectionId> {
        let query = "SELECT coalesce(max(id), 0) + 1 FROM correction";
        Ok(CorrectionId(self.conn.query_row(query, [], |row| row.get(0))?))
    }

    /// The correction that stands and takes a link of a batch out of Mosaic, where there is one.
    pub fn correction_of(&self, batch: BatchId, pair: &PairKey) -> Result<Option<CorrectionId>> {
        taking_out(&self.conn, batch, pair)
    }

    /// Who recalled what a correction takes out.
    pub fn recallers(&self, id: CorrectionId) -> Result<Vec<StaffId>> {
        let mut find = self.conn.prepare_cached(RECALLERS)?;
        let found = find.query_map([id.0], |row| row.get(0).map(StaffId))?.collect::<rusqlite::Result<_>>()?;
        Ok(found)
    }

    /// Recalled links that are to be taken out of Mosaic, by person, each with the signed link of the same person where there is
    /// one. `within` is a correction whose own rows count too; those of the others that stand do not.
    ///
    /// A link that was left out of the files, that Mosaic turned away, or that another batch has signed again, is not among them.
    pub fn to_take_out(&self, within: Option<CorrectionId>) -> Result<Vec<ToTakeOut>> {
        let mut find = self.conn.prepare_cached(&format!(
            "SELECT r.batch, r.a, r.b,
                (SELECT n.batch FROM batch_row n JOIN batch m ON m.id = n.batch
                 WHERE n.kind = 'link' AND n.a = r.a AND n.b <> r.b AND n.recalled IS NULL AND m.state = 'signed'
                 ORDER BY n.batch DESC LIMIT 1),
                (SELECT n.b FROM batch_row n JOIN batch m ON m.id = n.batch
                 WHERE n.kind = 'link' AND n.a = r.a AND n.b <> r.b AND n.recalled IS NULL AND m.state = 'signed'
                 ORDER BY n.batch DESC LIMIT 1),
                r.recalled, EXISTS (SELECT 1 FROM mosaic_record m WHERE m.mosaic_id = r.a AND m.restricted = 1)
             FROM batch_row r JOIN batch b ON b.id = r.batch
             WHERE {}
                AND NOT EXISTS (SELECT 1 FROM correction_row o JOIN correction c ON c.id = o.correction
                    WHERE o.batch = r.batch AND o.a = r.a AND o.b = r.b AND c.state <> 'returned' AND c.id IS NOT ?1)
             ORDER BY r.a, r.b, r.batch",
            to_take_out()
        ))?;
        let mut rows = find.query([within.map(|id| id.0)])?;
        let mut found = Vec::new();
        while let Some(row) = rows.next()? {
            found.push(ToTakeOut { row: row_of(row, 0)?, reason: row.get(5)?, restricted: row.get(6)? });
        }
        Ok(found)
    }

    /// Links that were recalled and that no written correction takes out: they stand in Mosaic, as far as is known.
    pub fn recalled_and_not_taken_out(&self) -> Result<Vec<(MosaicId, Chi)>> {
        let mut find = self.conn.prepare_cached(&format!(
            "SELECT DISTINCT r.a, r.b FROM batch_row r JOIN batch b ON b.id = r.batch WHERE {} AND {NOT_TAKEN_OUT} ORDER BY r.a, r.b",
            to_take_out()
        ))?;
        let mut rows = find.query([])?;
        let mut found = Vec::new();
        while let Some(row) = rows.next()? {
            let mosaic = MosaicId::parse(&row.get::<_, String>(0)?)
                .ok_or_else(|| WorkspaceError::damaged("a batch names what is no Mosaic id"))?;
            found.push((mosaic, chi_of(&row.get::<_, String>(1)?)?));
        }
        Ok(found)
    }

    /// The written correction that put a link into Mosaic in the place of a wrong one, where it was not recalled since.
    pub fn seeded_by_correction(&self, key: &PairKey) -> Result<Option<CorrectionId>> {
        let mut find = self.conn.prepare_cached(
            "SELECT y.id FROM correction_row x JOIN correction y ON y.id = x.correction
                JOIN batch_row r ON r.batch = x.right_batch AND r.kind = 'link' AND r.a = x.a AND r.b = x.right_b
             WHERE x.a = ?1 AND x.right_b = ?2 AND y.released_at IS NOT NULL AND r.recalled IS NULL ORDER BY y.id DESC LIMIT 1",
        )?;
        if key.kind() != PairKind::Link {
            return Ok(None);
        }
        Ok(find.query_row([key.left(), key.right()], |row| row.get(0)).optional()?.map(CorrectionId))
    }
}
