//! Dates, whole or partial.

use serde::{Deserialize, Serialize};

/// A date of which any part may be missing. A real calendar date wherever all three parts are there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct PartialDate {
    pub year: Option<u16>,
    pub month: Option<u8>,
    pub day: Option<u8>,
}

/// What a look at a date field found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reading {
    Missing,
    Date(PartialDate),
    /** e.g. 01/01/1900 */
    Sentinel,
    Unreadable,
}

/// Reads the date forms that council and health extracts carry (ISO, yyyymmdd, dd/mm/yyyy, dd-Mon-yyyy, with a time of 00:00…, partial).
pub fn read(_text: &str) -> Reading {
    unimplemented!()
}

impl PartialDate {
    pub fn whole(year: u16, month: u8, day: u8) -> Option<Self> {
        let _ = (year, month, day);
        unimplemented!()
    }
    pub fn is_whole(&self) -> bool {
        self.year.is_some() && self.month.is_some() && self.day.is_some()
    }
    /// 1 January: often an estimate of the year.
    pub fn is_estimate(&self) -> bool {
        unimplemented!()
    }
    /// ISO 8601, with `--`for missing parts: `1985-04-19`, `1985-04`, `1985`, `--04-19`.
    pub fn iso(&self) -> String {
        unimplemented!()
    }
    /// As screens show it: `19 Apr 1985`.
    pub fn words(&self) -> String {
        unimplemented!()
    }
}
impl std::fmt::Display for PartialDate {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.iso())
    }
}
impl TryFrom<String> for PartialDate {
    type Error = String;
    fn try_from(t: String) -> Result<Self, String> {
        let _ = t;
        unimplemented!()
    }
}
impl From<PartialDate> for String {
    fn from(d: PartialDate) -> Self {
        d.iso()
    }
}
