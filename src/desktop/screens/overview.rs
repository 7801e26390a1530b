//! Where the work stands, in the committee's idiom: item, status, per cent, note; and what to do next.

mod conflicts;
mod going;
mod people;
mod training;

use eframe::egui::{self, Align, Layout, Rect, Role, Ui, UiBuilder, vec2};

use super::pair::facets;
use super::{Screen, View, duplicates, review};
use crate::desktop::command::Command;
use crate::desktop::jobs::Job;
use crate::desktop::out::Out;
use crate::desktop::session::Session;
use crate::desktop::theme::{Tone, Type, palette, space};
use crate::desktop::widgets::chart::{self, Row};
use crate::desktop::widgets::{Button, Chip, Icon, field, parts, text};
use crate::pair::{Band, PairKey, PairKind};
use crate::release::report::{self, Line};
use crate::stewardship::conflicts::Conflict;
use crate::stewardship::fairness::Dimension;
use crate::stewardship::figures::Figures;
use crate::stewardship::training::Marks;
use crate::stewardship::{self, Refused};
use crate::workspace::{CorrectionState, Status, Touched, Workspace, WorkspaceError};

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
    /// What is to be taken out of Mosaic again, read with the lines.
    corrections: Corrections,
    /// The figures were asked for since the last change.
    figures_asked: bool,
    /// They are being worked out: one piece of work at a time, however much changes meanwhile.
    figures_running: bool,
    dimension: Option<Dimension>,
    /// How it goes in a practice workspace.
    training: training::Training,
}

/// What of the work is shown.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
enum Part {
    /// What is to be done.
    #[default]
    Work,
    /// How it goes, as a committee asks.
    Progress,
    /// Whom it serves.
    People,
    /// How the learner did; of a practice workspace alone.
    Training,
}

/// What the screen wants done after the frame.
pub enum Action {
    /// The conflicts were read.
    Conflicts(Result<Vec<Conflict>, Refused>),
    /// The figures were worked out.
    Figures(Result<Box<Figures>, Refused>),
    /// The learner's answers were held against what is true.
    Marks(Result<Box<Marks>, Refused>),
    /// Look at the pair of a conflict, or at one that misled.
    Open(PairKey),
    /// Look at two Mosaic records on the way to an answer about a link, and come back to it.
    OpenFrom {
        /// The two.
        pair: PairKey,
        /// The link.
        from: PairKey,
    },
}

impl Overview {
    /// Carries out an action. Gives the screen that shows the pair that was asked for, and what that screen is to do.
    pub fn act(&mut self, action: Action, session: &mut Session, out: &mut Out) -> Option<(Screen, super::Action)> {
        match action {
            Action::Conflicts(read) => {
                self.conflicts = out.read(read);
                None
            }
            Action::Figures(read) => {
                self.figures_running = false;
                if let Some(read) = out.read(read) {
                    self.figures = Some(read);
                }
                None
            }
            Action::Marks(read) => {
                self.training.take(read);
                None
            }
            Action::Open(pair) => {
                let id = task(&pair, session, out)?;
                Some(match pair.kind() {
                    PairKind::Link => (Screen::Review, review::Action::Look(id).into()),
                    PairKind::Duplicate => (Screen::Duplicates, duplicates::Action::Look(id).into()),
                })
            }
            Action::OpenFrom { pair, from } => {
                let id = task(&pair, session, out)?;
                Some((Screen::Duplicates, duplicates::Action::LookFrom(id, from).into()))
            }
        }
    }
}

/// Makes a pair a task where it is none. Its number.
fn task(pair: &PairKey, session: &mut Session, out: &mut Out) -> Option<i64> {
    session.change(out, |ws| stewardship::conflicts::task(ws, pair).map(|id| (id, Touched::CANDIDATES)))
}

impl View for Overview {
    fn ui(&mut self, ui: &mut Ui, session: &Session, out: &mut Out) {
        let status = session.status();
        if self.lines.is_none() {
            let ws = session.ws();
            let read = out.read(ws.files()).zip(out.read(ws.batches())).zip(out.read(ws.last_decided()));
            let lines = read.map(|((files, batches), last)| report::lines(status, &files, &batches, last));
            self.lines = Some(lines.unwrap_or_default());
            self.corrections = out.read(Corrections::read(ws)).unwrap_or_default();
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
        if status.mosaic > 0 && !self.figures_asked && !self.figures_running && session.writing().is_none() {
            (self.figures_asked, self.figures_running) = (true, true);
            out.start(figures());
        }
        let parts: &[Part] = if session.ws().is_training() {
            &[Part::Work, Part::Progress, Part::People, Part::Training]
        } else {
            &[Part::Work, Part::Progress, Part::People]
        };
        let mut part = self.part;
        let buttons = |ui: &mut Ui| {
            field::segmented(ui, "What is shown", &mut part, parts, |part| {
                match part {
                    Part::Work => "Work",
                    Part::Progress => "Progress",
                    Part::People => "People",
                    Part::Training => "Training",
                }
                .to_owned()
            });
        };
        parts::page_of_parts(ui, "Overview", self.part, &line, buttons, |ui| {
            match self.part {
                Part::Work => {}
                Part::Progress => return self.progress_ui(ui, status, out),
                Part::People => return self.people_ui(ui),
                Part::Training => return self.training.ui(ui, session, out),
            }
            if let Some((tone, words)) = self.corrections.words(session.is_supervisor()) {
                parts::banner_with(ui, tone, &words, |ui| {
                    if ui.add(Button::command(Command::ShowCorrections)).clicked() {
                        out.command(Command::ShowCorrections);
                    }
                });
                ui.add_space(space().s);
            }
            next_ui(ui, status, session.is_supervisor(), session, out);
            ui.add_space(space().m);
            tiles_ui(ui, status, session, out);
            ui.add_space(space().m);
            parts::cards(ui, "work", 2, 420.0, |ui, place| match place {
                0 => funnel_ui(ui, status, self.figures.as_deref(), self.figures_running),
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

    fn offers(&self, command: Command, session: &Session) -> bool {
        match command {
            Command::ShowProgress | Command::ShowServed => true,
            Command::ShowTraining => session.ws().is_training(),
            _ => false,
        }
    }

    fn offers_from_afar(&self, command: Command, session: &Session) -> bool {
        self.offers(command, session)
    }

    fn command(&mut self, command: Command, _session: &mut Session, _out: &mut Out) {
        self.part = match command {
            Command::ShowProgress => Part::Progress,
            Command::ShowServed => Part::People,
            Command::ShowTraining => Part::Training,
            _ => return,
        };
    }

    fn touched(&mut self, _: Touched, _: &Session) {
        self.lines = None;
        self.asked = false;
        self.figures_asked = false;
        self.training.forget();
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
        if self.figures_running {
            text::small(ui, "Working the figures out again…");
        }
        going::by_day_ui(ui, figures);
        ui.add_space(space().m);
        parts::cards(ui, "progress", 2, 420.0, |ui, place| match place {
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

/// What is to be taken out of Mosaic again.
#[derive(Default)]
struct Corrections {
    /// Links that were recalled after their release and are in no correction.
    in_none: u64,
    /// Corrections that wait for a signature.
    unsigned: u64,
    /// Signed ones whose files were not written.
    unwritten: u64,
}

impl Corrections {
    fn read(ws: &Workspace) -> Result<Self, WorkspaceError> {
        let all = ws.corrections()?;
        let in_state = |state: CorrectionState| all.iter().filter(move |it| it.state == state);
        Ok(Self {
            in_none: ws.to_take_out(None)?.len() as u64,
            unsigned: in_state(CorrectionState::Composed).count() as u64,
            unwritten: in_state(CorrectionState::Signed).filter(|it| it.released.is_none()).count() as u64,
        })
    }

    /// What is to be done about them, in a sentence; `None` where nothing is.
    fn words(&self, supervisor: bool) -> Option<(Tone, String)> {
        let Self { in_none, unsigned, unwritten } = *self;
        let waits = text::count(unsigned, "correction waits", "corrections wait");
        if supervisor && unsigned > 0 {
            return Some((Tone::Warning, format!("{waits} for your signature")));
        }
        if in_none > 0 {
            let stand = text::count(in_none, "recalled link stands", "recalled links stand");
            return Some((Tone::Danger, format!("{stand} in Mosaic, as far as is known, without a correction")));
        }
        if unwritten > 0 {
            let signed = text::count(unwritten, "signed correction is", "signed corrections are");
            return Some((Tone::Warning, format!("{signed} to be written")));
        }
        (unsigned > 0).then(|| (Tone::Info, format!("{waits} for a supervisor's signature")))
    }
}

/// What to do next, and the button for it. A supervisor is sent to what only a supervisor can do before anything else.
/// What to do next, and the command that leads there; none where it leads to what is to be looked at again.
fn next(status: &Status, supervisor: bool) -> (Tone, String, Option<Command>) {
    if !supervisor && status.stale > 0 {
        let decisions = text::count(status.stale, "decision is", "decisions are");
        let words = format!("{decisions} to be looked at again: a record changed since, or a batch was returned");
        return (Tone::Warning, words, None);
    }
    let (tone, words, command) = next_command(status, supervisor);
    (tone, words, Some(command))
}

fn next_command(status: &Status, supervisor: bool) -> (Tone, String, Command) {
    // Once the band was accepted, what is left of it wants a person like any other.
    let band_waits = status.links_undecided[0] * 2 > status.links[0];
    let open = status.links_undecided[1] + if band_waits { 0 } else { status.links_undecided[0] };
    let duplicates = status.duplicates_by_answer().to_decide;
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
    // Once most of these were accepted, what is left of them wants a person too
    let [for_a_reason, of_these] = status.links_for_a_reason;
    if for_a_reason * 2 > of_these && for_a_reason * 4 > open {
        let waits = text::count(for_a_reason, "link to review is", "links to review are");
        let words = format!("{waits} certain and wait for a reason alone: one answers for a whole class");
        return (Tone::Info, words, Command::Go(Screen::Match));
    }
    if open > 0 {
        // The rail counts those to review alone; what the banner counts beside them is said
        let rest = open - status.links_undecided[1];
        let of_band =
            if rest > 0 { format!(", {} of them in the automatic band", text::number(rest)) } else { String::new() };
        let words = format!("{} for your decision{of_band}", text::count(open, "link waits", "links wait"));
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

fn next_ui(ui: &mut Ui, status: &Status, supervisor: bool, session: &Session, out: &mut Out) {
    let (tone, words, command) = next(status, supervisor);
    parts::banner_with(ui, tone, &words, |ui| match command {
        Some(command) => {
            if ui.add(Button::command(command).primary().without_key()).clicked() {
                out.command(command);
            }
        }
        None => {
            if ui.add(Button::new("Look again").icon(Icon::Eye).primary()).clicked() {
                facets::look_again(session, out);
            }
        }
    });
}

/// Which of the tiles counts what is to be looked at again.
const AGAIN: usize = 3;

fn tiles_ui(ui: &mut Ui, status: &Status, session: &Session, out: &mut Out) {
    let (links, duplicates) = (status.links_by_answer(), status.duplicates_by_answer());
    // The figure beside the screen's name in the rail; the others are certain, and can be accepted by the class
    let review = |undecided: [u64; 3]| format!("{} of them to review", text::number(undecided[1]));
    let tiles = [
        (
            "Matched to a CHI",
            text::percent(status.people_matched, status.mosaic),
            format!("{} of {} people", text::number(status.people_matched), text::number(status.mosaic)),
            Tone::Positive,
        ),
        ("Links to decide", text::number(links.to_decide), review(status.links_undecided), Tone::Info),
        ("Duplicates to decide", text::number(duplicates.to_decide), review(status.duplicates_undecided), Tone::Info),
        (
            "To look at again",
            text::number(status.stale),
            "changed or returned".to_owned(),
            if status.stale > 0 { Tone::Warning } else { Tone::Neutral },
        ),
        ("Answered today", text::number(status.decided_today), "by everybody, classes too".to_owned(), Tone::Neutral),
    ];
    parts::tiles(ui, tiles.len(), 172.0, |ui, place| {
        let (name, figure, line, tone) = &tiles[place];
        if place == AGAIN && status.stale > 0 {
            if parts::stat_link(ui, name, figure, line, *tone) {
                facets::look_again(session, out);
            }
        } else {
            parts::stat(ui, name, figure, line, *tone);
        }
    });
}

/// The way of people from Mosaic to release. What has to be worked out stands there once it is, and, while it is worked out
/// again, with a mark.
fn funnel_ui(ui: &mut Ui, status: &Status, figures: Option<&Figures>, again: bool) {
    let steps = [
        ("In Mosaic", Some(status.mosaic), Tone::Neutral, "people in the newest extract"),
        ("With a candidate", figures.map(|it| it.with_candidate), Tone::Neutral, "people with a likely candidate"),
        ("Settled", figures.map(|it| it.settled), Tone::Info, "people who wait for no answer"),
        ("Matched", Some(status.people_matched), Tone::Info, "people with a live match"),
        ("Signed off", Some(status.people_signed), Tone::Positive, "people with a signed match"),
        ("Released", Some(status.people_released), Tone::Positive, "people in a seed file for Mosaic"),
        ("Acknowledged", Some(status.people_acknowledged), Tone::Positive, "people whose CHI Mosaic has taken"),
    ];
    let rows: Vec<Row> = steps
        .into_iter()
        .enumerate()
        .map(|(place, (name, count, tone, what))| {
            let again = again && matches!(place, 1 | 2);
            let (figure, words) = match count {
                Some(count) => {
                    let (number, share) = (text::number(count), text::percent(count, status.mosaic));
                    let (mark, said) = if again { ("…", ", being counted again") } else { ("", "") };
                    (format!("{number}  {share}{mark}"), format!("{name}: {number} {what}, {share}{said}"))
                }
                None => ("…".to_owned(), format!("{name}: being counted")),
            };
            Row { name: name.to_owned(), value: count.unwrap_or(0) as f64, tone, figure, words, ..Row::default() }
        })
        .collect();
    text::heading(ui, "People from Mosaic to release");
    let name = "People from Mosaic to release";
    chart::bars(ui, "funnel", name, &rows, &[], status.mosaic.max(1) as f64, |_| String::new());
}

/// The candidate pairs by band, all of them and those without an answer: of these the unlikely ones wait for none.
fn bands_ui(ui: &mut Ui, status: &Status) {
    let rows = [
        ("Links", status.links),
        ("No answer yet", status.links_undecided),
        ("Duplicates", status.duplicates),
        ("No answer yet", status.duplicates_undecided),
    ];
    let all = |counts: &[u64; 3]| counts.iter().sum::<u64>();
    let most = rows.iter().map(|(_, counts)| all(counts)).max().unwrap_or(0).max(1) as f64;
    let rows: Vec<Row> = rows
        .iter()
        .enumerate()
        .map(|(place, (name, counts))| {
            let what =
                if place % 2 == 0 { (*name).to_owned() } else { format!("{} without an answer", rows[place - 1].0) };
            let bands: Vec<String> = Band::ALL
                .into_iter()
                .zip(counts)
                .map(|(band, count)| format!("{} {}", text::number(*count), band.words().to_lowercase()))
                .collect();
            Row {
                name: if place % 2 == 0 { (*name).to_owned() } else { format!("   {name}") },
                value: all(counts) as f64,
                pieces: counts.iter().map(|count| *count as f64).collect(),
                figure: text::number(all(counts)),
                words: format!("{what}: {}", bands.join(", ")),
                ..Row::default()
            }
        })
        .collect();
    text::heading(ui, "Candidate pairs by band");
    chart::key_ui(ui, &Band::ALL.map(Band::words));
    chart::bars(ui, "bands", "Candidate pairs by band", &rows, &[], most, |_| String::new());
}

fn progress_ui(ui: &mut Ui, lines: &[Line]) {
    parts::table_card(ui, |ui| {
        ui.spacing_mut().item_spacing.y = 0.0;
        let wide = ui.available_width() > 720.0;
        let columns = |ui: &Ui| {
            let all = ui.available_width() - 28.0;
            let (status, share, date) = (132.0, 76.0, if wide { 104.0 } else { 0.0 });
            let item = (all * 0.24).max(168.0);
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
                let note = text::coloured(Type::Body, palette.secondary, line.note.as_str());
                let font = crate::desktop::theme::font(Type::Body);
                let tall = ui.painter().layout(line.note.clone(), font, palette.secondary, widths[4] - 10.0).size().y;
                cells(ui, (tall + 8.0).max(38.0), widths, |ui, column| match column {
                    0 => drop(text::strong(ui, line.item)),
                    1 => drop(ui.add(state_chip(line.state))),
                    2 => drop(text::body(ui, share.as_str())),
                    3 if wide => drop(text::secondary(ui, line.dates.as_str())),
                    3 => {}
                    _ => drop(ui.add(egui::Label::new(note.clone()).wrap())),
                });
            });
        }
    });
}

fn state_chip(state: &str) -> Chip {
    let (icon, tone) = match state {
        "Complete" | "Up to date" | "None" => (Icon::Check, Tone::Positive),
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
        assert_eq!(next(&status, false).2, Some(Command::LoadFile));
        (status.mosaic, status.chi) = (10, 20);
        assert_eq!(next(&status, false).2, Some(Command::RunMatch));
        (status.links, status.links_undecided) = ([5, 3, 1], [5, 3, 1]);
        assert_eq!(next(&status, false).2, Some(Command::Go(Screen::Match)));
        status.links_undecided = [1, 3, 1];
        assert_eq!(next(&status, false).2, Some(Command::Go(Screen::Review)));
        assert_eq!(next(&status, false).1, "4 links wait for your decision, 1 of them in the automatic band");
        status.links_for_a_reason = [3, 5];
        assert_eq!(next(&status, false).2, Some(Command::Go(Screen::Match)));
        status.links_for_a_reason = [2, 5];
        assert_eq!(next(&status, false).2, Some(Command::Go(Screen::Review)));
        status.links_undecided = [0, 0, 1];
        status.duplicates_undecided = [0, 1, 0];
        assert_eq!(next(&status, false).2, Some(Command::Go(Screen::Duplicates)));
        status.duplicates_undecided = [0, 0, 1];
        status.people_matched = 8;
        assert_eq!(next(&status, false).2, Some(Command::Go(Screen::Batches)));
        status.batches = [0, 1, 0, 0];
        assert_eq!(next(&status, false).2, Some(Command::Go(Screen::Batches)));
        (status.people_signed, status.batches) = (8, [0, 0, 1, 0]);
        assert_eq!(next(&status, false).2, Some(Command::Go(Screen::Release)));
        status.people_released = 8;
        assert_eq!(next(&status, false).0, Tone::Positive);
        // What waits for a signature comes before everything, to whoever can give it
        (status.links_undecided, status.batches) = ([0, 3, 1], [0, 2, 1, 0]);
        assert_eq!(next(&status, false).2, Some(Command::Go(Screen::Review)));
        assert_eq!(next(&status, true).2, Some(Command::Go(Screen::Batches)));
        // And what came back before everything else, to whoever decides
        status.stale = 1;
        let (tone, words, command) = next(&status, false);
        assert_eq!((tone, command), (Tone::Warning, None), "{words}");
        assert!(words.starts_with("1 decision is to be looked at again"), "{words}");
        assert_eq!(next(&status, true).2, Some(Command::Go(Screen::Batches)));
    }
}
