//! Where the work stands: counted from indexes alone wherever there are many rows, and after a decision only what it changed.
//!
//! A million pairs take a tenth of a second to count, which is too long between one pair and the next. So the count is kept
//! in a temporary table of the connection, and a temporary trigger takes from one line and adds to another whenever a pair's
//! answer changes. It is counted anew when pairs came or went, when bands moved, and when another connection wrote.

use rusqlite::{Connection, Params};

use super::{Result, Status, Touched, Workspace, acknowledged, number};
use crate::pair::{Band, Hazards};
use crate::words::days;

fn count(conn: &Connection, query: &str, values: impl Params) -> Result<u64> {
    Ok(conn.prepare_cached(query)?.query_row(values, |row| number::count(row, 0))?)
}

/// What the candidates of a kind come to.
#[derive(Default)]
struct Candidates {
    by_band: [u64; 3],
    undecided: [u64; 3],
    answers: [u64; 4],
    stale: u64,
}

/// The counts of the candidates, and what keeps them right while answers change. The trigger goes with the connection.
const KEEP: &str = "
    CREATE TEMP TABLE IF NOT EXISTS candidate_count (kind TEXT NOT NULL, band INTEGER NOT NULL, answer INTEGER NOT NULL,
        lead INTEGER NOT NULL, pairs INTEGER NOT NULL, PRIMARY KEY (kind, band, answer, lead)) STRICT, WITHOUT ROWID;
    CREATE TEMP TRIGGER IF NOT EXISTS candidate_answered AFTER UPDATE OF answer ON main.candidate WHEN OLD.answer <> NEW.answer BEGIN
        UPDATE candidate_count SET pairs = pairs - 1
            WHERE kind = OLD.kind AND band = OLD.band AND answer = OLD.answer AND lead = OLD.lead;
        INSERT INTO candidate_count (kind, band, answer, lead, pairs)
            VALUES (NEW.kind, NEW.band, NEW.answer, NEW.lead, 1)
            ON CONFLICT (kind, band, answer, lead) DO UPDATE SET pairs = pairs + 1;
    END";

const COUNTED: &str = "SELECT band, answer, lead, pairs FROM temp.candidate_count WHERE kind = ?1 AND pairs > 0";

const COUNT: &str = "SELECT band, answer, lead, count(*) FROM candidate INDEXED BY candidate_queue WHERE kind = ?1
    GROUP BY 1, 2, 3";

fn candidates(conn: &Connection, query: &str, kind: &str) -> Result<Candidates> {
    let mut groups = conn.prepare_cached(query)?;
    let mut rows = groups.query([kind])?;
    let mut found = Candidates::default();
    while let Some(row) = rows.next()? {
        let (band, pairs) = (number::band(row, 0)?, number::count(row, 3)?);
        let (answer, lead) = (number::count(row, 1)? as usize, row.get(2)?);
        found.by_band[band] += pairs;
        match answer {
            // Of links only the best of each person is asked about; of duplicates every pair of the bands to be seen.
            0 if lead || (kind == "duplicate" && band < 2) => found.undecided[band] += pairs,
            1..=4 => found.answers[answer - 1] += pairs,
            // What changed since it was decided is asked again in review, whichever band and candidate it is of.
            5..=8 => {
                found.undecided[Band::Review as usize] += pairs;
                found.stale += pairs;
            }
            _ => {}
        }
    }
    Ok(found)
}

impl Workspace {
    /// The figures of the overview. Each pair that is asked about counts once: among the answers that stand, or among the undecided.
    pub fn status(&self) -> Result<Status> {
        read(&self.conn, COUNT, &Status::default(), Touched::all())
    }

    /// The same, of a workspace whose figures were `before` until something was touched.
    pub fn status_since(&mut self, before: &Status, touched: Touched) -> Result<Status> {
        let version: i64 = self.conn.pragma_query_value(None, "data_version", |row| row.get(0))?;
        let moved = touched.intersects(Touched::CANDIDATES | Touched::RUNS | Touched::RECORDS | Touched::FILES);
        if moved || self.counted != Some(version) {
            self.counted = None;
            self.conn.execute_batch(KEEP)?;
            self.conn.execute_batch(
                "DELETE FROM temp.candidate_count;
                 INSERT INTO temp.candidate_count (kind, band, answer, lead, pairs)
                    SELECT kind, band, answer, lead, count(*) FROM candidate INDEXED BY candidate_queue GROUP BY 1, 2, 3, 4",
            )?;
            self.counted = Some(version);
        }
        read(&self.conn, COUNTED, before, touched)
    }
}

/// Reads the figures. Those that nothing touched are as `before`.
fn read(conn: &Connection, counts: &str, before: &Status, touched: Touched) -> Result<Status> {
    let (links, duplicates) = (candidates(conn, counts, "link")?, candidates(conn, counts, "duplicate")?);
    let mut status = Status {
        links: links.by_band,
        duplicates: duplicates.by_band,
        links_undecided: links.undecided,
        duplicates_undecided: duplicates.undecided,
        link_answers: links.answers,
        duplicate_answers: duplicates.answers,
        stale: links.stale + duplicates.stale,
        not_matchable: count(conn, "SELECT count(*) FROM record_decision", [])?,
        people_matched: count(
            conn,
            "SELECT count(DISTINCT a) FROM candidate WHERE kind = 'link' AND answer IN (1, 5)",
            [],
        )?,
        links_for_a_reason: super::classes::for_a_reason(conn)?,
        events: count(conn, "SELECT coalesce(max(seq), 0) FROM ledger", [])?,
        decided_today: decided_today(conn)?,
        ..before.clone()
    };
    if touched.intersects(Touched::RECORDS | Touched::FILES) {
        status.mosaic = count(conn, "SELECT count(*) FROM mosaic_record WHERE present = 1", [])?;
        status.chi = count(conn, "SELECT count(*) FROM chi_record WHERE present = 1", [])?;
        status.seeded = count(conn, "SELECT count(*) FROM mosaic_record WHERE present = 1 AND chi > ''", [])?;
    }
    if touched.intersects(Touched::RECORDS | Touched::FILES | Touched::CANDIDATES | Touched::RUNS) {
        status.relationships = count(conn, "SELECT count(*) FROM relationship WHERE present = 1", [])?;
        status.related_duplicates = count(
            conn,
            "SELECT count(*) FROM candidate INDEXED BY candidate_queue WHERE kind = 'duplicate' AND hazards & ?1 <> 0",
            [Hazards::RELATED.bits()],
        )?;
    }
    if touched.contains(Touched::BATCHES) {
        let batches = |state: &str| count(conn, "SELECT count(*) FROM batch WHERE state = ?1", [state]);
        let people = |released: &str| {
            count(
                conn,
                &format!(
                    "SELECT count(DISTINCT r.a) FROM batch b JOIN batch_row r ON r.batch = b.id
                     WHERE b.state = 'signed' AND r.kind = 'link' AND r.recalled IS NULL {released}"
                ),
                [],
            )
        };
        status.people_signed = people("")?;
        status.people_released = people(
            "AND b.released_at IS NOT NULL AND NOT EXISTS (SELECT 1 FROM left_out l
                WHERE l.batch = r.batch AND l.kind = r.kind AND l.a = r.a AND l.b = r.b)",
        )?;
        [status.people_acknowledged, status.links_turned_away, status.links_unanswered] = acknowledged::counts(conn)?;
        status.to_take_out = super::corrections::waiting(conn)?;
        status.batches = [batches("composing")?, batches("submitted")?, batches("signed")?, batches("returned")?];
    }
    Ok(status)
}

/// Live decisions made since midnight by the clocks of Scotland. The way back to midnight goes deed by deed: one of them may be a whole band.
fn decided_today(conn: &Connection) -> Result<u64> {
    // Text as the ledger writes it sorts as time does
    let midnight = format!("{:.3}", days::midnight());
    let first = count(
        conn,
        "WITH RECURSIVE back (deed, at) AS (
            SELECT deed, at FROM ledger WHERE seq = (SELECT max(seq) FROM ledger)
            UNION ALL
            SELECT l.deed, l.at FROM back JOIN ledger l ON l.seq = back.deed - 1 WHERE back.at >= ?1)
         SELECT coalesce((SELECT min(deed) FROM back WHERE at >= ?1), (SELECT max(seq) + 1 FROM ledger), 0)",
        [midnight],
    )?;
    count(conn, "SELECT count(*) FROM decision WHERE seq >= ?1", [number::stored(first)])
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::super::fixture::*;
    use super::super::{QueueFilter, StateFilter};
    use super::*;
    use crate::pair::{PairKind, Verdict};

    /// What the overview counts is what the queues hold, and every pair that is asked about counts once.
    fn adds_up(ws: &Workspace, status: &Status) {
        let kinds = [
            (PairKind::Link, status.links_undecided, status.link_answers),
            (PairKind::Duplicate, status.duplicates_undecided, status.duplicate_answers),
        ];
        let mut stale = 0;
        for (kind, undecided, answers) in kinds {
            let start = QueueFilter::start(kind);
            assert_eq!(
                ws.queue(&start).unwrap().len() as u64,
                undecided[1],
                "the number on the rail, and the queue behind it"
            );
            let every = QueueFilter { bands: vec![], state: StateFilter::All, ..start };
            let [open, one, two, three, four, answered, settled, changed, all] = ws.facets(&every).unwrap().states;
            assert_eq!([one, two, three, four], answers);
            assert_eq!((answered, all), (answers.iter().sum(), open + answered + settled), "each pair is in one state");
            let pairs = ws.pairs(&ws.queue(&every).unwrap()).unwrap();
            let again = pairs.iter().filter(|pair| pair.decision.as_ref().is_some_and(|it| it.stale)).count() as u64;
            assert_eq!(changed, again);
            stale += again;
            // Unlikely duplicates that nobody answered are in the list of them all, and are not asked about
            let low = QueueFilter { bands: vec![Band::Low], state: StateFilter::Undecided, ..every };
            let low = ws.pairs(&ws.queue(&low).unwrap()).unwrap();
            let unasked =
                low.iter().filter(|pair| kind == PairKind::Duplicate && pair.decision.is_none()).count() as u64;
            assert_eq!(open, undecided.iter().sum::<u64>() + unasked);
        }
        assert_eq!(stale, status.stale);
    }

    #[test]
    fn what_is_counted_after_each_change_is_what_is_counted_afresh() {
        let mut it = workspace(12);
        it.matched(12);
        let mut known = it.ws.status_since(&Status::default(), Touched::all()).unwrap();
        assert_eq!(known, it.ws.status().unwrap());
        let mut dice = Dice(7);
        for step in 0..60 {
            let n = 1 + dice.below(10) as u32;
            let key = if dice.below(3) == 0 { duplicate(n, n + 2) } else { link(n) };
            let verdict = [Verdict::Match, Verdict::NotMatch, Verdict::Unsure, Verdict::Refer][dice.below(4)];
            let touched = match dice.below(8) {
                0 => match it.ws.last_undoable().unwrap() {
                    Some(deed) => it.ws.apply_undo(&deed).map(|applied| applied.touched).unwrap_or_default(),
                    None => Touched::empty(),
                },
                1 => {
                    it.load(12, if step % 2 == 0 { "Mill" } else { "" });
                    Touched::RECORDS | Touched::DECISIONS
                }
                2 => {
                    // On another connection, as a job has it
                    let mut job = it.ws.handle().unwrap();
                    job.apply(vec![it.decided(&key, Some(verdict))], |_| Ok(())).map(|applied| applied.touched).unwrap()
                }
                _ => it.ws.apply(vec![it.decided(&key, Some(verdict))], |_| Ok(())).unwrap().touched,
            };
            known = it.ws.status_since(&known, touched).unwrap();
            assert_eq!(known, it.ws.status().unwrap(), "step {step}");
            adds_up(&it.ws, &known);
        }
        assert!(known.decided_today > 0 && known.link_answers.iter().sum::<u64>() > 0);
        it.healthy();
    }

    #[test]
    fn what_is_given_up_is_not_counted() {
        let mut it = workspace(3);
        it.matched(3);
        let known = it.ws.status_since(&Status::default(), Touched::all()).unwrap();
        let good = it.decided(&link(1), Some(Verdict::Match));
        let bad = it.decided(&link(9), Some(Verdict::Match));
        it.ws.apply(vec![good, bad], |_| Ok(())).unwrap_err();
        assert_eq!(it.ws.status_since(&known, Touched::DECISIONS).unwrap(), known);
    }
}
