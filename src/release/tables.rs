//! The rows of a release's tables.

use std::collections::HashMap;

use super::field::Field;
use super::manifest::{Holds, LeftOut};
use super::profile::{DateForm, RowsOf};
use super::{ExportProfile, ReleaseError, lay, training};
use crate::pair::{Merge, PairKey, PairKind};
use crate::person::{ChiRecord, Details, MosaicId, MosaicRecord, PartialDate, Sex};
use crate::stewardship::people_csv::{plain, text};
use crate::stewardship::warnings::hazard_code;
use crate::workspace::{Batch, BatchId, BatchRow, Decision, Score, Workspace, outgoing};

/// Headings of the merge instructions.
pub(super) const MERGES: [&str; 5] = ["SOURCE_PERSON_ID", "TARGET_PERSON_ID", "REASON", "BLOCKERS_CHECKED", "NOTE"];

/// Columns of the evidence.
const EVIDENCE_FIELDS: [Field; 19] = [
    Field::Kind,
    Field::LeftId,
    Field::RightId,
    Field::Verdict,
    Field::Reason,
    Field::Replaces,
    Field::Weight,
    Field::Probability,
    Field::Band,
    Field::Hazards,
    Field::DecidedBy,
    Field::DecidedAt,
    Field::How,
    Field::ScoreSeen,
    Field::LeftHash,
    Field::RightHash,
    Field::Sampled,
    Field::Recheck,
    Field::RecheckedBy,
];

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

/// A file of a release before it is written.
pub(super) struct TableFile {
    pub(super) name: String,
    pub(super) holds: Holds,
    pub(super) bytes: Vec<u8>,
    /// Rows below the headings.
    pub(super) rows: u64,
}

/// The tables of a release as rows, without headings.
pub(super) struct Tables {
    /// By the profile.
    laid: Vec<Vec<String>>,
    merges: Vec<Vec<String>>,
    evidence: Vec<Vec<String>>,
    pub(super) left_out: LeftOut,
    /// The rows that are in none of the files.
    pub(super) hidden: Vec<PairKey>,
    /// The day of the signature, `yyyymmdd`.
    signed: String,
    /// How the files are written: the profile that was asked for, with the mark where the workspace is one for practice.
    pub(super) profile: ExportProfile,
    training: bool,
}

impl Tables {
    /// The rows of a signed batch, sorted by Mosaic id. Rows about restricted people are in none of the files, nor is what was in none
    /// when they were first written, whoever is restricted by now.
    pub(super) fn of(
        ws: &Workspace,
        batch: &Batch,
        rows: &[BatchRow],
        profile: &ExportProfile,
    ) -> Result<Self, ReleaseError> {
        let training = ws.is_training();
        let profile = &training::profile(training, profile);
        if let Some(fault) = profile.fault() {
            return Err(ReleaseError::Profile(fault));
        }
        let seconds = second_people(ws, batch.id, rows)?;
        let form = ws.outgoing_form(batch)?;
        let signed_on = batch.signed.as_ref().map(|signed| signed.at.strftime("%Y-%m-%d").to_string());
        let signed_on = signed_on.unwrap_or_default();
        let signed_by = match &batch.signed {
            Some(signed) => ws.staff_name(signed.staff)?,
            None => String::new(),
        };
        let mut names = HashMap::new();
        let (mut laid, mut merges, mut evidence) = (Vec::new(), Vec::new(), Vec::new());
        let before = ws.left_out(batch.id)?;
        let mut left_out = LeftOut::default();
        let mut hidden = Vec::new();
        let mut rows: Vec<&BatchRow> = rows.iter().collect();
        rows.sort_by(|one, other| one.key.left().cmp(other.key.left()).then_with(|| order(one).cmp(&order(other))));
        let mut serial = 0;
        for row in rows {
            if before.contains(&row.key) || is_restricted(ws, &row.key)? {
                left_out.restricted += 1;
                hidden.push(row.key.clone());
                if let (RowsOf::Seed, Some(decision)) = (profile.rows, &row.decision) {
                    let second = seconds.get(&row.key).map_or("", String::as_str);
                    left_out.hashes.extend(outgoing::of_row(form, row, &ws.staff_name(decision.staff)?, second));
                }
                continue;
            }
            let Some(decision) = &row.decision else { continue };
            if let std::collections::hash_map::Entry::Vacant(entry) = names.entry(decision.staff) {
                entry.insert(ws.staff_name(decision.staff)?);
            }
            let facts = Facts {
                batch: batch.id,
                row,
                decision,
                by: &names[&decision.staff],
                second: seconds.get(&row.key).map_or("", String::as_str),
                score: ws.score_in(batch.id, &row.key)?,
                records: Records::of(ws, &row.key, profile)?,
                signed_on: &signed_on,
                signed_by: &signed_by,
            };
            let is_link = row.key.kind() == PairKind::Link;
            if profile.rows == RowsOf::Decisions || is_link {
                serial += 1;
                laid.push(lay::row(profile, |field| facts.says(field, profile.dates, serial)));
            } else if profile.rows == RowsOf::People {
                left_out.merges += 1;
            }
            if let (PairKey::Duplicate { .. }, Some(merge)) = (&row.key, &decision.judgement.merge) {
                let reason = decision.judgement.reason.map_or("", |reason| reason.code());
                merges.push(instruction(merge, reason));
            }
            evidence.push(EVIDENCE_FIELDS.map(|field| facts.says(field, DateForm::Iso, serial)).to_vec());
        }
        left_out.hashes.sort();
        merges.sort();
        evidence.sort_by(|a, b| (&a[1], &a[0], &a[2]).cmp(&(&b[1], &b[0], &b[2])));
        let (signed, profile) = (signed_on.replace('-', ""), profile.clone());
        Ok(Self { laid, merges, evidence, left_out, hidden, signed, profile, training })
    }

    /// The files: with seeds go the merge instructions and the evidence; any other table goes alone.
    pub(super) fn files(&self, batch: i64) -> Result<Vec<TableFile>, ReleaseError> {
        let profile = &self.profile;
        let mut files = Vec::new();
        let line_end = profile.line_end.text();
        if profile.rows == RowsOf::Seed {
            for (holds, headings, rows) in
                [(Holds::Evidence, EVIDENCE.as_slice(), &self.evidence), (Holds::Merges, &MERGES, &self.merges)]
            {
                let mut table = vec![headings.iter().map(|heading| (*heading).to_owned()).collect::<Vec<_>>()];
                table.extend(rows.iter().cloned());
                let table = training::table(self.training, table);
                let bytes = if holds == Holds::Merges { plain(&table, line_end) } else { text(&table, line_end) };
                let name = training::named(self.training, &holds.file_name(batch));
                files.push(TableFile { name, holds, bytes, rows: rows.len() as u64 });
            }
        }
        let mut before = 0;
        for (at, rows) in lay::parts(profile, &self.laid).into_iter().enumerate() {
            let bytes = lay::bytes(profile, rows).map_err(|unfit| {
                ReleaseError::Profile(format!("Row {} of the table: {}", before + unfit.row, unfit.what))
            })?;
            before += rows.len() as u64;
            let name = profile.file(batch, &self.signed, at + 1);
            files.push(TableFile { name, holds: Holds::of(profile.rows), bytes, rows: rows.len() as u64 });
        }
        Ok(files)
    }
}

/// Links before duplicates, each by its other side.
fn order(row: &BatchRow) -> (bool, &str) {
    (row.key.kind() == PairKind::Duplicate, row.key.right())
}

/// Both records of a pair, where a profile asks for their details.
#[derive(Default)]
struct Records {
    left: Option<MosaicRecord>,
    chi: Option<ChiRecord>,
    other: Option<MosaicRecord>,
}

impl Records {
    fn of(ws: &Workspace, key: &PairKey, profile: &ExportProfile) -> Result<Self, ReleaseError> {
        if profile.rows == RowsOf::Seed {
            return Ok(Self::default());
        }
        let mosaic = |id: &MosaicId| ws.mosaic(id).map(|held| held.map(|held| held.record));
        Ok(match key {
            PairKey::Link { mosaic: id, chi } => {
                Self { left: mosaic(id)?, chi: ws.chi(chi)?.map(|held| held.record), other: None }
            }
            PairKey::Duplicate { a, b } => Self { left: mosaic(a)?, chi: None, other: mosaic(b)? },
        })
    }
}

/// All that can be said of a row.
struct Facts<'a> {
    batch: BatchId,
    row: &'a BatchRow,
    decision: &'a Decision,
    by: &'a str,
    second: &'a str,
    score: Option<Score>,
    records: Records,
    signed_on: &'a str,
    signed_by: &'a str,
}

impl Facts<'_> {
    fn says(&self, field: Field, dates: DateForm, serial: u64) -> String {
        let Self { row, decision, score, records, .. } = self;
        let judgement = &decision.judgement;
        let own = |of: &dyn Fn(&Details) -> String| records.left.as_ref().map(|it| of(&it.details)).unwrap_or_default();
        let details = records.chi.as_ref().map(|it| &it.details);
        let details = details.or(records.other.as_ref().map(|it| &it.details));
        let other = |of: &dyn Fn(&Details) -> String| details.map(of).unwrap_or_default();
        let chi = match &row.key {
            PairKey::Link { chi, .. } => Some(chi),
            PairKey::Duplicate { .. } => None,
        };
        let merge = judgement.merge.as_ref();
        let yes = |is: bool| if is { "yes" } else { "no" }.to_owned();
        let line = |from: usize, to: usize| {
            own(&|it: &Details| {
                let lines: Vec<&str> = it.address.iter().skip(from).take(to - from).map(String::as_str).collect();
                lines.join(", ")
            })
        };
        let letter = |sex: Sex| match sex {
            Sex::Female => "F".to_owned(),
            Sex::Male => "M".to_owned(),
            Sex::NotKnown => String::new(),
        };
        match field {
            Field::MosaicId | Field::LeftId => row.key.left().to_owned(),
            Field::Chi => chi.map(ToString::to_string).unwrap_or_default(),
            Field::ChiSpaced => chi.map(|chi| chi.spaced()).unwrap_or_default(),
            Field::Serial => serial.to_string(),
            Field::Batch => self.batch.0.to_string(),
            Field::SignedOn => lay::date(PartialDate::parse_iso(self.signed_on), dates),
            Field::SignedBy => self.signed_by.to_owned(),
            Field::Surname => own(&|it| it.surname.clone()),
            Field::PreviousSurname => own(&|it| it.previous_surname.clone()),
            Field::Forename => own(&|it| it.forename.clone()),
            Field::SecondForename => own(&|it| it.second_forename.clone()),
            Field::KnownAs => own(&|it| it.known_as.clone()),
            Field::SexCode => own(&|it| it.sex.code().to_owned()),
            Field::Sex => own(&|it| letter(it.sex)),
            Field::Birth => own(&|it| lay::date(it.birth, dates)),
            Field::Death => own(&|it| lay::date(it.death, dates)),
            Field::Postcode => own(&|it| it.postcode.clone()),
            Field::Address1 => line(0, 1),
            Field::Address2 => line(1, 2),
            Field::Address3 => line(2, usize::MAX),
            Field::Address => line(0, usize::MAX),
            Field::OtherSurname => other(&|it| it.surname.clone()),
            Field::OtherForename => other(&|it| it.forename.clone()),
            Field::OtherSecondForename => other(&|it| it.second_forename.clone()),
            Field::OtherBirth => other(&|it| lay::date(it.birth, dates)),
            Field::OtherSex => other(&|it| letter(it.sex)),
            Field::OtherPostcode => other(&|it| it.postcode.clone()),
            Field::OtherAddress => other(&|it| it.address.join(", ")),
            Field::ChiStatus => records.chi.as_ref().map(|it| it.status.words().to_owned()).unwrap_or_default(),
            Field::Kind => match row.key.kind() {
                PairKind::Link => "link".to_owned(),
                PairKind::Duplicate => "duplicate".to_owned(),
            },
            Field::RightId => row.key.right().to_owned(),
            Field::Verdict => judgement.verdict.code().to_owned(),
            Field::Reason => judgement.reason.map_or("", |reason| reason.code()).to_owned(),
            Field::Comment => judgement.comment.clone(),
            Field::Replaces => judgement.replaces.clone().unwrap_or_default(),
            Field::MergeSource => merge.map(|merge| merge.source.to_string()).unwrap_or_default(),
            Field::MergeTarget => merge.map(|merge| merge.target.to_string()).unwrap_or_default(),
            Field::Weight => score.as_ref().map(|it| format!("{:.3}", it.weight)).unwrap_or_default(),
            Field::Probability => score.as_ref().map(|it| format!("{:.6}", it.probability)).unwrap_or_default(),
            Field::Band => score.as_ref().map_or("", |it| it.band.code()).to_owned(),
            Field::Hazards => {
                let codes = score.as_ref().map(|it| it.hazards.each().map(hazard_code).collect::<Vec<_>>().join(" "));
                codes.unwrap_or_default()
            }
            Field::DecidedBy => self.by.to_owned(),
            Field::DecidedAt => decision.at.to_string(),
            Field::How => judgement.how_words(),
            Field::ScoreSeen => yes(judgement.score_seen),
            Field::LeftHash => judgement.left_hash.clone(),
            Field::RightHash => judgement.right_hash.clone(),
            Field::Sampled => yes(row.sampled),
            Field::Recheck => row.recheck.map_or("", |verdict| verdict.code()).to_owned(),
            Field::RecheckedBy => self.second.to_owned(),
        }
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
    let [checked, note] = outgoing::checked_and_noted(merge);
    vec![merge.source.to_string(), merge.target.to_string(), reason.to_owned(), checked, note]
}

/// Who re-checked each row, by name.
fn second_people(ws: &Workspace, batch: BatchId, rows: &[BatchRow]) -> Result<HashMap<PairKey, String>, ReleaseError> {
    let mut seconds = HashMap::new();
    for row in rows {
        if let Some(staff) = ws.rechecked_by(batch, row)? {
            seconds.insert(row.key.clone(), ws.staff_name(staff)?);
        }
    }
    Ok(seconds)
}

/// Bytes as hexadecimal digits.
pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
