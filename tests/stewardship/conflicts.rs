//! Where decisions, Mosaic and CHI do not agree: each kind is found, says what settles it, and is gone with that.

use stewartry::linkage::Options;
use stewartry::pair::{Merge, PairKey, Reason, Verdict};
use stewartry::progress::Progress;
use stewartry::release;
use stewartry::stewardship::conflicts::{self, ConflictKind};
use stewartry::stewardship::decide::{self, Answer};
use stewartry::stewardship::recall::recall;
use stewartry::stewardship::{StopKind, groups, matching};

use crate::desk::*;

fn kinds(desk: &mut Desk) -> Vec<(ConflictKind, PairKey)> {
    let found = conflicts::all(desk.ws()).unwrap();
    assert!(found.iter().all(|conflict| !conflict.words.is_empty() && !conflict.kind.settled_by().is_empty()));
    found.into_iter().map(|conflict| (conflict.kind, conflict.pair)).collect()
}

#[test]
fn nothing_conflicts_where_all_agree() {
    let mut desk = Desk::with_people(3);
    desk.match_(&link(0));
    desk.load_mosaic(MosaicFile::default().with("1000", &person(0), chi(0).as_str(), false).plain(1).plain(2));
    assert!(kinds(&mut desk).is_empty(), "the number that was matched has arrived");
}

#[test]
fn a_chi_that_mosaic_has_on_somebody_else_asks_whether_the_two_are_one() {
    let mut desk = Desk::with_people(2);
    desk.match_(&link(0));
    // Somebody typed person 0's number at person 1 in Mosaic
    desk.load_mosaic(MosaicFile::default().plain(0).with("1001", &person(1), chi(0).as_str(), false));
    let found = kinds(&mut desk);
    assert!(found.contains(&(ConflictKind::ChiOnTwoPeople, duplicate("1000", "1001"))), "{found:?}");
    assert!(found.contains(&(ConflictKind::SeedInDoubt, link(1))), "and their own fits better: {found:?}");
    decide::take_back(desk.ws(), &link(0)).unwrap();
    assert!(kinds(&mut desk).iter().all(|(kind, _)| *kind != ConflictKind::ChiOnTwoPeople));
}

#[test]
fn mosaic_that_holds_another_chi_or_a_rejected_one_is_found() {
    let mut desk = Desk::with_people(3);
    desk.match_(&link(0));
    desk.decide(&link(1), Answer::of(Verdict::NotMatch)).unwrap();
    let other = chi(40);
    let file = MosaicFile::default().with("1000", &person(0), other.as_str(), false);
    desk.load_mosaic(file.with("1001", &person(1), chi(1).as_str(), false).plain(2));
    let mut found = kinds(&mut desk);
    found.sort();
    let mut wanted = vec![(ConflictKind::MosaicHoldsAnother, link(0)), (ConflictKind::RejectedInMosaic, link(1))];
    wanted.sort();
    assert_eq!(found, wanted);
    let replace = Answer { replace: true, ..Answer::of(Verdict::Match).because(Reason::CheckedElsewhere) };
    desk.decide(&link(0), replace).unwrap();
    assert_eq!(kinds(&mut desk), [(ConflictKind::RejectedInMosaic, link(1))]);
}

#[test]
fn a_confirmed_number_that_is_superseded_and_a_person_who_left_are_found() {
    let mut desk = Desk::with_people(3);
    (0..3).for_each(|n| desk.match_(&link(n)));
    let file = ChiFile::default().with(chi(0).as_str(), &person(0), "H", chi(44).as_str());
    desk.load_chi(file.with(chi(1).as_str(), &person(1), "DELETED", "").plain(2));
    desk.load_mosaic(MosaicFile::default().plain(0).plain(1));
    let found = conflicts::all(desk.ws()).unwrap();
    let of = |kind| found.iter().filter(|conflict| conflict.kind == kind).map(|c| c.words.as_str()).collect::<Vec<_>>();
    let out = of(ConflictKind::OutOfUse);
    assert_eq!(out.len(), 2, "{out:?}");
    assert!(out.iter().any(|words| words.contains("superseded") && words.contains(&chi(44).spaced())), "{out:?}");
    assert!(out.iter().any(|words| words.contains("deleted")), "{out:?}");
    assert_eq!(of(ConflictKind::Gone).len(), 1);
}

#[test]
fn what_was_recalled_and_mosaic_goes_on_holding_is_found() {
    let mut desk = Desk::with_people(3);
    desk.match_(&link(0));
    let batch = desk.submit();
    desk.sign(batch);
    desk.become_(OFFICER);
    let into = desk.path("out");
    release::write(desk.ws(), batch, &into, &Progress::new()).unwrap();
    let loaded = || MosaicFile::default().with("1000", &person(0), chi(0).as_str(), false).plain(1).plain(2);
    desk.load_mosaic(loaded());
    recall(desk.ws(), &link(0), "His mother's", false).unwrap();
    assert_eq!(kinds(&mut desk), [(ConflictKind::RecalledInMosaic, link(0))]);
    // The next extract says whether it was taken out
    desk.load_mosaic(loaded());
    assert_eq!(kinds(&mut desk), [(ConflictKind::RecalledInMosaic, link(0))]);
    desk.load_mosaic(MosaicFile::default().plain(0).plain(1).plain(2));
    assert_eq!(kinds(&mut desk), []);
    // Judged not to be the person's it is told as that, and not twice
    desk.load_mosaic(loaded());
    desk.decide(&link(0), Answer::of(Verdict::NotMatch)).unwrap();
    assert_eq!(kinds(&mut desk), [(ConflictKind::RejectedInMosaic, link(0))]);
}

#[test]
fn a_recalled_merge_that_mosaic_has_carried_out_is_found() {
    let mut desk = Desk::new();
    let ids = ["4001", "4002"];
    let file = || ids.iter().fold(MosaicFile::default(), |file, id| file.with(id, &person(4), "", false));
    desk.load_mosaic(file());
    desk.load_chi(ChiFile::default().plain(4));
    desk.load_links([("4001".to_owned(), "4002".to_owned(), 9.0)].into_iter());
    let both = duplicate("4001", "4002");
    let merge = Merge { source: id("4001"), target: id("4002"), blockers: Vec::new(), note: String::new() };
    desk.decide(&both, Answer { merge: Some(merge), ..Answer::of(Verdict::Match) }).unwrap();
    let batch = desk.submit();
    desk.sign(batch);
    desk.become_(OFFICER);
    let into = desk.path("out");
    release::write(desk.ws(), batch, &into, &Progress::new()).unwrap();
    recall(desk.ws(), &both, "They are twins", true).unwrap();
    assert_eq!(kinds(&mut desk), [], "Mosaic has both");
    desk.load_mosaic(MosaicFile::default().with("4002", &person(4), "", false));
    assert_eq!(kinds(&mut desk), [(ConflictKind::RecalledInMosaic, both)]);
    desk.load_mosaic(file());
    assert_eq!(kinds(&mut desk), [], "separated again");
}

#[test]
fn two_numbers_of_what_may_be_one_person_go_to_the_health_board() {
    let mut desk = Desk::new();
    let file = MosaicFile::default().with("5001", &person(5), chi(5).as_str(), false);
    desk.load_mosaic(file.with("5002", &person(5), chi(45).as_str(), false));
    desk.load_chi(ChiFile::default().plain(5).with(chi(45).as_str(), &person(5), "C", ""));
    desk.load_links([("5001".to_owned(), "5002".to_owned(), 9.0)].into_iter());
    assert_eq!(kinds(&mut desk), [(ConflictKind::TwoNumbers, duplicate("5001", "5002"))]);
    let path = desk.path("board.csv");
    assert_eq!(conflicts::write_report(desk.ws(), &path).unwrap(), 1);
    let text = std::fs::read_to_string(&path).unwrap();
    assert!(text.contains(chi(5).as_str()) && text.contains(chi(45).as_str()) && text.contains("5001"), "{text}");
    desk.decide(&duplicate("5001", "5002"), Answer::of(Verdict::NotMatch)).unwrap();
    assert!(kinds(&mut desk).is_empty(), "two people may have two numbers");
}

#[test]
fn a_number_in_mosaic_that_chi_no_longer_uses_is_found_though_nobody_proposes_another() {
    let mut desk = Desk::new();
    let held = |file: MosaicFile, n: u16| file.with(mosaic(n).as_str(), &person(n), chi(n).as_str(), false);
    desk.load_mosaic((0..4).fold(MosaicFile::default(), held));
    let file = ChiFile::default().with(chi(0).as_str(), &person(0), "X", "").with(chi(1).as_str(), &person(1), "H", "");
    let file =
        file.with(chi(2).as_str(), &person(2), "H", chi(42).as_str()).with(chi(42).as_str(), &person(2), "C", "");
    desk.load_chi(file.plain(3));
    let current = PairKey::link(mosaic(2), chi(42));
    let out = |pair| (ConflictKind::HeldOutOfUse, pair);
    assert_eq!(kinds(&mut desk), [out(link(0)), out(link(1)), out(current.clone())]);
    // Each leads to a pair that can be decided
    for key in [link(0), link(1), current.clone()] {
        conflicts::task(desk.ws(), &key).unwrap();
    }
    let replace = Answer { replace: true, ..Answer::of(Verdict::Match).because(Reason::CheckedElsewhere) };
    desk.decide(&current, replace).unwrap();
    desk.decide(&link(0), Answer::of(Verdict::NotMatch)).unwrap();
    assert_eq!(kinds(&mut desk), [(ConflictKind::RejectedInMosaic, link(0)), out(link(1))]);
}

#[test]
fn a_number_in_mosaic_that_is_somebody_elses_is_found_though_nothing_fits_better() {
    let mut desk = Desk::new();
    // Somebody whom CHI does not have holds the number of a stranger
    let file = (0..60).fold(MosaicFile::default(), MosaicFile::plain);
    desk.load_mosaic(file.with("7000", &person(90), chi(75).as_str(), false));
    desk.load_chi((0..80).fold(ChiFile::default(), ChiFile::plain));
    let wrong = PairKey::link(id("7000"), chi(75));
    assert!(kinds(&mut desk).is_empty(), "before a run there is nothing to say it by");
    matching::run(desk.ws(), &Options::default(), &Progress::new()).unwrap();
    let found = conflicts::all(desk.ws()).unwrap();
    let [only] = &found[..] else { panic!("{found:?}") };
    assert_eq!((only.kind, &only.pair), (ConflictKind::SeedInDoubt, &wrong));
    assert!(only.words.contains("the details speak against it (–"), "{}", only.words);
    conflicts::task(desk.ws(), &wrong).unwrap();
    desk.decide(&wrong, Answer::of(Verdict::NotMatch)).unwrap();
    assert_eq!(kinds(&mut desk), [(ConflictKind::RejectedInMosaic, wrong)]);
}

#[test]
fn a_chi_that_was_matched_and_fits_another_best_asks_whether_the_two_are_one() {
    let mut desk = Desk::new();
    desk.load_mosaic(MosaicFile::default().plain(1).with("5001", &person(1), "", false));
    desk.load_chi(ChiFile::default().plain(1));
    let second = PairKey::link(id("5001"), chi(1));
    let rows = [("1001".to_owned(), chi(1).to_string(), 20.0), ("5001".to_owned(), chi(1).to_string(), 20.0)];
    desk.load_links(rows.into_iter());
    desk.match_(&link(1));
    assert_eq!(stops(desk.decide(&second, Answer::of(Verdict::Match))), [StopKind::ChiTaken]);
    let both = duplicate("1001", "5001");
    assert_eq!(kinds(&mut desk), [(ConflictKind::FitsAnother, both.clone())]);
    conflicts::task(desk.ws(), &both).unwrap();
    assert!(kinds(&mut desk).is_empty(), "it is a duplicate to be decided, with both shown");
    assert_eq!(groups::of(desk.ws(), &id("5001")).unwrap().members.len(), 2);
}

#[test]
fn two_numbers_that_fit_one_record_go_to_the_health_board() {
    let mut desk = Desk::new();
    desk.load_mosaic(MosaicFile::default().plain(1).plain(2));
    let file = ChiFile::default().plain(1).with(chi(41).as_str(), &person(1), "C", "");
    desk.load_chi(file.plain(2).plain(3));
    let row = |n: u16, number: u16, weight| (mosaic(n).to_string(), chi(number).to_string(), weight);
    desk.load_links([row(1, 1, 20.0), row(1, 41, 19.0), row(2, 2, 20.0), row(2, 3, 2.0)].into_iter());
    assert_eq!(kinds(&mut desk), [(ConflictKind::TwoNumbers, link(1))]);
    // An officer may ask the board about any other two
    desk.decide(&link(2), Answer::of(Verdict::Refer).because(Reason::AskHealthBoard)).unwrap();
    assert_eq!(kinds(&mut desk), [(ConflictKind::TwoNumbers, link(1)), (ConflictKind::TwoNumbers, link(2))]);
    let path = desk.path("board.csv");
    assert_eq!(conflicts::write_report(desk.ws(), &path).unwrap(), 2);
    let text = std::fs::read_to_string(&path).unwrap();
    assert!(text.contains(&format!("{},{},1001,", chi(1), chi(41))), "{text}");
    assert!(text.contains(&format!("{},{},1002,", chi(2), chi(3))), "{text}");
    // What is decided is no conflict any more; one person under two numbers is still the board's to join
    desk.match_(&link(1));
    desk.decide(&link(2), Answer::of(Verdict::NotMatch)).unwrap();
    assert!(kinds(&mut desk).is_empty());
    let again = desk.path("board-2.csv");
    assert_eq!(conflicts::write_report(desk.ws(), &again).unwrap(), 1);
}
