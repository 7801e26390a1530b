//! Groups of Mosaic records that may be one person: merged whole, split, and never in contradiction.

use stewartry::pair::{Band, Blocker, BlockerAnswer, BlockerCheck, Merge, PairKind, Verdict};
use stewartry::person::MosaicId;
use stewartry::progress::Progress;
use stewartry::stewardship::decide::{self, Answer};
use stewartry::stewardship::groups::{self, Group};
use stewartry::stewardship::{Refused, StopKind, batches, submit, undo};
use stewartry::workspace::{QueueFilter, StateFilter};

use crate::desk::*;

const MEMBERS: [&str; 4] = ["4001", "4002", "4003", "4004"];

/// Four records of one look, each a candidate of every other but the last two.
fn group() -> Desk {
    let mut desk = Desk::new();
    let file = MEMBERS.iter().fold(MosaicFile::default(), |file, id| file.with(id, &person(4), "", false));
    desk.load_mosaic(file.plain(0));
    desk.load_chi(ChiFile::default().plain(4).plain(0));
    let mut pairs = Vec::new();
    for (at, one) in MEMBERS.iter().enumerate() {
        for other in MEMBERS[at + 1..].iter().filter(|other| (*one, **other) != ("4003", "4004")) {
            pairs.push(((*one).to_owned(), (*other).to_owned(), 9.0));
        }
    }
    pairs.push(("4001".to_owned(), chi(4).to_string(), 9.0));
    desk.load_links(pairs.into_iter());
    desk
}

fn of(desk: &mut Desk, member: &str) -> Group {
    groups::of(desk.ws(), &id(member)).unwrap()
}

fn ids(group: &Group) -> Vec<&str> {
    group.members.iter().map(|member| member.id().as_str()).collect()
}

fn merge(desk: &mut Desk, target: &str, sources: &[&str]) -> Result<(), Refused> {
    let sources: Vec<MosaicId> = sources.iter().map(|source| id(source)).collect();
    let blockers = Blocker::ALL.map(|blocker| BlockerCheck {
        answer: BlockerAnswer::Clear,
        ..BlockerCheck::unanswered(blocker, String::new())
    });
    let template = Merge { source: id(target), target: id(target), blockers: blockers.to_vec(), note: String::new() };
    groups::merge_all(desk.ws(), &id(target), &sources, &template, &Answer::of(Verdict::Match)).map(drop)
}

fn leave_out(desk: &mut Desk, member: &str) -> Result<(), Refused> {
    groups::leave_out(desk.ws(), &id(member), &Answer::of(Verdict::NotMatch)).map(drop)
}

fn open(desk: &mut Desk) -> usize {
    desk.ws().queue(&waiting()).unwrap().len()
}

fn waiting() -> QueueFilter {
    QueueFilter { bands: vec![Band::Auto, Band::Review], ..QueueFilter::start(PairKind::Duplicate) }
}

#[test]
fn a_group_is_shown_whole_with_the_record_that_is_kept() {
    let mut desk = group();
    let found = of(&mut desk, "4003");
    assert_eq!((ids(&found), found.pairs.len(), found.more), (MEMBERS.to_vec(), 5, 0));
    assert_eq!(found.target.as_str(), "4001", "{}", found.why);
    assert!(found.between(&id("4003"), &id("4004")).is_none(), "nobody brought the two together");
    assert!(found.weight(&id("4003"), &id("4004")).unwrap() > 0.0, "and yet they are weighed");
    assert_eq!(found.weight(&id("4001"), &id("4002")), Some(found.between(&id("4001"), &id("4002")).unwrap().weight));
    assert_eq!(ids(&of(&mut desk, "1000")), ["1000"], "a record of its own");
    desk.match_(&stewartry::pair::PairKey::link(id("4001"), chi(4)));
    assert!(of(&mut desk, "4002").why.contains("matched"));
}

#[test]
fn a_group_is_merged_in_one_deed_and_comes_back_in_one() {
    let mut desk = group();
    let before = (of(&mut desk, "4001"), open(&mut desk), desk.ws().status().unwrap());
    merge(&mut desk, "4001", &["4002", "4003", "4004"]).unwrap();
    assert_eq!(open(&mut desk), 0, "what follows from the merges is not asked");
    let merged = of(&mut desk, "4002");
    assert!(merged.members.iter().skip(1).all(|member| member.merged_into == Some(id("4001"))));
    assert!(merged.to_merge().is_empty() && merged.contradictions.is_empty());
    assert!(desk.ws().check(&Progress::new()).unwrap().ok);
    assert!(matches!(merge(&mut desk, "4001", &[]), Err(Refused::Nothing(_))));

    let title = undo::undo(desk.ws()).unwrap().unwrap();
    assert!(title.contains("3 records into 4001"), "{title}");
    let status = desk.ws().status().unwrap();
    assert_eq!((of(&mut desk, "4001"), open(&mut desk)), (before.0, before.1));
    assert_eq!((status.duplicates_undecided, status.duplicate_answers), (before.2.duplicates_undecided, [0; 4]));
    assert!(desk.ws().check(&Progress::new()).unwrap().ok);
}

#[test]
fn a_member_is_left_out_and_the_rest_stays() {
    let mut desk = group();
    leave_out(&mut desk, "4002").unwrap();
    let rest = of(&mut desk, "4001");
    assert_eq!(ids(&rest), ["4001", "4003", "4004"]);
    assert!(matches!(leave_out(&mut desk, "4002"), Err(Refused::Nothing(_))));
    merge(&mut desk, "4001", &["4003", "4004"]).unwrap();
    assert_eq!(open(&mut desk), 0, "and 4002 is not asked about again");
    // Split off after the merge: its pair is taken apart, the others stay merged
    leave_out(&mut desk, "4004").unwrap();
    let merges = desk.ws().merges().unwrap();
    assert_eq!(merges.len(), 1);
    assert_eq!(merges[0].1.judgement.merge.as_ref().unwrap().source.as_str(), "4003");
    let refused = leave_out(&mut desk, "4001").unwrap_err();
    assert!(refused.to_string().contains("4003"), "the kept record cannot leave: {refused}");
    assert!(desk.ws().check(&Progress::new()).unwrap().ok);
}

#[test]
fn records_that_were_told_apart_are_never_merged_over_a_third() {
    let mut desk = group();
    desk.decide(&duplicate("4002", "4003"), Answer::of(Verdict::NotMatch)).unwrap();
    assert_eq!(stops(merge(&mut desk, "4001", &["4002", "4003"])), [StopKind::Contradiction]);
    assert!(desk.ws().merges().unwrap().is_empty(), "none of it happened");
    merge(&mut desk, "4001", &["4002"]).unwrap();
    assert_eq!(stops(merge(&mut desk, "4001", &["4003"])), [StopKind::Contradiction]);
}

#[test]
fn a_contradiction_is_shown_and_lets_nothing_out_until_it_is_settled() {
    let mut desk = group();
    merge(&mut desk, "4001", &["4002", "4003"]).unwrap();
    desk.match_(&stewartry::pair::PairKey::link(id("4001"), chi(4)));
    let composed = batches::compose_all_ready(desk.ws(), "November").unwrap();
    // Somebody tells two of the merged apart afterwards
    desk.decide(&duplicate("4002", "4003"), Answer::of(Verdict::NotMatch)).unwrap();
    assert_eq!(of(&mut desk, "4001").contradictions, [duplicate("4002", "4003")]);
    assert_eq!(groups::contradictions(desk.ws()).unwrap(), [duplicate("4002", "4003")]);
    let nothing = batches::compose_all_ready(desk.ws(), "The rest").unwrap_err().to_string();
    assert!(nothing.contains("told apart"), "{nothing}");
    let refused = submit::submit(desk.ws(), composed.batch, submit::Sampling::default()).map(drop);
    let kinds = stops(refused);
    assert!(kinds.len() >= 2 && kinds.iter().all(|kind| *kind == StopKind::Contradiction), "{kinds:?}");
    decide::take_back(desk.ws(), &duplicate("4002", "4003")).unwrap();
    assert!(groups::contradictions(desk.ws()).unwrap().is_empty());
    submit::submit(desk.ws(), composed.batch, submit::Sampling::default()).unwrap();
}

#[test]
fn one_source_goes_into_one_record_and_a_merge_closes_the_pair_in_both_directions() {
    let mut desk = group();
    merge(&mut desk, "4001", &["4002"]).unwrap();
    assert_eq!(stops(merge(&mut desk, "4003", &["4002"])), [StopKind::MergeChain], "not into two survivors");
    assert_eq!(duplicate("4002", "4001"), duplicate("4001", "4002"), "a pair has no direction");
    let decided = QueueFilter { state: StateFilter::AnyAnswer, ..waiting() };
    assert_eq!(desk.ws().queue(&decided).unwrap().len(), 1);
}

/// Whatever is merged, left out and taken back: what the screens read is as it was.
#[test]
fn merging_and_taking_back_leads_back_to_where_it_began() {
    let mut desk = group();
    let state = |desk: &mut Desk| {
        let all = QueueFilter { state: StateFilter::All, ..waiting() };
        let ids = desk.ws().queue(&all).unwrap();
        let waits = desk.ws().queue(&waiting()).unwrap();
        let groups: Vec<Group> = MEMBERS.iter().map(|member| of(desk, member)).collect();
        let status = desk.ws().status().unwrap();
        let counts = (status.duplicates_undecided, status.duplicate_answers, status.links_undecided, status.stale);
        (desk.ws().pairs(&ids).unwrap(), waits, groups, counts, desk.ws().ready_for_batch().unwrap())
    };
    let begin = state(&mut desk);
    let mut seed: u32 = 20_261_127;
    let mut next = move |below: usize| {
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (seed >> 16) as usize % below
    };
    for round in 0..12 {
        let mut states = vec![state(&mut desk)];
        for _ in 0..4 {
            let (one, other) = (MEMBERS[next(4)], MEMBERS[next(4)]);
            let done = match next(3) {
                0 => leave_out(&mut desk, one),
                1 => desk.decide(&duplicate("4001", "4004"), Answer::of(Verdict::NotMatch)),
                _ => merge(&mut desk, one, &[other]),
            };
            if done.is_ok() {
                states.push(state(&mut desk));
            }
        }
        assert!(desk.ws().check(&Progress::new()).unwrap().ok, "round {round}");
        while let Some(last) = states.pop() {
            assert!(state(&mut desk) == last, "round {round}, {} deeds before", states.len());
            if !states.is_empty() {
                undo::undo(desk.ws()).unwrap().unwrap();
            }
        }
    }
    assert!(state(&mut desk) == begin);
}

#[test]
fn of_more_than_are_shown_those_that_hang_together_the_most_are() {
    let mut desk = Desk::new();
    let all: Vec<String> = (1..=15).map(|n| format!("60{n:02}")).collect();
    desk.load_mosaic(all.iter().fold(MosaicFile::default(), |file, id| file.with(id, &person(4), "", false)));
    let weight = |n: usize| if n >= 12 { 18.0 } else { 5.0 };
    desk.load_links((1..15).map(|n| (all[0].clone(), all[n].clone(), weight(n))));
    let group = groups::of(desk.ws(), &id(&all[0])).unwrap();
    assert_eq!((group.members.len(), group.more), (groups::MOST, 3));
    for heavy in &all[12..] {
        assert!(ids(&group).contains(&heavy.as_str()), "{heavy} is not shown: {:?}", ids(&group));
    }
    // What is merged is shown whatever it weighs
    desk.load_links([(all[0].clone(), all[11].clone(), 4.0)].into_iter());
    merge(&mut desk, &all[0], &[all[11].as_str()]).unwrap();
    assert!(ids(&groups::of(desk.ws(), &id(&all[0])).unwrap()).contains(&all[11].as_str()));
}
