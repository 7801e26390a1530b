//! Verbs from the command line whose work is also done in the window: who works here, single pairs, what is kept elsewhere.

use std::process::{Command, Output};

use serde_json::Value;
use stewartry::progress::Progress;
use stewartry::release;

use crate::desk::{Desk, OFFICER, PASSPHRASE, SUPERVISOR, chi, link, mosaic};

/// The desk's workspace by its verbs: nobody has it open meanwhile.
struct Line {
    desk: Desk,
}

impl Line {
    fn of(mut desk: Desk) -> Self {
        desk.close();
        Self { desk }
    }

    fn run(&self, name: &str, verb: &[&str]) -> Output {
        let (first, rest) = verb.split_first().unwrap();
        Command::new(env!("CARGO_BIN_EXE_stewartry"))
            .current_dir(self.desk.path("."))
            .args([first, "test.stewartry", "--as", name])
            .args(rest)
            .env("STEWARTRY_PASSPHRASE", PASSPHRASE)
            .output()
            .unwrap()
    }

    /// What a verb that does its work prints.
    fn does(&self, name: &str, verb: &[&str]) -> String {
        let output = self.run(name, verb);
        assert!(output.status.success(), "{verb:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    }

    /// What a verb that is refused says, with what it printed before.
    fn refused(&self, name: &str, verb: &[&str]) -> String {
        let output = self.run(name, verb);
        assert_eq!(output.status.code(), Some(1), "{verb:?}");
        String::from_utf8([output.stdout, output.stderr].concat()).unwrap()
    }
}

#[test]
fn who_works_here_is_changed_and_given_new_words() {
    let mut line = Line::of(Desk::new());
    let row = |people: &str, name: &str| people.lines().find(|line| line.starts_with(name)).unwrap().to_owned();
    let people = line.does(OFFICER, &["people", "--change", SUPERVISOR, "--administers", "yes"]);
    assert!(row(&people, SUPERVISOR).contains("Supervisor") && row(&people, SUPERVISOR).contains("yes"), "{people}");
    let people = line.does(SUPERVISOR, &["people", "--change", OFFICER, "--role", "supervisor", "--administers", "no"]);
    assert!(row(&people, OFFICER).contains("Supervisor") && row(&people, OFFICER).contains(" no "), "{people}");
    let said = line.refused(SUPERVISOR, &["people", "--change", SUPERVISOR, "--administers", "no"]);
    assert!(said.contains("Somebody must administer"), "{said}");
    assert!(line.refused(OFFICER, &["people", "--change", OFFICER, "--administers", "yes"]).contains("administers"));
    assert!(line.refused(SUPERVISOR, &["people", "--change", OFFICER]).contains("is that already"));
    assert!(line.refused(SUPERVISOR, &["people", "--role", "officer"]).contains("--change"), "whose?");

    std::fs::write(line.desk.path("words"), "words that were forgotten\n").unwrap();
    line.does(SUPERVISOR, &["people", "--reset", OFFICER, "--new-passphrase-file", "words"]);
    assert!(line.refused(OFFICER, &["status"]).contains("not right"), "the earlier words open nothing");
    line.desk.sit_down(OFFICER, "words that were forgotten");
}

/// An extract whose headings say nothing is loaded from the command line too: the columns are written, put right and given.
#[test]
fn columns_are_written_put_right_and_loaded_by() {
    let mut line = Line::of(Desk::new());
    let file = line.desk.write("Case,Family,Given,When\n77,Kerr,Ann,12/03/1951\n78,Bell,Ian,03/11/1948\n");
    let file = file.file_name().unwrap().to_str().unwrap().to_owned();
    let said =
        line.refused(OFFICER, &["load", &file, "--kind", "mosaic", "--preview", "--write-mapping", "columns.json"]);
    assert!(said.contains("written to columns.json") && said.contains("load with --mapping"), "{said}");
    let path = line.desk.path("columns.json");
    let mut mapping: Value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
    mapping["columns"] = serde_json::json!({ "id": "Case", "surname": "Family", "forename": "Given", "birth": "When" });
    std::fs::write(&path, mapping.to_string()).unwrap();
    line.does(OFFICER, &["load", &file, "--mapping", "columns.json"]);
    line.desk.sit_down(OFFICER, PASSPHRASE);
    let record = line.desk.ws().mosaic(&crate::desk::id("77")).unwrap().unwrap().record;
    assert_eq!((record.details.surname.as_str(), record.details.forename.as_str()), ("Kerr", "Ann"));
    assert!(record.details.birth.is_some());
}

#[test]
fn pairs_of_a_file_are_somebodys_or_none_of_them_is() {
    let mut line = Line::of(Desk::with_people(3));
    let file = |desk: &mut Desk, rows: &[String]| {
        let path = desk.write(&format!("kind,left,right\n{}\n", rows.join("\n")));
        path.file_name().unwrap().to_str().unwrap().to_owned()
    };
    let row = |n: u16| format!("link,{},{}", mosaic(n), chi(n));
    let bad = file(&mut line.desk, &[row(0), format!("link,{},{}", mosaic(1), chi(2))]);
    let said = line.refused(OFFICER, &["give", &bad, "--to", SUPERVISOR]);
    assert!(said.contains(&bad) && said.contains("line 3") && said.contains("nothing of the file was used"), "{said}");
    let good = file(&mut line.desk, &[row(0), row(1)]);
    assert!(line.does(OFFICER, &["give", &good, "--to", SUPERVISOR]).contains("2 pairs were given"));
    assert!(line.does(OFFICER, &["give", &good, "--to", SUPERVISOR]).contains("2 pairs were theirs before"));
    let one = file(&mut line.desk, &[row(1)]);
    assert!(line.does(OFFICER, &["give", &one, "--to-nobody"]).contains("1 pair was given to nobody"));
    assert!(line.refused(OFFICER, &["give", &one, "--to", "Nobody"]).contains("Nobody of the name"));
    line.desk.sit_down(OFFICER, PASSPHRASE);
    let given = |desk: &mut Desk, n: u16| desk.ws().assigned_to(&link(n)).unwrap().map(|staff| staff.0);
    let theirs: Vec<Option<i64>> = (0..3).map(|n| given(&mut line.desk, n)).collect();
    assert!(theirs[0].is_some() && theirs[1..] == [None, None], "{theirs:?}");
}

#[test]
fn a_person_without_a_chi_a_pair_that_no_run_proposes_and_the_bands() {
    let mut line = Line::of(Desk::with_the_dead());
    let one = mosaic(20).to_string();
    let said = line.refused(OFFICER, &["not-matchable", &one, "--reason", "sibling"]);
    assert!(said.contains("out_of_area"), "{said}");
    assert!(line.does(OFFICER, &["not-matchable", &one, "--reason", "out_of_area"]).contains(&one));
    line.does(OFFICER, &["not-matchable", &one, "--take-back"]);
    assert!(
        line.refused(OFFICER, &["not-matchable", &one, "--take-back"]).contains(&one),
        "there is nothing to take back"
    );

    let number = chi(31).to_string();
    assert!(line.does(OFFICER, &["bring-together", &one, &number]).contains("waits to be decided"));
    assert!(line.refused(OFFICER, &["bring-together", &one, "1234567890"]).contains("no CHI number"));

    let before = line.does(OFFICER, &["cuts"]);
    let after = line.does(OFFICER, &["cuts", "--auto", "1"]);
    assert!(after.starts_with("Automatic from 1, to review from 0.05") && after != before, "{after}");
    assert!(line.refused(OFFICER, &["cuts", "--review", "2"]).contains("probabilities"));
    line.desk.sit_down(OFFICER, PASSPHRASE);
    let brought = stewartry::pair::PairKey::link(mosaic(20), chi(31));
    assert!(line.desk.ws().pair_of(&brought).unwrap().is_some());
}

#[test]
fn what_is_kept_elsewhere_speaks_for_itself_alone() {
    let mut desk = Desk::with_people(4);
    (0..3).for_each(|n| desk.match_(&link(n)));
    let batch = desk.submit();
    desk.sign(batch);
    desk.become_(OFFICER);
    let [into, into_again] = ["release", "again"].map(|name| desk.path(name));
    release::write(desk.ws(), batch, &into, &Progress::new()).unwrap();
    let first = desk.ws().batch(batch).unwrap().unwrap().released.unwrap().0;
    std::thread::sleep(std::time::Duration::from_millis(5));
    release::write(desk.ws(), batch, &into_again, &Progress::new()).unwrap();
    let again = desk.ws().batch(batch).unwrap().unwrap().released.unwrap().0;
    assert_eq!(again, first, "it is with Mosaic since it was first written");
    let since = desk.ws().signed_links_of(&mosaic(0)).unwrap()[0].since;
    assert_eq!(since, first);
    desk.write("a,b\n1,2\n");
    let line = Line::of(desk);
    let said = line.does(OFFICER, &["check", "--against", "release", "--against", "again"]);
    assert_eq!(said.lines().filter(|line| line.contains("the ledger holds its signature")).count(), 2, "{said}");
    // What is no release says nothing, least of all that a backup is to be put in the place of this
    let said = line.refused(OFFICER, &["check", "--against", "file-1.csv"]);
    assert!(said.contains("?      file-1.csv") && said.contains("is in order") && !said.contains("restore"), "{said}");
    let other = Line::of(Desk::with_people(1));
    let released = line.desk.path("release");
    let said = other.refused(OFFICER, &["check", "--against", released.to_str().unwrap()]);
    assert!(said.contains("of another workspace") && !said.contains("restore"), "{said}");

    // Whoever asks about a person, or a number, is told what left with them, and nothing of other batches
    let number = chi(1).spaced();
    for about in [mosaic(1).to_string(), number] {
        let told = line.does(OFFICER, &["history", "--about", &about, "--last", "50"]);
        for event in ["Match: ", "Submitted batch 1", "Signed batch 1", "Released batch 1"] {
            assert!(told.contains(event), "{about}, {event}: {told}");
        }
        assert!(!told.contains("Loaded"), "{told}");
    }
    let told = line.does(OFFICER, &["history", "--about", &mosaic(3).to_string(), "--last", "50"]);
    assert!(!told.contains("Signed batch 1"), "{told}");

    let status: Value = serde_json::from_str(&line.does(OFFICER, &["status", "--json"])).unwrap();
    assert_eq!((&status["batches"]["signed"], &status["link_answers"]["match"]), (&1.into(), &3.into()), "{status}");
    let output = line.run(OFFICER, &["lookup", &mosaic(0).to_string(), "no id!"]);
    let said = String::from_utf8(output.stdout).unwrap();
    assert_eq!((output.status.code(), said.lines().count()), (Some(1), 2), "{said}");
    assert!(said.lines().nth(1).unwrap().contains("“no id!” is neither"), "{said}");
}

#[test]
fn rows_of_a_file_that_are_refused_are_told_with_the_file_and_where_they_all_are() {
    let mut line = Line::of(Desk::with_people(3));
    let row = |n: u16, verdict: &str| format!("link,{},{},{verdict},,\n", mosaic(n), chi(n));
    let told = |line: &mut Line, rows: &[String]| {
        let path = line.desk.write(&format!("kind,left,right,verdict,reason,comment\n{}", rows.concat()));
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        (line.refused(OFFICER, &["decide", &name]), name)
    };
    let (said, name) = told(&mut line, &[row(0, "")]);
    assert!(said.contains(&format!("The one row of {name} was refused")) && said.contains("not filled in"), "{said}");
    let (said, name) = told(&mut line, &[row(0, "perhaps"), row(1, "")]);
    assert!(said.contains(&format!("All 2 rows of {name}")) && said.contains("--refused FILE"), "{said}");
    let (said, name) = told(&mut line, &[row(0, "match"), row(1, "")]);
    assert!(said.contains(&format!("1 row was refused of the 2 of {name}, the others stand")), "{said}");
}

#[test]
fn what_a_restored_workspace_lacks_is_said() {
    let mut desk = Desk::with_people(4);
    desk.match_(&link(0));
    desk.ws().backup(&Progress::new()).unwrap();
    (1..4).for_each(|n| desk.match_(&link(n)));
    let seq = desk.ws().ledger_head().unwrap().0;
    desk.close();
    // The database is gone; what was saved last is known
    std::fs::write(desk.path("test.stewartry/workspace.db"), "").unwrap();
    let line = Line::of(desk);
    let said = line.does(OFFICER, &["restore"]);
    let held: i64 = said.split("It holds ").nth(1).unwrap().split(' ').next().unwrap().parse().unwrap();
    assert!(said.contains(&format!("{} events that were saved later are not in it", seq - held)), "{said}");
    assert!(said.contains("check --against"), "{said}");
    // Where there is nothing to restore from, that is what is said
    std::fs::remove_dir_all(line.desk.path("test.stewartry/backups")).unwrap();
    let said = line.refused(OFFICER, &["restore"]);
    assert!(said.contains("Nothing was restored") && !said.contains("stewartry restore"), "{said}");
}
