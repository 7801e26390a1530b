//! What stops a file as a whole. One sentence for the person who can act: which file, which line, what to do.

use std::path::{Path, PathBuf};

use crate::progress::Cancelled;

/// Why a file could not be previewed, read or written. Nothing of the file has been kept by the time one is returned.
#[derive(Debug, thiserror::Error)]
pub enum IntakeError {
    /// There is no such file.
    #[error("{} was not found; check the name and the folder", path.display())]
    NotFound {
        /// The file.
        path: PathBuf,
    },
    /// The path is a folder.
    #[error("{} is a folder; choose the file inside it", path.display())]
    Folder {
        /// The folder.
        path: PathBuf,
    },
    /// The path is a symbolic link to nothing, or to itself.
    #[error("{} is a link that leads to no file; choose the file itself", path.display())]
    DeadLink {
        /// The link.
        path: PathBuf,
    },
    /// The path is a pipe, a socket or a device.
    #[error("{} is not an ordinary file but a pipe or a device; save the data to a file and choose that", path.display())]
    NotAFile {
        /// The path.
        path: PathBuf,
    },
    /// The file may not be read.
    #[error("{} may not be read by this account; ask for permission, or copy the file to a folder of yours", path.display())]
    NotPermitted {
        /// The file.
        path: PathBuf,
    },
    /// The operating system failed.
    #[error("{} could not be {doing}: {source}; check the disk or the network drive and try again", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// What was being done: "read", "written".
        doing: &'static str,
        /// What the operating system said.
        source: std::io::Error,
    },
    /// The file holds nothing, or nothing but blank lines.
    #[error("{} is empty; export it again", path.display())]
    Empty {
        /// The file.
        path: PathBuf,
    },
    /// The file holds headings only.
    #[error("{} has headings on line {line} and no rows below them; export it again", path.display())]
    HeadingsOnly {
        /// The file.
        path: PathBuf,
        /// The line of the headings.
        line: u64,
    },
    /// The file is no table in text form.
    #[error("{} is not a table of rows and fields but looks like {what}; {remedy}", path.display())]
    NotText {
        /// The file.
        path: PathBuf,
        /// What it looks like: "an Excel workbook".
        what: &'static str,
        /// What to do.
        remedy: &'static str,
    },
    /// A Parquet file that cannot be read.
    #[error("{} {fault}", path.display())]
    Parquet {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        fault: ParquetFault,
    },
    /// The structure of the file is broken at a line.
    #[error("{}, line {line}: {fault}", path.display())]
    Broken {
        /// The file.
        path: PathBuf,
        /// The physical line, counted from 1.
        line: u64,
        /// What is broken there.
        fault: Fault,
    },
    /// Fields that must be mapped are not.
    #[error("{} has no column for {missing}; choose the column in the mapping, or export the file with it", path.display())]
    Unmapped {
        /// The file.
        path: PathBuf,
        /// The fields, in words.
        missing: String,
    },
    /// The mapping was made for a file with other columns.
    #[error("The mapping does not fit {}: {what}; preview the file again and correct the mapping", path.display())]
    MappingDoesNotFit {
        /// The file, or the mapping's own file.
        path: PathBuf,
        /// What does not fit.
        what: String,
    },
    /// The file changed between its preview and its reading.
    #[error("{} has changed since it was previewed; preview it again", path.display())]
    Changed {
        /// The file.
        path: PathBuf,
    },
    /// The file grew or shrank while it was being read.
    #[error("{} changed while it was read, as a file does that is still being copied; wait until it is whole, then choose it again", path.display())]
    Unsettled {
        /// The file.
        path: PathBuf,
    },
    /// The file is larger than any of its kind.
    #[error("{} is larger than {most}, so it is not {what}; choose another file", path.display())]
    TooLarge {
        /// The file.
        path: PathBuf,
        /// The most that is read, in words.
        most: &'static str,
        /// What was wanted, in words.
        what: &'static str,
    },
    /// The scan and the parser found different rows, which would be a fault of this program.
    #[error("{} has {scanned} rows but {parsed} were read, so none was kept; please report this fault of Stewartry", path.display())]
    RowsDisagree {
        /// The file.
        path: PathBuf,
        /// Rows that the strict scan counted.
        scanned: u64,
        /// Rows that were parsed.
        parsed: u64,
    },
    /// A mapping file is not one.
    #[error("{} is not a column mapping saved by Stewartry ({what}); choose another, or map the columns by hand", path.display())]
    NotAMapping {
        /// The file.
        path: PathBuf,
        /// What is wrong with it, and where.
        what: String,
    },
    /// The work was asked to stop.
    #[error(transparent)]
    Cancelled(#[from] Cancelled),
    /// Whoever receives the rows could not take one. The message is theirs, a sentence.
    #[error("{0}")]
    Refused(String),
}

/// What is broken in the structure of a file, and what to do about it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// A quotation mark is opened and not closed where it should be.
    #[error(
        "a quotation mark opened here is not closed ({}); close it, write a quotation mark inside a field twice, or export the file again",
        noticed_where(*.noticed)
    )]
    UnclosedQuote {
        /// The line on which it showed; `None` at the end of the file.
        noticed: Option<u64>,
    },
    /// Text follows a closing quotation mark.
    #[error("text follows a closing quotation mark; write a quotation mark inside a quoted field twice")]
    TextAfterQuote,
    /// An odd number of quotation marks inside a field that is not quoted.
    #[error("a quotation mark stands alone inside a field; remove it, or quote the field and write the mark twice")]
    LoneQuote,
    /// A row has more or fewer fields than there are headings.
    #[error(
        "the row has {found} fields where the headings have {expected}{}; {}",
        running_to(*.last_line),
        put_right(*.expected, *.found)
    )]
    Ragged {
        /// Fields in the headings.
        expected: usize,
        /// Fields in the row.
        found: usize,
        /// The line the row ends on, where it is longer than one line; else 0.
        last_line: u64,
    },
    /// The file ends in the middle of its last row.
    #[error(
        "the file ends in the middle of this row, after {found} of {expected} fields; it was cut short: export or copy it again"
    )]
    Truncated {
        /// Fields in the headings.
        expected: usize,
        /// Fields found before the end.
        found: usize,
    },
    /// A zero byte.
    #[error("the row holds a NUL character, which no text has; export the file again")]
    Nul,
    /// A field longer than any real one.
    #[error("a field that begins here is longer than 1 MiB; a quotation mark is probably left open")]
    LongField,
    /// A row longer than any real one.
    #[error("a row that begins here is longer than 16 MiB; check the line ends, or export the file again")]
    LongRow,
    /// Two headings are the same.
    #[error("columns {first} and {second} have the same heading{}; rename one of them", named(.heading))]
    RepeatedHeading {
        /// The heading.
        heading: String,
        /// The first column, counted from 1.
        first: usize,
        /// The second column, counted from 1.
        second: usize,
    },
    /// A column has no heading.
    #[error(
        "column {column} has no heading; give it one, or take the column out. Where this line is a title, take out the lines above the \
         headings"
    )]
    EmptyHeading {
        /// The column, counted from 1.
        column: usize,
    },
    /// The headings are one column under every delimiter.
    #[error(
        "the headings are a single column; take out any title above them, and export the file with fields separated by comma, semicolon, tab or pipe"
    )]
    OneColumn,
    /// Bytes that the file's encoding does not have.
    #[error("the row holds bytes that are not {encoding}, as which the file is read; export the file again as UTF-8")]
    NotInEncoding {
        /// The encoding's name.
        encoding: &'static str,
    },
    /// UTF-8 in a file that is read as something else.
    #[error(
        "the row is in UTF-8, while rows before it are in {encoding}, so the file was put together from two; export it again, all of it as UTF-8"
    )]
    TwoEncodings {
        /// The name of the encoding as which the file is read.
        encoding: &'static str,
    },
}

/// What is wrong with a Parquet file, and what to do about it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ParquetFault {
    /// The end of the file is not where it should be.
    #[error("begins as a Parquet file but does not end as one, so it was cut short; copy it or export it again")]
    CutShort,
    /// The file, or a part of it, is encrypted.
    #[error("is an encrypted Parquet file; export it without encryption")]
    Encrypted,
    /// What the file says of itself does not hold.
    #[error(
        "is a damaged Parquet file{}, or one with encrypted columns; copy it, or export it again without encryption",
        after(*.row)
    )]
    Damaged {
        /// Rows that were read before it showed.
        row: u64,
    },
    /// Its values are packed in a way that is not read.
    #[error("is a Parquet file packed with {name}; write it with Snappy (the usual way), Zstandard or no compression")]
    Packing {
        /// The way, in words.
        name: &'static str,
    },
    /// No column holds text, numbers or dates.
    #[error("is a Parquet file without a column of text, numbers or dates; export the table itself")]
    NoColumns,
    /// It has columns and no rows.
    #[error("is a Parquet file without rows; export it again")]
    NoRows,
    /// A value that no field can hold.
    #[error("is a Parquet file whose row {row} holds {what}; correct the value and export it again")]
    Value {
        /// The row, counted from 1.
        row: u64,
        /// What it holds, in words.
        what: &'static str,
    },
}

fn after(row: u64) -> String {
    if row == 0 { String::new() } else { format!(" (it shows after row {})", crate::words::number(row)) }
}

fn noticed_where(line: Option<u64>) -> String {
    line.map_or_else(|| "the file ends inside it".to_owned(), |line| format!("noticed on line {line}"))
}

/// A heading is named only where it is a known one: the first line may be a person's row.
fn named(heading: &str) -> String {
    if super::headings::is_known(heading) { format!(" ({heading})") } else { String::new() }
}

/// Headings of one field are mostly none, but a title above them.
fn put_right(expected: usize, found: usize) -> &'static str {
    match expected {
        _ if found == 1 && expected > 2 => {
            "take the line out where it is the end of a report or a count of the rows; otherwise correct it, or export the file again"
        }
        1 => {
            "take out any title above the headings, and export the file with fields separated by comma, semicolon, tab or pipe"
        }
        _ => "correct the row or export the file again",
    }
}

fn running_to(line: u64) -> String {
    if line == 0 { String::new() } else { format!(" (it runs to line {line}, so a quotation mark may be open)") }
}

impl IntakeError {
    /// An error of the operating system, by its kind.
    pub(crate) fn io(path: &Path, doing: &'static str, source: std::io::Error) -> Self {
        let path = path.to_owned();
        match source.kind() {
            std::io::ErrorKind::NotFound if doing == "read" => Self::NotFound { path },
            std::io::ErrorKind::PermissionDenied if doing == "read" => Self::NotPermitted { path },
            _ => Self::Io { path, doing, source },
        }
    }

    /// A fault at a line.
    pub(crate) fn broken(path: &Path, line: u64, fault: Fault) -> Self {
        Self::Broken { path: path.to_owned(), line, fault }
    }

    /// The line the error is about, where it is about one.
    pub fn line(&self) -> Option<u64> {
        match self {
            Self::Broken { line, .. } | Self::HeadingsOnly { line, .. } => Some(*line),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Error, ErrorKind};

    use super::*;

    #[test]
    fn an_error_of_the_system_is_a_sentence_with_the_file_and_what_to_do() {
        let path = Path::new("in/chi.csv");
        let say = |doing, kind: ErrorKind| IntakeError::io(path, doing, Error::from(kind)).to_string();
        assert_eq!(
            say("read", ErrorKind::PermissionDenied),
            "in/chi.csv may not be read by this account; ask for permission, or copy the file to a folder of yours"
        );
        assert_eq!(say("read", ErrorKind::NotFound), "in/chi.csv was not found; check the name and the folder");
        let full = say("written", ErrorKind::StorageFull);
        assert!(full.starts_with("in/chi.csv could not be written: ") && full.ends_with("try again"), "{full}");
    }

    #[test]
    fn a_fault_is_a_sentence_with_file_line_and_remedy() {
        let say = |fault| IntakeError::broken(Path::new("m.csv"), 12, fault).to_string();
        assert_eq!(
            say(Fault::Ragged { expected: 5, found: 4, last_line: 0 }),
            "m.csv, line 12: the row has 4 fields where the headings have 5; correct the row or export the file again"
        );
        let open = say(Fault::UnclosedQuote { noticed: Some(15) });
        assert!(
            open.contains("m.csv, line 12: a quotation mark opened here is not closed (noticed on line 15)"),
            "{open}"
        );
    }
}
