//! How somebody did in a practice workspace: their answers beside what is true.
//!
//! The answers count as they stand now. *Unsure* and *Refer* are neither right nor wrong: a pair that is left open does no harm,
//! and the one who looks next may see more.

use super::answers;
use super::kinds::Kind;
use crate::pair::{PairKey, Verdict};
use crate::stewardship::Refused;
use crate::words::number;
use crate::workspace::{OwnAnswer, StaffId, Workspace};

/// An answer beside what is true.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Marked {
    /// Which two records.
    pub key: PairKey,
    /// The candidate's number, to open it again; `None` where it is no candidate any more.
    pub id: Option<i64>,
    /// The answer.
    pub verdict: Verdict,
    /// Whether the two records are one person.
    pub same: bool,
    /// What misleads in it.
    pub kind: Kind,
}

impl Marked {
    /// Whether the answer is right; `None` where the pair was left open.
    pub fn right(&self) -> Option<bool> {
        match self.verdict {
            Verdict::Match => Some(self.same),
            Verdict::NotMatch => Some(!self.same),
            Verdict::Unsure | Verdict::Refer => None,
        }
    }

    /// What is true, in words.
    pub fn truth(&self) -> &'static str {
        if self.same { "One person" } else { "Two people" }
    }
}

/// How many were right, wrong and left open.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    /// Right.
    pub right: u64,
    /// Two people taken for one.
    pub wrong_matches: u64,
    /// One person taken for two.
    pub missed: u64,
    /// Left open.
    pub open: u64,
}

impl Tally {
    /// Answers of any kind.
    pub fn all(self) -> u64 {
        self.right + self.wrong() + self.open
    }

    /// Answers that are not right.
    pub fn wrong(self) -> u64 {
        self.wrong_matches + self.missed
    }

    fn of<'a>(marked: impl Iterator<Item = &'a Marked>) -> Self {
        let mut tally = Self::default();
        for it in marked {
            match (it.right(), it.same) {
                (Some(true), _) => tally.right += 1,
                (Some(false), false) => tally.wrong_matches += 1,
                (Some(false), true) => tally.missed += 1,
                (None, _) => tally.open += 1,
            }
        }
        tally
    }
}

/// How somebody did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Marks {
    /// Every answer, the newest first.
    pub answers: Vec<Marked>,
    /// All of them together.
    pub tally: Tally,
    /// By kind of pair, of which there is any.
    pub by_kind: Vec<(Kind, Tally)>,
}

impl Marks {
    /// The answers that are not right, the newest first.
    pub fn misled(&self) -> impl Iterator<Item = &Marked> {
        self.answers.iter().filter(|it| it.right() == Some(false))
    }

    /// How it went, in sentences.
    pub fn words(&self) -> Vec<String> {
        let Tally { right, wrong_matches, missed, open } = self.tally;
        if self.tally.all() == 0 {
            return vec!["You have not answered any pair yet; begin with the links to review".to_owned()];
        }
        let settled = right + wrong_matches + missed;
        let mut words = vec![match (settled, settled - right) {
            (0, _) => "You have left every pair open so far".to_owned(),
            (1, 0) => "The one pair that you settled is right".to_owned(),
            (settled, 0) => format!("All {} that you settled are right", count(settled, "pair", "pairs")),
            (settled, _) => {
                format!("{} of {} that you settled are right", number(right), count(settled, "pair", "pairs"))
            }
        }];
        if wrong_matches > 0 {
            words.push(format!(
                "{} were taken for one: that is the mistake to avoid, as one person's records would show in the other's",
                count(wrong_matches, "pair of two people", "pairs of two people")
            ));
        }
        if missed > 0 {
            words.push(format!(
                "{} taken for two: somebody stays unseen, which the next extract can still mend",
                count(missed, "person was", "people were")
            ));
        }
        if open > 0 {
            words.push(format!("{} left open, which is never wrong", count(open, "pair was", "pairs were")));
        }
        words
    }
}

fn count(n: u64, one: &str, many: &str) -> String {
    format!("{} {}", number(n), if n == 1 { one } else { many })
}

/// The answers of a kind.
pub fn of_kind(marks: &Marks, kind: Kind) -> impl Iterator<Item = &Marked> {
    marks.answers.iter().filter(move |it| it.kind == kind)
}

/// How a person did. Refused where the workspace is not for practice, or was made with other answers than the program has.
pub fn read(ws: &Workspace, staff: StaffId) -> Result<Marks, Refused> {
    match ws.training_answers() {
        None => {
            return Err(Refused::Nothing(
                "This is no practice workspace: nobody knows what is true here. `stewartry demo` makes one".to_owned(),
            ));
        }
        Some(made_with) if made_with != *answers::SHA256 => {
            return Err(Refused::Nothing(
                "This practice workspace was made by another version of Stewartry, with other people in it; begin a new one"
                    .to_owned(),
            ));
        }
        Some(_) => {}
    }
    let mut answers = Vec::new();
    for answered in ws.answers_of(staff)? {
        answers.extend(mark(ws, answered)?);
    }
    let tally = Tally::of(answers.iter());
    let of = |kind: Kind| (kind, Tally::of(answers.iter().filter(|it| it.kind == kind)));
    let by_kind = Kind::ALL.map(of).into_iter().filter(|(_, tally)| tally.all() > 0).collect();
    Ok(Marks { answers, tally, by_kind })
}

/// One answer; `None` where nothing is known of it.
fn mark(ws: &Workspace, answered: OwnAnswer) -> Result<Option<Marked>, Refused> {
    let OwnAnswer { key, verdict, id, hazards, .. } = answered;
    let (same, kind) = match &key {
        PairKey::Link { mosaic, chi } => {
            let Some(truth) = answers::of(mosaic) else { return Ok(None) };
            // A superseded number is the person's own all the same
            let current = ws.chi(chi)?.and_then(|held| held.record.upi).unwrap_or(*chi);
            let same = truth.chi.as_ref().is_some_and(|theirs| theirs == chi || *theirs == current);
            (same, Kind::of(same, hazards, truth, None))
        }
        PairKey::Duplicate { a, b } => {
            let (Some(left), Some(right)) = (answers::of(a), answers::of(b)) else { return Ok(None) };
            let same = left.person == right.person;
            (same, Kind::of(same, hazards, left, Some(right)))
        }
    };
    Ok(Some(Marked { key, id, verdict, same, kind }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_said_counts_right_and_names_the_graver_mistake_first() {
        let of = |right, wrong_matches, missed, open| Marks {
            answers: Vec::new(),
            tally: Tally { right, wrong_matches, missed, open },
            by_kind: Vec::new(),
        };
        assert_eq!(of(1, 0, 0, 0).words(), ["The one pair that you settled is right"]);
        assert_eq!(of(3, 0, 0, 0).words(), ["All 3 pairs that you settled are right"]);
        let words = of(7, 1, 2, 1).words();
        assert_eq!(words[0], "7 of 10 pairs that you settled are right");
        assert!(words[1].starts_with("1 pair of two people") && words[2].starts_with("2 people were taken for two"));
        assert_eq!(words[3], "1 pair was left open, which is never wrong");
        assert_eq!(of(0, 0, 0, 2).words()[0], "You have left every pair open so far");
        assert_eq!(of(0, 0, 0, 0).words().len(), 1);
    }
}
