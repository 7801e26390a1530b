//! The index of words: how it follows the records, how it is made where there is none, and whether it says what they say.

use std::hash::{Hash, Hasher};

use rusqlite::{Connection, OptionalExtension, params};
use rustc_hash::FxHasher;

use super::words::{self, EDITION};
use crate::person::ChiRecord;
use crate::progress::Progress;
use crate::workspace::number::count;
use crate::workspace::{Result, WorkspaceError};

/// Where the edition of the index is kept.
const KEPT: &str = "search edition";

/// Puts the words of a record that has none yet.
pub(in crate::workspace) fn put(conn: &Connection, id: i64, record: &ChiRecord) -> Result<()> {
    let mut insert = conn.prepare_cached("INSERT INTO chi_search (rowid, words) VALUES (?1, ?2)")?;
    insert.execute(params![id, words::of(record)])?;
    Ok(())
}

/// Puts the words of rows that changed, over those that they had. All at once and in their order: the index writes a piece of
/// itself for every row that comes before the last.
pub(in crate::workspace) fn put_right(conn: &Connection, mut rows: Vec<i64>) -> Result<()> {
    rows.sort_unstable();
    rows.dedup();
    for id in rows {
        remove_one(conn, id)?;
        let mut find = conn.prepare_cached("SELECT record FROM chi_record WHERE id = ?1 AND present = 1")?;
        let mut found = find.query([id])?;
        if let Some(row) = found.next()? {
            let text = row.get_ref(0)?.as_str().map_err(|_| unreadable())?;
            put(conn, id, &serde_json::from_str(text).map_err(|_| unreadable())?)?;
        }
    }
    Ok(())
}

fn remove_one(conn: &Connection, id: i64) -> Result<()> {
    conn.prepare_cached("DELETE FROM chi_search WHERE rowid = ?1")?.execute([id])?;
    Ok(())
}

/// Takes the words of rows out, which ascend.
pub(in crate::workspace) fn remove(conn: &Connection, rows: &[i64]) -> Result<()> {
    rows.iter().try_for_each(|id| remove_one(conn, *id))
}

/// Makes ready for the words of very many records in the order of their rows: they are gathered in memory, 8 MiB at a time,
/// and pieces of the index are joined once, at the end.
pub(in crate::workspace) fn begin_filling(conn: &Connection) -> Result<()> {
    settings(conn, [("hashsize", 8 << 20), ("automerge", 0), ("crisismerge", 1_999)])
}

/// Joins the pieces of the index into one, and goes on as for single records.
pub(in crate::workspace) fn end_filling(conn: &Connection) -> Result<()> {
    conn.execute("INSERT INTO chi_search (chi_search) VALUES ('optimize')", [])?;
    // As FTS5 has them
    settings(conn, [("hashsize", 1 << 20), ("automerge", 4), ("crisismerge", 16)])
}

fn settings(conn: &Connection, values: [(&str, i64); 3]) -> Result<()> {
    let mut set = conn.prepare_cached("INSERT INTO chi_search (chi_search, rank) VALUES (?1, ?2)")?;
    values.into_iter().try_for_each(|(name, value)| set.execute(params![name, value]).map(drop))?;
    Ok(())
}

/// Makes the index anew where it was never made, or by another edition of the words: when a workspace is opened that an
/// earlier version of the program wrote. Either the whole index is there afterwards, or what was there before.
pub(in crate::workspace) fn ensure(conn: &mut Connection) -> Result<()> {
    let known = conn.prepare("SELECT 1 FROM sqlite_master WHERE name = 'chi_search'")?.exists([])?;
    let kept: Option<String> =
        conn.query_row("SELECT value FROM meta WHERE key = ?1", [KEPT], |row| row.get(0)).optional()?;
    if !known || kept.as_deref() == Some(EDITION) {
        return Ok(());
    }
    let tx = conn.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
    tx.execute("INSERT INTO chi_search (chi_search) VALUES ('delete-all')", [])?;
    begin_filling(&tx)?;
    each_present(&tx, |id, record| put(&tx, id, &record))?;
    end_filling(&tx)?;
    tx.execute(
        "INSERT INTO meta (key, value) VALUES (?1, ?2) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
        [KEPT, EDITION],
    )?;
    tx.commit()?;
    Ok(())
}

fn each_present(conn: &Connection, mut each: impl FnMut(i64, ChiRecord) -> Result<()>) -> Result<()> {
    let mut find = conn.prepare("SELECT id, record FROM chi_record WHERE present = 1 ORDER BY id")?;
    let mut rows = find.query([])?;
    while let Some(row) = rows.next()? {
        let text = row.get_ref(1)?.as_str().map_err(|_| unreadable())?;
        each(row.get(0)?, serde_json::from_str(text).map_err(|_| unreadable())?)?;
    }
    Ok(())
}

fn unreadable() -> WorkspaceError {
    WorkspaceError::damaged("a stored record cannot be read")
}

/// Whether the index holds the present records and no others, and each word as often as they do; in a sentence.
///
/// Words are summed up by their hashes, so that nothing of a million records is kept in memory.
pub(in crate::workspace) fn agrees(
    conn: &Connection,
    progress: &Progress,
) -> Result<std::result::Result<String, String>> {
    let kept: Option<String> =
        conn.query_row("SELECT value FROM meta WHERE key = ?1", [KEPT], |row| row.get(0)).optional()?;
    if kept.as_deref() != Some(EDITION) {
        return Ok(Err("The index for searching by hand was not made by this version".into()));
    }
    let lost = "SELECT count(*) FROM chi_record WHERE present = 1 AND id NOT IN (SELECT rowid FROM chi_search)";
    let strange = "SELECT count(*) FROM chi_search WHERE rowid NOT IN (SELECT id FROM chi_record WHERE present = 1)";
    let number = |query: &str| conn.query_row(query, [], |row| count(row, 0));
    match (number(lost)?, number(strange)?) {
        (0, 0) => {}
        (0, strange) => return Ok(Err(format!("A search would find {strange} records that are not held"))),
        (lost, _) => return Ok(Err(format!("A search would not find {lost} records that are held"))),
    }
    let (mut records, mut expected) = (0_u64, 0_u64);
    each_present(conn, |_, record| {
        records += 1;
        if records % 1024 == 0 {
            progress.check()?;
            progress.set(records);
        }
        let words = words::of(&record);
        let mut words: Vec<&str> = words.split_ascii_whitespace().collect();
        words.sort_unstable();
        words.dedup();
        expected = words.iter().fold(expected, |sum, word| sum.wrapping_add(hash(&word.to_ascii_lowercase())));
        Ok(())
    })?;
    conn.execute_batch(
        "CREATE VIRTUAL TABLE IF NOT EXISTS temp.chi_search_words USING fts5vocab(main, chi_search, row)",
    )?;
    let summed = indexed(conn, progress);
    conn.execute_batch("DROP TABLE temp.chi_search_words")?;
    Ok(if summed? == expected {
        Ok(format!("Every present CHI record is found by its own words: {}", crate::words::number(records)))
    } else {
        Err("The index for searching by hand does not hold the words of the records".into())
    })
}

fn indexed(conn: &Connection, progress: &Progress) -> Result<u64> {
    let mut find = conn.prepare("SELECT term, doc FROM temp.chi_search_words")?;
    let mut rows = find.query([])?;
    let (mut sum, mut seen) = (0_u64, 0_u64);
    while let Some(row) = rows.next()? {
        seen += 1;
        if seen % 65_536 == 0 {
            progress.check()?;
        }
        let term = row.get_ref(0)?.as_str().map_err(|_| WorkspaceError::damaged("the index cannot be read"))?;
        sum = sum.wrapping_add(hash(term).wrapping_mul(count(row, 1)?));
    }
    Ok(sum)
}

fn hash(word: &str) -> u64 {
    let mut hasher = FxHasher::default();
    word.hash(&mut hasher);
    hasher.finish()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::super::{ChiSearch, Near};
    use crate::person::ChiRecord;
    use crate::progress::Progress;
    use crate::workspace::fixture::*;

    fn count(it: &Fixture, text: &str) -> u64 {
        it.ws.search_chi(&ChiSearch { text: text.into() }, &Near::default(), 50).unwrap().total
    }

    fn put(it: &mut Fixture, records: &[ChiRecord], rest_is_gone: bool) {
        let put = it.ws.apply_with(|tx| {
            let file = tx.new_file(&new_file("chi", "next"))?;
            for record in records {
                tx.put_chi(file, 2, record, &[])?;
            }
            if rest_is_gone {
                tx.mark_gone_chi()?;
            }
            Ok((vec![file_loaded(tx, file, &crate::workspace::FileTally::default())], ()))
        });
        put.unwrap();
    }

    fn search_line(it: &Fixture) -> (bool, String) {
        let report = it.ws.check(&Progress::new()).unwrap();
        report.lines.into_iter().find(|line| line.what == "Search").map(|line| (line.ok, line.detail)).unwrap()
    }

    #[test]
    fn the_index_follows_a_record_that_changes_goes_and_comes_back() {
        let mut it = workspace(3);
        assert_eq!(count(&it, "macsurname"), 3);
        let mut married = chi_record(2);
        married.details.surname = "Kirkpatrick".into();
        put(&mut it, &[married.clone()], false);
        assert_eq!((count(&it, "macsurname"), count(&it, "kirkpat")), (2, 1));
        it.healthy();
        put(&mut it, &[chi_record(1)], true);
        assert_eq!((count(&it, "macsurname"), count(&it, "kirkpat")), (1, 0), "who is gone is not found");
        it.healthy();
        put(&mut it, &[married], false);
        assert_eq!(count(&it, "kirkpat"), 1, "and is, once back");
        it.healthy();
    }

    #[test]
    fn a_new_spelling_of_an_address_that_no_decision_rests_on_is_found() {
        let mut it = workspace(1);
        let mut record = chi_record(1);
        record.details.address = vec!["1 High Street".to_owned().to_uppercase().replace(' ', "  ")];
        put(&mut it, std::slice::from_ref(&record), false);
        assert_eq!(count(&it, "high street"), 1);
        it.healthy();
    }

    #[test]
    fn a_workspace_of_a_version_before_the_index_has_it_once_it_is_opened() {
        let it = workspace(5);
        it.ws
            .conn
            .execute_batch(
                "INSERT INTO chi_search (chi_search) VALUES ('delete-all');
             DELETE FROM meta WHERE key = 'search edition'",
            )
            .unwrap();
        assert_eq!(count(&it, "macsurname"), 0);
        assert!(!search_line(&it).0);
        let it = it.reopen();
        assert_eq!(count(&it, "macsurname"), 5);
        it.healthy();
    }

    #[test]
    fn an_index_that_does_not_say_what_the_records_say_is_found() {
        for wrong in [
            "DELETE FROM chi_search WHERE rowid = 2",
            "INSERT INTO chi_search (rowid, words) VALUES (77, 'STRANGER')",
            "DELETE FROM chi_search WHERE rowid = 2; INSERT INTO chi_search (rowid, words) VALUES (2, 'STRANGER')",
            "UPDATE meta SET value = '0' WHERE key = 'search edition'",
        ] {
            let it = workspace(3);
            it.ws.conn.execute_batch(wrong).unwrap();
            let (ok, detail) = search_line(&it);
            assert!(!ok, "{wrong}: {detail}");
        }
    }
}
