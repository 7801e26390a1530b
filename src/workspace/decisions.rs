//! The live decisions.

use jiff::Timestamp;

use super::event::StaffId;
use super::{Decision, Result, Tx, Workspace};
use crate::pair::{PairKey, RecordJudgement};
use crate::person::{Chi, MosaicId};

impl Tx<'_> {
    /// The live decision about a pair, as this transaction sees it.
    pub fn decision(&self, key: &PairKey) -> Result<Option<Decision>> {
        let _ = key;
        unimplemented!()
    }
}

impl Workspace {
    /// The live decision about a pair.
    pub fn decision(&self, key: &PairKey) -> Result<Option<Decision>> {
        let _ = key;
        unimplemented!()
    }

    /// The live decision about a record by itself: what, by whom, when.
    pub fn record_decision(&self, mosaic: &MosaicId) -> Result<Option<(RecordJudgement, StaffId, Timestamp)>> {
        let _ = mosaic;
        unimplemented!()
    }

    /// The live *Match* decisions that link a Mosaic record.
    pub fn matches_of_mosaic(&self, mosaic: &MosaicId) -> Result<Vec<(PairKey, Decision)>> {
        let _ = mosaic;
        unimplemented!()
    }

    /// The live *Match* decisions that link a CHI number.
    pub fn matches_of_chi(&self, chi: &Chi) -> Result<Vec<(PairKey, Decision)>> {
        let _ = chi;
        unimplemented!()
    }

    /// The live *Match* decisions on duplicates.
    pub fn merges(&self) -> Result<Vec<(PairKey, Decision)>> {
        unimplemented!()
    }

    /// The live *Match* decisions on duplicates of which a record is one.
    pub fn merges_touching(&self, mosaic: &MosaicId) -> Result<Vec<(PairKey, Decision)>> {
        let _ = mosaic;
        unimplemented!()
    }
}
