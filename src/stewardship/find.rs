//! Search a CHI record by hand for one Mosaic person.

use std::collections::HashMap;

use crate::linkage::{self, Explanation, Model, PairRecord};
use crate::pair::{Band, Hazards, Origin, PairKey};
use crate::person::{Chi, ChiRecord, MosaicId, MosaicRecord};
use crate::progress::Progress;
use crate::workspace::{Applied, ChiSearch, Event, Near, NewPair, Pair, StoredChi, Tx, Workspace, WorkspaceError};

use super::{Refused, explain, rights, stops};

/// The most records that a search shows.
pub const SHOWN: usize = 50;

/// The most records that are weighed for one search: what can be weighed while somebody types.
const WEIGHED: usize = 1_000;

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

/// What a search found.
#[derive(Debug, Clone, Default)]
pub struct Hits {
    /// How many records fit.
    pub total: u64,
    /// The best of them for the person, best first. At most [`SHOWN`].
    pub best: Vec<Found>,
}

/// A search for one Mosaic person: what every key needs of the workspace is read once.
pub struct Search {
    person: MosaicRecord,
    model: Model,
    near: Near,
}

impl Search {
    /// Begins a search for a person.
    pub fn begin(ws: &Workspace, mosaic: &MosaicId) -> Result<Self, Refused> {
        let person = ws.mosaic(mosaic)?.ok_or_else(|| unknown(mosaic))?.record;
        let near = ws.near_to(&person)?;
        Ok(Self { person, model: explain::model(ws)?, near })
    }

    /// CHI records that fit every part of the text, by the engine's weight for the person. Where very many fit, those are
    /// weighed that share the most with the person.
    pub fn find(&self, ws: &Workspace, text: &str) -> Result<Hits, Refused> {
        let fitting = ws.search_chi(&ChiSearch { text: text.to_owned() }, &self.near, WEIGHED)?;
        let records: Vec<_> = fitting.records.iter().map(|chi| chi.record.clone()).collect();
        let explained = linkage::explain_each(&self.model, &self.person, &records, &[]);
        let mut found: Vec<_> = fitting.records.into_iter().zip(explained).collect();
        // The number that replaced another stands before it, however well the old record fits
        let weights: HashMap<Chi, f64> = found.iter().map(|(chi, of)| (chi.record.chi, of.weight)).collect();
        let rank = |record: &ChiRecord, weight: f64| {
            let replaced = stops::is_superseded(record);
            let by = record.upi.filter(|_| replaced).and_then(|by| weights.get(&by).copied());
            (by.map_or(weight, |by| by.min(weight)), replaced)
        };
        found.sort_by(|(a, of_a), (b, of_b)| {
            let (a_rank, a_replaced) = rank(&a.record, of_a.weight);
            let (b_rank, b_replaced) = rank(&b.record, of_b.weight);
            b_rank.total_cmp(&a_rank).then(a_replaced.cmp(&b_replaced)).then_with(|| a.record.chi.cmp(&b.record.chi))
        });
        found.truncate(SHOWN);
        let mut best = Vec::with_capacity(found.len());
        for (chi, explanation) in found {
            let pair = ws.pair_of(&PairKey::link(self.person.id.clone(), chi.record.chi))?;
            best.push(Found { chi, explanation, pair });
        }
        Ok(Hits { total: fitting.total, best })
    }
}

/// Makes a found record a candidate of the person, to be decided like any other. Gives the pair's key; a pair that is
/// there already stays as it is.
pub fn choose(ws: &mut Workspace, mosaic: &MosaicId, chi: &Chi) -> Result<PairKey, Refused> {
    rights::works_here(ws)?;
    let key = PairKey::link(mosaic.clone(), *chi);
    if ws.pair_of(&key)?.is_some() {
        return Ok(key);
    }
    let pair = proposed(ws, mosaic, chi)?;
    put(ws, pair)?;
    Ok(key)
}

/// Makes a pair that a person brought together a candidate. Gives its number.
pub(super) fn put(ws: &mut Workspace, found: NewPair) -> Result<i64, Refused> {
    let applied = ws.apply_with(|tx| {
        let (id, event) = held(tx, found)?;
        Ok((vec![event], id))
    })?;
    Ok(applied.output)
}

/// Holds a pair that no run brought together; its number, and the event that binds it.
fn held(tx: &Tx<'_>, found: NewPair) -> Result<(i64, Event), WorkspaceError> {
    let pair = found.key.clone();
    let id = tx.put_pair(found)?;
    let scored = Some(tx.as_found(&pair)?);
    Ok((id, Event::FoundByHand { pair, scored }))
}

/// Applies a deed with the pairs that its decisions need and that are no candidates yet.
pub(super) fn apply_with(ws: &mut Workspace, events: Vec<Event>, new: Vec<NewPair>) -> Result<Applied<()>, Refused> {
    apply_watched(ws, events, new, &Progress::new())
}

/// The same for a deed of many events, with its progress shown.
pub(super) fn apply_watched(
    ws: &mut Workspace,
    mut events: Vec<Event>,
    new: Vec<NewPair>,
    progress: &Progress,
) -> Result<Applied<()>, Refused> {
    Ok(ws.apply_watched(progress, |tx| {
        for pair in new {
            events.push(held(tx, pair)?.1);
        }
        Ok((events, ()))
    })?)
}

/// The candidate pair of a person and a CHI record that no run brought together.
pub(super) fn proposed(ws: &Workspace, mosaic: &MosaicId, chi: &Chi) -> Result<NewPair, Refused> {
    let person = ws.mosaic(mosaic)?.ok_or_else(|| unknown(mosaic))?;
    let record =
        ws.chi(chi)?.ok_or_else(|| Refused::NotFound(format!("CHI {} is not in the workspace", chi.spaced())))?;
    let explanation =
        linkage::score_pair(&explain::model(ws)?, PairRecord::Mosaic(&person.record), PairRecord::Chi(&record.record));
    let rival = ws.candidates_of_mosaic(mosaic)?.into_iter().find(|pair| matches!(pair.key, PairKey::Link { .. }));
    let mut hazards = explanation.hazards;
    hazards.set(Hazards::RESTRICTED, person.record.restricted);
    Ok(NewPair {
        key: PairKey::link(mosaic.clone(), *chi),
        weight: explanation.weight,
        probability: explanation.probability,
        // A person chose it, so a person decides it: whatever its score, it is never in the automatic band.
        band: Band::Review,
        hazards,
        pattern: explanation.pattern.0,
        keys: 0,
        margin: rival.map(|rival| explanation.weight - rival.weight),
        best: true,
        origin: Origin::Hand,
        run: None,
    })
}

fn unknown(mosaic: &MosaicId) -> Refused {
    Refused::NotFound(format!("Mosaic person {mosaic} is not in the workspace"))
}
