//! What can stand in a column of a table: something of the row, by its name.

use serde::{Deserialize, Serialize};

use super::profile::RowsOf;

macro_rules! fields {
    ($($name:ident $words:literal $of:literal),* $(,)?) => {
        /// Something of a row.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum Field { $(#[doc = $words] $name),* }

        impl Field {
            /// Every field.
            pub const ALL: &'static [Self] = &[$(Self::$name),*];

            /// The field in words.
            pub fn words(self) -> &'static str {
                match self { $(Self::$name => $words),* }
            }

            /// The kinds of table that have it: `s`eeds, `p`eople, `d`ecisions.
            fn of(self) -> &'static str {
                match self { $(Self::$name => $of),* }
            }
        }
    };
}

fields! {
    MosaicId "Mosaic id" "sp",
    Chi "CHI number, ten digits" "sp",
    ChiSpaced "CHI number as people read it" "pd",
    Serial "Number of the row" "spd",
    Batch "Number of the batch" "spd",
    SignedOn "Day of the signature" "spd",
    SignedBy "Who signed" "pd",
    Surname "Surname" "pd",
    PreviousSurname "Previous surname" "pd",
    Forename "First forename" "pd",
    SecondForename "Second forename" "pd",
    KnownAs "Known as" "pd",
    SexCode "Sex, 1 male, 2 female, 9 not known" "pd",
    Sex "Sex, M or F" "pd",
    Birth "Date of birth" "pd",
    Death "Date of death" "pd",
    Postcode "Postcode" "pd",
    Address1 "Address, line 1" "pd",
    Address2 "Address, line 2" "pd",
    Address3 "Address, line 3 and further" "pd",
    Address "Address in one" "pd",
    OtherSurname "Surname of the other record" "pd",
    OtherForename "First forename of the other record" "pd",
    OtherSecondForename "Second forename of the other record" "pd",
    OtherBirth "Date of birth of the other record" "pd",
    OtherSex "Sex of the other record" "pd",
    OtherPostcode "Postcode of the other record" "pd",
    OtherAddress "Address of the other record" "pd",
    ChiStatus "Status of the CHI" "pd",
    Kind "Link or duplicate" "d",
    LeftId "Mosaic id" "d",
    RightId "CHI, or the other Mosaic id" "d",
    Verdict "Answer" "d",
    Reason "Reason" "d",
    Comment "Comment" "d",
    Replaces "CHI that is replaced" "d",
    MergeSource "Source of the merge" "d",
    MergeTarget "Target of the merge" "d",
    Weight "Match weight" "d",
    Probability "Match probability" "d",
    Band "Band" "d",
    Hazards "Hazards" "d",
    DecidedBy "Who decided" "d",
    DecidedAt "When it was decided" "d",
    How "How it was decided" "d",
    ScoreSeen "Score seen before" "d",
    LeftHash "SHA-256 of the first record" "d",
    RightHash "SHA-256 of the other record" "d",
    Sampled "In the sample" "d",
    Recheck "Second answer" "d",
    RecheckedBy "Who answered second" "d",
}

impl Field {
    /// Whether tables of a kind have it.
    pub fn is_of(self, rows: RowsOf) -> bool {
        let letter = match rows {
            RowsOf::Seed => 's',
            RowsOf::People => 'p',
            RowsOf::Decisions => 'd',
        };
        self.of().contains(letter)
    }

    /// The field as profiles write it.
    pub fn code(self) -> String {
        match serde_json::to_value(self) {
            Ok(serde_json::Value::String(code)) => code,
            _ => String::new(),
        }
    }

    /// Whether it holds a date.
    pub fn is_date(self) -> bool {
        matches!(self, Self::Birth | Self::Death | Self::OtherBirth | Self::SignedOn)
    }
}
