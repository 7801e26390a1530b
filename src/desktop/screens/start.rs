//! The way in: recent workspaces, a new one, the demonstration; signing in.

use std::path::PathBuf;

use eframe::egui::Ui;

use crate::desktop::out::Out;
use crate::desktop::settings::Settings;
use crate::workspace::{Workspace, WorkspaceError};

/// The screen's own state.
#[derive(Default)]
pub struct StartScreen {}

/// What the screen wants done after the frame.
pub enum Action {
    /// Sign in to a workspace.
    Choose(PathBuf),
    /// A workspace was opened, or not.
    Opened(Result<Box<Workspace>, WorkspaceError>),
}

impl StartScreen {
    /// Draws the screen.
    pub fn ui(&mut self, ui: &mut Ui, settings: &Settings, out: &mut Out) {
        let _ = (ui, settings, out);
    }

    /// Carries out an action.
    pub fn act(&mut self, action: Action, settings: &Settings, out: &mut Out) {
        let _ = settings;
        match action {
            Action::Choose(_) => {}
            Action::Opened(Ok(workspace)) => out.enter(*workspace),
            Action::Opened(Err(error)) => out.fail(error),
        }
    }
}
