//! The same over two desks: batches and pairs go to others in parcels, work goes on here and there, and what comes back is taken in
//! late, twice, or when people have changed.
#![allow(clippy::unwrap_used)]

use std::path::{Path, PathBuf};

use super::*;
use crate::stewardship::{assign, parcels};
use crate::workspace::parcel::Purpose;
use crate::workspace::quick::{CHOSEN, on_disk};

/// So many people are decided about on one workspace, before there is a fresh one.
const PEOPLE_OF_ONE: u32 = 12;
/// So many things are done on it.
const STEPS: usize = 70;

/// A parcel that was made here.
struct Away {
    home: PathBuf,
    purpose: Purpose,
    by: StaffId,
    to: StaffId,
}

/// Mostly the same two, so that there are others who may sign.
fn one_of_a_few(dice: &mut Dice) -> StaffId {
    if dice.below(4) == 0 { somebody(dice) } else { StaffId(1 + dice.below(2) as i64) }
}

struct Desks {
    home: PathBuf,
    into: PathBuf,
    names: Vec<String>,
    away: Vec<Away>,
    /// Parcels made, and events refused.
    counts: [u64; 2],
}

impl Desks {
    fn name(&self, staff: StaffId) -> &str {
        &self.names[staff.0 as usize - 1]
    }

    fn sit_down(&self, home: &Path, staff: StaffId) -> Option<Workspace> {
        // Who was removed does not get in
        Workspace::open(home, self.name(staff), CHOSEN).ok()
    }

    /// What somebody does with a parcel.
    fn there(&self, away: &Away, dice: &mut Dice) -> Result<(), Refused> {
        let Some(mut ws) = self.sit_down(&away.home, away.to) else { return Ok(()) };
        match &away.purpose {
            Purpose::SignOff(batch) => {
                let held = ws.batch(*batch)?.unwrap();
                let disagrees = dice.below(8) == 0;
                for (key, answered) in sign_off::to_answer(&ws, &held)? {
                    if answered.is_none() {
                        sign_off::recheck(
                            &mut ws,
                            *batch,
                            &key,
                            if disagrees { Verdict::Unsure } else { Verdict::Match },
                        )?;
                    }
                }
                match dice.below(6) {
                    0 => sign_off::return_batch(&mut ws, *batch, "Look again", Vec::new()).map(drop),
                    1 => Ok(()),
                    _ => sign_off::sign(&mut ws, *batch).map(drop),
                }
            }
            Purpose::Decide(pairs) => {
                for pair in pairs {
                    let answer = a_match(&ws, pair, dice)?;
                    let _ = decide::decide(&mut ws, pair, answer);
                }
                if dice.below(4) == 0 { undo::undo(&mut ws).map(drop) } else { Ok(()) }
            }
        }
    }

    /// A parcel, of the newest more often than of the oldest.
    fn one_away(&self, dice: &mut Dice) -> Option<&Away> {
        let at = dice.below(self.away.len().max(1)).max(dice.below(self.away.len().max(1)));
        self.away.get(at)
    }

    /// Whoever made it takes it in, or somebody who may not be able to.
    fn take(&mut self, dice: &mut Dice) -> Result<(), Refused> {
        let Some(away) = self.one_away(dice) else { return Ok(()) };
        let who = if dice.below(8) == 0 { somebody(dice) } else { away.by };
        let Some(mut ws) = self.sit_down(&self.home, who) else { return Ok(()) };
        let taken = parcels::take(&mut ws, &away.home, &Progress::new())?;
        self.counts[1] += taken.refused.len() as u64;
        Ok(())
    }

    fn make(&mut self, ws: &mut Workspace, purpose: Purpose, to: StaffId) -> Result<(), Refused> {
        let into = self.into.join(self.away.len().to_string());
        std::fs::create_dir_all(&into).unwrap();
        let home = parcels::make(ws, purpose.clone(), &[to], &into, &Progress::new())?;
        self.away.push(Away { home, purpose, by: ws.me().id, to });
        self.counts[0] += 1;
        Ok(())
    }

    fn step(&mut self, ws: &mut Workspace, pairs: &[PairKey], dice: &mut Dice) -> Result<(), Refused> {
        let of_state = |ws: &Workspace, wanted: BatchState| -> Result<Vec<BatchId>, Refused> {
            Ok(ws.batches()?.into_iter().filter(|batch| batch.state == wanted).map(|batch| batch.id).collect())
        };
        let pair = &pairs[dice.below(pairs.len())];
        match dice.below(18) {
            0..=3 => {
                let answer = a_match(ws, pair, dice)?;
                decide::decide(ws, pair, answer).map(drop)
            }
            4 => decide::take_back(ws, pair).map(drop),
            5 => undo::undo(ws).map(drop),
            6 | 7 => {
                let batch = batches::compose_all_ready(ws, "B")?.batch;
                submit::submit(ws, batch, submit::Sampling::default()).map(drop)
            }
            8 | 9 => {
                let to = one_of_a_few(dice);
                let waiting: Vec<PairKey> = pairs.iter().filter(|_| dice.below(3) == 0).cloned().collect();
                assign::assign(ws, &waiting, Some(to), &Progress::new())?;
                let given = parcels::given_to(ws, to)?;
                self.make(ws, Purpose::Decide(given), to)
            }
            10..=13 => match dice.of(&of_state(ws, BatchState::Submitted)?) {
                Some(batch) => {
                    let fit = parcels::candidates(ws, Some(*batch))?.into_iter().find(|it| it.why_not.is_none());
                    let to = fit.map_or_else(|| somebody(dice), |it| it.staff);
                    self.make(ws, Purpose::SignOff(*batch), to)
                }
                None => Ok(()),
            },
            14 | 15 => {
                // Most often of somebody who has a parcel
                let of = dice.of(&self.away).map(|away| away.to).filter(|_| dice.below(4) > 0);
                let of = of.unwrap_or_else(|| somebody(dice));
                let Some(mut standing) = ws.staff()?.into_iter().find(|it| it.id == of).map(|it| it.standing()) else {
                    return Ok(());
                };
                standing.role = if standing.role == Role::Officer { Role::Supervisor } else { Role::Officer };
                people::change(ws, of, standing).map(drop)
            }
            16 => match dice.of(&of_state(ws, BatchState::Submitted)?) {
                Some(batch) => sign_off::return_batch(ws, *batch, "Look again", Vec::new()).map(drop),
                None => Ok(()),
            },
            _ => undo::redo(ws).map(drop),
        }
    }
}

#[test]
fn no_parcel_brings_a_signature_of_somebody_who_had_a_hand_in_the_batch() {
    let mut dice = Dice(seed("desks"));
    let mut proof = Proof::of(5, "deeds over two desks bring no signature of somebody who had a hand in it");
    let (mut counts, mut parcels) = (Counts::default(), [0; 2]);
    // Few of the deeds end in a signature: there is one at least
    let (enough, mut tried) = (if is_long() { 500 } else { 4 }, 0);
    while tried < enough || (counts.signatures == 0 && tried < 40) {
        tried += 1;
        let (folder, home) = on_disk(&staff(), PEOPLE_OF_ONE);
        let names = staff().into_iter().map(|it| it.name).collect();
        let mut desks = Desks { home, into: folder.path().join("away"), names, away: Vec::new(), counts: [0; 2] };
        let pairs: Vec<PairKey> = (0..PEOPLE_OF_ONE / PAIRS).flat_map(pairs_of).collect();
        let mut watcher = Watcher::default();
        for _ in 0..STEPS {
            let done = match dice.below(4) {
                0 => desks.one_away(&mut dice).map_or(Ok(()), |away| desks.there(away, &mut dice)),
                1 => desks.take(&mut dice),
                _ => match desks.sit_down(&desks.home, one_of_a_few(&mut dice)) {
                    Some(mut ws) => desks.step(&mut ws, &pairs, &mut dice),
                    None => continue,
                },
            };
            match done {
                Ok(()) => counts.done += 1,
                Err(_) => counts.refused += 1,
            }
            if let Some(ws) = desks.sit_down(&desks.home, StaffId(1)) {
                watcher.look(&ws);
            }
        }
        let ws = (1..=PEOPLE as i64).find_map(|staff| desks.sit_down(&desks.home, StaffId(staff))).unwrap();
        watcher.look(&ws);
        let report = ws.check(&Progress::new()).unwrap();
        assert!(report.ok, "{:#?}", report.lines);
        proof.tried(STEPS as u64);
        counts += watcher.counts;
        parcels.iter_mut().zip(desks.counts).for_each(|(one, more)| *one += more);
    }
    println!(
        "{} signatures, {} done, {} refused; parcels: {parcels:?}",
        counts.signatures, counts.done, counts.refused
    );
    assert!(counts.signatures > 0 && parcels[0] > 4, "hardly anything was signed: {}, {parcels:?}", counts.signatures);
}
