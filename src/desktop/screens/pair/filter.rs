//! The question which pairs the queue shows, and in what order.

use eframe::egui::{self, Ui};

use crate::desktop::theme::space;
use crate::desktop::widgets::field::Field;
use crate::desktop::widgets::{Button, Chip, Dialog, dialog, field, text};
use crate::pair::{Band, Hazards, PairKind, Verdict};
use crate::workspace::{Order, QueueFilter, StateFilter};

/// The filter while it is changed.
pub struct FilterDialog {
    filter: QueueFilter,
}

/// What became of it.
pub enum Filtered {
    /// Use this filter.
    Use(QueueFilter),
    /// Leave it as it was.
    Leave,
}

const STATES: [StateFilter; 7] = [
    StateFilter::Undecided,
    StateFilter::Answered(Verdict::Match),
    StateFilter::Answered(Verdict::NotMatch),
    StateFilter::Answered(Verdict::Unsure),
    StateFilter::Answered(Verdict::Refer),
    StateFilter::Decided,
    StateFilter::All,
];

const ORDERS: [Order; 4] = [Order::Mixed, Order::RiskFirst, Order::BestFirst, Order::ById];

/// A state, in words.
pub fn state_words(state: StateFilter) -> &'static str {
    match state {
        StateFilter::Undecided => "Undecided",
        StateFilter::Answered(Verdict::Match) => "Match",
        StateFilter::Answered(Verdict::NotMatch) => "Not a match",
        StateFilter::Answered(Verdict::Unsure) => "Unsure",
        StateFilter::Answered(Verdict::Refer) => "Referred",
        StateFilter::Decided => "Decided",
        StateFilter::All => "All",
    }
}

fn order_words(order: Order) -> &'static str {
    match order {
        Order::Mixed => "Mixed: the place says nothing about the score",
        Order::RiskFirst => "Hazards first",
        Order::BestFirst => "Best fit first",
        Order::ById => "By Mosaic id",
    }
}

/// A filter in a few words: "To review, undecided".
pub fn filter_words(filter: &QueueFilter) -> String {
    let mut words = match filter.bands.as_slice() {
        [] => "All bands".to_owned(),
        bands => bands.iter().map(|band| band.words()).collect::<Vec<_>>().join(" and "),
    };
    words += &format!(", {}", state_words(filter.state).to_lowercase());
    if !filter.hazards.is_empty() {
        let named: Vec<&str> = filter.hazards.each().map(Hazards::title).collect();
        words += &format!(", {}", named.join(" or "));
    }
    if !filter.text.trim().is_empty() {
        words += &format!(", “{}”", filter.text.trim());
    }
    words
}

impl FilterDialog {
    /// Begins with the filter that is used.
    pub fn new(filter: &QueueFilter) -> Self {
        Self { filter: filter.clone() }
    }

    /// Draws the question. `None` while it is not answered.
    pub fn ui(&mut self, ctx: &egui::Context) -> Option<Filtered> {
        let shown = Dialog::new("filter", "Which pairs").width(620.0).show(ctx, |ui, first| self.inside(ui, first));
        let answer = shown.inner.or(shown.left.then_some(Filtered::Leave));
        if answer.is_some() {
            Dialog::closed(ctx, "filter");
        }
        answer
    }

    fn inside(&mut self, ui: &mut Ui, first: bool) -> Option<Filtered> {
        let filter = &mut self.filter;
        ui.spacing_mut().item_spacing.y = space().s;
        let typed = Field::new("Mosaic id, CHI or surname").hint("All").focus(first).show(ui, &mut filter.text);
        let entered = field::entered(ui, &typed);
        ui.add_space(4.0);
        ui.spacing_mut().interact_size.y = 24.0;
        row_ui(ui, "Decision", |ui| {
            for state in STATES {
                let on = filter.state == state;
                if ui.add(Button::new(state_words(state)).small().selected(on)).clicked() {
                    filter.state = state;
                }
            }
        });
        row_ui(ui, "Band", |ui| {
            for band in Band::ALL {
                let on = filter.bands.contains(&band);
                if ui.add(Button::new(band.words()).small().selected(on)).clicked() {
                    if on {
                        filter.bands.retain(|chosen| *chosen != band);
                    } else {
                        filter.bands.push(band);
                        filter.bands.sort();
                    }
                }
            }
            if filter.bands.is_empty() {
                text::small(ui, "None chosen: all bands");
            }
        });
        if filter.kind == PairKind::Link {
            let mut every = !filter.best_only;
            if field::tick(ui, &mut every, "Other candidates of the same person too").changed() {
                filter.best_only = !every;
            }
        }
        text::caption(ui, "Any of these hazards");
        ui.horizontal_wrapped(|ui| {
            ui.spacing_mut().item_spacing = egui::vec2(6.0, 6.0);
            for hazard in Hazards::all().each() {
                let on = filter.hazards.contains(hazard);
                if ui.add(Chip::hazard(hazard).facet(on)).clicked() {
                    filter.hazards.toggle(hazard);
                }
            }
        });
        ui.add_space(4.0);
        field::choice(ui, "Order", &mut filter.order, &ORDERS, |order| order_words(order).to_owned(), 340.0);
        dialog::foot(ui, |ui| {
            if ui.add(Button::new("Show these").primary()).clicked() || entered {
                return Some(Filtered::Use(filter.clone()));
            }
            if ui.add(Button::new("Start again")).clicked() {
                return Some(Filtered::Use(QueueFilter::start(filter.kind)));
            }
            None
        })
    }
}

/// Choices in a row, behind their name.
fn row_ui(ui: &mut Ui, name: &str, choices: impl FnOnce(&mut Ui)) {
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing = egui::vec2(6.0, 6.0);
        let width = 64.0;
        ui.allocate_ui_with_layout(egui::vec2(width, 24.0), egui::Layout::left_to_right(egui::Align::Center), |ui| {
            ui.set_min_width(width);
            text::caption(ui, name);
        });
        choices(ui);
    });
}
