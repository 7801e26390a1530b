//! A workspace made anew from a copy: of a backup, or of a damaged workspace itself where what is left of it is sound.
//!
//! What is restored is a workspace of its own, with an identity of its own and its history up to the copy: the ledger says
//! where it came from. What was damaged stays where it is, as it is.

use std::path::{Path, PathBuf};

use rusqlite::{OpenFlags, OptionalExtension};
use tempfile::TempDir;

use super::event::Event;
use super::keyring::{self, Keyring, Unlocked};
use super::ledger::Head;
use super::lock::{self, Lock};
use super::migrate::{self, MIGRATIONS};
use super::reached::Reached;
use super::search::index;
use super::store::{self, DATABASE, Opened};
use super::{Result, Workspace, WorkspaceError, credentials, durable, hex, place, sqlite, staff, training};
use crate::progress::Progress;
use crate::{files, words};

/// How the name of a folder begins in which a copy is looked at; it is no workspace yet.
const UNFINISHED: &str = ".restore-unfinished-";

/// A workspace that was made from a copy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Restored {
    /// Its folder.
    pub home: PathBuf,
    /// The folder that was copied.
    pub from: PathBuf,
    /// The newest event that the copy holds.
    pub reaches: i64,
    /// How many events more are known to have been saved in the workspace, and are not in the copy.
    pub lost: u64,
}

impl Restored {
    /// What is known to be missing and what to do about it, in sentences; none where nothing is.
    pub fn warning(&self) -> Option<String> {
        let (are, them) = match self.lost {
            0 => return None,
            1 => ("1 event that was saved later is", "it"),
            lost => (&*format!("{} events that were saved later are", words::number(lost)), "them"),
        };
        Some(format!(
            "{are} not in it. Files may have left the workspace with {them}: hold every release and correction that was kept \
             elsewhere against it (`check --against`) before anything is written"
        ))
    }
}

/// A copy of a copy that was looked at and is sound. The folder comes after what is open in it: let go in this order.
struct Sound {
    ws: Workspace,
    folder: TempDir,
    from: PathBuf,
    reaches: i64,
}

impl Workspace {
    /// The names of those who may restore a workspace or a backup: by its own keyring, or, where that is damaged, by that of
    /// its newest backup.
    pub fn people_of_copies(from: &Path) -> Result<Vec<String>> {
        expect_something(from)?;
        let of = |home: &Path| Keyring::read(home).map(|keyring| keyring.names());
        of(from).or_else(|error| Self::backups(from).iter().find_map(|copy| of(copy).ok()).ok_or(no_copy(error)))
    }

    /// Makes a workspace from a backup; or, given a workspace, from whatever sound copy of it reaches furthest: what is left of
    /// itself, or one of its backups, whatever the time in their names. `into` is the folder to make; beside the workspace, named after it and the day, where
    /// it is left out. Whoever restores may open the copy, and the workspace that it is of.
    ///
    /// Nothing is changed in `from`. Where this fails, nothing is left behind.
    pub fn restore(
        from: &Path,
        name: &str,
        passphrase: &str,
        into: Option<&Path>,
        progress: &Progress,
    ) -> Result<Restored> {
        let origin = origin(from);
        let home = match into {
            Some(into) => into.to_owned(),
            None => free_name(&origin),
        };
        if home.exists() {
            return Err(WorkspaceError::AlreadyThere { path: home });
        }
        place::expect_safe(&home)?;
        if origin != from
            && let Ok(keyring) = Keyring::read(&origin)
            && !keyring.names().iter().any(|known| known.to_lowercase() == name.trim().to_lowercase())
        {
            return Err(WorkspaceError::UnknownPerson);
        }
        let parent = files::folder_of(&home).to_owned();
        files::make_folder(&parent).map_err(|error| WorkspaceError::io("Could not make the folder", &parent, error))?;
        clear_unfinished(&parent);
        let sound = furthest(from, name, passphrase, &parent, progress)?;
        let lost = Reached::saved(&origin).map_or(0, |saved| saved - sound.reaches);
        let restored = sound.settle(passphrase, &home, &parent)?;
        Ok(Restored { lost: u64::try_from(lost).unwrap_or(0), ..restored })
    }
}

/// Takes away what a program that was killed left half restored: nobody holds its lock any more.
fn clear_unfinished(parent: &Path) {
    for entry in std::fs::read_dir(parent).into_iter().flatten().flatten() {
        let folder = entry.path();
        if entry.file_name().to_string_lossy().starts_with(UNFINISHED) && Lock::take(&folder).map(drop).is_ok() {
            let _ = std::fs::remove_dir_all(folder);
        }
    }
}

/// The workspace that a backup is of: the one whose folder of backups it is in; otherwise itself.
fn origin(from: &Path) -> PathBuf {
    let from = std::path::absolute(from).unwrap_or_else(|_| from.to_owned());
    let above = from.parent().filter(|above| above.file_name().is_some_and(|name| name == super::backup::FOLDER));
    match above.and_then(Path::parent) {
        Some(home) if home.join(DATABASE).exists() || home.join(keyring::NAME).exists() => home.to_owned(),
        _ => from,
    }
}

/// A name beside a workspace that is not taken: `Council restored 2026-11-27.stewartry`.
fn free_name(origin: &Path) -> PathBuf {
    let stem = origin.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
    let day = jiff::Timestamp::now().strftime("%Y-%m-%d");
    let named = |more: &str| origin.with_file_name(format!("{stem} restored {day}{more}.stewartry"));
    let mut home = named("");
    for again in 2.. {
        if !home.exists() {
            break;
        }
        home = named(&format!(" {again}"));
    }
    home
}

/// The sound copy that reaches furthest. A passphrase that is wrong for the workspace itself is not tried on older copies.
fn furthest(from: &Path, name: &str, passphrase: &str, parent: &Path, progress: &Progress) -> Result<Sound> {
    let look = |copy: &Path| look(copy, name, passphrase, parent, progress);
    let own = match look(from) {
        Err(
            error @ (WorkspaceError::WrongPassphrase
            | WorkspaceError::UnknownPerson
            | WorkspaceError::HeldElsewhere { .. }
            | WorkspaceError::Newer { .. }
            | WorkspaceError::DiskFull
            | WorkspaceError::Cancelled(_)),
        ) => return Err(error),
        own => own,
    };
    let (mut furthest, mut failed) = match own {
        Ok(own) => (Some(own), None),
        Err(error) => (None, Some(error)),
    };
    for (claimed, copy) in by_reach(from, name, passphrase, progress)? {
        if furthest.as_ref().is_some_and(|sound| sound.reaches >= claimed) {
            break;
        }
        match look(&copy) {
            Ok(sound) if furthest.as_ref().is_none_or(|other| sound.reaches > other.reaches) => furthest = Some(sound),
            Ok(_) => {}
            Err(error @ (WorkspaceError::DiskFull | WorkspaceError::Cancelled(_))) => return Err(error),
            Err(error) => failed = failed.or(Some(error)), // Another may be sound
        }
    }
    furthest.ok_or_else(|| failed.map_or(WorkspaceError::UnknownPerson, no_copy))
}

/// That there is anything of a workspace in a folder.
fn expect_something(from: &Path) -> Result<()> {
    let holds = |name: &str| std::fs::symlink_metadata(from.join(name)).is_ok();
    if from.is_dir() && (holds(DATABASE) || holds(keyring::NAME) || holds(super::backup::FOLDER)) {
        return Ok(());
    }
    store::expect_workspace(from)
}

/// Why nothing can be restored. What is damaged is told to be restored everywhere else; here that is what was tried.
fn no_copy(error: WorkspaceError) -> WorkspaceError {
    match error {
        WorkspaceError::Damaged { what } => WorkspaceError::NoSoundCopy { what },
        other => other,
    }
}

/// The backups of a workspace with the number of the newest event that each claims to hold, the furthest first; the time in their
/// names, which is that of this computer, only orders those that claim the same. What a copy claims is not proved yet. One that
/// cannot say comes first, as one that may reach furthest.
fn by_reach(from: &Path, name: &str, passphrase: &str, progress: &Progress) -> Result<Vec<(i64, PathBuf)>> {
    let own = Keyring::read(from).ok();
    let mut copies = Vec::new();
    for copy in Workspace::backups(from) {
        progress.check()?;
        let keyring = Keyring::read(&copy);
        // A copy of another workspace that somebody put there reaches nowhere here
        if let (Ok(keyring), Some(own)) = (&keyring, &own)
            && keyring.workspace() != own.workspace()
        {
            continue;
        }
        let found = keyring.and_then(|keyring| keyring.unlock(name, passphrase)).unwrap_or_default();
        copies.push((claimed(&copy, &found).unwrap_or(i64::MAX), copy));
    }
    copies.sort_by_key(|(reach, _)| std::cmp::Reverse(*reach));
    Ok(copies)
}

/// The newest event of a copy's database, read without writing anything beside it.
fn claimed(copy: &Path, found: &[Unlocked]) -> Option<i64> {
    let database = copy.join(DATABASE);
    if copy.join(format!("{DATABASE}-wal")).metadata().is_ok_and(|log| log.len() > 0) {
        return None; // What the log adds is seen only where it may be folded in
    }
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_URI;
    found.iter().find_map(|one| {
        let conn = sqlite::keyed(Path::new(&unchanging(&database)), &one.key, flags).ok()?;
        Head::read(&conn).ok().map(|head| head.seq)
    })
}

/// A database's address as of a file that nobody changes, so that SQLite makes no files of its own beside it.
fn unchanging(database: &Path) -> String {
    let mut address = String::from("file://");
    let path = std::path::absolute(database).unwrap_or_else(|_| database.to_owned());
    if !path.as_os_str().as_encoded_bytes().starts_with(b"/") {
        address.push('/'); // Before the letter of a drive
    }
    for byte in path.as_os_str().as_encoded_bytes() {
        match byte {
            b'/' | b':' | b'-' | b'_' | b'.' => address.push(char::from(*byte)),
            byte if byte.is_ascii_alphanumeric() => address.push(char::from(*byte)),
            b'\\' if cfg!(windows) => address.push('/'),
            byte => address.push_str(&format!("%{byte:02X}")),
        }
    }
    address + "?immutable=1"
}

/// Copies the files of a copy to a folder of their own, opens them there, and looks at all of it.
fn look(from: &Path, name: &str, passphrase: &str, parent: &Path, progress: &Progress) -> Result<Sound> {
    expect_something(from)?;
    // Nobody may write while it is copied; what never was opened has no lock to take
    let _lock = if from.join(lock::NAME).exists() { Some(Lock::take(from)?) } else { None };
    let keyring = Keyring::read(from)?;
    let found = keyring.unlock(name, passphrase)?;
    store::expect_workspace(from)?;

    let failed = |error| WorkspaceError::io("Could not write in", parent, error);
    let folder = durable::unfinished_folder(parent, UNFINISHED).map_err(failed)?;
    let home = folder.path();
    let lock = Lock::take(home)?;
    progress.begin("Copying the workspace", 0);
    for file in [DATABASE.to_owned(), format!("{DATABASE}-wal"), keyring::NAME.to_owned()] {
        progress.check()?;
        match files::copy(&from.join(&file), &home.join(&file)) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound && file.ends_with("-wal") => {}
            copied => drop(copied.map_err(|error| WorkspaceError::io("Could not copy", from.join(&file), error))?),
        }
    }
    let (mut conn, came) = store::connect_with(home, &found)?;
    let Unlocked { staff, key, secret, .. } = store::in_force(&conn, &keyring, found, came)?;
    if keyring.is_between() {
        let mark = store::meta(&conn, keyring::MARK)?;
        keyring.clone().settle(mark.as_deref(), came).write(home)?;
    }
    if migrate::standing(&conn, MIGRATIONS)? == migrate::Standing::Older {
        migrate::run(&mut conn, MIGRATIONS)?;
    }
    index::ensure(&mut conn)?;
    let me = staff::by_id(&conn, staff)?.filter(|me| me.active).ok_or(WorkspaceError::UnknownPerson)?;
    let id = store::identity(&conn)?.unwrap_or_else(|| keyring.workspace().to_owned());
    credentials::expect_own(&conn, staff, secret.as_ref())?;
    let opened = Opened::new(home, id, key, secret, training::mark(&conn)?, lock);
    let ws = Workspace::with(conn, me, opened);
    let report = ws.check(progress)?;
    if let Some(line) = report.lines.iter().find(|line| !line.ok) {
        return Err(WorkspaceError::damaged(format!("{}: {}", line.what, line.detail)));
    }
    let reaches = ws.ledger_head()?.0;
    Ok(Sound { ws, folder, from: from.to_owned(), reaches })
}

impl Workspace {
    /// Every identity that the workspace has had, that of today last.
    pub fn ids(&self) -> Result<Vec<String>> {
        let mut find = self.conn.prepare_cached(
            "SELECT json_extract(payload, '$.from') FROM ledger WHERE event = 'restored' ORDER BY seq",
        )?;
        let mut ids = find.query_map([], |row| row.get(0))?.collect::<rusqlite::Result<Vec<String>>>()?;
        ids.push(self.id().to_owned());
        Ok(ids)
    }

    /// The identity that the workspace had at an event: one that was restored since had another.
    pub fn id_at(&self, seq: i64) -> Result<String> {
        // The first restoring after the event says what it was before
        let mut find = self.conn.prepare_cached(
            "SELECT json_extract(payload, '$.from') FROM ledger WHERE event = 'restored' AND seq > ?1 ORDER BY seq LIMIT 1",
        )?;
        let before: Option<String> = find.query_row([seq], |row| row.get(0)).optional()?;
        Ok(before.unwrap_or_else(|| self.id().to_owned()))
    }
}

impl Sound {
    /// Makes it a workspace of its own, under its name.
    fn settle(mut self, passphrase: &str, home: &Path, parent: &Path) -> Result<Restored> {
        if self.ws.opened.secret().is_none() {
            self.ws.make_own_pair(passphrase, Vec::new())?;
        }
        let mut id = [0; 16];
        keyring::random(&mut id)?;
        let id = hex::encode(&id);
        let copy = self.from.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let events = vec![
            Event::Restored { workspace: id.clone(), from: self.ws.id().to_owned(), copy },
            Event::Opened { account: lock::account() },
        ];
        self.ws.apply(events, |tx| {
            tx.conn.execute(
                "INSERT INTO meta (key, value) VALUES ('identity', ?1) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
                [&id],
            )?;
            Ok(())
        })?;
        self.ws.conn.execute_batch("PRAGMA wal_checkpoint(TRUNCATE)")?;
        drop(self.ws);
        let unfinished = self.folder.path().to_owned();
        for file in [DATABASE, keyring::NAME] {
            let path = unfinished.join(file);
            durable::sync_file(&path)?;
        }
        durable::sync_folder(&unfinished)?;
        std::fs::rename(&unfinished, home).map_err(|error| WorkspaceError::io("Could not name", home, error))?;
        let _ = self.folder.keep(); // it has another name now, and is nobody's to remove
        durable::sync_folder(parent)?;
        Ok(Restored { home: home.to_owned(), from: self.from, reaches: self.reaches, lost: 0 })
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::super::fixture::*;
    use super::super::{KeyCost, NewPerson};
    use super::*;
    use crate::pair::Verdict;

    const WHO: &str = "Ailsa Craig";

    fn restore(from: &Path) -> Result<Restored> {
        Workspace::restore(from, WHO, PASSPHRASE, None, &Progress::new())
    }

    fn bytes_of(home: &Path) -> Vec<(String, Vec<u8>)> {
        let mut files: Vec<_> = std::fs::read_dir(home)
            .unwrap()
            .map(|it| it.unwrap())
            .filter(|it| it.file_type().unwrap().is_file() && it.file_name() != "lock")
            .map(|it| (it.file_name().into_string().unwrap(), std::fs::read(it.path()).unwrap()))
            .collect();
        files.sort();
        files
    }

    /// A closed workspace with a backup, and decisions after it.
    fn kept() -> (TempDir, PathBuf, Vec<String>, String) {
        let mut it = workspace(6);
        it.matched(6);
        it.decide(&link(1), Verdict::Match);
        let state = dump(&it.ws.conn);
        it.ws.backup(&Progress::new()).unwrap();
        it.decide(&link(2), Verdict::Match);
        let (home, id) = (it.home(), it.ws.id().to_owned());
        let Fixture { folder, ws } = it;
        drop(ws);
        (folder, home, state, id)
    }

    #[test]
    fn a_damaged_workspace_is_restored_from_its_newest_sound_backup_as_another_and_stays_as_it_is() {
        let (_folder, home, state, id) = kept();
        let mut spoilt = std::fs::read(home.join(DATABASE)).unwrap();
        let middle = spoilt.len() / 2;
        spoilt[middle..middle + 4096].fill(0);
        std::fs::write(home.join(DATABASE), &spoilt).unwrap();
        // A newer backup that is spoilt too is passed over
        let backup = Workspace::backups(&home).remove(0);
        let newer = backup.with_file_name("Test-20991231T000000Z.stewartry");
        std::fs::create_dir(&newer).unwrap();
        std::fs::copy(backup.join(keyring::NAME), newer.join(keyring::NAME)).unwrap();
        std::fs::write(newer.join(DATABASE), &spoilt).unwrap();
        let before = bytes_of(&home);

        let restored = restore(&home).unwrap();
        assert_eq!(restored.from, backup);
        assert_eq!(bytes_of(&home), before);
        assert_eq!(restored.home.parent(), home.parent());
        let ws = Workspace::open(&restored.home, WHO, PASSPHRASE).unwrap();
        assert_eq!(dump(&ws.conn), state);
        assert_ne!(ws.id(), id, "another workspace");
        assert!(ws.check(&Progress::new()).unwrap().ok);
        let tags: Vec<_> = ws.ledger(&Default::default(), 3).unwrap().iter().map(|row| row.event.tag()).collect();
        assert_eq!(tags, ["opened", "opened", "restored"]);
        assert_eq!(ws.id_at(restored.reaches).unwrap(), id, "what was signed before keeps its workspace");
        assert_eq!(ws.id_at(restored.reaches + 1).unwrap(), ws.id());
        drop(ws);

        // Again, and of a single backup: further workspaces, each of its own
        let again = restore(&backup).unwrap();
        assert_ne!(again.home, restored.home);
        assert!(matches!(
            Workspace::restore(&home, WHO, PASSPHRASE, Some(&again.home), &Progress::new()),
            Err(WorkspaceError::AlreadyThere { .. })
        ));
        let beside: Vec<_> = std::fs::read_dir(home.parent().unwrap()).unwrap().map(|it| it.unwrap()).collect();
        assert_eq!(beside.len(), 3, "nothing half made is left: {beside:?}");
    }

    #[test]
    fn the_copy_that_reaches_furthest_is_taken_whatever_time_its_name_bears() {
        let mut it = workspace(6);
        it.matched(6);
        let elsewhere = workspace(6);
        let mut copies = Vec::new();
        for (n, time) in [(1, "20991231T000000Z"), (2, "20200101T000000Z-hourly"), (3, "20500101T000000Z")] {
            it.decide(&link(n), Verdict::Match);
            let made = it.ws.backup(&Progress::new()).unwrap();
            let named = made.with_file_name(format!("Test % and space-{time}.stewartry"));
            std::fs::rename(&made, &named).unwrap();
            copies.push(named);
        }
        // A copy of another workspace that somebody put there, which reaches further than any
        let mut other = elsewhere;
        (0..60).for_each(|_| drop(other.ws.apply(vec![Event::Opened { account: "x".into() }], |_| Ok(())).unwrap()));
        let stray = other.ws.backup(&Progress::new()).unwrap();
        std::fs::rename(&stray, copies[0].with_file_name("Other-20991231T000001Z.stewartry")).unwrap();
        let home = it.home();
        let Fixture { folder: _folder, ws } = it;
        drop(ws);
        let database = std::fs::read(home.join(DATABASE)).unwrap();
        std::fs::write(home.join(DATABASE), &database[..database.len() / 2]).unwrap();
        let files = |copy: &Path| std::fs::read_dir(copy).unwrap().count();
        let before: Vec<usize> = copies.iter().map(|copy| files(copy)).collect();
        assert_eq!(restore(&home).unwrap().from, copies[2]);
        assert_eq!(copies.iter().map(|copy| files(copy)).collect::<Vec<_>>(), before, "a copy is looked at as it is");
        // Where that one is spoilt, the next
        std::fs::write(copies[2].join(DATABASE), &database[..database.len() / 2]).unwrap();
        assert_eq!(restore(&home).unwrap().from, copies[1]);
    }

    #[test]
    fn what_a_killed_restore_left_goes_with_the_next_and_one_at_work_stays() {
        let (_folder, home, _, _) = kept();
        let beside = |name: &str| {
            let folder = home.with_file_name(format!("{UNFINISHED}{name}"));
            std::fs::create_dir(&folder).unwrap();
            std::fs::write(folder.join(DATABASE), "half of it").unwrap();
            folder
        };
        let (killed, at_work) = (beside("killed"), beside("at-work"));
        drop(Lock::take(&killed).unwrap());
        let _lock = Lock::take(&at_work).unwrap();
        restore(&home).unwrap();
        assert!(!killed.exists());
        assert!(at_work.join(DATABASE).exists());
    }

    #[test]
    fn a_workspace_of_before_people_had_keys_is_signed_from_its_restoring_on() {
        let it = workspace_before_keys(3);
        let home = it.home();
        let Fixture { folder: _folder, ws } = it;
        drop(ws);
        let restored = restore(&home).unwrap();
        let ws = Workspace::open(&restored.home, WHO, PASSPHRASE).unwrap();
        let tags: Vec<_> = ws.ledger(&Default::default(), 4).unwrap().iter().map(|row| row.event.tag()).collect();
        assert_eq!(tags, ["opened", "opened", "restored", "key_registered"]);
        assert!(ws.signed_event(ws.ledger_head().unwrap().0 - 2).unwrap().is_some_and(|event| event.fault().is_none()));
        assert!(ws.check(&Progress::new()).unwrap().ok);
    }

    #[test]
    fn what_is_left_of_a_workspace_is_taken_where_it_reaches_further_than_its_backups() {
        let (_folder, home, _, _) = kept();
        let restored = restore(&home).unwrap();
        assert_eq!(restored.from, home);
        let ws = Workspace::open(&restored.home, WHO, PASSPHRASE).unwrap();
        assert!(ws.decision(&link(2)).unwrap().is_some(), "decided after the backup");
        drop(ws);
        // Nor is a keyring that cannot be read the end of it
        std::fs::write(home.join(keyring::NAME), "{}").unwrap();
        assert_eq!(Workspace::people_of_copies(&home).unwrap(), [WHO]);
        assert_eq!(restore(&home).unwrap().from, Workspace::backups(&home)[0]);
        // Nothing sound at all
        std::fs::remove_dir_all(home.join("backups")).unwrap();
        assert!(matches!(restore(&home), Err(WorkspaceError::NoSoundCopy { .. })));
    }

    #[test]
    fn only_who_may_open_the_workspace_now_restores_it_and_not_while_it_is_open() {
        let folder = tempfile::tempdir().unwrap();
        let home = folder.path().join("Test.stewartry");
        let mut ws = Workspace::create(&home, officer(WHO), KeyCost::TEST).unwrap();
        let rob = ws.add_person(NewPerson { passphrase: "another one", ..officer("Rob Roy") }).unwrap();
        let backup = ws.backup(&Progress::new()).unwrap();
        let by = |from: &Path, name: &str, passphrase: &str| {
            Workspace::restore(from, name, passphrase, None, &Progress::new()).map(drop)
        };
        assert!(matches!(by(&home, WHO, PASSPHRASE), Err(WorkspaceError::HeldElsewhere { .. })));
        let standing = ws.staff().unwrap()[1].standing();
        ws.set_standing(rob, super::super::Standing { active: false, ..standing }).unwrap();
        ws.change_passphrase(PASSPHRASE, "a newer one").unwrap();
        drop(ws);
        assert!(matches!(by(&backup, "Rob Roy", "another one"), Err(WorkspaceError::UnknownPerson)));
        assert!(matches!(by(&home, WHO, PASSPHRASE), Err(WorkspaceError::WrongPassphrase)));
        by(&home, WHO, "a newer one").unwrap();
        // A backup is opened as it was made
        by(&backup, WHO, PASSPHRASE).unwrap();
    }
}
