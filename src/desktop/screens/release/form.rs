//! By which profile the files are written: the choice, how they begin, and making a profile of one's own.

use eframe::egui::{ScrollArea, Ui, vec2};

use super::Action;
use crate::desktop::jobs::Job;
use crate::desktop::out::Out;
use crate::desktop::session::Session;
use crate::desktop::theme::{Tone, Type, font, palette};
use crate::desktop::widgets::dialog::{self, Dialog};
use crate::desktop::widgets::field::{self, Field as Typed};
use crate::desktop::widgets::{Button, Icon, parts, text};
use crate::release::field::Field;
use crate::release::profile::{Cell, Column, DELIMITERS, DateForm, Quoting, RowsOf};
use crate::release::profiles::{self, Choice};
use crate::release::{self, ExportProfile, LineEnd, ReleaseError};
use crate::workspace::BatchId;

/// The profiles, which is chosen, how its table begins, and one that is being made.
#[derive(Default)]
pub struct Forms {
    choices: Vec<Choice>,
    chosen: usize,
    /// How the table begins by a profile: the profile, and what came of it.
    begins: Option<(ExportProfile, Result<String, String>)>,
    reading: Option<ExportProfile>,
    edit: Option<Edit>,
    open: bool,
    /// The profile to choose once it is read: it was just saved.
    wanted: Option<String>,
}

/// The width of what can be done with a column.
const BUTTONS: f32 = 160.0;

/// A profile that is being made.
struct Edit {
    profile: ExportProfile,
    /// The most rows of a file, as typed.
    most: String,
}

/// Reads the profiles.
pub fn read() -> Job {
    Job::reads_ahead("Reading the export profiles", |ws, _| {
        let read = ws.map_err(ReleaseError::from).and_then(|ws| profiles::choices(ws));
        Action::Profiles(read).into()
    })
}

/// Reads how the table of a batch begins by a profile.
fn glance(batch: BatchId, profile: ExportProfile) -> Job {
    Job::reads_ahead("Reading how the file begins", move |ws, _| {
        let read = ws.map_err(ReleaseError::from).and_then(|ws| release::glance(ws, batch, &profile));
        Action::Begins(Box::new(profile), read).into()
    })
}

impl Forms {
    /// The profile to write by.
    pub fn profile(&self) -> ExportProfile {
        self.choices.get(self.chosen).map(|choice| choice.profile.clone()).unwrap_or_default()
    }

    /// Chooses a profile that was just saved, once it is read.
    pub fn want(&mut self, name: String) {
        self.wanted = Some(name);
    }

    /// Takes the profiles that were read. The one that was chosen stays so; at first it is the one that was last written by.
    pub fn take(&mut self, choices: Vec<Choice>, last: Option<String>) {
        let at_first = last.filter(|_| self.choices.is_empty());
        let name = self.wanted.take().or(at_first).unwrap_or_else(|| self.profile().name);
        self.chosen = choices.iter().position(|choice| choice.profile.name == name).unwrap_or(0);
        self.choices = choices;
    }

    /// Takes how the table begins.
    pub fn begins(&mut self, profile: ExportProfile, read: Result<String, ReleaseError>) {
        self.reading = None;
        self.begins = Some((profile, read.map_err(|error| error.to_string())));
    }

    /// Forgets how the table begins: another batch is shown.
    pub fn another(&mut self) {
        self.begins = None;
    }

    /// The profile that the preview is of: the one being made, or the chosen one.
    fn shown(&self) -> ExportProfile {
        self.edit.as_ref().map_or_else(|| self.profile(), |edit| edit.profile.clone())
    }

    fn ask(&mut self, batch: BatchId, session: &Session, out: &mut Out) {
        let shown = self.shown();
        let known = self.begins.as_ref().is_some_and(|(profile, _)| *profile == shown);
        if known || self.reading.is_some() || shown.fault().is_some() || session.writing().is_some() {
            return;
        }
        self.reading = Some(shown.clone());
        out.start(glance(batch, shown));
    }

    /// The choice, and how the table begins.
    pub fn ui(&mut self, ui: &mut Ui, batch: BatchId, session: &Session, out: &mut Out) {
        self.ask(batch, session, out);
        parts::wide_card(ui, |ui| {
            let places: Vec<usize> = (0..self.choices.len()).collect();
            let named: Vec<String> = self
                .choices
                .iter()
                .map(|choice| format!("{}: {}", choice.profile.name, choice.profile.title))
                .collect();
            let words = |place: usize| named.get(place).cloned().unwrap_or_else(|| "…".to_owned());
            let mut chosen = self.chosen;
            ui.horizontal_wrapped(|ui| {
                let width = (ui.available_width() - 150.0).clamp(160.0, 420.0);
                field::choice(ui, "Export profile", &mut chosen, &places, words, width);
                if session.is_supervisor() || session.me().administers {
                    field::begin_where_it_fits(ui, BUTTONS);
                    ui.vertical(|ui| {
                        ui.spacing_mut().item_spacing.y = 4.0;
                        text::caption(ui, " ");
                        let make = Button::new("Make a profile…").icon(Icon::Plus);
                        if ui.add(make.hint("Start from the chosen one and save it under a name of your own")).clicked()
                        {
                            self.begin();
                        }
                    });
                }
            });
            self.chosen = chosen;
            let profile = self.profile();
            if profile.rows != RowsOf::Seed {
                let words = "Not for Mosaic: this table goes alone, and the batch is not released by writing it";
                text::small(ui, words);
            }
            let mut open = self.open;
            if parts::fold(ui, "How the file begins", &mut open) {
                ui.vertical(|ui| {
                    keep_room(ui);
                    self.begins_ui(ui, &profile);
                });
            }
            self.open = open;
        });
        ui.add_space(8.0);
    }

    fn begins_ui(&self, ui: &mut Ui, profile: &ExportProfile) {
        match &self.begins {
            Some((of, Ok(words))) if of == profile => lines_ui(ui, words),
            Some((of, Err(fault))) if of == profile => drop(parts::banner(ui, Tone::Danger, fault)),
            _ => drop(text::secondary(ui, "Reading…")),
        }
    }

    fn begin(&mut self) {
        let from = self.profile();
        let shipped = self.choices.get(self.chosen).is_some_and(|choice| choice.origin == profiles::Origin::Shipped);
        let name = if shipped { format!("my-{}", from.name) } else { from.name.clone() };
        let most = from.most_rows.map(|most| most.to_string()).unwrap_or_default();
        self.edit = Some(Edit { profile: ExportProfile { name, ..from }, most });
    }

    /// The dialog in which a profile is made. Gives the profile to save.
    pub fn edit_ui(
        &mut self,
        ui: &mut Ui,
        batch: Option<BatchId>,
        session: &Session,
        out: &mut Out,
    ) -> Option<ExportProfile> {
        self.edit.as_ref()?;
        if let Some(batch) = batch {
            self.ask(batch, session, out);
        }
        let mut edit = self.edit.take()?;
        let shown = Dialog::new("profile", "Export profile").width(760.0).show(ui.ctx(), |ui, first| {
            // Room for the title, for how the file begins and for the buttons
            let height = (ui.ctx().content_rect().height() - 400.0).max(160.0);
            ScrollArea::vertical().max_height(height).show(ui, |ui| parts::beside_the_bar(ui, |ui| edit.ui(ui, first)));
            let fault = edit.profile.fault();
            ui.add_space(6.0);
            ScrollArea::vertical().id_salt("how it begins").max_height(130.0).show(ui, |ui| {
                keep_room(ui);
                match &fault {
                    Some(fault) => drop(parts::banner(ui, Tone::Danger, fault)),
                    None => self.begins_ui(ui, &edit.profile),
                }
            });
            dialog::foot(ui, |ui| {
                let save =
                    Button::new("Save the profile").primary().enabled(fault.is_none() && session.writing().is_none());
                (ui.add(save).clicked(), ui.add(Button::new("Cancel")).clicked())
            })
        });
        match shown.inner {
            (true, _) => {
                Dialog::closed(ui.ctx(), "profile");
                Some(edit.profile)
            }
            (false, leave) if leave || shown.left => {
                Dialog::closed(ui.ctx(), "profile");
                None
            }
            _ => {
                self.edit = Some(edit);
                None
            }
        }
    }
}

/// Keeps the room of a whole glance, so that nothing below moves under a pointer when one comes.
fn keep_room(ui: &mut Ui) {
    let line = ui.fonts_mut(|fonts| fonts.row_height(&font(Type::SmallMono))) + ui.spacing().item_spacing.y;
    ui.set_min_height(release::GLANCE_LINES as f32 * line);
}

/// Lines of a file as they are, a tab shown as an arrow.
fn lines_ui(ui: &mut Ui, words: &str) {
    ScrollArea::horizontal().id_salt("begins").show(ui, |ui| {
        ui.vertical(|ui| {
            for line in words.lines() {
                let shown: String = line.replace('\u{feff}', "").replace('\t', " → ");
                let line = text::coloured(Type::SmallMono, palette(ui).secondary, shown);
                ui.add(eframe::egui::Label::new(line).extend());
            }
        });
    });
}

impl Edit {
    fn ui(&mut self, ui: &mut Ui, first: bool) {
        let Self { profile, most } = self;
        ui.horizontal_wrapped(|ui| {
            Typed::new("Name").width(200.0).focus(first).show(ui, &mut profile.name);
            Typed::new("What it is for").width(300.0).show(ui, &mut profile.title);
            field::choice(ui, "Rows", &mut profile.rows, &RowsOf::ALL, |it| it.words().to_owned(), 190.0);
        });
        ui.horizontal_wrapped(|ui| {
            let signs = DELIMITERS.map(|(sign, _)| sign);
            let named = |sign: char| {
                let known = DELIMITERS.iter().find(|(known, _)| *known == sign);
                known.map_or_else(|| sign.to_string(), |(_, name)| (*name).to_owned())
            };
            field::choice(ui, "Between fields", &mut profile.delimiter, &signs, named, 110.0);
            field::choice(
                ui,
                "Quotation marks",
                &mut profile.quoting,
                &Quoting::ALL,
                |it| it.words().to_owned(),
                130.0,
            );
            field::choice(ui, "Dates", &mut profile.dates, &DateForm::ALL, |it| it.words().to_owned(), 130.0);
            let ends = [LineEnd::Lf, LineEnd::CrLf];
            let end = |it: LineEnd| if it == LineEnd::Lf { "LF" } else { "CR LF" }.to_owned();
            field::choice(ui, "Line ends", &mut profile.line_end, &ends, end, 90.0);
        });
        ui.horizontal_wrapped(|ui| {
            Typed::new("File name").mono().width(280.0).show(ui, &mut profile.file_name);
            let rows = Typed::new("Most rows in a file").width(140.0).hint("No limit").show(ui, most);
            if rows.changed() {
                let typed: String = most.chars().filter(char::is_ascii_digit).collect();
                profile.most_rows = typed.parse().ok();
            }
            Typed::new("Sharing protocol").width(220.0).show(ui, &mut profile.sharing_protocol);
        });
        field::tick(ui, &mut profile.headings, "First line names the columns");
        field::tick(ui, &mut profile.byte_order_mark, "Begins with a byte order mark");
        if profile.rows != RowsOf::Seed {
            field::tick(ui, &mut profile.harmless, "Cells that a spreadsheet would run are made harmless");
        }
        ui.add_space(6.0);
        text::strong(ui, "Columns");
        self.columns_ui(ui);
    }

    fn columns_ui(&mut self, ui: &mut Ui) {
        let profile = &mut self.profile;
        let fields: Vec<Option<Field>> = std::iter::once(None)
            .chain(Field::ALL.iter().copied().filter(|field| field.is_of(profile.rows)).map(Some))
            .collect();
        let last = profile.columns.len().saturating_sub(1);
        let (mut up, mut gone) = (None, None);
        for (at, column) in profile.columns.iter_mut().enumerate() {
            let number = at + 1;
            ui.horizontal_wrapped(|ui| {
                Typed::new(&format!("Heading {number}")).width(190.0).show(ui, &mut column.heading);
                let mut holds = match &column.cell {
                    Cell::Field(field) => Some(*field),
                    Cell::Constant(_) => None,
                };
                let words = |field: Option<Field>| field.map_or("The same text", Field::words).to_owned();
                if field::choice(ui, &format!("Column {number} holds"), &mut holds, &fields, words, 240.0) {
                    column.cell = holds.map_or(Cell::Constant(String::new()), Cell::Field);
                }
                if let Cell::Constant(text) = &mut column.cell {
                    Typed::new(&format!("Text {number}")).width(110.0).show(ui, text);
                }
                field::begin_where_it_fits(ui, BUTTONS);
                ui.vertical(|ui| {
                    ui.spacing_mut().item_spacing.y = 4.0;
                    text::caption(ui, " ");
                    ui.horizontal(|ui| {
                        let earlier = Button::new("Earlier").small().name(format!("Column {number} earlier"));
                        if ui.add(earlier.enabled(at > 0)).clicked() {
                            up = Some(at);
                        }
                        let out = Button::new("Remove").small().name(format!("Remove column {number}"));
                        if ui.add(out.enabled(last > 0)).clicked() {
                            gone = Some(at);
                        }
                    });
                });
            });
        }
        if let Some(at) = up {
            profile.columns.swap(at, at - 1);
        }
        if let Some(at) = gone {
            profile.columns.remove(at);
        }
        ui.allocate_space(vec2(0.0, 2.0));
        if ui.add(Button::new("Add a column").icon(Icon::Plus).small()).clicked() {
            let number = profile.columns.len() + 1;
            profile.columns.push(Column::constant(&format!("COLUMN_{number}"), ""));
        }
    }
}
