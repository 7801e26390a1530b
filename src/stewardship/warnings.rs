//! What needs a reason before *Match*, and what is merely worth a look.

use crate::pair::{Hazards, PairKey};
use crate::workspace::Workspace;

use super::Refused;

/// What to beware of in a pair, as records, findings and the engine together show it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Warning {
    /// Which.
    pub kind: WarningKind,
    /// What to look at, in a sentence without its full stop.
    pub words: String,
    /// *Match* needs a reason because of it.
    pub second_key: bool,
}

/// The kinds of warning.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum WarningKind {
    /// A hazard of the pair: one flag.
    Hazard(Hazards),
    /// A record is not in the newest extract.
    Gone,
    /// CHI names another current number for a record whose status is current.
    UpiDisagrees,
    /// The two Mosaic records hold two different valid CHIs.
    DifferentChis,
    /// A relationship between the two of a merge: evidence that they are different people.
    Relationship,
}

/// Every warning about a pair, those that need a reason first.
pub fn of_pair(ws: &Workspace, key: &PairKey) -> Result<Vec<Warning>, Refused> {
    let _ = (ws, key);
    unimplemented!()
}

/// Warnings in one line.
pub(crate) fn listed(warnings: &[Warning]) -> String {
    warnings.iter().map(|warning| warning.words.as_str()).collect::<Vec<_>>().join("; ")
}
