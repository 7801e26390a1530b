//! Let decisions refine the model: see first what that would do, then do it.

use std::collections::HashMap;

use super::matching::{self, MatchOutcome, Teaching, place};
use super::{Refused, explain};
use crate::linkage::lessons::{Moved, moved};
use crate::linkage::{Learned, Options, Report};
use crate::pair::{PairKey, PairKind};
use crate::progress::Progress;
use crate::workspace::{NewPair, Workspace};

/// What learning would do. Nothing of it has been done.
#[derive(Debug, Clone, PartialEq)]
pub struct Preview {
    /// The decisions that there are to learn from.
    pub learned: Learned,
    /// Chosen links by the band that they are in and the one that they would be in: auto, review, low. A pair that is not
    /// chosen counts as low.
    pub links: [[u64; 3]; 3],
    /// The same of duplicates.
    pub duplicates: [[u64; 3]; 3],
    /// Wrong links expected in the automatic band, now and then.
    pub expected_wrong: [f64; 2],
    /// The levels whose weights would move, most first.
    pub moved: Vec<Moved>,
}

impl Preview {
    /// How many chosen pairs would change band.
    pub fn changes(&self) -> u64 {
        let changed = |bands: &[[u64; 3]; 3]| -> u64 {
            bands
                .iter()
                .enumerate()
                .flat_map(|(from, row)| row.iter().enumerate().filter(move |it| it.0 != from))
                .map(|it| it.1)
                .sum()
        };
        changed(&self.links) + changed(&self.duplicates)
    }
}

/// Runs the engine with what decisions teach, and says what would change against what stands. Nothing is kept.
pub fn preview(ws: &Workspace, options: &Options, progress: &Progress) -> Result<Preview, Refused> {
    let run = ws
        .latest_run()?
        .ok_or_else(|| Refused::Nothing("There is no model to refine; match the extracts first".to_owned()))?;
    something_decided(ws)?;
    let before = explain::model(ws)?;
    let now = serde_json::from_str::<Report>(&run.report).map_or(0.0, |report| report.links.expected_wrong_in_auto);
    let found = matching::find(ws, options, Teaching::Decisions, progress)?;
    let pairs: Vec<NewPair> = found.pairs(run.id).filter(|pair| pair.best).collect();
    let bands = |kind: PairKind| -> Result<[[u64; 3]; 3], Refused> {
        let mut from: HashMap<PairKey, usize> =
            ws.best_bands(kind)?.into_iter().map(|(key, band)| (key, place(band))).collect();
        let mut moves = [[0; 3]; 3];
        for pair in pairs.iter().filter(|pair| pair.key.kind() == kind) {
            moves[from.remove(&pair.key).unwrap_or(2)][place(pair.band)] += 1;
        }
        from.into_values().for_each(|from| moves[from][2] += 1);
        Ok(moves)
    };
    Ok(Preview {
        learned: found.outcome.model.learned,
        links: bands(PairKind::Link)?,
        duplicates: bands(PairKind::Duplicate)?,
        expected_wrong: [now, found.outcome.report.links.expected_wrong_in_auto],
        moved: moved(&before, &found.outcome.model),
    })
}

/// Matches anew with what decisions teach. The run is kept with its model, marked with how many decisions it learned from.
pub fn apply(ws: &mut Workspace, options: &Options, progress: &Progress) -> Result<MatchOutcome, Refused> {
    something_decided(ws)?;
    let found = matching::find(ws, options, Teaching::Decisions, progress)?;
    matching::keep(ws, found, progress)
}

fn something_decided(ws: &Workspace) -> Result<(), Refused> {
    if ws.looked_at()?.is_empty() {
        return Err(Refused::Nothing(
            "There is nothing to learn from yet: decide some pairs as Match or Not a match, one by one".to_owned(),
        ));
    }
    Ok(())
}
