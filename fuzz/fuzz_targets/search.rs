//! Any text where something is typed to be found: a CHI record for a person, a pair in a queue, a deed in the history, a person
//! without a link, an id to look up, a class of pairs, a column. Found or not, never an error, and never more than there is.

#![no_main]

#[allow(dead_code, clippy::unwrap_used)]
#[path = "../../tests/desk.rs"]
mod desk;

use std::sync::{LazyLock, Mutex};

use libfuzzer_sys::fuzz_target;
use stewartry::pair::PairKind;
use stewartry::stewardship::Refused;
use stewartry::stewardship::decide::{class_code, parse_class};
use stewartry::stewardship::find::{SHOWN, Search};
use stewartry::stewardship::lookup::{self, Meant};
use stewartry::workspace::{LedgerFilter, QueueFilter, SharedColumn, StateFilter};

const PEOPLE: u16 = 12;

static DESK: LazyLock<Mutex<(desk::Desk, Search)>> = LazyLock::new(|| {
    let mut desk = desk::Desk::with_people(PEOPLE);
    // Names that are written in more than one way
    let names = ["O'Neill", "McKie", "Smith-Jones", "Zoë"];
    let file = names.into_iter().zip(20..).fold(desk::ChiFile::default(), |file, (name, n)| {
        let number = desk::chi(n);
        file.with(number.as_str(), &desk::Person { surname: name.to_owned(), ..desk::person(n) }, "C", number.as_str())
    });
    let file = (0..PEOPLE).fold(file, desk::ChiFile::plain);
    desk.load(file.text(), stewartry::intake::Kind::Chi);
    desk.match_(&desk::link(0));
    let search = Search::begin(desk.ws(), &desk::mosaic(3)).expect("a person");
    Mutex::new((desk, search))
});

fuzz_target!(|text: &str| {
    let mut held = DESK.lock().expect("no panic before");
    let (desk, search) = &mut *held;
    let hits = search.find(desk.ws(), text).expect("what is typed is no query");
    assert!(hits.total <= u64::from(PEOPLE) + 4 && hits.best.len() == (hits.total as usize).min(SHOWN));
    assert!(hits.best.is_sorted_by(|one, next| one.explanation.weight >= next.explanation.weight));

    for kind in [PairKind::Link, PairKind::Duplicate] {
        let all = QueueFilter { bands: vec![], best_only: false, state: StateFilter::All, ..QueueFilter::start(kind) };
        let every = desk.ws().queue(&all).expect("a queue");
        let found = desk.ws().queue(&QueueFilter { text: text.to_owned(), ..all }).expect("a queue");
        assert!(found.iter().all(|id| every.contains(id)));
    }
    let filter = LedgerFilter { text: text.to_owned(), ..LedgerFilter::default() };
    assert!(desk.ws().ledger(&filter, 5).expect("a history").len() <= 5);
    let filter = LedgerFilter { kinds: vec![text.to_owned()], ..LedgerFilter::default() };
    assert!(desk.ws().ledger(&filter, 5).expect("a history").iter().all(|row| row.event.tag() == text));
    assert!(desk.ws().mosaic_unlinked(text, 3).expect("people").0.len() <= 3);
    assert!(desk.ws().chi_at_postcode(text, 3).expect("people").is_none_or(|found| found.len() <= 3));
    for meant in [Meant::Either, Meant::Mosaic, Meant::Chi] {
        match lookup::read(desk.ws(), text, meant) {
            Ok(_) | Err(Refused::Unfit(_)) => {}
            Err(error) => panic!("{error}"),
        }
    }
    if let Some((kind, alike)) = parse_class(text) {
        assert_eq!(parse_class(&class_code(kind, alike)), Some((kind, alike)));
    }
    if let Some(column) = SharedColumn::of_code(text) {
        assert!(column.code().eq_ignore_ascii_case(text.trim()));
    }
});
