//! The one door through which everything changes, and undo.

use std::cell::Cell;

use rusqlite::Connection;
use serde::{Deserialize, Serialize};

use super::event::{BatchId, Event};
use super::{LedgerRow, Result, Workspace};

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
    pub(super) touched: Cell<Touched>,
}

impl Tx<'_> {
    /// The number for a new batch.
    pub fn next_batch(&self) -> Result<BatchId> {
        unimplemented!()
    }
}

impl Workspace {
    /// Applies events as one deed: runs `work` first (if it fails, nothing happened), then appends each event and applies
    /// it. Durable when it returns.
    ///
    /// Refused with [`super::WorkspaceError::Conflict`] where an event's `before` is not the live state.
    pub fn apply<T>(&mut self, events: Vec<Event>, work: impl FnOnce(&Tx<'_>) -> Result<T>) -> Result<Applied<T>> {
        self.apply_with(|tx| Ok((events, work(tx)?)))
    }

    /// [`Workspace::apply`] for events that are known only after the work: loads, runs.
    pub fn apply_with<T>(&mut self, work: impl FnOnce(&Tx<'_>) -> Result<(Vec<Event>, T)>) -> Result<Applied<T>> {
        let _ = work;
        unimplemented!()
    }

    /// Takes a deed back: appends the inverse of each of its events, last first, as one new deed. Undoing an undo is redo.
    ///
    /// Events that only note what happened ([`Event::only_notes`]) stay; a deed of nothing else is refused, as is one whose
    /// subject has changed since.
    pub fn apply_undo(&mut self, deed_events: &[LedgerRow]) -> Result<Applied<()>> {
        let _ = deed_events;
        unimplemented!()
    }
}
