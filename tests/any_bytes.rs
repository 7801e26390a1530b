//! Whatever the bytes: no parser panics, none hangs, no row is lost, and nothing is half kept.
//!
//! Files are made of chance, and of the corpus of bad files with something done to them. 256 of each by default, in seconds;
//! hours of them by `PROPTEST_CASES=1000000 cargo test --release --test behaviour -- any_bytes::`. What such a run finds is put
//! right, and the file becomes a row of `tests/corpus/expected.csv`.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::Index;
use stewartry::intake::{
    Accepted, Format, Gather, IntakeError, Kind, Mapping, Plan, Rejected, Row, Tally, Verdict, gather, glance, preview,
    read,
};
use stewartry::person::{self, Carried, Chi, ChiStatus, ChiView, MosaicId, MosaicView, PartialDate, Sex};
use stewartry::progress::Progress;
use stewartry::stewardship::{decide, known, sign_off};

use crate::desk::*;
use crate::proofs::Proof;

/// More than any of these small files takes, by far: what takes longer than that does not scale with its file.
const PATIENCE: Duration = Duration::from_secs(10);

/// Files to do something to: the corpus, what Splink wrote, and decisions.
fn seeds() -> &'static [Vec<u8>] {
    static SEEDS: OnceLock<Vec<Vec<u8>>> = OnceLock::new();
    SEEDS.get_or_init(|| {
        let tests = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests");
        let mut paths: BTreeSet<PathBuf> = BTreeSet::new();
        for folder in ["corpus", "exchange"] {
            paths.extend(fs::read_dir(tests.join(folder)).unwrap().map(|entry| entry.unwrap().path()));
        }
        let read = |path: PathBuf| fs::read(path).unwrap();
        paths.into_iter().map(read).filter(|bytes| bytes.len() < 64 << 10).collect()
    })
}

/// Bytes that mean something to a parser.
const TOKENS: [&[u8]; 24] = [
    b"\"",
    b"\"\"",
    b",",
    b";",
    b"\t",
    b"|",
    b"\r",
    b"\n",
    b"\r\n",
    b"\0",
    b"\x1a",
    b"\xef\xbb\xbf",
    b"\xff\xfe",
    b"=",
    b"'",
    b"\xc3",
    b"\xe9",
    b"\xed\xa0\x80",
    b"NaN",
    b"-1",
    b"1e999",
    b"sep=;\n",
    b"1904851231",
    b"19/04/1985",
];

/// Something done to a file.
#[derive(Debug, Clone)]
enum Change {
    Flip(Index, u8),
    Put(Index, usize),
    Noise(Index, Vec<u8>),
    Take(Index, u8),
    Again(Index, u8),
    Cut(Index),
    Splice(Index, Index),
}

fn change() -> impl Strategy<Value = Change> {
    prop_oneof![
        4 => (any::<Index>(), any::<u8>()).prop_map(|(at, with)| Change::Flip(at, with)),
        6 => (any::<Index>(), 0..TOKENS.len()).prop_map(|(at, token)| Change::Put(at, token)),
        1 => (any::<Index>(), vec(any::<u8>(), 1..9)).prop_map(|(at, noise)| Change::Noise(at, noise)),
        2 => (any::<Index>(), any::<u8>()).prop_map(|(at, count)| Change::Take(at, count)),
        2 => (any::<Index>(), any::<u8>()).prop_map(|(at, count)| Change::Again(at, count)),
        1 => any::<Index>().prop_map(Change::Cut),
        1 => (any::<Index>(), any::<Index>()).prop_map(|(at, other)| Change::Splice(at, other)),
    ]
}

fn changed(mut bytes: Vec<u8>, changes: &[Change]) -> Vec<u8> {
    for change in changes {
        let len = bytes.len();
        let place = |at: &Index| at.index(len + 1);
        match change {
            Change::Flip(at, with) if len > 0 => bytes[at.index(len)] ^= with,
            Change::Flip(..) => {}
            Change::Put(at, token) => drop(bytes.splice(place(at)..place(at), TOKENS[*token].iter().copied())),
            Change::Noise(at, noise) => drop(bytes.splice(place(at)..place(at), noise.iter().copied())),
            Change::Take(at, count) => drop(bytes.drain(place(at)..(place(at) + usize::from(*count)).min(len))),
            Change::Again(at, count) => {
                let piece = bytes[place(at)..(place(at) + usize::from(*count)).min(len)].to_vec();
                bytes.extend(piece);
            }
            Change::Cut(at) => bytes.truncate(place(at)),
            Change::Splice(at, other) => {
                let other = &seeds()[other.index(seeds().len())];
                bytes.truncate(place(at));
                bytes.extend(&other[at.index(other.len() + 1)..]);
            }
        }
    }
    bytes
}

fn file() -> impl Strategy<Value = Vec<u8>> {
    let from_a_seed = (any::<Index>(), vec(change(), 0..8))
        .prop_map(|(seed, changes)| changed(seeds()[seed.index(seeds().len())].clone(), &changes));
    let of_tokens = vec(prop::sample::select(TOKENS.to_vec()), 0..60).prop_map(|tokens| tokens.concat());
    prop_oneof![8 => from_a_seed, 1 => vec(any::<u8>(), 0..2048), 1 => of_tokens]
}

fn kind() -> impl Strategy<Value = Option<Kind>> {
    prop::option::of(prop::sample::select(Kind::ALL.to_vec()))
}

/// A temporary file, and the time since it was written.
struct Written {
    folder: tempfile::TempDir,
    at: Instant,
}

impl Written {
    fn new(bytes: &[u8]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("any.csv"), bytes).unwrap();
        Self { folder, at: Instant::now() }
    }

    fn path(&self) -> PathBuf {
        self.folder.path().join("any.csv")
    }
}

impl Drop for Written {
    fn drop(&mut self) {
        assert!(std::thread::panicking() || self.at.elapsed() < PATIENCE, "a small file takes {:?}", self.at.elapsed());
    }
}

/// Whether every id that was accepted is one that a seed file admits.
fn ids_are_strict(row: &Row) -> bool {
    let is_strict = |id: &MosaicId| MosaicId::parse(id.as_str()).as_ref() == Some(id);
    match row {
        Row::Mosaic(record) => is_strict(&record.id),
        Row::Chi(record) => Chi::parse(record.chi.as_str()).is_ok(),
        Row::Pair(pair) => {
            [&pair.left, &pair.right].into_iter().all(|side| side.mosaic_id().is_none_or(is_strict))
                && pair.weight.is_none_or(f64::is_finite)
                && pair.probability.is_none_or(|it| (0.0..=1.0).contains(&it))
        }
        Row::Relationship(it) => is_strict(&it.one) && is_strict(&it.other) && it.one != it.other,
    }
}

fn rows_of(plan: &Plan) -> Result<(Tally, Vec<Verdict>), IntakeError> {
    let mut verdicts = Vec::new();
    let tally = read(plan, &Progress::new(), &mut |verdict| {
        verdicts.push(verdict);
        Ok(())
    })?;
    Ok((tally, verdicts))
}

/// Keeps nothing.
struct Nothing;

impl Gather for Nothing {
    fn mosaic(&mut self, _: &MosaicView<'_>) {}
    fn chi(&mut self, _: &ChiView<'_>) {}
}

/// An error is a sentence with the file's name, and nothing else.
fn is_a_sentence(error: &IntakeError, path: &Path) -> bool {
    let said = error.to_string();
    said.contains(&path.display().to_string()) && !said.ends_with('.')
}

proptest! {
    fn a_file(bytes in file(), kind in kind()) {
        let written = Written::new(&bytes);
        let path = written.path();
        let found = match preview(&path, kind, &Progress::new()) {
            Ok(found) => found,
            Err(error) => {
                prop_assert!(is_a_sentence(&error, &path), "{error}");
                let straight = glance(&path, kind).and_then(|plan| rows_of(&plan));
                prop_assert!(straight.is_err(), "refused by the look and not by the reading: {error}");
                return Ok(());
            }
        };
        prop_assert_eq!(found.bytes, bytes.len() as u64);
        let (tally, verdicts) = match rows_of(&found.plan()) {
            Ok(rows) => rows,
            Err(error @ IntakeError::Unmapped { .. }) => {
                prop_assert!(is_a_sentence(&error, &path), "{error}");
                return Ok(());
            }
            Err(error) => return Err(TestCaseError::fail(format!("previewed, and not read: {error}"))),
        };
        prop_assert_eq!(tally.rows, found.rows);
        prop_assert_eq!(tally.accepted + tally.warned + tally.rejected, tally.rows);
        prop_assert_eq!(verdicts.len() as u64, tally.rows);
        prop_assert_eq!(&tally.sha256, &found.sha256);
        let mut last = 0;
        for verdict in &verdicts {
            let line = match verdict {
                Verdict::Accepted(Accepted { line, row, .. }) => {
                    prop_assert!(ids_are_strict(row), "line {line}");
                    *line
                }
                Verdict::Rejected(Rejected { line, reason, .. }) => {
                    prop_assert!(!reason.to_string().is_empty() && !reason.name().is_empty());
                    *line
                }
            };
            prop_assert!(line > last, "line {line} after line {last}");
            last = line;
        }
        let (straight, again) = glance(&path, kind).and_then(|plan| rows_of(&plan)).map_err(|error| TestCaseError::fail(error.to_string()))?;
        prop_assert_eq!(&straight, &tally);
        prop_assert_eq!(&again, &verdicts);
        if matches!(found.mapping.kind, Kind::Mosaic | Kind::Chi) && matches!(found.format, Format::Text(_)) {
            let fast = gather(&path, found.mapping.kind, &Progress::new(), || Nothing);
            prop_assert_eq!(fast.map(|gathered| gathered.tally).map_err(|error| error.to_string()), Ok(tally));
        }
    }

    fn a_parquet_file(
        which in any::<bool>(),
        changes in vec(change(), 1..6),
        kind in kind(),
    ) {
        let name = if which { "links.parquet" } else { "links_pandas.parquet" };
        let whole = fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/exchange").join(name)).unwrap();
        // The marks at the ends stay, so that what is between them is read.
        let inner = changed(whole[4..whole.len() - 4].to_vec(), &changes);
        let written = Written::new(&[&whole[..4], &inner[..], &whole[whole.len() - 4..]].concat());
        let path = written.path();
        match preview(&path, kind, &Progress::new()) {
            Err(error) => prop_assert!(is_a_sentence(&error, &path), "{error}"),
            Ok(found) => match rows_of(&found.plan()) {
                Ok((tally, _)) => prop_assert_eq!(tally.accepted + tally.warned + tally.rejected, found.rows),
                Err(error) => prop_assert!(matches!(error, IntakeError::Unmapped { .. }), "{error}"),
            },
        }
    }

    fn a_mapping(bytes in file(), json in "[\\[\\]{}:,\"a-z_0-9 ]{0,80}") {
        let headings = ["PersonID".to_owned(), "Surname".to_owned()];
        let mapping = format!("{{\"stewartry_mapping\":1,\"kind\":\"mosaic\",\"columns\":{{{json}}},\"headings\":[]}}");
        for text in [&bytes[..], json.as_bytes(), mapping.as_bytes()] {
            let written = Written::new(text);
            if let Err(error) = Mapping::read(&written.path(), &headings) {
                prop_assert!(is_a_sentence(&error, &written.path()), "{error}");
            }
        }
    }
}

/// Text of a field: any, or nearly what belongs there.
fn field() -> impl Strategy<Value = String> {
    let nearly = prop::sample::select(vec![
        "1904851231",
        "101336489",
        "=\"0101336489\"",
        "1.01011E+09",
        "19/04/1985",
        "1985-04-19T00:00:00Z",
        "19 Apr 1985",
        "--04-19",
        "1985---19",
        "01/01/1900",
        "DG1 2AB",
        "ZZ99 3VZ",
        "NK1 0AA",
        "Flat 2/1, 40 High Street",
        "1F2",
        "M'Kie",
        "Mac Donald-O'Neill",
        "Baby KERR",
        "Mrs Ann",
        "ß",
        "ǆ",
        "İ",
        "ﬁ",
    ]);
    let token = prop::sample::select(vec![
        "", " ", "-", "'", "\"", "=", ".", "/", "é", "\u{301}", "\u{200b}", "０", "٣", "𝟙", "E", "T", "0",
    ]);
    let broken = (nearly, any::<Index>(), token, any::<bool>()).prop_map(|(text, at, token, cut)| {
        let at = text.char_indices().map(|(at, _)| at).nth(at.index(text.chars().count())).unwrap_or_default();
        let rest = if cut { text[at..].chars().skip(1).collect() } else { text[at..].to_owned() };
        format!("{}{token}{rest}", &text[..at])
    });
    prop_oneof![3 => broken, 1 => any::<String>(), 1 => "[0-9/\\-. :TZ]{0,24}", 1 => "\\PC{0,40}"]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: ProptestConfig::default().cases * 8, ..ProptestConfig::default() })]

    fn a_field(text in field()) {
        let started = Instant::now();
        let reading = person::chi::read(Some(&text));
        if let Some(chi) = reading.chi {
            prop_assert_eq!(person::chi::check(Some(chi.as_str())), person::chi::Outcome::Valid);
        }
        prop_assert_eq!(person::chi::check(Some(&text)) == person::chi::Outcome::Valid, Chi::parse(&text).is_ok());
        let _ = (reading.findings(), reading.words());
        if let person::date::Reading::Date(date) = person::date::read(&text) {
            prop_assert_eq!(PartialDate::new(date.year, date.month, date.day), Some(date));
            prop_assert_eq!(PartialDate::parse_iso(&date.iso()), Some(date));
            let _ = date.words();
        }
        let _ = PartialDate::parse_iso(&text);
        if let person::postcode::Reading::Postcode(postcode) = person::postcode::read(&text) {
            let again = person::postcode::read(&postcode.spaced());
            prop_assert_eq!(again, person::postcode::Reading::Postcode(postcode));
        }
        let folded = person::name::fold_surname(&text);
        prop_assert!(folded.is_ascii(), "{folded:?}");
        let _ = (person::name::fold_forename(&text), person::name::parts(&text), person::name::is_placeholder(&text));
        let _ = (person::name::split_first_names(&text), person::name::strip_title(&text));
        let lines: Vec<&str> = text.split(',').collect();
        let _ = person::address::parse(&lines);
        let _ = (Sex::parse(&text), Carried::parse(&text), ChiStatus::parse(&text), MosaicId::parse(&text));
        prop_assert!(started.elapsed() < PATIENCE);
    }
}

/// A sheet of decisions with something done to it.
fn sheet() -> impl Strategy<Value = Vec<u8>> {
    let cell = || {
        prop_oneof![
            4 => (0u16..6).prop_map(|n| mosaic(n).to_string()),
            4 => (0u16..6).prop_map(|n| chi(n).to_string()),
            4 => prop::sample::select(vec!["link", "duplicate", "match", "not_match", "unsure", "refer", "yes", ""]).prop_map(str::to_owned),
            1 => field(),
        ]
    };
    let likely = (0u16..6, 0u16..6, prop::sample::select(vec!["match", "not_match", "unsure", "refer", "", "perhaps"]))
        .prop_map(|(left, right, verdict)| {
            vec![
                "link".to_owned(),
                mosaic(left).to_string(),
                chi(right).to_string(),
                verdict.to_owned(),
                String::new(),
                String::new(),
            ]
        });
    let row = prop_oneof![2 => likely, 1 => vec(cell(), 6)];
    (vec(row, 0..8), vec(change(), 0..3)).prop_map(|(rows, changes)| {
        let mut writer = csv::Writer::from_writer(Vec::new());
        writer.write_record(["kind", "left", "right", "verdict", "reason", "comment"]).unwrap();
        rows.iter().for_each(|row| writer.write_record(row).unwrap());
        changed(writer.into_inner().unwrap(), &changes)
    })
}

/// Runs a property over one desk.
fn runner() -> proptest::test_runner::TestRunner {
    let config = ProptestConfig { failure_persistence: None, ..ProptestConfig::default() };
    proptest::test_runner::TestRunner::new(config)
}

#[test]
fn a_sheet_of_decisions_is_taken_row_by_row_or_not_at_all() {
    let mut proof = Proof::of(8, "sheets of decisions of any bytes");
    let mut desk = Desk::with_people(6);
    let mut runner = runner();
    let desk_of_the_runs = std::cell::RefCell::new(&mut desk);
    let run = |bytes: Vec<u8>| {
        let mut desk = desk_of_the_runs.borrow_mut();
        let written = Written::new(&bytes);
        let before = desk.ws().ledger_head().unwrap();
        match decide::decide_file(desk.ws(), &written.path(), &Progress::new()) {
            Ok(outcome) => {
                let told = outcome.decided + outcome.same_as_before + outcome.refused.len() as u64;
                prop_assert_eq!(told, outcome.rows);
                prop_assert_eq!(outcome.answers.iter().sum::<u64>(), outcome.decided);
                prop_assert!(outcome.refused.iter().all(|row| row.line > 1 && !row.why.is_empty()));
            }
            Err(_) => prop_assert_eq!(desk.ws().ledger_head().unwrap(), before),
        }
        Ok(())
    };
    runner.run(&sheet(), run).unwrap();
    proof.tried(u64::from(ProptestConfig::default().cases));
    assert!(desk.ws().check(&Progress::new()).unwrap().ok);
}

#[test]
fn a_sheet_of_second_answers_and_one_of_known_pairs_are_taken_whole_or_not_at_all() {
    let mut proof = Proof::of(8, "sheets of second answers, and of known pairs, of any bytes");
    let mut desk = Desk::with_people(6);
    (0..6).for_each(|n| desk.match_(&link(n)));
    let batch = desk.submit();
    desk.become_(SUPERVISOR);
    let mut runner = runner();
    let desk_of_the_runs = std::cell::RefCell::new(&mut desk);
    let run = |bytes: Vec<u8>| {
        let mut desk = desk_of_the_runs.borrow_mut();
        let written = Written::new(&bytes);
        let before = desk.ws().ledger_head().unwrap();
        if sign_off::recheck_file(desk.ws(), batch, &written.path(), &Progress::new()).is_err() {
            prop_assert_eq!(desk.ws().ledger_head().unwrap(), before);
        }
        let before = desk.ws().ledger_head().unwrap();
        match known::from_file(desk.ws(), &written.path(), &Progress::new()) {
            Ok(outcome) => prop_assert!(outcome.taken + outcome.refused.len() as u64 <= outcome.rows),
            Err(_) => prop_assert_eq!(desk.ws().ledger_head().unwrap(), before),
        }
        Ok(())
    };
    runner.run(&sheet(), run).unwrap();
    proof.tried(u64::from(ProptestConfig::default().cases));
    assert!(desk.ws().check(&Progress::new()).unwrap().ok);
}

#[test]
fn a_file_is_refused_in_a_sentence_or_every_row_of_it_is_accounted_for() {
    let mut proof = Proof::of(8, "files of any bytes, refused or every row accounted for");
    a_file();
    proof.tried(u64::from(ProptestConfig::default().cases));
}

#[test]
fn a_damaged_parquet_file_is_refused_in_a_sentence_or_read() {
    let mut proof = Proof::of(8, "damaged Parquet files");
    a_parquet_file();
    proof.tried(u64::from(ProptestConfig::default().cases));
}

#[test]
fn a_mapping_is_read_or_refused() {
    let mut proof = Proof::of(8, "mappings of any bytes");
    a_mapping();
    proof.tried(u64::from(ProptestConfig::default().cases));
}

#[test]
fn every_field_is_read_as_what_it_is_or_as_nothing() {
    let mut proof = Proof::of(8, "fields of any text");
    a_field();
    proof.tried(u64::from(ProptestConfig::default().cases) * 8);
}
