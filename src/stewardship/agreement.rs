//! How often people say the same of a pair, measured where two of them answered it without sight of each other.
//!
//! Three sources are put together: the re-check of a batch's sample, the controls among it, and the pairs that a supervisor
//! answered beforehand. They are not a fair sample of somebody's work: rows with a warning that were decided one by one are all re-checked, so that
//! what is counted here is harder than the rest. What it shows is where two people see a pair differently and might talk about it.

use super::{Refused, rights};
use crate::linkage::errors::CONFIDENCE;
use crate::linkage::limits;
use crate::pair::Verdict;
use crate::workspace::{Role, SecondAnswer, Source, StaffId, Workspace};

/// Fewer pairs than this say nothing yet.
pub const FEWEST: u64 = 10;

/// What one person's answers came to beside those of others.
#[derive(Debug, Clone, PartialEq)]
pub struct Agreement {
    /// Whose answers.
    pub staff: StaffId,
    /// Their name.
    pub name: String,
    /// Pairs by this person's answer, then by the other's: match, not a match, neither.
    pub table: [[u64; 3]; 3],
    /// Pairs by source: sample, controls, known.
    pub sources: [u64; 3],
    /// The pairs on which the two differ, the newest first.
    pub differ: Vec<SecondAnswer>,
}

/// Cohen's kappa: agreement beyond what the two would reach by chance, 0 for chance alone and 1 for full agreement (Cohen,
/// 1960).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Kappa {
    /// The value.
    pub value: f64,
    /// Its 95 % limits: those of the observed agreement after Clopper and Pearson, at the agreement that chance gives.
    pub limits: [f64; 2],
}

/// Where an answer stands in the table.
fn place(verdict: Verdict) -> usize {
    match verdict {
        Verdict::Match => 0,
        Verdict::NotMatch => 1,
        Verdict::Unsure | Verdict::Refer => 2,
    }
}

impl Agreement {
    fn of(staff: StaffId, name: String) -> Self {
        Self { staff, name, table: [[0; 3]; 3], sources: [0; 3], differ: Vec::new() }
    }

    fn add(&mut self, answer: SecondAnswer) {
        self.table[place(answer.verdict)][place(answer.second)] += 1;
        self.sources[match answer.source {
            Source::Sample => 0,
            Source::Control => 1,
            Source::Known => 2,
        }] += 1;
        if place(answer.verdict) != place(answer.second) {
            self.differ.push(answer);
        }
    }

    /// Pairs that both answered.
    pub fn pairs(&self) -> u64 {
        self.table.iter().flatten().sum()
    }

    /// Pairs of which both said the same.
    pub fn same(&self) -> u64 {
        (0..3).map(|answer| self.table[answer][answer]).sum()
    }

    /// The share of which both say the same, with 95 % confidence: from, to (Clopper and Pearson).
    pub fn limits(&self) -> [f64; 2] {
        limits::two_sided(self.same(), self.pairs(), CONFIDENCE)
    }

    /// Cohen's kappa. `None` for fewer than [`FEWEST`] pairs, and where one of the two gave a single answer throughout, so that
    /// chance would agree as often.
    pub fn kappa(&self) -> Option<Kappa> {
        let all = self.pairs() as f64;
        if self.pairs() < FEWEST {
            return None;
        }
        let by_chance: f64 = (0..3)
            .map(|answer| {
                let mine: u64 = self.table[answer].iter().sum();
                let theirs: u64 = self.table.iter().map(|row| row[answer]).sum();
                (mine as f64 / all) * (theirs as f64 / all)
            })
            .sum();
        let one_answer = |counts: [u64; 3]| counts.iter().filter(|count| **count > 0).count() < 2;
        let mine = self.table.map(|row| row.iter().sum());
        let theirs = [0, 1, 2].map(|answer| self.table.iter().map(|row| row[answer]).sum());
        if one_answer(mine) || one_answer(theirs) {
            return None;
        }
        let kappa = |observed: f64| ((observed - by_chance) / (1.0 - by_chance)).clamp(-1.0, 1.0);
        Some(Kappa { value: kappa(self.same() as f64 / all), limits: self.limits().map(kappa) })
    }
}

/// What everybody's answers came to, by name; for an officer, their own alone.
pub fn of_everybody(ws: &Workspace) -> Result<Vec<Agreement>, Refused> {
    rights::works_here(ws)?;
    let me = ws.me();
    let names: std::collections::HashMap<StaffId, String> =
        ws.staff()?.into_iter().map(|person| (person.id, person.name)).collect();
    let mut found: Vec<Agreement> = Vec::new();
    for answer in ws.second_answers()? {
        if me.role != Role::Supervisor && answer.staff != me.id {
            continue;
        }
        let place = found.iter().position(|it| it.staff == answer.staff).unwrap_or_else(|| {
            let name = names.get(&answer.staff).cloned().unwrap_or_else(|| "Somebody".to_owned());
            found.push(Agreement::of(answer.staff, name));
            found.len() - 1
        });
        found[place].add(answer);
    }
    found.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(table: [[u64; 3]; 3]) -> Agreement {
        Agreement { table, ..Agreement::of(StaffId(1), "Olive".to_owned()) }
    }

    #[test]
    fn kappa_is_what_cohen_says_it_is() {
        // The worked example of 50 proposals read by two: both yes 20, both no 15, 5 and 10 otherwise
        let it = of([[20, 5, 0], [10, 15, 0], [0, 0, 0]]);
        assert_eq!((it.pairs(), it.same()), (50, 35));
        let kappa = it.kappa().expect("fifty pairs of two answers");
        assert!((kappa.value - 0.4).abs() < 1e-12, "{kappa:?}");
        assert!(kappa.limits[0] < 0.4 && kappa.limits[1] > 0.4 && kappa.limits[0] > 0.0, "{kappa:?}");
    }

    #[test]
    fn full_agreement_keeps_an_honest_lower_limit() {
        let kappa = of([[10, 0, 0], [0, 10, 0], [0, 0, 0]]).kappa().expect("twenty pairs");
        assert_eq!((kappa.value, kappa.limits[1]), (1.0, 1.0));
        // 20 of 20: the share may be as low as 83.2 %, which is 0.66 beyond chance
        assert!((kappa.limits[0] - 0.663).abs() < 0.001, "{kappa:?}");
    }

    #[test]
    fn where_one_answer_was_always_given_chance_would_do_as_well() {
        assert_eq!(of([[30, 2, 0], [0, 0, 0], [0, 0, 0]]).kappa(), None);
        assert_eq!(of([[4, 0, 0], [0, 4, 0], [0, 0, 0]]).kappa(), None, "too few");
        assert_eq!(of([[0; 3]; 3]).limits(), [0.0, 1.0]);
    }
}
