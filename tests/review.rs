//! Review and Duplicates in the window, by keys alone and found by accessible names, as an officer and a screen reader meet
//! them. What was decided is read from the workspace, not from the screen.

use std::ops::{Deref, DerefMut};

use eframe::egui::accesskit::{Role, Toggled};
use eframe::egui::{self, Key, Modifiers, Theme, pos2};
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT, Queryable};
use stewartry::desktop::screens::Screen;
use stewartry::desktop::{App, Settings, Start};
use stewartry::pair::{Band, BlockerAnswer, Hazards, Origin, PairKey, PairKind, Reason, Verdict};
use stewartry::person::{Chi, ChiRecord, ChiStatus, Details, MosaicId, MosaicRecord, PartialDate, Sex, chi};
use stewartry::workspace::{Event, FileTally, KeyCost, NewFile, NewPair, NewPerson, QueueFilter, Touched, Workspace};
use tempfile::TempDir;

use crate::hands::{self, Hands};

/// The name of the field for searching by hand.
const FIND: &str = "Name, date of birth, postcode, street or CHI";

const CTRL: Modifiers = Modifiers { ctrl: true, command: true, ..Modifiers::NONE };

/// The window on a small workspace.
pub struct Window {
    harness: Harness<'static, App>,
    _folder: TempDir,
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

fn details(surname: &str, forename: &str, year: u16, month: u8, day: u8) -> Details {
    Details {
        surname: surname.into(),
        forename: forename.into(),
        sex: Sex::Female,
        birth: PartialDate::whole(year, month, day),
        address: vec!["7 Mill Road".into(), "Dumfries".into()],
        postcode: "DG1 2AB".into(),
        ..Details::default()
    }
}

fn id(number: &str) -> MosaicId {
    MosaicId::parse(number).unwrap()
}

/// A CHI for a woman born on that day. The serial's last digit is even.
fn number(year: u16, month: u8, day: u8) -> Chi {
    (0..99).find_map(|serial| chi::issue(day, month, year, 100 + 2 * serial)).unwrap()
}

fn mosaic(number: &str, details: Details) -> MosaicRecord {
    MosaicRecord {
        id: id(number),
        details,
        chi_given: String::new(),
        chi: None,
        context: "Adult".into(),
        restricted: false,
        changed_given: String::new(),
        changed: None,
        holds: Vec::new(),
    }
}

fn candidate(key: PairKey, hazards: Hazards) -> NewPair {
    NewPair {
        key,
        weight: 6.0,
        probability: 0.98,
        band: Band::Review,
        hazards,
        pattern: 0,
        keys: 1,
        margin: None,
        best: true,
        origin: Origin::Engine,
        run: None,
    }
}

fn mckie() -> Chi {
    number(1951, 3, 2)
}

fn plain() -> PairKey {
    PairKey::link(id("1001"), mckie())
}

fn spelled() -> PairKey {
    PairKey::link(id("1002"), number(1962, 4, 5))
}

pub fn twin() -> PairKey {
    PairKey::link(id("1003"), number(1973, 5, 6))
}

fn restricted() -> PairKey {
    PairKey::link(id("1004"), number(1984, 6, 7))
}

fn held() -> PairKey {
    PairKey::link(id("1005"), number(1991, 8, 9))
}

fn double() -> PairKey {
    PairKey::duplicate(id("2001"), id("2002")).unwrap()
}

/// Five candidate links, one candidate duplicate, and a CHI record that nothing was found for.
fn workspace(folder: &TempDir) -> Workspace {
    let officer = NewPerson {
        name: "Ailsa Craig",
        role: stewartry::workspace::Role::Officer,
        administers: true,
        passphrase: "far too long to guess",
    };
    let mut ws = Workspace::create(&folder.path().join("Test.stewartry"), officer, KeyCost::TEST).unwrap();
    let people = [
        ("1001", plain(), details("McKie", "Agnes", 1951, 3, 2), details("MCKIE", "AGNES", 1951, 3, 2)),
        ("1002", spelled(), details("Thomson", "Morag", 1962, 4, 5), details("THOMPSON", "MORAG", 1962, 4, 5)),
        ("1003", twin(), details("Reid", "Isla", 1973, 5, 6), details("REID", "EILIDH", 1973, 5, 6)),
        ("1004", restricted(), details("Carlyle", "Una", 1984, 6, 7), details("CARLYLE", "UNA", 1984, 6, 7)),
        ("1005", held(), details("Jardine", "Kirsty", 1991, 8, 9), details("JARDINE", "KIRSTY", 1991, 8, 9)),
    ];
    let tally = FileTally { rows: 7, accepted: 7, added: 7, ..FileTally::default() };
    let loaded = ws.apply_with(|tx| {
        let file = tx.new_file(&NewFile {
            kind: "mosaic",
            name: "mosaic.csv",
            sha256: "",
            bytes: 10,
            format: "{}",
            mapping: "{}",
            headings: "[]",
        })?;
        for (line, (number, key, left, right)) in (2..).zip(people) {
            let mut record = mosaic(number, left);
            record.restricted = number == "1004";
            if number == "1005" {
                record.chi = Some(self::number(1944, 1, 31));
                record.chi_given = self::number(1944, 1, 31).as_str().to_owned();
            }
            tx.put_mosaic(file, line, &record, &[])?;
            let PairKey::Link { chi, .. } = &key else { continue };
            tx.put_chi(
                file,
                line,
                &ChiRecord { chi: *chi, details: right, status: ChiStatus::Current, upi: None },
                &[],
            )?;
            let hazards = if key == twin() { Hazards::TWIN } else { Hazards::empty() };
            tx.put_pair(candidate(key, hazards))?;
        }
        let mut fuller = details("Bell", "Janet", 1939, 7, 12);
        fuller.second_forename = "Ann".into();
        tx.put_mosaic(file, 20, &mosaic("2001", fuller), &[])?;
        let mut lesser = details("Bell", "Jessie", 1939, 7, 12);
        lesser.previous_surname = "Irving".into();
        lesser.postcode = String::new();
        lesser.address = Vec::new();
        tx.put_mosaic(file, 21, &mosaic("2002", lesser), &[])?;
        tx.put_pair(candidate(double(), Hazards::empty()))?;
        let unknown = ChiRecord {
            chi: number(1958, 9, 10),
            details: details("KIRKPATRICK", "ISLA", 1958, 9, 10),
            status: ChiStatus::Current,
            upi: None,
        };
        tx.put_chi(file, 30, &unknown, &[])?;
        tx.finish_file(file, &tally)?;
        let event = Event::FileLoaded {
            file,
            kind: "mosaic".into(),
            name: "mosaic.csv".into(),
            sha256: String::new(),
            rows: tally.rows,
            accepted: tally.accepted,
            warned: 0,
            rejected: 0,
            added: tally.added,
            changed: 0,
            gone: 0,
            in_spite_of: Vec::new(),
            holds: Some(tx.as_loaded(&stewartry::progress::Progress::new())?),
            pairs: None,
        };
        Ok((vec![event], ()))
    });
    assert!(loaded.unwrap().touched.contains(Touched::CANDIDATES));
    ws
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
    fn on(screen: Screen) -> Self {
        Self::with(screen, Settings::default(), Theme::Dark, [1280.0, 800.0])
    }

    pub fn with(screen: Screen, settings: Settings, theme: Theme, size: [f32; 2]) -> Self {
        let folder = TempDir::new().unwrap();
        let ws = workspace(&folder);
        let harness =
            hands::window().with_size(size).with_theme(theme).with_max_steps(256).build_eframe(move |context| {
                App::new(&context.egui_ctx, settings, Start { signed_in: Some(ws), ..Start::default() })
            });
        let mut window = Self { harness, _folder: folder };
        window.rest();
        let key = if screen == Screen::Review { Key::Num4 } else { Key::Num5 };
        window.press_with(CTRL, key);
        assert_eq!(window.state().screen(), screen);
        window
    }

    pub fn press(&mut self, key: Key) {
        self.key_press(key);
        self.rest();
    }

    fn press_with(&mut self, modifiers: Modifiers, key: Key) {
        self.key_press_modifiers(modifiers, key);
        self.rest();
    }

    fn ws(&self) -> &Workspace {
        self.state().session().unwrap().ws()
    }

    fn verdict(&self, key: &PairKey) -> Option<Verdict> {
        self.ws().decision(key).unwrap().map(|decision| decision.judgement.verdict)
    }

    fn is_at(&self, key: &PairKey) -> bool {
        self.query_by_role_and_label(Role::Heading, &key.to_string()).is_some()
    }

    /// Clicks what comes up under a name, once it is there.
    #[track_caller]
    fn click(&mut self, name: &str) {
        self.until(&format!("“{name}” there"), |window| window.query_all_by_label(name).next().is_some());
        let buttons: Vec<_> = self.get_all_by_label(name).collect();
        if let Some(button) = buttons.last() {
            button.click_accesskit();
        }
        drop(buttons);
        self.rest();
    }

    /// Goes on with J until the pair is shown.
    pub fn go_to(&mut self, key: &PairKey) {
        self.go_to_first();
        for _ in 0..10 {
            if self.is_at(key) {
                return;
            }
            self.press(Key::J);
        }
        panic!("{key} is not in the queue");
    }

    /// Writes a comment, and answers *Match* with it.
    fn match_with_comment(&mut self, words: &str) {
        self.go_to(&plain());
        self.press(Key::C);
        self.get_by_label("Comment").type_text(words);
        self.rest();
        self.press(Key::Enter);
        self.press(Key::M);
    }

    /// A filter that no pair fits.
    fn with_no_pair(&mut self) {
        self.press_with(CTRL, Key::F);
        self.get_by_label("Id, CHI or surname").type_text("nobody at all");
        self.step();
        self.press(Key::Enter);
        assert!(self.shows("No pair fits this filter"));
    }

    fn go_to_first(&mut self) {
        for _ in 0..10 {
            self.press(Key::K);
        }
    }

    fn order(&self) -> Vec<PairKey> {
        let ids = self.ws().queue(&QueueFilter::start(PairKind::Link)).unwrap();
        self.ws().pairs(&ids).unwrap().into_iter().map(|pair| pair.key).collect()
    }
}

/// The desk locks by itself in the middle of a note: whoever wrote it finds it again, and nobody else does.
#[test]
fn a_note_that_was_begun_is_there_again_after_the_desk_was_locked() {
    let mut window = Window::with(Screen::Review, Settings::default(), Theme::Light, [1280.0, 800.0]);
    window.go_to(&plain());
    window.press(Key::C);
    window.get_by_label("Comment").type_text("Her sister rang");
    window.rest();
    window.press_with(CTRL, Key::L);
    assert!(window.state().session().is_none());
    crate::desktop::type_secret(&mut window, "Passphrase", "far too long to guess");
    window.press(Key::Enter);
    window.until("it opens", |window| window.state().session().is_some());
    window.press_with(CTRL, Key::Num4);
    window.go_to(&plain());
    window.press(Key::C);
    assert!(window.shows("Her sister rang"));
    window.press(Key::Enter);
    window.press(Key::M);
    assert_eq!(window.ws().decision(&plain()).unwrap().unwrap().judgement.comment, "Her sister rang");
    // It is kept no longer than it is needed
    assert_eq!(
        window.ws().setting(&format!("review.drafts.{}", window.ws().me().id.0)).unwrap().unwrap_or_default(),
        ""
    );
}

/// A key that bounces, or is pressed twice: the second time it meets a pair that nobody can have looked at.
#[test]
fn a_key_that_is_pressed_twice_answers_one_pair() {
    let mut window = Window::with(Screen::Review, Settings::default(), Theme::Light, [1280.0, 800.0]);
    window.go_to(&plain());
    for _ in 0..2 {
        window.key_press(Key::N);
        window.step();
        window.step();
    }
    window.rest();
    let all = [plain(), spelled(), twin(), held()];
    let decided = |window: &Window| all.iter().filter(|key| window.verdict(key).is_some()).count();
    assert_eq!(decided(&window), 1, "the second press met the next pair");
    window.press(Key::N);
    assert_eq!(decided(&window), 2, "once it was looked at it takes its answer");
}

#[test]
fn nothing_overlaps_in_the_top_bar_and_every_screen_is_in_reach_of_a_small_window() {
    for size in [[1024.0, 700.0], [940.0, 600.0], [640.0, 360.0]] {
        let mut window = Window::with(Screen::Review, Settings::default(), Theme::Light, size);
        window.go_to(&plain());
        window.press(Key::M);
        let undo = format!("Match: {}", plain());
        assert!(window.shows(&undo), "what is undone is not named");
        let buttons = window.query_all_by(|node| node.role() == Role::Button);
        let top: Vec<_> = buttons.map(|node| node.rect()).filter(|rect| rect.bottom() < 49.0).collect();
        assert!(top.len() >= 5, "{top:?}");
        for (place, one) in top.iter().enumerate() {
            assert!(one.right() <= size[0], "{one:?} at {size:?}");
            for other in &top[..place] {
                assert!(one.shrink(0.5).intersect(*other).is_negative(), "{one:?} over {other:?} at {size:?}");
            }
        }
        for screen in Screen::NAVIGATION {
            let tab = window.get_by(|node| {
                node.role() == Role::Tab && node.label().is_some_and(|label| label.starts_with(screen.title()))
            });
            assert!(tab.rect().bottom() <= size[1], "{screen:?} is out of sight at {size:?}: {:?}", tab.rect());
        }
    }
}

/// What is about to be pressed stays under the hand: at every size of the window, an answer, what is saved, taken back or refused
/// moves no button.
#[test]
fn no_notice_and_nothing_that_is_saved_moves_the_answers() {
    for size in [[1280.0, 800.0], [1024.0, 700.0], [640.0, 400.0]] {
        let mut window = Window::with(Screen::Review, Settings::default(), Theme::Light, size);
        let places = |window: &Window| {
            ["Match", "Not a match", "Unsure", "Refer…", "Comment…", "Show history"]
                .map(|name| window.get_by_role_and_label(Role::Button, name).rect())
        };
        window.go_to(&plain());
        let before = places(&window);
        assert!(window.state().notice().is_none());
        window.press(Key::N);
        assert_eq!(places(&window), before, "after an answer, at {size:?}");
        window.press_with(CTRL, Key::Z);
        assert!(window.state().notice().is_some(), "nothing told of what was taken back");
        assert_eq!(places(&window), before, "while a notice is shown, at {size:?}");
        let bar = before[0].union(before[5]);
        assert!(window.query_by_role(Role::Alert).is_some());
        let notice = window.get_by_role_and_label(Role::Button, "Close this notice").rect();
        assert!(!notice.expand(20.0).intersects(bar), "{notice:?} over {bar:?} at {size:?}");
        window.get_by_role_and_label(Role::Button, "Close this notice").click();
        window.rest();
        assert!(window.query_by_role(Role::Alert).is_none());
        assert_eq!(places(&window), before, "once it was closed, at {size:?}");
    }
}

#[test]
fn m_decides_a_pair_and_the_next_is_there_at_once() {
    let mut window = Window::on(Screen::Review);
    window.go_to(&plain());
    let order = window.order();
    window.press(Key::M);
    assert_eq!(window.verdict(&plain()), Some(Verdict::Match));
    assert!(!window.is_at(&plain()), "the pair that was decided is gone");
    let place = order.iter().position(|key| *key == plain()).unwrap();
    let next = order.get(place + 1).unwrap_or(&order[0]);
    assert!(window.is_at(next), "{next} comes next");
    assert!(window.shows("4 left"));
    assert!(window.shows(&format!("Saved Match: {}", plain())));
    window.press(Key::K);
    if place + 1 < order.len() {
        assert!(window.is_at(&plain()), "one step back it is still there, with its answer");
        assert!(window.shows("Match"));
    }
}

#[test]
fn the_other_answers_have_their_keys() {
    let mut window = Window::on(Screen::Review);
    window.go_to(&plain());
    window.press(Key::N);
    window.go_to(&spelled());
    window.press(Key::U);
    window.go_to(&held());
    window.press(Key::R);
    assert_eq!(window.verdict(&held()), None, "Refer asks for its reason");
    assert!(window.shows("Second opinion"));
    window.press(Key::Num2);
    let decision = window.ws().decision(&held()).unwrap().unwrap().judgement;
    assert_eq!((decision.verdict, decision.reason), (Verdict::Refer, Some(Reason::AskTeam)));
    assert_eq!(window.verdict(&plain()), Some(Verdict::NotMatch));
    assert_eq!(window.verdict(&spelled()), Some(Verdict::Unsure));
}

#[test]
fn the_answer_just_given_gets_its_reason_with_one_key_and_the_next_pair_stays() {
    const ALT: Modifiers = Modifiers { alt: true, ..Modifiers::NONE };
    let mut window = Window::on(Screen::Review);
    window.go_to(&plain());
    window.press_with(ALT, Key::Num1); // Nothing was answered yet
    assert_eq!(window.verdict(&plain()), None);
    window.press(Key::N);
    let next = window.order().into_iter().find(|key| window.is_at(key)).unwrap();
    assert!(window.shows("Why?"));
    // A comment about the pair in sight is not lost by it
    window.press(Key::C);
    window.get_by_role(Role::TextInput).type_text("On the phone");
    window.rest();
    window.press_with(ALT, Key::Num4);
    let decision = window.ws().decision(&plain()).unwrap().unwrap().judgement;
    assert_eq!((decision.verdict, decision.reason), (Verdict::NotMatch, Some(Reason::Namesake)));
    assert_eq!(decision.comment, "");
    assert!(window.is_at(&next) && !window.shows("Why?"));
    let comment = window.get_by_role(Role::TextInput).accesskit_node().value();
    assert_eq!(comment.as_deref(), Some("On the phone"));
    assert!(window.shows("Saved the reason: another person of the same name"));
    window.press_with(ALT, Key::Num1); // It has its reason
    assert_eq!(window.ws().decision(&plain()).unwrap().unwrap().judgement.reason, Some(Reason::Namesake));
}

#[test]
fn letters_are_letters_while_a_comment_is_typed() {
    let mut window = Window::on(Screen::Review);
    window.go_to(&plain());
    window.press(Key::C);
    let field = window.get_by_label("Comment");
    assert!(field.is_focused());
    field.type_text("num");
    window.rest();
    window.press(Key::M);
    window.press(Key::N);
    assert_eq!(window.verdict(&plain()), None);
    assert_eq!(window.get_by_label("Comment").value().as_deref(), Some("num"));
    window.press(Key::Enter);
    window.press(Key::M);
    let decision = window.ws().decision(&plain()).unwrap().unwrap().judgement;
    assert_eq!((decision.verdict, decision.comment.as_str()), (Verdict::Match, "num"));
}

#[test]
fn a_comment_that_went_with_no_answer_is_there_again_when_its_pair_is() {
    let mut window = Window::on(Screen::Review);
    window.go_to(&plain());
    window.press(Key::C);
    window.get_by_label("Comment").type_text("Two letters on file");
    window.rest();
    window.press(Key::Escape);
    window.press(Key::J);
    assert!(!window.is_at(&plain()));
    assert!(window.query_by_label("Comment").is_none(), "it is not the next pair's");
    window.press(Key::N);
    window.go_to(&plain());
    assert_eq!(window.get_by_label("Comment").value().as_deref(), Some("Two letters on file"));
    window.press(Key::M);
    assert_eq!(window.ws().decision(&plain()).unwrap().unwrap().judgement.comment, "Two letters on file");
}

#[test]
fn a_comment_on_an_answer_that_has_one_goes_on_with_it() {
    let mut window = Window::on(Screen::Review);
    window.match_with_comment("Rang the practice");
    window.go_to(&plain());
    window.press(Key::C);
    let field = window.get_by_label("Comment");
    assert_eq!(field.value().as_deref(), Some("Rang the practice"));
    field.type_text(", twice");
    window.rest();
    window.press(Key::Enter);
    let comment = window.ws().decision(&plain()).unwrap().unwrap().judgement.comment;
    assert_eq!(comment, "Rang the practice, twice");
    assert!(window.shows("the comment"), "what was saved is said");
}

#[test]
fn a_comment_that_stands_is_left_as_it_is_or_taken_away() {
    let mut window = Window::on(Screen::Review);
    window.match_with_comment("Rang the practice");
    let judged = |window: &Window| window.ws().decision(&plain()).unwrap().unwrap().judgement;
    let answers = |window: &Window| window.ws().history_of(&plain()).unwrap().len();

    window.go_to(&plain());
    let before = answers(&window);
    for leave in [Key::Escape, Key::Enter] {
        window.press(Key::C);
        window.press(leave);
        assert!(window.query_by_label("Comment").is_none(), "looked at and left, it is nothing that was written");
    }
    assert_eq!(answers(&window), before, "nor an answer");
    window.press(Key::N);
    assert_eq!((judged(&window).verdict, judged(&window).comment.as_str()), (Verdict::NotMatch, ""));

    window.press_with(CTRL, Key::Z);
    window.go_to(&plain());
    window.press(Key::C);
    for _ in 0.."Rang the practice".len() {
        window.press(Key::Backspace);
    }
    window.press(Key::Enter);
    assert_eq!((judged(&window).verdict, judged(&window).comment.as_str()), (Verdict::Match, ""));
    assert!(window.shows("the comment"), "what was saved is said");
}

#[test]
fn the_arrow_keys_write_a_comment_that_is_often_written_and_never_over_ones_own() {
    let mut window = Window::on(Screen::Review);
    window.go_to(&plain());
    window.press(Key::C);
    let written = |window: &Window| window.get_by_label("Comment").value().unwrap_or_default();
    window.press(Key::ArrowDown);
    let first = written(&window);
    assert_eq!(first, "Checked in Mosaic case notes");
    window.press(Key::ArrowDown);
    assert_ne!(written(&window), first);
    window.press(Key::ArrowUp);
    assert_eq!(written(&window), first);
    window.press(Key::ArrowUp);
    assert_eq!(written(&window), "", "past the first it is empty again");
    assert!(window.get_by_label("Comment").is_focused(), "and the arrows leave the field nowhere");
    window.get_by_label("Comment").type_text("Own words");
    window.rest();
    window.press(Key::ArrowDown);
    assert_eq!(written(&window), "Own words");
}

#[test]
fn what_comes_up_is_told_to_those_who_do_not_see_it() {
    let mut window = Window::on(Screen::Review);
    window.go_to(&twin());
    let told = |window: &Window| -> Vec<String> {
        let polite = egui::accesskit::Live::Polite;
        let status = window.get_all_by(|node| node.role() == Role::Status);
        let status = status.filter(|node| node.accesskit_node().live() == polite);
        status.map(|node| node.accesskit_node().label().unwrap_or_default()).collect()
    };
    let says = |window: &Window, words: &str| told(window).iter().any(|told| told.contains(words));
    assert!(says(&window, &format!(": {}", twin())), "{:?}", told(&window));
    assert!(says(&window, "Same date of birth"), "with what to beware of: {:?}", told(&window));
    assert!(says(&window, "pairs: "), "how many the filter gave: {:?}", told(&window));
    assert!(says(&window, "No work is running"));
    window.go_to(&plain());
    assert!(says(&window, &format!(": {}", plain())) && !says(&window, "Same date of birth"));
    window.press(Key::M);
    let pair = told(&window).into_iter().find(|told| told.starts_with("Pair ")).unwrap();
    assert!(!pair.contains(&plain().to_string()), "the next pair is told of: {pair}");
}

#[test]
fn a_possible_twin_asks_for_a_reason_and_the_same_key_again_is_none() {
    let mut window = Window::on(Screen::Review);
    window.go_to(&twin());
    assert!(window.shows("Twin?: Same date of birth"), "the hazard names itself and says what to look at");
    window.press(Key::M);
    window.press(Key::M);
    assert_eq!(window.verdict(&twin()), None);
    assert!(window.shows("Details agree, warning looked at"));
    window.press(Key::Escape);
    assert!(!window.shows("Details agree, warning looked at"));
    window.press(Key::M);
    window.press(Key::Num5);
    let decision = window.ws().decision(&twin()).unwrap().unwrap().judgement;
    assert_eq!((decision.verdict, decision.reason), (Verdict::Match, Some(Reason::CheckedElsewhere)));
}

#[test]
fn the_reason_other_asks_which() {
    let mut window = Window::on(Screen::Review);
    window.go_to(&twin());
    window.press(Key::M);
    window.press(Key::Num6);
    assert_eq!(window.verdict(&twin()), None);
    let field = window.get_by_label("Comment");
    assert!(field.is_focused());
    field.type_text("Seen both");
    window.rest();
    window.press(Key::Enter);
    let decision = window.ws().decision(&twin()).unwrap().unwrap().judgement;
    assert_eq!((decision.reason, decision.comment.as_str()), (Some(Reason::Other), "Seen both"));
}

#[test]
fn undo_returns_to_the_pair_and_redo_decides_it_again() {
    let mut window = Window::on(Screen::Review);
    window.go_to(&plain());
    window.press(Key::M);
    assert!(window.shows(&format!("Undo “Match: {}”", plain())), "undo has a name");
    window.press_with(CTRL, Key::Z);
    assert_eq!(window.verdict(&plain()), None);
    assert!(window.is_at(&plain()), "back at the pair");
    assert!(window.shows("5 left"));
    window.press_with(CTRL, Key::Y);
    assert_eq!(window.verdict(&plain()), Some(Verdict::Match));
}

#[test]
fn a_restricted_person_shows_the_display_name_only() {
    let mut window = Window::on(Screen::Review);
    window.go_to(&restricted());
    assert!(window.shows("Display name: CARLYLE, Una"));
    assert!(window.shows("Date of birth: Hidden, Hidden. Same"));
    for secret in ["1984", "Mill Road", "DG1 2AB"] {
        assert!(!window.shows(secret), "{secret} is shown");
    }
    // Nor of whoever is found for them
    window.press(Key::F);
    window.get_by_label(FIND).type_text("kirkpat");
    window.until_shown("1 record fits, best first");
    assert!(window.shows("KIRKPATRICK, ISLA") && !window.shows("1958"));
    window.press(Key::Escape);
    window.go_to(&spelled());
    assert!(window.shows("Mill Road"), "and of others it is shown");
    assert!(window.shows("Surname: Thomson, THOMPSON. One letter more on the right"));
}

#[test]
fn the_key_of_the_comment_is_no_letter_of_it() {
    let mut window = Window::on(Screen::Review);
    window.go_to(&held());
    window.press(Key::R);
    // As a keyboard gives it: the key, and what it types
    let key = |pressed| egui::Event::Key {
        key: Key::C,
        physical_key: None,
        pressed,
        repeat: false,
        modifiers: Modifiers::NONE,
    };
    let input = window.harness.input_mut();
    input.events.extend([key(true), egui::Event::Text("c".to_owned()), key(false)]);
    window.rest();
    let comment = |window: &Window| window.get_by_role_and_label(Role::TextInput, "Comment").accesskit_node().value();
    assert_eq!(comment(&window).unwrap_or_default(), "");
    window.get_by_role_and_label(Role::TextInput, "Comment").type_text("cousin");
    window.rest();
    assert_eq!(comment(&window).as_deref(), Some("cousin"), "it has the keyboard");
}

#[test]
fn a_reason_that_is_taken_back_is_told_from_the_answer() {
    let mut window = Window::on(Screen::Review);
    window.go_to(&plain());
    window.press(Key::N);
    window.press_with(Modifiers::ALT, Key::Num1);
    let given = window.ws().decision(&plain()).unwrap().unwrap().judgement;
    assert_eq!((given.verdict, given.reason), (Verdict::NotMatch, Some(Reason::DetailsConflict)));
    let offered = |window: &Window| stewartry::stewardship::undo::undo_offer(window.ws()).unwrap().unwrap().title;
    assert_eq!(offered(&window), format!("Undo “Reason for Not a match: {}”", plain()));
    window.press_with(CTRL, Key::Z);
    assert_eq!(window.verdict(&plain()), Some(Verdict::NotMatch), "the answer stays");
    assert_eq!(offered(&window), format!("Undo “Not a match: {}”", plain()));
    window.press_with(CTRL, Key::Z);
    assert_eq!(window.verdict(&plain()), None);
}

#[test]
fn what_is_the_same_is_hidden_and_shown_again_by_one_key() {
    let mut window = Window::on(Screen::Review);
    window.go_to(&spelled());
    let differs = "Surname: Thomson, THOMPSON. One letter more on the right";
    assert!(window.shows("Mill Road") && window.shows(differs));
    window.press(Key::D);
    assert!(!window.shows("Mill Road") && window.shows("Address: · · ·, · · ·. Same"));
    assert!(window.shows(differs), "what differs stays");
    window.press(Key::D);
    assert!(window.shows("Mill Road"));
}

#[test]
fn another_chi_in_mosaic_is_replaced_only_when_that_is_said() {
    let mut window = Window::on(Screen::Review);
    window.go_to(&held());
    let (old, new) = (number(1944, 1, 31).spaced(), number(1991, 8, 9).spaced());
    window.press(Key::M);
    assert!(window.shows(&format!("Replace {old} by {new}")));
    window.press(Key::M);
    assert_eq!(window.verdict(&held()), None);
    window.press(Key::Num1);
    assert!(window.shows("Mosaic holds another CHI"), "the warning asks for its reason");
    window.press(Key::Num5);
    let decision = window.ws().decision(&held()).unwrap().unwrap().judgement;
    assert_eq!(decision.replaces.as_deref(), Some(number(1944, 1, 31).as_str()));
}

#[test]
fn keeping_what_mosaic_holds_says_that_the_other_number_is_not_the_persons() {
    let mut window = Window::on(Screen::Review);
    window.go_to(&held());
    window.press(Key::M);
    let keep = format!("Not a match: keep {}", number(1944, 1, 31).spaced());
    assert!(window.query_by_label(&keep).is_some());
    window.press(Key::Escape);
    assert_eq!(window.verdict(&held()), None, "left open");
    window.press(Key::M);
    window.click(&keep);
    let decision = window.ws().decision(&held()).unwrap().unwrap().judgement;
    assert_eq!((decision.verdict, decision.reason), (Verdict::NotMatch, Some(Reason::OtherCandidate)));
    assert!(!window.is_at(&held()), "the next pair is there");
}

#[test]
fn the_score_is_hidden_until_it_is_asked_for_and_that_is_recorded() {
    let mut window = Window::on(Screen::Review);
    window.go_to(&plain());
    assert!(!window.shows("Match weight"));
    window.press(Key::S);
    assert!(window.shows("Match weight"));
    let history = window.ws().history_of(&plain()).unwrap();
    assert!(history.iter().any(|row| matches!(row.event, Event::ScoreRevealed { .. })));
    window.press(Key::M);
    assert!(!window.shows("Match weight"), "hidden again at the next pair");
    assert!(window.ws().decision(&plain()).unwrap().unwrap().judgement.score_seen);
}

#[test]
fn the_score_tells_what_stands_behind_it() {
    let mut window = Window::on(Screen::Review);
    window.go_to(&plain());
    window.press(Key::S);
    for group in ["How common", "Beside it", "Found by", "Its band"] {
        assert!(window.query_by_role_and_label(Role::Group, group).is_some(), "{group}");
    }
    assert!(window.shows("Only this person in CHI has this name and date of birth"));
    assert!(window.shows("6 people in CHI share this address"));
    assert!(window.shows("No other candidate of this person or for this CHI was kept"));
    let row = window.query_by_role_and_label(Role::Row, "Match weight: +6.0. ");
    assert!(row.is_some(), "the steps end in the weight that is stored");
    assert!(window.shows("Told by another"), "and say where the rest comes from");
}

#[test]
fn w_lists_the_people_without_a_link_and_what_was_nearest_without_weights() {
    let mut window = Window::on(Screen::Review);
    window.press(Key::W);
    assert!(window.shows("2 people without a link"));
    assert!(window.get_by_label("Surname or Mosaic id").is_focused());
    let chosen = |window: &Window, words: &str| {
        window.query_all_by_label_contains(words).any(|node| node.accesskit_node().toggled() == Some(Toggled::True))
    };
    assert!(chosen(&window, "BELL, Janet"));
    assert!(window.shows("Nearest: "));
    assert!(window.shows("differs. Less likely than no match at all"), "what it lacked");
    assert!(!window.shows("bits") && !window.shows("(–"), "no weights before the decision");
    window.press(Key::ArrowDown);
    assert!(chosen(&window, "BELL, Jessie"));
    assert!(window.shows("Nobody in CHI shares"));
    window.press(Key::ArrowUp);
    window.get_by_label("Surname or Mosaic id").type_text("2002");
    window.rest();
    assert!(window.shows("1 person without a link"));
    assert!(chosen(&window, "BELL, Jessie"));
    window.press(Key::Escape);
    assert!(!window.shows("without a link:"));
}

#[test]
fn what_was_nearest_becomes_a_candidate_to_decide() {
    let mut window = Window::on(Screen::Review);
    window.press(Key::W);
    window.press(Key::Enter);
    let pairs = window.ws().candidates_of_mosaic(&id("2001")).unwrap();
    let pair = pairs.iter().find(|pair| matches!(pair.key, PairKey::Link { .. })).unwrap();
    assert_eq!((pair.origin, &pair.decision), (Origin::Hand, &None), "proposed, and not decided");
    let key = pair.key.clone();
    assert!(window.is_at(&key), "it is looked at");
    let notice = window.state().notice().map(str::to_owned);
    assert_eq!(notice, Some(format!("{key} is a candidate now; nothing is decided yet")));
}

#[test]
fn a_click_beside_a_dialog_leaves_it_and_never_what_was_typed() {
    let mut window = Window::on(Screen::Review);
    let click_beside = |window: &mut Window| {
        window.drag_at(pos2(12.0, 300.0));
        window.step();
        window.drop_at(pos2(12.0, 300.0));
        window.rest();
    };
    window.press(Key::W);
    click_beside(&mut window);
    assert!(!window.shows("2 people without a link"));
    window.press(Key::W);
    window.get_by_label("Surname or Mosaic id").type_text("2002");
    window.rest();
    click_beside(&mut window);
    assert!(window.shows("1 person without a link"), "what was typed is there");
    window.press(Key::Escape);
    assert!(!window.shows("1 person without a link"));
    window.press(Key::W);
    click_beside(&mut window);
    assert!(!window.shows("2 people without a link"), "opened afresh, nothing is typed in it");
}

#[test]
fn another_search_shows_its_own_pair_and_not_the_one_that_was_beside_the_queue() {
    let mut window = Window::on(Screen::Review);
    window.press(Key::W);
    window.press(Key::Enter);
    assert!(window.shows("Beside the queue"));
    window.press_with(CTRL, Key::F);
    window.get_by_label("Id, CHI or surname").type_text("1002");
    window.step();
    window.press(Key::Enter);
    assert!(window.is_at(&spelled()) && !window.shows("Beside the queue"), "an answer is about what was asked for");
}

#[test]
fn what_a_search_found_is_listed_and_left_again() {
    let mut window = Window::on(Screen::Review);
    let before = window.order();
    window.press_with(CTRL, Key::F);
    window.get_by_label("Id, CHI or surname").type_text("1002");
    window.step();
    window.press(Key::Enter);
    assert!(window.is_at(&spelled()));
    assert!(window.query_by_label("Id, CHI or surname").is_none(), "the list is there, and not the facets");
    assert!(window.shows("1 found, 1 left"), "{}", window.said().join("\n"));
    window.click("Leave the search");
    assert!(window.shows(&format!("{} left", before.len())) && !window.shows("Leave the search"));

    // What found nothing is looked for again, in the same place
    window.with_no_pair();
    assert!(window.query_by_label("Id, CHI or surname").is_some());
    let kept = stewartry::stewardship::queues::last_used(window.ws(), PairKind::Link).unwrap();
    assert!(kept.is_none_or(|kept| kept.text.is_empty()), "the next day does not begin in a search");
}

#[test]
fn from_the_people_without_a_link_a_search_by_hand_begins() {
    let mut window = Window::on(Screen::Review);
    window.press(Key::W);
    let search: Vec<_> = window.get_all_by_label("Find a CHI by hand…").collect();
    search.last().unwrap().click_accesskit();
    drop(search);
    window.rest();
    assert!(window.get_by_label(FIND).is_focused());
    assert!(window.shows("BELL, Janet Ann"));
}

#[test]
fn a_chi_found_by_hand_becomes_a_candidate_to_decide() {
    let mut window = Window::on(Screen::Review);
    window.go_to(&twin());
    window.press(Key::F);
    let field = window.get_by_label(FIND);
    assert!(field.is_focused());
    field.type_text("kirkpat");
    window.until_shown("1 record fits, best first");
    assert!(window.shows("KIRKPATRICK, ISLA"));
    window.press(Key::Enter);
    let key = PairKey::link(id("1003"), number(1958, 9, 10));
    assert!(window.is_at(&key), "it is looked at");
    let pair = window.ws().pair_of(&key).unwrap().unwrap();
    assert_eq!((pair.origin, pair.decision), (Origin::Hand, None), "found, and not decided");
    window.press(Key::N);
    assert_eq!(window.verdict(&key), Some(Verdict::NotMatch));
    assert!(window.is_at(&twin()), "back at the pair it was left for");
}

#[test]
fn a_stranger_found_by_hand_is_matched_only_with_words_of_ones_own() {
    let mut window = Window::on(Screen::Review);
    window.go_to(&plain());
    window.press(Key::F);
    window.get_by_label(FIND).type_text("kirkpat");
    window.until_shown("1 record fits, best first");
    window.press(Key::Enter);
    let key = PairKey::link(id("1001"), number(1958, 9, 10));
    assert!(window.shows("Date of birth, surname and forename differ"), "said before any answer");
    window.press(Key::M);
    window.press(Key::Num5);
    assert_eq!(window.verdict(&key), None, "a reason alone is not enough");
    assert!(window.get_by_label("Comment").is_focused());
    window.get_by_label("Comment").type_text("Seen her adoption papers");
    window.rest();
    window.press(Key::Enter);
    let decision = window.ws().decision(&key).unwrap().unwrap().judgement;
    assert_eq!(decision.reason, Some(Reason::CheckedElsewhere));
    assert_eq!(decision.comment, "Seen her adoption papers");
}

#[test]
fn the_search_ranks_by_the_person_and_tells_how_many_fit() {
    let mut window = Window::on(Screen::Review);
    window.go_to(&twin());
    window.press(Key::F);
    window.get_by_label(FIND).type_text("mill road");
    window.until_shown("6 records fit, best first");
    let first = |window: &Window, words: &str| {
        window.query_all_by_label_contains(words).any(|node| node.accesskit_node().toggled() == Some(Toggled::True))
    };
    assert!(first(&window, "REID, EILIDH"), "who fits the person best is first, whatever was typed");
    window.get_by_label(FIND).type_text(" kurkpatrik");
    window.until_shown("1 record fits, best first");
    assert!(first(&window, "KIRKPATRICK, ISLA"), "by its sound");
}

#[test]
fn enter_waits_for_what_was_typed_and_no_frame_waits_for_a_search() {
    let mut window = Window::on(Screen::Review);
    window.go_to(&twin());
    window.press(Key::F);
    window.get_by_label(FIND).type_text("reid");
    window.until_shown("1 record fits, best first");
    // The frame in which the last key is typed is drawn before its search has ended.
    window.get_by_label(FIND).type_text(" nobody");
    window.step();
    assert!(window.shows("Searching…"), "the frame is there at once");
    window.key_press(Key::Enter);
    window.until_shown("No CHI record fits every part");
    let hand = window.ws().candidates_of_mosaic(&id("1003")).unwrap();
    assert!(hand.iter().all(|pair| pair.origin == Origin::Engine), "Enter is for what was read");
}

#[test]
fn where_nobody_is_found_the_search_leads_to_not_matchable() {
    let mut window = Window::on(Screen::Review);
    window.go_to(&plain());
    window.press(Key::F);
    window.get_by_label(FIND).type_text("zzyzx");
    window.until_shown("No CHI record fits every part");
    window.click("Not matchable…");
    assert!(window.shows("Not matchable: why?") && window.shows("MCKIE, Agnes"));
    window.press(Key::Num1);
    let judged = window.ws().record_decision(&id("1001")).unwrap().unwrap().0;
    assert_eq!(judged.reason, Reason::OutOfArea);
    assert!(!window.is_at(&plain()), "the next pair is there");
    assert!(window.query_by_label(FIND).is_none(), "the search is done with");
}

#[test]
fn somebody_without_any_pair_is_not_matchable_from_w_and_the_rest_stay_listed() {
    let mut window = Window::on(Screen::Review);
    window.press(Key::W);
    window.click("Not matchable…");
    window.press(Key::Escape);
    assert!(window.shows("2 people without a link"), "left again, nothing done");
    window.click("Not matchable…");
    window.press(Key::Num5);
    assert!(window.ws().record_decision(&id("2001")).unwrap().is_none(), "Other says which");
    window.get_by_label("Comment").type_text("Known to another board");
    window.rest();
    window.press(Key::Enter);
    let judged = window.ws().record_decision(&id("2001")).unwrap().unwrap().0;
    assert_eq!((judged.reason, judged.comment.as_str()), (Reason::Other, "Known to another board"));
    assert!(window.shows("1 person without a link"), "the list stays open for the next");
    window.press(Key::Escape);
    window.press_with(CTRL, Key::Z);
    assert!(window.ws().record_decision(&id("2001")).unwrap().is_none(), "and it is taken back like anything else");
}

#[test]
fn with_no_pair_on_the_screen_x_asks_of_whom() {
    let mut window = Window::on(Screen::Review);
    window.with_no_pair();
    window.press(Key::X);
    assert!(window.shows("People without a link"));
    window.click("Not matchable…");
    window.press(Key::Num3);
    let judged = window.ws().record_decision(&id("2001")).unwrap().unwrap().0;
    assert_eq!(judged.reason, Reason::NoChi);
}

#[test]
fn a_person_without_a_chi_is_judged_by_the_record() {
    let mut window = Window::on(Screen::Review);
    window.go_to(&plain());
    window.press(Key::X);
    window.press(Key::Num3);
    let judged = window.ws().record_decision(&id("1001")).unwrap().unwrap().0;
    assert_eq!(judged.reason, Reason::NoChi);
    assert!(!window.is_at(&plain()));
}

#[test]
fn a_pair_begins_at_its_top_wherever_it_was_left() {
    let mut window = Window::on(Screen::Review);
    window.set_size([1000.0, 560.0].into());
    window.rest();
    let at = |window: &Window| window.get_by_label("History of this pair").rect().top();
    window.press(Key::J);
    window.press(Key::K);
    let top = at(&window);
    window.press(Key::H);
    assert!(at(&window) < top - 50.0, "the history is brought into view");
    window.press(Key::J);
    window.press(Key::K);
    assert_eq!(at(&window), top);
}

#[test]
fn a_decision_is_taken_back_and_stays_in_the_history() {
    let mut window = Window::on(Screen::Review);
    window.go_to(&plain());
    window.press(Key::U);
    window.go_to(&plain());
    window.press(Key::Backspace);
    assert_eq!(window.verdict(&plain()), None);
    assert!(window.is_at(&plain()), "the pair stays in sight");
    assert!(window.shows("Unsure") && window.shows("Taken back"));
}

#[test]
fn when_all_are_decided_the_way_on_is_shown() {
    let mut window = Window::on(Screen::Review);
    for _ in 0..5 {
        window.press(Key::U);
    }
    assert!(window.shows("0 left"));
    assert!(window.shows("1 possible duplicate waits in Duplicates"));
    // Keys that were pressed once too often answer nothing; whoever means it presses again
    let unsure = |window: &Window| window.ws().status().unwrap().link_answers[2];
    let before = unsure(&window);
    window.press_with(CTRL, Key::Z);
    assert_eq!(unsure(&window), before - 1);
    window.press(Key::U);
    assert_eq!(unsure(&window), before, "taken back, it is answered like any other");
    window.press(Key::N);
    assert!(unsure(&window) == before && window.shows("This was the last of these"), "{}", window.said().join("\n"));
    window.press(Key::N);
    assert_eq!(unsure(&window), before - 1);
}

#[test]
fn where_a_filter_is_done_what_waits_outside_of_it_comes_first() {
    let mut window = Window::on(Screen::Review);
    let waiting = window.order().len();
    window.press(Key::L);
    window.until_shown("Twin?, 1 pair");
    window.click("Twin?, 1 pair");
    window.press(Key::L);
    window.press(Key::U);
    assert!(
        window.shows(&format!("{} links to review wait outside of this filter", waiting - 1)),
        "{}",
        window.said().join("\n")
    );
    window.click("Show them");
    assert_eq!(window.order().len(), waiting - 1);
    assert!(window.shows(&format!("{} left", waiting - 1)));
}

#[test]
fn facets_show_what_each_choice_would_show_and_the_queue_follows() {
    let mut window = Window::on(Screen::Review);
    let waiting = window.order().len();
    assert!(waiting > 1);
    window.press(Key::L);
    window.until_shown(&format!("Undecided, {waiting} pairs"));
    window.picture("facets.png");
    window.until_shown("Twin?, 1 pair");
    window.click("Twin?, 1 pair");
    assert!(window.is_at(&twin()) && window.shows("1 left"), "the pair is there at once, beside the facets");
    window.until_shown("To review, 1 pair");
    // Under one facet the others count what is left; the facet itself what choosing another in it would add
    window.click("Twin?, 1 pair");
    window.until_shown(&format!("Undecided, {waiting} pairs"));
    window.press(Key::N);
    window.until_shown("Not a match, 1 pair");
    window.click("Not a match, 1 pair");
    window.until_shown("Decided by");
    // A queue is kept under a name, and found again by it
    window.click("Keep as…");
    window.get_by_label("Name of the queue").type_text("Told apart");
    window.rest();
    window.press(Key::Enter);
    window.until_shown("The queue “Told apart” is kept for everybody here");
    window.click("Clear");
    window.until_shown(&format!("Undecided, {} pairs", waiting - 1));
    window.click("Queue");
    window.click("Told apart");
    assert!(window.shows("All bands, not a match") || window.shows("To review, not a match"));
    window.picture("facets-kept.png");
    window.press(Key::L);
    assert!(!window.shows("Keep as…"), "the list is back");
}

#[test]
fn a_search_says_which_filters_narrow_it_and_one_press_lifts_them() {
    let mut window = Window::on(Screen::Review);
    window.press(Key::L);
    window.until_shown("Twin?, 1 pair");
    window.click("Twin?, 1 pair");
    window.press(Key::Slash);
    window.get_by_label("Id, CHI or surname").type_text("Thomson");
    window.rest();
    window.until_shown("No pair fits this filter");
    assert!(window.shows("Found among these alone: To review, undecided, Twin?"));
    assert!(window.shows("“Thomson” was searched for among these alone"));
    window.get_all_by_label("Search every pair").next().unwrap().click();
    window.rest();
    assert!(window.is_at(&spelled()), "it is found");
    assert!(!window.shows("Found among these alone"), "nothing narrows any more");
}

#[test]
fn pairs_are_given_to_somebody_and_found_as_theirs() {
    let mut window = Window::on(Screen::Review);
    let waiting = window.order().len();
    window.press(Key::L);
    window.until_shown(&format!("Undecided, {waiting} pairs"));
    window.click(&format!("All {waiting}"));
    window.get_by_label("Give").click_accesskit();
    window.step();
    window.until_shown(&format!("{waiting} pairs given"));
    let first = window.order()[0].clone();
    let me = window.ws().me().id;
    assert_eq!(window.ws().assigned_to(&first).unwrap(), Some(me));
    window.until_shown("(you)");
    window.picture("facets-whose.png");
    window.press_with(CTRL, Key::Z);
    assert_eq!(window.ws().assigned_to(&first).unwrap(), None, "one undo takes all of it back");
}

#[test]
fn at_twice_the_size_everything_is_still_there() {
    let mut window = Window::on(Screen::Review);
    window.set_size([640.0, 400.0].into());
    window.rest();
    window.go_to(&twin());
    for words in ["Twin?", "Forename: Isla, EILIDH", "Match", "Not a match", "Unsure", "Refer…", "Find a CHI by hand…"]
    {
        assert!(window.shows(words), "{words}");
    }
    window.press(Key::M);
    window.press(Key::Num1);
    assert_eq!(window.verdict(&twin()), Some(Verdict::Match));
}

#[test]
fn a_merge_says_which_is_kept_and_why_and_t_keeps_the_other() {
    let mut window = Window::on(Screen::Duplicates);
    assert!(window.shows("2001 is kept because more of its fields are filled"));
    assert!(window.shows("Forename: Janet, Jessie. Nickname"));
    assert!(window.shows("Previous surname: nothing survives; carry over by hand: Irving"));
    window.press(Key::T);
    assert!(window.shows("2002 was chosen as the record that is kept"));
    window.press(Key::M);
    let merge = window.ws().decision(&double()).unwrap().unwrap().judgement.merge.unwrap();
    assert_eq!((merge.source, merge.target), (id("2001"), id("2002")));
    assert!(merge.blockers.iter().all(|check| check.answer == BlockerAnswer::NotChecked));
    window.press_with(CTRL, Key::Z);
    assert_eq!(window.verdict(&double()), None);
    assert!(window.is_at(&double()));
}

#[test]
fn a_recorded_relationship_warns_that_they_are_two_people() {
    let mut window = Window::on(Screen::Duplicates);
    let checks: Vec<_> = window.get_all_by_label("Blocked").collect();
    assert_eq!(checks.len(), 10, "one for each of Mosaic's blockers");
    checks[8].click_accesskit();
    window.rest();
    assert!(window.shows("evidence that they are different people"));
    window.press(Key::M);
    assert_eq!(window.verdict(&double()), None);
    assert!(window.shows("Relationship recorded"), "a merge needs a reason now");
    window.press(Key::N);
    assert_eq!(window.verdict(&double()), None, "a letter is no answer while words may be written");
    window.press(Key::Escape);
    window.press(Key::N);
    assert_eq!(window.verdict(&double()), Some(Verdict::NotMatch));
}
