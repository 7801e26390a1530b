//! The choice of a file, and the wait for what was chosen.

use std::path::PathBuf;

use eframe::egui::{Align, Layout, Rect, Ui, UiBuilder, Vec2, vec2};

use super::Action;
use crate::desktop::command::Command;
use crate::desktop::out::Out;
use crate::desktop::theme::{Type, palette};
use crate::desktop::widgets::field::{self, Field};
use crate::desktop::widgets::{Button, Icon, parts, text};

/// Draws where a file is dropped, chosen or typed.
pub fn choose_ui(ui: &mut Ui, path: &mut String, focus: bool, out: &mut Out) {
    let width = ui.available_width();
    let (_, rect) = ui.allocate_space(vec2(width, 196.0));
    let hot = ui.input(|input| !input.raw.hovered_files.is_empty());
    parts::drop_outline(ui, rect, hot);
    let inside = rect.shrink2(vec2((rect.width() * 0.5 - 310.0).max(20.0), 22.0));
    let mut inner = ui.new_child(UiBuilder::new().max_rect(inside).layout(Layout::top_down(Align::Center)));
    let ui = &mut inner;
    {
        let palette = palette(ui);
        let (_, badge) = ui.allocate_space(Vec2::splat(40.0));
        ui.painter().circle_filled(badge.center(), 20.0, palette.info.soft);
        Icon::Upload.paint(ui.painter(), Rect::from_center_size(badge.center(), Vec2::splat(20.0)), palette.info.text);
        text::strong(ui, if hot { "Let go to look at the file" } else { "Drop a file here, or" });
        ui.add_space(4.0);
        ui.with_layout(Layout::left_to_right(Align::TOP), |ui| {
            ui.vertical(|ui| {
                ui.add_space(18.5);
                if ui.add(Button::command(Command::LoadFile).icon(Icon::Folder).without_key()).clicked() {
                    out.act(Action::Browse);
                }
            });
            let width = ui.available_width() - 104.0;
            let typed = Field::new("Path of a file")
                .hint("/exports/mosaic.csv")
                .mono()
                .width(width)
                .focus(focus)
                .show(ui, path);
            let entered = field::entered(ui, &typed);
            let ready = !path.trim().is_empty();
            ui.vertical(|ui| {
                ui.add_space(18.5);
                let look = Button::new("Look at it").enabled(ready);
                let look = if ready { look.primary() } else { look };
                if ui.add(look).clicked() || (entered && ready) {
                    out.act(Action::Look(PathBuf::from(path.trim())));
                }
            });
        });
    }
}

/// Draws the wait for work on a file.
pub fn waiting_ui(ui: &mut Ui, words: &str, line: &str) {
    parts::wide_card(ui, |ui| {
        ui.set_min_height(164.0);
        ui.vertical_centered(|ui| {
            ui.add_space(48.0);
            text::heading(ui, words);
            let line = text::coloured(Type::Body, palette(ui).secondary, line);
            ui.label(line);
        });
    });
}
