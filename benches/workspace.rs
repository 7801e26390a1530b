//! How fast a workspace answers while somebody types: searching the CHI records by hand, a key at a time.
//!
//! `cargo bench --bench workspace`, on the demonstration extracts. Larger ones come from `cargo run --release --example
//! generate`; name their folder in `STEWARTRY_EXTRACTS`. A workspace takes its time to fill: `STEWARTRY_KEEP` names a folder
//! where it is kept for the next run.

use std::path::{Path, PathBuf};
use std::sync::{LazyLock, Mutex, PoisonError};
use std::time::Instant;

use divan::{Bencher, black_box};
use stewartry::intake::{self, Kind};
use stewartry::person::MosaicId;
use stewartry::progress::Progress;
use stewartry::stewardship::find::Search;
use stewartry::stewardship::load::{self, LoadOptions};
use stewartry::workspace::{KeyCost, NewPerson, Role, Workspace};

const NAME: &str = "Ailsa Craig";
const PASSPHRASE: &str = "a passphrase for benches";

fn main() {
    // Filled before anything is timed
    LazyLock::force(&DESK);
    divan::main();
}

/// A workspace with both extracts, and a search begun for one of its people.
struct Desk {
    ws: Workspace,
    person: MosaicId,
    search: Search,
    _folder: tempfile::TempDir,
}

static DESK: LazyLock<Mutex<Desk>> = LazyLock::new(|| {
    let folder = tempfile::tempdir().expect("a folder for the workspace");
    let home = std::env::var_os("STEWARTRY_KEEP").map_or_else(|| folder.path().to_owned(), PathBuf::from);
    let home = home.join("Bench.stewartry");
    let ws = if home.exists() {
        let begun = Instant::now();
        let ws = Workspace::open(&home, NAME, PASSPHRASE).expect("a workspace of these benches");
        println!("opened in {:.2} s", begun.elapsed().as_secs_f64());
        ws
    } else {
        filled(&home)
    };
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
    Mutex::new(Desk { ws, person, search, _folder: folder })
});

fn filled(home: &Path) -> Workspace {
    let first = NewPerson { name: NAME, role: Role::Officer, administers: true, passphrase: PASSPHRASE };
    let mut ws = Workspace::create(home, first, KeyCost::TEST).expect("a new workspace");
    let demonstration = || Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/demo");
    let extracts = std::env::var_os("STEWARTRY_EXTRACTS").map_or_else(demonstration, PathBuf::from);
    for (name, kind) in [("mosaic.csv", Kind::Mosaic), ("chi.csv", Kind::Chi)] {
        let begun = Instant::now();
        let preview = intake::preview(&extracts.join(name), Some(kind), &Progress::new());
        let plan = preview.expect("a sound extract").plan();
        load::load(&mut ws, &plan, LoadOptions::default(), &Progress::new()).expect("an extract that loads");
        println!("loaded {name} in {:.1} s", begun.elapsed().as_secs_f64());
    }
    ws
}

/// What is typed: a common name at its first keys, a rare one, a date, a district, a street, two parts together.
const TYPED: [&str; 10] =
    ["MA", "MAC", "SMITH", "KIRKPATRICK", "19/04/1985", "19", "1985", "DG1", "high street", "smith 85"];

/// From what is typed to the best fifty for the person.
#[divan::bench(args = TYPED, sample_count = 20, sample_size = 1)]
fn search(bencher: Bencher<'_, '_>, typed: &str) {
    let desk = DESK.lock().unwrap_or_else(PoisonError::into_inner);
    let desk = &*desk;
    bencher.bench_local(|| desk.search.find(&desk.ws, black_box(typed)).map(|hits| hits.total).ok());
}

/// What is read once, when the search is opened.
#[divan::bench(sample_count = 20, sample_size = 1)]
fn begin(bencher: Bencher<'_, '_>) {
    let desk = DESK.lock().unwrap_or_else(PoisonError::into_inner);
    bencher.bench_local(|| Search::begin(&desk.ws, &desk.person).is_ok());
}
