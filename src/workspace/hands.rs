//! Who had a hand in a batch. Read from the ledger alone, where no answer is ever lost.
//!
//! A row stands under one name, and others may be behind it: a merge carries a match to another record, and it comes back when
//! the merge is taken back; whoever takes back *Not a match* leaves somebody else's *Match* standing; a batch is put together
//! by one and changed by another. Whoever did any of that answers for the row as much, and does not sign for it.

use std::collections::{HashMap, HashSet};

use super::event::{BatchId, Event, StaffId};
use super::{Result, Workspace, batches, ledger};
use crate::pair::{PairKey, Verdict};

/// What somebody did in a batch that they cannot sign for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hand {
    /// Answered *Match* about the CHI of a row or about a merge in it, at any time, or took back what was answered since.
    Answered,
    /// Put the batch together, changed its rows or submitted it.
    Composed,
}

/// What an answer is about: a CHI, whichever record it was matched to, or a merge.
#[derive(Debug, PartialEq, Eq, Hash)]
enum About {
    Chi(String),
    Merge(PairKey),
}

impl About {
    fn of(pair: &PairKey) -> Self {
        match pair {
            PairKey::Link { .. } => Self::Chi(pair.right().to_owned()),
            PairKey::Duplicate { .. } => Self::Merge(pair.clone()),
        }
    }
}

/// Hands, as the ledger is read from its beginning.
#[derive(Default)]
pub(super) struct Hands {
    /// What each person ever answered *Match* about.
    answered: HashMap<i64, HashSet<About>>,
    composed: HashMap<BatchId, HashSet<i64>>,
    /// What the rows of each batch are about.
    rows: HashMap<BatchId, HashSet<About>>,
}

impl Hands {
    pub(super) fn learn(&mut self, staff: i64, event: &Event) {
        match event {
            Event::Decided { pair, after: Some(after), .. } if after.verdict == Verdict::Match => {
                self.answered.entry(staff).or_default().insert(About::of(pair));
            }
            Event::BatchComposed { batch, after, .. } => {
                self.composed.entry(*batch).or_default().insert(staff);
                self.rows.insert(*batch, after.iter().map(About::of).collect());
            }
            Event::BatchSubmitted { batch, .. } => {
                self.composed.entry(*batch).or_default().insert(staff);
            }
            _ => {}
        }
    }

    /// What somebody did in a batch, as far as the events tell that were read.
    pub(super) fn of(&self, staff: i64, batch: BatchId) -> Option<Hand> {
        if self.composed.get(&batch).is_some_and(|people| people.contains(&staff)) {
            return Some(Hand::Composed);
        }
        // Asked of every row that is re-checked: the fewer are looked up among the more
        let (answered, rows) = (self.answered.get(&staff)?, self.rows.get(&batch)?);
        (!answered.is_disjoint(rows)).then_some(Hand::Answered)
    }
}

/// A person's own events: of the deeds that they began, and of those that a parcel brought.
const THEIRS: &str = "SELECT l.payload FROM ledger d INDEXED BY ledger_begun CROSS JOIN ledger l ON l.deed = d.seq
    WHERE d.staff = ?1 AND d.seq = d.deed AND l.staff = ?1 AND l.event IN ('decided', 'batch_composed', 'batch_submitted')
    UNION ALL
    SELECT l.payload FROM brought b CROSS JOIN ledger l ON l.seq = b.seq
    WHERE l.staff = ?1 AND b.taken_by <> ?1 AND l.event IN ('decided', 'batch_composed', 'batch_submitted')";

impl Workspace {
    /// Whether somebody had a hand in a batch as it stands, and which.
    pub fn hand_in(&self, staff: StaffId, batch: BatchId) -> Result<Option<Hand>> {
        let mut hands = Hands::default();
        let mut find = self.conn.prepare_cached(THEIRS)?;
        let mut rows = find.query([staff.0])?;
        while let Some(row) = rows.next()? {
            hands.learn(staff.0, &ledger::read_event(row.get_ref(0)?.as_str().unwrap_or_default())?);
        }
        if !hands.answered.is_empty() {
            // As the batch stands, whoever put it together
            hands.rows.insert(batch, batches::keys(&self.conn, batch)?.iter().map(About::of).collect());
        }
        Ok(hands.of(staff.0, batch))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::super::fixture::*;
    use super::*;

    #[test]
    fn a_hand_is_known_by_every_answer_and_every_change_of_the_rows_and_found_under_a_signature() {
        let mut it = workspace(3);
        it.matched(3);
        let me = it.ws.me().id;
        it.decide(&link(1), Verdict::Match);
        it.decide(&link(2), Verdict::NotMatch);
        let batch = it.compose(vec![link(1)]);
        assert_eq!(it.ws.hand_in(me, batch).unwrap(), Some(Hand::Composed));
        assert_eq!(it.ws.hand_in(StaffId(9), batch).unwrap(), None);

        let mut hands = Hands::default();
        hands.rows.insert(batch, [link(1), link(2)].iter().map(About::of).collect());
        let seen = |hands: &Hands| [7, 8].map(|staff| hands.of(staff, batch));
        assert_eq!(seen(&hands), [None, None]);
        hands.learn(7, &it.decided(&link(2), Some(Verdict::NotMatch)));
        assert_eq!(seen(&hands), [None, None], "no hand in a row that is there in spite of it");
        hands.learn(7, &it.decided(&link(2), Some(Verdict::Match)));
        hands.learn(8, &Event::BatchSubmitted { batch, content_hash: String::new(), scores: None });
        assert_eq!(seen(&hands), [Some(Hand::Answered), Some(Hand::Composed)]);

        it.apply(vec![it.submitted(batch)]);
        it.apply(vec![it.signed(batch)]);
        let report = it.ws.check(&crate::progress::Progress::new()).unwrap();
        assert!(report.lines.iter().any(|line| line.detail.ends_with("had a hand in it")), "{:#?}", report.lines);
    }
}
