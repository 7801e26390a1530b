//! What a load means for the work, and the confirmed links that rest on a CHI which is no longer the one to use.

use eframe::egui::{Align, Layout, Ui, vec2};

use super::Action;
use crate::desktop::out::Out;
use crate::desktop::session::Session;
use crate::desktop::theme::{Type, palette};
use crate::desktop::widgets::{Button, parts, text};
use crate::stewardship::refreshed::{self, Work};
use crate::workspace::Recheck;

/// Links and people listed one by one before the rest is only counted.
const LISTED: usize = 12;

/// The links that wait to be looked at again.
#[derive(Default)]
pub struct Rechecks(Option<Vec<Recheck>>);

impl Rechecks {
    /// Forgets what was read.
    pub fn forget(&mut self) {
        self.0 = None;
    }

    /// Reads what is not known.
    pub fn read(&mut self, session: &Session, out: &mut Out) {
        if self.0.is_none() {
            self.0 = Some(out.read(session.ws().rechecks()).unwrap_or_default());
        }
    }

    /// Draws them, where there are any.
    pub fn ui(&self, ui: &mut Ui, out: &mut Out) {
        let rechecks = self.0.as_deref().unwrap_or_default();
        if rechecks.is_empty() {
            return;
        }
        parts::section(ui, "Confirmed links to look at again", |ui| {
            text::small(ui, "What became of their CHI since they were confirmed");
        });
        parts::wide_card(ui, |ui| rechecks_ui(ui, rechecks, out));
    }
}

/// Draws what a load means for the work, where it means anything.
pub fn work_ui(ui: &mut Ui, work: &Work, out: &mut Out) {
    if work.stand + work.reopened + work.stand_again == 0 && work.rechecks.is_empty() && work.gone.is_empty() {
        return;
    }
    parts::section(ui, "What it means for the work", |_| {});
    parts::wide_card(ui, |ui| {
        ui.spacing_mut().item_spacing.y = 4.0;
        for (name, count, meaning) in work.lines() {
            ui.horizontal(|ui| {
                ui.allocate_ui_with_layout(vec2(270.0, 20.0), Layout::left_to_right(Align::Center), |ui| {
                    ui.set_width(270.0);
                    text::body(ui, name.trim_start());
                });
                ui.allocate_ui_with_layout(vec2(70.0, 20.0), Layout::right_to_left(Align::Center), |ui| {
                    ui.set_width(70.0);
                    text::strong(ui, text::number(count));
                });
                ui.add_space(10.0);
                let words = text::coloured(Type::Body, palette(ui).muted, meaning);
                text::one_line(ui, words);
            });
        }
        if !work.rechecks.is_empty() {
            ui.add_space(6.0);
            parts::rule(ui);
            text::strong(ui, "Links to look at again");
            rechecks_ui(ui, &work.rechecks, out);
        }
        let gone: Vec<_> = work.gone.iter().filter(|it| it.merged_into.is_none()).collect();
        if !gone.is_empty() {
            ui.add_space(6.0);
            parts::rule(ui);
            text::strong(ui, "No longer in Mosaic");
            for line in refreshed::first_few(&gone, LISTED, |it| refreshed::gone_words(it)) {
                text::body(ui, line);
            }
        }
    });
}

fn rechecks_ui(ui: &mut Ui, rechecks: &[Recheck], out: &mut Out) {
    ui.spacing_mut().item_spacing.y = 4.0;
    for recheck in rechecks.iter().take(LISTED) {
        ui.horizontal(|ui| {
            let open = Button::new("Open").small().name(format!("Open {}", recheck.pair));
            if ui.add(open).clicked() {
                out.act(Action::Open(recheck.pair.clone()));
            }
            let words = text::rich(ui, Type::Body, refreshed::recheck_words(recheck));
            text::one_line(ui, words);
        });
    }
    if rechecks.len() > LISTED {
        text::small(ui, format!("and {} more", text::number((rechecks.len() - LISTED) as u64)));
    }
}
