//! What was seen before, and on which line.

use std::collections::hash_map::Entry;

use rustc_hash::FxHashMap;
use sha2::{Digest, Sha256};

use super::{PairRow, Reject};
use crate::person::{Chi, MosaicId, PartialDate, Relationship};

/// The ids, numbers and pairs of the rows so far, each with the line it first stood on.
///
/// A whole nation's CHI numbers pass here, so a number is kept as a number: 5.5 million of them take about 140 MB.
#[derive(Default)]
pub(crate) struct Seen {
    mosaic: FxHashMap<Box<str>, u32>,
    /// By their numbers, the ids that are a number with zeros in front or `.0` behind.
    dressed: FxHashMap<Box<str>, u32>,
    chis: FxHashMap<u64, u32>,
    /// The number that each Mosaic id of a pair file goes by.
    names: FxHashMap<Box<str>, u32>,
    pairs: FxHashMap<(u64, u64), (u32, bool)>,
    /// By their SHA-256: what a relationship is may be said at any length.
    relationships: FxHashMap<[u8; 32], u32>,
}

impl Seen {
    /// Why a Mosaic record with this id cannot stand on this line too.
    pub fn mosaic(&mut self, id: &MosaicId, line: u64) -> Option<Reject> {
        if let Some(first) = self.mosaic.get(id.as_str()) {
            return Some(Reject::IdRepeated { first: u64::from(*first) });
        }
        self.mosaic.insert(id.as_str().into(), short(line));
        None
    }

    /// The line of an earlier Mosaic record whose id is this one but for zeros in front or `.0` behind.
    pub fn alike(&mut self, id: &MosaicId, line: u64) -> Option<u64> {
        let number = id.number()?;
        let is_dressed = number != id.as_str();
        let dressed = self.dressed.get(number);
        let first = if is_dressed { self.mosaic.get(number).or(dressed) } else { dressed };
        let first = first.map(|line| u64::from(*line));
        if is_dressed && first.is_none() {
            self.dressed.insert(number.into(), short(line));
        }
        first
    }

    /// Why a CHI record with this number cannot stand on this line too.
    pub fn chi(&mut self, chi: Chi, line: u64) -> Option<Reject> {
        match self.chis.entry(chi.to_u64()) {
            Entry::Occupied(seen) => Some(Reject::ChiRepeated { first: u64::from(*seen.get()) }),
            Entry::Vacant(new) => {
                new.insert(short(line));
                None
            }
        }
    }

    /// Why a pair cannot stand on this line too; `swapped`, where its CHI stood on the first side.
    pub fn pair(&mut self, pair: &PairRow, swapped: bool, line: u64) -> Option<Reject> {
        let left = u64::from(self.name(pair.left.mosaic_id()?));
        let (key, swapped) = match (pair.right.mosaic_id(), pair.right.chi()) {
            (Some(right), _) => {
                let right = u64::from(self.name(right));
                if left == right {
                    return Some(Reject::SelfPair);
                }
                ((left.min(right), left.max(right)), left > right)
            }
            // The top bit keeps CHI numbers apart from the numbers that ids go by.
            (None, chi) => ((left, chi?.to_u64() | 1 << 63), swapped),
        };
        match self.pairs.entry(key) {
            Entry::Occupied(seen) => {
                let (first, was_swapped) = *seen.get();
                let first = u64::from(first);
                let same = was_swapped == swapped;
                Some(if same { Reject::PairRepeated { first } } else { Reject::PairReversed { first } })
            }
            Entry::Vacant(new) => {
                new.insert((short(line), swapped));
                None
            }
        }
    }

    /// Why a relationship cannot stand on this line too. The same of the two the other way round is another: a mother of a son
    /// is also a son of a mother.
    pub fn relationship(&mut self, relationship: &Relationship, line: u64) -> Option<Reject> {
        match self.relationships.entry(digest(relationship)) {
            Entry::Occupied(seen) => Some(Reject::RelationshipRepeated { first: u64::from(*seen.get()) }),
            Entry::Vacant(new) => {
                new.insert(short(line));
                None
            }
        }
    }

    fn name(&mut self, id: &MosaicId) -> u32 {
        if let Some(name) = self.names.get(id.as_str()) {
            return *name;
        }
        let name = self.names.len() as u32;
        self.names.insert(id.as_str().into(), name);
        name
    }
}

/// What a relationship says, in 32 bytes. A NUL between its parts, which no text has, keeps them apart.
fn digest(relationship: &Relationship) -> [u8; 32] {
    let Relationship { one, other, what, began, ended } = relationship;
    let day = |day: &Option<PartialDate>| day.map(|day| day.iso()).unwrap_or_default();
    let mut hash = Sha256::new();
    for part in [one.as_str(), other.as_str(), what.as_str(), &day(began), &day(ended)] {
        hash.update(part.as_bytes());
        hash.update([0]);
    }
    hash.finalize().into()
}

/// Lines are kept in half the space; a file of four thousand million lines would only mislabel a repeat.
fn short(line: u64) -> u32 {
    u32::try_from(line).unwrap_or(u32::MAX)
}
