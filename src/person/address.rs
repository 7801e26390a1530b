//! Addresses.

/// An address taken apart for comparing.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct Parsed {
    /// The flat, in one form: `2/1`, `1F2`, `A`; empty where none.
    pub flat: String,
    /// The building's number on its street, with a letter where there is one (`40`, `40A`); empty where none.
    pub number: String,
    /// The named house, where there is no number.
    pub house: String,
    /// The street, folded (`HIGH STREET`).
    pub street: String,
    /// What is left (locality, town), folded.
    pub locality: String,
}

/// Takes address lines (without the postcode) apart. Knows `2/1`, `Flat 2/1, 40 X St`, `1F2`, `40/5`, and a flat that a spreadsheet turned into a date.
pub fn parse(_lines: &[String]) -> Parsed { unimplemented!() }
