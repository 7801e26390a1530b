//! The demonstration: a practice workspace made of synthetic extracts that come with the program.
//!
//! Everyone in it is invented (`assets/demo/README.md` says how). It is made by the same verbs as any other workspace, and
//! carries the mark of practice from its making on ([`super::training`]): its passphrases are public, so nothing real belongs in
//! it, and nothing of it belongs in Mosaic.

use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use super::matching::hex;
use super::{Refused, load, matching, people, training};
use crate::files;
use crate::intake;
use crate::linkage;
use crate::progress::Progress;
use crate::workspace::{KeyCost, NewPerson, Role, Workspace};

/// The officer of the demonstration.
pub const OFFICER: &str = "Demo Officer";
/// The officer's passphrase: public.
pub const OFFICER_PASSPHRASE: &str = "demonstration";
/// The supervisor of the demonstration.
pub const SUPERVISOR: &str = "Demo Supervisor";
/// The supervisor's passphrase: public.
pub const SUPERVISOR_PASSPHRASE: &str = "demonstration-supervisor";

/// The passphrase that somebody of the demonstration begins with, where these are the people of the demonstration.
pub fn public_passphrase(people: &[String], name: &str) -> Option<&'static str> {
    let all = [(OFFICER, OFFICER_PASSPHRASE), (SUPERVISOR, SUPERVISOR_PASSPHRASE)];
    let theirs = all.iter().find(|(known, _)| *known == name)?.1;
    all.iter().all(|(known, _)| people.iter().any(|person| person == known)).then_some(theirs)
}

/// The workspace's folder name.
pub const FOLDER: &str = "Demonstration.stewartry";

/// The name of a workspace that is begun to learn in.
const LEARNERS: &str = "Training";

/// The files that come with the program, by name.
const FILES: [(&str, &[u8]); 5] = [
    ("mosaic.csv", include_bytes!("../../assets/demo/mosaic.csv")),
    ("chi.csv", include_bytes!("../../assets/demo/chi.csv")),
    ("relationships.csv", include_bytes!("../../assets/demo/relationships.csv")),
    ("pairs.csv", include_bytes!("../../assets/demo/pairs.csv")),
    ("truth.csv", include_bytes!("../../assets/demo/truth.csv")),
];

/// A demonstration that is open, signed in as its officer.
pub struct Demonstration {
    /// The workspace.
    pub workspace: Workspace,
    /// The folder that holds the workspace and the extracts it was made of.
    pub folder: PathBuf,
    /// Whether it was there already.
    pub reopened: bool,
}

/// Opens the demonstration kept in `folder`, or makes it there: extracts, workspace, people, load, match.
///
/// A demonstration that was cut short while it was being made is made again from the beginning; a finished one keeps
/// every decision.
pub fn open_or_make(folder: &Path, progress: &Progress) -> Result<Demonstration, Refused> {
    open_or_make_as(folder, FOLDER, progress)
}

/// Opens the workspace that was begun last to learn in, kept in `folder`, or begins one; `anew` begins another beside the earlier
/// ones, which keep what was done in them.
pub fn practise(folder: &Path, anew: bool, progress: &Progress) -> Result<Demonstration, Refused> {
    let name = |n: u32| match n {
        1 => format!("{LEARNERS}.stewartry"),
        n => format!("{LEARNERS} {n}.stewartry"),
    };
    let next = (1..).find(|n| !folder.join(name(*n)).exists()).unwrap_or(1);
    let chosen = if anew || next == 1 { next } else { next - 1 };
    open_or_make_as(folder, &name(chosen), progress)
}

/// Whether a file is one of the extracts that come with the program.
pub(super) fn is_of_it(sha256: &str) -> bool {
    FILES.iter().any(|(_, bytes)| hex(&Sha256::digest(bytes)) == sha256)
}

fn open_or_make_as(folder: &Path, name: &str, progress: &Progress) -> Result<Demonstration, Refused> {
    let home = folder.join(name);
    if home.exists() {
        let workspace = Workspace::open(&home, OFFICER, OFFICER_PASSPHRASE)?;
        return Ok(Demonstration { workspace, folder: folder.to_owned(), reopened: true });
    }
    write_files(folder)?;

    // Made under another name and renamed when whole: a folder of the right name is a finished demonstration.
    let unfinished = folder.join("Unfinished.stewartry");
    if unfinished.exists() {
        std::fs::remove_dir_all(&unfinished).map_err(|error| Refused::io(&unfinished, error))?;
    }
    let made = make(&unfinished, folder, progress);
    if let Err(refused) = made {
        // What is half-made is of no use to anyone; that it cannot be removed is no news beside why it failed.
        let _ = std::fs::remove_dir_all(&unfinished);
        return Err(refused);
    }
    std::fs::rename(&unfinished, &home).map_err(|error| Refused::io(&home, error))?;
    let workspace = Workspace::open(&home, OFFICER, OFFICER_PASSPHRASE)?;
    Ok(Demonstration { workspace, folder: folder.to_owned(), reopened: false })
}

/// Takes an earlier demonstration away. Only ever the demonstration's own folder.
pub fn remove(folder: &Path) -> Result<(), Refused> {
    let home = folder.join(FOLDER);
    if home.exists() {
        std::fs::remove_dir_all(&home).map_err(|error| Refused::io(&home, error))?;
    }
    Ok(())
}

fn write_files(folder: &Path) -> Result<(), Refused> {
    files::make_folder(folder).map_err(|error| Refused::io(folder, error))?;
    for (name, bytes) in FILES {
        let path = folder.join(name);
        std::fs::write(&path, bytes).map_err(|error| Refused::io(&path, error))?;
    }
    Ok(())
}

fn make(home: &Path, folder: &Path, progress: &Progress) -> Result<(), Refused> {
    let officer = NewPerson { name: OFFICER, role: Role::Officer, administers: true, passphrase: OFFICER_PASSPHRASE };
    let answers = training::answers_sha256.clone();
    let mut workspace = Workspace::create_for_training(home, officer, KeyCost::STANDARD, answers)?;
    let supervisor =
        NewPerson { name: SUPERVISOR, role: Role::Supervisor, administers: false, passphrase: "given by the officer" };
    people::add(&mut workspace, supervisor)?;
    // As in an office: the supervisor makes the key their own, without which they sign nothing of the officer's
    drop(workspace);
    let mut workspace = Workspace::open(home, SUPERVISOR, supervisor.passphrase)?;
    people::change_passphrase(&mut workspace, supervisor.passphrase, SUPERVISOR_PASSPHRASE)?;
    drop(workspace);
    let mut workspace = Workspace::open(home, OFFICER, OFFICER_PASSPHRASE)?;
    let files = [
        ("mosaic.csv", intake::Kind::Mosaic),
        ("chi.csv", intake::Kind::Chi),
        ("relationships.csv", intake::Kind::Relationships),
    ];
    for (name, kind) in files {
        let preview = intake::preview(&folder.join(name), Some(kind), progress)?;
        load::load(&mut workspace, &preview.plan(), load::LoadOptions::default(), progress)?;
    }
    matching::run(&mut workspace, &linkage::Options::default(), progress)?;
    Ok(())
}
