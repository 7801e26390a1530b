//! A small table, such as a sheet of decisions: read whole, and as strictly as an extract.

use std::path::Path;

use csv::StringRecord;

use super::sniff::Head;
use super::table::Table;
use super::{Format, IntakeError, preview};
use crate::progress::Progress;

/// Bytes of a sheet that people fill in: a hundred thousand rows have fewer.
const LARGEST: u64 = 64 << 20;

/// A table that was read whole.
pub(crate) struct Sheet {
    /// The headings, trimmed.
    pub headings: Vec<String>,
    /// The rows, their fields trimmed, each with the physical line on which it begins.
    pub rows: Vec<(u64, StringRecord)>,
}

/// Reads a table of text whole. What is no ordinary file, no text, or broken in its structure is refused with its line, as in
/// [`super::preview()`]; an open quotation mark cannot swallow the rows behind it.
pub(crate) fn sheet(path: &Path, progress: &Progress) -> Result<Sheet, IntakeError> {
    let head = Head::read(path)?;
    if head.size > LARGEST {
        return Err(IntakeError::TooLarge {
            path: path.to_owned(),
            most: "64 MiB",
            what: "a sheet that people fill in",
        });
    }
    let format = Format::Text(preview::glance_at_text(path, &head)?);
    progress.begin("Reading rows", head.size);
    let mut table = Table::open(path, &format, progress)?;
    let headings = table.headings().to_vec();
    let mut rows = Vec::new();
    let mut row = StringRecord::new();
    while let Some(line) = table.next(&mut row)? {
        row.trim();
        rows.push((line, row.clone()));
    }
    table.finish()?;
    Ok(Sheet { headings, rows })
}
