//! The Overview in the window: what is to be done, how it goes and whom it serves, with every value of its charts to be had by
//! keyboard.

use eframe::egui::accesskit::Role;
use eframe::egui::{Key, Modifiers, vec2};
use egui_kittest::kittest::{NodeT, Queryable};
use stewartry::desktop::screens::Screen;
use tempfile::TempDir;

use crate::desktop::{Window, ctrl, demo, press, signed_in};
use crate::hands::Hands;

fn part(window: &mut Window, name: &str) {
    window.get_by_role_and_label(Role::RadioButton, name).click();
    window.rest();
}

/// What a chart says it points at.
fn value(window: &Window, chart: &str) -> Option<String> {
    window.get_by_role_and_label(Role::Figure, chart).accesskit_node().value()
}

#[test]
fn every_value_of_a_chart_is_had_by_keyboard() {
    let folder = TempDir::new().unwrap();
    let mut window = signed_in(demo(&folder));
    window.set_size(vec2(1280.0, 1600.0));
    ctrl(&mut window, Key::Num1);
    assert_eq!(window.state().screen(), Screen::Overview);
    window.get_by_role_and_label(Role::Figure, "Candidate pairs by band").focus();
    window.rest();
    let links = value(&window, "Candidate pairs by band").unwrap();
    assert!(links.starts_with("Links: ") && links.contains(" automatic, ") && links.ends_with(" unlikely"), "{links}");
    press(&mut window, Key::ArrowDown);
    let words = value(&window, "Candidate pairs by band").unwrap();
    assert!(words.starts_with("Links without an answer: "), "{words}");
    // A pointer that rests on the chart does not hold the arrow keys up, and one that moves points again
    let rect = window.get_by_role_and_label(Role::Figure, "Candidate pairs by band").rect();
    window.hover_at(rect.center_top() + vec2(0.0, 12.0));
    window.rest();
    assert!(value(&window, "Candidate pairs by band").unwrap().starts_with("Links: "));
    press(&mut window, Key::ArrowDown);
    assert!(value(&window, "Candidate pairs by band").unwrap().starts_with("Duplicates: "));
    let funnel = "People from Mosaic to release";
    window.get_by_role_and_label(Role::Figure, funnel).focus();
    window.rest();
    let mut said = vec![value(&window, funnel).unwrap()];
    press(&mut window, Key::ArrowDown);
    window.until("who has a candidate", |window| value(window, funnel).unwrap().contains("likely candidate"));
    while said.last() != value(&window, funnel).as_ref() {
        said.push(value(&window, funnel).unwrap());
        press(&mut window, Key::ArrowDown);
    }
    assert_eq!(said[0], "In Mosaic: 3,000 people in the newest extract, 100 %");
    let of = |n: usize| said[n].split(' ').find_map(|word| word.replace(',', "").parse::<u64>().ok()).unwrap();
    assert_eq!(said.len(), 7, "{said:?}");
    assert!(2_000 < of(1) && of(1) < 3_000 && of(2) == 0 && of(3) == 0, "{said:?}");
    window.picture("work.png");
    part(&mut window, "People");
    window.until("the groups", |window| window.query_by_label("Matched to a CHI number").is_some());
    window.picture("people-age.png");
    let chart = "Matched by age";
    assert_eq!(value(&window, chart), None, "it points at nothing yet");
    window.get_by_role_and_label(Role::Figure, chart).focus();
    window.rest();
    let first = value(&window, chart).unwrap();
    assert!(first.starts_with("0 to 15: 0 of "), "{first}");
    press(&mut window, Key::ArrowDown);
    let second = value(&window, chart).unwrap();
    assert!(second.starts_with("16 to 24: 0 of ") && second.contains("% to "), "{second}");
    for _ in 0..20 {
        press(&mut window, Key::ArrowDown);
    }
    let last = value(&window, chart).unwrap();
    assert!(last.starts_with("Not known") || last.starts_with("85 and over"), "the last, and no further: {last}");
    for (name, file) in [("Sex", "people-sex.png"), ("Area (postcode district)", "people-area.png")] {
        part(&mut window, name);
        window.picture(file);
    }
    part(&mut window, "Progress");
    window.rest();
    window.get_by_role_and_label(Role::Figure, "Share matched beside published figures").focus();
    window.rest();
    assert!(value(&window, "Share matched beside published figures").unwrap().starts_with("This work: 0 %"));
    window.picture("progress.png");
}

#[test]
fn everything_is_had_in_a_small_window_and_in_the_light() {
    let folder = TempDir::new().unwrap();
    let mut window = signed_in(demo(&folder));
    ctrl(&mut window, Key::Num1);
    // As 1280 by 720 at twice the size
    window.set_size(vec2(640.0, 360.0));
    window.key_press_modifiers(Modifiers { shift: true, ..Modifiers::COMMAND }, Key::T);
    window.rest();
    for (name, chart, file) in [
        ("Work", "Candidate pairs by band", "small-work.png"),
        ("Progress", "Duplicates in Mosaic", "small-progress.png"),
        ("People", "Matched by age", "small-people.png"),
    ] {
        part(&mut window, name);
        window.until(chart, |window| window.query_by_role_and_label(Role::Figure, chart).is_some());
        window.get_by_role_and_label(Role::Figure, chart).focus();
        window.rest();
        let bounds = window.get_by_role_and_label(Role::Figure, chart).rect();
        assert!(bounds.left() >= 0.0 && bounds.right() <= 640.0, "{chart}: {bounds:?}");
        assert!(value(&window, chart).is_some());
        window.picture(file);
    }
}

#[test]
fn what_was_done_by_day_counts_answers_signatures_and_releases() {
    use crate::desk::{Desk, SUPERVISOR, link};
    let mut desk = Desk::with_people(12);
    (0..10).for_each(|n| desk.match_(&link(n)));
    let batch = desk.submit();
    desk.sign(batch);
    let figures = stewartry::stewardship::figures::read(desk.ws(), &stewartry::progress::Progress::new()).unwrap();
    let sums = figures.cumulative();
    let last = sums.last().unwrap();
    assert_eq!((last.answered, last.signed, last.released), (10, 10, 0));
    let all: u64 = figures.groups.iter().map(|group| group.people).sum();
    assert_eq!(all, 4 * 12, "everybody once in each dimension");
    desk.become_(SUPERVISOR);
    let mut window = signed_in(desk.leave());
    window.set_size(vec2(1280.0, 1600.0));
    ctrl(&mut window, Key::Num1);
    part(&mut window, "Progress");
    window.until("the days", |window| window.query_by_role_and_label(Role::Figure, "Done by day").is_some());
    window.get_by_role_and_label(Role::Figure, "Done by day").focus();
    window.rest();
    let words = value(&window, "Done by day").unwrap();
    assert!(
        words.contains("10 answers given (10 that day), taken back or not, 10 rows signed off, 0 released"),
        "{words}"
    );
    window.picture("by-day.png");
}

/// Overview, Progress, the queues and the report count the same pairs, each once.
#[test]
fn every_count_of_answers_adds_up_with_the_others() {
    use crate::desk::{Desk, link};
    use stewartry::pair::{PairKind, Reason, Verdict};
    use stewartry::stewardship::decide::Answer;
    use stewartry::workspace::{Answers, QueueFilter, StateFilter};
    let mut desk = Desk::with_people(12);
    (0..4).for_each(|n| desk.match_(&link(n)));
    for (n, verdict) in [(4, Verdict::NotMatch), (5, Verdict::NotMatch), (6, Verdict::Unsure), (7, Verdict::Refer)] {
        let answer = Answer::of(verdict);
        let answer = if verdict == Verdict::Refer { answer.because(Reason::AskTeam) } else { answer };
        desk.decide(&link(n), answer).unwrap();
    }
    // One of the matched and the unsure one change in Mosaic: both are asked again
    let moved = |n: u16| crate::desk::Person { postcode: "DG9 9ZZ".into(), ..crate::desk::person(n) };
    let mut file = crate::desk::MosaicFile::default();
    for n in 0..12 {
        file = if n == 0 || n == 6 {
            file.with(crate::desk::mosaic(n).as_str(), &moved(n), "", false)
        } else {
            file.plain(n)
        };
    }
    desk.load_mosaic(file);
    let status = desk.ws().status().unwrap();
    let links = status.links_by_answer();
    assert_eq!(links, Answers { to_decide: 6, matches: 3, not_matches: 2, unsettled: 1 });
    assert_eq!((links.decided(), links.all(), status.stale), (5, 12, 2));
    let every = QueueFilter { bands: vec![], state: StateFilter::All, ..QueueFilter::start(PairKind::Link) };
    let states = desk.ws().facets(&every).unwrap().states;
    assert_eq!(states, [6, 3, 2, 0, 1, 6, 0, 2, 12], "undecided, the four answers, any, settled, changed, all");
    let figures = stewartry::stewardship::figures::read(desk.ws(), &stewartry::progress::Progress::new()).unwrap();
    // Four are matched, two have no candidate left: the others wait for an answer, or for somebody who was asked
    assert_eq!((figures.with_candidate, figures.settled, status.people_matched), (12, 6, 4));
    let lines = stewartry::release::report::lines(&status, &[], &[], [None; 3]);
    assert_eq!(lines[1].note, "12 links: 3 matches, 2 no match, 1 unsure or referred, 6 to decide");
    assert_eq!(lines[1].share.map(f64::round), Some(42.0));
    let signed = stewartry::workspace::Status { mosaic: 12, people_matched: 4, people_signed: 4, ..Default::default() };
    let state = |status| stewartry::release::report::lines(status, &[], &[], [None; 3])[4].state;
    assert_eq!(state(&signed), "Up to date", "a third of the people signed is not complete");
    let page = stewartry::release::report::html(desk.ws(), &stewartry::progress::Progress::new()).unwrap();
    assert!(page.contains(&lines[1].note) && page.contains("Settled 6 (50.0 %)"));
}

#[test]
fn the_report_has_its_charts_and_names_nobody() {
    use crate::desk::{ChiFile, Desk, MosaicFile, SUPERVISOR, chi, link, mosaic, person};
    use stewartry::pair::Verdict;
    use stewartry::stewardship::decide::Answer;
    let mut desk = Desk::new();
    desk.load_mosaic((0..40).fold(MosaicFile::default(), MosaicFile::plain));
    desk.load_chi((0..40).fold(ChiFile::default(), ChiFile::plain));
    desk.load_links((0..40).map(|n| (mosaic(n).to_string(), chi(n).to_string(), 20.0)));
    for n in 0..30 {
        let answer = Answer { comment: "Telephoned Zebedee".into(), ..Answer::of(Verdict::Match) };
        desk.decide(&link(n), answer).unwrap();
    }
    let batch = desk.submit();
    desk.sign(batch);
    desk.become_(SUPERVISOR);
    let page = stewartry::release::report::html(desk.ws(), &stewartry::progress::Progress::new()).unwrap();
    if let Some(folder) = std::env::var_os("STEWARTRY_PICTURES") {
        std::fs::write(std::path::Path::new(&folder).join("report.html"), &page).unwrap();
    }
    for chart in [
        "People from Mosaic to release",
        "Share matched beside published figures",
        "Share matched by age",
        "Share matched by area",
    ] {
        assert!(page.contains(&format!("aria-label=\"{chart}")), "no chart of {chart}");
    }
    for n in 0..40 {
        let one = person(n);
        let planted = [
            one.surname.as_str(),
            one.forename.as_str(),
            one.postcode.as_str(),
            one.address.as_str(),
            mosaic(n).as_str(),
            chi(n).as_str(),
        ]
        .map(str::to_owned);
        for planted in planted.into_iter().chain([chi(n).spaced(), "Zebedee".into(), "file-1.csv".into()]) {
            assert!(!page.contains(&planted), "“{planted}” is in the report");
        }
    }
    assert!(
        page.contains("aria-label=\"People from Mosaic to release: In Mosaic 40 (100.0 %); With a likely candidate 40")
    );
    assert!(
        page.contains("<h1>CHI matching: report</h1>") && !page.contains("November"),
        "no name that somebody typed"
    );
    assert!(!page.contains("http") && !page.contains("<script") && !page.contains("NaN"), "self-contained");
}

#[test]
fn the_weights_of_pairs_are_read_by_keyboard_too() {
    let folder = TempDir::new().unwrap();
    let mut window = signed_in(demo(&folder));
    ctrl(&mut window, Key::Num3);
    window.until("the weights", |window| window.query_by(|node| node.role() == Role::Figure).is_some());
    let figure = |window: &Window| window.get_by(|node| node.role() == Role::Figure).accesskit_node().value();
    assert_eq!(figure(&window), None);
    window.get_by(|node| node.role() == Role::Figure).focus();
    window.rest();
    let first = figure(&window).unwrap();
    assert!(first.contains(" bits: ") && first.contains(" automatic, ") && first.ends_with(" unlikely"), "{first}");
    press(&mut window, Key::ArrowRight);
    assert_ne!(figure(&window).unwrap(), first);
    window.picture("weights.png");
}

#[test]
fn who_is_matched_less_often_is_said_and_what_few_people_would_show_is_withheld() {
    use stewartry::pair::PairKind;
    use stewartry::progress::Progress;
    let folder = TempDir::new().unwrap();
    let mut ws = demo(&folder);
    crate::desk::accept_certain(&mut ws, PairKind::Link);
    if let Some(folder) = std::env::var_os("STEWARTRY_PICTURES") {
        let page = stewartry::release::report::html(&ws, &Progress::new()).unwrap();
        std::fs::write(std::path::Path::new(&folder).join("report-demo.html"), &page).unwrap();
    }
    let figures = stewartry::stewardship::figures::read(&ws, &Progress::new()).unwrap();
    for group in &figures.groups {
        assert!(group.people >= 5, "{group:?}");
        let told = group.matched.unwrap_or(0);
        assert!(!(1..5).contains(&told) && !(1..5).contains(&(group.people - told)), "{group:?}");
    }
    let stands_out = figures.groups.iter().find(|group| group.differs && group.less).unwrap();
    let words = stewartry::stewardship::fairness::sentence(stands_out);
    let mut window = signed_in(ws);
    window.set_size(vec2(1280.0, 1600.0));
    ctrl(&mut window, Key::Num1);
    window.picture("work-matched.png");
    part(&mut window, "People");
    window.until("who stands out", |window| window.query_by_label(&words).is_some());
    for (name, file) in [("Age", "matched-age.png"), ("Area (postcode district)", "matched-area.png")] {
        part(&mut window, name);
        window.picture(file);
    }
    part(&mut window, "Progress");
    window.picture("matched-progress.png");
}
