//! Where files may be sent. Whoever administers the workspace writes it down once, with the other side's key; every later sending
//! holds the other side against that.

use base64ct::{Base64, Base64Unpadded, Encoding};
use sha2::{Digest, Sha256};

use super::TransferError;
use crate::stewardship::rights;
use crate::workspace::{Event, Place, Workspace};

/// Kinds of host keys that OpenSSH has.
const KINDS: [&str; 6] = [
    "ssh-ed25519",
    "ecdsa-sha2-nistp256",
    "ecdsa-sha2-nistp384",
    "ecdsa-sha2-nistp521",
    "ssh-rsa",
    "sk-ssh-ed25519@openssh.com",
];

/// Sets a place, or takes it away (`None`).
pub fn set(ws: &mut Workspace, name: &str, place: Option<Place>) -> Result<(), TransferError> {
    rights::administers(ws)?;
    let name = name.trim();
    if name.is_empty() || name.chars().count() > 60 || name.chars().any(char::is_control) {
        return Err(TransferError::Place("Give the place a name of at most 60 characters".to_owned()));
    }
    if let Some(fault) = place.as_ref().and_then(fault) {
        return Err(TransferError::Place(fault));
    }
    let before = ws.places()?.into_iter().find(|(held, _)| held == name).map(|(_, place)| place);
    match (&before, &place) {
        (None, None) => return Err(TransferError::Place(format!("There is no place of the name “{name}”"))),
        (before, after) if before == after => return Ok(()),
        _ => {}
    }
    let event = Event::PlaceSet { place: name.to_owned(), before: before.map(Box::new), after: place.map(Box::new) };
    ws.apply(vec![event], |_| Ok(()))?;
    Ok(())
}

/// What is wrong with a place, in a sentence. Nothing in it may be taken for an option or a second command.
fn fault(place: &Place) -> Option<String> {
    let word = |text: &str, more: &str| {
        !text.is_empty()
            && !text.starts_with('-')
            && text.chars().all(|c| c.is_ascii_alphanumeric() || more.contains(c))
    };
    if !word(&place.host, ".-:") {
        return Some("The computer must be a name or an address, such as transfer.example.scot".to_owned());
    }
    if !word(&place.user, "._-") {
        return Some("The account must be plain letters, digits, . _ and -".to_owned());
    }
    if place.port == 0 {
        return Some("The port must be between 1 and 65535".to_owned());
    }
    if place.folder.starts_with('-') || place.folder.chars().any(|c| c.is_control() || "\"\\*?[]".contains(c)) {
        return Some(
            "The folder must not begin with - or hold quotation marks, backslashes or any of * ? [ ]".to_owned(),
        );
    }
    if place.key_file.contains(['"', '\n', '\r']) {
        return Some("The path of the key file must not hold quotation marks".to_owned());
    }
    if place.host_keys.is_empty() {
        return Some(
            "The other side's key is missing: ask them for it (the file ssh_host_ed25519_key.pub); without it anybody could \
             stand in for them"
                .to_owned(),
        );
    }
    None
}

/// Reads the other side's keys, as their `.pub` file or a known_hosts file has them: one on a line.
pub fn host_keys(text: &str) -> Result<Vec<String>, TransferError> {
    let mut keys = Vec::new();
    for (at, line) in text.lines().enumerate() {
        if line.trim().is_empty() || line.trim_start().starts_with('#') {
            continue;
        }
        let words: Vec<&str> = line.split_whitespace().collect();
        let kind = words.iter().position(|word| KINDS.contains(word));
        let key = kind.and_then(|at| Some((words[at], *words.get(at + 1)?))).filter(|(kind, key)| is_key(kind, key));
        match key {
            Some((kind, key)) => keys.push(format!("{kind} {key}")),
            None => {
                return Err(TransferError::Place(format!("Line {} of the other side's key is no public key", at + 1)));
            }
        }
    }
    Ok(keys)
}

/// Whether the text is a key of this kind: in SSH's own form it begins with its kind.
fn is_key(kind: &str, key: &str) -> bool {
    let Ok(wire) = Base64::decode_vec(key) else { return false };
    wire.len() > 4 + kind.len()
        && wire[..4] == (kind.len() as u32).to_be_bytes()
        && &wire[4..4 + kind.len()] == kind.as_bytes()
}

/// A key's fingerprint, as OpenSSH shows it: `SHA256:…`, to be compared over the telephone.
pub fn fingerprint(key: &str) -> String {
    let wire = key.split_whitespace().nth(1).and_then(|key| Base64::decode_vec(key).ok()).unwrap_or_default();
    format!("SHA256:{}", Base64Unpadded::encode_string(&Sha256::digest(wire)))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    /// The key and the fingerprint that GitHub publishes.
    const KEY: &str = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl";

    fn place() -> Place {
        Place {
            host: "transfer.example.scot".into(),
            port: 22,
            user: "records".into(),
            folder: "in box".into(),
            host_keys: vec![KEY.into()],
            key_file: "/home/a b/key".into(),
        }
    }

    #[test]
    fn nothing_in_a_place_passes_for_an_option_or_a_second_command() {
        assert_eq!(fault(&place()), None);
        for bad in [
            Place { host: "-oProxyCommand=sh".into(), ..place() },
            Place { host: "a b".into(), ..place() },
            Place { host: String::new(), ..place() },
            Place { user: "-l".into(), ..place() },
            Place { user: "a@b".into(), ..place() },
            Place { port: 0, ..place() },
            Place { folder: "in\n!rm x".into(), ..place() },
            Place { folder: "a\" b".into(), ..place() },
            Place { folder: "*".into(), ..place() },
            Place { key_file: "a\"\nProxyCommand=sh".into(), ..place() },
            Place { host_keys: Vec::new(), ..place() },
        ] {
            assert!(fault(&bad).is_some(), "{bad:?}");
        }
    }

    #[test]
    fn a_key_is_read_from_either_kind_of_file_and_its_fingerprint_is_that_of_openssh() {
        for text in [format!("{KEY} root@there\n"), format!("# github\n[h]:22 {KEY}\n"), format!("h {KEY}")] {
            assert_eq!(host_keys(&text).unwrap(), [KEY]);
        }
        assert_eq!(fingerprint(KEY), "SHA256:+DiY3wvvV6TuJJhbpZisF/zLDA0zPMSvHdkr4UvCOqU");
        for bad in [
            "ssh-ed25519",
            "ssh-ed25519 AAAA",
            "nothing",
            "ssh-rsa AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl",
        ] {
            assert!(host_keys(bad).is_err(), "{bad}");
        }
    }
}
