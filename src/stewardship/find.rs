//! Search a CHI record by hand for one Mosaic person.

use crate::linkage::{self, Explanation, PairRecord};
use crate::pair::{Band, Hazards, Origin, PairKey};
use crate::person::{Chi, MosaicId};
use crate::workspace::{ChiSearch, Event, NewPair, Pair, StoredChi, Workspace};

use super::{Refused, explain, rights};

/// The most records that a search shows.
pub const SHOWN: usize = 50;

/// A CHI record that a search found.
#[derive(Debug, Clone)]
pub struct Found {
    /// The record.
    pub chi: StoredChi,
    /// How it compares with the Mosaic person.
    pub explanation: Explanation,
    /// The candidate pair of the two, where there is one already.
    pub pair: Option<Pair>,
}

/// CHI records that fit every word of the text, best fit to the person first. At most [`SHOWN`].
pub fn find_chi(ws: &Workspace, mosaic: &MosaicId, text: &str) -> Result<Vec<Found>, Refused> {
    if text.trim().is_empty() {
        return Ok(Vec::new());
    }
    let person = ws.mosaic(mosaic)?.ok_or_else(|| unknown(mosaic))?;
    let model = explain::model(ws)?;
    let fitting = ws.search_chi(&ChiSearch { text: text.to_owned() }, SHOWN)?;
    let records: Vec<_> = fitting.iter().map(|chi| chi.record.clone()).collect();
    let explained = linkage::explain_each(&model, &person.record, &records);
    let mut found = Vec::new();
    for (chi, explanation) in fitting.into_iter().zip(explained) {
        let pair = ws.pair_of(&PairKey::link(mosaic.clone(), chi.record.chi))?;
        found.push(Found { chi, explanation, pair });
    }
    found.sort_by(|a, b| {
        let by_weight = b.explanation.weight.total_cmp(&a.explanation.weight);
        by_weight.then_with(|| a.chi.record.chi.cmp(&b.chi.record.chi))
    });
    Ok(found)
}

/// Makes a found record a candidate of the person, to be decided like any other. Gives the pair's key; a pair that is
/// there already stays as it is.
pub fn choose(ws: &mut Workspace, mosaic: &MosaicId, chi: &Chi) -> Result<PairKey, Refused> {
    rights::works_here(ws)?;
    let key = PairKey::link(mosaic.clone(), *chi);
    if ws.pair_of(&key)?.is_some() {
        return Ok(key);
    }
    let person = ws.mosaic(mosaic)?.ok_or_else(|| unknown(mosaic))?;
    let record =
        ws.chi(chi)?.ok_or_else(|| Refused::NotFound(format!("CHI {} is not in the workspace", chi.spaced())))?;
    let explanation =
        linkage::score_pair(&explain::model(ws)?, PairRecord::Mosaic(&person.record), PairRecord::Chi(&record.record));
    let rival = ws.candidates_of_mosaic(mosaic)?.into_iter().find(|pair| matches!(pair.key, PairKey::Link { .. }));
    let mut hazards = explanation.hazards;
    hazards.set(Hazards::RESTRICTED, person.record.restricted);
    let pair = NewPair {
        key: key.clone(),
        weight: explanation.weight,
        probability: explanation.probability,
        // A person chose it, so a person decides it: whatever its score, it is never in the automatic band.
        band: Band::Review,
        hazards,
        pattern: 0,
        keys: 0,
        margin: rival.map(|rival| explanation.weight - rival.weight),
        best: true,
        origin: Origin::Hand,
        run: None,
    };
    ws.apply(vec![Event::FoundByHand { pair: key.clone() }], |tx| tx.put_pair(pair))?;
    Ok(key)
}

fn unknown(mosaic: &MosaicId) -> Refused {
    Refused::NotFound(format!("Mosaic person {mosaic} is not in the workspace"))
}
