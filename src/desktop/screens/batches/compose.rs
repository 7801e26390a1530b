//! What is ready, and a new batch of it: all of it, or rows that are chosen.

use std::collections::HashSet;

use eframe::egui::{Align, Layout, ScrollArea, Ui, vec2};

use super::super::pair::shown::how_words;
use super::deed::Deed;
use super::read::{Detail, Row, Shelf, Tally, rows_words, waiting_words};
use super::rows::{self, Choice, Purpose, Rows, Show, Sight};
use crate::desktop::command::Command;
use crate::desktop::out::Out;
use crate::desktop::screens::Screen;
use crate::desktop::theme::{Tone, Type, palette};
use crate::desktop::widgets::field::{self, Field};
use crate::desktop::widgets::{Button, Icon, parts, text};
use crate::pair::{Band, How, PairKey};
use crate::stewardship::batches::LONGEST_NAME;
use crate::words::{number, per_cent};
use crate::workspace::{BatchId, Workspace};

/// Which rows go in.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum Which {
    #[default]
    All,
    Chosen,
}

/// What the composing of a batch remembers.
#[derive(Default)]
pub struct Compose {
    name: Option<String>,
    which: Which,
    chosen: Option<HashSet<PairKey>>,
    rows: Rows,
    focus: bool,
    /// The rows of a batch that is being changed, with those that are ready.
    changing: Option<(BatchId, Vec<Row>)>,
}

/// What the composing of a batch needs beside what it remembers.
pub struct Ready<'a> {
    /// The workspace, for the names of the rows in sight.
    pub ws: &'a Workspace,
    /// What is ready.
    pub shelf: &'a Shelf,
    /// Work is changing the workspace.
    pub busy: bool,
    /// Counts changes.
    pub stamp: u64,
}

impl Compose {
    /// Gives the keyboard to the name.
    pub fn focus(&mut self) {
        self.focus = true;
    }

    /// Forgets rows that were read before something changed.
    pub fn forget(&mut self) {
        self.rows.forget();
        self.chosen = None;
    }

    /// Leaves out rows that must wait for another batch. What was chosen beside them stays chosen.
    pub fn leave_out(&mut self, waiting: &[(PairKey, String)]) {
        self.rows.forget();
        if let Some(chosen) = &mut self.chosen {
            waiting.iter().for_each(|(key, _)| _ = chosen.remove(key));
        }
    }

    /// A batch was put together: the next begins afresh.
    pub fn begin_again(&mut self) {
        *self = Self::default();
    }

    /// Begins to change a batch that is being composed.
    pub fn change(&mut self, detail: &Detail, shelf: &Shelf) {
        let mut rows = detail.rows.clone();
        rows.extend(shelf.ready.iter().cloned());
        self.chosen = Some(detail.rows.iter().map(|row| row.key.clone()).collect());
        self.changing = Some((detail.batch.id, rows));
        self.rows = Rows::default();
    }

    /// The batch that is being changed.
    pub fn changing(&self) -> Option<BatchId> {
        self.changing.as_ref().map(|(batch, _)| *batch)
    }

    /// Leaves a change where it is.
    pub fn leave(&mut self) {
        *self = Self::default();
    }

    /// What is ready, and how to make a batch of it. Gives a pair that must wait and is to be looked at.
    pub fn ui(&mut self, ui: &mut Ui, beside: &Ready<'_>, out: &mut Out) -> Option<PairKey> {
        if ui.available_height() >= LOW {
            return self.inside_ui(ui, beside, out);
        }
        let mut look = None;
        ScrollArea::vertical().id_salt("compose").auto_shrink([false, false]).show(ui, |ui| {
            parts::beside_the_bar(ui, |ui| look = self.inside_ui(ui, beside, out));
        });
        look
    }

    fn inside_ui(&mut self, ui: &mut Ui, beside: &Ready<'_>, out: &mut Out) -> Option<PairKey> {
        if let Some((batch, rows)) = self.changing.take() {
            if !self.change_ui(ui, beside, batch, &rows, out) {
                self.changing = Some((batch, rows));
            }
            return None;
        }
        let shelf = beside.shelf;
        let look = waiting_ui(ui, shelf);
        if !shelf.ready.is_empty() {
            self.ready_ui(ui, beside, out);
        } else if shelf.counting {
            text::secondary(ui, shelf.ready_words());
        } else {
            nothing_ready(ui, out);
        }
        look
    }

    fn ready_ui(&mut self, ui: &mut Ui, beside: &Ready<'_>, out: &mut Out) {
        let shelf = beside.shelf;
        let next = shelf.batches.iter().map(|batch| batch.id.0).max().unwrap_or(0) + 1;
        let suggested = format!("Batch {next}");
        let name = self.name.get_or_insert(suggested);
        let all = self.which == Which::All;
        let rows = match (&self.chosen, all) {
            (Some(chosen), false) => chosen.len() as u64,
            _ => shelf.tally.rows(),
        };
        let fault = name_fault(name);
        let mut go = false;
        let narrow = ui.available_width() < NARROW;
        ui.horizontal_wrapped(|ui| {
            let width = if narrow { ui.available_width() } else { 240.0 };
            let field =
                Field::new("Name of the batch").width(width).fault(fault).focus(std::mem::take(&mut self.focus));
            let typed = field.show(ui, name);
            go |= field::entered(ui, &typed);
            if narrow {
                ui.end_row();
            }
            ui.vertical(|ui| {
                ui.spacing_mut().item_spacing.y = 4.0;
                above(ui, "Which rows");
                let options = [Which::All, Which::Chosen];
                field::segmented(ui, "Which rows", &mut self.which, &options, |which| {
                    if which == Which::All { "Everything ready" } else { "Choose rows" }.to_owned()
                });
            });
            ui.vertical(|ui| {
                ui.spacing_mut().item_spacing.y = 4.0;
                above(ui, " ");
                let words = match all && !shelf.held {
                    true => "Compose what is ready".to_owned(),
                    false => format!("Compose {}", rows_words(rows)),
                };
                let can = fault.is_none() && rows > 0 && !beside.busy;
                let button = Button::new(&words).icon(Icon::Layers).primary().enabled(can);
                go |= ui.add(button.hint("Put these rows together for sign-off")).clicked();
                go &= can;
            });
        });
        if go {
            let rows = (!all).then(|| in_order(&shelf.ready, self.chosen.as_ref()));
            out.start(Deed::Compose { name: name.clone(), rows }.job());
        }
        ui.add_space(8.0);
        if self.which == Which::All {
            let tally = |ui: &mut Ui| parts::beside_the_bar(ui, |ui| tally_ui(ui, &shelf.tally, shelf));
            if ui.available_height().is_finite() {
                ScrollArea::vertical().id_salt("ready").auto_shrink([false, false]).show(ui, tally);
            } else {
                tally(ui);
            }
        } else {
            let chosen = self.chosen.get_or_insert_with(|| shelf.ready.iter().map(|row| row.key.clone()).collect());
            choose_ui(ui, &mut self.rows, beside, &shelf.ready, chosen);
        }
    }

    /// Draws the change of a batch. Gives whether it was left.
    fn change_ui(&mut self, ui: &mut Ui, beside: &Ready<'_>, batch: BatchId, rows: &[Row], out: &mut Out) -> bool {
        let chosen = self.chosen.get_or_insert_default();
        let name = beside.shelf.batch(batch).map_or("", |batch| batch.name.as_str());
        let mut left = false;
        ui.horizontal(|ui| {
            text::heading(ui, format!("Rows of {name}"));
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                let words = format!("Keep {}", rows_words(chosen.len() as u64));
                let can = !chosen.is_empty() && !beside.busy;
                if ui.add(Button::new(&words).icon(Icon::Check).primary().enabled(can)).clicked() {
                    let rows = in_order(rows, Some(chosen));
                    out.start(Deed::Change { batch, rows }.job());
                    left = true;
                }
                left |= ui.add(Button::new("Leave as it was").ghost()).clicked();
            });
        });
        ui.add_space(4.0);
        choose_ui(ui, &mut self.rows, beside, rows, chosen);
        left
    }
}

/// The name above something that is not a field, as a field's own name stands.
fn above(ui: &mut Ui, name: &str) {
    let name = text::coloured(Type::SmallStrong, palette(ui).secondary, name);
    ui.label(name);
}

fn choose_ui(ui: &mut Ui, table: &mut Rows, beside: &Ready<'_>, rows: &[Row], chosen: &mut HashSet<PairKey>) {
    table.head(ui, &Show::READY, rows, beside.stamp);
    ui.horizontal_wrapped(|ui| {
        let words = format!("{} of {} chosen", number(chosen.len() as u64), number(rows.len() as u64));
        text::secondary(ui, words);
        if let Some(words) = rows::shown_of(table.found().len(), rows.len()) {
            text::small(ui, words);
        }
        let shown = || table.found().iter().map(|place| rows[*place as usize].key.clone());
        if ui.add(Button::new("Take in all that are shown").ghost().small()).clicked() {
            chosen.extend(shown());
        }
        if ui.add(Button::new("Leave out all that are shown").ghost().small()).clicked() {
            for key in shown() {
                chosen.remove(&key);
            }
        }
    });
    // Where all of it scrolls, the table has a height of its own
    let height =
        Some(ui.available_height()).filter(|height| height.is_finite()).map_or(LIST, |height| height.max(LIST));
    let room = vec2(ui.available_width(), height);
    ui.allocate_ui(room, |ui| {
        ui.set_min_size(room);
        let choice = Choice { chosen, purpose: Purpose::Batch };
        parts::table_card(ui, |ui| table.table(ui, (beside.ws, beside.shelf), rows, Sight::First, Some(choice)));
    });
}

fn in_order(rows: &[Row], chosen: Option<&HashSet<PairKey>>) -> Vec<PairKey> {
    let inside = |row: &&Row| chosen.is_none_or(|chosen| chosen.contains(&row.key));
    rows.iter().filter(inside).map(|row| row.key.clone()).collect()
}

/// Says which decided rows would not be in a batch of everything, and why the first. Gives that, where it is to be looked at.
fn waiting_ui(ui: &mut Ui, shelf: &Shelf) -> Option<PairKey> {
    let (first, _) = shelf.waiting.first()?;
    let words = waiting_words(&shelf.waiting)?;
    let mut look = false;
    parts::banner_with(ui, Tone::Info, &words, |ui| {
        look = ui.add(Button::new("Look at it").icon(Icon::Eye).small()).clicked();
    });
    ui.add_space(8.0);
    look.then(|| first.clone())
}

fn nothing_ready(ui: &mut Ui, out: &mut Out) {
    let line = "Matches and merges that you decide wait here until you put them together for sign-off. \
                Nothing is waiting now";
    parts::empty(ui, Icon::Layers, "Nothing is ready for a batch", line, |ui| {
        if ui.add(Button::new("Go to review").icon(Icon::Scale).primary()).clicked() {
            out.command(Command::Go(Screen::Review));
        }
    });
}

fn name_fault(name: &str) -> Option<&'static str> {
    if name.trim().is_empty() {
        Some("Give the batch a name")
    } else if name.trim().chars().count() > LONGEST_NAME {
        Some("At most 80 characters")
    } else {
        None
    }
}

/// In less height than this all of it scrolls,
const LOW: f32 = 420.0;
/// and the list of rows is at least so high.
const LIST: f32 = 220.0;

/// Below this width the name of a batch has a line to itself.
const NARROW: f32 = 700.0;

/// What rows come to: by kind, by band, by how they were decided, by warning, by who.
pub fn tally_ui(ui: &mut Ui, tally: &Tally, shelf: &Shelf) {
    let rows = tally.rows();
    let share = |part: u64| if part == 0 { "None".to_owned() } else { format!("{} of the rows", per_cent(part, rows)) };
    let deciders = tally.deciders.len() as u64;
    let names: Vec<String> = match tally.deciders.as_slice() {
        [(staff, _)] => vec![shelf.name(*staff).to_owned()],
        many => many.iter().map(|(staff, rows)| format!("{} {}", shelf.name(*staff), number(*rows))).collect(),
    };
    let tiles = [
        ("Links", number(tally.links), "CHI numbers to seed".to_owned(), Tone::Neutral),
        ("Merges", number(tally.merges), "Duplicates to merge".to_owned(), Tone::Neutral),
        (
            "With a warning",
            number(tally.warned),
            share(tally.warned),
            if tally.warned > 0 { Tone::Warning } else { Tone::Neutral },
        ),
        ("Decided by", text::count(deciders, "person", "people"), names.join(", "), Tone::Neutral),
    ];
    parts::tiles(ui, tiles.len(), 150.0, |ui, place| {
        let (name, figure, line, tone) = &tiles[place];
        parts::stat(ui, name, figure, line, *tone);
    });
    if tally.unread > 0 {
        let words = format!(
            "{} came one after the other faster than a pair can be read; look at them with more care than the sample asks",
            text::count(tally.unread, "answer by hand", "answers by hand")
        );
        parts::banner(ui, Tone::Warning, &words);
    }
    ui.add_space(12.0);
    let bands = [Band::Auto.words(), Band::Review.words(), Band::Low.words(), "Proposed no more"];
    let tones = [Tone::Positive, Tone::Info, Tone::Neutral, Tone::Neutral];
    let hows = [How::ByHand, How::Band, How::Class, How::File, How::Carried, How::Brought].map(how_words);
    parts::cards(ui, "what the rows come to", 3, 230.0, |ui, place| match place {
        0 => {
            let lines = bands.iter().zip(tally.bands).zip(tones).map(|((name, n), tone)| (*name, n, tone));
            breakdown(ui, "By band", lines, rows);
        }
        1 => {
            let lines = hows.iter().zip(tally.hows).filter(|(_, n)| *n > 0).map(|(name, n)| (*name, n, Tone::Info));
            breakdown(ui, "By how they were decided", lines, rows);
        }
        _ if tally.hazards.is_empty() => {
            text::strong(ui, "Beware of");
            text::secondary(ui, "Nothing was flagged in these rows");
        }
        _ => {
            let lines = tally.hazards.iter().map(|(hazard, n)| (hazard.title(), *n, Tone::Warning));
            breakdown(ui, "Beware of", lines, rows);
        }
    });
}

fn breakdown<'a>(ui: &mut Ui, name: &str, lines: impl Iterator<Item = (&'a str, u64, Tone)>, whole: u64) {
    text::strong(ui, name);
    ui.add_space(2.0);
    for (name, count, tone) in lines.filter(|(_, count, _)| *count > 0) {
        ui.scope(|ui| {
            ui.spacing_mut().interact_size.y = 18.0;
            ui.spacing_mut().item_spacing.y = 4.0;
            ui.horizontal(|ui| {
                ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                    text::body(ui, number(count));
                    ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                        let name = text::coloured(Type::Body, palette(ui).secondary, name);
                        text::one_line(ui, name);
                    });
                });
            });
        });
        let share = if whole > 0 { count as f32 / whole as f32 } else { 0.0 };
        parts::bar(ui, share, tone, &format!("{name}: {}", number(count)));
        ui.add_space(4.0);
    }
}
