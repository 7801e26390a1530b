//! Which Mosaic person is which CHI person: one pair at a time, keyboard first.
//!
//! The pair, the queue and the answers are [`super::pair`]'s, shared with Duplicates; searching by hand is [`found`]'s, the
//! people for whom nothing was found are [`unlinked`]'s, and why somebody cannot be matched [`unmatchable`]'s.

mod found;
mod unlinked;
mod unmatchable;

use eframe::egui::Ui;

use self::found::{Finder, Searched};
use self::unlinked::Without;
use self::unmatchable::Unmatchable;
use super::pair::{Asked, Desk, around, class, facets};
use super::{Screen, View};
use crate::desktop::command::Command;
use crate::desktop::out::Out;
use crate::desktop::session::Session;
use crate::desktop::widgets::{Button, Icon, parts, text};
use crate::pair::{PairKey, PairKind, Reason};
use crate::person::{Chi, MosaicId};
use crate::stewardship::find;
use crate::workspace::{QueueFilter, StateFilter, Touched};

/// The screen's own state.
pub struct Review {
    desk: Desk,
    finder: Option<Finder>,
    without: Option<Without>,
    /// Asked over either of the two.
    unmatchable: Option<Unmatchable>,
    /// The number of the last search: none is used twice, so that a late answer fits no later dialog.
    searches: u64,
}

impl Review {
    /// The pairs.
    pub(super) fn desk(&mut self) -> &mut Desk {
        &mut self.desk
    }
}

impl Default for Review {
    fn default() -> Self {
        Self { desk: Desk::new(PairKind::Link), finder: None, without: None, unmatchable: None, searches: 0 }
    }
}

/// What the screen wants done after the frame.
pub enum Action {
    /// Go on with the answer in the making.
    Asked(Asked),
    /// Show these pairs.
    Filter(QueueFilter),
    /// Something of the facets.
    Facets(facets::Action),
    /// Something of a class.
    Class(class::Action),
    /// Look at another candidate.
    Look(i64),
    /// A pair was settled elsewhere: what stood next to it comes.
    Settled(i64),
    /// Make this CHI a candidate of this person.
    Found(MosaicId, Chi),
    /// Take what a search brought.
    Searched(Searched),
    /// Say that no CHI can be found for this person, why, and with what comment.
    NotMatchable(MosaicId, Reason, String),
}

const MORE: [Command; 5] =
    [Command::RevealScore, Command::Comment, Command::FindChi, Command::NotMatchable, Command::ShowHistory];

impl View for Review {
    fn ui(&mut self, ui: &mut Ui, session: &Session, out: &mut Out) {
        self.desk.ensure(session, out);
        let status = session.status();
        if status.links.iter().sum::<u64>() == 0 && self.desk.queue.is_empty() {
            nothing_yet_ui(ui, status.mosaic == 0 || status.chi == 0, out);
            self.dialogs_ui(ui, session, out);
            return;
        }
        self.desk.list_panel(ui, "Review", session, out);
        if let Some(asked) = self.desk.answer_panel(ui, &MORE, "Match", out) {
            out.act(Action::Asked(asked));
        }
        if self.desk.shown.is_none() {
            self.none_ui(ui, session, out);
        }
        self.desk.pair_panel(ui, out, |desk, ui, out| {
            desk.class_ui(ui, session, out);
            done_ui(ui, desk, session, out);
            pair_ui(ui, desk, out);
        });
        self.dialogs_ui(ui, session, out);
    }

    fn offers(&self, command: Command, session: &Session) -> bool {
        match command {
            Command::FindChi => self.desk.shown.is_some(),
            Command::Unlinked => has_people(session),
            // Without a pair on the screen it is asked of whom
            Command::NotMatchable if self.desk.shown.is_none() => has_people(session) && session.writing().is_none(),
            _ => self.desk.offers(command, session),
        }
    }

    fn awaits_words(&self) -> bool {
        self.desk.answering.awaits_words()
    }

    fn command(&mut self, command: Command, session: &mut Session, out: &mut Out) {
        match command {
            Command::FindChi => {
                if let Some(shown) = &self.desk.shown {
                    self.finder = Some(Finder::new(&shown.left.record, self.searches));
                }
            }
            Command::Unlinked => self.without = Some(Without::default()),
            Command::NotMatchable if self.desk.shown.is_none() => self.without = Some(Without::default()),
            _ => self.desk.command(command, None, session, out),
        }
    }

    fn shown(&mut self, _session: &Session, _out: &mut Out) {
        self.desk.shown_afresh();
    }

    fn touched(&mut self, _touched: Touched, session: &Session) {
        self.desk.touched(session);
        if let Some(finder) = &mut self.finder {
            finder.touched();
        }
        if let Some(without) = &mut self.without {
            without.touched();
        }
    }
}

impl Review {
    /// Carries out an action.
    pub fn act(&mut self, action: Action, session: &mut Session, out: &mut Out) {
        match action {
            Action::Asked(asked) => self.desk.asked(asked, session, out),
            Action::Filter(filter) => self.desk.use_filter(filter, session, out),
            Action::Facets(action) => self.desk.facets(action, session, out),
            Action::Class(action) => self.desk.class(action, out),
            Action::Look(id) => self.desk.go(id),
            Action::Settled(id) => self.desk.go_on_from(id),
            Action::Found(mosaic, chi) => {
                let found = session.change(out, |ws| {
                    let before = ws.pair_of(&PairKey::link(mosaic.clone(), chi))?.is_some();
                    let key = find::choose(ws, &mosaic, &chi)?;
                    Ok::<_, crate::stewardship::Refused>(((key, before), Touched::CANDIDATES))
                });
                let Some((key, before)) = found else { return };
                if let Some(Some(pair)) = out.read(session.ws().pair_of(&key)) {
                    self.desk.go(pair.id);
                    out.say(match before {
                        true => format!("{key} was a candidate already"),
                        false => format!("{key} is a candidate now; nothing is decided yet"),
                    });
                }
            }
            Action::Searched(searched) => {
                if let Some(finder) = &mut self.finder {
                    finder.take(searched, out);
                }
            }
            Action::NotMatchable(mosaic, reason, comment) => {
                if self.desk.not_matchable(&mosaic, (reason, comment), session, out) {
                    self.close_finder();
                    out.say(format!("Not matchable: {mosaic}"));
                }
            }
        }
    }

    fn close_finder(&mut self) {
        if let Some(finder) = self.finder.take() {
            self.searches = finder.number();
        }
    }

    fn dialogs_ui(&mut self, ui: &mut Ui, session: &Session, out: &mut Out) {
        let ctx = ui.ctx().clone();
        if let Some(unmatchable) = &mut self.unmatchable {
            match unmatchable.ui(&ctx) {
                None => return,
                Some(unmatchable::Answer::Leave) => {}
                Some(unmatchable::Answer::Because(reason, comment)) => {
                    out.act(Action::NotMatchable(unmatchable.mosaic().clone(), reason, comment));
                }
            }
            self.unmatchable = None;
            return;
        }
        if let Some(finder) = &mut self.finder {
            match finder.ui(&ctx, out) {
                None => {}
                Some(found::Answer::Leave) => self.close_finder(),
                Some(found::Answer::NotMatchable) => {
                    self.unmatchable = Some(Unmatchable::new(finder.mosaic().clone(), finder.person().to_owned()));
                }
                Some(found::Answer::Choose(chi)) => {
                    out.act(Action::Found(finder.mosaic().clone(), chi));
                    self.close_finder();
                }
            }
        }
        if let Some(without) = &mut self.without {
            match out.read(without.ui(&ctx, session.ws())).flatten() {
                None => {}
                Some(unlinked::Answer::Leave) => self.without = None,
                Some(unlinked::Answer::Search(record)) => {
                    self.without = None;
                    self.finder = Some(Finder::new(&record, self.searches));
                }
                Some(unlinked::Answer::NotMatchable(record)) => {
                    let person = found::line_of(&record);
                    self.unmatchable = Some(Unmatchable::new(record.id.clone(), person));
                }
                Some(unlinked::Answer::Choose(mosaic, chi)) => {
                    self.without = None;
                    out.act(Action::Found(mosaic, chi));
                }
            }
        }
    }

    /// No pair is shown: the filter holds none, or the pair cannot be read.
    fn none_ui(&mut self, ui: &mut Ui, session: &Session, out: &mut Out) {
        if !self.desk.queue.is_empty() {
            parts::empty(
                ui,
                Icon::Warning,
                "This pair cannot be shown",
                "One of its records is not in the workspace. Load the extract that holds it, or go on with J",
                |_| {},
            );
            return;
        }
        if self.desk.no_class_ui(ui, out) {
            return;
        }
        let filter = &self.desk.queue.filter;
        if *filter == QueueFilter::start(PairKind::Link) {
            all_done_ui(ui, session, out);
            return;
        }
        let start = QueueFilter::start(PairKind::Link);
        let all = QueueFilter { state: StateFilter::All, bands: Vec::new(), ..start.clone() };
        let words = self.desk.none_words();
        parts::empty(ui, Icon::Search, "No pair fits this filter", &words, |ui| {
            let is_first = !self.desk.every_pair_ui(ui, out);
            if ui.add(Button::new("Show what waits for review").primary_where(is_first)).clicked() {
                out.act(Action::Filter(start));
            }
            if ui.add(Button::new("Show every pair")).clicked() {
                out.act(Action::Filter(all));
            }
            if ui.add(Button::command(Command::Unlinked)).clicked() {
                out.command(Command::Unlinked);
            }
        });
    }
}

/// Whether there is anybody to look for, and anybody to find.
fn has_people(session: &Session) -> bool {
    let status = session.status();
    status.mosaic > 0 && status.chi > 0
}

/// The pair: warnings, the two records, the score where it was asked for, and what stands around them.
fn pair_ui(ui: &mut Ui, desk: &mut Desk, out: &mut Out) {
    let to_history = std::mem::take(&mut desk.to_history);
    let Some(shown) = &desk.shown else { return };
    around::warnings_ui(ui, shown);
    around::records_ui(ui, shown, &shown.lines, desk.hides_same);
    desk.score.ui(ui, shown);
    if let Some(id) = around::around_ui(ui, shown) {
        out.act(Action::Look(id));
    }
    parts::section(ui, "History of this pair", |_| {});
    let history = parts::card(ui, |ui| {
        ui.set_width(ui.available_width());
        around::history_ui(ui, shown);
    });
    if to_history {
        history.response.scroll_to_me(None);
    }
}

/// Nothing waits any more: what is next.
fn done_ui(ui: &mut Ui, desk: &Desk, session: &Session, out: &mut Out) {
    let filter = &desk.queue.filter;
    let asks = matches!(filter.state, StateFilter::Undecided | StateFilter::Again);
    let waits = asks && filter.class.is_none() && desk.queue.left() == 0;
    if !waits || desk.queue.is_visiting() {
        return;
    }
    // What waits for the same screen comes before what waits for another
    let outside = session.status().links_undecided[1];
    if outside > 0 {
        let count = text::count(outside, "link to review waits", "links to review wait");
        let words = format!("Every pair here is decided. {count} outside of this filter");
        parts::banner_with(ui, crate::desktop::theme::Tone::Positive, &words, |ui| {
            if ui.add(Button::new("Show them").small()).clicked() {
                out.act(Action::Filter(QueueFilter::start(PairKind::Link)));
            }
        });
        return;
    }
    let (words, next) = next_step(session);
    parts::banner_with(
        ui,
        crate::desktop::theme::Tone::Positive,
        &format!("Every pair here is decided. {words}"),
        |ui| {
            if let Some(next) = next
                && ui.add(Button::new(next.title()).small().icon(next.icon())).clicked()
            {
                out.command(Command::Go(next));
            }
        },
    );
}

fn all_done_ui(ui: &mut Ui, session: &Session, out: &mut Out) {
    let (words, next) = next_step(session);
    parts::empty(ui, Icon::Check, "Every pair to review is decided", &words, |ui| {
        if let Some(next) = next
            && ui.add(Button::new(&format!("Go to {}", next.title())).icon(next.icon()).primary()).clicked()
        {
            out.command(Command::Go(next));
        }
        if ui.add(Button::command(Command::Unlinked)).clicked() {
            out.command(Command::Unlinked);
        }
        let all = QueueFilter { state: StateFilter::All, bands: Vec::new(), ..QueueFilter::start(PairKind::Link) };
        if ui.add(Button::new("Show every pair")).clicked() {
            out.act(Action::Filter(all));
        }
    });
}

/// What comes after Review.
fn next_step(session: &Session) -> (String, Option<Screen>) {
    let status = session.status();
    // The figure beside the screen's name in the rail; where there are none, the certain ones
    let [certain, to_review, _] = status.duplicates_undecided;
    let duplicates = if to_review > 0 { to_review } else { certain };
    if duplicates > 0 {
        let count = text::count(duplicates, "possible duplicate waits", "possible duplicates wait");
        return (format!("{count} in Duplicates"), Some(Screen::Duplicates));
    }
    let auto = status.links_undecided[0];
    if auto > 0 {
        let count = text::count(auto, "pair of the automatic band is", "pairs of the automatic band are");
        return (format!("{count} not accepted yet: see Match"), Some(Screen::Match));
    }
    ("Put the decisions together for sign-off in Batches".to_owned(), Some(Screen::Batches))
}

fn nothing_yet_ui(ui: &mut Ui, unloaded: bool, out: &mut Out) {
    let (words, next) = if unloaded {
        ("Load a Mosaic and a CHI extract, or a file of candidate pairs; then match them", Screen::Load)
    } else {
        ("The extracts are loaded, and were not matched yet", Screen::Match)
    };
    parts::page(
        ui,
        "Review",
        "Which Mosaic person is which CHI person",
        |_| {},
        |ui| {
            parts::empty(ui, Icon::Scale, "No candidate pairs yet", words, |ui| {
                let go = format!("Go to {}", next.title());
                if ui.add(Button::new(&go).icon(next.icon()).primary()).clicked() {
                    out.command(Command::Go(next));
                }
            });
        },
    );
}
