//! The age file format, version 1: one file, sealed for named recipients, that the ordinary `age` program opens; and the other way
//! round. (age-encryption.org/v1, specified by C2SP: <https://c2sp.org/age>.)
//!
//! # Why it is written here
//!
//! The `age` crate brings some ninety crates that this program has no other use for: a second generation of every cipher, a
//! post-quantum scheme in a pre-release, and a translation system. What is needed of the format is small and does not change:
//! two kinds of recipient, a header with a MAC, and a stream of chunks. The primitives are those of well-kept libraries
//! (curve25519-dalek, HKDF, HMAC, ChaCha20-Poly1305); `tests/transfer.rs` opens what the real program sealed, and has it open
//! what was sealed here.
//!
//! | file | what it holds |
//! |---|---|
//! | [`keys`] | recipients (`age1…`, `ssh-ed25519 …`) and identities (`AGE-SECRET-KEY-1…`) |
//! | `header` | the first part of a file: the file's key, wrapped once for each recipient |
//! | `stream` | the second part: chunks of 64 KiB, of which none can be changed, moved or cut off |

mod header;
pub mod keys;
mod stream;

use std::io::{self, BufReader, Read, Write};

use hkdf::Hkdf;
use sha2::Sha256;
use zeroize::Zeroizing;

pub use keys::{Identity, Recipient, identities};

/// The key of one file.
type FileKey = Zeroizing<[u8; 16]>;

/// Why a file could not be sealed or opened.
#[derive(Debug, thiserror::Error)]
pub enum AgeError {
    /// A recipient is not one.
    #[error("“{0}” is no recipient: give an age public key (age1…) or an ssh-ed25519 public key")]
    NotARecipient(String),
    /// There is nobody to seal it for.
    #[error("Name at least one recipient; without one nobody could open the file")]
    NoRecipients,
    /// A line of a file of identities is none.
    #[error("Line {line} of the identity file is no identity: it must be AGE-SECRET-KEY-1… and without a passphrase")]
    NotAnIdentity {
        /// The line, counted from 1.
        line: usize,
    },
    /// A file of identities holds none.
    #[error("The identity file holds no identity (a line AGE-SECRET-KEY-1…)")]
    NoIdentity,
    /// It is not a file of this format.
    #[error("it is not an age file")]
    NotAge,
    /// No identity opens it.
    #[error("it is sealed for others: none of your identities opens it")]
    NotForYou,
    /// It was changed, or cut short.
    #[error("it is damaged, or was cut short: ask for it once more")]
    Damaged,
    /// The operating system gave no randomness.
    #[error("the operating system gave no randomness; try again")]
    NoRandomness,
    /// Reading or writing failed.
    #[error(transparent)]
    Io(#[from] io::Error),
}

/// Seals everything that `plain` holds for the recipients.
pub fn encrypt(recipients: &[Recipient], plain: &mut dyn Read, sealed: &mut dyn Write) -> Result<(), AgeError> {
    if recipients.is_empty() {
        return Err(AgeError::NoRecipients);
    }
    let mut key = FileKey::default();
    random(key.as_mut_slice())?;
    sealed.write_all(&header::write(&key, recipients)?)?;
    let mut nonce = [0; 16];
    random(&mut nonce)?;
    sealed.write_all(&nonce)?;
    stream::seal(&payload_key(&key, &nonce), plain, sealed)
}

/// Opens a sealed file with the first identity that fits. What was written to `plain` before a failure is worth nothing: each
/// chunk is known to be right, and that none is missing is known at the end alone.
pub fn decrypt(identities: &[Identity], sealed: impl Read, plain: &mut dyn Write) -> Result<(), AgeError> {
    let mut sealed = BufReader::new(sealed);
    let header = header::read(&mut sealed)?;
    let key = identities.iter().find_map(|identity| header.unwrap(identity)).ok_or(AgeError::NotForYou)?;
    header.check(&key)?;
    let mut nonce = [0; 16];
    sealed.read_exact(&mut nonce).map_err(cut_short)?;
    stream::open(&payload_key(&key, &nonce), &mut sealed, plain)
}

fn payload_key(key: &FileKey, nonce: &[u8; 16]) -> Zeroizing<[u8; 32]> {
    derive(key.as_slice(), nonce, b"payload")
}

/// HKDF with SHA-256 (RFC 5869), 32 bytes.
fn derive(secret: &[u8], salt: &[u8], info: &[u8]) -> Zeroizing<[u8; 32]> {
    let mut derived = Zeroizing::new([0; 32]);
    // 32 bytes are far below the most that HKDF gives (255 hashes), so this cannot fail.
    let _ = Hkdf::<Sha256>::new(Some(salt), secret).expand(info, derived.as_mut_slice());
    derived
}

fn random(bytes: &mut [u8]) -> Result<(), AgeError> {
    getrandom::fill(bytes).map_err(|_| AgeError::NoRandomness)
}

/// A file that ends too early is damaged; any other failure is the disk's.
fn cut_short(error: io::Error) -> AgeError {
    if error.kind() == io::ErrorKind::UnexpectedEof { AgeError::Damaged } else { AgeError::Io(error) }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn seal(recipients: &[Recipient], plain: &[u8]) -> Vec<u8> {
        let mut sealed = Vec::new();
        encrypt(recipients, &mut &*plain, &mut sealed).unwrap();
        sealed
    }

    fn open(identity: &Identity, sealed: &[u8]) -> Result<Vec<u8>, AgeError> {
        let mut plain = Vec::new();
        decrypt(std::slice::from_ref(identity), sealed, &mut plain).map(|()| plain)
    }

    #[test]
    fn each_recipient_opens_a_file_of_any_length_and_nobody_else() {
        let (one, other, stranger) =
            (Identity::generate().unwrap(), Identity::generate().unwrap(), Identity::generate().unwrap());
        for length in [0, 1, 65_535, 65_536, 65_537, 131_072, 200_000] {
            let plain: Vec<u8> = (0..length).map(|n| (n % 251) as u8).collect();
            let sealed = seal(&[one.recipient(), other.recipient()], &plain);
            for identity in [&one, &other] {
                assert!(open(identity, &sealed).unwrap() == plain, "{length} bytes");
            }
            assert!(matches!(open(&stranger, &sealed), Err(AgeError::NotForYou)));
        }
    }

    #[test]
    fn nothing_of_a_file_can_be_changed_or_cut_off_unnoticed() {
        let identity = Identity::generate().unwrap();
        let sealed = seal(&[identity.recipient()], &[7; 70_000]);
        let head = sealed.windows(4).position(|four| four == b"\n---").unwrap();
        let places = (0..head + 70).chain((head + 70..sealed.len()).step_by(997)).chain([sealed.len() - 1]);
        for place in places {
            let mut changed = sealed.clone();
            changed[place] ^= 1;
            assert!(open(&identity, &changed).is_err(), "byte {place} was changed");
        }
        for length in (0..sealed.len()).step_by(1_009).chain([sealed.len() - 1, head + 5 + 44 + 16 + 65_552]) {
            assert!(open(&identity, &sealed[..length]).is_err(), "cut at {length}");
        }
        let longer = [sealed.as_slice(), &[0]].concat();
        assert!(matches!(open(&identity, &longer), Err(AgeError::Damaged)));
    }

    #[test]
    fn what_is_no_age_file_is_told_apart() {
        let identity = Identity::generate().unwrap();
        for text in [&b""[..], b"PK\x03\x04", b"age-encryption.org/v2\n-> X25519 x\n", b"age-encryption.org/v1"] {
            assert!(matches!(open(&identity, text), Err(AgeError::NotAge)), "{text:?}");
        }
        assert!(matches!(encrypt(&[], &mut &b""[..], &mut Vec::new()), Err(AgeError::NoRecipients)));
    }
}
