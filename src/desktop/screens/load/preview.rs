//! What a file is, before anything of it is loaded: how it is written, what its columns hold, its first rows.

use eframe::egui::{Align, Key, Layout, Modifiers, ScrollArea, Ui, vec2};
use egui_extras::{Column, TableBuilder};

use super::{Action, Fault};
use crate::desktop::command::Command;
use crate::desktop::out::Out;
use crate::desktop::theme::{Tone, Type, palette, space};
use crate::desktop::widgets::{Button, Chip, Icon, field, parts, text};
use crate::intake::{Field, Kind, Preview};
use crate::stewardship::load::LoadOptions;

/// Draws the preview of a file.
pub fn preview_ui(ui: &mut Ui, preview: &Preview, again: Option<&str>, fault: Option<&mut Fault>, out: &mut Out) {
    let missing = preview.mapping.missing_required();
    let ready = missing.is_empty();
    let line = preview.path.parent().map(|folder| folder.display().to_string()).unwrap_or_default();
    let buttons = |ui: &mut Ui, out: &mut Out| {
        let options = LoadOptions { again: again.is_some(), in_spite: false };
        if again.is_some() {
            if ui.add(Button::new("Done").primary().icon(Icon::Check)).clicked() {
                out.act(Action::Back);
            }
            if ui.add(Button::new("Load it once more").enabled(ready)).clicked() {
                out.act(Action::Load(options));
            }
            return;
        }
        let words = format!("Load {}", text::count(preview.rows, "row", "rows"));
        let load = Button::new(&words).primary().icon(Icon::Check).key(Command::LoadRows.shortcut());
        if ui.add(load.enabled(ready)).clicked() {
            out.act(Action::Load(options));
        }
        if ui.add(Button::new("Cancel").hint("Esc")).clicked() {
            out.act(Action::Back);
        }
    };
    let ctx = ui.ctx().clone();
    let over = ctx.memory(|memory| memory.top_modal_layer().is_some() || memory.focused().is_some())
        || eframe::egui::Popup::is_any_open(&ctx);
    if !over && ctx.input_mut(|input| input.consume_key(Modifiers::NONE, Key::Escape)) {
        out.act(Action::Back);
    }
    parts::asking_page(ui, out, &super::file_name(&preview.path), &line, buttons, |ui, out| {
        if let Some(words) = again {
            parts::banner(ui, Tone::Positive, words);
            ui.add_space(space().s);
        }
        if let Some(fault) = fault {
            fault.ui(ui);
        }
        if !ready {
            let missing: Vec<&str> = missing.iter().map(|field| field.words()).collect();
            let words =
                format!("Choose the column that holds {} before the file can be loaded", missing.join(", and "));
            parts::banner(ui, Tone::Warning, &words);
            ui.add_space(space().s);
        }
        for words in preview.warnings() {
            parts::banner(ui, Tone::Warning, &words);
            ui.add_space(space().s);
        }
        facts_ui(ui, preview, out);
        parts::section(ui, "Columns", |ui| {
            let mapped = preview.mapping.columns().count() as u64;
            text::small(
                ui,
                format!("{mapped} of {} hold a field", text::count(preview.headings.len() as u64, "column", "columns")),
            );
        });
        mapping_ui(ui, preview, out);
        parts::section(ui, "First rows", |ui| {
            text::small(ui, format!("{} of {}", preview.sample.len(), text::number(preview.rows)));
        });
        sample_ui(ui, preview);
    });
}

fn facts_ui(ui: &mut Ui, preview: &Preview, out: &mut Out) {
    parts::wide_card(ui, |ui| {
        ui.horizontal_top(|ui| {
            let mut kind = preview.mapping.kind;
            let changed = ui
                .vertical(|ui| {
                    field::choice(ui, "What it holds", &mut kind, &Kind::ALL, |kind| kind.words().to_owned(), 270.0)
                })
                .inner;
            if changed {
                out.act(Action::Choose(kind));
            }
            ui.add_space(space().l);
            let mut facts = vec![("Rows", text::number(preview.rows)), ("Size", text::bytes(preview.bytes))];
            facts.extend(preview.format.facts());
            facts.push(("SHA-256", format!("{}…", &preview.sha256[..preview.sha256.len().min(10)])));
            ui.with_layout(Layout::left_to_right(Align::TOP).with_main_wrap(true), |ui| {
                ui.spacing_mut().item_spacing.x = 28.0;
                for (name, value) in facts {
                    let of_value = if name == "SHA-256" { Type::Mono } else { Type::Body };
                    let width = parts::text_width(ui, of_value, &value).max(parts::text_width(ui, Type::Caption, name));
                    ui.allocate_ui_with_layout(vec2(width + 1.0, 42.0), Layout::top_down(Align::Min), |ui| {
                        ui.spacing_mut().item_spacing.y = 5.0;
                        text::caption(ui, name);
                        if name == "SHA-256" {
                            text::mono(ui, value).on_hover_text(&preview.sha256);
                        } else {
                            text::body(ui, value);
                        }
                    });
                }
            });
        });
        if !preview.notes.is_empty() {
            ui.add_space(6.0);
            parts::rule(ui);
            ui.spacing_mut().item_spacing.y = 2.0;
            ui.spacing_mut().interact_size.y = 20.0;
            for note in &preview.notes {
                ui.horizontal(|ui| {
                    let palette = palette(ui);
                    Icon::Info.show(ui, 14.0, palette.muted);
                    ui.label(text::coloured(Type::Small, palette.secondary, note));
                });
            }
        }
    });
}

/// A heading has room for so many characters.
const LONGEST: usize = 19;

/// A heading that is too long, without its middle: what tells `MOSAIC_ADDRESS_LINE_1` from its neighbours stands at its end.
fn cut_in_the_middle(heading: &str) -> String {
    let many = heading.chars().count();
    if many <= LONGEST {
        return heading.to_owned();
    }
    let (front, back) = (LONGEST / 2 - 2, LONGEST - LONGEST / 2 + 1);
    let characters = || heading.chars();
    characters().take(front).chain(['…']).chain(characters().skip(many - back)).collect()
}

/// The mapping, field by field, each with what its column holds in the first rows.
fn mapping_ui(ui: &mut Ui, preview: &Preview, out: &mut Out) {
    let fields = Field::of(preview.mapping.kind);
    let missing = preview.mapping.missing_required();
    parts::wide_card(ui, |ui| {
        parts::columns(ui, fields.len(), 380.0, 4.0, |ui, place| {
            let held = fields[place];
            ui.horizontal(|ui| {
                let palette = palette(ui);
                let required = missing.contains(&held);
                let (width, choose) = (146.0_f32, 176.0_f32);
                ui.allocate_ui_with_layout(vec2(width, 30.0), Layout::left_to_right(Align::Center), |ui| {
                    ui.set_width(width);
                    let ink = if required { palette.warning.text } else { palette.secondary };
                    let name = text::coloured(Type::Body, ink, held.words());
                    text::one_line(ui, name).on_hover_text(held.words());
                });
                let column = preview.mapping.get(held);
                let shown = column.and_then(|column| preview.headings.get(column)).map_or("–", String::as_str);
                let mut chosen = column;
                let combo = field::combo(("column of", place))
                    .width(choose - 8.0)
                    .truncate()
                    .selected_text(text::rich(ui, Type::Body, cut_in_the_middle(shown)));
                let room = vec2(choose, 32.0);
                let combo = ui
                    .allocate_ui_with_layout(room, Layout::left_to_right(Align::Center), |ui| {
                        ui.set_max_width(choose - 8.0);
                        combo.show_ui(ui, |ui| {
                            ui.selectable_value(&mut chosen, None, "– no column");
                            for (column, heading) in preview.headings.iter().enumerate() {
                                let taken = preview.mapping.field_of(column).filter(|other| *other != held);
                                let words = match taken {
                                    Some(other) => format!("{heading}  (now {})", other.words()),
                                    None => heading.clone(),
                                };
                                ui.selectable_value(&mut chosen, Some(column), words);
                            }
                        })
                    })
                    .inner;
                if shown.chars().count() > LONGEST {
                    combo.response.clone().on_hover_text(shown);
                }
                let name = format!("Column of {}", held.words());
                ui.ctx().accesskit_node_builder(combo.response.id, |node| node.set_label(name));
                if chosen != column {
                    out.act(Action::Map(held, chosen));
                }
                let example = column.and_then(|column| {
                    preview.sample.iter().filter_map(|row| row.get(column)).find(|cell| !cell.trim().is_empty())
                });
                if let Some(example) = example {
                    let example = text::coloured(Type::Small, palette.muted, example);
                    text::one_line(ui, example);
                }
            });
        });
        if !preview.unmapped.is_empty() {
            ui.add_space(4.0);
            parts::rule(ui);
            ui.horizontal_wrapped(|ui| {
                text::small(ui, "Not used");
                for heading in &preview.unmapped {
                    ui.add(Chip::new(Icon::Minus, Tone::Neutral, heading));
                }
            });
        }
    });
}

fn sample_ui(ui: &mut Ui, preview: &Preview) {
    parts::table_card(ui, |ui| {
        ScrollArea::horizontal().id_salt("sample across").auto_shrink([false, true]).show(ui, |ui| {
            ui.spacing_mut().item_spacing = vec2(0.0, 0.0);
            let height = 30.0 + 28.0 * preview.sample.len().min(10) as f32;
            let table = TableBuilder::new(ui)
                .id_salt("sample")
                .cell_layout(Layout::left_to_right(Align::Center))
                .columns(Column::initial(132.0).at_least(60.0).clip(true).resizable(true), preview.headings.len())
                .min_scrolled_height(height)
                .max_scroll_height(height)
                .auto_shrink([false, true]);
            table
                .header(30.0, |mut row| {
                    for (column, heading) in preview.headings.iter().enumerate() {
                        row.col(|ui| {
                            let palette = palette(ui);
                            ui.painter().rect_filled(ui.max_rect(), 0, palette.sunken);
                            ui.add_space(10.0);
                            let mapped = preview.mapping.field_of(column).is_some();
                            let ink = if mapped { palette.accent_text } else { palette.muted };
                            let words = text::coloured(Type::Caption, ink, heading);
                            text::one_line(ui, words);
                        });
                    }
                })
                .body(|rows| {
                    rows.rows(28.0, preview.sample.len(), |mut row| {
                        let cells = &preview.sample[row.index()];
                        for column in 0..preview.headings.len() {
                            row.col(|ui| {
                                ui.add_space(10.0);
                                let cell = cells.get(column).map_or("", String::as_str);
                                let words = text::coloured(Type::Small, palette(ui).text, cell);
                                text::one_line(ui, words);
                            });
                        }
                    });
                });
        });
    });
}
