//! What decisions would teach the model, shown before it is done.

use eframe::egui::{self, Ui};

use super::errors;
use crate::desktop::widgets::dialog::{Answer, Dialog, foot};
use crate::desktop::widgets::{Button, parts, text};
use crate::linkage::estimates::few;
use crate::pair::{Band, PairKind};
use crate::stewardship::learn::Preview;
use crate::workspace::Status;

/// Weights shown.
const SHOWN: usize = 6;
const NAME: &str = "learn from decisions";

/// Whether anything was decided to learn from.
pub fn can(status: &Status) -> bool {
    [status.link_answers, status.duplicate_answers].iter().any(|answers| answers[0] + answers[1] > 0)
}

/// Asks whether to match anew with what decisions teach.
pub fn ask(ctx: &egui::Context, preview: &Preview, free: bool) -> Option<Answer> {
    let shown = Dialog::new(NAME, "Learn from decisions?").width(560.0).show(ctx, |ui, first| {
        preview_ui(ui, preview);
        foot(ui, |ui| {
            let go = ui.add(Button::new("Match with what was learned").primary().enabled(free));
            if first {
                go.request_focus();
            }
            if go.clicked() {
                return Some(Answer::Yes);
            }
            ui.add(Button::new("Leave it as it is")).clicked().then_some(Answer::No)
        })
    });
    let answer = shown.inner.or(shown.left.then_some(Answer::No));
    if answer.is_some() {
        Dialog::closed(ctx, NAME);
    }
    answer
}

fn preview_ui(ui: &mut Ui, preview: &Preview) {
    let learned = preview.learned;
    text::secondary(
        ui,
        format!(
            "{} teach the model how pairs of one person and of two differ here. A few move it a little; hundreds more.",
            text::count(learned.decisions(), "decision would", "decisions would")
        ),
    );
    errors::row(ui, "Pairs that would change band", &text::number(preview.changes()));
    for (what, moves) in [("Links", &preview.links), ("Duplicates", &preview.duplicates)] {
        for (place, band) in Band::ALL.into_iter().enumerate().take(2) {
            let now: u64 = moves[place].iter().sum();
            let then: u64 = moves.iter().map(|row| row[place]).sum();
            let name = format!("{what}, {}", band.words().to_lowercase());
            errors::row(ui, &name, &format!("{} → {}", text::number(now), text::number(then)));
        }
    }
    let [now, then] = preview.expected_wrong.map(few);
    errors::row(ui, "Wrong, expected in automatic", &format!("{now} → {then}"));
    if preview.moved.is_empty() {
        text::small(ui, "No weight would move by a tenth of a bit: the decisions are what the model expected");
        return;
    }
    parts::rule(ui);
    text::small(ui, "Weights that would move most, in bits");
    for it in preview.moved.iter().take(SHOWN) {
        let kind = if it.kind == PairKind::Link { "Links" } else { "Duplicates" };
        let name = format!("{kind}, {}: {}", it.comparison.to_lowercase(), it.level.to_lowercase());
        let figure = format!("{:+.1} → {:+.1}", it.before, it.after).replace('-', "−");
        errors::row(ui, &name, &figure);
    }
}
