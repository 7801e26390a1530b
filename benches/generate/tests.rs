//! What the demonstration must hold, and that the files in the repository are what the generator writes.

#![allow(clippy::unwrap_used)]

use std::collections::{HashMap, HashSet};
use std::path::Path;
use std::sync::OnceLock;

use stewartry::person::Chi;
use stewartry::person::chi::Scheme;

use crate::errors::{Copy, Copyist};
use crate::extract::{self, CHI_ERRORS, MOSAIC_ERRORS, Plan};
use crate::files::{CHI_COLUMNS, MOSAIC_COLUMNS, TRUTH_COLUMNS};
use crate::kinds::Kinds;
use crate::people::Population;
use crate::places::Style;
use crate::random::Random;
use crate::rates::RATES;
use crate::readme::Tally;

const FILES: [&str; 6] = ["mosaic.csv", "chi.csv", "relationships.csv", "truth.csv", "pairs.csv", "README.md"];

/// The demonstration, made afresh once for all tests.
struct Made {
    tally: Tally,
    files: HashMap<&'static str, Vec<u8>>,
}

fn make(plan: &Plan) -> Made {
    let folder = tempfile::tempdir().unwrap();
    let tally = extract::write(plan, folder.path()).unwrap();
    let files = FILES.map(|name| (name, std::fs::read(folder.path().join(name)).unwrap()));
    Made { tally, files: files.into_iter().collect() }
}

fn demonstration() -> &'static Made {
    static MADE: OnceLock<Made> = OnceLock::new();
    MADE.get_or_init(|| make(&Plan::DEMONSTRATION))
}

/// The rows of a file, each by heading.
fn rows(made: &Made, name: &str) -> (Vec<String>, Vec<HashMap<String, String>>) {
    let mut reader = csv::Reader::from_reader(&made.files[name][..]);
    let headings: Vec<String> = reader.headers().unwrap().iter().map(str::to_owned).collect();
    let rows = reader.deserialize().map(Result::unwrap).collect();
    (headings, rows)
}

#[test]
fn the_demonstration_in_the_repository_is_what_the_generator_writes() {
    let committed = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/demo");
    for name in FILES {
        let there = std::fs::read(committed.join(name)).unwrap();
        assert!(
            there == demonstration().files[name],
            "assets/demo/{name} has drifted; run: cargo run --example generate -- --out assets/demo"
        );
    }
}

#[test]
fn relationships_are_of_two_people_each_from_both_sides_and_of_records_that_there_are() {
    let (_, truth) = rows(demonstration(), "truth.csv");
    let person: HashMap<&str, &str> = truth.iter().map(|row| (&*row["PersonID"], &*row["PersonKey"])).collect();
    let (_, related) = rows(demonstration(), "relationships.csv");
    assert!(related.len() > 500, "{}", related.len());
    let ends: HashSet<(&str, &str)> = related.iter().map(|row| (&*row["PersonID"], &*row["RelatedPersonID"])).collect();
    for (one, other) in &ends {
        assert!(person[one] != person[other], "{one} and {other} are one person");
        assert!(ends.contains(&(*other, *one)), "{one} and {other} from one side only");
    }
    for what in ["Twin", "Mother", "Father", "Son", "Daughter", "Household member"] {
        assert!(related.iter().any(|row| row["Relationship"] == what), "{what}");
    }
}

#[test]
fn some_records_carry_care_packages_and_a_further_record_of_a_person_seldom_does() {
    let (_, truth) = rows(demonstration(), "truth.csv");
    let (_, mosaic) = rows(demonstration(), "mosaic.csv");
    let share = |further: bool| {
        let of = |row: &&HashMap<String, String>| row["Kind"].split('+').any(|kind| kind == "duplicate") == further;
        let ids: HashSet<&str> = truth.iter().filter(of).map(|row| &*row["PersonID"]).collect();
        let carry = mosaic.iter().filter(|row| ids.contains(&*row["PersonID"]) && row["CarePackages"] != "0").count();
        carry as f64 / ids.len() as f64
    };
    assert!((0.25..0.35).contains(&share(false)) && share(true) < 0.1, "{} {}", share(false), share(true));
}

#[test]
fn another_seed_gives_other_people_and_the_same_headings() {
    let other = make(&Plan { seed: 7, mosaic: 300, chi: 800, ..Plan::DEMONSTRATION });
    let again = make(&Plan { seed: 7, mosaic: 300, chi: 800, ..Plan::DEMONSTRATION });
    for name in FILES {
        assert!(other.files[name] == again.files[name], "{name}");
        assert!(other.files[name] != demonstration().files[name], "{name}");
    }
    assert_eq!(rows(&other, "mosaic.csv").0, MOSAIC_COLUMNS);
    assert_eq!(rows(&other, "chi.csv").0, CHI_COLUMNS);
    assert_eq!(rows(&other, "truth.csv").0, TRUTH_COLUMNS);
}

#[test]
fn the_files_have_the_rows_that_were_asked_for() {
    for (mosaic, chi) in [(0, 0), (0, 50), (50, 0), (40, 40), (500, 200), (200, 3_000)] {
        let made = make(&Plan { mosaic, chi, ..Plan::DEMONSTRATION });
        assert_eq!(rows(&made, "mosaic.csv").1.len(), mosaic);
        assert_eq!(rows(&made, "truth.csv").1.len(), mosaic);
        assert_eq!(rows(&made, "chi.csv").1.len(), chi);
    }
}

#[test]
fn every_chi_number_is_valid_and_unique_and_superseded_ones_name_their_replacement() {
    let (_, chi) = rows(demonstration(), "chi.csv");
    assert_eq!(chi.len(), 8_000);
    let status: HashMap<Chi, &str> =
        chi.iter().map(|row| (Chi::parse(&row["CHI_NUMBER"]).unwrap(), &row["STATUS"][..])).collect();
    assert_eq!(status.len(), 8_000, "a number stands twice");
    let modulus_10 = status.keys().filter(|chi| chi.scheme() == Scheme::Modulus10).count();
    assert!((20..=60).contains(&modulus_10), "{modulus_10}");
    let mut unnamed = 0;
    for row in &chi {
        let own = row["UPI"] == row["CHI_NUMBER"];
        match &row["STATUS"][..] {
            "C" | "D" | "T" => assert!(own),
            "H" if row["UPI"].is_empty() => unnamed += 1,
            "H" => assert!(["C", "D", "T"].contains(&status[&Chi::parse(&row["UPI"]).unwrap()])),
            "X" => assert!(row["UPI"].is_empty()),
            other => panic!("status {other}"),
        }
        assert!(row.values().all(|cell| cell.chars().count() <= 30 && *cell == cell.to_uppercase()));
    }
    assert!((1..=20).contains(&unnamed), "{unnamed}");
}

#[test]
fn the_truth_names_current_numbers_and_keeps_a_person_to_one() {
    let (_, chi) = rows(demonstration(), "chi.csv");
    let status: HashMap<&str, &str> = chi.iter().map(|row| (&row["CHI_NUMBER"][..], &row["STATUS"][..])).collect();
    let (_, mosaic) = rows(demonstration(), "mosaic.csv");
    let (_, truth) = rows(demonstration(), "truth.csv");
    let mut of_person: HashMap<&str, &str> = HashMap::new();
    let mut of_chi: HashMap<&str, &str> = HashMap::new();
    for (record, row) in mosaic.iter().zip(&truth) {
        assert_eq!(record["PersonID"], row["PersonID"]);
        let (person, number) = (&row["PersonKey"][..], &row["CHI"][..]);
        assert_eq!(*of_person.entry(person).or_insert(number), number);
        assert_eq!(row["Kind"].contains("no-chi-record"), number.is_empty());
        if !number.is_empty() {
            assert!(["C", "D", "T"].contains(&status[number]));
            assert_eq!(*of_chi.entry(number).or_insert(person), person, "one number, two people");
        }
    }
    let ids: HashSet<&str> = mosaic.iter().map(|row| &row["PersonID"][..]).collect();
    assert_eq!(ids.len(), 3_000);
}

#[test]
fn every_phenomenon_of_the_field_is_there_in_its_measure() {
    let tally = &demonstration().tally;
    let within = |kind: Kinds, low: usize, high: usize| {
        let count = tally.of(kind);
        assert!((low..=high).contains(&count), "{}: {count} is not in {low} to {high}", kind.names());
    };
    within(Kinds::DUPLICATE, 240, 300); // 8 to 10 %
    within(Kinds::NO_CHI, 170, 250); // about 7 %
    within(Kinds::RESTRICTED, 8, 26); // about 0.5 %
    within(Kinds::CARE_HOME, 60, 260);
    within(Kinds::TWIN, 20, 150);
    within(Kinds::ONE_NAME, 20, 150);
    within(Kinds::NAMESAKE, 20, 150);
    within(Kinds::SUPERSEDED, 50, 130);
    within(Kinds::DECEASED, 60, 240);
    within(Kinds::KNOWN_AS, 80, 300);
    within(Kinds::OLD_ADDRESS, 300, 700);
    within(Kinds::OLD_SURNAME, 20, 160);
    within(Kinds::SPELLING, 40, 250);
    within(Kinds::TYPO, 60, 220);
    within(Kinds::FLAT, 100, 700);
    for (kind, least) in [
        (Kinds::UNBORN, 1),
        (Kinds::MARRIED, 15),
        (Kinds::DIVORCED, 5),
        (Kinds::RENAMED, 4),
        (Kinds::DOUBLE_NAME, 30),
        (Kinds::ACCENTS, 10),
        (Kinds::TRANSFERRED, 15),
        (Kinds::DELETED, 2),
        (Kinds::TWO_CURRENT, 1),
        (Kinds::MODULUS_10, 5),
        (Kinds::NUMBER_DATE, 3),
        (Kinds::MIDDLE_NAME, 15),
        (Kinds::SWAPPED, 8),
        (Kinds::HALF_NAME, 8),
        (Kinds::PREFIX, 20),
        (Kinds::CUT_NAME, 1),
        (Kinds::OTHER_SURNAME, 5),
        (Kinds::OTHER_FORENAME, 5),
        (Kinds::INITIAL_ONLY, 10),
        (Kinds::TITLE, 4),
        (Kinds::BABY, 5),
        (Kinds::DATE_DIGIT, 10),
        (Kinds::DATE_TRANSPOSED, 5),
        (Kinds::DATE_SWAPPED, 5),
        (Kinds::DATE_YEAR, 5),
        (Kinds::DATE_DECADE, 3),
        (Kinds::DATE_ESTIMATED, 15),
        (Kinds::DATE_SENTINEL, 5),
        (Kinds::DATE_MISSING, 15),
        (Kinds::DATE_OTHER, 3),
        (Kinds::SEX_WRONG, 5),
        (Kinds::SEX_MISSING, 15),
        (Kinds::POSTCODE_TYPO, 15),
        (Kinds::POSTCODE_LETTER_O, 3),
        (Kinds::POSTCODE_DUMMY, 10),
        (Kinds::POSTCODE_MISSING, 25),
        (Kinds::FLAT_AS_DATE, 2),
        (Kinds::ADDRESS_MISSING, 15),
        (Kinds::SEED_FAMILY, 2),
        (Kinds::SEED_MISTYPED, 2),
        (Kinds::SEED_SUPERSEDED, 2),
        (Kinds::SEED_ZERO_LOST, 8),
        (Kinds::SEED_DRESSED, 12),
    ] {
        within(kind, least, 400);
    }
    let wrong = tally.of(Kinds::SEED_FAMILY) + tally.of(Kinds::SEED_MISTYPED);
    let share = 100.0 * wrong as f64 / tally.seeded as f64;
    assert!((0.8..2.5).contains(&share), "{share} % of the seeds are wrong");
    assert!((600..=760).contains(&tally.seeded), "{} seeded", tally.seeded);
}

#[test]
fn people_outside_chi_do_not_crowd_a_mosaic_that_knows_few_of_the_people() {
    let share = |tally: &Tally| tally.of(Kinds::NO_CHI) as f64 / tally.mosaic as f64;
    let nation = make(&Plan { mosaic: 1_000, chi: 25_000, wide_pairs: 20, ..Plan::DEMONSTRATION });
    let council = share(&demonstration().tally);
    assert!((0.04..0.1).contains(&council), "{council}");
    assert!((0.04..0.1).contains(&share(&nation.tally)), "{}", share(&nation.tally));
}

#[test]
fn most_records_differ_in_one_field_at_most_and_further_records_are_dirtier() {
    let tally = &demonstration().tally;
    assert!((78.0..96.0).contains(&tally.within(1)), "{}", tally.within(1));
    let total = |table: [usize; 4]| table.iter().sum::<usize>() as f64;
    let clean = tally.differences[0] as f64 / total(tally.differences);
    let clean_again = tally.duplicate_differences[0] as f64 / total(tally.duplicate_differences);
    assert!(clean > 0.5 && clean_again < clean * 0.75, "{clean} {clean_again}");
}

#[test]
fn errors_of_the_two_files_are_independent() {
    let mut population = Population::new(8_000, 3);
    let person = loop {
        let household = population.household();
        if let Some(person) = household.into_iter().find(|person| person.left.is_some() && person.age() > 20) {
            break person;
        }
    };
    let (names, places) = (&population.names, &population.places);
    let [mut chi_random, mut mosaic_random] = [CHI_ERRORS, MOSAIC_ERRORS].map(|purpose| Random::stream(3, purpose));
    let mut counts = [[0.0; 2]; 2];
    for _ in 0..20_000 {
        let chi = Copyist { names, places, rates: &RATES.chi, style: Style::Chi };
        let mosaic = Copyist { names, places, rates: &RATES.mosaic, style: Style::Mosaic };
        let old = |copy: Copy| usize::from(copy.kinds.contains(Kinds::OLD_ADDRESS));
        counts[old(chi.copy(&person, &mut chi_random))][old(mosaic.copy(&person, &mut mosaic_random))] += 1.0;
    }
    let rate = |row: [f64; 2]| row[1] / (row[0] + row[1]);
    assert!((rate(counts[0]) - rate(counts[1])).abs() < 0.03, "{counts:?}");
}

#[test]
fn candidate_pairs_hold_the_details_of_both_extracts_and_several_candidates() {
    let made = demonstration();
    let (headings, pairs) = rows(made, "pairs.csv");
    assert_eq!(pairs.len(), 200);
    assert!(headings.iter().all(|heading| ["MOSAIC_", "CHI_", "MATCH_"].iter().any(|side| heading.starts_with(side))));
    let mosaic: HashMap<String, HashMap<String, String>> =
        rows(made, "mosaic.csv").1.into_iter().map(|row| (row["PersonID"].clone(), row)).collect();
    let chi: HashMap<String, HashMap<String, String>> =
        rows(made, "chi.csv").1.into_iter().map(|row| (row["CHI_NUMBER"].clone(), row)).collect();
    let mut candidates: HashMap<&str, usize> = HashMap::new();
    for pair in &pairs {
        let (left, right) = (&mosaic[&pair["MOSAIC_PERSON_ID"]], &chi[&pair["CHI_NUMBER"]]);
        assert_eq!(pair["MOSAIC_SURNAME"], left["Surname"]);
        assert_eq!(pair["MOSAIC_DATE_OF_BIRTH"], left["DateOfBirth"]);
        assert_eq!(pair["MOSAIC_RESTRICTED"], left["Restricted"]);
        assert_eq!(pair["CHI_SURNAME"], right["SURNAME"]);
        assert_eq!(pair["CHI_UPI"], right["UPI"]);
        let probability: f64 = pair["MATCH_PROBABILITY"].parse().unwrap();
        let weight: f64 = pair["MATCH_WEIGHT"].parse().unwrap();
        assert!((0.0..=1.0).contains(&probability) && (probability > 0.5) == (weight > 0.0) || weight == 0.0);
        *candidates.entry(&pair["MOSAIC_PERSON_ID"]).or_default() += 1;
    }
    let several = candidates.values().filter(|count| **count > 1).count();
    assert!((25..=60).contains(&several), "{several}");
}

#[test]
fn seeds_are_the_numbers_of_the_truth_unless_the_truth_says_otherwise() {
    let (_, mosaic) = rows(demonstration(), "mosaic.csv");
    let (_, truth) = rows(demonstration(), "truth.csv");
    let mut agree = 0;
    for (record, row) in mosaic.iter().zip(&truth).filter(|(record, _)| !record["CHINumber"].is_empty()) {
        let read = stewartry::person::chi::read(Some(&record["CHINumber"])).chi.map(|chi| chi.to_string());
        let wrong =
            ["seed-of-family", "seed-mistyped", "seed-superseded"].iter().any(|kind| row["Kind"].contains(kind));
        assert_eq!(read.as_deref() != Some(&row["CHI"]), wrong, "{} {}", record["CHINumber"], row["Kind"]);
        agree += usize::from(!wrong);
    }
    assert!(agree > 550);
}
