//! Show the score of a pair before it is decided. That it was asked for is recorded, once.

use crate::pair::PairKey;
use crate::workspace::Workspace;

use super::Refused;

/// Records that the score of an undecided pair was asked for. False where nothing new had to be recorded: it was already,
/// or the pair is decided.
pub fn score(ws: &mut Workspace, key: &PairKey) -> Result<bool, Refused> {
    let _ = (ws, key);
    unimplemented!()
}

/// Whether the score was asked for since the pair's last decision.
pub fn is_seen(ws: &Workspace, key: &PairKey) -> Result<bool, Refused> {
    let _ = (ws, key);
    unimplemented!()
}
