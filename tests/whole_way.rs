//! The whole way on the command line: two extracts in; a seed file out that was signed at another desk, compared with the truth; sent,
//! answered, recalled, shared; and next week's extract.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use tempfile::TempDir;

use crate::transfer::Server;

pub const OFFICER: &str = "Ailsa Officer";
const SUPERVISOR: &str = "Blair Supervisor";

/// A desk in an empty folder.
pub struct Desk {
    folder: TempDir,
}

impl Desk {
    pub fn new() -> Self {
        Self { folder: TempDir::new().unwrap() }
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub fn workspace(&self) -> String {
        self.path("council.stewartry").to_string_lossy().into_owned()
    }

    /// Runs a verb; passphrases come from the environment.
    pub fn run(&self, passphrase: &str, arguments: &[&str]) -> Output {
        self.run_where(passphrase, arguments, &[])
    }

    /// The same with more of the environment set.
    pub fn run_where(&self, passphrase: &str, arguments: &[&str], set: &[(&str, &str)]) -> Output {
        Command::new(env!("CARGO_BIN_EXE_stewartry"))
            .args(arguments)
            .envs(set.iter().copied())
            .current_dir(self.folder.path())
            .env("STEWARTRY_PASSPHRASE", passphrase)
            .env("STEWARTRY_NEW_PASSPHRASE", "the supervisor's words")
            .env_remove("DISPLAY")
            .env_remove("WAYLAND_DISPLAY")
            .output()
            .unwrap()
    }

    pub fn officer(&self, verb: &str, rest: &[&str]) -> String {
        self.does("the officer's words", OFFICER, verb, rest)
    }

    fn supervisor(&self, verb: &str, rest: &[&str]) -> String {
        self.does("the supervisor's own words", SUPERVISOR, verb, rest)
    }

    /// What the supervisor does with a parcel at another desk.
    fn supervisor_at(&self, parcel: &str, rest: &[&str]) -> String {
        let mut arguments = vec!["sign", parcel];
        arguments.extend(rest);
        arguments.extend(["--as", SUPERVISOR]);
        let output = self.run("the supervisor's own words", &arguments);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    }

    /// What the officer is told by a verb of more than one word.
    fn output(&self, arguments: &[&str]) -> String {
        let output = self.run("the officer's words", arguments);
        assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    }

    fn does(&self, passphrase: &str, name: &str, verb: &str, rest: &[&str]) -> String {
        let workspace = self.workspace();
        let mut arguments = vec![verb, &workspace, "--as", name];
        arguments.extend(rest);
        let output = self.run(passphrase, &arguments);
        assert!(output.status.success(), "{verb}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    }

    /// Runs a verb that must be refused: exit 1, one line on standard error.
    pub fn refused(&self, passphrase: &str, arguments: &[&str]) -> String {
        let output = self.run(passphrase, arguments);
        assert_eq!(output.status.code(), Some(1), "{arguments:?}");
        let error = String::from_utf8(output.stderr).unwrap();
        assert_eq!(error.trim_end().lines().count(), 1, "{error}");
        error
    }
}

fn demo(name: &str) -> String {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/demo").join(name).to_string_lossy().into_owned()
}

/// Rows of a CSV as maps from heading to value.
fn rows(path: &Path) -> Vec<BTreeMap<String, String>> {
    let mut reader = csv::Reader::from_path(path).unwrap();
    reader.deserialize().map(|row| row.unwrap()).collect()
}

/// What is true of the demonstration: each Mosaic id's current CHI, and who is really one person.
struct Truth {
    chi: BTreeMap<String, String>,
    person: BTreeMap<String, String>,
}

impl Truth {
    fn read() -> Self {
        let rows = rows(Path::new(&demo("truth.csv")));
        let column = |name: &str| rows.iter().map(|row| (row["PersonID"].clone(), row[name].clone())).collect();
        Self { chi: column("CHI"), person: column("PersonKey") }
    }

    fn links(&self, mosaic: &str, chi: &str) -> bool {
        self.chi.get(mosaic).is_some_and(|own| !own.is_empty() && own == chi)
    }

    fn one_person(&self, a: &str, b: &str) -> bool {
        self.person.contains_key(a) && self.person.get(a) == self.person.get(b)
    }
}

/// The release as it was seen: its seed file's name and rows.
struct Seed {
    name: String,
    rows: Vec<BTreeMap<String, String>>,
}

#[test]
fn two_extracts_become_a_seed_without_a_wrong_chi_that_is_signed_elsewhere_sent_answered_recalled_and_shared() {
    let (desk, truth) = (Desk::new(), Truth::read());
    decided(&desk, &truth);
    signed_at_another_desk(&desk, &truth);
    let seed = released(&desk, &truth);
    by_another_profile(&desk);
    shared(&desk, &seed);
    sent(&desk);
    acknowledged(&desk, &seed);
    recalled(&desk, &seed);
    next_week(&desk, &seed);
}

/// Made, peopled, loaded, matched, and all of it decided that an officer can.
fn decided(desk: &Desk, truth: &Truth) {
    let workspace = desk.workspace();
    let output = desk.run("the officer's words", &["new", &workspace, "--as", OFFICER]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let people = desk.officer("people", &["--add", SUPERVISOR, "--role", "supervisor"]);
    std::fs::write(desk.path("own.txt"), "the supervisor's own words\n").unwrap();
    let own = desk.path("own.txt").to_string_lossy().into_owned();
    let changed = desk.does("the supervisor's words", SUPERVISOR, "passphrase", &["--new-passphrase-file", &own]);
    let key = changed.trim_end().rsplit_once("is now ").unwrap().1.to_owned();
    assert!(!people.contains(&key), "it is another key than the one that came with the given passphrase");
    desk.officer("load", &[&demo("mosaic.csv"), &demo("chi.csv")]);
    desk.officer("match", &[]);

    // The same file again says so, and changes nothing.
    let again = desk.officer("load", &[&demo("mosaic.csv")]);
    assert!(again.contains("mosaic.csv is loaded already; nothing changed"), "{again}");

    // Of the certain pairs a few of each class are looked at, on a sheet; then the others are accepted. Not before.
    let error = desk.refused("the officer's words", &["decide", &workspace, "--as", OFFICER, "--classes"]);
    assert!(error.contains("No class that was looked at is waiting"), "{error}");
    let listed = desk.officer("classes", &["--sheet", "few.csv"]);
    assert!(listed.contains("Same surname, forename and date of birth. Address and postcode: same dwelling. Not in both: second forename"), "{listed}");
    let sheet = rows(&desk.path("few.csv"));
    assert!(sheet.len() > 50 && sheet.iter().all(|row| row["verdict"].is_empty()), "{}", sheet.len());
    let mut filled = csv::Writer::from_path(desk.path("filled.csv")).unwrap();
    filled.write_record(["kind", "left", "right", "verdict", "reason"]).unwrap();
    let doubted = sheet.iter().rposition(|row| row["kind"] == "link" && row["warnings"].is_empty());
    for (at, row) in sheet.iter().enumerate() {
        let right = match row["kind"].as_str() {
            "link" => truth.links(&row["left"], &row["right"]),
            _ => truth.one_person(&row["left"], &row["right"]),
        };
        // One that the officer takes for another: its class is decided pair by pair, and the others are accepted all the same
        let right = right && Some(at) != doubted;
        let verdict = if right { "match" } else { "not_match" };
        let reason = if right && !row["warnings"].is_empty() { "details_agree" } else { "" };
        filled.write_record([&row["kind"], &row["left"], &row["right"], verdict, reason]).unwrap();
    }
    filled.flush().unwrap();
    drop(filled);
    let few = desk.run("the officer's words", &["decide", &workspace, "--as", OFFICER, "filled.csv"]);
    assert!(String::from_utf8_lossy(&few.stdout).contains("pairs decided"), "{few:?}");
    let accepted = desk.officer("decide", &["--classes", "--reason", "details_agree"]);
    assert!(accepted.contains("pairs accepted"), "{accepted}");
    assert!(accepted.contains("none accepted. 1 of the "), "{accepted}");
    // The rest is decided by an officer who knows the truth.
    let link = ["link", "--mosaic", &demo("mosaic.csv"), "--chi", &demo("chi.csv"), "--out", "linked"];
    assert!(desk.run("", &link).status.success());
    let review: Vec<_> = rows(&desk.path("linked/links.csv"))
        .into_iter()
        .filter(|row| row["band"] == "review" && truth.links(&row["PersonID"], &row["CHI"]))
        .collect();
    assert!(!review.is_empty(), "the demonstration leaves an officer nothing to decide");
    let mut decisions = csv::Writer::from_path(desk.path("decisions.csv")).unwrap();
    decisions.write_record(["kind", "left", "right", "verdict", "reason", "comment"]).unwrap();
    for row in &review {
        decisions
            .write_record(["link", &row["PersonID"], &row["CHI"], "match", "checked_elsewhere", "Seen on the letter"])
            .unwrap();
    }
    decisions.flush().unwrap();
    drop(decisions);
    // Some are refused, each for a reason (the person's duplicate already holds the CHI, say); the others stand.
    let output = desk.run(
        "the officer's words",
        &["decide", &workspace, "--as", OFFICER, "decisions.csv", "--refused", "refused.csv"],
    );
    let decided = String::from_utf8(output.stdout).unwrap();
    assert!(decided.contains("pairs decided") && !decided.starts_with("0 "), "{decided}");
}

/// Submitted here, re-checked and signed at another desk, taken in again.
fn signed_at_another_desk(desk: &Desk, truth: &Truth) {
    let workspace = desk.workspace();
    // An officer who decided cannot sign; nor can what is not signed be exported.
    desk.officer("submit", &["--name", "November seed"]);
    let error = desk.refused("the officer's words", &["sign", &workspace, "1", "--as", OFFICER]);
    assert!(error.to_lowercase().contains("supervisor"), "{error}");
    let error = desk.refused("the officer's words", &["export", &workspace, "1", "--as", OFFICER, "--into", "out"]);
    assert!(error.contains("signed"), "{error}");
    assert!(!desk.path("out").join("manifest.json").exists());

    // The supervisor sits at another desk: the batch goes there as a parcel. There the sample the software chose is re-checked, blind,
    // and the batch signed.
    desk.officer("parcel", &["--batch", "1", "--for", SUPERVISOR, "--into", "."]);
    let parcel = desk.path(&format!("council, batch 1 for {SUPERVISOR}.stewartry")).to_string_lossy().into_owned();
    desk.supervisor_at(&parcel, &["1", "--sample", "sample.csv"]);
    let sample = rows(&desk.path("sample.csv"));
    assert!(sample.len() >= 59, "a sample of {}", sample.len());
    let mut rechecks = csv::Writer::from_path(desk.path("rechecks.csv")).unwrap();
    rechecks.write_record(["kind", "left", "right", "verdict"]).unwrap();
    for row in &sample {
        assert!(row["verdict"].is_empty(), "the sample gives an answer away");
        let (left, right) = (&row["left"], &row["right"]);
        let same = if row["kind"] == "link" { truth.links(left, right) } else { truth.one_person(left, right) };
        rechecks.write_record([row["kind"].as_str(), left, right, if same { "match" } else { "not_match" }]).unwrap();
    }
    rechecks.flush().unwrap();
    drop(rechecks);
    let signed = desk.supervisor_at(&parcel, &["1", "--rechecks", "rechecks.csv"]);
    assert!(signed.contains("95 % confidence"), "{signed}");

    // It comes back: what was done there is the supervisor's here, and the batch is signed.
    let taken = desk.officer("parcel-back", &[&parcel]);
    assert!(taken.contains("events were taken in") && taken.contains("Batch 1: Signed"), "{taken}");
    assert!(desk.officer("parcel-back", &[&parcel]).contains("taken in before"));
    assert!(!desk.officer("check", &[]).contains("WRONG"));
}

/// Written, verified, and held against the truth.
fn released(desk: &Desk, truth: &Truth) -> Seed {
    // Released, twice the same bytes, and verified without the workspace.
    desk.officer("export", &["1", "--into", "first"]);
    desk.officer("export", &["1", "--into", "second"]);
    let names = |folder: &str| -> BTreeSet<String> {
        std::fs::read_dir(desk.path(folder)).unwrap().map(|e| e.unwrap().file_name().into_string().unwrap()).collect()
    };
    assert_eq!(names("first"), names("second"));
    for name in names("first") {
        let bytes = |folder: &str| std::fs::read(desk.path(folder).join(&name)).unwrap();
        assert!(bytes("first") == bytes("second"), "{name} differs when it is written again");
    }
    assert!(desk.run("", &["verify", "first"]).status.success());

    // Against the truth: not one wrong CHI, not one wrong merge, and most people have theirs.
    let seed_name = names("first").into_iter().find(|name| name.ends_with("_seed.csv")).unwrap();
    let seed = rows(&desk.path("first").join(&seed_name));
    let wrong: Vec<_> =
        seed.iter().filter(|row| !truth.links(&row["MOSAIC_PERSON_ID"], &row["REFERENCE_VALUE"])).collect();
    assert!(wrong.is_empty(), "{} wrong CHI numbers, the first: {:?}", wrong.len(), wrong[0]);
    let people: BTreeSet<_> =
        truth.chi.iter().filter(|(_, chi)| !chi.is_empty()).map(|(id, _)| &truth.person[id]).collect();
    assert!(seed.len() * 10 >= people.len() * 7, "{} of {} people seeded", seed.len(), people.len());
    let merges_name = names("first").into_iter().find(|name| name.ends_with("_merges.csv")).unwrap();
    for row in rows(&desk.path("first").join(&merges_name)) {
        assert!(truth.one_person(&row["SOURCE_PERSON_ID"], &row["TARGET_PERSON_ID"]), "wrong merge {row:?}");
    }

    // A byte changed in the seed file is found.
    let path = desk.path("second").join(&seed_name);
    let mut bytes = std::fs::read(&path).unwrap();
    let at = bytes.iter().rposition(u8::is_ascii_digit).unwrap();
    bytes[at] = if bytes[at] == b'9' { b'8' } else { bytes[at] + 1 };
    std::fs::write(&path, bytes).unwrap();
    let error = desk.refused("", &["verify", "second"]);
    assert!(error.contains(&seed_name), "{error}");

    // The workspace is whole, and the ledger knows who did what.
    let check = desk.officer("check", &[]);
    assert!(!check.contains("WRONG"), "{check}");
    let history = desk.officer("history", &["--last", "5"]);
    assert!(history.contains(OFFICER), "{history}");
    let status = desk.officer("status", &["--json"]);
    let status: serde_json::Value = serde_json::from_str(&status).unwrap();
    assert_eq!(status["people_released"], serde_json::json!(seed.len()));
    Seed { name: seed_name, rows: seed }
}

/// Looked at before, written, verified.
fn by_another_profile(desk: &Desk) {
    let workspace = desk.workspace();
    let shown = desk.output(&["profile", "list", &workspace, "--as", OFFICER]);
    assert!(shown.contains("chi-indexing") && shown.contains("rich-evidence"), "{shown}");
    let json = desk.output(&["profile", "show", &workspace, "mosaic-seed", "--as", OFFICER]);
    let own = json.replace("\"mosaic-seed\"", "\"own\"").replace("\"MOSAIC_PERSON_ID\"", "\"PERSON\"");
    std::fs::write(desk.path("own.json"), own).unwrap();
    let saved = desk.output(&["profile", "save", &workspace, "own.json", "--as", OFFICER]);
    assert!(saved.contains("Saved: own, version 1"), "{saved}");
    let begins = desk.output(&["profile", "preview", &workspace, "1", "--profile", "own", "--as", OFFICER]);
    assert!(begins.contains("PERSON,REFERENCE_TYPE,REFERENCE_VALUE"), "{begins}");
    desk.officer("export", &["1", "--into", "own", "--profile", "own"]);
    assert!(desk.run("", &["verify", "own"]).status.success());
    let error = desk.refused(
        "the officer's words",
        &["export", &workspace, "1", "--as", OFFICER, "--into", "none", "--profile", "nowhere"],
    );
    assert!(error.contains("There is no export profile"), "{error}");
}

/// What the other organisation may have, and which number is whose.
fn shared(desk: &Desk, seed: &Seed) {
    let example = desk.output(&["protocol", "--example", &desk.workspace()]);
    std::fs::write(desk.path("protocol.json"), example.replace("\"agreed\": 0", "\"agreed\": 2")).unwrap();
    desk.supervisor("protocol", &["--set", "protocol.json"]);
    let error = desk.refused(
        "the officer's words",
        &["share", &desk.workspace(), "--as", OFFICER, "--level", "3", "--into", "share"],
    );
    assert!(error.contains('3'), "{error}");
    desk.officer("share", &["--level", "2", "--into", "share"]);
    desk.officer("share-loaded", &["1", "--note", "Portal team"]);
    assert!(desk.run("", &["verify", "share"]).status.success());
    let full = rows(&desk.path("share/share-0001_full.csv"));
    let seeded: BTreeSet<_> = seed.rows.iter().map(|row| &row["REFERENCE_VALUE"]).collect();
    assert!(full.len() * 10 >= seeded.len() * 9 && full.iter().all(|row| seeded.contains(&row["CHI"])));
    desk.officer("cross-reference", &["who.csv"]);
    desk.officer("cross-reference", &["who.ndjson", "--fhir"]);
    let patients = std::fs::read_to_string(desk.path("who.ndjson")).unwrap();
    assert!(patients.lines().count() >= full.len() && patients.lines().all(|line| line.contains("\"Patient\"")));
    let looked = desk.officer("lookup", &[&seed.rows[5]["MOSAIC_PERSON_ID"]]);
    assert!(looked.contains(&seed.rows[5]["REFERENCE_VALUE"]), "{looked}");
}

/// Over the network, to a server whose key was agreed on.
fn sent(desk: &Desk) {
    let Some(server) = Server::start() else { return };
    let place = server.place();
    let (port, host_key, inbox) = (place.port.to_string(), server.path("host.pub"), server.inbox());
    let text = |path: &Path| path.to_string_lossy().into_owned();
    let set =
        ["--set", "Mosaic", "--host", "127.0.0.1", "--port", &port, "--user", &place.user, "--folder", &text(&inbox)];
    let keys = ["--host-key", &text(&host_key), "--key-file", &place.key_file];
    desk.officer("places", &[set.as_slice(), keys.as_slice()].concat());
    desk.officer("send", &["first", "--to", "Mosaic"]);
    for file in std::fs::read_dir(desk.path("first")).unwrap() {
        let path = file.unwrap().path();
        let there = std::fs::read(inbox.join(path.file_name().unwrap())).unwrap();
        assert!(there == std::fs::read(&path).unwrap(), "{} arrived otherwise", path.display());
    }
}

/// Mosaic's load report comes back: one row is turned away, one is not spoken of.
fn acknowledged(desk: &Desk, seed: &Seed) {
    let seed = &seed.rows;
    let mut report = csv::Writer::from_path(desk.path("loaded.csv")).unwrap();
    report.write_record(["PersonID", "CHI", "Outcome", "Reason"]).unwrap();
    for (at, row) in seed.iter().enumerate().skip(1) {
        let (outcome, reason) = if at == 1 { ("Rejected", "Record is locked") } else { ("Accepted", "") };
        report.write_record([row["MOSAIC_PERSON_ID"].as_str(), &row["REFERENCE_VALUE"], outcome, reason]).unwrap();
    }
    report.flush().unwrap();
    drop(report);
    let taken = desk.officer("acknowledge", &["loaded.csv"]);
    let counted = stewartry::words::number(seed.len() as u64 - 2);
    assert!(taken.contains(&format!("{counted} taken, 1 turned away, 1 not spoken of")), "{taken}");
    assert!(desk.officer("acknowledge", &["loaded.csv"]).contains("taken in before; nothing changed"));
    assert!(desk.officer("conflicts", &[]).contains("Record is locked"));
}

/// One that Mosaic took is wrong after all: recalled, taken out by a correction that another person signs, and withdrawn from
/// who has it by the next delta.
fn recalled(desk: &Desk, seed: &Seed) {
    let (workspace, seed_name, seed) = (desk.workspace(), &seed.name, &seed.rows);
    let (id, wrong) = (&seed[2]["MOSAIC_PERSON_ID"], &seed[2]["REFERENCE_VALUE"]);
    desk.officer("recall", &[id, wrong, "--reason", "Another person", "--not-a-match"]);
    desk.output(&["correction", "compose", &workspace, "--as", OFFICER]);
    let error = desk.refused("the officer's words", &["correction", "sign", &workspace, "1", "--as", OFFICER]);
    assert!(error.to_lowercase().contains("supervisor"), "{error}");
    let signed = desk.run("the supervisor's own words", &["correction", "sign", &workspace, "1", "--as", SUPERVISOR]);
    assert!(signed.status.success(), "{signed:?}");
    desk.output(&["correction", "export", &workspace, "1", "--into", "out again", "--as", OFFICER]);
    assert!(desk.run("", &["verify", "out again"]).status.success());
    let removed = rows(&desk.path("out again/correction-0001_remove.csv"));
    assert_eq!(removed.len(), 1);
    assert_eq!((&removed[0]["MOSAIC_PERSON_ID"], &removed[0]["REFERENCE_VALUE"]), (id, wrong));
    let listed = desk.output(&["correction", "show", &workspace, "1", "--as", OFFICER]);
    assert!(listed.contains(seed_name), "{listed}");
    assert!(!desk.officer("check", &[]).contains("WRONG"));
    desk.officer("share", &["--level", "2", "--into", "share", "--delta"]);
    let delta = rows(&desk.path("share/share-0002_delta.csv"));
    let of = |chi: &str| delta.iter().find(|row| row["CHI"] == chi).map(|row| row["CHANGE"].as_str());
    assert_eq!(of(wrong), Some("withdrawn"), "{delta:?}");
    assert_eq!(delta.len(), 1, "{delta:?}");
    desk.officer("share-loaded", &["2", "--note", "Portal team"]);
}

/// Next week's extract: somebody has moved, somebody is new. What changed is asked again; what did not stays settled, and the next delta
/// says what is different for whom.
fn next_week(desk: &Desk, seed: &Seed) {
    let before: serde_json::Value = serde_json::from_str(&desk.officer("status", &["--json"])).unwrap();
    let moved = &seed.rows[7]["MOSAIC_PERSON_ID"];
    let mut reader = csv::Reader::from_path(demo("mosaic.csv")).unwrap();
    let headings = reader.headers().unwrap().clone();
    let column = |name: &str| headings.iter().position(|it| it == name).unwrap();
    let (id, postcode) = (column("PersonID"), column("Postcode"));
    let mut writer = csv::Writer::from_path(desk.path("next.csv")).unwrap();
    writer.write_record(&headings).unwrap();
    let mut last = csv::StringRecord::new();
    for row in reader.records() {
        let row = row.unwrap();
        let changed = row.iter().enumerate().map(
            |(at, cell)| {
                if at == postcode && row[id] == **moved { "DG7 1AA" } else { cell }
            },
        );
        writer.write_record(changed).unwrap();
        last = row;
    }
    writer.write_record(last.iter().enumerate().map(|(at, cell)| if at == id { "999999" } else { cell })).unwrap();
    writer.flush().unwrap();
    drop(writer);
    let loaded = desk.officer("load", &["next.csv"]);
    assert!(loaded.contains('1'), "{loaded}");
    desk.officer("match", &[]);
    let after: serde_json::Value = serde_json::from_str(&desk.officer("status", &["--json"])).unwrap();
    assert_eq!(after["people_released"], before["people_released"]);
    assert_eq!(after["mosaic"].as_u64(), before["mosaic"].as_u64().map(|people| people + 1));
    assert!(after["stale"].as_u64() > before["stale"].as_u64(), "{after}");
    desk.officer("share", &["--level", "2", "--into", "share", "--delta"]);
    let delta = rows(&desk.path("share/share-0003_delta.csv"));
    let chi = &seed.rows[7]["REFERENCE_VALUE"];
    let row = delta.iter().find(|row| row["CHI"] == *chi).unwrap_or_else(|| panic!("{delta:?}"));
    assert_eq!((row["CHANGE"].as_str(), row["POSTCODE"].as_str()), ("changed", "DG7 1AA"));
    assert_eq!(delta.len(), 1, "{delta:?}");
    assert!(desk.run("", &["verify", "share"]).status.success());
    assert!(!desk.officer("check", &[]).contains("WRONG"));
}

#[test]
fn each_wrong_place_or_person_gets_one_clear_line() {
    let desk = Desk::new();
    let workspace = desk.workspace();
    assert!(desk.run("a few words", &["new", &workspace, "--as", OFFICER]).status.success());

    let short = desk.refused("short", &["new", "second.stewartry", "--as", OFFICER]);
    assert!(short.contains("at least 8 characters") && !desk.path("second.stewartry").exists(), "{short}");
    let wrong = desk.refused("other words", &["status", &workspace, "--as", OFFICER]);
    assert!(wrong.to_lowercase().contains("passphrase"), "{wrong}");
    let stranger = desk.refused("a few words", &["status", &workspace, "--as", "Nobody"]);
    assert!(stranger.contains(OFFICER) || stranger.contains("Nobody"), "{stranger}");
    desk.refused("a few words", &["new", &workspace, "--as", OFFICER]);
    desk.refused("a few words", &["status", "nowhere.stewartry", "--as", OFFICER]);
    std::fs::create_dir(desk.path("empty")).unwrap();
    desk.refused("a few words", &["status", "empty", "--as", OFFICER]);
    for (name, bytes) in [
        ("missing.csv", None),
        ("empty.csv", Some(&b""[..])),
        ("binary.csv", Some(&[0u8, 159, 146, 150, 0, 1, 2, 3][..])),
        ("quote.csv", Some(&b"PersonID,Surname\n1,\"SMITH\n2,JONES\n"[..])),
    ] {
        if let Some(bytes) = bytes {
            std::fs::write(desk.path(name), bytes).unwrap();
        }
        let error = desk.refused("a few words", &["load", &workspace, "--as", OFFICER, name]);
        assert!(error.contains(name), "{error}");
    }
    desk.refused("a few words", &["export", &workspace, "7", "--as", OFFICER, "--into", "out"]);
    desk.refused("a few words", &["sign", &workspace, "7", "--as", OFFICER]);
    desk.refused("a few words", &["submit", &workspace, "--as", OFFICER]);
    desk.refused("", &["verify", "empty"]);

    // Wrong usage is another matter: exit 2.
    assert_eq!(desk.run("", &["load"]).status.code(), Some(2));
    assert_eq!(desk.run("", &["no-such-verb"]).status.code(), Some(2));
    let help = desk.run("", &["--help"]);
    assert!(help.status.success());
    let help = String::from_utf8(help.stdout).unwrap();
    for verb in [
        "demo", "open", "link", "new", "load", "match", "status", "decide", "submit", "sign", "export", "verify",
        "check",
    ] {
        assert!(help.contains(verb), "{verb} is missing from --help");
    }
}

#[test]
fn the_demonstration_is_made_then_reopened_where_there_is_no_display() {
    let desk = Desk::new();
    let first = desk.run("", &["demo", "--at", "demo"]);
    assert!(first.status.success(), "{}", String::from_utf8_lossy(&first.stderr));
    let text = String::from_utf8(first.stdout).unwrap();
    assert!(text.contains("was made") && text.contains("Demonstration.stewartry"), "{text}");
    let second = desk.run("", &["demo", "--at", "demo"]);
    assert!(second.status.success(), "{}", String::from_utf8_lossy(&second.stderr));
    let text = String::from_utf8(second.stdout).unwrap();
    assert!(text.contains("was reopened"), "{text}");
}

#[test]
fn decisions_teach_the_model_after_a_preview_and_are_measured_in_the_status() {
    let desk = Desk::new();
    let truth = Truth::read();
    let workspace = desk.workspace();
    assert!(desk.run("the officer's words", &["new", &workspace, "--as", OFFICER]).status.success());
    desk.officer("load", &[&demo("mosaic.csv"), &demo("chi.csv")]);
    let matched = desk.officer("match", &[]);
    for line in
        ["Errors, estimated without labels", "by their probabilities", "by invented people", "by hidden CHI records"]
    {
        assert!(matched.contains(line), "{matched}");
    }
    let error = desk.refused("the officer's words", &["match", &workspace, "--as", OFFICER, "--learn", "--preview"]);
    assert!(error.contains("decide some pairs"), "{error}");
    let usage = desk.run("the officer's words", &["match", &workspace, "--as", OFFICER, "--preview"]);
    assert_eq!(usage.status.code(), Some(2), "a preview of nothing");

    let link = ["link", "--mosaic", &demo("mosaic.csv"), "--chi", &demo("chi.csv"), "--out", "linked"];
    let linked = String::from_utf8(desk.run("", &link).stdout).unwrap();
    assert!(linked.contains("Errors, estimated without labels"), "{linked}");
    let summary: serde_json::Value =
        serde_json::from_slice(&std::fs::read(desk.path("linked/summary.json")).unwrap()).unwrap();
    assert!(summary["report"]["errors"]["synthetic"]["people"].as_u64().unwrap() > 100, "{summary}");
    let mut decisions = csv::Writer::from_path(desk.path("decisions.csv")).unwrap();
    decisions.write_record(["kind", "left", "right", "verdict", "reason", "comment"]).unwrap();
    let wrong = rows(&desk.path("linked/links.csv")).into_iter().filter(|row| row["band"] == "review");
    let wrong: Vec<_> = wrong.filter(|row| !truth.links(&row["PersonID"], &row["CHI"])).take(10).collect();
    assert_eq!(wrong.len(), 10);
    for row in &wrong {
        decisions.write_record(["link", &row["PersonID"], &row["CHI"], "not_match", "namesake", ""]).unwrap();
    }
    decisions.flush().unwrap();
    drop(decisions);
    desk.officer("decide", &["decisions.csv"]);

    let history = desk.officer("history", &[]);
    let preview = desk.officer("match", &["--learn", "--preview"]);
    assert!(preview.contains("10 decisions to learn from: 10 links (10 of them not a match)"), "{preview}");
    assert!(preview.contains("Wrong links expected in the automatic band") && preview.contains("Nothing was changed"));
    assert!(!desk.officer("history", &[]).contains("decisions teach") && !history.contains("decisions teach"));
    desk.officer("match", &["--learn"]);
    let history = desk.officer("history", &[]);
    assert!(history.contains("with what 10 decisions teach"), "{history}");
    let status = desk.officer("status", &[]);
    assert!(status.contains("Decided one by one") && status.contains("match, with 95 % limits"), "{status}");
}
