//! Proof that all is well, or a sentence for each thing that is not.

use std::panic::resume_unwind;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, PoisonError};
use std::thread;
use std::time::Duration;

use rusqlite::{Connection, OptionalExtension, params};

use super::event::{BatchId, Event, StaffId};
use super::ledger::{self, Entry, Head};
use super::number::count;
use super::search::index;
use super::store::Opened;
use super::{
    Result, Workspace, WorkspaceError, batches, candidates, difference, hex, loaded, moment, project, rights, sample,
    signatures,
};
use super::{migrate, store};
use crate::person::{ChiRecord, MosaicRecord};
use crate::progress::Progress;
use crate::words::counted;

/// One thing that was looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckLine {
    /// What: "Database pages".
    pub what: &'static str,
    /// Whether all was well.
    pub ok: bool,
    /// What was found, in a sentence.
    pub detail: String,
}

/// What a check found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckReport {
    /// Everything that was looked at, in order.
    pub lines: Vec<CheckLine>,
    /// Whether all of it was well.
    pub ok: bool,
}

/// `Ok` what is well, `Err` what is not, in a sentence each.
type Finding = std::result::Result<String, String>;
type Look = fn(&Connection, &Progress) -> Result<Finding>;

/// The line about signatures, of which what was verified before can be left out.
const SIGNATURES: &str = "Signatures";

/// Everything that is looked at: the name of the line, what the progress says, the look.
const LOOKS: [(&str, &str, Look); 13] = [
    ("Database pages", "Checking pages", pages),
    ("Database structure", "Checking the structure", structure),
    ("References", "Checking references", references),
    ("Schema", "Checking the schema", schema),
    ("Ledger", "Checking the ledger", chain),
    (SIGNATURES, "Checking signatures", signatures::look),
    ("Rights", "Checking who had the right to what", rights::look),
    ("What stands", "Rebuilding from the ledger", rebuild),
    ("Queues", "Checking queues", queues),
    ("Submitted and signed batches", "Checking batches", contents),
    ("Search", "Checking the index for searching", index::agrees),
    ("Records", "Checking records", records),
    ("Loaded files", "Checking what was loaded", loaded::look),
];

/// What whoever signs, or writes what was signed, rests on: that nothing was changed past the program.
const RESTS_ON: [&str; 8] =
    ["Schema", "Ledger", SIGNATURES, "Rights", "What stands", "Queues", "Submitted and signed batches", "Loaded files"];

/// What takes longest, begun first where several connections share the looks.
const LONGEST_FIRST: [&str; 4] = ["Database structure", "What stands", SIGNATURES, "Search"];

/// Up to so many events a second connection takes longer to make than it saves.
const FEW: i64 = 1_000;

/// What each of some looks found, by its place in [`LOOKS`].
type Found = Vec<(usize, Result<Finding>)>;

impl Workspace {
    /// Looks at everything; changes nothing of what is kept, and holds nobody up who reads or writes meanwhile.
    pub fn check(&self, progress: &Progress) -> Result<CheckReport> {
        // Pages are looked at in the database's file itself. One that a power cut left half written there stands whole in the log
        // of changes; after a sync that failed nobody knows what that log holds.
        if !self.is_read_only() {
            let _ = self.conn.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |_| Ok(()));
        }
        let mut lines = Vec::new();
        for (at, found) in self.look_at(|_| true, |at, conn, progress| LOOKS[at].2(conn, progress), progress) {
            let (ok, detail) = match found {
                Ok(Ok(detail)) => (true, detail),
                Ok(Err(detail)) => (false, detail),
                Err(error @ WorkspaceError::Cancelled(_)) => return Err(error),
                Err(WorkspaceError::Damaged { what }) => (false, format!("Could not be looked at: {what}")),
                Err(error) => (false, format!("Could not be looked at: {error}")),
            };
            lines.push(CheckLine { what: LOOKS[at].0, ok, detail });
        }
        let ok = lines.iter().all(|line| line.ok);
        Ok(CheckReport { lines, ok })
    }

    /// That people, decisions, batches and records are what the ledger says: asked before anything is signed, and before what
    /// was signed is written. Refused with [`WorkspaceError::Damaged`], which says what is not. Signatures that were verified since the
    /// workspace was opened, and are as they were then, are not verified again.
    pub fn expect_whole(&self, progress: &Progress) -> Result<()> {
        let opened = &*self.opened;
        let look = |at: usize, conn: &Connection, progress: &Progress| match LOOKS[at] {
            (SIGNATURES, ..) => signatures_hold(opened, conn, progress),
            (_, _, look) => look(conn, progress),
        };
        for (at, found) in self.look_at(|what| RESTS_ON.contains(&what), look, progress) {
            found?.map_err(|detail| WorkspaceError::damaged(format!("{}: {detail}", LOOKS[at].0)))?;
        }
        Ok(())
    }

    /// Looks at what is asked for, at one moment of the workspace: what is decided meanwhile is not half seen. Several connections
    /// share the looks where there is much to look at, each taking the next. Given in the order of [`LOOKS`].
    fn look_at(
        &self,
        asked: impl Fn(&str) -> bool,
        look: impl Fn(usize, &Connection, &Progress) -> Result<Finding> + Sync,
        progress: &Progress,
    ) -> Found {
        let much = Head::read(&self.conn).is_ok_and(|head| head.seq > FEW);
        let moment = self.conn.unchecked_transaction();
        let others = match &moment {
            Ok(moment) if much => moment::beside(&self.opened, moment).unwrap_or_default(),
            _ => Vec::new(),
        };
        let conn = moment.as_deref().unwrap_or(&self.conn);
        let mut order: Vec<usize> = (0..LOOKS.len()).filter(|at| asked(LOOKS[*at].0)).collect();
        if !others.is_empty() {
            order.sort_by_key(|at| LONGEST_FIRST.iter().position(|what| *what == LOOKS[*at].0).unwrap_or(LOOKS.len()));
        }

        let next = AtomicUsize::new(0);
        let take = |conn: &Connection, progress: &Progress| {
            let mut found = Found::new();
            while let Some(at) = order.get(next.fetch_add(1, Ordering::Relaxed)) {
                progress.begin(LOOKS[*at].1, 0);
                let going_on = progress.check().map_err(WorkspaceError::from);
                found.push((*at, going_on.and_then(|()| look(*at, conn, progress))));
            }
            found
        };
        let mut found = thread::scope(|scope| {
            let take = &take;
            let threads: Vec<_> = others
                .into_iter()
                .filter_map(|other| {
                    let its = Arc::new(progress.beside());
                    let shown = Arc::clone(&its);
                    let thread = thread::Builder::new().name("check".to_owned());
                    Some((thread.spawn_scoped(scope, move || take(&other, &its)).ok()?, shown))
                })
                .collect();
            let mut found = take(conn, progress);
            for (thread, its) in threads {
                while !thread.is_finished() {
                    progress.show(&its);
                    thread::sleep(Duration::from_millis(20));
                }
                found.extend(thread.join().unwrap_or_else(|panic| resume_unwind(panic)));
            }
            found
        });
        found.sort_by_key(|(at, _)| *at);
        found
    }

    /// How long each look takes.
    #[cfg(test)]
    pub(super) fn timed(&self) -> Vec<(&'static str, Duration)> {
        let mut took = Vec::new();
        for (what, _, look) in LOOKS {
            let clock = std::time::Instant::now();
            let _ = look(&self.conn, &Progress::new());
            took.push((what, clock.elapsed()));
        }
        took
    }
}

/// That every signature holds, without those that were verified before and are as they were then.
fn signatures_hold(opened: &Opened, conn: &Connection, progress: &Progress) -> Result<Finding> {
    let held = || opened.verified.lock().unwrap_or_else(PoisonError::into_inner);
    let before = held().clone();
    let found = signatures::look_since(conn, before, progress)?;
    Ok(found.map(|verified| {
        *held() = Some(verified);
        String::new()
    }))
}

/// The texts that a query yields.
fn texts(conn: &Connection, query: &str) -> Result<Vec<String>> {
    let mut find = conn.prepare(query)?;
    let found = find.query_map([], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?;
    Ok(found)
}

fn pages(conn: &Connection, _: &Progress) -> Result<Finding> {
    let wrong = texts(conn, "PRAGMA cipher_integrity_check")?;
    Ok(match wrong.len() {
        0 => Ok("Every page is as it was encrypted".into()),
        1 => Err("1 page is not as it was encrypted".into()),
        pages => Err(format!("{pages} pages are not as they were encrypted")),
    })
}

fn structure(conn: &Connection, _: &Progress) -> Result<Finding> {
    let found = texts(conn, "PRAGMA integrity_check(20)")?;
    Ok(if found == ["ok"] {
        Ok("Tables and indexes hold together".into())
    } else {
        // SQLite says several in one text
        let faults: Vec<&str> =
            found.iter().flat_map(|text| text.lines()).filter(|line| !line.starts_with("***")).collect();
        let (count, first) = (faults.len() as u64, faults.first().unwrap_or(&"none said"));
        Err(format!(
            "Tables and indexes do not hold together: {}, the first: {first}",
            counted(count, "fault", "faults")
        ))
    })
}

fn references(conn: &Connection, _: &Progress) -> Result<Finding> {
    let tables = texts(conn, "PRAGMA foreign_key_check")?;
    Ok(match tables.first() {
        None => Ok("Every row that names another finds it".into()),
        Some(table) => {
            let rows = counted(tables.len() as u64, "row names", "rows name");
            Err(format!("{rows} another that is not there, the first in {table}"))
        }
    })
}

fn schema(conn: &Connection, _: &Progress) -> Result<Finding> {
    let sound = || "Tables, indexes and the guards of the ledger are as this version makes them".to_owned();
    Ok(schema_fault(conn)?.map_or_else(|| Ok(sound()), Err))
}

/// The first of the tables, indexes and triggers that is not as this version makes it, the ledger's guards among them.
pub(super) fn schema_fault(conn: &Connection) -> Result<Option<String>> {
    const OBJECTS: &str = "SELECT type || ' ' || name || char(10) || coalesce(sql, '') FROM sqlite_master
         WHERE type <> 'table' OR name NOT GLOB 'sqlite_stat[134]' ORDER BY type, name";
    let (theirs, ours) = (texts(conn, OBJECTS)?, texts(&migrate::empty()?, OBJECTS)?);
    let name = |object: &String| object.lines().next().unwrap_or_default().to_owned();
    let missing = ours.iter().find(|object| !theirs.contains(object)).map(name);
    let strange = theirs.iter().find(|object| !ours.contains(object)).map(name);
    let missing = missing.map(|missing| format!("The {missing} is missing, or is not as this version makes it"));
    Ok(missing.or_else(|| strange.map(|strange| format!("The {strange} is not one of this version's"))))
}

fn chain(conn: &Connection, progress: &Progress) -> Result<Finding> {
    progress.expect(ledger::count(conn)?);
    let mut rows =
        conn.prepare("SELECT seq, at, staff, event, payload, undoes, deed, prev, hash FROM ledger ORDER BY seq")?;
    let mut rows = rows.query([])?;
    let mut head = Head { seq: 0, hash: ledger::first_prev() };
    let mut deed_before = 0;
    let mut wrong: Vec<String> = Vec::new();
    while let Some(row) = rows.next()? {
        let seq: i64 = row.get(0)?;
        if seq % 512 == 0 {
            progress.check()?;
            progress.set(u64::try_from(seq).unwrap_or(0));
        }
        let (at, staff): (String, i64) = (row.get(1)?, row.get(2)?);
        let (payload, undoes, deed): (String, Option<i64>, i64) = (row.get(4)?, row.get(5)?, row.get(6)?);
        let (prev, hash): (String, String) = (row.get(7)?, row.get(8)?);
        if seq != head.seq + 1 {
            wrong.push(format!("event {} is missing", head.seq + 1));
        } else if prev != head.hash {
            wrong.push(format!("event {seq} does not follow the one before it"));
        } else if hash != ledger::row_hash(seq, &at, staff, undoes, deed, &prev, &payload) {
            wrong.push(format!("event {seq} is not what was written"));
        } else if deed != seq && deed != deed_before || undoes.is_some_and(|undone| undone >= seq) {
            wrong.push(format!("event {seq} belongs to a deed out of order"));
        }
        deed_before = deed;
        head = Head { seq, hash };
    }
    let named = "SELECT coalesce(
        (SELECT json_extract(payload, '$.workspace') FROM ledger WHERE event = 'restored' ORDER BY seq DESC LIMIT 1), '')";
    let identity = store::identity(conn)?.unwrap_or_default();
    if texts(conn, named)?.first() != Some(&identity) {
        wrong.push("the workspace's identity is not the one that the ledger gave it".to_owned());
    }
    let anchored = texts(conn, "SELECT value FROM meta WHERE key = 'ledger head'")?;
    if anchored.first() != Some(&head.anchored()) {
        wrong.push(format!("the ledger does not end where it did: at event {}", head.seq));
    }
    Ok(match wrong.first() {
        None => {
            let events = counted(head.seq.unsigned_abs(), "event", "events");
            Ok(format!("{events}, each bound to the one before; the newest: {}", &head.hash[..16]))
        }
        Some(first) => Err(format!("{}, the first: {first}", counted(wrong.len() as u64, "fault", "faults"))),
    })
}

/// The tables that derive from the ledger alone, and the order of their keys.
const PROJECTIONS: [(&str, &str); 20] = [
    ("ledger_subject", "kind, a, b, seq"),
    ("staff", "id"),
    ("credential", "seq"),
    ("decision", "kind, a, b"),
    ("record_decision", "mosaic_id"),
    ("batch", "id"),
    ("batch_row", "batch, kind, a, b"),
    ("assignment", "kind, a, b"),
    ("control", "batch, kind, a, b"),
    ("known", "kind, a, b"),
    ("second_answer", "source, batch, kind, a, b"),
    ("export_profile", "name, version"),
    ("left_out", "batch, kind, a, b"),
    ("load_report", "batch, sha256"),
    ("acknowledgement", "batch, a, b"),
    ("correction", "id"),
    ("correction_row", "correction, batch, a, b"),
    ("sharing_protocol", "version"),
    ("sharing_exception", "a, b"),
    ("extract", "id"),
];

/// Replays the ledger into an empty database in memory, through the same code that applied it live, and compares.
fn rebuild(conn: &Connection, progress: &Progress) -> Result<Finding> {
    let replayed = migrate::empty()?;
    replayed.set_prepared_statement_cache_capacity(128);
    if let Err(sentence) = replay(conn, &replayed, progress)? {
        return Ok(Err(sentence));
    }
    for (table, order) in PROJECTIONS {
        progress.check()?;
        if let Some(row) = difference::first(conn, &replayed, table, order)? {
            return Ok(Err(format!("The table {table} is not what the ledger says: {row}")));
        }
    }
    Ok(Ok("People, decisions and batches are what the ledger says".into()))
}

fn replay(conn: &Connection, into: &Connection, progress: &Progress) -> Result<std::result::Result<(), String>> {
    progress.expect(ledger::count(conn)?);
    let mut rows =
        conn.prepare("SELECT seq, at, staff, event, payload, undoes, deed, prev, hash FROM ledger ORDER BY seq")?;
    let mut rows = rows.query([])?;
    let transaction = into.unchecked_transaction()?;
    // Without the payload: projecting looks only at who, when, and what took back what.
    let mut put = transaction.prepare(
        "INSERT INTO ledger (seq, at, staff, event, payload, undoes, deed, prev, hash)
         VALUES (?1, ?2, ?3, ?4, '', ?5, ?6, ?7, ?8)",
    )?;
    while let Some(row) = rows.next()? {
        let seq: i64 = row.get(0)?;
        if seq % 512 == 0 {
            progress.check()?;
            progress.set(u64::try_from(seq).unwrap_or(0));
        }
        let (at, staff, undoes): (String, i64, Option<i64>) = (row.get(1)?, row.get(2)?, row.get(5)?);
        let event = ledger::read_event(&row.get::<_, String>(4)?)?;
        let (tag, deed): (String, i64) = (row.get(3)?, row.get(6)?);
        let (prev, hash): (String, String) = (row.get(7)?, row.get(8)?);
        put.execute(params![seq, at, staff, tag, undoes, deed, prev, hash])?;
        if let Some(undone) = undoes
            && !takes_back(conn, &event, undone)?
        {
            return Ok(Err(format!("Event {seq} is not what takes event {undone} back, as it says")));
        }
        if let Event::SampleDrawn { batch, seed, tolerable, confidence, rows, .. } = &event
            && let Some(fault) = sample::fault(&batches::rows(into, *batch)?, seed, *tolerable, *confidence, rows)
        {
            return Ok(Err(format!("Event {seq} draws a sample, and {fault}")));
        }
        let entry = Entry { seq, at: &at, staff: StaffId(staff), undoes, event: &event };
        match project::project(into, &entry) {
            Ok(()) => {}
            Err(WorkspaceError::Conflict(_)) => {
                return Ok(Err(format!("Event {seq} does not follow from the events before it")));
            }
            Err(error) => return Err(error),
        }
    }
    drop(put);
    transaction.commit()?;
    Ok(Ok(()))
}

/// Whether an event is what takes another back. A state that is brought back stands under the name of whoever made it first:
/// an event that only says so would put words into somebody's mouth.
fn takes_back(conn: &Connection, event: &Event, undone: i64) -> Result<bool> {
    let mut find = conn.prepare_cached("SELECT payload FROM ledger WHERE seq = ?1")?;
    let payload: Option<String> = find.query_row([undone], |row| row.get(0)).optional()?;
    let Some(payload) = payload else { return Ok(false) };
    Ok(ledger::read_event(&payload)?.inverse().as_ref() == Some(event))
}

/// What the queues keep of each decision is what the decision says, and no decision is about a pair that is not held.
fn queues(conn: &Connection, _: &Progress) -> Result<Finding> {
    let wrong: u64 = conn.query_row(
        &format!("SELECT count(*) FROM candidate WHERE answer <> {}", candidates::answer_expression()),
        [],
        |row| count(row, 0),
    )?;
    let lost: u64 = conn.query_row(
        "SELECT count(*) FROM decision d WHERE NOT EXISTS (
            SELECT 1 FROM candidate c WHERE c.kind = d.kind AND c.a = d.a AND c.b = d.b)",
        [],
        |row| count(row, 0),
    )?;
    // A parcel holds the decisions of the workspace it came from, and of its pairs those alone that it is for
    let lost = if super::parcel::held(conn)?.is_some() { 0 } else { lost };
    Ok(match (wrong, lost) {
        (0, 0) => Ok("Every pair stands in its queue as it was decided".into()),
        (0, lost) => Err(format!("{lost} decisions are about pairs that are no longer held")),
        (wrong, _) => Err(format!("{wrong} pairs stand in a queue otherwise than they were decided")),
    })
}

/// What a record shows is what it was bound to when it came: its content has the hash that decisions name.
fn records(conn: &Connection, progress: &Progress) -> Result<Finding> {
    fn altered<T: serde::de::DeserializeOwned>(
        conn: &Connection,
        progress: &Progress,
        (table, id): (&str, &str),
        hash: impl Fn(&T) -> [u8; 32],
    ) -> Result<(u64, Option<String>)> {
        let mut find = conn.prepare(&format!("SELECT {id}, record, content_hash FROM {table} ORDER BY id"))?;
        let mut rows = find.query([])?;
        let mut count: u64 = 0;
        while let Some(row) = rows.next()? {
            count += 1;
            if count.is_multiple_of(1024) {
                progress.check()?;
                progress.advance(1024);
            }
            let holds =
                row.get_ref(1)?.as_str().ok().and_then(|text| serde_json::from_str::<T>(text).ok()).is_some_and(
                    |record| row.get_ref(2).is_ok_and(|kept| kept.as_str() == Ok(&hex::encode(&hash(&record)))),
                );
            if !holds {
                return Ok((count, Some(row.get(0)?)));
            }
        }
        Ok((count, None))
    }
    let all = "SELECT (SELECT count(*) FROM mosaic_record) + (SELECT count(*) FROM chi_record)";
    progress.expect(conn.query_row(all, [], |row| count(row, 0))?);
    let (mosaic, one) = altered(conn, progress, ("mosaic_record", "mosaic_id"), MosaicRecord::content_hash)?;
    if let Some(id) = one {
        return Ok(Err(format!("The record of {id} is not what it was when it was loaded")));
    }
    let (chi, one) = altered(conn, progress, ("chi_record", "chi"), ChiRecord::content_hash)?;
    if let Some(number) = one {
        return Ok(Err(format!("The CHI record {number} is not what it was when it was loaded")));
    }
    Ok(Ok(format!("{} records, each as it was loaded", crate::words::number(mosaic + chi))))
}

/// What was submitted, and signed, is what the rows say now.
fn contents(conn: &Connection, progress: &Progress) -> Result<Finding> {
    let mut find =
        conn.prepare("SELECT id, content_hash FROM batch WHERE state IN ('submitted', 'signed') ORDER BY id")?;
    let mut submitted = conn.prepare(
        "SELECT l.payload FROM ledger l JOIN ledger_subject s ON s.seq = l.seq AND s.kind = 'batch' AND s.a = CAST(?1 AS TEXT)
         WHERE l.event = 'batch_submitted' ORDER BY l.seq DESC LIMIT 1",
    )?;
    let batches: Vec<(i64, Option<String>)> =
        find.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?.collect::<rusqlite::Result<_>>()?;
    for (batch, hash) in &batches {
        progress.check()?;
        if hash.as_deref() != Some(batches::content_hash(&batches::rows(conn, BatchId(*batch))?).as_str()) {
            return Ok(Err(format!("Batch {batch} is no longer what was submitted")));
        }
        let event: Option<String> = submitted.query_row([batch], |row| row.get(0)).optional()?;
        let event = event.map(|payload| ledger::read_event(&payload)).transpose()?;
        if let Some(Event::BatchSubmitted { scores: Some(scores), .. }) = event
            && scores != super::scores::kept_sha256(conn, BatchId(*batch))?
        {
            return Ok(Err(format!(
                "What the engine said of the rows of batch {batch} is not what it said when they were submitted"
            )));
        }
    }
    Ok(Ok(match batches.len() {
        0 => "There are none".into(),
        1 => "1 batch, its rows as they were submitted".into(),
        many => format!("{many} batches, their rows as they were submitted"),
    }))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::super::fixture::*;
    use super::super::*;
    use super::*;
    use crate::pair::Verdict;
    use crate::progress::Progress;

    /// A workspace with something of everything in it.
    fn busy() -> Fixture {
        let mut it = workspace(6);
        it.matched(6);
        for n in 1..=3 {
            it.decide(&link(n), Verdict::Match);
        }
        let batch = it.compose(vec![link(1), link(2)]);
        it.apply(vec![it.submitted(batch)]);
        it
    }

    fn failing(it: &Fixture) -> Vec<(&'static str, String)> {
        let report = it.ws.check(&Progress::new()).unwrap();
        assert_eq!(report.ok, report.lines.iter().all(|line| line.ok));
        report.lines.into_iter().filter(|line| !line.ok).map(|line| (line.what, line.detail)).collect()
    }

    #[test]
    fn a_healthy_workspace_passes_and_the_check_changes_nothing() {
        let it = busy();
        let (before, head) = (dump(&it.ws.conn), it.ws.ledger_head().unwrap());
        it.healthy();
        assert_eq!((dump(&it.ws.conn), it.ws.ledger_head().unwrap()), (before, head));
    }

    #[test]
    fn several_connections_find_what_one_finds() {
        let mut it = busy();
        let alone = it.ws.check(&Progress::new()).unwrap().lines;
        it.apply((0..FEW).map(|_| Event::ScoreRevealed { pair: link(1) }).collect());
        // Whichever takes it, each look can be taken
        let moment = it.ws.conn.unchecked_transaction().unwrap();
        let others = moment::beside(&it.ws.opened, &moment).unwrap();
        assert_eq!(others.is_empty(), thread::available_parallelism().is_ok_and(|cores| cores.get() == 1));
        for (what, _, look) in LOOKS {
            for other in &others {
                look(other, &Progress::new()).unwrap().unwrap_or_else(|wrong| panic!("{what}: {wrong}"));
            }
        }
        drop((others, moment));
        let names = |lines: Vec<CheckLine>| lines.into_iter().map(|line| (line.what, line.ok)).collect::<Vec<_>>();
        for _ in 0..8 {
            let report = it.ws.check(&Progress::new()).unwrap();
            assert_eq!(names(report.lines), names(alone.clone()));
            it.ws.expect_whole(&Progress::new()).unwrap();
        }
        it.ws.conn.execute_batch("UPDATE decision SET verdict = 'not_match' WHERE a = '00001'").unwrap();
        for _ in 0..8 {
            let wrong: Vec<&str> = failing(&it).into_iter().map(|(what, _)| what).collect();
            assert_eq!(wrong, ["What stands", "Queues"]);
            let refused = it.ws.expect_whole(&Progress::new()).unwrap_err().to_string();
            assert!(refused.contains("What stands: "), "the first of them: {refused}");
        }
        let progress = Progress::new();
        progress.cancel();
        assert!(matches!(it.ws.check(&progress), Err(WorkspaceError::Cancelled(_))));
    }

    #[test]
    fn the_ledger_is_append_only_to_every_statement() {
        let it = busy();
        for statement in [
            "UPDATE ledger SET payload = '{}' WHERE seq = 3",
            "DELETE FROM ledger WHERE seq = 3",
            "INSERT OR REPLACE INTO ledger SELECT seq, at, staff, event, '{}', undoes, deed, prev, hash FROM ledger WHERE seq = 3",
        ] {
            let refused = it.ws.conn.execute_batch(statement).unwrap_err();
            assert!(refused.to_string().contains("append-only"), "{statement}: {refused}");
        }
    }

    #[test]
    fn whatever_is_changed_behind_the_ledgers_back_is_found() {
        let without_triggers =
            "PRAGMA foreign_keys = OFF; DROP TRIGGER ledger_is_not_updated; DROP TRIGGER ledger_is_not_deleted;";
        let triggers = "CREATE TRIGGER ledger_is_not_updated BEFORE UPDATE ON ledger BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
            CREATE TRIGGER ledger_is_not_deleted BEFORE DELETE ON ledger BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;";
        let replaced = "PRAGMA recursive_triggers = OFF; PRAGMA foreign_keys = OFF;
            INSERT OR REPLACE INTO ledger
            SELECT seq, at, staff, event, replace(payload, 'by_hand', 'band'), undoes, deed, prev, hash FROM ledger WHERE seq = 7;";
        let behind = |statement: &str| format!("{without_triggers} {statement}; {triggers}");
        let cases: [(String, &str); 17] = [
            (replaced.into(), "Ledger"),
            (behind("UPDATE ledger SET payload = replace(payload, 'by_hand', 'band') WHERE seq = 7"), "Ledger"),
            (behind("UPDATE ledger SET staff = 2 WHERE seq = 7"), "Ledger"),
            (behind("UPDATE ledger SET at = '2020-01-01T00:00:00.000Z' WHERE seq = 7"), "Ledger"),
            (behind("UPDATE ledger SET event = 'opened' WHERE seq = 7"), "Rights"),
            (behind("DELETE FROM ledger WHERE seq = 7"), "Ledger"),
            (behind("DELETE FROM ledger WHERE seq = (SELECT max(seq) FROM ledger)"), "Ledger"),
            (
                "PRAGMA recursive_triggers = OFF; INSERT OR REPLACE INTO ledger_signature SELECT seq, replace(signature, '0', '1')
                 FROM ledger_signature"
                    .into(),
                "Signatures",
            ),
            (without_triggers.into(), "Schema"),
            ("UPDATE decision SET verdict = 'unsure' WHERE a = '00003'".into(), "What stands"),
            ("DELETE FROM batch_row WHERE a = '00001'".into(), "What stands"),
            ("UPDATE candidate SET answer = 2 WHERE a = '00003' AND kind = 'link'".into(), "Queues"),
            ("UPDATE batch SET content_hash = 'another'".into(), "Submitted and signed batches"),
            ("UPDATE batch_score SET weight = 99, hazards = 0 WHERE a = '00001'".into(), "Submitted and signed batches"),
            ("INSERT INTO meta (key, value) VALUES ('identity', 'deadbeef')".into(), "Ledger"),
            // Named nearly as SQLite's own tables are
            (
                "CREATE TRIGGER \"sqlite-stat1\" AFTER INSERT ON candidate BEGIN UPDATE candidate SET hazards = 0; END".into(),
                "Schema",
            ),
            ("CREATE VIEW \"sqlite_statx\" AS SELECT 1".replace("sqlite_", "sqlite+"), "Schema"),
        ];
        for (statement, line) in cases {
            let it = busy();
            it.ws.conn.execute_batch(&statement).unwrap();
            let failing = failing(&it);
            assert!(failing.iter().any(|(what, _)| *what == line), "{statement}: {failing:?}");
        }
    }

    #[test]
    fn an_event_that_says_to_take_back_what_it_does_not_is_found() {
        let mut it = busy();
        let first = it.decide(&link(4), Verdict::Match);
        let second = it.decide(&link(4), Verdict::Unsure);
        let statement =
            format!("DROP TRIGGER ledger_is_not_updated; UPDATE ledger SET undoes = {first} WHERE seq = {second}");
        it.ws.conn.execute_batch(&statement).unwrap();
        let said = format!("Event {second} is not what takes event {first} back");
        let failing = failing(&it);
        assert!(failing.iter().any(|(what, detail)| *what == "What stands" && detail.contains(&said)), "{failing:?}");
    }

    #[test]
    fn a_damaged_page_is_a_finding_not_a_crash() {
        let it = busy();
        let home = it.home();
        drop(it.ws);
        let path = home.join("workspace.db");
        let mut bytes = std::fs::read(&path).unwrap();
        let at = bytes.len() - 4096 + 100;
        bytes[at] ^= 1;
        std::fs::write(&path, bytes).unwrap();
        match Workspace::open(&home, "Ailsa Craig", PASSPHRASE) {
            Ok(ws) => {
                let report = ws.check(&Progress::new()).unwrap();
                assert!(report.lines.iter().any(|line| line.what == "Database pages" && !line.ok), "{report:#?}");
            }
            Err(error) => assert!(matches!(error, WorkspaceError::Damaged { .. }), "{error}"),
        }
    }

    #[test]
    fn a_cancelled_check_says_so() {
        let it = busy();
        let progress = Progress::new();
        progress.cancel();
        assert!(matches!(it.ws.check(&progress), Err(WorkspaceError::Cancelled(_))));
    }

    /// Anything that people do, in any order, with undo and redo among it: what stands is what the ledger says, and undoing
    /// everything leads back.
    #[test]
    fn after_any_sequence_what_stands_is_what_the_ledger_says() {
        for seed in 0..6 {
            let mut it = workspace(8).with_signer();
            it.matched(8);
            let mut dice = Dice(seed);
            let mut done = 0;
            for step in 0..120 {
                let pair = if dice.below(3) == 0 { duplicate(1, 3) } else { link(1 + dice.below(6) as u32) };
                let batch = BatchId(1 + dice.below(3) as i64);
                let before = dump(&it.ws.conn);
                let rows = || it.ws.batch_rows(batch).unwrap();
                let keys = || rows().into_iter().map(|row| row.key).collect::<Vec<_>>();
                let controls = || {
                    let fit = it.ws.fit_for_control(&[it.ws.me().id]).unwrap();
                    fit.into_iter().filter(|key| !keys().contains(key)).collect::<Vec<_>>()
                };
                let which = dice.below(14);
                // Re-checks and returns are another supervisor's
                let seated = matches!(which, 9 | 10 | 12);
                let events = match which {
                    0..=3 => vec![it.decided(&pair, Some(Verdict::ALL[dice.below(4)]))],
                    4 => vec![it.decided(&pair, None)],
                    5 => {
                        let held = it.ws.mosaic(&mosaic_id(4)).unwrap().unwrap();
                        let after = held.judged.is_none().then(|| not_matchable(&held.content_hash));
                        vec![Event::RecordDecided { mosaic: mosaic_id(4), before: held.judged, after }]
                    }
                    6 | 7 => {
                        let mut after = keys();
                        match after.iter().position(|key| *key == pair) {
                            Some(place) => drop(after.remove(place)),
                            None => after.push(pair.clone()),
                        }
                        vec![Event::BatchComposed { batch, name: "B".into(), before: keys(), after }]
                    }
                    8 => {
                        let sample = Event::SampleDrawn {
                            batch,
                            seed: "0".into(),
                            tolerable: 0.1,
                            confidence: 0.95,
                            rows: keys(),
                            controls: controls(),
                        };
                        vec![it.submitted(batch), sample]
                    }
                    9 | 12 => {
                        let sampled = rows().into_iter().filter(|row| row.sampled).map(|row| (row.key, row.recheck));
                        let among = it.ws.controls(batch).unwrap().into_iter().map(|it| (it.key, it.recheck));
                        let mut all: Vec<_> = sampled.chain(among).collect();
                        all.truncate(1 + dice.below(4));
                        let answers = all.into_iter().map(|(pair, before)| Event::Rechecked {
                            batch,
                            pair,
                            before,
                            after: Some(Verdict::ALL[dice.below(4)]),
                        });
                        answers.collect()
                    }
                    13 => {
                        let known = it.ws.known_pairs().unwrap().into_iter().find(|known| known.key == pair);
                        let after = (dice.below(3) > 0).then(|| Verdict::ALL[dice.below(2)]);
                        let before = known.map(|known| known.verdict);
                        if before == after {
                            continue;
                        }
                        vec![Event::KnownSet { pair, before, after }]
                    }
                    10 => vec![Event::BatchReturned { batch, reason: "R".into(), rows: vec![], why: vec![] }],
                    _ => {
                        let redo = dice.below(2) == 0;
                        let deed = if redo { it.ws.last_redoable() } else { it.ws.last_undoable() }.unwrap();
                        if let Some(deed) = deed {
                            let refused = it.ws.apply_undo(&deed).is_err();
                            assert!(!refused || dump(&it.ws.conn) == before, "seed {seed}, step {step}");
                        }
                        continue;
                    }
                };
                if events.is_empty() {
                    continue;
                }
                if seated {
                    it = it.signer();
                }
                match it.ws.apply(events, |_| Ok(())) {
                    Ok(_) => {
                        done += 1;
                        // Whatever can be taken back leads to where it came from, and forward again.
                        let after = dump(&it.ws.conn);
                        let newest = it.ws.ledger_head().unwrap().0;
                        let deed = it.ws.last_undoable().unwrap();
                        if let Some(deed) = deed.filter(|deed| deed.last().is_some_and(|row| row.seq == newest)) {
                            it.ws.apply_undo(&deed).unwrap();
                            assert_eq!(dump(&it.ws.conn), before, "seed {seed}, step {step}: undo");
                            let deed = it.ws.last_redoable().unwrap().unwrap();
                            it.ws.apply_undo(&deed).unwrap();
                            assert_eq!(dump(&it.ws.conn), after, "seed {seed}, step {step}: redo");
                        }
                    }
                    Err(WorkspaceError::Conflict(_)) => assert_eq!(dump(&it.ws.conn), before),
                    Err(error) => panic!("seed {seed}, step {step}: {error}"),
                }
                if seated {
                    it = it.reopen();
                }
            }
            assert!(done > 20, "seed {seed}: only {done} deeds went through");
            it.healthy();
            it.reopen().healthy();
        }
    }
}
