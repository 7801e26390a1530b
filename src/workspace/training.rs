//! The mark of a practice workspace: an event at its making, and so as lasting as the workspace itself. It is not a setting: no
//! call sets it later, and none takes it away.

use std::path::Path;

use rusqlite::{Connection, OptionalExtension};

use super::event::{Event, StaffId};
use super::ledger::Entry;
use super::project::expect;
use super::{KeyCost, NewPerson, Result, Workspace, decisions};
use crate::pair::{Hazards, PairKey, Verdict};

/// Where the mark stands in the ledger: behind the event that the workspace was made.
const PLACE: i64 = 2;

/// A live answer of somebody's, to be held against what is true.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnAnswer {
    /// Which two records.
    pub key: PairKey,
    /// The answer.
    pub verdict: Verdict,
    /// The candidate's number; `None` where it is no candidate any more.
    pub id: Option<i64>,
    /// What was to beware of.
    pub hazards: Hazards,
    /// Its event: later ones are larger.
    pub seq: i64,
}

impl Workspace {
    /// [`Workspace::create`], for practice: everybody in it is invented, and what is true of them is known. `answers_sha256`
    /// says which answers.
    pub fn create_for_training(
        home: &Path,
        first: NewPerson<'_>,
        cost: KeyCost,
        answers_sha256: String,
    ) -> Result<Self> {
        Self::create_for(home, first, cost, Some(answers_sha256))
    }

    /// Whether this is a practice workspace.
    pub fn is_training(&self) -> bool {
        self.opened.training.is_some()
    }

    /// Of a practice workspace: the SHA-256 (hex) of its answers.
    pub fn training_answers(&self) -> Option<&str> {
        self.opened.training.as_deref()
    }

    /// Every live answer of a person, the newest first.
    pub fn answers_of(&self, staff: StaffId) -> Result<Vec<OwnAnswer>> {
        let mut found = Vec::new();
        for (key, decision) in decisions::select(&self.conn, "d.staff = ?1", [staff.0.into()])? {
            let pair = self.pair_of(&key)?;
            let hazards = pair.as_ref().map_or(Hazards::empty(), |pair| pair.hazards);
            let (id, verdict) = (pair.map(|pair| pair.id), decision.judgement.verdict);
            found.push(OwnAnswer { key, verdict, id, hazards, seq: decision.seq });
        }
        found.sort_by_key(|answered| std::cmp::Reverse(answered.seq));
        Ok(found)
    }
}

/// The mark of a workspace that is being opened.
pub(super) fn mark(conn: &Connection) -> Result<Option<String>> {
    let mut find = conn.prepare("SELECT payload FROM ledger WHERE seq = ?1 AND event = 'training_begun'")?;
    let payload: Option<String> = find.query_row([PLACE], |row| row.get(0)).optional()?;
    Ok(match payload.map(|payload| super::ledger::read_event(&payload)).transpose()? {
        Some(Event::TrainingBegun { answers_sha256 }) => Some(answers_sha256),
        _ => None,
    })
}

/// The mark is set when the workspace is made, or never.
pub(super) fn expect_at_the_making(entry: &Entry<'_>) -> Result<()> {
    expect(entry.seq == PLACE && entry.undoes.is_none())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use std::path::Path;

    use super::super::fixture::*;
    use super::super::*;
    use crate::progress::Progress;

    fn practice(folder: &Path) -> Workspace {
        let home = folder.join("P.stewartry");
        Workspace::create_for_training(&home, officer("Ailsa Craig"), KeyCost::TEST, "a".repeat(64)).unwrap()
    }

    #[test]
    fn the_mark_outlives_closing_copying_and_a_rebuild_and_nothing_takes_it_back() {
        let folder = tempfile::tempdir().unwrap();
        let mut ws = practice(folder.path());
        assert!(ws.is_training());
        let copy = ws.backup(&Progress::new()).unwrap();
        let deed = ws.deed(1).unwrap();
        assert!(deed.iter().any(|row| row.event.tag() == "training_begun"));
        assert!(matches!(ws.apply_undo(&deed), Err(WorkspaceError::Conflict(_))));
        assert!(ws.check(&Progress::new()).unwrap().ok);
        drop(ws);
        for home in [folder.path().join("P.stewartry"), copy] {
            let ws = Workspace::open(&home, "Ailsa Craig", PASSPHRASE).unwrap();
            assert_eq!(ws.training_answers(), Some("a".repeat(64).as_str()));
            assert!(ws.handle().unwrap().is_training());
        }
    }

    #[test]
    fn a_workspace_that_was_made_without_the_mark_never_gets_it() {
        let mut it = workspace(1);
        it.refused(vec![Event::TrainingBegun { answers_sha256: String::new() }]);
        let it = it.reopen();
        assert!(!it.ws.is_training());
        it.healthy();
    }
}
