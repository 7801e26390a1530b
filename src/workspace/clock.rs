//! What time it is, and whether the computer's clock jumped.
//!
//! The order of events is that of their numbers, whatever the clock says, and all times are UTC, which knows no summer time. A clock
//! that jumped is written down, so that whoever reads the times knows which to doubt:
//!
//! - set back: the time is more than [`LIMIT`] earlier than that of the newest event, or than it should be;
//! - set forward while the program runs: it is more than [`LIMIT`] later than the time that has passed since it was last looked at.
//!
//! A clock that was set forward while the program did not run cannot be seen until it is put right, which is a jump back. The time that
//! passed is the one since the computer was started, sleep included, where the system tells that (Linux, Windows); on macOS the time
//! of sleep is not counted, and waking up is written down as a jump.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use jiff::{SignedDuration, Timestamp};

use super::event::Event;

/// The largest difference that is no jump: what setting a clock by the network may do.
pub(super) const LIMIT: SignedDuration = SignedDuration::from_mins(2);

/// The computer's two clocks.
#[derive(Debug)]
pub(super) struct Clock {
    started: Instant,
    /// What both said when they were last looked at.
    seen: Mutex<Option<(Timestamp, Duration)>>,
    /// What tests set the time of day and the time that has passed ahead by, in seconds.
    #[cfg(test)]
    pub(super) ahead: Mutex<(i64, u64)>,
}

impl Clock {
    pub(super) fn new() -> Self {
        Self {
            started: Instant::now(),
            seen: Mutex::new(None),
            #[cfg(test)]
            ahead: Mutex::new((0, 0)),
        }
    }

    /// The time of day.
    pub(super) fn now(&self) -> Timestamp {
        let now = Timestamp::now();
        #[cfg(test)]
        let now = now + SignedDuration::from_secs(self.ahead.lock().unwrap_or_else(PoisonError::into_inner).0);
        now
    }

    /// The time that has passed since a moment that stays the same while the program runs.
    fn passed(&self) -> Duration {
        let passed = since_start().unwrap_or_else(|| self.started.elapsed());
        #[cfg(test)]
        let passed = passed + Duration::from_secs(self.ahead.lock().unwrap_or_else(PoisonError::into_inner).1);
        passed
    }

    /// What both clocks said when they were last looked at.
    pub(super) fn seen(&self) -> Option<(Timestamp, Duration)> {
        *self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Forgets the newest look: the deed that would have noted a jump came to nothing, so the next one notes it.
    pub(super) fn forget_since(&self, seen: Option<(Timestamp, Duration)>) {
        *self.seen.lock().unwrap_or_else(PoisonError::into_inner) = seen;
    }

    /// The event of a jump, where the clock jumped since it was last asked, or stands before `newest`, the time of the newest
    /// event.
    pub(super) fn jumped(&self, newest: Option<Timestamp>) -> Option<Event> {
        let (now, passed) = (self.now(), self.passed());
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        let expected =
            seen.map(|(then, at)| then + SignedDuration::try_from(passed.saturating_sub(at)).unwrap_or_default());
        *seen = Some((now, passed));
        let jump = |expected: Timestamp| {
            let by = now.duration_since(expected);
            (by.abs() > LIMIT).then(|| Event::ClockJumped { expected: format!("{expected:.3}"), seconds: by.as_secs() })
        };
        let behind = newest.filter(|newest| now.duration_since(*newest) < -LIMIT);
        expected.and_then(jump).or_else(|| behind.and_then(jump))
    }
}

/// Since the computer was started, sleep included.
fn since_start() -> Option<Duration> {
    if !cfg!(target_os = "linux") {
        return None;
    }
    let text = std::fs::read_to_string("/proc/uptime").ok()?;
    text.split_whitespace().next()?.parse().ok().and_then(|seconds| Duration::try_from_secs_f64(seconds).ok())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::super::fixture::*;
    use super::super::proof::Proof;
    use super::*;
    use crate::pair::Verdict;

    fn set(it: &Fixture, wall: i64, passed: u64) {
        *it.ws.opened.clock.ahead.lock().unwrap() = (wall, passed);
    }

    fn jumps(it: &Fixture) -> Vec<i64> {
        let filter = super::super::LedgerFilter { kinds: vec!["clock_jumped".into()], ..Default::default() };
        let mut found: Vec<i64> = it
            .ws
            .ledger(&filter, 99)
            .unwrap()
            .into_iter()
            .map(|row| match row.event {
                Event::ClockJumped { seconds, .. } => seconds,
                _ => unreachable!("only jumps were asked for"),
            })
            .collect();
        found.reverse();
        found
    }

    #[test]
    fn a_clock_that_is_set_is_written_down_once_and_the_order_of_events_stays() {
        let mut proof = Proof::of(9, "the clock is set forward and back, or the computer sleeps");
        let mut it = workspace(6);
        it.matched(6);
        it.decide(&link(1), Verdict::Match);
        // Within the limit, either way; and an hour during which the computer slept
        for (wall, passed) in [(110, 0), (0, 0), (3_600, 3_600)] {
            set(&it, wall, passed);
            it.decide(&link(2), Verdict::Match);
            it.decide(&link(2), Verdict::Unsure);
        }
        assert_eq!(jumps(&it), [0; 0]);
        for wall in [3_600 + 86_400, 3_600 - 900, 3_600] {
            set(&it, wall, 3_600);
            // What is refused notes nothing, and loses nothing
            let batch = it.ws.next_batch().unwrap();
            it.refused(vec![Event::BatchComposed { batch, name: "B".into(), before: vec![], after: vec![] }]);
            it.decide(&link(3), Verdict::Match);
            it.decide(&link(3), Verdict::Unsure);
        }
        let found = jumps(&it);
        let near = [86_400_i64, -87_300, 900];
        assert!(found.len() == 3 && found.iter().zip(near).all(|(a, b)| (a - b).abs() <= 2), "{found:?}");
        // The newest answer stands, whatever its time; what is undone is the answer, not the note of the jump
        assert_eq!(it.ws.decision(&link(3)).unwrap().unwrap().judgement.verdict, Verdict::Unsure);
        set(&it, -86_400, 3_600);
        it.decide(&link(4), Verdict::Match);
        let deed = it.ws.last_undoable().unwrap().unwrap();
        it.ws.apply_undo(&deed).unwrap();
        assert_eq!(it.ws.decision(&link(4)).unwrap(), None);
        let deed = it.ws.last_redoable().unwrap().unwrap();
        it.ws.apply_undo(&deed).unwrap();
        assert!(it.ws.decision(&link(4)).unwrap().is_some());
        it.healthy();
        proof.tried(7);
    }

    #[test]
    fn a_clock_that_was_set_back_while_the_workspace_was_closed_is_written_down_when_it_is_opened() {
        let mut proof = Proof::of(9, "the clock is set back while the workspace is closed");
        let mut it = workspace(2);
        it.matched(2);
        set(&it, 7_200, 7_200);
        it.decide(&link(1), Verdict::Match);
        assert_eq!(jumps(&it), [0; 0], "both clocks went on");
        let it = it.reopen(); // whose clock is that of today again
        let found = jumps(&it);
        assert!(found.len() == 1 && (found[0] + 7_200).abs() <= 5, "{found:?}");
        it.healthy();
        proof.tried(1);
    }

    #[test]
    fn summer_time_begins_and_ends_without_a_jump() {
        let mut proof = Proof::of(9, "summer time begins and ends");
        // An instant has one time in UTC, on whichever side of the change it lies and whatever the zone of the computer
        for (before, after) in [
            ("2026-03-29T00:59:59+00:00", "2026-03-29T02:00:01+01:00"),
            ("2026-10-25T01:59:59+01:00", "2026-10-25T01:00:01+00:00"),
        ] {
            let (before, after): (Timestamp, Timestamp) = (before.parse().unwrap(), after.parse().unwrap());
            assert_eq!(after.duration_since(before), SignedDuration::from_secs(2));
            let clock = Clock::new();
            let from_now = before.duration_since(Timestamp::now()).as_secs();
            *clock.ahead.lock().unwrap() = (from_now, 0);
            assert_eq!(clock.jumped(None), None);
            *clock.ahead.lock().unwrap() = (from_now + 2, 2);
            assert_eq!(clock.jumped(Some(before)), None);
            proof.tried(1);
        }
    }
}
