//! One CHI, one person: in one batch after another, with records that are merged, and with what Mosaic has of earlier files.

use stewartry::pair::{Merge, PairKey, Reason, Verdict};
use stewartry::progress::Progress;
use stewartry::release;
use stewartry::stewardship::decide::{self, Answer};
use stewartry::stewardship::recall::recall;
use stewartry::stewardship::{Refused, StopKind, batches, corrections, sign_off, submit, undo};

use crate::desk::*;

/// Records of the same details, each with the CHI that Mosaic holds for it, and whether it is restricted; every two a candidate pair, and
/// each a candidate of both numbers.
fn records(of: &[(&str, &str, bool)], chis: ChiFile, numbers: &[u16]) -> Desk {
    let mut desk = Desk::new();
    let file =
        |file: MosaicFile, (id, chi, restricted): &(&str, &str, bool)| file.with(id, &person(0), chi, *restricted);
    desk.load_mosaic(of.iter().fold(MosaicFile::default(), file));
    desk.load_chi(chis);
    let mut rows = Vec::new();
    for (at, (one, ..)) in of.iter().enumerate() {
        rows.extend(numbers.iter().map(|n| ((*one).to_owned(), chi(*n).to_string(), 20.0)));
        rows.extend(of[at + 1..].iter().map(|(other, ..)| ((*one).to_owned(), (*other).to_owned(), 9.0)));
    }
    desk.load_links(rows.into_iter());
    desk
}

fn two_chis() -> ChiFile {
    ChiFile::default().plain(0).plain(1)
}

fn to(mosaic: &str, number: u16) -> PairKey {
    PairKey::link(id(mosaic), chi(number))
}

fn seen() -> Answer {
    Answer { comment: "Seen".to_owned(), ..Answer::of(Verdict::Match).because(Reason::CheckedElsewhere) }
}

fn into(source: &str, target: &str) -> Answer {
    let merge = Merge { source: id(source), target: id(target), blockers: Vec::new(), note: String::new() };
    Answer { merge: Some(merge), ..seen() }
}

fn merged(desk: &mut Desk, source: &str, target: &str) -> Vec<StopKind> {
    stopped(desk.decide(&duplicate(source, target), into(source, target)))
}

/// The kinds of the hard stops; none where it was done.
fn stopped(done: Result<(), Refused>) -> Vec<StopKind> {
    if done.is_ok() { Vec::new() } else { stops(done) }
}

fn composed(desk: &mut Desk, rows: Vec<PairKey>) -> Result<(), Refused> {
    batches::compose(desk.ws(), "B", rows).map(drop)
}

#[test]
fn two_records_that_stand_for_two_chis_do_not_meet_in_a_third() {
    let held = [("2001", chi(0), false), ("2003", chi(1), false)];
    let of: Vec<(&str, &str, bool)> =
        [("2001", held[0].1.as_str(), false), ("2002", "", false), ("2003", held[1].1.as_str(), false)].to_vec();
    let mut desk = records(&of, two_chis(), &[0, 1]);
    assert_eq!(merged(&mut desk, "2001", "2002"), []);
    assert_eq!(merged(&mut desk, "2003", "2002"), [StopKind::MergeOfTwoChis]);
    // Nor is the one that is kept matched to the other's
    assert_eq!(stops(desk.decide(&to("2002", 1), seen())), [StopKind::ChiTaken, StopKind::MergeOfTwoChis]);
    desk.decide(&to("2003", 1), Answer::of(Verdict::NotMatch)).unwrap();
    assert_eq!(merged(&mut desk, "2003", "2002"), []);
}

#[test]
fn a_chi_that_was_told_from_a_record_keeps_its_holder_out_of_a_merge_with_it() {
    let number = chi(0);
    let of = [("2001", number.as_str(), false), ("2002", "", false)];
    for (told_from, told_first) in [("2002", true), ("2002", false)] {
        let mut desk = records(&of, two_chis(), &[0, 1]);
        if told_first {
            desk.decide(&to(told_from, 0), Answer::of(Verdict::NotMatch)).unwrap();
            for (source, target) in [("2001", "2002"), ("2002", "2001")] {
                assert_eq!(merged(&mut desk, source, target), [StopKind::Contradiction]);
            }
            decide::take_back(desk.ws(), &to(told_from, 0)).unwrap();
            assert_eq!(merged(&mut desk, "2001", "2002"), []);
        } else {
            assert_eq!(merged(&mut desk, "2001", "2002"), []);
            desk.decide(&to(told_from, 0), Answer::of(Verdict::NotMatch)).unwrap();
            assert_eq!(stops(composed(&mut desk, vec![duplicate("2001", "2002")])), [StopKind::Contradiction]);
        }
    }
}

#[test]
fn a_chi_does_not_leave_for_another_record_before_the_merge_that_brings_it_there() {
    let number = chi(0);
    for restricted in [false, true] {
        let mut desk = records(&[("2001", number.as_str(), restricted), ("2002", "", false)], two_chis(), &[0]);
        assert_eq!(merged(&mut desk, "2001", "2002"), []);
        desk.decide(&to("2002", 0), seen()).unwrap();
        let (link, merge) = (to("2002", 0), duplicate("2001", "2002"));
        let alone = composed(&mut desk, vec![link.clone()]).unwrap_err();
        let says = if restricted { "merge the two in Mosaic by hand" } else { "put that into the same batch" };
        assert!(alone.to_string().contains(says), "{alone}");
        assert_eq!(stops(Err(alone)), [StopKind::ChiTaken]);
        // With the merge it goes, but for one that stands in no file
        let together = stopped(composed(&mut desk, vec![link, merge]));
        assert_eq!(together, if restricted { vec![StopKind::ChiTaken] } else { vec![] });
    }
}

#[test]
fn a_number_and_the_one_that_replaced_it_are_one_chi() {
    let (old, new) = (chi(0), chi(1));
    let superseded = || {
        let file = ChiFile::default().with(old.as_str(), &person(0), "H", new.as_str());
        file.with(new.as_str(), &person(0), "C", new.as_str())
    };
    // Mosaic has the old one on another
    let mut desk = records(&[("2001", old.as_str(), false), ("2002", "", false)], superseded(), &[0, 1]);
    let refused = desk.decide(&to("2002", 1), seen()).unwrap_err();
    let says = format!("{}, which {} replaced", old.spaced(), new.spaced());
    assert!(refused.to_string().contains(&says), "{refused}");
    assert_eq!(stops(Err(refused)), [StopKind::ChiTaken]);
    desk.decide(&to("2001", 1), Answer { replace: true, ..seen() }).unwrap();

    // Another was matched to it when it was the current one
    let mut desk = records(&[("2001", "", false), ("2002", "", false)], two_chis(), &[0, 1]);
    desk.decide(&to("2001", 0), seen()).unwrap();
    desk.load_chi(superseded());
    assert_eq!(stops(desk.decide(&to("2002", 1), seen())), [StopKind::ChiTaken]);
    decide::take_back(desk.ws(), &to("2001", 0)).unwrap();
    desk.decide(&to("2002", 1), seen()).unwrap();
}

#[test]
fn a_chi_that_was_recalled_leaves_for_nobody_else_before_it_is_taken_out() {
    let mut desk = records(&[("2001", "", false), ("2002", "", false)], two_chis(), &[0]);
    desk.decide(&to("2001", 0), seen()).unwrap();
    let batch = desk.submit();
    desk.sign(batch);
    desk.become_(OFFICER);
    let folder = desk.path("out");
    release::write(desk.ws(), batch, &folder, &Progress::new()).unwrap();
    recall(desk.ws(), &to("2001", 0), "Of the other", true).unwrap();
    desk.decide(&to("2002", 0), seen()).unwrap();
    let refused = composed(&mut desk, vec![to("2002", 0)]).unwrap_err();
    assert!(refused.to_string().contains("write that correction first"), "{refused}");
    assert_eq!(stops(Err(refused)), [StopKind::ChiTaken]);

    let correction = corrections::compose(desk.ws()).unwrap();
    desk.become_(SUPERVISOR);
    corrections::sign(desk.ws(), correction).unwrap();
    assert_eq!(stops(composed(&mut desk, vec![to("2002", 0)])), [StopKind::ChiTaken], "signed is not written");
    let folder = desk.path("correction");
    release::correction::write(desk.ws(), correction, &folder, &Progress::new()).unwrap();
    composed(&mut desk, vec![to("2002", 0)]).unwrap();
}

#[test]
fn what_is_to_be_looked_at_again_is_not_made_anew_by_a_merge() {
    // Of the record that is merged away
    let mut desk = records(&[("2001", "", false), ("2002", "", false)], two_chis(), &[0]);
    let (link, merge) = (to("2001", 0), duplicate("2001", "2002"));
    desk.decide(&link, seen()).unwrap();
    let return_it = |desk: &mut Desk, row: &PairKey| {
        let batch = batches::compose(desk.ws(), "B", vec![row.clone()]).unwrap();
        submit::submit(desk.ws(), batch, submit::Sampling::default()).unwrap();
        desk.become_(SUPERVISOR);
        sign_off::return_batch(desk.ws(), batch, "Look again", vec![(row.clone(), String::new())]).unwrap();
        desk.become_(OFFICER);
    };
    return_it(&mut desk, &link);
    assert_eq!(merged(&mut desk, "2001", "2002"), [StopKind::Returned]);
    desk.decide(&link, seen()).unwrap();
    assert_eq!(merged(&mut desk, "2001", "2002"), []);

    // And of the one that is kept: what it brought does not come back as if nobody had asked
    let carried = to("2002", 0);
    let of_merge = desk.ws().decision(&merge).unwrap().unwrap().seq;
    return_it(&mut desk, &carried);
    let refused = undo::undo_deed(desk.ws(), of_merge).unwrap_err();
    assert_eq!(stops(Err(refused)), [StopKind::Returned]);
    decide::take_back(desk.ws(), &merge).unwrap();
    assert!(desk.ws().decision(&link).unwrap().is_none(), "it is asked again");
    assert!(desk.ws().decision(&carried).unwrap().is_none());
    assert!(desk.ws().check(&Progress::new()).unwrap().ok);
}
