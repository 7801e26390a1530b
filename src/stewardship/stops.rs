//! Hard stops: what is never approved and never exported, whatever the reason.

use std::collections::{HashMap, HashSet};

use super::live::Live;
use super::looked::{Looked, Right};
use super::side_by_side::each;
use super::{Refused, merge, relationships};
use crate::pair::{BlockerAnswer, Judgement, Merge, PairKey, Verdict};
use crate::person::chi::{self, NumberKind};
use crate::person::{Chi, ChiRecord, ChiStatus, MosaicId};
use crate::progress::Progress;
use crate::workspace::{BatchId, BatchRow, BatchState, Decision, StoredChi, StoredMosaic, Workspace};

/// A rule without exceptions that stands in the way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stop {
    /// Which.
    pub kind: StopKind,
    /// The pair it is about.
    pub pair: Option<PairKey>,
    /// What is wrong and what to do, in a sentence without its full stop.
    pub words: String,
}

/// The kinds of hard stop.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum StopKind {
    /// A record of the pair is not in the workspace.
    RecordMissing,
    /// The number is of another scheme.
    OtherScheme,
    /// The CHI was deleted.
    Deleted,
    /// The CHI was superseded.
    Superseded,
    /// The CHI belongs to another Mosaic person already, not joined by a merge.
    ChiTaken,
    /// The person has another CHI already.
    PersonTaken,
    /// The person is the source of a merge.
    MergeSource,
    /// Mosaic already holds a different CHI, and the answer does not say to replace it.
    ChiInMosaic,
    /// The person was judged not matchable.
    NotMatchable,
    /// A *Match* of two Mosaic records does not say which is merged into which, or speaks of others.
    MergeUnclear,
    /// A person is in two merges that cannot both be.
    MergeChain,
    /// A person is in two merges of one batch.
    TwoMergesInBatch,
    /// A blocker of the merge was answered *in the way*.
    MergeBlocked,
    /// The two records stand for two different CHIs.
    MergeOfTwoChis,
    /// A CHI was matched to the source of the merge.
    ChiOnSource,
    /// Records that merges join were told apart, or the CHI of one was judged not to be another's.
    Contradiction,
    /// The pair is in a batch that was submitted or signed.
    InBatch,
    /// A row of the batch has no live *Match*.
    Unresolved,
    /// A record changed since the decision.
    Stale,
    /// It was returned with a batch, and not decided again.
    Returned,
    /// A relationship between records that merges join came with a later file than any of the merges.
    RelatedSince,
    /// A record is not in the newest extract.
    Gone,
    /// The pair was carried into Mosaic and was not recalled.
    Released,
    /// A sampled row was not re-checked.
    NotRechecked,
    /// A warning came up against a row that is not in the sample.
    WarnedSince,
    /// A re-checked row was answered differently.
    Disagreed,
    /// The content of the batch is not what was submitted.
    ContentChanged,
}

impl StopKind {
    /// A short name, for a count.
    pub fn title(self) -> &'static str {
        match self {
            Self::RecordMissing => "Record not in the workspace",
            Self::OtherScheme => "Number of another scheme",
            Self::Deleted => "CHI deleted",
            Self::Superseded => "CHI superseded",
            Self::ChiTaken => "CHI belongs to another person",
            Self::PersonTaken => "Person has another CHI",
            Self::MergeSource => "Person is the source of a merge",
            Self::ChiInMosaic => "Mosaic holds another CHI",
            Self::NotMatchable => "Person judged not matchable",
            Self::MergeUnclear => "Merge not said",
            Self::MergeChain => "Merges form a chain",
            Self::TwoMergesInBatch => "Two merges of one person",
            Self::MergeBlocked => "Merge blocked",
            Self::MergeOfTwoChis => "Merge of two CHIs",
            Self::ChiOnSource => "CHI on the source of a merge",
            Self::Contradiction => "Told apart and merged",
            Self::InBatch => "In a batch already",
            Self::Unresolved => "Not resolved",
            Self::Stale => "Record changed since",
            Self::Returned => "Returned, not decided again",
            Self::RelatedSince => "Relationship recorded since",
            Self::Gone => "Not in the newest extract",
            Self::Released => "Carried into Mosaic",
            Self::NotRechecked => "Not re-checked",
            Self::WarnedSince => "Warning that nobody re-checked",
            Self::Disagreed => "Re-check disagrees",
            Self::ContentChanged => "Content changed",
        }
    }

    /// The kind as files write it.
    pub fn code(self) -> &'static str {
        match self {
            Self::RecordMissing => "record_missing",
            Self::OtherScheme => "other_scheme",
            Self::Deleted => "deleted",
            Self::Superseded => "superseded",
            Self::ChiTaken => "chi_taken",
            Self::PersonTaken => "person_taken",
            Self::MergeSource => "merge_source",
            Self::ChiInMosaic => "chi_in_mosaic",
            Self::NotMatchable => "not_matchable",
            Self::MergeUnclear => "merge_unclear",
            Self::MergeChain => "merge_chain",
            Self::TwoMergesInBatch => "two_merges_in_batch",
            Self::MergeBlocked => "merge_blocked",
            Self::MergeOfTwoChis => "merge_of_two_chis",
            Self::ChiOnSource => "chi_on_source",
            Self::Contradiction => "contradiction",
            Self::InBatch => "in_batch",
            Self::Unresolved => "unresolved",
            Self::Stale => "stale",
            Self::Returned => "returned",
            Self::RelatedSince => "related_since",
            Self::Gone => "gone",
            Self::Released => "released",
            Self::NotRechecked => "not_rechecked",
            Self::WarnedSince => "warned_since",
            Self::Disagreed => "disagreed",
            Self::ContentChanged => "content_changed",
        }
    }
}

/// The hard stops against a *Match* of this pair now. For two Mosaic records `merge` says which is merged into which;
/// `replace` says that the different CHI in Mosaic is to be replaced.
pub fn of_match(ws: &Workspace, key: &PairKey, merge: Option<&Merge>, replace: bool) -> Result<Vec<Stop>, Refused> {
    match Looked::at(ws, key)? {
        Ok(looked) => against(&Live::now(ws), &looked, merge, replace),
        Err(stop) => Ok(vec![stop]),
    }
}

/// The hard stops against a *Match* of a pair whose records are at hand.
pub(super) fn against(
    live: &Live<'_>,
    looked: &Looked,
    merge: Option<&Merge>,
    replace: bool,
) -> Result<Vec<Stop>, Refused> {
    let mut stops = Stops { key: &looked.key, found: Vec::new() };
    match &looked.right {
        Right::Chi(right) => of_link(live, &looked.left, right, replace, &mut stops)?,
        Right::Mosaic(right) => of_merge(live, &looked.left, right, merge, &mut stops)?,
    }
    Ok(stops.found)
}

/// Stops as they are found.
struct Stops<'a> {
    key: &'a PairKey,
    found: Vec<Stop>,
}

impl Stops<'_> {
    fn add(&mut self, kind: StopKind, words: String) {
        self.found.push(Stop { kind, pair: Some(self.key.clone()), words });
    }
}

/// Whether a number was superseded: CHI says so, or names another as the current one and does not call this one current.
/// (A column headed UPI is never trusted against the number's own status.)
pub(super) fn is_superseded(record: &ChiRecord) -> bool {
    record.status == ChiStatus::Historical
        || (record.status != ChiStatus::Current && record.upi.is_some_and(|upi| upi != record.chi))
}

/// The other CHI that Mosaic holds for the person of a link, where it does.
fn other_held(looked: &Looked) -> Option<Chi> {
    match &looked.right {
        Right::Chi(right) => looked.left.record.chi.filter(|held| *held != right.record.chi),
        Right::Mosaic(_) => None,
    }
}

/// Whether Mosaic holds another CHI for the person of a link.
pub(super) fn holds_another(looked: &Looked) -> bool {
    other_held(looked).is_some()
}

/// Whether the other CHI that Mosaic holds for the person is the one that a *Match* said is to be replaced. One that came there since
/// is not: somebody put it there, and nobody has looked at it.
pub(super) fn replaces_held(judgement: &Judgement, looked: &Looked) -> bool {
    let said = judgement.replaces.as_deref().and_then(|given| chi::read(Some(given)).chi);
    said.is_some() && said == other_held(looked)
}

fn of_link(
    live: &Live<'_>,
    left: &StoredMosaic,
    right: &StoredChi,
    replace: bool,
    stops: &mut Stops<'_>,
) -> Result<(), Refused> {
    let (mosaic, record) = (&left.record, &right.record);
    let (id, number) = (&mosaic.id, record.chi.spaced());

    let looks_like = chi::read(Some(record.chi.as_str())).kind;
    if looks_like != NumberKind::Chi {
        stops.add(
            StopKind::OtherScheme,
            format!("{number} is not a CHI number; it looks like a {}", looks_like.words()),
        );
    }
    if record.status == ChiStatus::Deleted {
        stops.add(StopKind::Deleted, format!("CHI {number} was deleted as entered in error; it must not be used"));
    } else if is_superseded(record) {
        let advice = match live.ws.current_number(record)?.filter(|current| *current != record.chi) {
            Some(current) => format!("use {} instead", current.spaced()),
            None => "the extract does not name its current replacement; ask the health board for it".to_owned(),
        };
        stops.add(StopKind::Superseded, format!("CHI {number} was superseded; {advice}"));
    }
    // Whoever has a number that this one replaced has this one
    let replaced = live.ws.replaced_by(&record.chi)?;
    for chi in std::iter::once(&record.chi).chain(&replaced) {
        let name = match chi == &record.chi {
            true => format!("CHI {number}"),
            false => format!("CHI {}, which {number} replaced,", chi.spaced()),
        };
        for other in live.people_of(chi)?.iter().filter(|other| *other != id) {
            if live.joining(id, other)?.is_none() {
                let words = format!(
                    "{name} is matched to {other} already; take that back, or merge the two if they are one person"
                );
                stops.add(StopKind::ChiTaken, words);
            }
        }
        for other in live.other_holders(chi, id)? {
            let words = format!(
                "Mosaic holds {name} on {other} already; correct {other} first, or merge the two if they are one person"
            );
            stops.add(StopKind::ChiTaken, words);
        }
    }
    for other in live.chis_of(id)?.iter().filter(|other| **other != record.chi) {
        let words = format!("{id} is matched to {} already; take that back first", other.spaced());
        stops.add(StopKind::PersonTaken, words);
    }
    let merges = live.merges_of(id)?;
    for merge in merges.iter().filter(|merge| &merge.source == id) {
        let words = format!("{id} is to be merged into {}; match {} instead", merge.target, merge.target);
        stops.add(StopKind::MergeSource, words);
    }
    if merges.iter().any(|merge| &merge.target == id) {
        stops.found.extend(super::carry::against_other_numbers(live, stops.key, id, &record.chi)?);
    }
    if let Some(apart) = live.told_apart_within(id)?.first() {
        let words = format!("{id} is merged with records that were told apart ({apart}); settle that first");
        stops.add(StopKind::Contradiction, words);
    }
    if !replace && let Some(held) = mosaic.chi.filter(|held| *held != record.chi) {
        let words =
            format!("Mosaic already holds {} for {id}; say that it is to be replaced, or leave it", held.spaced());
        stops.add(StopKind::ChiInMosaic, words);
    }
    if left.judged.as_ref().is_some_and(|judged| judged.content_hash == left.content_hash) {
        let words = format!("{id} was judged not matchable; take that back first");
        stops.add(StopKind::NotMatchable, words);
    }
    Ok(())
}

fn of_merge(
    live: &Live<'_>,
    left: &StoredMosaic,
    right: &StoredMosaic,
    merge: Option<&Merge>,
    stops: &mut Stops<'_>,
) -> Result<(), Refused> {
    let (a, b) = (&left.record.id, &right.record.id);
    let Some(merge) = merge else {
        let words = format!("A match of {a} and {b} is a merge; say which of the two is kept");
        stops.add(StopKind::MergeUnclear, words);
        return Ok(());
    };
    let (source, target) = (&merge.source, &merge.target);
    let speaks_of_these = (source == a && target == b) || (source == b && target == a);
    if !speaks_of_these || source == target {
        let words =
            format!("The merge does not speak of {a} and {b}; choose one of the two as the record that is kept");
        stops.add(StopKind::MergeUnclear, words);
        return Ok(());
    }
    for id in [source, target] {
        for other in live.merges_of(id)? {
            let itself = [&other.source, &other.target].iter().all(|end| *end == source || *end == target);
            // A target may take in several sources, one batch after another. Any other shape is a chain or a cycle, until Mosaic
            // has carried the earlier merge out: then there is one record less, and nothing to chain.
            let both_into_target = id == target && &other.target == target;
            if itself || both_into_target {
                continue;
            }
            let given = match PairKey::duplicate(other.source.clone(), other.target.clone()) {
                Some(key) => live.ws.released(&key)?.is_some(),
                None => false,
            };
            if given && live.ws.mosaic(&other.source)?.is_none_or(|gone| !gone.present) {
                continue;
            }
            let what_to_do = match given {
                true => format!("load an extract in which Mosaic has carried that out, without {}", other.source),
                false => "take that back first".to_owned(),
            };
            let words = format!(
                "{id} is in another merge already ({} into {}), and merges must not form a chain; {what_to_do}, or keep {}",
                other.source, other.target, other.target
            );
            stops.add(StopKind::MergeChain, words);
        }
    }
    stops.found.extend(super::groups::against_merge(live, stops.key, merge)?);
    let (gone, kept) = if source == a { (left, right) } else { (right, left) };
    let numbers = super::carry::against_numbers(live, stops.key, gone, kept)?;
    let on_source = if numbers.is_some() { Vec::new() } else { live.chis_of(source)? };
    stops.found.extend(numbers);
    for chi in &on_source {
        let of_source = PairKey::link(source.clone(), *chi);
        // What is to be looked at again does not go over with a merge either
        if live.expected(&of_source).is_none()
            && let Some(decision) = live.ws.decision(&of_source)?
            && let Err(again) = standing(live, &of_source, Some(&decision))?
        {
            stops.found.push(Stop { pair: Some(stops.key.clone()), ..again });
            continue;
        }
        let words = format!(
            "{source} is matched to {}, and a CHI belongs on the record that is kept; keep {source}, or take that match back \
             (recall it, where Mosaic has it) and match {target} instead",
            chi.spaced()
        );
        stops.add(StopKind::ChiOnSource, words);
    }
    Ok(())
}

/// The hard stops against submitting (or signing, or releasing) a batch as it is now.
pub fn of_batch(ws: &Workspace, batch: BatchId) -> Result<Vec<Stop>, Refused> {
    of_batch_watched(ws, batch, &Progress::new())
}

/// [`of_batch`], with its progress shown.
pub(crate) fn of_batch_watched(ws: &Workspace, batch: BatchId, progress: &Progress) -> Result<Vec<Stop>, Refused> {
    let rows = ws.batch_rows_now(batch)?;
    progress.begin("Checking every row", rows.len() as u64);
    let together = keys(&rows);
    let found = each(ws, &rows, progress, |live, row| Ok(of_row(live, &row.key, row.decision.as_ref(), &together)?.0))?;
    Ok(in_one_batch(&rows, found))
}

/// The pairs of rows.
pub(super) fn keys(rows: &[BatchRow]) -> HashSet<PairKey> {
    rows.iter().map(|row| row.key.clone()).collect()
}

/// The hard stops against the rows of a batch, given those against each by itself, in the order of the rows.
pub(super) fn in_one_batch(rows: &[BatchRow], of_each: Vec<Vec<Stop>>) -> Vec<Stop> {
    let mut found = Vec::new();
    let mut merged: HashMap<MosaicId, PairKey> = HashMap::new();
    for (row, stops) in rows.iter().zip(of_each) {
        found.extend(stops);
        for id in row.key.mosaic_ids().filter(|_| matches!(row.key, PairKey::Duplicate { .. })) {
            if let Some(other) = merged.insert(id.clone(), row.key.clone()) {
                let words =
                    format!("{id} is in two merges of the batch, {other} and {}; leave one for the next", row.key);
                found.push(Stop { kind: StopKind::TwoMergesInBatch, pair: Some(row.key.clone()), words });
            }
        }
    }
    found
}

/// The hard stops against one row of those that are to leave together, and its pair where its records had to be looked at for them.
pub(super) fn of_row(
    live: &Live<'_>,
    key: &PairKey,
    decision: Option<&Decision>,
    together: &HashSet<PairKey>,
) -> Result<(Vec<Stop>, Option<Looked>), Refused> {
    let decision = match standing(live, key, decision)? {
        Ok(decision) => decision,
        Err(stop) => return Ok((vec![stop], None)),
    };
    let looked = match Looked::at(live.ws, key)? {
        Ok(looked) => looked,
        Err(missing) => return Ok((vec![missing], None)),
    };
    if let Some(gone) = gone(&looked) {
        return Ok((vec![gone], Some(looked)));
    }
    let merge = &decision.judgement.merge;
    let mut stops = against(live, &looked, merge.as_ref(), replaces_held(&decision.judgement, &looked))?;
    if let Some(merge) = merge {
        stops.extend(relationships::since_merged(live, key, merge)?);
        for check in merge::found_since(&looked, merge) {
            let words = format!(
                "{}, which was not known when the merge of {key} was decided; look in Mosaic, and decide it again",
                check.found
            );
            stops.push(Stop { kind: StopKind::MergeBlocked, pair: Some(key.clone()), words });
        }
    }
    let blocked = merge.iter().flat_map(|merge| &merge.blockers).filter(|check| check.answer == BlockerAnswer::Blocked);
    for check in blocked {
        let words = format!("The merge of {key} is blocked ({}); clear it in Mosaic first", check.blocker.words());
        stops.push(Stop { kind: StopKind::MergeBlocked, pair: Some(key.clone()), words });
    }
    stops.extend(not_given_up(live, key, together)?);
    Ok((stops, Some(looked)))
}

/// The stop against a link whose CHI Mosaic holds on somebody who is matched to another, or merged into this person, where that match
/// or merge does not leave with it and did not before: until it does, two people of Mosaic would have one CHI. A number that this one
/// replaced is the same CHI.
pub(super) fn not_given_up(
    live: &Live<'_>,
    key: &PairKey,
    together: &HashSet<PairKey>,
) -> Result<Option<Stop>, Refused> {
    let PairKey::Link { mosaic, chi } = key else { return Ok(None) };
    let mut holders = live.ws.holders_of_chi(chi)?;
    let replaced = live.ws.replaced_by(chi)?;
    for old in &replaced {
        holders.extend(live.ws.holders_of_chi(old)?);
    }
    // What Mosaic has already is not new
    if holders.contains(mosaic) {
        return Ok(None);
    }
    // And who has it by a file of ours, recalled and not taken out yet
    let mut recalled = Vec::new();
    for number in std::iter::once(chi).chain(&replaced) {
        recalled.extend(live.recalled_in_mosaic(number)?);
    }
    recalled.retain(|id| !holders.contains(id) && id != mosaic);
    holders.extend(recalled.iter().cloned());
    let restricted = |id: &MosaicId| Ok::<_, Refused>(live.ws.mosaic(id)?.is_some_and(|held| held.record.restricted));
    for holder in holders {
        let gives_up: Vec<PairKey> = match live.joining(&holder, mosaic)?.filter(|merge| merge.source == holder) {
            Some(merge) => PairKey::duplicate(merge.source, merge.target).into_iter().collect(),
            None => {
                let others = live.chis_of(&holder)?.into_iter().filter(|other| other != chi);
                others.map(|other| PairKey::link(holder.clone(), other)).collect()
            }
        };
        if gives_up.is_empty() && recalled.contains(&holder) {
            let words = format!(
                "Mosaic has CHI {} on {holder}, from whom it was recalled, until a correction takes it out; write that correction first",
                chi.spaced()
            );
            return Ok(Some(Stop { kind: StopKind::ChiTaken, pair: Some(key.clone()), words }));
        }
        for its_own in gives_up {
            let mut in_no_file = restricted(&holder)?;
            for id in its_own.mosaic_ids() {
                in_no_file |= restricted(id)?;
            }
            if live.ws.is_in_mosaic(&its_own)? || (together.contains(&its_own) && !in_no_file) {
                continue;
            }
            let number = chi.spaced();
            let words = match (in_no_file, &its_own) {
                (true, PairKey::Link { .. }) => format!(
                    "Mosaic holds CHI {number} on {holder}, who is restricted and stands in no file; correct {holder} in Mosaic by hand, \
                     and load the extract after it"
                ),
                (true, PairKey::Duplicate { .. }) => format!(
                    "Mosaic holds CHI {number} on {holder} until it is merged into {mosaic}, and that merge stands in no file, for one of \
                     them is restricted; merge the two in Mosaic by hand, and load the extract after it"
                ),
                (false, _) => format!(
                    "Mosaic holds CHI {number} on {holder} until {its_own} is released; put that into the same batch, or release it first"
                ),
            };
            return Ok(Some(Stop { kind: StopKind::ChiTaken, pair: Some(key.clone()), words }));
        }
    }
    Ok(None)
}

/// The *Match* of a row, where it stands, or the stop that it does not.
fn standing<'a>(
    live: &Live<'_>,
    key: &PairKey,
    decision: Option<&'a Decision>,
) -> Result<Result<&'a Decision, Stop>, Refused> {
    let stop = |kind, words| Ok(Err(Stop { kind, pair: Some(key.clone()), words }));
    let Some(decision) = decision.filter(|decision| decision.judgement.verdict == Verdict::Match) else {
        return stop(
            StopKind::Unresolved,
            format!("{key} has no match any more; decide it, or take it out of the batch"),
        );
    };
    if decision.stale {
        return match relationships::reopened(live, key, decision.seq)? {
            Some(words) => stop(StopKind::RelatedSince, words),
            None => {
                stop(StopKind::Stale, format!("A record of {key} has changed since it was decided; decide it again"))
            }
        };
    }
    if decision.returned {
        return stop(StopKind::Returned, format!("{key} was returned to be looked at again; decide it again first"));
    }
    Ok(Ok(decision))
}

/// The stop against a pair of which a record is not in the newest extract.
fn gone(looked: &Looked) -> Option<Stop> {
    let key = &looked.key;
    let missing = match &looked.right {
        _ if !looked.left.present => looked.left.record.id.to_string(),
        Right::Chi(right) if !right.present => format!("CHI {}", right.record.chi.spaced()),
        Right::Mosaic(right) if !right.present => right.record.id.to_string(),
        _ => return None,
    };
    let words =
        format!("{missing} is not in the newest extract; take {key} out of the batch, or load an extract that has it");
    Some(Stop { kind: StopKind::Gone, pair: Some(key.clone()), words })
}

/// The stop against an answer that contradicts what was carried into Mosaic: only a recall takes that back.
pub(super) fn released(ws: &Workspace, key: &PairKey, after: Option<&Judgement>) -> Result<Option<Stop>, Refused> {
    let Some((batch, signed)) = ws.released(key)? else { return seeded(ws, key, after) };
    if after.is_some_and(|after| after.says_as(&signed)) {
        return Ok(None);
    }
    let name = ws.batch_standing(batch)?.map_or_else(|| batch.0.to_string(), |(name, _)| name);
    let words = format!("{key} was carried into Mosaic with the batch “{name}”; recall it to take it back");
    Ok(Some(Stop { kind: StopKind::Released, pair: Some(key.clone()), words }))
}

/// The same against what the files of a correction carried there, whatever became of the batch that signed it.
fn seeded(ws: &Workspace, key: &PairKey, after: Option<&Judgement>) -> Result<Option<Stop>, Refused> {
    let Some(correction) = ws.seeded_by_correction(key)? else { return Ok(None) };
    if after.is_some_and(|after| after.verdict == Verdict::Match) {
        return Ok(None);
    }
    let words = format!("{key} was carried into Mosaic with correction {}; recall it to take it back", correction.0);
    Ok(Some(Stop { kind: StopKind::Released, pair: Some(key.clone()), words }))
}

/// The stop against changing a pair that a submitted or signed batch holds.
pub(super) fn held_by_batch(ws: &Workspace, key: &PairKey, batch: Option<BatchId>) -> Result<Option<Stop>, Refused> {
    let Some(batch) = batch else { return Ok(None) };
    let Some((name, state)) = ws.batch_standing(batch)? else { return Ok(None) };
    let words = match state {
        BatchState::Submitted => {
            format!("{key} is in the submitted batch “{name}”; a supervisor must return that first")
        }
        BatchState::Signed => {
            format!("{key} is in the signed batch “{name}”; a supervisor must return that before it is released")
        }
        BatchState::Composing | BatchState::Returned | BatchState::Withdrawn => return Ok(None),
    };
    Ok(Some(Stop { kind: StopKind::InBatch, pair: Some(key.clone()), words }))
}

/// Stops in one line: the first few, and how many more there are.
pub(crate) fn listed(stops: &[Stop]) -> String {
    const SHOWN: usize = 3;
    let mut line = stops.iter().take(SHOWN).map(|stop| stop.words.as_str()).collect::<Vec<_>>().join("; ");
    if stops.len() > SHOWN {
        line.push_str(&format!("; and {} more", stops.len() - SHOWN));
    }
    line
}
