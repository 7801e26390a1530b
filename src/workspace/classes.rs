//! Classes: certain pairs that are alike, by how their details agree, or by the warnings that alone keep them from being automatic.

use rusqlite::Connection;
use serde::{Deserialize, Serialize};

use super::candidates::kind_code;
use super::{Result, StaffId, Workspace, decisions, number};
use crate::pair::{Hazards, How, PairKind, Verdict};

/// What the pairs of a class have in common. Every one of them is the one that was chosen for its record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(from = "Written", into = "Written")]
pub enum Alike {
    /// They are of the automatic band, without a hazard, and their details agree in this one way, packed.
    Agreement(u32),
    /// They are as probable as that band, and have exactly these hazards, each of which tells of a record and not of who is
    /// meant ([`Hazards::OF_A_RECORD`]). Links alone: a merge cannot be undone, so that each with a warning is looked at.
    Warnings(Hazards),
}

/// The same in a queue that is kept: an agreement is its bare number, as it was before there were other classes.
#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum Written {
    Agreement(u32),
    Warnings { warnings: Hazards },
}

impl From<Written> for Alike {
    fn from(written: Written) -> Self {
        match written {
            Written::Agreement(pattern) => Self::Agreement(pattern),
            Written::Warnings { warnings } => Self::Warnings(warnings),
        }
    }
}

impl From<Alike> for Written {
    fn from(alike: Alike) -> Self {
        match alike {
            Alike::Agreement(pattern) => Self::Agreement(pattern),
            Alike::Warnings(warnings) => Self::Warnings { warnings },
        }
    }
}

/// A pair's place in its class: the class; its place in the mixed order; its number.
pub type Place = (Alike, i64, i64);

/// The two sorts of classes, as the table of candidates knows them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sort {
    Agreement,
    Warnings,
}

impl Sort {
    /// The sorts that there are of a kind of pair.
    fn of(kind: PairKind) -> &'static [Self] {
        match kind {
            PairKind::Link => &[Self::Agreement, Self::Warnings],
            PairKind::Duplicate => &[Self::Agreement],
        }
    }

    /// The index that holds its pairs alone.
    fn index(self) -> &'static str {
        match self {
            Self::Agreement => "candidate_class",
            Self::Warnings => "candidate_warned",
        }
    }

    /// What tells its classes apart.
    fn column(self) -> &'static str {
        match self {
            Self::Agreement => "pattern",
            Self::Warnings => "hazards",
        }
    }

    /// What every pair of the sort is, in SQL. As probable as the automatic band is what the newest run says of it: without a
    /// run nothing says where that begins.
    fn condition(self) -> String {
        match self {
            Self::Agreement => "band = 0 AND hazards = 0 AND best = 1".to_owned(),
            Self::Warnings => format!(
                "band = 1 AND hazards <> 0 AND best = 1 AND hazards & {} = 0 AND kind = 'link'
                 AND probability >= (SELECT cut_auto FROM run ORDER BY id DESC LIMIT 1)",
                Hazards::OF_A_RECORD.complement().bits()
            ),
        }
    }

    fn alike(self, value: u32) -> Alike {
        match self {
            Self::Agreement => Alike::Agreement(value),
            Self::Warnings => Alike::Warnings(Hazards::from_bits_retain(value)),
        }
    }
}

impl Alike {
    fn sort(self) -> Sort {
        match self {
            Self::Agreement(_) => Sort::Agreement,
            Self::Warnings(_) => Sort::Warnings,
        }
    }

    /// The index that holds the pairs of all such classes.
    pub(super) fn index(self) -> &'static str {
        self.sort().index()
    }

    /// What every pair of the class is, in SQL.
    pub(super) fn condition(self) -> String {
        let (sort, value) = match self {
            Self::Agreement(pattern) => (Sort::Agreement, pattern),
            Self::Warnings(hazards) => (Sort::Warnings, hazards.bits()),
        };
        format!("{} = {value} AND {}", sort.column(), sort.condition())
    }
}

/// The sorts of classes that are asked for, and the condition of each.
fn asked_for(kind: PairKind, of: Option<Alike>) -> Vec<(Sort, String)> {
    match of {
        Some(alike) => vec![(alike.sort(), alike.condition())],
        None => Sort::of(kind).iter().map(|sort| (*sort, sort.condition())).collect(),
    }
}

/// The links that a reason alone keeps from being automatic, those of the classes with warnings: how many wait, and how many
/// there are.
pub(super) fn for_a_reason(conn: &Connection) -> Result<[u64; 2]> {
    let mut find = conn.prepare_cached(&format!(
        "SELECT coalesce(sum(answer IN (0, 5, 6, 7, 8)), 0), count(*) FROM candidate INDEXED BY {} WHERE {}",
        Sort::Warnings.index(),
        Sort::Warnings.condition()
    ))?;
    Ok(find.query_row([], |row| Ok([number::count(row, 0)?, number::count(row, 1)?]))?)
}

impl Workspace {
    /// The pairs of a kind that wait for an answer, of one class or class by class, each in the mixed order. What a second person
    /// returned by name is looked at by itself.
    pub fn class_waiting(&self, kind: PairKind, of: Option<Alike>) -> Result<Vec<Place>> {
        let mut found = Vec::new();
        for (sort, condition) in asked_for(kind, of) {
            let (index, column) = (sort.index(), sort.column());
            let mut find = self.conn.prepare_cached(&format!(
                "SELECT {column}, mix, id FROM candidate INDEXED BY {index}
                 WHERE kind = ?1 AND {condition} AND (answer = 0 OR answer BETWEEN 5 AND 8 AND NOT EXISTS (
                    SELECT 1 FROM decision d WHERE d.kind = candidate.kind AND d.a = candidate.a AND d.b = candidate.b AND {}))
                 ORDER BY {column}, mix, id",
                decisions::RETURNED_BY_NAME
            ))?;
            let places =
                find.query_map([kind_code(kind)], |row| Ok((sort.alike(row.get(0)?), row.get(1)?, row.get(2)?)))?;
            for place in places {
                found.push(place?);
            }
        }
        Ok(found)
    }

    /// The pairs of a class, or of every one, that were answered one by one, with who answered and what, where it still holds.
    pub fn class_answered(&self, kind: PairKind, of: Option<Alike>) -> Result<Vec<(Place, StaffId, Verdict)>> {
        let mut found = Vec::new();
        for (sort, condition) in asked_for(kind, of) {
            let (index, column) = (sort.index(), sort.column());
            let mut find = self.conn.prepare_cached(&format!(
                "SELECT c.{column}, c.mix, c.id, d.verdict, json_extract(d.judgement, '$.how'), d.staff
                 FROM (SELECT kind, a, b, {column}, mix, id FROM candidate INDEXED BY {index}
                       WHERE kind = ?1 AND {condition} AND answer BETWEEN 1 AND 4) c
                 JOIN decision d ON d.kind = c.kind AND d.a = c.a AND d.b = c.b
                 ORDER BY c.{column}, c.mix, c.id"
            ))?;
            let mut rows = find.query([kind_code(kind)])?;
            while let Some(row) = rows.next()? {
                let how: String = row.get(4)?;
                let alone = [How::ByHand, How::File].iter().any(|it| it.code() == how);
                if let Some(verdict) = Verdict::parse(&row.get::<_, String>(3)?).filter(|_| alone) {
                    let place = (sort.alike(row.get(0)?), row.get(1)?, row.get(2)?);
                    found.push((place, StaffId(row.get(5)?), verdict));
                }
            }
        }
        Ok(found)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::super::fixture::*;
    use super::super::{Event, NewPair, QueueFilter};
    use super::*;
    use crate::pair::{Band, Hazards};

    /// Nine links: six agree alike, of which one has a hazard and one is to be reviewed; three agree in another way.
    fn nine() -> Fixture {
        let mut it = workspace(9);
        let pairs = (1..=9).map(|n| NewPair {
            pattern: if n <= 6 { 7 } else { 9 },
            band: if n == 6 { Band::Review } else { Band::Auto },
            hazards: if n == 5 { Hazards::NAMESAKE } else { Hazards::empty() },
            ..new_pair(link(n), 20.0)
        });
        it.run(pairs);
        it
    }

    const ALIKE: [Alike; 2] = [Alike::Agreement(7), Alike::Agreement(9)];

    fn waiting(it: &Fixture) -> [usize; 2] {
        let waiting = it.ws.class_waiting(PairKind::Link, None).unwrap();
        ALIKE.map(|alike| waiting.iter().filter(|place| place.0 == alike).count())
    }

    #[test]
    fn a_class_is_what_agrees_alike_without_a_hazard() {
        let mut it = nine();
        assert_eq!(waiting(&it), [4, 3]);
        it.decide(&link(1), Verdict::Match);
        it.decide(&link(7), Verdict::NotMatch);
        assert_eq!(waiting(&it), [3, 2]);
        let me = it.ws.me().id;
        let answered = it.ws.class_answered(PairKind::Link, None).unwrap();
        let said: Vec<_> = answered.iter().map(|(place, staff, verdict)| (place.0, *staff, *verdict)).collect();
        assert_eq!(said, [(ALIKE[0], me, Verdict::Match), (ALIKE[1], me, Verdict::NotMatch)]);
        assert_eq!(it.ws.class_answered(PairKind::Link, Some(ALIKE[1])).unwrap().len(), 1);
    }

    /// What was returned with its whole batch can be accepted as a class again; what a second person named is looked at.
    #[test]
    fn a_class_holds_what_was_returned_unless_it_was_named() {
        for (rows, expected) in [(vec![], [4, 3]), (vec![link(1), link(7)], [2, 2])] {
            let mut it = nine();
            let batch = [link(1), link(2), link(7)];
            batch.iter().for_each(|key| {
                it.decide(key, Verdict::Match);
            });
            let id = it.compose(batch.to_vec());
            it.apply(vec![it.submitted(id)]);
            let mut it = it.with_signer().signer();
            assert_eq!(waiting(&it), [2, 2]);
            it.apply(vec![Event::BatchReturned { batch: id, reason: "Again".into(), rows, why: vec![] }]);
            assert_eq!(waiting(&it), expected);
        }
    }

    #[test]
    fn a_queue_and_its_facets_are_of_a_class_where_one_is_asked_for() {
        let it = nine();
        let filter = QueueFilter::of_class(PairKind::Link, ALIKE[0]);
        let queue = it.ws.queue(&filter).unwrap();
        let places: Vec<i64> =
            it.ws.class_waiting(PairKind::Link, Some(ALIKE[0])).unwrap().into_iter().map(|place| place.2).collect();
        assert_eq!(queue, places, "in the mixed order");
        assert_eq!(it.ws.facets(&filter).unwrap().bands, [4, 0, 0]);
    }

    #[test]
    fn a_queue_of_a_class_that_was_kept_before_there_were_warnings_is_read() {
        for (alike, written) in [(ALIKE[0], "7"), (Alike::Warnings(Hazards::DECEASED), r#"{"warnings":"DECEASED"}"#)] {
            assert_eq!(serde_json::to_string(&alike).unwrap(), written);
            assert_eq!(serde_json::from_str::<Alike>(written).unwrap(), alike);
            let filter = QueueFilter::of_class(PairKind::Link, alike);
            let kept = serde_json::to_string(&filter).unwrap();
            assert_eq!(serde_json::from_str::<QueueFilter>(&kept).unwrap(), filter);
        }
    }

    #[test]
    fn links_as_certain_that_the_same_warnings_alone_hold_are_a_class_of_their_own() {
        let mut it = workspace(12);
        let (died, home) = (Hazards::DECEASED, Hazards::COMMUNAL_ADDRESS);
        let hazards = |n| match n {
            1..=3 => died,
            4..=5 => died | home,
            6 => died | Hazards::NEAR_TIE,
            7 => died | Hazards::HELD_BACK,
            8 => died | Hazards::DAY_MONTH_SWAP,
            _ => Hazards::RESTRICTED,
        };
        let held = |n, weight| NewPair { band: Band::Review, hazards: hazards(n), ..new_pair(link(n), weight) };
        let certain = (1..=9).map(|n| held(n, 20.0));
        let others = [
            NewPair { hazards: died, ..held(10, 6.0) }, // Less probable than the automatic band
            NewPair { hazards: died, best: false, ..held(11, 20.0) },
        ];
        let duplicates = [NewPair { hazards: died, band: Band::Review, ..new_pair(duplicate(1, 3), 20.0) }];
        it.run(certain.chain(others).chain(duplicates));
        let found = it.ws.class_waiting(PairKind::Link, None).unwrap();
        let many = |alike| found.iter().filter(|place| place.0 == alike).count();
        assert_eq!([many(Alike::Warnings(died)), many(Alike::Warnings(died | home))], [3, 2]);
        assert_eq!(found.len(), 5, "{found:?}");
        assert!(it.ws.class_waiting(PairKind::Duplicate, None).unwrap().is_empty());
        // Nor by asking for it
        for asked in [died | Hazards::NEAR_TIE, Hazards::RESTRICTED] {
            assert!(it.ws.class_waiting(PairKind::Link, Some(Alike::Warnings(asked))).unwrap().is_empty());
        }
        assert!(it.ws.class_waiting(PairKind::Duplicate, Some(Alike::Warnings(died))).unwrap().is_empty());
        assert_eq!(it.ws.status().unwrap().links_for_a_reason, [5, 5]);
        it.decide(&link(2), Verdict::Match);
        assert_eq!(it.ws.status().unwrap().links_for_a_reason, [4, 5]);
        let of = Some(Alike::Warnings(died));
        assert_eq!(it.ws.class_waiting(PairKind::Link, of).unwrap().len(), 2);
        assert_eq!(it.ws.class_answered(PairKind::Link, of).unwrap().len(), 1);
        let filter = QueueFilter::of_class(PairKind::Link, Alike::Warnings(died));
        assert_eq!(it.ws.queue(&filter).unwrap().len(), 2);
        assert_eq!(it.ws.facets(&filter).unwrap().bands, [0, 2, 0]);
    }
}
