//! Parcels: a part of the workspace that is decided, or signed, at another desk.
//!
//! A parcel is a small workspace made of this one: the same ledger up to the event that made it, the people of this workspace,
//! and of the records those alone that its pairs need. Its database has a key of its own, sealed to the people it is for and to
//! whoever made it, so each opens it with their own passphrase and signs with their own key. What they may do in it is what it
//! is for ([`Purpose::admits`]).
//!
//! When it comes back, every event since is held against this ledger ([`Workspace::read_parcel`]): it must begin where the parcel
//! was made, each event must follow from the one before and carry its author's signature. What still fits is appended here as
//! the author's own ([`Workspace::bring`]), with what they signed kept beside it; what no longer fits is refused by name.

mod make;
mod take;

use std::collections::HashSet;

use rusqlite::{Connection, OptionalExtension};
use serde::{Deserialize, Serialize};

pub(super) use take::is_authentic;
pub use take::{Arrived, Came, Refusal};

use super::event::{BatchId, Event, StaffId};
use super::store::meta;
use super::{Result, Workspace, ledger};
use crate::pair::{PairKey, PairKind};

/// Where a parcel's database says which one it is.
const MARK: &str = "parcel";

/// What a parcel is for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Purpose {
    /// To re-check a submitted batch, and to sign it or give it back.
    SignOff(BatchId),
    /// To decide these pairs.
    Decide(Vec<PairKey>),
}

/// A parcel, as the ledger names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parcel {
    /// Random, 32 hex digits.
    pub id: String,
    /// What it is for.
    pub purpose: Purpose,
    /// The people it is for.
    pub people: Vec<StaffId>,
    /// Who made it.
    pub by: StaffId,
    /// When.
    pub at: jiff::Timestamp,
    /// The event that made it, and its hash: what the parcel's ledger must hold.
    pub seq: i64,
    /// See there.
    pub hash: String,
    /// How many events came back with it so far; `None` where it was never taken in.
    pub events: Option<u64>,
}

impl Purpose {
    /// Whether an event is one that this parcel is for. That no CHI can be found for somebody is not: of the CHI records it holds
    /// only those of its pairs.
    pub fn admits(&self, event: &Event) -> bool {
        match (self, event) {
            (_, Event::Opened { .. } | Event::ClockJumped { .. } | Event::BackedUp { .. }) => true,
            (
                Self::SignOff(ours),
                Event::Rechecked { batch, .. } | Event::BatchReturned { batch, .. } | Event::BatchSigned { batch, .. },
            ) => ours == batch,
            (Self::Decide(pairs), Event::Decided { pair, .. } | Event::ScoreRevealed { pair }) => pairs.contains(pair),
            _ => false,
        }
    }
}

impl Parcel {
    /// Whether somebody may do something with it.
    pub fn admits(&self, staff: StaffId, event: &Event) -> bool {
        let only_looks = matches!(event, Event::Opened { .. } | Event::ClockJumped { .. } | Event::BackedUp { .. });
        self.purpose.admits(event) && (only_looks || self.people.contains(&staff))
    }
}

impl Workspace {
    /// The parcel that this workspace is; `None` for a whole one.
    pub fn is_parcel(&self) -> Result<Option<Parcel>> {
        held(&self.conn)
    }

    /// Every parcel that was made of this workspace, the newest first.
    pub fn parcels(&self) -> Result<Vec<Parcel>> {
        let mut find =
            self.conn.prepare_cached("SELECT seq FROM ledger WHERE event = 'parcel_made' ORDER BY seq DESC")?;
        let made = find.query_map([], |row| row.get(0))?.collect::<rusqlite::Result<Vec<i64>>>()?;
        made.into_iter().filter_map(|seq| made_at(&self.conn, seq).transpose()).collect()
    }
}

/// The parcel that a database is.
pub(super) fn held(conn: &Connection) -> Result<Option<Parcel>> {
    let Some(id) = meta(conn, MARK)? else { return Ok(None) };
    made(conn, &id)
}

/// What a database that is marked as a parcel holds and a parcel of its pairs does not, in a sentence: then it is none, and the mark
/// was put there so that what was loaded is not looked at.
pub(super) fn holds_more(conn: &Connection, parcel: &Parcel) -> Result<Option<String>> {
    let (mut mosaic, mut chis): (HashSet<String>, HashSet<String>) = Default::default();
    let mut own = |is_link: bool, a: &str, b: &str| {
        mosaic.insert(a.to_owned());
        if is_link {
            chis.insert(b.to_owned())
        } else {
            mosaic.insert(b.to_owned())
        };
    };
    match &parcel.purpose {
        Purpose::Decide(pairs) => {
            pairs.iter().for_each(|pair| own(pair.kind() == PairKind::Link, pair.left(), pair.right()));
        }
        Purpose::SignOff(batch) => {
            let mut find = conn.prepare(
                "SELECT kind = 'link', a, b FROM batch_row WHERE batch = ?1
                 UNION SELECT kind = 'link', a, b FROM control WHERE batch = ?1",
            )?;
            let mut rows = find.query([batch.0])?;
            while let Some(row) = rows.next()? {
                own(row.get(0)?, &row.get::<_, String>(1)?, &row.get::<_, String>(2)?);
            }
        }
    }
    let (mut beside, mut numbers) = (mosaic.clone(), chis.clone());
    let mut find = conn.prepare("SELECT kind = 'link', a, b FROM candidate")?;
    let mut rows = find.query([])?;
    while let Some(row) = rows.next()? {
        let (is_link, a, b): (bool, String, String) = (row.get(0)?, row.get(1)?, row.get(2)?);
        let other = if is_link { &chis } else { &mosaic };
        if !mosaic.contains(&a) && !other.contains(&b) {
            return Ok(Some(
                "It says that it is a parcel, and holds candidate pairs that are none of its own".to_owned(),
            ));
        }
        beside.insert(a);
        if is_link {
            numbers.insert(b)
        } else {
            beside.insert(b)
        };
    }
    for (query, known) in [("SELECT mosaic_id FROM mosaic_record", &beside), ("SELECT chi FROM chi_record", &numbers)] {
        let mut find = conn.prepare(query)?;
        let mut rows = find.query([])?;
        while let Some(row) = rows.next()? {
            if !known.contains(row.get_ref(0)?.as_str().unwrap_or_default()) {
                return Ok(Some(
                    "It says that it is a parcel, and holds records that none of its pairs needs".to_owned(),
                ));
            }
        }
    }
    Ok(None)
}

/// The parcel of a name, as a ledger knows it.
fn made(conn: &Connection, id: &str) -> Result<Option<Parcel>> {
    let mut find = conn.prepare_cached(
        "SELECT seq FROM ledger WHERE event = 'parcel_made' AND json_extract(payload, '$.parcel') = ?1",
    )?;
    let seq: Option<i64> = find.query_row([id], |row| row.get(0)).optional()?;
    seq.map_or(Ok(None), |seq| made_at(conn, seq))
}

fn made_at(conn: &Connection, seq: i64) -> Result<Option<Parcel>> {
    let Some(row) = ledger::row(conn, seq)? else { return Ok(None) };
    let Event::ParcelMade { parcel, purpose, people } = row.event else { return Ok(None) };
    let mut find = conn.prepare_cached(
        "SELECT sum(json_extract(payload, '$.events')) FROM ledger
         WHERE event = 'parcel_taken' AND json_extract(payload, '$.parcel') = ?1",
    )?;
    let events: Option<i64> = find.query_row([&parcel], |row| row.get(0))?;
    Ok(Some(Parcel {
        id: parcel,
        purpose,
        people,
        by: row.staff,
        at: row.at,
        seq,
        hash: row.hash,
        events: events.and_then(|events| u64::try_from(events).ok()),
    }))
}
