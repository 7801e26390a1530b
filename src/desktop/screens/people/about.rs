//! What the program is: its version, what it was built from, and whose work is inside it.

use eframe::egui::{Context, ScrollArea, Ui};

use crate::desktop::theme::{Type, palette, space};
use crate::desktop::widgets::dialog::{self, Dialog};
use crate::desktop::widgets::{Button, Icon, parts, text};
use crate::workspace;

/// Every crate and library inside the program, with its licence (`packaging/inventory.py --about` writes it).
const LICENCES: &str = include_str!("../../../../assets/licences.txt");

/// What is shown of it.
#[derive(Default)]
pub(super) struct About {
    facts: Option<Vec<(&'static str, String)>>,
    licences: bool,
}

impl About {
    /// Draws the facts.
    pub(super) fn ui(&mut self, ui: &mut Ui) {
        let facts = self.facts.get_or_insert_with(workspace::facts);
        parts::wide_card(ui, |ui| {
            ui.spacing_mut().interact_size.y = 22.0;
            for (name, fact) in facts {
                parts::field_row(ui, name, fact);
            }
            ui.add_space(space().s);
            if ui.add(Button::new("Licences…").icon(Icon::File).hint("Whose work is inside the program")).clicked() {
                self.licences = true;
            }
        });
    }

    /// Draws the licences, where they were asked for.
    pub(super) fn licences_ui(&mut self, ctx: &Context) {
        if !self.licences {
            return;
        }
        let shown = Dialog::new("licences", "Licences").width(620.0).show(ctx, |ui, _| {
            text::secondary(
                ui,
                "Stewartry itself is under the MIT licence. These are inside it, each under its own; their full texts stand in the \
                 file that ends in licences.txt beside every package",
            );
            ui.add_space(space().s);
            let lines: Vec<&str> = LICENCES.lines().collect();
            let height = (ui.ctx().content_rect().height() - 260.0).clamp(120.0, 420.0);
            ScrollArea::vertical().max_height(height).auto_shrink([false, false]).show_rows(
                ui,
                20.0,
                lines.len(),
                |ui, rows| {
                    ui.spacing_mut().item_spacing.y = 0.0;
                    for line in &lines[rows] {
                        ui.allocate_ui(eframe::egui::vec2(ui.available_width(), 20.0), |ui| {
                            ui.set_min_height(20.0);
                            text::one_line(ui, text::coloured(Type::SmallMono, palette(ui).secondary, *line));
                        });
                    }
                },
            );
            dialog::foot(ui, |ui| ui.add(Button::new("Close")).clicked())
        });
        if shown.inner || shown.left {
            self.licences = false;
            Dialog::closed(ctx, "licences");
        }
    }
}
