//! How the window itself feels on the workspace of `benches/workspace.rs`: from its folder to a screen that can be used, from a
//! key to the next pair laid out and ready to paint (the answer on the disk included), facets counted, and what an idle window
//! costs.
//!
//! `STEWARTRY_EXTRACTS`, `STEWARTRY_KEEP` and `STEWARTRY_PAIRS` are as there: run that bench first, and this one has its
//! workspace. Frames run in the test harness of the window's library, with everything but the graphics card. The idle window is
//! the program itself, on the display that `DISPLAY` names; without one it is left out.

#[path = "workspace/program.rs"]
#[allow(dead_code)]
mod program;

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use eframe::egui::{Key, Modifiers};
use egui_kittest::Harness;
use stewartry::desktop::{App, Settings, Start};
use stewartry::pair::PairKind;
use stewartry::workspace::{QueueFilter, Workspace};

use crate::program::{NAME, PASSPHRASE, Region};

/// How many answers are given.
const ANSWERS: usize = 100;

fn main() {
    let folder = tempfile::tempdir().expect("a folder for the workspace");
    let kept = std::env::var_os("STEWARTRY_KEEP").map_or_else(|| folder.path().to_owned(), PathBuf::from);
    let region = Region::made(&kept);
    facets(&region.home);
    answers(&region.home);
    idle(folder.path());
}

/// How long the facets take that stand beside a pair.
fn facets(home: &Path) {
    let ws = Workspace::open(home, NAME, PASSPHRASE).expect("a workspace of these benches");
    for (name, bands) in [("the review band", QueueFilter::start(PairKind::Link).bands), ("every band", Vec::new())] {
        let filter = QueueFilter { bands, ..QueueFilter::start(PairKind::Link) };
        let mut took: Vec<Duration> = (0..5)
            .map(|_| {
                let begun = Instant::now();
                ws.facets(&filter).expect("facets");
                begun.elapsed()
            })
            .collect();
        took.sort_unstable();
        println!("facets of {name}: {:.0} ms", ms(took[2]));
    }
}

/// Opens the window, answers pair after pair by its keys, and takes the answers back.
fn answers(home: &Path) {
    let begun = Instant::now();
    let workspace = Workspace::open(home, NAME, PASSPHRASE).expect("a workspace of these benches");
    let opened = begun.elapsed();
    let mut window = Harness::builder().with_size([1280.0, 800.0]).with_max_steps(64).build_eframe(move |context| {
        let start = Start { signed_in: Some(workspace), ..Start::default() };
        App::new(&context.egui_ctx, Settings::default(), start)
    });
    window.step();
    println!("start: open {:.2} s, with the first screen {:.2} s", opened.as_secs_f64(), begun.elapsed().as_secs_f64());
    let ctrl = Modifiers { ctrl: true, command: true, ..Modifiers::NONE };
    let begun = Instant::now();
    window.key_press_modifiers(ctrl, Key::Num4);
    window.step();
    window.step();
    println!("Review is there in {:.0} ms", ms(begun.elapsed()));
    let left = |window: &Harness<'_, App>| window.state().session().map_or(0, |session| session.status().decided_today);
    let before = left(&window);
    let mut took = Vec::new();
    for _ in 0..ANSWERS {
        let begun = Instant::now();
        window.key_press(Key::N);
        // The frame that takes the key, and the one that shows the next pair
        window.step();
        window.step();
        took.push(begun.elapsed());
    }
    let given = left(&window) - before;
    took.sort_unstable();
    let at = |share: usize| ms(took[(took.len() - 1) * share / 100]);
    println!(
        "key to the next pair, {given} answers of {ANSWERS} keys, two frames each: median {:.1} ms, 95 % within {:.1} ms, \
         longest {:.1} ms",
        at(50),
        at(95),
        at(100)
    );
    for _ in 0..given {
        window.key_press_modifiers(ctrl, Key::Z);
        window.step();
    }
}

/// What the window costs while nobody does anything.
fn idle(folder: &Path) {
    if std::env::var_os("DISPLAY").is_none() {
        println!("idle: left out, for there is no display");
        return;
    }
    let mut program = Command::new(env!("CARGO_BIN_EXE_stewartry"));
    program.args(["demo", "--at"]).arg(folder.join("idle")).stdout(Stdio::null()).stderr(Stdio::null());
    let mut child = program.spawn().expect("the program");
    std::thread::sleep(Duration::from_secs(20));
    let before = processor(child.id());
    std::thread::sleep(Duration::from_secs(10));
    match before.zip(processor(child.id())) {
        Some((before, after)) => println!("idle: {} ms of processor time in 10 s", after - before),
        None => println!("idle: left out, for the system does not say what a process uses"),
    }
    let _ = child.kill();
    let _ = child.wait();
}

/// Milliseconds of processor time that a process has used, as Linux tells it.
fn processor(id: u32) -> Option<u64> {
    let stat = std::fs::read_to_string(format!("/proc/{id}/stat")).ok()?;
    let fields: Vec<&str> = stat.rsplit_once(')')?.1.split_whitespace().collect();
    let ticks = fields.get(11)?.parse::<u64>().ok()? + fields.get(12)?.parse::<u64>().ok()?;
    Some(ticks * 10)
}

fn ms(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}
