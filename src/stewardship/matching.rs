//! Run the engine over the newest extracts, and move the cuts between the bands.

use crate::linkage::{Cuts, Options, Report};
use crate::progress::Progress;
use crate::workspace::{Applied, Touched, Workspace};

use super::Refused;

/// What a run of the engine found.
#[derive(Debug, Clone, PartialEq)]
pub struct MatchOutcome {
    /// The run's number.
    pub run: i64,
    /// Candidate links kept, by band: auto, review, low.
    pub links: [u64; 3],
    /// Candidate duplicates kept, by band: auto, review, low.
    pub duplicates: [u64; 3],
    /// The engine's own figures.
    pub report: Report,
    /// What screens must read again.
    pub touched: Touched,
}

/// How many pairs would fall in each band.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct BandCounts {
    /// Candidate links: auto, review, low.
    pub links: [u64; 3],
    /// Candidate duplicates: auto, review, low.
    pub duplicates: [u64; 3],
    /// Auto links among each record's best, without a live decision: what *accept band* would look at.
    pub auto_undecided: u64,
}

/// Matches every present Mosaic record to every present CHI record, and finds duplicates among the Mosaic records.
/// Decisions are bound to pairs, not to runs, and stay.
pub fn run(ws: &mut Workspace, options: &Options, progress: &Progress) -> Result<MatchOutcome, Refused> {
    let _ = (ws, options, progress);
    unimplemented!()
}

/// What [`move_cuts`] would do, without doing it.
pub fn preview_cuts(ws: &Workspace, cuts: Cuts) -> Result<BandCounts, Refused> {
    let _ = (ws, cuts);
    unimplemented!()
}

/// Moves the cuts between the bands. Decisions stay as they are.
pub fn move_cuts(ws: &mut Workspace, cuts: Cuts) -> Result<Applied<()>, Refused> {
    let _ = (ws, cuts);
    unimplemented!()
}
