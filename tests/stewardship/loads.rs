//! A file comes in whole, or not at all.

use stewartry::intake::{self, Kind};
use stewartry::progress::Progress;
use stewartry::stewardship::Refused;
use stewartry::stewardship::load::{self, LoadOptions};

use crate::desk::*;

#[test]
fn the_file_that_is_loaded_changes_nothing_unless_it_is_asked_for_again() {
    let mut desk = Desk::new();
    let path = desk.write("PersonID,Surname,FirstForename\n1,Smith,Ann\n,Gray,Bea\n");
    let first = desk.load_path(&path, Kind::Mosaic, false).unwrap();
    assert_eq!((first.added, first.same_as_before, first.unchanged), (1, 0, false));
    let before = desk.ws().ledger_head().unwrap();
    let second = desk.load_path(&path, Kind::Mosaic, false).unwrap();
    assert!(second.unchanged && second.touched.is_empty());
    assert_eq!((second.file.id, second.added, second.changed, second.gone), (first.file.id, 0, 0, 0));
    assert_eq!((second.same_as_before, second.tally.rows, second.tally.rejected), (1, 2, 1));
    assert_eq!(desk.ws().ledger_head().unwrap(), before, "no event");
    let again = desk.load_path(&path, Kind::Mosaic, true).unwrap();
    assert_eq!((again.added, again.changed, again.same_as_before, again.gone), (0, 0, 1, 0));
    assert!(!again.unchanged && desk.ws().ledger_head().unwrap() != before);
}

#[test]
fn the_same_bytes_read_another_way_are_another_file() {
    let mut desk = Desk::new();
    let path = desk.write("PersonID,Surname,FirstForename,Odd\n1,Smith,Ann,Nan\n");
    desk.load_path(&path, Kind::Mosaic, false).unwrap();
    let mut preview = intake::preview(&path, Some(Kind::Mosaic), &Progress::new()).unwrap();
    preview.mapping.set(intake::Field::KnownAs, 3);
    let outcome = load::load(desk.ws(), &preview.plan(), LoadOptions::default(), &Progress::new()).unwrap();
    assert_eq!((outcome.unchanged, outcome.changed), (false, 1));
    // The next morning's file is mapped as this one was corrected, in whatever order its columns stand.
    let next = desk.write("Odd,PersonID,Surname,FirstForename\nNan,1,Smith,Ann\n");
    let mut preview = intake::preview(&next, Some(Kind::Mosaic), &Progress::new()).unwrap();
    assert_eq!(preview.mapping.get(intake::Field::KnownAs), None);
    assert!(load::as_last_time(desk.ws(), &mut preview).unwrap());
    assert_eq!(preview.mapping.get(intake::Field::KnownAs), Some(0));
    assert!(preview.unmapped.is_empty());
    let other = desk.write("PersonID,Surname,FirstForename\n1,Smith,Ann\n");
    let mut preview = intake::preview(&other, Some(Kind::Mosaic), &Progress::new()).unwrap();
    assert!(!load::as_last_time(desk.ws(), &mut preview).unwrap(), "other headings are another file");
}

#[test]
fn pairs_are_read_again_once_an_extract_may_know_their_people() {
    let mut desk = Desk::new();
    desk.load_mosaic(MosaicFile::default().plain(0));
    desk.load_chi(ChiFile::default().plain(0).plain(1));
    let (one, two) = (chi(0).to_string(), chi(1).to_string());
    let text = pairs(&[("1000", &one, 20.0), ("1001", &two, 20.0)]);
    let path = desk.write(&text);
    assert_eq!(desk.load_path(&path, Kind::NarrowPairs, false).unwrap().tally.rejected, 1);
    assert!(desk.load_path(&path, Kind::NarrowPairs, false).unwrap().unchanged);
    desk.load_mosaic(MosaicFile::default().plain(0).plain(1));
    let again = desk.load_path(&path, Kind::NarrowPairs, false).unwrap();
    assert_eq!((again.unchanged, again.added, again.tally.rejected), (false, 1, 0));
}

#[test]
fn rows_add_up_and_what_was_turned_away_is_kept_with_its_reason() {
    let mut desk = Desk::new();
    let outcome =
        desk.load("PersonID,Surname,FirstForename\n1,Smith,Ann\n,Jones,Bea\n1,Gray,Cat\n2,Reid,Dot\n", Kind::Mosaic);
    let file = &outcome.file;
    assert_eq!((file.rows, file.rejected), (4, 2));
    assert_eq!(file.accepted + file.warned + file.rejected, file.rows);
    let path = desk.path("rejected.csv");
    let id = file.id;
    assert_eq!(load::write_rejected(desk.ws(), &[id], &path).unwrap(), 2);
    let text = std::fs::read_to_string(&path).unwrap();
    assert!(text.contains(",3,") && text.contains(",4,") && text.contains("Gray"), "{text}");
}

#[test]
fn a_file_of_which_no_row_can_be_used_changes_nothing() {
    let mut desk = Desk::new();
    desk.load("PersonID,Surname\n1,Smith\n", Kind::Mosaic);
    let path = desk.write("PersonID,Surname\n,Jones\n,Gray\n");
    let refused = desk.load_path(&path, Kind::Mosaic, false).unwrap_err();
    assert!(matches!(refused, Refused::AllRejected { rows: 2, .. }), "{refused}");
    assert_eq!(desk.ws().files().unwrap().len(), 1);
    assert!(desk.ws().mosaic(&id("1")).unwrap().unwrap().present);
}

#[test]
fn a_new_extract_says_who_came_who_changed_and_who_is_gone() {
    let mut desk = Desk::new();
    desk.load("PersonID,Surname\n1,Smith\n2,Jones\n3,Gray\n", Kind::Mosaic);
    let outcome = desk.load("PersonID,Surname\n1,Smith\n2,Brown\n4,Reid\n", Kind::Mosaic);
    assert_eq!((outcome.added, outcome.changed, outcome.same_as_before, outcome.gone), (1, 1, 1, 1));
    assert!(!desk.ws().mosaic(&id("3")).unwrap().unwrap().present);
}

#[test]
fn a_cancelled_load_leaves_everything_as_it_was() {
    let mut desk = Desk::new();
    let path = desk.write("PersonID,Surname\n1,Smith\n");
    let plan = intake::preview(&path, Some(Kind::Mosaic), &Progress::new()).unwrap().plan();
    let progress = Progress::new();
    progress.cancel();
    let refused = load::load(desk.ws(), &plan, LoadOptions::default(), &progress);
    assert!(matches!(refused, Err(Refused::Cancelled(_))), "{refused:?}");
    assert!(desk.ws().files().unwrap().is_empty() && desk.ws().mosaic(&id("1")).unwrap().is_none());
}

#[test]
fn a_file_that_changed_since_its_preview_is_not_loaded() {
    let mut desk = Desk::new();
    let path = desk.write("PersonID,Surname\n1,Smith\n");
    let plan = intake::preview(&path, Some(Kind::Mosaic), &Progress::new()).unwrap().plan();
    std::fs::write(&path, "PersonID,Surname\n1,Smyth\n").unwrap();
    let refused = load::load(desk.ws(), &plan, LoadOptions::default(), &Progress::new()).unwrap_err();
    assert!(refused.to_string().contains("changed"), "{refused}");
}

#[test]
fn narrow_pairs_name_people_of_the_extracts_and_orphans_are_turned_away() {
    let mut desk = Desk::new();
    desk.load_mosaic(MosaicFile::default().plain(0).plain(1));
    desk.load_chi(ChiFile::default().plain(0));
    let (known, unknown) = (chi(0).to_string(), chi(9).to_string());
    let outcome =
        desk.load(&pairs(&[("1000", &known, 20.0), ("1000", &unknown, 3.0), ("7777", &known, 3.0)]), Kind::NarrowPairs);
    assert_eq!((outcome.added, outcome.tally.rejected, outcome.tally.rows), (1, 2, 3));
    let lines: Vec<u64> = desk.ws().rejected(outcome.file.id).unwrap().into_iter().map(|(line, _, _)| line).collect();
    assert_eq!(lines, [3, 4]);
    assert!(desk.ws().pair_of(&link(0)).unwrap().unwrap().best);
}

#[test]
fn pairs_without_a_score_are_scored_here() {
    let mut desk = Desk::new();
    desk.load_mosaic(MosaicFile::default().plain(0));
    desk.load_chi(ChiFile::default().plain(0).plain(1));
    let text = format!("PersonID,CHI\n1000,{}\n1000,{}\n", chi(0), chi(1));
    desk.load(&text, Kind::NarrowPairs);
    let right = desk.ws().pair_of(&link(0)).unwrap().unwrap();
    let wrong = desk.ws().pair_of(&stewartry::pair::PairKey::link(mosaic(0), chi(1))).unwrap().unwrap();
    assert!(right.weight > wrong.weight + 10.0, "{} {}", right.weight, wrong.weight);
    assert!(right.best && !wrong.best);
}

#[test]
fn wide_pairs_bring_their_people_along_and_do_not_overrule_an_extract() {
    let mut desk = Desk::new();
    let mut file = "PersonID_l,Surname_l,FirstForename_l,Gender_l,DateOfBirth_l,Postcode_l,\
                    CHI_NUMBER_r,SURNAME_r,FIRST_FORENAME_r,SEX_r,DATE_OF_BIRTH_r,POSTCODE_r\n"
        .to_owned();
    for n in 0..3 {
        let Person { surname, forename, sex, birth, postcode, .. } = person(n);
        let side = format!("{surname},{forename},{sex},{birth},{postcode}");
        file.push_str(&format!("{},{side},{},{side}\n", mosaic(n), chi(n)));
    }
    let mut known = person(0);
    known.surname = "Extractname".to_owned();
    desk.load_mosaic(MosaicFile::default().with("1000", &known, "", false));
    let outcome = desk.load(&file, Kind::WidePairs);
    assert_eq!((outcome.added, outcome.tally.rejected), (3, 0));
    assert_eq!(desk.ws().mosaic(&mosaic(0)).unwrap().unwrap().record.details.surname, "Extractname");
    assert_eq!(desk.ws().mosaic(&mosaic(1)).unwrap().unwrap().record.details.surname, person(1).surname);
    assert!(desk.ws().chi(&chi(2)).unwrap().is_some());
    desk.match_(&link(1));
}
