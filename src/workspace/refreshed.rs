//! What a later extract meets here: the extract before it, and what it unsettles of what people decided.
//!
//! Nothing of this is kept. A load takes the [`Bearings`] of the work before and after; what differs is its doing.

use std::collections::BTreeSet;

use rusqlite::{Connection, OptionalExtension, Row};
use serde::{Deserialize, Serialize};

use super::number::count;
use super::{FileId, Result, Tx, Workspace, WorkspaceError, records};
use crate::pair::PairKey;
use crate::person::{Chi, ChiRecord, ChiStatus, MosaicId};

/// Where the work stands, in what an extract can unsettle.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Bearings {
    /// Live decisions about pairs.
    pub decisions: u64,
    /// Those of them that do not stand, by the number of their candidate.
    pub stale: BTreeSet<i64>,
    /// Confirmed links to look at again.
    pub rechecks: Vec<Recheck>,
    /// People with a live decision who are no longer in Mosaic.
    pub gone: Vec<Gone>,
}

/// What has become of the CHI of a confirmed link.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RecheckWhy {
    /// The person's current number is another.
    Superseded,
    /// It was entered in error and taken out.
    Deleted,
    /// The person has moved to another area's register.
    TransferredOut,
    /// The person has died.
    Deceased,
    /// The newest CHI extract does not hold it.
    Absent,
}

impl RecheckWhy {
    /// What has become of the number, in words that follow it.
    pub fn words(self) -> &'static str {
        match self {
            Self::Superseded => "superseded",
            Self::Deleted => "deleted as entered in error",
            Self::TransferredOut => "transferred out",
            Self::Deceased => "deceased",
            Self::Absent => "no longer in the CHI extract",
        }
    }
}

/// A confirmed link whose CHI record has changed since to one that no link should rest on unseen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recheck {
    /// The link.
    pub pair: PairKey,
    /// What has become of the number, or of its person.
    pub why: RecheckWhy,
    /// The number to use in its place, where the extract names one.
    pub replacement: Option<Chi>,
    /// Whether the link has left for Mosaic.
    pub released: bool,
}

/// Somebody about whom something was decided, and who is no longer in Mosaic.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gone {
    /// Whom.
    pub mosaic: MosaicId,
    /// The CHI they are matched to.
    pub chi: Option<Chi>,
    /// The record into which a merge moves them: gone, then, is as it should be.
    pub merged_into: Option<MosaicId>,
}

/// How the newest file of a kind was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileForm {
    /// Its number.
    pub file: FileId,
    /// Encoding, delimiter, line ending, as JSON.
    pub format: String,
    /// Which column means what, as JSON.
    pub mapping: String,
}

/// Confirmed links whose CHI record is no longer in the newest extract, or has changed since they were confirmed to one that no
/// link should rest on unseen: its number is not the person's current one, or the person has died or moved away. A link that
/// was confirmed to such a record, with a reason, is not asked about again.
const RECHECKS: &str = "SELECT d.a, d.b, c.record, EXISTS (
        SELECT 1 FROM batch_row r JOIN batch b ON b.id = r.batch
        WHERE r.kind = d.kind AND r.a = d.a AND r.b = d.b AND b.released_at IS NOT NULL), c.present = 0
    FROM decision d JOIN chi_record c ON c.chi = d.b
    WHERE d.kind = 'link' AND d.verdict = 'match' AND (c.present = 0 OR d.right_hash <> c.content_hash AND (
        c.status IN ('historical', 'deleted', 'transferred_out', 'deceased')
        OR (c.upi <> '' AND c.upi <> c.chi AND c.status <> 'current')))
    ORDER BY d.a, d.b";

/// People with a live decision who are not in the newest extract: the CHI they are matched to, and the record that a merge
/// moves them into.
const GONE: &str = "SELECT m.mosaic_id,
        (SELECT min(d.b) FROM decision d WHERE d.kind = 'link' AND d.a = m.mosaic_id AND d.verdict = 'match'),
        (SELECT min(d.merge_target) FROM decision d WHERE d.merge_source = m.mosaic_id AND d.verdict = 'match')
    FROM mosaic_record m
    WHERE m.present = 0 AND (EXISTS (SELECT 1 FROM decision d WHERE d.kind = 'link' AND d.a = m.mosaic_id)
        OR EXISTS (SELECT 1 FROM decision d WHERE d.kind = 'duplicate' AND d.a = m.mosaic_id)
        OR EXISTS (SELECT 1 FROM decision d WHERE d.kind = 'duplicate' AND d.b = m.mosaic_id))
    ORDER BY m.mosaic_id";

fn bearings(conn: &Connection) -> Result<Bearings> {
    let decisions = conn.prepare_cached("SELECT count(*) FROM decision")?.query_row([], |row| count(row, 0))?;
    let mut find = conn.prepare_cached("SELECT id FROM candidate WHERE answer BETWEEN 5 AND 8")?;
    let stale = find.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?;
    Ok(Bearings { decisions, stale, rechecks: rechecks(conn)?, gone: gone(conn)? })
}

fn rechecks(conn: &Connection) -> Result<Vec<Recheck>> {
    let mut find = conn.prepare_cached(RECHECKS)?;
    let mut rows = find.query([])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        let record: ChiRecord = serde_json::from_str(&row.get::<_, String>(2)?)
            .map_err(|_| WorkspaceError::damaged("a stored record cannot be read"))?;
        let why = match record.status {
            _ if row.get(4)? => RecheckWhy::Absent,
            ChiStatus::Deleted => RecheckWhy::Deleted,
            ChiStatus::Deceased => RecheckWhy::Deceased,
            ChiStatus::TransferredOut => RecheckWhy::TransferredOut,
            ChiStatus::Historical | ChiStatus::Unknown | ChiStatus::Current => RecheckWhy::Superseded,
        };
        let replacement = current(conn, &record)?;
        let (mosaic, chi) = ids(row)?;
        found.push(Recheck { pair: PairKey::link(mosaic, chi), why, replacement, released: row.get(3)? });
    }
    Ok(found)
}

fn ids(row: &Row<'_>) -> Result<(MosaicId, Chi)> {
    let ids = MosaicId::parse(&row.get::<_, String>(0)?).zip(Chi::parse(&row.get::<_, String>(1)?).ok());
    ids.ok_or_else(|| WorkspaceError::damaged("a stored pair is not one of two records"))
}

fn current(conn: &Connection, record: &ChiRecord) -> Result<Option<Chi>> {
    let mut known = vec![record.chi];
    let mut next = record.upi;
    while let Some(chi) = next.filter(|chi| !known.contains(chi)) {
        let held = records::select_chi(conn, "chi = ?1", &[&chi.as_str()])?.pop();
        let further = held.filter(|held| held.record.status != ChiStatus::Current).and_then(|held| held.record.upi);
        match further.filter(|further| *further != chi) {
            None => return Ok(Some(chi)),
            Some(_) if known.len() >= 16 => return Ok(None),
            further => {
                known.push(chi);
                next = further;
            }
        }
    }
    Ok(None)
}

/// The numbers that a number replaced, and those that these replaced.
fn replaced_by(conn: &Connection, chi: &Chi) -> Result<Vec<Chi>> {
    let mut find = conn.prepare_cached(
        "SELECT chi FROM chi_record WHERE upi = ?1 AND upi <> '' AND chi <> upi AND status <> 'current'",
    )?;
    let (mut found, mut at) = (vec![*chi], 0);
    while let Some(next) = found.get(at).copied() {
        let mut rows = find.query([next.as_str()])?;
        while let Some(row) = rows.next()? {
            let old = Chi::parse(&row.get::<_, String>(0)?)
                .map_err(|_| WorkspaceError::damaged("a stored number is no CHI number"))?;
            if !found.contains(&old) {
                found.push(old);
            }
        }
        at += 1;
    }
    found.remove(0);
    Ok(found)
}

fn gone(conn: &Connection) -> Result<Vec<Gone>> {
    let mut find = conn.prepare_cached(GONE)?;
    let mut rows = find.query([])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        let damaged = || WorkspaceError::damaged("a stored id cannot be read");
        let mosaic = MosaicId::parse(&row.get::<_, String>(0)?).ok_or_else(damaged)?;
        let chi: Option<String> = row.get(1)?;
        let merged_into: Option<String> = row.get(2)?;
        found.push(Gone {
            mosaic,
            chi: chi.map(|chi| Chi::parse(&chi).map_err(|_| damaged())).transpose()?,
            merged_into: merged_into.map(|id| MosaicId::parse(&id).ok_or_else(damaged)).transpose()?,
        });
    }
    Ok(found)
}

fn form(conn: &Connection, kind: &str) -> Result<Option<FileForm>> {
    let mut find =
        conn.prepare_cached("SELECT id, format, mapping FROM source_file WHERE kind = ?1 ORDER BY id DESC LIMIT 1")?;
    let read = |row: &Row<'_>| Ok(FileForm { file: FileId(row.get(0)?), format: row.get(1)?, mapping: row.get(2)? });
    Ok(find.query_row([kind], read).optional()?)
}

impl Tx<'_> {
    /// Where the work stands as this transaction sees it.
    pub fn bearings(&self) -> Result<Bearings> {
        bearings(self.conn)
    }

    /// How many records of an extract's kind (`mosaic`, `chi`, `relationships`) the newest extract held, as this transaction sees it.
    pub fn present(&self, kind: &str) -> Result<u64> {
        let query = match kind {
            "mosaic" => "SELECT count(*) FROM mosaic_record WHERE present = 1",
            "relationships" => "SELECT count(*) FROM relationship WHERE present = 1",
            _ => "SELECT count(*) FROM chi_record WHERE present = 1",
        };
        Ok(self.conn.prepare_cached(query)?.query_row([], |row| count(row, 0))?)
    }

    /// Of the Mosaic records of the newest extract, as this transaction sees them: how many hold a CHI, and how many are of
    /// restricted people.
    pub fn present_marks(&self) -> Result<[u64; 2]> {
        let query =
            "SELECT coalesce(sum(chi <> ''), 0), coalesce(sum(restricted), 0) FROM mosaic_record WHERE present = 1";
        Ok(self.conn.prepare_cached(query)?.query_row([], |row| Ok([count(row, 0)?, count(row, 1)?]))?)
    }
}

impl Workspace {
    /// The number that a record's own names as current, followed for as long as that names another. `None` where CHI names none,
    /// or the way leads in a circle.
    pub fn current_number(&self, record: &ChiRecord) -> Result<Option<Chi>> {
        current(&self.conn, record)
    }

    /// The numbers that a number replaced, as CHI says: of one person, like itself.
    pub fn replaced_by(&self, chi: &Chi) -> Result<Vec<Chi>> {
        replaced_by(&self.conn, chi)
    }

    /// Where the work stands.
    pub fn bearings(&self) -> Result<Bearings> {
        bearings(&self.conn)
    }

    /// How the newest file of a kind was read.
    pub fn newest_form(&self, kind: &str) -> Result<Option<FileForm>> {
        form(&self.conn, kind)
    }

    /// Confirmed links whose CHI is no longer the one to use, or whose person has died or moved away, since they were
    /// confirmed; by id.
    pub fn rechecks(&self) -> Result<Vec<Recheck>> {
        rechecks(&self.conn)
    }

    /// Whether anything that the engine reads was loaded after an event.
    pub fn records_loaded_since(&self, seq: i64) -> Result<bool> {
        let mut find = self
            .conn
            .prepare_cached("SELECT EXISTS (SELECT 1 FROM source_file WHERE kind NOT IN ('narrow_pairs', 'relationships') AND seq > ?1)")?;
        Ok(find.query_row([seq], |row| row.get(0))?)
    }

    /// Whether any file was loaded after this one.
    pub fn loaded_since(&self, file: FileId) -> Result<bool> {
        let mut find = self.conn.prepare_cached("SELECT EXISTS (SELECT 1 FROM source_file WHERE id > ?1)")?;
        Ok(find.query_row([file.0], |row| row.get(0))?)
    }
}
