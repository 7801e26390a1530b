//! Buttons and key caps.

use eframe::egui::text::{LayoutJob, TextWrapping};
use eframe::egui::{
    Align2, CornerRadius, Rect, Response, Role, Sense, Stroke, StrokeKind, Ui, Vec2, Widget, WidgetInfo, pos2, vec2,
};

use super::Icon;
use crate::desktop::command::{Command, Shortcut};
use crate::desktop::theme::{self, Type, palette, tokens};

/// How much a button asks to be pressed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Look {
    /// The one thing to do here. At most one on a screen.
    Primary,
    /// Another thing to do.
    #[default]
    Plain,
    /// Quiet until pointed at: in bars and rows.
    Ghost,
    /// Cannot be undone.
    Danger,
    /// Says what must not be forgotten.
    Warning,
}

/// A button: an icon, a word, a key cap.
#[must_use = "add it to a ui"]
pub struct Button<'a> {
    text: &'a str,
    name: Option<String>,
    icon: Option<Icon>,
    look: Look,
    key: Option<Shortcut>,
    enabled: bool,
    selected: bool,
    hint: Option<String>,
    small: bool,
    width: Option<f32>,
    most: Option<f32>,
}

impl<'a> Button<'a> {
    /// A button that says what it does. Empty text makes an icon button: give it a [`Button::name`].
    pub fn new(text: &'a str) -> Self {
        Self {
            text,
            name: None,
            icon: None,
            look: Look::Plain,
            key: None,
            enabled: true,
            selected: false,
            hint: None,
            small: false,
            width: None,
            most: None,
        }
    }

    /// A button for a command: its words, its icon, its key.
    pub fn command(command: Command) -> Button<'static> {
        Button { icon: Some(command.icon()), key: command.shortcut(), ..Button::new(command.text()) }
            .hint(command.tooltip())
    }

    /// An icon alone; `name` is what a screen reader says, and what is shown under the pointer.
    pub fn icon_only(icon: Icon, name: &str) -> Button<'static> {
        Button { icon: Some(icon), look: Look::Ghost, ..Button::new("") }.name(name).hint(name)
    }

    /// With an icon before the word.
    pub fn icon(mut self, icon: Icon) -> Self {
        self.icon = Some(icon);
        self
    }

    /// How much it asks to be pressed.
    pub fn look(mut self, look: Look) -> Self {
        self.look = look;
        self
    }

    /// The one thing to do here.
    pub fn primary(self) -> Self {
        self.look(Look::Primary)
    }

    /// The one thing to do here, where it is so.
    pub fn primary_where(self, so: bool) -> Self {
        if so { self.primary() } else { self }
    }

    /// Quiet until pointed at.
    pub fn ghost(self) -> Self {
        self.look(Look::Ghost)
    }

    /// What a screen reader says, where that is more than the text.
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into());
        self
    }

    /// What is shown under the pointer.
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// With the cap of a key that does the same.
    pub fn key(mut self, key: Option<Shortcut>) -> Self {
        self.key = key;
        self
    }

    /// Without its key cap.
    pub fn without_key(mut self) -> Self {
        self.key = None;
        self
    }

    /// Whether it can be pressed.
    pub fn enabled(mut self, enabled: bool) -> Self {
        self.enabled = enabled;
        self
    }

    /// Shown as chosen.
    pub fn selected(mut self, selected: bool) -> Self {
        self.selected = selected;
        self
    }

    /// Lower, for rows and bars.
    pub fn small(mut self) -> Self {
        self.small = true;
        self
    }

    /// At least this wide.
    pub fn width(mut self, width: f32) -> Self {
        self.width = Some(width);
        self
    }

    /// At most this wide: its words end in an ellipsis where they would need more, and are shown whole under the pointer.
    pub fn at_most(mut self, width: f32) -> Self {
        self.most = Some(width);
        self
    }
}

/// Below this width of the window, in points, a button shows no key of several strokes.
const NARROW: f32 = 620.0;

impl Widget for Button<'_> {
    fn ui(self, ui: &mut Ui) -> Response {
        let palette = palette(ui);
        let height = if self.small { 26.0 } else { tokens().size.control };
        let pad = if self.small { 8.0 } else { 12.0 };
        let font = theme::font(if self.small { Type::SmallStrong } else { Type::Strong });
        let icon_size = if self.small { 14.0 } else { 16.0 };
        // Where there is no room for them, the keys of several strokes stand in the menu of commands alone
        let room = ui.ctx().content_rect().width() >= NARROW;
        let key = self.key.filter(|key| room || key.modifiers.is_none());
        let caps = key.map(Shortcut::caps).unwrap_or_default();
        let caps_width = if caps.is_empty() { 0.0 } else { caps_width(ui, &caps) + 10.0 };
        // No wider than the window, whatever it says
        let most = self.most.unwrap_or(f32::INFINITY).min(ui.ctx().content_rect().width() - 32.0);
        let beside = 2.0 * pad + caps_width + if self.icon.is_some() { icon_size + 7.0 } else { 0.0 };
        let galley = (!self.text.is_empty()).then(|| {
            let mut job = LayoutJob::simple_singleline(self.text.to_owned(), font, palette.text);
            job.wrap = TextWrapping::truncate_at_width((most - beside).max(24.0));
            ui.painter().layout_job(job)
        });
        let elided = galley.as_ref().is_some_and(|galley| galley.elided);
        let text_width = galley.as_ref().map_or(0.0, |g| g.size().x);
        let icon_width = match (self.icon, &galley) {
            (Some(_), Some(_)) => icon_size + 7.0,
            (Some(_), None) => icon_size,
            (None, _) => 0.0,
        };
        let pad = if galley.is_none() { (height - icon_size) / 2.0 } else { pad };
        let content = icon_width + text_width + caps_width;
        let width = (content + 2.0 * pad).max(self.width.unwrap_or(0.0));
        let sense = if self.enabled { Sense::click() } else { Sense::hover() };
        let (rect, mut response) = ui.allocate_exact_size(vec2(width, height), sense);
        let enabled = self.enabled && ui.is_enabled();
        let name = self.name.clone().unwrap_or_else(|| self.text.to_owned());
        response.widget_info(|| WidgetInfo::selected(Role::Button, enabled, self.selected, &name));
        if !self.selected {
            ui.ctx().accesskit_node_builder(response.id, |node| node.clear_toggled());
        }
        if !self.enabled {
            ui.ctx().accesskit_node_builder(response.id, |node| node.set_disabled());
        }

        if ui.is_rect_visible(rect) {
            let hot = enabled && (response.hovered() || response.has_focus());
            let down = enabled && response.is_pointer_button_down_on();
            let (fill, line, ink) = match self.look {
                Look::Primary if !enabled => (palette.line, palette.line, palette.muted),
                Look::Primary if hot => (palette.accent_hover, palette.accent_hover, palette.on_accent),
                Look::Primary => (palette.accent, palette.accent, palette.on_accent),
                Look::Danger if hot => (palette.danger.soft, palette.danger.solid, palette.danger.text),
                Look::Danger => (palette.surface, palette.danger.line, palette.danger.text),
                Look::Warning if hot => (palette.warning.soft, palette.warning.solid, palette.warning.text),
                Look::Warning => (palette.warning.soft, palette.warning.line, palette.warning.text),
                Look::Plain if self.selected => (palette.selected, palette.accent, palette.accent_text),
                Look::Plain if hot => (palette.hover, palette.line_strong, palette.text),
                Look::Plain => (palette.surface, palette.line_strong, palette.text),
                Look::Ghost if self.selected => (palette.selected, palette.selected, palette.accent_text),
                Look::Ghost if hot => (palette.hover, palette.hover, palette.text),
                Look::Ghost => {
                    (eframe::egui::Color32::TRANSPARENT, eframe::egui::Color32::TRANSPARENT, palette.secondary)
                }
            };
            let ink = if enabled || self.look == Look::Primary { ink } else { palette.muted.gamma_multiply(0.75) };
            let radius = CornerRadius::same(tokens().radius.medium);
            let fill = if down && self.look != Look::Primary { palette.selected } else { fill };
            ui.painter().rect(rect, radius, fill, Stroke::new(1.0, line), StrokeKind::Inside);
            let spare = (rect.width() - 2.0 * pad - content).max(0.0);
            let mut x = rect.left() + pad + if caps.is_empty() { spare / 2.0 } else { 0.0 };
            if let Some(icon) = self.icon {
                let at = Rect::from_center_size(pos2(x + icon_size / 2.0, rect.center().y), Vec2::splat(icon_size));
                icon.paint(ui.painter(), at, ink);
                x += icon_width;
            }
            if let Some(galley) = galley {
                let at = pos2(x, rect.center().y - galley.size().y / 2.0);
                ui.painter().galley_with_override_text_color(at, galley, ink);
            }
            if !caps.is_empty() {
                let on_accent = self.look == Look::Primary && enabled;
                paint_caps(ui, &caps, pos2(rect.right() - pad + 2.0, rect.center().y), on_accent);
            }
        }
        focus_ring(ui, &response, rect, tokens().radius.medium);
        let hint = self.hint.or_else(|| elided.then(|| self.text.to_owned()));
        if let Some(hint) = hint {
            response = response.on_hover_text(hint.clone()).on_disabled_hover_text(hint);
        }
        response
    }
}

/// The ring around what has the keyboard, the same everywhere. What takes the keyboard is brought into view.
pub fn focus_ring(ui: &Ui, response: &Response, rect: Rect, radius: u8) {
    super::field::follow(response);
    if !response.has_focus() {
        return;
    }
    let stroke = Stroke::new(2.0, palette(ui).focus);
    ui.painter().rect_stroke(rect.expand(2.0), CornerRadius::same(radius + 2), stroke, StrokeKind::Middle);
}

const CAP_HEIGHT: f32 = 18.0;

fn cap_width(ui: &Ui, cap: &str) -> f32 {
    let galley = ui.painter().layout_no_wrap(cap.to_owned(), theme::font(Type::Caption), palette(ui).muted);
    (galley.size().x + 9.0).max(CAP_HEIGHT)
}

fn caps_width(ui: &Ui, caps: &[&str]) -> f32 {
    caps.iter().map(|cap| cap_width(ui, cap)).sum::<f32>() + 3.0 * (caps.len().saturating_sub(1)) as f32
}

/// Paints key caps that end at `right`.
fn paint_caps(ui: &Ui, caps: &[&str], right: eframe::egui::Pos2, on_accent: bool) {
    let palette = palette(ui);
    let mut x = right.x - caps_width(ui, caps);
    for cap in caps {
        let width = cap_width(ui, cap);
        let rect = Rect::from_min_size(pos2(x, right.y - CAP_HEIGHT / 2.0), vec2(width, CAP_HEIGHT));
        let (fill, line, ink) = if on_accent {
            (palette.on_accent.gamma_multiply(0.16), palette.on_accent.gamma_multiply(0.32), palette.on_accent)
        } else {
            (palette.sunken, palette.line, palette.muted)
        };
        ui.painter().rect(rect, CornerRadius::same(4), fill, Stroke::new(1.0, line), StrokeKind::Inside);
        ui.painter().text(rect.center(), Align2::CENTER_CENTER, cap, theme::font(Type::Caption), ink);
        x += width + 3.0;
    }
}

/// Key caps in line with text: `[Ctrl] [K]`.
pub fn key_caps(ui: &mut Ui, shortcut: Shortcut) -> Response {
    let caps = shortcut.caps();
    let (rect, response) = ui.allocate_exact_size(vec2(caps_width(ui, &caps), CAP_HEIGHT), Sense::hover());
    paint_caps(ui, &caps, rect.right_center(), false);
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, shortcut.words()));
    response
}
