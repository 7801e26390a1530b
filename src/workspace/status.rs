//! Where the work stands: counted afresh, from indexes alone wherever there are many rows.

use rusqlite::{Connection, Params};

use super::candidates::SETTLED;
use super::{Result, Status, Workspace, number};
use crate::pair::Hazards;

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

fn candidates(conn: &Connection, kind: &str) -> Result<Candidates> {
    let mut groups = conn.prepare_cached(
        "SELECT band, answer, lead, count(*) FROM candidate INDEXED BY candidate_queue WHERE kind = ?1 GROUP BY 1, 2, 3",
    )?;
    let mut rows = groups.query([kind])?;
    let mut found = Candidates::default();
    while let Some(row) = rows.next()? {
        let (band, pairs) = (number::band(row, 0)?, number::count(row, 3)?);
        let (answer, lead) = (number::count(row, 1)? as usize, row.get(2)?);
        found.by_band[band] += pairs;
        let settled = answer == SETTLED as usize;
        // Of links only the best of each person is asked about; of duplicates every pair of the bands to be seen.
        let asked = lead || (kind == "duplicate" && band < 2);
        if asked && !settled && !(1..=4).contains(&answer) {
            found.undecided[band] += pairs;
        }
        if answer > 0 && !settled {
            found.answers[(answer - 1) % 4] += pairs;
        }
        if answer > 4 && !settled {
            found.stale += pairs;
        }
    }
    Ok(found)
}

impl Workspace {
    /// The figures of the overview. A decision that is stale counts among the answers and among the undecided.
    pub fn status(&self) -> Result<Status> {
        let conn = &self.conn;
        let (links, duplicates) = (candidates(conn, "link")?, candidates(conn, "duplicate")?);
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
        let midnight = format!("{:.10}T00:00:00.000Z", jiff::Timestamp::now().to_string());
        let before_today = count(
            conn,
            "SELECT coalesce((SELECT seq FROM ledger WHERE at < ?1 ORDER BY seq DESC LIMIT 1), 0)",
            [midnight],
        )?;
        Ok(Status {
            mosaic: count(conn, "SELECT count(*) FROM mosaic_record WHERE present = 1", [])?,
            chi: count(conn, "SELECT count(*) FROM chi_record WHERE present = 1", [])?,
            relationships: count(conn, "SELECT count(*) FROM relationship WHERE present = 1", [])?,
            related_duplicates: count(
                conn,
                "SELECT count(*) FROM candidate INDEXED BY candidate_queue WHERE kind = 'duplicate' AND hazards & ?1 <> 0",
                [Hazards::RELATED.bits()],
            )?,
            seeded: count(conn, "SELECT count(*) FROM mosaic_record WHERE present = 1 AND chi > ''", [])?,
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
            people_signed: people("")?,
            people_released: people("AND b.released_at IS NOT NULL")?,
            batches: [batches("composing")?, batches("submitted")?, batches("signed")?, batches("returned")?],
            events: count(conn, "SELECT coalesce(max(seq), 0) FROM ledger", [])?,
            decided_today: count(conn, "SELECT count(*) FROM decision WHERE seq > ?1", [number::stored(before_today)])?,
        })
    }
}
