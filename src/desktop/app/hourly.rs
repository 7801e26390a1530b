//! Every hour in which a workspace is open, a copy of it is made in the background: see [`crate::workspace::Occasion`].

use eframe::egui::Context;

use crate::desktop::jobs::Job;
use crate::desktop::screens::people;
use crate::workspace::{Occasion, WorkspaceError};

/// How long after the last one, in seconds.
const EVERY: f64 = 3_600.0;

/// When the last copy was made, or the workspace opened, by the window's clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct Hourly {
    since: Option<f64>,
}

impl Hourly {
    /// A workspace was just opened.
    pub fn begin(&mut self) {
        self.since = None;
    }

    /// The work to begin, once an hour has passed. Until then the window asks to be woken when it has.
    pub fn due(&mut self, ctx: &Context) -> Option<Job> {
        let now = ctx.input(|input| input.time);
        let left = EVERY - (now - *self.since.get_or_insert(now));
        if left > 0.0 {
            ctx.request_repaint_after(std::time::Duration::from_secs_f64(left + 0.1));
            return None;
        }
        self.since = Some(now);
        Some(Job::reads_ahead("Hourly backup", |workspace, progress| {
            match workspace.and_then(|ws| ws.back_up_unasked(Occasion::Hour, progress)) {
                Ok(_) | Err(WorkspaceError::Cancelled(_) | WorkspaceError::ReadOnly | WorkspaceError::LockLost) => {
                    crate::desktop::screens::Action::Nothing
                }
                Err(error) => people::Action::NotBackedUp(error).into(),
            }
        }))
    }
}
