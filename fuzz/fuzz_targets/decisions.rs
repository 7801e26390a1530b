//! Any bytes as a sheet of decisions: every row is decided, known already or refused; or nothing is decided.

#![no_main]

#[allow(dead_code, clippy::unwrap_used)]
#[path = "../../tests/desk.rs"]
mod desk;

use std::sync::{LazyLock, Mutex};

use libfuzzer_sys::fuzz_target;
use stewartry::progress::Progress;
use stewartry::stewardship::decide;

static DESK: LazyLock<Mutex<desk::Desk>> = LazyLock::new(|| Mutex::new(desk::Desk::with_people(6)));

fuzz_target!(|bytes: &[u8]| {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("decisions.csv");
    std::fs::write(&path, bytes).expect("a file");
    let mut desk = DESK.lock().expect("no panic before");
    let before = desk.ws().ledger_head().expect("a ledger");
    match decide::decide_file(desk.ws(), &path, &Progress::new()) {
        Ok(outcome) => {
            assert_eq!(outcome.decided + outcome.same_as_before + outcome.refused.len() as u64, outcome.rows);
        }
        Err(_) => assert_eq!(desk.ws().ledger_head().expect("a ledger"), before),
    }
});
