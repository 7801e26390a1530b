//! What of a batch leaves the workspace, as the supervisor signs it.
//!
//! The hash of what was submitted ([`super::batches::content_hash`]) covers what never leaves: comments, and restricted people. So a
//! second one is signed beside it, which whoever receives the files can make again from them. For each row one text in UTF-8, its
//! parts joined by line feeds:
//!
//! 1. `stewartry row 3`
//! 2. `KIND`, `LEFT_ID`, `RIGHT_ID`, `VERDICT`, `REASON`, `REPLACES`, `DECIDED_BY`, `DECIDED_AT`, `HOW`, `SCORE_SEEN`,
//!    `LEFT_RECORD_SHA256`, `RIGHT_RECORD_SHA256`, `SAMPLED`, `RECHECK`, `RECHECKED_BY`: each cell as the evidence has it
//! 3. `SOURCE_PERSON_ID`, `TARGET_PERSON_ID`, `BLOCKERS_CHECKED` and `NOTE` of a merge as the merge instructions have them; four empty
//!    parts for a link
//!
//! The SHA-256 of each text in hex, sorted, each followed by a line feed, after a first line `stewartry rows 3`: the SHA-256 of that is
//! what is signed. Earlier versions signed two other forms. The second says `2` in both, and has of a merge the source and the target
//! alone; the first says `1`, and has not the last three cells either. A row that is left out of the files is there by its hash alone,
//! from which nobody can come back to the person: it covers the content of both records.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use rusqlite::{Connection, OptionalExtension};
use sha2::{Digest, Sha256};

use super::candidates::kind_code;
use super::event::{BatchId, CorrectionId, Event, SignedNames, StaffId};
use super::{Batch, BatchRow, Result, Workspace, WorkspaceError, batches, hex, ledger, staff};
use crate::pair::{BlockerAnswer, BlockerCheck, Merge, PairKind};
use crate::words::harmless;

/// What is said of a signature over rows in a form that is not known here.
pub(super) const UNKNOWN_FORM: &str =
    "The rows were signed in a form that this version of the program does not know; use the one that signed them";

/// In which form rows are hashed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// Without the re-check.
    First,
    /// With it, and with whose it is.
    Second,
    /// With what was checked before a merge, and what is noted of it.
    Third,
}

impl Form {
    /// The one that is signed today.
    pub const NEWEST: Self = Self::Third;

    /// The form of a signature, which says its number since the third; the second came with the names of those who signed, composed
    /// and submitted. None where this version knows none of that number.
    pub fn of(number: Option<u8>, names: Option<&SignedNames>) -> Option<Self> {
        match (number, names) {
            (None, None) => Some(Self::First),
            (None, Some(_)) => Some(Self::Second),
            (Some(3), Some(_)) => Some(Self::Third),
            (Some(_), _) => None,
        }
    }

    /// How many cells of a row it covers.
    pub fn cells(self) -> usize {
        match self {
            Self::First => 12,
            Self::Second | Self::Third => 15,
        }
    }

    /// How many cells of a merge's instruction it covers.
    fn of_merge(self) -> usize {
        match self {
            Self::First | Self::Second => 2,
            Self::Third => 4,
        }
    }

    /// Its number.
    pub fn number(self) -> u8 {
        match self {
            Self::First => 1,
            Self::Second => 2,
            Self::Third => 3,
        }
    }
}

/// The hash of one row, from its cells in the order of the newest form, and of its merge the source, the target, what was checked, and
/// the note.
pub fn row_sha256(form: Form, cells: [&str; 15], merge: [&str; 4]) -> String {
    let mut text = format!("stewartry row {}", form.number());
    for part in cells.into_iter().take(form.cells()).chain(merge.into_iter().take(form.of_merge())) {
        text.push('\n');
        text.push_str(part);
    }
    hex::encode(&Sha256::digest(text))
}

/// The hash of a batch, from those of its rows in any order.
pub fn rows_sha256(form: Form, mut rows: Vec<String>) -> String {
    rows.sort_unstable();
    let mut hash = Sha256::new();
    hash.update(format!("stewartry rows {}\n", form.number()));
    for row in rows {
        hash.update(row);
        hash.update("\n");
    }
    hex::encode(&hash.finalize())
}

/// The hash of a row of a batch; `name` is who decided it, `second` who re-checked it. `None` for a row without a decision.
pub fn of_row(form: Form, row: &BatchRow, name: &str, second: &str) -> Option<String> {
    let decision = row.decision.as_ref()?;
    let judgement = &decision.judgement;
    let yes = |is: bool| if is { "yes" } else { "no" };
    let (at, how) = (decision.at.to_string(), judgement.how_words());
    let merge = judgement.merge.as_ref().filter(|_| row.key.kind() == PairKind::Duplicate);
    let cells = [
        if row.key.kind() == PairKind::Link { "link" } else { "duplicate" },
        row.key.left(),
        row.key.right(),
        judgement.verdict.code(),
        judgement.reason.map_or("", |reason| reason.code()),
        judgement.replaces.as_deref().unwrap_or_default(),
        name,
        &at,
        &how,
        yes(judgement.score_seen),
        &judgement.left_hash,
        &judgement.right_hash,
        yes(row.sampled),
        row.recheck.map_or("", |verdict| verdict.code()),
        second,
    ]
    .map(harmless);
    let [checked, note] = merge.map(checked_and_noted).unwrap_or_default();
    let [source, target] = merge.map_or(["", ""], |merge| [merge.source.as_str(), merge.target.as_str()]);
    Some(row_sha256(form, std::array::from_fn(|at| cells[at].as_ref()), [source, target, &checked, &note]))
}

/// What was looked for in Mosaic before a merge, and what is noted of it, as the merge instructions have both.
pub fn checked_and_noted(merge: &Merge) -> [String; 2] {
    let checked: Vec<String> =
        merge.blockers.iter().map(|check| format!("{}={}", code_of(check), answer(check.answer))).collect();
    let mut notes: Vec<&str> = vec![&merge.note];
    notes.extend(merge.blockers.iter().flat_map(|check| [check.found.as_str(), check.note.as_str()]));
    notes.retain(|note| !note.trim().is_empty());
    [checked.join(";"), harmless(&notes.join("; ")).into_owned()]
}

/// A blocker as files write it: the snake-case name of its variant, as the ledger has it.
fn code_of(check: &BlockerCheck) -> String {
    match serde_json::to_value(check.blocker) {
        Ok(serde_json::Value::String(code)) => code,
        _ => String::new(),
    }
}

fn answer(answer: BlockerAnswer) -> &'static str {
    match answer {
        BlockerAnswer::NotChecked => "not_checked",
        BlockerAnswer::Clear => "clear",
        BlockerAnswer::Blocked => "blocked",
    }
}

pub(super) fn of_batch(conn: &Connection, batch: BatchId, form: Form) -> Result<String> {
    let mut names = HashMap::new();
    let mut name = |staff: StaffId| -> Result<String> {
        if let Entry::Vacant(entry) = names.entry(staff) {
            let person = staff::by_id(conn, staff)?;
            entry.insert(person.map_or_else(|| format!("Person {}", staff.0), |person| person.name));
        }
        Ok(names[&staff].clone())
    };
    let mut hashes = Vec::new();
    for row in batches::rows(conn, batch)? {
        let Some(decision) = &row.decision else { continue };
        let second = rechecked_by(conn, batch, &row)?.map_or(Ok(String::new()), &mut name)?;
        hashes.extend(of_row(form, &row, &name(decision.staff)?, &second));
    }
    Ok(rows_sha256(form, hashes))
}

/// Who gave the second answer of a row that stands: the newest about it in this batch. Read from the ledger alone.
fn rechecked_by(conn: &Connection, batch: BatchId, row: &BatchRow) -> Result<Option<StaffId>> {
    if row.recheck.is_none() {
        return Ok(None);
    }
    let mut find = conn.prepare_cached(
        "SELECT l.staff FROM ledger_subject s JOIN ledger l ON l.seq = s.seq
            JOIN ledger_subject t ON t.kind = 'batch' AND t.a = ?4 AND t.b = '' AND t.seq = s.seq
         WHERE s.kind = ?1 AND s.a = ?2 AND s.b = ?3 AND l.event = 'rechecked' ORDER BY s.seq DESC LIMIT 1",
    )?;
    let key = &row.key;
    let found =
        find.query_row([kind_code(key.kind()), key.left(), key.right(), &batch.0.to_string()], |row| row.get(0));
    Ok(found.optional()?.map(StaffId))
}

/// The people of a batch that somebody signs, by their names.
pub(super) fn names(conn: &Connection, batch: BatchId, signer: StaffId) -> Result<SignedNames> {
    let mut find = conn.prepare_cached("SELECT composed_by, submitted_by FROM batch WHERE id = ?1")?;
    let (composed, submitted): (i64, Option<i64>) = find.query_row([batch.0], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let name = |staff| named(conn, StaffId(staff));
    Ok(SignedNames {
        signed_by: named(conn, signer)?,
        composed_by: name(composed)?,
        submitted_by: submitted.map_or(Ok(String::new()), name)?,
    })
}

/// The people of a correction that somebody signs, by their names.
pub(super) fn names_of_correction(conn: &Connection, correction: CorrectionId, signer: StaffId) -> Result<SignedNames> {
    let mut find = conn.prepare_cached("SELECT composed_by FROM correction WHERE id = ?1")?;
    let composed = find.query_row([correction.0], |row| row.get(0))?;
    let (signed_by, composed_by) = (named(conn, signer)?, named(conn, StaffId(composed))?);
    Ok(SignedNames { signed_by, composed_by, submitted_by: String::new() })
}

fn named(conn: &Connection, staff: StaffId) -> Result<String> {
    Ok(staff::by_id(conn, staff)?.map(|person| person.name).unwrap_or_default())
}

impl Workspace {
    /// The hash over what of a batch leaves the workspace, as it is signed.
    pub fn outgoing_sha256(&self, batch: BatchId, form: Form) -> Result<String> {
        of_batch(&self.conn, batch, form)
    }

    /// The people of a batch, by the names that stand on what leaves, were the signed-in person to sign it.
    pub fn names_of_batch(&self, batch: BatchId) -> Result<SignedNames> {
        names(&self.conn, batch, self.me.id)
    }

    /// The people of a correction, as [`Workspace::names_of_batch`].
    pub fn names_of_correction(&self, correction: CorrectionId) -> Result<SignedNames> {
        names_of_correction(&self.conn, correction, self.me.id)
    }

    /// Who gave the second answer of a row of a batch that stands.
    pub fn rechecked_by(&self, batch: BatchId, row: &BatchRow) -> Result<Option<StaffId>> {
        rechecked_by(&self.conn, batch, row)
    }

    /// In which form the rows of a batch were signed; the newest for one that is not signed yet.
    pub fn outgoing_form(&self, batch: &Batch) -> Result<Form> {
        let Some(signed) = &batch.signed else { return Ok(Form::NEWEST) };
        let row = ledger::row(&self.conn, signed.seq)?;
        let form = match row.map(|row| row.event) {
            Some(Event::BatchSigned { names, rows_form, .. }) => Form::of(rows_form, names.as_deref()),
            _ => Some(Form::First),
        };
        form.ok_or_else(|| WorkspaceError::conflict(UNKNOWN_FORM))
    }
}
