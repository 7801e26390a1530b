//! The window and the next extract: a wrong file is a question, a right one says what it means for the work.

use eframe::egui::{Key, Role};
use egui_kittest::kittest::{NodeT, Queryable};
use stewartry::desktop::screens::Screen;
use tempfile::TempDir;

use crate::desk::{ChiFile, Desk, MosaicFile, chi, link, mosaic, person};
use crate::desktop::{Window, click, ctrl, press, signed_in, type_into, write};
use crate::hands::Hands;

fn people(numbers: impl Iterator<Item = u16>) -> MosaicFile {
    numbers.fold(MosaicFile::default(), MosaicFile::plain)
}

/// Takes a file through the button that loads it.
fn load(window: &mut Window, file: &str, rows: &str) {
    preview(window, file, rows);
    click(window, &format!("Load {rows}"));
}

/// Takes a file as far as that button.
fn preview(window: &mut Window, file: &str, rows: &str) {
    ctrl(window, Key::Num2);
    window.get_by_role_and_label(Role::TextInput, "Path of a file").focus();
    window.rest();
    ctrl(window, Key::A);
    type_into(window, "Path of a file", file);
    press(window, Key::Enter);
    let button = format!("Load {rows}");
    window.until("the file is shown", |window| window.query_by_label(&button).is_some());
}

fn present(window: &Window) -> u64 {
    window.state().session().unwrap().status().mosaic
}

#[test]
fn a_wrong_file_is_a_question_with_a_deliberate_second_step() {
    let folder = TempDir::new().unwrap();
    let mut desk = Desk::with_people(30);
    let mut window = signed_in(desk.leave());
    let mut other = MosaicFile::default();
    for n in 0..12 {
        other = other.with(&format!("77{n:03}"), &person(n + 100), "", false);
    }
    let file = write(folder.path(), "mosaic_wigtown.csv", other.text());
    load(&mut window, &file, "12 rows");
    window.until("it asks", |window| window.query_by_label("Is mosaic_wigtown.csv the right file?").is_some());
    window.get_by_label("Hardly anybody is known");
    window.get_by_label("Fewer than half the rows");
    window.get_by_label_contains("none is known here");
    window.get_by_label_contains("Nothing has changed");
    window.picture("suspicious.png");
    assert_eq!(present(&window), 30);

    // The way back is the first button; the way on is shut until somebody says that they have looked.
    let on = "Load it in spite of this";
    assert!(window.get_by_role_and_label(Role::Button, on).accesskit_node().is_disabled());
    click(&mut window, "Do not load it");
    assert_eq!((present(&window), window.state().session().unwrap().ws().files().unwrap().len()), (30, 3));

    load(&mut window, &file, "12 rows");
    window.until("it asks again", |window| window.query_by_label(on).is_some());
    click(&mut window, "Look at its columns");
    window.get_by_label("Column of Surname");
    click(&mut window, "Load 12 rows");
    window.until("it asks again", |window| window.query_by_label(on).is_some());
    let sure = "I have checked where this file comes from, and it is the right one";
    window.get_by_role_and_label(Role::CheckBox, sure).click();
    window.rest();
    assert!(!window.get_by_role_and_label(Role::Button, on).accesskit_node().is_disabled());
    click(&mut window, on);
    window.until("it is loaded", |window| window.query_all_by_label("mosaic_wigtown.csv was loaded").next().is_some());
    assert_eq!(present(&window), 12);
    window.get_all_by_label_contains("Loaded in spite of this").next().unwrap();
}

#[test]
fn a_refresh_says_in_one_screen_what_it_means_and_opens_the_links_it_unsettled() {
    let folder = TempDir::new().unwrap();
    let mut desk = Desk::with_people(30);
    for n in 0..9 {
        desk.match_(&link(n));
    }
    desk.load_mosaic(people((0..30).filter(|n| *n != 7)));
    let mut window = signed_in(desk.leave());
    let successor = chi(60).to_string();
    let mut chis = (2..30).fold(ChiFile::default(), ChiFile::plain);
    chis = chis.with(chi(0).as_str(), &person(0), "H", &successor).with(chi(1).as_str(), &person(1), "X", "");
    chis = chis.with(&successor, &person(0), "C", &successor);
    let file = write(folder.path(), "chi_2026-11-24.csv", chis.text());
    load(&mut window, &file, "31 rows");
    window.until("it is loaded", |window| window.query_all_by_label("chi_2026-11-24.csv was loaded").next().is_some());
    window.get_by_label("What it means for the work");
    window.get_by_label("Decisions that stand");
    window.get_by_label_contains(&format!("superseded; use {} instead", chi(60).spaced()));
    window.get_by_label_contains("deleted as entered in error");
    window.picture("refreshed.png");

    // They are still there when somebody comes back to the screen.
    ctrl(&mut window, Key::Num1);
    ctrl(&mut window, Key::Num2);
    window.get_by_label("Confirmed links to look at again");
    window.picture("rechecks.png");
    click(&mut window, &format!("Open {}", link(0)));
    assert_eq!(window.state().screen(), Screen::Review);
    window.get_all_by_label_contains(mosaic(0).as_str()).next().unwrap();
}

#[test]
fn what_a_spreadsheet_did_to_the_chi_numbers_is_seen_before_the_file_is_loaded() {
    let folder = TempDir::new().unwrap();
    let mut desk = Desk::new();
    let mut window = signed_in(desk.leave());
    let rows = "PersonID,Surname,CHINumber\n1,Kerr,1.10340E+09\n2,Reid,101336489\n";
    let file = write(folder.path(), "mosaic.csv", rows);
    preview(&mut window, &file, "2 rows");
    window.get_by_label_contains(
        "CHINumber: 1 of the first 2 rows, from line 2 on, hold a number that a spreadsheet rounded",
    );
    window.get_by_label_contains("CHINumber: 1 of the first 2 rows, from line 3 on, hold nine digits");
}

#[test]
fn an_error_comes_into_sight_wherever_the_page_was_scrolled_to() {
    let folder = TempDir::new().unwrap();
    let mut desk = Desk::new();
    let mut window = signed_in(desk.leave());
    let mut rows = people(0..40).text().to_owned();
    let file = write(folder.path(), "mosaic.csv", &rows);
    preview(&mut window, &file, "40 rows");
    window.get_by_label("First rows").scroll_to_me();
    window.rest();
    rows.push('\n');
    write(folder.path(), "mosaic.csv", &rows);
    click(&mut window, "Load 40 rows");
    let says = "has changed since it was previewed";
    window.until("it is refused", |window| window.query_by_label_contains(says).is_some());
    window.rest();
    let (error, head) = (window.get_by_label_contains(says).rect(), window.get_by_label("Load 40 rows").rect());
    assert!(error.top() > head.bottom(), "{error:?} is hidden above the page, which begins below {head:?}");
}

#[test]
fn a_file_that_is_loaded_already_is_calmly_said_to_be() {
    let folder = TempDir::new().unwrap();
    let mut desk = Desk::new();
    let text = people(0..12).text().to_owned();
    desk.load_mosaic(people(0..12));
    let mut window = signed_in(desk.leave());
    let events = window.state().session().unwrap().status().events;
    let file = write(folder.path(), "mosaic again.csv", &text);
    load(&mut window, &file, "12 rows");
    let said = |window: &Window| window.query_by_label_contains("there is nothing to do").is_some();
    window.until("it says so", said);
    window.picture("unchanged.png");
    assert_eq!(window.state().session().unwrap().ws().status().unwrap().events, events);
    click(&mut window, "Done");
    window.get_by_role_and_label(Role::TextInput, "Path of a file");
}

#[test]
fn relationships_are_recognised_loaded_and_shown_with_the_pairs_they_are_about() {
    let folder = TempDir::new().unwrap();
    let mut desk = Desk::new();
    let people = MosaicFile::default().with("4001", &person(4), "", false).with("4002", &person(4), "", false);
    desk.load_mosaic(people);
    desk.load_links([("4001".to_owned(), "4002".to_owned(), 20.0)].into_iter());
    let mut window = signed_in(desk.leave());
    let text = "PersonID,RelatedPersonID,Relationship\n4001,4002,Twin\n4001,4999,Mother\n";
    let file = write(folder.path(), "related.csv", text);
    load(&mut window, &file, "2 rows");
    window.until("it is loaded", |window| window.query_all_by_label("related.csv was loaded").next().is_some());
    window.get_by_label("Relationships, 2 rows");
    window.get_all_by_label_contains("Person in no loaded extract").next().unwrap();
    window.get_by_label_contains("Related records are marked");
    window.picture("related-loaded.png");
    ctrl(&mut window, Key::Num5);
    assert_eq!(window.state().screen(), Screen::Duplicates);
    let banner = "Relationship recorded: Mosaic records “Twin” (4001 and 4002): they are probably different people";
    window.until("the pair says so", |window| window.query_by_label(banner).is_some());
    window.get_all_by_label_contains("Found in the loaded files: Mosaic records “Twin”").next().unwrap();
    window.picture("related-pair.png");
    // One key does not merge them: a reason is asked for first
    press(&mut window, Key::M);
    assert!(window.state().session().unwrap().ws().merges().unwrap().is_empty());
    window.get_all_by_label_contains("Give the reason").next().unwrap();
}
