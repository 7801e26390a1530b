//! Propose which of two Mosaic records is kept, and show what the merge would keep and lose.

use std::cmp::Ordering;
use std::collections::HashSet;

use super::live::Live;
use super::looked::{Looked, Right};
use super::{Refused, relationships};
use crate::pair::{Blocker, BlockerCheck, Merge};
use crate::person::{Chi, Holding, HoldingKind, MosaicId, MosaicRecord, Sex};
use crate::workspace::{Related, StoredMosaic, Workspace};

/// What a merge would do. Nothing is merged here: the decision is an instruction to the Mosaic administrator.
#[derive(Debug, Clone, PartialEq)]
pub struct MergePreview {
    /// The record that is kept.
    pub target: MosaicId,
    /// The duplicate.
    pub source: MosaicId,
    /// Why this one is kept, in a sentence.
    pub why: String,
    /// The CHIs that go with it from the source to the target.
    pub carried: Vec<Chi>,
    /// Field by field, what each holds and what survives.
    pub fields: Vec<FieldChoice>,
    /// Mosaic's blockers, none looked at yet; in the way where the loaded files say so.
    pub checks: Vec<BlockerCheck>,
}

impl MergePreview {
    /// The merge as proposed, with no blocker looked at; its note says what is to be carried over by hand.
    pub fn merge(&self) -> Merge {
        Merge {
            source: self.source.clone(),
            target: self.target.clone(),
            blockers: self.checks.clone(),
            note: self.to_carry_over(),
        }
    }

    /// What the administrator should carry over by hand, by the names of the fields alone; empty where nothing is lost.
    pub fn to_carry_over(&self) -> String {
        let fields: Vec<&str> = self.fields.iter().filter(|choice| choice.lost).map(|choice| choice.field).collect();
        match fields.len() {
            0 => String::new(),
            _ => {
                let list = fields.join(", ").to_lowercase().replace("chi", "CHI");
                format!("Carry over from {}: {list}", self.source)
            }
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

/// Proposes the record to keep, by the rules of [`choose`], in their order.
pub fn propose_target(ws: &Workspace, one: &MosaicId, other: &MosaicId) -> Result<MergePreview, Refused> {
    propose(&Live::now(ws), one, other)
}

/// The same preview with the target chosen by the officer.
pub fn with_target(ws: &Workspace, target: &MosaicId, source: &MosaicId) -> Result<MergePreview, Refused> {
    let (kept, gone) = both(ws, target, source)?;
    let why = format!("{target} was chosen as the record that is kept{}", carried_too(&[&gone.record]));
    preview(ws, &kept.record, &gone.record, why)
}

/// [`propose_target`], seen through what a deed changes.
pub(super) fn propose(live: &Live<'_>, one: &MosaicId, other: &MosaicId) -> Result<MergePreview, Refused> {
    let (first, second) = both(live.ws, one, other)?;
    let records = [&first.record, &second.record];
    let Some((kept, why)) = choose(live, &records)? else { return Err(Refused::StateChanged) };
    let gone = if kept.id == first.record.id { &second.record } else { &first.record };
    preview(live.ws, kept, gone, why)
}

/// The record to keep among several, and why in a sentence; `None` of none. Each rule leaves the records that fit it best, and
/// the next chooses among these:
///
/// 1. it carries finance or care packages: Mosaic refuses a merge whose source does, whatever else speaks for the target,
///    and nobody here can move them;
/// 2. a CHI was matched to it here, then: Mosaic holds a valid CHI for it. The CHI goes to the record that is kept, and what
///    lies there already need not be moved;
/// 3. more of its fields are filled: Mosaic keeps the target's values, and what only the source has must be carried over by
///    hand;
/// 4. it was changed last, where the extract says so of all: at equal completeness the fresher details are the truer;
/// 5. the lower id: the longest standing, and the one that other systems and old papers are likeliest to know.
pub(super) fn choose<'r>(
    live: &Live<'_>,
    records: &[&'r MosaicRecord],
) -> Result<Option<(&'r MosaicRecord, String)>, Refused> {
    let mut matched = HashSet::new();
    for record in records {
        if !live.chis_of(&record.id)?.is_empty() {
            matched.insert(&record.id);
        }
    }
    let dated = |record: &MosaicRecord, left: &[&MosaicRecord]| {
        record.changed.filter(|_| left.iter().all(|other| other.changed.is_some()))
    };
    type Rule<'a> = (&'a str, &'a dyn Fn(&MosaicRecord, &MosaicRecord, &[&MosaicRecord]) -> Ordering);
    let rules: [Rule<'_>; 6] = [
        ("it carries finance or care packages", &|one, other, _| carries(one).cmp(&carries(other))),
        ("the CHI was matched to it", &|one, other, _| matched.contains(&one.id).cmp(&matched.contains(&other.id))),
        ("Mosaic holds a valid CHI for it", &|one, other, _| one.chi.is_some().cmp(&other.chi.is_some())),
        ("more of its fields are filled", &|one, other, _| filled(one).cmp(&filled(other))),
        ("Mosaic changed it last", &|one, other, left| dated(one, left).cmp(&dated(other, left))),
        ("it has stood longest (the lower id)", &|one, other, _| older(one, other)),
    ];
    let mut left = records.to_vec();
    let mut decided = Vec::new();
    for (why, rule) in rules {
        let Some(best) = left.iter().copied().max_by(|one, other| rule(one, other, &left)) else { return Ok(None) };
        let fit: Vec<&MosaicRecord> =
            left.iter().copied().filter(|it| rule(it, best, &left) == Ordering::Equal).collect();
        if fit.len() < left.len() {
            decided.push(why);
        }
        left = fit;
    }
    let Some(kept) = left.first().copied() else { return Ok(None) };
    let others: Vec<&MosaicRecord> = records.iter().copied().filter(|record| record.id != kept.id).collect();
    let why = match others.len() {
        0 => String::new(),
        _ => format!("{} is kept because {}{}", kept.id, decided.join("; of those left, "), carried_too(&others)),
    };
    Ok(Some((kept, why)))
}

fn carries(record: &MosaicRecord) -> bool {
    record.carries().next().is_some()
}

/// The warning that records which would be merged away carry what Mosaic may refuse to merge; empty where none does.
fn carried_too(sources: &[&MosaicRecord]) -> String {
    let ids: Vec<&str> = sources.iter().copied().filter(|it| carries(it)).map(|it| it.id.as_str()).collect();
    match ids.len() {
        0 => String::new(),
        _ => format!(". Finance or care packages are on {} too: Mosaic may refuse the merge", ids.join(" and ")),
    }
}

/// What the loaded files say of a blocker; empty where they say nothing.
fn found(blocker: Blocker, source: &MosaicRecord, target: &MosaicRecord, related: &[Related]) -> String {
    match blocker {
        Blocker::FinanceOnSource if carries(source) => {
            let held: Vec<String> = source.carries().map(Holding::words).collect();
            let both = if carries(target) { format!("; {} carries some too", target.id) } else { String::new() };
            format!("The extract says of {}: {}{both}", source.id, held.join(", "))
        }
        Blocker::Relationship => relationships::found(related),
        _ => String::new(),
    }
}

/// The instruction with what the files say on its checklist: a line is in the way where something was found that its answer does
/// not know of, and unanswered where what it answers is no longer found.
pub(super) fn marked(looked: &Looked, mut merge: Merge) -> Merge {
    let Right::Mosaic(right) = &looked.right else { return merge };
    let (mut source, mut target) = (&looked.left.record, &right.record);
    if merge.source == target.id {
        std::mem::swap(&mut source, &mut target);
    }
    for blocker in Blocker::ALL {
        let found = found(blocker, source, target, &looked.related);
        match merge.blockers.iter_mut().find(|check| check.blocker == blocker) {
            Some(check) if check.found == found => {}
            Some(check) => {
                let note = std::mem::take(&mut check.note);
                *check = BlockerCheck { note, ..BlockerCheck::unanswered(blocker, found) };
            }
            None if found.is_empty() => {}
            None => merge.blockers.push(BlockerCheck::unanswered(blocker, found)),
        }
    }
    merge
}

/// The lines of a decided merge's checklist about which the files said nothing then and do now. Where they say something
/// else, a count or a date, the answer stands: a record that was touched reopens nothing.
pub(super) fn found_since(looked: &Looked, merge: &Merge) -> Vec<BlockerCheck> {
    let known = |blocker| merge.blockers.iter().any(|check| check.blocker == blocker && !check.found.is_empty());
    let now = marked(looked, merge.clone()).blockers;
    now.into_iter().filter(|check| !check.found.is_empty() && !known(check.blocker)).collect()
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
        ("Date of death", details.death_words()),
        ("Address", details.address.join(", ")),
        ("Postcode", details.postcode.clone()),
        ("CHI number", record.chi.map(|chi| chi.spaced()).unwrap_or_default()),
        ("Context", record.context.clone()),
    ]
}

/// What a record says of itself and not of the person: shown, and never lost in a merge.
fn about_record(record: &MosaicRecord) -> Vec<(&'static str, String)> {
    let changed = record.changed.map_or_else(|| record.changed_given.clone(), |date| date.words());
    let held = |what: HoldingKind| record.holds.iter().find(|held| held.what == what).map(|held| held.says.words());
    let holds = HoldingKind::ALL.into_iter().map(|what| (what.title(), held(what).unwrap_or_default()));
    std::iter::once(("Last changed", changed)).chain(holds).collect()
}

fn preview(ws: &Workspace, kept: &MosaicRecord, gone: &MosaicRecord, why: String) -> Result<MergePreview, Refused> {
    let pairs = fields(kept).into_iter().zip(fields(gone));
    let mut choices: Vec<FieldChoice> = pairs
        .map(|((field, target), (_, source))| {
            let lost = !source.is_empty() && !source.eq_ignore_ascii_case(&target);
            FieldChoice { field, target, source, lost }
        })
        .collect();
    let own = about_record(kept).into_iter().zip(about_record(gone));
    choices.extend(own.map(|((field, target), (_, source))| FieldChoice { field, target, source, lost: false }));
    let related = ws.relationships_among(&[kept.id.clone(), gone.id.clone()])?;
    let unanswered = |blocker| BlockerCheck::unanswered(blocker, found(blocker, gone, kept, &related));
    let checks = Blocker::ALL.into_iter().map(unanswered).collect();
    let carried = super::carry::carried(ws, &gone.id, &kept.id)?;
    Ok(MergePreview { target: kept.id.clone(), source: gone.id.clone(), why, carried, fields: choices, checks })
}
