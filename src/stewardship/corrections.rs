//! Take out of Mosaic again what was recalled: put a correction together, sign it, or give it back.
//!
//! A recall alone changes nothing in Mosaic. A correction says exactly which seeds are wrong and to be removed there, and the right
//! one of the same person where a signed batch has one. It is signed by a supervisor who recalled none of it and did not put it
//! together; what changes meanwhile is not signed and not written.

use super::live::Live;
use super::{Refused, rights, sign_off, stops};
use crate::pair::{PairKey, Verdict};
use crate::progress::Progress;
use crate::words::{counted, listed};
use crate::workspace::{
    Applied, BatchId, Correction, CorrectionId, CorrectionRow, CorrectionState, Event, LedgerFilter, LedgerRow, Role,
    StaffId, ToTakeOut, Workspace,
};

/// Files that carried a wrong CHI out, of one writing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CarriedBy {
    /// The batch, where they were of one; otherwise of the correction.
    pub batch: Option<BatchId>,
    /// The correction, where they were of one.
    pub correction: Option<CorrectionId>,
    /// When they were written.
    pub at: jiff::Timestamp,
    /// SHA-256 (hex) of their manifest.
    pub manifest_sha256: String,
    /// Their names.
    pub files: Vec<String>,
}

/// The wrong seed of a row as a link.
pub fn wrong(row: &CorrectionRow) -> PairKey {
    PairKey::link(row.mosaic.clone(), row.wrong)
}

/// Puts a correction together of everything that was recalled and that no other correction takes out, but for restricted people: they
/// stand in no file.
pub fn compose(ws: &mut Workspace) -> Result<CorrectionId, Refused> {
    rights::works_here(ws)?;
    let (by_hand, rows): (Vec<ToTakeOut>, Vec<ToTakeOut>) =
        ws.to_take_out(None)?.into_iter().partition(|found| found.restricted);
    let rows: Vec<CorrectionRow> = rows.into_iter().map(|found| found.row).collect();
    if rows.is_empty() && !by_hand.is_empty() {
        return Err(Refused::Nothing(format!(
            "{BY_HAND}: {}",
            counted(by_hand.len() as u64, "recalled link waits, and it is", "recalled links wait, and they are")
                + " about restricted people"
        )));
    }
    if rows.is_empty() {
        return Err(Refused::Nothing(
            "Nothing waits for a correction: no released link was recalled, or one takes it out already".to_owned(),
        ));
    }
    let correction = ws.next_correction()?;
    let content_hash = crate::workspace::corrections::content_hash(&rows);
    ws.apply(vec![Event::CorrectionComposed { correction, rows, content_hash }], |_| Ok(()))?;
    Ok(correction)
}

/// What is done about a restricted person whose wrong CHI stands in Mosaic.
pub const BY_HAND: &str = "A restricted person stands in no file; take the CHI out in Mosaic by hand";

/// A correction, or the sentence that there is none.
pub fn known(ws: &Workspace, id: CorrectionId) -> Result<Correction, Refused> {
    ws.correction(id)?.ok_or_else(|| Refused::NotFound(format!("There is no correction {}", id.0)))
}

/// Whether the signed-in person may sign or return a correction, or why not.
pub fn may_sign(ws: &Workspace, correction: &Correction) -> Result<(), Refused> {
    rights::works_here(ws)?;
    let refused = |words: &str| Err(Refused::NotAllowed(words.to_owned()));
    let me = ws.me();
    if me.role != Role::Supervisor {
        return refused("Only a supervisor may sign or return a correction; ask one of them");
    }
    if ws.recallers(correction.id)?.contains(&me.id) {
        return refused("You recalled something that this correction takes out, so another supervisor must sign it");
    }
    if correction.composed.0 == me.id {
        return refused("You put this correction together, so another supervisor must sign it");
    }
    sign_off::expect_own_key(ws, &worked_on(ws, correction)?, "correction", "sign or return it")
}

/// Who had a hand in a correction before it is signed.
fn worked_on(ws: &Workspace, correction: &Correction) -> Result<Vec<StaffId>, Refused> {
    let mut worked = ws.recallers(correction.id)?;
    worked.push(correction.composed.0);
    Ok(worked)
}

/// Whether the signed-in person has opened the workspace from the same account of the operating system as somebody who recalled
/// what a correction takes out, or put it together. As of a batch ([`sign_off::same_account`]), it is said and stands in what is
/// signed.
pub fn same_account(ws: &Workspace, correction: &Correction) -> Result<Option<String>, Refused> {
    sign_off::same_account_as(ws, worked_on(ws, correction)?)
}

/// Whether a correction still says what is so.
pub fn still_so(ws: &Workspace, correction: &Correction) -> Result<(), Refused> {
    let now = ws.to_take_out(Some(correction.id))?;
    let right = |row: &CorrectionRow| row.right.as_ref().map(|right| PairKey::link(row.mosaic.clone(), right.chi));
    let together = correction.rows.iter().filter_map(right).collect();
    for row in &correction.rows {
        if !now.iter().any(|found| found.row == *row) {
            let words = format!(
                "{} is no longer as correction {} says; return it and put it together again",
                wrong(row),
                correction.id.0
            );
            return Err(Refused::Unfit(words));
        }
        if now.iter().any(|found| found.row == *row && found.restricted) {
            let words = format!(
                "{} is restricted since correction {} was put together. {BY_HAND}; return the correction and put it together again",
                row.mosaic, correction.id.0
            );
            return Err(Refused::Unfit(words));
        }
        let Some(key) = right(row) else { continue };
        let decision = ws.decision(&key)?;
        let stands = decision.as_ref().is_some_and(|it| it.judgement.verdict == Verdict::Match && it.stands());
        if !stands {
            let words = format!("{key}, which was to take the wrong one's place, changed since; decide it again first");
            return Err(Refused::Unfit(words));
        }
        // What no file of a batch carried yet goes out by this one: what stops a batch stops it
        if ws.released(&key)?.is_none() {
            let (found, _) = stops::of_row(&Live::now(ws), &key, decision.as_ref(), &together)?;
            if !found.is_empty() {
                return Err(Refused::HardStop(found));
            }
        }
    }
    Ok(())
}

/// The newest correction that stands and puts links of a batch in the place of wrong ones.
pub(super) fn standing_on(ws: &Workspace, batch: BatchId) -> Result<Option<Correction>, Refused> {
    let names =
        |it: &Correction| it.rows.iter().any(|row| row.right.as_ref().is_some_and(|right| right.batch == batch));
    let mut all = ws.corrections()?.into_iter();
    Ok(all.find(|it| it.state != CorrectionState::Returned && names(it)))
}

/// Signs a correction. Gives what was signed, in a sentence.
pub fn sign(ws: &mut Workspace, id: CorrectionId) -> Result<Applied<String>, Refused> {
    sign_watched(ws, id, &Progress::new())
}

/// The same, for whoever watches: the whole ledger is asked first.
pub fn sign_watched(ws: &mut Workspace, id: CorrectionId, progress: &Progress) -> Result<Applied<String>, Refused> {
    let correction = waiting(ws, id)?;
    may_sign(ws, &correction)?;
    still_so(ws, &correction)?;
    ws.expect_whole(progress)?;
    let right = correction.rows.iter().filter(|row| row.right.is_some()).count() as u64;
    let names = ws.recallers(id)?.into_iter().map(|staff| ws.staff_name(staff)).collect::<Result<Vec<_>, _>>()?;
    let mut statement = format!(
        "{} wrong and to be taken out, {} put in the place of one; recalled by {}",
        counted(correction.rows.len() as u64, "seed is", "seeds are"),
        counted(right, "right one is", "right ones are"),
        listed(&names)
    );
    if let Some(words) = same_account(ws, &correction)? {
        statement = format!("{statement}. {words}");
    }
    if let Some(words) = sign_off::key_was_reset(ws, ws.me().id)? {
        statement = format!("{statement}. {words}");
    }
    let names = Some(Box::new(ws.names_of_correction(id)?));
    let content_hash = correction.content_hash;
    let event = Event::CorrectionSigned { correction: id, content_hash, statement: statement.clone(), names };
    Ok(ws.apply(vec![event], |_| Ok(statement))?)
}

/// Gives a correction back whose files were not written yet, with a reason; its rows are free again.
pub fn give_back(ws: &mut Workspace, id: CorrectionId, reason: &str) -> Result<Applied<()>, Refused> {
    rights::works_here(ws)?;
    let correction = known(ws, id)?;
    // Whoever put it together may take it back; anyone else returns it as a signer would.
    if correction.composed.0 != ws.me().id || correction.state == CorrectionState::Signed {
        may_sign(ws, &correction)?;
    }
    let why = match (correction.released.is_some(), correction.state) {
        (true, _) => Some("its files were written. What is wrong in it is put right by another correction"),
        (false, CorrectionState::Returned) => Some("it was returned before; its rows are free for another"),
        _ => None,
    };
    if let Some(why) = why {
        return Err(Refused::Unfit(format!("Correction {} cannot be returned: {why}", id.0)));
    }
    let reason = reason.trim();
    if reason.is_empty() || reason.chars().count() > sign_off::LONGEST_REASON {
        let most = sign_off::LONGEST_REASON;
        return Err(Refused::Unfit(format!("A returned correction needs a reason of 1 to {most} characters")));
    }
    let event = Event::CorrectionReturned { correction: id, reason: reason.to_owned() };
    Ok(ws.apply(vec![event], |_| Ok(()))?)
}

fn waiting(ws: &Workspace, id: CorrectionId) -> Result<Correction, Refused> {
    let correction = known(ws, id)?;
    if correction.state == CorrectionState::Composed {
        return Ok(correction);
    }
    let state = correction.state.words().to_lowercase();
    Err(Refused::Unfit(format!("Correction {} does not wait for a signature: {state}", id.0)))
}

/// Every file that carried a wrong CHI out before the files of the correction first were written, oldest first. Merge instructions
/// and manifests hold none and are not named.
pub fn carried_by(ws: &Workspace, of: &Correction) -> Result<Vec<(PairKey, Vec<CarriedBy>)>, Refused> {
    let kinds = ["released", "profile_written", "correction_released"].map(str::to_owned).to_vec();
    let filter = LedgerFilter { kinds, ..LedgerFilter::default() };
    let mut written = ws.ledger(&filter, MOST_WRITINGS)?;
    written.reverse();
    let its_own =
        |row: &LedgerRow| matches!(&row.event, Event::CorrectionReleased { correction, .. } if *correction == of.id);
    written.truncate(written.iter().position(its_own).unwrap_or(written.len()));
    let corrections = ws.corrections()?;
    let with_numbers = |files: &[String]| -> Vec<String> {
        files.iter().filter(|name| !name.ends_with(".json") && !name.ends_with("_merges.csv")).cloned().collect()
    };
    let mut found = Vec::new();
    for key in of.rows.iter().map(wrong).collect::<std::collections::BTreeSet<_>>() {
        let batches = ws.batches_with(&key)?;
        let mut carried: Vec<CarriedBy> = Vec::new();
        for row in &written {
            let (batch, correction, manifest_sha256, files) = match &row.event {
                Event::Released { batch, manifest_sha256, files }
                | Event::ProfileWritten { batch, manifest_sha256, files, .. }
                    if batches.contains(batch) =>
                {
                    (Some(*batch), None, manifest_sha256, files)
                }
                Event::CorrectionReleased { correction, manifest_sha256, files }
                    if as_right(&corrections, *correction, &key) =>
                {
                    (None, Some(*correction), manifest_sha256, files)
                }
                _ => continue,
            };
            let known = carried.iter().any(|it| it.manifest_sha256 == *manifest_sha256);
            if !known {
                let (at, manifest_sha256, files) = (row.at, manifest_sha256.clone(), with_numbers(files));
                carried.push(CarriedBy { batch, correction, at, manifest_sha256, files });
            }
        }
        found.push((key, carried));
    }
    Ok(found)
}

/// Writings of files that are looked through; no workspace has as many.
const MOST_WRITINGS: usize = 1_000_000;

/// Whether a correction put a link into Mosaic as the right one.
fn as_right(corrections: &[Correction], id: CorrectionId, key: &PairKey) -> bool {
    let rows = corrections.iter().filter(|it| it.id == id).flat_map(|it| &it.rows);
    rows.filter_map(|row| row.right.as_ref().map(|right| PairKey::link(row.mosaic.clone(), right.chi)))
        .any(|right| right == *key)
}
