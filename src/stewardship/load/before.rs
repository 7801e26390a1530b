//! What was loaded before a file: the very same, or the last of its kind, which says how it is mapped and whether it looks like
//! a wrong one.

use super::{Counts, LoadOutcome, Noticed, Present, code};
use crate::intake::{Kind, Mapping, Plan, Preview, Tally};
use crate::stewardship::Refused;
use crate::stewardship::refreshed::Work;
use crate::stewardship::suspicions::{Beside, Suspicion};
use crate::workspace::{SourceFile, Touched, Workspace};

/// Maps a file as the last one of its kind was, where it has the same headings, in whatever order they stand: what somebody
/// corrected once is correct the next morning too. Whether it changed anything.
pub fn as_last_time(ws: &Workspace, preview: &mut Preview) -> Result<bool, Refused> {
    let Some(last) = last_mapping(ws, preview.mapping.kind)? else { return Ok(false) };
    let sorted = |headings: &[String]| {
        let mut sorted = headings.to_vec();
        sorted.sort();
        sorted
    };
    if sorted(last.headings()) != sorted(&preview.headings) {
        return Ok(false);
    }
    let mut mapping = Mapping::blank(last.kind, preview.headings.clone());
    for (field, column) in last.columns() {
        let then = last.headings().get(column);
        if let Some(now) = preview.headings.iter().position(|heading| Some(heading) == then) {
            mapping.set(field, now);
        }
    }
    mapping.learn_newer_fields(&last);
    let differs = mapping != preview.mapping;
    if differs {
        preview.unmapped = mapping.unmapped();
        preview.mapping = mapping;
        preview.notes.push("The columns are mapped as in the last file of this kind".to_owned());
    }
    Ok(differs)
}

fn last_mapping(ws: &Workspace, kind: Kind) -> Result<Option<Mapping>, Refused> {
    // One that an earlier version wrote in another way is no mapping to go by.
    Ok(ws.newest_form(code(kind))?.and_then(|form| serde_json::from_str(&form.mapping).ok()))
}

/// The loaded file that this one is, read the same way: an extract that no other has followed, or candidate pairs after which
/// nothing was loaded (another extract may know people whom the first did not).
pub(super) fn loaded_already(ws: &Workspace, plan: &Plan, sha256: &str) -> Result<Option<SourceFile>, Refused> {
    let kind = code(plan.mapping.kind);
    let Some(newest) = ws.files()?.into_iter().find(|file| file.kind == kind) else { return Ok(None) };
    let same = newest.sha256 == sha256 && last_mapping(ws, plan.mapping.kind)?.is_some_and(|it| it == plan.mapping);
    let followed = !is_extract(plan.mapping.kind) && ws.loaded_since(newest.id)?;
    Ok((same && !followed).then_some(newest))
}

fn is_extract(kind: Kind) -> bool {
    matches!(kind, Kind::Mosaic | Kind::Chi | Kind::Relationships)
}

/// What comes of a file that is loaded already.
pub(super) fn unchanged(ws: &Workspace, file: SourceFile) -> Result<LoadOutcome, Refused> {
    let tally = Tally {
        rows: file.rows,
        accepted: file.accepted,
        warned: file.warned,
        rejected: file.rejected,
        sha256: file.sha256.clone(),
        findings: file.findings.iter().cloned().collect(),
        ..Tally::default()
    };
    Ok(LoadOutcome {
        same_as_before: file.accepted + file.warned,
        noticed: Noticed::counted(&tally),
        turned_away: Vec::new(),
        file,
        tally,
        added: 0,
        changed: 0,
        only_chi: 0,
        lost_chi: 0,
        restricted: [0; 2],
        gone: 0,
        unchanged: true,
        in_spite_of: Vec::new(),
        work: Work::now(ws)?,
        touched: Touched::empty(),
    })
}

/// The last extract of a kind: what another is held against.
pub(super) struct Last {
    file: SourceFile,
    mapping: Mapping,
    /// The file with the same bytes, where that is an earlier one.
    seen_before: Option<SourceFile>,
}

impl Last {
    pub(super) fn of(ws: &Workspace, kind: Kind, sha256: &str) -> Result<Option<Self>, Refused> {
        if !is_extract(kind) {
            return Ok(None);
        }
        let Some(file) = ws.files()?.into_iter().find(|file| file.kind == code(kind)) else { return Ok(None) };
        let mapping = last_mapping(ws, kind)?.unwrap_or_else(|| Mapping::blank(kind, Vec::new()));
        let seen_before = ws.file_with_sha(code(kind), sha256)?.filter(|before| before.id != file.id);
        Ok(Some(Self { file, mapping, seen_before }))
    }

    /// What looks wrong about a file beside it; `present` was there until now.
    pub(super) fn suspicions(
        &self,
        name: &str,
        plan: &Plan,
        tally: &Tally,
        counts: &Counts,
        rewritten: u64,
        present: &Present,
    ) -> Vec<Suspicion> {
        let beside = Beside {
            name,
            mapping: &plan.mapping,
            tally,
            present: present.records,
            added: counts.added,
            changed: counts.changed - counts.only_chi,
            known: counts.changed + counts.same,
            gone: counts.gone,
            rewritten,
            lost_chi: (counts.lost_chi, present.marks[0]),
            unrestricted: (counts.restricted[1], present.marks[1]),
            last: &self.file,
            last_mapping: &self.mapping,
            seen_before: self.seen_before.as_ref(),
        };
        beside.suspicions()
    }
}
