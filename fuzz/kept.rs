//! A workspace as the bytes of its files, to begin from again; and what it holds, to see that nothing changed.

use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};
use stewartry::pair::PairKind;
use stewartry::workspace::{QueueFilter, StateFilter, Workspace};

use crate::desk::{self, Desk};

/// A desk that nobody sits at, and the files of its workspace.
pub struct Kept {
    desk: Desk,
    pub files: Vec<(String, Vec<u8>)>,
}

impl Kept {
    pub fn new(mut desk: Desk) -> Self {
        desk.close();
        let files = files(&desk.path("test.stewartry"));
        Self { desk, files }
    }

    /// The workspace's folder.
    pub fn home(&self) -> PathBuf {
        self.desk.path("test.stewartry")
    }

    /// A path beside it.
    pub fn path(&self, name: &str) -> PathBuf {
        self.desk.path(name)
    }

    /// Everything in the folder as it was.
    pub fn put_back(&self) {
        put(&self.home(), &self.files);
    }

    /// Opens it as it was.
    pub fn open(&self, name: &str) -> Workspace {
        self.put_back();
        Workspace::open(&self.home(), name, desk::PASSPHRASE).expect("the workspace as it was kept")
    }
}

/// The files of a folder, without the folders in it.
pub fn files(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let entries = std::fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry"));
    let mut files: Vec<_> = entries
        .filter(|entry| entry.path().is_file())
        .map(|entry| (entry.file_name().into_string().expect("a name"), std::fs::read(entry.path()).expect("a file")))
        .collect();
    files.sort();
    files
}

/// A folder with these files and nothing else.
pub fn put(folder: &Path, files: &[(String, Vec<u8>)]) {
    let _ = std::fs::remove_dir_all(folder);
    std::fs::create_dir(folder).expect("a folder");
    for (name, bytes) in files {
        std::fs::write(folder.join(name), bytes).expect("a file");
    }
}

/// A digest of what a workspace holds: its ledger, its files, its records, its pairs.
pub fn held(ws: &Workspace) -> String {
    let mut hash = Sha256::new();
    hash.update(format!("{:?}{:?}", ws.ledger_head().expect("a ledger"), ws.files().expect("the files")));
    let mut add = |text: String| {
        hash.update(text);
        Ok(())
    };
    ws.each_mosaic(|record| add(format!("{record:?}"))).expect("the records");
    ws.each_chi(|record| add(format!("{record:?}"))).expect("the records");
    for kind in [PairKind::Link, PairKind::Duplicate] {
        let all = QueueFilter { bands: vec![], best_only: false, state: StateFilter::All, ..QueueFilter::start(kind) };
        let ids = ws.queue(&all).expect("the queue");
        hash.update(format!("{:?}", ws.pairs(&ids).expect("the pairs")));
    }
    format!("{:x?}", hash.finalize())
}
