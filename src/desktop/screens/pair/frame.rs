//! What stands around a pair on the screen: the list at the left (or its short form on top, where the window is narrow), the
//! head with the place in the queue, and the bar of answers at the bottom.

use eframe::egui::{
    self, Align, CentralPanel, Frame, Key, Layout, Margin, Modifiers, Panel, Role, ScrollArea, Stroke, Ui, vec2,
};

use super::answer::Asked;
use super::facets::{self, At, filter_words};
use super::{Desk, Queue, Shown};
use crate::desktop::command::Command;
use crate::desktop::out::Out;
use crate::desktop::session::Session;
use crate::desktop::theme::{Tone, Type, palette, space};
use crate::desktop::widgets::{Button, Chip, Icon, chip, parts, text, told};
use crate::pair::{PairKind, Reason, Verdict};
use crate::stewardship::pace::{self, Pace};
use crate::workspace::QueueFilter;

/// From this width of the screen the list stands at the left.
const WIDE: f32 = 860.0;
const LIST: f32 = 238.0;

/// Below this height the window is low: at twice the size, say. The pair needs the room more than what stands around it does.
const LOW: f32 = 560.0;

/// Whether there is room for the list.
fn is_wide(ui: &Ui) -> bool {
    ui.available_width() >= WIDE
}

/// Whether the window is low.
pub(super) fn is_low(ui: &Ui) -> bool {
    ui.ctx().content_rect().height() < LOW
}

impl Desk {
    /// Draws the list at the left, or its short form on top. True when another pair was chosen.
    pub fn list_panel(&mut self, ui: &mut Ui, name: &str, session: &Session, out: &mut Out) {
        let wide = is_wide(ui);
        self.list_on_top = !wide;
        self.names_on_top = !wide && is_low(ui);
        let moved = if wide {
            let canvas = palette(ui).canvas;
            let frame = Frame::NONE.fill(canvas).inner_margin(Margin { left: 14, right: 0, top: 14, bottom: 0 });
            let panel = Panel::left("queue").exact_size(LIST).resizable(false).show_separator_line(false).frame(frame);
            panel.show(ui, |ui| self.list_ui(ui, name, session, out)).inner
        } else {
            if self.facets.is_open() {
                let ctx = ui.ctx().clone();
                let at = at(&self.queue, session);
                if let Some(filter) = self.facets.dialog_ui(&ctx, &at, out) {
                    out.act(facets::use_filter(filter));
                }
            }
            let frame = Frame::NONE.inner_margin(Margin { left: 16, right: 12, top: 6, bottom: 2 });
            let panel = Panel::top("queue").resizable(false).show_separator_line(false).frame(frame);
            panel.show(ui, |ui| self.short_list_ui(ui, name, out));
            false
        };
        if moved {
            self.moved();
        }
    }

    fn list_ui(&mut self, ui: &mut Ui, name: &str, session: &Session, out: &mut Out) -> bool {
        let edge = ui.max_rect().right() - 0.5;
        ui.painter().vline(edge, ui.max_rect().expand(14.0).y_range(), Stroke::new(1.0, palette(ui).line));
        ui.scope(|ui| {
            ui.set_max_width(ui.available_width() - 14.0);
            ui.spacing_mut().item_spacing.y = 4.0;
            ui.horizontal(|ui| {
                page_name(ui, name);
                ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                    let (icon, words, hint) = match self.facets.is_open() {
                        true => (Icon::Close, "Show the list", "Back to the list of pairs (L)"),
                        false => (Icon::Settings, "Filter…", "Choose which pairs are shown, and in what order (L)"),
                    };
                    if ui.add(Button::icon_only(icon, words).small().hint(hint)).clicked() {
                        out.command(Command::Filter);
                    }
                    self.unlinked_ui(ui, out);
                });
            });
            self.progress_ui(ui, session, out);
            told::tell(ui, "queue", &self.queue_words());
            ui.add_space(2.0);
        });
        parts::rule(ui);
        if self.facets.is_open() {
            ui.set_max_width(ui.available_width() - 6.0);
            let at = at(&self.queue, session);
            if let Some(filter) = self.facets.ui(ui, &at, out) {
                out.act(facets::use_filter(filter));
            }
            return false;
        }
        ui.add_space(-4.0);
        ui.scope(|ui| {
            ui.set_max_width(ui.available_width() - 1.0);
            self.queue.list_ui(ui, session.ws(), "Pairs to review")
        })
        .inner
    }

    /// The way to the people whom no pair in the list is about. Duplicates has none.
    fn unlinked_ui(&self, ui: &mut Ui, out: &mut Out) {
        if self.queue.filter.kind == PairKind::Link {
            let command = Command::Unlinked;
            let button = Button::icon_only(command.icon(), command.text()).small();
            if ui.add(button.hint(format!("{} (W)", command.tooltip()))).clicked() {
                out.command(command);
            }
        }
    }

    fn progress_ui(&mut self, ui: &mut Ui, session: &Session, out: &mut Out) {
        let (left, all) = (self.queue.left() as u64, self.queue.len() as u64);
        let pace =
            *self.pace.get_or_insert_with(|| pace::today(session.ws(), &crate::words::days::now()).unwrap_or_default());
        let searched = facets::is_search(&self.queue.filter);
        let words = match searched {
            true => format!("{} found, {} left", text::number(all), text::number(left)),
            false => format!("{} left", text::number(left)),
        };
        ui.horizontal_wrapped(|ui| {
            ui.spacing_mut().item_spacing.x = 8.0;
            let strong = text::rich(ui, Type::Strong, words);
            ui.label(strong);
            if let Some(time) = pace.left(left).filter(|_| left > 0) {
                text::small(ui, time).on_hover_text("At your pace of today, breaks and what was not read left out");
            }
        });
        text::small(ui, format!("You gave {} today", text::count(pace.answers, "answer", "answers")));
        pace_ui(ui, &pace, &mut self.breaks);
        let done = all.saturating_sub(left);
        let share = if all == 0 { 1.0 } else { done as f32 / all as f32 };
        let name = format!("{} of {} done", text::number(done), text::count(all, "pair", "pairs"));
        ui.scope(|ui| {
            ui.set_max_width(ui.available_width());
            parts::bar(ui, share, Tone::Positive, &name).on_hover_text(name.clone());
        });
        let filter = text::coloured(Type::Small, palette(ui).muted, filter_words(&self.queue.filter));
        text::one_line(ui, filter);
        if searched && !self.facets.is_open() {
            facets::leave_search_ui(ui, &self.queue.filter, out);
        }
    }

    /// What is said where no pair fits the filter.
    pub fn none_words(&self) -> String {
        let filter = &self.queue.filter;
        match facets::narrowed_words(filter) {
            Some(narrowed) if !filter.text.trim().is_empty() => {
                format!("“{}” was searched for among these alone: {narrowed}", filter.text.trim())
            }
            _ => "Choose other pairs to look at".to_owned(),
        }
    }

    /// The way from a search that found nothing to the same search among every pair. Gives whether there is one: then it is the first
    /// thing to do.
    pub fn every_pair_ui(&self, ui: &mut Ui, out: &mut Out) -> bool {
        let filter = &self.queue.filter;
        let narrowed = !filter.text.trim().is_empty() && facets::narrowed_words(filter).is_some();
        if narrowed && ui.add(Button::new(facets::EVERY_PAIR).primary()).clicked() {
            out.act(facets::use_filter(facets::of_every_pair(filter)));
        }
        narrowed
    }

    /// What a filter gave. Answers do not change it: only another filter does.
    fn queue_words(&self) -> String {
        let all = text::count(self.queue.len() as u64, "pair", "pairs");
        format!("{all}: {}", filter_words(&self.queue.filter))
    }

    fn short_list_ui(&mut self, ui: &mut Ui, name: &str, out: &mut Out) {
        told::tell(ui, "queue", &self.queue_words());
        ui.horizontal(|ui| {
            page_name(ui, name);
            match self.shown.as_ref().filter(|_| self.names_on_top) {
                Some(shown) => pair_name(ui, shown),
                None => _ = text::small(ui, format!("{} left", text::number(self.queue.left() as u64))),
            }
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                for command in [Command::Filter, Command::Next, Command::Previous] {
                    let chosen = command == Command::Filter && self.is_filtered();
                    let button = Button::icon_only(command.icon(), command.text()).small().selected(chosen);
                    if ui.add(button.hint(command.tooltip())).clicked() {
                        out.command(command);
                    }
                }
                self.unlinked_ui(ui, out);
                if let Some(place) = self.queue.position() {
                    let words = place_words(place, self.queue.len());
                    // Where there is no room beside the name of the pair, the figures go
                    if parts::text_width(ui, Type::Small, &words) <= ui.available_width() {
                        text::small(ui, words);
                    }
                }
            });
        });
        // In a low window the mark at the filter has to do
        if self.is_filtered() && !is_low(ui) {
            ui.horizontal(|ui| {
                let words = text::coloured(Type::Small, palette(ui).secondary, filter_words(&self.queue.filter));
                if facets::is_search(&self.queue.filter) {
                    facets::leave_search_ui(ui, &self.queue.filter, out);
                }
                text::one_line(ui, words);
            });
        }
    }

    /// Whether other pairs are shown than an officer begins with.
    fn is_filtered(&self) -> bool {
        let filter = &self.queue.filter;
        let start = QueueFilter::start(filter.kind);
        QueueFilter { order: start.order, ..filter.clone() } != start
    }

    /// Draws the bar of answers at the bottom, or the question that an answer led to.
    pub fn answer_panel(
        &mut self,
        ui: &mut Ui,
        commands: &[Command],
        match_words: &str,
        out: &mut Out,
    ) -> Option<Asked> {
        let palette = palette(ui);
        let rim = if is_low(ui) { 6 } else { 10 };
        let frame =
            Frame::NONE.fill(palette.surface).inner_margin(Margin { left: 16, right: 16, top: rim, bottom: rim });
        let panel = Panel::bottom("answers").resizable(false).show_separator_line(true).frame(frame);
        let shown = self.shown.as_ref()?;
        let (key, verdict) = (shown.pair.key.to_string(), shown.verdict());
        let shown = panel.show(ui, |ui| {
            ui.set_width(ui.available_width());
            if self.answering.question.is_some() {
                return self.answering.question_ui(ui, &key);
            }
            if self.answering.commenting && ui.input_mut(|input| input.consume_key(Modifiers::NONE, Key::Escape)) {
                self.answering.cancel();
            }
            let roomy = ui.available_width() > 760.0;
            let low = is_low(ui);
            // What comes and goes stands above the answers or beside them: they stay where they are
            self.state_ui(ui, out);
            if !roomy && !low && self.answering.saved.is_some() {
                ui.horizontal_wrapped(|ui| self.saved_ui(ui, out));
            }
            let commented = self.answering.comment_ui(ui);
            if low && !roomy {
                // Every line is taken from the pair: what fits beside the answers stands beside them
                ui.horizontal_wrapped(|ui| {
                    answers_ui(ui, verdict, match_words, out);
                    more_ui(ui, commands, low, out);
                    ui.add_space(8.0);
                    self.saved_ui(ui, out);
                });
                return commented;
            }
            ui.horizontal(|ui| {
                ui.horizontal_wrapped(|ui| answers_ui(ui, verdict, match_words, out));
                if roomy {
                    ui.with_layout(Layout::right_to_left(Align::Center), |ui| self.saved_ui(ui, out));
                }
            });
            ui.horizontal_wrapped(|ui| more_ui(ui, commands, low, out));
            commented
        });
        // A panel at the bottom stands where it stood a frame ago: of another height, it is drawn once more before it is seen
        let tall = shown.response.rect.height();
        if (std::mem::replace(&mut self.bar_height, tall) - tall).abs() > 0.5 {
            ui.ctx().request_discard("the bar of answers is of another height");
        }
        shown.inner
    }

    /// The live answer, and the way to take it back.
    fn state_ui(&self, ui: &mut Ui, out: &mut Out) {
        let Some(shown) = &self.shown else { return };
        let Some((chip, words)) = state_of(shown) else { return };
        ui.horizontal_wrapped(|ui| {
            ui.add(chip);
            let words = text::coloured(Type::Small, palette(ui).secondary, words);
            ui.label(words);
            if ui.add(Button::command(Command::TakeBack).small().ghost()).clicked() {
                out.command(Command::TakeBack);
            }
        });
    }

    /// What was saved last. Said to a screen reader too.
    fn saved_ui(&self, ui: &mut Ui, out: &mut Out) {
        let Some(saved) = &self.answering.saved else { return };
        let reasons = self.answering.becauses();
        if !reasons.is_empty() {
            why_ui(ui, &reasons, out);
        }
        let colours = palette(ui).positive;
        let words = format!("Saved {saved}");
        ui.spacing_mut().item_spacing.x = 6.0;
        let ends = ui.layout().prefer_right_to_left();
        if !ends {
            Icon::Check.show(ui, 14.0, colours.text);
        }
        // Room is kept for the mark, which else would stand over the answers
        let room = ui.available_width() - 28.0;
        let said = ui
            .scope(|ui| {
                ui.set_max_width(room.max(40.0));
                let shown = text::coloured(Type::Small, colours.text, text::with_whole_numbers(&words));
                let label = egui::Label::new(shown);
                ui.add(if is_low(ui) { label.truncate() } else { label.wrap() })
            })
            .inner;
        if ends {
            Icon::Check.show(ui, 14.0, colours.text);
        }
        ui.ctx().accesskit_node_builder(said.id, |node| {
            node.set_role(Role::Status);
            node.set_label(words.as_str());
            node.set_live(egui::accesskit::Live::Polite);
        });
    }

    /// Draws what is between the list and the bar, scrolling: the head, and what `body` draws.
    pub fn pair_panel(&mut self, ui: &mut Ui, out: &mut Out, body: impl FnOnce(&mut Self, &mut Ui, &mut Out)) {
        let Some(id) = self.shown.as_ref().map(|shown| shown.pair.id) else { return };
        let wide = ui.available_width() > 640.0;
        CentralPanel::no_frame().show(ui, |ui| {
            let mut area = ScrollArea::vertical().id_salt(("pair", id)).auto_shrink([false, false]);
            if std::mem::take(&mut self.at_top) {
                area = area.vertical_scroll_offset(0.0);
            }
            area.show(ui, |ui| {
                parts::page_keys(ui);
                let side = if wide { 20 } else { 14 };
                Frame::NONE.inner_margin(Margin { left: side, right: side, top: 10, bottom: 20 }).show(ui, |ui| {
                    ui.set_width(ui.available_width());
                    ui.spacing_mut().item_spacing.y = space().s;
                    self.head_ui(ui, wide, out);
                    body(self, ui, out);
                });
            });
        });
    }

    fn head_ui(&mut self, ui: &mut Ui, wide: bool, out: &mut Out) {
        let Some(shown) = &self.shown else { return };
        told::tell(ui, "pair", &told_of(shown, self.queue.position(), self.queue.len()));
        let stale = shown.pair.decision.as_ref().is_some_and(|decision| decision.stale);
        let is_marked = stale || shown.pair.released.is_some() || shown.given_to.is_some() || self.queue.is_visiting();
        if self.names_on_top && !is_marked {
            return;
        }
        ui.horizontal(|ui| {
            if !self.names_on_top {
                pair_name(ui, shown);
            }
            if stale {
                ui.add(Chip::new(Icon::Clock, Tone::Warning, "Changed since: decide again"));
            }
            if shown.pair.released.is_some() {
                let chip = Chip::new(Icon::Send, Tone::Info, "Released");
                ui.add(chip.hint("It was released: a recall alone takes it back"));
            }
            if let Some(name) = &shown.given_to {
                ui.add(Chip::new(Icon::People, Tone::Neutral, name).hint("Whose it is to look at"));
            }
            if self.queue.is_visiting() {
                ui.add(Chip::new(Icon::Pin, Tone::Info, "Beside the queue").hint("J goes back to it"));
            }
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                if !wide || self.list_on_top {
                    return;
                }
                for command in [Command::Next, Command::Previous] {
                    let button = Button::command(command).small().ghost();
                    if ui.add(button).clicked() {
                        out.command(command);
                    }
                }
                if let Some(place) = self.queue.position().filter(|_| !self.queue.is_visiting()) {
                    text::small(ui, place_words(place, self.queue.len()));
                }
            });
        });
    }
}

/// What is told of one's own pace: once a break is due, or answers came faster than they can be read. Each can be put away.
fn pace_ui(ui: &mut Ui, pace: &Pace, seen: &mut [bool; 2]) {
    let (which, words) = match (pace.is_long() && !seen[0], pace.unread > 0 && !seen[1]) {
        (true, _) => (0, "Fifty minutes without a break".to_owned()),
        (_, true) => {
            (1, format!("{} answers in a row came faster than a pair can be read. K goes back to them", pace.unread))
        }
        _ => return,
    };
    ui.horizontal_top(|ui| {
        let room = ui.available_width() - 36.0;
        ui.vertical(|ui| {
            ui.set_width(room);
            ui.label(text::coloured(Type::Small, palette(ui).warning.text, words));
        });
        if ui.add(Button::icon_only(Icon::Close, "Put this away").small()).clicked() {
            seen[which] = true;
        }
    });
}

/// Where the facets stand.
fn at<'a>(queue: &'a Queue, session: &Session) -> At<'a> {
    At {
        filter: &queue.filter,
        ids: queue.ids(),
        current: queue.current(),
        me: session.me().id,
        busy: session.writing().is_some(),
    }
}

/// What is told of the pair that comes up: where it stands, which it is, what to beware of and what was answered.
fn told_of(shown: &Shown, place: Option<usize>, all: usize) -> String {
    let mut words = match place {
        Some(place) => format!("Pair {}: {}", place_words(place, all), shown.pair.key),
        None => format!("Beside the queue: {}", shown.pair.key),
    };
    for warning in &shown.warnings {
        words += &format!(". {}", warning.in_full());
    }
    for stop in &shown.in_the_way {
        words += &format!(". {}", stop.words);
    }
    if let Some(verdict) = shown.verdict() {
        words += &format!(". Answered: {}", verdict.words());
    }
    words
}

fn page_name(ui: &mut Ui, name: &str) {
    let title = text::title(ui, name);
    ui.ctx().accesskit_node_builder(title.id, |node| {
        node.set_role(Role::Heading);
        node.set_label(name);
        node.set_level(1);
    });
}

/// Which pair it is.
fn pair_name(ui: &mut Ui, shown: &Shown) {
    let words = shown.pair.key.to_string();
    let name = ui.label(text::rich(ui, Type::Heading, words.as_str()));
    ui.ctx().accesskit_node_builder(name.id, |node| {
        node.set_role(Role::Heading);
        node.set_label(words);
        node.set_level(2);
    });
}

fn place_words(place: usize, all: usize) -> String {
    format!("{} of {}", text::number(place as u64), text::number(all as u64))
}

fn state_of(shown: &Shown) -> Option<(Chip, String)> {
    if let Some(reason) = shown.not_matchable() {
        let judged = shown.left.judged.as_ref().map(|judged| judged.comment.as_str()).unwrap_or_default();
        let words = super::shown::joined(&[reason.words(), judged]);
        return Some((Chip::new(Icon::Blank, Tone::Neutral, "Not matchable"), words));
    }
    let decision = shown.pair.decision.as_ref()?;
    let verdict = decision.judgement.verdict;
    let was = |icon, words: &str| Chip::new(icon, Tone::Warning, format!("{}, {words}", verdict.words()));
    let chip = match () {
        () if decision.returned => was(Icon::ArrowLeft, "returned"),
        () if decision.stale => was(Icon::Clock, "a record changed since"),
        () => Chip::verdict(verdict),
    };
    Some((chip, shown.decided.clone()?))
}

/// The four answers, none of them louder than the others: the machine has no opinion here.
fn answers_ui(ui: &mut Ui, live: Option<Verdict>, match_words: &str, out: &mut Out) {
    ui.spacing_mut().item_spacing = vec2(8.0, 6.0);
    let answers = [
        (Command::Match, Verdict::Match),
        (Command::NotMatch, Verdict::NotMatch),
        (Command::Unsure, Verdict::Unsure),
        (Command::Refer, Verdict::Refer),
    ];
    for (command, verdict) in answers {
        let (icon, _) = chip::verdict_look(verdict);
        let words = if command == Command::Match { match_words } else { command.text() };
        let button = Button::new(words).icon(icon).key(command.shortcut()).hint(command.tooltip());
        if ui.add(button.selected(live == Some(verdict))).clicked() {
            out.command(command);
        }
    }
}

/// What else can be done with the pair; in a low window as marks alone.
fn more_ui(ui: &mut Ui, commands: &[Command], low: bool, out: &mut Out) {
    ui.spacing_mut().item_spacing = vec2(2.0, 2.0);
    for command in commands {
        let button = match low {
            true => Button::icon_only(command.icon(), command.text()),
            false => Button::command(*command).ghost(),
        };
        if ui.add(button.small().hint(command.tooltip())).clicked() {
            out.command(*command);
        }
    }
}

/// The reasons that can still be given to the answer given last, behind one button; each has its key.
fn why_ui(ui: &mut Ui, reasons: &[Reason], out: &mut Out) {
    let button =
        ui.add(Button::new("Why?").small().ghost().hint("Give the answer just given its reason (Alt 1, 2, 3 …)"));
    egui::Popup::menu(&button).show(|ui| {
        for (n, reason) in (1..).zip(reasons) {
            let command = Command::Because(n);
            let item = Button::new(reason.words()).ghost().small().key(command.shortcut()).width(300.0);
            if ui.add(item).clicked() {
                out.command(command);
            }
        }
    });
}
