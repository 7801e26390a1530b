//! Progress on a terminal, tables, numbers; and what happens when nobody reads them.

use std::io::IsTerminal;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

use crate::progress::Progress;

/// What `println!` says before the reason, where standard output takes no more.
const UNPRINTED: &str = "failed printing to stdout: ";

/// What a panic says. When what is printed can no longer be written, `println!` panics: whoever reads may stop (`| head`), and
/// hears nothing of it; a full disk is told in one line. The exit status is 1 either way, as not everything was said.
///
/// Any other is a fault of the program. Its place is told, and not its words, which may quote what the program was at; whoever
/// looks for it sets `RUST_BACKTRACE`, with people who were invented.
pub fn say_little_of_panics() {
    let usual = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        let Some(why) = panic.payload_as_str().and_then(|said| said.strip_prefix(UNPRINTED)) else {
            if std::env::var_os("RUST_BACKTRACE").is_some_and(|asked| asked != "0") {
                return usual(panic);
            }
            let place = panic.location().map(|at| format!("{}:{}", at.file(), at.line())).unwrap_or_default();
            eprintln!(
                "stewartry {}: a fault in the program, at {place}. What it said was saved is saved. Report this line: it names nobody",
                env!("CARGO_PKG_VERSION")
            );
            return;
        };
        let closed = [" 32)", " 109)", " 232)"].iter().any(|number| why.ends_with(&format!("(os error{number}")));
        if !closed {
            eprintln!("stewartry: what it says cannot be written: {why}");
        }
        std::process::exit(1);
    }));
}

/// Does long work, showing where it is while standard error is a terminal.
pub fn with_progress<T>(work: impl FnOnce(&Progress) -> T) -> T {
    let progress = Progress::new();
    if !std::io::stderr().is_terminal() {
        return work(&progress);
    }
    let finished = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let watcher = std::thread::Builder::new().name("terminal progress".into()).spawn_scoped(scope, || {
            let bar = ProgressBar::new(0);
            while !finished.load(Ordering::Acquire) {
                show(&bar, &progress);
                std::thread::park_timeout(Duration::from_millis(100));
            }
            bar.finish_and_clear();
        });
        let result = work(&progress);
        finished.store(true, Ordering::Release);
        // Without a watcher (no thread could be had) the work is done all the same, unseen.
        if let Ok(watcher) = watcher {
            watcher.thread().unpark();
        }
        result
    })
}

fn show(bar: &ProgressBar, progress: &Progress) {
    let now = progress.now();
    let template =
        if now.total > 0 { "{msg:24} {wide_bar} {percent:>3} %  {eta} left" } else { "{msg:24} {spinner} {human_pos}" };
    if let Ok(style) = ProgressStyle::with_template(template) {
        bar.set_style(style);
    }
    bar.set_message(now.phase);
    bar.set_length(now.total);
    bar.set_position(now.done);
}

/// A table of text, two spaces between its columns: numbers to the right, words and the first column to the left.
pub fn table(rows: &[Vec<String>]) -> String {
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let cells = |column: usize| rows.iter().filter_map(move |row| row.get(column));
    let widths: Vec<usize> =
        (0..columns).map(|column| cells(column).map(|cell| cell.chars().count()).max().unwrap_or(0)).collect();
    // What stands below the first row decides, which may be one of headings
    let is_numbers = |column: usize| {
        let mut below = cells(column).skip(usize::from(rows.len() > 1)).filter(|cell| !cell.is_empty()).peekable();
        column > 0 && below.peek().is_some() && below.all(|cell| is_number(cell))
    };
    let numbers: Vec<bool> = (0..columns).map(is_numbers).collect();
    let mut text = String::new();
    for row in rows {
        let mut line = String::new();
        for (column, cell) in row.iter().enumerate() {
            let (gap, width) = (if column == 0 { "" } else { "  " }, widths[column]);
            line.push_str(gap);
            line.push_str(&if numbers[column] { format!("{cell:>width$}") } else { format!("{cell:<width$}") });
        }
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}

/// Whether a cell is a number, which may be of a unit or only a bound: `1,204`, `0 of 5`, `above 99.99 %`.
fn is_number(cell: &str) -> bool {
    let bound = ["above ", "below "].into_iter().find_map(|word| cell.strip_prefix(word));
    bound.unwrap_or(cell).trim_start_matches(['-', '+', '\u{2212}', '<', '>']).starts_with(|c: char| c.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_a_table_stand_under_each_other_and_words_begin_together() {
        let rows = vec![vec!["Links".to_owned(), "12".to_owned()], vec!["Duplicates".to_owned(), "3".to_owned()]];
        assert_eq!(table(&rows), "Links       12\nDuplicates   3\n");
        let row = |cells: [&str; 3]| cells.map(str::to_owned).to_vec();
        let rows =
            vec![row(["Class", "of", "what"]), row(["L2", "above 9 %", "Same name"]), row(["D10", "3 %", "Same"])];
        assert_eq!(table(&rows), "Class         of  what\nL2     above 9 %  Same name\nD10          3 %  Same\n");
    }
}
