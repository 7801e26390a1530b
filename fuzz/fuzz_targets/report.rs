//! Any bytes as the report of a load: taken whole, with every row in the seed file of its batch, or refused with nothing changed.

#![no_main]

#[allow(dead_code, clippy::unwrap_used)]
#[path = "../../tests/desk.rs"]
mod desk;

use std::sync::{LazyLock, Mutex};

use libfuzzer_sys::fuzz_target;
use stewartry::progress::Progress;
use stewartry::release;
use stewartry::stewardship::acknowledge::{self, ReportColumns};

static DESK: LazyLock<Mutex<desk::Desk>> = LazyLock::new(|| {
    let mut desk = desk::Desk::with_people(6);
    (0..5).for_each(|n| desk.match_(&desk::link(n)));
    let batch = desk.submit();
    desk.sign(batch);
    desk.become_(desk::OFFICER);
    let into = desk.path("out");
    release::write(desk.ws(), batch, &into, &Progress::new()).expect("a release");
    Mutex::new(desk)
});

fuzz_target!(|bytes: &[u8]| {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("report.csv");
    std::fs::write(&path, bytes).expect("a file");
    let mut desk = DESK.lock().expect("no panic before");
    let before = desk.ws().ledger_head().expect("a ledger");
    match acknowledge::take(desk.ws(), None, &path, &ReportColumns::default(), &Progress::new()) {
        Ok(taken) => {
            let taken = taken.output;
            assert!(taken.accepted + taken.rejected + taken.stay_accepted <= taken.rows, "{taken:?}");
            assert!(taken.unanswered <= 5, "{taken:?}");
        }
        Err(_) => assert_eq!(desk.ws().ledger_head().expect("a ledger"), before),
    }
});
