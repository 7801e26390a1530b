//! The profiles that can be chosen: the shipped ones and those that were saved, each in its newest version; and saving one.

use super::{ExportProfile, ReleaseError, shipped};
use crate::stewardship::{Refused, rights};
use crate::workspace::{Event, SavedProfile, Workspace, WorkspaceError};

/// Where a profile comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// It came with the program.
    Shipped,
    /// It was saved in this workspace.
    Saved,
}

/// A profile that can be chosen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// The profile.
    pub profile: ExportProfile,
    /// Where it comes from.
    pub origin: Origin,
}

/// Every profile in its newest version: the shipped ones, the default first, then the saved ones by name.
pub fn choices(ws: &Workspace) -> Result<Vec<Choice>, ReleaseError> {
    let mut found: Vec<Choice> =
        shipped::all().into_iter().map(|profile| Choice { profile, origin: Origin::Shipped }).collect();
    for saved in ws.saved_profiles()? {
        if found.last().is_none_or(|newest| newest.profile.name != saved.name) {
            found.push(Choice { profile: read(&saved)?, origin: Origin::Saved });
        }
    }
    Ok(found)
}

/// A profile by its name, in its newest version or in another.
pub fn named(ws: &Workspace, name: &str, version: Option<u64>) -> Result<ExportProfile, ReleaseError> {
    let is_it = |name_of: &str, version_of: u64| name_of == name && version.is_none_or(|wanted| wanted == version_of);
    let shipped = shipped::all().into_iter().find(|profile| is_it(&profile.name, profile.version));
    if let Some(profile) = shipped {
        return Ok(profile);
    }
    let saved = ws.saved_profiles()?.into_iter().find(|saved| is_it(&saved.name, saved.version));
    if let Some(saved) = saved {
        return read(&saved);
    }
    let known: Vec<String> = choices(ws)?.into_iter().map(|choice| choice.profile.name).collect();
    let version = version.map(|version| format!(" in version {version}")).unwrap_or_default();
    Err(ReleaseError::Refused(Refused::NotFound(format!(
        "There is no export profile “{name}”{version}; there are {}",
        crate::words::listed(&known)
    ))))
}

/// Saves a profile as the next version of its name. Gives the version.
///
/// Refused: by anyone but a supervisor or somebody who administers, a profile by which no file can be written, and the name of
/// a shipped one.
pub fn save(ws: &mut Workspace, profile: &ExportProfile) -> Result<u64, ReleaseError> {
    rights::supervises_or_administers(ws, "save an export profile")?;
    if let Some(fault) = profile.fault() {
        return Err(ReleaseError::NotSaved(fault));
    }
    if shipped::all().iter().any(|shipped| shipped.name == profile.name) {
        return Err(ReleaseError::NotSaved(format!(
            "“{}” comes with the program and does not change; give yours a name of its own",
            profile.name
        )));
    }
    let newest = ws.saved_profiles()?.into_iter().find(|saved| saved.name == profile.name);
    let version = newest.as_ref().map_or(1, |saved| saved.version + 1);
    let profile = ExportProfile { version, ..profile.clone() };
    if let Some(newest) = newest
        && read(&newest)? == (ExportProfile { version: newest.version, ..profile.clone() })
    {
        return Ok(newest.version);
    }
    let said = serde_json::to_value(&profile)
        .map_err(|_| WorkspaceError::Conflict("The profile has no JSON form; nothing was saved".to_owned()))?;
    let event = Event::ProfileSaved { name: profile.name, version, profile: said };
    ws.apply(vec![event], |_| Ok(()))?;
    Ok(version)
}

fn read(saved: &SavedProfile) -> Result<ExportProfile, ReleaseError> {
    ExportProfile::from_json(&saved.profile.to_string()).map_err(|what| {
        ReleaseError::Profile(format!(
            "“{}”, version {}, was saved by another program: {what}",
            saved.name, saved.version
        ))
    })
}
