//! What was noticed in a file as it came in, and where: each kind of finding, each reason to turn a row away.

use std::collections::BTreeMap;

use crate::intake::{Tally, finding_name, finding_remedy, reject_remedy};
use crate::person::Finding;
use crate::words;

/// Lines that are named of each kind.
const NAMED: usize = 3;

/// Findings of one kind, or rows that were turned away for one reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Noticed {
    /// What, in a few words.
    pub what: String,
    /// In how many rows.
    pub rows: u64,
    /// The first lines of them; none where the file was read earlier.
    pub lines: Vec<u64>,
    /// What to do about it; empty where there is nothing to do.
    pub to_do: &'static str,
}

impl Noticed {
    /// The lines in words: `lines 3, 7 and 9, and more`; empty where none is known.
    pub fn lines_words(&self) -> String {
        lines_words(self.rows, &self.lines)
    }

    /// The findings that were counted in a file whose lines are not at hand, the commonest first.
    pub fn counted(tally: &Tally) -> Vec<Self> {
        Self::findings(tally, &Places::default())
    }

    /// The findings that were counted, the commonest first.
    pub(super) fn findings(tally: &Tally, places: &Places) -> Vec<Self> {
        Self::of(&tally.findings, &places.findings, finding_remedy)
    }

    /// The reasons for which rows were turned away, the commonest first.
    pub(super) fn rejects(tally: &Tally, places: &Places) -> Vec<Self> {
        Self::of(&tally.rejects, &places.rejects, reject_remedy)
    }

    fn of(counts: &BTreeMap<String, u64>, places: &Firsts, to_do: impl Fn(&str) -> &'static str) -> Vec<Self> {
        let noticed = |(what, rows): (&String, &u64)| {
            let lines = places.get(what.as_str()).map_or_else(Vec::new, |lines| lines.0.clone());
            Self { what: what.clone(), rows: *rows, lines, to_do: to_do(what) }
        };
        let mut all: Vec<Self> = counts.iter().map(noticed).collect();
        all.sort_by(|a, b| b.rows.cmp(&a.rows).then_with(|| a.what.cmp(&b.what)));
        all
    }
}

/// The first lines of something.
#[derive(Debug, Clone, Default)]
pub(super) struct Lines(Vec<u64>);

impl Lines {
    pub(super) fn add(&mut self, line: u64) {
        if self.0.len() < NAMED && self.0.last() != Some(&line) {
            self.0.push(line);
        }
    }

    /// In words, of so many rows.
    pub(super) fn words(&self, rows: u64) -> String {
        lines_words(rows, &self.0)
    }
}

fn lines_words(rows: u64, lines: &[u64]) -> String {
    let more = rows > lines.len() as u64;
    let lines: Vec<String> = lines.iter().map(u64::to_string).collect();
    match (&lines[..], more) {
        ([], _) => String::new(),
        ([line], false) => format!("line {line}"),
        (_, true) => format!("lines {} and more", lines.join(", ")),
        ([lines @ .., last], false) => format!("lines {} and {last}", lines.join(", ")),
    }
}

type Firsts = BTreeMap<&'static str, Lines>;

/// The first lines of each kind of finding, and of each reason.
#[derive(Default)]
pub(super) struct Places {
    findings: Firsts,
    rejects: Firsts,
}

impl Places {
    pub(super) fn found(&mut self, line: u64, findings: &[Finding]) {
        for finding in findings {
            self.findings.entry(finding_name(finding)).or_default().add(line);
        }
    }

    pub(super) fn rejected(&mut self, line: u64, reason: &'static str) {
        self.rejects.entry(reason).or_default().add(line);
    }
}

/// What was noticed, line by line, as a table for a terminal has it: what, rows, lines, what to do.
pub fn table(noticed: &[Noticed]) -> Vec<Vec<String>> {
    let row = |it: &Noticed| vec![it.what.clone(), words::number(it.rows), it.lines_words(), it.to_do.to_owned()];
    noticed.iter().map(row).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_named_and_the_rest_is_said_to_be_there() {
        for (rows, lines, words) in [
            (1, &[3][..], "line 3"),
            (2, &[3, 7], "lines 3 and 7"),
            (3, &[3, 7, 9], "lines 3, 7 and 9"),
            (40, &[3, 7, 9], "lines 3, 7, 9 and more"),
            (40, &[], ""),
        ] {
            assert_eq!(lines_words(rows, lines), words);
        }
        let mut lines = Lines::default();
        [2, 2, 5, 6, 7].into_iter().for_each(|line| lines.add(line));
        assert_eq!(lines.words(4), "lines 2, 5, 6 and more");
    }
}
