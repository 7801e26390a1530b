//! `new`, `status`, `decide`, and how a verb opens its workspace.

use std::path::Path;

use serde_json::{Map, Value};

use super::arguments::{DecideArgs, Desk, KindArg, NewArgs, RoleArg, StatusArgs};
use super::{Done, Failure, answer, classes, passphrase, refuse, terminal};
use crate::intake::Kind;
use crate::pair::{PairKind, Verdict};
use crate::stewardship::decide::RefusedRow;
use crate::stewardship::measured::{self, Measured};
use crate::stewardship::{decide, people as staff_verbs, refreshed};
use crate::words;
use crate::workspace::{KeyCost, NewPerson, Role, Status, Workspace};

type Opened = Result<Workspace, Failure>;

/// Opens the workspace for whoever is at the desk.
pub fn sit_down(desk: &Desk) -> Opened {
    sit_down_with(desk).map(|(workspace, _)| workspace)
}

/// The same, with the passphrase.
pub(super) fn sit_down_with(desk: &Desk) -> Result<(Workspace, zeroize::Zeroizing<String>), Failure> {
    let people = Workspace::people(&desk.workspace)?;
    let name = match (&desk.person, people.as_slice()) {
        (Some(name), _) => name.clone(),
        (None, [only]) => only.clone(),
        (None, _) => {
            return refuse(format!("Say who you are with --as NAME; the workspace knows {}", people.join(", ")));
        }
    };
    let passphrase = passphrase::own(&name, desk.passphrase_file.as_deref())?;
    let workspace = Workspace::open(&desk.workspace, &name, &passphrase)?;
    Ok((workspace, passphrase))
}

impl From<RoleArg> for Role {
    fn from(role: RoleArg) -> Self {
        match role {
            RoleArg::Officer => Self::Officer,
            RoleArg::Supervisor => Self::Supervisor,
        }
    }
}

impl From<KindArg> for Kind {
    fn from(kind: KindArg) -> Self {
        match kind {
            KindArg::Mosaic => Self::Mosaic,
            KindArg::Chi => Self::Chi,
            KindArg::Relationships => Self::Relationships,
            KindArg::NarrowPairs => Self::NarrowPairs,
            KindArg::WidePairs => Self::WidePairs,
        }
    }
}

/// Makes a workspace.
pub fn new(args: &NewArgs) -> Done {
    if args.workspace.exists() {
        return refuse(format!("{} is there already; nothing was made", args.workspace.display()));
    }
    let passphrase = passphrase::new(&args.person, args.passphrase_file.as_deref(), true)?;
    staff_verbs::fits(&args.person, &passphrase)?;
    let first = NewPerson { name: &args.person, role: args.role.into(), administers: true, passphrase: &passphrase };
    let workspace = Workspace::create(&args.workspace, first, KeyCost::STANDARD)?;
    println!("Made {}, opened by {}", workspace.home().display(), args.person);
    Ok(())
}

/// What people decided one by one, band by band.
fn measured_rows(found: &[Measured]) -> Vec<Vec<String>> {
    let headings = ["Decided one by one", "match", "not a match", "match, with 95 % limits"];
    let mut rows = vec![headings.map(str::to_owned).to_vec()];
    for it in found {
        let kind = if it.kind == PairKind::Link { "Links" } else { "Duplicates" };
        rows.push(vec![
            format!("{kind}: {}", it.words()),
            words::number(it.matches),
            words::number(it.not),
            it.share_words(),
        ]);
    }
    rows
}

/// The candidate pairs, and how many of them wait, as a table.
pub(super) fn bands(status: &Status) -> Vec<Vec<String>> {
    let row = |what: &str, counts: [u64; 3]| {
        let mut row = vec![what.to_owned()];
        row.extend(counts.map(words::number));
        row
    };
    vec![
        ["Candidate pairs", "automatic", "to review", "unlikely"].map(str::to_owned).to_vec(),
        row("Links to CHI", status.links),
        row("  still to decide", status.links_undecided),
        ["  for a reason alone".to_owned(), String::new(), words::number(status.links_for_a_reason[0]), String::new()]
            .to_vec(),
        row("Duplicates in Mosaic", status.duplicates),
        row("  still to decide", status.duplicates_undecided),
    ]
}

/// Says where the work stands.
pub fn status(args: &StatusArgs) -> Done {
    answer::give(args.json, |answer| {
        let workspace = sit_down(&args.desk)?;
        if !args.json {
            return show_status(&workspace);
        }
        if let Value::Object(fields) = serde_json::to_value(workspace.status()?)? {
            for (field, value) in fields {
                let value = named_counts(&field, value);
                answer.set(&field, value);
            }
        }
        answer.set("links_to_recheck", workspace.rechecks()?.len());
        answer.set("outcome", "done");
        Ok(())
    })
}

/// A field of the status, each of several counts by its name.
fn named_counts(field: &str, value: Value) -> Value {
    let names: &[&str] = match field {
        "links" | "links_undecided" | "duplicates" | "duplicates_undecided" => &["automatic", "to_review", "unlikely"],
        "link_answers" | "duplicate_answers" => &Verdict::ALL.map(Verdict::code),
        "links_for_a_reason" => &["undecided", "all"],
        "batches" => &["composing", "submitted", "signed", "returned"],
        _ => return value,
    };
    match value {
        Value::Array(counts) if counts.len() == names.len() => {
            names.iter().map(|name| (*name).to_owned()).zip(counts).collect::<Map<_, _>>().into()
        }
        other => other,
    }
}

fn show_status(workspace: &Workspace) -> Done {
    let status = workspace.status()?;
    let line = |what: &str, value: u64| vec![what.to_owned(), words::number(value)];
    let of_people =
        |what: &str, part: u64| vec![what.to_owned(), words::number(part), words::per_cent(part, status.mosaic)];
    print!(
        "{}",
        terminal::table(&[
            line("Mosaic people", status.mosaic),
            of_people("  with a CHI when loaded", status.seeded),
            of_people("  matched", status.people_matched),
            of_people("  signed off", status.people_signed),
            of_people("  released", status.people_released),
            of_people("  acknowledged by Mosaic", status.people_acknowledged),
            of_people("  not matchable", status.not_matchable),
            line("CHI records", status.chi),
            line("Relationships in Mosaic", status.relationships),
            line("  of possible duplicates", status.related_duplicates),
        ])
    );
    println!();
    print!("{}", terminal::table(&bands(&status)));
    println!();
    let mut answers = vec![{
        let mut row = vec!["Decisions".to_owned()];
        row.extend(Verdict::ALL.map(|verdict| verdict.words().to_lowercase()));
        row
    }];
    for (what, counts) in [("Links", status.link_answers), ("Duplicates", status.duplicate_answers)] {
        let mut row = vec![what.to_owned()];
        row.extend(counts.map(words::number));
        answers.push(row);
    }
    print!("{}", terminal::table(&answers));
    let measured_bands = measured::by_band(workspace)?;
    if !measured_bands.is_empty() {
        println!();
        print!("{}", terminal::table(&measured_rows(&measured_bands)));
    }
    if status.links_turned_away > 0 {
        let links = words::counted(status.links_turned_away, "released link was", "released links were");
        println!("{links} turned away by Mosaic (`conflicts`)");
    }
    if status.links_unanswered > 0 {
        let links = words::counted(status.links_unanswered, "released link waits", "released links wait");
        println!("{links} for Mosaic's load report (`acknowledge`)");
    }
    if status.to_take_out > 0 {
        let links = words::counted(status.to_take_out, "recalled link is", "recalled links are");
        println!("{links} to be taken out of Mosaic (`correction`)");
    }
    if status.stale > 0 {
        let decisions = words::counted(status.stale, "decision", "decisions");
        println!("{decisions} to look at again: a record changed since, or the batch was returned");
    }
    let rechecks = workspace.rechecks()?;
    if !rechecks.is_empty() {
        println!("Confirmed links whose CHI is no longer the one to use: {}", words::number(rechecks.len() as u64));
        for line in refreshed::first_few(&rechecks, 20, refreshed::recheck_words) {
            println!("  {line}");
        }
    }
    let batches = workspace.batches()?;
    if !batches.is_empty() {
        println!();
        let mut rows = vec![["Batch", "name", "links", "merges", "state"].map(str::to_owned).to_vec()];
        for batch in batches {
            let state = if batch.released.is_some() { "Released" } else { batch.state.words() };
            rows.push(vec![
                batch.id.0.to_string(),
                batch.name,
                words::number(batch.links),
                words::number(batch.merges),
                state.to_owned(),
            ]);
        }
        print!("{}", terminal::table(&rows));
    }
    Ok(())
}

/// Decides pairs from a file, or accepts classes.
pub fn decide(args: &DecideArgs) -> Done {
    let mut workspace = sit_down(&args.desk)?;
    if args.classes || args.class.is_some() {
        return classes::accept(&mut workspace, args);
    }
    let Some(file) = &args.file else { return refuse("Name a file of decisions, or a class with --class") };
    let outcome = terminal::with_progress(|progress| decide::decide_file(&mut workspace, file, progress))?;
    println!("{}", words::counted(outcome.decided, "pair decided", "pairs decided"));
    if outcome.still_returned > 0 {
        let rows = words::counted(outcome.still_returned, "row was returned and says", "rows were returned and say");
        println!("{rows} the same again: look at each in the window, or say in its comment why the answer stands");
    }
    if outcome.refused.is_empty() {
        return match outcome.still_returned {
            0 => Ok(()),
            _ => refuse("Not every row of the file was decided"),
        };
    }
    if let Some(path) = &args.refused {
        decide::write_refused(&outcome, path)?;
    }
    refuse(refused_rows(file, outcome.rows, &outcome.refused, args.refused.is_none()))
}

/// What is said of the rows of a file that were refused; whether `--refused` would list them.
pub(super) fn refused_rows(file: &Path, rows: u64, refused: &[RefusedRow], can_be_listed: bool) -> String {
    let Some(first) = refused.first() else { return String::new() };
    let (name, count) = (file.display(), refused.len() as u64);
    let what = match (count, rows) {
        (1, 1) => format!("The one row of {name} was refused"),
        (count, rows) if count == rows => format!("All {} rows of {name} were refused", words::number(rows)),
        (count, rows) => {
            let were = words::counted(count, "row was", "rows were");
            format!("{were} refused of the {} of {name}, the others stand", words::number(rows))
        }
    };
    let all = if can_be_listed && count > 1 { ". --refused FILE lists them all" } else { "" };
    format!("{what}; the first, line {}: {}{all}", first.line, first.why)
}
