//! Who may do what. Signing is stricter than this: see [`super::sign_off::Signer`].

use super::Refused;
use crate::workspace::{Role, Workspace};

/// Officers and supervisors may load, match, decide and compose, as long as they are still here.
pub(crate) fn works_here(ws: &Workspace) -> Result<(), Refused> {
    if ws.me().active {
        Ok(())
    } else {
        Err(Refused::NotAllowed(
            "You no longer work in this workspace; ask someone who administers it to let you back in".to_owned(),
        ))
    }
}

/// Only supervisors may answer pairs before the officers do.
pub(super) fn supervises(ws: &Workspace) -> Result<(), Refused> {
    works_here(ws)?;
    if ws.me().role == Role::Supervisor {
        Ok(())
    } else {
        Err(Refused::NotAllowed("Only a supervisor may answer pairs beforehand; ask one of them".to_owned()))
    }
}

/// Supervisors and those who administer may say what files look like.
pub(crate) fn shapes_files(ws: &Workspace) -> Result<(), Refused> {
    if ws.me().role == Role::Supervisor || ws.me().administers {
        return Ok(());
    }
    Err(Refused::NotAllowed(
        "Only a supervisor, or someone who administers the workspace, may save an export profile; ask one of them"
            .to_owned(),
    ))
}

/// Only those who administer may add or change people.
pub(crate) fn administers(ws: &Workspace) -> Result<(), Refused> {
    works_here(ws)?;
    if ws.me().administers {
        Ok(())
    } else {
        Err(Refused::NotAllowed("Only someone who administers the workspace may do this; ask one of them".to_owned()))
    }
}
