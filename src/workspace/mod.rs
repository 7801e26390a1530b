//! One encrypted workspace on local disk: the only room that knows SQLite.

pub mod event;
pub mod views;

pub use event::{BatchId, Event, FileId, Role, StaffId, Standing};
pub use views::*;
