//! Folders as they go out, each as the files in it.

use stewartry::pair::{PairKey, Verdict};
use stewartry::progress::Progress;
use stewartry::release::share::manifest::Form;
use stewartry::release::{correction, share, write};
use stewartry::stewardship::decide::Answer;
use stewartry::stewardship::sharing::{self, Wanted};
use stewartry::stewardship::{corrections, merge, recall};
use stewartry::workspace::{BatchId, ExtractId, Protocol};

use crate::desk::*;
use crate::kept::files;

pub type Files = Vec<(String, Vec<u8>)>;

/// Five links, one of them of a restricted person, and a merge: signed, not released.
pub fn signed() -> (Desk, BatchId) {
    let mut desk = Desk::new();
    let people = (0..5).fold(MosaicFile::default(), MosaicFile::plain).with("0077", &person(7), "", true);
    let people = people.with("2001", &person(9), "", false).with("2002", &person(9), "", false);
    desk.load_mosaic(people);
    desk.load_chi((0..5).fold(ChiFile::default(), ChiFile::plain).plain(7).plain(9));
    let mut rows: Vec<_> = (0..4).map(|n| (mosaic(n).to_string(), chi(n).to_string(), 20.0)).collect();
    rows.push(("0077".to_owned(), chi(7).to_string(), 20.0));
    rows.push(("2001".to_owned(), "2002".to_owned(), 20.0));
    desk.load_links(rows.into_iter());
    (0..4).for_each(|n| desk.match_(&link(n)));
    desk.match_(&PairKey::link(id("0077"), chi(7)));
    let proposed = merge::propose_target(desk.ws(), &id("2001"), &id("2002")).expect("a target").merge();
    let answer = Answer { merge: Some(proposed), ..Answer::of(Verdict::Match) };
    desk.decide(&duplicate("2001", "2002"), answer).expect("a merge");
    let batch = desk.submit();
    desk.sign(batch);
    desk.become_(OFFICER);
    (desk, batch)
}

/// A release, a correction of it, and two extracts for another organisation.
pub fn folders() -> [Files; 3] {
    let progress = Progress::new();
    let (mut desk, batch) = signed();
    let [release, corrected, shared] = ["release", "correction", "share"].map(|name| desk.path(name));
    write(desk.ws(), batch, &release, &progress).expect("a release");
    desk.become_(SUPERVISOR);
    let agreed = Protocol { agreed: 2, ..Protocol::example(jiff::civil::date(2999, 3, 31)) };
    let wanted = Wanted { level: 2, purpose: agreed.purposes[0].clone(), columns: Vec::new() };
    sharing::set_protocol(desk.ws(), agreed).expect("a protocol");
    desk.become_(OFFICER);
    let full = share::write(desk.ws(), &wanted, Form::Full, &shared, &progress).expect("an extract");
    sharing::acknowledge(desk.ws(), ExtractId(full.manifest.extract.number), "Loaded").expect("a receipt");
    recall::recall(desk.ws(), &link(1), "Of the twin", true).expect("a recall");
    share::write(desk.ws(), &wanted, Form::Delta, &shared, &progress).expect("what changed");
    let id = corrections::compose(desk.ws()).expect("a correction");
    desk.become_(SUPERVISOR);
    corrections::sign(desk.ws(), id).expect("a signature");
    correction::write(desk.ws(), id, &corrected, &progress).expect("its files");
    [release, corrected, shared].map(|folder| files(&folder))
}
