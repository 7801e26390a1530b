//! Candidate pairs: what the engine, files and officers propose, each with the live answer kept beside it.

use rusqlite::{Connection, Row, params};

use super::apply::Touched;
use super::event::BatchId;
use super::{Pair, Result, Tx, Workspace, WorkspaceError, batches, decisions, number, relationships, runs};
use crate::pair::{Band, Hazards, Origin, PairKey, PairKind};
use crate::person::{Chi, MosaicId};

/// A candidate pair to be held.
#[derive(Debug, Clone, PartialEq)]
pub struct NewPair {
    /// Which two records.
    pub key: PairKey,
    /// Match weight, log2.
    pub weight: f64,
    /// Match probability.
    pub probability: f64,
    /// How sure the engine is.
    pub band: Band,
    /// What to beware of.
    pub hazards: Hazards,
    /// The engine's agreement pattern.
    pub pattern: u32,
    /// Which candidate keys proposed it, a bit each.
    pub keys: u32,
    /// Weight above the runner-up.
    pub margin: Option<f64>,
    /// Chosen by the assignment.
    pub best: bool,
    /// Where it came from.
    pub origin: Origin,
    /// The run that scored it.
    pub run: Option<i64>,
}

/// A kind as the database writes it.
pub(super) fn kind_code(kind: PairKind) -> &'static str {
    match kind {
        PairKind::Link => "link",
        PairKind::Duplicate => "duplicate",
    }
}

/// Reads a key from three columns: kind, left, right.
pub(super) fn key_of(row: &Row<'_>, from: usize) -> Result<PairKey> {
    let (kind, a, b): (String, String, String) = (row.get(from)?, row.get(from + 1)?, row.get(from + 2)?);
    let key = match kind.as_str() {
        "link" => MosaicId::parse(&a).zip(Chi::parse(&b).ok()).map(|(mosaic, chi)| PairKey::link(mosaic, chi)),
        _ => MosaicId::parse(&a).zip(MosaicId::parse(&b)).and_then(|(a, b)| PairKey::duplicate(a, b)),
    };
    key.ok_or_else(|| WorkspaceError::damaged("a stored pair is not one of two records"))
}

/// A band's number, surest first.
pub(super) fn band_number(band: Band) -> i64 {
    match band {
        Band::Auto => 0,
        Band::Review => 1,
        Band::Low => 2,
    }
}

fn origin_code(origin: Origin) -> &'static str {
    match origin {
        Origin::Engine => "engine",
        Origin::File => "file",
        Origin::Hand => "hand",
    }
}

/// The place of a pair in the mixed order: FNV-1a over its key, stirred (SplitMix64's finisher), 48 bits. It says nothing about
/// the score, and is the same in every workspace and at every run.
fn mix(key: &PairKey) -> i64 {
    let mut hash: u64 = 0xcbf2_9ce4_8422_2325;
    for part in [kind_code(key.kind()), key.left(), key.right()] {
        for byte in part.bytes().chain([0]) {
            hash = (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
        }
    }
    hash = (hash ^ (hash >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    hash = (hash ^ (hash >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    ((hash ^ (hash >> 31)) >> 16) as i64
}

/// The `answer` of a candidate that nobody answered and nobody need: other decisions settle it.
pub(super) const SETTLED: i64 = 9;

/// What `answer` of a candidate must be: the live decision's (another where it does not stand), [`SETTLED`], or 0.
///
/// Other decisions settle a link where its person has another CHI, is merged into somebody, or was judged not matchable;
/// and a duplicate where the two are merged into one person already, or members of the two groups were told apart.
pub(super) fn answer_expression() -> String {
    let (stale, returned) = (decisions::STALE, decisions::RETURNED);
    let target = |id: &str| {
        format!(
            "coalesce((SELECT t.merge_target FROM decision t WHERE t.kind = 'duplicate' AND t.verdict = 'match'
                AND t.merge_source = {id}), {id})"
        )
    };
    let members = |id: &str| {
        format!(
            "(SELECT {0} AS id UNION SELECT s.merge_source FROM decision s
                WHERE s.kind = 'duplicate' AND s.verdict = 'match' AND s.merge_target = {0})",
            target(id)
        )
    };
    let (a, b) = (target("candidate.a"), target("candidate.b"));
    let (of_a, of_b) = (members("candidate.a"), members("candidate.b"));
    format!(
        "coalesce((SELECT CASE d.verdict WHEN 'match' THEN 1 WHEN 'not_match' THEN 2 WHEN 'unsure' THEN 3 ELSE 4 END
                + CASE WHEN {stale} OR {returned} THEN 4 ELSE 0 END
            FROM decision d WHERE d.kind = candidate.kind AND d.a = candidate.a AND d.b = candidate.b),
            CASE WHEN (candidate.kind = 'link' AND (
                EXISTS (SELECT 1 FROM decision d WHERE d.kind = 'link' AND d.a = candidate.a AND d.verdict = 'match')
                OR EXISTS (SELECT 1 FROM decision d WHERE d.kind = 'duplicate' AND d.verdict = 'match'
                    AND d.merge_source = candidate.a)
                OR EXISTS (SELECT 1 FROM record_decision d JOIN mosaic_record m ON m.mosaic_id = d.mosaic_id
                    WHERE d.mosaic_id = candidate.a AND json_extract(d.judgement, '$.content_hash') = m.content_hash)))
            OR (candidate.kind = 'duplicate' AND (
                {a} = {b}
                OR EXISTS (SELECT 1 FROM {of_a} x JOIN {of_b} y JOIN decision d ON d.kind = 'duplicate'
                    AND d.a = min(x.id, y.id) AND d.b = max(x.id, y.id) AND d.verdict = 'not_match')))
            THEN {SETTLED} ELSE 0 END)"
    )
}

/// Brings a candidate's answer up to its decision; whether there is such a candidate.
pub(super) fn refresh_answer(conn: &Connection, key: &PairKey) -> Result<bool> {
    let mut set = conn.prepare_cached(&format!(
        "UPDATE candidate SET answer = {} WHERE kind = ?1 AND a = ?2 AND b = ?3",
        answer_expression()
    ))?;
    Ok(set.execute([kind_code(key.kind()), key.left(), key.right()])? > 0)
}

/// Brings the candidates up that a decision settles or opens beside its own: those of the same people.
pub(super) fn refresh_around(conn: &Connection, key: &PairKey) -> Result<()> {
    match key {
        PairKey::Link { mosaic, .. } => refresh_links_of(conn, mosaic.as_str()),
        PairKey::Duplicate { a, b } => {
            let mut group = conn.prepare_cached(
                "SELECT ?1 UNION SELECT merge_target FROM decision WHERE merge_source = ?1
                 UNION SELECT s.merge_source FROM decision s JOIN decision t ON t.merge_target = s.merge_target
                    WHERE t.merge_source = ?1
                 UNION SELECT merge_source FROM decision WHERE merge_target = ?1",
            )?;
            let mut members: Vec<String> = Vec::new();
            for id in [a, b] {
                let found = group.query_map([id.as_str()], |row| row.get(0))?;
                members.extend(found.collect::<rusqlite::Result<Vec<_>>>()?);
            }
            members.sort_unstable();
            members.dedup();
            for member in &members {
                for side in ["kind = 'duplicate' AND a = ?1", "kind = 'duplicate' AND b = ?1"] {
                    let expression = answer_expression();
                    conn.prepare_cached(&format!("UPDATE candidate SET answer = {expression} WHERE {side}"))?
                        .execute([member])?;
                }
                refresh_links_of(conn, member)?;
            }
            Ok(())
        }
    }
}

/// Brings every answer up.
pub(super) fn refresh_all(conn: &Connection) -> Result<()> {
    conn.execute(&format!("UPDATE candidate SET answer = {}", answer_expression()), [])?;
    Ok(())
}

/// Brings the answers of every candidate link of a Mosaic record up.
pub(super) fn refresh_links_of(conn: &Connection, mosaic: &str) -> Result<()> {
    let expression = answer_expression();
    conn.prepare_cached(&format!("UPDATE candidate SET answer = {expression} WHERE kind = 'link' AND a = ?1"))?
        .execute([mosaic])?;
    Ok(())
}

/// Brings the candidates up that decisions settle, after a run brought new ones.
fn refresh_settled(conn: &Connection) -> Result<()> {
    let expression = answer_expression();
    conn.execute(
        &format!(
            "UPDATE candidate SET answer = {expression} WHERE answer IN (0, {SETTLED}) AND (kind = 'link' AND a IN (
                SELECT a FROM decision WHERE kind = 'link' AND verdict = 'match'
                UNION SELECT merge_source FROM decision WHERE merge_source IS NOT NULL
                UNION SELECT mosaic_id FROM record_decision)
             OR kind = 'duplicate' AND (a IN (SELECT merge_source FROM decision WHERE merge_source IS NOT NULL)
                OR a IN (SELECT merge_target FROM decision WHERE merge_target IS NOT NULL)
                OR b IN (SELECT merge_source FROM decision WHERE merge_source IS NOT NULL)
                OR b IN (SELECT merge_target FROM decision WHERE merge_target IS NOT NULL)))"
        ),
        [],
    )?;
    Ok(())
}

/// Brings the answers of the candidates up that were returned with a batch.
pub(super) fn refresh_returned(conn: &Connection, batch: BatchId) -> Result<()> {
    conn.execute(
        &format!(
            "UPDATE candidate SET answer = {} WHERE (kind, a, b) IN (
                SELECT kind, a, b FROM batch_row WHERE batch = ?1 AND returned)",
            answer_expression()
        ),
        [batch.0],
    )?;
    Ok(())
}

/// Brings the answers of every decided candidate of a record up, after the record changed.
pub(super) fn refresh_answers_of(conn: &Connection, id: &str, mosaic: bool) -> Result<()> {
    let sides: &[&str] = if mosaic {
        &["kind = 'link' AND a = ?1", "kind = 'duplicate' AND a = ?1", "kind = 'duplicate' AND b = ?1"]
    } else {
        &["kind = 'link' AND b = ?1"]
    };
    if mosaic {
        // A person who was judged not matchable is asked about again
        refresh_links_of(conn, id)?;
    }
    for side in sides {
        let expression = answer_expression();
        conn.prepare_cached(&format!("UPDATE candidate SET answer = {expression} WHERE {side} AND answer <> 0"))?
            .execute([id])?;
    }
    Ok(())
}

/// Applies `CutsMoved`: the work beside the event may have moved them already, its inverse may not.
pub(super) fn move_cuts(tx: &Tx<'_>, run: i64, before: [f64; 2], after: [f64; 2], undo: bool) -> Result<()> {
    let near = |one: [f64; 2], two: [f64; 2]| (one[0] - two[0]).abs() < 1e-9 && (one[1] - two[1]).abs() < 1e-9;
    let live =
        runs::cuts(tx.conn, run)?.ok_or_else(|| WorkspaceError::conflict("There is no such run of the engine"))?;
    if !near(live, before) && (undo || !near(live, after)) {
        return Err(WorkspaceError::conflict("The cuts were moved elsewhere in the meantime; nothing was done"));
    }
    set_bands_of(tx, run, after)
}

fn set_bands_of(tx: &Tx<'_>, run: i64, cuts: [f64; 2]) -> Result<()> {
    let [auto, review] = cuts;
    if !(0.0 <= review && review <= auto && auto <= 1.0) {
        return Err(WorkspaceError::conflict(
            "The cuts must be probabilities, the automatic one no lower than the other",
        ));
    }
    runs::set_cuts(tx.conn, run, cuts)?;
    let band = band_expression();
    tx.conn
        .prepare_cached(&format!("UPDATE candidate SET band = {band} WHERE run = ?3 AND band <> {band}"))?
        .execute(params![auto, review, run])?;
    tx.touch(Touched::CANDIDATES | Touched::RUNS);
    Ok(())
}

/// The band by the cuts `?1` (auto) and `?2` (review).
pub(super) fn band_expression() -> String {
    let never = Hazards::NEVER_AUTOMATIC.bits();
    format!("CASE WHEN probability >= ?1 AND hazards & {never} = 0 THEN 0 WHEN probability >= ?2 THEN 1 ELSE 2 END")
}

/// The hazards of a candidate beside those that are handed over: a relationship of the two that is recorded in Mosaic.
fn hazards_of(conn: &Connection, pair: &NewPair) -> Result<Hazards> {
    let related = match &pair.key {
        PairKey::Link { .. } => false,
        PairKey::Duplicate { a, b } => relationships::are_related(conn, a, b)?,
    };
    let mut hazards = pair.hazards;
    hazards.set(Hazards::RELATED, related);
    Ok(hazards)
}

fn put(conn: &Connection, pair: &NewPair) -> Result<i64> {
    let mut put = conn.prepare_cached(
        "INSERT INTO candidate
            (kind, a, b, weight, probability, band, hazards, pattern, keys, margin, best, origin, run, mix, answer, context,
             file, since)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, 0,
            coalesce((SELECT m.context FROM mosaic_record m WHERE m.mosaic_id = ?2), 0),
            coalesce((SELECT m.file FROM mosaic_record m WHERE m.mosaic_id = ?2), 0), unixepoch() / 86400)
         ON CONFLICT (kind, a, b) DO UPDATE SET weight = excluded.weight, probability = excluded.probability,
            band = excluded.band, hazards = excluded.hazards, pattern = excluded.pattern, keys = excluded.keys,
            margin = excluded.margin, best = excluded.best, run = excluded.run,
            origin = CASE excluded.origin WHEN 'engine' THEN origin ELSE excluded.origin END
         RETURNING id",
    )?;
    let NewPair { key, weight, probability, band, pattern, keys, margin, best, origin, run, .. } = pair;
    let hazards = hazards_of(conn, pair)?;
    let held = *band == Band::Auto && hazards.contains(Hazards::RELATED);
    let band = if held { Band::Review } else { *band };
    let values = params![
        kind_code(key.kind()),
        key.left(),
        key.right(),
        weight,
        probability,
        band_number(band),
        hazards.bits(),
        pattern,
        keys,
        margin,
        best,
        origin_code(*origin),
        run,
        mix(key)
    ];
    Ok(put.query_row(values, |row| row.get(0))?)
}

impl Tx<'_> {
    /// Holds the pairs of a run in place of earlier runs' pairs. A pair that stays keeps its number and where it first came
    /// from; one that the run does not name goes, unless the ledger speaks of it: then it stays, no longer best.
    pub fn replace_engine_candidates(&self, run: i64, pairs: impl Iterator<Item = NewPair>) -> Result<()> {
        for pair in pairs {
            put(self.conn, &NewPair { run: Some(run), ..pair })?;
        }
        self.conn.execute(
            "DELETE FROM candidate WHERE origin = 'engine' AND run IS NOT ?1 AND NOT EXISTS (
                SELECT 1 FROM ledger_subject s
                WHERE s.kind = candidate.kind AND s.a = candidate.a AND s.b = candidate.b)",
            [run],
        )?;
        self.conn.execute("UPDATE candidate SET best = 0 WHERE best = 1 AND run IS NOT NULL AND run <> ?1", [run])?;
        refresh_settled(self.conn)?;
        self.touch(Touched::CANDIDATES);
        Ok(())
    }

    /// Holds one pair, new or over what was held of it; its number. A pair of the engine that a file or an officer names too
    /// is from then on theirs, and outlives the engine's next run.
    pub fn put_pair(&self, pair: NewPair) -> Result<i64> {
        self.touch(Touched::CANDIDATES);
        let id = put(self.conn, &pair)?;
        refresh_answer(self.conn, &pair.key)?;
        Ok(id)
    }

    /// Bands the pairs of the newest run anew, and keeps the cuts with it. The event `CutsMoved` does this by itself.
    pub fn set_bands(&self, cut_auto: f64, cut_review: f64) -> Result<()> {
        let run: Option<i64> = self.conn.query_row("SELECT max(id) FROM run", [], |row| row.get(0))?;
        let run =
            run.ok_or_else(|| WorkspaceError::conflict("There is no run of the engine whose cuts could be moved"))?;
        set_bands_of(self, run, [cut_auto, cut_review])
    }

    /// A pair as this transaction sees it.
    pub fn pair_of(&self, key: &PairKey) -> Result<Option<Pair>> {
        pair_of(self.conn, key)
    }
}

/// Reads pairs with their decisions and batches. `condition` speaks of the candidate as `c`.
fn select(conn: &Connection, condition: &str, values: &[&dyn rusqlite::ToSql]) -> Result<Vec<Pair>> {
    let mut find = conn.prepare_cached(&format!(
        "SELECT c.kind, c.a, c.b, c.id, c.weight, c.probability, c.band, c.hazards, c.pattern, c.keys, c.margin, c.best,
            c.origin,
            (SELECT b.id FROM batch_row r JOIN batch b ON b.id = r.batch
             WHERE r.kind = c.kind AND r.a = c.a AND r.b = c.b AND {}),
            (SELECT b.id FROM batch_row r JOIN batch b ON b.id = r.batch
             WHERE r.kind = c.kind AND r.a = c.a AND r.b = c.b AND {}),
            {}, CASE WHEN d.seq IS NULL THEN 0 ELSE {} END, {}
         FROM candidate c LEFT JOIN decision d ON d.kind = c.kind AND d.a = c.a AND d.b = c.b
         WHERE {condition}",
        batches::LIVE,
        batches::RELEASED,
        decisions::COLUMNS,
        decisions::STALE,
        decisions::RETURNED
    ))?;
    let mut rows = find.query(values)?;
    let mut pairs = Vec::new();
    while let Some(row) = rows.next()? {
        let band = number::band(row, 6)?;
        let origin: String = row.get(12)?;
        pairs.push(Pair {
            key: key_of(row, 0)?,
            id: row.get(3)?,
            weight: row.get(4)?,
            probability: row.get(5)?,
            band: Band::ALL[band],
            hazards: Hazards::from_bits_retain(row.get(7)?),
            pattern: row.get(8)?,
            keys: row.get(9)?,
            margin: row.get(10)?,
            best: row.get(11)?,
            origin: match origin.as_str() {
                "file" => Origin::File,
                "hand" => Origin::Hand,
                _ => Origin::Engine,
            },
            batch: row.get::<_, Option<i64>>(13)?.map(BatchId),
            released: row.get::<_, Option<i64>>(14)?.map(BatchId),
            decision: decisions::read(row, 15)?,
        });
    }
    Ok(pairs)
}

fn pair_of(conn: &Connection, key: &PairKey) -> Result<Option<Pair>> {
    let values: [&dyn rusqlite::ToSql; 3] = [&kind_code(key.kind()), &key.left(), &key.right()];
    Ok(select(conn, "c.kind = ?1 AND c.a = ?2 AND c.b = ?3", &values)?.pop())
}

/// The order in which best candidates come first, and the same each time.
fn best_first(pairs: &mut [Pair]) {
    pairs.sort_by(|one, two| two.weight.total_cmp(&one.weight).then_with(|| one.key.cmp(&two.key)));
}

impl Workspace {
    /// A pair by its number.
    pub fn pair(&self, id: i64) -> Result<Option<Pair>> {
        Ok(select(&self.conn, "c.id = ?1", &[&id])?.pop())
    }

    /// Pairs by their numbers, in the order asked; numbers nobody knows are left out.
    pub fn pairs(&self, ids: &[i64]) -> Result<Vec<Pair>> {
        ids.iter().filter_map(|id| self.pair(*id).transpose()).collect()
    }

    /// A pair by its key.
    pub fn pair_of(&self, key: &PairKey) -> Result<Option<Pair>> {
        pair_of(&self.conn, key)
    }

    /// The band of a candidate pair and what to beware of in it: what is asked about every row of a batch. `None` where no run
    /// proposes it any more.
    pub fn band_of(&self, key: &PairKey) -> Result<Option<(Band, Hazards)>> {
        let mut find =
            self.conn.prepare_cached("SELECT band, hazards FROM candidate WHERE kind = ?1 AND a = ?2 AND b = ?3")?;
        let mut rows = find.query(params![kind_code(key.kind()), key.left(), key.right()])?;
        let Some(row) = rows.next()? else { return Ok(None) };
        Ok(Some((Band::ALL[number::band(row, 0)?], Hazards::from_bits_retain(row.get(1)?))))
    }

    /// Every candidate of a Mosaic record, links and duplicates, best weight first.
    pub fn candidates_of_mosaic(&self, id: &MosaicId) -> Result<Vec<Pair>> {
        let mut found = Vec::new();
        for side in
            ["c.kind = 'link' AND c.a = ?1", "c.kind = 'duplicate' AND c.a = ?1", "c.kind = 'duplicate' AND c.b = ?1"]
        {
            found.extend(select(&self.conn, side, &[&id.as_str()])?);
        }
        best_first(&mut found);
        Ok(found)
    }

    /// Every candidate of a CHI number, best weight first.
    pub fn candidates_of_chi(&self, chi: &Chi) -> Result<Vec<Pair>> {
        let mut found = select(&self.conn, "c.kind = 'link' AND c.b = ?1", &[&chi.as_str()])?;
        best_first(&mut found);
        Ok(found)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::super::event::Event;
    use super::super::fixture::*;
    use super::super::{Order, QueueFilter, StateFilter};
    use super::*;
    use crate::pair::Verdict;

    #[test]
    fn an_extract_that_changes_nothing_that_mattered_asks_nothing_again() {
        let mut it = workspace(2);
        it.matched(2);
        it.decide(&link(1), Verdict::Match);
        it.ws
            .apply(vec![], |tx| {
                let mut record = mosaic_record(1, "");
                record.context = "Children".into();
                record.details.surname = record.details.surname.to_uppercase();
                let file = tx.new_file(&new_file("mosaic", "y"))?;
                assert_eq!(tx.put_mosaic(file, 1, &record, &[])?.change, crate::workspace::Change::Unchanged);
                Ok(())
            })
            .unwrap();
        assert!(!it.ws.decision(&link(1)).unwrap().unwrap().stale);
        assert_eq!(it.ws.mosaic(&mosaic_id(1)).unwrap().unwrap().record.context, "Children");
    }

    #[test]
    fn a_new_run_keeps_numbers_and_decisions_and_forgets_the_rest() {
        let all = QueueFilter {
            bands: vec![],
            state: StateFilter::All,
            best_only: false,
            order: Order::ById,
            ..QueueFilter::start(PairKind::Link)
        };
        let mut it = workspace(5);
        it.matched(5);
        let number = it.ws.pair_of(&link(1)).unwrap().unwrap().id;
        it.decide(&link(2), Verdict::NotMatch);
        let by_hand = NewPair { origin: Origin::Hand, ..new_pair(link(4), 0.5) };
        it.ws.apply(vec![Event::FoundByHand { pair: link(4), scored: None }], |tx| tx.put_pair(by_hand)).unwrap();
        it.run([new_pair(link(1), 3.5)].into_iter());

        let held = it.ws.queue(&all).unwrap();
        let held: Vec<_> = it.ws.pairs(&held).unwrap().into_iter().map(|pair| pair.key).collect();
        assert_eq!(held, [link(1), link(2), link(4)]);
        let first = it.ws.pair_of(&link(1)).unwrap().unwrap();
        assert_eq!((first.id, first.weight, first.best), (number, 3.5, true));
        assert!(!it.ws.pair_of(&link(2)).unwrap().unwrap().best);
        assert_eq!(it.ws.pair_of(&link(4)).unwrap().unwrap().origin, Origin::Hand);
        let leading = QueueFilter { best_only: true, ..all };
        assert_eq!(it.ws.queue(&leading).unwrap().len(), 3, "decided and found by hand are shown too");
        it.healthy();
    }
}
