//! All rows of an extract, fast, for a caller who keeps no records.
//!
//! [`super::read`] hands over one owned record after another, in the order of the file. Whoever wants none of that, as
//! the linkage engine does, gives a [`Gather`] for each thread: the file is cut between rows, and each thread reads the
//! parts that come its way and hands on a view of every row. What a row says, which rows are kept, what is counted and
//! which files are refused is the same, because a file with anything odd in it is left to [`super::read`].

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Read};
use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

use rayon::prelude::*;
use sha2::{Digest, Sha256};

use super::cut::{Cuts, Cutter, Odd, last_row_end};
use super::decode::END_MARK;
use super::noticed::Noticed;
use super::person_columns::{Cells, PersonColumns};
use super::preview::{self, glance_mapped};
use super::rows::{Verdict, count_one, read};
use super::sniff::Head;
use super::table::Table;
use super::{Format, IntakeError, Kind, Mapping, Reject, Row, Tally, TextEncoding};
use crate::files;
use crate::person::{ChiView, Finding, MosaicId, MosaicView};
use crate::progress::Progress;

/// Bytes that a thread reads at a time.
const BLOCK: usize = 1 << 20;

/// No row is looked for in more bytes.
const LONGEST: usize = 4 << 20;

/// Takes the rows of an extract that come the way of one thread.
pub trait Gather: Send {
    /// A row of a Mosaic extract.
    fn mosaic(&mut self, record: &MosaicView<'_>);
    /// A row of a CHI extract.
    fn chi(&mut self, record: &ChiView<'_>);
}

/// What came of an extract.
#[derive(Debug)]
pub struct Gathered<G> {
    /// What each thread gathered. Which rows came its way is chance.
    pub parts: Vec<Part<G>>,
    /// What became of all rows, as [`super::read`] counts it.
    pub tally: Tally,
}

/// What one thread gathered.
#[derive(Debug)]
pub struct Part<G> {
    /// The rows.
    pub gathered: G,
    /// Which of them have the id of an earlier row and so are not to be kept, counted from 0 as they were handed on.
    pub repeated: Vec<u32>,
}

/// Reads an extract of people, of this kind, whose columns are known by their headings.
///
/// Progress counts the bytes of the file. An error stops the reading, as in [`super::read`].
pub fn gather<G: Gather>(
    path: &Path,
    kind: Kind,
    progress: &Progress,
    new: impl Fn() -> G + Sync,
) -> Result<Gathered<G>, IntakeError> {
    gather_mapped(path, kind, None, progress, new)
}

/// [`gather`], with the columns as a file of [`Mapping::write`] has them.
pub fn gather_mapped<G: Gather>(
    path: &Path,
    kind: Kind,
    written: Option<&Path>,
    progress: &Progress,
    new: impl Fn() -> G + Sync,
) -> Result<Gathered<G>, IntakeError> {
    match quickly(path, kind, written, BLOCK, progress, &new) {
        Ok(gathered) => return Ok(gathered),
        Err(Stop::Said(error)) => return Err(error),
        Err(Stop::Odd) => {}
    }
    let plan = glance_mapped(path, Some(kind), written)?;
    let mut gathered = new();
    let tally = read(&plan, progress, &mut |verdict| {
        if let Verdict::Accepted(accepted) = verdict {
            match accepted.row {
                Row::Mosaic(record) => gathered.mosaic(&record.view()),
                Row::Chi(record) => gathered.chi(&record.view()),
                Row::Pair(_) | Row::Relationship(_) => {} // No extract of people has them
            }
        }
        Ok(())
    })?;
    Ok(Gathered { parts: vec![Part { gathered, repeated: Vec::new() }], tally })
}

/// Why a file was not read to its end here.
enum Stop {
    /// It is none for this way of reading; [`super::read`] will say what is wrong with it, if anything is.
    Odd,
    /// The work was asked to stop.
    Said(IntakeError),
}

impl From<Odd> for Stop {
    fn from(_: Odd) -> Self {
        Self::Odd
    }
}

fn quickly<G: Gather>(
    path: &Path,
    kind: Kind,
    written: Option<&Path>,
    block: usize,
    progress: &Progress,
    new: &(impl Fn() -> G + Sync),
) -> Result<Gathered<G>, Stop> {
    // Whatever is wrong with the head of the file, the other way of reading will say it.
    let odd = |_| Stop::Odd;
    let head = Head::read(path).map_err(odd)?;
    if head.is_parquet() {
        return Err(Stop::Odd);
    }
    head.refuse_other_files(path).map_err(odd)?;
    let found = head.encoding(path).map_err(odd)?;
    let (format, _) = preview::format(path, &head, &found).map_err(odd)?;
    if kind.is_pairs() || format.encoding != TextEncoding::Utf8 || format.sep_line {
        return Err(Stop::Odd);
    }
    let unwatched = Progress::new();
    let headings = Table::open(path, &Format::Text(format), &unwatched).map_err(|_| Stop::Odd)?.headings().to_vec();
    let mapping = Mapping::by(written, kind, &headings).map_err(|_| Stop::Odd)?;
    if !mapping.missing_required().is_empty() {
        return Err(Stop::Odd);
    }

    progress.begin("Reading rows", head.size);
    let job = Job {
        kind,
        columns: PersonColumns::of(&mapping, false),
        cutter: Cutter::new(format.delimiter.byte(), headings.len()),
        blocks: Mutex::new(Blocks::open(path, format.bom, block).map_err(|_| Stop::Odd)?),
        stopped: AtomicBool::new(false),
        progress,
    };
    let threads = rayon::current_num_threads();
    let workers = (0..threads).into_par_iter().with_max_len(1).map(|_| {
        let worker = job.work(new());
        job.stopped.fetch_or(worker.is_err(), Ordering::Relaxed);
        worker
    });
    // All of them, so that the error of a cancelled work is not lost behind an odd block.
    let workers: Vec<Result<Worker<G>, Stop>> = workers.collect();
    let workers = workers.into_iter().collect::<Result<Vec<_>, _>>()?;
    let repeated = repeated(&workers)?;

    let mut tally = Tally { sha256: job.into_hash(), ..Tally::default() };
    let mut parts = Vec::with_capacity(workers.len());
    for (worker, repeated) in workers.into_iter().zip(repeated) {
        worker.count(&repeated, &mut tally);
        parts.push(Part { gathered: worker.gathered, repeated });
    }
    // A file of nothing but headings is refused.
    if tally.rows == 0 { Err(Stop::Odd) } else { Ok(Gathered { parts, tally }) }
}

/// A file that is read in blocks, each of which begins and ends between rows if the file is sound.
struct Blocks {
    file: File,
    size: usize,
    hash: Sha256,
    /// What was read beyond the last block.
    ahead: Vec<u8>,
    count: u64,
}

impl Blocks {
    fn open(path: &Path, bom: bool, size: usize) -> io::Result<Self> {
        let mut file = files::open(path)?;
        let mut hash = Sha256::new();
        if bom {
            let mut mark = [0; 3];
            file.read_exact(&mut mark)?;
            hash.update(mark);
        }
        Ok(Self { file, size, hash, ahead: Vec::new(), count: 0 })
    }

    /// Reads the next block in place of the last; its number, or `None` at the end.
    fn next(&mut self, block: &mut Vec<u8>, progress: &Progress) -> Result<Option<u64>, Stop> {
        block.clear();
        block.append(&mut self.ahead);
        loop {
            let begin = block.len();
            (&mut self.file).take(self.size as u64).read_to_end(block).map_err(|_| Stop::Odd)?;
            let read = &block[begin..];
            progress.advance(read.len() as u64);
            self.hash.update(read);
            if read.len() < self.size {
                let marks = block.iter().rev().take_while(|byte| **byte == END_MARK).count();
                block.truncate(block.len() - marks);
                break; // The end of the file
            }
            if let Some(end) = last_row_end(block) {
                self.ahead.extend_from_slice(&block[end..]);
                block.truncate(end);
                break;
            }
            if block.len() > LONGEST {
                return Err(Stop::Odd);
            }
        }
        self.count += 1;
        Ok((!block.is_empty()).then_some(self.count - 1))
    }
}

/// What all threads share.
struct Job<'a> {
    kind: Kind,
    columns: PersonColumns,
    cutter: Cutter,
    blocks: Mutex<Blocks>,
    stopped: AtomicBool,
    progress: &'a Progress,
}

impl Job<'_> {
    fn work<G: Gather>(&self, gathered: G) -> Result<Worker<G>, Stop> {
        let mut worker = Worker::new(gathered, self.kind);
        let mut block = Vec::new();
        let mut row = Cuts::default();
        while !self.stopped.load(Ordering::Relaxed) {
            self.progress.check().map_err(|cancelled| Stop::Said(cancelled.into()))?;
            let number = {
                let mut blocks = self.blocks.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
                blocks.next(&mut block, self.progress)?
            };
            let Some(number) = number else { break };
            let text = std::str::from_utf8(&block).map_err(|_| Stop::Odd)?;
            worker.begin(number);
            let mut at = 0;
            if number == 0 {
                at = self.cutter.next(text, at, &mut row)?.unwrap_or(at); // The headings
            }
            while let Some(next) = self.cutter.next(text, at, &mut row)? {
                at = next;
                if row.is_doubled() {
                    worker.take(&self.columns, &row.undoubled(text))?;
                } else {
                    worker.take(&self.columns, &row.of(text))?;
                }
            }
        }
        Ok(worker)
    }

    fn into_hash(self) -> String {
        let blocks = self.blocks.into_inner().unwrap_or_else(|poisoned| poisoned.into_inner());
        blocks.hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

/// The ids of the rows that one thread accepted.
enum Ids {
    Mosaic {
        text: String,
        ends: Vec<u32>,
    },
    /// A CHI number begins with a day, so it is below 3,200,000,000.
    Chi(Vec<u32>),
}

/// One thread's rows.
struct Worker<G> {
    gathered: G,
    ids: Ids,
    noticed: Vec<Noticed>,
    /// The blocks that came its way, in order, and how many rows had been accepted before each.
    blocks: Vec<(u64, u32)>,
    rows: u64,
    rejects: BTreeMap<&'static str, u64>,
    findings: Vec<Finding>,
}

impl<G: Gather> Worker<G> {
    fn new(gathered: G, kind: Kind) -> Self {
        let ids = match kind {
            Kind::Chi => Ids::Chi(Vec::new()),
            _ => Ids::Mosaic { text: String::new(), ends: vec![0] },
        };
        Self {
            gathered,
            ids,
            noticed: Vec::new(),
            blocks: Vec::new(),
            rows: 0,
            rejects: BTreeMap::new(),
            findings: Vec::new(),
        }
    }

    fn begin(&mut self, block: u64) {
        self.blocks.push((block, self.noticed.len() as u32));
    }

    fn take(&mut self, columns: &PersonColumns, row: &impl Cells) -> Result<(), Odd> {
        self.rows += 1;
        self.findings.clear();
        let taken = match &mut self.ids {
            Ids::Mosaic { text, ends } => columns.mosaic_row(row, &mut self.findings).map(|record| {
                text.push_str(record.id.as_str());
                ends.push(text.len() as u32);
                self.gathered.mosaic(&record);
                true
            }),
            Ids::Chi(numbers) => columns.chi_row(row, &mut self.findings).map(|record| {
                let number = u32::try_from(record.chi.to_u64());
                numbers.extend(number);
                self.gathered.chi(&record);
                number.is_ok()
            }),
        };
        match taken {
            Ok(true) => self.noticed.push(Noticed::of(&self.findings)),
            Ok(false) => return Err(Odd),
            Err(reason) => *self.rejects.entry(reason.name()).or_insert(0) += 1,
        }
        Ok(())
    }

    /// Adds what became of its rows.
    fn count(&self, repeated: &[u32], tally: &mut Tally) {
        tally.rows += self.rows;
        for (name, count) in &self.rejects {
            tally.rejected += count;
            *tally.rejects.entry((*name).to_owned()).or_insert(0) += count;
        }
        let mut left_out = repeated.iter().copied().peekable();
        for (row, noticed) in self.noticed.iter().enumerate() {
            if left_out.next_if_eq(&(row as u32)).is_some() {
                let reason = match self.ids {
                    Ids::Mosaic { .. } => Reject::IdRepeated { first: 0 },
                    Ids::Chi(_) => Reject::ChiRepeated { first: 0 },
                };
                tally.rejected += 1;
                count_one(&mut tally.rejects, reason.name());
                continue;
            }
            *(if noticed.warns() { &mut tally.warned } else { &mut tally.accepted }) += 1;
            if *noticed != Noticed::default() {
                noticed.names().for_each(|name| count_one(&mut tally.findings, name));
            }
        }
    }

    /// Where one of its rows stands in the file, to be compared with others.
    fn place(&self, row: u32) -> (u64, u32) {
        let block = self.blocks.partition_point(|(_, before)| *before <= row);
        (self.blocks[block - 1].0, row)
    }
}

/// For each thread, which of its rows have the id of a row that stands earlier in the file.
fn repeated<G: Gather>(workers: &[Worker<G>]) -> Result<Vec<Vec<u32>>, Odd> {
    let offsets: Vec<usize> = workers
        .iter()
        .scan(0, |before, worker| Some(std::mem::replace(before, *before + worker.noticed.len())))
        .collect();
    if workers.iter().map(|worker| worker.noticed.len()).sum::<usize>() > u32::MAX as usize {
        return Err(Odd);
    }
    let (mut names, mut numbers) = (Vec::new(), Vec::new());
    for (worker, offset) in workers.iter().zip(&offsets) {
        let row = |at: usize| (offset + at) as u32;
        match &worker.ids {
            Ids::Mosaic { text, ends } => names
                .extend(ends.windows(2).enumerate().map(|(at, id)| (&text[id[0] as usize..id[1] as usize], row(at)))),
            Ids::Chi(of_worker) => numbers.extend(of_worker.iter().enumerate().map(|(at, number)| (*number, row(at)))),
        }
    }
    if alike(&names) {
        return Err(Odd); // Which of them comes first in the file, the other way of reading knows
    }
    let mut groups = same(&mut names);
    groups.append(&mut same(&mut numbers));

    let mut repeated = vec![Vec::new(); workers.len()];
    for group in groups {
        let mut group: Vec<((u64, u32), usize)> = group
            .into_iter()
            .map(|row| {
                let worker = offsets.partition_point(|offset| *offset <= row as usize) - 1;
                (workers[worker].place(row - offsets[worker] as u32), worker)
            })
            .collect();
        group.sort_unstable();
        group[1..].iter().for_each(|((_, row), worker)| repeated[*worker].push(*row));
    }
    repeated.iter_mut().for_each(|rows: &mut Vec<u32>| rows.sort_unstable());
    Ok(repeated)
}

/// Whether two different ids are one but for zeros in front or `.0` behind.
fn alike(names: &[(&str, u32)]) -> bool {
    let numbers = || names.iter().filter_map(|(id, _)| Some((MosaicId::digits(id)?, *id)));
    if numbers().all(|(number, id)| number == id) {
        return false;
    }
    let mut numbers: Vec<(&str, &str)> = numbers().collect();
    numbers.par_sort_unstable();
    numbers.windows(2).any(|two| two[0].0 == two[1].0 && two[0].1 != two[1].1)
}

/// The rows of each id that several have.
fn same<K: Ord + Copy + Send>(ids: &mut [(K, u32)]) -> Vec<Vec<u32>> {
    ids.par_sort_unstable();
    let groups = ids.chunk_by(|a, b| a.0 == b.0).filter(|group| group.len() > 1);
    groups.map(|group| group.iter().map(|(_, row)| *row).collect()).collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use proptest::prelude::*;

    use super::*;

    /// Keeps every row, as text, so that what two ways of reading gather can be compared.
    #[derive(Default)]
    struct Kept(Vec<String>);

    impl Gather for Kept {
        fn mosaic(&mut self, record: &MosaicView<'_>) {
            self.0.push(format!("{:?}", record.to_record()));
        }

        fn chi(&mut self, record: &ChiView<'_>) {
            self.0.push(format!("{} {:?}", record.chi, record.to_record()));
        }
    }

    type Outcome = Result<(Vec<String>, Tally), String>;

    /// The kept rows in a fixed order, and the tally, by the fast way; `None` where it leaves the file to the other.
    fn fast(path: &Path, kind: Kind, block: usize) -> Option<Outcome> {
        match quickly(path, kind, None, block, &Progress::new(), &Kept::default) {
            Err(Stop::Odd) => None,
            Err(Stop::Said(error)) => Some(Err(error.to_string())),
            Ok(Gathered { parts, tally }) => {
                let kept = parts.into_iter().flat_map(|Part { gathered, repeated }| {
                    let kept = gathered.0.into_iter().enumerate();
                    kept.filter(move |(at, _)| !repeated.contains(&(*at as u32))).map(|(_, row)| row)
                });
                let mut kept: Vec<String> = kept.collect();
                kept.sort();
                Some(Ok((kept, tally)))
            }
        }
    }

    /// The same by [`read`].
    fn slow(path: &Path, kind: Kind) -> Outcome {
        let mut kept = Kept::default();
        let plan = crate::intake::glance(path, Some(kind)).map_err(|error| error.to_string())?;
        let tally = read(&plan, &Progress::new(), &mut |verdict| {
            match verdict {
                Verdict::Accepted(accepted) => match accepted.row {
                    Row::Mosaic(record) => kept.mosaic(&record.view()),
                    Row::Chi(record) => kept.chi(&record.view()),
                    Row::Pair(_) | Row::Relationship(_) => unreachable!("an extract has no pairs"),
                },
                Verdict::Rejected(_) => {}
            }
            Ok(())
        });
        let tally = tally.map_err(|error| error.to_string())?;
        kept.0.sort();
        Ok((kept.0, tally))
    }

    /// Whether the fast way took the file; that both agree on it is checked.
    fn agree(bytes: &[u8], kind: Kind) -> bool {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file.csv");
        std::fs::write(&path, bytes).unwrap();
        let expected = slow(&path, kind);
        let mut taken = true;
        for block in [1, 7, 64, 300, BLOCK].into_iter().filter(|block| bytes.len() < 1000 * block) {
            match fast(&path, kind, block) {
                Some(found) => assert_eq!(found, expected, "blocks of {block}"),
                None => taken = false,
            }
        }
        let whole = gather(&path, kind, &Progress::new(), Kept::default).map_err(|error| error.to_string());
        assert_eq!(whole.map(|it| it.tally), expected.map(|(_, tally)| tally));
        taken
    }

    const MOSAIC: &str =
        "PersonID,Surname,FirstForename,SecondForename,Gender,DateOfBirth,Address1,Address2,Postcode,CHI";
    const CHI: &str = "CHI_NUMBER,SURNAME,FIRST_FORENAME,SEX,DATE_OF_BIRTH,POSTCODE,ADDRESS1,ADDRESS2,STATUS,UPI";

    #[test]
    fn a_sound_extract_is_taken_the_fast_way_with_the_same_rows_and_tally() {
        let mosaic = format!(
            "{MOSAIC}\n\
             1,Kerr,Ann,Mary,F,19/04/1985,12 High Street,Annan,DG12 6AA,1904851231\n\
             2,O\u{2019}Neill,Mrs Jean,,2,01/01/1900,\"Flat 2/1, 40 High St\",,ZZ99 3VZ,101336489\n\
             \r\n\
             1,Kerr,Again,,,,,,,\r\n\
             ,No id,,,,,,,,\n\
             b d,Kerr,,,,,,,,\n\
             3,\"Mc\"\"K\"\"ie\",Baby,,Q,1985,\"12\nHigh, Street\",\"\",nonsense,1234567890\n\
             4,say \"Bob\",,,,,,,,\n\
             3,Kerr,repeated,,,,,,,\n"
        );
        assert!(agree(mosaic.as_bytes(), Kind::Mosaic));
        assert!(agree(format!("\u{feff}{mosaic}").as_bytes(), Kind::Mosaic));
        assert!(agree(mosaic.trim_end().as_bytes(), Kind::Mosaic), "no line end behind the last row");
        assert!(agree(mosaic.replace(',', ";").as_bytes(), Kind::Mosaic));
        let chi = format!(
            "{CHI}\r\n\
             1904851231,KERR,ANN,2,19850419,DG12 6AA,12 HIGH STREET,ANNAN,C,1904851231\r\n\
             0101336489,KERR,ANN,1,19330102,DG12 6AA,12 HIGH STREET,ANNAN,Z,1904851231\r\n\
             101336489,KERR,ANN,1,19330102,DG12 6AA,12 HIGH STREET,ANNAN,Z,\r\n\
             1904851232,KERR,ANN,2,19850419,DG12 6AA,12 HIGH STREET,ANNAN,C,\r\n\
             4857773456,KERR,ANN,2,19850419,DG12 6AA,12 HIGH STREET,ANNAN,C,\r\n\
             ,KERR,ANN,2,19850419,DG12 6AA,12 HIGH STREET,ANNAN,C,\r\n"
        );
        assert!(agree(chi.as_bytes(), Kind::Chi));
        assert!(agree(chi.replace("\r\n", "\n").as_bytes(), Kind::Chi));
    }

    #[test]
    fn an_odd_file_is_left_to_the_strict_scan_with_its_errors() {
        let row = "1,Kerr,Ann,Mary,F,19/04/1985,12 High Street,Annan,DG12 6AA,1904851231\n";
        for rows in [
            "",
            "1,Kerr\n",
            &format!("{row}2,\"Kerr,Ann,Mary,F,,,,,\n{row}"),
            &format!("{row}2,Ke\"rr,Ann,Mary,F,,,,,\n"),
            &format!("{row}2,\"Kerr\" x,Ann,Mary,F,,,,,\n"),
            &format!("{row}2,Ke\0rr,Ann,Mary,F,,,,,\n"),
            &format!("{row}2,Kerr,Ann,Mary,F,,,,"),
            &format!("{row}2,Kerr,Ann,Mary,F,,,,,,\n"),
            &format!("{row}2,{},Ann,Mary,F,,,,,\n", "K".repeat(1 << 20 | 1)),
        ] {
            assert!(!agree(format!("{MOSAIC}\n{rows}").as_bytes(), Kind::Mosaic), "{}", rows.len());
        }
        let latin1 = format!("{MOSAIC}\n{}", row.replace("Ann,", "Zo?,")).replace('?', "\u{0}").into_bytes();
        let latin1: Vec<u8> = latin1.into_iter().map(|byte| if byte == 0 { 0xeb } else { byte }).collect();
        assert!(!agree(&latin1, Kind::Mosaic));
        assert!(!agree(format!("sep=,\n{MOSAIC}\n{row}").as_bytes(), Kind::Mosaic));
        assert!(!agree(b"Surname,Town\nKerr,Annan\n", Kind::Mosaic));
        let utf16: Vec<u8> = format!("\u{feff}{MOSAIC}\n{row}").encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert!(!agree(&utf16, Kind::Mosaic));
    }

    #[test]
    fn a_cancelled_reading_stops() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file.csv");
        std::fs::write(&path, format!("{MOSAIC}\n1,Kerr,,,,,,,,\n")).unwrap();
        let progress = Progress::new();
        progress.cancel();
        let stopped = gather(&path, Kind::Mosaic, &progress, Kept::default);
        assert!(matches!(stopped, Err(IntakeError::Cancelled(_))));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(300))]

        #[test]
        fn both_ways_agree_on_any_text(
            rows in proptest::collection::vec(
                "([0-9]{1,2}|\"[0-9]\"|a b|),(Kerr|\"Ke\"\"rr\"|\"Ke\nrr\"|\"Ke,rr\"|K\"e\"r|Mrs Kerr|Zoë|\"Kerr|\"Kerr\"x|)(,x)?",
                1..12,
            ),
            ends in proptest::collection::vec("\n|\r\n|\r|\n\n|\r\r\n|\n\r", 12),
            bom in any::<bool>(),
        ) {
            let mut text = format!("{}PersonID,Surname", if bom { "\u{feff}" } else { "" });
            for (row, end) in rows.iter().zip(&ends) {
                text.push_str(end);
                text.push_str(row);
            }
            agree(text.as_bytes(), Kind::Mosaic);
        }
    }
}
