//! How somebody's own work goes today: how much, how fast, how long without a break, and whether answers came faster than a pair
//! can be read. For the person themselves; it is no race, and nobody else's figures stand beside it. Of a re-check alone it is told to
//! whoever signs: what was not read proves nothing.

use std::collections::{BTreeMap, HashSet};

use jiff::{Timestamp, Zoned};

use super::Refused;
use crate::pair::{How, PairKey};
use crate::words::counted;
use crate::workspace::{BatchId, Event, LedgerFilter, StaffId, Workspace};

/// A longer time between two answers is a break, in seconds.
const BREAK: f64 = 300.0;

/// Two answers closer than this were not both read, in seconds.
const UNREAD: f64 = 1.5;

/// So many answers in a row that were not read are told of.
const BURST: usize = 5;

/// The fewest answers from which a pace is told.
const FEWEST: usize = 10;

/// After so long without a break one is suggested, in seconds.
const LONG: f64 = 50.0 * 60.0;

/// A person's answers today.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Pace {
    /// Answers by hand since midnight, here and now; not those that were taken back.
    pub answers: u64,
    /// Seconds for an answer: the median of today's, breaks and what was not read left out. `None` before there are enough.
    pub seconds: Option<f64>,
    /// Seconds since the last break.
    pub without_break: f64,
    /// The longest run of answers today that came faster than a pair can be read; 0 where there is none to speak of.
    pub unread: u64,
}

impl Pace {
    /// Whether a break is due.
    pub fn is_long(&self) -> bool {
        self.without_break >= LONG
    }

    /// How long so many pairs take at this pace, in words: `about 25 minutes`.
    pub fn left(&self, pairs: u64) -> Option<String> {
        let minutes = (self.seconds? * pairs as f64 / 60.0).ceil() as u64;
        Some(match minutes {
            0 | 1 => "about a minute".to_owned(),
            2..=90 => format!("about {minutes} minutes"),
            more => format!("about {:.0} hours", more as f64 / 60.0),
        })
    }

    /// What it comes to, of answers at these moments, the earliest first.
    fn of(moments: &[Timestamp], now: Timestamp) -> Self {
        let seconds = |from: Timestamp, to: Timestamp| to.duration_since(from).as_secs_f64();
        let gaps: Vec<f64> = moments.windows(2).map(|two| seconds(two[0], two[1])).collect();
        let mut work: Vec<f64> = gaps.iter().copied().filter(|gap| (UNREAD..BREAK).contains(gap)).collect();
        work.sort_by(f64::total_cmp);
        let since = gaps.iter().rposition(|gap| *gap >= BREAK).map_or(0, |at| at + 1);
        let last_is_fresh = moments.last().is_some_and(|last| seconds(*last, now) < BREAK);
        let run = gaps.split(|gap| *gap >= UNREAD).map(<[f64]>::len).max().unwrap_or(0);
        Self {
            answers: moments.len() as u64,
            seconds: (work.len() >= FEWEST).then(|| work[work.len() / 2]),
            without_break: match moments.get(since) {
                Some(first) if last_is_fresh => seconds(*first, now),
                _ => 0.0,
            },
            unread: if run + 1 >= BURST && run > 0 { run as u64 + 1 } else { 0 },
        }
    }
}

/// Of one person's answers, each with its moment and in any order, those in runs that came faster than pairs can be read.
fn unread_of<T>(mut answers: Vec<(Timestamp, T)>) -> Vec<T> {
    answers.sort_unstable_by_key(|(at, _)| *at);
    let mut runs: Vec<Vec<(Timestamp, T)>> = Vec::new();
    for (at, answer) in answers {
        let before = runs.last().and_then(|run| run.last()).map(|(before, _)| *before);
        match (before, runs.last_mut()) {
            (Some(before), Some(run)) if at.duration_since(before).as_secs_f64() < UNREAD => run.push((at, answer)),
            _ => runs.push(vec![(at, answer)]),
        }
    }
    runs.into_iter().filter(|run| run.len() >= BURST).flatten().map(|(_, answer)| answer).collect()
}

/// How many of one person's answers, at these moments in any order, stand in runs that came faster than pairs can be read.
pub fn unread(moments: Vec<Timestamp>) -> u64 {
    unread_of(moments.into_iter().map(|at| (at, ())).collect()).len() as u64
}

/// The pairs of a batch's re-check whose answers, as they stand, came faster than pairs can be read. Answers of a sheet came
/// together, and say nothing of it.
pub fn unread_of_recheck(ws: &Workspace, batch: BatchId) -> Result<Vec<PairKey>, Refused> {
    let filter = LedgerFilter { kinds: vec!["rechecked".to_owned()], ..LedgerFilter::default() };
    let mut newer = HashSet::new();
    let mut by_person: BTreeMap<StaffId, Vec<(Timestamp, PairKey)>> = BTreeMap::new();
    for row in ws.ledger(&filter, usize::MAX)? {
        let Event::Rechecked { batch: of, pair, after: Some(_), .. } = row.event else { continue };
        let stands = row.undoes.is_none() && row.undone_by.is_none();
        if of == batch && stands && newer.insert(pair.clone()) && row.seq == row.deed {
            by_person.entry(row.staff).or_default().push((row.at, pair));
        }
    }
    Ok(by_person.into_values().flat_map(unread_of).collect())
}

/// What is said to whoever answers or signs where answers of the re-check came too fast; `None` where none did.
pub fn unread_words(answers: usize) -> Option<String> {
    (answers > 0).then(|| {
        format!(
            "{} of the re-check came faster than a pair can be read. What was not read proves nothing",
            counted(answers as u64, "answer", "answers")
        )
    })
}

/// How the signed-in person's work goes today.
pub fn today(ws: &Workspace, now: &Zoned) -> Result<Pace, Refused> {
    let midnight = now.start_of_day().map_or(now.timestamp(), |start| start.timestamp());
    let mut moments: Vec<Timestamp> = Vec::new();
    for row in ws.my_deeds_since(midnight)? {
        if is_answer(&row.event) && row.undoes.is_none() && row.undone_by.is_none() {
            moments.push(row.at);
        }
    }
    moments.reverse();
    Ok(Pace::of(&moments, now.timestamp()))
}

/// Whether it is an answer by hand: not where a reason or a comment alone was added to one.
fn is_answer(event: &Event) -> bool {
    let Event::Decided { before, after: Some(after), .. } = event else { return false };
    let is_added = before.as_ref().is_some_and(|before| {
        let same = before.verdict == after.verdict && before.merge == after.merge && before.replaces == after.replaces;
        same && (before.reason != after.reason || before.comment != after.comment)
    });
    after.how == How::ByHand && !is_added
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: &[f64]) -> Vec<Timestamp> {
        seconds.iter().map(|s| Timestamp::UNIX_EPOCH + jiff::SignedDuration::from_secs_f64(*s)).collect()
    }

    #[test]
    fn the_pace_is_the_median_without_breaks_and_told_only_from_enough() {
        let few: Vec<f64> = (0..6).map(|n| f64::from(n) * 8.0).collect();
        let of = Pace::of(&at(&few), at(&[41.0])[0]);
        assert_eq!((of.answers, of.seconds, of.left(100)), (6, None, None));
        // Twelve answers of eight seconds each, an hour away, and three more
        let mut moments: Vec<f64> = (0..12).map(|n| f64::from(n) * 8.0).collect();
        moments.extend([4000.0, 4008.0, 4016.0]);
        let of = Pace::of(&at(&moments), at(&[4020.0])[0]);
        assert_eq!((of.answers, of.seconds, of.unread), (15, Some(8.0), 0));
        assert_eq!(of.without_break, 20.0);
        assert_eq!(of.left(300).as_deref(), Some("about 40 minutes"));
        assert_eq!(of.left(3000).as_deref(), Some("about 7 hours"));
        assert_eq!(Pace::of(&at(&moments), at(&[9000.0])[0]).without_break, 0.0, "away now");
    }

    #[test]
    fn a_long_stretch_asks_for_a_break_and_a_burst_is_told_of() {
        let steady: Vec<f64> = (0..400).map(|n| f64::from(n) * 8.0).collect();
        assert!(Pace::of(&at(&steady), at(&[3200.0])[0]).is_long());
        let burst = at(&[0.0, 9.0, 9.5, 10.1, 10.6, 11.0, 20.0]);
        assert_eq!(Pace::of(&burst, burst[6]).unread, 5);
        let hasty: Vec<f64> = (0..200).map(|n| f64::from(n) * 0.2).collect();
        let of = Pace::of(&at(&hasty), at(&[40.0])[0]);
        assert_eq!((of.unread, of.seconds), (200, None), "what is not read says nothing of how long reading takes");
        let two: Vec<f64> = (0..6).map(f64::from).chain((0..5).map(|n| 600.0 + f64::from(n))).chain([900.0]).collect();
        assert_eq!(unread(at(&two).into_iter().rev().collect()), 11, "every run counts, a single answer does not");
        assert_eq!(unread(at(&[0.0, 5.0, 10.0, 15.0, 20.0, 25.0])), 0);
        assert_eq!(unread(Vec::new()), 0);
        assert_eq!(Pace::of(&at(&[0.0, 0.5, 9.0]), at(&[9.0])[0]).unread, 0, "twice is no burst");
    }
}
