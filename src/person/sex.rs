//! Sex as the record gives it.

use serde::{Deserialize, Serialize};

use super::in_capitals;

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
    /// Reads a source's code: `M`/`1`/`MALE`, `F`/`2`/`FEMALE`, `0`/`8`/`9`/`U`/`I`/… for not known. `None` for a code
    /// nobody knows. Case, the white space around it and a spreadsheet's `.0` do not matter.
    pub fn parse(text: &str) -> Option<Self> {
        let code = text.trim();
        Some(match in_capitals(code.strip_suffix(".0").unwrap_or(code), &mut [0; 16]) {
            "M" | "1" | "01" | "MALE" | "MAN" | "BOY" => Self::Male,
            "F" | "2" | "02" | "FEMALE" | "WOMAN" | "GIRL" => Self::Female,
            "" | "0" | "8" | "9" | "00" | "09" | "U" | "I" | "X" | "N" | "NK" | "N/K" | "UNK" | "UNKNOWN"
            | "NOT KNOWN" | "NOT SPECIFIED" | "INDETERMINATE" | "OTHER" | "NULL" | "N/A" => Self::NotKnown,
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

    /// The code of national files: `1` male, `2` female, `9` not known.
    pub fn code(self) -> &'static str {
        match self {
            Self::Female => "2",
            Self::Male => "1",
            Self::NotKnown => "9",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_national_codes_and_words_are_read() {
        for (text, sex) in [
            ("M", Some(Sex::Male)),
            (" male ", Some(Sex::Male)),
            ("1", Some(Sex::Male)),
            ("1.0", Some(Sex::Male)),
            ("f", Some(Sex::Female)),
            ("2", Some(Sex::Female)),
            ("Female", Some(Sex::Female)),
            ("", Some(Sex::NotKnown)),
            ("0", Some(Sex::NotKnown)),
            ("9", Some(Sex::NotKnown)),
            ("Not known", Some(Sex::NotKnown)),
            ("3", None),
            ("Q", None),
        ] {
            assert_eq!(Sex::parse(text), sex, "{text:?}");
        }
    }

    #[test]
    fn codes_and_words_read_back() {
        for sex in [Sex::Female, Sex::Male, Sex::NotKnown] {
            assert_eq!(Sex::parse(sex.words()), Some(sex));
            assert_eq!(Sex::parse(sex.code()), Some(sex));
        }
    }
}
