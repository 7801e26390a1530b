//! Killed at any moment, a workspace is as it was before the deed or as it is after it; never between, and never damaged.
//!
//! The deed is done in a process of its own, which is this test program once more, and is killed as a power cut would: at
//! moments spread over the time that the deed takes, by a signal that no process can answer.

use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use stewartry::intake::{self, Kind};
use stewartry::pair::{Blocker, BlockerAnswer, BlockerCheck, Merge, PairKey, Reason, Verdict};
use stewartry::person::MosaicId;
use stewartry::progress::Progress;
use stewartry::release;
use stewartry::stewardship::decide::Answer;
use stewartry::stewardship::load::{LoadOptions, load};
use stewartry::stewardship::{groups, recall};
use stewartry::workspace::{ChiSearch, Near, Workspace};

use crate::desk::*;

/// What the process that is killed is to do, and where.
const DEED: &str = "STEWARTRY_TEST_DEED";
const HOME: &str = "STEWARTRY_TEST_HOME";

/// How often each deed is killed.
const KILLS: u32 = 6;

/// Those of the group that is merged.
const GROUP: [&str; 5] = ["4001", "4002", "4003", "4004", "4005"];

/// Does a deed in the process that is killed; in every other there is nothing to do here.
#[test]
fn the_deed_that_is_killed() {
    let Some(deed) = std::env::var_os(DEED) else { return };
    let home = PathBuf::from(std::env::var_os(HOME).unwrap());
    let mut ws = open(&home);
    say("ready");
    match deed.to_str().unwrap() {
        "recall" => drop(recall::recall(&mut ws, &link(1), "The person's twin", true).unwrap()),
        "merge" => merge(&mut ws),
        "load" => load_chi(&mut ws),
        other => panic!("no such deed: {other}"),
    }
    say("done");
}

/// Past the capture of what tests print.
fn say(word: &str) {
    let mut out = std::io::stdout();
    out.write_all(format!("\n{word}\n").as_bytes()).unwrap();
    out.flush().unwrap();
}

fn open(home: &Path) -> Workspace {
    Workspace::open(home, OFFICER, PASSPHRASE).unwrap()
}

fn merge(ws: &mut Workspace) {
    let ids: Vec<MosaicId> = GROUP.iter().map(|it| id(it)).collect();
    let blockers = Blocker::ALL.map(|blocker| BlockerCheck {
        answer: BlockerAnswer::Clear,
        ..BlockerCheck::unanswered(blocker, String::new())
    });
    let template = Merge { source: id("4001"), target: id("4001"), blockers: blockers.to_vec(), note: String::new() };
    let answer = Answer::of(Verdict::Match).because(Reason::CheckedElsewhere);
    groups::merge_all(ws, &ids[0], &ids[1..], &template, &answer).unwrap();
}

/// An extract of some thousands.
fn demonstration() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/demo/chi.csv")
}

fn load_chi(ws: &mut Workspace) {
    let plan = intake::preview(&demonstration(), Some(Kind::Chi), &Progress::new()).unwrap().plan();
    load(ws, &plan, LoadOptions::default(), &Progress::new()).unwrap();
}

/// A deed in a process of its own.
struct Begun {
    child: Child,
    said: BufReader<ChildStdout>,
}

impl Begun {
    /// Begins it: it stands before the deed when this returns.
    fn new(deed: &str, home: &Path) -> Self {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "kills::the_deed_that_is_killed", "--nocapture", "--test-threads=1"])
            .env(DEED, deed)
            .env(HOME, home)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let said = BufReader::new(child.stdout.take().unwrap());
        let mut begun = Self { child, said };
        begun.until("ready");
        begun
    }

    fn until(&mut self, word: &str) {
        let mut line = String::new();
        while line.trim() != word {
            line.clear();
            assert!(self.said.read_line(&mut line).unwrap() > 0, "it ended before it was {word}");
        }
    }

    /// Lets it be done; how long it took.
    fn done(mut self) -> Duration {
        let clock = Instant::now();
        self.until("done");
        let took = clock.elapsed();
        std::io::copy(&mut self.said, &mut std::io::sink()).unwrap();
        assert!(self.child.wait().unwrap().success());
        took
    }

    fn killed(mut self, moment: Duration) {
        std::thread::sleep(moment);
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

fn copied(from: &Path, to: &Path) {
    std::fs::create_dir(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        if entry.file_type().unwrap().is_file() {
            std::fs::copy(entry.path(), to.join(entry.file_name())).unwrap();
        }
    }
}

/// Kills a deed at several moments, each time in a fresh copy. `done` says whether it is done there, and looks whether it is
/// done whole or not at all. At the end it is done for good in each copy.
fn killed(deed: &str, mut desk: Desk, done: impl Fn(&Workspace) -> bool) {
    if !cfg!(unix) {
        println!("skipped: only Unix kills a process as a power cut would");
        return;
    }
    let home = desk.leave().home().to_owned();
    let folder = tempfile::tempdir().unwrap();
    let whole = folder.path().join("whole.stewartry");
    copied(&home, &whole);
    let takes = Begun::new(deed, &whole).done();
    assert!(done(&open(&whole)), "{deed} was not done, unkilled");

    let dice = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().subsec_nanos() % 1_000;
    let mut ended = [0, 0];
    for n in 0..KILLS {
        let copy = folder.path().join(format!("{n}.stewartry"));
        copied(&home, &copy);
        let moment = takes * (n * 1_000 + dice) / (KILLS * 1_000);
        Begun::new(deed, &copy).killed(moment);

        let ws = open(&copy);
        let found = done(&ws);
        ended[usize::from(found)] += 1;
        let report = ws.check(&Progress::new()).unwrap();
        assert!(report.ok, "{deed} killed after {moment:?} of {takes:?}: {:#?}", report.lines);
        drop(ws);
        if !found {
            Begun::new(deed, &copy).done();
            assert!(done(&open(&copy)), "{deed} could not be done after it was killed at {moment:?}");
        }
        std::fs::remove_dir_all(&copy).unwrap();
    }
    println!("{deed}, {takes:?}: {} kills before it was done, {} after", ended[0], ended[1]);
}

#[test]
fn a_recall_is_recorded_and_answered_or_neither() {
    let mut desk = Desk::with_people(4);
    (0..4).for_each(|n| desk.match_(&link(n)));
    let batch = desk.submit();
    desk.sign(batch);
    desk.become_(OFFICER);
    let into = desk.path("out");
    release::write(desk.ws(), batch, &into, &Progress::new()).unwrap();
    killed("recall", desk, move |ws| {
        let rows = ws.batch_rows(batch).unwrap();
        let recalled = rows.iter().any(|row| row.key == link(1) && row.recalled.is_some());
        let verdict = ws.decision(&link(1)).unwrap().unwrap().judgement.verdict;
        assert_eq!(verdict, if recalled { Verdict::NotMatch } else { Verdict::Match });
        recalled
    });
}

#[test]
fn a_group_is_merged_whole_or_not_at_all() {
    let mut desk = Desk::new();
    let file = GROUP.iter().fold(MosaicFile::default(), |file, id| file.with(id, &person(4), "", false));
    desk.load_mosaic(file);
    let mut pairs = Vec::new();
    for (at, one) in GROUP.iter().enumerate() {
        pairs.extend(GROUP[at + 1..].iter().map(|other| ((*one).to_owned(), (*other).to_owned(), 9.0)));
    }
    desk.load_links(pairs.into_iter());
    killed("merge", desk, |ws| {
        let merged = ws.merges().unwrap().len();
        assert!(merged == 0 || merged == GROUP.len() - 1, "{merged} of the group are merged");
        let keys = GROUP[1..].iter().filter_map(|it| PairKey::duplicate(id(GROUP[0]), id(it)));
        assert_eq!(keys.filter(|key| ws.decision(key).unwrap().is_some()).count(), merged);
        merged > 0
    });
}

#[test]
fn a_first_chi_extract_is_held_and_found_whole_or_not_at_all() {
    let people = std::fs::read_to_string(demonstration()).unwrap().lines().count() as u64 - 1;
    killed("load", Desk::new(), |ws| {
        let held = ws.status().unwrap().chi;
        let found = ws.search_chi(&ChiSearch { text: "dg".into() }, &Near::default(), 1).unwrap().total;
        let files = ws.files().unwrap();
        match files.first() {
            None => assert_eq!((held, found), (0, 0)),
            Some(file) => assert_eq!((held, file.rows), (file.accepted + file.warned, people)),
        }
        !files.is_empty()
    });
}
