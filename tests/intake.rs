//! Files in: what is found, what is refused and on which line, and that every row is accounted for.

use std::fs;
use std::path::{Path, PathBuf};

use proptest::prelude::*;
use stewartry::intake::{
    Accepted, Delimiter, Fault, Field, IntakeError, Kind, LineEnding, Mapping, PairSide, Preview, Reject, Rejected,
    Row, Tally, TextEncoding, TextFormat, Verdict, glance, preview, read, write_rejected,
};
use stewartry::person::Finding;
use stewartry::progress::Progress;
use tempfile::TempDir;

/// A folder with one file in it.
struct Desk {
    folder: TempDir,
}

impl Desk {
    fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    fn file(&self, bytes: impl AsRef<[u8]>) -> PathBuf {
        let path = self.folder.path().join("file.csv");
        fs::write(&path, bytes).unwrap();
        path
    }
}

fn look(bytes: impl AsRef<[u8]>) -> Result<Preview, IntakeError> {
    let desk = Desk::new();
    preview(&desk.file(bytes), None, &Progress::new())
}

fn written(found: &Preview) -> &TextFormat {
    found.format.text().unwrap()
}

fn load(preview: &Preview) -> (Tally, Vec<Verdict>) {
    let mut verdicts = Vec::new();
    let tally = read(&preview.plan(), &Progress::new(), &mut |verdict| {
        verdicts.push(verdict);
        Ok(())
    })
    .unwrap();
    (tally, verdicts)
}

fn look_and_load(bytes: impl AsRef<[u8]>, kind: Option<Kind>) -> (Tally, Vec<Verdict>) {
    let desk = Desk::new();
    load(&preview(&desk.file(bytes), kind, &Progress::new()).unwrap())
}

fn reasons(verdicts: &[Verdict]) -> Vec<(u64, Reject)> {
    let rejected = verdicts.iter().filter_map(|verdict| match verdict {
        Verdict::Rejected(Rejected { line, reason, .. }) => Some((*line, *reason)),
        Verdict::Accepted(_) => None,
    });
    rejected.collect()
}

fn surnames(verdicts: &[Verdict]) -> Vec<String> {
    let kept = verdicts.iter().filter_map(|verdict| match verdict {
        Verdict::Accepted(Accepted { row: Row::Mosaic(record), .. }) => Some(record.details.surname.clone()),
        _ => None,
    });
    kept.collect()
}

/// The fault and its line, as a preview finds them; a reading straight from a glance must find the same.
fn fault(bytes: impl AsRef<[u8]>) -> (u64, Fault) {
    let desk = Desk::new();
    let path = desk.file(bytes);
    let broken = |error: IntakeError| match error {
        IntakeError::Broken { path: named, line, fault } => {
            assert_eq!(named, path);
            (line, fault)
        }
        other => panic!("not a fault of structure: {other}"),
    };
    let found = broken(preview(&path, Some(Kind::Mosaic), &Progress::new()).unwrap_err());
    let read_straight = glance(&path, Some(Kind::Mosaic))
        .and_then(|plan| read(&plan, &Progress::new(), &mut |_| Ok(())).map(|_| ()))
        .unwrap_err();
    assert_eq!(broken(read_straight), found);
    found
}

const EXTRACT: &str = "PersonID,Surname,First Names,DOB\n1,Müller,Ann,19/04/1985\n2,O'Neill,Seán,20/04/1985\n";

fn utf16(text: &str, big: bool) -> Vec<u8> {
    let units = std::iter::once('\u{feff}').chain(text.chars()).collect::<String>();
    units.encode_utf16().flat_map(|unit| if big { unit.to_be_bytes() } else { unit.to_le_bytes() }).collect()
}

fn windows_1252(text: &str) -> Vec<u8> {
    text.chars().map(|character| u8::try_from(u32::from(character)).unwrap()).collect()
}

#[test]
fn every_encoding_is_found_shown_and_read_alike() {
    let mut with_bom = b"\xef\xbb\xbf".to_vec();
    with_bom.extend(EXTRACT.as_bytes());
    for (bytes, encoding, bom, how) in [
        (EXTRACT.as_bytes().to_vec(), TextEncoding::Utf8, false, "UTF-8, as every byte"),
        (with_bom, TextEncoding::Utf8, true, "UTF-8, as its byte order mark says"),
        (utf16(EXTRACT, false), TextEncoding::Utf16Le, true, "UTF-16 LE, as its byte order mark says"),
        (utf16(EXTRACT, true), TextEncoding::Utf16Be, true, "UTF-16 BE, as its byte order mark says"),
        (windows_1252(EXTRACT), TextEncoding::Windows1252, false, "Windows-1252, as line 2 holds bytes"),
    ] {
        let desk = Desk::new();
        let path = desk.file(bytes);
        let found = preview(&path, None, &Progress::new()).unwrap();
        assert_eq!((written(&found).encoding, written(&found).bom), (encoding, bom));
        assert!(found.notes[0].starts_with(how), "{:?}", found.notes);
        assert_eq!(found.headings, ["PersonID", "Surname", "First Names", "DOB"]);
        assert_eq!(found.sample[1], ["2", "O'Neill", "Seán", "20/04/1985"]);
        let (tally, verdicts) = load(&found);
        assert_eq!((tally.rows, tally.accepted), (2, 2));
        assert_eq!(surnames(&verdicts), ["Müller", "O'Neill"]);
        assert_eq!(glance(&path, None).unwrap().format, found.format);
    }
}

#[test]
fn every_delimiter_is_found_and_a_sep_line_passed_over() {
    for delimiter in Delimiter::ALL {
        let sign = char::from(delimiter.byte()).to_string();
        let text = EXTRACT.replace(',', &sign);
        for (text, line) in [(text.clone(), 2), (format!("sep={sign}\r\n{text}"), 3)] {
            let desk = Desk::new();
            let found = preview(&desk.file(&text), None, &Progress::new()).unwrap();
            assert_eq!((written(&found).delimiter, found.rows), (delimiter, 2), "{text:?}");
            let (_, verdicts) = load(&found);
            let Verdict::Accepted(first) = &verdicts[0] else { panic!("refused") };
            assert_eq!(first.line, line);
        }
    }
}

#[test]
fn a_byte_outside_the_encoding_late_in_a_long_file_is_found() {
    let rows: String = (0..60_000).map(|n| format!("{n},Kerr,Ann,19/04/1985\n")).collect();
    let ascii = format!("PersonID,Surname,First Names,DOB\n{rows}");
    let windows = [ascii.as_bytes(), b"x,M\xfcller,Ann,1985\n"].concat();
    let found = look(&windows).unwrap();
    assert_eq!(written(&found).encoding, TextEncoding::Windows1252);
    assert!(found.notes[0].contains("line 60002"), "{:?}", found.notes);
    // Where the rest is plainly UTF-8, one bad byte is damage and no other encoding.
    let damaged = [ascii.as_bytes(), "y,Müller,Zoë,1985\n".as_bytes(), b"x,M\xfcller,Ann,1985\n"].concat();
    assert_eq!(fault(damaged), (60_003, Fault::NotInEncoding { encoding: "UTF-8" }));
    assert_eq!(look(ascii).unwrap().notes[0], "Plain ASCII, read as UTF-8");
}

#[test]
fn bytes_that_windows_1252_does_not_have_are_a_fault() {
    let (line, _) = fault(b"PersonID,Surname\n1,M\xfcller\n2,K\x81rr\n");
    assert_eq!(line, 3);
}

#[test]
fn characters_cut_by_the_edge_of_a_chunk_are_whole() {
    // Two-byte characters at every offset from the chunks' edges.
    for shift in 0..2 {
        let long = "é".repeat(200_000);
        let text = format!("PersonID,Surname{}\n1,{long}\n2,{long}\n", "x".repeat(shift));
        for bytes in [text.clone().into_bytes(), utf16(&text, false)] {
            let desk = Desk::new();
            let found = preview(&desk.file(bytes), Some(Kind::Mosaic), &Progress::new()).unwrap();
            assert_eq!(found.sample[0][1], long);
            assert_eq!(found.sample[1][1], long);
        }
    }
}

#[test]
fn each_broken_structure_is_refused_on_its_line() {
    let head = "PersonID,Surname,DOB\n";
    let file = |rows: &str| format!("{head}{rows}");
    assert_eq!(fault(file("1,a,b\n2,\"a,b\n3,a,b\n")), (3, Fault::UnclosedQuote { noticed: None }));
    assert_eq!(fault(file("1,a,b\n2,\"a,b\n3,\"a\",b\n")), (3, Fault::UnclosedQuote { noticed: Some(4) }));
    assert_eq!(fault(file("1,a,b\n2,\"a\"x,b\n")), (3, Fault::TextAfterQuote));
    assert_eq!(fault(file("1,a,b\n2,a\",b\n")), (3, Fault::LoneQuote));
    let ragged = |found| Fault::Ragged { expected: 3, found, last_line: 0 };
    assert_eq!(fault(file("1,a,b\n2,a\n3,a,b\n")), (3, ragged(2)));
    assert_eq!(fault(file("1,a,b\n2,a,b,c\n")), (3, ragged(4)));
    assert_eq!(fault(file("1,a,b\n2,\0,b\n")), (3, Fault::Nul));
    assert_eq!(fault(file("1,a,b\n2,a")), (3, Fault::Truncated { expected: 3, found: 2 }));
    assert_eq!(fault(file("1,a,b\n2,\"a")), (3, Fault::UnclosedQuote { noticed: None }));
    assert_eq!(fault(file(&format!("1,a,b\n2,\"{}\",b\n", "x".repeat((1 << 20) + 1)))), (3, Fault::LongField));
    let repeated = Fault::RepeatedHeading { heading: "surname ".trim().to_owned(), first: 2, second: 3 };
    assert_eq!(fault("PersonID,Surname,surname \n1,a,b\n"), (1, repeated));
    assert_eq!(fault("\n\nPersonID,Surname,\n1,a,b\n"), (3, Fault::EmptyHeading { column: 3 }));
    assert_eq!(fault("PersonID:Surname:DOB\n1:a:b\n"), (1, Fault::OneColumn));
    assert_eq!(fault("PersonID\n1\n"), (1, Fault::OneColumn));
}

#[test]
fn lines_are_right_under_mixed_line_ends_and_fields_of_several_lines() {
    let text = "PersonID,Surname\r\n1,\"a\r\nb\rc\nd\"\r\r\n2,e\n\n3,f,g\n";
    assert_eq!(fault(text), (9, Fault::Ragged { expected: 2, found: 3, last_line: 0 }));
    let found = look(text.replace(",g", "")).unwrap();
    assert_eq!(written(&found).line_ending, LineEnding::Mixed);
    assert!(found.notes.iter().any(|note| note == "Blank lines passed over: 2"), "{:?}", found.notes);
}

#[test]
fn lines_are_right_in_the_rows_that_are_read() {
    for end in ["\n", "\r\n", "\r"] {
        let text = format!("PersonID,Surname{end}1,\"a{end}b\"{end}{end},c{end}1,d{end}");
        let (_, verdicts) = look_and_load(text, None);
        assert_eq!(reasons(&verdicts), [(5, Reject::NoId), (6, Reject::IdRepeated { first: 2 })], "{end:?}");
    }
}

#[test]
fn files_that_are_no_tables_get_one_sentence_each() {
    let say = |bytes: &[u8]| look(bytes).unwrap_err().to_string();
    assert!(say(b"").ends_with("file.csv is empty; export it again"));
    assert!(say(b"\xef\xbb\xbf\r\n\r\n").ends_with("file.csv is empty; export it again"));
    assert!(say(b"\nPersonID,Surname\n").contains("has headings on line 2 and no rows below them"));
    assert!(say(b"PK\x03\x04....").contains("looks like an Excel workbook"));
    assert!(say(&(0..=255).collect::<Vec<u8>>()).contains("binary data"));
    let desk = Desk::new();
    let say = |path: &Path| preview(path, None, &Progress::new()).unwrap_err().to_string();
    assert!(say(desk.folder.path()).ends_with("is a folder; choose the file inside it"));
    assert!(say(&desk.folder.path().join("none.csv")).ends_with("was not found; check the name and the folder"));
    #[cfg(unix)]
    assert!(say(Path::new("/dev/null")).starts_with("/dev/null is not an ordinary file"));
}

#[test]
fn a_kind_is_taken_from_the_headings_and_said() {
    let found = look("CHI_NUMBER,SURNAME,STATUS,UPI\n1904851231,KERR,C,\n").unwrap();
    assert_eq!(found.mapping.kind, Kind::Chi);
    assert!(found.notes.iter().any(|note| note == "CHI extract, as the headings show"));
    let mut found = look("alpha,beta\n1,2\n").unwrap();
    assert!(found.notes.iter().any(|note| note.contains("do not tell what the file holds")));
    assert_eq!(found.unmapped, ["alpha", "beta"]);
    found.choose(Kind::NarrowPairs);
    assert_eq!(found.mapping.kind, Kind::NarrowPairs);
    let found = look("1904851231,KERR\n0101336489,REID\n").unwrap();
    assert!(found.notes.iter().any(|note| note.starts_with("The first line looks like a row")), "{:?}", found.notes);
}

#[test]
fn a_mapping_that_was_corrected_and_saved_reads_the_next_file() {
    let desk = Desk::new();
    let path = desk.file("Key,Who,Born\n1,Kerr,1985\n");
    let mut found = preview(&path, Some(Kind::Mosaic), &Progress::new()).unwrap();
    let refused = read(&found.plan(), &Progress::new(), &mut |_| Ok(())).unwrap_err().to_string();
    assert!(refused.contains("has no column for Mosaic id, Surname"), "{refused}");
    for (column, field) in [Field::Id, Field::Surname, Field::Birth].into_iter().enumerate() {
        found.mapping.set(field, column);
    }
    let saved = desk.folder.path().join("mapping.json");
    found.mapping.write(&saved).unwrap();

    let path = desk.file("Born,Key,Who\n1986,2,Reid\n");
    let mut next = preview(&path, Some(Kind::Mosaic), &Progress::new()).unwrap();
    next.mapping = Mapping::read(&saved, &next.headings).unwrap();
    let (tally, verdicts) = load(&next);
    assert_eq!(tally.accepted, 1);
    assert_eq!(surnames(&verdicts), ["Reid"]);
}

#[test]
fn a_mapping_of_another_file_is_refused() {
    let desk = Desk::new();
    let found = preview(&desk.file(EXTRACT), None, &Progress::new()).unwrap();
    desk.file("Surname,PersonID,First Names,DOB\nKerr,1,Ann,1985\n");
    let error = read(&found.plan(), &Progress::new(), &mut |_| Ok(())).unwrap_err();
    assert!(matches!(error, IntakeError::MappingDoesNotFit { .. }), "{error}");
}

#[test]
fn a_file_that_changed_since_its_preview_is_refused() {
    let desk = Desk::new();
    let found = preview(&desk.file(EXTRACT), None, &Progress::new()).unwrap();
    desk.file(EXTRACT.replace("O'Neill", "O'Neall"));
    let error = read(&found.plan(), &Progress::new(), &mut |_| Ok(())).unwrap_err();
    assert!(matches!(error, IntakeError::Changed { .. }), "{error}");
}

#[test]
fn the_digest_is_that_of_the_bytes_on_disk() {
    let found = look(b"PersonID,Surname\n1,Kerr\n").unwrap();
    assert_eq!(found.bytes, 24);
    assert_eq!(found.sha256, "38b886fce6df19bb661debc08b7b65d03eac1f9d7bc48f9423ba2f90c28f7b59");
    let marked = look(b"\xef\xbb\xbfPersonID,Surname\n1,Kerr\n").unwrap();
    assert_eq!(marked.sha256, "c15dcd3c37c85684b51af69fc0a31a9621d93d55696e3c7a6dbfca0560bd7268");
}

#[test]
fn cancelled_work_stops() {
    let desk = Desk::new();
    let path = desk.file(EXTRACT);
    let found = preview(&path, None, &Progress::new()).unwrap();
    let progress = Progress::new();
    progress.cancel();
    assert!(matches!(preview(&path, None, &progress), Err(IntakeError::Cancelled(_))));
    assert!(matches!(read(&found.plan(), &progress, &mut |_| Ok(())), Err(IntakeError::Cancelled(_))));
}

#[test]
fn cancelling_in_the_middle_stops_long_before_the_end() {
    let rows: String = (0..100_000).map(|n| format!("{n},Kerr,Ann,19/04/1985\n")).collect();
    let desk = Desk::new();
    let path = desk.file(format!("PersonID,Surname,First Names,DOB\n{rows}"));
    let plan = preview(&path, None, &Progress::new()).unwrap().plan();
    let progress = Progress::new();
    let mut taken = 0;
    let result = read(&plan, &progress, &mut |_| {
        taken += 1;
        if taken == 10 {
            progress.cancel();
        }
        Ok(())
    });
    assert!(matches!(result, Err(IntakeError::Cancelled(_))));
    assert!(taken < 30_000, "{taken}");
}

#[test]
fn progress_ends_at_the_size_of_the_file() {
    let desk = Desk::new();
    let path = desk.file(utf16(EXTRACT, true));
    let progress = Progress::new();
    let found = preview(&path, None, &progress).unwrap();
    assert_eq!((progress.now().done, progress.now().total), (found.bytes, found.bytes));
    read(&found.plan(), &progress, &mut |_| Ok(())).unwrap();
    assert_eq!((progress.now().done, progress.now().total), (found.bytes, found.bytes));
}

#[test]
fn an_error_of_the_receiver_stops_the_reading_and_comes_back() {
    let desk = Desk::new();
    let plan = preview(&desk.file(EXTRACT), None, &Progress::new()).unwrap().plan();
    let mut taken = 0;
    let error = read(&plan, &Progress::new(), &mut |_| {
        taken += 1;
        Err(IntakeError::Refused("The disk is full".to_owned()))
    })
    .unwrap_err();
    assert_eq!((taken, error.to_string().as_str()), (1, "The disk is full"));
}

#[test]
fn rows_of_a_mosaic_extract_are_accepted_warned_and_refused() {
    let text = "PersonID,Surname,First Names,DOB,CHI,Postcode\n\
                1,Kerr,Ann Mary,19/04/1985,1904851231,DG1 2AB\n\
                2,Reid,Jean,19/04/1985,1904851232,DG1 2AB\n\
                3,Bell,Tam,01/01/1960,,DG1 2AB\n\
                ,Nobody,,,,\n\
                1,Kerr,Ann,,,\n\
                4 5,Bad,,,,\n";
    let (tally, verdicts) = look_and_load(text, None);
    assert_eq!((tally.rows, tally.accepted, tally.warned, tally.rejected), (6, 2, 1, 3));
    assert_eq!(
        reasons(&verdicts),
        [(5, Reject::NoId), (6, Reject::IdRepeated { first: 2 }), (7, Reject::IdNotInAlphabet)]
    );
    assert_eq!(tally.rejects["Mosaic id repeated"], 1);
    assert_eq!(tally.findings["CHI field not valid"], 1);
    assert_eq!(tally.findings["Date of birth on 1 January"], 1);
    let Verdict::Accepted(Accepted { row: Row::Mosaic(second), findings, .. }) = &verdicts[1] else { panic!() };
    assert_eq!((second.chi, second.chi_given.as_str()), (None, "1904851232"));
    assert!(matches!(findings[..], [Finding::ChiNotValid { .. }]));
}

#[test]
fn rows_of_a_chi_extract_need_a_chi_that_is_valid_and_new() {
    let text = "CHI_NUMBER,SURNAME,STATUS,UPI\n101336489,KERR,C,\n0101336489,KERR,C,\n,REID,C,\n1904851232,REID,C,\n";
    let (tally, verdicts) = look_and_load(text, None);
    assert_eq!((tally.rows, tally.accepted, tally.warned, tally.rejected), (4, 0, 1, 3));
    let reasons = reasons(&verdicts);
    assert_eq!(reasons[..2], [(3, Reject::ChiRepeated { first: 2 }), (4, Reject::NoChi)]);
    assert!(matches!(reasons[2], (5, Reject::ChiNotValid { .. })));
}

#[test]
fn splink_predictions_load_as_candidate_pairs() {
    let text = "match_weight,match_probability,source_dataset_l,unique_id_l,source_dataset_r,unique_id_r\n\
                12.5,0.9998,chi,1904851231,mosaic,7\n\
                3.1,0.8955,mosaic,8,chi,0101336489\n\
                3.1,0.8955,mosaic,8,chi,0101336489\n\
                NaN,0.5,mosaic,9,chi,0211165794\n\
                1,1.5,mosaic,9,chi,0211165794\n\
                1,0.5,mosaic,9,mosaic,9\n\
                1,0.5,mosaic,9,mosaic,7\n\
                1,0.5,mosaic,7,mosaic,9\n";
    let (tally, verdicts) = look_and_load(text, None);
    assert_eq!((tally.rows, tally.accepted, tally.rejected), (8, 3, 5));
    assert_eq!(
        reasons(&verdicts),
        [
            (4, Reject::PairRepeated { first: 3 }),
            (5, Reject::WeightNotFinite),
            (6, Reject::ProbabilityOutOfRange),
            (7, Reject::SelfPair),
            (9, Reject::PairReversed { first: 8 }),
        ]
    );
    let Verdict::Accepted(Accepted { row: Row::Pair(first), .. }) = &verdicts[0] else { panic!() };
    assert!(matches!((&first.left, &first.right), (PairSide::MosaicRef(_), PairSide::ChiRef(_))));
    assert_eq!((first.weight, first.probability, first.duplicates), (Some(12.5), Some(0.9998), false));
    let Verdict::Accepted(Accepted { row: Row::Pair(last), .. }) = &verdicts[6] else { panic!() };
    assert!(last.duplicates);
}

#[test]
fn a_wide_file_brings_both_people_without_extracts() {
    let text = "MOSAIC_ID;MOSAIC_SURNAME;MOSAIC_FORENAME;MOSAIC_DOB;CHI_NUMBER;CHI_SURNAME;CHI_FORENAME;CHI_DOB;MATCH_WEIGHT\n\
                7;Kerr;Ann;19/04/1985;1904851231;KERR;ANN;19850419;21,5\n\
                8;Reid;Tam;02/01/1933;101336489;REID;TAM;19330101;-\n";
    let (tally, verdicts) = look_and_load(text, None);
    assert_eq!((tally.rows, tally.accepted, tally.warned, tally.rejected), (2, 1, 0, 1));
    assert_eq!(reasons(&verdicts), [(3, Reject::WeightNotANumber)]);
    let Verdict::Accepted(Accepted { row: Row::Pair(pair), .. }) = &verdicts[0] else { panic!() };
    let (PairSide::Mosaic(mosaic), PairSide::Chi(chi)) = (&pair.left, &pair.right) else { panic!() };
    assert_eq!((mosaic.details.birth, pair.weight), (chi.details.birth, Some(21.5)));
}

#[test]
fn refused_rows_are_written_out_with_their_reasons() {
    let desk = Desk::new();
    let found = preview(&desk.file("PersonID,Surname\n,=cmd()\n1,Kerr\n"), None, &Progress::new()).unwrap();
    let rejected: Vec<Rejected> = load(&found)
        .1
        .into_iter()
        .filter_map(|verdict| match verdict {
            Verdict::Rejected(rejected) => Some(rejected),
            Verdict::Accepted(_) => None,
        })
        .collect();
    let path = desk.folder.path().join("rejected.csv");
    write_rejected(&path, &found.headings, &rejected).unwrap();
    assert_eq!(
        fs::read_to_string(path).unwrap(),
        "LINE,REASON,PersonID,Surname\n2,The row has no Mosaic id,,'=cmd()\n"
    );
}

fn field() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => "[A-Za-z0-9]{0,6}",
        1 => "[ -~é\n\r]{0,12}",
        1 => prop::sample::select(vec!["1904851231", "101336489", "0101336489", "01/01/1900", "=1+1", "NaN", "0.5"])
            .prop_map(str::to_owned),
    ]
}

#[test]
fn relationships_are_read_by_their_headings_and_each_row_is_accounted_for() {
    let text = "PersonID,RelatedPersonID,Relationship,StartDate,EndDate\n\
                1,2,Mother,19/04/1985,\n\
                2,1,Son,19/04/1985,\n\
                1,2,Mother,19/04/1985,\n\
                1,2,Mother,19/04/1985,1/2/2020\n\
                3,3,Twin,,\n\
                3,,Twin,,\n\
                3,4,,soon,\n";
    let found = look(text).unwrap();
    assert_eq!(found.mapping.kind, Kind::Relationships);
    assert!(found.mapping.missing_required().is_empty() && found.unmapped.is_empty());
    let (tally, verdicts) = look_and_load(text, None);
    assert_eq!((tally.rows, tally.accepted, tally.warned, tally.rejected), (7, 3, 1, 3));
    let wanted = [(4, Reject::RelationshipRepeated { first: 2 }), (6, Reject::RelatedToSelf), (7, Reject::NoId)];
    assert_eq!(reasons(&verdicts), wanted);
    let last = verdicts.last().unwrap();
    let Verdict::Accepted(Accepted { row: Row::Relationship(it), findings, .. }) = last else { panic!("{last:?}") };
    assert_eq!((it.what.as_str(), it.began), ("", None), "what cannot be read is noticed, and the row is kept");
    assert_eq!(findings[..], [Finding::UnreadableDate, Finding::RelationshipNotSaid]);
}

#[test]
fn what_a_record_carries_is_taken_in_and_a_bad_value_loses_nothing_of_the_row() {
    let text = "PersonID,Surname,DateModified,OpenCarePackages,HasFinance\n\
                1,Kerr,31/10/2026 09:15,2,N\n\
                2,Rae,the other day,lots,Y\n";
    let (tally, verdicts) = look_and_load(text, None);
    assert_eq!((tally.accepted, tally.warned, tally.rejected), (1, 1, 0));
    assert_eq!(tally.findings["Last change not readable"], 1);
    assert_eq!(tally.findings["Finance or care packages not clear"], 1);
    let said: Vec<(String, String)> = verdicts
        .iter()
        .map(|verdict| {
            let Verdict::Accepted(Accepted { row: Row::Mosaic(record), .. }) = verdict else { panic!("{verdict:?}") };
            let held: Vec<String> = record.holds.iter().map(stewartry::person::Holding::words).collect();
            (record.changed.map_or(record.changed_given.clone(), |date| date.iso()), held.join(", "))
        })
        .collect();
    let wanted =
        [("2026-10-31", "care packages: 2, finance: no"), ("the other day", "care packages: “lots”, finance: yes")];
    assert_eq!(said, wanted.map(|(changed, held)| (changed.to_owned(), held.to_owned())));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    /// Whatever the fields hold, rows are accounted for one by one, in order and with their true lines.
    #[test]
    fn accepted_warned_and_rejected_rows_add_up_to_the_rows_of_the_file(
        rows in prop::collection::vec(prop::collection::vec(field(), 6), 1..12),
        kind in prop::sample::select(Kind::ALL.to_vec()),
        delimiter in prop::sample::select(vec![b',', b';', b'\t', b'|']),
        crlf in any::<bool>(),
    ) {
        let headings = match kind {
            Kind::Mosaic => ["PersonID", "Surname", "First Names", "DOB", "CHI", "Address"],
            Kind::Chi => ["CHI", "Surname", "Forename", "DOB", "Status", "UPI"],
            Kind::Relationships => ["PersonID", "RelatedPersonID", "Relationship", "StartDate", "EndDate", "Note"],
            Kind::NarrowPairs => ["unique_id_l", "unique_id_r", "match_weight", "match_probability", "band", "key"],
            Kind::WidePairs => ["id_l", "surname_l", "dob_l", "id_r", "surname_r", "dob_r"],
        };
        let terminator = if crlf { csv::Terminator::CRLF } else { csv::Terminator::Any(b'\n') };
        let mut writer =
            csv::WriterBuilder::new().delimiter(delimiter).terminator(terminator).from_writer(Vec::new());
        writer.write_record(headings).unwrap();
        for row in &rows {
            writer.write_record(row).unwrap();
        }
        let desk = Desk::new();
        let found = preview(&desk.file(writer.into_inner().unwrap()), Some(kind), &Progress::new()).unwrap();
        prop_assert_eq!(found.rows, rows.len() as u64);
        prop_assert_eq!(&found.sample, &rows);
        let (tally, verdicts) = load(&found);
        prop_assert_eq!(tally.rows, rows.len() as u64);
        prop_assert_eq!(tally.accepted + tally.warned + tally.rejected, tally.rows);
        prop_assert_eq!(tally.rejects.values().sum::<u64>(), tally.rejected);
        prop_assert_eq!(&tally.sha256, &found.sha256);
        let mut line = 2;
        for (row, verdict) in rows.iter().zip(&verdicts) {
            let at = match verdict {
                Verdict::Accepted(accepted) => accepted.line,
                Verdict::Rejected(rejected) => {
                    prop_assert_eq!(&rejected.raw, row);
                    rejected.line
                }
            };
            prop_assert_eq!(at, line);
            line += 1 + row.iter().map(|field| line_ends(field)).sum::<u64>();
        }
    }
}

fn line_ends(text: &str) -> u64 {
    (text.replace("\r\n", "\n").matches(['\r', '\n']).count()) as u64
}
