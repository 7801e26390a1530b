//! Which Mosaic person is which CHI, for other systems: the cross-reference as CSV and FHIR, and look-ups.

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader, Write};
use std::process::{Command, Stdio};
use std::time::Instant;

use serde_json::{Value, json};
use stewartry::pair::{PairKey, Verdict};
use stewartry::progress::Progress;
use stewartry::release::ReleaseError;
use stewartry::release::cross_reference::{self, Form};
use stewartry::release::fhir::Systems;
use stewartry::stewardship::decide::Answer;
use stewartry::stewardship::lookup::{self, Asked, Meant};
use stewartry::stewardship::{merge, recall, sharing};
use stewartry::workspace::{Event, LedgerFilter};

use crate::desk::*;
use crate::sharing::{shared, sign_and_release};

/// The shared desk, with 4 recalled, 5 signed and not released, and two records of 9 merged.
fn desk() -> Desk {
    let (mut desk, _) = shared();
    let people = (0..6).fold(MosaicFile::default(), MosaicFile::plain);
    let people = people.with("0077", &person(7), "", true).with("2001", &person(9), "", false).with(
        "20_02",
        &person(9),
        "",
        false,
    );
    desk.load_mosaic(people);
    desk.load_chi((0..6).fold(ChiFile::default(), ChiFile::plain).plain(7).plain(9));
    desk.load_links(
        [("2001".to_owned(), chi(9).to_string(), 20.0), ("2001".to_owned(), "20_02".to_owned(), 20.0)].into_iter(),
    );
    desk.match_(&link(4));
    desk.match_(&PairKey::link(id("2001"), chi(9)));
    let proposed = merge::propose_target(desk.ws(), &id("2001"), &id("20_02")).unwrap().merge();
    assert_eq!(proposed.target, id("2001"));
    desk.decide(&duplicate("2001", "20_02"), Answer { merge: Some(proposed), ..Answer::of(Verdict::Match) }).unwrap();
    sign_and_release(&mut desk);
    recall::recall(desk.ws(), &link(4), "Another person", true).unwrap();
    desk.match_(&link(5));
    let batch = desk.submit();
    desk.sign(batch);
    desk.become_(OFFICER);
    desk
}

fn written(desk: &mut Desk, form: &Form, name: &str) -> String {
    let path = desk.path(name);
    let written = cross_reference::write(desk.ws(), form, &path, &Progress::new()).unwrap();
    let text = std::fs::read_to_string(path).unwrap();
    let newest = desk.ws().ledger(&LedgerFilter::default(), 1).unwrap().remove(0).event;
    let Event::CrossReferenceWritten { rows, sha256, .. } = newest else { panic!("{newest:?}") };
    assert_eq!((rows, sha256), (written.rows, written.sha256));
    text
}

#[test]
fn the_cross_reference_tells_each_link_with_its_status_and_since_when() {
    let mut desk = desk();
    let text = written(&mut desk, &Form::Csv, "cross.csv");
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    assert_eq!(reader.headers().unwrap(), vec!["MOSAIC_PERSON_ID", "CHI", "STATUS", "SINCE", "MERGED_INTO"]);
    let rows: Vec<Vec<String>> = reader.records().map(|row| row.unwrap().iter().map(str::to_owned).collect()).collect();
    let said: Vec<[String; 3]> = rows.iter().map(|row| [row[0].clone(), row[1].clone(), row[2].clone()]).collect();
    let row = |mosaic: &str, chi: &str, status: &str| [mosaic, chi, status].map(str::to_owned);
    let mut expected: Vec<[String; 3]> = (0..4).map(|n| row(mosaic(n).as_str(), chi(n).as_str(), "released")).collect();
    expected.push(row("1004", chi(4).as_str(), "recalled"));
    expected.push(row("1005", chi(5).as_str(), "signed"));
    expected.push(row("2001", chi(9).as_str(), "released"));
    expected.push(row("20_02", "", "merged"));
    assert_eq!(said, expected);
    assert_eq!(rows.last().unwrap()[4], "2001");
    assert!(rows.iter().all(|row| row[3].parse::<jiff::Timestamp>().is_ok()), "{rows:?}");
    let path = desk.path("cross.csv");
    let again = cross_reference::write(desk.ws(), &Form::Csv, &path, &Progress::new());
    assert!(again.is_ok(), "the same bytes are no conflict");
    std::fs::write(&path, "mine").unwrap();
    let over = cross_reference::write(desk.ws(), &Form::Csv, &path, &Progress::new());
    assert!(matches!(over, Err(ReleaseError::Differs { .. })));
}

#[test]
fn as_fhir_each_person_is_a_patient_with_both_identifiers_and_merges_are_links() {
    let mut desk = desk();
    let systems = Systems { mosaic: "https://mosaic.example/person".to_owned(), ..Systems::default() };
    let text = written(&mut desk, &Form::Fhir(systems), "cross.ndjson");
    let patients: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(patients.len(), 8);
    let values = |patient: &Value, system: &str| -> Vec<String> {
        let of = |it: &&Value| it["system"] == system;
        let all = patient["identifier"].as_array().unwrap();
        all.iter().filter(of).map(|it| it["value"].as_str().unwrap().to_owned()).collect()
    };
    let chi_system = "urn:oid:2.16.840.1.113883.2.1.3.2.4.16.53";
    for patient in &patients {
        assert_eq!(patient["resourceType"], "Patient");
        assert_eq!(values(patient, "https://mosaic.example/person").len(), 1);
    }
    let of = |mosaic: &str| {
        patients
            .iter()
            .find(|it| values(it, "https://mosaic.example/person") == [mosaic])
            .unwrap_or_else(|| panic!("{mosaic}"))
    };
    assert_eq!(values(of("1000"), chi_system), [chi(0).to_string()]);
    assert_eq!(values(of("1004"), chi_system), [] as [String; 0], "a recalled number is in no resource");
    assert!(!text.contains(chi(4).as_str()) && !text.contains(chi(7).as_str()) && !text.contains("0077"));
    let (kept, gone) = (of("2001"), of("20_02"));
    assert_eq!((&kept["active"], &gone["active"]), (&json!(true), &json!(false)));
    assert_eq!(
        kept["link"],
        json!([{ "other": { "reference": format!("Patient/{}", gone["id"].as_str().unwrap()) }, "type": "replaces" }])
    );
    assert_eq!(
        gone["link"],
        json!([{ "other": { "reference": format!("Patient/{}", kept["id"].as_str().unwrap()) }, "type": "replaced-by" }])
    );
    let ids: BTreeSet<&str> = patients.iter().map(|it| it["id"].as_str().unwrap()).collect();
    assert_eq!(ids.len(), patients.len());
}

/// The published FHIR R4 definitions, through the validators that `benches/peer/fhir` names, where they are installed.
#[test]
fn the_resources_hold_against_the_published_definitions() {
    let Some(modules) = std::env::var_os("STEWARTRY_FHIR") else {
        crate::window::skipped("STEWARTRY_FHIR names no folder in which `npm install` was run (benches/peer/fhir)");
        return;
    };
    let mut desk = desk();
    written(&mut desk, &Form::Fhir(Systems::default()), "cross.ndjson");
    let script = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/peer/fhir/validate.js");
    let output = Command::new("node")
        .arg(script)
        .arg(desk.path("cross.ndjson"))
        .env("NODE_PATH", std::path::Path::new(&modules).join("node_modules"))
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{said}{}", String::from_utf8_lossy(&output.stderr));
    assert!(said.contains("8 resources"), "{said}");
}

fn asked(desk: &mut Desk, text: &str) -> lookup::Answer {
    let asked = lookup::read(desk.ws(), text, Meant::Either).unwrap();
    lookup::look_up(desk.ws(), vec![asked]).unwrap().remove(0)
}

fn newest(desk: &mut Desk) -> Event {
    desk.ws().ledger(&LedgerFilter::default(), 1).unwrap().remove(0).event
}

#[test]
fn a_look_up_tells_the_signed_link_and_is_in_the_ledger() {
    let mut desk = desk();
    let told = asked(&mut desk, "1000").link.unwrap();
    assert_eq!((told.chi, told.state.code(), told.to_recheck), (chi(0), "released", false));
    let Event::LookedUp { mosaic: Some(about), chi: None, told: Some(pair), withheld: false } = newest(&mut desk)
    else {
        panic!("no event")
    };
    assert_eq!((about, pair), (mosaic(0), link(0)));
    let spaced = chi(5).spaced();
    let told = asked(&mut desk, &spaced).link.unwrap();
    assert_eq!((told.mosaic, told.state.code()), (mosaic(5), "signed"));
    assert_eq!(asked(&mut desk, "1004").link, None, "recalled");
    let gone = asked(&mut desk, "20_02");
    assert_eq!((gone.link, gone.merged_into), (None, Some(id("2001"))));
    for wrong in ["", "no id", "=1+1"] {
        let head = desk.ws().ledger_head().unwrap();
        assert!(lookup::read(desk.ws(), wrong, Meant::Either).is_err(), "{wrong}");
        assert_eq!(desk.ws().ledger_head().unwrap(), head);
    }
    assert_eq!(lookup::read(desk.ws(), chi(0).as_str(), Meant::Mosaic).unwrap(), Asked::Mosaic(id(chi(0).as_str())));
}

#[test]
fn of_a_restricted_person_a_look_up_says_what_it_says_of_nobody() {
    let mut desk = desk();
    let (restricted, unknown) = (asked(&mut desk, "0077"), asked(&mut desk, "9999"));
    assert_eq!((restricted.link, restricted.merged_into), (unknown.link.clone(), unknown.merged_into.clone()));
    assert_eq!(asked(&mut desk, chi(7).as_str()).link, None);
    assert!(matches!(newest(&mut desk), Event::LookedUp { told: None, withheld: true, .. }));
    desk.become_(SUPERVISOR);
    sharing::except(desk.ws(), &id("0077"), 1, "Agreed").unwrap();
    assert_eq!(asked(&mut desk, "0077").link.unwrap().chi, chi(7));
}

#[test]
fn ids_on_standard_input_are_answered_as_they_come() {
    let mut desk = desk();
    let home = desk.leave().home().to_owned();
    let start = |ids: &[&str]| {
        Command::new(env!("CARGO_BIN_EXE_stewartry"))
            .args(["lookup", home.to_str().unwrap(), "--as", OFFICER])
            .args(ids)
            .env("STEWARTRY_PASSPHRASE", PASSPHRASE)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap()
    };
    // One by one, each answered before the next is asked
    let clock = Instant::now();
    let mut child = start(&[]);
    let (mut ask, mut said) = (child.stdin.take().unwrap(), BufReader::new(child.stdout.take().unwrap()));
    let mut times = Vec::new();
    for (id, found) in
        [("1000", true), ("0077", false), ("not an id!", false), ("1001", true)].into_iter().cycle().take(40)
    {
        let clock = Instant::now();
        writeln!(ask, "{id}").unwrap();
        let mut line = String::new();
        said.read_line(&mut line).unwrap();
        times.push(clock.elapsed());
        let said: Value = serde_json::from_str(&line).unwrap();
        assert_eq!((said["asked"].as_str().unwrap(), said["found"].as_bool().unwrap()), (id, found), "{line}");
    }
    drop(ask);
    assert!(child.wait().unwrap().success());
    times.sort();
    println!("40 look-ups one by one: {:?} in all, the first included; the median {:?}", clock.elapsed(), times[20]);

    let clock = Instant::now();
    let one = start(&["1000"]).wait_with_output().unwrap();
    println!("the whole process for one, its key made cheap: {:?}", clock.elapsed());
    let said: Value = serde_json::from_slice(&one.stdout).unwrap();
    assert_eq!((&said["chi"], &said["chi_status"]), (&json!(chi(0).to_string()), &json!("current")));

    let mut ws = stewartry::workspace::Workspace::open(&home, OFFICER, PASSPHRASE).unwrap();
    let events =
        ws.ledger(&LedgerFilter { kinds: vec!["looked_up".to_owned()], ..LedgerFilter::default() }, 100).unwrap();
    assert_eq!(events.len(), 31, "each id that was one is an event");
    assert!(ws.check(&Progress::new()).unwrap().ok);
    let clock = Instant::now();
    lookup::look_up(&mut ws, vec![Asked::Mosaic(mosaic(0)); 1_000]).unwrap();
    println!("1,000 in one go: {:?}", clock.elapsed());
}
