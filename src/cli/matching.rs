//! `match`: candidate pairs among the loaded records.

use serde_json::{Value, json};

use super::answer::{self, Answer};
use super::arguments::MatchArgs;
use super::work::{bands, sit_down};
use super::{Done, link, terminal};
use crate::linkage::estimates::few;
use crate::linkage::{self, Report};
use crate::pair::{Band, PairKind};
use crate::stewardship::{learn, matching};
use crate::words::{self, number};
use crate::workspace::Status;

/// Runs the engine over what is loaded, unless it would find the same as last time.
pub fn run_match(args: &MatchArgs) -> Done {
    answer::give(args.json, |answer| work(args, answer))
}

fn work(args: &MatchArgs, answer: &mut Answer) -> Done {
    let mut workspace = sit_down(&args.desk)?;
    let options = linkage::Options { threads: args.threads, ..linkage::Options::default() };
    if args.preview {
        show_learning(&terminal::with_progress(|progress| learn::preview(&workspace, &options, progress))?);
        return Ok(());
    }
    let asked = args.again || args.learn;
    let up_to_date = if asked { None } else { matching::up_to_date(&workspace)? };
    if let Some(run) = up_to_date {
        let at = workspace.deed(run.seq)?.first().map(|row| words::day_and_time(row.at));
        let report = serde_json::from_str(&run.report).ok();
        say(answer, "unchanged", run.id, &workspace.status()?, report.as_ref());
        if !args.json {
            let at = at.map(|at| format!(" of {at}")).unwrap_or_default();
            println!(
                "No records were loaded since the run{at}; its candidate pairs stand. With --again they are found anew"
            );
            print!("{}", terminal::table(&bands(&workspace.status()?)));
        }
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
    say(answer, "done", outcome.run, &status, Some(&outcome.report));
    if !args.json {
        print!("{}", terminal::table(&bands(&status)));
        println!();
        print!("{}", terminal::table(&link::estimated(&outcome.report)));
        print!("{}", terminal::table(&link::not_believed(&outcome.report)));
    }
    Ok(())
}

fn say(answer: &mut Answer, outcome: &str, run: i64, status: &Status, report: Option<&Report>) {
    let bands = |[automatic, to_review, unlikely]: [u64; 3]| -> Value {
        json!({ "automatic": automatic, "to_review": to_review, "unlikely": unlikely })
    };
    answer.set("outcome", outcome);
    answer.set("run", run);
    answer.set("links", bands(status.links));
    answer.set("links_undecided", bands(status.links_undecided));
    answer.set("duplicates", bands(status.duplicates));
    answer.set("duplicates_undecided", bands(status.duplicates_undecided));
    answer.set("expected_wrong_in_automatic", report.map(|report| report.links.expected_wrong_in_auto));
}

fn show_learning(preview: &learn::Preview) {
    let learned = preview.learned;
    println!(
        "{} decisions to learn from: {} links ({} of them not a match), {} duplicates ({} not)",
        number(learned.decisions()),
        number(learned.links_match + learned.links_not),
        number(learned.links_not),
        number(learned.duplicates_match + learned.duplicates_not),
        number(learned.duplicates_not)
    );
    println!();
    let mut rows = vec![["Chosen pairs", "now", "then", "in", "out"].map(str::to_owned).to_vec()];
    for (what, moves) in [("Links", &preview.links), ("Duplicates", &preview.duplicates)] {
        for (place, band) in Band::ALL.into_iter().enumerate() {
            let now: u64 = moves[place].iter().sum();
            let then: u64 = moves.iter().map(|row| row[place]).sum();
            let stays = moves[place][place];
            let mut row = vec![format!("{what}, {}", band.words().to_lowercase())];
            row.extend([now, then, then - stays, now - stays].map(number));
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
