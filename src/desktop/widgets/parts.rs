//! The parts that pages are made of: the page itself, cards, tiles, section headings, banners, empty states, bars.

use eframe::egui::{
    self, Align, CornerRadius, Frame, Id, InnerResponse, Key, Layout, Margin, Modifiers, Rect, Response, Role,
    ScrollArea, Sense, Stroke, StrokeKind, Ui, UiBuilder, Vec2, WidgetInfo, pos2, vec2,
};

use super::{Button, Icon, text};
use crate::desktop::out::Out;
use crate::desktop::theme::{self, Tone, Type, palette, space, tokens};

/// A page: its name, a line under it, buttons at the right, and below a body that scrolls.
pub fn page(ui: &mut Ui, name: &str, line: &str, buttons: impl FnOnce(&mut Ui), body: impl FnOnce(&mut Ui)) {
    page_head(ui, name, line, buttons);
    page_body(ui, name, body);
}

/// A page of which one part is shown at a time: each is scrolled by itself.
pub fn page_of_parts(
    ui: &mut Ui,
    name: &str,
    part: impl std::hash::Hash + std::fmt::Debug,
    line: &str,
    buttons: impl FnOnce(&mut Ui),
    body: impl FnOnce(&mut Ui),
) {
    page_head(ui, name, line, buttons);
    page_body(ui, (name, part), body);
}

fn page_body(ui: &mut Ui, name: impl std::hash::Hash + std::fmt::Debug, body: impl FnOnce(&mut Ui)) {
    ScrollArea::vertical().id_salt(name).auto_shrink([false, false]).show(ui, |ui| {
        page_keys(ui);
        let side = page_side(ui);
        Frame::NONE.inner_margin(Margin { left: side, right: side, top: 4, bottom: 32 }).show(ui, |ui| {
            ui.set_width(ui.available_width());
            body(ui);
        });
    });
}

/// Page Up and Page Down scroll what this is in, Home and End to its ends, while nothing else has the keyboard.
pub fn page_keys(ui: &mut Ui) {
    if ui.memory(|memory| memory.focused().is_some() || memory.top_modal_layer().is_some()) {
        return;
    }
    let page = (ui.clip_rect().height() * 0.8).max(60.0);
    let by = ui.input_mut(|input| {
        let mut key = |key| input.consume_key(Modifiers::NONE, key);
        match (key(Key::PageDown), key(Key::PageUp), key(Key::Home), key(Key::End)) {
            (true, ..) => -page,
            (_, true, ..) => page,
            (.., true, _) => 1e6,
            (.., true) => -1e6,
            _ => 0.0,
        }
    });
    if by != 0.0 {
        ui.scroll_with_delta(vec2(0.0, by));
    }
}

/// A page whose buttons and body both ask for something.
pub fn asking_page(
    ui: &mut Ui,
    out: &mut Out,
    name: &str,
    line: &str,
    buttons: impl FnOnce(&mut Ui, &mut Out),
    body: impl FnOnce(&mut Ui, &mut Out),
) {
    page_head(ui, name, line, |ui| buttons(ui, out));
    page_body(ui, name, |ui| body(ui, out));
}

/// A page whose body fills the window and scrolls within its own parts.
pub fn full_page(ui: &mut Ui, name: &str, line: &str, buttons: impl FnOnce(&mut Ui), body: impl FnOnce(&mut Ui)) {
    page_head(ui, name, line, buttons);
    let side = page_side(ui);
    Frame::NONE.inner_margin(Margin { left: side, right: side, top: 4, bottom: 16 }).show(ui, |ui| {
        ui.set_min_size(ui.available_size());
        body(ui);
    });
}

/// A page is narrow below this width.
const NARROW: f32 = 760.0;

/// A window is low below this height: at twice the size, say.
const LOW: f32 = 480.0;

fn page_side(ui: &Ui) -> i8 {
    if ui.available_width() < NARROW { 16 } else { 24 }
}

fn page_head(ui: &mut Ui, name: &str, line: &str, buttons: impl FnOnce(&mut Ui)) {
    let side = page_side(ui);
    // A low window is for what is below
    let (top, bottom) = if ui.ctx().content_rect().height() < LOW { (8, 4) } else { (18, 12) };
    Frame::NONE.inner_margin(Margin { left: side, right: side, top, bottom }).show(ui, |ui| {
        ui.set_width(ui.available_width());
        let title = |ui: &mut Ui| {
            let title = text::title(ui, name);
            ui.ctx().accesskit_node_builder(title.id, |node| {
                node.set_role(Role::Heading);
                node.set_label(name);
                node.set_level(1);
            });
        };
        let line_ui = |ui: &mut Ui| {
            if !line.is_empty() {
                text::secondary(ui, line);
            }
        };
        // In a narrow window the buttons stand beside the name alone, and the line has the width to itself
        if ui.available_width() < NARROW {
            ui.spacing_mut().item_spacing.y = 4.0;
            at_both_ends(ui, name, title, buttons);
            line_ui(ui);
            return;
        }
        let left = |ui: &mut Ui| {
            ui.spacing_mut().item_spacing.y = 2.0;
            title(ui);
            line_ui(ui);
        };
        beside(ui, name, left, buttons);
    });
}

/// Leaves room for the scroll bar at the right of what scrolls.
pub fn beside_the_bar(ui: &mut Ui, contents: impl FnOnce(&mut Ui)) {
    let frame = Frame::NONE.inner_margin(Margin { left: 2, right: 10, top: 2, bottom: 16 });
    frame.show(ui, |ui| {
        ui.set_width(ui.available_width());
        contents(ui);
    });
}

/// A card: a surface with a quiet outline.
pub fn card<R>(ui: &mut Ui, contents: impl FnOnce(&mut Ui) -> R) -> InnerResponse<R> {
    let palette = palette(ui);
    Frame::NONE
        .fill(palette.surface)
        .stroke(Stroke::new(1.0, palette.line))
        .corner_radius(tokens().radius.large)
        .inner_margin(Margin::same(16))
        .show(ui, contents)
}

/// A card as wide as there is room.
pub fn wide_card<R>(ui: &mut Ui, contents: impl FnOnce(&mut Ui) -> R) -> R {
    card(ui, |ui| {
        ui.set_width(ui.available_width());
        contents(ui)
    })
    .inner
}

/// A card without margins: for tables.
pub fn table_card<R>(ui: &mut Ui, contents: impl FnOnce(&mut Ui) -> R) -> R {
    let palette = palette(ui);
    Frame::NONE
        .fill(palette.surface)
        .stroke(Stroke::new(1.0, palette.line))
        .corner_radius(tokens().radius.large)
        .inner_margin(Margin::same(1))
        .show(ui, |ui| {
            ui.set_width(ui.available_width());
            contents(ui)
        })
        .inner
}

/// The heading of a section, with room above it and what belongs to it at the right.
pub fn section(ui: &mut Ui, name: &str, right: impl FnOnce(&mut Ui)) {
    ui.add_space(space().l);
    let heading = |ui: &mut Ui| {
        let heading = text::heading(ui, name);
        ui.ctx().accesskit_node_builder(heading.id, |node| {
            node.set_role(Role::Heading);
            node.set_label(name);
            node.set_level(2);
        });
    };
    at_both_ends(ui, name, heading, right);
    ui.add_space(2.0);
}

/// What stands at the left of a line and what stands at its right, from the right; below it where there is not room for
/// both.
pub fn at_both_ends(ui: &mut Ui, salt: &str, left: impl FnOnce(&mut Ui), right: impl FnOnce(&mut Ui)) {
    let id = ui.scope_id().with(("both ends", salt));
    let room = ui.available_width();
    let known: Option<f32> = ui.data(|data| data.get_temp(id));
    let at_right = |ui: &mut Ui| {
        let layout = Layout::right_to_left(Align::Center);
        ui.with_layout(layout, right).response.rect.width()
    };
    let width = if known.is_some_and(|width| width > room) {
        let left = ui.horizontal(left).response.rect.width();
        left + ui.horizontal(at_right).inner
    } else {
        let both = ui.horizontal(|ui| ui.scope(left).response.rect.width() + at_right(ui));
        both.inner
    };
    let width = width + space().l;
    if known.is_none_or(|known| (known - width).abs() > 0.5) {
        ui.data_mut(|data| data.insert_temp(id, width));
        if known.is_some_and(|known| known > room) != (width > room) {
            ui.ctx().request_discard("what stands beside it does not fit");
        }
    }
}

/// What stands at the left of a line, wrapped in what the right leaves of it, and what stands at the right, from the right; each
/// in the middle of the line's height.
pub fn beside(ui: &mut Ui, salt: &str, left: impl FnOnce(&mut Ui), right: impl FnOnce(&mut Ui)) {
    let id = ui.scope_id().with(("beside", salt));
    // How tall the left was when it was last drawn, and how large the right: it is drawn after the left, and read after it
    let known: Option<(f32, Vec2)> = ui.data(|data| data.get_temp(id));
    let (tall, of_right) = known.unwrap_or((0.0, Vec2::ZERO));
    let row = Rect::from_min_size(ui.cursor().min, vec2(ui.available_width(), of_right.y.max(tall)));
    let room = (row.width() - of_right.x - space().s).max(80.0);
    let above = (row.height() - tall) / 2.0;
    let from = row.min + vec2(0.0, above);
    let at_left = Rect::from_min_size(from, vec2(room, row.height()));
    let at_left =
        ui.scope_builder(UiBuilder::new().max_rect(at_left).layout(Layout::top_down(Align::Min)), left).response.rect;
    let layout = Layout::right_to_left(Align::Center);
    let at_right = ui.scope_builder(UiBuilder::new().max_rect(row).layout(layout), right).response.rect;
    let whole = row.union(at_right).with_max_y(row.bottom().max(at_left.bottom()).max(at_right.bottom()));
    ui.advance_cursor_after_rect(whole);
    let now = (at_left.height(), at_right.size());
    let moved = |(tall, size): (f32, Vec2)| (tall - now.0).abs() > 0.5 || (size - now.1).abs().max_elem() > 0.5;
    if known.is_none_or(moved) {
        ui.data_mut(|data| data.insert_temp(id, now));
        ui.ctx().request_discard("what stands beside it is of another size");
    }
}

/// A row of equal cells that wraps where there is not room for all of them side by side.
pub fn tiles(ui: &mut Ui, count: usize, narrowest: f32, cell: impl FnMut(&mut Ui, usize)) {
    columns(ui, count, narrowest, space().m, cell);
}

/// The same with another distance between the rows.
pub fn columns(ui: &mut Ui, count: usize, narrowest: f32, row_gap: f32, mut cell: impl FnMut(&mut Ui, usize)) {
    if count == 0 {
        return;
    }
    let gap = space().m;
    let fit = (((ui.available_width() + gap) / (narrowest + gap)).floor() as usize).clamp(1, count);
    // Even rows: five cells that fit four abreast stand three and two.
    let across = count.div_ceil(count.div_ceil(fit));
    let width = (ui.available_width() - gap * (across - 1) as f32) / across as f32;
    let mut next = 0;
    while next < count {
        ui.horizontal_top(|ui| {
            ui.spacing_mut().item_spacing.x = gap;
            for _ in 0..across.min(count - next) {
                ui.allocate_ui_with_layout(vec2(width, 0.0), Layout::top_down(Align::Min), |ui| {
                    ui.set_width(width);
                    ui.spacing_mut().item_spacing = Vec2::splat(space().s);
                    cell(ui, next);
                });
                next += 1;
            }
        });
        if next < count {
            ui.add_space(row_gap - ui.spacing().item_spacing.y);
        }
    }
}

/// Cards in a row, each as tall as the tallest beside it; they wrap as [`tiles`] do. Gives where each stands.
pub fn cards(
    ui: &mut Ui,
    id: &str,
    count: usize,
    narrowest: f32,
    mut contents: impl FnMut(&mut Ui, usize),
) -> Vec<Rect> {
    // What each took when it was last drawn, and at which height: those of one row stand at one
    type Drawn = Vec<(f32, f32)>;
    let id = Id::unique(id);
    let before: Drawn = ui.data(|data| data.get_temp(id)).unwrap_or_default();
    let mut now = Drawn::new();
    let mut places = Vec::new();
    tiles(ui, count, narrowest, |ui, place| {
        let top = ui.cursor().top();
        let card = card(ui, |ui| {
            ui.set_width(ui.available_width());
            contents(ui, place);
            now.push((top, ui.min_rect().height()));
            let row = before.get(place).map(|(row, _)| *row);
            let beside = before.iter().filter(|(top, _)| Some(*top) == row).map(|(_, height)| *height);
            ui.expand_to_include_y(ui.min_rect().top() + beside.fold(0.0, f32::max));
        });
        places.push(card.response.rect);
    });
    let rows = |drawn: &Drawn| drawn.iter().map(|(top, height)| (top - drawn[0].0, *height)).collect::<Drawn>();
    if !now.is_empty() && (before.len() != now.len() || rows(&before) != rows(&now)) {
        ui.ctx().request_repaint();
    }
    ui.data_mut(|data| data.insert_temp(id, now));
    places
}

/// A tile with one figure: its name, the figure, and a line that says what it means.
pub fn stat(ui: &mut Ui, name: &str, figure: &str, line: &str, tone: Tone) {
    let label = format!("{name}: {figure}. {line}");
    let builder = UiBuilder::new().accessibility_role(Role::Group).accessibility_label(label);
    ui.scope_builder(builder, |ui| {
        card(ui, |ui| {
            ui.set_width(ui.available_width());
            ui.spacing_mut().item_spacing.y = 3.0;
            ui.spacing_mut().interact_size.y = 18.0;
            ui.horizontal(|ui| {
                ui.spacing_mut().item_spacing.x = 6.0;
                if tone != Tone::Neutral {
                    let colours = palette(ui).tone(tone);
                    let (_, rect) = ui.allocate_space(vec2(8.0, 14.0));
                    ui.painter().circle_filled(rect.center(), 4.0, colours.solid);
                }
                let words = text::coloured(Type::SmallStrong, palette(ui).secondary, name);
                text::one_line(ui, words);
            });
            let figure = text::rich(ui, Type::Display, figure);
            ui.label(figure);
            let line = text::coloured(Type::Small, palette(ui).muted, line);
            text::one_line(ui, line);
        });
    });
}

/// A figure that leads to what it counts. True when it was pressed.
pub fn stat_link(ui: &mut Ui, name: &str, figure: &str, line: &str, tone: Tone) -> bool {
    let shown = ui.scope(|ui| stat(ui, name, figure, line, tone)).response;
    let pressed = ui.interact(shown.rect, ui.scope_id().with(("figure", name)), Sense::click());
    let label = format!("{name}: {figure}. {line}. Look at these");
    pressed.widget_info(|| WidgetInfo::labeled(Role::Button, true, &label));
    if pressed.hovered() {
        let stroke = Stroke::new(1.5, palette(ui).accent_text);
        ui.painter().rect_stroke(shown.rect, tokens().radius.large, stroke, StrokeKind::Inside);
    }
    super::button::focus_ring(ui, &pressed, shown.rect, tokens().radius.large);
    pressed.on_hover_text("Look at these").clicked()
}

/// A banner: what to know before going on.
pub fn banner(ui: &mut Ui, tone: Tone, words: &str) -> Response {
    banner_with(ui, tone, words, |_| {})
}

/// A banner with a button or two at its right.
pub fn banner_with(ui: &mut Ui, tone: Tone, words: &str, right: impl FnOnce(&mut Ui)) -> Response {
    let colours = palette(ui).tone(tone);
    let icon = match tone {
        Tone::Positive => Icon::Check,
        Tone::Warning | Tone::Danger => Icon::Warning,
        Tone::Info | Tone::Neutral => Icon::Info,
    };
    Frame::NONE
        .fill(colours.soft)
        .stroke(Stroke::new(1.0, colours.line))
        .corner_radius(8)
        .inner_margin(Margin::symmetric(12, 9))
        .show(ui, |ui| {
            ui.set_width(ui.available_width());
            ui.horizontal(|ui| {
                icon.show(ui, 16.0, colours.text);
                ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                    right(ui);
                    let font = theme::font(Type::Body);
                    let shown = text::with_whole_numbers(words);
                    let galley = ui.painter().layout(shown, font, colours.text, ui.available_width() - 2.0);
                    let (rect, label) =
                        ui.allocate_exact_size(vec2(ui.available_width(), galley.size().y), Sense::hover());
                    label.widget_info(|| WidgetInfo::labeled(Role::Label, true, words));
                    ui.painter().galley(rect.min, galley, colours.text);
                });
            });
        })
        .response
}

/// What a place says while it is empty: what will be here, and the way to it.
pub fn empty(ui: &mut Ui, icon: Icon, name: &str, line: &str, button: impl FnOnce(&mut Ui)) {
    // In a low window it scrolls: the way on is never out of reach
    ScrollArea::vertical().id_salt(name).auto_shrink([false, true]).show(ui, |ui| {
        ui.vertical_centered(|ui| {
            ui.add_space((ui.available_height() * 0.18 - 16.0).clamp(4.0, 120.0));
            let (_, rect) = ui.allocate_space(Vec2::splat(56.0));
            let palette = palette(ui);
            ui.painter().circle_filled(rect.center(), 28.0, palette.info.soft);
            icon.paint(ui.painter(), Rect::from_center_size(rect.center(), Vec2::splat(26.0)), palette.info.text);
            ui.add_space(8.0);
            text::heading(ui, name);
            ui.scope(|ui| {
                ui.set_max_width(460.0);
                ui.label(text::coloured(Type::Body, palette.secondary, line));
            });
            ui.add_space(12.0);
            button(ui);
            ui.add_space(6.0);
        })
    });
}

/// A bar that fills: a share of 0 to 1.
pub fn bar(ui: &mut Ui, share: f32, tone: Tone, name: &str) -> Response {
    parts_bar(ui, &[(f64::from(share), tone)], 1.0, 8.0, name)
}

/// A bar of several parts of one whole.
pub fn parts_bar(ui: &mut Ui, parts: &[(f64, Tone)], whole: f64, height: f32, name: &str) -> Response {
    let palette = palette(ui);
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), height), Sense::hover());
    let radius = CornerRadius::same((height / 2.0) as u8);
    if theme::has_contrast(ui.ctx()) {
        // Its line is as dark as what fills the bar: an empty one is an outline
        ui.painter().rect(rect, radius, palette.hover, Stroke::new(1.0, palette.line), StrokeKind::Inside);
    } else {
        ui.painter().rect_filled(rect, radius, palette.line);
    }
    let mut x = rect.left();
    for (part, tone) in parts {
        let width = if whole > 0.0 { (rect.width() as f64 * part / whole) as f32 } else { 0.0 };
        if width <= 0.0 {
            continue;
        }
        // However small, a part that is there is seen.
        let shown = width.max(2.0).min(rect.right() - x);
        let piece = Rect::from_min_size(pos2(x, rect.top()), vec2(shown, height));
        let mut corners = CornerRadius::ZERO;
        if x <= rect.left() + 0.5 {
            (corners.nw, corners.sw) = (radius.nw, radius.sw);
        }
        if piece.right() >= rect.right() - 0.5 {
            (corners.ne, corners.se) = (radius.ne, radius.se);
        }
        ui.painter().rect_filled(piece, corners, palette.tone(*tone).solid);
        x += shown + if parts.len() > 1 { 1.0 } else { 0.0 };
    }
    response.widget_info(|| WidgetInfo::labeled(Role::Meter, true, name));
    response
}

/// A line of a record: the name of the field, and what it holds.
pub fn field_row(ui: &mut Ui, name: &str, value: &str) {
    field_row_with(ui, name, |ui| {
        if value.is_empty() {
            text::small(ui, "Not given");
        } else {
            text::body(ui, value);
        }
    });
}

/// A line of a record whose value is drawn by the caller.
pub fn field_row_with(ui: &mut Ui, name: &str, value: impl FnOnce(&mut Ui)) {
    ui.horizontal_top(|ui| {
        let width = 148.0_f32.min(ui.available_width() * 0.4);
        ui.allocate_ui_with_layout(vec2(width, 20.0), Layout::left_to_right(Align::Min), |ui| {
            ui.set_width(width);
            ui.label(text::coloured(Type::Body, palette(ui).muted, name));
        });
        ui.vertical(value);
    });
}

/// A quiet line across.
pub fn rule(ui: &mut Ui) {
    let (_, rect) = ui.allocate_space(vec2(ui.available_width(), 1.0));
    ui.painter().hline(rect.x_range(), rect.center().y, Stroke::new(1.0, palette(ui).line));
}

/// A dot of a tone with words beside it: the legend of a bar or a chart.
pub fn legend(ui: &mut Ui, tone: Tone, words: &str) {
    let width = text_width(ui, Type::Small, words) + 17.0;
    ui.allocate_ui_with_layout(vec2(width, 18.0), Layout::left_to_right(Align::Center), |ui| {
        ui.spacing_mut().item_spacing.x = 6.0;
        let (_, rect) = ui.allocate_space(vec2(10.0, 14.0));
        let square = Rect::from_center_size(rect.center(), Vec2::splat(10.0));
        ui.painter().rect_filled(square, 3, palette(ui).tone(tone).solid);
        ui.label(text::coloured(Type::Small, palette(ui).secondary, words));
    });
}

/// A heading that opens and closes what is below it. Gives whether it is open.
pub fn fold(ui: &mut Ui, name: &str, open: &mut bool) -> bool {
    let icon = if *open { Icon::ChevronDown } else { Icon::ChevronRight };
    let button = ui.add(Button::new(name).icon(icon).ghost().small());
    ui.ctx().accesskit_node_builder(button.id, |node| node.set_expanded(*open));
    if button.clicked() {
        *open = !*open;
    }
    *open
}

/// An outline that stays where something can be dropped.
pub fn drop_outline(ui: &Ui, rect: Rect, hot: bool) {
    let palette = palette(ui);
    let (fill, line) = if hot { (palette.info.soft, palette.accent) } else { (palette.surface, palette.line_strong) };
    ui.painter().rect(rect, tokens().radius.large, fill, Stroke::NONE, StrokeKind::Inside);
    let edge = rect.shrink(1.0);
    let path = [edge.left_top(), edge.right_top(), edge.right_bottom(), edge.left_bottom(), edge.left_top()];
    ui.painter().extend(egui::Shape::dashed_line(&path, Stroke::new(1.5, line), 6.0, 5.0));
}

/// The width that a text would have.
pub fn text_width(ui: &Ui, style: Type, text: &str) -> f32 {
    ui.painter().layout_no_wrap(text.to_owned(), theme::font(style), palette(ui).text).size().x
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;
    use std::rc::Rc;

    use egui_kittest::Harness;
    use egui_kittest::kittest::Queryable;

    use super::*;

    #[test]
    fn what_stands_at_the_left_wraps_in_what_the_right_leaves_whole() {
        const LONG: &str = "What Mosaic says of a batch whose name somebody made as long as a name may be";
        let mut window = Harness::builder().with_size(vec2(360.0, 300.0)).build_ui(|ui| {
            beside(ui, "title", |ui| _ = ui.label(LONG), |ui| _ = ui.button("Close it"));
            ui.label("Below");
        });
        window.run();
        let [left, right, below] = [LONG, "Close it", "Below"].map(|words| window.get_by_label(words).rect());
        assert!(left.right() < right.left() && right.right() <= 360.0, "{left:?} {right:?}");
        assert!(left.height() > 24.0 && (left.center().y - right.center().y).abs() < 2.0, "{left:?} {right:?}");
        assert!(below.top() >= left.bottom() && below.top() >= right.bottom(), "{below:?}");
    }

    #[test]
    fn cards_beside_each_other_are_as_tall_as_the_tallest_and_below_each_other_as_they_need() {
        let seen = Rc::new(RefCell::new(Vec::new()));
        let drawn = Rc::clone(&seen);
        let lines = Rc::new(RefCell::new([3, 1, 2]));
        let shown = Rc::clone(&lines);
        let mut window = Harness::builder().with_size(vec2(900.0, 700.0)).build_ui(move |ui| {
            *drawn.borrow_mut() = cards(ui, "cards", 3, 200.0, |ui, place| {
                for line in 0..shown.borrow()[place] {
                    ui.label(format!("Line {line}"));
                }
            });
        });
        let heights = |seen: &RefCell<Vec<Rect>>| seen.borrow().iter().map(|rect| rect.height()).collect::<Vec<f32>>();
        window.run();
        let even = heights(&seen);
        assert!(even.len() == 3 && even.iter().all(|height| *height == even[0]), "{even:?}");
        // What grows takes the others with it, and what shrinks again gives the room back
        lines.borrow_mut()[1] = 6;
        window.run();
        let grown = heights(&seen);
        assert!(grown.iter().all(|height| *height == grown[0]) && grown[0] > even[0], "{grown:?}");
        lines.borrow_mut()[1] = 1;
        window.run();
        assert_eq!(heights(&seen), even);
        window.set_size(vec2(300.0, 700.0));
        window.run();
        let below = heights(&seen);
        assert!(below[0] > below[2] && below[2] > below[1], "{below:?}");
    }
}
