//! The CHI goes with a merge to the record that is kept, and comes back with it however the merge is unmade.

use std::collections::BTreeMap;

use stewartry::pair::{Blocker, BlockerAnswer, How, Judgement, Merge, PairKey, Reason, Verdict};
use stewartry::person::Chi;
use stewartry::progress::Progress;
use stewartry::release;
use stewartry::stewardship::conflicts::{self, ConflictKind};
use stewartry::stewardship::decide::{self, Answer};
use stewartry::stewardship::recall::recall;
use stewartry::stewardship::{Refused, StopKind, corrections, groups, merge, undo};

use crate::desk::*;

const MEMBERS: [&str; 4] = ["4001", "4002", "4003", "4004"];

/// Four records of one person, whose CHI is a candidate of the first.
fn four() -> Desk {
    let mut desk = Desk::new();
    desk.load_mosaic(MEMBERS.iter().fold(MosaicFile::default(), |file, id| file.with(id, &person(4), "", false)));
    desk.load_chi(ChiFile::default().plain(4));
    let mut rows = vec![("4001".to_owned(), chi(4).to_string(), 20.0)];
    for (at, one) in MEMBERS.iter().enumerate() {
        rows.extend(MEMBERS[at + 1..].iter().map(|other| ((*one).to_owned(), (*other).to_owned(), 9.0)));
    }
    desk.load_links(rows.into_iter());
    desk
}

/// The same, the CHI matched to 4001 and carried to 4002 by a merge.
fn carried() -> Desk {
    let mut desk = four();
    desk.match_(&to("4001"));
    desk.decide(&both(), into("4001", "4002")).unwrap();
    assert_eq!(holders(&mut desk), BTreeMap::from([("4002", chi(4))]));
    desk
}

fn to(mosaic: &str) -> PairKey {
    PairKey::link(id(mosaic), chi(4))
}

fn both() -> PairKey {
    duplicate("4001", "4002")
}

fn into(source: &str, target: &str) -> Answer {
    let merge = Merge { source: id(source), target: id(target), blockers: Vec::new(), note: String::new() };
    Answer { merge: Some(merge), ..Answer::of(Verdict::Match) }
}

/// Who has a CHI here.
fn holders(desk: &mut Desk) -> BTreeMap<&'static str, Chi> {
    let mut found = BTreeMap::new();
    for member in MEMBERS {
        for chi in desk.ws().chis_matched_to(&id(member)).unwrap() {
            assert_eq!(found.insert(member, chi), None, "{member} has two");
        }
    }
    found
}

fn ready(desk: &mut Desk) -> Vec<PairKey> {
    desk.ws().ready_for_batch().unwrap().into_iter().map(|(key, _)| key).collect()
}

/// A carried match is nobody's answer by hand, and says whose match it was, in the evidence too; what is brought back says so as well.
#[test]
fn a_match_that_moved_says_so_and_whose_it_was_wherever_it_is_told() {
    let mut desk = four();
    desk.become_(SECOND_OFFICER);
    desk.match_(&to("4001"));
    let matched = desk.ws().decision(&to("4001")).unwrap().unwrap().at;
    desk.become_(OFFICER);
    desk.decide(&both(), into("4001", "4002")).unwrap();
    let carried = desk.ws().decision(&to("4002")).unwrap().unwrap();
    let moved = carried.judgement.moved.clone().unwrap();
    assert_eq!(carried.judgement.how, How::Carried);
    assert_eq!((moved.source.as_str(), moved.target.as_str()), ("4001", "4002"));
    assert_eq!((moved.matched_by.as_str(), moved.matched_at), (SECOND_OFFICER, matched.to_string()));
    let looked_at: Vec<PairKey> = desk.ws().looked_at().unwrap().into_iter().map(|it| it.key).collect();
    assert_eq!(looked_at, [both()], "nobody looked at the pair that was carried");
    let by_hand: u64 = desk.ws().answered_by_day().unwrap().iter().map(|(_, _, by_hand)| by_hand).sum();
    assert_eq!(by_hand, 2, "the match and the merge");
    let titles = |desk: &mut Desk, key: &PairKey| -> Vec<String> {
        desk.ws().history_of(key).unwrap().iter().map(|row| undo::describe(&row.event)).collect()
    };
    assert!(titles(&mut desk, &to("4002")).iter().any(|title| title.ends_with("carried with a merge")));

    // Brought back, and carried once more, it is still whose it was
    decide::take_back(desk.ws(), &both()).unwrap();
    let back = desk.ws().decision(&to("4001")).unwrap().unwrap().judgement;
    assert_eq!((back.how, back.moved.unwrap().matched_by.as_str()), (How::Brought, SECOND_OFFICER));
    assert!(titles(&mut desk, &to("4001")).last().unwrap().contains("brought back with a merge"));
    desk.decide(&both(), into("4001", "4002")).unwrap();
    let again = desk.ws().decision(&to("4002")).unwrap().unwrap().judgement;
    assert_eq!((again.how, again.moved.unwrap().matched_by.as_str()), (How::Carried, SECOND_OFFICER));

    let batch = desk.submit();
    desk.sign(batch);
    desk.become_(OFFICER);
    let out = desk.path("out");
    let released = release::write(desk.ws(), batch, &out, &Progress::new()).unwrap();
    let evidence = std::fs::read_to_string(released.folder.join("batch-0001_evidence.csv")).unwrap();
    let day = &matched.to_string()[..10];
    let said = format!("\"carried: with a merge, of the match that {SECOND_OFFICER} made on {day}\"");
    assert!(evidence.contains(&said), "{said} is not in {evidence}");
    release::verify(&released.folder, &Progress::new()).unwrap();
    assert!(desk.ws().check(&Progress::new()).unwrap().ok);
}

type Unmake = fn(&mut Desk) -> Result<(), Refused>;

const WAYS: [(&str, Unmake); 5] = [
    ("taken back", |desk| decide::take_back(desk.ws(), &both()).map(drop)),
    ("not a match", |desk| desk.decide(&both(), Answer::of(Verdict::NotMatch))),
    ("unsure", |desk| desk.decide(&both(), Answer::of(Verdict::Unsure))),
    ("referred", |desk| desk.decide(&both(), Answer::of(Verdict::Refer).because(Reason::AskTeam))),
    ("left out", |desk| groups::leave_out(desk.ws(), &id("4001"), &Answer::of(Verdict::NotMatch)).map(drop)),
];

#[test]
fn however_a_merge_is_unmade_the_chi_is_again_where_it_was_matched() {
    for (way, unmake) in WAYS {
        let mut desk = four();
        desk.match_(&to("4001"));
        let was = desk.ws().decision(&to("4001")).unwrap().unwrap().judgement;
        desk.decide(&both(), into("4001", "4002")).unwrap();
        // The merge is answered once more, with a note, as somebody looks at its checklist
        let mut noted = into("4001", "4002");
        noted.merge.as_mut().unwrap().note = "Carry the second forename over".to_owned();
        desk.decide(&both(), noted).unwrap();

        unmake(&mut desk).unwrap_or_else(|refused| panic!("{way}: {refused}"));
        assert_eq!(holders(&mut desk), BTreeMap::from([("4001", chi(4))]), "{way}");
        let back = desk.ws().decision(&to("4001")).unwrap().unwrap().judgement;
        let came = back.moved.clone().unwrap();
        assert_eq!((back.how, came.matched_by.as_str()), (How::Brought, OFFICER), "{way}");
        assert_eq!(Judgement { how: was.how, moved: None, ..back }, was, "{way}: all else is as it was");
        assert!(desk.ws().decision(&to("4002")).unwrap().is_none(), "{way}");
        assert_eq!(ready(&mut desk), [to("4001")], "{way}");
        assert!(desk.ws().check(&Progress::new()).unwrap().ok, "{way}");

        let title = undo::undo(desk.ws()).unwrap().unwrap();
        assert!(!title.contains("decisions"), "{way} has a name of its own: {title}");
        assert_eq!(holders(&mut desk), BTreeMap::from([("4002", chi(4))]), "{way}, and undone");
    }
}

#[test]
fn a_match_that_somebody_made_of_the_record_that_is_kept_is_theirs_and_stays() {
    let mut desk = carried();
    let own = Answer::of(Verdict::Match).because(Reason::CheckedElsewhere);
    desk.decide(&to("4002"), own).unwrap();
    decide::take_back(desk.ws(), &both()).unwrap();
    assert_eq!(holders(&mut desk), BTreeMap::from([("4002", chi(4))]));
}

#[test]
fn what_speaks_against_the_old_match_now_leaves_it_to_be_asked_again() {
    let mut desk = carried();
    desk.load_chi(ChiFile::default().with(chi(4).as_str(), &person(4), "X", ""));
    decide::take_back(desk.ws(), &both()).unwrap();
    assert!(holders(&mut desk).is_empty(), "a deleted number is matched to nobody");
}

#[test]
fn a_merge_is_not_unmade_while_what_it_brought_waits_for_sign_off() {
    let mut desk = carried();
    desk.submit();
    for (way, unmake) in WAYS {
        let kinds = stops(unmake(&mut desk));
        assert!(!kinds.is_empty() && kinds.iter().all(|kind| *kind == StopKind::InBatch), "{way}: {kinds:?}");
    }
    assert_eq!(holders(&mut desk), BTreeMap::from([("4002", chi(4))]));
}

#[test]
fn a_recalled_merge_recalls_the_chi_that_it_brought() {
    for apart in [true, false] {
        let mut desk = carried();
        let batch = desk.submit();
        desk.sign(batch);
        desk.become_(OFFICER);
        let folder = desk.path("out");
        release::write(desk.ws(), batch, &folder, &Progress::new()).unwrap();
        recall(desk.ws(), &both(), "Two people", apart).unwrap();
        assert_eq!(holders(&mut desk), BTreeMap::from([("4001", chi(4))]));
        let rows = desk.ws().batch_rows(batch).unwrap();
        assert_eq!(rows.len(), 2);
        assert!(rows.iter().all(|row| row.recalled.as_deref() == Some("Two people")), "{rows:?}");
        corrections::compose(desk.ws()).unwrap();
        assert!(desk.ws().check(&Progress::new()).unwrap().ok);
        assert_eq!(ready(&mut desk), [to("4001")], "the next batch seeds the right record");
    }
}

/// A merge that is turned round brings the CHI home: unmade after that, it takes it to nobody who was not matched.
#[test]
fn a_merge_that_was_turned_round_and_unmade_leaves_the_chi_where_it_was_matched() {
    for (turns, way) in [(1, "told apart"), (2, "told apart"), (3, "told apart"), (1, "taken back"), (2, "taken back")]
    {
        let mut desk = carried();
        for turn in 0..turns {
            let (source, target) = if turn % 2 == 0 { ("4002", "4001") } else { ("4001", "4002") };
            desk.decide(&both(), into(source, target)).unwrap();
            assert_eq!(holders(&mut desk), BTreeMap::from([(target, chi(4))]), "turn {turn}");
        }
        match way {
            "told apart" => desk.decide(&both(), Answer::of(Verdict::NotMatch)).unwrap(),
            _ => drop(decide::take_back(desk.ws(), &both()).unwrap()),
        }
        assert_eq!(holders(&mut desk), BTreeMap::from([("4001", chi(4))]), "{turns} turns, {way}");
    }
}

/// Whatever is merged, left out, told apart and taken back: the person's CHI is on one record, and on none that is merged away.
#[test]
fn a_chi_is_never_lost_and_never_on_a_record_that_is_merged_away() {
    let mut desk = four();
    desk.match_(&to("4001"));
    let mut seed: u32 = 20_261_128;
    let mut next = move |below: usize| {
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (seed >> 16) as usize % below
    };
    let (mut done, mut moved) = (0, 0);
    let mut before = holders(&mut desk);
    for step in 0..400 {
        let (one, other) = (MEMBERS[next(4)], MEMBERS[next(4)]);
        if one == other {
            continue;
        }
        let key = duplicate(one, other);
        let outcome = match next(6) {
            0 => groups::leave_out(desk.ws(), &id(one), &Answer::of(Verdict::NotMatch)).map(drop),
            1 => desk.decide(&key, Answer::of(Verdict::NotMatch)),
            2 => desk.decide(&key, Answer::of(Verdict::Unsure)),
            3 => decide::take_back(desk.ws(), &key).map(drop),
            4 => undo::undo(desk.ws()).map(drop),
            _ => desk.decide(&key, into(one, other)),
        };
        done += usize::from(outcome.is_ok());
        if desk.ws().decision(&to("4001")).unwrap().is_none() && desk.ws().merges().unwrap().is_empty() {
            // The match itself was undone
            desk.match_(&to("4001"));
        }
        let now = holders(&mut desk);
        assert_eq!(now.len(), 1, "step {step}, {one} and {other}: {now:?}");
        if desk.ws().merges().unwrap().is_empty() {
            assert!(
                now.contains_key("4001"),
                "step {step}: no merge stands, and the CHI is not where it was matched: {now:?}"
            );
        }
        let merges = desk.ws().merges().unwrap();
        let merged_away = |member: &str| {
            merges.iter().any(|(_, decision)| decision.judgement.merge.as_ref().unwrap().source == id(member))
        };
        assert!(!now.keys().any(|member| merged_away(member)), "step {step}: {now:?}");
        moved += usize::from(now != before);
        before = now;
    }
    assert!(done > 40 && moved > 8, "{done} deeds, the CHI moved {moved} times");
    assert!(desk.ws().check(&Progress::new()).unwrap().ok);
}

#[test]
fn what_was_checked_of_one_merge_of_a_group_is_said_of_no_other() {
    let mut desk = four();
    let mut checked = merge::with_target(desk.ws(), &id("4001"), &id("4002")).unwrap().merge();
    checked.blockers.iter_mut().for_each(|check| check.answer = BlockerAnswer::Clear);
    checked.note = "Carry over from 4002: the second forename".to_owned();
    let sources = ["4002", "4003"].map(id);
    groups::merge_all(desk.ws(), &id("4001"), &sources, &checked, &Answer::of(Verdict::Match)).unwrap();
    let merged = |desk: &mut Desk, source: &str| {
        desk.ws().decision(&duplicate("4001", source)).unwrap().unwrap().judgement.merge.unwrap()
    };
    assert_eq!(merged(&mut desk, "4002"), checked);
    let other = merged(&mut desk, "4003");
    assert_eq!((other.source, other.target, other.note), (id("4003"), id("4001"), String::new()));
    assert_eq!(other.blockers.len(), Blocker::ALL.len());
    assert!(other.blockers.iter().all(|check| check.answer == BlockerAnswer::NotChecked), "{:?}", other.blockers);
}

#[test]
fn a_file_matches_a_chi_and_carries_it_with_a_merge_further_down() {
    let mut desk = four();
    let rows = format!(
        "kind,left,right,verdict,reason,comment,target\nlink,4001,{},match,,,\nduplicate,4001,4002,match,,,4002\n",
        chi(4)
    );
    let file = desk.write(&rows);
    let outcome = decide::decide_file(desk.ws(), &file, &Progress::new()).unwrap();
    assert!(outcome.refused.is_empty(), "{:?}", outcome.refused);
    assert_eq!(holders(&mut desk), BTreeMap::from([("4002", chi(4))]));
    decide::take_back(desk.ws(), &both()).unwrap();
    assert_eq!(holders(&mut desk), BTreeMap::from([("4001", chi(4))]));
    assert!(desk.ws().check(&Progress::new()).unwrap().ok);
}

/// Two merges are carried out in Mosaic; then the two records that were kept turn out to be one person.
#[test]
fn what_mosaic_has_merged_can_be_merged_again_and_not_before() {
    let mut desk = four();
    for (source, target) in [("4002", "4001"), ("4004", "4003")] {
        desk.decide(&duplicate(source, target), into(source, target)).unwrap();
    }
    let chained = |desk: &mut Desk| stops(desk.decide(&duplicate("4001", "4003"), into("4001", "4003")));
    assert_eq!(chained(&mut desk), [StopKind::MergeChain], "a chain in one batch");
    let batch = desk.submit();
    desk.sign(batch);
    desk.become_(OFFICER);
    let folder = desk.path("out");
    release::write(desk.ws(), batch, &folder, &Progress::new()).unwrap();
    let refused = desk.decide(&duplicate("4001", "4003"), into("4001", "4003")).unwrap_err().to_string();
    assert!(refused.contains("load an extract in which Mosaic has carried that out, without 4002"), "{refused}");
    let not_merged = |desk: &mut Desk| {
        let found = conflicts::all(desk.ws()).unwrap();
        found.into_iter().filter(|it| it.kind == ConflictKind::NotMerged).map(|it| it.pair).collect::<Vec<_>>()
    };
    assert!(not_merged(&mut desk).is_empty(), "no later extract says that it was not done");
    let all = MEMBERS.iter().fold(MosaicFile::default(), |file, id| file.with(id, &person(4), "", false));
    desk.load_mosaic(all.with("4009", &person(9), "", false));
    assert_eq!(not_merged(&mut desk), [duplicate("4001", "4002"), duplicate("4003", "4004")]);
    // The next extract has the two records that were kept
    let left = ["4001", "4003"].iter().fold(MosaicFile::default(), |file, id| file.with(id, &person(4), "", false));
    let file = desk.write(left.text());
    desk.load_in_spite(&file, stewartry::intake::Kind::Mosaic);
    assert!(not_merged(&mut desk).is_empty());
    desk.decide(&duplicate("4001", "4003"), into("4001", "4003")).unwrap();
    assert_eq!(ready(&mut desk), [duplicate("4001", "4003")]);
    let batch = desk.submit();
    desk.sign(batch);
    assert!(desk.ws().check(&Progress::new()).unwrap().ok);
}

/// A merge that nobody wrote a note to, out of a file or a class, tells the administrator what would be lost.
#[test]
fn what_is_to_be_carried_over_by_hand_is_said_of_merges_in_bulk_too() {
    let mut desk = Desk::new();
    let fuller = Person { address: "9 Elsewhere Street".to_owned(), ..person(4) };
    desk.load_mosaic(MosaicFile::default().with("4001", &person(4), "", false).with("4002", &fuller, "", false));
    desk.load_links([("4001".to_owned(), "4002".to_owned(), 9.0)].into_iter());
    let file = desk.write("kind,left,right,verdict,reason,comment,target\nduplicate,4001,4002,match,,,4001\n");
    let outcome = decide::decide_file(desk.ws(), &file, &Progress::new()).unwrap();
    assert!(outcome.refused.is_empty(), "{:?}", outcome.refused);
    let merge = desk.ws().decision(&both()).unwrap().unwrap().judgement.merge.unwrap();
    assert_eq!(merge.note, "Carry over from 4002: address");
}
