//! Take a deed back, or do it again. Both are new events: nothing is deleted, and both survive a restart.

use crate::workspace::{LedgerRow, Workspace};

use super::Refused;

/// A deed in a few words: `Match: 12345 – 010101 1237`.
pub fn name_of(deed: &[LedgerRow]) -> String {
    let _ = deed;
    unimplemented!()
}

/// What [`undo`] would take back: `Undo “Match: 12345 – 010101 1237”`.
pub fn undo_title(ws: &Workspace) -> Result<Option<String>, Refused> {
    let _ = ws;
    unimplemented!()
}

/// What [`redo`] would do again: `Redo “Match: 12345 – 010101 1237”`.
pub fn redo_title(ws: &Workspace) -> Result<Option<String>, Refused> {
    let _ = ws;
    unimplemented!()
}

/// Takes my newest deed back that can be. Gives its title, or `None` where there is nothing to undo.
pub fn undo(ws: &mut Workspace) -> Result<Option<String>, Refused> {
    let _ = ws;
    unimplemented!()
}

/// Does again what my newest undo took back. Gives its title, or `None` where there is nothing to redo.
pub fn redo(ws: &mut Workspace) -> Result<Option<String>, Refused> {
    let _ = ws;
    unimplemented!()
}

/// Takes back the deed that an event belongs to. Gives its title.
pub fn undo_deed(ws: &mut Workspace, seq: i64) -> Result<String, Refused> {
    let _ = (ws, seq);
    unimplemented!()
}
