//! Groups of Mosaic records that may be one person, shown and decided whole.
//!
//! A group is what candidate pairs and merges hang together; it is worked out each time and never stored. Whatever is
//! decided about it is decided pair by pair, in one deed: merging all into one record is a *Match* for each, leaving one
//! out is *Not a match* with each of the others. What follows from these (that two sources of one target are one person,
//! that two groups told apart once stay apart) need not be decided and is not asked.

use std::cmp::Reverse;
use std::collections::{BTreeSet, BinaryHeap, HashMap, HashSet};

use super::carry::Deed;
use super::decide::Answer;
use super::live::Live;
use super::looked::Looked;
use super::{Refused, explain, find, merge, rights, stops};
use crate::linkage::{self, PairRecord};
use crate::pair::{Band, Hazards, Merge, Origin, PairKey, PairKind, Verdict};
use crate::person::{Chi, MosaicId, MosaicRecord};
use crate::workspace::{Applied, NewPair, Pair, Related, StoredMosaic, Workspace};

/// The most records that a group shows. What hangs together beyond that is a chain of weak pairs, not a person.
pub const MOST: usize = 12;

/// Records that may be one person.
#[derive(Debug, Clone, PartialEq)]
pub struct Group {
    /// Its records, by id.
    pub members: Vec<Member>,
    /// Every two of them that are a candidate pair or were decided about.
    pub pairs: Vec<Pair>,
    /// The weight of every other two, which no key brought together; log2.
    pub others: Vec<(PairKey, f64)>,
    /// The record that is kept, or that is proposed.
    pub target: MosaicId,
    /// Why that one, in a sentence.
    pub why: String,
    /// Two members that were told apart although merges join them.
    pub contradictions: Vec<PairKey>,
    /// Relationships that Mosaic records between two members: these two are probably different people.
    pub related: Vec<Related>,
    /// Records that hang together with these and are not shown.
    pub more: usize,
}

/// One record of a group.
#[derive(Debug, Clone, PartialEq)]
pub struct Member {
    /// The record.
    pub stored: StoredMosaic,
    /// The CHIs it is matched to here.
    pub matched: Vec<Chi>,
    /// The record it is merged into.
    pub merged_into: Option<MosaicId>,
    /// *Not a match* with every other member that somebody decided about.
    pub left_out: bool,
}

impl Member {
    /// Its id.
    pub fn id(&self) -> &MosaicId {
        &self.stored.record.id
    }
}

impl Group {
    /// What is known of two members.
    pub fn between(&self, one: &MosaicId, other: &MosaicId) -> Option<&Pair> {
        let key = PairKey::duplicate(one.clone(), other.clone())?;
        self.pairs.iter().find(|pair| pair.key == key)
    }

    /// The weight of two members, whether a key brought them together or not; log2.
    pub fn weight(&self, one: &MosaicId, other: &MosaicId) -> Option<f64> {
        let key = PairKey::duplicate(one.clone(), other.clone())?;
        let pair = self.between(one, other).map(|pair| pair.weight);
        pair.or_else(|| self.others.iter().find(|(of, _)| *of == key).map(|(_, weight)| *weight))
    }

    /// The members that a merge of the whole group would merge into its target: not left out, and not merged yet.
    pub fn to_merge(&self) -> Vec<&MosaicId> {
        let open = |member: &&Member| !member.left_out && member.merged_into.is_none() && member.id() != &self.target;
        self.members.iter().filter(open).map(Member::id).collect()
    }
}

/// The group that a Mosaic record is in: what undecided candidate pairs of the bands to be seen, and merges, hang
/// together. *Not a match* holds nothing together.
pub fn of(ws: &Workspace, mosaic: &MosaicId) -> Result<Group, Refused> {
    let (ids, more) = reach(ws, mosaic)?;
    let mut pairs: HashMap<PairKey, Pair> = HashMap::new();
    for id in &ids {
        for pair in ws.candidates_of_mosaic(id)? {
            let counts =
                pair.decision.is_some() || pair.best || pair.origin != Origin::Engine || pair.band != Band::Low;
            if pair.key.kind() == PairKind::Duplicate && counts && pair.key.mosaic_ids().all(|id| ids.contains(id)) {
                pairs.insert(pair.key.clone(), pair);
            }
        }
    }
    let mut pairs: Vec<Pair> = pairs.into_values().collect();
    pairs.sort_by(|one, two| one.key.cmp(&two.key));
    let live = Live::now(ws);
    let mut members = Vec::new();
    for id in &ids {
        let Some(stored) = ws.mosaic(id)? else { continue };
        let merged_into = live.merges_of(id)?.into_iter().find(|merge| &merge.source == id).map(|merge| merge.target);
        let own = || pairs.iter().filter(|pair| pair.key.mosaic_ids().any(|end| end == id));
        let verdicts: Vec<Verdict> = own().filter_map(|pair| Some(pair.decision.as_ref()?.judgement.verdict)).collect();
        let left_out = !verdicts.is_empty() && verdicts.iter().all(|verdict| *verdict == Verdict::NotMatch);
        members.push(Member { matched: live.chis_of(id)?, stored, merged_into, left_out });
    }
    let (target, why) = target(&live, &members)?;
    let contradictions = contradictions_among(ws, &ids)?;
    let related = ws.relationships_among(&ids.into_iter().collect::<Vec<_>>())?;
    let others = unproposed(ws, &members, &pairs)?;
    Ok(Group { members, pairs, others, target, why, contradictions, related, more })
}

/// The weights of the members that are no candidate pair.
fn unproposed(ws: &Workspace, members: &[Member], pairs: &[Pair]) -> Result<Vec<(PairKey, f64)>, Refused> {
    let mut left = Vec::new();
    for (at, one) in members.iter().enumerate() {
        for other in &members[at + 1..] {
            let key = PairKey::duplicate(one.id().clone(), other.id().clone());
            left.extend(key.filter(|key| pairs.iter().all(|pair| pair.key != *key)).map(|key| (key, one, other)));
        }
    }
    if left.is_empty() {
        return Ok(Vec::new());
    }
    let model = explain::model(ws)?;
    let weight = |one: &Member, other: &Member| {
        let (one, other) = (PairRecord::Mosaic(&one.stored.record), PairRecord::Mosaic(&other.stored.record));
        linkage::score_pair(&model, one, other).weight
    };
    Ok(left.into_iter().map(|(key, one, other)| (key, weight(one, other))).collect())
}

/// The records that hang together with one, at most [`MOST`], and how many there are beyond. What is merged comes first, then what
/// hangs on by the greatest weight.
fn reach(ws: &Workspace, mosaic: &MosaicId) -> Result<(BTreeSet<MosaicId>, usize), Refused> {
    let (mut found, mut beyond) = (BTreeSet::new(), HashSet::new());
    // By weight, in thousandths of a bit; among equals the lower id
    let mut next = BinaryHeap::from([(i64::MAX, Reverse(mosaic.clone()))]);
    while let Some((_, Reverse(id))) = next.pop() {
        if found.len() == MOST {
            if !found.contains(&id) {
                beyond.insert(id);
            }
            continue;
        }
        if !found.insert(id.clone()) {
            continue;
        }
        for pair in ws.candidates_of_mosaic(&id)? {
            let PairKey::Duplicate { a, b } = &pair.key else { continue };
            let weight = (pair.weight * 1_000.0) as i64;
            let holds = match pair.decision.as_ref().map(|decision| decision.judgement.verdict) {
                Some(Verdict::NotMatch) => None,
                Some(Verdict::Match) => Some(i64::MAX),
                Some(_) => Some(weight),
                None => (pair.band != Band::Low && (pair.best || pair.origin != Origin::Engine)).then_some(weight),
            };
            let other = if a == &id { b } else { a };
            next.extend(holds.filter(|_| !found.contains(other)).map(|weight| (weight, Reverse(other.clone()))));
        }
    }
    Ok((found, beyond.len()))
}

/// The record to keep: the one that others are merged into, or the one that the rules of [`merge`] choose among all that were
/// not left out.
fn target(live: &Live<'_>, members: &[Member]) -> Result<(MosaicId, String), Refused> {
    for member in members {
        if let Some(target) = &member.merged_into {
            return Ok((target.clone(), format!("Others are merged into {target} already")));
        }
    }
    let open: Vec<&MosaicRecord> =
        members.iter().filter(|member| !member.left_out).map(|member| &member.stored.record).collect();
    if let Some((kept, why)) = merge::choose(live, &open)? {
        return Ok((kept.id.clone(), why));
    }
    let none = || Refused::Nothing("Every record of the group was left out".to_owned());
    members.first().map(|member| (member.id().clone(), String::new())).ok_or_else(none)
}

/// The *Not a match* decisions among records that merges join.
fn contradictions_among(ws: &Workspace, ids: &BTreeSet<MosaicId>) -> Result<Vec<PairKey>, Refused> {
    let live = Live::now(ws);
    let mut found = BTreeSet::new();
    for id in ids {
        found.extend(live.told_apart_within(id)?);
    }
    Ok(found.into_iter().collect())
}

/// Every *Not a match* between two records that merges join: A = B and B = C, but A ≠ C.
pub fn contradictions(ws: &Workspace) -> Result<Vec<PairKey>, Refused> {
    let targets: BTreeSet<MosaicId> =
        ws.merges()?.into_iter().filter_map(|(_, decision)| Some(decision.judgement.merge?.target)).collect();
    contradictions_among(ws, &targets)
}

/// Merges records into one that is kept, each with its own *Match*, all in one deed. What was checked and noted of one of these
/// merges, `checked`, is said of that one alone: of the others nobody looked. The reason of `answer`, where a warning needs one, is
/// that of every pair.
pub fn merge_all(
    ws: &mut Workspace,
    target: &MosaicId,
    sources: &[MosaicId],
    checked: &Merge,
    answer: &Answer,
) -> Result<Applied<()>, Refused> {
    rights::works_here(ws)?;
    if sources.is_empty() {
        return Err(Refused::Nothing("Nothing is left to merge in this group".to_owned()));
    }
    let mut deed = Deed::default();
    let mut live = Live::now(ws);
    for source in sources {
        let key = PairKey::duplicate(target.clone(), source.clone())
            .ok_or_else(|| Refused::Unfit("A record cannot be merged with itself".to_owned()))?;
        let looked = Looked::at(ws, &key)?.map_err(|missing| Refused::NotFound(missing.words))?;
        if looked.pair.is_none() {
            deed.new.push(scored(ws, &looked, target, source)?);
        }
        let merge = match &checked.source == source && &checked.target == target {
            true => checked.clone(),
            false => merge::with_target(ws, target, source)?.merge(),
        };
        deed.merge(&mut live, &looked, &Answer { merge: Some(merge), ..answer.clone() })?;
    }
    let (events, new) = deed.ready()?;
    find::apply_with(ws, events, new)
}

/// Leaves a record out of its group: *Not a match* with every other member that it is a candidate pair with, in one deed.
/// A merge of it is taken back with that, and the CHI that it brought.
pub fn leave_out(ws: &mut Workspace, mosaic: &MosaicId, answer: &Answer) -> Result<Applied<()>, Refused> {
    rights::works_here(ws)?;
    let group = of(ws, mosaic)?;
    let sources: Vec<&MosaicId> =
        group.members.iter().filter(|member| member.merged_into.as_ref() == Some(mosaic)).map(Member::id).collect();
    if let Some(source) = sources.first() {
        return Err(Refused::Unfit(format!(
            "{mosaic} is the record that {source} is merged into; take that merge back, or leave {source} out"
        )));
    }
    let mut live = Live::now(ws);
    let mut deed = Deed::default();
    for pair in group.pairs.iter().filter(|pair| pair.key.mosaic_ids().any(|id| id == mosaic)) {
        if pair
            .decision
            .as_ref()
            .is_some_and(|decision| decision.judgement.verdict == Verdict::NotMatch && !decision.stale)
        {
            continue;
        }
        let looked =
            Looked::of(ws, &pair.key, Some(pair.clone()))?.map_err(|missing| Refused::NotFound(missing.words))?;
        deed.merge(&mut live, &looked, &Answer { verdict: Verdict::NotMatch, merge: None, ..answer.clone() })?;
    }
    if deed.events.is_empty() {
        return Err(Refused::Nothing(format!("{mosaic} is left out already")));
    }
    Ok(ws.apply(deed.ready()?.0, |_| Ok(()))?)
}

/// The candidate pair of two records that no key brought together.
pub(super) fn scored(
    ws: &Workspace,
    looked: &Looked,
    target: &MosaicId,
    source: &MosaicId,
) -> Result<NewPair, Refused> {
    let record = |id: &MosaicId| {
        ws.mosaic(id)?.ok_or_else(|| Refused::NotFound(format!("Mosaic person {id} is not in the workspace")))
    };
    let (one, other) = (record(target)?, record(source)?);
    let explanation =
        linkage::score_pair(&explain::model(ws)?, PairRecord::Mosaic(&one.record), PairRecord::Mosaic(&other.record));
    let mut hazards = explanation.hazards;
    hazards.set(Hazards::RESTRICTED, looked.restricted());
    Ok(NewPair {
        key: looked.key.clone(),
        weight: explanation.weight,
        probability: explanation.probability,
        // It stands for the decision about it. Taken back, it is not asked.
        band: Band::Low,
        hazards,
        pattern: explanation.pattern.0,
        keys: 0,
        margin: None,
        best: false,
        origin: Origin::Engine,
        run: None,
    })
}

/// The stop against a merge that joins records which somebody told apart.
pub(super) fn against_merge(live: &Live<'_>, key: &PairKey, merge: &Merge) -> Result<Vec<stops::Stop>, Refused> {
    let mut found = Vec::new();
    for (one, other) in live.told_apart_across(&merge.source, &merge.target)? {
        let words = format!(
            "{one} and {other} were told apart, and this merge would make them one person; take that back, or leave one out"
        );
        found.push(stops::Stop { kind: stops::StopKind::Contradiction, pair: Some(key.clone()), words });
    }
    Ok(found)
}
