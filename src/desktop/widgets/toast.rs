//! Notices that come and go at the bottom: one service for the whole window. What failed stays until it is closed.

use std::time::Duration;

use eframe::egui::accesskit::Live;
use eframe::egui::{Align, Frame, Label, Layout, Margin, Panel, PointerState, Role, Ui, UiBuilder};

use super::{Button, Icon, text};
use crate::desktop::theme::{Tone, Type, palette};

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

    /// Draws the notices at the bottom, in room of their own: nothing is ever behind them.
    pub fn ui(&mut self, ui: &mut Ui) {
        let (now, moving) = ui.input(|input| (input.time, is_moving(&input.pointer)));
        // When a notice goes the page grows: nothing moves under a hand that is about to press
        self.shown.retain(|shown| moving || shown.until.is_none_or(|until| now < until));
        if let Some(soonest) = self.shown.iter().filter_map(|shown| shown.until).min_by(f64::total_cmp) {
            ui.ctx().request_repaint_after(Duration::from_secs_f64((soonest - now).max(0.1)));
        }
        if self.shown.is_empty() {
            return;
        }
        let mut close = None;
        let frame =
            Frame::NONE.fill(palette(ui).raised).inner_margin(Margin { left: 16, right: 10, top: 4, bottom: 4 });
        Panel::bottom("notices").resizable(false).show_separator_line(true).frame(frame).show(ui, |ui| {
            ui.spacing_mut().item_spacing.y = 2.0;
            for shown in self.shown.iter().rev() {
                if toast_ui(ui, shown) {
                    close = Some(shown.number);
                }
            }
        });
        self.shown.retain(|shown| Some(shown.number) != close);
    }
}

/// Whether a hand moves or presses the pointer, or did so just now.
fn is_moving(pointer: &PointerState) -> bool {
    const REST: f32 = 0.7;
    pointer.any_down() || pointer.any_released() || pointer.time_since_last_movement() < REST
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
    let drawn = ui.scope_builder(builder, |ui| {
        ui.horizontal(|ui| {
            ui.spacing_mut().item_spacing.x = 8.0;
            icon.show(ui, 16.0, colours.text);
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                let closed = ui.add(Button::icon_only(Icon::Close, "Close this notice").small()).clicked();
                ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                    let words = text::coloured(Type::Body, palette.text, shown.toast.text.as_str());
                    ui.add(Label::new(words).wrap());
                });
                closed
            })
            .inner
        })
        .inner
    });
    ui.ctx().accesskit_node_builder(drawn.response.id, |node| node.set_live(Live::Assertive));
    drawn.inner
}

#[cfg(test)]
mod tests {
    use super::*;

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
