//! Where the work stands.

use super::{Result, Status, Workspace};

impl Workspace {
    /// The figures of the overview.
    pub fn status(&self) -> Result<Status> {
        unimplemented!()
    }
}
