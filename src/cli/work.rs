//! `new`, `people`, `load`, `match`, `status`, `decide`: the officer's verbs.

use std::path::Path;

use super::arguments::{DecideArgs, Desk, KindArg, LoadArgs, MatchArgs, NewArgs, PeopleArgs, RoleArg, StatusArgs};
use super::{Done, link, passphrase, refuse, terminal};
use crate::intake::{self, Kind, Preview};
use crate::linkage;
use crate::linkage::estimates::few;
use crate::pair::{Band, PairKind, Verdict};
use crate::progress::Progress;
use crate::stewardship::measured::{self, Measured};
use crate::stewardship::{decide, learn, load, matching, people as staff_verbs};
use crate::words;
use crate::workspace::{KeyCost, NewPerson, Role, Status, Workspace};

type Opened = Result<Workspace, Box<dyn std::error::Error + Send + Sync>>;

/// Opens the workspace for whoever is at the desk.
pub fn sit_down(desk: &Desk) -> Opened {
    let people = Workspace::people(&desk.workspace)?;
    let name = match (&desk.person, people.as_slice()) {
        (Some(name), _) => name.clone(),
        (None, [only]) => only.clone(),
        (None, _) => {
            return refuse(format!("Say who you are with --as NAME; the workspace knows {}", people.join(", ")));
        }
    };
    let passphrase = passphrase::own(&name, desk.passphrase_file.as_deref())?;
    Ok(Workspace::open(&desk.workspace, &name, &passphrase)?)
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
    let first = NewPerson { name: &args.person, role: args.role.into(), administers: true, passphrase: &passphrase };
    let workspace = Workspace::create(&args.workspace, first, KeyCost::STANDARD)?;
    println!("Made {}, opened by {}", workspace.home().display(), args.person);
    Ok(())
}

/// Lists the people, or adds one.
pub fn people(args: &PeopleArgs) -> Done {
    let mut workspace = sit_down(&args.desk)?;
    if let Some(name) = &args.add {
        let passphrase = passphrase::new(name, args.new_passphrase_file.as_deref(), false)?;
        let person = NewPerson { name, role: args.role.into(), administers: false, passphrase: &passphrase };
        staff_verbs::add(&mut workspace, person)?;
    }
    let mut rows = vec![["Name", "Role", "Manages people"].map(str::to_owned).to_vec()];
    for person in workspace.staff()?.into_iter().filter(|person| person.active) {
        let manages = if person.administers { "yes" } else { "no" };
        rows.push(vec![person.name, person.role.words().to_owned(), manages.to_owned()]);
    }
    print!("{}", terminal::table(&rows));
    Ok(())
}

/// Loads files, each all or nothing.
pub fn load(args: &LoadArgs) -> Done {
    if args.preview {
        for file in &args.files {
            show_preview(&prepare(args, file, &Progress::new())?);
        }
        return Ok(());
    }
    let mut workspace = sit_down(&args.desk)?;
    let mut rows =
        vec![["File", "rows", "accepted", "warned", "rejected", "new", "changed", "gone"].map(str::to_owned).to_vec()];
    let mut rejected = Vec::new();
    for file in &args.files {
        let outcome = terminal::with_progress(|progress| -> Result<_, Box<dyn std::error::Error + Send + Sync>> {
            let preview = prepare(args, file, progress)?;
            let options = load::LoadOptions { again: args.again };
            Ok(load::load(&mut workspace, &preview.plan(), options, progress)?)
        });
        let outcome = match outcome {
            Ok(outcome) => outcome,
            Err(error) => {
                // What was loaded before this file stands, and is said before the error.
                if rows.len() > 1 {
                    print!("{}", terminal::table(&rows));
                }
                return Err(error);
            }
        };
        let loaded = &outcome.file;
        let mut row = vec![loaded.name.clone()];
        row.extend(
            [loaded.rows, loaded.accepted, loaded.warned, loaded.rejected, loaded.added, loaded.changed, loaded.gone]
                .map(words::number),
        );
        rows.push(row);
        rejected.push(loaded.id);
    }
    print!("{}", terminal::table(&rows));
    if let Some(path) = &args.rejected {
        let written = load::write_rejected(&workspace, &rejected, path)?;
        println!("{} rejected rows written to {}", words::number(written), path.display());
    }
    Ok(())
}

fn prepare(
    args: &LoadArgs,
    file: &Path,
    progress: &Progress,
) -> Result<Preview, Box<dyn std::error::Error + Send + Sync>> {
    let mut preview = intake::preview(file, args.kind.map(Kind::from), progress)?;
    if let Some(path) = &args.mapping {
        preview.mapping = intake::Mapping::read(path, &preview.headings)?;
    }
    Ok(preview)
}

fn show_preview(preview: &Preview) {
    println!("{}", preview.path.display());
    let mut rows = vec![
        vec!["What it is".to_owned(), preview.mapping.kind.words().to_owned()],
        vec!["Rows".to_owned(), words::number(preview.rows)],
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
}

/// Runs the engine over what is loaded.
pub fn run_match(args: &MatchArgs) -> Done {
    let mut workspace = sit_down(&args.desk)?;
    let options = linkage::Options { threads: args.threads, ..linkage::Options::default() };
    if args.preview {
        show_learning(&terminal::with_progress(|progress| learn::preview(&workspace, &options, progress))?);
        return Ok(());
    }
    let outcome = terminal::with_progress(|progress| {
        if args.learn {
            learn::apply(&mut workspace, &options, progress)
        } else {
            matching::run(&mut workspace, &options, progress)
        }
    })?;
    let status = workspace.status()?;
    print!("{}", terminal::table(&bands(&status)));
    println!();
    print!("{}", terminal::table(&link::estimated(&outcome.report)));
    Ok(())
}

fn show_learning(preview: &learn::Preview) {
    let learned = preview.learned;
    println!(
        "{} decisions to learn from: {} links ({} of them not a match), {} duplicates ({} not)",
        words::number(learned.decisions()),
        words::number(learned.links_match + learned.links_not),
        words::number(learned.links_not),
        words::number(learned.duplicates_match + learned.duplicates_not),
        words::number(learned.duplicates_not)
    );
    println!();
    let mut rows = vec![["Chosen pairs", "now", "then", "in", "out"].map(str::to_owned).to_vec()];
    for (what, moves) in [("Links", &preview.links), ("Duplicates", &preview.duplicates)] {
        for (place, band) in Band::ALL.into_iter().enumerate() {
            let now: u64 = moves[place].iter().sum();
            let then: u64 = moves.iter().map(|row| row[place]).sum();
            let stays = moves[place][place];
            let mut row = vec![format!("{what}, {}", band.words().to_lowercase())];
            row.extend([now, then, then - stays, now - stays].map(words::number));
            rows.push(row);
        }
    }
    print!("{}", terminal::table(&rows));
    println!();
    let [now, then] = preview.expected_wrong.map(few);
    println!("Wrong links expected in the automatic band: {now} now, {then} then");
    if !preview.moved.is_empty() {
        println!();
        let mut rows = vec![["Weights that move most", "now", "then"].map(str::to_owned).to_vec()];
        for it in preview.moved.iter().take(8) {
            let kind = if it.kind == PairKind::Link { "Links" } else { "Duplicates" };
            rows.push(vec![
                format!("{kind}, {}: {}", it.comparison.to_lowercase(), it.level.to_lowercase()),
                format!("{:+.1}", it.before),
                format!("{:+.1}", it.after),
            ]);
        }
        print!("{}", terminal::table(&rows));
    }
    println!("Nothing was changed; without --preview it is done");
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

fn bands(status: &Status) -> Vec<Vec<String>> {
    let row = |what: &str, counts: [u64; 3]| {
        let mut row = vec![what.to_owned()];
        row.extend(counts.map(words::number));
        row
    };
    vec![
        ["Candidate pairs", "automatic", "to review", "unlikely"].map(str::to_owned).to_vec(),
        row("Links to CHI", status.links),
        row("  still to decide", status.links_undecided),
        row("Duplicates in Mosaic", status.duplicates),
        row("  still to decide", status.duplicates_undecided),
    ]
}

/// Says where the work stands.
pub fn status(args: &StatusArgs) -> Done {
    let workspace = sit_down(&args.desk)?;
    let status = workspace.status()?;
    if args.json {
        println!("{}", serde_json::to_string_pretty(&status)?);
        return Ok(());
    }
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
            of_people("  not matchable", status.not_matchable),
            line("CHI records", status.chi),
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
    let measured_bands = measured::by_band(&workspace)?;
    if !measured_bands.is_empty() {
        println!();
        print!("{}", terminal::table(&measured_rows(&measured_bands)));
    }
    if status.stale > 0 {
        println!("{} decisions to look at again: a record changed since", words::number(status.stale));
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

/// Decides pairs from a file, or accepts the automatic band.
pub fn decide(args: &DecideArgs) -> Done {
    let mut workspace = sit_down(&args.desk)?;
    if args.automatic {
        let outcome = terminal::with_progress(|progress| decide::accept_band(&mut workspace, None, progress))?;
        println!("{} pairs of the automatic band accepted", words::number(outcome.accepted));
        for (why, count) in &outcome.left {
            println!("{} left for an officer: {why}", words::number(*count));
        }
        return Ok(());
    }
    let Some(file) = &args.file else { return refuse("Name a file of decisions, or give --automatic") };
    let outcome = terminal::with_progress(|progress| decide::decide_file(&mut workspace, file, progress))?;
    println!("{} pairs decided", words::number(outcome.decided));
    if outcome.refused.is_empty() {
        return Ok(());
    }
    if let Some(path) = &args.refused {
        decide::write_refused(&outcome, path)?;
    }
    let first = &outcome.refused[0];
    refuse(format!(
        "{} of {} rows were refused, the others stand; the first, line {}: {}",
        words::number(outcome.refused.len() as u64),
        words::number(outcome.decided + outcome.refused.len() as u64),
        first.line,
        first.why
    ))
}
