//! The power goes at any moment of any deed, or of an officer's day: what was reported as saved is there, and a deed is done whole
//! or not at all.
//!
//! A kill leaves what the system still holds back, and it is written yet; a power cut does not. So each deed is watched call by
//! call, and what a disk may hold after any of them is worked out and laid down ([`super::disk`]), then opened.

use std::path::Path;
use std::process::Command;

use rusqlite::Connection;
use stewartry::age::identities;
use stewartry::progress::Progress;
use stewartry::release::{self, transfer};
use stewartry::workspace::{LedgerFilter, Workspace, WorkspaceError};

use super::deeds::{Begun, Deed, cleared, copied, copied_desk, patiently, process, process_of};
use super::disk::{Calls, watched};
use super::{Dice, Proof, deeds, officer, times, traced};
use crate::desk::{Desk, OFFICER, PASSPHRASE, link};
use crate::tampering::tools::raw;

/// Cuts a deed at so many moments.
fn cut(deed: &Deed) {
    let mut proof = Proof::of(1, format!("the power goes: {}", deed.name));
    let (_desk, before) = deed.desk();
    let folder = tempfile::tempdir().unwrap();
    let (root, left, log) = (folder.path().join("disk"), folder.path().join("left"), folder.path().join("calls"));
    std::fs::create_dir(&root).unwrap();
    copied_desk(&before, &root.join("it.stewartry"));
    let calls = watched(&root, &log, |under| process_of(deed, &root.join("it.stewartry"), under));
    let (ready, done) = (calls.after("ready").unwrap(), calls.after("done").unwrap());

    let mut dice = Dice::of(deed.name);
    let mut ended = [0, 0];
    for n in 0..times(120, 6) {
        // Now and then while the workspace is closed, when it is long done
        let to = if n % 4 == 0 { calls.len() } else { done };
        let steps = moment(&calls, ready, to, &mut dice);
        calls.cut(steps, &mut dice, &left);
        let when = format!("the power went at step {steps} of {ready} to {done}, cut {n}");
        println!("{}: {when}", deed.name);
        let home = left.join("it.stewartry");
        let found = deed.is_done(&home, &when);
        assert!(found || steps < done, "{}, {when}: reported as done, and lost", deed.name);
        ended[usize::from(found)] += 1;
        if !found {
            Begun::new(process_of(deed, &home, &[])).done();
            assert!(deed.is_done(&home, "again"), "{} could not be done after {when}", deed.name);
        }
        cleared(&home);
        std::fs::remove_dir_all(&left).unwrap();
        proof.tried(1);
    }
    println!(
        "{}: {} steps until it is done, {} cuts left it undone, {} done",
        deed.name,
        done - ready,
        ended[0],
        ended[1]
    );
}

/// A step of those between two: any, or one where something is synced, said or named.
fn moment(calls: &Calls, from: usize, to: usize, dice: &mut Dice) -> usize {
    let turns: Vec<usize> = calls.turns().into_iter().filter(|at| (from..=to).contains(at)).collect();
    match dice.below(4) {
        0 => from + dice.below(to + 1 - from),
        // The last of them are few where a deed is mostly pages
        1 => turns[turns.len() - 1 - dice.below(turns.len().min(10))],
        _ => turns[dice.below(turns.len())],
    }
}

#[test]
fn every_deed_is_done_whole_or_not_at_all_whenever_the_power_goes() {
    if traced::is_possible() {
        deeds::all().for_each(cut);
    }
}

/// How many deeds of a day are watched.
const DEEDS: usize = 40;

#[test]
fn an_officer_whose_power_goes_at_any_moment_loses_nothing_that_was_saved() {
    if !traced::is_possible() {
        return;
    }
    let mut proof = Proof::of(1, "the power goes in an officer's day");
    let mut desk = Desk::with_people(officer::PEOPLE);
    let before = desk.leave().home().to_owned();
    let folder = tempfile::tempdir().unwrap();
    let (root, left, log) = (folder.path().join("disk"), folder.path().join("left"), folder.path().join("calls"));
    let mut dice = Dice::of("power");
    let (mut saved, mut cuts) = (0, 0);
    for _ in 0..times(10, 1) {
        std::fs::create_dir(&root).unwrap();
        copied(&before, &root.join("it.stewartry"));
        let calls = day(&root, &log, &mut dice);
        let ready = calls.after("ready").unwrap();
        for _ in 0..times(100, 12) {
            let steps = moment(&calls, ready, calls.len(), &mut dice);
            calls.cut(steps, &mut dice, &left);
            saved += look(&calls, steps, &left.join("it.stewartry"));
            std::fs::remove_dir_all(&left).unwrap();
            proof.tried(1);
            cuts += 1;
        }
        std::fs::remove_dir_all(&root).unwrap();
    }
    println!("{cuts} cuts; {saved} deeds had been reported as saved before one, and were there");
    assert!(saved > cuts, "the officer did hardly anything: {saved}");
}

/// A day that is watched.
fn day(root: &Path, log: &Path, dice: &mut Dice) -> Calls {
    watched(root, log, |under| {
        let mut day = process(under, officer::DAY);
        day.env(officer::HOME, root.join("it.stewartry")).env("STEWARTRY_SEED", dice.throw().to_string());
        day.env(officer::DEEDS, DEEDS.to_string());
        day
    })
}

/// Looks at what a power cut left: how many deeds were reported as saved, each of which is there.
fn look(calls: &Calls, steps: usize, home: &Path) -> u64 {
    let said: Vec<(i64, &str)> = calls
        .said(steps)
        .filter_map(|word| word.strip_prefix("saved ")?.split_once(' '))
        .map(|(seq, hash)| (seq.parse().unwrap(), hash))
        .collect();
    let ws = patiently(|| Workspace::open(home, OFFICER, PASSPHRASE));
    let rows = ws.ledger(&LedgerFilter::default(), said.len() * 40 + 100).unwrap();
    for (seq, hash) in &said {
        let found = rows.iter().find(|row| row.seq == *seq).map(|row| row.hash.as_str());
        assert_eq!(found, Some(*hash), "event {seq} was reported as saved, and the power went at step {steps}");
    }
    if let Some((last, _)) = said.last() {
        // The newest is the opening just now
        let more: Vec<_> = rows[1..].iter().take_while(|row| row.seq > *last).collect();
        assert!(more.iter().all(|row| row.deed == last + 1), "more than one deed that was not reported, step {steps}");
    }
    let report = ws.check(&Progress::new()).unwrap();
    assert!(report.ok, "step {steps}: {:#?}", report.lines);
    said.len() as u64
}

/// A verb of the command line that makes something which is there whole or not at all.
struct Verb {
    name: &'static str,
    /// Lays out what it needs in the folder that it works in.
    before: fn(&Path),
    arguments: &'static [&'static str],
    /// Whether what it makes is there. Ends the test where it is there by half, or what was there before is lost.
    done: fn(&Path) -> bool,
}

const VERBS: [Verb; 6] = [
    Verb {
        name: "new",
        before: |_| {},
        arguments: &["new", "new.stewartry", "--as", OFFICER],
        // What is half made is refused, and nothing is in it yet
        done: |root| Workspace::open(&root.join("new.stewartry"), OFFICER, PASSPHRASE).is_ok_and(|ws| sound(&ws)),
    },
    Verb {
        name: "status, of an earlier version",
        before: |root| {
            workspace(root, false);
            let conn = raw(&root.join("it.stewartry"));
            let newest = schema_of(&conn);
            conn.execute_batch(include_str!("earlier.sql")).unwrap();
            conn.pragma_update(None, "user_version", newest - 1).unwrap();
        },
        arguments: &["status", "it.stewartry", "--as", OFFICER],
        done: |root| {
            let home = root.join("it.stewartry");
            let found = schema_of(&raw(&home));
            let copies = Workspace::backups(&home);
            let versions: Vec<i64> = copies.iter().map(|copy| schema_of(&raw(copy))).collect();
            assert!(opens(&home) && copies.iter().all(|copy| opens(copy)), "{found}, copies of {versions:?}");
            let newest = schema_of(&raw(&home));
            assert!(versions.iter().all(|version| *version == newest - 1), "{versions:?}: a copy is made before");
            assert!(
                found == newest - 1 || (found == newest && !copies.is_empty()),
                "{found}: brought up without a copy"
            );
            found == newest
        },
    },
    Verb {
        name: "restore",
        before: |root| workspace(root, true),
        arguments: &["restore", "it.stewartry", "--as", OFFICER, "--into", "again.stewartry"],
        done: |root| opens(&root.join("it.stewartry")) && opens(&root.join("again.stewartry")),
    },
    Verb {
        name: "pack",
        before: |root| {
            release_in(root);
            std::fs::write(root.join("key"), KEY).unwrap();
        },
        arguments: &["pack", "release", "--to", RECIPIENT, "--into", "packs"],
        done: |root| {
            let packs: Vec<_> =
                std::fs::read_dir(root.join("packs")).into_iter().flatten().map(|it| it.unwrap()).collect();
            let named = |name: &str| !stewartry::files::is_unfinished(name);
            let packs = packs.iter().filter(|it| named(it.file_name().to_str().unwrap()));
            packs.map(|pack| is_a_pack(&pack.path(), root)).count() == 1
        },
    },
    Verb {
        name: "unpack",
        before: |root| {
            release_in(root);
            std::fs::write(root.join("key"), KEY).unwrap();
            let recipient = RECIPIENT.parse().unwrap();
            let pack = transfer::pack(&root.join("release"), &[recipient], root, &Progress::new()).unwrap();
            std::fs::rename(pack, root.join("pack")).unwrap();
        },
        arguments: &["unpack", "pack", "--key", "key", "--into", "folders/opened"],
        done: |root| {
            let opened = root.join("folders/opened");
            let there = opened.exists();
            assert!(!there || is_release(&opened), "unpacked by half");
            there
        },
    },
    Verb {
        name: "close",
        before: |root| workspace(root, false),
        arguments: &["close", "it.stewartry", "--as", OFFICER, "--into", "archive", "--confirm", "it"],
        done: |root| {
            let archive = std::fs::read_dir(root.join("archive")).into_iter().flatten().map(|it| it.unwrap().path());
            let archive = archive.filter(|it| it.extension().is_some_and(|it| it == "stewartry"));
            let kept = archive.map(|copy| assert!(opens(&copy), "an archive by half")).count() > 0;
            let lost = !opens(&root.join("it.stewartry"));
            assert!(kept || !lost, "neither the workspace nor its archive is there");
            kept && lost
        },
    },
];

/// The version of a database's schema.
fn schema_of(conn: &Connection) -> i64 {
    conn.pragma_query_value(None, "user_version", |row| row.get(0)).unwrap()
}

/// Those that pack and unpack.
const KEY: &str = "AGE-SECRET-KEY-1HS838VWSFUW43K063KTFLV3V7XVTC5MA5WEQCVJH2LQ5ZHRXGLKQA4K96E\n";
const RECIPIENT: &str = "age1ggz44ynexkvsy6zuvkc9cv8va93k20m0zvnt84gal6qgw5fh9ppsa2a4ep";

fn workspace(root: &Path, with_copy: bool) {
    let mut desk = Desk::with_people(4);
    desk.match_(&link(1));
    let home = if with_copy { desk.ws().backup(&Progress::new()).unwrap() } else { desk.leave().home().to_owned() };
    copied(&home, &root.join("it.stewartry"));
}

fn sound(ws: &Workspace) -> bool {
    let report = ws.check(&Progress::new()).unwrap();
    assert!(report.ok, "{:#?}", report.lines);
    true
}

/// Whether the workspace that [`workspace`] laid out opens, with all that was in it. Where it does not there is none.
fn opens(home: &Path) -> bool {
    match Workspace::open(home, OFFICER, PASSPHRASE) {
        Err(WorkspaceError::NotAWorkspace { .. }) => false,
        opened => opened.map(|ws| sound(&ws) && ws.decision(&link(1)).unwrap().is_some()).unwrap(),
    }
}

fn release_in(root: &Path) {
    let (mut desk, batch) = crate::release::signed();
    release::write(desk.ws(), batch, &root.join("release"), &Progress::new()).unwrap();
}

fn is_release(folder: &Path) -> bool {
    release::verify(folder, &Progress::new()).is_ok_and(|it| it.ok())
}

fn is_a_pack(pack: &Path, root: &Path) {
    let opened = transfer::unpack(pack, &identities(KEY).unwrap(), &root.join("looked at"), &Progress::new());
    assert!(opened.is_ok(), "a pack by half");
}

#[test]
fn what_a_verb_makes_is_there_whole_or_not_at_all_whenever_the_power_goes() {
    if !traced::is_possible() {
        return;
    }
    for verb in &VERBS {
        let mut proof = Proof::of(1, format!("the power goes: stewartry {}", verb.name));
        let folder = tempfile::tempdir().unwrap();
        let (root, left, log) = (folder.path().join("disk"), folder.path().join("left"), folder.path().join("calls"));
        std::fs::create_dir(&root).unwrap();
        (verb.before)(&root);
        let calls = watched(&root, &log, |under| {
            let mut command = Command::new(under[0]);
            command.args(&under[1..]).arg(env!("CARGO_BIN_EXE_stewartry")).args(verb.arguments).current_dir(&root);
            command.env("STEWARTRY_PASSPHRASE", PASSPHRASE).env_remove("DISPLAY").env_remove("WAYLAND_DISPLAY");
            command
        });
        let done = calls.first_word().unwrap();
        let mut dice = Dice::of(verb.name);
        let mut ended = [0, 0];
        for n in 0..times(60, 4) {
            let steps = moment(&calls, 0, if n % 4 == 0 { calls.len() } else { done }, &mut dice);
            calls.cut(steps, &mut dice, &left);
            println!("{}: step {steps} of {done}", verb.name);
            let found = (verb.done)(&left);
            assert!(found || steps < done, "{}: said to be done at step {done}, lost at step {steps}", verb.name);
            ended[usize::from(found)] += 1;
            std::fs::remove_dir_all(&left).unwrap();
            proof.tried(1);
        }
        println!("{}: {done} steps, {} cuts left it undone, {} done", verb.name, ended[0], ended[1]);
    }
}
