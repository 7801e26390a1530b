//! Searching a CHI record by hand: what is typed finds, best fit to the person first, and Enter makes it a candidate.
//!
//! The search is a piece of work of its own, never the frame's. One runs at a time; each has a number, and what an older one
//! brings than was asked for last is let go.

use std::sync::{Arc, Mutex, PoisonError};

use eframe::egui::{
    self, Align, Id, Key, Layout, Modifiers, Rect, Response, Role, ScrollArea, Sense, Ui, UiBuilder, Vec2, WidgetInfo,
    pos2, vec2,
};

use super::Action;
use crate::desktop::jobs::Job;
use crate::desktop::out::Out;
use crate::desktop::screens::pair::shown::{born, joined};
use crate::desktop::theme::{Tone, Type, palette, space, tokens};
use crate::desktop::widgets::{Button, Chip, Dialog, Icon, dialog, field, text};
use crate::linkage::Agreement;
use crate::person::{Chi, ChiStatus, MosaicId, MosaicRecord, Sex, postcode};
use crate::stewardship::Refused;
use crate::stewardship::find::{Found, Hits, Search};
use crate::workspace::Workspace;

/// The fewest characters that are searched for.
const LEAST: usize = 2;

/// What every search of one dialog needs, made by the first: a hold of the workspace, whose pages stay at hand, and what was
/// read of the person and of the run.
type Shelf = Arc<Mutex<Option<(Workspace, Search)>>>;

/// A search, while its dialog is open.
pub struct Finder {
    mosaic: MosaicId,
    /// The person in a line.
    person: String,
    /// A restricted person: of whoever is found the name alone is shown.
    restricted: bool,
    text: String,
    /// What is searched for, and the number of that search.
    wanted: (String, u64),
    /// The search that runs.
    running: Option<u64>,
    /// The number of the search that the hits are of.
    answered: u64,
    hits: Hits,
    chosen: usize,
    shelf: Shelf,
}

/// What a search brought.
pub struct Searched {
    number: u64,
    found: Result<Hits, Refused>,
}

/// What became of the dialog.
pub enum Answer {
    /// Make this CHI a candidate.
    Choose(Chi),
    /// No CHI can be found for the person.
    NotMatchable,
    /// Leave it.
    Leave,
}

/// A Mosaic person in a line.
pub fn line_of(record: &MosaicRecord) -> String {
    let details = &record.details;
    if record.restricted {
        return joined(&[&details.display_name(), "restricted person", record.id.as_str()]);
    }
    let postcode = postcode::spoken(&details.postcode);
    joined(&[&details.display_name(), &born(details), &sex(details.sex), &postcode, record.id.as_str()])
}

fn search(shelf: &Shelf, ws: Option<&Workspace>, mosaic: &MosaicId, text: &str) -> Result<Hits, Refused> {
    let mut shelf = shelf.lock().unwrap_or_else(PoisonError::into_inner);
    if let (None, Some(ws)) = (&*shelf, ws) {
        let search = Search::begin(ws, mosaic)?;
        *shelf = Some((ws.handle()?, search));
    }
    match &*shelf {
        Some((ws, search)) => search.find(ws, text),
        None => Ok(Hits::default()),
    }
}

impl Finder {
    /// Begins a search for a person. `number`: of the last search that was made in this window.
    pub fn new(record: &MosaicRecord, number: u64) -> Self {
        Self {
            mosaic: record.id.clone(),
            person: line_of(record),
            restricted: record.restricted,
            text: String::new(),
            wanted: (String::new(), number),
            running: None,
            answered: number,
            hits: Hits::default(),
            chosen: 0,
            shelf: Shelf::default(),
        }
    }

    /// The person that is searched for.
    pub fn mosaic(&self) -> &MosaicId {
        &self.mosaic
    }

    /// The person in a line.
    pub fn person(&self) -> &str {
        &self.person
    }

    /// The number of the last search.
    pub fn number(&self) -> u64 {
        self.wanted.1
    }

    /// Something changed: what was read of the workspace is read again.
    pub fn touched(&mut self) {
        self.shelf = Shelf::default();
        self.wanted.1 += 1;
    }

    /// Takes what a search brought. What was asked before the last key is let go.
    pub fn take(&mut self, searched: Searched, out: &mut Out) {
        if self.running == Some(searched.number) {
            self.running = None;
        }
        if searched.number != self.wanted.1 {
            return;
        }
        self.answered = searched.number;
        self.chosen = 0;
        self.hits = out.read(searched.found).unwrap_or_default();
    }

    /// Whether there is enough to search for.
    fn is_enough(&self) -> bool {
        self.wanted.0.chars().count() >= LEAST
    }

    /// Whether what is shown is what was typed.
    fn is_answered(&self) -> bool {
        self.answered == self.wanted.1 && self.text.trim() == self.wanted.0
    }

    /// Begins what must be searched for, unless a search still runs.
    fn ask(&mut self, out: &mut Out) {
        let text = self.text.trim();
        if text != self.wanted.0 {
            self.wanted = (text.to_owned(), self.wanted.1 + 1);
        }
        if self.answered == self.wanted.1 {
            return;
        }
        if !self.is_enough() {
            (self.answered, self.chosen, self.hits) = (self.wanted.1, 0, Hits::default());
            return;
        }
        if self.running.is_some() {
            return;
        }
        let (text, number) = self.wanted.clone();
        self.running = Some(number);
        let (shelf, mosaic) = (Arc::clone(&self.shelf), self.mosaic.clone());
        let title = "Searching CHI records";
        // A connection of its own is made once, and only where a search does not have it at hand.
        let made = shelf.try_lock().is_ok_and(|shelf| shelf.is_some());
        let mut job = if made {
            Job::quiet(title, move |_| {
                Action::Searched(Searched { number, found: search(&shelf, None, &mosaic, &text) }).into()
            })
        } else {
            Job::reads(title, move |ws, _| {
                let found = ws.map_err(Refused::from).and_then(|ws| search(&shelf, Some(ws), &mosaic, &text));
                Action::Searched(Searched { number, found }).into()
            })
        };
        job.quiet = true;
        out.start(job);
    }

    /// Draws the dialog. `None` while it is open.
    pub fn ui(&mut self, ctx: &egui::Context, out: &mut Out) -> Option<Answer> {
        let shown = Dialog::new("find chi", "Find a CHI by hand")
            .width(760.0)
            .near_top()
            .show(ctx, |ui, first| self.inside(ui, first));
        self.ask(out);
        let answer = shown.inner.or(shown.left.then_some(Answer::Leave));
        if answer.is_some() {
            Dialog::closed(ctx, "find chi");
        }
        answer
    }

    fn inside(&mut self, ui: &mut Ui, first: bool) -> Option<Answer> {
        // The arrows and Enter are the list's, though the field has the keyboard.
        let typing = first || ui.memory(|memory| memory.has_focus(Id::unique("find chi text")));
        let (down, up, enter) = ui.input_mut(|input| {
            let mut key = |key, wanted: bool| wanted && input.consume_key(Modifiers::NONE, key);
            (key(Key::ArrowDown, true), key(Key::ArrowUp, true), key(Key::Enter, typing))
        });
        text::secondary(ui, &self.person);
        ui.add_space(2.0);
        let width = ui.available_width();
        let name = "Name, date of birth, postcode, street or CHI";
        let search = field::search(ui, Id::unique("find chi text"), name, &mut self.text, width);
        if first {
            search.request_focus();
        }
        let hits = self.hits.best.len();
        if down && self.chosen + 1 < hits {
            self.chosen += 1;
        }
        if up {
            self.chosen = self.chosen.saturating_sub(1);
        }
        ui.add_space(space().s);
        let mut answer = None;
        let tallest = (ui.ctx().content_rect().height() - 410.0).clamp(110.0, 360.0);
        ScrollArea::vertical().max_height(tallest).auto_shrink([false, false]).show(ui, |ui| {
            ui.spacing_mut().item_spacing.y = 0.0;
            if hits == 0 {
                ui.add_space(16.0);
                text::secondary(ui, self.nothing());
            }
            for (place, hit) in self.hits.best.iter().enumerate() {
                let line = hit_ui(ui, hit, place == self.chosen, self.restricted);
                if place == self.chosen && (up || down) {
                    line.scroll_to_me(None);
                }
                if line.clicked() {
                    self.chosen = place;
                }
                if line.double_clicked() {
                    answer = Some(Answer::Choose(hit.chi.record.chi));
                }
            }
        });
        let foot = self.foot_ui(ui);
        // Enter is for what was read: not for what an earlier word found.
        let entered = self.hits.best.get(self.chosen).filter(|_| enter && self.is_answered());
        answer.or(foot).or(entered.map(|hit| Answer::Choose(hit.chi.record.chi)))
    }

    /// What stands where no record does.
    fn nothing(&self) -> &'static str {
        if self.text.trim().chars().count() < LEAST {
            "Type two characters or more: parts of a name, a date or part of one, a postcode, a street, a CHI number. Every \
             part must fit; names that sound alike fit too"
        } else if self.is_answered() {
            "No CHI record fits every part. Try fewer words or another spelling, or say “Not matchable”"
        } else {
            "Searching…"
        }
    }

    fn foot_ui(&self, ui: &mut Ui) -> Option<Answer> {
        dialog::foot(ui, |ui| {
            let chosen = self.hits.best.get(self.chosen);
            let known = chosen.is_some_and(|hit| hit.pair.is_some());
            let words = if known { "Look at it" } else { "Make it a candidate" };
            let choose = Button::new(words).primary().enabled(chosen.is_some());
            let pressed = ui.add(choose).clicked();
            let none = Button::new("Not matchable…").hint("No CHI can be found for this person: say why");
            let none = ui.add(none).clicked();
            ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                let words = match (self.hits.total, self.hits.best.len() as u64) {
                    _ if self.is_enough() && !self.is_answered() => "Searching…".to_owned(),
                    (0, _) => return,
                    (total, shown) if total > shown => {
                        format!("{} found; the best {shown} shown", text::number(total))
                    }
                    (total, _) => format!("{}, best first", text::count(total, "record fits", "records fit")),
                };
                text::small(ui, words);
            });
            match chosen.filter(|_| pressed) {
                Some(hit) => Some(Answer::Choose(hit.chi.record.chi)),
                None => none.then_some(Answer::NotMatchable),
            }
        })
    }
}

fn sex(sex: Sex) -> String {
    if sex == Sex::NotKnown { String::new() } else { sex.words().to_owned() }
}

fn hit_ui(ui: &mut Ui, hit: &Found, chosen: bool, restricted: bool) -> Response {
    let palette = palette(ui);
    let record = &hit.chi.record;
    let details = &record.details;
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), 52.0), Sense::click());
    // The whole home: it may be the street that was searched for
    let postcode = postcode::spoken(&details.postcode);
    let home = details.address.iter().chain([&postcode]).map(String::as_str);
    let home: Vec<&str> = home.filter(|part| !part.is_empty()).collect();
    let home = home.join(", ");
    let line = match restricted {
        true => String::new(),
        false => joined(&[&born(details), &sex(details.sex), &home]),
    };
    let name = joined(&[&details.display_name(), &line]);
    let agreements: Vec<String> =
        hit.explanation.comparisons.iter().map(|c| format!("{} {}", c.name, lower(c.agreement))).collect();
    let state = hit.pair.as_ref().map_or("", |pair| match &pair.decision {
        Some(decision) => decision.judgement.verdict.words(),
        None => "A candidate already",
    });
    let label = joined(&[&name, &record.chi.spaced(), record.status.words(), state, &agreements.join(", ")]);
    response.widget_info(|| WidgetInfo::selected(Role::ListBoxOption, true, chosen, &label));
    if chosen {
        ui.painter().rect_filled(rect, tokens().radius.medium, palette.selected);
    } else if response.hovered() {
        ui.painter().rect_filled(rect, tokens().radius.medium, palette.hover);
    }
    let inside = rect.shrink2(vec2(12.0, 6.0));
    let first = inside.with_max_y(inside.top() + 20.0);
    let mut chips = ui.new_child(UiBuilder::new().max_rect(first).layout(Layout::right_to_left(Align::Center)));
    chips.spacing_mut().item_spacing.x = 8.0;
    if !matches!(record.status, ChiStatus::Current | ChiStatus::Unknown) {
        chips.add(Chip::new(Icon::Warning, Tone::Warning, record.status.words()));
    }
    if !state.is_empty() {
        chips.add(Chip::new(Icon::Pin, Tone::Neutral, state));
    }
    // What is marked takes room from the first line alone
    let beside = (inside.width() - chips.min_rect().width() - 12.0).max(80.0);
    let mut words = ui.new_child(UiBuilder::new().max_rect(inside).layout(Layout::top_down(Align::Min)));
    words.spacing_mut().item_spacing.y = 2.0;
    words.spacing_mut().interact_size.y = 16.0;
    words.horizontal(|ui| {
        ui.set_max_width(beside);
        ui.spacing_mut().item_spacing.x = 10.0;
        ui.label(text::rich(ui, Type::Strong, details.display_name()));
        text::one_line(ui, text::coloured(Type::Body, palette.secondary, line));
    });
    words.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = 5.0;
        ui.label(text::coloured(Type::SmallMono, palette.secondary, record.chi.spaced()));
        ui.add_space(6.0);
        for comparison in &hit.explanation.comparisons {
            mark_ui(ui, &comparison.name, comparison.agreement);
        }
    });
    response
}

fn lower(agreement: Agreement) -> &'static str {
    match agreement {
        Agreement::Same => "same",
        Agreement::Similar => "similar",
        Agreement::Differs => "differs",
        Agreement::Missing => "missing",
    }
}

/// A comparison in small: its mark and its name.
fn mark_ui(ui: &mut Ui, name: &str, agreement: Agreement) {
    let palette = palette(ui);
    let (icon, tone) = match agreement {
        Agreement::Missing => return,
        Agreement::Same => (Icon::Equal, Tone::Positive),
        Agreement::Similar => (Icon::Approx, Tone::Warning),
        Agreement::Differs => (Icon::NotEqual, Tone::Danger),
    };
    let colours = palette.tone(tone);
    let (_, rect) = ui.allocate_space(Vec2::splat(12.0));
    icon.paint(
        ui.painter(),
        Rect::from_center_size(pos2(rect.center().x, rect.center().y), Vec2::splat(11.0)),
        colours.text,
    );
    ui.label(text::coloured(Type::Caption, palette.muted, name));
}
