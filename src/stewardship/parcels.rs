//! Send a batch, or pairs that were given to somebody, to another desk, and take in what was done there.
//!
//! Four eyes hold across it: a parcel for signing goes only to somebody who may sign the batch, and what they did is taken in only
//! if they may still, by this workspace's own people, decisions and rules; the signature last, and only where nothing stands in
//! its way here.

use std::path::{Path, PathBuf};

use super::sign_off::{self, Signer};
use super::{Refused, batches, rights, stops, undo};
use crate::pair::{PairKey, PairKind};
use crate::progress::Progress;
use crate::words::{day, lower_first, number};
use crate::workspace::parcel::{Came, Parcel, Purpose, Refusal};
use crate::workspace::{Batch, BatchId, Event, QueueFilter, Staff, StaffId, Touched, Workspace};

/// What came of a parcel that was taken in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Taken {
    /// Which.
    pub parcel: Parcel,
    /// Events that were taken in now.
    pub events: u64,
    /// Events that had been taken in before.
    pub already: u64,
    /// Each event that was refused, by its title and its author's name, and why.
    pub refused: Vec<(String, Refusal)>,
    /// What screens must read again.
    pub touched: Touched,
}

impl Taken {
    /// What came of it, in a sentence.
    pub fn words(&self) -> String {
        let mut words = match (self.events, self.already) {
            (0, 0) => "Nothing was done with this parcel yet".to_owned(),
            (0, _) => "Everything in this parcel had been taken in before".to_owned(),
            (1, _) => "1 event was taken in".to_owned(),
            (events, _) => format!("{} events were taken in", number(events)),
        };
        match self.refused.as_slice() {
            [] => {}
            [(title, one)] => words += &format!("; 1 was not: {title}, because {}", lower_first(&one.why)),
            [(title, one), ..] => {
                words += &format!(
                    "; {} were not, the first: {title}, because {}",
                    number(self.refused.len() as u64),
                    lower_first(&one.why)
                );
            }
        }
        words
    }
}

/// The file name of a parcel, without its folder.
pub fn name(ws: &Workspace, purpose: &Purpose, people: &[StaffId]) -> Result<String, Refused> {
    let names = names(ws, people)?;
    let what = match purpose {
        Purpose::SignOff(batch) => format!("batch {}", batch.0),
        Purpose::Decide(_) => "pairs".to_owned(),
    };
    let plain = |c: char| if c.is_alphanumeric() || " -'".contains(c) { c } else { '_' };
    let for_whom: String = names.chars().map(plain).take(60).collect();
    Ok(format!("{}, {what} for {for_whom}.stewartry", ws.name()))
}

/// The queue of what somebody was given and has not decided, in whichever band.
pub(super) fn given(kind: PairKind, staff: StaffId) -> QueueFilter {
    QueueFilter { bands: vec![], best_only: false, assigned: vec![staff], ..QueueFilter::start(kind) }
}

/// What somebody was given and has not decided, links and duplicates.
pub fn given_to(ws: &Workspace, staff: StaffId) -> Result<Vec<PairKey>, Refused> {
    let mut pairs = Vec::new();
    for kind in [PairKind::Link, PairKind::Duplicate] {
        let ids = ws.queue(&given(kind, staff))?;
        pairs.extend(ws.pairs(&ids)?.into_iter().map(|pair| pair.key));
    }
    Ok(pairs)
}

/// Somebody whom a parcel could be for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// Who.
    pub staff: StaffId,
    /// Their name.
    pub name: String,
    /// The pairs they were given and have not decided; none for a batch.
    pub pairs: Vec<PairKey>,
    /// Why it cannot be for them.
    pub why_not: Option<String>,
}

/// Everybody else who works here, and whether a parcel could be for them: of a batch, or of the pairs they were given.
pub fn candidates(ws: &Workspace, batch: Option<BatchId>) -> Result<Vec<Candidate>, Refused> {
    let held = batch.map(|batch| sign_off::submitted(ws, batch)).transpose()?;
    let mut found = Vec::new();
    for person in ws.staff()?.into_iter().filter(|person| person.active && person.id != ws.me().id) {
        let (pairs, why_not) = match &held {
            Some(batch) => (
                Vec::new(),
                Signer::of_person(ws, &person, batch).err().map(|why| format!("They would be told: {why}")),
            ),
            None => {
                let pairs = given_to(ws, person.id)?;
                let why = pairs
                    .is_empty()
                    .then(|| "No pair that waits was given to them: give them some on Review".to_owned());
                (pairs, why)
            }
        };
        found.push(Candidate { staff: person.id, name: person.name, pairs, why_not });
    }
    Ok(found)
}

/// Which parcels of a batch are at another desk, a sentence each.
pub fn away(ws: &Workspace, batch: BatchId) -> Result<Vec<String>, Refused> {
    let mut lines = Vec::new();
    for parcel in ws.parcels()? {
        if parcel.purpose == Purpose::SignOff(batch) && parcel.events.is_none() {
            let (names, by) = (names(ws, &parcel.people)?, ws.staff_name(parcel.by)?);
            lines.push(format!("A parcel of it for {names}, made by {by} on {}, is not back yet", day(parcel.at)));
        }
    }
    Ok(lines)
}

/// What a parcel is and what to do with it, in a sentence; `None` in a whole workspace.
pub fn told(ws: &Workspace) -> Result<Option<String>, Refused> {
    let Some(parcel) = ws.is_parcel()? else { return Ok(None) };
    let (names, by) = (names(ws, &parcel.people)?, ws.staff_name(parcel.by)?);
    let what = match &parcel.purpose {
        Purpose::SignOff(batch) => format!("re-check batch {} and sign it or give it back", batch.0),
        Purpose::Decide(pairs) if pairs.len() == 1 => "decide 1 pair".to_owned(),
        Purpose::Decide(pairs) => format!("decide {} pairs", number(pairs.len() as u64)),
    };
    Ok(Some(format!(
        "This is a parcel, made by {by} on {} for {names}: {what}. Then close it and carry the folder back, to be taken in there",
        day(parcel.at)
    )))
}

fn names(ws: &Workspace, people: &[StaffId]) -> Result<String, Refused> {
    let names = people.iter().map(|staff| ws.staff_name(*staff)).collect::<Result<Vec<_>, _>>()?;
    Ok(crate::words::listed(&names))
}

/// Makes a parcel in a folder of its own in `into`.
pub fn make(
    ws: &mut Workspace,
    purpose: Purpose,
    people: &[StaffId],
    into: &Path,
    progress: &Progress,
) -> Result<PathBuf, Refused> {
    rights::works_here(ws)?;
    let unfit = |words: String| Err(Refused::Unfit(words));
    if people.is_empty() {
        return unfit("A parcel is for somebody; say for whom".to_owned());
    }
    let held = match &purpose {
        Purpose::SignOff(batch) => Some(sign_off::submitted(ws, *batch)?),
        Purpose::Decide(pairs) if pairs.is_empty() => {
            return Err(Refused::Nothing("No pair that waits was given to them; give them pairs first".to_owned()));
        }
        Purpose::Decide(_) => None,
    };
    for staff in people {
        let person = known(ws, *staff)?;
        if person.id == ws.me().id || !person.active {
            return unfit(format!("A parcel is for somebody else who works here, and {} is not", person.name));
        }
        if let Some(batch) = &held
            && let Err(refused) = Signer::of_person(ws, &person, batch)
        {
            return unfit(format!("{} could not sign it. They would be told: {refused}", person.name));
        }
    }
    let home = into.join(name(ws, &purpose, people)?);
    Ok(ws.make_parcel(purpose, people, &home, progress)?)
}

/// Takes in what was done with a parcel.
pub fn take(ws: &mut Workspace, home: &Path, progress: &Progress) -> Result<Taken, Refused> {
    rights::works_here(ws)?;
    progress.begin("Reading the parcel", 0);
    let arrived = ws.read_parcel(home, progress)?;
    let parcel = arrived.parcel;
    let titles: Vec<(i64, String)> = arrived
        .events
        .iter()
        .map(|came| {
            let name = ws.staff_name(StaffId(came.signed.person))?;
            Ok((came.signed.sequence, format!("“{}” by {name}", undo::describe(&came.event))))
        })
        .collect::<Result<_, Refused>>()?;
    let (mut fit, mut signatures, mut refused) = (Vec::new(), Vec::new(), Vec::new());
    for came in arrived.events {
        match may(ws, &came) {
            Err(why) => refused.push((came, why.to_string())),
            Ok(()) if matches!(came.event, Event::BatchSigned { .. }) => signatures.push(came),
            Ok(()) => fit.push(came),
        }
    }
    progress.begin("Taking in", 0);
    let mut taken =
        Taken { parcel, events: 0, already: arrived.already, refused: Vec::new(), touched: Touched::empty() };
    let mut bring = |ws: &mut Workspace, events: Vec<Came>, refused: Vec<(Came, String)>| {
        if events.is_empty() && refused.is_empty() {
            return Ok(());
        }
        let tried = (events.len() + refused.len()) as u64;
        let applied = ws.bring(&taken.parcel, events, refused)?;
        taken.events += tried - applied.output.len() as u64;
        taken.touched |= applied.touched;
        let title = |it: &Refusal| titles.iter().find(|(seq, _)| *seq == it.sequence).map(|(_, title)| title.clone());
        taken.refused.extend(applied.output.into_iter().map(|it| (title(&it).unwrap_or_default(), it)));
        Ok::<(), Refused>(())
    };
    bring(ws, fit, refused)?;
    for came in signatures {
        match stands(ws, &came, progress)? {
            None => bring(ws, vec![came], Vec::new())?,
            Some(why) => bring(ws, Vec::new(), vec![(came, why)])?,
        }
    }
    Ok(taken)
}

fn known(ws: &Workspace, staff: StaffId) -> Result<Staff, Refused> {
    let found = ws.staff()?.into_iter().find(|person| person.id == staff);
    found.ok_or_else(|| Refused::NotFound("There is nobody of that name here".to_owned()))
}

/// Whether the author of an event may do here what they did there.
fn may(ws: &Workspace, came: &Came) -> Result<(), Refused> {
    let author = known(ws, StaffId(came.signed.person))?;
    if !author.active {
        return Err(Refused::NotAllowed(format!("{} no longer works in this workspace", author.name)));
    }
    match &came.event {
        Event::Rechecked { batch, .. } | Event::BatchReturned { batch, .. } | Event::BatchSigned { batch, .. } => {
            let held = batches::known(ws, *batch)?;
            Signer::of_person(ws, &author, &held)?;
            match &came.event {
                Event::BatchReturned { rows, .. } => fit_to_return(ws, &held, rows),
                _ => Ok(()),
            }
        }
        _ => Ok(()),
    }
}

/// That a batch can be given back here as it was there. What was answered otherwise here is in doubt too, and nobody named it there.
fn fit_to_return(ws: &Workspace, held: &Batch, rows: &[PairKey]) -> Result<(), Refused> {
    sign_off::may_be_returned(ws, held)?;
    let doubted = sign_off::answered_otherwise(ws, held.id)?;
    match doubted.iter().find(|key| !rows.is_empty() && !rows.contains(key)) {
        None => Ok(()),
        Some(key) => Err(Refused::Unfit(format!(
            "The re-check here answered {key} otherwise, and it is not among the rows that were returned there; return the batch here"
        ))),
    }
}

/// Why a signature does not stand here; `None` where it does. What the re-check proves is worked out here again.
fn stands(ws: &Workspace, came: &Came, progress: &Progress) -> Result<Option<String>, Refused> {
    let Event::BatchSigned { batch, statement, rows_sha256, .. } = &came.event else { return Ok(None) };
    let batch: BatchId = *batch;
    // Such as were signed before people had keys; a parcel is younger, and a release of this would never be sound
    if rows_sha256.is_empty() {
        return Ok(Some("Its signature does not cover the rows that leave with the batch".to_owned()));
    }
    let found = match sign_off::of_signing(ws, batch, progress) {
        Ok(found) => found,
        Err(Refused::Unfit(words)) => return Ok(Some(words)),
        Err(error) => return Err(error),
    };
    if !found.is_empty() {
        return Ok(Some(stops::listed(&found)));
    }
    let held = batches::known(ws, batch)?;
    let proves = sign_off::statement(ws, &held)?;
    Ok((!statement.starts_with(&proves))
        .then(|| format!("What was signed is not what the re-check proves here: {proves}")))
}
