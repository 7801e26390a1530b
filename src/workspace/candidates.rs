//! Candidate pairs, and the queues made of them.

use super::{Pair, QueueFilter, Result, Tx, Workspace};
use crate::pair::{Band, Hazards, Origin, PairKey, PairKind};
use crate::person::{Chi, MosaicId};

/// A candidate pair to be held.
#[derive(Debug, Clone, PartialEq)]
pub struct NewPair {
    /// Which two records.
    pub key: PairKey,
    /// Match weight, log2.
    pub weight: f64,
    /// Match probability.
    pub probability: f64,
    /// How sure the engine is.
    pub band: Band,
    /// What to beware of.
    pub hazards: Hazards,
    /// The engine's agreement pattern.
    pub pattern: u32,
    /// Which candidate keys proposed it, a bit each.
    pub keys: u32,
    /// Weight above the runner-up.
    pub margin: Option<f64>,
    /// Chosen by the assignment.
    pub best: bool,
    /// Where it came from.
    pub origin: Origin,
    /// The run that scored it.
    pub run: Option<i64>,
}

impl Tx<'_> {
    /// Holds the pairs of a run in place of earlier runs' pairs. A pair that stays keeps its number and where it first came
    /// from; one that the run does not name goes, unless the ledger speaks of it: then it stays, no longer best.
    pub fn replace_engine_candidates(&self, run: i64, pairs: impl Iterator<Item = NewPair>) -> Result<()> {
        let _ = (run, pairs);
        unimplemented!()
    }

    /// Holds one pair, new or over what was held of it; its number.
    pub fn put_pair(&self, pair: NewPair) -> Result<i64> {
        let _ = pair;
        unimplemented!()
    }

    /// Bands the pairs of the newest run anew. The event `CutsMoved` does this by itself.
    pub fn set_bands(&self, cut_auto: f64, cut_review: f64) -> Result<()> {
        let _ = (cut_auto, cut_review);
        unimplemented!()
    }

    /// A pair as this transaction sees it.
    pub fn pair_of(&self, key: &PairKey) -> Result<Option<Pair>> {
        let _ = key;
        unimplemented!()
    }
}

impl Workspace {
    /// The numbers of the pairs a queue shows, in its order.
    pub fn queue(&self, filter: &QueueFilter) -> Result<Vec<i64>> {
        let _ = filter;
        unimplemented!()
    }

    /// A pair by its number.
    pub fn pair(&self, id: i64) -> Result<Option<Pair>> {
        let _ = id;
        unimplemented!()
    }

    /// Pairs by their numbers, in the order asked; numbers nobody knows are left out.
    pub fn pairs(&self, ids: &[i64]) -> Result<Vec<Pair>> {
        let _ = ids;
        unimplemented!()
    }

    /// A pair by its key.
    pub fn pair_of(&self, key: &PairKey) -> Result<Option<Pair>> {
        let _ = key;
        unimplemented!()
    }

    /// Every candidate of a Mosaic record, links and duplicates, best weight first.
    pub fn candidates_of_mosaic(&self, id: &MosaicId) -> Result<Vec<Pair>> {
        let _ = id;
        unimplemented!()
    }

    /// Every candidate of a CHI number, best weight first.
    pub fn candidates_of_chi(&self, chi: &Chi) -> Result<Vec<Pair>> {
        let _ = chi;
        unimplemented!()
    }

    /// The best pairs of the automatic band without a live decision, by key.
    pub fn undecided_auto(&self, kind: PairKind) -> Result<Vec<Pair>> {
        let _ = kind;
        unimplemented!()
    }

    /// How match weights spread: each bar's lower edge, and its pairs in each band (auto, review, low). At most `bars` bars.
    pub fn histogram(&self, kind: PairKind, bars: usize) -> Result<Vec<(f64, [u64; 3])>> {
        let _ = (kind, bars);
        unimplemented!()
    }

    /// How many best pairs each band (auto, review, low) would hold with these cuts: links, duplicates.
    pub fn counts_at_cuts(&self, cuts: [f64; 2]) -> Result<([u64; 3], [u64; 3])> {
        let _ = cuts;
        unimplemented!()
    }
}
