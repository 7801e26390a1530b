//! Who a file is sealed for, and who opens it.

use std::fmt;
use std::str::FromStr;

use base64ct::{Base64, Base64Unpadded, Encoding};
use bech32::{Bech32, Hrp};
use curve25519_dalek::edwards::CompressedEdwardsY;
use curve25519_dalek::montgomery::MontgomeryPoint;
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use super::header::Stanza;
use super::{AgeError, FileKey, derive, random};

const X25519: &str = "X25519";
const X25519_INFO: &[u8] = b"age-encryption.org/v1/X25519";
const SSH: &str = "ssh-ed25519";
const SSH_INFO: &[u8] = b"age-encryption.org/v1/ssh-ed25519";
const PUBLIC: &str = "age";
const SECRET: &str = "age-secret-key-";

/// Somebody for whom a file is sealed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Recipient {
    /// An age key: `age1…`.
    Age([u8; 32]),
    /// An SSH key, as the `.pub` file holds it: the whole public key in SSH's own form, and the point that it stands for.
    Ssh {
        /// What follows `ssh-ed25519 `, decoded.
        wire: Vec<u8>,
        /// The key as a point on the Montgomery curve.
        point: [u8; 32],
    },
}

impl FromStr for Recipient {
    type Err = AgeError;

    fn from_str(text: &str) -> Result<Self, AgeError> {
        let text = text.trim();
        let shown = || AgeError::NotARecipient(text.chars().take(24).collect());
        if let Some(rest) = text.strip_prefix(SSH) {
            let encoded = rest.split_whitespace().next().ok_or_else(shown)?;
            return ssh(&Base64::decode_vec(encoded).map_err(|_| shown())?).ok_or_else(shown);
        }
        decode(PUBLIC, text).filter(|_| text.starts_with(PUBLIC)).map(|key| Self::Age(*key)).ok_or_else(shown)
    }
}

/// As it is typed and shown; an SSH key without the comment behind it.
impl fmt::Display for Recipient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Age(key) => f.write_str(&encode(PUBLIC, key)),
            Self::Ssh { wire, .. } => write!(f, "{SSH} {}", Base64::encode_string(wire)),
        }
    }
}

/// Reads a key in SSH's own form: its name, then its 32 bytes, each after its length.
fn ssh(wire: &[u8]) -> Option<Recipient> {
    let mut expected = Vec::new();
    for part in [SSH.as_bytes(), &[0; 32]] {
        expected.extend(u32::try_from(part.len()).ok()?.to_be_bytes());
        expected.extend(part);
    }
    let head = expected.len() - 32;
    if wire.len() != expected.len() || wire[..head] != expected[..head] {
        return None;
    }
    let key: [u8; 32] = wire[head..].try_into().ok()?;
    let point = CompressedEdwardsY(key).decompress()?.to_montgomery().to_bytes();
    Some(Recipient::Ssh { wire: wire.to_owned(), point })
}

impl Recipient {
    /// Wraps a file's key so that this recipient alone unwraps it.
    pub(super) fn wrap(&self, file: &FileKey) -> Result<Stanza, AgeError> {
        let mut secret = Zeroizing::new([0; 32]);
        random(secret.as_mut_slice())?;
        let share = MontgomeryPoint::mul_base_clamped(*secret).to_bytes();
        let (kind, mut arguments, point, info) = match self {
            Self::Age(key) => (X25519, Vec::new(), key, X25519_INFO),
            Self::Ssh { wire, point } => (SSH, vec![tag(wire)], point, SSH_INFO),
        };
        arguments.push(Base64Unpadded::encode_string(&share));
        let mut shared = Zeroizing::new(MontgomeryPoint(*point).mul_clamped(*secret).to_bytes());
        if let Self::Ssh { wire, .. } = self {
            let tweak = derive(&[], wire, SSH_INFO);
            shared = Zeroizing::new(MontgomeryPoint(*shared).mul_clamped(*tweak).to_bytes());
        }
        if *shared == [0; 32] {
            return Err(AgeError::NotARecipient(self.to_string().chars().take(24).collect()));
        }
        let key = derive(shared.as_slice(), &[share, *point].concat(), info);
        Ok(Stanza { kind: kind.to_owned(), arguments, body: super::stream::seal_once(&key, file.as_slice()) })
    }
}

/// How a stanza says which SSH key it is for.
fn tag(wire: &[u8]) -> String {
    Base64Unpadded::encode_string(&Sha256::digest(wire)[..4])
}

/// Somebody who opens files.
#[derive(Clone)]
pub struct Identity {
    secret: Zeroizing<[u8; 32]>,
    public: [u8; 32],
}

/// Never the secret.
impl fmt::Debug for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Identity of {}", self.recipient())
    }
}

impl Identity {
    /// A new one.
    pub fn generate() -> Result<Self, AgeError> {
        let mut secret = Zeroizing::new([0; 32]);
        random(secret.as_mut_slice())?;
        Ok(Self::of(secret))
    }

    fn of(secret: Zeroizing<[u8; 32]>) -> Self {
        let public = MontgomeryPoint::mul_base_clamped(*secret).to_bytes();
        Self { secret, public }
    }

    /// For whom files are sealed that this one opens.
    pub fn recipient(&self) -> Recipient {
        Recipient::Age(self.public)
    }

    /// The secret, as `age-keygen` writes it.
    pub fn secret(&self) -> Zeroizing<String> {
        Zeroizing::new(encode(SECRET, &self.secret).to_uppercase())
    }

    /// The file's key, where this stanza wraps it for this identity.
    pub(super) fn unwrap(&self, stanza: &Stanza) -> Option<FileKey> {
        let [share] = stanza.arguments.as_slice() else { return None };
        if stanza.kind != X25519 || stanza.body.len() != 32 {
            return None;
        }
        let share: [u8; 32] = Base64Unpadded::decode_vec(share).ok()?.try_into().ok()?;
        let shared = Zeroizing::new(MontgomeryPoint(share).mul_clamped(*self.secret).to_bytes());
        if *shared == [0; 32] {
            return None;
        }
        let key = derive(shared.as_slice(), &[share, self.public].concat(), X25519_INFO);
        let file = Zeroizing::new(super::stream::open_once(&key, &stanza.body)?);
        Some(Zeroizing::new(file.as_slice().try_into().ok()?))
    }
}

/// Reads a file of identities: one on a line, `#` before a comment.
pub fn identities(text: &str) -> Result<Vec<Identity>, AgeError> {
    let mut found = Vec::new();
    for (at, line) in text.lines().enumerate() {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let secret = decode(SECRET, line).filter(|_| line.starts_with("AGE-SECRET-KEY-1"));
        found.push(Identity::of(secret.ok_or(AgeError::NotAnIdentity { line: at + 1 })?));
    }
    if found.is_empty() { Err(AgeError::NoIdentity) } else { Ok(found) }
}

fn encode(name: &str, key: &[u8; 32]) -> String {
    // The names are ours and fit, and 32 bytes are short enough: this cannot fail.
    Hrp::parse(name).ok().and_then(|hrp| bech32::encode::<Bech32>(hrp, key).ok()).unwrap_or_default()
}

fn decode(name: &str, text: &str) -> Option<Zeroizing<[u8; 32]>> {
    let checked = bech32::primitives::decode::CheckedHrpstring::new::<Bech32>(text).ok()?;
    if checked.hrp().to_lowercase() != name {
        return None;
    }
    let key = Zeroizing::new(checked.byte_iter().collect::<Vec<u8>>());
    Some(Zeroizing::new(key.as_slice().try_into().ok()?))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    /// A pair of keys that `age-keygen` made.
    const KEYGEN: &str = "# created: 2026-11-27T19:00:00Z
# public key: age1zvkyg2lqzraa2lnjvqej32nkuu0ues2s82hzrye869xeexvn73equnujwj
AGE-SECRET-KEY-1GFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPQ4EGAEX
";

    #[test]
    fn the_keys_of_age_keygen_are_read_and_written_the_same() {
        // The published example: the secret is 32 times 0x42
        let identity = &identities(KEYGEN).unwrap()[0];
        assert_eq!(*identity.secret, [0x42; 32]);
        assert_eq!(identity.recipient().to_string(), "age1zvkyg2lqzraa2lnjvqej32nkuu0ues2s82hzrye869xeexvn73equnujwj");
        assert_eq!(identity.secret().as_str(), KEYGEN.lines().last().unwrap());
        assert_eq!(identity.recipient().to_string().parse::<Recipient>().unwrap(), identity.recipient());
        assert!(!format!("{identity:?}").contains("SECRET"));
    }

    #[test]
    fn what_is_no_key_is_refused_and_the_line_is_named() {
        let public = "age1zvkyg2lqzraa2lnjvqej32nkuu0ues2s82hzrye869xeexvn73equnujwj";
        let last = public.replace("wj", "wk");
        for text in [
            "",
            "age1",
            "ailsa@example",
            &last,
            &public.to_uppercase(),
            "ssh-ed25519",
            "ssh-ed25519 AAAA",
            "ssh-rsa AAAA",
        ] {
            assert!(matches!(text.parse::<Recipient>(), Err(AgeError::NotARecipient(_))), "{text}");
        }
        assert!(matches!(identities("# nothing\n\n"), Err(AgeError::NoIdentity)));
        let two = format!("{KEYGEN}\nnot one\n");
        assert!(matches!(identities(&two), Err(AgeError::NotAnIdentity { line: 5 })));
        assert!(identities(&KEYGEN.to_lowercase()).is_err());
    }
}
