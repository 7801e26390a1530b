//! Notices that come and go at the foot of the rail, and in a narrow window over its top right corner: one service for the whole
//! window. What failed stays until it is closed. Nothing moves for them: what is about to be pressed stays where it is.

use std::time::Duration;

use eframe::egui::accesskit::Live;
use eframe::egui::{
    Align, Align2, Area, Context, Frame, Id, Label, Layout, Margin, Order, Panel, Role, ScrollArea, Stroke, Ui,
    UiBuilder, vec2,
};

use super::{Button, Icon, text};
use crate::desktop::theme::{Tone, Type, palette, tokens};

/// A notice.
#[derive(Debug, Clone, PartialEq)]
pub struct Toast {
    tone: Tone,
    text: String,
    /// Seconds it stays; `None` until it is closed.
    stays: Option<f64>,
}

impl Toast {
    /// What was done.
    pub fn done(text: impl Into<String>) -> Self {
        Self { tone: Tone::Positive, text: text.into(), stays: Some(5.0) }
    }

    /// Why something was not done.
    pub fn warning(text: impl Into<String>) -> Self {
        Self { tone: Tone::Warning, text: text.into(), stays: Some(9.0) }
    }

    /// What failed.
    pub fn failure(text: impl Into<String>) -> Self {
        Self { tone: Tone::Danger, text: text.into(), stays: None }
    }
}

struct Shown {
    toast: Toast,
    number: u64,
    until: Option<f64>,
}

/// Notices shown at once.
const MOST: usize = 3;

/// Every notice that is shown.
#[derive(Default)]
pub struct Toasts {
    shown: Vec<Shown>,
    count: u64,
}

impl Toasts {
    /// Shows a notice. The same words again only stay longer; what was done takes the place of what was done before.
    pub fn add(&mut self, toast: Toast, now: f64) {
        let until = toast.stays.map(|seconds| now + seconds);
        if let Some(same) = self.shown.iter_mut().find(|shown| shown.toast == toast) {
            same.until = until;
            return;
        }
        if toast.tone == Tone::Positive {
            self.shown.retain(|shown| shown.toast.tone != Tone::Positive);
        }
        self.count += 1;
        self.shown.push(Shown { toast, number: self.count, until });
        if self.shown.len() > MOST {
            self.shown.remove(0);
        }
    }

    /// Takes every notice away.
    pub fn clear(&mut self) {
        self.shown.clear();
    }

    /// The newest notice's words.
    pub fn newest(&self) -> Option<&str> {
        self.shown.last().map(|shown| shown.toast.text.as_str())
    }

    /// Lets go what was shown long enough. Called once in each frame.
    pub fn tick(&mut self, ctx: &Context) {
        let now = ctx.input(|input| input.time);
        self.shown.retain(|shown| shown.until.is_none_or(|until| now < until));
        if let Some(soonest) = self.shown.iter().filter_map(|shown| shown.until).min_by(f64::total_cmp) {
            ctx.request_repaint_after(Duration::from_secs_f64((soonest - now).max(0.1)));
        }
    }

    /// Draws the notices at the foot of a column that is free there, in room of their own: nothing is behind them, and nothing
    /// moves when they come and go.
    pub fn column_ui(&mut self, ui: &mut Ui) {
        if self.shown.is_empty() {
            return;
        }
        let tallest = (ui.available_height() * 0.6).max(80.0);
        Panel::bottom("notices").resizable(false).show_separator_line(false).frame(Frame::NONE).show(ui, |ui| {
            // Left to itself a scroll area in a panel that fits itself to it stays at 64 points
            let area = ScrollArea::vertical().max_height(tallest).min_scrolled_height(tallest);
            area.show(ui, |ui| self.cards_ui(ui));
        });
    }

    /// Draws the notices near the top right corner, where there is no such column: over what is neither read nor answered there,
    /// beside the lock.
    pub fn corner_ui(&mut self, ctx: &Context) {
        if self.shown.is_empty() {
            return;
        }
        let room = ctx.content_rect();
        let area =
            Area::new(Id::unique("notices")).anchor(Align2::RIGHT_TOP, vec2(-46.0, 5.0)).order(Order::Foreground);
        area.show(ctx, |ui| {
            ui.set_width((room.width() * 0.37).clamp(240.0, 420.0));
            self.cards_ui(ui);
        });
    }

    fn cards_ui(&mut self, ui: &mut Ui) {
        ui.spacing_mut().item_spacing.y = 6.0;
        let closed = self.shown.iter().rev().filter(|shown| toast_ui(ui, shown)).map(|shown| shown.number).last();
        self.shown.retain(|shown| Some(shown.number) != closed);
    }
}

/// Draws a notice. True when it was closed.
fn toast_ui(ui: &mut Ui, shown: &Shown) -> bool {
    let palette = palette(ui);
    let colours = palette.tone(shown.toast.tone);
    let icon = match shown.toast.tone {
        Tone::Positive => Icon::Check,
        Tone::Danger | Tone::Warning => Icon::Warning,
        _ => Icon::Info,
    };
    let builder = UiBuilder::new().accessibility_role(Role::Alert).accessibility_label(shown.toast.text.clone());
    let frame = Frame::NONE
        .fill(palette.raised)
        .stroke(Stroke::new(1.0, colours.line))
        .corner_radius(tokens().radius.medium)
        .inner_margin(Margin { left: 9, right: 5, top: 5, bottom: 6 });
    let drawn = ui.scope_builder(builder, |ui| {
        let card = frame.show(ui, |ui| {
            ui.set_width(ui.available_width());
            ui.horizontal_top(|ui| {
                ui.spacing_mut().item_spacing.x = 6.0;
                let line = ui.allocate_ui_with_layout(vec2(16.0, 26.0), Layout::left_to_right(Align::Center), |ui| {
                    icon.show(ui, 15.0, colours.text);
                });
                ui.with_layout(Layout::right_to_left(Align::Min), |ui| {
                    let closed = ui.add(Button::icon_only(Icon::Close, "Close this notice").small()).clicked();
                    ui.vertical(|ui| {
                        ui.add_space(((line.response.rect.height() - 17.0) / 2.0).max(0.0));
                        let words = text::coloured(Type::Small, palette.text, shown.toast.text.as_str());
                        ui.add(Label::new(words).wrap());
                    });
                    closed
                })
                .inner
            })
            .inner
        });
        card.inner
    });
    ui.ctx().accesskit_node_builder(drawn.response.id, |node| node.set_live(Live::Assertive));
    drawn.inner
}

#[cfg(test)]
mod tests {
    use egui_kittest::Harness;
    use egui_kittest::kittest::Queryable;

    use super::*;

    #[test]
    fn a_long_notice_is_in_sight_to_its_end_in_a_narrow_column() {
        let mut toasts = Toasts::default();
        let words = "The workspace can only be read, because its lock was taken away, or its folder moved, while it was open. \
                     Lock it, and sign in again to go on";
        toasts.add(Toast::failure(words), 0.0);
        let mut window = Harness::builder().with_size(vec2(200.0, 700.0)).build_ui(move |ui| {
            toasts.column_ui(ui);
        });
        window.run();
        window.run();
        let text = window.get_by_role_and_label(Role::Label, words).rect();
        assert!(text.height() > 80.0 && text.top() > 0.0 && text.bottom() <= 700.0, "{text:?} is cut off");
    }

    #[test]
    fn the_same_words_are_shown_once_and_few_at_a_time() {
        let mut toasts = Toasts::default();
        for _ in 0..3 {
            toasts.add(Toast::failure("The disk is full"), 0.0);
        }
        assert_eq!(toasts.shown.len(), 1);
        for n in 0..6 {
            toasts.add(Toast::done(format!("Saved {n}")), 0.0);
        }
        assert_eq!((toasts.shown.len(), toasts.newest()), (2, Some("Saved 5")), "the newest alone");
        for n in 0..6 {
            toasts.add(Toast::failure(format!("Failed {n}")), 0.0);
        }
        assert_eq!((toasts.shown.len(), toasts.newest()), (MOST, Some("Failed 5")));
    }
}
