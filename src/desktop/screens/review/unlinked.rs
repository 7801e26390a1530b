//! The people for whom no link is likely: who they are, which CHI record came nearest to each, and what it lacked.
//!
//! No weights are shown here: what was nearest is looked at before anything is decided, and may become a candidate.

use eframe::egui::{
    self, Align, Frame, Id, Key, Layout, Margin, Modifiers, Response, Role, ScrollArea, Sense, Ui, UiBuilder,
    WidgetInfo, vec2,
};

use crate::desktop::screens::pair::shown::{born, joined};
use crate::desktop::theme::{Type, palette, space, tokens};
use crate::desktop::widgets::{Button, Dialog, Icon, dialog, field, text};
use crate::person::{Chi, MosaicId, MosaicRecord, postcode};
use crate::stewardship::Refused;
use crate::stewardship::explain::{self, Nearest, Unlinked};
use crate::workspace::Workspace;

/// The most people that are listed: more are found by typing.
const LISTED: usize = 200;
/// The height of a person in the list.
const ROW: f32 = 46.0;
/// The width of the list.
const LIST: f32 = 300.0;

/// The list, while its dialog is open.
#[derive(Default)]
pub struct Without {
    text: String,
    /// What the list is of; nothing before it was read.
    searched: Option<String>,
    /// There are more than are listed.
    more: bool,
    people: Vec<MosaicId>,
    chosen: usize,
    /// What was nearest to the chosen person.
    nearest: Option<Unlinked>,
}

/// What became of the dialog.
pub enum Answer {
    /// Make this CHI a candidate of this person.
    Choose(MosaicId, Chi),
    /// Search a CHI for this person by hand.
    Search(Box<MosaicRecord>),
    /// No CHI can be found for this person.
    NotMatchable(Box<MosaicRecord>),
    /// Leave it.
    Leave,
}

impl Without {
    /// Somebody was judged: the list is read again, and the choice stays where it was.
    pub fn touched(&mut self) {
        self.searched = None;
    }

    fn read(&mut self, ws: &Workspace) -> Result<(), Refused> {
        if self.searched.as_deref() != Some(self.text.trim()) {
            let chosen = if self.searched.is_none() { self.chosen } else { 0 };
            self.searched = Some(self.text.trim().to_owned());
            (self.chosen, self.nearest) = (0, None);
            (self.people, self.more) = (Vec::new(), false);
            (self.people, self.more) = ws.mosaic_unlinked(self.text.trim(), LISTED)?;
            self.chosen = chosen.min(self.people.len().saturating_sub(1));
        }
        let Some(id) = self.people.get(self.chosen) else { return Ok(()) };
        if self.nearest.as_ref().is_none_or(|nearest| nearest.person.record.id != *id) {
            self.nearest = Some(explain::unlinked(ws, id)?);
        }
        Ok(())
    }

    /// Draws the dialog. `None` while it is open; an error is told once for what is chosen.
    pub fn ui(&mut self, ctx: &egui::Context, ws: &Workspace) -> Result<Option<Answer>, Refused> {
        let read = self.read(ws);
        if read.is_err() {
            self.people.clear();
        }
        let shown = Dialog::new("unlinked", "People without a link")
            .width(960.0)
            .near_top()
            .show(ctx, |ui, first| self.inside(ui, ws, first));
        let answer = shown.inner.or(shown.left.then_some(Answer::Leave));
        if answer.is_some() {
            Dialog::closed(ctx, "unlinked");
        }
        read.map(|()| answer)
    }

    fn inside(&mut self, ui: &mut Ui, ws: &Workspace, first: bool) -> Option<Answer> {
        // The arrows and Enter are the list's, though the field has the keyboard.
        let typing = ui.memory(|memory| memory.has_focus(Id::unique("unlinked text")));
        let (down, up, enter) = ui.input_mut(|input| {
            let mut key = |key, wanted: bool| wanted && input.consume_key(Modifiers::NONE, key);
            (key(Key::ArrowDown, true), key(Key::ArrowUp, true), key(Key::Enter, typing))
        });
        let width = ui.available_width();
        let search = field::search(ui, Id::unique("unlinked text"), "Surname or Mosaic id", &mut self.text, width);
        if first {
            search.request_focus();
        }
        let before = self.chosen;
        if down && self.chosen + 1 < self.people.len() {
            self.chosen += 1;
        }
        if up {
            self.chosen = self.chosen.saturating_sub(1);
        }
        ui.add_space(space().s);
        let tall = (ui.ctx().content_rect().height() - 330.0).clamp(120.0, 440.0);
        let mut answer = None;
        if self.people.is_empty() {
            ui.add_space(16.0);
            let words = match self.text.trim().is_empty() {
                true => "Everybody has a link that waits or stands, or was judged not matchable",
                false => "Nobody without a link is called so",
            };
            text::secondary(ui, words);
        } else {
            ui.horizontal_top(|ui| {
                ui.spacing_mut().item_spacing.x = 16.0;
                let wide = LIST.min(width * 0.4);
                ui.allocate_ui_with_layout(vec2(wide, tall), Layout::top_down(Align::Min), |ui| {
                    ui.set_width(wide);
                    self.list_ui(ui, ws, tall, before != self.chosen);
                });
                ui.vertical(|ui| answer = self.nearest_ui(ui, tall));
            });
        }
        let nearest = self.nearest.as_ref().filter(|_| !self.people.is_empty());
        let foot = dialog::foot(ui, |ui| {
            let pressed = nearest.and_then(|nearest| {
                let record = &nearest.person.record;
                let search = ui.add(Button::new("Find a CHI by hand…").icon(Icon::Search)).clicked();
                let none = Button::new("Not matchable…").hint("No CHI can be found for this person: say why");
                let none = ui.add(none).clicked();
                match (search, none) {
                    (true, _) => Some(Answer::Search(Box::new(record.clone()))),
                    (_, true) => Some(Answer::NotMatchable(Box::new(record.clone()))),
                    _ => None,
                }
            });
            ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                let count = text::count(self.people.len() as u64, "person without a link", "people without a link");
                let words = if self.more { format!("The first {count}: type to find others") } else { count };
                text::one_line(ui, text::coloured(Type::Small, palette(ui).muted, words));
            });
            pressed
        });
        if foot.is_some() {
            return foot;
        }
        let entered = nearest.filter(|_| enter).and_then(|nearest| {
            Some(Answer::Choose(nearest.person.record.id.clone(), nearest.nearest.first()?.chi.record.chi))
        });
        answer.or(entered)
    }

    fn list_ui(&mut self, ui: &mut Ui, ws: &Workspace, tall: f32, moved: bool) {
        ui.spacing_mut().item_spacing.y = 0.0;
        let mut area = ScrollArea::vertical().id_salt("unlinked people").max_height(tall).auto_shrink([false, false]);
        if moved {
            area = area.vertical_scroll_offset((self.chosen as f32 * ROW - tall / 2.0).max(0.0));
        }
        area.show_rows(ui, ROW, self.people.len(), |ui, rows| {
            for place in rows {
                // A record that cannot be read now is told of once it is chosen
                let Ok(Some(stored)) = ws.mosaic(&self.people[place]) else { continue };
                if person_ui(ui, &stored.record, place == self.chosen).clicked() {
                    self.chosen = place;
                }
            }
        });
    }

    fn nearest_ui(&self, ui: &mut Ui, tall: f32) -> Option<Answer> {
        let nearest = self.nearest.as_ref()?;
        let mut answer = None;
        ScrollArea::vertical().id_salt("nearest").max_height(tall).auto_shrink([false, false]).show(ui, |ui| {
            ui.spacing_mut().item_spacing.y = 6.0;
            let record = &nearest.person.record;
            ui.label(text::rich(ui, Type::Heading, record.details.display_name()));
            text::secondary(ui, line_of(record));
            ui.add_space(4.0);
            if nearest.nearest.is_empty() {
                text::body(ui, nearest.sentences().concat());
            }
            for (place, near) in nearest.nearest.iter().enumerate() {
                if near_ui(ui, near, place, record.restricted) {
                    answer = Some(Answer::Choose(record.id.clone(), near.chi.record.chi));
                }
            }
            if nearest.looked_at > 0 {
                let looked = text::count(nearest.looked_at as u64, "record was looked at", "records were looked at");
                text::small(ui, format!("The run kept no candidate. {looked} now, found by what two records share"));
            }
        });
        answer
    }
}

fn line_of(record: &MosaicRecord) -> String {
    if record.restricted {
        return joined(&["Restricted person", record.id.as_str()]);
    }
    joined(&[&born(&record.details), &postcode::spoken(&record.details.postcode), record.id.as_str()])
}

fn person_ui(ui: &mut Ui, record: &MosaicRecord, chosen: bool) -> Response {
    let palette = palette(ui);
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), ROW), Sense::click());
    let (name, line) = (record.details.display_name(), line_of(record));
    let label = joined(&[&name, &line]);
    response.widget_info(|| WidgetInfo::selected(Role::ListBoxOption, true, chosen, &label));
    if chosen {
        ui.painter().rect_filled(rect, tokens().radius.medium, palette.selected);
    } else if response.hovered() {
        ui.painter().rect_filled(rect, tokens().radius.medium, palette.hover);
    }
    let inside = UiBuilder::new().max_rect(rect.shrink2(vec2(10.0, 5.0))).layout(Layout::top_down(Align::Min));
    let mut words = ui.new_child(inside);
    words.spacing_mut().item_spacing.y = 1.0;
    text::one_line(&mut words, text::coloured(Type::Strong, palette.text, name));
    text::one_line(&mut words, text::coloured(Type::SmallMono, palette.secondary, line));
    response
}

/// A CHI record that came near: who it is, and what it lacks. True where it is to be made a candidate.
fn near_ui(ui: &mut Ui, near: &Nearest, place: usize, restricted: bool) -> bool {
    let details = &near.chi.record.details;
    let chi = near.chi.record.chi.spaced();
    let line = match restricted {
        true => chi.clone(),
        false => joined(&[&born(details), &postcode::spoken(&details.postcode), &chi, near.chi.record.status.words()]),
    };
    let why = why(near);
    let nth = if place == 0 { "Nearest" } else { "Then" };
    let label = format!("{nth}: {}, {line}. {why}", details.display_name());
    let builder = UiBuilder::new().accessibility_role(Role::Note).accessibility_label(label);
    let frame = Frame::NONE
        .fill(palette(ui).surface)
        .stroke(egui::Stroke::new(1.0, palette(ui).line))
        .corner_radius(tokens().radius.medium)
        .inner_margin(Margin::symmetric(12, 8));
    ui.scope_builder(builder, |ui| {
        frame
            .show(ui, |ui| {
                ui.set_width(ui.available_width());
                ui.spacing_mut().item_spacing.y = 3.0;
                let pressed = ui
                    .horizontal(|ui| {
                        ui.spacing_mut().item_spacing.x = 8.0;
                        ui.label(text::coloured(Type::SmallStrong, palette(ui).muted, nth));
                        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                            let choose = Button::new("Make it a candidate").small();
                            let choose = choose.name(format!("Make CHI {chi} a candidate"));
                            let likely = place == 0 && near.explanation.weight >= 0.0;
                            let pressed = ui.add(if likely { choose.primary() } else { choose }).clicked();
                            ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                                text::one_line(ui, text::rich(ui, Type::Strong, details.display_name()));
                            });
                            pressed
                        })
                        .inner
                    })
                    .inner;
                text::one_line(ui, text::coloured(Type::SmallMono, palette(ui).secondary, line));
                text::body(ui, why);
                pressed
            })
            .inner
    })
    .inner
}

/// What agrees and what does not, as a sentence, without the weights.
fn why(near: &Nearest) -> String {
    let told = near.explanation.agreements(false);
    let mut letters = told.chars();
    let told: String = letters.next().into_iter().flat_map(char::to_uppercase).chain(letters).collect();
    match near.explanation.weight < 0.0 {
        true => format!("{told}. Less likely than no match at all"),
        false if near.explanation.is_out_of_use() => {
            format!("{told}. CHI no longer uses the number: ask the health board for the current one")
        }
        false => format!("{told}. Likelier than no match by itself, and others have the better claim"),
    }
}
