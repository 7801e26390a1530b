//! What SQLCipher asks of OpenSSL, answered in Rust by the RustCrypto crates.
//!
//! SQLCipher encrypts the pages of a workspace, and leaves ciphers, digests and randomness to a library: OpenSSL, as
//! libsqlite3-sys builds it. OpenSSL needs Perl and make to be built and takes longer than all else in C; of its thousands of
//! functions SQLCipher calls two dozen. This crate is those two dozen, under the name of the crate that it replaces
//! (`[patch.crates-io]`), so that a Rust toolchain and a C compiler build the program. The files are the same: AES-256 in CBC,
//! HMAC-SHA-512 over each page, PBKDF2.
//!
//! [`include/openssl/evp.h`](../include/openssl/evp.h) has the prototypes that SQLCipher is compiled against. As in OpenSSL, 1
//! says that a call succeeded and 0 that it did not. SHA-1, which files of SQLCipher 3 and before were authenticated with, is
//! known by its size and refused.

use std::ffi::{CStr, c_char, c_int, c_uint, c_void};
use std::ptr;

use aes::Aes256;
use aes::cipher::array::Array;
use aes::cipher::{BlockModeDecrypt, BlockModeEncrypt, KeyIvInit};
use hmac::{Hmac, KeyInit, Mac};
use sha2::{Sha256, Sha512};

const DONE: c_int = 1;
const FAILED: c_int = 0;

/// Octets of one block of AES.
const BLOCK: usize = 16;

/// Octets that C hands over; none where the pointer is null or the length negative.
///
/// # Safety
///
/// A pointer that is not null must point to `length` octets that stay as they are while the result is used.
unsafe fn octets<'a>(start: *const u8, length: impl TryInto<usize>) -> Option<&'a [u8]> {
    match length.try_into().ok()? {
        0 => Some(&[]),
        _ if start.is_null() => None,
        // SAFETY: not null, and as long as the caller says.
        length => Some(unsafe { std::slice::from_raw_parts(start, length) }),
    }
}

/// Room that C hands over to be written to; none where the pointer is null or the length negative.
///
/// # Safety
///
/// A pointer that is not null must point to `length` octets that are initialised, and nobody else's while the result is used.
unsafe fn room<'a>(start: *mut u8, length: impl TryInto<usize>) -> Option<&'a mut [u8]> {
    match length.try_into().ok()? {
        0 => Some(&mut []),
        _ if start.is_null() => None,
        // SAFETY: not null, as long as the caller says, and the caller's alone.
        length => Some(unsafe { std::slice::from_raw_parts_mut(start, length) }),
    }
}

fn done(outcome: Option<()>) -> c_int {
    outcome.map_or(FAILED, |()| DONE)
}

/// `RAND_bytes`: fills `out` from the operating system's source.
///
/// # Safety
///
/// `out` must have room for `length` octets.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stewartry_random(out: *mut u8, length: c_int) -> c_int {
    // SAFETY: the caller's promise.
    done(unsafe { room(out, length) }.and_then(|out| getrandom::fill(out).ok()))
}

/// A digest (`EVP_MD`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Digest {
    /// 20 octets; its size is known, and nothing else of it.
    Sha1,
    /// 32 octets.
    Sha256,
    /// 64 octets.
    Sha512,
}

impl Digest {
    const fn size(self) -> usize {
        match self {
            Self::Sha1 => 20,
            Self::Sha256 => 32,
            Self::Sha512 => 64,
        }
    }
}

/// `EVP_sha1`.
#[unsafe(no_mangle)]
pub extern "C" fn stewartry_sha1() -> &'static Digest {
    &Digest::Sha1
}

/// `EVP_sha256`.
#[unsafe(no_mangle)]
pub extern "C" fn stewartry_sha256() -> &'static Digest {
    &Digest::Sha256
}

/// `EVP_sha512`.
#[unsafe(no_mangle)]
pub extern "C" fn stewartry_sha512() -> &'static Digest {
    &Digest::Sha512
}

/// `EVP_MD_size`: octets of a digest.
#[unsafe(no_mangle)]
pub extern "C" fn stewartry_digest_size(digest: Option<&Digest>) -> c_int {
    digest.map_or(0, |digest| digest.size() as c_int)
}

/// The kind of code of authentication (`EVP_MAC`); HMAC is the only one.
#[derive(Debug)]
pub struct MacKind;

/// One parameter by name (`OSSL_PARAM`).
#[derive(Debug)]
#[repr(C)]
pub struct Parameter {
    key: *const c_char,
    data_type: c_uint,
    data: *const c_void,
    data_size: usize,
    return_size: usize,
}

/// A code that is being computed (`EVP_MAC_CTX`).
#[derive(Debug, Default)]
pub enum MacState {
    /// Without a key yet, or finished.
    #[default]
    Idle,
    /// Over SHA-256.
    Sha256(Hmac<Sha256>),
    /// Over SHA-512.
    Sha512(Hmac<Sha512>),
}

impl MacState {
    fn size(&self) -> Option<usize> {
        match self {
            Self::Idle => None,
            Self::Sha256(_) => Some(Digest::Sha256.size()),
            Self::Sha512(_) => Some(Digest::Sha512.size()),
        }
    }
}

/// `EVP_MAC_fetch`: HMAC, or null for any other name.
///
/// # Safety
///
/// `algorithm` must be null or end with a nought.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stewartry_mac(
    _library: *mut c_void,
    algorithm: *const c_char,
    _properties: *const c_char,
) -> Option<&'static MacKind> {
    // SAFETY: not null, and the caller's promise.
    (!algorithm.is_null() && unsafe { CStr::from_ptr(algorithm) } == c"HMAC").then_some(&MacKind)
}

/// `EVP_MAC_CTX_new`; goes with [`stewartry_mac_free`].
#[unsafe(no_mangle)]
pub extern "C" fn stewartry_mac_new(kind: Option<&MacKind>) -> Option<Box<MacState>> {
    kind.map(|_| Box::default())
}

/// `EVP_MAC_CTX_free`: what is left of the key is wiped.
#[unsafe(no_mangle)]
pub extern "C" fn stewartry_mac_free(state: Option<Box<MacState>>) {
    drop(state);
}

/// `EVP_MAC_init`: a key, and the digest that the first of `parameters` names.
///
/// # Safety
///
/// `key` must point to `length` octets, and `parameters` to one whose data has the length it says.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stewartry_mac_init(
    state: Option<&mut MacState>,
    key: *const u8,
    length: usize,
    parameters: Option<&Parameter>,
) -> c_int {
    let keyed = || {
        // SAFETY: the caller's promise.
        let key = unsafe { octets(key, length) }?;
        // SAFETY: the caller's promise.
        match parameters.and_then(|first| unsafe { octets(first.data.cast(), first.data_size) })? {
            b"sha256" => Some(MacState::Sha256(Hmac::new_from_slice(key).ok()?)),
            b"sha512" => Some(MacState::Sha512(Hmac::new_from_slice(key).ok()?)),
            _ => None,
        }
    };
    done(state.and_then(|state| keyed().map(|keyed| *state = keyed)))
}

/// `EVP_MAC_update`: goes on over `length` octets.
///
/// # Safety
///
/// `data` must point to `length` octets.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stewartry_mac_update(state: Option<&mut MacState>, data: *const u8, length: usize) -> c_int {
    let go_on = || {
        // SAFETY: the caller's promise.
        let data = unsafe { octets(data, length) }?;
        match state? {
            MacState::Idle => return None,
            MacState::Sha256(mac) => mac.update(data),
            MacState::Sha512(mac) => mac.update(data),
        }
        Some(())
    };
    done(go_on())
}

/// `EVP_MAC_final`: the code into `out`, or its size alone where `out` is null.
///
/// # Safety
///
/// `out` must be null or have `room` octets.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stewartry_mac_final(
    state: Option<&mut MacState>,
    out: *mut u8,
    written: Option<&mut usize>,
    available: usize,
) -> c_int {
    let finish = || {
        let (state, written) = (state?, written?);
        *written = state.size()?;
        if out.is_null() {
            return Some(());
        }
        // SAFETY: the caller's promise.
        let out = unsafe { room(out, available) }?.get_mut(..*written)?;
        match std::mem::take(state) {
            MacState::Idle => return None,
            MacState::Sha256(mac) => out.copy_from_slice(&mac.finalize().into_bytes()),
            MacState::Sha512(mac) => out.copy_from_slice(&mac.finalize().into_bytes()),
        }
        Some(())
    };
    done(finish())
}

/// `PKCS5_PBKDF2_HMAC`: a key of `key_length` octets from a passphrase.
///
/// # Safety
///
/// The three buffers must have the lengths that go with them.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stewartry_pbkdf2(
    passphrase: *const u8,
    length: c_int,
    salt: *const u8,
    salt_length: c_int,
    rounds: c_int,
    digest: Option<&Digest>,
    key_length: c_int,
    key: *mut u8,
) -> c_int {
    let derive = || {
        // SAFETY: the caller's promise, of all three.
        let (passphrase, salt, key) =
            unsafe { (octets(passphrase, length)?, octets(salt, salt_length)?, room(key, key_length)?) };
        let rounds = u32::try_from(rounds).ok().filter(|rounds| *rounds > 0)?;
        match digest? {
            Digest::Sha1 => return None,
            Digest::Sha256 => pbkdf2::pbkdf2_hmac::<Sha256>(passphrase, salt, rounds, key),
            Digest::Sha512 => pbkdf2::pbkdf2_hmac::<Sha512>(passphrase, salt, rounds, key),
        }
        Some(())
    };
    done(derive())
}

/// The kind of cipher (`EVP_CIPHER`); AES-256 in CBC is the only one.
#[derive(Debug)]
pub struct CipherKind;

/// A cipher at work (`EVP_CIPHER_CTX`).
#[derive(Debug, Default)]
pub enum CipherState {
    /// Without a key yet.
    #[default]
    Idle,
    /// Encrypting.
    Encrypts(cbc::Encryptor<Aes256>),
    /// Decrypting.
    Decrypts(cbc::Decryptor<Aes256>),
}

/// `EVP_aes_256_cbc`.
#[unsafe(no_mangle)]
pub extern "C" fn stewartry_aes_256_cbc() -> &'static CipherKind {
    &CipherKind
}

/// `EVP_CIPHER_CTX_new`; goes with [`stewartry_cipher_free`].
#[unsafe(no_mangle)]
pub extern "C" fn stewartry_cipher_new() -> Box<CipherState> {
    Box::default()
}

/// `EVP_CIPHER_CTX_free`: the key is wiped.
#[unsafe(no_mangle)]
pub extern "C" fn stewartry_cipher_free(state: Option<Box<CipherState>>) {
    drop(state);
}

/// `EVP_CIPHER_CTX_set_padding`: whole blocks alone, so that only "none" is right.
#[unsafe(no_mangle)]
pub extern "C" fn stewartry_cipher_padding(state: Option<&mut CipherState>, padding: c_int) -> c_int {
    done(state.filter(|_| padding == 0).map(drop))
}

/// `EVP_CipherInit_ex`: a key of 32 octets and a first block of 16. Called without a key, which OpenSSL takes as the choice of
/// the cipher, it changes nothing.
///
/// # Safety
///
/// `key` must be null or have 32 octets, and `iv` 16.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stewartry_cipher_init(
    state: Option<&mut CipherState>,
    cipher: Option<&CipherKind>,
    _engine: *mut c_void,
    key: *const u8,
    iv: *const u8,
    encrypt: c_int,
) -> c_int {
    let begin = || {
        let state = state?;
        if key.is_null() {
            return cipher.map(drop);
        }
        // SAFETY: the caller's promise.
        let (key, iv) = unsafe { (octets(key, 32usize)?, octets(iv, BLOCK)?) };
        *state = match encrypt {
            1 => CipherState::Encrypts(cbc::Encryptor::new_from_slices(key, iv).ok()?),
            0 => CipherState::Decrypts(cbc::Decryptor::new_from_slices(key, iv).ok()?),
            _ => return None,
        };
        Some(())
    };
    done(begin())
}

/// `EVP_CipherUpdate`: `length` octets of `from` to `out`, which may be the same place. Whole blocks alone.
///
/// # Safety
///
/// `from` must point to `length` octets, and `out` have room for as many.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stewartry_cipher_update(
    state: Option<&mut CipherState>,
    out: *mut u8,
    written: Option<&mut c_int>,
    from: *const u8,
    length: c_int,
) -> c_int {
    let go_on = || {
        let (state, written) = (state?, written?);
        let octets = usize::try_from(length).ok().filter(|octets| octets.is_multiple_of(BLOCK))?;
        if octets > 0 {
            if from.is_null() || out.is_null() {
                return None;
            }
            // SAFETY: both have that many octets; they may overlap.
            unsafe { ptr::copy(from, out, octets) };
        }
        // SAFETY: the caller's promise; all of it was written just now.
        let (blocks, _) = Array::slice_as_chunks_mut(unsafe { room(out, octets) }?);
        match state {
            CipherState::Idle => return None,
            CipherState::Encrypts(cipher) => cipher.encrypt_blocks(blocks),
            CipherState::Decrypts(cipher) => cipher.decrypt_blocks(blocks),
        }
        *written = length;
        Some(())
    };
    done(go_on())
}

/// `EVP_CipherFinal_ex`: without padding nothing is left to write.
#[unsafe(no_mangle)]
pub extern "C" fn stewartry_cipher_final(
    state: Option<&mut CipherState>,
    _out: *mut u8,
    written: Option<&mut c_int>,
) -> c_int {
    done(state.and(written).map(|written| *written = 0))
}

#[cfg(test)]
mod tests;
