//! A group of duplicates in the window: shown whole, merged by one key, and one record left out by another; and what the
//! next extract leaves to be looked at: changed evidence, and conflicts.

use std::ops::{Deref, DerefMut};

use eframe::egui::{Event, Key, Modifiers};
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable;
use stewartry::desktop::screens::Screen;
use stewartry::desktop::{App, Settings, Start};
use stewartry::pair::{PairKey, PairKind, Verdict};
use stewartry::stewardship::decide::Answer;
use stewartry::workspace::{QueueFilter, Workspace};

use crate::desk::{ChiFile, Desk, MosaicFile, OFFICER, Person, chi, duplicate, id, link, mosaic, person};
use crate::hands::{self, Hands};

const CTRL: Modifiers = Modifiers { ctrl: true, command: true, ..Modifiers::NONE };

struct Window {
    harness: Harness<'static, App>,
    _desk: Desk,
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
    /// Four records that may be one person, each a little different, on the screen Duplicates.
    fn open() -> Self {
        let mut desk = Desk::new();
        let kept = person(4);
        let differently = Person { forename: format!("{}e", kept.forename), ..person(4) };
        let moved = Person { address: "9 Elsewhere Street".into(), postcode: "DG9 7ZZ".into(), ..person(4) };
        let bare = Person { birth: String::new(), death: "2020-01-02".into(), ..person(4) };
        let file = MosaicFile::default().with("4001", &kept, "", false).with("4002", &differently, "", false);
        desk.load_mosaic(file.with("4003", &moved, "", false).with("4004", &bare, "", false));
        let pairs = [("4001", "4002"), ("4001", "4003"), ("4002", "4003"), ("4001", "4004")];
        desk.load_links(pairs.iter().map(|(one, other)| ((*one).to_owned(), (*other).to_owned(), 4.0)));
        let mut window = Self::on(desk);
        window.press_with(CTRL, Key::Num5);
        assert_eq!(window.state().screen(), Screen::Duplicates);
        window
    }

    fn on(desk: Desk) -> Self {
        Self::sized(desk, 800.0)
    }

    fn sized(mut desk: Desk, height: f32) -> Self {
        desk.become_(OFFICER);
        let workspace = desk.leave();
        let harness = hands::window().with_size([1280.0, height]).build_eframe(move |context| {
            let start = Start { signed_in: Some(workspace), ..Start::default() };
            App::new(&context.egui_ctx, Settings::default(), start)
        });
        let mut window = Self { harness, _desk: desk };
        window.rest();
        window
    }

    fn press(&mut self, key: Key) {
        self.press_with(Modifiers::NONE, key);
    }

    fn press_with(&mut self, modifiers: Modifiers, key: Key) {
        self.harness.key_press_modifiers(modifiers, key);
        self.rest();
    }

    fn ws(&self) -> &Workspace {
        self.harness.state().session().unwrap().ws()
    }

    fn verdict(&self, one: &str, other: &str) -> Option<Verdict> {
        self.ws().decision(&duplicate(one, other)).unwrap().map(|decision| decision.judgement.verdict)
    }

    /// Whether a pair is the one that is looked at: it stands at the head then, beside its row in the queue.
    fn is_at(&self, key: &PairKey) -> bool {
        self.said().iter().filter(|said| **said == key.to_string()).count() > 1
    }

    /// Merges the two that were come for from a link, which that settles.
    fn merge_on_the_way_from(&mut self, key: &PairKey) {
        self.press(Key::M);
        if self.state().screen() == Screen::Duplicates {
            self.press(Key::Num1);
        }
        assert_eq!(self.state().screen(), Screen::Review, "{}", self.said().join("\n"));
        let notice = self.state().notice().map(str::to_owned);
        assert!(notice.as_deref().is_some_and(|words| words.contains(&format!("{key} is settled"))), "{notice:?}");
    }

    /// Goes to a pair of the queue.
    fn go_to(&mut self, key: &PairKey) {
        (0..6).for_each(|_| self.press(Key::K));
        for _ in 0..6 {
            if self.is_at(key) {
                return;
            }
            self.press(Key::J);
        }
        panic!("{key} never comes");
    }
}

#[test]
fn a_group_is_shown_whole_and_one_key_merges_it() {
    let mut window = Window::open();
    window.picture("group.png");
    // A field that one record alone has shifts no other
    let death = "Date of death: 4001 not given; 4002 not given; 4003 not given; 4004 2 Jan 2020, One missing";
    for words in
        [death, "The group: 4 records", "4001, Kept", "4003, Open", "9 Elsewhere Street, Differs", "Not a candidate"]
    {
        assert!(window.shows(words), "{words}\n{}", window.said().join("\n"));
    }
    window.press(Key::T);
    assert!(window.shows("4002, Kept"), "T keeps the marked one instead");
    window.press(Key::T);
    assert!(window.shows("4001, Kept"));
    window.press(Key::A);
    window.picture("group-preview.png");
    for words in [
        "Merge 3 records into 4001?",
        "4003 goes into 4001. Of it another address and postcode is lost unless carried over",
        "4001 is kept. None of them has a CHI",
    ] {
        assert!(window.shows(words), "{words}\n{}", window.said().join("\n"));
    }
    window.press(Key::A);
    assert!(window.ws().merges().unwrap().is_empty(), "the same key again is no answer");
    window.press(Key::Num1);
    assert!(
        window.shows("Give the reason") || window.ws().merges().unwrap().len() == 3,
        "{}",
        window.said().join("\n")
    );
    if window.ws().merges().unwrap().is_empty() {
        window.picture("group-reason.png");
        window.press(Key::Num1);
    }
    let merges = window.ws().merges().unwrap();
    assert_eq!(merges.len(), 3, "{}", window.said().join("\n"));
    for (_, decision) in &merges {
        assert_eq!(decision.judgement.merge.as_ref().unwrap().target, id("4001"));
    }
    assert!(window.shows("Every duplicate is decided") || window.shows("Into 4001"));
    window.picture("group-merged.png");
    window.press_with(CTRL, Key::Z);
    assert!(window.ws().merges().unwrap().is_empty(), "one key takes all of it back");
}

#[test]
fn a_group_that_says_the_same_is_merged_by_one_key_and_one_with_two_chis_is_told_first() {
    let group = |number: &str| {
        let mut desk = Desk::new();
        let file = MosaicFile::default().with("4001", &person(4), chi(4).as_str(), false);
        desk.load_mosaic(file.with("4002", &person(4), "", false).with("4003", &person(4), number, false));
        let pairs = [("4001", "4002"), ("4001", "4003"), ("4002", "4003")];
        desk.load_links(pairs.iter().map(|(one, other)| ((*one).to_owned(), (*other).to_owned(), 4.0)));
        let mut window = Window::on(desk);
        window.press_with(CTRL, Key::Num5);
        window.press(Key::A);
        window
    };
    let window = group("");
    assert_eq!(window.ws().merges().unwrap().len(), 2, "{}", window.said().join("\n"));
    let window = group(chi(44).as_str());
    assert!(window.ws().merges().unwrap().is_empty());
    let words = format!("They stand for 2 CHIs: {}, of 4001", chi(4).spaced());
    assert!(
        window.shows(&words) || window.shows(&format!("{}, of 4003", chi(44).spaced())),
        "{}",
        window.said().join("\n")
    );
}

#[test]
fn what_mosaic_records_beside_the_details_stands_in_the_group() {
    let mut desk = Desk::new();
    let mut file = String::new();
    for (id, care) in [("4001", "N,0"), ("4002", "Y,2"), ("4003", "N,")] {
        let plain = MosaicFile::default().with(id, &person(4), "", false);
        let mut lines = plain.text().lines();
        let headings = lines.next().unwrap();
        if file.is_empty() {
            file = format!("{headings},LastChanged,HasFinance,CarePackages\n");
        }
        file += &format!("{},31/10/2026,{care}\n", lines.next().unwrap());
    }
    desk.load(&file, stewartry::intake::Kind::Mosaic);
    let pairs = [("4001", "4002"), ("4001", "4003"), ("4002", "4003")];
    desk.load_links(pairs.iter().map(|(one, other)| ((*one).to_owned(), (*other).to_owned(), 4.0)));
    let related = "PersonID,RelatedPersonID,Relationship\n4001,4003,Household member\n";
    desk.load(related, stewartry::intake::Kind::Relationships);
    let mut window = Window::on(desk);
    window.press_with(CTRL, Key::Num5);
    for words in [
        "Mosaic records “Household member” (4001 and 4003): they are probably different people",
        "4002 is kept because it carries finance or care packages",
        "4002, Kept",
        "Care packages: 4001 No, No evidence; 4002 2; 4003 not given, No evidence",
        "Last changed: 4001 31 Oct 2026, No evidence; 4002 31 Oct 2026",
    ] {
        assert!(window.shows(words), "{words}\n{}", window.said().join("\n"));
    }
    window.picture("group-related.png");
    window.press(Key::A);
    assert!(window.shows("Merge 2 records into 4002?"), "{}", window.said().join("\n"));
    window.press(Key::Num1);
    assert!(
        window.ws().merges().unwrap().is_empty() && window.shows("Give the reason"),
        "{}",
        window.said().join("\n")
    );
}

#[test]
fn one_key_leaves_a_record_out_and_the_rest_stays() {
    let mut window = Window::open();
    window.get_by_label("4003, Open").click();
    window.rest();
    assert!(window.shows("4003, Open, marked"));
    window.press(Key::E);
    assert_eq!(window.verdict("4001", "4003"), Some(Verdict::NotMatch));
    assert_eq!(window.verdict("4002", "4003"), Some(Verdict::NotMatch));
    assert_eq!((window.verdict("4001", "4002"), window.verdict("4001", "4004")), (None, None));
    window.press_with(CTRL, Key::Z);
    assert_eq!(window.verdict("4001", "4003"), None);
}

#[test]
fn a_merge_that_was_begun_is_there_again_when_its_pair_is() {
    let mut window = Window::open();
    let first = duplicate("4001", "4002");
    window.go_to(&first);
    let note = |window: &Window| window.get_by_label("Note to the administrator").value().unwrap_or_default();
    window.get_by_label("Note to the administrator").focus();
    window.rest();
    window.get_by_label("Note to the administrator").type_text("Keep the alias");
    window.rest();
    window.press(Key::Escape);
    window.get_all_by_label("Clear").next().unwrap().click_accesskit();
    window.rest();
    let checked = "9 not checked";
    assert!(window.shows(checked), "{}", window.said().join("\n"));
    window.press(Key::J);
    assert!(!window.is_at(&first));
    assert_eq!(note(&window), "", "it is not the next pair's");
    window.go_to(&first);
    assert_eq!(note(&window), "Keep the alias");
    assert!(window.shows(checked), "{}", window.said().join("\n"));

    // And where the answer is taken back
    window.press(Key::M);
    if window.verdict("4001", "4002").is_none() {
        window.press(Key::Num1);
    }
    let decided = window.ws().decision(&first).unwrap().unwrap().judgement.merge.unwrap();
    assert_eq!(decided.note, "Keep the alias");
    window.press_with(CTRL, Key::Z);
    window.go_to(&first);
    assert_eq!(note(&window), "Keep the alias");
}

#[test]
fn changed_evidence_stands_beside_what_was_seen() {
    let mut desk = Desk::with_people(2);
    desk.match_(&link(0));
    let moved = Person { address: "77 Elsewhere Street".into(), postcode: "DG9 7ZZ".into(), ..person(0) };
    desk.load_mosaic(MosaicFile::default().with("1000", &moved, "", false).plain(1));
    let key = link(0);
    let id = desk.ws().pair_of(&key).unwrap().unwrap().id;
    let mut window = Window::on(desk);
    window.press_with(CTRL, Key::Num4);
    let shown = window.ws().pair(id).unwrap().unwrap().decision.unwrap().stale;
    assert!(shown);
    for _ in 0..4 {
        if window.shows("Changed since: decide again") {
            break;
        }
        window.press(Key::J);
    }
    window.picture("changed.png");
    assert!(window.shows("1000 has changed since the decision"), "{}", window.said().join("\n"));
    assert!(
        window.shows(&format!("Address: {}, 77 Elsewhere Street", person(0).address)),
        "{}",
        window.said().join("\n")
    );
}

#[test]
fn what_is_to_be_looked_at_again_is_one_press_from_the_overview() {
    let mut desk = Desk::with_people(3);
    desk.match_(&link(0));
    desk.match_(&link(1));
    let moved = Person { address: "77 Elsewhere Street".into(), postcode: "DG9 7ZZ".into(), ..person(0) };
    desk.load_mosaic(MosaicFile::default().with("1000", &moved, "", false).plain(1).plain(2));
    let mut window = Window::on(desk);
    window.press_with(CTRL, Key::Num1);
    let tile = "To look at again: 1. changed or returned. Look at these";
    assert!(window.shows(tile), "{}", window.said().join("\n"));
    window.get_by_label(tile).click();
    window.rest();
    window.rest();
    assert_eq!(window.state().screen(), Screen::Review);
    assert!(window.shows("1 pair: All bands, to look at again"), "{}", window.said().join("\n"));
    assert!(window.shows("1000 has changed since the decision"), "{}", window.said().join("\n"));
}

#[test]
fn a_conflict_is_counted_on_the_overview_and_leads_to_its_pair() {
    let mut desk = Desk::with_people(2);
    desk.match_(&link(0));
    desk.load_mosaic(MosaicFile::default().plain(0).with("1001", &person(1), chi(0).as_str(), false));
    let mut window = Window::on(desk);
    window.press_with(CTRL, Key::Num1);
    window.until_shown("One CHI on two people");
    window.get_by_label("One CHI on two people").click();
    window.rest();
    window.picture("conflicts.png");
    assert!(window.shows("and Mosaic holds it on 1001"), "{}", window.said().join("\n"));
    window.get_by_label("Look at it").scroll_to_me();
    window.rest();
    window.get_by_label("Look at it").click();
    window.rest();
    assert_eq!(window.state().screen(), Screen::Duplicates);
    assert!(window.shows("1000 – 1001"), "the two are a task now");
}

#[test]
fn a_chi_that_is_somebodys_already_is_said_before_any_answer() {
    let mut desk = Desk::with_people(2);
    desk.load_links([("1001".to_owned(), chi(0).to_string(), 3.0)].into_iter());
    desk.match_(&link(0));
    let key = PairKey::link(id("1001"), chi(0));
    let pair = desk.ws().pair_of(&key).unwrap().unwrap().id;
    let mut window = Window::on(desk);
    window.press_with(CTRL, Key::Num4);
    window.go_to(&key);
    let words = format!("CHI {} is matched to 1000 already", chi(0).spaced());
    assert!(window.shows("CHI belongs to another person") && window.shows(&words), "{}", window.said().join("\n"));
    window.picture("in-the-way.png");
    assert!(window.ws().pair(pair).unwrap().unwrap().decision.is_none());
}

#[test]
fn two_people_of_whom_one_has_the_chi_are_looked_at_side_by_side_from_the_refusal() {
    let mut desk = Desk::with_people(2);
    desk.load_links([("1001".to_owned(), chi(0).to_string(), 3.0)].into_iter());
    desk.match_(&link(0));
    let key = PairKey::link(id("1001"), chi(0));
    assert!(desk.ws().pair_of(&duplicate("1000", "1001")).unwrap().is_none(), "nobody proposed the two");
    let mut window = Window::on(desk);
    window.press_with(CTRL, Key::Num4);
    window.go_to(&key);
    window.press(Key::M);
    window.picture("taken.png");
    assert!(window.shows("Are 1000 and 1001 one person?"), "{}", window.said().join("\n"));
    window.press(Key::Num1);
    assert_eq!(window.state().screen(), Screen::Duplicates);
    assert!(window.shows("1000 – 1001"), "the two are a task now");
    assert!(window.ws().decision(&key).unwrap().is_none(), "nothing was decided on the way");
}

#[test]
fn from_the_two_the_way_goes_back_to_the_link_with_an_answer_or_without() {
    let mut desk = Desk::with_people(2);
    desk.load_links([("1001".to_owned(), chi(0).to_string(), 3.0)].into_iter());
    desk.match_(&link(0));
    let (key, both) = (PairKey::link(id("1001"), chi(0)), duplicate("1000", "1001"));
    let mut window = Window::on(desk);
    window.press_with(CTRL, Key::Num4);
    window.go_to(&key);
    for leave in [Key::Escape, Key::N] {
        window.press(Key::M);
        window.press(Key::Num1);
        assert_eq!(window.state().screen(), Screen::Duplicates);
        assert!(window.shows(&both.to_string()) && window.shows(&format!("On the way to an answer about {key}")));
        window.picture("on-the-way.png");
        window.press(leave);
        assert_eq!(window.state().screen(), Screen::Review);
        assert!(window.is_at(&key), "{leave:?}: {}", window.said().join("\n"));
    }
    assert_eq!(window.verdict("1000", "1001"), Some(Verdict::NotMatch));
    assert!(window.ws().decision(&key).unwrap().is_none());
    let notice = window.state().notice().map(str::to_owned);
    assert!(notice.as_deref().is_some_and(|words| words.starts_with("Saved: Not a match: 1000 – 1001")), "{notice:?}");

    window.press_with(CTRL, Key::Num5);
    assert!(window.shows(&both.to_string()) && !window.shows("On the way to"), "the errand is done");
    window.press(Key::Escape);
    assert_eq!(window.state().screen(), Screen::Duplicates);
}

/// Nine people of whom the sixth is the first once more, and the link of the sixth to the first one's CHI, of this weight.
fn one_of_them_twice(weight: f64) -> (Desk, PairKey) {
    let mut desk = Desk::new();
    let twice = |file: MosaicFile, n: u16| match n {
        5 => file.with(mosaic(5).as_str(), &person(0), "", false),
        n => file.plain(n),
    };
    desk.load_mosaic((0..9).fold(MosaicFile::default(), twice));
    desk.load_chi((0..9).fold(ChiFile::default(), ChiFile::plain));
    let link_of = |n| match n {
        5 => (mosaic(5).to_string(), chi(0).to_string(), weight),
        n => (mosaic(n).to_string(), chi(n).to_string(), 3.0),
    };
    desk.load_links((0..9).map(link_of));
    (desk, PairKey::link(mosaic(5), chi(0)))
}

#[test]
fn from_beside_the_queue_a_link_that_the_merge_settles_gives_way_to_the_queue() {
    let (desk, key) = one_of_them_twice(-9.0);
    let mut window = Window::on(desk);
    window.press_with(CTRL, Key::Num4);
    window.go_to(&link(0));
    window.press(Key::M);
    window.press(Key::K);
    window.press(Key::Num1);
    assert!(window.shows(&key.to_string()) && window.shows("Beside the queue"), "{}", window.said().join("\n"));
    window.press(Key::M);
    window.press(Key::Num1);
    assert_eq!(window.state().screen(), Screen::Duplicates, "{}", window.said().join("\n"));
    window.merge_on_the_way_from(&key);
    assert!(!window.shows("Beside the queue") && !window.is_at(&key), "{}", window.said().join("\n"));
}

#[test]
fn a_link_that_the_merge_settles_gives_way_to_the_next_where_it_stood() {
    let (mut desk, key) = one_of_them_twice(3.0);
    desk.match_(&link(0));
    let mut window = Window::on(desk);
    window.press_with(CTRL, Key::Num4);
    let queue = window.ws().queue(&QueueFilter::start(PairKind::Link)).unwrap();
    let keys: Vec<PairKey> = queue.iter().map(|id| window.ws().pair(*id).unwrap().unwrap().key).collect();
    let place = keys.iter().position(|it| *it == key).unwrap();
    let next = keys.get(place + 1).unwrap_or(&keys[place.saturating_sub(1)]).clone();
    window.go_to(&key);
    window.press(Key::M);
    window.press(Key::Num1);
    assert_eq!(window.state().screen(), Screen::Duplicates);
    // What is typed to search is left by the key that leaves it, and the errand is not
    window.press(Key::Slash);
    window.press(Key::Escape);
    assert_eq!(window.state().screen(), Screen::Duplicates);
    window.merge_on_the_way_from(&key);
    assert!(window.is_at(&next), "not {next}: {}", window.said().join("\n"));
}

#[test]
fn beside_a_restricted_person_nothing_is_shown_of_whoever_has_their_number() {
    let mut desk = Desk::new();
    let file = MosaicFile::default().with("1000", &person(0), "", true).plain(1);
    desk.load_mosaic(file);
    desk.load_chi((0..2).fold(ChiFile::default(), ChiFile::plain));
    desk.load_links(["1000", "1001"].map(|id| (id.to_owned(), chi(0).to_string(), 3.0)).into_iter());
    let mut window = Window::on(desk);
    window.press_with(CTRL, Key::Num4);
    window.go_to(&link(0));
    assert!(
        window.shows("Date of birth: Hidden, Hidden. Same") && window.shows("1001"),
        "{}",
        window.said().join("\n")
    );
    assert!(!window.shows(&person(1).postcode), "{}", window.said().join("\n"));
    window.go_to(&PairKey::link(id("1001"), chi(0)));
    assert!(window.shows(&person(1).postcode), "of others it is shown");
}

#[test]
fn every_conflict_of_a_kind_can_be_come_to() {
    let mut desk = Desk::with_people(10);
    let mut file = MosaicFile::default();
    for n in 0..10 {
        desk.decide(&link(n), Answer::of(Verdict::NotMatch)).unwrap();
        file = file.with(mosaic(n).as_str(), &person(n), chi(n).as_str(), false);
    }
    desk.load_mosaic(file);
    let mut window = Window::sized(desk, 1400.0);
    window.press_with(CTRL, Key::Num1);
    window.until_shown("Rejected CHI in Mosaic");
    window.get_by_label("Rejected CHI in Mosaic").click();
    window.rest();
    assert!(window.shows("1 to 8 of 10"), "{}", window.said().join("\n"));
    window.get_by_label("Those after").click();
    window.rest();
    assert!(window.shows("9 to 10 of 10"), "{}", window.said().join("\n"));
    window.picture("conflicts-second-page.png");
    window.get_all_by_label("Look at it").last().unwrap().click();
    window.rest();
    assert_eq!(window.state().screen(), Screen::Review);
    assert!(window.shows("1009"), "{}", window.said().join("\n"));
}

/// Two people whose links were signed and written, one of whom lives elsewhere now and one of whom has another number.
fn after_a_release() -> Window {
    let mut desk = Desk::with_people(2);
    desk.match_(&link(0));
    desk.match_(&link(1));
    let batch = desk.submit();
    desk.sign(batch);
    desk.become_(OFFICER);
    let into = desk.path("out");
    stewartry::release::write(desk.ws(), batch, &into, &stewartry::progress::Progress::new()).unwrap();
    let moved = Person { address: "77 Elsewhere Street".into(), postcode: "DG9 7ZZ".into(), ..person(0) };
    let seeded = MosaicFile::default().with("1000", &moved, chi(0).as_str(), false);
    desk.load_mosaic(seeded.with("1001", &person(1), chi(1).as_str(), false));
    let file = ChiFile::default().plain(0).with(chi(1).as_str(), &person(1), "H", chi(41).as_str());
    desk.load_chi(file.with(chi(41).as_str(), &person(1), "C", ""));
    let mut window = Window::on(desk);
    window.press_with(CTRL, Key::Num4);
    assert_eq!(window.state().screen(), Screen::Review);
    window
}

#[test]
fn a_superseded_number_is_replaced_by_one_key_more() {
    let mut window = after_a_release();
    for _ in 0..4 {
        window.press(Key::M);
        if window.shows(&format!("Match {} instead", chi(41).spaced())) {
            break;
        }
        window.press(Key::Escape);
        window.press(Key::J);
    }
    window.picture("superseded.png");
    // Who that is stands there, and where a reason is wanted it is of that record
    let whose = format!("{} · ", chi(41).spaced());
    let told = |window: &Window| window.said().iter().any(|line| line.starts_with(&whose));
    assert!(told(&window), "{}", window.said().join("\n"));
    window.press(Key::Num1);
    let current = PairKey::link(id("1001"), chi(41));
    let matched = |window: &Window| window.ws().decision(&current).unwrap().map(|decision| decision.judgement.verdict);
    if matched(&window).is_none() {
        assert!(window.shows("Not the record above") && told(&window), "{}", window.said().join("\n"));
        window.press(Key::Num4);
    }
    assert_eq!(matched(&window), Some(Verdict::Match), "{}", window.said().join("\n"));
    assert!(window.ws().decision(&link(1)).unwrap().is_none());
    assert!(window.ws().released(&link(1)).unwrap().is_none(), "recalled with it");
}

/// *Not a match* was answered of a pair that Mosaic has.
fn asked_to_recall() -> Window {
    let mut window = after_a_release();
    for _ in 0..4 {
        window.press(Key::N);
        if window.shows("Recall 1000") {
            break;
        }
        window.press(Key::Escape);
        window.press(Key::J);
    }
    assert!(window.shows("Recall: not a match"), "{}", window.said().join("\n"));
    window
}

#[test]
fn a_reason_that_is_typed_at_once_is_words_and_no_answers() {
    let mut window = asked_to_recall();
    let events = window.ws().ledger_head().unwrap().0;
    // As a keyboard sends them: the key, and what it types
    for (key, typed) in [(Key::J, "j"), (Key::U, "u"), (Key::S, "s"), (Key::T, "t")] {
        let (physical_key, modifiers) = (None, Modifiers::NONE);
        window.event(Event::Key { key, physical_key, pressed: true, repeat: false, modifiers });
        window.event(Event::Text(typed.to_owned()));
        window.event(Event::Key { key, physical_key, pressed: false, repeat: false, modifiers });
        window.rest();
    }
    assert_eq!(window.ws().ledger_head().unwrap().0, events, "{}", window.said().join("\n"));
    assert!(window.shows("Recall: not a match"), "the question stays");
    assert_eq!(window.get_by_label("Comment").value().as_deref(), Some("just"));
    window.picture("recall-typed.png");
    window.press(Key::Enter);
    window.press(Key::Num1);
    window.until("recalled", |window| window.ws().released(&link(0)).unwrap().is_none());
    assert_eq!(window.ws().decision(&link(0)).unwrap().unwrap().judgement.comment, "just");
}

#[test]
fn what_mosaic_has_is_recalled_with_a_reason() {
    let mut window = asked_to_recall();
    window.picture("recall.png");
    window.press(Key::Num1);
    assert!(window.ws().released(&link(0)).unwrap().is_some(), "not without a reason");
    window.get_by_label("Comment").type_text("Another person of that name");
    window.rest();
    window.press(Key::Enter);
    assert!(window.ws().released(&link(0)).unwrap().is_none(), "{}", window.said().join("\n"));
    let decision = window.ws().decision(&link(0)).unwrap().unwrap();
    assert_eq!(decision.judgement.verdict, Verdict::NotMatch);
    assert_eq!(decision.judgement.comment, "Another person of that name");
}
