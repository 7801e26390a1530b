//! Whose key is whose, and who may know it.
//!
//! A passphrase that somebody else chose is known to them, and so is the key pair that came with it. The person who was given one
//! makes it their own by choosing another, which comes with a new pair. Where somebody was given a new passphrase who had one of
//! their own before, that is not enough: whoever gave it could have chosen the next one too. Then a third person must vouch
//! that the key is theirs.

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, params};

use super::event::{BatchId, Event, StaffId};
use super::ledger::{self, Entry};
use super::project::expect;
use super::signing::Secret;
use super::{Applied, Result, Workspace, WorkspaceError};

/// Where a person's key comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyStanding {
    /// The key that their signatures are checked with, hex; none where they have not opened the workspace since there are keys.
    pub public: Option<String>,
    /// The last passphrase that somebody else chose for them, if any.
    pub given: Option<Given>,
}

/// A passphrase that somebody else chose.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Given {
    /// Who chose it, and may know it.
    pub by: StaffId,
    /// When.
    pub at: Timestamp,
    /// The person had a passphrase before: this was not their first.
    pub reset: bool,
    /// The person has chosen another since.
    pub replaced: bool,
    /// Who vouched since that the key is the person's own: neither they nor who gave the passphrase.
    pub confirmed_by: Option<StaffId>,
}

impl Given {
    /// Whether whoever chose it may know the key that the person signs with now.
    pub fn may_be_known(&self) -> bool {
        may_be_known(self.reset, self.replaced, self.confirmed_by.is_some())
    }
}

/// A passphrase that was given is known to whoever gave it until the person has chosen another; and, where it was given anew to
/// somebody who had one of their own, until somebody has vouched for the key that came with the next.
pub(super) fn may_be_known(reset: bool, replaced: bool, confirmed: bool) -> bool {
    !replaced || (reset && !confirmed)
}

/// A row of the table.
struct Credential {
    seq: i64,
    given_by: StaffId,
    public: Option<String>,
    confirmed_by: Option<StaffId>,
}

/// A passphrase was given or chosen.
pub(super) fn given(conn: &Connection, entry: &Entry<'_>, staff: StaffId) -> Result<()> {
    conn.prepare_cached("INSERT INTO credential (seq, staff, given_by) VALUES (?1, ?2, ?3)")?.execute(params![
        entry.seq,
        staff.0,
        entry.staff.0
    ])?;
    Ok(())
}

/// The key pair that came with a person's newest passphrase.
pub(super) fn register(conn: &Connection, staff: StaffId, public: &str, sealing: &str) -> Result<()> {
    let set = conn
        .prepare_cached(
            "UPDATE credential SET public = ?2, sealing = ?3
             WHERE seq = (SELECT max(seq) FROM credential WHERE staff = ?1) AND public IS NULL
               AND NOT EXISTS (SELECT 1 FROM credential WHERE public = ?2)",
        )?
        .execute(params![staff.0, public, sealing])?;
    expect(set == 1)
}

/// Somebody vouches for a person's newest key, which must be of that person's own making.
pub(super) fn confirm(conn: &Connection, entry: &Entry<'_>, staff: StaffId, public: &str) -> Result<()> {
    let set = conn
        .prepare_cached(
            "UPDATE credential SET confirmed_by = ?3
             WHERE seq = (SELECT max(seq) FROM credential WHERE staff = ?1) AND public = ?2 AND given_by = ?1 AND ?1 <> ?3",
        )?
        .execute(params![staff.0, public, entry.staff.0])?;
    expect(set == 1)
}

/// The key that a person's signatures are checked with now, hex.
pub(super) fn public(conn: &Connection, staff: StaffId) -> Result<Option<String>> {
    let mut find = conn.prepare_cached("SELECT public FROM credential WHERE staff = ?1 ORDER BY seq DESC LIMIT 1")?;
    Ok(find.query_row([staff.0], |row| row.get(0)).optional()?.flatten())
}

/// That somebody's key in the keyring is the one that the ledger names.
pub(super) fn expect_own(conn: &Connection, staff: StaffId, secret: Option<&Secret>) -> Result<()> {
    if public(conn, staff)? == secret.map(Secret::public) {
        return Ok(());
    }
    Err(WorkspaceError::damaged(
        "your key in its keyring is not the one that its ledger names: one of the two is not what it was",
    ))
}

/// The key that a person's signature on an event was made with: the newest that was registered before it, or with it.
pub(super) fn public_at(conn: &Connection, staff: StaffId, seq: i64) -> Result<Option<String>> {
    let mut find = conn.prepare_cached(
        "SELECT json_extract(payload, '$.public') FROM ledger
         WHERE event = 'key_registered' AND json_extract(payload, '$.staff') = ?1 AND (seq < ?2 OR seq = ?2 AND staff = ?1)
         ORDER BY CASE WHEN seq = ?2 THEN 0 ELSE seq END DESC LIMIT 1",
    )?;
    Ok(find.query_row(params![staff.0, seq], |row| row.get(0)).optional()?)
}

/// The keys to which a new database key is sealed: everybody who is still here, with none for those who have no pair yet.
pub(super) fn sealing(conn: &Connection) -> Result<Vec<(StaffId, Option<String>)>> {
    let mut find = conn.prepare_cached(
        "SELECT s.id, (SELECT sealing FROM credential c WHERE c.staff = s.id ORDER BY seq DESC LIMIT 1)
         FROM staff s WHERE s.active = 1 ORDER BY s.id",
    )?;
    let rows = find.query_map([], |row| Ok((StaffId(row.get(0)?), row.get(1)?)))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

impl Workspace {
    /// Who decided a row of a batch while the passphrase that they had was one that another person chose for them.
    pub fn decided_under_passphrase_of(&self, giver: StaffId, batch: BatchId) -> Result<Vec<StaffId>> {
        let mut find = self.conn.prepare_cached(
            "SELECT DISTINCT r.staff FROM batch_row r
             WHERE r.batch = ?1 AND r.staff <> ?2 AND ?2 = (
                SELECT c.given_by FROM credential c WHERE c.staff = r.staff AND c.seq < r.seq ORDER BY c.seq DESC LIMIT 1)
             ORDER BY 1",
        )?;
        let found = find.query_map([batch.0, giver.0], |row| row.get(0).map(StaffId))?;
        Ok(found.collect::<rusqlite::Result<_>>()?)
    }

    /// Where a person's key comes from.
    pub fn key_standing(&self, staff: StaffId) -> Result<KeyStanding> {
        let mut find = self.conn.prepare_cached(
            "SELECT seq, given_by, public, confirmed_by FROM credential WHERE staff = ?1 ORDER BY seq",
        )?;
        let rows = find.query_map([staff.0], |row| {
            Ok(Credential {
                seq: row.get(0)?,
                given_by: StaffId(row.get(1)?),
                public: row.get(2)?,
                confirmed_by: row.get::<_, Option<i64>>(3)?.map(StaffId),
            })
        })?;
        let all: Vec<Credential> = rows.collect::<rusqlite::Result<_>>()?;
        let public = all.last().and_then(|newest| newest.public.clone());
        let Some(place) = all.iter().rposition(|one| one.given_by != staff) else {
            return Ok(KeyStanding { public, given: None });
        };
        let (last, since) = (&all[place], &all[place + 1..]);
        let at: String = self.conn.query_row("SELECT at FROM ledger WHERE seq = ?1", [last.seq], |row| row.get(0))?;
        let given = Given {
            by: last.given_by,
            at: ledger::time(&at)?,
            reset: place > 0,
            replaced: !since.is_empty(),
            confirmed_by: since.iter().filter_map(|one| one.confirmed_by).find(|by| *by != last.given_by),
        };
        Ok(KeyStanding { public, given: Some(given) })
    }

    /// Vouches that a person's key is their own. Who may is decided above; nobody may for themselves, or for a key that
    /// somebody else made.
    pub fn confirm_key(&mut self, staff: StaffId) -> Result<Applied<()>> {
        let public = self.key_standing(staff)?.public.ok_or_else(|| {
            WorkspaceError::conflict(
                "This person has no key yet: they have not opened the workspace since there are keys",
            )
        })?;
        self.apply(vec![Event::KeyConfirmed { staff, public }], |_| Ok(()))
    }
}
