//! A class of certain pairs that are alike: a few are looked at as any pair is, then the others are accepted together.

use eframe::egui::{Key, Modifiers, Ui};

use super::{Asked, Desk, asked, facets};
use crate::desktop::command::Command;
use crate::desktop::jobs::Job;
use crate::desktop::out::Out;
use crate::desktop::screens::{self, Screen, duplicates, review};
use crate::desktop::session::Session;
use crate::desktop::theme::{Tone, space};
use crate::desktop::widgets::dialog::{self, Answer, Dialog};
use crate::desktop::widgets::{Button, Icon, parts, text};
use crate::pair::{PairKind, Reason, Verdict};
use crate::stewardship::Refused;
use crate::stewardship::decide::{self, Because, Class, ClassOutcome};
use crate::stewardship::pace::Pace;
use crate::workspace::{Alike, QueueFilter};

/// What a look at a class wants done, or a piece of its work gives back.
pub enum Action {
    /// The class was read.
    Read(Alike, Result<Option<Class>, Refused>),
    /// Accept the others of the class; for the reason, where there are warnings.
    Accept(Alike, Option<Reason>),
    /// Show all that waits of it, pair by pair.
    ShowAll,
    /// They were accepted, or not.
    Accepted(Alike, Result<Box<ClassOutcome>, Refused>),
}

/// The class that the queue shows, as it was read last.
#[derive(Default)]
pub struct Look {
    /// For which class it was read, and what was found.
    read: Option<(Alike, Option<Class>)>,
    /// For which class it was tried to read it: what fails is not tried again in every frame.
    tried: Option<Alike>,
    stale: bool,
    running: bool,
    /// It is asked whether the others are accepted.
    asking: bool,
    /// What acceptance did.
    done: Option<(Alike, ClassOutcome)>,
}

fn action(kind: PairKind, action: Action) -> screens::Action {
    match kind {
        PairKind::Link => review::Action::Class(action).into(),
        PairKind::Duplicate => duplicates::Action::Class(action).into(),
    }
}

fn noun(kind: PairKind, count: u64) -> &'static str {
    match (kind, count) {
        (PairKind::Link, 1) => "link",
        (PairKind::Link, _) => "links",
        (PairKind::Duplicate, 1) => "duplicate",
        (PairKind::Duplicate, _) => "duplicates",
    }
}

/// A window is small below this height.
const SMALL: f32 = 480.0;

impl Look {
    /// Something changed: it is read again.
    pub fn forget(&mut self) {
        self.stale = true;
    }

    /// Something was taken back, and it may be what acceptance did; or a class is looked at anew.
    pub fn taken_back(&mut self) {
        self.done = None;
    }

    fn of(&self, alike: Alike) -> Option<&Class> {
        self.read.as_ref().filter(|(of, _)| *of == alike).and_then(|(_, class)| class.as_ref())
    }

    /// Reads the class on a thread of its own where it must be read.
    fn ensure(&mut self, kind: PairKind, alike: Alike, out: &mut Out) {
        if self.running || (self.tried == Some(alike) && !self.stale) {
            return;
        }
        (self.running, self.stale, self.tried) = (true, false, Some(alike));
        let mut job = Job::reads("Reading the class", move |ws, _| {
            let read = ws.map_err(Refused::from).and_then(|ws| decide::class(ws, kind, alike));
            action(kind, Action::Read(alike, read))
        });
        job.quiet = true;
        out.start(job);
    }
}

impl Desk {
    /// The screen is shown afresh: a class that was accepted is over, and the queue is again what it was before it.
    pub fn shown_afresh(&mut self) {
        // What was saved before somebody went elsewhere is no answer to what is seen now, nor asks for its reason
        (self.answering.saved, self.answering.unexplained) = (None, None);
        let accepted = self.class.done.as_ref().map(|(alike, _)| *alike);
        if accepted.is_some() && accepted == self.queue.filter.class {
            self.class.done = None;
            self.queue.begin_again();
            self.moved();
        }
    }

    /// Whether the others of the class that the queue shows can be accepted now.
    pub fn offers_class(&self, session: &Session) -> bool {
        let class = self.queue.filter.class.and_then(|alike| self.class.of(alike));
        session.writing().is_none() && class.is_some_and(Class::is_looked_at)
    }

    /// Asks whether the others of the class are accepted.
    pub fn ask_class(&mut self) {
        self.class.asking = true;
    }

    /// Carries out what a class wants.
    pub fn class(&mut self, it: Action, out: &mut Out) {
        let kind = self.queue.filter.kind;
        match it {
            Action::Read(alike, read) => {
                self.class.running = false;
                if let Some(class) = out.read(read) {
                    let shown = self.queue.current();
                    self.queue.follow(class.as_ref());
                    if self.queue.current() != shown {
                        self.moved();
                    }
                    self.class.read = Some((alike, class));
                }
            }
            Action::Accept(alike, reason) => out.start(Job::writes("Accepting the class", move |ws, progress| {
                let because = reason.map(|reason| Because { reason, comment: String::new() });
                let done = ws
                    .map_err(Refused::from)
                    .and_then(|ws| decide::accept_class(ws, kind, alike, because.as_ref(), progress));
                action(kind, Action::Accepted(alike, done.map(Box::new)))
            })),
            Action::ShowAll => {
                self.queue.show_whole_class();
                self.moved();
            }
            Action::Accepted(alike, Ok(outcome)) => {
                out.say(done_words(&outcome));
                self.class.done = Some((alike, *outcome));
            }
            Action::Accepted(_, Err(Refused::Cancelled(cancelled))) => out.say(cancelled.to_string()),
            Action::Accepted(_, Err(error)) => out.fail(error),
        }
    }

    /// Draws what class the queue shows, how many of its few were looked at, and the way to accept the others.
    pub fn class_ui(&mut self, ui: &mut Ui, session: &Session, out: &mut Out) {
        let (kind, Some(alike)) = (self.queue.filter.kind, self.queue.filter.class) else { return };
        self.class.ensure(kind, alike, out);
        if let Some((_, done)) = self.class.done.as_ref().filter(|(of, _)| *of == alike) {
            let all = (!done.left.is_empty() && !self.queue.is_whole_class()).then_some(kind);
            back_ui(ui, Tone::Positive, &done_words(done), all, out);
            return;
        }
        let Some(class) = self.class.of(alike) else { return };
        // A small window is for the pair: how the class agrees is told under the pointer, and in the question
        let small = ui.ctx().content_rect().height() < SMALL;
        let how = if small { String::new() } else { format!("{}. ", class.words()) };
        let all = (!self.queue.is_whole_class()).then_some(kind);
        let words = format!("{} {} are alike. {how}", text::number(class.waiting), noun(kind, class.waiting));
        if class.doubted() > 0 {
            let words = words + "One that was looked at is no match, so this class is decided pair by pair";
            back_ui(ui, Tone::Warning, &words, all, out);
        } else if class.is_looked_at() {
            let words = words + &format!("You looked at the {} that were drawn", class.looks());
            let told = parts::banner_with(ui, Tone::Positive, &words, |ui| {
                let title = format!("Accept the other {}…", text::number(class.waiting));
                let key = Command::AcceptClass.shortcut().filter(|_| !small);
                let button = Button::new(&title).key(key).primary();
                if ui.add(button.enabled(session.writing().is_none())).clicked() {
                    out.command(Command::AcceptClass);
                }
            });
            told.on_hover_text(class.words());
        } else {
            let words = match class.is_worth_it() {
                true => {
                    let (looks, looked) = (class.looks(), class.looked());
                    let few = format!("Look at {looks} that were drawn from them, one by one: {looked} done");
                    words + &few + &put_aside_words(class)
                }
                false => words + "Too few of them could be accepted together, so they are decided pair by pair",
            };
            back_ui(ui, Tone::Info, &words, all.filter(|_| !class.is_worth_it()), out);
        }
        if self.class.asking {
            let answered = match class.warnings().is_empty() {
                true => ask(ui, class, self.pace.as_ref()).map(|answer| (answer == Answer::Yes).then_some(None)),
                false => ask_why(ui, class, self.pace.as_ref()).map(|reason| reason.map(Some)),
            };
            if let Some(answered) = answered {
                self.class.asking = false;
                if let Some(reason) = answered {
                    out.act(action(kind, Action::Accept(alike, reason)));
                }
            }
        }
    }

    /// Draws what is said where no pair of the class is shown. False where the queue shows no class.
    pub fn no_class_ui(&mut self, ui: &mut Ui, out: &mut Out) -> bool {
        let (kind, Some(alike)) = (self.queue.filter.kind, self.queue.filter.class) else { return false };
        let done = self.class.done.as_ref().filter(|(of, _)| *of == alike);
        let words = done.map_or_else(|| "Each was decided".to_owned(), |(_, done)| done_words(done));
        let left = done.is_some_and(|(_, done)| !done.left.is_empty()) && !self.queue.is_whole_class();
        let title = if left { "The few of this class were looked at" } else { "No pair of this class waits" };
        parts::empty(ui, Icon::Check, title, &words, |ui| {
            if left {
                show_all_ui(ui, kind, out);
            }
            let back = Button::new("Back to the classes").icon(Screen::Match.icon()).primary();
            if ui.add(back).clicked() {
                out.command(Command::Go(Screen::Match));
            }
            if ui.add(Button::new("Show what waits")).clicked() {
                out.act(facets::use_filter(QueueFilter::start(kind)));
            }
        });
        true
    }
}

fn question(class: &Class) -> String {
    format!("Accept the other {} {}?", text::number(class.waiting), noun(class.kind, class.waiting))
}

const CHECKED: &str = "A supervisor re-checks a sample before anything is signed. One undo takes all of it back.";

/// What is said before a class is accepted by somebody whose answers of today were not all read.
fn unread_words(pace: Option<&Pace>) -> Option<String> {
    pace.filter(|pace| pace.unread > 0).map(|pace| {
        format!(
            "{} answers of yours in a row came faster than a pair can be read today. If those of this class were among them, look at \
             them again first.",
            text::number(pace.unread)
        )
    })
}

/// Asks whether the others of a class that agrees in one way are accepted.
fn ask(ui: &Ui, class: &Class, pace: Option<&Pace>) -> Option<Answer> {
    let unread = unread_words(pace);
    let is_doubtful = unread.is_some();
    let mut words = vec![
        format!(
            "Each of them becomes a Match of its own, in your name, unless a warning or a rule speaks against it. \
             Those are left for you to look at. How all of them agree: {}.",
            class.words()
        ),
        CHECKED.to_owned(),
    ];
    words.extend(unread);
    dialog::ask(ui.ctx(), "accept class", &question(class), &words, "Accept", is_doubtful)
}

/// Asks why the others of a class with warnings are accepted: the reason, by its button or its digit, or nothing where the
/// question was left.
fn ask_why(ui: &Ui, class: &Class, pace: Option<&Pace>) -> Option<Option<Reason>> {
    let id = "accept warned class";
    let reasons: Vec<Reason> =
        Reason::of(Verdict::Match).iter().copied().filter(|reason| *reason != Reason::Other).collect();
    let title = question(class);
    let shown = Dialog::new(id, &title).width(620.0).show(ui.ctx(), |ui, _| {
        for flag in class.warnings().each() {
            asked::said(ui, Tone::Warning, flag.title(), flag.advice());
        }
        text::secondary(
            ui,
            "Each of them becomes a Match of its own, in your name and for the reason that you give here, unless another \
             warning or a rule speaks against it. Those are left for you to look at.",
        );
        text::secondary(ui, CHECKED);
        if let Some(words) = unread_words(pace) {
            parts::banner(ui, Tone::Warning, &words);
        }
        ui.add_space(space().s);
        text::strong(ui, "Why are they matches in spite of this?");
        let chosen = asked::reasons_ui(ui, &reasons, None).and_then(|asked| match asked {
            Asked::Reason(reason) => Some(reason),
            _ => None,
        });
        let by_key = DIGITS.into_iter().zip(&reasons).find_map(|(digit, reason)| {
            ui.input_mut(|input| input.consume_key(Modifiers::NONE, digit)).then_some(*reason)
        });
        let cancelled = dialog::foot(ui, |ui| ui.add(Button::new("Cancel")).clicked());
        chosen.or(by_key).map(Some).or(cancelled.then_some(None))
    });
    let answer = shown.inner.or(shown.left.then_some(None));
    if answer.is_some() {
        Dialog::closed(ui.ctx(), id);
    }
    answer
}

/// The keys of the reasons, in their order.
const DIGITS: [Key; 6] = [Key::Num1, Key::Num2, Key::Num3, Key::Num4, Key::Num5, Key::Num6];

/// What is said of a class, the way back and, where `all` names its kind, the way to all that waits of it.
fn back_ui(ui: &mut Ui, tone: Tone, words: &str, all: Option<PairKind>, out: &mut Out) {
    parts::banner_with(ui, tone, words, |ui| {
        if let Some(kind) = all {
            show_all_ui(ui, kind, out);
        }
        if ui.add(Button::new("Back to the classes").small().icon(Screen::Match.icon())).clicked() {
            out.command(Command::Go(Screen::Match));
        }
    });
}

fn show_all_ui(ui: &mut Ui, kind: PairKind, out: &mut Out) {
    let hint = "All that waits of this class, one by one";
    if ui.add(Button::new("Look at these").small().icon(Icon::Scale).hint(hint)).clicked() {
        out.act(action(kind, Action::ShowAll));
    }
}

/// What is said of those of the few that were put aside: they stay among the few, or an easier one would take their place.
fn put_aside_words(class: &Class) -> String {
    match class.put_aside() {
        0 => String::new(),
        1 => ". 1 that you put aside waits for an answer, yours or a colleague's".to_owned(),
        aside => format!(". {aside} that you put aside wait for an answer, yours or a colleague's"),
    }
}

/// What acceptance did, and what it left.
fn done_words(done: &ClassOutcome) -> String {
    let mut words = format!("{} accepted", text::count(done.accepted, "pair was", "pairs were"));
    if !done.left.is_empty() {
        let left = done.left.iter().take(5).map(|(why, count)| format!("{why} ({})", text::number(*count)));
        words += &format!(". Left for you to look at: {}", left.collect::<Vec<_>>().join("; "));
    }
    words
}
