//! Parcels in the window, found by accessible names: made, opened, taken in.

use eframe::egui::{Key, Modifiers};
use stewartry::desktop::screens::Screen;
use stewartry::pair::Verdict;
use stewartry::progress::Progress;
use stewartry::stewardship::assign;
use stewartry::workspace::{BatchState, Workspace};

use crate::batches::Window;
use crate::desk::*;
use crate::hands::Hands;

const CTRL: Modifiers = Modifiers { ctrl: true, command: true, ..Modifiers::NONE };

#[test]
fn a_batch_goes_to_another_desk_is_signed_in_its_window_and_comes_back() {
    let mut desk = Desk::with_people(6);
    (0..4).for_each(|n| desk.match_(&link(n)));
    let batch = desk.submit();
    let away = desk.path("away");
    std::fs::create_dir(&away).unwrap();
    let parcel = away.join("test, batch 1 for Sorley Supervisor.stewartry");

    let mut window = Window::open(desk, OFFICER, Screen::Batches);
    window.click("Send to another desk…");
    window.until_shown("Send the batch to another desk");
    window.picture("parcel-make.png");
    window.fill("The folder to put it into", &away.display().to_string());
    window.click("Make the parcel");
    window.until("made", |_| parcel.is_dir());
    window.until_shown("A parcel of it for Sorley Supervisor, made by Olive Officer on");
    window.picture("parcel-away.png");
    let desk = window.close();

    // At the other desk it is a workspace like any other, which says what it is for
    let there = Workspace::open(&parcel, SUPERVISOR, PASSPHRASE).unwrap();
    let mut window = Window::over(desk, there, Screen::Batches);
    window.until_shown("This is a parcel, made by Olive Officer");
    window.picture("parcel-there.png");
    assert!(window.shows("re-check batch 1 and sign it or give it back"));
    window.click("Begin the re-check");
    while window.shows("answered") && window.ws().batch(batch).unwrap().is_some() {
        let before = window.said();
        window.press(Modifiers::NONE, Key::M);
        if window.shows("Sign off…") || window.said() == before {
            break;
        }
    }
    // Once what was answered has been read
    let mine = "I answered the sample myself and stand by these rows";
    window.press(Modifiers { shift: true, ..CTRL }, Key::S);
    window.click(mine);
    window.click("Sign");
    window.until("signed there", |window| window.batch(batch).state == BatchState::Signed);
    let desk = window.close();

    let mut window = Window::open(desk, OFFICER, Screen::Batches);
    assert_eq!(window.batch(batch).state, BatchState::Submitted);
    window.click("Take a parcel in…");
    window.fill("The parcel's folder", &parcel.display().to_string());
    window.picture("parcel-take.png");
    window.click("Take it in");
    window.as_soon_as("signed here", |window| window.batch(batch).state == BatchState::Signed);
    window.until_shown("events were taken in");
    window.until_shown("Signed by Sorley Supervisor");
    window.picture("parcel-back.png");
    window.press(CTRL, Key::Num8);
    window.until_shown("Parcel taken in");
}

#[test]
fn pairs_that_were_given_to_somebody_go_to_their_desk_by_the_palette() {
    let mut desk = Desk::with_people(4);
    let second = desk.ws().staff().unwrap().into_iter().find(|person| person.name == SECOND_OFFICER).unwrap().id;
    let given = [link(0), link(1)];
    assign::assign(desk.ws(), &given, Some(second), &Progress::new()).unwrap();
    let away = desk.path("away");
    std::fs::create_dir(&away).unwrap();
    let parcel = away.join("test, pairs for Oscar Officer.stewartry");
    let mut window = Window::open(desk, OFFICER, Screen::Overview);
    window.press(CTRL, Key::K);
    window.fill("Find a command or a person", "send to another");
    window.press(Modifiers::NONE, Key::Enter);
    window.until_shown("Send pairs to another desk");
    window.until_shown("Oscar Officer, 2 pairs");
    window.picture("parcel-pairs.png");
    window.fill("The folder to put it into", &away.display().to_string());
    window.click("Make the parcel");
    window.until("made", |_| parcel.is_dir());
    let desk = window.close();

    let there = Workspace::open(&parcel, SECOND_OFFICER, PASSPHRASE).unwrap();
    let mut window = Window::over(desk, there, Screen::Review);
    window.until_shown("decide 2 pairs");
    // One of the two, whichever the queue begins with
    window.until("a pair is shown", |window| given.iter().any(|pair| window.shows(&pair.to_string())));
    window.picture("parcel-review.png");
    window.press(Modifiers::NONE, Key::N);
    window.until("decided", |window| {
        let ws = window.ws();
        given.iter().any(|pair| ws.decision(pair).unwrap().is_some_and(|it| it.judgement.verdict == Verdict::NotMatch))
    });
}
