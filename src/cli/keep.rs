//! `check`, `backup`, `history`, `undo`, `report`: keeping a workspace in order.

use super::arguments::{BackupArgs, CheckArgs, HistoryArgs, ReportArgs, UndoArgs};
use super::work::sit_down;
use super::{Done, refuse, terminal};
use crate::pair::Reason;
use crate::release::against::{self, Says};
use crate::stewardship::undo as undoing;
use crate::words::days::by_the_clocks;
use crate::workspace::{Event, LedgerFilter};
use crate::{files, release};

/// Checks a workspace.
pub fn check(args: &CheckArgs) -> Done {
    let workspace = sit_down(&args.desk)?;
    let report = terminal::with_progress(|progress| workspace.check(progress))?;
    for line in &report.lines {
        println!("{}  {}: {}", if line.ok { "ok   " } else { "WRONG" }, line.what, line.detail);
    }
    let (seq, hash) = workspace.ledger_head()?;
    println!("Ledger head: event {seq}, {hash}");
    if workspace.key_change_is_due()? {
        println!(
            "Somebody was removed, and the database's key is not changed yet: it is when the workspace is next opened by someone"
        );
        println!("who administers it, once everybody who stays has opened it since there are key pairs");
    }
    let mut said = Vec::new();
    for kept in &args.against {
        let line = against::check(&workspace, kept)?;
        println!("{line}");
        said.push(line.says);
    }
    if !report.ok {
        return refuse(
            "The workspace is not in order; keep it as it is, and restore a backup with “stewartry restore”",
        );
    }
    if said.contains(&Says::TheContrary) {
        return refuse(
            "The workspace contradicts what left it: an older copy was put back, or its history was changed. Keep it as it is, and \
             restore the newest backup with “stewartry restore”, unless that is what was done: then do what each line says",
        );
    }
    if said.contains(&Says::Changed) {
        return refuse(
            "What is marked WRONG is not what the ledger says was written of it: it was changed since, or this workspace is an older copy. Load \
             none of it before it is known which; a workspace that is in order writes it again",
        );
    }
    if said.contains(&Says::Nothing) {
        return refuse(
            "The workspace is in order; what is marked “?” says nothing of it. Name releases and corrections of this workspace, as \
             they were written",
        );
    }
    Ok(())
}

/// Makes a verified backup.
pub fn backup(args: &BackupArgs) -> Done {
    let mut workspace = sit_down(&args.desk)?;
    let path = terminal::with_progress(|progress| workspace.backup(progress))?;
    println!("Backed up to {}", path.display());
    Ok(())
}

/// So many of the newest events are shown where nothing is said.
const NEWEST: usize = 20;

/// Shows the newest events.
pub fn history(args: &HistoryArgs) -> Done {
    let workspace = sit_down(&args.desk)?;
    let filter = LedgerFilter { text: args.about.clone().unwrap_or_default(), ..LedgerFilter::default() };
    // All there is about somebody, unless fewer are asked for
    let last = args.last.unwrap_or(if args.about.is_some() { usize::MAX } else { NEWEST });
    let mut events = workspace.ledger(&filter, last)?;
    events.reverse();
    if events.is_empty()
        && let Some(about) = &args.about
    {
        println!("Nothing in the history is about “{about}”");
    }
    for row in events {
        let undone = match (row.undoes, row.undone_by) {
            (Some(seq), _) => format!("  (takes back {seq})"),
            (None, Some(seq)) => format!("  (taken back by {seq})"),
            (None, None) => String::new(),
        };
        println!(
            "{:>6}  {}  {:<20}  {}{undone}",
            row.seq,
            by_the_clocks(row.at).strftime("%Y-%m-%d %H:%M:%S"),
            row.name,
            undoing::describe(&row.event)
        );
        if let Some(why) = why(&row.event) {
            println!("{:>6}  {why}", "");
        }
    }
    Ok(())
}

/// Why something was done, as whoever did it gave it; `None` where nothing was given.
fn why(event: &Event) -> Option<String> {
    let given = match event {
        Event::Decided { after: Some(judgement), .. } => {
            let reason = judgement.reason.map(Reason::words).unwrap_or_default();
            let both = if reason.is_empty() || judgement.comment.is_empty() { "" } else { ": " };
            format!("{reason}{both}{}", judgement.comment)
        }
        Event::Recalled { after: Some(reason), .. }
        | Event::BatchReturned { reason, .. }
        | Event::CorrectionReturned { reason, .. } => reason.clone(),
        _ => String::new(),
    };
    (!given.is_empty()).then_some(given)
}

/// Takes back what the person at the desk did last.
pub fn undo(args: &UndoArgs) -> Done {
    let mut workspace = sit_down(&args.desk)?;
    match undoing::undo(&mut workspace)? {
        Some(name) => println!("{name}"),
        None => println!("There is nothing of yours to undo"),
    }
    Ok(())
}

/// Writes the report for a committee.
pub fn report(args: &ReportArgs) -> Done {
    let workspace = sit_down(&args.desk)?;
    if workspace.is_parcel()?.is_some() {
        return refuse(
            "A parcel holds a few people of its workspace, so no report of the whole can be made in it; make it there",
        );
    }
    let page = terminal::with_progress(|progress| release::report::html(&workspace, progress))?;
    files::make_folder(files::folder_of(&args.out))
        .and_then(|()| std::fs::write(&args.out, page))
        .or_else(|error| refuse(format!("The report could not be written to {}: {error}", args.out.display())))?;
    println!("Written to {}", args.out.display());
    Ok(())
}
