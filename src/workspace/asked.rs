//! What queues and their facets ask about a candidate pair, and whether a filter admits it.

use rusqlite::Row;

use super::QueueFilter;
use super::candidates::{SETTLED, band_number};
use super::event::FileId;
use super::facets::Age;
use super::{Result, StateFilter};
use crate::pair::{Band, Hazards, Verdict};

/// The columns of [`Asked::read`], all in the index `candidate_queue`.
pub(super) const COLUMNS: &str = "id, band, answer, lead, hazards, context, file, since";

/// A candidate pair, as far as filters ask about it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Asked {
    pub(super) id: i64,
    /// The live answer, as `candidate.answer` has it.
    pub(super) answer: u8,
    band: u8,
    /// The engine's chosen pair of its records, or one from a file or by hand.
    lead: bool,
    pub(super) hazards: Hazards,
    pub(super) context: u32,
    pub(super) file: u32,
    /// The day it was first proposed, from 1 January 1970.
    since: i32,
}

impl Asked {
    /// Reads a row of [`COLUMNS`].
    pub(super) fn read(row: &Row<'_>) -> Result<Self> {
        Ok(Self {
            id: row.get(0)?,
            band: row.get(1)?,
            answer: row.get(2)?,
            lead: row.get(3)?,
            hazards: Hazards::from_bits_retain(row.get(4)?),
            context: row.get(5)?,
            file: row.get(6)?,
            since: row.get(7)?,
        })
    }

    /// The same with another answer.
    pub(super) fn answered(mut self, answer: u8) -> Self {
        self.answer = answer;
        self
    }

    /// How old it is.
    pub(super) fn age(&self, today: i64) -> Age {
        Age::of(today - i64::from(self.since))
    }

    /// Whether it waits for an answer: it has none, or a stale one.
    pub(super) fn waits(&self) -> bool {
        self.is_of(StateFilter::Undecided)
    }

    /// Whether its live answer is of a state.
    pub(super) fn is_of(&self, state: StateFilter) -> bool {
        match state {
            StateFilter::Undecided => matches!(self.answer, 0 | 5..=8),
            StateFilter::Answered(verdict) => {
                self.answer == 1 + Verdict::ALL.iter().position(|it| *it == verdict).unwrap_or_default() as u8
            }
            StateFilter::AnyAnswer => matches!(self.answer, 1..=4),
            StateFilter::Settled => i64::from(self.answer) == SETTLED,
            StateFilter::Again => (5..=8).contains(&self.answer),
            StateFilter::All => i64::from(self.answer) <= SETTLED,
        }
    }

    /// Whether somebody answered it, stale or not.
    fn is_answered(&self) -> bool {
        (1..=8).contains(&self.answer)
    }

    /// Whether its band is among those of a filter; none are all. A decision whose evidence changed is asked about wherever its
    /// pair stands now.
    pub(super) fn is_in(&self, bands: &[Band], state: StateFilter) -> bool {
        let stale = state.holds_again() && bands.contains(&Band::Review) && (5..=8).contains(&self.answer);
        bands.is_empty() || stale || bands.iter().any(|it| band_number(*it) == i64::from(self.band))
    }

    /// Whether it is shown beside the other candidates of its records: what somebody decided is, whichever candidate it was.
    pub(super) fn leads(&self, filter: &QueueFilter) -> bool {
        !filter.best_only || self.lead || self.is_answered()
    }

    /// Whether hazards, teams, files and ages are those of a filter, in this order.
    pub(super) fn fit(&self, filter: &QueueFilter, today: i64) -> [bool; 4] {
        [
            filter.hazards.is_empty() || filter.hazards.intersects(self.hazards),
            filter.contexts.is_empty() || filter.contexts.contains(&i64::from(self.context)),
            filter.files.is_empty() || filter.files.contains(&FileId(i64::from(self.file))),
            filter.ages.is_empty() || filter.ages.contains(&self.age(today)),
        ]
    }

    /// Whether it is what a filter asks, apart from its text, its class, and what is known beside candidates.
    pub(super) fn fits(&self, filter: &QueueFilter, today: i64) -> bool {
        self.is_of(filter.state)
            && self.is_in(&filter.bands, filter.state)
            && self.leads(filter)
            && self.fit(filter, today).iter().all(|fits| *fits)
    }
}
