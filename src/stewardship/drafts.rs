//! What somebody had begun to write about a pair when the desk was locked or left: kept in the workspace, encrypted as all of it, for
//! that person alone, and handed back when they sit down again.

use super::Refused;
use crate::pair::{PairKey, PairKind};
use crate::workspace::{StaffId, Workspace};

/// What was written about a pair and went with no answer.
pub type Draft = (PairKey, String);

fn setting(kind: PairKind, person: StaffId) -> String {
    match kind {
        PairKind::Link => format!("review.drafts.{}", person.0),
        PairKind::Duplicate => format!("duplicates.drafts.{}", person.0),
    }
}

/// Keeps what the signed-in person had begun to write.
pub fn keep(ws: &mut Workspace, kind: PairKind, drafts: &[Draft]) -> Result<(), Refused> {
    let name = setting(kind, ws.me().id);
    if drafts.is_empty() && ws.setting(&name)?.is_none_or(|kept| kept.is_empty()) {
        return Ok(());
    }
    let json = match drafts {
        [] => String::new(),
        drafts => serde_json::to_string(drafts).map_err(|_| Refused::StateChanged)?,
    };
    Ok(ws.set_setting(&name, &json)?)
}

/// Hands back what was kept for the signed-in person. Nothing of it stays.
pub fn take(ws: &mut Workspace, kind: PairKind) -> Result<Vec<Draft>, Refused> {
    let kept = ws.setting(&setting(kind, ws.me().id))?.unwrap_or_default();
    let drafts: Vec<Draft> = serde_json::from_str(&kept).unwrap_or_default();
    if !kept.is_empty() {
        keep(ws, kind, &[])?;
    }
    Ok(drafts)
}
