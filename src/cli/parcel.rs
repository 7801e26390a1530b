//! `parcel`, `parcel-back`: a batch or pairs at another desk.

use super::arguments::carried::{ParcelArgs, ParcelBackArgs};
use super::work::sit_down;
use super::{Done, Failure, refuse, terminal};
use crate::stewardship::parcels;
use crate::words::{day, listed, number};
use crate::workspace::parcel::Purpose;
use crate::workspace::{BatchId, StaffId, Workspace};

/// Makes a parcel, or lists those that were made.
pub fn parcel(args: &ParcelArgs) -> Done {
    let mut workspace = sit_down(&args.desk)?;
    if args.whom.is_empty() {
        return list(&workspace);
    }
    let people = args.whom.iter().map(|name| somebody(&workspace, name)).collect::<Result<Vec<_>, _>>()?;
    let purpose = match (args.batch, people.as_slice()) {
        (Some(batch), _) => Purpose::SignOff(BatchId(batch)),
        (None, [one]) => Purpose::Decide(parcels::given_to(&workspace, *one)?),
        (None, _) => return refuse("Pairs go to one person: those that were given to them. Name one"),
    };
    let home =
        terminal::with_progress(|progress| parcels::make(&mut workspace, purpose, &people, &args.into, progress))?;
    println!("Made {}", home.display());
    println!(
        "It opens as a workspace, with the passphrase of whoever it is for. Carry the folder there and back closed; then: stewartry \
         parcel-back WORKSPACE FOLDER"
    );
    Ok(())
}

/// Takes a parcel in.
pub fn back(args: &ParcelBackArgs) -> Done {
    let mut workspace = sit_down(&args.desk)?;
    let taken = terminal::with_progress(|progress| parcels::take(&mut workspace, &args.folder, progress))?;
    println!("{}", taken.words());
    for (title, refusal) in taken.refused.iter().skip(1) {
        println!("  {title}: {}", refusal.why);
    }
    if let Purpose::SignOff(batch) = taken.parcel.purpose
        && let Some(batch) = workspace.batch(batch)?
    {
        println!("Batch {}: {}", batch.id.0, batch.state.words());
    }
    if taken.refused.is_empty() { Ok(()) } else { refuse("Not all of the parcel was taken in") }
}

fn somebody(workspace: &Workspace, name: &str) -> Result<StaffId, Failure> {
    let found = workspace.staff()?.into_iter().find(|person| person.name.to_lowercase() == name.trim().to_lowercase());
    found.map(|person| person.id).map_or_else(|| refuse(format!("Nobody is called {name} here; see `people`")), Ok)
}

fn list(workspace: &Workspace) -> Done {
    let parcels = workspace.parcels()?;
    if parcels.is_empty() {
        println!(
            "No parcel was made yet. To make one: --batch N --for NAME, or --for NAME for the pairs given to them"
        );
    }
    for parcel in parcels {
        let names = parcel.people.iter().map(|staff| workspace.staff_name(*staff)).collect::<Result<Vec<_>, _>>()?;
        let what = match &parcel.purpose {
            Purpose::SignOff(batch) => format!("batch {}", batch.0),
            Purpose::Decide(pairs) => format!("{} pairs", number(pairs.len() as u64)),
        };
        let came = match parcel.events {
            None => "not back yet".to_owned(),
            Some(events) => format!("{} events taken in", number(events)),
        };
        println!("{}  {what} for {}: {came}", day(parcel.at), listed(&names));
    }
    Ok(())
}
