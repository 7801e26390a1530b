//! Find candidate pairs, see how their weights spread and how many may be wrong, set where the bands begin, and let decisions
//! refine the model.

mod classes;
mod cuts;
mod errors;
mod keys;
mod learn;

use eframe::egui::Ui;

use super::{Screen, View, duplicates, review};
use crate::desktop::command::Command;
use crate::desktop::jobs::Job;
use crate::desktop::out::Out;
use crate::desktop::session::Session;
use crate::desktop::theme::{Tone, space};
use crate::desktop::widgets::dialog::{self, Answer};
use crate::desktop::widgets::{Button, Icon, field, parts, text};
use crate::linkage::estimates::few;
use crate::linkage::{Cuts, Options, Report};
use crate::pair::PairKind;
use crate::stewardship::Refused;
use crate::stewardship::learn as learning;
use crate::stewardship::matching::{self, MatchOutcome};
use crate::stewardship::measured::{self, Measured};
use crate::workspace::{Alike, CutLadder, QueueFilter, Run, Status, Touched, Workspace, WorkspaceError};

/// The screen's own state.
#[derive(Default)]
pub struct Matching {
    read: Option<Read>,
    /// What was counted of all pairs, once it was.
    counted: Option<Box<Counted>>,
    /// They were asked for since the last change.
    asked: bool,
    /// They are being counted: one piece of work at a time, however much changes meanwhile.
    counting: bool,
    cuts: cuts::CutsPanel,
    kind: Shown,
    classes: classes::Classes,
    /// What learning from decisions would do, while that is asked.
    preview: Option<learning::Preview>,
    /// From how many decisions the newest run learned, while it is asked whether to match without them.
    without: Option<u64>,
}

/// Which pairs are shown.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum Shown {
    #[default]
    Links,
    Duplicates,
}

impl Shown {
    /// Draws the choice between the two; the table and the chart have it each, and it is one.
    fn choice_ui(&mut self, ui: &mut Ui) {
        field::segmented(ui, "Which pairs", self, &[Self::Links, Self::Duplicates], |kind| {
            match kind {
                Self::Links => "Links",
                Self::Duplicates => "Duplicates",
            }
            .to_owned()
        });
    }

    fn kind(self) -> PairKind {
        match self {
            Self::Links => PairKind::Link,
            Self::Duplicates => PairKind::Duplicate,
        }
    }
}

/// What was read of the newest run.
struct Read {
    run: Option<(Run, Report)>,
}

/// What is counted of every pair, on a thread of its own: there may be a million.
pub struct Counted {
    histograms: [Vec<(f64, [u64; 3])>; 2],
    ladder: CutLadder,
    measured: Vec<Measured>,
}

/// What the screen wants done after the frame.
pub enum Action {
    /// Run the engine.
    Run,
    /// It ran, or not.
    Ran(Result<Box<MatchOutcome>, Refused>),
    /// Work out what decisions would teach.
    PreviewLearning,
    /// It was worked out, or not.
    Previewed(Result<Box<learning::Preview>, Refused>),
    /// Run the engine with what decisions teach.
    Learn,
    /// Move the cuts.
    MoveCuts(Cuts),
    /// The pairs were counted.
    Counted(Result<Box<Counted>, Refused>),
    /// The classes were read.
    Classes(Result<Box<[classes::Read; 2]>, Refused>),
    /// Look at the few of a class.
    LookAt(PairKind, Alike),
}

impl View for Matching {
    fn ui(&mut self, ui: &mut Ui, session: &Session, out: &mut Out) {
        if self.read.is_none() {
            self.read = Some(read(session, out));
        }
        let matched = self.read.as_ref().is_some_and(|read| read.run.is_some());
        if matched && !self.asked && !self.counting {
            (self.asked, self.counting) = (true, true);
            out.start(count());
        }
        let Some(read) = self.read.take() else { return };
        self.page_ui(ui, session, &read, out);
        self.read = Some(read);
        self.preview_ui(ui, session, out);
        self.without_ui(ui, out);
    }

    fn offers(&self, command: Command, session: &Session) -> bool {
        let status = session.status();
        match command {
            Command::RunMatch => status.mosaic > 0 && session.writing().is_none(),
            Command::AcceptClass => session.writing().is_none() && self.classes.offers(self.kind.kind()),
            Command::LearnFromDecisions => learn::can(status) && session.writing().is_none(),
            _ => false,
        }
    }

    fn offers_from_afar(&self, command: Command, session: &Session) -> bool {
        command != Command::AcceptClass && self.offers(command, session)
    }

    fn command(&mut self, command: Command, session: &mut Session, out: &mut Out) {
        match command {
            Command::RunMatch => self.run(session, out),
            Command::AcceptClass => self.classes.look(self.kind.kind(), out),
            Command::LearnFromDecisions => self.act(Action::PreviewLearning, session, out),
            _ => {}
        }
    }

    fn touched(&mut self, touched: Touched, _: &Session) {
        if touched.intersects(Touched::RUNS | Touched::CANDIDATES | Touched::DECISIONS) {
            self.read = None;
            self.asked = false;
            self.cuts.forget();
            self.classes.forget();
        }
    }
}

fn read(session: &Session, out: &mut Out) -> Read {
    let ws = session.ws();
    let run = out.read(ws.latest_run()).flatten();
    let run = run.and_then(|run| {
        let report = out.read(serde_json::from_str::<Report>(&run.report))?;
        Some((run, report))
    });
    Read { run }
}

fn count() -> Job {
    let counted = |ws: &mut Workspace| -> Result<Box<Counted>, WorkspaceError> {
        Ok(Box::new(Counted {
            histograms: [ws.histogram(PairKind::Link, 60)?, ws.histogram(PairKind::Duplicate, 60)?],
            ladder: ws.cut_ladder()?,
            measured: measured::by_band(ws)?,
        }))
    };
    Job::reads_ahead("Counting the pairs", move |ws, _| {
        Action::Counted(ws.and_then(counted).map_err(Refused::from)).into()
    })
}

impl Matching {
    /// Matches, where another run would find anything else; asks first where it would unlearn.
    fn run(&mut self, session: &mut Session, out: &mut Out) {
        let Some(newest) = out.read(matching::up_to_date(session.ws())) else { return };
        match newest.map(|run| (run.id, matching::learned_from(&run))) {
            None => self.act(Action::Run, session, out),
            Some((run, 0)) => out.say(format!(
                "Run {run} stands: no records were loaded since, and matching again would find the same pairs"
            )),
            Some((_, decisions)) => self.without = Some(decisions),
        }
    }

    fn without_ui(&mut self, ui: &Ui, out: &mut Out) {
        let Some(decisions) = self.without else { return };
        let words = [format!(
            "No records were loaded since the newest run, which learned from {}. Matching anew finds pairs without them. \
             Every decision stays, and it can be learned from again",
            text::count(decisions, "decision", "decisions")
        )];
        let title = "Match without what was learned?";
        if let Some(answer) = dialog::ask(ui.ctx(), "match without", title, &words, "Match without it", false) {
            self.without = None;
            if answer == Answer::Yes {
                out.act(Action::Run);
            }
        }
    }

    /// Carries out an action.
    pub fn act(&mut self, action: Action, session: &mut Session, out: &mut Out) {
        match action {
            Action::Run => {
                out.start(Job::writes("Matching", |workspace, progress| {
                    let result = workspace.map_err(Refused::from);
                    let run = |ws| matching::run(ws, &Options::default(), progress);
                    Action::Ran(result.and_then(run).map(Box::new)).into()
                }));
            }
            Action::PreviewLearning => {
                self.preview = None;
                out.start(Job::reads("Working out what decisions teach", |workspace, progress| {
                    let result = workspace.map_err(Refused::from);
                    let preview = |ws: &mut Workspace| learning::preview(ws, &Options::default(), progress);
                    Action::Previewed(result.and_then(preview).map(Box::new)).into()
                }));
            }
            Action::Previewed(Ok(preview)) => self.preview = Some(*preview),
            Action::Learn => {
                out.start(Job::writes("Matching with what decisions teach", |workspace, progress| {
                    let result = workspace.map_err(Refused::from);
                    let apply = |ws| learning::apply(ws, &Options::default(), progress);
                    Action::Ran(result.and_then(apply).map(Box::new)).into()
                }));
            }
            Action::Ran(Ok(outcome)) => {
                let links = outcome.links[0] + outcome.links[1];
                let duplicates = outcome.duplicates[0] + outcome.duplicates[1];
                out.say(format!(
                    "Matched: {} and {}",
                    text::count(links, "likely link", "likely links"),
                    text::count(duplicates, "likely duplicate", "likely duplicates")
                ));
            }
            Action::Ran(Err(Refused::Cancelled(cancelled))) | Action::Previewed(Err(Refused::Cancelled(cancelled))) => {
                out.say(cancelled.to_string())
            }
            Action::Ran(Err(error)) | Action::Previewed(Err(error)) => out.fail(error),
            Action::MoveCuts(cuts) => {
                let moved =
                    session.change(out, |ws| matching::move_cuts(ws, cuts).map(|applied| ((), applied.touched)));
                if moved.is_some() {
                    out.say("The cuts were moved; decisions stay as they are");
                }
            }
            Action::Counted(read) => {
                self.counting = false;
                if let Some(read) = out.read(read) {
                    self.counted = Some(read);
                }
            }
            Action::Classes(read) => self.classes.take(read, out),
            Action::LookAt(kind, alike) => {
                let filter = QueueFilter::of_class(kind, alike);
                match kind {
                    PairKind::Link => {
                        out.act(review::Action::Filter(filter));
                        out.command(Command::Go(Screen::Review));
                    }
                    PairKind::Duplicate => {
                        out.act(duplicates::Action::Filter(filter));
                        out.command(Command::Go(Screen::Duplicates));
                    }
                }
            }
        }
    }

    fn page_ui(&mut self, ui: &mut Ui, session: &Session, read: &Read, out: &mut Out) {
        let line = match &read.run {
            Some((run, report)) => format!(
                "Run {}: {} against {}",
                run.id,
                text::count(report.mosaic_records, "Mosaic person", "Mosaic people"),
                text::count(report.chi_records, "CHI record", "CHI records")
            ),
            None => "Find candidate links and duplicates in the loaded extracts".to_owned(),
        };
        let free = session.writing().is_none();
        let again = read.run.is_some();
        let buttons = |ui: &mut Ui, out: &mut Out| {
            if again {
                let learn = Button::command(Command::LearnFromDecisions).without_key();
                if ui.add(learn.enabled(free && learn::can(session.status()))).clicked() {
                    out.command(Command::LearnFromDecisions);
                }
                let button = Button::command(Command::RunMatch).without_key();
                if ui.add(button.enabled(free)).clicked() {
                    out.command(Command::RunMatch);
                }
            }
        };
        parts::asking_page(ui, out, "Match", &line, buttons, |ui, out| match &read.run {
            None => none_ui(ui, session, out),
            Some((run, report)) => {
                expected_ui(ui, session.status(), report);
                not_believed_ui(ui, report);
                ui.add_space(space().m);
                self.classes.ui(ui, session, &mut self.kind, out);
                ui.add_space(space().m);
                self.cuts.ui(ui, session, run, self.counted.as_deref(), &mut self.kind, out);
                errors::errors_ui(ui, report, self.counted.as_ref().map(|counted| counted.measured.as_slice()));
                keys::keys_ui(ui, report, self.kind == Shown::Links);
            }
        });
    }

    fn preview_ui(&mut self, ui: &Ui, session: &Session, out: &mut Out) {
        let Some(preview) = &self.preview else { return };
        match learn::ask(ui.ctx(), preview, session.writing().is_none()) {
            None => {}
            Some(Answer::No) => self.preview = None,
            Some(Answer::Yes) => {
                self.preview = None;
                out.act(Action::Learn);
            }
        }
    }
}

fn none_ui(ui: &mut Ui, session: &Session, out: &mut Out) {
    let status = session.status();
    let (line, command) = match (status.mosaic, status.chi) {
        (0, _) => ("Load the Mosaic extract first, then the CHI extract", Command::LoadFile),
        (_, 0) => (
            "Load the CHI extract to find links. Without it, matching finds duplicates within Mosaic alone",
            Command::LoadFile,
        ),
        _ => (
            "Every Mosaic person is compared with every CHI record that could be theirs, and Mosaic records with each other. Nothing is decided by it",
            Command::RunMatch,
        ),
    };
    parts::empty(ui, Icon::Link, "No candidate pairs yet", line, |ui| {
        if ui.add(Button::command(command).primary().enabled(session.writing().is_none())).clicked() {
            out.command(command);
        }
    });
}

/// So many of the values that stand for none are named.
const NAMED: usize = 6;

/// The values that stand for none: whoever typed them knew no better.
fn not_believed_ui(ui: &mut Ui, report: &Report) {
    let told = report.defaults.told();
    if told.is_empty() {
        return;
    }
    ui.add_space(space().m);
    parts::section(ui, "Taken as not given", |_| {});
    text::small(
        ui,
        "Far more people have these than can be: a date that a form asked for, the address of an office. They were compared as if nothing \
         had been given; the records keep them",
    );
    ui.add_space(space().s);
    parts::wide_card(ui, |ui| {
        ui.spacing_mut().item_spacing.y = 6.0;
        ui.spacing_mut().interact_size.y = 20.0;
        for (place, (value, records)) in told.iter().take(NAMED).enumerate() {
            if place > 0 {
                parts::rule(ui);
            }
            let right = |ui: &mut Ui| _ = text::secondary(ui, text::count(u64::from(*records), "record", "records"));
            parts::beside(ui, value, |ui| _ = text::body(ui, value.as_str()), right);
        }
        if told.len() > NAMED {
            parts::rule(ui);
            text::small(ui, format!("and {} more", text::number((told.len() - NAMED) as u64)));
        }
    });
}

/// What the engine expects of its own bands, without labels.
fn expected_ui(ui: &mut Ui, status: &Status, report: &Report) {
    let links = &report.links;
    // Of the candidates of one person the likeliest is asked about; the others wait for nothing
    let waits = |band: usize| {
        let waiting = status.links_undecided[band];
        format!("{} an answer", text::count(waiting, "waits for", "wait for"))
    };
    let tiles = [
        ("Links in the automatic band", text::number(status.links[0]), waits(0), Tone::Positive),
        ("Links to review", text::number(status.links[1]), waits(1), Tone::Info),
        (
            "Wrong, expected in automatic",
            few(links.expected_wrong_in_auto),
            "by the model, without labels".to_owned(),
            if links.expected_wrong_in_auto >= 1.0 { Tone::Warning } else { Tone::Neutral },
        ),
        (
            "Right, expected below automatic",
            few(links.expected_missed_by_auto),
            format!("of {} right links, by the model", few(links.expected_true)),
            Tone::Neutral,
        ),
    ];
    parts::tiles(ui, tiles.len(), 200.0, |ui, place| {
        let (name, figure, line, tone) = &tiles[place];
        parts::stat(ui, name, figure, line, *tone);
    });
}
