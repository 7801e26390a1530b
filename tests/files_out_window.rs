//! Export profiles, Mosaic's answers and corrections on the Release screen, found by accessible names.

use std::path::PathBuf;

use eframe::egui::{Key, Modifiers};
use stewartry::desktop::screens::Screen;
use stewartry::progress::Progress;
use stewartry::stewardship::recall::recall;
use stewartry::workspace::CorrectionState;
use stewartry::{release, stewardship::corrections};

use crate::batches::Window;
use crate::desk::{Desk, OFFICER, SUPERVISOR, chi, link};
use crate::hands::Hands;
use crate::release::verify;

/// Four people released into a folder.
fn released() -> (Desk, PathBuf) {
    let mut desk = Desk::with_people(4);
    (0..4).for_each(|n| desk.match_(&link(n)));
    let batch = desk.submit();
    desk.sign(batch);
    desk.become_(OFFICER);
    let folder = desk.path("out");
    release::write(desk.ws(), batch, &folder, &Progress::new()).unwrap();
    (desk, folder)
}

#[test]
fn a_supervisor_makes_a_profile_sees_how_the_file_begins_and_writes_by_it() {
    let mut desk = Desk::with_people(4);
    (0..4).for_each(|n| desk.match_(&link(n)));
    let batch = desk.submit();
    desk.sign(batch);
    let folder = desk.path("for Mosaic");
    let mut window = Window::open(desk, SUPERVISOR, Screen::Release);
    window.until_shown("mosaic-seed: CHI numbers to load into Mosaic");
    window.click("How the file begins");
    window.until_shown(&format!("1000,CHI,{}", chi(0)));
    window.picture("profile-begins.png");

    window.click("Make a profile…");
    window.fill("Name", "Not A Name");
    window.until_shown("A profile's name is 1 to 40 small letters, digits and hyphens");
    window.fill("Name", "own");
    window.fill("Heading 1", "PERSON");
    window.fill("Text 2", "170");
    window.until_shown(&format!("1000,170,{}", chi(0)));
    window.picture("profile-made.png");
    window.click("Remove column 3");
    window.until_shown("A seed file has one column of CHI numbers of ten digits, and this has 0");
    window.picture("profile-fault.png");
    window.press(Modifiers::NONE, Key::Escape);
    assert!(window.ws().saved_profiles().unwrap().is_empty());

    window.click("Make a profile…");
    window.fill("Name", "own");
    window.fill("Heading 1", "PERSON");
    window.click("Save the profile");
    window.until("saved", |window| window.ws().saved_profiles().unwrap().len() == 1);
    window.until_shown("own: CHI numbers to load into Mosaic");
    window.fill("Folder", &folder.display().to_string());
    window.click("Write the match file");
    window.until_shown("Check these files");
    let seed = std::fs::read_to_string(folder.join("batch-0001_seed.csv")).unwrap();
    assert!(seed.starts_with("PERSON,REFERENCE_TYPE,"), "{seed}");
    verify(&folder).unwrap();
}

#[test]
fn mosaics_answer_is_taken_in_on_the_release_screen_and_counted() {
    let (mut desk, _) = released();
    let report = desk.write("id,outcome,reason\n1000,loaded,\n1001,rejected,Locked by a worker\n");
    let mut window = Window::open(desk, OFFICER, Screen::Release);
    window.until_shown("What Mosaic says");
    window.until_shown("4 links wait for an answer since today");
    window.picture("answers-none.png");
    // By its name, from another screen; the button does the same
    let ctrl = Modifiers { ctrl: true, command: true, ..Modifiers::NONE };
    window.press(ctrl, Key::Num1);
    window.press(ctrl, Key::K);
    window.fill("Find a command or a person", "load report");
    window.press(Modifiers::NONE, Key::Enter);
    window.until_shown("Take it in");
    window.fill("File", &report.display().to_string());
    window.click("Take it in");
    window.until_shown("1 taken, 1 turned away, 2 not spoken of");
    window.until_shown("2 links wait for an answer since today");
    window.picture("answers.png");
    assert_eq!(window.ws().status().unwrap().people_acknowledged, 1);
    window.press(ctrl, Key::Num1);
    window.until_shown("Turned away by Mosaic: 1 conflict");
    // A press that came while the page moved is made again, as anybody would
    for _ in 0..3 {
        if !window.shows("Locked by a worker") {
            window.click("Turned away by Mosaic");
            window.rest();
        }
    }
    window.until_shown("Locked by a worker");
    window.picture("answers-task.png");
}

#[test]
fn a_correction_is_put_together_by_one_signed_by_another_and_written() {
    let (mut desk, _) = released();
    recall(desk.ws(), &link(2), "Of the brother", true).unwrap();
    let folder = desk.path("correction");
    let mut window = Window::open(desk, OFFICER, Screen::Overview);
    window.until_shown("1 recalled link stands in Mosaic, as far as is known, without a correction");
    window.picture("overview-recalled.png");
    window.click("Corrections");
    window.until_shown("Recalled, and in no correction");
    window.until_shown(&format!("{}: Of the brother", link(2)));
    window.picture("correction-waiting.png");
    window.click("Put a correction together");
    window.until_shown("Waits for a signature");
    window.until_shown("Only a supervisor may sign or return a correction");
    assert!(!window.can_press("Sign the correction…"));
    let id = window.ws().corrections().unwrap()[0].id;
    assert_eq!(window.ws().correction(id).unwrap().unwrap().state, CorrectionState::Composed);

    let mut window = Window::open(window.close(), SUPERVISOR, Screen::Overview);
    window.until_shown("1 correction waits for your signature");
    window.click("Corrections");
    window.until_shown("In batch-0001_evidence.csv, batch-0001_seed.csv");
    window.picture("correction.png");
    window.click("Sign the correction…");
    window.until_shown("Sign correction 1?");
    window.picture("correction-asked.png");
    window.click("Sign the correction");
    window.until("signed", |window| window.ws().correction(id).unwrap().unwrap().state == CorrectionState::Signed);
    window.until_shown("Folder of the correction");
    window.fill("Folder of the correction", &folder.display().to_string());
    window.click("Write the correction");
    window.until("written", |window| window.ws().correction(id).unwrap().unwrap().released.is_some());
    verify(&folder).unwrap();
    let removed = std::fs::read_to_string(folder.join("correction-0001_remove.csv")).unwrap();
    assert!(removed.contains(chi(2).as_str()) && !removed.contains(chi(1).as_str()), "{removed}");
    window.click("Check the correction");
    window.until_shown("The files are whole, and what they say agrees");
    window.picture("correction-checked.png");
    // What was found scrolls with the corrections, and can be put away
    window.click("Put the check away");
    window.until("put away", |window| !window.shows("what they say agrees"));
    window.until_shown("Write the correction again");
    let mut desk = window.close();
    desk.become_(OFFICER);
    assert!(corrections::compose(desk.ws()).is_err(), "nothing waits any more");
}

#[test]
fn what_a_check_of_the_match_files_found_does_not_stand_before_the_corrections() {
    let (mut desk, folder) = released();
    recall(desk.ws(), &link(2), "Of the brother", true).unwrap();
    let mut window = Window::open(desk, OFFICER, Screen::Release);
    window.until_shown("Check these files");
    window.fill("Folder", &folder.display().to_string());
    window.click("Check these files");
    window.until_shown("The files are whole, and what they say agrees");
    window.click("Corrections (1)");
    window.until_shown("Recalled, and in no correction");
    assert!(!window.shows("what they say agrees"), "it belongs to the match files");
    assert!(window.can_press("Put a correction together"));
    window.click("Match files");
    window.until_shown("what they say agrees");
}
