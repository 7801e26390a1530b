//! Who works here.

use eframe::egui::Ui;

use super::View;
use crate::desktop::command::Command;
use crate::desktop::out::Out;
use crate::desktop::session::Session;
use crate::desktop::widgets::parts;
use crate::workspace::Touched;

/// The screen's own state.
#[derive(Default)]
pub struct People {}

/// What the screen wants done after the frame.
pub enum Action {}

impl View for People {
    fn ui(&mut self, ui: &mut Ui, session: &Session, out: &mut Out) {
        let _ = (session, &out);
        parts::page(ui, "People and settings", "Who works here", |_| {}, |_| {});
    }

    fn offers(&self, command: Command, session: &Session) -> bool {
        let _ = (command, session);
        false
    }

    fn command(&mut self, command: Command, session: &mut Session, out: &mut Out) {
        let _ = (command, session, out);
    }

    fn touched(&mut self, touched: Touched, session: &Session) {
        let _ = (touched, session);
    }
}

impl People {
    /// Carries out an action.
    pub fn act(&mut self, action: Action, session: &mut Session, out: &mut Out) {
        let _ = (session, out);
        match action {}
    }
}
