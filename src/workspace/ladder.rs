//! What cuts would do: the leading pairs by their probability, read once and counted for any cuts without asking the database again.

use super::candidates::kind_code;
use super::{Result, Workspace};
use crate::pair::{Hazards, PairKind};

/// The leading pairs (best, or from files or by hand) of both kinds, as the cuts between the bands see them.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct CutLadder {
    links: Rungs,
    duplicates: Rungs,
}

/// Probabilities in ascending order.
#[derive(Debug, Clone, Default, PartialEq)]
struct Rungs {
    /// Of every pair.
    all: Vec<f64>,
    /// Of those that no hazard keeps out of the automatic band.
    free: Vec<f64>,
}

impl Rungs {
    fn counts(&self, [auto, review]: [f64; 2]) -> [u64; 3] {
        let from = |rungs: &[f64], cut: f64| (rungs.len() - rungs.partition_point(|rung| *rung < cut)) as u64;
        let automatic = from(&self.free, auto);
        // The automatic band never begins below the one to review
        let seen = from(&self.all, review.min(auto));
        [automatic, seen - automatic, self.all.len() as u64 - seen]
    }
}

impl CutLadder {
    /// How many pairs each band (automatic, to review, unlikely) would hold with these cuts, automatic and to review: links,
    /// duplicates.
    pub fn counts(&self, cuts: [f64; 2]) -> ([u64; 3], [u64; 3]) {
        (self.links.counts(cuts), self.duplicates.counts(cuts))
    }
}

impl Workspace {
    /// Reads the leading pairs: every pair is looked at, work for a thread of its own where they are many.
    pub fn cut_ladder(&self) -> Result<CutLadder> {
        Ok(CutLadder { links: self.rungs(PairKind::Link)?, duplicates: self.rungs(PairKind::Duplicate)? })
    }

    fn rungs(&self, kind: PairKind) -> Result<Rungs> {
        let mut find = self.conn.prepare_cached(
            "SELECT probability, hazards & ?2 = 0 FROM candidate INDEXED BY candidate_queue WHERE kind = ?1 AND lead",
        )?;
        let mut rows = find.query(rusqlite::params![kind_code(kind), Hazards::NEVER_AUTOMATIC.bits()])?;
        let mut rungs = Rungs::default();
        while let Some(row) = rows.next()? {
            let probability: f64 = row.get(0)?;
            rungs.all.push(probability);
            if row.get(1)? {
                rungs.free.push(probability);
            }
        }
        rungs.all.sort_unstable_by(f64::total_cmp);
        rungs.free.sort_unstable_by(f64::total_cmp);
        Ok(rungs)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::super::candidates::band_expression;
    use super::super::fixture::*;
    use super::super::number;
    use super::*;

    /// What the statement that moves the cuts would put into each band.
    fn by_statement(it: &Fixture, cuts: [f64; 2], kind: &str) -> [u64; 3] {
        let mut counts = [0; 3];
        let query =
            format!("SELECT {}, count(*) FROM candidate WHERE kind = ?3 AND lead GROUP BY 1", band_expression());
        let mut find = it.ws.conn.prepare(&query).unwrap();
        let mut rows = find.query(rusqlite::params![cuts[0], cuts[1], kind]).unwrap();
        while let Some(row) = rows.next().unwrap() {
            counts[number::band(row, 0).unwrap()] = number::count(row, 1).unwrap();
        }
        counts
    }

    #[test]
    fn the_ladder_counts_what_moving_the_cuts_would_do() {
        let mut it = workspace(40);
        it.matched(40);
        let spread = "UPDATE candidate SET probability = (id * 37 % 101) / 100.0, hazards = iif(id % 5 = 0, ?1, 0)";
        it.ws.conn.execute(spread, [Hazards::NEVER_AUTOMATIC.bits()]).unwrap();
        let ladder = it.ws.cut_ladder().unwrap();
        for cuts in [[1.0, 0.5], [0.99, 0.05], [0.5, 0.5], [0.37, 0.37], [0.74, 0.01], [0.01, 0.01]] {
            let (links, duplicates) = ladder.counts(cuts);
            assert_eq!((links, duplicates), (by_statement(&it, cuts, "link"), by_statement(&it, cuts, "duplicate")));
            assert!(links.iter().sum::<u64>() > 0);
        }
        let spread = ladder.counts([0.5, 0.25]).0;
        assert!(spread.iter().all(|count| *count > 0), "{spread:?}");
    }
}
