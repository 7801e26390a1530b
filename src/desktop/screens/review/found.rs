//! Searching a CHI record by hand: what is typed finds, best fit to the person first, and Enter makes it a candidate.

use eframe::egui::{
    self, Align, Id, Key, Layout, Modifiers, Rect, Response, Role, ScrollArea, Sense, Ui, UiBuilder, Vec2, WidgetInfo,
    pos2, vec2,
};

use crate::desktop::screens::pair::shown::{born, joined};
use crate::desktop::theme::{Tone, Type, palette, space, tokens};
use crate::desktop::widgets::{Button, Chip, Dialog, Icon, dialog, field, text};
use crate::linkage::Agreement;
use crate::person::{Chi, ChiStatus, MosaicId, MosaicRecord, Sex};
use crate::stewardship::Refused;
use crate::stewardship::find::{self, Found};
use crate::workspace::Workspace;

/// The fewest characters that are searched for.
const LEAST: usize = 2;

/// A search, while its dialog is open.
pub struct Finder {
    mosaic: MosaicId,
    /// The person in a line.
    person: String,
    text: String,
    /// What the hits are of.
    searched: String,
    hits: Vec<Found>,
    chosen: usize,
}

/// What became of the dialog.
pub enum Answer {
    /// Make this CHI a candidate.
    Choose(Chi),
    /// Leave it.
    Leave,
}

impl Finder {
    /// Begins a search for a person.
    pub fn new(record: &MosaicRecord) -> Self {
        let details = &record.details;
        let person = if record.restricted {
            joined(&[&details.display_name(), "restricted person"])
        } else {
            joined(&[&details.display_name(), &born(details), &sex(details.sex), &details.postcode, record.id.as_str()])
        };
        Self {
            mosaic: record.id.clone(),
            person,
            text: String::new(),
            searched: String::new(),
            hits: Vec::new(),
            chosen: 0,
        }
    }

    /// The person that is searched for.
    pub fn mosaic(&self) -> &MosaicId {
        &self.mosaic
    }

    fn search(&mut self, ws: &Workspace) -> Result<(), Refused> {
        let text = self.text.trim();
        if text == self.searched {
            return Ok(());
        }
        self.searched = text.to_owned();
        self.chosen = 0;
        self.hits.clear();
        if text.chars().count() >= LEAST {
            self.hits = find::find_chi(ws, &self.mosaic, text)?;
        }
        Ok(())
    }

    /// Draws the dialog. `None` while it is open; an error is told once for what is typed.
    pub fn ui(&mut self, ctx: &egui::Context, ws: &Workspace) -> Result<Option<Answer>, Refused> {
        let read = self.search(ws);
        let shown = Dialog::new("find chi", "Find a CHI by hand")
            .width(760.0)
            .near_top()
            .show(ctx, |ui, first| self.inside(ui, first));
        let answer = shown.inner.or(shown.left.then_some(Answer::Leave));
        if answer.is_some() {
            Dialog::closed(ctx, "find chi");
        }
        read.map(|()| answer)
    }

    fn inside(&mut self, ui: &mut Ui, first: bool) -> Option<Answer> {
        // The arrows and Enter are the list's, though the field has the keyboard.
        let (down, up, enter) = ui.input_mut(|input| {
            let mut key = |key| input.consume_key(Modifiers::NONE, key);
            (key(Key::ArrowDown), key(Key::ArrowUp), key(Key::Enter))
        });
        text::secondary(ui, &self.person);
        ui.add_space(2.0);
        let width = ui.available_width();
        let name = "Name, date of birth, postcode or CHI";
        let search = field::search(ui, Id::unique("find chi text"), name, &mut self.text, width);
        if first {
            search.request_focus();
        }
        if down && self.chosen + 1 < self.hits.len() {
            self.chosen += 1;
        }
        if up {
            self.chosen = self.chosen.saturating_sub(1);
        }
        ui.add_space(space().s);
        let mut answer = None;
        let tallest = (ui.ctx().content_rect().height() - 410.0).clamp(110.0, 360.0);
        ScrollArea::vertical().max_height(tallest).auto_shrink([false, false]).show(ui, |ui| {
            ui.spacing_mut().item_spacing.y = 0.0;
            if self.hits.is_empty() {
                let words = match self.searched.chars().count() {
                    0..LEAST => "Type two letters or more. Every word must fit; what fits the person best comes first",
                    _ => "No CHI record fits every word. Try fewer words, or another spelling",
                };
                ui.add_space(16.0);
                text::secondary(ui, words);
            }
            for (place, hit) in self.hits.iter().enumerate() {
                let line = hit_ui(ui, hit, place == self.chosen);
                if place == self.chosen && (up || down) {
                    line.scroll_to_me(None);
                }
                if line.clicked() {
                    self.chosen = place;
                }
                if line.double_clicked() {
                    answer = Some(Answer::Choose(hit.chi.record.chi));
                }
            }
        });
        let foot = dialog::foot(ui, |ui| {
            let chosen = self.hits.get(self.chosen);
            let choose = Button::new("Make it a candidate").primary().enabled(chosen.is_some());
            let pressed = ui.add(choose).clicked();
            ui.with_layout(Layout::left_to_right(Align::Center), |ui| match self.hits.len() {
                0 => {}
                find::SHOWN => {
                    drop(text::small(ui, format!("The first {} that fit: type more to narrow it", find::SHOWN)))
                }
                n => drop(text::small(ui, text::count(n as u64, "record fits", "records fit"))),
            });
            pressed.then_some(()).and(chosen)
        });
        if let Some(hit) = foot.or(self.hits.get(self.chosen).filter(|_| enter)) {
            answer = Some(Answer::Choose(hit.chi.record.chi));
        }
        answer
    }
}

fn sex(sex: Sex) -> String {
    if sex == Sex::NotKnown { String::new() } else { sex.words().to_owned() }
}

fn hit_ui(ui: &mut Ui, hit: &Found, chosen: bool) -> Response {
    let palette = palette(ui);
    let record = &hit.chi.record;
    let details = &record.details;
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), 52.0), Sense::click());
    let name = joined(&[&details.display_name(), &born(details), &sex(details.sex), &details.postcode]);
    let agreements: Vec<String> =
        hit.explanation.comparisons.iter().map(|c| format!("{} {}", c.name, lower(c.agreement))).collect();
    let state = hit.pair.as_ref().map_or("", |pair| match &pair.decision {
        Some(decision) => decision.judgement.verdict.words(),
        None => "A candidate already",
    });
    let label = joined(&[&name, &record.chi.spaced(), record.status.words(), state, &agreements.join(", ")]);
    response.widget_info(|| WidgetInfo::selected(Role::ListBoxOption, true, chosen, &label));
    if chosen {
        ui.painter().rect_filled(rect, tokens().radius.medium, palette.selected);
    } else if response.hovered() {
        ui.painter().rect_filled(rect, tokens().radius.medium, palette.hover);
    }
    let inside = rect.shrink2(vec2(12.0, 6.0));
    let mut chips = ui.new_child(UiBuilder::new().max_rect(inside).layout(Layout::right_to_left(Align::Center)));
    chips.spacing_mut().item_spacing.x = 8.0;
    if !matches!(record.status, ChiStatus::Current | ChiStatus::Unknown) {
        chips.add(Chip::new(Icon::Warning, Tone::Warning, record.status.words()));
    }
    if !state.is_empty() {
        chips.add(Chip::new(Icon::Pin, Tone::Neutral, state));
    }
    let left = inside.with_max_x((inside.right() - chips.min_rect().width() - 12.0).max(inside.left() + 80.0));
    let mut words = ui.new_child(UiBuilder::new().max_rect(left).layout(Layout::top_down(Align::Min)));
    words.spacing_mut().item_spacing.y = 2.0;
    words.spacing_mut().interact_size.y = 16.0;
    words.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = 10.0;
        ui.label(text::rich(ui, Type::Strong, details.display_name()));
        let line = joined(&[&born(details), &sex(details.sex), &details.postcode]);
        text::one_line(ui, text::coloured(Type::Body, palette.secondary, line));
    });
    words.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = 5.0;
        ui.label(text::coloured(Type::SmallMono, palette.secondary, record.chi.spaced()));
        ui.add_space(6.0);
        for comparison in &hit.explanation.comparisons {
            mark_ui(ui, &comparison.name, comparison.agreement);
        }
    });
    response
}

fn lower(agreement: Agreement) -> &'static str {
    match agreement {
        Agreement::Same => "same",
        Agreement::Similar => "similar",
        Agreement::Differs => "differs",
        Agreement::Missing => "missing",
    }
}

/// A comparison in small: its mark and its name.
fn mark_ui(ui: &mut Ui, name: &str, agreement: Agreement) {
    let palette = palette(ui);
    let (icon, tone) = match agreement {
        Agreement::Missing => return,
        Agreement::Same => (Icon::Equal, Tone::Positive),
        Agreement::Similar => (Icon::Approx, Tone::Warning),
        Agreement::Differs => (Icon::NotEqual, Tone::Danger),
    };
    let colours = palette.tone(tone);
    let (_, rect) = ui.allocate_space(Vec2::splat(12.0));
    icon.paint(
        ui.painter(),
        Rect::from_center_size(pos2(rect.center().x, rect.center().y), Vec2::splat(11.0)),
        colours.text,
    );
    ui.label(text::coloured(Type::Caption, palette.muted, name));
}
