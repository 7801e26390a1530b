//! A disk without room, at every size of the room: a small file system in memory, filled up. Each deed is refused with a sentence
//! and leaves everything as it was, and is done by the same opened workspace as soon as there is room.

use std::fs::File;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use super::deeds::{Deed, cleared, copied_desk};
use super::{Proof, deeds, is_long};

/// A small file system of its own; goes when this does.
struct Disk {
    folder: tempfile::TempDir,
}

impl Disk {
    /// `None`, having said so, where nothing can be mounted.
    fn new() -> Option<Self> {
        let folder = tempfile::tempdir().unwrap();
        let mut mount = Command::new("mount");
        mount.args(["-t", "tmpfs", "-o", "size=96m", "none"]).arg(folder.path()).stderr(Stdio::null());
        if cfg!(target_os = "linux") && mount.status().is_ok_and(|status| status.success()) {
            return Some(Self { folder });
        }
        crate::window::skipped("this account cannot mount a file system");
        None
    }

    fn filler(&self) -> std::path::PathBuf {
        self.folder.path().join("filler")
    }

    /// Leaves room for so many pages of 4 KiB.
    fn leave(&self, pages: u64) {
        let mut filler = File::options().append(true).create(true).open(self.filler()).unwrap();
        for piece in [vec![0; 1 << 20], vec![0; 4096]] {
            while filler.write(&piece).is_ok_and(|written| written > 0) {}
        }
        let length = filler.metadata().unwrap().len() / 4096 * 4096;
        filler.set_len(length.saturating_sub(pages * 4096)).unwrap();
    }

    fn empty(&self) {
        std::fs::remove_file(self.filler()).unwrap();
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(self.folder.path()).status();
    }
}

/// How much room there is, try by try.
fn rooms() -> impl Iterator<Item = u64> {
    let mut next = 0_u64;
    std::iter::from_fn(move || {
        let now = next;
        next = if is_long() && now < 40 { now + 1 } else { (now + 1).max(now + now / if is_long() { 8 } else { 1 }) };
        Some(now)
    })
}

fn starved(disk: &Disk, deed: &Deed, proof: &mut Proof) {
    let (desk, before) = deed.desk();
    let home = disk.folder.path().join("full.stewartry");
    copied_desk(&before, &home);
    drop(desk);
    let mut ws = deed.open(&home);
    let mut refused = 0;
    for room in rooms() {
        disk.leave(room);
        let outcome = deed.act(&mut ws);
        let when = format!("{}, with room for {room} pages", deed.name);
        let done = deed.is_done_in(&ws);
        disk.empty();
        let report = ws.check(&stewartry::progress::Progress::new()).unwrap();
        assert!(report.ok, "{when}: {:#?}", report.lines);
        proof.tried(1);
        match outcome {
            Ok(()) => {
                assert!(done, "{when}: reported as done, and not done");
                break;
            }
            Err(words) => {
                assert!(words.contains("disk is full") || words.contains("No space left"), "{when}: {words}");
                assert!(!done, "{when}: refused, and done nevertheless");
                refused += 1;
            }
        }
    }
    println!("{}: refused at {refused} sizes of the room, then done without a restart", deed.name);
    assert!(refused > 0, "{}: there was room at once", deed.name);
    drop(ws);
    assert!(deed.is_done(&home, "after all"));
    cleared(&home);
}

#[test]
fn a_full_disk_refuses_every_deed_with_a_sentence_and_room_lets_it_through_without_a_restart() {
    let Some(disk) = Disk::new() else { return };
    for deed in deeds::all() {
        let mut proof = Proof::of(2, format!("the disk is full: {}", deed.name));
        starved(&disk, deed, &mut proof);
    }
    let left: Vec<_> = std::fs::read_dir(disk.folder.path()).unwrap().map(|it| it.unwrap().path()).collect();
    assert_eq!(left, Vec::<std::path::PathBuf>::new(), "something half made was left behind");
    assert!(Path::new(disk.folder.path()).is_dir());
}
