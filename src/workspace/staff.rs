//! The people of a workspace.

use super::event::{Role, StaffId, Standing};
use super::{Result, Staff, Workspace};

/// Somebody to be added.
#[derive(Clone, Copy)]
pub struct NewPerson<'a> {
    /// Their name, as they sign.
    pub name: &'a str,
    /// What they may do.
    pub role: Role,
    /// May add and remove people.
    pub administers: bool,
    /// Their first passphrase.
    pub passphrase: &'a str,
}

impl Workspace {
    /// Adds a person. Who may is decided above; the key is wrapped at the cost of the signed-in person's own.
    pub fn add_person(&mut self, person: NewPerson<'_>) -> Result<StaffId> {
        let _ = person;
        unimplemented!()
    }

    /// Changes what a person is. Somebody made inactive loses their key; a name cannot change.
    pub fn set_standing(&mut self, staff: StaffId, standing: Standing) -> Result<()> {
        let _ = (staff, standing);
        unimplemented!()
    }

    /// Changes the signed-in person's passphrase.
    pub fn change_passphrase(&mut self, old: &str, new: &str) -> Result<()> {
        let _ = (old, new);
        unimplemented!()
    }

    /// Gives a person a new passphrase (a forgotten one, or someone who returns). Who may is decided above.
    pub fn reset_passphrase(&mut self, staff: StaffId, new: &str) -> Result<()> {
        let _ = (staff, new);
        unimplemented!()
    }

    /// Everyone who ever was in the workspace, in the order they were added.
    pub fn staff(&self) -> Result<Vec<Staff>> {
        unimplemented!()
    }

    /// A person's name; a number in words for one nobody knows.
    pub fn staff_name(&self, staff: StaffId) -> Result<String> {
        let _ = staff;
        unimplemented!()
    }
}
