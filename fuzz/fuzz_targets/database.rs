//! Any bytes as, or in, a file of a workspace's folder: opened with the history that it had, or said to be damaged, or refused and
//! the database is as it was.

#![no_main]

#[allow(dead_code, clippy::unwrap_used)]
#[path = "../../tests/desk.rs"]
mod desk;
#[allow(dead_code)]
#[path = "../kept.rs"]
mod kept;

use std::sync::{LazyLock, Mutex};

use libfuzzer_sys::fuzz_target;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use stewartry::workspace::{StaffId, Workspace, WorkspaceError};

/// The files that a folder may hold. The last two are there after a crash alone.
const NAMES: [&str; 6] = ["keyring.json", "reached", "lock", "workspace.db", "workspace.db-wal", "CLOSED.txt"];

/// A keyring as it is written, to make its sum fit.
#[derive(Serialize, Deserialize)]
struct Keyring {
    format: String,
    workspace: String,
    people: Vec<Entry>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    next: Option<Next>,
    checksum: String,
}

#[derive(Serialize, Deserialize)]
struct Next {
    mark: String,
    people: Vec<Entry>,
}

#[derive(Serialize, Deserialize)]
struct Entry {
    id: StaffId,
    name: String,
    cost: Cost,
    salt: String,
    nonce: String,
    wrapped: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    envelope: Option<Envelope>,
}

#[derive(Serialize, Deserialize)]
struct Cost {
    memory_kib: u32,
    passes: u32,
    lanes: u32,
}

#[derive(Serialize, Deserialize)]
struct Envelope {
    ephemeral: String,
    nonce: String,
    sealed: String,
}

/// The keyring with a sum that fits, where it costs no more to open than a test can wait for.
fn summed(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut keyring: Keyring = serde_json::from_slice(bytes).ok()?;
    let dear = |entry: &Entry| entry.cost.memory_kib > 1024 || entry.cost.passes > 4;
    if keyring.people.iter().chain(keyring.next.iter().flat_map(|next| &next.people)).any(dear) {
        return None;
    }
    let text = match &keyring.next {
        None => serde_json::to_vec(&(&keyring.format, &keyring.workspace, &keyring.people)),
        Some(next) => serde_json::to_vec(&(&keyring.format, &keyring.workspace, &keyring.people, next)),
    };
    keyring.checksum = Sha256::digest(text.ok()?).iter().map(|byte| format!("{byte:02x}")).collect();
    serde_json::to_vec(&keyring).ok()
}

struct Place {
    kept: kept::Kept,
    head: (i64, String),
}

static PLACE: LazyLock<Mutex<Place>> = LazyLock::new(|| {
    let mut desk = desk::Desk::with_people(4);
    desk.match_(&desk::link(0));
    let head = desk.ws().ledger_head().expect("a ledger");
    Mutex::new(Place { kept: kept::Kept::new(desk), head })
});

fuzz_target!(|bytes: &[u8]| {
    let Some(([file, how, low, high], with)) = bytes.split_first_chunk::<4>() else { return };
    let place = PLACE.lock().expect("no panic before");
    let Place { kept, head } = &*place;
    kept.put_back();
    let name = NAMES[usize::from(*file) % NAMES.len()];
    let whole =
        kept.files.iter().find(|(known, _)| known == name).map(|(_, bytes)| bytes.as_slice()).unwrap_or_default();
    // Somewhere in a large file, or at this place of a small one
    let at = usize::from(u16::from_le_bytes([*low, *high])) * (whole.len() / 65_536 + 1) % (whole.len() + 1);
    let (front, back) = whole.split_at(at);
    let mut changed = match how % 4 {
        0 => with.to_vec(),
        1 => [front, with, back].concat(),
        2 => [front, with, back.get(with.len()..).unwrap_or_default()].concat(),
        _ => [front, with].concat(),
    };
    if name == NAMES[0]
        && how / 4 % 2 == 0
        && let Some(summed) = summed(&changed)
    {
        changed = summed;
    }
    let home = kept.home();
    std::fs::write(home.join(name), &changed).expect("a file");
    let database = std::fs::read(home.join("workspace.db")).expect("the database");

    let _ = (Workspace::people(&home), Workspace::people_of_copies(&home));
    match Workspace::open(&home, desk::OFFICER, desk::PASSPHRASE) {
        Ok(ws) => {
            assert_eq!(ws.me().name, desk::OFFICER);
            let (seq, hash) = head;
            // A page of the database is looked at when it is read
            match ws.ledger(&Default::default(), 100) {
                Err(error) => assert!(matches!(error, WorkspaceError::Damaged { .. }), "{error}"),
                Ok(held) => {
                    let same = held.iter().find(|row| row.seq == *seq).expect("the newest event of before");
                    assert_eq!(same.hash, *hash);
                }
            }
        }
        Err(error) => {
            assert!(!error.to_string().is_empty());
            assert!(
                std::fs::read(home.join("workspace.db")).expect("the database") == database,
                "refused, and changed: {error}"
            );
        }
    }
});
