//! The signed batches at the left and the release of the chosen one at the right; in a narrow window they take turns.

use eframe::egui::{Rect, ScrollArea, Ui, UiBuilder, pos2};

use super::read::{Preview, Signed};
use super::work::{self, For};
use super::{Ask, NARROW, Release, answers, show};
use crate::desktop::command::Command;
use crate::desktop::out::Out;
use crate::desktop::screens::Screen;
use crate::desktop::screens::batches::list;
use crate::desktop::session::Session;
use crate::desktop::theme::{Tone, Type, palette};
use crate::desktop::widgets::dialog::{self, Dialog};
use crate::desktop::widgets::field::{self, Field};
use crate::desktop::widgets::table::{Col, Table};
use crate::desktop::widgets::{Button, Icon, parts, text};
use crate::words::day_and_time;
use crate::workspace::BatchId;

const LIST_WIDTH: f32 = 272.0;

impl Release {
    pub(super) fn body_ui(&mut self, ui: &mut Ui, session: &Session, out: &mut Out) {
        let Some(signed) = self.signed.take() else {
            text::secondary(ui, "Reading the signed batches…");
            return;
        };
        let room = ui.available_rect_before_wrap();
        if signed.is_empty() {
            self.nothing_ui(ui, out);
        } else if room.width() < NARROW {
            if self.inside {
                if ui.add(Button::new("All signed batches").icon(Icon::ArrowLeft).ghost().small()).clicked() {
                    self.inside = false;
                    self.focus_list = true;
                }
                self.chosen_ui(ui, &signed, session, out);
            } else {
                self.list_ui(ui, &signed);
            }
        } else {
            let edge = room.left() + LIST_WIDTH;
            let left = Rect::from_min_max(room.min, pos2(edge, room.bottom()));
            let right = Rect::from_min_max(pos2(edge + 20.0, room.top()), room.max);
            ui.scope_builder(UiBuilder::new().max_rect(left), |ui| self.list_ui(ui, &signed));
            ui.scope_builder(UiBuilder::new().max_rect(right), |ui| self.chosen_ui(ui, &signed, session, out));
            ui.advance_cursor_after_rect(room);
        }
        self.signed = Some(signed);
    }

    fn nothing_ui(&self, ui: &mut Ui, out: &mut Out) {
        if let Some((folder, verified)) = &self.checked {
            ScrollArea::vertical().show(ui, |ui| show::verified_ui(ui, folder, verified));
            return;
        }
        let line = "Once a supervisor has signed a batch, its match file for Mosaic is written here";
        parts::empty(ui, Icon::Send, "No batch is signed yet", line, |ui| {
            if ui.add(Button::new("Go to the batches").icon(Icon::Layers).primary()).clicked() {
                out.command(Command::Go(Screen::Batches));
            }
        });
    }

    fn list_ui(&mut self, ui: &mut Ui, signed: &[Signed]) {
        let keys: Vec<BatchId> = signed.iter().map(|signed| signed.batch.id).collect();
        let focus = std::mem::take(&mut self.focus_list);
        let line = |signed: &Signed| match &signed.batch.released {
            Some((at, _)) => format!("Released {}", day_and_time(*at)),
            None => {
                let rows = signed.batch.links + signed.batch.merges;
                format!("Not released · {}", text::count(rows, "row", "rows"))
            }
        };
        const COLUMNS: [Col; 1] = [Col::rest("Batch", 120.0)];
        let table = Table::new("signed", "Signed batches", &COLUMNS).row_height(56.0).without_headings().focus(focus);
        let label = |place: usize| format!("{}, {}", signed[place].batch.name, line(&signed[place]));
        let shown = parts::table_card(ui, |ui| {
            table.show(ui, &mut self.list, &keys, label, |cells, place| {
                let signed = &signed[place];
                cells.cell(|ui| list::two_lines(ui, list::look(&signed.batch), &signed.batch.name, &line(signed)));
            })
        });
        if let Some(batch) = self.list.cursor.filter(|_| shown.moved || shown.activated.is_some()) {
            self.choose(batch);
            let clicked = shown.moved && ui.input(|input| input.pointer.any_released());
            self.inside |= clicked || shown.activated.is_some();
        }
    }

    fn chosen_ui(&mut self, ui: &mut Ui, signed: &[Signed], session: &Session, out: &mut Out) {
        let chosen = signed.iter().find(|signed| Some(signed.batch.id) == self.chosen);
        let (Some(signed), Some(preview)) = (chosen, self.preview.take()) else {
            text::secondary(ui, "Reading what would be written…");
            return;
        };
        let scroll = ScrollArea::vertical().id_salt(("release", signed.batch.id.0)).auto_shrink([false, false]);
        scroll.show(ui, |ui| parts::beside_the_bar(ui, |ui| self.release_ui(ui, signed, &preview, session, out)));
        self.preview = Some(preview);
    }

    fn release_ui(&mut self, ui: &mut Ui, signed: &Signed, preview: &Preview, session: &Session, out: &mut Out) {
        show::head_ui(ui, signed);
        let released = signed.batch.released.as_ref();
        let manifest = self.written.as_ref().map(|written| &written.manifest).or(preview.manifest.as_ref());
        if let (Some(manifest), Some((at, sha256))) = (manifest, released) {
            parts::wide_card(ui, |ui| {
                text::strong(ui, format!("Released on {}", day_and_time(*at)));
                let folder = text::coloured(Type::Small, palette(ui).muted, &self.folder);
                text::one_line(ui, folder);
                show::written_ui(ui, manifest, sha256, out);
            });
        } else {
            if let Some((at, sha256)) = released {
                let words = format!("Released on {}; its manifest begins {}", day_and_time(*at), &short(sha256));
                parts::banner(ui, Tone::Info, &words);
                ui.add_space(4.0);
            }
            show::preview_ui(ui, preview, released.is_some());
        }
        ui.add_space(8.0);
        if let Some(answers) = &preview.answers {
            answers::ui(ui, answers, session, out);
        }
        self.forms.ui(ui, signed.batch.id, session, out);
        self.where_ui(ui, released.is_some(), session, out);
        ui.add_space(8.0);
        if let Some((folder, verified)) = &self.checked {
            show::verified_ui(ui, folder, verified);
            ui.add_space(8.0);
        }
        if released.is_some() {
            show::elsewhere_ui(ui, &work::typed(&self.folder), out);
        }
    }

    /// Where the files are or will be, and what to do with them there.
    fn where_ui(&mut self, ui: &mut Ui, released: bool, session: &Session, out: &mut Out) {
        parts::wide_card(ui, |ui| {
            ui.horizontal(|ui| {
                let width = (ui.available_width() - 120.0).max(160.0);
                Field::new("Folder").mono().width(width).show(ui, &mut self.folder);
                ui.vertical(|ui| {
                    ui.spacing_mut().item_spacing.y = 4.0;
                    text::caption(ui, " ");
                    if ui.add(Button::new("Choose…").icon(Icon::Folder).name("Choose the folder…")).clicked() {
                        out.start(work::choose(For::Write, &self.folder));
                    }
                });
            });
            let note = if released {
                "Written again, the files are the same byte for byte. A file that differs is never written over"
            } else {
                "The folder is made where it is not there. A file that differs is never written over"
            };
            text::small(ui, note);
            ui.horizontal_wrapped(|ui| {
                let words = if released { "Write again" } else { "Write the match file" };
                let free = session.writing().is_none() && !self.folder.trim().is_empty();
                let mut write = Button::new(words).icon(Icon::Send).key(Command::WriteRelease.shortcut()).enabled(free);
                if !released {
                    write = write.primary();
                }
                if ui.add(write).clicked() {
                    out.command(Command::WriteRelease);
                }
                if released {
                    if ui.add(Button::new("Check these files").icon(Icon::Shield).primary()).clicked() {
                        out.start(work::check(work::typed(&self.folder)));
                    }
                    self.carry.buttons_ui(ui, &work::typed(&self.folder), session, out);
                    if ui.add(Button::new("Copy the folder's path").ghost()).clicked() {
                        out.copy(work::typed(&self.folder).display().to_string());
                        out.say("Copied");
                    }
                }
            });
            self.carry.outcome_ui(ui, &work::typed(&self.folder));
        });
    }

    pub(super) fn ask_ui(&mut self, ui: &mut Ui, out: &mut Out) {
        let Some(ask) = &mut self.ask else { return };
        let (title, label, note, go, what) = match ask {
            Ask::Check(_) => (
                "Verify a release",
                "Folder",
                "Needs no workspace: every file is read and compared with what the manifest says",
                "Check the files",
                For::Check,
            ),
            Ask::Report(_) => (
                "Report to a committee",
                "File",
                "One page with counts and charts, no personal data. It opens in any browser and prints on A4",
                "Write the report",
                For::Report,
            ),
            Ask::Load(_) => (
                "Load report from Mosaic",
                "File",
                "A table (CSV) with the person, the outcome and the reason of each row. It must be of this release",
                "Take it in",
                For::Load,
            ),
        };
        let (Ask::Check(path) | Ask::Report(path) | Ask::Load(path)) = ask;
        let shown = Dialog::new("release", title).width(560.0).show(ui.ctx(), |ui, first| {
            text::secondary(ui, note);
            ui.add_space(4.0);
            let mut done = false;
            ui.horizontal(|ui| {
                let width = (ui.available_width() - 120.0).max(160.0);
                let typed = Field::new(label).mono().width(width).focus(first).show(ui, path);
                done |= field::entered(ui, &typed);
                ui.vertical(|ui| {
                    ui.spacing_mut().item_spacing.y = 4.0;
                    text::caption(ui, " ");
                    if ui.add(Button::new("Choose…").icon(Icon::Folder)).clicked() {
                        out.start(work::choose(what, path));
                    }
                });
            });
            dialog::foot(ui, |ui| {
                let can = !path.trim().is_empty();
                done |= ui.add(Button::new(go).primary().enabled(can)).clicked();
                (done && can, ui.add(Button::new("Cancel")).clicked())
            })
        });
        match shown.inner {
            (true, _) => {
                let path = work::typed(path);
                match (what, self.chosen) {
                    (For::Check, _) => out.start(work::check(path)),
                    (For::Load, Some(batch)) => out.start(answers::take(batch, path)),
                    (For::Load, None) => {}
                    _ => out.start(work::write_report(path)),
                }
            }
            (false, leave) if leave || shown.left => {}
            _ => return,
        }
        self.ask = None;
        Dialog::closed(ui.ctx(), "release");
    }
}

/// A hash in its short form.
fn short(hash: &str) -> String {
    hash.chars().take(12).collect()
}
