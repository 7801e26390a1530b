//! One event as somebody can check it who has neither workspace nor key. `packaging/formats/release.md` describes it for whoever
//! writes a checker of their own.

use rusqlite::{OptionalExtension, params};
use serde::{Deserialize, Serialize};

use super::event::StaffId;
use super::{Result, Workspace, WorkspaceError, credentials, ledger, signing};

pub use signing::fingerprint;

/// An event of a ledger, with all that its hash covers and the signature over that.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SignedEvent {
    /// Its place in the ledger.
    pub sequence: i64,
    /// When, UTC, as the ledger writes it.
    pub at: String,
    /// The number of the person who caused it.
    pub person: i64,
    /// The event that it takes back.
    pub undoes: Option<i64>,
    /// The first event of its deed.
    pub deed: i64,
    /// Hash of the event before, hex.
    pub previous: String,
    /// The event itself: JSON, exactly as stored.
    pub payload: String,
    /// Its hash, hex: the ledger's head at that moment.
    pub hash: String,
    /// The person's Ed25519 key, hex.
    pub public_key: String,
    /// Their signature, hex.
    pub signature: String,
}

impl SignedEvent {
    /// What is wrong with it, in a few words; `None` where hash and signature are those of the rest.
    pub fn fault(&self) -> Option<&'static str> {
        let Self { sequence, at, person, undoes, deed, previous, payload, .. } = self;
        if self.hash != ledger::row_hash(*sequence, at, *person, *undoes, *deed, previous, payload) {
            return Some("its hash is not that of what it says");
        }
        let signed = signing::verifies(&self.public_key, &self.hash, &self.signature);
        if signed { None } else { Some("its signature was not made with the key beside it") }
    }
}

/// How a certificate from outside stands to this ledger.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Held {
    /// The ledger holds that event.
    Holds,
    /// The ledger ends before it.
    EndsBefore,
    /// Another event stands in its place.
    Another,
}

impl Workspace {
    /// An event with its signature; `None` where there is no such event, or it was not signed.
    pub fn signed_event(&self, seq: i64) -> Result<Option<SignedEvent>> {
        // What came with a parcel is its author's as they signed it there
        let mut brought = self.conn.prepare_cached("SELECT event FROM brought WHERE seq = ?1")?;
        if let Some(event) = brought.query_row([seq], |row| row.get::<_, String>(0)).optional()? {
            let damaged = |_| WorkspaceError::damaged("an event that came with a parcel cannot be read");
            return serde_json::from_str(&event).map(Some).map_err(damaged);
        }
        let mut find = self.conn.prepare_cached(
            "SELECT l.at, l.staff, l.undoes, l.deed, l.prev, l.payload, l.hash, s.signature
             FROM ledger l JOIN ledger_signature s ON s.seq = l.seq WHERE l.seq = ?1",
        )?;
        let found = find
            .query_row([seq], |row| {
                Ok(SignedEvent {
                    sequence: seq,
                    at: row.get(0)?,
                    person: row.get(1)?,
                    undoes: row.get(2)?,
                    deed: row.get(3)?,
                    previous: row.get(4)?,
                    payload: row.get(5)?,
                    hash: row.get(6)?,
                    public_key: String::new(),
                    signature: row.get(7)?,
                })
            })
            .optional()?;
        let Some(event) = found else { return Ok(None) };
        let public_key = credentials::public_at(&self.conn, StaffId(event.person), seq)?;
        Ok(public_key.map(|public_key| SignedEvent { public_key, ..event }))
    }

    /// Whether the ledger holds an event that something outside speaks of.
    pub fn holds(&self, sequence: i64, hash: &str) -> Result<Held> {
        if self
            .conn
            .prepare_cached("SELECT 1 FROM brought WHERE sequence = ?1 AND hash = ?2")?
            .exists(params![sequence, hash])?
        {
            return Ok(Held::Holds);
        }
        let mut find = self.conn.prepare_cached("SELECT hash FROM ledger WHERE seq = ?1")?;
        Ok(match find.query_row(params![sequence], |row| row.get::<_, String>(0)).optional()? {
            Some(found) if found == hash => Held::Holds,
            Some(_) => Held::Another,
            None => Held::EndsBefore,
        })
    }
}
