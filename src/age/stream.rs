//! The chunks of a file. Each is sealed under its number and whether it is the last (the STREAM construction), so that none can be
//! changed, left out, moved or added.

use std::io::{Read, Write};

use chacha20poly1305::aead::{Aead, KeyInit};
use chacha20poly1305::{ChaCha20Poly1305, Nonce};

use super::AgeError;

const CHUNK: usize = 64 * 1024;
const TAG: usize = 16;

type Key = [u8; 32];

/// Seals a few bytes under a key that is used once.
pub(super) fn seal_once(key: &Key, plain: &[u8]) -> Vec<u8> {
    // Sealing fails for messages of 256 GiB and more alone.
    cipher(key).encrypt(&Nonce::default(), plain).unwrap_or_default()
}

/// Opens them again.
pub(super) fn open_once(key: &Key, sealed: &[u8]) -> Option<Vec<u8>> {
    cipher(key).decrypt(&Nonce::default(), sealed).ok()
}

/// Seals everything that can be read.
pub(super) fn seal(key: &Key, plain: &mut dyn Read, sealed: &mut dyn Write) -> Result<(), AgeError> {
    let cipher = cipher(key);
    walk(plain, CHUNK, |number, last, chunk| {
        let chunk = cipher.encrypt(&nonce(number, last), chunk).map_err(|_| AgeError::Damaged)?;
        Ok(sealed.write_all(&chunk)?)
    })
}

/// Opens everything that can be read.
pub(super) fn open(key: &Key, sealed: &mut dyn Read, plain: &mut dyn Write) -> Result<(), AgeError> {
    let cipher = cipher(key);
    walk(sealed, CHUNK + TAG, |number, last, chunk| {
        let chunk = cipher.decrypt(&nonce(number, last), chunk).map_err(|_| AgeError::Damaged)?;
        // An empty chunk is that of an empty file; behind others there is no need for one.
        if chunk.is_empty() && number > 0 {
            return Err(AgeError::Damaged);
        }
        Ok(plain.write_all(&chunk)?)
    })
}

/// Hands over chunk after chunk with its number and whether it is the last. Of nothing there is one chunk, empty.
fn walk(
    from: &mut dyn Read,
    size: usize,
    mut each: impl FnMut(u64, bool, &[u8]) -> Result<(), AgeError>,
) -> Result<(), AgeError> {
    let (mut this, mut next) = (Vec::with_capacity(size), Vec::with_capacity(size));
    fill(from, size, &mut this)?;
    for number in 0.. {
        fill(from, size, &mut next)?;
        each(number, next.is_empty(), &this)?;
        if next.is_empty() {
            break;
        }
        std::mem::swap(&mut this, &mut next);
    }
    Ok(())
}

fn fill(from: &mut dyn Read, size: usize, chunk: &mut Vec<u8>) -> Result<(), AgeError> {
    chunk.clear();
    from.take(size as u64).read_to_end(chunk)?;
    Ok(())
}

fn cipher(key: &Key) -> ChaCha20Poly1305 {
    ChaCha20Poly1305::new(&(*key).into())
}

/// Eleven bytes of the chunk's number, and one that says whether it is the last.
fn nonce(number: u64, last: bool) -> Nonce {
    let mut nonce = [0; 12];
    nonce[3..11].copy_from_slice(&number.to_be_bytes());
    nonce[11] = u8::from(last);
    nonce.into()
}
