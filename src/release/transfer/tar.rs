//! The files inside a pack, as a tar archive of the plainest kind (POSIX ustar): ordinary files with plain names, and nothing
//! else, neither written nor read. The same files give the same bytes: there is no clock and no owner in it.

use std::collections::BTreeSet;

const BLOCK: usize = 512;

/// An archive of the files.
pub(super) fn write(files: &[(String, Vec<u8>)]) -> Vec<u8> {
    let mut archive = Vec::new();
    for (name, bytes) in files {
        let mut head = [0_u8; BLOCK];
        let mut put = |at: usize, text: &[u8]| head[at..at + text.len()].copy_from_slice(text);
        put(0, name.as_bytes());
        put(100, b"0000644\0");
        put(108, b"0000000\0");
        put(116, b"0000000\0");
        put(124, format!("{:011o}\0", bytes.len()).as_bytes());
        put(136, b"00000000000\0");
        put(148, b"        ");
        put(156, b"0");
        put(257, b"ustar\x0000");
        let sum: u32 = head.iter().map(|byte| u32::from(*byte)).sum();
        head[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
        archive.extend(head);
        archive.extend(bytes);
        archive.resize(archive.len().next_multiple_of(BLOCK), 0);
    }
    archive.resize(archive.len() + 2 * BLOCK, 0);
    archive
}

/// Whether a name can stand in an archive: no folder, no hidden file, nothing that some system reads otherwise.
pub(super) fn is_plain(name: &str) -> bool {
    let fits = |c: char| c.is_ascii_alphanumeric() || "-_. ".contains(c);
    !name.is_empty()
        && name.len() < 100
        && name.chars().all(fits)
        && !name.starts_with(['.', ' '])
        && !name.ends_with(['.', ' '])
}

/// The files of an archive; `None` where it is anything but such files.
pub(super) fn read(archive: &[u8]) -> Option<Vec<(String, Vec<u8>)>> {
    let mut files = Vec::new();
    let mut names = BTreeSet::new();
    let mut rest = archive;
    loop {
        let head = rest.get(..BLOCK)?;
        rest = &rest[BLOCK..];
        if head.iter().all(|byte| *byte == 0) {
            return Some(files);
        }
        let text = |from: usize, to: usize| {
            let field = &head[from..to];
            let end = field.iter().position(|byte| *byte == 0).unwrap_or(field.len());
            std::str::from_utf8(&field[..end]).ok()
        };
        let octal = |from: usize, to: usize| u64::from_str_radix(text(from, to)?.trim(), 8).ok();
        let sum: u64 = head
            .iter()
            .enumerate()
            .map(|(at, byte)| if (148..156).contains(&at) { 32 } else { u64::from(*byte) })
            .sum();
        let name = text(0, 100)?;
        let is_file = matches!(head[156], b'0' | 0) && text(345, 500)?.is_empty();
        if octal(148, 156)? != sum || !is_file || !is_plain(name) || !names.insert(name.to_ascii_lowercase()) {
            return None;
        }
        let size = usize::try_from(octal(124, 136)?).ok()?;
        let bytes = rest.get(..size)?;
        files.push((name.to_owned(), bytes.to_vec()));
        rest = rest.get(size.checked_next_multiple_of(BLOCK)?..)?;
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn what_was_written_is_read_and_nothing_but_plain_files_is() {
        let files: Vec<(String, Vec<u8>)> =
            [0, 1, 511, 512, 513].map(|n| (format!("file {n}.csv"), vec![b'x'; n])).to_vec();
        let archive = write(&files);
        assert_eq!(read(&archive).unwrap(), files);
        for name in ["../up", "a/b", "/etc/passwd", ".hidden", "C:x", "a\\b", "", "x."] {
            assert!(!is_plain(name), "{name}");
            assert_eq!(read(&write(&[(name.to_owned(), Vec::new())])), None, "{name}");
        }
        let twice = write(&[("a.csv".to_owned(), Vec::new()), ("A.csv".to_owned(), Vec::new())]);
        assert_eq!(read(&twice), None, "two files that some systems take for one");
        let mut link = archive.clone();
        link[156] = b'2';
        assert_eq!(read(&link), None, "a link, or a wrong sum");
        for length in [0, 100, 512, 700, archive.len() - 1024 - 512] {
            assert_eq!(read(&archive[..length]), None, "cut at {length}");
        }
    }
}
