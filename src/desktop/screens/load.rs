//! Take files in: choose, look, correct the mapping, load; what was accepted, warned and rejected, and why.

mod choose;
mod loaded;
mod preview;
mod suspicious;
mod work;

use std::path::{Path, PathBuf};

use eframe::egui::{Align, Ui};

use self::choose::{choose_ui, waiting_ui};
use self::suspicious::Question;
use super::{Screen, SettingsChange, View, batches};
use crate::desktop::choosing::{self, Choice};
use crate::desktop::command::Command;
use crate::desktop::jobs::Job;
use crate::desktop::out::Out;
use crate::desktop::session::Session;
use crate::desktop::settings;
use crate::desktop::theme::{Tone, space};
use crate::desktop::widgets::{parts, text};
use crate::intake::{self, IntakeError, Kind, Preview};
use crate::pair::PairKey;
use crate::stewardship::Refused;
use crate::stewardship::load::{self, LoadOptions, LoadOutcome};
use crate::workspace::{FileId, Touched};

/// The screen's own state.
#[derive(Default)]
pub struct Load {
    stage: Stage,
    /// The path that is typed.
    path: String,
    /// What went wrong last, until something else is tried.
    fault: Option<Fault>,
    files: loaded::Files,
    rechecks: work::Rechecks,
    /// The folder files were last chosen from.
    folder: Option<PathBuf>,
    focus: bool,
}

/// What went wrong, in a sentence, and whether nobody can have seen it yet: the page may be scrolled to its end.
struct Fault {
    words: String,
    is_new: bool,
}

impl Fault {
    fn new(error: &impl ToString) -> Self {
        Self { words: error.to_string(), is_new: true }
    }

    /// Draws it, and brings it into sight once.
    fn ui(&mut self, ui: &mut Ui) {
        let banner = parts::banner(ui, Tone::Danger, &self.words);
        if std::mem::take(&mut self.is_new) {
            banner.scroll_to_me(Some(Align::Center));
        }
        ui.add_space(space().s);
    }
}

#[derive(Default)]
enum Stage {
    #[default]
    Choose,
    /// A file is being looked at.
    Looking,
    /// This is what it is.
    Preview(Box<Preview>),
    /// It is being loaded.
    Loading(Box<Preview>),
    /// It is loaded already: again?
    Again(Box<Preview>, String),
    /// It looks like a wrong one: in spite of that?
    Suspicious(Box<Preview>, Question),
    /// This is what came of it.
    Loaded(Box<LoadOutcome>),
}

/// What the screen wants done after the frame.
pub enum Action {
    /// Ask the system for a file.
    Browse,
    /// It was asked.
    Browsed(Choice),
    /// Look at a file.
    Look(PathBuf),
    /// It was looked at.
    Looked(Result<Box<Preview>, IntakeError>),
    /// Take the file for one of another kind.
    Choose(Kind),
    /// Say that a column holds a field, or that none does.
    Map(intake::Field, Option<usize>),
    /// Load the file.
    Load(LoadOptions),
    /// Look at the file and its columns once more.
    Reconsider,
    /// Show a link on the screen that decides it.
    Open(PairKey),
    /// It was loaded, or not.
    Loaded(Result<Box<LoadOutcome>, Refused>),
    /// Back to the choice of a file.
    Back,
    /// Ask where to save the rejected rows of a file.
    SaveRejected(FileId, String),
    /// It was asked.
    SaveRejectedTo(FileId, Choice),
}

impl View for Load {
    fn ui(&mut self, ui: &mut Ui, session: &Session, out: &mut Out) {
        self.files.read(session, out);
        self.rechecks.read(session, out);
        let focus = std::mem::take(&mut self.focus);
        match &mut self.stage {
            Stage::Preview(preview) => return preview::preview_ui(ui, preview, None, self.fault.as_mut(), out),
            Stage::Again(preview, words) => return preview::preview_ui(ui, preview, Some(words), None, out),
            Stage::Suspicious(preview, question) => return question.ui(ui, preview, out),
            Stage::Loaded(outcome) => return loaded::outcome_ui(ui, session, outcome, out),
            Stage::Choose | Stage::Looking | Stage::Loading(_) => {}
        }
        let line = "Extracts from Mosaic and CHI, relationships, or files of candidate pairs. Nothing is kept until you say so";
        parts::page(
            ui,
            "Load",
            line,
            |_| {},
            |ui| {
                if let Some(fault) = &mut self.fault {
                    fault.ui(ui);
                }
                match &self.stage {
                    Stage::Looking => {
                        waiting_ui(ui, "Looking at the file…", "Encoding, structure and columns are checked first")
                    }
                    Stage::Loading(preview) => {
                        let rows = text::count(preview.rows, "row", "rows");
                        waiting_ui(ui, &format!("Loading {rows}…"), "All of the file is loaded, or nothing of it");
                    }
                    _ => choose_ui(ui, &mut self.path, focus, out),
                }
                self.rechecks.ui(ui, out);
                self.files.ui(ui, out);
            },
        );
    }

    fn offers(&self, command: Command, session: &Session) -> bool {
        let ready = match (command, &self.stage) {
            (Command::LoadFile, _) => true,
            (Command::LoadRows, Stage::Preview(preview)) => preview.mapping.missing_required().is_empty(),
            _ => false,
        };
        ready && session.writing().is_none()
    }

    fn offers_from_afar(&self, command: Command, session: &Session) -> bool {
        command == Command::LoadFile && self.offers(command, session)
    }

    fn command(&mut self, command: Command, session: &mut Session, out: &mut Out) {
        if command == Command::LoadFile {
            self.act(Action::Back, session, out);
            self.act(Action::Browse, session, out);
        }
        if command == Command::LoadRows && matches!(self.stage, Stage::Preview(_)) {
            self.act(Action::Load(LoadOptions::default()), session, out);
        }
    }

    fn touched(&mut self, touched: Touched, _: &Session) {
        if touched.contains(Touched::FILES) {
            self.files.forget();
        }
        if touched.intersects(Touched::FILES | Touched::RECORDS | Touched::DECISIONS | Touched::BATCHES) {
            self.rechecks.forget();
        }
    }

    fn shown(&mut self, _: &Session, _: &mut Out) {
        if matches!(self.stage, Stage::Loaded(_)) {
            self.stage = Stage::Choose;
        }
        self.focus = true;
    }

    fn dropped(&mut self, files: Vec<PathBuf>, out: &mut Out) {
        if files.len() > 1 {
            out.warn("One file at a time: the first was taken");
        }
        if let Some(file) = files.into_iter().next() {
            out.act(Action::Look(file));
        }
    }
}

impl Load {
    /// Carries out an action.
    pub fn act(&mut self, action: Action, session: &mut Session, out: &mut Out) {
        match action {
            Action::Browse => out.start(choosing::file(
                "Choose an extract, or a file of relationships or candidate pairs",
                self.folder.as_deref(),
                &["csv", "txt", "tsv", "dat", "parquet"],
                |choice| Action::Browsed(choice).into(),
            )),
            Action::Browsed(Choice::Chosen(path)) => self.look(path, out),
            Action::Browsed(Choice::Left) | Action::SaveRejectedTo(_, Choice::Left) => {}
            Action::Browsed(Choice::NoDialog) | Action::SaveRejectedTo(_, Choice::NoDialog) => {
                self.focus = true;
                out.warn(choosing::NO_DIALOG);
            }
            Action::Look(path) => self.look(path, out),
            Action::Looked(Ok(mut preview)) => {
                recall(&mut preview);
                self.stage = Stage::Preview(preview);
            }
            Action::Looked(Err(error)) => {
                self.stage = Stage::Choose;
                self.focus = true;
                if !matches!(error, IntakeError::Cancelled(_)) {
                    self.fault = Some(Fault::new(&error));
                }
            }
            Action::Choose(kind) => {
                if let Stage::Preview(preview) = &mut self.stage {
                    preview.choose(kind);
                    recall(preview);
                }
            }
            Action::Map(field, column) => {
                if let Stage::Preview(preview) | Stage::Again(preview, _) = &mut self.stage {
                    match column {
                        Some(column) => drop(preview.mapping.set(field, column)),
                        None => preview.mapping.clear(field),
                    }
                    preview.unmapped = preview.mapping.unmapped();
                }
            }
            Action::Load(options) => self.load(options, session, out),
            Action::Reconsider => {
                if let Stage::Suspicious(preview, _) = std::mem::take(&mut self.stage) {
                    self.stage = Stage::Preview(preview);
                }
            }
            Action::Open(pair) => batches::look_at(&pair, session, out),
            Action::Loaded(result) => self.loaded(result, session, out),
            Action::Back => {
                self.stage = Stage::Choose;
                self.fault = None;
                self.focus = true;
            }
            Action::SaveRejected(file, name) => {
                let name =
                    format!("{}_rejected.csv", Path::new(&name).file_stem().unwrap_or_default().to_string_lossy());
                let then = move |choice| Action::SaveRejectedTo(file, choice).into();
                out.start(choosing::save("Save the rejected rows", self.folder.as_deref(), &name, then));
            }
            Action::SaveRejectedTo(file, Choice::Chosen(path)) => {
                if let Some(rows) = out.read(load::write_rejected(session.ws(), &[file], &path)) {
                    let rows = text::count(rows, "rejected row was", "rejected rows were");
                    out.say(format!("{rows} written to {}", path.display()));
                }
            }
        }
    }

    fn look(&mut self, path: PathBuf, out: &mut Out) {
        self.fault = None;
        self.path = path.display().to_string();
        if let Some(folder) = path.parent() {
            self.folder = Some(folder.to_owned());
            out.act(SettingsChange::Folder(folder.to_owned()));
        }
        self.stage = Stage::Looking;
        let title = format!("Looking at {}", file_name(&path));
        out.start(Job::apart(title, move |progress| {
            Action::Looked(intake::preview(&path, None, progress).map(Box::new)).into()
        }));
    }

    fn load(&mut self, options: LoadOptions, session: &Session, out: &mut Out) {
        if let Some(title) = session.writing() {
            out.warn(format!("{title} is still running; the file can be loaded when it has ended"));
            return;
        }
        let preview = match std::mem::take(&mut self.stage) {
            Stage::Preview(preview) | Stage::Again(preview, _) | Stage::Suspicious(preview, _) => preview,
            other => {
                self.stage = other;
                return;
            }
        };
        let plan = preview.plan();
        let title = format!("Loading {}", file_name(&preview.path));
        self.fault = None;
        self.stage = Stage::Loading(preview);
        out.start(Job::writes(title, move |workspace, progress| {
            let result = workspace.map_err(Refused::from);
            Action::Loaded(result.and_then(|ws| load::load(ws, &plan, options, progress)).map(Box::new)).into()
        }));
    }

    fn loaded(&mut self, result: Result<Box<LoadOutcome>, Refused>, session: &Session, out: &mut Out) {
        let preview = match std::mem::take(&mut self.stage) {
            Stage::Loading(preview) => Some(preview),
            other => {
                self.stage = other;
                None
            }
        };
        match (result, preview) {
            (Ok(outcome), Some(preview)) if outcome.unchanged => {
                let by = out.read(session.ws().staff_name(outcome.file.by)).unwrap_or_default();
                let words = format!(
                    "This is {}, as it was loaded on {} by {by}. Nothing changed, and there is nothing to do",
                    outcome.file.name,
                    text::day(outcome.file.at)
                );
                self.stage = Stage::Again(preview, words);
            }
            (Ok(outcome), preview) => {
                if let (Some(preview), Some(folder)) = (&preview, mappings()) {
                    // The mapping is found again for the next file with these headings; that it could not be kept is
                    // worth no more than mapping it again.
                    let _ = preview.mapping.remember(&folder);
                }
                out.say(format!("{} was loaded", outcome.file.name));
                self.path.clear();
                self.stage = Stage::Loaded(outcome);
            }
            (Err(Refused::Suspicious { suspicions, .. }), Some(preview)) => {
                self.stage = Stage::Suspicious(preview, Question::about(suspicions));
            }
            (Err(error), Some(preview)) => {
                let cancelled = matches!(error, Refused::Cancelled(_));
                if cancelled {
                    out.say(error.to_string());
                } else {
                    self.fault = Some(Fault::new(&error));
                }
                self.stage = Stage::Preview(preview);
            }
            (Err(error), None) => out.fail(error),
        }
    }
}

/// Where corrected mappings are kept.
fn mappings() -> Option<PathBuf> {
    settings::dirs().map(|dirs| dirs.config_dir().join("mappings"))
}

/// Takes the mapping that was used for a file with these headings before.
fn recall(preview: &mut Preview) {
    let kind = preview.mapping.kind;
    if let Some(mapping) = mappings().and_then(|folder| intake::Mapping::recall(&folder, kind, &preview.headings))
        && mapping != preview.mapping
    {
        preview.mapping = mapping;
        preview.unmapped = preview.mapping.unmapped();
        preview.notes.push("The columns are mapped as for the last file with these headings".to_owned());
    }
}

fn file_name(path: &Path) -> String {
    path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}

/// The way on after a load.
fn next_step(session: &Session, kind: &str) -> (Command, &'static str) {
    let status = session.status();
    let candidates: u64 = status.links.iter().sum();
    if kind == "relationships" && status.duplicates.iter().sum::<u64>() > 0 {
        return (
            Command::Go(Screen::Duplicates),
            "Related records are marked among the duplicates, and none is automatic",
        );
    }
    match (status.mosaic, status.chi, candidates) {
        (0, _, 0) => (Command::LoadFile, "Load the Mosaic extract next"),
        (_, 0, 0) => (Command::LoadFile, "Load the CHI extract next"),
        (_, 0, _) => (Command::Go(Screen::Review), "The candidate pairs are ready to review"),
        _ => (Command::RunMatch, "Find candidate pairs next"),
    }
}
