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
    /// The date digits of the CHI are the date of birth with its day and month in each other's place.
    ChiDateSwapped,
    /// The sex digit of the CHI differs from the recorded sex.
    ChiSexDiffers,
    /// A date stands for "unknown" (01/01/1900 and its like) and was treated as missing.
    SentinelDate,
    /// A date of birth on 1 January, often an estimate of the year.
    EstimatedDate,
    /// A date that could not be read.
    UnreadableDate,
    /// A date that would be real with its day and month in each other's place, and was treated as missing.
    SwappedDate,
    /// A date of birth or death that has not come yet, and was treated as missing.
    FutureDate,
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
    /// A name holds what UTF-8 becomes where it is read in another encoding.
    GarbledName,
    /// The Mosaic id looks as a spreadsheet writes what it took for a number or a truth.
    IdOfSpreadsheet,
    /// The Mosaic id is that of an earlier row, but for zeros in front or `.0` behind.
    IdAlike {
        /// The line of the earlier row.
        first: u64,
    },
    /// When the record was last changed could not be read.
    UnreadableChanged,
    /// A column of finance or care packages says neither yes nor no nor a count.
    UnclearHolding,
    /// A row of relationships does not say what the relationship is.
    RelationshipNotSaid,
    /// A row of relationships names a person whom no loaded extract has.
    UnknownPerson,
}

impl Finding {
    /// The finding as a screen says it: what was seen and what was done, and nothing about why.
    pub fn words(&self) -> String {
        let words = match self {
            Self::ZeroRestored => "The CHI had nine digits; its leading zero was restored",
            Self::ChiUndressed => "Marks around the digits of the CHI were taken off",
            Self::ChiNotValid { outcome } => {
                return format!("The CHI field holds no valid CHI: {}", lower_first(outcome));
            }
            Self::OtherScheme { looks_like } => {
                return format!("The number in the CHI field looks like one of another kind: {looks_like}");
            }
            Self::Modulus10Only => "The CHI passes the modulus 10 check only",
            Self::ChiDateDiffers => "The date digits of the CHI differ from the date of birth",
            Self::ChiDateSwapped => {
                "The date digits of the CHI are the date of birth with its day and month in each other's place"
            }
            Self::ChiSexDiffers => "The sex digit of the CHI differs from the recorded sex",
            Self::SentinelDate => "A date that stands for “unknown” was treated as missing",
            Self::EstimatedDate => "The date of birth is 1 January, which can be an estimate",
            Self::UnreadableDate => "A date could not be read and was treated as missing",
            Self::SwappedDate => {
                "A date is real only with its day and month in each other's place, and was treated as missing"
            }
            Self::FutureDate => "A date of birth or death lies in the future and was treated as missing",
            Self::PartialDate => "Part of a date is missing",
            Self::DummyPostcode => "A postcode that stands for “unknown” was treated as missing",
            Self::UnreadablePostcode => "The postcode is not of a UK form",
            Self::PlaceholderName => "The name is a placeholder",
            Self::UnknownSex => "The code for sex is not a known one and was treated as not known",
            Self::UnknownStatus => "The code for the CHI status is not a known one and was treated as not given",
            Self::TitleInName => "A title stands inside a name field",
            Self::NameCut => "A name may be cut at the width of its field",
            Self::GarbledName => "A name holds signs that a wrong encoding leaves, such as Ã©",
            Self::IdOfSpreadsheet => {
                "The Mosaic id looks as a spreadsheet writes numbers (12.0, 1.2E05) or truths (TRUE)"
            }
            Self::IdAlike { first } => {
                return format!("The Mosaic id is that of line {first} but for zeros in front or .0 behind");
            }
            Self::UnreadableChanged => {
                "When the record was last changed could not be read and was treated as not given"
            }
            Self::UnclearHolding => {
                "A column of finance or care packages says neither yes nor no nor a count, and was taken for yes"
            }
            Self::RelationshipNotSaid => "What the relationship is is not said",
            Self::UnknownPerson => "A person is in no loaded Mosaic extract; the row is kept for when they are",
        };
        words.to_owned()
    }

    /// Whether the finding warns: something was contradicted, repaired or could not be used. The others are notices.
    pub fn is_warning(&self) -> bool {
        match self {
            Self::ZeroRestored
            | Self::ChiNotValid { .. }
            | Self::OtherScheme { .. }
            | Self::Modulus10Only
            | Self::ChiDateDiffers
            | Self::ChiDateSwapped
            | Self::ChiSexDiffers
            | Self::SentinelDate
            | Self::UnreadableDate
            | Self::SwappedDate
            | Self::FutureDate
            | Self::GarbledName
            | Self::IdOfSpreadsheet
            | Self::IdAlike { .. }
            | Self::DummyPostcode
            | Self::UnreadablePostcode
            | Self::PlaceholderName
            | Self::UnknownSex
            | Self::UnknownStatus
            | Self::UnreadableChanged
            | Self::UnclearHolding
            | Self::UnknownPerson => true,
            Self::ChiUndressed
            | Self::EstimatedDate
            | Self::PartialDate
            | Self::TitleInName
            | Self::NameCut
            | Self::RelationshipNotSaid => false,
        }
    }

    /// Whether a match on a record with this finding needs a reason: the warnings that bear on the CHI or on the
    /// evidence for it.
    pub fn needs_reason(&self) -> bool {
        matches!(
            self,
            Self::ZeroRestored
                | Self::Modulus10Only
                | Self::ChiDateDiffers
                | Self::ChiSexDiffers
                | Self::SentinelDate
                | Self::DummyPostcode
        )
    }
}

/// `Invalid date` inside a sentence: `invalid date`.
fn lower_first(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_lowercase().chain(chars).collect())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn every() -> Vec<Finding> {
        vec![
            Finding::ZeroRestored,
            Finding::ChiUndressed,
            Finding::ChiNotValid { outcome: "Invalid date".into() },
            Finding::OtherScheme { looks_like: "Test number".into() },
            Finding::Modulus10Only,
            Finding::ChiDateDiffers,
            Finding::ChiDateSwapped,
            Finding::ChiSexDiffers,
            Finding::SentinelDate,
            Finding::EstimatedDate,
            Finding::UnreadableDate,
            Finding::SwappedDate,
            Finding::FutureDate,
            Finding::PartialDate,
            Finding::DummyPostcode,
            Finding::UnreadablePostcode,
            Finding::PlaceholderName,
            Finding::UnknownSex,
            Finding::UnknownStatus,
            Finding::TitleInName,
            Finding::NameCut,
            Finding::GarbledName,
            Finding::IdOfSpreadsheet,
            Finding::IdAlike { first: 2 },
            Finding::UnreadableChanged,
            Finding::UnclearHolding,
            Finding::RelationshipNotSaid,
            Finding::UnknownPerson,
        ]
    }

    #[test]
    fn every_finding_has_words_of_its_own_in_sentence_case_without_a_full_stop() {
        let mut words: Vec<_> = every().iter().map(Finding::words).collect();
        for text in &words {
            assert!(text.starts_with(char::is_uppercase) && !text.ends_with('.'), "{text}");
        }
        words.sort();
        words.dedup();
        assert_eq!(words.len(), every().len());
        assert_eq!(every()[2].words(), "The CHI field holds no valid CHI: invalid date");
    }

    #[test]
    fn the_wording_does_not_speculate_about_the_person() {
        for text in every().iter().map(Finding::words) {
            for guess in ["wrong person", "gender", "reassign", "fraud", "twin", "mistake", "adopted"] {
                assert!(!text.to_lowercase().contains(guess), "{text}");
            }
        }
    }

    #[test]
    fn whatever_needs_a_reason_is_a_warning() {
        assert!(every().iter().all(|finding| finding.is_warning() || !finding.needs_reason()));
        assert_eq!(every().iter().filter(|finding| finding.needs_reason()).count(), 6);
        assert!(!Finding::ChiUndressed.is_warning());
    }

    #[test]
    fn a_stored_finding_reads_back() {
        for finding in every() {
            let json = serde_json::to_string(&finding).unwrap();
            assert_eq!(serde_json::from_str::<Finding>(&json).unwrap(), finding, "{json}");
        }
    }
}
