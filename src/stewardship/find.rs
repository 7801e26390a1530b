//! Search a CHI record by hand for one Mosaic person.

use crate::linkage::Explanation;
use crate::pair::PairKey;
use crate::person::{Chi, MosaicId};
use crate::workspace::{Pair, StoredChi, Workspace};

use super::Refused;

/// A CHI record that a search found.
#[derive(Debug, Clone)]
pub struct Found {
    /// The record.
    pub chi: StoredChi,
    /// How it compares with the Mosaic person.
    pub explanation: Explanation,
    /// The candidate pair of the two, where there is one already.
    pub pair: Option<Pair>,
}

/// CHI records that fit every word of the text, best fit to the person first.
pub fn find_chi(ws: &Workspace, mosaic: &MosaicId, text: &str) -> Result<Vec<Found>, Refused> {
    let _ = (ws, mosaic, text);
    unimplemented!()
}

/// Makes a found record a candidate of the person, to be decided like any other. Gives the pair's key; a pair that is
/// there already stays as it is.
pub fn choose(ws: &mut Workspace, mosaic: &MosaicId, chi: &Chi) -> Result<PairKey, Refused> {
    let _ = (ws, mosaic, chi);
    unimplemented!()
}
