//! Nobody signs what they decided, whatever came before: random sequences of people, roles that change, decisions by hand, from a
//! file and with a class, merges that carry a CHI to another record and bring it back, undos, second answers, submissions, returns
//! and signatures, then releases, recalls and their corrections, by the very verbs that the window and the command line call (of a
//! release by the event that notes it: no file is written). Whose a decision is in the end, who ever answered *Match* about it, and
//! who ever recalled it, is worked out here once more from the ledger alone, and every signature is held against that.
//! [`desks`] does the same over two desks.
//!
//! `STEWARTRY_LONG=1 cargo test --release --lib sequences -- --nocapture` tries a million.
#![allow(clippy::unwrap_used)]

mod desks;

use std::collections::{BTreeSet, HashMap};
use std::time::Instant;

use super::decide::{self, Answer};
use super::sign_off::{self, Signer};
use super::{Refused, batches, corrections, merge, people, recall, submit, undo};
use crate::pair::{How, PairKey, PairKind, Reason, Verdict};
use crate::person::MosaicId;
use crate::progress::Progress;
use crate::workspace::proof::{Proof, is_long};
use crate::workspace::quick::Quick;
use crate::workspace::{
    Batch, BatchId, BatchState, CorrectionId, CorrectionState, Event, LedgerFilter, LedgerRow, Role, StaffId, Standing,
    Workspace,
};

/// So many pairs belong to a sequence.
const PAIRS: u32 = 3;
/// So many sequences are tried before everything is put back.
const TOGETHER: u32 = 16;
/// So many things are done in a sequence.
const STEPS: usize = 20;
/// So many people work here.
const PEOPLE: usize = 6;

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

/// What the dice begin with: what is given, or something else each time; said, so that it can be given.
fn seed(of: &str) -> u64 {
    let given = std::env::var("STEWARTRY_SEED").ok().and_then(|text| text.parse::<u64>().ok());
    let seed = given.unwrap_or_else(|| jiff::Timestamp::now().as_millisecond().unsigned_abs());
    println!("{of}: STEWARTRY_SEED={seed}");
    seed
}

/// Who did what, by the ledger alone.
#[derive(Default)]
struct Watcher {
    seen: i64,
    /// Whose the live answer of a pair is.
    live: HashMap<PairKey, Option<StaffId>>,
    /// How the newest *Match* of a pair came.
    how: HashMap<PairKey, How>,
    /// Whose it was before an event.
    before: HashMap<i64, Option<StaffId>>,
    rows: HashMap<BatchId, Vec<PairKey>>,
    /// Who decided in a batch that was handed in, put it together or handed it in.
    concerned: HashMap<BatchId, BTreeSet<StaffId>>,
    composers: HashMap<BatchId, StaffId>,
    /// Who ever answered *Match* about a CHI, on whichever record, or about a merge.
    answered: HashMap<String, BTreeSet<StaffId>>,
    /// Who ever recalled a pair, or took its recall back.
    recalled: HashMap<PairKey, BTreeSet<StaffId>>,
    /// Who put a correction together, and what it takes out.
    corrections: HashMap<CorrectionId, (StaffId, Vec<PairKey>)>,
    roles: HashMap<StaffId, Standing>,
    counts: Counts,
}

/// What was done, so that it is seen that anything was.
#[derive(Default, Clone, Copy)]
struct Counts {
    signatures: u64,
    /// Of the rows that were signed: those that a merge had carried, those of a file, those of a class, and merges.
    rows: [u64; 4],
    /// Corrections that were signed.
    corrections: u64,
    done: u64,
    refused: u64,
}

impl std::ops::AddAssign for Counts {
    fn add_assign(&mut self, other: Self) {
        self.signatures += other.signatures;
        self.rows.iter_mut().zip(other.rows).for_each(|(one, more)| *one += more);
        self.corrections += other.corrections;
        self.done += other.done;
        self.refused += other.refused;
    }
}

/// What an answer is about, whichever record it is of.
fn about(pair: &PairKey) -> String {
    match pair {
        PairKey::Link { chi, .. } => chi.as_str().to_owned(),
        PairKey::Duplicate { .. } => pair.to_string(),
    }
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
                if let Some(after) = after.as_ref().filter(|after| after.verdict == Verdict::Match) {
                    self.answered.entry(about(pair)).or_default().insert(row.staff);
                    self.how.insert(pair.clone(), after.how);
                }
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
                self.counts.signatures += 1;
                assert!(!self.has_hand(*batch, row.staff), "{:?} signed {batch:?} and had a hand in it", row.staff);
                for pair in &self.rows[batch] {
                    let place = match (pair, self.how.get(pair)) {
                        (PairKey::Duplicate { .. }, _) => 3,
                        (_, Some(How::Carried | How::Brought)) => 0,
                        (_, Some(How::File)) => 1,
                        (_, Some(How::Class)) => 2,
                        _ => continue,
                    };
                    self.counts.rows[place] += 1;
                }
                self.expect_supervisor(row.staff);
            }
            Event::Recalled { pair, .. } => drop(self.recalled.entry(pair.clone()).or_default().insert(row.staff)),
            Event::CorrectionComposed { correction, rows, .. } => {
                let takes_out = rows.iter().map(corrections::wrong).collect();
                self.corrections.insert(*correction, (row.staff, takes_out));
            }
            Event::CorrectionSigned { correction, .. } => {
                self.counts.corrections += 1;
                let (composer, takes_out) = &self.corrections[correction];
                let recalled = takes_out.iter().any(|pair| self.recalled[pair].contains(&row.staff));
                assert!(
                    *composer != row.staff && !recalled,
                    "{:?} signed a correction and had a hand in it",
                    row.staff
                );
                self.expect_supervisor(row.staff);
            }
            Event::Rechecked { batch, after: Some(_), .. } => {
                assert!(!self.has_hand(*batch, row.staff), "{:?} re-checked what they had a hand in", row.staff);
            }
            _ => {}
        }
    }

    fn expect_supervisor(&self, signer: StaffId) {
        let who = &self.roles[&signer];
        assert!(who.role == Role::Supervisor && who.active, "somebody signed who does not supervise");
    }

    fn has_hand(&self, batch: BatchId, staff: StaffId) -> bool {
        let answered = |pair| self.answered.get(&about(pair)).is_some_and(|people| people.contains(&staff));
        self.concerned[&batch].contains(&staff) || self.rows[&batch].iter().any(answered)
    }
}

fn somebody(dice: &mut Dice) -> StaffId {
    StaffId(1 + dice.below(PEOPLE) as i64)
}

fn staff() -> Vec<Standing> {
    let roles = [Role::Officer, Role::Officer, Role::Supervisor, Role::Supervisor, Role::Supervisor, Role::Supervisor];
    let people = ["A", "B", "C", "D", "E", "F"].into_iter().zip(roles);
    people.map(|(name, role)| Standing { name: name.into(), role, administers: true, active: true }).collect()
}

/// The pairs of a sequence: some people and their CHIs, and whether each is one with the next.
fn pairs_of(sequence: u32) -> Vec<PairKey> {
    let people = sequence * PAIRS + 1..=sequence * PAIRS + PAIRS;
    let duplicates = people.clone().skip(1).map(|n| Quick::duplicate(n - 1));
    people.map(Quick::pair).chain(duplicates).collect()
}

/// *Match* for somebody who looked; of two records, with either of them kept.
fn a_match(ws: &Workspace, pair: &PairKey, dice: &mut Dice) -> Result<Answer, Refused> {
    let answer = Answer { comment: "Seen".into(), ..Answer::of(Verdict::Match).because(Reason::CheckedElsewhere) };
    Ok(match pair {
        PairKey::Link { .. } => answer,
        PairKey::Duplicate { a, b } => {
            let (kept, gone) = if dice.below(2) == 0 { (a, b) } else { (b, a) };
            Answer { merge: Some(merge::with_target(ws, kept, gone)?.merge()), ..answer }
        }
    })
}

/// What is matched now of the people of these pairs: by hand, and where a merge took it.
fn matched(ws: &Workspace, pairs: &[PairKey]) -> Result<Vec<PairKey>, Refused> {
    let mut found = Vec::new();
    for pair in pairs {
        match pair {
            PairKey::Link { mosaic, .. } => {
                found.extend(ws.chis_matched_to(mosaic)?.into_iter().map(|chi| PairKey::link(mosaic.clone(), chi)));
            }
            PairKey::Duplicate { .. } => {
                let merged = ws.decision(pair)?.is_some_and(|it| it.judgement.verdict == Verdict::Match);
                found.extend(merged.then(|| pair.clone()));
            }
        }
    }
    Ok(found)
}

/// A file of decisions about some of the pairs.
fn by_file(ws: &mut Workspace, pairs: &[PairKey], dice: &mut Dice) -> Result<(), Refused> {
    let mut text = "kind,left,right,verdict,reason,comment,target\n".to_owned();
    for pair in pairs.iter().filter(|_| dice.below(2) == 0).collect::<Vec<_>>() {
        let verdict = if dice.below(5) == 0 { "not_match" } else { "match" };
        let (kind, target) = match pair {
            PairKey::Link { .. } => ("link", ""),
            PairKey::Duplicate { a, b } => ("duplicate", [a, b].map(MosaicId::as_str)[dice.below(2)]),
        };
        let (left, right) = (pair.left(), pair.right());
        text += &format!("{kind},{left},{right},{verdict},{},Seen,{target}\n", Reason::CheckedElsewhere.code());
    }
    let path = ws.home().join("decisions.csv");
    std::fs::write(&path, text).unwrap();
    decide::decide_file(ws, &path, &Progress::new()).map(drop)
}

/// The few of the largest class of links are looked at, and the class is accepted.
fn by_class(ws: &mut Workspace) -> Result<(), Refused> {
    let Some(class) = decide::classes(ws, PairKind::Link)?.into_iter().next() else { return Ok(()) };
    let few: Vec<i64> = class.few.iter().filter(|(_, verdict)| verdict.is_none()).map(|(id, _)| *id).collect();
    for pair in ws.pairs(&few)? {
        decide::decide(ws, &pair.key, Answer::of(Verdict::Match).because(Reason::CheckedElsewhere))?;
    }
    decide::accept_class(ws, PairKind::Link, class.alike, None, &Progress::new()).map(drop)
}

/// The next thing after a signature that there is to do: a batch is released, a pair of it is recalled, a correction is put together,
/// signed or given back, released.
fn afterwards(ws: &mut Workspace, dice: &mut Dice) -> Result<(), Refused> {
    let note = |ws: &mut Workspace, event| Ok(ws.apply(vec![event], |_| Ok(())).map(drop)?);
    let (manifest_sha256, files) = ("0".repeat(64), vec!["seed.csv".to_owned()]);
    let held = ws.corrections()?.into_iter().find(|it| it.released.is_none() && it.state != CorrectionState::Returned);
    match held {
        Some(it) if dice.below(6) == 0 => return corrections::give_back(ws, it.id, "Not so").map(drop),
        Some(it) if it.state == CorrectionState::Composed => return corrections::sign(ws, it.id).map(drop),
        Some(it) => return note(ws, Event::CorrectionReleased { correction: it.id, manifest_sha256, files }),
        None => {}
    }
    if dice.below(3) == 0 && !ws.to_take_out(None)?.is_empty() {
        return corrections::compose(ws).map(drop);
    }
    let signed: Vec<Batch> = ws.batches()?.into_iter().filter(|batch| batch.state == BatchState::Signed).collect();
    match dice.of(&signed) {
        Some(batch) if batch.released.is_some() => match dice.of(&ws.batch_keys(batch.id)?) {
            Some(pair) => recall::recall(ws, pair, "It is another's", dice.below(2) == 0).map(drop),
            None => Ok(()),
        },
        Some(batch) => note(ws, Event::Released { batch: batch.id, manifest_sha256, files }),
        None => Ok(()),
    }
}

/// Whether anything of it was done.
fn step(quick: &mut Quick, pairs: &[PairKey], dice: &mut Dice) -> Result<(), Refused> {
    if !quick.become_(somebody(dice)) {
        return Ok(());
    }
    let ws = quick.ws();
    // Links are asked about more often than merges are
    let pair = &pairs[dice.below(pairs.len()).min(dice.below(pairs.len()))];
    let in_state = |ws: &Workspace, wanted: &[BatchState]| -> Result<Vec<BatchId>, Refused> {
        let batches = ws.batches()?.into_iter().take(4).filter(|batch| wanted.contains(&batch.state));
        Ok(batches.map(|batch| batch.id).collect())
    };
    if dice.below(400) == 0 {
        return by_class(ws);
    }
    if dice.below(6) == 0 {
        return afterwards(ws, dice);
    }
    match dice.below(26) {
        0..=6 => {
            let answer = match dice.below(4) {
                0 => Answer::of(Verdict::NotMatch).because(Reason::CheckedElsewhere),
                _ => a_match(ws, pair, dice)?,
            };
            decide::decide(ws, pair, answer).map(drop)
        }
        24 => by_file(ws, pairs, dice),
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
            let rows = matched(ws, pairs)?.into_iter().filter(|_| dice.below(4) > 0).collect();
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
            let of = somebody(dice);
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
            quick.become_(somebody(dice));
            sign_off::sign(quick.ws(), batch).map(drop)
        }
    }
}

/// Tries so many sequences.
fn try_all(sequences: u64, seed: u64) -> Counts {
    let mut quick = Quick::new(&staff(), PAIRS * TOGETHER);
    let mut dice = Dice(seed);
    let mut counts = Counts::default();
    let mut watcher = Watcher::default();
    for sequence in 0..sequences {
        let at = (sequence % u64::from(TOGETHER)) as u32;
        if at == 0 {
            quick.begin_again();
            counts += watcher.counts;
            watcher = Watcher::default();
        }
        let pairs = pairs_of(at);
        for _ in 0..STEPS {
            match step(&mut quick, &pairs, &mut dice) {
                Ok(()) => counts.done += 1,
                Err(_) => counts.refused += 1,
            }
        }
        watcher.look(quick.ws());
    }
    counts += watcher.counts;
    counts
}

#[test]
fn no_sequence_of_deeds_gives_a_batch_a_signer_who_had_a_hand_in_it() {
    let seed = seed("sequences");
    let sequences: u64 = if is_long() { 1_000_000 } else { 2_000 };
    let mut proof = Proof::of(5, "sequences of deeds never give a batch a signer who decided in it");
    let clock = Instant::now();
    let threads = std::thread::available_parallelism().map_or(1, |it| it.get() as u64).min(8);
    let tried = std::thread::scope(|scope| {
        let share = |n: u64| sequences / threads + u64::from(n < sequences % threads);
        let running: Vec<_> = (0..threads)
            .map(|n| scope.spawn(move || try_all(share(n), seed.wrapping_add(n.wrapping_mul(0x5851_f42d_4c95_7f2d)))))
            .collect();
        let mut counts = Counts::default();
        running.into_iter().for_each(|it| counts += it.join().unwrap());
        counts
    });
    let took = clock.elapsed();
    proof.tried(sequences);
    let Counts { signatures, rows: [carried, of_files, of_classes, merges], corrections, done, refused } = tried;
    println!("{signatures} signatures, {corrections} of corrections, {done} steps done, {refused} refused; {took:?}");
    println!("signed: {carried} carried, {of_files} of files, {of_classes} of classes, {merges} merges");
    assert!(signatures > sequences / 20, "hardly anything was signed: {signatures} of {sequences}");
    assert!(tried.rows.iter().all(|rows| *rows > 0), "a kind was never signed: {:?}", tried.rows);
    assert!(corrections > 0, "no correction was ever signed");
}
