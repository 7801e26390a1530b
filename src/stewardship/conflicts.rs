//! Conflicts: where decisions, Mosaic and CHI do not agree, each with what would settle it.
//!
//! They are a queue of their own. None is stored: a conflict is there as long as the records and decisions say so, and gone
//! with the decision that settles it. None gets into a batch unanswered: the [hard stops](super::stops) and the warnings that
//! need a reason see to that.

use std::path::Path;

use super::looked::Looked;
use super::{Refused, explain, find, groups, people_csv, refreshed, rights, training};
use crate::linkage::{self, PairRecord};
use crate::pair::{Band, Origin, PairKey, PairKind};
use crate::person::{Chi, MosaicId};
use crate::workspace::{LiveMerge, NewPair, Workspace};

/// A conflict.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Conflict {
    /// Which.
    pub kind: ConflictKind,
    /// The pair to look at: where a decision about it would settle the conflict.
    pub pair: PairKey,
    /// What does not agree, in a sentence without its full stop.
    pub words: String,
}

/// The kinds of conflict.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ConflictKind {
    /// Merges join records that were told apart.
    Contradiction,
    /// A CHI was matched to one person, and Mosaic holds it on another.
    ChiOnTwoPeople,
    /// Mosaic holds another CHI than the one that was matched.
    MosaicHoldsAnother,
    /// Mosaic holds a CHI that was judged not to be the person's.
    RejectedInMosaic,
    /// Mosaic holds a CHI that was recalled, or still has what a recalled merge did.
    RecalledInMosaic,
    /// Mosaic turned away a link that was released.
    TurnedAway,
    /// Mosaic's CHI does not agree with the person, and another does.
    SeedInDoubt,
    /// Mosaic holds a CHI number that CHI no longer uses.
    HeldOutOfUse,
    /// A CHI that was matched to one person is what fits another best.
    FitsAnother,
    /// Two records that may be one person have two CHIs, or two CHIs fit one person.
    TwoNumbers,
    /// A merge that was released is not carried out in Mosaic.
    NotMerged,
    /// A confirmed CHI was superseded, deleted or transferred since, or its person has died.
    OutOfUse,
    /// A record of a confirmed pair has left its extract.
    Gone,
}

impl ConflictKind {
    /// Every kind, the most pressing first.
    pub const ALL: [Self; 13] = [
        Self::Contradiction,
        Self::ChiOnTwoPeople,
        Self::MosaicHoldsAnother,
        Self::RejectedInMosaic,
        Self::RecalledInMosaic,
        Self::TurnedAway,
        Self::OutOfUse,
        Self::SeedInDoubt,
        Self::HeldOutOfUse,
        Self::FitsAnother,
        Self::TwoNumbers,
        Self::NotMerged,
        Self::Gone,
    ];

    /// A short name, for a count.
    pub fn title(self) -> &'static str {
        match self {
            Self::Contradiction => "Told apart and merged",
            Self::ChiOnTwoPeople => "One CHI on two people",
            Self::MosaicHoldsAnother => "Mosaic holds another CHI",
            Self::RejectedInMosaic => "Rejected CHI in Mosaic",
            Self::RecalledInMosaic => "Recalled, and in Mosaic",
            Self::TurnedAway => "Turned away by Mosaic",
            Self::SeedInDoubt => "Existing CHI in doubt",
            Self::HeldOutOfUse => "CHI in Mosaic out of use",
            Self::FitsAnother => "One CHI fits two people",
            Self::TwoNumbers => "Two CHIs, perhaps one person",
            Self::NotMerged => "Merge not carried out in Mosaic",
            Self::OutOfUse => "Confirmed CHI has changed",
            Self::Gone => "Left the extract",
        }
    }

    /// The kind as files write it.
    pub fn code(self) -> &'static str {
        match self {
            Self::Contradiction => "contradiction",
            Self::ChiOnTwoPeople => "chi_on_two_people",
            Self::MosaicHoldsAnother => "mosaic_holds_another",
            Self::RejectedInMosaic => "rejected_in_mosaic",
            Self::RecalledInMosaic => "recalled_in_mosaic",
            Self::TurnedAway => "turned_away",
            Self::SeedInDoubt => "seed_in_doubt",
            Self::HeldOutOfUse => "held_out_of_use",
            Self::FitsAnother => "fits_another",
            Self::TwoNumbers => "two_numbers",
            Self::NotMerged => "not_merged",
            Self::OutOfUse => "out_of_use",
            Self::Gone => "gone",
        }
    }

    /// What settles a conflict of this kind, in a sentence without its full stop.
    pub fn settled_by(self) -> &'static str {
        match self {
            Self::Contradiction => "Take the merge back, or say that the two are one person after all",
            Self::ChiOnTwoPeople => {
                "Decide whether the two are one person: merge them, or take the match back and have Mosaic corrected"
            }
            Self::MosaicHoldsAnother => "Match again and say that it is to be replaced, or take the match back",
            Self::RejectedInMosaic => "Have the CHI removed in Mosaic, or look at the pair again",
            Self::RecalledInMosaic => {
                "Have it taken out of Mosaic, by a correction or, of a merge, by separating the records by hand, and load the next extract; or \
                 decide it again"
            }
            Self::TurnedAway => {
                "Have Mosaic load it again and take the new load report in, or recall the link and decide it again"
            }
            Self::SeedInDoubt => "Match and say that the existing CHI is to be replaced, or answer Not a match",
            Self::HeldOutOfUse => {
                "Match the current number and say that it replaces the one in Mosaic; where CHI names none, answer Not a match, \
                 and have the number removed in Mosaic"
            }
            Self::FitsAnother => {
                "Decide whether the two are one person: merge them, or answer Not a match, and then to the other's link"
            }
            Self::TwoNumbers => {
                "If they are one person, the health board has to join the numbers: send it the report, and refer the pair"
            }
            Self::OutOfUse => {
                "Answer Match again: where another number replaces it, that is offered in one step; or take the match back"
            }
            Self::NotMerged => "Have Mosaic carry the merge out and load the next extract, or recall the merge",
            Self::Gone => {
                "Take the answer back (where it was released: recall it), or load an extract that has the record"
            }
        }
    }
}

/// Every conflict, the most pressing kind first.
pub fn all(ws: &Workspace) -> Result<Vec<Conflict>, Refused> {
    let mut found = Vec::new();
    let mut add = |kind, pair: Option<PairKey>, words: String| {
        found.extend(pair.map(|pair| Conflict { kind, pair, words }));
    };
    let link = |mosaic: &MosaicId, chi: &Chi| Some(PairKey::link(mosaic.clone(), *chi));
    for pair in groups::contradictions(ws)? {
        let words = format!("{pair} were told apart, and merges make them one person");
        add(ConflictKind::Contradiction, Some(pair), words);
    }
    for (matched, holder, chi) in ws.chi_on_two_people()? {
        let words = format!("{} is matched to {matched}, and Mosaic holds it on {holder}", chi.spaced());
        add(ConflictKind::ChiOnTwoPeople, PairKey::duplicate(matched, holder), words);
    }
    for (mosaic, matched, held) in ws.mosaic_holds_another()? {
        let words = format!("{mosaic} is matched to {}, and Mosaic holds {}", matched.spaced(), held.spaced());
        add(ConflictKind::MosaicHoldsAnother, link(&mosaic, &matched), words);
    }
    for (mosaic, chi) in ws.rejected_in_mosaic()? {
        let words = format!("{} was judged not to be {mosaic}, and Mosaic holds it there", chi.spaced());
        add(ConflictKind::RejectedInMosaic, link(&mosaic, &chi), words);
    }
    for (batch, pair) in ws.recalled_in_mosaic()? {
        let words = match &pair {
            PairKey::Link { mosaic, chi } => {
                format!("{} was recalled from batch {}, and Mosaic holds it for {mosaic}", chi.spaced(), batch.0)
            }
            PairKey::Duplicate { .. } => {
                format!("The merge of {pair} was recalled from batch {}, and Mosaic has carried it out", batch.0)
            }
        };
        add(ConflictKind::RecalledInMosaic, Some(pair), words);
    }
    for (batch, pair, reason) in ws.turned_away()? {
        let words = format!("Mosaic turned {pair} of batch {} away: {reason}", batch.0);
        add(ConflictKind::TurnedAway, Some(pair), words);
    }
    for recheck in ws.rechecks()? {
        let words = refreshed::recheck_words(&recheck);
        add(ConflictKind::OutOfUse, Some(recheck.pair), words);
    }
    for (mosaic, best, held) in ws.seeds_in_doubt()? {
        let words = format!("Mosaic holds {} for {mosaic}, and {} fits better", held.spaced(), best.spaced());
        add(ConflictKind::SeedInDoubt, link(&mosaic, &best), words);
    }
    for (mosaic, held, weight) in contradicted(ws)? {
        let (held_words, weight) = (held.spaced(), crate::words::bits(weight));
        let words = format!("Mosaic holds {held_words} for {mosaic}, and the details speak against it ({weight} bits)");
        add(ConflictKind::SeedInDoubt, link(&mosaic, &held), words);
    }
    for (mosaic, held, current) in ws.held_out_of_use()? {
        let (held_words, number) = (held.spaced(), current.unwrap_or(held));
        let words = match current {
            Some(current) => {
                format!("Mosaic holds {held_words} for {mosaic}, and {} has replaced it in CHI", current.spaced())
            }
            None => {
                format!("Mosaic holds {held_words} for {mosaic}, which CHI no longer uses and replaces by no other")
            }
        };
        add(ConflictKind::HeldOutOfUse, link(&mosaic, &number), words);
    }
    for (matched, other, chi) in ws.chi_fits_two()? {
        let words = format!("{} is matched to {matched}, and nothing fits {other} better", chi.spaced());
        add(ConflictKind::FitsAnother, PairKey::duplicate(matched, other), words);
    }
    for (one, other, x, y) in ws.two_numbers_one_person()? {
        let words = format!("{one} has {} and {other} has {}, and the two may be one person", x.spaced(), y.spaced());
        add(ConflictKind::TwoNumbers, PairKey::duplicate(one, other), words);
    }
    for it in ws.two_numbers_fit()?.into_iter().filter(|it| it.waits) {
        let why = match it.referred {
            true => "the pair was referred to the health board",
            false => "CHI has both under one forename, date of birth and postcode",
        };
        let words = format!("{} and {} fit {}, and {why}", it.chi.spaced(), it.other.spaced(), it.mosaic);
        add(ConflictKind::TwoNumbers, link(&it.mosaic, &it.chi), words);
    }
    for it in ws.not_merged()? {
        let key = PairKey::duplicate(it.source.clone(), it.target.clone());
        let released = key.as_ref().map(|key| ws.released(key)).transpose()?.flatten();
        if released.is_some() {
            let words = format!("The merge of {} into {} was released, and Mosaic still has {0}", it.source, it.target);
            add(ConflictKind::NotMerged, key, words);
        }
    }
    for pair in ws.matches_gone()? {
        let released = ws.released(&pair)?.is_some();
        // A record that a merge moved elsewhere in Mosaic is expected to go
        if released && (pair.kind() == PairKind::Duplicate || is_merged_away(ws, &pair)?) {
            continue;
        }
        let words = match released {
            true => format!("{pair} was released, and a record of it is not in the newest extract"),
            false => format!("A record of {pair} is not in the newest extract"),
        };
        add(ConflictKind::Gone, Some(pair), words);
    }
    let place = |kind: &ConflictKind| ConflictKind::ALL.iter().position(|one| one == kind);
    found.sort_by(|one, two| place(&one.kind).cmp(&place(&two.kind)).then_with(|| one.pair.cmp(&two.pair)));
    Ok(found)
}

/// Whether a released merge moves the Mosaic person of a link elsewhere.
fn is_merged_away(ws: &Workspace, pair: &PairKey) -> Result<bool, Refused> {
    let PairKey::Link { mosaic, .. } = pair else { return Ok(false) };
    for LiveMerge { key, merge, .. } in ws.merges_touching(mosaic)? {
        if merge.source == *mosaic && ws.released(&key)?.is_some() {
            return Ok(true);
        }
    }
    Ok(false)
}

/// The CHI numbers that Mosaic holds although the details speak against them and nothing fits better: by the model of the newest
/// run, those that would not even be reviewed. The person, the number, and the weight in bits.
fn contradicted(ws: &Workspace) -> Result<Vec<(MosaicId, Chi, f64)>, Refused> {
    let Some(run) = ws.latest_run()? else { return Ok(Vec::new()) };
    let held = ws.held_and_not_proposed()?;
    if held.is_empty() {
        return Ok(Vec::new());
    }
    let model = explain::model(ws)?;
    let mut found = Vec::new();
    for (mosaic, chi) in held {
        let (Some(person), Some(record)) = (ws.mosaic(&mosaic)?, ws.chi(&chi)?) else { continue };
        let (person, record) = (PairRecord::Mosaic(&person.record), PairRecord::Chi(&record.record));
        let scored = linkage::score_pair(&model, person, record);
        if scored.probability < run.cuts[1] {
            found.push((mosaic, chi, scored.weight));
        }
    }
    Ok(found)
}

/// The pair of a conflict as a task to be decided: its candidate, made where nobody proposed the two before. Gives its number.
pub fn task(ws: &mut Workspace, key: &PairKey) -> Result<i64, Refused> {
    if let Some(pair) = ws.pair_of(key)? {
        return Ok(pair.id);
    }
    rights::works_here(ws)?;
    let looked = Looked::at(ws, key)?.map_err(|missing| Refused::NotFound(missing.words))?;
    let pair = match key {
        PairKey::Link { mosaic, chi } => find::proposed(ws, mosaic, chi)?,
        PairKey::Duplicate { a, b } => {
            NewPair { band: Band::Review, best: true, origin: Origin::Hand, ..groups::scored(ws, &looked, a, b)? }
        }
    };
    find::put(ws, pair)
}

/// Writes the report for the health board: numbers that may be of one person, with the Mosaic records that say so; one record where
/// both fit the same. Gives how many pairs of numbers there are.
pub fn write_report(ws: &Workspace, path: &Path) -> Result<u64, Refused> {
    let mut rows = vec![["CHI_1", "CHI_2", "MOSAIC_ID_1", "MOSAIC_ID_2"].map(str::to_owned).to_vec()];
    for (one, other, x, y) in ws.two_numbers_one_person()? {
        rows.push(vec![x.to_string(), y.to_string(), one.to_string(), other.to_string()]);
    }
    for it in ws.two_numbers_fit()? {
        rows.push(vec![it.chi.to_string(), it.other.to_string(), it.mosaic.to_string(), String::new()]);
    }
    let count = rows.len() as u64 - 1;
    people_csv::write(path, &training::marked(ws, rows))?;
    Ok(count)
}

/// How many there are of each kind that there is any of.
pub fn counts(found: &[Conflict]) -> Vec<(ConflictKind, u64)> {
    let of = |kind: ConflictKind| found.iter().filter(|conflict| conflict.kind == kind).count() as u64;
    ConflictKind::ALL.into_iter().map(|kind| (kind, of(kind))).filter(|(_, count)| *count > 0).collect()
}
