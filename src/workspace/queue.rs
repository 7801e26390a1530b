//! The queues made of candidate pairs, and the figures drawn of them.
//!
//! Pairs are many: a million is ordinary. A queue is therefore one walk along what is kept of the pairs in memory
//! (`workspace/kept.rs`) or, before that is read, along one index that holds everything a filter asks about, the live decision
//! included (`candidate.answer`). It yields row numbers; the rows that are on the screen are read by number
//! ([`Workspace::pairs`]).

use rayon::slice::ParallelSliceMut;
use rusqlite::params;

use super::candidates::{SETTLED, band_number, key_of, kind_code};
use super::classes::Alike;
use super::facets::{self, Beside};
use super::kept::Kept;
use super::rows::RowSet;
use super::{Order, QueueFilter, Result, StateFilter, Workspace, number};
use crate::pair::{Band, Hazards, PairKey, PairKind, Verdict};

impl Workspace {
    /// The numbers of the pairs a queue shows, in its order.
    pub fn queue(&self, filter: &QueueFilter) -> Result<Vec<i64>> {
        Ok(self.queue_waiting(filter)?.0)
    }

    /// The numbers of the pairs a queue shows, in its order, and which of them wait for an answer.
    pub fn queue_waiting(&self, filter: &QueueFilter) -> Result<(Vec<i64>, RowSet)> {
        let beside = Beside::for_filter(&self.conn, filter)?;
        let kept = match filter.text.trim() {
            "" => self.kept_already(filter.kind),
            _ => Some(self.kept(filter.kind)?),
        };
        match kept {
            Some(kept) if filter.class.is_none() => Ok(kept.queue(filter, &beside)),
            kept => self.sorted(filter, kept.as_deref(), &beside),
        }
    }

    /// The same by an index: where nothing is kept, or of one class.
    fn sorted(&self, filter: &QueueFilter, kept: Option<&Kept>, beside: &Beside) -> Result<(Vec<i64>, RowSet)> {
        let wanted = kept.filter(|_| !filter.text.trim().is_empty()).map(|kept| kept.named.speaking_of(&filter.text));
        let mut waiting = RowSet::default();
        let mut found = Vec::new();
        self.walk(filter, "id, answer, mix, weight, hazards", |row| {
            let id = row.get(0)?;
            if wanted.as_ref().is_none_or(|wanted| wanted.holds(id)) && beside.fits(filter, id) {
                if WAITING.contains(&row.get(1)?) {
                    waiting.put(id);
                }
                let hazards = Hazards::from_bits_retain(row.get(4)?);
                found.push(place(filter.order, row.get(2)?, row.get(3)?, hazards, id));
            }
            Ok(())
        })?;
        if filter.order == Order::ById {
            let found: RowSet = found.into_iter().map(|(_, _, id)| id).collect();
            let ids = self.by_id(filter.kind)?.into_iter().filter(|id| found.holds(*id)).collect();
            return Ok((ids, waiting));
        }
        found.par_sort_unstable();
        Ok((found.into_iter().map(|(_, _, id)| id).collect(), waiting))
    }

    /// Hands over some columns of each pair that a filter asks for, apart from its text.
    fn walk(
        &self,
        filter: &QueueFilter,
        columns: &str,
        mut each: impl FnMut(&rusqlite::Row<'_>) -> Result<()>,
    ) -> Result<()> {
        let index = filter.class.map_or("candidate_queue", Alike::index);
        let mut find = self.conn.prepare_cached(&format!(
            "SELECT {columns} FROM candidate INDEXED BY {index} WHERE {}",
            condition(filter)
        ))?;
        let mut rows = find.query(params![kind_code(filter.kind), filter.hazards.bits()])?;
        while let Some(row) = rows.next()? {
            each(row)?;
        }
        Ok(())
    }

    /// Every pair of a kind, by its ids.
    fn by_id(&self, kind: PairKind) -> Result<Vec<i64>> {
        let mut walk = self.conn.prepare_cached("SELECT id FROM candidate WHERE kind = ?1 ORDER BY a, b")?;
        let ids = walk.query_map([kind_code(kind)], |row| row.get(0))?;
        Ok(ids.collect::<rusqlite::Result<_>>()?)
    }

    /// How match weights spread: each bar's lower edge, and its pairs in each band (auto, review, low). The bars are of one
    /// round width, without a gap, and at most `bars` of them (one more where an edge falls so).
    pub fn histogram(&self, kind: PairKind, bars: usize) -> Result<Vec<(f64, [u64; 3])>> {
        let mut find = self
            .conn
            .prepare_cached("SELECT weight, band FROM candidate INDEXED BY candidate_queue WHERE kind = ?1")?;
        let weights: Vec<(f64, usize)> = find
            .query_map([kind_code(kind)], |row| Ok((row.get(0)?, number::band(row, 1)?)))?
            .collect::<rusqlite::Result<_>>()?;
        let Some(least) = weights.iter().map(|it| it.0).min_by(f64::total_cmp) else { return Ok(Vec::new()) };
        let most = weights.iter().map(|it| it.0).max_by(f64::total_cmp).unwrap_or(least);
        let width = round_width((most - least) / bars.max(1) as f64);
        let first = (least / width).floor();
        let mut found = vec![[0; 3]; ((most / width).floor() - first) as usize + 1];
        for (weight, band) in weights {
            found[((weight / width).floor() - first) as usize][band] += 1;
        }
        Ok(found.into_iter().enumerate().map(|(bar, counts)| ((first + bar as f64) * width, counts)).collect())
    }

    /// The engine's chosen pairs and their bands.
    pub fn best_bands(&self, kind: PairKind) -> Result<Vec<(PairKey, Band)>> {
        let mut find =
            self.conn.prepare_cached("SELECT kind, a, b, band FROM candidate WHERE kind = ?1 AND best = 1")?;
        let mut rows = find.query([kind_code(kind)])?;
        let mut found = Vec::new();
        while let Some(row) = rows.next()? {
            found.push((key_of(row, 0)?, Band::ALL[number::band(row, 3)?]));
        }
        Ok(found)
    }
}

/// The answers of a pair that waits: none, or a stale one.
const WAITING: [i64; 5] = [0, 5, 6, 7, 8];

/// Where a pair stands in an order: what the order asks, then the mixed place, then the pair's number.
pub(super) fn place(order: Order, mix: i64, weight: f64, hazards: Hazards, id: i64) -> (i64, i64, i64) {
    match order {
        Order::Mixed => (0, mix, id),
        Order::ById => (0, 0, id),
        Order::BestFirst => (ascending(-weight), mix, id),
        Order::RiskFirst => {
            let after_risky = if hazards.intersects(Hazards::ANOTHER_PERSON) { 0.0 } else { 1e9 };
            (ascending(weight + after_risky), mix, id)
        }
    }
}

/// A weight as a number that sorts as weights do.
fn ascending(weight: f64) -> i64 {
    let bits = weight.to_bits() as i64;
    bits ^ (((bits >> 63) as u64) >> 1) as i64
}

/// The answer under which a verdict that stands is kept.
fn answer_of(verdict: Verdict) -> i64 {
    match verdict {
        Verdict::Match => 1,
        Verdict::NotMatch => 2,
        Verdict::Unsure => 3,
        Verdict::Refer => 4,
    }
}

/// What a filter asks of a candidate, apart from its text: `?1` is the kind, `?2` the hazards.
fn condition(filter: &QueueFilter) -> String {
    let bands = if filter.bands.is_empty() { Band::ALL.to_vec() } else { filter.bands.clone() };
    let bands: Vec<String> = bands.into_iter().map(|band| band_number(band).to_string()).collect();
    let answers: &[i64] = match filter.state {
        StateFilter::Undecided => &WAITING,
        StateFilter::Answered(verdict) => &[answer_of(verdict)],
        StateFilter::AnyAnswer => &[1, 2, 3, 4],
        StateFilter::Settled => &[SETTLED],
        StateFilter::Again => &[5, 6, 7, 8],
        StateFilter::All => &[0, 1, 2, 3, 4, 5, 6, 7, 8, SETTLED],
    };
    let answers: Vec<String> = answers.iter().map(ToString::to_string).collect();
    // A decision whose evidence changed is asked about wherever its pair stands now.
    let stale = if filter.state.holds_again() && filter.bands.contains(&Band::Review) {
        " OR answer IN (5, 6, 7, 8)"
    } else {
        ""
    };
    let bands = format!("(band IN ({}){stale})", bands.join(", "));
    let mut condition = format!("kind = ?1 AND {bands} AND answer IN ({})", answers.join(", "));
    if filter.best_only {
        // What somebody decided is shown, whichever candidate it was.
        condition += " AND (lead = 1 OR answer BETWEEN 1 AND 8)";
    }
    if let Some(class) = filter.class {
        condition += &format!(" AND {}", class.condition());
    }
    condition += &facets::condition(filter);
    condition += if filter.hazards.is_empty() { " AND ?2 = 0" } else { " AND hazards & ?2 <> 0" };
    condition
}

/// The smallest round number that is no smaller: 1, 2 or 5 times a power of ten.
fn round_width(least: f64) -> f64 {
    if !(least.is_finite() && least > 0.0) {
        return 1.0;
    }
    let power = 10f64.powf(least.log10().floor());
    [1.0, 2.0, 5.0, 10.0].into_iter().map(|times| times * power).find(|width| *width >= least).unwrap_or(power * 10.0)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::super::fixture::*;
    use super::*;
    use crate::pair::PairKey;

    fn keys(it: &Fixture, filter: &QueueFilter) -> Vec<PairKey> {
        let ids = it.ws.queue(filter).unwrap();
        it.ws.pairs(&ids).unwrap().into_iter().map(|pair| pair.key).collect()
    }

    fn all(kind: PairKind, order: Order) -> QueueFilter {
        QueueFilter { bands: vec![], state: StateFilter::All, best_only: false, order, ..QueueFilter::start(kind) }
    }

    #[test]
    fn weights_sort_as_numbers_do() {
        let weights = [-1e9, -3.5, -1.0, -0.0, 0.0, 1e-9, 2.0, 40.0, 1e9];
        assert!(weights.map(ascending).is_sorted_by(|one, two| one < two));
    }

    #[test]
    fn of_a_queue_those_wait_that_have_no_live_answer() {
        let mut it = workspace(4);
        it.run((1..=4).map(|n| new_pair(link(n), 2.0)));
        it.decide(&link(1), Verdict::Match);
        it.decide(&link(2), Verdict::NotMatch);
        let every = all(PairKind::Link, Order::ById);
        let waiting = |it: &Fixture, filter: &QueueFilter| {
            let (ids, waiting) = it.ws.queue_waiting(filter).unwrap();
            assert!(waiting.len() <= ids.len());
            it.ws.pairs(&ids.into_iter().filter(|id| waiting.holds(*id)).collect::<Vec<_>>()).unwrap().len()
        };
        assert_eq!(waiting(&it, &every), 2);
        assert_eq!(waiting(&it, &QueueFilter { state: StateFilter::AnyAnswer, ..every.clone() }), 0);
        it.load(4, "Mill");
        assert_eq!(waiting(&it, &every), 4, "what was seen has changed");
    }

    #[test]
    fn each_order_holds_every_pair_once_and_is_the_same_each_time() {
        let mut it = workspace(40);
        it.matched(40);
        let sorted = |order| {
            let found = keys(&it, &all(PairKind::Link, order));
            assert_eq!(found, keys(&it, &all(PairKind::Link, order)));
            found
        };
        let by_id = sorted(Order::ById);
        assert_eq!(by_id, (1..=40).map(link).collect::<Vec<_>>());
        let best_first = it.ws.queue(&all(PairKind::Link, Order::BestFirst)).unwrap();
        let weights: Vec<f64> = it.ws.pairs(&best_first).unwrap().iter().map(|pair| pair.weight).collect();
        assert!(weights.is_sorted_by(|one, two| one >= two), "{weights:?}");
        let mixed = sorted(Order::Mixed);
        assert_ne!(mixed, by_id);
        let mut again = mixed;
        again.sort();
        assert_eq!(again, by_id);
    }

    #[test]
    fn pairs_that_may_be_another_person_come_first_by_risk_then_the_weakest() {
        let mut it = workspace(3);
        let mut namesake = new_pair(link(1), 9.0);
        namesake.hazards = Hazards::NAMESAKE;
        it.run([namesake, new_pair(link(2), 5.0), new_pair(link(3), 1.0)].into_iter());
        assert_eq!(keys(&it, &all(PairKind::Link, Order::RiskFirst)), [link(1), link(3), link(2)]);
        let only = QueueFilter { hazards: Hazards::NAMESAKE, ..all(PairKind::Link, Order::ById) };
        assert_eq!(keys(&it, &only), [link(1)]);
    }

    #[test]
    fn a_queue_follows_what_is_decided_and_asks_again_when_a_record_changes() {
        let mut it = workspace(3);
        it.run((1..=3).map(|n| new_pair(link(n), 2.0)));
        let start = QueueFilter::start(PairKind::Link);
        assert_eq!(keys(&it, &start).len(), 3);
        it.decide(&link(1), Verdict::Match);
        it.decide(&link(2), Verdict::Unsure);
        assert_eq!(keys(&it, &start), [link(3)]);
        let answered = |verdict| QueueFilter { state: StateFilter::Answered(verdict), ..start.clone() };
        assert_eq!(keys(&it, &answered(Verdict::Match)), [link(1)]);
        assert_eq!(it.ws.ready_for_batch().unwrap().len(), 1);

        it.load(3, "Moved");
        assert_eq!(keys(&it, &start).len(), 3, "all are asked again");
        assert_eq!(keys(&it, &answered(Verdict::Match)), [], "and none is counted both as answered and as to be asked");
        assert!(it.ws.decision(&link(1)).unwrap().unwrap().stale);
        assert_eq!((it.ws.status().unwrap().stale, it.ws.ready_for_batch().unwrap().len()), (2, 0));
        it.healthy();

        it.load(3, "");
        assert!(!it.ws.decision(&link(1)).unwrap().unwrap().stale, "the record is again what was looked at");
        assert_eq!(keys(&it, &start), [link(3)]);
        assert_eq!(keys(&it, &answered(Verdict::Match)), [link(1)]);
        it.healthy();
    }

    #[test]
    fn a_queue_is_searched_by_id_by_chi_and_by_surname() {
        let mut it = workspace(30);
        it.matched(30);
        let found = |kind, text: &str| keys(&it, &QueueFilter { text: text.into(), ..all(kind, Order::ById) });
        assert_eq!(found(PairKind::Link, "00017"), [link(17)]);
        assert_eq!(found(PairKind::Link, &chi_number(17).spaced()), [link(17)]);
        assert_eq!(found(PairKind::Link, "mcsurname17"), [link(17)]);
        assert_eq!(found(PairKind::Duplicate, "surname17"), [duplicate(15, 17), duplicate(17, 19)]);
        assert_eq!(found(PairKind::Link, "100%"), []);
    }

    #[test]
    fn a_queue_is_searched_as_pairs_and_records_are_now() {
        let mut it = workspace(30);
        it.matched(9);
        let found =
            |it: &Fixture, text: &str| keys(it, &QueueFilter { text: text.into(), ..all(PairKind::Link, Order::ById) });
        assert_eq!(found(&it, "surname7"), [link(7)]);
        assert_eq!(found(&it, "surname17"), []);
        it.matched(30);
        assert_eq!(found(&it, "surname17"), [link(17)]);
        let mut married = mosaic_record(17, "");
        married.details.surname = "Kirkpatrick".into();
        let put = |ws: &mut Workspace, record: &crate::person::MosaicRecord| {
            ws.apply(vec![], |tx| tx.put_mosaic(tx.new_file(&new_file("mosaic", "m"))?, 2, record, &[])).unwrap();
        };
        put(&mut it.ws, &married);
        assert_eq!(found(&it, "patrick"), [link(17)]);
        married.details.surname = "Reid".into();
        // On another connection, as a job has it
        put(&mut it.ws.handle().unwrap(), &married);
        assert_eq!((found(&it, "patrick"), found(&it, "reid")), (vec![], vec![link(17)]));
    }

    #[test]
    fn the_histogram_counts_every_pair_once_in_bars_of_one_width() {
        let mut it = workspace(40);
        it.matched(40);
        let bars = it.ws.histogram(PairKind::Link, 10).unwrap();
        assert!(bars.len() <= 11, "{bars:?}");
        assert_eq!(bars.iter().flat_map(|bar| bar.1).sum::<u64>(), 40);
        let width = bars[1].0 - bars[0].0;
        assert!(bars.windows(2).all(|two| (two[1].0 - two[0].0 - width).abs() < 1e-9));
        assert_eq!(it.ws.histogram(PairKind::Link, 0).unwrap().iter().flat_map(|bar| bar.1).sum::<u64>(), 40);
    }

    /// `cargo test --release --lib a_queue_of_a_million -- --ignored --nocapture` says how long it takes.
    #[test]
    #[ignore = "a measurement, half a minute"]
    fn a_queue_of_a_million_pairs_is_there_at_once() {
        let mut it = workspace(2);
        let clock = std::time::Instant::now();
        let pairs = (0..1_000_000u32).map(|n| {
            let key = PairKey::link(mosaic_id(n / 4), chi_number(n % 29_000));
            new_pair(key, f64::from(n % 311) / 10.0 - 12.0)
        });
        it.run(pairs);
        println!("{:>9.1?}  holding a million pairs", clock.elapsed());
        let mut it = it.reopen();
        for order in [Order::Mixed, Order::Mixed, Order::BestFirst, Order::RiskFirst, Order::ById] {
            for filter in [QueueFilter { order, ..QueueFilter::start(PairKind::Link) }, all(PairKind::Link, order)] {
                let clock = std::time::Instant::now();
                let found = it.ws.queue(&filter).unwrap();
                println!("{:>9.1?}  {order:?}, {} pairs, bands {:?}", clock.elapsed(), found.len(), filter.bands);
            }
        }
        let clock = std::time::Instant::now();
        it.ws.status().unwrap();
        println!("{:>9.1?}  status", clock.elapsed());
        let clock = std::time::Instant::now();
        it.ws.histogram(PairKind::Link, 60).unwrap();
        println!("{:>9.1?}  histogram", clock.elapsed());
        let clock = std::time::Instant::now();
        it.ws.cut_ladder().unwrap();
        println!("{:>9.1?}  counts at cuts", clock.elapsed());
        let ids = it.ws.queue(&all(PairKind::Link, Order::Mixed)).unwrap();
        let clock = std::time::Instant::now();
        it.ws.pairs(&ids[..50]).unwrap();
        println!("{:>9.1?}  50 rows", clock.elapsed());
        let clock = std::time::Instant::now();
        let some = it.ws.pairs(&ids[..20_000]).unwrap();
        println!("{:>9.1?}  20,000 rows", clock.elapsed());
        let events = some.iter().map(|pair| it.decided(&pair.key, Some(Verdict::Match))).collect();
        let clock = std::time::Instant::now();
        it.apply(events);
        println!("{:>9.1?}  20,000 decisions", clock.elapsed());
        let clock = std::time::Instant::now();
        let deed = it.ws.last_undoable().unwrap().unwrap();
        println!("{:>9.1?}  naming what can be undone", clock.elapsed());
        let clock = std::time::Instant::now();
        it.ws.apply_undo(&deed).unwrap();
        println!("{:>9.1?}  undoing it", clock.elapsed());
        let clock = std::time::Instant::now();
        it.healthy();
        println!("{:>9.1?}  the check", clock.elapsed());
    }
}
