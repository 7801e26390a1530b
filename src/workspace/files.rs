//! Loaded files, and the rows that were turned away.

use super::event::FileId;
use super::{Result, SourceFile, Tx, Workspace};

/// A file that is being loaded.
#[derive(Debug, Clone, Copy)]
pub struct NewFile<'a> {
    /// `mosaic`, `chi`, `narrow_pairs` or `wide_pairs`.
    pub kind: &'a str,
    /// File name, without its folder.
    pub name: &'a str,
    /// SHA-256 of its bytes, hex.
    pub sha256: &'a str,
    /// Size in bytes.
    pub bytes: u64,
    /// Encoding, delimiter, line ending, as JSON.
    pub format: &'a str,
    /// Which column means what, as JSON.
    pub mapping: &'a str,
    /// The headings, as JSON.
    pub headings: &'a str,
}

/// What came of a file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FileTally {
    /// Data rows: `accepted + warned + rejected`.
    pub rows: u64,
    /// Rows taken without a warning.
    pub accepted: u64,
    /// Rows taken with a warning.
    pub warned: u64,
    /// Rows turned away.
    pub rejected: u64,
    /// Records new to the workspace.
    pub added: u64,
    /// Records whose content changed.
    pub changed: u64,
    /// Records missing from this extract.
    pub gone: u64,
    /// Finding, in words → rows.
    pub findings: Vec<(String, u64)>,
}

impl Tx<'_> {
    /// Begins a file; its number.
    pub fn new_file(&self, file: &NewFile<'_>) -> Result<FileId> {
        let _ = file;
        unimplemented!()
    }

    /// Writes down what came of a file.
    pub fn finish_file(&self, file: FileId, tally: &FileTally) -> Result<()> {
        let _ = (file, tally);
        unimplemented!()
    }

    /// Keeps a row that was turned away.
    pub fn put_rejected(&self, file: FileId, line: u64, reason: &str, raw: &[String]) -> Result<()> {
        let _ = (file, line, reason, raw);
        unimplemented!()
    }
}

impl Workspace {
    /// Every loaded file, newest first.
    pub fn files(&self) -> Result<Vec<SourceFile>> {
        unimplemented!()
    }

    /// The newest load of a file with these bytes, as this kind.
    pub fn file_with_sha(&self, kind: &str, sha256: &str) -> Result<Option<SourceFile>> {
        let _ = (kind, sha256);
        unimplemented!()
    }

    /// The rows of a file that were turned away: line, reason, fields.
    pub fn rejected(&self, file: FileId) -> Result<Vec<(u64, String, Vec<String>)>> {
        let _ = file;
        unimplemented!()
    }
}
