//! A signed batch goes out whole, the same each time, and whoever receives it can check it alone.

use std::path::Path;

use stewartry::pair::Verdict;
use stewartry::progress::Progress;
use stewartry::release::field::Field;
use stewartry::release::profile::Column;
use stewartry::release::{self, ExportProfile, LineEnd, Manifest, ReleaseError};
use stewartry::stewardship::decide::Answer;
use stewartry::stewardship::merge;
use stewartry::workspace::BatchId;

use crate::desk::*;

/// Five links, a merge and a restricted person, signed.
pub fn signed() -> (Desk, BatchId) {
    let mut desk = Desk::new();
    let mosaic_file = (0..5)
        .fold(MosaicFile::default(), MosaicFile::plain)
        .with("0077", &person(7), "", true)
        .with("2001", &person(9), "", false)
        .with("2002", &person(9), "", false);
    desk.load_mosaic(mosaic_file);
    desk.load_chi((0..5).fold(ChiFile::default(), ChiFile::plain).plain(7).plain(9));
    let mut rows: Vec<_> = (0..5).map(|n| (mosaic(n).to_string(), chi(n).to_string(), 20.0)).collect();
    rows.push(("0077".to_owned(), chi(7).to_string(), 20.0));
    rows.push(("2001".to_owned(), chi(9).to_string(), 20.0));
    rows.push(("2001".to_owned(), "2002".to_owned(), 20.0));
    desk.load_links(rows.into_iter());
    (0..5).for_each(|n| desk.match_(&link(n)));
    desk.match_(&stewartry::pair::PairKey::link(id("0077"), chi(7)));
    desk.match_(&stewartry::pair::PairKey::link(id("2001"), chi(9)));
    let mut proposed = merge::propose_target(desk.ws(), &id("2001"), &id("2002")).unwrap().merge();
    proposed.note = "=Carry the alias over".to_owned();
    let answer = Answer { merge: Some(proposed), ..Answer::of(Verdict::Match) };
    desk.decide(&duplicate("2001", "2002"), answer).unwrap();
    let batch = desk.submit();
    desk.sign(batch);
    desk.become_(OFFICER);
    (desk, batch)
}

fn write(desk: &mut Desk, batch: BatchId, folder: &str) -> Result<release::Released, ReleaseError> {
    let into = desk.path(folder);
    release::write(desk.ws(), batch, &into, &Progress::new())
}

pub fn verify(folder: &Path) -> Result<release::Verified, ReleaseError> {
    release::verify(folder, &Progress::new())
}

pub fn text(folder: &Path, name: &str) -> String {
    std::fs::read_to_string(folder.join(name)).unwrap()
}

#[test]
fn a_release_holds_what_was_signed_sorted_and_without_restricted_people() {
    let (mut desk, batch) = signed();
    let released = write(&mut desk, batch, "out").unwrap();
    assert_eq!(
        released.files,
        ["batch-0001_evidence.csv", "batch-0001_merges.csv", "batch-0001_seed.csv", "manifest.json"]
    );
    let folder = released.folder.clone();
    let seed = text(&folder, "batch-0001_seed.csv");
    let mut expected = "MOSAIC_PERSON_ID,REFERENCE_TYPE,REFERENCE_VALUE\n".to_owned();
    for n in 0..5 {
        expected.push_str(&format!("{},CHI,{}\n", mosaic(n), chi(n)));
    }
    expected.push_str(&format!("2001,CHI,{}\n", chi(9)));
    assert_eq!(seed, expected);
    let merges = text(&folder, "batch-0001_merges.csv");
    assert!(
        merges.starts_with("SOURCE_PERSON_ID,TARGET_PERSON_ID,REASON,BLOCKERS_CHECKED,NOTE\n2002,2001,"),
        "{merges}"
    );
    assert!(merges.contains("pending_merge=not_checked") && merges.contains(",'=Carry the alias over\n"), "{merges}");
    let evidence = text(&folder, "batch-0001_evidence.csv");
    assert_eq!(evidence.lines().count(), 8);
    assert!(evidence.contains(OFFICER) && evidence.contains(SUPERVISOR));
    for file in ["batch-0001_seed.csv", "batch-0001_evidence.csv", "manifest.json"] {
        // By itself: a hash may hold these four digits
        let named = text(&folder, file).split(|c: char| !c.is_alphanumeric()).any(|word| word == "0077");
        assert!(!named, "{file} names a restricted person");
    }
    let Manifest { left_out, signature, batch, .. } = released.manifest;
    assert_eq!(left_out.restricted, 1);
    assert_eq!((signature.by.as_str(), batch.decided_by), (SUPERVISOR, vec![OFFICER.to_owned()]));
    let lines = verify(&folder).unwrap().lines;
    assert!(lines.len() >= 9, "{lines:#?}");
}

#[test]
fn written_again_it_is_the_same_bytes_whatever_happened_since() {
    let (mut desk, batch) = signed();
    let first = write(&mut desk, batch, "first").unwrap();
    // Another load, another decision, another day.
    desk.load_links([("1000".to_owned(), "1001".to_owned(), -9.0)].into_iter());
    desk.decide(&duplicate("1000", "1001"), Answer::of(Verdict::NotMatch)).unwrap();
    desk.become_(SECOND_OFFICER);
    let second = write(&mut desk, batch, "second").unwrap();
    assert_eq!(first.manifest_sha256, second.manifest_sha256);
    for name in &first.files {
        assert_eq!(text(&first.folder, name), text(&second.folder, name), "{name}");
    }
    let events = desk.ws().ledger_head().unwrap();
    let again = write(&mut desk, batch, "first").unwrap();
    assert!(again.same_as_before && !second.same_as_before);
    assert_eq!(desk.ws().ledger_head().unwrap(), events, "nothing new was released");
    let released = desk.ws().batch(batch).unwrap().unwrap().released.unwrap();
    assert_eq!(released.1, first.manifest_sha256);
}

#[test]
fn nothing_is_written_over_and_nothing_unsigned_goes_out() {
    let (mut desk, batch) = signed();
    let into = desk.path("out");
    std::fs::create_dir(&into).unwrap();
    std::fs::write(into.join("batch-0001_seed.csv"), "mine").unwrap();
    assert!(matches!(write(&mut desk, batch, "out"), Err(ReleaseError::Differs { .. })));
    assert_eq!(text(&into, "batch-0001_seed.csv"), "mine");
    assert_eq!(std::fs::read_dir(&into).unwrap().count(), 1, "nothing else was left there");
    assert!(matches!(write(&mut desk, BatchId(9), "new"), Err(ReleaseError::NoBatch(9))));
    assert!(!desk.path("new").exists());

    let mut desk = Desk::with_people(1);
    desk.match_(&link(0));
    let batch = desk.submit();
    assert!(matches!(write(&mut desk, batch, "out"), Err(ReleaseError::NotSigned { .. })));
    assert!(!desk.path("out").exists());
}

#[test]
fn what_changed_since_it_was_signed_is_not_released() {
    let (mut desk, batch) = signed();
    let mut changed = person(0);
    changed.birth = "1941-05-06".to_owned();
    let file = (1..5)
        .fold(MosaicFile::default().with("1000", &changed, "", false), MosaicFile::plain)
        .with("0077", &person(7), "", true)
        .with("2001", &person(9), "", false)
        .with("2002", &person(9), "", false);
    desk.load_mosaic(file);
    let refused = write(&mut desk, batch, "out").unwrap_err();
    assert!(refused.to_string().contains("changed since"), "{refused}");
    assert!(!desk.path("out").exists());
}

#[test]
fn a_profile_names_the_columns_and_the_line_ends() {
    let (mut desk, batch) = signed();
    let profile = ExportProfile {
        name: "own".to_owned(),
        columns: vec![
            Column::of("PERSON", Field::MosaicId),
            Column::constant("TYPE", "CHI NUMBER"),
            Column::of("VALUE", Field::Chi),
        ],
        line_end: LineEnd::CrLf,
        sharing_protocol: "Level 1".to_owned(),
        ..ExportProfile::default()
    };
    let into = desk.path("out");
    release::write_with(desk.ws(), batch, &into, &profile, &Progress::new()).unwrap();
    let seed = text(&into, "batch-0001_seed.csv");
    assert!(seed.starts_with(&format!("PERSON,TYPE,VALUE\r\n1000,CHI NUMBER,{}\r\n", chi(0))), "{seed}");
    verify(&into).unwrap();
    let mut wrong = profile;
    wrong.columns[2].heading = "PERSON".to_owned();
    let elsewhere = desk.path("elsewhere");
    let refused = release::write_with(desk.ws(), batch, &elsewhere, &wrong, &Progress::new());
    assert!(matches!(refused, Err(ReleaseError::Profile(_))));
}

/// A copy of a release in which a file is rewritten, and the manifest made to agree with it where `sealed`.
pub fn forged(from: &Path, to: &Path, name: &str, sealed: bool, change: impl Fn(String) -> String) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        std::fs::copy(entry.path(), to.join(entry.file_name())).unwrap();
    }
    let before = text(to, name);
    let after = change(before.clone());
    assert_ne!(before, after, "the forgery changes nothing");
    std::fs::write(to.join(name), &after).unwrap();
    if sealed {
        use sha2::{Digest, Sha256};
        let mut manifest: Manifest = serde_json::from_str(&text(to, "manifest.json")).unwrap();
        for part in &mut manifest.files {
            if part.name == name {
                part.bytes = after.len() as u64;
                part.rows = after.lines().count() as u64 - 1;
                part.sha256 = Sha256::digest(after.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect();
            }
        }
        std::fs::write(to.join("manifest.json"), manifest.sealed().bytes()).unwrap();
    }
}

#[test]
fn whatever_could_be_loaded_in_place_of_a_file_is_not_let_stand_beside_it() {
    let (mut desk, batch) = signed();
    let released = write(&mut desk, batch, "out").unwrap();
    for name in ["x.csv", "x.TXT", "batch-0001_seed.xlsx", "batch-0001_seed.csv.bak", "batch-0001_seed.csv~", "y.tsv"] {
        let path = released.folder.join(name);
        std::fs::write(&path, "anything").unwrap();
        let error = verify(&released.folder).unwrap_err().to_string();
        assert!(error.contains(name) && error.contains("keep it elsewhere"), "{name}: {error}");
        std::fs::remove_file(path).unwrap();
    }
    // What nobody loads may lie there
    std::fs::write(released.folder.join("sign-off.pdf"), "a paper").unwrap();
    verify(&released.folder).unwrap();
}

#[test]
fn any_byte_changed_in_any_file_is_found_by_name() {
    let mut proof = crate::proofs::Proof::of(4, "bytes of a release, by the name of their file");
    let (mut desk, batch) = signed();
    let released = write(&mut desk, batch, "out").unwrap();
    for name in &released.files {
        let bytes = std::fs::read(released.folder.join(name)).unwrap();
        let step = (bytes.len() / 23).max(1);
        for at in (0..bytes.len()).step_by(step).chain([bytes.len() - 1]) {
            let copy = desk.path("copy");
            let mut changed = bytes.clone();
            changed[at] ^= 0x01;
            std::fs::create_dir_all(&copy).unwrap();
            for other in &released.files {
                std::fs::copy(released.folder.join(other), copy.join(other)).unwrap();
            }
            std::fs::write(copy.join(name), changed).unwrap();
            proof.tried(1);
            let error = verify(&copy).unwrap_err();
            assert!(matches!(error, ReleaseError::Unsound(_)), "{error}");
            assert!(error.to_string().contains(name), "byte {at} of {name}: {error}");
        }
    }
}

#[test]
fn a_release_that_was_changed_together_with_its_manifest_still_breaks_a_rule() {
    let (mut desk, batch) = signed();
    let released = write(&mut desk, batch, "out").unwrap();
    let (seed, merges, evidence) = ("batch-0001_seed.csv", "batch-0001_merges.csv", "batch-0001_evidence.csv");
    let first = format!("1000,CHI,{}\n", chi(0));
    let second = format!("1001,CHI,{}\n", chi(1));
    type Forgery = Box<dyn Fn(String) -> String>;
    let cases: Vec<(&str, Forgery, &str)> = vec![
        (seed, Box::new(|text| format!("\u{feff}{text}")), "byte order mark"),
        (seed, Box::new(|text| text.replace('\n', "\r\n")), "line ends"),
        (seed, Box::new(|text| text.replace("CHI,", "\"CHI\",")), "quotation marks"),
        (seed, Box::new(|text| format!("{text}\n")), "blank lines"),
        (
            seed,
            Box::new({
                let f = first.clone();
                move |text| text.replace(&f, &f.replace("1000", "=1+1"))
            }),
            "line 2",
        ),
        (seed, Box::new(|text| text.replace(chi(0).as_str(), "0101010000")), "line 2"),
        (seed, Box::new(|text| text.replace(chi(0).as_str(), &chi(0).as_str()[1..])), "line 2"),
        (seed, Box::new(|text| text.replace(chi(0).as_str(), chi(1).as_str())), "one CHI, one person"),
        (seed, Box::new(|text| text.replace("1001,", "1000,")), "one person, one CHI"),
        (
            seed,
            Box::new({
                let (f, s) = (first.clone(), second.clone());
                move |text| text.replace(&format!("{f}{s}"), &format!("{s}{f}"))
            }),
            "order",
        ),
        (seed, Box::new(|text| text.replace("REFERENCE_TYPE", "KIND")), "headings"),
        (seed, Box::new(|text| text.replacen(",CHI,", ",NHS,", 1)), "under REFERENCE_TYPE is not CHI"),
        (seed, Box::new(|text| text.replace("2001,", "2002,")), "source of a merge"),
        (
            seed,
            Box::new({
                let f = first.clone();
                move |text| text.replace(&f, "")
            }),
            "exactly the rows of the seed file",
        ),
        (merges, Box::new(|text| text.replace("2002,2001", "2002,2002")), "itself"),
        (merges, Box::new(|text| text.replace("2002,2001", "1000,2001")), "source of a merge"),
        (merges, Box::new(|text| text.replace("pending_merge=not_checked", "pending_merge=blocked")), "blocked"),
        (merges, Box::new(|text| text.replace("2002,2001", "2003,2001")), "exactly the merge instructions"),
        (merges, Box::new(|_| "SOURCE\n2002\n".to_owned()), "headings"),
        (evidence, Box::new(|text| text.replacen(",match,", ",unsure,", 1)), "not a match"),
        (evidence, Box::new(|text| text.replace(OFFICER, "Nobody Known")), "does not name"),
        (evidence, Box::new(|text| text.replace(SUPERVISOR, OFFICER)), "person who decided it"),
        (evidence, Box::new(|text| text.replacen(",match,Sorley", ",not_match,Sorley", 1)), "does not agree"),
    ];
    for (at, (name, change, says)) in cases.into_iter().enumerate() {
        let copy = desk.path(&format!("forged-{at}"));
        forged(&released.folder, &copy, name, true, change);
        let error = verify(&copy).unwrap_err();
        assert!(matches!(error, ReleaseError::Unsound(_)), "{says}: {error}");
        assert!(error.to_string().contains(says), "case {at}, {says}: {error}");
    }
}

#[test]
fn a_release_is_whole_or_it_is_none() {
    let (mut desk, batch) = signed();
    let released = write(&mut desk, batch, "out").unwrap();
    let folder = &released.folder;
    let stranger = folder.join("batch-0002_seed.csv");
    std::fs::write(&stranger, "x").unwrap();
    assert!(verify(folder).unwrap_err().to_string().contains("batch-0002_seed.csv"));
    std::fs::remove_file(&stranger).unwrap();
    let merges = folder.join("batch-0001_merges.csv");
    let kept = std::fs::read(&merges).unwrap();
    std::fs::remove_file(&merges).unwrap();
    assert!(verify(folder).unwrap_err().to_string().contains("batch-0001_merges.csv: it is missing"));
    std::fs::write(&merges, kept).unwrap();
    verify(folder).unwrap();
    std::fs::remove_file(folder.join("manifest.json")).unwrap();
    assert!(matches!(verify(folder), Err(ReleaseError::NotARelease { .. })));
    assert!(matches!(verify(&desk.path("nowhere")), Err(ReleaseError::NotARelease { .. })));
}

/// The people of [`signed`], of whom none is restricted any more.
fn nobody_restricted() -> MosaicFile {
    let file = (0..5).fold(MosaicFile::default(), MosaicFile::plain).with("0077", &person(7), "", false);
    file.with("2001", &person(9), "", false).with("2002", &person(9), "", false)
}

#[test]
fn what_was_left_out_stays_out_when_written_again_and_leaves_with_a_later_batch_once_nobody_is_restricted() {
    let (mut desk, batch) = signed();
    let first = write(&mut desk, batch, "first").unwrap();
    let path = desk.write(nobody_restricted().text());
    desk.load_in_spite(&path, stewartry::intake::Kind::Mosaic);
    let second = write(&mut desk, batch, "second").unwrap();
    assert_eq!(first.manifest_sha256, second.manifest_sha256);
    let hidden = stewartry::pair::PairKey::link(id("0077"), chi(7));
    let ready = stewartry::stewardship::batches::ready(desk.ws(), &Progress::new()).unwrap();
    assert_eq!(ready.rows.iter().map(|(key, _)| key).collect::<Vec<_>>(), [&hidden], "{:?}", ready.waiting);
    desk.become_(OFFICER);
    let later = desk.submit();
    desk.sign(later);
    let third = write(&mut desk, later, "third").unwrap();
    assert!(text(&third.folder, "batch-0002_seed.csv").ends_with(&format!("\n0077,CHI,{}\n", chi(7))));
    assert_eq!(desk.ws().released(&hidden).unwrap().map(|(batch, _)| batch), Some(later));
    let ready = stewartry::stewardship::batches::ready(desk.ws(), &Progress::new()).unwrap();
    assert!(ready.rows.is_empty() && ready.waiting.is_empty());
    // It is recalled like any other, and taken out of Mosaic by a correction
    stewartry::stewardship::recall::recall(desk.ws(), &hidden, "Of somebody else", true).unwrap();
    assert_eq!(desk.ws().released(&hidden).unwrap(), None);
    let out: Vec<_> = desk.ws().to_take_out(None).unwrap().into_iter().map(|it| it.row.batch).collect();
    assert_eq!(out, [later]);
    assert!(desk.ws().check(&Progress::new()).unwrap().ok);
}

#[test]
fn what_was_recalled_is_not_written_once_more_unless_that_is_said() {
    let (mut desk, batch) = signed();
    let first = write(&mut desk, batch, "first").unwrap();
    stewartry::stewardship::recall::recall(desk.ws(), &link(1), "Of the twin", true).unwrap();
    let words = write(&mut desk, batch, "second").unwrap_err().to_string();
    assert!(
        words.contains("1 row was recalled of batch “November”") && words.contains(&link(1).to_string()),
        "{words}"
    );
    assert!(!desk.path("second").exists());
    assert!(write(&mut desk, batch, "first").unwrap().same_as_before, "the files of then stand");
    let into = desk.path("second");
    let profile = ExportProfile::default();
    let again = release::write_with_recalled(desk.ws(), batch, &into, &profile, &Progress::new()).unwrap();
    assert_eq!(again.manifest_sha256, first.manifest_sha256);
}
