//! One file's records: columns of interned values.

use crate::person::{ChiRecord, MosaicRecord};

/// Which of the two files a table holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// The council's extract.
    Mosaic,
    /// The health board's extract.
    Chi,
}

/// One file's records, interned: rows are numbered in the order in which they were pushed.
#[derive(Debug)]
pub struct Table {
    side: Side,
    rows: usize,
}

impl Table {
    /// An empty table.
    pub fn new(side: Side) -> Self {
        Self { side, rows: 0 }
    }

    /// Which file it holds.
    pub fn side(&self) -> Side {
        self.side
    }

    /// Adds a Mosaic record.
    pub fn push_mosaic(&mut self, _record: &MosaicRecord) {
        self.rows += 1;
    }

    /// Adds a CHI record.
    pub fn push_chi(&mut self, _record: &ChiRecord) {
        self.rows += 1;
    }

    /// How many records it holds.
    pub fn len(&self) -> usize {
        self.rows
    }

    /// Whether it holds none.
    pub fn is_empty(&self) -> bool {
        self.rows == 0
    }
}
