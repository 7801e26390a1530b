//! The window: the only room that knows egui.
//!
//! | file | what it holds |
//! |---|---|
//! | [`app`] | the application: what runs before a frame, the frame, and what is carried out after it |
//! | [`choosing`] | the system's dialogs for files and folders |
//! | [`command`] | everything the window can be asked to do, with its words, key and icon, in one place |
//! | [`out`] | what a screen asks for while it is drawn |
//! | [`session`] | an opened workspace, and what is remembered of it between frames |
//! | [`jobs`] | long work on threads of its own |
//! | [`clipboard`] | what is copied, and leaves the clipboard again where it says who somebody is |
//! | [`settings`] | what the window remembers on this computer |
//! | [`theme`] | fonts, type scale, spacing and colours, from one file of tokens |
//! | [`widgets`] | one of each kind of widget |
//! | [`screens`] | the screens |
//!
//! # How a screen is made
//!
//! A screen is a plain struct with `Default` that implements [`screens::View`]:
//!
//! - [`screens::View::ui`] draws it from `&self`-like state and a `&Session`. It changes nothing but the screen's own small
//!   state (what is typed, where the cursor is). What it wants done it puts into [`out::Out`]: a [`command::Command`], an
//!   action of its own (an enum beside the screen, wrapped in [`screens::Action`]), or a [`jobs::Job`].
//! - After the frame the app hands each action to the screen's own `act(action, &mut Session, &mut Out)`, which calls a
//!   verb of [`crate::stewardship`] through [`session::Session::change`] (or [`session::Session::to_change`] where a
//!   refusal leads to a question) and says what was touched with [`session::Session::touch`].
//! - Keys and the palette arrive as commands: [`screens::View::offers`] says whether one can be done now,
//!   [`screens::View::command`] does it.
//! - When something was touched, every screen's [`screens::View::touched`] is called: forget there what was read of it.
//!   Screens hold ids and read the rows that are visible; what is read once and shown often is kept in the screen.
//! - Long work is a [`jobs::Job`] whose closure ends in an action; while a job that writes runs, `change` refuses with a
//!   notice. Nothing in a frame waits.
//!
//! Whole pages are built with [`widgets::parts::page`]; colours and sizes come from [`theme`] alone.

pub mod app;
pub mod choosing;
pub mod clipboard;
pub mod command;
pub mod jobs;
pub mod out;
pub mod screens;
pub mod session;
pub mod settings;
pub mod theme;
pub mod widgets;

use std::path::PathBuf;

use eframe::egui;

pub use app::App;
pub use settings::Settings;

use crate::workspace::Workspace;

/// What the window begins with.
#[derive(Default)]
pub struct Start {
    /// A workspace to sign in to.
    pub workspace: Option<PathBuf>,
    /// A workspace that is opened already, with somebody signed in.
    pub signed_in: Option<Workspace>,
}

/// The window's name to the desktop: the same as the desktop entry, the icon and the metadata.
pub const APP_ID: &str = "scot.stewartry.Stewartry";

/// Opens the window and stays until it is closed.
pub fn run(start: Start) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    let settings = Settings::load();
    let viewport = egui::ViewportBuilder::default()
        .with_app_id(APP_ID)
        .with_title("Stewartry")
        .with_inner_size(settings.window.map_or([1280.0, 800.0], |[_, _, width, height]| [width, height]))
        .with_min_inner_size([640.0, 480.0]);
    let viewport = match settings.window {
        Some([x, y, ..]) => viewport.with_position([x, y]),
        None => viewport,
    };
    let options = eframe::NativeOptions {
        viewport,
        renderer: eframe::Renderer::Glow,
        persist_window: false,
        ..eframe::NativeOptions::default()
    };
    eframe::run_native(
        "Stewartry",
        options,
        Box::new(move |context| Ok(Box::new(App::new(&context.egui_ctx, settings, start)))),
    )
    .map_err(|error| {
        format!("The window could not be opened: {error}. Every verb of `stewartry --help` works without one").into()
    })
}

/// Shows why the program ends, where standard error has no reader: started from the menu of Windows it has none.
pub fn show_failure(sentence: &str) {
    #[cfg(windows)]
    if std::os::windows::io::AsRawHandle::as_raw_handle(&std::io::stderr()).is_null() {
        let dialog = rfd::MessageDialog::new().set_level(rfd::MessageLevel::Error);
        dialog.set_title("Stewartry").set_description(sentence).show();
    }
    #[cfg(not(windows))]
    let _ = sentence;
}
