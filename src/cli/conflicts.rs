//! `conflicts` and `recall`.

use super::arguments::{ConflictsArgs, RecallArgs};
use super::{Done, refuse, terminal, work};
use crate::pair::PairKey;
use crate::person::{Chi, MosaicId};
use crate::stewardship::conflicts::{self, Conflict};
use crate::stewardship::recall;
use crate::words;

/// Lists what does not agree, and what would settle it.
pub fn conflicts(args: &ConflictsArgs) -> Done {
    let workspace = work::sit_down(&args.desk)?;
    let found = conflicts::all(&workspace)?;
    if let Some(path) = &args.report {
        let count = conflicts::write_report(&workspace, path)?;
        let pairs = words::counted(count, "pair", "pairs");
        eprintln!("{pairs} of numbers that may be one person's written to {}", path.display());
    }
    if args.json {
        let rows: Vec<serde_json::Value> = found.iter().map(as_json).collect();
        println!("{}", serde_json::to_string_pretty(&rows)?);
        return Ok(());
    }
    if found.is_empty() {
        println!("No conflicts: decisions, Mosaic and CHI agree");
        return Ok(());
    }
    for (kind, count) in conflicts::counts(&found) {
        println!("{} ({}). {}", kind.title(), words::number(count), kind.settled_by());
        let rows: Vec<Vec<String>> = found
            .iter()
            .filter(|conflict| conflict.kind == kind)
            .take(args.limit)
            .map(|conflict| vec![format!("  {}", conflict.words)])
            .collect();
        print!("{}", terminal::table(&rows));
        if count > rows.len() as u64 {
            println!("  and {} more (--limit)", words::number(count - rows.len() as u64));
        }
    }
    Ok(())
}

fn as_json(conflict: &Conflict) -> serde_json::Value {
    serde_json::json!({
        "kind": conflict.kind.code(),
        "left": conflict.pair.left(),
        "right": conflict.pair.right(),
        "words": conflict.words,
        "settled_by": conflict.kind.settled_by(),
    })
}

/// Recalls what was carried into Mosaic.
pub fn recall(args: &RecallArgs) -> Done {
    let mut workspace = work::sit_down(&args.desk)?;
    let Some(left) = MosaicId::parse(&args.left) else { return refuse(format!("{} is no Mosaic id", args.left)) };
    let key = match (Chi::parse(&args.right), MosaicId::parse(&args.right)) {
        (Ok(chi), _) if !args.merge => Some(PairKey::link(left, chi)),
        (_, Some(right)) if args.merge => PairKey::duplicate(left, right),
        _ => None,
    };
    let Some(key) = key else {
        return refuse(format!("{} is no CHI number; with --merge, name the other Mosaic id", args.right));
    };
    recall::recall(&mut workspace, &key, &args.reason, args.not_a_match)?;
    match &key {
        PairKey::Link { .. } => println!("Recalled: {key}. Have it taken out of Mosaic (`correction compose`)"),
        PairKey::Duplicate { .. } => println!(
            "Recalled: {key}. Mosaic cannot undo a merge: where it was carried out, have its administrator separate the two records by hand"
        ),
    }
    let PairKey::Link { chi, .. } = &key else { return Ok(()) };
    for went in workspace.went_out(chi)? {
        println!(
            "{} carried it (level {}, {}); the next delta withdraws it",
            match went.first == went.last {
                true => format!("Share extract {}", went.first.0),
                false => format!("Share extracts {} to {}", went.first.0, went.last.0),
            },
            went.level,
            went.purpose
        );
    }
    Ok(())
}
