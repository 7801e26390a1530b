//! How numbers and dates are written for people: on screen, on a terminal, in a report.
//!
//! British: thousands separated by commas, dates as `3 Nov 2026`. Files write ISO 8601 and bare digits instead.

use jiff::Timestamp;
use jiff::tz::TimeZone;

/// A whole number with thousands separators: `12,345`.
pub fn number(value: u64) -> String {
    let digits = value.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A share in per cent with one decimal: `81.9 %`. A dash where there is nothing to take a share of.
pub fn per_cent(part: u64, whole: u64) -> String {
    if whole == 0 { "–".to_owned() } else { format!("{:.1} %", 100.0 * part as f64 / whole as f64) }
}

/// The day of a moment where this computer stands: `3 Nov 2026`.
pub fn day(at: Timestamp) -> String {
    at.to_zoned(TimeZone::system()).strftime("%-d %b %Y").to_string()
}

/// Day and time of a moment where this computer stands: `3 Nov 2026, 14:05`.
pub fn day_and_time(at: Timestamp) -> String {
    at.to_zoned(TimeZone::system()).strftime("%-d %b %Y, %H:%M").to_string()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn thousands_are_separated() {
        for (value, text) in [(0, "0"), (999, "999"), (1_000, "1,000"), (12_345, "12,345"), (1_234_567, "1,234,567")] {
            assert_eq!(number(value), text);
        }
    }

    #[test]
    fn a_share_of_nothing_is_a_dash() {
        assert_eq!(per_cent(1, 3), "33.3 %");
        assert_eq!(per_cent(0, 0), "–");
    }

    #[test]
    fn a_day_is_written_without_a_leading_zero() {
        let noon: Timestamp = "2026-11-03T12:00:00Z".parse().unwrap();
        assert_eq!(day(noon), "3 Nov 2026");
    }
}
