//! Take a deed back, or do it again. Both are new events: nothing is deleted, and both survive a restart.

use std::collections::HashSet;

use crate::pair::{How, Judgement, PairKey, PairKind, Verdict};
use crate::person::MosaicId;
use crate::progress::Progress;
use crate::words::{counted, number};
use crate::workspace::{BatchState, Event, LedgerFilter, LedgerRow, StaffId, Workspace};

use super::live::Live;
use super::looked::Looked;
use super::{Refused, Stop, StopKind, rights, sign_off::Signer, stops};

/// A deed in a few words: `Match: 12345 – 010101 1237`.
pub fn name_of(deed: &[LedgerRow]) -> String {
    let mut told: Vec<&Event> = deed.iter().map(|row| &row.event).filter(|event| !event.only_notes()).collect();
    if told.is_empty() {
        told = deed.iter().map(|row| &row.event).collect();
    }
    match told.as_slice() {
        [] => "Nothing".to_owned(),
        [one] => describe(one),
        [first, ..] => {
            let decided = told.iter().filter(|event| matches!(event, Event::Decided { .. })).count();
            match of_group(&told) {
                Some(words) => words,
                None if decided == told.len() => format!("{} decisions", number(decided as u64)),
                None => describe(first),
            }
        }
    }
}

/// A deed about a whole group: its records merged into one, or one of them left out.
fn of_group(told: &[&Event]) -> Option<String> {
    // A CHI that goes over with a merge, or back with it, is told by what was decided of the two records.
    let ids: HashSet<&MosaicId> = told
        .iter()
        .filter_map(|event| match event {
            Event::Decided { pair: pair @ PairKey::Duplicate { .. }, .. } => Some(pair.mosaic_ids()),
            _ => None,
        })
        .flatten()
        .collect();
    let goes_along = |event: &Event| matches!(event, Event::Decided { pair: PairKey::Link { mosaic, .. }, .. } if ids.contains(mosaic));
    let told: Vec<&Event> = told.iter().filter(|event| !goes_along(event)).copied().collect();
    if let [one] = told.as_slice() {
        return Some(describe(one));
    }
    let judgements: Option<Vec<_>> = told
        .iter()
        .map(|event| match event {
            Event::Decided { pair, after: Some(after), .. } if pair.kind() == PairKind::Duplicate => {
                Some((pair, after))
            }
            _ => None,
        })
        .collect();
    let judgements = judgements?;
    let (first, rest) = judgements.split_first()?;
    if let Some(target) = first.1.merge.as_ref().map(|merge| &merge.target) {
        let all = rest.iter().all(|(_, after)| after.merge.as_ref().is_some_and(|merge| &merge.target == target));
        return all.then(|| format!("Merge: {} records into {target}", number(told.len() as u64)));
    }
    let apart = judgements.iter().all(|(_, after)| after.verdict == Verdict::NotMatch);
    let one = first.0.mosaic_ids().find(|id| rest.iter().all(|(pair, _)| pair.mosaic_ids().any(|end| end == *id)))?;
    apart.then(|| format!("Left out of its group: {one}"))
}

/// An event in a few words.
pub fn describe(event: &Event) -> String {
    match event {
        Event::WorkspaceCreated { .. } => "Workspace made".to_owned(),
        Event::TrainingBegun { .. } => "Made for training".to_owned(),
        Event::StaffChanged { before: None, after, .. } => format!("Added {}", after.name),
        Event::StaffChanged { after, .. } => format!("Changed {}", after.name),
        Event::KeyRegistered { .. } => "New key to sign with".to_owned(),
        Event::KeyConfirmed { .. } => "Key confirmed as its owner's".to_owned(),
        Event::ParcelMade { .. } => "Parcel made for another desk".to_owned(),
        Event::ParcelTaken { refused, .. } if refused.is_empty() => "Parcel taken in".to_owned(),
        Event::ParcelTaken { .. } => "Parcel taken in, not all of it".to_owned(),
        Event::DatabaseKeyChanged { .. } => "Database encrypted under a new key".to_owned(),
        Event::ClockJumped { seconds, .. } => clock_jumped(*seconds),
        Event::Opened { .. } => "Opened".to_owned(),
        Event::FileLoaded { name, in_spite_of, .. } if !in_spite_of.is_empty() => {
            format!("Loaded {name} in spite of how it looked")
        }
        Event::FileLoaded { name, .. } => format!("Loaded {name}"),
        Event::Matched { links, duplicates, learned_from, .. } => {
            let learned = match learned_from {
                0 => String::new(),
                n => format!(", with what {} decisions teach", number(*n)),
            };
            format!("Matched: {} links, {} duplicates{learned}", number(*links), number(*duplicates))
        }
        Event::CutsMoved { after: [auto, review], .. } => format!("Cuts: {auto} and {review}"),
        Event::FoundByHand { pair, .. } => format!("Brought together: {pair}"),
        Event::ScoreRevealed { pair } => format!("Score shown: {pair}"),
        Event::Decided { pair, before, after: Some(judgement) } => {
            let said = decided(pair, judgement);
            match before.as_deref().and_then(|before| reworded(before, judgement)) {
                Some(what) => format!("{what} {said}"),
                None => said,
            }
        }
        Event::Decided { pair, after: None, .. } => format!("Taken back: {pair}"),
        Event::RecordDecided { mosaic, after: Some(_), .. } => format!("Not matchable: {mosaic}"),
        Event::RecordDecided { mosaic, after: None, .. } => format!("Taken back: {mosaic}"),
        Event::BatchComposed { name, before, after, .. } => match (before.is_empty(), after.is_empty()) {
            (true, _) => format!("Batch composed: {name}"),
            (false, true) => format!("Batch taken apart: {name}"),
            (false, false) => format!("Batch changed: {name}"),
        },
        Event::BatchSubmitted { batch, .. } => format!("Submitted batch {}", batch.0),
        Event::SampleDrawn { batch, rows, .. } => {
            format!("Sample of {} drawn for batch {}", number(rows.len() as u64), batch.0)
        }
        Event::Rechecked { pair, after: Some(verdict), .. } => format!("Re-check, {}: {pair}", verdict.words()),
        Event::Rechecked { pair, after: None, .. } => format!("Re-check taken back: {pair}"),
        Event::BatchReturned { batch, .. } => format!("Returned batch {}", batch.0),
        Event::BatchSigned { batch, .. } => format!("Signed batch {}", batch.0),
        Event::Released { batch, .. } => format!("Released batch {}", batch.0),
        Event::Recalled { pair, after: Some(_), .. } => format!("Recalled: {pair}"),
        Event::Recalled { pair, after: None, .. } => format!("Recall taken back: {pair}"),
        Event::LeftOut { batch, rows } => {
            format!("Left out of the files of batch {}: {}", batch.0, number(rows.len() as u64))
        }
        Event::ProfileSaved { name, version, .. } => format!("Export profile saved: {name}, version {version}"),
        Event::ProfileWritten { batch, profile, .. } => format!("Batch {} written by {profile}", batch.0),
        Event::Acknowledged { batch, accepted, rejected, .. } => format!(
            "Load report for batch {}: {} taken, {} turned away",
            batch.0,
            number(accepted.len() as u64),
            number(rejected.len() as u64)
        ),
        Event::CorrectionComposed { correction, rows, .. } => {
            let wrong = counted(rows.len() as u64, "wrong seed", "wrong seeds");
            format!("Correction {} put together: {wrong}", correction.0)
        }
        Event::CorrectionReturned { correction, .. } => format!("Returned correction {}", correction.0),
        Event::CorrectionSigned { correction, .. } => format!("Signed correction {}", correction.0),
        Event::CorrectionReleased { correction, .. } => format!("Released correction {}", correction.0),
        Event::Assigned { pair, after: Some(_), .. } => format!("Assigned: {pair}"),
        Event::Assigned { pair, after: None, .. } => format!("Assigned to nobody: {pair}"),
        // The pair is not said: whoever reads the history may be the one to decide it
        Event::KnownSet { after: Some(_), .. } => "Known pair answered beforehand".to_owned(),
        Event::KnownSet { after: None, .. } => "Known pair taken back".to_owned(),
        Event::ProtocolSet { version, protocol } => {
            format!("Sharing protocol {}, version {version}", protocol.reference)
        }
        Event::SharingExcepted { pair, after: Some(level), .. } => {
            format!("Shared in spite of a restriction, up to level {level}: {pair}")
        }
        Event::SharingExcepted { pair, after: None, .. } => {
            format!("No longer shared in spite of a restriction: {pair}")
        }
        Event::ExtractWritten(note) => {
            let form = if note.base.is_some() { "delta" } else { "full" };
            format!("Share extract {} ({form}), level {}: {} people", note.extract.0, note.level, number(note.people))
        }
        Event::ExtractAcknowledged { extract, .. } => format!("Share extract {} acknowledged", extract.0),
        Event::CrossReferenceWritten { form, rows, .. } => {
            format!("Cross-reference written ({form}): {} rows", number(*rows))
        }
        Event::LookedUp { mosaic, chi, told, .. } => {
            let asked = match (mosaic, chi) {
                (Some(mosaic), _) => mosaic.to_string(),
                (None, Some(chi)) => chi.spaced(),
                (None, None) => String::new(),
            };
            match told {
                Some(pair) => format!("Looked up {asked}: {pair}"),
                None => format!("Looked up {asked}: no link told"),
            }
        }
        Event::BackedUp { name } => format!("Backup {name}"),
        Event::Restored { copy, .. } => format!("Restored from {copy}"),
        Event::PlaceSet { place, before: None, .. } => format!("Place set: {place}"),
        Event::PlaceSet { place, after: None, .. } => format!("Place taken away: {place}"),
        Event::PlaceSet { place, .. } => format!("Place changed: {place}"),
        Event::Sent { place, name, .. } => format!("Sent to {place}: {name}"),
        Event::Closed { .. } => "Workspace closed".to_owned(),
    }
}

fn decided(pair: &PairKey, judgement: &Judgement) -> String {
    let verdict = match (&judgement.merge, judgement.verdict) {
        (Some(merge), Verdict::Match) => return format!("Merge: {} into {}", merge.source, merge.target),
        (_, verdict) => verdict.words(),
    };
    let came = match judgement.how {
        How::Carried => ", carried with a merge",
        How::Brought => ", brought back with a merge that was unmade",
        _ => "",
    };
    format!("{verdict}: {pair}{came}")
}

/// What alone is another in an answer that was given before, of the same records: its reason or its comment.
fn reworded(before: &Judgement, after: &Judgement) -> Option<&'static str> {
    let as_before = Judgement {
        reason: before.reason,
        comment: before.comment.clone(),
        score_seen: before.score_seen,
        ..after.clone()
    };
    if as_before != *before {
        return None;
    }
    match (before.reason, after.reason) {
        (Some(_), None) => Some("Reason taken from"),
        (one, other) if one != other => Some("Reason for"),
        _ if before.comment != after.comment => Some("Comment on"),
        _ => None,
    }
}

fn clock_jumped(seconds: i64) -> String {
    let (way, by) = (if seconds < 0 { "back" } else { "forward" }, seconds.unsigned_abs());
    // More than two minutes in any case, so each is more than one
    let by = match by {
        0..7_200 => format!("{} minutes", by / 60),
        7_200..172_800 => format!("{} hours", by / 3_600),
        _ => format!("{} days", number(by / 86_400)),
    };
    format!("The computer's clock went {way} by {by}")
}

/// What an undo or a redo is offered as.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offer {
    /// `Undo “Match: 12345 – 010101 1237”`, or `Redo …`.
    pub title: String,
    /// How many events it takes back.
    pub events: usize,
}

/// What [`undo`] would take back. `None` where it would be refused: what cannot be taken back is not offered.
pub fn undo_offer(ws: &Workspace) -> Result<Option<Offer>, Refused> {
    match ws.last_undoable()? {
        Some(deed) if may_reverse(ws, &deed)? => Ok(Some(Offer { title: undo_of(&deed), events: deed.len() })),
        _ => Ok(None),
    }
}

/// What [`redo`] would do again. `None` where it would be refused.
pub fn redo_offer(ws: &Workspace) -> Result<Option<Offer>, Refused> {
    match ws.last_redoable()? {
        Some(deed) if may_reverse(ws, &deed)? => {
            let events = deed.len();
            Ok(Some(Offer { title: redo_of(ws, deed)?, events }))
        }
        _ => Ok(None),
    }
}

fn undo_of(deed: &[LedgerRow]) -> String {
    format!("Undo “{}”", name_of(deed))
}

/// What was done, once it is.
fn undone(deed: &[LedgerRow]) -> String {
    format!("Undone: “{}”", name_of(deed))
}

fn redo_of(ws: &Workspace, deed: Vec<LedgerRow>) -> Result<String, Refused> {
    Ok(format!("Redo “{}”", name_of(&first_done(ws, deed)?)))
}

/// Takes my newest deed back that can be. Says what was undone, or `None` where there is nothing to undo.
pub fn undo(ws: &mut Workspace) -> Result<Option<String>, Refused> {
    undo_with(ws, &Progress::new())
}

/// [`undo`] of a deed of many events: it tells how far it is, and can be cancelled.
pub fn undo_with(ws: &mut Workspace, progress: &Progress) -> Result<Option<String>, Refused> {
    rights::works_here(ws)?;
    let Some(deed) = ws.last_undoable()? else { return Ok(None) };
    reverse(ws, &deed, progress)?;
    Ok(Some(undone(&deed)))
}

/// Does again what my newest undo took back. Says what that is, or `None` where there is nothing to redo.
pub fn redo(ws: &mut Workspace) -> Result<Option<String>, Refused> {
    redo_with(ws, &Progress::new())
}

/// [`redo`] of a deed of many events.
pub fn redo_with(ws: &mut Workspace, progress: &Progress) -> Result<Option<String>, Refused> {
    rights::works_here(ws)?;
    let Some(deed) = ws.last_redoable()? else { return Ok(None) };
    reverse(ws, &deed, progress)?;
    Ok(Some(format!("Done again: “{}”", name_of(&first_done(ws, deed)?))))
}

/// Takes back the deed that an event belongs to, one's own or another's. Says what was undone.
pub fn undo_deed(ws: &mut Workspace, seq: i64) -> Result<String, Refused> {
    undo_deed_with(ws, seq, &Progress::new())
}

/// [`undo_deed`] of many events.
pub fn undo_deed_with(ws: &mut Workspace, seq: i64, progress: &Progress) -> Result<String, Refused> {
    rights::works_here(ws)?;
    let deed = ws.deed(seq)?;
    if deed.is_empty() {
        return Err(Refused::NotFound(format!("There is no event {seq} in the ledger")));
    }
    if deed.iter().any(|row| row.undone_by.is_some()) {
        return Err(Refused::Nothing(format!("“{}” was taken back already", name_of(&deed))));
    }
    reverse(ws, &deed, progress)?;
    Ok(undone(&deed))
}

/// Whether [`undo_deed`] would take back the deed that an event belongs to, by the first of its events.
pub fn may_take_back(ws: &Workspace, seq: i64) -> Result<bool, Refused> {
    may_reverse(ws, &ws.deed(seq)?)
}

/// The deed that an undo (of an undo …) goes back to: what a redo is named after.
fn first_done(ws: &Workspace, deed: Vec<LedgerRow>) -> Result<Vec<LedgerRow>, Refused> {
    let mut deed = deed;
    // Every step goes to an earlier event, so this ends.
    while let Some(earlier) = deed.first().and_then(|row| row.undoes) {
        deed = ws.deed(earlier)?;
    }
    Ok(deed)
}

/// Applies the inverse of a deed, under the same rules as any other deed: what is in a submitted or signed batch stays, a
/// re-check stays the signer's, and no *Match* comes back that a hard stop speaks against.
fn reverse(ws: &mut Workspace, deed: &[LedgerRow], progress: &Progress) -> Result<(), Refused> {
    let inverses = inverses(deed).ok_or_else(|| cannot(deed))?;
    let mut found = against(ws, &inverses, inverses.len())?;
    found.extend(anothers(ws, deed, deed.len())?);
    if !found.is_empty() {
        return Err(Refused::HardStop(found));
    }
    ws.apply_undo_with(deed, progress)?;
    Ok(())
}

/// What takes a deed back, in the order in which it does; `None` where nothing can.
fn inverses(deed: &[LedgerRow]) -> Option<Vec<Event>> {
    let told = deed.iter().rev().filter(|row| !row.event.only_notes());
    let inverses: Vec<Event> = told.map(|row| row.event.inverse()).collect::<Option<_>>()?;
    (!inverses.is_empty()).then_some(inverses)
}

/// How many events of a deed are tried before it is offered. Of a class of thousands the rest is tried when it is taken back.
const TRIED: usize = 20;

/// Whether a deed would be taken back, by the first of its events.
fn may_reverse(ws: &Workspace, deed: &[LedgerRow]) -> Result<bool, Refused> {
    let Some(inverses) = inverses(deed) else { return Ok(false) };
    let found = against(ws, &inverses, TRIED).and_then(|found| Ok((found, anothers(ws, deed, TRIED)?)));
    match found {
        Ok((found, anothers)) => Ok(found.is_empty() && anothers.is_empty()),
        Err(Refused::Workspace(error)) => Err(Refused::Workspace(error)),
        Err(_) => Ok(false),
    }
}

fn cannot(deed: &[LedgerRow]) -> Refused {
    Refused::Unfit(format!("“{}” cannot be undone", name_of(deed)))
}

/// The second answers, of the first `most` events of a deed, that would come back to whoever takes it back, and are another's: each
/// stands under the name of who gave it, and nobody gives one for somebody else.
fn anothers(ws: &Workspace, deed: &[LedgerRow], most: usize) -> Result<Vec<Stop>, Refused> {
    let mut found = Vec::new();
    for row in deed.iter().take(most) {
        let (pair, whose) = match &row.event {
            Event::Rechecked { pair, before: Some(_), .. } => (pair, ws.set_before(row)?),
            Event::KnownSet { pair, before: Some(before), .. } => (pair, known_before(ws, row.seq, pair, *before)?),
            _ => continue,
        };
        let Some(whose) = whose.filter(|whose| *whose != ws.me().id) else { continue };
        let words = format!(
            "The answer to {pair} that would come back is {}’s, and nobody answers for another; give your own instead",
            ws.staff_name(whose)?
        );
        found.push(Stop { kind: StopKind::InBatch, pair: Some(pair.clone()), words });
    }
    Ok(found)
}

/// Who answered a known pair so, before an event. (The history of a pair says nothing of what is known of it.)
fn known_before(ws: &Workspace, seq: i64, pair: &PairKey, answer: Verdict) -> Result<Option<StaffId>, Refused> {
    let filter = LedgerFilter { kinds: vec!["known_set".to_owned()], before: Some(seq), ..LedgerFilter::default() };
    let said = |row: &LedgerRow| {
        row.undoes.is_none()
            && matches!(&row.event, Event::KnownSet { pair: of, after, .. } if of == pair && *after == Some(answer))
    };
    Ok(ws.ledger(&filter, 1_000_000)?.into_iter().find(said).map(|row| row.staff))
}

/// What speaks against the first `most` of these events, all of them seen together.
fn against(ws: &Workspace, inverses: &[Event], most: usize) -> Result<Vec<Stop>, Refused> {
    let mut found = Vec::new();
    let mut live = Live::now(ws);
    for event in inverses {
        if let Event::Decided { pair, after, .. } = event {
            live.expect(pair, after.as_deref());
        }
    }
    for event in inverses.iter().take(most) {
        match event {
            Event::Decided { pair, after, .. } => {
                let candidate = ws.pair_of(pair)?;
                let batch = candidate.as_ref().and_then(|candidate| candidate.batch);
                found.extend(stops::held_by_batch(ws, pair, batch)?);
                // What a merge brought and a supervisor returned would be back where it was matched, and nobody looked again
                let returned = ws.decision(pair)?.is_some_and(|it| it.returned && it.judgement.how.is_moved());
                if returned && after.is_none() {
                    let words = format!("{pair} was returned to be looked at again; decide it again first");
                    found.push(Stop { kind: StopKind::Returned, pair: Some(pair.clone()), words });
                }
                let Some(judgement) = after.as_deref().filter(|judgement| judgement.verdict == Verdict::Match) else {
                    continue;
                };
                match Looked::of(ws, pair, candidate)? {
                    Ok(looked) => {
                        let replace = stops::replaces_held(judgement, &looked);
                        let against = stops::against(&live, &looked, judgement.merge.as_ref(), replace)?;
                        // A match to a number that is out of use since comes back stale: it is asked again, and cannot leave.
                        let (left, right) = looked.hashes();
                        let stale = (&judgement.left_hash, &judgement.right_hash) != (&left, &right);
                        let out_of_use = |stop: &Stop| matches!(stop.kind, StopKind::Superseded | StopKind::Deleted);
                        found.extend(against.into_iter().filter(|stop| !(stale && out_of_use(stop))));
                    }
                    Err(missing) => found.push(missing),
                }
            }
            Event::RecordDecided { mosaic, after: Some(_), .. } if !ws.chis_matched_to(mosaic)?.is_empty() => {
                let words = format!("{mosaic} is matched to a CHI by now; take that back first");
                found.push(Stop { kind: StopKind::NotMatchable, pair: None, words });
            }
            Event::BatchComposed { batch, after, .. } => {
                let Some((name, state)) = ws.batch_standing(*batch)? else { continue };
                let open = matches!(state, BatchState::Composing | BatchState::Withdrawn);
                if !open {
                    let words = format!("Batch “{name}” can no longer be changed: {}", state.words().to_lowercase());
                    found.push(Stop { kind: StopKind::InBatch, pair: None, words });
                }
                found.extend(taken_elsewhere(ws, &name, *batch, after)?);
            }
            Event::Recalled { batch, pair, after: None, .. } => {
                let Some(correction) = ws.correction_of(*batch, pair)? else { continue };
                let written = ws.correction(correction)?.is_some_and(|it| it.released.is_some());
                let what_to_do = match written {
                    true => "its files are written, and stand. If the CHI is right after all, match the pair again",
                    false => "return the correction first",
                };
                let words = format!(
                    "Correction {} takes {pair} out of Mosaic, so its recall stands; {what_to_do}",
                    correction.0
                );
                found.push(Stop { kind: StopKind::Released, pair: Some(pair.clone()), words });
            }
            Event::Rechecked { batch, .. } => {
                let Some(held) = ws.batch(*batch)? else { continue };
                if held.state != BatchState::Submitted {
                    let words = format!("Batch “{}” is no longer waiting for sign-off", held.name);
                    found.push(Stop { kind: StopKind::InBatch, pair: None, words });
                }
                Signer::of(ws, &held)?;
            }
            _ => {}
        }
    }
    Ok(found)
}

/// The rows that another live batch holds by now.
fn taken_elsewhere(
    ws: &Workspace,
    name: &str,
    batch: crate::workspace::BatchId,
    rows: &[PairKey],
) -> Result<Vec<Stop>, Refused> {
    let mut found = Vec::new();
    for key in rows {
        if ws.pair_of(key)?.and_then(|pair| pair.batch).is_some_and(|other| other != batch) {
            let words = format!("{key} is in another batch by now and cannot go back to “{name}”");
            found.push(Stop { kind: StopKind::InBatch, pair: Some(key.clone()), words });
        }
    }
    Ok(found)
}
