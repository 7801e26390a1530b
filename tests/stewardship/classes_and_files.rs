//! Many decisions at once: a class, or a file of them, under the same rules as one.

use stewartry::intake::Kind;
use stewartry::linkage::Options;
use stewartry::pair::{Hazards, How, PairKey, PairKind, Reason, Verdict};
use stewartry::progress::Progress;
use stewartry::stewardship::decide::{self, Answer, Because, Class, LOOKS, WARNED_LOOKS};
use stewartry::stewardship::submit::{self, Sampling};
use stewartry::stewardship::{Refused, batches, matching, sampling, undo};
use stewartry::workspace::Alike;

use crate::desk::*;

/// The one class of links that is large enough.
fn class(desk: &mut Desk) -> Class {
    let classes = decide::classes(desk.ws(), PairKind::Link).unwrap();
    classes.into_iter().find(Class::is_worth_it).unwrap()
}

/// Answers the first of the few that wait.
fn look(desk: &mut Desk, verdict: Verdict, many: usize) {
    for _ in 0..many {
        let (id, _) = *class(desk).few.iter().find(|(_, verdict)| verdict.is_none()).unwrap();
        let key = desk.ws().pair(id).unwrap().unwrap().key;
        desk.decide(&key, Answer::of(verdict)).unwrap();
    }
}

fn accept(desk: &mut Desk) -> Result<decide::ClassOutcome, Refused> {
    let alike = class(desk).alike;
    decide::accept_class(desk.ws(), PairKind::Link, alike, None, &Progress::new())
}

#[test]
fn a_class_is_accepted_after_a_look_at_a_few_as_one_deed_of_many_decisions() {
    let mut desk = Desk::with_people(12);
    assert_eq!((class(&mut desk).waiting, class(&mut desk).few.len()), (12, LOOKS));
    assert_eq!(
        class(&mut desk).words(),
        "Same surname, forename and date of birth. Address and postcode: same dwelling. Not in both: second forename"
    );
    for left in (1..=LOOKS).rev() {
        let refused = accept(&mut desk).unwrap_err().to_string();
        assert!(refused.starts_with(&format!("Look first at {left} more of the 5 pairs")), "{refused}");
        look(&mut desk, Verdict::Match, 1);
    }
    let looked: Vec<i64> = class(&mut desk).few.iter().map(|(id, _)| *id).collect();
    let outcome = accept(&mut desk).unwrap();
    assert_eq!((outcome.accepted, outcome.left.len()), (7, 0));
    let mut how = [0, 0];
    for n in 0..12 {
        let decision = desk.ws().decision(&link(n)).unwrap().unwrap();
        assert_eq!(decision.judgement.verdict, Verdict::Match);
        let id = desk.ws().pair_of(&link(n)).unwrap().unwrap().id;
        assert_eq!(decision.judgement.how == How::ByHand, looked.contains(&id));
        assert_eq!(decision.judgement.score_seen, decision.judgement.how == How::Class);
        how[usize::from(decision.judgement.how == How::Class)] += 1;
    }
    assert_eq!(how, [5, 7], "each is a decision of its own, that says how it was made");
    assert_eq!(undo::undo(desk.ws()).unwrap().as_deref(), Some("Undone: “7 decisions”"));
    assert_eq!(class(&mut desk).waiting, 7, "the few stay decided");
    assert_eq!(undo::redo(desk.ws()).unwrap().as_deref(), Some("Done again: “7 decisions”"));
    assert!(decide::classes(desk.ws(), PairKind::Link).unwrap().is_empty());
}

#[test]
fn one_of_the_few_that_is_no_match_keeps_its_class_from_being_accepted() {
    let mut desk = Desk::with_people(12);
    look(&mut desk, Verdict::Match, 3);
    look(&mut desk, Verdict::NotMatch, 1);
    look(&mut desk, Verdict::Match, 1);
    assert_eq!((class(&mut desk).looked(), class(&mut desk).doubted()), (5, 1));
    let refused = accept(&mut desk).unwrap_err().to_string();
    assert!(refused.contains("is no match; decide this class pair by pair"), "{refused}");
}

#[test]
fn who_accepts_has_looked_and_a_pair_put_aside_makes_no_room_for_an_easier_one() {
    let mut desk = Desk::with_people(14);
    look(&mut desk, Verdict::Match, 5);
    desk.become_(SECOND_OFFICER);
    assert_eq!((class(&mut desk).looked(), class(&mut desk).waiting), (0, 9), "another's looks are not one's own");
    accept(&mut desk).unwrap_err();
    let (first, _) = class(&mut desk).few[0];
    let aside = desk.ws().pair(first).unwrap().unwrap().key;
    look(&mut desk, Verdict::Unsure, 1);
    look(&mut desk, Verdict::Match, 4);
    let now = class(&mut desk);
    assert_eq!((now.looked(), now.put_aside(), now.waiting, now.few[0]), (4, 1, 4, (first, Some(Verdict::Unsure))));
    let refused = accept(&mut desk).unwrap_err().to_string();
    assert!(refused.contains("decide each, also 1 that was put aside; the others"), "{refused}");
    desk.decide(&aside, Answer::of(Verdict::Match)).unwrap();
    assert_eq!(accept(&mut desk).unwrap().accepted, 4);
}

#[test]
fn a_class_that_one_person_doubted_is_not_accepted_by_the_next() {
    let mut desk = Desk::with_people(14);
    let (first, _) = class(&mut desk).few[0];
    let wrong = desk.ws().pair(first).unwrap().unwrap().key;
    look(&mut desk, Verdict::NotMatch, 1);
    desk.become_(SECOND_OFFICER);
    look(&mut desk, Verdict::Match, 4);
    let refused = accept(&mut desk).unwrap_err().to_string();
    assert!(refused.contains("is no match; decide this class pair by pair"), "{refused}");
    // Until it is known better
    desk.decide(&wrong, Answer::of(Verdict::Match).because(Reason::CheckedElsewhere)).unwrap();
    assert_eq!(accept(&mut desk).unwrap().accepted, 9);
}

#[test]
fn pairs_that_a_person_must_look_at_are_in_no_class() {
    let mut desk = Desk::new();
    let mosaic_file = MosaicFile::default()
        .plain(0)
        .with("1001", &person(1), "", true)
        .plain(2)
        .with("1003", &person(3), chi(30).as_str(), false)
        .plain(4);
    desk.load_mosaic((5..15).fold(mosaic_file, MosaicFile::plain));
    let chi_file = ChiFile::default().plain(0).plain(1).with(chi(2).as_str(), &person(2), "D", "").plain(3);
    let chi_file = chi_file.with(chi(4).as_str(), &person(4), "H", chi(44).as_str());
    desk.load_chi((5..15).fold(chi_file, ChiFile::plain));
    desk.load_links((0..15).map(|n| (mosaic(n).to_string(), chi(n).to_string(), 20.0)));
    let (matched, left) = accept_certain(desk.ws(), PairKind::Link);
    assert_eq!((matched, left.len()), (11, 0));
    for n in 1..5 {
        assert!(desk.ws().decision(&link(n)).unwrap().is_none(), "{n}");
    }
}

#[test]
fn a_class_holds_its_rules_among_its_own_rows() {
    // Three Mosaic records each of twelve people. One of three has the CHI, and it is the one that is kept.
    let mut desk = Desk::new();
    let ids = |n: u16| [1, 2, 3].map(|k| format!("2{n:02}{k}"));
    let mut file = MosaicFile::default();
    let mut rows = Vec::new();
    for n in 0..12 {
        let [a, b, c] = ids(n);
        file = [&a, &b, &c].into_iter().fold(file, |file, id| file.with(id, &person(n), "", false));
        rows.push((b.clone(), chi(n).to_string(), 20.0));
        for (one, other) in [(&a, &b), (&b, &c), (&a, &c)] {
            rows.push((one.clone(), other.clone(), 20.0));
        }
    }
    desk.load_mosaic(file);
    desk.load_chi((0..12).fold(ChiFile::default(), ChiFile::plain));
    desk.load_links(rows.into_iter());
    assert_eq!(accept_certain(desk.ws(), PairKind::Link).0, 12);
    let (matched, left) = accept_certain(desk.ws(), PairKind::Duplicate);
    assert!(matched >= 18, "{matched} {left:?}");
    let merges: Vec<_> =
        desk.ws().merges().unwrap().into_iter().filter_map(|(_, decision)| decision.judgement.merge).collect();
    assert!(merges.iter().all(|it| merges.iter().all(|other| it.source != other.target)), "no merge follows another");
    let mut gone: Vec<&str> = merges.iter().map(|merge| merge.source.as_str()).collect();
    gone.sort_unstable();
    let all = gone.len();
    gone.dedup();
    assert_eq!(gone.len(), all, "nobody is merged away twice");
}

#[test]
fn a_class_that_a_rule_stops_as_a_whole_is_not_offered() {
    // Of seventeen people, twelve have another Mosaic record that holds their CHI already
    let mut desk = Desk::new();
    let file = (0..17).fold(MosaicFile::default(), MosaicFile::plain);
    let holder = |file: MosaicFile, n: u16| file.with(&format!("2{n:03}"), &person(n), chi(n).as_str(), false);
    desk.load_mosaic((0..12).fold(file, holder));
    desk.load_chi((0..17).fold(ChiFile::default(), ChiFile::plain));
    desk.load_links((0..17).map(|n| (mosaic(n).to_string(), chi(n).to_string(), 20.0)));
    let free = class(&mut desk);
    assert_eq!((free.waiting, free.looked(), free.is_free), (17, 0, true));
    look(&mut desk, Verdict::Match, LOOKS);
    assert!((12..17).all(|n| desk.ws().decision(&link(n)).unwrap().is_some()), "the few are those that no rule stops");
    let classes = decide::classes(desk.ws(), PairKind::Link).unwrap();
    let [stopped] = &classes[..] else { panic!("{classes:?}") };
    assert_eq!((stopped.waiting, stopped.is_free, stopped.is_worth_it()), (12, false, false));
    let refused = decide::accept_class(desk.ws(), PairKind::Link, stopped.alike, None, &Progress::new());
    assert!(matches!(refused, Err(Refused::Unfit(_))), "{refused:?}");
}

#[test]
fn a_cancelled_class_decides_nothing() {
    let mut desk = Desk::with_people(9);
    look(&mut desk, Verdict::Match, 5);
    let progress = Progress::new();
    progress.cancel();
    let alike = class(&mut desk).alike;
    let cancelled = decide::accept_class(desk.ws(), PairKind::Link, alike, None, &progress);
    assert!(matches!(cancelled, Err(Refused::Cancelled(_))));
    assert_eq!(class(&mut desk).waiting, 4);
}

#[test]
fn a_class_goes_by_its_name_on_the_command_line() {
    let mut desk = Desk::with_people(6);
    let class = class(&mut desk);
    assert_eq!(decide::parse_class(&class.code()), Some((PairKind::Link, class.alike)));
    assert_eq!(decide::parse_class(&class.code().to_lowercase()), Some((PairKind::Link, class.alike)));
    for wrong in ["", "L", "X12", "Lxyz", "Ł12", "LW", "LWxyz", "LWFFFFFFFF"] {
        assert_eq!(decide::parse_class(wrong), None, "{wrong}");
    }
}

const DIED: Alike = Alike::Warnings(Hazards::DECEASED);

fn the_dead(desk: &mut Desk) -> Class {
    decide::class(desk.ws(), PairKind::Link, DIED).unwrap().unwrap()
}

fn look_at_the_dead(desk: &mut Desk, verdict: Verdict, many: usize) {
    for _ in 0..many {
        let (id, _) = *the_dead(desk).few.iter().find(|(_, verdict)| verdict.is_none()).unwrap();
        let key = desk.ws().pair(id).unwrap().unwrap().key;
        let answer = Answer::of(verdict);
        let answer = if verdict == Verdict::Match { answer.because(Reason::CheckedElsewhere) } else { answer };
        desk.decide(&key, answer).unwrap();
    }
}

fn accept_the_dead(desk: &mut Desk, reason: Option<Reason>) -> Result<decide::ClassOutcome, Refused> {
    let because = reason.map(|reason| Because { reason, comment: "Of one register".to_owned() });
    decide::accept_class(desk.ws(), PairKind::Link, DIED, because.as_ref(), &Progress::new())
}

#[test]
fn links_that_one_warning_alone_holds_are_accepted_for_one_reason_after_a_look_at_a_few() {
    let mut desk = Desk::with_the_dead();
    let class = the_dead(&mut desk);
    assert_eq!((class.waiting, class.few.len(), class.warnings()), (14, WARNED_LOOKS, Hazards::DECEASED));
    assert_eq!(class.words(), "Certain but for a warning: Deceased");
    assert_eq!(decide::parse_class(&class.code()), Some((PairKind::Link, DIED)));
    assert!(decide::classes(desk.ws(), PairKind::Link).unwrap().contains(&class));
    let refused = accept_the_dead(&mut desk, Some(Reason::CheckedElsewhere)).unwrap_err().to_string();
    assert!(refused.starts_with("Look first at 10 more of the 10 pairs"), "{refused}");
    look_at_the_dead(&mut desk, Verdict::Match, WARNED_LOOKS);
    let Err(Refused::ReasonNeeded { warnings }) = accept_the_dead(&mut desk, None) else { panic!() };
    assert_eq!(warnings.len(), 1);
    assert!(matches!(accept_the_dead(&mut desk, Some(Reason::Sibling)), Err(Refused::Unfit(_))));
    let outcome = accept_the_dead(&mut desk, Some(Reason::CheckedElsewhere)).unwrap();
    assert_eq!((outcome.accepted, outcome.left), (4, vec![]));
    let mut how = [0, 0];
    for n in 0..14 {
        let judgement = desk.ws().decision(&link(n)).unwrap().unwrap().judgement;
        assert_eq!((judgement.verdict, judgement.reason), (Verdict::Match, Some(Reason::CheckedElsewhere)));
        assert_eq!(judgement.comment == "Of one register", judgement.how == How::Class);
        how[usize::from(judgement.how == How::Class)] += 1;
    }
    assert_eq!(how, [10, 4], "each is a decision of its own, with its reason");
    assert!((14..60).all(|n| desk.ws().decision(&link(n)).unwrap().is_none()), "nobody else is decided");
    undo::undo(desk.ws()).unwrap().unwrap();
    assert_eq!(the_dead(&mut desk).waiting, 4);
}

#[test]
fn another_warning_leaves_a_link_to_a_person_and_one_that_is_no_match_the_whole_class() {
    let mut desk = Desk::with_the_dead();
    look_at_the_dead(&mut desk, Verdict::Match, WARNED_LOOKS);
    // One of those that were not looked at is gone from the next extract of Mosaic
    let gone = (0..14).find(|n| desk.ws().decision(&link(*n)).unwrap().is_none()).unwrap();
    desk.load_mosaic((0..60).filter(|n| *n != gone).fold(MosaicFile::default(), MosaicFile::plain));
    let outcome = accept_the_dead(&mut desk, Some(Reason::DetailsAgree)).unwrap();
    assert_eq!((outcome.accepted, outcome.left), (3, vec![("Not in the newest extract".to_owned(), 1)]));
    assert!(desk.ws().decision(&link(gone)).unwrap().is_none());

    let mut desk = Desk::with_the_dead();
    look_at_the_dead(&mut desk, Verdict::Match, WARNED_LOOKS - 1);
    look_at_the_dead(&mut desk, Verdict::NotMatch, 1);
    let refused = accept_the_dead(&mut desk, Some(Reason::DetailsAgree)).unwrap_err().to_string();
    assert!(
        refused.starts_with("1 of the 10 pairs") && refused.contains("decide this class pair by pair"),
        "{refused}"
    );
}

#[test]
fn of_what_a_class_took_in_spite_of_a_warning_a_sample_of_its_own_is_re_checked() {
    let mut desk = Desk::new();
    desk.load_mosaic((0..60).fold(MosaicFile::default(), MosaicFile::plain));
    let died = |file: ChiFile, n: u16| file.with(chi(n).as_str(), &person(n), "D", "");
    desk.load_chi((40..60).fold((0..40).fold(ChiFile::default(), died), ChiFile::plain));
    matching::run(desk.ws(), &Options::default(), &Progress::new()).unwrap();
    look_at_the_dead(&mut desk, Verdict::Match, WARNED_LOOKS);
    assert_eq!(accept_the_dead(&mut desk, Some(Reason::DetailsAgree)).unwrap().accepted, 30);
    accept_certain(desk.ws(), PairKind::Link);
    // A later extract says that one of them is restricted: that is no warning of the class
    let taken = |desk: &mut Desk, n: u16| desk.ws().decision(&link(n)).unwrap().unwrap().judgement.how == How::Class;
    let restricted = (0..40).find(|n| taken(&mut desk, *n)).unwrap();
    let file = (0..60).filter(|n| *n != restricted).fold(MosaicFile::default(), MosaicFile::plain);
    desk.load_mosaic(file.with(mosaic(restricted).as_str(), &person(restricted), "", true));
    let batch = batches::compose_all_ready(desk.ws(), "November").unwrap().batch;
    let sampling = Sampling { tolerable: 0.1, confidence: 0.9 };
    let submitted = submit::submit(desk.ws(), batch, sampling).unwrap();
    let rows = desk.ws().batch_rows(batch).unwrap();
    let how = |key: &PairKey| rows.iter().find(|row| row.key == *key).unwrap().decision.as_ref().unwrap().judgement.how;
    let sampled: Vec<PairKey> = rows.iter().filter(|row| row.sampled).map(|row| row.key.clone()).collect();
    let dead = |how_it_was: How| (0..40).map(link).filter(|key| how(key) == how_it_was).collect::<Vec<_>>();
    assert!(dead(How::ByHand).len() == 10 && dead(How::ByHand).iter().all(|key| sampled.contains(key)));
    // As many of the thirty as show of them alone what is to be shown, by the same seed; not each
    let (seed, size) = (desk.ws().batch(batch).unwrap().unwrap().sample.unwrap().seed, sampling::size(30, 0.1, 0.9));
    let of_all = sampling::draw(&seed, &rows.iter().map(|row| row.key.clone()).collect::<Vec<_>>(), submitted.drawn);
    let in_spite = sampling::draw(&seed, &dead(How::Class), size);
    assert!(in_spite.len() < 15 && in_spite.iter().all(|key| sampled.contains(key)), "{}", in_spite.len());
    let others = sampled.iter().filter(|key| !of_all.contains(key) && !in_spite.contains(key));
    let expected = |key: &&PairKey| dead(How::ByHand).contains(key) || **key == link(restricted);
    assert!(others.clone().all(|key| expected(&key)), "{:?}", others.collect::<Vec<_>>());
    assert!(sampled.contains(&link(restricted)), "whatever the draw");
    let statement = desk.sign(batch);
    let says = format!(
        "; of the links accepted as a class in spite of a warning, no error in {size} of 30: with 90 % confidence"
    );
    assert!(statement.contains(&says), "{statement}");
}

#[test]
fn a_file_of_decisions_takes_what_the_rules_allow_and_lists_the_rest_by_line() {
    let mut desk = Desk::with_people(6);
    desk.load_links([("1001".to_owned(), chi(0).to_string(), -4.0)].into_iter());
    let mut text = "kind,left,right,verdict,reason,comment\n".to_owned();
    let mut row = |left: u16, right: u16, rest: &str| {
        text.push_str(&format!("link,{},{},{rest}\n", mosaic(left), chi(right)));
    };
    row(0, 0, "match,,");
    row(1, 0, "match,details_agree,");
    row(2, 2, "not_match,namesake,Another address");
    row(3, 3, "refer,,");
    row(4, 4, "perhaps,,");
    row(5, 5, "match,no_such_reason,");
    row(0, 0, "match,,");
    row(0, 5, "match,,");
    let path = desk.write(&text);
    let outcome = decide::decide_file(desk.ws(), &path, &Progress::new()).unwrap();
    assert_eq!((outcome.rows, outcome.decided, outcome.answers), (8, 2, [1, 1, 0, 0]));
    let refused: Vec<u64> = outcome.refused.iter().map(|row| row.line).collect();
    assert_eq!(refused, [3, 5, 6, 7, 8, 9]);
    assert!(outcome.refused[0].why.contains("is matched to 1000 already"), "{}", outcome.refused[0].why);
    assert!(
        outcome.refused[1]
            .why
            .ends_with("a reason: second_opinion, ask_team, ask_health_board, protected_identity or other")
    );
    assert!(
        outcome.refused[3].why.starts_with("The reason is not one of details_agree, "),
        "{}",
        outcome.refused[3].why
    );
    let list = desk.path("refused.csv");
    decide::write_refused(&outcome, &list).unwrap();
    assert_eq!(std::fs::read_to_string(&list).unwrap().lines().count(), 7);

    let again = decide::decide_file(desk.ws(), &path, &Progress::new()).unwrap();
    assert_eq!((again.decided, again.same_as_before), (0, 3));
}

#[test]
fn a_file_of_decisions_may_use_the_short_headings_and_name_a_target() {
    let mut desk = Desk::new();
    let file = MosaicFile::default().with("2001", &person(0), "", false).with("2002", &person(0), "", false).plain(3);
    desk.load_mosaic(file);
    desk.load_chi(ChiFile::default().plain(3));
    desk.load_links(
        [("1003".to_owned(), chi(3).to_string(), 20.0), ("2001".to_owned(), "2002".to_owned(), 20.0)].into_iter(),
    );
    let short = format!("\u{feff}PersonID,CHI,decision,reason,comment\n1003,{},Match,,\n", chi(3));
    let path = desk.write(&short);
    assert_eq!(decide::decide_file(desk.ws(), &path, &Progress::new()).unwrap().decided, 1);
    let path = desk.write("kind,left,right,verdict,reason,comment,target\nduplicate,2001,2002,match,,,2002\n");
    let outcome = decide::decide_file(desk.ws(), &path, &Progress::new()).unwrap();
    assert_eq!(outcome.decided, 1, "{:?}", outcome.refused);
    let merge = desk.ws().merges().unwrap().remove(0).1.judgement.merge.unwrap();
    assert_eq!(merge.target.as_str(), "2002");
}

/// Two records that may be one person, of which the first is matched to a CHI here.
fn matched_and_doubled() -> Desk {
    let mut desk = Desk::new();
    let file = MosaicFile::default().with("2001", &person(0), "", false).with("2002", &person(0), "", false).plain(3);
    desk.load_mosaic(file);
    desk.load_chi(ChiFile::default().plain(0).plain(3));
    let links = [("2001".to_owned(), chi(0).to_string(), 20.0), ("2001".to_owned(), "2002".to_owned(), 20.0)];
    desk.load_links(links.into_iter());
    desk.match_(&PairKey::link(id("2001"), chi(0)));
    desk
}

const MERGED: &str = "kind,left,right,verdict,reason,comment,target\nduplicate,2001,2002,match,,,2002\n";

#[test]
fn a_merge_of_a_file_takes_the_chi_to_the_record_that_is_kept() {
    let mut desk = matched_and_doubled();
    let path = desk.write(&format!("{MERGED}link,2002,{0},match,,,\nlink,2001,{0},match,,,\n", chi(0)));
    let outcome = decide::decide_file(desk.ws(), &path, &Progress::new()).unwrap();
    assert_eq!((outcome.decided, outcome.same_as_before), (1, 1), "the merge made the second row's match");
    assert_eq!(outcome.refused.len(), 1, "{:?}", outcome.refused);
    assert!(outcome.refused[0].why.contains("moves the CHI"), "{}", outcome.refused[0].why);
    let held = |desk: &mut Desk, of: &str| desk.ws().chis_matched_to(&id(of)).unwrap().into_iter();
    assert_eq!(held(&mut desk, "2002").collect::<Vec<_>>(), [chi(0)]);
    assert_eq!(held(&mut desk, "2001").count(), 0);
    // One deed: undo takes the merge and the move back
    undo::undo(desk.ws()).unwrap().unwrap();
    assert_eq!((held(&mut desk, "2001").count(), held(&mut desk, "2002").count()), (1, 0));
    assert!(desk.ws().check(&Progress::new()).unwrap().ok);
}

#[test]
fn a_merge_that_a_file_may_not_make_moves_no_chi_and_stands_in_no_later_rows_way() {
    let mut desk = matched_and_doubled();
    desk.load("PersonID,RelatedPersonID,Relationship\n2001,2002,Twin\n", Kind::Relationships);
    let path = desk.write(&format!("{MERGED}link,2001,{},match,,,\n", chi(0)));
    let outcome = decide::decide_file(desk.ws(), &path, &Progress::new()).unwrap();
    assert_eq!((outcome.decided, outcome.same_as_before, outcome.refused.len()), (0, 1, 1), "{:?}", outcome.refused);
    assert_eq!(desk.ws().chis_matched_to(&id("2001")).unwrap().len(), 1);
}

#[test]
fn a_restricted_person_is_never_decided_in_bulk() {
    let mut desk = Desk::new();
    desk.load_mosaic(MosaicFile::default().with("1000", &person(0), "", true));
    desk.load_chi(ChiFile::default().plain(0));
    desk.load_links([("1000".to_owned(), chi(0).to_string(), 20.0)].into_iter());
    let text = format!("PersonID,CHI,decision,reason,comment\n1000,{},match,checked_elsewhere,\n", chi(0));
    let path = desk.write(&text);
    let outcome = decide::decide_file(desk.ws(), &path, &Progress::new()).unwrap();
    assert_eq!(outcome.decided, 0);
    assert!(outcome.refused[0].why.contains("restricted"), "{}", outcome.refused[0].why);
    desk.match_(&link(0));
}

#[test]
fn what_is_no_file_of_decisions_is_refused_whole_with_its_line() {
    let mut desk = Desk::with_people(1);
    for (text, says) in [
        ("", "is empty"),
        ("a,b,c\n1,2,3\n", "headings"),
        ("PersonID,CHI,decision\n", "no rows"),
        ("PersonID,CHI,decision\n1000,0101011237\n", "line 2"),
        ("PersonID,CHI,decision\n1000,\0,match\n", "NUL"),
    ] {
        let path = desk.write(text);
        let refused = decide::decide_file(desk.ws(), &path, &Progress::new()).unwrap_err();
        assert!(refused.to_string().contains(says), "{text:?}: {refused}");
    }
    let missing = desk.path("missing.csv");
    let refused = decide::decide_file(desk.ws(), &missing, &Progress::new()).unwrap_err();
    assert!(refused.to_string().contains("missing.csv"), "{refused}");
}

#[test]
fn matching_finds_the_people_and_their_bands_can_be_moved_and_moved_back() {
    use stewartry::linkage::{Cuts, Options};
    use stewartry::stewardship::matching;
    let mut desk = Desk::new();
    assert!(matches!(matching::run(desk.ws(), &Options::default(), &Progress::new()), Err(Refused::Nothing(_))));
    desk.load_mosaic((0..60).fold(MosaicFile::default(), MosaicFile::plain));
    desk.load_chi((0..60).fold(ChiFile::default(), ChiFile::plain));
    let outcome = matching::run(desk.ws(), &Options::default(), &Progress::new()).unwrap();
    assert!(outcome.links[0] >= 50, "{:?}", outcome.links);
    let found = desk.ws().pair_of(&link(7)).unwrap().unwrap();
    assert!(found.best);
    let chosen = desk.ws().latest_run().unwrap().unwrap();
    assert_eq!(matching::moved_cuts(&chosen), None, "as the run chose them");
    let strict = Cuts { auto: 1.0, review: 0.5 };
    let preview = matching::preview_cuts(desk.ws(), strict).unwrap();
    matching::move_cuts(desk.ws(), strict).unwrap();
    assert_eq!(matching::moved_cuts(&desk.ws().latest_run().unwrap().unwrap()), Some(strict));
    assert!(desk.ws().status().unwrap().links[0] >= preview.links[0]);
    assert!(matches!(matching::move_cuts(desk.ws(), strict), Err(Refused::Nothing(_))));
    let upside_down = Cuts { auto: 0.2, review: 0.5 };
    assert!(matches!(matching::preview_cuts(desk.ws(), upside_down), Err(Refused::Unfit(_))));
    undo::undo(desk.ws()).unwrap().unwrap();
    assert_eq!(desk.ws().status().unwrap().links, outcome.links, "undone, every pair is in its band again");
    assert_eq!(desk.ws().latest_run().unwrap().unwrap().cuts, chosen.cuts);
}

#[test]
fn no_cut_makes_automatic_what_a_person_must_see() {
    use stewartry::linkage::{Cuts, Options};
    use stewartry::pair::Band;
    use stewartry::stewardship::matching;
    let mut desk = Desk::new();
    // The first has died by CHI's word; the second shares a home and a surname with the record, and little else.
    let mut other = person(1);
    other.forename = "Quintilla".to_owned();
    desk.load_mosaic((2..60).fold(MosaicFile::default().plain(0).plain(1), MosaicFile::plain));
    let chi_file = ChiFile::default().with(chi(0).as_str(), &person(0), "D", "").with(chi(1).as_str(), &other, "C", "");
    desk.load_chi((2..60).fold(chi_file, ChiFile::plain));
    matching::run(desk.ws(), &Options::default(), &Progress::new()).unwrap();
    let low = Cuts { auto: 0.02, review: 0.01 };
    let preview = matching::preview_cuts(desk.ws(), low).unwrap();
    matching::move_cuts(desk.ws(), low).unwrap();
    for n in [0, 1] {
        let pair = desk.ws().pair_of(&link(n)).unwrap().unwrap();
        assert_eq!(pair.band, Band::Review, "{n}: {pair:?}");
    }
    assert!(preview.links[0] >= 50 && preview.links[0] <= 58, "{preview:?}");
    let (matched, _) = accept_certain(desk.ws(), PairKind::Link);
    assert!(matched >= 50, "{matched}");
    assert!((0..2).all(|n| desk.ws().decision(&link(n)).unwrap().is_none()));
}

#[test]
fn a_row_that_says_what_is_to_be_replaced_is_no_row_that_says_the_same_as_before() {
    let mut desk = Desk::with_people(6);
    let comment = "Seen in both records".to_owned();
    let answer = Answer { comment, ..Answer::of(Verdict::Match).because(Reason::CheckedElsewhere) };
    desk.decide(&link(0), answer).unwrap();
    let file = MosaicFile::default().with("1000", &person(0), chi(30).as_str(), false);
    desk.load_mosaic((1..6).fold(file, MosaicFile::plain));
    assert!(batches::ready(desk.ws(), &Progress::new()).unwrap().rows.is_empty(), "Mosaic holds another");
    let row = |replace: &str| {
        format!(
            "kind,left,right,verdict,reason,comment,replace\nlink,1000,{},match,checked_elsewhere,Seen in both records,{replace}\n",
            chi(0)
        )
    };
    for (replace, decided) in [("no", 0), ("yes", 1), ("yes", 0)] {
        let path = desk.write(&row(replace));
        let outcome = decide::decide_file(desk.ws(), &path, &Progress::new()).unwrap();
        assert_eq!((outcome.decided, outcome.refused.len()), (decided, 0), "{replace}: {:?}", outcome.refused);
    }
    assert_eq!(batches::ready(desk.ws(), &Progress::new()).unwrap().rows.len(), 1);
}
