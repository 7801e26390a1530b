//! The one door through which everything changes, and undo.
//!
//! A deed is one transaction: the bulk work that comes with it (records, candidates), its events appended to the ledger, and
//! what they change. It is on the disk when the call returns, or nothing of it is. What depends on the ledger alone happens in
//! [`super::project`], which the check replays; what also touches material (a run's cuts, a candidate's answer) happens here.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::sync::Arc;

use jiff::Timestamp;
use rusqlite::{Connection, TransactionBehavior, params};
use serde::{Deserialize, Serialize};

use super::event::{BatchId, Event, FileId, StaffId};
use super::filling::{Came, PutAside};
use super::kept::Written;
use super::ledger::{self, Entry, Head};
use super::parcel::{self, Parcel};
use super::search::index;
use super::signing::Secret;
use super::{
    LedgerRow, Result, SignedEvent, Workspace, WorkspaceError, batches, candidates, close, credentials, places,
    project, rights, runs, scores, sharing, staff,
};
use crate::progress::Progress;

bitflags::bitflags! {
    /// What a change touched: tells the screens what to read again.
    #[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
    #[serde(transparent)]
    pub struct Touched: u32 {
        /// Mosaic or CHI records.
        const RECORDS = 1 << 0;
        /// Candidate pairs.
        const CANDIDATES = 1 << 1;
        /// Decisions about pairs or records.
        const DECISIONS = 1 << 2;
        /// Batches.
        const BATCHES = 1 << 3;
        /// People.
        const STAFF = 1 << 4;
        /// Loaded files.
        const FILES = 1 << 5;
        /// Runs of the engine.
        const RUNS = 1 << 6;
        /// The sharing protocol, exceptions from it, extracts.
        const SHARING = 1 << 8;
        /// Which candidate pairs there are, or who they are about.
        const PAIRS = Self::RECORDS.bits() | Self::CANDIDATES.bits() | Self::RUNS.bits();
    }
}

/// What came of a change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Applied<T> {
    /// What the work returned.
    pub output: T,
    /// What to read again.
    pub touched: Touched,
    /// The events' sequence numbers, in order.
    pub seqs: Vec<i64>,
}

/// The inside of the door: what work may write in the transaction of its events.
pub struct Tx<'a> {
    pub(super) conn: &'a Connection,
    touched: Cell<Touched>,
    /// Rows of CHI records whose words are no longer what the index says: put right when the work is done.
    pub(super) reworded: RefCell<Vec<i64>>,
    pub(super) mosaic_came: Came,
    pub(super) chi_came: Came,
    /// Indexes that are made when the work is done.
    pub(super) aside: RefCell<Option<PutAside>>,
    /// The kinds of the files that brought what is put again.
    pub(super) kinds: RefCell<HashMap<FileId, String>>,
}

impl<'a> Tx<'a> {
    fn new(conn: &'a Connection) -> Self {
        Self {
            conn,
            touched: Cell::default(),
            reworded: RefCell::default(),
            mosaic_came: Came::default(),
            chi_came: Came::default(),
            aside: RefCell::default(),
            kinds: RefCell::default(),
        }
    }

    /// The number for a new batch.
    pub fn next_batch(&self) -> Result<BatchId> {
        batches::next(self.conn)
    }

    pub(super) fn touch(&self, touched: Touched) {
        self.touched.set(self.touched.get() | touched);
    }
}

/// A deed while its events are appended.
pub(super) struct Deed<'a> {
    tx: &'a Tx<'a>,
    head: Head,
    first: i64,
    who: &'a Who,
    /// Whether the person has a key by now: what they do is signed.
    signs: bool,
    at: String,
    seqs: Vec<i64>,
    /// The workspace was closed: it can be read and copied, and nothing else.
    closed: bool,
    /// The workspace is a parcel, in which only what it is for can be done.
    parcel: Option<Parcel>,
}

/// How a deed stood before events that are kept together.
pub(super) struct Mark {
    head: Head,
    first: i64,
    many: usize,
}

/// Who does a deed, and when.
pub(super) struct Who {
    staff: StaffId,
    secret: Option<Arc<Secret>>,
    now: Timestamp,
}

impl<'a> Deed<'a> {
    pub(super) fn begin(tx: &'a Tx<'a>, who: &'a Who) -> Result<Self> {
        let head = Head::read(tx.conn)?;
        let first = head.seq + 1;
        let closed = close::closed(tx.conn)?.is_some();
        let registered = credentials::public(tx.conn, who.staff)?;
        let signs = registered.is_some();
        if signs && registered != who.secret.as_deref().map(Secret::public) {
            return Err(WorkspaceError::conflict(
                "Your key was changed a moment ago, so this could not be signed and was not done. Try again",
            ));
        }
        let parcel = parcel::held(tx.conn)?;
        Ok(Self { tx, head, first, who, signs, at: format!("{:.3}", who.now), seqs: Vec::new(), closed, parcel })
    }

    pub(super) fn event(&mut self, event: Event, undoes: Option<i64>) -> Result<()> {
        let payload =
            serde_json::to_string(&event).map_err(|_| WorkspaceError::conflict("An event has no JSON form"))?;
        // What is applied is what was written: numbers with a point may read back a hair different.
        let event = match event {
            Event::SampleDrawn { .. } | Event::CutsMoved { .. } => ledger::read_event(&payload)?,
            event => event,
        };
        if self.closed && !event.only_keeps() {
            return Err(WorkspaceError::Closed);
        }
        if self.parcel.as_ref().is_some_and(|parcel| !parcel.admits(self.who.staff, &event)) {
            return Err(WorkspaceError::Parcel);
        }
        // A person's first key signs its own registration
        let secret = self.who.secret.as_deref();
        self.signs |= matches!(&event, Event::KeyRegistered { staff, public, .. }
            if *staff == self.who.staff && secret.map(Secret::public).as_ref() == Some(public));
        let at = self.at.clone();
        let entry = Entry { seq: self.head.seq + 1, at: &at, staff: self.who.staff, undoes, event: &event };
        self.append(&entry, &payload)
    }

    /// Appends what somebody else did at another desk, as they signed it there; `same_deed` where it belongs to the one before it.
    /// Gives its number here. What is refused leaves no trace.
    pub(super) fn brought(
        &mut self,
        parcel: &str,
        signed: &SignedEvent,
        event: &Event,
        undoes: Option<i64>,
        same_deed: bool,
    ) -> Result<i64> {
        if self.closed {
            return Err(WorkspaceError::Closed);
        }
        if self.parcel.is_some() {
            return Err(WorkspaceError::Parcel);
        }
        let conn = self.tx.conn;
        let (head, first) = (self.head.clone(), self.first);
        let seq = head.seq + 1;
        if !same_deed {
            self.first = seq;
        }
        conn.execute_batch("SAVEPOINT brought")?;
        let entry = Entry { seq, at: &signed.at, staff: StaffId(signed.person), undoes, event };
        let done = self.append(&entry, &signed.payload).and_then(|()| {
            let whole =
                serde_json::to_string(signed).map_err(|_| WorkspaceError::conflict("An event has no JSON form"))?;
            conn.prepare_cached(
                "INSERT INTO brought (seq, taken_by, parcel, sequence, hash, event) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            )?
            .execute(params![seq, self.who.staff.0, parcel, signed.sequence, signed.hash, whole])?;
            Ok(())
        });
        if let Err(error) = done {
            conn.execute_batch("ROLLBACK TO brought; RELEASE brought")?;
            (self.head, self.first) = (head, first);
            self.seqs.retain(|kept| *kept != seq);
            return Err(error);
        }
        conn.execute_batch("RELEASE brought")?;
        Ok(seq)
    }

    /// From here on what is [brought](Self::brought) is [kept](Self::keep) together, or [taken back](Self::back_to).
    pub(super) fn mark(&self) -> Result<Mark> {
        self.tx.conn.execute_batch("SAVEPOINT together")?;
        Ok(Mark { head: self.head.clone(), first: self.first, many: self.seqs.len() })
    }

    /// What was brought since the mark is kept.
    pub(super) fn keep(&self) -> Result<()> {
        Ok(self.tx.conn.execute_batch("RELEASE together")?)
    }

    /// What was brought since the mark leaves no trace.
    pub(super) fn back_to(&mut self, mark: Mark) -> Result<()> {
        self.tx.conn.execute_batch("ROLLBACK TO together; RELEASE together")?;
        (self.head, self.first) = (mark.head, mark.first);
        self.seqs.truncate(mark.many);
        Ok(())
    }

    /// What follows is a deed of its own.
    pub(super) fn begin_anew(&mut self) {
        self.first = self.head.seq + 1;
    }

    fn append(&mut self, entry: &Entry<'_>, payload: &str) -> Result<()> {
        rights::expect(self.tx.conn, entry)?;
        self.head.append(self.tx.conn, entry, payload, self.first)?;
        if let (true, Some(secret)) = (self.signs, self.who.secret.as_deref()) {
            self.tx
                .conn
                .prepare_cached("INSERT INTO ledger_signature (seq, signature) VALUES (?1, ?2)")?
                .execute(params![entry.seq, secret.sign(&self.head.hash)])?;
        }
        project::project(self.tx.conn, entry)?;
        material(self.tx, entry)?;
        self.tx.touch(touched_by(entry.event));
        self.seqs.push(entry.seq);
        Ok(())
    }

    pub(super) fn finish(self) -> Result<Vec<i64>> {
        self.head.anchor(self.tx.conn)?;
        Ok(self.seqs)
    }
}

impl Workspace {
    /// Applies events as one deed: runs `work` first (if it fails, nothing happened), then appends each event and applies
    /// it. Durable when it returns.
    ///
    /// Refused with [`WorkspaceError::Conflict`] where an event's `before` is not the live state, or the state does not
    /// admit the event.
    pub fn apply<T>(&mut self, events: Vec<Event>, work: impl FnOnce(&Tx<'_>) -> Result<T>) -> Result<Applied<T>> {
        self.apply_with(|tx| Ok((events, work(tx)?)))
    }

    /// [`Workspace::apply`] for events that are known only after the work: loads, runs.
    pub fn apply_with<T>(&mut self, work: impl FnOnce(&Tx<'_>) -> Result<(Vec<Event>, T)>) -> Result<Applied<T>> {
        self.apply_watched(&Progress::new(), work)
    }

    /// [`Workspace::apply_with`] for many events: it tells how far it is, and cancelled it leaves everything as it was.
    pub fn apply_watched<T>(
        &mut self,
        progress: &Progress,
        work: impl FnOnce(&Tx<'_>) -> Result<(Vec<Event>, T)>,
    ) -> Result<Applied<T>> {
        self.transact(|tx, who| {
            let (events, output) = work(tx)?;
            progress.expect(events.len() as u64);
            let mut deed = Deed::begin(tx, who)?;
            for event in events {
                progress.check()?;
                deed.event(event, None)?;
                progress.advance(1);
            }
            Ok((deed.finish()?, output))
        })
    }

    /// Takes a deed back: appends the inverse of each of its events, last first, as one new deed. Undoing an undo is redo.
    ///
    /// Events that only note what happened ([`Event::only_notes`]) stay. Refused with [`WorkspaceError::Conflict`]: a deed
    /// that cannot be taken back, one that was taken back already, and one whose subject has changed since.
    pub fn apply_undo(&mut self, deed_events: &[LedgerRow]) -> Result<Applied<()>> {
        self.apply_undo_with(deed_events, &Progress::new())
    }

    /// [`Workspace::apply_undo`] of what may take a while: it tells how far it is, and cancelled it leaves everything as it was.
    pub fn apply_undo_with(&mut self, deed_events: &[LedgerRow], progress: &Progress) -> Result<Applied<()>> {
        progress.begin("Taking back", deed_events.len() as u64);
        let mut seqs: Vec<i64> = deed_events.iter().map(|row| row.seq).collect();
        seqs.sort_unstable();
        self.transact(|tx, who| {
            let mut deed = Deed::begin(tx, who)?;
            for seq in seqs.iter().rev() {
                progress.check()?;
                undo_one(tx, &mut deed, *seq)?;
                progress.advance(1);
            }
            if deed.seqs.is_empty() {
                return Err(WorkspaceError::conflict("There is nothing here that can be taken back"));
            }
            Ok((deed.finish()?, ()))
        })
    }

    pub(super) fn transact<T>(
        &mut self,
        work: impl FnOnce(&Tx<'_>, &Who) -> Result<(Vec<i64>, T)>,
    ) -> Result<Applied<T>> {
        self.expect_writable()?;
        self.renew()?;
        let seen = self.opened.clock.seen();
        let outcome = self.commit(work);
        if outcome.is_err() {
            self.opened.clock.forget_since(seen);
        }
        self.confirmed(outcome)
    }

    fn commit<T>(&mut self, work: impl FnOnce(&Tx<'_>, &Who) -> Result<(Vec<i64>, T)>) -> Result<Applied<T>> {
        let written = Written::watch(&mut self.conn)?;
        let transaction = self.conn.transaction_with_behavior(TransactionBehavior::Immediate)?;
        // From here on nobody else writes: whoever came in since, came before this
        self.opened.expect_held()?;
        let tx = Tx::new(&transaction);
        let who = Who { staff: self.me.id, secret: self.opened.secret(), now: self.opened.clock.now() };
        if let Some(jump) = self.opened.clock.jumped(ledger::newest_time(&transaction)?) {
            let mut deed = Deed::begin(&tx, &who)?;
            deed.event(jump, None)?;
            deed.finish()?;
        }
        let (seqs, output) = work(&tx, &who)?;
        tx.settle(&Progress::new())?;
        index::put_right(tx.conn, tx.reworded.take())?;
        let touched = tx.touched.get();
        let moves = touched.intersects(Touched::PAIRS);
        if moves {
            self.opened.keep.forget();
        }
        let head = Head::read(&transaction)?;
        transaction.commit()?;
        self.opened.reached.note(&head);
        match moves {
            true => self.opened.keep.forget(),
            false => self.opened.keep.answered(&self.conn, written.take()),
        }
        if touched.contains(Touched::STAFF)
            && let Some(me) = staff::by_id(&self.conn, self.me.id)?
        {
            self.me = me;
        }
        Ok(Applied { output, touched, seqs })
    }
}

fn undo_one(tx: &Tx<'_>, deed: &mut Deed<'_>, seq: i64) -> Result<()> {
    let row = ledger::row(tx.conn, seq)?.ok_or_else(|| WorkspaceError::conflict("There is no such event"))?;
    if row.event.only_notes() {
        return Ok(());
    }
    let inverse = row.event.inverse();
    let inverse = inverse.ok_or_else(|| WorkspaceError::conflict("This cannot be taken back; nothing was changed"))?;
    if row.undone_by.is_some() {
        return Err(WorkspaceError::conflict("This was taken back already"));
    }
    if ledger::changed_since(tx.conn, &row.event, seq)? {
        return Err(WorkspaceError::conflict(
            "The same thing was changed again since, so this cannot be taken back by itself; take the later change back first",
        ));
    }
    deed.event(inverse, Some(seq))
}

/// What an event changes of the material that files and the engine brought.
fn material(tx: &Tx<'_>, entry: &Entry<'_>) -> Result<()> {
    match entry.event {
        Event::FileLoaded { file, .. } => {
            let changed = tx
                .conn
                .prepare_cached("UPDATE source_file SET seq = ?1 WHERE id = ?2")?
                .execute(params![entry.seq, file.0])?;
            if changed == 0 {
                return Err(WorkspaceError::conflict("A file was noted as loaded that was not begun"));
            }
        }
        Event::Matched { run, .. } => runs::set_seq(tx.conn, *run, entry.seq)?,
        Event::CutsMoved { run, before, after } => {
            candidates::move_cuts(tx, *run, *before, *after, entry.undoes.is_some())?
        }
        Event::Decided { pair, after, .. } => {
            let held = candidates::refresh_answer(tx.conn, pair)?;
            if !held && after.is_some() {
                return Err(WorkspaceError::conflict(
                    "This pair is no longer among the candidates; nothing was changed. Find it by hand to decide it",
                ));
            }
            candidates::refresh_around(tx.conn, pair)?;
        }
        Event::BatchSubmitted { batch, scores, .. } => {
            scores::keep(tx.conn, *batch)?;
            if let Some(scores) = scores
                && *scores != scores::kept_sha256(tx.conn, *batch)?
            {
                return Err(WorkspaceError::conflict(
                    "What the engine says of these pairs has just changed; nothing was submitted. Try again",
                ));
            }
        }
        Event::BatchReturned { batch, .. } => candidates::refresh_returned(tx.conn, *batch)?,
        Event::ExtractAcknowledged { extract, .. } => sharing::extracts::forget_rows(tx.conn, *extract)?,
        Event::PlaceSet { place, before, .. } => {
            project::expect(places::before(tx.conn, place, entry.seq)?.as_ref() == before.as_deref())?;
        }
        Event::RecordDecided { mosaic, .. } => candidates::refresh_links_of(tx.conn, mosaic.as_str())?,
        _ => {}
    }
    Ok(())
}

fn touched_by(event: &Event) -> Touched {
    match event {
        Event::StaffChanged { .. } | Event::KeyRegistered { .. } | Event::KeyConfirmed { .. } => Touched::STAFF,
        Event::FileLoaded { .. } => Touched::FILES,
        Event::Matched { .. } => Touched::RUNS,
        Event::CutsMoved { .. } => Touched::RUNS | Touched::CANDIDATES,
        Event::FoundByHand { .. } | Event::Assigned { .. } => Touched::CANDIDATES,
        Event::Decided { .. } | Event::RecordDecided { .. } => Touched::DECISIONS,
        Event::BatchComposed { .. }
        | Event::BatchSubmitted { .. }
        | Event::SampleDrawn { .. }
        | Event::Rechecked { .. }
        | Event::KnownSet { .. }
        | Event::BatchSigned { .. }
        | Event::LeftOut { .. }
        | Event::ProfileSaved { .. }
        | Event::ProfileWritten { .. }
        | Event::CorrectionComposed { .. }
        | Event::CorrectionReturned { .. }
        | Event::CorrectionSigned { .. }
        | Event::CorrectionReleased { .. }
        | Event::Released { .. } => Touched::BATCHES,
        // What was returned waits for an answer; what Mosaic turned away stands among the conflicts
        Event::BatchReturned { .. } | Event::Acknowledged { .. } => Touched::BATCHES | Touched::DECISIONS,
        Event::Recalled { .. } => Touched::BATCHES | Touched::DECISIONS,
        Event::ProtocolSet { .. }
        | Event::SharingExcepted { .. }
        | Event::ExtractWritten(_)
        | Event::ExtractAcknowledged { .. } => Touched::SHARING,
        Event::CrossReferenceWritten { .. } | Event::LookedUp { .. } => Touched::empty(),
        Event::WorkspaceCreated { .. }
        | Event::TrainingBegun { .. }
        | Event::Opened { .. }
        | Event::ScoreRevealed { .. }
        | Event::ParcelMade { .. }
        | Event::ParcelTaken { .. }
        | Event::DatabaseKeyChanged { .. }
        | Event::ClockJumped { .. }
        | Event::BackedUp { .. }
        | Event::Restored { .. }
        | Event::PlaceSet { .. }
        | Event::Sent { .. }
        | Event::Closed { .. } => Touched::empty(),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::super::fixture::*;
    use super::super::*;
    use crate::pair::Verdict;
    use crate::progress::Progress;

    #[test]
    fn a_deed_of_which_any_part_fails_has_not_happened() {
        let mut it = workspace(3);
        it.matched(3);
        let before = (dump(&it.ws.conn), it.ws.ledger_head().unwrap(), it.ws.files().unwrap().len());

        let good = it.decided(&link(1), Some(Verdict::Match));
        let bad = Event::Decided {
            pair: link(2),
            before: Some(Box::new(it.judgement(&link(2), Verdict::Match))),
            after: None,
        };
        let refused = it.ws.apply(vec![good.clone(), bad], |tx| tx.new_file(&new_file("chi", "x")));
        assert!(matches!(refused, Err(WorkspaceError::Conflict(_))));

        let gave_up = it.ws.apply(vec![good], |tx| {
            tx.put_mosaic(tx.new_file(&new_file("chi", "x"))?, 1, &mosaic_record(9, ""), &[])?;
            Err::<(), _>(WorkspaceError::from(crate::progress::Cancelled))
        });
        assert!(matches!(gave_up, Err(WorkspaceError::Cancelled(_))));

        let progress = Progress::new();
        let deed = [1, 2].map(|n| it.decided(&link(n), Some(Verdict::Match))).to_vec();
        let cancelled = it.ws.apply_watched(&progress, |_| {
            progress.cancel();
            Ok((deed, ()))
        });
        assert!(matches!(cancelled, Err(WorkspaceError::Cancelled(_))));
        assert_eq!(progress.now().total, 2, "it says of how many");

        assert_eq!((dump(&it.ws.conn), it.ws.ledger_head().unwrap(), it.ws.files().unwrap().len()), before);
        assert_eq!(it.ws.mosaic(&mosaic_id(9)).unwrap(), None);
        it.healthy();
    }

    #[test]
    fn a_full_disk_stops_a_load_with_a_sentence_and_keeps_everything_before_it() {
        let mut it = workspace(3);
        it.matched(3);
        let before = (dump(&it.ws.conn), it.ws.ledger_head().unwrap());
        let pages: i64 = it.ws.conn.pragma_query_value(None, "page_count", |row| row.get(0)).unwrap();
        it.ws.conn.pragma_update_and_check(None, "max_page_count", pages + 2, |_| Ok(())).unwrap();
        let full = it.ws.apply(vec![], |tx| {
            let file = tx.new_file(&new_file("mosaic", "x"))?;
            (10..500).try_for_each(|n| tx.put_mosaic(file, 1, &mosaic_record(n, ""), &[]).map(drop))
        });
        let error = full.unwrap_err();
        assert!(matches!(error, WorkspaceError::DiskFull), "{error}");
        assert_eq!((dump(&it.ws.conn), it.ws.ledger_head().unwrap()), before);
        it.ws.conn.pragma_update_and_check(None, "max_page_count", 1_000_000, |_| Ok(())).unwrap();
        it.decide(&link(1), Verdict::Match);
        it.healthy();
    }

    #[test]
    fn a_commit_is_synced_before_it_is_reported() {
        let it = workspace(0);
        for conn in [&it.ws.conn, &it.ws.handle().unwrap().conn] {
            let pragma = |name| conn.pragma_query_value(None, name, |row| row.get::<_, String>(0));
            let number = |name| conn.pragma_query_value(None, name, |row| row.get::<_, i64>(0)).unwrap();
            assert_eq!(pragma("journal_mode").unwrap(), "wal");
            assert_eq!((number("synchronous"), number("foreign_keys"), number("recursive_triggers")), (2, 1, 1));
            assert_eq!((number("trusted_schema"), number("temp_store")), (0, 2));
        }
    }

    #[test]
    fn undo_and_redo_bring_back_the_state_and_whose_it_was() {
        let mut it = workspace(3);
        it.matched(3);
        let mut states = vec![dump(&it.ws.conn)];
        it.decide(&link(1), Verdict::Unsure);
        states.push(dump(&it.ws.conn));
        it.decide(&link(1), Verdict::Match);
        states.push(dump(&it.ws.conn));
        it.decide(&duplicate(1, 3), Verdict::Match);
        states.push(dump(&it.ws.conn));
        it = it.reopen();

        let steps = states.len() - 1;
        for _ in 0..2 {
            for step in (0..steps).rev() {
                let deed = it.ws.last_undoable().unwrap().unwrap();
                it.ws.apply_undo(&deed).unwrap();
                assert_eq!(dump(&it.ws.conn), states[step]);
            }
            assert_eq!(it.ws.last_undoable().unwrap(), None);
            it = it.reopen();
            for state in &states[1..] {
                let deed = it.ws.last_redoable().unwrap().unwrap();
                it.ws.apply_undo(&deed).unwrap();
                assert_eq!(&dump(&it.ws.conn), state);
            }
            assert_eq!(it.ws.last_redoable().unwrap(), None);
        }
        it.healthy();
    }

    #[test]
    fn something_new_ends_what_could_be_redone() {
        let mut it = workspace(3);
        it.matched(3);
        it.decide(&link(1), Verdict::Match);
        let deed = it.ws.last_undoable().unwrap().unwrap();
        it.ws.apply_undo(&deed).unwrap();
        it.decide(&link(2), Verdict::Match);
        assert_eq!(it.ws.last_redoable().unwrap(), None);
        // What was undone is not undone twice; the new one is next.
        assert_eq!(it.ws.last_undoable().unwrap().unwrap()[0].event, it.ws.history_of(&link(2)).unwrap()[0].event);
    }

    #[test]
    fn a_deed_with_notes_beside_it_is_undone_without_them() {
        let mut it = workspace(2);
        it.matched(2);
        let events =
            vec![Event::FoundByHand { pair: link(1), scored: None }, it.decided(&link(1), Some(Verdict::Match))];
        it.apply(events);
        let deed = it.ws.last_undoable().unwrap().unwrap();
        assert_eq!(deed.len(), 2);
        assert_eq!(it.ws.apply_undo(&deed).unwrap().seqs.len(), 1);
        assert_eq!(it.ws.decision(&link(1)).unwrap(), None);
        let deed = it.ws.last_redoable().unwrap().unwrap();
        it.ws.apply_undo(&deed).unwrap();
        assert!(it.ws.decision(&link(1)).unwrap().is_some());
    }

    #[test]
    fn what_changed_again_since_is_not_undone_underneath_even_if_it_looks_the_same() {
        let mut it = workspace(2);
        it.matched(2);
        let first = it.decide(&link(1), Verdict::Match);
        it.decide(&link(1), Verdict::NotMatch);
        let deed = it.ws.deed(first).unwrap();
        assert!(matches!(it.ws.apply_undo(&deed), Err(WorkspaceError::Conflict(_))));
        it.decide(&link(1), Verdict::Match); // the same answer as the first
        let deed = it.ws.deed(first).unwrap();
        assert!(matches!(it.ws.apply_undo(&deed), Err(WorkspaceError::Conflict(_))));
        // Once the later ones are taken back, the first can be.
        for _ in 0..2 {
            let deed = it.ws.last_undoable().unwrap().unwrap();
            it.ws.apply_undo(&deed).unwrap();
        }
        let deed = it.ws.deed(first).unwrap();
        it.ws.apply_undo(&deed).unwrap();
        assert_eq!(it.ws.decision(&link(1)).unwrap(), None);
        let deed = it.ws.deed(first).unwrap();
        assert!(matches!(it.ws.apply_undo(&deed), Err(WorkspaceError::Conflict(_))), "taken back twice");
    }

    #[test]
    fn somebody_else_may_undo_from_the_history_and_the_decision_stays_whose_it_was() {
        let mut it = workspace(2);
        it.matched(2);
        it.ws.add_person(NewPerson { role: Role::Supervisor, ..officer("Rob Roy") }).unwrap();
        let first = it.decide(&link(1), Verdict::Match);
        let second = it.decide(&link(1), Verdict::Unsure);
        let home = it.home();
        drop(it.ws);
        it.ws = Workspace::open(&home, "Rob Roy", PASSPHRASE).unwrap();
        assert_eq!(it.ws.last_undoable().unwrap(), None, "not mine");
        let deed = it.ws.deed(second).unwrap();
        it.ws.apply_undo(&deed).unwrap();
        let decision = it.ws.decision(&link(1)).unwrap().unwrap();
        assert_eq!((decision.staff, decision.seq), (StaffId(1), first));
        let row = it.ws.deed(second).unwrap().remove(0);
        assert_eq!(row.undone_by, Some(it.ws.ledger_head().unwrap().0));
        it.healthy();
    }

    #[test]
    fn cuts_move_the_bands_and_back_but_never_a_hazardous_pair_into_the_automatic_one() {
        let mut it = workspace(4);
        let mut twin = new_pair(link(2), 8.0);
        twin.hazards = crate::pair::Hazards::TWIN;
        twin.band = crate::pair::Band::Review;
        let run = it.run([new_pair(link(1), 3.0), twin, new_pair(link(3), 8.0)].into_iter());
        let before = dump(&it.ws.conn);
        assert_eq!(it.ws.cut_ladder().unwrap().counts([0.5, 0.1]).0, [2, 1, 0]);
        let moved = Event::CutsMoved { run, before: [0.99, 0.1], after: [0.5, 0.1] };
        it.ws.apply(vec![moved.clone()], |tx| tx.set_bands(0.5, 0.1)).unwrap();
        assert_eq!(it.ws.status().unwrap().links, [2, 1, 0]);
        assert_eq!(it.ws.latest_run().unwrap().unwrap().cuts, [0.5, 0.1]);
        let deed = it.ws.last_undoable().unwrap().unwrap();
        it.ws.apply_undo(&deed).unwrap();
        assert_eq!(dump(&it.ws.conn), before);
        it.refused(vec![Event::CutsMoved { run, before: [0.3, 0.1], after: [0.6, 0.1] }]);
        it.refused(vec![Event::CutsMoved { run, before: [0.99, 0.1], after: [0.1, 0.6] }]);
    }

    #[test]
    fn a_second_handle_reads_and_writes_the_same_workspace() {
        let mut it = workspace(2);
        it.matched(2);
        let mut job = it.ws.handle().unwrap();
        let event = it.decided(&link(1), Some(Verdict::Match));
        std::thread::spawn(move || job.apply(vec![event], |_| Ok(())).unwrap()).join().unwrap();
        assert!(it.ws.decision(&link(1)).unwrap().is_some());
    }
}
