//! The certain pairs, by how their details agree or by what alone warns of them: of each class a few are looked at, then the
//! others are accepted together.

use eframe::egui::{Label, Ui, vec2};

use super::{Action, Shown};
use crate::desktop::command::Command;
use crate::desktop::jobs::Job;
use crate::desktop::out::Out;
use crate::desktop::screens::Screen;
use crate::desktop::screens::pair::facets;
use crate::desktop::session::Session;
use crate::desktop::theme::{Tone, Type, space};
use crate::desktop::widgets::table::{Col, Table, TableState};
use crate::desktop::widgets::{Button, Icon, parts, text};
use crate::pair::{Band, PairKind};
use crate::stewardship::Refused;
use crate::stewardship::decide::{self, Class, LOOKS, WARNED_LOOKS};
use crate::workspace::{Alike, QueueFilter};

const COLUMNS: [Col; 3] = [
    Col::rest("What they have in common", 260.0),
    Col::exact("Waiting", 84.0).right(),
    Col::exact("Looked at", 150.0).right(),
];

/// The height of the table where it holds more than it shows, in points: seven rows of two lines, or more of one.
const TALLEST: f32 = 33.0 + 7.0 * 49.0;

/// The room of the classes while they are read for the first time, in points: what is below them does not move from under a
/// press when they come, where there are as many as are seen at once.
const ROOM: f32 = 60.0 + TALLEST;

/// What was read: the classes that are worth a look, and the pairs in smaller ones.
#[derive(Default)]
pub struct Read {
    classes: Vec<Class>,
    rest: u64,
}

/// The classes of both kinds.
#[derive(Default)]
pub struct Classes {
    read: [Option<Read>; 2],
    /// It was tried to read them: what fails is not tried again in every frame.
    tried: bool,
    stale: bool,
    running: bool,
    table: TableState<Alike>,
}

fn read(ws: &crate::workspace::Workspace) -> Result<[Read; 2], Refused> {
    let of = |kind| -> Result<Read, Refused> {
        let (classes, small): (Vec<Class>, Vec<Class>) =
            decide::classes(ws, kind)?.into_iter().partition(Class::is_worth_it);
        Ok(Read { classes, rest: small.iter().map(|class| class.waiting).sum() })
    };
    Ok([of(PairKind::Link)?, of(PairKind::Duplicate)?])
}

/// How many lines the longest words of the classes take in the room of their column.
fn lines(ui: &Ui, classes: &[Class]) -> f32 {
    let room = (ui.available_width() - 84.0 - 110.0 - 46.0).max(160.0);
    let ink = crate::desktop::theme::palette(ui).text;
    let of = |class: &Class| {
        ui.painter().layout(class.words(), crate::desktop::theme::font(Type::Body), ink, room).rows.len()
    };
    classes.iter().map(of).max().unwrap_or(1) as f32
}

impl Classes {
    /// Something changed: they are read again.
    pub fn forget(&mut self) {
        self.stale = true;
    }

    /// Takes what was read.
    pub fn take(&mut self, read: Result<Box<[Read; 2]>, Refused>, out: &mut Out) {
        self.running = false;
        if let Some(read) = out.read(read) {
            self.read = read.map(Some);
        }
    }

    fn ensure(&mut self, out: &mut Out) {
        if self.running || (self.tried && !self.stale) {
            return;
        }
        (self.running, self.stale, self.tried) = (true, false, true);
        let mut job = Job::reads("Reading the classes", |ws, _| {
            Action::Classes(ws.map_err(Refused::from).and_then(|ws| read(ws)).map(Box::new)).into()
        });
        job.quiet = true;
        out.start(job);
    }

    /// The class that would be looked at: the one under the cursor, or the largest that was not looked at.
    fn next(&self, kind: PairKind) -> Option<&Class> {
        let classes = &self.read[kind as usize].as_ref()?.classes;
        let under = self.table.cursor.and_then(|cursor| classes.iter().find(|class| class.alike == cursor));
        under.or_else(|| classes.iter().find(|class| class.doubted() == 0))
    }

    /// Whether any class can be looked at.
    pub fn offers(&self, kind: PairKind) -> bool {
        self.next(kind).is_some()
    }

    /// Goes to the few of a class.
    pub fn look(&self, kind: PairKind, out: &mut Out) {
        if let Some(class) = self.next(kind) {
            out.act(Action::LookAt(kind, class.alike));
        }
    }

    /// Draws the classes of a kind.
    pub fn ui(&mut self, ui: &mut Ui, session: &Session, shown: &mut Shown, out: &mut Out) {
        self.ensure(out);
        let kind = shown.kind();
        let (noun, screen) = match kind {
            PairKind::Link => ("links", Screen::Review),
            PairKind::Duplicate => ("duplicates", Screen::Duplicates),
        };
        let free = session.writing().is_none();
        parts::section(ui, "Certain pairs that are alike", |ui| {
            let button = Button::command(Command::AcceptClass).small();
            if ui.add(button.enabled(free && self.next(kind).is_some())).clicked() {
                out.command(Command::AcceptClass);
            }
            shown.choice_ui(ui);
        });
        let Some(read) = &self.read[kind as usize] else {
            if self.running {
                let reading = |ui: &mut Ui| {
                    ui.set_min_height(ROOM);
                    text::secondary(ui, "Reading the classes…");
                };
                ui.vertical(reading);
            }
            return;
        };
        if read.classes.is_empty() {
            let words = match read.rest {
                0 => format!("No certain {noun} wait that are alike"),
                rest => format!(
                    "{} certain {noun} wait, too few of them alike to be accepted together: decide them in {}",
                    text::number(rest),
                    screen.title()
                ),
            };
            parts::banner(ui, if read.rest == 0 { Tone::Positive } else { Tone::Info }, &words);
            return;
        }
        let warned = match kind {
            PairKind::Link => format!(
                " Links that are as certain, and wait for the same warnings alone, are a class too: look at {WARNED_LOOKS} of it, and \
                 give one reason for all."
            ),
            PairKind::Duplicate => String::new(),
        };
        let about = format!(
            "The automatic band without its hazards. Look at {LOOKS} of a class, drawn by the program; then the others can be \
             accepted, each as its own decision.{warned} {}",
            match read.rest {
                0 => String::new(),
                rest => format!("{} more are in classes too small for that, or that a rule stops", text::number(rest)),
            }
        );
        text::secondary(ui, about.trim());
        let hint = "What waits of the automatic band, pair by pair: classes too small, and what acceptance left";
        if read.rest > 0
            && ui.add(Button::new("Look at those pair by pair").small().icon(Icon::Scale).hint(hint)).clicked()
        {
            out.act(facets::use_filter(QueueFilter { bands: vec![Band::Auto], ..QueueFilter::start(kind) }));
            out.command(Command::Go(screen));
        }
        ui.add_space(space().s);
        // What tells one class from another often stands at the end of its words: they are read whole
        let row = 15.0 + 17.0 * lines(ui, &read.classes);
        let height = TALLEST.min(row * read.classes.len() as f32 + 33.0);
        let keys: Vec<Alike> = read.classes.iter().map(|class| class.alike).collect();
        let looked = |class: &Class| match class.doubted() {
            0 => format!("{} of {}", class.looked(), class.looks()),
            _ => "One is no match".to_owned(),
        };
        let label = |place: usize| {
            let class = &read.classes[place];
            format!("{}, {} waiting, looked at {}", class.words(), text::number(class.waiting), looked(class))
        };
        let mut chosen = None;
        parts::table_card(ui, |ui| {
            ui.allocate_ui(vec2(ui.available_width(), height), |ui| {
                ui.set_min_height(height);
                ui.set_max_height(height);
                let table = Table::new("classes", "Classes", &COLUMNS).row_height(row);
                let shown = table.show(ui, &mut self.table, &keys, label, |row, place| {
                    let class = &read.classes[place];
                    row.cell(|ui| {
                        if !class.warnings().is_empty() {
                            Icon::Warning.show(ui, 14.0, crate::desktop::theme::palette(ui).warning.text);
                        }
                        let words = text::rich(ui, Type::Body, class.words());
                        ui.add(Label::new(words).wrap());
                    });
                    row.quiet(text::number(class.waiting));
                    row.cell(|ui| {
                        if class.is_looked_at() {
                            Icon::Check.show(ui, 14.0, crate::desktop::theme::palette(ui).positive.text);
                        }
                        text::secondary(ui, looked(class));
                    });
                });
                chosen = shown.activated.map(|place| keys[place]);
            });
        });
        if let Some(alike) = chosen {
            out.act(Action::LookAt(kind, alike));
        }
    }
}
