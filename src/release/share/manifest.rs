//! What a share extract says about itself.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::super::manifest::SourcePart;
use super::super::tables::hex;
use crate::workspace::SharedColumn;

/// The manifest of a share extract: under which protocol, at which level and for what it went out, and what is in it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ShareManifest {
    /// Version of the manifest's own form.
    pub stewartry_share: u32,
    /// Version of the program that wrote it.
    pub program: String,
    /// The workspace's identity.
    pub workspace: String,
    /// The protocol.
    pub protocol: ProtocolPart,
    /// The level.
    pub level: u8,
    /// What the extract is for.
    pub purpose: String,
    /// Its columns beside the CHI.
    pub columns: Vec<SharedColumn>,
    /// The extract.
    pub extract: ExtractPart,
    /// Its file.
    pub file: SharePart,
    /// People with a signed link who are not in it.
    pub left_out: LeftOutPart,
    /// Restricted people who are in it because a supervisor signed an exception.
    pub excepted: u64,
    /// People in it of whom a record changed since in what mattered: an officer looks at their links again.
    pub to_recheck: u64,
    /// The newest Mosaic extract and the newest CHI extract.
    pub sources: Vec<SourcePart>,
    /// How far the ledger went when it was written.
    pub as_at: AsAt,
    /// Who wrote it.
    pub written_by: String,
    /// SHA-256 (hex) of the manifest as it is written with this field empty: finds one that was changed by accident. (Against
    /// intent stands the ledger, which holds the SHA-256 of the whole file.)
    pub seal: String,
}

/// The version of the manifest's form that this program writes and reads.
pub const VERSION: u32 = 1;

/// The protocol of an extract.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProtocolPart {
    /// As the two organisations name it.
    pub reference: String,
    /// The version that was in force.
    pub version: i64,
    /// The highest level that was agreed.
    pub agreed: u8,
    /// What the extract's level is called.
    pub level_name: String,
    /// The columns that the level allows.
    pub allowed: Vec<SharedColumn>,
    /// The day by which the protocol was to be reviewed.
    pub review: Date,
    /// That day had passed.
    pub review_overdue: bool,
}

/// Whether a file holds everybody, or what changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Form {
    /// Everybody: it takes the place of all that is held.
    Full,
    /// What changed since the base.
    Delta,
}

/// The numbers of an extract.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExtractPart {
    /// Its number.
    pub number: i64,
    /// Everybody, or what changed.
    pub form: Form,
    /// Of a delta: the acknowledged extract that it starts from.
    pub base: Option<i64>,
    /// How many people are held once it is loaded.
    pub people: u64,
    /// Rows of people who are new.
    pub added: u64,
    /// Rows of people whose rows changed.
    pub changed: u64,
    /// Rows of people who are withdrawn.
    pub withdrawn: u64,
    /// SHA-256 (hex) over what is held once it is loaded: for each person, by CHI, a line of the CHI, a space, the SHA-256 (hex)
    /// of the row and a line feed. The row's is over each cell beside the CHI, its length in bytes (64 bits, little-endian) before
    /// it.
    pub held_sha256: String,
}

/// The file of an extract.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SharePart {
    /// Its name, without its folder.
    pub name: String,
    /// Rows below the headings.
    pub rows: u64,
    /// Its size.
    pub bytes: u64,
    /// SHA-256, hex.
    pub sha256: String,
}

/// People with a signed link who are not in an extract, by reason.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LeftOutPart {
    /// Restricted, without a signed exception for the level.
    pub restricted: u64,
    /// The link was recalled.
    pub recalled: u64,
    /// One CHI of two people, or two of one.
    pub not_one_to_one: u64,
    /// CHI took the number out of use.
    pub out_of_use: u64,
    /// Changed since the link was signed, and not released.
    pub changed_since: u64,
    /// Not in Mosaic's newest extract.
    pub left_mosaic: u64,
}

/// How far the ledger went.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AsAt {
    /// Its newest event.
    pub ledger_sequence: i64,
    /// That event's hash.
    pub ledger_hash: String,
    /// When that was, UTC.
    pub at: String,
}

impl ShareManifest {
    /// The name of the manifest's file.
    pub fn file_name(extract: i64) -> String {
        format!("share-{extract:04}_manifest.json")
    }

    /// The manifest with its seal.
    pub fn sealed(self) -> Self {
        let open = Self { seal: String::new(), ..self };
        let seal = hex(&Sha256::digest(open.bytes()));
        Self { seal, ..open }
    }

    /// Whether the seal is that of the rest.
    pub fn is_sealed(&self) -> bool {
        self.clone().sealed().seal == self.seal
    }

    /// The bytes of the file.
    pub fn bytes(&self) -> Vec<u8> {
        // Plain structures of text and numbers: writing them to memory cannot fail.
        let mut bytes = serde_json::to_vec_pretty(self).unwrap_or_default();
        bytes.push(b'\n');
        bytes
    }
}
