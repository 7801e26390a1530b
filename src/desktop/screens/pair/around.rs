//! What stands around the two records: warnings above them; below them their findings and sources, the other candidates,
//! and what was decided before.

use eframe::egui::{
    Align, Frame, Layout, Margin, Rect, Role, Sense, Stroke, Ui, UiBuilder, Vec2, WidgetInfo, pos2, vec2,
};

use super::frame::is_low;
use super::shown::{Other, Shown};
use crate::desktop::command::Command;
use crate::desktop::theme::{Tone, Type, palette, tokens};
use crate::desktop::widgets::button::focus_ring;
use crate::desktop::widgets::compare::{Line, compare_ui};
use crate::desktop::widgets::{Chip, Icon, chip, key_caps, parts, text};
use crate::pair::Hazards;
use crate::stewardship::{Warning, WarningKind};

/// How loud a warning is.
fn tone_of(kind: WarningKind, second_key: bool) -> Tone {
    match kind {
        WarningKind::Hazard(flag) if flag.intersects(Hazards::DELETED | Hazards::SEEDED_DISAGREES) => Tone::Danger,
        WarningKind::DifferentChis | WarningKind::Relationship | WarningKind::Recalled | WarningKind::TwoPeople => {
            Tone::Danger
        }
        _ if second_key => Tone::Warning,
        _ => Tone::Info,
    }
}

/// That it came back, and what to beware of: each names itself and says what to look at. The loud ones stand in lines of their
/// own, the rest are chips.
pub fn warnings_ui(ui: &mut Ui, shown: &Shown) {
    let Shown { returned, in_the_way, warnings, .. } = shown;
    ui.spacing_mut().item_spacing.y = 4.0;
    if let Some(words) = returned {
        loud_ui(ui, Tone::Warning, "Returned: decide it again", words);
    }
    for stop in in_the_way {
        loud_ui(ui, Tone::Danger, stop.kind.title(), &stop.words);
    }
    let (loud, quiet): (Vec<&Warning>, Vec<&Warning>) = warnings.iter().partition(|warning| warning.second_key);
    let mut loud = loud;
    loud.sort_by_key(|warning| tone_of(warning.kind, true) != Tone::Danger);
    for warning in loud {
        loud_ui(ui, tone_of(warning.kind, true), warning.kind.title(), &warning.in_full());
    }
    if !quiet.is_empty() {
        ui.horizontal_wrapped(|ui| {
            ui.spacing_mut().item_spacing = vec2(6.0, 4.0);
            for warning in quiet {
                match warning.kind {
                    WarningKind::Hazard(flag) => ui.add(Chip::hazard(flag)),
                    kind => ui.add(Chip::new(Icon::Info, Tone::Info, kind.title()).hint(&warning.words)),
                };
            }
        });
    }
}

fn loud_ui(ui: &mut Ui, tone: Tone, title: &str, words: &str) {
    let palette = palette(ui);
    let colours = palette.tone(tone);
    let label = format!("{title}: {words}");
    // In a low window the pair needs the room: a line each, whole under the pointer and wherever a second key is asked for
    let low = is_low(ui);
    let rim = if low { 2 } else { 5 };
    let builder = UiBuilder::new().accessibility_role(Role::Note).accessibility_label(label);
    ui.scope_builder(builder, |ui| {
        let frame = Frame::NONE
            .fill(colours.soft)
            .stroke(Stroke::new(1.0, colours.line))
            .corner_radius(tokens().radius.medium)
            .inner_margin(Margin { left: 12, right: 12, top: rim, bottom: rim });
        let shown = frame.show(ui, |ui| {
            ui.set_width(ui.available_width());
            ui.spacing_mut().interact_size.y = 20.0;
            let line = |ui: &mut Ui| {
                ui.spacing_mut().item_spacing.x = 8.0;
                Icon::Warning.show(ui, 16.0, colours.text);
                ui.label(text::coloured(Type::Strong, colours.text, title));
                let words = text::coloured(Type::Body, palette.text, words);
                if low {
                    text::one_line(ui, words);
                } else {
                    ui.label(words);
                }
            };
            if low { ui.horizontal(line) } else { ui.horizontal_wrapped(line) }
        });
        let edge = Rect::from_min_size(shown.response.rect.min, vec2(4.0, shown.response.rect.height()));
        ui.painter().rect_filled(edge, 2, colours.solid);
    });
}

/// What changed since the pair was decided: as it was, and as it is.
fn changed_ui(ui: &mut Ui, shown: &Shown) {
    for (record, lines) in shown.changed.iter().filter(|(_, lines)| !lines.is_empty()) {
        parts::section(ui, &format!("{record} has changed since the decision"), |_| {});
        parts::table_card(ui, |ui| {
            Frame::NONE.inner_margin(Margin::symmetric(10, 8)).show(ui, |ui| {
                compare_ui(ui, "When it was decided", "Now", lines);
            });
        });
    }
}

/// The two records and the agreement between them.
pub fn records_ui(ui: &mut Ui, shown: &Shown, lines: &[Line], hides_same: bool) {
    let without = hides_same.then(|| super::lines::without_same(lines));
    let lines = without.as_deref().unwrap_or(lines);
    changed_ui(ui, shown);
    ui.add_space(2.0);
    parts::table_card(ui, |ui| {
        Frame::NONE.inner_margin(Margin::symmetric(10, 8)).show(ui, |ui| {
            compare_ui(ui, &shown.heads[0], &shown.heads[1], lines);
        });
    });
    if shown.restricted() {
        text::small(ui, "A restricted person: values are hidden; how they agree was worked out from the records");
    }
}

/// The other candidates, and where the two records come from: side by side where there is room. Gives the candidate that
/// was chosen.
pub fn around_ui(ui: &mut Ui, shown: &Shown) -> Option<i64> {
    let mut chosen = None;
    parts::tiles(ui, 2, 340.0, |ui, place| {
        if place == 0 {
            chosen = candidates_ui(ui, shown, "Other candidates");
        } else {
            whence_ui(ui, shown);
        }
    });
    chosen
}

/// The other candidates under their heading. Gives the one that was chosen.
pub fn candidates_ui(ui: &mut Ui, shown: &Shown, name: &str) -> Option<i64> {
    parts::section(ui, name, |_| {});
    parts::wide_card(ui, |ui| others_ui(ui, shown))
}

/// Where the two records come from, under its heading.
pub fn whence_ui(ui: &mut Ui, shown: &Shown) {
    parts::section(ui, "Where the records come from", |_| {});
    parts::wide_card(ui, |ui| sources_ui(ui, shown));
}

/// What each row looked like on the way in, and where it stands.
fn sources_ui(ui: &mut Ui, shown: &Shown) {
    let findings = shown.findings();
    ui.spacing_mut().item_spacing.y = 3.0;
    parts::tiles(ui, 2, 230.0, |ui, side| {
        ui.spacing_mut().item_spacing.y = 3.0;
        let head = text::coloured(Type::SmallStrong, palette(ui).secondary, &shown.heads[side]);
        text::one_line(ui, head);
        noted(ui, Icon::File, Tone::Neutral, &shown.sources[side]);
        for finding in findings[side] {
            let (icon, tone) =
                if finding.is_warning() { (Icon::Warning, Tone::Warning) } else { (Icon::Info, Tone::Neutral) };
            noted(ui, icon, tone, &finding.words());
        }
    });
}

fn noted(ui: &mut Ui, icon: Icon, tone: Tone, words: &str) {
    let colours = palette(ui).tone(tone);
    ui.horizontal_top(|ui| {
        ui.spacing_mut().item_spacing.x = 6.0;
        icon.show(ui, 14.0, colours.text);
        let words = text::coloured(Type::Small, colours.text, words);
        ui.add(eframe::egui::Label::new(words).wrap());
    });
}

/// The other candidates of both records, each with its key. Gives the one that was chosen.
fn others_ui(ui: &mut Ui, shown: &Shown) -> Option<i64> {
    let mut chosen = None;
    ui.spacing_mut().item_spacing.y = 2.0;
    if shown.others.is_empty() {
        text::small(ui, "No other candidate shares a record with this pair");
    }
    for (place, other) in shown.others.iter().enumerate() {
        if other_ui(ui, place, other).clicked() {
            chosen = Some(other.id);
        }
    }
    if shown.more > 0 {
        text::small(ui, format!("{} less likely are not listed", text::count(shown.more as u64, "more", "more")));
    }
    if shown.duplicates > 0 {
        let count = text::count(shown.duplicates as u64, "possible duplicate", "possible duplicates");
        text::small(ui, format!("This Mosaic record has {count}: see Duplicates"));
    }
    chosen
}

fn other_ui(ui: &mut Ui, place: usize, other: &Other) -> eframe::egui::Response {
    let palette = palette(ui);
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), 42.0), Sense::click());
    let state = other.verdict.map_or("Undecided", |verdict| verdict.words());
    let label = format!("Candidate {}: {}, {}. {}. {state}", place + 1, other.name, other.line, other.shares);
    response.widget_info(|| WidgetInfo::labeled(Role::Button, true, &label));
    if response.hovered() || response.has_focus() {
        ui.painter().rect_filled(rect, tokens().radius.medium, palette.hover);
    }
    let mut key = ui.new_child(
        UiBuilder::new().max_rect(rect.shrink2(vec2(6.0, 0.0))).layout(Layout::left_to_right(Align::Center)),
    );
    if let Some(shortcut) = u8::try_from(place + 1).ok().and_then(|n| Command::Choose(n).shortcut()) {
        key_caps(&mut key, shortcut);
    }
    if let Some(verdict) = other.verdict {
        let (icon, tone) = chip::verdict_look(verdict);
        let at = Rect::from_center_size(pos2(rect.right() - 16.0, rect.center().y), Vec2::splat(14.0));
        icon.paint(ui.painter(), at, palette.tone(tone).text);
    }
    let right = if other.verdict.is_some() { 36.0 } else { 6.0 };
    let words = Rect::from_min_max(rect.min + vec2(36.0, 3.0), rect.max - vec2(right, 2.0));
    let mut words = ui.new_child(UiBuilder::new().max_rect(words).layout(Layout::top_down(Align::Min)));
    words.spacing_mut().item_spacing = vec2(8.0, 1.0);
    words.spacing_mut().interact_size.y = 16.0;
    words.horizontal(|ui| {
        ui.label(text::coloured(Type::Strong, palette.text, &other.name));
        text::one_line(ui, text::coloured(Type::Small, palette.muted, &other.shares));
    });
    text::one_line(&mut words, text::coloured(Type::SmallMono, palette.secondary, &other.line));
    focus_ring(ui, &response, rect.shrink(2.0), tokens().radius.medium);
    response
}

/// What was decided about the pair before.
pub fn history_ui(ui: &mut Ui, shown: &Shown) {
    ui.spacing_mut().item_spacing.y = 4.0;
    if shown.history.is_empty() {
        text::small(ui, "Nothing was decided about this pair yet");
    }
    for past in &shown.history {
        ui.horizontal_wrapped(|ui| {
            ui.spacing_mut().item_spacing.x = 8.0;
            let mut words = text::rich(ui, Type::Body, &past.words);
            if past.undone {
                words = words.strikethrough().color(palette(ui).muted);
            }
            ui.label(words);
            if past.undone {
                text::small(ui, "taken back since");
            }
            text::small(ui, &past.by);
        });
    }
}
