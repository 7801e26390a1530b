//! Labelled text fields and choices. Every field has its name above it, tied to it for a screen reader, and its fault
//! below it.

use eframe::egui::text_edit::TextEditState;
use eframe::egui::{self, ComboBox, Id, Key, Response, Sense, TextEdit, Ui, Vec2, vec2};

use super::{Icon, dialog, text};
use crate::desktop::theme::{Type, palette, tokens};

/// A labelled text field.
#[must_use = "call show"]
pub struct Field<'a> {
    label: &'a str,
    hint: &'a str,
    fault: Option<&'a str>,
    note: Option<&'a str>,
    password: bool,
    rows: usize,
    width: Option<f32>,
    mono: bool,
    focus: bool,
    nameless: bool,
}

impl<'a> Field<'a> {
    /// A field with its name.
    pub fn new(label: &'a str) -> Self {
        Self {
            label,
            hint: "",
            fault: None,
            note: None,
            password: false,
            rows: 1,
            width: None,
            mono: false,
            focus: false,
            nameless: false,
        }
    }

    /// Without its name above it: what stands around it says what it is. A screen reader is told the name.
    pub fn nameless(mut self) -> Self {
        self.nameless = true;
        self
    }

    /// What the empty field shows.
    pub fn hint(mut self, hint: &'a str) -> Self {
        self.hint = hint;
        self
    }

    /// What is wrong with it; in the place of the note.
    pub fn fault(mut self, fault: Option<&'a str>) -> Self {
        self.fault = fault;
        self
    }

    /// What helps to fill it in.
    pub fn note(mut self, note: &'a str) -> Self {
        self.note = Some(note);
        self
    }

    /// What is typed is not shown.
    pub fn password(mut self) -> Self {
        self.password = true;
        self
    }

    /// Several lines.
    pub fn rows(mut self, rows: usize) -> Self {
        self.rows = rows;
        self
    }

    /// As wide as this; else as wide as there is room.
    pub fn width(mut self, width: f32) -> Self {
        self.width = Some(width);
        self
    }

    /// For numbers that identify, and paths.
    pub fn mono(mut self) -> Self {
        self.mono = true;
        self
    }

    /// Takes the keyboard this frame.
    pub fn focus(mut self, focus: bool) -> Self {
        self.focus = focus;
        self
    }

    /// Draws the field. Where it stands in a line that wraps, and does not fit any more, it begins the next.
    pub fn show(self, ui: &mut Ui, value: &mut String) -> Response {
        let palette = palette(ui);
        if let Some(width) = self.width {
            begin_where_it_fits(ui, width);
        }
        ui.vertical(|ui| {
            ui.spacing_mut().item_spacing.y = 4.0;
            let width = self.width.unwrap_or_else(|| ui.available_width());
            let response = if self.nameless {
                let response = framed(ui, value, &self, width);
                let name = self.label.to_owned();
                ui.ctx().accesskit_node_builder(response.id, |node| node.set_label(name));
                response
            } else {
                let label = ui.label(text::coloured(Type::SmallStrong, palette.secondary, self.label));
                framed(ui, value, &self, width).labelled_by(label.id)
            };
            if self.focus {
                response.request_focus();
            }
            match (self.fault, self.note) {
                (Some(fault), _) => {
                    ui.horizontal(|ui| {
                        ui.spacing_mut().item_spacing.x = 5.0;
                        Icon::Warning.show(ui, 14.0, palette.danger.text);
                        ui.label(text::coloured(Type::Small, palette.danger.text, fault));
                    });
                }
                (None, Some(note)) => {
                    text::small(ui, note);
                }
                (None, None) => {}
            }
            response
        })
        .inner
    }
}

fn framed(ui: &mut Ui, value: &mut String, field: &Field<'_>, width: f32) -> Response {
    let style = if field.mono { Type::Mono } else { Type::Body };
    let hint = text::coloured(style, palette(ui).muted, field.hint);
    let edit = if field.rows > 1 { TextEdit::multiline(value) } else { TextEdit::singleline(value) };
    let height = if field.rows > 1 { 20.0 * field.rows as f32 + 14.0 } else { tokens().size.control };
    let response = ui.add_sized(
        vec2(width, height),
        edit.id_salt(field.label)
            .font(crate::desktop::theme::font(style))
            .hint_text(hint)
            .password(field.password)
            .desired_rows(field.rows)
            .margin(egui::Margin::symmetric(10, 7))
            .align(if field.rows > 1 { egui::Align2::LEFT_TOP } else { egui::Align2::LEFT_CENTER })
            .desired_width(width),
    );
    if field.password
        && let Some(mut state) = TextEditState::load(ui.ctx(), response.id)
    {
        // Ctrl+Z must bring no passphrase back that was typed here before
        state.clear_undoer();
        state.store(ui.ctx(), response.id);
    }
    follow(&response);
    response
}

/// Forgets what was typed in any field, which Ctrl+Z would bring back: another person may sit here now.
pub fn forget_typing(ctx: &egui::Context) {
    ctx.data_mut(|data| data.remove_by_type::<TextEditState>());
}

/// What takes the keyboard is brought into view, and from behind the foot of its dialog.
pub fn follow(response: &Response) {
    if response.gained_focus() {
        let mut with_room = response.clone();
        with_room.rect.max.y += dialog::behind_foot(&response.ctx, response.layer_id);
        with_room.scroll_to_me(None);
    }
}

/// A search field: an icon, no label above it; `name` is what a screen reader says.
pub fn search(ui: &mut Ui, id: Id, name: &str, value: &mut String, width: f32) -> Response {
    let palette = palette(ui);
    let hint = text::coloured(Type::Body, palette.muted, name);
    let height = tokens().size.control;
    let response = ui.add_sized(
        vec2(width, height),
        TextEdit::singleline(value)
            .id(id)
            .hint_text(hint)
            .margin(egui::Margin { left: 32, right: 10, top: 7, bottom: 7 })
            .align(egui::Align2::LEFT_CENTER)
            .desired_width(width),
    );
    follow(&response);
    let icon = super::icon::at_left(response.rect, 16.0, 10.0);
    Icon::Search.paint(ui.painter(), icon, palette.muted);
    let label = name.to_owned();
    ui.ctx().accesskit_node_builder(response.id, |node| node.set_label(label));
    response
}

/// A list to choose from, with the window's own chevron.
pub fn combo(id: impl std::hash::Hash + std::fmt::Debug) -> ComboBox<'static> {
    ComboBox::from_id_salt(Id::unique(id)).icon(|ui, rect, _, _| {
        let square = egui::Rect::from_center_size(rect.center(), Vec2::splat(14.0));
        Icon::ChevronDown.paint(ui.painter(), square, palette(ui).secondary);
    })
}

/// A choice among a few, with its name above it. True when it changed.
pub fn choice<T: Copy + PartialEq>(
    ui: &mut Ui,
    label: &str,
    value: &mut T,
    options: &[T],
    words: impl Fn(T) -> String,
    width: f32,
) -> bool {
    let palette = palette(ui);
    let before = *value;
    begin_where_it_fits(ui, width);
    ui.vertical(|ui| {
        ui.spacing_mut().item_spacing.y = 4.0;
        let name = ui.label(text::coloured(Type::SmallStrong, palette.secondary, label));
        let shown = combo(label).selected_text(words(*value)).width(width).show_ui(ui, |ui| {
            for option in options {
                ui.selectable_value(value, *option, words(*option));
            }
        });
        shown.response.labelled_by(name.id);
    });
    *value != before
}

/// Begins the next line of those that wrap where there is not room for so much in this one: of a group egui knows the width only
/// once it is drawn.
pub fn begin_where_it_fits(ui: &mut Ui, width: f32) {
    let begun = ui.cursor().left() > ui.max_rect().left() + 1.0;
    if ui.layout().main_wrap() && begun && ui.available_size_before_wrap().x < width {
        ui.end_row();
    }
}

/// A row of a few choices of which one is on. True when it changed.
pub fn segmented<T: Copy + PartialEq>(
    ui: &mut Ui,
    name: &str,
    value: &mut T,
    options: &[T],
    words: impl Fn(T) -> String,
) -> bool {
    let before = *value;
    let palette = palette(ui);
    let frame = egui::Frame::NONE.fill(palette.sunken).corner_radius(8).inner_margin(2).stroke((1.0, palette.line));
    frame.show(ui, |ui| {
        let builder =
            egui::UiBuilder::new().accessibility_role(egui::Role::RadioGroup).accessibility_label(name.to_owned());
        ui.scope_builder(builder, |ui| {
            ui.spacing_mut().interact_size.y = 26.0;
            let font = crate::desktop::theme::font(Type::SmallStrong);
            let width = |words: String| ui.painter().layout_no_wrap(words, font.clone(), palette.text).size().x + 24.0;
            let whole: f32 = options.iter().map(|option| width(words(*option))).sum();
            let row = |ui: &mut Ui| {
                ui.spacing_mut().item_spacing = vec2(2.0, 2.0);
                let mut options = options.to_vec();
                if ui.layout().prefer_right_to_left() {
                    options.reverse();
                }
                for option in options {
                    let words = words(option);
                    let on = option == *value;
                    let font = crate::desktop::theme::font(Type::SmallStrong);
                    let galley = ui.painter().layout_no_wrap(words.clone(), font, palette.secondary);
                    let (rect, response) = ui.allocate_exact_size(vec2(galley.size().x + 22.0, 26.0), Sense::click());
                    response.widget_info(|| egui::WidgetInfo::selected(egui::Role::RadioButton, true, on, &words));
                    if on {
                        let line = egui::Stroke::new(1.0, palette.line_strong);
                        ui.painter().rect(rect, 6, palette.surface, line, egui::StrokeKind::Inside);
                    } else if response.hovered() {
                        ui.painter().rect_filled(rect, 6, palette.hover);
                    }
                    let ink = if on { palette.text } else { palette.secondary };
                    let at = rect.center() - galley.size() / 2.0;
                    ui.painter().galley_with_override_text_color(at, galley, ink);
                    super::button::focus_ring(ui, &response, rect, 6);
                    if response.clicked() {
                        *value = option;
                    }
                }
            };
            // Where they do not fit beside each other they go on below
            if whole > ui.available_width() { ui.horizontal_wrapped(row) } else { ui.horizontal(row) }
        });
    });
    *value != before
}

/// Whether Enter was pressed in a text field that had the keyboard.
pub fn entered(ui: &Ui, response: &Response) -> bool {
    response.lost_focus() && ui.input(|input| input.key_pressed(Key::Enter))
}

/// A box to tick, with its words.
pub fn tick(ui: &mut Ui, on: &mut bool, words: &str) -> Response {
    let palette = palette(ui);
    let galley = ui.painter().layout(
        words.to_owned(),
        crate::desktop::theme::font(Type::Body),
        palette.text,
        ui.available_width() - 30.0,
    );
    let (rect, mut response) =
        ui.allocate_exact_size(vec2(galley.size().x + 28.0, galley.size().y.max(20.0) + 4.0), Sense::click());
    if response.clicked() {
        *on = !*on;
        response.mark_changed();
    }
    response.widget_info(|| egui::WidgetInfo::selected(egui::Role::CheckBox, ui.is_enabled(), *on, words));
    let square = egui::Rect::from_center_size(egui::pos2(rect.left() + 9.0, rect.top() + 12.0), Vec2::splat(18.0));
    let (fill, line) = match (*on, response.hovered()) {
        (true, _) => (palette.accent, palette.accent),
        (false, true) => (palette.hover, palette.line_strong),
        (false, false) => (palette.surface, palette.line_strong),
    };
    ui.painter().rect(square, 4, fill, egui::Stroke::new(1.0, line), egui::StrokeKind::Inside);
    if *on {
        Icon::Check.paint(ui.painter(), square.shrink(3.0), palette.on_accent);
    }
    ui.painter().galley(egui::pos2(rect.left() + 28.0, rect.top() + 3.0), galley, palette.text);
    super::button::focus_ring(ui, &response, square, 4);
    response
}
