//! The CHI number.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::Sex;

/// A CHI number that has been checked: ten digits, a real day and month, a check digit that passes modulus 11 or 10.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Chi([u8; 10]);

/// The outcome of a check, in the national order: the first that applies wins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    Missing,
    Blank,
    InvalidCharacters,
    TooManyCharacters,
    TooFewCharacters,
    InvalidDate,
    InvalidChecksum,
    Valid,
}

/// Which check digit scheme a number passes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scheme {
    Modulus11,
    Modulus10,
    Both,
}

/// What a ten-digit number looks like, by the range it falls in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NumberKind {
    Chi,
    NorthernIreland,
    NhsNumber,
    NotIssued,
    RepublicOfIreland,
    Test,
    Other,
}

/// What a look at a CHI field found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reading {
    /// The number, where valid.
    pub chi: Option<Chi>,
    pub outcome: Outcome,
    pub scheme: Option<Scheme>,
    /// Nine digits stood in the field; the leading zero was restored before the check.
    pub zero_restored: bool,
    /// Spreadsheet dressing was taken off (apostrophe, `="…"`, `.0`, `1.01011E+09`, spaces, hyphens).
    pub undressed: bool,
    pub kind: NumberKind,
}

/// Checks a field's text after the repairs. `None` is a field that is not there.
pub fn read(_raw: Option<&str>) -> Reading {
    unimplemented!()
}

/// Checks text strictly as it stands, without repairs (the national function).
pub fn check(_text: Option<&str>) -> Outcome {
    unimplemented!()
}

impl Chi {
    /// A valid number without repairs.
    pub fn parse(text: &str) -> Result<Self, Outcome> {
        let _ = text;
        unimplemented!()
    }
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or("")
    }
    pub fn scheme(&self) -> Scheme {
        unimplemented!()
    }
    /// Day and month from the digits, and the year within its century (0..=99).
    pub fn day_month_year(&self) -> (u8, u8, u8) {
        unimplemented!()
    }
    pub fn sex(&self) -> Sex {
        unimplemented!()
    }
    /// As a screen shows it: `DDMMYY NNNN`.
    pub fn spaced(&self) -> String {
        format!("{} {}", &self.as_str()[..6], &self.as_str()[6..])
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
    fn try_from(t: String) -> Result<Self, String> {
        Self::parse(&t).map_err(|o| format!("not a valid CHI number: {o:?}"))
    }
}
impl From<Chi> for String {
    fn from(chi: Chi) -> Self {
        chi.as_str().to_owned()
    }
}
