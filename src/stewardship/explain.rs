//! Say why a pair scores as it does, comparison by comparison.

use crate::linkage::{self, Explanation, Model, PairRecord};
use crate::workspace::{Pair, Workspace};

use super::Refused;
use super::looked::{Looked, Right};

/// Explains a pair with the model of the newest run, or the documented reference model where there was none.
pub fn pair(ws: &Workspace, pair: &Pair) -> Result<Explanation, Refused> {
    let looked = Looked::of(ws, &pair.key, Some(pair.clone()))?.map_err(|missing| Refused::NotFound(missing.words))?;
    let right = match &looked.right {
        Right::Chi(stored) => PairRecord::Chi(&stored.record),
        Right::Mosaic(stored) => PairRecord::Mosaic(&stored.record),
    };
    Ok(linkage::explain(&model(ws)?, PairRecord::Mosaic(&looked.left.record), right))
}

/// The model of the newest run, or the reference model. A model that this version cannot read counts as none.
pub(super) fn model(ws: &Workspace) -> Result<Model, Refused> {
    let newest = ws.latest_run()?.and_then(|run| serde_json::from_str(&run.model).ok());
    Ok(newest.unwrap_or_else(Model::reference))
}
