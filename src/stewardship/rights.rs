//! Who may do what, as whoever asks is told. What is asked for each kind of event stands in one table, [`crate::workspace::rights`],
//! which holds it again where the event is written. Signing is stricter than this: see [`super::sign_off::Signer`].

use super::Refused;
use crate::workspace::{Right, Workspace};

fn has(ws: &Workspace, right: Right) -> bool {
    let me = ws.me();
    right.is_of(me.role, me.administers, me.active)
}

fn not_allowed(words: &str) -> Result<(), Refused> {
    Err(Refused::NotAllowed(words.to_owned()))
}

/// Officers and supervisors may load, match, decide and compose, as long as they are still here.
pub(crate) fn works_here(ws: &Workspace) -> Result<(), Refused> {
    if has(ws, Right::Works) {
        return Ok(());
    }
    not_allowed("You no longer work in this workspace; ask someone who administers it to let you back in")
}

/// Only supervisors may do some things: `what` it is.
pub(super) fn supervises(ws: &Workspace, what: &str) -> Result<(), Refused> {
    works_here(ws)?;
    if has(ws, Right::Supervises) {
        return Ok(());
    }
    not_allowed(&format!("Only a supervisor may {what}; ask one of them"))
}

/// Supervisors and those who administer may do some things: `what` it is.
pub(crate) fn supervises_or_administers(ws: &Workspace, what: &str) -> Result<(), Refused> {
    works_here(ws)?;
    if has(ws, Right::SupervisesOrAdministers) {
        return Ok(());
    }
    not_allowed(&format!("Only a supervisor, or someone who administers the workspace, may {what}; ask one of them"))
}

/// Only those who administer may add or change people.
pub(crate) fn administers(ws: &Workspace) -> Result<(), Refused> {
    works_here(ws)?;
    if has(ws, Right::Administers) {
        return Ok(());
    }
    not_allowed("Only someone who administers the workspace may do this; ask one of them")
}
