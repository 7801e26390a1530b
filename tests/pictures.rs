//! Pictures of the window that were looked at and are right: the way in, and a pair with a warning, in every look. They are few,
//! because each must be looked at again whenever it changes. `UPDATE_SNAPSHOTS=1 cargo test pictures::` draws them anew.

use eframe::egui::{Key, Theme, vec2};
use egui_kittest::Harness;
use stewartry::desktop::screens::Screen;
use stewartry::desktop::theme::Preference;
use stewartry::desktop::{App, Settings, Start};

use crate::hands::Hands;
use crate::{desktop, review};

/// A look of the window: its name, its theme, and whether it has more contrast.
const LOOKS: [(&str, Preference, bool); 4] = [
    ("light", Preference::Light, false),
    ("dark", Preference::Dark, false),
    ("light_contrast", Preference::Light, true),
    ("dark_contrast", Preference::Dark, true),
];

fn options() -> egui_kittest::SnapshotOptions {
    egui_kittest::SnapshotOptions::new().output_path("tests/pictures")
}

fn day_or_night(theme: Preference) -> Theme {
    if theme == Preference::Light { Theme::Light } else { Theme::Dark }
}

fn settings(theme: Preference, high_contrast: bool) -> Settings {
    let mut settings = Settings::default();
    (settings.theme, settings.high_contrast) = (theme, high_contrast);
    settings
}

#[test]
fn the_way_in_looks_as_it_was_approved() {
    let mut results = egui_kittest::SnapshotResults::new();
    for (name, theme, high_contrast) in LOOKS {
        let settings = settings(theme, high_contrast);
        let mut window = Harness::builder()
            .with_size(vec2(900.0, 560.0))
            .with_theme(day_or_night(theme))
            .with_max_steps(12)
            .build_eframe(move |context| App::new(&context.egui_ctx, settings, Start::default()));
        window.rest();
        if !desktop::draws(&mut window) {
            return;
        }
        results.add(window.try_snapshot_options(format!("start_{name}"), &options()));
    }
}

#[test]
fn a_pair_looks_as_it_was_approved() {
    let mut results = egui_kittest::SnapshotResults::new();
    let looks = [LOOKS[0], LOOKS[3], ("dark_200", Preference::Dark, false)];
    for (name, theme, high_contrast) in looks {
        let settings = settings(theme, high_contrast);
        // At twice the size a window of 1280 by 720 has this much room
        let size = if name.ends_with("200") { [640.0, 360.0] } else { [1280.0, 720.0] };
        let mut window = review::Window::with(Screen::Review, settings, day_or_night(theme), size);
        window.go_to(&review::twin());
        window.press(Key::M);
        if !desktop::draws(&mut window) {
            return;
        }
        results.add(window.try_snapshot_options(format!("pair_{name}"), &options()));
    }
}
