//! What a file is, from its first bytes: what is no table is refused, encoding and delimiter are found.

use std::io::{Read, Seek, SeekFrom};
use std::path::Path;

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};

use super::{Delimiter, Fault, IntakeError, LineEnding, TextEncoding, headings, parquet};
use crate::files;

/// Bytes at the head of a file that are looked at.
const HEAD: usize = 64 * 1024;

/// The head of a file.
pub(crate) struct Head {
    pub bytes: Vec<u8>,
    /// The size of the whole file.
    pub size: u64,
}

/// The size of an ordinary file, or of the one that a symbolic link leads to. Anything else is refused before it is opened:
/// a pipe would wait for whoever writes into it, and a device may have no end.
pub(crate) fn ordinary(path: &Path) -> Result<u64, IntakeError> {
    let about = std::fs::metadata(path).map_err(|error| {
        let is_link = std::fs::symlink_metadata(path).is_ok_and(|about| about.is_symlink());
        match is_link && error.kind() != std::io::ErrorKind::PermissionDenied {
            true => IntakeError::DeadLink { path: path.to_owned() },
            false => IntakeError::io(path, "read", error),
        }
    })?;
    match (about.is_dir(), about.is_file()) {
        (true, _) => Err(IntakeError::Folder { path: path.to_owned() }),
        (false, false) => Err(IntakeError::NotAFile { path: path.to_owned() }),
        (false, true) => Ok(about.len()),
    }
}

/// An encoding and how it was found, as a sentence.
pub(crate) struct FoundEncoding {
    pub encoding: TextEncoding,
    pub bom: bool,
    pub how: String,
}

/// A delimiter and how it was found, as a sentence.
pub(crate) struct FoundDelimiter {
    pub delimiter: Delimiter,
    pub sep_line: bool,
    pub how: String,
}

impl Head {
    /// Reads the head of a file, which must be an ordinary one with something in it.
    pub fn read(path: &Path) -> Result<Self, IntakeError> {
        let failed = |error| IntakeError::io(path, "read", error);
        let size = ordinary(path)?;
        let mut bytes = Vec::with_capacity(HEAD.min(size as usize + 1));
        files::open(path).and_then(|file| file.take(HEAD as u64).read_to_end(&mut bytes)).map_err(failed)?;
        match (bytes.is_empty(), size) {
            (true, _) => Err(IntakeError::Empty { path: path.to_owned() }),
            // What the system makes up as it is read says of itself that it is empty.
            (false, 0) => Err(IntakeError::NotAFile { path: path.to_owned() }),
            (false, _) => Ok(Self { bytes, size }),
        }
    }

    /// Whether the head is the whole file.
    pub fn is_whole(&self) -> bool {
        self.bytes.len() as u64 == self.size
    }

    /// Whether it is a Parquet file.
    pub fn is_parquet(&self) -> bool {
        [parquet::MARK, parquet::ENCRYPTED].iter().any(|mark| self.bytes.starts_with(mark))
    }

    /// Refuses what is no table, by the marks that such files begin with.
    pub fn refuse_other_files(&self, path: &Path) -> Result<(), IntakeError> {
        let begins = |mark: &[u8]| self.bytes.starts_with(mark);
        let not_text = |what, remedy| Err(IntakeError::NotText { path: path.to_owned(), what, remedy });
        const EXCEL: &str = "open it there and save it as \"CSV UTF-8\"";
        const EXPORT: &str = "export the data as CSV and choose that file";
        if begins(b"PK\x03\x04") || begins(b"PK\x05\x06") {
            return not_text("an Excel workbook or another packed file", EXCEL);
        }
        if begins(&[0xd0, 0xcf, 0x11, 0xe0]) {
            return not_text("a workbook of an older Excel", EXCEL);
        }
        for (mark, what) in [
            (&b"%PDF"[..], "a PDF document"),
            (b"\x1f\x8b", "a gzip archive"),
            (b"7z\xbc\xaf", "a 7-Zip archive"),
            (b"SQLite format 3\0", "a database"),
            (b"\x89PNG", "a picture"),
            (b"\xff\xd8\xff", "a picture"),
            (b"\x7fELF", "a program"),
            (b"MZ\x90\0", "a program"),
            (b"-----BEGIN PGP", "an encrypted message"),
            (b"BZh", "a bzip2 archive"),
            (b"\xfd7zXZ\0", "an xz archive"),
            (b"\x28\xb5\x2f\xfd", "a Zstandard archive"),
            (b"Rar!", "a RAR archive"),
            (b"{\\rtf", "a word processor's document"),
            (b"\0\x01\0\0Standard ", "an Access database"),
            (b"ARROW1", "an Arrow file"),
            (b"$FL2", "an SPSS file"),
        ] {
            if begins(mark) {
                return not_text(what, EXPORT);
            }
        }
        if begins(b"\xff\xfe\0\0") || begins(b"\0\0\xfe\xff") {
            return not_text("text in UTF-32", "save it as UTF-8");
        }
        let text = self.bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&self.bytes).trim_ascii_start();
        match text {
            [b'<', b'?' | b'!' | b'a'..=b'z' | b'A'..=b'Z', ..] => not_text("a web page or an XML document", EXPORT),
            [b'{' | b'[', rest @ ..] if matches!(rest.trim_ascii_start(), [b'"' | b'{' | b'[' | b'}' | b']', ..]) => {
                not_text("a JSON document", EXPORT)
            }
            _ => Ok(()),
        }
    }

    /// Finds the encoding as far as the head tells it. UTF-8 stands until a byte speaks against it.
    pub fn encoding(&self, path: &Path) -> Result<FoundEncoding, IntakeError> {
        let bytes = &self.bytes;
        let found = |encoding: TextEncoding, bom, how: &str| {
            Ok(FoundEncoding { encoding, bom, how: format!("{}, {how}", encoding.words()) })
        };
        for (mark, encoding) in [
            (&[0xef, 0xbb, 0xbf][..], TextEncoding::Utf8),
            (&[0xff, 0xfe], TextEncoding::Utf16Le),
            (&[0xfe, 0xff], TextEncoding::Utf16Be),
        ] {
            if bytes.starts_with(mark) {
                return found(encoding, true, "as its byte order mark says");
            }
        }
        let zeros = |from: usize| {
            let of = bytes.iter().skip(from).step_by(2);
            let all = of.len().max(1);
            of.filter(|byte| **byte == 0).count() * 100 / all
        };
        if bytes.len() >= 8 {
            for (few, many, encoding) in [(0, 1, TextEncoding::Utf16Le), (1, 0, TextEncoding::Utf16Be)] {
                if zeros(few) <= 5 && zeros(many) >= 70 {
                    return found(encoding, false, "found by its zero bytes; it has no byte order mark");
                }
            }
        }
        let control = |byte: &&u8| **byte < 0x20 && !matches!(**byte, b'\t' | b'\n' | b'\r' | 0x0c | 0x1a);
        let controls = bytes.iter().filter(control).count();
        let valid = std::str::from_utf8(bytes).map_or_else(|error| error.error_len().is_none(), |_| true);
        if controls * 10 > bytes.len() * 3 || (!valid && controls >= 4 && controls * 50 > bytes.len()) {
            return Err(IntakeError::NotText {
                path: path.to_owned(),
                what: "a program or other binary data",
                remedy: "export the data as CSV and choose that file",
            });
        }
        found(TextEncoding::Utf8, false, "as every byte of it is valid UTF-8")
    }

    /// The head as text, for finding the delimiter. A character cut at its end becomes a replacement mark.
    pub fn text(&self, encoding: TextEncoding) -> String {
        let encoding = match encoding {
            TextEncoding::Utf8 => encoding_rs::UTF_8,
            TextEncoding::Utf16Le => encoding_rs::UTF_16LE,
            TextEncoding::Utf16Be => encoding_rs::UTF_16BE,
            TextEncoding::Windows1252 => encoding_rs::WINDOWS_1252,
        };
        encoding.decode_with_bom_removal(&self.bytes).0.into_owned()
    }

    /// What the lines of the head end with.
    pub fn line_ending(&self, encoding: TextEncoding) -> LineEnding {
        let text = self.text(encoding);
        let crlf = text.matches("\r\n").count();
        match (text.matches('\n').count() > crlf, crlf > 0, text.matches('\r').count() > crlf) {
            (_, false, false) => LineEnding::Lf,
            (false, true, false) => LineEnding::CrLf,
            (false, false, true) => LineEnding::Cr,
            _ => LineEnding::Mixed,
        }
    }

    /// Finds the delimiter: named by a `sep=` line, or the one under which the first line makes headings that are known
    /// and the rows agree with it.
    pub fn delimiter(&self, path: &Path, encoding: TextEncoding) -> Result<FoundDelimiter, IntakeError> {
        let text = self.text(encoding);
        let first = text.lines().next().unwrap_or_default();
        let first = first.split('\r').next().unwrap_or_default().trim();
        if let Some(delimiter) = sep_line(first) {
            let delimiter = Delimiter::of(delimiter);
            let delimiter = delimiter.ok_or_else(|| IntakeError::broken(path, 1, Fault::OneColumn))?;
            let how = format!("Fields are separated by {}, as the line sep= says", plural(delimiter));
            return Ok(FoundDelimiter { delimiter, sep_line: true, how });
        }
        let best = Delimiter::ALL
            .into_iter()
            .map(|delimiter| (weigh(&text, delimiter, self.is_whole()), delimiter))
            .filter(|(weight, _)| weight.columns > 1)
            // The first of equals: `max_by_key` would take the last.
            .rev()
            .max_by_key(|(weight, _)| *weight);
        let Some((weight, delimiter)) = best else {
            // A file of one column, or of none: which of the two, the scan will say.
            let how = String::new();
            return Ok(FoundDelimiter { delimiter: Delimiter::Comma, sep_line: false, how });
        };
        let by = if weight.known > 0 { "as the headings show" } else { "as the first rows show" };
        let how = format!("Fields are separated by {}, {by}", plural(delimiter));
        Ok(FoundDelimiter { delimiter, sep_line: false, how })
    }
}

fn plural(delimiter: Delimiter) -> &'static str {
    match delimiter {
        Delimiter::Comma => "commas",
        Delimiter::Semicolon => "semicolons",
        Delimiter::Tab => "tabs",
        Delimiter::Pipe => "pipes",
    }
}

/// How well a delimiter takes the head of a file apart, the weightiest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Weight {
    /// Headings that a field is known by.
    known: usize,
    /// Rows, in hundredths, that have as many fields as the headings.
    agreeing: usize,
    columns: usize,
}

fn weigh(text: &str, delimiter: Delimiter, whole: bool) -> Weight {
    let mut reader = csv::ReaderBuilder::new();
    let mut reader = reader.delimiter(delimiter.byte()).has_headers(false).flexible(true).from_reader(text.as_bytes());
    let mut rows: Vec<csv::StringRecord> = reader.records().take(51).filter_map(Result::ok).collect();
    if !whole && rows.len() > 1 && rows.len() < 51 {
        rows.pop();
    }
    let Some((first, rest)) = rows.split_first() else { return Weight { known: 0, agreeing: 0, columns: 0 } };
    let agreeing = rest.iter().filter(|row| row.len() == first.len()).count();
    Weight {
        known: first.iter().filter(|heading| headings::is_known(heading)).count(),
        agreeing: agreeing * 100 / rest.len().max(1),
        columns: first.len(),
    }
}

/// The delimiter that a spreadsheet's first line names: `sep=;`, or the same in quotation marks.
fn sep_line(line: &str) -> Option<u8> {
    let bytes = line.as_bytes();
    let bytes = bytes.strip_prefix(b"\"").and_then(|rest| rest.strip_suffix(b"\"")).unwrap_or(bytes);
    let (name, value) = bytes.split_at_checked(4)?;
    match (name.eq_ignore_ascii_case(b"sep="), value) {
        (true, [delimiter]) => Some(*delimiter),
        // A trailing tab was trimmed off with the white space.
        (true, []) => Some(b'\t'),
        _ => None,
    }
}

/// Whether a file that is not UTF-8 throughout is Windows-1252, going by the bytes around the first that is not UTF-8;
/// the sentence that says so, or `None` where the file is rather UTF-8 with damage.
pub(crate) fn other_encoding(
    path: &Path,
    at: u64,
    line: u64,
    utf8_before: bool,
) -> Result<Option<FoundEncoding>, IntakeError> {
    if utf8_before {
        return Ok(None);
    }
    let failed = |error| IntakeError::io(path, "read", error);
    let mut file = files::open(path).map_err(failed)?;
    file.seek(SeekFrom::Start(at.saturating_sub(HEAD as u64 / 2))).map_err(failed)?;
    let mut window = Vec::with_capacity(HEAD);
    file.take(HEAD as u64).read_to_end(&mut window).map_err(failed)?;
    let (mut characters, mut strays) = (0, 0);
    for chunk in window.utf8_chunks() {
        characters += chunk.valid().chars().filter(|character| !character.is_ascii()).count();
        strays += chunk.invalid().len();
    }
    if characters > strays {
        return Ok(None);
    }
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(&window, true);
    let guess = detector.guess(Some(b"uk"), Utf8Detection::Deny);
    let mut how =
        format!("Windows-1252, as line {line} holds bytes that are not UTF-8; check the accents in the sample");
    if guess != encoding_rs::WINDOWS_1252 {
        how = format!(
            "Windows-1252, as line {line} holds bytes that are not UTF-8, but these look more like {}; check the accents in the sample",
            guess.name()
        );
    }
    Ok(Some(FoundEncoding { encoding: TextEncoding::Windows1252, bom: false, how }))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn delimiter(text: &str) -> FoundDelimiter {
        let head = Head { bytes: text.as_bytes().to_vec(), size: text.len() as u64 };
        head.delimiter(Path::new("x.csv"), TextEncoding::Utf8).unwrap()
    }

    #[test]
    fn known_headings_outweigh_a_busier_delimiter() {
        let text = "MosaicID;Surname, first;Surname;DOB\n1;Kerr, A, B;Kerr;1\n";
        assert_eq!(delimiter(text).delimiter, Delimiter::Semicolon);
        assert_eq!(delimiter("p|q\n1,5|2,5\n3,5|4,5\n").delimiter, Delimiter::Pipe);
    }

    #[test]
    fn a_sep_line_names_the_delimiter_whatever_follows() {
        for (text, wanted) in [
            ("sep=;\r\na;b\n", Delimiter::Semicolon),
            ("SEP=|\na|b\n", Delimiter::Pipe),
            ("\"sep=,\"\na,b\n", Delimiter::Comma),
            ("sep=\t\na\tb\n", Delimiter::Tab),
        ] {
            let found = delimiter(text);
            assert_eq!((found.delimiter, found.sep_line), (wanted, true), "{text:?}");
        }
        assert!(!delimiter("september=;a,b\n1,2\n").sep_line);
    }

    #[test]
    fn what_is_no_table_is_named() {
        let looks_like = |bytes: &[u8]| {
            let head = Head { bytes: bytes.to_vec(), size: bytes.len() as u64 };
            let path = Path::new("x.csv");
            head.refuse_other_files(path).and_then(|()| head.encoding(path).map(|_| ())).map_err(|e| e.to_string())
        };
        for (bytes, what) in [
            (&b"PK\x03\x04rest"[..], "Excel"),
            (b"%PDF-1.7", "PDF"),
            (b" <?xml version=\"1.0\"?>", "XML"),
            (b"{\"a\": 1}", "JSON"),
            (b"\x01\x02\x03\x04\xff\xfe\x80\x81", "binary"),
        ] {
            let message = looks_like(bytes).unwrap_err();
            assert!(message.contains(what), "{message}");
        }
        assert_eq!(looks_like(b"a,b\n1,2\n"), Ok(()));
        assert_eq!(looks_like(b"a,b\n1,\0\n"), Ok(()));
    }

    #[test]
    fn utf_16_without_a_mark_is_found_by_its_zero_bytes() {
        let little: Vec<u8> = "a,b\n1,2\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
        let big: Vec<u8> = "a,b\n1,2\n".encode_utf16().flat_map(u16::to_be_bytes).collect();
        for (bytes, wanted) in [(little, TextEncoding::Utf16Le), (big, TextEncoding::Utf16Be)] {
            let head = Head { size: bytes.len() as u64, bytes };
            let found = head.encoding(Path::new("x.csv")).unwrap();
            assert_eq!((found.encoding, found.bom), (wanted, false));
        }
    }
}
