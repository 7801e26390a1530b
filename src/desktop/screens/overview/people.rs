//! Whom the matching serves: the share matched, what is expected to be wrong, and what a second person answered otherwise, by age,
//! sex, team and area.

use eframe::egui::Ui;

use crate::desktop::theme::Tone;
use crate::desktop::widgets::chart::{self, Reference, Row};
use crate::desktop::widgets::{field, parts, text};
use crate::stewardship::fairness::{self, Dimension, FEWEST, Group, Rechecked};

/// Draws the groups of one dimension.
pub fn ui(ui: &mut Ui, groups: &[Group], dimension: &mut Dimension) {
    let everybody = fairness::of_all(groups);
    ui.horizontal_wrapped(|ui| {
        field::segmented(ui, "People by", dimension, &Dimension::ALL, |dimension| dimension.words().to_owned());
    });
    ui.add_space(4.0);
    let outliers: Vec<&Group> = groups.iter().filter(|group| group.differs && group.less).collect();
    for group in outliers.iter().take(4) {
        parts::banner(ui, Tone::Warning, &fairness::sentence(group));
    }
    if everybody == 0.0 {
        parts::banner(ui, Tone::Info, "Nobody is matched yet: the figures come with the first decisions");
    } else if outliers.is_empty() {
        parts::banner(ui, Tone::Positive, "No group is matched less often than chance explains");
    }
    ui.add_space(4.0);
    let of: Vec<&Group> = groups.iter().filter(|group| group.dimension == *dimension).collect();
    if of.is_empty() {
        text::secondary(ui, format!("Nobody can be shown: no group has {FEWEST} people"));
        return;
    }
    parts::wide_card(ui, |ui| {
        text::heading(ui, "Matched to a CHI number");
        let rows: Vec<Row> = of.iter().map(|group| row(group)).collect();
        let reference = Reference { at: 100.0 * everybody, words: "of everybody".to_owned() };
        let name = format!("Matched by {}", dimension.words().to_lowercase());
        chart::bars(ui, "matched by group", &name, &rows, &[reference], 100.0, per_cent);
        text::small(
            ui,
            "The whiskers are 95 % limits. Groups of fewer than five people stand with others, and counts below five are withheld",
        );
    });
    let wrong: Vec<Row> = of.iter().filter_map(|group| wrong_row(group)).collect();
    if wrong.is_empty() {
        return;
    }
    ui.add_space(8.0);
    parts::wide_card(ui, |ui| {
        text::heading(ui, "Matches expected to be wrong");
        let most = wrong.iter().map(|row| row.value).fold(0.5, f64::max);
        let name = format!("Expected wrong by {}", dimension.words().to_lowercase());
        chart::bars(ui, "wrong by group", &name, &wrong, &[], most, fine_per_cent);
        text::small(ui, "By the engine's probabilities, whatever was looked at since");
    });
    let rechecked: Vec<Row> = of.iter().filter_map(|group| rechecked_row(group)).collect();
    if rechecked.is_empty() {
        return;
    }
    ui.add_space(8.0);
    parts::wide_card(ui, |ui| {
        text::heading(ui, "Matches re-checked and answered otherwise");
        let high = |row: &Row| row.limits.map_or(row.value, |limits| limits[1]);
        let most = rechecked.iter().map(high).fold(1.0, f64::max).min(100.0);
        let name = format!("Answered otherwise by {}", dimension.words().to_lowercase());
        chart::bars(ui, "rechecked by group", &name, &rechecked, &[], most, per_cent);
        text::small(
            ui,
            "By a second person who did not see the first answer; controls, which were no matches, are not among them. The whiskers are 95 % limits",
        );
    });
}

fn row(group: &Group) -> Row {
    let people = text::number(group.people);
    let tone = if group.differs { Tone::Warning } else { Tone::Info };
    let bare = Row { name: group.name.clone(), tone, ..Row::default() };
    let stands_out = if group.differs { ", stands out" } else { "" };
    let less = if group.less { "less" } else { "more" };
    let beyond = if group.differs { format!(", {less} than chance explains") } else { String::new() };
    let (Some(matched), Some(share), Some([low, high])) = (group.matched, group.share(), group.limits()) else {
        return Row {
            figure: format!("withheld, of {people}{stands_out}"),
            words: format!(
                "{}, {people} people: withheld, because fewer than five are matched or are not, here or in a group that would \
                 follow from it{beyond}",
                group.name
            ),
            ..bare
        };
    };
    Row {
        value: 100.0 * share,
        limits: Some([100.0 * low, 100.0 * high]),
        figure: format!("{:.0} % of {people}{stands_out}", 100.0 * share),
        words: format!(
            "{}: {} of {people} matched, {:.1} % ({:.1} % to {:.1} %){beyond}",
            group.name,
            text::number(matched),
            100.0 * share,
            100.0 * low,
            100.0 * high,
        ),
        ..bare
    }
}

fn wrong_row(group: &Group) -> Option<Row> {
    let wrong = 100.0 * group.wrong?;
    Some(Row {
        name: group.name.clone(),
        value: wrong,
        tone: Tone::Neutral,
        figure: format!("{wrong:.2} %"),
        words: format!("{}: {wrong:.2} % of the matched are expected to be wrong", group.name),
        ..Row::default()
    })
}

fn rechecked_row(group: &Group) -> Option<Row> {
    let [low, high] = group.rechecked.limits()?.map(|limit| 100.0 * limit);
    let value = if let Rechecked::Of(of, otherwise) = group.rechecked { otherwise as f64 / of as f64 } else { 0.0 };
    Some(Row {
        name: group.name.clone(),
        value: 100.0 * value,
        limits: Some([low, high]),
        tone: Tone::Neutral,
        figure: format!("at most {high:.0} %"),
        words: format!("{}: {}, {low:.1} % to {high:.1} %", group.name, group.rechecked.words()),
        ..Row::default()
    })
}

fn per_cent(value: f64) -> String {
    format!("{value:.0} %")
}

fn fine_per_cent(value: f64) -> String {
    format!("{value:.2} %")
}
