//! Making and opening a workspace; the connection.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use rusqlite::Connection;
use zeroize::Zeroizing;

use super::keyring::KeyCost;
use super::staff::NewPerson;
use super::{Result, Staff};

/// An open workspace: one connection, one signed-in person.
pub struct Workspace {
    pub(super) conn: Connection,
    pub(super) opened: Arc<Opened>,
    pub(super) me: Staff,
}

/// What every connection of one opened workspace shares.
pub(super) struct Opened {
    pub(super) home: PathBuf,
    pub(super) id: String,
    pub(super) key: Zeroizing<[u8; 32]>,
}

impl Workspace {
    /// Makes a workspace in the folder `home`, which must not be there yet, with its first person signed in.
    pub fn create(home: &Path, first: NewPerson<'_>, cost: KeyCost) -> Result<Self> {
        let _ = (home, first, cost);
        unimplemented!()
    }

    /// The names of those who may open the workspace, before it is opened.
    pub fn people(home: &Path) -> Result<Vec<String>> {
        let _ = home;
        unimplemented!()
    }

    /// Opens a workspace: takes its lock, unwraps the key, migrates the schema after a backup, records the opening.
    pub fn open(home: &Path, name: &str, passphrase: &str) -> Result<Self> {
        let _ = (home, name, passphrase);
        unimplemented!()
    }

    /// A second connection of the same opened workspace, for a job's thread. It shares the lock, the key and the person.
    pub fn handle(&self) -> Result<Self> {
        unimplemented!()
    }

    /// The workspace's folder.
    pub fn home(&self) -> &Path {
        &self.opened.home
    }

    /// The workspace's name: its folder's, without the ending.
    pub fn name(&self) -> String {
        self.opened.home.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default()
    }

    /// Who is signed in.
    pub fn me(&self) -> &Staff {
        &self.me
    }

    /// The workspace's identity: random, for ever the same.
    pub fn id(&self) -> &str {
        &self.opened.id
    }

    /// A small thing the interface remembers, such as a place in a queue.
    pub fn setting(&self, key: &str) -> Result<Option<String>> {
        let _ = key;
        unimplemented!()
    }

    /// Remembers a small thing. Not an event: nothing of consequence belongs here.
    pub fn set_setting(&mut self, key: &str, value: &str) -> Result<()> {
        let _ = (key, value);
        unimplemented!()
    }
}
