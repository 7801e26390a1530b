//! Where decisions, Mosaic and CHI do not agree with each other. Each question is asked of the tables as they are: nothing
//! about a conflict is stored, so none can be out of date.

use rusqlite::{Params, Row};

use super::{Result, Workspace, WorkspaceError};
use crate::person::{Chi, MosaicId};

/// Two Mosaic people and a CHI.
pub type TwoPeople = (MosaicId, MosaicId, Chi);

/// A Mosaic person and two CHIs.
pub type TwoNumbers = (MosaicId, Chi, Chi);

fn mosaic(row: &Row<'_>, column: usize) -> Result<MosaicId> {
    MosaicId::parse(&row.get::<_, String>(column)?).ok_or_else(|| WorkspaceError::damaged("a stored id is none"))
}

fn chi(row: &Row<'_>, column: usize) -> Result<Chi> {
    Chi::parse(&row.get::<_, String>(column)?).map_err(|_| WorkspaceError::damaged("a stored CHI is none"))
}

/// Whether a Mosaic id is merged into another.
const MERGED: &str =
    "EXISTS (SELECT 1 FROM decision s WHERE s.kind = 'duplicate' AND s.verdict = 'match' AND s.merge_source = ";

impl Workspace {
    fn all<T>(&self, query: &str, values: impl Params, read: impl Fn(&Row<'_>) -> Result<T>) -> Result<Vec<T>> {
        let mut find = self.conn.prepare_cached(query)?;
        let mut rows = find.query(values)?;
        let mut found = Vec::new();
        while let Some(row) = rows.next()? {
            found.push(read(row)?);
        }
        Ok(found)
    }

    /// People matched to a CHI that Mosaic holds on somebody else: the person matched, the holder, the CHI. A holder who is
    /// merged away, or matched to another CHI, gives it up.
    pub fn chi_on_two_people(&self) -> Result<Vec<TwoPeople>> {
        let query = format!(
            "SELECT d.a, m.mosaic_id, d.b FROM decision d JOIN mosaic_record m ON m.chi = d.b AND m.chi <> ''
             WHERE d.kind = 'link' AND d.verdict = 'match' AND m.present = 1 AND m.mosaic_id <> d.a
               AND NOT {MERGED}m.mosaic_id) AND NOT EXISTS (
                SELECT 1 FROM decision o WHERE o.kind = 'link' AND o.verdict = 'match' AND o.a = m.mosaic_id AND o.b <> d.b)
             ORDER BY 3, 1, 2"
        );
        self.all(&query, [], |row| Ok((mosaic(row, 0)?, mosaic(row, 1)?, chi(row, 2)?)))
    }

    /// People matched to one CHI while Mosaic holds another for them, and nobody said that it is to be replaced: the person,
    /// the CHI matched, the CHI held.
    pub fn mosaic_holds_another(&self) -> Result<Vec<TwoNumbers>> {
        let query = "SELECT d.a, d.b, m.chi FROM decision d JOIN mosaic_record m ON m.mosaic_id = d.a
             WHERE d.kind = 'link' AND d.verdict = 'match' AND m.present = 1 AND m.chi <> '' AND m.chi <> d.b
               AND json_extract(d.judgement, '$.replaces') IS NULL
             ORDER BY 1, 2";
        self.all(query, [], |row| Ok((mosaic(row, 0)?, chi(row, 1)?, chi(row, 2)?)))
    }

    /// People for whom Mosaic holds a CHI that was judged *Not a match*.
    pub fn rejected_in_mosaic(&self) -> Result<Vec<(MosaicId, Chi)>> {
        let query = "SELECT d.a, d.b FROM decision d JOIN mosaic_record m ON m.mosaic_id = d.a AND m.chi = d.b
             WHERE d.kind = 'link' AND d.verdict = 'not_match' AND m.present = 1 ORDER BY 1, 2";
        self.all(query, [], |row| Ok((mosaic(row, 0)?, chi(row, 1)?)))
    }

    /// People for whom Mosaic holds a CHI and the engine's best undecided link of the bands to be seen is another: the person,
    /// the CHI found, the CHI held. A held number that was superseded by the one found is no conflict.
    pub fn seeds_in_doubt(&self) -> Result<Vec<TwoNumbers>> {
        let query = "SELECT c.a, c.b, m.chi FROM candidate c JOIN mosaic_record m ON m.mosaic_id = c.a
             WHERE c.kind = 'link' AND c.band < 2 AND c.lead AND c.answer = 0 AND m.present = 1 AND m.chi <> '' AND m.chi <> c.b
               AND NOT EXISTS (SELECT 1 FROM chi_record h WHERE h.chi = m.chi AND h.upi = c.b)
             ORDER BY 1, 2";
        self.all(query, [], |row| Ok((mosaic(row, 0)?, chi(row, 1)?, chi(row, 2)?)))
    }

    /// Two Mosaic people who may be one, or were judged so, and who are matched to, or hold, two CHIs: the two people and the two
    /// CHIs. One person under two numbers, if they are one.
    pub fn two_numbers_one_person(&self) -> Result<Vec<(MosaicId, MosaicId, Chi, Chi)>> {
        let number = |id: &str| {
            format!(
                "coalesce((SELECT l.b FROM decision l WHERE l.kind = 'link' AND l.verdict = 'match' AND l.a = {id}),
                    (SELECT m.chi FROM mosaic_record m WHERE m.mosaic_id = {id} AND m.present = 1 AND m.chi <> ''))"
            )
        };
        let query = format!(
            "SELECT a, b, x, y FROM (
                SELECT c.a AS a, c.b AS b, {} AS x, {} AS y FROM candidate c
                WHERE c.kind = 'duplicate' AND (c.answer IN (1, 3, 4, 5, 7, 8) OR (c.answer = 0 AND c.lead AND c.band < 2)))
             WHERE x <> y AND NOT EXISTS (SELECT 1 FROM chi_record h WHERE h.chi = x AND h.upi = y)
                AND NOT EXISTS (SELECT 1 FROM chi_record h WHERE h.chi = y AND h.upi = x)
             ORDER BY 1, 2",
            number("c.a"),
            number("c.b")
        );
        self.all(&query, [], |row| Ok((mosaic(row, 0)?, mosaic(row, 1)?, chi(row, 2)?, chi(row, 3)?)))
    }
}
