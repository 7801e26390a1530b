//! What a look at one record noticed: nothing is corrected silently.

use serde::{Deserialize, Serialize};

/// One thing noticed about a record as it came in. The row is kept; the finding is shown beside it.
///
/// The wording never speculates about the person: dates get corrected and sex is changed on request.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(tag = "finding", rename_all = "snake_case")]
pub enum Finding {
    /// A CHI had nine digits; its leading zero was restored before it was checked.
    ZeroRestored,
    /// Spreadsheet dressing (apostrophe, `="…"`, `.0`, spaces, hyphens) was taken off a CHI.
    ChiUndressed,
    /// The CHI field holds something that is not a valid CHI.
    ChiNotValid {
        /// Which of the national outcomes it is, in words.
        outcome: String,
    },
    /// The number belongs to another scheme.
    OtherScheme {
        /// What it looks like, in words.
        looks_like: String,
    },
    /// The CHI passes the modulus 10 check only.
    Modulus10Only,
    /// The date digits of the CHI differ from the date of birth.
    ChiDateDiffers,
    /// The sex digit of the CHI differs from the recorded sex.
    ChiSexDiffers,
    /// A date stands for "unknown" (01/01/1900 and its like) and was treated as missing.
    SentinelDate,
    /// A date of birth on 1 January, often an estimate of the year.
    EstimatedDate,
    /// A date that could not be read.
    UnreadableDate,
    /// Part of a date is missing.
    PartialDate,
    /// A postcode that stands for "unknown" and was treated as missing.
    DummyPostcode,
    /// A postcode that is not of a UK form.
    UnreadablePostcode,
    /// The name is a placeholder, such as `Baby SURNAME`.
    PlaceholderName,
    /// A sex code that nobody knows.
    UnknownSex,
    /// A CHI status code that nobody knows.
    UnknownStatus,
    /// A title stood inside a name field.
    TitleInName,
    /// A name was cut at the source's field width.
    NameCut,
}
