//! A pair as it is shown for a second answer: both records and how they agree, and nothing that the engine or anybody else
//! thinks of it.

use crate::desktop::screens::pair::lines;
use crate::desktop::widgets::compare::Line;
use crate::pair::PairKey;
use crate::person::MosaicId;
use crate::stewardship::Refused;
use crate::workspace::{StoredMosaic, Workspace};

/// A pair as it is shown for a second answer.
#[derive(Debug, Clone, PartialEq)]
pub struct Looked {
    /// What the two sides are called.
    pub sides: [String; 2],
    /// Field by field.
    pub lines: Vec<Line>,
    /// A restricted person is among the two: what is held is not shown.
    pub restricted: bool,
}

impl Looked {
    /// Reads both records of a pair.
    pub fn at(ws: &Workspace, key: &PairKey) -> Result<Self, Refused> {
        let missing = |what: String| Refused::NotFound(format!("{what} is not in the workspace any more"));
        let mosaic = |id: &MosaicId| -> Result<StoredMosaic, Refused> {
            ws.mosaic(id)?.ok_or_else(|| missing(format!("Mosaic person {id}")))
        };
        Ok(match key {
            PairKey::Link { mosaic: id, chi } => {
                let left = mosaic(id)?;
                let right = ws.chi(chi)?.ok_or_else(|| missing(format!("CHI {}", chi.spaced())))?;
                Self {
                    sides: [format!("Mosaic {id}"), format!("CHI {}, {}", chi.spaced(), right.record.status.words())],
                    lines: lines::of_link(&left, &right),
                    restricted: left.record.restricted,
                }
            }
            PairKey::Duplicate { a, b } => {
                let (left, right) = (mosaic(a)?, mosaic(b)?);
                Self {
                    sides: [format!("Mosaic {a}"), format!("Mosaic {b}")],
                    lines: lines::of_duplicate(&left, &right),
                    restricted: left.record.restricted || right.record.restricted,
                }
            }
        })
    }
}
