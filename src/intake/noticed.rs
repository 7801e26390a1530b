//! What was noticed about a row, in few words and in few bits.

use crate::person::Finding;

/// A finding in a few words, without what is particular to the row, for counting alike findings together.
pub fn finding_name(finding: &Finding) -> &'static str {
    KINDS[place(finding)].0
}

/// What to do about findings of a name; empty where there is nothing to do, or the name is none of them.
pub fn finding_remedy(name: &str) -> &'static str {
    KINDS.iter().find(|(known, _)| *known == name).map_or("", |(_, remedy)| remedy)
}

const AS_TEXT: &str = "Export the column as text, and open the file in no spreadsheet";
const LOOK: &str = "Look these up in the system that the file comes from, and correct them there";
const WHOLE_DATES: &str = "Export dates as 1985-04-19 or 19/04/1985";

/// The findings in a few words, and what to do about them.
const KINDS: [(&str, &str); 28] = [
    ("Leading zero of a CHI restored", AS_TEXT),
    ("Marks around a CHI taken off", ""),
    ("CHI field not valid", LOOK),
    ("Number of another scheme in a CHI field", LOOK),
    ("CHI valid by modulus 10 only", "Compare the number with CHI before it is used"),
    (
        "CHI date differs from the date of birth",
        "Look at them when their pairs come up; where they are many, the columns may be shifted",
    ),
    ("CHI date has day and month in each other's place", WHOLE_DATES),
    (
        "CHI sex digit differs from the sex",
        "Look at them when their pairs come up; where they are many, the columns may be shifted",
    ),
    ("Date stands for unknown", ""),
    ("Date of birth on 1 January", ""),
    ("Date not readable", WHOLE_DATES),
    ("Date with day and month in each other's place", WHOLE_DATES),
    (
        "Date in the future",
        "Correct the year in the system that the file comes from; two-digit years may have been taken for this century",
    ),
    ("Date in part", ""),
    ("Postcode stands for unknown", ""),
    ("Postcode not readable", LOOK),
    ("Name is a placeholder", ""),
    ("Sex code not known", "Say what the code means to whoever keeps Stewartry, or export M and F"),
    ("Status code not known", "Export C, H, X, D or T, or the words themselves"),
    ("Title inside a name", ""),
    ("Name may be cut", ""),
    ("Name with signs of a wrong encoding", "Export the file again as UTF-8"),
    ("Mosaic id as a spreadsheet writes it", AS_TEXT),
    ("Mosaic id alike but for zeros or .0", AS_TEXT),
    ("Last change not readable", WHOLE_DATES),
    ("Finance or care packages not clear", "Export yes, no or a count"),
    ("Relationship not said", ""),
    ("Person in no loaded extract", "Load the Mosaic extract that has them, then this file again"),
];

fn place(finding: &Finding) -> usize {
    match finding {
        Finding::ZeroRestored => 0,
        Finding::ChiUndressed => 1,
        Finding::ChiNotValid { .. } => 2,
        Finding::OtherScheme { .. } => 3,
        Finding::Modulus10Only => 4,
        Finding::ChiDateDiffers => 5,
        Finding::ChiDateSwapped => 6,
        Finding::ChiSexDiffers => 7,
        Finding::SentinelDate => 8,
        Finding::EstimatedDate => 9,
        Finding::UnreadableDate => 10,
        Finding::SwappedDate => 11,
        Finding::FutureDate => 12,
        Finding::PartialDate => 13,
        Finding::DummyPostcode => 14,
        Finding::UnreadablePostcode => 15,
        Finding::PlaceholderName => 16,
        Finding::UnknownSex => 17,
        Finding::UnknownStatus => 18,
        Finding::TitleInName => 19,
        Finding::NameCut => 20,
        Finding::GarbledName => 21,
        Finding::IdOfSpreadsheet => 22,
        Finding::IdAlike { .. } => 23,
        Finding::UnreadableChanged => 24,
        Finding::UnclearHolding => 25,
        Finding::RelationshipNotSaid => 26,
        Finding::UnknownPerson => 27,
    }
}

/// The findings of one row, each once: a bit for each name, and one for whether any of them warns.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Noticed(u32);

const WARNS: u32 = 1 << 31;

impl Noticed {
    /// The findings of a row.
    pub fn of(findings: &[Finding]) -> Self {
        Self(
            findings
                .iter()
                .fold(0, |bits, finding| bits | 1 << place(finding) | if finding.is_warning() { WARNS } else { 0 }),
        )
    }

    /// Whether one of them warns.
    pub fn warns(self) -> bool {
        self.0 & WARNS != 0
    }

    /// Their names.
    pub fn names(self) -> impl Iterator<Item = &'static str> {
        KINDS.into_iter().enumerate().filter_map(move |(at, (name, _))| (self.0 >> at & 1 == 1).then_some(name))
    }
}
