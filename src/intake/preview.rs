//! What a file is, before anything is loaded.

use std::io::Read;
use std::path::{Path, PathBuf};

use csv::StringRecord;

use super::scan::Counts;
use super::signs::{self, Signs};
use super::sniff::{FoundEncoding, Head, other_encoding};
use super::table::{Stopped, Table};
use super::{Format, IntakeError, Kind, LineEnding, Mapping, TextEncoding, TextFormat, headings};
use crate::files;
use crate::person::{chi, date};
use crate::progress::Progress;
use crate::words;

/// Rows that a preview shows, and the bytes after which it shows no more.
const SAMPLE: usize = 50;
const SAMPLE_BYTES: usize = 16 << 20;

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
    /// The headings, trimmed.
    pub headings: Vec<String>,
    /// Which column holds which field, as the headings suggest. To be corrected where wrong.
    pub mapping: Mapping,
    /// The first 50 rows, fewer where they are very long.
    pub sample: Vec<Vec<String>>,
    /// What was found and how, in sentences.
    pub notes: Vec<String>,
    /// The headings that hold no field under the proposed mapping.
    pub unmapped: Vec<String>,
    signs: Signs,
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

    /// What looks wrong with the columns as they are mapped now, in sentences: what is in none of them, and what a spreadsheet did to
    /// them (numbers that it rounded, zeros that it took, days and months that changed places), told from the first rows.
    pub fn warnings(&self) -> Vec<String> {
        let mut warnings = self.mapping.overlooked();
        warnings.extend(self.signs.warnings(&self.mapping));
        warnings
    }

    /// Takes the file for one of another kind; the columns are proposed anew, without reading the file again.
    pub fn choose(&mut self, kind: Kind) {
        self.mapping = Mapping::guess(kind, &self.headings);
        self.unmapped = self.mapping.unmapped();
    }
}

/// Looks at a whole file: how it is written, whether its structure is sound, what its columns seem to hold.
///
/// Where `kind` is `None` it is taken from the headings; where they do not tell, the preview says so in a note and takes
/// the file for a Mosaic extract with nothing mapped. Progress counts the bytes of the file.
pub fn preview(path: &Path, kind: Option<Kind>, progress: &Progress) -> Result<Preview, IntakeError> {
    let head = Head::read(path)?;
    let (looked, format, mut notes) = if head.is_parquet() {
        progress.begin("Checking the file", head.size);
        let mut table = Table::open(path, &Format::Parquet, progress)?;
        let looked = look(&mut table)?;
        let mut notes = vec!["Parquet, as its first bytes say".to_owned()];
        if !table.passed_over().is_empty() {
            notes.push(format!("Columns of lists and the like, passed over: {}", table.passed_over().join(", ")));
        }
        (looked, Format::Parquet, notes)
    } else {
        let (looked, format, notes) = look_at_text(path, &head, progress)?;
        (looked, Format::Text(format), notes)
    };
    let Looked { headings, sample, signs, counts, sha256, .. } = looked;
    let guess = headings::kind(&headings);
    match (kind, guess) {
        (None, Some(guess)) => notes.push(format!("{}, as the headings show", guess.words())),
        (None, None) => notes.push("The headings do not tell what the file holds; choose its kind".to_owned()),
        (Some(kind), Some(guess)) if kind != guess => {
            notes.push(format!("The headings look more like those of another kind: {}", guess.words()));
        }
        _ => {}
    }
    if guess.is_none() && headings.iter().any(|heading| looks_like_data(heading)) {
        notes.push("The first line looks like a row; put a line of headings above it".to_owned());
    }
    let mapping = Mapping::guess(kind.or(guess).unwrap_or(Kind::Mosaic), &headings);
    Ok(Preview {
        path: path.to_owned(),
        bytes: head.size,
        sha256,
        rows: counts.rows - 1,
        format,
        unmapped: mapping.unmapped(),
        headings,
        mapping,
        sample,
        notes,
        signs,
    })
}

/// What a file of text holds, and how it was found to be written, in sentences.
fn look_at_text(
    path: &Path,
    head: &Head,
    progress: &Progress,
) -> Result<(Looked, TextFormat, Vec<String>), IntakeError> {
    head.refuse_other_files(path)?;
    let mut found = head.encoding(path)?;
    let look_as = |encoding: &FoundEncoding| -> Result<(Looked, TextFormat, String), Stopped> {
        let (format, delimiter) = format(path, head, encoding)?;
        progress.begin("Checking the file", head.size);
        let looked = look(&mut Table::open(path, &Format::Text(format), progress)?)?;
        let line_ending = looked.counts.line_ending();
        Ok((looked, TextFormat { line_ending, ..format }, delimiter))
    };
    let mut seen = look_as(&found);
    if let Err(Stopped { error, broken_at: Some((at, beyond_ascii)) }) = &seen
        && found.encoding == TextEncoding::Utf8
        && !found.bom
        && let Some(other) = other_encoding(path, *at, error.line().unwrap_or_default(), *beyond_ascii)?
    {
        found = other;
        seen = look_as(&found);
    }
    let (looked, format, delimiter) = seen?;
    let counts = &looked.counts;
    let mut notes = vec![match found.encoding {
        TextEncoding::Utf8 if looked.ascii && !found.bom => "Plain ASCII, read as UTF-8".to_owned(),
        _ => found.how,
    }];
    notes.push(delimiter);
    if format.line_ending == LineEnding::Mixed {
        notes.push("Lines end in more than one way; the file may have been put together from several".to_owned());
    }
    if counts.blank > 0 {
        notes.push(format!("Blank lines passed over: {}", words::number(counts.blank)));
    }
    if counts.marks_in_text > 0 {
        let count = words::number(counts.marks_in_text);
        notes.push(format!("Fields with quotation marks in plain text, kept as they are: {count}"));
    }
    if looked.end_mark {
        notes.push("An end-of-file mark (Ctrl+Z) at the end was passed over".to_owned());
    }
    if counts.open_end {
        notes.push("The last line has no line end; check that the file is whole".to_owned());
    }
    Ok((looked, format, notes))
}

/// A plan from the head of a file alone, for work that reads the file right away: [`super::read`] makes the same strict
/// scan as it goes, so nothing is let through, but a fault shows only when it is reached.
pub fn glance(path: &Path, kind: Option<Kind>) -> Result<Plan, IntakeError> {
    glance_mapped(path, kind, None)
}

/// [`glance`], with the columns as a file of [`Mapping::write`] has them.
pub fn glance_mapped(path: &Path, kind: Option<Kind>, written: Option<&Path>) -> Result<Plan, IntakeError> {
    let head = Head::read(path)?;
    let format = if head.is_parquet() { Format::Parquet } else { Format::Text(glance_at_text(path, &head)?) };
    let unwatched = Progress::new();
    let headings = Table::open(path, &format, &unwatched)?.headings().to_vec();
    let kind = kind.or_else(|| headings::kind(&headings)).unwrap_or(Kind::Mosaic);
    let mapping = Mapping::by(written, kind, &headings)?;
    Ok(Plan { path: path.to_owned(), format, mapping, sha256: String::new() })
}

pub(super) fn glance_at_text(path: &Path, head: &Head) -> Result<TextFormat, IntakeError> {
    head.refuse_other_files(path)?;
    let mut found = head.encoding(path)?;
    if found.encoding == TextEncoding::Utf8
        && !found.bom
        && let Some((at, beyond_ascii)) = first_not_utf8(path)?
        && let Some(other) = other_encoding(path, at, 0, beyond_ascii)?
    {
        found = other;
    }
    Ok(format(path, head, &found)?.0)
}

/// What one pass over a file saw.
struct Looked {
    headings: Vec<String>,
    sample: Vec<Vec<String>>,
    signs: Signs,
    counts: Counts,
    sha256: String,
    ascii: bool,
    end_mark: bool,
}

fn look(table: &mut Table<'_>) -> Result<Looked, Stopped> {
    let mut sample = Vec::new();
    let mut row = StringRecord::new();
    let mut signs = Signs::default();
    let (mut bytes, mut rows) = (0, 0);
    while rows < signs::ROWS
        && bytes < SAMPLE_BYTES
        && let Some(line) = table.next(&mut row)?
    {
        bytes += row.as_slice().len();
        rows += 1;
        signs.look(line, &row);
        if sample.len() < SAMPLE {
            sample.push(row.iter().map(str::to_owned).collect());
        }
    }
    let (counts, sha256) = table.finish()?;
    let headings = table.headings().to_vec();
    let (ascii, end_mark) = (table.is_ascii(), table.has_end_mark());
    Ok(Looked { headings, sample, signs, counts, sha256, ascii, end_mark })
}

pub(super) fn format(path: &Path, head: &Head, encoding: &FoundEncoding) -> Result<(TextFormat, String), IntakeError> {
    let delimiter = head.delimiter(path, encoding.encoding)?;
    let format = TextFormat {
        encoding: encoding.encoding,
        delimiter: delimiter.delimiter,
        line_ending: head.line_ending(encoding.encoding),
        bom: encoding.bom,
        sep_line: delimiter.sep_line,
    };
    Ok((format, delimiter.how))
}

/// Where the first byte stands that is not UTF-8, and whether characters beyond ASCII stood before it.
fn first_not_utf8(path: &Path) -> Result<Option<(u64, bool)>, IntakeError> {
    let failed = |error| IntakeError::io(path, "read", error);
    let file = files::open(path).map_err(failed)?;
    // No more than there was: a file that grows would be read for ever.
    let size = file.metadata().map_err(failed)?.len();
    let mut file = file.take(size);
    let mut buffer = vec![0; 256 * 1024];
    let (mut before, mut carried, mut beyond_ascii) = (0, 0, false);
    loop {
        let count = file.read(&mut buffer[carried..]).map_err(failed)?;
        let bytes = &buffer[..carried + count];
        let (valid, broken) = match std::str::from_utf8(bytes) {
            Ok(_) => (bytes.len(), false),
            Err(error) => (error.valid_up_to(), error.error_len().is_some() || count == 0),
        };
        beyond_ascii |= !bytes[..valid].is_ascii();
        before += valid as u64;
        if broken {
            return Ok(Some((before, beyond_ascii)));
        }
        if count == 0 {
            return Ok(None);
        }
        carried = bytes.len() - valid;
        buffer.copy_within(valid..valid + carried, 0);
    }
}

/// A CHI number or a whole date is a poor heading.
fn looks_like_data(heading: &str) -> bool {
    chi::read(Some(heading)).chi.is_some()
        || matches!(date::read(heading), date::Reading::Date(date) if date.is_whole())
}
