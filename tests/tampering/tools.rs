//! What somebody has who holds the database's key and a SQLite of their own, and knows how the ledger hashes.
//!
//! The key is found here as a tool of their own would find it: from `keyring.json` and a passphrase, by the written form alone.

use std::path::Path;

use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use ed25519_dalek::{Signer, SigningKey, VerifyingKey};
use rusqlite::Connection;
use sha2::{Digest, Sha256};

use crate::desk::{OFFICER, PASSPHRASE};

pub fn bytes(text: &str) -> Vec<u8> {
    (0..text.len()).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap()).collect()
}

pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// What a person's passphrase gives whoever knows the form of the keyring: the database's key and the person's secret.
pub fn keys(home: &Path, name: &str, passphrase: &str) -> ([u8; 32], SigningKey) {
    let text = std::fs::read_to_string(home.join("keyring.json")).unwrap();
    let keyring: serde_json::Value = serde_json::from_str(&text).unwrap();
    let entry = keyring["people"].as_array().unwrap().iter().find(|entry| entry["name"] == name).unwrap();
    let cost = |field: &str| entry["cost"][field].as_u64().unwrap() as u32;
    let part = |value: &serde_json::Value| bytes(value.as_str().unwrap());
    let mut derived = [0; 32];
    let params = argon2::Params::new(cost("memory_kib"), cost("passes"), cost("lanes"), Some(32)).unwrap();
    argon2::Argon2::new(argon2::Algorithm::Argon2id, argon2::Version::V0x13, params)
        .hash_password_into(passphrase.as_bytes(), &part(&entry["salt"]), &mut derived)
        .unwrap();
    // As the program binds it: fields in the order of the form
    let aad = format!(
        "[\"stewartry keyring 2\",{},{},{},{{\"memory_kib\":{},\"passes\":{},\"lanes\":{}}}]",
        keyring["workspace"],
        entry["id"],
        entry["name"],
        cost("memory_kib"),
        cost("passes"),
        cost("lanes")
    );
    let open = |key: &[u8; 32], nonce: &serde_json::Value, sealed: &serde_json::Value| -> [u8; 32] {
        let nonce: [u8; 24] = part(nonce).try_into().unwrap();
        let (sealed, aad) = (part(sealed), aad.as_bytes());
        let open = XChaCha20Poly1305::new(key.into()).decrypt(&XNonce::from(nonce), Payload { msg: &sealed, aad });
        open.unwrap().try_into().unwrap()
    };
    let seed = open(&derived, &entry["nonce"], &entry["wrapped"]);
    let opening = SigningKey::from_bytes(&Sha256::digest([b"stewartry opening 1\n".as_slice(), &seed].concat()).into());
    let ephemeral: [u8; 32] = part(&entry["envelope"]["ephemeral"]).try_into().unwrap();
    let point = VerifyingKey::from_bytes(&ephemeral).unwrap();
    let shared = (point.to_montgomery() * opening.to_scalar()).to_bytes();
    let mut hash = Sha256::new();
    for part in [b"stewartry sealed key 1\n".as_slice(), &shared, &ephemeral, opening.verifying_key().as_bytes()] {
        hash.update(part);
    }
    let key = open(&hash.finalize().into(), &entry["envelope"]["nonce"], &entry["envelope"]["sealed"]);
    (key, SigningKey::from_bytes(&seed))
}

/// A connection to the database as a tool of somebody else's would have it: no trigger is safe, no rule of ours holds.
pub fn raw(home: &Path) -> Connection {
    let (key, _) = keys(home, OFFICER, PASSPHRASE);
    let conn = Connection::open(home.join("workspace.db")).unwrap();
    conn.execute_batch(&format!(
        "PRAGMA key = \"x'{}'\"; PRAGMA foreign_keys = OFF; PRAGMA recursive_triggers = OFF",
        hex(&key)
    ))
    .unwrap();
    conn
}

/// Takes the guards of the ledger away while something is done, and puts them back as they were.
pub fn unguarded(conn: &Connection, deed: impl FnOnce(&Connection)) {
    let mut find = conn.prepare("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").unwrap();
    let guards: Vec<(String, String)> =
        find.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).unwrap().map(Result::unwrap).collect();
    for (name, _) in &guards {
        conn.execute_batch(&format!("DROP TRIGGER {name}")).unwrap();
    }
    deed(conn);
    for (_, sql) in &guards {
        conn.execute_batch(sql).unwrap();
    }
}

/// Hashes every event anew from one on, as the ledger does, and writes down where the chain ends: all that a forger without the others'
/// secrets can do. With a secret of their own they sign what is theirs.
pub fn rechain(conn: &Connection, from: i64, own: Option<(i64, &SigningKey)>) {
    let mut prev: String = conn
        .query_row("SELECT hash FROM ledger WHERE seq = ?1", [from - 1], |row| row.get(0))
        .unwrap_or("0".repeat(64));
    let mut find =
        conn.prepare("SELECT seq, at, staff, undoes, deed, payload FROM ledger WHERE seq >= ?1 ORDER BY seq").unwrap();
    type Row = (i64, String, i64, Option<i64>, i64, String);
    let rows: Vec<Row> = find
        .query_map([from], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?, row.get(5)?)))
        .unwrap()
        .map(Result::unwrap)
        .collect();
    for (seq, at, staff, undoes, deed, payload) in &rows {
        let undoes = undoes.map_or("-".to_owned(), |seq| seq.to_string());
        let text = format!("{seq}\n{at}\n{staff}\n{undoes}\n{deed}\n{prev}\n{payload}");
        let hash = hex(&Sha256::digest(text));
        conn.execute("UPDATE ledger SET prev = ?2, hash = ?3 WHERE seq = ?1", rusqlite::params![seq, prev, hash])
            .unwrap();
        if let Some((_, key)) = own.filter(|(me, _)| me == staff) {
            let signature = hex(&key.sign(format!("stewartry event 1\n{hash}").as_bytes()).to_bytes());
            conn.execute("INSERT OR REPLACE INTO ledger_signature VALUES (?1, ?2)", rusqlite::params![seq, signature])
                .unwrap();
        }
        prev = hash;
    }
    let last = rows.last().map_or(from - 1, |row| row.0);
    conn.execute("UPDATE meta SET value = ?1 WHERE key = 'ledger head'", [format!("{last} {prev}")]).unwrap();
}
