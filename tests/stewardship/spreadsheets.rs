//! What a spreadsheet does to an extract: days and months change places, ids lose their zeros. Each is a question before
//! anything is loaded.

use stewartry::intake::Kind;
use stewartry::stewardship::Refused;
use stewartry::stewardship::suspicions::{Suspicion, SuspicionKind};

use crate::desk::*;

/// What looks wrong about a file that is refused for it.
#[track_caller]
fn asked(desk: &mut Desk, text: &str, kind: Kind) -> Vec<Suspicion> {
    let path = desk.write(text);
    let before = desk.ws().ledger_head().unwrap();
    let refused = desk.load_path(&path, kind, false).unwrap_err();
    assert_eq!(desk.ws().ledger_head().unwrap(), before, "what was refused changed something");
    match refused {
        Refused::Suspicious { suspicions, .. } => suspicions,
        other => panic!("not suspicious: {other}"),
    }
}

/// People of a Mosaic extract, born on these days.
fn born(days: &[&str]) -> String {
    let row = |(n, day): (usize, &&str)| format!("{},Kerr{n},Ann{n},{day}\n", 5000 + n);
    format!("PersonID,Surname,FirstForename,DateOfBirth\n{}", days.iter().enumerate().map(row).collect::<String>())
}

#[test]
fn dates_with_the_month_first_are_asked_about_by_those_that_are_real_in_that_order_alone() {
    let mut desk = Desk::new();
    let seen = asked(&mut desk, &born(&["04/19/1985", "03/04/1985", "05/06/1970"]), Kind::Mosaic).remove(0);
    assert_eq!(seen.kind, SuspicionKind::MonthFirst);
    assert_eq!(
        seen.seen,
        "In 1 row (line 2) a date is real only with its day and month in each other's place, and no dates are only as they \
         stand. 2 more are real both ways, and would be read as they stand"
    );
    assert!(seen.to_do.contains("1985-04-19"));
    // One slip among dates that stand day first is a warning, and dates without any sign are nothing.
    desk.load(&born(&["04/19/1985", "03/04/1985", "25/06/1970"]), Kind::Mosaic);
    Desk::new().load(&born(&["03/04/1985", "05/06/1970", "07/08/1966", "01/02/1955"]), Kind::Mosaic);
}

#[test]
fn dates_that_are_real_both_ways_are_asked_about_by_the_chi_numbers_beside_them() {
    // 3 April, 5 June and 7 August, as their numbers say.
    let numbers = [(3, 4, 1985), (5, 6, 1970), (7, 8, 1966)].map(|(day, month, year)| {
        let number = (100..200).find_map(|serial| stewartry::person::chi::issue(day, month, year, serial)).unwrap();
        (number, day, month, year)
    });
    let file = |month_first: bool| {
        let rows = numbers.iter().map(|(chi, day, month, year)| {
            let (a, b) = if month_first { (month, day) } else { (day, month) };
            format!("{chi},KERR,ANN,,{a:02}/{b:02}/{year}\n")
        });
        format!("CHI_NUMBER,SURNAME,FIRST_FORENAME,SEX,DATE_OF_BIRTH\n{}", rows.collect::<String>())
    };
    let mut desk = Desk::new();
    let seen = asked(&mut desk, &file(true), Kind::Chi).remove(0);
    assert_eq!(seen.kind, SuspicionKind::MonthFirst);
    assert!(seen.seen.starts_with("In 3 of 3 rows") && seen.seen.ends_with("(lines 2, 3 and 4)"), "{}", seen.seen);
    desk.load(&file(false), Kind::Chi);
}

#[test]
fn ids_that_lost_their_zeros_are_asked_about_before_everybody_is_somebody_new() {
    let rows = |ids: &[&str]| {
        let row = |(n, id): (usize, &&str)| format!("{id},Kerr{n},Ann{n}\n");
        format!("PersonID,Surname,FirstForename\n{}", ids.iter().enumerate().map(row).collect::<String>())
    };
    let mut desk = Desk::new();
    desk.load(&rows(&["00012", "00013", "00014", "1500"]), Kind::Mosaic);
    for ids in [["12", "13", "14", "1500"], ["12.0", "13.0", "14.0", "1500"], ["012", "013", "014", "1500"]] {
        let seen = asked(&mut desk, &rows(&ids), Kind::Mosaic).remove(0);
        assert_eq!(seen.kind, SuspicionKind::IdsRewritten);
        assert!(seen.seen.starts_with("3 people would be new (lines 2, 3 and 4)"), "{}", seen.seen);
    }
    // Others are new, and one more id among those that stand is a warning.
    let outcome = desk.load(&rows(&["00012", "00013", "00014", "1500", "16", "17", "14"]), Kind::Mosaic);
    assert_eq!((outcome.added, outcome.gone, outcome.tally.warned), (3, 0, 1));
    assert_eq!(
        (outcome.noticed[0].what.as_str(), &outcome.noticed[0].lines[..]),
        ("Mosaic id alike but for zeros or .0", &[8][..])
    );
}

#[test]
fn ids_that_lost_their_zeros_are_not_taken_for_another_councils() {
    let mut desk = Desk::new();
    let file = |zeros: &str| {
        (0..30)
            .fold(MosaicFile::default(), |file, n| file.with(&format!("{zeros}{}", mosaic(n)), &person(n), "", false))
    };
    desk.load_mosaic(file("00"));
    let seen: Vec<SuspicionKind> =
        asked(&mut desk, file("").text(), Kind::Mosaic).into_iter().map(|it| it.kind).collect();
    assert_eq!(seen, [SuspicionKind::IdsRewritten]);
}

#[test]
fn relationships_of_ids_that_lost_their_zeros_are_asked_about_before_nobody_is_related() {
    let mut desk = Desk::new();
    desk.load("PersonID,Surname,FirstForename\n00012,Kerr,Ann\n00013,Kerr,Ben\n1500,Kerr,Cal\n", Kind::Mosaic);
    let rows = |zeros: &str| {
        format!(
            "PersonID,RelatedPersonID,Relationship\n{zeros}12,{zeros}13,Mother\n{zeros}12,1500,Aunt\n99,1500,Carer\n"
        )
    };
    let seen = asked(&mut desk, &rows(""), Kind::Relationships).remove(0);
    assert_eq!(seen.kind, SuspicionKind::IdsRewritten);
    assert!(seen.seen.starts_with("2 people (lines 2 and 3) are in no extract"), "{}", seen.seen);
    // One of nobody is a warning
    assert_eq!(desk.load(&rows("000"), Kind::Relationships).tally.warned, 1);
}
