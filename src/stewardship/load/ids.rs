//! Whether the ids of an extract, or of a file of relationships, lost their zeros, or gained a `.0`, in the hands of a spreadsheet.

use std::collections::{BTreeSet, HashMap};

use super::noticed::Lines;
use crate::person::MosaicId;
use crate::stewardship::Refused;
use crate::stewardship::suspicions::{Suspicion, SuspicionKind};
use crate::words::number;
use crate::workspace::Tx;

/// Fewer people than these make no suspicion.
const LEAST: u64 = 2;

/// The ids that were there, and those that are new and the same but for zeros in front or `.0` behind.
pub(super) struct Ids {
    before: HashMap<String, MosaicId>,
    /// The id that was there, and the line of the new one.
    alike: Vec<(MosaicId, u64)>,
}

/// People who would be new, or unknown, under an id that is another only to a computer.
#[derive(Debug, Clone, Default)]
pub(super) struct Rewritten {
    pub(super) people: u64,
    lines: Lines,
    /// Whether they are named by relationships, and not rows of an extract.
    related: bool,
}

impl Ids {
    pub(super) fn of(tx: &Tx<'_>) -> Result<Self, Refused> {
        let before = tx.present_mosaic_ids()?.into_iter().filter_map(|id| Some((id.number()?.to_owned(), id)));
        Ok(Self { before: before.collect(), alike: Vec::new() })
    }

    /// Takes in an id that is new, or that a relationship names and no extract has.
    pub(super) fn added(&mut self, id: &MosaicId, line: u64) {
        if let Some(before) = id.number().and_then(|number| self.before.get(number)) {
            self.alike.push((before.clone(), line));
        }
    }

    /// Those that a file of relationships names.
    pub(super) fn named(&self) -> Rewritten {
        let mut rewritten = Rewritten { related: true, ..Rewritten::default() };
        let people: BTreeSet<&MosaicId> = self.alike.iter().map(|(before, _)| before).collect();
        rewritten.people = people.len() as u64;
        self.alike.iter().for_each(|(_, line)| rewritten.lines.add(*line));
        rewritten
    }

    /// Those whose former id is gone, once every row is in.
    pub(super) fn rewritten(&self, tx: &Tx<'_>) -> Result<Rewritten, Refused> {
        let mut rewritten = Rewritten::default();
        for (before, line) in &self.alike {
            if tx.mosaic(before)?.is_some_and(|stored| !stored.present) {
                rewritten.people += 1;
                rewritten.lines.add(*line);
            }
        }
        Ok(rewritten)
    }
}

impl Rewritten {
    pub(super) fn suspicion(&self) -> Option<Suspicion> {
        (self.people >= LEAST).then(|| {
            let (people, lines) = (number(self.people), self.lines.words(self.people));
            let seen = if self.related {
                format!(
                    "{people} people ({lines}) are in no extract, and their ids differ from those of people who are only by zeros \
                     in front or .0 behind"
                )
            } else {
                format!(
                    "{people} people would be new ({lines}) whose ids differ from those of people who would be gone only by zeros \
                     in front or .0 behind"
                )
            };
            Suspicion::new(SuspicionKind::IdsRewritten, seen)
        })
    }
}
