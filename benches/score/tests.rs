//! A council of eight records, small enough to be counted by hand.

use std::path::Path;

use crate::files::{Found, Truth};
use crate::report::Report;

/// P1 to P7 are in CHI and P8 is not. P1 and P2 are one person, P5, P6 and P7 another.
const TRUTH: &str = "PersonID,CHI,PersonKey,Kind
P1,0101011237,K1,clean
P2,0101011237,K1,duplicate+moved
P3,0101336489,K2,clean
P4,0101405073,K3,moved
P5,0101625707,K4,clean
P6,0101625707,K4,duplicate
P7,0101625707,K4,duplicate+moved
P8,,K5,no-chi
";

const MOSAIC: &str = "PersonID,Surname,CHINumber
P1,A,0101011237
P2,A,
P3,B,
P4,C,
P5,D,
P6,D,
P7,D,
P8,E,
";

const LINKS: &str = "PersonID,CHI,match_weight,match_probability,band
P1,0101011237,20.0,0.9999,auto
P2,0101011237,12.0,0.98,auto
P3,0101336489,2.0,0.70,review
P3,0101405073,-2.0,0.20,low
P4,0101405073,-1.0,0.30,review
P5,0101625707,20.0,0.9995,auto
P6,0101625707,19.0,0.9992,auto
P8,0211165794,1.0,0.60,review
";

const DUPLICATES: &str = "PersonID_l,PersonID_r,match_weight,match_probability,band
P1,P2,15.0,0.9995,auto
P6,P7,9.0,0.80,review
P3,P4,-3.0,0.10,low
P7,P8,1.0,0.60,review
";

fn score(mosaic: Option<&str>) -> Report {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).expect("a file is written");
    write("truth.csv", TRUTH);
    write("links.csv", LINKS);
    write("duplicates.csv", DUPLICATES);
    let mut truth = Truth::read(&folder.path().join("truth.csv")).expect("the truth reads");
    if let Some(mosaic) = mosaic {
        write("mosaic.csv", mosaic);
        truth.read_seeds(&folder.path().join("mosaic.csv")).expect("Mosaic's extract reads");
    }
    let found = Found::read(folder.path(), &truth).expect("what was found reads");
    Report::new(&truth, &found)
}

#[test]
fn best_links_are_counted_at_a_half() {
    let links = score(None).links;
    // Said: P1, P2, P3, P5, P6 rightly and P8 wrongly; P4 falls short and P7 was never seen.
    assert_eq!((links.best.said, links.best.right, links.best.all), (6, 5, 7));
    assert!((links.best.f1 - 10.0 / 13.0).abs() < 1e-12);
    // With P4 as well: 6 of 7 said, 6 of 7 true.
    assert_eq!(links.best_cut.map(|cut| cut.probability), Some(0.30));
    assert_eq!(links.trusted_cut.map(|cut| cut.quality.right), Some(5));
}

#[test]
fn bands_are_counted_over_all_links() {
    let links = score(None).links;
    assert_eq!((links.auto.said, links.auto.wrong(), links.auto.recall), (4, 0, 4.0 / 7.0));
    assert_eq!((links.auto_or_review, links.candidate_recall), (6.0 / 7.0, 6.0 / 7.0));
}

#[test]
fn records_without_a_seed_are_judged_apart() {
    assert!(score(None).links_unseeded.is_none());
    let links = score(Some(MOSAIC)).links_unseeded.expect("the seeds were read");
    assert_eq!((links.records, links.best.said, links.best.right, links.best.all), (7, 5, 4, 6));
}

#[test]
fn one_chi_on_two_people_is_a_conflict_unless_they_are_duplicates() {
    let conflicts = score(None).conflicts;
    // P1 and P2 are automatic duplicates; P5 and P6 are one person indeed, but nobody said so.
    assert_eq!((conflicts.one_chi_on_two, conflicts.two_chis_on_one), (1, 0));
}

#[test]
fn every_pair_of_one_person_is_a_true_duplicate() {
    let duplicates = score(None).duplicates;
    // One pair of K1 and three of K4; said: two right and one wrong.
    assert_eq!((duplicates.pairs.said, duplicates.pairs.right, duplicates.pairs.all), (3, 2, 4));
    assert_eq!((duplicates.auto.said, duplicates.auto.right, duplicates.auto.recall), (1, 1, 0.25));
    assert_eq!(duplicates.candidate_recall, 0.5);
}

#[test]
fn review_is_counted_in_pairs_and_in_records() {
    let report = score(None);
    let links = report.effort_links;
    assert_eq!((links.pairs, links.records, links.right), (3, 3, 2));
    assert_eq!((links.first_half_as_written, links.first_half_by_probability), (1.0, 0.5));
    assert_eq!(report.review_pairs_per_mosaic_record, 5.0 / 8.0);
}

#[test]
fn phenomena_tell_where_links_are_missed() {
    let kinds = score(None).kinds_links;
    let kind = |name: &str| kinds.iter().find(|kind| kind.name == name).expect("the phenomenon is there");
    let moved = kind("moved");
    assert_eq!((moved.all, moved.found, moved.auto, moved.review, moved.absent), (3, 1, 1, 1, 1));
    assert_eq!((kind("no-chi").all, kind("no-chi").wrong, kind("no-chi").wrong_auto), (0, 1, 0));
    assert_eq!((kind("clean").all, kind("clean").found, kind("clean").review), (3, 3, 1));
}

#[test]
fn what_cannot_be_judged_is_said_in_a_sentence() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("truth.csv");
    let read = |text: &str| {
        std::fs::write(&path, text).expect("a file is written");
        Truth::read(&path).err().unwrap_or_default()
    };
    assert!(read("PersonID,CHI\nP1,\n").ends_with("has no column PersonKey."));
    assert!(read("PersonID,CHI,PersonKey\nP1,,K1\nP1,,K1\n").ends_with("line 3: this PersonID stands there twice."));
    let error = Found::read(folder.path(), &Truth::default()).err().unwrap_or_default();
    assert!(error.ends_with("holds neither links.csv nor duplicates.csv."), "{error}");
    assert!(Truth::read(Path::new("nowhere.csv")).err().unwrap_or_default().ends_with("is not there."));
}
