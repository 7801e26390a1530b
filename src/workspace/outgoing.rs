//! What of a batch leaves the workspace, as the supervisor signs it.
//!
//! The hash of what was submitted ([`super::batches::content_hash`]) covers what never leaves: comments, and restricted people. So a
//! second one is signed beside it, which whoever receives the files can make again from them. For each row one text in UTF-8, its
//! parts joined by line feeds:
//!
//! 1. `stewartry row 1`
//! 2. `KIND`, `LEFT_ID`, `RIGHT_ID`, `VERDICT`, `REASON`, `REPLACES`, `DECIDED_BY`, `DECIDED_AT`, `HOW`, `SCORE_SEEN`,
//!    `LEFT_RECORD_SHA256`, `RIGHT_RECORD_SHA256`: each cell as the evidence has it
//! 3. the source and the target of a merge as the merge instructions have them; two empty parts for a link
//!
//! The SHA-256 of each text in hex, sorted, each followed by a line feed, after a first line `stewartry rows 1`: the SHA-256 of that is
//! what is signed. A row that is left out of the files is there by its hash alone, from which nobody can come back to the
//! person: it covers the content of both records.

use rusqlite::Connection;
use sha2::{Digest, Sha256};

use super::event::BatchId;
use super::{BatchRow, Result, Workspace, batches, hex, staff};
use crate::pair::PairKind;
use crate::words::harmless;

/// The hash of one row, from its cells and the source and target of its merge.
pub fn row_sha256(cells: [&str; 12], source: &str, target: &str) -> String {
    let mut text = String::from("stewartry row 1");
    for part in cells.into_iter().chain([source, target]) {
        text.push('\n');
        text.push_str(part);
    }
    hex::encode(&Sha256::digest(text))
}

/// The hash of a batch, from those of its rows in any order.
pub fn rows_sha256(mut rows: Vec<String>) -> String {
    rows.sort_unstable();
    let mut hash = Sha256::new();
    hash.update("stewartry rows 1\n");
    for row in rows {
        hash.update(row);
        hash.update("\n");
    }
    hex::encode(&hash.finalize())
}

/// The hash of a row of a batch; `name` is who decided it. `None` for a row without a decision.
pub fn of_row(row: &BatchRow, name: &str) -> Option<String> {
    let decision = row.decision.as_ref()?;
    let judgement = &decision.judgement;
    let (at, seen) = (decision.at.to_string(), if judgement.score_seen { "yes" } else { "no" });
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
        judgement.how.code(),
        seen,
        &judgement.left_hash,
        &judgement.right_hash,
    ]
    .map(harmless);
    Some(row_sha256(
        std::array::from_fn(|at| cells[at].as_ref()),
        merge.map_or("", |merge| merge.source.as_str()),
        merge.map_or("", |merge| merge.target.as_str()),
    ))
}

pub(super) fn of_batch(conn: &Connection, batch: BatchId) -> Result<String> {
    let mut names = std::collections::HashMap::new();
    let mut hashes = Vec::new();
    for row in batches::rows(conn, batch)? {
        let Some(decision) = &row.decision else { continue };
        if let std::collections::hash_map::Entry::Vacant(entry) = names.entry(decision.staff) {
            let person = staff::by_id(conn, decision.staff)?;
            entry.insert(person.map_or_else(|| format!("Person {}", decision.staff.0), |person| person.name));
        }
        hashes.extend(of_row(&row, &names[&decision.staff]));
    }
    Ok(rows_sha256(hashes))
}

impl Workspace {
    /// The hash over what of a batch leaves the workspace.
    pub fn outgoing_sha256(&self, batch: BatchId) -> Result<String> {
        of_batch(&self.conn, batch)
    }
}
