//! Judge one Mosaic record by itself.

use crate::pair::{Reason, RecordJudgement, RecordVerdict};
use crate::person::MosaicId;
use crate::workspace::{Applied, Event, Workspace};

use super::decide::LONGEST_COMMENT;
use super::{Refused, rights};

/// Says that no CHI can be found for a person: out of area, unborn, no CHI.
pub fn not_matchable(
    ws: &mut Workspace,
    mosaic: &MosaicId,
    reason: Reason,
    comment: &str,
) -> Result<Applied<()>, Refused> {
    rights::works_here(ws)?;
    let comment = comment.trim();
    if !Reason::NOT_MATCHABLE.contains(&reason) {
        return Err(Refused::Unfit(format!("“{}” is no reason for “Not matchable”", reason.words())));
    }
    if reason == Reason::Other && comment.is_empty() {
        return Err(Refused::Unfit("The reason “Other” needs a comment that says which".to_owned()));
    }
    if comment.chars().count() > LONGEST_COMMENT {
        return Err(Refused::Unfit(format!("The comment is longer than {LONGEST_COMMENT} characters; shorten it")));
    }
    let stored = ws
        .mosaic(mosaic)?
        .ok_or_else(|| Refused::NotFound(format!("Mosaic person {mosaic} is not in the workspace")))?;
    if !ws.chis_matched_to(mosaic)?.is_empty() {
        return Err(Refused::Unfit(format!("{mosaic} is matched to a CHI; take that back first")));
    }
    let after = RecordJudgement {
        verdict: RecordVerdict::NotMatchable,
        reason,
        comment: comment.to_owned(),
        content_hash: stored.content_hash,
    };
    apply(ws, mosaic, Some(after))
}

/// Takes the judgement about a record back.
pub fn take_back(ws: &mut Workspace, mosaic: &MosaicId) -> Result<Applied<()>, Refused> {
    rights::works_here(ws)?;
    if ws.record_decision(mosaic)?.is_none() {
        return Err(Refused::Nothing(format!("{mosaic} is not judged; there is nothing to take back")));
    }
    apply(ws, mosaic, None)
}

fn apply(ws: &mut Workspace, mosaic: &MosaicId, after: Option<RecordJudgement>) -> Result<Applied<()>, Refused> {
    let before = ws.record_decision(mosaic)?.map(|(judgement, _, _)| judgement);
    let event = Event::RecordDecided { mosaic: mosaic.clone(), before, after };
    Ok(ws.apply(vec![event], |_| Ok(()))?)
}
