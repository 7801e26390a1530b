//! A batch signed, and pairs decided, at another desk: a parcel goes there and comes back.

use std::path::{Path, PathBuf};
use std::process::Command;

use stewartry::pair::{PairKey, PairKind, Verdict};
use stewartry::progress::Progress;
use stewartry::release::{
    self,
    against::{self, Says},
};
use stewartry::stewardship::decide::{self, Answer};
use stewartry::stewardship::parcels::{self, Taken};
use stewartry::stewardship::{Refused, assign, drafts, people, sign_off, undo};
use stewartry::workspace::parcel::Purpose;
use stewartry::workspace::{BatchId, BatchState, LedgerFilter, Role, StaffId, Standing, Workspace, WorkspaceError};

use crate::desk::*;
use crate::release::{text, verify};
use crate::tampering::tools::{keys, raw, rechain, unguarded};

fn open(home: &Path, name: &str) -> Workspace {
    Workspace::open(home, name, PASSPHRASE).unwrap()
}

fn staff(desk: &mut Desk, name: &str) -> StaffId {
    desk.ws().staff().unwrap().into_iter().find(|person| person.name == name).unwrap().id
}

fn make(desk: &mut Desk, purpose: Purpose, whom: &str) -> Result<PathBuf, Refused> {
    let (whom, into) = (staff(desk, whom), desk.path("away"));
    std::fs::create_dir_all(&into).unwrap();
    parcels::make(desk.ws(), purpose, &[whom], &into, &Progress::new())
}

fn take(desk: &mut Desk, home: &Path) -> Result<Taken, Refused> {
    parcels::take(desk.ws(), home, &Progress::new())
}

fn healthy(ws: &Workspace) {
    let report = ws.check(&Progress::new()).unwrap();
    assert!(report.ok, "{:#?}", report.lines);
}

/// What a supervisor does with a batch.
fn recheck_and_sign(ws: &mut Workspace, batch: BatchId) {
    let held = ws.batch(batch).unwrap().unwrap();
    for (key, _) in sign_off::to_answer(ws, &held).unwrap() {
        let verdict = ws.decision(&key).unwrap().unwrap().judgement.verdict;
        sign_off::recheck(ws, batch, &key, verdict).unwrap();
    }
    sign_off::sign(ws, batch).unwrap();
}

/// A desk with a submitted batch of four links among nine people, and the parcel for the supervisor.
fn away_to_sign() -> (Desk, BatchId, PathBuf) {
    let mut desk = Desk::with_people(9);
    (0..4).for_each(|n| desk.match_(&link(n)));
    desk.decide(&link(4), Answer::of(Verdict::NotMatch)).unwrap();
    let batch = desk.submit();
    let parcel = make(&mut desk, Purpose::SignOff(batch), SUPERVISOR).unwrap();
    (desk, batch, parcel)
}

#[test]
fn a_batch_is_signed_at_another_desk_and_its_release_is_checked_by_the_signers_own_key() {
    let (mut desk, batch, parcel) = away_to_sign();
    assert!(parcel.file_name().unwrap().to_string_lossy().contains("batch 1 for Sorley Supervisor"), "{parcel:?}");
    let signer = staff(&mut desk, SUPERVISOR);
    let public = desk.ws().key_standing(signer).unwrap().public.unwrap();
    desk.close();
    {
        let mut there = open(&parcel, SUPERVISOR);
        healthy(&there);
        recheck_and_sign(&mut there, batch);
        healthy(&there);
    }
    // Here work went on meanwhile
    desk.become_(OFFICER);
    desk.match_(&link(6));
    let taken = take(&mut desk, &parcel).unwrap();
    assert_eq!(taken.refused, []);
    assert!(taken.events >= 6, "{taken:?}");
    healthy(desk.ws());
    let held = desk.ws().batch(batch).unwrap().unwrap();
    assert_eq!(held.state, BatchState::Signed);
    let signed = held.signed.unwrap();
    assert_eq!(desk.ws().staff_name(signed.staff).unwrap(), SUPERVISOR);
    let event = desk.ws().signed_event(signed.seq).unwrap().unwrap();
    assert_eq!((event.fault(), &event.public_key), (None, &public));

    let out = desk.path("out");
    release::write(desk.ws(), batch, &out, &Progress::new()).unwrap();
    let lines = verify(&out).unwrap().lines;
    let line = lines.iter().find(|line| line.what == "Signature").unwrap().to_string();
    assert!(line.contains("every row are signed with the key") && line.contains(SUPERVISOR), "{line}");
    assert!(text(&out, "manifest.json").contains(&public));
    let line = against::check(desk.ws(), &out.join("manifest.json")).unwrap();
    assert_eq!(line.says, Says::TheSame, "{line}");

    // Once more gives nothing new
    let again = take(&mut desk, &parcel).unwrap();
    assert_eq!((again.events, again.already), (0, taken.events));
    assert!(again.words().contains("taken in before"), "{}", again.words());
    desk.close();
    let ws = open(&desk.path("test.stewartry"), OFFICER);
    healthy(&ws);
}

#[test]
fn a_parcel_holds_the_records_of_its_pairs_and_opens_for_those_it_is_for_alone() {
    let (mut desk, _, parcel) = away_to_sign();
    let records = |ws: &Workspace| {
        let mut found = 0;
        ws.each_mosaic(|_| {
            found += 1;
            Ok(())
        })
        .unwrap();
        found
    };
    assert_eq!(records(desk.ws()), 9);
    desk.close();
    let mut names = Workspace::people(&parcel).unwrap();
    names.sort();
    assert_eq!(names, [OFFICER, SUPERVISOR]);
    let refused = Workspace::open(&parcel, SECOND_OFFICER, PASSPHRASE);
    assert!(matches!(refused, Err(WorkspaceError::UnknownPerson)));
    let mut there = open(&parcel, SUPERVISOR);
    // Four rows, and at most one control
    assert!((4..=5).contains(&records(&there)), "{}", records(&there));
    // It is for nothing else
    let changed = people::change_passphrase(&mut there, PASSPHRASE, "another passphrase of mine").unwrap_err();
    assert!(changed.to_string().contains("This is a parcel"), "{changed}");
    let (into, whom) = (desk.path("away"), there.me().id);
    let nested = parcels::make(&mut there, Purpose::Decide(vec![link(0)]), &[whom], &into, &Progress::new());
    assert!(nested.is_err());
    drop(there);
    let mut there = open(&parcel, OFFICER);
    let held = there.batch(BatchId(1)).unwrap().unwrap();
    let (key, _) = sign_off::to_answer(&there, &held).unwrap().remove(0);
    assert!(sign_off::recheck(&mut there, BatchId(1), &key, Verdict::Match).is_err());
    drop(there);
    // No name of anybody stands readable in it
    for file in std::fs::read_dir(&parcel).unwrap() {
        let path = file.unwrap().path();
        let bytes = std::fs::read(&path).unwrap();
        let surname = person(0).surname.as_bytes().to_vec();
        let found = bytes.windows(surname.len()).any(|window| window.eq_ignore_ascii_case(&surname));
        assert!(!found, "{path:?} holds a surname");
    }
}

#[test]
fn what_a_killed_program_left_of_a_parcel_is_taken_away_with_the_next() {
    let (mut desk, _, parcel) = away_to_sign();
    let (id, into) = (desk.ws().id().to_owned(), parcel.parent().unwrap().to_owned());
    let [own, others] = [&id, "0123456789abcdef"].map(|id| into.join(format!(".parcel-unfinished-{id}-Ab3dEf")));
    for folder in [&own, &others] {
        std::fs::create_dir(folder).unwrap();
        std::fs::write(folder.join("workspace.sqlite"), "half").unwrap();
    }
    let second = staff(&mut desk, SECOND_OFFICER);
    assign::assign(desk.ws(), &[link(5)], Some(second), &Progress::new()).unwrap();
    make(&mut desk, Purpose::Decide(vec![link(5)]), SECOND_OFFICER).unwrap();
    assert!(!own.exists());
    assert!(others.exists(), "another workspace may be making one here");
    let names = || std::fs::read_dir(&into).unwrap().map(|entry| entry.unwrap().file_name());
    assert_eq!(names().filter(|name| name.to_string_lossy().starts_with(".parcel")).count(), 1);
}

#[test]
fn a_parcel_for_signing_goes_only_to_somebody_who_may_sign() {
    let mut desk = Desk::with_people(4);
    (0..2).for_each(|n| desk.match_(&link(n)));
    let batch = desk.submit();
    for (whom, why) in [(SECOND_OFFICER, "Only a supervisor"), (OFFICER, "somebody else")] {
        let refused = make(&mut desk, Purpose::SignOff(batch), whom).unwrap_err().to_string();
        assert!(refused.contains(why), "{whom}: {refused}");
    }
    desk.become_(SUPERVISOR);
    sign_off::return_batch(desk.ws(), batch, "Look again", vec![]).unwrap();
    desk.match_(&link(2));
    desk.become_(OFFICER);
    let batch = desk.submit();
    let refused = make(&mut desk, Purpose::SignOff(batch), SUPERVISOR).unwrap_err().to_string();
    assert!(refused.contains("You decided in this batch"), "{refused}");
}

#[test]
fn what_changed_here_meanwhile_decides_whether_a_signature_still_stands() {
    type Meanwhile = fn(&mut Desk, BatchId);
    let cases: [(&str, Meanwhile, &str); 4] = [
        (
            "the signer was removed",
            |desk, _| {
                let id = staff(desk, SUPERVISOR);
                let person = desk.ws().staff().unwrap().into_iter().find(|person| person.id == id).unwrap();
                people::change(desk.ws(), id, Standing { active: false, ..person.standing() }).unwrap();
            },
            "no longer works",
        ),
        (
            "the signer is no supervisor any more",
            |desk, _| {
                let id = staff(desk, SUPERVISOR);
                let person = desk.ws().staff().unwrap().into_iter().find(|person| person.id == id).unwrap();
                let officer = Standing { role: Role::Officer, ..person.standing() };
                people::change(desk.ws(), id, officer).unwrap();
            },
            "nly a supervisor",
        ),
        (
            "the batch was given back here",
            |desk, batch| {
                let first = staff(desk, OFFICER);
                people::add(
                    desk.ws(),
                    stewartry::workspace::NewPerson {
                        name: "Another Supervisor",
                        role: Role::Supervisor,
                        administers: false,
                        passphrase: GIVEN,
                    },
                )
                .unwrap();
                desk.sit_down("Another Supervisor", GIVEN);
                people::change_passphrase(desk.ws(), GIVEN, PASSPHRASE).unwrap();
                sign_off::return_batch(desk.ws(), batch, "Look again", vec![]).unwrap();
                desk.become_(OFFICER);
                assert_eq!(desk.ws().me().id, first);
            },
            "",
        ),
        (
            "a later CHI extract has taken the number of a row out of use",
            |desk, _| {
                let file = (1..9).fold(ChiFile::default(), ChiFile::plain);
                desk.load_chi(file.with(chi(0).as_str(), &person(0), "DELETED", ""));
            },
            "",
        ),
    ];
    for (what, meanwhile, why) in cases {
        let (mut desk, batch, parcel) = away_to_sign();
        desk.close();
        recheck_and_sign(&mut open(&parcel, SUPERVISOR), batch);
        desk.become_(OFFICER);
        meanwhile(&mut desk, batch);
        let taken = take(&mut desk, &parcel).unwrap();
        assert!(!taken.refused.is_empty(), "{what}");
        let words = taken.words();
        assert!(words.contains(why) && words.contains(SUPERVISOR), "{what}: {words}");
        assert_ne!(desk.ws().batch(batch).unwrap().unwrap().state, BatchState::Signed, "{what}");
        healthy(desk.ws());
    }
}

#[test]
fn pairs_are_decided_at_another_desk_and_come_back_as_their_deciders() {
    let mut desk = Desk::with_people(8);
    let given: Vec<PairKey> = (0..4).map(link).collect();
    let second = staff(&mut desk, SECOND_OFFICER);
    assign::assign(desk.ws(), &given, Some(second), &Progress::new()).unwrap();
    let purpose = Purpose::Decide(parcels::given_to(desk.ws(), second).unwrap());
    let Purpose::Decide(pairs) = &purpose else { unreachable!() };
    assert_eq!(pairs.len(), 4);
    let parcel = make(&mut desk, purpose, SECOND_OFFICER).unwrap();
    desk.close();
    let reasoned = |verdict| match verdict {
        Verdict::Match => Answer::of(verdict).because(stewartry::pair::Reason::CheckedElsewhere),
        _ => Answer::of(verdict),
    };
    {
        let mut there = open(&parcel, SECOND_OFFICER);
        decide::decide(&mut there, &link(0), reasoned(Verdict::Match)).unwrap();
        decide::decide(&mut there, &link(1), reasoned(Verdict::Match)).unwrap();
        undo::undo(&mut there).unwrap();
        decide::decide(&mut there, &link(1), reasoned(Verdict::NotMatch)).unwrap();
        decide::decide(&mut there, &link(2), reasoned(Verdict::Match)).unwrap();
        let other = decide::decide(&mut there, &link(5), reasoned(Verdict::Match)).unwrap_err();
        assert!(
            matches!(other, Refused::NotFound(_) | Refused::Workspace(_)) || other.to_string().contains("parcel"),
            "{other}"
        );
        healthy(&there);
    }
    // Meanwhile somebody here answered one of them
    desk.become_(OFFICER);
    desk.decide(&link(2), reasoned(Verdict::NotMatch)).unwrap();
    let taken = take(&mut desk, &parcel).unwrap();
    assert_eq!(taken.refused.len(), 1, "{taken:?}");
    assert!(taken.refused[0].0.contains(SECOND_OFFICER), "{taken:?}");
    healthy(desk.ws());
    let verdict = |desk: &mut Desk, n| {
        let decision = desk.ws().decision(&link(n)).unwrap().unwrap();
        (decision.judgement.verdict, decision.staff)
    };
    let first = staff(&mut desk, OFFICER);
    assert_eq!(verdict(&mut desk, 0), (Verdict::Match, second));
    assert_eq!(verdict(&mut desk, 1), (Verdict::NotMatch, second));
    assert_eq!(verdict(&mut desk, 2), (Verdict::NotMatch, first));
    let history = desk.ws().history_of(&link(1)).unwrap();
    assert!(history.iter().all(|row| row.staff == second || row.staff == first), "{history:#?}");
    assert!(history.iter().any(|row| row.undone_by.is_some()), "what was taken back there is taken back here");

    // Who decided there does not sign here
    let batch = desk.submit();
    let held = desk.ws().batch(batch).unwrap().unwrap();
    assert!(held.deciders.contains(&second));
    desk.close();
    // More is done there later, and comes in beside what is here
    {
        let mut there = open(&parcel, SECOND_OFFICER);
        decide::decide(&mut there, &link(3), reasoned(Verdict::Match)).unwrap();
    }
    desk.become_(OFFICER);
    let later = take(&mut desk, &parcel).unwrap();
    assert_eq!(verdict(&mut desk, 3), (Verdict::Match, second));
    assert!(later.already > 0 && later.events >= 2, "{later:?}");
    healthy(desk.ws());
}

#[test]
fn a_return_from_another_desk_names_what_the_re_check_here_answered_otherwise() {
    for (named, comes) in
        [(vec![(link(0), String::new())], false), (vec![(link(1), String::new())], true), (vec![], true)]
    {
        let (mut desk, batch, parcel) = away_to_sign();
        desk.become_(SUPERVISOR);
        sign_off::recheck(desk.ws(), batch, &link(1), Verdict::NotMatch).unwrap();
        desk.close();
        {
            let mut there = open(&parcel, SUPERVISOR);
            sign_off::return_batch(&mut there, batch, "Look again", named).unwrap();
        }
        desk.become_(OFFICER);
        let taken = take(&mut desk, &parcel).unwrap();
        let state = desk.ws().batch(batch).unwrap().unwrap().state;
        assert_eq!(state, if comes { BatchState::Returned } else { BatchState::Submitted }, "{taken:?}");
        if !comes {
            assert!(taken.refused[0].1.why.contains("return the batch here"), "{taken:?}");
        }
    }
}

/// Somebody here gave the very answer that was given there and taken back, or changed. It is theirs, and what came after the other
/// says nothing of it.
#[test]
fn what_was_done_later_to_an_answer_that_is_not_taken_in_stays_out_with_it() {
    for (changed, in_the_end) in [(None, None), (Some(Verdict::NotMatch), Some(Verdict::NotMatch))] {
        let mut desk = Desk::with_people(2);
        let parcel = make(&mut desk, Purpose::Decide(vec![link(0)]), SECOND_OFFICER).unwrap();
        desk.close();
        let answer = || Answer::of(Verdict::Match).because(stewartry::pair::Reason::CheckedElsewhere);
        {
            let mut there = open(&parcel, SECOND_OFFICER);
            decide::decide(&mut there, &link(0), answer()).unwrap();
            match changed {
                None => drop(undo::undo(&mut there).unwrap()),
                Some(verdict) => drop(decide::decide(&mut there, &link(0), Answer::of(verdict)).unwrap()),
            }
        }
        desk.become_(OFFICER);
        desk.decide(&link(0), answer()).unwrap();
        let first = staff(&mut desk, OFFICER);
        let whose = |desk: &mut Desk| {
            desk.ws().decision(&link(0)).unwrap().map(|decision| (decision.judgement.verdict, decision.staff))
        };
        let taken = take(&mut desk, &parcel).unwrap();
        assert_eq!((taken.refused.len(), whose(&mut desk)), (2, Some((Verdict::Match, first))), "{taken:?}");
        assert!(taken.refused[1].1.why.contains("not taken in"), "{taken:?}");
        healthy(desk.ws());

        // Once it is taken back here, both come in, in their order
        decide::take_back(desk.ws(), &link(0)).unwrap();
        let again = take(&mut desk, &parcel).unwrap();
        let second = staff(&mut desk, SECOND_OFFICER);
        assert!(again.refused.is_empty(), "{again:?}");
        assert_eq!(whose(&mut desk), in_the_end.map(|verdict| (verdict, second)));
        healthy(desk.ws());
    }
}

#[test]
fn what_somebody_had_begun_to_write_does_not_travel_with_a_parcel() {
    let mut desk = Desk::with_people(3);
    let name = format!("review.drafts.{}", desk.ws().me().id.0);
    drafts::keep(desk.ws(), PairKind::Link, &[(link(0), "She said that".to_owned())]).unwrap();
    assert!(desk.ws().setting(&name).unwrap().unwrap().contains("She said that"));
    let parcel = make(&mut desk, Purpose::Decide(vec![link(1)]), SECOND_OFFICER).unwrap();
    assert_eq!(open(&parcel, SECOND_OFFICER).setting(&name).unwrap(), None);
    assert_eq!(drafts::take(desk.ws(), PairKind::Link).unwrap(), [(link(0), "She said that".to_owned())]);
    assert_eq!(drafts::take(desk.ws(), PairKind::Link).unwrap(), [], "handed back once");
}

/// A parcel's records are not held against their load: a whole workspace that is marked as one must not pass for it.
#[test]
fn a_workspace_that_is_marked_as_a_parcel_and_holds_more_is_none() {
    let (mut desk, ..) = away_to_sign();
    let mark =
        "INSERT INTO meta SELECT 'parcel', json_extract(payload, '$.parcel') FROM ledger WHERE event = 'parcel_made'";
    desk.close();
    raw(&desk.path("test.stewartry")).execute(mark, []).unwrap();
    let ws = open(&desk.path("test.stewartry"), OFFICER);
    let report = ws.check(&Progress::new()).unwrap();
    let wrong: Vec<_> = report.lines.iter().filter(|line| !line.ok).collect();
    assert!(wrong.len() == 1 && wrong[0].detail.contains("says that it is a parcel"), "{wrong:#?}");
}

/// A CHI that a merge carries is on one record or the other, and never on the one that nobody merged, whatever was done here meanwhile.
#[test]
fn a_merge_and_the_chi_that_it_carries_come_in_together_or_not_at_all() {
    for answered_here in [true, false] {
        let mut desk = Desk::new();
        let ids = ["4001", "4002"];
        desk.load_mosaic(ids.iter().fold(MosaicFile::default(), |file, id| file.with(id, &person(4), "", false)));
        desk.load_chi(ChiFile::default().plain(4));
        let number = chi(4).to_string();
        let rows = [("4001", number.as_str(), 20.0), ("4002", &number, 9.0), ("4001", "4002", 9.0)];
        desk.load_links(rows.into_iter().map(|(a, b, weight)| (a.to_owned(), b.to_owned(), weight)));
        let [first, second] = ids.map(|it| PairKey::link(id(it), chi(4)));
        let both = duplicate("4001", "4002");
        let pairs = vec![first.clone(), second.clone(), both.clone()];
        let parcel = make(&mut desk, Purpose::Decide(pairs), SECOND_OFFICER).unwrap();
        desk.close();
        {
            let mut there = open(&parcel, SECOND_OFFICER);
            let answer = Answer::of(Verdict::Match).because(stewartry::pair::Reason::CheckedElsewhere);
            decide::decide(&mut there, &first, answer.clone()).unwrap();
            let (source, target) = (id("4001"), id("4002"));
            let merge = stewartry::pair::Merge { source, target, blockers: Vec::new(), note: String::new() };
            decide::decide(&mut there, &both, Answer { merge: Some(merge), ..answer }).unwrap();
            assert_eq!(there.chis_matched_to(&id("4002")).unwrap(), [chi(4)], "carried there");
        }
        desk.become_(OFFICER);
        if answered_here {
            desk.decide(&second, Answer::of(Verdict::NotMatch)).unwrap();
        }
        let taken = take(&mut desk, &parcel).unwrap();
        let holders = ids.map(|it| desk.ws().chis_matched_to(&id(it)).unwrap().len());
        let merged = desk.ws().decision(&both).unwrap().is_some();
        match answered_here {
            true => {
                assert_eq!((holders, merged, taken.refused.len()), ([1, 0], false, 3), "{taken:?}");
                let with_it = |refused: &&(String, stewartry::workspace::parcel::Refusal)| {
                    refused.1.why.contains("one deed with another that does not fit")
                };
                assert_eq!(taken.refused.iter().filter(with_it).count(), 2, "{taken:?}");
            }
            false => assert_eq!((holders, merged, taken.refused.len()), ([0, 1], true, 0), "{taken:?}"),
        }
        healthy(desk.ws());
        // And what was refused is no more taken in the second time
        let again = take(&mut desk, &parcel).unwrap();
        assert_eq!(again.events, 0, "{again:?}");
        assert_eq!(ids.map(|it| desk.ws().chis_matched_to(&id(it)).unwrap().len()), holders);
    }
}

#[test]
fn a_parcel_that_was_tampered_with_or_is_not_ours_is_refused_naming_the_first_bad_event() {
    let (mut desk, batch, parcel) = away_to_sign();
    desk.close();
    recheck_and_sign(&mut open(&parcel, SUPERVISOR), batch);
    let kept: Vec<(PathBuf, Vec<u8>)> = ["workspace.db", "keyring.json"]
        .map(|name| parcel.join(name))
        .map(|path| (path.clone(), std::fs::read(path).unwrap()))
        .into();
    desk.become_(OFFICER);
    let made = desk.ws().parcels().unwrap()[0].seq;
    let before = desk.ws().ledger_head().unwrap();
    let (_, own) = keys(&parcel, OFFICER, PASSPHRASE);
    type Tamper<'a> = Box<dyn Fn(&rusqlite::Connection) + 'a>;
    let cases: Vec<(&str, Tamper<'_>)> = vec![
        (
            "is not the one that made it",
            Box::new(move |conn| {
                conn.execute("UPDATE ledger SET at = '2026-01-01T00:00:00.000Z' WHERE seq = ?1", [made]).unwrap();
                rechain(conn, made, None);
            }),
        ),
        (
            "does not hold",
            Box::new(move |conn| {
                conn.execute(
                    "UPDATE ledger SET payload = replace(payload, '\"match\"', '\"unsure\"') WHERE seq > ?1",
                    [made],
                )
                .unwrap();
                rechain(conn, made + 1, None);
            }),
        ),
        (
            "does not hold",
            Box::new(|conn| {
                // The officer signs in the supervisor's name with a key of their own
                rechain(conn, made + 1, Some((3, &own)));
            }),
        ),
        (
            "is missing",
            Box::new(move |conn| {
                conn.execute("DELETE FROM ledger_signature WHERE seq = ?1", [made + 2]).unwrap();
                conn.execute("DELETE FROM ledger WHERE seq = ?1", [made + 2]).unwrap();
            }),
        ),
        (
            "is not the last",
            Box::new(|conn| {
                conn.execute_batch(
                    "DELETE FROM ledger_signature WHERE seq = (SELECT max(seq) FROM ledger);
                 DELETE FROM ledger WHERE seq = (SELECT max(seq) FROM ledger)",
                )
                .unwrap();
            }),
        ),
        (
            "not made of this workspace",
            Box::new(|conn| {
                conn.execute("UPDATE meta SET value = '00' WHERE key = 'parcel'", []).unwrap();
            }),
        ),
    ];
    for (why, tamper) in cases {
        {
            let conn = raw(&parcel);
            unguarded(&conn, |conn| tamper(conn));
        }
        let refused = take(&mut desk, &parcel).unwrap_err().to_string();
        assert!(refused.contains(why), "{why}: {refused}");
        assert_eq!(desk.ws().ledger_head().unwrap(), before, "nothing was taken in");
        for left in ["workspace.db-wal", "workspace.db-shm"] {
            let _ = std::fs::remove_file(parcel.join(left));
        }
        for (path, bytes) in &kept {
            std::fs::write(path, bytes).unwrap();
        }
    }
    // Another workspace takes nothing of it
    let mut other = Desk::with_people(4);
    let refused = take(&mut other, &parcel).unwrap_err().to_string();
    assert!(refused.contains("not made of this workspace"), "{refused}");
    // And whole again it comes in
    assert_eq!(take(&mut desk, &parcel).unwrap().refused, []);
}

#[test]
fn a_signature_that_does_not_cover_the_rows_is_not_taken_in() {
    let (mut desk, batch, parcel) = away_to_sign();
    desk.close();
    recheck_and_sign(&mut open(&parcel, SUPERVISOR), batch);
    let (_, own) = keys(&parcel, SUPERVISOR, PASSPHRASE);
    {
        let conn = raw(&parcel);
        unguarded(&conn, |conn| {
            let find = "SELECT seq FROM ledger WHERE event = 'batch_signed'";
            let signed: i64 = conn.query_row(find, [], |row| row.get(0)).unwrap();
            let leave_out = "UPDATE ledger SET payload = json_remove(payload, '$.rows_sha256') WHERE seq = ?1";
            conn.execute(leave_out, [signed]).unwrap();
            rechain(conn, signed, Some((3, &own)));
        });
    }
    desk.become_(OFFICER);
    let taken = take(&mut desk, &parcel).unwrap();
    let [(title, refusal)] = taken.refused.as_slice() else { panic!("{taken:?}") };
    assert!(title.contains("Signed batch 1") && refusal.why.contains("does not cover the rows"), "{taken:?}");
    assert_eq!(desk.ws().batch(batch).unwrap().unwrap().state, BatchState::Submitted);
}

#[test]
fn a_record_that_was_altered_under_the_supervisors_eyes_keeps_the_batch_from_being_signed() {
    let (mut desk, batch, parcel) = away_to_sign();
    desk.close();
    raw(&parcel)
        .execute_batch(
            "UPDATE chi_record SET record = json_set(record, '$.details.surname', 'Other')
             WHERE chi = (SELECT b FROM batch_row WHERE kind = 'link' ORDER BY a LIMIT 1)",
        )
        .unwrap();
    let mut there = open(&parcel, SUPERVISOR);
    let held = there.batch(batch).unwrap().unwrap();
    for (key, _) in sign_off::to_answer(&there, &held).unwrap() {
        let verdict = there.decision(&key).unwrap().unwrap().judgement.verdict;
        sign_off::recheck(&mut there, batch, &key, verdict).unwrap();
    }
    let refused = sign_off::sign(&mut there, batch).unwrap_err().to_string();
    assert!(refused.contains("is not what it was when it was loaded"), "{refused}");
    let report = there.check(&Progress::new()).unwrap();
    assert!(report.lines.iter().any(|line| !line.ok && line.what == "Records"), "{:#?}", report.lines);
}

#[test]
fn what_a_parcel_brought_is_guarded_like_the_rest_of_the_ledger() {
    let (mut desk, batch, parcel) = away_to_sign();
    desk.close();
    recheck_and_sign(&mut open(&parcel, SUPERVISOR), batch);
    desk.become_(OFFICER);
    take(&mut desk, &parcel).unwrap();
    desk.close();
    let home = desk.path("test.stewartry");
    let kept = std::fs::read(home.join("workspace.db")).unwrap();
    for statement in [
        "DELETE FROM brought WHERE seq = (SELECT max(seq) FROM brought)",
        "UPDATE brought SET event = replace(event, '\"person\":3', '\"person\":2') WHERE seq = (SELECT max(seq) FROM brought)",
        "UPDATE brought SET taken_by = 2 WHERE seq = (SELECT max(seq) FROM brought)",
    ] {
        {
            let conn = raw(&home);
            assert!(conn.execute_batch(statement).unwrap_err().to_string().contains("append-only"), "{statement}");
            unguarded(&conn, |conn| conn.execute_batch(statement).unwrap());
        }
        let noticed = match Workspace::open(&home, OFFICER, PASSPHRASE) {
            Err(error) => error.to_string(),
            Ok(ws) => format!("{:?}", ws.check(&Progress::new()).unwrap().lines.iter().find(|line| !line.ok)),
        };
        assert!(noticed.contains("event"), "{statement}: {noticed}");
        for left in ["workspace.db-wal", "workspace.db-shm", "reached"] {
            let _ = std::fs::remove_file(home.join(left));
        }
        std::fs::write(home.join("workspace.db"), &kept).unwrap();
    }
}

#[test]
fn a_parcel_goes_and_comes_back_from_the_command_line() {
    let (mut desk, batch, parcel) = away_to_sign();
    std::fs::remove_dir_all(&parcel).unwrap();
    desk.close();
    let run = |home: &Path, name: &str, arguments: &[&str]| {
        let done = Command::new(env!("CARGO_BIN_EXE_stewartry"))
            .arg(arguments[0])
            .arg(home)
            .args(["--as", name])
            .args(&arguments[1..])
            .env("STEWARTRY_PASSPHRASE", PASSPHRASE)
            .output()
            .unwrap();
        let words = String::from_utf8_lossy(&done.stdout).into_owned() + &String::from_utf8_lossy(&done.stderr);
        (done.status.success(), words)
    };
    let home = desk.path("test.stewartry");
    let away = desk.path("away").to_string_lossy().into_owned();
    let (ok, words) = run(&home, OFFICER, &["parcel", "--batch", "1", "--for", SUPERVISOR, "--into", &away]);
    assert!(ok && words.contains("parcel-back"), "{words}");
    let (_, listed) = run(&home, OFFICER, &["parcel"]);
    assert!(listed.contains("batch 1 for Sorley Supervisor: not back yet"), "{listed}");
    recheck_and_sign(&mut open(&parcel, SUPERVISOR), batch);
    let folder = parcel.to_string_lossy().into_owned();
    let (ok, words) = run(&home, OFFICER, &["parcel-back", &folder]);
    assert!(ok && words.contains("events were taken in") && words.contains("Batch 1: Signed"), "{words}");
    let (ok, words) = run(&home, OFFICER, &["history"]);
    assert!(ok && words.contains("Parcel taken in"), "{words}");
    let ws = open(&home, OFFICER);
    let kinds = LedgerFilter { kinds: vec!["parcel_taken".into()], ..LedgerFilter::default() };
    assert_eq!(ws.ledger(&kinds, 10).unwrap().len(), 2);
}
