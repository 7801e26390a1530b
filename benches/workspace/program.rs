//! The workspace that is measured, made by the program itself, a process for each step.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use stewartry::pair::{Band, Hazards, Origin, PairKey};
use stewartry::person::{Chi, MosaicId};
use stewartry::workspace::{NewPair, Workspace};

/// Who works there.
pub const NAME: &str = "Ailsa Craig";

/// The folder of the workspace, in the folder where it stays.
const NAMED: &str = "Bench.stewartry";

/// By what words.
pub const PASSPHRASE: &str = "a passphrase for benches";

/// A workspace, and the extracts it is made of.
pub struct Region {
    /// The workspace's folder.
    pub home: PathBuf,
    extracts: PathBuf,
    /// Extracts that differ a little from those.
    changed: PathBuf,
}

impl Region {
    /// Whether it stands in a folder.
    pub fn stands(kept: &Path) -> bool {
        kept.join(NAMED).exists()
    }

    /// Makes it in a folder, unless it stands there.
    pub fn made(kept: &Path) -> Self {
        let demonstration = || Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/demo");
        let extracts = std::env::var_os("STEWARTRY_EXTRACTS").map_or_else(demonstration, PathBuf::from);
        let region = Self { home: kept.join(NAMED), extracts, changed: kept.join("changed") };
        if !region.home.exists() {
            region.run("new", "new", &[]);
            region.run("load, Mosaic first", "load", &[&region.extract("mosaic.csv")]);
            region.run("load, CHI first", "load", &[&region.extract("chi.csv")]);
            region.run("match", "match", &[]);
            region.fill_up();
        }
        region
    }

    /// Each extract once more as it is, then with one row in fifty changed, and back.
    pub fn refresh(&self) {
        self.run("status", "status", &[]);
        std::fs::create_dir_all(&self.changed).expect("a folder for changed extracts");
        for (name, title) in [("mosaic.csv", "Mosaic"), ("chi.csv", "CHI")] {
            let changed = self.changed.join(name);
            if !changed.exists() {
                change(&self.extracts.join(name), &changed);
            }
            self.run(&format!("refresh, {title}, the same"), "load", &[&self.extract(name), "--again"]);
            let changed = changed.to_string_lossy().into_owned();
            self.run(&format!("refresh, {title}, 2 % changed"), "load", &[&changed, "--again"]);
            let back = [self.extract(name), "--again".to_owned(), "--in-spite".to_owned()];
            self.run(&format!("refresh, {title}, and back"), "load", &back.each_ref().map(String::as_str));
        }
        self.run("match again", "match", &["--again"]);
        self.fill_up();
    }

    fn extract(&self, name: &str) -> String {
        self.extracts.join(name).to_string_lossy().into_owned()
    }

    /// Runs a verb in a process of its own, and prints how long it took and what it held.
    fn run(&self, title: &str, verb: &str, rest: &[&str]) {
        let begun = Instant::now();
        let mut child = Command::new(env!("CARGO_BIN_EXE_stewartry"))
            .arg(verb)
            .arg(&self.home)
            .args(["--as", NAME])
            .args(rest)
            .env("STEWARTRY_PASSPHRASE", PASSPHRASE)
            .stdout(Stdio::null())
            .spawn()
            .expect("the program");
        let mut peak = None;
        let status = loop {
            peak = held(child.id()).or(peak);
            match child.try_wait().expect("a child of one's own") {
                Some(status) => break status,
                None => std::thread::sleep(Duration::from_millis(20)),
            }
        };
        let peak = peak.map_or_else(|| "memory not measured".to_owned(), |peak| format!("{peak:>5} MiB"));
        println!("{title:<28} {:>7.1} s  {peak}", begun.elapsed().as_secs_f64());
        assert!(status.success(), "{title} failed");
    }

    /// Adds unlikely pairs of the engine's until there are as many as wanted.
    fn fill_up(&self) {
        let wanted = std::env::var("STEWARTRY_PAIRS").ok().and_then(|it| it.parse().ok()).unwrap_or(20_000_u64);
        let mut ws = Workspace::open(&self.home, NAME, PASSPHRASE).expect("a workspace of these benches");
        let status = ws.status().expect("figures");
        let held: u64 = status.links.iter().chain(&status.duplicates).sum();
        let run = ws.latest_run().expect("runs").map(|run| run.id);
        let (mut people, mut numbers): (Vec<MosaicId>, Vec<Chi>) = (Vec::new(), Vec::new());
        ws.each_mosaic(|record| {
            people.push(record.id);
            Ok(())
        })
        .expect("sound records");
        ws.each_chi(|record| {
            numbers.push(record.chi);
            Ok(())
        })
        .expect("sound records");
        let begun = Instant::now();
        let more = wanted.saturating_sub(held) as usize;
        ws.apply(vec![], |tx| {
            for n in 0..more {
                // Far apart, and another number for each of a person's
                let chi = numbers[(n.wrapping_mul(7_919) + n / people.len()) % numbers.len()];
                let key = PairKey::link(people[n % people.len()].clone(), chi);
                if tx.pair_of(&key)?.is_some() {
                    continue;
                }
                let weight = -4.0 - (n % 300) as f64 / 20.0;
                tx.put_pair(NewPair {
                    key,
                    weight,
                    probability: weight.exp2() / (1.0 + weight.exp2()),
                    band: Band::Low,
                    hazards: Hazards::empty(),
                    pattern: 0,
                    keys: 1,
                    margin: None,
                    best: false,
                    origin: Origin::Engine,
                    run,
                })?;
            }
            Ok(())
        })
        .expect("pairs that can be held");
        println!("{held} pairs, and {more} unlikely ones in {:.1} s", begun.elapsed().as_secs_f64());
    }
}

/// The most memory that a process has held so far, in MiB; `None` where the system does not say.
fn held(process: u32) -> Option<u64> {
    mebibytes(&process.to_string(), "VmHWM:")
}

/// The memory that this process holds now, in MiB; 0 where the system does not say.
pub fn resident() -> u64 {
    mebibytes("self", "VmRSS:").unwrap_or(0)
}

fn mebibytes(process: &str, what: &str) -> Option<u64> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix(what))?;
    Some(line.trim().trim_end_matches(" kB").trim().parse::<u64>().ok()?.div_ceil(1024))
}

/// The same extract, in which one row in fifty has another surname.
fn change(from: &Path, to: &Path) {
    let mut reader = csv::Reader::from_path(from).expect("an extract");
    let headings = reader.headers().expect("headings").clone();
    let surname = headings.iter().position(|it| it.eq_ignore_ascii_case("surname")).expect("a surname");
    let mut writer = csv::Writer::from_path(to).expect("a file");
    writer.write_record(&headings).expect("a row");
    for (n, row) in reader.records().enumerate() {
        let row = row.expect("a row");
        let changed =
            |(at, cell): (usize, &str)| if at == surname && n % 50 == 0 { format!("{cell}son") } else { cell.into() };
        writer.write_record(row.iter().enumerate().map(changed)).expect("a row");
    }
    writer.flush().expect("a file");
}
