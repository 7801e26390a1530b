//! What a release says about itself.

use serde::{Deserialize, Serialize};

use super::ExportProfile;

/// The manifest of a release. Holds no clock but the ledger's, so that the same batch gives the same bytes every time.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Manifest {
    /// Version of the manifest's own form.
    pub stewartry_release: u32,
    /// Version of the program that wrote it.
    pub program: String,
    /// The workspace's identity.
    pub workspace: String,
    /// The batch.
    pub batch: BatchPart,
    /// The files of the release, in the order of their names.
    pub files: Vec<FilePart>,
    /// How the seed file is written.
    pub profile: ExportProfile,
    /// The sign-off.
    pub signature: SignaturePart,
    /// The sample that was re-checked.
    pub sample: SamplePart,
    /// The loaded files that the batch rests on, oldest first.
    pub sources: Vec<SourcePart>,
    /// The newest run of the engine before the sign-off.
    pub engine: Option<EnginePart>,
    /// Rows of the batch that are not in the seed file or the merge instructions, by reason.
    pub left_out: LeftOut,
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

/// A file of a release.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FilePart {
    /// Its name, without its folder.
    pub name: String,
    /// What it holds: `seed`, `merges`, `evidence`.
    pub holds: String,
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
}
