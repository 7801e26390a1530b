//! The queue of conflicts: each kind with its count and what settles it, and each conflict with the way to it.

use eframe::egui::{Label, Role, Ui, UiBuilder};

use super::Action;
use crate::desktop::jobs::Job;
use crate::desktop::out::Out;
use crate::desktop::theme::{Tone, Type, palette, space};
use crate::desktop::widgets::{Button, Chip, Icon, parts, text};
use crate::stewardship::Refused;
use crate::stewardship::conflicts::{self, Conflict, ConflictKind};

/// Conflicts of one kind shown at once.
const SHOWN: usize = 8;

/// Reads the conflicts.
pub fn read() -> Job {
    let mut job = Job::reads("Looking for conflicts", |ws, _| {
        let read = ws.map_err(Refused::from).and_then(|ws| conflicts::all(ws));
        Action::Conflicts(read).into()
    });
    job.quiet = true;
    job
}

/// Draws the conflicts; `open` is the kind whose conflicts are listed.
pub fn ui(ui: &mut Ui, found: &[Conflict], open: &mut Option<ConflictKind>, out: &mut Out) {
    let count = found.len() as u64;
    parts::section(ui, "Conflicts", |_| {});
    text::small(ui, "Where decisions, Mosaic and CHI do not agree: none leaves unanswered");
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
        | ConflictKind::RejectedInMosaic => Tone::Danger,
        ConflictKind::OutOfUse | ConflictKind::SeedInDoubt | ConflictKind::TwoNumbers => Tone::Warning,
        ConflictKind::Gone => Tone::Neutral,
    }
}

fn kind_ui(
    ui: &mut Ui,
    kind: ConflictKind,
    count: u64,
    found: &[Conflict],
    open: &mut Option<ConflictKind>,
    out: &mut Out,
) {
    let label = format!("{}: {}", kind.title(), text::count(count, "conflict", "conflicts"));
    let builder = UiBuilder::new().accessibility_role(Role::Group).accessibility_label(label.as_str());
    ui.scope_builder(builder, |ui| {
        let mut is_open = *open == Some(kind);
        ui.horizontal(|ui| {
            ui.add(Chip::new(Icon::Warning, tone(kind), format!("{count}")));
            if parts::fold(ui, kind.title(), &mut is_open) != (*open == Some(kind)) {
                *open = is_open.then_some(kind);
            }
        });
        ui.add(Label::new(text::coloured(Type::Small, palette(ui).muted, kind.settled_by())).wrap());
        if *open != Some(kind) {
            return;
        }
        let of_kind: Vec<&Conflict> = found.iter().filter(|conflict| conflict.kind == kind).collect();
        for conflict in of_kind.iter().take(SHOWN) {
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
        if of_kind.len() > SHOWN {
            let more = text::count((of_kind.len() - SHOWN) as u64, "more comes", "more come");
            text::small(ui, format!("{more} up as these are settled; `stewartry conflicts` lists all"));
        }
    });
}
