//! `training`: how somebody did in a practice workspace.

use super::arguments::TrainingArgs;
use super::{Done, terminal, work};
use crate::stewardship::training::marks::Tally;
use crate::stewardship::training::{self, Marked};
use crate::words::number;

/// Says how whoever is at the desk did.
pub fn training(args: &TrainingArgs) -> Done {
    let workspace = work::sit_down(&args.desk)?;
    let marks = training::read(&workspace, workspace.me().id)?;
    let mut misled: Vec<&Marked> = marks.misled().take(args.limit).collect();
    misled.sort_by_key(|it| it.kind);
    if args.json {
        let tally = |tally: &Tally| {
            let Tally { right, wrong_matches, missed, open } = tally;
            serde_json::json!({ "right": right, "wrong_matches": wrong_matches, "missed": missed, "open": open })
        };
        let mut answer = tally(&marks.tally);
        answer["by_kind"] = marks.by_kind.iter().map(|(kind, of)| (kind.code().to_owned(), tally(of))).collect();
        answer["misled"] = misled
            .iter()
            .map(|it| {
                serde_json::json!({
                    "left": it.key.left(), "right": it.key.right(), "verdict": it.verdict.code(), "same": it.same,
                    "kind": it.kind.code(),
                })
            })
            .collect();
        println!("{}", serde_json::to_string_pretty(&answer)?);
        return Ok(());
    }
    println!("{}: everybody here is invented\n", training::MARK);
    for sentence in marks.words() {
        println!("{sentence}");
    }
    if marks.by_kind.is_empty() {
        return Ok(());
    }
    let mut rows = vec![["Kind of pair", "right", "wrong", "left open"].map(str::to_owned).to_vec()];
    for (kind, tally) in &marks.by_kind {
        rows.push(vec![kind.words().to_owned(), number(tally.right), number(tally.wrong()), number(tally.open)]);
    }
    println!();
    print!("{}", terminal::table(&rows));
    if misled.is_empty() {
        return Ok(());
    }
    println!("\nThese misled you:");
    let mut last = None;
    for it in &misled {
        if last != Some(it.kind) {
            println!("  {}. {}", it.kind.words(), it.kind.advice());
            last = Some(it.kind);
        }
        println!("    {}  you said: {}", it.key, it.verdict.words());
    }
    let more = marks.tally.wrong().saturating_sub(misled.len() as u64);
    if more > 0 {
        println!("and {} more (--limit)", number(more));
    }
    Ok(())
}
