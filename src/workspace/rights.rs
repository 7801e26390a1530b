//! Who may do what: the one table of it, and what it comes to when the ledger is read again.
//!
//! The verbs ask the table before they do anything, the door asks it again of each event that is appended ([`expect`]), and the
//! check holds every event of the ledger against it by what its author was at that moment ([`look`]). Somebody who has the
//! database's key and their own can write any event in good form; not one that they had no right to.
//!
//! Beside the right to a kind of event stand the rules of four eyes, which need more than the event: who had a hand in a batch,
//! who recalled what a correction takes out, whose key may be known to whoever gave it. They are read from the ledger alone too.
//! What came before people had keys is bound to nobody, and is held against the rules about people alone.

use std::collections::{HashMap, HashSet};

use rusqlite::Connection;

use super::event::{BatchId, CorrectionId, CorrectionRow, Event, Role, StaffId, Standing};
use super::hands::Hands;
use super::ledger::{self, Entry};
use super::{Result, WorkspaceError, staff};
use crate::pair::PairKey;
use crate::progress::Progress;
use crate::words::number;

/// What somebody must be to do something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Right {
    /// Nobody is here yet: the workspace is being made.
    Makes,
    /// Works here: an officer or a supervisor who was not removed.
    Works,
    /// Is a supervisor.
    Supervises,
    /// Is a supervisor, or administers the workspace.
    SupervisesOrAdministers,
    /// Administers the workspace.
    Administers,
}

impl Right {
    /// Whether somebody who is this has it.
    pub fn is_of(self, role: Role, administers: bool, active: bool) -> bool {
        active
            && match self {
                Self::Makes => false,
                Self::Works => true,
                Self::Supervises => role == Role::Supervisor,
                Self::SupervisesOrAdministers => role == Role::Supervisor || administers,
                Self::Administers => administers,
            }
    }

    fn is_held_by(self, who: Option<&Standing>, nobody_yet: bool) -> bool {
        match who {
            Some(who) => self.is_of(who.role, who.administers, who.active),
            // The first person adds themselves
            None => nobody_yet && matches!(self, Self::Makes | Self::Administers),
        }
    }

    /// What whoever lacks it is told: `Only a supervisor may do this`.
    fn refusal(self) -> &'static str {
        match self {
            Self::Makes => "This is done once, when a workspace is made",
            Self::Works => "Only somebody who works in this workspace may do this",
            Self::Supervises => "Only a supervisor may do this",
            Self::SupervisesOrAdministers => "Only a supervisor, or someone who administers the workspace, may do this",
            Self::Administers => "Only someone who administers the workspace may do this",
        }
    }

    /// What the check says of whoever lacked it: `and whoever did it` …
    fn lack(self) -> &'static str {
        match self {
            Self::Makes => "came after it was made",
            Self::Works => "did not work here then",
            Self::Supervises => "was no supervisor",
            Self::SupervisesOrAdministers => "was no supervisor and administered nothing",
            Self::Administers => "had no right to: they administered nothing",
        }
    }
}

impl Event {
    /// What the event does, in words, and the right that whoever causes it needs. The one table: it has an arm for every kind.
    fn needs(&self, by: StaffId) -> (&'static str, Right) {
        use Right::{Administers, Makes, Supervises, SupervisesOrAdministers, Works};
        match self {
            Self::WorkspaceCreated { .. } => ("makes the workspace", Makes),
            Self::TrainingBegun { .. } => ("makes it a practice workspace", Makes),
            Self::StaffChanged { staff, before, after } if *staff == by && before.as_ref() == Some(after) => {
                ("notes another passphrase of one's own", Works)
            }
            Self::StaffChanged { .. } => ("changes people", Administers),
            Self::KeyRegistered { staff, .. } if *staff == by => ("registers a key of one's own", Works),
            Self::KeyRegistered { .. } => ("gives somebody a key", Administers),
            Self::KeyConfirmed { .. } => ("confirms a key", SupervisesOrAdministers),
            Self::ParcelMade { .. } => ("makes a parcel", Works),
            Self::ParcelTaken { .. } => ("takes a parcel in", Works),
            Self::DatabaseKeyChanged { .. } => ("changes the database's key", Administers),
            Self::ClockJumped { .. } => ("notes a jump of the clock", Works),
            Self::Opened { .. } => ("opens the workspace", Works),
            Self::FileLoaded { .. } => ("loads a file", Works),
            Self::Matched { .. } => ("matches the extracts", Works),
            Self::CutsMoved { .. } => ("moves the cuts", Works),
            Self::FoundByHand { .. } => ("adds a pair by hand", Works),
            Self::ScoreRevealed { .. } => ("asks for a score", Works),
            Self::Decided { .. } => ("decides a pair", Works),
            Self::RecordDecided { .. } => ("decides a record", Works),
            Self::BatchComposed { .. } => ("composes a batch", Works),
            Self::BatchSubmitted { .. } => ("submits a batch", Works),
            Self::SampleDrawn { .. } => ("draws a sample", Works),
            Self::Rechecked { .. } => ("re-checks a row", Supervises),
            Self::BatchReturned { .. } => ("returns a batch", Supervises),
            Self::BatchSigned { .. } => ("signs a batch", Supervises),
            Self::Released { .. } => ("releases a batch", Works),
            Self::Recalled { .. } => ("recalls a row", Works),
            Self::LeftOut { .. } => ("leaves rows out of a release", Works),
            Self::ProfileSaved { .. } => ("saves an export profile", SupervisesOrAdministers),
            Self::ProfileWritten { .. } => ("writes a batch by a profile", Works),
            Self::Acknowledged { .. } => ("takes in a load report", Works),
            Self::CorrectionComposed { .. } => ("composes a correction", Works),
            // Whoever put it together takes it back; of anybody else more is asked (`Rights::four_eyes`)
            Self::CorrectionReturned { .. } => ("returns a correction", Works),
            Self::CorrectionSigned { .. } => ("signs a correction", Supervises),
            Self::CorrectionReleased { .. } => ("releases a correction", Works),
            Self::Assigned { .. } => ("gives somebody a pair", Works),
            Self::KnownSet { .. } => ("answers a pair beforehand", Supervises),
            Self::ProtocolSet { .. } => ("sets the sharing protocol", Supervises),
            // It only ever shares less
            Self::SharingExcepted { after: None, .. } => ("ends an exception from the sharing protocol", Works),
            Self::SharingExcepted { .. } => ("excepts somebody from the sharing protocol", Supervises),
            Self::ExtractWritten(_) => ("writes a share extract", Works),
            Self::ExtractAcknowledged { .. } => ("acknowledges a share extract", Works),
            Self::CrossReferenceWritten { .. } => ("writes the cross-reference", Works),
            Self::LookedUp { .. } => ("looks somebody up", Works),
            Self::BackedUp { .. } => ("makes a backup", Works),
            Self::Restored { .. } => ("restores the workspace", Works),
            Self::PlaceSet { .. } => ("sets a place to send to", Administers),
            Self::Sent { .. } => ("sends a file", Works),
            Self::Closed { .. } => ("closes the workspace", Administers),
        }
    }
}

/// That whoever an event names may cause it, as they stand now. Asked of each event that is appended.
pub(super) fn expect(conn: &Connection, entry: &Entry<'_>) -> Result<()> {
    let (_, right) = entry.event.needs(entry.staff);
    let who = staff::by_id(conn, entry.staff)?.map(|person| person.standing());
    let nobody_yet =
        || -> Result<bool> { Ok(conn.prepare_cached("SELECT 1 FROM staff")?.query([])?.next()?.is_none()) };
    if right.is_held_by(who.as_ref(), who.is_none() && nobody_yet()?) {
        return Ok(());
    }
    Err(WorkspaceError::conflict(format!("{}; nothing was done", right.refusal())))
}

/// A passphrase that somebody has had.
struct Passphrase {
    by: i64,
    confirmed_by: Option<i64>,
}

/// The rules, as the ledger is read from its beginning.
#[derive(Default)]
pub(super) struct Rights {
    people: HashMap<i64, Standing>,
    passphrases: HashMap<i64, Vec<Passphrase>>,
    /// From the first key on what somebody does is bound to them.
    keyed: bool,
    hands: Hands,
    submitted: HashMap<BatchId, i64>,
    /// Who ever answered a pair.
    answered: HashMap<PairKey, HashSet<i64>>,
    /// Who ever recalled a row, or took that back.
    recalled: HashMap<PairKey, HashSet<i64>>,
    corrections: HashMap<CorrectionId, Correction>,
}

/// What is known of a correction.
struct Correction {
    by: i64,
    rows: Vec<PairKey>,
    signed: bool,
}

impl Rights {
    /// Who is here, and what they are.
    pub(super) fn people(&self) -> &HashMap<i64, Standing> {
        &self.people
    }

    /// What speaks against an event that somebody caused, given all that was learned before it: the end of the sentence `event 7` …
    pub(super) fn against(&self, staff: i64, event: &Event) -> Option<String> {
        let (does, right) = event.needs(StaffId(staff));
        let of_people = matches!(right, Right::Makes)
            || matches!(event, Event::StaffChanged { .. } | Event::KeyRegistered { .. } | Event::KeyConfirmed { .. });
        if !self.keyed && !of_people {
            return None;
        }
        // Said first: it is what a signature that was made one's own lacks
        if matches!(event, Event::BatchSigned { rows_sha256, .. } if rows_sha256.is_empty()) {
            return Some(format!("{does}, and not the rows that leave with it"));
        }
        if !right.is_held_by(self.people.get(&staff), self.people.is_empty()) {
            return Some(format!("{does}, and whoever did it {}", right.lack()));
        }
        self.four_eyes(staff, event).map(|why| format!("{does}, {why}"))
    }

    /// What is asked beside a right.
    fn four_eyes(&self, staff: i64, event: &Event) -> Option<&'static str> {
        match event {
            Event::StaffChanged { before: Some(before), after, .. } if before.name != after.name => {
                Some("and a name that was signed with never changes")
            }
            Event::StaffChanged { before: None, after, .. } => {
                let same = |other: &Standing| other.name.to_lowercase() == after.name.to_lowercase();
                self.people.values().any(same).then_some("and adds a name that somebody has or had")
            }
            Event::KeyConfirmed { staff: whose, .. } => self.confirms(staff, whose.0),
            Event::Rechecked { batch, .. } | Event::BatchReturned { batch, .. } | Event::BatchSigned { batch, .. } => {
                if self.hands.of(staff, *batch).is_some() {
                    return Some("and whoever did it had a hand in it");
                }
                let worked = |giver: i64| self.hands.of(giver, *batch).is_some();
                self.key_of_another(staff, worked)
            }
            Event::SampleDrawn { batch, .. } if self.submitted.get(batch) != Some(&staff) => {
                Some("and somebody else submitted the batch")
            }
            Event::SharingExcepted { pair, after: Some(_), .. } => {
                let own = self.answered.get(pair).is_some_and(|people| people.contains(&staff));
                own.then_some("and whoever did it decided the link")
            }
            Event::CorrectionReturned { correction, .. } => {
                let own = self.corrections.get(correction).is_some_and(|it| it.by == staff && !it.signed);
                let supervises = self.people.get(&staff).is_some_and(|who| who.role == Role::Supervisor);
                match (own, supervises) {
                    (true, _) => None,
                    (false, false) => Some("and whoever did it was no supervisor and did not put it together"),
                    (false, true) => self.corrects(staff, *correction),
                }
            }
            Event::CorrectionSigned { correction, .. } => self.corrects(staff, *correction),
            _ => None,
        }
    }

    /// Why somebody does not sign or return a correction.
    fn corrects(&self, staff: i64, correction: CorrectionId) -> Option<&'static str> {
        let held = self.corrections.get(&correction)?;
        let recalled = |who: i64| {
            let of_row = |row| self.recalled.get(row).is_some_and(|people: &HashSet<i64>| people.contains(&who));
            held.rows.iter().any(of_row)
        };
        if held.by == staff {
            return Some("and whoever did it put it together");
        }
        if recalled(staff) {
            return Some("and whoever did it recalled what it takes out");
        }
        self.key_of_another(staff, |giver| giver == held.by || recalled(giver))
    }

    /// Why somebody does not vouch for a key.
    fn confirms(&self, staff: i64, whose: i64) -> Option<&'static str> {
        let given = self.given(whose);
        match given {
            _ if staff == whose => Some("and whoever did it vouches for themselves"),
            Some(given) if given.by == staff => Some("and whoever did it gave that person their passphrase"),
            Some(given) => {
                let theirs = self.given(staff).filter(|mine| mine.by == given.by);
                theirs
                    .is_some_and(|mine| mine.may_be_known())
                    .then_some("and whoever did it had a passphrase of the same giver")
            }
            None => None,
        }
    }

    /// Whether somebody signs with a key that may be known to another, who worked on what they sign.
    fn key_of_another(&self, staff: i64, worked: impl Fn(i64) -> bool) -> Option<&'static str> {
        let given = self.given(staff).filter(|given| given.may_be_known() && worked(given.by));
        given.map(|_| "with a key that may be known to somebody who had a hand in it")
    }

    /// The last passphrase that another person gave somebody ([`super::Workspace::key_standing`]).
    fn given(&self, staff: i64) -> Option<LastGiven> {
        let all = self.passphrases.get(&staff)?;
        let place = all.iter().rposition(|one| one.by != staff)?;
        let (by, since) = (all[place].by, &all[place + 1..]);
        let confirmed = since.iter().filter_map(|one| one.confirmed_by).any(|other| other != by);
        Some(LastGiven { by, reset: place > 0, replaced: !since.is_empty(), confirmed })
    }

    pub(super) fn learn(&mut self, staff: i64, event: &Event) {
        self.hands.learn(staff, event);
        match event {
            Event::StaffChanged { staff: whose, before, after } => {
                self.people.insert(whose.0, after.clone());
                if before.as_ref().is_none_or(|before| before == after) {
                    let given = Passphrase { by: staff, confirmed_by: None };
                    self.passphrases.entry(whose.0).or_default().push(given);
                }
            }
            Event::KeyRegistered { .. } => self.keyed = true,
            Event::KeyConfirmed { staff: whose, .. } => {
                if let Some(newest) = self.passphrases.get_mut(&whose.0).and_then(|all| all.last_mut()) {
                    newest.confirmed_by = Some(staff);
                }
            }
            Event::Decided { pair: pair @ PairKey::Link { .. }, after: Some(_), .. } => {
                self.answered.entry(pair.clone()).or_default().insert(staff);
            }
            Event::BatchSubmitted { batch, .. } => drop(self.submitted.insert(*batch, staff)),
            Event::Recalled { pair, .. } => drop(self.recalled.entry(pair.clone()).or_default().insert(staff)),
            Event::CorrectionComposed { correction, rows, .. } => {
                let wrong = |row: &CorrectionRow| PairKey::link(row.mosaic.clone(), row.wrong);
                let held = Correction { by: staff, rows: rows.iter().map(wrong).collect(), signed: false };
                self.corrections.insert(*correction, held);
            }
            Event::CorrectionSigned { correction, .. } => {
                if let Some(held) = self.corrections.get_mut(correction) {
                    held.signed = true;
                }
            }
            _ => {}
        }
    }
}

/// A passphrase that another person gave.
struct LastGiven {
    by: i64,
    reset: bool,
    replaced: bool,
    confirmed: bool,
}

impl LastGiven {
    /// Whether whoever gave it may know the key that is signed with ([`super::Given::may_be_known`]).
    fn may_be_known(&self) -> bool {
        super::credentials::may_be_known(self.reset, self.replaced, self.confirmed)
    }
}

/// Every event of the ledger, held against the rules by what its author was at that moment: the first that is against one.
pub(super) fn look(conn: &Connection, progress: &Progress) -> Result<std::result::Result<String, String>> {
    progress.expect(ledger::count(conn)?);
    let mut find = conn.prepare("SELECT seq, staff, event, payload FROM ledger ORDER BY seq")?;
    let mut rows = find.query([])?;
    let mut rights = Rights::default();
    let mut read: u64 = 0;
    while let Some(row) = rows.next()? {
        read += 1;
        if read.is_multiple_of(512) {
            progress.check()?;
            progress.set(read);
        }
        let (seq, staff): (i64, i64) = (row.get(0)?, row.get(1)?);
        let event = ledger::read_event(row.get_ref(3)?.as_str().unwrap_or_default());
        let Some(event) = event.ok().filter(|event| row.get_ref(2).is_ok_and(|tag| tag.as_str() == Ok(event.tag())))
        else {
            return Ok(Err(format!("event {seq} is of another kind than it says")));
        };
        if let Some(against) = rights.against(staff, &event) {
            return Ok(Err(format!("event {seq} {against}")));
        }
        rights.learn(staff, &event);
    }
    Ok(Ok(format!("{} events, each by somebody who had the right to it", number(read))))
}
