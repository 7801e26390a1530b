//! Nobody in CHI is this person: why not, asked from the search or from the people without a link, where no pair need be on
//! the screen.

use eframe::egui::{self, Key, Modifiers};

use crate::desktop::screens::pair::Asked;
use crate::desktop::screens::pair::answer::Answering;
use crate::desktop::widgets::{Button, Dialog, dialog, text};
use crate::pair::Reason;
use crate::person::MosaicId;

/// The question, while its dialog is open.
pub struct Unmatchable {
    mosaic: MosaicId,
    /// The person in a line.
    person: String,
    answering: Answering,
}

/// What became of the dialog.
pub enum Answer {
    /// No CHI can be found, for this reason, with this comment.
    Because(Reason, String),
    /// Leave it.
    Leave,
}

const DIGITS: [Key; 5] = [Key::Num1, Key::Num2, Key::Num3, Key::Num4, Key::Num5];

impl Unmatchable {
    /// Asks about a person.
    pub fn new(mosaic: MosaicId, person: String) -> Self {
        Self { mosaic, person, answering: Answering::default() }
    }

    /// The person that is asked about.
    pub fn mosaic(&self) -> &MosaicId {
        &self.mosaic
    }

    /// Draws the dialog. `None` while it is not answered.
    pub fn ui(&mut self, ctx: &egui::Context) -> Option<Answer> {
        let mut asked = None;
        let shown = Dialog::new("not matchable", "Not matchable: why?").width(620.0).show(ctx, |ui, first| {
            // The reasons' keys are letters of a comment while one is typed.
            if !ctx.text_edit_focused() {
                let pressed = DIGITS.iter().position(|key| ui.input_mut(|i| i.consume_key(Modifiers::NONE, *key)));
                asked = pressed.and_then(|place| Reason::NOT_MATCHABLE.get(place).copied()).map(Asked::Reason);
            }
            text::strong(ui, &self.person);
            let answered = self.answering.not_matchable_ui(ui);
            asked = asked.or(answered);
            let cancelled = dialog::foot(ui, |ui| {
                let cancel = ui.add(Button::new("Cancel"));
                if first {
                    cancel.request_focus();
                }
                cancel.clicked()
            });
            asked = asked.or(cancelled.then_some(Asked::Cancel));
        });
        let answer = match asked {
            Some(Asked::Reason(reason)) if self.answering.lacks_comment(reason) => {
                self.answering.await_comment(reason);
                None
            }
            Some(Asked::Reason(reason)) => Some(Answer::Because(reason, self.answering.comment.clone())),
            Some(Asked::Commented) if !self.answering.comment.trim().is_empty() => {
                self.answering.awaiting.map(|reason| Answer::Because(reason, self.answering.comment.clone()))
            }
            Some(Asked::Cancel) => Some(Answer::Leave),
            _ => None,
        };
        let answer = answer.or(shown.left.then_some(Answer::Leave));
        if answer.is_some() {
            Dialog::closed(ctx, "not matchable");
        }
        answer
    }
}
