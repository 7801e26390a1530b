//! The weights of the candidate pairs, and the two cuts that part them into bands: dragged on the chart, or moved with the
//! arrow keys. What a move would do is shown before it is done.

use eframe::egui::{self, Align, Color32, Key, Layout, Sense, Slider, Stroke, Ui, pos2, vec2};
use egui_plot::{AxisHints, Bar, BarChart, GridMark, Plot, PlotPoint, PlotTransform};

use super::{Action, Counted, Shown};
use crate::desktop::out::Out;
use crate::desktop::session::Session;
use crate::desktop::theme::{self, Tone, Type, palette, space};
use crate::desktop::widgets::{Button, Icon, chart, parts, text};
use crate::linkage::Cuts;
use crate::pair::Band;
use crate::stewardship::matching::{self, BandCounts};
use crate::workspace::Run;

/// The cuts as they are moved, before they are applied. In bits of odds: `log2(p / (1 − p))`.
#[derive(Default)]
pub struct CutsPanel {
    bits: Option<[f64; 2]>,
    /// The cut that is dragged on the chart.
    dragged: Option<usize>,
}

const LEAST: f64 = -10.0;
const MOST: f64 = 16.0;

/// Odds in bits, of a probability.
fn bits_of(probability: f64) -> f64 {
    let p = probability.clamp(1e-9, 1.0 - 1e-9);
    (p / (1.0 - p)).log2()
}

/// The probability of odds in bits.
fn probability_of(bits: f64) -> f64 {
    1.0 / (1.0 + (-bits).exp2())
}

/// A probability with as many decimals as tell it from 100 %.
fn percent(probability: f64) -> String {
    let per_cent = 100.0 * probability;
    match 100.0 - per_cent {
        rest if rest >= 10.0 => format!("{per_cent:.0} %"),
        rest if rest >= 0.95 => format!("{per_cent:.1} %"),
        rest if rest >= 0.095 => format!("{per_cent:.2} %"),
        _ => format!("{per_cent:.3} %"),
    }
}

fn band_colours(ui: &Ui) -> [Color32; 3] {
    let palette = palette(ui);
    [palette.positive.solid, palette.info.solid, palette.neutral.solid]
}

impl CutsPanel {
    /// Forgets what was read, and a move that was not applied.
    pub fn forget(&mut self) {
        *self = Self::default();
    }

    /// Draws the chart, the cuts and what a move does.
    pub(super) fn ui(
        &mut self,
        ui: &mut Ui,
        session: &Session,
        run: &Run,
        counted: Option<&Counted>,
        kind: &mut Shown,
        out: &mut Out,
    ) {
        let at_rest = [bits_of(run.cuts[0]), bits_of(run.cuts[1])];
        let before = self.bits.unwrap_or(at_rest);
        let mut bits = before;
        parts::wide_card(ui, |ui| {
            let heading = |ui: &mut Ui| {
                text::heading(ui, "Match weights");
                ui.add_space(space().s);
                kind.choice_ui(ui);
            };
            parts::at_both_ends(ui, "Match weights", heading, |ui| {
                ui.spacing_mut().item_spacing.x = 14.0;
                for (band, tone) in Band::ALL.into_iter().zip([Tone::Positive, Tone::Info, Tone::Neutral]).rev() {
                    parts::legend(ui, tone, band.words());
                }
            });
            let Some(counted) = counted else {
                text::secondary(ui, "Counting the pairs…");
                return;
            };
            self.chart_ui(ui, &counted.histograms[*kind as usize], &mut bits);
            ui.add_space(4.0);
            parts::tiles(ui, 2, 320.0, |ui, cut| cut_ui(ui, cut, &mut bits));
            // The automatic band never begins below the one to review.
            if bits[0] < bits[1] {
                if bits[0] == before[0] { bits[1] = bits[0] } else { bits[0] = bits[1] }
            }
            self.bits = (bits != at_rest).then_some(bits);
            // A cut that was not moved stays what it is to the last bit.
            let of = |cut: usize| if bits[cut] == at_rest[cut] { run.cuts[cut] } else { probability_of(bits[cut]) };
            let cuts = Cuts { auto: of(0), review: of(1) };
            ui.add_space(2.0);
            parts::rule(ui);
            ui.add_space(2.0);
            let now = matching::counts(&counted.ladder, Cuts { auto: run.cuts[0], review: run.cuts[1] });
            effect_ui(ui, now, matching::counts(&counted.ladder, cuts));
            ui.horizontal_wrapped(|ui| {
                let moved = self.bits.is_some();
                let apply = Button::new("Move the cuts").icon(Icon::Check);
                let apply = if moved { apply.primary() } else { apply };
                if ui.add(apply.enabled(moved && session.writing().is_none())).clicked() {
                    out.act(Action::MoveCuts(cuts));
                }
                if ui.add(Button::new("Leave them").ghost().enabled(moved)).clicked() {
                    self.bits = None;
                }
                text::small(ui, "Pairs with a hazard stay with a person, however high their probability");
            });
        });
    }

    fn chart_ui(&mut self, ui: &mut Ui, histogram: &[(f64, [u64; 3])], bits: &mut [f64; 2]) {
        let palette = palette(ui);
        let colours = band_colours(ui);
        let width = match histogram {
            [first, second, ..] => second.0 - first.0,
            _ => 1.0,
        };
        let charts: Vec<BarChart> = (0..3)
            .map(|band| {
                let bars = histogram
                    .iter()
                    .map(|(edge, counts)| {
                        let below: u64 = counts.iter().skip(band + 1).sum();
                        Bar::new(edge + width / 2.0, counts[band] as f64)
                            .base_offset(below as f64)
                            .width(width * 0.86)
                            .fill(colours[band])
                            .stroke(Stroke::NONE)
                    })
                    .collect();
                BarChart::new(Band::ALL[band].words(), bars).allow_hover(false)
            })
            .collect();
        let tallest = histogram.iter().map(|(_, counts)| counts.iter().sum::<u64>()).max().unwrap_or(1) as f64;
        let (from, to) = match (histogram.first(), histogram.last()) {
            (Some(first), Some(last)) => (first.0 - 1.0, last.0 + width + 1.0),
            _ => (-10.0, 20.0),
        };
        let words = format!(
            "Match weights of {} pairs; automatic from {}, to review from {}",
            text::number(histogram.iter().flat_map(|(_, counts)| counts).sum()),
            percent(probability_of(bits[0])),
            percent(probability_of(bits[1]))
        );
        // Marks so far apart that their numbers are read one by one
        let step = 5.0 * ((to - from) / 5.0 * 38.0 / f64::from(ui.available_width().max(1.0))).ceil().max(1.0);
        ui.vertical(|ui| {
            let shown = Plot::new("weights")
                .height(236.0)
                .show_background(false)
                .show_axes([true, true])
                .show_grid([false, true])
                .grid_color(palette.line)
                .allow_drag(false)
                .allow_zoom(false)
                .allow_scroll(false)
                .allow_boxed_zoom(false)
                .allow_double_click_reset(false)
                .show_crosshair(false)
                .auto_bounds(false)
                .default_x_bounds(from, to)
                .default_y_bounds(0.0, tallest * 1.14)
                .set_margin_fraction(vec2(0.0, 0.0))
                .sense(Sense::DRAG)
                .custom_x_axes(vec![axis(AxisHints::new_x()).formatter(|mark, _| signed(mark.value))])
                .custom_y_axes(vec![axis(AxisHints::new_y()).formatter(|mark, _| match mark.value {
                    value if value.fract() == 0.0 => text::number(value.max(0.0) as u64),
                    _ => String::new(),
                })])
                .x_grid_spacer(move |_| marks(from, to, step))
                .show(ui, |plot| {
                    plot.set_plot_bounds_x(from..=to);
                    plot.set_plot_bounds_y(0.0..=tallest * 1.14);
                    for chart in charts {
                        plot.bar_chart(chart);
                    }
                });
            self.drag(ui, &shown.response, &shown.transform, bits);
            for (cut, at) in bits.iter().enumerate() {
                cut_line(ui, &shown.transform, cut, *at, self.dragged == Some(cut));
            }
            ui.vertical_centered(|ui| text::small(ui, "Match weight in bits: each is twice the odds"));
            self.values_ui(ui, &shown.response, &shown.transform, histogram, width, &words);
        });
    }

    fn drag(&mut self, ui: &Ui, response: &egui::Response, transform: &PlotTransform, bits: &mut [f64; 2]) {
        let pointer = response.hover_pos().or(response.interact_pointer_pos());
        let near = |x: f32| {
            let away = |cut: usize| (line_x(transform, bits[cut]) - x).abs();
            let nearest = if away(0) <= away(1) { 0 } else { 1 };
            (away(nearest) < 12.0).then_some(nearest)
        };
        if let Some(at) = pointer
            && near(at.x).is_some()
        {
            ui.ctx().set_cursor_icon(egui::CursorIcon::ResizeHorizontal);
        }
        if response.drag_started()
            && let Some(at) = ui.input(|input| input.pointer.press_origin())
        {
            self.dragged = near(at.x);
        }
        if let (Some(cut), Some(at)) = (self.dragged, response.interact_pointer_pos()) {
            let value = transform.value_from_position(at).x;
            bits[cut] = ((value * 4.0).round() / 4.0).clamp(LEAST, MOST);
        }
        if response.drag_stopped() {
            self.dragged = None;
        }
    }

    /// The bar that is pointed at, by pointer or by the arrow keys, in words.
    fn values_ui(
        &self,
        ui: &mut Ui,
        plot: &egui::Response,
        transform: &PlotTransform,
        histogram: &[(f64, [u64; 3])],
        width: f64,
        name: &str,
    ) {
        let under = |at: egui::Pos2| {
            let value = transform.value_from_position(at).x;
            histogram.iter().position(|(edge, _)| (*edge..*edge + width).contains(&value)).unwrap_or(histogram.len())
        };
        // The pointer stays with the plot, where it drags the cuts
        let (sense, keys) = (Sense::focusable_noninteractive(), [Key::ArrowLeft, Key::ArrowRight]);
        let id = ui.make_persistent_id("weights of pairs");
        let (response, by_key) = chart::pointed(ui, id, plot.rect, sense, histogram.len(), keys, under);
        let by_pointer = plot.hover_pos().filter(|_| self.dragged.is_none()).map(under);
        let at = by_pointer.filter(|place| *place < histogram.len()).or(by_key);
        let words = at.and_then(|place| histogram.get(place)).map(|(edge, counts)| {
            let bits = format!("{edge:+.1} to {:+.1} bits", edge + width).replace('-', "−");
            let bands = Band::ALL.into_iter().zip(counts);
            let counts = bands.map(|(band, count)| format!("{} {}", text::number(*count), band.words().to_lowercase()));
            let x = |bits: f64| line_x(transform, bits);
            let bar = egui::Rect::from_x_y_ranges(x(*edge)..=x(edge + width), transform.frame().y_range());
            let line = Stroke::new(1.0, palette(ui).line_strong);
            ui.painter().rect_stroke(bar, 2, line, egui::StrokeKind::Outside);
            format!("{bits}: {}", counts.collect::<Vec<_>>().join(", "))
        });
        chart::readout(ui, &response, name, words.as_deref());
    }
}

/// What each band holds, and would hold.
fn effect_ui(ui: &mut Ui, now: BandCounts, then: BandCounts) {
    parts::tiles(ui, 2, 320.0, |ui, place| {
        let (name, now, then) = match place {
            0 => ("Best links", now.links, then.links),
            _ => ("Best duplicates", now.duplicates, then.duplicates),
        };
        ui.horizontal_wrapped(|ui| {
            ui.spacing_mut().interact_size.y = 24.0;
            ui.spacing_mut().item_spacing.x = 5.0;
            let name = ui.label(text::coloured(Type::SmallStrong, palette(ui).secondary, name));
            name.on_hover_text(
                "Of each record the best candidate alone, whether it was answered or not: those the cuts part",
            );
            ui.add_space(5.0);
            for band in 0..3 {
                effect_one(ui, band, now[band], then[band]);
            }
        });
    });
}

fn effect_one(ui: &mut Ui, band: usize, now: u64, then: u64) {
    let palette = palette(ui);
    let colour = band_colours(ui)[band];
    let (_, rect) = ui.allocate_space(vec2(8.0, 14.0));
    ui.painter().circle_filled(rect.center(), 4.0, colour);
    ui.label(text::coloured(Type::Strong, palette.text, text::number(then)));
    let change = then as i64 - now as i64;
    if change != 0 {
        let sign = if change > 0 { "+" } else { "−" };
        let ink = palette.accent_text;
        ui.label(text::coloured(Type::Small, ink, format!("{sign}{}", text::number(change.unsigned_abs()))));
    }
    text::small(ui, Band::ALL[band].words().to_lowercase());
    ui.add_space(8.0);
}

fn axis<'a>(hints: AxisHints<'a>) -> AxisHints<'a> {
    hints.label_spacing(egui::Rangef::new(18.0, 34.0))
}

/// A weight with its sign: `+5`, `−10`, `0`.
fn signed(weight: f64) -> String {
    match weight.round() {
        0.0 => "0".to_owned(),
        w if w > 0.0 => format!("+{w}"),
        w => format!("−{}", -w),
    }
}

fn marks(from: f64, to: f64, step: f64) -> Vec<GridMark> {
    let first = (from / step).ceil() as i64;
    let last = (to / step).floor() as i64;
    (first..=last).map(|n| GridMark { value: n as f64 * step, step_size: step }).collect()
}

fn line_x(transform: &PlotTransform, bits: f64) -> f32 {
    transform.position_from_point(&PlotPoint::new(bits, 0.0)).x
}

/// The line of a cut on the chart, with a handle and what begins there.
fn cut_line(ui: &Ui, transform: &PlotTransform, cut: usize, bits: f64, held: bool) {
    let palette = palette(ui);
    let frame = transform.frame();
    let x = line_x(transform, bits);
    if !frame.x_range().contains(x) {
        return;
    }
    let colours = palette.tone(if cut == 0 { Tone::Positive } else { Tone::Info });
    let top = frame.top() + 2.0;
    let stroke = Stroke::new(if held { 2.5 } else { 1.5 }, colours.text);
    ui.painter().vline(x, top + 18.0..=frame.bottom(), stroke);
    let words = format!("{} {}", Band::ALL[cut].words(), percent(probability_of(bits)));
    let galley = ui.painter().layout_no_wrap(words, theme::font(Type::Caption), colours.text);
    let size = galley.size() + vec2(14.0, 6.0);
    // The label of the automatic cut stands to its right, the other's to its left: they never cover each other.
    let left = if cut == 0 { x - 1.0 } else { x - size.x + 1.0 };
    let left = left.clamp(frame.left(), frame.right() - size.x);
    let rect = egui::Rect::from_min_size(pos2(left, top), size);
    ui.painter().rect(rect, 4, colours.soft, Stroke::new(1.0, colours.line), egui::StrokeKind::Inside);
    ui.painter().galley(rect.center() - galley.size() / 2.0, galley, colours.text);
}

/// A cut to be moved with the arrow keys.
fn cut_ui(ui: &mut Ui, cut: usize, bits: &mut [f64; 2]) {
    let palette = palette(ui);
    let name = if cut == 0 { "Automatic from" } else { "To review from" };
    ui.horizontal(|ui| {
        let label = ui.label(text::coloured(Type::SmallStrong, palette.secondary, name));
        let value = text::coloured(Type::Strong, palette.text, percent(probability_of(bits[cut])));
        ui.allocate_ui_with_layout(vec2(64.0, 24.0), Layout::right_to_left(Align::Center), |ui| {
            ui.set_width(64.0);
            ui.label(value);
        });
        ui.spacing_mut().slider_width = (ui.available_width() - 12.0).max(80.0);
        ui.spacing_mut().interact_size.y = 20.0;
        let visuals = ui.visuals_mut();
        visuals.selection.bg_fill = palette.tone(if cut == 0 { Tone::Positive } else { Tone::Info }).solid;
        visuals.widgets.inactive.bg_fill = palette.line;
        visuals.widgets.hovered.bg_fill = palette.line_strong;
        visuals.widgets.active.bg_fill = palette.line_strong;
        visuals.widgets.inactive.fg_stroke = Stroke::new(1.5, palette.secondary);
        // The slider steps by quarters; where the cut stands between two, only a move of it rounds.
        let mut value = (bits[cut] * 4.0).round() / 4.0;
        let slider = Slider::new(&mut value, LEAST..=MOST).step_by(0.25).show_value(false).trailing_fill(true);
        let slider = ui.add(slider).labelled_by(label.id);
        if slider.changed() {
            bits[cut] = value;
        }
        crate::desktop::widgets::button::focus_ring(ui, &slider, slider.rect, 4);
        slider.on_hover_text("Left and right arrows move the cut");
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bits_and_probabilities_are_each_others_inverse_and_shares_keep_their_nines() {
        for p in [0.001, 0.1, 0.5, 0.99, 0.9999] {
            assert!((probability_of(bits_of(p)) - p).abs() < 1e-9);
        }
        assert_eq!(percent(0.5), "50 %");
        assert_eq!(percent(0.95), "95.0 %");
        assert_eq!(percent(0.99), "99.0 %");
        assert_eq!(percent(0.999), "99.90 %");
        assert_eq!(percent(0.9999), "99.990 %");
    }
}
