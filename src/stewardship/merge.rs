//! Propose which of two Mosaic records is kept, and show what the merge would keep and lose.

use crate::pair::{BlockerCheck, Merge};
use crate::person::MosaicId;
use crate::workspace::Workspace;

use super::Refused;

/// What a merge would do. Nothing is merged here: the decision is an instruction to the Mosaic administrator.
#[derive(Debug, Clone, PartialEq)]
pub struct MergePreview {
    /// The record that is kept.
    pub target: MosaicId,
    /// The duplicate.
    pub source: MosaicId,
    /// Why this one is kept, in a sentence.
    pub why: String,
    /// Field by field, what each holds and what survives.
    pub fields: Vec<FieldChoice>,
    /// Mosaic's blockers, none looked at yet.
    pub checks: Vec<BlockerCheck>,
}

impl MergePreview {
    /// The merge as proposed, with no blocker looked at.
    pub fn merge(&self) -> Merge {
        Merge {
            source: self.source.clone(),
            target: self.target.clone(),
            blockers: self.checks.clone(),
            note: String::new(),
        }
    }
}

/// One field of the two records.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldChoice {
    /// The field: "Surname".
    pub field: &'static str,
    /// What the target holds; survives.
    pub target: String,
    /// What the source holds.
    pub source: String,
    /// The source holds something here that the target does not: the administrator must carry it over by hand or it is
    /// lost.
    pub lost: bool,
}

/// Proposes the record to keep, by these rules in order: the one that holds the person's confirmed CHI; the more complete
/// one; the longest-standing one (the lower id).
pub fn propose_target(ws: &Workspace, one: &MosaicId, other: &MosaicId) -> Result<MergePreview, Refused> {
    let _ = (ws, one, other);
    unimplemented!()
}

/// The same preview with the target chosen by the officer.
pub fn with_target(ws: &Workspace, target: &MosaicId, source: &MosaicId) -> Result<MergePreview, Refused> {
    let _ = (ws, target, source);
    unimplemented!()
}
