//! No file that people open in a spreadsheet runs anything, whatever stood in the extracts and whatever was typed; and the file
//! that Mosaic loads holds nothing but ids and ten digits.

use std::path::Path;

use proptest::prelude::*;
use stewartry::intake::{Reject, Rejected, write_rejected};
use stewartry::pair::Verdict;
use stewartry::person::{Chi, MosaicId};
use stewartry::progress::Progress;
use stewartry::release;
use stewartry::stewardship::decide::{self, Answer, DecideOutcome, RefusedRow};
use stewartry::stewardship::{conflicts, load, merge, sign_off};
use stewartry::words::harmless;

use crate::desk::*;
use crate::proofs::Proof;
use crate::release::{forged, signed, text, verify};

/// Cells that some spreadsheet runs, or that run once somebody takes off what stands in front.
const FORMULAS: [&str; 16] = [
    "=1+1",
    "+1+1",
    "-1+cmd|' /C calc'!A0",
    "@SUM(1)",
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    "  =1+1",
    "\u{a0}+1+1",
    "\u{200b}=1+1",
    "\u{feff}@x",
    "\"=1+1\"",
    " ” =1+1",
    "＝1+1",
    "＋1+1",
    "＠SUM(1)",
];

/// Whether a spreadsheet would run a cell: said here once more, and otherwise than the program says it.
fn runs(cell: &str) -> bool {
    let ink = cell.chars().find(|c| {
        !(c.is_whitespace()
            || c.is_control()
            || "\"“”„‘’«»＂`\u{ad}\u{200b}\u{200c}\u{200d}\u{200e}\u{200f}\u{feff}".contains(*c))
    });
    let signs = "=+-@＝＋－＠﹦﹢﹣﹫−";
    let is_number = cell.strip_prefix('-').is_some_and(|rest| {
        rest.chars().all(|c| c.is_ascii_digit() || matches!(c, '.' | 'e' | '-')) && cell.parse::<f64>().is_ok()
    });
    ink.is_some_and(|c| signs.contains(c)) && !is_number || cell.starts_with(['\t', '\r', '\n'])
}

/// The cells of a CSV file, none of which may run.
fn cells(path: &Path) -> Vec<String> {
    let mut rows = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_path(path).unwrap();
    let cells: Vec<String> =
        rows.records().flat_map(|row| row.unwrap().iter().map(str::to_owned).collect::<Vec<_>>()).collect();
    for cell in &cells {
        assert!(!runs(cell), "{} holds {cell:?}", path.display());
    }
    cells
}

#[test]
fn the_formulas_of_this_test_run() {
    assert!(FORMULAS.iter().all(|cell| runs(cell)));
    assert!(!["'=1+1", "-2.5", "O'Neill", "", "1-2"].iter().any(|cell| runs(cell)));
}

#[test]
fn rejected_rows_run_nothing() {
    let mut proof = Proof::of(8, "formulas in rejected rows");
    let mut desk = Desk::with_people(2);
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(["PersonID", "Surname", "First Names"]).unwrap();
    writer.write_record(["1", "Kerr", "Ann"]).unwrap();
    for formula in FORMULAS {
        writer.write_record(["", formula, formula]).unwrap();
    }
    let path = desk.path("=1+1.csv");
    std::fs::write(&path, writer.into_inner().unwrap()).unwrap();
    let loaded = desk.load_in_spite(&path, stewartry::intake::Kind::Mosaic);
    assert_eq!(loaded.tally.rejected, FORMULAS.len() as u64);
    let out = desk.path("rejected.csv");
    load::write_rejected(desk.ws(), &[loaded.file.id], &out).unwrap();
    let found = cells(&out);
    assert!(found.contains(&"'=1+1".to_owned()) && found.contains(&"'=1+1.csv".to_owned()), "{found:?}");

    let row =
        |cell: &&str| Rejected { line: 7, reason: Reject::NoId, raw: vec![(*cell).to_owned(), "-2.5".to_owned()] };
    let rejected: Vec<Rejected> = FORMULAS.iter().map(row).collect();
    write_rejected(&out, &["=heading".to_owned(), "b".to_owned()], &rejected).unwrap();
    assert!(cells(&out).contains(&"-2.5".to_owned()), "a negative number stays one");
    proof.tried(2 * FORMULAS.len() as u64);
}

#[test]
fn refused_decisions_and_the_sheet_of_a_sample_run_nothing() {
    let mut proof = Proof::of(8, "formulas in refused decisions and in the sheet of a sample");
    let mut desk = Desk::new();
    let quoted = |text: &str| format!("\"{}\"", text.replace('"', "\"\""));
    let (mut mosaic_file, mut chi_file) = (MosaicFile::default(), ChiFile::default());
    for (n, formula) in (0..).zip(FORMULAS) {
        let mut hostile = person(n);
        hostile.surname = quoted(formula);
        hostile.address = quoted(formula);
        mosaic_file = mosaic_file.with(mosaic(n).as_str(), &hostile, "", false);
        chi_file = chi_file.with(chi(n).as_str(), &hostile, "C", "");
    }
    desk.load_mosaic(mosaic_file);
    desk.load_chi(chi_file);
    let people = FORMULAS.len() as u16;
    desk.load_links((0..people).map(|n| (mosaic(n).to_string(), chi(n).to_string(), 20.0)));
    for n in 0..people {
        let reason = Some(stewartry::pair::Reason::ALL[0]);
        let answer = Answer { reason, comment: FORMULAS[usize::from(n)].to_owned(), ..Answer::of(Verdict::Match) };
        desk.decide(&link(n), answer).unwrap();
    }
    let batch = desk.submit();
    desk.become_(SUPERVISOR);
    let sheet = desk.path("sample.csv");
    assert!(sign_off::write_sample(desk.ws(), batch, &sheet).unwrap() > 0);
    assert!(cells(&sheet).iter().any(|cell| cell.starts_with('\'')), "the sheet shows names");

    let refused = FORMULAS.iter().map(|why| RefusedRow { line: 2, why: (*why).to_owned() }).collect();
    let list = desk.path("refused.csv");
    decide::write_refused(&DecideOutcome { refused, ..DecideOutcome::default() }, &list).unwrap();
    assert_eq!(cells(&list).iter().filter(|cell| cell.starts_with('\'')).count(), FORMULAS.len());
    let report = desk.path("conflicts.csv");
    conflicts::write_report(desk.ws(), &report).unwrap();
    cells(&report);
    proof.tried(2 * FORMULAS.len() as u64);
}

#[test]
fn the_table_for_national_indexing_runs_nothing() {
    let mut proof = Proof::of(8, "formulas in the table for national indexing");
    let mut desk = Desk::new();
    let quoted = |text: &str| format!("\"{}\"", text.replace('"', "\"\""));
    let (mut mosaic_file, mut chi_file) = (MosaicFile::default(), ChiFile::default());
    for (n, formula) in (0..).zip(FORMULAS) {
        let person = hostile(n, &quoted(formula));
        mosaic_file = mosaic_file.with(mosaic(n).as_str(), &person, "", false);
        chi_file = chi_file.with(chi(n).as_str(), &person, "C", "");
    }
    desk.load_mosaic(mosaic_file);
    desk.load_chi(chi_file);
    let people = FORMULAS.len() as u16;
    desk.load_links((0..people).map(|n| (mosaic(n).to_string(), chi(n).to_string(), 20.0)));
    (0..people).for_each(|n| desk.match_(&link(n)));
    let batch = desk.submit();
    desk.become_(SUPERVISOR);
    desk.sign(batch);
    let into = desk.path("indexing");
    let profile = release::profiles::named(desk.ws(), "chi-indexing", None).unwrap();
    let released = release::write_with(desk.ws(), batch, &into, &profile, &Progress::new()).unwrap();
    let found = cells(&into.join(&released.files[0]));
    assert!(found.contains(&"'=1+1".to_owned()), "{found:?}");
    verify(&into).unwrap();
    proof.tried(FORMULAS.len() as u64);
}

/// A person whose surname and address are a text.
fn hostile(n: u16, text: &str) -> Person {
    Person { surname: text.to_owned(), address: text.to_owned(), ..person(n) }
}

#[test]
fn evidence_merges_and_the_report_run_nothing() {
    let (mut desk, batch) = signed();
    let into = desk.path("out");
    let released = release::write(desk.ws(), batch, &into, &Progress::new()).unwrap();
    for name in released.files.iter().filter(|name| name.ends_with(".csv")) {
        cells(&into.join(name));
    }
    let merges = cells(&into.join("batch-0001_merges.csv"));
    assert!(merges.contains(&"'=Carry the alias over".to_owned()), "{merges:?}");
    // The report is a page, which runs no formula; what people typed is not in it at all.
    let page = release::report::html(desk.ws(), &Progress::new()).unwrap();
    assert!(!page.contains("Carry the alias over") && !page.contains("<script"));
}

#[test]
fn the_note_of_a_merge_is_neutral_however_its_sign_is_hidden() {
    let mut proof = Proof::of(8, "formulas in the note of a merge");
    for formula in FORMULAS {
        let mut desk = Desk::new();
        desk.load_mosaic(MosaicFile::default().with("2001", &person(9), "", false).with("2002", &person(9), "", false));
        desk.load_links([("2001".to_owned(), "2002".to_owned(), 20.0)].into_iter());
        let mut proposed = merge::propose_target(desk.ws(), &id("2001"), &id("2002")).unwrap().merge();
        proposed.note = formula.to_owned();
        desk.decide(&duplicate("2001", "2002"), Answer { merge: Some(proposed), ..Answer::of(Verdict::Match) })
            .unwrap();
        let batch = desk.submit();
        desk.sign(batch);
        desk.become_(OFFICER);
        let into = desk.path("out");
        release::write(desk.ws(), batch, &into, &Progress::new()).unwrap();
        cells(&into.join("batch-0001_merges.csv"));
        verify(&into).unwrap();
        proof.tried(1);
    }
}

/// Text that is rather likely to be an id, or nearly one.
fn nearly_an_id() -> impl Strategy<Value = String> {
    prop_oneof![
        "[A-Za-z0-9][A-Za-z0-9._/-]{0,31}",
        "[-=+@._/'\" ]?[A-Za-z0-9._/-]{0,34}",
        "[０-９Ａ-Ｚ\u{200b}\u{a0}0-9]{1,6}",
        any::<String>(),
    ]
}

fn is_strict(id: &str) -> bool {
    let mut bytes = id.bytes();
    (1..=32).contains(&id.len())
        && bytes.next().is_some_and(|first| first.is_ascii_alphanumeric())
        && bytes.all(|byte| byte.is_ascii_alphanumeric() || b"-_./".contains(&byte))
}

proptest! {
    /// An id is one of the strict alphabet, and no cell that a spreadsheet runs; a CHI is ten digits.
    #[test]
    fn only_ids_of_the_strict_alphabet_and_ten_digits_are_ids_and_numbers(text in nearly_an_id()) {
        match MosaicId::parse(&text) {
            Some(id) => {
                prop_assert!(is_strict(id.as_str()) && id.as_str() == text.trim(), "{text:?}");
                prop_assert_eq!(harmless(id.as_str()), id.as_str());
            }
            None => prop_assert!(!is_strict(&text), "{text:?}"),
        }
        if Chi::parse(&text).is_ok() {
            prop_assert!(text.len() == 10 && text.bytes().all(|byte| byte.is_ascii_digit()), "{text:?}");
        }
    }

    /// What a cell says is kept, behind one apostrophe at most.
    fn any_cell(text in any::<String>(), sign in prop::sample::select(FORMULAS.to_vec())) {
        for cell in [text.clone(), format!("{sign}{text}"), sign.chars().take(1).chain(text.chars()).collect()] {
            let harmless = harmless(&cell);
            prop_assert!(!runs(&harmless), "{cell:?}");
            prop_assert!(harmless == cell || harmless.strip_prefix('\'') == Some(&cell));
        }
    }
}

#[test]
fn a_seed_file_with_anything_but_ids_and_ten_digits_is_refused() {
    let mut proof = Proof::of(8, "a seed file admits ids and ten digits alone");
    let (mut desk, batch) = signed();
    let into = desk.path("out");
    release::write(desk.ws(), batch, &into, &Progress::new()).unwrap();
    let seed = "batch-0001_seed.csv";
    for line in text(&into, seed).lines().skip(1) {
        let fields: Vec<&str> = line.split(',').collect();
        let [id, kind, chi] = fields[..] else { panic!("{line}") };
        assert!(is_strict(id) && kind == "CHI" && chi.len() == 10 && chi.bytes().all(|byte| byte.is_ascii_digit()));
    }
    let first = chi(0).to_string();
    let mut runner = proptest::test_runner::TestRunner::new(ProptestConfig {
        cases: 48,
        failure_persistence: None,
        ..ProptestConfig::default()
    });
    let copies = std::cell::Cell::new(0_u64);
    runner
        .run(&(nearly_an_id(), any::<bool>()), |(text, in_place_of_the_id)| {
            let quoted = if text.contains([',', '"', '\r', '\n']) {
                format!("\"{}\"", text.replace('"', "\"\""))
            } else {
                text.clone()
            };
            let (was, now) = if in_place_of_the_id {
                (format!("1000,CHI,{first}"), format!("{quoted},CHI,{first}"))
            } else {
                (format!("1000,CHI,{first}"), format!("1000,CHI,{quoted}"))
            };
            prop_assume!(was != now);
            copies.set(copies.get() + 1);
            let copy = desk.path(&format!("copy-{}", copies.get()));
            forged(&into, &copy, seed, true, |text| text.replace(&was, &now));
            let refused = verify(&copy).unwrap_err().to_string();
            let is_one = if in_place_of_the_id { is_strict(&text) } else { Chi::parse(&text).is_ok() };
            // A true id in the place of another is found by the evidence; anything else already by its line.
            prop_assert!(
                is_one
                    || refused.contains("line 2")
                    || refused.contains("not written as a release is")
                    || refused.contains("NUL"),
                "{text:?}: {refused}"
            );
            Ok(())
        })
        .unwrap();
    proof.tried(copies.get());
}

#[test]
fn no_cell_runs_once_it_is_harmless() {
    let mut proof = Proof::of(8, "cells of any text that are made harmless");
    any_cell();
    proof.tried(3 * u64::from(ProptestConfig::default().cases));
}
