//! What was loaded, bound to the ledger.
//!
//! Decisions and batches follow from the ledger alone, and a check replays it. Records do not: they came from files that are not
//! kept. So each load writes into its event one hash over everything that is held then: who has which number, who is
//! restricted, what content each record has, and who is related to whom. Whoever changes a record behind the ledger's back
//! changes that hash too, and cannot write another without the key of somebody who may load.
//!
//! What the program shows and asks of a record is bound with it: the record itself as it was read, what was noticed about it, and what
//! searches find it by. A load by a version before that bound the numbers, restrictions and hashes alone, and is held to those.
//!
//! Candidate pairs are bound likewise by each run of the engine and each load: how probable each is, and what to beware of, for by
//! that a warning is shown, a reason is asked for and a class is accepted. So are the bands; where the cuts were moved since, those of
//! the run's pairs follow from the cuts, and the others are as they were. A pair that a person brought together since, or that came
//! with a decision, is bound by an event of its own.

use rusqlite::types::ValueRef;
use rusqlite::{Connection, OptionalExtension, Row, params};
use sha2::{Digest, Sha256};

use super::candidates::kind_code;
use super::event::{ByHand, Event, Proposed};
use super::number::count;
use super::{Result, Tx, candidates, ledger, parcel};
use crate::pair::PairKey;
use crate::progress::Progress;

/// What is bound of each table, in the order in which it is read.
const BOUND: [(&str, &str); 3] = [
    (
        "mosaic_record",
        "SELECT id, mosaic_id, chi, restricted, present, content_hash, file, line, surname, forename, birth, postcode, context,
            record, findings FROM mosaic_record ORDER BY id",
    ),
    (
        "chi_record",
        "SELECT id, chi, status, upi, present, content_hash, file, line, surname, previous_surname, forename, birth, postcode,
            record, findings FROM chi_record ORDER BY id",
    ),
    RELATIONSHIPS,
];

/// How a hash over [`BOUND`] begins; one without that is over [`BOUND_BEFORE`].
const WHOLE: &str = "2:";

/// What earlier versions bound.
const BOUND_BEFORE: [(&str, &str); 3] = [
    (
        "mosaic_record",
        "SELECT id, mosaic_id, chi, restricted, present, content_hash, file, line FROM mosaic_record ORDER BY id",
    ),
    ("chi_record", "SELECT id, chi, status, upi, present, content_hash, file, line FROM chi_record ORDER BY id"),
    RELATIONSHIPS,
];

const RELATIONSHIPS: (&str, &str) = (
    "relationship",
    "SELECT a, b, what, began, ended, present, since, file, line FROM relationship ORDER BY a, b, what, began, ended",
);

/// What is bound of the candidate pairs, beside their bands.
const SCORED: [(&str, &str); 1] = [(
    "candidate",
    "SELECT kind, a, b, weight, probability, hazards, pattern, margin, best, origin, run
     FROM candidate WHERE origin = 'file' OR run IS NOT NULL ORDER BY kind, a, b",
)];

/// Their bands, which move with the cuts.
const BANDS: [(&str, &str); 1] = [(
    "candidate",
    "SELECT kind, a, b, band FROM candidate WHERE origin = 'file' OR run IS NOT NULL ORDER BY kind, a, b",
)];

/// The bands that do not move with the cuts of the newest run.
const UNMOVED: [(&str, &str); 1] = [(
    "candidate",
    "SELECT kind, a, b, band FROM candidate
     WHERE run IS NOT (SELECT max(id) FROM run) AND (origin = 'file' OR run IS NOT NULL) ORDER BY kind, a, b",
)];

/// Pairs that people brought together, or that came with a decision, and no run has found since.
const BY_HAND: &str = "SELECT kind, a, b, weight, probability, hazards, pattern, margin, best, band
     FROM candidate WHERE origin <> 'file' AND run IS NULL";

/// SHA-256 (hex) over these tables: of each its name, then each row's values, each with its length in front.
fn digest(conn: &Connection, tables: &[(&str, &str)], progress: &Progress) -> Result<String> {
    let mut hash = Sha256::new();
    let mut bytes = Vec::new();
    for (table, query) in tables {
        put(&mut bytes, table.as_bytes());
        let mut find = conn.prepare(query)?;
        let mut rows = find.query([])?;
        let mut count: u64 = 0;
        while let Some(row) = rows.next()? {
            put_row(&mut bytes, row)?;
            count += 1;
            if count.is_multiple_of(1024) {
                progress.check()?;
                progress.advance(1024);
            }
            if bytes.len() > 1 << 16 {
                hash.update(&bytes);
                bytes.clear();
            }
        }
    }
    hash.update(&bytes);
    Ok(super::hex::encode(&hash.finalize()))
}

fn put_row(bytes: &mut Vec<u8>, row: &Row<'_>) -> Result<()> {
    for column in 0..row.as_ref().column_count() {
        match row.get_ref(column)? {
            ValueRef::Null => put(bytes, b""),
            ValueRef::Integer(number) => put(bytes, &number.to_le_bytes()),
            ValueRef::Real(number) => put(bytes, &number.to_le_bytes()),
            ValueRef::Text(text) | ValueRef::Blob(text) => put(bytes, text),
        }
    }
    Ok(())
}

fn put(bytes: &mut Vec<u8>, value: &[u8]) {
    bytes.extend((value.len() as u64).to_le_bytes());
    bytes.extend(value);
}

impl Tx<'_> {
    /// The hash of all that is held once a file is loaded, for its event.
    pub fn as_loaded(&self, progress: &Progress) -> Result<String> {
        Ok(format!("{WHOLE}{}", digest(self.conn, &BOUND, progress)?))
    }

    /// What the candidate pairs are, for the event of a load or a run.
    pub fn as_proposed(&self, progress: &Progress) -> Result<Proposed> {
        Ok(Proposed {
            scored: digest(self.conn, &SCORED, progress)?,
            bands: digest(self.conn, &BANDS, progress)?,
            unmoved: Some(digest(self.conn, &UNMOVED, progress)?),
            by_hand: Some(by_hand(self.conn, newest_pair(self.conn)?, true)?),
        })
    }

    /// What a pair is that a person brought together just now, or that came with a decision, for the event of that.
    pub fn as_found(&self, pair: &PairKey) -> Result<String> {
        found(self.conn, pair)
    }
}

/// Whether all that was loaded is as the newest load left it, the model of each run as its event says, and the candidate pairs as
/// the newest load or run left them.
pub(super) fn look(conn: &Connection, progress: &Progress) -> Result<std::result::Result<String, String>> {
    if let Some(sentence) = models(conn)?.or(files(conn)?) {
        return Ok(Err(sentence));
    }
    if let Some(parcel) = parcel::held(conn)? {
        return Ok(match parcel::holds_more(conn, &parcel)? {
            None => {
                Ok("A parcel holds a part of what was loaded, and is held against the whole when it comes back".into())
            }
            Some(more) => Err(more),
        });
    }
    // The records once, the pairs twice: what they are, and their bands
    let all = "SELECT (SELECT count(*) FROM mosaic_record) + (SELECT count(*) FROM chi_record)
         + (SELECT count(*) FROM relationship) + 2 * (SELECT count(*) FROM candidate)";
    progress.expect(conn.query_row(all, [], |row| count(row, 0))?);
    if let Some(sentence) = proposed(conn, progress)? {
        return Ok(Err(sentence));
    }
    let Some(event) = newest(conn, "event = 'file_loaded'")? else { return Ok(Ok("Nothing was loaded".into())) };
    let Event::FileLoaded { holds, name, .. } = event else {
        return Ok(Err("The newest load is not what its event says".into()));
    };
    let Some(holds) = holds else {
        return Ok(Ok("An older version loaded this and did not bind it to the ledger; the next load does".into()));
    };
    let (whole, tables) = match holds.strip_prefix(WHOLE) {
        Some(whole) => (whole, &BOUND),
        None => (holds.as_str(), &BOUND_BEFORE),
    };
    Ok(if digest(conn, tables, progress)? == whole {
        Ok(format!("Everybody's records, numbers, restrictions and relationships are as {name} left them"))
    } else {
        Err(format!("Records, numbers, restrictions or relationships are not as the load of {name} left them"))
    })
}

/// SHA-256 (hex) over the rows that a query gives for a number.
pub(super) fn rows_sha256(conn: &Connection, query: &str, number: i64) -> Result<String> {
    let mut find = conn.prepare_cached(query)?;
    let mut rows = find.query([number])?;
    let mut bytes = Vec::new();
    while let Some(row) = rows.next()? {
        put_row(&mut bytes, row)?;
    }
    Ok(super::hex::encode(&Sha256::digest(&bytes)))
}

/// SHA-256 (hex) over one pair.
fn found(conn: &Connection, pair: &PairKey) -> Result<String> {
    let mut find = conn.prepare_cached(&format!("{BY_HAND} AND kind = ?1 AND a = ?2 AND b = ?3"))?;
    let mut rows = find.query(params![kind_code(pair.kind()), pair.left(), pair.right()])?;
    let mut bytes = Vec::new();
    if let Some(row) = rows.next()? {
        put_row(&mut bytes, row)?;
    }
    Ok(super::hex::encode(&Sha256::digest(&bytes)))
}

/// The highest number of a candidate pair: what comes after it is numbered higher.
fn newest_pair(conn: &Connection) -> Result<i64> {
    Ok(conn.query_row("SELECT coalesce(max(id), 0) FROM candidate", [], |row| row.get(0))?)
}

/// All pairs that people brought together, up to a number; those that came with a decision too, or not.
fn by_hand(conn: &Connection, to: i64, decided: bool) -> Result<ByHand> {
    let those = if decided { "" } else { "AND origin = 'hand'" };
    let mut find = conn.prepare(&format!("{BY_HAND} {those} AND id <= ?1 ORDER BY id"))?;
    let mut rows = find.query([to])?;
    let mut bytes = Vec::new();
    while let Some(row) = rows.next()? {
        put_row(&mut bytes, row)?;
    }
    Ok(ByHand { to, sha256: super::hex::encode(&Sha256::digest(&bytes)), decided })
}

/// A pair that somebody brought together since the newest load or run and that is not as it was then, or an earlier one that is not
/// as that left it, in a sentence.
fn brought_together(conn: &Connection, bound: Option<&Proposed>, what: &str) -> Result<Option<String>> {
    let mut find = conn.prepare(
        "SELECT payload FROM ledger WHERE event = 'found_by_hand'
            AND seq > coalesce((SELECT max(seq) FROM ledger WHERE event IN ('file_loaded', 'matched')), 0)",
    )?;
    let mut rows = find.query([])?;
    while let Some(row) = rows.next()? {
        if let Event::FoundByHand { pair, scored: Some(scored) } =
            ledger::read_event(row.get_ref(0)?.as_str().unwrap_or_default())?
            && found(conn, &pair)? != scored
        {
            return Ok(Some(format!("The pair {pair}, which somebody brought together, is not as it was then")));
        }
    }
    let Some(before) = bound.and_then(|bound| bound.by_hand.as_ref()) else { return Ok(None) };
    // What nobody found by hand came with a decision, and is then a pair that somebody decided
    let stranger: Option<i64> = conn
        .prepare(
            "SELECT c.id FROM candidate c WHERE c.origin <> 'file' AND c.run IS NULL AND c.id > ?1 AND NOT EXISTS (
                SELECT 1 FROM ledger_subject s JOIN ledger l ON l.seq = s.seq
                WHERE s.kind = c.kind AND s.a = c.a AND s.b = c.b AND l.event IN ('found_by_hand', 'decided')) LIMIT 1",
        )?
        .query_row([before.to], |row| row.get(0))
        .optional()?;
    if let Some(id) = stranger {
        return Ok(Some(format!("Pair {id} was proposed by no file, run or person")));
    }
    let same = by_hand(conn, before.to, before.decided)? == *before;
    Ok((!same).then(|| format!("A pair that somebody brought together is not as {what} left it")))
}

fn newest(conn: &Connection, which: &str) -> Result<Option<Event>> {
    let payload: Option<String> = conn
        .prepare(&format!("SELECT payload FROM ledger WHERE {which} ORDER BY seq DESC LIMIT 1"))?
        .query_row([], |row| row.get(0))
        .optional()?;
    payload.map(|payload| ledger::read_event(&payload)).transpose()
}

/// Candidate pairs that are not what the newest load or run left, in a sentence.
fn proposed(conn: &Connection, progress: &Progress) -> Result<Option<String>> {
    let (bound, what) = match newest(conn, "event IN ('file_loaded', 'matched')")? {
        Some(Event::FileLoaded { pairs, name, .. }) => (pairs, format!("the load of {name}")),
        Some(Event::Matched { pairs, run, .. }) => (pairs, format!("run {run} of the engine")),
        _ => (None, String::new()),
    };
    if let Some(sentence) = brought_together(conn, bound.as_ref(), &what)? {
        return Ok(Some(sentence));
    }
    let Some(bound) = bound else { return Ok(None) };
    if digest(conn, &SCORED, progress)? != bound.scored {
        return Ok(Some(format!("The candidate pairs, or the warnings about them, are not as {what} left them")));
    }
    let moved = newest(
        conn,
        "event = 'cuts_moved' AND seq > (SELECT max(seq) FROM ledger WHERE event IN ('file_loaded', 'matched'))",
    )?;
    let Some(Event::CutsMoved { run, after: [auto, review], .. }) = moved else {
        let same = digest(conn, &BANDS, progress)? == bound.bands;
        return Ok((!same).then(|| format!("The bands of the candidate pairs are not as {what} left them")));
    };
    if let Some(unmoved) = bound.unmoved
        && digest(conn, &UNMOVED, progress)? != unmoved
    {
        return Ok(Some(format!("The bands of pairs that no cut moves are not as {what} left them")));
    }
    let band = candidates::band_expression();
    let other: bool = conn
        .prepare(&format!("SELECT EXISTS (SELECT 1 FROM candidate WHERE run = ?3 AND band <> {band})"))?
        .query_row(params![auto, review, run], |row| row.get(0))?;
    Ok(other.then(|| format!("A pair is in another band than the moved cuts of run {run} put it in")))
}

/// A file that is not the one that its event says, in a sentence: evidence names it.
fn files(conn: &Connection) -> Result<Option<String>> {
    let mut find = conn.prepare(
        "SELECT f.id, f.kind, f.name, f.sha256, f.rows, l.payload FROM source_file f
         LEFT JOIN ledger l ON l.seq = f.seq AND l.event = 'file_loaded' ORDER BY f.id",
    )?;
    let mut rows = find.query([])?;
    while let Some(row) = rows.next()? {
        let (id, count): (i64, u64) = (row.get(0)?, count(row, 4)?);
        let payload: Option<String> = row.get(5)?;
        let event = payload.map(|payload| ledger::read_event(&payload)).transpose()?;
        let as_loaded = matches!(&event, Some(Event::FileLoaded { file, kind, name, sha256, rows, .. })
            if file.0 == id && row.get_ref(1)?.as_str() == Ok(kind) && row.get_ref(2)?.as_str() == Ok(name)
                && row.get_ref(3)?.as_str() == Ok(sha256) && *rows == count);
        if !as_loaded {
            return Ok(Some(format!("File {id} is not the one that was loaded, as the ledger says it")));
        }
    }
    Ok(None)
}

/// A run's model that is not the one that its event says, in a sentence.
fn models(conn: &Connection) -> Result<Option<String>> {
    let mut find = conn.prepare("SELECT payload FROM ledger WHERE event = 'matched' ORDER BY seq")?;
    let mut rows = find.query([])?;
    let mut model = conn.prepare("SELECT model FROM run WHERE id = ?1")?;
    while let Some(row) = rows.next()? {
        let Event::Matched { run, model_sha256, .. } =
            ledger::read_event(row.get_ref(0)?.as_str().unwrap_or_default())?
        else {
            continue;
        };
        let held: Option<String> = model.query_row([run], |row| row.get(0)).optional()?;
        let Some(held) = held.filter(|_| !model_sha256.is_empty()) else { continue };
        if super::hex::encode(&Sha256::digest(held.as_bytes())) != model_sha256 {
            return Ok(Some(format!("The model of run {run} is not the one that it was made with")));
        }
    }
    Ok(None)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::super::fixture::*;
    use super::super::{FileTally, NewPair};
    use super::*;
    use crate::pair::Origin;

    #[test]
    fn what_is_changed_in_the_records_behind_the_ledgers_back_is_found() {
        let swapped =
            "UPDATE chi_record SET (chi, record, content_hash) = (SELECT 'x' || o.chi, o.record, o.content_hash
                FROM chi_record o WHERE o.id = 3 - chi_record.id) WHERE id IN (1, 2);
            UPDATE chi_record SET chi = substr(chi, 2) WHERE id IN (1, 2)";
        for (statement, told) in [
            (swapped, "numbers"),
            ("UPDATE mosaic_record SET restricted = 1 - restricted WHERE id = 2", "numbers"),
            ("UPDATE chi_record SET present = 0 WHERE id = 2", "numbers"),
            ("DELETE FROM mosaic_record WHERE id = 6", "numbers"),
            ("UPDATE chi_record SET upi = '0101011237' WHERE id = 2", "numbers"),
            ("INSERT INTO relationship VALUES ('00001', '00003', 'Spouse', '', '', 1, 1, 1, 9)", "relationships"),
            ("UPDATE candidate SET hazards = 1 WHERE a = '00002' AND kind = 'link'", "warnings"),
            ("UPDATE candidate SET hazards = 0, probability = 1 WHERE a = '00003' AND kind = 'link'", "warnings"),
            ("DELETE FROM candidate WHERE a = '00004' AND kind = 'link'", "candidate pairs"),
            ("UPDATE candidate SET band = 0 WHERE a = '00001' AND kind = 'link'", "bands"),
            ("UPDATE candidate SET band = 0 WHERE origin = 'hand' AND a = '00005'", "not as run 1"),
            ("UPDATE candidate SET weight = 30 WHERE origin = 'hand' AND a = '00005'", "not as run 1"),
            ("DELETE FROM candidate WHERE origin = 'hand' AND a = '00005'", "not as run 1"),
            ("UPDATE candidate SET hazards = 1 WHERE origin = 'hand' AND a = '00006'", "00006"),
            ("DELETE FROM candidate WHERE origin = 'hand' AND a = '00006'", "00006"),
            ("UPDATE candidate SET hazards = 1 WHERE a = '00003' AND b = '00006'", "not as run 1"),
            ("DELETE FROM candidate WHERE a = '00003' AND b = '00006'", "not as run 1"),
            ("UPDATE candidate SET band = 0 WHERE a = '00004' AND b = '00006'", "00006"),
            ("UPDATE mosaic_record SET record = json_set(record, '$.restricted', json('true')) WHERE id = 2", "Records"),
            ("UPDATE mosaic_record SET record = json_set(record, '$.chi_given', '0101011237') WHERE id = 2", "Records"),
            ("UPDATE mosaic_record SET findings = '[1]' WHERE id = 2", "Records"),
            ("UPDATE mosaic_record SET surname = 'OTHER' WHERE id = 2", "Records"),
            ("UPDATE chi_record SET birth = '1901-01-01' WHERE id = 2", "Records"),
            ("UPDATE source_file SET name = 'another.csv' WHERE id = 1", "File 1 is not the one"),
            ("UPDATE source_file SET sha256 = '00' WHERE id = 1", "File 1 is not the one"),
            (
                "INSERT INTO candidate (kind, a, b, weight, probability, band, hazards, pattern, margin, best, origin, keys, answer, mix)
                 SELECT kind, a, '00005', weight, probability, 0, 0, pattern, margin, best, 'engine', keys, 0, mix FROM candidate
                 WHERE kind = 'duplicate' AND a = '00003' AND b = '00006'",
                "proposed by no file, run or person",
            ),
        ] {
            let mut it = workspace(6);
            it.found_by_hand(link(5));
            it.brought_together(duplicate(3, 6), Origin::Engine);
            it.matched(4);
            it.found_by_hand(link(6));
            it.brought_together(duplicate(4, 6), Origin::Engine);
            it.healthy();
            it.ws.conn.execute_batch(&format!("PRAGMA foreign_keys = OFF; {statement}")).unwrap();
            let found = look(&it.ws.conn, &Progress::new()).unwrap().unwrap_err();
            assert!(found.contains(told), "{statement}: {found}");
            let refused = it.ws.expect_whole(&Progress::new()).unwrap_err().to_string();
            assert!(refused.contains(&found), "{statement}: {refused}");
        }
    }

    /// An older version bound those that a search had brought alone: what it wrote is held against that.
    #[test]
    fn what_an_older_version_bound_of_pairs_found_by_hand_still_holds() {
        let mut it = workspace(6);
        it.found_by_hand(link(5));
        it.brought_together(duplicate(3, 6), Origin::Engine);
        let to = newest_pair(&it.ws.conn).unwrap();
        let [before, now] = [false, true].map(|decided| by_hand(&it.ws.conn, to, decided).unwrap());
        assert_ne!(before.sha256, now.sha256);
        it.ws.conn.execute("DELETE FROM candidate WHERE origin = 'engine'", []).unwrap();
        assert_eq!(by_hand(&it.ws.conn, to, false).unwrap(), before);
        let written = serde_json::to_string(&before).unwrap();
        assert_eq!(written, format!(r#"{{"to":{to},"sha256":"{}"}}"#, before.sha256));
        assert_eq!(serde_json::from_str::<ByHand>(&written).unwrap(), before);
    }

    #[test]
    fn bands_follow_the_cuts_that_were_moved_since() {
        let mut it = workspace(20);
        let run = it.matched(20);
        it.apply(vec![Event::CutsMoved { run, before: [0.99, 0.1], after: [0.9, 0.5] }]);
        it.healthy();
        it.ws
            .conn
            .execute("UPDATE candidate SET band = 0 WHERE id = (SELECT min(id) FROM candidate WHERE band = 1)", [])
            .unwrap();
        let found = look(&it.ws.conn, &Progress::new()).unwrap().unwrap_err();
        assert!(found.contains("moved cuts"), "{found}");
    }

    #[test]
    fn bands_that_no_cut_moves_are_as_they_were_loaded() {
        let mut it = workspace(6);
        let run = it.matched(5);
        let of_file = NewPair { origin: Origin::File, ..new_pair(link(6), 2.0) };
        let loaded = it.ws.apply_with(|tx| {
            let file = tx.new_file(&new_file("links", "of another program"))?;
            tx.put_pair(of_file)?;
            Ok((vec![file_loaded(tx, file, &FileTally::default())], ()))
        });
        loaded.unwrap();
        it.apply(vec![Event::CutsMoved { run, before: [0.99, 0.1], after: [0.9, 0.5] }]);
        it.healthy();
        it.ws.conn.execute("UPDATE candidate SET band = 0 WHERE origin = 'file'", []).unwrap();
        let found = look(&it.ws.conn, &Progress::new()).unwrap().unwrap_err();
        assert!(found.contains("no cut moves"), "{found}");
    }

    #[test]
    fn a_model_that_was_put_in_the_place_of_a_runs_own_is_found() {
        let mut it = workspace(3);
        let run = it.matched(3);
        let event = Event::Matched {
            run,
            engine: "1".into(),
            model_sha256: super::super::hex::encode(&Sha256::digest(b"{}")),
            inputs: Vec::new(),
            links: 0,
            duplicates: 0,
            learned_from: 0,
            pairs: None,
        };
        it.apply(vec![event]);
        it.healthy();
        it.ws.conn.execute("UPDATE run SET model = '{ }'", []).unwrap();
        let found = look(&it.ws.conn, &Progress::new()).unwrap().unwrap_err();
        assert!(found.contains(&format!("model of run {run}")), "{found}");
    }
}
