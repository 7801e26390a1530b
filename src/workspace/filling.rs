//! What makes loading many records quick: nothing is written that stands already, and a first CHI extract has its indexes made
//! once, at the end, instead of a piece of each with every row.

use std::cell::RefCell;

use rusqlite::Connection;

use super::rows::RowSet;
use super::search::index;
use super::{Result, Tx};
use crate::progress::Progress;

/// The rows of a table that came with the file that is being loaded.
#[derive(Debug, Default)]
pub(super) struct Came(RefCell<RowSet>);

impl Came {
    /// Notes a row.
    pub(super) fn note(&self, id: i64) {
        self.0.borrow_mut().put(id);
    }

    /// Those of the rows that a query yields which did not come, in its order.
    pub(super) fn missing_of(&self, conn: &Connection, query: &str) -> Result<Vec<i64>> {
        let came = self.0.borrow();
        let mut find = conn.prepare_cached(query)?;
        let ids = find.query_map([], |row| row.get::<_, i64>(0))?;
        Ok(ids.filter(|id| id.as_ref().map_or(true, |id| !came.holds(*id))).collect::<Result<_, _>>()?)
    }
}

/// What was put aside while an empty table of CHI records is filled: how each index is made.
#[derive(Debug)]
pub(super) struct PutAside {
    indexes: Vec<String>,
}

impl Tx<'_> {
    /// Makes ready for a whole CHI extract. Where no CHI record is held yet, the indexes over them are put aside until
    /// [`Tx::settle`]; a transaction that fails brings them back with everything else.
    pub fn begin_chi(&self) -> Result<()> {
        let held: bool = self.conn.query_row("SELECT EXISTS (SELECT 1 FROM chi_record)", [], |row| row.get(0))?;
        if held || self.aside.borrow().is_some() {
            return Ok(());
        }
        let mut find = self.conn.prepare(
            "SELECT name, sql FROM sqlite_master
             WHERE type = 'index' AND tbl_name = 'chi_record' AND sql IS NOT NULL ORDER BY name",
        )?;
        let found = find.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
        let found: Vec<(String, String)> = found.collect::<rusqlite::Result<_>>()?;
        for (name, _) in &found {
            self.conn.execute_batch(&format!("DROP INDEX \"{name}\""))?;
        }
        index::begin_filling(self.conn)?;
        let indexes = found.into_iter().map(|(_, sql)| sql).collect();
        *self.aside.borrow_mut() = Some(PutAside { indexes });
        Ok(())
    }

    /// Makes what [`Tx::begin_chi`] put aside, each in one ordered pass. Every deed ends with it; who loads calls it to
    /// say how far it is.
    pub fn settle(&self, progress: &Progress) -> Result<()> {
        let Some(PutAside { indexes }) = self.aside.borrow_mut().take() else { return Ok(()) };
        progress.begin("Making indexes", indexes.len() as u64 + 1);
        for sql in indexes {
            progress.check()?;
            self.conn.execute_batch(&sql)?;
            progress.advance(1);
        }
        progress.check()?;
        index::end_filling(self.conn)?;
        progress.advance(1);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::super::fixture::*;
    use super::super::{Change, ChiSearch, FileTally, Near};
    use super::*;

    fn schema(it: &Fixture) -> Vec<String> {
        let mut find = it.ws.conn.prepare("SELECT name || coalesce(sql, '') FROM sqlite_master ORDER BY name").unwrap();
        find.query_map([], |row| row.get(0)).unwrap().collect::<rusqlite::Result<_>>().unwrap()
    }

    fn first_extract(it: &mut Fixture, fails: bool) -> bool {
        let put = it.ws.apply_with(|tx| {
            tx.begin_chi()?;
            let file = tx.new_file(&new_file("chi", "first"))?;
            for n in 1..=50 {
                assert_eq!(tx.put_chi(file, u64::from(n), &chi_record(n), &[])?, Change::Added);
            }
            let loaded = vec![file_loaded(tx, file, &FileTally::default())];
            if fails { Err(crate::progress::Cancelled.into()) } else { Ok((loaded, ())) }
        });
        put.is_ok()
    }

    #[test]
    fn a_first_extract_leaves_every_index_as_it_was_made() {
        let mut it = workspace(0);
        let before = schema(&it);
        assert!(first_extract(&mut it, false));
        assert_eq!(schema(&it), before);
        let found = it.ws.search_chi(&ChiSearch { text: "macsurname".into() }, &Near::default(), 90).unwrap();
        assert_eq!((found.total, found.records.len()), (50, 50));
        it.healthy();
        it.reopen().healthy();
    }

    #[test]
    fn a_first_extract_that_is_given_up_leaves_every_index_too() {
        let mut it = workspace(0);
        let before = schema(&it);
        assert!(!first_extract(&mut it, true));
        assert_eq!(schema(&it), before);
        it.healthy();
        assert!(first_extract(&mut it, false));
        it.healthy();
    }

    #[test]
    fn a_row_that_stands_already_is_not_written_again() {
        let mut it = workspace(3);
        let written = |it: &Fixture| -> Vec<(i64, i64)> {
            let query = "SELECT file, line FROM mosaic_record UNION ALL SELECT file, line FROM chi_record";
            let mut find = it.ws.conn.prepare(query).unwrap();
            find.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).unwrap().map(Result::unwrap).collect()
        };
        let before = written(&it);
        it.load(3, "");
        assert_eq!(written(&it), before, "what it says, it says since that line of that file");
        it.load(3, "Mill");
        assert_ne!(written(&it), before);
        it.healthy();
    }

    #[test]
    fn rows_that_did_not_come_are_missing() {
        let it = workspace(200);
        let came = Came::default();
        (1..=200).filter(|n| n % 70 != 0).for_each(|n| came.note(n));
        let query = "SELECT id FROM mosaic_record ORDER BY id";
        assert_eq!(came.missing_of(&it.ws.conn, query).unwrap(), [70, 140]);
    }
}
