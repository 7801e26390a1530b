//! The rooms of the program that take anything in, without the window and the command line: what is fed to a parser reaches neither,
//! and a build for fuzzing that leaves their libraries out takes minutes where the other takes an hour. The files are the program's
//! own; a room that comes new to `src/lib.rs` comes here too.

#![allow(missing_docs)]

#[path = "../src/age/mod.rs"]
pub mod age;
#[path = "../src/files.rs"]
pub mod files;
#[path = "../src/intake/mod.rs"]
pub mod intake;
#[path = "../src/linkage/mod.rs"]
pub mod linkage;
#[path = "../src/pair/mod.rs"]
pub mod pair;
#[path = "../src/person/mod.rs"]
pub mod person;
#[path = "../src/progress.rs"]
pub mod progress;
#[path = "../src/release/mod.rs"]
pub mod release;
#[path = "../src/stewardship/mod.rs"]
pub mod stewardship;
#[path = "../src/workspace/mod.rs"]
pub mod workspace;

/// A room whose own files stand in a folder of its name is found from the folder that it stands in.
#[path = "../src"]
mod beside {
    pub mod words;
}

pub use beside::words;
