//! How a release is drawn: what will be written, what was, and what a check found.

use std::path::Path;

use eframe::egui::{Align, Frame, Label, Layout, Margin, Ui, vec2};

use super::read::{Preview, Signed, holds_words};
use crate::desktop::out::Out;
use crate::desktop::screens::batches::list;
use crate::desktop::theme::{Tone, Type, palette, tokens};
use crate::desktop::widgets::{Button, Icon, parts, text};
use crate::release::{Manifest, Verified};
use crate::words::{day_and_time, number};

/// The head of a batch: its name, where it is, who signed it.
pub fn head_ui(ui: &mut Ui, signed: &Signed) {
    let batch = &signed.batch;
    ui.horizontal_wrapped(|ui| {
        let name = text::rich(ui, Type::Title, &batch.name);
        ui.label(name);
        ui.add(list::chip(batch));
    });
    if let Some(signature) = &batch.signed {
        let line = format!("Signed by {} on {}", signed.signer, day_and_time(signature.at));
        text::secondary(ui, line);
    }
    ui.add_space(6.0);
}

/// What will be written, or is written again, file by file.
pub fn preview_ui(ui: &mut Ui, preview: &Preview, released: bool) {
    parts::wide_card(ui, |ui| {
        text::strong(ui, if released { "What was written" } else { "What will be written" });
        ui.add_space(2.0);
        for (name, holds, rows) in &preview.files {
            file_ui(ui, name, holds, &text::count(*rows, "row", "rows"));
        }
        file_ui(ui, "manifest.json", "What the release says about itself, with the hash of every file", "");
        if preview.restricted > 0 {
            ui.add_space(4.0);
            let rows = match preview.restricted {
                1 => "1 row about a restricted person is".to_owned(),
                rows => format!("{} rows about restricted people are", number(rows)),
            };
            parts::banner(ui, Tone::Warning, &format!("{rows} left out of every file"));
        }
    });
}

/// From this width on, what a file holds stands beside its name; else under it.
const BESIDE: f32 = 620.0;

fn file_ui(ui: &mut Ui, name: &str, holds: &str, right: &str) {
    parts::rule(ui);
    let beside = ui.available_width() >= BESIDE;
    let holds = text::coloured(Type::Small, palette(ui).muted, holds);
    ui.horizontal(|ui| {
        ui.set_min_height(30.0);
        Icon::File.show(ui, 16.0, palette(ui).muted);
        text::mono(ui, name);
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            if !right.is_empty() {
                text::body(ui, right);
                ui.add_space(8.0);
            }
            if beside {
                ui.with_layout(Layout::left_to_right(Align::Center), |ui| text::one_line(ui, holds.clone()));
            }
        });
    });
    if !beside {
        ui.scope(|ui| {
            ui.spacing_mut().interact_size.y = 18.0;
            ui.horizontal(|ui| {
                ui.add_space(24.0);
                ui.add(Label::new(holds).wrap());
            });
        });
    }
}

/// What was written: each file with its rows, its size and its hash.
pub fn written_ui(ui: &mut Ui, manifest: &Manifest, manifest_sha256: &str, out: &mut Out) {
    // A file and its hash are one thing; lines part the files
    ui.spacing_mut().item_spacing.y = 2.0;
    for file in &manifest.files {
        let right = format!("{}, {}", text::count(file.rows, "row", "rows"), text::bytes(file.bytes));
        file_ui(ui, &file.name, holds_words(file.holds), &right);
        hash_ui(ui, &file.name, &file.sha256, out);
    }
    file_ui(ui, "manifest.json", "What the release says about itself", "");
    hash_ui(ui, "manifest.json", manifest_sha256, out);
    if manifest.left_out.restricted > 0 {
        let rows = text::count(manifest.left_out.restricted, "row", "rows");
        text::small(ui, format!("{rows} about restricted people left out"));
    }
}

fn hash_ui(ui: &mut Ui, name: &str, sha256: &str, out: &mut Out) {
    ui.scope(|ui| {
        ui.spacing_mut().interact_size.y = 24.0;
        hash_line_ui(ui, name, sha256, out);
    });
}

fn hash_line_ui(ui: &mut Ui, name: &str, sha256: &str, out: &mut Out) {
    ui.horizontal(|ui| {
        ui.add_space(24.0);
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            let copy = Button::new("Copy").small().ghost().name(format!("Copy the SHA-256 of {name}"));
            if ui.add(copy).clicked() {
                out.copy(sha256);
                out.say("Copied");
            }
            ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                let words = text::coloured(Type::SmallMono, palette(ui).muted, sha256);
                text::one_line(ui, words);
            });
        });
    });
}

/// What a check found, line by line.
pub fn verified_ui(ui: &mut Ui, folder: &Path, verified: &Verified) {
    let (tone, words) = match verified.failure() {
        None if verified.is_training() => {
            let words = "The files are whole, and for practice: everybody in them is invented. They are not for Mosaic";
            (Tone::Warning, words.to_owned())
        }
        None => (Tone::Positive, "The files are whole, and what they say agrees".to_owned()),
        Some(line) => (Tone::Danger, format!("These files must not be used. {}: {}", line.what, line.detail)),
    };
    parts::banner(ui, tone, &words);
    ui.add_space(4.0);
    parts::wide_card(ui, |ui| {
        let head = text::coloured(Type::Small, palette(ui).muted, folder.display().to_string());
        text::one_line(ui, head);
        for line in &verified.lines {
            parts::rule(ui);
            ui.horizontal_wrapped(|ui| {
                ui.set_min_height(28.0);
                let (icon, tone, said) =
                    if line.ok { (Icon::Check, Tone::Positive, "") } else { (Icon::Cross, Tone::Danger, "Failed: ") };
                let colours = palette(ui).tone(tone);
                icon.show(ui, 16.0, colours.text);
                let what = text::coloured(Type::Strong, colours.text, format!("{said}{}", line.what));
                ui.label(what);
                text::secondary(ui, &line.detail);
            });
        }
    });
}

/// How to check without this window, and without this program.
pub fn elsewhere_ui(ui: &mut Ui, folder: &Path, out: &mut Out) {
    parts::wide_card(ui, |ui| {
        text::strong(ui, "Checking without this window");
        text::secondary(ui, "With the program alone, anywhere, without the workspace");
        command_ui(ui, &format!("stewartry verify \"{}\"", folder.display()), out);
        text::secondary(ui, "Without the program: the hashes must be those that the manifest names");
        let hashes = if cfg!(windows) {
            format!("Get-FileHash \"{}\\*\"", folder.display())
        } else if cfg!(target_os = "macos") {
            format!("shasum -a 256 \"{}\"/*", folder.display())
        } else {
            format!("sha256sum \"{}\"/*", folder.display())
        };
        command_ui(ui, &hashes, out);
    });
}

fn command_ui(ui: &mut Ui, command: &str, out: &mut Out) {
    let frame = Frame::NONE
        .fill(palette(ui).sunken)
        .corner_radius(tokens().radius.medium)
        .inner_margin(Margin::symmetric(10, 4));
    frame.show(ui, |ui| {
        let room = vec2(ui.available_width(), 26.0);
        ui.allocate_ui_with_layout(room, Layout::right_to_left(Align::Center), |ui| {
            let copy = Button::new("Copy").small().ghost().name(format!("Copy {command}"));
            if ui.add(copy).clicked() {
                out.copy(command);
                out.say("Copied");
            }
            ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                let words = text::rich(ui, Type::Mono, command);
                text::one_line(ui, words);
            });
        });
    });
}
