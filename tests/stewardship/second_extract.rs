//! What the next extract does to the work: nothing, where nothing that mattered has changed.

use stewartry::pair::{PairKey, PairKind, Reason, Verdict};
use stewartry::progress::Progress;
use stewartry::release;
use stewartry::stewardship::conflicts::{self, ConflictKind};
use stewartry::stewardship::decide::{self, Answer};
use stewartry::stewardship::recall::recall;
use stewartry::stewardship::{Refused, StopKind, WarningKind, batches, records, replace, sign_off, undo, warnings};
use stewartry::workspace::{BatchId, BatchState, QueueFilter};

use crate::desk::*;

/// Five people linked; two records of a sixth merged; all of it signed and released.
fn released() -> (Desk, BatchId) {
    let mut desk = Desk::new();
    let file = (0..5).fold(MosaicFile::default(), MosaicFile::plain);
    desk.load_mosaic(file.with("2001", &person(9), "", false).with("2002", &person(9), "", false));
    desk.load_chi((0..5).fold(ChiFile::default(), ChiFile::plain).plain(9));
    let mut rows: Vec<_> = (0..5).map(|n| (mosaic(n).to_string(), chi(n).to_string(), 20.0)).collect();
    rows.push(("2001".to_owned(), chi(9).to_string(), 20.0));
    rows.push(("2001".to_owned(), "2002".to_owned(), 20.0));
    desk.load_links(rows.into_iter());
    assert_eq!(accept_certain(desk.ws(), PairKind::Link).0, 6);
    assert_eq!(accept_certain(desk.ws(), PairKind::Duplicate).0, 1);
    let batch = desk.submit();
    desk.sign(batch);
    desk.become_(OFFICER);
    write(&mut desk, batch, "first");
    (desk, batch)
}

fn write(desk: &mut Desk, batch: BatchId, folder: &str) -> release::Released {
    let into = desk.path(folder);
    release::write(desk.ws(), batch, &into, &Progress::new()).unwrap()
}

/// Mosaic as it is after the seed was loaded and the merge was carried out; person 0 is `changed`.
fn afterwards(changed: &Person) -> MosaicFile {
    let file = MosaicFile::default().with("1000", changed, chi(0).as_str(), false);
    let file = (1..5).fold(file, |file, n| file.with(mosaic(n).as_str(), &person(n), chi(n).as_str(), false));
    file.with("2001", &person(9), chi(9).as_str(), false)
}

fn moved() -> Person {
    Person { address: "77 Elsewhere Street".into(), postcode: "DG9 7ZZ".into(), ..person(0) }
}

fn undecided(desk: &mut Desk, kind: PairKind) -> Vec<PairKey> {
    let ids = desk.ws().queue(&QueueFilter { bands: vec![], ..QueueFilter::start(kind) }).unwrap();
    desk.ws().pairs(&ids).unwrap().into_iter().map(|pair| pair.key).collect()
}

#[test]
fn a_released_person_who_leaves_the_extract_is_a_conflict_and_a_merged_record_is_none() {
    let (mut desk, _) = released();
    desk.load_mosaic(afterwards(&person(0)));
    assert!(conflicts::all(desk.ws()).unwrap().is_empty(), "the merge was carried out");
    let file =
        (1..5).fold(MosaicFile::default(), |file, n| file.with(mosaic(n).as_str(), &person(n), chi(n).as_str(), false));
    desk.load_mosaic(file.with("2001", &person(9), chi(9).as_str(), false));
    let found = conflicts::all(desk.ws()).unwrap();
    assert_eq!(found.iter().map(|it| (it.kind, &it.pair)).collect::<Vec<_>>(), [(ConflictKind::Gone, &link(0))]);
    assert!(found[0].words.contains("was released"), "{}", found[0].words);
}

#[test]
fn an_extract_that_holds_what_was_released_asks_nothing_again() {
    let (mut desk, batch) = released();
    let outcome = desk.load_mosaic(afterwards(&person(0)));
    assert_eq!((outcome.changed, outcome.gone), (6, 1), "the numbers have come, and the merged record has gone");
    let status = desk.ws().status().unwrap();
    assert_eq!((status.stale, status.links_undecided, status.duplicates_undecided), (0, [0; 3], [0; 3]));
    assert!(desk.ws().ready_for_batch().unwrap().is_empty(), "nothing is to be carried over twice");
    assert!(write(&mut desk, batch, "first").same_as_before);
    assert!(desk.ws().check(&Progress::new()).unwrap().ok);
}

#[test]
fn files_are_written_again_as_they_were_whatever_was_matched_since() {
    let (mut desk, batch) = released();
    desk.load_mosaic(afterwards(&moved()));
    desk.load_links([(mosaic(0).to_string(), chi(0).to_string(), 3.5)].into_iter());
    let second = write(&mut desk, batch, "second");
    for name in &second.files {
        let read = |folder: &str| std::fs::read(desk.path(folder).join(name)).unwrap();
        assert_eq!(read("first"), read("second"), "{name}");
    }
}

#[test]
fn a_decision_whose_evidence_changed_is_asked_again_beside_what_was_seen() {
    let (mut desk, _) = released();
    desk.load_mosaic(afterwards(&moved()));
    let decision = desk.ws().decision(&link(0)).unwrap().unwrap();
    assert!(decision.stale);
    assert_eq!(undecided(&mut desk, PairKind::Link), [link(0)]);
    let before = desk.ws().mosaic_as_of(&mosaic(0), &decision.judgement.left_hash).unwrap().unwrap();
    assert_eq!(before.details.address, [person(0).address]);
    // Of the certain pairs it alone waits; the others are not asked
    assert_eq!(accept_certain(desk.ws(), PairKind::Link), (1, vec![]));
    assert!(!desk.ws().decision(&link(0)).unwrap().unwrap().stale);
    assert!(desk.ws().ready_for_batch().unwrap().is_empty(), "it stands in Mosaic as it is");
    assert!(desk.ws().check(&Progress::new()).unwrap().ok);
}

#[test]
fn what_stands_in_mosaic_is_taken_back_by_a_recall_alone() {
    let (mut desk, batch) = released();
    for refused in [
        desk.decide(&link(1), Answer::of(Verdict::NotMatch)),
        desk.decide(&link(1), Answer::of(Verdict::Unsure)),
        decide::take_back(desk.ws(), &link(1)).map(drop),
    ] {
        assert_eq!(stops(refused), [StopKind::Released]);
    }
    assert!(matches!(recall(desk.ws(), &link(1), " ", true), Err(Refused::Unfit(_))));
    recall(desk.ws(), &link(1), "The person's twin", true).unwrap();
    assert_eq!(desk.ws().decision(&link(1)).unwrap().unwrap().judgement.verdict, Verdict::NotMatch);
    let rows = desk.ws().batch_rows(batch).unwrap();
    let row = rows.iter().find(|row| row.key == link(1)).unwrap();
    assert_eq!(row.recalled.as_deref(), Some("The person's twin"));
    assert_eq!(row.decision.as_ref().unwrap().judgement.verdict, Verdict::Match, "what was signed stays");
    assert_eq!(desk.ws().status().unwrap().people_released, 5);
    assert!(matches!(recall(desk.ws(), &link(1), "Again", true), Err(Refused::Nothing(_))));
    assert!(desk.ws().check(&Progress::new()).unwrap().ok);

    undo::undo(desk.ws()).unwrap().unwrap();
    assert_eq!(desk.ws().decision(&link(1)).unwrap().unwrap().judgement.verdict, Verdict::Match);
    assert_eq!(desk.ws().status().unwrap().people_released, 6);
    assert!(desk.ws().check(&Progress::new()).unwrap().ok);

    // Recalled and matched anew, it is carried over once more
    recall(desk.ws(), &link(1), "Look again", false).unwrap();
    assert!(desk.ws().decision(&link(1)).unwrap().is_none());
    desk.match_(&link(1));
    assert_eq!(desk.ws().ready_for_batch().unwrap().len(), 1);
}

#[test]
fn what_was_recalled_is_matched_again_only_for_a_reason_and_with_a_comment() {
    let (mut desk, _) = released();
    recall(desk.ws(), &link(1), "The person's twin", true).unwrap();
    let found = warnings::of_pair(desk.ws(), &link(1)).unwrap();
    assert_eq!(found[0].kind, WarningKind::Recalled);
    let told = found[0].in_full();
    assert!(told.contains(OFFICER) && told.contains("“The person's twin”"), "{told}");

    let yes = Answer::of(Verdict::Match);
    assert_eq!(reasons_needed(desk.decide(&link(1), yes.clone())), ["recalled"]);
    let because = yes.because(Reason::CheckedElsewhere);
    let refused = desk.decide(&link(1), because.clone()).unwrap_err().to_string();
    assert!(refused.contains("A reason and a comment are needed") && refused.contains(OFFICER), "{refused}");
    assert!(!refused.contains("twin"), "what somebody wrote stands in no error: {refused}");
    let file = |comment: &str| {
        format!("kind,left,right,verdict,reason,comment\nlink,1001,{},match,checked_elsewhere,{comment}\n", chi(1))
    };
    let path = desk.write(&file(""));
    let outcome = decide::decide_file(desk.ws(), &path, &Progress::new()).unwrap();
    assert_eq!((outcome.decided, outcome.refused.len()), (0, 1), "nor from a file");
    assert_eq!(desk.ws().decision(&link(1)).unwrap().unwrap().judgement.verdict, Verdict::NotMatch);

    let path = desk.write(&file("Both wristbands read"));
    assert_eq!(decide::decide_file(desk.ws(), &path, &Progress::new()).unwrap().decided, 1);
    decide::take_back(desk.ws(), &link(1)).unwrap();
    desk.decide(&link(1), Answer { comment: "Both wristbands read".into(), ..because }).unwrap();
    assert!(desk.ws().check(&Progress::new()).unwrap().ok);
}

#[test]
fn a_recall_that_was_taken_back_warns_of_nothing() {
    let (mut desk, _) = released();
    recall(desk.ws(), &link(1), "The person's twin", false).unwrap();
    assert_eq!(warnings::of_pair(desk.ws(), &link(1)).unwrap().len(), 1, "asked again, it is said too");
    undo::undo(desk.ws()).unwrap().unwrap();
    assert!(warnings::of_pair(desk.ws(), &link(1)).unwrap().is_empty());
    undo::redo(desk.ws()).unwrap().unwrap();
    assert_eq!(warnings::of_pair(desk.ws(), &link(1)).unwrap()[0].kind, WarningKind::Recalled);
}

#[test]
fn a_signed_batch_can_be_returned_until_its_files_are_written() {
    let mut desk = Desk::with_people(3);
    (0..3).for_each(|n| desk.match_(&link(n)));
    let batch = desk.submit();
    desk.sign(batch);
    assert_eq!(stops(decide::take_back(desk.ws(), &link(0)).map(drop)), [StopKind::InBatch]);
    sign_off::return_batch(desk.ws(), batch, "A twin was found", vec![(link(0), String::new())]).unwrap();
    let held = desk.ws().batch(batch).unwrap().unwrap();
    assert_eq!((held.state, held.signed), (BatchState::Returned, None));
    decide::take_back(desk.ws(), &link(0)).unwrap();
    assert!(desk.ws().check(&Progress::new()).unwrap().ok);

    let (mut desk, batch) = released();
    desk.become_(SUPERVISOR);
    assert!(matches!(sign_off::return_batch(desk.ws(), batch, "Too late", vec![]), Err(Refused::Unfit(_))));
}

#[test]
fn whoever_is_settled_is_not_asked_about_any_more_until_that_is_taken_back() {
    let mut desk = Desk::with_people(3);
    // Person 0 has a second candidate, and so has person 1
    desk.load_links(
        [(mosaic(0).to_string(), chi(2).to_string(), 9.0), (mosaic(1).to_string(), chi(2).to_string(), 9.0)]
            .into_iter(),
    );
    let other = PairKey::link(mosaic(0), chi(2));
    assert_eq!(undecided(&mut desk, PairKind::Link).len(), 5);
    desk.match_(&link(0));
    assert!(!undecided(&mut desk, PairKind::Link).contains(&other), "person 0 has a number");
    let not_matchable = |desk: &mut Desk| {
        records::not_matchable(desk.ws(), &mosaic(1), Reason::OutOfArea, "").map(drop).unwrap();
    };
    not_matchable(&mut desk);
    assert_eq!(undecided(&mut desk, PairKind::Link), [link(2)]);
    assert!(desk.ws().check(&Progress::new()).unwrap().ok);
    // The next extract has person 1 elsewhere: the judgement no longer holds
    let moved = Person { surname: "Othername".into(), ..person(1) };
    desk.load_mosaic(MosaicFile::default().plain(0).with("1001", &moved, "", false).plain(2));
    assert!(undecided(&mut desk, PairKind::Link).contains(&link(1)), "asked again");
    assert!(desk.ws().check(&Progress::new()).unwrap().ok);
    decide::take_back(desk.ws(), &link(0)).unwrap();
    assert!(undecided(&mut desk, PairKind::Link).contains(&other));
}

#[test]
fn two_groups_told_apart_once_are_not_asked_about_again_member_by_member() {
    let mut desk = Desk::new();
    let file = ["3001", "3002", "3003", "3004"]
        .iter()
        .fold(MosaicFile::default(), |file, id| file.with(id, &person(3), "", false));
    desk.load_mosaic(file);
    let pair = |one: &str, other: &str| (one.to_owned(), other.to_owned(), 9.0);
    desk.load_links(
        [
            pair("3001", "3002"),
            pair("3003", "3004"),
            pair("3001", "3003"),
            pair("3001", "3004"),
            pair("3002", "3003"),
            pair("3002", "3004"),
        ]
        .into_iter(),
    );
    for (kept, gone) in [("3001", "3002"), ("3003", "3004")] {
        let merge = stewartry::stewardship::merge::propose_target(desk.ws(), &id(kept), &id(gone)).unwrap().merge();
        let answer = Answer { merge: Some(merge), ..Answer::of(Verdict::Match) };
        desk.decide(&duplicate(kept, gone), answer).unwrap();
    }
    assert_eq!(undecided(&mut desk, PairKind::Duplicate).len(), 4);
    desk.decide(&duplicate("3002", "3003"), Answer::of(Verdict::NotMatch)).unwrap();
    assert!(undecided(&mut desk, PairKind::Duplicate).is_empty(), "they are two people");
    assert!(desk.ws().check(&Progress::new()).unwrap().ok);
    undo::undo(desk.ws()).unwrap();
    assert_eq!(undecided(&mut desk, PairKind::Duplicate).len(), 4);
    assert!(desk.ws().check(&Progress::new()).unwrap().ok);
}

/// *Not a match* is never asked again, until a field that mattered is another: writing it in capitals is not.
#[test]
fn two_records_told_apart_are_asked_about_again_when_what_told_them_apart_has_changed() {
    let mut desk = Desk::new();
    let file =
        |other: &Person| MosaicFile::default().with("3001", &person(3), "", false).with("3002", other, "", false);
    let twin = Person { forename: "Morag".to_owned(), ..person(3) };
    desk.load_mosaic(file(&twin));
    let key = duplicate("3001", "3002");
    desk.load_links([("3001".to_owned(), "3002".to_owned(), 9.0)].into_iter());
    desk.decide(&key, Answer::of(Verdict::NotMatch)).unwrap();
    desk.load_mosaic(file(&Person { forename: "MORAG".to_owned(), ..person(3) }));
    assert!(undecided(&mut desk, PairKind::Duplicate).is_empty());
    // A mistyped forename was put right: the two are alike now
    desk.load_mosaic(file(&person(3)));
    assert_eq!(undecided(&mut desk, PairKind::Duplicate).len(), 1);
    assert!(desk.ws().decision(&key).unwrap().unwrap().stale, "with what was said of them before");
}

#[test]
fn a_second_candidate_that_is_no_match_leaves_the_match_with_the_first() {
    let mut desk = Desk::with_people(2);
    let second = PairKey::link(mosaic(0), chi(1));
    desk.load_links([(mosaic(0).to_string(), chi(1).to_string(), 4.0)].into_iter());
    desk.match_(&link(0));
    desk.decide(&second, Answer::of(Verdict::NotMatch)).unwrap();
    assert_eq!(desk.ws().decision(&link(0)).unwrap().unwrap().judgement.verdict, Verdict::Match);
    let ready: Vec<PairKey> = desk.ws().ready_for_batch().unwrap().into_iter().map(|(key, _)| key).collect();
    assert_eq!(ready, [link(0)]);
}

#[test]
fn whoever_left_mosaic_goes_into_no_batch() {
    let mut desk = Desk::with_people(3);
    (0..3).for_each(|n| desk.match_(&link(n)));
    desk.load_mosaic(MosaicFile::default().plain(0).plain(1));
    let told = batches::ready(desk.ws(), &Progress::new()).unwrap();
    let composed = batches::compose_all_ready(desk.ws(), "November").unwrap();
    assert_eq!((composed.rows, composed.left.len()), (2, 1));
    assert_eq!((told.rows.len() as u64, &told.waiting), (composed.rows, &composed.left), "told before as done after");
    assert!(batches::ready(desk.ws(), &Progress::new()).unwrap().rows.is_empty());
    assert!(composed.left[0].1.contains("newest extract"), "{:?}", composed.left);
    // One that leaves after it was put into the batch stops the submission
    desk.load_mosaic(MosaicFile::default().plain(0));
    let refused = stewartry::stewardship::submit::submit(desk.ws(), composed.batch, Default::default()).map(drop);
    assert_eq!(stops(refused), [StopKind::Gone]);
}

#[test]
fn a_released_link_whose_number_was_superseded_is_replaced_in_one_deed_and_comes_back_in_one() {
    let (mut desk, first) = released();
    desk.load_mosaic(afterwards(&person(0)));
    let old = chi(0);
    let file = (1..5).fold(ChiFile::default(), ChiFile::plain).plain(9);
    desk.load_chi(file.with(old.as_str(), &person(0), "H", chi(40).as_str()).with(
        chi(40).as_str(),
        &person(0),
        "C",
        "",
    ));
    let yes = Answer::of(Verdict::Match).because(Reason::CheckedElsewhere);
    assert_eq!(stops(desk.decide(&link(0), yes.clone())), [StopKind::Superseded]);
    assert_eq!(replace::current_of(desk.ws(), &link(0)).unwrap(), Some(chi(40)));
    assert_eq!(replace::current_of(desk.ws(), &link(1)).unwrap(), None);
    assert!(matches!(replace::with_current(desk.ws(), &link(1), &yes), Err(Refused::Nothing(_))));

    replace::with_current(desk.ws(), &link(0), &yes).unwrap();
    let current = PairKey::link(mosaic(0), chi(40));
    assert!(desk.ws().decision(&link(0)).unwrap().is_none());
    let decision = desk.ws().decision(&current).unwrap().unwrap();
    assert_eq!(decision.judgement.replaces.as_deref(), Some(old.as_str()), "the evidence names what it replaces");
    assert!(desk.ws().released(&link(0)).unwrap().is_none(), "the old link was recalled with it");
    let second = desk.submit();
    desk.sign(second);
    desk.become_(OFFICER);
    let files = write(&mut desk, second, "second");
    let seed = files.files.iter().find(|name| name.ends_with("_seed.csv")).unwrap();
    let seed = std::fs::read_to_string(desk.path("second").join(seed)).unwrap();
    assert!(seed.contains(chi(40).as_str()) && !seed.contains(old.as_str()), "{seed}");
    assert!(write(&mut desk, first, "first").same_as_before);
    assert!(desk.ws().check(&Progress::new()).unwrap().ok);
}

#[test]
fn a_replacement_that_is_undone_leaves_everything_as_it_was() {
    let (mut desk, _) = released();
    let file = (1..5).fold(ChiFile::default(), ChiFile::plain).plain(9);
    desk.load_chi(file.with(chi(0).as_str(), &person(0), "H", chi(40).as_str()).with(
        chi(40).as_str(),
        &person(0),
        "C",
        "",
    ));
    let before = (desk.ws().status().unwrap(), desk.ws().decision(&link(0)).unwrap().unwrap().judgement);
    replace::with_current(desk.ws(), &link(0), &Answer::of(Verdict::Match).because(Reason::CheckedElsewhere)).unwrap();
    undo::undo(desk.ws()).unwrap().unwrap();
    let after = (desk.ws().status().unwrap(), desk.ws().decision(&link(0)).unwrap().unwrap().judgement);
    assert_eq!((after.0.link_answers, after.1), (before.0.link_answers, before.1));
    assert!(desk.ws().released(&link(0)).unwrap().is_some());
    assert!(desk.ws().check(&Progress::new()).unwrap().ok);
}

#[test]
fn a_number_that_was_superseded_twice_is_replaced_by_the_last() {
    let mut desk = Desk::new();
    desk.load_mosaic(MosaicFile::default().plain(0));
    let file = ChiFile::default().with(chi(0).as_str(), &person(0), "H", chi(40).as_str());
    let file = file.with(chi(40).as_str(), &person(0), "H", chi(80).as_str());
    desk.load_chi(file.with(chi(80).as_str(), &person(0), "C", ""));
    desk.load_links([(mosaic(0).to_string(), chi(0).to_string(), 20.0)].into_iter());
    let yes = Answer::of(Verdict::Match).because(Reason::CheckedElsewhere);
    let refused = desk.decide(&link(0), yes.clone()).unwrap_err();
    assert!(refused.to_string().contains(&chi(80).spaced()), "{refused}");
    replace::with_current(desk.ws(), &link(0), &yes).unwrap();
    assert!(desk.ws().decision(&PairKey::link(mosaic(0), chi(80))).unwrap().is_some());
}
