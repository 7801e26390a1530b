//! Nobody signs what they decided, and a signature proves what it says.

use stewartry::linkage::Options;
use stewartry::pair::{Merge, PairKey, Reason, Verdict};
use stewartry::progress::Progress;
use stewartry::stewardship::decide::{self, Answer};
use stewartry::stewardship::sign_off::{self, Signer};
use stewartry::stewardship::submit::{self, Sampling};
use stewartry::stewardship::{Refused, StopKind, batches, matching, people, sampling, undo};
use stewartry::workspace::{BatchState, NewPerson, Role, Standing};

use crate::desk::*;
use crate::proofs::Proof;

fn not_allowed<T: std::fmt::Debug>(result: Result<T, Refused>) -> String {
    match result {
        Err(Refused::NotAllowed(words)) => words,
        other => panic!("allowed: {other:?}"),
    }
}

#[test]
fn an_officer_neither_re_checks_nor_signs_nor_returns() {
    let mut desk = Desk::with_people(3);
    (0..3).for_each(|n| desk.match_(&link(n)));
    let batch = desk.submit();
    desk.become_(SECOND_OFFICER);
    assert!(not_allowed(sign_off::sign(desk.ws(), batch)).contains("supervisor"));
    not_allowed(sign_off::recheck(desk.ws(), batch, &link(0), Verdict::Match));
    not_allowed(sign_off::return_batch(desk.ws(), batch, "Look again", Vec::new()));
}

#[test]
fn a_supervisor_who_decided_composed_or_submitted_is_not_the_signer() {
    let mut proof = Proof::of(5, "a supervisor who decided, composed or submitted");
    let mut desk = Desk::with_people(3);
    desk.match_(&link(0));
    desk.become_(SUPERVISOR);
    desk.match_(&link(1));
    desk.become_(OFFICER);
    let batch = desk.submit();
    desk.become_(SUPERVISOR);
    assert!(not_allowed(sign_off::sign(desk.ws(), batch)).contains("decided"));

    let mut desk = Desk::with_people(1);
    desk.match_(&link(0));
    desk.become_(SUPERVISOR);
    let composed = batches::compose_all_ready(desk.ws(), "Mine").unwrap().batch;
    desk.become_(OFFICER);
    submit::submit(desk.ws(), composed, Sampling::default()).unwrap();
    desk.become_(SUPERVISOR);
    let held = desk.ws().batch(composed).unwrap().unwrap();
    assert!(not_allowed(Signer::of(desk.ws(), &held)).contains("put this batch together"));

    let mut desk = Desk::with_people(1);
    desk.match_(&link(0));
    let composed = batches::compose_all_ready(desk.ws(), "Ours").unwrap().batch;
    desk.become_(SUPERVISOR);
    submit::submit(desk.ws(), composed, Sampling::default()).unwrap();
    not_allowed(sign_off::sign(desk.ws(), composed));
    proof.tried(3);
}

#[test]
fn a_supervisor_does_not_sign_for_their_own_answer_under_another_name_or_after_another_has_changed_it() {
    let mut proof = Proof::of(5, "a supervisor whose own answer stands under another name");
    let refuses = |desk: &mut Desk, batch| {
        desk.become_(SUPERVISOR);
        let words = not_allowed(sign_off::sign(desk.ws(), batch));
        assert!(words.contains("You answered Match about a CHI or a merge of this batch before"), "{words}");
    };
    // Their match goes with another's merge to the record that is kept; and comes back when that is taken back
    for taken_back in [false, true] {
        let mut desk = Desk::new();
        let twice = |file: MosaicFile, id: &str| file.with(id, &person(4), "", false);
        desk.load_mosaic(["4001", "4002"].into_iter().fold(MosaicFile::default(), twice));
        desk.load_chi(ChiFile::default().plain(4));
        let row = |left: &str, right: &str| (left.to_owned(), right.to_owned(), 20.0);
        desk.load_links([row("4001", chi(4).as_str()), row("4001", "4002")].into_iter());
        desk.become_(SUPERVISOR);
        desk.match_(&PairKey::link(id("4001"), chi(4)));
        desk.become_(OFFICER);
        let merge = Merge { source: id("4001"), target: id("4002"), blockers: Vec::new(), note: String::new() };
        let both = duplicate("4001", "4002");
        desk.decide(&both, Answer { merge: Some(merge), ..Answer::of(Verdict::Match) }).unwrap();
        if taken_back {
            desk.decide(&both, Answer::of(Verdict::NotMatch)).unwrap();
        }
        let batch = desk.submit();
        assert_eq!(desk.ws().batch(batch).unwrap().unwrap().deciders, [desk.ws().me().id], "as the table has it");
        refuses(&mut desk, batch);
        proof.tried(1);
    }
    // An officer's last word was no: whoever takes that back says yes
    let mut desk = Desk::with_people(2);
    desk.match_(&link(0));
    desk.decide(&link(0), Answer::of(Verdict::NotMatch)).unwrap();
    let no = desk.ws().ledger_head().unwrap().0;
    desk.become_(SUPERVISOR);
    undo::undo_deed(desk.ws(), no).unwrap();
    desk.become_(OFFICER);
    let batch = desk.submit();
    refuses(&mut desk, batch);
    proof.tried(1);
}

#[test]
fn a_batch_is_signed_once_its_whole_sample_agrees() {
    let mut desk = Desk::with_people(30);
    (0..30).for_each(|n| desk.match_(&link(n)));
    let batch = batches::compose_all_ready(desk.ws(), "November").unwrap().batch;
    let submitted = submit::submit(desk.ws(), batch, Sampling { tolerable: 0.1, confidence: 0.95 }).unwrap();
    assert_eq!(submitted.drawn, sampling::size(30, 0.1, 0.95));
    assert_eq!((submitted.rows, submitted.hazardous), (30, 0));
    desk.become_(SUPERVISOR);
    let early = sign_off::sign(desk.ws(), batch).map(|_| ());
    assert_eq!(stops(early).len() as u64, submitted.to_recheck);
    desk.recheck_all(batch);
    let statement = sign_off::sign(desk.ws(), batch).unwrap().output;
    assert!(
        statement.starts_with(&format!("No error in {} of 30: with 95 % confidence", submitted.drawn)),
        "{statement}"
    );
    let held = desk.ws().batch(batch).unwrap().unwrap();
    assert_eq!(held.state, BatchState::Signed);
    assert_eq!(held.signed.unwrap().statement, statement);
    // It never changes again.
    let kept = desk.decide(&link(0), Answer::of(Verdict::NotMatch));
    assert_eq!(stops(kept), [StopKind::InBatch]);
    assert!(matches!(sign_off::sign(desk.ws(), batch), Err(Refused::Unfit(_))));
}

#[test]
fn the_sample_is_the_one_that_its_recorded_seed_draws() {
    let mut proof = Proof::of(5, "the sample is what its seed draws, no smaller, and known to nobody before");
    let mut seeds = Vec::new();
    for _ in 0..2 {
        let mut desk = Desk::with_people(30);
        (0..30).for_each(|n| desk.match_(&link(n)));
        let batch = batches::compose_all_ready(desk.ws(), "November").unwrap().batch;
        submit::submit(desk.ws(), batch, Sampling { tolerable: 0.1, confidence: 0.95 }).unwrap();
        let held = desk.ws().batch(batch).unwrap().unwrap();
        let rows = desk.ws().batch_rows(batch).unwrap();
        let keys: Vec<_> = rows.iter().map(|row| row.key.clone()).collect();
        let sampled: Vec<_> = rows.iter().filter(|row| row.sampled).map(|row| row.key.clone()).collect();
        let sample = held.sample.unwrap();
        assert_eq!(sample.seed.len(), 64);
        assert_eq!(sampling::draw(&sample.seed, &keys, sampling::size(30, 0.1, 0.95)), sampled);
        seeds.push(sample.seed);
        proof.tried(1);
    }
    assert_ne!(seeds[0], seeds[1], "the same rows, and the same draw: somebody could know it beforehand");
}

#[test]
fn rows_with_a_warning_are_re_checked_whatever_the_draw() {
    let mut desk = Desk::new();
    let mosaic_file = (0..40).fold(MosaicFile::default(), MosaicFile::plain);
    let chi_file = (0..40).fold(ChiFile::default(), |file, n| {
        let status = if n < 5 { "D" } else { "C" };
        file.with(chi(n).as_str(), &person(n), status, "")
    });
    desk.load_mosaic(mosaic_file);
    desk.load_chi(chi_file);
    desk.load_links((0..40).map(|n| (mosaic(n).to_string(), chi(n).to_string(), 20.0)));
    (0..40).for_each(|n| desk.match_(&link(n)));
    let batch = batches::compose_all_ready(desk.ws(), "November").unwrap().batch;
    submit::submit(desk.ws(), batch, Sampling { tolerable: 0.1, confidence: 0.9 }).unwrap();
    let rows = desk.ws().batch_rows(batch).unwrap();
    for n in 0..5 {
        assert!(rows.iter().any(|row| row.key == link(n) && row.sampled), "{n}");
    }
    let statement = desk.sign(batch);
    let drawn = sampling::size(40, 0.1, 0.9);
    assert!(statement.starts_with(&format!("No error in {drawn} of 40")), "{statement}");
}

#[test]
fn a_disagreement_is_returned_and_never_signed() {
    let mut desk = Desk::with_people(4);
    (0..4).for_each(|n| desk.match_(&link(n)));
    let batch = desk.submit();
    desk.become_(SUPERVISOR);
    desk.recheck_all(batch);
    sign_off::recheck(desk.ws(), batch, &link(2), Verdict::Unsure).unwrap();
    assert_eq!(stops(sign_off::sign(desk.ws(), batch).map(|_| ())), [StopKind::Disagreed]);
    assert!(matches!(sign_off::return_batch(desk.ws(), batch, " ", Vec::new()), Err(Refused::Unfit(_))));
    sign_off::return_batch(desk.ws(), batch, "The second is not clear", vec![(link(2), String::new())]).unwrap();

    // The named row must be decided again before it goes anywhere; the others are free.
    desk.become_(OFFICER);
    let composed = batches::compose_all_ready(desk.ws(), "Again").unwrap();
    assert_eq!((composed.rows, composed.left.len()), (3, 1));
    assert_eq!(composed.left[0].0, link(2));
    desk.decide(&link(2), Answer::of(Verdict::Match).because(Reason::CheckedElsewhere)).unwrap();
    let mut rows: Vec<_> = (0..4).map(link).collect();
    rows.sort();
    batches::recompose(desk.ws(), composed.batch, rows).unwrap();
    submit::submit(desk.ws(), composed.batch, Sampling::default()).unwrap();
}

#[test]
fn a_row_that_the_re_check_answered_otherwise_goes_back_with_those_that_are_named() {
    let mut desk = Desk::with_people(4);
    (0..4).for_each(|n| desk.match_(&link(n)));
    let batch = desk.submit();
    desk.become_(SUPERVISOR);
    desk.recheck_all(batch);
    sign_off::recheck(desk.ws(), batch, &link(2), Verdict::NotMatch).unwrap();
    sign_off::return_batch(desk.ws(), batch, "A namesake", vec![(link(1), String::new())]).unwrap();
    desk.become_(OFFICER);
    let waiting = batches::ready(desk.ws(), &Progress::new()).unwrap().waiting;
    let mut waiting: Vec<_> = waiting.into_iter().map(|(key, _)| key).collect();
    waiting.sort();
    assert_eq!(waiting, [link(1), link(2)]);
}

#[test]
fn what_a_batch_holds_must_be_settled_and_fresh_when_it_is_submitted() {
    let mut desk = Desk::with_people(3);
    (0..3).for_each(|n| desk.match_(&link(n)));
    desk.decide(&link(2), Answer::of(Verdict::Unsure)).unwrap();
    let refused = batches::compose(desk.ws(), "Unsure", vec![link(2)]).map(|_| ());
    assert_eq!(stops(refused), [StopKind::Unresolved]);
    let batch = batches::compose_all_ready(desk.ws(), "November").unwrap().batch;
    // Composing binds nothing yet: a decision can still be taken back, and stops the submission.
    decide::take_back(desk.ws(), &link(1)).unwrap();
    let refused = submit::submit(desk.ws(), batch, Sampling::default()).map(|_| ());
    assert_eq!(stops(refused), [StopKind::Unresolved]);
    batches::recompose(desk.ws(), batch, vec![link(0)]).unwrap();
    // A new extract in which the person's details changed asks again.
    let mut moved = person(0);
    moved.surname = "Othername".to_owned();
    let file = MosaicFile::default().with("1000", &moved, "", false).plain(1).plain(2);
    desk.load_mosaic(file);
    let refused = submit::submit(desk.ws(), batch, Sampling::default()).map(|_| ());
    assert_eq!(stops(refused), [StopKind::Stale]);
    desk.match_(&link(0));
    submit::submit(desk.ws(), batch, Sampling::default()).unwrap();
    assert!(matches!(batches::take_apart(desk.ws(), batch), Err(Refused::Unfit(_))));
}

#[test]
fn a_warning_that_came_up_after_the_sample_was_drawn_stops_the_signature_until_its_row_is_returned() {
    let people = 0..40;
    let mut desk = Desk::with_people(40);
    let run = |desk: &mut Desk| matching::run(desk.ws(), &Options::default(), &Progress::new()).unwrap();
    run(&mut desk);
    people.clone().for_each(|n| desk.match_(&link(n)));
    let batch = batches::compose_all_ready(desk.ws(), "November").unwrap().batch;
    submit::submit(desk.ws(), batch, Sampling { tolerable: 0.1, confidence: 0.9 }).unwrap();
    let held = desk.ws().batch_rows(batch).unwrap();
    let outside =
        |sampled: bool| people.clone().find(|n| held.iter().any(|row| row.key == link(*n) && row.sampled == sampled));
    let (in_it, not_in_it) = (outside(true).unwrap(), outside(false).unwrap());

    // Somebody of their very name, address and date of birth, who was in no earlier extract
    let everybody = people.clone().fold(ChiFile::default(), ChiFile::plain);
    let namesake = |file: ChiFile, n: u16| file.with(chi(n + 14_850).as_str(), &person(n), "C", "");
    desk.load_chi([in_it, not_in_it].into_iter().fold(everybody, namesake));
    run(&mut desk);
    desk.become_(SUPERVISOR);
    desk.recheck_all(batch);
    let Err(Refused::HardStop(found)) = sign_off::sign(desk.ws(), batch) else { panic!("signed") };
    let found: Vec<_> = found.iter().map(|stop| (stop.kind, stop.pair.as_ref())).collect();
    assert_eq!(found, [(StopKind::WarnedSince, Some(&link(not_in_it)))], "the other was looked at again");

    sign_off::return_batch(desk.ws(), batch, "A namesake came up", vec![(link(not_in_it), String::new())]).unwrap();
    desk.become_(OFFICER);
    desk.match_(&link(not_in_it));
    let batch = batches::compose_all_ready(desk.ws(), "Again").unwrap().batch;
    submit::submit(desk.ws(), batch, Sampling { tolerable: 0.1, confidence: 0.9 }).unwrap();
    assert!(desk.ws().batch_rows(batch).unwrap().iter().any(|row| row.key == link(not_in_it) && row.sampled));
    desk.sign(batch);
}

#[test]
fn a_record_that_left_the_extract_since_stops_its_row_once() {
    let people = 0..40;
    let mut desk = Desk::with_people(40);
    people.clone().for_each(|n| desk.match_(&link(n)));
    let batch = batches::compose_all_ready(desk.ws(), "November").unwrap().batch;
    submit::submit(desk.ws(), batch, Sampling { tolerable: 0.1, confidence: 0.9 }).unwrap();
    let held = desk.ws().batch_rows(batch).unwrap();
    let left = people.clone().find(|n| held.iter().any(|row| row.key == link(*n) && !row.sampled)).unwrap();
    desk.load_chi(people.filter(|n| *n != left).fold(ChiFile::default(), ChiFile::plain));
    desk.become_(SUPERVISOR);
    desk.recheck_all(batch);
    let Err(Refused::HardStop(found)) = sign_off::sign(desk.ws(), batch) else { panic!("signed") };
    let found: Vec<_> = found.iter().map(|stop| (stop.kind, stop.pair.as_ref())).collect();
    assert_eq!(found, [(StopKind::Gone, Some(&link(left)))]);
}

#[test]
fn a_sample_needs_sense_and_a_batch_a_name() {
    let mut desk = Desk::with_people(1);
    assert!(matches!(batches::compose_all_ready(desk.ws(), "Empty"), Err(Refused::Nothing(_))));
    desk.match_(&link(0));
    assert!(matches!(batches::compose_all_ready(desk.ws(), "  "), Err(Refused::Unfit(_))));
    let batch = batches::compose_all_ready(desk.ws(), "November").unwrap().batch;
    for (tolerable, confidence) in
        [(0.0, 0.95), (1.0, 0.95), (0.01, 1.0), (0.01, 0.2), (f64::NAN, 0.95), (0.2, 0.95), (0.01, 0.5)]
    {
        let refused = submit::submit(desk.ws(), batch, Sampling { tolerable, confidence });
        assert!(matches!(refused, Err(Refused::Unfit(_))), "{tolerable} {confidence}");
    }
}

#[test]
fn a_sheet_of_the_sample_hides_the_answers_and_comes_back_filled_in() {
    let mut desk = Desk::with_people(3);
    (0..3).for_each(|n| desk.match_(&link(n)));
    let batch = desk.submit();
    let sheet = desk.path("sheet.csv");
    not_allowed(sign_off::write_sample(desk.ws(), batch, &sheet));
    desk.become_(SUPERVISOR);
    assert_eq!(sign_off::write_sample(desk.ws(), batch, &sheet).unwrap(), 3);
    let text = std::fs::read_to_string(&sheet).unwrap();
    assert!(text.contains(&person(0).surname.to_uppercase()) && !text.contains("match"), "{text}");
    let progress = Progress::new();
    let wrong = desk.write("kind,left,right,verdict\nlink,1000,0101011237,match\n");
    let refused = sign_off::recheck_file(desk.ws(), batch, &wrong, &progress).unwrap_err();
    assert!(refused.to_string().contains("line 2"), "{refused}");
    let mut filled = "kind,left,right,verdict\n".to_owned();
    for n in 0..3 {
        filled.push_str(&format!("link,{},{},match\n", mosaic(n), chi(n)));
    }
    let filled = desk.write(&filled);
    assert_eq!(sign_off::recheck_file(desk.ws(), batch, &filled, &progress).unwrap(), 3);
    sign_off::sign(desk.ws(), batch).unwrap();
}

#[test]
fn only_those_who_administer_change_people_and_one_of_them_stays() {
    let mut proof = Proof::of(5, "the last who administers stays, and nobody else changes people");
    let mut desk = Desk::new();
    let newcomer = |name| NewPerson { name, role: Role::Officer, administers: false, passphrase: "words enough" };
    assert!(matches!(people::add(desk.ws(), newcomer("olive officer")), Err(Refused::Unfit(_))), "a name signs");
    assert!(matches!(people::add(desk.ws(), newcomer(" ")), Err(Refused::Unfit(_))));
    // Nobody is taken for another: letters that cannot be seen, of another alphabet, of another width, with other marks
    for alike in ["Olive\u{200b} Officer", "\u{41e}live Officer", "\u{ff2f}live Officer", "Ol\u{ed}ve  Officer"] {
        assert!(matches!(people::add(desk.ws(), newcomer(alike)), Err(Refused::Unfit(_))), "{alike}");
        proof.tried(1);
    }
    people::add(desk.ws(), newcomer("\u{41e}\u{43b}\u{44c}\u{433}\u{430}")).unwrap(); // Olga, in her own alphabet throughout
    people::add(desk.ws(), newcomer("Siobh\u{e1}n N\u{ed} Bhriain")).unwrap();
    let short = NewPerson { passphrase: "short", ..newcomer("Somebody") };
    assert!(matches!(people::add(desk.ws(), short), Err(Refused::Unfit(_))));
    let me = desk.ws().me().clone();
    let without = Standing { name: me.name.clone(), role: me.role, administers: false, active: true };
    assert!(matches!(people::change(desk.ws(), me.id, without), Err(Refused::Unfit(_))));
    people::add(desk.ws(), newcomer("Somebody")).unwrap();
    desk.become_(SECOND_OFFICER);
    not_allowed(people::add(desk.ws(), newcomer("Another")));
    proof.tried(2);
}

/// Signs in from a command line, whose environment names another account each time.
#[test]
fn an_account_that_the_environment_claims_is_not_believed() {
    let mut proof = Proof::of(5, "an account is what the system says it is");
    let mut desk = Desk::with_people(1);
    desk.become_(SUPERVISOR);
    let home = desk.ws().home().to_owned();
    desk.close();
    for name in [OFFICER, SUPERVISOR] {
        let mut status = std::process::Command::new(env!("CARGO_BIN_EXE_stewartry"));
        status.arg("status").arg(&home).args(["--as", name]).env("STEWARTRY_PASSPHRASE", PASSPHRASE);
        for variable in ["USER", "LOGNAME", "USERNAME"] {
            status.env(variable, name);
        }
        let output = status.output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }
    desk.become_(SUPERVISOR);
    let accounts: std::collections::BTreeSet<_> = desk.ws().accounts().unwrap().into_iter().map(|(_, it)| it).collect();
    assert_eq!(accounts.len(), 1, "{accounts:?}");
    proof.tried(2);
}

#[test]
fn one_account_under_two_names_is_said_to_the_signer_and_stands_in_what_is_signed() {
    let mut proof = Proof::of(5, "one account under two names is said to the signer");
    // Everybody at this desk is one account of this computer, as the system has it
    let mut desk = Desk::with_people(3);
    (0..3).for_each(|n| desk.match_(&link(n)));
    let batch = desk.submit();
    desk.become_(SUPERVISOR);
    let held = desk.ws().batch(batch).unwrap().unwrap();
    let words = "Sorley Supervisor has worked here from the same account of this computer as Olive Officer";
    assert_eq!(sign_off::same_account(desk.ws(), &held).unwrap().as_deref(), Some(words));
    assert!(desk.sign(batch).ends_with(words));
    proof.tried(1);
}

#[test]
fn that_the_signer_gave_somebody_the_passphrase_they_decided_under_stands_in_what_is_signed() {
    const NEW_HAND: &str = "Nessie Newhand";
    const GIVEN: &str = "a passphrase that was given";
    let mut desk = Desk::with_people(2);
    let signer = desk.ws().staff().unwrap().into_iter().find(|it| it.name == SUPERVISOR).unwrap();
    people::change(desk.ws(), signer.id, Standing { administers: true, ..signer.standing() }).unwrap();
    desk.become_(SUPERVISOR);
    people::add(desk.ws(), NewPerson { name: NEW_HAND, role: Role::Officer, administers: false, passphrase: GIVEN })
        .unwrap();
    let words =
        format!("{SUPERVISOR} gave {NEW_HAND} the passphrase that rows of it were decided under, and so may know it");
    desk.sit_down(NEW_HAND, GIVEN);
    desk.match_(&link(0));
    let batch = desk.submit();
    let statement = desk.sign(batch);
    assert!(statement.ends_with(&words), "{statement}");
    // Under one of their own it is theirs
    desk.sit_down(NEW_HAND, GIVEN);
    people::change_passphrase(desk.ws(), GIVEN, PASSPHRASE).unwrap();
    desk.match_(&link(1));
    let batch = desk.submit();
    let statement = desk.sign(batch);
    assert!(!statement.contains("the passphrase that rows of it"), "{statement}");
}

#[test]
fn a_sheet_shows_of_a_restricted_person_the_names_alone_on_either_side() {
    let mut desk = Desk::new();
    desk.load_mosaic(MosaicFile::default().plain(0).with("0077", &person(7), "", true));
    desk.load_chi(ChiFile::default().plain(0).plain(7));
    let rows = [("0077".to_owned(), chi(7).to_string(), 20.0), ("1000".to_owned(), chi(0).to_string(), 20.0)];
    desk.load_links(rows.into_iter());
    desk.match_(&link(0));
    desk.match_(&PairKey::link(id("0077"), chi(7)));
    let batch = desk.submit();
    desk.become_(SUPERVISOR);
    let sheet = desk.path("sheet.csv");
    sign_off::write_sample(desk.ws(), batch, &sheet).unwrap();
    let text = std::fs::read_to_string(&sheet).unwrap();
    let row = |of: &str| text.lines().find(|line| line.split(',').any(|cell| cell == of)).unwrap().to_owned();
    let [plain, hidden] = [row("1000"), row("0077")];
    for (n, row, shown) in [(0, plain, 2), (7, hidden, 0)] {
        let person = person(n);
        for said in [&person.birth, &person.postcode, &person.address] {
            assert_eq!(row.matches(said.as_str()).count(), shown, "{said}: {row}");
        }
        assert_eq!(row.to_uppercase().matches(&person.surname.to_uppercase()).count(), 2, "{row}");
    }
}
