//! `classes`, and `decide --class`: certain pairs that agree alike, accepted after a look at a few of them.

use super::arguments::ClassesArgs;
use super::{Done, refuse, terminal, work};
use crate::pair::PairKind;
use crate::stewardship::decide::{self, Class, LOOKS};
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
        let mut table = vec![["Class", "waiting", "looked at", "how they agree"].map(str::to_owned).to_vec()];
        table.extend(found.iter().map(|class| {
            let looked = match class.doubted() {
                0 => format!("{} of {LOOKS}", class.looked()),
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
        "few": few,
        "can_be_accepted": class.is_looked_at(),
    }))
}

/// Accepts a class by its name, or every one that was looked at.
pub fn accept(workspace: &mut Workspace, name: Option<&str>) -> Done {
    let chosen = match name {
        Some(name) => match decide::parse_class(name) {
            Some(class) => vec![class],
            None => return refuse(format!("{name} is not the name of a class; `classes` lists them")),
        },
        None => {
            let looked_at = of_both_kinds(workspace)?.into_iter().filter(Class::is_looked_at);
            looked_at.map(|class| (class.kind, class.pattern)).collect()
        }
    };
    if chosen.is_empty() {
        return refuse(
            "No class was looked at yet. Write the few of each with `classes --sheet FILE`, fill in the verdicts, and decide that file",
        );
    }
    for (kind, pattern) in chosen {
        let outcome = terminal::with_progress(|progress| decide::accept_class(workspace, kind, pattern, progress))?;
        println!("{} pairs of this class accepted", words::number(outcome.accepted));
        for (why, count) in &outcome.left {
            println!("{} left for an officer: {why}", words::number(*count));
        }
    }
    Ok(())
}
