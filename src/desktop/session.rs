//! An opened workspace as the window holds it: the workspace, what is remembered of it between frames, and what has to be
//! read again because something changed.

use std::fmt::Display;

use super::command::Command;
use super::out::Out;
use super::screens::Screen;
use crate::stewardship::{self, undo};
use crate::workspace::{Role, Staff, Status, Touched, Workspace};

/// An opened workspace with one person signed in.
pub struct Session {
    ws: Workspace,
    status: Status,
    undo: Option<undo::Offer>,
    redo: Option<undo::Offer>,
    writing: Option<String>,
    parcel: Option<String>,
    touched: Touched,
    /// Counts changes: a screen that remembers what it read keeps the number beside it.
    revision: u64,
    /// The time of this frame by the window's clock, in seconds.
    now: f64,
}

impl Session {
    /// Begins with a workspace that was just opened.
    pub fn new(ws: Workspace) -> Self {
        let parcel = stewardship::parcels::told(&ws).ok().flatten();
        let mut session = Self {
            ws,
            status: Status::default(),
            undo: None,
            redo: None,
            writing: None,
            parcel,
            touched: Touched::all(),
            revision: 0,
            now: 0.0,
        };
        session.refresh(&mut Out::default());
        session
    }

    /// The workspace, to read from.
    pub fn ws(&self) -> &Workspace {
        &self.ws
    }

    /// Who is signed in.
    pub fn me(&self) -> &Staff {
        self.ws.me()
    }

    /// Whether a supervisor is signed in.
    pub fn is_supervisor(&self) -> bool {
        self.ws.me().role == Role::Supervisor
    }

    /// What this parcel is and what to do with it, in a sentence; `None` in a whole workspace.
    pub fn parcel(&self) -> Option<&str> {
        self.parcel.as_deref()
    }

    /// Where the work stands, as of the last change.
    pub fn status(&self) -> &Status {
        &self.status
    }

    /// What undo would take back: `Undo “Match: 12345 – 010101 1237”`.
    pub fn undo_title(&self) -> Option<&str> {
        self.undo.as_ref().map(|offer| offer.title.as_str())
    }

    /// What redo would do again.
    pub fn redo_title(&self) -> Option<&str> {
        self.redo.as_ref().map(|offer| offer.title.as_str())
    }

    /// How many events an undo or a redo takes back, whichever is asked for.
    pub fn takes_back(&self, command: Command) -> usize {
        let offer = if command == Command::Redo { &self.redo } else { &self.undo };
        offer.as_ref().map_or(0, |offer| offer.events)
    }

    /// Counts changes to the workspace. Equal numbers: nothing that was read has changed.
    pub fn revision(&self) -> u64 {
        self.revision
    }

    /// The work that is changing the workspace now, if any: until it ends nothing else may.
    pub fn writing(&self) -> Option<&str> {
        self.writing.as_deref()
    }

    /// The time of this frame by the window's clock, in seconds.
    pub fn now(&self) -> f64 {
        self.now
    }

    /// Told by the app each frame: its time, and the work that is changing the workspace.
    pub(super) fn set_frame(&mut self, now: f64, title: Option<&str>) {
        self.now = now;
        if self.writing.as_deref() != title {
            self.writing = title.map(str::to_owned);
        }
    }

    /// The workspace, to change; or `None` and a notice that says why not, while a piece of work is changing it.
    pub fn to_change(&mut self, out: &mut Out) -> Option<&mut Workspace> {
        match &self.writing {
            None => Some(&mut self.ws),
            Some(title) => {
                out.warn(format!("{title} is still running: nothing can be changed until it ends or is cancelled"));
                None
            }
        }
    }

    /// The workspace, once nothing is at work in it any more: the session ends.
    pub(super) fn at_its_end(&mut self) -> &mut Workspace {
        &mut self.ws
    }

    /// Says what has changed, so that it is read again before the next frame is drawn.
    pub fn touch(&mut self, touched: Touched) {
        self.touched |= touched;
    }

    /// Changes the workspace and takes the failure, if any, to the user: for verbs whose refusals need no further question.
    /// `what` gives what it made, and what was touched.
    pub fn change<T, E: Display>(
        &mut self,
        out: &mut Out,
        what: impl FnOnce(&mut Workspace) -> Result<(T, Touched), E>,
    ) -> Option<T> {
        match what(self.to_change(out)?) {
            Ok((made, touched)) => {
                self.touch(touched);
                Some(made)
            }
            Err(error) => {
                out.fail(error);
                None
            }
        }
    }

    /// Reads again what was touched. Gives what that was; empty where nothing was.
    pub fn refresh(&mut self, out: &mut Out) -> Touched {
        let touched = std::mem::replace(&mut self.touched, Touched::empty());
        if touched.is_empty() {
            return touched;
        }
        self.revision += 1;
        // A job may have changed the database's key
        out.read(self.ws.renew());
        if touched.contains(Touched::STAFF) {
            out.read(self.ws.renew_me());
        }
        if let Some(status) = out.read(self.ws.status_since(&self.status, touched)) {
            self.status = status;
        }
        self.undo = out.read(undo::undo_offer(&self.ws)).flatten();
        self.redo = out.read(undo::redo_offer(&self.ws)).flatten();
        touched
    }

    /// What waits on a screen, for the navigation rail.
    pub fn waiting(&self, screen: Screen) -> Option<u64> {
        let status = &self.status;
        let count = match screen {
            Screen::Review => status.links_undecided[1],
            Screen::Duplicates => status.duplicates_undecided[1],
            Screen::Batches => status.batches[0] + status.batches[1],
            _ => 0,
        };
        (count > 0).then_some(count)
    }
}
