//! Any bytes as an age file, as what is sealed in one, and as a piece put into one; any text as the keys of either side. What was
//! sealed is opened the same, what was changed anywhere is never opened, and a key that is read is written the same.

#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use stewartry::age::{AgeError, Identity, Recipient, decrypt, encrypt, identities};
use stewartry::release::transfer::places;

/// The published example of a key, whose secret is 32 times 0x42.
const KEY: &str = "AGE-SECRET-KEY-1GFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPQ4EGAEX";

static IDENTITY: LazyLock<Identity> = LazyLock::new(|| identities(KEY).expect("a key").remove(0));
static SEALED: LazyLock<Vec<u8>> = LazyLock::new(|| seal(b"what is sealed for two, in one chunk"));

fn seal(mut plain: &[u8]) -> Vec<u8> {
    let mut sealed = Vec::new();
    let other = Identity::generate().expect("randomness");
    encrypt(&[other.recipient(), IDENTITY.recipient()], &mut plain, &mut sealed).expect("a sealed file");
    sealed
}

fn open(sealed: &[u8]) -> Result<Vec<u8>, AgeError> {
    let mut plain = Vec::new();
    decrypt(std::slice::from_ref(&*IDENTITY), sealed, &mut plain).map(|()| plain)
}

fuzz_target!(|bytes: &[u8]| {
    if open(bytes).is_ok() {
        assert!(bytes.starts_with(b"age-encryption.org/v1\n"));
    }
    assert_eq!(open(&seal(bytes)).expect("what was sealed a moment ago"), bytes);

    // A piece put in, put over what was there, and put in place of all that follows
    if let Some((at, piece)) = bytes.split_first_chunk().filter(|(_, piece)| !piece.is_empty()) {
        let at = usize::from(u16::from_le_bytes(*at)) % (SEALED.len() + 1);
        let (front, back) = SEALED.split_at(at);
        let after = back.get(piece.len()..).unwrap_or_default();
        for changed in [[front, piece, back].concat(), [front, piece, after].concat(), [front, piece].concat()] {
            assert!(changed == *SEALED || open(&changed).is_err(), "opened, and it was changed at {at}");
        }
    }

    let Ok(text) = std::str::from_utf8(bytes) else { return };
    if let Ok(recipient) = text.parse::<Recipient>() {
        assert_eq!(recipient.to_string().parse::<Recipient>().ok(), Some(recipient));
    }
    for identity in identities(text).unwrap_or_default() {
        let again = identities(&identity.secret()).expect("a key that was written here");
        assert_eq!(again[0].recipient(), identity.recipient());
    }
    for key in places::host_keys(text).unwrap_or_default() {
        assert_eq!(places::host_keys(&key).ok(), Some(vec![key.clone()]));
        assert!(places::fingerprint(&key).starts_with("SHA256:"));
    }
});
