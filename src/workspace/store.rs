//! Making and opening a workspace.

use std::cell::Cell;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags, OptionalExtension};

use super::clock::Clock;
use super::event::{Event, StaffId, Standing};
use super::kept::Keep;
use super::keyring::{self, Key, KeyCost, Keyring, Unlocked, Wrapped};
use super::lock::{self, Lock};
use super::migrate::{self, MIGRATIONS};
use super::reached::Reached;
use super::search::index;
use super::signing::Secret;
use super::sqlite::connect;
use super::staff::{self, NewPerson};
use super::{
    Result, Staff, WorkspaceError, backup, check, close, credentials, durable, hex, place, signatures, training,
};
use crate::files;
use crate::progress::Progress;

/// The database's name in the workspace's folder.
pub(super) const DATABASE: &str = "workspace.db";

/// An open workspace: one connection, one signed-in person.
///
/// `Send`, not `Sync`: a job takes its own [`Workspace::handle`] to its thread. Readers and one writer get along (WAL); a
/// second writer waits, and then is told that the workspace is busy.
pub struct Workspace {
    pub(super) conn: Connection,
    pub(super) me: Staff,
    /// Since which state of the database the candidates' count is kept ([`Workspace::status_since`]).
    pub(super) counted: Option<i64>,
    /// Under which of the database's keys the connection was made.
    pub(super) under: Cell<u64>,
    // Last, so that the lock is let go after the connection is closed.
    pub(super) opened: Arc<Opened>,
}

/// What every connection of one opened workspace shares.
pub(super) struct Opened {
    pub(super) home: PathBuf,
    pub(super) id: String,
    /// The database's key, and how often it was changed since the workspace was opened.
    key: RwLock<Key>,
    changes: AtomicU64,
    /// What the signed-in person signs with.
    secret: RwLock<Option<Arc<Secret>>>,
    pub(super) clock: Clock,
    /// Of a practice workspace: the SHA-256 of its answers.
    pub(super) training: Option<String>,
    /// What is kept of the candidate pairs.
    pub(super) keep: Keep,
    pub(super) reached: Reached,
    /// How far every signature was verified since the workspace was opened.
    pub(super) verified: Mutex<Option<signatures::Verified>>,
    /// The disk did not confirm a deed: from then on nothing is changed any more.
    pub(super) unsynced: AtomicBool,
    /// The lock did not keep others out any more when it was last looked at: nor is anything changed then.
    unlocked: AtomicBool,
    lock: Lock,
}

impl Opened {
    pub(super) fn new(
        home: &Path,
        id: String,
        key: Key,
        secret: Option<Secret>,
        training: Option<String>,
        lock: Lock,
    ) -> Self {
        Self {
            home: home.into(),
            id,
            key: RwLock::new(key),
            changes: AtomicU64::new(0),
            secret: RwLock::new(secret.map(Arc::new)),
            clock: Clock::new(),
            training,
            keep: Keep::default(),
            reached: Reached::open(home),
            verified: Mutex::new(None),
            unsynced: AtomicBool::new(false),
            unlocked: AtomicBool::new(false),
            lock,
        }
    }

    /// That the lock keeps others out. Once it did not, somebody else may have the workspace open, and nothing is changed from here
    /// any more.
    pub(super) fn expect_held(&self) -> Result<()> {
        if self.unlocked.load(Ordering::Acquire) || !self.lock.is_held() {
            self.unlocked.store(true, Ordering::Release);
            return Err(WorkspaceError::LockLost);
        }
        Ok(())
    }

    /// The database's key, as it is now.
    pub(super) fn key(&self) -> Key {
        self.key.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The database has another key from now on.
    pub(super) fn set_key(&self, key: Key) {
        *self.key.write().unwrap_or_else(PoisonError::into_inner) = key;
        self.changes.fetch_add(1, Ordering::AcqRel);
    }

    /// How often the key was changed.
    pub(super) fn changes(&self) -> u64 {
        self.changes.load(Ordering::Acquire)
    }

    /// What the signed-in person signs with; none in a workspace that nobody has opened since there are keys.
    pub(super) fn secret(&self) -> Option<Arc<Secret>> {
        self.secret.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The signed-in person signs with another secret from now on.
    pub(super) fn set_secret(&self, secret: Secret) {
        *self.secret.write().unwrap_or_else(PoisonError::into_inner) = Some(Arc::new(secret));
    }
}

impl Workspace {
    /// Makes a workspace in the folder `home`, which must not be there yet, with its first person signed in.
    ///
    /// Either the whole workspace is there afterwards, or nothing is.
    pub fn create(home: &Path, first: NewPerson<'_>, cost: KeyCost) -> Result<Self> {
        Self::create_for(home, first, cost, None)
    }

    pub(super) fn create_for(
        home: &Path,
        first: NewPerson<'_>,
        cost: KeyCost,
        training: Option<String>,
    ) -> Result<Self> {
        Self::create_as(home, first, cost, training, true)
    }

    /// Makes a workspace as it was before there were key pairs.
    #[cfg(test)]
    pub(super) fn create_first_form(home: &Path, first: NewPerson<'_>) -> Result<Self> {
        Self::create_as(home, first, KeyCost::TEST, None, false)
    }

    fn create_as(
        home: &Path,
        first: NewPerson<'_>,
        cost: KeyCost,
        training: Option<String>,
        pairs: bool,
    ) -> Result<Self> {
        staff::check_passphrase(first.passphrase)?;
        let name = staff::checked_name(first.name)?;
        place::expect_safe(home)?;
        let parent = files::folder_of(home);
        files::make_folder(parent).map_err(|error| WorkspaceError::io("Could not make the folder", parent, error))?;
        match new_folder(home) {
            Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {
                return Err(WorkspaceError::AlreadyThere { path: home.into() });
            }
            made => made.map_err(|source| WorkspaceError::io("Could not make the folder", home, source))?,
        }
        let made = Self::furnish(home, &name, first, cost, training, pairs);
        if made.is_err() {
            // The folder is of our own making, a moment ago; what could not be finished is not left lying about.
            let _ = std::fs::remove_dir_all(home);
        }
        made
    }

    fn furnish(
        home: &Path,
        name: &str,
        first: NewPerson<'_>,
        cost: KeyCost,
        training: Option<String>,
        pairs: bool,
    ) -> Result<Self> {
        let lock = Lock::take(home)?;
        let key = keyring::new_key()?;
        let mut id = [0; 16];
        keyring::random(&mut id)?;
        let id = hex::encode(&id);

        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE;
        let mut conn = connect(&home.join(DATABASE), &key, flags)?;
        migrate::run(&mut conn, MIGRATIONS)?;
        index::ensure(&mut conn)?;
        conn.execute("INSERT INTO meta (key, value) VALUES ('workspace', ?1)", [&id])?;

        let standing = Standing { name: name.into(), role: first.role, administers: first.administers, active: true };
        let me = staff::of(StaffId(1), &standing);
        let mut keyring = Keyring::new(&id);
        let person = Wrapped { id: me.id, name, passphrase: first.passphrase };
        let version = env!("CARGO_PKG_VERSION").into();
        let mut events = vec![Event::WorkspaceCreated { workspace: id.clone(), version }];
        events.extend(training.clone().map(|answers_sha256| Event::TrainingBegun { answers_sha256 }));
        events.push(Event::StaffChanged { staff: me.id, before: None, after: standing });
        let secret = if pairs { Some(Secret::new()?) } else { None };
        match &secret {
            Some(secret) => {
                keyring.put(person, cost, &key, secret)?;
                events.push(staff::registered(me.id, secret));
            }
            #[cfg(test)]
            None => keyring.put_first_form(person, cost, &key)?,
            #[cfg(not(test))]
            None => {}
        }
        events.push(Event::Opened { account: lock::account() });
        let mut workspace = Self::with(conn, me, Opened::new(home, id, key, secret, training, lock));
        workspace.apply(events, |_| Ok(()))?;
        keyring.write(home)?;
        durable::sync_folder(files::folder_of(home))?;
        Ok(workspace)
    }

    /// The names of those who may open the workspace, before it is opened.
    pub fn people(home: &Path) -> Result<Vec<String>> {
        expect_workspace(home)?;
        Ok(Keyring::read(home)?.names())
    }

    /// Opens a workspace: takes its lock, unwraps the key, migrates the schema after a backup, records the opening.
    /// A workspace of a version before the index of words has that made now, once.
    pub fn open(home: &Path, name: &str, passphrase: &str) -> Result<Self> {
        Self::open_telling(home, name, passphrase, &Progress::new())
    }

    /// The same, saying where it is: a workspace of an older version is copied, and brought up to this one, which takes minutes
    /// where it is large.
    ///
    /// # Errors
    /// As [`open`](Self::open); and where the work was asked to stop while the copy was made, which leaves the workspace as it was.
    pub fn open_telling(home: &Path, name: &str, passphrase: &str, progress: &Progress) -> Result<Self> {
        Self::open_with(home, name, passphrase, MIGRATIONS, progress)
    }

    pub(super) fn open_with(
        home: &Path,
        name: &str,
        passphrase: &str,
        migrations: &[&str],
        progress: &Progress,
    ) -> Result<Self> {
        expect_workspace(home)?;
        place::expect_safe(home)?;
        let lock = Lock::take(home)?;
        let keyring = Keyring::read(home)?;
        let found = keyring.unlock(name, passphrase)?;
        let (mut conn, came) = connect_with(home, &found)?;
        // Until it is known to be what was saved, closing it folds nothing into the database: what is damaged stays as it is
        conn.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)?;
        let standing = migrate::standing(&conn, migrations)?;
        Reached::expect(home, &conn)?;
        conn.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, false)?;
        backup::clear_unfinished(home);
        files::clear_unfinished(home);

        let unlocked = in_force(&conn, &keyring, found, came)?;
        let mut events = Vec::new();
        if standing == migrate::Standing::Older {
            let copy = backup::copy(&conn, home, &unlocked.key, backup::Occasion::Migration, progress)?;
            progress.begin("Bringing it up to this version of the program", 0);
            migrate::run(&mut conn, migrations)?;
            events.push(Event::BackedUp { name: backup::name_of(&copy) });
        }
        index::ensure(&mut conn)?;
        if migrations == MIGRATIONS
            && let Some(fault) = check::schema_fault(&conn)?
        {
            return Err(WorkspaceError::damaged(crate::words::lower_first(&fault)));
        }
        let id = meta(&conn, "workspace")?.filter(|id| id == keyring.workspace());
        let id = id.ok_or_else(|| WorkspaceError::damaged("its keyring belongs to another workspace"))?;

        let id = identity(&conn)?.unwrap_or(id);
        if keyring.is_between() {
            keyring.settle(meta(&conn, keyring::MARK)?.as_deref(), came).write(home)?;
        }
        let Unlocked { staff, key, secret, .. } = unlocked;
        let me = staff::by_id(&conn, staff)?.filter(|me| me.active).ok_or(WorkspaceError::UnknownPerson)?;
        signatures::tail(&conn)?;
        signatures::people(&conn)?;
        credentials::expect_own(&conn, staff, secret.as_ref())?;

        let first = secret.is_none();
        let opened = Opened::new(home, id, key, secret, training::mark(&conn)?, lock);
        let mut workspace = Self::with(conn, me, opened);
        if first {
            workspace.make_own_pair(passphrase, std::mem::take(&mut events))?;
        }
        events.push(Event::Opened { account: lock::account() });
        workspace.apply(events, |_| Ok(()))?;
        workspace.change_key_if_due();
        Ok(workspace)
    }

    pub(super) fn with(conn: Connection, me: Staff, opened: Opened) -> Self {
        let opened = Arc::new(opened);
        Self { conn, me, counted: None, under: Cell::new(0), opened }
    }

    /// A second connection of the same opened workspace, for a job's thread. It shares the lock, the keys and the person.
    pub fn handle(&self) -> Result<Self> {
        let opened = Arc::clone(&self.opened);
        let under = Cell::new(opened.changes());
        let conn = connect(&opened.home.join(DATABASE), &opened.key(), OpenFlags::SQLITE_OPEN_READ_WRITE)?;
        Ok(Self { conn, me: self.me.clone(), counted: None, under, opened })
    }

    /// Connects again where the database's key was changed by another hold of the same workspace. Until then nothing can be
    /// read through this one.
    pub fn renew(&mut self) -> Result<()> {
        let changes = self.opened.changes();
        if self.under.get() != changes {
            self.conn =
                connect(&self.opened.home.join(DATABASE), &self.opened.key(), OpenFlags::SQLITE_OPEN_READ_WRITE)?;
            self.under.set(changes);
        }
        Ok(())
    }

    /// Reads again what whoever is signed in may do: another hold of the same workspace may have changed it.
    pub fn renew_me(&mut self) -> Result<()> {
        if let Some(me) = staff::by_id(&self.conn, self.me.id)? {
            self.me = me;
        }
        Ok(())
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

    /// The workspace's identity: random, and another one after it was restored from a copy.
    pub fn id(&self) -> &str {
        &self.opened.id
    }

    /// Whether nothing can be changed any more. It ends with the closing of the workspace: whoever opens it again finds what the
    /// disk holds.
    pub fn is_read_only(&self) -> bool {
        self.read_only().is_some()
    }

    /// Why nothing can be changed any more, where that is so: [`WorkspaceError::ReadOnly`] or [`WorkspaceError::LockLost`].
    pub fn read_only(&self) -> Option<WorkspaceError> {
        if self.opened.unsynced.load(Ordering::Acquire) {
            Some(WorkspaceError::ReadOnly)
        } else if self.opened.unlocked.load(Ordering::Acquire) {
            Some(WorkspaceError::LockLost)
        } else {
            None
        }
    }

    /// Takes note of what came of a change: after one that the disk did not confirm there is no other.
    pub(super) fn confirmed<T>(&self, outcome: Result<T>) -> Result<T> {
        if matches!(outcome, Err(WorkspaceError::NotSynced)) {
            self.opened.unsynced.store(true, Ordering::Release);
        }
        outcome
    }

    pub(super) fn expect_writable(&self) -> Result<()> {
        self.opened.expect_held()?;
        self.read_only().map_or(Ok(()), Err)
    }

    /// Gives back the memory of the pages that were read: after a walk through everything, before work that needs the room.
    pub fn forget_pages(&self) -> Result<()> {
        Ok(self.conn.execute_batch("PRAGMA shrink_memory")?)
    }

    /// A small thing the interface remembers, such as a place in a queue.
    pub fn setting(&self, key: &str) -> Result<Option<String>> {
        let mut find = self.conn.prepare_cached("SELECT value FROM meta WHERE key = 'setting ' || ?1")?;
        Ok(find.query_row([key], |row| row.get(0)).optional()?)
    }

    /// Remembers a small thing. Not an event: nothing of consequence belongs here.
    pub fn set_setting(&mut self, key: &str, value: &str) -> Result<()> {
        if self.expect_writable().is_err() {
            return Ok(());
        }
        self.confirmed(self.put_setting(key, value))
    }

    fn put_setting(&self, key: &str, value: &str) -> Result<()> {
        let mut put = self.conn.prepare_cached(
            "INSERT INTO meta (key, value) VALUES ('setting ' || ?1, ?2)
             ON CONFLICT (key) DO UPDATE SET value = excluded.value",
        )?;
        put.execute([key, value])?;
        Ok(())
    }
}

/// Connects with whichever of the keys opens the database, and says whether only one that was to come did.
pub(super) fn connect_with(home: &Path, found: &[Unlocked]) -> Result<(Connection, bool)> {
    let mut failed = None;
    for one in found {
        match connect(&home.join(DATABASE), &one.key, OpenFlags::SQLITE_OPEN_READ_WRITE) {
            Ok(conn) => return Ok((conn, one.of_next && failed.is_some())),
            Err(error) => failed = failed.or(Some(error)),
        }
    }
    Err(failed.unwrap_or(WorkspaceError::UnknownPerson))
}

/// Of what a passphrase opened, that which is in force: the entries to come may be, where a change was cut short.
pub(super) fn in_force(conn: &Connection, keyring: &Keyring, found: Vec<Unlocked>, came: bool) -> Result<Unlocked> {
    let of_next = keyring.has_come(meta(conn, keyring::MARK)?.as_deref(), came);
    found.into_iter().find(|one| one.of_next == of_next).ok_or(WorkspaceError::WrongPassphrase)
}

/// A value of the table `meta`.
pub(super) fn meta(conn: &Connection, key: &str) -> Result<Option<String>> {
    Ok(conn.query_row("SELECT value FROM meta WHERE key = ?1", [key], |row| row.get(0)).optional()?)
}

/// The identity that a workspace was given when it was restored.
pub(super) fn identity(conn: &Connection) -> Result<Option<String>> {
    Ok(conn.query_row("SELECT value FROM meta WHERE key = 'identity'", [], |row| row.get(0)).optional()?)
}

/// Says clearly when a folder is something else.
pub(super) fn expect_workspace(home: &Path) -> Result<()> {
    let why = if !home.exists() {
        "there is nothing of that name"
    } else if !home.is_dir() {
        "it is a file, not a folder"
    } else if close::has_no_keys(home) {
        // What cannot be destroyed now is the next one's to destroy; it opens nothing
        let _ = close::destroy_rest(home);
        "it was closed, and its keys are gone; CLOSED.txt in it says what remains"
    } else {
        let database = home.join(DATABASE);
        match std::fs::metadata(&database) {
            Ok(found) if found.is_file() => return Ok(()),
            Err(error) if error.kind() == std::io::ErrorKind::PermissionDenied => {
                return Err(WorkspaceError::io("You may not read", database, error));
            }
            _ => "it holds no workspace.db",
        }
    };
    Err(WorkspaceError::NotAWorkspace { path: home.into(), why })
}

/// Makes a folder that only its owner can enter.
#[cfg(unix)]
fn new_folder(path: &Path) -> std::io::Result<()> {
    std::os::unix::fs::DirBuilderExt::mode(&mut std::fs::DirBuilder::new(), 0o700).create(path)
}

/// Makes a folder. Who can enter it is inherited: a person's own folders are their own.
#[cfg(not(unix))]
fn new_folder(path: &Path) -> std::io::Result<()> {
    std::fs::create_dir(path)
}
