//! A workspace is closed: its archive can be read and never changed, its keys are gone, and what remains is said.

use crate::whole_way::Desk;

const WORDS: &str = "the officer's words";
const NAME: &str = "Ailsa Officer";

fn demo(name: &str) -> String {
    std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/demo").join(name).to_string_lossy().into_owned()
}

#[test]
fn a_workspace_is_closed_when_nothing_is_open_or_a_reason_is_given_and_can_then_be_read_alone() {
    let desk = Desk::new();
    let workspace = desk.workspace();
    assert!(desk.run(WORDS, &["new", &workspace, "--as", NAME]).status.success());
    desk.officer("load", &[&demo("mosaic.csv"), &demo("chi.csv")]);
    desk.officer("match", &[]);
    desk.officer("classes", &["--sheet", "few.csv", "--least", "1"]);
    let few = std::fs::read_to_string(desk.path("few.csv")).unwrap();
    let mut lines = few.lines();
    let mut sheet = format!("{}\n", lines.next().unwrap());
    for line in lines.take(3) {
        let cells: Vec<&str> = line.splitn(5, ',').collect();
        sheet += &format!("{},{},{},match,{}\n", cells[0], cells[1], cells[2], cells[4]);
    }
    std::fs::write(desk.path("few.csv"), sheet).unwrap();
    desk.officer("decide", &["few.csv"]);
    desk.officer("backup", &[]);
    desk.officer("submit", &[]);

    let close = |rest: &[&'static str]| [&["close", &workspace, "--as", NAME, "--into", "archive"], rest].concat();
    let unsaid = desk.refused(WORDS, &close(&[]));
    assert!(unsaid.contains("--confirm \"council\"") && unsaid.contains("nothing was done"), "{unsaid}");
    let open = desk.refused(WORDS, &close(&["--confirm", "council"]));
    assert!(
        open.contains("batch 1") && open.contains("waiting for its sign-off") && open.contains("nothing was closed"),
        "{open}"
    );
    assert!(desk.officer("status", &[]).contains("Waiting for sign-off"), "all is as it was");
    assert!(!desk.path("archive").exists());
    let inside = format!("{workspace}/backups");
    let inside = ["close", &workspace, "--as", NAME, "--into", &inside, "--confirm", "council", "--in-spite", "x"];
    assert!(desk.refused(WORDS, &inside).contains("outside the workspace"));

    // What a program that was killed in the middle of a change of passphrase left behind
    let home = desk.path("council.stewartry");
    std::fs::copy(home.join("keyring.json"), home.join(".tmpKilled")).unwrap();
    let closed = desk.run(WORDS, &close(&["--confirm", "council", "--in-spite", "The project was stopped"]));
    assert!(closed.status.success(), "{}", String::from_utf8_lossy(&closed.stderr));
    let said = String::from_utf8(closed.stdout).unwrap();
    for part in [
        "is closed, and its keys are destroyed",
        "The archive ",
        "The report ",
        "The folder ",
        "The extracts that were loaded",
    ] {
        assert!(said.contains(part), "{part}: {said}");
    }
    // What is left cannot be opened, and says why
    let gone = desk.refused(WORDS, &["status", &workspace, "--as", NAME]);
    assert!(gone.contains("it was closed") && gone.contains("CLOSED.txt"), "{gone}");
    let note = std::fs::read_to_string(home.join("CLOSED.txt")).unwrap();
    assert!(note.contains("“council” was closed on") && note.contains("The archive "), "{note}");
    let mut folders = vec![home];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            assert!(name != "keyring.json" && !name.starts_with(".tmp"), "a key is left: {}", path.display());
            folders.extend(path.is_dir().then_some(path));
        }
    }
    // The archive is read, and never changed
    let archive = std::fs::read_dir(desk.path("archive")).unwrap().map(|it| it.unwrap().path());
    let archive = archive.into_iter().find(|path| path.is_dir()).unwrap();
    let report = std::fs::read_to_string(archive.with_extension("report.html")).unwrap();
    assert!(report.contains("CHI matching: report"));
    let archive = archive.to_str().unwrap();
    let reads = |verb: &str| {
        let output = desk.run(WORDS, &[verb, archive, "--as", NAME]);
        assert!(output.status.success(), "{verb}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    };
    assert!(reads("history").contains("Workspace closed"));
    assert!(!reads("check").contains("WRONG"));
    // Another answer than the one that stands: the same again would change nothing
    let other = std::fs::read_to_string(desk.path("few.csv")).unwrap().replace(",match,", ",unsure,");
    std::fs::write(desk.path("other.csv"), other).unwrap();
    for verb in
        [&["decide", archive, "other.csv"][..], &["submit", archive], &["load", archive, &demo("relationships.csv")]]
    {
        let refused = desk.refused(WORDS, &[verb, &["--as", NAME]].concat());
        assert!(
            ["was closed", "nothing", "refused", "Nothing is ready"].iter().any(|why| refused.contains(why)),
            "{refused}"
        );
    }
    let load = desk.refused(WORDS, &["load", archive, &demo("relationships.csv"), "--as", NAME]);
    assert!(load.contains("This workspace was closed"), "{load}");
}

#[test]
fn only_who_administers_closes() {
    let desk = Desk::new();
    let workspace = desk.workspace();
    assert!(desk.run(WORDS, &["new", &workspace, "--as", NAME]).status.success());
    desk.officer("people", &["--add", "Blair Supervisor", "--role", "supervisor"]);
    let close = ["close", &workspace, "--as", "Blair Supervisor", "--into", "archive", "--confirm", "council"];
    let refused = desk.refused("the supervisor's words", &close);
    assert!(refused.contains("Only someone who administers"), "{refused}");
    assert!(desk.officer("status", &[]).contains("Mosaic people"));
}
