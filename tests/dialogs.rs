//! What is asked over a screen: every question stands inside a small window at twice its size, and says what it holds.

use eframe::egui::accesskit::Role;
use eframe::egui::{Key, Modifiers, vec2};
use egui_kittest::kittest::Queryable;
use stewartry::desktop::screens::Screen;
use stewartry::linkage::Options;
use stewartry::pair::{PairKind, Reason, Verdict};
use stewartry::progress::Progress;
use stewartry::stewardship::decide::{self, Answer};
use stewartry::stewardship::{matching, recall};

use crate::access::{outside, unnamed};
use crate::batches::{CTRL, Window};
use crate::desk::*;
use crate::hands::Hands;
use crate::sharing::shared;

/// Twice its size, in 1280 x 720.
fn doubled(mut window: Window) -> Window {
    window.set_size(vec2(1280.0, 720.0));
    for _ in 0..20 {
        if window.ctx.zoom_factor() < 1.99 {
            window.press(CTRL, Key::Plus);
        }
    }
    assert!((window.ctx.zoom_factor() - 2.0).abs() < 0.01, "{}", window.ctx.zoom_factor());
    window
}

fn asks(window: &Window) -> bool {
    let dialogs = [Role::Dialog, Role::AlertDialog];
    window.query_all_by(|node| dialogs.contains(&node.role())).next().is_some()
}

/// The question that stands there now: inside the window, everything named. Escape leaves it.
fn look(window: &mut Window, name: &str) {
    window.until(&format!("{name}: a question"), asks);
    window.rest();
    window.picture(&format!("asked-{}.png", name.replace(' ', "-").to_lowercase()));
    assert_eq!(outside(window), Vec::<String>::new(), "{name}");
    assert_eq!(unnamed(window), Vec::<String>::new(), "{name}");
    let room = window.ctx.content_rect().expand(1.0);
    // It is left by its cross, which nobody needs to scroll to
    for cross in window.query_all_by(|node| node.label().as_deref() == Some("Close")) {
        assert!(room.contains_rect(cross.rect()), "{name}: {:?} in {room:?}", cross.rect());
    }
    window.press(Modifiers::NONE, Key::Escape);
    window.until(&format!("{name}: left"), |window| !asks(window));
}

/// Asks what a command of the palette asks.
fn by_name(window: &mut Window, name: &str) {
    use_by_name(window, name);
    look(window, name);
}

/// Uses a command of the palette.
fn use_by_name(window: &mut Window, name: &str) {
    window.press(CTRL, Key::K);
    window.fill("Find a command or a person", name);
    // What runs may keep a command from being used for a moment
    window.until("it can be used", |window| !window.shows("No command of that name can be used here"));
    window.press(Modifiers::NONE, Key::Enter);
    let palette =
        |window: &Window| window.query_by_role_and_label(Role::TextInput, "Find a command or a person").is_some();
    window.until("the palette is left", |window| !palette(window));
}

/// Asks what a button asks.
fn by_button(window: &mut Window, name: &str) {
    window.click(name);
    look(window, name);
}

#[test]
fn every_question_stands_inside_a_small_window_at_twice_its_size() {
    // At the desk: pairs, a batch, a parcel
    let mut desk = Desk::new();
    desk.load_mosaic((0..9).fold(MosaicFile::default(), MosaicFile::plain));
    desk.load_chi((0..9).fold(ChiFile::default(), ChiFile::plain));
    let weight = |n| if n < 4 { 20.0 } else { 3.0 };
    desk.load_links((0..9).map(|n| (link(n).left().to_owned(), chi(n).to_string(), weight(n))));
    (0..4).for_each(|n| desk.match_(&link(n)));
    let mut window = doubled(Window::open(desk, OFFICER, Screen::Review));
    window.until("a pair", |window| window.shows("Not a match"));
    for name in [
        "Find a command or a person",
        "Not matchable",
        "Find a CHI by hand",
        "People without a link",
        "Filter",
        "Report",
        "Add a person",
    ] {
        if name == "Find a command or a person" {
            window.press(CTRL, Key::K);
            look(&mut window, name);
        } else {
            by_name(&mut window, name);
        }
    }
    for name in ["Verify a release", "Take a parcel in", "Change your passphrase", "Licences"] {
        match name {
            "Change your passphrase" | "Licences" => {
                window.press(CTRL, Key::Num9);
                by_button(&mut window, &format!("{name}…"));
            }
            name => by_name(&mut window, name),
        }
    }
    let mut desk = window.close();
    desk.become_(OFFICER);
    desk.submit();
    let submitted = desk;

    // Why the others of a class with a warning are accepted
    let mut desk = Desk::new();
    desk.load_mosaic((0..60).fold(MosaicFile::default(), MosaicFile::plain));
    let died = |file: ChiFile, n: u16| file.with(chi(n).as_str(), &person(n), "D", "");
    desk.load_chi((40..60).fold((0..40).fold(ChiFile::default(), died), ChiFile::plain));
    matching::run(desk.ws(), &Options::default(), &Progress::new()).unwrap();
    let class = decide::classes(desk.ws(), PairKind::Link).unwrap().remove(0);
    for (id, _) in class.few {
        let key = desk.ws().pair(id).unwrap().unwrap().key;
        desk.decide(&key, Answer::of(Verdict::Match).because(Reason::CheckedElsewhere)).unwrap();
    }
    let mut window = doubled(Window::open(desk, OFFICER, Screen::Match));
    use_by_name(&mut window, "Accept certain pairs");
    window.until_shown("You looked at the 10 that were drawn");
    by_name(&mut window, "Accept certain pairs");

    // Signing and returning, and the way to another desk
    let mut window = doubled(Window::open(submitted, SUPERVISOR, Screen::Batches));
    window.until_shown("re-check");
    by_name(&mut window, "Return the batch");
    let desk = window.close();
    let mut window = doubled(Window::open(desk, OFFICER, Screen::Batches));
    window.until_shown("November");
    by_name(&mut window, "Send to another desk");

    // What goes out
    let (mut desk, _) = shared();
    recall::recall(desk.ws(), &link(1), "The person's twin", true).unwrap();
    let mut window = doubled(Window::open(desk, SUPERVISOR, Screen::Release));
    window.press(CTRL, Key::Num1);
    window.press(CTRL, Key::Num7);
    window.until_shown("November");
    window.rest();
    window.press(Modifiers::NONE, Key::Enter);
    window.until_shown("Pack…");
    for name in ["Pack…", "Send…", "Make a profile…", "Take in a load report…"] {
        by_button(&mut window, name);
    }
    window.click("Corrections (1)");
    window.until_shown("Put a correction together");
    window.rest();
    window.picture("twice-corrections.png");
    assert_eq!(outside(&window), Vec::<String>::new(), "corrections");
    window.click("Sharing");
    window.until_shown("Write the extract");
    window.rest();
    window.picture("twice-sharing.png");
    assert_eq!(outside(&window), Vec::<String>::new(), "sharing");
    for name in ["Share a restricted person…", "Write the cross-reference…"] {
        by_button(&mut window, name);
    }
}
