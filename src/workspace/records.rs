//! The records of people, as the newest files gave them.

use rusqlite::{Connection, OptionalExtension, Row, params};
use serde::de::DeserializeOwned;

use super::apply::Touched;
use super::event::FileId;
use super::number::{count, stored};
use super::search::{compact_postcode, folded, index};
use super::{Result, StoredChi, StoredMosaic, Tx, Workspace, WorkspaceError, candidates, decisions, hex};
use crate::person::{Chi, ChiRecord, Finding, MosaicId, MosaicRecord, PartialDate};

/// What putting a record did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// New to the workspace.
    Added,
    /// Its content differs from what was held, in what matters to a decision.
    Changed,
    /// Held already, with this content.
    Unchanged,
    /// Of what Mosaic says only the CHI is another, which no decision rests on.
    OnlyChi,
}

fn json(value: &(impl serde::Serialize + ?Sized)) -> Result<String> {
    serde_json::to_string(value).map_err(|_| WorkspaceError::conflict("A record has no JSON form"))
}

pub(super) fn parse<T: DeserializeOwned>(text: &str) -> Result<T> {
    serde_json::from_str(text).map_err(|_| WorkspaceError::damaged("a stored record cannot be read"))
}

fn iso(date: Option<PartialDate>) -> String {
    date.map(|date| date.iso()).unwrap_or_default()
}

/// What was held before, by its content and the CHI in it.
fn change(held: Option<(&str, &str)>, hash: &str, chi: &str) -> Change {
    match held {
        None => Change::Added,
        Some((held, number)) if held == hash && number == chi => Change::Unchanged,
        Some((held, _)) if held == hash => Change::OnlyChi,
        Some(_) => Change::Changed,
    }
}

impl Tx<'_> {
    /// Holds a Mosaic record as `line` of `file` gave it, over any earlier one of that id.
    pub fn put_mosaic(&self, file: FileId, line: u64, record: &MosaicRecord, findings: &[Finding]) -> Result<Change> {
        let id = record.id.as_str();
        let hash = hex::encode(&record.content_hash());
        let held = held(self.conn, "SELECT content_hash, chi FROM mosaic_record WHERE mosaic_id = ?1", id)?;
        let chi = record.chi.as_ref().map_or("", Chi::as_str);
        let change = change(held.as_ref().map(|(hash, chi)| (hash.as_str(), chi.as_str())), &hash, chi);
        if change == Change::Changed {
            self.keep_version_of_mosaic(id)?;
        }
        let details = &record.details;
        self.conn
            .prepare_cached(
                "INSERT INTO mosaic_record (mosaic_id, surname, forename, birth, postcode, chi, restricted, present, record,
                    findings, content_hash, file, line)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, 1, ?8, ?9, ?10, ?11, ?12)
                 ON CONFLICT (mosaic_id) DO UPDATE SET surname = excluded.surname, forename = excluded.forename,
                    birth = excluded.birth, postcode = excluded.postcode, chi = excluded.chi,
                    restricted = excluded.restricted, present = 1, record = excluded.record, findings = excluded.findings,
                    content_hash = excluded.content_hash, file = excluded.file, line = excluded.line",
            )?
            .execute(params![
                id,
                folded(&details.surname),
                folded(&details.forename),
                iso(details.birth),
                compact_postcode(&details.postcode),
                record.chi.as_ref().map_or("", Chi::as_str),
                record.restricted,
                json(record)?,
                json(findings)?,
                hash,
                file.0,
                stored(line)
            ])?;
        if change == Change::Changed {
            candidates::refresh_answers_of(self.conn, id, true)?;
            self.touch(Touched::DECISIONS);
        }
        self.touch(Touched::RECORDS);
        Ok(change)
    }

    /// Holds a CHI record as `line` of `file` gave it, over any earlier one of that number.
    pub fn put_chi(&self, file: FileId, line: u64, record: &ChiRecord, findings: &[Finding]) -> Result<Change> {
        let chi = record.chi.as_str();
        let hash = hex::encode(&record.content_hash());
        let text = json(record)?;
        let held: Option<(String, bool)> = self
            .conn
            .prepare_cached("SELECT content_hash, present = 1 AND record = ?2 FROM chi_record WHERE chi = ?1")?
            .query_row([chi, &text], |row| Ok((row.get(0)?, row.get(1)?)))
            .optional()?;
        let change = change(held.as_ref().map(|(hash, _)| (hash.as_str(), "")), &hash, "");
        if change == Change::Changed {
            self.keep_version_of_chi(chi)?;
        }
        let details = &record.details;
        let id: i64 = self
            .conn
            .prepare_cached(
                "INSERT INTO chi_record (chi, surname, previous_surname, forename, birth, postcode, status, upi, present,
                    record, findings, content_hash, file, line)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, 1, ?9, ?10, ?11, ?12, ?13)
                 ON CONFLICT (chi) DO UPDATE SET surname = excluded.surname,
                    previous_surname = excluded.previous_surname, forename = excluded.forename, birth = excluded.birth,
                    postcode = excluded.postcode, status = excluded.status, upi = excluded.upi, present = 1,
                    record = excluded.record, findings = excluded.findings, content_hash = excluded.content_hash,
                    file = excluded.file, line = excluded.line
                 RETURNING id",
            )?
            .query_row(
                params![
                chi,
                folded(&details.surname),
                folded(&details.previous_surname),
                folded(&details.forename),
                iso(details.birth),
                compact_postcode(&details.postcode),
                json(&record.status)?.trim_matches('"'),
                record.upi.as_ref().map_or("", Chi::as_str),
                text,
                json(findings)?,
                hash,
                file.0,
                stored(line)
            ], |row| row.get(0))?;
        // Not by the content's hash: a record may be found by more than a decision rests on
        match held {
            None => index::put(self.conn, id, record)?,
            Some((_, false)) => self.reworded.borrow_mut().push(id),
            Some((_, true)) => {}
        }
        if change == Change::Changed {
            candidates::refresh_answers_of(self.conn, chi, false)?;
            self.touch(Touched::DECISIONS);
        }
        self.touch(Touched::RECORDS);
        Ok(change)
    }

    /// Marks Mosaic records that did not come with this file as no longer present; how many were until now.
    pub fn mark_gone_mosaic(&self, file: FileId) -> Result<u64> {
        self.touch(Touched::RECORDS);
        let gone = "UPDATE mosaic_record SET present = 0 WHERE present = 1 AND file <> ?1";
        Ok(self.conn.execute(gone, [file.0])? as u64)
    }

    /// Marks CHI records that did not come with this file as no longer present, so that no search finds them; how
    /// many were until now.
    pub fn mark_gone_chi(&self, file: FileId) -> Result<u64> {
        self.touch(Touched::RECORDS);
        index::remove_gone(self.conn, file)?;
        let gone = "UPDATE chi_record SET present = 0 WHERE present = 1 AND file <> ?1";
        Ok(self.conn.execute(gone, [file.0])? as u64)
    }

    /// A Mosaic record as this transaction sees it.
    pub fn mosaic(&self, id: &MosaicId) -> Result<Option<StoredMosaic>> {
        mosaic(self.conn, id)
    }

    /// A CHI record as this transaction sees it.
    pub fn chi(&self, chi: &Chi) -> Result<Option<StoredChi>> {
        Ok(select_chi(self.conn, "chi = ?1", &[&chi.as_str()])?.pop())
    }
}

fn held(conn: &Connection, query: &str, id: &str) -> Result<Option<(String, String)>> {
    Ok(conn.prepare_cached(query)?.query_row([id], |row| Ok((row.get(0)?, row.get(1)?))).optional()?)
}

fn mosaic(conn: &Connection, id: &MosaicId) -> Result<Option<StoredMosaic>> {
    let mut find = conn.prepare_cached(
        "SELECT record, findings, content_hash, present, file, line FROM mosaic_record WHERE mosaic_id = ?1",
    )?;
    let mut rows = find.query([id.as_str()])?;
    let Some(row) = rows.next()? else { return Ok(None) };
    Ok(Some(StoredMosaic {
        record: parse(&row.get::<_, String>(0)?)?,
        findings: parse(&row.get::<_, String>(1)?)?,
        content_hash: row.get(2)?,
        present: row.get(3)?,
        source: (FileId(row.get(4)?), count(row, 5)?),
        judged: decisions::of_record(conn, id)?.map(|(judgement, ..)| judgement),
    }))
}

/// Reads CHI records that fit a condition, in its order.
pub(super) fn select_chi(
    conn: &Connection,
    condition: &str,
    values: &[&dyn rusqlite::ToSql],
) -> Result<Vec<StoredChi>> {
    let mut find = conn.prepare_cached(&format!(
        "SELECT record, findings, content_hash, present, file, line FROM chi_record WHERE {condition}"
    ))?;
    let mut rows = find.query(values)?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        found.push(StoredChi {
            record: parse(&row.get::<_, String>(0)?)?,
            findings: parse(&row.get::<_, String>(1)?)?,
            content_hash: row.get(2)?,
            present: row.get(3)?,
            source: (FileId(row.get(4)?), count(row, 5)?),
        });
    }
    Ok(found)
}

/// Hands over the record of each row.
fn each<T: DeserializeOwned>(conn: &Connection, query: &str, mut each: impl FnMut(T) -> Result<()>) -> Result<()> {
    let mut find = conn.prepare_cached(query)?;
    let mut rows = find.query([])?;
    while let Some(row) = rows.next()? {
        each(read_record(row)?)?;
    }
    Ok(())
}

fn read_record<T: DeserializeOwned>(row: &Row<'_>) -> Result<T> {
    let text = row.get_ref(0)?.as_str().map_err(|_| WorkspaceError::damaged("a stored record cannot be read"))?;
    parse(text)
}

impl Workspace {
    /// The Mosaic people of the newest extract that came with this CHI, by id.
    pub fn holders_of_chi(&self, chi: &Chi) -> Result<Vec<MosaicId>> {
        let mut find = self.conn.prepare_cached(
            "SELECT mosaic_id FROM mosaic_record WHERE chi = ?1 AND chi <> '' AND present = 1 ORDER BY mosaic_id",
        )?;
        let ids = find.query_map([chi.as_str()], |row| row.get::<_, String>(0))?;
        ids.map(|id| Ok(MosaicId::parse(&id?))).filter_map(Result::transpose).collect()
    }

    /// Every Mosaic record of the newest extract, by id.
    pub fn each_mosaic(&self, work: impl FnMut(MosaicRecord) -> Result<()>) -> Result<()> {
        each(&self.conn, "SELECT record FROM mosaic_record WHERE present = 1 ORDER BY mosaic_id", work)
    }

    /// Every CHI record of the newest extract, by number.
    pub fn each_chi(&self, work: impl FnMut(ChiRecord) -> Result<()>) -> Result<()> {
        each(&self.conn, "SELECT record FROM chi_record WHERE present = 1 ORDER BY chi", work)
    }

    /// A Mosaic record.
    pub fn mosaic(&self, id: &MosaicId) -> Result<Option<StoredMosaic>> {
        mosaic(&self.conn, id)
    }

    /// A CHI record.
    pub fn chi(&self, chi: &Chi) -> Result<Option<StoredChi>> {
        Ok(select_chi(&self.conn, "chi = ?1", &[&chi.as_str()])?.pop())
    }
}
