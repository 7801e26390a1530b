//! The records of people, as the newest files gave them.

use rusqlite::{Connection, OptionalExtension, Row, params};
use serde::de::DeserializeOwned;

use super::apply::Touched;
use super::event::FileId;
use super::number::{count, stored};
use super::search::{compact_postcode, folded, index};
use super::{Result, StoredChi, StoredMosaic, Tx, Workspace, WorkspaceError, candidates, decisions, facets, hex};
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

/// What putting a Mosaic record did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MosaicChange {
    /// To what decisions rest on.
    pub change: Change,
    /// Mosaic held a CHI here, and holds it no more: it has none, or another than the one that was matched.
    pub lost_chi: bool,
    /// The person is restricted now (`true`) or no longer, where that is news.
    pub restricted: Option<bool>,
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

/// What is held of a record that is put again.
struct Held {
    id: i64,
    hash: String,
    chi: String,
    restricted: bool,
    file: FileId,
    /// It is present, and says the same word for word.
    same: bool,
    /// The same was noticed of its row.
    noticed: bool,
}

/// What was held before, by its content and the CHI in it.
fn change(held: Option<&Held>, hash: &str, chi: &str) -> Change {
    match held {
        None => Change::Added,
        Some(held) if held.hash != hash => Change::Changed,
        Some(held) if held.chi != chi => Change::OnlyChi,
        Some(_) => Change::Unchanged,
    }
}

impl Tx<'_> {
    /// Holds a Mosaic record as `line` of `file` gave it, over any earlier one of that id. One that stands already, word for
    /// word, stays with the file and the line that first said so.
    pub fn put_mosaic(
        &self,
        file: FileId,
        line: u64,
        record: &MosaicRecord,
        findings: &[Finding],
    ) -> Result<MosaicChange> {
        self.touch(Touched::RECORDS);
        let id = record.id.as_str();
        let (hash, chi) = (hex::encode(&record.content_hash()), record.chi.as_ref().map_or("", Chi::as_str));
        let (text, noticed) = (json(record)?, json(findings)?);
        let held = self.held(
            "SELECT id, content_hash, chi, restricted, file, present = 1 AND record = ?2, findings = ?3
             FROM mosaic_record WHERE mosaic_id = ?1",
            [id, &text, &noticed],
        )?;
        let change = change(held.as_ref(), &hash, chi);
        let mut came = MosaicChange { change, lost_chi: false, restricted: None };
        if let Some(held) = &held {
            self.mosaic_came.note(held.id);
            if change == Change::Unchanged && self.stands(held, file)? {
                return Ok(came);
            }
            came.lost_chi = !held.chi.is_empty() && held.chi != chi && !decisions::is_matched(self.conn, id, chi)?;
        }
        let before = held.as_ref().is_some_and(|held| held.restricted);
        came.restricted = (before != record.restricted).then_some(record.restricted);
        if change == Change::Changed {
            self.keep_version_of_mosaic(id)?;
        }
        let details = &record.details;
        let context = facets::context(self.conn, &record.context)?;
        let query = match held {
            None => {
                "INSERT INTO mosaic_record (mosaic_id, surname, forename, birth, postcode, chi, restricted, present, record,
                    findings, content_hash, file, line, context)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, 1, ?8, ?9, ?10, ?11, ?12, ?13)"
            }
            Some(_) => {
                "UPDATE mosaic_record SET surname = ?2, forename = ?3, birth = ?4, postcode = ?5, chi = ?6, restricted = ?7,
                    present = 1, record = ?8, findings = ?9, content_hash = ?10, file = ?11, line = ?12, context = ?13
                 WHERE mosaic_id = ?1"
            }
        };
        self.conn.prepare_cached(query)?.execute(params![
            id,
            folded(&details.surname),
            folded(&details.forename),
            iso(details.birth),
            compact_postcode(&details.postcode),
            chi,
            record.restricted,
            text,
            noticed,
            hash,
            file.0,
            stored(line),
            context
        ])?;
        if held.is_some() {
            facets::follow(self.conn, id, context, file)?;
        } else {
            self.mosaic_came.note(self.conn.last_insert_rowid());
        }
        if change == Change::Changed {
            candidates::refresh_answers_of(self.conn, id, true)?;
            self.touch(Touched::DECISIONS);
        }
        Ok(came)
    }

    /// Holds a CHI record as `line` of `file` gave it, over any earlier one of that number. One that stands already, word for
    /// word, stays with the file and the line that first said so.
    pub fn put_chi(&self, file: FileId, line: u64, record: &ChiRecord, findings: &[Finding]) -> Result<Change> {
        self.touch(Touched::RECORDS);
        let chi = record.chi.as_str();
        let hash = hex::encode(&record.content_hash());
        let (text, noticed) = (json(record)?, json(findings)?);
        let held = self.held(
            "SELECT id, content_hash, '', 0, file, present = 1 AND record = ?2, findings = ?3 FROM chi_record WHERE chi = ?1",
            [chi, &text, &noticed],
        )?;
        let change = change(held.as_ref(), &hash, "");
        if let Some(held) = &held {
            self.chi_came.note(held.id);
            if change == Change::Unchanged && self.stands(held, file)? {
                return Ok(change);
            }
        }
        if change == Change::Changed {
            self.keep_version_of_chi(chi)?;
        }
        let details = &record.details;
        // Two plain statements: one that inserts or updates, and says which, has the index of words written with every row
        let query = match held {
            None => {
                "INSERT INTO chi_record (chi, surname, previous_surname, forename, birth, postcode, status, upi, present,
                    record, findings, content_hash, file, line)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, 1, ?9, ?10, ?11, ?12, ?13)"
            }
            Some(_) => {
                "UPDATE chi_record SET surname = ?2, previous_surname = ?3, forename = ?4, birth = ?5, postcode = ?6,
                    status = ?7, upi = ?8, present = 1, record = ?9, findings = ?10, content_hash = ?11, file = ?12, line = ?13
                 WHERE chi = ?1"
            }
        };
        self.conn.prepare_cached(query)?.execute(params![
            chi,
            folded(&details.surname),
            folded(&details.previous_surname),
            folded(&details.forename),
            iso(details.birth),
            compact_postcode(&details.postcode),
            json(&record.status)?.trim_matches('"'),
            record.upi.as_ref().map_or("", Chi::as_str),
            text,
            noticed,
            hash,
            file.0,
            stored(line)
        ])?;
        // Not by the content's hash: a record may be found by more than a decision rests on
        match &held {
            None => {
                let id = self.conn.last_insert_rowid();
                self.chi_came.note(id);
                index::put(self.conn, id, record)?;
            }
            Some(held) if !held.same => self.reworded.borrow_mut().push(held.id),
            Some(_) => {}
        }
        if change == Change::Changed {
            candidates::refresh_answers_of(self.conn, chi, false)?;
            self.touch(Touched::DECISIONS);
        }
        Ok(change)
    }

    fn held(&self, query: &str, values: [&str; 3]) -> Result<Option<Held>> {
        let read = |row: &Row<'_>| {
            Ok(Held {
                id: row.get(0)?,
                hash: row.get(1)?,
                chi: row.get(2)?,
                restricted: row.get(3)?,
                file: FileId(row.get(4)?),
                same: row.get(5)?,
                noticed: row.get(6)?,
            })
        };
        Ok(self.conn.prepare_cached(query)?.query_row(values, read).optional()?)
    }

    /// Whether a record needs no writing: it is held word for word, and a file of this kind brought it. What a file of pairs
    /// brought becomes the extract's.
    fn stands(&self, held: &Held, file: FileId) -> Result<bool> {
        Ok(held.same && held.noticed && (held.file == file || self.kind_of(held.file)? == self.kind_of(file)?))
    }

    /// Marks Mosaic records that did not come in this transaction as no longer present; how many were until now.
    pub fn mark_gone_mosaic(&self) -> Result<u64> {
        self.touch(Touched::RECORDS);
        let gone =
            self.mosaic_came.missing_of(self.conn, "SELECT id FROM mosaic_record WHERE present = 1 ORDER BY id")?;
        let mut mark = self.conn.prepare_cached("UPDATE mosaic_record SET present = 0 WHERE id = ?1")?;
        gone.iter().try_for_each(|id| mark.execute([id]).map(drop))?;
        Ok(gone.len() as u64)
    }

    /// Marks CHI records that did not come in this transaction as no longer present, so that no search finds them; how
    /// many were until now.
    pub fn mark_gone_chi(&self) -> Result<u64> {
        self.touch(Touched::RECORDS);
        let gone = self.chi_came.missing_of(self.conn, "SELECT id FROM chi_record WHERE present = 1 ORDER BY id")?;
        index::remove(self.conn, &gone)?;
        let mut mark = self.conn.prepare_cached("UPDATE chi_record SET present = 0 WHERE id = ?1")?;
        gone.iter().try_for_each(|id| mark.execute([id]).map(drop))?;
        Ok(gone.len() as u64)
    }

    /// The ids of all Mosaic records that are present.
    pub fn present_mosaic_ids(&self) -> Result<Vec<MosaicId>> {
        let mut find = self.conn.prepare_cached("SELECT mosaic_id FROM mosaic_record WHERE present = 1")?;
        let ids = find.query_map([], |row| row.get::<_, String>(0))?;
        let id = |text: rusqlite::Result<String>| {
            MosaicId::parse(&text?).ok_or_else(|| WorkspaceError::damaged("a stored id cannot be read"))
        };
        ids.map(id).collect()
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
