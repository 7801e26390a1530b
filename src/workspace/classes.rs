//! Classes: the pairs of the automatic band without a hazard, by how their details agree.

use rusqlite::params;

use super::candidates::kind_code;
use super::{Result, StaffId, Workspace};
use crate::pair::{How, PairKind, Verdict};

/// A pair's place in its class: the agreement of its details, packed; its place in the mixed order; its number.
pub type Place = (u32, i64, i64);

/// The condition that a pair is of one class, where one is asked for.
fn of_one(pattern: Option<u32>) -> String {
    pattern.map(|pattern| format!(" AND pattern = {pattern}")).unwrap_or_default()
}

/// What every pair of a class is, in SQL: of the automatic band, without a hazard, the one that was chosen.
pub(super) const OF_A_CLASS: &str = "band = 0 AND hazards = 0 AND best = 1";

impl Workspace {
    /// The pairs of a kind that wait for an answer, of one class or class by class, each in the mixed order.
    pub fn class_waiting(&self, kind: PairKind, pattern: Option<u32>) -> Result<Vec<Place>> {
        let of_one = of_one(pattern);
        let mut find = self.conn.prepare_cached(&format!(
            "SELECT pattern, mix, id FROM candidate INDEXED BY candidate_class
             WHERE kind = ?1{of_one} AND {OF_A_CLASS} AND answer IN (0, 5, 6, 7, 8) ORDER BY pattern, mix, id"
        ))?;
        let places = find.query_map([kind_code(kind)], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
        Ok(places.collect::<rusqlite::Result<_>>()?)
    }

    /// The pairs of a class, or of every one, that this person answered one by one, with the answers that still hold.
    pub fn class_answered_by(
        &self,
        kind: PairKind,
        pattern: Option<u32>,
        staff: StaffId,
    ) -> Result<Vec<(Place, Verdict)>> {
        let of_one = of_one(pattern);
        let mut find = self.conn.prepare_cached(&format!(
            "SELECT c.pattern, c.mix, c.id, d.verdict, json_extract(d.judgement, '$.how')
             FROM candidate c INDEXED BY candidate_class JOIN decision d ON d.kind = c.kind AND d.a = c.a AND d.b = c.b
             WHERE c.kind = ?1{of_one} AND {OF_A_CLASS} AND c.answer BETWEEN 1 AND 4 AND d.staff = ?2
             ORDER BY c.pattern, c.mix, c.id"
        ))?;
        let mut rows = find.query(params![kind_code(kind), staff.0])?;
        let mut found = Vec::new();
        while let Some(row) = rows.next()? {
            let how: String = row.get(4)?;
            let alone = [How::ByHand, How::File].iter().any(|it| it.code() == how);
            if let Some(verdict) = Verdict::parse(&row.get::<_, String>(3)?).filter(|_| alone) {
                found.push(((row.get(0)?, row.get(1)?, row.get(2)?), verdict));
            }
        }
        Ok(found)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::super::fixture::*;
    use super::super::{NewPair, QueueFilter};
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

    fn waiting(it: &Fixture) -> [usize; 2] {
        let waiting = it.ws.class_waiting(PairKind::Link, None).unwrap();
        [7, 9].map(|pattern| waiting.iter().filter(|place| place.0 == pattern).count())
    }

    #[test]
    fn a_class_is_what_agrees_alike_without_a_hazard() {
        let mut it = nine();
        assert_eq!(waiting(&it), [4, 3]);
        it.decide(&link(1), Verdict::Match);
        it.decide(&link(7), Verdict::NotMatch);
        assert_eq!(waiting(&it), [3, 2]);
        let me = it.ws.me().id;
        let answered = it.ws.class_answered_by(PairKind::Link, None, me).unwrap();
        let said: Vec<(u32, Verdict)> = answered.iter().map(|(place, verdict)| (place.0, *verdict)).collect();
        assert_eq!(said, [(7, Verdict::Match), (9, Verdict::NotMatch)]);
        assert!(it.ws.class_answered_by(PairKind::Link, Some(9), StaffId(me.0 + 1)).unwrap().is_empty());
    }

    #[test]
    fn a_queue_and_its_facets_are_of_a_class_where_one_is_asked_for() {
        let it = nine();
        let filter = QueueFilter { bands: vec![Band::Auto], class: Some(7), ..QueueFilter::start(PairKind::Link) };
        let queue = it.ws.queue(&filter).unwrap();
        let places: Vec<i64> =
            it.ws.class_waiting(PairKind::Link, Some(7)).unwrap().into_iter().map(|place| place.2).collect();
        assert_eq!(queue, places, "in the mixed order");
        assert_eq!(it.ws.facets(&filter).unwrap().bands, [4, 0, 0]);
    }
}
