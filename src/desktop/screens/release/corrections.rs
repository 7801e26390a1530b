//! Corrections: what was recalled and is to be taken out of Mosaic, put together, signed and written.

use std::path::PathBuf;

use eframe::egui::{Role, ScrollArea, Ui, UiBuilder};

use super::{Action, show, work};
use crate::desktop::jobs::Job;
use crate::desktop::out::Out;
use crate::desktop::session::Session;
use crate::desktop::theme::{Tone, Type};
use crate::desktop::widgets::dialog::{self, Answer};
use crate::desktop::widgets::field::Field;
use crate::desktop::widgets::{Button, Chip, Icon, parts, text};
use crate::pair::PairKey;
use crate::release::correction;
use crate::release::{Corrected, ReleaseError, Verified};
use crate::stewardship::Refused;
use crate::stewardship::corrections::{self, CarriedBy, wrong};
use crate::words::day_and_time;
use crate::workspace::{
    Correction, CorrectionId, CorrectionRow, CorrectionState, Event, ToTakeOut, Touched, Workspace,
};

/// Rows of one correction that are listed.
const MOST: usize = 50;
/// Rows that are named once more before it is signed.
const ASKED: usize = 8;

/// What is known of corrections.
#[derive(Default)]
pub struct Corrections {
    read: Option<Read>,
    folder: String,
    reason: String,
    /// The correction that is about to be signed: asked once more.
    signing: Option<CorrectionId>,
    /// What the last check of a correction found, and of which folder.
    checked: Option<(PathBuf, Verified)>,
}

/// What was read.
#[derive(Debug, Clone, PartialEq)]
pub struct Read {
    waiting: Vec<ToTakeOut>,
    corrections: Vec<One>,
}

#[derive(Debug, Clone, PartialEq)]
struct One {
    correction: Correction,
    composed_by: String,
    signed_by: String,
    carried: Vec<(PairKey, Vec<CarriedBy>)>,
    /// Of the rows that are shown, who recalled each and why.
    recalled: Vec<String>,
    /// Why the signed-in person may not sign it, where they may not.
    why_not: Option<String>,
    /// That they and somebody who worked on it share an account, in words.
    same_account: Option<String>,
}

/// Reads what waits, and the corrections.
pub fn read() -> Job {
    Job::reads_ahead("Reading the corrections", |ws, _| {
        let read = ws.map_err(Refused::from).and_then(|ws| {
            let mut found = Vec::new();
            for correction in ws.corrections()? {
                let why_not = corrections::may_sign(ws, &correction).err().map(|refused| refused.to_string());
                let asked = why_not.is_none() && correction.state == CorrectionState::Composed;
                found.push(One {
                    same_account: if asked { corrections::same_account(ws, &correction)? } else { None },
                    composed_by: ws.staff_name(correction.composed.0)?,
                    signed_by: match &correction.signed {
                        Some(signature) => ws.staff_name(signature.staff)?,
                        None => String::new(),
                    },
                    carried: corrections::carried_by(ws, &correction)?,
                    recalled: correction
                        .rows
                        .iter()
                        .take(MOST)
                        .map(|row| recalled(ws, row))
                        .collect::<Result<_, _>>()?,
                    why_not,
                    correction,
                });
            }
            Ok(Read { waiting: ws.to_take_out(None)?, corrections: found })
        });
        Action::Corrections(read.map(Box::new)).into()
    })
}

/// Who recalled what a row takes out, and why.
fn recalled(ws: &Workspace, row: &CorrectionRow) -> Result<String, Refused> {
    let Some(recall) = ws.recalled(&wrong(row))? else { return Ok(String::new()) };
    let Event::Recalled { after: Some(reason), .. } = recall.event else { return Ok(String::new()) };
    Ok(format!("Recalled by {} on {}: {reason}", ws.staff_name(recall.staff)?, day_and_time(recall.at)))
}

fn sign(id: CorrectionId) -> Job {
    Job::writes("Signing the correction", move |ws, progress| {
        let signed = match ws {
            Ok(ws) => corrections::sign_watched(ws, id, progress).map(|done| done.output),
            Err(error) => Err(error.into()),
        };
        Action::CorrectionSigned(id, signed).into()
    })
}

fn write(id: CorrectionId, into: PathBuf) -> Job {
    Job::writes("Writing the correction", move |ws, progress| {
        let written = match ws {
            Ok(ws) => correction::write(ws, id, &into, progress),
            Err(error) => Err(ReleaseError::Workspace(error)),
        };
        Action::Corrected(written.map(Box::new)).into()
    })
}

/// What a button asks for.
pub enum Wanted {
    /// Put a correction together.
    Compose,
    /// Sign one.
    Sign(CorrectionId),
    /// Give one back.
    Return(CorrectionId, String),
}

impl Wanted {
    /// Does it.
    pub fn carry_out(self, session: &mut Session, out: &mut Out) {
        let said = match self {
            Self::Sign(id) => return out.start(sign(id)),
            Self::Compose => session.change(out, |ws| -> Result<_, Refused> {
                let id = corrections::compose(ws)?;
                Ok((format!("Correction {} was put together", id.0), Touched::BATCHES))
            }),
            Self::Return(id, reason) => session.change(out, |ws| -> Result<_, Refused> {
                corrections::give_back(ws, id, &reason)?;
                Ok((format!("Correction {} was returned", id.0), Touched::BATCHES))
            }),
        };
        if let Some(said) = said {
            out.say(said);
        }
    }
}

impl Corrections {
    /// Takes what was read.
    pub fn take(&mut self, read: Read) {
        self.read = Some(read);
    }

    /// Takes what a check found.
    pub fn checked(&mut self, checked: Option<(PathBuf, Verified)>) {
        self.checked = checked;
    }

    /// Says what came of writing.
    pub fn written(written: Result<Box<Corrected>, ReleaseError>, out: &mut Out) {
        match written {
            Ok(corrected) => out.say(format!("The correction was written to {}", corrected.folder.display())),
            Err(ReleaseError::Cancelled(_)) => out.warn("Cancelled; nothing was written"),
            Err(error) => out.fail(error),
        }
    }

    /// Says what came of signing.
    pub fn signed(id: CorrectionId, signed: Result<String, Refused>, out: &mut Out) {
        match signed {
            Ok(statement) => out.say(format!("Correction {} was signed. {statement}", id.0)),
            Err(Refused::Cancelled(_)) => out.warn("Cancelled; nothing was signed"),
            Err(refused) => out.fail(refused),
        }
    }

    /// Draws everything. Gives what a button asks for.
    pub fn ui(&mut self, ui: &mut Ui, session: &Session, out: &mut Out) -> Option<Wanted> {
        let Some(read) = self.read.take() else {
            text::secondary(ui, "Reading the corrections…");
            return None;
        };
        let mut wanted = None;
        ScrollArea::vertical().id_salt("corrections").auto_shrink([false, false]).show(ui, |ui| {
            parts::beside_the_bar(ui, |ui| {
                self.checked_ui(ui);
                waiting_ui(ui, &read.waiting, session, &mut wanted);
                for one in &read.corrections {
                    ui.add_space(8.0);
                    let label = format!("Correction {}", one.correction.id.0);
                    let builder = UiBuilder::new().accessibility_role(Role::Group).accessibility_label(label.as_str());
                    ui.scope_builder(builder, |ui| self.one_ui(ui, one, session, out, &mut wanted));
                }
            });
        });
        if let Some(one) = read.corrections.iter().find(|one| Some(one.correction.id) == self.signing) {
            let title = format!("Sign correction {}?", one.correction.id.0);
            match dialog::ask(ui.ctx(), "sign correction", &title, &asked(one), "Sign the correction", false) {
                Some(Answer::Yes) => wanted = self.signing.take().map(Wanted::Sign),
                Some(Answer::No) => self.signing = None,
                None => {}
            }
        }
        self.read = Some(read);
        wanted
    }

    /// What a check found stands above the corrections and scrolls with them, until it is put away.
    fn checked_ui(&mut self, ui: &mut Ui) {
        let Some((folder, verified)) = &self.checked else { return };
        show::verified_ui(ui, folder, verified);
        if ui.add(Button::new("Put the check away").icon(Icon::Close).small()).clicked() {
            self.checked = None;
        }
        ui.add_space(8.0);
    }

    fn one_ui(&mut self, ui: &mut Ui, one: &One, session: &Session, out: &mut Out, wanted: &mut Option<Wanted>) {
        let correction = &one.correction;
        let id = correction.id;
        let free = session.writing().is_none();
        parts::wide_card(ui, |ui| {
            ui.horizontal_wrapped(|ui| {
                ui.label(text::rich(ui, Type::Title, format!("Correction {}", id.0)));
                let (icon, tone, words) = match (&correction.released, correction.state) {
                    (Some(_), _) => (Icon::Send, Tone::Positive, "Released"),
                    (None, CorrectionState::Signed) => (Icon::Signature, Tone::Positive, "Signed"),
                    (None, CorrectionState::Composed) => (Icon::Layers, Tone::Warning, "Waits for a signature"),
                    (None, CorrectionState::Returned) => (Icon::ArrowLeft, Tone::Neutral, "Returned"),
                };
                ui.add(Chip::new(icon, tone, words));
            });
            let (_, at) = correction.composed;
            text::secondary(ui, format!("Put together by {} on {}", one.composed_by, day_and_time(at)));
            if let Some(signature) = &correction.signed {
                text::secondary(ui, format!("Signed by {}. {}", one.signed_by, signature.statement));
            }
            if let Some(reason) = &correction.returned_reason {
                text::secondary(ui, format!("Returned: {reason}"));
            }
            for (place, row) in correction.rows.iter().take(MOST).enumerate() {
                parts::rule(ui);
                let key = wrong(row);
                text::body(ui, format!("Take out {key}, which batch {} carried", row.batch.0));
                if let Some(recalled) = one.recalled.get(place).filter(|recalled| !recalled.is_empty()) {
                    text::secondary(ui, recalled);
                }
                if let Some(right) = &row.right {
                    let words = format!("Put in {} instead, signed in batch {}", right.chi.spaced(), right.batch.0);
                    text::body(ui, words);
                }
                let writings = one.carried.iter().filter(|(of, _)| *of == key).flat_map(|(_, writings)| writings);
                for writing in writings {
                    text::small(ui, format!("In {}, written {}", writing.files.join(", "), day_and_time(writing.at)));
                }
            }
            if correction.rows.len() > MOST {
                text::small(ui, format!("and {} more", text::number((correction.rows.len() - MOST) as u64)));
            }
            ui.add_space(6.0);
            match (correction.state, correction.released.is_some()) {
                (CorrectionState::Composed, _) => {
                    if let Some(why_not) = &one.why_not {
                        text::secondary(ui, why_not);
                    }
                    if let Some(words) = &one.same_account {
                        let words = format!(
                            "{words}. If that is one person under two names, another supervisor must sign; it will stand in what is \
                             signed"
                        );
                        parts::banner(ui, Tone::Warning, &words);
                        ui.add_space(4.0);
                    }
                    let may = free && one.why_not.is_none();
                    let sign = Button::new("Sign the correction…").icon(Icon::Signature).primary().enabled(may);
                    if ui.add(sign).clicked() {
                        self.signing = Some(id);
                    }
                    self.return_ui(ui, id, free, wanted);
                }
                (CorrectionState::Signed, released) => {
                    Field::new("Folder of the correction").mono().width(420.0).show(ui, &mut self.folder);
                    ui.horizontal_wrapped(|ui| {
                        let words = if released { "Write the correction again" } else { "Write the correction" };
                        let can = free && !self.folder.trim().is_empty();
                        let go = Button::new(words).icon(Icon::Send).enabled(can);
                        if ui.add(if released { go } else { go.primary() }).clicked() {
                            out.start(write(id, work::typed(&self.folder)));
                        }
                        let can = !self.folder.trim().is_empty();
                        let check = Button::new("Check the correction").icon(Icon::Shield).enabled(can && released);
                        if ui.add(check).clicked() {
                            out.start(work::check(work::typed(&self.folder)));
                        }
                    });
                    if !released {
                        self.return_ui(ui, id, free && one.why_not.is_none(), wanted);
                    }
                }
                (CorrectionState::Returned, _) => {}
            }
        });
    }

    fn return_ui(&mut self, ui: &mut Ui, id: CorrectionId, free: bool, wanted: &mut Option<Wanted>) {
        Field::new("Reason for a return").width(420.0).show(ui, &mut self.reason);
        let can = free && !self.reason.trim().is_empty();
        if ui.add(Button::new("Return the correction").icon(Icon::ArrowLeft).enabled(can)).clicked() {
            *wanted = Some(Wanted::Return(id, std::mem::take(&mut self.reason)));
        }
    }
}

/// What is told before a correction is signed.
fn asked(one: &One) -> Vec<String> {
    let rows = &one.correction.rows;
    let mut words: Vec<String> = rows.iter().take(ASKED).map(|row| format!("Take out {}", wrong(row))).collect();
    if rows.len() > ASKED {
        words.push(format!("and {} more", text::number((rows.len() - ASKED) as u64)));
    }
    words.extend(one.same_account.clone());
    words.push(
        "It is written for the Mosaic administrator as it stands; until then it can still be returned".to_owned(),
    );
    words
}

fn waiting_ui(ui: &mut Ui, waiting: &[ToTakeOut], session: &Session, wanted: &mut Option<Wanted>) {
    parts::wide_card(ui, |ui| {
        text::strong(ui, "Recalled, and in no correction");
        if waiting.is_empty() {
            text::secondary(ui, "Nothing waits: every link that was recalled after its release is in a correction");
            return;
        }
        text::secondary(
            ui,
            "These stand in Mosaic, as far as is known. A correction tells its administrator to remove them",
        );
        for found in waiting.iter().take(MOST) {
            parts::rule(ui);
            text::body(ui, format!("{}: {}", wrong(&found.row), found.reason));
            let words = match &found.row.right {
                _ if found.restricted => format!("{}. No correction will name them", corrections::BY_HAND),
                Some(right) => {
                    format!("{} takes its place, signed in batch {}", right.chi.spaced(), right.batch.0)
                }
                None => "No right number is signed: the person is left without one".to_owned(),
            };
            text::small(ui, words);
        }
        if waiting.len() > MOST {
            text::small(ui, format!("and {} more", text::number((waiting.len() - MOST) as u64)));
        }
        ui.add_space(6.0);
        let go = Button::new("Put a correction together").icon(Icon::Layers).primary();
        if ui.add(go.enabled(session.writing().is_none())).clicked() {
            *wanted = Some(Wanted::Compose);
        }
    });
}
