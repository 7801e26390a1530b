//! The files of a correction: which seeds Mosaic is to remove, the right ones in their place, and why, with every file named that
//! carried a wrong one.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::field::Field;
use super::manifest::{self, FilePart, Holds, SignaturePart};
use super::place::{self, Staged};
use super::profile::{DateForm, RowsOf};
use super::tables::hex;
use super::write::signature_part;
use super::{ExportProfile, ReleaseError, lay, training};
use crate::person::PartialDate;
use crate::progress::Progress;
use crate::stewardship::corrections::{self, wrong};
use crate::stewardship::{Refused, people_csv, rights};
use crate::workspace::{Correction, CorrectionId, CorrectionState, Event, Workspace};

/// The version of the manifest's form. The first had no signed event.
pub const VERSION: u32 = 2;
/// The newest form without the signed event.
pub const UNSIGNED: u32 = 1;

/// Headings of a correction's evidence.
pub(super) const EVIDENCE: [&str; 10] = [
    "MOSAIC_PERSON_ID",
    "WRONG_CHI",
    "BATCH",
    "RECALLED_BY",
    "RECALLED_AT",
    "REASON",
    "RIGHT_CHI",
    "RIGHT_BATCH",
    "CARRIED_BY",
    "CARRIED_BY_MANIFESTS",
];

/// What a correction's files say about themselves.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CorrectionManifest {
    /// Version of the manifest's own form.
    pub stewartry_correction: u32,
    /// Of a practice workspace: everybody in these files is invented, and none of them is for Mosaic.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub training: bool,
    /// Version of the program that wrote it.
    pub program: String,
    /// The workspace's identity.
    pub workspace: String,
    /// The correction's number.
    pub number: i64,
    /// SHA-256 (hex) over what its rows say: equal to what was signed.
    pub content_sha256: String,
    /// Who recalled what is taken out.
    pub recalled_by: Vec<String>,
    /// Who put it together.
    pub composed_by: String,
    /// When, UTC.
    pub composed_at: String,
    /// The files: evidence, what to remove, what to seed.
    pub files: Vec<FilePart>,
    /// How the two tables for Mosaic are written.
    pub profile: ExportProfile,
    /// The signature.
    pub signature: SignaturePart,
    /// Every writing of files that carried a wrong CHI out.
    pub carried_by: Vec<CarriedPart>,
    /// SHA-256 (hex) of the manifest as it is written with this field empty.
    pub seal: String,
}

/// A writing of files that carried a wrong CHI.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct CarriedPart {
    /// When, UTC.
    pub written_at: String,
    /// Of which batch, or of which correction.
    pub of: String,
    /// SHA-256 (hex) of its manifest.
    pub manifest_sha256: String,
    /// The files with CHI numbers.
    pub files: Vec<String>,
}

impl CorrectionManifest {
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

/// What was written.
#[derive(Debug, Clone, PartialEq)]
pub struct Corrected {
    /// The folder.
    pub folder: PathBuf,
    /// What the files say about themselves.
    pub manifest: CorrectionManifest,
    /// SHA-256 (hex) of the manifest file.
    pub manifest_sha256: String,
    /// The files, `manifest.json` last, without their folder.
    pub files: Vec<String>,
    /// Every file was there already, byte for byte.
    pub same_as_before: bool,
}

/// The names of a correction's files.
pub(super) fn names(training: bool, number: i64) -> [(Holds, String); 3] {
    [(Holds::Evidence, "evidence"), (Holds::Removals, "remove"), (Holds::Seed, "seed")]
        .map(|(holds, what)| (holds, training::named(training, &format!("correction-{number:04}_{what}.csv"))))
}

/// Writes the files of a signed correction into a folder, by the default profile.
pub fn write(
    ws: &mut Workspace,
    id: CorrectionId,
    into: &Path,
    progress: &Progress,
) -> Result<Corrected, ReleaseError> {
    write_with(ws, id, into, &ExportProfile::default(), progress)
}

/// Writes the files of a signed correction into a folder, what Mosaic loads by a profile of seeds. As with a batch: whole or not
/// at all, nothing is written over, and what changed since it was signed is not written the first time.
pub fn write_with(
    ws: &mut Workspace,
    id: CorrectionId,
    into: &Path,
    profile: &ExportProfile,
    progress: &Progress,
) -> Result<Corrected, ReleaseError> {
    rights::works_here(ws)?;
    let training = ws.is_training();
    let profile = &training::profile(training, profile);
    if let Some(fault) = profile.fault() {
        return Err(ReleaseError::Profile(fault));
    }
    if profile.rows != RowsOf::Seed || profile.most_rows.is_some() {
        return Err(ReleaseError::Profile(format!(
            "A correction is written by a profile of seeds in one file, and “{}” is none",
            profile.name
        )));
    }
    let correction = corrections::known(ws, id)?;
    let Some(signature) = correction.signed.as_ref().filter(|_| correction.state == CorrectionState::Signed) else {
        let words = format!("Correction {} is not signed; nothing was written. A supervisor must sign it first", id.0);
        return Err(ReleaseError::Refused(Refused::Unfit(words)));
    };
    if correction.released.is_none() {
        corrections::still_so(ws, &correction)?;
    }
    ws.expect_whole(progress)?;
    progress.begin("Writing files", 4);
    // Named is what was written before these files first were, so that the bytes are the same each time.
    let carried = corrections::carried_by(ws, &correction)?;
    let part = |it: &corrections::CarriedBy| CarriedPart {
        written_at: it.at.to_string(),
        of: match (it.batch, it.correction) {
            (Some(batch), _) => format!("batch {}", batch.0),
            (None, Some(correction)) => format!("correction {}", correction.0),
            (None, None) => String::new(),
        },
        manifest_sha256: it.manifest_sha256.clone(),
        files: it.files.clone(),
    };
    let carried_by: BTreeSet<CarriedPart> = carried.iter().flat_map(|(_, it)| it.iter().map(part)).collect();
    let [evidence, remove, seed] = tables(ws, &correction, &carried, profile)?;
    let (mut files, mut parts) = (Vec::new(), Vec::new());
    for ((holds, name), (bytes, rows)) in names(training, id.0).into_iter().zip([evidence, remove, seed]) {
        let sha256 = hex(&Sha256::digest(&bytes));
        parts.push(FilePart { name: name.clone(), holds, rows, bytes: bytes.len() as u64, sha256 });
        files.push((name, bytes));
    }
    let mut recalled_by =
        ws.recallers(id)?.into_iter().map(|staff| ws.staff_name(staff)).collect::<Result<Vec<_>, _>>()?;
    recalled_by.sort();
    let signature = signature_part(ws, signature)?;
    if signature.event.is_none() && correction.released.is_none() {
        return Err(ReleaseError::NoSignature);
    }
    let manifest = CorrectionManifest {
        stewartry_correction: if signature.event.is_some() { VERSION } else { UNSIGNED },
        training,
        program: env!("CARGO_PKG_VERSION").to_owned(),
        workspace: ws.id_at(signature.ledger_sequence)?,
        number: id.0,
        content_sha256: correction.content_hash.clone(),
        recalled_by,
        composed_by: ws.staff_name(correction.composed.0)?,
        composed_at: correction.composed.1.to_string(),
        files: parts,
        profile: profile.clone(),
        signature,
        carried_by: carried_by.into_iter().collect(),
        seal: String::new(),
    }
    .sealed();
    let bytes = manifest.bytes();
    let manifest_sha256 = hex(&Sha256::digest(&bytes));
    files.push((manifest::FILE.to_owned(), bytes));
    progress.check()?;
    let staged = Staged::write(into, &files, progress)?;
    let written = staged.new_files();
    let files: Vec<String> = files.into_iter().map(|(name, _)| name).collect();
    if written > 0 || correction.released.is_none() {
        let manifest_sha256 = manifest_sha256.clone();
        let event = Event::CorrectionReleased { correction: id, manifest_sha256, files: files.clone() };
        ws.apply(vec![event], |_| Ok(()))?;
    }
    staged.settle().map_err(place::noted)?;
    Ok(Corrected { folder: into.to_owned(), manifest, manifest_sha256, files, same_as_before: written == 0 })
}

type Written = (Vec<u8>, u64);

/// Evidence, what to remove, what to seed.
fn tables(
    ws: &Workspace,
    correction: &Correction,
    carried: &[(crate::pair::PairKey, Vec<corrections::CarriedBy>)],
    profile: &ExportProfile,
) -> Result<[Written; 3], ReleaseError> {
    let mut evidence = vec![EVIDENCE.map(str::to_owned).to_vec()];
    let (mut remove, mut seed) = (BTreeSet::new(), BTreeSet::new());
    for row in &correction.rows {
        let key = wrong(row);
        let mut recalled = (String::new(), String::new(), String::new());
        for event in ws.history_of_kinds(&key, &["recalled"])? {
            if let Event::Recalled { batch, after: Some(reason), .. } = event.event
                && batch == row.batch
            {
                recalled = (event.name, event.at.to_string(), reason);
            }
        }
        let writings = carried.iter().find(|(of, _)| *of == key).map_or(&[][..], |(_, writings)| writings);
        let mut files: Vec<&str> = writings.iter().flat_map(|it| it.files.iter().map(String::as_str)).collect();
        files.sort_unstable();
        files.dedup();
        let manifests: Vec<&str> = writings.iter().map(|it| it.manifest_sha256.as_str()).collect();
        let right = row.right.as_ref();
        evidence.push(vec![
            row.mosaic.to_string(),
            row.wrong.to_string(),
            row.batch.0.to_string(),
            recalled.0,
            recalled.1,
            recalled.2,
            right.map(|right| right.chi.to_string()).unwrap_or_default(),
            right.map(|right| right.batch.0.to_string()).unwrap_or_default(),
            files.join(" "),
            manifests.join(" "),
        ]);
        remove.insert((row.mosaic.to_string(), row.wrong.to_string(), row.batch.0));
        seed.extend(right.map(|right| (row.mosaic.to_string(), right.chi.to_string(), right.batch.0)));
    }
    let signed = correction.signed.as_ref().map(|it| it.at.strftime("%Y-%m-%d").to_string()).unwrap_or_default();
    // One pair, one row, of whichever batch first carried it.
    let lay = |rows: BTreeSet<(String, String, i64)>| -> Result<Written, ReleaseError> {
        let mut laid: Vec<Vec<String>> = Vec::new();
        let mut last = None;
        for (id, chi, batch) in rows {
            if last.as_ref() == Some(&(id.clone(), chi.clone())) {
                continue;
            }
            let serial = laid.len() as u64 + 1;
            laid.push(lay::row(profile, |field| said(field, &id, &chi, batch, &signed, profile.dates, serial)));
            last = Some((id, chi));
        }
        let bytes = lay::bytes(profile, &laid).map_err(|unfit| ReleaseError::Profile(unfit.what))?;
        Ok((bytes, laid.len() as u64))
    };
    let rows = evidence.len() as u64 - 1;
    let evidence = training::table(ws.is_training(), evidence);
    let evidence = (people_csv::text(&evidence, profile.line_end.text()), rows);
    Ok([evidence, lay(remove)?, lay(seed)?])
}

fn said(field: Field, id: &str, chi: &str, batch: i64, signed: &str, dates: DateForm, serial: u64) -> String {
    match field {
        Field::MosaicId => id.to_owned(),
        Field::Chi => chi.to_owned(),
        Field::Serial => serial.to_string(),
        Field::Batch => batch.to_string(),
        Field::SignedOn => lay::date(PartialDate::parse_iso(signed), dates),
        // A seed profile has no other.
        _ => String::new(),
    }
}
