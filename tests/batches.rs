//! Batches and Release in the window, found by accessible names and driven by keys, as an officer, a supervisor and a screen
//! reader meet them. What was done is read from the workspace, not from the screen.

use std::ops::{Deref, DerefMut};
use std::path::PathBuf;
use std::time::{Duration, Instant};

use eframe::egui::accesskit::Role;
use eframe::egui::{Event, Key, Modifiers, MouseWheelSource, MouseWheelUnit, Rect, TouchPhase, pos2, vec2};
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT, Queryable};
use stewartry::desktop::screens::Screen;
use stewartry::desktop::{App, Settings, Start};
use stewartry::pair::Verdict;
use stewartry::progress::Progress;
use stewartry::release;
use stewartry::stewardship::decide::Answer;
use stewartry::stewardship::{batches, people, sign_off};
use stewartry::workspace::{self, Batch, BatchId, BatchState, NewPerson, Workspace};

use crate::desk::{ChiFile, Desk, GIVEN, MosaicFile, OFFICER, SUPERVISOR, chi, link, mosaic};
use crate::hands::{self, Hands};

pub const CTRL: Modifiers = Modifiers { ctrl: true, command: true, ..Modifiers::NONE };
const CTRL_SHIFT: Modifiers = Modifiers { shift: true, ..CTRL };

/// The window, with whoever sits at the desk signed in.
pub struct Window {
    harness: Harness<'static, App>,
    desk: Desk,
}

impl Deref for Window {
    type Target = Harness<'static, App>;

    fn deref(&self) -> &Self::Target {
        &self.harness
    }
}

impl DerefMut for Window {
    fn deref_mut(&mut self) -> &mut Self::Target {
        &mut self.harness
    }
}

impl Hands for Window {
    fn harness(&self) -> &Harness<'static, App> {
        &self.harness
    }

    fn harness_mut(&mut self) -> &mut Harness<'static, App> {
        &mut self.harness
    }
}

impl Window {
    /// Opens the window on a screen for a person.
    pub fn open(mut desk: Desk, name: &str, screen: Screen) -> Self {
        desk.become_(name);
        let workspace = desk.leave();
        Self::over(desk, workspace, screen)
    }

    /// Opens the window on a screen of another workspace.
    pub fn over(desk: Desk, workspace: Workspace, screen: Screen) -> Self {
        let harness = hands::window().build_eframe(move |context| {
            let start = Start { signed_in: Some(workspace), ..Start::default() };
            App::new(&context.egui_ctx, Settings::default(), start)
        });
        let mut window = Self { harness, desk };
        window.rest();
        let place = Screen::NAVIGATION.iter().position(|s| *s == screen).unwrap();
        let digits =
            [Key::Num1, Key::Num2, Key::Num3, Key::Num4, Key::Num5, Key::Num6, Key::Num7, Key::Num8, Key::Num9];
        window.press(CTRL, digits[place]);
        window
    }

    pub fn press(&mut self, modifiers: Modifiers, key: Key) {
        self.harness.key_press_modifiers(modifiers, key);
        self.rest();
    }

    pub fn ws(&self) -> &Workspace {
        self.harness.state().session().unwrap().ws()
    }

    pub fn batch(&self, id: BatchId) -> Batch {
        self.ws().batch(id).unwrap().unwrap()
    }

    pub fn can_press(&self, name: &str) -> bool {
        !self.harness.get_by_label(name).accesskit_node().is_disabled()
    }

    /// Presses what has this name, once it can be pressed.
    pub fn click(&mut self, name: &str) {
        self.until_shown(name);
        self.until(&format!("“{name}” can be pressed"), |window| window.can_press(name));
        // As somebody who scrolls to what they press, and presses once it stands still in sight: what is read may still make room
        // for itself
        let (begun, mut place) = (Instant::now(), Rect::NOTHING);
        loop {
            self.harness.get_by_label(name).scroll_to_me();
            self.rest();
            let now = self.harness.get_by_label(name).rect();
            let in_sight = self.harness.ctx.content_rect().contains_rect(now);
            if now == std::mem::replace(&mut place, now) && in_sight {
                break;
            }
            assert!(begun.elapsed() < Duration::from_secs(60), "never in sight: {name}");
        }
        self.harness.get_by_label(name).click();
        self.rest();
    }

    /// Types into the field of this name.
    pub fn fill(&mut self, name: &str, words: &str) {
        self.fill_as(Role::TextInput, name, words);
    }

    /// Types into the field of several lines of this name.
    pub fn fill_lines(&mut self, name: &str, words: &str) {
        self.fill_as(Role::MultilineTextInput, name, words);
    }

    fn fill_as(&mut self, role: Role, name: &str, words: &str) {
        self.harness.get_by_role_and_label(role, name).focus();
        self.harness.run_ok();
        self.press(CTRL, Key::A);
        self.harness.get_by_role_and_label(role, name).type_text(words);
        self.rest();
    }

    /// Closes the window and gives the desk back.
    pub fn close(self) -> Desk {
        let Self { harness, desk } = self;
        drop(harness);
        desk
    }
}

fn ready(people: u16) -> Desk {
    let mut desk = Desk::with_people(people);
    (0..people).for_each(|n| desk.match_(&link(n)));
    desk
}

fn submitted(people: u16) -> (Desk, BatchId) {
    let mut desk = ready(people);
    let batch = desk.submit();
    (desk, batch)
}

#[test]
fn an_officer_composes_what_is_ready_and_submits_it_knowing_the_sample() {
    let mut window = Window::open(ready(5), OFFICER, Screen::Batches);
    window.press(CTRL_SHIFT, Key::N);
    window.until_shown("Compose 5 rows");
    window.fill("Name of the batch", "Winter");
    window.click("Compose 5 rows");
    window.until_shown("Nothing stands in the way: the batch can be submitted");
    let batch = window.ws().batches().unwrap()[0].clone();
    assert_eq!((batch.name.as_str(), batch.state, batch.links), ("Winter", BatchState::Composing, 5));

    window.press(CTRL_SHIFT, Key::U);
    assert!(window.shows("of 5 rows drawn at random and answered again"));
    assert!(window.shows("No error in 5 of 5: every row was re-checked"));
    assert_eq!(window.batch(batch.id).state, BatchState::Composing, "not before the question is answered");
    window.click("Submit");
    window.until("submitted", |window| window.batch(batch.id).state == BatchState::Submitted);
    assert_eq!(window.batch(batch.id).sample.unwrap().size, 5);
}

#[test]
fn who_may_sign_is_said_before_a_batch_is_handed_in() {
    let mut desk = ready(2);
    // Whoever has yet to choose a passphrase of their own may sign once they have
    let newcomer =
        NewPerson { name: "Una Newcomer", role: workspace::Role::Supervisor, administers: false, passphrase: GIVEN };
    people::add(desk.ws(), newcomer).unwrap();
    let mut window = Window::open(desk, OFFICER, Screen::Batches);
    window.click("Compose 2 rows");
    window.until_shown("the batch can be submitted");
    window.press(CTRL_SHIFT, Key::U);
    assert!(window.shows(&format!("{SUPERVISOR} and Una Newcomer may sign it")), "{:?}", window.said());
    // Whoever is the only one to sign is told while it is not too late
    let mut window = Window::open(ready(2), SUPERVISOR, Screen::Batches);
    window.click("Compose 2 rows");
    window.until_shown("the batch can be submitted");
    window.press(CTRL_SHIFT, Key::U);
    assert!(window.shows("Nobody here may sign it"), "{:?}", window.said());
}

#[test]
fn rows_are_chosen_in_a_low_window_too() {
    let mut window = Window::open(ready(4), OFFICER, Screen::Batches);
    // As 1280 by 720 at twice the size
    window.set_size(vec2(640.0, 360.0));
    window.press(CTRL_SHIFT, Key::N);
    window.click("Choose rows");
    window.hover_at(pos2(320.0, 200.0));
    for _ in 0..4 {
        let delta = vec2(0.0, -100.0);
        let (unit, phase, source) = (MouseWheelUnit::Point, TouchPhase::Move, MouseWheelSource::Wheel);
        window.harness.event(Event::MouseWheel { unit, delta, phase, source, modifiers: Modifiers::NONE });
        window.rest();
    }
    window.click(&format!("Take {} into the batch", link(2)));
    assert!(window.shows("3 of 4 chosen"), "{:?}", window.said());
}

#[test]
fn what_enter_does_is_in_sight_in_a_low_window_and_what_is_asked_scrolls_behind_it() {
    let mut window = Window::open(ready(4), OFFICER, Screen::Batches);
    window.click("Compose 4 rows");
    window.until_shown("the batch can be submitted");
    let batch = window.ws().batches().unwrap()[0].id;
    // As 1280 by 720 at twice the size
    window.set_size(vec2(640.0, 360.0));
    window.rest();
    window.press(CTRL_SHIFT, Key::U);
    let go = window.get_by_role_and_label(Role::Button, "Submit").rect();
    assert!(window.ctx.content_rect().contains_rect(go), "{go:?}");
    let last = "The sample is drawn after submission, by a recorded seed. Nothing in the batch can change then";
    let last = window.get_by_label(last).rect();
    assert!(last.bottom() > go.top(), "all of it fits: {last:?} above {go:?}");
    window.get_by_role_and_label(Role::Button, "Submit").click();
    window.until("submitted", |window| window.batch(batch).state == BatchState::Submitted);
}

#[test]
fn what_is_stood_by_is_in_sight_beside_what_signs_it() {
    let (mut desk, batch) = submitted(4);
    desk.become_(SUPERVISOR);
    desk.recheck_all(batch);
    let mut window = Window::open(desk, SUPERVISOR, Screen::Batches);
    window.until_shown("Sign off…");
    // As 1280 by 720 at twice the size
    window.set_size(vec2(640.0, 360.0));
    window.rest();
    window.press(CTRL_SHIFT, Key::S);
    let tick = "I answered the sample myself and stand by these rows";
    let place = window.get_by_label(tick).rect();
    let go = window.get_by_role_and_label(Role::Button, "Sign").rect();
    assert!(place.bottom() <= go.top() && window.ctx.content_rect().contains_rect(go), "{place:?} above {go:?}");
    window.press(Modifiers::NONE, Key::Space);
    window.press(Modifiers::NONE, Key::Enter);
    window.until("signed", |window| window.batch(batch).state == BatchState::Signed);
}

#[test]
fn rows_to_choose_say_whom_they_are_about() {
    let mut window = Window::open(ready(3), OFFICER, Screen::Batches);
    let name = window.ws().mosaic(&mosaic(1)).unwrap().unwrap().record.details.display_name();
    window.click("Choose rows");
    window.until_shown("3 of 3 chosen");
    assert!(window.query_by_label(&name).is_some(), "{name} in {:?}", window.said());
    assert!(window.shows(&format!("{name}, {}, Link, in the batch", link(1))), "{:?}", window.said());
}

#[test]
fn what_is_said_to_be_ready_is_what_is_composed_and_what_must_wait_says_why() {
    let mut desk = ready(3);
    desk.load_mosaic(MosaicFile::default().plain(0).plain(1));
    let mut window = Window::open(desk, OFFICER, Screen::Batches);
    window.until_shown("Compose 2 rows");
    assert!(window.shows("2 rows ready") && !window.shows("3 rows"), "{:?}", window.said());
    assert!(window.shows("1 row waits for another batch") && window.shows("newest extract"), "{:?}", window.said());
    window.click("Compose 2 rows");
    window.until("composed", |window| !window.ws().batches().unwrap().is_empty());
    assert_eq!(window.ws().batches().unwrap()[0].links, 2);
    window.rest();
    window.click("New batch, nothing is ready yet");
    window.click("Look at it");
    window.until("Review", |window| window.state().screen() == Screen::Review);
}

#[test]
fn chosen_rows_alone_go_into_a_batch() {
    let mut window = Window::open(ready(4), OFFICER, Screen::Batches);
    window.click("Choose rows");
    window.until_shown("4 of 4 chosen");
    let name = format!("Take {} into the batch", link(2));
    window.click(&name);
    assert!(window.shows("3 of 4 chosen"));
    window.click("Compose 3 rows");
    window.until("composed", |window| !window.ws().batches().unwrap().is_empty());
    let batch = window.ws().batches().unwrap()[0].id;
    let rows: Vec<_> = window.ws().batch_rows(batch).unwrap().into_iter().map(|row| row.key).collect();
    assert_eq!(rows, [link(0), link(1), link(3)]);
}

#[test]
fn a_hard_stop_is_a_sentence_about_its_pair() {
    let mut desk = ready(3);
    let batch = batches::compose_all_ready(desk.ws(), "Winter").unwrap().batch;
    stewartry::stewardship::decide::take_back(desk.ws(), &link(1)).unwrap();
    let mut window = Window::open(desk, OFFICER, Screen::Batches);
    window.until_shown("1 hard stop stands in the way");
    assert!(window.shows(&format!("{} has no match any more", link(1))));
    window.press(CTRL_SHIFT, Key::U);
    window.click("Submit");
    window.until("refused", |window| !window.harness.state().busy());
    assert_eq!(window.batch(batch).state, BatchState::Composing);
    window.click(&format!("Look at {}", link(1)));
    assert_eq!(window.harness.state().screen(), Screen::Review);
    assert!(window.shows(&link(1).to_string()), "the pair itself is shown there");
}

#[test]
fn an_officer_is_told_why_they_cannot_sign() {
    let (desk, batch) = submitted(3);
    let mut window = Window::open(desk, OFFICER, Screen::Batches);
    window.press(Modifiers::NONE, Key::End);
    window.until_shown("Only a supervisor may re-check, sign or return a batch");
    assert!(window.harness.query_by_label("Begin the re-check").is_none());
    assert!(window.harness.query_by_label("Sign off…").is_none());
    window.press(CTRL_SHIFT, Key::S);
    window.press(CTRL_SHIFT, Key::R);
    assert!(window.harness.query_by_label("Sign").is_none() && window.harness.query_by_label("Return").is_none());
    assert_eq!(window.batch(batch).state, BatchState::Submitted);
}

#[test]
fn a_supervisor_answers_blind_by_keys_and_signs_in_two_steps() {
    let (desk, batch) = submitted(3);
    let mut window = Window::open(desk, SUPERVISOR, Screen::Batches);
    window.click("Begin the re-check");
    assert!(window.shows("Pair 1 of 3"));
    for blind in ["Olive", "Automatic", "Weight", "Probability", "Decided"] {
        assert!(!window.shows(blind), "“{blind}” is shown before the second answer");
    }
    window.press(Modifiers::NONE, Key::M);
    assert!(window.shows("Pair 2 of 3"));
    window.press(Modifiers::NONE, Key::K);
    assert!(window.shows("Pair 1 of 3") && window.shows("Your answer: Same person"));
    window.press(Modifiers::NONE, Key::J);
    window.press(Modifiers::NONE, Key::M);
    assert_eq!(window.batch(batch).sample.unwrap().rechecked, 2);
    window.press(Modifiers::NONE, Key::M);
    window.until_shown("No error in 3 of 3: every row was re-checked");

    window.press(CTRL_SHIFT, Key::S);
    assert!(window.shows("3 links") && window.shows("I answered the sample myself and stand by these rows"));
    window.harness.get_by_label("Sign").click();
    window.rest();
    assert_eq!(window.batch(batch).state, BatchState::Submitted, "one step is not enough");
    window.harness.get_by_label("I answered the sample myself and stand by these rows").click();
    window.rest();
    window.harness.get_by_label("Sign").click();
    window.until("signed", |window| window.batch(batch).state == BatchState::Signed);
    window.until_shown(&format!("Signed by {SUPERVISOR}"));
    let hash = window.batch(batch).content_hash.unwrap();
    assert!(window.shows(&hash[..4]));
}

#[test]
fn answers_of_a_re_check_that_were_not_read_are_told_before_it_is_signed_and_given_again() {
    let (mut desk, batch) = submitted(6);
    desk.become_(SUPERVISOR);
    desk.recheck_all(batch);
    let mut window = Window::open(desk, SUPERVISOR, Screen::Batches);
    let words = "6 answers of the re-check came faster than a pair can be read";
    window.until_shown(words);
    window.press(CTRL_SHIFT, Key::S);
    assert!(window.shows("I answered the sample myself"));
    assert_eq!(window.harness.query_all_by_label_contains(words).count(), 2, "on the page, and in the question");
    window.press(Modifiers::NONE, Key::Escape);
    window.click("Answer them again");
    assert!(window.shows("Pair 1 of 6") && window.shows("0 of 6 answered"));
    window.press(Modifiers::NONE, Key::M);
    assert!(window.shows("Pair 2 of 6") && window.shows("1 of 6 answered"));
    window.press(Modifiers::NONE, Key::Escape);
    window.until_shown("No error in 6 of 6: every row was re-checked");
}

#[test]
fn a_second_answer_that_is_taken_back_is_asked_for_again() {
    let (desk, batch) = submitted(4);
    let mut window = Window::open(desk, SUPERVISOR, Screen::Batches);
    window.click("Begin the re-check");
    [Key::M, Key::U].into_iter().for_each(|key| window.press(Modifiers::NONE, key));
    assert!(window.shows("Pair 3 of 4") && window.shows("2 of 4 answered"));
    window.press(CTRL, Key::Z);
    window.until_shown("Pair 2 of 4");
    assert!(window.shows("1 of 4 answered") && !window.shows("Your answer"));
    window.press(CTRL, Key::Y);
    window.until_shown("2 of 4 answered");
    assert!(window.shows("Pair 2 of 4") && window.shows("Your answer: Unsure"));
    window.press(CTRL, Key::Z);
    window.until_shown("1 of 4 answered");
    (0..3).for_each(|_| window.press(Modifiers::NONE, Key::M));
    window.until_shown("No error in 4 of 4: every row was re-checked");

    // The space bar ticks, and Enter signs what is ticked
    window.press(CTRL_SHIFT, Key::S);
    window.press(Modifiers::NONE, Key::Enter);
    assert!(window.shows("Sign off “November”") && window.batch(batch).state == BatchState::Submitted);
    window.press(Modifiers::NONE, Key::Space);
    window.press(Modifiers::NONE, Key::Enter);
    window.until("signed", |window| window.batch(batch).state == BatchState::Signed);
}

#[test]
fn a_disagreement_stands_beside_the_decision_and_is_returned_not_signed() {
    let (desk, batch) = submitted(3);
    let mut window = Window::open(desk, SUPERVISOR, Screen::Batches);
    window.click("Begin the re-check");
    window.press(Modifiers::NONE, Key::M);
    window.press(Modifiers::NONE, Key::N);
    window.press(Modifiers::NONE, Key::M);
    window.until_shown("Answered differently");
    assert!(
        window.shows("1 answered otherwise")
            && window.shows("Different people")
            && window.shows("Decision of Olive Officer")
    );
    window.press(CTRL_SHIFT, Key::S);
    assert!(window.harness.query_by_label("Sign").is_none(), "nothing to sign");
    assert!(window.shows("The re-check disagrees with a decision"));

    window.press(CTRL_SHIFT, Key::R);
    assert!(window.shows("Return “November”"));
    let reason = window.harness.get_by_role_and_label(Role::MultilineTextInput, "Reason");
    reason.type_text("Look at the dates again");
    window.rest();
    window.harness.get_by_label_contains("Return, with").click();
    window.until("returned", |window| window.batch(batch).state == BatchState::Returned);
    let returned: Vec<_> = window.ws().batch_rows(batch).unwrap().into_iter().filter(|row| row.returned).collect();
    assert_eq!(returned.len(), 1);
    assert_eq!(returned[0].recheck, Some(Verdict::NotMatch));
    assert_eq!(window.batch(batch).returned_reason.as_deref(), Some("Look at the dates again"));
}

#[test]
fn a_pair_that_is_not_in_the_batch_is_answered_among_its_sample_and_shown_beside_it() {
    let mut desk = Desk::with_people(5);
    (0..3).for_each(|n| desk.match_(&link(n)));
    (3..5).for_each(|n| desk.decide(&link(n), Answer::of(Verdict::NotMatch)).unwrap());
    let batch = desk.submit();
    let mut window = Window::open(desk, SUPERVISOR, Screen::Batches);
    window.until_shown("Drawn to show");
    window.picture("recheck-waits.png");
    window.click("Begin the re-check");
    let control = window.ws().controls(batch).unwrap()[0].key.clone();
    assert!(window.shows("Pair 1 of 4") && !window.shows("3 links"));
    for _ in 0..4 {
        window.press(Modifiers::NONE, Key::M);
    }
    window.until_shown("the 1 pair that was decided “Not a match” and stood among them was answered otherwise");
    assert!(window.shows("it may be a missed match") && window.shows("3 agree"));
    window.picture("recheck-control.png");
    window.press(CTRL_SHIFT, Key::S);
    window.picture("sign.png");
    window.harness.get_by_label("I answered the sample myself and stand by these rows").click();
    window.rest();
    window.harness.get_by_label("Sign").click();
    window.until("signed", |window| window.batch(batch).state == BatchState::Signed);

    window.press(Modifiers::NONE, Key::K);
    window.until_shown("3 of 4 answers the same as the other person's");
    assert!(window.shows("Too few to say anything yet") && window.shows("3 re-checked, 1 control"));
    window.picture("agreement.png");
    window.click(&format!("Look at {control}"));
    assert_eq!(window.harness.state().screen(), Screen::Review);
}

#[test]
fn any_row_is_named_in_a_return_with_a_reason_of_its_own() {
    let (desk, batch) = submitted(4);
    let mut window = Window::open(desk, SUPERVISOR, Screen::Batches);
    window.until_shown("Rows (4)");
    window.click("Rows (4)");
    window.click(&format!("Name {} for the return", link(1)));
    window.click(&format!("Name {} for the return", link(3)));
    window.picture("return-rows.png");
    window.press(CTRL_SHIFT, Key::R);
    let reason = window.harness.get_by_role_and_label(Role::MultilineTextInput, "Reason");
    reason.type_text("Two to look at");
    window.rest();
    window.fill(&format!("Why {}", link(3)), "Another house number");
    window.picture("return.png");
    window.harness.get_by_label_contains("Return, with").click();
    window.until("returned", |window| window.batch(batch).state == BatchState::Returned);
    let rows = window.ws().batch_rows(batch).unwrap();
    let named: Vec<_> = rows.iter().filter(|row| row.returned).map(|row| row.return_reason.as_deref()).collect();
    assert_eq!(named, [None, Some("Another house number")]);
    window.until_shown("“Another house number”");
    assert!(window.shows("2 rows to be decided again: those that were named"), "{}", window.said().join("\n"));
    window.picture("returned.png");

    // Whoever decides it again sees that it came back, and why
    let look = |window: &mut Window| window.click(&format!("Look at {}", link(3)));
    look(&mut window);
    window.until_shown("Returned: decide it again");
    assert!(window.shows("Another house number · Two to look at · Sorley Supervisor"), "{}", window.said().join("\n"));
    assert!(window.shows("Match, returned"), "{}", window.said().join("\n"));
    window.picture("returned-pair.png");
    window.press(Modifiers::NONE, Key::M);
    window.press(Modifiers { ctrl: true, command: true, ..Modifiers::NONE }, Key::Num6);
    window.until_shown("November");
    look(&mut window);
    window.until_shown("1003");
    window.rest();
    assert!(!window.shows("Returned: decide it again"), "it was decided again");

    // The overview counts what is left, and the batch leads to it
    window.press(Modifiers { ctrl: true, command: true, ..Modifiers::NONE }, Key::Num1);
    window.until_shown("To look at again: 1. changed or returned");
    window.press(Modifiers { ctrl: true, command: true, ..Modifiers::NONE }, Key::Num6);
    window.until_shown("1 of 2 rows still to be decided again");
    window.click("Look at them again");
    window.until_shown("1 pair: All bands, to look at again");
    assert!(window.shows("Two to look at · Sorley Supervisor"), "{}", window.said().join("\n"));
    window.press(Modifiers::NONE, Key::M);
    window.press(Modifiers { ctrl: true, command: true, ..Modifiers::NONE }, Key::Num6);
    window.until_shown("Nothing is left: what was returned was decided again");
    assert!(window.shows("Decided again: Match by"));
    window.picture("decided-again.png");
}

#[test]
fn match_of_what_was_released_already_says_so_and_writes_nothing() {
    let (mut desk, batch) = submitted(2);
    desk.sign(batch);
    desk.become_(OFFICER);
    let into = desk.path("out");
    release::write(desk.ws(), batch, &into, &Progress::new()).unwrap();
    let mut window = Window::open(desk, OFFICER, Screen::Batches);
    window.click("Rows (2)");
    let row = format!("{}, Link, Match by {OFFICER}, re-checked: Match", link(0));
    window.until_shown(&row);
    window.harness.get_by_label_contains(&row).click();
    window.rest();
    window.press(Modifiers::NONE, Key::Enter);
    window.until("Review", |window| window.harness.state().screen() == Screen::Review);
    let head = window.ws().ledger_head().unwrap();
    window.press(Modifiers::NONE, Key::M);
    assert!(window.shows("It was released, and this answer stands"), "{}", window.said().join("\n"));
    assert_eq!(window.ws().ledger_head().unwrap(), head);
}

#[test]
fn what_a_hard_stop_speaks_against_is_named_in_the_return_with_its_words() {
    let (mut desk, batch) = submitted(3);
    desk.load_mosaic(MosaicFile::default().plain(0).plain(1));
    let mut window = Window::open(desk, SUPERVISOR, Screen::Batches);
    window.until_shown("1 hard stop stands in the way");
    assert!(window.shows("The rows of a submitted batch cannot be changed. Return it with these named"));
    window.picture("stopped.png");
    window.press(CTRL_SHIFT, Key::R);
    let reason = window.harness.get_by_role_and_label(Role::MultilineTextInput, "Reason");
    reason.type_text("Not in the extract");
    window.rest();
    window.picture("return-stopped.png");
    window.harness.get_by_label_contains("Return, with").click();
    window.until("returned", |window| window.batch(batch).state == BatchState::Returned);
    let rows = window.ws().batch_rows(batch).unwrap();
    let named: Vec<_> =
        rows.iter().filter(|row| row.returned).map(|row| (&row.key, row.return_reason.as_deref())).collect();
    assert_eq!(named.len(), 1);
    assert!(*named[0].0 == link(2) && named[0].1.unwrap().contains("is not in the newest extract"), "{named:?}");
}

#[test]
fn a_supervisor_answers_pairs_beforehand_and_an_officer_is_not_told() {
    let mut desk = Desk::new();
    desk.load_mosaic((0..12).fold(MosaicFile::default(), MosaicFile::plain));
    desk.load_chi((0..12).fold(ChiFile::default(), ChiFile::plain));
    desk.load_links((0..12).map(|n| (mosaic(n).to_string(), chi(n).to_string(), 2.0)));
    let mut window = Window::open(desk, SUPERVISOR, Screen::Batches);
    window.until_shown("Where two people answered");
    window.press(Modifiers::NONE, Key::ArrowDown);
    window.until_shown("Nothing to compare yet");
    window.picture("known.png");
    window.click("10");
    window.click("Answer pairs beforehand");
    window.until_shown("Pair 1 of 10");
    window.picture("known-pair.png");
    window.press(Modifiers::NONE, Key::M);
    window.press(Modifiers::NONE, Key::N);
    window.press(Modifiers::NONE, Key::U);
    assert!(window.shows("Pair 4 of 10"));
    // What is taken back is asked again, and what was passed over stays so
    window.press(CTRL, Key::Z);
    window.until_shown("Pair 2 of 10");
    assert!(window.shows("2 of 10 answered"));
    window.press(Modifiers::NONE, Key::N);
    assert!(window.shows("Pair 4 of 10"));
    window.press(Modifiers::NONE, Key::Escape);
    window.until_shown("2 pairs are known, 0 decided by an officer since");
    let known = window.ws().known_pairs().unwrap();
    assert_eq!(known.len(), 2, "one was passed over as unsure");
    assert!(known.iter().all(|known| window.ws().decision(&known.key).unwrap().is_none()));
    let desk = window.close();
    let mut window = Window::open(desk, OFFICER, Screen::Batches);
    window.until_shown("Where two people answered");
    window.press(Modifiers::NONE, Key::ArrowDown);
    window.until_shown("Nothing to compare yet");
    assert!(!window.shows("Known pairs") && !window.shows("beforehand"));
}

#[test]
fn a_signed_batch_is_written_checked_and_a_spoilt_file_is_found() {
    let (mut desk, batch) = submitted(4);
    desk.sign(batch);
    let folder: PathBuf = desk.path("for Mosaic");
    let mut window = Window::open(desk, OFFICER, Screen::Release);
    window.until_shown("What will be written");
    assert!(window.shows("batch-0001_seed.csv") && window.shows("4 rows"));
    window.fill("Folder", &folder.display().to_string());
    window.click("Write the match file");
    window.until_shown("Check these files");
    let (_, manifest_sha256) = window.batch(batch).released.unwrap();
    window.until_shown(&manifest_sha256);
    assert!(release::verify(&folder, &Progress::new()).unwrap().ok());
    let seed = std::fs::read_to_string(folder.join("batch-0001_seed.csv")).unwrap();
    assert!(seed.contains(mosaic(0).as_str()));

    window.picture("written.png");
    window.click("Check these files");
    window.until_shown("The files are whole, and what they say agrees");
    assert!(window.shows(&format!("stewartry verify \"{}\"", folder.display())));
    std::fs::write(folder.join("batch-0001_seed.csv"), seed.replace("CHI", "CHX")).unwrap();
    window.click("Check these files");
    window.until_shown("These files must not be used");
}

#[test]
fn a_released_batch_shows_its_files_again_after_a_restart_and_writes_the_same_bytes() {
    let (mut desk, batch) = submitted(2);
    desk.sign(batch);
    let folder = desk.path("out");
    let mut window = Window::open(desk, OFFICER, Screen::Release);
    window.until_shown("What will be written");
    window.fill("Folder", &folder.display().to_string());
    window.press(CTRL_SHIFT, Key::E);
    window.until_shown("Check these files");
    let desk = window.close();
    let mut window = Window::open(desk, SUPERVISOR, Screen::Release);
    window.until_shown("Released on");
    window.click("Write again");
    window.until_shown("the same bytes as before");
}

#[test]
fn the_report_to_a_committee_is_written_where_it_was_asked_for() {
    let desk = ready(2);
    let path = desk.path("report.html");
    let mut window = Window::open(desk, OFFICER, Screen::Release);
    window.until_shown("No batch is signed yet");
    window.click("Report…");
    window.fill("File", &path.display().to_string());
    window.click("Write the report");
    window.until("written", |_| path.exists());
    let page = std::fs::read_to_string(&path).unwrap();
    assert!(page.contains("<html") && !page.contains(mosaic(0).as_str()));
}

#[test]
fn a_batch_that_was_signed_from_elsewhere_is_not_signed_twice() {
    let (mut desk, batch) = submitted(1);
    desk.become_(SUPERVISOR);
    desk.recheck_all(batch);
    sign_off::sign(desk.ws(), batch).unwrap();
    let mut window = Window::open(desk, SUPERVISOR, Screen::Batches);
    window.until_shown("Signed by");
    window.press(CTRL_SHIFT, Key::S);
    assert!(window.harness.query_by_label("Sign").is_none());
}
