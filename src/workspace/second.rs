//! Second answers: the pairs that somebody answers without sight of another person's answer, and what both said.
//!
//! There are three sources. A row of a batch's *sample*; a *control*, which stands among the sample though it is no row of the
//! batch, because it was decided *Not a match*; and a *known* pair, which a supervisor answered before any officer did. Each
//! pair of answers is kept as it was when the two came together: what is said once both are in sight is no second answer.

use std::collections::hash_map::Entry;
use std::collections::{HashMap, HashSet};

use rusqlite::{Connection, OptionalExtension, params};

use super::candidates::{key_of, kind_code};
use super::event::{BatchId, Event, StaffId};
use super::ledger;
use super::project::expect;
use super::{LedgerRow, Result, Workspace, WorkspaceError, decisions};
use crate::pair::{How, Judgement, PairKey, Verdict};

/// How two answers came together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Source {
    /// A row of a batch's sample was re-checked.
    Sample,
    /// A pair decided *Not a match* was answered among a batch's sample.
    Control,
    /// An officer decided a pair that a supervisor had answered before.
    Known,
}

impl Source {
    fn code(self) -> &'static str {
        match self {
            Self::Sample => "sample",
            Self::Control => "control",
            Self::Known => "known",
        }
    }

    fn parse(code: &str) -> Result<Self> {
        [Self::Sample, Self::Control, Self::Known]
            .into_iter()
            .find(|source| source.code() == code)
            .ok_or_else(|| WorkspaceError::damaged("a second answer is of no known source"))
    }
}

/// A pair that two people answered, neither in sight of the other's answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SecondAnswer {
    /// How the two came together.
    pub source: Source,
    /// The pair.
    pub key: PairKey,
    /// Who decided it.
    pub staff: StaffId,
    /// What they decided.
    pub verdict: Verdict,
    /// The other person.
    pub second_staff: StaffId,
    /// The other answer.
    pub second: Verdict,
    /// The event that brought the two together.
    pub seq: i64,
}

impl SecondAnswer {
    /// Whether the two say the same.
    pub fn agrees(&self) -> bool {
        self.verdict == self.second
    }
}

/// A pair among a batch's sample that is no row of the batch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Control {
    /// The pair.
    pub key: PairKey,
    /// The decision when the sample was drawn.
    pub verdict: Verdict,
    /// Who made it.
    pub staff: StaffId,
    /// The second answer.
    pub recheck: Option<Verdict>,
}

impl Control {
    /// Whether the second answer is another than the first.
    pub fn disagrees(&self) -> bool {
        self.recheck.is_some_and(|recheck| recheck != self.verdict)
    }
}

/// A pair that a supervisor answered before any officer did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Known {
    /// The pair.
    pub key: PairKey,
    /// The answer.
    pub verdict: Verdict,
    /// Whose.
    pub staff: StaffId,
    /// When.
    pub at: jiff::Timestamp,
    /// Whether an officer has answered it since.
    pub answered: bool,
}

/// The second answer that stands for a row of a batch's sample or a control among it: no row for any other pair.
pub(super) const ASKED: &str =
    "SELECT recheck FROM batch_row WHERE batch = ?1 AND kind = ?2 AND a = ?3 AND b = ?4 AND sampled
     UNION ALL SELECT recheck FROM control WHERE batch = ?1 AND kind = ?2 AND a = ?3 AND b = ?4";

fn verdict(code: &str) -> Result<Verdict> {
    Verdict::parse(code).ok_or_else(|| WorkspaceError::damaged("a second answer is none that is known"))
}

/// Puts controls among a batch's sample: each as it is decided now.
pub(super) fn put_controls(conn: &Connection, batch: BatchId, controls: &[PairKey]) -> Result<()> {
    let mut put = conn.prepare_cached(
        "INSERT INTO control (batch, kind, a, b, verdict, staff)
         SELECT ?1, d.kind, d.a, d.b, d.verdict, d.staff FROM decision d WHERE d.kind = ?2 AND d.a = ?3 AND d.b = ?4
            AND NOT EXISTS (SELECT 1 FROM batch_row r WHERE r.batch = ?1 AND r.kind = ?2 AND r.a = ?3 AND r.b = ?4)",
    )?;
    for key in controls {
        expect(put.execute(params![batch.0, kind_code(key.kind()), key.left(), key.right()])? == 1)?;
    }
    Ok(())
}

/// Keeps, changes or takes away a second answer of a batch, before it stands in the sample. Once every pair of the sample is
/// answered, the two answers are in sight, and the ones given until then stay.
pub(super) fn compare_recheck(
    conn: &Connection,
    batch: BatchId,
    key: &PairKey,
    second: Option<(Verdict, i64)>,
    seq: i64,
) -> Result<()> {
    let (kind, a, b) = (kind_code(key.kind()), key.left(), key.right());
    let Some((answer, staff)) = second else {
        conn.prepare_cached(
            "DELETE FROM second_answer WHERE source <> 'known' AND batch = ?1 AND kind = ?2 AND a = ?3 AND b = ?4",
        )?
        .execute(params![batch.0, kind, a, b])?;
        return Ok(());
    };
    let open: bool = conn
        .prepare_cached(
            "SELECT EXISTS (SELECT 1 FROM batch_row WHERE batch = ?1 AND sampled AND recheck IS NULL)
                 OR EXISTS (SELECT 1 FROM control WHERE batch = ?1 AND recheck IS NULL)",
        )?
        .query_row([batch.0], |row| row.get(0))?;
    if !open {
        return Ok(());
    }
    conn.prepare_cached(
        "INSERT INTO second_answer (source, batch, kind, a, b, staff, verdict, second_staff, second, seq)
         SELECT 'sample', batch, kind, a, b, staff, json_extract(judgement, '$.verdict'), ?5, ?6, ?7
            FROM batch_row WHERE batch = ?1 AND kind = ?2 AND a = ?3 AND b = ?4 AND sampled AND judgement IS NOT NULL
         UNION ALL SELECT 'control', batch, kind, a, b, staff, verdict, ?5, ?6, ?7
            FROM control WHERE batch = ?1 AND kind = ?2 AND a = ?3 AND b = ?4
         ON CONFLICT DO UPDATE SET second_staff = excluded.second_staff, second = excluded.second, seq = excluded.seq",
    )?
    .execute(params![batch.0, kind, a, b, staff, answer.code(), seq])?;
    Ok(())
}

/// Sets or takes back what is known of a pair. Only of one that nobody has decided.
pub(super) fn set_known(
    conn: &Connection,
    entry: &ledger::Entry<'_>,
    key: &PairKey,
    before: Option<Verdict>,
    after: Option<Verdict>,
) -> Result<()> {
    let (kind, a, b) = (kind_code(key.kind()), key.left(), key.right());
    let live: Option<String> = conn
        .prepare_cached("SELECT verdict FROM known WHERE kind = ?1 AND a = ?2 AND b = ?3")?
        .query_row([kind, a, b], |row| row.get(0))
        .optional()?;
    expect(live.as_deref() == before.map(Verdict::code))?;
    let decided: bool = conn
        .prepare_cached(
            "SELECT EXISTS (SELECT 1 FROM second_answer WHERE source = 'known' AND kind = ?1 AND a = ?2 AND b = ?3)
                 OR EXISTS (SELECT 1 FROM decision WHERE kind = ?1 AND a = ?2 AND b = ?3)",
        )?
        .query_row([kind, a, b], |row| row.get(0))?;
    if decided {
        return Err(WorkspaceError::conflict("This pair has been decided by now; what was known of it stays as it is"));
    }
    match after {
        Some(after) => conn
            .prepare_cached(
                "INSERT INTO known (kind, a, b, verdict, staff, at) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
                 ON CONFLICT DO UPDATE SET verdict = excluded.verdict, staff = excluded.staff, at = excluded.at",
            )?
            .execute(params![kind, a, b, after.code(), entry.staff.0, entry.at])?,
        None => {
            conn.prepare_cached("DELETE FROM known WHERE kind = ?1 AND a = ?2 AND b = ?3")?.execute([kind, a, b])?
        }
    };
    Ok(())
}

/// The first decision by hand of a known pair, by another person than the one who answered before, is the second answer.
pub(super) fn compare_known(
    conn: &Connection,
    key: &PairKey,
    judgement: &Judgement,
    staff: i64,
    seq: i64,
) -> Result<()> {
    if judgement.how != How::ByHand {
        return Ok(());
    }
    conn.prepare_cached(
        "INSERT INTO second_answer (source, batch, kind, a, b, staff, verdict, second_staff, second, seq)
         SELECT 'known', 0, kind, a, b, ?4, ?5, staff, verdict, ?6
            FROM known WHERE kind = ?1 AND a = ?2 AND b = ?3 AND staff <> ?4
         ON CONFLICT DO NOTHING",
    )?
    .execute(params![kind_code(key.kind()), key.left(), key.right(), staff, judgement.verdict.code(), seq])?;
    Ok(())
}

/// A decision is being undone: where it was the second answer to a known pair, it was a slip, and is none.
pub(super) fn forget_known(conn: &Connection, key: &PairKey) -> Result<()> {
    conn.prepare_cached(
        "DELETE FROM second_answer WHERE source = 'known' AND batch = 0 AND kind = ?1 AND a = ?2 AND b = ?3
            AND seq = (SELECT seq FROM decision WHERE kind = ?1 AND a = ?2 AND b = ?3)",
    )?
    .execute([kind_code(key.kind()), key.left(), key.right()])?;
    Ok(())
}

/// The blind ones among the answers to `asked` pairs, as they were given.
fn blind(events: &[LedgerRow], asked: usize) -> HashMap<PairKey, Verdict> {
    let (mut blind, mut standing) = (HashMap::new(), HashSet::new());
    let mut at: Option<&PairKey> = None;
    for row in events {
        let Event::Rechecked { pair, after, .. } = &row.event else { continue };
        match after {
            Some(_) => standing.insert(pair),
            None => standing.remove(pair),
        };
        // Come back to
        if at != Some(pair) && blind.contains_key(pair) {
            at = None;
            continue;
        }
        at = Some(pair);
        match after {
            Some(verdict) => blind.insert(pair.clone(), *verdict),
            None => blind.remove(pair),
        };
        if standing.len() >= asked {
            break;
        }
    }
    blind
}

impl Workspace {
    /// The pairs among a batch's sample that are no rows of it.
    pub fn controls(&self, batch: BatchId) -> Result<Vec<Control>> {
        let mut find = self.conn.prepare_cached(
            "SELECT kind, a, b, verdict, staff, recheck FROM control WHERE batch = ?1 ORDER BY kind DESC, a, b",
        )?;
        let mut rows = find.query([batch.0])?;
        let mut found = Vec::new();
        while let Some(row) = rows.next()? {
            found.push(Control {
                key: key_of(row, 0)?,
                verdict: verdict(&row.get::<_, String>(3)?)?,
                staff: StaffId(row.get(4)?),
                recheck: row.get::<_, Option<String>>(5)?.map(|code| verdict(&code)).transpose()?,
            });
        }
        Ok(found)
    }

    /// The second answer that stands for a row of a batch's sample or a control among it; `None` for any other pair.
    pub fn rechecked_as(&self, batch: BatchId, key: &PairKey) -> Result<Option<Option<Verdict>>> {
        let found: Option<Option<String>> = self
            .conn
            .prepare_cached(ASKED)?
            .query_row(params![batch.0, kind_code(key.kind()), key.left(), key.right()], |row| row.get(0))
            .optional()?;
        found.map(|code| code.map(|code| verdict(&code)).transpose()).transpose()
    }

    /// What was answered to the pairs of a batch's sample, and to the controls among it, without sight of the first answers:
    /// by pair, since the batch was submitted.
    ///
    /// A slip that is put right before another pair is answered was none. What is said to a pair that one comes back to is not
    /// blind, and neither is anything that is said once every pair has its answer, for then the first answers are shown.
    pub fn blind_answers(&self, batch: BatchId) -> Result<HashMap<PairKey, Verdict>> {
        let events = self.history_of_batch_kinds(batch, &["batch_submitted", "rechecked"])?;
        let submitted = events.iter().rposition(|row| matches!(row.event, Event::BatchSubmitted { .. }));
        let asked: i64 = self
            .conn
            .prepare_cached(
                "SELECT (SELECT count(*) FROM batch_row WHERE batch = ?1 AND sampled)
                    + (SELECT count(*) FROM control WHERE batch = ?1)",
            )?
            .query_row([batch.0], |row| row.get(0))?;
        Ok(blind(&events[submitted.map_or(0, |at| at + 1)..], usize::try_from(asked).unwrap_or(0)))
    }

    /// The pairs that these people decided *Not a match* by hand, that are not stale and were never answered twice: those from
    /// which controls are drawn.
    pub fn fit_for_control(&self, deciders: &[StaffId]) -> Result<Vec<PairKey>> {
        let condition = format!(
            "d.verdict = 'not_match' AND json_extract(d.judgement, '$.how') = 'by_hand' AND NOT {}
             AND NOT EXISTS (SELECT 1 FROM second_answer s WHERE s.kind = d.kind AND s.a = d.a AND s.b = d.b)",
            decisions::STALE
        );
        let found = decisions::select(&self.conn, &condition, std::iter::empty())?;
        Ok(found.into_iter().filter(|(_, decision)| deciders.contains(&decision.staff)).map(|(key, _)| key).collect())
    }

    /// The pairs that were answered before any officer decided them, the newest first.
    pub fn known_pairs(&self) -> Result<Vec<Known>> {
        let mut find = self.conn.prepare_cached(
            "SELECT k.kind, k.a, k.b, k.verdict, k.staff, k.at, s.seq IS NOT NULL FROM known k
             LEFT JOIN second_answer s
                ON s.source = 'known' AND s.batch = 0 AND s.kind = k.kind AND s.a = k.a AND s.b = k.b
             ORDER BY k.at DESC, k.kind DESC, k.a, k.b",
        )?;
        let mut rows = find.query([])?;
        let mut found = Vec::new();
        while let Some(row) = rows.next()? {
            found.push(Known {
                key: key_of(row, 0)?,
                verdict: verdict(&row.get::<_, String>(3)?)?,
                staff: StaffId(row.get(4)?),
                at: ledger::time(&row.get::<_, String>(5)?)?,
                answered: row.get(6)?,
            });
        }
        Ok(found)
    }

    /// Every pair that two people answered independently, the newest first. As [`Self::blind_answers`] has it, where an answer was taken
    /// back and given again.
    pub fn second_answers(&self) -> Result<Vec<SecondAnswer>> {
        let mut find = self.conn.prepare_cached(
            "SELECT kind, a, b, source, staff, verdict, second_staff, second, seq, batch FROM second_answer ORDER BY seq DESC, a, b",
        )?;
        let mut rows = find.query([])?;
        let mut found = Vec::new();
        let mut blind: HashMap<i64, HashMap<PairKey, Verdict>> = HashMap::new();
        while let Some(row) = rows.next()? {
            let (key, source) = (key_of(row, 0)?, Source::parse(&row.get::<_, String>(3)?)?);
            let mut second = verdict(&row.get::<_, String>(7)?)?;
            if source != Source::Known {
                let batch = row.get(9)?;
                if let Entry::Vacant(place) = blind.entry(batch) {
                    place.insert(self.blind_answers(BatchId(batch))?);
                }
                second = blind[&batch].get(&key).copied().unwrap_or(second);
            }
            found.push(SecondAnswer {
                key,
                source,
                staff: StaffId(row.get(4)?),
                verdict: verdict(&row.get::<_, String>(5)?)?,
                second_staff: StaffId(row.get(6)?),
                second,
                seq: row.get(8)?,
            });
        }
        Ok(found)
    }
}
