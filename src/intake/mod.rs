//! Files in: what a file is, what its columns mean, and what each of its rows says.
//!
//! ```text
//! file ──sniff──▶ encoding, delimiter ──scan──▶ sound rows ──columns──▶ mapping ──rows──▶ records and findings
//! ```
//!
//! Nothing is guessed silently and nothing is swallowed. [`preview()`] reads the whole file once: it finds the encoding
//! and the delimiter and says how (or takes a Parquet file as it describes itself), refuses a file whose structure is broken (with the line and what to do), and proposes
//! a [`Mapping`] from the headings. [`read`] goes through the file again and hands every row to its caller as accepted,
//! with what was noticed about it, or rejected, with the reason; accepted, warned and rejected rows add up to the rows of
//! the file. Whether any of it is kept is the caller's transaction.
//!
//! | file | what it holds |
//! |---|---|
//! | `format` | how a file is written: encoding, delimiter, line ends |
//! | `sniff` | finding that out, and refusing what is no text file |
//! | `parquet` | a Parquet file as a table of text |
//! | `decode` | bytes to text, hashing and counting on the way |
//! | `scan` | the strict scan: quotes, ragged rows, NULs, truncated rows, with true line numbers |
//! | `table` | the scanned text as headings and rows, each with its line |
//! | `field`, `synonyms`, `headings` | the fields a column can hold, the names they go by, the headings of a file |
//! | `columns` | the mapping: proposed, corrected, saved |
//! | `preview` | what a file is, before anything is loaded |
//! | `signs`, `overlooked` | what a spreadsheet did to its columns, and what is in none, as the preview warns of it |
//! | `person_columns`, `care_columns`, `pairs`, `relationships` | a row to a record, to a candidate pair, to a relationship |
//! | `noticed` | what was noticed about a row, in few words and in few bits |
//! | `cut` | sound text into rows, fast |
//! | `gather` | all rows of an extract, fast, for a caller who keeps no records |
//! | `seen` | ids and pairs of the rows so far, for finding repeats |
//! | `rows` | all rows, one verdict each, and the tally |
//! | `sheet` | a small table that people fill in, read whole |
//! | `reject` | why a row was refused, and the file of refused rows |
//! | `error` | what stops a file as a whole |

mod care_columns;
mod columns;
mod cut;
mod decode;
mod error;
mod field;
mod format;
mod gather;
mod headings;
mod noticed;
mod overlooked;
mod pairs;
mod parquet;
mod person_columns;
mod preview;
mod reject;
mod relationships;
mod rows;
mod scan;
mod seen;
mod sheet;
mod signs;
mod sniff;
mod synonyms;
mod table;

use serde::{Deserialize, Serialize};

pub use columns::Mapping;
pub use error::{Fault, IntakeError, ParquetFault};
pub use field::Field;
pub use format::{Delimiter, Format, LineEnding, TextEncoding, TextFormat};
pub use gather::{Gather, Gathered, Part, gather, gather_mapped};
pub use noticed::{finding_name, finding_remedy};
pub use pairs::{PairRow, PairSide};
pub use preview::{Plan, Preview, glance, glance_mapped, preview};
pub use reject::{Reject, Rejected, reject_remedy, write_rejected};
pub use rows::{Accepted, Row, Tally, Verdict, read};
pub(crate) use sheet::{Sheet, sheet};
pub(crate) use sniff::ordinary;

/// What a file holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// An extract of people from Mosaic.
    Mosaic,
    /// An extract of the CHI index.
    Chi,
    /// Relationships and household memberships between people in Mosaic.
    Relationships,
    /// Candidate pairs as ids and scores; the people come from extracts.
    NarrowPairs,
    /// Candidate pairs with both people's details in one row; no extracts needed.
    WidePairs,
}

impl Kind {
    /// Every kind, in the order the screens list them.
    pub const ALL: [Self; 5] = [Self::Mosaic, Self::Chi, Self::Relationships, Self::NarrowPairs, Self::WidePairs];

    /// The kind in words.
    pub fn words(self) -> &'static str {
        match self {
            Self::Mosaic => "Mosaic extract",
            Self::Chi => "CHI extract",
            Self::Relationships => "Relationships in Mosaic",
            Self::NarrowPairs => "Candidate pairs, ids only",
            Self::WidePairs => "Candidate pairs with both people's details",
        }
    }

    /// Whether the rows are pairs.
    pub fn is_pairs(self) -> bool {
        matches!(self, Self::NarrowPairs | Self::WidePairs)
    }
}
