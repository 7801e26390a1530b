//! The facets down the side: which pairs the queue shows, with how many each choice would show; queues by name; and whose the
//! pairs are. It stands in the place of the list while it is open, so that the pair keeps its room.

use std::collections::{HashMap, HashSet};

use eframe::egui::{self, Align, Id, Layout, Role, ScrollArea, Sense, Ui, WidgetInfo, vec2};

use crate::desktop::command::Command;
use crate::desktop::jobs::Job;
use crate::desktop::out::Out;
use crate::desktop::screens::{self, Screen, duplicates, review};
use crate::desktop::session::Session;
use crate::desktop::theme::{Type, palette, tokens};
use crate::desktop::widgets::button::focus_ring;
use crate::desktop::widgets::field::{self, Field};
use crate::desktop::widgets::{Button, Dialog, Icon, icon, parts, text};
use crate::pair::{Band, Hazards, PairKey, PairKind, Verdict};
use crate::stewardship::queues::{self, Named};
use crate::stewardship::{Refused, assign};
use crate::workspace::facets::{NOBODY, STATES};
use crate::workspace::{Age, Facets, Order, QueueFilter, Staff, StaffId, StateFilter, Workspace};

const ORDERS: [Order; 4] = [Order::Mixed, Order::RiskFirst, Order::BestFirst, Order::ById];

/// How long nothing is typed before the queue follows, in seconds.
const PAUSE: f64 = 0.3;

/// The one press that lifts what narrows a search.
pub const EVERY_PAIR: &str = "Search every pair";

/// How many pairs are given away at once, where not all are.
const SLICE: usize = 50;

/// What the facets show of the workspace.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Read {
    facets: Facets,
    people: Vec<Staff>,
    kept: Vec<Named>,
}

/// What the facets want done, or a piece of their work gives back.
pub enum Action {
    /// The facets of a filter were counted.
    Counted(Box<QueueFilter>, Result<Box<Read>, Refused>),
    /// Keep the filter under this name.
    Keep(String),
    /// Forget the queue of this name.
    Forget(String),
    /// Give pairs to somebody, or to nobody.
    Give(Vec<i64>, Option<StaffId>),
    /// Pairs were given.
    Given(Result<u64, Refused>),
    /// Back from a search to the pairs that were shown before it.
    LeaveSearch,
}

/// Which pairs are given away.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum Which {
    #[default]
    This,
    Next,
    All,
}

/// The facets and what is chosen in them.
#[derive(Default)]
pub struct Panel {
    open: bool,
    /// The search takes the keyboard in the next frame.
    focus: bool,
    /// A search was ended with Enter: what it found is wanted, and not the facets.
    entered: bool,
    read: Option<Box<Read>>,
    /// For which filter it was counted.
    counted: Option<QueueFilter>,
    running: bool,
    /// What is typed, and since when it waits to be used.
    typed: Option<(String, f64)>,
    /// The name under which the filter is to be kept, while it is written.
    naming: Option<String>,
    /// Facets that are not shown.
    folded: HashSet<&'static str>,
    to: Option<StaffId>,
    which: Which,
}

/// An action of the facets as the screen's own.
fn action(kind: PairKind, action: Action) -> screens::Action {
    match kind {
        PairKind::Link => review::Action::Facets(action).into(),
        PairKind::Duplicate => duplicates::Action::Facets(action).into(),
    }
}

/// The pairs whose answers do not stand, as a record changed since or their batch was returned; every one of them, wherever it is.
fn again(kind: PairKind) -> QueueFilter {
    QueueFilter { state: StateFilter::Again, bands: Vec::new(), best_only: false, ..QueueFilter::start(kind) }
}

/// Shows what is to be looked at again: the links first and, where there are none, the duplicates.
pub fn look_again(session: &Session, out: &mut Out) {
    let links = out.read(session.ws().queue(&again(PairKind::Link))).unwrap_or_default();
    let (kind, screen) = match links.is_empty() {
        false => (PairKind::Link, Screen::Review),
        true => (PairKind::Duplicate, Screen::Duplicates),
    };
    out.act(use_filter(again(kind)));
    out.command(Command::Go(screen));
}

/// A state, in words.
fn state_words(state: StateFilter) -> &'static str {
    match state {
        StateFilter::Undecided => "Undecided",
        StateFilter::Answered(Verdict::Match) => "Match",
        StateFilter::Answered(Verdict::NotMatch) => "Not a match",
        StateFilter::Answered(Verdict::Unsure) => "Unsure",
        StateFilter::Answered(Verdict::Refer) => "Referred",
        StateFilter::AnyAnswer => "Answered",
        StateFilter::Settled => "Settled otherwise",
        StateFilter::Again => "To look at again",
        StateFilter::All => "All",
    }
}

fn order_words(order: Order) -> &'static str {
    match order {
        Order::Mixed => "Mixed: the place gives nothing away",
        Order::RiskFirst => "Hazards first",
        Order::BestFirst => "Best fit first",
        Order::ById => "By Mosaic id",
    }
}

/// A filter in a few words: "To review, undecided".
pub fn filter_words(filter: &QueueFilter) -> String {
    let mut words = match filter.bands.as_slice() {
        [] => "All bands".to_owned(),
        bands => bands.iter().map(|band| band.words()).collect::<Vec<_>>().join(" and "),
    };
    words += &format!(", {}", state_words(filter.state).to_lowercase());
    if filter.class.is_some() {
        words += ", of one class";
    }
    if !filter.hazards.is_empty() {
        let named: Vec<&str> = filter.hazards.each().map(Hazards::title).collect();
        words += &format!(", {}", named.join(" or "));
    }
    let narrowed = [
        (filter.assigned.len(), "whose they are"),
        (filter.contexts.len(), "team"),
        (filter.ages.len(), "age"),
        (filter.reasons.len(), "reason"),
        (filter.staff.len(), "who decided"),
        (filter.files.len(), "file"),
    ];
    let narrowed: Vec<&str> = narrowed.iter().filter(|(count, _)| *count > 0).map(|(_, what)| *what).collect();
    if !narrowed.is_empty() {
        words += &format!(", by {}", narrowed.join(" and "));
    }
    if !filter.text.trim().is_empty() {
        words += &format!(", “{}”", filter.text.trim());
    }
    words
}

/// The way back from a search.
pub fn leave_search_ui(ui: &mut Ui, filter: &QueueFilter, out: &mut Out) {
    let leave = Button::new("Leave the search").small().ghost().icon(Icon::Close);
    if ui.add(leave.hint("Back to the pairs that were shown before it")).clicked() {
        out.act(action(filter.kind, Action::LeaveSearch));
    }
}

/// Whether a filter is a search for a text.
pub fn is_search(filter: &QueueFilter) -> bool {
    !filter.text.trim().is_empty()
}

/// The same search among every pair.
pub fn of_every_pair(filter: &QueueFilter) -> QueueFilter {
    QueueFilter {
        text: filter.text.clone(),
        order: filter.order,
        bands: Vec::new(),
        state: StateFilter::All,
        best_only: false,
        ..QueueFilter::start(filter.kind)
    }
}

/// What else than its text narrows what a search finds, in a few words.
pub fn narrowed_words(filter: &QueueFilter) -> Option<String> {
    if *filter == of_every_pair(filter) {
        return None;
    }
    let best = if filter.best_only { ", the best of each person" } else { "" };
    Some(filter_words(&QueueFilter { text: String::new(), ..filter.clone() }) + best)
}

fn count(filter: &QueueFilter) -> Job {
    let filter = filter.clone();
    let mut job = Job::reads("Counting the facets", move |ws, _| {
        let read = ws.map_err(Refused::from).and_then(|ws| read(ws, &filter));
        action(filter.kind, Action::Counted(Box::new(filter), read.map(Box::new)))
    });
    job.quiet = true;
    job
}

fn read(ws: &Workspace, filter: &QueueFilter) -> Result<Read, Refused> {
    Ok(Read { facets: ws.facets(filter)?, people: ws.staff()?, kept: queues::kept(ws, filter.kind)? })
}

/// Gives pairs to somebody.
pub fn give(kind: PairKind, ids: Vec<i64>, to: Option<StaffId>) -> Job {
    Job::writes("Giving the pairs", move |ws, progress| {
        let given = ws.map_err(Refused::from).and_then(|ws| {
            let keys: Vec<PairKey> = ws.pairs(&ids)?.into_iter().map(|pair| pair.key).collect();
            assign::assign(ws, &keys, to, progress).map(|done| done.pairs)
        });
        action(kind, Action::Given(given))
    })
}

impl Panel {
    /// Whether they are shown.
    pub fn is_open(&self) -> bool {
        self.open
    }

    /// Opens or closes them. The keyboard stays where it was: answers can be given meanwhile.
    pub fn toggle(&mut self) {
        self.open = !self.open;
    }

    /// Opens them at the search.
    pub fn search(&mut self) {
        self.open = true;
        self.focus = true;
    }

    /// The queue was read. Where a search was ended and found something, the list of it takes the place of the facets.
    pub fn found(&mut self, any: bool) {
        if std::mem::take(&mut self.entered) && any {
            self.open = false;
        }
    }

    /// Something changed: they are counted again.
    pub fn forget(&mut self) {
        self.counted = None;
    }

    /// Takes what was counted.
    pub fn take(&mut self, filter: QueueFilter, read: Result<Box<Read>, Refused>, out: &mut Out) {
        self.running = false;
        self.counted = Some(filter);
        if let Some(read) = out.read(read) {
            self.read = Some(read);
        }
    }

    /// Counts what must be counted. Order does not matter to a count.
    fn ensure(&mut self, filter: &QueueFilter, out: &mut Out) {
        let same = |counted: &QueueFilter| QueueFilter { order: filter.order, ..counted.clone() } == *filter;
        if !self.running && !self.counted.as_ref().is_some_and(same) {
            self.running = true;
            out.start(count(filter));
        }
    }

    /// Draws the facets in a dialog, where the window has no room for a list. Gives another filter.
    pub fn dialog_ui(&mut self, ctx: &egui::Context, at: &At<'_>, out: &mut Out) -> Option<QueueFilter> {
        let shown = Dialog::new("filter", "Which pairs").width(420.0).show(ctx, |ui, _| {
            let tallest = (ui.ctx().content_rect().height() - 140.0).max(160.0);
            ui.set_max_height(tallest);
            self.ui(ui, at, out)
        });
        if shown.left {
            self.open = false;
            Dialog::closed(ctx, "filter");
        }
        shown.inner
    }

    /// Draws the facets. Gives another filter, where one was chosen.
    pub fn ui(&mut self, ui: &mut Ui, at: &At<'_>, out: &mut Out) -> Option<QueueFilter> {
        self.ensure(at.filter, out);
        let mut filter = at.filter.clone();
        ui.spacing_mut().item_spacing.y = 2.0;
        self.search_ui(ui, &mut filter);
        let id = Id::unique(("facets", filter.kind == PairKind::Link));
        ScrollArea::vertical().id_salt(id).auto_shrink([false, false]).show(ui, |ui| {
            parts::beside_the_bar(ui, |ui| {
                self.queues_ui(ui, &mut filter, at, out);
                let read = self.read.take().unwrap_or_default();
                self.facets_ui(ui, &mut filter, &read, at);
                field::choice(ui, "Order", &mut filter.order, &ORDERS, |order| order_words(order).to_owned(), 200.0);
                ui.add_space(8.0);
                self.give_ui(ui, &read, at, out);
                self.read = Some(read);
            });
        });
        (filter != *at.filter).then_some(filter)
    }

    fn search_ui(&mut self, ui: &mut Ui, filter: &mut QueueFilter) {
        let (mut text, since) = self.typed.take().unwrap_or_else(|| (filter.text.clone(), f64::INFINITY));
        let id = Id::unique(("facet text", filter.kind == PairKind::Link));
        let width = ui.available_width() - 10.0;
        let field = field::search(ui, id, "Id, CHI or surname", &mut text, width);
        if std::mem::take(&mut self.focus) {
            field.request_focus();
        }
        let now = ui.input(|input| input.time);
        let since = if field.changed() { now } else { since };
        // What it leaves is left by this key alone: not the pair as well
        if field.lost_focus() && ui.input_mut(|input| input.consume_key(egui::Modifiers::NONE, egui::Key::Escape)) {
            self.open = false;
        }
        self.entered |= field.lost_focus() && ui.input(|input| input.key_pressed(egui::Key::Enter));
        if field.lost_focus() || now - since >= PAUSE {
            filter.text = text;
        } else if text != filter.text {
            self.typed = Some((text, since));
            ui.ctx().request_repaint_after(std::time::Duration::from_secs_f64(PAUSE));
        }
        if !filter.text.trim().is_empty()
            && let Some(words) = narrowed_words(filter)
        {
            let words =
                text::coloured(Type::Small, palette(ui).warning.text, format!("Found among these alone: {words}"));
            ui.scope(|ui| {
                ui.set_max_width(width);
                ui.label(words);
            });
            if ui
                .add(Button::new(EVERY_PAIR).small().hint("Lifts every other filter, and keeps what is searched for"))
                .clicked()
            {
                *filter = of_every_pair(filter);
            }
        }
    }

    fn queues_ui(&mut self, ui: &mut Ui, filter: &mut QueueFilter, at: &At<'_>, out: &mut Out) {
        let built_in = queues::built_in(filter.kind, at.me);
        let kept = self.read.as_ref().map_or(&[][..], |read| &read.kept);
        let all: Vec<&Named> = built_in.iter().chain(kept).collect();
        let used = all.iter().find(|queue| queue.filter == *filter).map(|queue| queue.name.clone());
        ui.add_space(4.0);
        let combo = field::combo("queue by name").selected_text(used.as_deref().unwrap_or("A queue of your own"));
        let shown = combo.width(ui.available_width()).show_ui(ui, |ui| {
            for queue in &all {
                if ui.selectable_label(queue.filter == *filter, &queue.name).clicked() {
                    *filter = queue.filter.clone();
                }
            }
        });
        ui.ctx().accesskit_node_builder(shown.response.id, |node| node.set_label("Queue"));
        let mine = used.filter(|name| !built_in.iter().any(|queue| queue.name == *name));
        ui.horizontal(|ui| {
            ui.spacing_mut().item_spacing.x = 4.0;
            if ui.add(Button::new("Clear").small().ghost().hint("Back to what waits for review")).clicked() {
                *filter = QueueFilter::start(filter.kind);
            }
            if let Some(name) = mine {
                let forget = Button::new("Forget").small().ghost().name(format!("Forget the queue {name}"));
                if ui.add(forget).clicked() {
                    out.act(action(filter.kind, Action::Forget(name)));
                    self.forget();
                }
            } else if self.naming.is_none()
                && ui.add(Button::new("Keep as…").small().ghost().hint("Keep this queue under a name")).clicked()
            {
                self.naming = Some(String::new());
            }
        });
        if let Some(name) = &mut self.naming {
            let typed = Field::new("Name of the queue").nameless().hint("Name of the queue").show(ui, name);
            if !typed.has_focus() && !typed.lost_focus() {
                typed.request_focus();
            }
            if field::entered(ui, &typed) {
                out.act(action(filter.kind, Action::Keep(name.clone())));
                self.naming = None;
                self.forget();
            } else if typed.lost_focus() {
                self.naming = None;
            }
        }
    }

    fn facets_ui(&mut self, ui: &mut Ui, filter: &mut QueueFilter, read: &Read, at: &At<'_>) {
        let facets = &read.facets;
        let names: HashMap<StaffId, &str> =
            read.people.iter().map(|person| (person.id, person.name.as_str())).collect();
        let name = |staff: StaffId| match staff {
            NOBODY => "Nobody's".to_owned(),
            staff if staff == at.me => format!("{} (you)", names.get(&staff).copied().unwrap_or("You")),
            staff => names.get(&staff).copied().unwrap_or("Somebody").to_owned(),
        };
        self.facet(ui, "Decision", |ui| {
            for (state, count) in STATES.into_iter().zip(facets.states) {
                if row_ui(ui, state_words(state), count, filter.state == state) {
                    filter.state = state;
                }
            }
        });
        self.facet(ui, "Band", |ui| {
            for (band, count) in Band::ALL.into_iter().zip(facets.bands) {
                toggle_ui(ui, band.words(), count, band, &mut filter.bands);
            }
        });
        if filter.kind == PairKind::Link {
            let mut every = !filter.best_only;
            if field::tick(ui, &mut every, "Every candidate").changed() {
                filter.best_only = !every;
            }
        }
        let hazards: Vec<(Hazards, u64)> = with_chosen(&facets.hazards, filter.hazards.each());
        if !hazards.is_empty() {
            self.facet(ui, "Hazard", |ui| {
                for (hazard, count) in hazards {
                    if row_ui(ui, hazard.title(), count, filter.hazards.contains(hazard)) {
                        filter.hazards.toggle(hazard);
                    }
                }
            });
        }
        let assigned = with_chosen(&facets.assigned, filter.assigned.iter().copied());
        if assigned.iter().any(|(staff, _)| *staff != NOBODY) {
            self.facet(ui, "Whose", |ui| {
                for (staff, count) in assigned {
                    toggle_ui(ui, &name(staff), count, staff, &mut filter.assigned);
                }
            });
        }
        if facets.contexts.len() > 1 || !filter.contexts.is_empty() {
            self.facet(ui, "Team or context", |ui| {
                for (context, name, count) in &facets.contexts {
                    let name = if name.is_empty() { "None given" } else { name };
                    toggle_ui(ui, name, *count, *context, &mut filter.contexts);
                }
            });
        }
        self.facet(ui, "First proposed", |ui| {
            for (age, count) in Age::ALL.into_iter().zip(facets.ages) {
                if count > 0 || filter.ages.contains(&age) {
                    toggle_ui(ui, age.words(), count, age, &mut filter.ages);
                }
            }
        });
        let reasons = with_chosen(&facets.reasons, filter.reasons.iter().copied());
        if !reasons.is_empty() {
            self.facet(ui, "Reason", |ui| {
                for (reason, count) in reasons {
                    toggle_ui(ui, reason.words(), count, reason, &mut filter.reasons);
                }
            });
        }
        let staff = with_chosen(&facets.staff, filter.staff.iter().copied());
        if !staff.is_empty() {
            self.facet(ui, "Decided by", |ui| {
                for (staff, count) in staff {
                    toggle_ui(ui, &name(staff), count, staff, &mut filter.staff);
                }
            });
        }
        if facets.files.len() > 1 || !filter.files.is_empty() {
            self.facet(ui, "New or changed with", |ui| {
                for (file, name, count) in &facets.files {
                    toggle_ui(ui, name, *count, *file, &mut filter.files);
                }
            });
        }
    }

    /// A facet under its name, which folds it.
    fn facet(&mut self, ui: &mut Ui, name: &'static str, values: impl FnOnce(&mut Ui)) {
        let mut open = !self.folded.contains(name);
        ui.add_space(4.0);
        if parts::fold(ui, name, &mut open) {
            self.folded.remove(name);
            let builder = egui::UiBuilder::new().accessibility_role(Role::Group).accessibility_label(name);
            ui.scope_builder(builder, values);
        } else {
            self.folded.insert(name);
        }
    }

    fn give_ui(&mut self, ui: &mut Ui, read: &Read, at: &At<'_>, out: &mut Out) {
        let mut people: Vec<StaffId> = read.people.iter().filter(|person| person.active).map(|it| it.id).collect();
        people.push(NOBODY);
        let name = |staff: StaffId| {
            let person = read.people.iter().find(|person| person.id == staff);
            person.map_or("Nobody".to_owned(), |person| person.name.clone())
        };
        parts::rule(ui);
        let to = self.to.get_or_insert(at.me);
        field::choice(ui, "Give pairs to", to, &people, name, 200.0);
        let to = Some(*to).filter(|to| *to != NOBODY);
        let all = at.ids.len();
        field::segmented(
            ui,
            "Which pairs are given",
            &mut self.which,
            &[Which::This, Which::Next, Which::All],
            |which| match which {
                Which::This => "This".to_owned(),
                Which::Next => format!("Next {}", SLICE.min(all)),
                Which::All => format!("All {}", text::number(all as u64)),
            },
        );
        let here = at.current.and_then(|id| at.ids.iter().position(|it| *it == id)).unwrap_or(0);
        let ids: Vec<i64> = match self.which {
            Which::This => at.current.into_iter().collect(),
            Which::Next => at.ids.iter().skip(here).take(SLICE).copied().collect(),
            Which::All => at.ids.to_vec(),
        };
        let can = !ids.is_empty() && !at.busy;
        if ui.add(Button::new("Give").icon(Icon::People).small().enabled(can)).clicked() {
            out.act(action(at.filter.kind, Action::Give(ids, to)));
        }
    }
}

/// Another filter as the screen's own action.
pub fn use_filter(filter: QueueFilter) -> screens::Action {
    match filter.kind {
        PairKind::Link => review::Action::Filter(filter).into(),
        PairKind::Duplicate => duplicates::Action::Filter(filter).into(),
    }
}

/// Where the facets stand.
pub struct At<'a> {
    /// The filter that is used.
    pub filter: &'a QueueFilter,
    /// The pairs it shows.
    pub ids: &'a [i64],
    /// The pair that is looked at.
    pub current: Option<i64>,
    /// Who looks.
    pub me: StaffId,
    /// Work is changing the workspace.
    pub busy: bool,
}

/// The values that were counted, and those that are chosen and have no pair now.
fn with_chosen<T: Copy + PartialEq>(counted: &[(T, u64)], chosen: impl Iterator<Item = T>) -> Vec<(T, u64)> {
    let mut all = counted.to_vec();
    for value in chosen {
        if !all.iter().any(|(held, _)| *held == value) {
            all.push((value, 0));
        }
    }
    all
}

/// A value that is chosen among others of its facet.
fn toggle_ui<T: Copy + PartialEq>(ui: &mut Ui, words: &str, count: u64, value: T, chosen: &mut Vec<T>) {
    let on = chosen.contains(&value);
    if row_ui(ui, words, count, on) {
        match on {
            true => chosen.retain(|held| *held != value),
            false => chosen.push(value),
        }
    }
}

/// One value of a facet with its count. True when it was pressed.
fn row_ui(ui: &mut Ui, words: &str, count: u64, on: bool) -> bool {
    let palette = palette(ui);
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), 24.0), Sense::click());
    let label = format!("{words}, {}", text::count(count, "pair", "pairs"));
    response.widget_info(|| WidgetInfo::selected(Role::CheckBox, ui.is_enabled(), on, &label));
    if ui.is_rect_visible(rect) {
        let fill = match (on, response.hovered()) {
            (true, _) => Some(palette.selected),
            (false, true) => Some(palette.hover),
            (false, false) => None,
        };
        if let Some(fill) = fill {
            ui.painter().rect_filled(rect, tokens().radius.medium, fill);
        }
        let mark = icon::at_left(rect, 12.0, 6.0);
        if on {
            Icon::Check.paint(ui.painter(), mark, palette.accent_text);
        }
        let inside = rect.shrink2(vec2(6.0, 0.0)).with_min_x(rect.left() + 24.0);
        let mut line =
            ui.new_child(egui::UiBuilder::new().max_rect(inside).layout(Layout::right_to_left(Align::Center)));
        let ink = if count == 0 && !on { palette.muted } else { palette.text };
        line.label(text::coloured(Type::Small, palette.muted, text::number(count)));
        line.with_layout(Layout::left_to_right(Align::Center), |ui| {
            text::one_line(ui, text::coloured(Type::Body, ink, words));
        });
    }
    focus_ring(ui, &response, rect.shrink(2.0), tokens().radius.medium);
    response.clicked()
}
