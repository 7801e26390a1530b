//! `new`, `people`, `status`, `decide`: the officer's other verbs.

use super::arguments::{DecideArgs, Desk, KindArg, NewArgs, PassphraseArgs, PeopleArgs, RoleArg, StatusArgs};
use super::{Done, Failure, answer, classes, passphrase, refuse, terminal};
use crate::intake::Kind;
use crate::pair::{PairKind, Verdict};
use crate::stewardship::measured::{self, Measured};
use crate::stewardship::{decide, people as staff_verbs, refreshed};
use crate::words;
use crate::workspace::{KeyCost, NewPerson, Role, Staff, Standing, Status, Workspace, fingerprint};

type Opened = Result<Workspace, Failure>;

/// Opens the workspace for whoever is at the desk.
pub fn sit_down(desk: &Desk) -> Opened {
    sit_down_with(desk).map(|(workspace, _)| workspace)
}

fn sit_down_with(desk: &Desk) -> Result<(Workspace, zeroize::Zeroizing<String>), Failure> {
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

/// Lists the people, or adds one.
pub fn people(args: &PeopleArgs) -> Done {
    let mut workspace = sit_down(&args.desk)?;
    if let Some(name) = &args.add {
        let passphrase = passphrase::new(name, args.new_passphrase_file.as_deref(), false)?;
        let person = NewPerson { name, role: args.role.into(), administers: false, passphrase: &passphrase };
        staff_verbs::add(&mut workspace, person)?;
    }
    if let Some(name) = &args.confirm {
        let person = named(&workspace, name)?;
        staff_verbs::confirm_key(&mut workspace, person.id)?;
    }
    if let Some(name) = &args.remove {
        let person = named(&workspace, name)?;
        if let Some(words) =
            staff_verbs::change(&mut workspace, person.id, Standing { active: false, ..person.standing() })?
        {
            eprintln!("stewartry: {words}");
        }
    }
    let mut rows = vec![["Name", "Role", "Manages people", "Key"].map(str::to_owned).to_vec()];
    for person in workspace.staff()?.into_iter().filter(|person| person.active) {
        let manages = if person.administers { "yes" } else { "no" };
        let key = workspace.key_standing(person.id)?.public;
        let key = key.map_or_else(|| "none yet".to_owned(), |public| fingerprint(&public));
        rows.push(vec![person.name, person.role.words().to_owned(), manages.to_owned(), key]);
    }
    print!("{}", terminal::table(&rows));
    Ok(())
}

fn named(workspace: &Workspace, name: &str) -> Result<Staff, Failure> {
    let found = workspace.staff()?.into_iter().find(|person| person.active && person.name == name);
    found
        .map_or_else(|| refuse(format!("Nobody of the name “{name}” works in this workspace; nothing was changed")), Ok)
}

/// Changes one's own passphrase.
pub fn passphrase(args: &PassphraseArgs) -> Done {
    let (mut workspace, old) = sit_down_with(&args.desk)?;
    let name = workspace.me().name.clone();
    let new = passphrase::new(&name, args.new_passphrase_file.as_deref(), false)?;
    staff_verbs::change_passphrase(&mut workspace, &old, &new)?;
    let public = workspace.key_standing(workspace.me().id)?.public.unwrap_or_default();
    println!("The passphrase of {name} was changed. The key they sign with is now {}", fingerprint(&public));
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
        if let serde_json::Value::Object(fields) = serde_json::to_value(workspace.status()?)? {
            for (field, value) in fields {
                answer.set(&field, value);
            }
        }
        answer.set("links_to_recheck", workspace.rechecks()?.len());
        answer.set("outcome", "done");
        Ok(())
    })
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
        println!("{} released links were turned away by Mosaic (`conflicts`)", words::number(status.links_turned_away));
    }
    if status.links_unanswered > 0 {
        println!(
            "{} released links wait for Mosaic's load report (`acknowledge`)",
            words::number(status.links_unanswered)
        );
    }
    if status.to_take_out > 0 {
        println!("{} recalled links are to be taken out of Mosaic (`correction`)", words::number(status.to_take_out));
    }
    if status.stale > 0 {
        println!(
            "{} decisions to look at again: a record changed since, or their batch was returned",
            words::number(status.stale)
        );
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
