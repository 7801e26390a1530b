//! Facets: what a queue can be divided by, how many pairs each value would show, and whose pair it is to look at.
//!
//! The counts of one facet hold under all the other facets of a filter, as is usual: choosing a second value in a facet adds
//! its count, choosing one in another facet narrows. One walk along what is kept of the pairs, or along
//! the index of the queues, counts them all.

use std::collections::HashMap;

use rusqlite::{Connection, OptionalExtension, params};
use serde::{Deserialize, Serialize};

use super::asked::{self, Asked};
use super::candidates::kind_code;
use super::event::{FileId, StaffId};
use super::project::expect;
use super::{QueueFilter, Result, StateFilter, Workspace};
use crate::pair::{Band, Hazards, PairKey, PairKind, Reason, Verdict};

/// Whose a pair is that was assigned to nobody.
pub const NOBODY: StaffId = StaffId(0);

/// How long ago a pair was first proposed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Age {
    /// Today (UTC).
    Today,
    /// One to six days ago.
    Week,
    /// A week to 29 days ago.
    Month,
    /// Thirty days ago or longer.
    Older,
}

impl Age {
    /// Every age, the youngest first.
    pub const ALL: [Self; 4] = [Self::Today, Self::Week, Self::Month, Self::Older];

    /// The age in words.
    pub fn words(self) -> &'static str {
        match self {
            Self::Today => "Today",
            Self::Week => "This week",
            Self::Month => "This month",
            Self::Older => "Longer ago",
        }
    }

    /// The age of what is so many days old.
    pub fn of(days: i64) -> Self {
        match days {
            ..=0 => Self::Today,
            1..=6 => Self::Week,
            7..=29 => Self::Month,
            _ => Self::Older,
        }
    }

    /// The days it spans, counted back from today.
    fn days(self) -> [i64; 2] {
        match self {
            Self::Today => [i64::MIN / 4, 0],
            Self::Week => [1, 6],
            Self::Month => [7, 29],
            Self::Older => [30, i64::MAX / 4],
        }
    }
}

/// Every state a queue can be of, in the order of [`Facets::states`].
pub const STATES: [StateFilter; 9] = [
    StateFilter::Undecided,
    StateFilter::Answered(Verdict::Match),
    StateFilter::Answered(Verdict::NotMatch),
    StateFilter::Answered(Verdict::Unsure),
    StateFilter::Answered(Verdict::Refer),
    StateFilter::AnyAnswer,
    StateFilter::Settled,
    StateFilter::Again,
    StateFilter::All,
];

/// How many pairs each value of each facet would show. Values that no pair has are left out of the lists.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Facets {
    /// By state, as [`STATES`].
    pub states: [u64; STATES.len()],
    /// By band: automatic, to review, unlikely.
    pub bands: [u64; 3],
    /// By hazard, in the order of the hazards.
    pub hazards: Vec<(Hazards, u64)>,
    /// By team or context: its number, its name ('' is none), by name.
    pub contexts: Vec<(i64, String, u64)>,
    /// By the file that brought or last changed the Mosaic record, the newest first.
    pub files: Vec<(FileId, String, u64)>,
    /// By age, as [`Age::ALL`].
    pub ages: [u64; 4],
    /// By who decided.
    pub staff: Vec<(StaffId, u64)>,
    /// By the reason of the decision.
    pub reasons: Vec<(Reason, u64)>,
    /// By whose it is, [`NOBODY`] among them.
    pub assigned: Vec<(StaffId, u64)>,
}

/// The number of a team or context; 0 is none.
pub(super) fn context(conn: &Connection, name: &str) -> Result<i64> {
    let name = name.trim();
    if name.is_empty() {
        return Ok(0);
    }
    let mut find = conn.prepare_cached("SELECT id FROM context WHERE name = ?1")?;
    if let Some(id) = find.query_row([name], |row| row.get(0)).optional()? {
        return Ok(id);
    }
    conn.prepare_cached("INSERT INTO context (name) VALUES (?1)")?.execute([name])?;
    Ok(conn.last_insert_rowid())
}

/// Lets the candidates of a Mosaic record follow it.
pub(super) fn follow(conn: &Connection, mosaic: &str, context: i64, file: FileId) -> Result<()> {
    for kind in [PairKind::Link, PairKind::Duplicate] {
        conn.prepare_cached("UPDATE candidate SET context = ?3, file = ?4 WHERE kind = ?1 AND a = ?2")?
            .execute(params![kind_code(kind), mosaic, context, file.0])?;
    }
    Ok(())
}

/// Gives a pair to somebody, or takes it from them.
pub(super) fn assign(conn: &Connection, pair: &PairKey, before: Option<StaffId>, after: Option<StaffId>) -> Result<()> {
    let (kind, a, b) = (kind_code(pair.kind()), pair.left(), pair.right());
    expect(assigned_to(conn, pair)? == before)?;
    match after {
        Some(staff) => conn
            .prepare_cached(
                "INSERT INTO assignment (kind, a, b, staff) VALUES (?1, ?2, ?3, ?4)
                 ON CONFLICT DO UPDATE SET staff = excluded.staff",
            )?
            .execute(params![kind, a, b, staff.0])?,
        None => conn
            .prepare_cached("DELETE FROM assignment WHERE kind = ?1 AND a = ?2 AND b = ?3")?
            .execute([kind, a, b])?,
    };
    Ok(())
}

fn assigned_to(conn: &Connection, pair: &PairKey) -> Result<Option<StaffId>> {
    let mut find = conn.prepare_cached("SELECT staff FROM assignment WHERE kind = ?1 AND a = ?2 AND b = ?3")?;
    let found = find.query_row([kind_code(pair.kind()), pair.left(), pair.right()], |row| row.get(0).map(StaffId));
    Ok(found.optional()?)
}

/// The conditions of a filter on the columns that stand beside each candidate for its facets, in SQL.
pub(super) fn condition(filter: &QueueFilter) -> String {
    let mut condition = String::new();
    let mut among = |column: &str, values: &[i64]| {
        if !values.is_empty() {
            let values: Vec<String> = values.iter().map(ToString::to_string).collect();
            condition += &format!(" AND {column} IN ({})", values.join(", "));
        }
    };
    among("context", &filter.contexts);
    among("file", &filter.files.iter().map(|file| file.0).collect::<Vec<_>>());
    if !filter.ages.is_empty() {
        let today = today();
        let spans = filter.ages.iter().map(|age| {
            let [from, to] = age.days();
            format!("since BETWEEN {} AND {}", today - to, today - from)
        });
        condition += &format!(" AND ({})", spans.collect::<Vec<_>>().join(" OR "));
    }
    condition
}

/// Today (UTC), counted as `candidate.since` is.
pub(super) fn today() -> i64 {
    jiff::Timestamp::now().as_second().div_euclid(86_400)
}

/// What is known of pairs beside their candidates: who decided them and why, and whose they are.
#[derive(Debug, Default)]
pub(super) struct Beside {
    decided: HashMap<i64, (StaffId, Option<Reason>)>,
    assigned: HashMap<i64, StaffId>,
}

impl Beside {
    /// Reads what a filter asks about.
    pub(super) fn for_filter(conn: &Connection, filter: &QueueFilter) -> Result<Self> {
        Ok(Self {
            decided: match filter.staff.is_empty() && filter.reasons.is_empty() {
                true => HashMap::new(),
                false => decided(conn, filter.kind)?,
            },
            assigned: match filter.assigned.is_empty() {
                true => HashMap::new(),
                false => assigned(conn, filter.kind)?,
            },
        })
    }

    /// Whether a pair is what a filter asks.
    pub(super) fn fits(&self, filter: &QueueFilter, id: i64) -> bool {
        let decided = self.decided.get(&id);
        (filter.staff.is_empty() || decided.is_some_and(|(staff, _)| filter.staff.contains(staff)))
            && (filter.reasons.is_empty()
                || decided.and_then(|(_, reason)| *reason).is_some_and(|reason| filter.reasons.contains(&reason)))
            && (filter.assigned.is_empty() || filter.assigned.contains(&self.whose(id)))
    }

    fn whose(&self, id: i64) -> StaffId {
        self.assigned.get(&id).copied().unwrap_or(NOBODY)
    }
}

fn decided(conn: &Connection, kind: PairKind) -> Result<HashMap<i64, (StaffId, Option<Reason>)>> {
    let mut find = conn.prepare_cached(
        "SELECT c.id, d.staff, json_extract(d.judgement, '$.reason') FROM decision d
         JOIN candidate c ON c.kind = d.kind AND c.a = d.a AND c.b = d.b WHERE d.kind = ?1",
    )?;
    let mut rows = find.query([kind_code(kind)])?;
    let mut found = HashMap::new();
    while let Some(row) = rows.next()? {
        let reason = row.get::<_, Option<String>>(2)?.and_then(|code| Reason::parse(&code));
        found.insert(row.get(0)?, (StaffId(row.get(1)?), reason));
    }
    Ok(found)
}

fn assigned(conn: &Connection, kind: PairKind) -> Result<HashMap<i64, StaffId>> {
    let mut find = conn.prepare_cached(
        "SELECT c.id, s.staff FROM assignment s JOIN candidate c ON c.kind = s.kind AND c.a = s.a AND c.b = s.b
         WHERE s.kind = ?1",
    )?;
    let rows = find.query_map([kind_code(kind)], |row| Ok((row.get(0)?, StaffId(row.get(1)?))))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// Counts of each value.
struct Counts {
    facets: Facets,
    hazards: HashMap<u32, u64>,
    contexts: HashMap<i64, u64>,
    files: HashMap<i64, u64>,
    staff: HashMap<StaffId, u64>,
    reasons: HashMap<Reason, u64>,
    assigned: HashMap<StaffId, u64>,
}

impl Counts {
    /// Counts a pair under every facet that it would be shown by.
    fn take(&mut self, filter: &QueueFilter, pair: &Asked, beside: &Beside, today: i64) {
        let decided = beside.decided.get(&pair.id);
        let values = Values {
            pair,
            age: pair.age(today),
            staff: decided.map(|(staff, _)| *staff),
            reason: decided.and_then(|(_, reason)| *reason),
            assigned: beside.whose(pair.id),
        };
        let fit = values.fit(filter, today);
        let here = pair.is_of(filter.state) && pair.is_in(&filter.bands, filter.state);
        let mut misses = (0..fit.len()).filter(|facet| !fit[*facet]);
        match (misses.next(), misses.next()) {
            (None, _) => {
                for (count, state) in self.facets.states.iter_mut().zip(STATES) {
                    *count += u64::from(pair.is_of(state) && pair.is_in(&filter.bands, state));
                }
                if pair.is_of(filter.state) {
                    for (count, one) in self.facets.bands.iter_mut().zip(Band::ALL) {
                        *count += u64::from(pair.is_in(&[one], filter.state));
                    }
                }
                if here {
                    (0..fit.len()).for_each(|facet| self.add(&values, facet));
                }
            }
            (Some(facet), None) if here => self.add(&values, facet),
            _ => {}
        }
    }

    fn add(&mut self, values: &Values<'_>, facet: usize) {
        match facet {
            0 => values.pair.hazards.each().for_each(|hazard| *self.hazards.entry(hazard.bits()).or_default() += 1),
            1 => *self.contexts.entry(values.pair.context.into()).or_default() += 1,
            2 => *self.files.entry(values.pair.file.into()).or_default() += 1,
            3 => self.facets.ages[values.age as usize] += 1,
            4 => values.staff.iter().for_each(|staff| *self.staff.entry(*staff).or_default() += 1),
            5 => values.reason.iter().for_each(|reason| *self.reasons.entry(*reason).or_default() += 1),
            _ => *self.assigned.entry(values.assigned).or_default() += 1,
        }
    }
}

/// The facets beside state and band, as one pair has them.
struct Values<'a> {
    pair: &'a Asked,
    age: Age,
    staff: Option<StaffId>,
    reason: Option<Reason>,
    assigned: StaffId,
}

impl Values<'_> {
    /// Which facets of a filter hold, in the order hazards, contexts, files, ages, staff, reasons, assigned.
    fn fit(&self, filter: &QueueFilter, today: i64) -> [bool; 7] {
        let [hazards, contexts, files, ages] = self.pair.fit(filter, today);
        [
            hazards,
            contexts,
            files,
            ages,
            filter.staff.is_empty() || self.staff.is_some_and(|staff| filter.staff.contains(&staff)),
            filter.reasons.is_empty() || self.reason.is_some_and(|reason| filter.reasons.contains(&reason)),
            filter.assigned.is_empty() || filter.assigned.contains(&self.assigned),
        ]
    }
}

impl Workspace {
    /// Counts every facet under a filter.
    pub fn facets(&self, filter: &QueueFilter) -> Result<Facets> {
        let kept = match filter.text.trim() {
            "" => self.kept_already(filter.kind),
            _ => Some(self.kept(filter.kind)?),
        };
        let wanted = match (filter.text.trim(), &kept) {
            ("", _) | (_, None) => None,
            (text, Some(kept)) => Some(kept.named.speaking_of(text)),
        };
        let beside =
            Beside { decided: decided(&self.conn, filter.kind)?, assigned: assigned(&self.conn, filter.kind)? };
        let today = today();
        let mut counts = Counts {
            facets: Facets::default(),
            hazards: HashMap::new(),
            contexts: HashMap::new(),
            files: HashMap::new(),
            staff: HashMap::new(),
            reasons: HashMap::new(),
            assigned: HashMap::new(),
        };
        let mut take = |pair: Asked| {
            if pair.leads(filter) && wanted.as_ref().is_none_or(|wanted| wanted.holds(pair.id)) {
                counts.take(filter, &pair, &beside, today);
            }
        };
        match kept {
            Some(kept) if filter.class.is_none() => kept.pairs().for_each(take),
            _ => {
                let (index, class) = match filter.class {
                    Some(class) => (class.index(), format!(" AND {}", class.condition())),
                    None => ("candidate_queue", String::new()),
                };
                let mut find = self.conn.prepare_cached(&format!(
                    "SELECT {} FROM candidate INDEXED BY {index} WHERE kind = ?1{class}",
                    asked::COLUMNS
                ))?;
                let mut rows = find.query([kind_code(filter.kind)])?;
                while let Some(row) = rows.next()? {
                    take(Asked::read(row)?);
                }
            }
        }
        self.named_facets(counts)
    }

    /// Gives the counts their names.
    fn named_facets(&self, counts: Counts) -> Result<Facets> {
        let Counts { mut facets, hazards, contexts, files, staff, reasons, assigned } = counts;
        facets.hazards =
            Hazards::all().each().filter_map(|hazard| Some((hazard, hazards.get(&hazard.bits()).copied()?))).collect();
        let mut names = self.conn.prepare_cached("SELECT id, name FROM context ORDER BY name")?;
        let names = names.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
        let none = std::iter::once(Ok((0, String::new())));
        for named in names.chain(none) {
            let (id, name): (i64, String) = named?;
            facets.contexts.extend(contexts.get(&id).map(|count| (id, name, *count)));
        }
        for file in self.files()? {
            facets.files.extend(files.get(&file.id.0).map(|count| (file.id, file.name, *count)));
        }
        facets.files.sort_by_key(|(file, ..)| std::cmp::Reverse(*file));
        facets.staff = staff.into_iter().collect();
        facets.staff.sort();
        facets.reasons = Reason::ALL.into_iter().filter_map(|it| Some((it, reasons.get(&it).copied()?))).collect();
        facets.assigned = assigned.into_iter().collect();
        facets.assigned.sort();
        Ok(facets)
    }

    /// Whose a pair is to look at.
    pub fn assigned_to(&self, pair: &PairKey) -> Result<Option<StaffId>> {
        assigned_to(&self.conn, pair)
    }

    /// How old the pairs are that wait for an answer in the review band, links and duplicates together, as [`Age::ALL`].
    pub fn backlog_by_age(&self) -> Result<[u64; 4]> {
        let mut found = [0; 4];
        for kind in [PairKind::Link, PairKind::Duplicate] {
            let waiting = self.facets(&QueueFilter::start(kind))?;
            found.iter_mut().zip(waiting.ages).for_each(|(all, of_kind)| *all += of_kind);
        }
        Ok(found)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::super::fixture::*;
    use super::*;

    /// Pairs of every sort: three contexts, hazards, bands, answers with reasons, assigned ones, and ones of long ago.
    fn busy() -> Fixture {
        let mut it = workspace(12);
        it.ws
            .apply_with(|tx| {
                let file = tx.new_file(&new_file("mosaic", "moved.csv"))?;
                for n in 1..=12 {
                    let mut record = mosaic_record(n, "");
                    record.context = ["Adult", "Children", ""][n as usize % 3].into();
                    record.details.postcode = "DG9 9ZZ".into();
                    tx.put_mosaic(file, u64::from(n), &record, &[])?;
                }
                Ok((vec![file_loaded(tx, file, &crate::workspace::FileTally::default())], ()))
            })
            .unwrap();
        let pairs = (1..=12).map(|n| {
            let mut pair = new_pair(link(n), f64::from(n) - 4.0);
            pair.band = Band::ALL[n as usize % 3];
            pair.hazards = [Hazards::empty(), Hazards::TWIN, Hazards::TWIN | Hazards::NAMESAKE][n as usize / 5];
            pair
        });
        it.run(pairs);
        for (n, verdict) in [(1, Verdict::Match), (2, Verdict::NotMatch), (4, Verdict::Unsure), (7, Verdict::Match)] {
            it.decide(&link(n), verdict);
        }
        let me = it.ws.me().id;
        let assigned = |n| Event::Assigned { pair: link(n), before: None, after: Some(me) };
        it.apply(vec![assigned(3), assigned(4), assigned(5)]);
        it.ws.conn.execute("UPDATE candidate SET since = since - id * id", []).unwrap();
        it
    }

    use super::super::event::Event;

    fn shown(it: &Fixture, filter: &QueueFilter) -> u64 {
        it.ws.queue(filter).unwrap().len() as u64
    }

    /// Every count is the length of the queue that has that value alone in its facet, under whatever else is chosen.
    #[test]
    fn a_count_is_what_choosing_it_would_show() {
        let it = busy();
        let me = it.ws.me().id;
        let start = QueueFilter { bands: vec![], ..QueueFilter::start(PairKind::Link) };
        let all = QueueFilter { state: StateFilter::All, best_only: false, ..start.clone() };
        let filters = [
            start.clone(),
            QueueFilter::start(PairKind::Link),
            all.clone(),
            QueueFilter { hazards: Hazards::TWIN, ..all.clone() },
            QueueFilter { contexts: vec![1], ages: vec![Age::Older, Age::Month], ..all.clone() },
            QueueFilter { staff: vec![me], state: StateFilter::AnyAnswer, ..all.clone() },
            QueueFilter { reasons: vec![Reason::Moved], bands: vec![Band::Review, Band::Low], ..all.clone() },
            QueueFilter { assigned: vec![me], hazards: Hazards::NAMESAKE, ..all.clone() },
            QueueFilter { assigned: vec![NOBODY], text: "0".into(), ..all },
        ];
        let mut compared = 0;
        for filter in &filters {
            let facets = it.ws.facets(filter).unwrap();
            let mut check = |count: u64, with: QueueFilter| {
                assert_eq!(shown(&it, &with), count, "{with:?} in {filter:?}");
                compared += count;
            };
            for (count, state) in facets.states.into_iter().zip(STATES) {
                check(count, QueueFilter { state, ..filter.clone() });
            }
            for (count, band) in facets.bands.into_iter().zip(Band::ALL) {
                check(count, QueueFilter { bands: vec![band], ..filter.clone() });
            }
            for (hazards, count) in facets.hazards {
                check(count, QueueFilter { hazards, ..filter.clone() });
            }
            for (context, _, count) in facets.contexts {
                check(count, QueueFilter { contexts: vec![context], ..filter.clone() });
            }
            for (file, _, count) in facets.files {
                check(count, QueueFilter { files: vec![file], ..filter.clone() });
            }
            for (count, age) in facets.ages.into_iter().zip(Age::ALL) {
                check(count, QueueFilter { ages: vec![age], ..filter.clone() });
            }
            for (staff, count) in facets.staff {
                check(count, QueueFilter { staff: vec![staff], ..filter.clone() });
            }
            for (reason, count) in facets.reasons {
                check(count, QueueFilter { reasons: vec![reason], ..filter.clone() });
            }
            for (staff, count) in facets.assigned {
                check(count, QueueFilter { assigned: vec![staff], ..filter.clone() });
            }
        }
        assert!(compared > 200, "only {compared} pairs were counted");
    }

    #[test]
    fn a_pair_keeps_the_day_it_was_first_proposed_and_follows_its_record() {
        let mut it = busy();
        let ages = |it: &Fixture| {
            it.ws.facets(&QueueFilter { bands: vec![], ..QueueFilter::start(PairKind::Link) }).unwrap().ages
        };
        let before = ages(&it);
        assert!(before[3] > 0 && before[0] == 0, "{before:?}");
        it.run((1..=12).map(|n| new_pair(link(n), 2.0)));
        let all = QueueFilter { bands: vec![], state: StateFilter::All, ..QueueFilter::start(PairKind::Link) };
        let facets = it.ws.facets(&all).unwrap();
        assert_eq!(facets.ages[0], 0, "proposed again is not proposed anew");
        assert_eq!(facets.contexts.iter().map(|it| it.1.as_str()).collect::<Vec<_>>(), ["Adult", "Children", ""]);
        it.ws
            .apply_with(|tx| {
                let file = tx.new_file(&new_file("mosaic", "later.csv"))?;
                let mut record = mosaic_record(3, "");
                record.context = "Justice".into();
                tx.put_mosaic(file, 1, &record, &[])?;
                Ok((vec![file_loaded(tx, file, &crate::workspace::FileTally::default())], ()))
            })
            .unwrap();
        let facets = it.ws.facets(&all).unwrap();
        let justice = facets.contexts.iter().find(|it| it.1 == "Justice").unwrap();
        assert_eq!(justice.2, 1);
        let follows = "SELECT count(*), count(DISTINCT c.file) FROM candidate c
            JOIN mosaic_record m ON m.mosaic_id = c.a AND m.file = c.file AND m.context = c.context WHERE c.kind = 'link'";
        let (rows, files): (i64, i64) =
            it.ws.conn.query_row(follows, [], |row| Ok((row.get(0)?, row.get(1)?))).unwrap();
        assert_eq!((rows, files), (12, 2), "each has the file and the context of its record");
        it.healthy();
    }

    #[test]
    fn what_is_assigned_says_whose_it_was_and_undo_gives_it_back() {
        let mut it = busy();
        let me = it.ws.me().id;
        it.refused(vec![Event::Assigned { pair: link(3), before: None, after: Some(me) }]);
        it.apply(vec![Event::Assigned { pair: link(3), before: Some(me), after: None }]);
        assert_eq!(it.ws.assigned_to(&link(3)).unwrap(), None);
        let deed = it.ws.last_undoable().unwrap().unwrap();
        it.ws.apply_undo(&deed).unwrap();
        assert_eq!(it.ws.assigned_to(&link(3)).unwrap(), Some(me));
        it.healthy();
    }
}
