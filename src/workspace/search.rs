//! Finding a CHI record by hand.

use super::{ChiSearch, Result, StoredChi, Workspace};

impl Workspace {
    /// CHI records that fit every part of what was typed: present ones first, then by name.
    pub fn search_chi(&self, search: &ChiSearch, limit: usize) -> Result<Vec<StoredChi>> {
        let _ = (search, limit);
        unimplemented!()
    }
}
