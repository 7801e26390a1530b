//! From a damaged workspace to work that goes on: by one command, and by three clicks.

use std::path::Path;
use std::process::{Command, Output};

use eframe::egui::Role;
use egui_kittest::kittest::Queryable;
use stewartry::desktop::Start;
use stewartry::progress::Progress;
use stewartry::workspace::{Occasion, Workspace};

use super::Proof;
use super::deeds::Deed;
use crate::desk::*;
use crate::desktop;
use crate::hands::Hands;

fn stewartry(arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_stewartry"));
    command.args(arguments).env("STEWARTRY_PASSPHRASE", PASSPHRASE);
    command.env_remove("DISPLAY").env_remove("WAYLAND_DISPLAY").output().unwrap()
}

/// Spoils the middle of a closed workspace's database.
fn spoil(home: &Path) -> Vec<u8> {
    let path = home.join("workspace.db");
    let mut bytes = std::fs::read(&path).unwrap();
    // The second page is read by whoever opens it
    bytes[4096..8192].fill(7);
    std::fs::write(&path, &bytes).unwrap();
    bytes
}

fn with_backup() -> (Desk, std::path::PathBuf) {
    let mut desk = Desk::with_people(4);
    desk.match_(&link(1));
    desk.ws().backup(&Progress::new()).unwrap();
    let home = desk.leave().home().to_owned();
    (desk, home)
}

#[test]
fn one_command_restores_a_damaged_workspace_as_another_and_keeps_the_damaged_one() {
    let mut proof = Proof::of(3, "one command restores");
    let (desk, home) = with_backup();
    let spoilt = spoil(&home);
    let home = home.to_str().unwrap();
    let refused = stewartry(&["status", home, "--as", OFFICER]);
    let words = String::from_utf8_lossy(&refused.stderr);
    assert!(!refused.status.success() && words.contains("stewartry restore"), "{words}");

    let restored = stewartry(&["restore", home, "--as", OFFICER]);
    assert!(restored.status.success(), "{}", String::from_utf8_lossy(&restored.stderr));
    let said = String::from_utf8(restored.stdout).unwrap();
    let into = said.lines().next().unwrap().strip_prefix("Restored to ").unwrap();
    assert!(said.contains("left as it is") && into.contains("test restored 20"), "{said}");
    let checked = stewartry(&["check", into, "--as", OFFICER]);
    assert!(checked.status.success(), "{}", String::from_utf8_lossy(&checked.stdout));
    let ws = Workspace::open(Path::new(into), OFFICER, PASSPHRASE).unwrap();
    assert!(ws.decision(&link(1)).unwrap().is_some());
    assert_eq!(std::fs::read(Path::new(home).join("workspace.db")).unwrap(), spoilt);
    drop(ws);

    // Of one backup, into a folder by name; and not into one that is there
    let backup = Workspace::backups(Path::new(home)).remove(0);
    let named = desk.path("Named.stewartry");
    let arguments = ["restore", backup.to_str().unwrap(), "--as", OFFICER, "--into", named.to_str().unwrap()];
    assert!(stewartry(&arguments).status.success());
    let again = stewartry(&arguments);
    assert!(!again.status.success() && String::from_utf8_lossy(&again.stderr).contains("there already"));
    let nowhere = stewartry(&["restore", "nowhere.stewartry", "--as", OFFICER]);
    let words = String::from_utf8_lossy(&nowhere.stderr);
    assert!(words.contains("there is nothing of that name") && words.lines().count() == 1, "{words}");
    proof.tried(2);
}

#[test]
fn three_clicks_restore_a_damaged_workspace_whether_its_database_or_its_keyring_is_spoilt() {
    let mut proof = Proof::of(3, "three clicks restore");
    for keyring in [false, true] {
        let (_desk, home) = with_backup();
        if keyring {
            std::fs::write(home.join("keyring.json"), "{}").unwrap();
        } else {
            spoil(&home);
        }
        // The first click chose it among the recent ones
        let mut window = desktop::open(Start { workspace: Some(home.clone()), signed_in: None });
        window.rest();
        if keyring {
            window.get_by_label_contains("its keyring cannot be read");
        }
        desktop::type_secret(&mut window, "Passphrase", PASSPHRASE);
        if !keyring {
            desktop::click(&mut window, "Open");
            window.until("it is called damaged", |window| {
                window.query_by_label_contains("The workspace is damaged").is_some()
            });
            assert!(window.query_by_role_and_label(Role::Button, "Open").is_none());
        }
        window.get_by_label_contains("newest sound copy; this one stays as it is");
        window.picture(&format!("restore-{keyring}.png"));
        desktop::click(&mut window, "Restore");
        window.until("it is restored", |window| window.state().session().is_some());
        let ws = window.state().session().unwrap().ws();
        assert!(ws.name().starts_with("test restored 20"), "{}", ws.name());
        assert!(ws.decision(&link(1)).unwrap().is_some());
        let said = window.state().notice().unwrap_or_default().to_owned();
        assert!(said.starts_with("Restored from") && said.contains("saved later"), "{said}");
        window.picture(&format!("restored-{keyring}.png"));
        proof.tried(1);
    }
}

#[test]
fn a_verified_copy_is_made_before_a_load_and_before_a_release_with_merges() {
    let mut proof = Proof::of(3, "copies are made before a load and a release with merges");
    let names = |home: &Path| -> Vec<String> {
        let copies = Workspace::backups(home).into_iter();
        copies.map(|copy| copy.file_name().unwrap().to_string_lossy().into_owned()).collect()
    };
    let count = |home: &Path, what: &str| names(home).iter().filter(|name| name.contains(what)).count();
    let deed = Deed::named("load");
    let (_desk, home) = deed.desk();
    assert_eq!(names(&home), Vec::<String>::new(), "there was nothing to lose");
    deed.act(&mut deed.open(&home)).unwrap();
    assert_eq!(count(&home, "-before-load"), 1);
    // The copy is from before it
    let copy = Workspace::open(&Workspace::backups(&home)[0], OFFICER, PASSPHRASE).unwrap();
    assert_eq!(copy.status().unwrap().chi, 0);
    assert!(copy.check(&Progress::new()).unwrap().ok);
    drop(copy);

    let deed = Deed::named("merge");
    let (mut desk, home) = deed.desk();
    desk.become_(OFFICER);
    deed.act(desk.ws()).unwrap();
    let batch = desk.submit();
    desk.sign(batch);
    desk.become_(OFFICER);
    let into = desk.path("merges");
    stewartry::release::write(desk.ws(), batch, &into, &Progress::new()).unwrap();
    assert_eq!(count(&home, "-before-release"), 1, "{:?}", names(&home));
    // A second one to the same end is not needed
    assert!(desk.ws().back_up_unasked(Occasion::Hour, &Progress::new()).unwrap().is_some(), "released since");
    assert_eq!(desk.ws().back_up_unasked(Occasion::Hour, &Progress::new()).unwrap(), None);
    assert_eq!(count(&home, "-hourly"), 1);

    let (_desk, home) = Deed::named("export").desk();
    let deed = Deed::named("export");
    deed.act(&mut deed.open(&home)).unwrap();
    assert_eq!(count(&home, "-before-release"), 0, "links can be taken back");
    proof.tried(3);
}
