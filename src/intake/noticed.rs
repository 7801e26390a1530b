//! What was noticed about a row, in few words and in few bits.

use crate::person::Finding;

/// A finding in a few words, without what is particular to the row, for counting alike findings together.
pub fn finding_name(finding: &Finding) -> &'static str {
    NAMES[place(finding)]
}

/// The names, in the order of the findings.
const NAMES: [&str; 22] = [
    "Leading zero of a CHI restored",
    "Marks around a CHI taken off",
    "CHI field not valid",
    "Number of another scheme in a CHI field",
    "CHI valid by modulus 10 only",
    "CHI date differs from the date of birth",
    "CHI sex digit differs from the sex",
    "Date stands for unknown",
    "Date of birth on 1 January",
    "Date not readable",
    "Date in part",
    "Postcode stands for unknown",
    "Postcode not readable",
    "Name is a placeholder",
    "Sex code not known",
    "Status code not known",
    "Title inside a name",
    "Name may be cut",
    "Last change not readable",
    "Finance or care packages not clear",
    "Relationship not said",
    "Person in no loaded extract",
];

fn place(finding: &Finding) -> usize {
    match finding {
        Finding::ZeroRestored => 0,
        Finding::ChiUndressed => 1,
        Finding::ChiNotValid { .. } => 2,
        Finding::OtherScheme { .. } => 3,
        Finding::Modulus10Only => 4,
        Finding::ChiDateDiffers => 5,
        Finding::ChiSexDiffers => 6,
        Finding::SentinelDate => 7,
        Finding::EstimatedDate => 8,
        Finding::UnreadableDate => 9,
        Finding::PartialDate => 10,
        Finding::DummyPostcode => 11,
        Finding::UnreadablePostcode => 12,
        Finding::PlaceholderName => 13,
        Finding::UnknownSex => 14,
        Finding::UnknownStatus => 15,
        Finding::TitleInName => 16,
        Finding::NameCut => 17,
        Finding::UnreadableChanged => 18,
        Finding::UnclearHolding => 19,
        Finding::RelationshipNotSaid => 20,
        Finding::UnknownPerson => 21,
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
        NAMES.into_iter().enumerate().filter_map(move |(at, name)| (self.0 >> at & 1 == 1).then_some(name))
    }
}
