//! Making a parcel: a copy of the workspace, without what it does not need, under a key of its own.

use std::path::{Path, PathBuf};

use rusqlite::{Connection, OpenFlags, params};

use super::{MARK, Purpose, held};
use crate::files;
use crate::progress::Progress;
use crate::workspace::candidates::{self, kind_code};
use crate::workspace::event::{Event, StaffId};
use crate::workspace::keyring::{self, Keyring, random};
use crate::workspace::sqlite::connect;
use crate::workspace::store::{DATABASE, meta};
use crate::workspace::{Result, Workspace, WorkspaceError, backup, credentials, durable, hex, place, rekey};

/// What is needed of the candidates: those of the parcel's pairs, and whatever else stands beside them on the screens.
const NEEDED: &str = "
    CREATE TEMP TABLE needed_mosaic (id TEXT PRIMARY KEY);
    CREATE TEMP TABLE needed_chi (id TEXT PRIMARY KEY);
    INSERT OR IGNORE INTO needed_mosaic SELECT a FROM temp.parcel_pair UNION SELECT b FROM temp.parcel_pair WHERE kind = 'duplicate';
    INSERT OR IGNORE INTO needed_chi SELECT b FROM temp.parcel_pair WHERE kind = 'link';
    CREATE TEMP TABLE needed_candidate (id INTEGER PRIMARY KEY);
    INSERT INTO needed_candidate SELECT id FROM candidate
        WHERE kind = 'link' AND (a IN (SELECT id FROM needed_mosaic) OR b IN (SELECT id FROM needed_chi))
           OR kind = 'duplicate' AND (a IN (SELECT id FROM needed_mosaic) OR b IN (SELECT id FROM needed_mosaic));
    INSERT OR IGNORE INTO needed_mosaic SELECT a FROM candidate WHERE id IN (SELECT id FROM needed_candidate);
    INSERT OR IGNORE INTO needed_mosaic SELECT b FROM candidate WHERE id IN (SELECT id FROM needed_candidate) AND kind = 'duplicate';
    INSERT OR IGNORE INTO needed_chi SELECT b FROM candidate WHERE id IN (SELECT id FROM needed_candidate) AND kind = 'link';";

/// What is left out: rows that were turned away, what people had begun to write, and every record that the pairs do not need.
const LEFT_OUT: &str = "
    DELETE FROM rejected_row;
    DELETE FROM meta WHERE key GLOB 'setting *.drafts.*';
    DELETE FROM candidate WHERE id NOT IN (SELECT id FROM needed_candidate);
    DELETE FROM mosaic_record WHERE mosaic_id NOT IN (SELECT id FROM needed_mosaic);
    DELETE FROM chi_record WHERE chi NOT IN (SELECT id FROM needed_chi);
    DELETE FROM record_version WHERE kind = 'mosaic' AND id NOT IN (SELECT id FROM needed_mosaic)
        OR kind = 'chi' AND id NOT IN (SELECT id FROM needed_chi);
    DELETE FROM relationship WHERE a NOT IN (SELECT id FROM needed_mosaic) AND b NOT IN (SELECT id FROM needed_mosaic);
    DELETE FROM extract_row;
    DELETE FROM extract_person;
    DELETE FROM chi_search WHERE rowid NOT IN (SELECT id FROM chi_record);";

/// How the name of a parcel begins that is not whole yet; its workspace's identity follows.
const UNFINISHED: &str = ".parcel-unfinished-";

/// Takes away what a program that was killed left half made. Nobody else is making a parcel of this workspace: its lock is held.
fn clear_unfinished(parent: &Path, prefix: &str) {
    for entry in std::fs::read_dir(parent).into_iter().flatten().flatten() {
        if entry.file_name().to_string_lossy().starts_with(prefix) {
            let _ = std::fs::remove_dir_all(entry.path());
        }
    }
}

impl Workspace {
    /// Makes a parcel in a new folder `home`, for people who are here and have keys, and writes down that it was made. Whether it may be
    /// made is decided above.
    ///
    /// Where it cannot be written nothing is left behind but the event.
    pub fn make_parcel(
        &mut self,
        purpose: Purpose,
        people: &[StaffId],
        home: &Path,
        progress: &Progress,
    ) -> Result<PathBuf> {
        if home.exists() {
            return Err(WorkspaceError::AlreadyThere { path: home.to_owned() });
        }
        place::expect_safe(home)?;
        if held(&self.conn)?.is_some() {
            return Err(WorkspaceError::UnfitParcel(
                "This is a parcel itself; parcels are made of the workspace it came from".to_owned(),
            ));
        }
        let sealing = credentials::sealing(&self.conn)?;
        let for_all: Vec<StaffId> = people.iter().copied().chain([self.me.id]).collect();
        let keys = Keyring::read(&self.opened.home)?.settle(meta(&self.conn, keyring::MARK)?.as_deref(), false);
        let mut keys = keys.of(&for_all);
        let has_key = |staff: &StaffId| sealing.iter().any(|(id, sealing)| id == staff && sealing.is_some());
        if !for_all.iter().all(has_key) || keys.names().len() != for_all.len() || !keys.seals_to_all() {
            return Err(WorkspaceError::UnfitParcel("Somebody it is for has not opened the workspace since people have keys of their own, or is no longer here; once they \
                 have opened it, it can be sealed to them".to_owned()));
        }
        let parent = files::folder_of(home).to_owned();
        let prefix = format!("{UNFINISHED}{}-", self.id());
        files::make_folder(&parent).map_err(|error| WorkspaceError::io("Could not make the folder", &parent, error))?;
        clear_unfinished(&parent, &prefix);
        let unfinished = durable::unfinished_folder(&parent, &prefix)
            .map_err(|error| WorkspaceError::io("Could not write in", &parent, error))?;

        let mut id = [0; 16];
        random(&mut id)?;
        let id = hex::encode(&id);
        let event = Event::ParcelMade { parcel: id.clone(), purpose: purpose.clone(), people: people.to_vec() };
        self.apply(vec![event], |_| Ok(()))?;

        let (key, was) = (keyring::new_key()?, self.opened.key());
        backup::fill(&self.conn, &self.opened.home, unfinished.path(), &was, progress)?;
        let database = unfinished.path().join(DATABASE);
        progress.begin("Leaving out what it does not need", 0);
        progress.check()?;
        {
            let mut conn = connect(&database, &was, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
            leave_out(&mut conn, &id, &purpose)?;
            progress.check()?;
            conn.execute_batch("VACUUM")?;
            rekey::encrypt(&conn, &database, &key)?;
        }
        let public = |staff| sealing.iter().find(|(id, _)| *id == staff).and_then(|(_, sealing)| sealing.clone());
        keys.reseal(&key, public)?;
        keys.write(unfinished.path())?;
        durable::sync_file(&database)?;
        std::fs::rename(unfinished.path(), home).map_err(|error| WorkspaceError::io("Could not name", home, error))?;
        let _ = unfinished.keep(); // it has another name now, and is nobody's to remove
        if let Err(error) = durable::sync_folder(&parent) {
            // Nobody carries what the disk did not confirm
            let _ = std::fs::remove_dir_all(home);
            return Err(error);
        }
        Ok(home.to_owned())
    }
}

/// Takes what the parcel does not need out of a copy.
fn leave_out(conn: &mut Connection, id: &str, purpose: &Purpose) -> Result<()> {
    let tx = conn.transaction()?;
    tx.execute_batch("CREATE TEMP TABLE parcel_pair (kind TEXT, a TEXT, b TEXT, PRIMARY KEY (kind, a, b))")?;
    match purpose {
        Purpose::SignOff(batch) => {
            for table in ["batch_row", "control"] {
                tx.execute(
                    &format!("INSERT OR IGNORE INTO temp.parcel_pair SELECT kind, a, b FROM {table} WHERE batch = ?1"),
                    [batch.0],
                )?;
            }
        }
        Purpose::Decide(pairs) => {
            let mut put = tx.prepare("INSERT OR IGNORE INTO temp.parcel_pair VALUES (?1, ?2, ?3)")?;
            for pair in pairs {
                put.execute(params![kind_code(pair.kind()), pair.left(), pair.right()])?;
            }
        }
    }
    tx.execute_batch(NEEDED)?;
    tx.execute_batch(LEFT_OUT)?;
    candidates::refresh_all(&tx)?;
    tx.execute("INSERT INTO meta (key, value) VALUES (?1, ?2)", [MARK, id])?;
    tx.execute("DELETE FROM meta WHERE key = ?1", [keyring::MARK])?;
    tx.execute_batch("DROP TABLE temp.parcel_pair; DROP TABLE temp.needed_mosaic; DROP TABLE temp.needed_chi; DROP TABLE temp.needed_candidate")?;
    tx.commit()?;
    Ok(())
}
