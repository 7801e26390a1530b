//! The rows of the three files.

use std::collections::HashMap;

use super::manifest::{Holds, LeftOut};
use super::{ExportProfile, ReleaseError};
use crate::pair::{BlockerAnswer, BlockerCheck, Merge, PairKey, PairKind};
use crate::stewardship::people_csv::{plain, text};
use crate::stewardship::warnings::hazard_code;
use crate::words::harmless;
use crate::workspace::{BatchId, BatchRow, Event, Workspace};

/// Headings of the merge instructions.
pub(super) const MERGES: [&str; 5] = ["SOURCE_PERSON_ID", "TARGET_PERSON_ID", "REASON", "BLOCKERS_CHECKED", "NOTE"];

/// Headings of the evidence.
pub(super) const EVIDENCE: [&str; 19] = [
    "KIND",
    "LEFT_ID",
    "RIGHT_ID",
    "VERDICT",
    "REASON",
    "REPLACES",
    "WEIGHT",
    "PROBABILITY",
    "BAND",
    "HAZARDS",
    "DECIDED_BY",
    "DECIDED_AT",
    "HOW",
    "SCORE_SEEN",
    "LEFT_RECORD_SHA256",
    "RIGHT_RECORD_SHA256",
    "SAMPLED",
    "RECHECK",
    "RECHECKED_BY",
];

/// The three files as rows, headings first.
pub(super) struct Tables {
    pub(super) seed: Vec<Vec<String>>,
    pub(super) merges: Vec<Vec<String>>,
    pub(super) evidence: Vec<Vec<String>>,
    pub(super) left_out: LeftOut,
}

impl Tables {
    /// The rows of a signed batch, sorted by Mosaic id. Rows about restricted people are in none of the files.
    pub(super) fn of(
        ws: &Workspace,
        batch: BatchId,
        rows: &[BatchRow],
        profile: &ExportProfile,
    ) -> Result<Self, ReleaseError> {
        let seconds = second_people(ws, rows)?;
        let mut names = HashMap::new();
        let (mut seed, mut merges, mut evidence) = (Vec::new(), Vec::new(), Vec::new());
        let mut left_out = LeftOut::default();
        for row in rows {
            if is_restricted(ws, &row.key)? {
                left_out.restricted += 1;
                continue;
            }
            let Some(decision) = &row.decision else { continue };
            match (&row.key, &decision.judgement.merge) {
                (PairKey::Link { mosaic, chi }, _) => {
                    seed.push(vec![mosaic.to_string(), profile.reference_type.clone(), chi.to_string()]);
                }
                (PairKey::Duplicate { .. }, Some(merge)) => {
                    let reason = decision.judgement.reason.map_or("", |reason| reason.code());
                    merges.push(instruction(merge, reason));
                }
                (PairKey::Duplicate { .. }, None) => {}
            }
            if let std::collections::hash_map::Entry::Vacant(entry) = names.entry(decision.staff) {
                entry.insert(ws.staff_name(decision.staff)?);
            }
            let second = seconds.get(&row.key).cloned().unwrap_or_default();
            evidence.push(evidence_row(ws, batch, row, &names[&decision.staff], second)?);
        }
        seed.sort();
        merges.sort();
        evidence.sort_by(|a, b| (&a[1], &a[0], &a[2]).cmp(&(&b[1], &b[0], &b[2])));
        let headings = [&profile.id_column, &profile.type_column, &profile.value_column];
        seed.insert(0, headings.map(String::clone).to_vec());
        merges.insert(0, MERGES.map(str::to_owned).to_vec());
        evidence.insert(0, EVIDENCE.map(str::to_owned).to_vec());
        Ok(Self { seed, merges, evidence, left_out })
    }

    /// The bytes of one file, and its rows below the headings.
    pub(super) fn file(&self, holds: Holds, profile: &ExportProfile) -> (Vec<u8>, u64) {
        let line_end = profile.line_end.text();
        let (bytes, table) = match holds {
            Holds::Seed => (plain(&self.seed, line_end), &self.seed),
            Holds::Merges => (plain(&self.merges, line_end), &self.merges),
            Holds::Evidence => (text(&self.evidence, line_end), &self.evidence),
        };
        (bytes, table.len() as u64 - 1)
    }
}

fn is_restricted(ws: &Workspace, key: &PairKey) -> Result<bool, ReleaseError> {
    for id in key.mosaic_ids() {
        if ws.mosaic(id)?.is_some_and(|held| held.record.restricted) {
            return Ok(true);
        }
    }
    Ok(false)
}

fn instruction(merge: &Merge, reason: &str) -> Vec<String> {
    let checks: Vec<String> =
        merge.blockers.iter().map(|check| format!("{}={}", code_of(check), answer(check.answer))).collect();
    let mut notes: Vec<&str> = vec![&merge.note];
    notes.extend(merge.blockers.iter().flat_map(|check| [check.found.as_str(), check.note.as_str()]));
    notes.retain(|note| !note.trim().is_empty());
    vec![
        merge.source.to_string(),
        merge.target.to_string(),
        reason.to_owned(),
        checks.join(";"),
        harmless(&notes.join("; ")).into_owned(),
    ]
}

/// A blocker as files write it: the snake-case name of its variant, as the ledger has it.
fn code_of(check: &BlockerCheck) -> String {
    match serde_json::to_value(check.blocker) {
        Ok(serde_json::Value::String(code)) => code,
        _ => String::new(),
    }
}

fn answer(answer: BlockerAnswer) -> &'static str {
    match answer {
        BlockerAnswer::NotChecked => "not_checked",
        BlockerAnswer::Clear => "clear",
        BlockerAnswer::Blocked => "blocked",
    }
}

/// Who re-checked each row, by name: the newest re-check that stands.
fn second_people(ws: &Workspace, rows: &[BatchRow]) -> Result<HashMap<PairKey, String>, ReleaseError> {
    let mut seconds = HashMap::new();
    for row in rows.iter().filter(|row| row.recheck.is_some()) {
        for event in ws.history_of(&row.key)?.into_iter().rev() {
            if let Event::Rechecked { after: Some(_), .. } = event.event {
                seconds.insert(row.key.clone(), event.name);
                break;
            }
        }
    }
    Ok(seconds)
}

fn evidence_row(
    ws: &Workspace,
    batch: BatchId,
    row: &BatchRow,
    by: &str,
    second: String,
) -> Result<Vec<String>, ReleaseError> {
    let Some(decision) = &row.decision else { return Ok(Vec::new()) };
    let judgement = &decision.judgement;
    let pair = ws.score_in(batch, &row.key)?;
    let kind = match row.key.kind() {
        PairKind::Link => "link",
        PairKind::Duplicate => "duplicate",
    };
    let hazards = pair.as_ref().map(|pair| pair.hazards.each().map(hazard_code).collect::<Vec<_>>().join(" "));
    let how = judgement.how.code();
    let yes = |is: bool| if is { "yes" } else { "no" }.to_owned();
    Ok(vec![
        kind.to_owned(),
        row.key.left().to_owned(),
        row.key.right().to_owned(),
        judgement.verdict.code().to_owned(),
        judgement.reason.map_or("", |reason| reason.code()).to_owned(),
        judgement.replaces.clone().unwrap_or_default(),
        pair.as_ref().map(|pair| format!("{:.3}", pair.weight)).unwrap_or_default(),
        pair.as_ref().map(|pair| format!("{:.6}", pair.probability)).unwrap_or_default(),
        pair.as_ref().map_or("", |pair| pair.band.code()).to_owned(),
        hazards.unwrap_or_default(),
        by.to_owned(),
        decision.at.to_string(),
        how.to_owned(),
        yes(judgement.score_seen),
        judgement.left_hash.clone(),
        judgement.right_hash.clone(),
        yes(row.sampled),
        row.recheck.map_or("", |verdict| verdict.code()).to_owned(),
        second,
    ])
}

/// Bytes as hexadecimal digits.
pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
