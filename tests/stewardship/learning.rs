//! What decisions teach, and what they measure.

use std::collections::BTreeMap;
use std::path::Path;

use stewartry::linkage::{Model, Options};
use stewartry::pair::{Band, PairKey, PairKind, Reason, Verdict};
use stewartry::progress::Progress;
use stewartry::stewardship::decide::{self, Answer};
use stewartry::stewardship::{Refused, demonstration, learn, matching, measured};
use stewartry::workspace::{Event, LedgerFilter, Order, QueueFilter, StateFilter, Workspace};
use tempfile::TempDir;

use crate::desk::*;

/// The demonstration, and whom each Mosaic record really is: its CHI.
fn demo(folder: &TempDir) -> (Workspace, BTreeMap<String, String>) {
    let ws = demonstration::open_or_make(folder.path(), &Progress::new()).unwrap().workspace;
    let truth = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/demo/truth.csv");
    let rows = csv::Reader::from_path(truth).unwrap().into_records().map(|row| row.unwrap());
    (ws, rows.map(|row| (row[0].to_owned(), row[1].to_owned())).collect())
}

/// Decides links of the review band by the truth, as many as there are up to `most`. Rules may refuse some.
fn decide_review(ws: &mut Workspace, truth: &BTreeMap<String, String>, most: usize) -> u64 {
    let filter =
        QueueFilter { order: Order::ById, state: StateFilter::Undecided, ..QueueFilter::start(PairKind::Link) };
    let queue = ws.queue(&filter).unwrap();
    let mut decided = 0;
    for pair in ws.pairs(&queue).unwrap().into_iter().take(most) {
        let PairKey::Link { mosaic, chi } = &pair.key else { continue };
        let answer = if truth[mosaic.as_str()] == chi.as_str() {
            Answer::of(Verdict::Match).because(Reason::CheckedElsewhere)
        } else {
            Answer::of(Verdict::NotMatch)
        };
        decided += u64::from(decide::decide(ws, &pair.key, answer).is_ok());
    }
    decided
}

#[test]
fn without_a_decision_there_is_nothing_to_learn_from() {
    let folder = TempDir::new().unwrap();
    let (mut ws, _) = demo(&folder);
    let refused = learn::preview(&ws, &Options::default(), &Progress::new());
    assert!(matches!(refused, Err(Refused::Nothing(_))), "{refused:?}");
    let refused = learn::apply(&mut ws, &Options::default(), &Progress::new());
    assert!(matches!(refused, Err(Refused::Nothing(_))));
    // What was accepted unseen teaches nothing and measures nothing: only the few that were looked at do
    let (matched, _) = accept_certain(&mut ws, PairKind::Link);
    let looked: u64 =
        measured::by_band(&ws).unwrap().iter().filter(|it| it.step.is_none()).map(|it| it.matches + it.not).sum();
    assert!(looked > 0 && looked * 2 < matched, "{looked} of {matched}");
}

#[test]
fn learning_is_shown_first_then_done_and_kept_as_a_run_of_its_own() {
    let folder = TempDir::new().unwrap();
    let (mut ws, truth) = demo(&folder);
    let decided = decide_review(&mut ws, &truth, 60);
    assert!(decided > 20, "{decided}");
    let before = ws.latest_run().unwrap().unwrap();
    let bands = ws.best_bands(PairKind::Link).unwrap();

    let preview = learn::preview(&ws, &Options::default(), &Progress::new()).unwrap();
    assert_eq!(preview.learned.decisions(), decided);
    assert_eq!(ws.latest_run().unwrap().unwrap(), before, "a preview does nothing");
    assert_eq!(ws.best_bands(PairKind::Link).unwrap(), bands);
    let now = |band: Band| bands.iter().filter(|(_, it)| *it == band).count() as u64;
    assert_eq!(preview.links[0].iter().sum::<u64>(), now(Band::Auto));
    assert_eq!(preview.links[1].iter().sum::<u64>(), now(Band::Review));

    let outcome = learn::apply(&mut ws, &Options::default(), &Progress::new()).unwrap();
    let run = ws.latest_run().unwrap().unwrap();
    assert_eq!(run.id, outcome.run);
    assert!(run.id > before.id);
    let model: Model = serde_json::from_str(&run.model).unwrap();
    assert_eq!(model.learned, preview.learned);
    let bands = ws.best_bands(PairKind::Link).unwrap();
    for (place, band) in [Band::Auto, Band::Review].into_iter().enumerate() {
        let then: u64 = preview.links.iter().map(|row| row[place]).sum();
        assert_eq!(then, bands.iter().filter(|(_, it)| *it == band).count() as u64, "as the preview said");
    }
    let learned = ws.ledger(&LedgerFilter::default(), 50).unwrap().into_iter().any(|row| {
        matches!(row.event, Event::Matched { learned_from, run, .. } if learned_from == decided && run == outcome.run)
    });
    assert!(learned, "the ledger says how many decisions were learned from");
    assert!(ws.check(&Progress::new()).unwrap().lines.iter().all(|line| line.ok));

    // Matched without learning, the model is that of the extracts again, and nothing personal was ever in it.
    matching::run(&mut ws, &Options::default(), &Progress::new()).unwrap();
    let again: Model = serde_json::from_str(&ws.latest_run().unwrap().unwrap().model).unwrap();
    let first: Model = serde_json::from_str(&before.model).unwrap();
    assert_eq!(again, first);
    for (mosaic, chi) in truth.iter().filter(|(_, chi)| !chi.is_empty()) {
        let named = |number: &str| run.model.contains(&format!("\"{number}\""));
        assert!(!named(mosaic) && !named(chi), "a model names nobody");
    }
}

#[test]
fn what_people_decided_is_measured_by_band_and_counts_restricted_people_like_others() {
    let mut desk = Desk::new();
    let file = (1..6).fold(MosaicFile::default().with("1000", &person(0), "", true), MosaicFile::plain);
    desk.load_mosaic(file);
    desk.load_chi((0..6).fold(ChiFile::default(), ChiFile::plain));
    desk.load_links((0..6).map(|n| (mosaic(n).to_string(), chi(n).to_string(), if n < 4 { 20.0 } else { -1.0 })));
    desk.match_(&link(0));
    desk.match_(&link(1));
    desk.decide(&link(2), Answer::of(Verdict::NotMatch)).unwrap();
    desk.decide(&link(4), Answer::of(Verdict::Unsure).because(Reason::TooLittleRecorded)).unwrap();
    desk.decide(&link(5), Answer::of(Verdict::NotMatch)).unwrap();
    let of = |desk: &mut Desk, band: Band| {
        let found = measured::by_band(desk.ws()).unwrap();
        let own = found.iter().filter(|it| it.band == band && it.kind == PairKind::Link);
        own.fold((0, 0), |sum, it| (sum.0 + it.matches, sum.1 + it.not))
    };
    let auto_or_review = [Band::Auto, Band::Review].map(|band| of(&mut desk, band));
    let sum = auto_or_review.iter().fold((0, 0), |sum, it| (sum.0 + it.0, sum.1 + it.1));
    assert_eq!(sum, (2, 2), "{:?}", measured::by_band(desk.ws()).unwrap());
    let found = measured::by_band(desk.ws()).unwrap();
    let step = found.iter().find(|it| it.band == Band::Review && it.not == 1 && it.matches == 0).unwrap();
    assert_eq!(step.step, Some([0.25, 0.5]), "a third is between a quarter and a half");
    assert!((step.limits()[1] - 0.975).abs() < 1e-9, "0 of 1: from nothing to 97.5 %");
}
