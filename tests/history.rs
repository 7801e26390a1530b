//! The history in the window: what was done is found and counted, and what cannot be taken back is not offered to be.

use eframe::egui::accesskit::Role;
use eframe::egui::{Key, Modifiers};
use egui_kittest::kittest::Queryable;
use stewartry::desktop::screens::Screen;
use stewartry::stewardship::sign_off;
use stewartry::workspace::BatchId;

use crate::batches::Window;
use crate::desk::{Desk, SUPERVISOR, link};
use crate::hands::Hands;

/// Puts the cursor on the newest event whose words begin so.
fn look_at(window: &mut Window, words: &str) {
    let says = format!(": {words}");
    window.query_all_by_label_contains(&says).next().unwrap_or_else(|| panic!("no event says {words}")).click();
    window.rest();
}

/// The history, after three links were matched, submitted and answered again.
fn rechecked() -> (Window, BatchId) {
    let mut desk = Desk::with_people(3);
    (0..3).for_each(|n| desk.match_(&link(n)));
    let batch = desk.submit();
    desk.become_(SUPERVISOR);
    desk.recheck_all(batch);
    (Window::open(desk, SUPERVISOR, Screen::History), batch)
}

#[test]
fn a_second_answer_about_a_batch_that_was_returned_is_not_offered_to_be_taken_back() {
    let (mut window, batch) = rechecked();
    let offered = |window: &Window| window.query_by_label("Take this back…").is_some();
    look_at(&mut window, "Re-check, Match");
    assert!(offered(&window), "while the batch waits");

    let mut desk = window.close();
    desk.become_(SUPERVISOR);
    sign_off::return_batch(desk.ws(), batch, "Look again", Vec::new()).unwrap();
    let mut window = Window::open(desk, SUPERVISOR, Screen::History);
    look_at(&mut window, "Re-check, Match");
    assert!(!offered(&window), "it is returned by now: {:?}", window.said());
    look_at(&mut window, &format!("Match: {}", link(1)));
    assert!(offered(&window), "the row of a returned batch is to be decided again");
}

#[test]
fn in_a_narrow_window_an_event_is_gone_into_and_left() {
    let mut desk = Desk::with_people(3);
    (0..3).for_each(|n| desk.match_(&link(n)));
    let mut window = Window::open(desk, SUPERVISOR, Screen::History);
    window.set_size(eframe::egui::vec2(640.0, 360.0));
    window.rest();
    look_at(&mut window, &format!("Match: {}", link(1)));
    assert!(window.shows("All events") && window.shows("Score seen first"), "{:?}", window.said());
    window.press(Modifiers::NONE, Key::Escape);
    assert!(!window.shows("All events"));
    window.press(Modifiers::NONE, Key::Enter);
    assert!(window.shows("Score seen first"), "the list has the keyboard: {:?}", window.said());
}

#[test]
fn how_much_was_found_is_said() {
    let mut desk = Desk::with_people(3);
    (0..3).for_each(|n| desk.match_(&link(n)));
    let mut window = Window::open(desk, SUPERVISOR, Screen::History);
    let events = window.ws().status().unwrap().events;
    assert!(window.shows(&format!("{events} events, each bound to the one before")), "{:?}", window.said());
    window.get_by_role_and_label(Role::TextInput, "Search ids, files, comments").focus();
    window.rest();
    window.get_by_role_and_label(Role::TextInput, "Search ids, files, comments").type_text(link(1).left());
    window.until_shown(&format!("1 of {events} events"));
}

#[test]
fn from_a_decision_the_way_leads_to_its_pair_and_from_a_second_answer_it_does_not() {
    let (mut window, _) = rechecked();
    let events = window.ws().status().unwrap().events;
    look_at(&mut window, "Re-check, Match");
    assert!(window.query_by_label("Look at the pair").is_none());
    look_at(&mut window, &format!("Match: {}", link(1)));
    window.click("Look at the pair");
    window.until("Review", |window| window.state().screen() == Screen::Review);
    assert!(window.shows(&link(1).to_string()), "{:?}", window.said());
    assert_eq!(window.ws().status().unwrap().events, events, "looking writes nothing");
}
