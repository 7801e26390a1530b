//! Every key on one page, fed from the commands.

use eframe::egui::{Align, Context, Layout};

use crate::desktop::command::{Command, Group, State};
use crate::desktop::theme::{Type, palette};
use crate::desktop::widgets::{Dialog, key_caps, parts, text};

/// Draws the sheet of keys. False once it is done with.
pub fn keys_ui(ctx: &Context, state: &State<'_>) -> bool {
    let wide = ctx.content_rect().width() > 1010.0;
    let shown = Dialog::new("keys", "Keys").width(if wide { 960.0 } else { 420.0 }).show(ctx, |ui, _| {
        text::small(ui, "Single letters work while no text field has the keyboard. What cannot be done now is grey");
        ui.add_space(6.0);
        parts::tiles(ui, Group::ALL.len(), 270.0, |ui, place| {
            let group = Group::ALL[place];
            ui.spacing_mut().item_spacing.y = 3.0;
            text::caption(ui, group.words());
            for command in Command::all().into_iter().filter(|command| command.group() == group) {
                let one_of_many = matches!(command, Command::Choose(2..) | Command::Because(2..));
                let (Some(key), false) = (command.shortcut(), one_of_many) else {
                    continue;
                };
                ui.spacing_mut().interact_size.y = 24.0;
                ui.horizontal(|ui| {
                    let palette = palette(ui);
                    let ink = if command.available(state) { palette.text } else { palette.muted };
                    let words = match command {
                        Command::Choose(1) => "Choose candidate 1 to 9",
                        Command::Because(1) => "Say why after N or U: reason 1 to 5",
                        command => command.text(),
                    };
                    ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                        key_caps(ui, key);
                        ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                            text::one_line(ui, text::coloured(Type::Body, ink, words));
                        });
                    });
                });
            }
            ui.add_space(10.0);
        });
    });
    if shown.left {
        Dialog::closed(ctx, "keys");
    }
    !shown.left
}
