//! Any text as each of the JSON files that people bring or that are kept: parsed or refused. What is parsed is written and read back
//! the same; by an export profile without a fault a release is written that is sound; a filter finds pairs that there are.

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

use std::fmt::Debug;
use std::path::Path;
use std::sync::{LazyLock, Mutex};

use libfuzzer_sys::fuzz_target;
use serde::Serialize;
use serde::de::DeserializeOwned;
use stewartry::intake::Mapping;
use stewartry::linkage::{Model, Report};
use stewartry::progress::Progress;
use stewartry::release::share::manifest::ShareManifest;
use stewartry::release::{CorrectionManifest, ExportProfile, Manifest, glance, preview, verify, write_with};
use stewartry::workspace::{BatchId, Event, Place, Protocol, QueueFilter, ReportColumns, SignedEvent, Workspace};

/// After so many releases it begins from the start: the ledger has an event of each.
const WRITTEN: u32 = 100;

struct Room {
    kept: kept::Kept,
    batch: BatchId,
    ws: Option<Workspace>,
    written: u32,
}

static ROOM: LazyLock<Mutex<Room>> = LazyLock::new(|| {
    let (desk, batch) = released::signed();
    Mutex::new(Room { kept: kept::Kept::new(desk), batch, ws: None, written: 0 })
});

/// Reads what was written of it, and finds it the same.
fn again<T: Serialize + DeserializeOwned + PartialEq + Debug>(text: &str) -> Option<T> {
    let read: T = serde_json::from_str(text).ok()?;
    let written = serde_json::to_string(&read).expect("its JSON");
    assert_eq!(serde_json::from_str::<T>(&written).ok().as_ref(), Some(&read), "{written}");
    Some(read)
}

/// A profile by which something can be written, and what is written.
fn write_by(profile: &ExportProfile, folder: &Path) {
    let mut room = ROOM.lock().expect("no panic before");
    let Room { kept, batch, ws, written } = &mut *room;
    let here = ws.get_or_insert_with(|| kept.open(desk::OFFICER));
    let before = here.ledger_head().expect("a ledger");
    let shown = preview(here, *batch, profile, 5);
    assert_eq!(glance(here, *batch, profile).is_ok(), shown.is_ok(), "{shown:?}");
    match write_with(here, *batch, folder, profile, &Progress::new()) {
        Ok(_) => {
            assert!(shown.is_ok(), "{shown:?}");
            verify(folder, &Progress::new()).expect("a release that is sound");
        }
        Err(_) => assert_eq!(here.ledger_head().expect("a ledger"), before),
    }
    *written += 1;
    if *written % WRITTEN == 0 {
        *ws = None;
    }
}

fuzz_target!(|text: &str| {
    let folder = tempfile::tempdir().expect("a folder");
    if let Ok(profile) = ExportProfile::from_json(text) {
        assert_eq!(ExportProfile::from_json(&profile.to_json()).as_ref(), Ok(&profile));
        if profile.fault().is_none() {
            write_by(&profile, &folder.path().join("out"));
        }
    }
    if let Some(protocol) = again::<Protocol>(text)
        && protocol.fault().is_none()
    {
        let most = protocol.allowed(u8::MAX);
        assert!(most.iter().all(|column| protocol.level_of(*column).is_some()));
        assert!(protocol.allowed(protocol.agreed).iter().all(|column| most.contains(column)));
    }
    again::<ReportColumns>(text);
    again::<Place>(text);
    // A fraction of seventeen digits need not read back to the last bit; nobody writes one
    if !matches!(serde_json::from_str(text), Ok(Event::CutsMoved { .. } | Event::SampleDrawn { .. })) {
        again::<Event>(text);
    }
    if let Some(event) = again::<SignedEvent>(text)
        && event.fault().is_none()
    {
        let payload = format!("{} ", event.payload);
        assert!(SignedEvent { payload, ..event }.fault().is_some(), "a signature that fits two events");
    }
    if let Some(filter) = again::<QueueFilter>(text) {
        let mut room = ROOM.lock().expect("no panic before");
        let Room { kept, ws, .. } = &mut *room;
        let here = ws.get_or_insert_with(|| kept.open(desk::OFFICER));
        let found = here.queue(&filter).expect("a queue, or an empty one");
        assert_eq!(here.pairs(&found).expect("its pairs").len(), found.len());
    }
    // What holds fractions, as above
    let _ = serde_json::from_str::<Manifest>(text).map(|it| it.is_sealed());
    let _ = serde_json::from_str::<CorrectionManifest>(text).map(|it| it.is_sealed());
    let _ = serde_json::from_str::<ShareManifest>(text).map(|it| it.is_sealed());
    let _ = serde_json::from_str::<Report>(text).is_ok();
    let _ = serde_json::from_str::<Model>(text).is_ok();

    let headings = ["PersonID", "Surname", "FirstForename", "Gender", "DateOfBirth", "CHINumber"].map(str::to_owned);
    let path = folder.path().join("mapping.json");
    std::fs::write(&path, text).expect("a file");
    match Mapping::read(&path, &headings) {
        Ok(mapping) => {
            assert!(mapping.columns().all(|(_, column)| column < headings.len()));
            mapping.write(&path).expect("a mapping");
            assert_eq!(Mapping::read(&path, &headings).ok(), Some(mapping));
        }
        Err(error) => assert!(error.to_string().contains("mapping.json"), "{error}"),
    }
});
