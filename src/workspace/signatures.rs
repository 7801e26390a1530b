//! Whether every event carries the signature of whoever caused it. Whether they had the right to is the business of
//! [`super::rights`].
//!
//! Read from the ledger alone: the keys from the events that registered them, never from a table that derives from it. From the
//! first [`super::Event::KeyRegistered`] on every event must be signed. What lies before it is held by the signature over that
//! first one, whose hash covers all of it.
//!
//! # What is verified once
//!
//! Of a hundred thousand events nearly all the time goes into Ed25519, on all cores at once; a hash costs next to nothing beside it.
//! So what was verified to the end is remembered while the workspace is open ([`Verified`]): how far, and a digest over each
//! event's hash and signature up to there. Where it comes out the same, these very signatures over these very events were verified
//! before, and those that came since are. It is in the memory of this program alone. Whatever stood in the database, or under its
//! key, could be written by whoever has that key, against whom all of this is looked at. [`super::Workspace::check`] asks for
//! nothing that was remembered.

use std::collections::HashMap;

use rayon::prelude::*;
use rusqlite::types::ValueRef;
use rusqlite::{Connection, OptionalExtension, Row};
use sha2::{Digest, Sha256};

use super::event::{Event, StaffId, Standing};
use super::parcel::is_authentic;
use super::rights::Rights;
use super::{Result, SignedEvent, WorkspaceError, credentials, ledger, signing, staff};
use crate::progress::Progress;
use crate::words::number;

/// How many signatures are gathered before they are looked at, all cores at once.
const AT_ONCE: usize = 4096;
/// How many of the newest events are looked at whenever the workspace is opened.
const TAIL: i64 = 128;

/// A signature to be looked at.
struct Signed {
    seq: i64,
    public: String,
    hash: String,
    signature: String,
}

/// What is known while the ledger is read from its beginning.
#[derive(Default)]
struct Walk {
    keys: HashMap<i64, String>,
    /// Every key that a person ever had here.
    had: HashMap<i64, Vec<String>>,
    /// The event from which on signatures are required.
    from: Option<i64>,
    waiting: Vec<Signed>,
    /// The first event that is wrong, and how.
    wrong: Option<(i64, String)>,
    verified: u64,
    /// Over what was read so far.
    read: Sha256,
    /// What was verified before, and whether what is read is that.
    before: Option<Verified>,
    is_as_before: bool,
}

/// How far every signature of a ledger was verified.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Verified {
    /// The event.
    seq: i64,
    /// SHA-256 over the hash, the signature and what came with a parcel of each event up to it.
    digest: [u8; 32],
}

impl Walk {
    /// Whether an event was verified before, as far as what was read since the beginning is what was read then.
    fn is_known(&self, seq: i64) -> bool {
        self.before.as_ref().is_some_and(|before| seq <= before.seq)
    }

    /// Takes an event into what is remembered.
    fn note(&mut self, seq: i64, row: &Row<'_>) -> Result<()> {
        for column in [4, 5, 6, 7] {
            let bytes = match row.get_ref(column)? {
                ValueRef::Text(text) | ValueRef::Blob(text) => text,
                ValueRef::Integer(number) => &number.to_le_bytes(),
                ValueRef::Null | ValueRef::Real(_) => &[],
            };
            self.read.update((bytes.len() as u64).to_le_bytes());
            self.read.update(bytes);
        }
        if self.before.as_ref().is_some_and(|before| before.seq == seq) {
            self.is_as_before = self.before.as_ref().is_some_and(|before| before.digest == self.digest());
        }
        Ok(())
    }

    fn digest(&self) -> [u8; 32] {
        self.read.clone().finalize().into()
    }

    fn find(&mut self, seq: i64, what: &str) {
        if self.wrong.as_ref().is_none_or(|(first, _)| seq < *first) {
            self.wrong = Some((seq, format!("event {seq} {what}")));
        }
    }

    fn row(&mut self, row: &Row<'_>) -> Result<()> {
        let (seq, staff, tag): (i64, i64, String) = (row.get(0)?, row.get(1)?, row.get(2)?);
        let registers = tag == "key_registered";
        let event =
            if registers { Some(ledger::read_event(row.get_ref(3)?.as_str().unwrap_or_default())?) } else { None };
        self.note(seq, row)?;
        let known = self.is_known(seq);
        // What came with a parcel was signed here by whoever took it in, and by its author there
        let brought = row.get::<_, Option<i64>>(6)?;
        if brought.is_some() && !known {
            self.brought(row)?;
        }
        let signer = brought.unwrap_or(staff);
        let before = self.keys.get(&signer).cloned();
        if let Some(Event::KeyRegistered { staff: whose, public, .. }) = &event {
            self.keys.insert(whose.0, public.clone());
            self.had.entry(whose.0).or_default().push(public.clone());
            self.from.get_or_insert(seq);
        }
        let Some(from) = self.from else { return Ok(()) };
        // A person's first key signs its own registration; a later one is signed by the one before
        let key = match before {
            Some(key) => key,
            None => match (&event, self.keys.get(&signer)) {
                (Some(Event::KeyRegistered { staff: whose, .. }), Some(key)) if whose.0 == signer => key.clone(),
                _ => {
                    self.find(seq, "was done by somebody who has no key");
                    return Ok(());
                }
            },
        };
        match row.get::<_, Option<String>>(5)? {
            Some(_) if known => {}
            Some(signature) => {
                self.waiting.push(Signed { seq, public: key, hash: row.get(4)?, signature });
                if self.waiting.len() >= AT_ONCE {
                    self.verify();
                }
            }
            None => self.find(seq, &format!("carries no signature, and every one since event {from} must")),
        }
        Ok(())
    }

    /// Whether an event that came with a parcel is what its author signed, under a key that they had here before.
    fn brought(&mut self, row: &Row<'_>) -> Result<()> {
        let (seq, staff): (i64, i64) = (row.get(0)?, row.get(1)?);
        let (payload, at): (String, String) = (row.get(3)?, row.get(8)?);
        let event: Option<SignedEvent> = serde_json::from_str(&row.get::<_, String>(7)?).ok();
        let holds = event.is_some_and(|event| {
            let had = self.had.get(&staff).is_some_and(|keys| keys.contains(&event.public_key));
            had && is_authentic(&event, staff, &at, &payload)
        });
        if !holds {
            self.find(seq, "came with a parcel, and is not what its author signed there");
        }
        Ok(())
    }

    fn verify(&mut self) {
        let signed = std::mem::take(&mut self.waiting);
        self.verified += signed.len() as u64;
        let bad = signed.par_iter().filter(|it| !signing::verifies(&it.public, &it.hash, &it.signature));
        if let Some(seq) = bad.map(|it| it.seq).min() {
            self.find(seq, "does not carry the signature of whoever it names");
        }
    }
}

const ROWS: &str = "SELECT l.seq, l.staff, l.event, l.payload, l.hash, s.signature, b.taken_by, b.event, l.at, l.undoes, l.deed, l.prev
    FROM ledger l LEFT JOIN ledger_signature s ON s.seq = l.seq LEFT JOIN brought b ON b.seq = l.seq";

/// The events about people and their keys.
const OF_PEOPLE: [&str; 3] = ["staff_changed", "database_key_changed", "key_registered"];

/// The condition that a row of the ledger is of this kind by what it says, as the index `ledger_of_people` has it.
fn says(tag: &str) -> String {
    format!("payload GLOB '{{\"event\":\"{tag}\"*'")
}

/// Every signature, from the beginning.
pub(super) fn look(conn: &Connection, progress: &Progress) -> Result<std::result::Result<String, String>> {
    let walk = walk(conn, progress, None)?;
    Ok(match (walk.wrong, walk.from) {
        (Some((_, wrong)), _) => Err(wrong),
        (None, None) => Ok("None is required yet: nobody has opened it since there are keys".into()),
        (None, Some(from)) => {
            Ok(format!("{} events since event {from}, each signed by whoever caused it", number(walk.verified)))
        }
    })
}

/// The same, without what was verified before and is as it was then. Gives what is verified now; where something is wrong, the
/// sentence.
pub(super) fn look_since(
    conn: &Connection,
    before: Option<Verified>,
    progress: &Progress,
) -> Result<std::result::Result<Verified, String>> {
    let asked = before.is_some();
    let mut found = walk(conn, progress, before)?;
    if asked && !found.is_as_before {
        found = walk(conn, progress, None)?;
    }
    let digest = found.digest();
    Ok(match found.wrong {
        Some((_, wrong)) => Err(wrong),
        None => Ok(Verified { seq: ledger::Head::read(conn)?.seq, digest }),
    })
}

fn walk(conn: &Connection, progress: &Progress, before: Option<Verified>) -> Result<Walk> {
    progress.expect(ledger::count(conn)?);
    let mut find = conn.prepare(&format!("{ROWS} ORDER BY l.seq"))?;
    let mut rows = find.query([])?;
    let mut walk = Walk { before, ..Walk::default() };
    let mut read: u64 = 0;
    while let Some(row) = rows.next()? {
        read += 1;
        if read.is_multiple_of(512) {
            progress.check()?;
            progress.set(read);
        }
        walk.row(row)?;
    }
    walk.verify();
    Ok(walk)
}

/// Who is who, whenever the workspace is opened: the events about people and their keys, found by what they say, are each what
/// was written, signed, and by somebody who had the right to; and the tables say what they say. A role that was edited behind the
/// ledger's back opens nothing.
pub(super) fn people(conn: &Connection) -> Result<()> {
    let of = OF_PEOPLE.map(|tag| format!("SELECT seq FROM ledger INDEXED BY ledger_of_people WHERE {}", says(tag)));
    let mut find = conn.prepare(&format!("{ROWS} WHERE l.seq IN ({}) ORDER BY 1", of.join(" UNION ALL ")))?;
    let mut rows = find.query([])?;
    let (mut walk, mut rights) = (Walk::default(), Rights::default());
    while let Some(row) = rows.next()? {
        let (seq, by, payload): (i64, i64, String) = (row.get(0)?, row.get(1)?, row.get(3)?);
        let (at, undoes, deed, prev): (String, Option<i64>, i64, String) =
            (row.get(8)?, row.get(9)?, row.get(10)?, row.get(11)?);
        let hash = ledger::row_hash(seq, &at, by, undoes, deed, &prev, &payload);
        if row.get_ref(4)?.as_str() != Ok(hash.as_str()) {
            walk.find(seq, "is not what was written");
        }
        let event = ledger::read_event(&payload)?;
        if row.get_ref(2)?.as_str() != Ok(event.tag()) {
            walk.find(seq, "is not the kind of event that it is kept as");
        }
        if let Some(against) = rights.against(by, &event) {
            walk.find(seq, &against);
        }
        rights.learn(by, &event);
        walk.row(row)?;
    }
    walk.verify();
    if let Some((_, wrong)) = walk.wrong {
        return Err(WorkspaceError::damaged(format!("of its ledger, {wrong}")));
    }
    let held = staff::all(conn)?;
    for person in &held {
        let is = person.standing();
        let said = rights.people().get(&person.id.0);
        if said != Some(&is) {
            let said = said.map_or_else(|| "nobody".to_owned(), Standing::words);
            return Err(WorkspaceError::damaged(format!(
                "its table of people, staff, has {} in it, who by its ledger is {said}",
                is.words()
            )));
        }
        if credentials::public(conn, person.id)?.as_ref() != walk.keys.get(&person.id.0) {
            return Err(WorkspaceError::damaged(format!(
                "its table of keys, credential, has another key for {} than its ledger names",
                person.name
            )));
        }
    }
    match rights.people().iter().find(|(id, _)| !held.iter().any(|person| person.id.0 == **id)) {
        None => Ok(()),
        Some((_, missing)) => Err(WorkspaceError::damaged(format!(
            "its table of people, staff, lacks {}, who is in its ledger",
            missing.words()
        ))),
    }
}

/// The newest events, whenever the workspace is opened: each follows from the one before and is signed, and the chain ends
/// where it did.
pub(super) fn tail(conn: &Connection) -> Result<()> {
    let from: Option<i64> = conn
        .query_row(&format!("SELECT min(seq) FROM ledger WHERE {}", says("key_registered")), [], |row| row.get(0))
        .optional()?
        .flatten();
    let head = ledger::Head::read(conn)?;
    let anchored: Option<String> =
        conn.query_row("SELECT value FROM meta WHERE key = 'ledger head'", [], |row| row.get(0)).optional()?;
    if anchored != Some(head.anchored()) {
        return Err(WorkspaceError::damaged(format!("its ledger does not end where it did: at event {}", head.seq)));
    }
    let mut find = conn.prepare(
        "SELECT l.seq, l.staff, l.payload, l.hash, s.signature, l.at, l.undoes, l.deed, l.prev,
                (SELECT p.hash FROM ledger p WHERE p.seq = l.seq - 1), b.taken_by, b.event
         FROM ledger l LEFT JOIN ledger_signature s ON s.seq = l.seq LEFT JOIN brought b ON b.seq = l.seq
         WHERE l.seq > (SELECT max(seq) FROM ledger) - ?1 ORDER BY l.seq",
    )?;
    let mut rows = find.query([TAIL])?;
    let mut keys: HashMap<i64, Option<String>> = HashMap::new();
    let mut next: Option<i64> = None;
    while let Some(row) = rows.next()? {
        let (seq, staff): (i64, i64) = (row.get(0)?, row.get(1)?);
        let (payload, hash, signature): (String, String, Option<String>) = (row.get(2)?, row.get(3)?, row.get(4)?);
        let (at, undoes, deed): (String, Option<i64>, i64) = (row.get(5)?, row.get(6)?, row.get(7)?);
        let (prev, before): (String, Option<String>) = (row.get(8)?, row.get(9)?);
        let wrong = |what: &str| Err(WorkspaceError::damaged(format!("event {seq} of its ledger {what}")));
        if let Some(missing) = next.replace(seq + 1).filter(|next| *next != seq) {
            return Err(WorkspaceError::damaged(format!("event {missing} of its ledger is missing")));
        }
        if before.unwrap_or_else(ledger::first_prev) != prev {
            return wrong("does not follow the one before it");
        }
        if hash != ledger::row_hash(seq, &at, staff, undoes, deed, &prev, &payload) {
            return wrong("is not what was written");
        }
        if from.is_none_or(|from| seq < from) {
            continue;
        }
        let taken_by: Option<i64> = row.get(10)?;
        if taken_by.is_some() {
            let event: Option<SignedEvent> = serde_json::from_str(&row.get::<_, String>(11)?).ok();
            if !event.is_some_and(|event| is_authentic(&event, staff, &at, &payload)) {
                return wrong("came with a parcel, and is not what its author signed there");
            }
        }
        let signer = taken_by.unwrap_or(staff);
        // Keys change with an event that registers one: then what is remembered is asked again
        let registers = payload.contains("\"key_registered\"");
        let held = match keys.get(&signer) {
            Some(held) if !registers => held.clone(),
            _ => credentials::public_at(conn, StaffId(signer), seq)?,
        };
        if registers {
            keys.clear();
        } else {
            keys.insert(signer, held.clone());
        }
        let signed = held.zip(signature).is_some_and(|(key, signature)| signing::verifies(&key, &hash, &signature));
        if !signed {
            return wrong("does not carry the signature of whoever it names");
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::super::fixture::*;
    use super::super::*;
    use super::*;
    use crate::pair::Verdict;

    #[test]
    fn every_event_of_a_new_workspace_is_signed_and_the_signatures_are_append_only() {
        let mut it = workspace(3);
        it.matched(3);
        it.decide(&link(1), Verdict::Match);
        let unsigned: i64 = it
            .ws
            .conn
            .query_row(
                "SELECT count(*) FROM ledger WHERE seq > 2 AND seq NOT IN (SELECT seq FROM ledger_signature)",
                [],
                |r| r.get(0),
            )
            .unwrap();
        assert_eq!(unsigned, 0);
        for statement in [
            "UPDATE ledger_signature SET signature = ''",
            "DELETE FROM ledger_signature",
            "INSERT OR REPLACE INTO ledger_signature SELECT seq, '' FROM ledger_signature",
        ] {
            let refused = it.ws.conn.execute_batch(statement).unwrap_err();
            assert!(refused.to_string().contains("append-only"), "{statement}: {refused}");
        }
        let seq = it.ws.ledger_head().unwrap().0;
        let event = it.ws.signed_event(seq).unwrap().unwrap();
        assert_eq!(event.fault(), None);
        assert!(SignedEvent { payload: format!("{} ", event.payload), ..event.clone() }.fault().is_some());
        assert!(SignedEvent { public_key: "00".repeat(32), ..event }.fault().is_some());
    }

    #[test]
    fn a_workspace_of_before_is_signed_from_the_first_opening_of_each_person_on() {
        let it = workspace_before_keys(3);
        it.healthy();
        let before = it.ws.ledger_head().unwrap();
        let it = it.reopen();
        let tags: Vec<_> = it.ws.ledger(&Default::default(), 2).unwrap().iter().map(|row| row.event.tag()).collect();
        assert_eq!(tags, ["opened", "key_registered"]);
        assert_eq!(it.ws.signed_event(before.0).unwrap(), None);
        assert!(it.ws.signed_event(before.0 + 1).unwrap().is_some());
        it.healthy();
        // The next opening makes no other
        let it = it.reopen();
        assert_eq!(it.ws.ledger_head().unwrap().0, before.0 + 3);
        it.healthy();
    }

    #[test]
    fn passphrases_and_people_change_and_every_event_is_still_signed_by_whoever_it_names() {
        let mut it = workspace(3);
        it.matched(3);
        let rob = it.ws.add_person(officer("Rob Roy")).unwrap();
        it.ws.change_passphrase(PASSPHRASE, "another one").unwrap();
        it.decide(&link(1), Verdict::Match);
        it.ws.reset_passphrase(rob, "given").unwrap();
        it.healthy();
        let home = it.home();
        let Fixture { folder, ws } = it;
        drop(ws);
        let mut ws = Workspace::open(&home, "Rob Roy", "given").unwrap();
        ws.change_passphrase("given", "his own").unwrap();
        drop(ws);
        let ws = Workspace::open(&home, "Ailsa Craig", "another one").unwrap();
        Fixture { folder, ws }.healthy();
    }

    /// `cargo test --lib a_hundred_thousand -- --ignored --nocapture` says how long it takes.
    #[test]
    #[ignore = "measures: half a minute to make the ledger"]
    fn a_hundred_thousand_events_are_opened_at_once_and_checked_in_seconds() {
        let mut it = workspace(2);
        it.matched(2);
        let many: Vec<Event> = (0..100_000).map(|_| Event::ScoreRevealed { pair: link(1) }).collect();
        let clock = std::time::Instant::now();
        it.apply(many);
        println!("{:?} to write 100,000 signed events", clock.elapsed());
        let one = |it: &mut Fixture| {
            let clock = std::time::Instant::now();
            it.decide(&link(1), Verdict::Match);
            it.decide(&link(1), Verdict::Unsure);
            clock.elapsed() / 2
        };
        let mut took: Vec<_> = (0..50).map(|_| one(&mut it)).collect();
        took.sort();
        println!("{:?} for a decision, the median of 50", took[25]);
        let clock = std::time::Instant::now();
        let it = it.reopen();
        let opened = clock.elapsed();
        let clock = std::time::Instant::now();
        people(&it.ws.conn).unwrap();
        println!("{opened:?} to open, {:?} of it for who is who", clock.elapsed());
        let clock = std::time::Instant::now();
        let said = look(&it.ws.conn, &Progress::new()).unwrap().unwrap();
        let looked = clock.elapsed();
        println!("{looked:?} to check every signature: {said}");
        for time in ["first", "second"] {
            let clock = std::time::Instant::now();
            it.ws.expect_whole(&Progress::new()).unwrap();
            println!("{:?} for what is asked before a signature, the {time} time", clock.elapsed());
        }
        for (what, took) in it.ws.timed() {
            println!("  {took:?} {what}");
        }
        assert!(opened.as_secs() < 2 && looked.as_secs() < 30);
    }

    #[test]
    fn what_was_verified_is_not_verified_again_and_whatever_is_changed_in_it_is() {
        let mut it = workspace(3);
        it.matched(3);
        it.decide(&link(1), Verdict::Match);
        let since =
            |it: &Fixture, before: &Verified| look_since(&it.ws.conn, Some(before.clone()), &Progress::new()).unwrap();
        let all = look_since(&it.ws.conn, None, &Progress::new()).unwrap().unwrap();
        let again = walk(&it.ws.conn, &Progress::new(), Some(all.clone())).unwrap();
        assert!(again.is_as_before && again.verified == 0, "nothing came since");
        assert_eq!(since(&it, &all).unwrap(), all);
        let decided = it.decide(&link(2), Verdict::Match);
        let again = walk(&it.ws.conn, &Progress::new(), Some(all.clone())).unwrap();
        assert!(again.is_as_before && again.verified == 1, "one event came since");
        let newer = since(&it, &all).unwrap();
        assert_eq!((newer.seq, all.seq), (decided, decided - 1));
        // A signature that is another's: one that was verified before, and one that came since
        for seq in [decided - 2, decided] {
            it.ws
                .conn
                .execute_batch(&format!(
                    "DROP TRIGGER signatures_are_not_updated; SAVEPOINT before;
                     UPDATE ledger_signature SET signature = (SELECT signature FROM ledger_signature WHERE seq = {decided} - 1)
                     WHERE seq = {seq}"
                ))
                .unwrap();
            for before in [&all, &newer] {
                let wrong = since(&it, before).unwrap_err();
                assert!(wrong.starts_with(&format!("event {seq} does not carry")), "{wrong}");
            }
            assert!(it.ws.expect_whole(&Progress::new()).is_err());
            it.ws
                .conn
                .execute_batch(
                    "ROLLBACK TO before; RELEASE before;
                     CREATE TRIGGER signatures_are_not_updated BEFORE UPDATE ON ledger_signature BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END",
                )
                .unwrap();
        }
        assert_eq!(since(&it, &newer).unwrap(), newer);
        it.ws.expect_whole(&Progress::new()).unwrap();
    }
}
