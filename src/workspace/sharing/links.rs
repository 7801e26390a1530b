//! The links and merges that a supervisor signed, with what is held of their people now; and who of the restricted may be shared.

use jiff::Timestamp;
use rusqlite::types::Value;
use rusqlite::{Connection, OptionalExtension, Row, params, params_from_iter};

use super::super::batches::LIVE;
use super::super::event::StaffId;
use super::super::ledger::{self, Entry};
use super::super::project::expect;
use super::super::records::parse;
use super::super::{Result, Workspace, WorkspaceError, decisions};
use crate::pair::PairKey;
use crate::person::{Chi, ChiRecord, MosaicId, MosaicRecord};

/// Where a signed link or merge is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum LinkState {
    /// Signed; its file for Mosaic is not written yet.
    Signed,
    /// In a file for Mosaic.
    Released,
    /// Recalled after its release: it was wrong.
    Recalled,
}

impl LinkState {
    /// The state as files write it.
    pub fn code(self) -> &'static str {
        match self {
            Self::Signed => "signed",
            Self::Released => "released",
            Self::Recalled => "recalled",
        }
    }
}

/// A link that a supervisor signed.
#[derive(Debug, Clone)]
pub struct SignedLink {
    /// The Mosaic person.
    pub mosaic: MosaicId,
    /// The CHI number.
    pub chi: Chi,
    /// Where it is.
    pub state: LinkState,
    /// Since when it is there: when it was signed, released or recalled.
    pub since: Timestamp,
    /// When it was signed.
    pub signed: Timestamp,
    /// What Mosaic's newest extract that had the person said; `None` where nothing is held.
    pub record: Option<MosaicRecord>,
    /// Whether the person is in Mosaic's newest extract.
    pub present: bool,
    /// What CHI says of the number; `None` where nothing is held.
    pub number: Option<ChiRecord>,
    /// A record changed since in what mattered to the decision.
    pub stale: bool,
    /// Up to which level a supervisor let the person be shared in spite of a restriction.
    pub exception: Option<u8>,
}

impl SignedLink {
    /// The pair.
    pub fn key(&self) -> PairKey {
        PairKey::link(self.mosaic.clone(), self.chi)
    }

    /// Whether the person is restricted. Of whom nothing is held, nothing is known: they count as restricted.
    pub fn is_restricted(&self) -> bool {
        self.record.as_ref().is_none_or(|record| record.restricted)
    }
}

/// A merge that a supervisor signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedMerge {
    /// The duplicate, which disappears.
    pub source: MosaicId,
    /// The record that is kept.
    pub target: MosaicId,
    /// Where it is.
    pub state: LinkState,
    /// Since when it is there.
    pub since: Timestamp,
    /// Whether either of the two is restricted, or not held.
    pub restricted: bool,
}

/// A restricted person who may be shared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SharingException {
    /// The link.
    pub pair: PairKey,
    /// Up to which level.
    pub level: u8,
    /// Why.
    pub reason: String,
    /// Who signed it.
    pub staff: StaffId,
    /// When.
    pub at: Timestamp,
}

/// Whether a row left the workspace with its batch: those about restricted people are in no file.
const WENT: &str = "(b.released_at IS NOT NULL AND NOT EXISTS (SELECT 1 FROM left_out o
        WHERE o.batch = r.batch AND o.kind = r.kind AND o.a = r.a AND o.b = r.b))";

/// The moment from which on a row of a batch is in its state: the event that recalled it, or its batch's release or sign-off.
fn since() -> String {
    format!(
        "CASE WHEN r.recalled IS NOT NULL THEN (SELECT l.at FROM ledger_subject s JOIN ledger l ON l.seq = s.seq
                WHERE s.kind = r.kind AND s.a = r.a AND s.b = r.b AND l.event = 'recalled' ORDER BY s.seq DESC LIMIT 1)
            WHEN {WENT} THEN b.released_at ELSE b.signed_at END"
    )
}

fn select(conn: &Connection, condition: &str, values: impl IntoIterator<Item = Value>) -> Result<Vec<SignedLink>> {
    select_by(conn, "", condition, values)
}

/// [`select`], by an index: left to itself SQLite walks every row that was signed, because those come in the order that is asked for.
fn select_by(
    conn: &Connection,
    index: &str,
    condition: &str,
    values: impl IntoIterator<Item = Value>,
) -> Result<Vec<SignedLink>> {
    let since = since();
    let mut find = conn.prepare_cached(&format!(
        "SELECT r.a, r.b, r.recalled IS NOT NULL, {WENT}, {since}, b.signed_at, m.record,
            coalesce(m.present, 0), c.record,
            CASE WHEN d.seq IS NULL THEN NOT {LIVE} ELSE {} END, x.level
         FROM batch_row r {index} JOIN batch b ON b.id = r.batch
            LEFT JOIN mosaic_record m ON m.mosaic_id = r.a
            LEFT JOIN chi_record c ON c.chi = r.b
            LEFT JOIN decision d ON d.kind = r.kind AND d.a = r.a AND d.b = r.b
            LEFT JOIN sharing_exception x ON x.a = r.a AND x.b = r.b
         WHERE r.kind = 'link' AND b.state = 'signed' AND {condition} ORDER BY r.a, r.b, b.id",
        decisions::STALE
    ))?;
    let mut rows = find.query(params_from_iter(values))?;
    let mut found: Vec<SignedLink> = Vec::new();
    while let Some(row) = rows.next()? {
        let link = read(row)?;
        // A pair that was recalled and signed again is in two batches; what stands rules, and the newer where none does
        match found.last_mut().filter(|last| last.mosaic == link.mosaic && last.chi == link.chi) {
            Some(last) if last.state == LinkState::Recalled || link.state != LinkState::Recalled => *last = link,
            Some(_) => {}
            None => found.push(link),
        }
    }
    Ok(found)
}

fn read(row: &Row<'_>) -> Result<SignedLink> {
    let damaged = || WorkspaceError::damaged("a stored pair is not one of two records");
    let (record, number): (Option<String>, Option<String>) = (row.get(6)?, row.get(8)?);
    Ok(SignedLink {
        mosaic: MosaicId::parse(&row.get::<_, String>(0)?).ok_or_else(damaged)?,
        chi: Chi::parse(&row.get::<_, String>(1)?).map_err(|_| damaged())?,
        state: state(row.get(2)?, row.get(3)?),
        since: ledger::time(&row.get::<_, String>(4)?)?,
        signed: ledger::time(&row.get::<_, String>(5)?)?,
        record: record.map(|text| parse(&text)).transpose()?,
        present: row.get(7)?,
        number: number.map(|text| parse(&text)).transpose()?,
        stale: row.get(9)?,
        exception: row.get(10)?,
    })
}

fn state(recalled: bool, released: bool) -> LinkState {
    match (recalled, released) {
        (true, _) => LinkState::Recalled,
        (false, true) => LinkState::Released,
        (false, false) => LinkState::Signed,
    }
}

fn merges(conn: &Connection, condition: &str, values: impl IntoIterator<Item = Value>) -> Result<Vec<SignedMerge>> {
    let since = since();
    let mut find = conn.prepare_cached(&format!(
        "SELECT json_extract(r.judgement, '$.merge.source'), json_extract(r.judgement, '$.merge.target'),
            r.recalled IS NOT NULL, {WENT}, {since},
            (SELECT count(*) FROM mosaic_record m WHERE m.mosaic_id IN (r.a, r.b) AND m.restricted = 0) < 2
         FROM batch_row r JOIN batch b ON b.id = r.batch
         WHERE r.kind = 'duplicate' AND b.state = 'signed' AND json_extract(r.judgement, '$.merge.source') IS NOT NULL
            AND {condition} ORDER BY 1, 2, b.id"
    ))?;
    let damaged = || WorkspaceError::damaged("a stored merge is not one of two records");
    let mut rows = find.query(params_from_iter(values))?;
    let mut found: Vec<SignedMerge> = Vec::new();
    while let Some(row) = rows.next()? {
        let merge = SignedMerge {
            source: MosaicId::parse(&row.get::<_, String>(0)?).ok_or_else(damaged)?,
            target: MosaicId::parse(&row.get::<_, String>(1)?).ok_or_else(damaged)?,
            state: state(row.get(2)?, row.get(3)?),
            since: ledger::time(&row.get::<_, String>(4)?)?,
            restricted: row.get(5)?,
        };
        match found.last_mut().filter(|last| last.source == merge.source && last.target == merge.target) {
            Some(last) if last.state == LinkState::Recalled || merge.state != LinkState::Recalled => *last = merge,
            Some(_) => {}
            None => found.push(merge),
        }
    }
    Ok(found)
}

/// A restricted person may be shared, up to a level; or may not any more.
pub(in super::super) fn except(
    conn: &Connection,
    entry: &Entry<'_>,
    pair: &PairKey,
    before: Option<u8>,
    after: Option<u8>,
    reason: &str,
) -> Result<()> {
    let (a, b) = (pair.left(), pair.right());
    let live: Option<u8> = conn
        .prepare_cached("SELECT level FROM sharing_exception WHERE a = ?1 AND b = ?2")?
        .query_row([a, b], |row| row.get(0))
        .optional()?;
    expect(live == before && matches!(pair, PairKey::Link { .. }))?;
    conn.prepare_cached("DELETE FROM sharing_exception WHERE a = ?1 AND b = ?2")?.execute([a, b])?;
    if let Some(level) = after {
        conn.prepare_cached(
            "INSERT INTO sharing_exception (a, b, level, reason, staff, at) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        )?
        .execute(params![a, b, level, reason, entry.staff.0, entry.at])?;
    }
    Ok(())
}

impl Workspace {
    /// Every link that a supervisor signed, the recalled ones among them, by Mosaic id and CHI.
    pub fn signed_links(&self) -> Result<Vec<SignedLink>> {
        select(&self.conn, "1", [])
    }

    /// The links of a Mosaic person that a supervisor signed.
    pub fn signed_links_of(&self, mosaic: &MosaicId) -> Result<Vec<SignedLink>> {
        select(&self.conn, "r.a = ?1", [mosaic.to_string().into()])
    }

    /// The links of a CHI number that a supervisor signed.
    pub fn signed_links_of_chi(&self, chi: &Chi) -> Result<Vec<SignedLink>> {
        select_by(&self.conn, "INDEXED BY batch_row_right", "r.b = ?1", [chi.to_string().into()])
    }

    /// Every merge that a supervisor signed, the recalled ones among them, by source.
    pub fn signed_merges(&self) -> Result<Vec<SignedMerge>> {
        merges(&self.conn, "1", [])
    }

    /// The merges that a supervisor signed of which a record is one.
    pub fn signed_merges_of(&self, mosaic: &MosaicId) -> Result<Vec<SignedMerge>> {
        let id = || Value::from(mosaic.to_string());
        let mut found = merges(&self.conn, "r.a = ?1", [id()])?;
        found.extend(merges(&self.conn, "r.b = ?1", [id()])?);
        Ok(found)
    }

    /// The restricted people who may be shared, by Mosaic id.
    pub fn sharing_exceptions(&self) -> Result<Vec<SharingException>> {
        let mut find =
            self.conn.prepare_cached("SELECT a, b, level, reason, staff, at FROM sharing_exception ORDER BY a, b")?;
        let damaged = || WorkspaceError::damaged("a stored pair is not one of two records");
        let mut rows = find.query([])?;
        let mut found = Vec::new();
        while let Some(row) = rows.next()? {
            let mosaic = MosaicId::parse(&row.get::<_, String>(0)?).ok_or_else(damaged)?;
            let chi = Chi::parse(&row.get::<_, String>(1)?).map_err(|_| damaged())?;
            found.push(SharingException {
                pair: PairKey::link(mosaic, chi),
                level: row.get(2)?,
                reason: row.get(3)?,
                staff: StaffId(row.get(4)?),
                at: ledger::time(&row.get::<_, String>(5)?)?,
            });
        }
        Ok(found)
    }
}
