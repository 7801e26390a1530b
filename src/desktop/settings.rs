//! What the window remembers on this computer: appearance, and which workspaces were opened. Nothing about anybody in them.

use std::fs;
use std::path::{Path, PathBuf};

use directories::ProjectDirs;
use eframe::egui;
use serde::{Deserialize, Serialize};

use super::command::shortcuts::Kept;
use super::theme::Preference;
use crate::files;

/// What the window remembers on this computer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Settings {
    /// Light, dark, or as the system.
    pub theme: Preference,
    /// More contrast than the themes have.
    pub high_contrast: bool,
    /// Everything this much larger.
    pub zoom: f32,
    /// The window locks after so many minutes in which nobody did anything.
    pub lock_after: u32,
    /// The tour was seen, or left.
    pub toured: bool,
    /// The keys that were changed.
    pub keys: Kept,
    /// Where the window was and how large: left, top, width, height, in points.
    pub window: Option<[f32; 4]>,
    /// Workspaces that were opened, the latest first.
    pub recent: Vec<Recent>,
    /// The folder files were last chosen from.
    pub folder: Option<PathBuf>,
    #[serde(skip)]
    file: Option<PathBuf>,
}

/// A workspace that was opened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recent {
    /// Its folder.
    pub path: PathBuf,
    /// Who opened it last.
    pub name: String,
    /// When, ISO 8601.
    pub at: String,
    /// The screen that was shown last, by its name.
    #[serde(default)]
    pub screen: Option<String>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            theme: Preference::System,
            high_contrast: false,
            zoom: 1.0,
            lock_after: 10,
            toured: true,
            keys: Kept::new(),
            window: None,
            recent: Vec::new(),
            folder: None,
            file: None,
        }
    }
}

/// After how many minutes the window can lock. It always does.
pub const LOCKS: [u32; 4] = [2, 5, 10, 20];

/// The steps of the zoom.
pub const ZOOMS: [f32; 9] = [0.8, 0.9, 1.0, 1.1, 1.25, 1.4, 1.5, 1.75, 2.0];

impl Settings {
    /// The settings of this account; fresh ones where there are none, or none that can be read.
    pub fn load() -> Self {
        let file = dirs().map(|dirs| dirs.config_dir().join("settings.json"));
        // Whoever comes for the first time is shown around
        Self::read(file.as_deref()).unwrap_or(Self { file, toured: false, ..Self::default() })
    }

    fn read(file: Option<&Path>) -> Option<Self> {
        let file = file?;
        let settings: Self = serde_json::from_slice(&files::read(file).ok()?).ok()?;
        let window = settings.window.filter(|window| could_be_a_window(*window));
        let lock_after = settings.lock_after.clamp(LOCKS[0], LOCKS[LOCKS.len() - 1]);
        Some(Self { zoom: settings.zoom.clamp(0.8, 2.0), lock_after, window, file: Some(file.to_owned()), ..settings })
    }

    /// Keeps the settings. They are a convenience: a disk that will not take them is not worth a word.
    pub fn save(&self) {
        let Some(file) = &self.file else { return };
        let Ok(json) = serde_json::to_vec_pretty(self) else { return };
        if let Some(folder) = file.parent() {
            let _ = fs::create_dir_all(folder);
            let _ = files::replace(file, &json);
        }
    }

    /// Notes where the window is, to be kept when it is closed. A window that is maximised or hidden is nowhere of its own.
    pub fn note_window(&mut self, ctx: &egui::Context) {
        let zoom = ctx.zoom_factor();
        let now = ctx.input(|input| {
            let viewport = input.viewport();
            let elsewhere = [viewport.maximized, viewport.minimized, viewport.fullscreen].contains(&Some(true));
            let (outer, inner) = (viewport.outer_rect?, viewport.inner_rect?);
            // In points of the screen, whatever the zoom is
            let window = [outer.left(), outer.top(), inner.width(), inner.height()].map(|points| points * zoom);
            (!elsewhere && could_be_a_window(window)).then_some(window)
        });
        if now.is_some() {
            self.window = now;
        }
    }

    /// Puts a workspace at the front of the recent ones. Gives the screen where the same person left it.
    pub fn opened(&mut self, path: &Path, name: &str) -> Option<String> {
        // Wherever the program is begun the next time
        let path = &std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
        let before = self.recent.iter().find(|recent| recent.path == *path && recent.name == name);
        let screen = before.and_then(|recent| recent.screen.clone());
        self.recent.retain(|recent| recent.path != *path);
        let at = jiff::Timestamp::now().to_string();
        self.recent.insert(0, Recent { path: path.to_owned(), name: name.to_owned(), at, screen: screen.clone() });
        self.recent.truncate(8);
        screen
    }

    /// Notes which screen of the opened workspace is shown.
    pub fn shows(&mut self, screen: &str) {
        if let Some(recent) = self.recent.first_mut() {
            recent.screen = Some(screen.to_owned());
        }
    }

    /// The next step of the zoom, larger or smaller.
    pub fn zoom_by(&self, larger: bool) -> f32 {
        let near = |a: f32, b: f32| (a - b).abs() < 0.01;
        if larger {
            ZOOMS.into_iter().find(|z| *z > self.zoom && !near(*z, self.zoom)).unwrap_or(2.0)
        } else {
            ZOOMS.into_iter().rev().find(|z| *z < self.zoom && !near(*z, self.zoom)).unwrap_or(0.8)
        }
    }
}

/// Whether a window could stand there: on some monitor, and of a size that can be used.
fn could_be_a_window([x, y, width, height]: [f32; 4]) -> bool {
    (0.0..6000.0).contains(&x)
        && (0.0..4000.0).contains(&y)
        && (640.0..8000.0).contains(&width)
        && (480.0..5000.0).contains(&height)
}

/// The folders of this account.
pub fn dirs() -> Option<ProjectDirs> {
    ProjectDirs::from("scot", "Stewartry", "Stewartry")
}

/// Where new workspaces are put unless the user says otherwise.
pub fn documents() -> PathBuf {
    directories::UserDirs::new()
        .map(|dirs| dirs.document_dir().unwrap_or(dirs.home_dir()).to_owned())
        .unwrap_or_else(|| PathBuf::from("."))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn settings_survive_and_a_broken_file_is_as_good_as_none() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("config").join("settings.json");
        let mut settings = Settings { file: Some(file.clone()), zoom: 1.25, ..Settings::default() };
        settings.opened(Path::new("/w/one.stewartry"), "A");
        settings.opened(Path::new("/w/two.stewartry"), "A");
        settings.opened(Path::new("/w/one.stewartry"), "B");
        settings.save();
        let read = Settings::read(Some(&file)).unwrap();
        assert_eq!(read, settings);
        assert_eq!(read.recent.len(), 2);
        assert_eq!(read.recent[0].name, "B");
        fs::write(&file, b"{").unwrap();
        assert_eq!(Settings::read(Some(&file)), None);
        // Wherever the program is begun the next time
        settings.opened(Path::new("three.stewartry"), "A");
        assert!(settings.recent[0].path.is_absolute());
    }

    #[test]
    fn the_zoom_goes_by_steps_and_stops_at_both_ends() {
        let mut settings = Settings::default();
        for _ in 0..20 {
            settings.zoom = settings.zoom_by(true);
        }
        assert_eq!(settings.zoom, 2.0);
        for _ in 0..20 {
            settings.zoom = settings.zoom_by(false);
        }
        assert_eq!(settings.zoom, 0.8);
    }
}
