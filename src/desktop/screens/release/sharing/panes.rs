//! How sharing is drawn: the protocol, a new extract, what went out, exceptions.

use eframe::egui::{Align, Layout, ScrollArea, Ui};

use super::ask::{About, Ask, level_ui};
use super::{Held, Sharing, What, chosen};
use crate::desktop::choosing;
use crate::desktop::out::Out;
use crate::desktop::session::Session;
use crate::desktop::settings;
use crate::desktop::theme::{Tone, Type, palette};
use crate::desktop::widgets::chip::Chip;
use crate::desktop::widgets::field::{self, Field};
use crate::desktop::widgets::{Button, Icon, parts, text};
use crate::stewardship::sharing::Wanted;
use crate::words::{day, number};
use crate::workspace::{Extract, Protocol};

/// How many of the extracts are listed; all of them are in the history.
const LISTED: usize = 12;

impl Sharing {
    /// Draws the pane.
    pub fn ui(&mut self, ui: &mut Ui, session: &Session, out: &mut Out) {
        let Some(held) = self.held.take() else {
            text::secondary(ui, "Reading what may be shared…");
            return;
        };
        ScrollArea::vertical().id_salt("sharing").auto_shrink([false, false]).show(ui, |ui| {
            parts::beside_the_bar(ui, |ui| {
                if let Some(words) = &held.overdue {
                    parts::banner(ui, Tone::Warning, words);
                    ui.add_space(8.0);
                }
                if let Some(protocol) = held.agreed() {
                    self.new_ui(ui, &held, protocol, session, out);
                    ui.add_space(8.0);
                }
                if held.protocol.is_some() {
                    self.extracts_ui(ui, &held);
                    ui.add_space(8.0);
                    self.exceptions_ui(ui, &held, session);
                    ui.add_space(8.0);
                }
                self.protocol_ui(ui, &held, session);
                ui.add_space(8.0);
                self.cross_reference_ui(ui, session);
            });
        });
        self.held = Some(held);
    }

    fn new_ui(&mut self, ui: &mut Ui, held: &Held, protocol: &Protocol, session: &Session, out: &mut Out) {
        let Some(purpose) = protocol.purposes.get(self.purpose) else { return };
        let base = held.base(self.level, purpose).map(|base| base.id.0);
        self.delta &= base.is_some();
        parts::wide_card(ui, |ui| {
            text::strong(ui, "New extract");
            ui.horizontal_wrapped(|ui| {
                ui.spacing_mut().item_spacing.x = 20.0;
                let levels: Vec<u8> = (1..=protocol.agreed).collect();
                level_ui(ui, "Level", &mut self.level, &levels);
                if let Some(base) = base {
                    ui.vertical(|ui| {
                        ui.spacing_mut().item_spacing.y = 4.0;
                        text::small(ui, "What is in it");
                        let words = |delta: bool| {
                            if delta { format!("What changed since extract {base}") } else { "Everybody".to_owned() }
                        };
                        field::segmented(ui, "What is in it", &mut self.delta, &[false, true], words);
                    });
                }
            });
            if protocol.purposes.len() > 1 {
                let all: Vec<usize> = (0..protocol.purposes.len()).collect();
                let words = |place: usize| protocol.purposes[place].clone();
                field::choice(ui, "Purpose", &mut self.purpose, &all, words, ui.available_width().min(520.0));
            } else {
                parts::field_row(ui, "Purpose", purpose);
            }
            let columns: Vec<&str> = protocol.allowed(self.level).into_iter().map(|column| column.code()).collect();
            parts::field_row_with(ui, "Columns", |ui| {
                let words =
                    text::coloured(Type::SmallMono, palette(ui).secondary, format!("CHI {}", columns.join(" ")));
                ui.label(words);
            });
            if let Some((people, left_out)) = held.people.get(usize::from(self.level).wrapping_sub(1)) {
                parts::field_row(ui, "Holds", &text::count(*people, "person", "people"));
                for (why, count) in left_out {
                    parts::field_row(ui, "Left out", &format!("{} {}", number(*count), why.words()));
                }
            }
            ui.horizontal(|ui| {
                let width = (ui.available_width() - 120.0).max(160.0);
                Field::new("Folder").mono().width(width).show(ui, &mut self.folder);
                ui.vertical(|ui| {
                    ui.spacing_mut().item_spacing.y = 4.0;
                    text::caption(ui, " ");
                    if ui.add(Button::new("Choose…").icon(Icon::Folder).name("Choose the folder…")).clicked() {
                        let title = "Choose the folder to write extracts into";
                        out.start(choosing::folder(title, None, chosen(What::Folder)));
                    }
                });
            });
            let free = session.writing().is_none() && !self.folder.trim().is_empty();
            if ui.add(Button::new("Write the extract").icon(Icon::Send).primary().enabled(free)).clicked() {
                self.write(Wanted { level: self.level, purpose: purpose.clone(), columns: Vec::new() }, out);
            }
        });
    }

    fn protocol_ui(&mut self, ui: &mut Ui, held: &Held, session: &Session) {
        let may = session.is_supervisor();
        let words = if held.protocol.is_some() { "Put another in force…" } else { "Put a protocol in force…" };
        let set = Button::new(words).icon(Icon::Upload).enabled(may);
        let set = if may { set } else { set.hint("A supervisor puts a protocol in force") };
        let Some(version) = &held.protocol else {
            let line = "Nothing can be shared before a supervisor puts one in force: a file with its levels, purposes and review";
            parts::empty(ui, Icon::Shield, "No sharing protocol", line, |ui| {
                if ui.add(set.primary()).clicked() {
                    self.ask = Some(Ask::new(About::Protocol, ""));
                }
                if ui.add(Button::new("Write an example…").icon(Icon::File)).clicked() {
                    self.ask = Some(Ask::new(About::Example, &suggested("protocol.json", session)));
                }
            });
            return;
        };
        let protocol = &version.protocol;
        parts::wide_card(ui, |ui| {
            ui.horizontal_wrapped(|ui| {
                text::strong(ui, "Sharing protocol");
                text::mono(ui, &protocol.reference);
            });
            let set_by = format!("Version {}, put in force by {} on {}", version.version, held.set_by, day(version.at));
            text::secondary(ui, set_by);
            parts::field_row(ui, "Review due", &protocol.review.strftime("%-d %b %Y").to_string());
            for level in &protocol.levels {
                parts::rule(ui);
                ui.horizontal_wrapped(|ui| {
                    text::body(ui, format!("{} {}", level.level, level.name));
                    if level.level <= protocol.agreed {
                        ui.add(Chip::new(Icon::Check, Tone::Positive, "Agreed"));
                    } else {
                        ui.add(Chip::new(Icon::Minus, Tone::Neutral, "Not agreed"));
                    }
                });
                let columns: Vec<&str> = level.columns.iter().map(|column| column.code()).collect();
                let words = text::coloured(Type::SmallMono, palette(ui).secondary, columns.join(" "));
                ui.label(words);
            }
            ui.add_space(4.0);
            ui.horizontal_wrapped(|ui| {
                if ui.add(set).clicked() {
                    self.ask = Some(Ask::new(About::Protocol, ""));
                }
                if ui.add(Button::new("Write it to a file…").icon(Icon::File)).clicked() {
                    self.ask = Some(Ask::new(About::Example, &suggested("protocol.json", session)));
                }
            });
        });
    }

    fn extracts_ui(&mut self, ui: &mut Ui, held: &Held) {
        parts::wide_card(ui, |ui| {
            text::strong(ui, "Extracts that went out");
            if held.extracts.is_empty() {
                text::secondary(ui, "None yet");
            }
            for extract in held.extracts.iter().take(LISTED) {
                parts::rule(ui);
                self.extract_ui(ui, extract, held);
            }
            if held.extracts.len() > LISTED {
                let more = (held.extracts.len() - LISTED) as u64;
                text::small(ui, format!("{} earlier in the history", text::count(more, "one", "ones")));
            }
        });
    }

    fn extract_ui(&mut self, ui: &mut Ui, extract: &Extract, held: &Held) {
        let form = match extract.base {
            Some(base) => {
                let [added, changed, withdrawn] = extract.rows.map(number);
                format!("since {}: {added} added, {changed} changed, {withdrawn} withdrawn", base.0)
            }
            None => "everybody".to_owned(),
        };
        let words = format!("Extract {}, level {}, {form}", extract.id.0, extract.level);
        let line = format!("{} · {} held then", day(extract.at), text::count(extract.people, "person", "people"));
        ui.horizontal(|ui| {
            ui.set_min_height(40.0);
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                let later = held.base(extract.level, &extract.purpose).is_some_and(|base| base.id > extract.id);
                match &extract.acknowledged {
                    Some((at, ..)) => {
                        ui.add(Chip::new(Icon::Check, Tone::Positive, format!("Loaded, {}", day(*at))));
                    }
                    None if later => {
                        text::small(ui, "Past");
                    }
                    None => {
                        let name = format!("Extract {} is loaded…", extract.id.0);
                        if ui.add(Button::new("It is loaded…").small().name(name)).clicked() {
                            self.ask = Some(Ask::new(About::Loaded(extract.id), ""));
                        }
                    }
                }
                ui.with_layout(Layout::top_down(Align::Min), |ui| {
                    ui.spacing_mut().item_spacing.y = 2.0;
                    let words = text::rich(ui, Type::Body, words);
                    text::one_line(ui, words);
                    let line = text::coloured(Type::Small, palette(ui).muted, line);
                    text::one_line(ui, line);
                });
            });
        });
    }

    fn exceptions_ui(&mut self, ui: &mut Ui, held: &Held, session: &Session) {
        parts::wide_card(ui, |ui| {
            text::strong(ui, "Restricted people who may be shared");
            if held.exceptions.is_empty() {
                text::secondary(ui, "None. Restricted people are in no extract");
            }
            for (exception, by) in &held.exceptions {
                parts::rule(ui);
                ui.horizontal(|ui| {
                    ui.set_min_height(32.0);
                    ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                        let mosaic = exception.pair.left();
                        let name = format!("Share {mosaic} no longer…");
                        if ui.add(Button::new("No longer…").small().name(name)).clicked() {
                            self.ask = Some(Ask::new(About::EndException, mosaic));
                        }
                        ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                            let words = format!(
                                "{} up to level {}, signed by {by} on {}",
                                exception.pair,
                                exception.level,
                                day(exception.at)
                            );
                            let words = text::rich(ui, Type::Body, words);
                            text::one_line(ui, words);
                        });
                    });
                });
            }
            ui.add_space(4.0);
            let may = session.is_supervisor();
            let sign = Button::new("Share a restricted person…").icon(Icon::Signature).enabled(may);
            let sign = if may { sign } else { sign.hint("A supervisor who did not decide the link signs it") };
            if ui.add(sign).clicked() {
                self.ask = Some(Ask::new(About::Except, ""));
            }
        });
    }

    fn cross_reference_ui(&mut self, ui: &mut Ui, session: &Session) {
        parts::wide_card(ui, |ui| {
            text::strong(ui, "Cross-reference");
            text::secondary(ui, "Which Mosaic person is which CHI, with status and since when, as CSV or FHIR R4");
            if ui.add(Button::new("Write the cross-reference…").icon(Icon::File)).clicked() {
                let path = suggested("cross-reference.csv", session);
                self.ask = Some(Ask::new(About::CrossReference, &path));
            }
        });
    }
}

/// Where a file is offered to be written.
fn suggested(name: &str, session: &Session) -> String {
    settings::documents().join(format!("{} {name}", session.ws().name())).display().to_string()
}
