//! Long work: each piece on a named thread of its own, with its own hold of the workspace, with progress, an estimate of
//! the time left and a working Cancel. The window never waits; what the work found comes back as a screen's action.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use eframe::egui;

use super::screens::Action;
use crate::progress::{Moment, Progress};
use crate::workspace::{Workspace, WorkspaceError};

type Work = Box<dyn FnOnce(&Progress) -> Action + Send>;
type WorkInWorkspace = Box<dyn FnOnce(Result<&mut Workspace, WorkspaceError>, &Progress) -> Action + Send>;

/// A piece of long work, not begun yet.
pub struct Job {
    /// What it does, as the bar at the bottom says it: "Loading mosaic.csv".
    pub title: String,
    /// Whether it changes the workspace: while it does, nothing else may.
    pub writes: bool,
    /// Whether the bar shows it. A file dialog waits for the user, not the user for it.
    pub quiet: bool,
    work: Kind,
}

enum Kind {
    Apart(Work),
    Inside(WorkInWorkspace),
}

impl Job {
    /// Work that needs no workspace: looking at a file, opening a workspace.
    pub fn apart(title: impl Into<String>, work: impl FnOnce(&Progress) -> Action + Send + 'static) -> Self {
        Self { title: title.into(), writes: false, quiet: false, work: Kind::Apart(Box::new(work)) }
    }

    /// Work that waits for the user (a file dialog) and is not shown.
    pub fn quiet(title: impl Into<String>, work: impl FnOnce(&Progress) -> Action + Send + 'static) -> Self {
        Self { quiet: true, ..Self::apart(title, work) }
    }

    /// Work that reads the workspace. It is handed a hold of its own, or why there is none.
    pub fn reads(
        title: impl Into<String>,
        work: impl FnOnce(Result<&mut Workspace, WorkspaceError>, &Progress) -> Action + Send + 'static,
    ) -> Self {
        Self { title: title.into(), writes: false, quiet: false, work: Kind::Inside(Box::new(work)) }
    }

    /// Work that reads the workspace before anybody asks for it, and is not shown.
    pub fn reads_ahead(
        title: impl Into<String>,
        work: impl FnOnce(Result<&mut Workspace, WorkspaceError>, &Progress) -> Action + Send + 'static,
    ) -> Self {
        Self { quiet: true, ..Self::reads(title, work) }
    }

    /// Work that changes the workspace.
    pub fn writes(
        title: impl Into<String>,
        work: impl FnOnce(Result<&mut Workspace, WorkspaceError>, &Progress) -> Action + Send + 'static,
    ) -> Self {
        Self { writes: true, ..Self::reads(title, work) }
    }
}

struct Running {
    title: String,
    writes: bool,
    quiet: bool,
    /// It has a hold of the workspace of its own.
    inside: bool,
    progress: Arc<Progress>,
    started: Instant,
    phase: (&'static str, Instant),
    thread: JoinHandle<Action>,
    /// The work is done: nothing is left of the thread but its end.
    done: Arc<AtomicBool>,
}

/// What the bar at the bottom shows of a piece of work.
#[derive(Debug, Clone)]
pub struct View {
    /// Its place among the running ones, for [`Jobs::cancel`].
    pub index: usize,
    /// What it does.
    pub title: String,
    /// Where it is.
    pub moment: Moment,
    /// How long the phase will still take, where that can be told.
    pub left: Option<Duration>,
    /// Asked to stop, and stopping.
    pub stopping: bool,
}

/// A piece of work that has ended.
pub struct Finished {
    /// What it did.
    pub title: String,
    /// Whether it may have changed the workspace.
    pub wrote: bool,
    /// What it found, or `None` where its thread was lost.
    pub action: Option<Action>,
}

/// Every piece of work that runs.
#[derive(Default)]
pub struct Jobs {
    running: Vec<Running>,
}

impl Jobs {
    /// Begins a piece of work. Gives a sentence where it may not or cannot.
    pub fn start(&mut self, job: Job, workspace: Option<&Workspace>, ctx: &egui::Context) -> Result<(), String> {
        if job.writes
            && let Some(title) = self.writing()
        {
            return Err(format!("{title} is still running; wait for it, or cancel it, before you begin another"));
        }
        let progress = Arc::new(Progress::new());
        let (shared, wake) = (Arc::clone(&progress), ctx.clone());
        let inside = matches!(job.work, Kind::Inside(_));
        let work: Box<dyn FnOnce() -> Action + Send> = match job.work {
            Kind::Apart(work) => Box::new(move || work(&shared)),
            Kind::Inside(work) => {
                let handle = match workspace {
                    Some(workspace) => workspace.handle(),
                    None => return Err("Open a workspace first".to_owned()),
                };
                Box::new(move || match handle {
                    Ok(mut workspace) => work(Ok(&mut workspace), &shared),
                    Err(error) => work(Err(error), &shared),
                })
            }
        };
        let done = Arc::new(AtomicBool::new(false));
        let tell = Arc::clone(&done);
        let thread = thread::Builder::new()
            .name(format!("job: {}", job.title))
            .spawn(move || {
                let action = work();
                // Told first: the frame that is woken would find the thread still ending, and wait for the next look.
                tell.store(true, Ordering::Release);
                wake.request_repaint();
                action
            })
            .map_err(|error| format!("{} could not begin: {error}", job.title))?;
        let now = Instant::now();
        self.running.push(Running {
            title: job.title,
            writes: job.writes,
            quiet: job.quiet,
            inside,
            progress,
            started: now,
            phase: ("", now),
            thread,
            done,
        });
        Ok(())
    }

    /// Takes what has ended, and asks to be looked at again while anything runs.
    pub fn poll(&mut self, ctx: &egui::Context) -> Vec<Finished> {
        let mut finished = Vec::new();
        let mut index = 0;
        while index < self.running.len() {
            let running = &mut self.running[index];
            let phase = running.progress.now().phase;
            if phase != running.phase.0 {
                running.phase = (phase, Instant::now());
            }
            if running.done.load(Ordering::Acquire) || running.thread.is_finished() {
                let running = self.running.remove(index);
                finished.push(Finished {
                    title: running.title,
                    wrote: running.writes,
                    action: running.thread.join().ok(),
                });
            } else {
                index += 1;
            }
        }
        if !self.running.is_empty() {
            ctx.request_repaint_after(Duration::from_millis(100));
        }
        finished
    }

    /// The work that is changing the workspace now.
    pub fn writing(&self) -> Option<&str> {
        self.running.iter().find(|r| r.writes).map(|r| r.title.as_str())
    }

    /// Whether anything runs that the user would miss.
    pub fn busy(&self) -> bool {
        self.running.iter().any(|r| !r.quiet)
    }

    /// Whether anything has a hold of the workspace, and with it of its key.
    pub fn hold_workspace(&self) -> bool {
        self.running.iter().any(|r| r.inside)
    }

    /// Whether nothing runs at all, nor what nobody would miss.
    pub fn at_rest(&self) -> bool {
        self.running.is_empty()
    }

    /// What the bar shows.
    pub fn views(&self) -> Vec<View> {
        let shown = self.running.iter().enumerate().filter(|(_, r)| !r.quiet);
        shown
            .map(|(index, r)| {
                let moment = r.progress.now();
                View {
                    index,
                    title: r.title.clone(),
                    moment,
                    left: left(r.phase.1.elapsed(), moment),
                    stopping: r.progress.is_cancelled(),
                }
            })
            .filter(|view| view.stopping || self.running[view.index].started.elapsed() > Duration::from_millis(150))
            .collect()
    }

    /// Asks a piece of work to stop.
    pub fn cancel(&self, index: usize) {
        if let Some(running) = self.running.get(index) {
            running.progress.cancel();
        }
    }

    /// Asks everything to stop and waits for what changes the workspace, so that nothing is cut off.
    pub fn stop_all(&mut self) {
        for running in &self.running {
            running.progress.cancel();
        }
        for running in self.running.drain(..).filter(|r| r.writes) {
            // A lost thread has nothing left to save: its transaction was rolled back.
            let _ = running.thread.join();
        }
    }
}

/// How long the rest of a phase takes at the pace so far. Says nothing in its first second, when the pace is noise.
fn left(elapsed: Duration, moment: Moment) -> Option<Duration> {
    if moment.total == 0 || moment.done == 0 || moment.done >= moment.total || elapsed < Duration::from_secs(1) {
        return None;
    }
    Some(elapsed.mul_f64((moment.total - moment.done) as f64 / moment.done as f64))
}

/// An estimate as a person says it.
pub fn left_in_words(left: Duration) -> String {
    match left.as_secs() {
        0..=4 => "a few seconds left".to_owned(),
        s @ 5..=89 => format!("about {} seconds left", s.div_ceil(5) * 5),
        s @ 90..=5399 => format!("about {} minutes left", s.div_ceil(60)),
        s => format!("about {} hours left", s.div_ceil(3600)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_time_left_follows_the_pace_of_the_phase_and_is_silent_while_it_is_noise() {
        let at = |done, total| Moment { phase: "Reading rows", done, total };
        assert_eq!(left(Duration::from_millis(500), at(50, 100)), None);
        assert_eq!(left(Duration::from_secs(10), at(0, 100)), None);
        assert_eq!(left(Duration::from_secs(10), at(25, 100)), Some(Duration::from_secs(30)));
        assert_eq!(left(Duration::from_secs(10), at(5, 0)), None);
        assert_eq!(left_in_words(Duration::from_secs(31)), "about 35 seconds left");
        assert_eq!(left_in_words(Duration::from_secs(150)), "about 3 minutes left");
    }
}
