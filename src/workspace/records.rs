//! The records of people, as the newest files gave them.

use super::event::FileId;
use super::{Result, StoredChi, StoredMosaic, Tx, Workspace};
use crate::person::{Chi, ChiRecord, Finding, MosaicId, MosaicRecord};

/// What putting a record did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// New to the workspace.
    Added,
    /// Its content differs from what was held.
    Changed,
    /// Held already, with this content.
    Unchanged,
}

impl Tx<'_> {
    /// Holds a Mosaic record as `line` of `file` gave it, over any earlier one of that id.
    pub fn put_mosaic(&self, file: FileId, line: u64, record: &MosaicRecord, findings: &[Finding]) -> Result<Change> {
        let _ = (file, line, record, findings);
        unimplemented!()
    }

    /// Holds a CHI record as `line` of `file` gave it, over any earlier one of that number.
    pub fn put_chi(&self, file: FileId, line: u64, record: &ChiRecord, findings: &[Finding]) -> Result<Change> {
        let _ = (file, line, record, findings);
        unimplemented!()
    }

    /// Marks Mosaic records that did not come with this file as no longer present; how many were until now.
    pub fn mark_gone_mosaic(&self, file: FileId) -> Result<u64> {
        let _ = file;
        unimplemented!()
    }

    /// Marks CHI records that did not come with this file as no longer present; how many were until now.
    pub fn mark_gone_chi(&self, file: FileId) -> Result<u64> {
        let _ = file;
        unimplemented!()
    }

    /// A Mosaic record as this transaction sees it.
    pub fn mosaic(&self, id: &MosaicId) -> Result<Option<StoredMosaic>> {
        let _ = id;
        unimplemented!()
    }

    /// A CHI record as this transaction sees it.
    pub fn chi(&self, chi: &Chi) -> Result<Option<StoredChi>> {
        let _ = chi;
        unimplemented!()
    }
}

impl Workspace {
    /// Every Mosaic record of the newest extract, by id.
    pub fn each_mosaic(&self, each: impl FnMut(MosaicRecord) -> Result<()>) -> Result<()> {
        let _ = each;
        unimplemented!()
    }

    /// Every CHI record of the newest extract, by number.
    pub fn each_chi(&self, each: impl FnMut(ChiRecord) -> Result<()>) -> Result<()> {
        let _ = each;
        unimplemented!()
    }

    /// A Mosaic record.
    pub fn mosaic(&self, id: &MosaicId) -> Result<Option<StoredMosaic>> {
        let _ = id;
        unimplemented!()
    }

    /// A CHI record.
    pub fn chi(&self, chi: &Chi) -> Result<Option<StoredChi>> {
        let _ = chi;
        unimplemented!()
    }
}
