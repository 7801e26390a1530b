//! Every night without a person: `load`, `match` and `status` from a scheduler, by exit status and JSON.

use std::process::{Command, Output, Stdio};

use serde_json::Value;

use crate::desk::{ChiFile, MosaicFile, chi, mosaic, person};
use crate::whole_way::{Desk, OFFICER};

const WORDS: &str = "the officer's words";

fn people(numbers: impl Iterator<Item = u16>) -> String {
    numbers.fold(MosaicFile::default(), MosaicFile::plain).text().to_owned()
}

fn chis(numbers: impl Iterator<Item = u16>) -> ChiFile {
    numbers.fold(ChiFile::default(), ChiFile::plain)
}

struct Night {
    desk: Desk,
}

impl Night {
    fn new() -> Self {
        let desk = Desk::new();
        let made = desk.run(WORDS, &["new", &desk.workspace(), "--as", OFFICER]);
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        Self { desk }
    }

    fn write(&self, name: &str, text: &str) {
        std::fs::write(self.desk.path(name), text).unwrap();
    }

    fn run(&self, verb: &str, rest: &[&str]) -> Output {
        let workspace = self.desk.workspace();
        let mut arguments = vec![verb, &workspace];
        arguments.extend(rest);
        self.desk.run(WORDS, &arguments)
    }

    /// The exit status and the JSON of a verb: one object on standard output, whatever happened.
    #[track_caller]
    fn json(&self, verb: &str, rest: &[&str]) -> (i32, Value) {
        let output = self.run(verb, &[rest, &["--json"]].concat());
        let text = String::from_utf8(output.stdout).unwrap();
        let value = serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}: {text}"));
        (output.status.code().unwrap(), value)
    }

    /// Accepts the certain pairs: the few of each class, all of them right, then the others of it.
    fn accept(&self) {
        self.text("classes", &["--sheet", "few.csv"]);
        let sheet = std::fs::read_to_string(self.desk.path("few.csv")).unwrap();
        let filled: Vec<String> = sheet
            .lines()
            .map(|line| line.split(',').take(3).collect::<Vec<_>>().join(","))
            .enumerate()
            .map(|(at, line)| line + if at == 0 { ",verdict" } else { ",match" })
            .collect();
        self.write("few.csv", &filled.join("\n"));
        self.text("decide", &["few.csv"]);
        self.text("decide", &["--classes"]);
    }

    fn text(&self, verb: &str, rest: &[&str]) -> String {
        let output = self.run(verb, rest);
        assert!(output.status.success(), "{verb}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    }
}

#[test]
fn a_night_in_which_nothing_came_does_nothing_and_says_so() {
    let night = Night::new();
    night.write("mosaic.csv", &people(0..30));
    night.write("chi.csv", chis(0..30).text());

    let (status, load) = night.json("load", &["mosaic.csv", "chi.csv"]);
    assert_eq!((status, &load["outcome"]), (0, &Value::from("done")));
    let first = &load["files"][0];
    for (field, value) in [
        ("file", Value::from("mosaic.csv")),
        ("kind", "mosaic".into()),
        ("outcome", "loaded".into()),
        ("rows", 30.into()),
        ("accepted", 30.into()),
        ("warned", 0.into()),
        ("rejected", 0.into()),
        ("added", 30.into()),
        ("changed", 0.into()),
        ("changed_only_chi", 0.into()),
        ("gone", 0.into()),
        ("unchanged", 0.into()),
        ("in_spite_of", Value::Array(Vec::new())),
    ] {
        assert_eq!(first[field], value, "{field}");
    }
    assert_eq!(first["sha256"].as_str().unwrap().len(), 64);
    let work = &load["work"];
    for field in ["decisions_stand", "decisions_reopened", "decisions_stand_again"] {
        assert_eq!(work[field], 0, "{field}");
    }
    assert!(work["links_to_recheck"].is_array() && work["gone_with_decisions"].is_array());
    assert!(load.get("error").is_none());

    let (status, matched) = night.json("match", &[]);
    assert_eq!((status, &matched["outcome"], &matched["run"]), (0, &Value::from("done"), &Value::from(1)));
    for field in ["links", "links_undecided", "duplicates", "duplicates_undecided"] {
        for band in ["automatic", "to_review", "unlikely"] {
            assert!(matched[field][band].is_u64(), "{field} {band}: {matched}");
        }
    }
    assert!(matched["links"]["automatic"].as_u64().unwrap() > 20, "{matched}");
    assert!(matched["expected_wrong_in_automatic"].is_number());
    let (status, standing) = night.json("status", &[]);
    assert_eq!((status, &standing["mosaic"], &standing["links_to_recheck"]), (0, &30.into(), &0.into()));

    let loads = |night: &Night| {
        let history = night.text("history", &["--last", "50"]);
        (history.matches("Loaded").count(), history.matches("Matched").count())
    };
    assert_eq!(loads(&night), (2, 1));
    let (status, load) = night.json("load", &["mosaic.csv", "chi.csv"]);
    assert_eq!((status, &load["outcome"]), (0, &Value::from("unchanged")));
    assert_eq!((&load["files"][1]["outcome"], &load["files"][1]["unchanged"]), (&"unchanged".into(), &30.into()));
    let (status, matched) = night.json("match", &[]);
    assert_eq!((status, &matched["outcome"], &matched["run"]), (0, &"unchanged".into(), &1.into()));
    assert!(matched["links"]["automatic"].is_u64());
    let text = night.text("match", &[]);
    assert!(text.contains("No records were loaded since the run of"), "{text}");
    assert_eq!(loads(&night), (2, 1), "no event");
    let (_, matched) = night.json("match", &["--again"]);
    assert_eq!((&matched["outcome"], &matched["run"]), (&"done".into(), &2.into()));
}

/// `stewartry status … | head -1`, and `> FILE` on a full disk.
#[cfg(target_os = "linux")]
#[test]
fn whoever_stops_reading_sees_no_error_and_a_full_disk_is_told_in_one_line() {
    let version = |out: Stdio| {
        let mut said = Command::new(env!("CARGO_BIN_EXE_stewartry"));
        let said = said.arg("--version").stdout(out).stderr(Stdio::piped()).output().unwrap();
        (said.status.code(), String::from_utf8(said.stderr).unwrap())
    };
    let (nobody, pipe) = std::io::pipe().unwrap();
    drop(nobody);
    assert_eq!(version(pipe.into()), (Some(1), String::new()));
    let full = std::fs::File::options().write(true).open("/dev/full").unwrap();
    let (status, said) = version(full.into());
    assert_eq!(status, Some(1));
    assert!(said.starts_with("stewartry: what it says cannot be written: No space left"), "{said}");
    assert_eq!(said.lines().count(), 1, "{said}");
}

#[test]
fn a_wrong_file_has_an_exit_status_of_its_own() {
    let night = Night::new();
    night.write("mosaic.csv", &people(0..30));
    night.write("chi.csv", chis(0..30).text());
    night.write("half.csv", &people(0..12));
    night.text("load", &["mosaic.csv", "chi.csv"]);

    let output = night.run("load", &["half.csv"]);
    assert_eq!(output.status.code(), Some(3));
    let error = String::from_utf8(output.stderr).unwrap();
    for words in ["half.csv looks wrong and was not loaded", "12 rows", "had 30", "export it again", "--in-spite"] {
        assert!(error.contains(words), "{words}: {error}");
    }
    let (status, load) = night.json("load", &["half.csv"]);
    assert_eq!((status, &load["outcome"], &load["error"]["code"]), (3, &"suspicious".into(), &"suspicious".into()));
    let suspicion = &load["files"][0]["suspicions"][0];
    assert_eq!((&load["files"][0]["outcome"], &suspicion["code"]), (&"suspicious".into(), &"few_rows".into()));
    for field in ["seen", "may_mean", "to_do"] {
        assert!(suspicion[field].as_str().is_some_and(|words| words.len() > 20), "{field}");
    }
    let (_, standing) = night.json("status", &[]);
    assert_eq!(standing["mosaic"], 30);

    let (status, load) = night.json("load", &["half.csv", "--in-spite"]);
    assert_eq!((status, &load["files"][0]["gone"]), (0, &18.into()));
    assert_eq!(load["files"][0]["in_spite_of"][0]["code"], "few_rows");
    let help = String::from_utf8(night.desk.run("", &["--help"]).stdout).unwrap();
    assert!(help.contains("Exit status") && help.contains("looks like a wrong one"), "{help}");
}

#[test]
fn a_load_names_what_was_noticed_with_its_lines_and_what_to_do() {
    let night = Night::new();
    let text = "PersonID,Surname,FirstForename,DateOfBirth\n1,Kerr,Ann,19/04/2085\n2,Reid,Jean,soon\n,Bell,Tam,\n3,Gray,Bea,late\n";
    night.write("mosaic.csv", text);
    let said = night.text("load", &["mosaic.csv"]);
    let line = |begins: &str| said.lines().find(|line| line.starts_with(begins)).unwrap_or_else(|| panic!("{said}"));
    line("Noticed in mosaic.csv");
    assert!(
        line("Date not readable").ends_with("2  lines 3 and 5  Export dates as 1985-04-19 or 19/04/1985"),
        "{said}"
    );
    assert!(
        line("Date in the future").contains("1  line 2") && line("No Mosaic id").contains("1  line 4  Take"),
        "{said}"
    );
    let (_, again) = night.json("load", &["mosaic.csv", "--again"]);
    let noticed = &again["files"][0]["noticed"][0];
    assert_eq!((&noticed["what"], &noticed["rows"]), (&"Date not readable".into(), &2.into()));
    assert_eq!(noticed["first_lines"], Value::from(vec![3, 5]));
}

#[test]
fn a_failure_is_read_by_a_script_too() {
    let night = Night::new();
    night.write("mosaic.csv", &people(0..3));
    let (status, load) = night.json("load", &["mosaic.csv", "missing.csv"]);
    assert_eq!((status, &load["outcome"], &load["error"]["code"]), (1, &"failed".into(), &"file".into()));
    assert!(load["error"]["message"].as_str().unwrap().contains("missing.csv"));
    // What was loaded before it stands, and is said.
    assert_eq!((&load["files"][0]["outcome"], &load["files"][1]["outcome"]), (&"loaded".into(), &"failed".into()));
    assert!(load["work"].is_object());

    let workspace = night.desk.workspace();
    for verb in ["load", "match", "status"] {
        let mut arguments = vec![verb, &workspace, "--as", OFFICER, "--json"];
        if verb == "load" {
            arguments.push("mosaic.csv");
        }
        let output = night.desk.run("other words", &arguments);
        let value: Value = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!((output.status.code(), &value["error"]["code"]), (Some(1), &"not_let_in".into()), "{verb}");
    }
    let empty = Night::new();
    let (status, matched) = empty.json("match", &[]);
    assert_eq!((status, &matched["error"]["code"]), (1, &"nothing_to_do".into()));
    assert_eq!(night.run("load", &["mosaic.csv", "--json", "--preview"]).status.code(), Some(2));
    assert_eq!(night.run("match", &["--no-such"]).status.code(), Some(2));
}

#[test]
fn the_morning_after_a_refresh_one_table_says_what_it_means() {
    let night = Night::new();
    night.write("mosaic.csv", &people(0..30));
    night.write("chi.csv", chis(0..30).text());
    night.text("load", &["mosaic.csv", "chi.csv"]);
    night.text("match", &[]);
    night.accept();
    let (_, standing) = night.json("status", &[]);
    let decided = standing["link_answers"]["match"].as_u64().unwrap();
    assert!(decided > 20, "{standing}");

    let successor = chi(60).to_string();
    let mut file = chis(1..30).with(chi(0).as_str(), &person(0), "H", &successor);
    file = file.with(&successor, &person(0), "C", &successor);
    night.write("chi.csv", file.text());
    night.write("mosaic.csv", &people((0..30).filter(|n| *n != 7)));
    let text = night.text("load", &["mosaic.csv", "chi.csv"]);
    for words in [
        "What it means for the work",
        "Decisions that stand",
        "Confirmed links to look at again",
        "People gone who had decisions",
        &format!("{} – {}: superseded; use {} instead", mosaic(0), chi(0).spaced(), chi(60).spaced()),
        &format!("{}, matched to {}", mosaic(7), chi(7).spaced()),
    ] {
        assert!(text.contains(words), "{words}: {text}");
    }
    let (_, load) = night.json("load", &["chi.csv", "--again"]);
    let recheck = &load["work"]["links_to_recheck"][0];
    assert_eq!((&recheck["mosaic"], &recheck["chi"]), (&mosaic(0).to_string().into(), &chi(0).to_string().into()));
    assert_eq!((&recheck["why"], &recheck["replacement"]), (&"superseded".into(), &successor.into()));
    assert_eq!((&recheck["new"], &recheck["released"]), (&false.into(), &false.into()));
    let text = night.text("status", &[]);
    assert!(text.contains("Confirmed links whose CHI is no longer the one to use: 1"), "{text}");
}

#[test]
fn relationships_load_beside_the_extracts_and_keep_related_records_from_being_merged_in_bulk() {
    let night = Night::new();
    let twice = (0..30).fold(MosaicFile::default(), MosaicFile::plain).with("4001", &person(4), "", false);
    night.write("mosaic.csv", twice.text());
    night.write("chi.csv", chis(0..30).text());
    let headings = "PersonID,RelatedPersonID,Relationship,StartDate,EndDate\n";
    night.write("related.csv", &format!("{headings}4001,1004,Household member,,\n4001,9999,Mother,,\n"));
    let (status, load) = night.json("load", &["mosaic.csv", "chi.csv", "related.csv"]);
    let file = &load["files"][2];
    assert_eq!((status, &file["kind"], &file["outcome"]), (0, &"relationships".into(), &"loaded".into()));
    assert_eq!((&file["added"], &file["accepted"], &file["warned"]), (&2.into(), &1.into(), &1.into()));
    night.json("match", &[]);
    let (_, standing) = night.json("status", &[]);
    assert_eq!((&standing["relationships"], &standing["related_duplicates"]), (&2.into(), &1.into()), "{standing}");
    let text = night.text("status", &[]);
    assert!(text.contains("Relationships in Mosaic"), "{text}");
    night.accept();
    let (_, standing) = night.json("status", &[]);
    assert_eq!(standing["duplicate_answers"]["match"], 0, "{standing}");
    // A night without a new file does nothing; one with another replaces
    let (_, load) = night.json("load", &["related.csv"]);
    assert_eq!(load["outcome"], "unchanged");
    let (_, matched) = night.json("match", &[]);
    assert_eq!(matched["outcome"], "unchanged", "the engine reads no relationships");
    night.write("related.csv", &format!("{headings}4001,9999,Mother,,\n"));
    let (_, load) = night.json("load", &["related.csv"]);
    assert_eq!((&load["files"][0]["gone"], &load["files"][0]["unchanged"]), (&1.into(), &1.into()));
    let preview = night.text("load", &["related.csv", "--preview"]);
    assert!(
        preview.contains("Relationships in Mosaic") && preview.contains("Mosaic id of the other person"),
        "{preview}"
    );
}
