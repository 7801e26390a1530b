//! What a screen asks for while it is drawn. Nothing happens during a frame: the app takes it from here afterwards.

use std::fmt::Display;

use super::command::Command;
use super::jobs::Job;
use super::screens::Action;
use super::widgets::toast::Toast;
use crate::workspace::Workspace;

/// What the screens asked for in a frame, in order.
#[derive(Default)]
pub struct Out {
    /// Commands, as a key or the palette gives them.
    pub(super) commands: Vec<Command>,
    /// Actions of a screen's own.
    pub(super) actions: Vec<Action>,
    /// Long work to begin.
    pub(super) jobs: Vec<Job>,
    /// Notices.
    pub(super) toasts: Vec<Toast>,
    /// A workspace to go into.
    pub(super) enter: Option<Box<Workspace>>,
    /// Text for the clipboard.
    pub(super) copy: Option<Copied>,
}

/// Text for the clipboard.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Copied {
    /// The text.
    pub(super) text: String,
    /// It says who somebody is: it is taken off the clipboard again.
    pub(super) identifies: bool,
}

impl Out {
    /// Asks for a command.
    pub fn command(&mut self, command: Command) {
        self.commands.push(command);
    }

    /// Asks for an action of the screen's own, handed to its `act` after the frame.
    pub fn act(&mut self, action: impl Into<Action>) {
        self.actions.push(action.into());
    }

    /// Asks for long work. What it gives comes back to its screen's `act`.
    pub fn start(&mut self, job: Job) {
        self.jobs.push(job);
    }

    /// Says what was done.
    pub fn say(&mut self, text: impl Into<String>) {
        self.toasts.push(Toast::done(text));
    }

    /// Says why something was not done.
    pub fn warn(&mut self, text: impl Into<String>) {
        self.toasts.push(Toast::warning(text));
    }

    /// Says what failed: an error's own sentence.
    pub fn fail(&mut self, error: impl Display) {
        self.toasts.push(Toast::failure(error.to_string()));
    }

    /// What was read; a failure goes to the user, once, however often the same is read.
    pub fn read<T, E: Display>(&mut self, result: Result<T, E>) -> Option<T> {
        result.map_err(|error| self.fail(error)).ok()
    }

    /// Puts text on the clipboard.
    pub fn copy(&mut self, text: impl Into<String>) {
        self.copy = Some(Copied { text: text.into(), identifies: false });
    }

    /// Puts what says who somebody is on the clipboard, for a short time.
    pub fn copy_for_a_while(&mut self, text: impl Into<String>) {
        self.copy = Some(Copied { text: text.into(), identifies: true });
    }

    /// Goes into a workspace that was opened.
    pub(super) fn enter(&mut self, workspace: Workspace) {
        self.enter = Some(Box::new(workspace));
    }

    /// Takes what another asked for behind what this one did.
    pub(super) fn append(&mut self, mut other: Self) {
        self.commands.append(&mut other.commands);
        self.actions.append(&mut other.actions);
        self.jobs.append(&mut other.jobs);
        self.toasts.append(&mut other.toasts);
        self.enter = self.enter.take().or(other.enter);
        self.copy = self.copy.take().or(other.copy);
    }

    /// Whether nothing was asked for.
    pub(super) fn is_empty(&self) -> bool {
        self.commands.is_empty()
            && self.actions.is_empty()
            && self.jobs.is_empty()
            && self.toasts.is_empty()
            && self.enter.is_none()
            && self.copy.is_none()
    }
}
