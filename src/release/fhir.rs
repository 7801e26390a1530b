//! The cross-reference as FHIR R4 (4.0.1): one `Patient` a line (NDJSON), with the Mosaic id and the CHI as identifiers and the
//! merges as links. Nothing else of anybody is in it.
//!
//! A CHI that was recalled is in no resource, not even as an old one: it is somebody else's, and a search by it would find the
//! wrong person. Whoever holds the resource of before puts this one in its place, and the number is gone.

use std::collections::BTreeMap;

use serde::Serialize;
use sha2::{Digest, Sha256};

use super::cross_reference::{Entry, Says, everybody, moment};
use super::tables::hex;
use crate::person::MosaicId;

/// The systems that the identifiers are of, as URIs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Systems {
    /// CHI's.
    pub chi: String,
    /// Mosaic's, of this council.
    pub mosaic: String,
}

impl Default for Systems {
    /// CHI's as draft national guides have it. For Mosaic none is published: this one is a stand-in, which the organisations
    /// replace by what they agree.
    fn default() -> Self {
        Self {
            chi: "urn:oid:2.16.840.1.113883.2.1.3.2.4.16.53".to_owned(),
            mosaic: "urn:x-mosaic:person-id".to_owned(),
        }
    }
}

impl Systems {
    /// What is wrong with them, in a sentence without its full stop.
    pub fn fault(&self) -> Option<&'static str> {
        // An absolute URI: FHIR asks for one, and for no white space in it
        let fits = |uri: &str| {
            uri.split_once(':').is_some_and(|(scheme, rest)| {
                scheme.starts_with(|c: char| c.is_ascii_alphabetic())
                    && scheme.chars().all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c))
                    && !rest.is_empty()
            }) && !uri.chars().any(|c| c.is_whitespace() || c.is_control())
        };
        if !fits(&self.chi) || !fits(&self.mosaic) {
            Some("The system of an identifier must be a URI, as urn:oid:… or https://…, without spaces")
        } else if self.chi == self.mosaic {
            Some("CHI and Mosaic must be two systems")
        } else {
            None
        }
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Patient<'a> {
    resource_type: &'static str,
    id: String,
    identifier: Vec<Identifier<'a>>,
    active: bool,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    link: Vec<Link>,
}

#[derive(Serialize)]
struct Identifier<'a> {
    r#use: &'static str,
    system: &'a str,
    value: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    period: Option<Period>,
}

#[derive(Serialize)]
struct Period {
    start: String,
}

#[derive(Serialize)]
struct Link {
    other: Reference,
    r#type: &'static str,
}

#[derive(Serialize)]
struct Reference {
    reference: String,
}

/// A resource's id: 1 to 64 of `A-Z a-z 0-9 - .`, which a Mosaic id need not be.
fn id(mosaic: &MosaicId) -> String {
    let text = mosaic.as_str();
    if text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-') {
        format!("mosaic-{text}")
    } else {
        // The point tells these from the others; half a hash is far beyond chance
        format!("mosaic.{}", &hex(&Sha256::digest(text))[..32])
    }
}

/// The resources, a line each, by Mosaic id; and how many there are.
pub(super) fn ndjson(entries: &[Entry], systems: &Systems) -> (Vec<u8>, usize) {
    let mut links: BTreeMap<&MosaicId, Vec<(&'static str, &MosaicId)>> = BTreeMap::new();
    for entry in entries {
        if let Says::MergedInto(target) = &entry.says {
            links.entry(&entry.mosaic).or_default().push(("replaced-by", target));
            links.entry(target).or_default().push(("replaces", &entry.mosaic));
        }
    }
    let of = |mosaic: &MosaicId| {
        let from = entries.partition_point(|entry| entry.mosaic < *mosaic);
        let mosaic = mosaic.clone();
        entries[from..].iter().take_while(move |entry| entry.mosaic == mosaic)
    };
    let mut bytes = Vec::new();
    let everybody = everybody(entries);
    for mosaic in &everybody {
        let mut identifier =
            vec![Identifier { r#use: "usual", system: &systems.mosaic, value: mosaic.as_str(), period: None }];
        let mut active = true;
        for entry in of(mosaic) {
            match &entry.says {
                Says::Is(chi, _) => identifier.push(Identifier {
                    r#use: "official",
                    system: &systems.chi,
                    value: chi.as_str(),
                    period: Some(Period { start: moment(entry.since) }),
                }),
                Says::MergedInto(_) => active = false,
                Says::IsNot(_) => {}
            }
        }
        let link = links
            .get(mosaic)
            .into_iter()
            .flatten()
            .map(|(r#type, other)| Link { other: Reference { reference: format!("Patient/{}", id(other)) }, r#type });
        let patient = Patient { resource_type: "Patient", id: id(mosaic), identifier, active, link: link.collect() };
        // Plain structures of text: writing them to memory cannot fail.
        bytes.extend(serde_json::to_vec(&patient).unwrap_or_default());
        bytes.push(b'\n');
    }
    (bytes, everybody.len())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_resource_id_is_one_that_fhir_takes_and_no_two_people_share_it() {
        let ids = ["00123", "A-1", "A.1", "A_1", "A/1", &"9".repeat(32), &"/9".repeat(15).replacen('/', "9", 1)];
        let made: Vec<String> = ids.iter().map(|text| id(&MosaicId::parse(text).unwrap())).collect();
        for made in &made {
            let fits = made.len() <= 64 && made.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'.');
            assert!(fits, "{made}");
        }
        assert_eq!(made.iter().collect::<std::collections::BTreeSet<_>>().len(), ids.len());
    }

    #[test]
    fn a_system_is_a_uri() {
        let with = |chi: &str| Systems { chi: chi.to_owned(), ..Systems::default() }.fault();
        assert_eq!(Systems::default().fault(), None);
        assert_eq!(with("https://fhir.example/chi"), None);
        for wrong in ["", "chi", "urn:", "urn:a b", ":x", "1a:x", "urn:x-mosaic:person-id"] {
            assert!(with(wrong).is_some(), "{wrong}");
        }
    }
}
