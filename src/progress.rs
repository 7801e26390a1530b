//! How long work says where it is, and is asked to stop.
//!
//! One [`Progress`] is shared between the thread that works and whoever watches (the window, the terminal). The worker
//! names its phase, counts, and asks [`Progress::check`] every so often; the watcher reads [`Progress::now`] and may
//! [`Progress::cancel`]. Work that is cancelled leaves everything as it was.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

/// The work was asked to stop, and stopped, leaving everything as it was.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("Cancelled; nothing was changed")]
pub struct Cancelled;

/// Where a piece of long work is: its phase, and how much of that phase is done.
#[derive(Debug, Default)]
pub struct Progress {
    phase: Mutex<&'static str>,
    done: AtomicU64,
    total: AtomicU64,
    cancelled: Arc<AtomicBool>,
}

/// What a watcher sees of a [`Progress`] at one moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moment {
    /// The phase, as a person reads it: "Reading rows", "Comparing pairs".
    pub phase: &'static str,
    /// Units of the phase that are done (rows, pairs, bytes).
    pub done: u64,
    /// Units in the phase; 0 where that is not known.
    pub total: u64,
}

impl Progress {
    /// A progress that nobody watches, for callers that do not care.
    pub fn new() -> Self {
        Self::default()
    }

    /// The progress of work that another thread does at the same time: it stops when this one is asked to, and shows nothing
    /// here unless it is asked to by [`Self::show`].
    pub fn beside(&self) -> Self {
        Self { cancelled: Arc::clone(&self.cancelled), ..Self::default() }
    }

    /// Shows where other work is in place of this one's own.
    pub fn show(&self, other: &Self) {
        let Moment { phase, done, total } = other.now();
        *self.phase.lock().unwrap_or_else(|poisoned| poisoned.into_inner()) = phase;
        self.done.store(done, Ordering::Relaxed);
        self.total.store(total, Ordering::Relaxed);
    }

    /// Begins a phase of `total` units (0 where unknown).
    pub fn begin(&self, phase: &'static str, total: u64) {
        *self.phase.lock().unwrap_or_else(|poisoned| poisoned.into_inner()) = phase;
        self.done.store(0, Ordering::Relaxed);
        self.total.store(total, Ordering::Relaxed);
    }

    /// Says how many units the phase has, once that is known.
    pub fn expect(&self, total: u64) {
        self.total.store(total, Ordering::Relaxed);
    }

    /// Counts `units` more as done.
    pub fn advance(&self, units: u64) {
        self.done.fetch_add(units, Ordering::Relaxed);
    }

    /// Says how many units are done in all.
    pub fn set(&self, done: u64) {
        self.done.store(done, Ordering::Relaxed);
    }

    /// Fails once the work has been asked to stop. Cheap enough to ask for every few hundred rows.
    pub fn check(&self) -> Result<(), Cancelled> {
        if self.cancelled.load(Ordering::Relaxed) { Err(Cancelled) } else { Ok(()) }
    }

    /// Asks the work to stop.
    pub fn cancel(&self) {
        self.cancelled.store(true, Ordering::Relaxed);
    }

    /// Whether the work was asked to stop.
    pub fn is_cancelled(&self) -> bool {
        self.cancelled.load(Ordering::Relaxed)
    }

    /// Where the work is now.
    pub fn now(&self) -> Moment {
        Moment {
            phase: *self.phase.lock().unwrap_or_else(|poisoned| poisoned.into_inner()),
            done: self.done.load(Ordering::Relaxed),
            total: self.total.load(Ordering::Relaxed),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cancelled_piece_of_work_is_told_at_its_next_check() {
        let progress = Progress::new();
        progress.begin("Reading rows", 10);
        progress.advance(3);
        assert_eq!(progress.check(), Ok(()));
        assert_eq!(progress.now(), Moment { phase: "Reading rows", done: 3, total: 10 });
        progress.cancel();
        assert_eq!(progress.check(), Err(Cancelled));
    }

    #[test]
    fn work_beside_stops_with_it_and_shows_nothing_unless_asked_to() {
        let progress = Progress::new();
        progress.begin("Checking", 7);
        let beside = progress.beside();
        beside.begin("Rebuilding", 3);
        beside.advance(2);
        assert_eq!(progress.now(), Moment { phase: "Checking", done: 0, total: 7 });
        progress.show(&beside);
        assert_eq!(progress.now(), Moment { phase: "Rebuilding", done: 2, total: 3 });
        progress.cancel();
        assert_eq!(beside.check(), Err(Cancelled));
    }
}
