//! Questions that must be answered before anything else. A dialog holds the keyboard; Escape leaves it, and a click beside it
//! does where nothing was typed in it yet; the keyboard goes back to where it was.

use eframe::egui::{
    self, Align, Frame, Id, LayerId, Layout, Margin, Modal, Role, ScrollArea, Sense, Ui, UiBuilder, vec2,
};

use super::{Button, Icon, parts, text};
use crate::desktop::theme::{palette, tokens};

/// A dialog about to be drawn.
#[must_use = "call show"]
pub struct Dialog<'a> {
    id: Id,
    title: &'a str,
    width: f32,
    bare: bool,
    top: bool,
}

/// What became of a dialog in this frame.
pub struct Shown<R> {
    /// It was left: by Escape, by its cross, or by a click beside it before anything was typed.
    pub left: bool,
    /// What its contents gave.
    pub inner: R,
}

impl<'a> Dialog<'a> {
    /// A dialog with its title.
    pub fn new(id: &str, title: &'a str) -> Self {
        Self { id: Id::unique(("dialog", id)), title, width: 480.0, bare: false, top: false }
    }

    /// Of a width, where the window has room for it.
    pub fn width(mut self, width: f32) -> Self {
        self.width = width;
        self
    }

    /// Without a title bar and margins; the title is still what a screen reader says.
    pub fn bare(mut self) -> Self {
        self.bare = true;
        self
    }

    /// Near the top of the window instead of its middle.
    pub fn near_top(mut self) -> Self {
        self.top = true;
        self
    }

    /// Draws the dialog over everything else. The contents are told whether this is its first frame, to give the keyboard
    /// to what it is about.
    pub fn show<R>(self, ctx: &egui::Context, contents: impl FnOnce(&mut Ui, bool) -> R) -> Shown<R> {
        let opened = self.id.with("opened");
        let frame_now = ctx.cumulative_pass_nr();
        let last: Option<u64> = ctx.data(|data| data.get_temp(opened));
        let first = last.is_none_or(|last| frame_now > last + 1);
        let typed = self.id.with("typed");
        if first {
            let focused = ctx.memory(|memory| memory.focused());
            ctx.data_mut(|data| data.insert_temp(self.id.with("focus"), focused));
            ctx.data_mut(|data| data.insert_temp(typed, false));
        } else if ctx.text_edit_focused() && ctx.input(|input| input.events.iter().any(is_typed)) {
            ctx.data_mut(|data| data.insert_temp(typed, true));
        }
        ctx.data_mut(|data| data.insert_temp(opened, frame_now));

        let room = ctx.content_rect();
        let width = self.width.min(room.width() - 48.0);
        let palette = crate::desktop::theme::palette_of(&ctx.global_style().visuals);
        let frame = Frame::NONE
            .fill(palette.raised)
            .stroke(egui::Stroke::new(1.0, palette.line))
            .corner_radius(tokens().radius.large)
            .shadow(ctx.global_style().visuals.window_shadow)
            .inner_margin(Margin::same(if self.bare { 0 } else { 20 }));
        // The size of its first frame: a default one would hold what scrolls too low for ever.
        let mut area = Modal::default_area(self.id).default_size(vec2(width + 40.0, room.height()));
        if self.top {
            area = area.anchor(egui::Align2::CENTER_TOP, vec2(0.0, (room.height() * 0.12).min(110.0)));
        }
        let mut crossed = false;
        let shown = Modal::new(self.id)
            .area(area)
            .backdrop_color(egui::Color32::from_black_alpha(if ctx.global_style().visuals.dark_mode {
                150
            } else {
                90
            }))
            .frame(frame)
            .show(ctx, |ui| {
                ui.set_width(width);
                let builder =
                    UiBuilder::new().accessibility_role(Role::Dialog).accessibility_label(self.title.to_owned());
                ui.scope_builder(builder, |ui| {
                    if self.bare {
                        return contents(ui, first);
                    }
                    parts::beside(
                        ui,
                        "title",
                        |ui| _ = text::heading(ui, self.title),
                        |ui| {
                            crossed = ui.add(Button::icon_only(Icon::Close, "Close").small()).clicked();
                        },
                    );
                    ui.add_space(4.0);
                    let tallest = (room.height() - 88.0).max(160.0);
                    // The foot is not faded with what goes on behind it
                    let fade = std::mem::take(&mut ui.spacing_mut().scroll.fade.strength);
                    ScrollArea::vertical()
                        .max_height(tallest)
                        .min_scrolled_height(tallest)
                        .show(ui, |ui| {
                            // Room for focus rings, and for the scroll bar beside what is read.
                            let edge = EDGE as i8;
                            let inner = Frame::NONE.inner_margin(Margin { right: 6, ..Margin::same(edge) });
                            inner
                                .show(ui, |ui| {
                                    ui.spacing_mut().scroll.fade.strength = fade;
                                    contents(ui, first)
                                })
                                .inner
                        })
                        .inner
                })
                .inner
            });
        // A slip of the hand must not cost what was written
        let slipped = shown.backdrop_response.clicked() && ctx.data(|data| data.get_temp(typed).unwrap_or(false));
        let left = crossed || (shown.should_close() && !slipped);
        Shown { left, inner: shown.inner }
    }

    /// Gives the keyboard back to where it was before the dialog `id` opened. Called by whoever closes it.
    pub fn closed(ctx: &egui::Context, id: &str) {
        let id = Id::unique(("dialog", id));
        let before: Option<Option<Id>> = ctx.data_mut(|data| {
            data.remove::<u64>(id.with("opened"));
            data.remove_temp(id.with("focus"))
        });
        if let Some(Some(focused)) = before {
            ctx.memory_mut(|memory| memory.request_focus(focused));
        }
    }
}

/// Whether something was written.
fn is_typed(event: &egui::Event) -> bool {
    matches!(event, egui::Event::Text(_) | egui::Event::Paste(_) | egui::Event::Ime(egui::ImeEvent::Commit(_)))
}

/// The buttons at the foot of a dialog, the one that goes on at the right. Drawn last: where the dialog is too high for the window
/// they lie over its lower edge, and what is asked scrolls behind them. What Enter does is always in sight.
pub fn foot<R>(ui: &mut Ui, buttons: impl FnOnce(&mut Ui) -> R) -> R {
    tall_foot(ui, 0.0, |ui| buttons_row(ui, buttons))
}

/// A foot with something above its buttons, of that height: what the answer rests on. It ends with [`buttons_row`].
pub fn tall_foot<R>(ui: &mut Ui, above: f32, contents: impl FnOnce(&mut Ui) -> R) -> R {
    ui.add_space(BEFORE);
    let height = above + LINE + BUTTONS;
    let place = ui.allocate_space(vec2(ui.available_width(), height)).1;
    let over = (place.bottom() + EDGE - ui.clip_rect().bottom()).max(0.0);
    let place = place.translate(vec2(0.0, -over));
    if over > 0.0 {
        let behind = place.expand2(vec2(EDGE, 0.0)).with_max_y(place.bottom() + EDGE);
        ui.painter().rect_filled(behind, 0.0, palette(ui).raised);
        // A click between the buttons is not one on what is behind them
        ui.interact(behind, ui.scope_id().with("foot"), Sense::CLICK);
    }
    let mut foot = ui.new_child(UiBuilder::new().max_rect(place).layout(Layout::top_down(Align::Min)));
    parts::rule(&mut foot);
    foot.add_space(4.0);
    // The foot itself lies behind nothing
    let covered = covered(ui.layer_id());
    ui.data_mut(|data| data.remove::<(u64, f32)>(covered));
    let inner = contents(&mut foot);
    if over > 0.0 {
        let covers = (ui.ctx().cumulative_pass_nr(), BEFORE + height + EDGE);
        ui.data_mut(|data| data.insert_temp(covered, covers));
    }
    inner
}

/// The buttons of a [`tall_foot`].
pub fn buttons_row<R>(ui: &mut Ui, buttons: impl FnOnce(&mut Ui) -> R) -> R {
    ui.allocate_ui_with_layout(vec2(ui.available_width(), BUTTONS), Layout::right_to_left(Align::Center), buttons).inner
}

/// How much at the lower edge of what is asked on a layer lies behind the foot.
pub fn behind_foot(ctx: &egui::Context, layer: LayerId) -> f32 {
    let covers: Option<(u64, f32)> = ctx.data(|data| data.get_temp(covered(layer)));
    covers.filter(|(pass, _)| ctx.cumulative_pass_nr() <= pass + 1).map_or(0.0, |(_, height)| height)
}

fn covered(layer: LayerId) -> Id {
    layer.id.with("behind its foot")
}

/// Room above the foot.
const BEFORE: f32 = 12.0;
/// Height of the foot's line with the room around it, and of its buttons.
const LINE: f32 = 14.0;
const BUTTONS: f32 = 34.0;
/// Room for focus rings around what a dialog asks.
const EDGE: f32 = 2.0;

/// What was answered to a question.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// Go on.
    Yes,
    /// Leave it.
    No,
}

/// A question with one answer that goes on, and a way back. `None` while it is not answered.
pub fn ask(ctx: &egui::Context, id: &str, title: &str, words: &[String], yes: &str, danger: bool) -> Option<Answer> {
    ask_with(ctx, id, title, words, [yes, "Cancel"], danger)
}

/// [`ask`], with a name of its own for the way back. Where going on does harm, the way back has the keyboard: whoever was typing
/// when the question came does not answer it.
pub fn ask_with(
    ctx: &egui::Context,
    id: &str,
    title: &str,
    words: &[String],
    [yes, no]: [&str; 2],
    danger: bool,
) -> Option<Answer> {
    let shown = Dialog::new(id, title).width(460.0).show(ctx, |ui, first| {
        for words in words {
            let words = text::coloured(crate::desktop::theme::Type::Body, palette(ui).secondary, words.as_str());
            ui.label(words);
        }
        foot(ui, |ui| {
            let look = if danger { super::Look::Danger } else { super::Look::Primary };
            let go = ui.add(Button::new(yes).look(look));
            let back = ui.add(Button::new(no));
            if first {
                if danger { &back } else { &go }.request_focus();
            }
            if go.clicked() {
                return Some(Answer::Yes);
            }
            back.clicked().then_some(Answer::No)
        })
    });
    let answer = shown.inner.or(shown.left.then_some(Answer::No));
    if answer.is_some() {
        Dialog::closed(ctx, id);
    }
    answer
}
