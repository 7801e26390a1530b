//! The schema and its versions.
//!
//! SQLite's `user_version` counts the migrations that have been applied. Each is one transaction, so that a workspace is
//! always of a whole version; a backup is made before the first (see [`super::Workspace::open`]).

use std::sync::{Mutex, PoisonError};

use rusqlite::backup::Backup;
use rusqlite::{Connection, TransactionBehavior};

use super::{Result, WorkspaceError, sqlite};

/// Every migration, oldest first. One that has been released is never changed.
pub(super) const MIGRATIONS: &[&str] = &[
    include_str!("migrations/0001_first.sql"),
    include_str!("migrations/0002_common.sql"),
    include_str!("migrations/0003_frozen.sql"),
    include_str!("migrations/0004_search.sql"),
    include_str!("migrations/0005_relationships.sql"),
    include_str!("migrations/0006_facets.sql"),
    include_str!("migrations/0007_second_looks.sql"),
    include_str!("migrations/0008_classes.sql"),
    include_str!("migrations/0009_files_out.sql"),
    include_str!("migrations/0010_sharing.sql"),
    include_str!("migrations/0011_signatures.sql"),
    include_str!("migrations/0012_parcels.sql"),
    include_str!("migrations/0013_warned.sql"),
    include_str!("migrations/0014_people.sql"),
    include_str!("migrations/0015_again.sql"),
    include_str!("migrations/0016_first_release.sql"),
];

/// Marks the database as ours ("Stew").
const APPLICATION: i64 = 0x5374_6577;

/// Where a database stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Standing {
    /// Of the version that this program writes.
    Current,
    /// Of an older version.
    Older,
}

/// Compares a database's version with what this program knows; a newer one is refused.
pub(super) fn standing(conn: &Connection, migrations: &[&str]) -> Result<Standing> {
    let application: i64 = conn.pragma_query_value(None, "application_id", |row| row.get(0))?;
    let found: i64 = conn.pragma_query_value(None, "user_version", |row| row.get(0))?;
    let known = migrations.len() as i64;
    match found {
        0 => Err(WorkspaceError::damaged("it was never finished being made")),
        _ if application != APPLICATION => Err(WorkspaceError::damaged("its database is not one of Stewartry's")),
        found if found > known => Err(WorkspaceError::Newer { found, known }),
        found if found < known => Ok(Standing::Older),
        _ => Ok(Standing::Current),
    }
}

/// Brings a database to the newest version.
pub(super) fn run(conn: &mut Connection, migrations: &[&str]) -> Result<()> {
    let found: i64 = conn.pragma_query_value(None, "user_version", |row| row.get(0))?;
    let done = usize::try_from(found).unwrap_or(0);
    for (index, migration) in migrations.iter().enumerate().skip(done) {
        let tx = conn.transaction_with_behavior(TransactionBehavior::Immediate)?;
        tx.execute_batch(migration)?;
        tx.pragma_update(None, "application_id", APPLICATION)?;
        tx.pragma_update(None, "user_version", index as i64 + 1)?;
        tx.commit()?;
    }
    Ok(())
}

/// A database of the newest version with nothing in it, in memory. Every one after the first is a copy: the migrations are gone
/// through once.
pub(super) fn empty() -> Result<Connection> {
    static FORM: Mutex<Option<Connection>> = Mutex::new(None);
    let mut form = FORM.lock().unwrap_or_else(PoisonError::into_inner);
    if form.is_none() {
        let mut first = sqlite::in_memory()?;
        run(&mut first, MIGRATIONS)?;
        *form = Some(first);
    }
    let mut empty = sqlite::in_memory()?;
    if let Some(form) = form.as_ref() {
        Backup::new(form, &mut empty)?.step(-1)?;
    }
    Ok(empty)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_migration_that_fails_leaves_the_version_before_it() {
        let mut conn = Connection::open_in_memory().unwrap();
        run(&mut conn, &["CREATE TABLE one (x)"]).unwrap();
        run(&mut conn, &["CREATE TABLE one (x)", "CREATE TABLE two (x); CREATE TABLE one (x)"]).unwrap_err();
        let tables: i64 = conn.query_row("SELECT count(*) FROM sqlite_master", [], |row| row.get(0)).unwrap();
        assert_eq!(tables, 1);
        let next = ["CREATE TABLE one (x)", "CREATE TABLE two (x)"];
        assert_eq!(standing(&conn, &next).unwrap(), Standing::Older);
        run(&mut conn, &next).unwrap();
        assert_eq!(standing(&conn, &next).unwrap(), Standing::Current);
        let newer = standing(&conn, &next[..1]).unwrap_err();
        assert!(matches!(newer, WorkspaceError::Newer { found: 2, known: 1 }), "{newer}");
    }
}
