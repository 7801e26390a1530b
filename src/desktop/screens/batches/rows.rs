//! The rows of a batch as a table: to look at, or to choose from.

use std::cell::RefCell;
use std::collections::{HashMap, HashSet};

use eframe::egui::{Id, Key, Ui};

use super::super::pair::shown::how_words;
use super::read::{Row, Shelf};
use crate::desktop::theme::{Tone, Type, palette};
use crate::desktop::widgets::table::{Cells, Col, Table, TableState};
use crate::desktop::widgets::{Chip, Icon, chip, field, text};
use crate::pair::{Band, Hazards, PairKey, PairKind};
use crate::words::number;
use crate::workspace::Workspace;

/// Which rows a table shows.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Show {
    /// All.
    #[default]
    All,
    /// Links.
    Links,
    /// Merges.
    Merges,
    /// Those with a warning.
    Warned,
    /// Those that were accepted with others, unseen.
    Bulk,
    /// Those of the sample.
    Sample,
}

impl Show {
    /// What a batch still without a sample can be seen by.
    pub const READY: [Self; 5] = [Self::All, Self::Links, Self::Merges, Self::Warned, Self::Bulk];
    /// And one with a sample.
    pub const SUBMITTED: [Self; 5] = [Self::All, Self::Links, Self::Merges, Self::Warned, Self::Sample];
    /// And one whose sample is being answered: which rows are in it would tell how they were decided.
    pub const BLIND: [Self; 4] = [Self::All, Self::Links, Self::Merges, Self::Warned];

    fn words(self) -> String {
        match self {
            Self::All => "All",
            Self::Links => "Links",
            Self::Merges => "Merges",
            Self::Warned => "With a warning",
            Self::Bulk => "Accepted unseen",
            Self::Sample => "Sample",
        }
        .to_owned()
    }

    fn fits(self, row: &Row) -> bool {
        match self {
            Self::All => true,
            Self::Links => row.key.kind() == PairKind::Link,
            Self::Merges => row.key.kind() == PairKind::Duplicate,
            Self::Warned => row.warned(),
            Self::Bulk => row.decision.as_ref().is_some_and(|d| d.judgement.how.is_bulk()),
            Self::Sample => row.sampled,
        }
    }
}

/// What a table of rows remembers.
#[derive(Default)]
pub struct Rows {
    show: Show,
    search: String,
    table: TableState<u32>,
    /// The places of the rows shown, and for what they were found.
    found: Vec<u32>,
    found_for: Option<(Show, String, u64)>,
    /// Whom the rows are about, as far as they came into sight.
    names: Names,
}

/// Names, read once.
#[derive(Default)]
struct Names(RefCell<HashMap<PairKey, String>>);

impl Names {
    /// The name of whom a pair is about: the Mosaic person of a link, the first of two duplicates.
    fn of(&self, ws: &Workspace, key: &PairKey) -> String {
        let mut names = self.0.borrow_mut();
        if let Some(name) = names.get(key) {
            return name.clone();
        }
        let stored = match key {
            PairKey::Link { mosaic, .. } => ws.mosaic(mosaic),
            PairKey::Duplicate { a, .. } => ws.mosaic(a),
        };
        let name = match stored {
            Ok(Some(stored)) => stored.record.details.display_name(),
            Ok(None) => "No longer in Mosaic".to_owned(),
            Err(_) => "Cannot be read".to_owned(),
        };
        names.entry(key.clone()).or_insert(name).clone()
    }
}

/// What of a row is not to be seen yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sight {
    /// Everything, of rows that nobody has answered a second time.
    First,
    /// Everything.
    Whole,
    /// Not the engine's opinion, nor who decided and how, nor which rows are in the sample: it is to be answered a second time.
    Blind,
}

/// What happened among the rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Asked {
    /// Nothing.
    Nothing,
    /// The pair is to be looked at.
    Look(PairKey),
}

impl Rows {
    /// Forgets what was found: the rows are others now.
    pub fn forget(&mut self) {
        self.found_for = None;
        self.names = Names::default();
    }

    fn find(&mut self, rows: &[Row], stamp: u64) {
        let wanted = (self.show, self.search.trim().to_lowercase(), stamp);
        if self.found_for.as_ref() == Some(&wanted) {
            return;
        }
        let spaceless: String = wanted.1.split_whitespace().collect();
        let fits = |row: &Row| {
            self.show.fits(row)
                && (spaceless.is_empty()
                    || row.key.left().to_lowercase().contains(&spaceless)
                    || row.key.right().to_lowercase().contains(&spaceless))
        };
        self.found = (0_u32..).zip(rows).filter(|(_, row)| fits(row)).map(|(place, _)| place).collect();
        self.found_for = Some(wanted);
    }

    /// The rows that are shown now, by place.
    pub fn found(&self) -> &[u32] {
        &self.found
    }

    /// The line above the table: what to show, and a search.
    pub fn head(&mut self, ui: &mut Ui, shows: &[Show], rows: &[Row], stamp: u64) {
        if !shows.contains(&self.show) {
            self.show = Show::All;
        }
        ui.horizontal_wrapped(|ui| {
            field::segmented(ui, "Rows shown", &mut self.show, shows, Show::words);
            let width = ui.available_width().clamp(120.0, 240.0);
            field::search(ui, Id::unique("rows search"), "Mosaic id or CHI", &mut self.search, width);
        });
        self.find(rows, stamp);
    }

    /// The table, over all the room there is. With a choice, rows can be ticked.
    pub fn table(
        &mut self,
        ui: &mut Ui,
        (ws, shelf): (&Workspace, &Shelf),
        rows: &[Row],
        sight: Sight,
        choice: Option<Choice<'_>>,
    ) -> Asked {
        let purpose = choice.as_ref().map(|choice| choice.purpose);
        let mut chosen = choice.map(|choice| choice.chosen);
        let shown = Column::that_fit(sight, purpose, ui.available_width());
        let columns: Vec<Col> = shown.iter().map(|column| column.col()).collect();
        let found = std::mem::take(&mut self.found);
        let mut toggled = None;
        let name = match purpose {
            Some(Purpose::Batch) => "Rows to choose, Space takes one in or out",
            Some(Purpose::Return) => "Rows of the batch, Space names one for the return",
            None => "Rows of the batch",
        };
        let inside =
            |chosen: &Option<&mut HashSet<PairKey>>, row: &Row| chosen.as_ref().map(|chosen| chosen.contains(&row.key));
        let names = |key: &PairKey| self.names.of(ws, key);
        let around = Around { shelf, sight, names: &names };
        let label = |place: usize| {
            let row = &rows[found[place] as usize];
            around.label(row, purpose.zip(inside(&chosen, row)))
        };
        let response = Table::new("rows", name, &columns).show(ui, &mut self.table, &found, label, |cells, place| {
            let row = &rows[found[place] as usize];
            for column in &shown {
                around.cell(cells, *column, row, purpose.zip(inside(&chosen, row)), &mut toggled);
            }
        });
        let at = self.table.cursor.and_then(|place| rows.get(place as usize));
        if chosen.is_some() && response.response.has_focus() && ui.input(|input| input.key_pressed(Key::Space)) {
            toggled = at.map(|row| row.key.clone());
        }
        self.found = found;
        let activated = response.activated.and_then(|place| self.found.get(place)).map(|place| &rows[*place as usize]);
        if let Some(chosen) = &mut chosen {
            if purpose == Some(Purpose::Batch)
                && let Some(row) = activated
            {
                toggled = Some(row.key.clone());
            }
            if let Some(key) = toggled
                && !chosen.remove(&key)
            {
                chosen.insert(key);
            }
            if purpose == Some(Purpose::Batch) {
                return Asked::Nothing;
            }
        }
        activated.map_or(Asked::Nothing, |row| Asked::Look(row.key.clone()))
    }
}

/// What rows are ticked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// To be in a batch.
    Batch,
    /// To be named in its return.
    Return,
}

/// Rows that are ticked.
pub struct Choice<'a> {
    /// Those that are.
    pub chosen: &'a mut HashSet<PairKey>,
    /// What for.
    pub purpose: Purpose,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Column {
    In,
    Return,
    Pair,
    Person,
    By,
    How,
    Band,
    Warning,
    Recheck,
}

impl Column {
    fn look(self) -> (&'static str, f32) {
        match self {
            Self::In => ("In", 42.0),
            Self::Return => ("To return", 84.0),
            Self::Pair => ("Pair", 204.0),
            Self::Person => ("Name", 160.0),
            Self::By => ("Decided by", 132.0),
            Self::How => ("How", 108.0),
            Self::Band => ("Band", 108.0),
            Self::Warning => ("Warning", 180.0),
            Self::Recheck => ("Re-check", 128.0),
        }
    }

    fn col(self) -> Col {
        let (heading, width) = self.look();
        if self == Self::Person { Col::rest(heading, width) } else { Col::exact(heading, width) }
    }

    /// The columns that there is room for, the most telling first to be kept.
    fn that_fit(sight: Sight, purpose: Option<Purpose>, width: f32) -> Vec<Self> {
        let mut wanted = match purpose {
            Some(Purpose::Batch) => vec![Self::In, Self::Person, Self::Pair],
            Some(Purpose::Return) => vec![Self::Return, Self::Person, Self::Pair],
            None => vec![Self::Person, Self::Pair],
        };
        if sight == Sight::Whole && purpose != Some(Purpose::Batch) {
            wanted.push(Self::Recheck);
        }
        wanted.push(Self::Warning);
        if sight != Sight::Blind {
            wanted.extend([Self::By, Self::Band, Self::How]);
        }
        let mut room = width;
        wanted.retain(|column| {
            room -= column.look().1;
            room >= 0.0 || matches!(column, Self::In | Self::Return | Self::Pair)
        });
        wanted
    }
}

/// What the drawing of a row needs beside the row.
struct Around<'a> {
    shelf: &'a Shelf,
    sight: Sight,
    names: &'a dyn Fn(&PairKey) -> String,
}

impl Around<'_> {
    fn label(&self, row: &Row, chosen: Option<(Purpose, bool)>) -> String {
        let mut words = format!("{}, {}, {}", (self.names)(&row.key), row.key, row.what());
        match chosen {
            Some((Purpose::Batch, true)) => words += ", in the batch",
            Some((Purpose::Batch, false)) => words += ", left out",
            Some((Purpose::Return, true)) => words += ", to be returned",
            Some((Purpose::Return, false)) | None => {}
        }
        if let Some(hazard) = first_hazard(row, self.sight) {
            words += &format!(", {hazard}");
        }
        if row.recalled.is_some() {
            words += ", recalled";
        }
        if self.sight != Sight::Blind {
            if let Some(decision) = &row.decision {
                words += &format!(", {} by {}", decision.judgement.verdict.words(), self.shelf.name(decision.staff));
            }
            if let Some(verdict) = row.recheck {
                words += &format!(", re-checked: {}", verdict.words());
            }
        }
        words
    }

    fn cell(
        &self,
        cells: &mut Cells<'_, '_, '_>,
        column: Column,
        row: &Row,
        chosen: Option<(Purpose, bool)>,
        toggled: &mut Option<PairKey>,
    ) {
        match column {
            Column::In | Column::Return => cells.cell(|ui| {
                let mut on = chosen.is_some_and(|(_, on)| on);
                let name = match column {
                    Column::In => format!("Take {} into the batch", row.key),
                    _ => format!("Name {} for the return", row.key),
                };
                if tick(ui, &mut on, &name) {
                    *toggled = Some(row.key.clone());
                }
            }),
            Column::Pair => cells.cell(|ui| {
                let icon = if row.key.kind() == PairKind::Link { Icon::Link } else { Icon::Merge };
                icon.show(ui, 14.0, palette(ui).muted);
                let words = text::rich(ui, Type::Mono, row.pair());
                let line = text::one_line(ui, words);
                // What a link is its icon says; what a merge keeps, its arrow alone
                if row.key.kind() == PairKind::Duplicate {
                    line.on_hover_text(row.what());
                }
            }),
            Column::Person => cells.text((self.names)(&row.key)),
            Column::By => {
                cells.quiet(row.decision.as_ref().map_or("Nobody now", |decision| self.shelf.name(decision.staff)));
            }
            Column::How => cells.quiet(row.decision.as_ref().map_or("", |decision| how_words(decision.judgement.how))),
            Column::Band => cells.quiet(row.band.map_or("Proposed no more", Band::words)),
            Column::Warning => cells.cell(|ui| {
                let Some(words) = first_hazard(row, self.sight) else { return };
                let warned = seen(row, self.sight).intersects(Hazards::SECOND_KEY);
                let (icon, tone) = if warned { (Icon::Warning, Tone::Warning) } else { (Icon::Info, Tone::Neutral) };
                let advice: Vec<_> = seen(row, self.sight).each().map(|hazard| hazard.advice()).collect();
                let colours = palette(ui).tone(tone);
                icon.show(ui, 14.0, colours.text);
                let words = text::coloured(Type::Body, colours.text, words);
                text::one_line(ui, words).on_hover_text(advice.join("\n"));
            }),
            Column::Recheck => cells.cell(|ui| state_ui(ui, row)),
        }
    }
}

/// The hazards that may be shown: before a blind re-check not those that tell of the engine's ranking.
fn seen(row: &Row, sight: Sight) -> Hazards {
    if sight == Sight::Blind { row.hazards - Hazards::OF_RANK } else { row.hazards }
}

fn first_hazard(row: &Row, sight: Sight) -> Option<String> {
    let mut hazards: Vec<_> = seen(row, sight).each().collect();
    hazards.sort_by_key(|hazard| !hazard.intersects(Hazards::SECOND_KEY));
    let more = hazards.len().saturating_sub(1);
    let first = hazards.first()?.title();
    Some(if more > 0 { format!("{first} +{more}") } else { first.to_owned() })
}

fn state_ui(ui: &mut Ui, row: &Row) {
    if let Some(why) = &row.recalled {
        ui.add(Chip::new(Icon::Undo, Tone::Danger, "Recalled")).on_hover_text(why);
    } else if row.returned {
        let chip = ui.add(Chip::new(Icon::ArrowLeft, Tone::Danger, "Returned"));
        if let Some(why) = &row.return_reason {
            chip.on_hover_text(why);
        }
    } else if let Some(verdict) = row.recheck {
        let (icon, tone) = chip::verdict_look(verdict);
        ui.add(Chip::new(icon, tone, verdict.words()));
    } else if row.sampled {
        ui.add(Chip::new(Icon::Dot, Tone::Neutral, "In the sample"));
    }
}

/// A tick without words beside it; its name says the pair and what for.
fn tick(ui: &mut Ui, on: &mut bool, name: &str) -> bool {
    use eframe::egui::{CornerRadius, Role, Sense, Stroke, StrokeKind, Vec2, WidgetInfo};
    let palette = palette(ui);
    let (rect, response) = ui.allocate_exact_size(Vec2::splat(18.0), Sense::CLICK);
    let (fill, line) = match (*on, response.hovered()) {
        (true, _) => (palette.accent, palette.accent),
        (false, true) => (palette.hover, palette.line_strong),
        (false, false) => (palette.surface, palette.line_strong),
    };
    ui.painter().rect(rect, CornerRadius::same(4), fill, Stroke::new(1.0, line), StrokeKind::Inside);
    if *on {
        Icon::Check.paint(ui.painter(), rect.shrink(3.0), palette.on_accent);
    }
    response.widget_info(|| WidgetInfo::selected(Role::CheckBox, true, *on, name));
    response.clicked()
}

/// "1,234 of 2,000 rows shown", where not all are.
pub fn shown_of(shown: usize, all: usize) -> Option<String> {
    (shown < all).then(|| format!("{} of {} rows shown", number(shown as u64), number(all as u64)))
}
