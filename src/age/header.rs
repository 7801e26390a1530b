//! The header of a file: its version, the file's key wrapped once for each recipient, and a MAC over all of it.

use std::io::{BufRead, Read};

use base64ct::{Base64Unpadded, Encoding};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use zeroize::Zeroizing;

use super::keys::{Identity, Recipient};
use super::{AgeError, FileKey, derive};

const VERSION: &str = "age-encryption.org/v1";
/// Characters of a whole line of a body. The last line of a body has fewer.
const COLUMNS: usize = 64;
/// More than any header needs: some thousands of recipients.
const MOST: u64 = 1 << 20;

/// The file's key, wrapped for somebody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Stanza {
    pub(super) kind: String,
    pub(super) arguments: Vec<String>,
    pub(super) body: Vec<u8>,
}

/// A header as it was read.
pub(super) struct Header {
    stanzas: Vec<Stanza>,
    /// Everything up to the MAC, as it stood.
    text: Vec<u8>,
    mac: Vec<u8>,
}

/// The header of a new file.
pub(super) fn write(key: &FileKey, recipients: &[Recipient]) -> Result<Vec<u8>, AgeError> {
    let mut text = format!("{VERSION}\n");
    for recipient in recipients {
        let Stanza { kind, arguments, body } = recipient.wrap(key)?;
        text += &format!("-> {kind} {}\n", arguments.join(" "));
        let body = Base64Unpadded::encode_string(&body);
        let mut rest = body.as_str();
        while rest.len() >= COLUMNS {
            let (line, after) = rest.split_at(COLUMNS);
            text += &format!("{line}\n");
            rest = after;
        }
        text += &format!("{rest}\n");
    }
    text += "---";
    let mac = Base64Unpadded::encode_string(&mac(key, text.as_bytes()).finalize().into_bytes());
    Ok(format!("{text} {mac}\n").into_bytes())
}

/// Reads a header; what follows it is not touched.
pub(super) fn read(sealed: &mut impl BufRead) -> Result<Header, AgeError> {
    let mut sealed = sealed.take(MOST);
    let mut text = Vec::new();
    if line(&mut sealed, &mut text)
        .map_err(|error| if matches!(error, AgeError::Damaged) { AgeError::NotAge } else { error })?
        != VERSION
    {
        return Err(AgeError::NotAge);
    }
    let mut stanzas = Vec::new();
    loop {
        let before = text.len();
        let first = line(&mut sealed, &mut text)?;
        if let Some(mac) = first.strip_prefix("--- ") {
            text.truncate(before + 3);
            let mac = Base64Unpadded::decode_vec(mac).map_err(|_| AgeError::Damaged)?;
            return Ok(Header { stanzas, text, mac });
        }
        let mut words = first.strip_prefix("-> ").ok_or(AgeError::Damaged)?.split(' ').map(str::to_owned);
        let kind = words.next().filter(|kind| !kind.is_empty()).ok_or(AgeError::Damaged)?;
        let mut body = String::new();
        loop {
            let part = line(&mut sealed, &mut text)?;
            if part.len() > COLUMNS {
                return Err(AgeError::Damaged);
            }
            body += &part;
            if part.len() < COLUMNS {
                break;
            }
        }
        let body = Base64Unpadded::decode_vec(&body).map_err(|_| AgeError::Damaged)?;
        stanzas.push(Stanza { kind, arguments: words.collect(), body });
    }
}

/// One line, without its end; `text` gets all of it.
fn line(sealed: &mut impl BufRead, text: &mut Vec<u8>) -> Result<String, AgeError> {
    let from = text.len();
    sealed.read_until(b'\n', text)?;
    let line = text[from..].strip_suffix(b"\n").ok_or(AgeError::Damaged)?;
    if !line.iter().all(|byte| (b' '..=b'~').contains(byte)) {
        return Err(AgeError::Damaged);
    }
    Ok(String::from_utf8_lossy(line).into_owned())
}

impl Header {
    /// The file's key, where one of the stanzas is for this identity.
    pub(super) fn unwrap(&self, identity: &Identity) -> Option<FileKey> {
        self.stanzas.iter().find_map(|stanza| identity.unwrap(stanza))
    }

    /// Whether the header is what whoever sealed the file wrote.
    pub(super) fn check(&self, key: &FileKey) -> Result<(), AgeError> {
        mac(key, &self.text).verify_slice(&self.mac).map_err(|_| AgeError::Damaged)
    }
}

fn mac(key: &FileKey, text: &[u8]) -> Hmac<Sha256> {
    let derived = derive(key.as_slice(), &[], b"header");
    // HMAC takes a key of any length.
    // HMAC fills a short key up with zeros to a block of its hash.
    let mut block = Zeroizing::new([0; 64]);
    block[..derived.len()].copy_from_slice(derived.as_slice());
    let mut mac = <Hmac<Sha256> as KeyInit>::new(&(*block).into());
    mac.update(text);
    mac
}
