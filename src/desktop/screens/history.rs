//! The ledger: everything that happened, searchable; each deed can be looked at, and taken back where it can be.

mod details;
mod kinds;

use std::time::{Duration, Instant};

use eframe::egui::{Align, Id, Key, Layout, Modifiers, Ui, UiBuilder, vec2};

use self::kinds::Kind;
use super::View;
use crate::desktop::command::Command;
use crate::desktop::jobs::Job;
use crate::desktop::out::Out;
use crate::desktop::session::Session;
use crate::desktop::theme::{Tone, Type, palette, space};
use crate::desktop::widgets::dialog::{self, Answer};
use crate::desktop::widgets::table::{Cells, Col, Table, TableState};
use crate::desktop::widgets::{Button, Icon, field, parts, text};
use crate::progress::Progress;
use crate::stewardship::{Refused, undo};
use crate::workspace::{Event, LedgerFilter, LedgerRow, Staff, StaffId, Touched, Workspace};

/// How many events are read at a time.
const PAGE: usize = 400;
/// How long the search waits for the next letter.
const PAUSE: Duration = Duration::from_millis(180);

/// The screen's own state.
#[derive(Default)]
pub struct History {
    typed: String,
    /// When the search was last typed in; it is asked once the typing pauses.
    typed_at: Option<Instant>,
    staff: Option<StaffId>,
    kind: Kind,
    people: Vec<Staff>,
    rows: Option<Vec<LedgerRow>>,
    /// Whether the ledger holds older events than those read.
    more: bool,
    table: TableState<i64>,
    question: Option<Question>,
    /// The deed that is looked at.
    deed: Option<Deed>,
    focus_search: bool,
    /// In a narrow window the event that is chosen is shown alone.
    inside: bool,
    /// The list takes the keyboard.
    focus_table: bool,
}

/// What the screen wants done after the frame.
pub enum Action {
    /// Ask whether the deed of an event is to be taken back.
    Ask(i64),
    /// Take it back: the deed of that event, of so many.
    TakeBack(i64, usize),
    /// Show what there is of an id or a name, whoever did it.
    Find(String),
    /// It was taken back, or not.
    TakenBack(Result<Option<String>, Refused>),
}

/// From this width on an event stands beside the list; else in its place.
const BESIDE: f32 = 760.0;

/// From so many events on, taking them back is a piece of work of its own: the window does not wait for it.
const MANY: usize = 200;

/// Takes something of so many events back, and says what it was.
pub fn take_back(
    session: &mut Session,
    events: usize,
    out: &mut Out,
    verb: impl FnOnce(&mut Workspace, &Progress) -> Result<Option<String>, Refused> + Send + 'static,
) {
    if events < MANY {
        let done = session.change(out, |ws| verb(ws, &Progress::new()).map(|title| (title, Touched::all())));
        if let Some(Some(title)) = done {
            out.say(title);
        }
    } else if session.to_change(out).is_some() {
        let title = format!("Taking back {}", text::count(events as u64, "event", "events"));
        out.start(Job::writes(title, move |ws, progress| {
            Action::TakenBack(ws.map_err(Refused::from).and_then(|ws| verb(ws, progress))).into()
        }));
    }
}

/// A deed that is looked at.
#[derive(Clone, Copy)]
struct Deed {
    /// Its number: that of its first event.
    number: i64,
    /// How many events it has.
    events: u64,
    /// Whether taking it back is offered. A deed of [`MANY`] events is not gone through before: it is tried when it is asked for.
    offered: bool,
}

impl Deed {
    fn read(ws: &Workspace, number: i64) -> Result<Self, Refused> {
        let events = ws.deed_size(number)?;
        let offered = events >= MANY as u64 || undo::may_take_back(ws, number)?;
        Ok(Self { number, events, offered })
    }
}

/// What is asked about: a deed that may be taken back.
struct Question {
    seq: i64,
    /// The deed in a few words, and how many events it has.
    what: String,
    events: usize,
}

const COLUMNS: [Col; 4] =
    [Col::exact("No", 80.0).right(), Col::exact("When", 156.0), Col::exact("Who", 134.0), Col::rest("What", 180.0)];

impl View for History {
    fn ui(&mut self, ui: &mut Ui, session: &Session, out: &mut Out) {
        self.read(ui, session, out);
        let events = text::count(session.status().events, "event", "events");
        let line = match self.found() {
            Some(found) => format!("{found} of {events}"),
            None => format!("{events}, each bound to the one before by its hash. Nothing is ever deleted"),
        };
        parts::full_page(
            ui,
            "History",
            &line,
            |_| {},
            |ui| {
                let rows = self.rows.take().unwrap_or_default();
                let chosen = self.table.cursor.and_then(|seq| rows.iter().find(|row| row.seq == seq));
                let beside = ui.available_width() > BESIDE;
                if let Some(row) = chosen.filter(|_| self.inside && !beside) {
                    self.alone_ui(ui, session, row, out);
                    self.rows = Some(rows);
                    return;
                }
                self.filter_ui(ui);
                ui.add_space(4.0);
                let room = ui.available_rect_before_wrap();
                let side = if chosen.is_some() && beside { 322.0 } else { 0.0 };
                let left = room.with_max_x(room.right() - if side > 0.0 { side + space().m } else { 0.0 });
                let mut table_ui = ui.new_child(UiBuilder::new().max_rect(left).layout(Layout::top_down(Align::Min)));
                if let (true, Some(row)) = (side > 0.0, chosen) {
                    let right = room.with_min_x(room.right() - side);
                    let mut side_ui =
                        ui.new_child(UiBuilder::new().max_rect(right).layout(Layout::top_down(Align::Min)));
                    self.event_ui(&mut side_ui, session, row, out);
                }
                self.inside = self.table_ui(&mut table_ui, &rows) && !beside;
                self.rows = Some(rows);
                ui.advance_cursor_after_rect(room);
            },
        );
        self.question_ui(ui, out);
    }

    fn offers(&self, command: Command, _: &Session) -> bool {
        matches!(command, Command::Search | Command::Next | Command::Previous)
    }

    fn command(&mut self, command: Command, _: &mut Session, _: &mut Out) {
        let step = match command {
            Command::Search => {
                self.focus_search = true;
                return;
            }
            Command::Next => 1,
            _ => -1,
        };
        let keys: Vec<i64> = self.rows.iter().flatten().map(|row| row.seq).collect();
        self.table.step(&keys, step);
    }

    fn touched(&mut self, _: Touched, _: &Session) {
        self.rows = None;
        self.deed = None;
        self.people.clear();
    }
}

impl History {
    /// Carries out an action.
    pub fn act(&mut self, action: Action, session: &mut Session, out: &mut Out) {
        match action {
            Action::Ask(seq) => {
                let deed = out.read(session.ws().deed(seq));
                self.question = deed.map(|deed| Question { seq, what: undo::name_of(&deed), events: deed.len() });
            }
            Action::TakeBack(seq, events) => {
                take_back(session, events, out, move |ws, progress| undo::undo_deed_with(ws, seq, progress).map(Some));
            }
            Action::Find(typed) => {
                (self.typed, self.typed_at, self.staff, self.kind) = (typed, None, None, Default::default());
                self.rows = None;
            }
            Action::TakenBack(Ok(title)) => title.into_iter().for_each(|title| out.say(title)),
            Action::TakenBack(Err(Refused::Cancelled(cancelled))) => out.say(cancelled.to_string()),
            Action::TakenBack(Err(refused)) => out.fail(refused),
        }
    }

    fn read(&mut self, ui: &Ui, session: &Session, out: &mut Out) {
        if self.people.is_empty() {
            self.people = out.read(session.ws().staff()).unwrap_or_default();
        }
        if let Some(at) = self.typed_at {
            match PAUSE.checked_sub(at.elapsed()) {
                Some(rest) => ui.ctx().request_repaint_after(rest),
                None => {
                    self.typed_at = None;
                    self.rows = None;
                }
            }
        }
        let near_end = |rows: &Vec<LedgerRow>| {
            let keys = rows.len();
            self.more
                && self
                    .table
                    .cursor
                    .is_some_and(|seq| rows.iter().rposition(|r| r.seq == seq).is_some_and(|p| p + 40 > keys))
        };
        match &self.rows {
            None => {
                let rows = out.read(session.ws().ledger(&self.filter(None), PAGE)).unwrap_or_default();
                self.more = rows.len() == PAGE;
                self.rows = Some(rows);
            }
            Some(rows) if near_end(rows) => {
                let before = rows.last().map(|row| row.seq);
                let next = out.read(session.ws().ledger(&self.filter(before), PAGE)).unwrap_or_default();
                self.more = next.len() == PAGE;
                self.rows.get_or_insert_default().extend(next);
            }
            Some(_) => {}
        }
    }

    /// How many events fit what is searched for, as far as they were read; `None` where all are shown.
    fn found(&self) -> Option<String> {
        let fits = LedgerFilter::default() != self.filter(None);
        let found = self.rows.as_ref().filter(|_| fits)?.len() as u64;
        Some(if self.more { format!("The newest {}", text::number(found)) } else { text::number(found) })
    }

    fn filter(&self, before: Option<i64>) -> LedgerFilter {
        LedgerFilter {
            text: self.typed.trim().to_owned(),
            staff: self.staff,
            kinds: self.kind.tags().iter().map(|tag| (*tag).to_owned()).collect(),
            before,
        }
    }

    fn event_ui(&mut self, ui: &mut Ui, session: &Session, row: &LedgerRow, out: &mut Out) {
        if self.deed.is_none_or(|deed| deed.number != row.deed) {
            self.deed = out.read(Deed::read(session.ws(), row.deed));
        }
        if let Some(deed) = self.deed {
            details::details_ui(ui, session, row, deed, out);
        }
    }

    /// The event that is chosen, and the way back to the others.
    fn alone_ui(&mut self, ui: &mut Ui, session: &Session, row: &LedgerRow, out: &mut Out) {
        let back = Button::new("All events  Esc").name("All events").icon(Icon::ArrowLeft).ghost().small();
        let free = ui.ctx().memory(|memory| memory.top_modal_layer().is_none());
        let left =
            ui.add(back).clicked() || (free && ui.input_mut(|input| input.consume_key(Modifiers::NONE, Key::Escape)));
        self.event_ui(ui, session, row, out);
        self.inside = !left;
        self.focus_table = left;
    }

    fn filter_ui(&mut self, ui: &mut Ui) {
        ui.horizontal_wrapped(|ui| {
            // In a narrow window the search has a line to itself
            let width = match ui.available_width() {
                narrow if narrow < 500.0 => narrow,
                wide => (wide - 364.0).clamp(120.0, 380.0),
            };
            let id = Id::unique("history search");
            let search = field::search(ui, id, "Search ids, files, comments", &mut self.typed, width);
            if std::mem::take(&mut self.focus_search) {
                search.request_focus();
            }
            if search.changed() {
                self.typed_at = Some(Instant::now());
            }
            let before = (self.staff, self.kind);
            let people = &self.people;
            let name = |id: Option<StaffId>| match id {
                None => "Everybody".to_owned(),
                Some(id) => people.iter().find(|p| p.id == id).map_or_else(String::new, |p| p.name.clone()),
            };
            let who = field::combo("history staff").width(150.0).selected_text(name(self.staff)).show_ui(ui, |ui| {
                for id in std::iter::once(None).chain(people.iter().map(|p| Some(p.id))) {
                    ui.selectable_value(&mut self.staff, id, name(id));
                }
            });
            ui.ctx().accesskit_node_builder(who.response.id, |node| node.set_label("Whose events"));
            let kinds = field::combo("history kinds").width(180.0).selected_text(self.kind.words()).show_ui(ui, |ui| {
                for kind in Kind::ALL {
                    ui.selectable_value(&mut self.kind, kind, kind.words());
                }
            });
            ui.ctx().accesskit_node_builder(kinds.response.id, |node| node.set_label("Which events"));
            if before != (self.staff, self.kind) {
                self.rows = None;
            }
        });
    }

    /// Draws the list. True where an event was gone into: by Enter, or by a click.
    fn table_ui(&mut self, ui: &mut Ui, rows: &[LedgerRow]) -> bool {
        if rows.is_empty() {
            parts::empty(ui, Icon::Clock, "Nothing found", "No event of the ledger fits the search", |_| {});
            return false;
        }
        let keys: Vec<i64> = rows.iter().map(|row| row.seq).collect();
        let height = ui.available_height() - 2.0;
        let narrow = ui.available_width() < 640.0;
        let columns: Vec<Col> = if narrow { vec![COLUMNS[1], COLUMNS[3]] } else { COLUMNS.to_vec() };
        let table = Table::new("ledger", "Ledger", &columns).focus(std::mem::take(&mut self.focus_table));
        let shown = parts::table_card(ui, |ui| {
            let shown = ui.allocate_ui(vec2(ui.available_width(), height), |ui| {
                ui.set_min_height(height);
                let label = |place: usize| {
                    let row = &rows[place];
                    let state = row.undone_by.map_or("", |_| ", taken back");
                    format!(
                        "{}: {}, {}, {}{state}",
                        row.seq,
                        undo::describe(&row.event),
                        row.name,
                        text::moment(row.at)
                    )
                };
                table.show(ui, &mut self.table, &keys, label, |cells, place| row_ui(cells, &rows[place], narrow))
            });
            shown.inner
        });
        let clicked = shown.moved && ui.input(|input| input.pointer.any_released());
        clicked || shown.activated.is_some()
    }

    fn question_ui(&mut self, ui: &Ui, out: &mut Out) {
        let Some(Question { seq, what, events }) = &self.question else { return };
        let (seq, events) = (*seq, *events);
        let (whole, by) = match events {
            1 => (String::new(), "by a new event".to_owned()),
            _ => (", all of it,".to_owned(), format!("by {} new events", text::number(events as u64))),
        };
        let words = [
            format!("“{what}”{whole} is taken back {by}, in your name. It stays in the history, marked as taken back."),
            "It is refused where later decisions or a signed batch rest on it.".to_owned(),
        ];
        match dialog::ask(ui.ctx(), "take back", "Take this back?", &words, "Take it back", false) {
            None => {}
            Some(answer) => {
                self.question = None;
                if answer == Answer::Yes {
                    out.act(Action::TakeBack(seq, events));
                }
            }
        }
    }
}

fn row_ui(cells: &mut Cells<'_, '_, '_>, row: &LedgerRow, narrow: bool) {
    if !narrow {
        cells.quiet(text::number(row.seq.max(0) as u64));
    }
    cells.quiet(text::moment(row.at));
    if !narrow {
        cells.quiet(&row.name);
    }
    cells.cell(|ui| {
        let palette = palette(ui);
        let (icon, tone) = look(&row.event);
        let undone = row.undone_by.is_some();
        let ink = if undone { palette.muted } else { palette.text };
        icon.show(ui, 14.0, if undone { palette.muted } else { palette.tone(tone).text });
        let mut words = text::coloured(Type::Body, ink, undo::describe(&row.event));
        if undone {
            words = words.strikethrough();
        }
        text::one_line(ui, words);
        if let Some(by) = row.undone_by {
            text::small(ui, format!("taken back by {}", text::number(by.max(0) as u64)));
        }
    });
}

/// An event's icon and tone.
fn look(event: &Event) -> (Icon, Tone) {
    match event {
        Event::WorkspaceCreated { .. } => (Icon::Plus, Tone::Neutral),
        Event::TrainingBegun { .. } => (Icon::Flag, Tone::Warning),
        Event::PlaceSet { .. } => (Icon::Settings, Tone::Neutral),
        Event::Sent { .. } => (Icon::Send, Tone::Positive),
        Event::Closed { .. } => (Icon::Lock, Tone::Warning),
        Event::StaffChanged { .. } => (Icon::People, Tone::Neutral),
        Event::KeyRegistered { .. } | Event::KeyConfirmed { .. } => (Icon::Signature, Tone::Neutral),
        Event::ClockJumped { .. } => (Icon::Clock, Tone::Warning),
        Event::ParcelMade { .. } => (Icon::Send, Tone::Info),
        Event::ParcelTaken { refused, .. } if refused.is_empty() => (Icon::Upload, Tone::Info),
        Event::ParcelTaken { .. } => (Icon::Upload, Tone::Warning),
        Event::DatabaseKeyChanged { .. } | Event::Opened { .. } => (Icon::Lock, Tone::Neutral),
        Event::FileLoaded { .. } => (Icon::Upload, Tone::Info),
        Event::Matched { .. } => (Icon::Link, Tone::Info),
        Event::CutsMoved { .. } => (Icon::Settings, Tone::Info),
        Event::FoundByHand { .. } => (Icon::Search, Tone::Neutral),
        Event::ScoreRevealed { .. } => (Icon::Eye, Tone::Neutral),
        Event::Decided { after: Some(judgement), .. } => crate::desktop::widgets::chip::verdict_look(judgement.verdict),
        Event::Decided { after: None, .. } | Event::RecordDecided { after: None, .. } => (Icon::Undo, Tone::Neutral),
        Event::RecordDecided { .. } => (Icon::Blank, Tone::Neutral),
        Event::BatchComposed { .. } | Event::SampleDrawn { .. } => (Icon::Layers, Tone::Neutral),
        Event::BatchSubmitted { .. } => (Icon::Send, Tone::Warning),
        Event::Assigned { .. } => (Icon::People, Tone::Neutral),
        Event::Rechecked { .. } | Event::KnownSet { .. } => (Icon::Eye, Tone::Neutral),
        Event::BatchReturned { .. } => (Icon::ArrowLeft, Tone::Danger),
        Event::BatchSigned { .. } => (Icon::Signature, Tone::Positive),
        Event::CorrectionSigned { .. } => (Icon::Signature, Tone::Positive),
        Event::CorrectionReturned { .. } => (Icon::ArrowLeft, Tone::Danger),
        Event::CorrectionComposed { .. } => (Icon::Layers, Tone::Warning),
        Event::Acknowledged { .. } => (Icon::Check, Tone::Positive),
        Event::ProfileSaved { .. } => (Icon::File, Tone::Neutral),
        Event::LeftOut { .. } => (Icon::Lock, Tone::Neutral),
        Event::Released { .. } | Event::ProfileWritten { .. } | Event::CorrectionReleased { .. } => {
            (Icon::Send, Tone::Positive)
        }
        Event::Recalled { .. } => (Icon::Undo, Tone::Danger),
        Event::ProtocolSet { .. } => (Icon::Scale, Tone::Info),
        Event::SharingExcepted { after: Some(_), .. } => (Icon::Signature, Tone::Warning),
        Event::SharingExcepted { .. } => (Icon::Undo, Tone::Neutral),
        Event::ExtractWritten(_) | Event::CrossReferenceWritten { .. } => (Icon::Send, Tone::Positive),
        Event::ExtractAcknowledged { .. } => (Icon::Check, Tone::Positive),
        Event::LookedUp { .. } => (Icon::Search, Tone::Neutral),
        Event::BackedUp { .. } => (Icon::Save, Tone::Neutral),
        Event::Restored { .. } => (Icon::Save, Tone::Warning),
    }
}
