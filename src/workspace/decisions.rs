//! The live decisions. A decision that changes, or is taken back, stays in the ledger; here stands what holds now.

use std::collections::HashMap;

use jiff::Timestamp;
use rusqlite::types::Value;
use rusqlite::{Connection, OptionalExtension, Row, params, params_from_iter};

use super::candidates::{key_of, kind_code};
use super::event::StaffId;
use super::{Decision, LiveMerge, LookedAt, Result, Tx, Workspace, WorkspaceError, conflicts, ledger, number};
use crate::pair::{Band, Judgement, PairKey, RecordJudgement};
use crate::person::{Chi, MosaicId};

/// Whether a decision `d` is stale: a record's content is no longer what was looked at, or a relationship of the two of a merge
/// came with a later file than the decision (a file that is being loaded has the event 0 until it is). A record that is not
/// held has the content ''.
pub(super) const STALE: &str =
    "(d.left_hash <> coalesce((SELECT m.content_hash FROM mosaic_record m WHERE m.mosaic_id = d.a), '')
    OR d.right_hash <> coalesce(CASE d.kind
        WHEN 'link' THEN (SELECT c.content_hash FROM chi_record c WHERE c.chi = d.b)
        ELSE (SELECT m.content_hash FROM mosaic_record m WHERE m.mosaic_id = d.b) END, '')
    OR (d.kind = 'duplicate' AND d.verdict = 'match' AND EXISTS (
        SELECT 1 FROM relationship r JOIN source_file f ON f.id = r.since
        WHERE ((r.a = d.a AND r.b = d.b) OR (r.a = d.b AND r.b = d.a)) AND r.present = 1
            AND (f.seq = 0 OR f.seq > d.seq))))";

/// Whether a decision `d` was returned with a batch, by name or with all of it, and not made again since.
pub(super) const RETURNED: &str = "EXISTS (SELECT 1 FROM batch_row r INDEXED BY batch_row_returned
    JOIN batch b ON b.id = r.batch
    WHERE r.kind = d.kind AND r.a = d.a AND r.b = d.b AND r.returned <> 0 AND d.seq < b.returned_seq)";

/// The same, by name alone.
pub(super) const RETURNED_BY_NAME: &str = "EXISTS (SELECT 1 FROM batch_row r INDEXED BY batch_row_returned
    JOIN batch b ON b.id = r.batch
    WHERE r.kind = d.kind AND r.a = d.a AND r.b = d.b AND r.returned <> 0 AND r.returned = 1
        AND d.seq < b.returned_seq)";

/// The columns of a decision `d`, in the order that [`read`] takes them.
pub(super) const COLUMNS: &str = "d.judgement, d.staff, d.at, d.seq";

/// Reads a decision from [`COLUMNS`] at `from`, then [`STALE`] and [`RETURNED`]; `None` where a join found none.
pub(super) fn read(row: &Row<'_>, from: usize) -> Result<Option<Decision>> {
    let Some(judgement) = row.get::<_, Option<String>>(from)? else { return Ok(None) };
    Ok(Some(Decision {
        judgement: read_judgement(&judgement)?,
        staff: StaffId(row.get(from + 1)?),
        at: ledger::time(&row.get::<_, String>(from + 2)?)?,
        seq: row.get(from + 3)?,
        stale: row.get(from + 4)?,
        returned: row.get(from + 5)?,
    }))
}

pub(super) fn read_judgement(text: &str) -> Result<Judgement> {
    serde_json::from_str(text).map_err(|_| WorkspaceError::damaged("a stored decision cannot be read"))
}

/// The live judgement alone.
pub(super) fn judgement(conn: &Connection, key: &PairKey) -> Result<Option<Judgement>> {
    let mut find = conn.prepare_cached("SELECT judgement FROM decision WHERE kind = ?1 AND a = ?2 AND b = ?3")?;
    let found: Option<String> =
        find.query_row([kind_code(key.kind()), key.left(), key.right()], |row| row.get(0)).optional()?;
    found.map(|text| read_judgement(&text)).transpose()
}

/// Whether a Mosaic person is matched to a CHI.
pub(super) fn is_matched(conn: &Connection, mosaic: &str, chi: &str) -> Result<bool> {
    let mut find = conn.prepare_cached(
        "SELECT EXISTS (SELECT 1 FROM decision WHERE kind = 'link' AND a = ?1 AND b = ?2 AND verdict = 'match')",
    )?;
    Ok(find.query_row([mosaic, chi], |row| row.get(0))?)
}

fn of_pair(conn: &Connection, key: &PairKey) -> Result<Option<Decision>> {
    let rest = "d.kind = ?1 AND d.a = ?2 AND d.b = ?3";
    let values = [kind_code(key.kind()), key.left(), key.right()].map(|text| Value::from(text.to_owned()));
    Ok(select(conn, rest, values)?.pop().map(|(_, decision)| decision))
}

/// Decisions that fit a condition, by key.
pub(super) fn select(
    conn: &Connection,
    condition: &str,
    values: impl IntoIterator<Item = Value>,
) -> Result<Vec<(PairKey, Decision)>> {
    select_by(conn, "", condition, values)
}

/// What finds a decision by its second end. Left to itself SQLite walks every decision of the kind, because those come in the
/// order that is asked for: too long for what is asked of each row of a batch.
const BY_SECOND_END: &str = "INDEXED BY decision_b";

/// [`select`], by an index.
fn select_by(
    conn: &Connection,
    index: &str,
    condition: &str,
    values: impl IntoIterator<Item = Value>,
) -> Result<Vec<(PairKey, Decision)>> {
    let mut find = conn.prepare_cached(&format!(
        "SELECT d.kind, d.a, d.b, {COLUMNS}, {STALE}, {RETURNED} FROM decision d {index} WHERE {condition}
         ORDER BY d.kind DESC, d.a, d.b"
    ))?;
    let mut rows = find.query(params_from_iter(values))?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        if let Some(decision) = read(row, 3)? {
            found.push((key_of(row, 0)?, decision));
        }
    }
    Ok(found)
}

/// What was decided about a record by itself.
pub(super) fn of_record(conn: &Connection, mosaic: &MosaicId) -> Result<Option<(RecordJudgement, StaffId, Timestamp)>> {
    let mut find = conn.prepare_cached("SELECT judgement, staff, at FROM record_decision WHERE mosaic_id = ?1")?;
    let found: Option<(String, i64, String)> =
        find.query_row(params![mosaic.as_str()], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?))).optional()?;
    let Some((judgement, staff, at)) = found else { return Ok(None) };
    let judgement = serde_json::from_str(&judgement)
        .map_err(|_| WorkspaceError::damaged("a stored decision about a record cannot be read"))?;
    Ok(Some((judgement, StaffId(staff), ledger::time(&at)?)))
}

impl Tx<'_> {
    /// The live decision about a pair, as this transaction sees it.
    pub fn decision(&self, key: &PairKey) -> Result<Option<Decision>> {
        of_pair(self.conn, key)
    }
}

impl Workspace {
    /// When a link, a duplicate and a record by itself were last decided, of the decisions that are live.
    pub fn last_decided(&self) -> Result<[Option<Timestamp>; 3]> {
        let mut last = [None; 3];
        for (at, query) in last.iter_mut().zip([
            "SELECT max(at) FROM decision WHERE kind = 'link'",
            "SELECT max(at) FROM decision WHERE kind = 'duplicate'",
            "SELECT max(at) FROM record_decision",
        ]) {
            let found: Option<String> = self.conn.prepare_cached(query)?.query_row([], |row| row.get(0))?;
            *at = found.map(|text| ledger::time(&text)).transpose()?;
        }
        Ok(last)
    }

    /// How many people have a candidate that is likely enough to be asked about, or was answered; and how many of these are
    /// settled: they have a live match, or none of their candidates is asked about, unsure, referred or to be looked at again.
    pub fn people_with_candidates(&self) -> Result<[u64; 2]> {
        let mut find = self.conn.prepare_cached(
            "SELECT count(*), coalesce(sum(settled), 0) FROM (
                SELECT max(answer IN (1, 5)) OR NOT max((lead AND answer = 0 AND band < 2) OR answer IN (3, 4, 6, 7, 8))
                    AS settled
                FROM candidate WHERE kind = 'link' GROUP BY a HAVING max((lead AND band < 2) OR answer BETWEEN 1 AND 8))",
        )?;
        Ok(find.query_row([], |row| Ok([number::count(row, 0)?, number::count(row, 1)?]))?)
    }

    /// The people with a live match to a CHI number, each with the probability of that match.
    pub fn matched_probabilities(&self) -> Result<HashMap<String, f64>> {
        let mut find = self.conn.prepare_cached(
            "SELECT a, max(probability) FROM candidate WHERE kind = 'link' AND answer IN (1, 5) GROUP BY a",
        )?;
        let rows = find.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// The pairs that people looked at and settled, by key: by hand or from a file of decisions, and of records that are as
    /// they were then. What moved with a merge was looked at of another record.
    pub fn looked_at(&self) -> Result<Vec<LookedAt>> {
        let mut find = self.conn.prepare_cached(&format!(
            "SELECT d.kind, d.a, d.b, d.verdict = 'match', c.probability, c.band
             FROM decision d LEFT JOIN candidate c ON c.kind = d.kind AND c.a = d.a AND c.b = d.b
             WHERE d.verdict IN ('match', 'not_match') AND json_extract(d.judgement, '$.how') NOT IN ('band', 'class', 'carried', 'brought') AND NOT {STALE}
             ORDER BY d.kind DESC, d.a, d.b"
        ))?;
        let mut rows = find.query([])?;
        let mut found = Vec::new();
        while let Some(row) = rows.next()? {
            let now = match row.get::<_, Option<f64>>(4)? {
                Some(probability) => Some((probability, Band::ALL[number::band(row, 5)?])),
                None => None,
            };
            found.push(LookedAt { key: key_of(row, 0)?, is_match: row.get(3)?, now });
        }
        Ok(found)
    }

    /// The live decision about a pair.
    pub fn decision(&self, key: &PairKey) -> Result<Option<Decision>> {
        of_pair(&self.conn, key)
    }

    /// The live decision about a record by itself: what, by whom, when.
    pub fn record_decision(&self, mosaic: &MosaicId) -> Result<Option<(RecordJudgement, StaffId, Timestamp)>> {
        of_record(&self.conn, mosaic)
    }

    /// The CHI numbers that a Mosaic record is matched to, in their order.
    pub fn chis_matched_to(&self, mosaic: &MosaicId) -> Result<Vec<Chi>> {
        let query = "SELECT b FROM decision WHERE kind = 'link' AND a = ?1 AND verdict = 'match' ORDER BY b";
        self.column(query, mosaic.as_str(), conflicts::chi)
    }

    /// The Mosaic records that a CHI number is matched to, in their order.
    pub fn people_matched_to(&self, chi: &Chi) -> Result<Vec<MosaicId>> {
        let query = format!(
            "SELECT a FROM decision {BY_SECOND_END} WHERE kind = 'link' AND b = ?1 AND verdict = 'match' ORDER BY a"
        );
        self.column(&query, chi.as_str(), conflicts::mosaic)
    }

    /// The first column of what is found of a record.
    fn column<T>(&self, query: &str, of: &str, read: fn(&Row<'_>, usize) -> Result<T>) -> Result<Vec<T>> {
        let mut find = self.conn.prepare_cached(query)?;
        let mut rows = find.query([of])?;
        let mut found = Vec::new();
        while let Some(row) = rows.next()? {
            found.push(read(row, 0)?);
        }
        Ok(found)
    }

    /// The pairs of live *Match* decisions of which a record is not in the newest extract.
    pub fn matches_gone(&self) -> Result<Vec<PairKey>> {
        let mut find = self.conn.prepare_cached(
            "SELECT d.kind, d.a, d.b FROM decision d JOIN mosaic_record m ON m.mosaic_id = d.a
             WHERE d.verdict = 'match' AND (m.present = 0 OR CASE d.kind
                WHEN 'link' THEN EXISTS (SELECT 1 FROM chi_record c WHERE c.chi = d.b AND c.present = 0)
                ELSE EXISTS (SELECT 1 FROM mosaic_record o WHERE o.mosaic_id = d.b AND o.present = 0) END)
             ORDER BY d.kind DESC, d.a, d.b",
        )?;
        let mut rows = find.query([])?;
        let mut found = Vec::new();
        while let Some(row) = rows.next()? {
            found.push(key_of(row, 0)?);
        }
        Ok(found)
    }

    /// The live *Match* decisions on duplicates.
    pub fn merges(&self) -> Result<Vec<(PairKey, Decision)>> {
        select(&self.conn, "d.kind = 'duplicate' AND d.verdict = 'match'", [])
    }

    /// The live merges of which a record is one, by their pairs.
    pub fn merges_touching(&self, mosaic: &MosaicId) -> Result<Vec<LiveMerge>> {
        let of = |index: &str, end: &str| {
            format!(
                "SELECT kind, a, b, seq, judgement FROM decision {index}
                 WHERE kind = 'duplicate' AND verdict = 'match' AND {end} = ?1"
            )
        };
        let mut found = Vec::new();
        for query in [of("", "a"), of(BY_SECOND_END, "b")] {
            let mut find = self.conn.prepare_cached(&query)?;
            let mut rows = find.query([mosaic.as_str()])?;
            while let Some(row) = rows.next()? {
                let judgement = read_judgement(&row.get::<_, String>(4)?)?;
                let (key, seq) = (key_of(row, 0)?, row.get(3)?);
                found.extend(judgement.merge.map(|merge| LiveMerge { key, merge, seq }));
            }
        }
        found.sort_by(|one, other| (one.key.left(), one.key.right()).cmp(&(other.key.left(), other.key.right())));
        Ok(found)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use std::sync::Arc;
    use std::sync::atomic::{AtomicU64, Ordering};

    use super::super::fixture::*;
    use super::*;
    use crate::pair::Verdict;

    #[test]
    fn what_is_decided_of_one_record_is_found_without_walking_what_is_decided_of_all() {
        let mut it = workspace(4);
        it.matched(4);
        it.decide(&link(1), Verdict::Match);
        it.decide(&duplicate(1, 3), Verdict::NotMatch);
        // Thirty thousand others
        for (kind, like) in [("link", link(1)), ("duplicate", duplicate(1, 3))] {
            let mut put = it
                .ws
                .conn
                .prepare(
                    "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 30000)
                     INSERT INTO decision (kind, a, b, verdict, judgement, left_hash, right_hash, staff, at, seq)
                     SELECT kind, 'a' || i, 'b' || i, 'match',
                        json_set(judgement, '$.merge', json_object('source', 'a' || i, 'target', 'b' || i,
                            'blockers', json('[]'), 'note', '')),
                        left_hash, right_hash, staff, at, seq
                     FROM n, decision d WHERE d.kind = ?1 AND d.a = ?2 AND d.b = ?3",
                )
                .unwrap();
            put.execute(rusqlite::params![kind, like.left(), like.right()]).unwrap();
        }
        let PairKey::Link { mosaic, chi } = link(1) else { unreachable!("it is a link") };
        // Counted in hundreds of the database's own steps: a walk takes thousands of them
        let steps = Arc::new(AtomicU64::new(0));
        let counted = Arc::clone(&steps);
        let count = move || {
            counted.fetch_add(1, Ordering::Relaxed);
            false
        };
        it.ws.conn.progress_handler(100, Some(count)).unwrap();
        assert_eq!(it.ws.people_matched_to(&chi).unwrap(), std::slice::from_ref(&mosaic));
        assert_eq!(it.ws.chis_matched_to(&mosaic).unwrap(), [chi]);
        assert!(it.ws.merges_touching(&mosaic).unwrap().is_empty());
        let steps = steps.load(Ordering::Relaxed);
        assert!(steps < 100, "{steps} hundred steps");
        let [one, other] = ["a7", "b7"].map(|id| MosaicId::parse(id).unwrap());
        let pair = PairKey::duplicate(one.clone(), other.clone()).unwrap();
        for end in [one, other] {
            let merges: Vec<PairKey> = it.ws.merges_touching(&end).unwrap().into_iter().map(|it| it.key).collect();
            assert_eq!(merges, std::slice::from_ref(&pair), "by either end");
        }
    }
}
