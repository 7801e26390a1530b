//! A workspace from outside: made, opened, refused, and unreadable to anyone without a passphrase.
#![allow(clippy::unwrap_used)]

use std::path::{Path, PathBuf};

use stewartry::person::{Chi, ChiRecord, ChiStatus, Details, PartialDate};
use stewartry::progress::Progress;
use stewartry::workspace::{
    ChiSearch, Event, FileTally, KeyCost, LedgerFilter, Near, NewFile, NewPerson, Role, Workspace, WorkspaceError,
};

const PASSPHRASE: &str = "correct horse battery";

fn first(name: &str) -> NewPerson<'_> {
    NewPerson { name, role: Role::Officer, administers: true, passphrase: PASSPHRASE }
}

fn made() -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let home = folder.path().join("Council.stewartry");
    drop(Workspace::create(&home, first("Ailsa Craig"), KeyCost::TEST).unwrap());
    (folder, home)
}

fn open(home: &Path) -> Result<Workspace, WorkspaceError> {
    Workspace::open(home, "Ailsa Craig", PASSPHRASE)
}

/// The refusal, which must be a sentence of some length that names no file twice and ends without a full stop.
fn refused(home: &Path) -> WorkspaceError {
    let error = open(home).err().unwrap();
    let sentence = error.to_string();
    assert!(sentence.len() > 40 && !sentence.ends_with('.'), "{sentence}");
    error
}

#[test]
fn a_new_workspace_knows_its_maker_and_opens_again() {
    let (_folder, home) = made();
    assert_eq!(Workspace::people(&home).unwrap(), ["Ailsa Craig"]);
    let ws = open(&home).unwrap();
    assert_eq!((ws.name().as_str(), ws.me().name.as_str(), ws.me().administers), ("Council", "Ailsa Craig", true));
    let tags: Vec<_> = ws.ledger(&LedgerFilter::default(), 9).unwrap().iter().map(|row| row.event.tag()).collect();
    assert_eq!(tags, ["opened", "opened", "key_registered", "staff_changed", "workspace_created"]);
    assert!(ws.check(&Progress::new()).unwrap().ok);
    assert_eq!(ws.last_undoable().unwrap(), None);
}

/// A process that has the passphrase asked for waits for it, and crashes meanwhile.
#[cfg(target_os = "linux")]
#[test]
fn a_crash_leaves_no_dump_of_what_was_in_memory() {
    use std::os::unix::process::ExitStatusExt;
    let (folder, home) = made();
    let pipe = folder.path().join("passphrase");
    assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    // The shell lifts the limit as far as it may, so that nothing but the program itself keeps it down
    let mut child = std::process::Command::new("sh")
        .args(["-c", "ulimit -c unlimited; exec \"$@\"", "sh", env!("CARGO_BIN_EXE_stewartry"), "status"])
        .arg(&home)
        .arg("--passphrase-file")
        .arg(&pipe)
        .current_dir(folder.path())
        .spawn()
        .unwrap();
    let limit = || -> String {
        let limits = std::fs::read_to_string(format!("/proc/{}/limits", child.id())).unwrap();
        let line = limits.lines().find(|line| line.starts_with("Max core file size")).unwrap().to_owned();
        line.split_whitespace().skip(4).take(2).collect::<Vec<_>>().join(" ")
    };
    let begun = std::time::Instant::now();
    while limit() != "1 1" && begun.elapsed().as_secs() < 20 {
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
    let limit = limit();
    // Until it waits for the passphrase
    std::thread::sleep(std::time::Duration::from_millis(200));
    let id = child.id().to_string();
    assert!(std::process::Command::new("kill").args(["-ABRT", &id]).status().unwrap().success());
    let ended = child.wait().unwrap();
    assert_eq!(limit, "1 1", "the largest dump, in bytes");
    assert!(ended.signal().is_some() && !ended.core_dumped(), "{ended:?}");
    let names: Vec<_> = std::fs::read_dir(folder.path()).unwrap().map(|it| it.unwrap().file_name()).collect();
    assert!(!names.iter().any(|name| name.to_string_lossy().starts_with("core")), "{names:?}");
}

#[test]
fn a_workspace_is_never_made_over_something() {
    let (folder, home) = made();
    let again = Workspace::create(&home, first("Rob Roy"), KeyCost::TEST).err().unwrap();
    assert!(matches!(again, WorkspaceError::AlreadyThere { .. }), "{again}");
    drop(open(&home).unwrap());
    drop(Workspace::create(&folder.path().join("no/such/folder.stewartry"), first("X"), KeyCost::TEST).unwrap());
    std::fs::write(folder.path().join("a file"), "").unwrap();
    let nowhere =
        Workspace::create(&folder.path().join("a file/it.stewartry"), first("X"), KeyCost::TEST).err().unwrap();
    assert!(matches!(nowhere, WorkspaceError::Io { .. }), "{nowhere}");
    let unnamed = folder.path().join("Unnamed.stewartry");
    assert!(Workspace::create(&unnamed, first(""), KeyCost::TEST).is_err());
    assert!(!unnamed.exists(), "nothing is left of what could not be made");
}

#[test]
fn a_wrong_passphrase_and_an_unknown_name_are_told_apart() {
    let (_folder, home) = made();
    let wrong = Workspace::open(&home, "Ailsa Craig", "correct horse").err().unwrap();
    assert!(matches!(wrong, WorkspaceError::WrongPassphrase), "{wrong}");
    let unknown = Workspace::open(&home, "Rob Roy", PASSPHRASE).err().unwrap();
    assert!(matches!(unknown, WorkspaceError::UnknownPerson), "{unknown}");
    drop(open(&home).unwrap());
}

#[test]
fn a_second_opener_is_told_who_has_it_and_a_job_of_the_first_keeps_the_lock() {
    let mut proof = crate::proofs::Proof::of(9, "a second opener, and one while a job goes on");
    let (_folder, home) = made();
    let ws = open(&home).unwrap();
    let error = refused(&home);
    assert!(matches!(&error, WorkspaceError::HeldElsewhere { who, .. } if who.contains("process")), "{error}");
    let job = ws.handle().unwrap();
    drop(ws);
    assert!(matches!(refused(&home), WorkspaceError::HeldElsewhere { .. }));
    drop(job);
    drop(open(&home).unwrap());
    proof.tried(2);
}

#[test]
fn what_is_not_a_workspace_is_called_that() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("notes.txt");
    std::fs::write(&file, "notes").unwrap();
    for path in [folder.path().to_owned(), file, folder.path().join("nothing")] {
        assert!(matches!(refused(&path), WorkspaceError::NotAWorkspace { .. }));
        assert!(matches!(Workspace::people(&path), Err(WorkspaceError::NotAWorkspace { .. })));
    }
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1, "looking left nothing behind");
}

#[test]
fn a_damaged_workspace_is_called_that_and_is_left_as_it_is() {
    for file in ["workspace.db", "keyring.json"] {
        let (_folder, home) = made();
        let path = home.join(file);
        let good = std::fs::read(&path).unwrap();
        let mut flipped = good.clone();
        flipped[good.len() / 3] ^= 1;
        for bad in [&b"not what it was"[..], &[], &flipped, &good[..good.len() / 2]] {
            std::fs::write(&path, bad).unwrap();
            let error = open(&home).err();
            // A page that opening does not read is found by the check.
            if let Some(error) = error {
                assert!(matches!(error, WorkspaceError::Damaged { .. }), "{file}: {error}");
                assert!(std::fs::read(&path).unwrap() == bad, "{file} was touched");
            } else {
                let report = open(&home).unwrap().check(&Progress::new()).unwrap();
                assert!(!report.ok, "{file}: {report:?}");
            }
        }
        std::fs::write(&path, &good).unwrap();
    }
    let (_folder, home) = made();
    std::fs::remove_file(home.join("keyring.json")).unwrap();
    assert!(matches!(refused(&home), WorkspaceError::Damaged { .. }));
}

#[test]
fn another_workspaces_keyring_does_not_open_this_one() {
    let (_one, home) = made();
    let (_other, other) = made();
    std::fs::copy(other.join("keyring.json"), home.join("keyring.json")).unwrap();
    assert!(matches!(refused(&home), WorkspaceError::Damaged { .. }));
}

fn chi(text: &str) -> Chi {
    Chi::parse(text).unwrap()
}

fn record(number: &str, surname: &str, forename: &str, birth: (u16, u8, u8), postcode: &str) -> ChiRecord {
    ChiRecord {
        chi: chi(number),
        details: Details {
            surname: surname.into(),
            forename: forename.into(),
            birth: PartialDate::whole(birth.0, birth.1, birth.2),
            postcode: postcode.into(),
            ..Details::default()
        },
        status: ChiStatus::Current,
        upi: None,
    }
}

fn load(ws: &mut Workspace, records: &[ChiRecord]) {
    let applied = ws.apply_with(|tx| {
        let new = NewFile {
            kind: "chi",
            name: "chi.csv",
            sha256: "5",
            bytes: 1,
            format: "{}",
            mapping: "{}",
            headings: "[]",
        };
        let file = tx.new_file(&new)?;
        for (line, record) in records.iter().enumerate() {
            tx.put_chi(file, line as u64 + 2, record, &[])?;
        }
        tx.put_rejected(file, 99, "CHI is not valid", &["0000000000".into(), "Zzyzx".into()])?;
        let rows = records.len() as u64 + 1;
        let tally = FileTally {
            rows,
            accepted: rows - 1,
            rejected: 1,
            findings: vec![("Found".into(), 1)],
            ..Default::default()
        };
        tx.finish_file(file, &tally)?;
        let event = Event::FileLoaded {
            file,
            kind: "chi".into(),
            name: "chi.csv".into(),
            sha256: "5".into(),
            rows,
            accepted: rows - 1,
            warned: 0,
            rejected: 1,
            added: rows - 1,
            changed: 0,
            gone: 0,
            in_spite_of: Vec::new(),
            holds: Some(tx.as_loaded(&Progress::new())?),
            pairs: None,
        };
        Ok((vec![event], ()))
    });
    applied.unwrap();
}

#[test]
fn nothing_of_anybody_stands_readable_in_the_folder() {
    let mut proof = crate::proofs::Proof::of(6, "files of a workspace, open and closed, in which nobody is to be read");
    let (_folder, home) = made();
    let mut ws = open(&home).unwrap();
    load(&mut ws, &[record("1904851231", "Quilquox", "Peregrine", (1985, 4, 19), "DG1 2AB")]);
    ws.set_setting("place", "Quilquox").unwrap();
    ws.backup(&Progress::new()).unwrap();
    // While it is open, the write-ahead log beside it, and after it is closed.
    proof.tried(unreadable(&home));
    drop(ws);
    proof.tried(unreadable(&home));
}

/// How many files there are, in none of which anything planted stands.
fn unreadable(home: &Path) -> u64 {
    let mut files = Vec::new();
    walk(home, &mut files);
    assert!(files.len() >= 5, "{files:?}");
    let count = files.len() as u64;
    for file in files {
        let bytes = std::fs::read(&file).unwrap();
        for planted in ["Quilquox", "QUILQUOX", "Peregrine", "1904851231", "DG12AB", "Zzyzx", "SQLite format 3"] {
            let found = bytes.windows(planted.len()).any(|window| window == planted.as_bytes());
            assert!(!found, "{planted} stands in {}", file.display());
        }
    }
    count
}

fn walk(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { walk(&path, files) } else { files.push(path) }
    }
}

#[test]
fn a_loaded_file_is_remembered_with_what_was_turned_away() {
    let (_folder, home) = made();
    let mut ws = open(&home).unwrap();
    load(&mut ws, &[record("0101011237", "Shaw", "Isa", (2001, 1, 1), "")]);
    let file = ws.file_with_sha("chi", "5").unwrap().unwrap();
    assert_eq!((file.rows, file.accepted, file.rejected, file.added), (2, 1, 1, 0));
    assert_eq!((file.findings.as_slice(), file.by), (&[("Found".to_owned(), 1)][..], ws.me().id));
    assert_eq!(ws.file_with_sha("mosaic", "5").unwrap(), None);
    let rejected = ws.rejected(file.id).unwrap();
    assert_eq!(rejected, [(99, "CHI is not valid".into(), vec!["0000000000".into(), "Zzyzx".into()])]);
    assert_eq!(ws.files().unwrap(), [file]);
    assert_eq!(ws.chi(&chi("0101011237")).unwrap().unwrap().source.1, 2);
}

#[test]
fn a_chi_record_is_found_by_whatever_of_it_is_known() {
    let (_folder, home) = made();
    let mut ws = open(&home).unwrap();
    let mut moved = record("0101336489", "Weir", "Ina", (1933, 1, 1), "DG10 9AB");
    moved.details.previous_surname = "O'Neill".into();
    load(
        &mut ws,
        &[
            record("1904851231", "MacDonald", "Morag", (1985, 4, 19), "DG1 2AB"),
            record("0211165794", "McDonald", "Hamish", (1916, 11, 2), "DG1 4XY"),
            moved,
        ],
    );
    let found = |text: &str| -> Vec<String> {
        let found = ws.search_chi(&ChiSearch { text: text.into() }, &Near::default(), 20).unwrap().records;
        found.into_iter().map(|stored| stored.record.details.forename).collect()
    };
    assert_eq!(found("mcdon"), ["Hamish", "Morag"]);
    assert_eq!(found("Mac Donald mor"), ["Morag"]);
    assert_eq!(found("oneill"), ["Ina"]);
    for text in
        ["190485 1231", "1904851231", "190485", "19/04/1985", "19/4/85", "1985-04-19", "19 April 1985", "04/1985"]
    {
        assert_eq!(found(text), ["Morag"], "{text}");
    }
    assert_eq!(found("19041985"), ["Morag"]);
    assert_eq!(found("dg1"), ["Hamish", "Morag"], "the district, not DG10");
    assert_eq!(found("dg1 2ab"), ["Morag"]);
    assert_eq!(found("DG10"), ["Ina"]);
    assert_eq!(found("macdonald 1916"), ["Hamish"]);
    assert!(found("macdonald 1999").is_empty() && found("").is_empty() && found("'; DROP TABLE ledger; --").is_empty());
    assert!(found("dg").is_empty(), "letters alone are a name");
}

#[test]
fn the_history_is_found_by_text_by_kind_and_by_page() {
    let (_folder, home) = made();
    let mut ws = open(&home).unwrap();
    load(&mut ws, &[]);
    let find = |filter: LedgerFilter, limit| -> Vec<i64> {
        ws.ledger(&filter, limit).unwrap().into_iter().map(|row| row.seq).collect()
    };
    assert_eq!(find(LedgerFilter { text: "chi.csv".into(), ..Default::default() }, 9), [6]);
    assert!(find(LedgerFilter { text: "100%".into(), ..Default::default() }, 9).is_empty());
    assert_eq!(find(LedgerFilter { text: "ailsa".into(), ..Default::default() }, 2), [6, 5]);
    assert_eq!(find(LedgerFilter { kinds: vec!["opened".into()], ..Default::default() }, 9), [5, 4]);
    assert_eq!(find(LedgerFilter { before: Some(3), ..Default::default() }, 9), [2, 1]);
    assert_eq!(ws.deed(2).unwrap().len(), 4, "making a workspace is one deed");
}

#[test]
fn a_small_thing_is_remembered() {
    let (_folder, home) = made();
    let mut ws = open(&home).unwrap();
    assert_eq!(ws.setting("place").unwrap(), None);
    ws.set_setting("place", "12").unwrap();
    ws.set_setting("place", "13").unwrap();
    drop(ws);
    assert_eq!(open(&home).unwrap().setting("place").unwrap().as_deref(), Some("13"));
}
