//! Judge one Mosaic record by itself.

use crate::pair::Reason;
use crate::person::MosaicId;
use crate::workspace::{Applied, Workspace};

use super::Refused;

/// Says that no CHI can be found for a person: out of area, unborn, no CHI.
pub fn not_matchable(
    ws: &mut Workspace,
    mosaic: &MosaicId,
    reason: Reason,
    comment: &str,
) -> Result<Applied<()>, Refused> {
    let _ = (ws, mosaic, reason, comment);
    unimplemented!()
}

/// Takes the judgement about a record back.
pub fn take_back(ws: &mut Workspace, mosaic: &MosaicId) -> Result<Applied<()>, Refused> {
    let _ = (ws, mosaic);
    unimplemented!()
}
