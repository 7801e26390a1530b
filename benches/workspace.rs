//! How fast a workspace of a region is: 150,000 Mosaic records, 1,000,000 CHI records, 1,000,000 candidate pairs.
//!
//! `cargo bench --bench workspace` makes it of the demonstration extracts, small. The region's come from `cargo run --release
//! --example generate`; name their folder in `STEWARTRY_EXTRACTS`, and in `STEWARTRY_KEEP` a folder where the workspace stays
//! for the next run, which then measures what the window does alone. `STEWARTRY_PAIRS` says how many pairs it is filled up to.
//!
//! Loads, matches and refreshes run as the program itself, a process each, so that the peak memory of each is its own. What the
//! window does is done by the window's own parts: the session, the queue and the desk of Review, without drawing.

#[path = "workspace/desk.rs"]
mod desk;
#[path = "workspace/program.rs"]
mod program;

use std::path::PathBuf;
use std::sync::{LazyLock, Mutex, PoisonError};
use std::time::Instant;

use divan::{Bencher, black_box};
use stewartry::desktop::screens::pair::Queue;
use stewartry::pair::{Band, Hazards, PairKind, Verdict};
use stewartry::person::MosaicId;
use stewartry::progress::Progress;
use stewartry::stewardship::decide;
use stewartry::stewardship::find::Search;
use stewartry::workspace::{Order, QueueFilter, StateFilter, Status, Touched, Workspace};

use crate::program::{NAME, PASSPHRASE, Region};

fn main() {
    let folder = tempfile::tempdir().expect("a folder for the workspace");
    let kept = std::env::var_os("STEWARTRY_KEEP").map_or_else(|| folder.path().to_owned(), PathBuf::from);
    let stands = Region::stands(&kept);
    let region = Region::made(&kept);
    if !stands {
        region.refresh();
    }
    desk::next_pair(&region.home);
    *HOME.lock().unwrap_or_else(PoisonError::into_inner) = region.home;
    LazyLock::force(&WORK);
    divan::main();
}

static HOME: Mutex<PathBuf> = Mutex::new(PathBuf::new());

/// The workspace, and a search begun for one of its people.
struct Work {
    ws: Workspace,
    person: MosaicId,
    search: Search,
}

static WORK: LazyLock<Mutex<Work>> = LazyLock::new(|| {
    let home = HOME.lock().unwrap_or_else(PoisonError::into_inner);
    let begun = Instant::now();
    let mut ws = Workspace::open(&home, NAME, PASSPHRASE).expect("a workspace of these benches");
    let status = ws.status_since(&Status::default(), Touched::all()).expect("figures");
    let pairs = status.links.iter().chain(&status.duplicates).sum::<u64>();
    let seconds = begun.elapsed().as_secs_f64();
    println!("opened, with its figures, in {seconds:.2} s: {} x {}, {pairs} pairs", status.mosaic, status.chi);
    let seconds = |work: &dyn Fn()| {
        let begun = Instant::now();
        work();
        begun.elapsed().as_secs_f64()
    };
    for name in ["at first", "every link", "by id"] {
        let queue = seconds(&|| drop(black_box(ws.queue(&filter(name)))));
        let facets = seconds(&|| drop(black_box(ws.facets(&filter(name)))));
        println!("before pairs are kept, {name}: queue {queue:.3} s, facets {facets:.3} s");
    }
    let held = program::resident();
    let kept =
        seconds(&|| [PairKind::Link, PairKind::Duplicate].iter().for_each(|kind| ws.keep_pairs(*kind).unwrap_or(())));
    println!(
        "pairs are kept, as the window does on a thread of its own: {kept:.2} s, {} MiB",
        program::resident().saturating_sub(held)
    );
    let mut people = Vec::new();
    ws.each_mosaic(|record| {
        if people.len() < 100 && record.details.birth.is_some() && !record.details.postcode.is_empty() {
            people.push(record.id);
        }
        Ok(())
    })
    .expect("sound records");
    let person = people.swap_remove(people.len() / 2);
    let search = Search::begin(&ws, &person).expect("somebody to search for");
    Mutex::new(Work { ws, person, search })
});

/// What the window's question *Which pairs* can ask, one thing at a time, over every link.
const FILTERS: [&str; 17] = [
    "at first",
    "every link",
    "answered",
    "match",
    "automatic",
    "unlikely",
    "other candidates too",
    "hazard",
    "best first",
    "risk first",
    "by id",
    "text: surname",
    "text: MAC",
    "text: Mosaic id",
    "text: CHI",
    "text: one digit",
    "duplicates",
];

fn filter(name: &str) -> QueueFilter {
    let start = QueueFilter::start(PairKind::Link);
    let every = QueueFilter { bands: Vec::new(), state: StateFilter::All, best_only: false, ..start.clone() };
    let text = |text: &str| QueueFilter { text: text.to_owned(), ..every.clone() };
    match name {
        "at first" => start,
        "answered" => QueueFilter { state: StateFilter::AnyAnswer, ..every },
        "match" => QueueFilter { state: StateFilter::Answered(Verdict::Match), ..every },
        "automatic" => QueueFilter { bands: vec![Band::Auto], ..every },
        "unlikely" => QueueFilter { bands: vec![Band::Low], ..every },
        "other candidates too" => QueueFilter { best_only: false, ..start },
        "hazard" => QueueFilter { hazards: Hazards::TWIN | Hazards::NAMESAKE, ..every },
        "best first" => QueueFilter { order: Order::BestFirst, ..every },
        "risk first" => QueueFilter { order: Order::RiskFirst, ..every },
        "by id" => QueueFilter { order: Order::ById, ..every },
        "text: surname" => text("kirkpatrick"),
        "text: MAC" => text("mac"),
        "text: Mosaic id" => text("1234"),
        "text: CHI" => text("190485"),
        "text: one digit" => text("7"),
        "duplicates" => QueueFilter { kind: PairKind::Duplicate, ..every },
        _ => every,
    }
}

/// From a filter to the queue as the window holds it.
#[divan::bench(args = FILTERS, sample_count = 10, sample_size = 1)]
fn queue(bencher: Bencher<'_, '_>, name: &str) {
    let work = WORK.lock().unwrap_or_else(PoisonError::into_inner);
    let filter = filter(name);
    let mut queue = Queue::start(filter.kind);
    // What is remembered of the last time is read once, and is not this
    queue.ensure(&work.ws).expect("a queue");
    bencher.bench_local(|| {
        queue.filter.clone_from(black_box(&filter));
        queue.forget();
        queue.ensure(&work.ws).map(|()| queue.len()).ok()
    });
}

/// From a filter to how many pairs each value of each facet would show.
#[divan::bench(args = ["at first", "every link", "hazard", "text: MAC", "duplicates"], sample_count = 10, sample_size = 1)]
fn facets(bencher: Bencher<'_, '_>, name: &str) {
    let work = WORK.lock().unwrap_or_else(PoisonError::into_inner);
    let filter = filter(name);
    bencher.bench_local(|| work.ws.facets(black_box(&filter)).ok());
}

/// What is typed: a common name at its first keys, a rare one, a date, a district, a street, two parts together.
const TYPED: [&str; 10] =
    ["MA", "MAC", "SMITH", "KIRKPATRICK", "19/04/1985", "19", "1985", "DG1", "high street", "smith 85"];

/// From what is typed to the best fifty for the person.
#[divan::bench(args = TYPED, sample_count = 20, sample_size = 1)]
fn search(bencher: Bencher<'_, '_>, typed: &str) {
    let work = WORK.lock().unwrap_or_else(PoisonError::into_inner);
    let work = &*work;
    bencher.bench_local(|| work.search.find(&work.ws, black_box(typed)).map(|hits| hits.total).ok());
}

/// What is read once, when the search is opened.
#[divan::bench(sample_count = 20, sample_size = 1)]
fn search_opened(bencher: Bencher<'_, '_>) {
    let work = WORK.lock().unwrap_or_else(PoisonError::into_inner);
    bencher.bench_local(|| Search::begin(&work.ws, &work.person).is_ok());
}

/// Every figure of the Overview and of the report, as the window's thread of their own works them out.
#[divan::bench(sample_count = 5, sample_size = 1)]
fn figures(bencher: Bencher<'_, '_>) {
    let work = WORK.lock().unwrap_or_else(PoisonError::into_inner);
    let work = &*work;
    bencher.bench_local(|| {
        stewartry::stewardship::figures::read(&work.ws, &Progress::new()).map(|it| it.groups.len()).ok()
    });
}

/// The classes of certain pairs, as the Match screen lists them off the window's thread.
#[divan::bench(sample_count = 5, sample_size = 1)]
fn classes(bencher: Bencher<'_, '_>) {
    let work = WORK.lock().unwrap_or_else(PoisonError::into_inner);
    let work = &*work;
    bencher.bench_local(|| decide::classes(&work.ws, PairKind::Link).map(|found| found.len()).ok());
}

/// The largest class with its few, as Review goes to it on the window's own thread.
#[divan::bench(sample_count = 10, sample_size = 1)]
fn largest_class(bencher: Bencher<'_, '_>) {
    let work = WORK.lock().unwrap_or_else(PoisonError::into_inner);
    let work = &*work;
    let largest = decide::classes(&work.ws, PairKind::Link).expect("classes").into_iter().next().expect("a class");
    bencher.bench_local(|| decide::class(&work.ws, PairKind::Link, black_box(largest.alike)).is_ok());
}
