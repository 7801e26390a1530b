//! Sex as the record gives it.

use serde::{Deserialize, Serialize};

/// Sex as recorded. Anything but male or female says nothing to a comparison.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sex {
    /// Female (`F`, `2`).
    Female,
    /// Male (`M`, `1`).
    Male,
    /// Not known, not specified or not given (`9`, `0`, empty).
    #[default]
    NotKnown,
}

impl Sex {
    /// Reads a source's code: `M`/`1`/`MALE`, `F`/`2`/`FEMALE`, `0`/`9`/`U`/`I`/… for not known. `None` for a code nobody knows.
    pub fn parse(text: &str) -> Option<Self> {
        Some(match text.trim().to_ascii_uppercase().as_str() {
            "M" | "1" | "MALE" | "MAN" | "BOY" => Self::Male,
            "F" | "2" | "FEMALE" | "WOMAN" | "GIRL" => Self::Female,
            "" | "0" | "9" | "U" | "I" | "X" | "N" | "UNKNOWN" | "NOT KNOWN" | "NOT SPECIFIED" | "INDETERMINATE"
            | "NK" => Self::NotKnown,
            _ => return None,
        })
    }

    /// The sex in words.
    pub fn words(self) -> &'static str {
        match self {
            Self::Female => "Female",
            Self::Male => "Male",
            Self::NotKnown => "Not known",
        }
    }
}
