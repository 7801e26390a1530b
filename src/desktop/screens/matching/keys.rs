//! What each candidate key found: nothing is dropped silently.

use eframe::egui::{Ui, vec2};

use crate::desktop::widgets::table::{Col, Table, TableState};
use crate::desktop::widgets::{parts, text};
use crate::linkage::Report;

// Wide enough for the counts of a nation
const COLUMNS: [Col; 6] = [
    Col::rest("Key", 160.0),
    Col::exact("Found", 96.0).right(),
    Col::exact("New by it", 92.0).right(),
    Col::exact("By it alone", 84.0).right(),
    Col::exact("Large blocks", 92.0).right(),
    Col::exact("Their pairs", 100.0).right(),
];

/// Draws the candidate keys of the links or of the duplicates.
pub fn keys_ui(ui: &mut Ui, report: &Report, links: bool) {
    let keys = if links { &report.link_keys } else { &report.duplicate_keys };
    if keys.is_empty() {
        return;
    }
    parts::section(ui, "Candidate keys", |_| {});
    text::small(
        ui,
        "Two records are compared when any key proposes them: the pairs each found, those new by it, and those kept that it alone found. Blocks \
         too large to follow are counted, with the pairs in them",
    );
    let height = 32.0 * keys.len() as f32 + 33.0;
    parts::table_card(ui, |ui| {
        ui.allocate_ui(vec2(ui.available_width(), height), |ui| {
            ui.set_min_height(height);
            let places: Vec<usize> = (0..keys.len()).collect();
            let mut state = TableState::default();
            let label = |place: usize| {
                let key = &keys[place];
                format!(
                    "{}: {} found, {} new by it",
                    key.name,
                    text::count(key.pairs, "pair", "pairs"),
                    text::number(key.added)
                )
            };
            Table::new("candidate keys", "Candidate keys", &COLUMNS).show(
                ui,
                &mut state,
                &places,
                label,
                |row, place| {
                    let key = &keys[place];
                    row.text(&key.name);
                    for count in [key.pairs, key.added, key.only, key.capped_blocks, key.capped_pairs] {
                        row.quiet(text::number(count));
                    }
                },
            );
        });
    });
}
