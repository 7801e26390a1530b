//! A pair as a decision looks at it: both records as they are now, and the candidate.

use super::stops::{Stop, StopKind};
use super::{Refused, Warning};
use crate::linkage::{self, PairRecord, Pattern};
use crate::pair::PairKey;
use crate::workspace::{LedgerRow, Pair, Related, StoredChi, StoredMosaic, Workspace};

/// A pair with both its records.
pub(super) struct Looked {
    pub(super) key: PairKey,
    /// The candidate; `None` where no run, file or hand proposes it now.
    pub(super) pair: Option<Pair>,
    pub(super) left: StoredMosaic,
    pub(super) right: Right,
    /// Relationships that Mosaic records between two Mosaic people.
    pub(super) related: Vec<Related>,
    /// The recall of the pair that stands, where it was carried into Mosaic and recalled.
    pub(super) recalled: Option<LedgerRow>,
}

/// The right record of a pair.
pub(super) enum Right {
    Chi(StoredChi),
    Mosaic(StoredMosaic),
}

impl Looked {
    /// The pair with its records, or the stop that one of them is missing.
    pub(super) fn at(ws: &Workspace, key: &PairKey) -> Result<Result<Self, Stop>, Refused> {
        let pair = ws.pair_of(key)?;
        Self::of(ws, key, pair)
    }

    pub(super) fn of(ws: &Workspace, key: &PairKey, pair: Option<Pair>) -> Result<Result<Self, Stop>, Refused> {
        let missing = |what: String| {
            let words = format!("{what} is not in the workspace; load the extract that holds it");
            Ok(Err(Stop { kind: StopKind::RecordMissing, pair: Some(key.clone()), words }))
        };
        let (first, right) = match key {
            PairKey::Link { mosaic, chi } => match ws.chi(chi)? {
                Some(record) => (mosaic, Right::Chi(record)),
                None => return missing(format!("CHI {}", chi.spaced())),
            },
            PairKey::Duplicate { a, b } => match ws.mosaic(b)? {
                Some(record) => (a, Right::Mosaic(record)),
                None => return missing(format!("Mosaic person {b}")),
            },
        };
        let related = match key {
            PairKey::Link { .. } => Vec::new(),
            PairKey::Duplicate { a, b } => ws.relationships_among(&[a.clone(), b.clone()])?,
        };
        match ws.mosaic(first)? {
            Some(left) => {
                let recalled = ws.recalled(key)?;
                Ok(Ok(Self { key: key.clone(), pair, left, right, related, recalled }))
            }
            None => missing(format!("Mosaic person {first}")),
        }
    }

    /// The content hashes of both records.
    pub(super) fn hashes(&self) -> (String, String) {
        let right = match &self.right {
            Right::Chi(record) => &record.content_hash,
            Right::Mosaic(record) => &record.content_hash,
        };
        (self.left.content_hash.clone(), right.clone())
    }

    /// Whether a restricted person is in the pair.
    pub(super) fn restricted(&self) -> bool {
        self.left.record.restricted || matches!(&self.right, Right::Mosaic(right) if right.record.restricted)
    }

    /// How the two records compare as they are now.
    pub(super) fn pattern(&self) -> Pattern {
        let right = match &self.right {
            Right::Chi(right) => PairRecord::Chi(&right.record),
            Right::Mosaic(right) => PairRecord::Mosaic(&right.record),
        };
        linkage::compare_two(PairRecord::Mosaic(&self.left.record), right)
    }

    /// The warnings that a *Match* must answer with a reason.
    pub(super) fn needing_reason(&self, merge: Option<&crate::pair::Merge>) -> Vec<Warning> {
        super::warnings::about(self, merge).into_iter().filter(|warning| warning.second_key).collect()
    }
}
