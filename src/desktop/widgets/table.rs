//! The one table: virtual (only the visible rows are built), with a keyboard cursor, and rows that a screen reader can
//! read.
//!
//! The cursor is the *id* of a row, not its place: it stays with its row when the rows change. The table takes the
//! keyboard as one widget; the arrows, Page Up, Page Down, Home and End move the cursor, Enter activates.

use eframe::egui::{
    self, Align, EventFilter, Id, Key, Layout, Modifiers, Rect, Response, Role, Sense, Ui, UiBuilder, WidgetInfo,
};
use egui_extras::{Column, TableBuilder, TableRow};

use super::text;
use crate::desktop::theme::{Type, palette, tokens};

/// A column: its heading, how wide it is, and on which side its cells stand.
#[derive(Debug, Clone, Copy)]
pub struct Col {
    heading: &'static str,
    width: Width,
    right: bool,
}

#[derive(Debug, Clone, Copy)]
enum Width {
    Exact(f32),
    Rest(f32),
}

impl Col {
    /// A column of a width.
    pub const fn exact(heading: &'static str, width: f32) -> Self {
        Self { heading, width: Width::Exact(width), right: false }
    }

    /// A column that takes what is left, at least this.
    pub const fn rest(heading: &'static str, least: f32) -> Self {
        Self { heading, width: Width::Rest(least), right: false }
    }

    /// Numbers stand at the right.
    pub const fn right(mut self) -> Self {
        self.right = true;
        self
    }
}

/// Height of the headings.
const HEADINGS: f32 = 30.0;

/// What a table remembers between frames.
#[derive(Debug, Clone)]
pub struct TableState<K> {
    /// The row that has the cursor.
    pub cursor: Option<K>,
    /// Where that row was last, so that the cursor stays near when the row goes.
    place: usize,
    /// Scroll to the cursor in the next frame: set when it moves, never left on.
    scroll: bool,
}

impl<K> Default for TableState<K> {
    fn default() -> Self {
        Self { cursor: None, place: 0, scroll: false }
    }
}

impl<K: Copy + PartialEq> TableState<K> {
    /// Puts the cursor on a row and brings it into view.
    pub fn go(&mut self, key: K) {
        self.cursor = Some(key);
        self.scroll = true;
    }

    /// Moves the cursor by some rows, as far as there are any.
    pub fn step(&mut self, keys: &[K], by: isize) {
        if keys.is_empty() {
            self.cursor = None;
            return;
        }
        let place = match self.place_in(keys) {
            Some(place) => place.saturating_add_signed(by),
            None => self.place,
        };
        self.place = place.min(keys.len() - 1);
        self.go(keys[self.place]);
    }

    /// Where the cursor is among the rows.
    pub fn place_in(&self, keys: &[K]) -> Option<usize> {
        let cursor = self.cursor?;
        if keys.get(self.place) == Some(&cursor) {
            return Some(self.place);
        }
        keys.iter().position(|key| *key == cursor)
    }
}

/// What happened in a table.
pub struct TableResponse {
    /// The place of the row that was activated (Enter, double click).
    pub activated: Option<usize>,
    /// The cursor moved.
    pub moved: bool,
    /// The table itself, which takes the keyboard.
    pub response: Response,
}

/// A table about to be drawn.
#[must_use = "call show"]
pub struct Table<'a> {
    id: &'a str,
    name: &'a str,
    columns: &'a [Col],
    row_height: f32,
    headings: bool,
    focus: bool,
}

/// A row's cells, to be filled in the order of the columns.
pub struct Cells<'t, 'a, 'b> {
    row: &'t mut TableRow<'a, 'b>,
    columns: &'t [Col],
    next: usize,
}

impl Cells<'_, '_, '_> {
    /// The next cell, drawn by the caller.
    pub fn cell(&mut self, contents: impl FnOnce(&mut Ui)) {
        let right = self.columns.get(self.next).is_some_and(|column| column.right);
        self.next += 1;
        self.row.col(|ui| {
            ui.spacing_mut().item_spacing.x = 6.0;
            let layout =
                if right { Layout::right_to_left(Align::Center) } else { Layout::left_to_right(Align::Center) };
            ui.add_space(10.0);
            ui.with_layout(layout, |ui| {
                if right {
                    ui.add_space(10.0);
                } else {
                    // Nothing stands against the edge of the next
                    ui.set_max_width((ui.available_width() - 6.0).max(0.0));
                }
                contents(ui);
            });
        });
    }

    /// The next cell: a line of text.
    pub fn text(&mut self, words: impl Into<String>) {
        let words = words.into();
        self.cell(|ui| {
            let words = text::rich(ui, Type::Body, words);
            text::one_line(ui, words);
        });
    }

    /// The next cell: a quiet line of text.
    pub fn quiet(&mut self, words: impl Into<String>) {
        let words = words.into();
        self.cell(|ui| {
            let words = text::coloured(Type::Body, palette(ui).secondary, words);
            text::one_line(ui, words);
        });
    }

    /// The next cell: a number that identifies.
    pub fn mono(&mut self, words: impl Into<String>) {
        let words = words.into();
        self.cell(|ui| {
            let words = text::rich(ui, Type::Mono, words);
            text::one_line(ui, words);
        });
    }
}

impl<'a> Table<'a> {
    /// A table; `name` is what a screen reader says.
    pub fn new(id: &'a str, name: &'a str, columns: &'a [Col]) -> Self {
        Self { id, name, columns, row_height: tokens().size.row, headings: true, focus: false }
    }

    /// Rows of another height.
    pub fn row_height(mut self, height: f32) -> Self {
        self.row_height = height;
        self
    }

    /// Without headings.
    pub fn without_headings(mut self) -> Self {
        self.headings = false;
        self
    }

    /// Takes the keyboard this frame.
    pub fn focus(mut self, focus: bool) -> Self {
        self.focus = focus;
        self
    }

    /// Draws the table over all the room there is. `keys` are the rows in order; `label` says all of a row to a screen
    /// reader; `fill` fills the cells of the row at a place.
    pub fn show<K: Copy + PartialEq>(
        self,
        ui: &mut Ui,
        state: &mut TableState<K>,
        keys: &[K],
        label: impl Fn(usize) -> String,
        mut fill: impl FnMut(&mut Cells<'_, '_, '_>, usize),
    ) -> TableResponse {
        let palette = palette(ui);
        let id = ui.make_persistent_id(self.id);
        let rect = ui.available_rect_before_wrap();
        let response = ui.interact(rect, id, Sense::focusable_noninteractive());
        if self.focus {
            response.request_focus();
        }
        let mut activated = None;
        let mut moved = false;
        if response.has_focus() {
            let filter = EventFilter { vertical_arrows: true, ..EventFilter::default() };
            ui.memory_mut(|memory| memory.set_focus_lock_filter(id, filter));
            let page = ((rect.height() / self.row_height) as isize - 2).max(1);
            let step = ui.input_mut(|input| step_asked(input, page));
            if let Some(by) = step {
                state.step(keys, by);
                moved = true;
            }
            if ui.input(|input| input.key_pressed(Key::Enter)) {
                activated = state.place_in(keys);
            }
        }
        if let Some(place) = state.place_in(keys) {
            state.place = place;
        }

        if self.headings {
            let head = Rect::from_min_size(rect.min, egui::vec2(rect.width(), HEADINGS));
            let radius = tokens().radius.large - 1;
            let corners = egui::CornerRadius { nw: radius, ne: radius, sw: 0, se: 0 };
            ui.painter().rect_filled(head, corners, palette.sunken);
            let line = egui::Stroke::new(1.0, palette.line);
            ui.painter().hline(head.x_range(), head.bottom() - 0.5, line);
        }
        let builder = UiBuilder::new().max_rect(rect).id_salt((self.id, "rows"));
        let mut inner = ui.new_child(builder);
        inner.spacing_mut().item_spacing = egui::Vec2::ZERO;
        inner.visuals_mut().selection.bg_fill = palette.selected;
        inner.visuals_mut().widgets.hovered.bg_fill = palette.hover;
        let narrower = narrower(self.columns, rect.width());
        let mut table = TableBuilder::new(&mut inner)
            .id_salt(self.id)
            .striped(false)
            .sense(Sense::CLICK)
            .auto_shrink([false, false])
            .min_scrolled_height(0.0)
            .max_scroll_height(f32::INFINITY)
            .cell_layout(Layout::left_to_right(Align::Center));
        for column in self.columns {
            table = table.column(match column.width {
                Width::Exact(width) => Column::exact((width * narrower).floor()).clip(true),
                Width::Rest(least) => Column::remainder().at_least(least).clip(true),
            });
        }
        if std::mem::take(&mut state.scroll)
            && let Some(place) = state.place_in(keys)
        {
            table = table.scroll_to_row(place, None).animate_scrolling(false);
        }

        let mut clicked = None;
        let columns = self.columns;
        let mut body = |row: &mut TableRow<'_, '_>| {
            let place = row.index();
            let Some(key) = keys.get(place) else { return };
            let selected = state.cursor.as_ref() == Some(key);
            row.set_selected(selected);
            fill(&mut Cells { row, columns, next: 0 }, place);
            let cells = row.response();
            row_is_accessible(&cells, id, place, selected, &label(place));
            if cells.clicked() {
                clicked = Some(place);
            }
            if cells.double_clicked() {
                activated = Some(place);
            }
        };
        if self.headings {
            table
                .header(HEADINGS, |mut header| {
                    for column in columns {
                        header.col(|ui| heading_cell(ui, column));
                    }
                })
                .body(|rows| rows.rows(self.row_height, keys.len(), |mut row| body(&mut row)));
        } else {
            table.body(|rows| rows.rows(self.row_height, keys.len(), |mut row| body(&mut row)));
        }
        if let Some(place) = clicked {
            state.cursor = keys.get(place).copied();
            state.place = place;
            moved = true;
            response.request_focus();
        }
        ui.advance_cursor_after_rect(rect);

        let at = state.place_in(keys).map(&label);
        response.widget_info(|| WidgetInfo::labeled(Role::Grid, true, self.name));
        ui.ctx().accesskit_node_builder(id, |node| {
            node.set_row_count(keys.len());
            node.set_column_count(columns.len());
            if let Some(at) = at {
                node.set_description(at);
            }
        });
        super::field::follow(&response);
        if response.has_focus() {
            focus_edge(ui, rect);
        }
        TableResponse { activated, moved, response }
    }
}

/// How much narrower than they asked for columns are, so that none is out of sight: what is cut is shown whole under the pointer.
fn narrower(columns: &[Col], room: f32) -> f32 {
    let of = |which: fn(Width) -> Option<f32>| columns.iter().filter_map(|column| which(column.width)).sum::<f32>();
    let exact = of(|width| if let Width::Exact(width) = width { Some(width) } else { None });
    let rest = of(|width| if let Width::Rest(least) = width { Some(least) } else { None });
    ((room - rest) / exact.max(1.0)).clamp(0.5, 1.0)
}

fn heading_cell(ui: &mut Ui, column: &Col) {
    let palette = palette(ui);
    let layout = if column.right { Layout::right_to_left(Align::Center) } else { Layout::left_to_right(Align::Center) };
    ui.add_space(10.0);
    ui.with_layout(layout, |ui| {
        if column.right {
            ui.add_space(10.0);
        }
        let words = text::coloured(Type::Caption, palette.muted, column.heading);
        // On two lines where one is too narrow
        ui.spacing_mut().item_spacing.y = 0.0;
        ui.add(egui::Label::new(words).wrap());
    });
}

fn focus_edge(ui: &Ui, rect: Rect) {
    let stroke = egui::Stroke::new(2.0, palette(ui).focus);
    ui.painter().rect_stroke(rect, tokens().radius.large, stroke, egui::StrokeKind::Inside);
}

fn row_is_accessible(cells: &Response, _table: Id, place: usize, selected: bool, label: &str) {
    cells.widget_info(|| WidgetInfo::selected(Role::Row, true, selected, label));
    cells.ctx.accesskit_node_builder(cells.id, |node| {
        node.clear_toggled();
        node.set_selected(selected);
        node.set_row_index(place);
    });
}

/// How far the keys pressed move the cursor.
fn step_asked(input: &mut egui::InputState, page: isize) -> Option<isize> {
    let steps = [
        (Key::ArrowDown, 1),
        (Key::ArrowUp, -1),
        (Key::PageDown, page),
        (Key::PageUp, -page),
        (Key::Home, isize::MIN / 2),
        (Key::End, isize::MAX / 2),
    ];
    steps.into_iter().find(|(key, _)| input.consume_key(Modifiers::NONE, *key)).map(|(_, by)| by)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_that_do_not_fit_are_all_narrower_and_none_is_out_of_sight() {
        let columns = [Col::rest("Key", 150.0), Col::exact("Found", 100.0), Col::exact("Kept", 100.0)];
        assert_eq!(narrower(&columns, 500.0), 1.0);
        assert_eq!(narrower(&columns, 350.0), 1.0);
        assert_eq!(narrower(&columns, 310.0), 0.8);
        assert_eq!(narrower(&columns, 100.0), 0.5, "so narrow that nothing is read at all");
    }

    #[test]
    fn the_cursor_stays_with_its_row_and_stays_near_when_the_row_goes() {
        let mut state = TableState::default();
        let mut keys = vec![10, 20, 30, 40];
        state.step(&keys, 1);
        assert_eq!(state.cursor, Some(10));
        state.step(&keys, 2);
        assert_eq!(state.cursor, Some(30));
        keys.insert(0, 5);
        assert_eq!(state.place_in(&keys), Some(3));
        state.step(&keys, 0);
        keys.retain(|key| *key != 30);
        state.step(&keys, 1);
        assert_eq!(state.cursor, Some(40), "the row that took its place");
        state.step(&keys, isize::MAX / 2);
        assert_eq!(state.cursor, Some(40));
        state.step(&keys, isize::MIN / 2);
        assert_eq!(state.cursor, Some(5));
        state.step(&[], 1);
        assert_eq!(state.cursor, None);
    }
}
