//! The one door through which everything changes, and undo.
//!
//! A deed is one transaction: the bulk work that comes with it (records, candidates), its events appended to the ledger, and
//! what they change. It is on the disk when the call returns, or nothing of it is. What depends on the ledger alone happens in
//! [`super::project`], which the check replays; what also touches material (a run's cuts, a candidate's answer) happens here.

use std::cell::Cell;

use jiff::Timestamp;
use rusqlite::{Connection, TransactionBehavior, params};
use serde::{Deserialize, Serialize};

use super::event::{BatchId, Event, StaffId};
use super::ledger::{self, Entry, Head};
use super::{LedgerRow, Result, Workspace, WorkspaceError, batches, candidates, project, runs, staff};

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
}

impl Tx<'_> {
    /// The number for a new batch.
    pub fn next_batch(&self) -> Result<BatchId> {
        batches::next(self.conn)
    }

    pub(super) fn touch(&self, touched: Touched) {
        self.touched.set(self.touched.get() | touched);
    }
}

/// A deed while its events are appended.
struct Deed<'a> {
    tx: &'a Tx<'a>,
    head: Head,
    first: i64,
    staff: StaffId,
    at: String,
    seqs: Vec<i64>,
}

impl<'a> Deed<'a> {
    fn begin(tx: &'a Tx<'a>, staff: StaffId) -> Result<Self> {
        let head = Head::read(tx.conn)?;
        let first = head.seq + 1;
        Ok(Self { tx, head, first, staff, at: format!("{:.3}", Timestamp::now()), seqs: Vec::new() })
    }

    fn event(&mut self, event: Event, undoes: Option<i64>) -> Result<()> {
        let payload =
            serde_json::to_string(&event).map_err(|_| WorkspaceError::conflict("An event has no JSON form"))?;
        // What is applied is what was written: numbers with a point may read back a hair different.
        let event = match event {
            Event::SampleDrawn { .. } | Event::CutsMoved { .. } => ledger::read_event(&payload)?,
            event => event,
        };
        let seq = self.head.seq + 1;
        let entry = Entry { seq, at: &self.at, staff: self.staff, undoes, event: &event };
        self.head.append(self.tx.conn, &entry, &payload, self.first)?;
        project::project(self.tx.conn, &entry)?;
        material(self.tx, &entry)?;
        self.tx.touch(touched_by(&event));
        self.seqs.push(seq);
        Ok(())
    }

    fn finish(self) -> Result<Vec<i64>> {
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
        self.transact(|tx, staff| {
            let (events, output) = work(tx)?;
            let mut deed = Deed::begin(tx, staff)?;
            for event in events {
                deed.event(event, None)?;
            }
            Ok((deed.finish()?, output))
        })
    }

    /// Takes a deed back: appends the inverse of each of its events, last first, as one new deed. Undoing an undo is redo.
    ///
    /// Events that only note what happened ([`Event::only_notes`]) stay. Refused with [`WorkspaceError::Conflict`]: a deed
    /// that cannot be taken back, one that was taken back already, and one whose subject has changed since.
    pub fn apply_undo(&mut self, deed_events: &[LedgerRow]) -> Result<Applied<()>> {
        let mut seqs: Vec<i64> = deed_events.iter().map(|row| row.seq).collect();
        seqs.sort_unstable();
        self.transact(|tx, staff| {
            let mut deed = Deed::begin(tx, staff)?;
            for seq in seqs.iter().rev() {
                undo_one(tx, &mut deed, *seq)?;
            }
            if deed.seqs.is_empty() {
                return Err(WorkspaceError::conflict("There is nothing here that can be taken back"));
            }
            Ok((deed.finish()?, ()))
        })
    }

    fn transact<T>(&mut self, work: impl FnOnce(&Tx<'_>, StaffId) -> Result<(Vec<i64>, T)>) -> Result<Applied<T>> {
        let transaction = self.conn.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let tx = Tx { conn: &transaction, touched: Cell::default() };
        let (seqs, output) = work(&tx, self.me.id)?;
        let touched = tx.touched.get();
        transaction.commit()?;
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
        }
        _ => {}
    }
    Ok(())
}

fn touched_by(event: &Event) -> Touched {
    match event {
        Event::StaffChanged { .. } => Touched::STAFF,
        Event::FileLoaded { .. } => Touched::FILES,
        Event::Matched { .. } => Touched::RUNS,
        Event::CutsMoved { .. } => Touched::RUNS | Touched::CANDIDATES,
        Event::FoundByHand { .. } => Touched::CANDIDATES,
        Event::Decided { .. } | Event::RecordDecided { .. } => Touched::DECISIONS,
        Event::BatchComposed { .. }
        | Event::BatchSubmitted { .. }
        | Event::SampleDrawn { .. }
        | Event::Rechecked { .. }
        | Event::BatchReturned { .. }
        | Event::BatchSigned { .. }
        | Event::Released { .. } => Touched::BATCHES,
        Event::WorkspaceCreated { .. }
        | Event::Opened { .. }
        | Event::ScoreRevealed { .. }
        | Event::BackedUp { .. } => Touched::empty(),
    }
}
