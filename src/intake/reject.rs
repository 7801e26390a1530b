//! Why a row was refused, and the file of refused rows.

use std::fmt;
use std::path::Path;

use super::IntakeError;
use crate::files;
use crate::person::chi::Reading;
use crate::words;

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
    /// The Mosaic id has characters that a seed file cannot carry, begins with a sign, or is too long.
    IdNotInAlphabet,
    /// The Mosaic id is a number that a spreadsheet wrote in its scientific form (`1.2E+05`).
    IdRounded,
    /// An earlier row has the same Mosaic id.
    IdRepeated {
        /// The line of the earlier row.
        first: u64,
    },
    /// The row is the headings once more, as where one file was put behind another.
    HeadingsAgain,
    /// The row has an id without a digit and says nothing of a person: a report's total, or the mark of its end.
    NoPerson,
    /// The CHI field is empty, in a place where it must not be.
    NoChi,
    /// The CHI is not valid, in a place where it must be.
    ChiNotValid {
        /// Which of the national outcomes it is, in words.
        outcome: &'static str,
        /// What the number looks like, where it is of another scheme.
        looks_like: Option<&'static str>,
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
    /// A person is said to be related to themselves.
    RelatedToSelf,
    /// An earlier row says the same of the same two people.
    RelationshipRepeated {
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
    /// What keeps a text from being a Mosaic id.
    pub(crate) fn id(text: &str) -> Self {
        let is_number = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit() || b == b'.');
        let rounded = text
            .split_once(['E', 'e'])
            .is_some_and(|(number, power)| is_number(number) && power.strip_prefix(['+', '-']).is_some_and(is_number));
        if rounded { Self::IdRounded } else { Self::IdNotInAlphabet }
    }

    /// What a look at a CHI field that had to be valid found.
    pub(crate) fn chi(reading: &Reading) -> Self {
        use crate::person::chi::Outcome;
        if matches!(reading.outcome, Outcome::Missing | Outcome::Blank) {
            return Self::NoChi;
        }
        let looks_like = reading.findings().into_iter().find_map(|finding| match finding {
            crate::person::Finding::OtherScheme { .. } => Some(reading.kind.words()),
            _ => None,
        });
        Self::ChiNotValid { outcome: reading.words(), looks_like }
    }

    /// The reason without what is particular to the row, for counting alike reasons together.
    pub fn name(&self) -> &'static str {
        match self {
            Self::NoId => "No Mosaic id",
            Self::IdNotInAlphabet => "Mosaic id not of the permitted form",
            Self::IdRounded => "Mosaic id rounded by a spreadsheet",
            Self::IdRepeated { .. } => "Mosaic id repeated",
            Self::HeadingsAgain => "Headings repeated",
            Self::NoPerson => "No person in the row",
            Self::NoChi => "No CHI number",
            Self::ChiNotValid { .. } => "CHI number not valid",
            Self::ChiRepeated { .. } => "CHI number repeated",
            Self::SelfPair => "Both sides are the same record",
            Self::TwoChis => "Both sides are CHI numbers",
            Self::PairRepeated { .. } => "Pair repeated",
            Self::PairReversed { .. } => "Pair repeated the other way round",
            Self::RelatedToSelf => "Related to themselves",
            Self::RelationshipRepeated { .. } => "Relationship repeated",
            Self::WeightNotANumber => "Match weight not a number",
            Self::WeightNotFinite => "Match weight not finite",
            Self::ProbabilityNotANumber => "Match probability not a number",
            Self::ProbabilityNotFinite => "Match probability not finite",
            Self::ProbabilityOutOfRange => "Match probability outside 0 to 1",
            Self::UnknownMosaicId => "Mosaic id in no loaded extract",
            Self::UnknownChi => "CHI number in no loaded extract",
        }
    }
}

/// What to do about rows that were refused for a reason of this [name](Reject::name); empty where nothing is to be done, or the name is none.
pub fn reject_remedy(name: &str) -> &'static str {
    match name {
        "No Mosaic id" => "Take these rows out where they are none of a person; otherwise export them with their ids",
        "Mosaic id not of the permitted form" => {
            "Export the ids as Mosaic has them, as text and without marks around them"
        }
        "Mosaic id rounded by a spreadsheet" => "Export the ids as text, and open the file in no spreadsheet",
        "Mosaic id repeated" => {
            "The first row of each is kept; export one row for each person, with the address of today"
        }
        "CHI number repeated" => "The first row of each is kept; export one row for each number, as it stands today",
        "No CHI number" | "CHI number not valid" => "Look these up in CHI, and export them with their numbers as text",
        "Mosaic id in no loaded extract" => "Load the Mosaic extract that has them, then this file again",
        "CHI number in no loaded extract" => "Load the CHI extract that has them, then this file again",
        _ => "",
    }
}

impl fmt::Display for Reject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::IdNotInAlphabet => f.write_str(
                "The Mosaic id is longer than 32 characters, does not begin with a letter or digit, or has others than letters, digits, hyphen, underscore, full stop and slash",
            ),
            Self::IdRounded => f.write_str(
                "The Mosaic id is in the scientific form of a spreadsheet, and its last digits may be lost; export the ids as text",
            ),
            Self::IdRepeated { first } => write!(f, "The Mosaic id is already on line {first}"),
            Self::ChiNotValid { outcome, looks_like } => {
                write!(f, "The CHI number is not valid: {}", outcome.to_lowercase())?;
                looks_like.map_or(Ok(()), |words| write!(f, "; it looks like another scheme's ({words})"))
            }
            Self::ChiRepeated { first } => write!(f, "The CHI number is already on line {first}"),
            Self::PairRepeated { first } => write!(f, "The pair is already on line {first}"),
            Self::PairReversed { first } => write!(f, "The pair is already on line {first}, the other way round"),
            Self::RelatedToSelf => f.write_str("The row relates a person to themselves"),
            Self::RelationshipRepeated { first } => write!(f, "The same relationship is already on line {first}"),
            Self::NoId => f.write_str("The row has no Mosaic id"),
            Self::HeadingsAgain => f.write_str("The row is the headings once more"),
            Self::NoPerson => f.write_str(
                "The row has no name, date of birth, address or CHI number, and its id no digit: it is a report's total or end",
            ),
            Self::NoChi => f.write_str("The row has no CHI number"),
            Self::SelfPair => f.write_str("Both sides of the pair are the same record"),
            Self::TwoChis => f.write_str("Both sides of the pair are CHI numbers; one must be a Mosaic record"),
            Self::WeightNotANumber => f.write_str("The match weight is not a number"),
            Self::WeightNotFinite => f.write_str("The match weight is not a finite number"),
            Self::ProbabilityNotANumber => f.write_str("The match probability is not a number"),
            Self::ProbabilityNotFinite => f.write_str("The match probability is not a finite number"),
            Self::ProbabilityOutOfRange => f.write_str("The match probability is below 0 or above 1"),
            Self::UnknownMosaicId => f.write_str("The Mosaic id is in no extract that is loaded"),
            Self::UnknownChi => f.write_str("The CHI number is in no extract that is loaded"),
        }
    }
}

/// Writes refused rows to a CSV file: line and reason first, then the row as it stood. Cells that a spreadsheet would run
/// as a formula begin with an apostrophe there. The file is whole or not there at all.
pub fn write_rejected(path: &Path, headings: &[String], rejected: &[Rejected]) -> Result<(), IntakeError> {
    let wrong = |error: csv::Error| IntakeError::io(path, "written", error.into());
    let mut csv = csv::Writer::from_writer(Vec::new());
    let titles = ["LINE", "REASON"].into_iter().chain(headings.iter().map(String::as_str));
    csv.write_record(titles.map(|cell| words::harmless(cell).into_owned())).map_err(wrong)?;
    for row in rejected {
        csv.write_field(row.line.to_string()).map_err(wrong)?;
        csv.write_field(row.reason.to_string()).map_err(wrong)?;
        csv.write_record(row.raw.iter().map(|cell| words::harmless(cell).into_owned())).map_err(wrong)?;
    }
    let bytes = csv.into_inner().map_err(|error| IntakeError::io(path, "written", error.into_error()))?;
    write_whole(path, &bytes)
}

/// Writes a file whole or not at all.
pub(crate) fn write_whole(path: &Path, bytes: &[u8]) -> Result<(), IntakeError> {
    files::replace(path, bytes).map_err(|error| IntakeError::io(path, "written", error))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn what_is_to_be_done_is_said_by_the_names_of_reasons() {
        let first = 3;
        let (outcome, looks_like) = ("invalid", None);
        for reason in [
            Reject::NoId,
            Reject::IdNotInAlphabet,
            Reject::IdRounded,
            Reject::IdRepeated { first },
            Reject::ChiRepeated { first },
            Reject::NoChi,
            Reject::ChiNotValid { outcome, looks_like },
            Reject::UnknownMosaicId,
            Reject::UnknownChi,
        ] {
            assert!(!reject_remedy(reason.name()).is_empty(), "{reason}");
        }
        assert_eq!(reject_remedy(Reject::HeadingsAgain.name()), "");
    }

    #[test]
    fn refused_rows_are_written_with_line_and_reason_and_without_formulas() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("rejected.csv");
        let raw = ["=1+1", "-2.5", "@SUM(A1)", "O'Neill, \"Ann\"", "-x"].map(str::to_owned).to_vec();
        let headings = ["a", "b", "c", "d", "e"].map(str::to_owned);
        let rejected = [Rejected { line: 7, reason: Reject::IdRepeated { first: 3 }, raw }];
        write_rejected(&path, &headings, &rejected).unwrap();
        assert_eq!(
            std::fs::read_to_string(&path).unwrap(),
            "LINE,REASON,a,b,c,d,e\n7,The Mosaic id is already on line 3,'=1+1,-2.5,'@SUM(A1),\"O'Neill, \"\"Ann\"\"\",'-x\n"
        );
    }

    #[test]
    fn a_folder_that_is_not_there_is_an_error_that_names_the_file() {
        let message = write_rejected(Path::new("/no/such/folder/r.csv"), &[], &[]).unwrap_err().to_string();
        assert!(message.starts_with("/no/such/folder/r.csv could not be written"), "{message}");
    }
}
