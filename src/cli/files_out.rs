//! `profile`, `acknowledge`, `correction`: what files look like, what comes back of them, and taking out again what was wrong.

use super::files_out_arguments::{
    AcknowledgeArgs, CorrectionArgs, CorrectionVerb, ProfileArgs, ProfileVerb, WhichProfile,
};
use super::work::sit_down;
use super::{Done, Failure, refuse, terminal};
use crate::files;
use crate::release::profiles::{self, Origin};
use crate::release::{self, ExportProfile, correction as files_of};
use crate::stewardship::acknowledge::{self, ReportColumns};
use crate::stewardship::corrections;
use crate::words::{self, counted, number};
use crate::workspace::{BatchId, CorrectionId, Workspace};

/// The profile that is named, or the default.
pub fn which(ws: &Workspace, named: &WhichProfile) -> Result<ExportProfile, Failure> {
    match &named.profile {
        None => Ok(ExportProfile::default()),
        Some(name) => Ok(profiles::named(ws, name, named.profile_version)?),
    }
}

/// Lists, shows, saves and previews export profiles.
pub fn profile(args: &ProfileArgs) -> Done {
    match &args.verb {
        ProfileVerb::List { desk } => {
            let workspace = sit_down(desk)?;
            let mut rows = vec![["Profile", "version", "rows", "from", "for"].map(str::to_owned).to_vec()];
            for choice in profiles::choices(&workspace)? {
                let from = match choice.origin {
                    Origin::Shipped => "the program",
                    Origin::Saved => "this workspace",
                };
                let profile = choice.profile;
                rows.push(vec![
                    profile.name,
                    profile.version.to_string(),
                    profile.rows.words().to_owned(),
                    from.to_owned(),
                    profile.title,
                ]);
            }
            print!("{}", terminal::table(&rows));
        }
        ProfileVerb::Show { desk, name, version } => {
            let workspace = sit_down(desk)?;
            print!("{}", profiles::named(&workspace, name, *version)?.to_json());
        }
        ProfileVerb::Save { desk, file } => {
            let mut workspace = sit_down(desk)?;
            let profile = read(file)?;
            let version = profiles::save(&mut workspace, &profile)?;
            println!("Saved: {}, version {version}", profile.name);
        }
        ProfileVerb::Preview { desk, batch, file, which: named, lines } => {
            let workspace = sit_down(desk)?;
            let profile = match file {
                Some(file) => read(file)?,
                None => which(&workspace, named)?,
            };
            let files = release::preview(&workspace, BatchId(*batch), &profile, *lines)?;
            for file in files {
                println!("{} ({})", file.name, counted(file.rows, "row", "rows"));
                for line in file.beginning.lines() {
                    println!("  {line}");
                }
            }
        }
    }
    Ok(())
}

fn read(file: &std::path::Path) -> Result<ExportProfile, Failure> {
    let text = files::read_text(file)
        .or_else(|error| refuse(format!("{} could not be read: {error}; nothing was saved", file.display())))?;
    ExportProfile::from_json(&text).or_else(|what| refuse(format!("{}: {what}; nothing was saved", file.display())))
}

/// Takes a load report in, or says of what Mosaic has said nothing.
pub fn acknowledge(args: &AcknowledgeArgs) -> Done {
    let mut workspace = sit_down(&args.desk)?;
    if let Some(report) = &args.report {
        let columns = ReportColumns {
            id: args.id_column.clone(),
            chi: args.chi_column.clone(),
            outcome: args.outcome_column.clone(),
            reason: args.reason_column.clone(),
        };
        let batch = args.batch.map(BatchId);
        let taken =
            terminal::with_progress(|progress| acknowledge::take(&mut workspace, batch, report, &columns, progress))?
                .output;
        if taken.again {
            println!("This report was taken in before; nothing changed");
        } else {
            println!(
                "Batch {}: {} taken, {} turned away, {} not spoken of",
                taken.batch,
                number(taken.accepted),
                number(taken.rejected),
                number(taken.unanswered)
            );
            if taken.stay_accepted > 0 {
                let links = counted(taken.stay_accepted, "link was", "links were");
                println!("{links} accepted by an earlier report, which stands");
            }
            if taken.rejected > 0 {
                println!("Those turned away stand among the conflicts (`stewartry conflicts`)");
            }
        }
    } else {
        let mut rows = vec![
            ["Batch", "released", "days", "links", "taken", "turned away", "no answer"].map(str::to_owned).to_vec(),
        ];
        let chased = acknowledge::chased(&workspace)?;
        for answered in workspace.answered()? {
            let days = chased.iter().find(|it| it.answered.batch == answered.batch).map(|it| it.days.to_string());
            rows.push(vec![
                format!("{} {}", answered.batch.0, answered.name),
                words::day(answered.released),
                days.unwrap_or_else(|| "-".to_owned()),
                number(answered.links),
                number(answered.accepted),
                number(answered.rejected),
                number(answered.unanswered()),
            ]);
        }
        print!("{}", terminal::table(&rows));
    }
    if let Some(path) = &args.unanswered {
        let count = acknowledge::write_unanswered(&workspace, path)?;
        let links = counted(count, "link", "links");
        println!("{links} that Mosaic has not spoken of written to {}", path.display());
    }
    Ok(())
}

/// Puts a correction together, signs it, gives it back, writes it.
pub fn correction(args: &CorrectionArgs) -> Done {
    match &args.verb {
        CorrectionVerb::List { desk } => list(&sit_down(desk)?),
        CorrectionVerb::Compose { desk } => {
            let mut workspace = sit_down(desk)?;
            let id = corrections::compose(&mut workspace)?;
            println!("Correction {} put together; a supervisor who recalled none of it signs it", id.0);
            show(&workspace, id)
        }
        CorrectionVerb::Show { desk, number } => show(&sit_down(desk)?, CorrectionId(*number)),
        CorrectionVerb::Sign { desk, number } => {
            let mut workspace = sit_down(desk)?;
            let signed = corrections::sign(&mut workspace, CorrectionId(*number))?;
            println!("Correction {number} signed. {}", signed.output);
            Ok(())
        }
        CorrectionVerb::Return { desk, number, reason } => {
            let mut workspace = sit_down(desk)?;
            corrections::give_back(&mut workspace, CorrectionId(*number), reason)?;
            println!("Correction {number} returned");
            Ok(())
        }
        CorrectionVerb::Export { desk, number, into, which: named } => {
            let mut workspace = sit_down(desk)?;
            let profile = which(&workspace, named)?;
            let id = CorrectionId(*number);
            let written =
                terminal::with_progress(|progress| files_of::write_with(&mut workspace, id, into, &profile, progress))?;
            println!("Written to {}", written.folder.display());
            for file in &written.files {
                println!("  {file}");
            }
            Ok(())
        }
    }
}

fn list(workspace: &Workspace) -> Done {
    let waiting = workspace.to_take_out(None)?;
    println!("Recalled, and in no correction: {}", number(waiting.len() as u64));
    for found in &waiting {
        let by_hand = if found.restricted { format!(" ({})", corrections::BY_HAND) } else { String::new() };
        println!("  {}: {}{by_hand}", corrections::wrong(&found.row), found.reason);
    }
    let mut rows = vec![["Correction", "wrong", "right", "state"].map(str::to_owned).to_vec()];
    for correction in workspace.corrections()? {
        let right = correction.rows.iter().filter(|row| row.right.is_some()).count() as u64;
        let state = if correction.released.is_some() { "Released" } else { correction.state.words() };
        let wrong = number(correction.rows.len() as u64);
        rows.push(vec![correction.id.0.to_string(), wrong, number(right), state.to_owned()]);
    }
    if rows.len() > 1 {
        print!("{}", terminal::table(&rows));
    }
    Ok(())
}

fn show(workspace: &Workspace, id: CorrectionId) -> Done {
    let correction = corrections::known(workspace, id)?;
    let carried = corrections::carried_by(workspace, &correction)?;
    for row in &correction.rows {
        let key = corrections::wrong(row);
        let instead = match &row.right {
            Some(right) => format!("; right: {} (batch {})", right.chi.spaced(), right.batch.0),
            None => String::new(),
        };
        println!("  Out: {key}, carried by batch {}{instead}", row.batch.0);
        let writings = carried.iter().filter(|(of, _)| *of == key).flat_map(|(_, writings)| writings);
        for writing in writings {
            println!("    {} ({})", writing.files.join(", "), words::day_and_time(writing.at));
        }
    }
    Ok(())
}
