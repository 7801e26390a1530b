//! Notices that come and go at the lower right: one service for the whole window. What failed stays until it is closed.

use std::time::Duration;

use eframe::egui::{self, Align2, Area, Frame, Id, Order, RichText, Role, Ui, UiBuilder, vec2};

use super::{Button, Icon};
use crate::desktop::theme::{self, Tone, Type, palette};

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

/// Every notice that is shown.
#[derive(Default)]
pub struct Toasts {
    shown: Vec<Shown>,
    count: u64,
}

impl Toasts {
    /// Shows a notice. The same words again only stay longer.
    pub fn add(&mut self, toast: Toast, now: f64) {
        let until = toast.stays.map(|seconds| now + seconds);
        if let Some(same) = self.shown.iter_mut().find(|shown| shown.toast == toast) {
            same.until = until;
            return;
        }
        self.count += 1;
        self.shown.push(Shown { toast, number: self.count, until });
        if self.shown.len() > 4 {
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

    /// Draws the notices.
    pub fn ui(&mut self, ctx: &egui::Context, above: f32) {
        let now = ctx.input(|input| input.time);
        self.shown.retain(|shown| shown.until.is_none_or(|until| now < until));
        if let Some(soonest) = self.shown.iter().filter_map(|shown| shown.until).min_by(f64::total_cmp) {
            ctx.request_repaint_after(Duration::from_secs_f64((soonest - now).max(0.05)));
        }
        if self.shown.is_empty() {
            return;
        }
        let mut close = None;
        Area::new(Id::unique("notices"))
            .order(Order::Tooltip)
            .anchor(Align2::RIGHT_BOTTOM, vec2(-16.0, -16.0 - above))
            .show(ctx, |ui| {
                ui.spacing_mut().item_spacing.y = 8.0;
                for shown in self.shown.iter().rev() {
                    if toast_ui(ui, shown) {
                        close = Some(shown.number);
                    }
                }
            });
        self.shown.retain(|shown| Some(shown.number) != close);
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
    let width = 380.0_f32.min(ui.ctx().content_rect().width() - 48.0);
    let frame = Frame::NONE
        .fill(palette.raised)
        .stroke(egui::Stroke::new(1.0, palette.line_strong))
        .corner_radius(8)
        .shadow(ui.visuals().popup_shadow)
        .inner_margin(egui::Margin { left: 14, right: 8, top: 8, bottom: 8 });
    frame
        .show(ui, |ui| {
            ui.set_width(width);
            let builder =
                UiBuilder::new().accessibility_role(Role::Alert).accessibility_label(shown.toast.text.clone());
            ui.scope_builder(builder, |ui| {
                ui.horizontal(|ui| {
                    icon.show(ui, 16.0, colours.text);
                    ui.add_space(2.0);
                    let words = RichText::new(&shown.toast.text).font(theme::font(Type::Body)).color(palette.text);
                    let room = ui.available_width() - 34.0;
                    ui.vertical(|ui| {
                        ui.set_width(room);
                        ui.add_space(4.0);
                        ui.label(words);
                        ui.add_space(4.0);
                    });
                    ui.add(Button::icon_only(Icon::Close, "Close this notice").small()).clicked()
                })
                .inner
            })
            .inner
        })
        .inner
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_words_are_shown_once_and_at_most_four_at_a_time() {
        let mut toasts = Toasts::default();
        for _ in 0..3 {
            toasts.add(Toast::failure("The disk is full"), 0.0);
        }
        assert_eq!(toasts.shown.len(), 1);
        for n in 0..6 {
            toasts.add(Toast::done(format!("Saved {n}")), 0.0);
        }
        assert_eq!(toasts.shown.len(), 4);
        assert_eq!(toasts.newest(), Some("Saved 5"));
    }
}
