//! A small workspace of invented people, for this room's tests.
#![allow(clippy::unwrap_used)]

use std::path::PathBuf;

use rusqlite::Connection;
use rusqlite::types::Value;

use super::*;
use crate::pair::{
    Band, Hazards, How, Judgement, Merge, Origin, PairKey, Reason, RecordJudgement, RecordVerdict, Verdict,
};
use crate::person::{Chi, ChiRecord, ChiStatus, Details, MosaicId, MosaicRecord, PartialDate, Sex, chi};

pub(super) const PASSPHRASE: &str = "a passphrase for tests";

pub(super) struct Fixture {
    pub(super) folder: tempfile::TempDir,
    pub(super) ws: Workspace,
}

pub(super) fn officer(name: &str) -> NewPerson<'_> {
    NewPerson { name, role: Role::Officer, administers: true, passphrase: PASSPHRASE }
}

/// Who makes a workspace of these tests: a supervisor, who decides like anybody and then does not sign.
fn first() -> NewPerson<'static> {
    NewPerson { role: Role::Supervisor, ..officer("Ailsa Craig") }
}

/// Who signs in these tests.
const SIGNER: &str = "Sheila Gall";
/// The passphrase that she chose.
const OWN_PASSPHRASE: &str = "a passphrase of her own";

/// A workspace with Ailsa Craig signed in, and `people` people in each extract.
pub(super) fn workspace(people: u32) -> Fixture {
    filled(people, |home| Workspace::create(home, first(), KeyCost::TEST))
}

/// The same as it was before people had keys to sign with.
pub(super) fn workspace_before_keys(people: u32) -> Fixture {
    filled(people, |home| Workspace::create_first_form(home, first()))
}

fn filled(people: u32, create: impl Fn(&std::path::Path) -> Result<Workspace>) -> Fixture {
    let folder = tempfile::tempdir().unwrap();
    let ws = create(&folder.path().join("Test.stewartry")).unwrap();
    let mut fixture = Fixture { folder, ws };
    if people > 0 {
        fixture.load(people, "");
    }
    fixture
}

pub(super) fn mosaic_id(n: u32) -> MosaicId {
    MosaicId::parse(&format!("{n:05}")).unwrap()
}

pub(super) fn chi_number(n: u32) -> Chi {
    let (day, month) = (1 + (n % 28) as u8, 1 + (n / 28 % 12) as u8);
    (0..).find_map(|more| chi::issue(day, month, 1960 + (n / 336) as u16, (n % 90) as u16 + more)).unwrap()
}

pub(super) fn link(n: u32) -> PairKey {
    PairKey::link(mosaic_id(n), chi_number(n))
}

pub(super) fn duplicate(a: u32, b: u32) -> PairKey {
    PairKey::duplicate(mosaic_id(a), mosaic_id(b)).unwrap()
}

fn details(n: u32, street: &str) -> Details {
    let (day, month, _) = chi_number(n).day_month_year();
    Details {
        surname: format!("Macsurname{n}"),
        forename: format!("Forename{n}"),
        sex: Sex::Female,
        birth: PartialDate::whole(1960 + (n / 336) as u16, month, day),
        address: vec![format!("{n} {street} Street")],
        postcode: format!("DG{} {}AB", 1 + n % 9, n % 9),
        ..Details::default()
    }
}

pub(super) fn mosaic_record(n: u32, street: &str) -> MosaicRecord {
    MosaicRecord {
        id: mosaic_id(n),
        details: details(n, street),
        chi_given: String::new(),
        chi: None,
        context: "Adult".into(),
        restricted: false,
        changed_given: String::new(),
        changed: None,
        holds: Vec::new(),
    }
}

pub(super) fn chi_record(n: u32) -> ChiRecord {
    ChiRecord { chi: chi_number(n), details: details(n, "High"), status: ChiStatus::Current, upi: None }
}

pub(super) fn new_pair(key: PairKey, weight: f64) -> NewPair {
    let probability = 1.0 / (1.0 + (-weight).exp2());
    let band = if probability >= 0.99 {
        Band::Auto
    } else if probability >= 0.1 {
        Band::Review
    } else {
        Band::Low
    };
    NewPair {
        key,
        weight,
        probability,
        band,
        hazards: Hazards::empty(),
        pattern: 7,
        keys: 3,
        margin: Some(2.5),
        best: true,
        origin: Origin::Engine,
        run: None,
    }
}

impl Fixture {
    pub(super) fn home(&self) -> PathBuf {
        self.ws.home().to_owned()
    }

    /// Closes the workspace and opens it again.
    pub(super) fn reopen(self) -> Self {
        self.seat("Ailsa Craig", PASSPHRASE)
    }

    /// Loads both extracts; `street` other than empty changes everybody's Mosaic address.
    pub(super) fn load(&mut self, people: u32, street: &str) -> FileId {
        let applied = self.ws.apply_with(|tx| {
            let file = tx.new_file(&new_file("mosaic", street))?;
            let (mut added, mut changed) = (0, 0);
            for n in 1..=people {
                match tx.put_mosaic(file, u64::from(n) + 1, &mosaic_record(n, street), &[])?.change {
                    Change::Added => added += 1,
                    Change::Changed | Change::OnlyChi => changed += 1,
                    Change::Unchanged => {}
                }
                tx.put_chi(file, u64::from(n) + 1, &chi_record(n), &[])?;
            }
            let gone = tx.mark_gone_mosaic()?;
            let rows = u64::from(people);
            let tally = FileTally { rows, accepted: rows, added, changed, gone, ..FileTally::default() };
            tx.finish_file(file, &tally)?;
            Ok((vec![file_loaded(tx, file, &tally)], file))
        });
        applied.unwrap().output
    }

    /// Matches: a link for everybody, and a duplicate of each person and the next but one.
    pub(super) fn matched(&mut self, people: u32) -> i64 {
        let links = (1..=people).map(|n| new_pair(link(n), f64::from(n % 20) - 5.0));
        let duplicates = (1..people.saturating_sub(1)).map(|n| new_pair(duplicate(n, n + 2), f64::from(n % 7)));
        self.run(links.chain(duplicates))
    }

    /// Somebody brings two records together.
    pub(super) fn found_by_hand(&mut self, pair: PairKey) {
        self.brought_together(pair, Origin::Hand);
    }

    /// Somebody brings two records together, by a search or (as the engine's) with a decision.
    pub(super) fn brought_together(&mut self, pair: PairKey, origin: Origin) {
        let found = NewPair { origin, ..new_pair(pair.clone(), 0.5) };
        let applied = self.ws.apply_with(|tx| {
            tx.put_pair(found)?;
            let scored = Some(tx.as_found(&pair)?);
            Ok((vec![Event::FoundByHand { pair, scored }], ()))
        });
        applied.unwrap();
    }

    pub(super) fn run(&mut self, pairs: impl Iterator<Item = NewPair>) -> i64 {
        let applied = self.ws.apply_with(|tx| {
            let run = tx.new_run("1", "{}", "{}", [0.99, 0.1])?;
            tx.replace_engine_candidates(run, pairs)?;
            let event = Event::Matched {
                run,
                engine: "1".into(),
                model_sha256: String::new(),
                inputs: Vec::new(),
                links: 0,
                duplicates: 0,
                learned_from: 0,
                pairs: Some(tx.as_proposed(&crate::progress::Progress::new())?),
            };
            Ok((vec![event], run))
        });
        applied.unwrap().output
    }

    /// What somebody who looks at a pair now would write down.
    pub(super) fn judgement(&self, key: &PairKey, verdict: Verdict) -> Judgement {
        let mosaic = |id: &str| {
            let stored = self.ws.mosaic(&MosaicId::parse(id).unwrap()).unwrap();
            stored.map(|it| it.content_hash).unwrap_or_default()
        };
        let (right_hash, merge) = match key {
            PairKey::Link { chi, .. } => {
                (self.ws.chi(chi).unwrap().map(|it| it.content_hash).unwrap_or_default(), None)
            }
            PairKey::Duplicate { a, b } => {
                let merge = Merge { source: b.clone(), target: a.clone(), blockers: Vec::new(), note: String::new() };
                (mosaic(key.right()), (verdict == Verdict::Match).then_some(merge))
            }
        };
        Judgement {
            verdict,
            reason: Some(Reason::Moved),
            comment: "Looked at “both”".into(),
            left_hash: mosaic(key.left()),
            right_hash,
            score_seen: false,
            how: How::ByHand,
            merge,
            replaces: None,
            moved: None,
        }
    }

    pub(super) fn decided(&self, key: &PairKey, verdict: Option<Verdict>) -> Event {
        let before = self.ws.decision(key).unwrap().map(|decision| Box::new(decision.judgement));
        let after = verdict.map(|verdict| Box::new(self.judgement(key, verdict)));
        Event::Decided { pair: key.clone(), before, after }
    }

    pub(super) fn decide(&mut self, key: &PairKey, verdict: Verdict) -> i64 {
        self.apply(vec![self.decided(key, Some(verdict))])
    }

    /// Applies events as one deed; the first one's sequence number.
    pub(super) fn apply(&mut self, events: Vec<Event>) -> i64 {
        self.ws.apply(events, |_| Ok(())).unwrap().seqs[0]
    }

    pub(super) fn refused(&mut self, events: Vec<Event>) -> String {
        let state = dump(&self.ws.conn);
        let error = self.ws.apply(events, |_| Ok(())).unwrap_err();
        assert!(matches!(error, WorkspaceError::Conflict(_)), "{error}");
        assert_eq!(dump(&self.ws.conn), state, "what was refused changed something");
        error.to_string()
    }

    pub(super) fn compose(&mut self, rows: Vec<PairKey>) -> BatchId {
        let batch = self.ws.next_batch().unwrap();
        self.apply(vec![Event::BatchComposed { batch, name: "B".into(), before: Vec::new(), after: rows }]);
        batch
    }

    pub(super) fn submitted(&self, batch: BatchId) -> Event {
        let content_hash = batches::content_hash(&self.ws.batch_rows(batch).unwrap());
        Event::BatchSubmitted { batch, content_hash, scores: Some(self.ws.scores_sha256(batch).unwrap()) }
    }

    pub(super) fn signed(&self, batch: BatchId) -> Event {
        let content_hash = self.ws.batch(batch).unwrap().unwrap().content_hash.unwrap();
        let rows_sha256 = self.ws.outgoing_sha256(batch, outgoing::Form::NEWEST).unwrap();
        let names = Some(Box::new(self.ws.names_of_batch(batch).unwrap()));
        let rows_form = Some(outgoing::Form::NEWEST.number());
        Event::BatchSigned { batch, content_hash, statement: "All looked at".into(), rows_sha256, names, rows_form }
    }

    /// Somebody else sits down and signs.
    pub(super) fn sign(self, batch: BatchId) -> Self {
        let mut it = self.with_signer().signer();
        it.apply(vec![it.signed(batch)]);
        it.reopen()
    }

    /// Adds who signs, who makes the key their own.
    pub(super) fn with_signer(mut self) -> Self {
        self.ws.add_person(NewPerson { role: Role::Supervisor, ..officer(SIGNER) }).unwrap();
        let mut it = self.seat(SIGNER, PASSPHRASE);
        it.ws.change_passphrase(PASSPHRASE, OWN_PASSPHRASE).unwrap();
        it.reopen()
    }

    /// Who signs sits down.
    pub(super) fn signer(self) -> Self {
        self.seat(SIGNER, OWN_PASSPHRASE)
    }

    fn seat(self, name: &str, passphrase: &str) -> Self {
        let Self { folder, ws } = self;
        let home = ws.home().to_owned();
        drop(ws);
        Self { folder, ws: Workspace::open(&home, name, passphrase).unwrap() }
    }

    pub(super) fn healthy(&self) {
        let report = self.ws.check(&crate::progress::Progress::new()).unwrap();
        assert!(report.ok, "{:#?}", report.lines);
    }
}

pub(super) fn new_file<'a>(kind: &'a str, sha256: &'a str) -> NewFile<'a> {
    NewFile { kind, name: "mosaic.csv", sha256, bytes: 10, format: "{}", mapping: "{}", headings: "[]" }
}

pub(super) fn file_loaded(tx: &Tx<'_>, file: FileId, tally: &FileTally) -> Event {
    let held = "SELECT kind, name, sha256 FROM source_file WHERE id = ?1";
    let held = tx.conn.query_row(held, [file.0], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)));
    let (kind, name, sha256) = held.unwrap();
    Event::FileLoaded {
        file,
        kind,
        name,
        sha256,
        rows: tally.rows,
        accepted: tally.accepted,
        warned: tally.warned,
        rejected: tally.rejected,
        added: tally.added,
        changed: tally.changed,
        gone: tally.gone,
        in_spite_of: Vec::new(),
        holds: Some(tx.as_loaded(&crate::progress::Progress::new()).unwrap()),
        pairs: Some(tx.as_proposed(&crate::progress::Progress::new()).unwrap()),
    }
}

pub(super) fn not_matchable(hash: &str) -> RecordJudgement {
    RecordJudgement {
        verdict: RecordVerdict::NotMatchable,
        reason: Reason::OutOfArea,
        comment: String::new(),
        content_hash: hash.into(),
    }
}

/// Everything that is derived from what people did, as it stands: what undo must bring back. Batches that were taken apart are
/// left out, for their numbers stay.
pub(super) fn dump(conn: &Connection) -> Vec<String> {
    let mut found = Vec::new();
    for query in [
        "SELECT 'staff', * FROM staff ORDER BY id",
        // The first person's comes with the migration, in a workspace of before
        "SELECT 'credential', seq, staff, given_by, confirmed_by FROM credential WHERE staff > 1 ORDER BY seq",
        "SELECT 'decision', * FROM decision ORDER BY kind, a, b",
        "SELECT 'record', * FROM record_decision ORDER BY mosaic_id",
        "SELECT 'batch', * FROM batch WHERE state <> 'withdrawn' ORDER BY id",
        "SELECT 'row', * FROM batch_row ORDER BY batch, kind, a, b",
        "SELECT 'assignment', * FROM assignment ORDER BY kind, a, b",
        "SELECT 'control', * FROM control ORDER BY batch, kind, a, b",
        "SELECT 'known', kind, a, b, verdict, staff FROM known ORDER BY kind, a, b",
        "SELECT 'second', source, batch, kind, a, b, staff, verdict, second_staff, second FROM second_answer ORDER BY source, batch, kind, a, b",
        "SELECT 'profile', name, version, profile FROM export_profile ORDER BY name, version",
        "SELECT 'left out', * FROM left_out ORDER BY batch, kind, a, b",
        "SELECT 'report', batch, sha256, name, accepted, rejected FROM load_report ORDER BY batch, sha256",
        "SELECT 'acknowledged', batch, a, b, accepted, reason FROM acknowledgement ORDER BY batch, a, b",
        "SELECT 'correction', id, state, content_hash FROM correction ORDER BY id",
        "SELECT 'correction row', * FROM correction_row ORDER BY correction, batch, a, b",
        "SELECT 'protocol', * FROM sharing_protocol ORDER BY version",
        "SELECT 'exception', * FROM sharing_exception ORDER BY a, b",
        "SELECT 'extract', * FROM extract ORDER BY id",
        "SELECT 'extract row', * FROM extract_row ORDER BY extract, chi",
        "SELECT 'extract person', * FROM extract_person ORDER BY chi, level, purpose",
        "SELECT 'candidate', id, a, b, band, answer FROM candidate ORDER BY id",
        "SELECT 'run', id, cut_auto, cut_review FROM run ORDER BY id",
    ] {
        let mut find = match conn.prepare(query) {
            Ok(find) => find,
            // Of a version before that table
            Err(error) if error.to_string().contains("no such table") => continue,
            Err(error) => panic!("{query}: {error}"),
        };
        let columns = find.column_count();
        let mut rows = find.query([]).unwrap();
        while let Some(row) = rows.next().unwrap() {
            let values: Vec<Value> = (0..columns).map(|column| row.get(column).unwrap()).collect();
            found.push(format!("{values:?}"));
        }
    }
    found
}

/// Small, fixed-seed randomness (SplitMix64).
pub(super) struct Dice(pub(super) u64);

impl Dice {
    pub(super) fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) % limit as u64) as usize
    }
}
