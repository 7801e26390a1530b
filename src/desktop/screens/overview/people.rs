//! Whom the matching serves: the share matched, and what is expected to be wrong, by age, sex, team and area.

use eframe::egui::Ui;

use crate::desktop::theme::Tone;
use crate::desktop::widgets::chart::{self, Reference, Row};
use crate::desktop::widgets::{field, parts, text};
use crate::stewardship::fairness::{self, Dimension, FEWEST, Group};

/// Draws the groups of one dimension.
pub fn ui(ui: &mut Ui, groups: &[Group], dimension: &mut Dimension) {
    let everybody = fairness::of_all(groups);
    ui.horizontal_wrapped(|ui| {
        field::segmented(ui, "People by", dimension, &Dimension::ALL, |dimension| dimension.words().to_owned());
    });
    ui.add_space(4.0);
    let outliers: Vec<&Group> = groups.iter().filter(|group| group.differs && group.share() < everybody).collect();
    for group in outliers.iter().take(4) {
        parts::banner(ui, Tone::Warning, &fairness::sentence(group, everybody));
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
        text::small(ui, "The whiskers are 95 % limits. Groups of fewer than five people stand with others");
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
        chart::bars(ui, "wrong by group", &name, &wrong, &[], most * 1.25, fine_per_cent);
        text::small(ui, "By the engine's probabilities, whatever was looked at since; the re-checks stand beside them");
    });
}

fn row(group: &Group) -> Row {
    let [low, high] = group.limits();
    let (matched, people) = (text::number(group.matched), text::number(group.people));
    Row {
        name: group.name.clone(),
        line: String::new(),
        value: 100.0 * group.share(),
        limits: Some([100.0 * low, 100.0 * high]),
        tone: if group.differs { Tone::Warning } else { Tone::Info },
        figure: format!(
            "{:.0} % of {people}{}",
            100.0 * group.share(),
            if group.differs { ", stands out" } else { "" }
        ),
        words: format!(
            "{}: {matched} of {people} matched, {:.1} % ({:.1} % to {:.1} %){}",
            group.name,
            100.0 * group.share(),
            100.0 * low,
            100.0 * high,
            if group.differs { ", more than chance explains" } else { "" }
        ),
    }
}

fn wrong_row(group: &Group) -> Option<Row> {
    let wrong = 100.0 * group.wrong()?;
    let [all, differ] = group.rechecked;
    let rechecked = match all {
        0 => "none re-checked".to_owned(),
        all => format!("{} of {} re-checked answered otherwise", text::number(differ), text::number(all)),
    };
    Some(Row {
        name: group.name.clone(),
        line: String::new(),
        value: wrong,
        limits: None,
        tone: Tone::Neutral,
        figure: format!("{wrong:.2} %"),
        words: format!("{}: {wrong:.2} % of the matched are expected to be wrong; {rechecked}", group.name),
    })
}

fn per_cent(value: f64) -> String {
    format!("{value:.0} %")
}

fn fine_per_cent(value: f64) -> String {
    format!("{value:.2} %")
}
