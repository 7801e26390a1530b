//! The queue of conflicts: each kind with its count and what settles it, and each conflict with the way to it.

use eframe::egui::{Label, Role, Ui, UiBuilder};

use super::Action;
use crate::desktop::jobs::Job;
use crate::desktop::out::Out;
use crate::desktop::theme::{Tone, Type, palette, space};
use crate::desktop::widgets::{Button, Chip, Icon, parts, text};
use crate::stewardship::Refused;
use crate::stewardship::conflicts::{self, Conflict, ConflictKind};

/// Room for a count of conflicts, in points.
const CHIP: f32 = 64.0;

/// Conflicts of one kind on one page.
const PAGE: usize = 8;

/// The kind whose conflicts are listed, and the page of them, counted from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Open {
    kind: ConflictKind,
    page: usize,
}

/// Reads the conflicts.
pub fn read() -> Job {
    let mut job = Job::reads("Looking for conflicts", |ws, _| {
        let read = ws.map_err(Refused::from).and_then(|ws| conflicts::all(ws));
        Action::Conflicts(read).into()
    });
    job.quiet = true;
    job
}

/// Draws the conflicts; `open` is what is listed of them.
pub fn ui(ui: &mut Ui, found: &[Conflict], open: &mut Option<Open>, out: &mut Out) {
    let count = found.len() as u64;
    parts::section(ui, "Conflicts", |_| {});
    text::small(ui, "Where decisions, Mosaic and CHI do not agree: none of these goes out before it is answered");
    parts::wide_card(ui, |ui| {
        if count == 0 {
            ui.horizontal(|ui| {
                ui.add(Chip::new(Icon::Check, Tone::Positive, "None"));
                text::secondary(ui, "Decisions, Mosaic and CHI agree");
            });
            return;
        }
        ui.spacing_mut().item_spacing.y = space().s;
        for (place, (kind, count)) in conflicts::counts(found).into_iter().enumerate() {
            if place > 0 {
                parts::rule(ui);
            }
            kind_ui(ui, kind, count, found, open, out);
        }
    });
}

fn tone(kind: ConflictKind) -> Tone {
    match kind {
        ConflictKind::Contradiction
        | ConflictKind::ChiOnTwoPeople
        | ConflictKind::MosaicHoldsAnother
        | ConflictKind::RejectedInMosaic
        | ConflictKind::RecalledInMosaic => Tone::Danger,
        ConflictKind::TurnedAway
        | ConflictKind::OutOfUse
        | ConflictKind::SeedInDoubt
        | ConflictKind::HeldOutOfUse
        | ConflictKind::FitsAnother
        | ConflictKind::TwoNumbers => Tone::Warning,
        ConflictKind::NotMerged | ConflictKind::Gone => Tone::Neutral,
    }
}

fn kind_ui(ui: &mut Ui, kind: ConflictKind, count: u64, found: &[Conflict], open: &mut Option<Open>, out: &mut Out) {
    let label = format!("{}: {}", kind.title(), text::count(count, "conflict", "conflicts"));
    let builder = UiBuilder::new().accessibility_role(Role::Group).accessibility_label(label.as_str());
    ui.scope_builder(builder, |ui| {
        let mut is_open = open.is_some_and(|open| open.kind == kind);
        let was_open = is_open;
        ui.horizontal(|ui| {
            // The headings stand below one another, however many digits their counts have
            ui.scope(|ui| {
                ui.set_min_width(CHIP);
                ui.add(Chip::new(Icon::Warning, tone(kind), text::number(count)));
            });
            is_open = parts::fold(ui, kind.title(), &mut is_open);
        });
        if is_open != was_open {
            *open = is_open.then_some(Open { kind, page: 0 });
        }
        ui.add(Label::new(text::coloured(Type::Small, palette(ui).muted, kind.settled_by())).wrap());
        let Some(open) = open.as_mut().filter(|open| open.kind == kind) else { return };
        let of_kind: Vec<&Conflict> = found.iter().filter(|conflict| conflict.kind == kind).collect();
        // Those that were settled may have taken the page with them
        open.page = open.page.min(of_kind.len().saturating_sub(1) / PAGE);
        let first = open.page * PAGE;
        for conflict in of_kind.iter().skip(first).take(PAGE) {
            ui.horizontal(|ui| {
                ui.push_id(conflict.pair.to_string(), |ui| {
                    let button = Button::new("Look at it").small().hint(conflict.words.as_str());
                    if ui.add(button).clicked() {
                        out.act(Action::Open(conflict.pair.clone()));
                    }
                });
                ui.add(Label::new(text::coloured(Type::Body, palette(ui).text, conflict.words.as_str())).wrap());
            });
        }
        if of_kind.len() > PAGE {
            pages_ui(ui, &mut open.page, of_kind.len());
        }
    });
}

/// Which of the conflicts are shown, and the way to those before and after them.
fn pages_ui(ui: &mut Ui, page: &mut usize, count: usize) {
    let (first, last) = (*page * PAGE, ((*page + 1) * PAGE).min(count));
    ui.horizontal(|ui| {
        let of = text::number(count as u64);
        let before = Button::new("Those before").small().icon(Icon::ChevronLeft).enabled(first > 0);
        if ui.add(before).clicked() {
            *page -= 1;
        }
        if ui.add(Button::new("Those after").small().icon(Icon::ChevronRight).enabled(last < count)).clicked() {
            *page += 1;
        }
        text::small(ui, format!("{} to {} of {of}", text::number(first as u64 + 1), text::number(last as u64)));
    });
}
