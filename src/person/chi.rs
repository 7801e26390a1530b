//! The CHI number.
//!
//! Ten digits of text: the date of birth as `DDMMYY`, two serial digits, a ninth digit that is even for female and odd
//! for male, and a check digit. About three in ten begin with a zero, so a CHI is never a number to a computer.
//!
//! # Two check digits
//!
//! * **Modulus 11**: the first nine digits weighted 10, 9, … 2 and added; `11 - (sum mod 11)` is the check digit, 11
//!   becomes 0, and where it would be 10 the number is not issued.
//! * **Modulus 10** (Luhn over the first nine digits, the ninth doubled, then every second one leftwards): issued from
//!   February 2026, because modulus 11 ran out for some birth dates. Public Health Scotland's `phsmethods` accepts
//!   either, and so do we, but we say which one a number passes ([`Scheme`]).
//!
//! The price of accepting either: about one slip of a digit in ten passes, where modulus 11 alone catches every wrong
//! digit and every swap of neighbours. Of the numbers that were published as invalid when modulus 11 was the only
//! check, `0101201234` *passes modulus 10* and is therefore valid today; `1904851232` and `0101010000` pass neither.
//! **A good check digit is never evidence of identity.**
//!
//! # What a file does to it
//!
//! [`check`] judges text as it stands, in the national order of outcomes. [`read`] first undoes what spreadsheets do,
//! and says that it did: nothing is repaired silently, and digits that a spreadsheet rounded away are not invented.

mod dressing;

use std::borrow::Cow;
use std::fmt;

use serde::{Deserialize, Serialize};

use super::{Finding, PartialDate, Sex, date};
use dressing::{Undressed, undress};

/// A CHI number that has been checked: ten digits, a real day and month, a check digit that passes modulus 11 or 10.
///
/// Its `Debug` hides the number, so that none ends up in a log.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Chi([u8; 10]);

/// The outcome of a check, in the national order: the first that applies wins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// There is no field.
    Missing,
    /// The field is empty.
    Blank,
    /// Something other than the digits 0 to 9 stands in it.
    InvalidCharacters,
    /// More than ten digits.
    TooManyCharacters,
    /// Fewer than ten digits.
    TooFewCharacters,
    /// The first six digits are no date in any century.
    InvalidDate,
    /// The check digit passes neither modulus 11 nor modulus 10.
    InvalidChecksum,
    /// A valid number.
    Valid,
}

impl Outcome {
    /// The outcome as a screen says it.
    pub fn words(self) -> &'static str {
        match self {
            Self::Missing => "Missing",
            Self::Blank => "Blank",
            Self::InvalidCharacters => "Invalid characters",
            Self::TooManyCharacters => "Too many characters",
            Self::TooFewCharacters => "Too few characters",
            Self::InvalidDate => "Invalid date",
            Self::InvalidChecksum => "Invalid checksum",
            Self::Valid => "Valid",
        }
    }
}

/// Which check digit scheme a number passes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scheme {
    /// Modulus 11 only.
    Modulus11,
    /// Modulus 10 only: either issued since February 2026, or a slip that happens to pass.
    Modulus10,
    /// Both at once, as about one number in ten does.
    Both,
}

impl Scheme {
    /// The scheme as a screen says it.
    pub fn words(self) -> &'static str {
        match self {
            Self::Modulus11 => "Passes modulus 11",
            Self::Modulus10 => "Passes modulus 10 only",
            Self::Both => "Passes modulus 11 and modulus 10",
        }
    }

    fn of(digits: &[u8; 10]) -> Option<Self> {
        match (modulus_11(digits) == Some(digits[9]), modulus_10(digits) == digits[9]) {
            (true, true) => Some(Self::Both),
            (true, false) => Some(Self::Modulus11),
            (false, true) => Some(Self::Modulus10),
            (false, false) => None,
        }
    }
}

/// What a ten-digit number looks like, by the range it falls in.
///
/// The schemes of these islands share one ten-digit form and one modulus 11, and keep out of each other's way by range.
/// The range says what a number *looks like*, not that it is one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NumberKind {
    /// 010 000 000n to 319 999 999n: CHI, Scotland.
    Chi,
    /// 320 to 399: Health and Care number, Northern Ireland.
    NorthernIreland,
    /// 400 to 499 and 600 to 799: NHS number, England, Wales and the Isle of Man.
    NhsNumber,
    /// 500 to 599: not issued.
    NotIssued,
    /// 800 to 859: Individual Health Identifier, Republic of Ireland.
    RepublicOfIreland,
    /// 900 to 999: for testing.
    Test,
    /// None of these, or not ten digits.
    Other,
}

impl NumberKind {
    /// What it looks like, as a screen says it.
    pub fn words(self) -> &'static str {
        match self {
            Self::Chi => "CHI number",
            Self::NorthernIreland => "Health and Care number of Northern Ireland",
            Self::NhsNumber => "NHS number of England, Wales or the Isle of Man",
            Self::NotIssued => "Number from a range that is not issued",
            Self::RepublicOfIreland => "Individual Health Identifier of the Republic of Ireland",
            Self::Test => "Test number",
            Self::Other => "Number of no known scheme",
        }
    }

    fn of(digits: &[u8; 10]) -> Self {
        match number(&digits[..3]) {
            10..=319 => Self::Chi,
            320..=399 => Self::NorthernIreland,
            400..=499 | 600..=799 => Self::NhsNumber,
            500..=599 => Self::NotIssued,
            800..=859 => Self::RepublicOfIreland,
            900..=999 => Self::Test,
            _ => Self::Other,
        }
    }
}

/// What a look at a CHI field found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reading {
    /// The number, where valid.
    pub chi: Option<Chi>,
    /// The outcome of the check, after the repairs.
    pub outcome: Outcome,
    /// The check that the ten digits pass, whether or not their date is real; `None` where they pass neither, or are
    /// not ten digits. An NHS number, whose date is none, still passes modulus 11.
    pub scheme: Option<Scheme>,
    /// Nine digits stood in the field; the leading zero was restored before the check.
    pub zero_restored: bool,
    /// Spreadsheet dressing was taken off (apostrophe, `="…"`, `.0`, `1.01011237E+08`, spaces, hyphens).
    pub undressed: bool,
    /// A spreadsheet rounded the number (`1.01011E+09`): its last digits are gone, and no repair brings them back.
    pub digits_lost: bool,
    /// What the number looks like by its range, be it valid or not.
    pub kind: NumberKind,
}

impl Reading {
    /// What the look found, in words, where that is worth a sentence of its own.
    pub fn words(&self) -> &'static str {
        if self.digits_lost { "Rounded by a spreadsheet, its last digits are lost" } else { self.outcome.words() }
    }

    /// The findings that only the field's raw text can tell: what was repaired, and why no CHI came of it.
    ///
    /// Those that follow from a valid number are the record's own ([`super::MosaicRecord::findings`]).
    pub fn findings(&self) -> Vec<Finding> {
        let mut findings = Vec::new();
        if matches!(self.outcome, Outcome::Missing | Outcome::Blank) {
            return findings;
        }
        if self.zero_restored {
            findings.push(Finding::ZeroRestored);
        }
        if self.undressed {
            findings.push(Finding::ChiUndressed);
        }
        if self.chi.is_none() {
            findings.push(Finding::ChiNotValid { outcome: self.words().to_owned() });
            let other = !matches!(self.kind, NumberKind::Chi | NumberKind::Other);
            if other && matches!(self.scheme, Some(Scheme::Modulus11 | Scheme::Both)) {
                findings.push(Finding::OtherScheme { looks_like: self.kind.words().to_owned() });
            }
        }
        findings
    }

    /// What ten digits are.
    fn of(digits: [u8; 10]) -> Self {
        let scheme = Scheme::of(&digits);
        let outcome = match scheme {
            _ if !is_real_date(&digits) => Outcome::InvalidDate,
            None => Outcome::InvalidChecksum,
            Some(_) => Outcome::Valid,
        };
        Self {
            chi: (outcome == Outcome::Valid).then_some(Chi(digits)),
            scheme,
            kind: NumberKind::of(&digits),
            ..Self::without_digits(outcome)
        }
    }

    fn without_digits(outcome: Outcome) -> Self {
        Self {
            chi: None,
            outcome,
            scheme: None,
            zero_restored: false,
            undressed: false,
            digits_lost: false,
            kind: NumberKind::Other,
        }
    }
}

/// Checks a field's text after the repairs. `None` is a field that is not there.
///
/// The outcome is that of the repaired text; the caller keeps the raw text. Nine digits that do not begin with a zero
/// have lost their first one. `NULL` and `N/A`, which databases write into empty fields, count as blank.
pub fn read(raw: Option<&str>) -> Reading {
    let Some(raw) = raw else { return Reading::without_digits(Outcome::Missing) };
    if let Some(digits) = ten_digits(raw) {
        return Reading::of(digits); // As it should be: nothing to take off, nothing to restore
    }
    let (text, digits_lost) = match undress(raw) {
        Undressed::Text(text) => (text, false),
        Undressed::Rounded => (Cow::Borrowed(raw), true),
    };
    let undressed = !digits_lost && text != raw;
    let zero_restored = text.len() == 9 && text.bytes().all(|b| b.is_ascii_digit()) && !text.starts_with('0');
    let text = if zero_restored { Cow::Owned(format!("0{text}")) } else { text };

    let found = ten_digits(&text).map_or_else(|| Reading::without_digits(check(Some(&text))), Reading::of);
    Reading { zero_restored, undressed, digits_lost, ..found }
}

/// Checks text strictly as it stands, without repairs (the national function: `chi_check` of `phsmethods`).
///
/// Only the empty text is blank; white space is an invalid character. The century of the date is not known, so the day
/// must be real in the 1900s or in the 2000s.
pub fn check(text: Option<&str>) -> Outcome {
    let Some(text) = text else { return Outcome::Missing };
    if text.is_empty() {
        return Outcome::Blank;
    }
    if !text.bytes().all(|b| b.is_ascii_digit()) {
        return Outcome::InvalidCharacters;
    }
    let Some(digits) = ten_digits(text) else {
        return if text.len() > 10 { Outcome::TooManyCharacters } else { Outcome::TooFewCharacters };
    };
    Reading::of(digits).outcome
}

/// Makes the valid modulus 11 number of a birth date and a serial of three digits, the digits 7 to 9 (the last of them
/// even for female, odd for male). `None` where the date is not real, the serial is above 999, or the check digit would
/// be 10, which is never issued.
///
/// For generators and tests: it invents a number, and some person may have it.
pub fn issue(day: u8, month: u8, year: u16, serial: u16) -> Option<Chi> {
    PartialDate::whole(year, month, day).filter(|_| serial <= 999)?;
    let value = ((u64::from(day) * 100 + u64::from(month)) * 100 + u64::from(year % 100)) * 1000 + u64::from(serial);
    let mut digits = digits_of(value * 10);
    digits[9] = modulus_11(&digits)?;
    Some(Chi(digits))
}

impl Chi {
    /// A valid number without repairs, or why it is none.
    pub fn parse(text: &str) -> Result<Self, Outcome> {
        match check(Some(text)) {
            Outcome::Valid => ten_digits(text).map(Self).ok_or(Outcome::TooFewCharacters),
            outcome => Err(outcome),
        }
    }

    /// The number as text: ten digits.
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default() // ASCII digits by construction
    }

    /// Which check the number passes.
    pub fn scheme(&self) -> Scheme {
        Scheme::of(&self.0).unwrap_or(Scheme::Modulus11) // one of them passes by construction
    }

    /// Day and month from the digits, and the year within its century (0..=99).
    pub fn day_month_year(&self) -> (u8, u8, u8) {
        day_month_year(&self.0)
    }

    /// The sex that the ninth digit says: even female, odd male.
    pub fn sex(&self) -> Sex {
        if self.0[8].is_multiple_of(2) { Sex::Female } else { Sex::Male }
    }

    /// Whether the date digits agree with a date of birth, as far as that is known. `None` where no part of it is.
    ///
    /// The digits name no century, so 1920 and 2020 both agree with `20`. A disagreement says something about the two
    /// records and nothing about the person: dates get corrected.
    pub fn agrees_with_birth(&self, birth: &PartialDate) -> Option<bool> {
        let (day, month, year) = self.day_month_year();
        let parts = [
            birth.day.map(|known| known == day),
            birth.month.map(|known| known == month),
            birth.year.map(|known| known % 100 == u16::from(year)),
        ];
        parts.into_iter().flatten().reduce(|all, part| all && part)
    }

    /// Whether the sex digit agrees with a recorded sex. `None` where none is recorded.
    pub fn agrees_with_sex(&self, sex: Sex) -> Option<bool> {
        (sex != Sex::NotKnown).then(|| self.sex() == sex)
    }

    /// As a screen shows it: `DDMMYY NNNN`.
    pub fn spaced(&self) -> String {
        format!("{} {}", &self.as_str()[..6], &self.as_str()[6..])
    }

    /// The number in eight bytes, for tables of millions. Its order is the order of the text.
    pub fn to_u64(self) -> u64 {
        number(&self.0)
    }

    /// The number of [`Chi::to_u64`] again; `None` for any other that is not a valid CHI.
    pub fn from_u64(value: u64) -> Option<Self> {
        let digits = (value < 10_000_000_000).then(|| digits_of(value))?;
        (is_real_date(&digits) && Scheme::of(&digits).is_some()).then_some(Self(digits))
    }
}

impl fmt::Display for Chi {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for Chi {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Chi(..)")
    }
}

impl TryFrom<String> for Chi {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        Self::parse(&text).map_err(|outcome| format!("not a valid CHI number: {}", outcome.words().to_lowercase()))
    }
}

impl From<Chi> for String {
    fn from(chi: Chi) -> Self {
        chi.as_str().to_owned()
    }
}

/// The modulus 11 check digit (as ASCII) of the first nine digits; `None` where it would be 10.
fn modulus_11(digits: &[u8; 10]) -> Option<u8> {
    let sum: u32 = digits[..9].iter().zip((2..=10).rev()).map(|(digit, weight)| u32::from(digit - b'0') * weight).sum();
    match 11 - sum % 11 {
        11 => Some(b'0'),
        10 => None,
        check => Some(b'0' + check as u8),
    }
}

/// The modulus 10 (Luhn) check digit (as ASCII) of the first nine digits.
fn modulus_10(digits: &[u8; 10]) -> u8 {
    let sum: u8 = (0..9)
        .map(|place| match (digits[place] - b'0', place % 2) {
            (digit @ 5.., 0) => digit * 2 - 9,
            (digit, 0) => digit * 2,
            (digit, _) => digit,
        })
        .sum();
    b'0' + (10 - sum % 10) % 10
}

fn day_month_year(digits: &[u8; 10]) -> (u8, u8, u8) {
    let two = |at: usize| (digits[at] - b'0') * 10 + digits[at + 1] - b'0';
    (two(0), two(2), two(4))
}

/// Whether the date digits are real in the 1900s or the 2000s. For `00` that is 2000, a leap year.
fn is_real_date(digits: &[u8; 10]) -> bool {
    let (day, month, year) = day_month_year(digits);
    let real = |century: u16| (1..=date::days_in_month(Some(century + u16::from(year)), month)).contains(&day);
    real(1900) || real(2000)
}

fn ten_digits(text: &str) -> Option<[u8; 10]> {
    text.as_bytes().try_into().ok().filter(|digits: &[u8; 10]| digits.iter().all(u8::is_ascii_digit))
}

fn number(digits: &[u8]) -> u64 {
    digits.iter().fold(0, |value, digit| value * 10 + u64::from(digit - b'0'))
}

fn digits_of(mut value: u64) -> [u8; 10] {
    let mut digits = [b'0'; 10];
    for digit in digits.iter_mut().rev() {
        *digit += (value % 10) as u8;
        value /= 10;
    }
    digits
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use proptest::prelude::*;

    use super::*;

    fn valid(text: &str) -> Chi {
        Chi::parse(text).unwrap()
    }

    #[test]
    fn the_published_valid_numbers_are_valid() {
        for text in ["1904851231", "0101011237", "2902201230", "0211165794"] {
            assert_eq!(check(Some(text)), Outcome::Valid, "{text}");
        }
        for (text, sex) in [
            ("0101336489", Sex::Female),
            ("0101405073", Sex::Male),
            ("0101625707", Sex::Female),
            ("0402070763", Sex::Female),
            ("2902960018", Sex::Male),
        ] {
            assert_eq!(valid(text).sex(), sex, "{text}");
            assert_ne!(valid(text).scheme(), Scheme::Modulus10, "{text} was published under modulus 11");
        }
    }

    #[test]
    fn the_published_numbers_without_a_date_are_refused_for_the_date() {
        for text in ["2902191230", "3201209999", "0113209999", "0000000000", "9999999999"] {
            assert_eq!(check(Some(text)), Outcome::InvalidDate, "{text}");
        }
        assert_eq!(read(Some("9999999999")).scheme, Some(Scheme::Both), "its check digit is good, its date is not");
    }

    #[test]
    fn the_published_bad_checksums_fail_modulus_11_and_one_of_them_passes_modulus_10() {
        for text in ["1904851232", "0101201234", "0101010000"] {
            let digits = ten_digits(text).unwrap();
            assert_ne!(modulus_11(&digits), Some(digits[9]), "{text}");
        }
        assert_eq!(check(Some("1904851232")), Outcome::InvalidChecksum);
        assert_eq!(check(Some("0101010000")), Outcome::InvalidChecksum);
        assert_eq!(valid("0101201234").scheme(), Scheme::Modulus10);
    }

    #[test]
    fn the_first_outcome_of_the_national_order_wins() {
        for (text, outcome) in [
            (None, Outcome::Missing),
            (Some(""), Outcome::Blank),
            (Some("010120123?"), Outcome::InvalidCharacters),
            (Some("01012012345678?"), Outcome::InvalidCharacters),
            (Some(" "), Outcome::InvalidCharacters),
            (Some("٠١٠١٠١١٢٣٧"), Outcome::InvalidCharacters),
            (Some("12345678900"), Outcome::TooManyCharacters),
            (Some("123456789"), Outcome::TooFewCharacters),
            (Some("3213201234"), Outcome::InvalidDate),
            (Some("0101011238"), Outcome::InvalidChecksum),
            (Some("0101011237"), Outcome::Valid),
        ] {
            assert_eq!(check(text), outcome, "{text:?}");
        }
        assert!(Outcome::Missing < Outcome::Blank && Outcome::InvalidChecksum < Outcome::Valid);
    }

    #[test]
    fn the_29th_of_february_needs_a_leap_year_in_either_century() {
        let real = |text: &str| is_real_date(&ten_digits(text).unwrap());
        assert!(real("2902000000"), "2000 was a leap year, 1900 was not");
        assert!(real("2902200000") && real("2902960000"));
        assert!(!real("2902190000") && !real("2902970000") && !real("3002200000") && !real("3104200000"));
    }

    #[test]
    fn spreadsheet_dressing_comes_off_and_is_reported() {
        for raw in [
            "'0101011237",
            "’0101011237",
            "=\"0101011237\"",
            "\"0101011237\"",
            "0101011237.0",
            "0101011237.",
            " 0101011237 ",
            "010101 1237",
            "010101-1237",
            "01-01-01-1237",
            "010101\u{2013}1237",
            "010101\u{a0}1237",
            "\u{feff}0101011237",
            "0101011237\t",
        ] {
            let reading = read(Some(raw));
            assert_eq!(reading.chi, Some(valid("0101011237")), "{raw:?}");
            assert!(reading.undressed && !reading.zero_restored, "{raw:?}");
            assert_eq!(reading.findings(), [Finding::ChiUndressed], "{raw:?}");
        }
        let plain = read(Some("0101011237"));
        assert!(!plain.undressed && plain.findings().is_empty());
    }

    #[test]
    fn nine_digits_get_their_zero_back_before_the_check() {
        let reading = read(Some("101011237"));
        assert_eq!(reading.chi, Some(valid("0101011237")));
        assert_eq!(reading.findings(), [Finding::ZeroRestored]);
        for raw in ["101011237.0", "1.01011237E+08", "101,011,237", "=101011237"] {
            let reading = read(Some(raw));
            assert_eq!(reading.chi, Some(valid("0101011237")), "{raw}");
            assert!(reading.zero_restored && reading.undressed, "{raw}");
        }
        let wrong = read(Some("101011238"));
        assert_eq!((wrong.chi, wrong.outcome, wrong.zero_restored), (None, Outcome::InvalidChecksum, true));
    }

    #[test]
    fn nine_digits_that_begin_with_a_zero_have_lost_some_other_digit() {
        let reading = read(Some("010101123"));
        assert_eq!((reading.outcome, reading.zero_restored), (Outcome::TooFewCharacters, false));
    }

    #[test]
    fn digits_that_a_spreadsheet_rounded_away_are_not_invented() {
        for raw in ["1.01011E+09", "1.90485E+09", "1.01011e9", "1,01011E+09", "1.90485123E+09", "1E+09"] {
            let reading = read(Some(raw));
            assert_eq!((reading.chi, reading.outcome), (None, Outcome::InvalidCharacters), "{raw}");
            assert!(reading.digits_lost && !reading.undressed, "{raw}");
            assert_eq!(
                reading.findings(),
                [Finding::ChiNotValid { outcome: "Rounded by a spreadsheet, its last digits are lost".into() }]
            );
        }
        let whole = read(Some("1.904851231E+09"));
        assert_eq!((whole.chi, whole.digits_lost), (Some(valid("1904851231")), false), "every digit is written");
    }

    #[test]
    fn an_empty_field_is_blank_however_it_says_so() {
        for raw in ["", "  ", "\u{a0}", "NULL", "n/a", "-", "''"] {
            let reading = read(Some(raw));
            assert_eq!((reading.outcome, reading.findings()), (Outcome::Blank, vec![]), "{raw:?}");
        }
        assert_eq!(read(None).outcome, Outcome::Missing);
    }

    #[test]
    fn numbers_of_other_schemes_are_named_by_their_range() {
        for (start, kind) in [
            ("000", NumberKind::Other),
            ("009", NumberKind::Other),
            ("010", NumberKind::Chi),
            ("319", NumberKind::Chi),
            ("320", NumberKind::NorthernIreland),
            ("399", NumberKind::NorthernIreland),
            ("400", NumberKind::NhsNumber),
            ("499", NumberKind::NhsNumber),
            ("500", NumberKind::NotIssued),
            ("599", NumberKind::NotIssued),
            ("600", NumberKind::NhsNumber),
            ("799", NumberKind::NhsNumber),
            ("800", NumberKind::RepublicOfIreland),
            ("859", NumberKind::RepublicOfIreland),
            ("860", NumberKind::Other),
            ("899", NumberKind::Other),
            ("900", NumberKind::Test),
            ("999", NumberKind::Test),
        ] {
            assert_eq!(read(Some(&format!("{start}0000000"))).kind, kind, "{start}");
        }
        let test = read(Some("9999999999"));
        let looks_like = NumberKind::Test.words().to_owned();
        assert!(test.findings().contains(&Finding::OtherScheme { looks_like }));
        let typing_error = read(Some("9101011237"));
        assert_eq!(typing_error.findings().len(), 1, "without a good check digit nothing is said about a scheme");
    }

    #[test]
    fn date_digits_agree_in_any_century_and_as_far_as_the_date_is_known() {
        let chi = valid("2902201230");
        let date = |year, month, day| PartialDate { year, month, day };
        assert_eq!(chi.day_month_year(), (29, 2, 20));
        assert_eq!(chi.agrees_with_birth(&date(Some(2020), Some(2), Some(29))), Some(true));
        assert_eq!(chi.agrees_with_birth(&date(Some(1920), Some(2), Some(29))), Some(true));
        assert_eq!(chi.agrees_with_birth(&date(Some(2020), Some(2), Some(28))), Some(false));
        assert_eq!(chi.agrees_with_birth(&date(Some(1920), None, None)), Some(true));
        assert_eq!(chi.agrees_with_birth(&date(Some(1921), None, None)), Some(false));
        assert_eq!(chi.agrees_with_birth(&date(None, None, None)), None);
    }

    #[test]
    fn a_sex_that_is_not_known_neither_agrees_nor_disagrees() {
        let chi = valid("0101336489");
        assert_eq!(chi.agrees_with_sex(Sex::Female), Some(true));
        assert_eq!(chi.agrees_with_sex(Sex::Male), Some(false));
        assert_eq!(chi.agrees_with_sex(Sex::NotKnown), None);
    }

    #[test]
    fn a_number_is_issued_only_where_modulus_11_has_a_check_digit_for_it() {
        assert_eq!(issue(1, 1, 2001, 123), Some(valid("0101011237")));
        assert_eq!(issue(29, 2, 1919, 123), None);
        assert_eq!(issue(1, 1, 2001, 1000), None);
        let issued = (0..1000).filter_map(|serial| issue(19, 4, 1985, serial)).collect::<Vec<_>>();
        assert!((900..920).contains(&issued.len()), "about one in eleven has no check digit: {}", issued.len());
        assert!(issued.iter().all(|chi| chi.scheme() != Scheme::Modulus10));
    }

    #[test]
    fn modulus_11_catches_every_wrong_digit_and_either_scheme_lets_about_a_tenth_through() {
        let (mut slips, mut pass_11, mut pass_either) = (0, 0, 0);
        for serial in 0..1000 {
            let Some(Chi(digits)) = issue(19, 4, 1985, serial) else { continue };
            for place in 0..10 {
                for wrong in (b'0'..=b'9').filter(|&wrong| wrong != digits[place]) {
                    let mut slip = digits;
                    slip[place] = wrong;
                    slips += 1;
                    pass_11 += usize::from(modulus_11(&slip) == Some(slip[9]));
                    pass_either += usize::from(Scheme::of(&slip).is_some());
                }
            }
        }
        assert_eq!(pass_11, 0);
        assert!((0.08..0.12).contains(&(pass_either as f64 / slips as f64)), "{pass_either} of {slips}");
    }

    #[test]
    fn a_screen_and_a_file_each_get_their_form_and_a_log_gets_none() {
        let chi = valid("0101011237");
        assert_eq!((chi.spaced().as_str(), chi.to_string().as_str()), ("010101 1237", "0101011237"));
        assert_eq!(format!("{chi:?}"), "Chi(..)");
        assert_eq!(serde_json::to_string(&chi).unwrap(), "\"0101011237\"");
        let refused = serde_json::from_str::<Chi>("\"0101011238\"").unwrap_err().to_string();
        assert!(refused.contains("invalid checksum") && !refused.contains("0101011238"), "{refused}");
    }

    proptest! {
        #[test]
        fn reading_never_panics(raw in any::<String>()) {
            let reading = read(Some(&raw));
            prop_assert_eq!(reading.chi.is_some(), reading.outcome == Outcome::Valid);
            prop_assert!(reading.chi.is_none() || reading.scheme.is_some());
            check(Some(&raw));
        }

        #[test]
        fn reading_never_panics_on_what_looks_like_a_number(raw in "[ '=\"]{0,2}[0-9.,eE+-]{0,14}[ '\"]{0,2}") {
            let reading = read(Some(&raw));
            prop_assert!(!(reading.digits_lost && reading.chi.is_some()));
        }

        #[test]
        fn every_form_of_a_number_reads_back(day in 1u8..=28, month in 1u8..=12, year in 1900u16..=2030, serial in 0u16..1000) {
            if let Some(chi) = issue(day, month, year, serial) {
                prop_assert_eq!(Chi::parse(&chi.to_string()), Ok(chi));
                prop_assert_eq!(read(Some(&chi.spaced())).chi, Some(chi));
                prop_assert_eq!(Chi::from_u64(chi.to_u64()), Some(chi));
                prop_assert_eq!(read(Some(&chi.to_u64().to_string())).chi, Some(chi));
                prop_assert_eq!(chi.day_month_year(), (day, month, (year % 100) as u8));
                prop_assert_eq!(chi.agrees_with_birth(&PartialDate::whole(year, month, day).unwrap()), Some(true));
            }
        }

        #[test]
        fn the_compact_form_admits_valid_numbers_only(value in 0u64..20_000_000_000) {
            let text = format!("{value:010}");
            prop_assert_eq!(Chi::from_u64(value), Chi::parse(&text).ok());
        }
    }
}
