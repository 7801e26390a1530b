//! Nobody signs what they decided, whatever came before: random sequences of people, roles that change, decisions, undos, second
//! answers, submissions, returns and signatures, by the very verbs that the window and the command line call. Whose a decision is
//! in the end is worked out here once more from the ledger alone, and every signature is held against that.
//!
//! `STEWARTRY_LONG=1 cargo test --release --lib sequences -- --nocapture` tries a million.
#![allow(clippy::unwrap_used)]

use std::collections::{BTreeSet, HashMap};
use std::time::Instant;

use super::decide::{self, Answer};
use super::sign_off::{self, Signer};
use super::{Refused, batches, people, submit, undo};
use crate::pair::{PairKey, Reason, Verdict};
use crate::workspace::proof::{Proof, is_long};
use crate::workspace::quick::Quick;
use crate::workspace::{BatchId, BatchState, Event, LedgerFilter, LedgerRow, Role, StaffId, Standing, Workspace};

/// So many pairs belong to a sequence.
const PAIRS: u32 = 3;
/// So many sequences are tried before everything is put back.
const TOGETHER: u32 = 16;
/// So many things are done in a sequence.
const STEPS: usize = 14;

struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) % limit as u64) as usize
    }

    fn of<'a, T>(&mut self, from: &'a [T]) -> Option<&'a T> {
        (!from.is_empty()).then(|| &from[self.below(from.len())])
    }
}

/// Who did what, by the ledger alone.
#[derive(Default)]
struct Watcher {
    seen: i64,
    /// Whose the live answer of a pair is.
    live: HashMap<PairKey, Option<StaffId>>,
    /// Whose it was before an event.
    before: HashMap<i64, Option<StaffId>>,
    rows: HashMap<BatchId, Vec<PairKey>>,
    /// Who decided in a batch that was handed in, put it together or handed it in.
    concerned: HashMap<BatchId, BTreeSet<StaffId>>,
    composers: HashMap<BatchId, StaffId>,
    roles: HashMap<StaffId, Standing>,
    signatures: u64,
}

impl Watcher {
    /// Reads what is new in the ledger.
    fn look(&mut self, ws: &Workspace) {
        let head = ws.ledger_head().unwrap().0;
        let mut rows = ws.ledger(&LedgerFilter::default(), usize::try_from(head - self.seen).unwrap()).unwrap();
        rows.reverse();
        for row in rows {
            assert_eq!(row.seq, self.seen + 1);
            self.seen = row.seq;
            self.note(&row);
        }
    }

    fn note(&mut self, row: &LedgerRow) {
        match &row.event {
            Event::StaffChanged { staff, after, .. } => drop(self.roles.insert(*staff, after.clone())),
            Event::Decided { pair, after, .. } => {
                let was = self.live.get(pair).copied().flatten();
                self.before.insert(row.seq, was);
                let now = match row.undoes {
                    Some(undone) => self.before[&undone],
                    None => after.is_some().then_some(row.staff),
                };
                self.live.insert(pair.clone(), now);
            }
            Event::BatchComposed { batch, after, .. } => {
                self.composers.entry(*batch).or_insert(row.staff);
                self.rows.insert(*batch, after.clone());
            }
            Event::BatchSubmitted { batch, .. } => {
                let mut concerned: BTreeSet<StaffId> = [row.staff, self.composers[batch]].into();
                concerned.extend(self.rows[batch].iter().filter_map(|pair| self.live.get(pair).copied().flatten()));
                self.concerned.insert(*batch, concerned);
            }
            Event::BatchSigned { batch, .. } => {
                self.signatures += 1;
                let concerned = &self.concerned[batch];
                assert!(
                    !concerned.contains(&row.staff),
                    "{:?} signed batch {} and had a hand in it",
                    row.staff,
                    batch.0
                );
                let signer = &self.roles[&row.staff];
                assert!(signer.role == Role::Supervisor && signer.active, "somebody signed who does not supervise");
            }
            Event::Rechecked { batch, after: Some(_), .. } => {
                assert!(!self.concerned[batch].contains(&row.staff), "somebody re-checked what they had a hand in");
            }
            _ => {}
        }
    }
}

fn staff() -> Vec<Standing> {
    [("A", Role::Officer), ("B", Role::Officer), ("C", Role::Supervisor), ("D", Role::Supervisor)]
        .map(|(name, role)| Standing { name: name.into(), role, administers: true, active: true })
        .into()
}

/// Whether anything of it was done.
fn step(quick: &mut Quick, pairs: &[PairKey], dice: &mut Dice) -> Result<(), Refused> {
    let somebody = StaffId(1 + dice.below(4) as i64);
    if !quick.become_(somebody) {
        return Ok(());
    }
    let ws = quick.ws();
    let pair = &pairs[dice.below(pairs.len())];
    let in_state = |ws: &Workspace, wanted: &[BatchState]| -> Result<Vec<BatchId>, Refused> {
        let batches = ws.batches()?.into_iter().take(4).filter(|batch| wanted.contains(&batch.state));
        Ok(batches.map(|batch| batch.id).collect())
    };
    match dice.below(24) {
        0..=6 => {
            let verdict = *dice.of(&[Verdict::Match, Verdict::Match, Verdict::Match, Verdict::NotMatch]).unwrap();
            decide::decide(ws, pair, Answer::of(verdict).because(Reason::CheckedElsewhere)).map(drop)
        }
        7 => decide::take_back(ws, pair).map(drop),
        8 => undo::undo(ws).map(drop),
        9 => undo::redo(ws).map(drop),
        // Another's deed, from the history
        10 => {
            let newest = ws.ledger(&LedgerFilter::default(), 6)?;
            let seq = dice.of(&newest).map_or(1, |row| row.seq);
            undo::undo_deed(ws, seq).map(drop)
        }
        11 | 12 => {
            let mut rows = Vec::new();
            for pair in pairs {
                let settled = ws.decision(pair)?.is_some_and(|it| it.judgement.verdict == Verdict::Match);
                if settled && dice.below(4) > 0 {
                    rows.push(pair.clone());
                }
            }
            batches::compose(ws, "B", rows).map(drop)
        }
        13 => match dice.of(&in_state(ws, &[BatchState::Composing])?) {
            Some(batch) => batches::recompose(ws, *batch, vec![pair.clone()]).map(drop),
            None => Ok(()),
        },
        14 | 15 => match dice.of(&in_state(ws, &[BatchState::Composing])?) {
            Some(batch) => submit::submit(ws, *batch, submit::Sampling::default()).map(drop),
            None => Ok(()),
        },
        16 => {
            let of = StaffId(1 + dice.below(4) as i64);
            let Some(mut standing) = ws.staff()?.into_iter().find(|it| it.id == of).map(|it| it.standing()) else {
                return Ok(());
            };
            match dice.below(6) {
                0 => standing.active = !standing.active,
                1 => standing.administers = !standing.administers,
                _ => standing.role = if standing.role == Role::Officer { Role::Supervisor } else { Role::Officer },
            }
            people::change(ws, of, standing).map(drop)
        }
        17 => match dice.of(&in_state(ws, &[BatchState::Submitted, BatchState::Signed])?) {
            Some(batch) => sign_off::return_batch(ws, *batch, "Look again", Vec::new()).map(drop),
            None => Ok(()),
        },
        // Whoever re-checks may be another than who signs, and either may be somebody who must not
        _ => {
            let Some(batch) = dice.of(&in_state(ws, &[BatchState::Submitted])?).copied() else { return Ok(()) };
            let held = ws.batch(batch)?.unwrap();
            let may = Signer::of(ws, &held).is_ok();
            for (key, answered) in sign_off::to_answer(ws, &held)? {
                if answered.is_none() {
                    let verdict = if dice.below(12) == 0 { Verdict::Unsure } else { Verdict::Match };
                    let done = sign_off::recheck(ws, batch, &key, verdict);
                    assert_eq!(done.is_ok(), may);
                    if done.is_err() {
                        break;
                    }
                }
            }
            quick.become_(StaffId(1 + dice.below(4) as i64));
            sign_off::sign(quick.ws(), batch).map(drop)
        }
    }
}

/// Tries so many sequences. How many signatures and refusals there were.
fn try_all(sequences: u64, seed: u64) -> (u64, u64, u64) {
    let mut quick = Quick::new(&staff(), PAIRS * TOGETHER);
    let mut dice = Dice(seed);
    let (mut signatures, mut done, mut refused) = (0, 0, 0);
    let mut watcher = Watcher::default();
    for sequence in 0..sequences {
        let at = (sequence % u64::from(TOGETHER)) as u32;
        if at == 0 {
            quick.begin_again();
            signatures += watcher.signatures;
            watcher = Watcher::default();
        }
        let pairs: Vec<PairKey> = (1..=PAIRS).map(|n| Quick::pair(at * PAIRS + n)).collect();
        for _ in 0..STEPS {
            match step(&mut quick, &pairs, &mut dice) {
                Ok(()) => done += 1,
                Err(_) => refused += 1,
            }
        }
        watcher.look(quick.ws());
    }
    (signatures + watcher.signatures, done, refused)
}

#[test]
fn no_sequence_of_deeds_gives_a_batch_a_signer_who_had_a_hand_in_it() {
    let given = std::env::var("STEWARTRY_SEED").ok().and_then(|text| text.parse::<u64>().ok());
    let seed = given.unwrap_or_else(|| jiff::Timestamp::now().as_millisecond().unsigned_abs());
    let sequences: u64 = if is_long() { 1_000_000 } else { 2_000 };
    let mut proof = Proof::of(5, "sequences of deeds never give a batch a signer who decided in it");
    println!("sequences: STEWARTRY_SEED={seed}");
    let clock = Instant::now();
    let threads = std::thread::available_parallelism().map_or(1, |it| it.get() as u64).min(8);
    let tried = std::thread::scope(|scope| {
        let share = |n: u64| sequences / threads + u64::from(n < sequences % threads);
        let running: Vec<_> = (0..threads)
            .map(|n| scope.spawn(move || try_all(share(n), seed.wrapping_add(n.wrapping_mul(0x5851_f42d_4c95_7f2d)))))
            .collect();
        running.into_iter().map(|it| it.join().unwrap()).fold((0, 0, 0), |a, b| (a.0 + b.0, a.1 + b.1, a.2 + b.2))
    });
    let (signatures, done, refused) = tried;
    let took = clock.elapsed();
    proof.tried(sequences);
    println!("{signatures} signatures, {done} steps done, {refused} refused; {took:?}");
    assert!(signatures > sequences / 20, "hardly anything was signed: {signatures} of {sequences}");
}
