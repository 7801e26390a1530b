//! Read a release back, without the workspace.

use std::path::Path;

use super::ReleaseError;
use crate::progress::Progress;

/// What a look at a release found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verified {
    /// One line for each thing looked at.
    pub lines: Vec<VerifyLine>,
}

/// One thing looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VerifyLine {
    /// What was looked at.
    pub what: String,
    /// Whether it is as it should be.
    pub ok: bool,
    /// What was found, in a sentence; where it failed, the first failure with its file and line.
    pub detail: String,
}

impl std::fmt::Display for VerifyLine {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mark = if self.ok { "ok   " } else { "WRONG" };
        write!(f, "{mark}  {}: {}", self.what, self.detail)
    }
}

impl Verified {
    /// Whether everything is as it should be.
    pub fn ok(&self) -> bool {
        self.lines.iter().all(|line| line.ok)
    }

    /// The first thing that is not.
    pub fn failure(&self) -> Option<&VerifyLine> {
        self.lines.iter().find(|line| !line.ok)
    }
}

/// Checks a release. What is not as it should be comes back as [`ReleaseError::Unsound`], with every line that was looked at.
pub fn verify(folder: &Path, progress: &Progress) -> Result<Verified, ReleaseError> {
    let _ = (folder, progress);
    unimplemented!()
}
