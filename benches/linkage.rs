//! How fast the hot parts of the engine are, on the demonstration extracts.
//!
//! `cargo bench --bench linkage`. Larger extracts come from `cargo run --release --example generate`; name their folder
//! in `STEWARTRY_EXTRACTS`.

use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use divan::counter::ItemsCount;
use divan::{Bencher, black_box};
use stewartry::intake::{self, Kind, Row, Verdict};
use stewartry::linkage::hot::{Found, Prepared};
use stewartry::linkage::{self, Options, Side, Table};
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

fn table(name: &str, kind: Kind, side: Side) -> Table {
    let demonstration = || Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/demo");
    let folder = std::env::var_os("STEWARTRY_EXTRACTS").map_or_else(demonstration, PathBuf::from);
    let plan = intake::glance(&folder.join(name), Some(kind)).expect("the extract is there");
    let mut table = Table::new(side);
    intake::read(&plan, &Progress::new(), &mut |verdict| {
        if let Verdict::Accepted(accepted) = verdict {
            match accepted.row {
                Row::Mosaic(record) => table.push_mosaic(&record),
                Row::Chi(record) => table.push_chi(&record),
                Row::Pair(_) => {}
            }
        }
        Ok(())
    })
    .expect("the extract is sound");
    table
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
