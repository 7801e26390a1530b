//! Whether the supervisor signed what the files of a release say: the event, its signature, and the hash over the rows.

use std::collections::HashMap;

use super::correction::{self, CorrectionManifest};
use super::manifest::{self, Manifest, SignaturePart};
use super::tables::EVIDENCE;
use crate::workspace::{Event, SignedEvent, SignedNames, fingerprint, outgoing};

/// The headings of the evidence that are signed, in their order ([`outgoing`]): the last three since the second form.
const SIGNED: [&str; 15] = [
    "KIND",
    "LEFT_ID",
    "RIGHT_ID",
    "VERDICT",
    "REASON",
    "REPLACES",
    "DECIDED_BY",
    "DECIDED_AT",
    "HOW",
    "SCORE_SEEN",
    "LEFT_RECORD_SHA256",
    "RIGHT_RECORD_SHA256",
    "SAMPLED",
    "RECHECK",
    "RECHECKED_BY",
];

/// The rows of a file, its headings first.
type Rows = Vec<Vec<String>>;

/// Looks at the signature of a release whose files are whole; `rows` are its evidence and its merges with their headings, where they go
/// along.
pub(super) fn look(rows: Option<(&Rows, &Rows)>, manifest: &Manifest) -> Result<String, String> {
    let (signature, batch) = (&manifest.signature, &manifest.batch);
    let Some(event) = signed(signature, manifest.stewartry_release > manifest::UNSIGNED)? else {
        return Ok(UNSIGNED.to_owned());
    };
    let Ok(Event::BatchSigned { batch: number, content_hash, statement, rows_sha256, names, rows_form }) =
        serde_json::from_str(&event.payload)
    else {
        return Err(format!("event {} is not the signature of a batch", event.sequence));
    };
    if number.0 != batch.number || content_hash != batch.content_sha256 || statement != signature.statement {
        return Err("what was signed is another batch, another content, or another statement".to_owned());
    }
    let names_now = SignedNames {
        signed_by: signature.by.clone(),
        composed_by: batch.composed_by.clone(),
        submitted_by: batch.submitted_by.clone(),
    };
    let names_held = names_held(names.as_deref(), &names_now)?;
    let Some(form) = outgoing::Form::of(rows_form, names.as_deref()) else {
        return Err(
            "its rows were signed in a form that this program does not know; check it with the one that wrote it"
                .to_owned(),
        );
    };
    let what = match rows {
        Some((evidence, merges)) if rows_of(form, evidence, merges, manifest)? != rows_sha256 => {
            return Err("the rows of the files are not the ones that were signed".to_owned());
        }
        Some(_) => " and every row are",
        None => " is",
    };
    let and = if rows.is_some() { "" } else { "; the rows of this table are held by the ledger alone" };
    Ok(format!(
        "Event {}{what} signed with the key {} of {}{and}{names_held}",
        event.sequence,
        fingerprint(&event.public_key),
        signature.by
    ))
}

/// Looks at the signature of a correction whose evidence is what its content says: that is what is signed.
pub(super) fn look_at_correction(manifest: &CorrectionManifest) -> Result<String, String> {
    let signature = &manifest.signature;
    let Some(event) = signed(signature, manifest.stewartry_correction > correction::UNSIGNED)? else {
        return Ok(UNSIGNED.to_owned());
    };
    let Ok(Event::CorrectionSigned { correction, content_hash, statement, names }) =
        serde_json::from_str(&event.payload)
    else {
        return Err(format!("event {} is not the signature of a correction", event.sequence));
    };
    if correction.0 != manifest.number || content_hash != manifest.content_sha256 || statement != signature.statement {
        return Err("what was signed is another correction, another content, or another statement".to_owned());
    }
    let names_now = SignedNames {
        signed_by: signature.by.clone(),
        composed_by: manifest.composed_by.clone(),
        submitted_by: String::new(),
    };
    let names_held = names_held(names.as_deref(), &names_now)?;
    Ok(format!(
        "Event {} and every row are signed with the key {} of {}{names_held}",
        event.sequence,
        fingerprint(&event.public_key),
        signature.by
    ))
}

/// What holds the names of those who signed, composed and submitted: the signature, or, where an earlier version signed, no more
/// than the seal, which is said.
fn names_held(signed: Option<&SignedNames>, now: &SignedNames) -> Result<&'static str, String> {
    match signed {
        Some(signed) if signed != now => {
            Err("the names of who signed, composed or submitted it are not the ones that were signed".to_owned())
        }
        Some(_) => Ok(""),
        None => {
            Ok("; an earlier version signed it: the names of who signed and who re-checked are held by the seal alone")
        }
    }
}

/// What is said of a form that carries no signature.
pub(super) const UNSIGNED: &str = "None: this older form carries nobody's key, so nothing vouches for who signed it, nor that its rows \
    are what was signed. Ask for proof elsewhere that it is genuine";

/// The event of a signature, where it holds in itself and the form has one.
fn signed(signature: &SignaturePart, required: bool) -> Result<Option<&SignedEvent>, String> {
    let event = match (&signature.event, required) {
        (Some(event), true) => event,
        (None, false) => return Ok(None),
        (None, true) => return Err("it carries no signature, and one of its form must".to_owned()),
        (Some(_), false) => return Err("it carries a signature, and one of its form has none".to_owned()),
    };
    if let Some(fault) = event.fault() {
        return Err(format!("event {} does not hold: {fault}", event.sequence));
    }
    if (event.sequence, &event.hash) != (signature.ledger_sequence, &signature.ledger_hash) {
        return Err("the event that was signed is not the one that the sign-off names".to_owned());
    }
    let at = event.at.parse::<jiff::Timestamp>().map(|at| at.to_string()).unwrap_or_default();
    if at != signature.at {
        return Err("it was signed at another time than the sign-off says".to_owned());
    }
    Ok(Some(event))
}

/// The hash over the rows, made again from the files.
fn rows_of(
    form: outgoing::Form,
    evidence: &[Vec<String>],
    merges: &[Vec<String>],
    manifest: &Manifest,
) -> Result<String, String> {
    let column = |heading: &str| EVIDENCE.iter().position(|known| *known == heading).unwrap_or_default();
    let columns = SIGNED.map(column);
    let ways: HashMap<(&str, &str), [&str; 4]> = merges
        .iter()
        .skip(1)
        .filter_map(|row| match row.as_slice() {
            [source, target, _, checked, note] => Some((
                (source.min(target).as_str(), source.max(target).as_str()),
                [source, target, checked, note].map(String::as_str),
            )),
            _ => None,
        })
        .collect();
    let mut hashes = manifest.left_out.hashes.clone();
    if hashes.len() as u64 != manifest.left_out.restricted {
        return Err("the manifest does not hold a hash for each row that was left out".to_owned());
    }
    for row in evidence.iter().skip(1) {
        let cells = columns.map(|at| row.get(at).map_or("", String::as_str));
        let merge = match cells[0] {
            "duplicate" => {
                let (left, right) = (super::verify::given(cells[1]), super::verify::given(cells[2]));
                ways.get(&(left.min(right), left.max(right))).copied().unwrap_or_default()
            }
            _ => [""; 4],
        };
        hashes.push(outgoing::row_sha256(form, cells, merge));
    }
    Ok(outgoing::rows_sha256(form, hashes))
}
