//! Export profiles as the ledger keeps them: every version that was saved. What a profile says is the business of the room
//! that writes the files; here it is a piece of JSON.

use rusqlite::{Connection, params};

use super::event::StaffId;
use super::ledger::{self, Entry};
use super::project::expect;
use super::{Result, Workspace, WorkspaceError};

/// A saved version of an export profile.
#[derive(Debug, Clone, PartialEq)]
pub struct SavedProfile {
    /// Its name.
    pub name: String,
    /// Its version, from 1.
    pub version: u64,
    /// What it says.
    pub profile: serde_json::Value,
    /// Who saved it.
    pub staff: StaffId,
    /// When.
    pub at: jiff::Timestamp,
}

/// Keeps the next version of a profile.
pub(super) fn save(
    conn: &Connection,
    entry: &Entry<'_>,
    name: &str,
    version: u64,
    profile: &serde_json::Value,
) -> Result<()> {
    let newest: i64 = conn
        .prepare_cached("SELECT coalesce(max(version), 0) FROM export_profile WHERE name = ?1")?
        .query_row([name], |row| row.get(0))?;
    let next = newest + 1;
    expect(i64::try_from(version) == Ok(next))?;
    conn.prepare_cached("INSERT INTO export_profile (name, version, profile, staff, at) VALUES (?1, ?2, ?3, ?4, ?5)")?
        .execute(params![name, next, profile.to_string(), entry.staff.0, entry.at])?;
    Ok(())
}

impl Workspace {
    /// Every saved version of every profile, by name, the newest version first.
    pub fn saved_profiles(&self) -> Result<Vec<SavedProfile>> {
        let mut find = self.conn.prepare_cached(
            "SELECT name, version, profile, staff, at FROM export_profile ORDER BY name, version DESC",
        )?;
        let mut rows = find.query([])?;
        let mut found = Vec::new();
        while let Some(row) = rows.next()? {
            let profile: String = row.get(2)?;
            found.push(SavedProfile {
                name: row.get(0)?,
                version: super::number::count(row, 1)?,
                profile: serde_json::from_str(&profile)
                    .map_err(|_| WorkspaceError::damaged("an export profile cannot be read"))?,
                staff: StaffId(row.get(3)?),
                at: ledger::time(&row.get::<_, String>(4)?)?,
            });
        }
        Ok(found)
    }
}
