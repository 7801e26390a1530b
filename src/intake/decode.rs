//! Bytes to text: hashed, counted, decoded and scanned on the way to whoever parses them.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use encoding_rs::{Decoder, DecoderResult};
use sha2::{Digest, Sha256};

use super::scan::{Counts, Scanner};
use super::{Fault, IntakeError, TextEncoding, TextFormat};
use crate::files;
use crate::progress::Progress;

/// Bytes read from the disk at a time.
const CHUNK: usize = 256 * 1024;

/// What DOS and CP/M end a text with: Ctrl+Z. Some systems still do.
pub(crate) const END_MARK: u8 = 0x1a;

/// A file on its way to a parser: what is read from it is UTF-8, without byte order mark and `sep=` line, and has passed
/// the strict scan. Memory holds one chunk.
///
/// Reading fails with a plain `io::Error` because that is all a parser passes on; the real error then waits in
/// [`Source::failure`].
pub(crate) struct Source<'a> {
    path: &'a Path,
    file: File,
    progress: &'a Progress,
    encoding: TextEncoding,
    /// None for UTF-8, which is checked and not decoded.
    decoder: Option<Decoder>,
    utf8: Utf8Among,
    raw: Vec<u8>,
    text: Vec<u8>,
    /// The part of `text` that waits to be handed on.
    ready: std::ops::Range<usize>,
    /// Bytes at the end of `text` that begin a character of the next chunk (UTF-8 only).
    carried: usize,
    skip_line: bool,
    hash: Sha256,
    scanner: Scanner,
    ended: bool,
    /// Bytes of the file as it was opened, and those read.
    size: u64,
    read: u64,
    /// Whether the text ended with the end-of-file mark of old systems, which was passed over.
    end_mark: bool,
    beyond_ascii: bool,
    failure: Option<IntakeError>,
    broken_at: Option<u64>,
}

impl<'a> Source<'a> {
    /// Opens a file for one pass.
    pub fn open(path: &'a Path, format: &TextFormat, progress: &'a Progress) -> Result<Self, IntakeError> {
        let failed = |error| IntakeError::io(path, "read", error);
        let mut file = files::open(path).map_err(failed)?;
        let size = file.metadata().map_err(failed)?.len();
        let mut hash = Sha256::new();
        let mut read = 0;
        if format.bom {
            let mut mark = [0; 3];
            let mark = if format.encoding == TextEncoding::Utf8 { &mut mark[..] } else { &mut mark[..2] };
            file.read_exact(mark).map_err(failed)?;
            hash.update(&*mark);
            read = mark.len() as u64;
            progress.advance(read);
        }
        let decoder = match format.encoding {
            TextEncoding::Utf8 => None,
            TextEncoding::Utf16Le => Some(encoding_rs::UTF_16LE),
            TextEncoding::Utf16Be => Some(encoding_rs::UTF_16BE),
            TextEncoding::Windows1252 => Some(encoding_rs::WINDOWS_1252),
        }
        .map(|encoding| encoding.new_decoder_without_bom_handling());
        let room = decoder.as_ref().and_then(|it| it.max_utf8_buffer_length_without_replacement(CHUNK));
        Ok(Self {
            path,
            file,
            progress,
            encoding: format.encoding,
            raw: vec![0; if decoder.is_some() { CHUNK } else { 0 }],
            // Three bytes more for a character that the chunk before cut.
            text: vec![0; room.unwrap_or(CHUNK + 3)],
            decoder,
            utf8: Utf8Among::default(),
            ready: 0..0,
            carried: 0,
            skip_line: format.sep_line,
            hash,
            scanner: Scanner::new(format.delimiter.byte(), 1 + u64::from(format.sep_line)),
            ended: false,
            size,
            read,
            end_mark: false,
            beyond_ascii: false,
            failure: None,
            broken_at: None,
        })
    }

    /// The line on which the next row that was not asked about yet begins.
    pub fn next_start(&mut self) -> Option<u64> {
        self.scanner.next_start()
    }

    /// Why reading failed.
    pub fn failure(&mut self) -> Option<IntakeError> {
        self.failure.take()
    }

    /// Where in the file the first byte stands that its encoding does not have, and whether characters beyond ASCII
    /// stood before it.
    pub fn broken_at(&self) -> Option<(u64, bool)> {
        self.broken_at.map(|at| (at, self.beyond_ascii))
    }

    /// Whether every character so far was ASCII.
    pub fn is_ascii(&self) -> bool {
        !self.beyond_ascii
    }

    /// Whether the text ended with an end-of-file mark.
    pub fn has_end_mark(&self) -> bool {
        self.end_mark
    }

    /// Reads the rest of the file and says what the scan counted and the SHA-256 of the file's bytes.
    pub fn finish(&mut self) -> Result<(Counts, String), IntakeError> {
        self.scanner.forget_starts();
        while !self.ended {
            self.fill()?;
        }
        let hash = std::mem::take(&mut self.hash).finalize();
        Ok((self.scanner.counts(), hash.iter().map(|byte| format!("{byte:02x}")).collect()))
    }

    /// Makes the next chunk ready, or ends.
    fn fill(&mut self) -> Result<(), IntakeError> {
        self.progress.check()?;
        let chunk = match &self.decoder {
            Some(_) => self.fill_decoded()?,
            None => self.fill_utf8()?,
        };
        let mut chunk = 0..chunk;
        if self.skip_line && !chunk.is_empty() {
            self.skip_line = false;
            let line = &self.text[chunk.clone()];
            let end = line.iter().position(|byte| matches!(byte, b'\r' | b'\n')).unwrap_or(line.len());
            if line.get(end) == Some(&b'\r') {
                self.scanner.after_cr();
            }
            chunk.start = (end + 1).min(chunk.end);
        }
        if self.read == self.size {
            let text = &self.text[chunk.clone()];
            let marks = text.iter().rev().take_while(|byte| **byte == END_MARK).count();
            self.end_mark |= marks > 0;
            chunk.end -= marks;
        }
        self.scan(chunk.clone())?;
        self.ready = chunk;
        if self.ended {
            self.scanner.finish().map_err(|(line, fault)| IntakeError::broken(self.path, line, fault))?;
        }
        Ok(())
    }

    fn scan(&mut self, chunk: std::ops::Range<usize>) -> Result<(), IntakeError> {
        self.scanner.feed(&self.text[chunk]).map_err(|(line, fault)| IntakeError::broken(self.path, line, fault))
    }

    /// UTF-8 is checked where it lies.
    fn fill_utf8(&mut self) -> Result<usize, IntakeError> {
        // The cut character lies behind the chunk that was handed on.
        let behind = self.ready.end;
        self.text.copy_within(behind..behind + self.carried, 0);
        let count = read_some(&mut self.file, &mut self.text[self.carried..self.carried + CHUNK])
            .map_err(|error| IntakeError::io(self.path, "read", error))?;
        let end = self.carried + count;
        self.hash.update(&self.text[self.carried..end]);
        self.advance(count)?;
        self.ended = count == 0;
        let bytes = &self.text[..end];
        let (valid, broken) = match std::str::from_utf8(bytes) {
            Ok(_) => (end, false),
            Err(error) => (error.valid_up_to(), error.error_len().is_some() || self.ended),
        };
        self.beyond_ascii |= !bytes[..valid].is_ascii();
        if broken {
            self.broken_at = Some(self.read - (end - valid) as u64);
            return Err(self.not_in_encoding(valid, false));
        }
        self.carried = end - valid;
        Ok(valid)
    }

    fn fill_decoded(&mut self) -> Result<usize, IntakeError> {
        let count =
            read_some(&mut self.file, &mut self.raw).map_err(|error| IntakeError::io(self.path, "read", error))?;
        self.hash.update(&self.raw[..count]);
        self.advance(count)?;
        self.ended = count == 0;
        let raw = &self.raw[..count];
        // Five bytes mean nothing in Windows-1252; the decoder would let them through as control characters.
        let unassigned = |byte: &u8| matches!(byte, 0x81 | 0x8d | 0x8f | 0x90 | 0x9d);
        let is_windows = self.encoding == TextEncoding::Windows1252;
        let unassigned = is_windows.then(|| raw.iter().position(unassigned)).flatten();
        let utf8 = is_windows.then(|| self.utf8.find(raw)).flatten();
        let wrong = utf8.into_iter().chain(unassigned).min();
        let raw = &raw[..wrong.unwrap_or(count)];
        let Some(decoder) = &mut self.decoder else { return Ok(0) };
        let (result, _, written) = decoder.decode_to_utf8_without_replacement(raw, &mut self.text, self.ended);
        self.beyond_ascii |= !self.text[..written].is_ascii();
        match (result, wrong) {
            (DecoderResult::InputEmpty, None) => Ok(written),
            _ => Err(self.not_in_encoding(written, wrong.is_some() && wrong == utf8)),
        }
    }

    /// The error for bytes that follow the first `valid` bytes of text, whether they are UTF-8 among other text or nothing at
    /// all, or the fault in that text, which comes before.
    fn not_in_encoding(&mut self, valid: usize, utf8: bool) -> IntakeError {
        if let Err(error) = self.scan(0..valid) {
            return error;
        }
        let encoding = self.encoding.words();
        let fault = if utf8 { Fault::TwoEncodings { encoding } } else { Fault::NotInEncoding { encoding } };
        IntakeError::broken(self.path, self.scanner.line(), fault)
    }

    /// Counts what was read. A file that has more or less than when it was opened is being written by somebody else; one that
    /// grows for ever would be read for ever.
    fn advance(&mut self, count: usize) -> Result<(), IntakeError> {
        self.read += count as u64;
        self.progress.advance(count as u64);
        let settled = if count == 0 { self.read == self.size } else { self.read <= self.size };
        if settled { Ok(()) } else { Err(IntakeError::Unsettled { path: self.path.to_owned() }) }
    }
}

/// Looks for UTF-8 among bytes that are read as Windows-1252, of which each would be a sign of its own and a name another name:
/// `Ã©` for `é`.
///
/// It looks for what Latin letters, curly marks and emoji begin with. Each is an accented capital, or `â`, `á` or `ð`, with
/// signs behind it that stand behind no letter, so that a file of Windows-1252 alone has none of them.
#[derive(Default)]
struct Utf8Among {
    /// Bytes that a character still wants, which may be those of the next chunk.
    wanted: u8,
}

impl Utf8Among {
    /// Where the first such character ends.
    fn find(&mut self, bytes: &[u8]) -> Option<usize> {
        bytes.iter().position(|byte| {
            let goes_on = self.wanted > 0 && matches!(byte, 0x80..=0xbf);
            self.wanted = match byte {
                _ if goes_on => self.wanted - 1,
                0xc2..=0xc5 => 1,
                0xe1 | 0xe2 => 2,
                0xf0 => 3,
                _ => 0,
            };
            goes_on && self.wanted == 0
        })
    }
}

impl Read for Source<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.ready.is_empty() && !self.ended {
            if let Err(error) = self.fill() {
                self.failure = Some(error);
                return Err(io::Error::other("the file could not be read on"));
            }
        }
        let count = buffer.len().min(self.ready.len());
        let from = self.ready.start;
        buffer[..count].copy_from_slice(&self.text[from..from + count]);
        self.ready.start += count;
        Ok(count)
    }
}

fn read_some(file: &mut File, buffer: &mut [u8]) -> io::Result<usize> {
    loop {
        match file.read(buffer) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            done => return done,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(chunks: &[&[u8]]) -> Vec<Option<usize>> {
        let mut among = Utf8Among::default();
        chunks.iter().map(|chunk| among.find(chunk)).collect()
    }

    #[test]
    fn utf8_among_windows_1252_is_found_even_where_a_chunk_cuts_it() {
        assert_eq!(found(&["Zo\u{eb}".as_bytes()]), [Some(3)]);
        assert_eq!(found(&[b"Zo\xc3", b"\xabKerr"]), [None, Some(0)]);
        assert_eq!(found(&[b"O\xe2\x80", b"\x99Neill"]), [None, Some(0)]);
        assert_eq!(found(&["\u{1f600}".as_bytes()]), [Some(3)]);
    }

    #[test]
    fn windows_1252_alone_has_none() {
        let text = "Zo\u{eb} RENÉ’S «ÄÖÜ» São JOÃO “Ån” – 5 € ½ ÂME, château; Mòrag’s";
        let (bytes, _, _) = encoding_rs::WINDOWS_1252.encode(text);
        assert_eq!(found(&[&bytes]), [None]);
    }
}
