//! What one key would do to a whole group: told before it is done, unless all its records say the same.

use std::collections::{BTreeMap, BTreeSet};

use super::group::Shown;
use crate::desktop::screens::pair::answer::Preview;
use crate::desktop::widgets::compare::{Agreement, Line};
use crate::desktop::widgets::text;
use crate::pair::Hazards;
use crate::person::{Chi, MosaicId};
use crate::stewardship::relationships;
use crate::words;
use crate::workspace::Pair;

/// Whether a record, at the right of a line, says something that the one which is kept does not say.
fn says_otherwise(line: &Line) -> bool {
    match line.agreement {
        Agreement::Same | Agreement::BothMissing | Agreement::NoEvidence => false,
        Agreement::OneMissing => !line.right.is_empty(),
        Agreement::Similar | Agreement::Differs => true,
    }
}

impl Shown {
    /// The members that a merge of the whole group would concern: the record that is kept, and those that would go into it.
    fn concerned(&self) -> Vec<usize> {
        let to_merge = self.group.to_merge();
        let is_concerned = |at: &usize| {
            let id = self.group.members[*at].id();
            id == &self.group.target || to_merge.contains(&id)
        };
        (0..self.group.members.len()).filter(is_concerned).collect()
    }

    /// The candidate pairs of two that are concerned.
    fn pairs_concerned(&self) -> impl Iterator<Item = &Pair> {
        let ids: Vec<&MosaicId> = self.concerned().into_iter().map(|at| self.group.members[at].id()).collect();
        self.group.pairs.iter().filter(move |pair| pair.key.mosaic_ids().all(|end| ids.contains(&end)))
    }

    /// Whether every record that would be merged says no more, and nothing else, than the one that is kept; with no warning, no
    /// restricted person and no second CHI among them.
    pub fn says_the_same(&self) -> bool {
        let plain = |at: &usize| {
            !self.group.members[*at].stored.record.restricted && !self.lines[*at].iter().any(says_otherwise)
        };
        self.group.related.is_empty()
            && self.group.contradictions.is_empty()
            && self.concerned().iter().all(plain)
            && self.numbers().len() < 2
            && self.pairs_concerned().all(|pair| pair.hazards.is_empty())
    }

    /// The CHIs that those concerned stand for, each with whose it is.
    fn numbers(&self) -> BTreeMap<Chi, Vec<&MosaicId>> {
        let mut numbers: BTreeMap<Chi, Vec<&MosaicId>> = BTreeMap::new();
        for at in self.concerned() {
            let member = &self.group.members[at];
            let own: BTreeSet<Chi> = member.matched.iter().chain(&member.stored.record.chi).copied().collect();
            for chi in own {
                numbers.entry(chi).or_default().push(member.id());
            }
        }
        numbers
    }

    /// What a merge of the whole group would do.
    pub fn preview(&self) -> Preview {
        let target = &self.group.target;
        let count = text::count(self.group.to_merge().len() as u64, "record", "records");
        let sources = self.concerned().into_iter().filter(|at| self.group.members[*at].id() != target);
        let mut told: Vec<String> = sources.map(|at| self.goes(at)).collect();
        let mut warnings = Vec::new();
        let whose = |of: &[&MosaicId]| words::listed(&of.iter().map(|id| id.as_str()).collect::<Vec<_>>());
        let numbers: Vec<String> =
            self.numbers().iter().map(|(chi, of)| format!("{}, of {}", chi.spaced(), whose(of))).collect();
        match numbers.as_slice() {
            [] => told.push(format!("{target} is kept. None of them has a CHI")),
            [one] => told.push(format!("{target} is kept. The CHI that stays is {one}")),
            several => warnings.push(format!("They stand for {} CHIs: {}", several.len(), several.join("; "))),
        }
        if !self.group.related.is_empty() {
            let found = relationships::found(&self.group.related);
            warnings.push(format!("{found}: they are probably different people"));
        }
        let hazards = self.pairs_concerned().fold(Hazards::empty(), |all, pair| all | pair.hazards);
        warnings.extend(hazards.each().filter(|flag| *flag != Hazards::RELATED).map(|flag| flag.advice().to_owned()));
        let yes = format!("Merge {count} into {target}");
        Preview { title: format!("{yes}?"), words: told, warnings, yes }
    }

    /// What becomes of one record.
    fn goes(&self, at: usize) -> String {
        let (id, target) = (self.group.members[at].id(), &self.group.target);
        let fields =
            self.lines[at].iter().filter(|line| says_otherwise(line)).map(|line| words::lower_first(&line.field));
        let fields: Vec<String> = fields.collect();
        match fields.is_empty() {
            true => format!("{id} goes into {target}, and says nothing that {target} does not"),
            false => {
                format!("{id} goes into {target}. Of it another {} is lost unless carried over", words::listed(&fields))
            }
        }
    }
}
