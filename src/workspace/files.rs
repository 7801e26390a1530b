//! Loaded files, and the rows that were turned away.

use rusqlite::{Connection, Row, params};

use super::apply::Touched;
use super::event::{FileId, StaffId};
use super::number::{count, stored};
use super::{Result, SourceFile, Tx, Workspace, WorkspaceError, ledger};

/// A file that is being loaded.
#[derive(Debug, Clone, Copy)]
pub struct NewFile<'a> {
    /// `mosaic`, `chi`, `relationships`, `narrow_pairs` or `wide_pairs`.
    pub kind: &'a str,
    /// File name, without its folder.
    pub name: &'a str,
    /// SHA-256 of its bytes, hex.
    pub sha256: &'a str,
    /// Size in bytes.
    pub bytes: u64,
    /// Encoding, delimiter, line ending, as JSON.
    pub format: &'a str,
    /// Which column means what, as JSON.
    pub mapping: &'a str,
    /// The headings, as JSON.
    pub headings: &'a str,
}

/// What came of a file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FileTally {
    /// Data rows: `accepted + warned + rejected`.
    pub rows: u64,
    /// Rows taken without a warning.
    pub accepted: u64,
    /// Rows taken with a warning.
    pub warned: u64,
    /// Rows turned away.
    pub rejected: u64,
    /// Records new to the workspace.
    pub added: u64,
    /// Records whose content changed.
    pub changed: u64,
    /// Records missing from this extract.
    pub gone: u64,
    /// Finding, in words → rows.
    pub findings: Vec<(String, u64)>,
}

impl Tx<'_> {
    /// Begins a file; its number. The event `FileLoaded` of the same deed completes it.
    pub fn new_file(&self, file: &NewFile<'_>) -> Result<FileId> {
        self.touch(Touched::FILES);
        self.conn
            .prepare_cached(
                "INSERT INTO source_file (kind, name, sha256, bytes, rows, accepted, warned, rejected, added, changed, gone,
                    format, mapping, headings, findings, seq)
                 VALUES (?1, ?2, ?3, ?4, 0, 0, 0, 0, 0, 0, 0, ?5, ?6, ?7, '[]', 0)",
            )?
            .execute(params![file.kind, file.name, file.sha256, stored(file.bytes), file.format, file.mapping, file.headings])?;
        Ok(FileId(self.conn.last_insert_rowid()))
    }

    /// A file's kind, asked of the database once.
    pub(super) fn kind_of(&self, file: FileId) -> Result<String> {
        if let Some(kind) = self.kinds.borrow().get(&file) {
            return Ok(kind.clone());
        }
        let mut find = self.conn.prepare_cached("SELECT kind FROM source_file WHERE id = ?1")?;
        let kind: String = find.query_row([file.0], |row| row.get(0))?;
        self.kinds.borrow_mut().insert(file, kind.clone());
        Ok(kind)
    }

    /// Writes down what came of a file. Rows that do not add up are refused.
    pub fn finish_file(&self, file: FileId, tally: &FileTally) -> Result<()> {
        let FileTally { rows, accepted, warned, rejected, added, changed, gone, findings } = tally;
        if *rows != accepted + warned + rejected {
            return Err(WorkspaceError::conflict("The rows of the file do not add up; nothing was loaded"));
        }
        let findings = serde_json::to_string(findings).unwrap_or_else(|_| "[]".into());
        self.conn
            .prepare_cached(
                "UPDATE source_file SET rows = ?2, accepted = ?3, warned = ?4, rejected = ?5, added = ?6, changed = ?7,
                    gone = ?8, findings = ?9 WHERE id = ?1",
            )?
            .execute(params![
                file.0,
                stored(*rows),
                stored(*accepted),
                stored(*warned),
                stored(*rejected),
                stored(*added),
                stored(*changed),
                stored(*gone),
                findings
            ])?;
        Ok(())
    }

    /// Keeps a row that was turned away.
    pub fn put_rejected(&self, file: FileId, line: u64, reason: &str, raw: &[String]) -> Result<()> {
        let raw = serde_json::to_string(raw).unwrap_or_else(|_| "[]".into());
        self.conn
            .prepare_cached(
                "INSERT INTO rejected_row (file, line, reason, raw) VALUES (?1, ?2, ?3, ?4)
                 ON CONFLICT (file, line) DO UPDATE SET reason = excluded.reason, raw = excluded.raw",
            )?
            .execute(params![file.0, stored(line), reason, raw])?;
        Ok(())
    }
}

const COLUMNS: &str =
    "SELECT f.id, f.kind, f.name, f.sha256, f.bytes, f.rows, f.accepted, f.warned, f.rejected, f.added,
        f.changed, f.gone, f.findings, l.at, l.staff, l.seq
    FROM source_file f JOIN ledger l ON l.seq = f.seq";

fn read(row: &Row<'_>) -> Result<SourceFile> {
    let findings: String = row.get(12)?;
    Ok(SourceFile {
        id: FileId(row.get(0)?),
        kind: row.get(1)?,
        name: row.get(2)?,
        sha256: row.get(3)?,
        bytes: count(row, 4)?,
        rows: count(row, 5)?,
        accepted: count(row, 6)?,
        warned: count(row, 7)?,
        rejected: count(row, 8)?,
        added: count(row, 9)?,
        changed: count(row, 10)?,
        gone: count(row, 11)?,
        findings: serde_json::from_str(&findings)
            .map_err(|_| WorkspaceError::damaged("what was found in a file cannot be read"))?,
        at: ledger::time(&row.get::<_, String>(13)?)?,
        by: StaffId(row.get(14)?),
        seq: row.get(15)?,
    })
}

fn select(conn: &Connection, rest: &str, values: &[&dyn rusqlite::ToSql]) -> Result<Vec<SourceFile>> {
    let mut find = conn.prepare_cached(&format!("{COLUMNS} {rest}"))?;
    let mut rows = find.query(values)?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        found.push(read(row)?);
    }
    Ok(found)
}

impl Workspace {
    /// Every loaded file, newest first.
    pub fn files(&self) -> Result<Vec<SourceFile>> {
        select(&self.conn, "ORDER BY f.id DESC", &[])
    }

    /// The newest load of a file with these bytes, as this kind.
    pub fn file_with_sha(&self, kind: &str, sha256: &str) -> Result<Option<SourceFile>> {
        let rest = "WHERE f.sha256 = ?1 AND f.kind = ?2 ORDER BY f.id DESC LIMIT 1";
        Ok(select(&self.conn, rest, &[&sha256, &kind])?.pop())
    }

    /// The rows of a file that were turned away: line, reason, fields.
    pub fn rejected(&self, file: FileId) -> Result<Vec<(u64, String, Vec<String>)>> {
        let mut find =
            self.conn.prepare_cached("SELECT line, reason, raw FROM rejected_row WHERE file = ?1 ORDER BY line")?;
        let mut rows = find.query([file.0])?;
        let mut found = Vec::new();
        while let Some(row) = rows.next()? {
            let raw = serde_json::from_str(&row.get::<_, String>(2)?)
                .map_err(|_| WorkspaceError::damaged("a row that was turned away cannot be read"))?;
            found.push((count(row, 0)?, row.get(1)?, raw));
        }
        Ok(found)
    }
}
