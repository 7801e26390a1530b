//! A row to a candidate pair.

use crate::person::{Chi, ChiRecord, MosaicId, MosaicRecord};

/// A candidate pair that somebody else made.
#[derive(Debug, Clone, PartialEq)]
pub struct PairRow {
    /// The Mosaic side.
    pub left: PairSide,
    /// The other side: a CHI for a link, a second Mosaic record for a duplicate.
    pub right: PairSide,
    /// The match weight, where the file has one; finite.
    pub weight: Option<f64>,
    /// The match probability, where the file has one; from 0 to 1.
    pub probability: Option<f64>,
    /// Whether both sides are Mosaic records.
    pub duplicates: bool,
}

/// One side of a candidate pair: a reference in a narrow file, a whole record in a wide one.
#[derive(Debug, Clone, PartialEq)]
pub enum PairSide {
    /// A Mosaic record, by id.
    MosaicRef(MosaicId),
    /// A CHI record, by number.
    ChiRef(Chi),
    /// A whole Mosaic record.
    Mosaic(MosaicRecord),
    /// A whole CHI record.
    Chi(ChiRecord),
}
