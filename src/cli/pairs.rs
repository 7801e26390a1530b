//! `give`, `not-matchable`, `bring-together`, `cuts`: single pairs and records, and where the bands begin.

use super::arguments::pairs::{BringTogetherArgs, CutsArgs, GiveArgs, NotMatchableArgs};
use super::work::{bands, sit_down};
use super::{Done, Failure, people, refuse, terminal};
use crate::linkage::Cuts;
use crate::pair::Reason;
use crate::person::{MosaicId, chi};
use crate::stewardship::{assign, find, matching, records};
use crate::words::{counted, lower_first};

/// Gives pairs to somebody, or takes them back.
pub fn give(args: &GiveArgs) -> Done {
    let mut workspace = sit_down(&args.desk)?;
    let to = args.to.as_deref().map(|name| people::named(&workspace, name)).transpose()?;
    let whom = to.as_ref().map_or("nobody", |person| &person.name);
    let given = terminal::with_progress(|progress| {
        assign::assign_file(&mut workspace, &args.file, to.as_ref().map(|person| person.id), progress)
    })?;
    println!("{} given to {whom}", counted(given.pairs, "pair was", "pairs were"));
    if given.same_as_before > 0 {
        println!("{} before", counted(given.same_as_before, "pair was theirs", "pairs were theirs"));
    }
    Ok(())
}

/// Says that no CHI can be found for a person, or takes that back.
pub fn not_matchable(args: &NotMatchableArgs) -> Done {
    let mosaic = mosaic_id(&args.mosaic)?;
    let mut workspace = sit_down(&args.desk)?;
    let Some(given) = &args.reason else {
        records::take_back(&mut workspace, &mosaic)?;
        println!("Taken back: a CHI is looked for again for {mosaic}");
        return Ok(());
    };
    let Some(reason) = Reason::parse(given).filter(|reason| Reason::NOT_MATCHABLE.contains(reason)) else {
        let codes = Reason::NOT_MATCHABLE.map(Reason::code);
        return refuse(format!("{given} is not one of {}", codes.join(", ")));
    };
    records::not_matchable(&mut workspace, &mosaic, reason, &args.comment)?;
    println!("Not matchable: {mosaic}, {}", lower_first(reason.words()));
    Ok(())
}

/// Makes a person and a CHI number a candidate pair.
pub fn bring_together(args: &BringTogetherArgs) -> Done {
    let mosaic = mosaic_id(&args.mosaic)?;
    let Some(chi) = chi::read(Some(&args.chi)).chi else { return refuse(format!("{} is no CHI number", args.chi)) };
    let mut workspace = sit_down(&args.desk)?;
    let pair = find::choose(&mut workspace, &mosaic, &chi)?;
    println!("Brought together: {pair}. It waits to be decided like any other");
    Ok(())
}

/// Shows where the bands begin, or moves that.
pub fn cuts(args: &CutsArgs) -> Done {
    let mut workspace = sit_down(&args.desk)?;
    let Some(run) = workspace.latest_run()? else { return refuse("There are no bands yet; match the extracts first") };
    let [auto, review] = run.cuts;
    let after = Cuts { auto: args.auto.unwrap_or(auto), review: args.review.unwrap_or(review) };
    if args.auto.is_some() || args.review.is_some() {
        matching::move_cuts(&mut workspace, after)?;
    }
    println!("Automatic from {}, to review from {}", after.auto, after.review);
    print!("{}", terminal::table(&bands(&workspace.status()?)));
    Ok(())
}

fn mosaic_id(text: &str) -> Result<MosaicId, Failure> {
    MosaicId::parse(text).map_or_else(|| refuse(format!("{text} is no Mosaic id")), Ok)
}
