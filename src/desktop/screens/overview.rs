//! Where the work stands, in the committee's idiom: item, status, per cent, note; and what to do next.

mod conflicts;

use eframe::egui::{self, Align, Layout, Rect, Role, Ui, UiBuilder, pos2, vec2};
use egui_plot::{Bar, BarChart, Plot};

use super::{Screen, View};
use crate::desktop::command::Command;
use crate::desktop::out::Out;
use crate::desktop::session::Session;
use crate::desktop::theme::{self, Tone, Type, palette, space};
use crate::desktop::widgets::{Button, Chip, Icon, parts, text};
use crate::pair::{Band, PairKey, PairKind};
use crate::release::report::{self, Line};
use crate::stewardship::conflicts::Conflict;
use crate::stewardship::{self, Refused};
use crate::workspace::{Status, Touched};

/// The screen's own state.
#[derive(Default)]
pub struct Overview {
    lines: Option<Vec<Line>>,
    /// The conflicts, once they were read.
    conflicts: Option<Vec<Conflict>>,
    /// They are being read, or were since the last change.
    asked: bool,
    /// The kind of conflict that is unfolded.
    open: Option<conflicts::Open>,
}

/// What the screen wants done after the frame.
pub enum Action {
    /// The conflicts were read.
    Conflicts(Result<Vec<Conflict>, Refused>),
    /// Look at the pair of a conflict.
    Open(PairKey),
}

impl Overview {
    /// Carries out an action. Gives the screen that shows the pair that was asked for, and its number.
    pub fn act(&mut self, action: Action, session: &mut Session, out: &mut Out) -> Option<(Screen, i64)> {
        match action {
            Action::Conflicts(read) => {
                self.conflicts = out.read(read);
                None
            }
            Action::Open(pair) => {
                let screen = if pair.kind() == PairKind::Link { Screen::Review } else { Screen::Duplicates };
                let id = session
                    .change(out, |ws| stewardship::conflicts::task(ws, &pair).map(|id| (id, Touched::CANDIDATES)));
                id.map(|id| (screen, id))
            }
        }
    }
}

impl View for Overview {
    fn ui(&mut self, ui: &mut Ui, session: &Session, out: &mut Out) {
        let status = session.status();
        if self.lines.is_none() {
            let ws = session.ws();
            let read = out.read(ws.files()).zip(out.read(ws.batches()));
            self.lines = Some(read.map(|(files, batches)| report::lines(status, &files, &batches)).unwrap_or_default());
        }
        if !self.asked {
            self.asked = true;
            out.start(conflicts::read());
        }
        let line = if status.mosaic + status.chi == 0 {
            "Nothing is loaded yet".to_owned()
        } else {
            format!(
                "{} in Mosaic, {}",
                text::count(status.mosaic, "person", "people"),
                text::count(status.chi, "CHI record", "CHI records")
            )
        };
        parts::page(
            ui,
            "Overview",
            &line,
            |_| {},
            |ui| {
                next_ui(ui, status, out);
                ui.add_space(space().m);
                tiles_ui(ui, status);
                ui.add_space(space().m);
                parts::tiles(ui, 2, 420.0, |ui, place| match place {
                    0 => funnel_ui(ui, status),
                    _ => bands_ui(ui, status),
                });
                if let Some(found) = &self.conflicts
                    && status.mosaic > 0
                {
                    conflicts::ui(ui, found, &mut self.open, out);
                }
                parts::section(ui, "Progress", |_| {});
                progress_ui(ui, self.lines.as_deref().unwrap_or_default());
                parts::section(ui, "Beside published figures", |ui| {
                    text::small(ui, "Share of people matched to a CHI number");
                });
                benchmarks_ui(ui, status);
            },
        );
    }

    fn touched(&mut self, _: Touched, _: &Session) {
        self.lines = None;
        self.asked = false;
    }
}

/// What to do next, and the button for it.
fn next(status: &Status) -> (Tone, String, Command) {
    // Once the band was accepted, what is left of it wants a person like any other.
    let band_waits = status.links_undecided[0] * 2 > status.links[0];
    let open = status.links_undecided[1] + if band_waits { 0 } else { status.links_undecided[0] };
    let duplicates = status.duplicates_undecided[0] + status.duplicates_undecided[1];
    let [composing, submitted, signed, _] = status.batches;
    if status.mosaic == 0 {
        return (
            Tone::Info,
            "Begin with the Mosaic extract, or a file of candidate pairs".to_owned(),
            Command::LoadFile,
        );
    }
    let candidates: u64 = status.links.iter().sum();
    if status.chi == 0 && candidates == 0 {
        return (Tone::Info, "The Mosaic extract is in. Load the CHI extract next".to_owned(), Command::LoadFile);
    }
    if candidates == 0 {
        return (Tone::Info, "Both extracts are in. Find candidate pairs next".to_owned(), Command::RunMatch);
    }
    if band_waits {
        let words = format!(
            "{} in the automatic band and undecided",
            text::count(status.links_undecided[0], "link is", "links are")
        );
        return (Tone::Info, words, Command::Go(Screen::Match));
    }
    if open > 0 {
        let words = format!("{} for your decision", text::count(open, "link waits", "links wait"));
        return (Tone::Info, words, Command::Go(Screen::Review));
    }
    if duplicates > 0 {
        let words = format!(
            "{} for your decision",
            text::count(duplicates, "possible duplicate waits", "possible duplicates wait")
        );
        return (Tone::Info, words, Command::Go(Screen::Duplicates));
    }
    if submitted > 0 {
        let words = format!("{} for sign-off by a supervisor", text::count(submitted, "batch waits", "batches wait"));
        return (Tone::Warning, words, Command::Go(Screen::Batches));
    }
    if composing > 0 || status.people_matched > status.people_signed {
        return (Tone::Info, "Decisions are ready to be put in a batch".to_owned(), Command::Go(Screen::Batches));
    }
    if signed > 0 && status.people_signed > status.people_released {
        return (Tone::Info, "A signed batch is ready to be released".to_owned(), Command::Go(Screen::Release));
    }
    (Tone::Positive, "Everything that was loaded is decided, signed and released".to_owned(), Command::LoadFile)
}

fn next_ui(ui: &mut Ui, status: &Status, out: &mut Out) {
    let (tone, words, command) = next(status);
    parts::banner_with(ui, tone, &words, |ui| {
        if ui.add(Button::command(command).primary().without_key()).clicked() {
            out.command(command);
        }
    });
}

fn tiles_ui(ui: &mut Ui, status: &Status) {
    let to_decide = status.links_undecided[0] + status.links_undecided[1];
    let duplicates = status.duplicates_undecided[0] + status.duplicates_undecided[1];
    let tiles = [
        (
            "Matched to a CHI",
            text::percent(status.people_matched, status.mosaic),
            format!("{} of {} people", text::number(status.people_matched), text::number(status.mosaic)),
            Tone::Positive,
        ),
        (
            "Links to decide",
            text::number(to_decide),
            format!("{} of them automatic", text::number(status.links_undecided[0])),
            Tone::Info,
        ),
        ("Duplicates to decide", text::number(duplicates), "pairs of Mosaic records".to_owned(), Tone::Info),
        (
            "To look at again",
            text::number(status.stale),
            "changed since decided".to_owned(),
            if status.stale > 0 { Tone::Warning } else { Tone::Neutral },
        ),
        ("Decided today", text::number(status.decided_today), "by everybody here".to_owned(), Tone::Neutral),
    ];
    parts::tiles(ui, tiles.len(), 172.0, |ui, place| {
        let (name, figure, line, tone) = &tiles[place];
        parts::stat(ui, name, figure, line, *tone);
    });
}

fn funnel_ui(ui: &mut Ui, status: &Status) {
    let steps = [
        ("In Mosaic", status.mosaic, Tone::Neutral),
        ("Came with a valid CHI", status.seeded, Tone::Neutral),
        ("Matched", status.people_matched, Tone::Info),
        ("Signed off", status.people_signed, Tone::Positive),
        ("Released", status.people_released, Tone::Positive),
    ];
    parts::wide_card(ui, |ui| {
        text::heading(ui, "From Mosaic to release");
        ui.add_space(4.0);
        ui.spacing_mut().item_spacing.y = 7.0;
        for (name, count, tone) in steps {
            bar_row(
                ui,
                name,
                &[(count as f64, tone)],
                status.mosaic as f64,
                count,
                &text::percent(count, status.mosaic),
            );
        }
    });
}

fn bands_ui(ui: &mut Ui, status: &Status) {
    let bands = |counts: [u64; 3]| [Tone::Positive, Tone::Info, Tone::Neutral].map(|tone| tone).into_iter().zip(counts);
    let rows = [
        ("Links", status.links),
        ("  still to decide", status.links_undecided),
        ("Duplicates", status.duplicates),
        ("  still to decide", status.duplicates_undecided),
    ];
    parts::wide_card(ui, |ui| {
        text::heading(ui, "Candidate pairs by band");
        ui.add_space(4.0);
        ui.spacing_mut().item_spacing.y = 7.0;
        for (row, (name, counts)) in rows.into_iter().enumerate() {
            let whole: u64 = rows[row / 2 * 2].1.iter().sum();
            let pieces: Vec<(f64, Tone)> = bands(counts).map(|(tone, n)| (n as f64, tone)).collect();
            let total: u64 = counts.iter().sum();
            bar_row(ui, name, &pieces, whole as f64, total, "");
        }
        ui.add_space(1.0);
        ui.horizontal_wrapped(|ui| {
            ui.spacing_mut().item_spacing.x = 14.0;
            for (band, tone) in Band::ALL.into_iter().zip([Tone::Positive, Tone::Info, Tone::Neutral]) {
                parts::legend(ui, tone, band.words());
            }
        });
    });
}

/// A name, a bar and a figure in a row.
fn bar_row(ui: &mut Ui, name: &str, pieces: &[(f64, Tone)], whole: f64, count: u64, share: &str) {
    ui.spacing_mut().interact_size.y = 24.0;
    let palette = palette(ui);
    let label = format!("{name}: {} {share}", text::number(count));
    ui.horizontal(|ui| {
        ui.set_min_height(22.0);
        let width = 150.0_f32.min(ui.available_width() * 0.34);
        ui.allocate_ui_with_layout(vec2(width, 20.0), Layout::left_to_right(Align::Center), |ui| {
            ui.set_width(width);
            let words = text::coloured(Type::Body, palette.secondary, name);
            text::one_line(ui, words);
        });
        let figures = if share.is_empty() { 58.0 } else { 112.0 };
        let bar = (ui.available_width() - figures).max(30.0);
        ui.allocate_ui_with_layout(vec2(bar, 20.0), Layout::left_to_right(Align::Center), |ui| {
            ui.set_width(bar);
            parts::parts_bar(ui, pieces, whole, 10.0, &label);
        });
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            if !share.is_empty() {
                let (rect, _) = ui.allocate_exact_size(vec2(52.0, 18.0), egui::Sense::hover());
                let font = theme::font(Type::Small);
                ui.painter().text(rect.right_center(), egui::Align2::RIGHT_CENTER, share, font, palette.muted);
            }
            let figure = text::rich(ui, Type::Strong, text::number(count));
            ui.label(figure);
        });
    });
}

fn progress_ui(ui: &mut Ui, lines: &[Line]) {
    parts::table_card(ui, |ui| {
        ui.spacing_mut().item_spacing.y = 0.0;
        let wide = ui.available_width() > 720.0;
        let columns = |ui: &Ui| {
            let all = ui.available_width() - 28.0;
            let (status, share, date) = (132.0, 76.0, if wide { 104.0 } else { 0.0 });
            let item = (all * 0.24).max(150.0);
            [item, status, share, date, (all - item - status - share - date).max(80.0)]
        };
        let palette = palette(ui);
        let head = ui.cursor().min;
        let rect = Rect::from_min_size(head, vec2(ui.available_width(), 32.0));
        ui.painter().rect_filled(rect, egui::CornerRadius { nw: 9, ne: 9, sw: 0, se: 0 }, palette.sunken);
        let widths = columns(ui);
        cells(ui, 32.0, widths, |ui, column| {
            let words = ["Item", "Status", "Done", if wide { "Date" } else { "" }, "Note"][column];
            if !words.is_empty() {
                text::caption(ui, words);
            }
        });
        for line in lines {
            parts::rule(ui);
            let share = line.share.map(|share| format!("{share:.1} %")).unwrap_or_default();
            let label = format!("{}: {}, {share}. {}", line.item, line.state, line.note);
            let builder = UiBuilder::new().accessibility_role(Role::Row).accessibility_label(label);
            ui.scope_builder(builder, |ui| {
                cells(ui, 38.0, widths, |ui, column| match column {
                    0 => drop(text::strong(ui, line.item)),
                    1 => drop(ui.add(state_chip(line.state))),
                    2 => drop(text::body(ui, share.as_str())),
                    3 if wide => drop(text::secondary(ui, line.dates.as_str())),
                    3 => {}
                    _ => {
                        let words = text::coloured(Type::Body, palette.secondary, line.note.as_str());
                        text::one_line(ui, words);
                    }
                });
            });
        }
    });
}

fn state_chip(state: &str) -> Chip {
    let (icon, tone) = match state {
        "Complete" | "None" => (Icon::Check, Tone::Positive),
        "Under way" => (Icon::Play, Tone::Info),
        "Waiting" => (Icon::Clock, Tone::Warning),
        "Not begun" => (Icon::Minus, Tone::Neutral),
        _ => (Icon::Dot, Tone::Neutral),
    };
    Chip::new(icon, tone, state)
}

fn cells(ui: &mut Ui, height: f32, widths: [f32; 5], mut cell: impl FnMut(&mut Ui, usize)) {
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = 0.0;
        ui.add_space(14.0);
        for (column, width) in widths.into_iter().enumerate().filter(|(_, width)| *width > 0.0) {
            ui.allocate_ui_with_layout(vec2(width, height), Layout::left_to_right(Align::Center), |ui| {
                ui.set_width(width);
                ui.set_height(height);
                ui.set_max_width((width - 10.0).max(0.0));
                cell(ui, column);
            });
        }
    });
}

/// This work's share beside the published ones.
fn benchmarks_ui(ui: &mut Ui, status: &Status) {
    let own = if status.mosaic == 0 { 0.0 } else { 100.0 * status.people_matched as f64 / status.mosaic as f64 };
    let mut rows = vec![("This work".to_owned(), own, String::from("People with a live match to a CHI number"))];
    rows.extend(
        report::BENCHMARKS.iter().map(|(name, share, source)| ((*name).to_owned(), *share, (*source).to_owned())),
    );
    let palette = palette(ui);
    parts::wide_card(ui, |ui| {
        let height = 44.0 * rows.len() as f32 + 24.0;
        let names: Vec<String> = rows.iter().rev().map(|(name, ..)| name.clone()).collect();
        let bars: Vec<Bar> = rows
            .iter()
            .rev()
            .enumerate()
            .map(|(place, (name, share, _))| {
                let fill = if place + 1 == rows.len() { palette.accent } else { palette.neutral.solid };
                Bar::new(place as f64, *share).name(name).fill(fill).width(0.46).stroke(egui::Stroke::NONE)
            })
            .collect();
        let room = ui.available_width();
        let label_width = (room * 0.38).clamp(120.0, 360.0);
        let top = ui.cursor().min;
        let words: Vec<String> =
            rows.iter().map(|(name, share, source)| format!("{name}: {share:.1} %. {source}")).collect();
        let plot = ui
            .scope_builder(
                UiBuilder::new()
                    .max_rect(Rect::from_min_size(pos2(top.x + label_width, top.y), vec2(room - label_width, height)))
                    .accessibility_role(Role::Figure)
                    .accessibility_label(words.join("; ")),
                |ui| {
                    Plot::new("benchmarks")
                        .height(height)
                        .show_axes([true, false])
                        .show_grid([true, false])
                        .show_background(false)
                        .allow_drag(false)
                        .allow_zoom(false)
                        .allow_scroll(false)
                        .allow_boxed_zoom(false)
                        .allow_double_click_reset(false)
                        .show_crosshair(false)
                        .default_x_bounds(0.0, 104.0)
                        .default_y_bounds(-0.6, names.len() as f64 - 0.4)
                        .auto_bounds(false)
                        .sense(egui::Sense::hover())
                        .x_grid_spacer(|_| {
                            (0..=5)
                                .map(|n| egui_plot::GridMark { value: f64::from(n) * 20.0, step_size: 20.0 })
                                .collect()
                        })
                        .x_axis_formatter(|mark, _| format!("{:.0} %", mark.value))
                        .grid_color(palette.line)
                        .show(ui, |plot| {
                            plot.bar_chart(BarChart::new("Share matched", bars).horizontal().allow_hover(false));
                        })
                        .transform
                },
            )
            .inner;
        for (place, (name, share, source)) in rows.iter().rev().enumerate() {
            let at = plot.position_from_point(&egui_plot::PlotPoint::new(*share, place as f64));
            let own = place + 1 == rows.len();
            let painter = ui.painter();
            let ink = if own { palette.accent_text } else { palette.text };
            let font = theme::font(if own { Type::Strong } else { Type::Body });
            painter.text(pos2(top.x, at.y - 8.0), egui::Align2::LEFT_CENTER, name, font, ink);
            painter.text(
                pos2(top.x, at.y + 9.0),
                egui::Align2::LEFT_CENTER,
                source,
                theme::font(Type::Small),
                palette.muted,
            );
            let on_bar = *share > 12.0;
            let (x, align) =
                if on_bar { (at.x - 8.0, egui::Align2::RIGHT_CENTER) } else { (at.x + 8.0, egui::Align2::LEFT_CENTER) };
            let ink = if !on_bar {
                palette.text
            } else if own {
                palette.on_accent
            } else {
                palette.surface
            };
            painter.text(pos2(x, at.y), align, format!("{share:.1} %"), theme::font(Type::SmallStrong), ink);
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_next_step_follows_the_work() {
        let mut status = Status::default();
        assert_eq!(next(&status).2, Command::LoadFile);
        (status.mosaic, status.chi) = (10, 20);
        assert_eq!(next(&status).2, Command::RunMatch);
        (status.links, status.links_undecided) = ([5, 3, 1], [5, 3, 1]);
        assert_eq!(next(&status).2, Command::Go(Screen::Match));
        status.links_undecided = [1, 3, 1];
        assert_eq!(next(&status).2, Command::Go(Screen::Review));
        status.links_undecided = [0, 0, 1];
        status.duplicates_undecided = [0, 1, 0];
        assert_eq!(next(&status).2, Command::Go(Screen::Duplicates));
        status.duplicates_undecided = [0, 0, 1];
        status.people_matched = 8;
        assert_eq!(next(&status).2, Command::Go(Screen::Batches));
        (status.people_signed, status.batches) = (8, [0, 0, 1, 0]);
        assert_eq!(next(&status).2, Command::Go(Screen::Release));
        status.people_released = 8;
        assert_eq!(next(&status).0, Tone::Positive);
    }
}
