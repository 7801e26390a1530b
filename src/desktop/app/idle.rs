//! Nobody at the desk: the window locks by itself, and with it the workspace's key leaves the memory.

use eframe::egui::{Context, Id};

/// After how many minutes the window locks, as its settings say.
pub fn after(ctx: &Context) -> u32 {
    ctx.data(|data| data.get_temp(Id::unique("lock after"))).unwrap_or(10)
}

/// Sets after how many minutes the window locks.
pub fn set(ctx: &Context, minutes: u32) {
    ctx.data_mut(|data| data.insert_temp(Id::unique("lock after"), minutes));
}

/// Since when nobody did anything, by the window's clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct Idle {
    since: Option<f64>,
}

impl Idle {
    /// Somebody is here: a workspace was just opened.
    pub fn begin(&mut self) {
        self.since = None;
    }

    /// Whether it is time to lock. Until then the window asks to be woken when it will be, and at no other time.
    pub fn is_over(&mut self, ctx: &Context) -> bool {
        let (now, busy) = ctx.input(|input| (input.time, !input.events.is_empty()));
        let since = match self.since {
            Some(since) if !busy => since,
            _ => *self.since.insert(now),
        };
        let left = f64::from(after(ctx)) * 60.0 - (now - since);
        if left > 0.0 {
            ctx.request_repaint_after(std::time::Duration::from_secs_f64(left + 0.1));
        }
        left <= 0.0
    }
}
