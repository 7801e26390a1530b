//! Any events in a parcel that comes back, each signed by whoever it was for: refused whole with nothing changed, or each taken in
//! or refused by name, and the workspace is sound, and so is a release of the batch where it was signed.
//!
//! A line is an event, as JSON, with the number of the one that it takes back before it where it takes one back. `$chi0` and on
//! are numbers of the people, `$left` and `$right` the hashes of the records of one of them; `$content`, `$rows` and `$statement`
//! are what the supervisor would sign, others in every run.

#![no_main]

#[allow(dead_code, clippy::unwrap_used)]
#[path = "../../tests/desk.rs"]
mod desk;
#[allow(dead_code)]
#[path = "../kept.rs"]
mod kept;
#[allow(dead_code, clippy::unwrap_used)]
#[path = "../../tests/tampering/tools.rs"]
mod tools;

use std::path::PathBuf;
use std::sync::{LazyLock, Mutex};

use ed25519_dalek::{Signer, SigningKey};
use libfuzzer_sys::fuzz_target;
use rusqlite::params;
use sha2::{Digest, Sha256};
use stewartry::progress::Progress;
use stewartry::stewardship::{parcels, sign_off};
use stewartry::workspace::parcel::Purpose;
use stewartry::workspace::{BatchId, BatchState, Event, StaffId, Workspace};

const PEOPLE: u16 = 9;

/// A parcel, and whoever it is for.
struct Away {
    home: PathBuf,
    files: Vec<(String, Vec<u8>)>,
    staff: i64,
    key: SigningKey,
}

struct Place {
    kept: kept::Kept,
    ws: Option<Workspace>,
    away: [Away; 2],
    /// What stands in the events, by the names that stand for it.
    words: Vec<(String, String)>,
    batch: BatchId,
}

static PLACE: LazyLock<Mutex<Place>> = LazyLock::new(|| {
    let mut desk = desk::Desk::with_people(PEOPLE);
    (0..3).for_each(|n| desk.match_(&desk::link(n)));
    let batch = desk.submit();
    let staff = desk.ws().staff().expect("people");
    let into = desk.path("away");
    std::fs::create_dir(&into).expect("a folder");
    let given = (4..7).map(desk::link).collect();
    let mut homes = Vec::new();
    for (purpose, name) in [(Purpose::Decide(given), desk::SECOND_OFFICER), (Purpose::SignOff(batch), desk::SUPERVISOR)]
    {
        let whom = staff.iter().find(|person| person.name == name).expect("a colleague").id;
        homes.push((
            parcels::make(desk.ws(), purpose, &[whom], &into, &Progress::new()).expect("a parcel"),
            name,
            whom,
        ));
    }
    let away = homes.into_iter().map(|(home, name, StaffId(staff))| {
        let (_, key) = tools::keys(&home, name, desk::PASSPHRASE);
        Away { files: kept::files(&home), home, staff, key }
    });
    let away: Vec<Away> = away.collect();
    let left = desk.ws().mosaic(&desk::mosaic(4)).expect("a record").expect("the record").content_hash;
    let right = desk.ws().chi(&desk::chi(4)).expect("a record").expect("the record").content_hash;
    desk.close();

    // Signed once, for the words; then the parcel is as it was
    let mut there = Workspace::open(&away[1].home, desk::SUPERVISOR, desk::PASSPHRASE).expect("the parcel");
    let held = there.batch(batch).expect("a batch").expect("the batch");
    for (key, _) in sign_off::to_answer(&there, &held).expect("a sample") {
        let verdict = there.decision(&key).expect("a decision").expect("the decision").judgement.verdict;
        sign_off::recheck(&mut there, batch, &key, verdict).expect("a second answer");
    }
    sign_off::sign(&mut there, batch).expect("a signature");
    let (seq, _) = there.ledger_head().expect("a ledger");
    let Event::BatchSigned { content_hash, statement, rows_sha256, .. } =
        there.deed(seq).expect("a deed").remove(0).event
    else {
        panic!("the last event is not the signature")
    };
    drop(there);
    let mut words: Vec<_> = (0..PEOPLE).map(|n| (format!("$chi{n}"), desk::chi(n).to_string())).collect();
    let more = [
        ("$left", left),
        ("$right", right),
        ("$content", content_hash),
        ("$rows", rows_sha256),
        ("$statement", statement),
    ];
    words.extend(more.map(|(name, word)| (name.to_owned(), word)));
    let away = away.try_into().unwrap_or_else(|_| unreachable!());
    Mutex::new(Place { kept: kept::Kept::new(desk), ws: None, away, words, batch })
});

/// Appends events to a parcel's ledger as whoever it is for would with tools of their own.
fn append(away: &Away, events: &[(Option<i64>, String)]) {
    kept::put(&away.home, &away.files);
    let _ = std::fs::remove_file(away.home.join("reached"));
    let conn = tools::raw(&away.home);
    let (mut seq, mut at, mut prev): (i64, String, String) = conn
        .query_row("SELECT seq, at, hash FROM ledger ORDER BY seq DESC LIMIT 1", [], |row| {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?))
        })
        .expect("the last event");
    at.truncate(19);
    for (undoes, payload) in events {
        seq += 1;
        let at = format!("{at}.5Z");
        let text = |none: &str| undoes.map_or(none.to_owned(), |undone| undone.to_string());
        let hash: String =
            Sha256::digest(format!("{seq}\n{at}\n{}\n{}\n{seq}\n{prev}\n{payload}", away.staff, text("-")))
                .iter()
                .map(|byte| format!("{byte:02x}"))
                .collect();
        let signed = away.key.sign(format!("stewartry event 1\n{hash}").as_bytes()).to_bytes();
        let signature: String = signed.iter().map(|byte| format!("{byte:02x}")).collect();
        conn.execute(
            "INSERT INTO ledger (seq, at, staff, event, payload, undoes, deed, prev, hash) VALUES (?1, ?2, ?3, 'any', ?4, ?5, ?1, ?6, ?7)",
            params![seq, at, away.staff, payload, undoes, prev, hash],
        )
        .expect("an event");
        conn.execute("INSERT INTO ledger_signature VALUES (?1, ?2)", params![seq, signature]).expect("a signature");
        prev = hash;
    }
    conn.execute("UPDATE meta SET value = ?1 WHERE key = 'ledger head'", [format!("{seq} {prev}")]).expect("the head");
}

/// What was signed at the other desk goes out, and is sound.
fn released(ws: &mut Workspace, batch: BatchId) {
    if ws.batch(batch).expect("a batch").expect("the batch").state == BatchState::Signed {
        let into = tempfile::tempdir().expect("a folder");
        stewartry::release::write(ws, batch, into.path(), &Progress::new()).expect("a release");
        stewartry::release::verify(into.path(), &Progress::new()).expect("a release that is sound");
    }
}

fuzz_target!(|text: &str| {
    let mut place = PLACE.lock().expect("no panic before");
    let Place { kept, ws, away, words, batch } = &mut *place;
    let which = &away[usize::from(text.contains("batch"))];
    let events: Vec<(Option<i64>, String)> = text
        .lines()
        .take(8)
        .map(|line| {
            let line = words.iter().fold(line.to_owned(), |line, (name, word)| line.replace(name, word));
            let begins = line.find(|c: char| !c.is_ascii_digit()).unwrap_or(line.len());
            (line[..begins].parse().ok(), line[begins..].trim_start().to_owned())
        })
        .collect();
    // That an event cannot be read is soon tried
    if !events.iter().any(|(_, payload)| serde_json::from_str::<Event>(payload).is_ok()) && text.len() > 3 {
        return;
    }
    append(which, &events);

    let here = ws.get_or_insert_with(|| kept.open(desk::OFFICER));
    let before = here.ledger_head().expect("a ledger");
    match parcels::take(here, &which.home, &Progress::new()) {
        Err(_) => assert_eq!(here.ledger_head().expect("a ledger"), before, "refused, and something changed"),
        Ok(taken) => {
            let copies =
                |(_, payload): &&(_, String)| matches!(serde_json::from_str(payload), Ok(Event::BackedUp { .. }));
            let told = events.len() - events.iter().filter(copies).count();
            assert_eq!(taken.events + taken.refused.len() as u64, told as u64, "{taken:?}");
            assert_eq!(taken.already, 0);
            if here.ledger_head().expect("a ledger") != before {
                let report = here.check(&Progress::new()).expect("a check");
                assert!(report.ok, "{report:#?}");
                released(here, *batch);
                *ws = None;
            }
        }
    }
});
