//! Runs of the engine.

use super::{Result, Run, Tx, Workspace};

impl Tx<'_> {
    /// Writes down a run; its number.
    pub fn new_run(&self, engine: &str, model_json: &str, report_json: &str, cuts: [f64; 2]) -> Result<i64> {
        let _ = (engine, model_json, report_json, cuts);
        unimplemented!()
    }
}

impl Workspace {
    /// The newest run.
    pub fn latest_run(&self) -> Result<Option<Run>> {
        unimplemented!()
    }
}
