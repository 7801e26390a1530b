//! The end of a workspace: a last archive and a last report elsewhere, then no keys here any more, and what remains.

use std::path::{Path, PathBuf};

use super::{ReleaseError, report};
use crate::progress::Progress;
use crate::stewardship::{Refused, rights};
use crate::words::{counted, day_and_time};
use crate::workspace::{
    Batch, BatchState, Closing, CorrectionState, Event, LedgerFilter, Workspace, WorkspaceError, durable,
};

/// What became of a workspace that was closed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Closed {
    /// The last copy: a workspace folder, to be read and never changed.
    pub archive: PathBuf,
    /// The report to a committee, of the last state.
    pub report: PathBuf,
    /// What remains, and where, in sentences.
    pub remains: Vec<String>,
}

/// What is still open: batches and corrections that are not signed, and signed ones whose files were not written; and wrong CHI
/// numbers that are in Mosaic and in no correction yet. In words, the oldest first.
pub fn left_open(ws: &Workspace) -> Result<Vec<String>, ReleaseError> {
    let open = |batch: &Batch| {
        let what = match batch.state {
            BatchState::Composing => "being put together",
            BatchState::Submitted => "waiting for its sign-off",
            BatchState::Signed if batch.released.is_none() => "signed, and its files were not written",
            BatchState::Signed | BatchState::Returned | BatchState::Withdrawn => return None,
        };
        Some(format!("batch {} “{}” is {what}", batch.id.0, batch.name))
    };
    let mut batches = ws.batches()?;
    batches.sort_by_key(|batch| batch.id);
    let mut left_open: Vec<String> = batches.iter().filter_map(open).collect();
    let mut corrections = ws.corrections()?;
    corrections.sort_by_key(|correction| correction.id);
    left_open.extend(corrections.iter().filter_map(|correction| {
        let what = match correction.state {
            CorrectionState::Composed => "waiting for its signature",
            CorrectionState::Signed if correction.released.is_none() => "signed, and its files were not written",
            CorrectionState::Signed | CorrectionState::Returned => return None,
        };
        Some(format!("correction {} is {what}", correction.id.0))
    }));
    let wrong = ws.to_take_out(None)?.len() as u64;
    if wrong > 0 {
        let which = counted(wrong, "wrong CHI number is", "wrong CHI numbers are");
        left_open.push(format!("{which} to be taken out of Mosaic, and in no correction"));
    }
    Ok(left_open)
}

/// Closes a workspace: checks all of it, writes the last report and the last archive into a folder outside it, and destroys the
/// keys. What is open must be finished first, or `reason` says why not.
pub fn close(mut ws: Workspace, into: &Path, reason: &str, progress: &Progress) -> Result<Closed, ReleaseError> {
    rights::administers(&ws)?;
    let reason = reason.trim();
    let left_open = left_open(&ws)?;
    if !left_open.is_empty() && reason.is_empty() && !ws.is_closed()? {
        return Err(ReleaseError::Refused(Refused::Unfit(format!(
            "Not everything is finished: {}; nothing was closed. Finish that, or give a reason to close in spite of it",
            left_open.join("; ")
        ))));
    }
    if !ws.check(progress)?.ok {
        return Err(ReleaseError::Refused(Refused::Unfit(
            "The workspace is not in order, so its last copy would not be either; nothing was closed. `stewartry check` says what \
             is wrong; restore a backup"
                .to_owned(),
        )));
    }
    let html = report::html(&ws, progress)?;
    let closing = Closing { reason: if left_open.is_empty() { String::new() } else { reason.to_owned() }, left_open };
    let archive = ws.close(into, closing, progress)?;
    let report = archive.with_extension("report.html");
    durable::replace(&report, html.as_bytes())?;
    let remains = remains(&ws, &archive, &report)?;
    let note = note(&ws.name(), &remains);
    ws.destroy_keys(&note)?;
    Ok(Closed { archive, report, remains })
}

/// What remains, as far as the program can know.
fn remains(ws: &Workspace, archive: &Path, report: &Path) -> Result<Vec<String>, WorkspaceError> {
    let whole = |path: &Path| std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let (home, archive, report) = (whole(ws.home()), whole(archive), whole(report));
    let home = home.display();
    let mut remains = vec![
        format!(
            "The archive {}: encrypted; the same people open it with the same passphrases, to read it. Keep it as long as your \
             retention schedule says, then delete it",
            archive.display()
        ),
        format!("The report {}: counts only, no personal data", report.display()),
        format!(
            "The folder {home}: its database and copies are there and cannot be read without the keys, which are gone from it. Only \
             the archive still holds them, wrapped; delete the folder"
        ),
    ];
    let events =
        |kind: &str| ws.ledger(&LedgerFilter { kinds: vec![kind.to_owned()], ..LedgerFilter::default() }, 10_000);
    let copies = ws.home().join("backups");
    let mut elsewhere = 0;
    for row in events("backed_up")? {
        elsewhere += u64::from(matches!(row.event, Event::BackedUp { name } if !copies.join(&name).exists()));
    }
    if elsewhere > 0 {
        let which = counted(elsewhere, "backup that is", "backups that are");
        remains.push(format!(
            "{which} no longer in the folder: wherever they were carried, the same passphrases open them"
        ));
    }
    for (kinds, one, many) in [
        (&["released", "profile_written"][..], "release", "releases"),
        (&["correction_released"], "correction", "corrections"),
        (&["extract_written"], "share extract", "share extracts"),
        (&["cross_reference_written"], "cross-reference", "cross-references"),
    ] {
        let mut written = 0;
        for kind in kinds {
            written += events(kind)?.len() as u64;
        }
        if written > 0 {
            let which = counted(written, one, many);
            remains.push(format!("The files of {which}, wherever they were carried: plain text, with CHI numbers"));
        }
    }
    let sent = events("sent")?.len() as u64;
    if sent > 0 {
        let which = counted(sent, "file that was sent", "files that were sent");
        remains.push(format!("{which}: the history in the archive says where to"));
    }
    remains
        .push("The extracts that were loaded: in whatever folder they were; the program never changed them".to_owned());
    Ok(remains)
}

/// What is left in the folder for whoever finds it.
fn note(name: &str, remains: &[String]) -> String {
    let mut note = format!(
        "The workspace “{name}” was closed on {} (UTC) by Stewartry {}, and its keys were destroyed.\n\nWhat remained then:\n",
        day_and_time(jiff::Timestamp::now()),
        env!("CARGO_PKG_VERSION"),
    );
    for line in remains {
        note += &format!("- {line}\n");
    }
    note
}
