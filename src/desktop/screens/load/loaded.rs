//! What came of a load, and the files that are loaded.

use eframe::egui::{Ui, vec2};

use super::{Action, next_step, work};
use crate::desktop::out::Out;
use crate::desktop::session::Session;
use crate::desktop::theme::{Tone, Type, palette, space};
use crate::desktop::widgets::table::{Col, Table, TableState};
use crate::desktop::widgets::{Button, Icon, parts, text};
use crate::stewardship::load::{LoadOutcome, Noticed};
use crate::words;
use crate::workspace::{FileId, SourceFile};

/// A row that was turned away: its line, why, and its cells.
type Rejected = (u64, String, Vec<String>);

/// The loaded files, and the one that is looked at.
#[derive(Default)]
pub struct Files {
    all: Option<Vec<SourceFile>>,
    names: Vec<(crate::workspace::StaffId, String)>,
    table: TableState<FileId>,
    rejected: Option<(FileId, Vec<Rejected>)>,
}

impl Files {
    /// Forgets what was read.
    pub fn forget(&mut self) {
        self.all = None;
        self.rejected = None;
    }

    /// Reads what is not known.
    pub fn read(&mut self, session: &Session, out: &mut Out) {
        if self.all.is_none() {
            let mut files = out.read(session.ws().files()).unwrap_or_default();
            files.reverse();
            self.names = out
                .read(session.ws().staff())
                .unwrap_or_default()
                .into_iter()
                .map(|person| (person.id, person.name))
                .collect();
            self.all = Some(files);
        }
        if let Some(id) = self.table.cursor
            && self.rejected.as_ref().is_none_or(|(file, _)| *file != id)
        {
            self.rejected = Some((id, out.read(session.ws().rejected(id)).unwrap_or_default()));
        }
    }

    fn name(&self, file: &SourceFile) -> &str {
        self.names.iter().find(|(id, _)| *id == file.by).map_or("", |(_, name)| name)
    }

    /// Draws the loaded files.
    pub fn ui(&mut self, ui: &mut Ui, out: &mut Out) {
        let Some(files) = self.all.take() else { return };
        if !files.is_empty() {
            parts::section(ui, "Loaded files", |ui| {
                text::small(ui, "Choose one to see what was noticed in it");
            });
            self.table_ui(ui, &files);
            if let Some(file) = files.iter().find(|file| Some(file.id) == self.table.cursor) {
                self.details_ui(ui, file, out);
            }
        }
        self.all = Some(files);
    }

    fn table_ui(&mut self, ui: &mut Ui, files: &[SourceFile]) {
        let wide = ui.available_width() > 860.0;
        let mut columns = vec![
            Col::rest("File", 120.0),
            Col::exact("Holds", if wide { 170.0 } else { 124.0 }),
            Col::exact("Rows", 92.0).right(),
            Col::exact("Accepted", 92.0).right(),
            Col::exact("Warned", 92.0).right(),
            Col::exact("Rejected", 92.0).right(),
        ];
        if wide {
            columns.extend([Col::exact("Loaded", 160.0), Col::exact("By", 130.0)]);
        }
        let keys: Vec<FileId> = files.iter().map(|file| file.id).collect();
        let height = 32.0 * (files.len().min(8) as f32) + 33.0;
        let mut state = std::mem::take(&mut self.table);
        parts::table_card(ui, |ui| {
            ui.allocate_ui(vec2(ui.available_width(), height), |ui| {
                ui.set_min_height(height);
                let label = |place: usize| {
                    let file = &files[place];
                    format!(
                        "{}, {}, {}: {} accepted, {} warned, {} rejected",
                        file.name,
                        kind_words(&file.kind),
                        text::count(file.rows, "row", "rows"),
                        text::number(file.accepted),
                        text::number(file.warned),
                        text::number(file.rejected)
                    )
                };
                Table::new("loaded files", "Loaded files", &columns).show(
                    ui,
                    &mut state,
                    &keys,
                    label,
                    |row, place| {
                        let file = &files[place];
                        row.text(&file.name);
                        row.quiet(kind_words(&file.kind));
                        row.text(text::number(file.rows));
                        row.text(text::number(file.accepted));
                        toned(row, file.warned, Tone::Warning);
                        toned(row, file.rejected, Tone::Danger);
                        if wide {
                            row.quiet(text::moment(file.at));
                            row.quiet(self.name(file));
                        }
                    },
                );
            });
        });
        self.table = state;
    }

    fn details_ui(&self, ui: &mut Ui, file: &SourceFile, out: &mut Out) {
        let rejected = self.rejected.as_ref().filter(|(id, _)| *id == file.id).map(|(_, rows)| rows.as_slice());
        parts::section(ui, &file.name, |ui| {
            if file.rejected > 0 && ui.add(Button::new("Save rejected rows…").icon(Icon::Save).small()).clicked() {
                out.act(Action::SaveRejected(file.id, file.name.clone()));
            }
        });
        text::secondary(ui, format!("Loaded {} by {}", text::moment(file.at), self.name(file)));
        ui.add_space(space().s);
        parts::tiles(ui, 2, 360.0, |ui, place| {
            parts::wide_card(ui, |ui| {
                if place == 0 {
                    text::heading(ui, "What was noticed");
                    counts_ui(ui, &file.findings, file.rows, Tone::Warning, "Nothing: every row is clean");
                } else {
                    text::heading(ui, "Rejected rows");
                    rejected_ui(ui, rejected.unwrap_or_default());
                }
            });
        });
    }
}

fn toned(row: &mut crate::desktop::widgets::table::Cells<'_, '_, '_>, count: u64, tone: Tone) {
    row.cell(|ui| {
        let palette = palette(ui);
        let ink = if count > 0 { palette.tone(tone).text } else { palette.muted };
        let words = text::coloured(Type::Body, ink, text::number(count));
        ui.label(words);
    });
}

/// What a kind of file is called.
pub fn kind_words(kind: &str) -> &'static str {
    match kind {
        "mosaic" => "Mosaic extract",
        "chi" => "CHI extract",
        "relationships" => "Relationships",
        "narrow_pairs" => "Candidate pairs",
        "wide_pairs" => "Candidate pairs, wide",
        _ => "Other",
    }
}

fn counts_ui(ui: &mut Ui, counts: &[(String, u64)], whole: u64, tone: Tone, none: &str) {
    if counts.is_empty() {
        text::secondary(ui, none);
        return;
    }
    let mut counts: Vec<&(String, u64)> = counts.iter().collect();
    counts.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    ui.spacing_mut().item_spacing.y = 4.0;
    ui.spacing_mut().interact_size.y = 22.0;
    for (name, count) in counts {
        ui.horizontal(|ui| {
            let bar = 90.0;
            let room = ui.available_width() - bar - 78.0;
            ui.allocate_ui(vec2(room, 20.0), |ui| {
                ui.set_width(room);
                let words = text::rich(ui, Type::Body, name.as_str());
                text::one_line(ui, words);
            });
            ui.allocate_ui(vec2(bar, 20.0), |ui| {
                ui.set_width(bar);
                let label = format!("{name}: {}", text::count(*count, "row", "rows"));
                parts::parts_bar(ui, &[(*count as f64, tone)], whole as f64, 6.0, &label);
            });
            ui.with_layout(eframe::egui::Layout::right_to_left(eframe::egui::Align::Center), |ui| {
                text::strong(ui, text::number(*count));
            });
        });
    }
}

fn rejected_ui(ui: &mut Ui, rows: &[Rejected]) {
    if rows.is_empty() {
        text::secondary(ui, "None: every row was taken");
        return;
    }
    const SHOWN: usize = 12;
    ui.spacing_mut().item_spacing.y = 6.0;
    for (line, reason, raw) in rows.iter().take(SHOWN) {
        ui.horizontal_top(|ui| {
            ui.spacing_mut().interact_size.y = 18.0;
            let palette = palette(ui);
            ui.label(text::coloured(Type::SmallMono, palette.muted, format!("Line {line}")));
            ui.vertical(|ui| {
                ui.spacing_mut().item_spacing.y = 1.0;
                ui.label(text::coloured(Type::Body, palette.text, reason));
                let cells = text::coloured(Type::Small, palette.muted, raw.join(" · "));
                text::one_line(ui, cells);
            });
        });
    }
    if rows.len() > SHOWN {
        text::small(ui, format!("and {} more: save them to see all", text::number((rows.len() - SHOWN) as u64)));
    }
}

/// What to do about what was noticed, and where it is.
fn to_do_ui(ui: &mut Ui, noticed: &[Noticed]) {
    for it in noticed.iter().filter(|it| !it.to_do.is_empty()) {
        ui.add_space(space().xs);
        let lines = it.lines_words();
        let place = if lines.is_empty() { String::new() } else { format!(" ({lines})") };
        text::small(ui, format!("{}{place}: {}", it.what, words::lower_first(it.to_do)));
    }
}

/// Draws what came of a load.
pub fn outcome_ui(ui: &mut Ui, session: &Session, outcome: &LoadOutcome, out: &mut Out) {
    let file = &outcome.file;
    let (next, words) = next_step(session, &file.kind);
    let line = format!("{}, {}", kind_words(&file.kind), text::count(outcome.tally.rows, "row", "rows"));
    let buttons = |ui: &mut Ui, out: &mut Out| {
        if ui.add(Button::command(next).primary().without_key()).clicked() {
            out.command(next);
        }
        if ui.add(Button::new("Load another file")).clicked() {
            out.act(Action::Back);
        }
    };
    parts::asking_page(ui, out, &format!("{} was loaded", file.name), &line, buttons, |ui, out| {
        parts::banner(ui, Tone::Positive, words);
        for suspicion in &outcome.in_spite_of {
            ui.add_space(space().s);
            parts::banner(ui, Tone::Warning, &format!("Loaded in spite of this: {}", suspicion.seen));
        }
        if outcome.restricted != [0, 0] {
            let [now, no_longer] = outcome.restricted.map(|n| text::count(n, "person", "people"));
            ui.add_space(space().s);
            let words = format!("Restricted now and not before: {now}. No longer restricted: {no_longer}");
            parts::banner(ui, Tone::Warning, &words);
        }
        ui.add_space(space().m);
        let tally = &outcome.tally;
        let share = |n| text::percent(n, tally.rows);
        let warned = if tally.warned > 0 { Tone::Warning } else { Tone::Neutral };
        let rejected = if tally.rejected > 0 { Tone::Danger } else { Tone::Neutral };
        let tiles = [
            ("Accepted", tally.accepted, share(tally.accepted), Tone::Positive),
            ("Accepted with a warning", tally.warned, share(tally.warned), warned),
            ("Rejected", tally.rejected, share(tally.rejected), rejected),
        ];
        parts::tiles(ui, tiles.len(), 200.0, |ui, place| {
            let (name, count, line, tone) = &tiles[place];
            parts::stat(ui, name, &text::number(*count), &format!("{line} of the rows"), *tone);
        });
        ui.add_space(space().m);
        let changed = match outcome.only_chi {
            0 => "here, with other details".to_owned(),
            n => format!("{} only in the CHI", text::number(n)),
        };
        let tiles = [
            ("New", outcome.added, "not here before"),
            ("Changed", outcome.changed, changed.as_str()),
            ("The same", outcome.same_as_before, "here, unchanged"),
            ("Gone", outcome.gone, "here, not in this extract"),
        ];
        parts::tiles(ui, tiles.len(), 160.0, |ui, place| {
            let (name, count, line) = tiles[place];
            parts::stat(ui, name, &text::number(count), line, Tone::Neutral);
        });
        work::work_ui(ui, &outcome.work, out);
        ui.add_space(space().m);
        let pairs = |map: &std::collections::BTreeMap<String, u64>| -> Vec<(String, u64)> {
            map.iter().map(|(name, count)| (name.clone(), *count)).collect()
        };
        parts::tiles(ui, 2, 360.0, |ui, place| {
            parts::wide_card(ui, |ui| {
                if place == 0 {
                    text::heading(ui, "What was noticed");
                    counts_ui(ui, &pairs(&tally.findings), tally.rows, Tone::Warning, "Nothing: every row is clean");
                    to_do_ui(ui, &outcome.noticed);
                } else {
                    text::heading(ui, "Why rows were rejected");
                    counts_ui(ui, &pairs(&tally.rejects), tally.rows, Tone::Danger, "None was: every row was taken");
                    to_do_ui(ui, &outcome.turned_away);
                    if tally.rejected > 0 {
                        ui.add_space(6.0);
                        if ui.add(Button::new("Save rejected rows…").icon(Icon::Save).small()).clicked() {
                            out.act(Action::SaveRejected(file.id, file.name.clone()));
                        }
                    }
                }
            });
        });
    });
}
