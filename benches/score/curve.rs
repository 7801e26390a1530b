//! Precision, recall and F1, at a cut and along a ranking.

use serde::Serialize;

use crate::files::Score;

/// Of what was said, how much is right; of what is true, how much was said.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Quality {
    /// What was said.
    pub said: usize,
    /// What of it is right.
    pub right: usize,
    /// What is true.
    pub all: usize,
    /// `right / said`; 1 where nothing was said, for then nothing is wrong.
    pub precision: f64,
    /// `right / all`; 1 where nothing is true.
    pub recall: f64,
    /// The harmonic mean of the two.
    pub f1: f64,
}

impl Quality {
    pub fn new(said: usize, right: usize, all: usize) -> Self {
        let precision = share_or_one(right, said);
        let recall = share_or_one(right, all);
        let f1 = if said + all == 0 { 1.0 } else { 2.0 * right as f64 / (said + all) as f64 };
        Self { said, right, all, precision, recall, f1 }
    }

    pub fn wrong(&self) -> usize {
        self.said - self.right
    }
}

fn share_or_one(part: usize, whole: usize) -> f64 {
    if whole == 0 { 1.0 } else { part as f64 / whole as f64 }
}

/// A share, 0 where there is nothing to have a share of.
pub fn share(part: usize, whole: usize) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 / whole as f64 }
}

/// A cut on the ranking and the quality above it.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct Cut {
    pub probability: f64,
    pub weight: f64,
    pub quality: Quality,
}

/// Answers ranked from the most to the least certain.
#[derive(Debug)]
pub struct Curve {
    /// The quality at every place where a cut can fall: never between two of one score.
    cuts: Vec<Cut>,
    all: usize,
}

impl Curve {
    /// Of scored answers, right or wrong, when `all` are true.
    pub fn new(mut answers: Vec<(Score, bool)>, all: usize) -> Self {
        answers.sort_by(|(a, _), (b, _)| a.descending(b));
        let mut cuts = Vec::new();
        let mut right = 0;
        for (place, (score, true_answer)) in answers.iter().enumerate() {
            right += usize::from(*true_answer);
            if answers.get(place + 1).is_none_or(|(next, _)| next != score) {
                let quality = Quality::new(place + 1, right, all);
                cuts.push(Cut { probability: score.probability, weight: score.weight, quality });
            }
        }
        Self { cuts, all }
    }

    /// The quality of what has at least this probability.
    pub fn at(&self, probability: f64) -> Quality {
        let above = self.cuts.iter().take_while(|cut| cut.probability >= probability).last();
        above.map_or(Quality::new(0, 0, self.all), |cut| cut.quality)
    }

    /// The cut of the best F1, if anything was said at all.
    pub fn best(&self) -> Option<Cut> {
        self.cuts.iter().copied().reduce(|best, cut| if cut.quality.f1 > best.quality.f1 { cut } else { best })
    }

    /// The lowest cut above which the precision is still this high.
    pub fn at_precision(&self, precision: f64) -> Option<Cut> {
        self.cuts.iter().copied().rfind(|cut| cut.quality.precision >= precision)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answers(list: &[(f64, bool)]) -> Vec<(Score, bool)> {
        list.iter().map(|&(probability, right)| (Score { probability, weight: 0.0 }, right)).collect()
    }

    #[test]
    fn three_of_four_said_and_of_six_true() {
        let quality = Quality::new(4, 3, 6);
        assert_eq!((quality.precision, quality.recall, quality.f1), (0.75, 0.5, 0.6));
        assert_eq!(quality.wrong(), 1);
    }

    #[test]
    fn silence_is_precise_and_finds_nothing() {
        let quality = Quality::new(0, 0, 5);
        assert_eq!((quality.precision, quality.recall, quality.f1), (1.0, 0.0, 0.0));
    }

    #[test]
    fn the_cuts_of_a_ranking_are_found() {
        let curve = Curve::new(answers(&[(0.4, true), (0.9, true), (0.8, false), (0.99, true)]), 4);
        assert_eq!(curve.at(0.5), Quality::new(3, 2, 4));
        assert_eq!(curve.best().map(|cut| cut.probability), Some(0.4));
        assert_eq!(curve.at_precision(0.999).map(|cut| (cut.probability, cut.quality.right)), Some((0.9, 2)));
    }

    #[test]
    fn a_cut_never_parts_equal_scores() {
        let curve = Curve::new(answers(&[(0.9, true), (0.9, false)]), 1);
        assert!(curve.at_precision(0.999).is_none());
        assert_eq!(curve.at(0.9), Quality::new(2, 1, 1));
    }
}
