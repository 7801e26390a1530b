//! The way in: recent workspaces, a new one, one on disk, the demonstration; then who it is, and their passphrase.

use std::path::{Path, PathBuf};

use eframe::egui::{
    self, Align, Frame, Layout, Margin, Rect, Response, Role, ScrollArea, Sense, Ui, Vec2, WidgetInfo, pos2, vec2,
};

use super::SettingsChange;
use crate::desktop::app::bars;
use crate::desktop::choosing::{self, Choice};
use crate::desktop::jobs::Job;
use crate::desktop::out::Out;
use crate::desktop::settings::{self, Recent, Settings};
use crate::desktop::theme::{self, Tone, Type, palette, space, tokens};
use crate::desktop::widgets::field::{self, Field};
use crate::desktop::widgets::{Button, Icon, parts, text};
use crate::progress::Progress;
use crate::stewardship::demonstration;
use crate::stewardship::people;
use crate::workspace::{KeyCost, NewPerson, Role as StaffRole, Workspace};

/// The screen's own state.
#[derive(Default)]
pub struct StartScreen {
    stage: Stage,
    /// What went wrong last, until something else is tried.
    fault: Option<String>,
    /// Work is under way: nothing else can be asked for.
    waiting: bool,
    /// The path of a workspace, as it is typed.
    path: String,
    /// Give the keyboard to the first field.
    focus: bool,
}

#[derive(Default)]
enum Stage {
    /// What to open.
    #[default]
    Choose,
    /// Who opens it.
    SignIn(SignIn),
    /// What a new one is to be.
    New(New),
}

#[derive(Default)]
struct SignIn {
    home: PathBuf,
    people: Vec<String>,
    who: usize,
    passphrase: String,
}

#[derive(Default)]
struct New {
    folder: String,
    name: String,
    person: String,
    supervisor: bool,
    passphrase: String,
    again: String,
}

/// What the screen wants done after the frame.
pub enum Action {
    /// Sign in to the workspace in a folder.
    Choose(PathBuf),
    /// Back to the choice.
    Back,
    /// Begin a new one.
    New,
    /// Ask the system for a folder.
    Browse {
        /// For a new workspace rather than an existing one.
        new: bool,
    },
    /// A folder was chosen, or none was.
    Browsed(Choice),
    /// Open with what is typed.
    SignIn,
    /// Make what is typed.
    Create,
    /// Make, or reopen, the demonstration.
    Demonstration,
    /// A workspace was opened, or not.
    Opened(Result<Box<Workspace>, String>),
    /// Work was cancelled.
    Cancelled,
}

impl StartScreen {
    /// Draws the screen.
    pub fn ui(&mut self, ui: &mut Ui, settings: &Settings, out: &mut Out) {
        let room = ui.available_size();
        ScrollArea::vertical().auto_shrink([false, false]).show(ui, |ui| {
            ui.vertical_centered(|ui| {
                ui.add_space((room.y * 0.12).clamp(16.0, 110.0));
                let width = (room.x - 48.0).min(if matches!(self.stage, Stage::Choose) { 760.0 } else { 440.0 });
                ui.allocate_ui_with_layout(vec2(width, 0.0), Layout::top_down(Align::Min), |ui| {
                    ui.set_width(width);
                    head_ui(ui);
                    if let Some(fault) = &self.fault {
                        parts::banner(ui, Tone::Danger, fault);
                        ui.add_space(space().s);
                    }
                    let focus = std::mem::take(&mut self.focus);
                    ui.add_enabled_ui(!self.waiting, |ui| match &mut self.stage {
                        Stage::Choose => choose_ui(ui, settings, &mut self.path, focus, out),
                        Stage::SignIn(sign_in) => sign_in_ui(ui, sign_in, focus, self.waiting, out),
                        Stage::New(new) => new_ui(ui, new, focus, self.waiting, out),
                    });
                });
                ui.add_space(24.0);
            });
        });
    }

    /// Carries out an action.
    pub fn act(&mut self, action: Action, settings: &Settings, out: &mut Out) {
        match action {
            Action::Choose(home) => self.choose(home, settings),
            Action::Back => {
                self.stage = Stage::Choose;
                self.fault = None;
            }
            Action::New => {
                self.stage = Stage::New(New { folder: settings::documents().display().to_string(), ..New::default() });
                self.fault = None;
                self.focus = true;
            }
            Action::Browse { new } => browse(new, settings, out),
            Action::Browsed(Choice::Left) => {}
            Action::Browsed(Choice::NoDialog) => {
                self.focus = true;
                out.warn(choosing::NO_DIALOG);
            }
            Action::Browsed(Choice::Chosen(folder)) => match &mut self.stage {
                Stage::New(new) => new.folder = folder.display().to_string(),
                _ => self.choose(folder, settings),
            },
            Action::SignIn => self.sign_in(out),
            Action::Create => self.create(out),
            Action::Demonstration => {
                self.waiting = true;
                self.fault = None;
                out.start(Job::apart("Preparing the demonstration", |progress| made(demonstration_at(progress))));
            }
            Action::Opened(Ok(workspace)) => {
                self.waiting = false;
                out.enter(*workspace);
            }
            Action::Opened(Err(words)) => {
                self.waiting = false;
                self.fault = Some(words);
                self.focus = true;
                if let Stage::SignIn(sign_in) = &mut self.stage {
                    sign_in.passphrase.clear();
                }
            }
            Action::Cancelled => self.waiting = false,
        }
    }

    fn choose(&mut self, home: PathBuf, settings: &Settings) {
        // Reads the names in the keyring: a small file, no key is derived.
        match Workspace::people(&home) {
            Ok(people) => {
                let last = settings.recent.iter().find(|recent| recent.path == home).map(|recent| &recent.name);
                let who = last.and_then(|last| people.iter().position(|name| name == last)).unwrap_or(0);
                self.stage = Stage::SignIn(SignIn { home, people, who, passphrase: String::new() });
                self.fault = None;
                self.focus = true;
            }
            Err(error) => {
                self.stage = Stage::Choose;
                self.fault = Some(error.to_string());
            }
        }
    }

    fn sign_in(&mut self, out: &mut Out) {
        let Stage::SignIn(sign_in) = &mut self.stage else { return };
        let Some(name) = sign_in.people.get(sign_in.who).cloned() else { return };
        let (home, passphrase) = (sign_in.home.clone(), sign_in.passphrase.clone());
        self.waiting = true;
        self.fault = None;
        out.start(Job::apart("Opening the workspace", move |_| {
            made(Workspace::open(&home, &name, &passphrase).map_err(|error| error.to_string()))
        }));
    }

    fn create(&mut self, out: &mut Out) {
        let Stage::New(new) = &mut self.stage else { return };
        if let Some(words) = new.fault() {
            self.fault = Some(words);
            return;
        }
        let home = new.home();
        let (person, passphrase) = (new.person.trim().to_owned(), new.passphrase.clone());
        let role = if new.supervisor { StaffRole::Supervisor } else { StaffRole::Officer };
        self.waiting = true;
        self.fault = None;
        out.start(Job::apart("Making the workspace", move |_| {
            let first = NewPerson { name: &person, role, administers: true, passphrase: &passphrase };
            made(Workspace::create(&home, first, KeyCost::STANDARD).map_err(|error| error.to_string()))
        }));
    }
}

impl New {
    fn home(&self) -> PathBuf {
        let name = self.name.trim();
        let name = name.strip_suffix(".stewartry").unwrap_or(name);
        Path::new(self.folder.trim()).join(format!("{name}.stewartry"))
    }

    /// What keeps it from being made.
    fn fault(&self) -> Option<String> {
        if self.name.trim().is_empty() || self.name.contains(['/', '\\']) {
            return Some("Give the workspace a name, without slashes".to_owned());
        }
        if let Err(refused) = people::fits(self.person.trim(), &self.passphrase) {
            return Some(refused.to_string());
        }
        (self.passphrase != self.again).then(|| "The two passphrases differ".to_owned())
    }
}

fn made(result: Result<Workspace, String>) -> super::Action {
    Action::Opened(result.map(Box::new)).into()
}

fn demonstration_at(progress: &Progress) -> Result<Workspace, String> {
    let Some(dirs) = settings::dirs() else {
        return Err(
            "This account has no folder for application data, so the demonstration has nowhere to be".to_owned()
        );
    };
    demonstration::open_or_make(&dirs.data_local_dir().join("demonstration"), progress)
        .map(|demonstration| demonstration.workspace)
        .map_err(|error| error.to_string())
}

/// Asks the system for a folder.
fn browse(new: bool, settings: &Settings, out: &mut Out) {
    let recent = settings.recent.first().and_then(|recent| recent.path.parent()).map(Path::to_owned);
    let from = recent.unwrap_or_else(settings::documents);
    let title =
        if new { "Choose where the workspace is to be" } else { "Choose a workspace: a folder ending in .stewartry" };
    out.start(choosing::folder(title, Some(&from), |choice| Action::Browsed(choice).into()));
}

fn head_ui(ui: &mut Ui) {
    ui.horizontal(|ui| {
        bars::mark(ui, 48.0);
        ui.add_space(6.0);
        ui.vertical(|ui| {
            ui.spacing_mut().item_spacing.y = 0.0;
            let name = text::rich(ui, Type::Display, "Stewartry");
            ui.label(name);
            let line = concat!("The record-matching desk, version ", env!("CARGO_PKG_VERSION"));
            text::secondary(ui, line);
        });
    });
    ui.add_space(space().l);
}

fn choose_ui(ui: &mut Ui, settings: &Settings, path: &mut String, focus: bool, out: &mut Out) {
    let recent: Vec<&Recent> = settings.recent.iter().filter(|recent| recent.path.is_dir()).collect();
    let side_by_side = ui.available_width() > 640.0 && !recent.is_empty();
    let begin = |ui: &mut Ui, out: &mut Out| {
        ui.spacing_mut().item_spacing.y = 6.0;
        if way_ui(ui, Icon::Plus, "New workspace", "An encrypted folder on this computer").clicked() {
            out.act(Action::New);
        }
        if way_ui(ui, Icon::Folder, "Open a workspace…", "A folder whose name ends in .stewartry").clicked() {
            out.act(Action::Browse { new: false });
        }
        if way_ui(ui, Icon::Sparkle, "Demonstration", "Synthetic extracts, matched and ready to review").clicked() {
            out.act(Action::Demonstration);
        }
    };
    if side_by_side {
        let gap = space().xl;
        let width = (ui.available_width() - gap) / 2.0;
        ui.horizontal_top(|ui| {
            ui.spacing_mut().item_spacing.x = gap;
            for column in 0..2 {
                ui.allocate_ui_with_layout(vec2(width, 0.0), Layout::top_down(Align::Min), |ui| {
                    ui.set_width(width);
                    if column == 0 {
                        text::caption(ui, "Recent workspaces");
                        recent_ui(ui, &recent, out);
                    } else {
                        text::caption(ui, "Begin");
                        begin(ui, out);
                    }
                });
            }
        });
    } else {
        if !recent.is_empty() {
            text::caption(ui, "Recent workspaces");
            recent_ui(ui, &recent, out);
            ui.add_space(space().l);
            text::caption(ui, "Begin");
        }
        begin(ui, out);
    }
    ui.add_space(space().l);
    ui.horizontal(|ui| {
        let width = ui.available_width() - 92.0;
        let typed = Field::new("Or the path of a workspace").hint("/shared/Seeding.stewartry").mono().width(width);
        let typed = typed.focus(focus).show(ui, path);
        let entered = field::entered(ui, &typed);
        let ready = !path.trim().is_empty();
        ui.vertical(|ui| {
            ui.add_space(18.5);
            if ui.add(Button::new("Open").width(84.0).enabled(ready)).clicked() || (entered && ready) {
                out.act(Action::Choose(PathBuf::from(path.trim())));
            }
        });
    });
}

fn recent_ui(ui: &mut Ui, recent: &[&Recent], out: &mut Out) {
    ui.spacing_mut().item_spacing.y = 6.0;
    for recent in recent {
        let name = recent.path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
        let folder = recent.path.parent().map(|parent| parent.display().to_string()).unwrap_or_default();
        let response = way_ui(ui, Icon::Layers, &name, &folder);
        if response.clicked() {
            out.act(Action::Choose(recent.path.clone()));
        }
        response.context_menu(|ui| {
            if ui.button("Take off this list").clicked() {
                out.act(SettingsChange::Forget(recent.path.clone()));
                ui.close();
            }
        });
    }
}

/// A large button: an icon, what it does, and a line about it.
fn way_ui(ui: &mut Ui, icon: Icon, name: &str, line: &str) -> Response {
    let palette = palette(ui);
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), 60.0), Sense::click());
    response.widget_info(|| WidgetInfo::labeled(Role::Button, ui.is_enabled(), name));
    let hot = response.hovered() || response.has_focus();
    let (fill, edge) = if hot { (palette.hover, palette.line_strong) } else { (palette.surface, palette.line) };
    let radius = tokens().radius.large;
    ui.painter().rect(rect, radius, fill, egui::Stroke::new(1.0, edge), egui::StrokeKind::Inside);
    let badge = Rect::from_center_size(pos2(rect.left() + 32.0, rect.center().y), Vec2::splat(34.0));
    ui.painter().rect_filled(badge, 8, palette.info.soft);
    icon.paint(ui.painter(), badge.shrink(8.5), palette.info.text);
    let room = rect.with_min_x(rect.left() + 62.0).with_max_x(rect.right() - 34.0);
    let painter = ui.painter_at(room);
    painter.text(
        pos2(room.left(), rect.center().y - 1.0),
        egui::Align2::LEFT_BOTTOM,
        name,
        theme::font(Type::Strong),
        palette.text,
    );
    painter.text(
        pos2(room.left(), rect.center().y + 3.0),
        egui::Align2::LEFT_TOP,
        line,
        theme::font(Type::Small),
        palette.muted,
    );
    let arrow = Rect::from_center_size(pos2(rect.right() - 20.0, rect.center().y), Vec2::splat(14.0));
    Icon::ChevronRight.paint(ui.painter(), arrow, if hot { palette.accent_text } else { palette.muted });
    if response.has_focus() {
        crate::desktop::widgets::button::focus_ring(ui, rect, radius);
    }
    response.on_hover_text(line)
}

fn sign_in_ui(ui: &mut Ui, sign_in: &mut SignIn, mut focus: bool, waiting: bool, out: &mut Out) {
    let frame = form_frame(ui);
    frame.show(ui, |ui| {
        ui.set_width(ui.available_width());
        let name = sign_in.home.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
        text::title(ui, name);
        let folder = text::coloured(Type::Small, palette(ui).muted, sign_in.home.display().to_string());
        text::one_line(ui, folder);
        ui.add_space(space().m);
        text::caption(ui, "Who are you?");
        let builder = egui::UiBuilder::new().accessibility_role(Role::RadioGroup).accessibility_label("Who are you?");
        ui.scope_builder(builder, |ui| {
            ui.spacing_mut().item_spacing.y = 4.0;
            let people = sign_in.people.clone();
            ScrollArea::vertical().max_height(220.0).min_scrolled_height(220.0).show(ui, |ui| {
                for (place, person) in people.iter().enumerate() {
                    if person_ui(ui, person, place == sign_in.who).clicked() {
                        sign_in.who = place;
                        // Whoever says who they are goes on to their passphrase.
                        focus = true;
                    }
                }
            });
        });
        ui.add_space(space().s);
        let passphrase = Field::new("Passphrase").password().focus(focus).show(ui, &mut sign_in.passphrase);
        let entered = field::entered(ui, &passphrase);
        ui.add_space(space().m);
        ui.horizontal(|ui| {
            let open = Button::new(if waiting { "Opening…" } else { "Open" }).primary().icon(Icon::Lock).width(120.0);
            let ready = !sign_in.passphrase.is_empty() && !sign_in.people.is_empty();
            if ui.add(open.enabled(ready && !waiting)).clicked() || (entered && ready && !waiting) {
                out.act(Action::SignIn);
            }
            if ui.add(Button::new("Back").ghost()).clicked() {
                out.act(Action::Back);
            }
        });
    });
}

fn person_ui(ui: &mut Ui, name: &str, chosen: bool) -> Response {
    let palette = palette(ui);
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), 38.0), Sense::click());
    response.widget_info(|| WidgetInfo::selected(Role::RadioButton, ui.is_enabled(), chosen, name));
    let (fill, edge) = match (chosen, response.hovered()) {
        (true, _) => (palette.selected, palette.accent),
        (false, true) => (palette.hover, palette.line_strong),
        (false, false) => (palette.surface, palette.line),
    };
    ui.painter().rect(rect, 6, fill, egui::Stroke::new(1.0, edge), egui::StrokeKind::Inside);
    let badge = pos2(rect.left() + 22.0, rect.center().y);
    ui.painter().circle_filled(badge, 11.0, palette.info.soft);
    let initials: String = name.split_whitespace().filter_map(|word| word.chars().next()).take(2).collect();
    ui.painter().text(badge, egui::Align2::CENTER_CENTER, initials, theme::font(Type::Caption), palette.info.text);
    let at = pos2(rect.left() + 44.0, rect.center().y);
    ui.painter().text(at, egui::Align2::LEFT_CENTER, name, theme::font(Type::Strong), palette.text);
    if chosen {
        let tick = Rect::from_center_size(pos2(rect.right() - 20.0, rect.center().y), Vec2::splat(14.0));
        Icon::Check.paint(ui.painter(), tick, palette.accent_text);
    }
    if response.has_focus() {
        crate::desktop::widgets::button::focus_ring(ui, rect, 6);
    }
    response
}

fn new_ui(ui: &mut Ui, new: &mut New, focus: bool, waiting: bool, out: &mut Out) {
    let frame = form_frame(ui);
    frame.show(ui, |ui| {
        ui.set_width(ui.available_width());
        text::title(ui, "New workspace");
        text::small(ui, "Everything in it is encrypted. Each person opens it with their own passphrase");
        ui.add_space(space().m);
        ui.spacing_mut().item_spacing.y = space().m;
        Field::new("Name").hint("Seeding 2026").focus(focus).show(ui, &mut new.name);
        ui.horizontal_top(|ui| {
            let width = ui.available_width() - 48.0;
            Field::new("Folder").mono().width(width).show(ui, &mut new.folder);
            ui.vertical(|ui| {
                ui.add_space(21.0);
                if ui
                    .add(
                        Button::icon_only(Icon::Folder, "Choose the folder").look(crate::desktop::widgets::Look::Plain),
                    )
                    .clicked()
                {
                    out.act(Action::Browse { new: true });
                }
            });
        });
        parts::rule(ui);
        Field::new("Your name, as you sign").show(ui, &mut new.person);
        text::small(ui, "You are a");
        ui.add_space(-8.0);
        field::segmented(ui, "Your role", &mut new.supervisor, &[false, true], |supervisor| {
            if supervisor { StaffRole::Supervisor.words() } else { StaffRole::Officer.words() }.to_owned()
        });
        Field::new("Passphrase")
            .password()
            .note("At least 8 characters. Nobody can recover it: another person who administers can give you a new one")
            .show(ui, &mut new.passphrase);
        let again = Field::new("The same again").password().show(ui, &mut new.again);
        let entered = field::entered(ui, &again);
        ui.horizontal(|ui| {
            let make = Button::new(if waiting { "Making…" } else { "Make the workspace" }).primary().icon(Icon::Plus);
            if ui.add(make.enabled(!waiting)).clicked() || (entered && !waiting) {
                out.act(Action::Create);
            }
            if ui.add(Button::new("Back").ghost()).clicked() {
                out.act(Action::Back);
            }
        });
    });
}

fn form_frame(ui: &Ui) -> Frame {
    let palette = palette(ui);
    Frame::NONE
        .fill(palette.surface)
        .stroke(egui::Stroke::new(1.0, palette.line))
        .corner_radius(tokens().radius.large)
        .inner_margin(Margin::same(24))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_new_workspace_says_what_it_still_needs() {
        let mut new = New { folder: "/work".to_owned(), ..New::default() };
        assert!(new.fault().is_some_and(|words| words.contains("name")));
        new.name = "Seeding.stewartry".to_owned();
        new.person = "A Steward".to_owned();
        new.passphrase = "kirkcudbright".to_owned();
        assert_eq!(new.fault().as_deref(), Some("The two passphrases differ"));
        new.again = "kirkcudbright".to_owned();
        assert_eq!(new.fault(), None);
        assert_eq!(new.home(), Path::new("/work/Seeding.stewartry"));
    }
}
