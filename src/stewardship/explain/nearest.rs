//! For a Mosaic person without a link, what was nearest, and why it fell short.

use crate::linkage::{self, Explanation, Pattern};
use crate::pair::PairKey;
use crate::person::MosaicId;
use crate::workspace::{Pair, StoredChi, StoredMosaic, Workspace};

use super::super::Refused;
use super::model;

/// How many of the nearest are told of.
const NEAREST: usize = 3;
/// And by how many bits they may be behind the nearest.
const BEHIND: f64 = 10.0;

/// A Mosaic person without a link, and who was nearest.
#[derive(Debug, Clone)]
pub struct Unlinked {
    /// The person.
    pub person: StoredMosaic,
    /// The CHI records that come nearest, best first.
    pub nearest: Vec<Nearest>,
    /// How many CHI records were looked at beside the candidates that the run kept.
    pub looked_at: usize,
}

/// A CHI record that came near.
#[derive(Debug, Clone)]
pub struct Nearest {
    /// The record.
    pub chi: StoredChi,
    /// How it compares.
    pub explanation: Explanation,
    /// The candidate pair, where a run kept it.
    pub pair: Option<Pair>,
}

impl Nearest {
    /// "CHI 010101 1237: forename and address agree, date of birth differs (–7.4 bits); at –3.1 bits it is …".
    pub fn words(&self) -> String {
        format!("CHI {}: {}", self.chi.record.chi.spaced(), self.explanation.fell_short())
    }
}

impl Unlinked {
    /// In sentences, the nearest first.
    pub fn sentences(&self) -> Vec<String> {
        let Some((first, rest)) = self.nearest.split_first() else {
            return vec![
                "Nobody in CHI shares the CHI number that Mosaic holds, or any two of surname, forename, date of birth and \
                 postcode"
                    .to_owned(),
            ];
        };
        let mut sentences = vec![format!("Nearest is {}", first.words())];
        sentences.extend(rest.iter().map(|next| format!("Then {}", next.words())));
        sentences
    }
}

/// What was nearest to a person: the candidates that the run kept, and where it kept none, what a search by the engine's
/// keys finds.
pub fn unlinked(ws: &Workspace, mosaic: &MosaicId) -> Result<Unlinked, Refused> {
    let person = ws
        .mosaic(mosaic)?
        .ok_or_else(|| Refused::NotFound(format!("Mosaic person {mosaic} is not in the workspace")))?;
    let mut found: Vec<(StoredChi, Option<Pair>)> = Vec::new();
    for pair in ws.candidates_of_mosaic(mosaic)? {
        let PairKey::Link { chi, .. } = &pair.key else { continue };
        if let Some(stored) = ws.chi(chi)? {
            found.push((stored, Some(pair)));
        }
    }
    let mut looked_at = 0;
    if found.is_empty() {
        found = ws.chi_near(&person.record)?.into_iter().map(|stored| (stored, None)).collect();
        looked_at = found.len();
    }
    let records: Vec<_> = found.iter().map(|(stored, _)| stored.record.clone()).collect();
    let shown: Vec<_> = found
        .iter()
        .map(|(_, pair)| pair.as_ref().map_or_else(Pattern::default, |pair| Pattern(pair.pattern)))
        .collect();
    let explained = linkage::explain_each(&model(ws)?, &person.record, &records, &shown);
    let mut nearest: Vec<Nearest> =
        found.into_iter().zip(explained).map(|((chi, pair), explanation)| Nearest { chi, explanation, pair }).collect();
    nearest.sort_by(|a, b| {
        let by_weight = b.explanation.weight.total_cmp(&a.explanation.weight);
        by_weight.then_with(|| a.chi.record.chi.cmp(&b.chi.record.chi))
    });
    // What is far behind the nearest is not near
    let least = nearest.first().map_or(0.0, |first| first.explanation.weight - BEHIND);
    nearest.retain(|near| near.explanation.weight >= least);
    nearest.truncate(NEAREST);
    Ok(Unlinked { person, nearest, looked_at })
}
