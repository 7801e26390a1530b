//! Before a decision is reported as saved, the system has confirmed that the log of changes is on the disk: seen from outside.

use std::path::PathBuf;
use std::time::Duration;

use stewartry::pair::Verdict;
use stewartry::stewardship::decide::{self, Answer};
use stewartry::workspace::Workspace;

use super::deeds::{Begun, process, say};
use super::{Proof, traced};
use crate::desk::*;

const HOME: &str = "STEWARTRY_TEST_SYNCED";
const DECISIONS: u16 = 500;

/// Decides, in the process that is watched; in every other there is nothing to do here.
#[test]
fn the_decisions() {
    let Some(home) = std::env::var_os(HOME) else { return };
    let mut ws = Workspace::open(&PathBuf::from(home), OFFICER, PASSPHRASE).unwrap();
    say("ready");
    for n in 0..DECISIONS {
        decide::decide(&mut ws, &link(n), Answer::of(Verdict::NotMatch)).unwrap();
        say(&format!("saved {n}"));
    }
    say("done");
}

#[test]
fn a_sync_precedes_every_word_of_saved() {
    if !traced::is_possible() {
        return;
    }
    let mut proof = Proof::of(1, "a sync precedes every acknowledgement");
    let mut desk = Desk::with_people(DECISIONS);
    let home = desk.leave().home().to_owned();
    let log = desk.path("calls");
    let trace = "trace=write,pwrite64,pwritev,fsync,fdatasync,sync_file_range,msync";
    let under = ["strace", "-f", "-y", "-s", "24", "-o", log.to_str().unwrap(), "-e", trace];
    let mut child = process(&under, "proofs::synced::the_decisions");
    child.env(HOME, &home);
    let took: Duration = Begun::new(child).done();
    println!("{DECISIONS} decisions under the eyes of strace: {took:?}");

    let text = std::fs::read_to_string(&log).unwrap();
    let (mut begun, mut written, mut synced, mut said) = (false, 0, false, 0);
    for call in traced::calls(&text) {
        let log_of_changes = call.line.contains("workspace.db-wal>") || call.line.contains(" resumed>");
        match call.name {
            "write" if call.says("ready") => begun = true,
            "write" if begun && call.says("saved ") => {
                assert!(written > 0, "decision {said} was reported as saved, and nothing was written: {}", call.line);
                assert!(synced, "decision {said} was reported as saved before a sync of it: {}", call.line);
                (written, synced) = (0, false);
                said += 1;
            }
            "pwrite64" | "pwritev" | "write" if begun && log_of_changes => {
                written += 1;
                synced = false;
            }
            "fsync" | "fdatasync" if begun && log_of_changes && !call.line.contains("unfinished") => {
                synced = call.is_done();
            }
            _ => {}
        }
    }
    assert_eq!(said, DECISIONS);
    proof.tried(u64::from(said));
}
