//! CSV files for people to read: written whole or not at all, and with no cell that a spreadsheet would run.

use std::io::Write;
use std::path::Path;

use super::Refused;

/// A cell that a spreadsheet would take for a formula gets an apostrophe in front (OWASP, CSV injection).
pub(crate) fn neutral(cell: &str) -> String {
    let runs = cell.starts_with(['=', '+', '-', '@', '\t', '\r']);
    if runs { format!("'{cell}") } else { cell.to_owned() }
}

/// Rows as CSV (RFC 4180, UTF-8, with these line ends), each cell neutral.
pub(crate) fn text(rows: &[Vec<String>], line_end: &'static str) -> Vec<u8> {
    let terminator = if line_end == "\r\n" { csv::Terminator::CRLF } else { csv::Terminator::Any(b'\n') };
    let mut writer = csv::WriterBuilder::new().flexible(true).terminator(terminator).from_writer(Vec::new());
    for row in rows {
        // Writing to memory cannot fail.
        let _ = writer.write_record(row.iter().map(|cell| neutral(cell)));
    }
    writer.into_inner().unwrap_or_default()
}

/// Writes a table to a file of the user's choosing.
pub(super) fn write(path: &Path, rows: &[Vec<String>]) -> Result<(), Refused> {
    let wrong = |error| Refused::io(path, error);
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut file = tempfile::NamedTempFile::new_in(folder).map_err(wrong)?;
    file.write_all(&text(rows, "\n")).map_err(wrong)?;
    file.as_file().sync_all().map_err(wrong)?;
    file.persist(path).map_err(|error| wrong(error.error))?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_that_a_spreadsheet_would_run_is_neutralised_and_others_stay() {
        for formula in ["=1+1", "+44", "-1", "@SUM(A1)", "\t=1"] {
            assert_eq!(neutral(formula), format!("'{formula}"));
        }
        for plain in ["", "O'Neill", "1-2", "a=b", "DG1 2AB"] {
            assert_eq!(neutral(plain), plain);
        }
    }

    #[test]
    fn rows_are_quoted_where_they_must_be_and_end_as_asked() {
        let rows = vec![vec!["a,b".to_owned(), "say \"x\"".to_owned()], vec!["=1".to_owned(), String::new()]];
        assert_eq!(text(&rows, "\n"), b"\"a,b\",\"say \"\"x\"\"\"\n'=1,\n");
        assert_eq!(text(&rows[1..], "\r\n"), b"'=1,\r\n");
    }
}
