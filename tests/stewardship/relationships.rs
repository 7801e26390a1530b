//! What Mosaic records beside a person's details: relationships of two people, finance and care packages, the last change. And
//! what that does to a merge: which record is kept, what asks for a reason, what lets nothing out.

use stewartry::intake::Kind;
use stewartry::pair::{Band, Blocker, BlockerAnswer, Hazards, Merge, PairKind, Reason, Verdict};
use stewartry::progress::Progress;
use stewartry::stewardship::decide::{self, Answer};
use stewartry::stewardship::{Refused, StopKind, batches, groups, load, merge, refreshed, submit, undo, warnings};
use stewartry::workspace::{BatchId, QueueFilter, StateFilter};

use crate::desk::*;

const HEADINGS: &str =
    "PersonID,Surname,FirstForename,Gender,DateOfBirth,DateOfDeath,Address1,Postcode,CHINumber,Restricted";
const RELATED: &str = "PersonID,RelatedPersonID,Relationship,StartDate,EndDate\n";
const PAIR: [&str; 2] = ["4001", "4002"];

/// A Mosaic extract of records that look alike, each with when it was changed, its care packages and its finance.
fn extract(rows: &[(&str, &str, &str, &str)]) -> String {
    let mut text = format!("{HEADINGS},LastUpdated,CarePackages,HasFinance\n");
    for (id, changed, care, finance) in rows {
        let plain = MosaicFile::default().with(id, &person(4), "", false);
        let row = plain.text().lines().nth(1).unwrap().to_owned();
        text.push_str(&format!("{row},{changed},{care},{finance}\n"));
    }
    text
}

/// Records that may be one person, each a candidate of every other, in the automatic band.
fn desk(rows: &[(&str, &str, &str, &str)]) -> Desk {
    let mut desk = Desk::new();
    desk.load(&extract(rows), Kind::Mosaic);
    let mut pairs = Vec::new();
    for (at, one) in rows.iter().enumerate() {
        pairs.extend(rows[at + 1..].iter().map(|other| (one.0.to_owned(), other.0.to_owned(), 20.0)));
    }
    desk.load_links(pairs.into_iter());
    desk
}

/// Two that are alike in every way.
fn two() -> Desk {
    desk(&[("4001", "", "", ""), ("4002", "", "", "")])
}

fn relate(desk: &mut Desk, rows: &str) -> load::LoadOutcome {
    desk.load(&format!("{RELATED}{rows}"), Kind::Relationships)
}

fn kept(desk: &mut Desk, one: &str, other: &str) -> (String, String) {
    let found = merge::propose_target(desk.ws(), &id(one), &id(other)).unwrap();
    (found.target.to_string(), found.why)
}

/// The merge as the rules propose it, all that was left unchecked looked at and clear.
fn proposed(desk: &mut Desk, one: &str, other: &str) -> Merge {
    let mut merge = merge::propose_target(desk.ws(), &id(one), &id(other)).unwrap().merge();
    for check in merge.blockers.iter_mut().filter(|check| check.answer == BlockerAnswer::NotChecked) {
        check.answer = BlockerAnswer::Clear;
    }
    merge
}

/// The merge with everything that was found answered, on purpose, as not in the way.
fn cleared(desk: &mut Desk, one: &str, other: &str) -> Merge {
    let mut merge = proposed(desk, one, other);
    merge.blockers.iter_mut().for_each(|check| check.answer = BlockerAnswer::Clear);
    merge
}

fn decide(desk: &mut Desk, one: &str, other: &str, merge: Merge, reason: Option<Reason>) -> Result<(), Refused> {
    desk.decide(&duplicate(one, other), Answer { merge: Some(merge), reason, ..Answer::of(Verdict::Match) })
}

fn check_of(merge: &Merge, blocker: Blocker) -> (BlockerAnswer, String) {
    let check = merge.blockers.iter().find(|check| check.blocker == blocker).unwrap();
    (check.answer, check.found.clone())
}

fn band(desk: &mut Desk) -> (Band, bool) {
    let pair = desk.ws().pair_of(&duplicate("4001", "4002")).unwrap().unwrap();
    (pair.band, pair.hazards.contains(Hazards::RELATED))
}

/// A batch of all that is decided.
fn composed(desk: &mut Desk) -> BatchId {
    batches::compose_all_ready(desk.ws(), "November").unwrap().batch
}

/// What a batch is stopped by when it is submitted.
fn stopped(desk: &mut Desk, batch: BatchId) -> Vec<StopKind> {
    stops(submit::submit(desk.ws(), batch, submit::Sampling::default()).map(drop))
}

/// Why nothing that is decided can be put in a batch.
fn kept_out(desk: &mut Desk) -> String {
    batches::compose_all_ready(desk.ws(), "November").unwrap_err().to_string()
}

fn healthy(desk: &mut Desk) {
    let report = desk.ws().check(&Progress::new()).unwrap();
    assert!(report.ok, "{:?}", report.lines);
}

#[test]
fn the_record_to_keep_is_chosen_by_rules_in_their_order() {
    // The lower id, where nothing else speaks
    assert_eq!(kept(&mut two(), "4001", "4002").0, "4001");
    // Before it the last change, where both say so
    let mut it = desk(&[("4001", "1/2/2020", "", ""), ("4002", "31/10/2026 09:15", "", "")]);
    let (target, why) = kept(&mut it, "4001", "4002");
    assert!(target == "4002" && why.contains("Mosaic changed it last"), "{why}");
    assert_eq!(kept(&mut desk(&[("4001", "", "", ""), ("4002", "31/10/2026", "", "")]), "4001", "4002").0, "4001");
    // Before that a CHI
    it.load_chi(ChiFile::default().plain(4));
    it.load_links([("4001".to_owned(), chi(4).to_string(), 20.0)].into_iter());
    it.match_(&stewartry::pair::PairKey::link(id("4001"), chi(4)));
    let (target, why) = kept(&mut it, "4002", "4001");
    assert!(target == "4001" && why.contains("matched"), "{why}");
    // Before all of it care packages or finance
    let rows = [("4001", "", "0", "N"), ("4002", "1/2/2020", "1", ""), ("4003", "31/10/2026", "", "Y")];
    let mut it = desk(&rows);
    it.load_chi(ChiFile::default().plain(4));
    it.load_links([("4001".to_owned(), chi(4).to_string(), 20.0)].into_iter());
    it.match_(&stewartry::pair::PairKey::link(id("4001"), chi(4)));
    assert_eq!(kept(&mut it, "4001", "4002").0, "4002");
    let (target, why) = kept(&mut it, "4002", "4003");
    assert_eq!(target, "4003");
    assert!(why.contains("on 4002 too") && why.contains("may refuse"), "{why}");
    // A group is chosen for by the same rules, and says all that decided
    let group = groups::of(it.ws(), &id("4001")).unwrap();
    assert_eq!(group.target.as_str(), "4003", "{}", group.why);
    for part in ["carries finance or care packages; of those left, Mosaic changed it last", "on 4002 too"] {
        assert!(group.why.contains(part), "{}", group.why);
    }
}

#[test]
fn what_the_source_carries_stands_on_the_checklist_as_found_and_is_never_ticked_silently() {
    let mut it = desk(&[("4001", "", "2", "N"), ("4002", "", "see notes", "N")]);
    let merge = proposed(&mut it, "4001", "4002");
    let (answer, found) = check_of(&merge, Blocker::FinanceOnSource);
    assert_eq!(answer, BlockerAnswer::Blocked, "marking the rest clear leaves it");
    assert!(found.contains("4002: care packages: “see notes”") && found.contains("4001 carries some too"), "{found}");
    // Whoever sends a checklist that knows nothing of it gets it marked
    let mut blind = merge.clone();
    blind.blockers.clear();
    decide(&mut it, "4001", "4002", blind, None).unwrap();
    let decided = it.ws().decision(&duplicate("4001", "4002")).unwrap().unwrap().judgement.merge.unwrap();
    assert_eq!(check_of(&decided, Blocker::FinanceOnSource), (answer, found.clone()));
    let out = kept_out(&mut it);
    assert!(out.contains("is blocked (Source carries"), "{out}");
    // Looked at, and cleared on purpose: what was found stays beside the answer
    let merge = cleared(&mut it, "4001", "4002");
    decide(&mut it, "4001", "4002", merge, None).unwrap();
    let decided = it.ws().decision(&duplicate("4001", "4002")).unwrap().unwrap().judgement.merge.unwrap();
    assert_eq!(check_of(&decided, Blocker::FinanceOnSource), (BlockerAnswer::Clear, found));
    // Where the source carries nothing, nothing is marked
    let mut it = desk(&[("4001", "", "2", ""), ("4002", "", "0", "N")]);
    let merge = proposed(&mut it, "4001", "4002");
    assert_eq!(check_of(&merge, Blocker::FinanceOnSource), (BlockerAnswer::Clear, String::new()));
}

#[test]
fn a_touched_record_reopens_nothing_and_what_it_newly_carries_stops_the_batch() {
    let mut it = two();
    let merge = proposed(&mut it, "4001", "4002");
    decide(&mut it, "4001", "4002", merge, None).unwrap();
    let batch = composed(&mut it);
    let touched = extract(&[("4001", "30/10/2026", "", "N"), ("4002", "31/10/2026", "0", "N")]);
    let outcome = it.load(&touched, Kind::Mosaic);
    assert_eq!((outcome.changed, outcome.work.reopened, outcome.work.stand), (0, 0, 1));
    let held = it.ws().mosaic(&id("4002")).unwrap().unwrap().record;
    assert_eq!((held.changed_given.as_str(), held.holds.len()), ("31/10/2026", 2), "and yet it is kept");
    it.load(&extract(&[("4001", "", "", ""), ("4002", "", "1", "")]), Kind::Mosaic);
    assert_eq!(stopped(&mut it, batch), [StopKind::MergeBlocked]);
    healthy(&mut it);
}

#[test]
fn two_that_carry_are_left_to_a_person() {
    let ids: Vec<[String; 2]> = (10..18).map(|n| [format!("40{n}1"), format!("40{n}2")]).collect();
    let rows = |carry: [&str; 2], which: Option<usize>| -> String {
        let of = |at| if Some(at) == which { carry } else { ["", ""] };
        let rows: Vec<_> = ids
            .iter()
            .enumerate()
            .flat_map(|(at, [a, b])| [(a.as_str(), "", of(at)[0], ""), (b.as_str(), "", "", of(at)[1])])
            .collect();
        extract(&rows)
    };
    for (carry, accepted) in [(["2", "Y"], 2), (["", "Y"], 3)] {
        let mut it = Desk::new();
        it.load(&rows(carry, None), Kind::Mosaic);
        it.load_links(ids.iter().map(|[a, b]| (a.clone(), b.clone(), 20.0)));
        // One that is not among the few: it is accepted unseen, or not
        let class = decide::classes(it.ws(), PairKind::Duplicate).unwrap().remove(0);
        let few: Vec<_> = class.few.iter().map(|(id, _)| it.ws().pair(*id).unwrap().unwrap().key).collect();
        let which = ids.iter().position(|[a, b]| !few.contains(&duplicate(a, b))).unwrap();
        it.load(&rows(carry, Some(which)), Kind::Mosaic);
        let (matched, left) = accept_certain(it.ws(), PairKind::Duplicate);
        assert_eq!(matched, 5 + accepted, "{left:?}");
        let [a, b] = &ids[which];
        match it.ws().decision(&duplicate(a, b)).unwrap() {
            None => assert_eq!(left, [("Both carry finance or care packages".to_owned(), 1)]),
            Some(decision) => assert_eq!(decision.judgement.merge.unwrap().target.as_str(), b.as_str()),
        }
    }
}

#[test]
fn a_relationship_is_a_warning_by_itself_that_names_it_and_needs_a_reason() {
    let mut it = two();
    relate(&mut it, "4002,4001,Mother,,3/11/2020\n");
    let merge = proposed(&mut it, "4001", "4002");
    let (answer, found) = check_of(&merge, Blocker::Relationship);
    assert_eq!(answer, BlockerAnswer::Blocked);
    assert_eq!(found, "Mosaic records “Mother” (4002 and 4001, until 3 Nov 2020)");
    assert_eq!(reasons_needed(decide(&mut it, "4001", "4002", merge.clone(), None)), ["relationship"]);
    let shown = warnings::of_pair(it.ws(), &duplicate("4001", "4002")).unwrap();
    let named: Vec<&str> = shown.iter().filter(|it| it.second_key).map(|it| it.words.as_str()).collect();
    assert_eq!(
        named,
        ["Mosaic records “Mother” (4002 and 4001, until 3 Nov 2020): they are probably different people"]
    );
    // With a reason it may be decided; Mosaic would still refuse, so the batch does
    decide(&mut it, "4001", "4002", merge, Some(Reason::CheckedElsewhere)).unwrap();
    let out = kept_out(&mut it);
    assert!(out.contains("is blocked (A relationship"), "{out}");
    let group = groups::of(it.ws(), &id("4001")).unwrap();
    assert_eq!(group.related.len(), 1);
    // Other people's relationships are none of theirs
    let mut it = two();
    relate(&mut it, "4001,4999,Mother,,\n");
    let merge = proposed(&mut it, "4001", "4002");
    decide(&mut it, "4001", "4002", merge, None).unwrap();
}

#[test]
fn related_records_are_in_no_class_that_is_accepted_as_a_whole() {
    let mut it = two();
    assert_eq!(band(&mut it), (Band::Auto, false));
    relate(&mut it, "4001,4002,Household member,,\n");
    assert_eq!(band(&mut it), (Band::Review, true));
    assert!(decide::classes(it.ws(), PairKind::Duplicate).unwrap().is_empty());
    // Nor where a file of pairs names them once more, or by another score
    it.load(&pairs(&[("4001", "4002", 21.0)]), Kind::NarrowPairs);
    assert_eq!(band(&mut it), (Band::Review, true));
    let status = it.ws().status().unwrap();
    assert_eq!((status.relationships, status.related_duplicates), (1, 1));
    healthy(&mut it);
}

#[test]
fn the_engine_neither_proposes_related_records_for_the_automatic_band_nor_forgets_that_they_are() {
    let mut it = Desk::new();
    let people = (0..40).fold(MosaicFile::default(), MosaicFile::plain);
    it.load_mosaic(people.with("4001", &person(4), "", false).with("4002", &person(4), "", false));
    relate(&mut it, "4001,4002,Sister,,\n");
    let outcome =
        stewartry::stewardship::matching::run(it.ws(), &stewartry::linkage::Options::default(), &Progress::new())
            .unwrap();
    assert_eq!(band(&mut it), (Band::Review, true));
    let held = it.ws().status().unwrap().duplicates;
    assert_eq!(outcome.duplicates, held, "what the run says is what is held");
    // Loaded no more, it is where its probability puts it
    let before = band(&mut it);
    relate(&mut it, "4001,1000,Sister,,\n");
    let after = it.ws().pair_of(&duplicate("4001", "4002")).unwrap().unwrap();
    assert!(!after.hazards.contains(Hazards::RELATED) && before.1);
    let cuts = it.ws().latest_run().unwrap().unwrap().cuts;
    let free = !after.hazards.intersects(Hazards::NEVER_AUTOMATIC);
    assert_eq!(after.band == Band::Auto, free && after.probability >= cuts[0]);
    assert!(stewartry::stewardship::matching::up_to_date(it.ws()).unwrap().is_some(), "the engine reads none of it");
    healthy(&mut it);
}

#[test]
fn a_later_file_replaces_and_the_same_file_changes_nothing() {
    let mut it = two();
    let rows = "4001,4002,Mother,,\n4001,4999,Son,,\n";
    let path = it.write(&format!("{RELATED}{rows}"));
    let first = it.load_path(&path, Kind::Relationships, false).unwrap();
    assert_eq!((first.added, first.gone, first.same_as_before), (2, 0, 0));
    assert_eq!((first.tally.accepted, first.tally.warned), (1, 1));
    assert_eq!(first.tally.findings["Person in no loaded extract"], 1, "a finding, and kept");
    assert_eq!(it.ws().status().unwrap().relationships, 2);
    let same = it.load_path(&path, Kind::Relationships, false).unwrap();
    assert!(same.unchanged && it.ws().status().unwrap().relationships == 2);
    let again = it.load_path(&path, Kind::Relationships, true).unwrap();
    assert_eq!((again.added, again.gone, again.same_as_before), (0, 0, 2));
    let second = relate(&mut it, "4001,4999,Son,,\n4001,4998,Aunt,,\n");
    assert_eq!((second.added, second.gone, second.same_as_before), (1, 1, 1));
    assert!(it.ws().relationships_among(&PAIR.map(id)).unwrap().is_empty());
    // The unknown person comes with the next extract, and their relationship is there
    it.load(&extract(&[("4001", "", "", ""), ("4002", "", "", ""), ("4999", "", "", "")]), Kind::Mosaic);
    assert_eq!(it.ws().relationships_among(&[id("4001"), id("4999")]).unwrap().len(), 1);
    healthy(&mut it);
}

#[test]
fn a_merge_decided_before_a_relationship_came_to_light_is_asked_again_and_leaves_in_no_batch() {
    let mut it = two();
    let merge = proposed(&mut it, "4001", "4002");
    decide(&mut it, "4001", "4002", merge.clone(), None).unwrap();
    let batch = composed(&mut it);
    let outcome = relate(&mut it, "4001,4002,Mother,,\n");
    assert_eq!((outcome.work.reopened, outcome.work.stand), (1, 0), "{:?}", outcome.work);
    assert!(outcome.work.lines().iter().any(|(what, ..)| *what == "Decisions reopened"));
    assert_eq!(it.ws().status().unwrap().stale, 1);
    let waiting = QueueFilter { state: StateFilter::Undecided, ..QueueFilter::start(PairKind::Duplicate) };
    assert_eq!(it.ws().queue(&waiting).unwrap().len(), 1);
    let refused = submit::submit(it.ws(), batch, submit::Sampling::default()).map(drop);
    let words = refused.as_ref().unwrap_err().to_string();
    assert!(words.contains("“Mother” (4001 and 4002) since the merge"), "{words}");
    assert_eq!(stops(refused), [StopKind::RelatedSince]);
    healthy(&mut it);
    // Decided again with the relationship in sight, and Mosaic's refusal cleared on purpose, it may leave
    assert_eq!(reasons_needed(decide(&mut it, "4001", "4002", merge, None)), ["relationship"]);
    let merge = cleared(&mut it, "4001", "4002");
    decide(&mut it, "4001", "4002", merge, Some(Reason::CheckedElsewhere)).unwrap();
    assert!(!it.ws().decision(&duplicate("4001", "4002")).unwrap().unwrap().stale);
    // ... and is open once more when that is taken back
    undo::undo(it.ws()).unwrap().unwrap();
    assert!(it.ws().decision(&duplicate("4001", "4002")).unwrap().unwrap().stale);
    undo::redo(it.ws()).unwrap().unwrap();
    submit::submit(it.ws(), batch, submit::Sampling::default()).unwrap();
    healthy(&mut it);
}

#[test]
fn a_signed_merge_does_not_leave_over_a_relationship_that_came_after() {
    let mut it = two();
    let merge = proposed(&mut it, "4001", "4002");
    decide(&mut it, "4001", "4002", merge, None).unwrap();
    let batch = it.submit();
    it.sign(batch);
    relate(&mut it, "4001,4002,Mother,,\n");
    let kinds: Vec<StopKind> =
        stewartry::stewardship::stops::of_batch(it.ws(), batch).unwrap().into_iter().map(|stop| stop.kind).collect();
    assert_eq!(kinds, [StopKind::RelatedSince]);
}

#[test]
fn a_relationship_that_was_recorded_in_error_and_goes_lets_the_merge_stand_again() {
    let mut it = two();
    let merge = proposed(&mut it, "4001", "4002");
    decide(&mut it, "4001", "4002", merge, None).unwrap();
    relate(&mut it, "4001,4002,Mother,,\n4001,4999,Son,,\n");
    let outcome = relate(&mut it, "4001,4999,Son,,\n");
    assert_eq!((outcome.gone, outcome.work.stand_again, outcome.work.stand), (1, 1, 1));
    it.submit();
    healthy(&mut it);
}

#[test]
fn related_records_are_not_merged_over_a_third_without_a_reason() {
    let rows = [("4001", "", "", ""), ("4002", "", "", ""), ("4003", "", "", "")];
    let mut it = desk(&rows);
    relate(&mut it, "4002,4003,Brother,,\n");
    let (first, second) = (proposed(&mut it, "4001", "4002"), proposed(&mut it, "4001", "4003"));
    decide(&mut it, "4001", "4002", first.clone(), None).unwrap();
    let refused = decide(&mut it, "4001", "4003", second.clone(), None);
    assert!(refused.as_ref().unwrap_err().to_string().contains("“Brother” (4002 and 4003)"), "{refused:?}");
    assert_eq!(reasons_needed(refused), ["relationship"]);
    decide(&mut it, "4001", "4003", second.clone(), Some(Reason::CheckedElsewhere)).unwrap();
    // One that comes after both are merged stops the batch until one of them was looked at again
    let mut it = desk(&rows);
    decide(&mut it, "4001", "4002", first, None).unwrap();
    decide(&mut it, "4001", "4003", second.clone(), None).unwrap();
    let batch = composed(&mut it);
    let outcome = relate(&mut it, "4002,4003,Brother,,\n");
    assert_eq!(outcome.work.reopened, 0, "neither pair's own evidence changed");
    assert_eq!(stopped(&mut it, batch), [StopKind::RelatedSince]);
    batches::take_apart(it.ws(), batch).unwrap();
    assert!(kept_out(&mut it).contains("Mosaic records “Brother”"), "and none is put together with it");
    decide(&mut it, "4001", "4003", second, Some(Reason::CheckedElsewhere)).unwrap();
    let batch = composed(&mut it);
    assert_eq!(stewartry::stewardship::stops::of_batch(it.ws(), batch).unwrap(), []);
}

#[test]
fn half_the_relationships_gone_looks_like_a_wrong_file() {
    let mut it = two();
    let rows = |n: std::ops::Range<u32>| n.map(|n| format!("4001,{},Cousin,,\n", 5000 + n)).collect::<String>();
    relate(&mut it, &rows(0..40));
    let path = it.write(&format!("{RELATED}{}", rows(0..10)));
    let refused = it.load_path(&path, Kind::Relationships, false).unwrap_err();
    assert!(matches!(&refused, Refused::Suspicious { .. }), "{refused:?}");
    assert!(refused.to_string().contains("30 relationships would be gone"), "{refused}");
    assert_eq!(it.ws().status().unwrap().relationships, 40);
}

#[test]
fn what_a_load_means_is_said_in_words_that_name_no_other_cause() {
    let work = refreshed::Work { reopened: 1, ..refreshed::Work::default() };
    assert!(work.lines().iter().any(|(_, _, means)| means.contains("relationship")));
}
