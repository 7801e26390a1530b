//! A class of certain pairs that agree alike: a few are looked at as any pair is, then the others are accepted together.

use eframe::egui::Ui;

use super::{Desk, facets};
use crate::desktop::command::Command;
use crate::desktop::jobs::Job;
use crate::desktop::out::Out;
use crate::desktop::screens::{self, Screen, duplicates, review};
use crate::desktop::session::Session;
use crate::desktop::theme::Tone;
use crate::desktop::widgets::dialog::{self, Answer};
use crate::desktop::widgets::{Button, Icon, parts, text};
use crate::linkage::Pattern;
use crate::pair::PairKind;
use crate::stewardship::Refused;
use crate::stewardship::decide::{self, Class, ClassOutcome, LOOKS};
use crate::workspace::QueueFilter;

/// What a look at a class wants done, or a piece of its work gives back.
pub enum Action {
    /// The class was read.
    Read(u32, Result<Option<Class>, Refused>),
    /// Accept the others of the class.
    Accept(u32),
    /// They were accepted, or not.
    Accepted(u32, Result<Box<ClassOutcome>, Refused>),
}

/// The class that the queue shows, as it was read last.
#[derive(Default)]
pub struct Look {
    /// For which pattern it was read, and what was found.
    read: Option<(u32, Option<Class>)>,
    /// For which pattern it was tried to read it: what fails is not tried again in every frame.
    tried: Option<u32>,
    stale: bool,
    running: bool,
    /// It is asked whether the others are accepted.
    asking: bool,
    /// What acceptance did.
    done: Option<(u32, ClassOutcome)>,
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

    /// Something was taken back, and it may be what acceptance did.
    pub fn taken_back(&mut self) {
        self.done = None;
    }

    fn of(&self, pattern: u32) -> Option<&Class> {
        self.read.as_ref().filter(|(of, _)| *of == pattern).and_then(|(_, class)| class.as_ref())
    }

    /// Reads the class on a thread of its own where it must be read.
    fn ensure(&mut self, kind: PairKind, pattern: u32, out: &mut Out) {
        if self.running || (self.tried == Some(pattern) && !self.stale) {
            return;
        }
        (self.running, self.stale, self.tried) = (true, false, Some(pattern));
        let mut job = Job::reads("Reading the class", move |ws, _| {
            let read = ws.map_err(Refused::from).and_then(|ws| decide::class(ws, kind, Pattern(pattern)));
            action(kind, Action::Read(pattern, read))
        });
        job.quiet = true;
        out.start(job);
    }
}

impl Desk {
    /// Whether the others of the class that the queue shows can be accepted now.
    pub fn offers_class(&self, session: &Session) -> bool {
        let class = self.queue.filter.class.and_then(|pattern| self.class.of(pattern));
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
            Action::Read(pattern, read) => {
                self.class.running = false;
                if let Some(class) = out.read(read) {
                    let shown = self.queue.current();
                    self.queue.follow(class.as_ref());
                    if self.queue.current() != shown {
                        self.moved();
                    }
                    self.class.read = Some((pattern, class));
                }
            }
            Action::Accept(pattern) => out.start(Job::writes("Accepting the class", move |ws, progress| {
                let done =
                    ws.map_err(Refused::from).and_then(|ws| decide::accept_class(ws, kind, Pattern(pattern), progress));
                action(kind, Action::Accepted(pattern, done.map(Box::new)))
            })),
            Action::Accepted(pattern, Ok(outcome)) => {
                out.say(format!("{} accepted", text::count(outcome.accepted, "pair", "pairs")));
                self.class.done = Some((pattern, *outcome));
            }
            Action::Accepted(_, Err(Refused::Cancelled(cancelled))) => out.say(cancelled.to_string()),
            Action::Accepted(_, Err(error)) => out.fail(error),
        }
    }

    /// Draws what class the queue shows, how many of its few were looked at, and the way to accept the others.
    pub fn class_ui(&mut self, ui: &mut Ui, session: &Session, out: &mut Out) {
        let (kind, Some(pattern)) = (self.queue.filter.kind, self.queue.filter.class) else { return };
        self.class.ensure(kind, pattern, out);
        if let Some((_, done)) = self.class.done.as_ref().filter(|(of, _)| *of == pattern) {
            back_ui(ui, Tone::Positive, &done_words(done), out);
            return;
        }
        let Some(class) = self.class.of(pattern) else { return };
        // A small window is for the pair: how the class agrees is told under the pointer, and in the question
        let small = ui.ctx().content_rect().height() < SMALL;
        let how = if small { String::new() } else { format!("{}. ", class.words()) };
        let words = format!("{} {} agree alike. {how}", text::number(class.waiting), noun(kind, class.waiting));
        if class.doubted() > 0 {
            let words = words + "One that you looked at is no match, so this class is decided pair by pair";
            back_ui(ui, Tone::Warning, &words, out);
        } else if class.is_looked_at() {
            let words = words + &format!("You looked at the {LOOKS} that were drawn");
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
                    let few = format!("Look at {LOOKS} that were drawn from them, one by one: {} done", class.looked());
                    words + &few
                }
                false => words + "They are too few to be accepted together",
            };
            back_ui(ui, Tone::Info, &words, out);
        }
        if self.class.asking {
            let count = class.waiting;
            let words = [
                format!(
                    "Each of them becomes a Match of its own, in your name, unless a warning or a rule speaks against it. \
                     Those are left for you to look at. How all of them agree: {}.",
                    class.words()
                ),
                "A supervisor re-checks a sample before anything is signed. One undo takes all of it back.".to_owned(),
            ];
            let title = format!("Accept the other {} {}?", text::number(count), noun(kind, count));
            match dialog::ask(ui.ctx(), "accept class", &title, &words, "Accept", false) {
                None => {}
                Some(Answer::No) => self.class.asking = false,
                Some(Answer::Yes) => {
                    self.class.asking = false;
                    out.act(action(kind, Action::Accept(pattern)));
                }
            }
        }
    }

    /// Draws what is said where no pair of the class is shown. False where the queue shows no class.
    pub fn no_class_ui(&mut self, ui: &mut Ui, out: &mut Out) -> bool {
        let (kind, Some(pattern)) = (self.queue.filter.kind, self.queue.filter.class) else { return false };
        let done = self.class.done.as_ref().filter(|(of, _)| *of == pattern);
        let words = done.map_or_else(|| "Each was decided".to_owned(), |(_, done)| done_words(done));
        parts::empty(ui, Icon::Check, "No pair of this class waits", &words, |ui| {
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

fn back_ui(ui: &mut Ui, tone: Tone, words: &str, out: &mut Out) {
    parts::banner_with(ui, tone, words, |ui| {
        if ui.add(Button::new("Back to the classes").small().icon(Screen::Match.icon())).clicked() {
            out.command(Command::Go(Screen::Match));
        }
    });
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
