//! Two people answer one pair, neither in sight of the other: controls among a sample, known pairs, and how often they agree.

use stewartry::pair::{PairKey, Verdict};
use stewartry::progress::Progress;
use stewartry::stewardship::decide::{self, Answer};
use stewartry::stewardship::submit::{Sampling, Submitted};
use stewartry::stewardship::{Refused, StopKind, agreement, batches, known, pace, sign_off, submit, undo};
use stewartry::workspace::{BatchId, Event, LedgerFilter, Source};

use crate::desk::*;

const WIDE: Sampling = Sampling { tolerable: 0.1, confidence: 0.95 };

/// Twenty matches in a submitted batch, and eight pairs that the same officer decided otherwise; the supervisor sits down.
fn submitted() -> (Desk, BatchId, Submitted) {
    let mut desk = Desk::with_people(28);
    (0..20).for_each(|n| desk.match_(&link(n)));
    (20..28).for_each(|n| desk.decide(&link(n), Answer::of(Verdict::NotMatch)).unwrap());
    let batch = batches::compose_all_ready(desk.ws(), "November").unwrap().batch;
    let submitted = submit::submit(desk.ws(), batch, WIDE).unwrap();
    desk.become_(SUPERVISOR);
    (desk, batch, submitted)
}

fn asked(desk: &mut Desk, batch: BatchId) -> Vec<PairKey> {
    let held = desk.ws().batch(batch).unwrap().unwrap();
    sign_off::to_answer(desk.ws(), &held).unwrap().into_iter().map(|(key, _)| key).collect()
}

fn healthy(desk: &mut Desk) {
    let report = desk.ws().check(&Progress::new()).unwrap();
    assert!(report.ok, "{:?}", report.lines);
}

#[test]
fn pairs_decided_otherwise_stand_among_the_sample_and_nothing_tells_which() {
    let (mut desk, batch, submitted) = submitted();
    assert_eq!(submitted.controls, submitted.to_recheck.div_ceil(4), "one to every four");
    let keys = asked(&mut desk, batch);
    assert_eq!(keys.len() as u64, submitted.to_recheck + submitted.controls);
    let controls = desk.ws().controls(batch).unwrap();
    assert!(controls.iter().all(|control| control.verdict == Verdict::NotMatch && keys.contains(&control.key)));
    let places: Vec<usize> =
        controls.iter().map(|control| keys.iter().position(|key| *key == control.key).unwrap()).collect();
    assert!(places.iter().any(|place| *place < submitted.to_recheck as usize), "not all at the end: {places:?}");
    let mut by_id = keys.clone();
    by_id.sort();
    assert_ne!(keys, by_id, "nor in the order of their ids");
    // They are no rows of the batch: what is hashed, signed and released is without them
    assert_eq!(desk.ws().batch_rows(batch).unwrap().len(), 20);
    let held = desk.ws().batch(batch).unwrap().unwrap();
    assert_eq!(held.sample.unwrap().controls, [submitted.controls, 0]);
    healthy(&mut desk);
}

#[test]
fn a_batch_is_signed_when_its_controls_are_answered_whatever_they_are_answered() {
    let (mut desk, batch, _) = submitted();
    let controls: Vec<PairKey> = desk.ws().controls(batch).unwrap().into_iter().map(|control| control.key).collect();
    for key in asked(&mut desk, batch).into_iter().filter(|key| !controls.contains(key)) {
        sign_off::recheck(desk.ws(), batch, &key, Verdict::Match).unwrap();
    }
    let early = stops(sign_off::sign(desk.ws(), batch).map(drop));
    assert_eq!(early, vec![StopKind::NotRechecked; controls.len()]);
    // One that is answered otherwise may be a match that the officer missed; all of them are eyes that were closed
    let (last, others) = controls.split_last().unwrap();
    sign_off::recheck(desk.ws(), batch, last, Verdict::Match).unwrap();
    assert_eq!(sign_off::closed_eyes(&desk.ws().controls(batch).unwrap()), None);
    for key in others {
        sign_off::recheck(desk.ws(), batch, key, Verdict::Match).unwrap();
    }
    let given = desk.ws().controls(batch).unwrap();
    assert!(given.len() > 2 && given.iter().all(|control| control.disagrees()));
    let words = sign_off::closed_eyes(&given).unwrap();
    assert!(words.starts_with(&format!("All {} pairs", given.len())), "{words}");
    let statement = sign_off::sign(desk.ws(), batch).unwrap().output;
    assert!(statement.starts_with("No error in"), "nothing in the batch is in doubt: {statement}");
    let otherwise = format!("of {} pairs that were decided “Not a match”", given.len());
    assert!(statement.contains(&otherwise) && statement.contains("were answered otherwise"), "{statement}");
    let answers = desk.ws().second_answers().unwrap();
    assert_eq!(answers.iter().filter(|it| it.source == Source::Control && !it.agrees()).count(), controls.len());
    healthy(&mut desk);
}

#[test]
fn a_pair_that_is_neither_in_the_sample_nor_beside_it_is_not_answered_again() {
    let (mut desk, batch, _) = submitted();
    let asked = asked(&mut desk, batch);
    let outside = (0..28).map(link).find(|key| !asked.contains(key)).unwrap();
    let refused = sign_off::recheck(desk.ws(), batch, &outside, Verdict::Match).map(drop);
    assert!(matches!(refused, Err(Refused::NotFound(_))), "{refused:?}");
}

#[test]
fn the_sheet_has_the_controls_in_it_and_takes_their_answers() {
    let (mut desk, batch, submitted) = submitted();
    let path = desk.path("sheet.csv");
    let rows = sign_off::write_sample(desk.ws(), batch, &path).unwrap();
    assert_eq!(rows, submitted.to_recheck + submitted.controls);
    let sheet = std::fs::read_to_string(&path).unwrap();
    assert!(!sheet.contains("not_match") && !sheet.contains("Olive"), "no answer, and nobody's name");
    let controls = desk.ws().controls(batch).unwrap();
    let filled: Vec<String> = sheet
        .lines()
        .enumerate()
        .map(|(line, row)| {
            let mut cells: Vec<&str> = row.splitn(5, ',').collect();
            let control = controls.iter().any(|control| control.key.right() == cells[2]);
            if line > 0 {
                cells[3] = if control { "not_match" } else { "match" };
            }
            cells.join(",")
        })
        .collect();
    let path = desk.write(&filled.join("\n"));
    assert_eq!(sign_off::recheck_file(desk.ws(), batch, &path, &Progress::new()).unwrap(), rows);
    sign_off::sign(desk.ws(), batch).unwrap();
    let all = agreement::of_everybody(desk.ws()).unwrap();
    assert_eq!((all.len(), all[0].pairs(), all[0].same()), (1, rows, rows));
    assert_eq!(all[0].name, OFFICER);
    assert_eq!(all[0].kappa().unwrap().value, 1.0, "both answers were given by both");
    healthy(&mut desk);
}

#[test]
fn what_is_said_once_both_answers_are_in_sight_is_no_second_answer() {
    let (mut desk, batch, _) = submitted();
    let keys = asked(&mut desk, batch);
    let first = keys[0].clone();
    sign_off::recheck(desk.ws(), batch, &first, Verdict::Unsure).unwrap();
    // A slip: taken back, or answered again before the end, it counts as it is answered then
    undo::undo(desk.ws()).unwrap().unwrap();
    assert!(desk.ws().second_answers().unwrap().is_empty());
    sign_off::recheck(desk.ws(), batch, &first, Verdict::Unsure).unwrap();
    sign_off::recheck(desk.ws(), batch, &first, Verdict::NotMatch).unwrap();
    let decided = |desk: &mut Desk, key: &PairKey| desk.ws().decision(key).unwrap().unwrap().judgement.verdict;
    for key in &keys[1..] {
        let verdict = decided(&mut desk, key);
        sign_off::recheck(desk.ws(), batch, key, verdict).unwrap();
    }
    let said = |desk: &mut Desk| {
        let answers = desk.ws().second_answers().unwrap();
        answers.into_iter().find(|answer| answer.key == first).unwrap().second
    };
    assert_eq!(said(&mut desk), Verdict::NotMatch);
    let verdict = decided(&mut desk, &first);
    sign_off::recheck(desk.ws(), batch, &first, verdict).unwrap();
    assert_eq!(said(&mut desk), Verdict::NotMatch, "the one given blind stays");
    // ... also when it is taken back in sight and given again
    let other = keys.last().unwrap().clone();
    let blind = decided(&mut desk, &other);
    let given = desk.ws().history_of(&other).unwrap();
    let of_other = given.iter().rev().find(|row| matches!(&row.event, Event::Rechecked { .. })).unwrap();
    undo::undo_deed(desk.ws(), of_other.seq).unwrap();
    sign_off::recheck(desk.ws(), batch, &other, Verdict::Unsure).unwrap();
    let answers = desk.ws().second_answers().unwrap();
    assert_eq!(answers.into_iter().find(|answer| answer.key == other).unwrap().second, blind);
    // ... also when the batch goes back and the pair is decided anew
    sign_off::return_batch(desk.ws(), batch, "Look again", Vec::new()).unwrap();
    desk.become_(OFFICER);
    desk.decide(&link(0), Answer::of(Verdict::Unsure)).unwrap();
    assert_eq!(desk.ws().second_answers().unwrap().len(), keys.len());
    healthy(&mut desk);
}

#[test]
fn an_error_that_was_found_blind_is_in_the_statement_whatever_is_answered_in_sight() {
    let (mut desk, batch, _) = submitted();
    let rows: Vec<PairKey> = {
        let in_batch: Vec<PairKey> = desk.ws().batch_rows(batch).unwrap().into_iter().map(|row| row.key).collect();
        asked(&mut desk, batch).into_iter().filter(|key| in_batch.contains(key)).collect()
    };
    let answer = |desk: &mut Desk, key: &PairKey, verdict| sign_off::recheck(desk.ws(), batch, key, verdict).unwrap();
    // A slip that is put right at once is none; another is taken back and answered after a look elsewhere
    answer(&mut desk, &rows[0], Verdict::NotMatch);
    answer(&mut desk, &rows[0], Verdict::Match);
    answer(&mut desk, &rows[1], Verdict::NotMatch);
    answer(&mut desk, &rows[2], Verdict::Unsure);
    answer(&mut desk, &rows[1], Verdict::Match);
    desk.recheck_all(batch);
    answer(&mut desk, &rows[2], Verdict::Match);
    // Neither a way round: taken back when all is answered, and given as the officer did
    answer(&mut desk, &rows[3], Verdict::NotMatch);
    undo::undo(desk.ws()).unwrap().unwrap();
    answer(&mut desk, &rows[3], Verdict::Match);
    let statement = sign_off::sign(desk.ws(), batch).unwrap().output;
    assert!(statement.starts_with("2 errors in"), "{statement}");
    let told = "2 rows were first answered otherwise, and as the officer did only when that was in sight";
    assert!(statement.contains(told), "{statement}");
    healthy(&mut desk);
}

#[test]
fn nothing_is_a_control_twice() {
    let (mut desk, batch, _) = submitted();
    let first: Vec<PairKey> = desk.ws().controls(batch).unwrap().into_iter().map(|control| control.key).collect();
    desk.recheck_all(batch);
    sign_off::return_batch(desk.ws(), batch, "Again", Vec::new()).unwrap();
    desk.become_(OFFICER);
    (0..20).for_each(|n| desk.decide(&link(n), Answer::of(Verdict::Match)).unwrap());
    let again = batches::compose_all_ready(desk.ws(), "Again").unwrap().batch;
    submit::submit(desk.ws(), again, WIDE).unwrap();
    let second = desk.ws().controls(again).unwrap();
    assert!(!second.is_empty() && second.iter().all(|control| !first.contains(&control.key)), "{second:?}");
}

#[test]
fn a_returned_row_says_why_it_was_named() {
    let (mut desk, batch, _) = submitted();
    let rows = vec![(link(3), " Another house number ".to_owned()), (link(4), String::new())];
    sign_off::return_batch(desk.ws(), batch, "Two to look at", rows).unwrap();
    let named: Vec<_> = desk.ws().batch_rows(batch).unwrap().into_iter().filter(|row| row.returned).collect();
    let whys: Vec<_> = named.iter().map(|row| row.return_reason.as_deref()).collect();
    assert_eq!(whys, [Some("Another house number"), None]);
    healthy(&mut desk);

    // A file that says the same of both once more answers neither: one has words of its own, and is answered by them
    desk.become_(OFFICER);
    let row = |n: u16, comment: &str| format!("link,{},{},match,checked_elsewhere,{comment}\n", mosaic(n), chi(n));
    let first = desk.ws().decision(&link(3)).unwrap().unwrap().judgement;
    assert_eq!((first.reason, first.comment.as_str()), (None, ""));
    let same =
        format!("kind,left,right,verdict,reason,comment\nlink,{},{},match,,\n{}", mosaic(3), chi(3), row(4, "Rung"));
    let path = desk.write(&same);
    let outcome = decide::decide_file(desk.ws(), &path, &Progress::new()).unwrap();
    assert_eq!((outcome.decided, outcome.same_as_before, outcome.still_returned), (1, 1, 1));
    let outcome = decide::decide_file(desk.ws(), &path, &Progress::new()).unwrap();
    assert_eq!((outcome.decided, outcome.same_as_before, outcome.still_returned), (0, 2, 1), "and that stays answered");

    let long = vec![(link(3), "x".repeat(sign_off::LONGEST_REASON + 1))];
    let (mut desk, batch, _) = submitted();
    assert!(matches!(sign_off::return_batch(desk.ws(), batch, "R", long), Err(Refused::Unfit(_))));
}

/// Thirty pairs in the review band that nobody has decided.
fn waiting() -> Desk {
    let mut desk = Desk::new();
    desk.load_mosaic((0..30).fold(MosaicFile::default(), MosaicFile::plain));
    desk.load_chi((0..30).fold(ChiFile::default(), ChiFile::plain));
    desk.load_links((0..30).map(|n| (mosaic(n).to_string(), chi(n).to_string(), 2.0)));
    desk
}

#[test]
fn an_officers_answer_is_set_beside_what_was_known_before() {
    let mut desk = waiting();
    assert!(matches!(known::draw(desk.ws(), 4), Err(Refused::NotAllowed(_))), "for supervisors alone");
    assert!(matches!(known::set(desk.ws(), &link(0), Some(Verdict::Match)), Err(Refused::NotAllowed(_))));
    desk.become_(SUPERVISOR);
    let drawn = known::draw(desk.ws(), 4).unwrap();
    assert_eq!(drawn.len(), 4);
    for key in &drawn {
        known::set(desk.ws(), key, Some(Verdict::NotMatch)).unwrap();
    }
    assert!(known::draw(desk.ws(), 30).unwrap().iter().all(|key| !drawn.contains(key)), "none twice");
    assert!(matches!(known::set(desk.ws(), &link(9), Some(Verdict::Unsure)), Err(Refused::Unfit(_))));

    desk.become_(OFFICER);
    // Neither the pair's history, nor a search, nor whether it waits tells that it is known
    assert!(desk.ws().history_of(&drawn[0]).unwrap().is_empty());
    let searched = LedgerFilter { text: drawn[0].left().to_owned(), ..LedgerFilter::default() };
    assert!(desk.ws().ledger(&searched, 50).unwrap().iter().all(|row| row.event.tag() != "known_set"));
    assert!(desk.ws().decision(&drawn[0]).unwrap().is_none());

    desk.match_(&drawn[0]); // a slip
    undo::undo(desk.ws()).unwrap().unwrap();
    assert!(desk.ws().second_answers().unwrap().is_empty());
    desk.decide(&drawn[0], Answer::of(Verdict::NotMatch)).unwrap();
    desk.match_(&drawn[1]);
    // A mind that is changed later, after talking perhaps, changes nothing of what was said first
    desk.decide(&drawn[1], Answer::of(Verdict::NotMatch)).unwrap();
    decide::take_back(desk.ws(), &drawn[1]).unwrap();
    let mine = agreement::of_everybody(desk.ws()).unwrap();
    assert_eq!((mine[0].pairs(), mine[0].same(), mine[0].sources), (2, 1, [0, 0, 2]));
    assert_eq!(mine[0].differ[0].key, drawn[1]);
    healthy(&mut desk);

    desk.become_(SECOND_OFFICER);
    assert!(agreement::of_everybody(desk.ws()).unwrap().is_empty(), "nobody else's");
    desk.become_(SUPERVISOR);
    let refused = known::set(desk.ws(), &drawn[0], None).map(drop);
    assert!(matches!(refused, Err(Refused::Unfit(_))), "it was decided by now: {refused:?}");
    known::set(desk.ws(), &drawn[2], None).unwrap();
    assert_eq!(desk.ws().known_pairs().unwrap().len(), 3);
    // What the supervisor decides, having answered it before, is no second person's answer
    desk.match_(&drawn[3]);
    assert_eq!(desk.ws().second_answers().unwrap().len(), 2);
    healthy(&mut desk);
}

#[test]
fn known_pairs_come_from_a_file_too_and_rows_that_cannot_be_are_listed() {
    let mut desk = waiting();
    desk.match_(&link(5));
    desk.become_(SUPERVISOR);
    let row = |n: u16, verdict: &str| format!("link,{},{},{verdict}\n", mosaic(n), chi(n));
    let text = [
        "kind,left,right,verdict\n".to_owned(),
        row(0, "match"),
        row(1, "not_match"),
        row(2, "unsure"),
        row(5, "match"),
    ];
    let path = desk.write(&(text.concat() + &row(0, "match") + "link,1000,not a number,match\n"));
    let outcome = known::from_file(desk.ws(), &path, &Progress::new()).unwrap();
    assert_eq!((outcome.rows, outcome.taken), (6, 2));
    assert_eq!(outcome.refused.iter().map(|row| row.line).collect::<Vec<_>>(), [4, 5, 6, 7]);
    assert_eq!(known::from_file(desk.ws(), &path, &Progress::new()).unwrap().taken, 0, "as it is known already");
    undo::undo(desk.ws()).unwrap().unwrap();
    assert!(desk.ws().known_pairs().unwrap().is_empty(), "one deed");
    healthy(&mut desk);
}

/// A row was returned by name and decided again, is in the next batch, and then its new answer is taken back: what stands is what
/// was returned.
#[test]
fn a_row_whose_new_answer_is_taken_back_is_not_submitted() {
    let mut desk = Desk::with_people(2);
    (0..2).for_each(|n| desk.match_(&link(n)));
    let batch = desk.submit();
    desk.become_(SUPERVISOR);
    sign_off::return_batch(desk.ws(), batch, "Look again", vec![(link(0), String::new())]).unwrap();
    desk.become_(OFFICER);
    let waiting = batches::ready(desk.ws(), &Progress::new()).unwrap().waiting;
    assert_eq!(waiting.iter().map(|(key, _)| key).collect::<Vec<_>>(), [&link(0)]);
    desk.match_(&link(0));
    let again = desk.ws().ledger_head().unwrap().0;
    let next = batches::compose_all_ready(desk.ws(), "Next").unwrap();
    assert_eq!(next.rows, 2);
    undo::undo_deed(desk.ws(), again).unwrap();
    let refused = submit::submit(desk.ws(), next.batch, Sampling::default()).map(drop);
    assert_eq!(stops(refused), [StopKind::Returned]);
}

/// Six answers in a moment were not read; one of them given again is, and five are one too few without it. A sheet says nothing of it.
#[test]
fn answers_of_a_re_check_are_unread_until_they_are_given_again_at_leisure() {
    let mut desk = Desk::with_people(6);
    (0..6).for_each(|n| desk.match_(&link(n)));
    let batch = desk.submit();
    desk.become_(SUPERVISOR);
    let answer = |desk: &mut Desk, n: u16| sign_off::recheck(desk.ws(), batch, &link(n), Verdict::Match).map(drop);
    let unread = |desk: &mut Desk| {
        let mut keys = pace::unread_of_recheck(desk.ws(), batch).unwrap();
        keys.sort();
        keys
    };
    (0..4).for_each(|n| answer(&mut desk, n).unwrap());
    assert_eq!(unread(&mut desk), [], "four are no run");
    (4..6).for_each(|n| answer(&mut desk, n).unwrap());
    assert_eq!(unread(&mut desk), (0..6).map(link).collect::<Vec<_>>());
    assert_eq!(pace::unread_of_recheck(desk.ws(), BatchId(99)).unwrap(), [], "nobody else's batch");
    std::thread::sleep(std::time::Duration::from_millis(1_600));
    answer(&mut desk, 5).unwrap();
    assert_eq!(unread(&mut desk), (0..5).map(link).collect::<Vec<_>>());
    answer(&mut desk, 4).unwrap();
    assert_eq!(unread(&mut desk), []);

    let mut desk = Desk::with_people(6);
    (0..6).for_each(|n| desk.match_(&link(n)));
    let batch = desk.submit();
    desk.become_(SUPERVISOR);
    let sheet = desk.path("sample.csv");
    sign_off::write_sample(desk.ws(), batch, &sheet).unwrap();
    let given = std::fs::read_to_string(&sheet).unwrap();
    let (headings, _) = given.split_once('\n').unwrap();
    let at = headings.trim().split(',').position(|heading| heading == "verdict").unwrap();
    let mut rows = csv::Reader::from_path(&sheet).unwrap();
    let mut filled = csv::Writer::from_path(desk.path("filled.csv")).unwrap();
    filled.write_record(headings.trim().split(',')).unwrap();
    for row in rows.records() {
        let row = row.unwrap();
        filled.write_record(row.iter().enumerate().map(|(n, it)| if n == at { "match" } else { it })).unwrap();
    }
    drop(filled);
    let path = desk.path("filled.csv");
    assert_eq!(sign_off::recheck_file(desk.ws(), batch, &path, &Progress::new()).unwrap(), 6);
    assert_eq!(pace::unread_of_recheck(desk.ws(), batch).unwrap(), []);
}
