//! Every connection is made here: SQLite with SQLCipher ready, and every safety on.

use std::path::Path;
use std::sync::Once;
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags, OptionalExtension};
use zeroize::Zeroizing;

use super::keyring::Key;
use super::{Result, WorkspaceError, hex};

/// SQLite before this could lose pages of a WAL that two connections reset at once.
const OLDEST_SQLITE: i32 = 3_051_003;

/// Lets SQLCipher get ready before anybody connects. SQLite calls itself begun before that is so: of two threads that made its
/// first two connections at once, one was told that its key is none.
fn begin() {
    static BEGUN: Once = Once::new();
    BEGUN.call_once(|| drop(Connection::open_in_memory()));
}

/// A database in memory: it has no key, and nothing of it touches a disk.
pub(super) fn in_memory() -> Result<Connection> {
    begin();
    let conn = Connection::open_in_memory()?;
    plan_once(&conn)?;
    Ok(conn)
}

/// Keeps a statement as it was planned. Left to itself SQLite looks at what a statement is given, and plans it anew each time that
/// it is given something else, wherever an index holds only some rows of the table: a third of the time of a replay.
fn plan_once(conn: &Connection) -> Result<()> {
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    Ok(())
}

/// Opens an encrypted database, with every safety on.
pub(super) fn connect(path: &Path, key: &Key, flags: OpenFlags) -> Result<Connection> {
    let conn = keyed(path, key, flags)?;
    conn.busy_timeout(Duration::from_secs(5))?;
    let tables: i64 = conn.query_row("SELECT count(*) FROM sqlite_master", [], |row| row.get(0))?; // the key fits, or NOTADB
    if tables == 0 && !flags.contains(OpenFlags::SQLITE_OPEN_CREATE) {
        return Err(WorkspaceError::damaged("its database is empty"));
    }
    conn.query_row("PRAGMA journal_mode = WAL", [], |_| Ok(()))?;
    conn.execute_batch(
        "PRAGMA synchronous = FULL;          -- a commit is on the disk before it is reported
         PRAGMA foreign_keys = ON;
         PRAGMA recursive_triggers = ON;     -- else INSERT OR REPLACE walks past the ledger's triggers
         PRAGMA trusted_schema = OFF;
         PRAGMA cell_size_check = ON;
         PRAGMA temp_store = MEMORY;         -- a temporary file would not be encrypted
         PRAGMA cache_size = -131072;        -- 128 MiB at most: a page costs its decryption when it is read again",
    )?;
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true)?;
    plan_once(&conn)?;
    conn.set_prepared_statement_cache_capacity(128);
    Ok(conn)
}

/// Opens a database and gives it its key; nothing has been read yet.
pub(super) fn keyed(path: &Path, key: &Key, flags: OpenFlags) -> Result<Connection> {
    if rusqlite::version_number() < OLDEST_SQLITE {
        return Err(WorkspaceError::Sql(format!("SQLite {} is too old to be safe", rusqlite::version())));
    }
    begin();
    let conn = Connection::open_with_flags(path, flags | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    // SQLCipher writes what goes wrong to standard error unless told not to; errors here are told once, in sentences.
    conn.execute_batch("PRAGMA cipher_log_level = NONE")?;
    // A raw key: it is random, so stretching it would only cost time. Locking and wiping every page in memory
    // (`cipher_memory_security`) stays off, as SQLCipher has it: the screens hold the same details in plain memory.
    let raw = Zeroizing::new(hex::encode(key.as_slice()));
    conn.execute_batch(&Zeroizing::new(format!("PRAGMA key = \"x'{}'\"", raw.as_str())))?;
    let encrypts = conn.query_row("PRAGMA cipher_version", [], |row| row.get::<_, String>(0)).optional()?;
    if encrypts.is_none_or(|version| version.is_empty()) {
        return Err(WorkspaceError::Sql("this build of SQLite does not encrypt".into()));
    }
    Ok(conn)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use std::process::Command;
    use std::sync::Barrier;

    use super::*;

    const FOLDER: &str = "STEWARTRY_TEST_FIRST_CONNECTIONS";

    /// Connects on several threads at once, in a process of its own; in every other there is nothing to do here.
    #[test]
    fn makes_its_first_connections_at_once() {
        let Some(folder) = std::env::var_os(FOLDER) else { return };
        let (key, at_once) = (Key::new([7; 32]), Barrier::new(8));
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE;
        std::thread::scope(|scope| {
            for n in 0..8 {
                let (path, key, at_once) = (Path::new(&folder).join(n.to_string()), &key, &at_once);
                scope.spawn(move || {
                    at_once.wait();
                    keyed(&path, key, flags).unwrap().execute_batch("CREATE TABLE hill (name TEXT)").unwrap();
                });
            }
        });
    }

    #[test]
    fn the_first_connections_of_a_process_can_be_made_at_once() {
        for _ in 0..40 {
            let folder = tempfile::tempdir().unwrap();
            let mut process = Command::new(std::env::current_exe().unwrap());
            process.args(["--exact", "workspace::sqlite::tests::makes_its_first_connections_at_once"]);
            let done = process.env(FOLDER, folder.path()).output().unwrap();
            assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stdout));
            assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 8);
        }
    }
}
