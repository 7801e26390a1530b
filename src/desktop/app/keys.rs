//! Every key on one page, fed from the commands; and the way to another key.

use eframe::egui::{Align, Context, Key, Layout, ScrollArea, Ui};

use crate::desktop::command::{Command, Group, State, shortcuts};
use crate::desktop::theme::{Tone, Type, palette};
use crate::desktop::widgets::{Button, Dialog, key_caps, parts, text};

/// The sheet of keys.
#[derive(Debug, Default)]
pub struct Keys {
    /// Keys can be changed.
    changing: bool,
    /// The command that waits for its new key.
    waits: Option<Command>,
    /// Why the key pressed last cannot be used.
    refused: Option<String>,
}

/// What the sheet wants.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asks {
    /// To stay.
    Nothing,
    /// The changed keys to be kept.
    Keep,
    /// To go.
    Leave,
}

impl Keys {
    /// Whether a key that is pressed is being chosen, and is no command.
    pub fn waits(&self) -> bool {
        self.waits.is_some()
    }

    /// Draws the sheet.
    pub fn ui(&mut self, ctx: &Context, state: &State<'_>) -> Asks {
        let mut asks = self.choose(ctx);
        let wide = ctx.content_rect().width() > 1010.0;
        let shown = Dialog::new("keys", "Keys").width(if wide { 960.0 } else { 420.0 }).show(ctx, |ui, _| {
            let line = match self.waits {
                Some(command) => format!("Press the new key for “{}”. Esc leaves it as it is", command.text()),
                None => "Single letters work while no text field has the keyboard. What cannot be done now is grey"
                    .to_owned(),
            };
            parts::beside(
                ui,
                "keys",
                |ui| _ = text::small(ui, line),
                |ui| {
                    let words = if self.changing { "Done" } else { "Change keys…" };
                    if ui.add(Button::new(words).small()).clicked() {
                        (self.changing, self.waits, self.refused) = (!self.changing, None, None);
                    }
                    let reset =
                        Button::new("As they were").small().ghost().hint("Give every command its own key again");
                    if self.changing && ui.add(reset).clicked() {
                        shortcuts::reset_all();
                        asks = Asks::Keep;
                    }
                },
            );
            if let Some(words) = &self.refused {
                parts::banner(ui, Tone::Warning, words);
            }
            ui.add_space(6.0);
            let tallest = (ui.ctx().content_rect().bottom() - ui.cursor().top() - 48.0).max(120.0);
            let by = if self.waits.is_none() { scrolled_by(ui, tallest) } else { 0.0 };
            ScrollArea::vertical().max_height(tallest).auto_shrink([false, true]).show(ui, |ui| {
                if by != 0.0 {
                    ui.scroll_with_delta(eframe::egui::vec2(0.0, by));
                }
                parts::beside_the_bar(ui, |ui| {
                    parts::tiles(ui, Group::ALL.len(), 270.0, |ui, place| self.group_ui(ui, Group::ALL[place], state));
                });
            });
        });
        if shown.left && self.waits.is_none() {
            Dialog::closed(ctx, "keys");
            return Asks::Leave;
        }
        asks
    }

    /// Takes the key that is pressed for the command that waits for one.
    fn choose(&mut self, ctx: &Context) -> Asks {
        let Some(command) = self.waits else { return Asks::Nothing };
        let Some(key) = shortcuts::chosen(ctx) else { return Asks::Nothing };
        self.refused = None;
        if key.key == Key::Escape {
            self.waits = None;
            return Asks::Nothing;
        }
        match shortcuts::change(command, key) {
            Ok(()) => {
                self.waits = None;
                Asks::Keep
            }
            Err(words) => {
                self.refused = Some(words);
                Asks::Nothing
            }
        }
    }

    fn group_ui(&mut self, ui: &mut Ui, group: Group, state: &State<'_>) {
        ui.spacing_mut().item_spacing.y = 3.0;
        text::caption(ui, group.words());
        for command in Command::all().into_iter().filter(|command| command.group() == group) {
            let one_of_many = matches!(command, Command::Choose(2..) | Command::Because(2..));
            let (Some(key), false) = (command.shortcut(), one_of_many && !self.changing) else {
                continue;
            };
            ui.spacing_mut().interact_size.y = 24.0;
            ui.horizontal(|ui| {
                let palette = palette(ui);
                let ink = if command.available(state) { palette.text } else { palette.muted };
                let words = match command {
                    Command::Choose(1) if !self.changing => "Choose candidate 1 to 9",
                    Command::Because(1) if !self.changing => "Why: 1 to 5 after N, 1 or 2 after U",
                    command => command.text(),
                };
                ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                    if self.changing {
                        let waits = self.waits == Some(command);
                        let caps = if waits { "…".to_owned() } else { key.words() };
                        let name = format!("Change the key of {}, {}", command.text(), key.words());
                        if ui.add(Button::new(&caps).small().selected(waits).name(name)).clicked() {
                            (self.waits, self.refused) = (Some(command), None);
                        }
                    } else {
                        key_caps(ui, key);
                    }
                    ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                        let style = if command.is_changed() { Type::Strong } else { Type::Body };
                        text::one_line(ui, text::coloured(style, ink, words));
                    });
                });
            });
        }
        ui.add_space(10.0);
    }
}
/// How far the keys that were pressed scroll a page of this height, in points; upwards is more than nothing.
fn scrolled_by(ui: &Ui, page: f32) -> f32 {
    const ALL: f32 = 100_000.0;
    let keys = [
        (Key::ArrowDown, -48.0),
        (Key::ArrowUp, 48.0),
        (Key::PageDown, 48.0 - page),
        (Key::PageUp, page - 48.0),
        (Key::End, -ALL),
        (Key::Home, ALL),
    ];
    ui.input(|input| keys.iter().filter(|(key, _)| input.key_pressed(*key)).map(|(_, by)| by).sum())
}
