//! The figures of the Overview and of the report that are worked out from everything there is: by group, by day, by age of what
//! waits, and what became of duplicates.

mod pace;

use std::collections::BTreeMap;

use super::Refused;
use super::fairness::{self, Group};
use crate::pair::BlockerAnswer;
use crate::progress::Progress;
use crate::words::days;
use crate::workspace::{Age, BatchState, Workspace};

pub use pace::DoneBy;

/// The figures.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Figures {
    /// People by age, sex, team and area.
    pub groups: Vec<Group>,
    /// People with a candidate that is likely enough to be asked about, or was answered.
    pub with_candidate: u64,
    /// Those of them who are settled: with a live match, or with no candidate that waits for an answer, is unsure, referred or to
    /// be looked at again.
    pub settled: u64,
    /// Work by day, the earliest first; days on which nothing was done are left out.
    pub days: Vec<Day>,
    /// Pairs that wait for an answer in the review band, by when they were first proposed, as [`Age::ALL`].
    pub waiting: [u64; 4],
    /// What became of duplicates.
    pub duplicates: Duplicates,
}

/// What was done on a day, from midnight to midnight by the clocks of Scotland.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Day {
    /// Days since 1 January 1970.
    pub day: i64,
    /// Answers given, whatever became of them later.
    pub answered: u64,
    /// Those of them that somebody gave by hand, one by one.
    pub by_hand: u64,
    /// Rows of batches signed off.
    pub signed: u64,
    /// Rows of batches released.
    pub released: u64,
}

/// Possible duplicates and what became of them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Duplicates {
    /// Pairs that may be one person: in the automatic or the review band, or answered. Merged, apart and open together.
    pub found: u64,
    /// Decided to be merged.
    pub merged: u64,
    /// Decided to be two people.
    pub apart: u64,
    /// Not decided: to decide, unsure or referred.
    pub open: u64,
    /// Merges that something in Mosaic stands in the way of.
    pub blocked: u64,
}

impl Figures {
    /// How many days the work has taken up to the last, and what was done by then: decided, signed, released.
    pub fn cumulative(&self) -> Vec<Day> {
        let mut sum = Day::default();
        let add = |day: &Day| {
            sum = Day {
                day: day.day,
                answered: sum.answered + day.answered,
                by_hand: sum.by_hand + day.by_hand,
                signed: sum.signed + day.signed,
                released: sum.released + day.released,
            };
            sum
        };
        self.days.iter().map(add).collect()
    }

    /// When what waits is decided at the pace of late, where that can be told.
    pub fn done_by(&self) -> Option<DoneBy> {
        pace::done_by(&self.days, self.waiting.iter().sum(), days::today())
    }

    /// Pairs that wait, by age, with the age's name.
    pub fn waiting_by_age(&self) -> impl Iterator<Item = (&'static str, u64)> + '_ {
        Age::ALL.into_iter().map(Age::words).zip(self.waiting)
    }
}

/// Works the figures out. It reads every Mosaic record and every pair: work for a thread of its own.
pub fn read(ws: &Workspace, progress: &Progress) -> Result<Figures, Refused> {
    let groups = fairness::by_group(ws, progress)?;
    progress.begin("Counting by day", 0);
    let mut by_day: BTreeMap<i64, Day> = BTreeMap::new();
    for (day, answered, by_hand) in ws.answered_by_day()? {
        by_day.insert(day, Day { answered, by_hand, ..Day::default() });
    }
    for batch in ws.batches()?.into_iter().filter(|batch| batch.state == BatchState::Signed) {
        let rows = batch.links + batch.merges;
        if let Some(signed) = &batch.signed {
            by_day.entry(days::of(signed.at)).or_default().signed += rows;
        }
        if let Some((at, _)) = batch.released {
            by_day.entry(days::of(at)).or_default().released += rows;
        }
    }
    progress.check()?;
    let status = ws.status()?;
    let [with_candidate, settled] = ws.people_with_candidates()?;
    let merges = ws.merges()?;
    let blocked = merges.iter().filter(|(_, decision)| {
        let merge = decision.judgement.merge.iter();
        merge.flat_map(|merge| &merge.blockers).any(|check| check.answer == BlockerAnswer::Blocked)
    });
    let duplicates = status.duplicates_by_answer();
    Ok(Figures {
        groups,
        with_candidate,
        settled,
        days: by_day.into_iter().map(|(day, of)| Day { day, ..of }).collect(),
        waiting: ws.backlog_by_age()?,
        duplicates: Duplicates {
            found: duplicates.all(),
            merged: duplicates.matches,
            apart: duplicates.not_matches,
            open: duplicates.to_decide + duplicates.unsettled,
            blocked: blocked.count() as u64,
        },
    })
}
