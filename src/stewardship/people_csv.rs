//! CSV files for people to read: written whole or not at all, and with no cell that a spreadsheet would run.

use std::path::Path;

use super::Refused;
use crate::files;
use crate::words::harmless;

/// Rows as CSV (RFC 4180, UTF-8, with these line ends), each cell harmless to a spreadsheet.
pub(crate) fn text(rows: &[Vec<String>], line_end: &str) -> Vec<u8> {
    let neutral: Vec<Vec<String>> =
        rows.iter().map(|row| row.iter().map(|cell| harmless(cell).into_owned()).collect()).collect();
    plain(&neutral, line_end)
}

/// Rows as CSV (RFC 4180, UTF-8, with these line ends), each cell as it is: for files that a program loads.
pub(crate) fn plain(rows: &[Vec<String>], line_end: &str) -> Vec<u8> {
    let terminator = if line_end == "\r\n" { csv::Terminator::CRLF } else { csv::Terminator::Any(b'\n') };
    let mut writer = csv::WriterBuilder::new().flexible(true).terminator(terminator).from_writer(Vec::new());
    for row in rows {
        // Writing to memory cannot fail.
        let _ = writer.write_record(row);
    }
    writer.into_inner().unwrap_or_default()
}

/// Writes a table to a file of the user's choosing.
pub(super) fn write(path: &Path, rows: &[Vec<String>]) -> Result<(), Refused> {
    files::replace(path, &text(rows, "\n")).map_err(|error| Refused::io(path, error))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_quoted_where_they_must_be_and_end_as_asked() {
        let rows = vec![vec!["a,b".to_owned(), "say \"x\"".to_owned()], vec!["=1".to_owned(), String::new()]];
        assert_eq!(text(&rows, "\n"), b"\"a,b\",\"say \"\"x\"\"\"\n'=1,\n");
        assert_eq!(text(&rows[1..], "\r\n"), b"'=1,\r\n");
    }
}
