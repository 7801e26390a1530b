//! A parcel that came back: what its ledger says is held against this one, and what fits is appended as its authors'.

use std::collections::HashMap;
use std::path::Path;

use rusqlite::{Connection, OpenFlags};

use super::{MARK, Parcel, made};
use crate::pair::PairKey;
use crate::progress::Progress;
use crate::words;
use crate::workspace::apply::Deed;
use crate::workspace::candidates::key_of;
use crate::workspace::event::{Event, StaffId};
use crate::workspace::keyring::Keyring;
use crate::workspace::lock::Lock;
use crate::workspace::migrate::{self, MIGRATIONS, Standing};
use crate::workspace::sqlite::connect;
use crate::workspace::store::{DATABASE, meta};
use crate::workspace::{Applied, Result, SignedEvent, Workspace, WorkspaceError, credentials, ledger, signing};

/// What came with a parcel.
#[derive(Debug, Clone, PartialEq)]
pub struct Arrived {
    /// Which parcel.
    pub parcel: Parcel,
    /// What was done with it and is not here yet, in its order.
    pub events: Vec<Came>,
    /// How many of its events are here already.
    pub already: u64,
}

/// An event of a parcel.
#[derive(Debug, Clone, PartialEq)]
pub struct Came {
    /// As its author signed it.
    pub signed: SignedEvent,
    /// What it says.
    pub event: Event,
}

impl Came {
    /// The pair that it decides or answers a second time.
    fn pair(&self) -> Option<&PairKey> {
        match &self.event {
            Event::Decided { pair, .. } | Event::Rechecked { pair, .. } => Some(pair),
            _ => None,
        }
    }

    fn refused(&self, why: String) -> Refusal {
        Refusal { sequence: self.signed.sequence, staff: StaffId(self.signed.person), why }
    }
}

/// An event of a parcel that was not taken in.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Refusal {
    /// Its number in the parcel's ledger.
    pub sequence: i64,
    /// Whose it is.
    pub staff: StaffId,
    /// Why, in a sentence.
    pub why: String,
}

impl Workspace {
    /// Reads a parcel that came back. Changes nothing, here or there.
    ///
    /// Refused where it was not made of this workspace, where it is not sealed to whoever is signed in, and, naming the first bad
    /// event, where its ledger does not begin as this one, does not hang together, or an event lacks its author's signature
    /// or is none that the parcel is for.
    pub fn read_parcel(&self, home: &Path, progress: &Progress) -> Result<Arrived> {
        if !home.join(DATABASE).is_file() {
            return Err(WorkspaceError::NotAWorkspace { path: home.to_owned(), why: "it holds no workspace.db" });
        }
        let _held = Lock::take(home)?;
        let keys = Keyring::read(home)?;
        let not_ours = || {
            WorkspaceError::UnfitParcel("This parcel was not made of this workspace; nothing was taken in".to_owned())
        };
        if keys.workspace() != meta(&self.conn, "workspace")?.unwrap_or_default() {
            return Err(not_ours());
        }
        let secret = self.opened.secret();
        let key = secret.as_deref().and_then(|secret| keys.key_of(self.me.id, secret)).ok_or_else(|| {
            WorkspaceError::UnfitParcel("This parcel is not sealed to your key. Whoever made it can take it in, and whoever it was for; a passphrase changed since \
                 then comes with another key".to_owned())
        })?;
        let conn = connect(&home.join(DATABASE), &key, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
        if migrate::standing(&conn, MIGRATIONS)? != Standing::Current {
            return Err(WorkspaceError::UnfitParcel("This parcel was worked on with an earlier version of the program; open it with this version, close it, and take it in then".to_owned()));
        }
        let id = meta(&conn, MARK)?.ok_or_else(not_ours)?;
        let parcel = made(&self.conn, &id)?.ok_or_else(not_ours)?;

        let wrong = |seq: i64, what: &str| {
            Err(WorkspaceError::UnfitParcel(format!("Event {seq} of the parcel {what}; nothing was taken in")))
        };
        let begins: Option<String> = rusqlite::OptionalExtension::optional(conn.query_row(
            "SELECT hash FROM ledger WHERE seq = ?1",
            [parcel.seq],
            |row| row.get(0),
        ))?;
        if begins.as_ref() != Some(&parcel.hash) {
            return wrong(
                parcel.seq,
                "is not the one that made it: it goes back to another state than this workspace was in",
            );
        }
        let mut find = conn.prepare(
            "SELECT l.seq, l.at, l.staff, l.undoes, l.deed, l.prev, l.payload, l.hash, s.signature
             FROM ledger l LEFT JOIN ledger_signature s ON s.seq = l.seq WHERE l.seq > ?1 ORDER BY l.seq",
        )?;
        let mut rows = find.query([parcel.seq])?;
        let mut here = self.conn.prepare("SELECT 1 FROM brought WHERE hash = ?1")?;
        let (mut before, mut next) = (parcel.hash.clone(), parcel.seq + 1);
        let mut keys: HashMap<i64, Option<String>> = HashMap::new();
        let mut arrived = Arrived { parcel, events: Vec::new(), already: 0 };
        while let Some(row) = rows.next()? {
            progress.check()?;
            let (sequence, person): (i64, i64) = (row.get(0)?, row.get(2)?);
            // Under the key that the person had here when the parcel was made: it admits no other
            let public = match keys.get(&person) {
                Some(public) => public.clone(),
                None => credentials::public_at(&self.conn, StaffId(person), arrived.parcel.seq)?,
            };
            keys.insert(person, public.clone());
            let signed = SignedEvent {
                sequence,
                at: row.get(1)?,
                person,
                undoes: row.get(3)?,
                deed: row.get(4)?,
                previous: row.get(5)?,
                payload: row.get(6)?,
                hash: row.get(7)?,
                public_key: public.unwrap_or_default(),
                signature: row.get::<_, Option<String>>(8)?.unwrap_or_default(),
            };
            if sequence != next {
                return wrong(next, "is missing");
            }
            if signed.previous != before {
                return wrong(sequence, "does not follow from the one before it");
            }
            if let Some(fault) = signed.fault() {
                return wrong(sequence, &format!("does not hold: {fault}"));
            }
            (before, next) = (signed.hash.clone(), sequence + 1);
            let event = ledger::read_event(&signed.payload)?;
            if !arrived.parcel.admits(StaffId(person), &event) {
                return wrong(sequence, "is none that it was made for");
            }
            if here.exists([&signed.hash])? {
                arrived.already += 1;
            } else if !matches!(event, Event::BackedUp { .. }) {
                arrived.events.push(Came { signed, event });
            }
        }
        let anchored = meta(&conn, "ledger head")?;
        if anchored != Some(format!("{} {before}", next - 1)) {
            return wrong(next - 1, "is not the last that was written there");
        }
        Ok(arrived)
    }

    /// Appends what others did with a parcel, each event as its author's and under the time it was done, with what they signed
    /// beside it; and last what came of it all. Decisions of one deed that touch the same person or CHI come in together or not at
    /// all: a CHI that a merge carried is nobody's decision without the merge. What does not follow from what stands here is
    /// refused, and with it whatever was done later to the same pair: an answer that is not here is neither changed nor taken back
    /// here. The rest is tried. `refused` are those that were refused before, each with why. Whether the authors had the right is
    /// decided above.
    pub fn bring(
        &mut self,
        parcel: &Parcel,
        events: Vec<Came>,
        refused: Vec<(Came, String)>,
    ) -> Result<Applied<Vec<Refusal>>> {
        self.transact(|tx, who| {
            let mut deed = Deed::begin(tx, who)?;
            let mut find = tx.conn.prepare("SELECT sequence, seq FROM brought WHERE parcel = ?1")?;
            let mut here: HashMap<i64, i64> =
                find.query_map([&parcel.id], |row| Ok((row.get(0)?, row.get(1)?)))?.collect::<rusqlite::Result<_>>()?;
            let mut left_out = LeftOut::of(tx.conn, parcel)?;
            left_out.learn(refused.iter().map(|(came, _)| came));
            let mut refused: Vec<Refusal> = refused.into_iter().map(|(came, why)| came.refused(why)).collect();
            let (mut count, mut deed_there) = (0, None);
            for together in events.chunk_by(|a, b| a.signed.deed == b.signed.deed).flat_map(bound) {
                let before = deed.mark()?;
                let mut came: HashMap<i64, i64> = HashMap::new();
                let mut fault = None;
                for it @ Came { signed, event } in &together {
                    let undoes = match signed.undoes {
                        Some(undone) if undone > parcel.seq => here.get(&undone).copied(),
                        undoes => undoes,
                    };
                    let same_deed = deed_there == Some(signed.deed) || !came.is_empty();
                    let done = match left_out.keeps_out(it, undoes) {
                        Some(why) => Err(WorkspaceError::conflict(why)),
                        None => deed.brought(&parcel.id, signed, event, undoes, same_deed),
                    };
                    match done {
                        Ok(seq) => drop(came.insert(signed.sequence, seq)),
                        Err(WorkspaceError::Conflict(why)) => {
                            fault = Some((signed.sequence, why));
                            break;
                        }
                        Err(error) => return Err(error),
                    }
                }
                match fault {
                    None => {
                        deed.keep()?;
                        deed_there = together.first().map(|it| it.signed.deed);
                        count += came.len() as u64;
                        here.extend(came);
                    }
                    Some((at, why)) => {
                        deed.back_to(before)?;
                        left_out.learn(together.iter().copied());
                        refused.extend(together.into_iter().map(|it| {
                            let is_it = it.signed.sequence == at;
                            it.refused(if is_it {
                                why.clone()
                            } else {
                                format!("{NOT_ALONE}: {}", words::lower_first(&why))
                            })
                        }));
                    }
                }
            }
            deed.begin_anew();
            deed.event(
                Event::ParcelTaken { parcel: parcel.id.clone(), events: count, refused: refused.clone() },
                None,
            )?;
            Ok((deed.finish()?, refused))
        })
    }
}

/// What is said of an event that stays out because of another.
const NOT_ALONE: &str = "It was one deed with another that does not fit here";

/// What of a parcel is not here, and keeps out what was done later to the same pairs.
struct LeftOut {
    /// The pairs of which an event was refused, with the number of the first.
    refused: HashMap<PairKey, i64>,
    /// The newest event of each pair that is here already.
    newest: HashMap<PairKey, i64>,
}

impl LeftOut {
    fn of(conn: &Connection, parcel: &Parcel) -> Result<Self> {
        let mut find = conn.prepare(
            "SELECT s.kind, s.a, s.b, max(b.sequence) FROM brought b JOIN ledger l ON l.seq = b.seq
                JOIN ledger_subject s ON s.seq = b.seq AND s.kind IN ('link', 'duplicate')
             WHERE b.parcel = ?1 AND l.event IN ('decided', 'rechecked') GROUP BY s.kind, s.a, s.b",
        )?;
        let mut rows = find.query([&parcel.id])?;
        let mut found = Self { refused: HashMap::new(), newest: HashMap::new() };
        while let Some(row) = rows.next()? {
            found.newest.insert(key_of(row, 0)?, row.get(3)?);
        }
        Ok(found)
    }

    fn learn<'a>(&mut self, refused: impl Iterator<Item = &'a Came>) {
        for came in refused {
            if let Some(pair) = came.pair() {
                let first = self.refused.entry(pair.clone()).or_insert(came.signed.sequence);
                *first = came.signed.sequence.min(*first);
            }
        }
    }

    /// Why an event does not come in, whatever stands here; `undoes` is what it takes back, by its number here.
    fn keeps_out(&self, came: &Came, undoes: Option<i64>) -> Option<&'static str> {
        let sequence = came.signed.sequence;
        if came.signed.undoes.is_some() && undoes.is_none() {
            return Some("It takes back what was not taken in");
        }
        let pair = came.pair()?;
        if self.refused.get(pair).is_some_and(|first| *first < sequence) {
            return Some("It follows what was done to the same pair before, which was not taken in");
        }
        self.newest
            .get(pair)
            .is_some_and(|newest| *newest > sequence)
            .then_some("What was done to the same pair after it is here already")
    }
}

/// The events of one deed in groups that come in together: decisions that touch the same person or CHI.
fn bound(deed: &[Came]) -> Vec<Vec<&Came>> {
    let mut group: Vec<usize> = (0..deed.len()).collect();
    let mut touched: HashMap<&str, usize> = HashMap::new();
    for (at, came) in deed.iter().enumerate() {
        let Event::Decided { pair, .. } = &came.event else { continue };
        for name in [pair.left(), pair.right()] {
            let other = *touched.entry(name).or_insert(at);
            let (mut a, mut b) = (at, other);
            while group[a] != a {
                a = group[a];
            }
            while group[b] != b {
                b = group[b];
            }
            group[a.max(b)] = a.min(b);
        }
    }
    let mut found: Vec<Vec<&Came>> = vec![Vec::new(); deed.len()];
    for (at, came) in deed.iter().enumerate() {
        // A group is numbered by its first event
        let mut first = at;
        while group[first] != first {
            first = group[first];
        }
        found[first].push(came);
    }
    found.retain(|together| !together.is_empty());
    found
}

/// Whether what stands beside a brought event is that event as its author signed it.
pub(in crate::workspace) fn is_authentic(event: &SignedEvent, staff: i64, at: &str, payload: &str) -> bool {
    event.person == staff
        && event.at == at
        && event.payload == payload
        && event.hash
            == ledger::row_hash(
                event.sequence,
                &event.at,
                event.person,
                event.undoes,
                event.deed,
                &event.previous,
                &event.payload,
            )
        && signing::verifies(&event.public_key, &event.hash, &event.signature)
}
