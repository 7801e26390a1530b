//! How many links may be wrong: what the engine estimates, and what people found.

use eframe::egui::{Align, Layout, Ui, vec2};

use crate::desktop::theme::space;
use crate::desktop::widgets::table::{Col, Table, TableState};
use crate::desktop::widgets::{parts, text};
use crate::linkage::{Report, estimates};
use crate::pair::PairKind;
use crate::stewardship::measured::Measured;

const COLUMNS: [Col; 4] = [
    Col::rest("Decided one by one", 140.0),
    Col::exact("Match", 64.0).right(),
    Col::exact("Not a match", 100.0).right(),
    Col::exact("Match, with 95 % limits", 180.0).right(),
];

/// A line with a figure at its end.
pub fn row(ui: &mut Ui, name: &str, figure: &str) {
    ui.horizontal(|ui| {
        text::body(ui, name);
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| text::strong(ui, figure));
    });
}

/// Draws the estimates, each with what it means, and what was decided of each band.
pub fn errors_ui(ui: &mut Ui, report: &Report, measured: Option<&[Measured]>) {
    parts::section(ui, "How many may be wrong", |_| {});
    text::small(ui, "Estimates that rest on different things, to be held against each other");
    parts::wide_card(ui, |ui| {
        for (place, estimate) in estimates::of_run(report).iter().enumerate() {
            if place > 0 {
                parts::rule(ui);
            }
            row(ui, estimate.name, &estimate.figure);
            text::small(ui, &estimate.meaning);
        }
    });
    ui.add_space(space().s);
    let Some(measured) = measured else {
        text::small(ui, "Counting what was decided one by one…");
        return;
    };
    if measured.is_empty() {
        text::small(ui, "What people decide one by one is counted here, band by band");
        return;
    }
    let height = 32.0 * measured.len() as f32 + 33.0;
    parts::table_card(ui, |ui| {
        ui.allocate_ui(vec2(ui.available_width(), height), |ui| {
            ui.set_min_height(height);
            let places: Vec<usize> = (0..measured.len()).collect();
            let mut state = TableState::default();
            let name = |it: &Measured| {
                let kind = if it.kind == PairKind::Link { "Links" } else { "Duplicates" };
                format!("{kind}: {}", it.words())
            };
            let label = |place: usize| {
                let it = &measured[place];
                format!("{}, {} match and {} not, {}", name(it), it.matches, it.not, it.share_words())
            };
            let table = Table::new("decided by band", "Decided one by one, by band", &COLUMNS);
            table.show(ui, &mut state, &places, label, |row, place| {
                let it = &measured[place];
                row.text(name(it));
                row.quiet(text::number(it.matches));
                row.quiet(text::number(it.not));
                row.text(it.share_words());
            });
        });
    });
    text::small(
        ui,
        "Pairs accepted with their whole band are not counted. The true share lies within the limits 19 times in 20",
    );
}
