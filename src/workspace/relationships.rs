//! Relationships and household memberships that Mosaic records between two people, and what they do to candidate pairs.
//!
//! A pair of two related records carries [`Hazards::RELATED`], so that it is in no band that can be accepted as a whole. The
//! store keeps that up by itself: wherever a pair is put, and whenever relationships are loaded.

use rusqlite::{Connection, params};

use super::apply::Touched;
use super::candidates::{answer_expression, band_expression};
use super::event::FileId;
use super::number::stored;
use super::{Change, Result, Tx, Workspace, WorkspaceError};
use crate::pair::{Hazards, PairKey};
use crate::person::{MosaicId, PartialDate, Relationship};

/// A relationship, and since when it is known here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Related {
    /// The relationship.
    pub relationship: Relationship,
    /// The event of the file that brought it.
    pub since: i64,
}

/// The pairs that relationships of the newest file are about, each with its lesser id first.
const RELATED_PAIRS: &str = "SELECT DISTINCT min(a, b) AS a, max(a, b) AS b FROM relationship WHERE present = 1";

/// Whether a relationship of two people is recorded.
pub(super) fn are_related(conn: &Connection, one: &MosaicId, other: &MosaicId) -> Result<bool> {
    let mut find = conn.prepare_cached(
        "SELECT EXISTS (SELECT 1 FROM relationship WHERE a = ?1 AND b = ?2 AND present = 1)
            OR EXISTS (SELECT 1 FROM relationship WHERE a = ?2 AND b = ?1 AND present = 1)",
    )?;
    Ok(find.query_row([one.as_str(), other.as_str()], |row| row.get(0))?)
}

impl Tx<'_> {
    /// Whether an extract has brought this Mosaic person, be it an earlier one.
    pub fn knows_mosaic(&self, id: &MosaicId) -> Result<bool> {
        let mut find = self.conn.prepare_cached("SELECT EXISTS (SELECT 1 FROM mosaic_record WHERE mosaic_id = ?1)")?;
        Ok(find.query_row([id.as_str()], |row| row.get(0))?)
    }

    /// Holds a relationship as `line` of `file` gave it.
    pub fn put_relationship(&self, file: FileId, line: u64, relationship: &Relationship) -> Result<Change> {
        let iso = |date: Option<PartialDate>| date.map(|date| date.iso()).unwrap_or_default();
        let Relationship { one, other, what, began, ended } = relationship;
        let (began, ended) = (iso(*began), iso(*ended));
        let key = params![one.as_str(), other.as_str(), what, began, ended];
        let held: bool = self
            .conn
            .prepare_cached(
                "SELECT EXISTS (SELECT 1 FROM relationship
                 WHERE a = ?1 AND b = ?2 AND what = ?3 AND began = ?4 AND ended = ?5 AND present = 1)",
            )?
            .query_row(key, |row| row.get(0))?;
        self.conn
            .prepare_cached(
                "INSERT INTO relationship (a, b, what, began, ended, present, since, file, line)
                 VALUES (?1, ?2, ?3, ?4, ?5, 1, ?6, ?6, ?7)
                 ON CONFLICT (a, b, what, began, ended) DO UPDATE SET
                    since = CASE present WHEN 1 THEN since ELSE excluded.since END, present = 1,
                    file = excluded.file, line = excluded.line",
            )?
            .execute(params![one.as_str(), other.as_str(), what, began, ended, file.0, stored(line)])?;
        Ok(if held { Change::Unchanged } else { Change::Added })
    }

    /// Takes the relationships that did not come with this file for gone; how many were there until now. Then brings
    /// the candidate pairs up: their hazard, their band, and whether a merge is to be asked again.
    pub fn mark_gone_relationships(&self, file: FileId) -> Result<u64> {
        let gone = "UPDATE relationship SET present = 0 WHERE present = 1 AND file <> ?1";
        let gone = self.conn.execute(gone, [file.0])? as u64;
        self.bring_up_related()?;
        self.touch(Touched::RECORDS | Touched::CANDIDATES | Touched::DECISIONS);
        Ok(gone)
    }

    fn bring_up_related(&self) -> Result<()> {
        let related = Hazards::RELATED.bits();
        let now = format!(
            "id IN (SELECT c.id FROM ({RELATED_PAIRS}) r JOIN candidate c ON c.kind = 'duplicate' AND c.a = r.a AND c.b = r.b)"
        );
        self.conn.execute(
            &format!("UPDATE candidate SET hazards = hazards | {related}, band = max(band, 1) WHERE {now}"),
            [],
        )?;
        // What is no longer related stands again where its probability puts it. A pair of no run has no cut of its own; it
        // stays for a person.
        let band = band_expression();
        let former = format!("kind = 'duplicate' AND hazards & {related} <> 0 AND NOT {now}");
        let mut runs = self.conn.prepare("SELECT id, cut_auto, cut_review FROM run")?;
        let runs =
            runs.query_map([], |row| Ok((row.get::<_, i64>(0)?, row.get::<_, f64>(1)?, row.get::<_, f64>(2)?)))?;
        let former_answers = format!(
            "UPDATE candidate SET answer = {} WHERE kind = 'duplicate' AND (hazards & {related} <> 0 OR {now})",
            answer_expression()
        );
        self.conn.execute(&former_answers, [])?;
        for run in runs {
            let (run, auto, review) = run?;
            // Both right-hand sides see the row as it was, so the bit is left out of what is asked of it.
            let without = band.replace("hazards", &format!("(hazards & ~{related})"));
            self.conn.execute(
                &format!("UPDATE candidate SET band = {without} WHERE {former} AND run = ?3"),
                params![auto, review, run],
            )?;
        }
        self.conn.execute(&format!("UPDATE candidate SET hazards = hazards & ~{related} WHERE {former}"), [])?;
        Ok(())
    }
}

impl Workspace {
    /// The relationships of the newest file between any two of these people.
    pub fn relationships_among(&self, people: &[MosaicId]) -> Result<Vec<Related>> {
        let mut found = Vec::new();
        let mut find = self.conn.prepare_cached(
            "SELECT r.a, r.b, r.what, r.began, r.ended, f.seq FROM relationship r JOIN source_file f ON f.id = r.since
             WHERE r.a = ?1 AND r.present = 1 ORDER BY r.b, r.what, r.began, r.ended",
        )?;
        for one in people {
            let mut rows = find.query([one.as_str()])?;
            while let Some(row) = rows.next()? {
                let other: String = row.get(1)?;
                let Some(other) = people.iter().find(|id| id.as_str() == other) else { continue };
                let date = |text: String| PartialDate::parse_iso(&text).filter(|date| !date.is_empty());
                let relationship = Relationship {
                    one: one.clone(),
                    other: other.clone(),
                    what: row.get(2)?,
                    began: date(row.get(3)?),
                    ended: date(row.get(4)?),
                };
                found.push(Related { relationship, since: row.get(5)? });
            }
        }
        Ok(found)
    }

    /// Every two people of whom a relationship is recorded.
    pub fn related_pairs(&self) -> Result<Vec<PairKey>> {
        let mut find = self.conn.prepare_cached(RELATED_PAIRS)?;
        let mut rows = find.query([])?;
        let mut found = Vec::new();
        while let Some(row) = rows.next()? {
            let ids = MosaicId::parse(&row.get::<_, String>(0)?).zip(MosaicId::parse(&row.get::<_, String>(1)?));
            let key = ids.and_then(|(one, other)| PairKey::duplicate(one, other));
            found.push(key.ok_or_else(|| WorkspaceError::damaged("a stored relationship is not one of two people"))?);
        }
        Ok(found)
    }
}
