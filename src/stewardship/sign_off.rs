//! Re-check the sample, then sign the batch or give it back.

use std::collections::{HashMap, HashSet};

use super::live::Live;
use super::looked::{Looked, Right};
pub use super::recheck_sheet::{recheck_file, write_sample};
use super::side_by_side::each;
use super::{Refused, Stop, StopKind, batches, corrections, rights, sampling, stops, submit};
use crate::pair::{PairKey, Verdict};
use crate::progress::Progress;
use crate::words::{counted, number};
use crate::workspace::outgoing::Form;
use crate::workspace::{
    Applied, Batch, BatchId, BatchRow, BatchState, Control, Event, Hand, Role, Staff, StaffId, Workspace,
};

/// Somebody who may sign a batch: a supervisor who decided nothing in it, and neither composed nor submitted it. There is
/// no other way to have one than [`Signer::of`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Signer {
    staff: StaffId,
    batch: BatchId,
}

impl Signer {
    /// The signed-in person as the signer of a batch, or why they cannot be.
    pub fn of(ws: &Workspace, batch: &Batch) -> Result<Self, Refused> {
        rights::works_here(ws)?;
        Self::of_person(ws, ws.me(), batch)
    }

    /// Somebody who did their part at another desk, or is to do it there. The sentence speaks to them.
    pub(super) fn of_person(ws: &Workspace, me: &Staff, batch: &Batch) -> Result<Self, Refused> {
        Self::expect_no_hand(ws, me, batch)?;
        let mut worked = batch.deciders.clone();
        worked.push(batch.composed_by);
        worked.extend(batch.submitted.map(|(staff, _)| staff));
        // Whoever gave the key and answered about a row before, as whoever signs
        if let Some(given) = ws.key_standing(me.id)?.given
            && ws.hand_in(given.by, batch.id)?.is_some()
        {
            worked.push(given.by);
        }
        expect_own_key_of(ws, me.id, &worked, "batch", "re-check, sign or return it")?;
        Ok(Self { staff: me.id, batch: batch.id })
    }

    /// That somebody is a supervisor who had no hand in the batch.
    fn expect_no_hand(ws: &Workspace, me: &Staff, batch: &Batch) -> Result<(), Refused> {
        let refused = |words: &str| Err(Refused::NotAllowed(words.to_owned()));
        if !me.active {
            return Err(Refused::NotAllowed(format!("{} no longer works in this workspace", me.name)));
        }
        if me.role != Role::Supervisor {
            return refused("Only a supervisor may re-check, sign or return a batch; ask one of them");
        }
        if batch.deciders.contains(&me.id) {
            return refused("You decided in this batch, so another supervisor must re-check, sign or return it");
        }
        let handed_in = batch.submitted.is_some_and(|(staff, _)| staff == me.id);
        if batch.composed_by == me.id || handed_in {
            return refused(
                "You put this batch together or submitted it, so another supervisor must re-check, sign or return it",
            );
        }
        match ws.hand_in(me.id, batch.id)? {
            Some(Hand::Answered) => refused(
                "You answered Match about a CHI or a merge of this batch before, so another supervisor must re-check, sign or \
                 return it",
            ),
            Some(Hand::Composed) => refused(
                "You put together, changed or submitted this batch before, so another supervisor must re-check, sign or return it",
            ),
            None => Ok(()),
        }
    }

    /// Who.
    pub fn staff(self) -> StaffId {
        self.staff
    }

    /// Of which batch.
    pub fn batch(self) -> BatchId {
        self.batch
    }
}

/// Who may re-check and sign a batch that the signed-in person hands in: their names. Some may have to choose a passphrase of
/// their own before.
pub fn who_may_sign(ws: &Workspace, batch: &Batch) -> Result<Vec<String>, Refused> {
    let mut names = Vec::new();
    for other in ws.staff()?.into_iter().filter(|other| other.id != ws.me().id) {
        match Signer::expect_no_hand(ws, &other, batch) {
            Ok(()) => names.push(other.name),
            Err(Refused::NotAllowed(_)) => {}
            Err(refused) => return Err(refused),
        }
    }
    Ok(names)
}

/// What is to be answered a second time: the rows of the sample and the controls among them, in an order that does not tell
/// which is which, each with the second answer that stands.
pub fn to_answer(ws: &Workspace, batch: &Batch) -> Result<Vec<(PairKey, Option<Verdict>)>, Refused> {
    let Some(sample) = &batch.sample else { return Ok(Vec::new()) };
    let rows = ws.sampled_rows(batch.id)?.into_iter().map(|row| (row.key, row.recheck));
    let controls = ws.controls(batch.id)?.into_iter().map(|control| (control.key, control.recheck));
    let given: HashMap<PairKey, Option<Verdict>> = rows.chain(controls).collect();
    let order = sampling::shuffled(&sample.seed, given.keys().cloned());
    Ok(order.into_iter().map(|key| (key.clone(), given.get(&key).copied().flatten())).collect())
}

/// Answers a row of a submitted batch, or a control among its sample, a second time.
pub fn recheck(ws: &mut Workspace, batch: BatchId, key: &PairKey, verdict: Verdict) -> Result<Applied<()>, Refused> {
    let held = submitted(ws, batch)?;
    let signer = Signer::of(ws, &held)?;
    let before = ws
        .rechecked_as(signer.batch, key)?
        .ok_or_else(|| Refused::NotFound(format!("{key} is not in the sample of batch “{}”", held.name)))?;
    let event = Event::Rechecked { batch: signer.batch, pair: key.clone(), before, after: Some(verdict) };
    Ok(ws.apply(vec![event], |_| Ok(()))?)
}

/// What stands between a submitted batch and its signature: rows of the sample that were not re-checked, or with another
/// answer; a warning against a row outside it; content that changed; every hard stop.
pub fn of_signing(ws: &Workspace, batch: BatchId, progress: &Progress) -> Result<Vec<Stop>, Refused> {
    let held = submitted(ws, batch)?;
    let rows = ws.batch_rows_now(batch)?;
    let mut found = Vec::new();
    for row in &rows {
        let stop = |kind, words| Stop { kind, pair: Some(row.key.clone()), words };
        match row.recheck {
            Some(Verdict::Match) => {}
            Some(other) => found.push(stop(
                StopKind::Disagreed,
                format!("The re-check of {} says “{}”; return the batch, or that row", row.key, other.words()),
            )),
            None if row.sampled => {
                found.push(stop(StopKind::NotRechecked, format!("{} is in the sample and not re-checked yet", row.key)))
            }
            None => {}
        }
    }
    for control in ws.controls(batch)?.into_iter().filter(|control| control.recheck.is_none()) {
        let words = format!("{} is in the sample and not re-checked yet", control.key);
        found.push(Stop { kind: StopKind::NotRechecked, pair: Some(control.key), words });
    }
    let content = crate::workspace::batches::content_hash(&rows);
    if held.content_hash.as_deref() != Some(content.as_str()) {
        let words = format!("Batch “{}” is not what was submitted; return it", held.name);
        found.push(Stop { kind: StopKind::ContentChanged, pair: None, words });
    }
    progress.begin("Checking every row", rows.len() as u64);
    let together = stops::keys(&rows);
    let again = each(ws, &rows, progress, |live, row| Again::look(live, row, &together))?;
    let (of_each, again): (Vec<Vec<Stop>>, Vec<Again>) = again.into_iter().unzip();
    let stops = stops::in_one_batch(&rows, of_each);
    let stopped: HashSet<&PairKey> = stops.iter().filter_map(|stop| stop.pair.as_ref()).collect();
    for (row, again) in rows.iter().zip(again) {
        let stop = |kind, words| Stop { kind, pair: Some(row.key.clone()), words };
        if again.altered {
            let words = format!("A record of {} is not what it was when it was loaded; check the workspace", row.key);
            found.push(stop(StopKind::ContentChanged, words));
        }
        if let Some(warning) = again.warning.filter(|_| !stopped.contains(&row.key)) {
            let words = format!(
                "A warning stands against {}, which is not in the sample ({warning}); return that row, or the batch",
                row.key
            );
            found.push(stop(StopKind::WarnedSince, words));
        }
    }
    if held.sample.is_none() {
        let words = format!("No sample was drawn for batch “{}”; return it and submit it again", held.name);
        found.push(Stop { kind: StopKind::NotRechecked, pair: None, words });
    }
    found.extend(stops);
    Ok(found)
}

/// What a row shows when it is looked at again before a signature, beside the hard stops against it.
struct Again {
    /// A record shows something else than what it was bound to.
    altered: bool,
    /// The first warning for which it would have been re-checked, where it is not in the sample.
    warning: Option<String>,
}

impl Again {
    fn look(live: &Live<'_>, row: &BatchRow, together: &HashSet<PairKey>) -> Result<(Vec<Stop>, Self), Refused> {
        let (stops, looked) = stops::of_row(live, &row.key, row.decision.as_ref(), together)?;
        let looked = match looked {
            Some(looked) => looked,
            None => match Looked::at(live.ws, &row.key)? {
                Ok(looked) => looked,
                // Of a record that is missing the hard stops tell
                Err(_) => return Ok((stops, Self { altered: false, warning: None })),
            },
        };
        let warning = match stops.is_empty() && !row.sampled {
            true => submit::asking(live, &looked, row)?.into_iter().next().map(|warning| warning.words),
            false => None,
        };
        Ok((stops, Self { altered: is_altered(&looked, row), warning }))
    }
}

/// Whether a record of a row shows something else than what it was bound to when it came: then whoever re-checked it was shown that.
fn is_altered(looked: &Looked, row: &BatchRow) -> bool {
    let Some(decision) = &row.decision else { return false };
    let shown = |bytes: [u8; 32]| bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    let left = shown(looked.left.record.content_hash());
    let right = shown(match &looked.right {
        Right::Chi(right) => right.record.content_hash(),
        Right::Mosaic(right) => right.record.content_hash(),
    });
    let (left_kept, right_kept) = looked.hashes();
    let ends = [(left_kept, left, &decision.judgement.left_hash), (right_kept, right, &decision.judgement.right_hash)];
    // A record that came otherwise since is told of elsewhere
    ends.into_iter().any(|(kept, shown, judged)| kept == *judged && shown != *judged)
}

/// Signs a batch whose sample was re-checked without a disagreement. Gives what the re-check proves, in a sentence.
pub fn sign(ws: &mut Workspace, batch: BatchId) -> Result<Applied<String>, Refused> {
    sign_watched(ws, batch, &Progress::new())
}

/// [`sign`], with its progress shown.
pub fn sign_watched(ws: &mut Workspace, batch: BatchId, progress: &Progress) -> Result<Applied<String>, Refused> {
    let held = submitted(ws, batch)?;
    let signer = Signer::of(ws, &held)?;
    let found = of_signing(ws, batch, progress)?;
    if !found.is_empty() {
        return Err(Refused::HardStop(found));
    }
    ws.expect_whole(progress)?;
    let (Some(content_hash), Some(_)) = (held.content_hash.clone(), &held.sample) else {
        return Err(Refused::StateChanged);
    };
    let mut statement = statement(ws, &held)?;
    if let Some(words) = same_account(ws, &held)? {
        statement = format!("{statement}. {words}");
    }
    if let Some(words) = key_was_reset(ws, signer.staff)? {
        statement = format!("{statement}. {words}");
    }
    if let Some(words) = gave_passphrases(ws, batch)? {
        statement = format!("{statement}. {words}");
    }
    let rows_sha256 = ws.outgoing_sha256(signer.batch, Form::NEWEST)?;
    let names = Some(Box::new(ws.names_of_batch(signer.batch)?));
    let event = Event::BatchSigned {
        batch: signer.batch,
        content_hash,
        statement: statement.clone(),
        rows_sha256,
        names,
        rows_form: Some(Form::NEWEST.number()),
    };
    Ok(ws.apply(vec![event], |_| Ok(statement))?)
}

/// That the signed-in person's key counts as their own for what these people worked on: `what` it is, and what they want to do.
///
/// Whoever chose somebody's passphrase may know it, and so could sign in that name what they themselves decided. A first passphrase
/// is made one's own by choosing another. One that was given anew to somebody who had their own is not: whoever gave it could
/// have chosen the next one too. There a third person must vouch ([`super::people::confirm_key`]).
pub(super) fn expect_own_key(ws: &Workspace, worked: &[StaffId], what: &str, deeds: &str) -> Result<(), Refused> {
    expect_own_key_of(ws, ws.me().id, worked, what, deeds)
}

fn expect_own_key_of(
    ws: &Workspace,
    staff: StaffId,
    worked: &[StaffId],
    what: &str,
    deeds: &str,
) -> Result<(), Refused> {
    let Some(given) = ws.key_standing(staff)?.given.filter(|given| worked.contains(&given.by)) else {
        return Ok(());
    };
    let by = ws.staff_name(given.by)?;
    if !given.replaced {
        return Err(Refused::NotAllowed(format!(
            "{by}, who worked on this {what}, gave you your passphrase and so may know it; change it to one of your own before you {deeds}"
        )));
    }
    if given.reset && given.confirmed_by.is_none() {
        return Err(Refused::NotAllowed(format!(
            "{by}, who worked on this {what}, gave you a new passphrase; before you {deeds}, somebody else must confirm that your \
             key is yours: a supervisor, or who administers the workspace, by `stewartry people --confirm`"
        )));
    }
    Ok(())
}

/// That somebody's key was made anew by another, where it was, for what they sign.
pub fn key_was_reset(ws: &Workspace, staff: StaffId) -> Result<Option<String>, Refused> {
    let Some(given) = ws.key_standing(staff)?.given.filter(|given| given.reset) else { return Ok(None) };
    let (who, by) = (ws.staff_name(staff)?, ws.staff_name(given.by)?);
    let mut words = format!("{by} gave {who} a new passphrase and key on {}", crate::words::day(given.at));
    match given.confirmed_by {
        Some(other) => words += &format!("; {} confirmed since that the key is {who}'s", ws.staff_name(other)?),
        None if given.replaced => words += &format!("; {who} has chosen another since"),
        None => {}
    }
    Ok(Some(words))
}

/// That the signed-in person chose the passphrase under which somebody decided in a batch, and so may know it. It is said, and stands
/// in what is signed; it stops nothing, as somebody has to give the first one.
pub fn gave_passphrases(ws: &Workspace, batch: BatchId) -> Result<Option<String>, Refused> {
    let to = ws.decided_under_passphrase_of(ws.me().id, batch)?;
    let names = to.into_iter().map(|staff| ws.staff_name(staff)).collect::<Result<Vec<String>, _>>()?;
    Ok((!names.is_empty()).then(|| {
        let (me, names) = (&ws.me().name, crate::words::listed(&names));
        format!("{me} gave {names} the passphrase that rows of it were decided under, and so may know it")
    }))
}

/// Whether the signed-in person has opened the workspace from the same account of the operating system as somebody who decided,
/// composed or submitted the batch: two names may be one person. It is said, and stands in what is signed; it stops nothing,
/// as two people may share a desk.
pub fn same_account(ws: &Workspace, batch: &Batch) -> Result<Option<String>, Refused> {
    let mut worked = batch.deciders.clone();
    worked.push(batch.composed_by);
    worked.extend(batch.submitted.map(|(staff, _)| staff));
    same_account_as(ws, worked)
}

/// The same, of anything that others worked on before the signed-in person signs it.
pub(super) fn same_account_as(ws: &Workspace, worked: Vec<StaffId>) -> Result<Option<String>, Refused> {
    let shared = sharing_an_account(&ws.accounts()?, ws.me().id, worked);
    let names = shared.into_iter().map(|staff| ws.staff_name(staff)).collect::<Result<Vec<String>, _>>()?;
    if names.is_empty() {
        return Ok(None);
    }
    let (me, names) = (&ws.me().name, crate::words::listed(&names));
    Ok(Some(format!("{me} has worked here from the same account of this computer as {names}")))
}

/// Who of those who worked on something has had an account in common with somebody else, each once.
fn sharing_an_account(accounts: &[(StaffId, String)], me: StaffId, mut worked: Vec<StaffId>) -> Vec<StaffId> {
    let of = |staff: StaffId| accounts.iter().filter(move |(who, _)| *who == staff).map(|(_, account)| account);
    let mine: HashSet<&String> = of(me).collect();
    worked.sort_unstable();
    worked.dedup();
    worked.retain(|staff| *staff != me && of(*staff).any(|account| mine.contains(account)));
    worked
}

/// What the re-checks of a batch prove by now, in a sentence. Only the randomly drawn rows prove anything about the rows
/// nobody looked at twice: of all, and of those accepted as a class in spite of a warning. Those added because of a warning are
/// named beside them. A blind answer that was another counts as an error, whatever was said of the pair since.
pub fn statement(ws: &Workspace, batch: &Batch) -> Result<String, Refused> {
    let Some(sample) = &batch.sample else { return Ok("No sample was drawn".to_owned()) };
    let rows = ws.batch_rows(batch.id)?;
    let drawn = sampling::drawn(&sample.seed, &rows, sample.tolerable, sample.confidence);
    let [of_all, in_spite] = [drawn.of_all, drawn.in_spite].map(HashSet::<PairKey>::from_iter);
    let again = || rows.iter().filter(|row| row.recheck.is_some());
    let blind = ws.blind_answers(batch.id)?;
    // An answer that was given again with the first one in sight does not take back what was found without
    let changed = |row: &BatchRow| {
        row.recheck == Some(Verdict::Match) && blind.get(&row.key).is_some_and(|answer| *answer != Verdict::Match)
    };
    let proves = |drawn: &HashSet<PairKey>, population: u64| {
        let of = || again().filter(|row| drawn.contains(&row.key));
        let errors = of().filter(|row| row.recheck != Some(Verdict::Match) || changed(row)).count() as u64;
        sampling::proves(of().count() as u64, population, errors, sample.confidence)
    };
    let mut words = proves(&of_all, rows.len() as u64);
    if drawn.accepted_in_spite > 0 {
        let of_these = crate::words::lower_first(&proves(&in_spite, drawn.accepted_in_spite));
        words.push_str(&format!("; of the links accepted as a class in spite of a warning, {of_these}"));
    }
    let drawn_at_all = |row: &BatchRow| of_all.contains(&row.key) || in_spite.contains(&row.key);
    let added = again().filter(|row| row.sampled && !drawn_at_all(row)).count() as u64;
    if added > 0 {
        let were = if added == 1 { "was" } else { "were" };
        words.push_str(&format!("; {} more with a warning {were} re-checked too", number(added)));
    }
    let controls = ws.controls(batch.id)?;
    match controls.iter().filter(|control| control.disagrees()).count() as u64 {
        0 => {}
        _ if controls.len() == 1 => {
            words.push_str("; the 1 pair that was decided “Not a match” and stood among them was answered otherwise")
        }
        otherwise => words.push_str(&format!(
            "; of {} that were decided “Not a match” and stood among them, {} answered otherwise",
            counted(controls.len() as u64, "pair", "pairs"),
            counted(otherwise, "was", "were")
        )),
    }
    match again().filter(|row| changed(row)).count() as u64 {
        0 => {}
        1 => words.push_str("; 1 row was first answered otherwise, and as the officer did only when that was in sight"),
        more => words.push_str(&format!(
            "; {} rows were first answered otherwise, and as the officer did only when that was in sight",
            number(more)
        )),
    }
    Ok(words)
}

/// What is said of a re-check in which most of the pairs that were decided *Not a match* were answered as matches: whoever answers
/// everything alike proves nothing by it, and where it is the officers who were wrong, matches were missed.
pub fn closed_eyes(controls: &[Control]) -> Option<String> {
    const FEW: usize = 3;
    let decided = controls.iter().filter(|control| control.verdict == Verdict::NotMatch && control.recheck.is_some());
    let (all, matches) = decided.fold((0, 0), |(all, matches), control| {
        (all + 1, matches + usize::from(control.recheck == Some(Verdict::Match)))
    });
    (matches >= FEW && matches * 2 > all).then(|| {
        let of = if matches == all { format!("All {all}") } else { format!("{matches} of {all}") };
        format!(
            "{of} pairs that were decided “Not a match” were answered “Same person”. Answers that are all alike prove nothing: look at these \
             pairs again before you sign"
        )
    })
}

/// A row to decide again, and why; the reason is empty where the batch's own says it.
pub type ReturnedRow = (PairKey, String);

/// The longest reason for a return, in characters.
pub const LONGEST_REASON: usize = 500;

/// Gives a batch back that was submitted, or signed and not released yet, with a reason; `rows` names those to look at
/// again, none for all. A row that the re-check answered otherwise is among them whether it is named or not: it is in doubt.
pub fn return_batch(
    ws: &mut Workspace,
    batch: BatchId,
    reason: &str,
    rows: Vec<ReturnedRow>,
) -> Result<Applied<()>, Refused> {
    let held = batches::known(ws, batch)?;
    may_be_returned(ws, &held)?;
    let signer = Signer::of(ws, &held)?;
    let reason = reason.trim();
    if reason.is_empty() {
        return Err(Refused::Unfit(
            "A returned batch needs a reason, so that the officer knows what to look at".to_owned(),
        ));
    }
    let in_batch: HashSet<PairKey> = ws.batch_keys(signer.batch)?.into_iter().collect();
    if let Some((stranger, _)) = rows.iter().find(|(key, _)| !in_batch.contains(key)) {
        return Err(Refused::NotFound(format!("{stranger} is not in batch “{}”", held.name)));
    }
    let too_long = |text: &str| text.chars().count() > LONGEST_REASON;
    if too_long(reason) || rows.iter().any(|(_, why)| too_long(why)) {
        return Err(Refused::Unfit(format!("A reason is longer than {LONGEST_REASON} characters; shorten it")));
    }
    let mut rows = rows;
    if !rows.is_empty() {
        let named: HashSet<PairKey> = rows.iter().map(|(key, _)| key.clone()).collect();
        let doubted = answered_otherwise(ws, batch)?.into_iter().filter(|key| !named.contains(key));
        rows.extend(doubted.map(|key| (key, "The re-check answered it otherwise".to_owned())));
    }
    let (rows, mut why): (Vec<_>, Vec<_>) = rows.into_iter().map(|(key, why)| (key, why.trim().to_owned())).unzip();
    if why.iter().all(String::is_empty) {
        why.clear();
    }
    let event = Event::BatchReturned { batch: signer.batch, reason: reason.to_owned(), rows, why };
    Ok(ws.apply(vec![event], |_| Ok(()))?)
}

/// That a batch can be given back, whoever does it: it waits or is signed, its files are not written, and no correction rests on it.
pub(super) fn may_be_returned(ws: &Workspace, held: &Batch) -> Result<(), Refused> {
    if !held.may_be_returned() {
        let words = format!("Batch “{}” cannot be returned: {}", held.name, held.state.words().to_lowercase());
        return Err(Refused::Unfit(words));
    }
    // Where the files of the correction are written, and something keeps the batch from being written, it must be decided again
    let standing = corrections::standing_on(ws, held.id)?;
    if let Some(correction) = standing.filter(|it| it.released.is_none() || can_be_written(ws, held.id)) {
        let what_to_do = match correction.released {
            Some(_) => {
                "its files are written, and Mosaic has these links by them. Write the batch, and recall what is wrong in it"
            }
            None => "return that correction first",
        };
        return Err(Refused::Unfit(format!(
            "Batch “{}” cannot be returned: correction {} puts links of it in the place of wrong ones; {what_to_do}",
            held.name, correction.id.0
        )));
    }
    Ok(())
}

/// The rows of a batch that the re-check answered otherwise.
pub(super) fn answered_otherwise(ws: &Workspace, batch: BatchId) -> Result<Vec<PairKey>, Refused> {
    let otherwise = |row: &BatchRow| row.recheck.is_some_and(|answer| answer != Verdict::Match);
    Ok(ws.batch_rows(batch)?.into_iter().filter(otherwise).map(|row| row.key).collect())
}

/// Whether no hard stop keeps a batch from being written.
fn can_be_written(ws: &Workspace, batch: BatchId) -> bool {
    stops::of_batch(ws, batch).is_ok_and(|found| found.is_empty())
}

/// A batch that waits for sign-off, or the sentence that it does not.
pub(super) fn submitted(ws: &Workspace, batch: BatchId) -> Result<Batch, Refused> {
    let held = batches::known(ws, batch)?;
    if held.state == BatchState::Submitted {
        return Ok(held);
    }
    let words = format!("Batch “{}” is not waiting for sign-off: {}", held.name, held.state.words().to_lowercase());
    Err(Refused::Unfit(words))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_shares_an_account_is_named_once_and_nobody_else() {
        let [me, other, third] = [1, 2, 3].map(StaffId);
        let accounts = [(me, "orae"), (me, "desk"), (other, "orae"), (other, "desk"), (third, "srae")]
            .map(|(staff, account)| (staff, account.to_owned()));
        assert_eq!(sharing_an_account(&accounts, me, vec![third, other, me, other]), [other]);
        assert_eq!(sharing_an_account(&accounts, me, vec![third, me]), []);
        assert_eq!(sharing_an_account(&accounts, third, vec![me, other]), []);
        assert_eq!(sharing_an_account(&[], me, vec![other]), []);
    }
}
