//! Parcels in the window: the question for whom one is, and the question which one came back.

use std::path::PathBuf;

use eframe::egui::Ui;

use super::Action;
use crate::desktop::choosing::{self, Choice};
use crate::desktop::jobs::Job;
use crate::desktop::out::Out;
use crate::desktop::session::Session;
use crate::desktop::settings;
use crate::desktop::theme::space;
use crate::desktop::widgets::dialog::{self, Dialog};
use crate::desktop::widgets::field::{self, Field};
use crate::desktop::widgets::{Button, Icon, text};
use crate::stewardship::Refused;
use crate::stewardship::parcels::{self, Candidate, Taken};
use crate::workspace::BatchId;
use crate::workspace::parcel::Purpose;

/// The questions about parcels.
#[derive(Default)]
pub struct Parcels {
    ask: Option<Ask>,
    /// Where the last was put, or taken from.
    folder: Option<String>,
}

enum Ask {
    /// For whom a parcel is, and where it is put. Of a batch, or of the pairs that were given to somebody.
    Make { batch: Option<BatchId>, candidates: Vec<Candidate>, chosen: usize, folder: String },
    /// Which folder came back.
    Take { folder: String },
}

/// What comes of a question, or of the work.
pub enum Said {
    /// A folder was chosen, or not.
    Chosen(Choice),
    /// A parcel was made.
    Made(Result<PathBuf, Refused>),
    /// A parcel was taken in.
    Taken(Result<Box<Taken>, Refused>),
}

impl Parcels {
    /// Asks for whom a parcel is: of a batch that waits, or of pairs.
    pub fn make(&mut self, batch: Option<BatchId>, session: &Session, out: &mut Out) {
        let Some(candidates) = out.read(parcels::candidates(session.ws(), batch)) else { return };
        let chosen = candidates.iter().position(|candidate| candidate.why_not.is_none()).unwrap_or(0);
        let folder = self.folder.clone().unwrap_or_else(|| settings::documents().display().to_string());
        self.ask = Some(Ask::Make { batch, candidates, chosen, folder });
    }

    /// Whether a question is open.
    pub fn asks(&self) -> bool {
        self.ask.is_some()
    }

    /// Asks which parcel came back.
    pub fn take(&mut self) {
        self.ask = Some(Ask::Take { folder: self.folder.clone().unwrap_or_default() });
    }

    /// Takes what came of it. Gives whether batches are to be read again.
    pub fn said(&mut self, said: Said, out: &mut Out) -> bool {
        match said {
            Said::Chosen(chosen) => {
                match (&mut self.ask, chosen) {
                    (Some(Ask::Make { folder, .. } | Ask::Take { folder }), Choice::Chosen(path)) => {
                        *folder = path.display().to_string();
                    }
                    (_, Choice::NoDialog) => out.warn(choosing::NO_DIALOG),
                    _ => {}
                }
                false
            }
            Said::Made(Ok(path)) => {
                self.folder = path.parent().map(|folder| folder.display().to_string());
                out.say(format!("The parcel is the folder {}; carry it to whom it is for", path.display()));
                true
            }
            Said::Taken(Ok(taken)) => {
                match taken.refused.is_empty() {
                    true => out.say(taken.words()),
                    false => out.warn(taken.words()),
                }
                true
            }
            Said::Made(Err(Refused::Cancelled(_))) | Said::Taken(Err(Refused::Cancelled(_))) => {
                out.warn("Cancelled");
                true
            }
            Said::Made(Err(refused)) | Said::Taken(Err(refused)) => {
                out.fail(refused);
                false
            }
        }
    }

    /// Draws the question that is open.
    pub fn ask_ui(&mut self, ui: &Ui, out: &mut Out) {
        let (id, done) = match &mut self.ask {
            None => return,
            Some(Ask::Make { batch, candidates, chosen, folder }) => {
                ("make parcel", make_ui(ui, *batch, candidates, chosen, folder, out))
            }
            Some(Ask::Take { folder }) => ("take parcel", take_ui(ui, folder, out)),
        };
        if done {
            self.ask = None;
            Dialog::closed(ui.ctx(), id);
        }
    }
}

fn folder_ui(ui: &mut Ui, label: &str, folder: &mut String, first: bool, out: &mut Out) {
    ui.horizontal(|ui| {
        let field = Field::new(label).mono().width(ui.available_width() - 120.0);
        field.focus(first).show(ui, folder);
        ui.vertical(|ui| {
            ui.add_space(20.0);
            if ui.add(Button::new("Choose…").icon(Icon::Folder)).clicked() {
                out.start(choosing::folder("Choose the folder", None, |choice| {
                    Action::Parcel(Said::Chosen(choice)).into()
                }));
            }
        });
    });
}

/// Asks for whom. Whether the question is settled.
fn make_ui(
    ui: &Ui,
    batch: Option<BatchId>,
    candidates: &[Candidate],
    chosen: &mut usize,
    folder: &mut String,
    out: &mut Out,
) -> bool {
    let title = if batch.is_some() { "Send the batch to another desk" } else { "Send pairs to another desk" };
    let shown = Dialog::new("make parcel", title).width(560.0).show(ui.ctx(), |ui, _| {
        text::secondary(
            ui,
            "A parcel is a small workspace in a folder of its own: it holds the records that are needed and opens with the passphrase of whoever it \
             is for. They work in it on their computer; you take it in when it is back",
        );
        ui.add_space(space().s);
        if candidates.is_empty() {
            text::secondary(ui, "Nobody else works here yet");
        } else {
            let options: Vec<usize> = (0..candidates.len()).collect();
            let name = |at: usize| match (&candidates[at].why_not, batch) {
                (Some(_), _) => format!("{} (cannot)", candidates[at].name),
                (None, Some(_)) => candidates[at].name.clone(),
                (None, None) => {
                    format!("{}, {}", candidates[at].name, text::count(candidates[at].pairs.len() as u64, "pair", "pairs"))
                }
            };
            field::choice(ui, "For whom", chosen, &options, name, 320.0);
            if let Some(why) = candidates.get(*chosen).and_then(|candidate| candidate.why_not.as_ref()) {
                text::small(ui, why.as_str());
            }
        }
        ui.add_space(space().s);
        folder_ui(ui, "The folder to put it into", folder, false, out);
        let can = candidates.get(*chosen).is_some_and(|it| it.why_not.is_none()) && !folder.trim().is_empty();
        dialog::foot(ui, |ui| {
            let go = ui.add(Button::new("Make the parcel").primary().enabled(can)).clicked();
            (go, ui.add(Button::new("Cancel")).clicked())
        })
    });
    let (go, leave) = shown.inner;
    if go && let Some(candidate) = candidates.get(*chosen) {
        let purpose = batch.map_or_else(|| Purpose::Decide(candidate.pairs.clone()), Purpose::SignOff);
        let (whom, into) = (candidate.staff, PathBuf::from(folder.trim()));
        out.start(Job::writes("Making the parcel", move |ws, progress| {
            let made = ws.map_err(Refused::from).and_then(|ws| parcels::make(ws, purpose, &[whom], &into, progress));
            Action::Parcel(Said::Made(made)).into()
        }));
        return true;
    }
    leave || shown.left
}

/// Asks which folder. Whether the question is settled.
fn take_ui(ui: &Ui, folder: &mut String, out: &mut Out) -> bool {
    let shown = Dialog::new("take parcel", "Take a parcel in").width(560.0).show(ui.ctx(), |ui, first| {
        text::secondary(
            ui,
            "What was done with it is checked event by event, with the signature of whoever did it, and comes in as theirs. What no longer fits \
             is named and left out",
        );
        ui.add_space(space().s);
        folder_ui(ui, "The parcel's folder", folder, first, out);
        dialog::foot(ui, |ui| {
            let go = ui.add(Button::new("Take it in").primary().enabled(!folder.trim().is_empty())).clicked();
            (go, ui.add(Button::new("Cancel")).clicked())
        })
    });
    let (go, leave) = shown.inner;
    if go {
        let home = PathBuf::from(folder.trim());
        out.start(Job::writes("Taking the parcel in", move |ws, progress| {
            let taken = ws.map_err(Refused::from).and_then(|ws| parcels::take(ws, &home, progress));
            Action::Parcel(Said::Taken(taken.map(Box::new))).into()
        }));
        return true;
    }
    leave || shown.left
}
