//! The screens, what they have in common, and the way from one to another.
//!
//! | file | what it holds |
//! |---|---|
//! | [`start`] | the way in: a workspace, who it is, and their passphrase |
//! | [`overview`] | where the work stands, and what to do next |
//! | [`load`] | files taken in, and what came of them |
//! | [`matching`] | candidate pairs found, the cuts between the bands, what decisions would teach |
//! | [`review`], [`duplicates`] | which Mosaic person is which CHI person; which Mosaic records are one person |
//! | [`pair`] | what those two have in common: one pair at a time, with everything about it, and the answer to it |
//! | [`batches`] | decisions on their way to sign-off |
//! | [`release`] | the files of signed batches, corrections, and extracts for another organisation |
//! | [`history`] | the ledger: searched, looked at, and taken back where that can be |
//! | [`people`] | who works here; appearance; passphrase, backup and checks |

pub mod batches;
pub mod duplicates;
pub mod history;
pub mod load;
pub mod matching;
pub mod overview;
pub mod pair;
pub mod people;
pub mod release;
pub mod review;
pub mod start;

use eframe::egui::Ui;

use super::command::Command;
use super::out::Out;
use super::session::Session;
use super::widgets::Icon;
use crate::pair::PairKind;
use crate::stewardship::drafts;
use crate::workspace::{Touched, Workspace};

/// A screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Screen {
    /// Open a workspace, sign in.
    Start,
    /// Where the work stands.
    Overview,
    /// Take files in.
    Load,
    /// Run the engine, move the cuts.
    Match,
    /// Decide candidate links.
    Review,
    /// Decide candidate duplicates.
    Duplicates,
    /// Compose, submit, re-check, sign.
    Batches,
    /// Write the files.
    Release,
    /// The ledger.
    History,
    /// People and settings.
    People,
}

impl Screen {
    /// The screens of the navigation rail, in the order of the work. Their places are the digits of their keys.
    pub const NAVIGATION: [Self; 9] = [
        Self::Overview,
        Self::Load,
        Self::Match,
        Self::Review,
        Self::Duplicates,
        Self::Batches,
        Self::Release,
        Self::History,
        Self::People,
    ];

    /// Its name.
    pub fn title(self) -> &'static str {
        match self {
            Self::Start => "Start",
            Self::Overview => "Overview",
            Self::Load => "Load",
            Self::Match => "Match",
            Self::Review => "Review",
            Self::Duplicates => "Duplicates",
            Self::Batches => "Batches",
            Self::Release => "Release",
            Self::History => "History",
            Self::People => "People and settings",
        }
    }

    /// What it is for, in a line.
    pub fn tooltip(self) -> &'static str {
        match self {
            Self::Start => "Open a workspace and sign in",
            Self::Overview => "Where the work stands",
            Self::Load => "Take extracts and candidate pairs in",
            Self::Match => "Find candidate pairs, and set where the bands begin",
            Self::Review => "Decide which Mosaic person is which CHI person",
            Self::Duplicates => "Decide which Mosaic records are one person",
            Self::Batches => "Put decisions together, re-check them and sign them off",
            Self::Release => "Write the match file of a signed batch",
            Self::History => "Everything that happened, and undo",
            Self::People => "Who works here, appearance, backup and checks",
        }
    }

    /// Its icon.
    pub fn icon(self) -> Icon {
        match self {
            Self::Start => Icon::Home,
            Self::Overview => Icon::Gauge,
            Self::Load => Icon::Upload,
            Self::Match => Icon::Link,
            Self::Review => Icon::Scale,
            Self::Duplicates => Icon::Copies,
            Self::Batches => Icon::Layers,
            Self::Release => Icon::Send,
            Self::History => Icon::Clock,
            Self::People => Icon::Settings,
        }
    }
}

/// What every screen of an opened workspace has in common. See the room's own page ([`crate::desktop`]) for how a screen is
/// made.
pub trait View {
    /// Draws the screen. Changes nothing but the screen's own small state; asks through `out`.
    fn ui(&mut self, ui: &mut Ui, session: &Session, out: &mut Out);

    /// Whether a command of this screen's can be done now.
    fn offers(&self, command: Command, session: &Session) -> bool {
        let _ = (command, session);
        false
    }

    /// Whether a command can be asked for from another screen; the app then shows this one first.
    fn offers_from_afar(&self, command: Command, session: &Session) -> bool {
        let _ = (command, session);
        false
    }

    /// Whether a question is open that words may answer. A letter is then no command: whoever writes them before the field has the
    /// keyboard must not answer, leave or uncover a pair with each.
    fn awaits_words(&self) -> bool {
        false
    }

    /// Carries out a command that it offers.
    fn command(&mut self, command: Command, session: &mut Session, out: &mut Out) {
        let _ = (command, session, out);
    }

    /// Told that something changed: what was read of it is no longer true. Called with everything once, at first.
    fn touched(&mut self, touched: Touched, session: &Session) {
        let _ = (touched, session);
    }

    /// Told that it is about to be shown, having not been.
    fn shown(&mut self, session: &Session, out: &mut Out) {
        let _ = (session, out);
    }

    /// Files were dropped on the window while it was shown.
    fn dropped(&mut self, files: Vec<std::path::PathBuf>, out: &mut Out) {
        let _ = (files, out);
    }
}

/// What a screen wants done after the frame, or a piece of work gives back: each screen has its own.
#[allow(missing_docs)]
pub enum Action {
    Start(start::Action),
    Overview(overview::Action),
    Load(load::Action),
    Match(matching::Action),
    Review(review::Action),
    Duplicates(duplicates::Action),
    Batches(batches::Action),
    Release(release::Action),
    History(history::Action),
    People(people::Action),
    /// Change what the window remembers on this computer.
    Settings(SettingsChange),
    /// Show a screen; for work that ends elsewhere.
    Go(Screen),
    /// Nothing more: a piece of work that was cancelled.
    Nothing,
}

/// A change to what the window remembers on this computer.
#[allow(missing_docs)]
#[derive(Debug, Clone, PartialEq)]
pub enum SettingsChange {
    Theme(super::theme::Preference),
    /// More contrast, or not.
    Contrast(bool),
    Zoom(f32),
    /// Lock after so many minutes in which nobody did anything.
    LockAfter(u32),
    Forget(std::path::PathBuf),
    Folder(std::path::PathBuf),
}

macro_rules! actions {
    ($($screen:ident $module:ident),*) => { $(
        impl From<$module::Action> for Action {
            fn from(action: $module::Action) -> Self {
                Self::$screen(action)
            }
        }
    )* };
}

actions!(
    Start start, Overview overview, Load load, Match matching, Review review, Duplicates duplicates, Batches batches, Release release,
    History history, People people
);

impl From<SettingsChange> for Action {
    fn from(change: SettingsChange) -> Self {
        Self::Settings(change)
    }
}

/// Every screen of an opened workspace, with its own small state.
#[derive(Default)]
#[allow(missing_docs)]
pub struct Screens {
    pub overview: overview::Overview,
    pub load: load::Load,
    pub matching: matching::Matching,
    pub review: review::Review,
    pub duplicates: duplicates::Duplicates,
    pub batches: batches::Batches,
    pub release: release::Release,
    pub history: history::History,
    pub people: people::People,
}

impl Screens {
    /// Keeps what somebody had begun to write: the desk is locked, or left.
    pub fn keep_drafts(&mut self, ws: &mut Workspace) {
        let _ = ws.renew(); // What ended a moment ago may have changed the database's key
        for (kind, desk) in [(PairKind::Link, self.review.desk()), (PairKind::Duplicate, self.duplicates.desk())] {
            let drafts = desk.give_drafts(ws);
            let _ = drafts::keep(ws, kind, &drafts); // What cannot be kept is lost, as it was before
        }
    }

    /// Hands back what the person who sits down had begun to write.
    pub fn take_drafts(&mut self, ws: &mut Workspace) {
        for (kind, desk) in [(PairKind::Link, self.review.desk()), (PairKind::Duplicate, self.duplicates.desk())] {
            if let Ok(drafts) = drafts::take(ws, kind) {
                desk.take_drafts(ws, drafts);
            }
        }
    }

    /// A screen. The start screen is none of an opened workspace; the overview stands in for it.
    pub fn view(&self, screen: Screen) -> &dyn View {
        match screen {
            Screen::Start | Screen::Overview => &self.overview,
            Screen::Load => &self.load,
            Screen::Match => &self.matching,
            Screen::Review => &self.review,
            Screen::Duplicates => &self.duplicates,
            Screen::Batches => &self.batches,
            Screen::Release => &self.release,
            Screen::History => &self.history,
            Screen::People => &self.people,
        }
    }

    /// The same, to change its state.
    pub fn view_mut(&mut self, screen: Screen) -> &mut dyn View {
        match screen {
            Screen::Start | Screen::Overview => &mut self.overview,
            Screen::Load => &mut self.load,
            Screen::Match => &mut self.matching,
            Screen::Review => &mut self.review,
            Screen::Duplicates => &mut self.duplicates,
            Screen::Batches => &mut self.batches,
            Screen::Release => &mut self.release,
            Screen::History => &mut self.history,
            Screen::People => &mut self.people,
        }
    }

    /// Carries out an action of one of these screens. Gives back what belongs to none of them.
    pub fn act(&mut self, action: Action, session: &mut Session, out: &mut Out) -> Option<Action> {
        match action {
            Action::Overview(action) => {
                if let Some((screen, then)) = self.overview.act(action, session, out) {
                    out.act(then);
                    return Some(Action::Go(screen));
                }
            }
            Action::Load(action) => self.load.act(action, session, out),
            Action::Match(action) => self.matching.act(action, session, out),
            Action::Review(action) => self.review.act(action, session, out),
            Action::Duplicates(action) => self.duplicates.act(action, session, out),
            Action::Batches(action) => self.batches.act(action, session, out),
            Action::Release(action) => self.release.act(action, session, out),
            Action::History(action) => self.history.act(action, session, out),
            Action::People(action) => self.people.act(action, session, out),
            other => return Some(other),
        }
        None
    }

    /// Tells every screen what changed.
    pub fn touched(&mut self, touched: Touched, session: &Session) {
        for screen in Screen::NAVIGATION {
            self.view_mut(screen).touched(touched, session);
        }
    }
}
