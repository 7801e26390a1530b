//! `link`: two extracts in, links and duplicates out, no workspace; with `--splink` the model too, for the real Splink.
//!
//! The two CSV files depend on the two extracts and the cuts alone: they are the same bytes on one thread or many and
//! for any order of the rows. In each the most probable pair comes first: whoever looks at the first half of what is left
//! to review finds the most there. Everything that differs from run to run (seconds, memory) is in `summary.json`.

use std::collections::BTreeMap;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use rayon::slice::ParallelSliceMut;
use serde::Serialize;
use tempfile::NamedTempFile;

use super::terminal;
use crate::files;
use crate::intake::{self, Gather, Gathered, IntakeError, Kind, Tally, Verdict};
use crate::linkage::splink::{self, Records};
use crate::linkage::{
    self, Comparison, Cuts, Ids, Model, Options, Outcome, Report, ScoredPair, Side, Table, estimates,
};
use crate::person::{ChiView, MosaicView};
use crate::progress::{Cancelled, Progress};
use crate::stewardship::load::Noticed;
use crate::stewardship::suspicions;
use crate::words;

/// `link`
#[derive(Debug, clap::Args)]
pub struct LinkArgs {
    /// Extract of people from Mosaic (CSV or Parquet)
    #[arg(long, value_name = "FILE")]
    pub mosaic: PathBuf,
    /// Extract of the CHI index (CSV or Parquet)
    #[arg(long, value_name = "FILE")]
    pub chi: PathBuf,
    /// The columns of the Mosaic extract, as `load --preview --write-mapping` wrote them and corrected where they must be; by its
    /// headings, unless given
    #[arg(long, value_name = "FILE")]
    pub mosaic_mapping: Option<PathBuf>,
    /// The columns of the CHI extract, the same way
    #[arg(long, value_name = "FILE")]
    pub chi_mapping: Option<PathBuf>,
    /// Folder for links.csv and duplicates.csv, the most probable pair first, and summary.json; made where there is none. What is
    /// `auto` there is the engine's word; a workspace holds back more of it (uncertain dates, superseded numbers, restricted people)
    #[arg(long, value_name = "DIR")]
    pub out: PathBuf,
    /// Threads to use; as many as the machine has, unless given. The result is the same
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=256))]
    pub threads: Option<u16>,
    /// Probability from which a pair is automatic, hazards apart; found by the run, unless given
    #[arg(long, value_name = "P", value_parser = probability)]
    pub cut_auto: Option<f64>,
    /// Probability from which an officer decides
    #[arg(long, value_name = "P", default_value_t = Cuts::default().review, value_parser = probability)]
    pub cut_review: f64,
    /// Also write the model as Splink settings (splink_links.json, splink_duplicates.json), the records they compare
    /// (splink_mosaic.csv, splink_chi.csv; personal data) and weights to check Splink's against (splink_check.csv)
    #[arg(long)]
    pub splink: bool,
    /// Also write the rows that were turned away, each with its line and the reason (rejected_mosaic.csv, rejected_chi.csv;
    /// personal data)
    #[arg(long)]
    pub rejected: bool,
}

impl LinkArgs {
    /// Each extract, its kind and the file that says what its columns are.
    fn extracts(&self) -> [(&Path, Kind, Option<&Path>); 2] {
        [
            (&self.mosaic, Kind::Mosaic, self.mosaic_mapping.as_deref()),
            (&self.chi, Kind::Chi, self.chi_mapping.as_deref()),
        ]
    }
}

fn probability(text: &str) -> Result<f64, String> {
    match text.parse() {
        Ok(p) if (0.0..=1.0).contains(&p) => Ok(p),
        _ => Err("a probability is a number from 0 to 1".to_owned()),
    }
}

/// Why two extracts could not be linked. Nothing has been written by then, or what was there before still stands.
#[derive(Debug, thiserror::Error)]
pub enum LinkError {
    /// An extract could not be read.
    #[error(transparent)]
    Intake(#[from] IntakeError),
    /// No row of an extract could be kept.
    #[error("None of the {rows} rows of {} could be kept ({why}); check its columns", path.display())]
    NothingKept {
        /// The extract.
        path: PathBuf,
        /// Its rows.
        rows: u64,
        /// The commonest reason.
        why: String,
    },
    /// The cuts are the wrong way round.
    #[error(
        "The cut for review ({review}) lies above the cut for automatic ({auto}); give the smaller one to --cut-review"
    )]
    Cuts {
        /// Cut for automatic.
        auto: f64,
        /// Cut for review.
        review: f64,
    },
    /// The folder to write into is a file.
    #[error("{} is a file; name a folder with --out. Nothing was read", .0.display())]
    OutIsFile(PathBuf),
    /// A file could not be written.
    #[error("{} could not be written: {source}; check the folder and the space on its disk, files from an earlier run still stand", path.display())]
    Write {
        /// The file or folder.
        path: PathBuf,
        /// What the operating system said.
        source: std::io::Error,
    },
    /// The work was asked to stop.
    #[error(transparent)]
    Cancelled(#[from] Cancelled),
}

/// Links two extracts and writes the files.
pub fn run(args: &LinkArgs) -> Result<(), LinkError> {
    if let Some(auto) = args.cut_auto.filter(|auto| args.cut_review > *auto) {
        return Err(LinkError::Cuts { auto, review: args.cut_review });
    }
    if args.out.exists() && !args.out.is_dir() {
        return Err(LinkError::OutIsFile(args.out.clone()));
    }
    let started = Instant::now();
    let (done, seconds) = terminal::with_progress(|progress| with_clock(progress, || work(args, progress)));
    let done = done?;
    let Done { outcome, tallies, .. } = &done;
    let summary = Summary {
        engine: linkage::ENGINE_VERSION,
        version: env!("CARGO_PKG_VERSION"),
        mosaic: Source::of(&args.mosaic, &tallies[0]),
        chi: Source::of(&args.chi, &tallies[1]),
        counts: Counts::of(outcome),
        seconds: Seconds { total: started.elapsed().as_secs_f64(), phases: seconds },
        peak_memory_bytes: peak_memory(),
        report: &outcome.report,
        model: outcome.model.without_values(),
    };
    write(&args.out, &done, &summary)?;
    let r = &outcome.report;
    let rows = [
        ("Mosaic records", r.mosaic_records),
        ("CHI records", r.chi_records),
        ("Automatic links", r.links.auto),
        ("Records with links to review", r.links.records_review),
        ("Automatic duplicates", r.duplicates.auto),
        ("Duplicates to review", r.duplicates.review),
    ];
    print!("{}", terminal::table(&rows.map(|(what, n)| vec![what.to_owned(), words::number(n)])));
    print!("{}", terminal::table(&estimated(r)));
    print!("{}", terminal::table(&not_believed(r)));
    for (path, tally) in [(&args.mosaic, &tallies[0]), (&args.chi, &tallies[1])] {
        print!("{}", terminal::table(&noticed(path, tally)));
    }
    println!("Written to {}", args.out.display());
    for ((path, kind, written), tally) in args.extracts().into_iter().zip(tallies) {
        if args.rejected {
            write_rejected(path, kind, written, &args.out)?;
        } else if tally.rejected > 0 {
            let rows = words::counted(tally.rejected, "row", "rows");
            println!("{rows} of {} turned away; --rejected writes them with their lines", file_name(path));
        }
        let plan = intake::glance_mapped(path, Some(kind), written);
        for words in plan.map(|plan| plan.mapping.overlooked()).unwrap_or_default() {
            eprintln!("stewartry: {}: {words}", file_name(path));
        }
        for it in suspicions::of_the_first(tally) {
            eprintln!("stewartry: {} looks wrong: {}. {}. {}", file_name(path), it.seen, it.may_mean, it.to_do);
        }
    }
    Ok(())
}

/// Reads an extract again for the rows that were turned away, and writes them.
fn write_rejected(path: &Path, kind: Kind, written: Option<&Path>, out: &Path) -> Result<(), LinkError> {
    let plan = intake::glance_mapped(path, Some(kind), written)?;
    let mut rejected = Vec::new();
    intake::read(&plan, &Progress::new(), &mut |verdict| {
        if let Verdict::Rejected(row) = verdict {
            rejected.push(row);
        }
        Ok(())
    })?;
    let name = if kind == Kind::Mosaic { "rejected_mosaic.csv" } else { "rejected_chi.csv" };
    intake::write_rejected(&out.join(name), plan.mapping.headings(), &rejected)?;
    println!("{} written to {name}", words::counted(rejected.len() as u64, "rejected row", "rejected rows"));
    Ok(())
}

/// What a run estimates of its errors, as a table.
pub(super) fn estimated(report: &Report) -> Vec<Vec<String>> {
    let mut rows = vec![["Errors, estimated without labels", ""].map(str::to_owned).to_vec()];
    rows.extend(estimates::of_run(report).into_iter().map(|it| vec![it.name.to_owned(), it.figure]));
    rows
}

/// The values that stood for none, as a table; empty where there are none.
pub(super) fn not_believed(report: &Report) -> Vec<Vec<String>> {
    let told = report.defaults.told();
    let heading = (!told.is_empty()).then(|| vec!["Taken as not given".to_owned(), String::new()]);
    let row = |(words, records): (String, u32)| vec![words, format!("{} records", words::number(records.into()))];
    heading.into_iter().chain(told.into_iter().map(row)).collect()
}

/// What somebody should see to in an extract, as a table; empty where there is nothing.
fn noticed(path: &Path, tally: &Tally) -> Vec<Vec<String>> {
    let rejected =
        tally.rejects.iter().map(|(why, rows)| vec![format!("Rejected: {why}"), words::number(*rows), String::new()]);
    let mut found = Noticed::counted(tally);
    found.retain(|it| !it.to_do.is_empty());
    let found = found.into_iter().map(|it| vec![it.what, words::number(it.rows), it.to_do.to_owned()]);
    let mut rows: Vec<Vec<String>> = rejected.chain(found).collect();
    if !rows.is_empty() {
        rows.insert(0, vec![format!("Noticed in {}", file_name(path)), "rows".to_owned(), "what to do".to_owned()]);
    }
    rows
}

fn file_name(path: &Path) -> String {
    path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}

/// What the work came to.
struct Done {
    mosaic: Ids,
    chi: Ids,
    outcome: Outcome,
    tallies: [Tally; 2],
    /// The records, where they are to be written as Splink compares them.
    for_splink: Option<Records>,
}

fn work(args: &LinkArgs, progress: &Progress) -> Result<Done, LinkError> {
    let threads = args.threads.map(usize::from);
    let [of_mosaic, of_chi] = args.extracts();
    let loaded = on_threads(threads, || {
        let mosaic = load(of_mosaic, Side::Mosaic, progress)?;
        Ok::<_, LinkError>((mosaic, load(of_chi, Side::Chi, progress)?))
    });
    let ((mosaic, mosaic_tally), (chi, chi_tally)) = loaded?;
    let cuts = args.cut_auto.map(|auto| Cuts { auto, review: args.cut_review });
    let options = Options { threads, cuts, ..Options::default() };
    let (mosaic_ids, chi_ids) = (mosaic.ids(), chi.ids());
    let for_splink = args.splink.then(|| (mosaic.clone(), chi.clone()));
    let outcome = linkage::link(mosaic, chi, &options, progress)?;
    let for_splink = for_splink.map(|(mosaic, chi)| Records::new(mosaic, chi));
    Ok(Done { mosaic: mosaic_ids, chi: chi_ids, outcome, tallies: [mosaic_tally, chi_tally], for_splink })
}

/// Works on as many threads as asked for, or as the machine has.
fn on_threads<T: Send>(threads: Option<usize>, work: impl FnOnce() -> T + Send) -> T {
    let pool = threads.and_then(|threads| rayon::ThreadPoolBuilder::new().num_threads(threads).build().ok());
    match pool {
        Some(pool) => pool.install(work),
        None => work(),
    }
}

impl Gather for Table {
    fn mosaic(&mut self, record: &MosaicView<'_>) {
        self.push_mosaic_view(record);
    }

    fn chi(&mut self, record: &ChiView<'_>) {
        self.push_chi_view(record);
    }
}

fn load(
    (path, kind, written): (&Path, Kind, Option<&Path>),
    side: Side,
    progress: &Progress,
) -> Result<(Table, Tally), LinkError> {
    let Gathered { parts, tally } = intake::gather_mapped(path, kind, written, progress, || Table::new(side))?;
    let table = Table::of_parts(side, parts.into_iter().map(|part| (part.gathered, part.repeated)).collect());
    if table.is_empty() {
        let why = tally.rejects.iter().max_by_key(|(_, n)| **n).map(|(why, _)| why.clone()).unwrap_or_default();
        return Err(LinkError::NothingKept { path: path.to_owned(), rows: tally.rows, why });
    }
    Ok((table, tally))
}

/// Does the work while a second thread notes how long each phase lasts, to a hundredth of a second.
fn with_clock<T>(progress: &Progress, work: impl FnOnce() -> T) -> (T, BTreeMap<&'static str, f64>) {
    const TICK: Duration = Duration::from_millis(10);
    let finished = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let clock = std::thread::Builder::new().name("phase clock".into()).spawn_scoped(scope, || {
            let mut phases: BTreeMap<&'static str, f64> = BTreeMap::new();
            let mut last = Instant::now();
            while !finished.load(Ordering::Acquire) {
                std::thread::park_timeout(TICK);
                let now = Instant::now();
                *phases.entry(progress.now().phase).or_insert(0.0) += (now - last).as_secs_f64();
                last = now;
            }
            phases
        });
        let result = work();
        finished.store(true, Ordering::Release);
        // Without a clock (no thread could be had) the summary lists no phases.
        let mut phases = clock.ok().and_then(|clock| clock.join().ok()).unwrap_or_default();
        phases.remove("");
        (result, phases)
    })
}

/// `summary.json`
#[derive(Debug, Serialize)]
struct Summary<'a> {
    version: &'a str,
    engine: &'a str,
    mosaic: Source,
    chi: Source,
    counts: Counts,
    seconds: Seconds,
    /// The most memory the process ever had; null where the system does not say.
    peak_memory_bytes: Option<u64>,
    report: &'a Report,
    /// Without the lists of common values.
    model: Model,
}

/// An extract and what became of its rows.
#[derive(Debug, Serialize)]
struct Source {
    file: String,
    #[serde(flatten)]
    tally: Tally,
}

impl Source {
    fn of(path: &Path, tally: &Tally) -> Self {
        Self { file: file_name(path), tally: tally.clone() }
    }
}

#[derive(Debug, Serialize)]
struct Counts {
    mosaic_records: u64,
    chi_records: u64,
    candidate_pairs: u64,
    links: u64,
    links_auto: u64,
    links_review: u64,
    links_low: u64,
    duplicates: u64,
    duplicates_auto: u64,
    duplicates_review: u64,
    duplicates_low: u64,
}

impl Counts {
    fn of(outcome: &Outcome) -> Self {
        let Report { mosaic_records, chi_records, links, duplicates, .. } = &outcome.report;
        Self {
            mosaic_records: *mosaic_records,
            chi_records: *chi_records,
            candidate_pairs: links.candidates + duplicates.candidates,
            links: links.kept,
            links_auto: links.auto,
            links_review: links.review,
            links_low: links.low,
            duplicates: duplicates.kept,
            duplicates_auto: duplicates.auto,
            duplicates_review: duplicates.review,
            duplicates_low: duplicates.low,
        }
    }
}

#[derive(Debug, Serialize)]
struct Seconds {
    total: f64,
    phases: BTreeMap<&'static str, f64>,
}

/// The process's high-water mark, where Linux tells it.
fn peak_memory() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kilobytes: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kilobytes * 1024)
}

/// Writes all files under temporary names, syncs them, and only then gives them their names.
fn write(out: &Path, done: &Done, summary: &Summary<'_>) -> Result<(), LinkError> {
    let Done { mosaic, chi, outcome, for_splink: records, .. } = done;
    let failed = |path: &Path| {
        let path = path.to_owned();
        move |source| LinkError::Write { path, source }
    };
    files::make_folder(out).map_err(failed(out))?;
    let links = file(out, |w| {
        w.write_all(b"PersonID,CHI,match_weight,match_probability,band\n")?;
        likeliest(&outcome.links).into_iter().try_for_each(|p| {
            let (id, number) = (mosaic.mosaic_id(p.left), chi.current_chi(p.right));
            row(w, format_args!("{id},{number:010}"), p)
        })
    })
    .map_err(failed(out))?;
    let duplicates = file(out, |w| {
        w.write_all(b"PersonID_l,PersonID_r,match_weight,match_probability,band\n")?;
        likeliest(&outcome.duplicates)
            .into_iter()
            .try_for_each(|p| row(w, format_args!("{},{}", mosaic.mosaic_id(p.left), mosaic.mosaic_id(p.right)), p))
    })
    .map_err(failed(out))?;
    let mut files = vec![(links, "links.csv"), (duplicates, "duplicates.csv")];
    if let Some(records) = records {
        files.extend(for_splink(out, records, outcome).map_err(failed(out))?);
    }
    files.push((file(out, |w| json(w, summary)).map_err(failed(out))?, "summary.json"));
    for (file, name) in files {
        let path = out.join(name);
        file.persist(&path).map_err(|error| LinkError::Write { path, source: error.error })?;
    }
    // The names are safe once the folder itself is synced; where a system cannot do that, it needs no help.
    let _ = files::sync_folder(out);
    Ok(())
}

fn json(w: &mut dyn Write, value: &impl Serialize) -> std::io::Result<()> {
    serde_json::to_writer_pretty(&mut *w, value)?;
    w.write_all(b"\n")
}

/// Pairs in `splink_check.csv`, of each kind.
const CHECKED: usize = 5000;

/// The files of `--splink`, not yet under their names.
fn for_splink(out: &Path, records: &Records, outcome: &Outcome) -> std::io::Result<Vec<(NamedTempFile, &'static str)>> {
    let mut files = Vec::new();
    for (side, name) in [(Side::Mosaic, "splink_mosaic.csv"), (Side::Chi, "splink_chi.csv")] {
        let file = file(out, |w| {
            let mut csv = csv::Writer::from_writer(w);
            csv.write_record(splink::COLUMNS)?;
            records.each(side, |columns| csv.write_record(columns))?;
            csv.flush()
        })?;
        files.push((file, name));
    }
    let model = &outcome.model;
    for (other, name) in [(Side::Chi, "splink_links.json"), (Side::Mosaic, "splink_duplicates.json")] {
        files.push((file(out, |w| json(w, &splink::settings(model, other)))?, name));
    }
    let check = file(out, |w| {
        let weights = Comparison::ALL.map(|c| format!("mw_{}", splink::column(c)));
        writeln!(w, "kind,unique_id_l,unique_id_r,{}", weights.join(","))?;
        for (kind, other, pairs) in
            [("link", Side::Chi, &outcome.links), ("duplicate", Side::Mosaic, &outcome.duplicates)]
        {
            for pair in pairs.iter().step_by(pairs.len().div_ceil(CHECKED).max(1)) {
                let (left, right) = (records.id(Side::Mosaic, pair.left), records.id(other, pair.right));
                let weights = records.weights(model, pair, other).map(|weight| format!("{weight:.9}"));
                writeln!(w, "{kind},{left},{right},{}", weights.join(","))?;
            }
        }
        Ok(())
    })?;
    files.push((check, "splink_check.csv"));
    Ok(files)
}

/// Pairs with the most probable first; equally probable ones stay in the order of their ids.
fn likeliest(pairs: &[ScoredPair]) -> Vec<&ScoredPair> {
    let mut ordered: Vec<&ScoredPair> = pairs.iter().collect();
    ordered.par_sort_by(|a, b| b.probability.total_cmp(&a.probability));
    ordered
}

fn row(w: &mut dyn Write, ids: std::fmt::Arguments<'_>, p: &ScoredPair) -> std::io::Result<()> {
    writeln!(w, "{ids},{:.4},{:.8},{}", p.weight, p.probability, p.band.code())
}

/// A synced temporary file in the folder.
fn file(
    out: &Path,
    fill: impl FnOnce(&mut BufWriter<&mut std::fs::File>) -> std::io::Result<()>,
) -> std::io::Result<NamedTempFile> {
    let mut file = files::unfinished(out)?;
    let mut writer = BufWriter::new(file.as_file_mut());
    fill(&mut writer)?;
    writer.flush()?;
    drop(writer);
    file.as_file().sync_all()?;
    // Temporary files are private to begin with; a result is an ordinary file.
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        file.as_file().set_permissions(std::fs::Permissions::from_mode(0o640))?;
    }
    Ok(file)
}
