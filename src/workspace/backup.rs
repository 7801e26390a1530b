//! Verified copies.

use std::path::{Path, PathBuf};

use rusqlite::backup::{Backup, StepResult};
use rusqlite::{Connection, OpenFlags};

use super::event::Event;
use super::keyring::{self, Key};
use super::ledger::Head;
use super::store::{self, DATABASE};
use super::{Result, Workspace, WorkspaceError, durable};
use crate::progress::Progress;

/// The folder that holds the copies.
const FOLDER: &str = "backups";
/// Pages copied between two looks at the progress: 4 MiB.
const STEP: i32 = 1024;

impl Workspace {
    /// Copies the open workspace into its `backups` folder and proves the copy sound. The copy is a workspace folder of its
    /// own, encrypted as this one is, opened by the same people with the same passphrases.
    ///
    /// Those who work on in the meantime are not held up; the copy is of one moment. Cancelled, it leaves nothing behind.
    pub fn backup(&mut self, progress: &Progress) -> Result<PathBuf> {
        let copy = copy(&self.conn, &self.opened.home, &self.opened.key, progress)?;
        self.apply(vec![Event::BackedUp { name: name_of(&copy) }], |_| Ok(()))?;
        Ok(copy)
    }
}

/// A copy's name, without its folder.
pub(super) fn name_of(copy: &Path) -> String {
    copy.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}

/// Makes and verifies a copy; it has its name only once it is whole.
pub(super) fn copy(conn: &Connection, home: &Path, key: &Key, progress: &Progress) -> Result<PathBuf> {
    let folder = home.join(FOLDER);
    std::fs::create_dir_all(&folder)
        .map_err(|error| WorkspaceError::io("Could not make the folder", &folder, error))?;
    let unfinished = tempfile::Builder::new()
        .prefix("unfinished-")
        .tempdir_in(&folder)
        .map_err(|error| WorkspaceError::io("Could not write in", &folder, error))?;
    fill(conn, home, unfinished.path(), key, progress)?;

    let name = home.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
    let day = jiff::Timestamp::now().strftime("%Y%m%dT%H%M%SZ");
    let mut whole = folder.join(format!("{name}-{day}.stewartry"));
    for again in 2.. {
        if !whole.exists() {
            break;
        }
        whole = folder.join(format!("{name}-{day}-{again}.stewartry"));
    }
    std::fs::rename(unfinished.path(), &whole).map_err(|error| WorkspaceError::io("Could not name", &whole, error))?;
    let _ = unfinished.keep(); // it has another name now, and is nobody's to remove
    durable::sync_folder(&folder)?;
    Ok(whole)
}

fn fill(conn: &Connection, home: &Path, into: &Path, key: &Key, progress: &Progress) -> Result<()> {
    let path = into.join(DATABASE);
    // One moment of the workspace, however long the copying takes.
    let moment = conn.unchecked_transaction()?;
    let head = Head::read(&moment)?;
    {
        let mut target = store::keyed(&path, key, OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE)?;
        let backup = Backup::new(&moment, &mut target)?;
        let mut begun = false;
        loop {
            progress.check()?;
            let step = backup.step(STEP)?;
            let pages = backup.progress();
            if !begun {
                progress.begin("Copying the workspace", u64::try_from(pages.pagecount).unwrap_or(0));
                begun = true;
            }
            progress.set(u64::try_from(pages.pagecount - pages.remaining).unwrap_or(0));
            match step {
                StepResult::Done => break,
                StepResult::More => {}
                // Another writer has the lock for a moment.
                _ => std::thread::sleep(std::time::Duration::from_millis(20)),
            }
        }
    }
    drop(moment);

    progress.begin("Checking the copy", 0);
    progress.check()?;
    verify(&path, key, &head)?;
    let keys = home.join(keyring::NAME);
    let keys = std::fs::read(&keys).map_err(|error| WorkspaceError::io("Could not read", keys, error))?;
    durable::replace(&into.join(keyring::NAME), &keys)?;
    std::fs::File::options()
        .write(true)
        .open(&path)
        .and_then(|file| file.sync_all())
        .map_err(|error| WorkspaceError::io("Could not write", path, error))
}

/// Opens a copy with the key and looks at all of it.
fn verify(path: &Path, key: &Key, head: &Head) -> Result<()> {
    let copy = store::connect(path, key, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    let sound: String = copy.query_row("PRAGMA integrity_check(1)", [], |row| row.get(0))?;
    if sound != "ok" || Head::read(&copy)? != *head {
        return Err(WorkspaceError::conflict(
            "The backup was not sound and was taken away again; the workspace itself is as it was. Try again",
        ));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::super::fixture::*;
    use super::super::migrate::MIGRATIONS;
    use super::*;
    use crate::pair::Verdict;

    #[test]
    fn a_backup_is_a_workspace_that_opens_as_the_one_it_copies() {
        let mut it = workspace(5);
        it.matched(5);
        it.decide(&link(2), Verdict::Match);
        let state = dump(&it.ws.conn);
        let head = it.ws.ledger_head().unwrap();
        let copy = it.ws.backup(&Progress::new()).unwrap();
        assert!(
            matches!(&it.ws.ledger(&Default::default(), 1).unwrap()[0].event, Event::BackedUp { name } if *name == name_of(&copy))
        );
        it.decide(&link(3), Verdict::Match);

        // Opened elsewhere, as somebody would who lost the first.
        let elsewhere = it.folder.path().join("Restored.stewartry");
        std::fs::rename(&copy, &elsewhere).unwrap();
        let restored = Workspace::open(&elsewhere, "Ailsa Craig", PASSPHRASE).unwrap();
        assert_eq!(dump(&restored.conn), state);
        assert_eq!(restored.ledger_head().unwrap().0, head.0 + 1, "its own opening follows");
        assert!(restored.check(&Progress::new()).unwrap().ok);
        assert_eq!(restored.id(), it.ws.id());
    }

    #[test]
    fn two_backups_in_a_moment_are_two_and_a_cancelled_one_is_none() {
        let mut it = workspace(2);
        let first = it.ws.backup(&Progress::new()).unwrap();
        assert_ne!(first, it.ws.backup(&Progress::new()).unwrap());
        let progress = Progress::new();
        progress.cancel();
        let head = it.ws.ledger_head().unwrap();
        assert!(matches!(it.ws.backup(&progress), Err(WorkspaceError::Cancelled(_))));
        assert_eq!(std::fs::read_dir(it.home().join(FOLDER)).unwrap().count(), 2);
        assert_eq!(it.ws.ledger_head().unwrap(), head);
    }

    #[test]
    fn an_older_schema_is_copied_before_it_is_migrated_and_a_newer_one_is_left_alone() {
        let it = workspace(2);
        let home = it.home();
        drop(it.ws);
        let newer = [MIGRATIONS, &["CREATE TABLE later (x INTEGER) STRICT"]].concat();
        let known = MIGRATIONS.len() as i64;
        let ws = Workspace::open_with(&home, "Ailsa Craig", PASSPHRASE, &newer).unwrap();
        let version =
            |ws: &Workspace| -> i64 { ws.conn.pragma_query_value(None, "user_version", |row| row.get(0)).unwrap() };
        assert_eq!(version(&ws), known + 1);
        let tags: Vec<_> = ws.ledger(&Default::default(), 2).unwrap().iter().map(|row| row.event.tag()).collect();
        assert_eq!(tags, ["opened", "backed_up"]);
        drop(ws);

        let refused = Workspace::open(&home, "Ailsa Craig", PASSPHRASE).err().unwrap();
        let found = known + 1;
        assert!(
            matches!(refused, WorkspaceError::Newer { found: f, known: k } if (f, k) == (found, known)),
            "{refused}"
        );
        drop(Workspace::open_with(&home, "Ailsa Craig", PASSPHRASE, &newer).unwrap());

        let copies: Vec<_> = std::fs::read_dir(home.join(FOLDER)).unwrap().map(|it| it.unwrap().path()).collect();
        assert_eq!(copies.len(), 1);
        let old = Workspace::open(&copies[0], "Ailsa Craig", PASSPHRASE).unwrap();
        assert_eq!(version(&old), known);
        assert!(old.check(&Progress::new()).unwrap().ok);
    }

    #[test]
    fn a_migration_that_fails_leaves_the_workspace_as_it_was() {
        let it = workspace(2);
        let home = it.home();
        let state = dump(&it.ws.conn);
        drop(it.ws);
        let later = "CREATE TABLE later (x INTEGER) STRICT; DROP TABLE nothing_of_that_name";
        let broken = [MIGRATIONS, &[later]].concat();
        Workspace::open_with(&home, "Ailsa Craig", PASSPHRASE, &broken).err().unwrap();
        let ws = Workspace::open(&home, "Ailsa Craig", PASSPHRASE).unwrap();
        assert_eq!(dump(&ws.conn), state);
        assert!(ws.check(&Progress::new()).unwrap().ok);
    }
}
