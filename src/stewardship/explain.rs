//! Say why a pair scores as it does, comparison by comparison.

use crate::linkage::Explanation;
use crate::workspace::{Pair, Workspace};

use super::Refused;

/// Explains a pair with the model of the newest run, or the documented reference model where there was none.
pub fn pair(ws: &Workspace, pair: &Pair) -> Result<Explanation, Refused> {
    let _ = (ws, pair);
    unimplemented!()
}
