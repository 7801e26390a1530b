//! What was loaded, bound to the ledger.
//!
//! Decisions and batches follow from the ledger alone, and a check replays it. Records do not: they came from files that are not
//! kept. So each load writes into its event one hash over everything that is held then: who has which number, who is
//! restricted, what content each record has, and who is related to whom. Whoever changes a record behind the ledger's back
//! changes that hash too, and cannot write another without the key of somebody who may load.
//!
//! A record's own content is bound by the hash that stands in it, which the check's line about records looks at; it is not read here.

use rusqlite::types::ValueRef;
use rusqlite::{Connection, OptionalExtension};
use sha2::{Digest, Sha256};

use super::event::Event;
use super::{Result, Tx, ledger, parcel};
use crate::progress::Progress;

/// What is bound of each table, in the order in which it is read.
const BOUND: [(&str, &str); 3] = [
    (
        "mosaic_record",
        "SELECT id, mosaic_id, chi, restricted, present, content_hash, file, line FROM mosaic_record ORDER BY id",
    ),
    ("chi_record", "SELECT id, chi, status, upi, present, content_hash, file, line FROM chi_record ORDER BY id"),
    (
        "relationship",
        "SELECT a, b, what, began, ended, present, since, file, line FROM relationship ORDER BY a, b, what, began, ended",
    ),
];

/// SHA-256 (hex) over all that is held: of each table its name, then each row's values, each with its length in front.
pub(super) fn digest(conn: &Connection, progress: &Progress) -> Result<String> {
    let mut hash = Sha256::new();
    let mut bytes = Vec::new();
    for (table, query) in BOUND {
        put(&mut bytes, table.as_bytes());
        let mut find = conn.prepare(query)?;
        let columns = find.column_count();
        let mut rows = find.query([])?;
        let mut count: u64 = 0;
        while let Some(row) = rows.next()? {
            for column in 0..columns {
                match row.get_ref(column)? {
                    ValueRef::Null => put(&mut bytes, b""),
                    ValueRef::Integer(number) => put(&mut bytes, &number.to_le_bytes()),
                    ValueRef::Real(number) => put(&mut bytes, &number.to_le_bytes()),
                    ValueRef::Text(text) | ValueRef::Blob(text) => put(&mut bytes, text),
                }
            }
            count += 1;
            if count.is_multiple_of(1024) {
                progress.check()?;
                progress.advance(1024);
            }
            if bytes.len() > 1 << 16 {
                hash.update(&bytes);
                bytes.clear();
            }
        }
    }
    hash.update(&bytes);
    Ok(super::hex::encode(&hash.finalize()))
}

fn put(bytes: &mut Vec<u8>, value: &[u8]) {
    bytes.extend((value.len() as u64).to_le_bytes());
    bytes.extend(value);
}

impl Tx<'_> {
    /// The hash of all that is held once a file is loaded, for its event.
    pub fn as_loaded(&self, progress: &Progress) -> Result<String> {
        digest(self.conn, progress)
    }
}

/// Whether all that was loaded is as the newest load left it, and the model of each run as its event says.
pub(super) fn look(conn: &Connection, progress: &Progress) -> Result<std::result::Result<String, String>> {
    if let Some(sentence) = models(conn)? {
        return Ok(Err(sentence));
    }
    if parcel::held(conn)?.is_some() {
        return Ok(Ok(
            "A parcel holds a part of what was loaded, and is held against the whole when it comes back".into()
        ));
    }
    let payload: Option<String> = conn
        .prepare("SELECT payload FROM ledger WHERE event = 'file_loaded' ORDER BY seq DESC LIMIT 1")?
        .query_row([], |row| row.get(0))
        .optional()?;
    let Some(payload) = payload else { return Ok(Ok("Nothing was loaded".into())) };
    let Event::FileLoaded { holds, name, .. } = ledger::read_event(&payload)? else {
        return Ok(Err("The newest load is not what its event says".into()));
    };
    let Some(holds) = holds else {
        return Ok(Ok("An older version loaded this and did not bind it to the ledger; the next load does".into()));
    };
    Ok(if digest(conn, progress)? == holds {
        Ok(format!("Everybody's numbers, restrictions and relationships are as {name} left them"))
    } else {
        Err(format!("Numbers, restrictions or relationships of the records are not as the load of {name} left them"))
    })
}

/// A run's model that is not the one that its event says, in a sentence.
fn models(conn: &Connection) -> Result<Option<String>> {
    let mut find = conn.prepare("SELECT payload FROM ledger WHERE event = 'matched' ORDER BY seq")?;
    let mut rows = find.query([])?;
    let mut model = conn.prepare("SELECT model FROM run WHERE id = ?1")?;
    while let Some(row) = rows.next()? {
        let Event::Matched { run, model_sha256, .. } =
            ledger::read_event(row.get_ref(0)?.as_str().unwrap_or_default())?
        else {
            continue;
        };
        let held: Option<String> = model.query_row([run], |row| row.get(0)).optional()?;
        let Some(held) = held.filter(|_| !model_sha256.is_empty()) else { continue };
        if super::hex::encode(&Sha256::digest(held.as_bytes())) != model_sha256 {
            return Ok(Some(format!("The model of run {run} is not the one that it was made with")));
        }
    }
    Ok(None)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::super::fixture::*;
    use super::*;

    #[test]
    fn what_is_changed_in_the_records_behind_the_ledgers_back_is_found() {
        let swapped =
            "UPDATE chi_record SET (chi, record, content_hash) = (SELECT 'x' || o.chi, o.record, o.content_hash
                FROM chi_record o WHERE o.id = 3 - chi_record.id) WHERE id IN (1, 2);
            UPDATE chi_record SET chi = substr(chi, 2) WHERE id IN (1, 2)";
        for (statement, told) in [
            (swapped, "Numbers"),
            ("UPDATE mosaic_record SET restricted = 1 - restricted WHERE id = 2", "Numbers"),
            ("UPDATE chi_record SET present = 0 WHERE id = 2", "Numbers"),
            ("DELETE FROM mosaic_record WHERE id = 6", "Numbers"),
            ("UPDATE chi_record SET upi = '0101011237' WHERE id = 2", "Numbers"),
            ("INSERT INTO relationship VALUES ('00001', '00003', 'Spouse', '', '', 1, 1, 1, 9)", "relationships"),
        ] {
            let mut it = workspace(6);
            it.matched(6);
            it.healthy();
            it.ws.conn.execute_batch(&format!("PRAGMA foreign_keys = OFF; {statement}")).unwrap();
            let found = look(&it.ws.conn, &Progress::new()).unwrap().unwrap_err();
            assert!(found.contains(told), "{statement}: {found}");
            let refused = it.ws.expect_whole(&Progress::new()).unwrap_err().to_string();
            assert!(refused.contains(&found), "{statement}: {refused}");
        }
    }

    #[test]
    fn a_model_that_was_put_in_the_place_of_a_runs_own_is_found() {
        let mut it = workspace(3);
        let run = it.matched(3);
        let event = Event::Matched {
            run,
            engine: "1".into(),
            model_sha256: super::super::hex::encode(&Sha256::digest(b"{}")),
            inputs: Vec::new(),
            links: 0,
            duplicates: 0,
            learned_from: 0,
        };
        it.apply(vec![event]);
        it.healthy();
        it.ws.conn.execute("UPDATE run SET model = '{ }'", []).unwrap();
        let found = look(&it.ws.conn, &Progress::new()).unwrap().unwrap_err();
        assert!(found.contains(&format!("model of run {run}")), "{found}");
    }
}
