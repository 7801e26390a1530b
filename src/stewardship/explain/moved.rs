//! Who moved: where a run took two homes for one household's, the others of it whose links join them.

use crate::linkage::Pattern;
use crate::pair::PairKey;
use crate::person::postcode::{self, Reading};
use crate::person::{Chi, Details, MosaicId, address};
use crate::workspace::Pair;

use super::super::Refused;
use super::super::looked::{Looked, Right};
use super::{Desk, POSTCODE};

/// A link from this probability joins two homes, as in a run.
const SURE: f64 = 0.99;
/// So many are told.
const MOST: usize = 3;

/// Another person of the household, found at both homes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mover {
    /// The Mosaic record, at one of the homes.
    pub mosaic: MosaicId,
    /// The CHI record, at the other.
    pub chi: Chi,
}

impl Mover {
    /// In a sentence.
    pub fn words(&self) -> String {
        format!(
            "{} is at one of the two homes, and its likeliest CHI, {}, at the other",
            self.mosaic,
            self.chi.spaced()
        )
    }
}

/// A home as a run knows it: postcode and house number, or the name of a house without one.
#[derive(PartialEq, Eq)]
struct Home {
    postcode: String,
    number: String,
}

impl Home {
    fn of(details: &Details) -> Option<Self> {
        let parsed = address::parse(&details.address);
        let number = if parsed.number.is_empty() { parsed.house } else { parsed.number };
        match postcode::read(&details.postcode) {
            Reading::Postcode(postcode) if !number.is_empty() => {
                Some(Self { postcode: postcode.compact().to_owned(), number })
            }
            _ => None,
        }
    }
}

/// Who moved between the homes of a pair. Nobody where the run did not find that anybody did; restricted people are not told.
pub(super) fn movers(desk: &Desk<'_>, looked: &Looked, pair: Option<&Pair>) -> Result<Vec<Mover>, Refused> {
    let Some(pair) = pair.filter(|pair| Pattern(pair.pattern).moved()) else { return Ok(Vec::new()) };
    let right = match &looked.right {
        Right::Chi(stored) => &stored.record.details,
        Right::Mosaic(stored) => &stored.record.details,
    };
    let (Some(here), Some(there)) = (Home::of(&looked.left.record.details), Home::of(right)) else {
        return Ok(Vec::new());
    };
    let mut movers = Vec::new();
    for (in_chi, in_mosaic) in [(&there, &here), (&here, &there)] {
        let people = desk.ws.chi_at_postcode(&in_chi.postcode, POSTCODE)?.unwrap_or_default();
        for person in people.iter().filter(|person| Home::of(&person.record.details).as_ref() == Some(in_chi)) {
            for link in desk.ws.candidates_of_chi(&person.record.chi)? {
                let PairKey::Link { mosaic, chi } = &link.key else { continue };
                if !link.best || link.probability < SURE || of_pair(&pair.key, mosaic, chi) {
                    continue;
                }
                let Some(record) = desk.ws.mosaic(mosaic)?.map(|stored| stored.record) else { continue };
                if !record.restricted && Home::of(&record.details).as_ref() == Some(in_mosaic) {
                    movers.push(Mover { mosaic: mosaic.clone(), chi: *chi });
                }
            }
        }
    }
    movers.truncate(MOST);
    Ok(movers)
}

/// Whether a link is of one of the two records of a pair.
fn of_pair(key: &PairKey, mosaic: &MosaicId, chi: &Chi) -> bool {
    match key {
        PairKey::Link { mosaic: own, chi: its } => mosaic == own || chi == its,
        PairKey::Duplicate { a, b } => mosaic == a || mosaic == b,
    }
}
