//! What is kept of the candidate pairs in memory while the workspace is open: who they are about, and the orders they stand in.
//!
//! A million pairs are searched by text, or put in an order, within a blink only where that is not read each time. It is read
//! once for each kind, off the window's thread where the window asks for it ([`Workspace::keep_pairs`]), shared by every
//! connection of the opened workspace, and forgotten when pairs or records change: some fifty megabytes for a million pairs.
//! No other program writes to an opened workspace (its lock sees to that), so every change passes [`Keep::forget`].

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rayon::slice::ParallelSliceMut;
use rusqlite::Connection;

use super::candidates::kind_code;
use super::named::Named;
use super::queue::place;
use super::rows::RowSet;
use super::{Order, Result, Workspace};
use crate::pair::{Hazards, PairKind};

/// The pairs of a kind.
#[derive(Debug)]
pub(super) struct Kept {
    pub(super) named: Named,
    /// Every pair's number in each order that weights and hazards make, as [`ORDERS`].
    orders: [Vec<i64>; 3],
}

/// The orders that are kept. *By id* is that of [`Named`].
const ORDERS: [Order; 3] = [Order::Mixed, Order::BestFirst, Order::RiskFirst];

impl Kept {
    fn read(conn: &Connection, kind: PairKind) -> Result<Self> {
        let mut find = conn.prepare_cached(
            "SELECT id, mix, weight, hazards FROM candidate INDEXED BY candidate_queue WHERE kind = ?1",
        )?;
        let mut rows = find.query([kind_code(kind)])?;
        let mut pairs = Vec::new();
        while let Some(row) = rows.next()? {
            let hazards = Hazards::from_bits_retain(row.get(3)?);
            pairs.push((row.get::<_, i64>(0)?, row.get::<_, i64>(1)?, row.get::<_, f64>(2)?, hazards));
        }
        let orders = ORDERS.map(|order| {
            let mut places: Vec<_> =
                pairs.iter().map(|(id, mix, weight, hazards)| place(order, *mix, *weight, *hazards, *id)).collect();
            places.par_sort_unstable();
            places.into_iter().map(|(_, _, id)| id).collect()
        });
        drop(pairs);
        Ok(Self { named: Named::read(conn, kind)?, orders })
    }

    /// Those of the pairs that are in a set, in an order.
    pub(super) fn in_order(&self, order: Order, of: &RowSet) -> Vec<i64> {
        let mut found = Vec::with_capacity(of.len());
        match ORDERS.iter().position(|kept| *kept == order) {
            Some(kept) => found.extend(self.orders[kept].iter().filter(|id| of.holds(**id))),
            None => found.extend(self.named.by_id().filter(|id| of.holds(*id))),
        }
        found
    }
}

/// Where it is kept, for every connection of an opened workspace.
#[derive(Default)]
pub(super) struct Keep {
    of: Mutex<[Option<Arc<Kept>>; 2]>,
    /// Counts what was forgotten: what was read while something changed is not kept.
    forgotten: AtomicU64,
}

impl Keep {
    fn of(&self) -> MutexGuard<'_, [Option<Arc<Kept>>; 2]> {
        self.of.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn get(&self, kind: PairKind) -> Option<Arc<Kept>> {
        self.of()[kind as usize].clone()
    }

    /// Forgets everything. To be called before what changes is committed *and* after it: what is read in between is of the
    /// state before.
    pub(super) fn forget(&self) {
        let mut of = self.of();
        self.forgotten.fetch_add(1, Ordering::Relaxed);
        *of = [None, None];
    }

    fn put(&self, kind: PairKind, kept: &Arc<Kept>, forgotten: u64) {
        let mut of = self.of();
        if self.forgotten.load(Ordering::Relaxed) == forgotten {
            of[kind as usize] = Some(Arc::clone(kept));
        }
    }
}

impl Workspace {
    /// Reads what is kept of the pairs of a kind, where it is not there: seconds for a million.
    pub fn keep_pairs(&self, kind: PairKind) -> Result<()> {
        self.kept(kind).map(drop)
    }

    /// What is kept, where it is there.
    pub(super) fn kept_already(&self, kind: PairKind) -> Option<Arc<Kept>> {
        self.opened.keep.get(kind)
    }

    /// What is kept, read where it is not there.
    pub(super) fn kept(&self, kind: PairKind) -> Result<Arc<Kept>> {
        if let Some(kept) = self.kept_already(kind) {
            return Ok(kept);
        }
        let forgotten = self.opened.keep.forgotten.load(Ordering::Relaxed);
        let kept = Arc::new(Kept::read(&self.conn, kind)?);
        self.opened.keep.put(kind, &kept, forgotten);
        Ok(kept)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::super::fixture::*;
    use super::super::{QueueFilter, StateFilter};
    use super::*;

    fn all(order: Order) -> QueueFilter {
        QueueFilter {
            bands: vec![],
            state: StateFilter::All,
            best_only: false,
            order,
            ..QueueFilter::start(PairKind::Link)
        }
    }

    #[test]
    fn a_queue_is_in_the_same_order_from_what_is_kept_and_without() {
        let mut it = workspace(60);
        it.matched(60);
        it.run((1..=60).map(|n| {
            let mut pair = new_pair(link(n), f64::from(n % 7) - 3.0);
            if n % 5 == 0 {
                pair.hazards = Hazards::TWIN;
            }
            pair
        }));
        for order in [Order::Mixed, Order::BestFirst, Order::RiskFirst, Order::ById] {
            for filter in [all(order), QueueFilter { hazards: Hazards::TWIN, ..all(order) }] {
                it.ws.opened.keep.forget();
                let without = it.ws.queue(&filter).unwrap();
                it.ws.keep_pairs(PairKind::Link).unwrap();
                assert!(!without.is_empty());
                assert_eq!(it.ws.queue(&filter).unwrap(), without, "{order:?}");
            }
        }
    }

    #[test]
    fn what_changes_the_pairs_on_any_connection_is_not_missed_and_what_was_read_meanwhile_is_not_kept() {
        let mut it = workspace(9);
        it.matched(4);
        it.ws.keep_pairs(PairKind::Link).unwrap();
        let other = it.ws.handle().unwrap();
        assert!(other.kept_already(PairKind::Link).is_some(), "shared by every connection");
        it.matched(9);
        assert!(other.kept_already(PairKind::Link).is_none());
        assert_eq!(other.queue(&all(Order::ById)).unwrap().len(), 9);

        let before = other.opened.keep.forgotten.load(Ordering::Relaxed);
        let read = Arc::new(Kept::read(&other.conn, PairKind::Link).unwrap());
        it.matched(3);
        other.opened.keep.put(PairKind::Link, &read, before);
        assert!(it.ws.kept_already(PairKind::Link).is_none());
    }

    #[test]
    fn a_decision_leaves_what_is_kept() {
        let mut it = workspace(4);
        it.matched(4);
        it.ws.keep_pairs(PairKind::Link).unwrap();
        it.decide(&link(1), crate::pair::Verdict::Match);
        assert!(it.ws.kept_already(PairKind::Link).is_some());
    }
}
