//! The way in: recent workspaces, a new one, one on disk, the demonstration; then who it is, and their passphrase.

mod forms;

use std::path::{Path, PathBuf};
use std::time::Duration;

use eframe::egui::{self, Align, Layout, Rect, Response, Role, ScrollArea, Sense, Ui, Vec2, WidgetInfo, pos2, vec2};

use forms::{Copy, New, SignIn};
use zeroize::{Zeroize, Zeroizing};

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
use crate::workspace::{KeyCost, NewPerson, Restored, Role as StaffRole, Workspace, WorkspaceError};

/// A path as somebody would type it.
const PATH: &str = if cfg!(windows) { r"C:\Matching\Seeding.stewartry" } else { "/shared/Seeding.stewartry" };

/// The screen's own state.
#[derive(Default)]
pub struct StartScreen {
    stage: Stage,
    /// What went wrong last, until something else is tried.
    fault: Option<String>,
    /// Why the window is here again, until somebody signs in.
    told: Option<String>,
    /// How often in a row it could not be opened: each further try waits longer.
    wrong: u32,
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
    /// Begin to practise, or go on with it.
    Practise {
        /// With another workspace beside the earlier ones.
        anew: bool,
    },
    /// A workspace was opened, or not.
    Opened(Result<Box<Workspace>, String>),
    /// It is damaged; in words.
    Damaged(String),
    /// Make a workspace anew from the newest sound copy of the one that is chosen.
    Restore,
    /// It was made, and from which copy; or not.
    Restored(Result<(Box<Workspace>, Restored), String>),
    /// Work was cancelled.
    Cancelled,
}

impl StartScreen {
    /// Says why the window is here again.
    pub fn tell(&mut self, words: String) {
        self.told = Some(words);
    }

    /// Draws the screen.
    pub fn ui(&mut self, ui: &mut Ui, settings: &Settings, out: &mut Out) {
        let room = ui.available_size();
        ScrollArea::vertical().auto_shrink([false, false]).show(ui, |ui| {
            ui.vertical_centered(|ui| {
                let small = room.y < 480.0;
                ui.add_space(if small { 12.0 } else { (room.y * 0.12).min(110.0) });
                let width = (room.x - 48.0).min(if matches!(self.stage, Stage::Choose) { 760.0 } else { 440.0 });
                ui.allocate_ui_with_layout(vec2(width, 0.0), Layout::top_down(Align::Min), |ui| {
                    ui.set_width(width);
                    head_ui(ui, small);
                    if let Some(fault) = &self.fault {
                        parts::banner(ui, Tone::Danger, fault);
                        ui.add_space(space().s);
                    } else if let Some(told) = &self.told {
                        parts::banner(ui, Tone::Info, told);
                        ui.add_space(space().s);
                    }
                    let focus = std::mem::take(&mut self.focus);
                    ui.add_enabled_ui(!self.waiting, |ui| match &mut self.stage {
                        Stage::Choose => choose_ui(ui, settings, &mut self.path, focus, out),
                        Stage::SignIn(sign_in) => forms::sign_in_ui(ui, sign_in, focus, self.waiting, out),
                        Stage::New(new) => forms::new_ui(ui, new, focus, self.waiting, out),
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
            Action::Practise { anew } => {
                self.waiting = true;
                self.fault = None;
                out.start(Job::apart("Preparing the training", move |progress| made(practice_at(anew, progress))));
            }
            Action::Opened(Ok(workspace)) => {
                self.waiting = false;
                out.enter(*workspace);
            }
            Action::Opened(Err(words)) => {
                self.waiting = false;
                self.wrong += 1;
                self.fault = Some(words);
                self.focus = true;
                if let Stage::SignIn(sign_in) = &mut self.stage {
                    sign_in.passphrase.zeroize();
                }
            }
            Action::Damaged(words) => {
                self.waiting = false;
                self.fault = Some(words);
                if let Stage::SignIn(sign_in) = &mut self.stage {
                    // The passphrase was right, and restoring asks for it too
                    sign_in.copy = Some(Copy::Damaged);
                }
            }
            Action::Restore => self.restore(out),
            Action::Restored(Ok((workspace, restored))) => {
                self.waiting = false;
                let from =
                    restored.from.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
                let words = format!("Restored from {from}. What it was restored from is left as it is");
                match restored.warning() {
                    Some(warning) => out.warn(format!("{words}. {warning}")),
                    None => out.say(words),
                }
                out.enter(*workspace);
            }
            Action::Restored(Err(words)) => {
                self.waiting = false;
                self.wrong += 1;
                self.fault = Some(words);
                self.focus = true;
            }
            Action::Cancelled => self.waiting = false,
        }
    }

    fn choose(&mut self, home: PathBuf, settings: &Settings) {
        // Reads the names in the keyring: a small file, no key is derived.
        let (people, copy) = match Workspace::people(&home) {
            Ok(people) => {
                let backup = home.parent().and_then(Path::file_name).is_some_and(|name| name == "backups");
                (people, backup.then_some(Copy::Backup))
            }
            Err(error) => {
                self.fault = Some(error.to_string());
                match Workspace::people_of_copies(&home) {
                    Ok(people) if !Workspace::backups(&home).is_empty() => (people, Some(Copy::Damaged)),
                    _ => {
                        self.stage = Stage::Choose;
                        return;
                    }
                }
            }
        };
        if copy != Some(Copy::Damaged) {
            self.fault = None;
        }
        let last = settings.recent.iter().find(|recent| recent.path == home).map(|recent| &recent.name);
        let who = last.and_then(|last| people.iter().position(|name| name == last)).unwrap_or(0);
        self.stage = Stage::SignIn(SignIn { home, people, who, passphrase: Zeroizing::default(), copy });
        self.focus = true;
    }

    fn restore(&mut self, out: &mut Out) {
        let Stage::SignIn(sign_in) = &mut self.stage else { return };
        let Some(name) = sign_in.people.get(sign_in.who).cloned() else { return };
        let (home, passphrase) = (sign_in.home.clone(), sign_in.passphrase.clone());
        self.waiting = true;
        self.fault = None;
        let pause = pause_after(self.wrong);
        out.start(Job::apart("Restoring the workspace", move |progress| {
            std::thread::sleep(pause);
            let restored = Workspace::restore(&home, &name, &passphrase, None, progress)
                .and_then(|restored| Ok((Box::new(Workspace::open(&restored.home, &name, &passphrase)?), restored)));
            match restored {
                Err(WorkspaceError::Cancelled(_)) => Action::Cancelled.into(),
                other => Action::Restored(other.map_err(|error| error.to_string())).into(),
            }
        }));
    }

    fn sign_in(&mut self, out: &mut Out) {
        let Stage::SignIn(sign_in) = &mut self.stage else { return };
        let Some(name) = sign_in.people.get(sign_in.who).cloned() else { return };
        let (home, passphrase) = (sign_in.home.clone(), sign_in.passphrase.clone());
        self.waiting = true;
        self.fault = None;
        let pause = pause_after(self.wrong);
        out.start(Job::apart("Opening the workspace", move |progress| {
            std::thread::sleep(pause);
            match opened(&home, &name, &passphrase, progress) {
                Err(WorkspaceError::Cancelled(_)) => Action::Cancelled.into(),
                Err(error @ WorkspaceError::Damaged { .. }) => Action::Damaged(error.to_string()).into(),
                other => made(other.map_err(|error| error.to_string())),
            }
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

/// Opens a workspace. Work of this window that was asked to stop when it was locked may hold it a moment longer: that is waited
/// for.
fn opened(home: &Path, name: &str, passphrase: &str, progress: &Progress) -> Result<Workspace, WorkspaceError> {
    let own = format!("(process {})", std::process::id());
    for _ in 0..100 {
        match Workspace::open_telling(home, name, passphrase, progress) {
            Err(WorkspaceError::HeldElsewhere { who, .. }) if who.contains(&own) => {
                std::thread::sleep(Duration::from_millis(200));
            }
            other => return other,
        }
    }
    Workspace::open_telling(home, name, passphrase, progress)
}

/// How long the next try waits after so many that were wrong: two are free, then a second, two, four, at most half a minute.
fn pause_after(wrong: u32) -> Duration {
    match wrong {
        0..=1 => Duration::ZERO,
        more => Duration::from_secs((1 << (more - 2).min(5)).min(30)),
    }
}

fn made(result: Result<Workspace, String>) -> super::Action {
    Action::Opened(result.map(Box::new)).into()
}

fn demonstration_at(progress: &Progress) -> Result<Workspace, String> {
    let made = demonstration::open_or_make(&own_folder("demonstration")?, progress);
    made.map(|made| made.workspace).map_err(|error| error.to_string())
}

fn practice_at(anew: bool, progress: &Progress) -> Result<Workspace, String> {
    let made = demonstration::practise(&own_folder("training")?, anew, progress);
    made.map(|made| made.workspace).map_err(|error| error.to_string())
}

/// A folder among the account's own data.
fn own_folder(name: &str) -> Result<PathBuf, String> {
    let Some(dirs) = settings::dirs() else {
        return Err(format!("This account has no folder for application data, so the {name} has nowhere to be"));
    };
    Ok(dirs.data_local_dir().join(name))
}

/// Asks the system for a folder.
fn browse(new: bool, settings: &Settings, out: &mut Out) {
    let recent = settings.recent.first().and_then(|recent| recent.path.parent()).map(Path::to_owned);
    let from = recent.unwrap_or_else(settings::documents);
    let title =
        if new { "Choose where the workspace is to be" } else { "Choose a workspace: a folder ending in .stewartry" };
    out.start(choosing::folder(title, Some(&from), |choice| Action::Browsed(choice).into()));
}

/// The program's name. In a small window it leaves the room to what is asked.
fn head_ui(ui: &mut Ui, small: bool) {
    if small {
        ui.horizontal(|ui| {
            bars::mark(ui, 24.0);
            text::title(ui, "Stewartry");
        });
        ui.add_space(space().s);
        return;
    }
    ui.horizontal(|ui| {
        bars::mark(ui, 48.0);
        ui.add_space(6.0);
        ui.vertical(|ui| {
            ui.spacing_mut().item_spacing.y = 0.0;
            let name = text::rich(ui, Type::Display, "Stewartry");
            ui.label(name);
            text::secondary(ui, "A record-matching desk for data stewards");
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
        if way_ui(ui, Icon::Sparkle, "Demonstration", "Invented extracts, ready to review").clicked() {
            out.act(Action::Demonstration);
        }
        if way_ui(ui, Icon::Flag, "Training", "Practise, and see how you did").clicked() {
            out.act(Action::Practise { anew: false });
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
        let typed = Field::new("Or the path of a workspace").hint(PATH).mono().width(width);
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
    crate::desktop::widgets::button::focus_ring(ui, &response, rect, radius);
    response.on_hover_text(line)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workspace::proof::Proof;

    #[test]
    fn each_wrong_passphrase_makes_the_next_try_wait_longer() {
        let mut proof = Proof::of(6, "wrong passphrases, each of which makes the next wait longer");
        let waits: Vec<u64> = (0..12).map(|wrong| pause_after(wrong).as_secs()).collect();
        assert_eq!(waits, [0, 0, 1, 2, 4, 8, 16, 30, 30, 30, 30, 30]);
        proof.tried(12);
    }
}
