//! `agreement` and `known`: how often two people say the same of a pair.

use super::arguments::{AgreementArgs, KnownArgs};
use super::{Done, refuse, terminal, work};
use crate::linkage::estimates::share;
use crate::stewardship::agreement::{self, Agreement};
use crate::stewardship::known as knowing;
use crate::words;

/// Says how often people agree.
pub fn agreement(args: &AgreementArgs) -> Done {
    let workspace = work::sit_down(&args.desk)?;
    let people = agreement::of_everybody(&workspace)?;
    if args.json {
        let people: Vec<serde_json::Value> = people.iter().map(as_json).collect();
        println!("{}", serde_json::to_string_pretty(&people)?);
        return Ok(());
    }
    if people.is_empty() {
        println!("No pair was answered by two people yet; it begins with the first sample that is re-checked");
        return Ok(());
    }
    let mut table = vec![["Person", "Pairs", "Same", "95 % limits", "Kappa"].map(str::to_owned).to_vec()];
    table.extend(people.iter().map(|person| {
        let [low, high] = person.limits();
        let kappa = person.kappa().map_or("too little to say".to_owned(), |kappa| {
            format!("{:.2} ({:.2} to {:.2})", kappa.value, kappa.limits[0], kappa.limits[1])
        });
        let limits = format!("{} to {}", share(low), share(high));
        vec![person.name.clone(), words::number(person.pairs()), words::number(person.same()), limits, kappa]
    }));
    print!("{}", terminal::table(&table));
    Ok(())
}

fn as_json(person: &Agreement) -> serde_json::Value {
    let kappa = person.kappa();
    serde_json::json!({
        "name": person.name,
        "pairs": person.pairs(),
        "same": person.same(),
        "share_limits": person.limits(),
        "kappa": kappa.map(|kappa| kappa.value),
        "kappa_limits": kappa.map(|kappa| kappa.limits),
        "table": person.table,
    })
}

/// Takes known pairs from a file, or says how many there are.
pub fn known(args: &KnownArgs) -> Done {
    let mut workspace = work::sit_down(&args.desk)?;
    let Some(file) = &args.file else {
        let [all, answered] = knowing::counts(&workspace)?;
        let known = words::counted(all, "pair is", "pairs are");
        println!("{known} known, {} of them decided by an officer since", words::number(answered));
        return Ok(());
    };
    let outcome = terminal::with_progress(|progress| knowing::from_file(&mut workspace, file, progress))?;
    println!("{} now that were not", words::counted(outcome.taken, "pair is known", "pairs are known"));
    if outcome.refused.is_empty() {
        return Ok(());
    }
    refuse(work::refused_rows(file, outcome.rows, &outcome.refused, false))
}
