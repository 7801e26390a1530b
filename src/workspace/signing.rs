//! Each person's own key pair: what signs the events they cause, and what opens the database's key for them.
//!
//! A person's secret is one random seed of 32 bytes, kept in the keyring under their passphrase. Two key pairs follow from it:
//!
//! - **signing**, Ed25519 (RFC 8032). What is signed of an event is the ASCII text `stewartry event 1`, a line feed, and the hash
//!   of its row in hex; that hash covers everything before it.
//! - **opening**, on the same curve, from SHA-256 over `stewartry opening 1`, a line feed and the seed. Whoever changes the
//!   database's key seals the new one to everybody who stays, without their passphrases: a fresh pair, Diffie-Hellman, SHA-256
//!   over the shared point and both public keys, XChaCha20-Poly1305.
//!
//! Both public keys stand in the ledger ([`super::Event::KeyRegistered`]).

use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use ed25519_dalek::{Signature, Signer, SigningKey, VerifyingKey};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use super::keyring::{Key, random};
use super::{Result, WorkspaceError, hex};

/// Bytes of a nonce.
const NONCE: usize = 24;
/// Bytes of a sealed key: the key and the cipher's tag.
const SEALED: usize = 32 + 16;

/// A person's secret.
#[derive(Clone)]
pub(super) struct Secret {
    seed: Key,
    signing: SigningKey,
    opening: SigningKey,
}

/// A database key sealed to one person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Envelope {
    ephemeral: String,
    nonce: String,
    sealed: String,
}

impl Secret {
    /// A fresh one.
    pub(super) fn new() -> Result<Self> {
        let mut seed = Key::default();
        random(seed.as_mut_slice())?;
        Ok(Self::of(seed))
    }

    /// The secret of a seed.
    pub(super) fn of(seed: Key) -> Self {
        let mut hash = Sha256::new();
        hash.update(b"stewartry opening 1\n");
        hash.update(seed.as_slice());
        let derived: Zeroizing<[u8; 32]> = Zeroizing::new(hash.finalize().into());
        Self { signing: SigningKey::from_bytes(&seed), opening: SigningKey::from_bytes(&derived), seed }
    }

    /// The seed, to be wrapped.
    pub(super) fn seed(&self) -> &Key {
        &self.seed
    }

    /// The public key that signatures are checked with, hex.
    pub(super) fn public(&self) -> String {
        hex::encode(self.signing.verifying_key().as_bytes())
    }

    /// The public key that database keys are sealed to, hex.
    pub(super) fn sealing(&self) -> String {
        hex::encode(self.opening.verifying_key().as_bytes())
    }

    /// Signs the hash of a row, hex.
    pub(super) fn sign(&self, hash: &str) -> String {
        hex::encode(&self.signing.sign(&signed_text(hash)).to_bytes())
    }

    /// Opens an envelope that was sealed to this person; `None` where it was not, or not under `bound`.
    pub(super) fn open(&self, envelope: &Envelope, bound: &[u8]) -> Option<Key> {
        let ephemeral = point(&envelope.ephemeral)?;
        let nonce: [u8; NONCE] = hex::decode(&envelope.nonce)?.try_into().ok()?;
        let sealed = hex::decode(&envelope.sealed)?;
        let open = between(&self.opening, &ephemeral, &ephemeral, &self.opening.verifying_key())
            .decrypt(&XNonce::from(nonce), Payload { msg: &sealed, aad: bound })
            .ok()?;
        let open = Zeroizing::new(open);
        let mut key = Key::default();
        if open.len() != key.len() {
            return None;
        }
        key.copy_from_slice(&open);
        Some(key)
    }
}

impl Envelope {
    /// Seals a database key to whoever has the secret of `sealing` (hex).
    pub(super) fn seal(key: &Key, sealing: &str, bound: &[u8]) -> Result<Self> {
        let theirs = point(sealing).ok_or_else(|| WorkspaceError::damaged("a person's public key cannot be read"))?;
        let mut seed = Key::default();
        random(seed.as_mut_slice())?;
        let mut nonce = [0; NONCE];
        random(&mut nonce)?;
        let mine = SigningKey::from_bytes(&seed);
        let sealed = between(&mine, &theirs, &mine.verifying_key(), &theirs)
            .encrypt(&XNonce::from(nonce), Payload { msg: key.as_slice(), aad: bound })
            .map_err(|_| WorkspaceError::conflict("The key could not be wrapped"))?;
        Ok(Self {
            ephemeral: hex::encode(mine.verifying_key().as_bytes()),
            nonce: hex::encode(&nonce),
            sealed: hex::encode(&sealed),
        })
    }

    /// Whether its parts have the lengths they should.
    pub(super) fn is_sane(&self) -> bool {
        self.ephemeral.len() == 64 && self.nonce.len() == 2 * NONCE && self.sealed.len() == 2 * SEALED
    }
}

/// The cipher that two pairs share: one's secret and the other's public key.
fn between(
    secret: &SigningKey,
    public: &VerifyingKey,
    ephemeral: &VerifyingKey,
    sealing: &VerifyingKey,
) -> XChaCha20Poly1305 {
    let shared = Zeroizing::new((public.to_montgomery() * secret.to_scalar()).to_bytes());
    let mut hash = Sha256::new();
    hash.update(b"stewartry sealed key 1\n");
    hash.update(shared.as_slice());
    hash.update(ephemeral.as_bytes());
    hash.update(sealing.as_bytes());
    let key: Zeroizing<[u8; 32]> = Zeroizing::new(hash.finalize().into());
    XChaCha20Poly1305::new((&*key).into())
}

/// Reads a public key; a weak one is none.
fn point(text: &str) -> Option<VerifyingKey> {
    let bytes: [u8; 32] = hex::decode(text)?.try_into().ok()?;
    VerifyingKey::from_bytes(&bytes).ok().filter(|key| !key.is_weak())
}

/// What is signed of an event.
fn signed_text(hash: &str) -> Vec<u8> {
    format!("stewartry event 1\n{hash}").into_bytes()
}

/// Whether `signature` over the row with this hash was made with the secret of `public`; all three in hex.
pub(super) fn verifies(public: &str, hash: &str, signature: &str) -> bool {
    let verified = || -> Option<()> {
        let signature: [u8; 64] = hex::decode(signature)?.try_into().ok()?;
        point(public)?.verify_strict(&signed_text(hash), &Signature::from_bytes(&signature)).ok()
    };
    verified().is_some()
}

/// A public key as people compare it: the first 32 hex digits of the SHA-256 of its bytes, in fours.
pub fn fingerprint(public: &str) -> String {
    let digest = hex::encode(&Sha256::digest(hex::decode(public).unwrap_or_default()));
    let digits: Vec<char> = digest.chars().take(32).collect();
    digits.chunks(4).map(|four| four.iter().collect::<String>()).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_signature_is_of_one_person_over_one_event() {
        let (ailsa, rob) = (Secret::new().unwrap(), Secret::new().unwrap());
        let signature = ailsa.sign("00ff");
        assert!(verifies(&ailsa.public(), "00ff", &signature));
        assert!(!verifies(&ailsa.public(), "00fe", &signature));
        assert!(!verifies(&rob.public(), "00ff", &signature));
        assert!(!verifies("", "00ff", &signature) && !verifies(&ailsa.public(), "00ff", ""));
        assert_eq!(fingerprint(&ailsa.public()).len(), 39);
        assert_ne!(fingerprint(&ailsa.public()), fingerprint(&rob.public()));
    }

    /// The first test vector of RFC 8032, 7.1: our keys are Ed25519 as others know it.
    #[test]
    fn the_keys_are_those_of_the_standard() {
        let seed = hex::decode("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60").unwrap();
        let secret = Secret::of(Zeroizing::new(seed.try_into().unwrap()));
        assert_eq!(secret.public(), "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a");
    }

    #[test]
    fn a_sealed_key_opens_for_whom_it_was_sealed_to_and_only_where_it_is_bound() {
        let (ailsa, rob) = (Secret::new().unwrap(), Secret::new().unwrap());
        let key = Secret::new().unwrap().seed().clone();
        let envelope = Envelope::seal(&key, &rob.sealing(), b"here").unwrap();
        assert!(envelope.is_sane());
        assert_eq!(rob.open(&envelope, b"here"), Some(key.clone()));
        assert_eq!(rob.open(&envelope, b"there"), None);
        assert_eq!(ailsa.open(&envelope, b"here"), None);
        assert_eq!(Secret::of(rob.seed().clone()).open(&envelope, b"here"), Some(key.clone()));
        // A public key of small order would make the shared secret anybody's
        assert!(Envelope::seal(&key, &"00".repeat(32), b"here").is_err());
    }
}
