//! Files that pass between Stewartry and Splink. Those of `tests/exchange` the real Splink wrote, of invented people;
//! `benches/peer/exchange.py --fixtures tests/exchange` writes them anew. Two databases beside them were written by SQLCipher
//! 4.12 with OpenSSL, as Zetetic builds it: ours must be theirs.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use parquet::basic::{Compression, ConvertedType, Repetition, Type};
use parquet::data_type::{BoolType, ByteArray, ByteArrayType, DoubleType, Int32Type, Int64Type};
use parquet::file::properties::WriterProperties;
use parquet::file::writer::{SerializedFileWriter, SerializedRowGroupWriter};
use parquet::schema::types::Type as Schema;
use serde_json::Value;
use stewartry::cli::link::LinkArgs;
use stewartry::intake::{
    Accepted, Field, Format, IntakeError, Kind, PairRow, ParquetFault, Preview, Reject, Rejected, Row, Tally, Verdict,
    glance, preview, read,
};
use stewartry::linkage::{Cuts, Model, PairRecord, explain};
use stewartry::person::{ChiRecord, MosaicRecord};
use stewartry::progress::Progress;
use tempfile::TempDir;

fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/exchange").join(name)
}

fn look(path: &Path) -> Result<Preview, IntakeError> {
    preview(path, None, &Progress::new())
}

fn load(preview: &Preview) -> Result<(Tally, Vec<Verdict>), IntakeError> {
    let mut verdicts = Vec::new();
    let tally = read(&preview.plan(), &Progress::new(), &mut |verdict| {
        verdicts.push(verdict);
        Ok(())
    })?;
    assert_eq!(tally.accepted + tally.warned + tally.rejected, tally.rows);
    Ok((tally, verdicts))
}

fn rows(path: &Path, kind: Kind) -> Vec<Row> {
    let (_, verdicts) = load(&preview(path, Some(kind), &Progress::new()).unwrap()).unwrap();
    let kept = verdicts.into_iter().map(|verdict| match verdict {
        Verdict::Accepted(Accepted { row, .. }) => row,
        Verdict::Rejected(Rejected { line, reason, .. }) => panic!("line {line}: {reason}"),
    });
    kept.collect()
}

fn pairs(path: &Path) -> Vec<PairRow> {
    let pair = |row| if let Row::Pair(pair) = row { pair } else { panic!("not a pair") };
    rows(path, Kind::NarrowPairs).into_iter().map(pair).collect()
}

/// The table of levels in SQL is held against what the engine does, through what Splink made of it.
#[test]
fn splink_sees_every_comparison_as_the_engine_does() {
    let mosaic: BTreeMap<String, MosaicRecord> = rows(&fixture("mosaic.csv"), Kind::Mosaic)
        .into_iter()
        .map(|row| if let Row::Mosaic(record) = row { (record.id.to_string(), record) } else { panic!("not Mosaic") })
        .collect();
    let chi: BTreeMap<String, ChiRecord> = rows(&fixture("chi.csv"), Kind::Chi)
        .into_iter()
        .map(|row| if let Row::Chi(record) = row { (record.chi.to_string(), record) } else { panic!("not CHI") })
        .collect();
    let model = Model::reference();
    let mut levels = csv::Reader::from_path(fixture("levels.csv")).unwrap();
    let (mut seen, mut shown) = (0, BTreeMap::<usize, Vec<String>>::new());
    for row in levels.records().map(Result::unwrap) {
        let record = |id: &str| match (&row[0], mosaic.get(id), chi.get(id)) {
            ("link", _, Some(record)) => PairRecord::Chi(record),
            (_, Some(record), _) => PairRecord::Mosaic(record),
            _ => panic!("{id} is in neither extract"),
        };
        let explained = explain(&model, record(&row[1]), record(&row[2]));
        for (at, comparison) in explained.comparisons.iter().enumerate() {
            assert_eq!(
                comparison.level,
                &row[3 + at],
                "{} of {} and {}: the engine (left) and src/linkage/splink/sql.rs, as Splink runs it (right), part ways",
                comparison.name,
                &row[1],
                &row[2]
            );
            shown.entry(at).or_default().push(comparison.level.clone());
        }
        seen += 1;
    }
    assert!(seen >= 60, "{seen} pairs");
    for (at, comparison) in model.links.comparisons.iter().enumerate() {
        // That others of a household moved is shown by no two records
        for level in comparison.levels.iter().filter(|level| level.label != "Moved, as others of the home did") {
            assert!(shown[&at].contains(&level.label), "no pair shows {}: {}", comparison.name, level.label);
        }
    }
}

/// The weights that Splink would give are those of the levels, whatever the two extracts taught.
#[test]
fn the_command_writes_the_model_and_the_records_for_splink() {
    let desk = Desk::new();
    let demonstration = |name: &str| Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/demo").join(name);
    let out = desk.path("linked");
    let args = LinkArgs {
        mosaic: demonstration("mosaic.csv"),
        chi: demonstration("chi.csv"),
        mosaic_mapping: None,
        chi_mapping: None,
        out: out.clone(),
        threads: None,
        cut_auto: None,
        cut_review: Cuts::default().review,
        splink: true,
        rejected: false,
    };
    stewartry::cli::link::run(&args).unwrap();
    assert_eq!(fs::read_dir(&out).unwrap().count(), 8, "three files and five, and nothing temporary");

    let table = |name: &str| -> Vec<csv::StringRecord> {
        csv::Reader::from_path(out.join(name)).unwrap().records().map(Result::unwrap).collect()
    };
    let ids = |rows: &[csv::StringRecord]| rows.iter().map(|row| row[0].to_owned()).collect::<BTreeSet<String>>();
    let (mosaic, chi) = (table("splink_mosaic.csv"), table("splink_chi.csv"));
    assert_eq!((mosaic.len(), chi.len()), (3000, 8000));
    let (mosaic, chi) = (ids(&mosaic), ids(&chi));
    assert_eq!((mosaic.len(), chi.len()), (3000, 8000));

    let checked = table("splink_check.csv");
    for (kind, name, others) in [("link", "splink_links.json", &chi), ("duplicate", "splink_duplicates.json", &mosaic)]
    {
        let settings: Value = serde_json::from_str(&fs::read_to_string(out.join(name)).unwrap()).unwrap();
        let weights: Vec<Vec<f64>> = settings["comparisons"]
            .as_array()
            .unwrap()
            .iter()
            .map(|comparison| {
                let levels = comparison["comparison_levels"].as_array().unwrap().iter();
                let weight = |level: &Value| match level["is_null_level"].as_bool() {
                    Some(true) => 0.0,
                    _ => (level["m_probability"].as_f64().unwrap() / level["u_probability"].as_f64().unwrap()).log2(),
                };
                levels.map(weight).collect()
            })
            .collect();
        let rows: Vec<_> = checked.iter().filter(|row| &row[0] == kind).collect();
        assert!(rows.len() > 100, "{kind}: {}", rows.len());
        for row in rows {
            assert!(mosaic.contains(&row[1]) && others.contains(&row[2]), "{row:?}");
            for (levels, cell) in weights.iter().zip(row.iter().skip(3)) {
                let ours: f64 = cell.parse().unwrap();
                assert!(levels.iter().any(|theirs| (theirs - ours).abs() < 1e-6), "{ours} is none of {levels:?}");
            }
        }
    }
}

#[test]
fn linking_two_files_tells_what_a_spreadsheet_did_to_them() {
    let desk = Desk::new();
    let write = |name: &str, text: &str| {
        let path = desk.path(name);
        fs::write(&path, text).unwrap();
        path.display().to_string()
    };
    let chi = stewartry::person::chi::issue(19, 4, 1985, 231).unwrap();
    let rounded = "PersonID,Surname,DateOfBirth,CHINumber\n1,Kerr,04/19/1985,1.90485E+09\n,Reid,03/04/1985,\n";
    let mosaic = write("mosaic.csv", rounded);
    let chi = write("chi.csv", &format!("CHI_NUMBER,SURNAME,DATE_OF_BIRTH\n{chi},KERR,1985-04-19\n"));
    let linked = std::process::Command::new(env!("CARGO_BIN_EXE_stewartry"))
        .args(["link", "--mosaic", &mosaic, "--chi", &chi, "--out"])
        .arg(desk.path("linked"))
        .output()
        .unwrap();
    let said = String::from_utf8(linked.stdout).unwrap();
    assert!(linked.status.success(), "{said}");
    for said_of in ["Noticed in mosaic.csv", "Date with day and month in each other's place", "Rejected: No Mosaic id"]
    {
        assert!(said.contains(said_of), "{said_of:?} is not in {said}");
    }
    assert!(!said.contains("Noticed in chi.csv"), "{said}");
}

#[test]
fn predictions_of_splink_load_from_csv_and_parquet_alike() {
    let csv = pairs(&fixture("links.csv"));
    assert!(csv.len() >= 40 && csv.iter().all(|pair| !pair.duplicates), "{}", csv.len());
    assert!(csv.iter().all(|pair| pair.weight.is_some() && pair.probability.is_some()));
    for name in ["links.parquet", "links_pandas.parquet"] {
        let found = look(&fixture(name)).unwrap();
        assert_eq!(
            (found.format, found.mapping.kind, found.rows),
            (Format::Parquet, Kind::NarrowPairs, csv.len() as u64)
        );
        let text = look(&fixture("links.csv")).unwrap();
        assert_eq!((&found.headings, &found.mapping), (&text.headings, &text.mapping), "{name}");
        assert_eq!(glance(&fixture(name), None).unwrap().mapping, found.mapping);
        assert_eq!(pairs(&fixture(name)), csv, "{name}");
    }
}

#[test]
fn numbers_load_as_splink_and_pandas_write_them() {
    let desk = Desk::new();
    let text = "match_weight,match_probability,source_dataset_l,source_dataset_r,unique_id_l,unique_id_r,gamma_x,match_key\n\
                1.5e1,9.99969e-01,mosaic,chi,7,0101336489,3,0\n\
                -2.25E-3,5.401e-06,mosaic,chi,8,101336489,-1,11\n\
                inf,1.0,mosaic,chi,9,0101336489,3,0\n\
                -inf,0.0,mosaic,chi,10,0101336489,3,0\n\
                NaN,nan,mosaic,chi,11,0101336489,3,0\n\
                ,,chi,mosaic,0101336489,12,3,0\n";
    let path = desk.path("pairs.csv");
    fs::write(&path, text).unwrap();
    let (_, verdicts) = load(&look(&path).unwrap()).unwrap();
    let said: Vec<_> = verdicts.iter().map(weight_or_reason).collect();
    let not_finite = Err((Reject::WeightNotFinite, 0));
    let at = |line| not_finite.map_err(|(reason, _): (Reject, u64)| (reason, line));
    assert_eq!(said, [Ok(Some(15.0)), Ok(Some(-0.00225)), at(4), at(5), at(6), Ok(None)]);
}

fn weight_or_reason(verdict: &Verdict) -> Result<Option<f64>, (Reject, u64)> {
    match verdict {
        Verdict::Accepted(Accepted { row: Row::Pair(pair), .. }) => Ok(pair.weight),
        Verdict::Rejected(Rejected { line, reason, .. }) => Err((*reason, *line)),
        Verdict::Accepted(_) => panic!("not a pair"),
    }
}

/// A folder for files of a test's own.
struct Desk {
    folder: TempDir,
}

/// A column and its values; `None` is null.
enum Column {
    Text(Vec<Option<String>>),
    Bytes(Vec<Vec<u8>>),
    Long(Vec<Option<i64>>),
    Int(Vec<Option<i32>>),
    Double(Vec<Option<f64>>),
    Bool(Vec<bool>),
}

fn text(values: &[&str]) -> Column {
    Column::Text(values.iter().map(|value| Some((*value).to_owned())).collect())
}

impl Desk {
    fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Writes a Parquet file, its rows shared out evenly over some row groups.
    fn parquet(&self, columns: &[(&str, Column)], groups: usize, packing: Compression) -> PathBuf {
        let path = self.path("x.parquet");
        let fields = columns.iter().map(|(name, column)| {
            let (physical, converted) = match column {
                Column::Text(_) => (Type::BYTE_ARRAY, ConvertedType::UTF8),
                Column::Bytes(_) => (Type::BYTE_ARRAY, ConvertedType::UTF8),
                Column::Long(_) => (Type::INT64, ConvertedType::NONE),
                Column::Int(_) => (Type::INT32, ConvertedType::DATE),
                Column::Double(_) => (Type::DOUBLE, ConvertedType::NONE),
                Column::Bool(_) => (Type::BOOLEAN, ConvertedType::NONE),
            };
            let repetition = if matches!(column, Column::Bytes(_) | Column::Bool(_)) {
                Repetition::REQUIRED
            } else {
                Repetition::OPTIONAL
            };
            let field = Schema::primitive_type_builder(name, physical).with_converted_type(converted);
            Arc::new(field.with_repetition(repetition).build().unwrap())
        });
        let schema = Schema::group_type_builder("schema").with_fields(fields.collect()).build().unwrap();
        let properties = WriterProperties::builder().set_compression(packing).build();
        let file = fs::File::create(&path).unwrap();
        let mut writer = SerializedFileWriter::new(file, Arc::new(schema), Arc::new(properties)).unwrap();
        for group in 0..groups {
            let mut out = writer.next_row_group().unwrap();
            for (_, column) in columns {
                write_column(&mut out, column, group, groups);
            }
            out.close().unwrap();
        }
        writer.close().unwrap();
        path
    }
}

/// The part of the values that belongs to a row group: those there are, and which rows have one.
fn part<T: Clone>(values: &[Option<T>], group: usize, groups: usize) -> (Vec<T>, Vec<i16>) {
    let each = values.len().div_ceil(groups);
    let own = &values[(group * each).min(values.len())..((group + 1) * each).min(values.len())];
    (own.iter().flatten().cloned().collect(), own.iter().map(|value| i16::from(value.is_some())).collect())
}

fn write_column(out: &mut SerializedRowGroupWriter<'_, fs::File>, column: &Column, group: usize, groups: usize) {
    let mut writer = out.next_column().unwrap().unwrap();
    match column {
        Column::Text(values) => {
            let (own, levels) = part(values, group, groups);
            let own: Vec<ByteArray> = own.iter().map(|value| value.as_str().into()).collect();
            writer.typed::<ByteArrayType>().write_batch(&own, Some(&levels), None).unwrap();
        }
        Column::Bytes(values) => {
            let own: Vec<ByteArray> = values.iter().cloned().map(ByteArray::from).collect();
            writer.typed::<ByteArrayType>().write_batch(&own, None, None).unwrap();
        }
        Column::Long(values) => {
            let (own, levels) = part(values, group, groups);
            writer.typed::<Int64Type>().write_batch(&own, Some(&levels), None).unwrap();
        }
        Column::Int(values) => {
            let (own, levels) = part(values, group, groups);
            writer.typed::<Int32Type>().write_batch(&own, Some(&levels), None).unwrap();
        }
        Column::Double(values) => {
            let (own, levels) = part(values, group, groups);
            writer.typed::<DoubleType>().write_batch(&own, Some(&levels), None).unwrap();
        }
        Column::Bool(values) => {
            writer.typed::<BoolType>().write_batch(values, None, None).unwrap();
        }
    }
    writer.close().unwrap();
}

const SNAPPY: Compression = Compression::SNAPPY;

#[test]
fn ids_may_be_numbers_and_nulls_are_empty_fields() {
    let desk = Desk::new();
    let path = desk.parquet(
        &[
            ("unique_id_l", Column::Long(vec![Some(7), Some(8), None, Some(9)])),
            ("unique_id_r", Column::Long(vec![Some(1_904_851_231), Some(101_336_489), Some(101_336_489), None])),
            ("match_weight", Column::Double(vec![Some(12.5), None, Some(1.0), Some(f64::INFINITY)])),
            ("match_probability", Column::Double(vec![Some(1.0), Some(0.25), Some(0.5), Some(1.0)])),
        ],
        1,
        SNAPPY,
    );
    let (tally, verdicts) = load(&look(&path).unwrap()).unwrap();
    assert_eq!((tally.rows, tally.rejected), (4, 2));
    let said: Vec<_> = verdicts.iter().map(weight_or_reason).collect();
    assert_eq!(said, [Ok(Some(12.5)), Ok(None), Err((Reject::NoId, 3)), Err((Reject::NoChi, 4))], "a line is a row");
    let Verdict::Accepted(Accepted { line: 2, row: Row::Pair(pair), .. }) = &verdicts[1] else { panic!("not row 2") };
    assert_eq!(pair.right.chi().unwrap().to_string(), "0101336489", "the leading zero that a number has lost");
}

#[test]
fn extracts_load_from_parquet_too_with_dates_as_dates() {
    let desk = Desk::new();
    let path = desk.parquet(
        &[
            ("PersonID", Column::Double(vec![Some(200_005.0), Some(200_006.0)])),
            ("Surname", text(&["Müller", "O'Neill"])),
            ("DateOfBirth", Column::Int(vec![Some(5587), None])),
            ("Restricted", Column::Bool(vec![false, true])),
        ],
        1,
        Compression::UNCOMPRESSED,
    );
    let found: Vec<_> = rows(&path, Kind::Mosaic)
        .into_iter()
        .map(|row| if let Row::Mosaic(it) = row { it } else { panic!("not Mosaic") })
        .collect();
    assert_eq!(found[0].id.to_string(), "200005", "pandas makes doubles of whole numbers beside a null");
    assert_eq!(found[0].details.surname, "Müller");
    assert_eq!(found[0].details.birth.unwrap().to_string(), "1985-04-19");
    assert_eq!((found[1].details.birth, found[1].restricted), (None, true));
}

#[test]
fn many_row_groups_are_read_in_order_and_numbered_through() {
    let desk = Desk::new();
    let n: u64 = 5_000;
    let ids = |from: u64| Column::Text((0..n).map(|at| Some((from + at).to_string())).collect());
    for packing in [SNAPPY, Compression::ZSTD(Default::default())] {
        let path = desk.parquet(&[("unique_id_l", ids(1)), ("unique_id_r", ids(100_001))], 7, packing);
        let (tally, verdicts) = load(&look(&path).unwrap()).unwrap();
        assert_eq!(tally.rows, n);
        for (verdict, row) in verdicts.iter().zip(1..) {
            let Verdict::Accepted(Accepted { line, row: Row::Pair(pair), .. }) = verdict else { panic!("row {row}") };
            assert_eq!((*line, pair.left.mosaic_id().unwrap().to_string()), (row, row.to_string()));
        }
    }
}

#[test]
fn columns_that_are_missing_are_named() {
    let desk = Desk::new();
    let path = desk.parquet(&[("match_weight", Column::Double(vec![Some(1.0)])), ("x", text(&["a"]))], 1, SNAPPY);
    let found = preview(&path, Some(Kind::NarrowPairs), &Progress::new()).unwrap();
    assert_eq!(found.mapping.missing_required().first(), Some(&Field::Id));
    let message = load(&found).unwrap_err().to_string();
    assert!(message.contains("x.parquet has no column for "), "{message}");
    let empty = desk.parquet(&[("unique_id_l", text(&[])), ("unique_id_r", text(&[]))], 1, SNAPPY);
    assert!(
        look(&empty).unwrap_err().to_string().ends_with("x.parquet is a Parquet file without rows; export it again")
    );
}

fn fault(path: &Path) -> ParquetFault {
    let error = look(path).unwrap_err();
    let message = error.to_string();
    assert!(message.starts_with(&path.display().to_string()) && message.contains("; "), "{message}");
    match error {
        IntakeError::Parquet { fault, .. } => fault,
        _ => panic!("{message}"),
    }
}

#[test]
fn values_that_no_field_can_hold_are_refused_with_their_row() {
    let desk = Desk::new();
    let long = "x".repeat((1 << 20) + 1);
    for (value, what) in [
        (b"a\xff".to_vec(), "text that is not UTF-8"),
        (b"a\0".to_vec(), "a NUL character, which no text has"),
        (long.into_bytes(), "a value longer than 1 MiB"),
    ] {
        let path = desk.parquet(
            &[("unique_id_l", Column::Bytes(vec![b"1".to_vec(), value])), ("unique_id_r", text(&["2", "3"]))],
            1,
            SNAPPY,
        );
        assert_eq!(fault(&path), ParquetFault::Value { row: 2, what });
    }
    let most = "x".repeat(1 << 20);
    let path = desk.parquet(&[("unique_id_l", text(&[&most, "2"])), ("unique_id_r", text(&["2", "3"]))], 1, SNAPPY);
    let (_, verdicts) = load(&look(&path).unwrap()).unwrap();
    assert_eq!(weight_or_reason(&verdicts[0]), Err((Reject::IdNotInAlphabet, 1)), "long is for the id to judge");
}

#[test]
fn a_file_that_is_cut_short_or_encrypted_or_none_says_so() {
    let desk = Desk::new();
    let whole = fs::read(fixture("links.parquet")).unwrap();
    let path = desk.path("x.parquet");
    for length in [4, 5, 11, 12, 100, whole.len() / 2, whole.len() - 1] {
        fs::write(&path, &whole[..length]).unwrap();
        // Four bytes are the mark at both ends, but that is where a copy stopped.
        assert_eq!(fault(&path), ParquetFault::CutShort, "{length} bytes");
    }
    let mut encrypted = whole.clone();
    let end = encrypted.len() - 4;
    encrypted[end..].copy_from_slice(b"PARE");
    fs::write(&path, &encrypted).unwrap();
    assert_eq!(fault(&path), ParquetFault::Encrypted);
    let mut other = whole;
    other[0] = b'Q';
    fs::write(&path, &other).unwrap();
    assert!(!matches!(look(&path), Ok(_) | Err(IntakeError::Parquet { .. })), "it does not begin as Parquet");
}

#[test]
fn a_damaged_byte_anywhere_is_an_error_or_another_value_and_never_a_crash() {
    let desk = Desk::new();
    let whole = fs::read(fixture("links.parquet")).unwrap();
    let path = desk.path("x.parquet");
    let (mut refused, mut tried) = (0, 0);
    for at in (4..whole.len() - 4).step_by(23) {
        for flip in [0x01, 0xff] {
            let mut damaged = whole.clone();
            damaged[at] ^= flip;
            fs::write(&path, &damaged).unwrap();
            match look(&path).and_then(|found| {
                if found.mapping.missing_required().is_empty() { load(&found) } else { Ok(Default::default()) }
            }) {
                Ok(_) => {}
                Err(error) => {
                    refused += 1;
                    assert!(error.to_string().starts_with(&path.display().to_string()), "{error}");
                }
            }
            tried += 1;
        }
    }
    assert!(refused * 4 > tried, "{refused} of {tried}: damage is mostly seen");
}

/// The names and heights of the three hills in a database of `tests/exchange`, or what SQLite says instead.
fn hills(name: &str, key: &str) -> Result<Vec<(String, u32)>, rusqlite::Error> {
    let _ = stewartry::workspace::facts(); // SQLCipher is ready before anybody connects
    let conn = rusqlite::Connection::open_with_flags(fixture(name), rusqlite::OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    conn.execute_batch(&format!("PRAGMA cipher_log_level = NONE; PRAGMA key = {key}"))?;
    let mut read = conn.prepare("SELECT name, metres FROM hill ORDER BY metres DESC")?;
    read.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?.collect()
}

#[test]
fn a_database_that_sqlcipher_wrote_with_openssl_is_read() {
    let raw = format!("\"x'{}'\"", "0123456789abcdef".repeat(4));
    for (name, key) in [("sqlcipher-key.db", raw.as_str()), ("sqlcipher-passphrase.db", "'eight ways to the Merrick'")]
    {
        let three = [("Merrick", 843), ("Corserine", 814), ("Cairnsmore of Carsphairn", 797)];
        let read = hills(name, key).unwrap_or_else(|fault| panic!("{name}: {fault}"));
        assert_eq!(read, three.map(|(hill, metres)| (hill.to_owned(), metres)), "{name}");
        assert!(hills(name, "'eight ways to the merrick'").is_err(), "{name} opens with another key");
    }
}
