//! Every screen can be used without seeing it and at twice its size, and shows the names of the world.

use eframe::egui::accesskit::Role;
use eframe::egui::{Key, MissingGlyphPolicy, vec2};
use egui_kittest::kittest::{NodeT, Queryable};
use stewartry::pair::PairKind;
use tempfile::TempDir;

use crate::desk::{ChiFile, Desk, MosaicFile, Person, accept_certain, chi, link, person};
use crate::desktop::{Window, ctrl, ctrl_shift, demo, press, signed_in};
use crate::hands::Hands;

const SCREENS: [(Key, &str); 9] = [
    (Key::Num1, "overview"),
    (Key::Num2, "load"),
    (Key::Num3, "match"),
    (Key::Num4, "review"),
    (Key::Num5, "duplicates"),
    (Key::Num6, "batches"),
    (Key::Num7, "release"),
    (Key::Num8, "history"),
    (Key::Num9, "people"),
];

/// What can be used must say what it is.
pub fn unnamed(window: &Window) -> Vec<String> {
    let used = [
        Role::Button,
        Role::CheckBox,
        Role::RadioButton,
        Role::Slider,
        Role::TextInput,
        Role::MultilineTextInput,
        Role::PasswordInput,
        Role::ComboBox,
        Role::Tab,
        Role::Link,
        Role::Grid,
        Role::Figure,
        Role::ListBoxOption,
        Role::Switch,
    ];
    let mut found = Vec::new();
    for node in window.get_all_by(|node| used.contains(&node.role())) {
        let node = node.accesskit_node();
        let label = node.label().unwrap_or_default();
        if label.trim().is_empty() {
            found.push(format!("{:?} at {:?}", node.role(), node.bounding_box()));
        }
    }
    found
}

#[test]
fn everything_that_can_be_used_says_what_it_is_on_every_screen() {
    let folder = TempDir::new().unwrap();
    let mut ws = demo(&folder);
    accept_certain(&mut ws, PairKind::Link);
    let mut window = signed_in(ws);
    let mut seen = 0;
    for (key, name) in SCREENS {
        ctrl(&mut window, key);
        window.rest();
        assert_eq!(unnamed(&window), Vec::<String>::new(), "{name}");
        seen += window.get_all_by(|node| node.role() == Role::Button).count();
    }
    assert!(seen > 60, "{seen} buttons");
    // What is asked over a screen, too
    for (key, name) in [(Key::F, "finder"), (Key::L, "facets"), (Key::W, "people without a link")] {
        ctrl(&mut window, Key::Num4);
        press(&mut window, key);
        window.rest();
        assert_eq!(unnamed(&window), Vec::<String>::new(), "{name}");
        press(&mut window, Key::Escape);
    }
    press(&mut window, Key::Questionmark);
    assert_eq!(unnamed(&window), Vec::<String>::new(), "the key sheet");
}

/// What can be used and stands beyond the sides of the window. Above or below is a scroll away; to the side nothing scrolls.
pub fn outside(window: &Window) -> Vec<String> {
    let used =
        [Role::Button, Role::RadioButton, Role::CheckBox, Role::Slider, Role::TextInput, Role::ComboBox, Role::Grid];
    let room = window.ctx.content_rect();
    window
        .get_all_by(|node| used.contains(&node.role()))
        .filter(|node| node.rect().right() > room.right() + 1.0 || node.rect().left() < room.left() - 1.0)
        .map(|node| format!("{:?} {:?}", node.accesskit_node().label(), node.rect()))
        .collect()
}

/// At twice the size in a small window: the four answers, the way between the screens, and a heading stand inside it.
#[test]
fn nothing_that_is_needed_leaves_a_small_window_at_twice_the_size() {
    let folder = TempDir::new().unwrap();
    let mut ws = demo(&folder);
    accept_certain(&mut ws, PairKind::Link);
    let mut window = signed_in(ws);
    window.set_size(vec2(1280.0, 720.0));
    window.set_pixels_per_point(1.0);
    for _ in 0..20 {
        if window.ctx.zoom_factor() < 1.99 {
            ctrl(&mut window, Key::Plus);
        }
    }
    window.rest();
    assert!((window.ctx.zoom_factor() - 2.0).abs() < 0.01, "{}", window.ctx.zoom_factor());
    let room = window.ctx.content_rect();
    for (key, name) in SCREENS {
        ctrl(&mut window, key);
        window.rest();
        window.picture(&format!("twice-{name}.png"));
        assert_eq!(outside(&window), Vec::<String>::new(), "{name}");
    }
    ctrl(&mut window, Key::Num6);
    window.rest();
    ctrl_shift(&mut window, Key::N);
    window.rest();
    assert!(window.query_by_label("Name of the batch").is_some());
    window.picture("twice-compose.png");
    assert_eq!(outside(&window), Vec::<String>::new(), "a new batch");
    ctrl(&mut window, Key::Num4);
    window.rest();
    for answer in ["Match", "Not a match", "Unsure", "Refer…"] {
        let button = window.get_by(|node| node.role() == Role::Button && node.label().as_deref() == Some(answer));
        assert!(room.expand(1.0).contains_rect(button.rect()), "{answer}: {:?} in {room:?}", button.rect());
    }
}

/// A person called so.
fn called(n: u16, surname: &str, forename: &str) -> Person {
    Person { surname: surname.into(), forename: forename.into(), ..person(n) }
}

#[test]
fn the_names_of_the_world_are_drawn_and_no_missing_letter_stops_anything() {
    let names = [
        ("Żółć", "Łukasz"),
        ("Ngũgĩ", "Wanjikũ"),
        ("Nguyễn", "Thị Hồng"),
        ("Шевченко", "Олександр"),
        ("Παπαδόπουλος", "Γεώργιος"),
        ("الحسيني", "محمد"),
        ("李", "小龍"),
        ("ಗೌಡ", "ಕೃಷ್ಣ"),
        ("Ó Dubhghaill", "Séamas"),
        ("Smith 👩‍👧", "\u{1F3F4}\u{E0067}\u{E0062}"),
        ("N\u{303}o\u{308}rdstro\u{308}m", "A\u{30a}sa"),
    ];
    let mut desk = Desk::new();
    let (mut mosaic, mut numbers) = (MosaicFile::default(), ChiFile::default());
    for (n, (surname, forename)) in (0..).zip(names) {
        let person = called(n, surname, forename);
        mosaic = mosaic.with(&format!("10{n:02}"), &person, "", false);
        numbers = numbers.with(chi(n).as_str(), &person, "C", "");
    }
    desk.load_mosaic(mosaic);
    desk.load_chi(numbers);
    desk.load_links((0..names.len() as u16).map(|n| (link(n).left().to_owned(), chi(n).to_string(), 3.0)));
    let mut window = signed_in(desk.leave());
    // As in the window itself: what no font has is drawn as a box. The test harness would rather stop
    window.ctx.set_missing_glyph_policy(MissingGlyphPolicy::Tofu);
    ctrl(&mut window, Key::Num4);
    for n in 0..names.len() {
        window.rest();
        window.picture(&format!("name-{n:02}.png"));
        press(&mut window, Key::J);
    }
    // They are found as they are written
    press(&mut window, Key::Slash);
    window.get_by_role_and_label(Role::TextInput, "Id, CHI or surname").type_text("Шевченко");
    window.until("the one is found", |window| window.query_by_label_contains("1 left").is_some());
}
