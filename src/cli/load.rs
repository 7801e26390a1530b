//! `load`: files in, each all or nothing, and in one table what came of each and what it means for the work.

use std::path::Path;

use serde_json::{Value, json};

use super::answer::{self, Answer};
use super::arguments::LoadArgs;
use super::work::sit_down;
use super::{Done, Failure, refuse, terminal};
use crate::intake::{self, Kind, Preview};
use crate::pair::PairKey;
use crate::progress::Progress;
use crate::stewardship::Refused;
use crate::stewardship::load::{self, LoadOptions, LoadOutcome, Noticed};
use crate::stewardship::refreshed::{self, Work};
use crate::stewardship::suspicions::Suspicion;
use crate::words::number;
use crate::workspace::{Recheck, Workspace};

/// Links and people named one by one on a terminal; `--json` names all.
const NAMED: usize = 20;

/// Loads files.
pub fn load(args: &LoadArgs) -> Done {
    if args.preview {
        let mut unfit = 0;
        if args.write_mapping.is_some() && args.files.len() > 1 {
            return refuse("A mapping is of one file: preview each by itself to write its own");
        }
        for file in &args.files {
            let preview = prepare(args, file, None, &Progress::new())?;
            show_preview(&preview);
            if let Some(path) = &args.write_mapping {
                preview.mapping.write(path)?;
                println!(
                    "The columns are written to {}: put the heading beside each field, and load with --mapping",
                    path.display()
                );
            }
            let missing: Vec<&str> = preview.mapping.missing_required().iter().map(|field| field.words()).collect();
            if !missing.is_empty() {
                unfit += 1;
                println!("WRONG: no column was found for {}. It would not be loaded", missing.join(", "));
            }
        }
        return match unfit {
            0 => Ok(()),
            _ => refuse(
                "Not all of it can be loaded; give the columns headings that say what they hold, choose them in the window, or write \
                 them with --write-mapping, put them right and load with --mapping",
            ),
        };
    }
    answer::give(args.json, |answer| {
        let mut loaded = Vec::new();
        let done = load_all(args, &mut loaded, answer);
        // What was loaded before a file that was not stands, and is said before the error.
        if !args.json {
            show(&loaded);
        }
        done
    })
}

fn load_all(args: &LoadArgs, loaded: &mut Vec<LoadOutcome>, answer: &mut Answer) -> Done {
    let mut workspace = sit_down(&args.desk)?;
    let options = LoadOptions { again: args.again, in_spite: args.in_spite };
    let mut files = Vec::new();
    let mut done = Ok(());
    for path in &args.files {
        let mut warnings = Vec::new();
        let outcome = terminal::with_progress(|progress| -> Result<_, Failure> {
            let preview = prepare(args, path, Some(&workspace), progress)?;
            warnings = preview.warnings();
            Ok(load::load(&mut workspace, &preview.plan(), options, progress)?)
        });
        // What is refused says one thing
        for words in warnings.iter().filter(|_| outcome.is_ok()) {
            eprintln!("stewartry: {}: {words}", path.display());
        }
        match outcome {
            Ok(outcome) => {
                files.push(file_json(&outcome));
                loaded.push(outcome);
            }
            Err(error) => {
                files.push(failed_json(path, &error));
                done = Err(error);
                break;
            }
        }
    }
    answer.set("files", files);
    let all_unchanged = done.is_ok() && loaded.iter().all(|it| it.unchanged);
    answer.set("outcome", if all_unchanged { "unchanged" } else { "done" });
    if let Some(last) = loaded.last() {
        answer.set("work", work_json(&sum(loaded, &last.work)));
    }
    done?;
    if let Some(path) = &args.rejected {
        let ids: Vec<_> = loaded.iter().map(|it| it.file.id).collect();
        let written = load::write_rejected(&workspace, &ids, path)?;
        if !args.json {
            println!("{} rejected rows written to {}", number(written), path.display());
        }
    }
    Ok(())
}

/// What several files together mean for the work: it stands as the last left it, and each has reopened its own.
fn sum(loaded: &[LoadOutcome], last: &Work) -> Work {
    let mut work = last.clone();
    for earlier in &loaded[..loaded.len() - 1] {
        let earlier = &earlier.work;
        work.reopened += earlier.reopened;
        work.stand_again += earlier.stand_again;
        work.gone.extend(earlier.gone.iter().cloned());
        let brought: Vec<&PairKey> = earlier.rechecks[..earlier.new_rechecks].iter().map(|it| &it.pair).collect();
        // Those that an earlier of these files brought are news too.
        let (mut news, rest): (Vec<_>, Vec<_>) = work
            .rechecks
            .drain(..)
            .enumerate()
            .partition(|(at, it)| *at < work.new_rechecks || brought.contains(&&it.pair));
        work.new_rechecks = news.len();
        news.extend(rest);
        work.rechecks = news.into_iter().map(|(_, it)| it).collect();
    }
    work
}

fn prepare(
    args: &LoadArgs,
    file: &Path,
    workspace: Option<&Workspace>,
    progress: &Progress,
) -> Result<Preview, Failure> {
    let mut preview = intake::preview(file, args.kind.map(Kind::from), progress)?;
    match (&args.mapping, workspace) {
        (Some(path), _) => preview.mapping = intake::Mapping::read(path, &preview.headings)?,
        (None, Some(workspace)) => {
            load::as_last_time(workspace, &mut preview)?;
        }
        (None, None) => {}
    }
    Ok(preview)
}

fn show_preview(preview: &Preview) {
    println!("{}", preview.path.display());
    let mut rows = vec![
        vec!["What it is".to_owned(), preview.mapping.kind.words().to_owned()],
        vec!["Rows".to_owned(), number(preview.rows)],
    ];
    rows.extend(preview.format.facts().into_iter().map(|(what, it)| vec![what.to_owned(), it]));
    rows.push(vec!["SHA-256".to_owned(), preview.sha256.clone()]);
    for (field, column) in preview.mapping.columns() {
        let heading = preview.headings.get(column).cloned().unwrap_or_default();
        rows.push(vec![field.words().to_owned(), heading]);
    }
    for heading in &preview.unmapped {
        rows.push(vec!["(not used)".to_owned(), heading.clone()]);
    }
    print!("{}", terminal::table(&rows));
    for note in &preview.notes {
        println!("Note: {note}");
    }
    for warning in preview.warnings() {
        println!("Warning: {warning}");
    }
}

/// The table of what was loaded, and what it means for the work.
fn show(loaded: &[LoadOutcome]) {
    let Some(last) = loaded.last() else { return };
    let headings = ["File", "rows", "new", "changed", "gone", "the same", "warned", "rejected"];
    let mut rows = vec![headings.map(str::to_owned).to_vec()];
    for it in loaded {
        let tally = &it.tally;
        let mut row = vec![it.file.name.clone()];
        row.extend(
            [tally.rows, it.added, it.changed, it.gone, it.same_as_before, tally.warned, tally.rejected].map(number),
        );
        rows.push(row);
    }
    print!("{}", terminal::table(&rows));
    for it in loaded.iter().filter(|it| it.unchanged) {
        println!("{} is loaded already; nothing changed", it.file.name);
    }
    for it in loaded.iter().filter(|it| it.only_chi > 0) {
        println!("{} of the changed in {} differ only in the CHI that Mosaic holds", number(it.only_chi), it.file.name);
    }
    for it in loaded.iter().filter(|it| it.restricted != [0, 0]) {
        let [now, no_longer] = it.restricted.map(number);
        println!("{now} people in {} are restricted now and were not, {no_longer} no longer are", it.file.name);
    }
    for it in loaded {
        for suspicion in &it.in_spite_of {
            println!("{} was loaded in spite of this: {}", it.file.name, suspicion.seen);
        }
    }
    for it in loaded.iter().filter(|it| !it.unchanged) {
        show_noticed("Noticed in", &it.file.name, &it.noticed);
        show_noticed("Turned away from", &it.file.name, &it.turned_away);
    }
    let work = sum(loaded, &last.work);
    if work.stand + work.reopened == 0 && work.rechecks.is_empty() && work.gone.is_empty() {
        return;
    }
    println!();
    let lines = work.lines().into_iter().map(|(what, count, _)| vec![what.to_owned(), number(count)]);
    let mut rows = vec![vec!["What it means for the work".to_owned()]];
    rows.extend(lines);
    print!("{}", terminal::table(&rows));
    named("Look at these links again:", &work.rechecks, refreshed::recheck_words);
    let gone: Vec<_> = work.gone.iter().filter(|it| it.merged_into.is_none()).collect();
    named("No longer in Mosaic:", &gone, |it| refreshed::gone_words(it));
}

/// What was noticed in a file, each kind with its rows, the first lines of them and what to do.
fn show_noticed(what: &str, name: &str, noticed: &[Noticed]) {
    if noticed.is_empty() {
        return;
    }
    println!();
    let mut rows = vec![vec![format!("{what} {name}"), "rows".to_owned(), "where".to_owned(), "what to do".to_owned()]];
    rows.extend(load::noticed_table(noticed));
    print!("{}", terminal::table(&rows));
}

fn named<T>(heading: &str, things: &[T], word: impl Fn(&T) -> String) {
    if things.is_empty() {
        return;
    }
    println!();
    println!("{heading}");
    for line in refreshed::first_few(things, NAMED, word) {
        println!("  {line}");
    }
}

fn file_json(it: &LoadOutcome) -> Value {
    json!({
        "file": it.file.name,
        "kind": it.file.kind,
        "sha256": it.file.sha256,
        "outcome": if it.unchanged { "unchanged" } else { "loaded" },
        "rows": it.tally.rows,
        "accepted": it.tally.accepted,
        "warned": it.tally.warned,
        "rejected": it.tally.rejected,
        "noticed": it.noticed.iter().map(noticed_json).collect::<Vec<_>>(),
        "turned_away": it.turned_away.iter().map(noticed_json).collect::<Vec<_>>(),
        "added": it.added,
        "changed": it.changed,
        "changed_only_chi": it.only_chi,
        "lost_chi": it.lost_chi,
        "restricted_now": it.restricted[0],
        "restricted_no_longer": it.restricted[1],
        "gone": it.gone,
        "unchanged": it.same_as_before,
        "in_spite_of": it.in_spite_of.iter().map(suspicion_json).collect::<Vec<_>>(),
    })
}

fn failed_json(path: &Path, error: &Failure) -> Value {
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    match error.downcast_ref::<Refused>() {
        Some(Refused::Suspicious { suspicions, .. }) => json!({
            "file": name,
            "outcome": "suspicious",
            "suspicions": suspicions.iter().map(suspicion_json).collect::<Vec<_>>(),
        }),
        _ => json!({ "file": name, "outcome": "failed" }),
    }
}

fn noticed_json(it: &Noticed) -> Value {
    json!({ "what": it.what, "rows": it.rows, "first_lines": it.lines, "to_do": it.to_do })
}

fn suspicion_json(it: &Suspicion) -> Value {
    json!({ "code": it.kind.code(), "seen": it.seen, "may_mean": it.may_mean, "to_do": it.to_do })
}

/// What a load means for the work. People by their ids alone.
fn work_json(work: &Work) -> Value {
    let recheck = |(at, it): (usize, &Recheck)| {
        json!({
            "mosaic": it.pair.left(),
            "chi": it.pair.right(),
            "why": it.why,
            "replacement": it.replacement,
            "released": it.released,
            "new": at < work.new_rechecks,
        })
    };
    json!({
        "decisions_stand": work.stand,
        "decisions_reopened": work.reopened,
        "decisions_stand_again": work.stand_again,
        "links_to_recheck": work.rechecks.iter().enumerate().map(recheck).collect::<Vec<_>>(),
        "gone_with_decisions": work.gone.iter().map(|it| json!({
            "mosaic": it.mosaic,
            "chi": it.chi,
            "merged_into": it.merged_into,
        })).collect::<Vec<_>>(),
    })
}
