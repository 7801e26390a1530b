//! `restore`: a workspace made anew from a backup, or from what is left of a damaged one.

use super::arguments::RestoreArgs;
use super::{Done, passphrase, refuse, terminal};
use crate::words;
use crate::workspace::Workspace;

/// Restores.
pub fn restore(args: &RestoreArgs) -> Done {
    let people = Workspace::people_of_copies(&args.from)?;
    let name = match (&args.person, people.as_slice()) {
        (Some(name), _) => name.clone(),
        (None, [only]) => only.clone(),
        (None, _) => {
            return refuse(format!("Say who you are with --as NAME; the copy knows {}", people.join(", ")));
        }
    };
    let passphrase = passphrase::own(&name, args.passphrase_file.as_deref())?;
    let restored = terminal::with_progress(|progress| {
        Workspace::restore(&args.from, &name, &passphrase, args.into.as_deref(), progress)
    })?;
    println!("Restored to {}", restored.home.display());
    let events = words::number(restored.reaches.unsigned_abs());
    println!("It holds {events} events, from {}. That was left as it is", restored.from.display());
    if let Some(warning) = restored.warning() {
        println!("{warning}");
    }
    Ok(())
}
