//! A whole record: what Mosaic holds of a person, and what CHI holds of a person.

use serde::{Deserialize, Serialize};

use super::{Chi, PartialDate, Sex};

/// The identifying details that both kinds of record carry.
///
/// Text is kept as the source gave it, trimmed of the white space around it and nothing else; folding, coding and
/// classing happen where a comparison needs them. An empty string means the source gave none.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default)]
pub struct Details {
    /// Surname, as given.
    pub surname: String,
    /// A previous or birth surname.
    pub previous_surname: String,
    /// First forename. Mosaic keeps all first names in one field; intake splits them.
    pub forename: String,
    /// Second and further forenames.
    pub second_forename: String,
    /// The name the person is known by, where the source has a field for it.
    pub known_as: String,
    /// Sex as recorded.
    pub sex: Sex,
    /// Date of birth, whole or partial; `None` where absent or a sentinel for "unknown".
    pub birth: Option<PartialDate>,
    /// Date of death.
    pub death: Option<PartialDate>,
    /// Address lines without the postcode, in order, empty lines left out.
    pub address: Vec<String>,
    /// Postcode as given.
    pub postcode: String,
}

/// The identifier of a person in Mosaic. Always text: it may begin with zeros.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct MosaicId(String);

impl MosaicId {
    /// The longest id that is accepted, in characters.
    pub const LONGEST: usize = 32;

    /// Reads an id: 1 to 32 of `A-Z a-z 0-9 - _ . /`, the alphabet that a seed file admits. `None` for anything else.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let fits = !text.is_empty()
            && text.len() <= Self::LONGEST
            && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_./".contains(&b));
        fits.then(|| Self(text.to_owned()))
    }

    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Display for MosaicId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

/// A person as Mosaic holds them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MosaicRecord {
    /// Mosaic's own id of the person.
    pub id: MosaicId,
    /// The person's identifiers.
    pub details: Details,
    /// The CHI field exactly as Mosaic gave it; empty where none.
    pub chi_given: String,
    /// The CHI, where the field (after the repairs of [`super::chi::read`]) holds a valid one.
    pub chi: Option<Chi>,
    /// Context or team, as given ("Adult", "Children"); empty where none.
    pub context: String,
    /// Restricted person: shown by display name only, never decided in bulk, left out of exports.
    pub restricted: bool,
}

/// A person as the CHI index holds them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChiRecord {
    /// The CHI number of this row. Valid by construction: a row without one is rejected at intake.
    pub chi: Chi,
    /// The person's identifiers.
    pub details: Details,
    /// What CHI says of the number.
    pub status: ChiStatus,
    /// The person's current CHI (the UPI), where the extract names one.
    pub upi: Option<Chi>,
}

/// What the CHI index says of a number.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ChiStatus {
    /// In use.
    Current,
    /// Superseded: the person's current number is another, the UPI.
    Historical,
    /// Entered in error and taken out.
    Deleted,
    /// The person has moved to another area's register.
    TransferredOut,
    /// The person has died.
    Deceased,
    /// The extract does not say.
    #[default]
    Unknown,
}

impl ChiStatus {
    /// Every status, in the order the screens list them.
    pub const ALL: [Self; 6] =
        [Self::Current, Self::Historical, Self::Deleted, Self::TransferredOut, Self::Deceased, Self::Unknown];

    /// Reads an extract's status code: `C`, `H`, `X` or `DELETED`, `T`, `D`, or the words themselves. `None` for a code
    /// nobody knows; an empty field is [`ChiStatus::Unknown`].
    pub fn parse(text: &str) -> Option<Self> {
        Some(match text.trim().to_ascii_uppercase().as_str() {
            "" | "U" | "UNKNOWN" => Self::Unknown,
            "C" | "CURRENT" | "A" | "ACTIVE" => Self::Current,
            "H" | "HISTORICAL" | "HISTORIC" | "S" | "SUPERSEDED" => Self::Historical,
            "X" | "DELETED" => Self::Deleted,
            "T" | "TRANSFERRED" | "TRANSFERRED OUT" | "TRANSFERRED_OUT" => Self::TransferredOut,
            "D" | "DECEASED" | "DEAD" => Self::Deceased,
            _ => return None,
        })
    }

    /// The status in words.
    pub fn words(self) -> &'static str {
        match self {
            Self::Current => "Current",
            Self::Historical => "Superseded",
            Self::Deleted => "Deleted",
            Self::TransferredOut => "Transferred out",
            Self::Deceased => "Deceased",
            Self::Unknown => "Status not given",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mosaic_id_keeps_its_leading_zeros_and_refuses_what_a_seed_file_cannot_carry() {
        assert_eq!(MosaicId::parse(" 00123 ").map(|id| id.to_string()).as_deref(), Some("00123"));
        for wrong in ["", " ", "1 2", "=1+1", "12,3", "é", &"9".repeat(33)] {
            assert_eq!(MosaicId::parse(wrong), None, "{wrong}");
        }
    }
}
