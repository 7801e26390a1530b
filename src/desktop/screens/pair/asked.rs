//! What an answer leads to, drawn where the answer was given: the reasons with their keys, the hard stops, the replacement,
//! the field for a comment.

use eframe::egui::{
    Align, Frame, Id, Key, Layout, Margin, Modifiers, Role, ScrollArea, Stroke, TextEdit, Ui, UiBuilder,
};

use super::answer::{Answering, Asked, Preview, Question};
use crate::desktop::command::{Command, Shortcut};
use crate::desktop::theme::{Tone, Type, palette, space, tokens};
use crate::desktop::widgets::{Button, Icon, Look, chip, parts, text};
use crate::pair::{Reason, Verdict};
use crate::stewardship::decide::LONGEST_COMMENT;

/// Comments that are wanted often.
const PRESETS: [&str; 4] =
    ["Checked in Mosaic case notes", "Team confirmed by phone", "Letter on file agrees", "Address history agrees"];

impl Answering {
    /// Draws the question that is open. `None` while it is not answered.
    pub fn question_ui(&mut self, ui: &mut Ui, key: &str) -> Option<Asked> {
        let mut asked = None;
        if ui.input_mut(|input| input.consume_key(Modifiers::NONE, Key::Escape)) {
            asked = Some(Asked::Cancel);
        }
        let question = self.question.take()?;
        let tallest = (ui.ctx().content_rect().height() * 0.55).max(120.0);
        // The panel is as tall as it was a frame ago: without a least height it could never grow to hold a question.
        let area = ScrollArea::vertical().id_salt("question").max_height(tallest).min_scrolled_height(tallest);
        let shown = area.auto_shrink([false, true]).show(ui, |ui| {
            let builder =
                UiBuilder::new().accessibility_role(Role::AlertDialog).accessibility_label(title(&question, key));
            ui.scope_builder(builder, |ui| self.inside(ui, &question, key)).inner
        });
        self.question = Some(question);
        asked.or(shown.inner)
    }

    fn inside(&mut self, ui: &mut Ui, question: &Question, key: &str) -> Option<Asked> {
        let mut asked = None;
        ui.spacing_mut().item_spacing.y = space().s;
        ui.horizontal(|ui| {
            let (icon, tone) = look(question);
            icon.show(ui, 18.0, palette(ui).tone(tone).text);
            text::heading(ui, title(question, key));
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                if ui.add(Button::new("Cancel  Esc").name("Cancel").small().ghost()).clicked() {
                    asked = Some(Asked::Cancel);
                }
            });
        });
        match question {
            Question::Reason { answer, warnings, instead } => {
                if let Some(record) = instead {
                    said(ui, Tone::Warning, "Not the record above", record);
                }
                // Most stand above the pair already: a line each, so that the pair keeps its room
                ui.scope(|ui| {
                    ui.spacing_mut().item_spacing = eframe::egui::vec2(6.0, 2.0);
                    ui.spacing_mut().interact_size.y = 18.0;
                    for warning in warnings {
                        ui.horizontal_wrapped(|ui| {
                            let title = warning.kind.title();
                            ui.label(text::coloured(Type::SmallStrong, palette(ui).warning.text, title));
                            ui.label(text::coloured(Type::Small, palette(ui).secondary, warning.in_full()));
                        });
                    }
                });
                asked = asked.or(reasons_ui(ui, Reason::of(answer.verdict), self.awaiting));
                if warnings.iter().any(|warning| warning.needs_comment) {
                    text::small(
                        ui,
                        "A reason alone is not enough here: write in the comment what shows that they are one person",
                    );
                }
                asked.or(self.comment_field_ui(ui, answer.verdict == Verdict::Refer))
            }
            Question::NotMatchable => {
                let answered = self.not_matchable_ui(ui);
                asked.or(answered)
            }
            Question::Replace { held, by, .. } => {
                let words = format!(
                    "Mosaic holds {held} for this person. Replaced, the seed file will say {by} instead, and the evidence file \
                     names both. Kept, the answer is Not a match: {by} is not this person’s. Esc leaves it open"
                );
                text::secondary(ui, words);
                ui.horizontal_wrapped(|ui| {
                    let replace = format!("Replace {held} by {by}");
                    let yes = Button::new(&replace).key(Command::Choose(1).shortcut()).look(Look::Danger);
                    if ui.add(yes).clicked() {
                        asked = Some(Asked::Replace);
                    }
                    let keep = format!("Not a match: keep {held}");
                    if ui.add(Button::new(&keep).key(Command::Choose(2).shortcut())).clicked() {
                        asked = Some(Asked::Keep);
                    }
                });
                asked
            }
            Question::Confirm(preview) => {
                let confirmed = preview_ui(ui, preview);
                asked.or(confirmed)
            }
            Question::Superseded { by, who, .. } => {
                said(ui, Tone::Info, "The current number", who);
                text::secondary(
                    ui,
                    "CHI no longer uses this number for the person. A match to it is taken back (recalled, where Mosaic has it), \
                     and the current number is matched, in one step",
                );
                let instead = format!("Match {by} instead");
                ui.horizontal_wrapped(|ui| {
                    if ui.add(Button::new(&instead).key(Command::Choose(1).shortcut()).primary()).clicked() {
                        asked = Some(Asked::UseCurrent);
                    }
                    if ui.add(Button::new("Leave it")).clicked() {
                        asked = Some(Asked::Cancel);
                    }
                });
                asked
            }
            Question::Recall { apart, words } => {
                said(ui, Tone::Danger, "Released", words);
                let hint = "A recall needs a reason in your own words. Until Mosaic is corrected the row stays listed as recalled";
                text::secondary(ui, if apart.is_some() { "Write the reason, then Enter" } else { hint });
                ui.horizontal_wrapped(|ui| {
                    for (n, name, one) in [(1, "Recall: not a match", true), (2, "Recall and ask again", false)] {
                        let look = if one { Look::Danger } else { Look::Plain };
                        let button = Button::new(name).key(Command::Choose(n).shortcut()).look(look);
                        if ui.add(button).clicked() {
                            asked = Some(Asked::Recall(one));
                        }
                    }
                });
                asked.or(self.comment_field_ui(ui, true))
            }
            Question::Stopped { stops, both, .. } => {
                for stop in stops {
                    said(ui, Tone::Danger, stop.kind.title(), &stop.words);
                }
                text::secondary(ui, "Nothing was saved");
                if let Some(both) = both {
                    let words = format!("Are {} and {} one person?", both.left(), both.right());
                    if ui.add(Button::new(&words).key(Command::Choose(1).shortcut()).primary()).clicked() {
                        asked = Some(Asked::LookAtBoth);
                    }
                }
                asked
            }
        }
    }

    /// Draws why no CHI can be found for a person: the reasons, and a comment.
    pub fn not_matchable_ui(&mut self, ui: &mut Ui) -> Option<Asked> {
        text::secondary(ui, "No CHI can be found for this Mosaic person. Every pair of theirs is set aside");
        let asked = reasons_ui(ui, &Reason::NOT_MATCHABLE, self.awaiting);
        asked.or(self.comment_field_ui(ui, false))
    }

    /// Draws the field for a comment, where it is open, or what is written, where something is.
    pub fn comment_ui(&mut self, ui: &mut Ui) -> Option<Asked> {
        if !self.commenting && self.comment.trim().is_empty() {
            return None;
        }
        self.comment_field_ui(ui, false)
    }

    /// `told`: the question is answered in words, rather than by a reason of the list; the first letter of them is heard.
    fn comment_field_ui(&mut self, ui: &mut Ui, told: bool) -> Option<Asked> {
        let mut asked = None;
        let id = Id::unique("comment on the answer");
        ui.horizontal_wrapped(|ui| {
            ui.spacing_mut().item_spacing.x = 6.0;
            let hint = match self.awaiting {
                Some(Reason::Other) => "Say which",
                Some(_) => "What shows it",
                None => "Comment",
            };
            if self.commenting && ui.memory(|memory| memory.has_focus(id)) {
                self.preset_by_key(ui);
            }
            if told {
                self.hear(ui, id);
            }
            let palette = palette(ui);
            let width = (ui.available_width() * 0.5).clamp(180.0, 420.0);
            let field = ui.add(
                TextEdit::singleline(&mut self.comment)
                    .id(id)
                    .hint_text(text::coloured(Type::Body, palette.muted, hint))
                    .char_limit(LONGEST_COMMENT)
                    .margin(Margin::symmetric(10, 6))
                    .desired_width(width - 20.0),
            );
            ui.ctx().accesskit_node_builder(field.id, |node| node.set_label("Comment"));
            if std::mem::take(&mut self.focus) {
                field.request_focus();
                // In a low window the question scrolls, and this is its end
                field.scroll_to_me(None);
            }
            if field.lost_focus() && ui.input(|input| input.key_pressed(Key::Enter)) {
                asked = Some(Asked::Commented);
            }
            if self.awaiting.is_some() {
                let save =
                    Button::new("Save").key(Some(Shortcut { modifiers: Modifiers::NONE, key: Key::Enter })).small();
                if ui.add(save.enabled(!self.comment.trim().is_empty())).clicked() {
                    asked = Some(Asked::Commented);
                }
            }
            if self.commenting {
                for preset in PRESETS {
                    if ui
                        .add(Button::new(preset).small().ghost().hint("↓ and ↑ in the comment go through these"))
                        .clicked()
                    {
                        preset.clone_into(&mut self.comment);
                        self.focus = true;
                    }
                }
            }
        });
        asked
    }

    /// The arrow keys in the comment go through what is often written; past the ends it is empty again.
    fn preset_by_key(&mut self, ui: &Ui) {
        let pressed = |key| ui.input_mut(|input| input.consume_key(Modifiers::NONE, key));
        let by = if pressed(Key::ArrowDown) {
            1
        } else if pressed(Key::ArrowUp) {
            PRESETS.len()
        } else {
            return;
        };
        // What the officer wrote is not written over
        let at = PRESETS.iter().position(|preset| *preset == self.comment).map_or(0, |at| at + 1);
        if at > 0 || self.comment.trim().is_empty() {
            self.comment = match (at + by) % (PRESETS.len() + 1) {
                0 => String::new(),
                at => PRESETS[at - 1].to_owned(),
            };
        }
    }
}

fn title(question: &Question, key: &str) -> String {
    match question {
        Question::Reason { answer, .. } => match answer.verdict {
            Verdict::Match if answer.merge.is_some() => "Merge in spite of this? Give the reason".to_owned(),
            Verdict::Match => "Match in spite of this? Give the reason".to_owned(),
            Verdict::Refer => "Refer: why?".to_owned(),
            verdict => format!("{}: why?", verdict.words()),
        },
        Question::Replace { held, by, .. } => format!("Replace {held} by {by}?"),
        Question::Superseded { by, .. } => format!("{key} was superseded: match {by} instead?"),
        Question::Recall { .. } => format!("Recall {key}?"),
        Question::Stopped { verdict: Some(verdict), .. } => format!("{} cannot be saved for {key}", verdict.words()),
        Question::Stopped { verdict: None, .. } => format!("The answer about {key} cannot be taken back"),
        Question::Confirm(preview) => preview.title.clone(),
        Question::NotMatchable => "Not matchable: why?".to_owned(),
    }
}

fn look(question: &Question) -> (Icon, Tone) {
    match question {
        Question::Stopped { .. } => (Icon::Stop, Tone::Danger),
        Question::Replace { .. } | Question::Recall { .. } => (Icon::Warning, Tone::Danger),
        Question::Superseded { .. } => (Icon::Warning, Tone::Warning),
        Question::Confirm(preview) if preview.warnings.is_empty() => (Icon::Copies, Tone::Info),
        Question::Confirm(_) => (Icon::Warning, Tone::Danger),
        Question::NotMatchable => (Icon::Blank, Tone::Neutral),
        Question::Reason { answer, warnings, .. } if warnings.is_empty() => chip::verdict_look(answer.verdict),
        Question::Reason { .. } => (Icon::Warning, Tone::Warning),
    }
}

/// What a deed about many records would do, and the way to do it.
fn preview_ui(ui: &mut Ui, preview: &Preview) -> Option<Asked> {
    for warning in &preview.warnings {
        said(ui, Tone::Danger, "Look first", warning);
    }
    ui.scope(|ui| {
        ui.spacing_mut().item_spacing.y = 2.0;
        for words in &preview.words {
            ui.label(text::coloured(Type::Body, palette(ui).text, words.as_str()));
        }
    });
    let yes = Button::new(&preview.yes).key(Command::Choose(1).shortcut()).primary();
    ui.add(yes).clicked().then_some(Asked::Confirmed)
}

/// A warning or a stop: its name, and what to look at or to do.
pub(super) fn said(ui: &mut Ui, tone: Tone, name: &str, words: &str) {
    let colours = palette(ui).tone(tone);
    Frame::NONE
        .fill(colours.soft)
        .stroke(Stroke::new(1.0, colours.line))
        .corner_radius(tokens().radius.medium)
        .inner_margin(Margin::symmetric(10, 5))
        .show(ui, |ui| {
            ui.set_width(ui.available_width());
            ui.spacing_mut().interact_size.y = 20.0;
            ui.horizontal_wrapped(|ui| {
                ui.spacing_mut().item_spacing.x = 8.0;
                ui.label(text::coloured(Type::Strong, colours.text, name));
                ui.label(text::coloured(Type::Body, palette(ui).text, words));
            });
        });
}

/// The reasons, each with its key.
/// `chosen`: the one that waits for its comment.
pub(super) fn reasons_ui(ui: &mut Ui, reasons: &[Reason], chosen: Option<Reason>) -> Option<Asked> {
    let mut asked = None;
    parts::tiles(ui, reasons.len(), 250.0, |ui, place| {
        let reason = reasons[place];
        let key = u8::try_from(place + 1).ok().and_then(|n| Command::Choose(n).shortcut());
        let button = Button::new(reason.words()).small().key(key).width(ui.available_width());
        let button = button.selected(chosen == Some(reason));
        if ui.add(button).clicked() {
            asked = Some(Asked::Reason(reason));
        }
    });
    asked
}
