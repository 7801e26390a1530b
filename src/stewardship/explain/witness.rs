//! Whose record told the weight.
//!
//! A run does not always weigh a pair by its own two records. A person may have had other numbers, and the record that fits
//! best counts; a likely duplicate of the Mosaic record may fit the CHI better, and then tells of it; and what a file or an
//! earlier run brought is kept as it came. The parts of an account add up only with these said.

use crate::linkage::{self, Explanation, PairRecord, Pattern};
use crate::pair::{Origin, PairKey};
use crate::person::{Chi, ChiRecord, MosaicId, MosaicRecord};
use crate::workspace::Pair;

use super::super::Refused;
use super::Desk;

/// Weights that differ by less are the same.
const SAME: f64 = 0.05;

/// The bits between what two records come to and the weight that is stored.
#[derive(Debug, Clone, PartialEq)]
pub struct Told {
    /// Whose record told it.
    pub by: Witness,
    /// What it adds.
    pub bits: f64,
}

/// Where a weight comes from that is not the pair's own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Witness {
    /// The record of an earlier number of the person: it adds nothing to the parts, which are its own.
    EarlierNumber(Chi),
    /// A likely duplicate of the Mosaic record.
    Duplicate(MosaicId),
    /// A CHI that both records of a duplicate fit.
    SharedChi(Chi),
    /// The two records of a duplicate fit different CHIs.
    DifferentChis,
    /// A file of pairs.
    File,
    /// An earlier run, or records that changed since.
    Earlier,
}

impl Witness {
    /// In words, after "told by".
    pub fn words(&self) -> String {
        match self {
            Self::EarlierNumber(chi) => {
                format!("The record of an earlier number, {}, which fits better", chi.spaced())
            }
            Self::Duplicate(id) => format!("Record {id}, a likely duplicate that fits this CHI better"),
            Self::SharedChi(chi) => format!("CHI {}, which both records fit", chi.spaced()),
            Self::DifferentChis => "Their CHIs: the two records fit different ones".to_owned(),
            Self::File => "The file of pairs, which gave another weight".to_owned(),
            Self::Earlier => "An earlier run, or records that changed since".to_owned(),
        }
    }
}

/// Explains a link by the person's record that fits best: this number's, or that of an earlier one.
pub(super) fn best_row(
    desk: &Desk<'_>,
    left: &MosaicRecord,
    right: &ChiRecord,
    shown: Pattern,
) -> Result<(Explanation, Option<Chi>), Refused> {
    let mut rows = vec![right.clone()];
    rows.extend(desk.ws.chi_superseded_by(&right.chi)?.into_iter().map(|stored| stored.record));
    let shown = vec![shown; rows.len()];
    let mut best: Option<(Explanation, Chi)> = None;
    for (explanation, row) in linkage::explain_each(&desk.model, left, &rows, &shown).into_iter().zip(&rows) {
        if best.as_ref().is_none_or(|(known, _)| explanation.weight > known.weight) {
            best = Some((explanation, row.chi));
        }
    }
    let found = best.map(|(explanation, chi)| (explanation, Some(chi).filter(|chi| *chi != right.chi)));
    found.ok_or_else(|| Refused::NotFound(format!("CHI {} is not in the workspace", right.chi.spaced())))
}

/// Who told a pair's weight, where its own records did not, and how much that adds.
pub(super) fn told(
    desk: &Desk<'_>,
    pair: &Pair,
    explanation: &Explanation,
    by: Option<Chi>,
) -> Result<Option<Told>, Refused> {
    let bits = pair.weight - explanation.weight;
    if bits.abs() < SAME {
        return Ok(by.map(|chi| Told { by: Witness::EarlierNumber(chi), bits: 0.0 }));
    }
    let by = match (&pair.key, pair.origin) {
        (_, Origin::File) => Witness::File,
        (_, Origin::Hand) => Witness::Earlier,
        (PairKey::Link { mosaic, chi }, Origin::Engine) => match duplicate(desk, mosaic, chi)? {
            // It tells what is missing, give or take candidates of its own that were too unlikely to be kept
            Some((id, told)) if bits > 0.0 && told > pair.weight - SAME => Witness::Duplicate(id),
            _ => Witness::Earlier,
        },
        (PairKey::Duplicate { a, b }, Origin::Engine) => match common(desk, a, b)? {
            Some(chi) if bits > 0.0 => Witness::SharedChi(chi),
            None if bits < 0.0 => Witness::DifferentChis,
            _ => Witness::Earlier,
        },
    };
    Ok(Some(Told { by, bits }))
}

/// The likely duplicate that tells most of a link, and the weight that it tells.
fn duplicate(desk: &Desk<'_>, mosaic: &MosaicId, chi: &Chi) -> Result<Option<(MosaicId, f64)>, Refused> {
    let Some(record) = desk.ws.mosaic(mosaic)? else { return Ok(None) };
    let mut best: Option<(MosaicId, f64)> = None;
    for pair in desk.ws.candidates_of_mosaic(mosaic)? {
        let PairKey::Duplicate { a, b } = &pair.key else { continue };
        let other = if a == mosaic { b } else { a };
        let Some(twin) = desk.ws.mosaic(other)? else { continue };
        let records = [&record.record, &twin.record].map(PairRecord::Mosaic);
        let alike = linkage::explain_as(&desk.model, records[0], records[1], Pattern(pair.pattern)).weight;
        let (mut fits, mut others) = (None, Vec::new());
        for link in desk.ws.candidates_of_mosaic(other)? {
            let PairKey::Link { chi: its, .. } = &link.key else { continue };
            let Some(stored) = desk.ws.chi(its)? else { continue };
            let weight = best_row(desk, &twin.record, &stored.record, Pattern(link.pattern))?.0.weight;
            if its == chi { fits = Some(weight) } else { others.push(weight) }
        }
        let Some(fits) = fits else { continue };
        let told = linkage::told(&desk.model, desk.report.mosaic_records, alike, fits, &others);
        if let Some(told) = told.filter(|told| best.as_ref().is_none_or(|(_, known)| told > known)) {
            best = Some((other.clone(), told));
        }
    }
    Ok(best)
}

/// The CHI that both records are best linked to.
fn common(desk: &Desk<'_>, a: &MosaicId, b: &MosaicId) -> Result<Option<Chi>, Refused> {
    let links = |id: &MosaicId| -> Result<Vec<Chi>, Refused> {
        let pairs = desk.ws.candidates_of_mosaic(id)?.into_iter();
        Ok(pairs.filter_map(|pair| if let PairKey::Link { chi, .. } = pair.key { Some(chi) } else { None }).collect())
    };
    let of_b = links(b)?;
    Ok(links(a)?.into_iter().find(|chi| of_b.contains(chi)))
}
