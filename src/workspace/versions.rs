//! What records said when they were decided about: kept when a later extract says otherwise, so that the old values can be
//! shown beside the new.

use rusqlite::OptionalExtension;
use serde::de::DeserializeOwned;

use super::records::parse;
use super::{Result, Tx, Workspace};
use crate::person::{Chi, ChiRecord, MosaicId, MosaicRecord};

impl Tx<'_> {
    /// Keeps a Mosaic record as it is held now, where somebody decided about it.
    pub(super) fn keep_version_of_mosaic(&self, id: &str) -> Result<()> {
        self.conn
            .prepare_cached(
                "INSERT OR IGNORE INTO record_version (kind, id, content_hash, record, file, line)
                 SELECT 'mosaic', mosaic_id, content_hash, record, file, line FROM mosaic_record WHERE mosaic_id = ?1 AND (
                    EXISTS (SELECT 1 FROM decision WHERE kind = 'link' AND a = ?1)
                    OR EXISTS (SELECT 1 FROM decision WHERE kind = 'duplicate' AND (a = ?1 OR b = ?1))
                    OR EXISTS (SELECT 1 FROM record_decision WHERE mosaic_id = ?1))",
            )?
            .execute([id])?;
        Ok(())
    }

    /// Keeps a CHI record as it is held now, where somebody decided about it.
    pub(super) fn keep_version_of_chi(&self, chi: &str) -> Result<()> {
        self.conn
            .prepare_cached(
                "INSERT OR IGNORE INTO record_version (kind, id, content_hash, record, file, line)
                 SELECT 'chi', chi, content_hash, record, file, line FROM chi_record WHERE chi = ?1
                    AND EXISTS (SELECT 1 FROM decision WHERE kind = 'link' AND b = ?1)",
            )?
            .execute([chi])?;
        Ok(())
    }
}

impl Workspace {
    /// A Mosaic record as it was when its content had this hash; `None` where that was not kept.
    pub fn mosaic_as_of(&self, id: &MosaicId, content_hash: &str) -> Result<Option<MosaicRecord>> {
        self.version("mosaic", id.as_str(), content_hash)
    }

    /// A CHI record as it was when its content had this hash; `None` where that was not kept.
    pub fn chi_as_of(&self, chi: &Chi, content_hash: &str) -> Result<Option<ChiRecord>> {
        self.version("chi", chi.as_str(), content_hash)
    }

    fn version<T: DeserializeOwned>(&self, kind: &str, id: &str, content_hash: &str) -> Result<Option<T>> {
        let mut find = self
            .conn
            .prepare_cached("SELECT record FROM record_version WHERE kind = ?1 AND id = ?2 AND content_hash = ?3")?;
        let found: Option<String> = find.query_row([kind, id, content_hash], |row| row.get(0)).optional()?;
        found.map(|text| parse(&text)).transpose()
    }
}
