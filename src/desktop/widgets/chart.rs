//! The charts: bars in rows with their limits and lines of reference, and lines over days. Every value can be had by pointing at
//! it or, with the keyboard, by the arrow keys; it stands in words below the chart and is told to a screen reader. Nothing is
//! told by colour alone: rows carry their names, lines differ in their strokes.

use eframe::egui::{
    self, Align2, EventFilter, Id, Key, Modifiers, Painter, Rect, Response, Role, Sense, Stroke, StrokeKind, Ui,
    UiBuilder, pos2, vec2,
};
use egui_plot::{Bar, BarChart, GridMark, Line, LineStyle, Plot, PlotPoints, PlotUi, Points, VLine};

use super::button::focus_ring;
use super::text;
use crate::desktop::theme::{self, Palette, Tone, Type, palette};
use crate::words::days;

/// A row of a bar chart.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// What it is about.
    pub name: String,
    /// A quiet line below the name; empty for none.
    pub line: String,
    /// Its value.
    pub value: f64,
    /// The pieces that it is made of, one after the other; empty where it is one.
    pub pieces: Vec<f64>,
    /// The limits of what it may be.
    pub limits: Option<[f64; 2]>,
    /// Its tone; pieces have those of [`key_ui`].
    pub tone: Tone,
    /// The value as it stands at the bar.
    pub figure: String,
    /// All of it in words.
    pub words: String,
}

impl Default for Row {
    fn default() -> Self {
        let text = String::new;
        let (name, line, figure, words) = (text(), text(), text(), text());
        Self { name, line, value: 0.0, pieces: Vec::new(), limits: None, tone: Tone::Info, figure, words }
    }
}

impl Row {
    /// How far it is drawn.
    fn reach(&self) -> f64 {
        self.limits.map_or(self.value, |limits| limits[1].max(self.value))
    }
}

/// A line across a bar chart, with its name.
pub struct Reference {
    /// Where.
    pub at: f64,
    /// What it is.
    pub words: String,
}

/// A line over days.
pub struct Series {
    /// Its name.
    pub name: &'static str,
    /// Its tone.
    pub tone: Tone,
    /// A value for each day.
    pub values: Vec<f64>,
}

/// A plot without the habits of a graph that is explored: nothing drags, zooms or scrolls away.
fn still<'a>(id: &str, height: f32) -> Plot<'a> {
    Plot::new(id.to_owned())
        .height(height)
        .show_background(false)
        .allow_drag(false)
        .allow_zoom(false)
        .allow_scroll(false)
        .allow_boxed_zoom(false)
        .allow_double_click_reset(false)
        .show_crosshair(false)
        .show_x(false)
        .show_y(false)
        .auto_bounds(false)
        .sense(Sense::hover())
}

/// The chart as a thing that has the keyboard: where it points, of so many places, by pointer or by key. The place is kept with
/// the chart's own name.
pub fn pointed(
    ui: &Ui,
    id: Id,
    rect: Rect,
    sense: Sense,
    places: usize,
    keys: [Key; 2],
    nearest: impl Fn(egui::Pos2) -> usize,
) -> (Response, Option<usize>) {
    let mut response = ui.interact(rect, id, sense);
    // What was used last points: a pointer that rests on the chart does not hold the arrow keys up
    let (mut at, mut by_key, rested): (usize, bool, Option<egui::Pos2>) =
        ui.data(|data| data.get_temp(id)).unwrap_or_default();
    let pointer = response.hover_pos();
    by_key &= pointer.is_none() || rested == pointer;
    if response.has_focus() {
        let filter = EventFilter { horizontal_arrows: true, vertical_arrows: true, ..EventFilter::default() };
        ui.memory_mut(|memory| memory.set_focus_lock_filter(id, filter));
        let before = at;
        ui.input_mut(|input| {
            if input.consume_key(Modifiers::NONE, keys[0]) {
                at = at.saturating_sub(1);
            }
            if input.consume_key(Modifiers::NONE, keys[1]) {
                at += 1;
            }
        });
        if at != before {
            by_key = true;
            response.mark_changed();
        }
    }
    focus_ring(ui, &response, rect.shrink(2.0), 6);
    by_key |= response.gained_focus();
    let at = at.min(places.saturating_sub(1));
    ui.data_mut(|data| data.insert_temp(id, (at, by_key, pointer)));
    let hovered = pointer.map(nearest).filter(|place| *place < places);
    let by_key = response.has_focus().then_some(at).filter(|_| by_key || hovered.is_none());
    let shown = by_key.or(hovered);
    (response, shown.filter(|_| places > 0))
}

/// What the chart points at, in words, in a line below it that stays empty otherwise; and told to a screen reader with the chart's
/// name.
pub fn readout(ui: &mut Ui, response: &Response, name: &str, words: Option<&str>) {
    let label = ui.label(text::coloured(Type::Small, palette(ui).text, words.unwrap_or(" ")));
    if words.is_some() && (response.changed() || response.gained_focus()) {
        label.scroll_to_me(None);
    }
    ui.ctx().accesskit_node_builder(response.id, |node| {
        node.set_role(Role::Figure);
        node.set_label(name);
        if let Some(words) = words {
            node.set_value(words);
            node.set_live(egui::accesskit::Live::Polite);
        }
    });
}

const ROW: f32 = 30.0;

/// Where the lines of the grid stand, from 0 to at most this: four to ten of them, at steps that are read at a glance.
fn marks(to: f64) -> Vec<GridMark> {
    let power = 10f64.powf((to / 5.0).log10().floor());
    let step = [1.0, 2.0, 5.0, 10.0].map(|of| of * power).into_iter().find(|step| *step * 5.0 >= to).unwrap_or(to);
    (0..=10)
        .map(|n| f64::from(n) * step)
        .filter(|at| *at <= to * 1.001)
        .map(|value| GridMark { value, step_size: step })
        .collect()
}

/// Draws bars in rows, from 0 to `to`, with their names at the left.
pub fn bars(
    ui: &mut Ui,
    id: &str,
    name: &str,
    rows: &[Row],
    references: &[Reference],
    to: f64,
    axis: fn(f64) -> String,
) {
    if rows.is_empty() {
        return;
    }
    let palette = palette(ui);
    let tall = rows.iter().any(|row| !row.line.is_empty());
    let step = if tall { ROW + 12.0 } else { ROW };
    let height = step * rows.len() as f32 + if axis(to).is_empty() { 6.0 } else { 26.0 };
    let room = ui.available_width();
    let names = (room * 0.34).clamp(96.0, 320.0);
    let top = ui.cursor().min;
    let place_of = |place: usize| (rows.len() - 1 - place) as f64;
    let plot_rect = Rect::from_min_size(pos2(top.x + names, top.y), vec2((room - names).max(80.0), height));
    let end = end_of(ui, rows, to, plot_rect.width());
    let drawn = ui.scope_builder(UiBuilder::new().max_rect(plot_rect), |ui| {
        // A plot keeps its bounds: another number of rows is another plot
        still(&format!("{id} {}", rows.len()), height)
            .show_axes([true, false])
            .show_grid([true, false])
            .default_x_bounds(0.0, end)
            .default_y_bounds(-0.6, rows.len() as f64 - 0.4)
            .x_grid_spacer(move |_| marks(to))
            .x_axis_formatter(move |mark, _| axis(mark.value))
            .grid_color(palette.line)
            .show(ui, |plot| {
                plot.set_plot_bounds_x(0.0..=end);
                let whole = rows.iter().enumerate().filter(|(_, row)| row.pieces.is_empty());
                let all = whole.map(|(place, row)| {
                    let fill = palette.tone(row.tone).solid;
                    Bar::new(place_of(place), row.value).fill(fill).width(0.5).stroke(Stroke::NONE)
                });
                plot.bar_chart(BarChart::new(name, all.collect()).horizontal().allow_hover(false));
                for (place, row) in rows.iter().enumerate() {
                    if let Some(limits) = row.limits {
                        whisker(plot, limits, place_of(place), palette.text);
                    }
                }
                for reference in references {
                    let line = VLine::new(reference.words.clone(), reference.at).allow_hover(false);
                    plot.vline(line.color(palette.text).width(1.0).style(LineStyle::Dashed { length: 5.0 }));
                }
            })
            .transform
    });
    let transform = drawn.inner;
    let whole = Rect::from_min_max(top, plot_rect.right_bottom());
    ui.advance_cursor_after_rect(whole);
    let nearest = |pos: egui::Pos2| {
        let up = transform.value_from_position(pos).y.round();
        (rows.len() as f64 - 1.0 - up).max(0.0) as usize
    };
    let (response, at) =
        pointed(ui, Id::unique(id), whole, Sense::click(), rows.len(), [Key::ArrowUp, Key::ArrowDown], nearest);
    for (place, row) in rows.iter().enumerate() {
        let end = transform.position_from_point(&egui_plot::PlotPoint::new(row.value, place_of(place)));
        let here = at == Some(place);
        let painter = ui.painter();
        let mut from = 0.0;
        for (nth, piece) in row.pieces.iter().enumerate().filter(|(_, piece)| **piece > 0.0) {
            let corner =
                |x: f64, y: f64| transform.position_from_point(&egui_plot::PlotPoint::new(x, place_of(place) + y));
            let rect = Rect::from_two_pos(corner(from, -0.25), corner(from + piece, 0.25));
            // However small, a piece that is there is seen
            piece_of(painter, rect.with_max_x(rect.right().max(rect.left() + 2.0)), nth, palette);
            from += piece;
        }
        if here {
            let line = Rect::from_center_size(pos2(whole.center().x, end.y), vec2(whole.width() - 6.0, step - 4.0));
            painter.rect_stroke(line, 5, Stroke::new(1.0, palette.line_strong), StrokeKind::Inside);
        }
        let font = theme::font(if here { Type::Strong } else { Type::Body });
        let clip = painter.with_clip_rect(Rect::from_min_max(top, pos2(plot_rect.left() - 6.0, whole.bottom())));
        let lift = if row.line.is_empty() { 0.0 } else { 8.0 };
        clip.text(pos2(top.x + 8.0, end.y - lift), Align2::LEFT_CENTER, &row.name, font, palette.text);
        if !row.line.is_empty() {
            let small = theme::font(Type::Small);
            clip.text(pos2(top.x + 8.0, end.y + 9.0), Align2::LEFT_CENTER, &row.line, small, palette.muted);
        }
        // The figure stands beyond whatever reaches farthest, or before it where there is no room
        let reach = row.reach();
        let far = transform.position_from_point(&egui_plot::PlotPoint::new(reach, place_of(place))).x;
        let font = theme::font(Type::SmallStrong);
        let galley = painter.layout_no_wrap(row.figure.clone(), font, palette.text);
        let beyond = far + 8.0 + galley.size().x < plot_rect.right();
        let x = if beyond { far + 8.0 } else { plot_rect.left() + 8.0 };
        let at = pos2(x, end.y - galley.size().y / 2.0);
        if !beyond || !references.is_empty() {
            let behind = Rect::from_min_size(at, galley.size()).expand2(vec2(4.0, 1.0));
            painter.rect_filled(behind, 4, palette.surface);
        }
        painter.galley(at, galley, palette.text);
    }
    for reference in references {
        text::small(ui, format!("At {}: {}", axis(reference.at), reference.words));
    }
    readout(ui, &response, name, at.and_then(|place| rows.get(place)).map(|row| row.words.as_str()));
}

/// Where the room for bars ends that reach to `to`: so far that each has its figure beyond it, where that leaves the bars half of
/// the room.
fn end_of(ui: &Ui, rows: &[Row], to: f64, room: f32) -> f64 {
    let font = theme::font(Type::SmallStrong);
    let ink = palette(ui).text;
    let ends = rows.iter().map(|row| {
        let figure = ui.painter().layout_no_wrap(row.figure.clone(), font.clone(), ink).size().x + 12.0;
        if figure < room / 2.0 { row.reach() * f64::from(room / (room - figure)) } else { 0.0 }
    });
    ends.fold(to * 1.05, f64::max)
}

/// The tones of the pieces of a bar, in their order.
const PIECES: [Tone; 3] = [Tone::Positive, Tone::Info, Tone::Neutral];

/// A piece of a bar: full, striped or hollow by its place, so that a print without colours tells them apart.
fn piece_of(painter: &Painter, rect: Rect, nth: usize, palette: &Palette) {
    let colours = palette.tone(PIECES[nth % PIECES.len()]);
    let inside = rect.shrink2(vec2(0.5, 0.0));
    let outline = Stroke::new(1.0, colours.solid);
    match nth % PIECES.len() {
        0 => drop(painter.rect_filled(inside, 0, colours.solid)),
        1 => {
            painter.rect(inside, 0, colours.soft, outline, StrokeKind::Inside);
            let painter = painter.with_clip_rect(inside.intersect(painter.clip_rect()));
            let mut x = inside.left() - inside.height();
            while x < inside.right() {
                painter.line_segment(
                    [pos2(x, inside.bottom()), pos2(x + inside.height(), inside.top())],
                    Stroke::new(2.0, colours.solid),
                );
                x += 5.0;
            }
        }
        _ => drop(painter.rect(inside, 0, colours.soft, outline, StrokeKind::Inside)),
    }
}

/// What the pieces of a bar are, in their order.
pub fn key_ui(ui: &mut Ui, names: &[&str]) {
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing.x = 16.0;
        for (nth, name) in names.iter().enumerate() {
            ui.horizontal(|ui| {
                ui.spacing_mut().item_spacing.x = 6.0;
                let (_, rect) = ui.allocate_space(vec2(18.0, 14.0));
                piece_of(ui.painter(), Rect::from_center_size(rect.center(), vec2(18.0, 10.0)), nth, palette(ui));
                text::small(ui, *name);
            });
        }
    });
}

/// The limits of a value: a line with an end at each.
fn whisker(plot: &mut PlotUi<'_>, [low, high]: [f64; 2], y: f64, ink: egui::Color32) {
    let line =
        |points: Vec<[f64; 2]>| Line::new("limits", PlotPoints::from(points)).color(ink).width(1.5).allow_hover(false);
    plot.line(line(vec![[low, y], [high, y]]));
    for end in [low, high] {
        plot.line(line(vec![[end, y - 0.14], [end, y + 0.14]]));
    }
}

/// Draws lines over days. `days` are days since 1 January 1970, `words` what stands for each day.
pub fn lines(ui: &mut Ui, id: &str, name: &str, days: &[i64], series: &[Series], words: &[String]) {
    let (Some(first), Some(last)) = (days.first(), days.last()) else { return };
    let palette = palette(ui);
    let most = series.iter().flat_map(|one| &one.values).copied().fold(1.0, f64::max);
    let (from, to) = (*first as f64 - 0.5, (*last as f64 + 0.5).max(*first as f64 + 1.0));
    let strokes = [LineStyle::Solid, LineStyle::Dashed { length: 8.0 }, LineStyle::Dotted { spacing: 5.0 }];
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing.x = 16.0;
        for (one, stroke) in series.iter().zip(["——", "– – –", "· · ·"]) {
            let ink = palette.tone(one.tone).text;
            ui.horizontal(|ui| {
                ui.spacing_mut().item_spacing.x = 6.0;
                ui.label(text::coloured(Type::SmallStrong, ink, stroke));
                text::small(ui, one.name);
            });
        }
    });
    let height = 190.0;
    let shown = still(&format!("{id} {first} {last} {most}"), height)
        .show_axes([true, true])
        .default_x_bounds(from, to)
        .default_y_bounds(0.0, most * 1.08)
        .x_axis_formatter(|mark, _| match mark.value.fract() == 0.0 {
            true => days::words(mark.value as i64),
            false => String::new(),
        })
        .y_axis_formatter(|mark, _| text::number(mark.value.max(0.0) as u64))
        .y_axis_min_width(56.0)
        .grid_color(palette.line)
        .show(ui, |plot| {
            for (one, style) in series.iter().zip(strokes) {
                let points: Vec<[f64; 2]> =
                    days.iter().zip(&one.values).map(|(day, value)| [*day as f64, *value]).collect();
                let ink = palette.tone(one.tone).solid;
                let line = Line::new(one.name, PlotPoints::from(points.clone())).color(ink).width(2.0).style(style);
                plot.line(line.allow_hover(false));
                let marks = Points::new(one.name, PlotPoints::from(points)).color(ink).radius(2.5);
                plot.points(marks.allow_hover(false));
            }
        });
    let transform = shown.transform;
    let nearest = |pos: egui::Pos2| {
        let x = transform.value_from_position(pos).x;
        let far = |place: &usize| (days[*place] as f64 - x).abs();
        (0..days.len()).min_by(|a, b| far(a).total_cmp(&far(b))).unwrap_or(0)
    };
    let keys = [Key::ArrowLeft, Key::ArrowRight];
    let (response, at) = pointed(ui, Id::unique(id), shown.response.rect, Sense::click(), days.len(), keys, nearest);
    if let Some(place) = at {
        let x = transform.position_from_point(&egui_plot::PlotPoint::new(days[place] as f64, 0.0)).x;
        let frame = transform.frame();
        ui.painter().vline(x, frame.y_range(), Stroke::new(1.0, palette.line_strong));
    }
    readout(ui, &response, name, at.and_then(|place| words.get(place)).map(String::as_str));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_grid_stands_at_round_steps() {
        let at = |to| marks(to).into_iter().map(|mark| mark.value).collect::<Vec<f64>>();
        assert_eq!(at(100.0), [0.0, 20.0, 40.0, 60.0, 80.0, 100.0]);
        assert_eq!(at(357.0), [0.0, 100.0, 200.0, 300.0]);
        assert_eq!(at(1.25), [0.0, 0.5, 1.0]);
        assert_eq!(at(1_000_000.0).last(), Some(&1_000_000.0));
    }
}
