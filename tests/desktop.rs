//! The window, driven by accessible names and keys, without a display and without a graphics card.

use std::path::Path;

use crate::desk::{Desk, PASSPHRASE};
use crate::hands::{self, Hands};
use crate::window::skip;
use eframe::egui::accesskit::Toggled;
use eframe::egui::{Event, Key, Modifiers, MouseWheelSource, MouseWheelUnit, Role, TouchPhase, pos2, vec2};
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT, Queryable};
use stewartry::desktop::screens::Screen;
use stewartry::desktop::{App, Settings, Start};
use stewartry::linkage::Model;
use stewartry::pair::{Hazards, How, PairKind, Reason, Verdict};
use stewartry::progress::Progress;
use stewartry::stewardship::decide::{self, Answer};
use stewartry::stewardship::demonstration;
use stewartry::workspace::{
    Alike, KeyCost, LedgerFilter, NewPerson, QueueFilter, Role as StaffRole, StateFilter, Workspace,
};
use tempfile::TempDir;

pub type Window = Harness<'static, App>;

const DIGITS: [Key; 9] =
    [Key::Num1, Key::Num2, Key::Num3, Key::Num4, Key::Num5, Key::Num6, Key::Num7, Key::Num8, Key::Num9];

pub fn open(start: Start) -> Window {
    hands::window().build_eframe(move |context| App::new(&context.egui_ctx, Settings::default(), start))
}

pub fn fresh(folder: &TempDir) -> Workspace {
    let first = NewPerson {
        name: "Ailsa Craig",
        role: StaffRole::Officer,
        administers: true,
        passphrase: "over the sea to skye",
    };
    Workspace::create(&folder.path().join("Test.stewartry"), first, KeyCost::TEST).unwrap()
}

pub fn demo(folder: &TempDir) -> Workspace {
    demonstration::open_or_make(folder.path(), &Progress::new()).unwrap().workspace
}

pub fn signed_in(workspace: Workspace) -> Window {
    let mut window = open(Start { workspace: None, signed_in: Some(workspace) });
    window.rest();
    window
}

pub fn ctrl(window: &mut Window, key: Key) {
    window.key_press_modifiers(Modifiers::COMMAND, key);
    window.rest();
}

pub fn ctrl_shift(window: &mut Window, key: Key) {
    window.key_press_modifiers(Modifiers::COMMAND | Modifiers::SHIFT, key);
    window.rest();
}

pub fn press(window: &mut Window, key: Key) {
    window.key_press(key);
    window.rest();
}

pub fn click(window: &mut Window, name: &str) {
    window.get_by_role_and_label(Role::Button, name).click();
    window.rest();
}

pub fn type_into(window: &mut Window, field: &str, text: &str) {
    window.get_by_role_and_label(Role::TextInput, field).focus();
    window.rest();
    window.get_by_role_and_label(Role::TextInput, field).type_text(text);
    window.rest();
}

pub fn type_secret(window: &mut Window, field: &str, text: &str) {
    window.get_by_role_and_label(Role::PasswordInput, field).focus();
    window.rest();
    window.get_by_role_and_label(Role::PasswordInput, field).type_text(text);
    window.rest();
}

#[test]
fn a_workspace_is_made_locked_refused_and_opened_again() {
    let folder = TempDir::new().unwrap();
    let mut window = open(Start::default());
    window.rest();
    click(&mut window, "New workspace");
    type_into(&mut window, "Name", "Seeding");
    // The folder is filled in with the documents folder: write ours over it.
    window.get_by_role_and_label(Role::TextInput, "Folder").focus();
    window.rest();
    ctrl(&mut window, Key::A);
    window.get_by_role_and_label(Role::TextInput, "Folder").type_text(folder.path().to_str().unwrap());
    window.rest();
    type_into(&mut window, "Your name, as you sign", "Ailsa Craig");
    type_secret(&mut window, "Passphrase", "short");
    click(&mut window, "Make the workspace");
    assert!(window.state().session().is_none());
    window.get_by_label_contains("at least");
    type_secret(&mut window, "Passphrase", " but longer now");
    type_secret(&mut window, "The same again", "short but longer now");
    click(&mut window, "Make the workspace");
    window.until("the workspace opens", |window| window.state().session().is_some());
    assert_eq!(window.state().screen(), Screen::Overview);
    assert!(folder.path().join("Seeding.stewartry").is_dir());

    ctrl(&mut window, Key::L);
    assert!(window.state().session().is_none());
    window.get_by_role_and_label(Role::RadioButton, "Ailsa Craig");
    type_secret(&mut window, "Passphrase", "not this one");
    press(&mut window, Key::Enter);
    window.until("it is refused", |window| window.query_by_label_contains("passphrase is not right").is_some());
    assert!(window.state().session().is_none());
    type_secret(&mut window, "Passphrase", "short but longer now");
    press(&mut window, Key::Enter);
    window.until("it opens", |window| window.state().session().is_some());
}

/// What was typed into a field stands in the window's memory for Ctrl+Z: a passphrase must not, nor anything for who comes next.
#[test]
fn no_passphrase_comes_back_by_ctrl_z() {
    let mut desk = Desk::with_people(1);
    let home = desk.leave().home().to_owned();
    let mut window = open(Start { workspace: Some(home), signed_in: None });
    window.rest();
    let held = |window: &Window| {
        let field = window.get_by_role_and_label(Role::PasswordInput, "Passphrase");
        field.accesskit_node().value().unwrap_or_default().chars().count()
    };
    for opens in [false, true] {
        type_secret(&mut window, "Passphrase", if opens { PASSPHRASE } else { "somebody's, mistyped" });
        // Long enough for the field to take note of it
        for _ in 0..60 {
            window.stay();
        }
        if opens {
            press(&mut window, Key::Enter);
            window.until("it opens", |window| window.state().session().is_some());
            ctrl(&mut window, Key::L);
        } else {
            window.get_by_role_and_label(Role::PasswordInput, "Passphrase").focus();
            window.rest();
            ctrl(&mut window, Key::A);
            press(&mut window, Key::Delete);
        }
        assert_eq!(held(&window), 0, "opens: {opens}");
        window.get_by_role_and_label(Role::PasswordInput, "Passphrase").focus();
        window.rest();
        for _ in 0..4 {
            ctrl(&mut window, Key::Z);
            assert_eq!(held(&window), 0, "it came back; opens: {opens}");
        }
    }
}

#[test]
fn the_demonstration_says_its_passphrases_where_they_are_asked_for_and_no_other_workspace_says_any() {
    let folder = TempDir::new().unwrap();
    let mut window = signed_in(demo(&folder));
    ctrl(&mut window, Key::L);
    let says = |window: &Window, who: &str, public: &str| {
        window.query_by_label(&format!("The demonstration: {who} begins with the passphrase “{public}”")).is_some()
    };
    assert!(says(&window, demonstration::OFFICER, demonstration::OFFICER_PASSPHRASE));
    press(&mut window, Key::ArrowDown);
    assert!(says(&window, demonstration::SUPERVISOR, demonstration::SUPERVISOR_PASSPHRASE));
    type_secret(&mut window, "Passphrase", demonstration::SUPERVISOR_PASSPHRASE);
    press(&mut window, Key::Enter);
    window.until("it opens", |window| window.state().session().is_some());

    let other = TempDir::new().unwrap();
    let mut window = signed_in(fresh(&other));
    ctrl(&mut window, Key::L);
    assert!(window.query_by_label_contains("The demonstration").is_none());
}

#[test]
fn a_page_begins_at_its_top_for_whoever_signs_in_next() {
    let folder = TempDir::new().unwrap();
    let mut window = signed_in(demo(&folder));
    // So low that there is something to scroll as soon as the page is there
    window.set_size(vec2(1000.0, 420.0));
    window.rest();
    let top = |window: &Window| window.get_by_label("Matched to a CHI").rect().top();
    let before = top(&window);
    window.hover_at(pos2(700.0, 300.0));
    for _ in 0..3 {
        let (unit, phase, delta) = (MouseWheelUnit::Point, TouchPhase::Move, vec2(0.0, -100.0));
        let (source, modifiers) = (MouseWheelSource::Wheel, Modifiers::NONE);
        window.event(Event::MouseWheel { unit, delta, phase, source, modifiers });
        window.rest();
    }
    assert!(top(&window) < before - 100.0, "{} of {before}: nothing scrolls", top(&window));
    ctrl(&mut window, Key::L);
    press(&mut window, Key::ArrowDown);
    type_secret(&mut window, "Passphrase", demonstration::SUPERVISOR_PASSPHRASE);
    press(&mut window, Key::Enter);
    window.until("it opens", |window| window.query_by_label("Matched to a CHI").is_some());
    assert_eq!(top(&window), before);
}

#[test]
fn the_arrows_choose_who_opens_a_workspace_while_the_passphrase_is_typed() {
    let mut desk = Desk::with_people(1);
    let home = desk.leave().home().to_owned();
    let people = Workspace::people(&home).unwrap();
    let mut window = open(Start { workspace: Some(home), signed_in: None });
    window.rest();
    for _ in 0..people.len() + 2 {
        press(&mut window, Key::ArrowDown);
    }
    press(&mut window, Key::ArrowUp);
    let chosen = &people[people.len() - 2];
    let node = window.get_by_role_and_label(Role::RadioButton, chosen);
    assert_eq!(node.accesskit_node().toggled(), Some(Toggled::True));
    type_secret(&mut window, "Passphrase", PASSPHRASE);
    press(&mut window, Key::Enter);
    window.until("it opens", |window| window.state().session().is_some());
    assert_eq!(&window.state().session().unwrap().me().name, chosen);
}

#[test]
fn a_workspace_that_cannot_be_opened_is_explained() {
    let folder = TempDir::new().unwrap();
    let not_one = folder.path().join("Plain");
    std::fs::create_dir(&not_one).unwrap();
    let mut window = open(Start { workspace: Some(not_one), signed_in: None });
    window.rest();
    window.get_by_label_contains("is not a Stewartry workspace");

    let held = fresh(&folder);
    let mut window = open(Start { workspace: Some(held.home().to_owned()), signed_in: None });
    window.rest();
    type_secret(&mut window, "Passphrase", "over the sea to skye");
    press(&mut window, Key::Enter);
    window.until("it is held", |window| window.query_by_label_contains("open elsewhere").is_some());
}

#[test]
fn the_screens_are_reached_by_their_keys_and_by_name() {
    let folder = TempDir::new().unwrap();
    let mut window = signed_in(fresh(&folder));
    for (key, screen) in DIGITS.into_iter().zip(Screen::NAVIGATION).rev() {
        ctrl(&mut window, key);
        assert_eq!(window.state().screen(), screen);
        window.get_by_role_and_label(Role::Heading, screen.title());
    }
    ctrl(&mut window, Key::K);
    window.get_by_role_and_label(Role::Dialog, "Find a command or a person");
    window.get_by_role_and_label(Role::TextInput, "Find a command or a person").type_text("go to people");
    window.rest();
    press(&mut window, Key::Enter);
    assert_eq!(window.state().screen(), Screen::People);
    assert!(window.query_by_role_and_label(Role::Dialog, "Find a command or a person").is_none());

    press(&mut window, Key::Questionmark);
    window.get_by_role_and_label(Role::Dialog, "Keys");
    press(&mut window, Key::Escape);
    assert!(window.query_by_role_and_label(Role::Dialog, "Keys").is_none());
}

#[test]
fn a_letter_in_a_text_field_is_a_letter() {
    let folder = TempDir::new().unwrap();
    let mut window = signed_in(fresh(&folder));
    ctrl(&mut window, Key::Num8);
    press(&mut window, Key::Slash);
    let search = window.get_by_role_and_label(Role::TextInput, "Search ids, files, comments");
    assert!(search.is_focused());
    search.type_text("?");
    window.key_press_modifiers(Modifiers::SHIFT, Key::Questionmark);
    window.rest();
    assert!(window.query_by_role_and_label(Role::Dialog, "Keys").is_none());
}

pub fn write(folder: &Path, name: &str, text: &str) -> String {
    let path = folder.join(name);
    std::fs::write(&path, text).unwrap();
    path.to_str().unwrap().to_owned()
}

#[test]
fn a_file_is_looked_at_corrected_loaded_and_not_loaded_twice_by_mistake() {
    let folder = TempDir::new().unwrap();
    let file = write(
        folder.path(),
        "people.csv",
        "PersonID,Surname,FirstForename,Gender,DateOfBirth,Postcode,Odd\n\
         101,Kerr,Ina,F,19/04/1985,DG1 2AB,x\n102,Baird,Rab,M,01/01/1960,DG2 7QQ,y\n,Nobody,Ann,F,02/03/1970,DG1 1AA,z\n",
    );
    let mut window = signed_in(fresh(&folder));
    ctrl(&mut window, Key::Num2);
    assert!(
        window.get_by_role_and_label(Role::TextInput, "Path of a file").is_focused(),
        "the keyboard is where it is needed"
    );
    window.get_by_role_and_label(Role::TextInput, "Path of a file").type_text(&file);
    window.rest();
    press(&mut window, Key::Enter);
    window.until("the file is shown", |window| window.query_by_label("Load 3 rows").is_some());
    assert_eq!(window.get_by_label("Column of Surname").accesskit_node().role(), Role::ComboBox);
    assert!(window.query_all_by_label("Odd").next().is_some(), "the column that holds no field is named");
    press(&mut window, Key::Escape);
    assert!(window.query_by_label("Load 3 rows").is_none(), "it is left by the keyboard too");
    press(&mut window, Key::Enter);
    window.until("the file is shown", |window| window.query_by_label("Load 3 rows").is_some());

    click(&mut window, "Load 3 rows");
    window.until("it is loaded", |window| {
        window.query_by_role_and_label(Role::Heading, "people.csv was loaded").is_some()
    });
    window.get_by_label_contains("Rejected: 1");
    let status = window.state().session().unwrap().status();
    assert_eq!((status.mosaic, status.chi), (2, 0));

    click(&mut window, "Load another file");
    window.get_by_label_contains("people.csv, Mosaic extract, 3 rows");
    type_into(&mut window, "Path of a file", &file);
    press(&mut window, Key::Enter);
    window.until("the file is shown", |window| window.query_by_label("Load 3 rows").is_some());
    click(&mut window, "Load 3 rows");
    window.until("it says so", |window| window.query_by_label("Load it once more").is_some());
    window.get_by_label_contains("Nothing changed, and there is nothing to do");
    let files = |window: &Window| window.state().session().unwrap().ws().files().unwrap().len();
    assert_eq!(files(&window), 1);
    click(&mut window, "Load it once more");
    window.until("it is loaded", |window| files(window) == 2);

    click(&mut window, "Load another file");
    type_into(&mut window, "Path of a file", "-not-there");
    press(&mut window, Key::Enter);
    window.until("it says so", |window| window.query_by_label_contains("was not found").is_some());
}

/// The section has its place before they are.
fn classes_are_read(window: &Window) -> bool {
    window.query_by_label("Certain pairs that are alike").is_some()
        && window.query_by_label("Reading the classes…").is_none()
}

#[test]
fn a_class_is_accepted_after_a_look_at_a_few_and_a_question_and_taken_back_by_one_undo() {
    let folder = TempDir::new().unwrap();
    let mut window = signed_in(demo(&folder));
    let matched = |window: &Window| window.state().session().unwrap().status().people_matched;
    ctrl(&mut window, Key::Num3);
    window.until("the classes", classes_are_read);
    window.get_by_label_contains("Match weights of");
    let largest = decide::classes(window.state().session().unwrap().ws(), PairKind::Link).unwrap().remove(0);
    assert!(largest.waiting > 300, "{largest:?}");
    window.picture("classes.png");

    // The few are looked at as any pair is; before that nothing can be accepted.
    ctrl_shift(&mut window, Key::A);
    window.until("the few", |window| window.query_by_label_contains("drawn from them, one by one: 0 done").is_some());
    ctrl_shift(&mut window, Key::A);
    assert!(window.query_by_role(Role::Dialog).is_none());
    for n in 1..=5 {
        press(&mut window, Key::M);
        assert_eq!(matched(&window), n);
    }
    window.until("the few are looked at", |window| window.query_by_label_contains("You looked at the 5").is_some());
    window.picture("class.png");

    ctrl_shift(&mut window, Key::A);
    let question = format!("Accept the other {} links?", stewartry::words::number(largest.waiting - 5));
    window.get_by_role_and_label(Role::Dialog, &question);
    press(&mut window, Key::Escape);
    assert_eq!(matched(&window), 5);
    // The five came faster than pairs can be read: that is said, and the way back has the keyboard
    ctrl_shift(&mut window, Key::A);
    window.get_by_label_contains("5 answers of yours in a row came faster than a pair can be read today");
    press(&mut window, Key::Enter);
    assert_eq!(matched(&window), 5);
    ctrl_shift(&mut window, Key::A);
    window.get_by_role_and_label(Role::Button, "Accept").click();
    window.rest();
    window.until("the class is accepted", |window| matched(window) > 5);
    assert!(matched(&window) + 100 > largest.waiting, "{}", matched(&window));
    window.until("what comes next is said", |window| {
        window.query_all_by_label_contains("were accepted. Left for you to look at").next().is_some()
    });
    window.picture("class-done.png");
    // What was left is a queue of exactly these
    let left = decide::class(window.state().session().unwrap().ws(), PairKind::Link, largest.alike).unwrap();
    let left = left.map_or(0, |class| class.waiting);
    assert!(left > 0);
    window.get_all_by_label("Look at these").next().unwrap().click();
    window.rest();
    let all = if left == 1 { "1 left".to_owned() } else { format!("{left} left") };
    window.until("all that were left", |window| window.query_all_by_label_contains(&all).next().is_some());

    // The history says of one decision of it how many go back with it, however few are shown
    let ws = window.state().session().unwrap().ws();
    let newest = ws.ledger(&LedgerFilter::default(), 1).unwrap().remove(0);
    let size = stewartry::words::number(ws.deed_size(newest.deed).unwrap());
    ctrl(&mut window, Key::Num8);
    let row = format!("{}: ", newest.seq);
    window.until("the history", |window| window.query_all_by_label_contains(&row).next().is_some());
    window.get_all_by_label_contains(&row).next().unwrap().click();
    window.rest();
    window.get_by_label_contains(&format!("{size} events"));
    window.get_by_label_contains("Take the whole deed back").click();
    window.until("the question", |window| {
        window.query_by_label_contains(&format!("all of it, is taken back by {size} new events")).is_some()
    });
    press(&mut window, Key::Escape);

    ctrl(&mut window, Key::Z);
    window.until("it is taken back", |window| matched(window) == 5);
    ctrl(&mut window, Key::Num4);
    window
        .until("they can be accepted again", |window| window.query_by_label_contains("You looked at the 5").is_some());
    assert!(window.state().session().unwrap().redo_title().is_some());
}

#[test]
fn links_that_one_warning_alone_holds_are_a_class_that_is_accepted_for_a_reason() {
    let folder = TempDir::new().unwrap();
    let mut window = signed_in(demo(&folder));
    let matched = |window: &Window| window.state().session().unwrap().status().people_matched;
    ctrl(&mut window, Key::Num3);
    window.until("the classes", classes_are_read);
    let transferred = Alike::Warnings(Hazards::TRANSFERRED);
    let class = decide::class(window.state().session().unwrap().ws(), PairKind::Link, transferred).unwrap().unwrap();
    let all = class.waiting;
    let label = format!("Certain but for a warning: Transferred out, {all} waiting, looked at 0 of 10");
    // The table shows its first rows; the keyboard goes on to the others
    window.get_by_role_and_label(Role::Grid, "Classes").focus();
    window.rest();
    for _ in 0..40 {
        if window
            .query_by_role_and_label(Role::Row, &label)
            .is_some_and(|row| row.accesskit_node().is_selected() == Some(true))
        {
            break;
        }
        press(&mut window, Key::ArrowDown);
    }
    press(&mut window, Key::Enter);
    window.until("the few", |window| window.query_by_label_contains("one by one: 0 done").is_some());
    for n in 1..=10 {
        press(&mut window, Key::M);
        press(&mut window, Key::Num5);
        assert_eq!(matched(&window), n);
    }
    window.until("the few are looked at", |window| window.query_by_label_contains("You looked at the 10").is_some());
    ctrl_shift(&mut window, Key::A);
    window.get_by_role_and_label(Role::Dialog, &format!("Accept the other {} links?", all - 10));
    window.picture("class-why.png");
    press(&mut window, Key::Escape);
    assert_eq!(matched(&window), 10);
    ctrl_shift(&mut window, Key::A);
    press(&mut window, Key::Enter);
    assert_eq!(matched(&window), 10, "there is no answer without a reason");
    press(&mut window, Key::Num5);
    window.until("the class is accepted", |window| matched(window) > 10);
    let ws = window.state().session().unwrap().ws();
    let filter = QueueFilter { state: StateFilter::AnyAnswer, ..QueueFilter::of_class(PairKind::Link, transferred) };
    let decided = ws.pairs(&ws.queue(&filter).unwrap()).unwrap();
    let judged: Vec<_> = decided.into_iter().filter_map(|pair| pair.decision).map(|it| it.judgement).collect();
    assert_eq!(judged.len() as u64, matched(&window));
    assert!(judged.iter().all(|it| it.reason == Some(Reason::CheckedElsewhere)));
    assert_eq!(judged.iter().filter(|it| it.how == How::Class).count() as u64, matched(&window) - 10);
    // What became of it stays to be read; whoever comes back finds the queue again, as the number on the rail says
    assert!(window.query_all_by_label_contains("of one class").next().is_some());
    ctrl(&mut window, Key::Num1);
    ctrl(&mut window, Key::Num4);
    assert!(window.query_all_by_label_contains("of one class").next().is_none());
    let waiting = window.state().session().unwrap().status().links_undecided[1];
    window.get_by_role_and_label(Role::Tab, &format!("Review, {waiting} waiting"));
    window.get_by_label(&format!("{waiting} left"));
}

#[test]
fn a_class_with_a_pair_that_is_no_match_is_decided_pair_by_pair() {
    let folder = TempDir::new().unwrap();
    let mut window = signed_in(demo(&folder));
    ctrl(&mut window, Key::Num3);
    window.until("the classes", classes_are_read);
    ctrl_shift(&mut window, Key::A);
    window.until("the few", |window| window.query_by_label_contains("one by one: 0 done").is_some());
    press(&mut window, Key::N);
    window.until("that is said", |window| {
        window.query_by_label_contains("so this class is decided pair by pair").is_some()
    });
    for _ in 0..4 {
        press(&mut window, Key::M);
    }
    ctrl_shift(&mut window, Key::A);
    assert!(window.query_by_role(Role::Dialog).is_none());
}

#[test]
fn decisions_are_learned_from_after_a_look_at_what_that_would_do_by_keyboard() {
    let folder = TempDir::new().unwrap();
    let mut workspace = demo(&folder);
    let queue = workspace.queue(&QueueFilter::start(PairKind::Link)).unwrap();
    for pair in workspace.pairs(&queue[..12]).unwrap() {
        decide::decide(&mut workspace, &pair.key, Answer::of(Verdict::NotMatch)).unwrap();
    }
    let before = workspace.latest_run().unwrap().unwrap().id;
    let mut window = signed_in(workspace);
    ctrl(&mut window, Key::Num3);
    window.get_by_label("How many may be wrong");
    window.get_by_label_contains("people who do not exist were looked up too");
    window.get_by_label_contains("with their own CHI record hidden");
    window.get_by_label_contains("one candidate likely enough to be automatic");
    let run = |window: &Window| window.state().session().unwrap().ws().latest_run().unwrap().unwrap().id;

    // The button, by its name; escape leaves all as it was.
    click(&mut window, "Learn from decisions…");
    let asks = |window: &Window| window.query_by_role_and_label(Role::Dialog, "Learn from decisions?").is_some();
    window.until("what it would do is shown", asks);
    window.get_by_label_contains("12 decisions would teach the model");
    window.get_by_label("Pairs that would change band");
    press(&mut window, Key::Escape);
    assert!(!asks(&window));
    assert_eq!(run(&window), before);

    // By keyboard alone.
    window.key_press_modifiers(Modifiers::COMMAND | Modifiers::SHIFT, Key::L);
    window.rest();
    window.until("it is shown again", asks);
    press(&mut window, Key::Enter);
    window.until("it is matched with what was learned", |window| run(window) > before);
    let model = window.state().session().unwrap().ws().latest_run().unwrap().unwrap().model;
    let model: Model = serde_json::from_str(&model).unwrap();
    assert_eq!((model.learned.links_not, model.learned.decisions()), (12, 12));

    // Matching anew would forget that: it is asked first.
    let learned = run(&window);
    let asks =
        |window: &Window| window.query_by_role_and_label(Role::Dialog, "Match without what was learned?").is_some();
    ctrl_shift(&mut window, Key::M);
    assert!(asks(&window), "{:?}", window.said());
    window.get_by_label_contains("which learned from 12 decisions");
    press(&mut window, Key::Escape);
    assert_eq!((asks(&window), window.state().busy(), run(&window)), (false, false, learned));
    ctrl_shift(&mut window, Key::M);
    press(&mut window, Key::Enter);
    window.until("it is matched without", |window| run(window) > learned);
}

#[test]
fn where_another_run_would_find_the_same_none_is_made() {
    let folder = TempDir::new().unwrap();
    let workspace = demo(&folder);
    let events = workspace.status().unwrap().events;
    let mut window = signed_in(workspace);
    ctrl_shift(&mut window, Key::M);
    assert!(!window.state().busy());
    window.rest();
    let said = window.state().notice().map(str::to_owned);
    assert!(said.as_deref().is_some_and(|said| said.starts_with("Run 1 stands")), "{said:?}");
    assert_eq!(window.state().session().unwrap().ws().status().unwrap().events, events);
}

#[test]
fn without_a_decision_the_button_to_learn_is_off() {
    let folder = TempDir::new().unwrap();
    let mut window = signed_in(demo(&folder));
    ctrl(&mut window, Key::Num3);
    let button = window.get_by_role_and_label(Role::Button, "Learn from decisions…");
    assert!(button.accesskit_node().is_disabled());
}

#[test]
fn a_moved_cut_shows_what_it_does_before_it_is_done() {
    let folder = TempDir::new().unwrap();
    let mut window = signed_in(demo(&folder));
    let before = window.state().session().unwrap().ws().latest_run().unwrap().unwrap().cuts;
    ctrl(&mut window, Key::Num3);
    window.until("the pairs", |window| window.query_by_role_and_label(Role::Button, "Move the cuts").is_some());
    assert!(window.get_by_role_and_label(Role::Button, "Move the cuts").accesskit_node().is_disabled());
    // What takes the keyboard is brought into view
    window.until("the classes", classes_are_read);
    let slider = |window: &Window| window.get_by_role_and_label(Role::Slider, "Automatic from").rect();
    assert!(slider(&window).bottom() > 800.0, "{:?} is out of sight to begin with", slider(&window));
    window.get_by_role_and_label(Role::Slider, "Automatic from").focus();
    for _ in 0..20 {
        window.step();
    }
    assert!(slider(&window).bottom() <= 800.0, "{:?}", slider(&window));
    for _ in 0..8 {
        press(&mut window, Key::ArrowRight);
    }
    assert_eq!(window.state().session().unwrap().ws().latest_run().unwrap().unwrap().cuts, before);
    window.get_by_role_and_label(Role::Button, "Move the cuts").focus();
    window.rest();
    press(&mut window, Key::Enter);
    let after = window.state().session().unwrap().ws().latest_run().unwrap().unwrap().cuts;
    assert!(after[0] > before[0], "{before:?} {after:?}");
    assert_eq!(after[1], before[1]);
}

#[test]
fn the_ledger_can_be_walked_and_a_person_added_by_keyboard() {
    let folder = TempDir::new().unwrap();
    let mut window = signed_in(fresh(&folder));
    ctrl(&mut window, Key::Num9);
    click(&mut window, "Add a person…");
    window.get_by_role_and_label(Role::Dialog, "Add a person");
    type_into(&mut window, "Name, as they sign", "Morag Bell");
    window.get_by_role_and_label(Role::RadioButton, "Supervisor").click();
    window.rest();
    type_secret(&mut window, "Their passphrase", "a fine new day");
    type_secret(&mut window, "The same again", "a fine new day");
    press(&mut window, Key::Enter);
    window.until("she is added", |window| window.query_by_label_contains("Morag Bell, Supervisor").is_some());

    ctrl(&mut window, Key::Num8);
    // Above it stands the key that was registered for her in the same deed
    press(&mut window, Key::J);
    press(&mut window, Key::J);
    window.get_by_role_and_label(Role::Button, "Lock the workspace");
    let newest = window.query_all_by_role(Role::Row).find(|row| row.accesskit_node().is_selected() == Some(true));
    assert!(
        newest.and_then(|row| row.accesskit_node().label()).is_some_and(|label| label.contains("Added Morag Bell"))
    );
}

#[test]
fn every_screen_fits_and_settles_small_large_light_and_dark() {
    let folder = TempDir::new().unwrap();
    let mut window = signed_in(demo(&folder));
    for (size, zoom) in [((1280.0, 800.0), 1.0), ((1024.0, 700.0), 1.0), ((1280.0, 800.0), 2.0)] {
        window.set_size(vec2(size.0 / zoom, size.1 / zoom));
        window.rest();
        for (key, screen) in DIGITS.into_iter().zip(Screen::NAVIGATION) {
            ctrl(&mut window, key);
            window.get_by_role_and_label(Role::Tab, &tab(&window, screen));
            assert_eq!(window.state().screen(), screen, "{size:?} at {zoom}");
        }
        window.key_press_modifiers(Modifiers::COMMAND | Modifiers::SHIFT, Key::T);
        window.rest();
    }
}

fn tab(window: &Window, screen: Screen) -> String {
    let waiting = window.state().session().unwrap().waiting(screen);
    match waiting {
        Some(n) => format!("{}, {} waiting", screen.title(), stewartry::words::number(n)),
        None => screen.title().to_owned(),
    }
}

/// Whether the machine can draw a picture of the window; says so where it cannot.
pub fn draws(window: &mut Window) -> bool {
    let drawn = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| window.render().is_ok()));
    let drawn = drawn.unwrap_or(false);
    if !drawn {
        skip("no graphics adapter, not even a software one, can draw the window");
    }
    drawn
}

#[test]
fn every_part_of_a_screen_is_found_by_its_name() {
    let folder = TempDir::new().unwrap();
    let mut window = signed_in(demo(&folder));
    for (typed, screen, part) in [
        ("how you did", Screen::Overview, "Training"),
        ("whom the work", Screen::Overview, "People"),
        ("corrections", Screen::Release, "Corrections"),
        ("go to progress", Screen::Overview, "Progress"),
        ("go to sharing", Screen::Release, "Sharing"),
    ] {
        ctrl(&mut window, Key::Num8);
        ctrl(&mut window, Key::K);
        window.get_by_role_and_label(Role::TextInput, "Find a command or a person").type_text(typed);
        window.rest();
        press(&mut window, Key::Enter);
        assert_eq!(window.state().screen(), screen, "{typed}");
        let chosen = window.get_by_role_and_label(Role::RadioButton, part);
        assert_eq!(chosen.accesskit_node().toggled(), Some(Toggled::True), "{typed}");
    }
}

#[test]
fn a_person_is_found_by_their_id_from_anywhere() {
    let folder = TempDir::new().unwrap();
    let mut window = signed_in(demo(&folder));
    let id = {
        let session = window.state().session().unwrap();
        let filter = QueueFilter::start(PairKind::Link);
        let first = session.ws().queue(&filter).unwrap()[0];
        session.ws().pair(first).unwrap().unwrap().key.left().to_owned()
    };
    let choose = |window: &mut Window, down: usize| {
        ctrl(window, Key::Num8);
        ctrl(window, Key::K);
        window.get_by_role_and_label(Role::TextInput, "Find a command or a person").type_text(&id);
        window.rest();
        (0..down).for_each(|_| press(window, Key::ArrowDown));
        press(window, Key::Enter);
    };
    choose(&mut window, 0);
    assert_eq!(window.state().screen(), Screen::Review);
    assert!(window.query_all_by_label_contains(&format!("“{id}”")).next().is_some(), "the filter says whom");
    choose(&mut window, 2);
    assert_eq!(window.state().screen(), Screen::History);
    let typed = window.get_by_role_and_label(Role::TextInput, "Search ids, files, comments");
    assert_eq!(typed.value().as_deref(), Some(id.as_str()));
    // Nobody goes by it
    ctrl(&mut window, Key::K);
    window.get_by_role_and_label(Role::TextInput, "Find a command or a person").type_text("99999999");
    window.rest();
    window.get_by_label("No command of that name can be used here, and nobody goes by that id");
}

#[test]
fn high_contrast_is_switched_by_key_and_in_the_settings() {
    let folder = TempDir::new().unwrap();
    let mut window = signed_in(fresh(&folder));
    let contrast = |window: &Window| stewartry::desktop::theme::has_contrast(&window.ctx);
    assert!(!contrast(&window));
    let modifiers = Modifiers { ctrl: true, command: true, shift: true, ..Modifiers::NONE };
    window.key_press_modifiers(modifiers, Key::H);
    window.rest();
    assert!(contrast(&window));
    ctrl(&mut window, Key::Num9);
    window.get_by_label("Ordinary").click();
    window.rest();
    assert!(!contrast(&window));
}

#[test]
fn a_key_is_changed_in_the_sheet_of_keys_and_a_taken_one_is_refused() {
    let folder = TempDir::new().unwrap();
    let mut window = signed_in(demo(&folder));
    ctrl(&mut window, Key::Num4);
    press(&mut window, Key::Questionmark);
    click(&mut window, "Change keys…");
    click(&mut window, "Change the key of Unsure, U");
    press(&mut window, Key::M);
    window.get_by_label_contains("M is “Match” already");
    press(&mut window, Key::B);
    window.get_by_label("Change the key of Unsure, B");
    press(&mut window, Key::Escape);
    assert!(window.query_by_role_and_label(Role::Dialog, "Keys").is_none());
    let decided = |window: &Window| window.state().session().unwrap().ws().status().unwrap().link_answers;
    press(&mut window, Key::U);
    assert_eq!(decided(&window), [0; 4], "the key that it had does nothing");
    press(&mut window, Key::B);
    assert_eq!(decided(&window), [0, 0, 1, 0]);
    press(&mut window, Key::Questionmark);
    click(&mut window, "Change keys…");
    click(&mut window, "As they were");
    press(&mut window, Key::Escape);
    press(&mut window, Key::U);
    assert_eq!(decided(&window), [0, 0, 2, 0]);
}

#[test]
fn whoever_comes_for_the_first_time_is_shown_around_and_can_be_again() {
    let folder = TempDir::new().unwrap();
    let mut settings = Settings::default();
    settings.toured = false;
    let workspace = fresh(&folder);
    let mut window = hands::window().with_size([1280.0, 720.0]).build_eframe(move |context| {
        App::new(&context.egui_ctx, settings, Start { workspace: None, signed_in: Some(workspace) })
    });
    window.rest();
    for card in ["What this desk is for", "One pair at a time", "Nothing is lost", "Somebody else looks too"] {
        window.get_by_role_and_label(Role::Dialog, card);
        window.key_press(Key::Enter);
        window.rest();
    }
    assert!(window.query_by_label("Begin").is_none(), "it is over");
    ctrl(&mut window, Key::F1);
    window.get_by_role_and_label(Role::Dialog, "What this desk is for");
    press(&mut window, Key::Escape);
    assert!(window.query_by_role_and_label(Role::Dialog, "What this desk is for").is_none());
}

#[test]
fn a_window_that_nobody_uses_locks_by_itself_and_forgets_the_key() {
    let mut proof = crate::proofs::Proof::of(6, "a window that nobody uses locks, and its workspace is free");
    let folder = TempDir::new().unwrap();
    let start = Start { signed_in: Some(fresh(&folder)), ..Start::default() };
    // Minutes pass sooner with longer frames
    let mut window = hands::window()
        .with_step_dt(0.25)
        .build_eframe(move |context| App::new(&context.egui_ctx, Settings::default(), start));
    window.rest();
    ctrl(&mut window, Key::Num9);
    let five = "5 minutes";
    window.get_by_role_and_label(Role::RadioButton, five).click();
    window.rest();
    // Four minutes and a little, and then a key: somebody is there
    let pass = |window: &mut Window, seconds: f64| {
        let until = window.ctx.input(|input| input.time) + seconds;
        while window.ctx.input(|input| input.time) < until {
            window.step();
        }
    };
    pass(&mut window, 250.0);
    press(&mut window, Key::J);
    pass(&mut window, 295.0);
    assert!(window.state().session().is_some(), "five minutes from the last key");
    pass(&mut window, 10.0);
    assert!(window.state().session().is_none());
    assert_eq!(window.state().screen(), Screen::Start);
    window.get_by_label_contains("Locked: nobody did anything for 5 minutes");
    window.picture("locked.png");
    // The workspace is free for whoever comes next
    drop(Workspace::open(&folder.path().join("Test.stewartry"), "Ailsa Craig", "over the sea to skye").unwrap());
    proof.tried(1);
}
