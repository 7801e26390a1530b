//! Candidate pairs that somebody else made: narrow ones name records of the extracts, wide ones bring both records along.
//!
//! A score from elsewhere is kept as it is given. It decides neither the band alone (raw probabilities of two-file linkage
//! mislead, because households share surname and address) nor the hazards, which are computed here for every pair.

use std::collections::{HashMap, HashSet};

use super::super::Refused;
use super::super::matching::banded;
use super::{Counts, Loading};
use crate::intake::{PairRow, PairSide, Reject};
use crate::linkage::{self, Cuts, Model, PairRecord};
use crate::pair::{Band, Hazards, Origin, PairKey};
use crate::person::{ChiRecord, Finding, MosaicRecord};
use crate::progress::Progress;
use crate::workspace::{Change, FileId, NewPair, Run};

/// Two candidates of one record nearer than this, in bits of weight, are nearly tied.
const NEAR_TIE: f64 = 3.0;

/// With what pairs of a file are scored and banded.
pub(super) struct Scoring {
    model: Model,
    cuts: Cuts,
}

impl Scoring {
    pub(super) fn of(model: Model, newest: Option<Run>) -> Self {
        let cuts = newest.map_or_else(Cuts::default, |run| Cuts { auto: run.cuts[0], review: run.cuts[1] });
        Self { model, cuts }
    }
}

/// A pair of the file, scored, before it competes with the others.
pub(super) struct Incoming {
    key: PairKey,
    weight: f64,
    probability: f64,
    /// What the model here makes of the pair.
    own_probability: f64,
    hazards: Hazards,
    /// How the details agree, packed.
    pattern: u32,
}

/// One side of a pair, as the workspace holds it once the row is in.
enum Held {
    Mosaic(MosaicRecord, Vec<Finding>),
    Chi(ChiRecord, Vec<Finding>),
}

impl Held {
    fn record(&self) -> PairRecord<'_> {
        match self {
            Self::Mosaic(record, _) => PairRecord::Mosaic(record),
            Self::Chi(record, _) => PairRecord::Chi(record),
        }
    }

    fn hazards(&self) -> Hazards {
        let (restricted, findings) = match self {
            Self::Mosaic(record, findings) => (record.restricted, findings),
            Self::Chi(_, findings) => (false, findings),
        };
        let mut hazards = Hazards::empty();
        hazards.set(Hazards::RESTRICTED, restricted);
        hazards.set(Hazards::ZERO_RESTORED, findings.contains(&Finding::ZeroRestored));
        hazards.set(Hazards::UNCERTAIN_DATE, findings.contains(&Finding::SentinelDate));
        hazards.set(Hazards::DUMMY_POSTCODE, findings.contains(&Finding::DummyPostcode));
        hazards
    }
}

impl Loading<'_, '_> {
    pub(super) fn take_pair(&mut self, line: u64, pair: &PairRow, findings: &[Finding]) -> Result<(), Refused> {
        let sides = (self.hold(line, &pair.left, findings)?, self.hold(line, &pair.right, findings)?);
        let (left, right) = match sides {
            (Ok(left), Ok(right)) => (left, right),
            (Err(reason), _) | (_, Err(reason)) => {
                let raw = [&pair.left, &pair.right].map(id_of).to_vec();
                self.places.rejected(line, reason.name());
                self.tx.put_rejected(self.file, line, &reason.to_string(), &raw)?;
                self.turned_away.push((reason.name(), findings.iter().any(Finding::is_warning)));
                return Ok(());
            }
        };
        let key = match (&left, &right) {
            (Held::Mosaic(one, _), Held::Chi(other, _)) => Some(PairKey::link(one.id.clone(), other.chi)),
            (Held::Mosaic(one, _), Held::Mosaic(other, _)) => PairKey::duplicate(one.id.clone(), other.id.clone()),
            (Held::Chi(..), _) => None,
        };
        let (Some(key), Some(scoring)) = (key, &self.scoring) else { return Ok(()) };
        let own = linkage::score_pair(&scoring.model, left.record(), right.record());
        let (weight, probability) = match (pair.weight, pair.probability) {
            (Some(weight), Some(probability)) => (weight, probability),
            (Some(weight), None) => (weight, probability_of(weight)),
            (None, Some(probability)) => (weight_of(probability), probability),
            (None, None) => (own.weight, own.probability),
        };
        let hazards = own.hazards | left.hazards() | right.hazards();
        let (own_probability, pattern) = (own.probability, own.pattern.0);
        self.pairs.push(Incoming { key, weight, probability, own_probability, hazards, pattern });
        Ok(())
    }

    /// Holds one side of a pair, or says that nobody knows it. A record of a wide row is new, or newer than what an earlier
    /// wide file brought; the word of an extract stands against it.
    fn hold(&mut self, line: u64, side: &PairSide, findings: &[Finding]) -> Result<Result<Held, Reject>, Refused> {
        Ok(match side {
            PairSide::MosaicRef(id) => match self.tx.mosaic(id)? {
                Some(stored) => Ok(Held::Mosaic(stored.record, stored.findings)),
                None => Err(Reject::UnknownMosaicId),
            },
            PairSide::ChiRef(chi) => match self.tx.chi(chi)? {
                Some(stored) => Ok(Held::Chi(stored.record, stored.findings)),
                None => Err(Reject::UnknownChi),
            },
            PairSide::Mosaic(record) => Ok(match self.tx.mosaic(&record.id)? {
                Some(stored) if self.is_extract(stored.source.0) => Held::Mosaic(stored.record, stored.findings),
                _ => {
                    self.tx.put_mosaic(self.file, line, record, findings)?;
                    Held::Mosaic(record.clone(), findings.to_vec())
                }
            }),
            PairSide::Chi(record) => Ok(match self.tx.chi(&record.chi)? {
                Some(stored) if self.is_extract(stored.source.0) => Held::Chi(stored.record, stored.findings),
                _ => {
                    self.tx.put_chi(self.file, line, record, findings)?;
                    Held::Chi(record.clone(), findings.to_vec())
                }
            }),
        })
    }

    fn is_extract(&self, file: FileId) -> bool {
        self.kinds.get(&file).is_some_and(|kind| kind == "mosaic" || kind == "chi")
    }

    /// Lets the pairs of the file compete, and holds them. A pair that a run of the engine scored keeps that score: the
    /// engine saw both files whole.
    pub(super) fn put_pairs(&mut self, progress: &Progress) -> Result<(), Refused> {
        let Some(scoring) = &self.scoring else { return Ok(()) };
        progress.begin("Saving candidate pairs", self.pairs.len() as u64);
        let competed = compete(&mut self.pairs);
        for (incoming, (margin, best)) in self.pairs.drain(..).zip(competed) {
            progress.check()?;
            progress.advance(1);
            let held = self.tx.pair_of(&incoming.key)?;
            // Only the engine knows by which candidate keys a pair is found.
            if held.as_ref().is_some_and(|held| held.keys != 0) {
                self.counts.same += 1;
                continue;
            }
            let Incoming { key, weight, probability, own_probability, mut hazards, pattern } = incoming;
            // A score from elsewhere that the comparisons here do not bear out is for a person.
            hazards.set(Hazards::HELD_BACK, scoring.cuts.band(own_probability) == Band::Low);
            let band = banded(scoring.cuts.band(probability), hazards);
            let change = match &held {
                None => Change::Added,
                Some(held) => {
                    // That the two are related is the store's own to know
                    let known = held.hazards - Hazards::RELATED;
                    let same = held.weight == weight && held.probability == probability && known == hazards;
                    if same { Change::Unchanged } else { Change::Changed }
                }
            };
            count(&mut self.counts, change);
            self.tx.put_pair(NewPair {
                key,
                weight,
                probability,
                band,
                hazards,
                pattern,
                keys: 0,
                margin,
                best,
                origin: held.map_or(Origin::File, |held| held.origin),
                run: None,
            })?;
        }
        Ok(())
    }
}

fn count(counts: &mut Counts, change: Change) {
    counts.count(change);
}

fn id_of(side: &PairSide) -> String {
    match side {
        PairSide::MosaicRef(id) => id.to_string(),
        PairSide::Mosaic(record) => record.id.to_string(),
        PairSide::ChiRef(chi) => chi.to_string(),
        PairSide::Chi(record) => record.chi.to_string(),
    }
}

/// One CHI for a person and one person for a CHI: the heaviest links first. Gives each pair's lead over its best rival on
/// either side, and whether it was chosen; marks near ties.
fn compete(pairs: &mut [Incoming]) -> Vec<(Option<f64>, bool)> {
    // The best and the second-best weight of every record among the links.
    let mut tops: HashMap<String, (f64, f64)> = HashMap::new();
    let ends = |key: &PairKey| match key {
        PairKey::Link { mosaic, chi } => vec![format!("m {mosaic}"), format!("c {chi}")],
        PairKey::Duplicate { .. } => Vec::new(),
    };
    for pair in pairs.iter() {
        for end in ends(&pair.key) {
            let top = tops.entry(end).or_insert((f64::NEG_INFINITY, f64::NEG_INFINITY));
            if pair.weight > top.0 {
                *top = (pair.weight, top.0);
            } else if pair.weight > top.1 {
                top.1 = pair.weight;
            }
        }
    }
    let mut order: Vec<usize> = (0..pairs.len()).collect();
    order.sort_by(|a, b| {
        let by_weight = pairs[*b].weight.total_cmp(&pairs[*a].weight);
        by_weight.then_with(|| pairs[*a].key.cmp(&pairs[*b].key))
    });
    let mut taken = HashSet::new();
    let mut result = vec![(None, true); pairs.len()];
    for at in order {
        let pair = &mut pairs[at];
        let ends = ends(&pair.key);
        let margin = ends
            .iter()
            .filter_map(|end| tops.get(end))
            .map(|(first, second)| pair.weight - if pair.weight == *first { *second } else { *first })
            .filter(|lead| lead.is_finite())
            .min_by(f64::total_cmp);
        if margin.is_some_and(|lead| lead < NEAR_TIE && lead > -NEAR_TIE) {
            pair.hazards |= Hazards::NEAR_TIE;
        }
        let best = ends.iter().all(|end| !taken.contains(end));
        if best {
            taken.extend(ends);
        }
        result[at] = (margin, best);
    }
    result
}

fn probability_of(weight: f64) -> f64 {
    1.0 / (1.0 + (-weight).exp2())
}

/// The weight of a probability, kept finite: a probability of 1 says about 40 bits, no more.
fn weight_of(probability: f64) -> f64 {
    let p = probability.clamp(1e-12, 1.0 - 1e-12);
    (p / (1.0 - p)).log2()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::person::{Chi, MosaicId};

    fn link(id: &str, chi: &str, weight: f64) -> Incoming {
        let key = PairKey::link(MosaicId::parse(id).unwrap(), Chi::parse(chi).unwrap());
        Incoming { key, weight, probability: 0.99, own_probability: 0.99, hazards: Hazards::empty(), pattern: 0 }
    }

    #[test]
    fn one_person_gets_one_chi_and_one_chi_one_person() {
        let mut pairs = vec![
            link("1", "0101011237", 20.0),
            link("1", "1904851231", 5.0),
            link("2", "0101011237", 19.0),
            link("2", "1904851231", 4.0),
        ];
        let result = compete(&mut pairs);
        assert_eq!(result.iter().map(|(_, best)| *best).collect::<Vec<_>>(), [true, false, false, true]);
        assert_eq!(result[0].0, Some(1.0));
    }

    #[test]
    fn a_rival_that_is_nearly_as_good_is_a_hazard_for_both() {
        let mut pairs =
            vec![link("1", "0101011237", 20.0), link("1", "1904851231", 18.5), link("2", "2902201230", 20.0)];
        let result = compete(&mut pairs);
        assert!(pairs[0].hazards.contains(Hazards::NEAR_TIE));
        assert!(pairs[1].hazards.contains(Hazards::NEAR_TIE));
        assert_eq!((result[2].0, pairs[2].hazards), (None, Hazards::empty()));
    }

    #[test]
    fn a_certain_probability_has_a_finite_weight() {
        assert!(weight_of(1.0).is_finite() && weight_of(1.0) > 35.0);
        assert!(weight_of(0.0).is_finite() && weight_of(0.0) < -35.0);
        assert!((probability_of(weight_of(0.9)) - 0.9).abs() < 1e-9);
    }
}
