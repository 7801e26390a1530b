//! The blind answer: one pair at a time, without sight of another person's answer, of who gave it, or of the score. The sample
//! of a batch is answered so, and pairs that are to be known before the officers come to them.

use std::collections::HashMap;

use eframe::egui::{Align, Frame, Key, Layout, Margin, ScrollArea, Ui, vec2};

use super::Action;
use super::looked::Looked;
use super::read::{Asked, Detail};
use crate::desktop::command::Command;
use crate::desktop::out::Out;
use crate::desktop::screens::pair::sight::Sight;
use crate::desktop::session::Session;
use crate::desktop::theme::{Tone, Type, palette};
use crate::desktop::widgets::{Button, Chip, Icon, chip, compare, parts, text};
use crate::pair::{Hazards, PairKey, Verdict};
use crate::stewardship::{Refused, sign_off};
use crate::words::number;
use crate::workspace::{BatchId, Workspace};

/// Below this height the head of the page makes room for the pair.
const SMALL: f32 = 480.0;

/// The answers: who must refer does so by returning the row.
pub const ANSWERS: [(Command, Verdict, &str); 3] = [
    (Command::Match, Verdict::Match, "Same person"),
    (Command::NotMatch, Verdict::NotMatch, "Different people"),
    (Command::Unsure, Verdict::Unsure, "Unsure"),
];

/// What is being answered.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Round {
    /// The sample of a batch, by the batch's name.
    Batch(BatchId, String),
    /// Pairs that nobody has decided.
    Known,
}

/// Blind answers under way.
pub struct Recheck {
    round: Round,
    asked: Vec<Asked>,
    /// Where it is among them.
    at: usize,
    looked: Option<Result<Looked, String>>,
    /// The pair that is drawn.
    sight: Sight<PairKey>,
}

/// A second answer in the words of the screen.
pub fn answer_words(verdict: Verdict) -> &'static str {
    ANSWERS.iter().find(|(_, answer, _)| *answer == verdict).map_or(verdict.words(), |(_, _, words)| words)
}

impl Recheck {
    /// Begins with the first row that is not answered, or with the row asked for.
    pub fn begin(detail: &Detail, wanted: Option<&PairKey>) -> Option<Self> {
        let open = |asked: &Asked| match wanted {
            Some(key) => &asked.key == key,
            None => asked.given.is_none(),
        };
        let at = detail.asked.iter().position(open).unwrap_or(0);
        let round = Round::Batch(detail.batch.id, detail.batch.name.clone());
        (!detail.asked.is_empty()).then(|| Self {
            round,
            asked: detail.asked.clone(),
            at,
            looked: None,
            sight: Sight::default(),
        })
    }

    /// Begins with what was answered faster than it can be read, as if it had not been answered.
    pub fn unread(detail: &Detail) -> Option<Self> {
        let asked = detail.asked.iter().filter(|asked| detail.unread.contains(&asked.key));
        let asked: Vec<Asked> = asked.map(|asked| Asked { given: None, ..asked.clone() }).collect();
        let round = Round::Batch(detail.batch.id, detail.batch.name.clone());
        (!asked.is_empty()).then(|| Self { round, asked, at: 0, looked: None, sight: Sight::default() })
    }

    /// Begins with pairs that are to be known.
    pub fn known(asked: Vec<Asked>) -> Option<Self> {
        (!asked.is_empty()).then_some(Self { round: Round::Known, asked, at: 0, looked: None, sight: Sight::default() })
    }

    /// Pairs, and those of them that were answered.
    fn counts(&self) -> (u64, u64) {
        (self.asked.len() as u64, self.asked.iter().filter(|asked| asked.given.is_some()).count() as u64)
    }

    /// A pair was answered.
    pub fn answered(&mut self, key: &PairKey, verdict: Verdict) {
        if let Some(asked) = self.asked.iter_mut().find(|asked| &asked.key == key) {
            asked.given = Some(verdict);
        }
    }

    /// Takes in what stands now: an answer may have been taken back, or given again. Goes to the first that is another.
    pub fn read_again(&mut self, ws: &Workspace) -> Result<(), Refused> {
        let stand: HashMap<PairKey, Option<Verdict>> = match &self.round {
            Round::Batch(batch, _) => match ws.batch(*batch)? {
                Some(batch) => sign_off::to_answer(ws, &batch)?.into_iter().collect(),
                None => return Ok(()),
            },
            Round::Known => {
                let known: HashMap<_, _> = ws.known_pairs()?.into_iter().map(|it| (it.key, it.verdict)).collect();
                // One that was passed over as unsure is kept nowhere
                let asked = self.asked.iter().filter(|it| it.given != Some(Verdict::Unsure));
                asked.map(|it| (it.key.clone(), known.get(&it.key).copied())).collect()
            }
        };
        let mut other = None;
        for (at, asked) in self.asked.iter_mut().enumerate() {
            if let Some(given) = stand.get(&asked.key).filter(|given| **given != asked.given) {
                asked.given = *given;
                other = other.or(Some(at));
            }
        }
        if let Some(at) = other {
            self.go(at);
        }
        Ok(())
    }

    fn go(&mut self, at: usize) {
        if at != self.at {
            self.at = at;
            self.looked = None;
        }
    }

    /// Moves by some pairs, as far as there are any.
    pub fn step(&mut self, by: isize) {
        let at = self.at.saturating_add_signed(by).min(self.asked.len().saturating_sub(1));
        self.go(at);
    }

    /// Goes to the next pair without an answer. False where every one has one.
    pub fn go_on(&mut self) -> bool {
        let count = self.asked.len();
        let open = |at: &usize| self.asked[*at].given.is_none();
        let next = (1..=count).map(|step| (self.at + step) % count).find(open);
        if let Some(at) = next {
            self.go(at);
        }
        next.is_some()
    }

    /// The answer to the pair that is shown, as an action; none where it is shown for too short a time to have been looked at.
    pub fn answer(&self, verdict: Verdict, now: f64) -> Option<Action> {
        let key = self.asked.get(self.at)?.key.clone();
        if !self.sight.allows(&key, now) {
            return None;
        }
        Some(match &self.round {
            Round::Batch(batch, _) => Action::Recheck { batch: *batch, key, verdict },
            Round::Known => Action::Known { key, verdict },
        })
    }

    /// Draws the pair. Gives whether it was left.
    pub fn ui(&mut self, ui: &mut Ui, session: &Session, out: &mut Out) -> bool {
        let (size, done) = self.counts();
        let Some(row) = self.asked.get(self.at) else { return true };
        self.sight.draws(row.key.clone(), session.now());
        let looked = self.looked.get_or_insert_with(|| {
            let looked = Looked::at(session.ws(), &row.key);
            looked.map_err(|refused| refused.to_string())
        });
        let at = self.at;
        let mut left = false;
        let (back, title, line) = match &self.round {
            Round::Batch(_, name) => {
                ("Back to the batch", "Re-check", format!("{name}: answer each pair as if nobody had"))
            }
            Round::Known => {
                let line = "Answer each pair before the officers come to it; they are not told which these are";
                ("Back", "Known pairs", line.to_owned())
            }
        };
        let back = Button::new(back).icon(Icon::ArrowLeft).hint("Esc; answers so far are kept");
        let mut body = |ui: &mut Ui| {
            let foot = 62.0;
            let room = vec2(ui.available_width(), (ui.available_height() - foot).max(120.0));
            ui.allocate_ui(room, |ui| {
                ui.set_min_size(room);
                let scroll = ScrollArea::vertical().id_salt(("recheck", at)).auto_shrink([false, false]);
                scroll.show(ui, |ui| parts::beside_the_bar(ui, |ui| pair_ui(ui, &row.key, row.hazards, looked)));
            });
            foot_ui(ui, row.given, out);
        };
        if ui.available_height() < SMALL {
            // A small window is for the pair: its head is one line.
            let frame = Frame::NONE.inner_margin(Margin { left: 16, right: 16, top: 8, bottom: 4 });
            frame.show(ui, |ui| {
                ui.set_min_size(ui.available_size());
                ui.horizontal(|ui| {
                    left = ui.add(back.small()).clicked();
                    text::secondary(ui, format!("Pair {} of {}", number(at as u64 + 1), number(size)));
                });
                bar_ui(ui, size, done);
                body(ui);
            });
        } else {
            let buttons = |ui: &mut Ui| left = ui.add(back).clicked();
            parts::full_page(ui, title, &line, buttons, |ui| {
                head_ui(ui, at, size, done);
                body(ui);
            });
        }
        let escape = ui.ctx().memory(|memory| memory.top_modal_layer().is_none())
            && ui.input(|input| input.key_pressed(Key::Escape));
        left || escape
    }
}

fn head_ui(ui: &mut Ui, at: usize, size: u64, done: u64) {
    let place = format!("Pair {} of {}", number(at as u64 + 1), number(size));
    let answered = format!("{} of {} answered", number(done), number(size));
    ui.horizontal(|ui| {
        text::heading(ui, place);
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| text::secondary(ui, &answered));
    });
    bar_ui(ui, size, done);
    ui.add_space(8.0);
}

fn bar_ui(ui: &mut Ui, size: u64, done: u64) {
    let share = if size > 0 { done as f32 / size as f32 } else { 0.0 };
    parts::bar(ui, share, Tone::Info, &format!("{} of {} answered", number(done), number(size)));
}

fn pair_ui(ui: &mut Ui, key: &PairKey, hazards: Hazards, looked: &Result<Looked, String>) {
    let looked = match looked {
        Ok(looked) => looked,
        Err(words) => {
            parts::banner(ui, Tone::Danger, words);
            return;
        }
    };
    parts::wide_card(ui, |ui| {
        ui.horizontal_wrapped(|ui| {
            let icon = if matches!(key, PairKey::Link { .. }) { Icon::Link } else { Icon::Merge };
            icon.show(ui, 16.0, palette(ui).secondary);
            let words = text::rich(ui, Type::Mono, key.to_string());
            ui.label(words);
            // What the engine thinks of its rank is part of the score; what the records themselves show is not.
            for hazard in (hazards - Hazards::OF_RANK).each() {
                ui.add(Chip::hazard(hazard));
            }
        });
        if looked.restricted {
            ui.add_space(4.0);
            parts::banner(ui, Tone::Warning, "A restricted person: shown by name alone. Answer by how the rest agrees");
        }
        compare::compare_ui(ui, &looked.sides[0], &looked.sides[1], &looked.lines);
    });
}

fn foot_ui(ui: &mut Ui, given: Option<Verdict>, out: &mut Out) {
    let narrow = ui.ctx().content_rect().width() < 900.0;
    ui.add_space(8.0);
    ui.horizontal_wrapped(|ui| {
        if narrow {
            ui.spacing_mut().item_spacing.x = 4.0;
        }
        for (command, verdict, words) in ANSWERS {
            let (icon, _) = chip::verdict_look(verdict);
            let chosen = given == Some(verdict);
            let button = Button::new(words).icon(icon).selected(chosen).width(if narrow { 0.0 } else { 132.0 });
            let button = button.key(command.shortcut());
            if ui.add(button).clicked() {
                out.command(command);
            }
        }
        ui.add_space(if narrow { 0.0 } else { 8.0 });
        for command in [Command::Previous, Command::Next] {
            let button = if narrow {
                Button::icon_only(command.icon(), command.text())
            } else {
                Button::command(command).ghost()
            };
            if ui.add(button).clicked() {
                out.command(command);
            }
        }
        // In a narrow window the answer that was given is the button that is chosen
        if let Some(verdict) = given.filter(|_| !narrow) {
            text::secondary(ui, format!("Your answer: {}", answer_words(verdict)));
        }
    });
}

impl Recheck {
    /// What the end of it says.
    pub fn over(&self) -> String {
        let (size, _) = self.counts();
        let all = text::count(size, "pair is answered", "pairs are answered");
        match &self.round {
            Round::Batch(..) => format!("{all}: the summary says what that shows"),
            Round::Known => format!("{all}: how the officers answer them shows under “Agreement”"),
        }
    }
}
