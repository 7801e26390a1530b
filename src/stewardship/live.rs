//! The decisions that are live, and those that this deed is about to add: a deed of many decisions must hold its rules
//! among its own rows too, before any of them is saved.

use std::cell::OnceCell;
use std::collections::{BTreeSet, HashMap};

use super::Refused;
use crate::pair::{Judgement, Merge, PairKey, Verdict};
use crate::person::{Chi, MosaicId};
use crate::workspace::{Related, Workspace};

/// What a deed makes of a pair: nothing, or the judgement that will be live (`None` for one taken back).
pub(super) type Expected = Option<Option<Judgement>>;

/// The live decisions, seen through what the present deed changes.
pub(super) struct Live<'a> {
    pub(super) ws: &'a Workspace,
    /// What this deed changes: the judgement that will be live, `None` for one taken back.
    changed: HashMap<PairKey, Option<Judgement>>,
    links_of_mosaic: HashMap<MosaicId, Vec<Chi>>,
    links_of_chi: HashMap<Chi, Vec<MosaicId>>,
    merges_of: HashMap<MosaicId, Vec<Merge>>,
    /// Who has a CHI in Mosaic by a link that was recalled and not taken out; read when it is first asked.
    recalled: OnceCell<HashMap<Chi, Vec<MosaicId>>>,
}

impl<'a> Live<'a> {
    /// As the workspace is now.
    pub(super) fn now(ws: &'a Workspace) -> Self {
        Self {
            ws,
            changed: HashMap::new(),
            links_of_mosaic: HashMap::new(),
            links_of_chi: HashMap::new(),
            merges_of: HashMap::new(),
            recalled: OnceCell::new(),
        }
    }

    /// Says what this deed makes of a pair. Gives what was expected of it before, for [`Self::restore`].
    pub(super) fn expect(&mut self, key: &PairKey, after: Option<&Judgement>) -> Expected {
        let before = self.changed.insert(key.clone(), after.cloned());
        let Some(judgement) = after.filter(|judgement| judgement.verdict == Verdict::Match) else { return before };
        match key {
            PairKey::Link { mosaic, chi } => {
                self.links_of_mosaic.entry(mosaic.clone()).or_default().push(*chi);
                self.links_of_chi.entry(*chi).or_default().push(mosaic.clone());
            }
            PairKey::Duplicate { .. } => {
                if let Some(merge) = &judgement.merge {
                    for id in [&merge.source, &merge.target] {
                        self.merges_of.entry(id.clone()).or_default().push(merge.clone());
                    }
                }
            }
        }
        before
    }

    /// Takes an expectation back. (What the other lists say of the pair counts only while `changed` says that it stands.)
    pub(super) fn restore(&mut self, key: &PairKey, before: Expected) {
        match before {
            Some(before) => self.changed.insert(key.clone(), before),
            None => self.changed.remove(key),
        };
    }

    /// What this deed makes of the pair, where it changes it: the judgement that will be live, `None` for one taken back.
    pub(super) fn expected(&self, key: &PairKey) -> Option<Option<&Judgement>> {
        self.changed.get(key).map(Option::as_ref)
    }

    /// The CHIs that a Mosaic person is matched to.
    pub(super) fn chis_of(&self, mosaic: &MosaicId) -> Result<Vec<Chi>, Refused> {
        let mut chis = Vec::new();
        for chi in self.ws.chis_matched_to(mosaic)? {
            if !self.changed.contains_key(&PairKey::link(mosaic.clone(), chi)) {
                chis.push(chi);
            }
        }
        for chi in self.links_of_mosaic.get(mosaic).into_iter().flatten() {
            if self.still(&PairKey::link(mosaic.clone(), *chi)) && !chis.contains(chi) {
                chis.push(*chi);
            }
        }
        Ok(chis)
    }

    /// The Mosaic people that a CHI is matched to.
    pub(super) fn people_of(&self, chi: &Chi) -> Result<Vec<MosaicId>, Refused> {
        let mut people = Vec::new();
        for mosaic in self.ws.people_matched_to(chi)? {
            if !self.changed.contains_key(&PairKey::link(mosaic.clone(), *chi)) {
                people.push(mosaic);
            }
        }
        for mosaic in self.links_of_chi.get(chi).into_iter().flatten() {
            if self.still(&PairKey::link(mosaic.clone(), *chi)) && !people.contains(mosaic) {
                people.push(mosaic.clone());
            }
        }
        Ok(people)
    }

    /// The merges of which a person is source or target.
    pub(super) fn merges_of(&self, mosaic: &MosaicId) -> Result<Vec<Merge>, Refused> {
        let mut live = self.ws.merges_touching(mosaic)?;
        live.retain(|it| !self.changed.contains_key(&it.key));
        let mut merges: Vec<Merge> = live.into_iter().map(|it| it.merge).collect();
        for merge in self.merges_of.get(mosaic).into_iter().flatten() {
            let key = PairKey::duplicate(merge.source.clone(), merge.target.clone());
            let now = key.and_then(|key| self.changed.get(&key)?.as_ref()?.merge.as_ref());
            // One that was refused the other way round is not this one
            if now == Some(merge) && !merges.contains(merge) {
                merges.push(merge.clone());
            }
        }
        Ok(merges)
    }

    /// The merge that joins two people directly.
    pub(super) fn joining(&self, one: &MosaicId, other: &MosaicId) -> Result<Option<Merge>, Refused> {
        let merges = self.merges_of(one)?;
        Ok(merges.into_iter().find(|merge| {
            (&merge.source == one && &merge.target == other) || (&merge.source == other && &merge.target == one)
        }))
    }

    /// The records that merges join with one, itself among them.
    pub(super) fn joined_with(&self, mosaic: &MosaicId) -> Result<BTreeSet<MosaicId>, Refused> {
        let mut joined = BTreeSet::from([mosaic.clone()]);
        let mut next = vec![mosaic.clone()];
        while let Some(id) = next.pop() {
            for merge in self.merges_of(&id)? {
                next.extend([merge.source, merge.target].into_iter().filter(|end| joined.insert(end.clone())));
            }
        }
        Ok(joined)
    }

    /// The relationships that Mosaic records among all that a merge of two would make one person, but for those between the
    /// two themselves.
    pub(super) fn related_around(&self, one: &MosaicId, other: &MosaicId) -> Result<Vec<Related>, Refused> {
        let mut members = self.joined_with(one)?;
        members.extend(self.joined_with(other)?);
        if members.len() < 3 {
            return Ok(Vec::new());
        }
        let members: Vec<MosaicId> = members.into_iter().collect();
        let mut related = self.ws.relationships_among(&members)?;
        let itself = PairKey::duplicate(one.clone(), other.clone());
        related.retain(|it| PairKey::duplicate(it.relationship.one.clone(), it.relationship.other.clone()) != itself);
        Ok(related)
    }

    /// The event of the newest merge among the records that merges join with one.
    pub(super) fn newest_merge_around(&self, mosaic: &MosaicId) -> Result<i64, Refused> {
        let mut newest = 0;
        for member in self.joined_with(mosaic)? {
            let merges = self.ws.merges_touching(&member)?;
            newest = merges.iter().map(|it| it.seq).fold(newest, i64::max);
        }
        Ok(newest)
    }

    /// Whether two records were told apart.
    fn are_apart(&self, one: &MosaicId, other: &MosaicId) -> Result<Option<PairKey>, Refused> {
        let Some(key) = PairKey::duplicate(one.clone(), other.clone()) else { return Ok(None) };
        Ok(self.is_not_a_match(&key)?.then_some(key))
    }

    /// Whether a CHI was judged not to be a person's.
    pub(super) fn is_rejected(&self, mosaic: &MosaicId, chi: &Chi) -> Result<bool, Refused> {
        self.is_not_a_match(&PairKey::link(mosaic.clone(), *chi))
    }

    fn is_not_a_match(&self, key: &PairKey) -> Result<bool, Refused> {
        let verdict = match self.changed.get(key) {
            Some(after) => after.as_ref().map(|judgement| judgement.verdict),
            None => self.ws.decision(key)?.map(|decision| decision.judgement.verdict),
        };
        Ok(verdict == Some(Verdict::NotMatch))
    }

    /// The records that were told apart although merges join them with this one.
    pub(super) fn told_apart_within(&self, mosaic: &MosaicId) -> Result<Vec<PairKey>, Refused> {
        let joined: Vec<MosaicId> = self.joined_with(mosaic)?.into_iter().collect();
        let mut found = Vec::new();
        for (at, one) in joined.iter().enumerate().filter(|_| joined.len() > 2) {
            for other in &joined[at + 1..] {
                found.extend(self.are_apart(one, other)?);
            }
        }
        Ok(found)
    }

    /// The records on either side of a merge that were told apart.
    pub(super) fn told_apart_across(
        &self,
        one: &MosaicId,
        other: &MosaicId,
    ) -> Result<Vec<(MosaicId, MosaicId)>, Refused> {
        let (of_one, of_other) = (self.joined_with(one)?, self.joined_with(other)?);
        let mut found = BTreeSet::new();
        for a in &of_one {
            for b in &of_other {
                let itself = (a == one && b == other) || (a == other && b == one);
                if a != b && !itself && self.are_apart(a, b)?.is_some() {
                    found.insert((a.min(b).clone(), a.max(b).clone()));
                }
            }
        }
        Ok(found.into_iter().collect())
    }

    /// The other people in Mosaic's newest extract that hold a CHI there already and will keep it: not the source of a
    /// merge into `except`, and not matched to another CHI. (When that leaves, the batch asks: [`super::stops`].)
    pub(super) fn other_holders(&self, chi: &Chi, except: &MosaicId) -> Result<Vec<MosaicId>, Refused> {
        let mut others = Vec::new();
        for holder in self.ws.holders_of_chi(chi)? {
            if &holder == except || self.joining(&holder, except)?.is_some_and(|merge| merge.source == holder) {
                continue;
            }
            let gives_it_up = self.chis_of(&holder)?.iter().any(|matched| matched != chi);
            if !gives_it_up {
                others.push(holder);
            }
        }
        Ok(others)
    }

    /// Who of Mosaic's newest extract has a CHI there, as far as is known, by a link that was recalled and that no correction took out.
    pub(super) fn recalled_in_mosaic(&self, chi: &Chi) -> Result<Vec<MosaicId>, Refused> {
        let all = match self.recalled.get() {
            Some(all) => all,
            None => {
                let mut found: HashMap<Chi, Vec<MosaicId>> = HashMap::new();
                for (mosaic, chi) in self.ws.recalled_and_not_taken_out()? {
                    if self.ws.mosaic(&mosaic)?.is_some_and(|held| held.present) {
                        found.entry(chi).or_default().push(mosaic);
                    }
                }
                self.recalled.get_or_init(|| found)
            }
        };
        Ok(all.get(chi).cloned().unwrap_or_default())
    }

    fn still(&self, key: &PairKey) -> bool {
        matches!(self.changed.get(key), Some(Some(judgement)) if judgement.verdict == Verdict::Match)
    }
}
