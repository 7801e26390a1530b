//! A file as a table: headings, then rows, each with the line it begins on.

use std::collections::HashMap;
use std::path::Path;

use csv::StringRecord;

use super::decode::Source;
use super::parquet::Parquet;
use super::scan::Counts;
use super::{Fault, Format, IntakeError};
use crate::progress::Progress;

/// A file that is being read row by row: text through the strict scan, Parquet as it stands.
pub(crate) struct Table<'a> {
    path: &'a Path,
    body: Body<'a>,
    headings: Vec<String>,
    line: u64,
}

enum Body<'a> {
    Text(Box<csv::Reader<Source<'a>>>),
    Parquet(Box<Parquet<'a>>),
}

/// Why a file could not be read on.
#[derive(Debug)]
pub(crate) struct Stopped {
    pub error: IntakeError,
    /// Where the first byte stands that the encoding does not have, and whether characters beyond ASCII stood before.
    pub broken_at: Option<(u64, bool)>,
}

impl From<IntakeError> for Stopped {
    fn from(error: IntakeError) -> Self {
        Self { error, broken_at: None }
    }
}

impl From<Stopped> for IntakeError {
    fn from(stopped: Stopped) -> Self {
        stopped.error
    }
}

impl<'a> Table<'a> {
    /// Opens a file and reads its headings, which must be several, none empty, no two the same.
    pub fn open(path: &'a Path, format: &Format, progress: &'a Progress) -> Result<Self, Stopped> {
        let mut table = match format {
            Format::Text(format) => {
                let source = Source::open(path, format, progress)?;
                let csv = csv::ReaderBuilder::new()
                    .delimiter(format.delimiter.byte())
                    .has_headers(false)
                    .buffer_capacity(1 << 16)
                    .from_reader(source);
                Self { path, body: Body::Text(Box::new(csv)), headings: Vec::new(), line: 0 }
            }
            Format::Parquet => {
                let file = Parquet::open(path, progress)?;
                let headings = file.headings().to_vec();
                return Self { path, body: Body::Parquet(Box::new(file)), headings, line: 0 }.checked();
            }
        };
        let mut record = StringRecord::new();
        let Some(line) = table.next(&mut record)? else {
            return Err(IntakeError::Empty { path: path.to_owned() }.into());
        };
        table.line = line;
        table.headings = record.iter().map(|heading| heading.trim().to_owned()).collect();
        if let [_] = table.headings[..] {
            return Err(IntakeError::broken(path, line, Fault::OneColumn).into());
        }
        table.checked()
    }

    /// The table, where its headings can name columns.
    fn checked(self) -> Result<Self, Stopped> {
        let broken = |fault| Stopped::from(IntakeError::broken(self.path, self.line, fault));
        let mut seen: HashMap<String, usize> = HashMap::new();
        for (at, heading) in self.headings.iter().enumerate() {
            let column = at + 1;
            if heading.is_empty() {
                return Err(broken(Fault::EmptyHeading { column }));
            }
            if let Some(first) = seen.insert(heading.to_lowercase(), column) {
                return Err(broken(Fault::RepeatedHeading { heading: heading.clone(), first, second: column }));
            }
        }
        Ok(self)
    }

    /// The headings, trimmed.
    pub fn headings(&self) -> &[String] {
        &self.headings
    }

    /// The columns of a Parquet file that are passed over.
    pub fn passed_over(&self) -> &[String] {
        match &self.body {
            Body::Text(_) => &[],
            Body::Parquet(file) => file.passed_over(),
        }
    }

    /// Reads the next row; the line it begins on (in a Parquet file, the row's number), or `None` at the end.
    pub fn next(&mut self, row: &mut StringRecord) -> Result<Option<u64>, Stopped> {
        let csv = match &mut self.body {
            Body::Text(csv) => csv,
            Body::Parquet(file) => return Ok(file.next(row)?),
        };
        match csv.read_record(row) {
            // The scan finds the rows that the csv crate does; where it did not, `finish` would say so.
            Ok(true) => Ok(Some(csv.get_mut().next_start().unwrap_or_default())),
            Ok(false) => Ok(None),
            Err(error) => {
                let source = csv.get_mut();
                let broken_at = source.broken_at();
                let error = source.failure().unwrap_or_else(|| IntakeError::io(self.path, "read", error.into()));
                Err(Stopped { error, broken_at })
            }
        }
    }

    /// Reads the rest of the file without parsing it. What the scan counted, and the SHA-256 of the file.
    pub fn finish(&mut self) -> Result<(Counts, String), Stopped> {
        let source = match &mut self.body {
            Body::Text(csv) => csv.get_mut(),
            Body::Parquet(file) => {
                let (rows, hash) = file.finish()?;
                return Ok((Counts::of_rows(rows), hash));
            }
        };
        let done = source.finish();
        let broken_at = source.broken_at();
        let (counts, hash) = done.map_err(|error| Stopped { error, broken_at })?;
        if counts.rows < 2 {
            return Err(IntakeError::HeadingsOnly { path: self.path.to_owned(), line: self.line }.into());
        }
        Ok((counts, hash))
    }

    /// Whether the text ended with an end-of-file mark, which was passed over.
    pub fn has_end_mark(&self) -> bool {
        match &self.body {
            Body::Text(csv) => csv.get_ref().has_end_mark(),
            Body::Parquet(_) => false,
        }
    }

    /// Whether every character so far was ASCII.
    pub fn is_ascii(&self) -> bool {
        match &self.body {
            Body::Text(csv) => csv.get_ref().is_ascii(),
            Body::Parquet(_) => false,
        }
    }
}
