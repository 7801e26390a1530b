//! What was seen before, and on which line.

use std::collections::hash_map::Entry;

use rustc_hash::FxHashMap;

use crate::person::{Chi, MosaicId};

/// The ids, numbers and pairs of the rows so far, each with the line it first stood on.
///
/// A whole nation's CHI numbers pass here, so a number is kept as a number: 5.5 million of them take about 140 MB.
#[derive(Default)]
pub(crate) struct Seen {
    mosaic: FxHashMap<Box<str>, u32>,
    chis: FxHashMap<u64, u32>,
    /// The number each Mosaic id of a pair file goes by.
    names: FxHashMap<Box<str>, u32>,
    pairs: FxHashMap<(u64, u64), u32>,
}

/// How a pair was seen before.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Before {
    /// The same way round, on this line.
    Same(u64),
    /// The other way round, on this line.
    Reversed(u64),
}

impl Seen {
    /// The line on which the id stood first, where it is not this one.
    pub fn mosaic(&mut self, id: &MosaicId, line: u64) -> Option<u64> {
        match self.mosaic.get(id.as_str()) {
            Some(first) => Some(u64::from(*first)),
            None => {
                self.mosaic.insert(id.as_str().into(), short(line));
                None
            }
        }
    }

    /// The line on which the number stood first, where it is not this one.
    pub fn chi(&mut self, chi: Chi, line: u64) -> Option<u64> {
        first(self.chis.entry(number(chi)), line)
    }

    /// How a pair of a Mosaic id and a CHI was seen before. A link has no way round.
    pub fn link(&mut self, id: &MosaicId, chi: Chi, line: u64) -> Option<Before> {
        // CHI numbers and the numbers that ids go by cannot meet: the top bit keeps them apart.
        let pair = (u64::from(self.name(id)), number(chi) | 1 << 63);
        first(self.pairs.entry(pair), line).map(Before::Same)
    }

    /// How a pair of two Mosaic ids was seen before.
    pub fn duplicate(&mut self, left: &MosaicId, right: &MosaicId, line: u64) -> Option<Before> {
        let pair = (u64::from(self.name(left)), u64::from(self.name(right)));
        if let Some(first) = self.pairs.get(&(pair.1, pair.0)) {
            return Some(Before::Reversed(u64::from(*first)));
        }
        first(self.pairs.entry(pair), line).map(Before::Same)
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

fn first<K>(entry: Entry<'_, K, u32>, line: u64) -> Option<u64> {
    match entry {
        Entry::Occupied(seen) => Some(u64::from(*seen.get())),
        Entry::Vacant(new) => {
            new.insert(short(line));
            None
        }
    }
}

fn number(chi: Chi) -> u64 {
    chi.as_str().bytes().fold(0, |number, digit| number * 10 + u64::from(digit & 0x0f))
}

/// Lines are kept in half the space; a file of four thousand million lines would only mislabel a repeat.
fn short(line: u64) -> u32 {
    u32::try_from(line).unwrap_or(u32::MAX)
}
