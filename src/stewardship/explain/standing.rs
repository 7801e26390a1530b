//! Why a pair is in its band, and who stands beside it.

use crate::linkage::hazards;
use crate::linkage::{Explanation, Pattern};
use crate::pair::{Band, Hazards, Origin, PairKey, PairKind};
use crate::person::{ChiRecord, ChiStatus, MosaicId};
use crate::words;
use crate::workspace::Pair;

use super::super::Refused;
use super::Desk;
use super::instead::{Instead, instead};

/// Margins that differ by less are the same.
const SAME: f64 = 0.05;

/// Another pair that wants one of the two records.
#[derive(Debug, Clone, PartialEq)]
pub struct Rival {
    /// The pair; `None` where the run found it too unlikely to keep.
    pub key: Option<PairKey>,
    /// The other candidate of this person: the runner-up. Otherwise another person's claim to this CHI.
    pub same_person: bool,
    /// Bits by which this pair is ahead; negative where it is behind.
    pub margin: f64,
    /// The other Mosaic person may be this one: the two are a possible duplicate.
    pub twice: bool,
    /// What sets this pair apart from it, where its records are here.
    pub instead: Option<Instead>,
}

impl Rival {
    /// In a sentence.
    pub fn words(&self) -> String {
        let bits = words::bits(self.margin.abs());
        let how = match self.margin {
            margin if margin.abs() < SAME => "as well as this one".to_owned(),
            margin if margin < 0.0 => format!("ahead by {} bits", bits.trim_start_matches('+')),
            _ => format!("{} bits behind", bits.trim_start_matches('+')),
        };
        let twice = if self.twice { "; the two may be one person, recorded twice" } else { "" };
        match (&self.key, self.same_person) {
            (Some(PairKey::Link { chi, .. }), true) => format!("The runner-up is CHI {}, {how}", chi.spaced()),
            (Some(PairKey::Link { mosaic, .. }), false) => {
                format!("Mosaic person {mosaic} also fits this CHI, {how}{twice}")
            }
            (Some(PairKey::Duplicate { a, b }), _) => format!("{a} and {b} are another possible pair, {how}"),
            (None, _) => format!("The runner-up was too unlikely to be kept, {how}"),
        }
    }

    /// What sets this pair apart from it, in sentences.
    pub fn instead_words(&self) -> Vec<String> {
        let (Some(key), Some(instead)) = (&self.key, &self.instead) else { return Vec::new() };
        instead.sentences(&match (key, self.same_person) {
            (PairKey::Link { chi, .. }, true) => format!("CHI {}", chi.spaced()),
            (PairKey::Link { mosaic, .. }, false) => format!("Mosaic person {mosaic}"),
            (PairKey::Duplicate { a, b }, _) => format!("{a} and {b}"),
        })
    }
}

/// The runner-up, and the best other claim to the CHI.
pub(super) fn rivals(
    desk: &Desk<'_>,
    key: &PairKey,
    pair: Option<&Pair>,
    explanation: &Explanation,
) -> Result<Vec<Rival>, Refused> {
    let (PairKey::Link { mosaic, chi }, Some(pair)) = (key, pair) else { return Ok(Vec::new()) };
    let mut rivals = Vec::new();
    let links = |pairs: Vec<Pair>| {
        pairs.into_iter().find(|other| matches!(other.key, PairKey::Link { .. }) && other.key != *key)
    };
    let next = links(desk.ws.candidates_of_mosaic(mosaic)?);
    let kept = next.map(|next| Rival {
        margin: pair.weight - next.weight,
        key: Some(next.key),
        same_person: true,
        twice: false,
        instead: None,
    });
    // The margin that the run gave is to the best other candidate, kept or not
    let unkept = pair.margin.map(|margin| Rival { key: None, same_person: true, margin, twice: false, instead: None });
    rivals.extend(match (kept, unkept) {
        (Some(kept), Some(unkept)) if unkept.margin < kept.margin - SAME => Some(unkept),
        (Some(kept), _) => Some(kept),
        (None, unkept) => unkept,
    });
    if let Some(other) = links(desk.ws.candidates_of_chi(chi)?) {
        let both = MosaicId::parse(other.key.left()).and_then(|other| PairKey::duplicate(mosaic.clone(), other));
        let found = both.map(|both| desk.ws.pair_of(&both)).transpose()?.flatten();
        let twice = found.is_some_and(|pair| pair.band != Band::Low);
        let margin = pair.weight - other.weight;
        rivals.push(Rival { margin, key: Some(other.key), same_person: false, twice, instead: None });
    }
    for rival in &mut rivals {
        rival.instead = rival.key.as_ref().map(|other| instead(desk, explanation, other)).transpose()?.flatten();
    }
    Ok(rivals)
}

/// Why the pair is in its band: a sentence for each reason.
pub(super) fn standing(
    desk: &Desk<'_>,
    pair: Option<&Pair>,
    explanation: &Explanation,
) -> Result<Vec<String>, Refused> {
    let Some(pair) = pair else {
        return Ok(vec!["Not a candidate pair: no run, file or search proposed it".to_owned()]);
    };
    let cuts = desk.run.as_ref().map(|run| run.cuts);
    let likely = words::probability(pair.probability);
    let Some([auto, review]) = cuts else {
        return Ok(vec![format!("Probability {likely}; no run of the engine has set the bands")]);
    };
    // Links compete, duplicates do not
    let probability = match pair.key.kind() {
        PairKind::Link => "probability in competition",
        PairKind::Duplicate => "probability",
    };
    if pair.band == Band::Auto {
        let cut = cut_words(auto);
        return Ok(vec![format!("Automatic: its {probability}, {likely}, is not below the cut of {cut}")]);
    }
    let mut reasons = Vec::new();
    if pair.probability < auto {
        let short = log_odds(auto) - log_odds(pair.probability);
        reasons.push(format!(
            "Not automatic: its {probability}, {likely}, is {:.1} bits short of the cut of {}",
            short,
            cut_words(auto)
        ));
    }
    if pair.probability < review {
        reasons.push(format!("Not for review: below that cut, {}, too", cut_words(review)));
    }
    if pair.origin == Origin::Hand {
        reasons.push("Held for a person: it was found by hand".to_owned());
    }
    let pattern = if pair.pattern == 0 { explanation.pattern } else { Pattern(pair.pattern) };
    let identity = hazards::holding(pair.key.kind(), pattern, pair.hazards);
    let reasoned = (pair.hazards & Hazards::SECOND_KEY) - identity;
    for (flags, why) in [(identity, "another person may be meant"), (reasoned, "a match needs a reason")] {
        let titles: Vec<&str> = flags.each().map(Hazards::title).collect();
        if !titles.is_empty() {
            reasons.push(format!("Held for a person: {why} ({})", words::listed(&titles)));
        }
    }
    let own = hazards::personal_evidence(pair.key.kind(), pattern, pair.hazards);
    if !own {
        reasons.push(
            "Held for a person: too little of what agrees is the person's own, a forename and a date of birth"
                .to_owned(),
        );
    }
    if pair.origin == Origin::Engine && !pair.best {
        reasons.push(not_chosen(desk, pair)?);
    }
    if reasons.is_empty() {
        reasons.push(
            "Held for a person: another record has as good a claim, or the number is not the current one".to_owned(),
        );
    }
    Ok(reasons)
}

/// Who was chosen instead.
fn not_chosen(desk: &Desk<'_>, pair: &Pair) -> Result<String, Refused> {
    let PairKey::Link { mosaic, chi } = &pair.key else {
        return Ok("Not of one group: other records speak against it".to_owned());
    };
    let best = |pairs: Vec<Pair>| {
        let links = pairs.into_iter().filter(|other| matches!(other.key, PairKey::Link { .. }));
        links.filter(|other| other.best && other.key != pair.key).map(|other| other.key).next()
    };
    if let Some(PairKey::Link { chi, .. }) = best(desk.ws.candidates_of_mosaic(mosaic)?) {
        return Ok(format!("Not chosen: CHI {} is this person's likelier one", chi.spaced()));
    }
    if let Some(PairKey::Link { mosaic, .. }) = best(desk.ws.candidates_of_chi(chi)?) {
        return Ok(format!("Not chosen: Mosaic person {mosaic} has the better claim to this CHI"));
    }
    if desk.ws.chi(chi)?.is_some_and(|held| is_out_of_use(&held.record)) {
        return Ok(
            "Not chosen: CHI no longer uses this number, and the current one is not among the candidates. Ask the \
                   health board for it"
                .to_owned(),
        );
    }
    Ok("Not chosen: no match is likelier".to_owned())
}

/// Whether CHI deleted or superseded a number.
fn is_out_of_use(record: &ChiRecord) -> bool {
    record.status == ChiStatus::Deleted || super::super::stops::is_superseded(record)
}

fn log_odds(probability: f64) -> f64 {
    let p = probability.clamp(1e-9, 1.0 - 1e-9);
    (p / (1.0 - p)).log2()
}

fn cut_words(cut: f64) -> String {
    format!("{:.2}\u{a0}%", cut * 100.0)
}
