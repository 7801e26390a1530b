//! Any bytes as a pack, as the archive sealed in one, and as one more file or another header in the archive of a real one: unpacked
//! to exactly the files of a whole release in the one folder, or nothing is left.

#![no_main]

#[allow(dead_code, clippy::unwrap_used)]
#[path = "../../tests/desk.rs"]
mod desk;
#[allow(dead_code)]
#[path = "../kept.rs"]
mod kept;
#[allow(dead_code)]
#[path = "../released.rs"]
mod released;

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use stewartry::age::{Identity, encrypt};
use stewartry::progress::Progress;
use stewartry::release::transfer::unpack;

struct Real {
    identity: Identity,
    release: released::Files,
}

static REAL: LazyLock<Real> = LazyLock::new(|| {
    let identity = Identity::generate().expect("randomness");
    let [release, ..] = released::folders();
    Real { identity, release }
});

/// The header of a file in a tar archive.
fn header(name: &[u8], length: usize) -> [u8; 512] {
    let mut head = [0; 512];
    let mut put = |at: usize, text: &[u8]| head[at..at + text.len()].copy_from_slice(text);
    put(0, &name[..name.len().min(100)]);
    put(100, b"0000644\0");
    put(124, format!("{length:011o}\0").as_bytes());
    put(156, b"0");
    put(257, b"ustar\x0000");
    summed(head)
}

/// A header with the sum that fits.
fn summed(mut head: [u8; 512]) -> [u8; 512] {
    head[148..156].fill(b' ');
    let sum: u32 = head.iter().map(|byte| u32::from(*byte)).sum();
    head[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
    head
}

/// The archive of some files.
fn archive<'a>(files: impl IntoIterator<Item = (&'a [u8], &'a [u8])>) -> Vec<u8> {
    let mut archive = Vec::new();
    for (name, bytes) in files {
        archive.extend(header(name, bytes.len()));
        archive.extend(bytes);
        archive.resize(archive.len().next_multiple_of(512), 0);
    }
    archive.resize(archive.len() + 1024, 0);
    archive
}

fuzz_target!(|bytes: &[u8]| {
    let Some((how, rest)) = bytes.split_first() else { return };
    let real = || REAL.release.iter().map(|(name, bytes)| (name.as_bytes(), bytes.as_slice()));
    let (plain, may_be_whole) = match how % 5 {
        0 => (None, false),
        1 => (Some(rest.to_vec()), false),
        2 | 3 => {
            // One more file, before or behind the others
            let end = rest.iter().position(|byte| *byte == b'\n').unwrap_or(rest.len());
            let more = (&rest[..end], rest.get(end + 1..).unwrap_or_default());
            let files: Vec<_> = if how % 5 == 2 {
                std::iter::once(more).chain(real()).collect()
            } else {
                real().chain([more]).collect()
            };
            (Some(archive(files)), true)
        }
        _ => {
            // Another header of the first file
            let mut archive = archive(real());
            let Some((at, with)) = rest.split_first_chunk() else { return };
            let at = usize::from(u16::from_le_bytes(*at)) % 512;
            let head: &mut [u8; 512] = archive.first_chunk_mut().expect("a header");
            head[at..].iter_mut().zip(with).for_each(|(byte, with)| *byte = *with);
            *head = summed(*head);
            (Some(archive), true)
        }
    };
    let sealed = match &plain {
        None => rest.to_vec(),
        Some(plain) => {
            let mut sealed = Vec::new();
            encrypt(&[REAL.identity.recipient()], &mut plain.as_slice(), &mut sealed).expect("a sealed file");
            sealed
        }
    };
    let outside = tempfile::tempdir().expect("a folder");
    let (place, file) = (outside.path().join("place"), outside.path().join("any.tar.age"));
    let into = place.join("release");
    std::fs::create_dir(&place).expect("a folder");
    std::fs::write(&file, sealed).expect("a file");
    let unpacked = unpack(&file, std::slice::from_ref(&REAL.identity), &into, &Progress::new());
    let names = |folder: &std::path::Path| -> Vec<String> {
        let entries = std::fs::read_dir(folder).expect("a folder");
        let mut names: Vec<String> =
            entries.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned()).collect();
        names.sort();
        names
    };
    assert_eq!(names(outside.path()), ["any.tar.age", "place"], "something was written outside");
    match unpacked {
        Err(_) => assert!(names(&place).is_empty(), "something was left: {:?}", names(&place)),
        Ok(verified) => {
            assert!(may_be_whole && verified.ok());
            assert_eq!(names(&place), ["release"]);
            let found = kept::files(&into);
            assert!(REAL.release.iter().all(|file| found.contains(file)), "a release that is not the one packed");
            assert!(found.len() <= REAL.release.len() + 1);
        }
    }
});
