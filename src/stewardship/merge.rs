//! Propose which of two Mosaic records is kept, and show what the merge would keep and lose.

use std::cmp::Ordering;

use super::Refused;
use super::live::Live;
use crate::pair::{Blocker, BlockerAnswer, BlockerCheck, Merge};
use crate::person::{MosaicId, MosaicRecord, Sex};
use crate::workspace::{StoredMosaic, Workspace};

/// What a merge would do. Nothing is merged here: the decision is an instruction to the Mosaic administrator.
#[derive(Debug, Clone, PartialEq)]
pub struct MergePreview {
    /// The record that is kept.
    pub target: MosaicId,
    /// The duplicate.
    pub source: MosaicId,
    /// Why this one is kept, in a sentence.
    pub why: String,
    /// Field by field, what each holds and what survives.
    pub fields: Vec<FieldChoice>,
    /// Mosaic's blockers, none looked at yet.
    pub checks: Vec<BlockerCheck>,
}

impl MergePreview {
    /// The merge as proposed, with no blocker looked at.
    pub fn merge(&self) -> Merge {
        Merge {
            source: self.source.clone(),
            target: self.target.clone(),
            blockers: self.checks.clone(),
            note: String::new(),
        }
    }
}

/// One field of the two records.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldChoice {
    /// The field: "Surname".
    pub field: &'static str,
    /// What the target holds; survives.
    pub target: String,
    /// What the source holds.
    pub source: String,
    /// The source holds something else here: it is lost unless the administrator carries it over by hand.
    pub lost: bool,
}

/// Proposes the record to keep, by these rules in order: the one that holds the person's CHI (a match decided here before one
/// that Mosaic came with); the more complete one; the longest-standing one (the lower id).
pub fn propose_target(ws: &Workspace, one: &MosaicId, other: &MosaicId) -> Result<MergePreview, Refused> {
    propose(&Live::now(ws), one, other)
}

/// The same preview with the target chosen by the officer.
pub fn with_target(ws: &Workspace, target: &MosaicId, source: &MosaicId) -> Result<MergePreview, Refused> {
    let (kept, gone) = both(ws, target, source)?;
    Ok(preview(&kept.record, &gone.record, format!("{target} was chosen as the record that is kept")))
}

/// [`propose_target`], seen through what a deed changes.
pub(super) fn propose(live: &Live<'_>, one: &MosaicId, other: &MosaicId) -> Result<MergePreview, Refused> {
    let (first, second) = both(live.ws, one, other)?;
    let (first, second) = (&first.record, &second.record);
    let matched = [one, other].map(|id| live.chis_of(id).map(|chis| !chis.is_empty()));
    let [first_matched, second_matched] = matched;
    let rules: [(Ordering, &str); 4] = [
        (first_matched?.cmp(&second_matched?), "the CHI was matched to it"),
        (first.chi.is_some().cmp(&second.chi.is_some()), "Mosaic holds a valid CHI for it"),
        (filled(first).cmp(&filled(second)), "more of its fields are filled"),
        (older(first, second), "it has stood longest (the lower id)"),
    ];
    let (first_is_kept, why) = rules
        .iter()
        .find_map(|(order, why)| match order {
            Ordering::Greater => Some((true, *why)),
            Ordering::Less => Some((false, *why)),
            Ordering::Equal => None,
        })
        .unwrap_or((true, "the two are alike"));
    let (kept, gone) = if first_is_kept { (first, second) } else { (second, first) };
    Ok(preview(kept, gone, format!("{} is kept because {why}", kept.id)))
}

fn both(ws: &Workspace, one: &MosaicId, other: &MosaicId) -> Result<(StoredMosaic, StoredMosaic), Refused> {
    if one == other {
        return Err(Refused::Unfit("A record cannot be merged with itself".to_owned()));
    }
    let find = |id: &MosaicId| {
        ws.mosaic(id)?.ok_or_else(|| Refused::NotFound(format!("Mosaic person {id} is not in the workspace")))
    };
    Ok((find(one)?, find(other)?))
}

/// `Greater` where the first has stood longer: ids are given out in ascending order, so numbers compare as numbers.
fn older(first: &MosaicRecord, second: &MosaicRecord) -> Ordering {
    let rank = |record: &MosaicRecord| {
        let id = record.id.as_str();
        let number = id.bytes().all(|b| b.is_ascii_digit()).then(|| id.trim_start_matches('0').to_owned());
        let length = number.as_ref().map_or(usize::MAX, String::len);
        (length, number.unwrap_or_default(), id.to_owned())
    };
    rank(second).cmp(&rank(first))
}

fn filled(record: &MosaicRecord) -> usize {
    fields(record).iter().filter(|(_, value)| !value.is_empty()).count()
}

/// What a record holds, field by field, as a screen lists it.
fn fields(record: &MosaicRecord) -> Vec<(&'static str, String)> {
    let details = &record.details;
    let sex = if details.sex == Sex::NotKnown { String::new() } else { details.sex.words().to_owned() };
    let date = |date: Option<crate::person::PartialDate>| date.map(|date| date.words()).unwrap_or_default();
    vec![
        ("Surname", details.surname.clone()),
        ("Previous surname", details.previous_surname.clone()),
        ("First forename", details.forename.clone()),
        ("Second forename", details.second_forename.clone()),
        ("Known as", details.known_as.clone()),
        ("Sex", sex),
        ("Date of birth", date(details.birth)),
        ("Date of death", date(details.death)),
        ("Address", details.address.join(", ")),
        ("Postcode", details.postcode.clone()),
        ("CHI number", record.chi.map(|chi| chi.spaced()).unwrap_or_default()),
        ("Context", record.context.clone()),
    ]
}

fn preview(kept: &MosaicRecord, gone: &MosaicRecord, why: String) -> MergePreview {
    let pairs = fields(kept).into_iter().zip(fields(gone));
    let fields = pairs
        .map(|((field, target), (_, source))| {
            let lost = !source.is_empty() && !source.eq_ignore_ascii_case(&target);
            FieldChoice { field, target, source, lost }
        })
        .collect();
    let checks = Blocker::ALL
        .into_iter()
        .map(|blocker| BlockerCheck { blocker, answer: BlockerAnswer::NotChecked, note: String::new() })
        .collect();
    MergePreview { target: kept.id.clone(), source: gone.id.clone(), why, fields, checks }
}
