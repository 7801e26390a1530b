//! Bad files: each kind of them, and what is right for whoever chose it.
//!
//! `tests/corpus/expected.csv` says of each file what is wrong with it, and what must come of it: either the sentence that
//! refuses it as a whole, without the name of the file, or how many rows are accepted, warned of and rejected, with everything
//! that is said of any row. The files stand beside it, byte for byte; those under `made/` cannot be small files, and are made
//! here. A row of the table is written before the program is asked.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::mpsc;
use std::time::Duration;

use stewartry::intake::{
    self, Accepted, Gather, IntakeError, Kind, Mapping, Plan, Rejected, Tally, TextEncoding, TextFormat, Verdict,
    gather, glance, preview, read,
};
use stewartry::person::{ChiView, Finding, MosaicView};
use stewartry::progress::Progress;
use stewartry::stewardship::load::{LoadOptions, load};
use stewartry::stewardship::{Refused, decide};
use tempfile::TempDir;

use crate::desk::{Desk, chi, mosaic};
use crate::proofs::Proof;

/// Longer than any of these takes, on the slowest machine: a file that is waited for longer hangs.
const PATIENCE: Duration = Duration::from_secs(120);

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus")
}

/// A row of the table.
#[derive(Debug, Clone)]
struct Bad {
    file: String,
    what: String,
    right: Outcome,
    note: String,
}

/// What comes of a file.
#[derive(Debug, Clone, PartialEq)]
enum Outcome {
    /// It is refused as a whole, in a sentence, here without the file's name.
    Refused(String),
    /// Its rows are read.
    Read { kind: String, rows: u64, accepted: u64, warned: u64, rejected: u64, says: String },
}

fn table() -> Vec<Bad> {
    let mut rows = csv::Reader::from_path(folder().join("expected.csv")).unwrap();
    let bad = |row: csv::StringRecord| {
        let number = |at: usize| row[at].parse().unwrap_or_else(|_| panic!("{}: {at}", &row[0]));
        let (kind, says) = (row[2].to_owned(), row[7].to_owned());
        let right = if kind.is_empty() {
            Outcome::Refused(says)
        } else {
            Outcome::Read { kind, rows: number(3), accepted: number(4), warned: number(5), rejected: number(6), says }
        };
        Bad { file: row[0].to_owned(), what: row[1].to_owned(), right, note: row[8].to_owned() }
    };
    rows.records().map(|row| bad(row.unwrap())).collect()
}

/// The files of the table, and a folder for those that are made; `None` where a file cannot be made here.
struct Corpus {
    made: TempDir,
}

impl Corpus {
    fn new() -> Self {
        Self { made: tempfile::tempdir().unwrap() }
    }

    fn path(&self, bad: &Bad) -> Option<PathBuf> {
        let Some(name) = bad.file.strip_prefix("made/") else { return Some(folder().join(&bad.file)) };
        let path = self.made.path().join(name);
        make(name, &path).then_some(path)
    }
}

const GOOD: &str = "PersonID,Surname,First Names\n1,Kerr,Ann\n2,Reid,Jean\n";

/// Makes a file that is no small file. False where it cannot be made here: on another system, or for somebody who may read
/// everything.
fn make(name: &str, path: &Path) -> bool {
    let long = || "x".repeat(10 << 20);
    match name {
        "folder.csv" => fs::create_dir(path).unwrap(),
        "missing.csv" => {}
        "ten_megabytes_plain.csv" => fs::write(path, GOOD.replace("2,Reid", &format!("2,{}", long()))).unwrap(),
        "ten_megabytes_quoted.csv" => fs::write(path, GOOD.replace("2,Reid", &format!("2,\"{}\"", long()))).unwrap(),
        "ten_megabytes_heading.csv" => fs::write(path, GOOD.replace("First", &long())).unwrap(),
        "endless_row.csv" => fs::write(path, format!("PersonID,Surname\n{}\n", "1,".repeat(9 << 20))).unwrap(),
        "long_but_allowed.csv" => fs::write(path, GOOD.replace("Kerr", &"K".repeat(1 << 20))).unwrap(),
        "many_columns.csv" => {
            let more = |text: &str| (0..5000).map(|n| format!(",{text}{n}")).collect::<String>();
            let text = GOOD.replace("First Names", &format!("First Names{}", more("note ")));
            fs::write(
                path,
                text.replace("Ann", &format!("Ann{}", more(""))).replace("Jean", &format!("Jean{}", more(""))),
            )
            .unwrap();
        }
        "many_rows_one_id.csv" => fs::write(path, format!("PersonID,Surname\n{}", "1,Kerr\n".repeat(20_000))).unwrap(),
        "utf8_far_behind_1252.csv" => far_behind(path, b"Zo\xeb", "Zo\u{eb}".as_bytes()),
        "windows_1252_far_behind_utf8.csv" => far_behind(path, "Zo\u{eb}".as_bytes(), b"Zo\xeb"),
        "zeros.csv" => with_hole(path, b"", b""),
        "hole.csv" => {
            let rows: Vec<String> = (0..10_000).map(|n| format!("{n},Kerr,Ann")).collect();
            with_hole(path, format!("PersonID,Surname,First Names\n{}", rows.join("\n")).as_bytes(), b"\nx,Bell,Tam\n");
        }
        "parquet_cut_short.parquet" => {
            let whole = fs::read(folder().with_file_name("exchange").join("links.parquet")).unwrap();
            fs::write(path, &whole[..whole.len() - 9]).unwrap();
        }
        "parquet_damaged.parquet" => {
            let mut bytes = fs::read(folder().with_file_name("exchange").join("links.parquet")).unwrap();
            let end = bytes.len() - 8;
            bytes[end - 200..end - 120].fill(0xff);
            fs::write(path, bytes).unwrap();
        }
        _ => return make_on_unix(name, path),
    }
    true
}

/// Ten thousand rows of plain letters between a name and another.
fn far_behind(path: &Path, first: &[u8], last: &[u8]) {
    let rows: String = (0..10_000).map(|n| format!("{n},Kerr,Ann\n")).collect();
    let file = [b"PersonID,Surname,First Names\nx,Bell,", first, b"\n", rows.as_bytes(), b"y,Reid,", last, b"\n"];
    fs::write(path, file.concat()).unwrap();
}

/// Two gigabytes of zeros between a head and a tail, of which the disk holds only the ends.
fn with_hole(path: &Path, head: &[u8], tail: &[u8]) {
    let mut file = File::create(path).unwrap();
    file.write_all(head).unwrap();
    file.set_len(2 << 30).unwrap();
    file.seek(SeekFrom::End(0)).unwrap();
    file.write_all(tail).unwrap();
}

#[cfg(unix)]
fn make_on_unix(name: &str, path: &Path) -> bool {
    use std::os::unix::fs::{PermissionsExt, symlink};
    match name {
        "pipe.csv" => std::process::Command::new("mkfifo").arg(path).status().is_ok_and(|status| status.success()),
        // The socket stays when nobody listens any more.
        "socket.csv" => std::os::unix::net::UnixListener::bind(path).is_ok(),
        "link_to_endless.csv" => symlink("/dev/zero", path).is_ok(),
        "link_to_nothing.csv" => symlink("nothing.csv", path).is_ok(),
        "link_to_folder.csv" => symlink(".", path).is_ok(),
        "link_to_itself.csv" => symlink("link_to_itself.csv", path).is_ok(),
        "link_to_file.csv" => {
            let there = path.with_file_name("there.csv");
            fs::write(&there, GOOD).is_ok() && symlink("there.csv", path).is_ok()
        }
        "made_up_by_the_system.csv" => {
            Path::new("/proc/self/status").exists() && symlink("/proc/self/status", path).is_ok()
        }
        "not_permitted.csv" => {
            fs::write(path, GOOD).unwrap();
            fs::set_permissions(path, fs::Permissions::from_mode(0o000)).unwrap();
            File::open(path).is_err()
        }
        _ => panic!("nobody makes {name}"),
    }
}

#[cfg(not(unix))]
fn make_on_unix(_: &str, _: &Path) -> bool {
    false
}

/// Does some work with a file, and fails with its name where that takes for ever.
fn in_time<T: Send + 'static>(what: &str, work: impl FnOnce() -> T + Send + 'static) -> T {
    let (done, wait) = mpsc::channel();
    let thread = std::thread::Builder::new().name(what.to_owned()).spawn(move || done.send(work())).unwrap();
    match wait.recv_timeout(PATIENCE) {
        Ok(came) => came,
        Err(mpsc::RecvTimeoutError::Timeout) => panic!("{what} hangs"),
        Err(mpsc::RecvTimeoutError::Disconnected) => {
            let _ = thread.join();
            panic!("{what} panics")
        }
    }
}

/// Everything that is said of the rows, in their order.
fn read_whole(plan: &Plan) -> Result<(Tally, String), IntakeError> {
    let mut said = Vec::new();
    let tally = read(plan, &Progress::new(), &mut |verdict| {
        match verdict {
            Verdict::Accepted(Accepted { line, findings, .. }) if !findings.is_empty() => {
                let words: Vec<String> = findings.iter().map(Finding::words).collect();
                said.push(format!("line {line}: {}", words.join(" + ")));
            }
            Verdict::Accepted(_) => {}
            Verdict::Rejected(Rejected { line, reason, .. }) => said.push(format!("line {line}: {reason}")),
        }
        Ok(())
    })?;
    // A few say all of a file of thousands.
    let says = if said.len() > 20 { "…".to_owned() } else { said.join(" | ") };
    Ok((tally, says))
}

fn refused(path: &Path, error: &IntakeError) -> Outcome {
    let sentence = error.to_string();
    let name = path.display().to_string();
    let rest = sentence.strip_prefix(&name).unwrap_or_else(|| panic!("{sentence:?} does not begin with the file"));
    Outcome::Refused(rest.trim_start_matches([' ', ',']).to_owned())
}

fn was_read(kind: Kind, tally: &Tally, says: String) -> Outcome {
    assert_eq!(tally.accepted + tally.warned + tally.rejected, tally.rows, "rows are lost");
    assert_eq!(tally.rejects.values().sum::<u64>(), tally.rejected, "rejected rows are lost");
    let kind = serde_json::to_value(kind).unwrap().as_str().unwrap().to_owned();
    let Tally { rows, accepted, warned, rejected, .. } = *tally;
    Outcome::Read { kind, rows, accepted, warned, rejected, says }
}

/// What comes of a file that is looked at first, as the window and the command line do; its plan and notes, where it has any.
fn looked_at(path: &Path) -> (Outcome, Option<Plan>, Vec<String>) {
    let found = match preview(path, None, &Progress::new()) {
        Ok(found) => found,
        Err(error) => return (refused(path, &error), None, Vec::new()),
    };
    let plan = found.plan();
    match read_whole(&plan) {
        Ok((tally, says)) => {
            assert_eq!(found.rows, tally.rows, "{}", path.display());
            (was_read(plan.mapping.kind, &tally, says), Some(plan), found.notes)
        }
        Err(error) => (refused(path, &error), Some(plan), found.notes),
    }
}

/// What comes of a file that is read at once.
fn glanced_at(path: &Path) -> Outcome {
    let read = glance(path, None).and_then(|plan| Ok((plan.mapping.kind, read_whole(&plan)?)));
    match read {
        Ok((kind, (tally, says))) => was_read(kind, &tally, says),
        Err(error) => refused(path, &error),
    }
}

/// Rows as the csv crate counts them, below the headings and without what stands above or behind: an independent count.
fn counted(path: &Path, format: &TextFormat) -> u64 {
    let bytes = fs::read(path).unwrap();
    let encoding = match format.encoding {
        TextEncoding::Utf8 => encoding_rs::UTF_8,
        TextEncoding::Utf16Le => encoding_rs::UTF_16LE,
        TextEncoding::Utf16Be => encoding_rs::UTF_16BE,
        TextEncoding::Windows1252 => encoding_rs::WINDOWS_1252,
    };
    let text = encoding.decode_with_bom_removal(&bytes).0;
    let text = text.trim_end_matches('\u{1a}');
    let text = if format.sep_line { text.split_once('\n').unwrap().1 } else { text };
    csv::ReaderBuilder::new().delimiter(format.delimiter.byte()).from_reader(text.as_bytes()).records().count() as u64
}

#[test]
fn there_are_at_least_eighty_kinds_and_each_file_is_one_of_them() {
    let table = table();
    assert!(table.len() >= 80, "{}", table.len());
    let kinds: BTreeSet<&str> = table.iter().map(|bad| bad.what.as_str()).collect();
    assert_eq!(kinds.len(), table.len(), "two rows say the same");
    let named: BTreeSet<String> =
        table.into_iter().map(|bad| bad.file).filter(|file| !file.starts_with("made/")).collect();
    let there: BTreeSet<String> = fs::read_dir(folder())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name != "expected.csv" && !name.starts_with('.'))
        .collect();
    assert_eq!(named, there);
}

#[test]
fn what_comes_of_each_bad_file_is_what_is_right_for_whoever_chose_it() {
    let mut proof = Proof::of(8, "kinds of bad files, with the outcome that is right for each");
    let corpus = Corpus::new();
    let mut wrong = Vec::new();
    for bad in table() {
        let Some(path) = corpus.path(&bad) else { continue };
        let (came, plan, notes) = in_time(&bad.file, {
            let path = path.clone();
            move || looked_at(&path)
        });
        if came != bad.right {
            wrong.push(format!("{} ({})\n  is    {came:?}\n  right {:?}", bad.file, bad.what, bad.right));
        }
        if !bad.note.is_empty() && !notes.contains(&bad.note) {
            wrong.push(format!("{} ({})\n  notes {notes:?}\n  lack  {:?}", bad.file, bad.what, bad.note));
        }
        if let (Outcome::Read { rows, .. }, Some(plan)) = (&came, &plan) {
            assert_eq!(counted(&path, plan.format.text().unwrap()), *rows, "{}: rows of the csv crate", bad.file);
        }
        let straight = in_time(&bad.file, move || glanced_at(&path));
        if straight != came {
            wrong.push(format!("{} read at once\n  is    {straight:?}\n  right {came:?}", bad.file));
        }
        proof.tried(1);
    }
    assert!(wrong.is_empty(), "{} of the corpus:\n{}", wrong.len(), wrong.join("\n"));
}

/// Keeps nothing.
struct Nothing;

impl Gather for Nothing {
    fn mosaic(&mut self, _: &MosaicView<'_>) {}
    fn chi(&mut self, _: &ChiView<'_>) {}
}

#[test]
fn the_fast_way_of_reading_comes_to_the_same() {
    let corpus = Corpus::new();
    for bad in table() {
        let kind = match &bad.right {
            Outcome::Read { kind, .. } if kind == "mosaic" => Kind::Mosaic,
            Outcome::Read { kind, .. } if kind == "chi" => Kind::Chi,
            Outcome::Read { .. } => continue,
            Outcome::Refused(_) => Kind::Mosaic,
        };
        let Some(path) = corpus.path(&bad) else { continue };
        in_time(&bad.file, move || {
            let slowly = glance(&path, Some(kind)).and_then(|plan| Ok(read_whole(&plan)?.0));
            let fast = gather(&path, kind, &Progress::new(), || Nothing).map(|gathered| gathered.tally);
            assert_eq!(
                fast.map_err(|error| error.to_string()),
                slowly.map_err(|error| error.to_string()),
                "{}",
                path.display()
            );
        });
    }
}

#[test]
fn no_bad_file_leaves_a_half_loaded_workspace() {
    let mut proof = Proof::of(8, "bad files are loaded, whole or not at all");
    let corpus = Corpus::new();
    let mut desk = Desk::with_people(3);
    for bad in table() {
        let Some(path) = corpus.path(&bad) else { continue };
        let before = (desk.ws().status().unwrap(), desk.ws().files().unwrap(), desk.ws().ledger_head().unwrap());
        let options = LoadOptions { again: true, in_spite: true };
        let loaded = preview(&path, None, &Progress::new())
            .map_err(Refused::from)
            .and_then(|found| load(desk.ws(), &found.plan(), options, &Progress::new()));
        match loaded {
            Ok(loaded) => {
                let tally = &loaded.tally;
                assert_eq!(tally.accepted + tally.warned + tally.rejected, tally.rows, "{}", bad.file);
                let Outcome::Read { rows, .. } = bad.right else { panic!("{} was loaded", bad.file) };
                assert_eq!(tally.rows, rows, "{}", bad.file);
                let refused = desk.ws().rejected(loaded.file.id).unwrap().len() as u64;
                assert!(
                    refused == tally.rejected || tally.rejected > 1000,
                    "{}: {refused} rejected rows kept",
                    bad.file
                );
            }
            Err(error) => {
                let after = (desk.ws().status().unwrap(), desk.ws().files().unwrap(), desk.ws().ledger_head().unwrap());
                assert_eq!(after, before, "{} left something behind: {error}", bad.file);
            }
        }
        proof.tried(1);
    }
    assert!(desk.ws().check(&Progress::new()).unwrap().ok);
}

#[test]
fn pairs_of_records_that_no_extract_has_are_turned_away_one_by_one() {
    let mut desk = Desk::with_people(3);
    let text = format!(
        "unique_id_l,unique_id_r,match_weight\n{},{},5\n999001,{},5\n{},0402070763,5\n",
        mosaic(0),
        chi(0),
        chi(1),
        mosaic(1)
    );
    let path = desk.path("orphans.csv");
    fs::write(&path, text).unwrap();
    let found = preview(&path, None, &Progress::new()).unwrap();
    let loaded = load(desk.ws(), &found.plan(), LoadOptions::default(), &Progress::new()).unwrap();
    assert_eq!((loaded.tally.rows, loaded.tally.accepted, loaded.tally.rejected), (3, 1, 2));
    let refused: Vec<(u64, String)> =
        desk.ws().rejected(loaded.file.id).unwrap().into_iter().map(|(line, reason, _)| (line, reason)).collect();
    let wanted = [(3, intake::Reject::UnknownMosaicId.to_string()), (4, intake::Reject::UnknownChi.to_string())];
    assert_eq!(refused, wanted);
}

/// Loads a file of forty thousand rows, to which something is done when the first row has been read.
fn read_while(change: impl Fn(&Path)) -> IntakeError {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("changing.csv");
    let rows: String = (0..40_000).map(|n| format!("{n},Kerr,Ann,19/04/1985\n")).collect();
    fs::write(&path, format!("PersonID,Surname,First Names,DOB\n{rows}")).unwrap();
    let plan = Plan { sha256: String::new(), ..preview(&path, None, &Progress::new()).unwrap().plan() };
    let mut first = true;
    let read = read(&plan, &Progress::new(), &mut |_| {
        if std::mem::take(&mut first) {
            change(&path);
        }
        Ok(())
    });
    read.unwrap_err()
}

#[test]
fn a_file_that_grows_or_shrinks_while_it_is_read_is_refused() {
    let grown = read_while(|path| {
        File::options().append(true).open(path).and_then(|mut file| file.write_all(b"x,Reid,Jean,1985\n")).unwrap();
    });
    assert!(matches!(grown, IntakeError::Unsettled { .. }), "{grown}");
    assert!(grown.to_string().ends_with("wait until it is whole, then choose it again"), "{grown}");
    let shrunk = read_while(|path| File::options().write(true).open(path).unwrap().set_len(900_000).unwrap());
    assert!(matches!(shrunk, IntakeError::Unsettled { .. }), "{shrunk}");
}

#[test]
fn a_file_that_never_stops_growing_is_not_read_for_ever() {
    use std::sync::atomic::{AtomicBool, Ordering};
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("growing.csv");
    fs::write(&path, format!("PersonID,Surname\n{}", "1,Kerr\n".repeat(1 << 20))).unwrap();
    let stop = AtomicBool::new(false);
    let refused = std::thread::scope(|scope| {
        scope.spawn(|| {
            let mut file = File::options().append(true).open(&path).unwrap();
            let more = "1,Kerr\n".repeat(1 << 13);
            while !stop.load(Ordering::Relaxed) && file.metadata().unwrap().len() < 1 << 30 {
                file.write_all(more.as_bytes()).unwrap();
            }
        });
        // Where the writer had no turn while the file was read, it is read again.
        let refused = (0..50).find_map(|_| preview(&path, None, &Progress::new()).err());
        stop.store(true, Ordering::Relaxed);
        refused
    });
    let refused = refused.unwrap();
    assert!(matches!(refused, IntakeError::Unsettled { .. }), "{refused}");
}

#[test]
fn a_sheet_of_decisions_is_read_as_strictly_as_an_extract() {
    let mut desk = Desk::with_people(4);
    let row = |n: u16, comment: &str| format!("link,{},{},match,,{comment}\n", mosaic(n), chi(n));
    let head = "kind,left,right,verdict,reason,comment\n";
    let long = "x".repeat(2 << 20);
    for (text, says) in [
        // The open mark would take every row behind it into one comment, and the file would seem to be read.
        (format!("{head}{}{}{}", row(0, ""), row(1, "\"seen"), row(2, "")), "line 3: a quotation mark opened here"),
        (format!("{head}{}link,1", row(0, "")), "line 3: the file ends in the middle of this row"),
        (format!("{head}{}", row(0, "a\0b")), "line 2: the row holds a NUL"),
        (format!("{head}{}", row(0, &long)), "line 2: a field that begins here is longer than 1 MiB"),
        (format!("{head}{}", row(0, "a,b")), "line 2: the row has 7 fields"),
        ("PK\u{3}\u{4}".to_owned(), "looks like an Excel workbook"),
    ] {
        let path = desk.write(&text);
        let before = desk.ws().ledger_head().unwrap();
        let refused = decide::decide_file(desk.ws(), &path, &Progress::new()).unwrap_err().to_string();
        assert!(refused.contains(says) && refused.contains(&path.display().to_string()), "{refused}");
        assert_eq!(desk.ws().ledger_head().unwrap(), before, "{says}");
    }
    let utf16: Vec<u8> =
        format!("\u{feff}{head}{}", row(0, "")).replace(',', ";").encode_utf16().flat_map(u16::to_le_bytes).collect();
    let path = desk.path("from_a_spreadsheet.csv");
    fs::write(&path, utf16).unwrap();
    assert_eq!(decide::decide_file(desk.ws(), &path, &Progress::new()).unwrap().decided, 1);
}

#[cfg(unix)]
#[test]
fn no_file_that_is_chosen_by_hand_is_waited_for_or_read_without_end() {
    let mut desk = Desk::with_people(1);
    let (pipe, endless) = (desk.path("pipe.csv"), desk.path("endless.csv"));
    assert!(make("pipe.csv", &pipe));
    std::os::unix::fs::symlink("/dev/zero", &endless).unwrap();
    let says = "is not an ordinary file but a pipe or a device";
    for path in [&pipe, &endless] {
        let mapping = in_time("a mapping", {
            let path = path.clone();
            move || Mapping::read(&path, &[]).unwrap_err().to_string()
        });
        assert!(mapping.contains(says), "{mapping}");
        let refused = decide::decide_file(desk.ws(), path, &Progress::new()).unwrap_err().to_string();
        assert!(refused.contains(says), "{refused}");
    }
    let large = desk.path("large.json");
    File::create(&large).unwrap().set_len(3 << 20).unwrap();
    let refused = Mapping::read(&large, &[]).unwrap_err().to_string();
    assert!(
        refused.ends_with("is larger than 1 MiB, so it is not a saved column mapping; choose another file"),
        "{refused}"
    );
    // What a release holds is read by whoever receives it.
    let release = desk.path("release");
    fs::create_dir(&release).unwrap();
    assert!(make("pipe.csv", &release.join("manifest.json")));
    let refused = in_time("a release", move || stewartry::release::verify(&release, &Progress::new()).unwrap_err());
    assert!(refused.to_string().contains("its manifest.json is not an ordinary file"), "{refused}");
}

/// The most memory that this process ever held at once, in MiB.
#[cfg(target_os = "linux")]
fn most_memory() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with("VmHWM:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse::<u64>().unwrap() >> 10
}

/// Writes a file of about so many bytes, row after row.
fn write_large(path: &Path, head: &str, bytes: u64, row: impl Fn(u64) -> String) -> u64 {
    let mut file = std::io::BufWriter::new(File::create(path).unwrap());
    file.write_all(head.as_bytes()).unwrap();
    let (mut written, mut rows) = (0, 0);
    while written < bytes {
        let row = row(rows);
        file.write_all(row.as_bytes()).unwrap();
        written += row.len() as u64;
        rows += 1;
    }
    file.flush().unwrap();
    rows
}

/// Reads a file that is so large, by every way of reading there is, and gives what memory that took.
#[cfg(target_os = "linux")]
fn read_large(bytes: u64, head: &str, row: impl Fn(u64) -> String) -> u64 {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("large.csv");
    let rows = write_large(&path, head, bytes, row);
    let found = preview(&path, None, &Progress::new()).unwrap();
    assert_eq!(found.rows, rows);
    let tally = read(&found.plan(), &Progress::new(), &mut |_| Ok(())).unwrap();
    assert_eq!((tally.rows, tally.accepted + tally.warned + tally.rejected), (rows, rows));
    most_memory()
}

/// Fifteen fields of a mebibyte, and an id.
#[cfg(target_os = "linux")]
fn longest_row(n: u64) -> String {
    format!("{n},{}\n", vec!["x".repeat((1 << 20) - 64); 15].join(","))
}

#[cfg(target_os = "linux")]
const LONG_HEAD: &str = "PersonID,Surname,a,b,c,d,e,f,g,h,i,j,k,l,m,n\n";

#[cfg(target_os = "linux")]
#[test]
fn a_file_of_nothing_but_the_longest_rows_does_not_fill_the_memory() {
    const ALONE: &str = "STEWARTRY_TEST_ALONE";
    if std::env::var_os(ALONE).is_some() {
        let most = read_large(600 << 20, LONG_HEAD, longest_row);
        assert!(most < 450, "{most} MiB");
        return;
    }
    let mut proof = Proof::of(8, "a file of the longest rows in bounded memory");
    // In a process of its own: what is measured is the whole process, and other tests share this one.
    let name = "corpus::a_file_of_nothing_but_the_longest_rows_does_not_fill_the_memory";
    let alone =
        std::process::Command::new(std::env::current_exe().unwrap()).args(["--exact", name]).env(ALONE, "1").output();
    let alone = alone.unwrap();
    assert!(alone.status.success(), "{}", String::from_utf8_lossy(&alone.stdout));
    proof.tried(1);
}

/// The long form: two gigabytes of ordinary rows, then two of the longest, each in bounded memory. It needs two gigabytes of
/// temporary room and some minutes, and has to run alone, as it measures the whole process:
/// `cargo test --release --test behaviour -- --ignored --exact corpus::two_gigabytes_are_read_in_bounded_memory`
#[cfg(target_os = "linux")]
#[test]
#[ignore = "takes minutes and two gigabytes of room"]
fn two_gigabytes_are_read_in_bounded_memory() {
    let longest = read_large(2 << 30, LONG_HEAD, longest_row);
    println!("two gigabytes of the longest rows: {longest} MiB");
    assert!(longest < 500, "{longest} MiB");
    let head = "PersonID,Surname,First Names,DOB,Address,Postcode,Notes\n";
    let rest = "Kerr,Ann Mary,19/04/1985,\"1 High Street, Dumfries\",DG1 2AB";
    // About what a row of a wide extract holds. What grows with the rows is the ids seen, which find the repeated ones.
    let ordinary = read_large(2 << 30, head, |n| format!("{n},{rest},{}\n", "note ".repeat(30)));
    println!("two gigabytes of ordinary rows: {ordinary} MiB");
    assert!(ordinary < 1500, "{ordinary} MiB");
}
