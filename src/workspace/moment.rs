//! One moment of the workspace, seen by several connections, so that what only reads can be shared among the processor's cores.
//!
//! Each connection has a view of its own of the write-ahead log, which stays as it is while its transaction lasts. Two views are of one
//! moment where nobody wrote between the beginnings of both: SQLite counts what others wrote, as each connection has seen it.

use std::thread;

use rusqlite::{Connection, OpenFlags};

use super::Result;
use super::sqlite::connect;
use super::store::{DATABASE, Opened};

/// The most connections beside the first. Each keeps pages of its own in memory.
const MOST_BESIDE: usize = 3;

/// A connection that is to see what another one sees.
struct Joining {
    conn: Connection,
    /// How often it saw others write before it began to read.
    version: i64,
}

/// Begins to read in the transaction of `conn`, in which nothing was read yet, and gives connections that see what it sees from then on:
/// as many as the processor has other cores. None where somebody writes just then, or no other connection can be made.
pub(super) fn beside(opened: &Opened, conn: &Connection) -> Result<Vec<Connection>> {
    let cores = thread::available_parallelism().map_or(1, usize::from);
    let joining = (1..cores.min(MOST_BESIDE + 1)).map_while(|_| Joining::of(opened).ok()).collect();
    join(conn, joining)
}

impl Joining {
    fn of(opened: &Opened) -> Result<Self> {
        let conn = connect(&opened.home.join(DATABASE), &opened.key(), OpenFlags::SQLITE_OPEN_READ_ONLY)?;
        let version = version(&conn)?;
        Ok(Self { conn, version })
    }
}

/// How often a connection saw others write.
fn version(conn: &Connection) -> Result<i64> {
    Ok(conn.query_row("PRAGMA data_version", [], |row| row.get(0))?)
}

/// Lets the one begin to read, and then the others: those that saw nobody write since before it did see what it sees.
fn join(conn: &Connection, joining: Vec<Joining>) -> Result<Vec<Connection>> {
    version(conn)?;
    let mut same = Vec::new();
    for Joining { conn: other, version: before } in joining {
        other.execute_batch("BEGIN")?;
        if version(&other)? == before {
            same.push(other);
        }
    }
    Ok(same)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::super::event::Event;
    use super::super::fixture::{Fixture, link, workspace};
    use super::super::ledger::Head;
    use super::*;

    fn head(conn: &Connection) -> i64 {
        Head::read(conn).unwrap().seq
    }

    fn written(it: &mut Fixture) {
        it.apply(vec![Event::ScoreRevealed { pair: link(1) }]);
    }

    #[test]
    fn connections_beside_see_the_moment_of_the_first_whatever_is_written_since() {
        let mut it = workspace(2);
        it.matched(2);
        let first = it.ws.handle().unwrap();
        let moment = first.conn.unchecked_transaction().unwrap();
        let others = join(&moment, (0..3).map(|_| Joining::of(&it.ws.opened).unwrap()).collect()).unwrap();
        assert_eq!(others.len(), 3);
        let then = head(&moment);
        written(&mut it);
        assert_eq!(head(&it.ws.conn), then + 1);
        assert_eq!(head(&moment), then);
        assert!(others.iter().all(|other| head(other) == then));
        assert!(others[0].execute_batch("DELETE FROM control").is_err(), "they only read");
    }

    #[test]
    fn a_connection_that_another_moment_came_to_is_let_go() {
        let mut it = workspace(2);
        it.matched(2);
        let first = it.ws.handle().unwrap();
        let early = Joining::of(&it.ws.opened).unwrap();
        written(&mut it);
        let late = Joining::of(&it.ws.opened).unwrap();
        let moment = first.conn.unchecked_transaction().unwrap();
        // It may see the same, as here, or not: whoever wrote could have done so after the first began
        let others = join(&moment, vec![early, late]).unwrap();
        assert_eq!(others.len(), 1);
        assert_eq!(head(&others[0]), head(&moment));
        // One that begins after a write that the first does not see
        let joining = Joining::of(&it.ws.opened).unwrap();
        written(&mut it);
        assert!(join(&moment, vec![joining]).unwrap().is_empty());
    }
}
