//! From a key to the next pair, as Review goes about it: the answer on the disk, the figures and the names of undo read again,
//! the next pair with everything around it, and the rows of the list that are on the screen.

use std::path::Path;
use std::time::{Duration, Instant};

use stewartry::desktop::command::Command;
use stewartry::desktop::out::Out;
use stewartry::desktop::screens::pair::Desk;
use stewartry::desktop::session::Session;
use stewartry::pair::PairKind;
use stewartry::stewardship::undo;
use stewartry::workspace::Workspace;

use crate::program::{NAME, PASSPHRASE};

/// How many answers are given.
const ANSWERS: usize = 200;

/// How many rows of the list are on a tall screen.
const ROWS: usize = 20;

/// Gives answers, *Match* where nothing speaks against it, and takes them back afterwards.
pub fn next_pair(home: &Path) {
    let begun = Instant::now();
    let mut session = Session::new(Workspace::open(home, NAME, PASSPHRASE).expect("a workspace of these benches"));
    let opened = begun.elapsed();
    let (mut out, mut desk) = (Out::default(), Desk::new(PairKind::Link));
    let begun = Instant::now();
    desk.ensure(&session, &mut out);
    println!("the window: opened in {:.2} s; Review is there in {:.0} ms", opened.as_secs_f64(), ms(begun.elapsed()));
    let ids = session.ws().queue(&desk.queue.filter).expect("a queue");
    let mut took: Vec<Duration> = Vec::new();
    let mut parts = [Duration::ZERO; 4];
    while took.len() < ANSWERS.min(ids.len()) && desk.queue.left() > 0 {
        let left = desk.queue.left();
        let command = if took.len().is_multiple_of(2) { Command::Match } else { Command::NotMatch };
        let begun = Instant::now();
        desk.command(command, None, &mut session, &mut out);
        if desk.queue.left() == left {
            // It asks for a reason: the other answer needs none
            desk.answering.cancel();
            desk.command(Command::NotMatch, None, &mut session, &mut out);
        }
        parts[0] += begun.elapsed();
        session.refresh(&mut out);
        parts[1] += begun.elapsed();
        desk.touched(&session);
        desk.ensure(&session, &mut out);
        parts[2] += begun.elapsed();
        for id in ids.iter().skip(took.len()).take(ROWS) {
            let pair = session.ws().pair(*id).expect("a pair").expect("a pair");
            let first = pair.key.mosaic_ids().next().expect("a person").clone();
            session.ws().mosaic(&first).expect("a record");
        }
        parts[3] += begun.elapsed();
        took.push(begun.elapsed());
    }
    if took.is_empty() {
        println!("next pair: skipped, for no pair waits");
        return;
    }
    let answers = took.len();
    took.sort_unstable();
    let at = |share: usize| ms(took[(answers - 1) * share / 100]);
    println!(
        "next pair, of {answers}: median {:.1} ms, 95 % within {:.1} ms, longest {:.1} ms",
        at(50),
        at(95),
        at(100)
    );
    let mean = |until: usize| ms(parts[until]) / answers as f64;
    println!(
        "  on average the answer {:.1} ms, figures {:.1} ms, the pair {:.1} ms, the list {:.1} ms",
        mean(0),
        mean(1) - mean(0),
        mean(2) - mean(1),
        mean(3) - mean(2)
    );
    let begun = Instant::now();
    for _ in 0..answers {
        let ws = session.to_change(&mut out).expect("nothing else is running");
        undo::undo(ws).expect("an answer can be taken back");
    }
    println!("undo: {:.1} ms each", ms(begun.elapsed()) / answers as f64);
}

fn ms(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}
