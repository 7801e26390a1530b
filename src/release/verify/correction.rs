//! A correction read back: what is removed, what takes its place, and why.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use super::{Checked, VerifyLine, headings, laid, line, look_at_table, look_into, numbered, strangers};
use crate::person::{Chi, MosaicId};
use crate::progress::Progress;
use crate::release::correction::{self, CorrectionManifest, EVIDENCE, names};
use crate::release::manifest::Holds;
use crate::release::profile::RowsOf;
use crate::release::{ExportProfile, ReleaseError, manifest, sealed, training};
use crate::words::{counted, harmless, number};
use crate::workspace::corrections::content_hash;
use crate::workspace::{BatchId, CorrectionRow, RightSeed};

/// Whether a manifest is that of a correction.
pub(super) fn is_one(bytes: &[u8]) -> bool {
    #[derive(serde::Deserialize)]
    struct Marked {
        #[serde(rename = "stewartry_correction")]
        _version: u32,
    }
    serde_json::from_slice::<Marked>(bytes).is_ok()
}

/// Looks at a correction.
pub(super) fn look_at(
    folder: &Path,
    bytes: &[u8],
    lines: &mut Vec<VerifyLine>,
    progress: &Progress,
) -> Result<(), ReleaseError> {
    let manifest = match read(bytes) {
        Ok(manifest) => manifest,
        Err(fault) => {
            lines.push(line(manifest::FILE, Err(fault)));
            return Ok(());
        }
    };
    let detail = format!("Correction {}, seal fits", manifest.number);
    lines.push(line(manifest::FILE, Ok(detail)));
    let profile = &manifest.profile;
    lines.extend(training::line(manifest.training));
    lines.push(line("Profile", super::look_at_profile(profile, true, manifest.training)));
    let expected = names(manifest.training, manifest.number);
    let named: Vec<_> = manifest.files.iter().map(|part| (part.holds, part.name.clone())).collect();
    let known: BTreeSet<&str> = expected.iter().map(|(_, name)| name.as_str()).collect();
    let complete = if named == expected {
        strangers(folder, &known)?
    } else {
        Err("the manifest does not name exactly the evidence, what to remove and what to seed".to_owned())
    };
    lines.push(line("Files", complete));
    let mut tables = BTreeMap::new();
    let mut evidence = Vec::new();
    for part in &manifest.files {
        progress.check()?;
        progress.advance(1);
        let checked = look_into(folder, part)?.and_then(|bytes| {
            if part.holds == Holds::Evidence {
                let table = look_at_table(part, &bytes, profile.line_end)?;
                evidence = training::without_mark(manifest.training, table)?;
            } else {
                tables.insert(part.holds, laid::rows(part, &bytes, profile)?);
            }
            Ok(format!(
                "{}, {} bytes, SHA-256 as in the manifest",
                counted(part.rows, "row", "rows"),
                number(part.bytes)
            ))
        });
        lines.push(line(&part.name, checked));
    }
    if !lines.iter().all(|line| line.ok) {
        return Ok(());
    }
    let (Some(remove), Some(seed)) = (tables.get(&Holds::Removals), tables.get(&Holds::Seed)) else { return Ok(()) };
    lines.push(line("Rows to remove", laid::look_at_removals(remove, profile)));
    lines.push(line("Rows to seed", laid::look_at_seed(seed, profile)));
    let [(_, name), ..] = &expected;
    lines.push(line("Evidence", look_at_evidence(name, &evidence, remove, seed, profile, &manifest)));
    lines.push(line("Sign-off", look_at_sign_off(&manifest)));
    lines.push(line(super::SIGNATURE, sealed::look_at_correction(&manifest)));
    Ok(())
}

fn read(bytes: &[u8]) -> Result<CorrectionManifest, String> {
    let manifest: CorrectionManifest = serde_json::from_slice(bytes)
        .map_err(|error| format!("it is not a whole manifest (line {}, column {})", error.line(), error.column()))?;
    if !(1..=correction::VERSION).contains(&manifest.stewartry_correction) {
        return Err(format!(
            "its form is version {}, and this program knows version {}; check it with the program that wrote it",
            manifest.stewartry_correction,
            correction::VERSION
        ));
    }
    if !manifest.is_sealed() || manifest.bytes() != bytes {
        return Err("it was changed after it was written: its seal does not fit".to_owned());
    }
    if manifest.profile.rows != RowsOf::Seed {
        return Err("its profile is not one of seeds".to_owned());
    }
    Ok(manifest)
}

/// The evidence speaks of exactly the rows, is what was signed, and names for each a file that carried the wrong CHI.
fn look_at_evidence(
    name: &str,
    rows: &[Vec<String>],
    remove: &[laid::Laid],
    seed: &[laid::Laid],
    profile: &ExportProfile,
    manifest: &CorrectionManifest,
) -> Checked {
    headings(name, rows, &EVIDENCE)?;
    let manifests: BTreeSet<&str> = manifest.carried_by.iter().map(|it| it.manifest_sha256.as_str()).collect();
    let named: BTreeSet<&str> = manifest.carried_by.iter().flat_map(|it| it.files.iter().map(String::as_str)).collect();
    let (mut wrong, mut right, mut said) = (BTreeSet::new(), BTreeSet::new(), Vec::new());
    let mut recallers = BTreeSet::new();
    for (at, row) in numbered(rows) {
        let fault = |what: &str| Err(format!("{name}, line {at}: {what}"));
        let [id, chi, batch, by, _, reason, right_chi, right_batch, files, writings] = row.as_slice() else {
            return fault("not ten fields");
        };
        let (Some(mosaic), Ok(wrong_chi), Ok(batch)) = (MosaicId::parse(id), Chi::parse(chi), batch.parse()) else {
            return fault("it names no seed of a batch");
        };
        if by.is_empty() || reason.is_empty() {
            return fault("it does not say who recalled the seed, and why");
        }
        recallers.insert(by.as_str());
        if files.is_empty() || writings.is_empty() {
            return fault("it names no file that carried the wrong CHI");
        }
        let known = files.split(' ').all(|file| named.contains(file));
        if !known || !writings.split(' ').all(|writing| manifests.contains(writing)) {
            return fault("it names a file that the manifest does not");
        }
        wrong.insert((id.clone(), chi.clone()));
        let with = match (right_chi.as_str(), Chi::parse(right_chi), right_batch.parse()) {
            ("", _, _) => None,
            (_, Ok(chi), Ok(batch)) => Some(RightSeed { batch: BatchId(batch), chi }),
            _ => return fault("the right CHI is none, or is of no batch"),
        };
        if with.is_some() {
            right.insert((id.clone(), right_chi.clone()));
        }
        said.push(CorrectionRow { batch: BatchId(batch), mosaic, wrong: wrong_chi, right: with });
    }
    if laid::seeded(remove, profile) != wrong {
        return Err(format!("{name} does not speak of exactly the rows to remove"));
    }
    if laid::seeded(seed, profile) != right {
        return Err(format!("{name} does not speak of exactly the rows to seed"));
    }
    if wrong.intersection(&right).next().is_some() {
        return Err(format!("{name}: a seed is both removed and put in"));
    }
    let named: BTreeSet<String> = manifest.recalled_by.iter().map(|who| harmless(who).into_owned()).collect();
    if !named.iter().map(String::as_str).eq(recallers) {
        return Err(format!("{name} names others than the manifest who recalled the seeds"));
    }
    if content_hash(&said) != manifest.content_sha256 {
        return Err(format!("{name} does not say what was signed"));
    }
    Ok(format!(
        "{}, {} in their place; {} carried a wrong one",
        counted(wrong.len() as u64, "wrong seed", "wrong seeds"),
        counted(right.len() as u64, "right one", "right ones"),
        counted(manifest.carried_by.len() as u64, "writing", "writings")
    ))
}

fn look_at_sign_off(manifest: &CorrectionManifest) -> Checked {
    let signature = &manifest.signature;
    if signature.by.is_empty() || signature.statement.is_empty() {
        return Err("the manifest does not say who signed, and what".to_owned());
    }
    if manifest.recalled_by.is_empty() {
        return Err("the manifest does not say who recalled the seeds".to_owned());
    }
    // What was signed names them
    if let Some(who) = manifest.recalled_by.iter().find(|who| !signature.statement.contains(who.as_str())) {
        return Err(format!("what was signed does not name {who}, who is said to have recalled some of it"));
    }
    if manifest.recalled_by.contains(&signature.by) || manifest.composed_by == signature.by {
        return Err("it was signed by someone who recalled some of it, or put it together".to_owned());
    }
    let is_hash = |text: &str| text.len() == 64 && text.bytes().all(|b| b.is_ascii_hexdigit());
    if !is_hash(&signature.ledger_hash) || !is_hash(&manifest.content_sha256) {
        return Err("the manifest does not hold the ledger's head and the content that was signed".to_owned());
    }
    Ok(format!("Signed by {}; {}", signature.by, signature.statement))
}
