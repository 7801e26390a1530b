//! A Parquet file as a table: its columns as headings, its values as the text that a CSV of them would hold.
//!
//! Data teams pass predictions on as Parquet, since it is what Splink's backends write. Values are read column by column,
//! some rows at a time: memory holds those and one page of each column, whatever the size of the file. Columns of lists
//! and structures are passed over: no field of a record or pair is one.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use csv::StringRecord;
use jiff::civil::Date;
use jiff::{Span, Timestamp};
use parquet::basic::{Compression, ConvertedType, LogicalType, TimeUnit, Type};
use parquet::column::reader::{ColumnReader, ColumnReaderImpl};
use parquet::data_type::DataType;
use parquet::errors::ParquetError;
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::schema::types::ColumnDescriptor;
use sha2::{Digest, Sha256};

use super::IntakeError;
use super::error::ParquetFault;
use crate::files;
use crate::progress::Progress;

/// What a Parquet file begins with.
pub(crate) const MARK: &[u8] = b"PAR1";
/// What a Parquet file begins with whose very description is encrypted.
pub(crate) const ENCRYPTED: &[u8] = b"PARE";

/// Rows decoded at a time.
const BATCH: usize = 1024;
/// Bytes of a value, as in a text file: no name or number is longer.
const LONGEST: usize = 1 << 20;
/// Bytes of the values that a column has in the rows decoded at a time. A file of a few kilobytes can say one long value over
/// and over again; no column of a record holds so much.
const MOST: usize = 64 << 20;

/// What is wrong with a value.
type Wrong = &'static str;

/// How the values of a column become text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reading {
    Text,
    Bool,
    Int,
    UnsignedInt,
    Long,
    UnsignedLong,
    Float,
    Double,
    /// Days since 1970.
    Date,
    /// So many of which make a second, since 1970.
    Time(i64),
}

impl Reading {
    /// How a column is read; `None` for what no field can hold.
    fn of(column: &ColumnDescriptor) -> Option<Self> {
        if column.max_rep_level() > 0 || column.path().parts().len() != 1 {
            return None;
        }
        let (converted, logical) = (column.converted_type(), column.logical_type_ref());
        let time = match logical {
            Some(LogicalType::Timestamp(it)) => Some(match it.unit {
                TimeUnit::MILLIS => 1_000,
                TimeUnit::MICROS => 1_000_000,
                TimeUnit::NANOS => 1_000_000_000,
            }),
            _ => match converted {
                ConvertedType::TIMESTAMP_MILLIS => Some(1_000),
                ConvertedType::TIMESTAMP_MICROS => Some(1_000_000),
                _ => None,
            },
        };
        match (column.physical_type(), converted) {
            (Type::INT64, _) if time.is_some() => time.map(Self::Time),
            (_, ConvertedType::DECIMAL | ConvertedType::TIME_MILLIS | ConvertedType::TIME_MICROS) => None,
            (Type::BOOLEAN, _) => Some(Self::Bool),
            (Type::INT32, ConvertedType::DATE) => Some(Self::Date),
            (Type::INT32, ConvertedType::UINT_8 | ConvertedType::UINT_16 | ConvertedType::UINT_32) => {
                Some(Self::UnsignedInt)
            }
            (Type::INT32, _) => Some(Self::Int),
            (Type::INT64, ConvertedType::UINT_64) => Some(Self::UnsignedLong),
            (Type::INT64, _) if logical.is_none_or(|it| matches!(it, LogicalType::Integer(_))) => Some(Self::Long),
            (Type::FLOAT, _) => Some(Self::Float),
            (Type::DOUBLE, _) => Some(Self::Double),
            // Text that no writer has called so is none: a picture, say, or a number of another program's making.
            (Type::BYTE_ARRAY, ConvertedType::UTF8 | ConvertedType::ENUM) => Some(Self::Text),
            _ => None,
        }
    }
}

/// A column that is read.
#[derive(Debug)]
struct Column {
    /// Which of the file's.
    index: usize,
    reading: Reading,
    /// Whether it can be without a value.
    optional: bool,
    cells: Cells,
}

/// The values of some rows, end to end.
#[derive(Debug, Default)]
struct Cells {
    text: String,
    ends: Vec<usize>,
}

impl Cells {
    fn get(&self, at: usize) -> &str {
        let from = if at == 0 { 0 } else { self.ends[at - 1] };
        &self.text[from..self.ends[at]]
    }
}

/// A Parquet file that is being read row by row.
pub(crate) struct Parquet<'a> {
    path: &'a Path,
    progress: &'a Progress,
    file: SerializedFileReader<File>,
    /// The same file, to hash it.
    bytes: File,
    columns: Vec<Column>,
    headings: Vec<String>,
    passed_over: Vec<String>,
    /// The row group whose columns are being read, and the rows that it has left.
    group: usize,
    readers: Vec<ColumnReader>,
    left: usize,
    /// Rows decoded and waiting, and how many of them were handed on.
    decoded: usize,
    at: usize,
    row: u64,
}

impl<'a> Parquet<'a> {
    /// Opens a file and reads what it says of itself.
    pub fn open(path: &'a Path, progress: &'a Progress) -> Result<Self, IntakeError> {
        let failed = |error| IntakeError::io(path, "read", error);
        let fault = |fault| IntakeError::Parquet { path: path.to_owned(), fault };
        let mut bytes = files::open(path).map_err(failed)?;
        let mut end = [0; 4];
        // The mark at either end, and between them the length of the description.
        let is_long_enough = bytes.metadata().map_err(failed)?.len() >= 12 && bytes.seek(SeekFrom::End(-4)).is_ok();
        bytes.read_exact(&mut end).map_err(failed)?;
        if end == ENCRYPTED {
            return Err(fault(ParquetFault::Encrypted));
        }
        if !is_long_enough || end != MARK {
            return Err(fault(ParquetFault::CutShort));
        }
        let again = bytes.try_clone().map_err(failed)?;
        let file = guarded(|| SerializedFileReader::new(again)).map_err(|_| fault(ParquetFault::Damaged { row: 0 }))?;
        let about = file.metadata();
        let schema = about.file_metadata().schema_descr();
        let (mut columns, mut headings, mut passed_over) = (Vec::new(), Vec::new(), Vec::new());
        for (index, column) in schema.columns().iter().enumerate() {
            match Reading::of(column) {
                Some(reading) => {
                    headings.push(column.name().trim().to_owned());
                    let optional = column.max_def_level() > 0;
                    columns.push(Column { index, reading, optional, cells: Cells::default() });
                }
                None => passed_over.push(column.path().parts().first().cloned().unwrap_or_default()),
            }
        }
        passed_over.dedup();
        if columns.is_empty() {
            return Err(fault(ParquetFault::NoColumns));
        }
        for group in about.row_groups() {
            for column in &columns {
                let packing = group.columns().get(column.index).map(|it| it.compression());
                match packing {
                    Some(Compression::UNCOMPRESSED | Compression::SNAPPY | Compression::ZSTD(_)) => {}
                    Some(other) => return Err(fault(ParquetFault::Packing { name: packing_name(other) })),
                    None => return Err(fault(ParquetFault::Damaged { row: 0 })),
                }
            }
        }
        let (readers, left, decoded, at, row) = (Vec::new(), 0, 0, 0, 0);
        Ok(Self {
            path,
            progress,
            file,
            bytes,
            columns,
            headings,
            passed_over,
            group: 0,
            readers,
            left,
            decoded,
            at,
            row,
        })
    }

    /// The names of the columns that are read.
    pub fn headings(&self) -> &[String] {
        &self.headings
    }

    /// The names of the columns that are not: lists, structures, and values that are no text, number or date.
    pub fn passed_over(&self) -> &[String] {
        &self.passed_over
    }

    /// Reads the next row; its number, counted from 1, or `None` at the end.
    pub fn next(&mut self, row: &mut StringRecord) -> Result<Option<u64>, IntakeError> {
        if self.at == self.decoded && !self.decode()? {
            return Ok(None);
        }
        row.clear();
        for column in &self.columns {
            row.push_field(column.cells.get(self.at));
        }
        self.at += 1;
        self.row += 1;
        Ok(Some(self.row))
    }

    /// Reads the rest of the file. How many rows it has, and its SHA-256.
    pub fn finish(&mut self) -> Result<(u64, String), IntakeError> {
        self.row += (self.decoded - self.at) as u64;
        self.at = self.decoded;
        while self.decode()? {
            self.row += self.decoded as u64;
            self.at = self.decoded;
        }
        let rows = self.row;
        if i64::try_from(rows) != Ok(self.file.metadata().file_metadata().num_rows()) {
            return Err(self.fault(ParquetFault::Damaged { row: rows }));
        }
        if rows == 0 {
            return Err(self.fault(ParquetFault::NoRows));
        }
        let failed = |error| IntakeError::io(self.path, "read", error);
        let mut hash = Sha256::new();
        let mut chunk = vec![0; 256 * 1024];
        // The position is shared with the reader, which asks for what it reads by its place.
        self.bytes.seek(SeekFrom::Start(0)).map_err(failed)?;
        loop {
            self.progress.check()?;
            let count = self.bytes.read(&mut chunk).map_err(failed)?;
            if count == 0 {
                break;
            }
            hash.update(&chunk[..count]);
        }
        Ok((rows, hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()))
    }

    fn fault(&self, fault: ParquetFault) -> IntakeError {
        IntakeError::Parquet { path: self.path.to_owned(), fault }
    }

    /// Decodes the next rows; false at the end of the file.
    fn decode(&mut self) -> Result<bool, IntakeError> {
        self.progress.check()?;
        let damaged =
            IntakeError::Parquet { path: self.path.to_owned(), fault: ParquetFault::Damaged { row: self.row } };
        while self.left == 0 {
            if self.group == self.file.num_row_groups() {
                return Ok(false);
            }
            let (file, columns, group) = (&self.file, &self.columns, self.group);
            let opened = guarded(|| {
                let group = file.get_row_group(group)?;
                let readers = columns.iter().map(|it| group.get_column_reader(it.index)).collect::<Result<_, _>>()?;
                Ok((readers, group.metadata().num_rows(), group.metadata().compressed_size()))
            });
            let Ok((readers, rows, bytes)) = opened else { return Err(damaged) };
            let Ok(rows) = usize::try_from(rows) else { return Err(damaged) };
            (self.readers, self.left) = (readers, rows);
            self.group += 1;
            self.progress.advance(u64::try_from(bytes).unwrap_or_default());
        }
        let wanted = self.left.min(BATCH);
        for (column, reader) in self.columns.iter_mut().zip(&mut self.readers) {
            column.cells.text.clear();
            column.cells.ends.clear();
            let (reading, optional, cells) = (column.reading, column.optional, &mut column.cells);
            match guarded(|| fill(reader, reading, optional, wanted, cells)) {
                Ok(None) if column.cells.ends.len() == wanted => {}
                Ok(Some((at, what))) => {
                    return Err(self.fault(ParquetFault::Value { row: self.row + at as u64 + 1, what }));
                }
                Ok(None) | Err(_) => return Err(damaged),
            }
        }
        (self.decoded, self.at, self.left) = (wanted, 0, self.left - wanted);
        Ok(true)
    }
}

/// The library trusts a file's own counts here and there, and panics where they are wrong: to us that is a damaged file.
fn guarded<T>(work: impl FnOnce() -> Result<T, ParquetError>) -> Result<T, ParquetError> {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|_| Err(ParquetError::General("it panicked".to_owned())))
}

fn packing_name(packing: Compression) -> &'static str {
    match packing {
        Compression::GZIP(_) => "gzip",
        Compression::BROTLI(_) => "brotli",
        Compression::LZ4 | Compression::LZ4_RAW => "LZ4",
        _ => "an unusual method",
    }
}

/// Reads values of one column as text; what is wrong with a value, and with the how manyeth, where one is.
fn fill(
    reader: &mut ColumnReader,
    reading: Reading,
    optional: bool,
    wanted: usize,
    cells: &mut Cells,
) -> Result<Option<(usize, Wrong)>, ParquetError> {
    use std::fmt::Write;
    // Writing to a string does not fail.
    macro_rules! number {
        ($reader:expr, |$value:ident| $number:expr) => {
            values($reader, optional, wanted, cells, |$value, text| {
                let _ = write!(text, "{}", $number);
                Ok(())
            })
        };
    }
    match (reader, reading) {
        (ColumnReader::ByteArrayColumnReader(it), _) => values(it, optional, wanted, cells, |value, text| {
            let value = std::str::from_utf8(value.data()).map_err(|_| "text that is not UTF-8")?;
            match value {
                _ if value.len() > LONGEST => Err("a value longer than 1 MiB"),
                _ if value.contains('\0') => Err("a NUL character, which no text has"),
                _ if text.len() > MOST => Err("more text than a field of a person or a pair does"),
                _ => {
                    text.push_str(value);
                    Ok(())
                }
            }
        }),
        (ColumnReader::BoolColumnReader(it), _) => number!(it, |value| value),
        (ColumnReader::Int32ColumnReader(it), Reading::Date) => number!(it, |value| day(*value)),
        (ColumnReader::Int32ColumnReader(it), Reading::UnsignedInt) => number!(it, |value| value.cast_unsigned()),
        (ColumnReader::Int32ColumnReader(it), _) => number!(it, |value| value),
        (ColumnReader::Int64ColumnReader(it), Reading::Time(per_second)) => {
            number!(it, |value| time(*value, per_second))
        }
        (ColumnReader::Int64ColumnReader(it), Reading::UnsignedLong) => number!(it, |value| value.cast_unsigned()),
        (ColumnReader::Int64ColumnReader(it), _) => number!(it, |value| value),
        (ColumnReader::FloatColumnReader(it), _) => number!(it, |value| value),
        (ColumnReader::DoubleColumnReader(it), _) => number!(it, |value| value),
        _ => Err(ParquetError::General("a column of another type than it said".to_owned())),
    }
}

fn values<T: DataType>(
    reader: &mut ColumnReaderImpl<T>,
    optional: bool,
    wanted: usize,
    cells: &mut Cells,
    mut write: impl FnMut(&T::T, &mut String) -> Result<(), Wrong>,
) -> Result<Option<(usize, Wrong)>, ParquetError> {
    let (mut present, mut values) = (Vec::new(), Vec::new());
    let (rows, ..) = reader.read_records(wanted, optional.then_some(&mut present), None, &mut values)?;
    let mut values = values.iter();
    for at in 0..rows {
        if !optional || present.get(at).is_some_and(|level| *level > 0) {
            let Some(value) = values.next() else { return Err(ParquetError::EOF("a value".to_owned())) };
            if let Err(wrong) = write(value, &mut cells.text) {
                return Ok(Some((at, wrong)));
            }
        }
        cells.ends.push(cells.text.len());
    }
    Ok(None)
}

/// A date as ISO 8601; empty where it lies outside the calendar.
fn day(days: i32) -> String {
    let epoch = Date::constant(1970, 1, 1);
    Span::new()
        .try_days(days)
        .and_then(|span| epoch.checked_add(span))
        .map_or_else(|_| String::new(), |d| d.to_string())
}

/// A date and time as ISO 8601, the date alone at midnight, where a date was meant.
fn time(count: i64, per_second: i64) -> String {
    let nanoseconds = i128::from(count) * i128::from(1_000_000_000 / per_second);
    let Ok(time) = Timestamp::from_nanosecond(nanoseconds) else { return String::new() };
    let time = time.to_zoned(jiff::tz::TimeZone::UTC).datetime();
    if time.time() == jiff::civil::Time::midnight() { time.date().to_string() } else { time.to_string() }
}
