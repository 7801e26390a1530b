//! Cutting sound text into rows, fast.
//!
//! The strict scan and the csv crate look at every byte twice, one row after another, so that a fault is found on its
//! line. A file that has no fault needs no more than its cells. This cutter takes only what the strict scan would let
//! through and cuts it as the csv crate would; of anything else it says that it is [`Odd`], and the file is read again by
//! those two. A part of a file that begins and ends between rows can be cut on its own.

use csv::StringRecord;

use super::person_columns::Cells;

/// The longest row that is cut here.
const LONGEST_ROW: usize = 1 << 20;

/// Something that is not cut here: mostly a fault in the file, and never a sound row of ordinary length.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Odd;

/// What ends the run of ordinary bytes in a field without quotes.
const ORDINARY: u8 = 0;
const DELIMITER: u8 = 1;
const LINE_END: u8 = 2;
const QUOTE: u8 = 3;
const NUL: u8 = 4;

/// Cuts rows of a known number of cells.
pub(crate) struct Cutter {
    kinds: [u8; 256],
    columns: usize,
}

impl Cutter {
    /// A cutter for rows with this delimiter and so many cells, at least two.
    pub fn new(delimiter: u8, columns: usize) -> Self {
        let mut kinds = [ORDINARY; 256];
        for (byte, kind) in [(delimiter, DELIMITER), (b'\r', LINE_END), (b'\n', LINE_END), (b'"', QUOTE), (0, NUL)] {
            kinds[usize::from(byte)] = kind;
        }
        Self { kinds, columns }
    }

    /// Cuts the row that begins at `at` or, behind empty lines, after it; where the next one begins. `None` at the end.
    pub fn next(&self, text: &str, at: usize, row: &mut Cuts) -> Result<Option<usize>, Odd> {
        let bytes = text.as_bytes();
        let blank = bytes[at..].iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
        let start = at + blank;
        if start == bytes.len() {
            return Ok(None);
        }
        row.cells.clear();
        row.doubled = false;
        let mut at = start;
        loop {
            let (next, ends) =
                if bytes.get(at) == Some(&b'"') { self.quoted(bytes, at, row)? } else { self.plain(bytes, at, row)? };
            at = next;
            if ends {
                break;
            }
        }
        if row.cells.len() != self.columns || at - start > LONGEST_ROW {
            return Err(Odd);
        }
        Ok(Some(at))
    }

    /// A cell without quotes around it: where the next begins, and whether the row ends here.
    fn plain(&self, bytes: &[u8], start: usize, row: &mut Cuts) -> Result<(usize, bool), Odd> {
        let mut at = start;
        let mut marks = 0;
        loop {
            while at < bytes.len() && self.kinds[usize::from(bytes[at])] == ORDINARY {
                at += 1;
            }
            let kind = bytes.get(at).map_or(LINE_END, |byte| self.kinds[usize::from(*byte)]);
            match kind {
                QUOTE => marks += 1,
                NUL => return Err(Odd),
                _ if marks % 2 == 1 => return Err(Odd),
                _ => {
                    row.push(start, at);
                    return Ok(((at + 1).min(bytes.len()), kind == LINE_END));
                }
            }
            at += 1;
        }
    }

    /// As [`Cutter::plain`], for a cell that begins with a quotation mark.
    fn quoted(&self, bytes: &[u8], start: usize, row: &mut Cuts) -> Result<(usize, bool), Odd> {
        let mut at = start + 1;
        loop {
            while bytes.get(at).is_some_and(|byte| !matches!(byte, b'"' | 0)) {
                at += 1;
            }
            if bytes.get(at) != Some(&b'"') {
                return Err(Odd); // A NUL, or no second mark
            }
            let kind = bytes.get(at + 1).map_or(LINE_END, |byte| self.kinds[usize::from(*byte)]);
            match kind {
                QUOTE => {
                    row.doubled = true;
                    at += 2;
                }
                DELIMITER | LINE_END => {
                    row.push(start + 1, at);
                    return Ok(((at + 2).min(bytes.len()), kind == LINE_END));
                }
                _ => return Err(Odd),
            }
        }
    }
}

/// Where the cells of a row are.
#[derive(Default)]
pub(crate) struct Cuts {
    cells: Vec<(usize, usize)>,
    doubled: bool,
}

impl Cuts {
    fn push(&mut self, from: usize, to: usize) {
        self.cells.push((from, to));
    }

    /// Whether a cell has doubled quotation marks; such a row has to be read from [`Cuts::undoubled`].
    pub fn is_doubled(&self) -> bool {
        self.doubled
    }

    /// The row with doubled quotation marks as single ones.
    pub fn undoubled(&self, text: &str) -> StringRecord {
        let cells = self.cells.iter().map(|&(from, to)| {
            let quoted = from > 0 && text.as_bytes()[from - 1] == b'"';
            if quoted { text[from..to].replace("\"\"", "\"") } else { text[from..to].to_owned() }
        });
        cells.collect()
    }

    /// The row's cells in the text they were cut from.
    pub fn of<'a>(&'a self, text: &'a str) -> CutRow<'a> {
        CutRow { text, cells: &self.cells }
    }
}

/// A row that lies in the text it was cut from.
pub(crate) struct CutRow<'a> {
    text: &'a str,
    cells: &'a [(usize, usize)],
}

impl Cells for CutRow<'_> {
    fn cell(&self, column: usize) -> Option<&str> {
        self.cells.get(column).map(|&(from, to)| &self.text[from..to])
    }
}

/// Where the last row of a sound text ends, if it begins between rows: behind the last line feed with an even number of
/// quotation marks in front of it. One inside quotes has an odd number there.
pub(crate) fn last_row_end(bytes: &[u8]) -> Option<usize> {
    let marks = |bytes: &[u8]| bytes.iter().filter(|byte| **byte == b'"').count();
    let mut end = bytes.len();
    let mut odd = marks(bytes) % 2 == 1;
    loop {
        let at = bytes[..end].iter().rposition(|byte| *byte == b'\n')?;
        odd ^= marks(&bytes[at + 1..end]) % 2 == 1;
        if !odd {
            return Some(at + 1);
        }
        end = at;
    }
}
