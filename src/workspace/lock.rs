//! One opener at a time.
//!
//! The lock is the operating system's, so it goes with the process, however that ends: a file that was left behind by a
//! crash holds nobody up. What the file says serves only the message to a second opener.
//!
//! The lock is of a file, and its name is only a way to it: where somebody takes the file away while the workspace is open, a second
//! opener makes another of that name, and locks that. On Windows the file cannot be taken away while it is held. Elsewhere
//! whoever takes the lock sees that the name still leads to the file that was locked, and whoever holds it sees so before each change
//! ([`Lock::is_held`]).

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, Read, Seek, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::{Result, WorkspaceError};
use crate::files;

/// The file's name in the workspace's folder.
pub(super) const NAME: &str = "lock";

/// Exclusive use of a workspace, for as long as this lives.
#[derive(Debug)]
pub(super) struct Lock {
    path: PathBuf,
    file: File,
}

/// How often the file is opened anew where it was replaced between its opening and its locking.
const TRIES: usize = 8;

/// What the lock file says.
#[derive(Debug, Serialize, Deserialize)]
struct Holder {
    /// Account.
    who: String,
    /// Computer.
    host: String,
    /// Process.
    pid: u32,
    /// ISO 8601, UTC.
    since: String,
}

impl Lock {
    /// Takes the lock of the workspace in `home`, or says who has it.
    pub(super) fn take(home: &Path) -> Result<Self> {
        let path = home.join(NAME);
        let failed = |source| WorkspaceError::io("Could not open", &path, source);
        for _ in 0..TRIES {
            let mut file = files::opened(&mut options(), &path).map_err(failed)?;
            match file.try_lock() {
                Ok(()) => {}
                Err(TryLockError::WouldBlock) => return Err(held_by(&mut file)),
                Err(TryLockError::Error(source)) => return Err(failed(source)),
            }
            if !leads_to(&path, &file) {
                continue;
            }
            let holder = Holder {
                who: account(),
                host: host(),
                pid: std::process::id(),
                since: format!("{:.0}", jiff::Timestamp::now()),
            };
            let text = serde_json::to_string(&holder).unwrap_or_default();
            file.set_len(0).and_then(|()| file.write_all(text.as_bytes())).map_err(failed)?;
            return Ok(Self { path, file });
        }
        Err(failed(io::Error::other("it is a link, or is replaced again and again; take it away and try again")))
    }

    /// Whether the lock still keeps others out: its file is where they look for it.
    pub(super) fn is_held(&self) -> bool {
        leads_to(&self.path, &self.file)
    }
}

/// A process that is being begun has every open file of ours until it is another program, and would hold the lock as long: it is let
/// go by word, not only by closing the file.
impl Drop for Lock {
    fn drop(&mut self) {
        let _ = self.file.unlock();
    }
}

/// How the file is opened: on Windows so that nobody can take it away or give it another name meanwhile.
fn options() -> OpenOptions {
    let mut options = File::options();
    options.read(true).write(true).create(true).truncate(false);
    #[cfg(windows)]
    {
        const READ_AND_WRITE: u32 = 1 | 2;
        std::os::windows::fs::OpenOptionsExt::share_mode(&mut options, READ_AND_WRITE);
    }
    options
}

/// Whether a name leads to an opened file, and by no link.
#[cfg(unix)]
fn leads_to(path: &Path, file: &File) -> bool {
    use std::os::unix::fs::MetadataExt;
    match (std::fs::symlink_metadata(path), file.metadata()) {
        (Ok(named), Ok(held)) => named.dev() == held.dev() && named.ino() == held.ino(),
        _ => false,
    }
}

/// Whether a name leads to an opened file: nobody can take it away while it is open.
#[cfg(not(unix))]
fn leads_to(_: &Path, _: &File) -> bool {
    true
}

/// The message to a second opener; what cannot be read is left open.
fn held_by(file: &mut File) -> WorkspaceError {
    let mut text = String::new();
    let read = file.rewind().and_then(|()| file.read_to_string(&mut text));
    match read.ok().and_then(|_| serde_json::from_str::<Holder>(&text).ok()) {
        Some(Holder { who, host, pid, since }) => {
            WorkspaceError::HeldElsewhere { who: format!("{who} on {host} (process {pid})"), since }
        }
        None => WorkspaceError::HeldElsewhere { who: "another program".into(), since: "a moment ago".into() },
    }
}

/// The operating system's account name: of whoever the process runs as, as the system has it. What the environment says does not
/// count, for anybody can set it. Accounts of this computer are read from its own list; only for others, a domain's, is the system
/// asked, for it may ask a service in turn.
pub(super) fn account() -> String {
    let asked = || whoami::fallible::username().ok().filter(|name| !name.trim().is_empty());
    listed().or_else(asked).or_else(number).unwrap_or(UNNAMED.into())
}

/// The account's name in the list of this computer's own.
#[cfg(unix)]
fn listed() -> Option<String> {
    let own = rustix::process::geteuid().as_raw().to_string();
    let list = files::read_text(Path::new("/etc/passwd")).ok()?;
    list.lines().map(|line| line.split(':').collect::<Vec<_>>()).find_map(|parts| match parts[..] {
        [name, _, id, ..] if id == own && !name.is_empty() => Some(name.to_owned()),
        _ => None,
    })
}

#[cfg(not(unix))]
fn listed() -> Option<String> {
    None
}

/// The account's number, where the system has no name for it.
#[cfg(unix)]
fn number() -> Option<String> {
    Some(format!("account number {}", rustix::process::geteuid().as_raw()))
}

#[cfg(not(unix))]
fn number() -> Option<String> {
    None
}

/// What stands for an account that the system does not name.
pub(super) const UNNAMED: &str = "an unnamed account";

fn host() -> String {
    let told = std::fs::read_to_string("/etc/hostname").ok().map(|name| name.trim().to_owned());
    told.filter(|name| !name.is_empty())
        .or_else(|| first_of(&["HOSTNAME", "COMPUTERNAME"]))
        .unwrap_or_else(|| "an unnamed computer".into())
}

fn first_of(variables: &[&str]) -> Option<String> {
    variables.iter().filter_map(|name| std::env::var(name).ok()).find(|value| !value.trim().is_empty())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::super::fixture::*;
    use super::super::proof::Proof;
    use super::*;
    use crate::pair::Verdict;
    use crate::workspace::{Event, Workspace};

    #[test]
    fn a_second_taker_is_told_who_has_it_until_it_is_let_go() {
        let mut proof = Proof::of(9, "a second opener is told who has it");
        let home = tempfile::tempdir().unwrap();
        let lock = Lock::take(home.path()).unwrap();
        let error = Lock::take(home.path()).unwrap_err();
        let WorkspaceError::HeldElsewhere { who, since } = &error else { panic!("{error}") };
        assert!(who.contains(&format!("process {}", std::process::id())), "{who}");
        assert!(since.starts_with("20"), "{since}");
        // What a process that is just being begun has of it does not keep it
        let inherited = lock.file.try_clone().unwrap();
        drop(lock);
        Lock::take(home.path()).unwrap();
        drop(inherited);
        proof.tried(1);
    }

    #[test]
    fn a_lock_file_that_a_crash_left_behind_holds_nobody_up() {
        let mut proof = Proof::of(9, "a lock that was left behind holds nobody up");
        let home = tempfile::tempdir().unwrap();
        std::fs::write(home.path().join(NAME), r#"{"who":"x","host":"y","pid":1,"since":"z"}"#).unwrap();
        Lock::take(home.path()).unwrap();
        proof.tried(1);
    }

    #[cfg(unix)]
    #[test]
    fn whose_lock_was_taken_away_or_replaced_changes_nothing_any_more_and_the_next_opener_does() {
        let mut proof = Proof::of(9, "a lock that was taken away or replaced lets one of two go on");
        type Way = fn(&Path);
        let ways: [(&str, Way); 3] = [
            ("taken away", |lock| std::fs::remove_file(lock).unwrap()),
            ("replaced", |lock| {
                std::fs::remove_file(lock).unwrap();
                std::fs::write(lock, "{}").unwrap();
            }),
            ("a link", |lock| {
                let aside = lock.with_file_name("aside");
                std::fs::rename(lock, &aside).unwrap();
                std::os::unix::fs::symlink(aside, lock).unwrap();
            }),
        ];
        for (how, way) in ways {
            let mut it = workspace(4);
            it.matched(4);
            let home = it.home();
            way(&home.join(NAME));
            let second = Workspace::open(&home, "Ailsa Craig", PASSPHRASE);
            if how == "a link" {
                assert!(matches!(second, Err(WorkspaceError::HeldElsewhere { .. })), "{how}");
            } else {
                let mut second = Fixture { folder: tempfile::tempdir().unwrap(), ws: second.unwrap() };
                second.decide(&link(1), Verdict::Match);
            }
            let event = || vec![Event::Opened { account: "x".into() }];
            let mut other = it.ws.handle().unwrap();
            for ws in [&mut it.ws, &mut other] {
                let refused = ws.apply(event(), |_| Ok(())).unwrap_err();
                assert!(matches!(refused, WorkspaceError::LockLost), "{how}: {refused}");
                assert!(ws.is_read_only() && ws.ledger_head().is_ok(), "{how}: it can still be read");
                ws.set_setting("place", "x").unwrap();
                assert_eq!(ws.setting("place").unwrap(), None, "{how}");
            }
            proof.tried(1);
        }
    }

    #[cfg(unix)]
    #[test]
    fn the_account_is_the_systems_and_not_the_environments() {
        let told = std::process::Command::new("id").arg("-un").output().unwrap();
        assert_eq!(account(), String::from_utf8(told.stdout).unwrap().trim());
        assert!(number().unwrap().ends_with(|c: char| c.is_ascii_digit()));
    }
}
