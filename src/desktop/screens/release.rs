//! The files of signed batches: what will be written and where, writing them, checking them, and the report to a committee.
//!
//! | file | what it holds |
//! |---|---|
//! | [`read`] | the signed batches, and what a release of one would hold |
//! | [`work`] | writing, checking, reporting, each as a job |
//! | [`form`] | by which profile, how the files begin, making a profile |
//! | [`answers`] | what Mosaic says of a release |
//! | [`corrections`] | what is taken out of Mosaic again |
//! | [`carry`] | sealing what was written, and sending it |
//! | [`panes`], [`show`] | how a release is drawn |
//! | [`sharing`] | extracts for another organisation, by the sharing protocol |

mod answers;
mod carry;
mod corrections;
mod form;
mod panes;
mod read;
mod sharing;
mod show;
mod work;

use std::path::PathBuf;

use eframe::egui::Ui;

use self::read::{Preview, Signed, folder_setting};
use self::work::For;
use super::View;
use crate::desktop::command::Command;
use crate::desktop::out::Out;
use crate::desktop::session::Session;
use crate::desktop::settings;
use crate::desktop::widgets::table::TableState;
use crate::desktop::widgets::{Button, field, parts, text};
use crate::release::profile::RowsOf;
use crate::release::profiles::{self, Choice};
use crate::release::transfer::{Receipt, TransferError};
use crate::release::{Corrected, ExportProfile, ReleaseError, Released, Verified};
use crate::stewardship::Refused;
use crate::stewardship::acknowledge::Taken;
use crate::workspace::{BatchId, CorrectionId, Touched};

/// The screen's own state.
#[derive(Default)]
pub struct Release {
    signed: Option<Vec<Signed>>,
    chosen: Option<BatchId>,
    list: TableState<BatchId>,
    preview: Option<Box<Preview>>,
    /// Where to write, as it is typed.
    folder: String,
    /// What the last writing gave.
    written: Option<Box<Released>>,
    /// What the last check found, and of which folder.
    checked: Option<(PathBuf, Verified)>,
    ask: Option<Ask>,
    carry: carry::Carry,
    needs: bool,
    reading: bool,
    needs_preview: bool,
    reading_preview: Option<BatchId>,
    /// In a narrow window: the batch, not the list.
    inside: bool,
    focus_list: bool,
    part: Part,
    sharing: sharing::Sharing,
    forms: form::Forms,
    needs_forms: bool,
    corrections: corrections::Corrections,
    needs_corrections: bool,
}

/// What is shown.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum Part {
    /// The files of signed batches.
    #[default]
    Batches,
    /// What is taken out of Mosaic again.
    Corrections,
    /// Extracts for another organisation.
    Sharing,
}

/// A question that is open.
enum Ask {
    /// Which folder to check.
    Check(String),
    /// Where the report is to be.
    Report(String),
    /// Which load report to take in.
    Load(String),
}

/// What the screen wants done after the frame, or a piece of work gives back.
pub enum Action {
    /// The signed batches were read.
    Signed(Result<Vec<Signed>, Refused>),
    /// What a release would hold was read.
    Preview(BatchId, Result<Box<Preview>, Refused>),
    /// A folder or file was chosen, or not.
    Chosen(For, Option<PathBuf>),
    /// The files of a batch were written.
    Written(BatchId, Result<Box<Released>, ReleaseError>),
    /// A folder was checked.
    Checked(PathBuf, Result<Verified, ReleaseError>),
    /// The report was written.
    Reported(Result<PathBuf, String>),
    /// A release was sealed as one file, of this folder.
    Packed(PathBuf, Result<PathBuf, TransferError>),
    /// A release was sent.
    Sent(Result<Vec<Receipt>, TransferError>),
    /// Show a batch.
    Show(BatchId),
    /// Something of sharing.
    Sharing(sharing::Action),
    /// The export profiles were read.
    Profiles(Result<Vec<Choice>, ReleaseError>),
    /// How a table begins by a profile was read.
    Begins(Box<ExportProfile>, Result<String, ReleaseError>),
    /// A profile is to be saved.
    SaveProfile(Box<ExportProfile>),
    /// A load report was taken in.
    Acknowledged(Result<Taken, Refused>),
    /// The links without an answer were written.
    Listed(Result<(u64, PathBuf), Refused>),
    /// The corrections were read.
    Corrections(Result<Box<corrections::Read>, Refused>),
    /// Something about a correction is to be done.
    Correct(corrections::Wanted),
    /// A correction was signed, or was not.
    CorrectionSigned(CorrectionId, Result<String, Refused>),
    /// The files of a correction were written.
    Corrected(Result<Box<Corrected>, ReleaseError>),
}

const NARROW: f32 = 740.0;

/// Where the workspace remembers the profile that was last written by.
const PROFILE_SETTING: &str = "release.profile";

impl View for Release {
    fn ui(&mut self, ui: &mut Ui, session: &Session, out: &mut Out) {
        self.read_what_is_needed(session, out);
        if self.part == Part::Sharing {
            self.sharing.read_what_is_needed(session, out);
        }
        let line = match self.signed.as_deref() {
            None | Some([]) => "The files of signed batches".to_owned(),
            Some(signed) => {
                let open = signed.iter().filter(|signed| signed.batch.released.is_none()).count() as u64;
                let all = text::count(signed.len() as u64, "signed batch", "signed batches");
                if open == 0 { format!("{all}, all released") } else { format!("{all}, {open} not released yet") }
            }
        };
        let mut wanted = Out::default();
        let narrow = ui.available_width() < NARROW;
        let buttons = |ui: &mut Ui| {
            let check =
                Button::command(Command::VerifyRelease).hint("Check a folder of released files, from any workspace");
            let check = if narrow { check.without_key() } else { check };
            if ui.add(check).clicked() {
                out.command(Command::VerifyRelease);
            }
            let report = Button::command(Command::Report);
            let report = if narrow { report.without_key() } else { report };
            if ui.add(report).clicked() {
                out.command(Command::Report);
            }
        };
        let mut part = self.part;
        let waiting = session.status().to_take_out;
        parts::full_page(ui, "Release", &line, buttons, |ui| {
            let all = [Part::Batches, Part::Corrections, Part::Sharing];
            field::segmented(ui, "What goes out", &mut part, &all, |part| match part {
                Part::Batches => "Match files".to_owned(),
                Part::Corrections if waiting > 0 => format!("Corrections ({})", text::number(waiting)),
                Part::Corrections => "Corrections".to_owned(),
                Part::Sharing => "Sharing".to_owned(),
            });
            ui.add_space(8.0);
            match self.part {
                Part::Batches => self.body_ui(ui, session, &mut wanted),
                Part::Corrections => self.corrections_ui(ui, session, &mut wanted),
                Part::Sharing => self.sharing.ui(ui, session, &mut wanted),
            }
        });
        self.part = part;
        self.ask_ui(ui, &mut wanted);
        self.sharing.ask_ui(ui, &mut wanted);
        if let Some(profile) = self.forms.edit_ui(ui, self.chosen, session, &mut wanted) {
            wanted.act(Action::SaveProfile(Box::new(profile)));
        }
        self.carry.ask_ui(ui.ctx(), &mut wanted);
        out.append(wanted);
    }

    fn offers(&self, command: Command, session: &Session) -> bool {
        match command {
            Command::VerifyRelease | Command::Report | Command::ShowCorrections | Command::ShowSharing => true,
            Command::WriteRelease => self.preview.is_some() && session.writing().is_none(),
            Command::TakeLoadReport => self.takes_answers() && session.writing().is_none(),
            Command::Next | Command::Previous => self.signed.as_ref().is_some_and(|signed| signed.len() > 1),
            _ => false,
        }
    }

    fn offers_from_afar(&self, command: Command, session: &Session) -> bool {
        match command {
            Command::TakeLoadReport
            | Command::VerifyRelease
            | Command::Report
            | Command::ShowCorrections
            | Command::ShowSharing => self.offers(command, session),
            _ => false,
        }
    }

    fn command(&mut self, command: Command, session: &mut Session, out: &mut Out) {
        match command {
            Command::VerifyRelease => self.ask = Some(Ask::Check(self.folder.clone())),
            Command::WriteRelease => self.write(session, out),
            Command::TakeLoadReport => {
                self.part = Part::Batches;
                self.ask = Some(Ask::Load(String::new()));
            }
            Command::ShowCorrections => self.part = Part::Corrections,
            Command::ShowSharing => self.part = Part::Sharing,
            Command::Report => {
                let path = settings::documents().join(format!("{} report.html", session.ws().name()));
                self.ask = Some(Ask::Report(path.display().to_string()));
            }
            Command::Next | Command::Previous => {
                let keys: Vec<BatchId> = self.signed.iter().flatten().map(|signed| signed.batch.id).collect();
                self.list.step(&keys, if command == Command::Next { 1 } else { -1 });
                if let Some(batch) = self.list.cursor {
                    self.choose(batch);
                }
            }
            _ => {}
        }
    }

    fn touched(&mut self, touched: Touched, _session: &Session) {
        if touched.intersects(Touched::BATCHES | Touched::RECORDS | Touched::STAFF) {
            self.needs = true;
            self.needs_preview = true;
            self.needs_forms = true;
            self.needs_corrections = true;
        }
        self.sharing.touched(touched);
    }

    fn shown(&mut self, _session: &Session, _out: &mut Out) {
        self.focus_list = true;
    }
}

impl Release {
    /// Whether the chosen batch is out, and Mosaic's answer to it can be taken in.
    fn takes_answers(&self) -> bool {
        self.preview.as_ref().is_some_and(|preview| preview.answers.is_some())
    }

    /// Carries out an action.
    pub fn act(&mut self, action: Action, session: &mut Session, out: &mut Out) {
        match action {
            Action::Signed(read) => {
                self.reading = false;
                let Some(signed) = out.read(read) else { return };
                let is_there = |id: &BatchId| signed.iter().any(|signed| signed.batch.id == *id);
                let open = signed.iter().find(|signed| signed.batch.released.is_none()).or(signed.first());
                let first = open.map(|signed| signed.batch.id);
                let wanted = self.chosen.filter(is_there).or(first);
                self.signed = Some(signed);
                if let Some(batch) = wanted {
                    self.choose(batch);
                }
            }
            Action::Preview(batch, read) => {
                if self.reading_preview == Some(batch) {
                    self.reading_preview = None;
                }
                if self.chosen == Some(batch)
                    && let Some(preview) = out.read(read)
                {
                    if self.preview.is_none() {
                        self.folder = preview.folder.display().to_string();
                    }
                    self.preview = Some(preview);
                }
            }
            Action::Chosen(what, path) => self.take(what, path, out),
            Action::Written(_, Ok(released)) => {
                let again = if released.same_as_before { " again: the same bytes as before" } else { "" };
                out.say(format!("The files were written{again}"));
                self.checked = None;
                self.folder = released.folder.display().to_string();
                self.written = Some(released);
            }
            Action::Written(_, Err(ReleaseError::Cancelled(_))) => out.warn("Cancelled; nothing was written"),
            Action::Written(_, Err(error)) => out.fail(error),
            Action::Checked(folder, checked) => self.checked(folder, checked, out),
            Action::Sharing(action) => self.sharing.act(action, out),
            Action::Reported(Ok(path)) => out.say(format!("The report is at {}", path.display())),
            Action::Reported(Err(words)) => out.fail(words),
            Action::Packed(folder, made) => self.carry.packed(folder, made, out),
            Action::Sent(sent) => self.carry.sent(sent, out),
            Action::Show(batch) => {
                self.choose(batch);
                self.inside = true;
            }
            Action::Profiles(read) => {
                if let Some(choices) = out.read(read) {
                    let name = session.ws().setting(PROFILE_SETTING).ok().flatten();
                    self.forms.take(choices, name);
                }
            }
            Action::Begins(profile, read) => self.forms.begins(*profile, read),
            Action::SaveProfile(profile) => {
                let name = profile.name.clone();
                let saved =
                    session.change(out, |ws| profiles::save(ws, &profile).map(|version| (version, Touched::BATCHES)));
                if let Some(version) = saved {
                    out.say(format!("Saved: {name}, version {version}"));
                    self.forms.want(name);
                }
            }
            Action::Acknowledged(Ok(taken)) => out.say(answers::said(&taken)),
            Action::Acknowledged(Err(error)) => out.fail(error),
            Action::Listed(Ok((count, path))) => {
                let links = text::count(count, "link", "links");
                out.say(format!("{links} without an answer written to {}", path.display()));
            }
            Action::Listed(Err(error)) => out.fail(error),
            Action::Corrections(read) => {
                if let Some(read) = out.read(read) {
                    self.corrections.take(*read);
                }
            }
            Action::Correct(wanted) => wanted.carry_out(session, out),
            Action::CorrectionSigned(id, signed) => corrections::Corrections::signed(id, signed, out),
            Action::Corrected(written) => corrections::Corrections::written(written, out),
        }
    }

    fn checked(&mut self, folder: PathBuf, checked: Result<Verified, ReleaseError>, out: &mut Out) {
        let verified = match checked {
            Ok(verified) => verified,
            // What is wrong is shown line by line, where the files are.
            Err(ReleaseError::Unsound(verified)) => verified,
            Err(error) => {
                self.checked = None;
                match error {
                    ReleaseError::Cancelled(_) => out.warn("Cancelled; the check did not end"),
                    error => out.fail(error),
                }
                return;
            }
        };
        match verified.failure() {
            None => out.say("The files are whole"),
            Some(line) => out.fail(format!("The check failed: {}: {}", line.what, line.detail)),
        }
        let checked = Some((folder, verified));
        match self.part {
            Part::Corrections => self.corrections.checked(checked),
            Part::Batches | Part::Sharing => (self.checked, self.inside) = (checked, true),
        }
    }

    /// Takes what was chosen in the system's own dialog.
    fn take(&mut self, what: For, path: Option<PathBuf>, out: &mut Out) {
        if let (For::Unanswered, Some(path)) = (what, &path) {
            out.start(answers::write_unanswered(path.clone()));
            return;
        }
        let Some(path) = path.map(|path| path.display().to_string()) else { return };
        match (what, &mut self.ask) {
            (For::Write, _) => self.folder = path,
            (For::Check, Some(Ask::Check(typed)))
            | (For::Report, Some(Ask::Report(typed)))
            | (For::Load, Some(Ask::Load(typed))) => *typed = path,
            _ => {}
        }
    }

    fn write(&mut self, session: &mut Session, out: &mut Out) {
        let Some(batch) = self.chosen else { return };
        let folder = work::typed(&self.folder);
        if folder.as_os_str().is_empty() {
            out.warn("Choose a folder first");
            return;
        }
        let profile = self.forms.profile();
        // Where the files are is remembered before they are there, so that a look finds them after a restart.
        let kept = session.change(out, |ws| {
            // A table for others is an exception; seeds are what is written next time.
            if profile.rows == RowsOf::Seed {
                ws.set_setting(PROFILE_SETTING, &profile.name)?;
            }
            ws.set_setting(&folder_setting(batch), &folder.display().to_string()).map(|()| ((), Touched::empty()))
        });
        if kept.is_some() {
            out.start(work::write(batch, folder, profile));
        }
    }

    fn read_what_is_needed(&mut self, session: &Session, out: &mut Out) {
        if session.writing().is_some() {
            return;
        }
        if self.needs && !self.reading {
            (self.needs, self.reading) = (false, true);
            out.start(read::signed());
        }
        if std::mem::take(&mut self.needs_forms) {
            out.start(form::read());
        }
        if std::mem::take(&mut self.needs_corrections) {
            out.start(corrections::read());
        }
        if let Some(batch) = self.chosen
            && self.needs_preview
            && self.reading_preview.is_none()
        {
            self.needs_preview = false;
            self.reading_preview = Some(batch);
            out.start(read::preview(batch));
        }
    }

    fn choose(&mut self, batch: BatchId) {
        if self.list.cursor != Some(batch) {
            self.list.go(batch);
        }
        if self.chosen == Some(batch) {
            return;
        }
        self.chosen = Some(batch);
        (self.preview, self.written, self.checked) = (None, None, None);
        self.carry.forget();
        self.needs_preview = true;
        self.reading_preview = None;
        self.forms.another();
    }

    fn corrections_ui(&mut self, ui: &mut Ui, session: &Session, out: &mut Out) {
        if let Some(wanted) = self.corrections.ui(ui, session, out) {
            out.act(Action::Correct(wanted));
        }
    }
}
