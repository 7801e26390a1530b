//! What the program says of itself: its build, and whose work is inside it.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

use eframe::egui::{Key, Role};
use egui_kittest::kittest::Queryable;
use tempfile::TempDir;

use crate::desktop::{ctrl, fresh, signed_in};
use crate::hands::Hands;

/// `name version` of each line of the list.
fn listed() -> BTreeSet<String> {
    let text = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/licences.txt")).unwrap();
    text.lines().map(|line| line.split_once(": ").unwrap().0.to_owned()).collect()
}

/// `packaging/inventory.py --about` writes the list anew.
#[test]
fn the_licences_in_the_window_are_those_of_everything_that_is_built_in() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let tree = Command::new(env!("CARGO"))
        .args([
            "tree",
            "--package",
            "stewartry",
            "--locked",
            "--offline",
            "--edges",
            "normal,no-proc-macro",
            "--prefix",
            "none",
            "--format",
            "{p}",
        ])
        .current_dir(root)
        .output()
        .unwrap();
    assert!(tree.status.success(), "{}", String::from_utf8_lossy(&tree.stderr));
    let listed = listed();
    let mut inside = 0;
    for line in String::from_utf8(tree.stdout).unwrap().lines() {
        let mut words = line.split_whitespace();
        let (Some(name), Some(version)) = (words.next(), words.next()) else { continue };
        // Of this repository
        if ["stewartry", "openssl-sys"].contains(&name) {
            continue;
        }
        let crate_ = format!("{name} {}", version.trim_start_matches('v'));
        assert!(listed.contains(&crate_), "{crate_} is inside the program and not in assets/licences.txt");
        inside += 1;
    }
    assert!(inside > 100, "{inside}");
    // And nothing that left
    let lock = std::fs::read_to_string(root.join("Cargo.lock")).unwrap();
    let beside = ["sqlcipher", "sqlite", "zstd", "Inter", "Rust's"];
    for it in &listed {
        let (name, version) = it.rsplit_once(' ').unwrap();
        let held = lock.contains(&format!("name = \"{name}\"\nversion = \"{version}\""));
        assert!(held || beside.iter().any(|known| it.starts_with(known)), "{it} is no longer in Cargo.lock");
    }
}

#[test]
fn the_version_says_what_it_was_built_from() {
    let said = Command::new(env!("CARGO_BIN_EXE_stewartry")).arg("--version").output().unwrap();
    let said = String::from_utf8(said.stdout).unwrap();
    assert_eq!(said.lines().next().unwrap(), format!("stewartry {}", env!("CARGO_PKG_VERSION")));
    for fact in ["Commit", "Built for", "SQLite            3.", "SQLCipher         4.", "Workspace schema"] {
        assert!(said.contains(fact), "{fact}: {said}");
    }
    assert!(said.contains(std::env::consts::ARCH));
}

#[test]
fn the_window_says_it_too_and_lists_the_licences() {
    let folder = TempDir::new().unwrap();
    let mut window = signed_in(fresh(&folder));
    ctrl(&mut window, Key::Num9);
    window.get_by_role_and_label(Role::Heading, "About");
    window.get_by_label("SQLCipher");
    // Below the fold: the keyboard brings it into view
    window.get_by_role_and_label(Role::Button, "Licences…").focus();
    window.rest();
    window.key_press(Key::Enter);
    window.rest();
    window.get_by_role_and_label(Role::Dialog, "Licences");
    let list = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/licences.txt");
    let list = std::fs::read_to_string(list).unwrap();
    assert!(window.query_all_by_label_contains(list.lines().next().unwrap()).next().is_some());
    window.picture("licences.png");
    window.key_press(Key::Escape);
    window.rest();
    assert!(window.query_by_role_and_label(Role::Dialog, "Licences").is_none());
}
