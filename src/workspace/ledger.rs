//! The append-only chain of events.
//!
//! # What a row's hash covers
//!
//! SHA-256 over these seven pieces in UTF-8, joined by line feeds: the sequence number, the time, the person's number, the
//! sequence number of the event that this one takes back (`-` where none), that of the deed's first event, the hash of the row
//! before (64 zeros for the first), the payload. None of the first six can hold a line feed, so no two rows share an encoding.
//! The time is ISO 8601 in UTC to the millisecond, the payload the event's JSON exactly as stored. `meta` names the newest row,
//! so that a chain cut short is noticed too; a whole older copy put back is not (a release's manifest, kept elsewhere, names the
//! head of its day).
//!
//! # What is taken back
//!
//! An event that was taken back is no longer in effect, unless what took it back was itself taken back. Nothing is ever
//! deleted, so this is a walk along `undoes`.

use std::collections::BTreeMap;

use jiff::Timestamp;
use rusqlite::types::Value;
use rusqlite::{Connection, OptionalExtension, Row, params, params_from_iter};
use sha2::{Digest, Sha256};

use super::candidates::kind_code;
use super::event::{BatchId, CorrectionId, Event, StaffId};
use super::{LedgerRow, Result, Workspace, WorkspaceError, hex};
use crate::pair::PairKey;
use crate::person::MosaicId;
use crate::words::days;

/// Which rows of the ledger to show.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LedgerFilter {
    /// Part of what an event says (an id, a CHI, a file name, a comment) or of who did it; empty means all.
    pub text: String,
    /// Only this person's.
    pub staff: Option<StaffId>,
    /// Only these events, by their tag (`decided`, `batch_signed` …); empty means all.
    pub kinds: Vec<String>,
    /// Only events before this one: the next page.
    pub before: Option<i64>,
}

/// Events that swap one state for another, and so can be taken back: those that have an inverse.
const INVERTIBLE: &str =
    "'cuts_moved', 'decided', 'record_decided', 'batch_composed', 'rechecked', 'recalled', 'assigned', 'known_set'";
/// Events by which a batch goes on its way, out of the hands of whoever pressed the key: what came before them is no longer what
/// was done last, and is taken back from the history alone.
const GOES_ON: &str = "'batch_submitted', 'batch_returned', 'batch_signed', 'released'";
/// What a decision says, without the hashes of the records that it was about.
const WITHOUT_HASHES: &str = "json_remove(l.payload, '$.before.left_hash', '$.before.right_hash', '$.before.content_hash', \
                              '$.after.left_hash', '$.after.right_hash', '$.after.content_hash')";
/// Events that only note what happened beside a decision.
const NOTES: &str = "'found_by_hand', 'score_revealed'";

impl Event {
    /// The tag of the event, as the ledger and [`LedgerFilter::kinds`] write it.
    pub fn tag(&self) -> &'static str {
        match self {
            Self::WorkspaceCreated { .. } => "workspace_created",
            Self::TrainingBegun { .. } => "training_begun",
            Self::StaffChanged { .. } => "staff_changed",
            Self::KeyRegistered { .. } => "key_registered",
            Self::KeyConfirmed { .. } => "key_confirmed",
            Self::ParcelMade { .. } => "parcel_made",
            Self::ParcelTaken { .. } => "parcel_taken",
            Self::DatabaseKeyChanged { .. } => "database_key_changed",
            Self::ClockJumped { .. } => "clock_jumped",
            Self::Opened { .. } => "opened",
            Self::FileLoaded { .. } => "file_loaded",
            Self::Matched { .. } => "matched",
            Self::CutsMoved { .. } => "cuts_moved",
            Self::FoundByHand { .. } => "found_by_hand",
            Self::ScoreRevealed { .. } => "score_revealed",
            Self::Decided { .. } => "decided",
            Self::RecordDecided { .. } => "record_decided",
            Self::BatchComposed { .. } => "batch_composed",
            Self::BatchSubmitted { .. } => "batch_submitted",
            Self::SampleDrawn { .. } => "sample_drawn",
            Self::Rechecked { .. } => "rechecked",
            Self::BatchReturned { .. } => "batch_returned",
            Self::BatchSigned { .. } => "batch_signed",
            Self::Released { .. } => "released",
            Self::Recalled { .. } => "recalled",
            Self::Assigned { .. } => "assigned",
            Self::KnownSet { .. } => "known_set",
            Self::LeftOut { .. } => "left_out",
            Self::ProfileSaved { .. } => "profile_saved",
            Self::ProfileWritten { .. } => "profile_written",
            Self::Acknowledged { .. } => "acknowledged",
            Self::CorrectionComposed { .. } => "correction_composed",
            Self::CorrectionReturned { .. } => "correction_returned",
            Self::CorrectionSigned { .. } => "correction_signed",
            Self::CorrectionReleased { .. } => "correction_released",
            Self::ProtocolSet { .. } => "protocol_set",
            Self::SharingExcepted { .. } => "sharing_excepted",
            Self::ExtractWritten(_) => "extract_written",
            Self::ExtractAcknowledged { .. } => "extract_acknowledged",
            Self::CrossReferenceWritten { .. } => "cross_reference_written",
            Self::LookedUp { .. } => "looked_up",
            Self::BackedUp { .. } => "backed_up",
            Self::Restored { .. } => "restored",
            Self::PlaceSet { .. } => "place_set",
            Self::Sent { .. } => "sent",
            Self::Closed { .. } => "closed",
        }
    }

    /// An event that only notes what happened beside a decision (a pair found by hand, a score looked at): undo leaves it.
    pub fn only_notes(&self) -> bool {
        matches!(self, Self::FoundByHand { .. } | Self::ScoreRevealed { .. })
    }

    /// An event that a closed workspace still admits: it was opened to be read, for the first time since people have keys or with
    /// the clock at another time, or copied.
    pub(super) fn only_keeps(&self) -> bool {
        matches!(
            self,
            Self::Opened { .. }
                | Self::KeyRegistered { .. }
                | Self::ClockJumped { .. }
                | Self::BackedUp { .. }
                | Self::Restored { .. }
        )
    }

    /// What the event speaks of, as the table `ledger_subject` keeps it.
    pub(super) fn subjects(&self) -> Vec<Subject> {
        match self {
            Self::Decided { pair, .. }
            | Self::FoundByHand { pair, .. }
            | Self::ScoreRevealed { pair }
            | Self::SharingExcepted { pair, .. }
            | Self::Assigned { pair, .. } => vec![Subject::pair(pair)],
            Self::RecordDecided { mosaic, .. } => vec![Subject::record(mosaic)],
            Self::Rechecked { batch, pair, .. } | Self::Recalled { batch, pair, .. } => {
                vec![Subject::pair(pair), Subject::batch(*batch)]
            }
            Self::BatchComposed { batch, before, after, .. } => {
                let (was, is) = (before.iter().collect::<std::collections::BTreeSet<_>>(), after.iter().collect());
                let moved = was.symmetric_difference(&is).map(|pair| Subject::pair(pair));
                std::iter::once(Subject::batch(*batch)).chain(moved).collect()
            }
            Self::BatchReturned { batch, rows, .. } => {
                let rows: std::collections::BTreeSet<_> = rows.iter().collect();
                std::iter::once(Subject::batch(*batch)).chain(rows.into_iter().map(Subject::pair)).collect()
            }
            // A known pair is spoken of nowhere that an officer looks before deciding it
            Self::BatchSubmitted { batch, .. }
            | Self::SampleDrawn { batch, .. }
            | Self::BatchSigned { batch, .. }
            | Self::ProfileWritten { batch, .. }
            | Self::LeftOut { batch, .. }
            | Self::Released { batch, .. } => vec![Subject::batch(*batch)],
            Self::Acknowledged { batch, accepted, rejected, .. } => {
                let rows: std::collections::BTreeSet<_> =
                    accepted.iter().chain(rejected.iter().map(|row| &row.pair)).collect();
                std::iter::once(Subject::batch(*batch)).chain(rows.into_iter().map(Subject::pair)).collect()
            }
            Self::CorrectionComposed { correction, rows, .. } => {
                let wrong = rows.iter().map(|row| PairKey::link(row.mosaic.clone(), row.wrong));
                let wrong: std::collections::BTreeSet<_> = wrong.collect();
                std::iter::once(Subject::correction(*correction)).chain(wrong.iter().map(Subject::pair)).collect()
            }
            Self::CorrectionReturned { correction, .. }
            | Self::CorrectionSigned { correction, .. }
            | Self::CorrectionReleased { correction, .. } => vec![Subject::correction(*correction)],
            Self::ParcelMade { purpose: super::parcel::Purpose::SignOff(batch), .. } => vec![Subject::batch(*batch)],
            Self::PlaceSet { place, .. } => vec![Subject::place(place)],
            Self::Closed { .. } => vec![Subject::workspace()],
            _ => Vec::new(),
        }
    }
}

/// What an event speaks of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Subject {
    pub(super) kind: &'static str,
    pub(super) a: String,
    pub(super) b: String,
}

impl Subject {
    pub(super) fn pair(key: &PairKey) -> Self {
        Self { kind: kind_code(key.kind()), a: key.left().into(), b: key.right().into() }
    }
    pub(super) fn record(mosaic: &MosaicId) -> Self {
        Self { kind: "record", a: mosaic.to_string(), b: String::new() }
    }
    fn correction(correction: CorrectionId) -> Self {
        Self { kind: "correction", a: correction.0.to_string(), b: String::new() }
    }
    pub(super) fn place(name: &str) -> Self {
        Self { kind: "place", a: name.into(), b: String::new() }
    }
    /// The workspace itself, which is spoken of once: when it is closed.
    pub(super) fn workspace() -> Self {
        Self { kind: "workspace", a: String::new(), b: String::new() }
    }
    fn batch(batch: BatchId) -> Self {
        Self { kind: "batch", a: batch.0.to_string(), b: String::new() }
    }
}

/// The end of the chain, while events are appended to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Head {
    pub(super) seq: i64,
    pub(super) hash: String,
}

/// A row as it is appended, before it is projected.
#[derive(Debug, Clone)]
pub(super) struct Entry<'a> {
    pub(super) seq: i64,
    pub(super) at: &'a str,
    pub(super) staff: StaffId,
    pub(super) undoes: Option<i64>,
    pub(super) event: &'a Event,
}

impl Head {
    /// The newest row's.
    pub(super) fn read(conn: &Connection) -> Result<Self> {
        let mut find = conn.prepare_cached("SELECT seq, hash FROM ledger ORDER BY seq DESC LIMIT 1")?;
        let found = find.query_row([], |row| Ok(Self { seq: row.get(0)?, hash: row.get(1)? })).optional()?;
        Ok(found.unwrap_or_else(|| Self { seq: 0, hash: first_prev() }))
    }

    /// Appends one row. `deed` is the sequence number of the deed's first event: this row's own where it is the first.
    pub(super) fn append(&mut self, conn: &Connection, entry: &Entry<'_>, payload: &str, deed: i64) -> Result<()> {
        let Entry { seq, at, staff, undoes, event } = entry;
        let hash = row_hash(*seq, at, staff.0, *undoes, deed, &self.hash, payload);
        let mut put = conn.prepare_cached(
            "INSERT INTO ledger (seq, at, staff, event, payload, undoes, deed, prev, hash)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
        )?;
        put.execute(params![seq, at, staff.0, event.tag(), payload, undoes, deed, self.hash, hash])?;
        *self = Self { seq: *seq, hash };
        Ok(())
    }

    /// Writes down where the chain ends.
    pub(super) fn anchor(&self, conn: &Connection) -> Result<()> {
        let mut put = conn.prepare_cached(
            "INSERT INTO meta (key, value) VALUES ('ledger head', ?1)
             ON CONFLICT (key) DO UPDATE SET value = excluded.value",
        )?;
        put.execute([self.anchored()])?;
        Ok(())
    }

    /// As `meta` holds it.
    pub(super) fn anchored(&self) -> String {
        format!("{} {}", self.seq, self.hash)
    }
}

/// What the first row names as the hash of the row before it.
pub(super) fn first_prev() -> String {
    "0".repeat(64)
}

/// The hash of a row, as this file's head describes it.
pub(super) fn row_hash(
    seq: i64,
    at: &str,
    staff: i64,
    undoes: Option<i64>,
    deed: i64,
    prev: &str,
    payload: &str,
) -> String {
    let undoes = undoes.map_or_else(|| "-".to_owned(), |seq| seq.to_string());
    let text = format!("{seq}\n{at}\n{staff}\n{undoes}\n{deed}\n{prev}\n{payload}");
    hex::encode(&Sha256::digest(text.as_bytes()))
}

/// How many events there are.
pub(super) fn count(conn: &Connection) -> Result<u64> {
    Ok(conn.query_row("SELECT count(*) FROM ledger", [], |row| super::number::count(row, 0))?)
}

/// When the newest event was, by the clock of that moment.
pub(super) fn newest_time(conn: &Connection) -> Result<Option<Timestamp>> {
    let mut find = conn.prepare_cached("SELECT at FROM ledger ORDER BY seq DESC LIMIT 1")?;
    find.query_row([], |row| row.get::<_, String>(0)).optional()?.map(|at| time(&at)).transpose()
}

/// Reads a stored time.
pub(super) fn time(text: &str) -> Result<Timestamp> {
    text.parse().map_err(|_| WorkspaceError::damaged("a stored time cannot be read"))
}

/// The event that took an event back, if that still stands.
pub(super) fn undone_by(conn: &Connection, seq: i64) -> Result<Option<i64>> {
    let mut find = conn.prepare_cached("SELECT seq FROM ledger WHERE undoes = ?1 ORDER BY seq DESC")?;
    let later: Vec<i64> = find.query_map([seq], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?;
    drop(find);
    for later in later {
        if undone_by(conn, later)?.is_none() {
            return Ok(Some(later));
        }
    }
    Ok(None)
}

/// How many events stand behind this one, each taking back the next: 0 for an event in its own right, 1 for an undo, 2 for a redo.
fn level(conn: &Connection, seq: i64) -> Result<usize> {
    let mut find = conn.prepare_cached("SELECT undoes FROM ledger WHERE seq = ?1")?;
    let (mut level, mut at) = (0, seq);
    while let Some(undone) = find.query_row([at], |row| row.get::<_, Option<i64>>(0)).optional()?.flatten() {
        level += 1;
        at = undone;
    }
    Ok(level)
}

/// Which event set the state that was live about a subject just before the event `before`. Undo restores who decided, not
/// who pressed undo.
pub(super) fn set_by(conn: &Connection, subject: &Subject, tag: &str, before: i64) -> Result<Option<i64>> {
    let mut find = conn.prepare_cached(
        "SELECT s.seq, l.undoes FROM ledger_subject s JOIN ledger l ON l.seq = s.seq
         WHERE s.kind = ?1 AND s.a = ?2 AND s.b = ?3 AND s.seq < ?4 AND l.event = ?5
         ORDER BY s.seq DESC LIMIT 1",
    )?;
    let mut before = before;
    loop {
        let found: Option<(i64, Option<i64>)> = find
            .query_row(params![subject.kind, subject.a, subject.b, before, tag], |row| Ok((row.get(0)?, row.get(1)?)))
            .optional()?;
        match found {
            Some((_, Some(undone))) => before = undone,
            Some((seq, None)) => return Ok(Some(seq)),
            None => return Ok(None),
        }
    }
}

/// Whether something that still stands was done about the subject of `seq` after it. What was done and taken back again since
/// leaves nothing; what takes back something older than `seq` does.
pub(super) fn changed_since(conn: &Connection, event: &Event, seq: i64) -> Result<bool> {
    let Some(subject) = event.subjects().into_iter().next() else { return Ok(false) };
    let mut find = conn.prepare_cached(
        "SELECT s.seq FROM ledger_subject s JOIN ledger l ON l.seq = s.seq
         WHERE s.kind = ?1 AND s.a = ?2 AND s.b = ?3 AND s.seq > ?4 AND l.event = ?5
           AND (l.undoes IS NULL OR l.undoes < ?4)",
    )?;
    let later: Vec<i64> = find
        .query_map(params![subject.kind, subject.a, subject.b, seq, event.tag()], |row| row.get(0))?
        .collect::<rusqlite::Result<_>>()?;
    drop(find);
    for later in later {
        if undone_by(conn, later)?.is_none() {
            return Ok(true);
        }
    }
    Ok(false)
}

const COLUMNS: &str =
    "SELECT l.seq, l.at, l.staff, coalesce(s.name, 'Person ' || l.staff), l.payload, l.undoes, l.deed, l.hash
    FROM ledger l LEFT JOIN staff s ON s.id = l.staff";

/// Reads the rows that a query on [`COLUMNS`] finds.
fn rows(conn: &Connection, rest: &str, values: impl IntoIterator<Item = Value>) -> Result<Vec<LedgerRow>> {
    let mut find = conn.prepare_cached(&format!("{COLUMNS} {rest}"))?;
    let mut found = find.query(params_from_iter(values))?;
    let mut read = Vec::new();
    while let Some(row) = found.next()? {
        read.push(ledger_row(conn, row)?);
    }
    Ok(read)
}

fn ledger_row(conn: &Connection, row: &Row<'_>) -> Result<LedgerRow> {
    let seq = row.get(0)?;
    Ok(LedgerRow {
        seq,
        at: time(&row.get::<_, String>(1)?)?,
        staff: StaffId(row.get(2)?),
        name: row.get(3)?,
        event: read_event(&row.get::<_, String>(4)?)?,
        undoes: row.get(5)?,
        undone_by: undone_by(conn, seq)?,
        deed: row.get(6)?,
        hash: row.get(7)?,
    })
}

/// Reads a stored event.
pub(super) fn read_event(payload: &str) -> Result<Event> {
    serde_json::from_str(payload).map_err(|_| WorkspaceError::damaged("an event in the ledger cannot be read"))
}

/// One row, as it stands.
pub(super) fn row(conn: &Connection, seq: i64) -> Result<Option<LedgerRow>> {
    Ok(rows(conn, "WHERE l.seq = ?1", [seq.into()])?.pop())
}

/// The events `l` about the batches of some rows `r`, of those kinds that do not name the rows.
fn of_batches(rows: &str) -> String {
    format!(
        "(l.event IN ('batch_submitted', 'batch_returned', 'batch_signed', 'released', 'profile_written', 'acknowledged')
            AND l.seq IN (SELECT u.seq FROM batch_row r JOIN ledger_subject u
                ON u.kind = 'batch' AND u.a = CAST(r.batch AS TEXT) AND u.b = '' WHERE {rows}))"
    )
}

/// The events `l` about the corrections of some rows `r`, of those kinds that do not name the rows.
fn of_corrections(rows: &str) -> String {
    format!(
        "(l.event IN ('correction_signed', 'correction_returned', 'correction_released')
            AND l.seq IN (SELECT u.seq FROM correction_row r JOIN ledger_subject u
                ON u.kind = 'correction' AND u.a = CAST(r.correction AS TEXT) AND u.b = '' WHERE {rows}))"
    )
}

/// A text as a pattern that finds it anywhere.
pub(super) fn anywhere(text: &str) -> String {
    let mut pattern = String::from("%");
    for c in text.chars() {
        if matches!(c, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(c);
    }
    pattern + "%"
}

impl Workspace {
    /// Who set what an event changed: what was live about its subject before it.
    pub fn set_before(&self, row: &LedgerRow) -> Result<Option<StaffId>> {
        let Some(subject) = row.event.subjects().into_iter().next() else { return Ok(None) };
        let Some(seq) = set_by(&self.conn, &subject, row.event.tag(), row.seq)? else { return Ok(None) };
        Ok(self::row(&self.conn, seq)?.map(|row| row.staff))
    }

    /// How many answers were given on each day of [`days`], the earliest first, and how many of them by hand. What was taken
    /// back, and what an undo brought back, does not count.
    pub fn answered_by_day(&self) -> Result<Vec<(i64, u64, u64)>> {
        let mut find = self.conn.prepare_cached(
            "SELECT unixepoch(at) / 900, count(*), sum(json_extract(payload, '$.after.how') = 'by_hand') FROM ledger
             WHERE event = 'decided' AND undoes IS NULL AND json_extract(payload, '$.after') IS NOT NULL GROUP BY 1",
        )?;
        let mut rows = find.query([])?;
        // Quarters of an hour: wherever it may be, midnight is at the beginning of one
        let mut found: BTreeMap<i64, (u64, u64)> = BTreeMap::new();
        while let Some(row) = rows.next()? {
            let began = Timestamp::from_second(row.get::<_, i64>(0)? * 900).unwrap_or_default();
            let (all, by_hand) = found.entry(days::of(began)).or_default();
            *all += super::number::count(row, 1)?;
            *by_hand += super::number::count(row, 2)?;
        }
        Ok(found.into_iter().map(|(day, (all, by_hand))| (day, all, by_hand)).collect())
    }

    /// What the signed-in person did since a moment, the newest first: the first event of each deed.
    pub fn my_deeds_since(&self, since: Timestamp) -> Result<Vec<LedgerRow>> {
        let rest = "WHERE l.staff = ?1 AND l.seq = l.deed AND l.at >= ?2 ORDER BY l.seq DESC";
        // Text as the ledger writes it sorts as time does
        rows(&self.conn, rest, [Value::from(self.me().id.0), Value::from(format!("{since:.3}"))])
    }

    /// The ledger, newest first.
    pub fn ledger(&self, filter: &LedgerFilter, limit: usize) -> Result<Vec<LedgerRow>> {
        let mut rest = String::from("WHERE l.seq < ?");
        let mut values: Vec<Value> = vec![filter.before.unwrap_or(i64::MAX).into()];
        if let Some(staff) = filter.staff {
            rest += " AND l.staff = ?";
            values.push(staff.0.into());
        }
        if !filter.kinds.is_empty() {
            rest += &format!(" AND l.event IN ({})", vec!["?"; filter.kinds.len()].join(", "));
            values.extend(filter.kinds.iter().map(|kind| kind.clone().into()));
        }
        let text = filter.text.trim();
        if !text.is_empty() {
            // As JSON writes it, and, for a CHI typed as screens show it, without its space.
            let quoted = serde_json::to_string(text).unwrap_or_default();
            let close = text.split_whitespace().collect::<String>();
            // A known pair is not to be found before it is decided
            rest += " AND l.event <> 'known_set'";
            let closed = if close.bytes().all(|b| b.is_ascii_digit()) { close.as_str() } else { text };
            // Digits also stand, by chance, in the hashes of the records that were decided about: nobody searches for those. They
            // are taken out where anything was found at all.
            let payloads = ["l.payload", WITHOUT_HASHES].map(|payload| {
                values.push(anywhere(quoted.trim_matches('"')).into());
                values.push(anywhere(closed).into());
                values.push(anywhere(text).into());
                format!(r"({payload} LIKE ? ESCAPE '\' OR {payload} LIKE ? ESCAPE '\' OR s.name LIKE ? ESCAPE '\')")
            });
            // What was signed and left the workspace names its batch, not the people in it
            let of_their_batches = of_batches(
                "(r.kind = 'link' AND (r.a = ? OR r.b = ?)) OR (r.kind = 'duplicate' AND (r.a = ? OR r.b = ?))",
            );
            let of_their_corrections = of_corrections("r.a = ? OR r.b = ?");
            rest += &format!(" AND ({} OR {of_their_batches} OR {of_their_corrections})", payloads.join(" AND "));
            values.extend(std::iter::repeat_n(Value::from(closed.to_owned()), 6));
        }
        rest += " ORDER BY l.seq DESC LIMIT ?";
        values.push(i64::try_from(limit).unwrap_or(i64::MAX).into());
        rows(&self.conn, &rest, values)
    }

    /// What happened to a pair and to the batches that it was in, oldest first: who decided it, who signed, what left.
    pub fn trail_of(&self, key: &PairKey) -> Result<Vec<LedgerRow>> {
        let Subject { kind, a, b } = Subject::pair(key);
        let own = "l.seq IN (SELECT seq FROM ledger_subject WHERE kind = ? AND a = ? AND b = ?)";
        let rest = format!(
            "WHERE {own} OR {} OR {} ORDER BY l.seq",
            of_batches("r.kind = ? AND r.a = ? AND r.b = ?"),
            of_corrections("? = 'link' AND r.a = ? AND r.b = ?")
        );
        let names = [kind.to_owned(), a, b];
        let three = names.iter().chain(&names).chain(&names);
        rows(&self.conn, &rest, three.map(|name| Value::from(name.clone())))
    }

    /// What happened to a pair, oldest first.
    pub fn history_of(&self, key: &PairKey) -> Result<Vec<LedgerRow>> {
        self.history(Subject::pair(key))
    }

    /// The events of these kinds about a pair, by their tag, oldest first. An event about many pairs at once, such as a batch that
    /// was composed, names all of them: whoever asks about many pairs asks for what they need.
    pub fn history_of_kinds(&self, key: &PairKey, kinds: &[&str]) -> Result<Vec<LedgerRow>> {
        self.history_only(Subject::pair(key), kinds)
    }

    /// The events of these kinds about a batch, by their tag, oldest first.
    pub(super) fn history_of_batch_kinds(&self, batch: BatchId, kinds: &[&str]) -> Result<Vec<LedgerRow>> {
        self.history_only(Subject::batch(batch), kinds)
    }

    fn history_only(&self, subject: Subject, kinds: &[&str]) -> Result<Vec<LedgerRow>> {
        let wanted = vec!["?"; kinds.len()].join(", ");
        let rest = format!(
            "JOIN ledger_subject u ON u.seq = l.seq WHERE u.kind = ? AND u.a = ? AND u.b = ? AND l.event IN ({wanted})
             ORDER BY l.seq"
        );
        let mut values: Vec<Value> = vec![subject.kind.to_owned().into(), subject.a.into(), subject.b.into()];
        values.extend(kinds.iter().map(|kind| Value::from((*kind).to_owned())));
        rows(&self.conn, &rest, values)
    }

    /// What was decided about a record by itself, oldest first.
    pub fn history_of_record(&self, mosaic: &MosaicId) -> Result<Vec<LedgerRow>> {
        self.history(Subject::record(mosaic))
    }

    /// What happened to a batch, oldest first.
    pub fn history_of_batch(&self, batch: BatchId) -> Result<Vec<LedgerRow>> {
        self.history(Subject::batch(batch))
    }

    /// What happened to a correction, oldest first.
    pub fn history_of_correction(&self, correction: CorrectionId) -> Result<Vec<LedgerRow>> {
        self.history(Subject::correction(correction))
    }

    fn history(&self, subject: Subject) -> Result<Vec<LedgerRow>> {
        let rest = "JOIN ledger_subject u ON u.seq = l.seq WHERE u.kind = ? AND u.a = ? AND u.b = ? ORDER BY l.seq";
        rows(&self.conn, rest, [subject.kind.to_owned().into(), subject.a.into(), subject.b.into()])
    }

    /// Every event of the deed that the event `seq` belongs to, in order.
    pub fn deed(&self, seq: i64) -> Result<Vec<LedgerRow>> {
        let rest = "WHERE l.deed = (SELECT deed FROM ledger WHERE seq = ?) ORDER BY l.seq";
        rows(&self.conn, rest, [seq.into()])
    }

    /// How many events a deed has, by the sequence number of its first.
    pub fn deed_size(&self, deed: i64) -> Result<u64> {
        let mut count = self.conn.prepare_cached("SELECT count(*) FROM ledger WHERE deed = ?1")?;
        let count: i64 = count.query_row([deed], |row| row.get(0))?;
        Ok(u64::try_from(count).unwrap_or(0))
    }

    /// The newest sequence number and its hash (hex): 0 and 64 zeros for an empty ledger.
    pub fn ledger_head(&self) -> Result<(i64, String)> {
        let head = Head::read(&self.conn)?;
        Ok((head.seq, head.hash))
    }

    /// The signed-in person's newest deed that can be taken back: what Ctrl+Z would undo. There is none once they have moved a batch
    /// on since: whoever has signed, and presses the key, does not mean what they did before.
    ///
    /// Whether it may still be taken back (its batch may have been submitted since) is answered when it is tried.
    pub fn last_undoable(&self) -> Result<Option<Vec<LedgerRow>>> {
        self.newest_deed(|level| if level % 2 == 0 { Look::This } else { Look::Older })
    }

    /// The signed-in person's newest undo with nothing done since: what redo would take back.
    pub fn last_redoable(&self) -> Result<Option<Vec<LedgerRow>>> {
        self.newest_deed(|level| match level {
            0 => Look::Nothing,
            level if level % 2 == 1 => Look::This,
            _ => Look::Older,
        })
    }

    /// Walks the signed-in person's deeds that can be taken back, newest first.
    fn newest_deed(&self, judge: impl Fn(usize) -> Look) -> Result<Option<Vec<LedgerRow>>> {
        let mut next = self.conn.prepare_cached(
            "SELECT seq FROM ledger WHERE staff = ?1 AND seq = deed AND seq < ?2 ORDER BY seq DESC LIMIT 1",
        )?;
        let mut first = self.conn.prepare_cached(&format!(
            "SELECT seq FROM ledger WHERE deed = ?1 AND event IN ({INVERTIBLE})
               AND NOT EXISTS (SELECT 1 FROM ledger WHERE deed = ?1 AND event NOT IN ({INVERTIBLE}, {NOTES}))
             ORDER BY seq LIMIT 1",
        ))?;
        let mut goes_on = self
            .conn
            .prepare_cached(&format!("SELECT 1 FROM ledger WHERE deed = ?1 AND event IN ({GOES_ON}) LIMIT 1"))?;
        let mut before = i64::MAX;
        while let Some(deed) = next.query_row(params![self.me.id.0, before], |row| row.get::<_, i64>(0)).optional()? {
            before = deed;
            let Some(seq) = first.query_row([deed], |row| row.get::<_, i64>(0)).optional()? else {
                if goes_on.exists([deed])? {
                    return Ok(None);
                }
                continue;
            };
            match judge(level(&self.conn, seq)?) {
                Look::Nothing => return Ok(None),
                Look::This if undone_by(&self.conn, seq)?.is_none() => return self.deed(deed).map(Some),
                Look::This | Look::Older => {}
            }
        }
        Ok(None)
    }
}

/// What a walk along deeds makes of one.
enum Look {
    /// This one, if it still stands.
    This,
    /// Look further back.
    Older,
    /// There is none.
    Nothing,
}
