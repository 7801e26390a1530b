//! What a release says about itself.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::ExportProfile;
use super::profile::{FirstProfile, RowsOf};
use crate::workspace::SignedEvent;

/// The manifest of a release. Holds no clock but the ledger's, so that the same batch gives the same bytes every time.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// Version of the manifest's own form.
    pub stewartry_release: u32,
    /// Of a practice workspace: everybody in these files is invented, and none of them is for Mosaic.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub training: bool,
    /// Version of the program that wrote it.
    pub program: String,
    /// The workspace's identity.
    pub workspace: String,
    /// The batch.
    pub batch: BatchPart,
    /// The files of the release: evidence and merges, where they go along, then the table in its parts.
    pub files: Vec<FilePart>,
    /// How the table is written, by which version of which profile.
    pub profile: ProfilePart,
    /// The sign-off.
    pub signature: SignaturePart,
    /// The sample that was re-checked.
    pub sample: SamplePart,
    /// The loaded files that the batch rests on, oldest first.
    pub sources: Vec<SourcePart>,
    /// The newest run of the engine before the sign-off.
    pub engine: Option<EnginePart>,
    /// Rows of the batch that are in no file of the release, by reason.
    pub left_out: LeftOut,
    /// SHA-256 (hex) of the manifest as it is written with this field empty: finds a manifest that was changed by accident.
    /// (Against intent stands the ledger, which holds the SHA-256 of the whole file.)
    pub seal: String,
}

/// The name of a manifest's file.
pub const FILE: &str = "manifest.json";

/// The version of the manifest's form that this program writes. It reads the first too, which knew three columns, and the second,
/// without the signed event; that is still written of a batch which was signed and released before people had keys.
pub const VERSION: u32 = 3;
/// The newest form without the signed event.
pub const UNSIGNED: u32 = 2;

/// How the table of a release is written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum ProfilePart {
    /// A profile, by name and version.
    Named(Box<ExportProfile>),
    /// As the first form had it.
    First(FirstProfile),
}

impl ProfilePart {
    /// The profile.
    pub fn profile(&self) -> ExportProfile {
        match self {
            Self::Named(profile) => (**profile).clone(),
            Self::First(first) => first.into(),
        }
    }
}

impl Manifest {
    /// The manifest with its seal.
    pub fn sealed(self) -> Self {
        let open = Self { seal: String::new(), ..self };
        let seal = super::tables::hex(&Sha256::digest(open.bytes()));
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

/// The batch of a release.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct BatchPart {
    /// Its number.
    pub number: i64,
    /// Its name.
    pub name: String,
    /// Rows in it.
    pub rows: u64,
    /// SHA-256 (hex) over what every row says: equal to what was submitted and signed.
    pub content_sha256: String,
    /// Who decided in it.
    pub decided_by: Vec<String>,
    /// Who put it together.
    pub composed_by: String,
    /// Who submitted it.
    pub submitted_by: String,
    /// When, UTC.
    pub submitted_at: String,
}

/// What a file of a release holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Holds {
    /// CHI numbers to load into Mosaic.
    Seed,
    /// Merges to carry out in Mosaic.
    Merges,
    /// Who decided what, and why, row by row.
    Evidence,
    /// People with their details.
    People,
    /// Decisions, by a profile.
    Decisions,
    /// CHI numbers to remove in Mosaic.
    Removals,
}

impl Holds {
    /// What the table of a profile holds.
    pub fn of(rows: RowsOf) -> Self {
        match rows {
            RowsOf::Seed => Self::Seed,
            RowsOf::People => Self::People,
            RowsOf::Decisions => Self::Decisions,
        }
    }

    /// The file's name for a batch, where no profile says another.
    pub fn file_name(self, batch: i64) -> String {
        let holds = match self {
            Self::Seed => "seed",
            Self::Merges => "merges",
            Self::Evidence => "evidence",
            Self::People => "people",
            Self::Decisions => "decisions",
            Self::Removals => "remove",
        };
        format!("batch-{batch:04}_{holds}.csv")
    }
}

/// A file of a release.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FilePart {
    /// Its name, without its folder.
    pub name: String,
    /// What it holds.
    pub holds: Holds,
    /// Rows below the headings.
    pub rows: u64,
    /// Its size.
    pub bytes: u64,
    /// SHA-256, hex.
    pub sha256: String,
}

/// The sign-off of a release.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SignaturePart {
    /// Who signed.
    pub by: String,
    /// When, UTC.
    pub at: String,
    /// What the re-check proves.
    pub statement: String,
    /// The event in the ledger.
    pub ledger_sequence: i64,
    /// Its hash: the ledger's head at that moment.
    pub ledger_hash: String,
    /// The event itself, with the signer's key and signature; none where it was signed before people had keys.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub event: Option<SignedEvent>,
}

/// The sample of a release.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SamplePart {
    /// The seed, hex.
    pub seed: String,
    /// Tolerable error, as a share.
    pub tolerable: f64,
    /// Confidence, as a share.
    pub confidence: f64,
    /// Rows that the random draw chose.
    pub drawn: u64,
    /// Rows re-checked in all.
    pub rechecked: u64,
}

/// A loaded file that the batch rests on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SourcePart {
    /// What it holds.
    pub kind: String,
    /// Its name.
    pub name: String,
    /// SHA-256, hex.
    pub sha256: String,
    /// Rows in it.
    pub rows: u64,
}

/// The run of the engine.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct EnginePart {
    /// Version of the engine.
    pub version: String,
    /// SHA-256 (hex) of the model's JSON.
    pub model_sha256: String,
}

/// Rows left out.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeftOut {
    /// Rows about restricted people. They are in no file of the release.
    pub restricted: u64,
    /// Merges, where the table is of people.
    #[serde(default, skip_serializing_if = "is_none")]
    pub merges: u64,
    /// The hash of each row about restricted people ([`crate::workspace::outgoing`]), sorted, where the evidence goes along: what was
    /// signed covers them too.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub hashes: Vec<String>,
}

fn is_none(count: &u64) -> bool {
    *count == 0
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    /// A seal is made over what is written, and looked at over what was read.
    #[test]
    fn a_share_of_any_number_of_digits_is_read_back_to_the_last() {
        let mut part =
            SamplePart { seed: "00".to_owned(), tolerable: 0.0, confidence: 0.95, drawn: 300, rechecked: 300 };
        for n in 1..=1000 {
            part.tolerable = 1.0 / (f64::from(n) * std::f64::consts::PI);
            let written = serde_json::to_string(&part).unwrap();
            assert_eq!(serde_json::from_str::<SamplePart>(&written).unwrap(), part, "{written}");
        }
    }
}
