//! From an event to what it changes, and the guards on the way.
//!
//! Used live, and by the check, which replays the whole ledger through it: so nothing here may look at anything but the ledger
//! and the projections themselves, and two replays of one ledger are equal.

use std::collections::BTreeSet;

use rusqlite::{Connection, OptionalExtension, params};

use super::candidates::kind_code;
use super::event::{BatchId, Event, SignedNames};
use super::ledger::{self, Entry, Subject};
use super::{
    BatchState, Result, WorkspaceError, acknowledged, batches, corrections, credentials, decisions, facets, outgoing,
    profiles, second, sharing, training,
};
use crate::pair::{Judgement, PairKey, RecordJudgement, Verdict};
use crate::person::MosaicId;

/// What is said where the names in a signature are not those of the people.
const OTHER_NAMES: &str =
    "The names to be signed are not those of whoever signs and of those whose work it is; nothing was signed";

/// Applies one event, which is in the ledger already, to the projections.
pub(super) fn project(conn: &Connection, entry: &Entry<'_>) -> Result<()> {
    match entry.event {
        Event::StaffChanged { staff, before, after } => {
            let live = super::staff::by_id(conn, *staff)?.map(|person| person.standing());
            expect(live == *before)?;
            conn.prepare_cached(
                "INSERT INTO staff (id, name, role, administers, active) VALUES (?1, ?2, ?3, ?4, ?5)
                 ON CONFLICT (id) DO UPDATE SET name = excluded.name, role = excluded.role,
                    administers = excluded.administers, active = excluded.active",
            )?
            .execute(params![staff.0, after.name, after.role.code(), after.administers, after.active])?;
            if before.as_ref().is_none_or(|before| before == after) {
                credentials::given(conn, entry, *staff)?;
            }
        }
        Event::KeyRegistered { staff, public, sealing } => credentials::register(conn, *staff, public, sealing)?,
        Event::KeyConfirmed { staff, public } => credentials::confirm(conn, entry, *staff, public)?,
        Event::Decided { pair, before, after } => decided(conn, entry, pair, before.as_deref(), after.as_deref())?,
        Event::RecordDecided { mosaic, before, after } => {
            record_decided(conn, entry, mosaic, before.as_ref(), after.as_ref())?;
        }
        Event::BatchComposed { batch, name, before, after } => composed(conn, entry, *batch, name, before, after)?,
        Event::BatchSubmitted { batch, content_hash, .. } => {
            expect_state(conn, *batch, BatchState::Composing)?;
            if *content_hash != batches::content_hash(&batches::rows(conn, *batch)?) {
                return Err(WorkspaceError::conflict(format!(
                    "A decision in batch {} changed while it was being submitted; nothing was submitted. Look at it again",
                    batch.0
                )));
            }
            conn.prepare_cached(
                "UPDATE batch SET state = 'submitted', submitted_by = ?2, submitted_at = ?3, content_hash = ?4
                 WHERE id = ?1",
            )?
            .execute(params![batch.0, entry.staff.0, entry.at, content_hash])?;
            batches::freeze(conn, *batch)?;
        }
        Event::SampleDrawn { batch, seed, tolerable, confidence, rows, controls } => {
            expect_state(conn, *batch, BatchState::Submitted)?;
            let drawn: Option<String> =
                conn.prepare_cached("SELECT seed FROM batch WHERE id = ?1")?.query_row([batch.0], |row| row.get(0))?;
            if drawn.is_some() {
                return Err(WorkspaceError::conflict(
                    "The sample of this batch was drawn already, and is drawn only once",
                ));
            }
            conn.prepare_cached("UPDATE batch SET seed = ?2, tolerable = ?3, confidence = ?4 WHERE id = ?1")?
                .execute(params![batch.0, seed, tolerable, confidence])?;
            mark(conn, *batch, rows, "sampled")?;
            second::put_controls(conn, *batch, controls)?;
        }
        Event::Rechecked { batch, pair, before, after } => rechecked(conn, entry, *batch, pair, *before, *after)?,
        Event::BatchReturned { batch, reason, rows, why } => {
            if !batches::is_signed_only(conn, *batch)? {
                expect_state(conn, *batch, BatchState::Submitted)?;
            }
            conn.prepare_cached(
                "UPDATE batch SET state = 'returned', returned_reason = ?2, returned_seq = ?3, signed_by = NULL,
                    signed_at = NULL, signed_seq = NULL, statement = NULL WHERE id = ?1",
            )?
            .execute(params![batch.0, reason, entry.seq])?;
            batches::thaw(conn, *batch)?;
            if rows.is_empty() {
                conn.prepare_cached("UPDATE batch_row SET returned = 2 WHERE batch = ?1")?.execute([batch.0])?;
            } else {
                mark(conn, *batch, rows, "returned")?;
                give_reasons(conn, *batch, rows, why)?;
            }
        }
        Event::BatchSigned { batch, content_hash, statement, rows_sha256, names, rows_form } => {
            expect_state(conn, *batch, BatchState::Submitted)?;
            if names
                .as_deref()
                .is_some_and(|names| outgoing::names(conn, *batch, entry.staff).ok().as_ref() != Some(names))
            {
                return Err(WorkspaceError::conflict(OTHER_NAMES));
            }
            let form = outgoing::Form::of(*rows_form, names.as_deref())
                .ok_or_else(|| WorkspaceError::conflict(outgoing::UNKNOWN_FORM))?;
            if !rows_sha256.is_empty() && *rows_sha256 != outgoing::of_batch(conn, *batch, form)? {
                return Err(WorkspaceError::conflict(
                    "What was to be signed is not what leaves with the batch; nothing was signed. Return the batch",
                ));
            }
            let submitted: Option<String> = conn
                .prepare_cached("SELECT content_hash FROM batch WHERE id = ?1")?
                .query_row([batch.0], |row| row.get(0))?;
            if submitted.as_ref() != Some(content_hash) {
                return Err(WorkspaceError::conflict(
                    "What was to be signed is not what was submitted; nothing was signed. Return the batch",
                ));
            }
            conn.prepare_cached(
                "UPDATE batch SET state = 'signed', signed_by = ?2, signed_at = ?3, signed_seq = ?4, statement = ?5
                 WHERE id = ?1",
            )?
            .execute(params![batch.0, entry.staff.0, entry.at, entry.seq, statement])?;
        }
        Event::Released { batch, manifest_sha256, .. } => {
            expect_state(conn, *batch, BatchState::Signed)?;
            conn.prepare_cached(
                "UPDATE batch SET released_at = coalesce(released_at, ?2), manifest_sha256 = ?3 WHERE id = ?1",
            )?
            .execute(params![batch.0, entry.at, manifest_sha256])?;
        }
        Event::LeftOut { batch, rows } => acknowledged::leave_out(conn, *batch, rows)?,
        Event::ProfileSaved { name, version, profile } => profiles::save(conn, entry, name, *version, profile)?,
        Event::ProfileWritten { batch, .. } => expect_state(conn, *batch, BatchState::Signed)?,
        Event::Acknowledged { batch, name, sha256, accepted, rejected, .. } => {
            acknowledged::take(conn, entry, &acknowledged::Told { batch: *batch, name, sha256, accepted, rejected })?;
        }
        Event::CorrectionComposed { correction, rows, content_hash } => {
            corrections::compose(conn, entry, *correction, rows, content_hash)?;
        }
        Event::CorrectionReturned { correction, reason } => corrections::give_back(conn, *correction, reason)?,
        Event::CorrectionSigned { correction, content_hash, statement, names } => {
            let now = |names: &SignedNames| {
                outgoing::names_of_correction(conn, *correction, entry.staff).ok().as_ref() == Some(names)
            };
            if !names.as_deref().is_none_or(now) {
                return Err(WorkspaceError::conflict(OTHER_NAMES));
            }
            corrections::sign(conn, entry, *correction, content_hash, statement)?;
        }
        Event::CorrectionReleased { correction, manifest_sha256, .. } => {
            corrections::release(conn, entry, *correction, manifest_sha256)?;
        }
        Event::Recalled { batch, pair, before, after } => {
            if after.is_none()
                && let Some(correction) = corrections::taking_out(conn, *batch, pair)?
            {
                return Err(WorkspaceError::conflict(format!(
                    "Correction {} takes this out of Mosaic, so its recall stands; return the correction first",
                    correction.0
                )));
            }
            let set = conn
                .prepare_cached(&format!(
                    "UPDATE batch_row AS r SET recalled = ?6
                     WHERE r.batch = ?1 AND r.kind = ?2 AND r.a = ?3 AND r.b = ?4 AND r.recalled IS ?5
                        AND (EXISTS (SELECT 1 FROM batch WHERE id = ?1 AND released_at IS NOT NULL) OR {})",
                    corrections::SEEDED
                ))?
                .execute(params![batch.0, kind_code(pair.kind()), pair.left(), pair.right(), before, after])?;
            expect(set == 1)?;
        }
        Event::Assigned { pair, before, after } => facets::assign(conn, pair, *before, *after)?,
        Event::KnownSet { pair, before, after } => second::set_known(conn, entry, pair, *before, *after)?,
        Event::ProtocolSet { version, protocol } => sharing::protocol::set(conn, entry, *version, protocol)?,
        Event::SharingExcepted { pair, before, after, reason } => {
            sharing::links::except(conn, entry, pair, *before, *after, reason)?;
        }
        Event::ExtractWritten(note) => sharing::extracts::written(conn, entry, note)?,
        Event::ExtractAcknowledged { extract, note } => sharing::extracts::acknowledged(conn, entry, *extract, note)?,
        Event::TrainingBegun { .. } => training::expect_at_the_making(entry)?,
        Event::WorkspaceCreated { .. }
        | Event::CrossReferenceWritten { .. }
        | Event::LookedUp { .. }
        | Event::Opened { .. }
        | Event::FileLoaded { .. }
        | Event::Matched { .. }
        | Event::CutsMoved { .. }
        | Event::FoundByHand { .. }
        | Event::ScoreRevealed { .. }
        | Event::ParcelMade { .. }
        | Event::ParcelTaken { .. }
        | Event::DatabaseKeyChanged { .. }
        | Event::ClockJumped { .. }
        | Event::BackedUp { .. }
        | Event::Restored { .. }
        | Event::PlaceSet { .. }
        | Event::Sent { .. }
        | Event::Closed { .. } => {}
    }
    // Last: what speaks of a subject before this event is all that the guards above may see.
    let mut put =
        conn.prepare_cached("INSERT OR IGNORE INTO ledger_subject (kind, a, b, seq) VALUES (?1, ?2, ?3, ?4)")?;
    for Subject { kind, a, b } in entry.event.subjects() {
        put.execute(params![kind, a, b, entry.seq])?;
    }
    Ok(())
}

pub(super) fn expect(holds: bool) -> Result<()> {
    if holds {
        return Ok(());
    }
    Err(WorkspaceError::conflict("This was changed elsewhere in the meantime; nothing was done. Look at it again"))
}

/// Whose the state is that an event leaves: the event's own, or, where it takes another back, of whoever set that state first.
fn author(conn: &Connection, entry: &Entry<'_>, subject: &Subject) -> Result<(i64, String, i64)> {
    let origin = match entry.undoes {
        Some(undone) => ledger::set_by(conn, subject, entry.event.tag(), undone)?,
        None => None,
    };
    let Some(origin) = origin else { return Ok((entry.staff.0, entry.at.to_owned(), entry.seq)) };
    let mut find = conn.prepare_cached("SELECT staff, at, seq FROM ledger WHERE seq = ?1")?;
    Ok(find.query_row([origin], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?)
}

fn json(value: &impl serde::Serialize) -> Result<String> {
    serde_json::to_string(value).map_err(|_| WorkspaceError::conflict("A judgement has no JSON form"))
}

fn decided(
    conn: &Connection,
    entry: &Entry<'_>,
    pair: &PairKey,
    before: Option<&Judgement>,
    after: Option<&Judgement>,
) -> Result<()> {
    if let Some((batch, state)) = batches::live_batch(conn, pair)? {
        let why = match state {
            BatchState::Submitted => "which is waiting for sign-off; return the batch first",
            BatchState::Signed => "which is signed and never changes",
            _ => "",
        };
        if !why.is_empty() {
            return Err(WorkspaceError::conflict(format!("This pair is in batch {}, {why}", batch.0)));
        }
    }
    expect(decisions::judgement(conn, pair)?.as_ref() == before)?;
    if let Some((batch, signed)) = batches::released(conn, pair)?
        && !after.is_some_and(|after| after.says_as(&signed))
    {
        return Err(WorkspaceError::conflict(format!(
            "This pair was carried into Mosaic with batch {}; recall it there first",
            batch.0
        )));
    }
    let (kind, a, b) = (kind_code(pair.kind()), pair.left(), pair.right());
    if entry.undoes.is_some() {
        second::forget_known(conn, pair)?;
    }
    let Some(after) = after else {
        conn.prepare_cached("DELETE FROM decision WHERE kind = ?1 AND a = ?2 AND b = ?3")?.execute([kind, a, b])?;
        return Ok(());
    };
    let (staff, at, seq) = author(conn, entry, &Subject::pair(pair))?;
    let merge = after.merge.as_ref();
    conn.prepare_cached(
        "INSERT INTO decision
            (kind, a, b, verdict, judgement, left_hash, right_hash, merge_source, merge_target, staff, at, seq)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)
         ON CONFLICT (kind, a, b) DO UPDATE SET verdict = excluded.verdict, judgement = excluded.judgement,
            left_hash = excluded.left_hash, right_hash = excluded.right_hash, merge_source = excluded.merge_source,
            merge_target = excluded.merge_target, staff = excluded.staff, at = excluded.at, seq = excluded.seq",
    )?
    .execute(params![
        kind,
        a,
        b,
        after.verdict.code(),
        json(after)?,
        after.left_hash,
        after.right_hash,
        merge.map(|merge| merge.source.as_str()),
        merge.map(|merge| merge.target.as_str()),
        staff,
        at,
        seq
    ])?;
    second::compare_known(conn, pair, after, staff, seq)
}

fn record_decided(
    conn: &Connection,
    entry: &Entry<'_>,
    mosaic: &MosaicId,
    before: Option<&RecordJudgement>,
    after: Option<&RecordJudgement>,
) -> Result<()> {
    let live = decisions::of_record(conn, mosaic)?.map(|(judgement, ..)| judgement);
    expect(live.as_ref() == before)?;
    let Some(after) = after else {
        conn.prepare_cached("DELETE FROM record_decision WHERE mosaic_id = ?1")?.execute([mosaic.as_str()])?;
        return Ok(());
    };
    let (staff, at, seq) = author(conn, entry, &Subject::record(mosaic))?;
    conn.prepare_cached(
        "INSERT INTO record_decision (mosaic_id, judgement, staff, at, seq) VALUES (?1, ?2, ?3, ?4, ?5)
         ON CONFLICT (mosaic_id) DO UPDATE SET judgement = excluded.judgement, staff = excluded.staff,
            at = excluded.at, seq = excluded.seq",
    )?
    .execute(params![mosaic.as_str(), json(after)?, staff, at, seq])?;
    Ok(())
}

fn composed(
    conn: &Connection,
    entry: &Entry<'_>,
    batch: BatchId,
    name: &str,
    before: &[PairKey],
    after: &[PairKey],
) -> Result<()> {
    match batches::state(conn, batch)? {
        None => {
            expect(before.is_empty())?;
            if after.is_empty() {
                return Err(WorkspaceError::conflict("A batch needs at least one row"));
            }
            conn.prepare_cached("INSERT INTO batch (id, name, state, composed_by) VALUES (?1, ?2, 'composing', ?3)")?
                .execute(params![batch.0, name, entry.staff.0])?;
        }
        Some(BatchState::Composing | BatchState::Withdrawn) => {}
        Some(state) => return Err(not_so(batch, state)),
    }
    let (was, is): (BTreeSet<_>, BTreeSet<_>) = (before.iter().collect(), after.iter().collect());
    let live = batches::keys(conn, batch)?;
    expect(live.iter().collect::<BTreeSet<_>>() == was)?;

    let mut take = conn.prepare_cached("DELETE FROM batch_row WHERE batch = ?1 AND kind = ?2 AND a = ?3 AND b = ?4")?;
    for key in was.difference(&is) {
        take.execute(params![batch.0, kind_code(key.kind()), key.left(), key.right()])?;
    }
    let mut put = conn.prepare_cached("INSERT INTO batch_row (batch, kind, a, b) VALUES (?1, ?2, ?3, ?4)")?;
    for key in is.difference(&was) {
        if let Some((other, _)) = batches::live_batch(conn, key)? {
            return Err(WorkspaceError::conflict(format!(
                "A row is in batch {} already, and can be in one batch at a time; nothing was changed",
                other.0
            )));
        }
        put.execute(params![batch.0, kind_code(key.kind()), key.left(), key.right()])?;
    }
    let state = if is.is_empty() { "withdrawn" } else { "composing" };
    conn.prepare_cached("UPDATE batch SET state = ?2 WHERE id = ?1")?.execute(params![batch.0, state])?;
    Ok(())
}

fn rechecked(
    conn: &Connection,
    entry: &Entry<'_>,
    batch: BatchId,
    pair: &PairKey,
    before: Option<Verdict>,
    after: Option<Verdict>,
) -> Result<()> {
    expect_state(conn, batch, BatchState::Submitted)?;
    let (kind, a, b) = (kind_code(pair.kind()), pair.left(), pair.right());
    let live: Option<Option<String>> =
        conn.prepare_cached(second::ASKED)?.query_row(params![batch.0, kind, a, b], |row| row.get(0)).optional()?;
    let Some(live) = live else {
        return Err(WorkspaceError::conflict("This row is not in the batch's sample; nothing was changed"));
    };
    expect(live.as_deref() == before.map(Verdict::code))?;
    // Whoever takes an answer back, or does that again, is whoever gave it: nobody undoes another's deed
    let staff = after.map(|_| entry.staff.0);
    second::compare_recheck(conn, batch, pair, after.zip(staff), entry.seq)?;
    conn.prepare_cached("UPDATE control SET recheck = ?5 WHERE batch = ?1 AND kind = ?2 AND a = ?3 AND b = ?4")?
        .execute(params![batch.0, kind, a, b, after.map(Verdict::code)])?;
    conn.prepare_cached(
        "UPDATE batch_row SET recheck = ?5, recheck_staff = ?6 WHERE batch = ?1 AND kind = ?2 AND a = ?3 AND b = ?4",
    )?
    .execute(params![batch.0, kind, a, b, after.map(Verdict::code), staff])?;
    Ok(())
}

/// Sets a mark on rows of a batch; every one of them must be in it.
fn mark(conn: &Connection, batch: BatchId, rows: &[PairKey], column: &str) -> Result<()> {
    let mut set = conn.prepare_cached(&format!(
        "UPDATE batch_row SET {column} = 1 WHERE batch = ?1 AND kind = ?2 AND a = ?3 AND b = ?4"
    ))?;
    for key in rows {
        if set.execute(params![batch.0, kind_code(key.kind()), key.left(), key.right()])? == 0 {
            return Err(WorkspaceError::conflict("A row was named that is not in the batch; nothing was changed"));
        }
    }
    Ok(())
}

/// Keeps why rows were named in a return.
fn give_reasons(conn: &Connection, batch: BatchId, rows: &[PairKey], why: &[String]) -> Result<()> {
    let mut set = conn.prepare_cached(
        "UPDATE batch_row SET return_reason = ?5 WHERE batch = ?1 AND kind = ?2 AND a = ?3 AND b = ?4",
    )?;
    for (key, reason) in rows.iter().zip(why).filter(|(_, reason)| !reason.is_empty()) {
        set.execute(params![batch.0, kind_code(key.kind()), key.left(), key.right(), reason])?;
    }
    Ok(())
}

fn expect_state(conn: &Connection, batch: BatchId, wanted: BatchState) -> Result<()> {
    match batches::state(conn, batch)? {
        Some(state) if state == wanted => Ok(()),
        Some(state) => Err(not_so(batch, state)),
        None => Err(WorkspaceError::conflict(format!("There is no batch {}", batch.0))),
    }
}

fn not_so(batch: BatchId, state: BatchState) -> WorkspaceError {
    let state = match state {
        BatchState::Composing => "still being put together",
        BatchState::Submitted => "waiting for sign-off",
        BatchState::Signed => "signed and never changes",
        BatchState::Returned => "returned; put its rows in a new batch",
        BatchState::Withdrawn => "taken apart",
    };
    WorkspaceError::conflict(format!("Batch {} is {state}; nothing was changed", batch.0))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::super::event::{BatchId, Event};
    use super::super::fixture::*;
    use super::super::{BatchState, QueueFilter, StateFilter, Workspace, migrate};
    use crate::pair::{PairKey, PairKind, Verdict};

    fn composed(batch: BatchId, before: Vec<PairKey>, after: Vec<PairKey>) -> Event {
        Event::BatchComposed { batch, name: "B".into(), before, after }
    }

    #[test]
    fn a_pair_is_in_one_live_batch_at_a_time() {
        let mut it = workspace(4);
        it.matched(4);
        let first = it.compose(vec![link(1), link(2)]);
        let second = it.ws.next_batch().unwrap();
        let message = it.refused(vec![composed(second, vec![], vec![link(2), link(3)])]);
        assert!(message.contains("batch 1"), "{message}");
        it.apply(vec![composed(first, vec![link(1), link(2)], vec![link(1)])]);
        it.apply(vec![composed(second, vec![], vec![link(2), link(3)])]);
        assert_eq!(it.ws.pair_of(&link(2)).unwrap().unwrap().batch, Some(second));
    }

    #[test]
    fn a_batch_goes_from_composing_to_signed_and_its_decisions_hold_still() {
        let mut it = workspace(4);
        it.matched(4);
        for n in 1..=3 {
            it.decide(&link(n), Verdict::Match);
        }
        it.decide(&duplicate(1, 3), Verdict::Match);
        assert_eq!(it.ws.ready_for_batch().unwrap().len(), 4);
        let deciding = it.ws.last_undoable().unwrap().unwrap();
        let batch = it.compose(vec![duplicate(1, 3), link(2), link(1)]);
        assert_eq!(it.ws.ready_for_batch().unwrap().len(), 1);
        let keys: Vec<_> = it.ws.batch_rows(batch).unwrap().into_iter().map(|row| row.key).collect();
        assert_eq!(keys, [link(1), link(2), duplicate(1, 3)], "links, then merges");

        it.refused(vec![Event::BatchSubmitted { batch, content_hash: "another".into(), scores: None }]);
        it.apply(vec![it.submitted(batch)]);
        for change in [it.decided(&link(1), Some(Verdict::NotMatch)), it.decided(&link(1), None)] {
            let message = it.refused(vec![change]);
            assert!(message.contains("batch 1") && message.contains("return the batch first"), "{message}");
        }
        assert!(it.ws.apply_undo(&deciding).unwrap_err().to_string().contains("waiting for sign-off"));
        it.refused(vec![composed(batch, vec![link(1), link(2), duplicate(1, 3)], vec![])]);

        let drawn = |rows| Event::SampleDrawn {
            batch,
            seed: "5".into(),
            tolerable: 0.013,
            confidence: 0.95,
            rows,
            controls: vec![],
        };
        it.refused(vec![drawn(vec![link(3)])]);
        it.apply(vec![drawn(vec![link(1), link(2), duplicate(1, 3)])]);
        it.refused(vec![drawn(vec![link(2)])]);
        let mut it = it.with_signer().signer();
        let recheck = |pair, before, after| Event::Rechecked { batch, pair, before, after };
        it.refused(vec![recheck(link(3), None, Some(Verdict::Match))]);
        it.apply(vec![recheck(link(1), None, Some(Verdict::Unsure))]);
        assert_eq!(it.ws.batch(batch).unwrap().unwrap().sample.unwrap().disagreed, 1);
        it.apply(vec![recheck(link(1), Some(Verdict::Unsure), Some(Verdict::Match))]);
        let sample = it.ws.batch(batch).unwrap().unwrap().sample.unwrap();
        assert_eq!((sample.size, sample.rechecked, sample.disagreed, sample.tolerable), (3, 1, 0, 0.013));

        it.refused(vec![Event::Released { batch, manifest_sha256: "m".into(), files: vec![] }]);
        let wrong = Event::BatchSigned {
            batch,
            content_hash: "another".into(),
            statement: String::new(),
            rows_sha256: String::new(),
            names: None,
            rows_form: None,
        };
        it.refused(vec![wrong]);
        it.apply(vec![it.signed(batch)]);
        let mut it = it.reopen();
        assert!(it.refused(vec![it.decided(&link(1), None)]).contains("signed and never changes"));
        it.apply(vec![Event::Released { batch, manifest_sha256: "m".into(), files: vec![] }]);
        let done = it.ws.batch(batch).unwrap().unwrap();
        assert_eq!((done.state, done.links, done.merges, done.deciders.len()), (BatchState::Signed, 2, 1, 1));
        assert_eq!(done.released.unwrap().1, "m");
        let status = it.ws.status().unwrap();
        assert_eq!((status.people_matched, status.people_signed, status.people_released), (3, 2, 2));
        it.healthy();
    }

    #[test]
    fn a_returned_batch_frees_its_rows() {
        let mut it = workspace(3);
        it.matched(3);
        it.decide(&link(1), Verdict::Match);
        it.decide(&link(2), Verdict::Match);
        let batch = it.compose(vec![link(1), link(2)]);
        it.apply(vec![it.submitted(batch)]);
        let mut it = it.with_signer().signer();
        it.apply(vec![Event::BatchReturned { batch, reason: "Look again".into(), rows: vec![link(2)], why: vec![] }]);
        let returned: Vec<bool> = it.ws.batch_rows(batch).unwrap().iter().map(|row| row.returned).collect();
        assert_eq!(returned, [false, true]);
        let mut it = it.reopen();
        assert_eq!(it.ws.ready_for_batch().unwrap().len(), 2);
        it.decide(&link(2), Verdict::NotMatch);
        let again = it.compose(vec![link(1)]);
        assert_eq!(it.ws.pair_of(&link(1)).unwrap().unwrap().batch, Some(again));
        it.healthy();
    }

    /// Three links in a batch that its signer gave back: these by name, none for all of it.
    fn returned(rows: Vec<PairKey>) -> Fixture {
        let mut it = workspace(3);
        it.matched(3);
        (1..=3).for_each(|n| {
            it.decide(&link(n), Verdict::Match);
        });
        let batch = it.compose(vec![link(1), link(2), link(3)]);
        it.apply(vec![it.submitted(batch)]);
        let mut it = it.with_signer().signer();
        it.apply(vec![Event::BatchReturned { batch, reason: "Look again".into(), rows, why: vec![] }]);
        it.reopen()
    }

    fn again(it: &Fixture) -> Vec<PairKey> {
        let filter = QueueFilter { bands: vec![], state: StateFilter::Again, ..QueueFilter::start(PairKind::Link) };
        let waiting = QueueFilter::start(PairKind::Link);
        let mut keys: Vec<_> =
            it.ws.pairs(&it.ws.queue(&filter).unwrap()).unwrap().into_iter().map(|it| it.key).collect();
        let asked = it.ws.queue(&waiting).unwrap();
        assert_eq!(asked.len(), keys.len(), "what is to be looked at again is asked about");
        assert_eq!(it.ws.status().unwrap().stale, keys.len() as u64);
        for n in 1..=3 {
            let stands = it.ws.decision(&link(n)).unwrap().unwrap().stands();
            assert_eq!(stands, !keys.contains(&link(n)));
        }
        keys.sort();
        it.healthy();
        keys
    }

    #[test]
    fn what_was_returned_is_asked_about_until_it_is_decided_again() {
        let mut it = returned(vec![link(2)]);
        assert_eq!(again(&it), [link(2)]);
        it.decide(&link(2), Verdict::Match);
        assert_eq!(again(&it), [], "the same answer, given again, stands");
        let deed = it.ws.last_undoable().unwrap().unwrap();
        it.ws.apply_undo(&deed).unwrap();
        assert_eq!(again(&it), [link(2)], "and taken back it does not");

        let mut it = returned(vec![]);
        assert_eq!(again(&it), [link(1), link(2), link(3)]);
        it.decide(&link(1), Verdict::NotMatch);
        assert_eq!(again(&it), [link(2), link(3)]);
    }

    /// What an older version kept of a return says what this one would have kept.
    #[test]
    fn a_return_of_before_asks_again_after_the_migration() {
        for (rows, expected) in [(vec![link(1), link(2), link(3)], 2), (vec![link(2)], 0), (vec![], 2)] {
            let mut it = returned(rows);
            it.decide(&link(2), Verdict::Match);
            let state = dump(&it.ws.conn);
            it.ws
                .conn
                .execute_batch(
                    "DROP INDEX batch_row_other;
                     DROP INDEX batch_row_returned;
                     ALTER TABLE batch DROP COLUMN returned_seq;
                     UPDATE batch_row SET returned = 1 WHERE returned <> 0;
                     UPDATE candidate SET answer = answer - 4 WHERE answer BETWEEN 5 AND 8;",
                )
                .unwrap();
            it.ws.conn.pragma_update(None, "user_version", 14).unwrap();
            migrate::run(&mut it.ws.conn, migrate::MIGRATIONS).unwrap();
            assert_eq!(dump(&it.ws.conn), state);
            assert_eq!(again(&it).len(), expected);
        }
    }

    #[test]
    fn a_batch_taken_apart_comes_back_with_undo() {
        let mut it = workspace(3);
        it.matched(3);
        let batch = it.compose(vec![link(1), link(2)]);
        let state = dump(&it.ws.conn);
        it.apply(vec![composed(batch, vec![link(1), link(2)], vec![])]);
        assert_eq!(it.ws.batch(batch).unwrap().unwrap().state, BatchState::Withdrawn);
        let undo = |ws: &mut Workspace| {
            let deed = ws.last_undoable().unwrap().unwrap();
            ws.apply_undo(&deed).unwrap();
        };
        undo(&mut it.ws);
        assert_eq!(dump(&it.ws.conn), state);
        undo(&mut it.ws);
        assert_eq!(it.ws.batch(batch).unwrap().unwrap().state, BatchState::Withdrawn);
        assert_ne!(it.ws.next_batch().unwrap(), batch, "a number is never used twice");
        it.healthy();
    }

    #[test]
    fn a_decision_says_what_it_takes_to_be_live_and_is_refused_if_it_is_not() {
        let mut it = workspace(2);
        it.matched(2);
        let stale = it.decided(&link(1), Some(Verdict::Match));
        it.decide(&link(1), Verdict::NotMatch);
        it.refused(vec![stale]);
        let hash = it.ws.mosaic(&mosaic_id(1)).unwrap().unwrap().content_hash;
        let judged = |before, after| Event::RecordDecided { mosaic: mosaic_id(1), before, after };
        it.apply(vec![judged(None, Some(not_matchable(&hash)))]);
        it.refused(vec![judged(None, Some(not_matchable("x")))]);
        assert_eq!(it.ws.mosaic(&mosaic_id(1)).unwrap().unwrap().judged, Some(not_matchable(&hash)));
        it.apply(vec![judged(Some(not_matchable(&hash)), None)]);
        assert_eq!(it.ws.record_decision(&mosaic_id(1)).unwrap(), None);
        let unknown = it.refused(vec![it.decided(&duplicate(1, 2), Some(Verdict::Match))]);
        assert!(unknown.contains("no longer among the candidates"), "{unknown}");
    }
}
