//! When what waits will be decided, at the pace there was: said only where the days before allow it.

use super::Day;
use crate::words::{days, number};

/// The days that are looked back on.
const DAYS: i64 = 28;
/// Fewer days than these say nothing of a pace, and so do fewer days on which anything was answered.
const FEWEST_DAYS: i64 = 7;
const FEWEST_BUSY: usize = 5;
/// What lies farther ahead is not foreseen.
const FARTHEST: f64 = 366.0;

/// When what waits is decided, if the pace stays.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct DoneBy {
    /// Pairs that wait.
    pub waiting: u64,
    /// Pairs answered one by one in a week, of the days looked back on.
    pub a_week: f64,
    /// The days between which the last is decided, with 95 % confidence, in days since 1 January 1970.
    pub between: [i64; 2],
}

/// When what waits is decided at the pace of the last four weeks up to `today`, which is not over and does not count. `None` where
/// too little was done to tell, where it was done too unevenly, or where it would take more than a year.
pub fn done_by(days: &[Day], waiting: u64, today: i64) -> Option<DoneBy> {
    let first = days.iter().find(|day| day.by_hand > 0)?.day.max(today - DAYS);
    let length = today - first;
    if waiting == 0 || length < FEWEST_DAYS {
        return None;
    }
    let counted: Vec<f64> =
        days.iter().filter(|day| (first..today).contains(&day.day)).map(|day| day.by_hand as f64).collect();
    if counted.iter().filter(|count| **count > 0.0).count() < FEWEST_BUSY {
        return None;
    }
    // Days that are left out are days on which nothing was done
    let length = length as f64;
    let mean = counted.iter().sum::<f64>() / length;
    let idle = (length - counted.len() as f64) * mean * mean;
    let squares: f64 = counted.iter().map(|count| (count - mean).powi(2)).sum::<f64>() + idle;
    let error = 1.96 * (squares / (length - 1.0) / length).sqrt();
    let (slow, fast) = (mean - error, mean + error);
    if slow <= 0.0 || waiting as f64 / slow > FARTHEST {
        return None;
    }
    let on = |a_day: f64| today + (waiting as f64 / a_day).ceil() as i64;
    Some(DoneBy { waiting, a_week: 7.0 * mean, between: [on(fast), on(slow)] })
}

impl DoneBy {
    /// In a sentence without its full stop.
    pub fn words(&self) -> String {
        let [from, to] = self.between;
        let when = if from == to {
            format!("on {}", days::words(from))
        } else {
            format!("between {} and {}", days::words(from), days::words(to))
        };
        format!(
            "At the pace of the last four weeks, {} pairs a week one by one, the {} to review are answered {when}, if no more come",
            number(self.a_week.round() as u64),
            number(self.waiting)
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TODAY: i64 = 20_784; // 27 Nov 2026, a Friday

    fn days(counts: impl IntoIterator<Item = (i64, u64)>) -> Vec<Day> {
        counts.into_iter().map(|(ago, by_hand)| Day { day: TODAY - ago, by_hand, ..Day::default() }).collect()
    }

    #[test]
    fn the_pace_of_four_weeks_says_between_which_days_what_waits_is_decided() {
        let even = days((1..=40).rev().map(|ago| (ago, 100)));
        let done = done_by(&even, 1_000, TODAY).map(|done| (done.between, done.words()));
        let words = "At the pace of the last four weeks, 700 pairs a week one by one, the 1,000 to review are answered on \
                     7 Dec 2026, if no more come";
        assert_eq!(done, Some(([TODAY + 10, TODAY + 10], words.to_owned())));
        // Five days a week: not every day is alike, so there is a first and a last day
        let weeks = days((1..=28).rev().filter(|ago| ago % 7 > 1).map(|ago| (ago, 140)));
        let [from, to] = done_by(&weeks, 1_000, TODAY).map_or([0; 2], |done| done.between);
        assert!(from < TODAY + 10 && TODAY + 10 < to && to < TODAY + 14, "{from} {to}");
    }

    #[test]
    fn where_there_is_no_pace_nothing_is_said() {
        let even = days((1..=40).rev().map(|ago| (ago, 100)));
        assert_eq!(done_by(&even, 0, TODAY), None, "nothing waits");
        assert_eq!(done_by(&even, 40_000, TODAY), None, "more than a year");
        assert_eq!(done_by(&days((1..=3).rev().map(|ago| (ago, 500))), 100, TODAY), None, "three days");
        assert_eq!(done_by(&days([(20, 900), (2, 3)]), 100, TODAY), None, "two days of twenty");
        assert_eq!(done_by(&days((40..=60).rev().map(|ago| (ago, 100))), 100, TODAY), None, "not of late");
        let uneven = days([(20, 1), (16, 1), (12, 1), (8, 900), (4, 1)]);
        assert_eq!(done_by(&uneven, 100, TODAY), None, "one day in twenty");
        assert_eq!(done_by(&days([(0, 100)]), 100, TODAY), None, "today is not over");
    }
}
