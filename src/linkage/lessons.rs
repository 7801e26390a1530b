//! What decided pairs teach: learning with some of the answers known.
//!
//! Expectation and maximisation guess which pairs are of one person, and learn from the guess. A pair that a person has
//! decided needs no guess: it is held at what was decided. But officers decide the doubtful pairs and not a sample of all,
//! so decisions are no picture of the file, and to count them as one would teach that every match is a hard one. What a
//! decision teaches is the difference between it and what the model thought of that very pair, with all that the model
//! knew of it; and the difference counts for the pair itself and for its share of the undecided pairs of about that
//! probability. A model that is right about its doubts learns nothing from the average of many decisions, as it should.
//!
//! A few labels prove little: those undecided pairs are shared with [`BELIEF`] labels that say what the model thought. The
//! rates that follow keep their reference pseudo-pairs, so that none of them falls to nothing.

use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};

use super::comparison::Pattern;
use super::competition::Contest;
use super::model::{Model, Parameters};
use super::values::Files;
use crate::pair::PairKind;

/// A pair that a person decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Label {
    /// A link or a duplicate.
    pub kind: PairKind,
    /// Row of the left record, in the order in which it was pushed into its [`super::Table`].
    pub left: u32,
    /// Row of the right record: of the CHI table for links, of the Mosaic table for duplicates.
    pub right: u32,
    /// *Match*; otherwise *Not a match*.
    pub is_match: bool,
}

/// What a model learned from decisions. Counts only: who was decided about is nowhere in a model.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Learned {
    /// Links decided *Match*.
    pub links_match: u64,
    /// Links decided *Not a match*.
    pub links_not: u64,
    /// Duplicates decided *Match*.
    pub duplicates_match: u64,
    /// Duplicates decided *Not a match*.
    pub duplicates_not: u64,
}

impl Learned {
    /// The decisions in all.
    pub fn decisions(&self) -> u64 {
        self.links_match + self.links_not + self.duplicates_match + self.duplicates_not
    }
}

/// The model's own opinion counts for so many labels in each step of probability.
pub const BELIEF: f64 = 40.0;
/// Steps of probability, in bits of odds: three at a time from 1 in 500 to 500 in 1. Beyond, a label speaks for itself alone.
const STEPS: usize = 6;
const FIRST: f64 = -9.0;
const WIDTH: f64 = 3.0;

/// The labels, by the engine's own numbers: sorted, each pair once.
#[derive(Debug, Default)]
pub(super) struct Lessons {
    /// Left record, person, and whether they match.
    links: Vec<(u32, u32, bool)>,
    /// Left record, other left record, and whether they match; the smaller number first.
    pub duplicates: Vec<(u32, u32, bool)>,
}

impl Lessons {
    /// Rows as the tables have them become rows as the engine numbers them. A pair that was decided both ways teaches nothing.
    pub fn of(labels: &[Label], files: &Files) -> Self {
        if labels.is_empty() {
            return Self::default();
        }
        let places = |pushed: &[u32]| -> FxHashMap<u32, u32> {
            pushed.iter().enumerate().map(|(row, &pushed)| (pushed, row as u32)).collect()
        };
        let (mosaic, chi) = (places(&files.mosaic.pushed), places(&files.chi.pushed));
        let of = |kind: PairKind| {
            let own = labels.iter().filter(move |label| label.kind == kind);
            let mut own: Vec<(u32, u32, bool)> = own
                .filter_map(|label| {
                    let left = *mosaic.get(&label.left)?;
                    Some(match kind {
                        PairKind::Link => (left, files.chi.person[*chi.get(&label.right)? as usize], label.is_match),
                        PairKind::Duplicate => {
                            let right = *mosaic.get(&label.right)?;
                            (left.min(right), left.max(right), label.is_match)
                        }
                    })
                })
                .collect();
            own.sort_unstable();
            own.dedup();
            let both_ways = |a: &(u32, u32, bool), b: &(u32, u32, bool)| (a.0, a.1) == (b.0, b.1);
            own.chunk_by(both_ways).filter(|same| same.len() == 1).map(|same| same[0]).collect()
        };
        Self { links: of(PairKind::Link), duplicates: of(PairKind::Duplicate) }
    }

    /// What the model may say of them.
    pub fn learned(&self) -> Learned {
        let count = |labels: &[(u32, u32, bool)], wanted: bool| {
            labels.iter().filter(|(_, _, is_match)| *is_match == wanted).count() as u64
        };
        Learned {
            links_match: count(&self.links, true),
            links_not: count(&self.links, false),
            duplicates_match: count(&self.duplicates, true),
            duplicates_not: count(&self.duplicates, false),
        }
    }

    /// What decisions add to, and take from, what is thought of the pairs of a contest: pair and correction.
    pub fn of_links(&self, contest: &Contest, probabilities: &[f64]) -> Vec<(usize, f64)> {
        let known: Vec<(usize, bool)> = self
            .links
            .iter()
            .filter_map(|&(left, person, is_match)| {
                Some((contest.pairs.binary_search(&(left, person)).ok()?, is_match))
            })
            .collect();
        if known.is_empty() {
            return Vec::new();
        }
        // An officer is asked about the likeliest of a record's candidates
        let likeliest = contest.by_left().map(|group| group.map(|pair| probabilities[pair]).fold(0.0, f64::max));
        corrections(likeliest, &known, |pair| probabilities[pair])
    }

    /// The same of duplicates: pattern and correction. `thought` are the pairs and what is thought of them.
    pub fn of_duplicates(&self, patterns: &[Pattern], thought: &[((u32, u32), f64)]) -> Vec<(Pattern, f64)> {
        let place: FxHashMap<(u32, u32), f64> = thought.iter().copied().collect();
        let known: Vec<(usize, bool)> = self.duplicates.iter().map(|label| label.2).enumerate().collect();
        let of = |label: usize| {
            let (a, b, _) = self.duplicates[label];
            place.get(&(a, b)).copied().unwrap_or(0.0)
        };
        let corrections = corrections(thought.iter().map(|(_, p)| *p), &known, of);
        corrections.into_iter().map(|(label, correction)| (patterns[label], correction)).collect()
    }
}

/// Each label's difference from what was thought, times the pairs that it speaks for. `all` is what is thought of every pair that
/// might have been decided.
fn corrections(
    all: impl Iterator<Item = f64>,
    known: &[(usize, bool)],
    thought: impl Fn(usize) -> f64,
) -> Vec<(usize, f64)> {
    let (mut pairs, mut labels) = ([0.0_f64; STEPS], [0.0_f64; STEPS]);
    all.filter_map(step).for_each(|step| pairs[step] += 1.0);
    known.iter().filter_map(|&(pair, _)| step(thought(pair))).for_each(|step| labels[step] += 1.0);
    let speaks_for =
        |p: f64| step(p).map_or(1.0, |step| 1.0 + (pairs[step] - labels[step]).max(0.0) / (labels[step] + BELIEF));
    let correction = |&(pair, is_match): &(usize, bool)| {
        let p = thought(pair);
        (pair, (f64::from(u8::from(is_match)) - p) * speaks_for(p))
    };
    known.iter().map(correction).collect()
}

fn step(probability: f64) -> Option<usize> {
    let bits = (probability / (1.0 - probability)).log2();
    let at = (bits - FIRST) / WIDTH;
    (at >= 0.0 && at < STEPS as f64).then_some(at as usize)
}

/// A level whose weight differs between two models.
#[derive(Debug, Clone, PartialEq)]
pub struct Moved {
    /// Of links or of duplicates.
    pub kind: PairKind,
    /// The comparison, in words.
    pub comparison: String,
    /// The level, in words.
    pub level: String,
    /// Its weight in bits, before.
    pub before: f64,
    /// And after.
    pub after: f64,
}

/// The levels whose weights differ between two models by a tenth of a bit or more, those that moved most first.
pub fn moved(before: &Model, after: &Model) -> Vec<Moved> {
    let of = |kind: PairKind, before: &Parameters, after: &Parameters| -> Vec<Moved> {
        let comparisons = before.comparisons.iter().zip(&after.comparisons);
        let levels = comparisons.flat_map(|(was, is)| {
            let levels = was.levels.iter().zip(&is.levels).filter(|(was, is)| was.label == is.label);
            levels.map(|(before, after)| Moved {
                kind,
                comparison: is.name.clone(),
                level: after.label.clone(),
                before: before.weight,
                after: after.weight,
            })
        });
        levels.collect()
    };
    let mut all = of(PairKind::Link, &before.links, &after.links);
    all.extend(of(PairKind::Duplicate, &before.duplicates, &after.duplicates));
    let by = |moved: &Moved| (moved.after - moved.before).abs();
    all.retain(|moved| by(moved) >= 0.1);
    all.sort_by(|a, b| by(b).total_cmp(&by(a)));
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_label_speaks_for_itself_and_for_its_share_of_the_undecided_beside_the_models_own_opinion() {
        let known: Vec<(usize, bool)> = (0..10).map(|pair| (pair, true)).collect();
        let all = || std::iter::repeat_n(0.5, 410);
        let sum: f64 = corrections(all(), &known, |_| 0.5).iter().map(|(_, correction)| correction).sum();
        assert!((sum - 10.0 * 0.5 * (1.0 + 400.0 / 50.0)).abs() < 1e-9, "{sum}");
        assert!(sum < 0.5 * 0.25 * 410.0, "ten unanimous labels do not flip four hundred pairs: {sum}");
        let known: Vec<(usize, bool)> = (0..410).map(|pair| (pair, true)).collect();
        let sum: f64 = corrections(all(), &known, |_| 0.5).iter().map(|(_, correction)| correction).sum();
        assert!((sum - 205.0).abs() < 1e-9, "all decided: each speaks for itself");
    }

    #[test]
    fn a_model_that_is_right_about_its_doubts_learns_nothing_on_average() {
        let known: Vec<(usize, bool)> = (0..100).map(|pair| (pair, pair % 4 != 0)).collect();
        let all = std::iter::repeat_n(0.75, 1_000);
        let sum: f64 = corrections(all, &known, |_| 0.75).iter().map(|(_, correction)| correction).sum();
        assert!(sum.abs() < 1e-9, "{sum}");
    }

    #[test]
    fn what_the_model_was_sure_of_and_was_wrong_about_counts_as_one_pair() {
        let found = corrections(std::iter::repeat_n(1e-7, 1_000_000), &[(3, true)], |_| 1e-7);
        assert_eq!(found.len(), 1);
        assert!((found[0].1 - 1.0).abs() < 1e-6, "{found:?}");
    }

    #[test]
    fn labels_find_their_pairs_and_without_labels_there_is_nothing_to_correct() {
        let lessons = Lessons { links: vec![(0, 5, true), (1, 5, false), (9, 9, true)], ..Lessons::default() };
        let contest = Contest::new(vec![(0, 5), (1, 5), (1, 6), (2, 7)], vec![false; 4]);
        let p = [0.4, 0.6, 0.01, 0.45];
        let found = lessons.of_links(&contest, &p);
        assert_eq!(found.iter().map(|(pair, _)| *pair).collect::<Vec<_>>(), [0, 1]);
        assert!((found[0].1 - 0.6 * (1.0 + 1.0 / 41.0)).abs() < 1e-9, "one undecided of its like: {found:?}");
        assert!((found[1].1 + 0.6).abs() < 1e-9, "none: {found:?}");
        assert!(Lessons::default().of_links(&contest, &p).is_empty());
    }

    #[test]
    fn the_levels_that_moved_most_come_first() {
        let (before, mut after) = (Model::reference(), Model::reference());
        after.links.comparisons[0].levels[1].weight += 0.5;
        after.duplicates.comparisons[1].levels[2].weight -= 2.0;
        after.links.comparisons[2].levels[1].weight += 0.01;
        let moved = moved(&before, &after);
        let kinds: Vec<PairKind> = moved.iter().map(|it| it.kind).collect();
        assert_eq!(kinds, [PairKind::Duplicate, PairKind::Link]);
        assert!((moved[0].after - moved[0].before + 2.0).abs() < 1e-9);
    }
}
