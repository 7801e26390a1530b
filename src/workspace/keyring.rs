//! The wrapped keys.
//!
//! The database is encrypted under one random 32-byte key. `keyring.json` holds that key once per person, each time encrypted
//! (XChaCha20-Poly1305) under a key derived from that person's passphrase (Argon2id); nobody shares a passphrase, and a
//! changed passphrase rewrites one entry, not the database. Workspace, name, number and cost are bound to each entry as
//! associated data, so that an entry cannot be passed off as another's. A wrong passphrase and a damaged entry look the same to
//! the cipher: a plain checksum over the whole file tells them apart.
//!
//! What this does not do: somebody whose entry was taken out, and who had kept a copy of the keyring and the database, can
//! still open that copy.

use std::path::Path;

use argon2::{Algorithm, Argon2, Params, Version};
use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use unicode_normalization::UnicodeNormalization;
use zeroize::Zeroizing;

use super::event::StaffId;
use super::hex;
use super::{Result, WorkspaceError, durable};

/// The file's name in the workspace's folder.
pub(super) const NAME: &str = "keyring.json";

const FORMAT: &str = "stewartry keyring 1";
const SALT: usize = 16;
const NONCE: usize = 24;
/// The key and the cipher's tag.
const WRAPPED: usize = 32 + 16;

/// The key of a database.
pub(super) type Key = Zeroizing<[u8; 32]>;

/// What deriving a key from a passphrase costs (Argon2id, RFC 9106).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeyCost {
    /// Memory in KiB.
    pub memory_kib: u32,
    /// Passes over it.
    pub passes: u32,
    /// Lanes.
    pub lanes: u32,
}

impl KeyCost {
    /// For real workspaces: at least a quarter of a second on an ordinary desk computer, far above the least that OWASP
    /// advises (19 MiB, 2 passes).
    pub const STANDARD: Self = Self { memory_kib: 128 * 1024, passes: 4, lanes: 1 };
    /// For tests only, whose passphrases are public.
    pub const TEST: Self = Self { memory_kib: 64, passes: 1, lanes: 1 };

    /// What no keyring of ours asks: a file that does is damaged or means harm.
    fn is_sane(self) -> bool {
        (8..=4 * 1024 * 1024).contains(&self.memory_kib)
            && (1..=100).contains(&self.passes)
            && (1..=16).contains(&self.lanes)
    }
}

/// One person's wrapped key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Entry {
    id: StaffId,
    name: String,
    cost: KeyCost,
    salt: String,
    nonce: String,
    wrapped: String,
}

/// The keyring of a workspace.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Keyring {
    format: String,
    workspace: String,
    people: Vec<Entry>,
    /// SHA-256 (hex) over the rest: finds damage, proves nothing.
    checksum: String,
}

impl Keyring {
    /// An empty keyring of a workspace.
    pub(super) fn new(workspace: &str) -> Self {
        Self { format: FORMAT.into(), workspace: workspace.into(), people: Vec::new(), checksum: String::new() }
    }

    /// Reads the keyring in `home`.
    pub(super) fn read(home: &Path) -> Result<Self> {
        let path = home.join(NAME);
        let bytes = match std::fs::read(&path) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                return Err(WorkspaceError::damaged("its keyring is missing, without which nobody can open it"));
            }
            Err(error) => return Err(WorkspaceError::io("Could not read", path, error)),
        };
        let damaged = || WorkspaceError::damaged("its keyring cannot be read");
        let keyring: Self = serde_json::from_slice(&bytes).map_err(|_| damaged())?;
        let sane = keyring.people.iter().all(|entry| {
            entry.cost.is_sane()
                && entry.salt.len() == 2 * SALT
                && entry.nonce.len() == 2 * NONCE
                && entry.wrapped.len() == 2 * WRAPPED
        });
        if keyring.format != FORMAT || keyring.checksum != keyring.sum() || !sane {
            return Err(damaged());
        }
        Ok(keyring)
    }

    /// Writes the keyring into `home`, in place of the one there.
    pub(super) fn write(&self, home: &Path) -> Result<()> {
        let mut whole = self.clone();
        whole.checksum = whole.sum();
        let text =
            serde_json::to_string_pretty(&whole).map_err(|_| WorkspaceError::conflict("The keyring has no JSON"))?;
        durable::replace(&home.join(NAME), text.as_bytes())
    }

    /// The workspace it belongs to.
    pub(super) fn workspace(&self) -> &str {
        &self.workspace
    }

    /// Who may open the workspace, in the order they were added.
    pub(super) fn names(&self) -> Vec<String> {
        self.people.iter().map(|entry| entry.name.clone()).collect()
    }

    /// Opens a person's entry: their number, and the key. The name is taken as written, or in other capitals.
    pub(super) fn unlock(&self, name: &str, passphrase: &str) -> Result<(StaffId, Key)> {
        let name = name.trim();
        let entry = self
            .people
            .iter()
            .find(|entry| entry.name == name)
            .or_else(|| self.people.iter().find(|entry| entry.name.to_lowercase() == name.to_lowercase()))
            .ok_or(WorkspaceError::UnknownPerson)?;
        Ok((entry.id, self.unwrap(entry, passphrase)?))
    }

    /// What a person's entry costs to open.
    pub(super) fn cost_of(&self, id: StaffId) -> Option<KeyCost> {
        self.people.iter().find(|entry| entry.id == id).map(|entry| entry.cost)
    }

    /// Wraps the key for a person, in place of any entry of theirs.
    pub(super) fn put(&mut self, id: StaffId, name: &str, passphrase: &str, cost: KeyCost, key: &Key) -> Result<()> {
        let mut salt = [0; SALT];
        let mut nonce = [0; NONCE];
        random(&mut salt)?;
        random(&mut nonce)?;
        let mut entry = Entry {
            id,
            name: name.into(),
            cost,
            salt: hex::encode(&salt),
            nonce: hex::encode(&nonce),
            wrapped: String::new(),
        };
        let bound = self.bound(&entry);
        let sealed = cipher(passphrase, &salt, cost)?
            .encrypt(&XNonce::from(nonce), Payload { msg: key.as_slice(), aad: &bound })
            .map_err(|_| WorkspaceError::conflict("The key could not be wrapped"))?;
        entry.wrapped = hex::encode(&sealed);
        match self.people.iter_mut().find(|other| other.id == id) {
            Some(other) => *other = entry,
            None => self.people.push(entry),
        }
        Ok(())
    }

    /// Takes a person's entry out.
    pub(super) fn remove(&mut self, id: StaffId) {
        self.people.retain(|entry| entry.id != id);
    }

    fn unwrap(&self, entry: &Entry, passphrase: &str) -> Result<Key> {
        let damaged = || WorkspaceError::damaged("its keyring cannot be read");
        let salt = hex::decode(&entry.salt).ok_or_else(damaged)?;
        let nonce: [u8; NONCE] = hex::decode(&entry.nonce).and_then(|it| it.try_into().ok()).ok_or_else(damaged)?;
        let sealed = hex::decode(&entry.wrapped).ok_or_else(damaged)?;
        let open = cipher(passphrase, &salt, entry.cost)?
            .decrypt(&XNonce::from(nonce), Payload { msg: &sealed, aad: &self.bound(entry) })
            .map_err(|_| WorkspaceError::WrongPassphrase)?;
        let open = Zeroizing::new(open);
        let mut key = Key::default();
        if open.len() != key.len() {
            return Err(damaged());
        }
        key.copy_from_slice(&open);
        Ok(key)
    }

    /// What an entry is bound to.
    fn bound(&self, entry: &Entry) -> Vec<u8> {
        serde_json::to_vec(&(FORMAT, &self.workspace, entry.id, &entry.name, entry.cost)).unwrap_or_default()
    }

    fn sum(&self) -> String {
        let text = serde_json::to_vec(&(&self.format, &self.workspace, &self.people)).unwrap_or_default();
        hex::encode(&Sha256::digest(text))
    }
}

/// A fresh key.
pub(super) fn new_key() -> Result<Key> {
    let mut key = Key::default();
    random(key.as_mut_slice())?;
    Ok(key)
}

/// Fills with the operating system's randomness.
pub(super) fn random(bytes: &mut [u8]) -> Result<()> {
    getrandom::fill(bytes).map_err(|_| {
        WorkspaceError::conflict("The operating system gave no randomness; nothing was changed. Try again")
    })
}

/// The cipher of a passphrase. The same passphrase typed on another keyboard is the same text only once composed (NFC).
fn cipher(passphrase: &str, salt: &[u8], cost: KeyCost) -> Result<XChaCha20Poly1305> {
    let typed = Zeroizing::new(passphrase.nfc().collect::<String>());
    let mut derived = Key::default();
    let params = Params::new(cost.memory_kib, cost.passes, cost.lanes, Some(32));
    params
        .and_then(|params| {
            Argon2::new(Algorithm::Argon2id, Version::V0x13, params).hash_password_into(
                typed.as_bytes(),
                salt,
                derived.as_mut_slice(),
            )
        })
        .map_err(|_| WorkspaceError::conflict("A key could not be derived from the passphrase; nothing was changed"))?;
    Ok(XChaCha20Poly1305::new(derived.as_slice().try_into().map_err(|_| WorkspaceError::WrongPassphrase)?))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn two_people() -> (Keyring, Key) {
        let key = new_key().unwrap();
        let mut keyring = Keyring::new("w");
        keyring.put(StaffId(1), "Ailsa Craig", "first passphrase", KeyCost::TEST, &key).unwrap();
        keyring.put(StaffId(2), "Rob Roy", "second passphrase", KeyCost::TEST, &key).unwrap();
        (keyring, key)
    }

    #[test]
    fn each_person_opens_the_same_key_with_their_own_passphrase_only() {
        let (keyring, key) = two_people();
        assert_eq!(keyring.unlock("Ailsa Craig", "first passphrase").unwrap(), (StaffId(1), key.clone()));
        assert_eq!(keyring.unlock(" rob roy ", "second passphrase").unwrap(), (StaffId(2), key));
        let wrong = keyring.unlock("Ailsa Craig", "second passphrase").unwrap_err();
        assert!(matches!(wrong, WorkspaceError::WrongPassphrase), "{wrong}");
        assert!(matches!(keyring.unlock("Nobody", "x").unwrap_err(), WorkspaceError::UnknownPerson));
    }

    #[test]
    fn a_passphrase_is_the_same_however_its_accents_were_typed() {
        let (mut keyring, key) = two_people();
        keyring.put(StaffId(3), "Zoë", "caf\u{e9}", KeyCost::TEST, &key).unwrap();
        assert_eq!(keyring.unlock("Zoë", "cafe\u{301}").unwrap().1, key);
    }

    #[test]
    fn an_entry_cannot_be_passed_off_as_another_persons() {
        let (mut keyring, _) = two_people();
        keyring.people[1].wrapped = keyring.people[0].wrapped.clone();
        keyring.people[1].salt = keyring.people[0].salt.clone();
        keyring.people[1].nonce = keyring.people[0].nonce.clone();
        assert!(keyring.unlock("Rob Roy", "first passphrase").is_err());
    }

    #[test]
    fn a_damaged_keyring_is_told_apart_from_a_wrong_passphrase() {
        let home = tempfile::tempdir().unwrap();
        let (keyring, _) = two_people();
        keyring.write(home.path()).unwrap();
        let path = home.path().join(NAME);
        let good = std::fs::read_to_string(&path).unwrap();
        assert_eq!(Keyring::read(home.path()).unwrap().names(), ["Ailsa Craig", "Rob Roy"]);

        let at = good.find("\"wrapped\": \"").unwrap() + 14;
        let digit = if &good[at..=at] == "0" { "1" } else { "0" };
        let flipped = format!("{}{digit}{}", &good[..at], &good[at + 1..]);
        for bad in [flipped.as_str(), "", "{}", "not json", &good[..good.len() / 2]] {
            std::fs::write(&path, bad).unwrap();
            let error = Keyring::read(home.path()).unwrap_err();
            assert!(matches!(error, WorkspaceError::Damaged { .. }), "{error}");
        }
        std::fs::remove_file(&path).unwrap();
        assert!(matches!(Keyring::read(home.path()).unwrap_err(), WorkspaceError::Damaged { .. }));
    }

    #[test]
    fn a_keyring_that_asks_for_absurd_memory_is_damaged() {
        let home = tempfile::tempdir().unwrap();
        let (mut keyring, _) = two_people();
        keyring.people[0].cost.memory_kib = u32::MAX;
        keyring.write(home.path()).unwrap();
        assert!(matches!(Keyring::read(home.path()).unwrap_err(), WorkspaceError::Damaged { .. }));
    }

    #[test]
    fn each_entry_carries_its_own_cost_and_the_standard_one_is_not_cheap() {
        let (mut keyring, key) = two_people();
        keyring.put(StaffId(3), "Flora", "third passphrase", KeyCost::STANDARD, &key).unwrap();
        assert_eq!(keyring.cost_of(StaffId(1)), Some(KeyCost::TEST));
        assert_eq!(keyring.cost_of(StaffId(3)), Some(KeyCost::STANDARD));
        assert_eq!(keyring.unlock("Flora", "third passphrase").unwrap().1, key);
        // OWASP's least: 19 MiB twice.
        const { assert!(KeyCost::STANDARD.memory_kib * KeyCost::STANDARD.passes >= 10 * 2 * 19 * 1024) };
    }

    #[test]
    fn the_key_never_stands_in_the_file() {
        let home = tempfile::tempdir().unwrap();
        let (keyring, key) = two_people();
        keyring.write(home.path()).unwrap();
        let text = std::fs::read_to_string(home.path().join(NAME)).unwrap();
        assert!(!text.contains(&hex::encode(key.as_slice())));
    }
}
