//! Proof that all is well, or a sentence for each thing that is not.

use super::{Result, Workspace};
use crate::progress::Progress;

/// One thing that was looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckLine {
    /// What: "Database pages".
    pub what: &'static str,
    /// Whether all was well.
    pub ok: bool,
    /// What was found, in a sentence.
    pub detail: String,
}

/// What a check found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckReport {
    /// Everything that was looked at, in order.
    pub lines: Vec<CheckLine>,
    /// Whether all of it was well.
    pub ok: bool,
}

impl Workspace {
    /// Looks at everything; changes nothing.
    pub fn check(&self, progress: &Progress) -> Result<CheckReport> {
        let _ = progress;
        unimplemented!()
    }
}
