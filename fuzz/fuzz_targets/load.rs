//! Any bytes loaded into a small workspace as an extract or as pairs: taken with counts that add up, and the workspace is sound; or
//! refused, and nothing in it changed.

#![no_main]

#[allow(dead_code, clippy::unwrap_used)]
#[path = "../../tests/desk.rs"]
mod desk;
#[allow(dead_code)]
#[path = "../kept.rs"]
mod kept;
#[path = "../taken.rs"]
mod taken;

use std::sync::{LazyLock, Mutex};

use libfuzzer_sys::fuzz_target;
use stewartry::intake::{Kind, preview};
use stewartry::progress::Progress;
use stewartry::stewardship::load::{LoadOptions, load};
use stewartry::workspace::Workspace;

/// After so many loads it begins from the start: what is kept of every file would be more and more to go through.
const LOADS: u32 = 25;

struct Place {
    kept: kept::Kept,
    ws: Option<Workspace>,
    loads: u32,
}

static PLACE: LazyLock<Mutex<Place>> = LazyLock::new(|| {
    let mut desk = desk::Desk::with_people(6);
    desk.match_(&desk::link(0));
    Mutex::new(Place { kept: kept::Kept::new(desk), ws: None, loads: 0 })
});

fuzz_target!(init: taken::let_parquet_panic(), |bytes: &[u8]| {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("any.csv");
    std::fs::write(&path, bytes).expect("a file");
    // The length says as what it is read and how, so that a file stands in a corpus as it is
    let (kinds, length) = (Kind::ALL.len() + 1, bytes.len());
    let Ok(found) = preview(&path, Kind::ALL.get(length % kinds).copied(), &Progress::new()) else { return };
    let options = LoadOptions { again: true, in_spite: length / kinds % 2 == 0 };

    let mut place = PLACE.lock().expect("no panic before");
    let Place { kept, ws, loads } = &mut *place;
    let here = ws.get_or_insert_with(|| kept.open(desk::OFFICER));
    let before = kept::held(here);
    match load(here, &found.plan(), options, &Progress::new()) {
        Err(_) => assert_eq!(kept::held(here), before, "refused, and something changed"),
        Ok(outcome) => {
            let tally = &outcome.tally;
            assert_eq!(tally.rows, found.rows, "{outcome:?}");
            assert_eq!(tally.accepted + tally.warned + tally.rejected, tally.rows, "{outcome:?}");
            assert!(tally.accepted + tally.warned > 0, "{outcome:?}");
            assert_eq!(
                outcome.added + outcome.changed + outcome.same_as_before,
                tally.accepted + tally.warned,
                "{outcome:?}"
            );
            assert!(outcome.only_chi <= outcome.changed, "{outcome:?}");
            *loads += 1;
            if *loads % LOADS == 0 {
                let report = here.check(&Progress::new()).expect("a check");
                assert!(report.ok, "{report:?}");
                *ws = None;
            }
        }
    }
});
