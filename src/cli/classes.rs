//! `classes`, and `decide --class`: certain pairs that are alike, accepted after a look at a few of them.

use super::arguments::{ClassesArgs, DecideArgs};
use super::{Done, refuse, terminal, work};
use crate::pair::{PairKind, Reason, Verdict};
use crate::stewardship::Refused;
use crate::stewardship::decide::{self, Because, Class};
use crate::words;
use crate::workspace::Workspace;

/// Lists the classes that are worth a look, and writes their few.
pub fn classes(args: &ClassesArgs) -> Done {
    let workspace = work::sit_down(&args.desk)?;
    let mut found = of_both_kinds(&workspace)?;
    let all: u64 = found.iter().map(|class| class.waiting).sum();
    found.retain(|class| class.waiting + class.looked() as u64 >= args.least && class.is_worth_it());
    if args.json {
        let found: Vec<serde_json::Value> =
            found.iter().map(|class| as_json(&workspace, class)).collect::<Result<_, _>>()?;
        println!("{}", serde_json::to_string_pretty(&found)?);
    } else if found.is_empty() {
        println!("No class of certain pairs is large enough; what waits is decided pair by pair");
    } else {
        let mut table = vec![["Class", "waiting", "looked at", "what they have in common"].map(str::to_owned).to_vec()];
        table.extend(found.iter().map(|class| {
            let looked = match class.doubted() {
                0 => format!("{} of {}", class.looked(), class.looks()),
                doubted => format!("{doubted} no match"),
            };
            vec![class.code(), words::number(class.waiting), looked, class.words()]
        }));
        print!("{}", terminal::table(&table));
        let here: u64 = found.iter().map(|class| class.waiting).sum();
        println!("{} of the {} certain pairs that wait are in these classes", words::number(here), words::number(all));
    }
    if let Some(path) = &args.sheet {
        let rows = decide::write_few(&workspace, &found, path)?;
        if !args.json {
            println!("{} pairs to look at were written to {}", words::number(rows), path.display());
        }
    }
    Ok(())
}

fn of_both_kinds(workspace: &Workspace) -> Result<Vec<Class>, super::Failure> {
    let mut found = decide::classes(workspace, PairKind::Link)?;
    found.extend(decide::classes(workspace, PairKind::Duplicate)?);
    Ok(found)
}

fn as_json(workspace: &Workspace, class: &Class) -> Result<serde_json::Value, super::Failure> {
    let mut few = Vec::new();
    for (id, verdict) in &class.few {
        if let Some(pair) = workspace.pair(*id)? {
            let verdict = verdict.map(|verdict| verdict.code());
            few.push(serde_json::json!({ "left": pair.key.left(), "right": pair.key.right(), "verdict": verdict }));
        }
    }
    Ok(serde_json::json!({
        "class": class.code(),
        "waiting": class.waiting,
        "agreement": class.words(),
        "needs_reason": !class.warnings().is_empty(),
        "to_look_at": class.looks(),
        "few": few,
        "can_be_accepted": class.is_looked_at(),
    }))
}

/// A class of which some of the few were looked at, and what to do.
fn half_looked_at(class: &Class) -> String {
    format!(
        "{}: not accepted, {} of {} looked at. Write the rest with `classes --sheet FILE`, fill in the verdicts, and decide that file",
        decide::class_code(class.kind, class.alike),
        class.looked(),
        class.looks()
    )
}

/// Accepts the class that the arguments name, or every one that was looked at.
pub fn accept(workspace: &mut Workspace, args: &DecideArgs) -> Done {
    let because = because(args)?;
    let mut begun = Vec::new();
    let (chosen, warned) = match args.class.as_deref() {
        Some(name) => match decide::parse_class(name) {
            Some(class) => (vec![class], 0),
            None => return refuse(format!("{name} is not the name of a class; `classes` lists them")),
        },
        None => {
            let mut found = of_both_kinds(workspace)?;
            found.retain(Class::is_worth_it);
            begun =
                found.iter().filter(|class| (1..class.looks()).contains(&class.looked())).map(half_looked_at).collect();
            // Those with one that is no match are named, with what to do
            found.retain(|class| class.looked() == class.looks());
            let all = found.len();
            found.retain(|class| because.is_some() || class.warnings().is_empty());
            let warned = all - found.len();
            (found.into_iter().map(|class| (class.kind, class.alike)).collect(), warned)
        }
    };
    if chosen.is_empty() && warned == 0 {
        begun.iter().for_each(|line| println!("{line}"));
        return refuse(
            "No class that was looked at is waiting. Write the few of each with `classes --sheet FILE`, fill in the verdicts, and \
             decide that file",
        );
    }
    for (kind, alike) in chosen {
        let accepted = terminal::with_progress(|progress| {
            decide::accept_class(workspace, kind, alike, because.as_ref(), progress)
        });
        let outcome = match accepted {
            Err(Refused::ReasonNeeded { warnings }) => {
                let words: Vec<&str> = warnings.iter().map(|warning| warning.words.as_str()).collect();
                return refuse(format!("{}. Say with --reason why they are matches all the same", words.join(". ")));
            }
            // The others are accepted all the same. What waited of it may have been answered with one before it
            Err(Refused::Nothing(_)) if args.class.is_none() => continue,
            Err(Refused::Unfit(why)) if args.class.is_none() => {
                println!("{}: none accepted. {why}", decide::class_code(kind, alike));
                continue;
            }
            other => other?,
        };
        let accepted = words::counted(outcome.accepted, "pair", "pairs");
        println!("{}: {accepted} accepted", decide::class_code(kind, alike));
        for (why, count) in &outcome.left {
            println!("  {} left for an officer: {why}", words::number(*count));
        }
    }
    begun.iter().for_each(|line| println!("{line}"));
    if warned > 0 {
        let classes =
            if warned == 1 { "1 class has" } else { &format!("{} classes have", words::number(warned as u64)) };
        println!(
            "{classes} warnings: say with --reason why their links are matches all the same, and they are accepted too"
        );
    }
    Ok(())
}

/// The reason that the arguments give.
fn because(args: &DecideArgs) -> Result<Option<Because>, super::Failure> {
    let Some(code) = &args.reason else { return Ok(None) };
    let comment = args.comment.clone().unwrap_or_default();
    let fits = Reason::of(Verdict::Match);
    match Reason::parse(code).filter(|reason| fits.contains(reason)) {
        Some(reason) => Ok(Some(Because { reason, comment })),
        None => {
            let codes: Vec<&str> = fits.iter().map(|reason| reason.code()).collect();
            refuse(format!("{code} is no reason for a match; it is one of {}", codes.join(", ")))
        }
    }
}
