//! How the learner did in a practice workspace: right, wrong and left open, by kind of pair, and each pair that misled them.

use eframe::egui::{Label, Role, Ui, UiBuilder};

use super::Action;
use crate::desktop::jobs::Job;
use crate::desktop::out::Out;
use crate::desktop::screens::start;
use crate::desktop::session::Session;
use crate::desktop::theme::{Tone, Type, palette, space};
use crate::desktop::widgets::{Button, Chip, Icon, parts, text};
use crate::stewardship::Refused;
use crate::stewardship::training::marks::Tally;
use crate::stewardship::training::{self, Kind, Marked, Marks};

/// Pairs of one kind that are listed at once.
const PAGE: usize = 8;

/// What is known of how it goes.
#[derive(Default)]
pub(super) struct Training {
    marks: Option<Box<Marks>>,
    /// They were asked for since the last change.
    asked: bool,
    /// They are being read: one piece of work at a time.
    running: bool,
    why_not: Option<String>,
    /// The kind whose pairs are listed.
    open: Option<Kind>,
    /// How many pages of them.
    pages: usize,
}

impl Training {
    /// Takes what was read.
    pub(super) fn take(&mut self, read: Result<Box<Marks>, Refused>) {
        self.running = false;
        match read {
            Ok(marks) => (self.marks, self.why_not) = (Some(marks), None),
            Err(refused) => (self.marks, self.why_not) = (None, Some(refused.to_string())),
        }
    }

    /// What was read is no longer true.
    pub(super) fn forget(&mut self) {
        self.asked = false;
    }

    pub(super) fn ui(&mut self, ui: &mut Ui, session: &Session, out: &mut Out) {
        if !self.asked && !self.running {
            (self.asked, self.running) = (true, true);
            out.start(read());
        }
        let Some(marks) = self.marks.take() else {
            match &self.why_not {
                Some(words) => drop(parts::banner(ui, Tone::Info, words)),
                None => drop(text::secondary(ui, "Looking at your answers…")),
            }
            return;
        };
        let tally = marks.tally;
        parts::tiles(ui, 4, 170.0, |ui, place| match place {
            0 => parts::stat(ui, "Right", &text::number(tally.right), "as it is in truth", Tone::Positive),
            1 => {
                let tone = if tally.wrong_matches > 0 { Tone::Danger } else { Tone::Neutral };
                let line = "the mistake to avoid";
                parts::stat(ui, "Two people taken for one", &text::number(tally.wrong_matches), line, tone);
            }
            2 => {
                let tone = if tally.missed > 0 { Tone::Warning } else { Tone::Neutral };
                parts::stat(ui, "One person taken for two", &text::number(tally.missed), "somebody stays unseen", tone);
            }
            _ => parts::stat(ui, "Left open", &text::number(tally.open), "never wrong", Tone::Neutral),
        });
        ui.add_space(space().s);
        for sentence in marks.words() {
            ui.add(Label::new(text::coloured(Type::Body, palette(ui).text, sentence)).wrap());
        }
        if !marks.by_kind.is_empty() {
            parts::section(ui, "By kind of pair", |_| {});
            text::small(ui, "The answers count as they stand now: look at a pair again, and answer it anew");
            parts::wide_card(ui, |ui| {
                ui.spacing_mut().item_spacing.y = space().s;
                for (place, (kind, tally)) in marks.by_kind.iter().enumerate() {
                    if place > 0 {
                        parts::rule(ui);
                    }
                    self.kind_ui(ui, *kind, *tally, &marks, out);
                }
            });
        }
        ui.add_space(space().m);
        ui.horizontal_wrapped(|ui| {
            let anew = Button::new("Begin anew").icon(Icon::Flag);
            let hint = "Another practice workspace, with nothing decided yet. This one stays as it is";
            if ui.add(anew.hint(hint).enabled(session.writing().is_none())).clicked() {
                out.act(start::Action::Practise { anew: true });
            }
            text::small(ui, "This workspace stays as it is");
        });
        self.marks = Some(marks);
    }

    fn kind_ui(&mut self, ui: &mut Ui, kind: Kind, tally: Tally, marks: &Marks, out: &mut Out) {
        let label = format!(
            "{}: {} right, {} wrong, {} left open",
            kind.words(),
            text::number(tally.right),
            text::number(tally.wrong()),
            text::number(tally.open)
        );
        let builder = UiBuilder::new().accessibility_role(Role::Group).accessibility_label(label.as_str());
        ui.scope_builder(builder, |ui| {
            let misled: Vec<&Marked> = training::of_kind(marks, kind).filter(|it| it.right() == Some(false)).collect();
            let mut is_open = self.open == Some(kind) && !misled.is_empty();
            let was_open = is_open;
            ui.horizontal_wrapped(|ui| {
                if misled.is_empty() {
                    text::strong(ui, kind.words());
                } else {
                    is_open = parts::fold(ui, kind.words(), &mut is_open);
                }
                let chip =
                    |icon, tone, n: u64, words: &str| Chip::new(icon, tone, format!("{} {words}", text::number(n)));
                ui.add(chip(Icon::Check, Tone::Positive, tally.right, "right"));
                if tally.wrong() > 0 {
                    ui.add(chip(Icon::Cross, Tone::Danger, tally.wrong(), "wrong"));
                }
                if tally.open > 0 {
                    ui.add(chip(Icon::Question, Tone::Neutral, tally.open, "left open"));
                }
            });
            if is_open != was_open {
                (self.open, self.pages) = (is_open.then_some(kind), 1);
            }
            if tally.wrong() > 0 {
                ui.add(Label::new(text::coloured(Type::Small, palette(ui).muted, kind.advice())).wrap());
            }
            if !is_open {
                return;
            }
            for it in misled.iter().take(self.pages * PAGE) {
                pair_ui(ui, it, out);
            }
            if misled.len() > self.pages * PAGE && ui.add(Button::new("Show more").small()).clicked() {
                self.pages += 1;
            }
        });
    }
}

/// A pair that misled: what was said, what is true, and the way to it.
fn pair_ui(ui: &mut Ui, it: &Marked, out: &mut Out) {
    ui.horizontal_wrapped(|ui| {
        let pair = it.key.to_string();
        let button = Button::new("Look again").small().name(format!("Look at {pair} again"));
        if ui.add(button).clicked() {
            out.act(Action::Open(it.key.clone()));
        }
        text::mono(ui, &pair);
        let said = format!("you said {}; in truth {}", it.verdict.words(), it.truth().to_lowercase());
        text::secondary(ui, said);
    });
}

/// Holds the learner's answers against what is true.
fn read() -> Job {
    let mut job = Job::reads("Looking at your answers", |ws, _| {
        let read = ws.map_err(Refused::from).and_then(|ws| training::read(ws, ws.me().id));
        Action::Marks(read.map(Box::new)).into()
    });
    job.quiet = true;
    job
}
