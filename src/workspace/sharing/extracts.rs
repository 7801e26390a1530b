//! The extracts that went out, and what a receiver holds once each is loaded.
//!
//! Of an extract's rows only their hashes are kept, and only for as long as a delta may need them: those of the newest
//! acknowledged extract, and of what went out after it. The ledger holds a hash over all of them, so that a delta never starts
//! from something else than what went out. Of whom something went out, and between which extracts, is never forgotten.

use std::collections::BTreeMap;

use rusqlite::{Connection, OptionalExtension, Row, params};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::super::apply::Tx;
use super::super::event::StaffId;
use super::super::ledger::{self, Entry};
use super::super::number::{count, stored};
use super::super::project::expect;
use super::super::{Result, Workspace, WorkspaceError, hex};
use super::protocol::SharedColumn;
use crate::person::Chi;

/// An extract's number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ExtractId(pub i64);

/// SHA-256 of one person's row.
pub type RowHash = [u8; 32];

/// An extract.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Extract {
    /// Its number.
    pub id: ExtractId,
    /// Of a delta: the acknowledged extract that it starts from.
    pub base: Option<ExtractId>,
    /// The version of the protocol.
    pub protocol: i64,
    /// The level.
    pub level: u8,
    /// What it is for.
    pub purpose: String,
    /// Its columns beside the CHI.
    pub columns: Vec<SharedColumn>,
    /// How many people a receiver holds once it is loaded.
    pub people: u64,
    /// Rows of people who are new, whose rows changed, who are withdrawn.
    pub rows: [u64; 3],
    /// SHA-256 (hex) over what a receiver holds then ([`state_sha256`]).
    pub state_sha256: String,
    /// SHA-256 (hex) of its manifest.
    pub manifest_sha256: String,
    /// Who wrote it.
    pub staff: StaffId,
    /// When.
    pub at: jiff::Timestamp,
    /// When it was acknowledged, by whom, and what was noted.
    pub acknowledged: Option<(jiff::Timestamp, StaffId, String)>,
}

/// SHA-256 (hex) over what a receiver holds: a line of CHI, space, hash of the row in hex and line feed for each person, by CHI.
pub fn state_sha256(state: &BTreeMap<Chi, RowHash>) -> String {
    let mut hash = Sha256::new();
    for (chi, row) in state {
        hash.update(chi.as_str());
        hash.update(" ");
        hash.update(hex::encode(row));
        hash.update("\n");
    }
    hex::encode(&hash.finalize())
}

/// That something of somebody went out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WentOut {
    /// At which level.
    pub level: u8,
    /// What for.
    pub purpose: String,
    /// The first extract after which a receiver held the person.
    pub first: ExtractId,
    /// And the last one. Between the two the person may have been withdrawn and added again.
    pub last: ExtractId,
}

/// An extract as its event tells it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExtractNote {
    /// Its number.
    pub extract: ExtractId,
    /// Of a delta: the acknowledged extract that it starts from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub base: Option<ExtractId>,
    /// The version of the protocol.
    pub protocol: i64,
    /// The level.
    pub level: u8,
    /// What it is for.
    pub purpose: String,
    /// Its columns beside the CHI.
    pub columns: Vec<SharedColumn>,
    /// How many people a receiver holds once it is loaded.
    pub people: u64,
    /// Rows of people who are new.
    pub added: u64,
    /// Rows of people whose rows changed.
    pub changed: u64,
    /// Rows of people who are withdrawn.
    pub withdrawn: u64,
    /// SHA-256 (hex) over what a receiver holds then.
    pub state_sha256: String,
    /// SHA-256 (hex) of the manifest.
    pub manifest_sha256: String,
    /// Names of the files, without their folder.
    pub files: Vec<String>,
    /// The review of the protocol was overdue when it was written.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub review_overdue: bool,
}

/// A new extract takes the next number; a delta starts from one that was acknowledged.
pub(in super::super) fn written(conn: &Connection, entry: &Entry<'_>, note: &ExtractNote) -> Result<()> {
    expect(note.extract == next(conn)?)?;
    if let Some(base) = note.base {
        expect(by_id(conn, base)?.is_some_and(|base| base.acknowledged.is_some()))?;
    }
    let columns =
        serde_json::to_string(&note.columns).map_err(|_| WorkspaceError::conflict("Columns have no JSON form"))?;
    conn.prepare_cached(
        "INSERT INTO extract (id, base, protocol, level, purpose, columns, people, added, changed, withdrawn,
            state_sha256, manifest_sha256, staff, at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)",
    )?
    .execute(params![
        note.extract.0,
        note.base.map(|base| base.0),
        note.protocol,
        note.level,
        note.purpose,
        columns,
        stored(note.people),
        stored(note.added),
        stored(note.changed),
        stored(note.withdrawn),
        note.state_sha256,
        note.manifest_sha256,
        entry.staff.0,
        entry.at
    ])?;
    Ok(())
}

/// An extract is acknowledged once, and none that went out before one that was.
pub(in super::super) fn acknowledged(conn: &Connection, entry: &Entry<'_>, id: ExtractId, note: &str) -> Result<()> {
    let Some(extract) = by_id(conn, id)? else {
        return Err(WorkspaceError::conflict(format!("There is no extract {}", id.0)));
    };
    if extract.acknowledged.is_some() {
        return Err(WorkspaceError::conflict(format!("Extract {} was acknowledged already", id.0)));
    }
    if let Some(later) = newest_acknowledged(conn, extract.level, &extract.purpose)?.filter(|later| later.id > id) {
        return Err(WorkspaceError::conflict(format!(
            "Extract {} went out after extract {} and was acknowledged, so this one is past; nothing was changed",
            later.id.0, id.0
        )));
    }
    conn.prepare_cached(
        "UPDATE extract SET acknowledged_at = ?2, acknowledged_by = ?3, acknowledged_note = ?4 WHERE id = ?1",
    )?
    .execute(params![id.0, entry.at, entry.staff.0, note])?;
    Ok(())
}

/// Forgets the rows that no delta needs any more once an extract is acknowledged: those of what went out before it.
pub(in super::super) fn forget_rows(conn: &Connection, id: ExtractId) -> Result<()> {
    conn.prepare_cached(
        "DELETE FROM extract_row WHERE extract IN (SELECT old.id FROM extract old JOIN extract new ON new.id = ?1
            WHERE old.id < new.id AND old.level = new.level AND old.purpose = new.purpose)",
    )?
    .execute([id.0])?;
    Ok(())
}

fn next(conn: &Connection) -> Result<ExtractId> {
    Ok(ExtractId(conn.query_row("SELECT coalesce(max(id), 0) + 1 FROM extract", [], |row| row.get(0))?))
}

const COLUMNS: &str =
    "SELECT id, base, protocol, level, purpose, columns, people, added, changed, withdrawn, state_sha256,
        manifest_sha256, staff, at, acknowledged_at, acknowledged_by, acknowledged_note FROM extract";

fn read(row: &Row<'_>) -> Result<Extract> {
    let columns = serde_json::from_str(&row.get::<_, String>(5)?)
        .map_err(|_| WorkspaceError::damaged("the stored columns of an extract cannot be read"))?;
    let at: Option<String> = row.get(14)?;
    let acknowledged = match at {
        Some(at) => {
            Some((ledger::time(&at)?, StaffId(row.get(15)?), row.get::<_, Option<String>>(16)?.unwrap_or_default()))
        }
        None => None,
    };
    Ok(Extract {
        id: ExtractId(row.get(0)?),
        base: row.get::<_, Option<i64>>(1)?.map(ExtractId),
        protocol: row.get(2)?,
        level: row.get(3)?,
        purpose: row.get(4)?,
        columns,
        people: count(row, 6)?,
        rows: [count(row, 7)?, count(row, 8)?, count(row, 9)?],
        state_sha256: row.get(10)?,
        manifest_sha256: row.get(11)?,
        staff: StaffId(row.get(12)?),
        at: ledger::time(&row.get::<_, String>(13)?)?,
        acknowledged,
    })
}

fn by_id(conn: &Connection, id: ExtractId) -> Result<Option<Extract>> {
    let mut find = conn.prepare_cached(&format!("{COLUMNS} WHERE id = ?1"))?;
    find.query_row([id.0], |row| Ok(read(row))).optional()?.transpose()
}

fn newest_acknowledged(conn: &Connection, level: u8, purpose: &str) -> Result<Option<Extract>> {
    let mut find = conn.prepare_cached(&format!(
        "{COLUMNS} WHERE level = ?1 AND purpose = ?2 AND acknowledged_at IS NOT NULL ORDER BY id DESC LIMIT 1"
    ))?;
    find.query_row(params![level, purpose], |row| Ok(read(row))).optional()?.transpose()
}

impl Tx<'_> {
    /// Keeps what a receiver holds once an extract is loaded, and of whom something went out.
    pub fn put_extract_rows(&self, note: &ExtractNote, state: &BTreeMap<Chi, RowHash>) -> Result<()> {
        let mut went_out = self.conn.prepare_cached(
            "INSERT INTO extract_person (chi, level, purpose, first, last) VALUES (?1, ?2, ?3, ?4, ?4)
             ON CONFLICT (chi, level, purpose) DO UPDATE SET last = excluded.last",
        )?;
        let mut put =
            self.conn.prepare_cached("INSERT INTO extract_row (extract, chi, row_sha256) VALUES (?1, ?2, ?3)")?;
        for (chi, row) in state {
            put.execute(params![note.extract.0, chi.as_str(), row.as_slice()])?;
            went_out.execute(params![chi.as_str(), note.level, note.purpose, note.extract.0])?;
        }
        Ok(())
    }
}

impl Workspace {
    /// Every extract, newest first.
    pub fn extracts(&self) -> Result<Vec<Extract>> {
        let mut find = self.conn.prepare_cached(&format!("{COLUMNS} ORDER BY id DESC"))?;
        let mut rows = find.query([])?;
        let mut found = Vec::new();
        while let Some(row) = rows.next()? {
            found.push(read(row)?);
        }
        Ok(found)
    }

    /// An extract.
    pub fn extract(&self, id: ExtractId) -> Result<Option<Extract>> {
        by_id(&self.conn, id)
    }

    /// In which extracts something of the person of a CHI went out, by level and purpose.
    pub fn went_out(&self, chi: &Chi) -> Result<Vec<WentOut>> {
        let mut find = self.conn.prepare_cached(
            "SELECT level, purpose, first, last FROM extract_person WHERE chi = ?1 ORDER BY level, purpose",
        )?;
        let read = |row: &Row<'_>| {
            Ok(WentOut {
                level: row.get(0)?,
                purpose: row.get(1)?,
                first: ExtractId(row.get(2)?),
                last: ExtractId(row.get(3)?),
            })
        };
        let found = find.query_map([chi.as_str()], read)?.collect::<rusqlite::Result<_>>()?;
        Ok(found)
    }

    /// The number of the next extract.
    pub fn next_extract(&self) -> Result<ExtractId> {
        next(&self.conn)
    }

    /// The newest extract of a level and purpose that was acknowledged: where the next delta starts.
    pub fn newest_acknowledged(&self, level: u8, purpose: &str) -> Result<Option<Extract>> {
        newest_acknowledged(&self.conn, level, purpose)
    }

    /// The extracts of the same level and purpose that went out after one and were not acknowledged: a receiver may have
    /// loaded them, or not.
    pub fn extracts_after(&self, base: &Extract) -> Result<Vec<Extract>> {
        let mut find = self
            .conn
            .prepare_cached(&format!("{COLUMNS} WHERE level = ?1 AND purpose = ?2 AND id > ?3 ORDER BY id"))?;
        let mut rows = find.query(params![base.level, base.purpose, base.id.0])?;
        let mut found = Vec::new();
        while let Some(row) = rows.next()? {
            found.push(read(row)?);
        }
        Ok(found)
    }

    /// What a receiver holds once an extract is loaded. Refused where that is not what the ledger says went out.
    pub fn extract_state(&self, extract: &Extract) -> Result<BTreeMap<Chi, RowHash>> {
        let damaged = || {
            WorkspaceError::damaged(
                "what an extract held is no longer what the ledger says; a full extract can be written",
            )
        };
        let mut find = self.conn.prepare_cached("SELECT chi, row_sha256 FROM extract_row WHERE extract = ?1")?;
        let mut rows = find.query([extract.id.0])?;
        let mut state = BTreeMap::new();
        while let Some(row) = rows.next()? {
            let chi = Chi::parse(&row.get::<_, String>(0)?).map_err(|_| damaged())?;
            state.insert(chi, row.get(1)?);
        }
        if state_sha256(&state) == extract.state_sha256 { Ok(state) } else { Err(damaged()) }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use std::collections::BTreeMap;

    use super::super::super::fixture::*;
    use super::super::super::{Event, Protocol, Workspace, WorkspaceError};
    use super::*;

    fn state(people: std::ops::Range<u32>) -> BTreeMap<Chi, RowHash> {
        people.map(|n| (chi_number(n), [n as u8; 32])).collect()
    }

    fn note(ws: &Workspace, base: Option<i64>, state: &BTreeMap<Chi, RowHash>) -> ExtractNote {
        ExtractNote {
            extract: ws.next_extract().unwrap(),
            base: base.map(ExtractId),
            protocol: 1,
            level: 1,
            purpose: "P".into(),
            columns: vec![SharedColumn::Surname],
            people: state.len() as u64,
            added: 0,
            changed: 0,
            withdrawn: 0,
            state_sha256: state_sha256(state),
            manifest_sha256: String::new(),
            files: Vec::new(),
            review_overdue: false,
        }
    }

    fn written(it: &mut Fixture, base: Option<i64>, people: std::ops::Range<u32>) -> ExtractId {
        let state = state(people);
        let note = note(&it.ws, base, &state);
        let event = Event::ExtractWritten(Box::new(note.clone()));
        it.ws.apply(vec![event], |tx| tx.put_extract_rows(&note, &state)).unwrap();
        note.extract
    }

    fn acknowledged(extract: i64) -> Event {
        Event::ExtractAcknowledged { extract: ExtractId(extract), note: "Loaded".into() }
    }

    fn shared() -> Fixture {
        let mut it = workspace(3);
        let protocol = Box::new(Protocol::example(jiff::civil::Date::constant(2999, 1, 1)));
        it.refused(vec![Event::ProtocolSet { version: 2, protocol: protocol.clone() }]);
        it.apply(vec![Event::ProtocolSet { version: 1, protocol }]);
        it
    }

    #[test]
    fn a_delta_starts_from_what_was_acknowledged_and_what_came_before_is_forgotten() {
        let mut it = shared();
        written(&mut it, None, 1..3);
        let early = note(&it.ws, Some(1), &BTreeMap::new());
        it.refused(vec![Event::ExtractWritten(Box::new(early))]);
        it.apply(vec![acknowledged(1)]);
        assert!(it.refused(vec![acknowledged(1)]).contains("already"));
        written(&mut it, Some(1), 1..4);
        written(&mut it, Some(1), 2..4);
        let base = it.ws.newest_acknowledged(1, "P").unwrap().unwrap();
        let after: Vec<i64> = it.ws.extracts_after(&base).unwrap().into_iter().map(|it| it.id.0).collect();
        assert_eq!((base.id.0, after), (1, vec![2, 3]));
        it.apply(vec![acknowledged(3)]);
        assert!(it.refused(vec![acknowledged(2)]).contains("this one is past"));
        let kept: i64 = it.ws.conn.query_row("SELECT min(extract) FROM extract_row", [], |row| row.get(0)).unwrap();
        assert_eq!(kept, 3);
        let base = it.ws.newest_acknowledged(1, "P").unwrap().unwrap();
        assert_eq!(it.ws.extract_state(&base).unwrap(), state(2..4));
        let span =
            |n| it.ws.went_out(&chi_number(n)).unwrap().iter().map(|it| (it.first.0, it.last.0)).collect::<Vec<_>>();
        assert_eq!([span(1), span(2), span(3), span(9)], [vec![(1, 2)], vec![(1, 3)], vec![(2, 3)], vec![]]);
        it.healthy();
        it.reopen().healthy();
    }

    #[test]
    fn what_an_extract_held_is_bound_to_the_ledger() {
        let mut it = shared();
        let id = written(&mut it, None, 1..3);
        let extract = it.ws.extract(id).unwrap().unwrap();
        assert_eq!(it.ws.extract_state(&extract).unwrap(), state(1..3));
        for statement in [
            "UPDATE extract_row SET row_sha256 = zeroblob(32)",
            "DELETE FROM extract_row WHERE chi = (SELECT min(chi) FROM extract_row)",
        ] {
            it.ws.conn.execute_batch(&format!("SAVEPOINT s; {statement}")).unwrap();
            assert!(matches!(it.ws.extract_state(&extract), Err(WorkspaceError::Damaged { .. })), "{statement}");
            it.ws.conn.execute_batch("ROLLBACK TO s; RELEASE s").unwrap();
        }
    }

    #[test]
    fn an_exception_says_what_it_takes_to_be_live() {
        let mut it = shared();
        let except = |before, after| Event::SharingExcepted { pair: link(1), before, after, reason: "R".into() };
        it.refused(vec![except(Some(1), None)]);
        it.apply(vec![except(None, Some(1))]);
        it.refused(vec![except(None, Some(2))]);
        it.apply(vec![except(Some(1), Some(2))]);
        let held = it.ws.sharing_exceptions().unwrap();
        assert_eq!((held.len(), held[0].level), (1, 2));
        let pair = duplicate(1, 2);
        it.refused(vec![Event::SharingExcepted { pair, before: None, after: Some(1), reason: "R".into() }]);
        it.apply(vec![except(Some(2), None)]);
        assert!(it.ws.sharing_exceptions().unwrap().is_empty());
        it.healthy();
    }
}
