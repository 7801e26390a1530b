//! What goes to the other organisation, by the sharing protocol: who, which columns, what changed since, who may say so.

use std::collections::BTreeMap;
use std::path::Path;

use stewartry::progress::Progress;
use stewartry::release::share::manifest::{Form, ShareManifest};
use stewartry::release::{self, ReleaseError, share};
use stewartry::stewardship::sharing::{self, Wanted};
use stewartry::stewardship::{Refused, people, recall};
use stewartry::workspace::{BatchId, Event, ExtractId, LedgerFilter, NewPerson, Protocol, Role, SharedColumn};

use crate::desk::*;

pub const SECOND_SUPERVISOR: &str = "Senga Supervisor";
const PURPOSE: &str = "Showing that a person is known to social work";

/// Two agreed levels, reviewed long after these tests are forgotten.
pub fn protocol() -> Protocol {
    Protocol { reference: "DG-ISP-7".to_owned(), agreed: 2, ..Protocol::example("2999-03-31".parse().unwrap()) }
}

/// Six people; 0 to 3 and the restricted 0077 matched, signed and released; a protocol in force. The officer sits there.
pub fn shared() -> (Desk, BatchId) {
    let mut desk = Desk::new();
    let supervisor =
        NewPerson { name: SECOND_SUPERVISOR, role: Role::Supervisor, administers: false, passphrase: PASSPHRASE };
    people::add(desk.ws(), supervisor).unwrap();
    desk.load_mosaic(extract(0..6));
    desk.load_chi((0..6).fold(ChiFile::default(), ChiFile::plain).plain(7));
    let mut rows: Vec<_> = (0..6).map(|n| (mosaic(n).to_string(), chi(n).to_string(), 20.0)).collect();
    rows.push(("0077".to_owned(), chi(7).to_string(), 20.0));
    desk.load_links(rows.into_iter());
    (0..4).for_each(|n| desk.match_(&link(n)));
    desk.match_(&restricted());
    let batch = sign_and_release(&mut desk);
    desk.become_(SUPERVISOR);
    sharing::set_protocol(desk.ws(), protocol()).unwrap();
    desk.become_(OFFICER);
    (desk, batch)
}

fn extract(people: impl Iterator<Item = u16>) -> MosaicFile {
    people.fold(MosaicFile::default(), MosaicFile::plain).with("0077", &person(7), "", true)
}

fn restricted() -> stewartry::pair::PairKey {
    stewartry::pair::PairKey::link(id("0077"), chi(7))
}

/// Everything that is ready is signed and released; the officer sits there.
pub fn sign_and_release(desk: &mut Desk) -> BatchId {
    let batch = desk.submit();
    desk.sign(batch);
    desk.become_(OFFICER);
    let into = desk.path(&format!("release-{}", batch.0));
    release::write(desk.ws(), batch, &into, &Progress::new()).unwrap();
    batch
}

pub fn wanted(level: u8) -> Wanted {
    Wanted { level, purpose: PURPOSE.to_owned(), columns: Vec::new() }
}

fn write_as(desk: &mut Desk, wanted: &Wanted, form: Form) -> Result<share::Shared, ReleaseError> {
    let into = desk.path("share");
    share::write(desk.ws(), wanted, form, &into, &Progress::new())
}

fn write(desk: &mut Desk, form: Form) -> share::Shared {
    write_as(desk, &wanted(2), form).unwrap()
}

fn acknowledge(desk: &mut Desk, shared: &share::Shared) {
    sharing::acknowledge(desk.ws(), ExtractId(shared.manifest.extract.number), "Loaded by the portal").unwrap();
}

/// The rows of an extract, headings first.
fn rows(shared: &share::Shared) -> Vec<Vec<String>> {
    let mut reader =
        csv::ReaderBuilder::new().has_headers(false).from_path(shared.folder.join(&shared.files[0])).unwrap();
    reader.records().map(|row| row.unwrap().iter().map(str::to_owned).collect()).collect()
}

/// A receiver, who knows nothing but what the files say.
#[derive(Default, PartialEq, Eq, Debug)]
struct Receiver(BTreeMap<String, Vec<String>>);

impl Receiver {
    fn load(&mut self, shared: &share::Shared) {
        let mut rows = rows(shared).into_iter();
        let headings = rows.next().unwrap();
        if headings[0] == "CHI" {
            self.0 = rows.map(|mut row| (row.remove(0), row)).collect();
            return;
        }
        assert_eq!(headings[..2], ["CHANGE", "CHI"]);
        for mut row in rows {
            let (change, chi) = (row.remove(0), row.remove(0));
            match change.as_str() {
                "added" | "changed" => drop(self.0.insert(chi, row)),
                "withdrawn" => drop(self.0.remove(&chi)),
                other => panic!("{other}"),
            }
        }
    }

    fn holds(&self, n: u16) -> bool {
        self.0.contains_key(chi(n).as_str())
    }
}

#[track_caller]
fn refused(result: Result<share::Shared, ReleaseError>) -> String {
    match result {
        Err(ReleaseError::Refused(refused)) => refused.to_string(),
        other => panic!("not refused: {other:?}"),
    }
}

#[test]
fn an_extract_holds_signed_people_alone_and_the_columns_of_its_level() {
    let (mut desk, _) = shared();
    // 4 is signed and not released, 5 matched and not signed.
    desk.match_(&link(4));
    let batch = desk.submit();
    desk.sign(batch);
    desk.become_(OFFICER);
    desk.match_(&link(5));

    let shared = write_as(&mut desk, &wanted(1), Form::Full).unwrap();
    let table = rows(&shared);
    assert_eq!(table[0], ["CHI", "MOSAIC_PERSON_ID", "LINKED_SINCE", "CONTEXT"]);
    let mut numbers: Vec<String> = (0..5).map(|n| chi(n).to_string()).collect();
    numbers.sort();
    assert_eq!(table[1..].iter().map(|row| row[0].clone()).collect::<Vec<_>>(), numbers);
    let text = std::fs::read_to_string(shared.folder.join(&shared.files[0])).unwrap();
    for n in 0..6 {
        let Person { surname, birth, .. } = person(n);
        assert!(!text.contains(&surname) && !text.contains(&birth), "level 1 tells a name");
    }
    let manifest = &shared.manifest;
    assert_eq!((manifest.protocol.reference.as_str(), manifest.protocol.version), ("DG-ISP-7", 1));
    assert_eq!(
        (manifest.level, manifest.protocol.level_name.as_str(), manifest.purpose.as_str()),
        (1, "Basic", PURPOSE)
    );
    assert_eq!((manifest.left_out.restricted, manifest.excepted, manifest.extract.people), (1, 0, 5));
    assert!(!manifest.protocol.review_overdue && shared.overdue.is_none());

    let second = write(&mut desk, Form::Full);
    let table = rows(&second);
    assert_eq!(table[0].len(), 14);
    let of_zero = table.iter().find(|row| row[0] == chi(0).as_str()).unwrap();
    let Person { surname, forename, birth, .. } = person(0);
    assert!([surname, forename, birth].iter().all(|cell| of_zero.contains(cell)), "{of_zero:?}");
    for name in &second.files {
        let text = std::fs::read_to_string(second.folder.join(name)).unwrap();
        assert!(!text.contains("0077") && !text.contains(chi(7).as_str()), "{name} names a restricted person");
    }
    assert!(desk.ws().check(&Progress::new()).unwrap().ok);
}

#[test]
fn what_the_protocol_does_not_agree_is_refused_by_name_and_nothing_is_written() {
    let (mut desk, _) = shared();
    let head = desk.ws().ledger_head().unwrap();
    let above = refused(write_as(&mut desk, &wanted(3), Form::Full));
    assert!(above.contains("Level 3 (Detailed) is not agreed") && above.contains("DG-ISP-7"), "{above}");
    let none = refused(write_as(&mut desk, &wanted(4), Form::Full));
    assert!(none.contains("has no level 4"), "{none}");
    let other = Wanted { purpose: "Marketing".to_owned(), ..wanted(1) };
    let other = refused(write_as(&mut desk, &other, Form::Full));
    assert!(other.contains("“Marketing” is no purpose"), "{other}");
    let columns = vec![SharedColumn::Context, SharedColumn::Surname, SharedColumn::Finance];
    let column = refused(write_as(&mut desk, &Wanted { columns, ..wanted(1) }, Form::Full));
    assert!(column.contains("does not allow SURNAME (level 2, Intermediate) and FINANCE (in no level)"), "{column}");
    assert_eq!(desk.ws().ledger_head().unwrap(), head);
    assert!(!desk.path("share").exists());

    let columns = vec![SharedColumn::Surname, SharedColumn::MosaicPersonId];
    let fewer = write_as(&mut desk, &Wanted { columns, ..wanted(2) }, Form::Full).unwrap();
    assert_eq!(rows(&fewer)[0], ["CHI", "MOSAIC_PERSON_ID", "SURNAME"]);

    let mut nobody = Desk::with_people(1);
    let none = refused(write_as(&mut nobody, &wanted(1), Form::Full));
    assert!(none.contains("No sharing protocol"), "{none}");
}

#[test]
fn only_a_supervisor_sets_the_protocol_its_versions_stay_and_an_overdue_review_is_said() {
    let (mut desk, _) = shared();
    let overdue = Protocol { review: "2020-02-29".parse().unwrap(), agreed: 1, ..protocol() };
    assert!(matches!(sharing::set_protocol(desk.ws(), overdue.clone()), Err(Refused::NotAllowed(_))));
    desk.become_(SUPERVISOR);
    let nothing = Protocol { purposes: Vec::new(), ..protocol() };
    assert!(matches!(sharing::set_protocol(desk.ws(), nothing), Err(Refused::Unfit(_))));
    assert!(matches!(sharing::set_protocol(desk.ws(), protocol()), Err(Refused::Nothing(_))));
    assert_eq!(sharing::set_protocol(desk.ws(), overdue.clone()).unwrap().output, 2);
    let held: Vec<_> = desk.ws().protocols().unwrap().into_iter().map(|it| (it.version, it.protocol)).collect();
    assert_eq!(held, [(2, overdue), (1, protocol())]);

    let shared = write_as(&mut desk, &wanted(1), Form::Full).unwrap();
    assert!(shared.overdue.unwrap().contains("was due on 29 Feb 2020"));
    assert!(shared.manifest.protocol.review_overdue);
    let newest = desk.ws().ledger(&LedgerFilter::default(), 1).unwrap().remove(0).event;
    let Event::ExtractWritten(note) = newest else { panic!("{newest:?}") };
    assert!(note.review_overdue && note.protocol == 2);
    assert!(refused(write_as(&mut desk, &wanted(2), Form::Full)).contains("agrees level 1 alone"));
}

#[test]
fn a_restricted_person_is_shared_only_where_a_supervisor_who_did_not_decide_signs_it() {
    let (mut desk, _) = shared();
    let id77 = id("0077");
    let except = |desk: &mut Desk, reason: &str| sharing::except(desk.ws(), &id77, 1, reason).map(drop);
    assert!(matches!(except(&mut desk, "Known to both"), Err(Refused::NotAllowed(_))), "an officer");
    desk.become_(SUPERVISOR);
    assert!(matches!(except(&mut desk, " "), Err(Refused::Unfit(_))), "without a reason");
    assert!(matches!(sharing::except(desk.ws(), &mosaic(0), 1, "x"), Err(Refused::Nothing(_))), "not restricted");
    assert!(matches!(sharing::except(desk.ws(), &mosaic(5), 1, "x"), Err(Refused::NotFound(_))), "not signed");
    except(&mut desk, "Agreed with the person and their worker").unwrap();

    let one = write_as(&mut desk, &wanted(1), Form::Full).unwrap();
    assert_eq!((one.manifest.excepted, one.manifest.left_out.restricted), (1, 0));
    assert!(rows(&one).iter().any(|row| row[0] == chi(7).as_str()));
    acknowledge(&mut desk, &one);
    let two = write(&mut desk, Form::Full);
    assert_eq!((two.manifest.excepted, two.manifest.left_out.restricted), (0, 1), "the exception ends at level 1");

    desk.become_(OFFICER);
    sharing::end_exception(desk.ws(), &id77, "No longer wished").unwrap();
    let delta = write_as(&mut desk, &wanted(1), Form::Delta).unwrap();
    assert_eq!(rows(&delta)[1..], [["withdrawn", chi(7).as_str(), "", "", ""].map(str::to_owned).to_vec()]);
}

#[test]
fn a_supervisor_who_decided_the_link_cannot_sign_its_exception() {
    let mut desk = Desk::new();
    let supervisor =
        NewPerson { name: SECOND_SUPERVISOR, role: Role::Supervisor, administers: false, passphrase: PASSPHRASE };
    people::add(desk.ws(), supervisor).unwrap();
    desk.load_mosaic(extract(0..1));
    desk.load_chi(ChiFile::default().plain(7));
    desk.load_links([("0077".to_owned(), chi(7).to_string(), 20.0)].into_iter());
    desk.become_(SECOND_SUPERVISOR);
    desk.match_(&restricted());
    let batch = desk.submit();
    desk.sign(batch);
    sharing::set_protocol(desk.ws(), protocol()).unwrap();
    desk.become_(SECOND_SUPERVISOR);
    let words = sharing::except(desk.ws(), &id("0077"), 1, "I know them").unwrap_err().to_string();
    assert!(words.contains("You decided") && words.contains("another supervisor"), "{words}");
    desk.become_(SUPERVISOR);
    sharing::except(desk.ws(), &id("0077"), 1, "Looked at").unwrap();
}

#[test]
fn all_deltas_applied_to_the_first_full_extract_give_the_last_full_one() {
    let (mut desk, batch) = shared();
    let mut receiver = Receiver::default();
    let first = write(&mut desk, Form::Full);
    receiver.load(&first);
    acknowledge(&mut desk, &first);

    // Somebody comes, somebody moves, somebody leaves Mosaic.
    desk.match_(&link(4));
    sign_and_release(&mut desk);
    let mut moved = person(1);
    moved.postcode = "DG7 3ZZ".to_owned();
    let next = MosaicFile::default().with(mosaic(1).as_str(), &moved, "", false);
    let next = [0, 2, 4, 5].into_iter().fold(next, MosaicFile::plain).with("0077", &person(7), "", true);
    desk.load_mosaic(next);
    let second = write(&mut desk, Form::Delta);
    receiver.load(&second);
    let extract = &second.manifest.extract;
    assert_eq!((extract.base, extract.added, extract.changed, extract.withdrawn), (Some(1), 1, 1, 1));
    assert!(receiver.holds(4) && !receiver.holds(3));
    assert_eq!(second.manifest.to_recheck, 1, "the one who moved is to be looked at again");

    // Loaded, and nobody said so; then the one who came in it is recalled, and the one who moved moves back.
    let held = desk.ws().released(&link(4)).unwrap().unwrap().0;
    assert_ne!(held, batch);
    recall::recall(desk.ws(), &link(4), "Another person", true).unwrap();
    desk.load_mosaic(extract_without_3());
    let third = write(&mut desk, Form::Delta);
    let extract = &third.manifest.extract;
    assert_eq!((extract.base, extract.withdrawn), (Some(1), 2));
    receiver.load(&third);
    assert!(!receiver.holds(4), "a recalled link is withdrawn by the next delta");
    acknowledge(&mut desk, &third);

    let nothing = write(&mut desk, Form::Delta);
    assert_eq!(nothing.manifest.file.rows, 0);
    receiver.load(&nothing);
    let mut anew = Receiver::default();
    anew.load(&write(&mut desk, Form::Full));
    assert_eq!(receiver, anew);
    assert_eq!(anew.0.len(), 3);
    let found = release::verify(&desk.path("share"), &Progress::new()).unwrap();
    assert_eq!(found.lines.len(), 11, "{:#?}", found.lines);
    assert!(desk.ws().check(&Progress::new()).unwrap().ok);
}

fn extract_without_3() -> MosaicFile {
    [0, 1, 2, 4, 5].into_iter().fold(MosaicFile::default(), MosaicFile::plain).with("0077", &person(7), "", true)
}

#[test]
fn a_delta_needs_an_acknowledged_extract_with_the_same_columns() {
    let (mut desk, _) = shared();
    let first = write(&mut desk, Form::Full);
    let words = refused(write_as(&mut desk, &wanted(2), Form::Delta));
    assert!(words.contains("write a full one"), "{words}");
    acknowledge(&mut desk, &first);
    assert!(matches!(sharing::acknowledge(desk.ws(), ExtractId(1), ""), Err(Refused::Nothing(_))), "twice");
    assert!(matches!(sharing::acknowledge(desk.ws(), ExtractId(9), ""), Err(Refused::NotFound(_))));
    let fewer = Wanted { columns: vec![SharedColumn::Surname], ..wanted(2) };
    assert!(refused(write_as(&mut desk, &fewer, Form::Delta)).contains("other columns"));
    // Another level is another receiver's.
    assert!(refused(write_as(&mut desk, &wanted(1), Form::Delta)).contains("write a full one"));

    let (second, third) = (write(&mut desk, Form::Delta), write(&mut desk, Form::Delta));
    acknowledge(&mut desk, &third);
    let past = sharing::acknowledge(desk.ws(), ExtractId(second.manifest.extract.number), "").unwrap_err().to_string();
    assert!(past.contains("went out later"), "{past}");
}

#[test]
fn a_number_out_of_use_or_of_two_people_is_not_shared() {
    let (mut desk, _) = shared();
    let file = ChiFile::default()
        .with(chi(0).as_str(), &person(0), "X", "")
        .with(chi(1).as_str(), &person(1), "H", chi(9).as_str())
        .plain(9);
    let path = desk.write((2..6).fold(file, ChiFile::plain).plain(7).text());
    desk.load_in_spite(&path, stewartry::intake::Kind::Chi);
    let shared = write(&mut desk, Form::Full);
    assert_eq!((shared.manifest.extract.people, shared.manifest.left_out.out_of_use), (2, 2));
}

#[test]
fn what_cannot_be_written_is_not_in_the_ledger() {
    let (mut desk, _) = shared();
    let folder = desk.path("share");
    std::fs::create_dir(&folder).unwrap();
    std::fs::write(folder.join("share-0001_full.csv"), "mine").unwrap();
    let head = desk.ws().ledger_head().unwrap();
    assert!(matches!(write_as(&mut desk, &wanted(2), Form::Full), Err(ReleaseError::Differs { .. })));
    assert_eq!(desk.ws().ledger_head().unwrap(), head);
    assert!(desk.ws().extracts().unwrap().is_empty());
    assert_eq!(std::fs::read_dir(&folder).unwrap().count(), 1);
}

#[test]
fn any_byte_changed_in_an_extract_is_found() {
    let (mut desk, _) = shared();
    let shared = write(&mut desk, Form::Full);
    acknowledge(&mut desk, &shared);
    recall::recall(desk.ws(), &link(0), "Another person", true).unwrap();
    let delta = write(&mut desk, Form::Delta);
    let verify = |folder: &Path| release::verify(folder, &Progress::new());
    verify(&shared.folder).unwrap();
    for name in shared.files.iter().chain(&delta.files) {
        let path = shared.folder.join(name);
        let whole = std::fs::read(&path).unwrap();
        for place in (0..whole.len()).step_by(whole.len() / 40 + 1) {
            let mut spoilt = whole.clone();
            spoilt[place] ^= 4;
            std::fs::write(&path, &spoilt).unwrap();
            assert!(verify(&shared.folder).is_err(), "{name}, byte {place}");
        }
        std::fs::write(&path, &whole).unwrap();
    }
    // Nor does another table lie beside them: one whose manifest was lost, or a release without its own
    for name in [delta.files[1].as_str(), "batch-0001_seed.csv"] {
        let path = shared.folder.join(name);
        let held = std::fs::read(&path).ok();
        match &held {
            Some(_) => std::fs::remove_file(&path).unwrap(),
            None => std::fs::write(&path, "x").unwrap(),
        }
        let Err(ReleaseError::Unsound(found)) = verify(&shared.folder) else { panic!("{name} is let pass") };
        assert!(found.failure().unwrap().detail.contains("keep it elsewhere"), "{name}: {:#?}", found.lines);
        match held {
            Some(bytes) => std::fs::write(&path, bytes).unwrap(),
            None => std::fs::remove_file(&path).unwrap(),
        }
    }
    verify(&shared.folder).unwrap();
    // Somebody who makes the hashes fit again is still held to what was agreed.
    let path = shared.folder.join(&shared.files[1]);
    let manifest: ShareManifest = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
    let forged = ShareManifest { level: 3, seal: String::new(), ..manifest }.sealed();
    std::fs::write(&path, forged.bytes()).unwrap();
    let Err(ReleaseError::Unsound(found)) = verify(&shared.folder) else { panic!("not found") };
    assert!(found.failure().unwrap().detail.contains("above the agreed level"));
}

#[test]
fn whoever_is_no_longer_to_be_shared_is_not_shared_by_an_exception_for_another_number() {
    let (mut desk, _) = shared();
    let id77 = id("0077");
    desk.become_(SUPERVISOR);
    sharing::except(desk.ws(), &id77, 2, "Agreed with them").unwrap();
    desk.become_(OFFICER);
    recall::recall(desk.ws(), &restricted(), "Of somebody else", true).unwrap();
    desk.load_chi((0..6).fold(ChiFile::default(), ChiFile::plain).plain(7).with(chi(8).as_str(), &person(7), "C", ""));
    desk.load_links([("0077".to_owned(), chi(8).to_string(), 20.0)].into_iter());
    desk.match_(&stewartry::pair::PairKey::link(id77.clone(), chi(8)));
    sign_and_release(&mut desk);
    desk.become_(SUPERVISOR);
    sharing::except(desk.ws(), &id77, 2, "Agreed with them").unwrap();
    assert_eq!(desk.ws().sharing_exceptions().unwrap().len(), 2);
    let ended = sharing::end_exception(desk.ws(), &id77, "No longer wished").unwrap().output;
    assert_eq!(ended, stewartry::pair::PairKey::link(id77, chi(8)));
    assert!(desk.ws().sharing_exceptions().unwrap().is_empty());
}
