//! A file that looks like a wrong one: what was seen, what it may mean, and the question whether it is loaded nevertheless.

use eframe::egui::{Ui, vec2};

use super::Action;
use crate::desktop::out::Out;
use crate::desktop::theme::{Tone, Type, palette, space};
use crate::desktop::widgets::{Button, Icon, Look, field, parts, text};
use crate::intake::Preview;
use crate::stewardship::load::LoadOptions;
use crate::stewardship::suspicions::Suspicion;

/// The question, and how far it is answered.
pub struct Question {
    suspicions: Vec<Suspicion>,
    /// Somebody has said that the file is right: without that, there is no button to press.
    sure: bool,
}

impl Question {
    /// The question that these suspicions ask.
    pub fn about(suspicions: Vec<Suspicion>) -> Self {
        Self { suspicions, sure: false }
    }

    /// Draws the question.
    pub fn ui(&mut self, ui: &mut Ui, preview: &Preview, out: &mut Out) {
        let line = format!("{}, {}", preview.mapping.kind.words(), text::count(preview.rows, "row", "rows"));
        let buttons = |ui: &mut Ui, out: &mut Out| {
            if ui.add(Button::new("Do not load it").primary()).clicked() {
                out.act(Action::Back);
            }
            if ui.add(Button::new("Look at its columns")).clicked() {
                out.act(Action::Reconsider);
            }
        };
        let name = format!("Is {} the right file?", super::file_name(&preview.path));
        parts::asking_page(ui, out, &name, &line, buttons, |ui, out| {
            let words = "It does not look like the next extract, so it was not loaded. Nothing has changed";
            parts::banner(ui, Tone::Warning, words);
            ui.add_space(space().m);
            for suspicion in &self.suspicions {
                suspicion_ui(ui, suspicion);
                ui.add_space(space().s);
            }
            ui.add_space(space().s);
            self.in_spite_ui(ui, out);
        });
    }

    fn in_spite_ui(&mut self, ui: &mut Ui, out: &mut Out) {
        parts::wide_card(ui, |ui| {
            text::heading(ui, "If you know that it is right");
            let words =
                "A load cannot be taken back. That the file was loaded in spite of this is recorded with your name";
            text::secondary(ui, words);
            ui.add_space(4.0);
            field::tick(ui, &mut self.sure, "I have checked where this file comes from, and it is the right one");
            ui.add_space(4.0);
            let load = Button::new("Load it in spite of this").look(Look::Danger).enabled(self.sure);
            if ui.add(load).clicked() {
                out.act(Action::Load(LoadOptions { again: true, in_spite: true }));
            }
        });
    }
}

fn suspicion_ui(ui: &mut Ui, suspicion: &Suspicion) {
    parts::wide_card(ui, |ui| {
        ui.horizontal_top(|ui| {
            ui.allocate_ui(vec2(22.0, 20.0), |ui| Icon::Warning.show(ui, 16.0, palette(ui).warning.text));
            ui.vertical(|ui| {
                ui.spacing_mut().item_spacing.y = 4.0;
                text::strong(ui, suspicion.kind.title());
                text::body(ui, &suspicion.seen);
                let words = format!("{}. {}", suspicion.may_mean, suspicion.to_do);
                ui.label(text::coloured(Type::Body, palette(ui).secondary, words));
            });
        });
    });
}
