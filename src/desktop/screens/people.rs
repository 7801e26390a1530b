//! Who works here; appearance; passphrase, backup and checks.

mod about;
mod forms;

use std::path::PathBuf;

use eframe::egui::{Align, Layout, Ui, vec2};

use super::{SettingsChange, View};
use crate::desktop::app::idle;
use crate::desktop::command::Command;
use crate::desktop::jobs::Job;
use crate::desktop::out::Out;
use crate::desktop::session::Session;
use crate::desktop::settings::{LOCKS, ZOOMS};
use crate::desktop::theme::{Preference, Tone, Type, palette, space};
use crate::desktop::widgets::table::{Col, Table, TableState};
use crate::desktop::widgets::{Button, Chip, Icon, field, parts, text};
use crate::stewardship::Refused;
use crate::stewardship::people;
use crate::words::day_and_time;
use crate::workspace::{CheckReport, NewPerson, Role, Staff, StaffId, Standing, Touched, Workspace, WorkspaceError};

/// The screen's own state.
#[derive(Default)]
pub struct People {
    people: Option<Vec<Staff>>,
    table: TableState<StaffId>,
    form: Option<forms::Form>,
    check: Option<CheckReport>,
    backup: Option<PathBuf>,
    /// Which backups there are, in words, and of how many events that is.
    kept: Option<(u64, String)>,
    about: about::About,
}

/// What the screen wants done after the frame.
pub enum Action {
    /// Open the form for a new person.
    AskAdd,
    /// Open the form for a person.
    AskChange(StaffId),
    /// Open the form for one's own passphrase.
    AskPassphrase,
    /// Do what the open form says.
    Submit,
    /// Close it.
    Close,
    /// What the form asked for was done, or not; in words.
    Done(Result<String, String>),
    /// Make a backup.
    Backup,
    /// It was made, or not.
    BackedUp(Result<PathBuf, WorkspaceError>),
    /// The hourly one could not be made.
    NotBackedUp(WorkspaceError),
    /// Check the workspace.
    Check,
    /// It was checked, or not.
    Checked(Result<Box<CheckReport>, WorkspaceError>),
}

impl View for People {
    fn ui(&mut self, ui: &mut Ui, session: &Session, out: &mut Out) {
        if self.people.is_none() {
            self.people = Some(out.read(session.ws().staff()).unwrap_or_default());
        }
        let me = session.me().clone();
        let line = format!("Signed in: {}, {}", me.name, me.role.words().to_lowercase());
        parts::page(
            ui,
            "People and settings",
            &line,
            |_| {},
            |ui| {
                self.people_ui(ui, session, out);
                parts::section(ui, "Appearance", |_| {});
                appearance_ui(ui, out);
                parts::section(ui, "This workspace", |_| {});
                self.workspace_ui(ui, session, out);
                parts::section(ui, "About", |_| {});
                self.about.ui(ui);
            },
        );
        self.about.licences_ui(ui.ctx());
        if let Some(form) = &mut self.form {
            form.ui(ui.ctx(), out);
        }
    }

    fn offers(&self, command: Command, session: &Session) -> bool {
        let free = session.writing().is_none();
        match command {
            Command::Backup | Command::CheckWorkspace => free,
            Command::AddPerson => free && session.me().administers,
            _ => false,
        }
    }

    fn offers_from_afar(&self, command: Command, session: &Session) -> bool {
        self.offers(command, session)
    }

    fn command(&mut self, command: Command, session: &mut Session, out: &mut Out) {
        let action = match command {
            Command::Backup => Action::Backup,
            Command::CheckWorkspace => Action::Check,
            Command::AddPerson => Action::AskAdd,
            _ => return,
        };
        self.act(action, session, out);
    }

    fn touched(&mut self, touched: Touched, _: &Session) {
        if touched.contains(Touched::STAFF) {
            self.people = None;
        }
    }
}

impl People {
    /// Carries out an action.
    pub fn act(&mut self, action: Action, session: &mut Session, out: &mut Out) {
        match action {
            Action::AskAdd => self.form = Some(forms::Form::add()),
            Action::AskChange(id) => {
                if let Some(person) = self.people.iter().flatten().find(|person| person.id == id) {
                    self.form = Some(forms::Form::change(person, session.me().id == id));
                }
            }
            Action::AskPassphrase => self.form = Some(forms::Form::passphrase()),
            Action::Close => self.form = None,
            Action::Submit => self.submit(session, out),
            Action::Done(Ok(words)) => {
                self.form = None;
                out.say(words);
            }
            Action::Done(Err(words)) => {
                if let Some(form) = &mut self.form {
                    form.refused(words);
                } else {
                    out.fail(words);
                }
            }
            Action::Backup => {
                self.backup = None;
                out.start(Job::writes("Backing up", |workspace, progress| {
                    Action::BackedUp(workspace.and_then(|ws| ws.backup(progress))).into()
                }));
            }
            Action::BackedUp(Ok(path)) => {
                out.say("A verified backup was written");
                self.backup = Some(path);
            }
            Action::NotBackedUp(error) => out.warn(format!("The hourly backup was not made. {error}")),
            Action::Check => {
                self.check = None;
                out.start(Job::reads("Checking the workspace", |workspace, progress| {
                    Action::Checked(workspace.and_then(|ws| ws.check(progress)).map(Box::new)).into()
                }));
            }
            Action::Checked(Ok(report)) => {
                if report.ok {
                    out.say("The workspace is sound");
                } else {
                    out.fail("The workspace is damaged: see what was found");
                }
                self.check = Some(*report);
            }
            Action::BackedUp(Err(WorkspaceError::Cancelled(cancelled)))
            | Action::Checked(Err(WorkspaceError::Cancelled(cancelled))) => out.say(cancelled.to_string()),
            Action::BackedUp(Err(error)) | Action::Checked(Err(error)) => out.fail(error),
        }
    }

    /// Does what the form says. Whatever derives a key takes a quarter of a second or more, and runs as a job.
    fn submit(&mut self, session: &mut Session, out: &mut Out) {
        let Some(form) = &mut self.form else { return };
        let request = match form.request() {
            Ok(request) => request,
            Err(words) => return form.refused(words),
        };
        form.waits();
        let (title, work): (_, Work) = match request {
            forms::Request::Add { name, role, administers, passphrase } => (
                "Adding a person",
                Box::new(move |ws| {
                    let person = NewPerson { name: &name, role, administers, passphrase: &passphrase };
                    people::add(ws, person).map(|_| format!("{name} was added"))
                }),
            ),
            forms::Request::Change { id, standing, reset } => (
                "Changing a person",
                Box::new(move |ws| {
                    let name = standing.name.clone();
                    let also = change(ws, id, standing)?;
                    if let Some(passphrase) = reset {
                        people::reset_passphrase(ws, id, &passphrase)?;
                    }
                    Ok(match also {
                        Some(also) => format!("{name} was changed. {also}"),
                        None => format!("{name} was changed"),
                    })
                }),
            ),
            forms::Request::Passphrase { old, new } => (
                "Changing your passphrase",
                Box::new(move |ws| {
                    people::change_passphrase(ws, &old, &new).map(|()| "Your passphrase was changed".to_owned())
                }),
            ),
        };
        if session.to_change(out).is_none() {
            form.refused(String::new());
            return;
        }
        out.start(Job::writes(title, move |workspace, _| {
            let result = workspace.map_err(Refused::from).and_then(work);
            Action::Done(result.map_err(|error| error.to_string())).into()
        }));
    }

    fn people_ui(&mut self, ui: &mut Ui, session: &Session, out: &mut Out) {
        let people = self.people.take().unwrap_or_default();
        let administers = session.me().administers;
        ui.horizontal(|ui| {
            text::heading(ui, "People");
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                if administers {
                    if ui.add(Button::command(Command::AddPerson).icon(Icon::Plus).small()).clicked() {
                        out.act(Action::AskAdd);
                    }
                } else {
                    text::small(ui, "Someone who administers the workspace adds and changes people");
                }
            });
        });
        let narrow = ui.available_width() < 680.0;
        let width = |wide: f32, less: f32| if narrow { less } else { wide };
        // In a very narrow window the columns of little to say go; what they say stands in the form behind *Change…*
        let all = ui.available_width() >= 560.0;
        let mut columns = vec![Col::rest("Name", 130.0), Col::exact("Role", width(170.0, 140.0))];
        if all {
            columns.push(Col::exact(if narrow { "Adds people" } else { "May add people" }, width(130.0, 92.0)));
            columns.push(Col::exact("State", width(130.0, 92.0)));
        }
        columns.push(Col::exact("", 96.0));
        let keys: Vec<StaffId> = people.iter().map(|person| person.id).collect();
        let height = 40.0 * people.len().clamp(1, 8) as f32 + 33.0;
        let table = &mut self.table;
        let shown = parts::table_card(ui, |ui| {
            ui.allocate_ui(vec2(ui.available_width(), height), |ui| {
                ui.set_min_height(height);
                let label = |place: usize| {
                    let person = &people[place];
                    let state = if person.active { "" } else { ", removed" };
                    format!("{}, {}{state}", person.name, person.role.words())
                };
                Table::new("people", "People", &columns).row_height(40.0).show(ui, table, &keys, label, |row, place| {
                    person_ui(row, &people[place], session, all, out);
                })
            })
            .inner
        });
        if let (Some(place), true) = (shown.activated, administers) {
            out.act(Action::AskChange(people[place].id));
        }
        ui.add_space(4.0);
        if ui.add(Button::new("Change your passphrase…").icon(Icon::Lock)).clicked() {
            out.act(Action::AskPassphrase);
        }
        self.people = Some(people);
    }

    fn workspace_ui(&mut self, ui: &mut Ui, session: &Session, out: &mut Out) {
        let free = session.writing().is_none();
        parts::wide_card(ui, |ui| {
            ui.spacing_mut().interact_size.y = 22.0;
            parts::field_row(ui, "Folder", &session.ws().home().display().to_string());
            parts::field_row_with(ui, "Identity", |ui| {
                let id = text::coloured(Type::Mono, palette(ui).secondary, session.ws().id());
                text::one_line(ui, id);
            });
            let events = session.status().events;
            parts::field_row(ui, "Events", &text::number(events));
            if self.kept.as_ref().is_none_or(|(of, _)| *of != events) {
                self.kept = Some((events, kept(session.ws())));
            }
            if let Some((_, words)) = &self.kept {
                parts::field_row(ui, "Newest backup", words);
            }
            ui.add_space(space().s);
            ui.horizontal(|ui| {
                if ui.add(Button::command(Command::Backup).enabled(free)).clicked() {
                    out.act(Action::Backup);
                }
                if ui.add(Button::command(Command::CheckWorkspace).enabled(free)).clicked() {
                    out.act(Action::Check);
                }
            });
            if let Some(path) = &self.backup {
                parts::banner(ui, Tone::Positive, &format!("Backup written and verified: {}", path.display()));
            }
            if let Some(report) = &self.check {
                ui.add_space(4.0);
                check_ui(ui, report);
            }
        });
    }
}

/// Which backups lie in the workspace's folder, in words.
fn kept(ws: &Workspace) -> String {
    match ws.newest_backup() {
        None => "None yet; one is made by the hour, and before whatever cannot be taken back".to_owned(),
        Some((at, 1)) => format!("{}, the only one in the workspace's folder", day_and_time(at)),
        Some((at, count)) => format!("{}, of {} in the workspace's folder", day_and_time(at), text::number(count)),
    }
}

/// What a form asks of the workspace; gives what was done, in words.
type Work = Box<dyn FnOnce(&mut Workspace) -> Result<String, Refused> + Send>;

/// Changes a standing where it differs; the same again is no event.
fn change(ws: &mut Workspace, id: StaffId, standing: Standing) -> Result<Option<String>, Refused> {
    let now = ws.staff()?.into_iter().find(|person| person.id == id);
    let same = now.is_some_and(|now| {
        now.name == standing.name
            && now.role == standing.role
            && now.administers == standing.administers
            && now.active == standing.active
    });
    if same { Ok(None) } else { people::change(ws, id, standing) }
}

fn person_ui(
    row: &mut crate::desktop::widgets::table::Cells<'_, '_, '_>,
    person: &Staff,
    session: &Session,
    all: bool,
    out: &mut Out,
) {
    let me = session.me().id == person.id;
    row.cell(|ui| {
        let ink = if person.active { palette(ui).text } else { palette(ui).muted };
        let name = text::coloured(Type::Strong, ink, person.name.as_str());
        ui.label(name);
        if me {
            text::small(ui, "you");
        }
    });
    row.cell(|ui| {
        let (icon, tone) = match person.role {
            Role::Supervisor => (Icon::Signature, Tone::Info),
            Role::Officer => (Icon::Pencil, Tone::Neutral),
        };
        ui.add(Chip::new(icon, tone, person.role.words()));
    });
    if all {
        row.quiet(if person.administers { "Yes" } else { "No" });
        row.cell(|ui| {
            if person.active {
                text::secondary(ui, "Active");
            } else {
                ui.add(Chip::new(Icon::Minus, Tone::Neutral, "Removed"));
            }
        });
    }
    row.cell(|ui| {
        if session.me().administers {
            let button = Button::new("Change…").small().name(format!("Change {}", person.name));
            if ui.add(button).clicked() {
                out.act(Action::AskChange(person.id));
            }
        }
    });
}

fn appearance_ui(ui: &mut Ui, out: &mut Out) {
    parts::wide_card(ui, |ui| {
        ui.spacing_mut().item_spacing.y = space().m;
        let theme = ui.ctx().options(|options| options.theme_preference);
        let mut preference = Preference::ALL.into_iter().find(|p| p.egui() == theme).unwrap_or_default();
        setting_ui(ui, "Theme", |ui| {
            if field::segmented(ui, "Theme", &mut preference, &Preference::ALL, |p| p.words().to_owned()) {
                out.act(SettingsChange::Theme(preference));
            }
        });
        let mut contrast = crate::desktop::theme::has_contrast(ui.ctx());
        setting_ui(ui, "Contrast", |ui| {
            if field::segmented(ui, "Contrast", &mut contrast, &[false, true], |high| {
                if high { "High" } else { "Ordinary" }.to_owned()
            }) {
                out.act(SettingsChange::Contrast(contrast));
            }
        });
        let zoom = ui.ctx().zoom_factor();
        let mut nearest = ZOOMS.into_iter().min_by(|a, b| (a - zoom).abs().total_cmp(&(b - zoom).abs())).unwrap_or(1.0);
        setting_ui(ui, "Size", |ui| {
            let words = |zoom: f32| format!("{:.0} %", zoom * 100.0);
            if field::segmented(ui, "Size of everything", &mut nearest, &ZOOMS, words) {
                out.act(SettingsChange::Zoom(nearest));
            }
        });
        let mut minutes = idle::after(ui.ctx());
        setting_ui(ui, "Lock by itself", |ui| {
            let words = |minutes: u32| format!("{minutes} minutes");
            if field::segmented(ui, "Lock after nobody did anything for", &mut minutes, &LOCKS, words) {
                out.act(SettingsChange::LockAfter(minutes));
            }
        });
    });
}

fn setting_ui(ui: &mut Ui, name: &str, control: impl FnOnce(&mut Ui)) {
    ui.horizontal(|ui| {
        ui.allocate_ui_with_layout(vec2(148.0, 30.0), Layout::left_to_right(Align::Center), |ui| {
            ui.set_width(148.0);
            ui.label(text::coloured(Type::Body, palette(ui).muted, name));
        });
        control(ui);
    });
}

fn check_ui(ui: &mut Ui, report: &CheckReport) {
    parts::rule(ui);
    ui.spacing_mut().item_spacing.y = 3.0;
    for line in &report.lines {
        ui.horizontal(|ui| {
            let palette = palette(ui);
            let (icon, tone) = if line.ok { (Icon::Check, Tone::Positive) } else { (Icon::Warning, Tone::Danger) };
            icon.show(ui, 14.0, palette.tone(tone).text);
            ui.label(text::coloured(Type::Strong, palette.text, line.what.to_string()));
            let detail = text::coloured(Type::Small, palette.secondary, line.detail.as_str());
            text::one_line(ui, detail);
        });
    }
}
