//! What a file is, before anything is loaded.

use std::path::{Path, PathBuf};

use super::{Format, IntakeError, Kind, Mapping};
use crate::progress::Progress;

/// What a look at a whole file found. Nothing has been loaded yet.
#[derive(Debug, Clone)]
pub struct Preview {
    /// The file.
    pub path: PathBuf,
    /// Its size.
    pub bytes: u64,
    /// SHA-256 of its bytes, in hexadecimal.
    pub sha256: String,
    /// Rows below the headings.
    pub rows: u64,
    /// How it is written.
    pub format: Format,
    /// The headings, as they stand.
    pub headings: Vec<String>,
    /// Which column holds which field, as the headings suggest. To be corrected where wrong.
    pub mapping: Mapping,
    /// The first 50 rows.
    pub sample: Vec<Vec<String>>,
    /// What was found and how, in sentences.
    pub notes: Vec<String>,
    /// The headings that hold no field under the proposed mapping.
    pub unmapped: Vec<String>,
}

/// What [`super::read`] needs: a file, how it is written and what its columns hold.
#[derive(Debug, Clone)]
pub struct Plan {
    /// The file.
    pub path: PathBuf,
    /// How it is written.
    pub format: Format,
    /// Which column holds which field.
    pub mapping: Mapping,
    /// SHA-256 of the file as it was previewed, in hexadecimal; reading fails where the file no longer has it. Empty: not
    /// known, and not compared.
    pub sha256: String,
}

impl Preview {
    /// The plan to read the file as previewed and, where it was corrected, as mapped.
    pub fn plan(&self) -> Plan {
        let Self { path, format, mapping, sha256, .. } = self;
        Plan { path: path.clone(), format: *format, mapping: mapping.clone(), sha256: sha256.clone() }
    }

    /// Takes the file for one of another kind; the columns are proposed anew, without reading the file again.
    pub fn choose(&mut self, kind: Kind) {
        self.mapping = Mapping::guess(kind, &self.headings);
        self.unmapped = self.mapping.unmapped();
    }
}

/// Looks at a whole file: how it is written, whether its structure is sound, what its columns seem to hold.
pub fn preview(_path: &Path, _kind: Option<Kind>, _progress: &Progress) -> Result<Preview, IntakeError> {
    unimplemented!()
}

/// A plan from the head of a file alone, for work that reads the file right away: [`super::read`] makes the same strict
/// scan as it goes, so nothing is let through, but a fault shows only when it is reached.
pub fn glance(_path: &Path, _kind: Option<Kind>) -> Result<Plan, IntakeError> {
    unimplemented!()
}
