//! How the work goes: what was done by day, how old what waits is, what became of duplicates, and published figures beside it.

use eframe::egui::Ui;

use crate::desktop::theme::Tone;
use crate::desktop::widgets::chart::{self, Reference, Row, Series};
use crate::desktop::widgets::{parts, text};
use crate::release::report;
use crate::stewardship::figures::Figures;
use crate::words::days;
use crate::workspace::Status;

/// What was decided, signed and released by each day.
pub fn by_day_ui(ui: &mut Ui, figures: &Figures) {
    parts::wide_card(ui, |ui| {
        text::heading(ui, "Done by day");
        let sums = figures.cumulative();
        if sums.is_empty() {
            text::secondary(ui, "Nothing is decided yet");
            return;
        }
        let numbers: Vec<i64> = sums.iter().map(|sum| sum.day).collect();
        let series = [
            ("Answers given", Tone::Info, sums.iter().map(|sum| sum.answered as f64).collect()),
            ("Rows signed off", Tone::Positive, sums.iter().map(|sum| sum.signed as f64).collect()),
            ("Rows released", Tone::Neutral, sums.iter().map(|sum| sum.released as f64).collect()),
        ]
        .map(|(name, tone, values)| Series { name, tone, values });
        let words: Vec<String> = sums
            .iter()
            .zip(&figures.days)
            .map(|(sum, day)| {
                format!(
                    "By {}: {} answers given ({} that day), taken back or not, {} rows signed off, {} released",
                    days::words(sum.day),
                    text::number(sum.answered),
                    text::number(day.answered),
                    text::number(sum.signed),
                    text::number(sum.released)
                )
            })
            .collect();
        chart::lines(ui, "by day", "Done by day", &numbers, &series, &words);
        if let Some(done) = figures.done_by() {
            text::secondary(ui, done.words());
        }
    });
}

/// How long the pairs to review have waited.
pub fn waiting_ui(ui: &mut Ui, figures: &Figures) {
    text::heading(ui, "Pairs to review, by age");
    let most = figures.waiting.iter().copied().max().unwrap_or(0).max(1) as f64;
    let rows: Vec<Row> = figures
        .waiting_by_age()
        .map(|(name, count)| {
            let pairs = text::count(count, "pair", "pairs");
            let words = format!("{name}: {pairs} first proposed then and not decided");
            plain(name, count, Tone::Info, words)
        })
        .collect();
    chart::bars(ui, "waiting by age", "Pairs to review, by age", &rows, &[], most, whole);
}

/// What became of possible duplicates.
pub fn duplicates_ui(ui: &mut Ui, figures: &Figures) {
    text::heading(ui, "Duplicates in Mosaic");
    let of = figures.duplicates;
    let rows = [
        ("Found", of.found, Tone::Neutral, "pairs that may be one person; the next three together"),
        ("To be merged", of.merged, Tone::Positive, "pairs decided to be one person"),
        ("Two people", of.apart, Tone::Info, "pairs decided to be two people"),
        ("Open", of.open, Tone::Neutral, "pairs to decide, unsure or referred"),
        ("Blocked", of.blocked, Tone::Warning, "merges that something in Mosaic stands in the way of"),
    ]
    .map(|(name, count, tone, what)| plain(name, count, tone, format!("{name}: {} {what}", text::number(count))));
    let most = rows.iter().map(|row| row.value).fold(1.0, f64::max);
    chart::bars(ui, "duplicates", "Duplicates in Mosaic", &rows, &[], most, whole);
}

/// This work's share beside the published ones.
pub fn published_ui(ui: &mut Ui, status: &Status) {
    let own = if status.mosaic == 0 { 0.0 } else { 100.0 * status.people_matched as f64 / status.mosaic as f64 };
    let share = text::percent(status.people_matched, status.mosaic);
    parts::wide_card(ui, |ui| {
        text::heading(ui, "Beside published figures");
        let row = Row {
            name: "This work".to_owned(),
            line: "People with a live match".to_owned(),
            value: own,
            figure: share.clone(),
            words: format!(
                "This work: {share}, {} of {} people have a live match to a CHI number",
                text::number(status.people_matched),
                text::number(status.mosaic)
            ),
            ..Row::default()
        };
        let references: Vec<Reference> = report::BENCHMARKS
            .iter()
            .map(|(name, at, source)| Reference { at: *at, words: format!("{name} ({source})") })
            .collect();
        chart::bars(ui, "published", "Share matched beside published figures", &[row], &references, 100.0, per_cent);
    });
}

fn plain(name: &str, count: u64, tone: Tone, words: String) -> Row {
    Row { name: name.to_owned(), value: count as f64, tone, figure: text::number(count), words, ..Row::default() }
}

fn whole(value: f64) -> String {
    if value.fract() == 0.0 { text::number(value.max(0.0) as u64) } else { String::new() }
}

fn per_cent(value: f64) -> String {
    let shown = format!("{value:.1}");
    format!("{} %", shown.trim_end_matches(".0"))
}
