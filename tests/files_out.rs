//! What goes out by which profile, what Mosaic says of it, and what is taken out again: through the verbs that window and command
//! line share.

use std::path::Path;

use stewartry::pair::Verdict;
use stewartry::person::Chi;
use stewartry::progress::Progress;
use stewartry::release::field::Field;
use stewartry::release::profile::{Column, DateForm, Quoting, RowsOf};
use stewartry::release::{self, ExportProfile, LineEnd, ReleaseError, correction as files_of, profiles};
use stewartry::stewardship::acknowledge::{self, ReportColumns, Taken};
use stewartry::stewardship::conflicts::{self, ConflictKind};
use stewartry::stewardship::decide::Answer;
use stewartry::stewardship::recall::recall;
use stewartry::stewardship::{Refused, StopKind, corrections, sign_off, undo};
use stewartry::workspace::{BatchId, CorrectionId};

use crate::desk::*;
use crate::release::{forged, signed, text, verify};

fn save(desk: &mut Desk, profile: &ExportProfile) -> Result<u64, ReleaseError> {
    profiles::save(desk.ws(), profile)
}

fn write_by(desk: &mut Desk, batch: BatchId, folder: &str, name: &str) -> Result<release::Released, ReleaseError> {
    let into = desk.path(folder);
    let profile = profiles::named(desk.ws(), name, None)?;
    release::write_with(desk.ws(), batch, &into, &profile, &Progress::new())
}

/// Seeds as a fussy system wants them.
fn fussy() -> ExportProfile {
    ExportProfile {
        name: "fussy".to_owned(),
        columns: vec![
            Column::of("CHI No", Field::Chi),
            Column::constant("SYSTEM", "170"),
            Column::of("FROM", Field::SignedOn),
            Column::of("PERSON", Field::MosaicId),
        ],
        dates: DateForm::Slashes,
        delimiter: ';',
        quoting: Quoting::Always,
        line_end: LineEnd::CrLf,
        byte_order_mark: true,
        file_name: "DGC_{batch}_{signed}_{part}.txt".to_owned(),
        most_rows: Some(4),
        ..ExportProfile::default()
    }
}

#[test]
fn a_saved_profile_says_columns_dates_marks_names_and_size_and_what_it_writes_is_verified() {
    let (mut desk, batch) = signed();
    assert_eq!(save(&mut desk, &fussy()).unwrap(), 1);
    let released = write_by(&mut desk, batch, "out", "fussy").unwrap();
    let day = desk.ws().batch(batch).unwrap().unwrap().signed.unwrap().at;
    let (first, second) = (format!("DGC_0001_{}_001.txt", day.strftime("%Y%m%d")), day.strftime("%Y%m%d"));
    let second = format!("DGC_0001_{second}_002.txt");
    assert_eq!(released.files[2..], [first.clone(), second.clone(), "manifest.json".to_owned()]);
    let begins = format!(
        "\u{feff}\"CHI No\";\"SYSTEM\";\"FROM\";\"PERSON\"\r\n\"{}\";\"170\";\"{}\";\"1000\"\r\n",
        chi(0),
        day.strftime("%d/%m/%Y")
    );
    let text_of_first = text(&released.folder, &first);
    assert!(text_of_first.starts_with(&begins), "{text_of_first}");
    assert_eq!((text_of_first.lines().count(), text(&released.folder, &second).lines().count()), (5, 3));
    let manifest = text(&released.folder, "manifest.json");
    assert!(manifest.contains("\"name\": \"fussy\"") && manifest.contains("\"version\": 1"), "{manifest}");
    let verified = verify(&released.folder).unwrap();
    assert!(verified.lines.iter().any(|line| line.detail.contains("fussy, version 1")), "{verified:#?}");

    // Saved again it is the next version, and both can be had; saved unchanged it is none.
    assert_eq!(save(&mut desk, &fussy()).unwrap(), 1);
    let changed = ExportProfile { most_rows: Some(2), ..fussy() };
    assert_eq!(save(&mut desk, &changed).unwrap(), 2);
    assert_eq!(profiles::named(desk.ws(), "fussy", None).unwrap().most_rows, Some(2));
    assert_eq!(profiles::named(desk.ws(), "fussy", Some(1)).unwrap().most_rows, Some(4));
    let error = profiles::named(desk.ws(), "none", None).unwrap_err().to_string();
    assert!(error.contains("mosaic-seed, chi-indexing, rich-evidence and fussy"), "{error}");
    assert!(desk.ws().check(&Progress::new()).unwrap().ok);
}

#[test]
fn what_a_profile_would_show_is_what_it_writes() {
    let (mut desk, batch) = signed();
    for profile in profiles::choices(desk.ws()).unwrap().into_iter().map(|choice| choice.profile).chain([fussy()]) {
        let events = desk.ws().ledger_head().unwrap();
        let shown = release::preview(desk.ws(), batch, &profile, usize::MAX).unwrap();
        assert_eq!(desk.ws().ledger_head().unwrap(), events, "a preview leaves no trace");
        let into = desk.path(&profile.name);
        release::write_with(desk.ws(), batch, &into, &profile, &Progress::new()).unwrap();
        for file in shown {
            assert_eq!(file.beginning, text(&into, &file.name), "{}", profile.name);
        }
        verify(&into).unwrap();
    }
}

#[test]
fn a_profile_that_would_break_a_seed_file_is_refused_with_the_reason() {
    let (mut desk, batch) = signed();
    let with = |columns: Vec<Column>| ExportProfile { columns, name: "mine".to_owned(), ..ExportProfile::default() };
    let (id, number) = (Column::of("ID", Field::MosaicId), Column::of("CHI", Field::Chi));
    let mine = || ExportProfile { name: "mine".to_owned(), ..ExportProfile::default() };
    let cases: Vec<(ExportProfile, &str)> = vec![
        (with(vec![id.clone()]), "ten digits"),
        (with(vec![id.clone(), Column::of("CHI", Field::ChiSpaced)]), "nothing else of a person"),
        (with(vec![id.clone(), number.clone(), Column::of("CHI 2", Field::Chi)]), "one person, one CHI"),
        (with(vec![number.clone()]), "one CHI, one person"),
        (with(vec![id.clone(), number.clone(), Column::of("ID 2", Field::MosaicId)]), "one CHI, one person"),
        (with(vec![id.clone(), number.clone(), Column::of("NAME", Field::Surname)]), "nothing else of a person"),
        (with(vec![id.clone(), Column::of("id", Field::Chi)]), "Two columns"),
        (with(vec![id.clone(), number.clone(), Column::constant("KIND", "=1+1")]), "constant"),
        (with(vec![]), "at least one column"),
        (ExportProfile { delimiter: '0', ..mine() }, "would be cut"),
        (ExportProfile { delimiter: '/', ..mine() }, "would be cut"),
        (ExportProfile { delimiter: '\n', ..mine() }, "one sign"),
        (ExportProfile { harmless: true, ..mine() }, "no cell of it is made harmless"),
        (ExportProfile { file_name: "seed.csv".to_owned(), ..mine() }, "needs {batch}"),
        (ExportProfile { file_name: "../{batch}.csv".to_owned(), ..mine() }, "letters, digits"),
        (ExportProfile { file_name: "{batch}_{day}.csv".to_owned(), ..mine() }, "nothing else in braces"),
        (ExportProfile { file_name: "batch-{batch}_merges.csv".to_owned(), ..mine() }, "others do"),
        (ExportProfile { most_rows: Some(5), ..mine() }, "needs {part}"),
        (
            ExportProfile { most_rows: Some(0), file_name: "{batch}_{part}.csv".to_owned(), ..mine() },
            "at least one row",
        ),
        (ExportProfile { name: "My Own".to_owned(), ..mine() }, "small letters"),
        (ExportProfile::default(), "comes with the program"),
    ];
    for (profile, says) in cases {
        let error = save(&mut desk, &profile).unwrap_err().to_string();
        assert!(error.contains(says) && error.ends_with("nothing was saved"), "{says}: {error}");
        if profile.fault().is_some() {
            let into = desk.path("refused");
            let error = release::write_with(desk.ws(), batch, &into, &profile, &Progress::new()).unwrap_err();
            assert!(matches!(error, ReleaseError::Profile(_)), "{error}");
            assert!(!into.exists());
        }
    }
    assert!(desk.ws().saved_profiles().unwrap().is_empty());
    // An officer who does not administer may not.
    desk.become_(SECOND_OFFICER);
    let error = save(&mut desk, &mine()).unwrap_err().to_string();
    assert!(error.contains("supervisor") && desk.ws().saved_profiles().unwrap().is_empty(), "{error}");
    desk.become_(SUPERVISOR);
    save(&mut desk, &mine()).unwrap();
}

#[test]
fn national_indexing_gets_its_sixteen_columns_and_the_batch_is_not_released_by_that() {
    let (mut desk, batch) = signed();
    let released = write_by(&mut desk, batch, "indexing", "chi-indexing").unwrap();
    assert_eq!(released.files, ["batch-0001_chi-indexing.csv", "manifest.json"]);
    let table = text(&released.folder, "batch-0001_chi-indexing.csv");
    let mut lines = table.split("\r\n");
    assert_eq!(
        lines.next().unwrap(),
        "SERIAL,CHI_NUMBER,SURNAME,PREVIOUS_SURNAME,FIRST_FORENAME,SECOND_FORENAME,SEX,DATE_OF_BIRTH,DATE_OF_DEATH,POSTCODE,\
         NHS_NUMBER,ADDRESS1,ADDRESS2,ADDRESS3,ADDRESS,USER_DATA"
    );
    let first: Vec<&str> = lines.next().unwrap().split(',').collect();
    assert_eq!((first[0], first[1], *first.last().unwrap()), ("1", chi(0).as_str(), "1000"));
    assert!(matches!(first[6], "1" | "2"), "{first:?}");
    assert!(first[7].len() == 8 && first[7].bytes().all(|b| b.is_ascii_digit()), "{first:?}");
    assert!(!table.contains("0077"), "a restricted person");
    verify(&released.folder).unwrap();
    assert!(desk.ws().batch(batch).unwrap().unwrap().released.is_none());
    assert_eq!(desk.ws().status().unwrap().people_released, 0);

    // Evidence for whoever audits, with both records, is a table of its own too.
    let rich = write_by(&mut desk, batch, "rich", "rich-evidence").unwrap();
    let table = text(&rich.folder, "batch-0001_rich-evidence.csv");
    assert!(table.starts_with("CHI_SPACED,SERIAL,BATCH,SIGNED_ON,SIGNED_BY,SURNAME,"), "{table}");
    assert_eq!(table.lines().count(), 8);
    verify(&rich.folder).unwrap();
}

#[test]
fn a_table_that_was_changed_together_with_its_manifest_still_breaks_a_rule() {
    let (mut desk, batch) = signed();
    let rich = write_by(&mut desk, batch, "rich", "rich-evidence").unwrap().folder;
    let people = write_by(&mut desk, batch, "people", "chi-indexing").unwrap().folder;
    type Forgery = Box<dyn Fn(String) -> String>;
    let cases: Vec<(&Path, &str, Forgery, &str)> = vec![
        (&people, "batch-0001_chi-indexing.csv", Box::new(|t| t.replace("\r\n", "\n")), "line ends"),
        (&people, "batch-0001_chi-indexing.csv", Box::new(|t| t.replace("\r\n2,", "\r\n3,")), "number of the row"),
        (
            &people,
            "batch-0001_chi-indexing.csv",
            Box::new(|t| t.replace(chi(0).as_str(), chi(1).as_str())),
            "one CHI, one person",
        ),
        (&people, "batch-0001_chi-indexing.csv", Box::new(|t| t.replace("NHS_NUMBER", "NHS")), "headings"),
        (
            &people,
            "batch-0001_chi-indexing.csv",
            Box::new(|t| t.lines().take(4).map(|l| format!("{l}\r\n")).collect()),
            "do not add up",
        ),
        (&rich, "batch-0001_rich-evidence.csv", Box::new(|t| t.replacen(",match,", ",refer,", 1)), "not a match"),
        (&rich, "batch-0001_rich-evidence.csv", Box::new(|t| t.replace(OFFICER, "Nobody Known")), "does not name"),
    ];
    for (at, (folder, name, change, says)) in cases.into_iter().enumerate() {
        let copy = desk.path(&format!("forged-{at}"));
        forged(folder, &copy, name, true, change);
        let error = verify(&copy).unwrap_err().to_string();
        assert!(error.contains(says), "case {at}, {says}: {error}");
    }
}

// What Mosaic says ------------------------------------------------------------------------------------------------------

/// A released batch of five people and one who was merged.
fn released() -> (Desk, BatchId) {
    let (mut desk, batch) = signed();
    write_by(&mut desk, batch, "released", "mosaic-seed").unwrap();
    (desk, batch)
}

fn report(desk: &mut Desk, batch: Option<BatchId>, text: &str) -> Result<Taken, Refused> {
    let path = desk.write(text);
    let columns = ReportColumns::default();
    acknowledge::take(desk.ws(), batch, &path, &columns, &Progress::new()).map(|applied| applied.output)
}

#[test]
fn a_load_report_says_of_each_row_whether_mosaic_took_it_and_what_it_did_not_becomes_a_task() {
    let (mut desk, batch) = released();
    let status = desk.ws().status().unwrap();
    // Seven links were signed; the restricted person's went nowhere, and is not waited for.
    assert_eq!((status.people_released, status.people_acknowledged, status.links_unanswered), (6, 0, 6));
    let rows = format!(
        "Person ID,CHI Number,Status,Error message\n1000,{},Loaded,\n1001,{},OK,\n1002,{},Rejected,\"Locked, ask first\"\n",
        chi(0),
        chi(1),
        chi(2)
    );
    let taken = report(&mut desk, None, &rows).unwrap();
    assert_eq!((taken.batch, taken.accepted, taken.rejected, taken.unanswered), (batch.0, 2, 1, 3));
    let status = desk.ws().status().unwrap();
    assert_eq!((status.people_acknowledged, status.links_turned_away, status.links_unanswered), (2, 1, 3));
    let found = conflicts::all(desk.ws()).unwrap();
    let away: Vec<_> = found.iter().filter(|conflict| conflict.kind == ConflictKind::TurnedAway).collect();
    assert_eq!(away.len(), 1);
    assert!(away[0].pair == link(2) && away[0].words.contains("Locked, ask first"), "{away:?}");
    let chased = acknowledge::chased(desk.ws()).unwrap();
    assert_eq!((chased.len(), chased[0].answered.unanswered(), chased[0].days), (1, 3, 0));
    let list = desk.path("unanswered.csv");
    assert_eq!(acknowledge::write_unanswered(desk.ws(), &list).unwrap(), 3);
    let list = std::fs::read_to_string(list).unwrap();
    assert!(list.contains("1003") && !list.contains("1002") && !list.contains("0077"), "{list}");

    // The very report again changes nothing; a later one settles what was turned away, and what stands stays.
    let events = desk.ws().ledger_head().unwrap();
    assert!(report(&mut desk, None, &rows).unwrap().again);
    assert_eq!(desk.ws().ledger_head().unwrap(), events);
    let later = "id,outcome\n1002,accepted\n1003,yes\n1004,Y\n2001,1\n1000,rejected\n";
    let taken = report(&mut desk, Some(batch), later).unwrap();
    assert_eq!((taken.accepted, taken.rejected, taken.stay_accepted, taken.unanswered), (4, 0, 1, 0));
    let status = desk.ws().status().unwrap();
    assert_eq!((status.people_acknowledged, status.links_turned_away, status.links_unanswered), (6, 0, 0));
    assert!(conflicts::all(desk.ws()).unwrap().iter().all(|it| it.kind != ConflictKind::TurnedAway));
    assert!(acknowledge::chased(desk.ws()).unwrap().is_empty());
    assert!(desk.ws().check(&Progress::new()).unwrap().ok);
}

#[test]
fn a_report_of_something_else_is_refused_whole_with_its_line() {
    let (mut desk, batch) = released();
    let other = format!("id,chi,outcome\n1000,{},loaded\n1001,{},loaded\n", chi(0), chi(2));
    for (text, says) in [
        (
            "id,outcome\n1000,loaded\n9999,loaded\n",
            "line 3: 9999 is not in the seed file of batch 1, nor in that of any other",
        ),
        ("id,outcome\n0077,loaded\n", "line 2: 0077 is not in the seed file"),
        (other.as_str(), "line 3: 1001 went out in batch 1 with another CHI"),
        ("id,outcome\n1000,loaded\n1000,rejected\n", "line 3: 1000 is on line 2 already"),
        ("id,outcome\n1000,perhaps\n", "line 2: what stands under outcome says neither"),
        // It stands in Mosaic, or may: as turned away no recall would take it out
        ("id,outcome\n1000,Warning\n", "line 2: what stands under outcome says neither"),
        ("id,outcome\n1000,duplicate\n", "line 2: what stands under outcome says neither"),
        ("id,outcome\n1000,Skipped\n", "line 2: what stands under outcome says neither"),
        ("id,outcome\n1000,IGNORED\n", "line 2: what stands under outcome says neither"),
        ("id,chi,outcome\n1000,0101010000,loaded\n", "line 2: the CHI is not valid"),
        // All that is wrong, not the first line alone
        (
            "id,outcome\n0077,loaded\n1000,loaded\n0078,loaded\n",
            "nor in that of any other; look whose report it is. Line 4 is wrong too",
        ),
        (
            "id,outcome\n,loaded\n1000,perhaps\n1001,loaded\n,loaded\n",
            "there is no Mosaic id. Lines 3 and 5 are wrong too",
        ),
        ("id,result code\n1000,loaded\n", "no column for the outcome"),
        ("name,outcome\nX,loaded\n", "no column for the Mosaic id"),
    ] {
        let error = report(&mut desk, Some(batch), text).unwrap_err().to_string();
        assert!(error.contains(says) && error.ends_with("Nothing was taken in"), "{says}: {error}");
    }
    let empty = report(&mut desk, Some(batch), "id,outcome\n").unwrap_err().to_string();
    assert!(empty.contains("has headings on line 1 and no rows below them"), "{empty}");
    assert_eq!(desk.ws().status().unwrap().people_acknowledged, 0);
    // Columns of other names are named.
    let path = desk.write("WHO,WENT\n1000,loaded\n");
    let columns =
        ReportColumns { id: Some("WHO".to_owned()), outcome: Some("WENT".to_owned()), ..ReportColumns::default() };
    let taken = acknowledge::take(desk.ws(), None, &path, &columns, &Progress::new()).unwrap().output;
    assert_eq!((taken.accepted, taken.batch), (1, batch.0));
    // The next report that has them is read so, by anybody; one that has them not is read by the usual ones
    desk.become_(SECOND_OFFICER);
    assert_eq!(report(&mut desk, None, "WENT,OUTCOME,WHO\nloaded,rejected,1001\n").unwrap().accepted, 1);
    assert_eq!(report(&mut desk, None, "id,outcome\n1002,loaded\n").unwrap().accepted, 1);
    assert!(desk.ws().check(&Progress::new()).unwrap().ok);
    // A batch that never went out cannot have been loaded.
    assert!(matches!(report(&mut desk, Some(BatchId(7)), "id,outcome\n1000,loaded\n"), Err(Refused::NotFound(_))));
}

// What is taken out again -----------------------------------------------------------------------------------------------

fn correct(desk: &mut Desk, id: CorrectionId, folder: &str) -> Result<files_of::Corrected, ReleaseError> {
    let into = desk.path(folder);
    files_of::write(desk.ws(), id, &into, &Progress::new())
}

/// Batch 1 released; 1001's CHI was wrong, and batch 2 has the right one, signed. Another supervisor is there to sign.
fn recalled() -> (Desk, Chi) {
    let (mut desk, _) = released();
    recall(desk.ws(), &link(1), "Of the twin", true).unwrap();
    let right = chi(30);
    desk.load_chi((0..5).fold(ChiFile::default(), ChiFile::plain).plain(7).plain(9).with(
        right.as_str(),
        &person(1),
        "C",
        "",
    ));
    desk.load_links([("1001".to_owned(), right.to_string(), 20.0)].into_iter());
    desk.match_(&stewartry::pair::PairKey::link(mosaic(1), right));
    let batch = desk.submit();
    desk.sign(batch);
    desk.become_(OFFICER);
    (desk, right)
}

#[test]
fn a_correction_removes_exactly_the_wrong_seed_gives_the_right_one_and_names_every_file() {
    let (mut desk, right) = recalled();
    // Another table with the wrong CHI went out too.
    write_by(&mut desk, BatchId(1), "indexing", "chi-indexing").unwrap();
    assert_eq!(desk.ws().status().unwrap().to_take_out, 1);
    let open = |desk: &mut Desk| release::close::left_open(desk.ws()).unwrap().join("; ");
    assert!(open(&mut desk).contains("1 wrong CHI number is to be taken out of Mosaic"), "{}", open(&mut desk));
    let id = corrections::compose(desk.ws()).unwrap();
    assert!(open(&mut desk).contains("correction 1 is waiting for its signature"), "{}", open(&mut desk));
    assert!(matches!(corrections::compose(desk.ws()), Err(Refused::Nothing(_))), "once is enough");

    // Four eyes: not the officer, who recalled it and put it together; not written before it is signed.
    assert!(matches!(corrections::sign(desk.ws(), id), Err(Refused::NotAllowed(_))));
    assert!(correct(&mut desk, id, "out").unwrap_err().to_string().contains("is not signed"));
    assert!(!desk.path("out").exists());
    desk.become_(SUPERVISOR);
    let statement = corrections::sign(desk.ws(), id).unwrap().output;
    assert!(statement.contains("1 seed is wrong") && statement.contains(OFFICER), "{statement}");
    let one_account = format!("{SUPERVISOR} has worked here from the same account of this computer as {OFFICER}");
    assert!(statement.ends_with(&one_account), "{statement}");

    assert!(open(&mut desk).contains("correction 1 is signed, and its files were not written"));
    let written = correct(&mut desk, id, "out").unwrap();
    assert!(!open(&mut desk).contains("correction"));
    let names =
        ["correction-0001_evidence.csv", "correction-0001_remove.csv", "correction-0001_seed.csv", "manifest.json"];
    assert_eq!(written.files, names);
    let heading = "MOSAIC_PERSON_ID,REFERENCE_TYPE,REFERENCE_VALUE\n";
    assert_eq!(text(&written.folder, names[1]), format!("{heading}1001,CHI,{}\n", chi(1)));
    assert_eq!(text(&written.folder, names[2]), format!("{heading}1001,CHI,{right}\n"));
    let evidence = text(&written.folder, names[0]);
    for said in
        ["Of the twin", OFFICER, "batch-0001_seed.csv", "batch-0001_evidence.csv", "batch-0001_chi-indexing.csv"]
    {
        assert!(evidence.contains(said), "{said}: {evidence}");
    }
    assert!(!evidence.contains("merges"), "{evidence}");
    assert_eq!(desk.ws().status().unwrap().to_take_out, 0);
    let verified = verify(&written.folder).unwrap();
    assert!(verified.lines.iter().any(|line| line.detail.contains("1 wrong seed, 1 right")), "{verified:#?}");

    // The same bytes again, whatever was written since.
    write_by(&mut desk, BatchId(2), "second", "mosaic-seed").unwrap();
    let again = correct(&mut desk, id, "again").unwrap();
    assert_eq!(again.manifest_sha256, written.manifest_sha256);
    assert!(desk.ws().check(&Progress::new()).unwrap().ok);
}

#[test]
fn a_forged_correction_breaks_a_rule_even_with_its_manifest() {
    let (mut desk, _) = recalled();
    let id = corrections::compose(desk.ws()).unwrap();
    desk.become_(SUPERVISOR);
    corrections::sign(desk.ws(), id).unwrap();
    let folder = correct(&mut desk, id, "out").unwrap().folder;
    let whole = |name: &str| text(&folder, name);
    let sealed = |to: &Path, name: &str, after: &str, change: &dyn Fn(&mut files_of::CorrectionManifest)| {
        use sha2::{Digest, Sha256};
        std::fs::create_dir_all(to).unwrap();
        for entry in std::fs::read_dir(&folder).unwrap() {
            let entry = entry.unwrap();
            std::fs::copy(entry.path(), to.join(entry.file_name())).unwrap();
        }
        std::fs::write(to.join(name), after).unwrap();
        let mut manifest: files_of::CorrectionManifest = serde_json::from_str(&whole("manifest.json")).unwrap();
        for part in manifest.files.iter_mut().filter(|part| part.name == name) {
            part.bytes = after.len() as u64;
            part.rows = after.lines().count() as u64 - 1;
            part.sha256 = Sha256::digest(after.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect();
        }
        change(&mut manifest);
        std::fs::write(to.join("manifest.json"), manifest.sealed().bytes()).unwrap();
    };
    let (evidence, remove, seed) =
        ("correction-0001_evidence.csv", "correction-0001_remove.csv", "correction-0001_seed.csv");
    let nothing = |_: &mut files_of::CorrectionManifest| {};
    type Change<'a> = &'a dyn Fn(&mut files_of::CorrectionManifest);
    let more = format!("{}1002,CHI,{}\n", whole(remove), chi(2));
    let other = whole(remove).replace("1001", "1002");
    let fewer: String = whole(seed).lines().take(1).map(|line| format!("{line}\n")).collect();
    let reason = whole(evidence).replace("1001", "1003");
    let nameless = whole(evidence).replace("batch-0001_seed.csv", "batch-0009_seed.csv");
    let same = whole(remove);
    let self_signed = |manifest: &mut files_of::CorrectionManifest| manifest.signature.by = OFFICER.to_owned();
    let nobody = |manifest: &mut files_of::CorrectionManifest| manifest.signature.event = None;
    let another = |manifest: &mut files_of::CorrectionManifest| manifest.signature.statement.push('!');
    let recallers = |manifest: &mut files_of::CorrectionManifest| manifest.recalled_by = vec!["Rob Roy".to_owned()];
    let by_another = whole(evidence).replace(OFFICER, "Rob Roy");
    let resigned = |manifest: &mut files_of::CorrectionManifest| {
        let event = manifest.signature.event.as_mut().unwrap();
        let other = if event.signature.starts_with('0') { "1" } else { "0" };
        event.signature.replace_range(0..1, other);
    };
    let cases: Vec<(&str, &str, Change, &str)> = vec![
        (remove, &same, &nobody, "carries no signature"),
        (remove, &same, &another, "another correction, another content, or another statement"),
        (remove, &same, &resigned, "was not made with the key beside it"),
        (remove, &more, &nothing, "exactly the rows to remove"),
        (remove, &other, &nothing, "exactly the rows to remove"),
        (seed, &fewer, &nothing, "exactly the rows to seed"),
        (evidence, &reason, &nothing, "exactly the rows to remove"),
        (evidence, &nameless, &nothing, "names a file that the manifest does not"),
        (remove, &same, &self_signed, "signed by someone who recalled"),
        (remove, &same, &recallers, "names others than the manifest"),
        (evidence, &by_another, &nothing, "names others than the manifest"),
        (evidence, &by_another, &recallers, "does not name Rob Roy"),
    ];
    for (at, (name, after, change, says)) in cases.into_iter().enumerate() {
        let copy = desk.path(&format!("forged-{at}"));
        sealed(&copy, name, after, change);
        let error = verify(&copy).unwrap_err().to_string();
        assert!(error.contains(says), "case {at}, {says}: {error}");
    }
}

#[test]
fn what_changes_before_the_signature_is_not_signed_and_a_recall_under_a_signature_stands() {
    let (mut desk, _) = recalled();
    let id = corrections::compose(desk.ws()).unwrap();
    // A second recall is another row, and waits for the next correction.
    recall(desk.ws(), &link(2), "Another person", true).unwrap();
    // Returned, both go into the next.
    corrections::give_back(desk.ws(), id, "One more was found").unwrap();
    let id = corrections::compose(desk.ws()).unwrap();
    assert_eq!(corrections::known(desk.ws(), id).unwrap().rows.len(), 2);

    // The recall cannot be taken back while a correction takes it out.
    let error = undo::undo(desk.ws()).unwrap_err().to_string();
    assert!(error.contains("return the correction first"), "{error}");
    corrections::give_back(desk.ws(), id, "The second was right after all").unwrap();
    undo::undo(desk.ws()).unwrap().unwrap();
    let id = corrections::compose(desk.ws()).unwrap();
    let rows = corrections::known(desk.ws(), id).unwrap().rows;
    assert_eq!(rows.iter().map(corrections::wrong).collect::<Vec<_>>(), [link(1)]);

    // Mosaic says meanwhile that it never took the wrong one: there is nothing to remove.
    report(&mut desk, Some(BatchId(1)), "id,outcome,reason\n1001,rejected,Locked\n").unwrap();
    desk.become_(SUPERVISOR);
    let error = corrections::sign(desk.ws(), id).unwrap_err().to_string();
    assert!(error.contains("no longer as correction"), "{error}");
    assert!(desk.ws().check(&Progress::new()).unwrap().ok);
}

#[test]
fn a_supervisor_who_recalled_does_not_sign_the_correction() {
    let (mut desk, _) = released();
    desk.become_(SUPERVISOR);
    recall(desk.ws(), &link(3), "Seen on the ward", true).unwrap();
    desk.become_(OFFICER);
    let id = corrections::compose(desk.ws()).unwrap();
    desk.become_(SUPERVISOR);
    let error = corrections::sign(desk.ws(), id).unwrap_err().to_string();
    assert!(error.contains("You recalled"), "{error}");
    assert!(corrections::known(desk.ws(), id).unwrap().signed.is_none());
}

/// The kinds of table and what they may hold, so that a new field is thought about.
#[test]
fn a_seed_file_can_hold_nothing_of_a_person_but_the_id_and_the_number() {
    let allowed: Vec<Field> = Field::ALL.iter().copied().filter(|field| field.is_of(RowsOf::Seed)).collect();
    assert_eq!(allowed, [Field::MosaicId, Field::Chi, Field::Serial, Field::Batch, Field::SignedOn]);
}

#[test]
fn a_batch_whose_links_a_correction_carries_into_mosaic_is_not_returned() {
    let (mut desk, _) = recalled();
    let id = corrections::compose(desk.ws()).unwrap();
    desk.become_(SUPERVISOR);
    let give_back = |desk: &mut Desk| sign_off::return_batch(desk.ws(), BatchId(2), "Look again", Vec::new()).map(drop);
    let words = give_back(&mut desk).unwrap_err().to_string();
    assert!(
        words.contains("correction 1 puts links of it") && words.contains("return that correction first"),
        "{words}"
    );
    corrections::sign(desk.ws(), id).unwrap();
    correct(&mut desk, id, "out").unwrap();
    let words = give_back(&mut desk).unwrap_err().to_string();
    assert!(words.contains("its files are written"), "{words}");
    // One that was given back stands in nobody's way
    let (mut desk, _) = recalled();
    let id = corrections::compose(desk.ws()).unwrap();
    corrections::give_back(desk.ws(), id, "Not yet").unwrap();
    desk.become_(SUPERVISOR);
    give_back(&mut desk).unwrap();
}

/// The files of a correction are written, and the batch that signed its right link was returned since: Mosaic has that link all the same.
#[test]
fn what_a_written_correction_carried_into_mosaic_is_recalled_like_what_a_batch_did() {
    let (mut desk, right) = recalled();
    let id = corrections::compose(desk.ws()).unwrap();
    desk.become_(SUPERVISOR);
    corrections::sign(desk.ws(), id).unwrap();
    correct(&mut desk, id, "out").unwrap();
    // Something keeps the batch from being written, so it goes back
    desk.load_chi((0..5).fold(ChiFile::default(), ChiFile::plain).plain(7).plain(9).plain(11));
    sign_off::return_batch(desk.ws(), BatchId(2), "Look again", Vec::new()).unwrap();
    desk.become_(OFFICER);
    let key = stewartry::pair::PairKey::link(mosaic(1), right);
    let refused = desk.decide(&key, Answer::of(Verdict::NotMatch)).unwrap_err();
    assert!(refused.to_string().contains("carried into Mosaic with correction 1; recall it"), "{refused}");
    assert!(stewartry::stewardship::decide::take_back(desk.ws(), &key).is_err());
    recall(desk.ws(), &key, "It has left the extract", false).unwrap();
    assert_eq!(desk.ws().status().unwrap().to_take_out, 1);
    let id = corrections::compose(desk.ws()).unwrap();
    let rows = corrections::known(desk.ws(), id).unwrap().rows;
    assert_eq!(rows.iter().map(corrections::wrong).collect::<Vec<_>>(), [key]);
    let correction = corrections::known(desk.ws(), id).unwrap();
    let carried = corrections::carried_by(desk.ws(), &correction).unwrap();
    assert!(carried[0].1.iter().any(|it| it.correction == Some(CorrectionId(1))), "{carried:?}");
    assert!(desk.ws().check(&Progress::new()).unwrap().ok);
}

#[test]
fn no_correction_names_a_restricted_person() {
    let (mut desk, _) = recalled();
    let id = corrections::compose(desk.ws()).unwrap();
    // Since it was put together
    let restricted = |file: MosaicFile, n: u16| file.with(mosaic(n).as_str(), &person(n), "", n == 1);
    let path = desk.write((0..8).fold(MosaicFile::default(), restricted).text());
    desk.load_in_spite(&path, stewartry::intake::Kind::Mosaic);
    desk.become_(SUPERVISOR);
    let error = corrections::sign(desk.ws(), id).unwrap_err().to_string();
    assert!(error.contains("take the CHI out in Mosaic by hand"), "{error}");
    corrections::give_back(desk.ws(), id, "By hand").unwrap();
    let error = corrections::compose(desk.ws()).unwrap_err().to_string();
    assert!(error.contains("1 recalled link waits"), "{error}");
    assert!(desk.ws().to_take_out(None).unwrap()[0].restricted);
}

#[test]
fn what_stops_a_batch_stops_the_right_link_of_a_correction() {
    let (mut desk, _) = recalled();
    let id = corrections::compose(desk.ws()).unwrap();
    // The right number is not in CHI's newest extract
    desk.load_chi((0..5).fold(ChiFile::default(), ChiFile::plain).plain(7).plain(9).plain(11));
    desk.become_(SUPERVISOR);
    let Err(Refused::HardStop(found)) = corrections::sign(desk.ws(), id) else { panic!("it was signed") };
    assert_eq!(found.iter().map(|stop| stop.kind).collect::<Vec<_>>(), [StopKind::Gone]);
}
