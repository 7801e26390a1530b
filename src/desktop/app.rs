//! The application: what runs before a frame (`logic`), the frame (`ui`), and what was asked for in it,
//! carried out afterwards. No screen changes anything while it is drawn.

pub(in crate::desktop) mod bars;
mod hourly;
pub(in crate::desktop) mod idle;
mod keys;
mod palette;
mod tour;

use eframe::egui::{self, CentralPanel, Context, Frame, Ui, ViewportCommand};

use super::Start;
use super::clipboard::Clipboard;
use super::command::{self, Command, State, shortcuts};
use super::jobs::{Job, Jobs};
use super::out::Out;
use super::screens::start::StartScreen;
use super::screens::{Action, Screen, Screens, SettingsChange, history, start};
use super::session::Session;
use super::settings::Settings;
use super::theme;
use super::widgets::toast::{Toast, Toasts};
use super::widgets::{dialog, field, text};
use crate::pair::PairKind;
use crate::progress::Progress;
use crate::stewardship::{Refused, undo};
use crate::workspace::{Touched, Workspace};

/// The application.
pub struct App {
    settings: Settings,
    session: Option<Session>,
    screen: Screen,
    start: StartScreen,
    screens: Screens,
    jobs: Jobs,
    toasts: Toasts,
    clipboard: Clipboard,
    idle: idle::Idle,
    hourly: hourly::Hourly,
    overlay: Option<Overlay>,
    /// What was asked for outside a frame: by keys, by finished work.
    out: Out,
}

/// What lies over the screens.
enum Overlay {
    /// Every command by name.
    Palette(palette::Palette),
    /// Every key on one page.
    Keys(keys::Keys),
    Tour(tour::Tour),
    /// Work is running: leave all the same?
    Leave(Leave),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Leave {
    Lock,
    Quit,
}

/// Reads ahead what a queue's text and orders are found by, so that the first text of a day is there as fast as the second.
fn keep_pairs() -> Job {
    Job::reads_ahead("Reading who the pairs are about", |ws, progress| {
        if let Ok(ws) = ws {
            for kind in [PairKind::Link, PairKind::Duplicate] {
                // Where it fails, the queue that asks for it reads it again, and says why not
                let _ = progress.check().is_ok() && ws.keep_pairs(kind).is_ok();
            }
        }
        Action::Nothing
    })
}

impl App {
    /// Sets the window up.
    pub fn new(ctx: &Context, settings: Settings, start: Start) -> Self {
        theme::apply(ctx);
        theme::set_contrast(ctx, settings.high_contrast);
        idle::set(ctx, settings.lock_after);
        shortcuts::use_kept(&settings.keys);
        ctx.set_theme(settings.theme.egui());
        ctx.set_zoom_factor(settings.zoom);
        let mut app = Self {
            settings,
            session: None,
            screen: Screen::Start,
            start: StartScreen::default(),
            screens: Screens::default(),
            jobs: Jobs::default(),
            toasts: Toasts::default(),
            clipboard: Clipboard::default(),
            idle: idle::Idle::default(),
            hourly: hourly::Hourly::default(),
            overlay: None,
            out: Out::default(),
        };
        if let Some(workspace) = start.signed_in {
            app.enter(workspace, ctx);
        } else if let Some(path) = start.workspace {
            app.out.act(start::Action::Choose(path));
        }
        app
    }

    /// The screen that is shown.
    pub fn screen(&self) -> Screen {
        self.screen
    }

    /// The opened workspace.
    pub fn session(&self) -> Option<&Session> {
        self.session.as_ref()
    }

    /// Whether a piece of work runs.
    pub fn busy(&self) -> bool {
        self.jobs.busy()
    }

    /// Whether nothing is worked at, nor read ahead: what stands on the screen stays where it is.
    pub fn at_rest(&self) -> bool {
        self.jobs.at_rest()
    }

    /// The newest notice, in words.
    pub fn notice(&self) -> Option<&str> {
        self.toasts.newest()
    }

    fn enter(&mut self, workspace: Workspace, ctx: &Context) {
        // What still runs for a workspace that was open has nothing to tell the next one.
        self.jobs.stop_all();
        field::forget_typing(ctx);
        let me = workspace.me().name.clone();
        let last = self.settings.opened(workspace.home(), &me);
        self.settings.save();
        self.screens = Screens::default();
        let mut workspace = workspace;
        self.screens.take_drafts(&mut workspace);
        let session = Session::new(workspace);
        self.screens.touched(Touched::all(), &session);
        self.out.start(keep_pairs());
        self.session = Some(session);
        self.idle.begin();
        self.hourly.begin();
        self.start = StartScreen::default();
        let last = Screen::NAVIGATION.into_iter().find(|screen| last.as_deref() == Some(screen.title()));
        self.show(last.unwrap_or(Screen::Overview));
        if !self.settings.toured {
            self.overlay = Some(Overlay::Tour(tour::Tour::default()));
        }
    }

    /// Locks where nobody was at the desk for as long as the settings say. Work that runs is let come to its end first.
    fn lock_when_idle(&mut self, ctx: &Context) {
        let rests = !self.jobs.busy() && !self.jobs.hold_workspace();
        if self.session.is_some() && self.idle.is_over(ctx) && rests {
            self.overlay = None;
            self.leave(ctx);
            let minutes = text::count(u64::from(self.settings.lock_after), "minute", "minutes");
            self.start.tell(format!("Locked: nobody did anything for {minutes}. Every decision is saved"));
        }
    }

    /// Closes the workspace. Its key leaves the memory with it.
    fn leave(&mut self, ctx: &Context) {
        self.jobs.stop_all();
        self.clipboard.clear(ctx);
        field::forget_typing(ctx);
        if let Some(session) = &mut self.session {
            self.screens.keep_drafts(session.at_its_end());
        }
        let home = self.session.take().map(|session| session.ws().home().to_owned());
        self.screens = Screens::default();
        self.screen = Screen::Start;
        self.toasts.clear();
        if let Some(home) = home {
            self.out.act(start::Action::Choose(home));
        }
    }

    fn show(&mut self, screen: Screen) {
        if self.screen != screen {
            self.screen = screen;
            if let Some(session) = &self.session {
                self.settings.shows(screen.title());
                self.screens.view_mut(screen).shown(session, &mut self.out);
            }
        }
    }

    fn state(&self) -> State<'_> {
        State { session: self.session.as_ref(), screen: self.screen, screens: &self.screens }
    }

    /// Carries out what was asked for, and what that asks for in turn.
    fn carry_out(&mut self, ctx: &Context, first: Out) {
        if let Some(session) = &mut self.session {
            session.set_frame(ctx.input(|input| input.time), self.jobs.writing());
        }
        let mut waiting = first;
        // Each round can ask for more; nothing asks for ever.
        for _ in 0..8 {
            let mut next = Out::default();
            for action in std::mem::take(&mut waiting.actions) {
                self.act(action, ctx, &mut next);
            }
            for command in std::mem::take(&mut waiting.commands) {
                self.command(command, ctx, &mut next);
            }
            for job in std::mem::take(&mut waiting.jobs) {
                let workspace = self.session.as_ref().map(Session::ws);
                if let Err(words) = self.jobs.start(job, workspace, ctx) {
                    next.warn(words);
                }
            }
            let now = ctx.input(|input| input.time);
            for toast in std::mem::take(&mut waiting.toasts) {
                self.toasts.add(toast, now);
                ctx.request_repaint();
            }
            if let Some(text) = waiting.copy.take() {
                self.clipboard.put(ctx, text);
            }
            if let Some(workspace) = waiting.enter.take() {
                // Every page begins at its top, wherever whoever sat here before left it
                ctx.data_mut(|data| data.remove_by_type::<egui::scroll_area::State>());
                self.enter(*workspace, ctx);
            }
            if let Some(session) = &mut self.session {
                session.set_frame(ctx.input(|input| input.time), self.jobs.writing());
                let touched = session.refresh(&mut next);
                if !touched.is_empty() {
                    if touched.intersects(Touched::PAIRS) {
                        next.start(keep_pairs());
                    }
                    self.screens.touched(touched, session);
                    ctx.request_repaint();
                }
            }
            next.append(std::mem::take(&mut self.out));
            waiting = next;
            if waiting.is_empty() {
                return;
            }
            ctx.request_repaint();
        }
        self.out.append(waiting);
    }

    fn act(&mut self, action: Action, ctx: &Context, out: &mut Out) {
        let action = match &mut self.session {
            Some(session) => match self.screens.act(action, session, out) {
                Some(action) => action,
                None => return,
            },
            None => action,
        };
        match action {
            Action::Start(action) => self.start.act(action, &self.settings, out),
            Action::Go(screen) => self.show(screen),
            Action::Settings(change) => self.change_settings(change, ctx),
            _ => {} // Work that ended after its workspace was closed
        }
    }

    fn change_settings(&mut self, change: SettingsChange, ctx: &Context) {
        match change {
            SettingsChange::Theme(theme) => {
                self.settings.theme = theme;
                ctx.set_theme(theme.egui());
            }
            SettingsChange::Contrast(contrast) => {
                self.settings.high_contrast = contrast;
                theme::set_contrast(ctx, contrast);
            }
            SettingsChange::LockAfter(minutes) => {
                self.settings.lock_after = minutes;
                idle::set(ctx, minutes);
            }
            SettingsChange::Zoom(zoom) => {
                self.settings.zoom = zoom.clamp(0.8, 2.0);
                ctx.set_zoom_factor(self.settings.zoom);
            }
            SettingsChange::Forget(path) => self.settings.recent.retain(|recent| recent.path != path),
            SettingsChange::Folder(folder) => self.settings.folder = Some(folder),
        }
        self.settings.save();
    }

    fn command(&mut self, command: Command, ctx: &Context, out: &mut Out) {
        if !command.available(&self.state()) {
            // What would be answered, were nothing being written, is not passed by in silence
            let answers = matches!(command, Command::Match | Command::NotMatch | Command::Unsure | Command::Refer);
            if answers && let Some(title) = self.session.as_ref().and_then(Session::writing) {
                out.warn(format!("Not answered: “{title}” comes first. Press the key again after it"));
            }
            return;
        }
        match command {
            Command::Go(screen) => self.show(screen),
            Command::Palette => {
                self.overlay = match self.overlay {
                    Some(Overlay::Palette(_)) => None,
                    _ => Some(Overlay::Palette(palette::Palette::default())),
                }
            }
            Command::Keys => self.overlay = Some(Overlay::Keys(keys::Keys::default())),
            Command::Tour => self.overlay = Some(Overlay::Tour(tour::Tour::default())),
            Command::ZoomIn => self.change_settings(SettingsChange::Zoom(self.settings.zoom_by(true)), ctx),
            Command::ZoomOut => self.change_settings(SettingsChange::Zoom(self.settings.zoom_by(false)), ctx),
            Command::ZoomReset => self.change_settings(SettingsChange::Zoom(1.0), ctx),
            Command::ToggleTheme => {
                let dark = ctx.global_style().visuals.dark_mode;
                let theme = if dark { theme::Preference::Light } else { theme::Preference::Dark };
                self.change_settings(SettingsChange::Theme(theme), ctx);
            }
            Command::ToggleContrast => {
                self.change_settings(SettingsChange::Contrast(!self.settings.high_contrast), ctx);
            }
            Command::Undo => self.take_back(command, out, undo::undo_with),
            Command::Redo => self.take_back(command, out, undo::redo_with),
            Command::Lock if self.jobs.busy() => self.overlay = Some(Overlay::Leave(Leave::Lock)),
            Command::Lock => self.leave(ctx),
            Command::Quit if self.jobs.busy() => self.overlay = Some(Overlay::Leave(Leave::Quit)),
            Command::Quit => ctx.send_viewport_cmd(ViewportCommand::Close),
            _ => {
                if let Some(home) = command.home() {
                    self.show(home);
                }
                if let Some(session) = &mut self.session {
                    self.screens.view_mut(self.screen).command(command, session, out);
                }
            }
        }
    }

    fn take_back(
        &mut self,
        command: Command,
        out: &mut Out,
        verb: fn(&mut Workspace, &Progress) -> Result<Option<String>, Refused>,
    ) {
        let Some(session) = &mut self.session else { return };
        history::take_back(session, session.takes_back(command), out, verb);
    }

    fn finish_jobs(&mut self, ctx: &Context) {
        for finished in self.jobs.poll(ctx) {
            if finished.wrote
                && let Some(session) = &mut self.session
            {
                session.touch(Touched::all());
            }
            match finished.action {
                Some(action) => self.out.actions.push(action),
                None => self.out.toasts.push(Toast::failure(format!(
                    "{} stopped because of a fault in the program; everything saved before is kept. Please report it",
                    finished.title
                ))),
            }
        }
        if let Some(session) = &mut self.session {
            session.set_frame(ctx.input(|input| input.time), self.jobs.writing());
        }
    }

    fn overlay_ui(&mut self, ctx: &Context, out: &mut Out) {
        let Some(mut overlay) = self.overlay.take() else { return };
        let keep = match &mut overlay {
            Overlay::Palette(palette) => palette.ui(ctx, &self.state(), out),
            Overlay::Tour(tour) => {
                let on = tour.ui(ctx);
                if !on && !self.settings.toured {
                    self.settings.toured = true;
                    self.settings.save();
                }
                on
            }
            Overlay::Keys(keys) => match keys.ui(ctx, &self.state()) {
                keys::Asks::Nothing => true,
                keys::Asks::Leave => false,
                keys::Asks::Keep => {
                    self.settings.keys = shortcuts::kept();
                    self.settings.save();
                    true
                }
            },
            Overlay::Leave(leave) => {
                let leave = *leave;
                let words = ["Work is still running. Stopped, it leaves everything as it was before it.".to_owned()];
                let yes = if leave == Leave::Lock { "Stop the work and lock" } else { "Stop the work and quit" };
                match dialog::ask_with(
                    ctx,
                    "leave",
                    "Leave while work is running?",
                    &words,
                    [yes, "Go on working"],
                    true,
                ) {
                    None => true,
                    Some(dialog::Answer::No) => false,
                    Some(dialog::Answer::Yes) => {
                        match leave {
                            Leave::Lock => self.leave(ctx),
                            Leave::Quit => {
                                self.jobs.stop_all();
                                ctx.send_viewport_cmd(ViewportCommand::Close);
                            }
                        }
                        false
                    }
                }
            }
        };
        if keep {
            self.overlay = Some(overlay);
        }
    }

    fn screen_ui(&mut self, ui: &mut Ui, out: &mut Out) {
        let palette = theme::palette(ui);
        CentralPanel::no_frame().frame(Frame::NONE.fill(palette.canvas)).show(ui, |ui| match &self.session {
            Some(session) => {
                let id = ("screen", self.screen.title());
                ui.push_id(id, |ui| self.screens.view_mut(self.screen).ui(ui, session, out));
            }
            None => self.start.ui(ui, &self.settings, out),
        });
    }

    fn dropped_files(&mut self, ctx: &Context, out: &mut Out) {
        let files: Vec<_> = ctx.input(|input| input.raw.dropped_files.iter().map(|f| f.path().to_owned()).collect());
        if files.is_empty() {
            return;
        }
        if self.session.is_some() {
            self.show(Screen::Load);
            self.screens.view_mut(Screen::Load).dropped(files, out);
        } else if let Some(folder) = files.into_iter().next() {
            out.act(start::Action::Choose(folder));
        }
    }
}

impl eframe::App for App {
    fn logic(&mut self, ctx: &Context, _frame: &mut eframe::Frame) {
        self.finish_jobs(ctx);
        self.clipboard.tick(ctx);
        self.lock_when_idle(ctx);
        if self.session.is_some()
            && let Some(job) = self.hourly.due(ctx)
        {
            self.out.start(job);
        }
        let out = std::mem::take(&mut self.out);
        self.carry_out(ctx, out);
    }

    fn ui(&mut self, ui: &mut Ui, _frame: &mut eframe::Frame) {
        let ctx = ui.ctx().clone();
        let mut out = Out::default();
        let modal = ctx.memory(|memory| memory.top_modal_layer().is_some());
        // A key that is being chosen for a command is no command
        if !matches!(&self.overlay, Some(Overlay::Keys(keys)) if keys.waits()) {
            let words = self.session.is_some() && self.screens.view(self.screen).awaits_words();
            for command in command::pressed(&ctx, ctx.text_edit_focused(), words, modal) {
                out.command(command);
            }
        }
        self.dropped_files(&ctx, &mut out);
        self.settings.note_window(&ctx);
        if ctx.input(|input| input.viewport().close_requested()) && self.jobs.busy() {
            ctx.send_viewport_cmd(ViewportCommand::CancelClose);
            self.overlay = Some(Overlay::Leave(Leave::Quit));
        }
        if let Some(session) = &self.session {
            bars::top_ui(ui, session, &self.state(), &mut out);
            bars::read_only_ui(ui, session, &mut out);
            bars::parcel_ui(ui, session);
        }
        bars::jobs_ui(ui, &self.jobs);
        self.toasts.tick(&ctx);
        let wide = !bars::is_narrow(&ctx);
        if let Some(session) = &self.session {
            bars::rail_ui(ui, session, self.screen, wide.then_some(&mut self.toasts), &mut out);
        }
        self.screen_ui(ui, &mut out);
        if self.session.is_none() || !wide {
            self.toasts.corner_ui(&ctx);
        }
        self.overlay_ui(&ctx, &mut out);
        self.carry_out(&ctx, out);
    }

    fn clear_color(&self, visuals: &egui::Visuals) -> [f32; 4] {
        visuals.panel_fill.to_normalized_gamma_f32()
    }

    fn on_exit(&mut self, _gl: Option<&eframe::glow::Context>) {
        self.jobs.stop_all();
        if let Some(session) = &mut self.session {
            self.screens.keep_drafts(session.at_its_end());
        }
        self.clipboard.clear_at_the_end();
        self.settings.save();
    }
}
