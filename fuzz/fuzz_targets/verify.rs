//! Any bytes in place of, put into or put over a file of a release, a correction or an extract for another organisation: never
//! sound. Where the sums are made to agree, what a supervisor signed is still what the tables say.

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
use released::Files;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use sha2::{Digest, Sha256};
use stewartry::progress::Progress;
use stewartry::release::share::manifest::ShareManifest;
use stewartry::release::{CorrectionManifest, Manifest, ReleaseError, verify};

static FOLDERS: LazyLock<[Files; 3]> = LazyLock::new(released::folders);

fn hex(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

fn read<T: DeserializeOwned>(bytes: &[u8]) -> Option<T> {
    serde_json::from_slice(bytes).ok()
}

/// The bytes of a manifest with a seal that fits; as they are where they are none.
fn sealed(bytes: &[u8]) -> Vec<u8> {
    read::<Manifest>(bytes)
        .map(|it| it.sealed().bytes())
        .or_else(|| read::<CorrectionManifest>(bytes).map(|it| it.sealed().bytes()))
        .or_else(|| read::<ShareManifest>(bytes).map(|it| it.sealed().bytes()))
        .unwrap_or_else(|| bytes.to_vec())
}

/// Makes the manifests of a folder agree with a table.
fn agree(files: &mut Files, name: &str, table: &[u8]) {
    let rows = csv::ReaderBuilder::new().flexible(true).from_reader(table).into_byte_records().count() as u64;
    let (length, sha256) = (table.len() as u64, hex(table));
    for (_, bytes) in files.iter_mut().filter(|(name, _)| name.ends_with("manifest.json")) {
        if let Some(mut manifest) = read::<Manifest>(bytes) {
            for part in manifest.files.iter_mut().filter(|part| part.name == name) {
                (part.bytes, part.rows, part.sha256) = (length, rows, sha256.clone());
            }
            *bytes = manifest.sealed().bytes();
        } else if let Some(mut manifest) = read::<CorrectionManifest>(bytes) {
            for part in manifest.files.iter_mut().filter(|part| part.name == name) {
                (part.bytes, part.rows, part.sha256) = (length, rows, sha256.clone());
            }
            *bytes = manifest.sealed().bytes();
        } else if let Some(mut manifest) = read::<ShareManifest>(bytes)
            && manifest.file.name == name
        {
            (manifest.file.bytes, manifest.file.rows, manifest.file.sha256) = (length, rows, sha256.clone());
            *bytes = manifest.sealed().bytes();
        }
    }
}

/// The first columns of a table.
fn columns(table: &[u8], count: usize) -> Vec<Vec<String>> {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(table);
    reader.deserialize::<Vec<String>>().flatten().map(|row| row.into_iter().take(count).collect()).collect()
}

/// A signature that a manifest carries.
#[derive(Deserialize)]
struct Signed {
    stewartry_release: u32,
}

fuzz_target!(|bytes: &[u8]| {
    let Some(([folder, file, how, low, high], with)) = bytes.split_first_chunk::<5>() else { return };
    let kind = usize::from(*folder) % FOLDERS.len();
    let real = &FOLDERS[kind];
    let file = usize::from(*file) % real.len();
    let mut files = real.clone();
    let (name, whole) = real[file].clone();
    let at = usize::from(u16::from_le_bytes([*low, *high])) % (whole.len() + 1);
    let (front, back) = whole.split_at(at);
    let changed = match how % 3 {
        0 => with.to_vec(),
        1 => [front, with, back].concat(),
        _ => [front, with, back.get(with.len()..).unwrap_or_default()].concat(),
    };
    // Whoever changes a file may know how it is sealed
    let forged = how / 3 % 2 == 1;
    files[file].1 = changed.clone();
    if forged && name.ends_with("manifest.json") {
        files[file].1 = sealed(&changed);
    } else if forged {
        agree(&mut files, &name, &changed);
    }

    let here = tempfile::tempdir().expect("a folder");
    for (name, bytes) in &files {
        std::fs::write(here.path().join(name), bytes).expect("a file");
    }
    let found = verify(here.path(), &Progress::new());
    if files == *real {
        assert!(found.is_ok(), "{found:?}");
        return;
    }
    if let Err(ReleaseError::Unsound(verified)) = &found {
        assert!(verified.failure().is_some());
    }
    let Ok(verified) = found else { return };
    assert!(verified.ok() && forged, "said to be sound: {name}, changed at {at}");
    if name.ends_with("manifest.json") || kind == 2 {
        return; // Of what a manifest says beside the signature, and of an extract, the ledger alone knows better
    }
    let signed = files.iter().any(|(_, bytes)| read::<Signed>(bytes).is_some_and(|it| it.stewartry_release > 2));
    assert!(kind == 1 || signed);
    let same = match &name {
        name if name.ends_with("_evidence.csv") => {
            // Which pairs, and what was decided of them: what else is signed stands among the remarks on them
            let key = |table: &[u8]| columns(table, if kind == 0 { 4 } else { 3 });
            key(&changed) == key(&whole)
        }
        name if name.ends_with("_merges.csv") => columns(&changed, 2) == columns(&whole, 2),
        _ => changed == whole,
    };
    assert!(same, "said to be sound, and it is not what was signed: {name}");
});
