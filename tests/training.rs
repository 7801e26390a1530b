//! Practice: its files cannot pass for the real thing, its workspace takes nothing real, and the learner is told how they did.

use std::path::Path;

use eframe::egui::{Key, Role, vec2};
use egui_kittest::kittest::Queryable;
use stewartry::desktop::screens::Screen;
use stewartry::pair::{Band, PairKey, PairKind, Reason, Verdict};
use stewartry::progress::Progress;
use stewartry::stewardship::decide::{self, Answer};
use stewartry::stewardship::demonstration::{self, OFFICER, OFFICER_PASSPHRASE, SUPERVISOR, SUPERVISOR_PASSPHRASE};
use stewartry::stewardship::{Refused, training};
use stewartry::workspace::{QueueFilter, StateFilter, Workspace};
use tempfile::TempDir;

use crate::desktop::{click, ctrl, signed_in};
use crate::hands::Hands;
use crate::whole_way::Desk;

const DEMO: &str = "demo/Demonstration.stewartry";

/// Answers so many links of a band: as it is in truth, or the other way round.
fn answer(ws: &mut Workspace, band: Band, rightly: bool, wanted: usize) -> Vec<PairKey> {
    let truth = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/demo/truth.csv");
    let rows = csv::Reader::from_path(truth).unwrap().into_records().map(|row| row.unwrap());
    let truth: std::collections::HashMap<String, String> =
        rows.map(|row| (row[0].to_owned(), row[1].to_owned())).collect();
    let filter = QueueFilter { bands: vec![band], state: StateFilter::Undecided, ..QueueFilter::start(PairKind::Link) };
    let mut done = Vec::new();
    for pair in ws.pairs(&ws.queue(&filter).unwrap()).unwrap() {
        let PairKey::Link { mosaic, chi } = &pair.key else { continue };
        let same = truth[mosaic.as_str()] == chi.as_str();
        if done.len() == wanted || (same != rightly) {
            continue;
        }
        // Always Match: right where they are one person, wrong where they are two
        let answer = Answer::of(Verdict::Match).because(Reason::CheckedElsewhere);
        if decide::decide(ws, &pair.key, answer).is_ok() {
            done.push(pair.key.clone());
        }
    }
    assert_eq!(done.len(), wanted);
    done
}

fn open_at(desk: &Desk) -> Workspace {
    Workspace::open(&desk.path(DEMO), OFFICER, OFFICER_PASSPHRASE).unwrap()
}

fn said(desk: &Desk, arguments: &[&str]) -> String {
    let output = desk.run(OFFICER_PASSPHRASE, arguments);
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

fn text(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap()
}

#[test]
fn what_a_practice_workspace_writes_is_marked_and_a_real_one_refuses_it() {
    let desk = Desk::new();
    said(&desk, &["demo", "--fresh", "--no-window", "--at", "demo"]);
    let mut ws = open_at(&desk);
    answer(&mut ws, Band::Auto, true, 12);
    drop(ws);

    // Signed and released as ever
    let officer = |verb: &str, rest: &[&str]| said(&desk, &[&[verb, DEMO, "--as", OFFICER], rest].concat());
    let supervisor = |rest: &[&str]| {
        let output = desk.run(SUPERVISOR_PASSPHRASE, &[&["sign", DEMO, "--as", SUPERVISOR, "1"], rest].concat());
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    };
    officer("submit", &[]);
    supervisor(&["--sample", "sample.csv"]);
    let sheet = text(&desk.path("sample.csv"));
    assert!(sheet.starts_with("TRAINING,kind,left,right,verdict,"), "{sheet}");
    assert!(sheet.lines().all(|line| line.starts_with("TRAINING,")), "{sheet}");
    let filled: String = sheet
        .lines()
        .enumerate()
        .map(|(at, line)| {
            let (head, rest) = line.match_indices(',').nth(3).map(|(comma, _)| line.split_at(comma)).unwrap();
            if at == 0 { format!("{line}\n") } else { format!("{head},match{}\n", &rest[1..]) }
        })
        .collect();
    std::fs::write(desk.path("sample.csv"), filled).unwrap();
    supervisor(&["--rechecks", "sample.csv"]);
    officer("export", &["1", "--into", "out"]);
    officer("report", &["--out", "report.html"]);
    assert!(text(&desk.path("report.html")).contains("<title>TRAINING"));

    let mut names: Vec<String> =
        std::fs::read_dir(desk.path("out")).unwrap().map(|it| it.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    let tables = ["TRAINING-batch-0001_evidence.csv", "TRAINING-batch-0001_merges.csv", "TRAINING-batch-0001_seed.csv"];
    assert_eq!(names, [&tables[..], &["manifest.json"]].concat());
    let seed = text(&desk.path("out").join(tables[2]));
    assert_eq!(seed.lines().count(), 13);
    assert!(seed.lines().skip(1).all(|line| line.split(',').nth(1) == Some("TRAINING")), "{seed}");
    for table in &tables[..2] {
        let table = text(&desk.path("out").join(table));
        assert!(table.lines().all(|line| line.starts_with("TRAINING,")), "{table}");
    }
    every_other_file_is_marked(&desk, &seed);
    // The check says it, and does not pass it by itself
    let refused = desk.refused("", &["verify", "out"]);
    assert!(refused.contains("practice workspace") && refused.contains("not for Mosaic"), "{refused}");
    let checked = said(&desk, &["verify", "out", "--training"]);
    assert!(checked.contains("ok     TRAINING: Everybody in these files is invented"), "{checked}");
    // What takes the mark off is found
    let manifest = text(&desk.path("out/manifest.json"));
    std::fs::create_dir(desk.path("unmarked")).unwrap();
    for table in tables {
        let plain = text(&desk.path("out").join(table)).replace("TRAINING,", "");
        std::fs::write(desk.path("unmarked").join(&table["TRAINING-".len()..]), plain).unwrap();
    }
    let plain = manifest.replace("  \"training\": true,\n", "").replace("TRAINING-", "");
    std::fs::write(desk.path("unmarked/manifest.json"), plain).unwrap();
    assert!(desk.refused("", &["verify", "unmarked"]).contains("seal does not fit"));

    // A real workspace takes none of it
    let real = desk.workspace();
    said(&desk, &["new", &real, "--as", "Real Officer"]);
    let refused = |rest: &[&str]| {
        let refused = desk.refused(OFFICER_PASSPHRASE, &[rest, &["--as", "Real Officer"]].concat());
        assert!(refused.contains("comes from a practice workspace"), "{rest:?}: {refused}");
    };
    refused(&["decide", &real, "sample.csv"]);
    std::fs::copy(desk.path("out").join(tables[0]), desk.path("evidence.csv")).unwrap();
    refused(&["load", &real, "evidence.csv", "--kind", "narrow-pairs"]);
    let seed = desk.path("out").join(tables[2]);
    refused(&["load", &real, seed.to_str().unwrap(), "--kind", "narrow-pairs"]);
    // Nor does practice take what is real
    let ours = text(&desk.path("demo/mosaic.csv")).replace("Swan", "Swann");
    std::fs::write(desk.path("mosaic.csv"), ours).unwrap();
    let words = desk.refused(OFFICER_PASSPHRASE, &["load", DEMO, "--as", OFFICER, "mosaic.csv"]);
    assert!(words.contains("practice workspace") && words.contains("workspace of your own"), "{words}");
    assert!(officer("check", &[]).contains("ok "));
}

/// Whatever profile, list or correction it is: each file's name and each of its rows. What would go to others is refused.
fn every_other_file_is_marked(desk: &Desk, seed: &str) {
    let officer = |rest: &[&str]| said(desk, &[rest, &["--as", OFFICER]].concat());
    let supervisor = |rest: &[&str]| {
        let output = desk.run(SUPERVISOR_PASSPHRASE, &[rest, &["--as", SUPERVISOR]].concat());
        assert!(output.status.success(), "{rest:?}: {}", String::from_utf8_lossy(&output.stderr));
    };
    // A profile of one's own: no constant that could be the mark, no headings, and a table in parts
    let mut bare: serde_json::Value =
        serde_json::from_str(&officer(&["profile", "show", DEMO, "mosaic-seed"])).unwrap();
    bare["name"] = "bare".into();
    bare["columns"].as_array_mut().unwrap().retain(|column| column["heading"] != "REFERENCE_TYPE");
    bare["headings"] = false.into();
    bare["file_name"] = "batch-{batch}_bare_{part}.csv".into();
    bare["most_rows"] = 5.into();
    std::fs::write(desk.path("bare.json"), bare.to_string()).unwrap();
    supervisor(&["profile", "save", DEMO, "bare.json"]);
    for (profile, files) in [("chi-indexing", 1), ("rich-evidence", 1), ("bare", 5)] {
        officer(&["export", DEMO, "1", "--into", profile, "--profile", profile]);
        let tables = marked_tables(&desk.path(profile));
        assert_eq!(tables.len(), files, "{profile}");
        for (name, table) in &tables {
            assert!(table.lines().all(|line| line.trim_start_matches('"').starts_with("TRAINING")), "{name}: {table}");
        }
        let refused = desk.refused("", &["verify", profile]);
        assert!(refused.contains("practice workspace"), "{profile}: {refused}");
        assert!(said(desk, &["verify", profile, "--training"]).contains("ok     TRAINING"), "{profile}");
    }
    officer(&["acknowledge", DEMO, "--unanswered", "unanswered.csv"]);
    let unanswered = text(&desk.path("unanswered.csv"));
    assert!(unanswered.lines().count() == 13 && unanswered.lines().all(|line| line.starts_with("TRAINING,")));

    // A wrong seed is taken out again
    let cells: Vec<&str> = seed.lines().nth(1).unwrap().split(',').collect();
    officer(&["recall", DEMO, cells[0], cells[2], "--reason", "Of the twin"]);
    officer(&["correction", "compose", DEMO]);
    supervisor(&["correction", "sign", DEMO, "1"]);
    officer(&["correction", "export", DEMO, "1", "--into", "correction"]);
    let tables = marked_tables(&desk.path("correction"));
    assert_eq!(tables.len(), 3);
    for (name, table) in &tables {
        let mark = if name.contains("evidence") { 0 } else { 1 };
        assert!(table.lines().skip(1).all(|line| line.split(',').nth(mark) == Some("TRAINING")), "{name}: {table}");
    }
    assert!(desk.refused("", &["verify", "correction"]).contains("practice workspace"));
    said(desk, &["verify", "correction", "--training"]);

    let refused = desk.refused(OFFICER_PASSPHRASE, &["cross-reference", DEMO, "x.csv", "--as", OFFICER]);
    assert!(refused.contains("nothing of it is shared"), "{refused}");
    let protocol = said(desk, &["protocol", DEMO, "--example"]).replace("\"agreed\": 0", "\"agreed\": 1");
    std::fs::write(desk.path("protocol.json"), protocol).unwrap();
    supervisor(&["protocol", DEMO, "--set", "protocol.json"]);
    let refused = desk.refused(OFFICER_PASSPHRASE, &["share", DEMO, "--level", "1", "--into", "x", "--as", OFFICER]);
    assert!(refused.contains("nothing of it is shared"), "{refused}");
    assert!(!desk.path("x.csv").exists() && !desk.path("x").exists());
}

/// The tables of a folder, by name; each name bears the mark.
fn marked_tables(folder: &Path) -> Vec<(String, String)> {
    let names = std::fs::read_dir(folder).unwrap().map(|it| it.unwrap().file_name().into_string().unwrap());
    let tables: Vec<String> = names.filter(|name| name != "manifest.json").collect();
    assert!(tables.iter().all(|name| name.starts_with("TRAINING-")), "{tables:?}");
    tables.into_iter().map(|name| (name.clone(), text(&folder.join(name)))).collect()
}

#[test]
fn the_learner_is_told_what_was_right_what_misled_them_and_why() {
    let desk = Desk::new();
    said(&desk, &["demo", "--fresh", "--no-window", "--at", "demo"]);
    let mut ws = open_at(&desk);
    let none = training::read(&ws, ws.me().id).unwrap();
    assert!(none.words()[0].contains("not answered any pair yet"));
    answer(&mut ws, Band::Auto, true, 5);
    let wrong = answer(&mut ws, Band::Review, false, 2);
    let undecided = QueueFilter { state: StateFilter::Undecided, ..QueueFilter::start(PairKind::Link) };
    let open = ws.pair(ws.queue(&undecided).unwrap()[0]).unwrap().unwrap().key;
    decide::decide(&mut ws, &open, Answer::of(Verdict::Unsure)).unwrap();

    let marks = training::read(&ws, ws.me().id).unwrap();
    let tally = marks.tally;
    assert_eq!((tally.right, tally.wrong_matches, tally.missed, tally.open), (5, 2, 0, 1));
    let mut misled: Vec<PairKey> = marks.misled().map(|it| it.key.clone()).collect();
    misled.sort();
    let mut expected = wrong.clone();
    expected.sort();
    assert_eq!(misled, expected);
    assert!(marks.misled().all(|it| it.kind.words().starts_with("Two people")));
    assert_eq!(marks.by_kind.iter().map(|(_, tally)| tally.all()).sum::<u64>(), 8);
    // Another's answers are another's
    let other = ws.staff().unwrap().into_iter().find(|person| person.name == SUPERVISOR).unwrap();
    assert_eq!(training::read(&ws, other.id).unwrap().tally.all(), 0);
    // Answered anew, it counts as it stands now
    decide::decide(&mut ws, &wrong[0], Answer::of(Verdict::NotMatch)).unwrap();
    assert_eq!(training::read(&ws, ws.me().id).unwrap().tally.wrong(), 1);
    drop(ws);

    let words = said(&desk, &["training", DEMO, "--as", OFFICER]);
    assert!(words.starts_with("TRAINING: everybody here is invented"), "{words}");
    assert!(
        words.contains("6 of 7 pairs that you settled are right") && words.contains("These misled you:"),
        "{words}"
    );
    assert!(words.contains(&format!("{}  you said: Match", wrong[1])), "{words}");
    let json: serde_json::Value =
        serde_json::from_str(&said(&desk, &["training", DEMO, "--as", OFFICER, "--json"])).unwrap();
    assert_eq!((&json["right"], &json["wrong_matches"], &json["open"]), (&6.into(), &1.into(), &1.into()));
    assert_eq!(json["misled"][0]["left"], wrong[1].left());

    // In a real workspace nobody knows
    said(&desk, &["new", &desk.workspace(), "--as", "Real Officer"]);
    let refused = desk.refused(OFFICER_PASSPHRASE, &["training", &desk.workspace(), "--as", "Real Officer"]);
    assert!(refused.contains("no practice workspace"), "{refused}");
}

#[test]
fn practice_is_begun_anew_beside_what_was_done_and_gone_on_with() {
    let folder = TempDir::new().unwrap();
    let practise = |anew| demonstration::practise(folder.path(), anew, &Progress::new()).unwrap();
    let mut first = practise(false).workspace;
    answer(&mut first, Band::Auto, true, 1);
    let home = first.home().to_owned();
    drop(first);
    let again = practise(false);
    assert!(again.reopened && again.workspace.home() == home);
    let second = practise(true);
    assert!(!second.reopened && second.workspace.is_training());
    assert_eq!(second.workspace.name(), "Training 2");
    drop((again, second));
    assert_eq!(practise(false).workspace.name(), "Training 2", "the newest is gone on with");
}

#[test]
fn every_screen_of_practice_says_so_and_leads_to_how_the_learner_did() {
    let folder = TempDir::new().unwrap();
    let mut ws = demonstration::open_or_make(folder.path(), &Progress::new()).unwrap().workspace;
    answer(&mut ws, Band::Auto, true, 6);
    let wrong = answer(&mut ws, Band::Review, false, 3);
    let mut window = signed_in(ws);
    for (key, screen) in [
        (Key::Num1, Screen::Overview),
        (Key::Num2, Screen::Load),
        (Key::Num3, Screen::Match),
        (Key::Num4, Screen::Review),
        (Key::Num5, Screen::Duplicates),
        (Key::Num6, Screen::Batches),
        (Key::Num7, Screen::Release),
        (Key::Num8, Screen::History),
        (Key::Num9, Screen::People),
    ] {
        ctrl(&mut window, key);
        assert_eq!(window.state().screen(), screen);
        window.get_by_role_and_label(Role::Button, "TRAINING: show how you did");
    }
    click(&mut window, "TRAINING: show how you did");
    assert_eq!(window.state().screen(), Screen::Overview);
    window.until("the marks", |window| window.query_by_label("6 of 9 pairs that you settled are right").is_some());
    let kind = training::read(window.state().session().unwrap().ws(), window.state().session().unwrap().me().id)
        .unwrap()
        .misled()
        .find(|it| it.key == wrong[0])
        .unwrap()
        .kind;
    window.get_all_by_label(kind.words()).next().unwrap().click();
    window.rest();
    window.picture("training.png");
    window.set_size(vec2(640.0, 400.0));
    window.rest();
    window.get_by_role_and_label(Role::Button, "TRAINING: show how you did");
    window.picture("training-narrow.png");
    window.set_size(vec2(1280.0, 800.0));
    window.rest();
    click(&mut window, &format!("Look at {} again", wrong[0]));
    window.until("the pair", |window| window.state().screen() == Screen::Review);
}

#[test]
fn a_real_workspace_bears_no_mark() {
    let folder = TempDir::new().unwrap();
    let mut window = signed_in(crate::desktop::fresh(&folder));
    ctrl(&mut window, Key::Num1);
    assert!(window.query_by_label_contains("TRAINING").is_none());
    assert!(window.query_by_role_and_label(Role::RadioButton, "Training").is_none());
    let ws = window.state().session().unwrap().ws();
    assert!(matches!(training::read(ws, ws.me().id), Err(Refused::Nothing(_))));
}
