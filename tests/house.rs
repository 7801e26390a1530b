//! The house keeps its own rules: who may use whom, which room knows SQLite, which knows the window.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// Which rooms each room may use; the direction is downwards only (the table in `src/lib.rs`).
const MAY_USE: &[(&str, &[&str])] = &[
    ("progress", &[]),
    ("files", &[]),
    ("words", &[]),
    ("age", &[]),
    ("person", &[]),
    ("pair", &["person"]),
    ("intake", &["person", "progress", "files", "words", "pair"]),
    ("linkage", &["person", "progress", "files", "words", "pair"]),
    ("workspace", &["person", "progress", "files", "words", "pair"]),
    ("stewardship", &["person", "progress", "files", "words", "pair", "intake", "linkage", "workspace"]),
    ("release", &["person", "progress", "files", "words", "age", "pair", "stewardship", "workspace"]),
    (
        "desktop",
        &[
            "person",
            "progress",
            "files",
            "words",
            "age",
            "pair",
            "intake",
            "linkage",
            "workspace",
            "stewardship",
            "release",
        ],
    ),
    (
        "cli",
        &[
            "person",
            "progress",
            "files",
            "words",
            "age",
            "pair",
            "intake",
            "linkage",
            "workspace",
            "stewardship",
            "release",
            "desktop",
        ],
    ),
];

/// Crates that one room alone may know.
const ONE_ROOM_ALONE: &[(&str, &str)] = &[
    ("rusqlite", "workspace"),
    ("egui", "desktop"),
    ("eframe", "desktop"),
    ("egui_extras", "desktop"),
    ("egui_plot", "desktop"),
    ("rfd", "desktop"),
    ("clap", "cli"),
    ("indicatif", "cli"),
    ("parquet", "intake"),
];

fn sources() -> BTreeMap<String, Vec<(PathBuf, String)>> {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut rooms: BTreeMap<String, Vec<(PathBuf, String)>> = BTreeMap::new();
    let mut folders = vec![src.clone()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let inside = path.strip_prefix(&src).unwrap();
                let room = inside.components().next().unwrap().as_os_str().to_string_lossy().replace(".rs", "");
                // Words in comments are no use of a room.
                let code: String = fs::read_to_string(&path)
                    .unwrap()
                    .lines()
                    .filter(|line| !line.trim_start().starts_with("//"))
                    .flat_map(|line| [line, "\n"])
                    .collect();
                rooms.entry(room).or_default().push((path, code));
            }
        }
    }
    rooms
}

/// Rooms named in `crate::room` and in `crate::{room::…, room::…}`.
fn rooms_used(code: &str) -> Vec<&str> {
    let known = |word: &str| MAY_USE.iter().map(|(room, _)| *room).find(|room| *room == word);
    let mut used = Vec::new();
    for (at, _) in code.match_indices("crate::") {
        // `pub(crate)` has no `::`; `$crate::` and `thecrate::` are not ours.
        let rest = &code[at + "crate::".len()..];
        let group = rest.strip_prefix('{').map(|inside| &inside[..inside.find("};").unwrap_or(inside.len())]);
        for item in group.map_or_else(|| vec![rest], |inside| inside.split(',').collect()) {
            let word: &str = item.trim_start();
            let word = &word[..word.find(|c: char| !c.is_ascii_lowercase()).unwrap_or(word.len())];
            used.extend(known(word));
        }
    }
    used
}

#[test]
fn a_room_uses_only_the_rooms_below_it() {
    let sources = sources();
    for (room, files) in &sources {
        if matches!(room.as_str(), "main" | "lib") {
            continue;
        }
        let (_, below) = MAY_USE
            .iter()
            .find(|(name, _)| name == room)
            .unwrap_or_else(|| panic!("src/{room} is not in the table of rooms"));
        for (path, code) in files {
            for used in rooms_used(code) {
                assert!(
                    used == room || below.contains(&used),
                    "{} uses {used}, which stands above {room} or beside it",
                    path.display()
                );
            }
        }
    }
    assert_eq!(sources.len(), MAY_USE.len() + 2, "a room is missing from the table, or is in it without being there");
}

/// The modules that a file declares, each a file of its own.
fn modules_of(text: &str) -> BTreeSet<&str> {
    let declared = text.lines().filter_map(|line| line.trim().strip_suffix(';')?.split_once("mod "));
    declared
        .filter(|(seen, _)| matches!(*seen, "" | "pub ") || seen.starts_with("pub("))
        .map(|(_, name)| name)
        .collect()
}

/// The modules in the first column of the table that stands at the head of a file; none where it has no table.
fn modules_in_the_table(text: &str) -> BTreeSet<&str> {
    text.lines()
        .skip_while(|line| !["//! | file |", "//! | room |"].iter().any(|head| line.starts_with(head)))
        .map_while(|line| line.strip_prefix("//! |"))
        .filter_map(|row| row.split('|').next())
        .flat_map(|cell| cell.split('`').skip(1).step_by(2))
        .map(|name| name.trim_start_matches("mod@"))
        .collect()
}

/// So many modules are found without a table.
const FEW: usize = 6;

#[test]
fn every_module_stands_in_the_table_of_its_folder_and_the_table_names_no_other() {
    let mut tables = 0;
    for (path, _) in sources().into_values().flatten() {
        // With its comments: the table is one
        let text = fs::read_to_string(&path).unwrap();
        let (modules, named) = (modules_of(&text), modules_in_the_table(&text));
        if named.is_empty() {
            assert!(modules.len() <= FEW, "{} has {} modules and no table of them", path.display(), modules.len());
            continue;
        }
        let left_out: Vec<_> = modules.difference(&named).collect();
        assert!(left_out.is_empty(), "the table in {} leaves out {left_out:?}", path.display());
        let gone: Vec<_> = named.difference(&modules).collect();
        assert!(gone.is_empty(), "the table in {} names {gone:?}, which it has no module for", path.display());
        tables += 1;
    }
    assert!(tables > 15, "only {tables} tables were found");
}

#[test]
fn sqlite_and_the_window_are_each_known_to_one_room_alone() {
    for (room, files) in sources() {
        for (path, code) in files {
            for (library, home) in ONE_ROOM_ALONE {
                let named = code.contains(&format!("{library}::")) || code.contains(&format!("use {library};"));
                assert!(!named || room == *home, "{} names {library}, which belongs to src/{home}", path.display());
            }
        }
    }
}

#[test]
fn no_day_and_no_time_is_by_the_clocks_that_a_computer_happens_to_be_set_to() {
    for (_, files) in sources() {
        for (path, code) in files {
            let local = ["TimeZone::system", "Zoned::now", "'localtime'"].into_iter().find(|it| code.contains(it));
            assert!(local.is_none(), "{} asks for {local:?}; `words::days` has the clocks", path.display());
        }
    }
}

/// What opens a file by its name without a look at what it is, and the one room that may.
const OPENS: [&str; 6] =
    ["File::open(", "fs::read(", "fs::read_to_string(", "read_to_string(path", "fs::copy(", "OpenOptions::new("];

#[test]
fn every_file_that_somebody_names_is_opened_where_pipes_and_devices_are_refused() {
    for (room, files) in sources() {
        for (path, code) in files {
            // What tests read they have written themselves
            let code = code.split("#[cfg(test)]\nmod ").next().unwrap();
            let of_tests = ["fixture.rs", "damage.rs", "faults.rs", "proof.rs", "quick.rs", "sequences.rs"];
            if room == "files" || of_tests.iter().any(|name| path.ends_with(name)) {
                continue;
            }
            for opens in OPENS {
                for (at, _) in code.match_indices(opens) {
                    // What the system says of itself has no name that anybody gives
                    let named = &code[at + opens.len()..];
                    let of_system = ["\"/proc/", "\"/etc/"].iter().any(|folder| named.starts_with(folder));
                    assert!(of_system, "{} opens a file by {opens}…) and not by `files`", path.display());
                }
            }
        }
    }
}

/// A crate of its own, which no build and no test of the program sees: what it lacks would be noticed on the day it is wanted.
#[test]
fn what_fuzzing_builds_has_every_room_and_every_library_but_those_of_the_window_and_the_command_line() {
    let text = |path: &str| fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap();
    let rooms = |path: &str| -> BTreeSet<String> {
        let source = text(path);
        let named = source.lines().filter_map(|line| line.trim().strip_prefix("pub mod ")?.strip_suffix(';'));
        named.map(str::to_owned).collect()
    };
    let needed: BTreeSet<String> =
        rooms("src/lib.rs").into_iter().filter(|room| room != "desktop" && room != "cli").collect();
    assert!(needed.len() > 8, "{needed:?}");
    assert_eq!(rooms("fuzz/lib.rs"), needed, "fuzz/lib.rs");

    let libraries = |path: &str| -> BTreeSet<String> {
        let source = text(path);
        let mut inside = false;
        let mut named = BTreeSet::new();
        for line in source.lines() {
            if line.starts_with('[') {
                inside = line == "[dependencies]" || line == "[target.'cfg(unix)'.dependencies]";
            } else if let Some((name, _)) = line.split_once(" = ").filter(|(name, _)| inside && !name.starts_with('#'))
            {
                // A version of its own would try another library
                named.insert(if name == "libfuzzer-sys" { name.to_owned() } else { line.to_owned() });
            }
        }
        named
    };
    let mut wanted = libraries("Cargo.toml");
    wanted.retain(|line| !ELSEWHERE.iter().any(|name| line.starts_with(&format!("{name} ="))));
    wanted.insert("libfuzzer-sys".to_owned());
    assert_eq!(libraries("fuzz/Cargo.toml"), wanted, "fuzz/Cargo.toml");
}

/// The libraries that the window and the command line alone use.
const ELSEWHERE: [&str; 9] =
    ["eframe", "egui_extras", "egui_plot", "rfd", "arboard", "directories", "clap", "indicatif", "rpassword"];
