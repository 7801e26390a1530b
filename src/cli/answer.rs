//! What a verb answers a script: with `--json` one JSON object on standard output, whether it did its work or not.
//!
//! The fields of each verb are described in README.md and do not change their meaning; new ones may come. Every object has
//! `outcome` (`done`, `unchanged`, `suspicious` or `failed`) and, where the verb did not do its work, `error` with a `code`
//! and a `message`, the line that standard error shows.

use serde_json::{Map, Value, json};

use super::{Done, Failure};
use crate::intake::IntakeError;
use crate::release::ReleaseError;
use crate::stewardship::Refused;
use crate::workspace::WorkspaceError;

/// What a verb answers, field by field.
#[derive(Default)]
pub struct Answer(Map<String, Value>);

impl Answer {
    /// Says a field.
    pub fn set(&mut self, field: &str, value: impl Into<Value>) {
        self.0.insert(field.to_owned(), value.into());
    }
}

/// Does a verb's work and, where JSON is asked for, prints what it answers. A failure is handed on: it decides the exit
/// status.
pub fn give(as_json: bool, work: impl FnOnce(&mut Answer) -> Done) -> Done {
    let mut answer = Answer::default();
    let done = work(&mut answer);
    if !as_json {
        return done;
    }
    if let Err(error) = &done {
        let code = code(error);
        answer.set("outcome", if code == "suspicious" { code } else { "failed" });
        answer.set("error", json!({ "code": code, "message": error.to_string() }));
    }
    println!("{}", serde_json::to_string_pretty(&Value::Object(answer.0))?);
    done
}

/// A failure as a script reads it.
fn code(error: &Failure) -> &'static str {
    if let Some(refused) = error.downcast_ref::<Refused>() {
        return match refused {
            Refused::Workspace(error) => of_workspace(error),
            refused => refused.code(),
        };
    }
    if let Some(error) = error.downcast_ref::<ReleaseError>() {
        return match error {
            ReleaseError::Refused(refused) => refused.code(),
            ReleaseError::Workspace(error) => of_workspace(error),
            ReleaseError::HardStop(_) => "hard_stop",
            ReleaseError::Differs { .. } | ReleaseError::Io { .. } => "not_written",
            _ => "refused",
        };
    }
    match (error.downcast_ref::<WorkspaceError>(), error.downcast_ref::<IntakeError>()) {
        (Some(error), _) => of_workspace(error),
        (None, Some(_)) => "file",
        (None, None) => "refused",
    }
}

fn of_workspace(error: &WorkspaceError) -> &'static str {
    match error {
        WorkspaceError::NotAWorkspace { .. } => "no_workspace",
        WorkspaceError::WrongPassphrase | WorkspaceError::UnknownPerson => "not_let_in",
        WorkspaceError::HeldElsewhere { .. } | WorkspaceError::Busy => "in_use",
        WorkspaceError::Damaged { .. } | WorkspaceError::NoSoundCopy { .. } => "damaged",
        WorkspaceError::DiskFull => "disk_full",
        _ => "workspace",
    }
}
