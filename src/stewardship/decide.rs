//! Answer a pair, or many: by hand, with its band, from a file.

use std::path::Path;

use crate::pair::{How, Merge, PairKey, PairKind, Reason, Verdict};
use crate::progress::Progress;
use crate::workspace::{Applied, Touched, Workspace};

use super::Refused;

/// An answer about a pair.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    /// The answer.
    pub verdict: Verdict,
    /// The coded reason; needed for *Refer*, and for *Match* in spite of a warning.
    pub reason: Option<Reason>,
    /// Free text; empty where none.
    pub comment: String,
    /// Whether the score was asked for before the answer. A reveal that the ledger holds counts too.
    pub score_seen: bool,
    /// How the decision is made.
    pub how: How,
    /// For a *Match* of two Mosaic records: which is merged into which.
    pub merge: Option<Merge>,
    /// For a *Match*: replace the different CHI that Mosaic already holds.
    pub replace: bool,
}

impl Answer {
    /// An answer by hand, without a reason.
    pub fn of(verdict: Verdict) -> Self {
        Self {
            verdict,
            reason: None,
            comment: String::new(),
            score_seen: false,
            how: How::ByHand,
            merge: None,
            replace: false,
        }
    }

    /// The same answer with a reason.
    pub fn because(self, reason: Reason) -> Self {
        Self { reason: Some(reason), ..self }
    }
}

/// Answers a pair. *Match* passes the hard stops and, where there are warnings, needs a reason; *Refer* always does.
pub fn decide(ws: &mut Workspace, key: &PairKey, answer: Answer) -> Result<Applied<()>, Refused> {
    let _ = (ws, key, answer);
    unimplemented!()
}

/// Takes the live decision about a pair back; it stays in the ledger.
pub fn take_back(ws: &mut Workspace, key: &PairKey) -> Result<Applied<()>, Refused> {
    let _ = (ws, key);
    unimplemented!()
}

/// What accepting a band did.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct BandOutcome {
    /// Links accepted.
    pub links: u64,
    /// Duplicates accepted, as merges.
    pub duplicates: u64,
    /// Pairs left for a person, by reason in words, commonest first.
    pub left: Vec<(String, u64)>,
    /// What screens must read again.
    pub touched: Touched,
}

/// Accepts the undecided pairs of the automatic band that no warning and no hard stop speaks against, each as its own
/// decision, all in one deed. `None` takes links first, then duplicates.
pub fn accept_band(ws: &mut Workspace, kind: Option<PairKind>, progress: &Progress) -> Result<BandOutcome, Refused> {
    let _ = (ws, kind, progress);
    unimplemented!()
}

/// What a file of decisions did.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct DecideOutcome {
    /// Rows in the file.
    pub rows: u64,
    /// Decided: match, not a match, unsure, refer.
    pub decided: [u64; 4],
    /// Rows that say what is decided already.
    pub same_as_before: u64,
    /// Rows that were refused.
    pub refused: Vec<RefusedRow>,
    /// What screens must read again.
    pub touched: Touched,
}

/// A row of a file of decisions that was refused.
#[derive(Debug, Clone, PartialEq)]
pub struct RefusedRow {
    /// The line in the file, counted from 1.
    pub line: u64,
    /// Why, in a sentence.
    pub words: String,
}

/// Decides the pairs of a file, all in one deed; rows that a rule refuses are left out and listed.
///
/// The file is a CSV with the headings `kind,left,right,verdict,reason,comment` (kind `link` or `duplicate`; a further
/// `target` names the record kept of a duplicate, a further `replace` says `yes` where Mosaic's CHI is to be replaced), or
/// `PersonID,CHI,decision,reason,comment`.
pub fn decide_file(ws: &mut Workspace, path: &Path, progress: &Progress) -> Result<DecideOutcome, Refused> {
    let _ = (ws, path, progress);
    unimplemented!()
}
