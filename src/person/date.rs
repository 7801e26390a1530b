//! Dates, whole or partial.
//!
//! Extracts write dates in a dozen ways, and some "dates" mean that nobody knows. [`read`] takes every form that can be
//! read in one way only, British order (day before month) where digits alone stand between separators, and gives up on
//! the rest: a two-digit year, `04/19/1985`, a spreadsheet's day count. A date that is guessed is worse than one that
//! is missing, for it counts as evidence.
//!
//! | form | read as |
//! |---|---|
//! | `1985-04-19`, `1985/4/19`, `19850419` | 19 Apr 1985 |
//! | `19/04/1985`, `19-4-1985`, `19.04.1985`, `19041985` | 19 Apr 1985 |
//! | `19-Apr-1985`, `19 April 1985`, `19th Apr 1985`, `April 19, 1985` | 19 Apr 1985 |
//! | any of these with a time: `T00:00:00`, ` 00:00`, ` 12:00:00 AM`, `19850419000000` | the same |
//! | `1985`, `04/1985`, `1985-04`, `Apr 1985`, `00/04/1985`, `1985-04-00`, `XX/04/1985` | partial |
//! | `01/01/1900`, `31/12/9999`, `00/00/0000`, `Not known` … | stands for "unknown" |

use serde::{Deserialize, Serialize};

/// A date of which any part may be missing. A real calendar date wherever all three parts are there.
///
/// [`PartialDate::new`] and [`PartialDate::whole`] keep that promise; whoever fills the fields by hand keeps it
/// themselves. Without a year, the 29th of February is real; without a month, the 31st is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct PartialDate {
    /// The year in full, 1850 to 2200.
    pub year: Option<u16>,
    /// The month, 1 to 12.
    pub month: Option<u8>,
    /// The day of the month, 1 to 31.
    pub day: Option<u8>,
}

/// What a look at a date field found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reading {
    /// Nothing stands in the field.
    Missing,
    /// A date, whole or partial.
    Date(PartialDate),
    /// Something that stands for "unknown", such as 01/01/1900; treat it as missing, and say so.
    Sentinel,
    /// No date, no real one, or one that can be read in two ways.
    Unreadable,
    /// No real date as it stands, and one with its day and month in each other's place: 04/19/1985. It is not read so: whoever
    /// wrote it meant the other dates of the column so too, and those that are real both ways do not show it.
    Swapped,
}

/// The years a date may have. Nobody in an extract was born before or dies after.
const YEARS: std::ops::RangeInclusive<u16> = 1850..=2200;

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// Reads the date forms that council and health extracts carry (see the table at the head of this file).
///
/// A time of day is dropped, unless it hints that the date may be another: with an offset from UTC only midnight is
/// taken, and 23:00 never, which is what a conversion to UTC makes of midnight in British Summer Time.
pub fn read(text: &str) -> Reading {
    usual_parts(text).map_or_else(|| read_any(text), judge)
}

/// The parts of a date in one of the three forms that nearly all rows of an extract carry: `19/04/1985`, `1985-04-19`,
/// `19850419`.
fn usual_parts(text: &str) -> Option<Parts> {
    let number = |digits: &[u8]| {
        let value = |value: u16, digit: &u8| digit.is_ascii_digit().then(|| value * 10 + u16::from(digit - b'0'));
        digits.iter().try_fold(0, value)
    };
    let (year, month, day) = match text.as_bytes() {
        [day @ .., b'/', m1, m2, b'/', y1, y2, y3, y4] if day.len() == 2 => ([*y1, *y2, *y3, *y4], [*m1, *m2], day),
        [y1, y2, y3, y4, b'-', m1, m2, b'-', day @ ..] if day.len() == 2 => ([*y1, *y2, *y3, *y4], [*m1, *m2], day),
        digits if digits.len() == 8 && digits.iter().all(u8::is_ascii_digit) => return parts_of_digits(text),
        _ => return None,
    };
    let known = |part: u16| (part > 0).then_some(part);
    let short = |part: u16| known(part).map(|part| part as u8);
    Some((known(number(&year)?), short(number(&month)?), short(number(day)?)))
}

fn read_any(text: &str) -> Reading {
    let text = text.trim_matches(|c: char| c.is_whitespace() || matches!(c, '\'' | '"' | '=' | '’' | '\u{feff}'));
    if text.is_empty() {
        return Reading::Missing;
    }
    if !text.starts_with(|c: char| c.is_ascii_digit()) {
        let is = |words: &[&str]| words.iter().any(|word| text.eq_ignore_ascii_case(word));
        if is(&["NULL", "NA", "N/A", "NAN", "NAT", "NONE", "NIL", "-", "--", "."]) {
            return Reading::Missing;
        }
        if is(&["UNKNOWN", "NOT KNOWN", "NOTKNOWN", "NK", "N/K", "TBC", "?", "??"]) {
            return Reading::Sentinel;
        }
        if text.starts_with("--") {
            return PartialDate::parse_iso(text).map_or(Reading::Unreadable, Reading::Date);
        }
    }
    let Some(date) = without_time(text) else { return Reading::Unreadable };
    if date.contains("---") {
        return PartialDate::parse_iso(date).map_or(Reading::Unreadable, Reading::Date);
    }
    parts_of(date).map_or(Reading::Unreadable, judge)
}

impl PartialDate {
    /// A date of the parts that are known. `None` where they cannot be parts of a real date, or the year is not
    /// between 1850 and 2200.
    pub fn new(year: Option<u16>, month: Option<u8>, day: Option<u8>) -> Option<Self> {
        let year_fits = year.is_none_or(|year| YEARS.contains(&year));
        let longest = month.map_or(31, |month| days_in_month(year, month)); // 0 for a month that is none
        let day_fits = day.is_none_or(|day| (1..=longest).contains(&day));
        (year_fits && longest > 0 && day_fits).then_some(Self { year, month, day })
    }

    /// A real calendar date between 1850 and 2200.
    pub fn whole(year: u16, month: u8, day: u8) -> Option<Self> {
        Self::new(Some(year), Some(month), Some(day))
    }

    /// Whether all three parts are known.
    pub fn is_whole(&self) -> bool {
        self.year.is_some() && self.month.is_some() && self.day.is_some()
    }

    /// Whether no part is known.
    pub fn is_empty(&self) -> bool {
        self.year.is_none() && self.month.is_none() && self.day.is_none()
    }

    /// Whether the date, whatever its missing parts are, lies after a whole one.
    pub fn is_after(&self, day: &Self) -> bool {
        let earliest = |date: &Self| date.year.map(|year| (year, date.month.unwrap_or(1), date.day.unwrap_or(1)));
        earliest(self).is_some_and(|earliest_of_it| Some(earliest_of_it) > earliest(day))
    }

    /// The date with its day and month in each other's place, where that is a real one and another.
    pub fn swapped(&self) -> Option<Self> {
        let other = Self::new(self.year, self.day, self.month)?;
        (self.is_whole() && other != *self).then_some(other)
    }

    /// 1 January of a known year: often an estimate of the year.
    pub fn is_estimate(&self) -> bool {
        self.year.is_some() && self.month == Some(1) && self.day == Some(1)
    }

    /// ISO 8601, with a dash for each missing part before a known one, as XML Schema and vCard write it: `1985-04-19`,
    /// `1985-04`, `1985`, `--04-19`, `--04`, `---19`, and `1985---19`. Empty where no part is known.
    pub fn iso(&self) -> String {
        match (self.year, self.month, self.day) {
            (Some(year), Some(month), Some(day)) => format!("{year:04}-{month:02}-{day:02}"),
            (Some(year), Some(month), None) => format!("{year:04}-{month:02}"),
            (Some(year), None, Some(day)) => format!("{year:04}---{day:02}"),
            (Some(year), None, None) => format!("{year:04}"),
            (None, Some(month), Some(day)) => format!("--{month:02}-{day:02}"),
            (None, Some(month), None) => format!("--{month:02}"),
            (None, None, Some(day)) => format!("---{day:02}"),
            (None, None, None) => String::new(),
        }
    }

    /// Reads exactly what [`PartialDate::iso`] writes.
    pub fn parse_iso(text: &str) -> Option<Self> {
        if text.is_empty() {
            return Some(Self { year: None, month: None, day: None });
        }
        let (year, rest) = match text.strip_prefix('-') {
            Some(rest) => (None, rest),
            None => (Some(digits(text.get(..4)?)?), &text[4..]),
        };
        let two = |text: &str| (text.len() == 2).then(|| digits(text)).flatten().and_then(|part| part.try_into().ok());
        let (month, day) = match rest.strip_prefix('-') {
            None if rest.is_empty() && year.is_some() => (None, None),
            None => return None,
            Some(rest) => match (rest.strip_prefix('-'), rest.split_once('-')) {
                (Some(day), _) => (None, Some(two(day.strip_prefix('-').filter(|_| year.is_some()).unwrap_or(day))?)),
                (None, Some((month, day))) => (Some(two(month)?), Some(two(day)?)),
                (None, None) => (Some(two(rest)?), None),
            },
        };
        Self::new(year, month, day).filter(|date| date.iso() == text)
    }

    /// As screens show it: `19 Apr 1985`, `Apr 1985`, `1985`, `19 Apr, year not known`.
    pub fn words(&self) -> String {
        let month = self
            .month
            .map(|month| MONTHS.get(usize::from(month).wrapping_sub(1)).map_or("month not known", |name| &name[..3]));
        match (self.day, month, self.year) {
            (Some(day), Some(month), Some(year)) => format!("{day} {month} {year}"),
            (None, Some(month), Some(year)) => format!("{month} {year}"),
            (Some(day), None, Some(year)) => format!("Day {day} of a month in {year}"),
            (None, None, Some(year)) => year.to_string(),
            (Some(day), Some(month), None) => format!("{day} {month}, year not known"),
            (None, Some(month), None) => format!("{month}, year not known"),
            (Some(day), None, None) => format!("Day {day}, month and year not known"),
            (None, None, None) => "Not known".to_owned(),
        }
    }
}

impl std::fmt::Display for PartialDate {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.iso())
    }
}

impl TryFrom<String> for PartialDate {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        Self::parse_iso(&text).ok_or_else(|| "not a date, whole or partial, in ISO 8601".to_owned())
    }
}

impl From<PartialDate> for String {
    fn from(date: PartialDate) -> Self {
        date.iso()
    }
}

/// How many days a month has; 0 for a month that is none. February has 29 in an unknown year.
pub(super) fn days_in_month(year: Option<u16>, month: u8) -> u8 {
    let leap = |year: u16| year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    match month {
        2 => 28 + u8::from(year.is_none_or(leap)),
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => 0,
    }
}

/// Year, month and day as a field gives them; `None` for a part it leaves open. Not yet judged.
type Parts = (Option<u16>, Option<u8>, Option<u8>);

/// Tells dates from the stand-ins for "unknown", and real dates from impossible ones.
fn judge((year, month, day): Parts) -> Reading {
    let new_year = month.unwrap_or(1) == 1 && day.unwrap_or(1) == 1;
    let sentinel = match (year, month, day) {
        (None, None, None) | (Some(9999), _, _) => true,
        // Where databases, spreadsheets and programmers begin to count: .NET, SQL Server, Excel and SQL Server again.
        (Some(1 | 1753 | 1800 | 1900), _, _) => new_year,
        (Some(1899), Some(12), Some(30 | 31)) | (Some(2999), Some(12), Some(31)) => true,
        _ => false,
    };
    if sentinel {
        return Reading::Sentinel;
    }
    match (PartialDate::new(year, month, day), year, month, day) {
        (Some(date), ..) => Reading::Date(date),
        (None, Some(year), Some(month), Some(day)) if PartialDate::whole(year, day, month).is_some() => {
            Reading::Swapped
        }
        _ => Reading::Unreadable,
    }
}

/// One piece of a date between its separators.
#[derive(Clone, Copy)]
enum Piece {
    /// Four digits.
    Year(u16),
    /// One or two digits.
    Short(u8),
    /// The name of a month.
    Named(u8),
    /// `XX`, `??`.
    Open,
}

impl Piece {
    fn of(text: &str) -> Option<Self> {
        if let Some(value) = digits(text) {
            return match text.len() {
                4 => Some(Self::Year(value)),
                1 | 2 => Some(Self::Short(value as u8)),
                _ => None,
            };
        }
        if text.bytes().all(|b| matches!(b, b'X' | b'x' | b'?')) && matches!(text.len(), 1 | 2 | 4) {
            return Some(Self::Open);
        }
        let ordinal = ["st", "nd", "rd", "th"].iter().find_map(|end| strip_suffix_ignoring_case(text, end));
        if let Some(day) = ordinal.filter(|day| day.len() <= 2).and_then(digits) {
            return Some(Self::Short(day as u8));
        }
        month_named(text).map(Self::Named)
    }

    fn year(self) -> Option<Option<u16>> {
        match self {
            Self::Year(year) => Some((year > 0).then_some(year)),
            Self::Open => Some(None),
            _ => None,
        }
    }

    fn month(self) -> Option<Option<u8>> {
        match self {
            Self::Short(month) => Some((month > 0).then_some(month)),
            Self::Named(month) => Some(Some(month)),
            Self::Open => Some(None),
            Self::Year(_) => None,
        }
    }

    fn day(self) -> Option<Option<u8>> {
        if matches!(self, Self::Named(_)) { None } else { self.month() }
    }
}

/// Takes a date without its time apart; `None` where it has no form that is read in one way only.
fn parts_of(text: &str) -> Option<Parts> {
    if text.bytes().all(|b| b.is_ascii_digit()) {
        return parts_of_digits(text);
    }
    let mut pieces = [Piece::Open; 3];
    let mut count = 0;
    let mut add = |text: &str| -> Option<()> {
        *pieces.get_mut(count)? = Piece::of(text)?;
        count += 1;
        Some(())
    };
    if let Some(separator) = text.bytes().find(|b| matches!(b, b'/' | b'-' | b'.'))
        && !text.bytes().any(|b| b.is_ascii_alphabetic() && separator == b'.')
    {
        // `19 / 04 / 1985` is as good as `19/04/1985`; `19/04-1985` is not.
        text.split(char::from(separator)).try_for_each(|piece| add(piece.trim()))?;
    } else {
        let words = text.split([' ', ',', '\t', '\u{a0}']).filter(|word| !word.is_empty());
        words.into_iter().try_for_each(|word| add(word.strip_suffix('.').unwrap_or(word)))?;
    }
    match pieces[..count] {
        [year @ Piece::Year(_), month, day] => Some((year.year()?, month.month()?, day.day()?)),
        [Piece::Named(month), day, year] => Some((year.year()?, Some(month), day.day()?)),
        [day, month, year] => Some((year.year()?, month.month()?, day.day()?)),
        [Piece::Year(year), month] | [month, Piece::Year(year)] => {
            Some(((year > 0).then_some(year), month.month()?, None))
        }
        [Piece::Short(day), Piece::Named(month)] => Some((None, Some(month), Some(day))),
        _ => None,
    }
}

/// `19850419`, `19041985`, `1985`. Of eight digits only one order can hold a year of ours, so the order is never in doubt.
fn parts_of_digits(text: &str) -> Option<Parts> {
    let known = |part: u16| (part > 0).then_some(part);
    let short = |text: &str| digits(text).map(|part| known(part).map(|part| part as u8));
    match text.len() {
        4 => Some((known(digits(text)?), None, None)),
        8 => {
            let year_first = (known(digits(&text[..4])?), short(&text[4..6])?, short(&text[6..])?);
            let year_last = (known(digits(&text[4..])?), short(&text[2..4])?, short(&text[..2])?);
            let unreadable = matches!(judge(year_first), Reading::Unreadable | Reading::Swapped);
            Some(if unreadable { year_last } else { year_first })
        }
        _ => None,
    }
}

/// The date in front of a time of day, if the time leaves no doubt about the date.
fn without_time(text: &str) -> Option<&str> {
    let bytes = text.as_bytes();
    let (date, time) = if let Some(at) = bytes
        .windows(3)
        .position(|three| three[0].is_ascii_digit() && matches!(three[1], b'T' | b't') && three[2].is_ascii_digit())
    {
        (&text[..=at], &text[at + 2..])
    } else if let Some(colon) = text.find(':') {
        let at = text[..colon].rfind(' ')?;
        (&text[..at], &text[at + 1..])
    } else if matches!(text.len(), 12 | 14) && bytes.iter().all(u8::is_ascii_digit) {
        text.split_at(8)
    } else {
        return Some(text);
    };
    is_harmless(time.trim()).then(|| date.trim_end_matches([' ', ',']))
}

/// Whether a time of day says nothing against the date it stands behind.
fn is_harmless(time: &str) -> bool {
    let (clock, offset) = match time.find(['Z', 'z', '+', '-']) {
        Some(at) => (time[..at].trim_end(), true),
        None => (time, false),
    };
    let (clock, half) = match (strip_suffix_ignoring_case(clock, "am"), strip_suffix_ignoring_case(clock, "pm")) {
        (Some(clock), _) => (clock.trim_end(), Some(0)),
        (_, Some(clock)) => (clock.trim_end(), Some(12)),
        _ => (clock, None),
    };
    let clock = clock
        .split_once('.')
        .map_or(clock, |(clock, fraction)| if fraction.bytes().all(|b| b.is_ascii_digit()) { clock } else { "" });
    let mut units = [0; 3];
    if clock.contains(':') {
        let mut pieces = clock.split(':');
        for unit in &mut units {
            let Some(piece) = pieces.next() else { continue };
            let Some(value) = digits(piece).filter(|_| piece.len() <= 2) else { return false };
            *unit = value;
        }
        if pieces.next().is_some() {
            return false;
        }
    } else {
        if !matches!(clock.len(), 4 | 6) {
            return false;
        }
        for (unit, piece) in units.iter_mut().zip(clock.as_bytes().chunks(2)) {
            let Some(value) = std::str::from_utf8(piece).ok().and_then(digits) else { return false };
            *unit = value;
        }
    }
    let [hour, minute, second] = units;
    let hour = half.map_or(hour, |half| if hour == 12 { half } else { hour + half });
    if hour > 23 || minute > 59 || second > 60 {
        return false;
    }
    let midnight = (hour, minute, second) == (0, 0, 0);
    midnight || (!offset && (hour, minute, second) != (23, 0, 0))
}

/// One to four digits and nothing else.
fn digits(text: &str) -> Option<u16> {
    let fits = (1..=4).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
    fits.then(|| text.bytes().fold(0, |value, digit| value * 10 + u16::from(digit - b'0')))
}

/// `Apr`, `April`, `Sept`: three letters or more of a month's name.
fn month_named(text: &str) -> Option<u8> {
    let starts = |name: &str| name.get(..text.len()).is_some_and(|start| start.eq_ignore_ascii_case(text));
    let at = MONTHS.iter().position(|name| text.len() >= 3 && starts(name))?;
    Some(at as u8 + 1)
}

fn strip_suffix_ignoring_case<'a>(text: &'a str, suffix: &str) -> Option<&'a str> {
    let at = text.len().checked_sub(suffix.len())?;
    text.get(at..).filter(|end| end.eq_ignore_ascii_case(suffix)).map(|_| &text[..at])
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use proptest::prelude::*;

    use super::*;

    fn date(year: u16, month: u8, day: u8) -> Reading {
        Reading::Date(PartialDate::whole(year, month, day).unwrap())
    }

    fn partial(year: Option<u16>, month: Option<u8>, day: Option<u8>) -> Reading {
        Reading::Date(PartialDate { year, month, day })
    }

    #[test]
    fn the_forms_that_extracts_carry_are_one_date() {
        for text in [
            "1985-04-19",
            "1985-4-19",
            "1985/04/19",
            "19850419",
            "19041985",
            "19/04/1985",
            "19/4/1985",
            "19-04-1985",
            "19.04.1985",
            "19 04 1985",
            "19 / 04 / 1985",
            "19-Apr-1985",
            "19-APR-1985",
            "19/Apr/1985",
            "19 Apr 1985",
            "19 april 1985",
            "19th April 1985",
            "April 19, 1985",
            "19 Apr. 1985",
            "1985-04-19T00:00:00",
            "1985-04-19T00:00:00Z",
            "1985-04-19T00:00:00+01:00",
            "1985-04-19 00:00:00.000",
            "19/04/1985 00:00",
            "19/04/1985 0:00:00",
            "19/04/1985 12:00:00 AM",
            "19 Apr 1985 00:00",
            "19850419000000",
            "19850419T000000",
            "1985-04-19 14:35",
            "  19/04/1985 ",
            "'19/04/1985",
            "=\"19/04/1985\"",
        ] {
            assert_eq!(read(text), date(1985, 4, 19), "{text:?}");
        }
    }

    #[test]
    fn every_month_is_known_by_its_name_and_its_first_letters() {
        for (at, name) in MONTHS.iter().enumerate() {
            let expected = date(1985, at as u8 + 1, 9);
            assert_eq!(read(&format!("9 {name} 1985")), expected);
            assert_eq!(read(&format!("09-{}-1985", &name[..3])), expected);
        }
        assert_eq!(read("9 Sept 1985"), date(1985, 9, 9));
        assert_eq!(read("9 Ju 1985"), Reading::Unreadable);
    }

    #[test]
    fn what_is_known_of_a_partial_date_is_kept() {
        let year = partial(Some(1985), None, None);
        for text in ["1985", "00/00/1985", "1985-00-00", "19850000", "XX/XX/1985", "??/??/1985", "00001985"] {
            assert_eq!(read(text), year, "{text}");
        }
        let month = partial(Some(1985), Some(4), None);
        for text in ["04/1985", "1985-04", "Apr 1985", "Apr-1985", "00/04/1985", "1985-04-00", "19850400", "XX/04/1985"]
        {
            assert_eq!(read(text), month, "{text}");
        }
        for text in ["--04-19", "19/04/0000", "19 Apr", "19-Apr", "0000-04-19", "19/04/????"] {
            assert_eq!(read(text), partial(None, Some(4), Some(19)), "{text}");
        }
        for text in ["19/00/1985", "1985---19", "19/XX/1985"] {
            assert_eq!(read(text), partial(Some(1985), None, Some(19)), "{text}");
        }
    }

    #[test]
    fn stand_ins_for_unknown_are_told_from_dates() {
        for text in [
            "01/01/1900",
            "1900-01-01",
            "1900-01-01T00:00:00",
            "19000101",
            "1900",
            "00/01/1900",
            "31/12/9999",
            "9999-12-31",
            "99991231",
            "9999",
            "01/01/1753",
            "01/01/0001",
            "0001-01-01 00:00:00",
            "01/01/1800",
            "30/12/1899",
            "31/12/2999",
            "00/00/0000",
            "00000000",
            "Unknown",
            "not known",
            "NK",
            "??/??/????",
        ] {
            assert_eq!(read(text), Reading::Sentinel, "{text}");
        }
        assert_eq!(read("02/01/1900"), date(1900, 1, 2));
        assert_eq!(read("31/12/1900"), date(1900, 12, 31));
    }

    #[test]
    fn an_empty_field_is_missing() {
        for text in ["", "   ", "\u{a0}", "NULL", "n/a", "NaT", "-", "\"\""] {
            assert_eq!(read(text), Reading::Missing, "{text:?}");
        }
    }

    #[test]
    fn what_is_impossible_or_can_be_read_in_two_ways_is_not_guessed() {
        for text in [
            "30/02/1985",
            "29/02/1985",
            "29/02/1900",
            "1985-02-29",
            "31/04/1985",
            "32/01/1985",
            "13/1985",
            "19/04/85",
            "19-APR-85",
            "Apr-85",
            "190485",
            "850419",
            "31156",
            "1849-12-31",
            "01/02/2201",
            "0985-04-19",
            "19/04-1985",
            "1985-04-1985",
            "1985-04-18T23:00:00Z",
            "1985-04-18 23:00:00",
            "1985-04-19 25:00",
            "1985-04-19 noon",
            "1985-04-19T00:00:00:00",
            "19/04/1985/1",
            "19//1985",
            "/",
            "born in spring",
            "---",
            "--",
        ] {
            let expected = if text == "--" { Reading::Missing } else { Reading::Unreadable };
            assert_eq!(read(text), expected, "{text}");
        }
        assert_eq!(read("29/02/1984"), date(1984, 2, 29));
        assert_eq!(read("29/02/2000"), date(2000, 2, 29));
    }

    #[test]
    fn a_month_before_its_day_is_seen_and_not_read() {
        for text in ["04/19/1985", "4-19-1985", "04.19.1985", "04/19/1985 00:00", "1985-19-04", "04191985"] {
            assert_eq!(read(text), Reading::Swapped, "{text}");
        }
        assert_eq!(read("04/05/1985"), date(1985, 5, 4), "as it stands");
        assert_eq!(read("19121901"), date(1901, 12, 19), "the only order of eight digits that holds a year of ours");
        for text in ["02/30/1985", "13/13/1985", "04/19/1066", "Apr 31, 1985"] {
            assert_eq!(read(text), Reading::Unreadable, "{text}");
        }
    }

    #[test]
    fn a_date_has_another_with_its_day_and_month_in_each_other_s_place_or_none() {
        let whole = |year, month, day| PartialDate::whole(year, month, day).unwrap();
        assert_eq!(whole(1985, 4, 5).swapped(), Some(whole(1985, 5, 4)));
        for date in [whole(1985, 4, 19), whole(1985, 4, 4), PartialDate::new(Some(1985), Some(4), None).unwrap()] {
            assert_eq!(date.swapped(), None, "{date}");
        }
    }

    #[test]
    fn a_date_lies_after_another_only_where_all_that_it_can_be_does() {
        let day = PartialDate::whole(2026, 11, 29).unwrap();
        let after = |text: &str| PartialDate::parse_iso(text).unwrap().is_after(&day);
        assert!(["2026-11-30", "2026-12", "2027", "2085-01-01"].into_iter().all(after));
        assert!(!["2026-11-29", "2026-11", "2026", "--12-31", "1985-04-19"].into_iter().any(after));
    }

    #[test]
    fn an_estimate_is_the_first_of_january_of_a_known_year() {
        assert!(PartialDate::whole(1985, 1, 1).unwrap().is_estimate());
        assert!(!PartialDate::whole(1985, 1, 2).unwrap().is_estimate());
        assert!(!PartialDate::new(None, Some(1), Some(1)).unwrap().is_estimate());
        assert!(!PartialDate::new(Some(1985), Some(1), None).unwrap().is_estimate());
    }

    #[test]
    fn screens_and_files_get_their_forms() {
        for (year, month, day, iso, words) in [
            (Some(1985), Some(4), Some(9), "1985-04-09", "9 Apr 1985"),
            (Some(1985), Some(4), None, "1985-04", "Apr 1985"),
            (Some(1985), None, None, "1985", "1985"),
            (Some(1985), None, Some(19), "1985---19", "Day 19 of a month in 1985"),
            (None, Some(2), Some(29), "--02-29", "29 Feb, year not known"),
            (None, Some(4), None, "--04", "Apr, year not known"),
            (None, None, Some(19), "---19", "Day 19, month and year not known"),
            (None, None, None, "", "Not known"),
        ] {
            let date = PartialDate::new(year, month, day).unwrap();
            assert_eq!((date.iso().as_str(), date.words().as_str()), (iso, words));
            assert_eq!(PartialDate::parse_iso(iso), Some(date), "{iso}");
        }
        for wrong in
            ["1985-4-19", "85", "1985-", "1985-13", "--02-30", "-", "--", "---", "1985--19", "19850419", "é985"]
        {
            assert_eq!(PartialDate::parse_iso(wrong), None, "{wrong}");
        }
    }

    proptest! {
        #[test]
        fn reading_never_panics(text in any::<String>()) {
            read(&text);
            PartialDate::parse_iso(&text);
        }

        #[test]
        fn reading_never_panics_on_what_looks_like_a_date(text in "[0-9XxTZ?AaprMmay:./ +é-]{0,26}") {
            if let Reading::Date(date) = read(&text) {
                prop_assert!(!date.is_empty() && PartialDate::new(date.year, date.month, date.day).is_some());
            }
        }

        #[test]
        fn the_usual_forms_are_read_as_any_other(text in "[0-9]{2}/[0-9]{2}/[0-2][0-9]{3}|[0-2][0-9]{3}-[0-9]{2}-[0-9]{2}|[0-2][0-9]{7}") {
            prop_assert!(usual_parts(&text).is_some());
            prop_assert_eq!(read(&text), read_any(&text));
        }

        #[test]
        fn every_partial_date_round_trips(
            year in proptest::option::of(1850u16..=2200),
            month in proptest::option::of(1u8..=12),
            day in proptest::option::of(1u8..=31),
        ) {
            if let Some(date) = PartialDate::new(year, month, day) {
                prop_assert_eq!(PartialDate::parse_iso(&date.to_string()), Some(date));
                let json = serde_json::to_string(&date).unwrap();
                prop_assert_eq!(serde_json::from_str::<PartialDate>(&json).unwrap(), date);
                if !date.is_empty() && judge((year, month, day)) != Reading::Sentinel {
                    prop_assert_eq!(read(&date.iso()), Reading::Date(date));
                }
            }
        }
    }
}
