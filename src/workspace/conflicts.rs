//! Where decisions, Mosaic and CHI do not agree with each other. Each question is asked of the tables as they are: nothing
//! about a conflict is stored, so none can be out of date.

use rusqlite::{Params, Row};

use super::{BatchId, Result, Workspace, WorkspaceError, candidates};
use crate::pair::PairKey;
use crate::person::chi::read;
use crate::person::{Chi, MosaicId};

/// Two Mosaic people and a CHI.
pub type TwoPeople = (MosaicId, MosaicId, Chi);

/// A Mosaic person and two CHIs.
pub type TwoNumbers = (MosaicId, Chi, Chi);

/// One Mosaic person whom two current CHI numbers fit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TwoFit {
    /// The person.
    pub mosaic: MosaicId,
    /// The number that fits best, or that was referred.
    pub chi: Chi,
    /// The other one.
    pub other: Chi,
    /// Somebody referred the pair of the first, so that the health board is asked.
    pub referred: bool,
    /// Whether the pair of the first waits for an answer, or for the board's.
    pub waits: bool,
}

/// A merge that Mosaic was given, and of which the newest extract still has the source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotMerged {
    /// The record that should be gone.
    pub source: MosaicId,
    /// The record that is kept.
    pub target: MosaicId,
}

pub(super) fn mosaic(row: &Row<'_>, column: usize) -> Result<MosaicId> {
    MosaicId::parse(&row.get::<_, String>(column)?).ok_or_else(|| WorkspaceError::damaged("a stored id is none"))
}

pub(super) fn chi(row: &Row<'_>, column: usize) -> Result<Chi> {
    Chi::parse(&row.get::<_, String>(column)?).map_err(|_| WorkspaceError::damaged("a stored CHI is none"))
}

// `CROSS JOIN` keeps the order in which tables are walked: from the few rows that are asked about to the many they speak of. Left
// to choose, SQLite walks all people of one birthday against each other. A `+` keeps a column from choosing an index, where a record's
// own few candidates are found by another.

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

    /// People matched to one CHI while Mosaic holds another for them, and nobody said that this one is to be replaced: the person,
    /// the CHI matched, the CHI held.
    pub fn mosaic_holds_another(&self) -> Result<Vec<TwoNumbers>> {
        let query = "SELECT d.a, d.b, m.chi, json_extract(d.judgement, '$.replaces')
             FROM decision d JOIN mosaic_record m ON m.mosaic_id = d.a
             WHERE d.kind = 'link' AND d.verdict = 'match' AND m.present = 1 AND m.chi <> '' AND m.chi <> d.b
             ORDER BY 1, 2";
        let found = self.all(query, [], |row| {
            let replaced: Option<String> = row.get(3)?;
            let numbers = (mosaic(row, 0)?, chi(row, 1)?, chi(row, 2)?);
            Ok((replaced.and_then(|given| read(Some(&given)).chi) != Some(numbers.2)).then_some(numbers))
        })?;
        Ok(found.into_iter().flatten().collect())
    }

    /// People for whom Mosaic holds a CHI that was judged *Not a match*.
    pub fn rejected_in_mosaic(&self) -> Result<Vec<(MosaicId, Chi)>> {
        let query = "SELECT d.a, d.b FROM decision d JOIN mosaic_record m ON m.mosaic_id = d.a AND m.chi = d.b
             WHERE d.kind = 'link' AND d.verdict = 'not_match' AND m.present = 1 ORDER BY 1, 2";
        self.all(query, [], |row| Ok((mosaic(row, 0)?, chi(row, 1)?)))
    }

    /// Pairs that were recalled, and that the newest extract says Mosaic has: it holds the CHI, or no longer has one of the merged records.
    /// What was decided again, or was judged *Not a match* where that is [told already](Self::rejected_in_mosaic), is left out.
    pub fn recalled_in_mosaic(&self) -> Result<Vec<(BatchId, PairKey)>> {
        let again = "EXISTS (SELECT 1 FROM decision d WHERE d.kind = r.kind AND d.a = r.a AND d.b = r.b AND d.verdict = 'match')";
        let query = format!(
            "SELECT max(r.batch), r.kind, r.a, r.b FROM batch_row r JOIN batch b ON b.id = r.batch
             WHERE r.recalled IS NOT NULL AND b.released_at IS NOT NULL AND NOT {again}
               AND NOT EXISTS (SELECT 1 FROM left_out l WHERE l.batch = r.batch AND l.kind = r.kind AND l.a = r.a AND l.b = r.b)
               AND CASE r.kind
                   WHEN 'link' THEN EXISTS (SELECT 1 FROM mosaic_record m WHERE m.mosaic_id = r.a AND m.chi = r.b AND m.present = 1)
                        AND NOT EXISTS (SELECT 1 FROM decision d
                            WHERE d.kind = 'link' AND d.a = r.a AND d.b = r.b AND d.verdict = 'not_match')
                   ELSE (SELECT count(*) FROM mosaic_record m WHERE m.mosaic_id IN (r.a, r.b) AND m.present = 1) = 1
               END
             GROUP BY r.kind, r.a, r.b ORDER BY r.kind, r.a, r.b"
        );
        self.all(&query, [], |row| Ok((BatchId(row.get(0)?), candidates::key_of(row, 1)?)))
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

    /// People for whom Mosaic holds a CHI number that CHI deleted or superseded, and for whom nobody decided about it or matched
    /// another: the person, the number held, and the current one where CHI names it.
    pub fn held_out_of_use(&self) -> Result<Vec<(MosaicId, Chi, Option<Chi>)>> {
        let query = format!(
            "SELECT m.mosaic_id, m.chi, coalesce((SELECT n.chi FROM chi_record n WHERE n.chi = h.upi AND h.upi <> h.chi), '')
             FROM mosaic_record m CROSS JOIN chi_record h ON h.chi = m.chi
             WHERE m.present = 1 AND m.chi <> '' AND (h.status IN ('historical', 'deleted')
                   OR (h.upi <> '' AND h.upi <> h.chi AND h.status <> 'current'))
               AND NOT {MERGED}m.mosaic_id) AND NOT EXISTS (
                SELECT 1 FROM decision d WHERE d.kind = 'link' AND d.a = m.mosaic_id AND (d.b = m.chi OR d.verdict = 'match'))
             ORDER BY 1"
        );
        self.all(&query, [], |row| {
            let current: String = row.get(2)?;
            let current = if current.is_empty() { None } else { Some(chi(row, 2)?) };
            Ok((mosaic(row, 0)?, chi(row, 1)?, current))
        })
    }

    /// People for whom Mosaic holds a CHI that CHI has in use, that no candidate pair of the bands to be seen joins with them, and
    /// about whose links nobody decided: the person and the number. Whether it can be theirs is for a model to say.
    pub fn held_and_not_proposed(&self) -> Result<Vec<(MosaicId, Chi)>> {
        let query = format!(
            "SELECT m.mosaic_id, m.chi FROM mosaic_record m CROSS JOIN chi_record h ON h.chi = m.chi
             WHERE m.present = 1 AND m.chi <> '' AND h.present = 1 AND h.status NOT IN ('historical', 'deleted')
               AND NOT (h.upi <> '' AND h.upi <> h.chi AND h.status <> 'current')
               AND NOT EXISTS (SELECT 1 FROM candidate c
                               WHERE c.kind = 'link' AND c.a = m.mosaic_id AND c.b = m.chi AND +c.band < 2)
               AND NOT EXISTS (SELECT 1 FROM candidate c
                               WHERE c.kind = 'link' AND c.a = m.mosaic_id AND +c.band < 2 AND +c.answer = 0 AND +c.lead)
               AND NOT EXISTS (SELECT 1 FROM decision d WHERE d.kind = 'link' AND d.a = m.mosaic_id)
               AND NOT {MERGED}m.mosaic_id)
             ORDER BY 1"
        );
        self.all(&query, [], |row| Ok((mosaic(row, 0)?, chi(row, 1)?)))
    }

    /// CHI numbers that are matched to one person and are the best undecided link of another, who is no candidate pair with the
    /// first: the person matched, the other, the CHI.
    pub fn chi_fits_two(&self) -> Result<Vec<TwoPeople>> {
        let query = format!(
            "SELECT d.a, c.a, c.b FROM candidate c
             CROSS JOIN decision d INDEXED BY decision_b ON d.kind = 'link' AND d.b = c.b AND d.verdict = 'match' AND d.a <> c.a
             CROSS JOIN mosaic_record m ON m.mosaic_id = c.a
             WHERE c.kind = 'link' AND c.band < 2 AND c.lead AND c.answer IN (0, 3, 5, 7) AND m.present = 1
               AND NOT EXISTS (SELECT 1 FROM candidate p WHERE p.kind = 'duplicate' AND p.a = min(c.a, d.a) AND p.b = max(c.a, d.a)
                               AND (+p.answer <> 0 OR (+p.lead AND +p.band < 2)))
               AND NOT {MERGED}c.a) AND NOT {MERGED}d.a)
             ORDER BY 3, 1, 2"
        );
        self.all(&query, [], |row| Ok((mosaic(row, 0)?, mosaic(row, 1)?, chi(row, 2)?)))
    }

    /// People whom two current CHI numbers of one forename, date of birth and postcode fit, neither judged not to be theirs; and
    /// people with a pair that was referred to the health board and another link. CHI may know one person under two numbers. (The
    /// surname may be that before a marriage; another forename is a twin's, another postcode a namesake's.)
    pub fn two_numbers_fit(&self) -> Result<Vec<TwoFit>> {
        let query = "SELECT c.a, c.b, o.b, 0, c.answer NOT IN (1, 5) FROM candidate c
             CROSS JOIN candidate o ON o.kind = 'link' AND o.a = c.a AND o.b <> c.b AND o.answer NOT IN (1, 2, 5, 6)
             CROSS JOIN chi_record x ON x.chi = c.b CROSS JOIN chi_record y ON y.chi = o.b
             CROSS JOIN mosaic_record m ON m.mosaic_id = c.a
             WHERE c.kind = 'link' AND c.band < 2 AND c.lead AND c.answer NOT IN (2, 6) AND m.present = 1
               AND (NOT o.lead OR c.weight > o.weight OR (c.weight = o.weight AND c.b < o.b))
               AND x.birth = y.birth AND x.birth <> '' AND x.forename = y.forename
               AND x.postcode = y.postcode AND x.postcode <> ''
               AND x.present = 1 AND y.present = 1 AND x.status IN ('current', 'unknown') AND y.status IN ('current', 'unknown')
               AND x.upi <> y.chi AND y.upi <> x.chi
             UNION ALL
             SELECT d.a, d.b, (SELECT o.b FROM candidate o WHERE o.kind = 'link' AND o.a = d.a AND o.b <> d.b
                               AND o.answer NOT IN (2, 6) ORDER BY o.weight DESC, o.b LIMIT 1), 1, 1
             FROM decision d WHERE d.kind = 'link' AND d.verdict = 'refer'
               AND json_extract(d.judgement, '$.reason') = 'ask_health_board'
             ORDER BY 1, 2, 3, 4 DESC";
        let found = self.all(query, [], |row| {
            let other = row.get::<_, Option<String>>(2)?.is_some();
            let other = if other { Some(chi(row, 2)?) } else { None };
            let it = other.map(|other| (mosaic(row, 0), chi(row, 1), other, row.get(3), row.get(4)));
            it.map(|(person, number, other, referred, waits)| {
                Ok(TwoFit { mosaic: person?, chi: number?, other, referred: referred?, waits: waits? })
            })
            .transpose()
        })?;
        let mut found: Vec<TwoFit> = found.into_iter().flatten().collect();
        found.dedup_by(|next, kept| (&next.mosaic, next.chi, next.other) == (&kept.mosaic, kept.chi, kept.other));
        Ok(found)
    }

    /// Merges that were released before the newest extract of Mosaic was loaded, whose source it still has.
    pub fn not_merged(&self) -> Result<Vec<NotMerged>> {
        let query = "SELECT DISTINCT d.merge_source, d.merge_target FROM decision d
             CROSS JOIN mosaic_record m ON m.mosaic_id = d.merge_source
             CROSS JOIN batch_row r ON r.kind = 'duplicate' AND r.a = d.a AND r.b = d.b
             CROSS JOIN batch t ON t.id = r.batch
             WHERE d.kind = 'duplicate' AND d.verdict = 'match' AND m.present = 1 AND t.released_at < (
                SELECT l.at FROM source_file f JOIN ledger l ON l.seq = f.seq WHERE f.kind = 'mosaic' ORDER BY f.id DESC LIMIT 1)
             ORDER BY 1";
        self.all(query, [], |row| Ok(NotMerged { source: mosaic(row, 0)?, target: mosaic(row, 1)? }))
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
