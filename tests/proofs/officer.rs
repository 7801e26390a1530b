//! An officer at work is killed at any moment: what was reported as saved is there, of what was not there is one deed at most and
//! that whole, the ledger verifies and what is shown is what a rebuild shows.

use std::path::PathBuf;
use std::time::Duration;

use stewartry::pair::{Reason, Verdict};
use stewartry::progress::Progress;
use stewartry::stewardship::decide::{self, Answer};
use stewartry::stewardship::{assign, batches, undo};
use stewartry::workspace::{BatchState, LedgerFilter, Workspace};

use super::deeds::{Begun, copied, patiently, process, say};
use super::{Dice, Proof, times};
use crate::desk::*;

pub const HOME: &str = "STEWARTRY_TEST_DAY";

/// After how many deeds the day ends; without it, never.
pub const DEEDS: &str = "STEWARTRY_TEST_DEEDS";

/// The test that is that process.
pub const DAY: &str = "proofs::officer::the_day";

/// How many people there are to decide about.
pub const PEOPLE: u16 = 30;

/// After so many kills a fresh workspace is begun with, so that looking at all of it stays quick.
const FRESH: u64 = 40;

/// The officer's day, in the process that is killed; in every other there is nothing to do here.
#[test]
fn the_day() {
    let Some(home) = std::env::var_os(HOME) else { return };
    let home = PathBuf::from(home);
    let mut ws = patiently(|| Workspace::open(&home, OFFICER, PASSPHRASE));
    let most = std::env::var(DEEDS).map_or(usize::MAX, |most| most.parse().unwrap());
    let mut dice = Dice::of("day");
    say("ready");
    for _ in 0..most {
        let _ = something(&mut ws, &mut dice);
        let (seq, hash) = ws.ledger_head().unwrap();
        say(&format!("saved {seq} {hash}"));
    }
}

/// One thing that an officer does. What is refused is as good.
fn something(ws: &mut Workspace, dice: &mut Dice) -> Result<(), String> {
    let key = link(dice.below(usize::from(PEOPLE)) as u16);
    let told = |result: Result<(), stewartry::stewardship::Refused>| result.map_err(|error| error.to_string());
    match dice.below(12) {
        0..=4 => {
            let verdict = Verdict::ALL[dice.below(Verdict::ALL.len())];
            told(decide::decide(ws, &key, Answer::of(verdict).because(Reason::CheckedElsewhere)).map(drop))
        }
        5 => told(decide::take_back(ws, &key).map(drop)),
        6 | 7 => told(undo::undo(ws).map(drop)),
        8 => told(undo::redo(ws).map(drop)),
        9 => {
            let whose = if dice.below(2) == 0 { Some(ws.me().id) } else { None };
            told(assign::assign(ws, &[key], whose, &Progress::new()).map(drop))
        }
        10 => told(batches::compose_all_ready(ws, "November").map(drop)),
        _ => {
            let open = ws.batches().map_err(|error| error.to_string())?;
            match open.iter().find(|batch| batch.state == BatchState::Composing) {
                Some(batch) => told(batches::take_apart(ws, batch.id).map(drop)),
                None => Ok(()),
            }
        }
    }
}

#[test]
fn an_officer_who_is_killed_at_any_moment_loses_nothing_that_was_saved() {
    if !cfg!(unix) {
        crate::window::skipped("only Unix kills a process as a power cut would");
        return;
    }
    let mut proof = Proof::of(1, "an officer's day is killed");
    let mut desk = Desk::with_people(PEOPLE);
    let home = desk.leave().home().to_owned();
    let folder = tempfile::tempdir().unwrap();
    let mut dice = Dice::of("officer");
    let (mut saved, mut unsaid) = (0_u64, 0_u64);
    let mut copy = PathBuf::new();
    for n in 0..times(1_000, 20) {
        if n % FRESH == 0 {
            copy = folder.path().join(format!("{n}.stewartry"));
            copied(&home, &copy);
        }
        let mut child = process(&[], DAY);
        child.env(HOME, &copy).env("STEWARTRY_SEED", dice.throw().to_string());
        let said = Begun::new(child).killed(Duration::from_micros(dice.below(160_000) as u64));
        let acknowledged: Vec<(i64, String)> = said
            .iter()
            .filter_map(|line| {
                let (seq, hash) = line.strip_prefix("saved ")?.split_once(' ')?;
                // The last line may be cut off by the kill
                (hash.len() == 64).then(|| (seq.parse().unwrap(), hash.to_owned()))
            })
            .collect();

        let ws = patiently(|| Workspace::open(&copy, OFFICER, PASSPHRASE));
        let rows = ws.ledger(&LedgerFilter::default(), acknowledged.len() * 40 + 100).unwrap();
        for (seq, hash) in &acknowledged {
            let found = rows.iter().find(|row| row.seq == *seq).map(|row| &row.hash);
            assert_eq!(found, Some(hash), "event {seq} was reported as saved; kill {n}");
        }
        if let Some((last, _)) = acknowledged.last() {
            // The newest is the opening just now
            let more: Vec<_> = rows[1..].iter().take_while(|row| row.seq > *last).collect();
            assert!(more.iter().all(|row| row.deed == last + 1), "more than one deed that was not reported; kill {n}");
            unsaid += u64::from(!more.is_empty());
        }
        saved += acknowledged.len() as u64;
        let report = ws.check(&Progress::new()).unwrap();
        assert!(report.ok, "kill {n}: {:#?}", report.lines);
        proof.tried(1);
    }
    assert!(saved > times(1_000, 20) * 2, "the officer did hardly anything: {saved}");
    println!("{saved} deeds were reported as saved and are there; {unsaid} kills fell between a deed and its report");
}
