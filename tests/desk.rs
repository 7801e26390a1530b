//! A small workspace with made-up people, for tests that act as its officers and supervisors.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use stewartry::intake::{self, Kind};
use stewartry::linkage::Options;
use stewartry::pair::{PairKey, PairKind, Reason, Verdict};
use stewartry::person::chi::{self, Scheme};
use stewartry::person::{Chi, MosaicId};
use stewartry::progress::Progress;
use stewartry::stewardship::decide::{Answer, Class};
use stewartry::stewardship::load::{LoadOptions, LoadOutcome, load};
use stewartry::stewardship::{Refused, batches, decide, matching, merge, people, sign_off, submit};
use stewartry::workspace::{BatchId, KeyCost, NewPerson, Role, Workspace, WorkspaceError};

pub const OFFICER: &str = "Olive Officer";
pub const SECOND_OFFICER: &str = "Oscar Officer";
pub const SUPERVISOR: &str = "Sorley Supervisor";
pub const PASSPHRASE: &str = "a few plain words";
/// The passphrase that people are given by whoever adds them.
pub const GIVEN: &str = "written on a slip";

/// A person of the test: the same details on both sides, unless a test changes them.
#[derive(Clone)]
pub struct Person {
    pub surname: String,
    pub forename: String,
    pub sex: &'static str,
    pub birth: String,
    pub death: String,
    pub address: String,
    pub postcode: String,
}

/// The number of the n-th person's CHI: its digits agree with the person's date of birth and sex.
pub fn chi(n: u16) -> Chi {
    let (day, month, year) = date(n);
    // Serials of one person are 20 apart, so that no two people share a number; an even last digit is female.
    (0..10).find_map(|step| chi::issue(day, month, year, (n % 40) * 20 + step * 2 + u16::from(n % 2 == 1))).unwrap()
}

fn date(n: u16) -> (u8, u8, u16) {
    ((n % 27 + 2) as u8, (n % 11 + 2) as u8, 1940 + n % 50)
}

/// The n-th person: nothing about them asks for a warning, and no two are alike.
pub fn person(n: u16) -> Person {
    let (day, month, year) = date(n);
    let letters = |mut n: u16, from: &[&str]| {
        let mut text = String::new();
        for _ in 0..3 {
            text.push_str(from[n as usize % from.len()]);
            n /= from.len() as u16;
        }
        text
    };
    let surname = letters(n, &["bor", "gan", "lem", "tis", "vok", "dru", "pam"]);
    let forename = letters(n + 5, &["an", "el", "iso", "ur", "oda", "emi", "ari"]);
    let capital = |text: String| text[..1].to_uppercase() + &text[1..];
    Person {
        surname: capital(surname),
        forename: capital(forename),
        sex: if n % 2 == 1 { "M" } else { "F" },
        birth: format!("{year:04}-{month:02}-{day:02}"),
        death: String::new(),
        address: format!("{} {} Street", n + 1, capital(letters(n + 11, &["ash", "elm", "oak", "fir", "yew"]))),
        postcode: format!("DG{} {}{}{}", n % 9 + 1, n % 8 + 1, letter(n / 8), letter(n / 19 + 3)),
    }
}

fn letter(n: u16) -> char {
    const LETTERS: &[u8] = b"ABDEFGHJLNPQRSTUWXYZ";
    LETTERS[n as usize % LETTERS.len()] as char
}

pub fn id(text: &str) -> MosaicId {
    MosaicId::parse(text).unwrap()
}

/// The Mosaic id of the n-th person.
pub fn mosaic(n: u16) -> MosaicId {
    id(&format!("{}", 1000 + n))
}

/// The right link of the n-th person.
pub fn link(n: u16) -> PairKey {
    PairKey::link(mosaic(n), chi(n))
}

pub fn duplicate(one: &str, other: &str) -> PairKey {
    PairKey::duplicate(id(one), id(other)).unwrap()
}

/// A number that only the modulus 10 check passes.
pub fn modulus_10_only() -> Chi {
    (0..100u16)
        .flat_map(|serial| (0..10).map(move |last| format!("150362{serial:03}{last}")))
        .find_map(|text| Chi::parse(&text).ok().filter(|chi| chi.scheme() == Scheme::Modulus10))
        .unwrap()
}

/// A Mosaic extract as text.
#[derive(Default, Clone)]
pub struct MosaicFile(String);

impl MosaicFile {
    pub fn with(mut self, id: &str, person: &Person, chi: &str, restricted: bool) -> Self {
        if self.0.is_empty() {
            self.0.push_str("PersonID,Surname,FirstForename,Gender,DateOfBirth,DateOfDeath,Address1,Postcode,CHINumber,Restricted\n");
        }
        let Person { surname, forename, sex, birth, death, address, postcode } = person;
        let restricted = if restricted { "Y" } else { "N" };
        writeln!(self.0, "{id},{surname},{forename},{sex},{birth},{death},{address},{postcode},{chi},{restricted}")
            .unwrap();
        self
    }

    /// The file as it is written.
    pub fn text(&self) -> &str {
        &self.0
    }

    /// The n-th person under their usual id, without a CHI.
    pub fn plain(self, n: u16) -> Self {
        let key = mosaic(n);
        self.with(key.as_str(), &person(n), "", false)
    }
}

/// A CHI extract as text.
#[derive(Default, Clone)]
pub struct ChiFile(String);

impl ChiFile {
    /// The file as it is written.
    pub fn text(&self) -> &str {
        &self.0
    }

    pub fn with(mut self, number: &str, person: &Person, status: &str, upi: &str) -> Self {
        if self.0.is_empty() {
            self.0.push_str(
                "CHI_NUMBER,SURNAME,FIRST_FORENAME,SEX,DATE_OF_BIRTH,DATE_OF_DEATH,ADDRESS1,POSTCODE,STATUS,UPI\n",
            );
        }
        let Person { surname, forename, sex, birth, death, address, postcode } = person;
        let surname = surname.to_uppercase();
        writeln!(self.0, "{number},{surname},{forename},{sex},{birth},{death},{address},{postcode},{status},{upi}")
            .unwrap();
        self
    }

    pub fn plain(self, n: u16) -> Self {
        let number = chi(n);
        self.with(number.as_str(), &person(n), "C", number.as_str())
    }
}

/// A narrow file of candidate pairs as text.
pub fn pairs(rows: &[(&str, &str, f64)]) -> String {
    let mut text = "unique_id_l,unique_id_r,match_weight,match_probability\n".to_owned();
    for (left, right, weight) in rows {
        writeln!(text, "{left},{right},{weight},{:.9}", 1.0 / (1.0 + (-weight).exp2())).unwrap();
    }
    text
}

/// A workspace in a temporary folder, with one person signed in at a time.
pub struct Desk {
    folder: tempfile::TempDir,
    open: Option<Workspace>,
    files: usize,
}

/// Opens a workspace. What a window had begun to read ahead, or a program that another test is starting just now, may hold it a
/// moment longer than whoever got up.
fn opened(home: &Path, name: &str, passphrase: &str) -> Workspace {
    let begun = std::time::Instant::now();
    loop {
        match Workspace::open(home, name, passphrase) {
            Err(WorkspaceError::HeldElsewhere { .. }) if begun.elapsed().as_secs() < 20 => {
                std::thread::sleep(std::time::Duration::from_millis(20));
            }
            opened => return opened.unwrap(),
        }
    }
}

impl Desk {
    pub fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let home = folder.path().join("test.stewartry");
        let first = NewPerson { name: OFFICER, role: Role::Officer, administers: true, passphrase: PASSPHRASE };
        let mut ws = Workspace::create(&home, first, KeyCost::TEST).unwrap();
        for (name, role) in [(SECOND_OFFICER, Role::Officer), (SUPERVISOR, Role::Supervisor)] {
            people::add(&mut ws, NewPerson { name, role, administers: false, passphrase: GIVEN }).unwrap();
        }
        // Everybody makes the key their own: who still has the one they were given does not sign what the giver decided
        for name in [SECOND_OFFICER, SUPERVISOR] {
            drop(ws);
            ws = opened(&home, name, GIVEN);
            people::change_passphrase(&mut ws, GIVEN, PASSPHRASE).unwrap();
        }
        drop(ws);
        let ws = opened(&home, OFFICER, PASSPHRASE);
        Self { folder, open: Some(ws), files: 0 }
    }

    /// A desk with the first `n` people in both extracts, each the candidate of their own CHI.
    pub fn with_people(n: u16) -> Self {
        let mut desk = Self::new();
        let mosaic_file = (0..n).fold(MosaicFile::default(), MosaicFile::plain);
        let chi_file = (0..n).fold(ChiFile::default(), ChiFile::plain);
        desk.load_mosaic(mosaic_file);
        desk.load_chi(chi_file);
        desk.load_links((0..n).map(|n| (mosaic(n).to_string(), chi(n).to_string(), 20.0)));
        desk
    }

    /// A desk with sixty people in both extracts, matched; CHI says of the first fourteen that they have died.
    pub fn with_the_dead() -> Self {
        let mut desk = Self::new();
        desk.load_mosaic((0..60).fold(MosaicFile::default(), MosaicFile::plain));
        let died = |file: ChiFile, n: u16| file.with(chi(n).as_str(), &person(n), "D", "");
        desk.load_chi((14..60).fold((0..14).fold(ChiFile::default(), died), ChiFile::plain));
        matching::run(desk.ws(), &Options::default(), &Progress::new()).unwrap();
        desk
    }

    pub fn ws(&mut self) -> &mut Workspace {
        self.open.as_mut().unwrap()
    }

    /// Gets up: nobody has it open.
    pub fn close(&mut self) {
        self.open = None;
    }

    /// Sits down with a passphrase of one's own.
    pub fn sit_down(&mut self, name: &str, passphrase: &str) {
        self.close();
        self.open = Some(opened(&self.path("test.stewartry"), name, passphrase));
    }

    /// Gets up and hands the opened workspace over, to a window for one.
    pub fn leave(&mut self) -> Workspace {
        self.open.take().unwrap()
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub fn write(&mut self, text: &str) -> PathBuf {
        self.files += 1;
        let path = self.path(&format!("file-{}.csv", self.files));
        std::fs::write(&path, text).unwrap();
        path
    }

    /// Lets another person sit down at the desk.
    pub fn become_(&mut self, name: &str) {
        self.sit_down(name, PASSPHRASE);
    }

    pub fn load_path(&mut self, path: &Path, kind: Kind, again: bool) -> Result<LoadOutcome, Refused> {
        let plan = intake::preview(path, Some(kind), &Progress::new())?.plan();
        load(self.ws(), &plan, LoadOptions { again, ..LoadOptions::default() }, &Progress::new())
    }

    /// Loads what may look like a wrong file.
    pub fn load_in_spite(&mut self, path: &Path, kind: Kind) -> LoadOutcome {
        let plan = intake::preview(path, Some(kind), &Progress::new()).unwrap().plan();
        load(self.ws(), &plan, LoadOptions { in_spite: true, ..LoadOptions::default() }, &Progress::new()).unwrap()
    }

    pub fn load(&mut self, text: &str, kind: Kind) -> LoadOutcome {
        let path = self.write(text);
        self.load_path(&path, kind, false).unwrap()
    }

    pub fn load_mosaic(&mut self, file: MosaicFile) -> LoadOutcome {
        self.load(&file.0, Kind::Mosaic)
    }

    pub fn load_chi(&mut self, file: ChiFile) -> LoadOutcome {
        self.load(&file.0, Kind::Chi)
    }

    /// Candidate pairs, links in one file and duplicates in another.
    pub fn load_links(&mut self, rows: impl Iterator<Item = (String, String, f64)>) {
        let (links, duplicates): (Vec<_>, Vec<_>) = rows.partition(|(_, right, _)| Chi::parse(right).is_ok());
        for part in [links, duplicates] {
            let rows: Vec<_> = part.iter().map(|(a, b, w)| (a.as_str(), b.as_str(), *w)).collect();
            if !rows.is_empty() {
                self.load(&pairs(&rows), Kind::NarrowPairs);
            }
        }
    }

    pub fn decide(&mut self, key: &PairKey, answer: Answer) -> Result<(), Refused> {
        decide::decide(self.ws(), key, answer).map(|_| ())
    }

    /// *Match*, with a reason where one is needed, and a comment with it.
    pub fn match_(&mut self, key: &PairKey) {
        let bare = self.decide(key, Answer::of(Verdict::Match));
        if let Err(Refused::ReasonNeeded { .. }) = bare {
            let comment = "Seen in both records".to_owned();
            self.decide(key, Answer { comment, ..Answer::of(Verdict::Match).because(Reason::CheckedElsewhere) })
                .unwrap();
        } else {
            bare.unwrap();
        }
    }

    /// A batch of everything that is ready, submitted by whoever sits here.
    pub fn submit(&mut self) -> BatchId {
        let batch = batches::compose_all_ready(self.ws(), "November").unwrap().batch;
        submit::submit(self.ws(), batch, submit::Sampling::default()).unwrap();
        batch
    }

    /// Re-checks the whole sample as the supervisor, and signs.
    pub fn sign(&mut self, batch: BatchId) -> String {
        self.become_(SUPERVISOR);
        self.recheck_all(batch);
        sign_off::sign(self.ws(), batch).unwrap().output
    }

    /// Answers all that is asked a second time as it was decided.
    pub fn recheck_all(&mut self, batch: BatchId) {
        let held = self.ws().batch(batch).unwrap().unwrap();
        for (key, _) in sign_off::to_answer(self.ws(), &held).unwrap() {
            let verdict = self.ws().decision(&key).unwrap().unwrap().judgement.verdict;
            sign_off::recheck(self.ws(), batch, &key, verdict).unwrap();
        }
    }
}

/// The kinds of the hard stops that refused.
pub fn stops(result: Result<(), Refused>) -> Vec<stewartry::stewardship::StopKind> {
    match result {
        Err(Refused::HardStop(stops)) => stops.into_iter().map(|stop| stop.kind).collect(),
        other => panic!("no hard stop but {other:?}"),
    }
}

/// The codes of the warnings for which a reason is needed.
pub fn reasons_needed(result: Result<(), Refused>) -> Vec<&'static str> {
    match result {
        Err(Refused::ReasonNeeded { warnings }) => warnings.into_iter().map(|warning| warning.kind.code()).collect(),
        other => panic!("no reason needed but {other:?}"),
    }
}

fn without_warnings(ws: &Workspace, kind: PairKind) -> Vec<Class> {
    decide::classes(ws, kind).unwrap().into_iter().filter(|class| class.warnings().is_empty()).collect()
}

/// Accepts the certain pairs of a kind as an officer does who finds every pair right: the few of each class one by one, then the
/// others of it. How many are matched by it, and what was left for a person and why.
pub fn accept_certain(ws: &mut Workspace, kind: PairKind) -> (u64, Vec<(String, u64)>) {
    let (mut matched, mut left) = (0, Vec::new());
    for class in without_warnings(ws, kind) {
        loop {
            let now = decide::class(ws, kind, class.alike).unwrap();
            let next = now.and_then(|now| now.few.into_iter().find(|(_, verdict)| verdict.is_none()));
            let Some((id, _)) = next else { break };
            let key = ws.pair(id).unwrap().unwrap().key;
            let merge = match &key {
                PairKey::Duplicate { a, b } => Some(merge::propose_target(ws, a, b).unwrap().merge()),
                PairKey::Link { .. } => None,
            };
            match decide::decide(ws, &key, Answer { merge, ..Answer::of(Verdict::Match) }) {
                Ok(_) => matched += 1,
                Err(_) => drop(decide::decide(ws, &key, Answer::of(Verdict::Unsure)).unwrap()),
            }
        }
    }
    for class in without_warnings(ws, kind).into_iter().filter(Class::is_looked_at) {
        let outcome = decide::accept_class(ws, kind, class.alike, None, &Progress::new()).unwrap();
        matched += outcome.accepted;
        left.extend(outcome.left);
    }
    (matched, left)
}
