//! What makes an extract look like a wrong one: half of it missing, another council's, its columns shifted.
//!
//! A load cannot be undone, so a file is held against the last one of its kind while the load can still be given up. What is
//! found is a question and no verdict: somebody who knows better loads the file in spite of it, and the ledger says so. The
//! first extract of its kind has nothing to be held against but itself: where a third of its rows carry a warning, a column has
//! slipped against the others, or dates and numbers are written in another way. Relationships have nothing of the sort, and files of
//! candidate pairs are never held against another, for each is of its own making. Dates in which day and month have changed places show
//! themselves in any file of people, and are asked about in each.
//!
//! Shares are of hundreds or thousands of records. Where fewer than [`A_FEW`] are concerned they say nothing; but restricted people
//! are few everywhere, and one who is shown like any other is one too many.

mod dated;

use std::collections::BTreeMap;

use jiff::civil::Date;

use self::dated::date_in;
use crate::intake::{Kind, Mapping, Tally};
use crate::words::{self, number, per_cent};
use crate::workspace::SourceFile;

/// Fewer records than this make no suspicion, whatever their share.
pub const A_FEW: u64 = 10;

/// The share of rows with a warning, and of rejected ones, above which the first extract of its kind looks like a wrong one.
const MOST_OF_THE_FIRST: [f64; 2] = [1.0 / 3.0, 0.2];

/// What looks wrong about a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum SuspicionKind {
    /// Fewer than half of the last file's rows.
    FewRows,
    /// Hardly anybody in it is known.
    OtherIds,
    /// People are new whose ids are known but for zeros in front or `.0` behind.
    IdsRewritten,
    /// More than a fifth of the people are gone.
    ManyGone,
    /// Most of those who are known have other details.
    ManyChanged,
    /// Many of the CHI numbers that Mosaic held are gone, or have become others.
    ManyLostChi,
    /// Half of the restricted people are no longer marked so.
    ManyUnrestricted,
    /// Days and months of its dates have changed places.
    MonthFirst,
    /// A field comes from another column than last time, or from none.
    ColumnsMoved,
    /// Far more rows are turned away than last time, or a large share of the first file.
    MoreRejected,
    /// Far more rows carry a warning than last time, or a large share of the first file.
    MoreWarned,
    /// It was made before the last one.
    Older,
}

impl SuspicionKind {
    /// Every kind, gravest first.
    pub const ALL: [Self; 12] = [
        Self::IdsRewritten,
        Self::OtherIds,
        Self::FewRows,
        Self::ManyGone,
        Self::ManyUnrestricted,
        Self::ManyLostChi,
        Self::MonthFirst,
        Self::ColumnsMoved,
        Self::MoreRejected,
        Self::MoreWarned,
        Self::ManyChanged,
        Self::Older,
    ];

    /// Its place among the others, the gravest first.
    pub(super) fn gravity(self) -> usize {
        Self::ALL.iter().position(|kind| *kind == self).unwrap_or_default()
    }

    /// As the ledger and machine-readable summaries write it.
    pub fn code(self) -> &'static str {
        match self {
            Self::FewRows => "few_rows",
            Self::OtherIds => "other_ids",
            Self::IdsRewritten => "ids_rewritten",
            Self::MonthFirst => "month_first",
            Self::ManyGone => "many_gone",
            Self::ManyChanged => "many_changed",
            Self::ManyLostChi => "many_lost_chi",
            Self::ManyUnrestricted => "many_unrestricted",
            Self::ColumnsMoved => "columns_moved",
            Self::MoreRejected => "more_rejected",
            Self::MoreWarned => "more_warned",
            Self::Older => "older",
        }
    }

    /// In a few words.
    pub fn title(self) -> &'static str {
        match self {
            Self::FewRows => "Fewer than half the rows",
            Self::OtherIds => "Hardly anybody is known",
            Self::IdsRewritten => "Ids have lost or gained zeros",
            Self::MonthFirst => "Days and months have changed places",
            Self::ManyGone => "Many people are gone",
            Self::ManyChanged => "Many people changed at once",
            Self::ManyLostChi => "Many CHI numbers in Mosaic are gone or others",
            Self::ManyUnrestricted => "Restricted people are no longer marked",
            Self::ColumnsMoved => "The columns are not as last time",
            Self::MoreRejected => "Many rows are rejected",
            Self::MoreWarned => "Many rows carry a warning",
            Self::Older => "Older than what is loaded",
        }
    }

    /// The kind that goes by a code.
    pub fn of_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == code)
    }

    fn may_mean(self) -> &'static str {
        match self {
            Self::FewRows | Self::ManyGone => "The export may have stopped early, or have been filtered",
            Self::OtherIds => {
                "It may be the extract of another council or health board, of another system, or of another kind; or the earlier one was"
            }
            Self::IdsRewritten => {
                "A spreadsheet may have taken the ids for numbers: these would be other people, without anything that is known or \
                 was decided about them"
            }
            Self::MonthFirst => {
                "The dates may be written month first, as in America, or a spreadsheet may have taken them so: people would get \
                 other dates of birth"
            }
            Self::ManyChanged => {
                "The columns may be shifted, the ids renumbered, or it may be another council's extract"
            }
            Self::ManyLostChi => "The column of CHI numbers may have slipped against the people, or been left empty",
            Self::ManyUnrestricted => {
                "The mark may have been left out of the export: people who must be kept apart would be shown, and decided \
                 about, like any other"
            }
            Self::ColumnsMoved => {
                "The export may have been set up anew, or its headings no longer stand over their columns"
            }
            Self::MoreRejected | Self::MoreWarned => {
                "The columns may be shifted, dates and numbers written in another way, or one person may have several rows"
            }
            Self::Older => "Loading it would put newer details back to older ones",
        }
    }

    fn to_do(self) -> &'static str {
        match self {
            Self::FewRows | Self::ManyGone => "Compare the number of people with Mosaic or CHI, and export it again",
            Self::OtherIds => "Check where the file came from, and what kind of file it is taken for",
            Self::IdsRewritten => "Export it again with the ids as text, and open it in no spreadsheet",
            Self::MonthFirst => "Export it again with dates such as 1985-04-19, and open it in no spreadsheet",
            Self::ManyChanged | Self::MoreRejected | Self::MoreWarned => {
                "Look at a few rows of the file under their headings"
            }
            Self::ManyLostChi => "Look up a few of these people in Mosaic, and compare their CHI numbers with the file",
            Self::ManyUnrestricted => "Ask whoever exported it whether the mark was left out",
            Self::ColumnsMoved => "Check which column holds what, and correct the mapping where it is wrong",
            Self::Older => "Ask for the newest extract",
        }
    }
}

/// Something that looks wrong about a file, in sentences without a full stop. Holds no personal data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suspicion {
    /// What.
    pub kind: SuspicionKind,
    /// What was seen, with its figures.
    pub seen: String,
    /// What it may mean.
    pub may_mean: &'static str,
    /// What to do about it.
    pub to_do: &'static str,
}

impl Suspicion {
    pub(super) fn new(kind: SuspicionKind, seen: String) -> Self {
        Self { kind, seen, may_mean: kind.may_mean(), to_do: kind.to_do() }
    }
}

/// What looks wrong about the first extract of its kind.
pub fn of_the_first(tally: &Tally) -> Vec<Suspicion> {
    let [warned, rejected] = MOST_OF_THE_FIRST;
    let many = |kind, rows: u64, most: f64, what: &str, why| {
        (rows >= A_FEW && rows as f64 > most * tally.rows as f64).then(|| {
            let (all, share) = (number(tally.rows), per_cent(rows, tally.rows));
            Suspicion::new(kind, format!("{} of {all} rows {what} ({share}){}", number(rows), most_often(why)))
        })
    };
    [
        many(SuspicionKind::MoreRejected, tally.rejected, rejected, "rejected", &tally.rejects),
        many(SuspicionKind::MoreWarned, tally.warned, warned, "with a warning", &tally.findings),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// What there is most of, as the end of a sentence.
fn most_often(why: &BTreeMap<String, u64>) -> String {
    // What asks for nothing is no reason to stop, and may be in every row
    let asks = |name: &str| !crate::intake::finding_remedy(name).is_empty();
    let asked = || why.iter().filter(|(name, _)| asks(name));
    let most = if asked().next().is_some() {
        asked().max_by_key(|(_, rows)| **rows)
    } else {
        why.iter().max_by_key(|(_, rows)| **rows)
    };
    most.map(|(why, rows)| format!(". Most often: {} ({})", words::lower_first(why), number(*rows))).unwrap_or_default()
}

/// A file as it came, beside the last of its kind.
pub(super) struct Beside<'a> {
    pub(super) name: &'a str,
    pub(super) mapping: &'a Mapping,
    pub(super) tally: &'a Tally,
    /// Records present before the load.
    pub(super) present: u64,
    /// Records new to the workspace.
    pub(super) added: u64,
    /// Records with other details than before. One to which nothing happened but that Mosaic took its CHI up is none: that
    /// is what a release is for.
    pub(super) changed: u64,
    /// Records that were there before, these included.
    pub(super) known: u64,
    /// Records that were present and are not in the file.
    pub(super) gone: u64,
    /// Of the new, those whose ids are those of the gone but for zeros in front or `.0` behind.
    pub(super) rewritten: u64,
    /// People whose CHI in Mosaic is gone, or another than what was matched, and how many had one.
    pub(super) lost_chi: (u64, u64),
    /// People who are no longer restricted, and how many were.
    pub(super) unrestricted: (u64, u64),
    /// The last file of this kind.
    pub(super) last: &'a SourceFile,
    /// How that was mapped.
    pub(super) last_mapping: &'a Mapping,
    /// The same bytes, where they were loaded once and another file since.
    pub(super) seen_before: Option<&'a SourceFile>,
}

impl Beside<'_> {
    /// What looks wrong, gravest first.
    pub(super) fn suspicions(&self) -> Vec<Suspicion> {
        use SuspicionKind as Kind;
        // That ids were rewritten explains that nobody is known, and says it better
        let rewritten = self.rewritten * 2 >= self.added.max(1);
        let other_ids = if rewritten { None } else { self.other_ids() };
        let few_rows = self.few_rows();
        // That people are gone follows from any of these, whose words say how many.
        let gone = if other_ids.is_none() && few_rows.is_none() && !rewritten { self.many_gone() } else { None };
        let columns = self.columns_moved();
        let tally = self.tally;
        let rejected =
            self.more(Kind::MoreRejected, tally.rejected, self.last.rejected, 0.10, "rejected", &tally.rejects);
        let warned =
            self.more(Kind::MoreWarned, tally.warned, self.last.warned, 0.25, "with a warning", &tally.findings);
        let marks = [self.many_unrestricted(), self.many_lost_chi()];
        let rest = [columns, rejected, warned, self.many_changed(), self.older()];
        [other_ids, few_rows, gone].into_iter().chain(marks).chain(rest).flatten().collect()
    }

    fn people(&self) -> &'static str {
        match self.mapping.kind {
            Kind::Mosaic => "people",
            Kind::Relationships => "relationships",
            _ => "CHI records",
        }
    }

    fn last_words(&self) -> String {
        format!("{}, loaded on {}", self.last.name, words::day(self.last.at))
    }

    fn few_rows(&self) -> Option<Suspicion> {
        let (now, then) = (self.tally.rows, self.last.rows);
        let few = now * 2 < then && then - now >= A_FEW;
        few.then(|| {
            let seen = format!(
                "The file has {} rows; {}, had {}. {} {} would be gone",
                number(now),
                self.last_words(),
                number(then),
                number(self.gone),
                self.people()
            );
            Suspicion::new(SuspicionKind::FewRows, seen)
        })
    }

    /// The known, as a share of the smaller side: an extract that grew is no stranger, nor is one that shrank.
    fn other_ids(&self) -> Option<Suspicion> {
        let of = (self.known + self.added).min(self.present);
        let strange = self.known * 2 < of && of >= A_FEW;
        strange.then(|| {
            let known = match self.known {
                0 => "none is known here".to_owned(),
                1 => "only one is known here".to_owned(),
                n => format!("only {} are known here", number(n)),
            };
            let seen = format!(
                "Of {} {} in the file, {known}. {} would be new, and {} gone",
                number(self.known + self.added),
                self.people(),
                number(self.added),
                number(self.gone)
            );
            Suspicion::new(SuspicionKind::OtherIds, seen)
        })
    }

    fn many_gone(&self) -> Option<Suspicion> {
        let many = self.gone * 5 > self.present && self.gone >= A_FEW;
        many.then(|| {
            let seen = format!(
                "{} of {} {} are not in the file ({}) and would be gone",
                number(self.gone),
                number(self.present),
                self.people(),
                per_cent(self.gone, self.present)
            );
            Suspicion::new(SuspicionKind::ManyGone, seen)
        })
    }

    fn many_changed(&self) -> Option<Suspicion> {
        // The very file of last time, read with other columns, is what it was
        let same_file = !self.last.sha256.is_empty() && self.tally.sha256 == self.last.sha256;
        let many = self.changed * 10 > self.known * 3 && self.changed >= A_FEW && !same_file;
        many.then(|| {
            let seen = format!(
                "{} of {} known {} have other details than before ({})",
                number(self.changed),
                number(self.known),
                self.people(),
                per_cent(self.changed, self.known)
            );
            Suspicion::new(SuspicionKind::ManyChanged, seen)
        })
    }

    /// A number that arrives as it was released is none of these.
    fn many_lost_chi(&self) -> Option<Suspicion> {
        let (lost, had) = self.lost_chi;
        let many = lost * 10 > had && lost >= A_FEW;
        many.then(|| {
            let seen = format!(
                "Of {} people for whom Mosaic held a CHI number, {} have none or another one in the file ({})",
                number(had),
                number(lost),
                per_cent(lost, had)
            );
            Suspicion::new(SuspicionKind::ManyLostChi, seen)
        })
    }

    /// However few there are: from two on, half of them.
    fn many_unrestricted(&self) -> Option<Suspicion> {
        let (lifted, were) = self.unrestricted;
        let many = lifted * 2 >= were && lifted >= 2;
        many.then(|| {
            let seen = format!(
                "{} of {} restricted people are not marked as restricted in the file",
                number(lifted),
                number(were)
            );
            Suspicion::new(SuspicionKind::ManyUnrestricted, seen)
        })
    }

    /// Fields that came from a column last time and come from another, or none, now. Columns that merely moved together with
    /// their headings are no news, nor are columns that nobody uses.
    fn columns_moved(&self) -> Option<Suspicion> {
        let heading = |mapping: &Mapping, column: usize| mapping.headings().get(column).cloned().unwrap_or_default();
        let mut moved = Vec::new();
        for (field, column) in self.last_mapping.columns() {
            let then = heading(self.last_mapping, column);
            match self.mapping.get(field) {
                None => moved.push(format!("{} came from {then} and now from no column", field.words())),
                Some(now) => {
                    let now = heading(self.mapping, now);
                    if !same_heading(&now, &then) {
                        moved.push(format!("{} came from {then} and now from {now}", field.words()));
                    }
                }
            }
        }
        let more = moved.len().saturating_sub(4);
        if moved.is_empty() {
            return None;
        }
        moved.truncate(4);
        let more = if more > 0 { format!("; and {more} more") } else { String::new() };
        Some(Suspicion::new(SuspicionKind::ColumnsMoved, moved.join("; ") + &more))
    }

    /// Rows of a sort, where they are a far larger share than last time, and what there is most of.
    fn more(
        &self,
        kind: SuspicionKind,
        now: u64,
        then: u64,
        jump: f64,
        what: &str,
        why: &BTreeMap<String, u64>,
    ) -> Option<Suspicion> {
        let share = |part: u64, whole: u64| if whole == 0 { 0.0 } else { part as f64 / whole as f64 };
        let jumped = share(now, self.tally.rows) - share(then, self.last.rows) > jump && now >= A_FEW;
        jumped.then(|| {
            let seen = format!(
                "{} of {} rows {what} ({}); {} last time{}",
                number(now),
                number(self.tally.rows),
                per_cent(now, self.tally.rows),
                per_cent(then, self.last.rows),
                most_often(why)
            );
            Suspicion::new(kind, seen)
        })
    }

    /// The day of an extract is known by its file name alone, where that says it.
    fn older(&self) -> Option<Suspicion> {
        if self.tally.rows < A_FEW {
            return None;
        }
        if let Some(before) = self.seen_before {
            let seen = format!(
                "This very file was loaded on {} as {}, and {} since",
                words::day(before.at),
                before.name,
                self.last_words()
            );
            return Some(Suspicion::new(SuspicionKind::Older, seen));
        }
        let (now, then) = (date_in(self.name)?, date_in(&self.last.name)?);
        let day = |date: Date| date.strftime("%-d %b %Y").to_string();
        (now < then).then(|| {
            let seen = format!("By its name it is of {}; {}, is of {}", day(now), self.last_words(), day(then));
            Suspicion::new(SuspicionKind::Older, seen)
        })
    }
}

fn same_heading(one: &str, other: &str) -> bool {
    let plain =
        |text: &str| -> String { text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_uppercase).collect() };
    plain(one) == plain(other)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::workspace::{FileId, StaffId};

    fn last(rows: u64) -> SourceFile {
        SourceFile {
            id: FileId(1),
            kind: "mosaic".into(),
            name: "mosaic_2026-11-02.csv".into(),
            sha256: String::new(),
            bytes: 0,
            rows,
            accepted: rows,
            warned: 0,
            rejected: 0,
            added: rows,
            changed: 0,
            gone: 0,
            findings: Vec::new(),
            at: "2026-11-03T12:00:00Z".parse().unwrap(),
            by: StaffId(1),
            seq: 3,
        }
    }

    fn mapping(headings: &str) -> Mapping {
        Mapping::guess(Kind::Mosaic, &headings.split(',').map(str::to_owned).collect::<Vec<_>>())
    }

    /// What is suspicious about a file of `rows` rows after one of `before`.
    fn seen(rows: u64, before: u64, change: impl FnOnce(&mut Beside<'_>, &mut Tally)) -> Vec<&'static str> {
        let (last, mapping) = (last(before), mapping("PersonID,Surname,FirstForename"));
        let mut tally = Tally { rows, accepted: rows, ..Tally::default() };
        let still = Tally::default();
        let known = rows.min(before);
        let mut beside = Beside {
            name: "mosaic_2026-11-03.csv",
            mapping: &mapping,
            tally: &still,
            present: before,
            added: rows - known,
            changed: 0,
            known,
            gone: before - known,
            rewritten: 0,
            lost_chi: (0, before / 4),
            unrestricted: (0, 4),
            last: &last,
            last_mapping: &mapping,
            seen_before: None,
        };
        change(&mut beside, &mut tally);
        let beside = Beside { tally: &tally, ..beside };
        beside.suspicions().into_iter().map(|it| it.kind.code()).collect()
    }

    #[test]
    fn an_extract_like_the_last_one_is_not_suspicious() {
        assert!(seen(1000, 1000, |_, _| {}).is_empty());
        assert!(seen(1400, 1000, |it, _| it.changed = 300).is_empty(), "it grew, and some changed");
        assert!(seen(800, 1000, |_, _| {}).is_empty(), "a fifth is gone");
    }

    #[test]
    fn each_limit_is_where_it_is_said_to_be() {
        assert_eq!(seen(799, 1000, |_, _| {}), ["many_gone"]);
        assert_eq!(seen(500, 1000, |_, _| {}), ["many_gone"]);
        assert_eq!(seen(499, 1000, |_, _| {}), ["few_rows"]);
        assert_eq!(seen(1000, 1000, |it, _| it.changed = 301), ["many_changed"]);
        assert_eq!(seen(1000, 1000, |_, tally| tally.rejected = 101), ["more_rejected"]);
        assert_eq!(seen(1000, 1000, |_, tally| tally.warned = 251), ["more_warned"]);
        assert_eq!(seen(1000, 1000, |it, _| it.lost_chi.0 = 26), ["many_lost_chi"]);
        assert!(seen(1000, 1000, |it, _| it.lost_chi.0 = 25).is_empty(), "a tenth of those who had one");
        assert_eq!(seen(1000, 1000, |it, _| it.unrestricted.0 = 2), ["many_unrestricted"]);
        assert!(seen(1000, 1000, |it, _| it.unrestricted = (2, 5)).is_empty());
        assert!(seen(1000, 1000, |it, _| it.unrestricted = (1, 1)).is_empty(), "one person's restriction may end");
        let other = |known: u64| {
            move |it: &mut Beside<'_>, _: &mut Tally| {
                (it.known, it.added, it.gone) = (known, 1000 - known, 1000 - known);
            }
        };
        assert_eq!(seen(1000, 1000, other(499)), ["other_ids"]);
        assert_eq!(seen(1000, 1000, other(500)), ["many_gone"]);
        let rewritten = |people: u64| {
            move |it: &mut Beside<'_>, _: &mut Tally| {
                (it.known, it.added, it.gone, it.rewritten) = (400, 600, 600, people);
            }
        };
        assert_eq!(seen(1000, 1000, rewritten(299)), ["other_ids"]);
        assert!(seen(1000, 1000, rewritten(300)).is_empty(), "asked about as ids that were rewritten");
    }

    #[test]
    fn the_first_of_its_kind_is_held_against_itself_alone() {
        let seen = |rows: u64, warned: u64, rejected: u64| {
            let findings = BTreeMap::from([("Date differs from CHI digits".to_owned(), warned)]);
            let found = of_the_first(&Tally { rows, warned, rejected, findings, ..Tally::default() });
            found.into_iter().map(|it| (it.kind.code(), it.seen)).collect::<Vec<_>>()
        };
        assert!(seen(90, 30, 18).is_empty() && seen(9, 9, 0).is_empty() && seen(12, 3, 9).is_empty());
        let words = "31 of 90 rows with a warning (34.4 %). Most often: date differs from CHI digits (31)".to_owned();
        assert_eq!(seen(90, 31, 0), [("more_warned", words)]);
        assert_eq!(seen(90, 0, 19)[0].0, "more_rejected");
    }

    #[test]
    fn a_handful_says_nothing() {
        assert!(seen(3, 9, |_, _| {}).is_empty());
        assert!(seen(12, 12, |it, tally| (it.changed, tally.rejected, tally.warned) = (9, 9, 9)).is_empty());
    }

    #[test]
    fn a_field_from_another_column_is_seen_and_a_new_column_that_nobody_uses_is_not() {
        let moved = mapping("PERSON_ID,Odd,first forename,SURNAME");
        assert!(seen(100, 100, |it, _| it.mapping = Box::leak(Box::new(moved))).is_empty());
        let other = mapping("PersonID,LastName,FirstForename");
        assert_eq!(seen(100, 100, |it, _| it.mapping = Box::leak(Box::new(other))), ["columns_moved"]);
        let lost = mapping("PersonID,Surname");
        assert_eq!(seen(100, 100, |it, _| it.mapping = Box::leak(Box::new(lost))), ["columns_moved"]);
    }

    #[test]
    fn an_older_day_in_the_name_is_seen() {
        assert_eq!(seen(100, 100, |it, _| it.name = "mosaic_20261101.csv"), ["older"]);
        assert!(seen(100, 100, |it, _| it.name = "mosaic.csv").is_empty());
    }

    #[test]
    fn every_kind_has_a_code_of_its_own() {
        for kind in SuspicionKind::ALL {
            assert_eq!(SuspicionKind::of_code(kind.code()), Some(kind));
            assert!(!kind.title().is_empty() && !kind.may_mean().is_empty() && !kind.to_do().is_empty());
        }
    }
}
