//! How fast the hot parts of the engine are, on the demonstration extracts.
//!
//! `cargo bench --bench linkage`. Larger extracts come from `cargo run --release --example generate`; name their folder
//! in `STEWARTRY_EXTRACTS`.

use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use divan::counter::{BytesCount, ItemsCount};
use divan::{Bencher, black_box};
use stewartry::intake::{self, Kind};
use stewartry::linkage::hot::{Found, Prepared};
use stewartry::linkage::{self, Options, Session, Side, Table};
use stewartry::progress::Progress;

fn main() {
    divan::main();
}

struct Extracts {
    mosaic: Table,
    chi: Table,
    prepared: Prepared,
    found: Found,
}

static EXTRACTS: LazyLock<Extracts> = LazyLock::new(|| {
    let (mosaic, chi) = (table("mosaic.csv", Kind::Mosaic, Side::Mosaic), table("chi.csv", Kind::Chi, Side::Chi));
    let prepared = Prepared::new(&mosaic, &chi);
    let found = prepared.find().expect("nobody cancels a bench");
    Extracts { mosaic, chi, prepared, found }
});

fn extract(name: &str) -> PathBuf {
    let demonstration = || Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/demo");
    std::env::var_os("STEWARTRY_EXTRACTS").map_or_else(demonstration, PathBuf::from).join(name)
}

fn table(name: &str, kind: Kind, side: Side) -> Table {
    let read = intake::gather(&extract(name), kind, &Progress::new(), || Table::new(side)).expect("a sound extract");
    Table::of_parts(side, read.parts.into_iter().map(|part| (part.gathered, part.repeated)).collect())
}

/// From the bytes of the CHI extract to a table.
#[divan::bench(sample_count = 20)]
fn read(bencher: Bencher<'_, '_>) {
    let bytes = std::fs::metadata(extract("chi.csv")).map_or(0, |about| about.len() as usize);
    bencher.counter(BytesCount::new(bytes)).bench(|| table("chi.csv", Kind::Chi, Side::Chi));
}

/// Both tables side by side: values numbered, rows in order.
#[divan::bench(sample_count = 20)]
fn prepare(bencher: Bencher<'_, '_>) {
    bencher.bench(|| Prepared::new(&EXTRACTS.mosaic, &EXTRACTS.chi));
}

/// Pairs of two people, nearly all: what most comparisons are spent on.
#[divan::bench]
fn compare_strangers(bencher: Bencher<'_, '_>) {
    const PAIRS: usize = 10_000;
    bencher.counter(ItemsCount::new(PAIRS)).bench(|| EXTRACTS.prepared.compare(black_box(PAIRS)));
}

/// Keys, joins, the walk and the comparison of every candidate pair.
#[divan::bench(sample_count = 20)]
fn candidates(bencher: Bencher<'_, '_>) {
    bencher.counter(ItemsCount::new(EXTRACTS.found.compared())).bench(|| EXTRACTS.prepared.find().is_ok());
}

/// Estimation over pattern counts.
#[divan::bench(sample_count = 20)]
fn estimation(bencher: Bencher<'_, '_>) {
    bencher.bench(|| EXTRACTS.prepared.estimate(&EXTRACTS.found));
}

/// Weights with value frequencies.
#[divan::bench(sample_count = 20)]
fn weighing(bencher: Bencher<'_, '_>) {
    bencher.counter(ItemsCount::new(EXTRACTS.found.kept())).bench(|| EXTRACTS.prepared.weigh(&EXTRACTS.found));
}

/// The whole run.
#[divan::bench(sample_count = 10)]
fn link(bencher: Bencher<'_, '_>) {
    let Extracts { mosaic, chi, .. } = &*EXTRACTS;
    bencher
        .counter(ItemsCount::new(mosaic.len() + chi.len()))
        .bench(|| linkage::link(mosaic.clone(), chi.clone(), &Options::default(), &Progress::new()).is_ok());
}

/// A run over a session of which a thousand Mosaic records changed.
#[divan::bench(sample_count = 10)]
fn link_again(bencher: Bencher<'_, '_>) {
    let Extracts { mosaic, chi, .. } = &*EXTRACTS;
    let changed = || {
        let every = (mosaic.len() / 1000).max(1) as u32;
        mosaic.some(|row| row % every == 0)
    };
    let start = || Session::start(mosaic.clone(), chi.clone(), &Options::default(), &Progress::new());
    let (mut session, _) = start().expect("nobody cancels a bench");
    bencher.with_inputs(changed).bench_local_values(|changed| session.update(changed, &[], &Progress::new()).is_ok());
}
