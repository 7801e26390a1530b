//! Days as people in Scotland have them: from midnight to midnight by the clocks there. What is stored, and what programs read, is UTC;
//! wherever a day or a time is shown to people, or counted for them, it is by these clocks. However a computer is set, the report of
//! one workspace says the same of the same events.
//!
//! A day is a whole number, days since 1 January 1970, so that days can be counted and put on a line.

use std::sync::LazyLock;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, Zoned};

/// The clocks of Scotland since 1996, as POSIX writes them: no database of zones is needed for it, and none is asked.
static CLOCKS: LazyLock<TimeZone> =
    LazyLock::new(|| TimeZone::posix("GMT0BST,M3.5.0/1,M10.5.0").unwrap_or(TimeZone::UTC));

const FIRST: Date = Date::constant(1970, 1, 1);
const SECONDS: i64 = 86_400;

/// A moment by the clocks.
pub fn by_the_clocks(at: Timestamp) -> Zoned {
    at.to_zoned(CLOCKS.clone())
}

/// Now, by the clocks.
pub fn now() -> Zoned {
    by_the_clocks(Timestamp::now())
}

/// The day of a moment.
pub fn of(at: Timestamp) -> i64 {
    by_the_clocks(at).date().duration_since(FIRST).as_secs().div_euclid(SECONDS)
}

/// Today.
pub fn today() -> i64 {
    of(Timestamp::now())
}

/// The moment today began.
pub fn midnight() -> Timestamp {
    began(Timestamp::now())
}

/// A day in words: `3 Nov 2026`.
pub fn words(day: i64) -> String {
    let moment = Timestamp::from_second(day.saturating_mul(SECONDS));
    moment.map(|at| at.to_zoned(TimeZone::UTC).strftime("%-d %b %Y").to_string()).unwrap_or_default()
}

fn began(at: Timestamp) -> Timestamp {
    by_the_clocks(at).start_of_day().map_or(at, |start| start.timestamp())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_summer_evening_after_eleven_in_utc_is_the_next_day_in_glasgow() {
        for (at, day, midnight) in [
            ("2026-07-01T22:59:59Z", "1 Jul 2026", "2026-06-30T23:00:00Z"),
            ("2026-07-01T23:00:00Z", "2 Jul 2026", "2026-07-01T23:00:00Z"),
            ("2026-11-27T23:30:00Z", "27 Nov 2026", "2026-11-27T00:00:00Z"),
            // The day on which summer time begins has 23 hours, the day on which it ends 25
            ("2026-03-29T22:30:00Z", "29 Mar 2026", "2026-03-29T00:00:00Z"),
            ("2026-10-25T23:30:00Z", "25 Oct 2026", "2026-10-24T23:00:00Z"),
        ] {
            let at: Timestamp = at.parse().unwrap();
            assert_eq!(words(of(at)), day);
            assert_eq!(began(at).to_string(), midnight);
        }
    }

    #[test]
    fn a_day_is_written_as_itself_wherever_the_computer_stands() {
        assert_eq!([0, 20_784, -1].map(words), ["1 Jan 1970", "27 Nov 2026", "31 Dec 1969"]);
    }
}
