//! Undo is a named event of its own, under the same rules as what it takes back.

use stewartry::pair::{PairKey, Verdict};
use stewartry::progress::Progress;
use stewartry::stewardship::decide::{self, Answer};
use stewartry::stewardship::{Refused, StopKind, batches, known, people, records, sign_off, submit, undo};

use stewartry::workspace::{BatchState, LedgerFilter, Role, Standing};

use crate::desk::*;

#[test]
fn what_is_undone_is_named_and_can_be_done_again() {
    let mut desk = Desk::with_people(1);
    desk.match_(&link(0));
    let named = format!("Match: 1000 – {}", chi(0).spaced());
    assert_eq!(undo::undo_offer(desk.ws()).unwrap().map(|offer| offer.title), Some(format!("Undo “{named}”")));
    assert_eq!(undo::undo(desk.ws()).unwrap(), Some(format!("Undone: “{named}”")));
    assert!(desk.ws().decision(&link(0)).unwrap().is_none());
    assert_eq!(undo::redo_offer(desk.ws()).unwrap().map(|offer| offer.title), Some(format!("Redo “{named}”")));
    assert_eq!(undo::redo(desk.ws()).unwrap(), Some(format!("Done again: “{named}”")));
    assert_eq!(desk.ws().decision(&link(0)).unwrap().unwrap().judgement.verdict, Verdict::Match);
}

#[test]
fn each_deed_has_a_name_of_its_own() {
    let mut desk = Desk::with_people(2);
    let file =
        MosaicFile::default().plain(0).plain(1).with("2001", &person(3), "", false).with("2002", &person(3), "", false);
    desk.load_mosaic(file);
    desk.load_links([("2001".to_owned(), "2002".to_owned(), 20.0)].into_iter());
    desk.decide(&link(0), Answer::of(Verdict::NotMatch)).unwrap();
    let number = chi(0).spaced();
    let mut names = vec![format!("Not a match: 1000 – {number}")];
    let newest = |desk: &mut Desk| undo::name_of(&desk.ws().last_undoable().unwrap().unwrap());
    assert_eq!(newest(&mut desk), names.pop().unwrap());
    decide::take_back(desk.ws(), &link(0)).unwrap();
    assert_eq!(newest(&mut desk), format!("Taken back: 1000 – {number}"));
    records::not_matchable(desk.ws(), &mosaic(0), stewartry::pair::Reason::NoChi, "").unwrap();
    assert_eq!(newest(&mut desk), "Not matchable: 1000");
    let proposed = stewartry::stewardship::merge::propose_target(desk.ws(), &id("2001"), &id("2002")).unwrap();
    let answer = Answer { merge: Some(proposed.merge()), ..Answer::of(Verdict::Match) };
    desk.decide(&duplicate("2001", "2002"), answer).unwrap();
    assert_eq!(newest(&mut desk), "Merge: 2002 into 2001");
    batches::compose(desk.ws(), "November", vec![duplicate("2001", "2002")]).unwrap();
    assert_eq!(newest(&mut desk), "Batch composed: November");
    undo::undo(desk.ws()).unwrap();
    let batch = desk.ws().batches().unwrap().remove(0);
    assert_eq!((batch.state, batch.merges), (BatchState::Withdrawn, 0));
}

#[test]
fn once_a_batch_has_gone_on_nothing_from_before_is_offered_to_be_undone() {
    let mut desk = Desk::with_people(3);
    desk.match_(&link(0));
    desk.match_(&link(1));
    let batch = batches::compose_all_ready(desk.ws(), "November").unwrap().batch;
    let offered = |desk: &mut Desk| undo::undo_offer(desk.ws()).unwrap().map(|offer| offer.title);
    assert_eq!(offered(&mut desk).as_deref(), Some("Undo “Batch composed: November”"));
    // Another person hands it in: what cannot be taken back is not offered, and says why where it is tried
    desk.become_(SECOND_OFFICER);
    submit::submit(desk.ws(), batch, submit::Sampling::default()).unwrap();
    assert_eq!(offered(&mut desk), None);
    desk.become_(OFFICER);
    assert_eq!(offered(&mut desk), None);
    assert!(stops(undo::undo(desk.ws()).map(drop)).contains(&StopKind::InBatch));

    desk.become_(SUPERVISOR);
    desk.match_(&link(2));
    desk.recheck_all(batch);
    assert!(offered(&mut desk).is_some_and(|title| title.starts_with("Undo “Re-check")));
    sign_off::sign(desk.ws(), batch).unwrap();
    assert_eq!(offered(&mut desk), None, "neither the re-check nor the match before the signature");
    assert_eq!(undo::undo(desk.ws()).unwrap(), None);
    assert_eq!(undo::redo_offer(desk.ws()).unwrap().map(|offer| offer.title), None);
    assert!(desk.ws().decision(&link(2)).unwrap().is_some());
    // What is done after that can be taken back as ever, and no more than that
    decide::take_back(desk.ws(), &link(2)).unwrap();
    assert!(undo::undo(desk.ws()).unwrap().is_some());
    assert_eq!(offered(&mut desk), None);
}

#[test]
fn an_undo_does_not_bring_back_what_a_hard_stop_forbids_by_now() {
    let mut desk = Desk::with_people(2);
    desk.load_links([("1001".to_owned(), chi(0).to_string(), -4.0)].into_iter());
    desk.match_(&link(0));
    decide::take_back(desk.ws(), &link(0)).unwrap();
    desk.become_(SECOND_OFFICER);
    desk.match_(&PairKey::link(mosaic(1), chi(0)));
    desk.become_(OFFICER);
    assert_eq!(stops(undo::undo(desk.ws()).map(|_| ())), [StopKind::ChiTaken]);
}

#[test]
fn what_a_submitted_batch_holds_is_not_undone() {
    let mut desk = Desk::with_people(1);
    desk.match_(&link(0));
    let decided = desk.ws().decision(&link(0)).unwrap().unwrap().seq;
    let batch = desk.submit();
    assert_eq!(stops(undo::undo_deed(desk.ws(), decided).map(|_| ())), [StopKind::InBatch]);
    assert_eq!(stops(decide::take_back(desk.ws(), &link(0)).map(|_| ())), [StopKind::InBatch]);
    desk.become_(SUPERVISOR);
    sign_off::return_batch(desk.ws(), batch, "Look again", Vec::new()).unwrap();
    desk.become_(OFFICER);
    undo::undo_deed(desk.ws(), decided).unwrap();
    assert!(desk.ws().decision(&link(0)).unwrap().is_none());
    assert!(matches!(undo::undo_deed(desk.ws(), decided), Err(Refused::Nothing(_))));
}

#[test]
fn a_re_check_is_undone_by_its_signer_alone() {
    let mut desk = Desk::with_people(1);
    desk.match_(&link(0));
    let batch = desk.submit();
    desk.become_(SUPERVISOR);
    let seq = sign_off::recheck(desk.ws(), batch, &link(0), Verdict::NotMatch).unwrap().seqs[0];
    desk.become_(OFFICER);
    assert!(matches!(undo::undo_deed(desk.ws(), seq), Err(Refused::NotAllowed(_))));
    desk.become_(SUPERVISOR);
    undo::undo(desk.ws()).unwrap().unwrap();
    assert_eq!(desk.ws().batch_rows(batch).unwrap()[0].recheck, None);
}

/// Whoever takes their own change of a second answer back would give another's answer in their own name.
#[test]
fn nobody_gives_anothers_second_answer_by_undoing_their_own() {
    let mut desk = Desk::with_people(3);
    let other = desk.ws().staff().unwrap().into_iter().find(|it| it.name == SECOND_OFFICER).unwrap();
    people::change(desk.ws(), other.id, Standing { role: Role::Supervisor, ..other.standing() }).unwrap();
    desk.match_(&link(0));
    let batch = desk.submit();
    let by = |desk: &mut Desk, name: &str, verdict| {
        desk.become_(name);
        sign_off::recheck(desk.ws(), batch, &link(0), verdict).unwrap();
    };
    by(&mut desk, SUPERVISOR, Verdict::NotMatch);
    by(&mut desk, SECOND_OFFICER, Verdict::Match);
    assert_eq!(undo::undo_offer(desk.ws()).unwrap(), None, "what is refused is not offered");
    let refused = undo::undo(desk.ws()).unwrap_err();
    assert!(refused.to_string().contains(&format!("is {SUPERVISOR}’s, and nobody answers for another")), "{refused}");
    // One's own comes back
    by(&mut desk, SECOND_OFFICER, Verdict::Unsure);
    undo::undo(desk.ws()).unwrap().unwrap();
    assert_eq!(desk.ws().batch_rows(batch).unwrap()[0].recheck, Some(Verdict::Match));

    // What is known of a pair beforehand stands under a name too
    for (name, verdict) in [(SUPERVISOR, Verdict::Match), (SECOND_OFFICER, Verdict::NotMatch)] {
        desk.become_(name);
        known::set(desk.ws(), &link(1), Some(verdict)).unwrap();
    }
    assert!(undo::undo(desk.ws()).unwrap_err().to_string().contains("nobody answers for another"));
}

#[test]
fn there_is_nothing_to_undo_in_a_new_workspace_and_a_load_cannot_be() {
    let mut desk = Desk::new();
    assert_eq!(undo::undo(desk.ws()).unwrap(), None);
    assert_eq!(undo::redo(desk.ws()).unwrap(), None);
    desk.load_mosaic(MosaicFile::default().plain(0));
    let (seq, _) = desk.ws().ledger_head().unwrap();
    assert!(matches!(undo::undo_deed(desk.ws(), seq), Err(Refused::Unfit(_))));
    assert!(matches!(undo::undo_deed(desk.ws(), 9_999), Err(Refused::NotFound(_))));
}

#[test]
fn taking_many_back_that_is_cancelled_leaves_every_one() {
    let mut desk = Desk::with_people(6);
    desk.match_(&link(0));
    let head = desk.ws().ledger_head().unwrap();
    let progress = Progress::new();
    progress.cancel();
    assert!(matches!(undo::undo_with(desk.ws(), &progress), Err(Refused::Cancelled(_))));
    assert!(matches!(undo::undo_deed_with(desk.ws(), head.0, &progress), Err(Refused::Cancelled(_))));
    assert_eq!(desk.ws().ledger_head().unwrap(), head);
    assert!(desk.ws().decision(&link(0)).unwrap().is_some());
    undo::undo(desk.ws()).unwrap();
    assert!(matches!(undo::redo_with(desk.ws(), &progress), Err(Refused::Cancelled(_))));
    assert!(desk.ws().decision(&link(0)).unwrap().is_none());
}

#[test]
fn the_history_is_not_searched_in_the_hashes_of_records() {
    let mut desk = Desk::with_people(2);
    desk.match_(&link(0));
    let judgement = desk.ws().decision(&link(0)).unwrap().unwrap().judgement;
    let mut found = |text: &str| {
        let filter = LedgerFilter { text: text.to_owned(), ..LedgerFilter::default() };
        desk.ws().ledger(&filter, 9).unwrap().len()
    };
    assert!(judgement.left_hash.len() > 12);
    assert_eq!((found(&judgement.left_hash[..12]), found(&judgement.right_hash[..12])), (0, 0));
    assert!(found(mosaic(0).as_str()) > 0);
    assert!(found(OFFICER) > 1);
}
