//! Verified copies, and when they are made.
//!
//! Somebody asks for one; and the program makes one by itself before what cannot be taken back: a load, a release with merges,
//! a migration, a change of key; and by the hour while a window is open. Those before loads and releases and by the hour are left
//! out where nothing happened since the last copy, and the older of them are taken away again ([`KEPT`], [`DAYS`]). What somebody
//! asked for, and what was made before a migration or a change of key, stays.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use jiff::tz::TimeZone;
use rusqlite::backup::{Backup, StepResult};
use rusqlite::{Connection, OpenFlags, OptionalExtension, Transaction};

use super::event::Event;
use super::keyring::{self, Key};
use super::ledger::Head;
use super::store::DATABASE;
use super::{Result, Workspace, WorkspaceError, durable, sqlite};
use crate::files;
use crate::progress::Progress;

/// The folder that holds the copies.
pub(super) const FOLDER: &str = "backups";
/// How the name of a copy ends, and begins while it is being made.
const ENDING: &str = ".stewartry";
const UNFINISHED: &str = "unfinished-";
/// How many of the newest copies that were not asked for are kept; and of so many days before them one each.
const KEPT: usize = 4;
const DAYS: usize = 7;
/// Pages copied between two looks at the progress: 4 MiB.
const STEP: i32 = 1024;

/// Why a copy is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Occasion {
    /// Somebody asked for it.
    Asked,
    /// An hour of work has passed.
    Hour,
    /// A file is about to be loaded.
    Load,
    /// A batch with merges is about to be written.
    Release,
    /// An older workspace is about to be brought to this version.
    Migration,
    /// The workspace was closed: this is its last.
    Close,
    /// The database is about to be encrypted under another key.
    KeyChange,
}

impl Occasion {
    /// What it adds to a copy's name.
    fn suffix(self) -> &'static str {
        match self {
            Self::Asked => "",
            Self::Hour => "-hourly",
            Self::Load => "-before-load",
            Self::Release => "-before-release",
            Self::Migration => "-before-migration",
            Self::Close => "-closed",
            Self::KeyChange => "-before-key-change",
        }
    }

    /// Those whose copies are taken away again when there are newer ones.
    const ROTATED: [Self; 3] = [Self::Hour, Self::Load, Self::Release];
}

impl Workspace {
    /// Copies the open workspace into its `backups` folder and proves the copy sound. The copy is a workspace folder of its
    /// own, encrypted as this one is, opened by the same people with the same passphrases.
    ///
    /// Those who work on in the meantime are not held up; the copy is of one moment. Cancelled, it leaves nothing behind.
    pub fn backup(&mut self, progress: &Progress) -> Result<PathBuf> {
        self.back_up_for(Occasion::Asked, progress)
    }

    /// The copy that the program makes by itself, unless nothing but openings happened since the last one, or nothing was
    /// loaded yet. Older ones of its kind are taken away again.
    pub fn back_up_unasked(&mut self, occasion: Occasion, progress: &Progress) -> Result<Option<PathBuf>> {
        self.expect_writable()?;
        self.renew()?;
        if !is_due(&self.conn, &self.opened.home)? {
            return Ok(None);
        }
        let copy = self.back_up_for(occasion, progress)?;
        self.rotate_copies();
        Ok(Some(copy))
    }

    /// The copy that is made before a load, under the same conditions, without its event: that is to be of the load's own deed
    /// ([`Event::BackedUp`] first), so that a file that is refused leaves nothing behind.
    pub fn copy_before_load(&self, progress: &Progress) -> Result<Option<PathBuf>> {
        self.expect_writable()?;
        if !is_due(&self.conn, &self.opened.home)? {
            return Ok(None);
        }
        copy(&self.conn, &self.opened.home, &self.opened.key(), Occasion::Load, progress).map(Some)
    }

    /// Takes the older of the copies away that nobody asked for.
    pub fn rotate_copies(&self) {
        rotate(&self.conn, &self.opened.home);
    }

    fn back_up_for(&mut self, occasion: Occasion, progress: &Progress) -> Result<PathBuf> {
        self.renew()?;
        let copy = copy(&self.conn, &self.opened.home, &self.opened.key(), occasion, progress)?;
        if let Err(cancelled) = progress.check() {
            // The desk was locked meanwhile, perhaps: nothing more is signed in this person's name
            let _ = std::fs::remove_dir_all(&copy);
            return Err(cancelled.into());
        }
        self.apply(vec![Event::BackedUp { name: name_of(&copy) }], |_| Ok(()))?;
        Ok(copy)
    }

    /// The copies in the folder of a workspace, the newest first. Each was sound when it was made.
    pub fn backups(home: &Path) -> Vec<PathBuf> {
        let entries = std::fs::read_dir(home.join(FOLDER)).into_iter().flatten().flatten().map(|entry| entry.path());
        let mut copies: Vec<PathBuf> =
            entries.filter(|copy| stamp(copy).is_some() && copy.join(DATABASE).is_file()).collect();
        copies.sort_by(|a, b| (stamp(b), b).cmp(&(stamp(a), a)));
        copies
    }

    /// When the newest copy in the workspace's folder was made, by its name, and how many there are; `None` where there is none.
    pub fn newest_backup(&self) -> Option<(Timestamp, u64)> {
        let copies = Self::backups(&self.opened.home);
        Some((made_at(copies.first()?)?, copies.len() as u64))
    }
}

/// Whether anything happened since the newest copy, which is still there.
fn is_due(conn: &Connection, home: &Path) -> Result<bool> {
    if !conn.query_row("SELECT EXISTS (SELECT 1 FROM source_file)", [], |row| row.get::<_, bool>(0))? {
        return Ok(false);
    }
    let newest: Option<(i64, String)> = conn
        .query_row(
            "SELECT seq, json_extract(payload, '$.name') FROM ledger WHERE event = 'backed_up' ORDER BY seq DESC LIMIT 1",
            [],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )
        .optional()?;
    let Some((seq, _)) = newest.filter(|(_, name)| home.join(FOLDER).join(name).join(DATABASE).is_file()) else {
        return Ok(true);
    };
    let since = "SELECT EXISTS (SELECT 1 FROM ledger WHERE seq > ?1 AND event NOT IN ('opened', 'backed_up'))";
    Ok(conn.query_row(since, [seq], |row| row.get(0))?)
}

/// When a copy was made, by its name: the last part that is a day and a time.
fn stamp(copy: &Path) -> Option<String> {
    let name = name_of(copy);
    let name = name.strip_suffix(ENDING).filter(|name| !name.starts_with(UNFINISHED))?;
    let is_stamp = |part: &&str| {
        part.len() == 16
            && part.char_indices().all(|(at, c)| match at {
                8 => c == 'T',
                15 => c == 'Z',
                _ => c.is_ascii_digit(),
            })
    };
    name.split('-').rfind(is_stamp).map(str::to_owned)
}

fn made_at(copy: &Path) -> Option<Timestamp> {
    let moment = jiff::civil::DateTime::strptime("%Y%m%dT%H%M%SZ", stamp(copy)?).ok()?;
    moment.to_zoned(TimeZone::UTC).ok().map(|moment| moment.timestamp())
}

/// Takes away the older of the copies that nobody asked for. One that cannot be taken away is let stand.
///
/// Which is older the ledger says, where it knows a copy: the clock that gave a copy its name may have been set back since.
fn rotate(conn: &Connection, home: &Path) {
    let rotated = |copy: &Path| {
        let name = name_of(copy);
        Occasion::ROTATED.iter().any(|it| name.contains(&format!("Z{}", it.suffix())))
    };
    let Ok(places) = places(conn) else { return };
    let mut copies: Vec<PathBuf> = Workspace::backups(home);
    // One that no deed told of stands with those that its name makes its neighbours; the sort keeps their order
    let place = |copy: &PathBuf| {
        let told = || places.iter().filter(|(name, _)| stamp(Path::new(name)) <= stamp(copy));
        places.get(&name_of(copy)).copied().or_else(|| told().map(|(_, seq)| *seq).max())
    };
    copies.sort_by_cached_key(|copy| Reverse(place(copy)));
    let mut days = Vec::new();
    for copy in copies.into_iter().filter(|copy| rotated(copy)).skip(KEPT) {
        let day = stamp(&copy).map(|stamp| stamp[..8].to_owned());
        if days.len() < DAYS && !days.contains(&day) {
            days.push(day);
        } else {
            let _ = std::fs::remove_dir_all(copy);
        }
    }
}

/// The copies that the ledger tells of, and where.
fn places(conn: &Connection) -> Result<BTreeMap<String, i64>> {
    let told = "SELECT json_extract(payload, '$.name'), seq FROM ledger WHERE event = 'backed_up'";
    Ok(conn.prepare(told)?.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?.collect::<Result<_, _>>()?)
}

/// Takes away what a program that was killed left half copied. Nobody else can be at work: the lock is held.
pub(super) fn clear_unfinished(home: &Path) {
    for entry in std::fs::read_dir(home.join(FOLDER)).into_iter().flatten().flatten() {
        if entry.file_name().to_string_lossy().starts_with(UNFINISHED) {
            let _ = std::fs::remove_dir_all(entry.path());
        }
    }
}

/// A copy's name, without its folder.
pub fn name_of(copy: &Path) -> String {
    copy.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}

/// Makes and verifies a copy; it has its name only once it is whole.
pub(super) fn copy(
    conn: &Connection,
    home: &Path,
    key: &Key,
    occasion: Occasion,
    progress: &Progress,
) -> Result<PathBuf> {
    copy_into(&home.join(FOLDER), conn, home, key, occasion, progress)
}

/// [`copy`], into another folder.
pub(super) fn copy_into(
    folder: &Path,
    conn: &Connection,
    home: &Path,
    key: &Key,
    occasion: Occasion,
    progress: &Progress,
) -> Result<PathBuf> {
    files::make_folder(folder).map_err(|error| WorkspaceError::io("Could not make the folder", folder, error))?;
    let unfinished = durable::unfinished_folder(folder, UNFINISHED)
        .map_err(|error| WorkspaceError::io("Could not write in", folder, error))?;
    fill(conn, home, unfinished.path(), key, progress)?;

    let name = home.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
    let day = Timestamp::now().strftime("%Y%m%dT%H%M%SZ");
    let suffix = occasion.suffix();
    let mut whole = folder.join(format!("{name}-{day}{suffix}{ENDING}"));
    for again in 2.. {
        if !whole.exists() {
            break;
        }
        whole = folder.join(format!("{name}-{day}{suffix}-{again}{ENDING}"));
    }
    std::fs::rename(unfinished.path(), &whole).map_err(|error| WorkspaceError::io("Could not name", &whole, error))?;
    let _ = unfinished.keep(); // it has another name now, and is nobody's to remove
    durable::sync_folder(folder)?;
    Ok(whole)
}

/// Copies the database and the keyring into a folder, and verifies the copy.
pub(super) fn fill(conn: &Connection, home: &Path, into: &Path, key: &Key, progress: &Progress) -> Result<()> {
    let path = into.join(DATABASE);
    // One moment of the workspace, however long the copying takes, and the keyring of that moment: a passphrase that is changed
    // meanwhile is in both or in neither.
    let (moment, head, keys) = of_one_moment(conn, home)?;
    {
        let mut target = sqlite::keyed(&path, key, OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE)?;
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
    durable::replace(&into.join(keyring::NAME), &keys)?;
    durable::sync_file(&path)
}

/// So often the keyring is read again where it was changed while the moment began.
const TRIES: usize = 20;

/// A moment of the workspace, where its ledger ends, and the keyring that belongs to it: the same before the moment began and after.
fn of_one_moment<'c>(conn: &'c Connection, home: &Path) -> Result<(Transaction<'c>, Head, Vec<u8>)> {
    let path = home.join(keyring::NAME);
    let read = || files::read(&path).map_err(|error| WorkspaceError::io("Could not read", &path, error));
    for _ in 0..TRIES {
        let before = read()?;
        let moment = conn.unchecked_transaction()?;
        let head = Head::read(&moment)?;
        if read()? == before {
            return Ok((moment, head, before));
        }
        drop(moment);
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
    Err(WorkspaceError::conflict("Passphrases are being changed at this moment, so nothing was copied. Try again"))
}

/// Opens a copy with the key and looks at all of it: that every page is what was encrypted, and that the pages make whole tables and
/// indexes. It was copied page by page, so whether each row stands in each index is as it is in the workspace, which the check
/// looks at; asked here it would take as long as all else together.
fn verify(path: &Path, key: &Key, head: &Head) -> Result<()> {
    let copy = sqlite::connect(path, key, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    let sound: String = copy.query_row("PRAGMA quick_check(1)", [], |row| row.get(0))?;
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
        let ws = Workspace::open_with(&home, "Ailsa Craig", PASSPHRASE, &newer, &Progress::new()).unwrap();
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
        drop(Workspace::open_with(&home, "Ailsa Craig", PASSPHRASE, &newer, &Progress::new()).unwrap());

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
        Workspace::open_with(&home, "Ailsa Craig", PASSPHRASE, &broken, &Progress::new()).err().unwrap();
        let ws = Workspace::open(&home, "Ailsa Craig", PASSPHRASE).unwrap();
        assert_eq!(dump(&ws.conn), state);
        assert!(ws.check(&Progress::new()).unwrap().ok);
    }

    #[test]
    fn the_program_makes_copies_by_itself_where_something_happened_and_takes_the_older_away() {
        let progress = Progress::new();
        let mut it = workspace(0);
        assert_eq!(it.ws.back_up_unasked(Occasion::Load, &progress).unwrap(), None, "there is nothing to lose yet");
        it.load(4, "");
        it.matched(4);
        let first = it.ws.back_up_unasked(Occasion::Load, &progress).unwrap().unwrap();
        assert!(name_of(&first).ends_with("Z-before-load.stewartry"), "{first:?}");
        assert_eq!(it.ws.back_up_unasked(Occasion::Hour, &progress).unwrap(), None, "nothing happened since");
        it = it.reopen();
        assert_eq!(it.ws.back_up_unasked(Occasion::Hour, &progress).unwrap(), None, "an opening is nothing");
        std::fs::remove_dir_all(&first).unwrap();
        assert!(it.ws.back_up_unasked(Occasion::Hour, &progress).unwrap().is_some(), "the copy was taken away");

        let asked = it.ws.backup(&progress).unwrap();
        let (newest, kept) = it.ws.newest_backup().unwrap();
        assert!(kept == 2 && (Timestamp::now() - newest).get_seconds() < 60, "{kept}, {newest}");
        let folder = it.home().join(FOLDER);
        for day in 1..=20 {
            for hour in [9, 11] {
                let copy = folder.join(format!("Test-202601{day:02}T{hour:02}0000Z-hourly.stewartry"));
                std::fs::create_dir(&copy).unwrap();
                std::fs::write(copy.join(DATABASE), "").unwrap();
            }
        }
        std::fs::create_dir(folder.join("unfinished-x")).unwrap();
        it.decide(&link(1), Verdict::Match);
        let newest = it.ws.back_up_unasked(Occasion::Release, &progress).unwrap().unwrap();
        let left = Workspace::backups(&it.home());
        assert!(left.contains(&asked) && left.contains(&newest), "{left:?}");
        // Asked for; four of the newest; one each of seven days before
        assert_eq!(left.len(), 1 + KEPT + DAYS, "{left:?}");
        let it = it.reopen();
        assert!(!folder.join("unfinished-x").exists());
        it.healthy();
    }

    #[test]
    fn a_copy_is_the_newest_whatever_the_clock_said_when_the_others_were_made() {
        let progress = Progress::new();
        let mut it = workspace(3);
        it.matched(3);
        let folder = it.home().join(FOLDER);
        std::fs::create_dir(&folder).unwrap();
        let (days, mut ahead) = (1..=(KEPT + DAYS + 2), Vec::new());
        for day in days {
            let name = format!("Test-203001{day:02}T090000Z-hourly.stewartry");
            std::fs::create_dir(folder.join(&name)).unwrap();
            std::fs::write(folder.join(&name).join(DATABASE), "").unwrap();
            it.ws.apply(vec![Event::BackedUp { name: name.clone() }], |_| Ok(())).unwrap();
            ahead.push(name);
        }
        let mut made = Vec::new();
        for n in 1..=2 {
            it.decide(&link(n), Verdict::Match);
            made.push(it.ws.back_up_unasked(Occasion::Hour, &progress).unwrap().unwrap());
        }
        let left = Workspace::backups(&it.home());
        assert!(made.iter().all(|copy| left.contains(copy)), "{left:?}");
        assert_eq!(left.len(), KEPT + DAYS);
        assert!(!folder.join(&ahead[0]).exists() && folder.join(&ahead[KEPT + DAYS + 1]).exists(), "{left:?}");
    }
}
