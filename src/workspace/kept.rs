//! What is kept of the candidate pairs in memory while the workspace is open: who they are about, what filters ask about them,
//! and the orders they stand in.
//!
//! A million pairs are filtered, counted, searched by text or put in an order within a blink only where that is not read each
//! time. It is read once for each kind, off the window's thread where the window asks for it ([`Workspace::keep_pairs`]), shared
//! by every connection of the opened workspace, and forgotten when pairs or records change: some seventy megabytes for a million
//! pairs. Answers change with every decision and are put right in place ([`Keep::answered`]). No other program writes to an
//! opened workspace (its lock sees to that), so every change passes here.

use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rayon::slice::ParallelSliceMut;
use rusqlite::{Connection, OptionalExtension};

use super::asked::{self, Asked};
use super::candidates::kind_code;
use super::facets::{self, Beside};
use super::named::Named;
use super::queue::place;
use super::rows::RowSet;
use super::{Order, QueueFilter, Result, Workspace, WorkspaceError};
use crate::pair::PairKind;

/// The pairs of a kind.
#[derive(Debug)]
pub(super) struct Kept {
    pub(super) named: Named,
    /// In the mixed order. Their answers are those of [`Kept::answers`].
    asked: Vec<Asked>,
    answers: Vec<AtomicU8>,
    /// For each row number the place in `asked`.
    places: Vec<u32>,
    /// The places in every other order, as [`ORDERS`].
    orders: [Vec<u32>; 3],
}

/// The orders that are kept beside the mixed one.
const ORDERS: [Order; 3] = [Order::BestFirst, Order::RiskFirst, Order::ById];

/// The place of a row that is none of the pairs.
const NOWHERE: u32 = u32::MAX;

impl Kept {
    fn read(conn: &Connection, kind: PairKind) -> Result<Self> {
        let mut find = conn.prepare_cached(&format!(
            "SELECT {}, mix, weight FROM candidate INDEXED BY candidate_queue WHERE kind = ?1",
            asked::COLUMNS
        ))?;
        let mut rows = find.query([kind_code(kind)])?;
        let mut pairs = Vec::new();
        while let Some(row) = rows.next()? {
            pairs.push((row.get::<_, i64>(8)?, Asked::read(row)?, row.get::<_, f64>(9)?));
        }
        pairs.par_sort_unstable_by_key(|(mix, pair, _)| (*mix, pair.id));
        let at = |place: usize| u32::try_from(place).map_err(|_| WorkspaceError::damaged("it holds too many pairs"));
        let mut places = Vec::new();
        for (place, (_, pair, _)) in pairs.iter().enumerate() {
            let row = usize::try_from(pair.id).map_err(|_| WorkspaceError::damaged("a pair has no number"))?;
            if places.len() <= row {
                places.resize(row + 1, NOWHERE);
            }
            places[row] = at(place)?;
        }
        let by = |order| {
            let mut sorted: Vec<_> =
                pairs.iter().map(|(mix, pair, weight)| place(order, *mix, *weight, pair.hazards, pair.id)).collect();
            sorted.par_sort_unstable();
            sorted.into_iter().map(|(_, _, id)| id).collect::<Vec<_>>()
        };
        let named = Named::read(conn, kind)?;
        let orders = ORDERS.map(|order| match order {
            Order::ById => named.by_id().filter_map(|id| place_of(&places, id)).collect(),
            order => by(order).into_iter().filter_map(|id| place_of(&places, id)).collect(),
        });
        let answers = pairs.iter().map(|(_, pair, _)| AtomicU8::new(pair.answer)).collect();
        let asked = pairs.into_iter().map(|(_, pair, _)| pair).collect();
        Ok(Self { named, asked, answers, places, orders })
    }

    /// The pair at a place, with its answer as it is now.
    fn at(&self, place: usize) -> Asked {
        self.asked[place].answered(self.answers[place].load(Ordering::Relaxed))
    }

    /// Every pair, with its answer as it is now.
    pub(super) fn pairs(&self) -> impl Iterator<Item = Asked> {
        (0..self.asked.len()).map(|place| self.at(place))
    }

    /// The pairs that a filter asks for, in its order, and those of them that wait. Of a class it knows nothing.
    pub(super) fn queue(&self, filter: &QueueFilter, beside: &Beside) -> (Vec<i64>, RowSet) {
        let wanted = match filter.text.trim() {
            "" => None,
            text => Some(self.named.speaking_of(text)),
        };
        let today = facets::today();
        let (mut found, mut waiting) = (Vec::new(), RowSet::default());
        let mut ask = |place: usize| {
            let pair = self.at(place);
            if pair.fits(filter, today)
                && wanted.as_ref().is_none_or(|wanted| wanted.holds(pair.id))
                && beside.fits(filter, pair.id)
            {
                found.push(pair.id);
                if pair.waits() {
                    waiting.put(pair.id);
                }
            }
        };
        match ORDERS.iter().position(|kept| *kept == filter.order) {
            Some(kept) => self.orders[kept].iter().for_each(|place| ask(*place as usize)),
            None => (0..self.asked.len()).for_each(ask),
        }
        (found, waiting)
    }

    /// Reads the answers of some rows again; those of the other kind are passed over.
    fn read_answers(&self, conn: &Connection, rows: &[i64]) -> Result<()> {
        let mut find = conn.prepare_cached("SELECT answer FROM candidate WHERE id = ?1")?;
        for row in rows {
            if let Some(place) = place_of(&self.places, *row)
                && let Some(answer) = find.query_row([row], |found| found.get(0)).optional()?
            {
                self.answers[place as usize].store(answer, Ordering::Relaxed);
            }
        }
        Ok(())
    }
}

fn place_of(places: &[u32], row: i64) -> Option<u32> {
    let place = usize::try_from(row).ok().and_then(|row| places.get(row)).copied();
    place.filter(|place| *place != NOWHERE)
}

/// Where it is kept, for every connection of an opened workspace.
#[derive(Default)]
pub(super) struct Keep(Mutex<Held>);

#[derive(Default)]
struct Held {
    of: [Option<Arc<Kept>>; 2],
    /// Counts what was forgotten: what was read while something changed is not kept.
    forgotten: u64,
    /// How many read just now, and the rows whose answers changed meanwhile.
    reading: usize,
    answered: Vec<i64>,
}

/// Somebody reads what is to be kept.
struct Reading<'a> {
    keep: &'a Keep,
    forgotten: u64,
    answered: usize,
}

impl Drop for Reading<'_> {
    fn drop(&mut self) {
        let mut held = self.keep.held();
        held.reading -= 1;
        if held.reading == 0 {
            held.answered = Vec::new();
        }
    }
}

impl Keep {
    fn held(&self) -> MutexGuard<'_, Held> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn get(&self, kind: PairKind) -> Option<Arc<Kept>> {
        self.held().of[kind as usize].clone()
    }

    /// Forgets everything. To be called before what changes is committed *and* after it: what is read in between is of the
    /// state before.
    pub(super) fn forget(&self) {
        let mut held = self.held();
        held.forgotten += 1;
        held.of = [None, None];
    }

    /// Puts the answers of rows right that a committed transaction wrote. Whoever comes last reads what both committed.
    pub(super) fn answered(&self, conn: &Connection, mut rows: Vec<i64>) {
        rows.sort_unstable();
        rows.dedup();
        let mut held = self.held();
        if held.of.iter().flatten().try_for_each(|kept| kept.read_answers(conn, &rows)).is_err() {
            held.forgotten += 1;
            held.of = [None, None];
        }
        if held.reading > 0 {
            held.answered.extend(rows);
        }
    }

    fn begin(&self) -> Reading<'_> {
        let mut held = self.held();
        held.reading += 1;
        Reading { keep: self, forgotten: held.forgotten, answered: held.answered.len() }
    }

    /// Keeps what was read, with the answers that were given meanwhile.
    fn put(&self, conn: &Connection, kind: PairKind, kept: &Arc<Kept>, reading: &Reading<'_>) -> Result<()> {
        let mut held = self.held();
        if held.forgotten == reading.forgotten {
            kept.read_answers(conn, &held.answered[reading.answered..])?;
            held.of[kind as usize] = Some(Arc::clone(kept));
        }
        Ok(())
    }
}

/// The rows of candidate pairs that a transaction writes.
#[derive(Default, Clone)]
pub(super) struct Written(Arc<Mutex<Vec<i64>>>);

impl Written {
    /// Watches a connection from now on.
    pub(super) fn watch(conn: &mut Connection) -> Result<Self> {
        let written = Self::default();
        let rows = written.clone();
        conn.update_hook(Some(move |_, _: &str, table: &str, row| {
            if table == "candidate" {
                rows.rows().push(row);
            }
        }))?;
        Ok(written)
    }

    /// What was written, once it is committed.
    pub(super) fn take(self) -> Vec<i64> {
        std::mem::take(&mut self.rows())
    }

    fn rows(&self) -> MutexGuard<'_, Vec<i64>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
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
        let reading = self.opened.keep.begin();
        let kept = Arc::new(Kept::read(&self.conn, kind)?);
        self.opened.keep.put(&self.conn, kind, &kept, &reading)?;
        Ok(kept)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::super::facets::STATES;
    use super::super::fixture::*;
    use super::super::{Age, FileId, QueueFilter, StateFilter};
    use super::*;
    use crate::pair::{Band, Hazards, Verdict};

    fn all(order: Order) -> QueueFilter {
        QueueFilter {
            bands: vec![],
            state: StateFilter::All,
            best_only: false,
            order,
            ..QueueFilter::start(PairKind::Link)
        }
    }

    /// What every filter gives from what is kept is what the index gives; so are its facets.
    fn expect_same(it: &Fixture) {
        let orders = [Order::Mixed, Order::BestFirst, Order::RiskFirst, Order::ById];
        let start = QueueFilter::start(PairKind::Link);
        let mut filters = vec![
            start.clone(),
            QueueFilter { best_only: false, ..start.clone() },
            QueueFilter { hazards: Hazards::TWIN, ..all(Order::Mixed) },
            QueueFilter { bands: vec![Band::Auto, Band::Low], ..all(Order::Mixed) },
            QueueFilter { ages: vec![Age::Today], ..all(Order::Mixed) },
            QueueFilter { ages: vec![Age::Older], ..all(Order::Mixed) },
            QueueFilter { contexts: vec![0], ..all(Order::Mixed) },
            QueueFilter { files: vec![FileId(1)], ..all(Order::Mixed) },
            QueueFilter { staff: vec![it.ws.me().id], ..all(Order::Mixed) },
        ];
        filters.extend(orders.map(all));
        let states = STATES.map(|state| QueueFilter { state, ..all(Order::RiskFirst) });
        filters.extend(states);
        for filter in &filters {
            it.ws.keep_pairs(PairKind::Link).unwrap();
            let kept = (it.ws.queue_waiting(filter).unwrap(), it.ws.facets(filter).unwrap());
            let held = it.ws.opened.keep.get(PairKind::Link);
            it.ws.opened.keep.forget();
            let read = (it.ws.queue_waiting(filter).unwrap(), it.ws.facets(filter).unwrap());
            it.ws.opened.keep.held().of[PairKind::Link as usize] = held;
            assert_eq!(kept.0.0, read.0.0, "{filter:?}");
            assert!(kept.0.0.iter().all(|id| kept.0.1.holds(*id) == read.0.1.holds(*id)), "{filter:?}");
            assert_eq!(kept.1, read.1, "{filter:?}");
        }
    }

    #[test]
    fn filters_and_facets_are_the_same_from_what_is_kept_and_without_whatever_is_decided() {
        let mut it = workspace(60);
        it.matched(60);
        it.run((1..=60).map(|n| {
            let mut pair = new_pair(link(n), f64::from(n % 7) - 3.0);
            if n % 5 == 0 {
                pair.hazards = Hazards::TWIN;
            }
            pair
        }));
        expect_same(&it);
        let kept = it.ws.kept_already(PairKind::Link).unwrap();
        for (n, verdict) in (1..=20).zip(Verdict::ALL.into_iter().cycle()) {
            it.decide(&link(n), verdict);
        }
        expect_same(&it);
        for _ in 0..7 {
            let undo = it.ws.last_undoable().unwrap().unwrap();
            it.ws.apply_undo(&undo).unwrap();
        }
        expect_same(&it);
        // By another connection, as a job has it, all at once
        let many = (30..=50).map(|n| it.decided(&link(n), Some(Verdict::Match))).collect();
        it.ws.handle().unwrap().apply(many, |_| Ok(())).unwrap();
        expect_same(&it);
        let now = it.ws.kept_already(PairKind::Link).unwrap();
        assert!(Arc::ptr_eq(&kept, &now), "decisions are put right in place");
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

        let reading = other.opened.keep.begin();
        let read = Arc::new(Kept::read(&other.conn, PairKind::Link).unwrap());
        it.matched(3);
        other.opened.keep.put(&other.conn, PairKind::Link, &read, &reading).unwrap();
        assert!(it.ws.kept_already(PairKind::Link).is_none());
    }

    #[test]
    fn an_answer_that_is_given_while_others_are_read_is_not_missed() {
        let mut it = workspace(4);
        it.matched(4);
        let other = it.ws.handle().unwrap();
        let reading = other.opened.keep.begin();
        let read = Arc::new(Kept::read(&other.conn, PairKind::Link).unwrap());
        it.decide(&link(2), Verdict::Match);
        other.opened.keep.put(&other.conn, PairKind::Link, &read, &reading).unwrap();
        drop(reading);
        assert!(it.ws.kept_already(PairKind::Link).is_some());
        assert!(it.ws.opened.keep.held().answered.is_empty());
        expect_same(&it);
    }
}
