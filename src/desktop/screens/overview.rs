//! Where the work stands.

use eframe::egui::Ui;

use super::View;
use crate::desktop::out::Out;
use crate::desktop::session::Session;
use crate::desktop::widgets::parts;

/// The screen's own state.
#[derive(Default)]
pub struct Overview {}

impl View for Overview {
    fn ui(&mut self, ui: &mut Ui, session: &Session, out: &mut Out) {
        let _ = (session, &out);
        parts::page(ui, "Overview", "Where the work stands", |_| {}, |_| {});
    }
}
