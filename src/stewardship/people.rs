//! Who works here. Only those who administer may add or change people.

use crate::workspace::{NewPerson, StaffId, Standing, Workspace};

use super::{Refused, rights};

/// The shortest passphrase that is accepted, in characters.
pub const SHORTEST_PASSPHRASE: usize = 8;

/// The longest name, in characters.
pub const LONGEST_NAME: usize = 80;

/// Adds a person.
pub fn add(ws: &mut Workspace, person: NewPerson<'_>) -> Result<StaffId, Refused> {
    rights::administers(ws)?;
    let name = person.name.trim();
    fits(name, person.passphrase)?;
    let taken = ws.staff()?.iter().any(|known| known.name.to_lowercase() == name.to_lowercase());
    if taken {
        return Err(Refused::Unfit(
            "Someone of that name is in the workspace already; a name is how people sign".to_owned(),
        ));
    }
    Ok(ws.add_person(NewPerson { name, ..person })?)
}

/// Whether a name and a first passphrase will do, also for the first person of a new workspace.
pub fn fits(name: &str, passphrase: &str) -> Result<(), Refused> {
    let name = name.trim();
    if name.is_empty() || name.chars().count() > LONGEST_NAME || name.chars().any(char::is_control) {
        return Err(Refused::Unfit(format!("A person needs a name of 1 to {LONGEST_NAME} characters on one line")));
    }
    if passphrase.chars().count() < SHORTEST_PASSPHRASE {
        return Err(Refused::Unfit(format!(
            "A passphrase needs at least {SHORTEST_PASSPHRASE} characters; a few words are easiest to remember"
        )));
    }
    Ok(())
}

/// Changes what a person may do, or removes them (`active: false`); their history stays.
pub fn change(ws: &mut Workspace, who: StaffId, standing: Standing) -> Result<(), Refused> {
    rights::administers(ws)?;
    let everyone = ws.staff()?;
    let Some(person) = everyone.iter().find(|person| person.id == who) else {
        return Err(Refused::NotFound("There is no such person in the workspace".to_owned()));
    };
    let keeps_the_keys = standing.administers && standing.active;
    let others = everyone.iter().filter(|other| other.id != who && other.active && other.administers).count();
    if person.administers && person.active && !keeps_the_keys && others == 0 {
        return Err(Refused::Unfit(
            "Somebody must administer the workspace; let another person administer it first".to_owned(),
        ));
    }
    if who == ws.me().id && !standing.active {
        return Err(Refused::Unfit("You cannot remove yourself; ask another person who administers".to_owned()));
    }
    if standing.name != person.name {
        return Err(Refused::Unfit("A name cannot change, because the ledger is signed with it".to_owned()));
    }
    Ok(ws.set_standing(who, standing)?)
}

/// Gives a person a new passphrase: a forgotten one, or someone who returns.
pub fn reset_passphrase(ws: &mut Workspace, who: StaffId, new: &str) -> Result<(), Refused> {
    rights::administers(ws)?;
    let everyone = ws.staff()?;
    let Some(person) = everyone.iter().find(|person| person.id == who) else {
        return Err(Refused::NotFound("There is no such person in the workspace".to_owned()));
    };
    fits(&person.name, new)?;
    Ok(ws.reset_passphrase(who, new)?)
}

/// Changes the signed-in person's own passphrase.
pub fn change_passphrase(ws: &mut Workspace, old: &str, new: &str) -> Result<(), Refused> {
    rights::works_here(ws)?;
    fits(&ws.me().name, new)?;
    Ok(ws.change_passphrase(old, new)?)
}
