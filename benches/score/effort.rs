//! What is left for an officer: how many pairs, on how many records, and how soon the true ones come.

use rustc_hash::FxHashSet;
use serde::Serialize;

use crate::curve::share;
use crate::files::{Band, Score};

/// A pair to be reviewed: the records it is about, and whether it is true.
#[derive(Debug, Clone)]
pub struct Task {
    pub records: Vec<u32>,
    pub score: Score,
    pub right: bool,
}

/// The effort of a review band.
#[derive(Debug, Serialize)]
pub struct Effort {
    pub pairs: usize,
    /// The Mosaic records that these pairs are about.
    pub records: usize,
    /// True pairs among them.
    pub right: usize,
    pub pairs_per_mosaic_record: f64,
    pub records_per_mosaic_record: f64,
    /// The share of the true pairs that the first half finds, in the order of the file.
    pub first_half_as_written: f64,
    /// The same with the most probable pairs first.
    pub first_half_by_probability: f64,
}

impl Effort {
    /// Of the tasks of one file, in its order, against the number of Mosaic records.
    pub fn new(tasks: &[Task], mosaic: usize) -> Self {
        let records: FxHashSet<u32> = tasks.iter().flat_map(|task| task.records.iter().copied()).collect();
        let right = tasks.iter().filter(|task| task.right).count();
        let mut ranked: Vec<&Task> = tasks.iter().collect();
        ranked.sort_by(|a, b| a.score.descending(&b.score));
        let half = tasks.len().div_ceil(2);
        Self {
            pairs: tasks.len(),
            records: records.len(),
            right,
            pairs_per_mosaic_record: share(tasks.len(), mosaic),
            records_per_mosaic_record: share(records.len(), mosaic),
            first_half_as_written: share(tasks.iter().take(half).filter(|task| task.right).count(), right),
            first_half_by_probability: share(ranked.iter().take(half).filter(|task| task.right).count(), right),
        }
    }
}

/// What stands in the review band of some pairs.
pub fn tasks<P>(pairs: &[P], part: impl Fn(&P) -> (Band, Task)) -> Vec<Task> {
    pairs.iter().map(part).filter(|(band, _)| *band == Band::Review).map(|(_, task)| task).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn task(record: u32, probability: f64, right: bool) -> Task {
        Task { records: vec![record], score: Score { probability, weight: 0.0 }, right }
    }

    #[test]
    fn an_order_is_worth_what_its_first_half_finds() {
        let tasks = [task(1, 0.2, false), task(1, 0.9, true), task(2, 0.3, false), task(3, 0.8, true)];
        let effort = Effort::new(&tasks, 100);
        assert_eq!((effort.pairs, effort.records, effort.right), (4, 3, 2));
        assert_eq!((effort.pairs_per_mosaic_record, effort.records_per_mosaic_record), (0.04, 0.03));
        assert_eq!((effort.first_half_as_written, effort.first_half_by_probability), (0.5, 1.0));
    }
}
