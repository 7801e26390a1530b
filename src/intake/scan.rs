//! The strict scan.
//!
//! The csv crate is forgiving: one open quotation mark swallows the rest of a file into a field, rows may hold NULs, and
//! its line numbers go astray where line ends are mixed. So every byte passes this scanner first. It finds the same rows
//! as the csv crate does (its own default terminator: CR, LF or both; blank lines passed over; quotes doubled inside
//! quoted fields), refuses what that crate would let through, and knows the physical line on which each row begins.
//!
//! It is a state machine fed with chunks of UTF-8, which keeps no bytes. Ordinary bytes cost one table look-up each.

use std::collections::VecDeque;

use super::{Fault, LineEnding};

/// The longest field that is taken for one.
const LONGEST_FIELD: u64 = 1 << 20;
/// The longest row that is taken for one.
const LONGEST_ROW: u64 = 16 << 20;

const ORDINARY: u8 = 0;
const DELIMITER: u8 = 1;
const QUOTE: u8 = 2;
const CR: u8 = 3;
const LF: u8 = 4;
const NUL: u8 = 5;

/// A fault and the physical line it is on.
pub(crate) type Found = (u64, Fault);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// Before the first byte of a row.
    RowStart,
    /// Before the first byte of a field.
    FieldStart,
    /// In a field without quotes.
    Plain,
    /// In a quoted field.
    Quoted,
    /// After a quotation mark inside a quoted field: its end, or the first of a doubled mark.
    QuoteSeen,
}

/// What the scan counted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Counts {
    /// Rows, headings included.
    pub rows: u64,
    /// Lines with nothing on them, passed over.
    pub blank: u64,
    /// Fields without quotes around them that hold pairs of quotation marks, kept as text.
    pub marks_in_text: u64,
    /// Whether the last row has no line end.
    pub open_end: bool,
    lf: u64,
    cr: u64,
    crlf: u64,
}

impl Counts {
    /// Counts of a file that has so many rows and headings above them, and is not text.
    pub fn of_rows(rows: u64) -> Self {
        Self { rows: rows + 1, ..Self::default() }
    }

    /// What the rows end with.
    pub fn line_ending(&self) -> LineEnding {
        match (self.lf > 0, self.crlf > 0, self.cr > 0) {
            (_, false, false) => LineEnding::Lf,
            (false, true, false) => LineEnding::CrLf,
            (false, false, true) => LineEnding::Cr,
            _ => LineEnding::Mixed,
        }
    }
}

/// The scanner.
pub(crate) struct Scanner {
    plain: [u8; 256],
    quoted: [u8; 256],
    state: State,
    /// The physical line of the next byte.
    line: u64,
    /// The byte before the next one: a line feed after a carriage return ends no second line.
    before: u8,
    /// Bytes fed before this chunk.
    base: u64,
    row_line: u64,
    row_start: u64,
    field_line: u64,
    field_start: u64,
    /// Fields closed in this row.
    fields: usize,
    /// Fields in the headings, once known.
    expected: Option<usize>,
    /// Quotation marks in this field without quotes.
    marks: u32,
    /// Delimiters inside this quoted field.
    inside: u64,
    counts: Counts,
    starts: VecDeque<u64>,
    keep_starts: bool,
}

impl Scanner {
    /// A scanner for rows with this delimiter, whose first byte is on line `line`.
    pub fn new(delimiter: u8, line: u64) -> Self {
        let mut quoted = [ORDINARY; 256];
        quoted[usize::from(b'"')] = QUOTE;
        quoted[usize::from(b'\r')] = CR;
        quoted[usize::from(b'\n')] = LF;
        quoted[0] = NUL;
        let mut plain = quoted;
        plain[usize::from(delimiter)] = DELIMITER;
        quoted[usize::from(delimiter)] = DELIMITER;
        Self {
            plain,
            quoted,
            state: State::RowStart,
            line,
            before: 0,
            base: 0,
            row_line: line,
            row_start: 0,
            field_line: line,
            field_start: 0,
            fields: 0,
            expected: None,
            marks: 0,
            inside: 0,
            counts: Counts::default(),
            starts: VecDeque::new(),
            keep_starts: true,
        }
    }

    /// Says that the byte before the first was a carriage return, whose line feed may still come.
    pub fn after_cr(&mut self) {
        self.before = b'\r';
    }

    /// The physical line of the next byte.
    pub fn line(&self) -> u64 {
        self.line
    }

    /// What was counted so far.
    pub fn counts(&self) -> Counts {
        self.counts
    }

    /// The line on which the next row that nobody asked about yet begins.
    pub fn next_start(&mut self) -> Option<u64> {
        self.starts.pop_front()
    }

    /// Keeps the lines of rows no longer, as nobody will ask.
    pub fn forget_starts(&mut self) {
        self.keep_starts = false;
        self.starts = VecDeque::new();
    }

    /// Scans the next bytes.
    pub fn feed(&mut self, bytes: &[u8]) -> Result<(), Found> {
        let mut at = 0;
        while at < bytes.len() {
            match self.state {
                State::RowStart => match bytes[at] {
                    b'\r' | b'\n' => {
                        let previous = if at > 0 { bytes[at - 1] } else { self.before };
                        if !(bytes[at] == b'\n' && previous == b'\r') {
                            self.counts.blank += 1;
                        }
                        self.end_line(bytes[at], previous);
                        at += 1;
                    }
                    _ => {
                        self.row_line = self.line;
                        self.row_start = self.base + at as u64;
                        self.fields = 0;
                        self.counts.rows += 1;
                        if self.keep_starts {
                            self.starts.push_back(self.line);
                        }
                        self.state = State::FieldStart;
                    }
                },
                State::FieldStart => {
                    self.field_start = self.base + at as u64;
                    self.field_line = self.line;
                    self.marks = 0;
                    if bytes[at] == b'"' {
                        self.inside = 0;
                        self.state = State::Quoted;
                        at += 1;
                    } else {
                        self.state = State::Plain;
                    }
                }
                State::Plain => {
                    at = self.in_plain(bytes, at)?;
                }
                State::Quoted => {
                    at = self.in_quoted(bytes, at)?;
                }
                State::QuoteSeen => {
                    let byte = bytes[at];
                    match self.plain[usize::from(byte)] {
                        QUOTE => self.state = State::Quoted,
                        DELIMITER => {
                            self.end_field(at)?;
                            self.state = State::FieldStart;
                        }
                        CR | LF => {
                            self.end_field(at)?;
                            self.end_row()?;
                            self.end_line(byte, b'"');
                        }
                        // The mark that was never closed is more often the one before, on an earlier line.
                        _ if self.field_line < self.line => {
                            return Err((self.field_line, Fault::UnclosedQuote { noticed: Some(self.line) }));
                        }
                        _ => return Err((self.line, Fault::TextAfterQuote)),
                    }
                    at += 1;
                }
            }
        }
        self.base += bytes.len() as u64;
        self.before = bytes.last().copied().unwrap_or(self.before);
        match self.state {
            State::RowStart => Ok(()),
            _ if self.base - self.field_start > LONGEST_FIELD && self.state != State::FieldStart => {
                Err((self.field_line, Fault::LongField))
            }
            _ if self.base - self.row_start > LONGEST_ROW => Err((self.row_line, Fault::LongRow)),
            _ => Ok(()),
        }
    }

    /// Ends the scan at the end of the file.
    pub fn finish(&mut self) -> Result<Counts, Found> {
        match self.state {
            State::RowStart => {}
            State::Quoted => return Err((self.field_line, Fault::UnclosedQuote { noticed: None })),
            State::FieldStart | State::Plain | State::QuoteSeen => {
                if self.state == State::FieldStart {
                    self.field_start = self.base;
                    self.marks = 0;
                }
                let found = self.fields + 1;
                if let Some(expected) = self.expected.filter(|expected| found < *expected) {
                    return Err((self.row_line, Fault::Truncated { expected, found }));
                }
                self.end_field(0)?;
                self.end_row()?;
                self.counts.open_end = true;
            }
        }
        Ok(self.counts)
    }

    fn in_plain(&mut self, bytes: &[u8], mut at: usize) -> Result<usize, Found> {
        loop {
            while at < bytes.len() && self.plain[usize::from(bytes[at])] == ORDINARY {
                at += 1;
            }
            let Some(&byte) = bytes.get(at) else { return Ok(at) };
            at += 1;
            match self.plain[usize::from(byte)] {
                DELIMITER => {
                    self.end_field(at - 1)?;
                    // The usual next field is plain too: stay here, at the price of one look at its first byte.
                    match bytes.get(at) {
                        Some(b'"') | None => {
                            self.state = State::FieldStart;
                            return Ok(at);
                        }
                        Some(_) => {
                            self.field_start = self.base + at as u64;
                            self.field_line = self.line;
                        }
                    }
                }
                QUOTE => self.marks += 1,
                NUL => return Err((self.line, Fault::Nul)),
                _ => {
                    self.end_field(at - 1)?;
                    self.end_row()?;
                    self.end_line(byte, 0);
                    return Ok(at);
                }
            }
        }
    }

    fn in_quoted(&mut self, bytes: &[u8], mut at: usize) -> Result<usize, Found> {
        loop {
            while at < bytes.len() && self.quoted[usize::from(bytes[at])] == ORDINARY {
                at += 1;
            }
            let Some(&byte) = bytes.get(at) else { return Ok(at) };
            at += 1;
            if self.quoted[usize::from(byte)] == DELIMITER {
                self.inside += 1;
                continue;
            }
            match byte {
                b'"' => {
                    self.state = State::QuoteSeen;
                    return Ok(at);
                }
                b'\r' => self.line += 1,
                b'\n' => {
                    let previous = if at > 1 { bytes[at - 2] } else { self.before };
                    self.line += u64::from(previous != b'\r');
                }
                _ => return Err((self.line, Fault::Nul)),
            }
        }
    }

    fn end_field(&mut self, at: usize) -> Result<(), Found> {
        self.fields += 1;
        if self.base + at as u64 - self.field_start > LONGEST_FIELD {
            return Err((self.field_line, Fault::LongField));
        }
        // Two marks that were never closed, in the same column of two rows, look like one field of several lines. It holds as
        // many delimiters as the rows that it swallowed, which a note over several lines does by the rarest chance
        if self.line > self.field_line
            && let Some(expected) = self.expected.filter(|expected| *expected > 2)
            && self.inside == (self.line - self.field_line) * (expected as u64 - 1)
        {
            return Err((self.field_line, Fault::UnclosedQuote { noticed: Some(self.line) }));
        }
        if self.marks > 0 {
            if self.marks % 2 == 1 {
                return Err((self.field_line, Fault::LoneQuote));
            }
            self.counts.marks_in_text += 1;
            self.marks = 0;
        }
        Ok(())
    }

    fn end_row(&mut self) -> Result<(), Found> {
        let expected = *self.expected.get_or_insert(self.fields);
        if self.fields != expected {
            let last_line = if self.line > self.row_line { self.line } else { 0 };
            return Err((self.row_line, Fault::Ragged { expected, found: self.fields, last_line }));
        }
        self.state = State::RowStart;
        Ok(())
    }

    /// Counts a line end outside quotes.
    fn end_line(&mut self, byte: u8, previous: u8) {
        match (byte, previous) {
            (b'\r', _) => {
                self.line += 1;
                self.counts.cr += 1;
            }
            (_, b'\r') => {
                self.counts.cr = self.counts.cr.saturating_sub(1);
                self.counts.crlf += 1;
            }
            _ => {
                self.line += 1;
                self.counts.lf += 1;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    /// Scans a file whole, and again a byte at a time, which must come to the same.
    fn scan(text: &str) -> Result<Counts, Found> {
        let whole = in_chunks(text, text.len().max(1)).map(|(counts, _)| counts);
        for size in [1, 2, 3, 7] {
            assert_eq!(in_chunks(text, size).map(|(counts, _)| counts), whole, "chunks of {size}");
        }
        whole
    }

    fn in_chunks(text: &str, size: usize) -> Result<(Counts, Vec<u64>), Found> {
        let mut scanner = Scanner::new(b',', 1);
        for chunk in text.as_bytes().chunks(size) {
            scanner.feed(chunk)?;
        }
        let counts = scanner.finish()?;
        Ok((counts, std::iter::from_fn(|| scanner.next_start()).collect()))
    }

    fn fault(text: &str) -> Found {
        scan(text).unwrap_err()
    }

    #[test]
    fn an_open_quotation_mark_is_found_on_the_line_that_opened_it() {
        assert_eq!(fault("a,b\n1,x\n2,\"y\n3,z\n"), (3, Fault::UnclosedQuote { noticed: None }));
        assert_eq!(fault("a,b\n1,x\n2,\"y\n3,\"z\"\n"), (3, Fault::UnclosedQuote { noticed: Some(4) }));
        assert_eq!(fault("a,b\n1,\"y"), (2, Fault::UnclosedQuote { noticed: None }));
        // One mark too many in each of two rows: the rows between are not part of a field
        let swallowed = Fault::UnclosedQuote { noticed: Some(4) };
        assert_eq!(fault("a,b,c\n1,\"x,p\n2,y,q\n3,z\",r\n"), (2, swallowed.clone()));
        assert_eq!(fault("a,b,c\r\n1,x,\"p\r\n2,y,q\r\n3,z,r\""), (2, swallowed));
    }

    #[test]
    fn text_after_a_closing_quotation_mark_is_refused() {
        assert_eq!(fault("a,b\n1,\"y\" z\n"), (2, Fault::TextAfterQuote));
        assert_eq!(fault("a,b\n1,\"y\"\0\n"), (2, Fault::TextAfterQuote));
    }

    #[test]
    fn quotation_marks_in_plain_text_are_kept_in_pairs_and_refused_alone() {
        assert_eq!(fault("a,b\n1,x\n2,y\"\n3,z\n"), (3, Fault::LoneQuote));
        assert_eq!(scan("a,b\n1,Ann \"Nan\" Kerr\n").unwrap().marks_in_text, 1);
    }

    #[test]
    fn a_ragged_row_is_found_with_both_counts() {
        assert_eq!(fault("a,b\n1,2\n1,2,3\n1\n"), (3, Fault::Ragged { expected: 2, found: 3, last_line: 0 }));
        assert_eq!(fault("a,b\n1\n2,3\n"), (2, Fault::Ragged { expected: 2, found: 1, last_line: 0 }));
        assert_eq!(fault("a,b\n\n \n"), (3, Fault::Ragged { expected: 2, found: 1, last_line: 0 }));
        let (line, Fault::Ragged { last_line, .. }) = fault("a,b,c\n1,\"2\n3\"\n") else { panic!("not ragged") };
        assert_eq!((line, last_line), (2, 3));
    }

    #[test]
    fn a_file_cut_short_is_told_from_a_ragged_row() {
        assert_eq!(fault("a,b,c\n1,2,3\n4,5"), (3, Fault::Truncated { expected: 3, found: 2 }));
        assert_eq!(fault("a,b,c\n1,2,3\n4,"), (3, Fault::Truncated { expected: 3, found: 2 }));
        assert_eq!(fault("a,b,c\n1,2,3\n4,5,6,7"), (3, Fault::Ragged { expected: 3, found: 4, last_line: 0 }));
    }

    #[test]
    fn a_last_row_needs_no_line_end_but_it_is_noticed() {
        for whole in ["a,b\n1,2", "a,b\n1,\"2\"", "a,b\n1,"] {
            let counts = scan(whole).unwrap();
            assert_eq!((counts.rows, counts.open_end), (2, true), "{whole:?}");
        }
        assert!(!scan("a,b\n1,2\n").unwrap().open_end);
    }

    #[test]
    fn a_nul_is_found_in_plain_and_in_quoted_text() {
        assert_eq!(fault("a,b\n1,x\0\n"), (2, Fault::Nul));
        assert_eq!(fault("a,b\n1,\"x\n\0\"\n"), (3, Fault::Nul));
    }

    #[test]
    fn a_field_of_more_than_a_mebibyte_is_an_open_quotation_mark_in_disguise() {
        let long = "x".repeat((1 << 20) + 1);
        for file in [format!("a,b\n1,2\n3,{long}\n"), format!("a,b\n1,2\n3,\"{long}\",")] {
            assert_eq!(in_chunks(&file, 1 << 16).unwrap_err(), (3, Fault::LongField));
            assert_eq!(in_chunks(&file, file.len()).unwrap_err(), (3, Fault::LongField));
        }
        let fits = "x".repeat(1 << 20);
        assert_eq!(in_chunks(&format!("a,b\n3,{fits}\n"), 1 << 16).unwrap().0.rows, 2);
    }

    #[test]
    fn a_row_without_end_is_refused_before_it_fills_the_memory() {
        let endless = "x,".repeat(9 << 20);
        assert_eq!(in_chunks(&endless, 1 << 16).unwrap_err(), (1, Fault::LongRow));
    }

    #[test]
    fn lines_are_physical_under_every_line_end() {
        for end in ["\n", "\r\n", "\r"] {
            let file = format!("a,b{end}{end}1,\"x{end}y\"{end}2,z{end}{end}{end}3,w{end}");
            for size in [1, 2, 3, 1000] {
                let (counts, starts) = in_chunks(&file, size).unwrap();
                assert_eq!(starts, [1, 3, 5, 8], "{end:?} in chunks of {size}");
                assert_eq!((counts.rows, counts.blank), (4, 3), "{end:?}");
            }
        }
        let (counts, starts) = in_chunks("a,b\r1,2\r\n3,\"\r\n\n\r\"\n4,5\r\r\n6,7", 1).unwrap();
        assert_eq!(starts, [1, 2, 3, 7, 9]);
        assert_eq!((counts.line_ending(), counts.blank), (LineEnding::Mixed, 1));
    }

    #[test]
    fn the_line_end_is_named() {
        for (file, ending) in [
            ("a\n1\n", LineEnding::Lf),
            ("a\r\n1\r\n", LineEnding::CrLf),
            ("a\r\n1", LineEnding::CrLf),
            ("a\r1\r", LineEnding::Cr),
            ("a\n1\r\n", LineEnding::Mixed),
            ("a\r1\r\n", LineEnding::Mixed),
        ] {
            assert_eq!(scan(file).unwrap().line_ending(), ending, "{file:?}");
        }
    }

    #[test]
    fn the_rows_are_those_of_the_csv_crate() {
        use proptest::prelude::*;
        let piece = prop::sample::select(vec!["a", "é", ",", ",", "\"", "\"\"", "\r", "\n", "\r\n", " ", "bc"]);
        proptest!(|(pieces in prop::collection::vec(piece, 0..40))| {
            let text = pieces.concat();
            if let Ok((counts, starts)) = in_chunks(&text, 3) {
                let mut csv = csv::ReaderBuilder::new().has_headers(false).from_reader(text.as_bytes());
                let rows = csv.byte_records().collect::<Result<Vec<_>, _>>();
                prop_assert!(rows.is_ok(), "the csv crate refuses {text:?}");
                prop_assert_eq!(rows.map_or(0, |rows| rows.len()) as u64, counts.rows, "{:?}", text);
                prop_assert_eq!(starts.len() as u64, counts.rows);
            }
        });
    }
}
