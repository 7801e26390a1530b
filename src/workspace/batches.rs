//! Batches, their rows, and the hash that binds a signature to what was signed.

use std::collections::BTreeMap;

use rusqlite::types::Value;
use rusqlite::{Connection, OptionalExtension, Row, params};
use sha2::{Digest, Sha256};

use super::candidates::{key_of, kind_code};
use super::corrections::SEEDED;
use super::event::{BatchId, Event, StaffId};
use super::number::count;
use super::{
    Batch, BatchRow, BatchState, Decision, LedgerRow, Result, Sample, Signature, Workspace, WorkspaceError, decisions,
    hex, ledger,
};
use crate::pair::{Judgement, PairKey, Verdict};

/// SHA-256 (hex) over what every row of a batch says.
///
/// Covered, in UTF-8: a first line `stewartry batch 1`, then one line of JSON for each row,
/// `[kind, left id, right id, person who decided, decision's event, judgement]` (the last three `null` for a row without a
/// decision), in the order of the keys, each line ended by a line feed. The order in which the rows are given does not matter,
/// nor does what happened to them after submission (sample, re-check, return).
pub fn content_hash(rows: &[BatchRow]) -> String {
    let by_key: BTreeMap<&PairKey, Option<&Decision>> =
        rows.iter().map(|row| (&row.key, row.decision.as_ref())).collect();
    let mut hash = Sha256::new();
    hash.update("stewartry batch 1\n");
    for (key, decision) in by_key {
        let line = serde_json::to_string(&(
            kind_code(key.kind()),
            key.left(),
            key.right(),
            decision.map(|decision| decision.staff),
            decision.map(|decision| decision.seq),
            decision.map(|decision| &decision.judgement),
        ));
        hash.update(line.unwrap_or_default());
        hash.update("\n");
    }
    hex::encode(&hash.finalize())
}

impl BatchState {
    /// The state as the database and files write it.
    pub fn code(self) -> &'static str {
        match self {
            Self::Composing => "composing",
            Self::Submitted => "submitted",
            Self::Signed => "signed",
            Self::Returned => "returned",
            Self::Withdrawn => "withdrawn",
        }
    }

    fn parse(code: &str) -> Result<Self> {
        [Self::Composing, Self::Submitted, Self::Signed, Self::Returned, Self::Withdrawn]
            .into_iter()
            .find(|state| state.code() == code)
            .ok_or_else(|| WorkspaceError::damaged("a batch is in no known state"))
    }
}

/// Whether a batch `b` holds its rows: from the moment it is put together until its files are written. After that a pair
/// may be asked again, and what was signed stays with the row.
pub(super) const LIVE: &str =
    "(b.state IN ('composing', 'submitted') OR (b.state = 'signed' AND b.released_at IS NULL))";

/// Whether a row `r` of a batch `b` was released and stands. What its files left out, because somebody of it was restricted, is made in
/// Mosaic by hand, and stands too.
pub(super) const RELEASED: &str = "(b.released_at IS NOT NULL AND r.recalled IS NULL)";

/// Whether a row `r` of a released batch was left out of its files because somebody of it was restricted, and nobody of it is now.
const FREE_AGAIN: &str = "(EXISTS (SELECT 1 FROM left_out l
        WHERE l.batch = r.batch AND l.kind = r.kind AND l.a = r.a AND l.b = r.b)
    AND NOT EXISTS (SELECT 1 FROM mosaic_record m
        WHERE m.restricted = 1 AND (m.mosaic_id = r.a OR (r.kind = 'duplicate' AND m.mosaic_id = r.b))))";

/// The columns of what a row `r` says: as it was submitted, or as the live decision `d` says now. In the order of
/// [`decisions::COLUMNS`].
const SAID: &str = "coalesce(r.judgement, d.judgement), coalesce(r.staff, d.staff), coalesce(r.at, d.at),
    coalesce(r.seq, d.seq)";

/// The number for a new batch. Numbers are never used twice: a batch that was taken apart keeps its own.
pub(super) fn next(conn: &Connection) -> Result<BatchId> {
    Ok(BatchId(conn.query_row("SELECT coalesce(max(id), 0) + 1 FROM batch", [], |row| row.get(0))?))
}

/// Where a batch is, if there is one.
pub(super) fn state(conn: &Connection, batch: BatchId) -> Result<Option<BatchState>> {
    let mut find = conn.prepare_cached("SELECT state FROM batch WHERE id = ?1")?;
    let state: Option<String> = find.query_row([batch.0], |row| row.get(0)).optional()?;
    state.map(|state| BatchState::parse(&state)).transpose()
}

/// Whether a batch is signed and its files were not written yet.
pub(super) fn is_signed_only(conn: &Connection, batch: BatchId) -> Result<bool> {
    let query = "SELECT state = 'signed' AND released_at IS NULL FROM batch WHERE id = ?1";
    Ok(conn.prepare_cached(query)?.query_row([batch.0], |row| row.get(0)).optional()?.unwrap_or(false))
}

/// The live batch that a pair is in.
pub(super) fn live_batch(conn: &Connection, key: &PairKey) -> Result<Option<(BatchId, BatchState)>> {
    let mut find = conn.prepare_cached(&format!(
        "SELECT b.id, b.state FROM batch_row r JOIN batch b ON b.id = r.batch
         WHERE r.kind = ?1 AND r.a = ?2 AND r.b = ?3 AND {LIVE}"
    ))?;
    let found: Option<(i64, String)> = find
        .query_row([kind_code(key.kind()), key.left(), key.right()], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    found.map(|(id, state)| Ok((BatchId(id), BatchState::parse(&state)?))).transpose()
}

/// The newest batch that released a pair which stands, and what was signed.
pub(super) fn released(conn: &Connection, key: &PairKey) -> Result<Option<(BatchId, Judgement)>> {
    let mut find = conn.prepare_cached(&format!(
        "SELECT b.id, r.judgement FROM batch_row r JOIN batch b ON b.id = r.batch
         WHERE r.kind = ?1 AND r.a = ?2 AND r.b = ?3 AND {RELEASED} ORDER BY b.id DESC LIMIT 1"
    ))?;
    let found: Option<(i64, String)> = find
        .query_row([kind_code(key.kind()), key.left(), key.right()], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    found.map(|(id, judgement)| Ok((BatchId(id), decisions::read_judgement(&judgement)?))).transpose()
}

/// Keeps with each row of a batch what is decided about it now.
pub(super) fn freeze(conn: &Connection, batch: BatchId) -> Result<()> {
    conn.prepare_cached(
        "UPDATE batch_row SET (judgement, staff, at, seq) = (
            SELECT d.judgement, d.staff, d.at, d.seq FROM decision d
            WHERE d.kind = batch_row.kind AND d.a = batch_row.a AND d.b = batch_row.b) WHERE batch = ?1",
    )?
    .execute([batch.0])?;
    Ok(())
}

/// Lets the rows of a batch say what is decided about them now.
pub(super) fn thaw(conn: &Connection, batch: BatchId) -> Result<()> {
    conn.prepare_cached("UPDATE batch_row SET judgement = NULL, staff = NULL, at = NULL, seq = NULL WHERE batch = ?1")?
        .execute([batch.0])?;
    Ok(())
}

/// The pairs of a batch.
pub(super) fn keys(conn: &Connection, batch: BatchId) -> Result<Vec<PairKey>> {
    let mut find = conn.prepare_cached("SELECT kind, a, b FROM batch_row WHERE batch = ?1")?;
    let mut rows = find.query([batch.0])?;
    let mut keys = Vec::new();
    while let Some(row) = rows.next()? {
        keys.push(key_of(row, 0)?);
    }
    Ok(keys)
}

/// The rows of a batch: links, then merges, by key. Whether a decision stands is not asked: that reads every record of them, and
/// [`Decision::stands`] is true. [`rows_now`] asks.
pub(super) fn rows(conn: &Connection, batch: BatchId) -> Result<Vec<BatchRow>> {
    select(conn, batch, UNASKED, "")
}

/// The same rows, each with whether its decision stands.
pub(super) fn rows_now(conn: &Connection, batch: BatchId) -> Result<Vec<BatchRow>> {
    let again = format!("CASE WHEN d.seq IS NULL THEN 0 ELSE {} END, {}", decisions::STALE, decisions::RETURNED);
    select(conn, batch, &again, "")
}

/// In place of whether a decision stands: that it does.
const UNASKED: &str = "0, 0";

fn select(conn: &Connection, batch: BatchId, again: &str, more: &str) -> Result<Vec<BatchRow>> {
    let mut find = conn.prepare_cached(&format!(
        "SELECT r.kind, r.a, r.b, r.sampled, r.recheck, r.returned, r.recalled, r.return_reason, {SAID}, {again}
         FROM batch_row r LEFT JOIN decision d ON d.kind = r.kind AND d.a = r.a AND d.b = r.b
         WHERE r.batch = ?1 {more} ORDER BY r.kind DESC, r.a, r.b"
    ))?;
    let mut found = find.query([batch.0])?;
    let mut rows = Vec::new();
    while let Some(row) = found.next()? {
        rows.push(BatchRow {
            key: key_of(row, 0)?,
            sampled: row.get(3)?,
            recheck: row.get::<_, Option<String>>(4)?.and_then(|code| Verdict::parse(&code)),
            returned: row.get(5)?,
            recalled: row.get(6)?,
            return_reason: row.get(7)?,
            decision: decisions::read(row, 8)?,
        });
    }
    Ok(rows)
}

const COLUMNS: &str = "SELECT id, name, state, composed_by, submitted_by, submitted_at, content_hash, seed, tolerable,
        confidence, signed_by, signed_at, signed_seq, statement, returned_reason, released_at, manifest_sha256,
        (SELECT count(*) FROM control c WHERE c.batch = batch.id),
        (SELECT count(*) FROM control c WHERE c.batch = batch.id AND c.recheck IS NOT NULL)
    FROM batch";

/// What the rows of a batch come to.
struct Counts {
    links: u64,
    merges: u64,
    sampled: u64,
    rechecked: u64,
    disagreed: u64,
    deciders: Vec<StaffId>,
}

impl Counts {
    /// Walks the rows once: a batch may hold every pair there is. What is decided now is asked only of rows that keep nothing themselves.
    fn of(conn: &Connection, batch: BatchId) -> Result<Self> {
        let now = |column: &str| {
            format!("(SELECT d.{column} FROM decision d WHERE d.kind = r.kind AND d.a = r.a AND d.b = r.b)")
        };
        let mut find = conn.prepare_cached(&format!(
            "SELECT count(*) FILTER (WHERE r.kind = 'link'), count(*) FILTER (WHERE r.kind = 'duplicate'), sum(r.sampled),
                count(*) FILTER (WHERE r.sampled AND r.recheck IS NOT NULL),
                count(*) FILTER (WHERE r.sampled AND r.recheck <> coalesce(json_extract(r.judgement, '$.verdict'), {})),
                coalesce(r.staff, {}) AS decider
             FROM batch_row r WHERE r.batch = ?1 GROUP BY decider ORDER BY decider",
            now("verdict"),
            now("staff")
        ))?;
        let mut rows = find.query([batch.0])?;
        let mut found = Self { links: 0, merges: 0, sampled: 0, rechecked: 0, disagreed: 0, deciders: Vec::new() };
        while let Some(row) = rows.next()? {
            found.links += count(row, 0)?;
            found.merges += count(row, 1)?;
            found.sampled += count(row, 2)?;
            found.rechecked += count(row, 3)?;
            found.disagreed += count(row, 4)?;
            found.deciders.extend(row.get::<_, Option<i64>>(5)?.map(StaffId));
        }
        Ok(found)
    }
}

fn read(conn: &Connection, row: &Row<'_>) -> Result<Batch> {
    let id = BatchId(row.get(0)?);
    let at = |column: usize| -> Result<Option<jiff::Timestamp>> {
        row.get::<_, Option<String>>(column)?.map(|text| ledger::time(&text)).transpose()
    };
    let submitted_by: Option<i64> = row.get(4)?;
    let signed_by: Option<i64> = row.get(10)?;
    let seed: Option<String> = row.get(7)?;
    let manifest: Option<String> = row.get(16)?;
    let counts = Counts::of(conn, id)?;
    Ok(Batch {
        id,
        name: row.get(1)?,
        state: BatchState::parse(&row.get::<_, String>(2)?)?,
        links: counts.links,
        merges: counts.merges,
        composed_by: StaffId(row.get(3)?),
        submitted: submitted_by.map(StaffId).zip(at(5)?),
        content_hash: row.get(6)?,
        sample: match seed {
            Some(seed) => Some(Sample {
                seed,
                tolerable: row.get(8)?,
                confidence: row.get(9)?,
                size: counts.sampled,
                rechecked: counts.rechecked,
                disagreed: counts.disagreed,
                controls: [count(row, 17)?, count(row, 18)?],
            }),
            None => None,
        },
        signed: match signed_by.map(StaffId).zip(at(11)?) {
            Some((staff, at)) => Some(Signature { staff, at, seq: row.get(12)?, statement: row.get(13)? }),
            None => None,
        },
        returned_reason: row.get(14)?,
        released: at(15)?.zip(manifest),
        deciders: counts.deciders,
    })
}

impl Workspace {
    /// Every batch, newest first.
    pub fn batches(&self) -> Result<Vec<Batch>> {
        let mut find = self.conn.prepare_cached(&format!("{COLUMNS} ORDER BY id DESC"))?;
        let mut rows = find.query([])?;
        let mut found = Vec::new();
        while let Some(row) = rows.next()? {
            found.push(read(&self.conn, row)?);
        }
        Ok(found)
    }

    /// A batch.
    pub fn batch(&self, batch: BatchId) -> Result<Option<Batch>> {
        let mut find = self.conn.prepare_cached(&format!("{COLUMNS} WHERE id = ?1"))?;
        let mut rows = find.query(params![batch.0])?;
        rows.next()?.map(|row| read(&self.conn, row)).transpose()
    }

    /// The name of a batch and where it is. Unlike [`Self::batch`] it counts no rows, so that many pairs can ask.
    pub fn batch_standing(&self, batch: BatchId) -> Result<Option<(String, BatchState)>> {
        let mut find = self.conn.prepare_cached("SELECT name, state FROM batch WHERE id = ?1")?;
        let found: Option<(String, String)> =
            find.query_row([batch.0], |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
        found.map(|(name, state)| Ok((name, BatchState::parse(&state)?))).transpose()
    }

    /// The rows of a batch: links, then merges, by key. Submitted and signed, they say what was decided then; before that, and
    /// after a return, what is decided now.
    ///
    /// Whether the decisions stand is not asked, and each seems to: [`Self::batch_rows_now`] asks.
    pub fn batch_rows(&self, batch: BatchId) -> Result<Vec<BatchRow>> {
        rows(&self.conn, batch)
    }

    /// The same rows, each with whether its decision stands. That reads every record of the batch.
    pub fn batch_rows_now(&self, batch: BatchId) -> Result<Vec<BatchRow>> {
        rows_now(&self.conn, batch)
    }

    /// The rows of its sample, as [`Self::batch_rows`].
    pub fn sampled_rows(&self, batch: BatchId) -> Result<Vec<BatchRow>> {
        select(&self.conn, batch, UNASKED, "AND r.sampled")
    }

    /// The pairs of a batch, in no order.
    pub fn batch_keys(&self, batch: BatchId) -> Result<Vec<PairKey>> {
        keys(&self.conn, batch)
    }

    /// Live *Match* decisions, links and then merges, that are not stale, in no live batch and not in Mosaic already. Those that were
    /// returned and not made again are among them, and what was left out of its batch's files as long as somebody was restricted who
    /// no longer is.
    pub fn ready_for_batch(&self) -> Result<Vec<(PairKey, Decision)>> {
        // In the order in which SQLite asks: whether it is stale reads both records, and most are in a batch by then
        let condition = format!(
            "d.verdict = 'match' AND NOT EXISTS (
                SELECT 1 FROM batch_row r JOIN batch b ON b.id = r.batch
                WHERE r.kind = d.kind AND r.a = d.a AND r.b = d.b AND ({LIVE} OR ({RELEASED} AND NOT {FREE_AGAIN})))
                AND NOT {}",
            decisions::STALE
        );
        decisions::select(&self.conn, &condition, std::iter::empty::<Value>())
    }

    /// The newest batch that released a pair, where it was not recalled, and what was signed of it.
    pub fn released(&self, key: &PairKey) -> Result<Option<(BatchId, Judgement)>> {
        released(&self.conn, key)
    }

    /// Every batch that released a pair which was not recalled from it: one, and more where it was left out of the files of the first.
    /// One of which a correction wrote the link released it too.
    pub fn releases(&self, key: &PairKey) -> Result<Vec<BatchId>> {
        let mut find = self.conn.prepare_cached(&format!(
            "SELECT b.id FROM batch_row r JOIN batch b ON b.id = r.batch
             WHERE r.kind = ?1 AND r.a = ?2 AND r.b = ?3 AND ({RELEASED} OR (r.recalled IS NULL AND {SEEDED})) ORDER BY b.id"
        ))?;
        let found = find.query_map([kind_code(key.kind()), key.left(), key.right()], |row| row.get(0).map(BatchId))?;
        Ok(found.collect::<rusqlite::Result<_>>()?)
    }

    /// Whether Mosaic has a pair by a file of a batch or of a correction, as far as is known: it was in one, was not recalled, and Mosaic
    /// did not turn it away.
    pub fn is_in_mosaic(&self, key: &PairKey) -> Result<bool> {
        let mut find = self.conn.prepare_cached(&format!(
            "SELECT EXISTS (SELECT 1 FROM batch_row r JOIN batch b ON b.id = r.batch
             WHERE r.kind = ?1 AND r.a = ?2 AND r.b = ?3 AND ({RELEASED} OR (r.recalled IS NULL AND {SEEDED}))
                AND NOT EXISTS (SELECT 1 FROM left_out l
                    WHERE l.batch = r.batch AND l.kind = r.kind AND l.a = r.a AND l.b = r.b)
                AND NOT EXISTS (SELECT 1 FROM acknowledgement k
                    WHERE k.batch = r.batch AND k.a = r.a AND k.b = r.b AND k.accepted = 0))"
        ))?;
        Ok(find.query_row([kind_code(key.kind()), key.left(), key.right()], |row| row.get(0))?)
    }

    /// The newest recall of a pair that stands: who recalled it, when and why.
    pub fn recalled(&self, key: &PairKey) -> Result<Option<LedgerRow>> {
        let mut find = self.conn.prepare_cached(
            "SELECT 1 FROM batch_row WHERE kind = ?1 AND a = ?2 AND b = ?3 AND recalled IS NOT NULL LIMIT 1",
        )?;
        // Hardly any pair was: the ledger is asked of those alone
        if !find.exists([kind_code(key.kind()), key.left(), key.right()])? {
            return Ok(None);
        }
        let stands =
            |row: &LedgerRow| row.undone_by.is_none() && matches!(row.event, Event::Recalled { after: Some(_), .. });
        Ok(self.history_of_kinds(key, &["recalled"])?.into_iter().rev().find(stands))
    }

    /// The number for a new batch.
    pub fn next_batch(&self) -> Result<BatchId> {
        next(&self.conn)
    }
}
