//! Any bytes as an extract, of whichever kind: refused in a sentence, or every row accepted, warned or rejected, once, and all four
//! ways to read it say the same.

#![no_main]

#[path = "../taken.rs"]
mod taken;

use libfuzzer_sys::fuzz_target;
use stewartry::intake::{Gather, Kind, gather};
use stewartry::person::{ChiView, MosaicView};
use stewartry::progress::Progress;

/// Keeps nothing.
struct Nothing;

impl Gather for Nothing {
    fn mosaic(&mut self, _: &MosaicView<'_>) {}
    fn chi(&mut self, _: &ChiView<'_>) {}
}

fuzz_target!(init: taken::let_parquet_panic(), |bytes: &[u8]| {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("any.csv");
    std::fs::write(&path, bytes).expect("a file");
    // The length says as what it is read, so that a file stands in a corpus as it is
    let kind = Kind::ALL.get(bytes.len() % (Kind::ALL.len() + 1)).copied();
    let Some((found, tally)) = taken::whole(&path, kind) else { return };
    assert_eq!(found.bytes, bytes.len() as u64);
    if matches!(found.mapping.kind, Kind::Mosaic | Kind::Chi) && found.format.text().is_some() {
        let fast = gather(&path, found.mapping.kind, &Progress::new(), || Nothing);
        assert_eq!(fast.map(|gathered| gathered.tally).map_err(|error| error.to_string()), Ok(tally));
    }
});
