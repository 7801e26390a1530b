//! What is done with the files: writing them, checking them, writing the report. Each on a thread of its own.

use std::path::{Path, PathBuf};

use super::Action;
use crate::desktop::jobs::Job;
use crate::desktop::settings;
use crate::files;
use crate::release::{self, ExportProfile, ReleaseError, report};
use crate::stewardship::Refused;
use crate::workspace::BatchId;

/// What a folder or file is chosen for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum For {
    /// To write a release into.
    Write,
    /// To check.
    Check,
    /// To write the report to.
    Report,
    /// To take in as a load report.
    Load,
    /// To list the links without an answer in.
    Unanswered,
}

/// Asks the system for a folder, or for a file's name.
pub fn choose(what: For, from: &str) -> Job {
    let from = Path::new(from.trim());
    let from = from.ancestors().find(|folder| folder.is_dir()).map_or_else(settings::documents, Path::to_owned);
    Job::quiet("Choosing a folder", move |_| {
        let dialog = rfd::FileDialog::new().set_directory(from);
        let path = match what {
            For::Write => dialog.set_title("Choose the folder to write into").pick_folder(),
            For::Check => dialog.set_title("Choose the folder to check").pick_folder(),
            For::Load => dialog.set_title("Choose the load report").pick_file(),
            For::Unanswered => {
                dialog.set_title("Choose where the list is to be").set_file_name("no answer.csv").save_file()
            }
            For::Report => {
                dialog.set_title("Choose where the report is to be").set_file_name("report.html").save_file()
            }
        };
        Action::Chosen(what, path).into()
    })
}

/// Writes the files of a batch by a profile.
pub fn write(batch: BatchId, into: PathBuf, profile: ExportProfile) -> Job {
    Job::writes("Writing the match file", move |ws, progress| {
        let written = match ws {
            Ok(ws) => release::write_with(ws, batch, &into, &profile, progress),
            Err(error) => Err(ReleaseError::Workspace(error)),
        };
        Action::Written(batch, written.map(Box::new)).into()
    })
}

/// Checks the files of a folder, without the workspace.
pub fn check(folder: PathBuf) -> Job {
    Job::apart("Checking the files", move |progress| {
        let checked = release::verify(&folder, progress);
        Action::Checked(folder, checked).into()
    })
}

/// Writes the report to a committee.
pub fn write_report(path: PathBuf) -> Job {
    Job::reads("Writing the report", move |ws, progress| {
        let html =
            ws.map_err(Refused::from).and_then(|ws| report::html(ws, progress)).map_err(|error| error.to_string());
        let written = html.and_then(|html| keep(&path, html.as_bytes()));
        Action::Reported(written.map(|()| path)).into()
    })
}

/// Writes a file whole or not at all.
pub fn keep(path: &Path, bytes: &[u8]) -> Result<(), String> {
    files::replace(path, bytes).map_err(|error| {
        format!("{} could not be written: {error}; nothing was kept. Check the folder and the disk", path.display())
    })
}

/// The path that was typed, without the quotes that a file manager puts around it.
pub fn typed(text: &str) -> PathBuf {
    let text = text.trim();
    let bare = text.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap_or(text);
    let bare = bare.strip_prefix('\'').and_then(|rest| rest.strip_suffix('\'')).unwrap_or(bare);
    match (bare.strip_prefix("~/"), directories::UserDirs::new()) {
        (Some(rest), Some(dirs)) => dirs.home_dir().join(rest),
        _ => PathBuf::from(bare),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_typed_path_loses_its_quotes() {
        assert_eq!(typed("  \"/a/b c\" "), PathBuf::from("/a/b c"));
        assert_eq!(typed("'/a'"), PathBuf::from("/a"));
        assert_eq!(typed("/a"), PathBuf::from("/a"));
    }

    #[test]
    fn a_report_replaces_the_one_before_and_fails_in_words() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("report.html");
        keep(&path, b"one").unwrap();
        keep(&path, b"two").unwrap();
        assert_eq!(std::fs::read(&path).unwrap(), b"two");
        let error = keep(&folder.path().join("none/report.html"), b"x").unwrap_err();
        assert!(error.contains("could not be written"), "{error}");
    }
}
