//! The CHI goes with a merge: to the record that is kept, never to one that is merged away.
//!
//! Where a CHI was matched here to the record that a merge moves away, and the record that is kept has none, the merge takes
//! that match back and makes it again for the record that is kept, in one deed. The match for the record that is kept is judged
//! like any other: a hard stop speaks against it, and a warning needs its reason. What has left for Mosaic is not moved here: it
//! is recalled first.
//!
//! And it comes back with it: where the merge is taken back, recalled or answered otherwise, the record that was kept loses the
//! CHI that the merge brought, and the record that it was matched to has it again.
//!
//! Either is written down as what it is, carried or brought back, with whose the match was: nobody looked at that very pair, and
//! nothing that counts answers by hand, or learns from them, takes it for one.

use std::collections::{BTreeSet, HashSet};

use super::decide::{Answer, decided, judge};
use super::live::{Expected, Live};
use super::looked::Looked;
use super::stops::{self, Stop, StopKind};
use super::{Refused, Warning, find};
use crate::pair::{How, Judgement, Merge, Moved, PairKey, Verdict};
use crate::person::{Chi, MosaicId};
use crate::workspace::{Decision, Event, NewPair, StoredMosaic, Workspace};

/// What merges do, as it is put together.
#[derive(Default)]
pub(super) struct Deed {
    /// The events, in order.
    pub(super) events: Vec<Event>,
    /// Candidate pairs that nobody proposed before.
    pub(super) new: Vec<NewPair>,
    /// What still needs a reason. While there is any, the deed is not done.
    pub(super) warnings: Vec<Warning>,
    /// What was expected of each pair before.
    before: Vec<(PairKey, Expected)>,
}

impl Deed {
    /// Adds a merge and what it carries over, or any other answer and what a merge of the pair had brought. `answer` says which
    /// of the two is kept.
    pub(super) fn merge(&mut self, live: &mut Live<'_>, looked: &Looked, answer: &Answer) -> Result<(), Refused> {
        let Some(merge) = answer.merge.clone().filter(|_| answer.verdict == Verdict::Match) else {
            let judgement = judge(live, looked, answer)?;
            return self.settle(live, &looked.key, Some(judgement));
        };
        let moved = movable(live, &merge.source, &merge.target)?;
        for (chi, _) in &moved {
            self.decide(live, &PairKey::link(merge.source.clone(), *chi), None)?;
        }
        match judge(live, looked, answer) {
            Ok(judgement) => self.decide(live, &looked.key, Some(judgement))?,
            Err(Refused::ReasonNeeded { warnings }) => self.warnings.extend(warnings),
            Err(refused) => return Err(refused),
        }
        if !self.warnings.is_empty() {
            return Ok(()); // One reason answers all
        }
        for (chi, was) in moved {
            let key = PairKey::link(merge.target.clone(), chi);
            if live.chis_of(&merge.target)?.contains(&chi) {
                continue;
            }
            let found = Looked::at(live.ws, &key)?.map_err(|missing| Refused::NotFound(missing.words))?;
            if found.pair.is_none() {
                self.new.push(find::proposed(live.ws, &merge.target, &chi)?);
            }
            // What was to be replaced of the record that is merged away says nothing of the other's
            let replace = answer.replace || stops::replaces_held(&was, &found);
            let own = Answer { merge: None, replace, how: How::Carried, ..answer.clone() };
            match judge(live, &found, &own) {
                Ok(mut judgement) => {
                    if judgement.comment.is_empty() {
                        judgement.comment = format!("Moved from {} with its merge", merge.source);
                    }
                    judgement.moved = Some(Box::new(moved_from(live, &merge, &chi, &was)?));
                    self.decide(live, &key, Some(judgement))?;
                }
                Err(Refused::ReasonNeeded { warnings }) => self.warnings.extend(warnings),
                Err(refused) => return Err(refused),
            }
        }
        Ok(())
    }

    /// Adds what is no merge: another answer, or `None` for one that is taken back. What a merge of the pair had brought to the
    /// record that was kept goes back to where it was matched, by the judgement of then, unless it was returned to be looked at again,
    /// a hard stop speaks against it now, or something else was decided there since. A match that is in a submitted batch keeps the merge from being unmade; one that
    /// Mosaic has is [recalled](Self::recall) first.
    pub(super) fn settle(
        &mut self,
        live: &mut Live<'_>,
        key: &PairKey,
        after: Option<Judgement>,
    ) -> Result<(), Refused> {
        let brought = brought(live, key)?;
        self.decide(live, key, after)?;
        for it in brought {
            let at_target = PairKey::link(it.target, it.chi);
            let batch = live.ws.pair_of(&at_target)?.and_then(|pair| pair.batch);
            let held = match stops::held_by_batch(live.ws, &at_target, batch)? {
                None if !self.recalls(&at_target) => stops::released(live.ws, &at_target, None)?,
                held => held,
            };
            if let Some(stop) = held {
                return Err(Refused::HardStop(vec![stop]));
            }
            self.decide(live, &at_target, None)?;
            let own = PairKey::link(it.source, it.chi);
            let Ok(found) = Looked::at(live.ws, &own)? else { continue };
            let free = !it.returned
                && found.left.present
                && live.ws.decision(&own)?.is_none()
                && stops::against(live, &found, None, stops::replaces_held(&it.was, &found))?.is_empty();
            if free {
                let (how, moved) = (How::Brought, Some(Box::new(it.moved)));
                self.decide(live, &own, Some(Judgement { how, moved, ..it.was }))?;
            }
        }
        Ok(())
    }

    /// [Settles](Self::settle) a pair that Mosaic has, and recalls it; a match that its merge brought and that Mosaic has too is
    /// recalled with it.
    pub(super) fn recall(
        &mut self,
        live: &mut Live<'_>,
        key: &PairKey,
        reason: &str,
        after: Option<Judgement>,
    ) -> Result<(), Refused> {
        let brought = brought(live, key)?.into_iter().map(|it| PairKey::link(it.target, it.chi));
        for pair in std::iter::once(key.clone()).chain(brought) {
            for batch in live.ws.releases(&pair)? {
                let (pair, after) = (pair.clone(), Some(reason.to_owned()));
                self.events.push(Event::Recalled { batch, pair, before: None, after });
            }
        }
        self.settle(live, key, after)
    }

    fn recalls(&self, key: &PairKey) -> bool {
        self.events.iter().any(|event| matches!(event, Event::Recalled { pair, .. } if pair == key))
    }

    fn decide(&mut self, live: &mut Live<'_>, key: &PairKey, after: Option<Judgement>) -> Result<(), Refused> {
        let mut event = decided(live.ws, key, after.clone())?;
        if let (Event::Decided { before, .. }, Some(expected)) = (&mut event, live.expected(key)) {
            *before = expected.cloned().map(Box::new);
        }
        let before = live.expect(key, after.as_ref());
        self.before.push((key.clone(), before));
        self.events.push(event);
        Ok(())
    }

    /// The deed is not done: nothing of it is expected any more.
    pub(super) fn abandon(self, live: &mut Live<'_>) {
        for (key, before) in self.before.into_iter().rev() {
            live.restore(&key, before);
        }
    }

    /// The deed, once nothing needs a reason any more.
    pub(super) fn ready(self) -> Result<(Vec<Event>, Vec<NewPair>), Refused> {
        if self.warnings.is_empty() {
            Ok((self.events, self.new))
        } else {
            Err(Refused::ReasonNeeded { warnings: self.warnings })
        }
    }
}

/// The CHIs that a merge of one record into another carries over: those that were matched here to the source.
pub fn carried(ws: &Workspace, source: &MosaicId, target: &MosaicId) -> Result<Vec<Chi>, Refused> {
    let moved = movable(&Live::now(ws), source, target)?;
    Ok(moved.into_iter().map(|(chi, _)| chi).collect())
}

fn movable(live: &Live<'_>, source: &MosaicId, target: &MosaicId) -> Result<Vec<(Chi, Judgement)>, Refused> {
    let on_target = live.chis_of(target)?;
    let mut moved = Vec::new();
    for chi in live.chis_of(source)? {
        let key = PairKey::link(source.clone(), chi);
        // One that is to be looked at again is not made anew by a merge
        let judgement = match live.expected(&key) {
            Some(expected) => expected.cloned(),
            None => live.ws.decision(&key)?.filter(Decision::stands).map(|decision| decision.judgement),
        };
        let (Some(judgement), batch) = (judgement, live.ws.pair_of(&key)?.and_then(|pair| pair.batch)) else {
            continue;
        };
        let elsewhere = on_target.iter().any(|other| *other != chi)
            || stops::held_by_batch(live.ws, &key, batch)?.is_some()
            || stops::released(live.ws, &key, None)?.is_some()
            || live.is_rejected(target, &chi)?;
        if !elsewhere {
            moved.push((chi, judgement));
        }
    }
    Ok(moved)
}

/// A match that a merge took from its source, and made for the record that is kept. One that was made of the record that is kept,
/// or of one that is merged into it by another merge, stays there: a merge that was turned round had only brought it home.
struct Brought {
    source: MosaicId,
    target: MosaicId,
    chi: Chi,
    /// What was judged of the source.
    was: Judgement,
    /// Whose that was.
    moved: Moved,
    /// Whether it was returned where it is, to be looked at again.
    returned: bool,
}

/// Where a match comes from that a merge moves away from its source: `was` is what is judged of the source. Whose a match is that
/// moved before stays whose it was.
fn moved_from(live: &Live<'_>, merge: &Merge, chi: &Chi, was: &Judgement) -> Result<Moved, Refused> {
    let (source, target) = (merge.source.clone(), merge.target.clone());
    if let Some(before) = &was.moved {
        let origin = Some(before.origin().clone());
        return Ok(Moved { source, target, origin, ..(**before).clone() });
    }
    let own = PairKey::link(source.clone(), *chi);
    // The newest event that says so; none where the match is made by this very deed
    let said = live.ws.history_of_kinds(&own, &["decided"])?.into_iter().rev().find(
        |row| matches!(&row.event, Event::Decided { after: Some(after), .. } if **after == *was && row.undoes.is_none()),
    );
    let (matched_by, matched_at) = match said {
        Some(row) => (row.name, row.at.to_string()),
        None => (live.ws.me().name.clone(), String::new()),
    };
    Ok(Moved { source, target, matched_by, matched_at, origin: None })
}

/// What the live merge of a pair brought, and is where it brought it: a match that somebody made anew since is theirs.
fn brought(live: &Live<'_>, key: &PairKey) -> Result<Vec<Brought>, Refused> {
    let merge = match live.expected(key) {
        Some(_) => None, // Decided by this very deed
        None => live.ws.decision(key)?.and_then(|decision| decision.judgement.merge),
    };
    let Some(merge) = merge else { return Ok(Vec::new()) };
    let Merge { source, target, .. } = &merge;
    let mut found = Vec::new();
    for chi in live.ws.chis_matched_to(target)? {
        let Some(decision) = live.ws.decision(&PairKey::link(target.clone(), chi))? else { continue };
        let own = PairKey::link(source.clone(), chi);
        // What was taken back of the source in the deed that matched the target; a class's deed can be of tens of thousands
        let matched = live.ws.history_of_kinds(&PairKey::link(target.clone(), chi), &["decided"])?;
        let deed = matched.into_iter().find(|row| row.seq == decision.seq).map(|row| row.deed);
        let taken_back = live.ws.history_of_kinds(&own, &["decided"])?;
        let was = taken_back.into_iter().filter(|row| Some(row.deed) == deed).find_map(|row| match row.event {
            Event::Decided { before: Some(was), after: None, .. } => Some(*was),
            _ => None,
        });
        // One that came back to the source with another merge was taken from it by no event of this one
        let own_again = || Some(decision.judgement.clone()).filter(|judgement| judgement.how.is_moved());
        if let Some(was) = was.or_else(own_again).filter(|was| was.verdict == Verdict::Match) {
            let origin = was.moved.as_ref().map_or(source, |moved| moved.origin());
            if root(live, origin, &merge)? != *source {
                continue;
            }
            let moved = moved_from(live, &merge, &chi, &was)?;
            let returned = decision.returned;
            found.push(Brought { source: source.clone(), target: target.clone(), chi, was, moved, returned });
        }
    }
    Ok(found)
}

/// The record that a record is merged into in the end by the merges that stand, this one left out.
fn root(live: &Live<'_>, record: &MosaicId, without: &Merge) -> Result<MosaicId, Refused> {
    let mut at = record.clone();
    let mut gone = HashSet::new();
    while gone.insert(at.clone()) {
        let merges = live.ws.merges_touching(&at)?;
        let next = merges.into_iter().map(|it| it.merge).find(|merge| merge.source == at && merge != without);
        match next {
            Some(merge) => at = merge.target,
            None => break,
        }
    }
    Ok(at)
}

/// The number that a record stands for: the one matched to it here or, where none is, the one that Mosaic holds and nobody
/// judged not to be the person's; a superseded one is the number that replaced it.
fn stands_for(live: &Live<'_>, stored: &StoredMosaic) -> Result<Option<Chi>, Refused> {
    let record = &stored.record;
    if let Some(matched) = live.chis_of(&record.id)?.first() {
        return Ok(Some(*matched));
    }
    let Some(held) = record.chi else { return Ok(None) };
    if live.is_rejected(&record.id, &held)? {
        return Ok(None);
    }
    match live.ws.chi(&held)?.filter(|stored| stops::is_superseded(&stored.record)) {
        Some(old) => Ok(Some(live.ws.current_number(&old.record)?.unwrap_or(held))),
        None => Ok(Some(held)),
    }
}

/// The stop against a merge of records that stand for two CHIs, one person with two numbers or two people; or of which one stands for a
/// CHI that was judged not to be another's. Whatever other merges join with them is among them.
pub(super) fn against_numbers(
    live: &Live<'_>,
    key: &PairKey,
    source: &StoredMosaic,
    target: &StoredMosaic,
) -> Result<Option<Stop>, Refused> {
    let (gone, kept) = (&source.record.id, &target.record.id);
    let mut joined = live.joined_with(gone)?;
    joined.extend(live.joined_with(kept)?);
    joined.retain(|id| id != gone && id != kept);
    let mut numbers = Vec::new();
    for end in [source, target] {
        numbers.push((end.record.id.clone(), stands_for(live, end)?));
    }
    add_numbers(live, joined, &mut numbers)?;
    among(live, key, &numbers)
}

/// The same against a match to a record that merges keep, when they were decided first.
pub(super) fn against_other_numbers(
    live: &Live<'_>,
    key: &PairKey,
    kept: &MosaicId,
    chi: &Chi,
) -> Result<Option<Stop>, Refused> {
    let mut joined = live.joined_with(kept)?;
    joined.remove(kept);
    let mut numbers = vec![(kept.clone(), Some(*chi))];
    add_numbers(live, joined, &mut numbers)?;
    among(live, key, &numbers)
}

/// What each of these records stands for. One that has left Mosaic stands for nothing any more.
fn add_numbers(
    live: &Live<'_>,
    ids: BTreeSet<MosaicId>,
    numbers: &mut Vec<(MosaicId, Option<Chi>)>,
) -> Result<(), Refused> {
    for id in ids {
        if let Some(stored) = live.ws.mosaic(&id)?.filter(|stored| stored.present) {
            let number = stands_for(live, &stored)?;
            numbers.push((id, number));
        }
    }
    Ok(())
}

/// What speaks against these records being one person, by the numbers that they stand for.
fn among(live: &Live<'_>, key: &PairKey, numbers: &[(MosaicId, Option<Chi>)]) -> Result<Option<Stop>, Refused> {
    let stop = |kind, words| Ok(Some(Stop { kind, pair: Some(key.clone()), words }));
    let known = || numbers.iter().filter_map(|(id, number)| Some((id, (*number)?)));
    if let Some((first, one)) = known().next()
        && let Some((second, other)) = known().find(|(_, other)| *other != one)
    {
        let words = format!(
            "{first} stands for {} and {second} for {}: two people, or one of the numbers is wrong. Answer “Not a match” to the wrong \
             one, or take its match back; where one person has both, refer the pair, and the health board joins the numbers",
            one.spaced(),
            other.spaced()
        );
        return stop(StopKind::MergeOfTwoChis, words);
    }
    for (holder, chi) in known() {
        for (id, _) in numbers.iter().filter(|(id, _)| id != holder) {
            if live.is_rejected(id, &chi)? {
                let words = format!(
                    "{holder} stands for {}, and that was judged not to be the CHI of {id}: two people, or one of the answers is wrong. \
                     Take the wrong one back first",
                    chi.spaced()
                );
                return stop(StopKind::Contradiction, words);
            }
        }
    }
    Ok(None)
}
