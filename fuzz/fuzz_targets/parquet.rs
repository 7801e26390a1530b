//! Any bytes between the marks of a Parquet file: refused in a sentence, or read as an extract is.

#![no_main]

#[path = "../taken.rs"]
mod taken;

use libfuzzer_sys::fuzz_target;
use stewartry::intake::Kind;

const MARK: &[u8; 4] = b"PAR1";

fuzz_target!(init: taken::let_parquet_panic(), |bytes: &[u8]| {
    let mut file = bytes.to_vec();
    // The marks at the ends stay, so that what is between them is read
    if let Some(begins) = file.first_chunk_mut() {
        *begins = *MARK;
    }
    if let Some(ends) = file.last_chunk_mut() {
        *ends = *MARK;
    }
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("any.parquet");
    std::fs::write(&path, &file).expect("a file");
    let kind = Kind::ALL.get(bytes.len() % (Kind::ALL.len() + 1)).copied();
    taken::whole(&path, kind);
});
