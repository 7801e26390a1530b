//! A disk that refuses the n-th call, for every n until none is refused any more: writing, syncing, opening and naming of every
//! file, a release's among them; and a process that is killed at that call. Whatever is refused, the workspace is as before the deed
//! or as after it, and the deed can be done when the disk works again.

use std::path::{Path, PathBuf};
use std::process::Command;

use stewartry::pair::Verdict;
use stewartry::stewardship::decide::{self, Answer};
use stewartry::workspace::Workspace;

use super::deeds::{Begun, Deed, cleared, copied_desk, process, process_of, say};
use super::{Dice, Proof, deeds, is_long, traced};
use crate::desk::*;

/// What is refused, and with which errors.
const REFUSED: [(&str, &[&str]); 8] = [
    ("pwrite64", &["ENOSPC", "EIO"]),
    ("write", &["ENOSPC", "EIO"]),
    ("fsync", &["EIO"]),
    ("fdatasync", &["EIO"]),
    ("openat", &["EIO", "EMFILE"]),
    ("rename", &["EIO"]),
    ("renameat2", &["EIO"]),
    ("linkat", &["EIO"]),
];

/// In the place of an error: the process is killed when it asks, and the call is not made any more.
const KILL: &str = "KILL";

/// How many of each call are refused in the short form.
const FEW: usize = 2;

/// How many of each call are refused in the long form. Most deeds make fewer, and all of theirs are; of the hundreds of pages
/// that a load writes it is the first, the last, and as many thrown in between. With `STEWARTRY_LONG=every` it is every one.
const MANY: usize = 24;

fn most() -> usize {
    match std::env::var("STEWARTRY_LONG") {
        Ok(how) if how == "every" => usize::MAX,
        Ok(_) => MANY,
        Err(_) => FEW,
    }
}

fn names() -> String {
    REFUSED.map(|(name, _)| name).join(",")
}

/// Runs a process under strace; what it said, and its calls.
fn watched(log: &Path, more: &[String], call: impl FnOnce(&[&str]) -> Command) -> (Vec<String>, String) {
    let trace = format!("trace={}", names());
    let mut under = vec!["strace", "-f", "-y", "-s", "24", "-o", log.to_str().unwrap(), "-e", &trace];
    under.extend(more.iter().map(String::as_str));
    let output = call(&under).output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout).lines().map(|line| line.trim().to_owned()).collect();
    let killed = more.iter().any(|it| it.contains(&format!("signal={KILL}")));
    assert!(killed || signal(&output.status).is_none(), "{more:?}: it ended by a signal");
    (said, std::fs::read_to_string(log).unwrap())
}

#[cfg(unix)]
fn signal(status: &std::process::ExitStatus) -> Option<i32> {
    std::os::unix::process::ExitStatusExt::signal(status)
}

#[cfg(not(unix))]
fn signal(_: &std::process::ExitStatus) -> Option<i32> {
    None
}

fn injection(name: &str, error: &str, when: u32) -> Vec<String> {
    let what = if error == KILL { "signal" } else { "error" };
    vec!["-e".to_owned(), format!("inject={name}:{what}={error}:when={when}")]
}

fn refused(deed: &Deed, dice: &mut Dice) {
    let mut killed = Proof::of(1, format!("a process is killed at a call of the disk: {}", deed.name));
    let mut proof = Proof::of(2, format!("the disk refuses a call: {}", deed.name));
    let (_desk, before) = deed.desk();
    let folder = tempfile::tempdir().unwrap();
    let home = folder.path().join("it.stewartry");
    let log = folder.path().join("calls.log");
    copied_desk(&before, &home);
    let (said, calls) = watched(&log, &[], |under| process_of(deed, &home, under));
    assert!(said.contains(&"done".to_owned()), "{}: {said:?}", deed.name);
    let places = traced::places(&calls, folder.path(), "ready", "done");
    cleared(&home);
    let (mut whole, mut not, mut unsure) = (0, 0, 0);
    for (name, errors) in REFUSED {
        let mut of_name: Vec<u32> = places.iter().filter(|(it, _)| it == name).map(|(_, place)| *place).collect();
        if let Some(last) = of_name.last().copied()
            && is_long()
            && name != "write"
        {
            // Until none is refused any more; the next that writes is the word of it
            of_name.extend(last + 1..last + 3);
        }
        let ends = if is_long() { MANY / 3 } else { 0 };
        while of_name.len() > most() {
            of_name.remove(ends + dice.below(of_name.len() - 2 * ends));
        }
        // Opening changes nothing by itself
        let errors: Vec<&str> = errors.iter().copied().chain((name != "openat").then_some(KILL)).collect();
        for (place, error) in of_name.into_iter().flat_map(|place| errors.iter().map(move |error| (place, *error))) {
            copied_desk(&before, &home);
            let when = format!("{name} number {place} gave {error}");
            let more = injection(name, error, place);
            let (said, _) = watched(&log, &more, |under| process_of(deed, &home, under));
            let done = deed.is_done(&home, &when);
            let reported = said.contains(&"done".to_owned());
            let words = said.iter().find_map(|line| line.strip_prefix("refused ")).unwrap_or_default();
            assert!(done || !reported, "{}, {when}: reported as done, and not done", deed.name);
            if done && !reported && error != KILL {
                unsure += 1;
                assert!(!words.is_empty(), "{}, {when}: it ended without a word: {said:?}", deed.name);
                assert!(
                    words.contains("did not confirm") || words.contains("written"),
                    "{}, {when}: refused, and done nevertheless: {words}",
                    deed.name
                );
            }
            if done {
                whole += 1;
            } else {
                not += 1;
                Begun::new(process_of(deed, &home, &[])).done();
                assert!(deed.is_done(&home, "again"), "{}: could not be done after {when}", deed.name);
            }
            cleared(&home);
            if error == KILL { &mut killed } else { &mut proof }.tried(1);
        }
    }
    println!(
        "{}: {not} refusals before it was done, {whole} with it done, {unsure} of them told as doubtful",
        deed.name
    );
}

#[test]
fn whichever_call_the_disk_refuses_a_deed_is_done_whole_or_not_at_all() {
    if !traced::is_possible() {
        return;
    }
    let mut dice = Dice::of("failing");
    for deed in deeds::all() {
        // In the short form those whose files are more than a database
        if is_long() || ["decide", "export", "parcel", "backup", "passphrase"].contains(&deed.name) {
            refused(deed, &mut dice);
        }
    }
}

const HOME: &str = "STEWARTRY_TEST_FAILING";

/// Decides on a disk that fails to sync, in the process that it fails for; in every other there is nothing to do here.
#[test]
fn the_desk_whose_disk_fails() {
    let Some(home) = std::env::var_os(HOME) else { return };
    let home = PathBuf::from(home);
    let decide = |ws: &mut Workspace, n| decide::decide(ws, &link(n), Answer::of(Verdict::NotMatch)).map(drop);
    let mut ws = Workspace::open(&home, OFFICER, PASSPHRASE).unwrap();
    decide(&mut ws, 0).unwrap();
    say("ready");
    if let Err(error) = decide(&mut ws, 1) {
        say(&format!("first {error}"));
        assert!(ws.is_read_only());
        say(&format!("second {}", decide(&mut ws, 2).unwrap_err()));
        let mut other = ws.handle().unwrap();
        say(&format!("handle {}", decide(&mut other, 2).unwrap_err()));
        // It can be read all the while
        assert!(ws.decision(&link(0)).unwrap().is_some() && ws.decision(&link(2)).unwrap().is_none());
        ws.set_setting("place", "x").unwrap();
        drop((ws, other));
        let mut ws = Workspace::open(&home, OFFICER, PASSPHRASE).unwrap();
        assert!(!ws.is_read_only() && ws.decision(&link(0)).unwrap().is_some());
        decide(&mut ws, 2).unwrap();
        say("went on");
    }
    say("done");
}

#[test]
fn after_a_sync_that_failed_nothing_is_changed_until_the_workspace_is_opened_again() {
    if !traced::is_possible() {
        return;
    }
    let mut proof = Proof::of(2, "a sync fails, and the workspace is read-only");
    let mut desk = Desk::with_people(3);
    let before = desk.leave().home().to_owned();
    let folder = tempfile::tempdir().unwrap();
    let home = folder.path().join("it.stewartry");
    let log = folder.path().join("calls.log");
    let call = |under: &[&str]| {
        let mut command = process(under, "proofs::failing::the_desk_whose_disk_fails");
        command.env(HOME, &home);
        command
    };
    copied_desk(&before, &home);
    let (said, calls) = watched(&log, &[], call);
    assert!(said.contains(&"done".to_owned()), "{said:?}");
    let syncs: Vec<_> = traced::places(&calls, folder.path(), "ready", "done")
        .into_iter()
        .filter(|(it, _)| it.contains("sync"))
        .collect();
    assert!(!syncs.is_empty(), "a decision without a sync");
    for (name, place) in syncs {
        cleared(&home);
        copied_desk(&before, &home);
        let (said, _) = watched(&log, &injection(&name, "EIO", place), call);
        let line = |word: &str| said.iter().find(|line| line.starts_with(word)).cloned().unwrap_or_default();
        assert!(line("first ").contains("did not confirm that this was saved"), "{said:?}");
        assert!(line("second ").contains("can only be read"), "{said:?}");
        assert!(line("handle ").contains("can only be read"), "{said:?}");
        assert!(said.contains(&"went on".to_owned()), "{said:?}");
        let ws = Workspace::open(&home, OFFICER, PASSPHRASE).unwrap();
        assert!(ws.decision(&link(2)).unwrap().is_some());
        assert!(ws.check(&stewartry::progress::Progress::new()).unwrap().ok);
        proof.tried(1);
    }
}

#[test]
fn a_fault_of_the_program_tells_its_place_and_nothing_that_it_was_at() {
    if !traced::is_possible() {
        return;
    }
    let mut proof = Proof::of(6, "faults of the program that tell their place alone");
    let (out, demo) = (tempfile::tempdir().unwrap(), Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/demo"));
    // Where no thread can be had, a library panics
    let done = Command::new("strace")
        .args(["-f", "-o", "/dev/null", "-e", "trace=clone,clone3", "-e", "inject=clone,clone3:error=EAGAIN"])
        .arg(env!("CARGO_BIN_EXE_stewartry"))
        .args(["link", "--mosaic"])
        .arg(demo.join("mosaic.csv"))
        .arg("--chi")
        .arg(demo.join("chi.csv"))
        .arg("--out")
        .arg(out.path())
        .env_remove("RUST_BACKTRACE")
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&done.stderr);
    assert!(!done.status.success(), "{said}");
    assert!(said.contains("a fault in the program, at ") && said.contains("registry.rs:"), "{said}");
    assert!(!said.contains("panicked") && !said.contains("has not been initialized"), "{said}");
    proof.tried(1);
}
