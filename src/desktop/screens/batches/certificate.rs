//! How a batch ended: the certificate of a signed one, the reason of a returned one.

use eframe::egui::Ui;

use super::ask::short_hash;
use super::detail::{Asks, STOPS_SHOWN};
use super::list;
use super::read::{Detail, Row, Shelf, rows_words};
use crate::desktop::command::Command;
use crate::desktop::out::Out;
use crate::desktop::screens::Screen;
use crate::desktop::theme::{Type, palette};
use crate::desktop::widgets::{Button, Icon, parts, text};
use crate::words::{day_and_time, number};
use crate::workspace::fingerprint;

/// Who signed, when, what, and what it rests on.
pub fn signed_ui(ui: &mut Ui, detail: &Detail, shelf: &Shelf, out: &mut Out) {
    let batch = &detail.batch;
    let Some(signed) = &batch.signed else { return };
    parts::wide_card(ui, |ui| {
        ui.horizontal(|ui| {
            Icon::Signature.show(ui, 20.0, palette(ui).positive.text);
            text::heading(ui, format!("Signed by {}", shelf.name(signed.staff)));
        });
        text::secondary(ui, day_and_time(signed.at));
        ui.add_space(6.0);
        parts::field_row(ui, "Statement", &signed.statement);
        parts::field_row(ui, "What", &list::holds(batch.links, batch.merges));
        let deciders: Vec<&str> = batch.deciders.iter().map(|staff| shelf.name(*staff)).collect();
        parts::field_row(ui, "Decided by", &deciders.join(", "));
        if let Some((staff, at)) = batch.submitted {
            parts::field_row(ui, "Submitted by", &format!("{}, {}", shelf.name(staff), day_and_time(at)));
        }
        if let Some(sample) = &batch.sample {
            let answered =
                format!("{} of {} answered again", number(sample.rechecked), rows_words(batch.links + batch.merges));
            parts::field_row(ui, "Sample", &answered);
            if let Some(words) = super::detail::controls_words(detail) {
                parts::field_row(ui, "Beside it", &words);
            }
            hash_row(ui, "Seed of the sample", &sample.seed, out);
        }
        if let Some(hash) = &batch.content_hash {
            hash_row(ui, "Content, SHA-256", hash, out);
        }
        parts::field_row_with(ui, "Ledger", |ui| {
            let event = format!("Event {}", number(signed.seq.unsigned_abs()));
            ui.add_space(-4.0); // On a line with its name
            if ui.add(Button::new(&event).small().ghost().icon(Icon::Clock).hint("Show the history")).clicked() {
                out.command(Command::Go(Screen::History));
            }
        });
        if let Some(event) = &detail.signature {
            hash_row(ui, "Ledger head", &event.hash, out);
            parts::field_row(ui, "Signer's key", &fingerprint(&event.public_key));
            hash_row(ui, "Signature, Ed25519", &event.signature, out);
        }
        match &batch.released {
            Some((at, manifest)) => {
                parts::field_row(ui, "Released", &day_and_time(*at));
                hash_row(ui, "Manifest, SHA-256", manifest, out);
                let recalled = detail.rows.iter().filter(|row| row.recalled.is_some()).count() as u64;
                if recalled > 0 {
                    parts::field_row(ui, "Recalled since", &rows_words(recalled));
                }
            }
            None => parts::field_row_with(ui, "Released", |ui| {
                text::body(ui, "Not yet");
            }),
        }
    });
}

fn hash_row(ui: &mut Ui, name: &str, hash: &str, out: &mut Out) {
    parts::field_row_with(ui, name, |ui| {
        ui.horizontal_top(|ui| {
            text::mono(ui, short_hash(hash)).on_hover_text(hash);
            let copy = Button::new("Copy").small().ghost().name(format!("Copy {name}"));
            ui.vertical(|ui| {
                ui.add_space(-4.0); // On a line with the hash: the button is taller
                if ui.add(copy).clicked() {
                    out.copy(hash);
                    out.say("Copied");
                }
            });
        });
    });
}

/// What a return asked for, and how far that is done.
fn what_to_do(detail: &Detail) -> String {
    let asked = detail.rows.iter().filter(|row| row.returned).count() as u64;
    let left = detail.to_decide_again();
    let of = match asked {
        all if all == detail.rows.len() as u64 => "every row",
        1 => "the one that was named; the others are free for the next batch",
        _ => "those that were named; the others are free for the next batch",
    };
    match left {
        0 => "Nothing is left: what was returned was decided again".to_owned(),
        left if left < asked => format!("{} of {} still to be decided again: {of}", number(left), rows_words(asked)),
        left => format!("{} to be decided again: {of}", rows_words(left)),
    }
}

/// How a row that was returned stands now.
fn now_words(row: &Row, shelf: &Shelf) -> String {
    match &row.decision {
        Some(decision) => {
            let again = if decision.returned { "" } else { "Decided again: " };
            format!("{again}{} by {}", decision.judgement.verdict.words(), shelf.name(decision.staff))
        }
        None => "Not decided now".to_owned(),
    }
}

/// Why it was returned, and what to do about it.
pub fn returned_ui(ui: &mut Ui, detail: &Detail, shelf: &Shelf, asks: &mut Asks) {
    let batch = &detail.batch;
    let named: Vec<&Row> = detail.rows.iter().filter(|row| row.returned).collect();
    parts::wide_card(ui, |ui| {
        ui.horizontal(|ui| {
            Icon::ArrowLeft.show(ui, 16.0, palette(ui).danger.text);
            let words = text::coloured(Type::Strong, palette(ui).danger.text, "Returned");
            ui.label(words);
        });
        parts::field_row(ui, "Reason", batch.returned_reason.as_deref().unwrap_or_default());
        parts::field_row(ui, "What to do", &what_to_do(detail));
        for row in named.iter().take(STOPS_SHOWN) {
            parts::rule(ui);
            let what = |ui: &mut Ui| {
                ui.horizontal_wrapped(|ui| {
                    text::mono(ui, row.key.to_string());
                    text::small(ui, now_words(row, shelf));
                    if let Some(why) = &row.return_reason {
                        text::body(ui, format!("“{why}”"));
                    }
                });
            };
            parts::beside(ui, &row.key.to_string(), what, |ui| {
                let look = Button::new("Look at the pair").small().name(format!("Look at {}", row.key));
                if ui.add(look).clicked() {
                    *asks = Asks::Look(row.key.clone());
                }
            });
        }
    });
}
