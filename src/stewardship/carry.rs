//! The CHI goes with a merge: to the record that is kept, never to one that is merged away.
//!
//! Where a CHI was matched here to the record that a merge moves away, and the record that is kept has none, the merge takes
//! that match back and makes it again for the record that is kept, in one deed. The match for the record that is kept is judged
//! like any other: a hard stop speaks against it, and a warning needs its reason. What has left for Mosaic is not moved here: it
//! is recalled first.

use super::decide::{Answer, decided, judge};
use super::live::{Expected, Live};
use super::looked::Looked;
use super::stops::{self, Stop, StopKind};
use super::{Refused, Warning, find};
use crate::pair::{Judgement, Merge, PairKey, Verdict};
use crate::person::{Chi, MosaicId};
use crate::workspace::{Event, NewPair, StoredMosaic, Workspace};

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
    /// Adds a merge and what it carries over. `answer` says which of the two is kept.
    pub(super) fn merge(&mut self, live: &mut Live<'_>, looked: &Looked, answer: &Answer) -> Result<(), Refused> {
        let Some(merge) = answer.merge.clone().filter(|_| answer.verdict == Verdict::Match) else {
            let judgement = judge(live, looked, answer)?;
            return self.decide(live, &looked.key, Some(judgement));
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
            let words = format!("Moved from {} with its merge", merge.source);
            let comment = if answer.comment.trim().is_empty() { words } else { answer.comment.clone() };
            let own = Answer { comment, merge: None, replace: was.replaces.is_some(), ..answer.clone() };
            match judge(live, &found, &own) {
                Ok(judgement) => self.decide(live, &key, Some(judgement))?,
                Err(Refused::ReasonNeeded { warnings }) => self.warnings.extend(warnings),
                Err(refused) => return Err(refused),
            }
        }
        Ok(())
    }

    fn decide(&mut self, live: &mut Live<'_>, key: &PairKey, after: Option<Judgement>) -> Result<(), Refused> {
        let before = live.expect(key, after.as_ref());
        self.before.push((key.clone(), before));
        self.events.push(decided(live.ws, key, after)?);
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
        let (Some(decision), batch) = (live.ws.decision(&key)?, live.ws.pair_of(&key)?.and_then(|pair| pair.batch))
        else {
            continue;
        };
        let elsewhere = on_target.iter().any(|other| *other != chi)
            || stops::held_by_batch(live.ws, &key, batch)?.is_some()
            || stops::released(live.ws, &key, None)?.is_some()
            || live.is_rejected(target, &chi)?;
        if !elsewhere {
            moved.push((chi, decision.judgement));
        }
    }
    Ok(moved)
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

/// The stop against a merge of two records that stand for two CHIs: one person with two numbers, or two people.
pub(super) fn against_two_numbers(
    live: &Live<'_>,
    key: &PairKey,
    source: &StoredMosaic,
    target: &StoredMosaic,
) -> Result<Option<Stop>, Refused> {
    let (Some(one), Some(other)) = (stands_for(live, source)?, stands_for(live, target)?) else { return Ok(None) };
    Ok((one != other).then(|| two_numbers(key, (&source.record.id, one), (&target.record.id, other))))
}

/// The stop against a match to the record that a merge keeps, where the record that is merged away stands for another CHI: the
/// same as [`against_two_numbers`], when the merge was decided first. A record that has left Mosaic stands for nothing any more.
pub(super) fn against_other_number(
    live: &Live<'_>,
    key: &PairKey,
    merge: &Merge,
    chi: &Chi,
) -> Result<Option<Stop>, Refused> {
    let Some(source) = live.ws.mosaic(&merge.source)?.filter(|source| source.present) else { return Ok(None) };
    let other = stands_for(live, &source)?.filter(|other| other != chi);
    Ok(other.map(|other| two_numbers(key, (&merge.source, other), (&merge.target, *chi))))
}

fn two_numbers(key: &PairKey, one: (&MosaicId, Chi), other: (&MosaicId, Chi)) -> Stop {
    let words = format!(
        "{} stands for {} and {} for {}: two people, or one of the numbers is wrong. Answer “Not a match” to the wrong one, or \
         take its match back; where one person has both, refer the pair, and the health board joins the numbers",
        one.0,
        one.1.spaced(),
        other.0,
        other.1.spaced()
    );
    Stop { kind: StopKind::MergeOfTwoChis, pair: Some(key.clone()), words }
}
