//! Take a file in.

use crate::intake::{Plan, Tally};
use crate::progress::Progress;
use crate::workspace::{SourceFile, Touched, Workspace};

use super::Refused;

/// How a file is loaded.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct LoadOptions {
    /// Load a file that was loaded before, byte for byte, once more. Refused otherwise.
    pub again: bool,
}

/// What a load did.
#[derive(Debug, Clone, PartialEq)]
pub struct LoadOutcome {
    /// The file as the workspace holds it.
    pub file: SourceFile,
    /// What became of its rows; rows that only the workspace could turn away (unknown ids) included.
    pub tally: Tally,
    /// Records (or pairs) new to the workspace.
    pub added: u64,
    /// Records (or pairs) whose content changed.
    pub changed: u64,
    /// Records that were there and are not in this extract.
    pub gone: u64,
    /// Records (or pairs) that were there already, the same.
    pub same_as_before: u64,
    /// What screens must read again.
    pub touched: Touched,
}

/// Loads a file: all of it, or nothing.
pub fn load(
    ws: &mut Workspace,
    plan: &Plan,
    options: LoadOptions,
    progress: &Progress,
) -> Result<LoadOutcome, Refused> {
    let _ = (ws, plan, options, progress);
    unimplemented!()
}
