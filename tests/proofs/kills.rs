//! Killed at any moment, a workspace is as it was before the deed or as it is after it; never between, and never damaged. What was
//! reported as done is done.
//!
//! The deed is done in a process of its own, which is this test program once more, and is killed as a power cut would: at random
//! moments of the time that the deed takes, by a signal that no process can answer.

use std::time::Duration;

use stewartry::workspace::{Workspace, WorkspaceError};

use super::deeds::{Begun, Deed, cleared, copied_desk, patiently, process, process_of};
use super::{Dice, Proof, deeds, officer, times};
use crate::desk::{OFFICER, PASSPHRASE};

/// Kills a deed at random moments, each time in a fresh copy, until enough of them fell between its beginning and the word that it is
/// done. Where it is not done then it is done for good.
fn killed(deed: &Deed) {
    if !cfg!(unix) {
        crate::window::skipped("only Unix kills a process as a power cut would");
        return;
    }
    let mut proof = Proof::of(1, format!("a process is killed: {}", deed.name));
    let (_desk, home) = deed.desk();
    let folder = tempfile::tempdir().unwrap();
    let begin = |name: &str| {
        let copy = folder.path().join(format!("{name}.stewartry"));
        copied_desk(&home, &copy);
        (Begun::new(process_of(deed, &copy, &[])), copy)
    };
    let (begun, whole) = begin("whole");
    // Where it is done before this process looks, nothing is measured
    let takes = begun.done().max(Duration::from_millis(5));
    assert!(deed.is_done(&whole, "not killed"), "{} was not done, and nobody killed it", deed.name);
    // What it released contradicts every copy that did not
    cleared(&whole);

    let mut dice = Dice::of(deed.name);
    let (wanted, mut within, mut ended) = (times(50, 4), 0, [0, 0]);
    // A kill after the word of it is none within the deed. A short deed is met less often; in the short form, as it comes.
    for n in 0..times(2_000, wanted) {
        let (begun, copy) = begin(&n.to_string());
        let moment = takes.mul_f64(dice.part() * 1.05) + Duration::from_micros(dice.below(2_000) as u64);
        let said = begun.killed(moment);
        let when = format!("killed after {moment:?} of {takes:?}");
        let (found, told) = (deed.is_done(&copy, &when), said.contains(&"done".to_owned()));
        assert!(found || !told, "{}, {when}: reported as done, and lost", deed.name);
        ended[usize::from(found)] += 1;
        within += u64::from(!told);
        if !found {
            Begun::new(process_of(deed, &copy, &[])).done();
            assert!(deed.is_done(&copy, "again"), "{} could not be done after it was {when}", deed.name);
        }
        cleared(&copy);
        proof.tried(1);
        if within == wanted {
            break;
        }
    }
    let told =
        format!("{}, {takes:?}: {within} kills within it, {} left it undone, {} done", deed.name, ended[0], ended[1]);
    println!("{told}");
    assert!(within == wanted || !super::is_long(), "{told}");
}

#[test]
fn every_deed_is_done_whole_or_not_at_all_whenever_it_is_killed() {
    deeds::all().for_each(killed);
}

#[test]
fn a_workspace_that_another_process_holds_is_refused_until_that_one_is_killed() {
    if !cfg!(unix) {
        crate::window::skipped("only Unix kills a process as a power cut would");
        return;
    }
    let mut proof = Proof::of(9, "a second process is refused until the first is killed, and then takes over");
    let (_desk, home) = Deed::named("decide").desk();
    for _ in 0..times(20, 3) {
        let mut child = process(&[], officer::DAY);
        child.env(officer::HOME, &home);
        let begun = Begun::new(child);
        let held = Workspace::open(&home, OFFICER, PASSPHRASE).err();
        let who = format!("process {}", begun.id());
        let told = matches!(&held, Some(WorkspaceError::HeldElsewhere { who: told, .. }) if told.contains(&who));
        assert!(told, "{held:?} names no {who}");
        begun.killed(Duration::from_millis(5));
        drop(patiently(|| Workspace::open(&home, OFFICER, PASSPHRASE)));
        proof.tried(1);
    }
}
