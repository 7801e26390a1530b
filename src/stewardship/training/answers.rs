//! What is true of everybody in the extracts that come with the program: the generator that invented them wrote it down.

use std::collections::HashMap;
use std::sync::LazyLock;

use sha2::{Digest, Sha256};

use crate::person::{Chi, MosaicId};
use crate::stewardship::matching::hex;

/// The generator's own file.
const FILE: &[u8] = include_bytes!("../../../assets/demo/truth.csv");

/// SHA-256 (hex) of the answers: which ones a practice workspace was made with.
pub static SHA256: LazyLock<String> = LazyLock::new(|| hex(&Sha256::digest(FILE)));

/// What is true of a Mosaic record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Truth {
    /// The person's current CHI; `None` where CHI does not have the person.
    pub(super) chi: Option<Chi>,
    /// A key that the records of one person share.
    pub(super) person: String,
    /// What makes the record hard, as the generator names it.
    pub(super) kinds: Vec<String>,
}

/// Every Mosaic record.
static ANSWERS: LazyLock<HashMap<MosaicId, Truth>> = LazyLock::new(|| {
    let mut reader = csv::Reader::from_reader(FILE);
    let truth = |row: csv::StringRecord| {
        let id = MosaicId::parse(row.get(0)?)?;
        let kinds = row.get(3)?.split('+').map(str::to_owned).collect();
        Some((id, Truth { chi: Chi::parse(row.get(1)?).ok(), person: row.get(2)?.to_owned(), kinds }))
    };
    reader.records().filter_map(Result::ok).filter_map(truth).collect()
});

/// What is true of a Mosaic record; `None` where it is none of the practice extract.
pub(super) fn of(id: &MosaicId) -> Option<&'static Truth> {
    ANSWERS.get(id)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn every_record_of_the_practice_extract_has_its_answer() {
        let mosaic = include_str!("../../../assets/demo/mosaic.csv");
        let mut reader = csv::Reader::from_reader(mosaic.as_bytes());
        let mut people = 0;
        for row in reader.records() {
            let id = MosaicId::parse(&row.unwrap()[0]).unwrap();
            assert!(of(&id).is_some(), "{id}");
            people += 1;
        }
        assert_eq!((people, ANSWERS.len()), (3_000, 3_000));
        assert_eq!(ANSWERS.values().filter(|truth| truth.chi.is_none()).count(), 176, "whom CHI does not have");
    }
}
