//! How two dates of birth stand to each other.

use super::table::digits_of_date;

/// The levels of the comparison of dates of birth, in the order of the pattern.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub(super) enum Birth {
    Missing,
    Same,
    DayMonthSwapped,
    OneDigit,
    YearByOne,
    YearByTen,
    DigitsSwapped,
    /// One is 1 January, the years agree.
    Estimate,
    /// One is 1 January, the years are up to two apart.
    EstimateNear,
    /// One is partial, and all that both have agrees.
    Partial,
    /// The other date is the one in the CHI's own digits.
    ChiDigits,
    /// Two of day, month and year agree.
    TwoParts,
    SameYear,
    Differs,
}

pub(super) fn year(date: u32) -> u32 {
    date >> 16
}
pub(super) fn month(date: u32) -> u32 {
    date >> 8 & 0xFF
}
pub(super) fn day(date: u32) -> u32 {
    date & 0xFF
}

pub(super) fn is_whole(date: u32) -> bool {
    year(date) != 0 && month(date) != 0 && day(date) != 0
}

/// 1 January: often an estimate of the year.
pub(super) fn is_estimate(date: u32) -> bool {
    year(date) != 0 && month(date) == 1 && day(date) == 1
}

/// Compares two packed dates.
pub(super) fn compare(a: u32, b: u32) -> Birth {
    if a == 0 || b == 0 {
        return Birth::Missing;
    }
    if !is_whole(a) || !is_whole(b) {
        return partial(a, b);
    }
    if a == b {
        return Birth::Same;
    }
    let years = year(a).abs_diff(year(b));
    // Two estimates have their day in common whatever the years are: it is no digit, nor part, that agrees
    if is_estimate(a) && is_estimate(b) {
        return if years <= 2 { Birth::EstimateNear } else { Birth::Differs };
    }
    let (same_month, same_day) = (month(a) == month(b), day(a) == day(b));
    if same_month && same_day {
        match years {
            1 => return Birth::YearByOne,
            10 => return Birth::YearByTen,
            _ => {}
        }
    }
    if years == 0 && day(a) == month(b) && month(a) == day(b) {
        return Birth::DayMonthSwapped;
    }
    if is_estimate(a) || is_estimate(b) {
        match years {
            0 => return Birth::Estimate,
            1 | 2 => return Birth::EstimateNear,
            _ => {}
        }
    }
    let (x, y) = (digits_of_date(a), digits_of_date(b));
    let mut at = [0; 3];
    let mut differ = 0;
    for i in 0..8 {
        if x[i] != y[i] {
            if differ < 3 {
                at[differ] = i;
            }
            differ += 1;
        }
    }
    if differ == 1 {
        return Birth::OneDigit;
    }
    if differ == 2 && at[1] == at[0] + 1 && x[at[0]] == y[at[1]] && x[at[1]] == y[at[0]] {
        return Birth::DigitsSwapped;
    }
    let agree = u8::from(years == 0) + u8::from(same_month) + u8::from(same_day);
    match agree {
        2 => Birth::TwoParts,
        _ if years == 0 => Birth::SameYear,
        _ => Birth::Differs,
    }
}

fn partial(a: u32, b: u32) -> Birth {
    let parts = [(year(a), year(b)), (month(a), month(b)), (day(a), day(b))];
    let both: Vec<_> = parts.into_iter().filter(|&(x, y)| x != 0 && y != 0).collect();
    match both.iter().filter(|(x, y)| x == y).count() {
        _ if both.is_empty() => Birth::Missing,
        agree if agree == both.len() => Birth::Partial,
        _ if parts[0].0 == parts[0].1 => Birth::SameYear,
        _ => Birth::Differs,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn date(year: u32, month: u32, day: u32) -> u32 {
        year << 16 | month << 8 | day
    }

    #[test]
    fn every_known_way_of_going_wrong_has_its_level() {
        let given = date(1985, 4, 9);
        for (other, level) in [
            (date(1985, 4, 9), Birth::Same),
            (date(1985, 9, 4), Birth::DayMonthSwapped),
            (date(1985, 4, 8), Birth::OneDigit),
            (date(1985, 4, 29), Birth::OneDigit),
            (date(1984, 4, 9), Birth::YearByOne),
            (date(1986, 4, 9), Birth::YearByOne),
            (date(1975, 4, 9), Birth::YearByTen),
            (date(1958, 4, 9), Birth::DigitsSwapped),
            (date(1985, 1, 1), Birth::Estimate),
            (date(1987, 1, 1), Birth::EstimateNear),
            (date(1985, 4, 0), Birth::Partial),
            (date(1985, 0, 0), Birth::Partial),
            (date(0, 4, 9), Birth::Partial),
            (date(1985, 4, 17), Birth::TwoParts),
            (date(1962, 4, 9), Birth::TwoParts),
            (date(1985, 11, 23), Birth::SameYear),
            (date(1962, 11, 23), Birth::Differs),
            (date(1962, 0, 0), Birth::Differs),
            (0, Birth::Missing),
        ] {
            assert_eq!(compare(given, other), level, "{other:x}");
            assert_eq!(compare(other, given), level, "{other:x}, the other way round");
        }
    }

    #[test]
    fn two_estimates_agree_in_nothing_but_the_year() {
        for (year, level) in [
            (1985, Birth::Same),
            (1986, Birth::EstimateNear),
            (1987, Birth::EstimateNear),
            (1995, Birth::Differs),
            (1958, Birth::Differs),
            (1988, Birth::Differs),
        ] {
            assert_eq!(compare(date(1985, 1, 1), date(year, 1, 1)), level, "{year}");
        }
    }

    #[test]
    fn parts_that_are_not_in_both_are_no_evidence() {
        assert_eq!(compare(date(1985, 0, 0), date(0, 4, 9)), Birth::Missing);
    }
}
