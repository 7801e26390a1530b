//! Who works here. Only those who administer may add or change people.

use crate::workspace::{NewPerson, StaffId, Standing, Workspace};

use super::Refused;

/// The shortest passphrase that is accepted, in characters.
pub const SHORTEST_PASSPHRASE: usize = 8;

/// Adds a person.
pub fn add(ws: &mut Workspace, person: NewPerson<'_>) -> Result<StaffId, Refused> {
    let _ = (ws, person);
    unimplemented!()
}

/// Changes what a person may do, or removes them (`active: false`); their history stays.
pub fn change(ws: &mut Workspace, who: StaffId, standing: Standing) -> Result<(), Refused> {
    let _ = (ws, who, standing);
    unimplemented!()
}
