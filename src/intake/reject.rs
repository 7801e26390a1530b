//! Why a row was refused, and the file of refused rows.

use std::fmt;
use std::io::Write;
use std::path::Path;

use super::IntakeError;
use crate::person::chi::{NumberKind, Outcome};

/// A row that was refused.
#[derive(Debug, Clone, PartialEq)]
pub struct Rejected {
    /// The physical line on which the row begins, counted from 1.
    pub line: u64,
    /// Why.
    pub reason: Reject,
    /// The row's fields as they stood.
    pub raw: Vec<String>,
}

/// Why a row was refused. Reads as a sentence, without any of the row's own data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Reject {
    /// The Mosaic id field is empty.
    NoId,
    /// The Mosaic id has characters that a seed file cannot carry, or is too long.
    IdNotInAlphabet,
    /// An earlier row has the same Mosaic id.
    IdRepeated {
        /// The line of the earlier row.
        first: u64,
    },
    /// The CHI is not valid, in a place where it must be.
    ChiNotValid {
        /// Which of the national outcomes it is.
        outcome: Outcome,
        /// What the number looks like, where it is of another scheme.
        looks_like: Option<NumberKind>,
    },
    /// An earlier row has the same CHI.
    ChiRepeated {
        /// The line of the earlier row.
        first: u64,
    },
    /// Both sides of the pair are the same record.
    SelfPair,
    /// Both sides of the pair are CHI numbers.
    TwoChis,
    /// An earlier row has the same pair.
    PairRepeated {
        /// The line of the earlier row.
        first: u64,
    },
    /// An earlier row has the same pair the other way round.
    PairReversed {
        /// The line of the earlier row.
        first: u64,
    },
    /// The weight is not a number.
    WeightNotANumber,
    /// The weight is not finite.
    WeightNotFinite,
    /// The probability is not a number.
    ProbabilityNotANumber,
    /// The probability is not finite.
    ProbabilityNotFinite,
    /// The probability is below 0 or above 1.
    ProbabilityOutOfRange,
    /// The pair names a Mosaic record that no loaded extract has. Decided where the extracts are.
    UnknownMosaicId,
    /// The pair names a CHI that no loaded extract has. Decided where the extracts are.
    UnknownChi,
}
impl Reject {
    /// The reason without the numbers, for counting alike reasons together.
    pub fn name(&self) -> &'static str {
        unimplemented!()
    }
}
impl fmt::Display for Reject {
    fn fmt(&self, _f: &mut fmt::Formatter<'_>) -> fmt::Result {
        unimplemented!()
    }
}

/// Writes refused rows to a CSV file: line and reason first, then the row as it stood. Cells that a spreadsheet would run
/// as a formula begin with an apostrophe there.
pub fn write_rejected(_path: &Path, _headings: &[String], _rejected: &[Rejected]) -> Result<(), IntakeError> {
    unimplemented!()
}

/// Writes a file whole or not at all.
pub(crate) fn write_whole(path: &Path, bytes: &[u8]) -> Result<(), IntakeError> {
    let wrong = |error| IntakeError::io(path, "written", error);
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut file = tempfile::NamedTempFile::new_in(folder).map_err(wrong)?;
    file.write_all(bytes).map_err(wrong)?;
    file.as_file().sync_all().map_err(wrong)?;
    file.persist(path).map_err(|error| wrong(error.error))?;
    Ok(())
}
