//! Where the work stands, in the committee's idiom: item, status, per cent, note; and what to do next.

mod conflicts;
mod going;
mod people;

use eframe::egui::{self, Align, Layout, Rect, Role, Ui, UiBuilder, vec2};

use super::{Screen, View};
use crate::desktop::command::Command;
use crate::desktop::jobs::Job;
use crate::desktop::out::Out;
use crate::desktop::session::Session;
use crate::desktop::theme::{self, Tone, Type, palette, space};
use crate::desktop::widgets::{Button, Chip, Icon, field, parts, text};
use crate::pair::{Band, PairKey, PairKind};
use crate::release::report::{self, Line};
use crate::stewardship::conflicts::Conflict;
use crate::stewardship::fairness::Dimension;
use crate::stewardship::figures::Figures;
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
    part: Part,
    figures: Option<Box<Figures>>,
    /// The figures are being read, or were since the last change.
    figures_asked: bool,
    dimension: Option<Dimension>,
}

/// What of the work is shown.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum Part {
    /// What is to be done.
    #[default]
    Work,
    /// How it goes, as a committee asks.
    Progress,
    /// Whom it serves.
    People,
}

/// What the screen wants done after the frame.
pub enum Action {
    /// The conflicts were read.
    Conflicts(Result<Vec<Conflict>, Refused>),
    /// The figures were worked out.
    Figures(Result<Box<Figures>, Refused>),
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
            Action::Figures(read) => {
                if let Some(read) = out.read(read) {
                    self.figures = Some(read);
                }
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
            let read = out.read(ws.files()).zip(out.read(ws.batches())).zip(out.read(ws.last_decided()));
            let lines = read.map(|((files, batches), last)| report::lines(status, &files, &batches, last));
            self.lines = Some(lines.unwrap_or_default());
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
        if self.part != Part::Work && !self.figures_asked && session.writing().is_none() {
            self.figures_asked = true;
            out.start(figures());
        }
        let mut part = self.part;
        let buttons = |ui: &mut Ui| {
            // Buttons stand from the right
            field::segmented(ui, "What is shown", &mut part, &[Part::People, Part::Progress, Part::Work], |part| {
                match part {
                    Part::Work => "Work",
                    Part::Progress => "Progress",
                    Part::People => "People",
                }
                .to_owned()
            });
        };
        parts::page(ui, "Overview", &line, buttons, |ui| {
            match self.part {
                Part::Work => {}
                Part::Progress => return self.progress_ui(ui, status, out),
                Part::People => return self.people_ui(ui),
            }
            next_ui(ui, status, session.is_supervisor(), out);
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
        });
        self.part = part;
    }

    fn touched(&mut self, _: Touched, _: &Session) {
        self.lines = None;
        self.asked = false;
        self.figures_asked = false;
    }
}

impl Overview {
    /// How the work goes, as a committee asks.
    fn progress_ui(&mut self, ui: &mut Ui, status: &Status, out: &mut Out) {
        progress_ui(ui, self.lines.as_deref().unwrap_or_default());
        ui.add_space(space().s);
        ui.horizontal(|ui| {
            if ui.add(Button::command(Command::Report)).clicked() {
                out.command(Command::Report);
            }
        });
        ui.add_space(space().s);
        going::published_ui(ui, status);
        ui.add_space(space().m);
        let Some(figures) = &self.figures else {
            text::secondary(ui, "Working the figures out…");
            return;
        };
        going::by_day_ui(ui, figures);
        ui.add_space(space().m);
        parts::tiles(ui, 2, 420.0, |ui, place| match place {
            0 => going::waiting_ui(ui, figures),
            _ => going::duplicates_ui(ui, figures),
        });
    }

    /// Whom the work serves.
    fn people_ui(&mut self, ui: &mut Ui) {
        match &self.figures {
            Some(figures) if figures.groups.is_empty() => drop(text::secondary(ui, "Nobody is loaded yet")),
            Some(figures) => people::ui(ui, &figures.groups, self.dimension.get_or_insert(Dimension::Age)),
            None => drop(text::secondary(ui, "Working the figures out…")),
        }
    }
}

/// Works the figures out.
fn figures() -> Job {
    let mut job = Job::reads("Working the figures out", |ws, progress| {
        let read = ws.map_err(Refused::from).and_then(|ws| stewardship::figures::read(ws, progress));
        Action::Figures(read.map(Box::new)).into()
    });
    job.quiet = true;
    job
}

/// What to do next, and the button for it. A supervisor is sent to what only a supervisor can do before anything else.
fn next(status: &Status, supervisor: bool) -> (Tone, String, Command) {
    // Once the band was accepted, what is left of it wants a person like any other.
    let band_waits = status.links_undecided[0] * 2 > status.links[0];
    let open = status.links_undecided[1] + if band_waits { 0 } else { status.links_undecided[0] };
    let duplicates = status.duplicates_undecided[0] + status.duplicates_undecided[1];
    let [composing, submitted, signed, _] = status.batches;
    if supervisor && submitted > 0 {
        let words = format!("{} for your sign-off", text::count(submitted, "batch waits", "batches wait"));
        return (Tone::Warning, words, Command::Go(Screen::Batches));
    }
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

fn next_ui(ui: &mut Ui, status: &Status, supervisor: bool, out: &mut Out) {
    let (tone, words, command) = next(status, supervisor);
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_next_step_follows_the_work() {
        let mut status = Status::default();
        assert_eq!(next(&status, false).2, Command::LoadFile);
        (status.mosaic, status.chi) = (10, 20);
        assert_eq!(next(&status, false).2, Command::RunMatch);
        (status.links, status.links_undecided) = ([5, 3, 1], [5, 3, 1]);
        assert_eq!(next(&status, false).2, Command::Go(Screen::Match));
        status.links_undecided = [1, 3, 1];
        assert_eq!(next(&status, false).2, Command::Go(Screen::Review));
        status.links_undecided = [0, 0, 1];
        status.duplicates_undecided = [0, 1, 0];
        assert_eq!(next(&status, false).2, Command::Go(Screen::Duplicates));
        status.duplicates_undecided = [0, 0, 1];
        status.people_matched = 8;
        assert_eq!(next(&status, false).2, Command::Go(Screen::Batches));
        status.batches = [0, 1, 0, 0];
        assert_eq!(next(&status, false).2, Command::Go(Screen::Batches));
        (status.people_signed, status.batches) = (8, [0, 0, 1, 0]);
        assert_eq!(next(&status, false).2, Command::Go(Screen::Release));
        status.people_released = 8;
        assert_eq!(next(&status, false).0, Tone::Positive);
        // What waits for a signature comes before everything, to whoever can give it
        (status.links_undecided, status.batches) = ([0, 3, 1], [0, 2, 1, 0]);
        assert_eq!(next(&status, false).2, Command::Go(Screen::Review));
        assert_eq!(next(&status, true).2, Command::Go(Screen::Batches));
    }
}
