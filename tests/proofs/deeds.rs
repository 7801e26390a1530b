//! What people do, each as something that can be killed, starved of room or refused by the disk: a desk before it, the deed, and
//! how to tell afterwards whether it was done. Telling fails where it was done by half.

use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use stewartry::intake::{self, Kind};
use stewartry::linkage::Options;
use stewartry::pair::{Blocker, BlockerAnswer, BlockerCheck, Hazards, Merge, PairKey, PairKind, Reason, Verdict};
use stewartry::person::MosaicId;
use stewartry::progress::Progress;
use stewartry::release;
use stewartry::stewardship::decide::{self, Answer, Because, Class};
use stewartry::stewardship::load::{LoadOptions, load};
use stewartry::stewardship::matching;
use stewartry::stewardship::{batches, groups, parcels, people, recall, replace, sign_off, submit, undo};
use stewartry::workspace::parcel::Purpose;
use stewartry::workspace::{
    Alike, BatchId, BatchState, ChiSearch, LedgerFilter, Near, Standing, Workspace, WorkspaceError,
};

use crate::desk::*;

/// Something that people do.
pub struct Deed {
    pub name: &'static str,
    /// Who does it.
    who: &'static str,
    /// The desk before it.
    desk: fn() -> Desk,
    act: fn(&mut Workspace) -> Result<(), String>,
    /// Whether it was done there. Ends the test where it was done by half.
    done: fn(&Path, &Workspace) -> bool,
}

const BATCH: BatchId = BatchId(1);

/// A passphrase that is newer than [`PASSPHRASE`].
const NEWER: &str = "a few newer words";

/// Those of the group that is merged.
const GROUP: [&str; 5] = ["4001", "4002", "4003", "4004", "4005"];

const DEEDS: [Deed; 17] = [
    Deed { name: "load", who: OFFICER, desk: loaded_before, act: load_chi, done: is_loaded },
    Deed { name: "match", who: OFFICER, desk: to_match, act: run, done: is_matched },
    Deed { name: "decide", who: OFFICER, desk: || Desk::with_people(3), act: decide_one, done: is_decided },
    Deed { name: "merge", who: OFFICER, desk: to_merge, act: merge, done: is_merged },
    Deed { name: "undo", who: OFFICER, desk: to_undo, act: take_back, done: is_taken_back },
    Deed { name: "class", who: OFFICER, desk: to_accept, act: accept, done: is_accepted },
    Deed { name: "reason", who: OFFICER, desk: to_accept_the_dead, act: accept_the_dead, done: are_the_dead_accepted },
    Deed { name: "replace", who: OFFICER, desk: to_replace, act: replace_chi, done: is_replaced },
    Deed { name: "submit", who: OFFICER, desk: to_submit, act: hand_in, done: is_handed_in },
    Deed { name: "sign", who: SUPERVISOR, desk: to_sign, act: sign, done: is_signed },
    Deed { name: "export", who: OFFICER, desk: to_write, act: write, done: is_written },
    Deed { name: "recall", who: OFFICER, desk: to_recall, act: recall_one, done: is_recalled },
    Deed { name: "parcel", who: OFFICER, desk: to_send, act: make_parcel, done: is_made },
    Deed { name: "parcel-back", who: OFFICER, desk: to_take, act: take_parcel, done: is_taken },
    Deed { name: "backup", who: OFFICER, desk: || Desk::with_people(40), act: back_up, done: is_backed_up },
    Deed { name: "removal", who: OFFICER, desk: Desk::new, act: remove_somebody, done: is_removed },
    Deed { name: "passphrase", who: OFFICER, desk: Desk::new, act: change_passphrase, done: is_changed },
];

/// Every deed; or those that `STEWARTRY_DEEDS` names, for whoever looks into one of them.
pub fn all() -> impl Iterator<Item = &'static Deed> {
    let wanted = std::env::var("STEWARTRY_DEEDS").ok();
    let is_wanted = move |deed: &&Deed| wanted.as_ref().is_none_or(|all| all.split(',').any(|it| it == deed.name));
    DEEDS.iter().filter(is_wanted)
}

impl Deed {
    pub fn named(name: &str) -> &'static Self {
        DEEDS.iter().find(|deed| deed.name == name).unwrap_or_else(|| panic!("no such deed: {name}"))
    }

    /// The desk before it. Its workspace is closed.
    pub fn desk(&self) -> (Desk, PathBuf) {
        let mut desk = (self.desk)();
        let home = desk.leave().home().to_owned();
        (desk, home)
    }

    pub fn open(&self, home: &Path) -> Workspace {
        patiently(|| Workspace::open(home, self.who, PASSPHRASE))
    }

    /// Does it; an error in words where it was not done.
    pub fn act(&self, ws: &mut Workspace) -> Result<(), String> {
        (self.act)(ws)
    }

    /// Whether it was done there, with all of the workspace looked at: the ledger verifies, and what is shown is what a rebuild
    /// shows.
    pub fn is_done(&self, home: &Path, when: &str) -> bool {
        let ws = opened_after(home);
        let done = (self.done)(home, &ws);
        let report = ws.check(&Progress::new()).unwrap();
        assert!(report.ok, "{}, {when}: {:#?}", self.name, report.lines);
        done
    }

    /// Whether it was done, by a workspace that is open.
    pub fn is_done_in(&self, ws: &Workspace) -> bool {
        (self.done)(ws.home(), ws)
    }
}

/// Opens it as somebody whom no deed is about, and who finishes none by opening it.
fn opened_after(home: &Path) -> Workspace {
    patiently(|| Workspace::open(home, SUPERVISOR, PASSPHRASE))
}

/// Opens it, and again where it is held: a program that another test starts at this moment has the lock with everything else of
/// this process, until it is itself.
pub fn patiently(open: impl Fn() -> Result<Workspace, WorkspaceError>) -> Workspace {
    unheld(open).unwrap()
}

fn unheld(open: impl Fn() -> Result<Workspace, WorkspaceError>) -> Result<Workspace, WorkspaceError> {
    for _ in 0..200 {
        match open() {
            Err(WorkspaceError::HeldElsewhere { .. }) => sleep(Duration::from_millis(20)),
            opened => return opened,
        }
    }
    panic!("it stays held")
}

fn told<T>(result: Result<T, impl std::fmt::Display>) -> Result<(), String> {
    result.map(drop).map_err(|error| error.to_string())
}

/// How many people the extract holds that is loaded.
const PEOPLE: u16 = 300;

/// Where it lies: in the workspace's folder, so that it is copied with it.
fn extract(home: &Path) -> PathBuf {
    home.join("chi.csv")
}

/// One that is loaded already, so that a copy is made before the next.
fn loaded_before() -> Desk {
    let mut desk = Desk::new();
    desk.load_mosaic((0..5).fold(MosaicFile::default(), MosaicFile::plain));
    let people = (0..PEOPLE).fold(ChiFile::default(), ChiFile::plain);
    std::fs::write(extract(desk.ws().home()), people.text()).unwrap();
    desk
}

fn load_chi(ws: &mut Workspace) -> Result<(), String> {
    let extract = extract(ws.home());
    let preview = intake::preview(&extract, Some(Kind::Chi), &Progress::new()).map_err(|it| it.to_string())?;
    told(load(ws, &preview.plan(), LoadOptions::default(), &Progress::new()))
}

fn is_loaded(_: &Path, ws: &Workspace) -> bool {
    let held = ws.status().unwrap().chi;
    let found = ws.search_chi(&ChiSearch { text: "dg".into() }, &Near::default(), 1).unwrap().total;
    let files = ws.files().unwrap();
    match files.iter().find(|file| file.kind == "chi") {
        None => assert_eq!((held, found), (0, 0)),
        Some(file) => assert_eq!((held, file.rows), (file.accepted + file.warned, u64::from(PEOPLE))),
    }
    files.len() == 2
}

fn to_match() -> Desk {
    let mut desk = Desk::new();
    desk.load_mosaic((0..60).fold(MosaicFile::default(), MosaicFile::plain));
    desk.load_chi((0..60).fold(ChiFile::default(), ChiFile::plain));
    desk
}

fn run(ws: &mut Workspace) -> Result<(), String> {
    told(matching::run(ws, &Options::default(), &Progress::new()))
}

fn is_matched(_: &Path, ws: &Workspace) -> bool {
    let links: u64 = ws.status().unwrap().links.iter().sum();
    let run = ws.latest_run().unwrap().is_some();
    assert!(if run { links >= 60 } else { links == 0 }, "{links} links, and a run: {run}");
    run
}

fn decide_one(ws: &mut Workspace) -> Result<(), String> {
    told(decide::decide(ws, &link(1), Answer::of(Verdict::Match)))
}

fn is_decided(_: &Path, ws: &Workspace) -> bool {
    ws.decision(&link(1)).unwrap().is_some()
}

fn to_merge() -> Desk {
    let mut desk = Desk::new();
    let file = GROUP.iter().fold(MosaicFile::default(), |file, id| file.with(id, &person(4), "", false));
    desk.load_mosaic(file);
    let mut pairs = Vec::new();
    for (at, one) in GROUP.iter().enumerate() {
        pairs.extend(GROUP[at + 1..].iter().map(|other| ((*one).to_owned(), (*other).to_owned(), 9.0)));
    }
    desk.load_links(pairs.into_iter());
    desk
}

fn merge(ws: &mut Workspace) -> Result<(), String> {
    let ids: Vec<MosaicId> = GROUP.iter().map(|it| id(it)).collect();
    let blockers = Blocker::ALL.map(|blocker| BlockerCheck {
        answer: BlockerAnswer::Clear,
        ..BlockerCheck::unanswered(blocker, String::new())
    });
    let template = Merge { source: id("4001"), target: id("4001"), blockers: blockers.to_vec(), note: String::new() };
    let answer = Answer::of(Verdict::Match).because(Reason::CheckedElsewhere);
    told(groups::merge_all(ws, &ids[0], &ids[1..], &template, &answer))
}

fn is_merged(_: &Path, ws: &Workspace) -> bool {
    let merged = ws.merges().unwrap().len();
    assert!(merged == 0 || merged == GROUP.len() - 1, "{merged} of the group are merged");
    let keys = GROUP[1..].iter().filter_map(|it| PairKey::duplicate(id(GROUP[0]), id(it)));
    assert_eq!(keys.filter(|key| ws.decision(key).unwrap().is_some()).count(), merged);
    merged > 0
}

fn to_undo() -> Desk {
    let mut desk = to_merge();
    merge(desk.ws()).unwrap();
    desk
}

fn take_back(ws: &mut Workspace) -> Result<(), String> {
    told(undo::undo(ws))
}

fn is_taken_back(home: &Path, ws: &Workspace) -> bool {
    !is_merged(home, ws)
}

fn class(ws: &Workspace) -> Option<Class> {
    decide::classes(ws, PairKind::Link).unwrap().into_iter().find(|class| class.waiting > 0)
}

fn to_accept() -> Desk {
    let mut desk = Desk::with_people(25);
    while let Some((id, _)) = class(desk.ws()).unwrap().few.iter().find(|(_, verdict)| verdict.is_none()).copied() {
        let key = desk.ws().pair(id).unwrap().unwrap().key;
        desk.match_(&key);
    }
    desk
}

fn accept(ws: &mut Workspace) -> Result<(), String> {
    let class = class(ws).ok_or("there is no class")?;
    told(decide::accept_class(ws, PairKind::Link, class.alike, None, &Progress::new()))
}

fn is_accepted(_: &Path, ws: &Workspace) -> bool {
    let matched = (0..25).filter(|n| ws.decision(&link(*n)).unwrap().is_some()).count();
    assert!(matched == decide::LOOKS || matched == 25, "{matched} of the class are accepted");
    matched == 25
}

/// The class of links that a warning alone holds: the looks are done, and what waits needs a reason.
const DIED: Alike = Alike::Warnings(Hazards::DECEASED);

fn to_accept_the_dead() -> Desk {
    let mut desk = Desk::with_the_dead();
    let class = decide::class(desk.ws(), PairKind::Link, DIED).unwrap().unwrap();
    for (id, _) in class.few {
        let key = desk.ws().pair(id).unwrap().unwrap().key;
        desk.decide(&key, Answer::of(Verdict::Match).because(Reason::CheckedElsewhere)).unwrap();
    }
    desk
}

fn accept_the_dead(ws: &mut Workspace) -> Result<(), String> {
    let because = Because { reason: Reason::CheckedElsewhere, comment: String::new() };
    told(decide::accept_class(ws, PairKind::Link, DIED, Some(&because), &Progress::new()))
}

fn are_the_dead_accepted(_: &Path, ws: &Workspace) -> bool {
    let decided: Vec<_> = (0..14).filter_map(|n| ws.decision(&link(n)).unwrap()).collect();
    assert!(decided.len() == decide::WARNED_LOOKS || decided.len() == 14, "{} of the dead are accepted", decided.len());
    assert!(decided.iter().all(|it| it.judgement.reason == Some(Reason::CheckedElsewhere)), "without its reason");
    decided.len() == 14
}

fn to_replace() -> Desk {
    let mut desk = to_recall();
    let file = (1..4).fold(ChiFile::default(), ChiFile::plain);
    let file = file.with(chi(0).as_str(), &person(0), "H", chi(40).as_str());
    desk.load_chi(file.with(chi(40).as_str(), &person(0), "C", ""));
    desk
}

fn replace_chi(ws: &mut Workspace) -> Result<(), String> {
    let answer = Answer::of(Verdict::Match).because(Reason::CheckedElsewhere);
    told(replace::with_current(ws, &link(0), &answer))
}

fn is_replaced(_: &Path, ws: &Workspace) -> bool {
    let current = ws.decision(&PairKey::link(mosaic(0), chi(40))).unwrap().is_some();
    let old = ws.decision(&link(0)).unwrap().is_some();
    let recalled = ws.batch_rows(BATCH).unwrap().iter().any(|row| row.key == link(0) && row.recalled.is_some());
    assert_eq!((current, old), (recalled, !recalled), "the old number goes as the new one comes");
    current
}

fn to_submit() -> Desk {
    let mut desk = Desk::with_people(8);
    (0..8).for_each(|n| desk.match_(&link(n)));
    batches::compose_all_ready(desk.ws(), "November").unwrap();
    desk
}

fn hand_in(ws: &mut Workspace) -> Result<(), String> {
    told(submit::submit(ws, BATCH, submit::Sampling::default()))
}

fn is_handed_in(_: &Path, ws: &Workspace) -> bool {
    let batch = ws.batch(BATCH).unwrap().unwrap();
    assert_eq!(batch.state == BatchState::Submitted, batch.sample.is_some(), "handed in with its sample, or not");
    batch.sample.is_some()
}

fn to_sign() -> Desk {
    let mut desk = to_submit();
    hand_in(desk.ws()).unwrap();
    desk.become_(SUPERVISOR);
    desk.recheck_all(BATCH);
    desk
}

fn sign(ws: &mut Workspace) -> Result<(), String> {
    told(sign_off::sign(ws, BATCH))
}

fn is_signed(_: &Path, ws: &Workspace) -> bool {
    let batch = ws.batch(BATCH).unwrap().unwrap();
    assert_eq!(batch.state == BatchState::Signed, batch.signed.is_some());
    batch.signed.is_some()
}

fn to_write() -> Desk {
    let mut desk = to_sign();
    sign(desk.ws()).unwrap();
    desk
}

/// Where a workspace's release goes: beside it.
pub fn out(home: &Path) -> PathBuf {
    home.with_extension("out")
}

fn write(ws: &mut Workspace) -> Result<(), String> {
    let into = out(ws.home());
    told(release::write(ws, BATCH, &into, &Progress::new()))
}

fn is_written(home: &Path, ws: &Workspace) -> bool {
    let released = ws.batch(BATCH).unwrap().unwrap().released.is_some();
    let whole = out(home).join("manifest.json").exists();
    if whole {
        let verified = release::verify(&out(home), &Progress::new());
        assert!(verified.is_ok_and(|it| it.ok()), "a folder with a manifest is a whole release");
    }
    assert!(!whole || released, "there is a release, and the ledger does not know of it");
    released
}

fn to_recall() -> Desk {
    let mut desk = Desk::with_people(4);
    (0..4).for_each(|n| desk.match_(&link(n)));
    let batch = desk.submit();
    desk.sign(batch);
    desk.become_(OFFICER);
    let into = desk.path("released");
    release::write(desk.ws(), batch, &into, &Progress::new()).unwrap();
    desk
}

fn recall_one(ws: &mut Workspace) -> Result<(), String> {
    told(recall::recall(ws, &link(1), "The person's twin", true))
}

fn is_recalled(_: &Path, ws: &Workspace) -> bool {
    let rows = ws.batch_rows(BATCH).unwrap();
    let recalled = rows.iter().any(|row| row.key == link(1) && row.recalled.is_some());
    let verdict = ws.decision(&link(1)).unwrap().unwrap().judgement.verdict;
    assert_eq!(verdict, if recalled { Verdict::NotMatch } else { Verdict::Match });
    recalled
}

fn to_send() -> Desk {
    let mut desk = to_submit();
    hand_in(desk.ws()).unwrap();
    desk
}

fn make_parcel(ws: &mut Workspace) -> Result<(), String> {
    let into = out(ws.home());
    stewartry::files::make_folder(&into).map_err(|error| error.to_string())?;
    let staff = ws.staff().map_err(|error| error.to_string())?;
    let whom = staff.iter().find(|person| person.name == SUPERVISOR).unwrap().id;
    told(parcels::make(ws, Purpose::SignOff(BATCH), &[whom], &into, &Progress::new()))
}

/// The parcel that has a name: what is being made has none.
fn parcel(home: &Path) -> Option<PathBuf> {
    let entries = std::fs::read_dir(out(home)).ok()?;
    let mut named = entries.map(|it| it.unwrap().path());
    named.find(|path| !path.file_name().unwrap().to_string_lossy().starts_with('.'))
}

fn is_made(home: &Path, ws: &Workspace) -> bool {
    let Some(parcel) = parcel(home) else { return false };
    let there = patiently(|| Workspace::open(&parcel, SUPERVISOR, PASSPHRASE));
    assert!(there.check(&Progress::new()).unwrap().ok, "a parcel that is not whole has a name");
    assert_eq!(there.batch(BATCH).unwrap().unwrap().state, BatchState::Submitted);
    assert!(!ws.parcels().unwrap().is_empty(), "there is a parcel that is not written down");
    true
}

/// A desk whose parcel was signed at another, and lies where what goes out does.
fn to_take() -> Desk {
    let mut desk = to_send();
    make_parcel(desk.ws()).unwrap();
    let home = desk.ws().home().to_owned();
    let moved = home.with_extension("signed");
    std::fs::rename(parcel(&home).unwrap(), &moved).unwrap();
    std::fs::remove_dir(out(&home)).unwrap();
    std::fs::rename(moved, out(&home)).unwrap();
    {
        let mut there = patiently(|| Workspace::open(&out(&home), SUPERVISOR, PASSPHRASE));
        let held = there.batch(BATCH).unwrap().unwrap();
        for (key, _) in sign_off::to_answer(&there, &held).unwrap() {
            sign_off::recheck(&mut there, BATCH, &key, Verdict::Match).unwrap();
        }
        sign_off::sign(&mut there, BATCH).unwrap();
    }
    desk
}

fn take_parcel(ws: &mut Workspace) -> Result<(), String> {
    let from = out(ws.home());
    let taken = parcels::take(ws, &from, &Progress::new()).map_err(|error| error.to_string())?;
    assert_eq!(taken.refused, []);
    Ok(())
}

fn is_taken(home: &Path, ws: &Workspace) -> bool {
    // Events come in one by one in their order, the signature last; what is missing comes when it is taken again
    let signed = is_signed(home, ws);
    assert!(!signed || ws.parcels().unwrap()[0].events.is_some());
    signed
}

fn back_up(ws: &mut Workspace) -> Result<(), String> {
    told(ws.backup(&Progress::new()))
}

fn is_backed_up(home: &Path, ws: &Workspace) -> bool {
    // A copy has its name only once it is sound. Those before the loads are not meant
    let asked = |name: &str| !name.contains("-before-");
    for copy in Workspace::backups(home) {
        let elsewhere = tempfile::tempdir().unwrap();
        let moved = elsewhere.path().join("copy.stewartry");
        copied(&copy, &moved);
        assert!(opened_after(&moved).check(&Progress::new()).unwrap().ok, "a copy that is not sound has a name");
    }
    let noted = LedgerFilter { kinds: vec!["backed_up".to_owned()], ..LedgerFilter::default() };
    let noted = ws.ledger(&noted, 20).unwrap();
    noted.iter().any(|row| match &row.event {
        stewartry::workspace::Event::BackedUp { name } if asked(name) => {
            assert!(Workspace::backups(home).iter().any(|copy| copy.ends_with(name)), "noted, and not there");
            true
        }
        _ => false,
    })
}

/// Removes somebody, and with it changes the key; where they are removed already, what is left of it.
fn remove_somebody(ws: &mut Workspace) -> Result<(), String> {
    let staff = ws.staff().map_err(|error| error.to_string())?;
    let person = staff.iter().find(|person| person.name == SECOND_OFFICER).unwrap();
    if !person.active {
        return match ws.key_change_is_due() {
            Ok(true) => told(ws.change_key(&Progress::new())),
            due => told(due),
        };
    }
    let gone =
        Standing { name: person.name.clone(), role: person.role, administers: person.administers, active: false };
    match people::change(ws, person.id, gone) {
        Ok(None) => Ok(()),
        Ok(Some(later)) => Err(later),
        Err(error) => Err(error.to_string()),
    }
}

fn is_removed(home: &Path, ws: &Workspace) -> bool {
    let staff = match ws.staff() {
        // After a key that did not fit, a disk that is quite full cannot even be read
        Err(WorkspaceError::DiskFull) => return false,
        staff => staff.unwrap(),
    };
    let gone = staff.iter().any(|person| person.name == SECOND_OFFICER && !person.active);
    let elsewhere = tempfile::tempdir().unwrap();
    let copy = elsewhere.path().join("copy.stewartry");
    copied(home, &copy);
    let opens = unheld(|| Workspace::open(&copy, SECOND_OFFICER, PASSPHRASE)).is_ok();
    assert_eq!(gone, !opens, "whoever is removed does not get in, and nobody else is kept out");
    gone && !ws.key_change_is_due().unwrap()
}

fn change_passphrase(ws: &mut Workspace) -> Result<(), String> {
    told(people::change_passphrase(ws, PASSPHRASE, NEWER))
}

fn is_changed(home: &Path, ws: &Workspace) -> bool {
    let noted = LedgerFilter { kinds: vec!["staff_changed".to_owned()], ..LedgerFilter::default() };
    let noted = ws.ledger(&noted, 20).unwrap().len() > 5; // three people, two of whom chose their own
    // The keyring is looked at in a copy: the workspace is open
    let elsewhere = tempfile::tempdir().unwrap();
    let copy = elsewhere.path().join("copy.stewartry");
    copied(home, &copy);
    let opens = |passphrase| match unheld(|| Workspace::open(&copy, OFFICER, passphrase)) {
        Err(WorkspaceError::WrongPassphrase) => false,
        opened => opened.map(|_| true).unwrap(),
    };
    let (old, new) = (opens(PASSPHRASE), opens(NEWER));
    assert!(old != new, "one passphrase opens it, the old ({old}) or the new ({new})");
    assert_eq!(new, noted, "the keyring and the ledger change in one moment");
    new
}

/// Copies the files of a folder, and not what stands in folders inside it.
pub fn copied(from: &Path, to: &Path) {
    std::fs::create_dir(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        if entry.file_type().unwrap().is_file() {
            std::fs::copy(entry.path(), to.join(entry.file_name())).unwrap();
        }
    }
}

/// Copies a workspace, and what was released beside it.
pub fn copied_desk(home: &Path, to: &Path) {
    copied(home, to);
    if out(home).exists() {
        copied(&out(home), &out(to));
    }
}

/// Takes a copy of a desk away again.
pub fn cleared(home: &Path) {
    std::fs::remove_dir_all(home).unwrap();
    let _ = std::fs::remove_dir_all(out(home));
}

/// What the process that does a deed is to do, and where.
const DEED: &str = "STEWARTRY_TEST_DEED";
const HOME: &str = "STEWARTRY_TEST_HOME";

/// Does a deed in a process of its own; in every other there is nothing to do here.
#[test]
fn the_deed() {
    let Some(name) = std::env::var_os(DEED) else { return };
    let home = PathBuf::from(std::env::var_os(HOME).unwrap());
    let deed = Deed::named(name.to_str().unwrap());
    let mut ws = deed.open(&home);
    say("ready");
    match deed.act(&mut ws) {
        Ok(()) => say("done"),
        Err(words) => say(&format!("refused {words}")),
    }
}

/// Past the capture of what tests print.
pub fn say(word: &str) {
    let mut out = std::io::stdout();
    let _ = out.write_all(format!("\n{word}\n").as_bytes()).and_then(|()| out.flush());
}

/// The call of a test of this program, in a process of its own, under another program or none.
pub fn process(under: &[&str], test: &str) -> Command {
    let this = std::env::current_exe().unwrap();
    let mut command = match under {
        [] => Command::new(this),
        [program, arguments @ ..] => {
            let mut command = Command::new(program);
            command.args(arguments).arg(this);
            command
        }
    };
    command.args(["--exact", test, "--nocapture", "--test-threads=1"]);
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
    command
}

/// The call of a deed.
pub fn process_of(deed: &Deed, home: &Path, under: &[&str]) -> Command {
    let mut command = process(under, "proofs::deeds::the_deed");
    command.env(DEED, deed.name).env(HOME, home);
    command
}

/// A deed in a process of its own, which ends with this at the latest.
pub struct Begun {
    child: Child,
    said: BufReader<ChildStdout>,
}

impl Drop for Begun {
    /// An officer at work would go on for ever where a proof of theirs fails.
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Begun {
    /// Begins it: it stands before the deed when this returns.
    pub fn new(mut command: Command) -> Self {
        let mut child = command.spawn().unwrap();
        let said = BufReader::new(child.stdout.take().unwrap());
        let mut begun = Self { child, said };
        while begun.line().unwrap_or_else(|| panic!("it ended before it was ready")) != "ready" {}
        begun
    }

    /// The number that the system gave its process.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// The next thing it says, or `None` where it has ended.
    pub fn line(&mut self) -> Option<String> {
        let mut line = String::new();
        (self.said.read_line(&mut line).unwrap() > 0).then(|| line.trim().to_owned())
    }

    /// Lets it be done; how long it took.
    pub fn done(mut self) -> Duration {
        let clock = Instant::now();
        let mut took = None;
        while let Some(line) = self.line() {
            assert!(!line.starts_with("refused "), "{line}");
            if line == "done" {
                took = Some(clock.elapsed());
            }
        }
        assert!(self.child.wait().unwrap().success());
        took.unwrap()
    }

    /// Kills it after a while. What it said until then.
    pub fn killed(mut self, moment: Duration) -> Vec<String> {
        sleep(moment);
        self.child.kill().unwrap();
        self.child.wait().unwrap();
        std::iter::from_fn(|| self.line()).filter(|line| !line.is_empty()).collect()
    }
}
