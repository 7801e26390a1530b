//! What a load means for the work: which decisions stand, which are open again, which confirmed links rest on a CHI that is no
//! longer the one to use, and who has left Mosaic.

use std::collections::BTreeSet;

use super::Refused;
use crate::pair::PairKey;
use crate::words;
use crate::workspace::refreshed::Bearings;
use crate::workspace::{Gone, Recheck, Workspace};

/// What a load means for the work.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Work {
    /// Live decisions that stand: their records are as they were when they were made, and no batch was returned with them.
    pub stand: u64,
    /// Decisions that stood before the file and are to be looked at again.
    pub reopened: u64,
    /// Decisions that were to be looked at again and stand now: the file brought back what they rested on.
    pub stand_again: u64,
    /// All confirmed links to look at again for what has become of their CHI; those that this file brought first.
    pub rechecks: Vec<Recheck>,
    /// How many of them this file brought.
    pub new_rechecks: usize,
    /// People about whom something was decided and who left Mosaic with this file, by id.
    pub gone: Vec<Gone>,
}

impl Work {
    /// What was done between two moments.
    pub(super) fn between(before: &Bearings, after: &Bearings) -> Self {
        let known: BTreeSet<(&PairKey, _)> = before.rechecks.iter().map(|it| (&it.pair, it.why)).collect();
        let (old, mut rechecks): (Vec<_>, Vec<_>) =
            after.rechecks.iter().cloned().partition(|it| known.contains(&(&it.pair, it.why)));
        let new_rechecks = rechecks.len();
        rechecks.extend(old);
        let gone_before: BTreeSet<_> = before.gone.iter().map(|it| &it.mosaic).collect();
        Self {
            stand: after.decisions.saturating_sub(after.stale.len() as u64),
            reopened: after.stale.difference(&before.stale).count() as u64,
            stand_again: before.stale.difference(&after.stale).count() as u64,
            rechecks,
            new_rechecks,
            gone: after.gone.iter().filter(|it| !gone_before.contains(&it.mosaic)).cloned().collect(),
        }
    }

    /// Where the work stands when nothing was done.
    pub(super) fn now(ws: &Workspace) -> Result<Self, Refused> {
        let now = ws.bearings()?;
        Ok(Self::between(&now, &now))
    }

    /// Those of the gone whom a merge moved elsewhere: as it should be.
    pub fn merged_away(&self) -> u64 {
        self.gone.iter().filter(|it| it.merged_into.is_some()).count() as u64
    }

    /// The figures in words, those that are not zero after the first: what it is, how many, and what it means.
    pub fn lines(&self) -> Vec<(&'static str, u64, &'static str)> {
        let merged = self.merged_away();
        let gone = self.gone.len() as u64 - merged;
        let old = (self.rechecks.len() - self.new_rechecks) as u64;
        let lines = [
            ("Decisions that stand", self.stand, "not asked again"),
            (
                "Decisions reopened",
                self.reopened,
                "a record changed in what mattered, or a relationship came to light; asked again",
            ),
            ("Decisions that stand again", self.stand_again, "the records are again as they were decided"),
            ("Confirmed links to look at again", self.new_rechecks as u64, "their CHI is no longer the one to use"),
            ("  from earlier files", old, "still to be looked at"),
            ("People gone who had decisions", gone, "no longer in Mosaic"),
            ("People gone who were to be merged away", merged, "as it was decided"),
        ];
        lines.into_iter().enumerate().filter(|(at, line)| *at == 0 || line.1 > 0).map(|(_, line)| line).collect()
    }
}

/// A link to look at again, in a sentence without a full stop: which, what has become of its CHI, what is proposed.
pub fn recheck_words(recheck: &Recheck) -> String {
    let proposed = match recheck.replacement {
        Some(chi) => format!("; use {} instead", chi.spaced()),
        None => match recheck.why {
            crate::workspace::RecheckWhy::Superseded | crate::workspace::RecheckWhy::Deleted => {
                "; the extract names no replacement, ask the health board".to_owned()
            }
            _ => String::new(),
        },
    };
    let released = if recheck.released { "; released to Mosaic already" } else { "" };
    format!("{}: {}{proposed}{released}", recheck.pair, recheck.why.words())
}

/// Somebody who is gone, in a sentence without a full stop.
pub fn gone_words(gone: &Gone) -> String {
    match (&gone.merged_into, gone.chi) {
        (Some(target), _) => format!("{}, to be merged into {target}", gone.mosaic),
        (None, Some(chi)) => format!("{}, matched to {}", gone.mosaic, chi.spaced()),
        (None, None) => gone.mosaic.to_string(),
    }
}

/// The first of many things, in sentences, and how many more there are.
pub fn first_few<T>(things: &[T], most: usize, word: impl Fn(&T) -> String) -> Vec<String> {
    let mut lines: Vec<String> = things.iter().take(most).map(word).collect();
    if things.len() > most {
        lines.push(format!("and {} more", words::number((things.len() - most) as u64)));
    }
    lines
}
