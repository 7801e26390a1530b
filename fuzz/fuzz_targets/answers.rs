//! Any bytes as a sheet of second answers, and as one of known pairs: taken, with every row told, or nothing is changed.

#![no_main]

#[allow(dead_code, clippy::unwrap_used)]
#[path = "../../tests/desk.rs"]
mod desk;

use std::sync::{LazyLock, Mutex};

use libfuzzer_sys::fuzz_target;
use stewartry::progress::Progress;
use stewartry::stewardship::{known, sign_off};
use stewartry::workspace::BatchId;

static DESK: LazyLock<Mutex<(desk::Desk, BatchId)>> = LazyLock::new(|| {
    let mut desk = desk::Desk::with_people(8);
    (0..5).for_each(|n| desk.match_(&desk::link(n)));
    let batch = desk.submit();
    desk.become_(desk::SUPERVISOR);
    Mutex::new((desk, batch))
});

fuzz_target!(|bytes: &[u8]| {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("answers.csv");
    std::fs::write(&path, bytes).expect("a file");
    let mut held = DESK.lock().expect("no panic before");
    let (desk, batch) = &mut *held;
    let before = desk.ws().ledger_head().expect("a ledger");
    match sign_off::recheck_file(desk.ws(), *batch, &path, &Progress::new()) {
        Ok(answered) => assert!(answered <= 8, "{answered} answers to five links and their controls"),
        Err(_) => assert_eq!(desk.ws().ledger_head().expect("a ledger"), before),
    }
    let before = desk.ws().ledger_head().expect("a ledger");
    match known::from_file(desk.ws(), &path, &Progress::new()) {
        Ok(outcome) => {
            assert!(outcome.taken + outcome.refused.len() as u64 <= outcome.rows, "{outcome:?}");
            assert!(outcome.taken <= 3, "three pairs are undecided: {outcome:?}");
        }
        Err(_) => assert_eq!(desk.ws().ledger_head().expect("a ledger"), before),
    }
});
