//! Every command by name; and, where an id is typed, whom it is about.

use eframe::egui::{
    Align, Context, Id, Key, Layout, Modifiers, Rect, Role, ScrollArea, Sense, Ui, Vec2, WidgetInfo, pos2, vec2,
};

use crate::desktop::command::{Command, State};
use crate::desktop::out::Out;
use crate::desktop::screens::pair::facets;
use crate::desktop::screens::{Screen, history};
use crate::desktop::theme::{self, Type, palette, tokens};
use crate::desktop::widgets::{Dialog, Icon, field, key_caps, parts, text};
use crate::pair::PairKind;
use crate::person::{Chi, MosaicId};
use crate::workspace::QueueFilter;

/// A line of the palette.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Entry {
    Command(Command),
    /// Every pair, of this kind, of the person who goes by this id.
    Pairs(PairKind, String),
    /// What happened to them.
    History(String),
}

impl Entry {
    fn name(&self, state: &State<'_>) -> String {
        match self {
            Self::Command(command) => name(*command, state),
            Self::Pairs(PairKind::Link, id) => format!("Every link of {id}"),
            Self::Pairs(PairKind::Duplicate, id) => format!("Every possible duplicate of {id}"),
            Self::History(id) => format!("History of {id}"),
        }
    }

    fn icon(&self) -> Icon {
        match self {
            Self::Command(command) => command.icon(),
            Self::Pairs(..) => Icon::Search,
            Self::History(_) => Icon::Clock,
        }
    }

    fn choose(self, out: &mut Out) {
        match self {
            Self::Command(command) => out.command(command),
            Self::Pairs(kind, text) => {
                let filter = QueueFilter { text, ..QueueFilter::start(kind) };
                out.act(facets::use_filter(facets::of_every_pair(&filter)));
                out.command(Command::Go(if kind == PairKind::Link { Screen::Review } else { Screen::Duplicates }));
            }
            Self::History(text) => {
                out.act(history::Action::Find(text));
                out.command(Command::Go(Screen::History));
            }
        }
    }
}

/// Whom a typed id is about; none where nobody goes by it.
fn of_id(typed: &str, state: &State<'_>) -> Vec<Entry> {
    let bare: String = typed.split_whitespace().collect();
    let Some(session) = state.session else { return Vec::new() };
    let ws = session.ws();
    let (id, pairs) = match (Chi::parse(&bare), MosaicId::parse(typed.trim())) {
        (Ok(chi), _) => (chi.to_string(), ws.candidates_of_chi(&chi)),
        (Err(_), Some(id)) if matches!(ws.mosaic(&id), Ok(Some(_))) => {
            let pairs = ws.candidates_of_mosaic(&id);
            (id.to_string(), pairs)
        }
        _ => return Vec::new(),
    };
    let pairs = pairs.unwrap_or_default();
    let kinds = [PairKind::Link, PairKind::Duplicate].into_iter();
    let there = kinds.filter(|kind| pairs.iter().any(|pair| pair.key.kind() == *kind));
    there.map(|kind| Entry::Pairs(kind, id.clone())).chain([Entry::History(id.clone())]).collect()
}

/// What is typed, and which line is chosen.
#[derive(Default)]
pub struct Palette {
    text: String,
    chosen: usize,
    /// Whom an id is about, for what was typed.
    of_id: (String, Vec<Entry>),
}

impl Palette {
    /// Draws the palette. False once it is done with.
    pub fn ui(&mut self, ctx: &Context, state: &State<'_>, out: &mut Out) -> bool {
        let shown = Dialog::new("palette", "Find a command or a person").width(560.0).bare().near_top().show(
            ctx,
            |ui, first| {
                let id = Id::unique("palette search");
                let mut asked = None;
                // The arrows and Enter are the list's, though the field has the keyboard.
                let (down, up, enter) = ui.input_mut(|input| {
                    let mut key = |key| input.consume_key(Modifiers::NONE, key);
                    (key(Key::ArrowDown), key(Key::ArrowUp), key(Key::Enter))
                });
                ui.add_space(10.0);
                ui.horizontal(|ui| {
                    ui.add_space(10.0);
                    let width = ui.available_width() - 10.0;
                    let search = field::search(ui, id, "Find a command or a person", &mut self.text, width);
                    if first {
                        search.request_focus();
                    }
                    if search.changed() {
                        self.chosen = 0;
                    }
                });
                if self.of_id.0 != self.text {
                    self.of_id = (self.text.clone(), of_id(&self.text, state));
                }
                let commands = found(&self.text, state).into_iter().map(Entry::Command);
                let found: Vec<Entry> = self.of_id.1.iter().cloned().chain(commands).collect();
                self.chosen = self.chosen.min(found.len().saturating_sub(1));
                if down && self.chosen + 1 < found.len() {
                    self.chosen += 1;
                }
                if up {
                    self.chosen = self.chosen.saturating_sub(1);
                }
                if enter {
                    asked = found.get(self.chosen).cloned();
                }
                ui.add_space(8.0);
                parts::rule(ui);
                // Down to the foot of the window, and no farther
                let tallest = (ui.ctx().content_rect().bottom() - ui.cursor().top() - 24.0).clamp(100.0, 380.0);
                ScrollArea::vertical().max_height(tallest).auto_shrink([false, true]).show(ui, |ui| {
                    ui.spacing_mut().item_spacing.y = 0.0;
                    ui.add_space(6.0);
                    if found.is_empty() {
                        ui.vertical_centered(|ui| {
                            ui.add_space(16.0);
                            text::secondary(ui, "No command of that name can be used here, and nobody goes by that id");
                            ui.add_space(16.0);
                        });
                    }
                    for (place, entry) in found.iter().enumerate() {
                        let line = line_ui(ui, entry, place == self.chosen, state);
                        if place == self.chosen && (up || down) {
                            line.scroll_to_me(None);
                        }
                        if line.clicked() {
                            asked = Some(entry.clone());
                        }
                    }
                    ui.add_space(6.0);
                });
                ui.add_space(6.0);
                asked
            },
        );
        let done = shown.left || shown.inner.is_some();
        if let Some(entry) = shown.inner {
            entry.choose(out);
        }
        if done {
            Dialog::closed(ctx, "palette");
        }
        !done
    }
}

/// The commands that can be done now and fit what is typed, those that begin with it first.
fn found(typed: &str, state: &State<'_>) -> Vec<Command> {
    let typed = typed.trim().to_lowercase();
    let name = |command: &Command| name(*command, state).to_lowercase();
    let mut found: Vec<Command> = Command::all()
        .into_iter()
        .filter(|command| *command != Command::Palette && command.available(state))
        .filter(|command| {
            let all = format!(
                "{} {} {}",
                name(command),
                command.tooltip().to_lowercase(),
                command.group().words().to_lowercase()
            );
            typed.split_whitespace().all(|word| all.contains(word))
        })
        .collect();
    found.sort_by_key(|command| {
        let name = name(command);
        (!name.starts_with(&typed), !name.contains(&typed))
    });
    found
}

fn name(command: Command, state: &State<'_>) -> String {
    match (command, state.session) {
        (Command::Undo, Some(session)) => session.undo_title().unwrap_or(command.text()).to_owned(),
        (Command::Redo, Some(session)) => session.redo_title().unwrap_or(command.text()).to_owned(),
        (Command::Go(screen), _) => format!("Go to {}", screen.title()),
        _ => command.text().to_owned(),
    }
}

fn line_ui(ui: &mut Ui, entry: &Entry, chosen: bool, state: &State<'_>) -> eframe::egui::Response {
    let palette = palette(ui);
    let (outer, response) = ui.allocate_exact_size(vec2(ui.available_width(), 36.0), Sense::CLICK);
    let name = entry.name(state);
    response.widget_info(|| WidgetInfo::selected(Role::ListBoxOption, true, chosen, &name));
    let rect = outer.shrink2(vec2(8.0, 0.0));
    if chosen {
        ui.painter().rect_filled(rect, tokens().radius.medium, palette.selected);
    } else if response.hovered() {
        ui.painter().rect_filled(rect, tokens().radius.medium, palette.hover);
    }
    let ink = if chosen { palette.accent_text } else { palette.secondary };
    let icon = entry.icon();
    icon.paint(ui.painter(), Rect::from_center_size(pos2(rect.left() + 18.0, rect.center().y), Vec2::splat(16.0)), ink);
    let mut inner = ui.new_child(
        eframe::egui::UiBuilder::new()
            .max_rect(rect.with_min_x(rect.left() + 36.0).with_max_x(rect.right() - 10.0))
            .layout(Layout::right_to_left(Align::Center)),
    );
    if let Entry::Command(command) = entry
        && let Some(key) = command.shortcut()
    {
        key_caps(&mut inner, key);
    }
    inner.with_layout(Layout::left_to_right(Align::Center), |ui| {
        let words = ui.painter().layout_no_wrap(name.clone(), theme::font(Type::Body), palette.text);
        let (_, at) = ui.allocate_space(words.size());
        ui.painter().galley(pos2(at.left(), at.center().y - words.size().y / 2.0), words, palette.text);
    });
    response
}
