//! Where files can be sent. A place is written down by an event, so that the ledger says who let files go where, and since when.

use rusqlite::{Connection, params};
use serde::{Deserialize, Serialize};

use super::event::Event;
use super::ledger::{self, Subject};
use super::{Result, Workspace};

/// Somewhere that files are sent to: a folder on a computer that speaks SFTP. Holds no secret: the key is a file of the person's
/// own, named by its path, or is held by their agent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// The computer, by name or address.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// The account there.
    pub user: String,
    /// The folder there; empty for the one that the account begins in.
    pub folder: String,
    /// The computer's keys, each as `ssh-ed25519 AAAA…`. No other is accepted.
    pub host_keys: Vec<String>,
    /// The private key's file on this computer; empty where the agent holds the key.
    pub key_file: String,
}

impl Place {
    /// Where it is, in a line: `records@transfer.example:22/inbox`.
    pub fn to(&self) -> String {
        let folder = if self.folder.is_empty() || self.folder.starts_with('/') { "" } else { "/" };
        format!("{}@{}:{}{folder}{}", self.user, self.host, self.port, self.folder)
    }
}

impl Workspace {
    /// Every place, by name.
    pub fn places(&self) -> Result<Vec<(String, Place)>> {
        let mut newest = self
            .conn
            .prepare_cached("SELECT a, max(seq) FROM ledger_subject WHERE kind = 'place' GROUP BY a ORDER BY a")?;
        let newest: Vec<(String, i64)> =
            newest.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?.collect::<rusqlite::Result<_>>()?;
        let mut places = Vec::new();
        for (name, seq) in newest {
            places.extend(set_at(&self.conn, seq)?.map(|place| (name, place)));
        }
        Ok(places)
    }
}

/// What a place was before an event.
pub(super) fn before(conn: &Connection, name: &str, seq: i64) -> Result<Option<Place>> {
    let Subject { kind, a, b } = Subject::place(name);
    let mut find =
        conn.prepare_cached("SELECT max(seq) FROM ledger_subject WHERE kind = ?1 AND a = ?2 AND b = ?3 AND seq < ?4")?;
    let last: Option<i64> = find.query_row(params![kind, a, b, seq], |row| row.get(0))?;
    last.map_or(Ok(None), |last| set_at(conn, last))
}

fn set_at(conn: &Connection, seq: i64) -> Result<Option<Place>> {
    Ok(match ledger::row(conn, seq)?.map(|row| row.event) {
        Some(Event::PlaceSet { after, .. }) => after.map(|place| *place),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::super::fixture::*;
    use super::*;

    fn place(host: &str) -> Place {
        Place {
            host: host.into(),
            port: 22,
            user: "records".into(),
            folder: "inbox".into(),
            host_keys: vec!["ssh-ed25519 AAAA".into()],
            key_file: String::new(),
        }
    }

    fn set(before: Option<Place>, after: Option<Place>) -> Event {
        Event::PlaceSet { place: "board".into(), before: before.map(Box::new), after: after.map(Box::new) }
    }

    #[test]
    fn the_newest_word_about_a_place_is_what_holds_and_a_stale_one_is_refused() {
        let mut it = workspace(0);
        assert!(it.ws.places().unwrap().is_empty());
        it.apply(vec![set(None, Some(place("one")))]);
        it.refused(vec![set(None, Some(place("two")))]);
        it.apply(vec![set(Some(place("one")), Some(place("two")))]);
        let mut it = it.reopen();
        assert_eq!(it.ws.places().unwrap(), [("board".to_owned(), place("two"))]);
        assert_eq!(place("two").to(), "records@two:22/inbox");
        it.apply(vec![set(Some(place("two")), None)]);
        assert!(it.ws.places().unwrap().is_empty());
        it.healthy();
    }
}
