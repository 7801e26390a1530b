//! The next extract: a wrong one is asked about before anything changes, and a right one says what it means for the work.

use stewartry::intake::{self, Kind};
use stewartry::linkage::Options;
use stewartry::pair::Verdict;
use stewartry::progress::Progress;
use stewartry::stewardship::decide::Answer;
use stewartry::stewardship::load::{LoadOptions, load};
use stewartry::stewardship::refreshed::recheck_words;
use stewartry::stewardship::suspicions::SuspicionKind;
use stewartry::stewardship::{Refused, matching, undo};
use stewartry::workspace::{Event, LedgerFilter, Recheck, RecheckWhy, Workspace};

use crate::desk::*;

/// Everything that can be read of a workspace which a load could change.
fn everything(ws: &Workspace) -> Vec<String> {
    let mut found = vec![format!("{:?}", ws.ledger_head().unwrap()), format!("{:?}", ws.status().unwrap())];
    for file in ws.files().unwrap() {
        found.push(format!("{:?}", ws.rejected(file.id).unwrap()));
        found.push(format!("{file:?}"));
    }
    ws.each_mosaic(|record| {
        found.push(format!("{:?}", ws.mosaic(&record.id)?));
        Ok(())
    })
    .unwrap();
    ws.each_chi(|record| {
        found.push(format!("{:?}", ws.chi(&record.chi)?));
        Ok(())
    })
    .unwrap();
    found.push(format!("{:?}", ws.bearings().unwrap()));
    found
}

fn people(numbers: impl Iterator<Item = u16>) -> MosaicFile {
    numbers.fold(MosaicFile::default(), MosaicFile::plain)
}

fn chis(numbers: impl Iterator<Item = u16>) -> ChiFile {
    numbers.fold(ChiFile::default(), ChiFile::plain)
}

/// The kinds of what looks wrong about a file that is refused for it, having changed nothing.
#[track_caller]
fn suspicions(desk: &mut Desk, text: &str, kind: Kind) -> Vec<SuspicionKind> {
    let path = desk.write(text);
    let before = everything(desk.ws());
    let refused = desk.load_path(&path, kind, false).unwrap_err();
    assert_eq!(everything(desk.ws()), before, "what was refused changed something");
    match refused {
        Refused::Suspicious { suspicions, .. } => suspicions.into_iter().map(|it| it.kind).collect(),
        other => panic!("not suspicious: {other}"),
    }
}

#[test]
fn half_the_rows_gone_is_asked_about_before_anything_changes() {
    let mut desk = Desk::with_people(30);
    desk.match_(&link(20));
    assert_eq!(suspicions(&mut desk, people(0..14).text(), Kind::Mosaic), [SuspicionKind::FewRows]);
    assert_eq!(suspicions(&mut desk, chis(0..14).text(), Kind::Chi), [SuspicionKind::FewRows]);
    assert_eq!(suspicions(&mut desk, people(0..20).text(), Kind::Mosaic), [SuspicionKind::ManyGone]);
    let path = desk.write(people(0..14).text());
    let words = desk.load_path(&path, Kind::Mosaic, false).unwrap_err().to_string();
    assert!(
        words.contains("14 rows") && words.contains("had 30") && words.contains("16 people would be gone"),
        "{words}"
    );
    // A few people who left are no reason to ask.
    desk.load_mosaic(people(0..25));
}

#[test]
fn another_councils_extract_is_asked_about() {
    let mut desk = Desk::with_people(30);
    let mut other = MosaicFile::default();
    for n in 0..40 {
        other = other.with(&format!("77{n:03}"), &person(n + 100), "", false);
    }
    let found = suspicions(&mut desk, other.text(), Kind::Mosaic);
    assert_eq!(found, [SuspicionKind::OtherIds]);
    // Its ids may be of the same numbers: then everybody has become somebody else.
    let mut other = MosaicFile::default();
    for n in 0..30 {
        other = other.with(mosaic(n).as_str(), &person(n + 100), "", false);
    }
    assert_eq!(suspicions(&mut desk, other.text(), Kind::Mosaic), [SuspicionKind::ManyChanged]);
}

#[test]
fn shifted_columns_are_asked_about() {
    let mut desk = Desk::with_people(30);
    let good = people(0..30);
    // Under the same headings every cell but the id has moved one column on.
    let mut shifted = good.text().lines().next().unwrap().to_owned() + "\n";
    for row in good.text().lines().skip(1) {
        let mut cells: Vec<&str> = row.split(',').collect();
        cells[1..].rotate_right(1);
        shifted += &(cells.join(",") + "\n");
    }
    let found = suspicions(&mut desk, &shifted, Kind::Mosaic);
    assert!(found.contains(&SuspicionKind::ManyChanged) && found.contains(&SuspicionKind::MoreWarned), "{found:?}");
    // The headings have moved: what held the postcode is called otherwise, and nothing holds it.
    let renamed = good.text().replacen("Postcode", "Locality", 1);
    assert!(suspicions(&mut desk, &renamed, Kind::Mosaic).contains(&SuspicionKind::ColumnsMoved));
    // So have the ids: no row can be used any more, or hardly any.
    let mut turned = String::new();
    for (n, row) in good.text().lines().enumerate() {
        turned += &if n > 6 { format!(",{row}\n") } else { format!("{row},\n") };
    }
    let turned = turned.replacen("Restricted,", "Restricted,Odd", 1);
    let found = suspicions(&mut desk, &turned, Kind::Mosaic);
    assert!(found.contains(&SuspicionKind::MoreRejected), "{found:?}");
}

#[test]
fn chi_numbers_that_slipped_against_their_people_or_are_gone_are_asked_about() {
    // Of sixty people Mosaic holds the CHI of the first twenty; two more are matched here
    let file = |chi_of: &dyn Fn(u16) -> Option<u16>| {
        (0..60).fold(MosaicFile::default(), |file, n| {
            let held = chi_of(n).map(|n| chi(n).to_string()).unwrap_or_default();
            file.with(mosaic(n).as_str(), &person(n), &held, false)
        })
    };
    let mut desk = Desk::with_people(60);
    desk.load_mosaic(file(&|n| (n < 20).then_some(n)));
    (20..22).for_each(|n| desk.match_(&link(n)));
    let up = file(&|n| (n < 19).then_some(n + 1));
    assert!(suspicions(&mut desk, up.text(), Kind::Mosaic).contains(&SuspicionKind::ManyLostChi));
    assert!(suspicions(&mut desk, file(&|_| None).text(), Kind::Mosaic).contains(&SuspicionKind::ManyLostChi));
    let path = desk.write(up.text());
    let words = desk.load_path(&path, Kind::Mosaic, false).unwrap_err().to_string();
    assert!(words.contains("of 20 people for whom Mosaic held a CHI number, 20 have none or another one"), "{words}");
    // What was matched and has arrived is what a release is for, and so is one that was corrected by it
    let arrived = desk.load_mosaic(file(&|n| (n < 22).then_some(n)));
    assert_eq!((arrived.only_chi, arrived.lost_chi), (2, 0));
    let one = desk.load_mosaic(file(&|n| (n != 7 && n < 22).then_some(n)));
    assert_eq!((one.only_chi, one.lost_chi), (1, 1), "one is no reason to ask");
}

#[test]
fn restricted_people_who_are_no_longer_marked_are_asked_about() {
    let file = |restricted: std::ops::Range<u16>| {
        (0..30).fold(MosaicFile::default(), |file, n| {
            file.with(mosaic(n).as_str(), &person(n), "", restricted.contains(&n))
        })
    };
    assert_eq!(Desk::new().load_mosaic(file(0..4)).restricted, [4, 0], "a first extract says how many there are");
    let mut desk = Desk::with_people(30);
    let marked = desk.load_mosaic(file(0..4));
    assert_eq!((marked.restricted, marked.same_as_before), ([4, 0], 30), "told, though nothing else changed");
    assert!(suspicions(&mut desk, file(0..0).text(), Kind::Mosaic).contains(&SuspicionKind::ManyUnrestricted));
    assert_eq!(suspicions(&mut desk, file(0..2).text(), Kind::Mosaic), [SuspicionKind::ManyUnrestricted]);
    let path = desk.write(file(0..0).text());
    let words = desk.load_path(&path, Kind::Mosaic, false).unwrap_err().to_string();
    assert!(words.contains("4 of 4 restricted people are not marked as restricted in the file"), "{words}");
    assert!(desk.ws().mosaic(&mosaic(0)).unwrap().unwrap().record.restricted, "nothing was changed");
    assert_eq!(desk.load_mosaic(file(1..6)).restricted, [2, 1]);
}

#[test]
fn an_extract_that_another_has_followed_is_asked_about() {
    let mut desk = Desk::new();
    let (first, second) = (people(0..20), people(0..22));
    desk.load_mosaic(first.clone());
    desk.load_mosaic(second);
    assert_eq!(suspicions(&mut desk, first.text(), Kind::Mosaic), [SuspicionKind::Older]);
}

#[test]
fn a_first_extract_that_is_sound_by_itself_is_not_suspicious() {
    let mut desk = Desk::new();
    desk.load_chi(chis(0..30));
    let outcome = desk.load_mosaic(people(0..1));
    assert_eq!((outcome.added, outcome.in_spite_of.len()), (1, 0));
    // And files of candidate pairs are each of their own making.
    desk.load_mosaic(people(0..30));
    let rows = |n: u16| (0..n).map(|n| (mosaic(n).to_string(), chi(n).to_string(), 20.0));
    desk.load_links(rows(30));
    desk.load_links(rows(2));
}

#[test]
fn whoever_knows_better_loads_it_in_spite_of_that_and_the_ledger_says_so() {
    let mut desk = Desk::with_people(30);
    let path = desk.write(people(0..10).text());
    assert!(desk.load_path(&path, Kind::Mosaic, false).is_err());
    let outcome = desk.load_in_spite(&path, Kind::Mosaic);
    assert_eq!((outcome.gone, outcome.in_spite_of.len()), (20, 1));
    let newest = desk.ws().ledger(&LedgerFilter::default(), 1).unwrap().remove(0).event;
    let Event::FileLoaded { in_spite_of, .. } = &newest else { panic!("{newest:?}") };
    assert_eq!(in_spite_of, &["few_rows"]);
    assert!(undo::describe(&newest).contains("in spite of how it looked"));
    // The next is held against this one. A file that nothing was wrong with has nothing to be recorded.
    let next = desk.write(people(0..11).text());
    let outcome = desk.load_in_spite(&next, Kind::Mosaic);
    assert!(outcome.in_spite_of.is_empty());
    let newest = desk.ws().ledger(&LedgerFilter::default(), 1).unwrap().remove(0).event;
    assert!(!serde_json::to_string(&newest).unwrap().contains("in_spite_of"), "earlier events keep their form");
}

#[test]
fn what_a_release_brought_back_into_mosaic_is_not_suspicious() {
    let mut desk = Desk::with_people(30);
    let mut seeded = MosaicFile::default();
    for n in 0..30 {
        seeded = seeded.with(mosaic(n).as_str(), &person(n), chi(n).as_str(), false);
    }
    let outcome = desk.load_mosaic(seeded);
    assert_eq!((outcome.only_chi, outcome.gone, outcome.added), (outcome.changed, 0, 0));
}

#[test]
fn the_same_content_in_other_bytes_is_all_unchanged_rows() {
    let mut desk = Desk::with_people(30);
    desk.match_(&link(3));
    let good = people(0..30);
    let mut rows: Vec<String> =
        good.text().lines().skip(1).map(|row| format!("\"{}\"", row.replace(',', "\",\""))).collect();
    rows.reverse();
    let heading = good.text().lines().next().unwrap();
    let outcome = desk.load(&format!("{heading}\r\n{}\r\n", rows.join("\r\n")), Kind::Mosaic);
    assert_eq!((outcome.added, outcome.changed, outcome.gone, outcome.same_as_before), (0, 0, 0, 30));
    assert_eq!((outcome.work.stand, outcome.work.reopened), (1, 0));
}

#[test]
fn a_refresh_says_what_it_means_for_the_work() {
    let mut desk = Desk::with_people(20);
    for n in 0..8 {
        desk.match_(&link(n));
    }
    desk.decide(&link(9), Answer::of(Verdict::NotMatch)).unwrap();

    // A CHI extract in which one number is superseded, one deleted, one person has died, one moved away and one is missing.
    let successor = chi(60);
    let mut file = ChiFile::default();
    for n in 0..20 {
        let (number, own) = (chi(n).to_string(), chi(n).to_string());
        file = match n {
            0 => file.with(&number, &person(n), "H", successor.as_str()),
            1 => file.with(&number, &person(n), "X", ""),
            2 => {
                let mut died = person(n);
                died.death = "2026-10-01".to_owned();
                file.with(&number, &died, "D", &own)
            }
            3 => file.with(&number, &person(n), "T", &own),
            4 => file,
            _ => file.with(&number, &person(n), "C", &own),
        };
    }
    let outcome = desk.load_chi(file.with(successor.as_str(), &person(0), "C", successor.as_str()));
    assert_eq!((outcome.added, outcome.changed, outcome.gone), (1, 4, 1));
    let work = &outcome.work;
    let found: Vec<_> = work.rechecks.iter().map(|it| (it.pair.clone(), it.why, it.replacement)).collect();
    let expected = [
        (0, RecheckWhy::Superseded, Some(successor)),
        (1, RecheckWhy::Deleted, None),
        (2, RecheckWhy::Deceased, None),
        (3, RecheckWhy::TransferredOut, None),
        (4, RecheckWhy::Absent, None),
    ];
    assert_eq!(found, expected.map(|(n, why, to)| (link(n), why, to)));
    assert_eq!(work.new_rechecks, 5);
    assert!((4..=5).contains(&work.reopened), "{}", work.reopened);
    assert_eq!(work.stand + work.reopened, 9);
    assert_eq!(desk.ws().rechecks().unwrap(), work.rechecks);

    // The next Mosaic extract: one confirmed person has another surname, one who was confirmed is gone, as is one of whom
    // nothing was decided.
    let mut file = MosaicFile::default();
    for n in (0..20).filter(|n| ![6, 15].contains(n)) {
        let mut person = person(n);
        if n == 5 {
            person.surname = "Married".to_owned();
        }
        file = file.with(mosaic(n).as_str(), &person, "", false);
    }
    let before = outcome.work;
    let outcome = desk.load_mosaic(file);
    let work = &outcome.work;
    assert_eq!((outcome.changed, outcome.gone), (1, 2));
    assert!(work.reopened >= 1, "the surname reopens it");
    assert_eq!(work.stand, before.stand - work.reopened);
    assert_eq!((work.new_rechecks, work.rechecks.len()), (0, 5), "they are still to be looked at, and no news");
    let gone: Vec<_> = work.gone.iter().map(|it| (it.mosaic.clone(), it.chi)).collect();
    assert_eq!(gone, [(mosaic(6), Some(chi(6)))]);

    // They come back as they were.
    let outcome = desk.load_mosaic(people(0..21));
    assert_eq!(outcome.work.stand_again, work.reopened);
    assert_eq!((outcome.work.stand, outcome.work.gone.len()), (before.stand, 0));
}

#[test]
fn a_replacement_is_followed_to_the_number_that_is_current() {
    let mut desk = Desk::with_people(2);
    desk.match_(&link(0));
    let (second, third) = (chi(60), chi(61));
    let file = ChiFile::default()
        .with(chi(0).as_str(), &person(0), "H", second.as_str())
        .with(second.as_str(), &person(0), "H", third.as_str())
        .with(third.as_str(), &person(0), "C", third.as_str())
        .plain(1);
    let outcome = desk.load_chi(file);
    assert_eq!(outcome.work.rechecks.len(), 1);
    let recheck = &outcome.work.rechecks[0];
    assert_eq!(recheck.replacement, Some(third));
    let words = recheck_words(recheck);
    assert!(words.contains("superseded") && words.contains(&third.spaced()), "{words}");
    // One whose extract leads in a circle has none.
    let file = ChiFile::default()
        .with(chi(0).as_str(), &person(0), "H", second.as_str())
        .with(second.as_str(), &person(0), "H", chi(0).as_str())
        .plain(1);
    let outcome = desk.load_chi(file);
    let recheck: &Recheck = &outcome.work.rechecks[0];
    assert_eq!(recheck.replacement, None);
    assert!(recheck_words(recheck).contains("ask the health board"));
}

#[test]
fn a_link_that_was_confirmed_to_somebody_who_had_died_is_not_asked_about() {
    let mut desk = Desk::new();
    let mut died = person(0);
    died.death = "2026-10-01".to_owned();
    desk.load_mosaic(people(0..1));
    let file = ChiFile::default().with(chi(0).as_str(), &died, "D", chi(0).as_str());
    desk.load_chi(file.clone());
    desk.load_links(std::iter::once((mosaic(0).to_string(), chi(0).to_string(), 20.0)));
    desk.match_(&link(0));
    assert!(desk.ws().rechecks().unwrap().is_empty());
    let outcome = desk.load_chi(file.plain(1));
    assert!(outcome.work.rechecks.is_empty(), "nothing became of it since");
}

#[test]
fn a_run_is_up_to_date_until_an_extract_is_loaded() {
    let mut desk = Desk::new();
    desk.load_mosaic(people(0..12));
    assert!(matching::up_to_date(desk.ws()).unwrap().is_none(), "there is no run");
    desk.load_chi(chis(0..12));
    let run = matching::run(desk.ws(), &Options::default(), &Progress::new()).unwrap().run;
    assert_eq!(matching::up_to_date(desk.ws()).unwrap().map(|run| run.id), Some(run));
    // Neither a decision nor candidate pairs change what the engine reads, nor does the file that is loaded already.
    desk.load_links(std::iter::once((mosaic(0).to_string(), chi(0).to_string(), 20.0)));
    desk.match_(&link(0));
    desk.load_mosaic(people(0..12));
    assert_eq!(matching::up_to_date(desk.ws()).unwrap().map(|run| run.id), Some(run));
    desk.load_mosaic(people(0..13));
    assert!(matching::up_to_date(desk.ws()).unwrap().is_none());
}

#[test]
fn the_very_file_read_with_one_column_more_is_not_another_councils() {
    let mut desk = Desk::new();
    let file = (0..30).fold(MosaicFile::default(), MosaicFile::plain);
    let path = desk.write(&file.text().replacen("DateOfBirth", "Came into the world", 1));
    assert_eq!(desk.load_path(&path, Kind::Mosaic, false).unwrap().added, 30);
    let mut preview = intake::preview(&path, Some(Kind::Mosaic), &Progress::new()).unwrap();
    assert!(preview.warnings()[0].starts_with("No column holds the date of birth"), "{:?}", preview.warnings());
    let column = preview.headings.iter().position(|heading| heading == "Came into the world").unwrap();
    assert!(preview.mapping.set(intake::Field::Birth, column));
    assert!(preview.warnings().is_empty(), "{:?}", preview.warnings());
    let options = LoadOptions { again: true, ..LoadOptions::default() };
    assert_eq!(load(desk.ws(), &preview.plan(), options, &Progress::new()).unwrap().changed, 30);
}
