//! Every hard stop, every warning that needs a reason, and what an answer must say.

use stewartry::pair::{Blocker, BlockerAnswer, Merge, Reason, Verdict};
use stewartry::progress::Progress;
use stewartry::stewardship::conflicts::{self, ConflictKind};
use stewartry::stewardship::decide::{self, Answer};
use stewartry::stewardship::{
    Refused, StopKind, WarningKind, batches, find, merge, pace, records, reveal, sign_off, stops as hard_stops, submit,
    undo, warnings,
};
use stewartry::workspace::BatchId;

use crate::desk::*;

fn yes() -> Answer {
    Answer::of(Verdict::Match)
}

fn merging(source: &str, target: &str) -> Answer {
    let merge = Merge { source: id(source), target: id(target), blockers: Vec::new(), note: String::new() };
    Answer { merge: Some(merge), ..yes() }
}

/// One Mosaic person (the first) against one CHI record made from the same details by `change`.
fn one_link(status: &str, upi: &str, change: impl Fn(&mut Person, &mut Person)) -> Desk {
    let (mut left, mut right) = (person(0), person(0));
    change(&mut left, &mut right);
    let mut desk = Desk::new();
    desk.load_mosaic(MosaicFile::default().with("1000", &left, "", false));
    desk.load_chi(ChiFile::default().with(chi(0).as_str(), &right, status, upi));
    desk.load_links([("1000".to_owned(), chi(0).to_string(), 20.0)].into_iter());
    desk
}

#[test]
fn a_clean_match_is_saved_without_a_reason_and_bound_to_both_records() {
    let mut desk = Desk::with_people(1);
    assert!(warnings::of_pair(desk.ws(), &link(0)).unwrap().is_empty());
    desk.decide(&link(0), yes()).unwrap();
    let decision = desk.ws().decision(&link(0)).unwrap().unwrap();
    let left = desk.ws().mosaic(&mosaic(0)).unwrap().unwrap();
    let right = desk.ws().chi(&chi(0)).unwrap().unwrap();
    assert_eq!(decision.judgement.left_hash, left.content_hash);
    assert_eq!(decision.judgement.right_hash, right.content_hash);
    assert_eq!(decision.judgement.replaces, None);
}

#[test]
fn a_deleted_chi_is_never_matched() {
    let mut desk = one_link("X", "", |_, _| {});
    assert_eq!(stops(desk.decide(&link(0), yes().because(Reason::CheckedElsewhere))), [StopKind::Deleted]);
    assert!(desk.ws().decision(&link(0)).unwrap().is_none());
}

#[test]
fn a_superseded_chi_is_refused_with_its_replacement() {
    let mut desk = one_link("H", chi(40).as_str(), |_, _| {});
    let refused = desk.decide(&link(0), yes().because(Reason::CheckedElsewhere)).unwrap_err();
    assert!(refused.to_string().contains(&format!("use {} instead", chi(40).spaced())), "{refused}");
    assert_eq!(stops(Err(refused)), [StopKind::Superseded]);

    let mut desk = one_link("H", "", |_, _| {});
    let refused = desk.decide(&link(0), yes().because(Reason::CheckedElsewhere)).unwrap_err();
    assert!(refused.to_string().contains("does not name its current replacement"), "{refused}");
}

#[test]
fn a_upi_column_is_not_trusted_against_a_current_status() {
    let mut desk = one_link("C", chi(40).as_str(), |_, _| {});
    assert!(reasons_needed(desk.decide(&link(0), yes())).contains(&"upi_disagrees"));
    // Without a status, the column is all there is.
    let mut desk = one_link("", chi(40).as_str(), |_, _| {});
    assert_eq!(stops(desk.decide(&link(0), yes().because(Reason::CheckedElsewhere))), [StopKind::Superseded]);
}

#[test]
fn one_chi_goes_to_one_person_and_one_person_gets_one_chi() {
    let mut desk = Desk::with_people(2);
    desk.load_links(
        [("1000".to_owned(), chi(1).to_string(), -3.0), ("1001".to_owned(), chi(0).to_string(), -3.0)].into_iter(),
    );
    desk.match_(&link(0));
    let crossed = stewartry::pair::PairKey::link(mosaic(1), chi(0));
    let refused = desk.decide(&crossed, yes().because(Reason::CheckedElsewhere));
    assert_eq!(stops(refused), [StopKind::ChiTaken]);
    let crossed = stewartry::pair::PairKey::link(mosaic(0), chi(1));
    let refused = desk.decide(&crossed, yes().because(Reason::CheckedElsewhere));
    assert_eq!(stops(refused), [StopKind::PersonTaken]);
    decide::take_back(desk.ws(), &link(0)).unwrap();
    desk.match_(&crossed);
}

/// Two people, of whom Mosaic holds the first one's CHI on the second.
fn one_chi_on_the_other() -> Desk {
    let mut desk = Desk::new();
    let file = MosaicFile::default().plain(0).with("1001", &person(1), chi(0).as_str(), false);
    desk.load_mosaic(file);
    desk.load_chi(ChiFile::default().plain(0).plain(1));
    desk.load_links(
        [
            ("1000".to_owned(), chi(0).to_string(), 20.0),
            ("1001".to_owned(), chi(0).to_string(), -9.0),
            ("1001".to_owned(), chi(1).to_string(), 20.0),
        ]
        .into_iter(),
    );
    desk
}

#[test]
fn a_chi_that_mosaic_holds_on_somebody_else_waits_until_that_is_corrected() {
    let mut desk = one_chi_on_the_other();
    assert_eq!(stops(desk.decide(&link(0), yes())), [StopKind::ChiTaken]);
    let corrected = Answer { replace: true, ..yes().because(Reason::CheckedElsewhere) };
    desk.decide(&link(1), corrected).unwrap();
    desk.match_(&link(0));
    // Alone it would leave before the other gives the number up
    let alone = batches::compose(desk.ws(), "One", vec![link(0)]);
    assert_eq!(stops(alone.map(drop)), [StopKind::ChiTaken]);
    let both = batches::compose(desk.ws(), "Both", vec![link(0), link(1)]).unwrap();
    batches::recompose(desk.ws(), both, vec![link(1)]).unwrap();
    let alone = batches::recompose(desk.ws(), both, vec![link(0)]);
    assert_eq!(stops(alone.map(drop)), [StopKind::ChiTaken]);
    let batch = desk_sign(&mut desk, both);
    let into = desk.path("out");
    stewartry::release::write(desk.ws(), batch, &into, &Progress::new()).unwrap();
    desk.become_(OFFICER);
    batches::compose(desk.ws(), "Later", vec![link(0)]).unwrap();
}

#[test]
fn what_can_leave_only_together_with_what_has_to_wait_waits_too() {
    let mut desk = one_chi_on_the_other();
    desk.decide(&link(1), Answer { replace: true, ..yes().because(Reason::CheckedElsewhere) }).unwrap();
    desk.match_(&link(0));
    let ready = |desk: &mut Desk| batches::ready(desk.ws(), &Progress::new()).unwrap();
    assert_eq!(ready(&mut desk).rows.len(), 2);
    let batch = batches::compose_all_ready(desk.ws(), "Both").unwrap().batch;
    submit::submit(desk.ws(), batch, submit::Sampling::default()).unwrap();
    desk.become_(SUPERVISOR);
    sign_off::return_batch(desk.ws(), batch, "Look at one again", vec![(link(1), String::new())]).unwrap();
    desk.become_(OFFICER);
    let found = ready(&mut desk);
    assert_eq!((found.rows.len(), found.waiting.len()), (0, 2), "{found:?}");
}

/// Submits a batch and signs it; whoever sits there is the supervisor.
fn desk_sign(desk: &mut Desk, batch: BatchId) -> BatchId {
    submit::submit(desk.ws(), batch, submit::Sampling::default()).unwrap();
    desk.sign(batch);
    batch
}

#[test]
fn a_different_chi_in_mosaic_is_replaced_only_when_that_is_said() {
    let mut desk = Desk::new();
    desk.load_mosaic(MosaicFile::default().with("1000", &person(0), chi(30).as_str(), false));
    desk.load_chi(ChiFile::default().plain(0));
    desk.load_links([("1000".to_owned(), chi(0).to_string(), 20.0)].into_iter());
    let answer = yes().because(Reason::CheckedElsewhere);
    assert_eq!(stops(desk.decide(&link(0), answer.clone())), [StopKind::ChiInMosaic]);
    let replacing = Answer { replace: true, ..answer };
    let bare = Answer { reason: None, ..replacing.clone() };
    assert_eq!(reasons_needed(desk.decide(&link(0), bare)), ["seeded_disagrees"]);
    desk.decide(&link(0), replacing).unwrap();
    let decision = desk.ws().decision(&link(0)).unwrap().unwrap();
    assert_eq!(decision.judgement.replaces.as_deref(), Some(chi(30).as_str()));
}

#[test]
fn a_number_that_came_into_mosaic_since_is_not_the_one_that_was_to_be_replaced() {
    let held = |number: u16| {
        let file = MosaicFile::default().with("1000", &person(0), chi(number).as_str(), false);
        (1..6).fold(file, MosaicFile::plain)
    };
    let mut desk = Desk::new();
    desk.load_mosaic(held(30));
    desk.load_chi((0..6).fold(ChiFile::default(), ChiFile::plain));
    desk.load_links([("1000".to_owned(), chi(0).to_string(), 20.0)].into_iter());
    let replacing = Answer { replace: true, ..yes().because(Reason::CheckedElsewhere) };
    desk.decide(&link(0), replacing.clone()).unwrap();
    let told = |desk: &mut Desk| {
        let found = conflicts::all(desk.ws()).unwrap();
        found.into_iter().any(|it| it.kind == ConflictKind::MosaicHoldsAnother)
    };
    assert_eq!(batches::ready(desk.ws(), &Progress::new()).unwrap().rows.len(), 1);
    assert!(!told(&mut desk));
    desk.load_mosaic(held(31));
    let ready = batches::ready(desk.ws(), &Progress::new()).unwrap();
    assert!(ready.rows.is_empty() && ready.waiting[0].1.contains(&chi(31).spaced()), "{ready:?}");
    assert!(told(&mut desk));
    desk.decide(&link(0), replacing).unwrap();
    assert_eq!(batches::ready(desk.ws(), &Progress::new()).unwrap().rows.len(), 1);
    assert!(!told(&mut desk));
}

#[test]
fn a_person_judged_not_matchable_is_not_matched_until_that_is_taken_back() {
    let mut desk = Desk::with_people(1);
    let wrong_reason = records::not_matchable(desk.ws(), &mosaic(0), Reason::Sibling, "");
    assert!(matches!(wrong_reason, Err(Refused::Unfit(_))));
    records::not_matchable(desk.ws(), &mosaic(0), Reason::OutOfArea, "").unwrap();
    assert_eq!(stops(desk.decide(&link(0), yes())), [StopKind::NotMatchable]);
    records::take_back(desk.ws(), &mosaic(0)).unwrap();
    desk.match_(&link(0));
    assert!(matches!(records::not_matchable(desk.ws(), &mosaic(0), Reason::OutOfArea, ""), Err(Refused::Unfit(_))));
}

#[test]
fn a_pair_that_nobody_proposed_is_not_decided_but_found_by_hand_first() {
    let mut desk = Desk::with_people(2);
    let crossed = stewartry::pair::PairKey::link(mosaic(0), chi(1));
    assert!(matches!(desk.decide(&crossed, yes()), Err(Refused::NotFound(_))));
    let search = find::Search::begin(desk.ws(), &mosaic(0)).unwrap();
    let found = search.find(desk.ws(), &person(1).surname).unwrap().best;
    assert_eq!(found.iter().map(|found| found.chi.record.chi).collect::<Vec<_>>(), [chi(1)]);
    assert!(found[0].pair.is_none());
    assert_eq!(find::choose(desk.ws(), &mosaic(0), &chi(1)).unwrap(), crossed);
    desk.decide(&crossed, Answer::of(Verdict::NotMatch)).unwrap();
    let events = desk.ws().history_of(&crossed).unwrap().len();
    find::choose(desk.ws(), &mosaic(0), &chi(1)).unwrap();
    assert_eq!(desk.ws().history_of(&crossed).unwrap().len(), events, "choosing again is no event");
}

#[test]
fn a_search_puts_the_current_number_before_the_one_that_it_replaced() {
    let mut desk = Desk::new();
    desk.load_mosaic(MosaicFile::default().plain(0));
    // The old record fits better: CHI has written the surname otherwise since
    let renamed = Person { surname: format!("{}e", person(0).surname), ..person(0) };
    let file = ChiFile::default().with(chi(7).as_str(), &person(0), "H", chi(8).as_str());
    desk.load_chi(file.with(chi(8).as_str(), &renamed, "C", "").plain(0));
    let search = find::Search::begin(desk.ws(), &mosaic(0)).unwrap();
    let found = search.find(desk.ws(), &person(0).forename).unwrap().best;
    let found: Vec<_> = found.iter().map(|found| (found.chi.record.chi, found.explanation.weight)).collect();
    let weight = |chi| found.iter().find(|(found, _)| *found == chi).unwrap().1;
    assert!(weight(chi(7)) > weight(chi(8)), "{found:?}");
    assert_eq!(found.iter().map(|(chi, _)| *chi).collect::<Vec<_>>(), [chi(0), chi(8), chi(7)]);
}

#[test]
fn two_people_by_their_details_are_named_and_need_a_comment_beside_the_reason() {
    let mut desk = Desk::new();
    desk.load_mosaic(MosaicFile::default().plain(0));
    let stranger = Person { surname: "Kirkpatrick".into(), forename: "Hamish".into(), ..person(1) };
    desk.load_chi(ChiFile::default().plain(0).with(chi(1).as_str(), &stranger, "C", ""));
    let crossed = find::choose(desk.ws(), &mosaic(0), &chi(1)).unwrap();
    let found = warnings::of_pair(desk.ws(), &crossed).unwrap();
    let words = "Date of birth, surname, forename and sex differ: by their records these are two people";
    assert_eq!((found[0].kind, found[0].words.as_str()), (WarningKind::TwoPeople, words));
    assert!(reasons_needed(desk.decide(&crossed, yes())).contains(&"two_people"));
    let because = yes().because(Reason::DetailsAgree);
    assert_eq!(reasons_needed(desk.decide(&crossed, because.clone())), ["two_people"], "a code alone says nothing");
    assert!(desk.ws().decision(&crossed).unwrap().is_none());
    desk.decide(&crossed, Answer { comment: "Adopted in 2019, see case note".into(), ..because }).unwrap();
}

#[test]
fn one_detail_that_differs_is_no_stranger() {
    let changes: [fn(&mut Person, &mut Person); 4] = [
        |left, _| left.birth = "1961-07-23".to_owned(),
        |left, _| left.surname = "Kirkpatrick".to_owned(),
        |left, _| left.forename = "Hamish".to_owned(),
        |left, _| left.sex = "M",
    ];
    let strange = |desk: &mut Desk| {
        let found = warnings::of_pair(desk.ws(), &link(0)).unwrap();
        found.iter().any(|warning| warning.kind == WarningKind::TwoPeople)
    };
    for (place, change) in changes.into_iter().enumerate() {
        assert!(!strange(&mut one_link("C", "", change)), "{place} alone");
        let next = changes[(place + 1) % changes.len()];
        let mut both = one_link("C", "", |left, right| {
            change(left, right);
            next(left, right);
        });
        assert!(strange(&mut both), "{place} and the next");
    }
}

#[test]
fn each_warning_asks_for_a_reason_and_is_saved_with_one() {
    type Case = (&'static str, Box<dyn Fn() -> Desk>);
    let cases: Vec<Case> = vec![
        ("chi_date_differs", Box::new(|| one_link("C", "", |left, _| left.birth = "1940-02-03".to_owned()))),
        ("chi_sex_differs", Box::new(|| one_link("C", "", |left, _| left.sex = "M"))),
        ("deceased", Box::new(|| one_link("D", "", |_, _| {}))),
        ("deceased", Box::new(|| one_link("C", "", |left, _| left.death = "2020-05-05".to_owned()))),
        ("transferred", Box::new(|| one_link("T", "", |_, _| {}))),
        ("uncertain_date", Box::new(|| one_link("C", "", |left, _| left.birth = "01/01/1900".to_owned()))),
        ("dummy_postcode", Box::new(|| one_link("C", "", |left, _| left.postcode = "NK1 0AA".to_owned()))),
        ("placeholder_name", Box::new(|| one_link("C", "", |left, _| left.forename = "Baby".to_owned()))),
        (
            "restricted",
            Box::new(|| {
                let mut desk = Desk::new();
                desk.load_mosaic(MosaicFile::default().with("1000", &person(0), "", true));
                desk.load_chi(ChiFile::default().plain(0));
                desk.load_links([("1000".to_owned(), chi(0).to_string(), 20.0)].into_iter());
                desk
            }),
        ),
        (
            "near_tie",
            Box::new(|| {
                let mut desk = Desk::new();
                desk.load_mosaic(MosaicFile::default().plain(0));
                desk.load_chi(ChiFile::default().plain(0).plain(1));
                let rows =
                    [("1000".to_owned(), chi(0).to_string(), 20.0), ("1000".to_owned(), chi(1).to_string(), 19.5)];
                desk.load_links(rows.into_iter());
                desk
            }),
        ),
    ];
    for (code, desk) in cases {
        let mut desk = desk();
        let needed = reasons_needed(desk.decide(&link(0), yes()));
        assert!(needed.contains(&code), "{code}: {needed:?}");
        assert!(desk.ws().decision(&link(0)).unwrap().is_none(), "{code}: nothing is saved");
        desk.decide(&link(0), yes().because(Reason::CheckedElsewhere)).unwrap();
    }
}

#[test]
fn a_number_valid_by_modulus_10_only_and_a_restored_zero_are_warnings_too() {
    let number = modulus_10_only();
    let mut other = person(0);
    other.birth = "1962-03-15".to_owned();
    other.sex = if number.sex() == stewartry::person::Sex::Male { "M" } else { "F" };
    let mut desk = Desk::new();
    desk.load_mosaic(MosaicFile::default().with("1000", &other, "", false));
    desk.load_chi(ChiFile::default().with(number.as_str(), &other, "C", ""));
    desk.load_links([("1000".to_owned(), number.to_string(), 20.0)].into_iter());
    let key = stewartry::pair::PairKey::link(mosaic(0), number);
    assert_eq!(reasons_needed(desk.decide(&key, yes())), ["modulus_10_only"]);

    let short = (0..200).map(chi).find(|chi| chi.as_str().starts_with('0')).unwrap();
    let n = (0..200).find(|n| chi(*n) == short).unwrap();
    let mut desk = Desk::new();
    desk.load_mosaic(MosaicFile::default().plain(n));
    desk.load_chi(ChiFile::default().with(&short.as_str()[1..], &person(n), "C", ""));
    desk.load_links([(mosaic(n).to_string(), short.to_string(), 20.0)].into_iter());
    assert_eq!(reasons_needed(desk.decide(&link(n), yes())), ["zero_restored"]);
}

#[test]
fn an_answer_says_why_where_it_must_and_nothing_that_does_not_fit() {
    let mut desk = Desk::with_people(1);
    assert!(reasons_needed(desk.decide(&link(0), Answer::of(Verdict::Refer))).is_empty());
    desk.decide(&link(0), Answer::of(Verdict::Refer).because(Reason::AskTeam)).unwrap();
    for unfit in [
        yes().because(Reason::Sibling),
        Answer::of(Verdict::NotMatch).because(Reason::Moved),
        yes().because(Reason::Other),
        Answer { comment: "x".repeat(3_000), ..yes() },
        merging("1000", "1001"),
    ] {
        assert!(matches!(desk.decide(&link(0), unfit.clone()), Err(Refused::Unfit(_))), "{unfit:?}");
    }
    let explained = Answer { comment: "Seen on the letter".to_owned(), ..yes().because(Reason::Other) };
    desk.decide(&link(0), explained).unwrap();
}

#[test]
fn looking_at_the_score_is_recorded_once_and_stays_with_the_decision() {
    let mut desk = Desk::with_people(2);
    assert!(reveal::score(desk.ws(), &link(0)).unwrap());
    assert!(!reveal::score(desk.ws(), &link(0)).unwrap());
    desk.decide(&link(0), yes()).unwrap();
    desk.decide(&link(1), yes()).unwrap();
    assert!(desk.ws().decision(&link(0)).unwrap().unwrap().judgement.score_seen);
    assert!(!desk.ws().decision(&link(1)).unwrap().unwrap().judgement.score_seen);
    assert!(!reveal::score(desk.ws(), &link(0)).unwrap(), "what is decided hides nothing");
}

/// Four Mosaic records of one person, each pair of them a candidate, and the person's CHI.
fn cluster() -> Desk {
    let mut desk = Desk::new();
    let file = ["2001", "2002", "2003", "2004"]
        .into_iter()
        .fold(MosaicFile::default(), |file, id| file.with(id, &person(0), "", false));
    desk.load_mosaic(file);
    desk.load_chi(ChiFile::default().plain(0).plain(1));
    let mut rows = vec![
        ("2001".to_owned(), chi(0).to_string(), 20.0),
        ("2002".to_owned(), chi(0).to_string(), 15.0),
        ("2002".to_owned(), chi(1).to_string(), -9.0),
    ];
    for (a, b) in [("2001", "2002"), ("2001", "2003"), ("2002", "2003"), ("2003", "2004")] {
        rows.push((a.to_owned(), b.to_owned(), 18.0));
    }
    desk.load_links(rows.into_iter());
    desk
}

fn to(id_text: &str, number: u16) -> stewartry::pair::PairKey {
    stewartry::pair::PairKey::link(id(id_text), chi(number))
}

#[test]
fn a_match_of_two_mosaic_records_says_which_is_kept() {
    let mut desk = cluster();
    let key = duplicate("2001", "2002");
    assert_eq!(stops(desk.decide(&key, yes())), [StopKind::MergeUnclear]);
    assert_eq!(stops(desk.decide(&key, merging("2001", "2003"))), [StopKind::MergeUnclear]);
    assert_eq!(stops(desk.decide(&key, merging("2001", "2001"))), [StopKind::MergeUnclear]);
    desk.decide(&key, merging("2002", "2001")).unwrap();
}

#[test]
fn merges_form_neither_chains_nor_cycles() {
    let mut desk = cluster();
    desk.decide(&duplicate("2001", "2002"), merging("2002", "2001")).unwrap();
    // The source of one merge in another, either way round.
    assert_eq!(stops(desk.decide(&duplicate("2002", "2003"), merging("2003", "2002"))), [StopKind::MergeChain]);
    let refused = desk.decide(&duplicate("2002", "2003"), merging("2002", "2003"));
    assert_eq!(stops(refused), [StopKind::MergeChain]);
    // The target of one merge as the source of another.
    let refused = desk.decide(&duplicate("2001", "2003"), merging("2001", "2003")).unwrap_err();
    assert!(refused.to_string().contains("2002 into 2001"), "{refused}");
    assert_eq!(stops(Err(refused)), [StopKind::MergeChain]);
    // A second source into the same target is a star, and waits for the next batch.
    desk.decide(&duplicate("2001", "2003"), merging("2003", "2001")).unwrap();
    let both = vec![duplicate("2001", "2002"), duplicate("2001", "2003")];
    let refused = batches::compose(desk.ws(), "Both", both).map(|_| ());
    assert_eq!(stops(refused), [StopKind::TwoMergesInBatch]);
    let composed = batches::compose_all_ready(desk.ws(), "First").unwrap();
    assert_eq!((composed.rows, composed.left.len()), (1, 1));
}

#[test]
fn the_chi_goes_with_a_merge_to_the_record_that_is_kept_and_comes_back_with_it() {
    let mut desk = cluster();
    desk.match_(&to("2001", 0));
    let key = duplicate("2001", "2002");
    let matched = |desk: &mut Desk, of: &str| desk.ws().chis_matched_to(&id(of)).unwrap().len();
    let before = desk.ws().decision(&to("2001", 0)).unwrap();
    desk.decide(&key, merging("2001", "2002")).unwrap();
    assert_eq!(
        (matched(&mut desk, "2001"), matched(&mut desk, "2002")),
        (0, 1),
        "the source has none, the kept one has it"
    );
    assert!(desk.ws().check(&Progress::new()).unwrap().ok);
    // Once merged away, the source takes no CHI.
    let refused = desk.decide(&to("2001", 0), yes().because(Reason::CheckedElsewhere));
    assert!(stops(refused).contains(&StopKind::MergeSource));
    let title = undo::undo(desk.ws()).unwrap().unwrap();
    assert_eq!(title, "Undone: “Merge: 2001 into 2002”");
    let judgement = |decision: Option<stewartry::workspace::Decision>| decision.map(|decision| decision.judgement);
    assert_eq!(judgement(desk.ws().decision(&to("2001", 0)).unwrap()), judgement(before));
    assert_eq!((matched(&mut desk, "2002"), desk.ws().merges().unwrap().len()), (0, 0));
}

#[test]
fn a_chi_that_was_told_from_the_record_that_is_kept_does_not_go_there_with_a_merge() {
    let mut desk = cluster();
    desk.match_(&to("2001", 0));
    desk.decide(&to("2002", 0), Answer::of(Verdict::NotMatch)).unwrap();
    let refused = desk.decide(&duplicate("2001", "2002"), merging("2001", "2002")).unwrap_err();
    assert!(refused.to_string().contains("was judged not to be the CHI of 2002"), "{refused}");
    assert_eq!(stops(Err(refused)), [StopKind::Contradiction]);
}

#[test]
fn records_that_stand_for_two_chis_are_not_merged() {
    let mut desk = cluster();
    desk.match_(&to("2001", 0));
    desk.match_(&to("2002", 1));
    let refused = desk.decide(&duplicate("2001", "2002"), merging("2002", "2001"));
    assert_eq!(stops(refused), [StopKind::MergeOfTwoChis]);
}

#[test]
fn two_chis_that_mosaic_holds_stop_a_merge_until_one_is_judged_wrong() {
    let mut desk = Desk::new();
    let file = MosaicFile::default().with("2001", &person(0), chi(0).as_str(), false);
    desk.load_mosaic(file.with("2002", &person(0), chi(1).as_str(), false));
    desk.load_chi(ChiFile::default().plain(0).plain(1));
    let pairs = [("2001".to_owned(), "2002".to_owned(), 9.0), ("2002".to_owned(), chi(1).to_string(), 2.0)];
    desk.load_links(pairs.into_iter());
    let key = duplicate("2001", "2002");
    let reasoned = || merging("2002", "2001").because(Reason::CheckedElsewhere);
    let refused = desk.decide(&key, reasoned()).unwrap_err();
    assert!(refused.to_string().contains("Not a match"), "{refused}");
    assert_eq!(stops(Err(refused)), [StopKind::MergeOfTwoChis]);
    desk.decide(&to("2002", 1), Answer::of(Verdict::NotMatch)).unwrap();
    desk.decide(&key, reasoned()).unwrap();
}

#[test]
fn a_record_that_takes_in_another_gets_no_chi_beside_the_one_which_that_stands_for() {
    let mut desk = Desk::new();
    let file = MosaicFile::default().with("2001", &person(0), chi(1).as_str(), false);
    desk.load_mosaic(file.with("2002", &person(0), "", false));
    desk.load_chi(ChiFile::default().plain(0).plain(1));
    let pairs = [
        ("2001".to_owned(), "2002".to_owned(), 9.0),
        ("2001".to_owned(), chi(1).to_string(), 2.0),
        ("2002".to_owned(), chi(0).to_string(), 20.0),
    ];
    desk.load_links(pairs.into_iter());
    let reasoned = || yes().because(Reason::CheckedElsewhere);
    desk.decide(&duplicate("2001", "2002"), merging("2001", "2002").because(Reason::CheckedElsewhere)).unwrap();
    let refused = desk.decide(&to("2002", 0), reasoned()).unwrap_err();
    assert!(refused.to_string().contains("“Not a match” to the wrong one"), "{refused}");
    assert_eq!(stops(Err(refused)), [StopKind::MergeOfTwoChis]);
    desk.decide(&to("2001", 1), Answer::of(Verdict::NotMatch)).unwrap();
    desk.decide(&to("2002", 0), reasoned()).unwrap();
}

#[test]
fn a_relationship_asks_for_a_reason_and_a_blocker_keeps_a_merge_out_of_every_batch() {
    let mut desk = cluster();
    let key = duplicate("2001", "2002");
    let preview = merge::propose_target(desk.ws(), &id("2001"), &id("2002")).unwrap();
    let mut related = preview.merge();
    for check in &mut related.blockers {
        if check.blocker == Blocker::Relationship {
            check.answer = BlockerAnswer::Blocked;
        }
    }
    let answer = Answer { merge: Some(related), ..yes() };
    assert_eq!(reasons_needed(desk.decide(&key, answer.clone())), ["relationship"]);
    desk.decide(&key, answer.because(Reason::CheckedElsewhere)).unwrap();
    let refused = batches::compose(desk.ws(), "Blocked", vec![key.clone()]).map(|_| ());
    assert_eq!(stops(refused), [StopKind::MergeBlocked]);

    // Blocked after it was composed, it stops the submission.
    desk.decide(&key, Answer { merge: Some(preview.merge()), ..yes() }).unwrap();
    let batch = batches::compose(desk.ws(), "Open", vec![key.clone()]).unwrap();
    let mut blocked = preview.merge();
    blocked.blockers[0].answer = BlockerAnswer::Blocked;
    desk.decide(&key, Answer { merge: Some(blocked), ..yes() }).unwrap();
    let refused = submit::submit(desk.ws(), batch, submit::Sampling::default()).map(|_| ());
    assert_eq!(stops(refused), [StopKind::MergeBlocked]);
    assert_eq!(hard_stops::of_batch(desk.ws(), batch).unwrap().len(), 1);
}

#[test]
fn the_record_kept_holds_the_chi_or_is_fuller_or_older() {
    let mut desk = Desk::new();
    let mut fuller = person(0);
    fuller.death = "2020-01-02".to_owned();
    let file = MosaicFile::default()
        .with("12", &person(0), "", false)
        .with("101", &person(0), "", false)
        .with("102", &fuller, "", false)
        .with("103", &person(0), chi(0).as_str(), false);
    desk.load_mosaic(file);
    desk.load_chi(ChiFile::default().plain(0));
    desk.load_links([("12".to_owned(), chi(0).to_string(), 20.0)].into_iter());
    let mut kept = |a: &str, b: &str| {
        let preview = merge::propose_target(desk.ws(), &id(a), &id(b)).unwrap();
        (preview.target.to_string(), preview.why)
    };
    let (target, why) = kept("101", "12");
    assert!(target == "12" && why.contains("lower id"), "{why}");
    let (target, why) = kept("12", "102");
    assert!(target == "102" && why.contains("more of its fields"), "{why}");
    let (target, why) = kept("102", "103");
    assert!(target == "103" && why.contains("Mosaic holds"), "{why}");
    let preview = merge::with_target(desk.ws(), &id("12"), &id("102")).unwrap();
    let lost: Vec<_> = preview.fields.iter().filter(|field| field.lost).map(|field| field.field).collect();
    assert_eq!(lost, ["Date of death"]);
}

#[test]
fn a_reason_or_a_comment_that_is_added_is_no_further_answer_of_the_day() {
    let mut desk = Desk::with_people(2);
    let answers = |desk: &mut Desk| pace::today(desk.ws(), &stewartry::words::days::now()).unwrap().answers;
    let not = Answer::of(Verdict::NotMatch);
    let commented = Answer { comment: "Rang the practice".to_owned(), ..not.clone() };
    for answer in [not.clone(), not.because(Reason::of(Verdict::NotMatch)[0]), commented] {
        desk.decide(&link(0), answer).unwrap();
        assert_eq!(answers(&mut desk), 1);
    }
    desk.decide(&link(0), Answer::of(Verdict::Unsure)).unwrap();
    desk.decide(&link(1), Answer::of(Verdict::Match)).unwrap();
    assert_eq!(answers(&mut desk), 3);
}
