//! The bar at the top, the navigation rail at the left, and the bar of running work at the bottom.

use eframe::egui::{
    Align, Context, Frame, Label, Layout, Margin, Panel, Rect, Response, Role, Sense, Stroke, StrokeKind, Ui, Vec2,
    WidgetInfo, pos2, vec2,
};

use crate::desktop::command::{Command, State};
use crate::desktop::jobs::{self, Jobs};
use crate::desktop::out::Out;
use crate::desktop::screens::Screen;
use crate::desktop::session::Session;
use crate::desktop::theme::{self, Tone, Type, palette, tokens};
use crate::desktop::widgets::button::focus_ring;
use crate::desktop::widgets::toast::Toasts;
use crate::desktop::widgets::{Button, Icon, Look, parts, text, told};
use crate::stewardship::training;
use crate::workspace::WorkspaceError;

/// Below this width of the window the rail shows icons alone.
const NARROW: f32 = 940.0;

/// The bar at the top: the workspace, undo, search, who is signed in.
pub fn top_ui(ui: &mut Ui, session: &Session, state: &State<'_>, out: &mut Out) {
    let palette = palette(ui);
    let narrow = ui.available_width() < NARROW;
    let frame = Frame::NONE.fill(palette.rail).inner_margin(Margin { left: 14, right: 12, top: 0, bottom: 0 });
    Panel::top("top").exact_size(tokens().size.top_bar).resizable(false).show_separator_line(false).frame(frame).show(
        ui,
        |ui| {
            let bar = ui.max_rect();
            let line = Stroke::new(1.0, palette.line);
            ui.painter().hline(ui.ctx().content_rect().x_range(), bar.bottom() - 0.5, line);
            if session.ws().is_training() {
                let edge = Rect::from_x_y_ranges(ui.ctx().content_rect().x_range(), bar.top()..=bar.top() + 3.0);
                ui.painter().rect_filled(edge, 0, palette.warning.solid);
            }
            ui.horizontal_centered(|ui| {
                mark(ui, 22.0);
                ui.add_space(2.0);
                let name = text::rich(ui, Type::Heading, session.ws().name());
                ui.label(name).on_hover_text(session.ws().home().display().to_string());
                if session.ws().is_training() {
                    training_ui(ui, ui.ctx().content_rect().width() < 560.0, out);
                }
                ui.add_space(8.0);
                ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                    let lock = Button::icon_only(Icon::Lock, "Lock the workspace");
                    if ui.add(lock).clicked() {
                        out.command(Command::Lock);
                    }
                    who(ui, session, narrow);
                    if ui.add(Button::icon_only(Icon::Keyboard, "Show every key")).clicked() {
                        out.command(Command::Keys);
                    }
                    let find = if narrow {
                        Button::icon_only(Icon::Command, Command::Palette.text())
                    } else {
                        Button::command(Command::Palette).ghost()
                    };
                    if ui.add(find).clicked() {
                        out.command(Command::Palette);
                    }
                    let _ = state;
                    // What can be undone is named as far as there is room for it
                    ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                        undo_ui(ui, session, Command::Undo, session.undo_title(), narrow, out);
                        undo_ui(ui, session, Command::Redo, session.redo_title(), true, out);
                    });
                });
            });
        },
    );
}

/// Says, as long as it is so, that nothing can be changed.
pub fn read_only_ui(ui: &mut Ui, session: &Session, out: &mut Out) {
    let words = match session.ws().read_only() {
        Some(WorkspaceError::LockLost) => UNLOCKED,
        Some(_) => READ_ONLY,
        None => return,
    };
    let frame = Frame::NONE.fill(palette(ui).canvas).inner_margin(Margin { left: 14, right: 12, top: 8, bottom: 0 });
    Panel::top("read only").resizable(false).show_separator_line(false).frame(frame).show(ui, |ui| {
        parts::banner_with(ui, Tone::Danger, words, |ui| {
            if ui.add(Button::command(Command::Lock).small()).clicked() {
                out.command(Command::Lock);
            }
        });
    });
}

const READ_ONLY: &str = "This workspace can only be read: the disk did not confirm a change. Lock it and sign in again to go on; \
    if it happens again, have the disk looked at";

const UNLOCKED: &str = "This workspace can only be read: its lock was taken away, or its folder moved, while it was open, so somebody \
    else may have it open too. Lock it and sign in again to go on";

/// Says in a parcel what it is for.
pub fn parcel_ui(ui: &mut Ui, session: &Session) {
    let Some(words) = session.parcel() else { return };
    let frame = Frame::NONE.fill(palette(ui).canvas).inner_margin(Margin { left: 14, right: 12, top: 8, bottom: 0 });
    Panel::top("parcel").resizable(false).show_separator_line(false).frame(frame).show(ui, |ui| {
        parts::banner(ui, Tone::Info, words);
    });
}

/// The product's mark: two records and the bond between them.
pub fn mark(ui: &mut Ui, size: f32) {
    let (_, rect) = ui.allocate_space(Vec2::splat(size));
    let rect = Rect::from_center_size(rect.center(), Vec2::splat(size));
    let palette = palette(ui);
    ui.painter().rect_filled(rect, (size * 0.27) as u8, palette.accent);
    Icon::Link.paint(ui.painter(), rect.shrink(size * 0.2), palette.on_accent);
}

/// The mark of a practice workspace, on every screen; it leads to how the learner did.
fn training_ui(ui: &mut Ui, short: bool, out: &mut Out) {
    let hint = "Everybody here is invented, and nothing of it is for Mosaic. Shows how you did";
    let name = format!("{}: show how you did", training::MARK);
    let button = if short { Button::icon_only(Icon::Flag, training::MARK) } else { Button::new(training::MARK) };
    let button = button.icon(Icon::Flag).look(Look::Warning).small().name(name).hint(hint);
    if ui.add(button).clicked() {
        out.command(Command::ShowTraining);
    }
}

/// What can be undone takes no more room than this, in points.
const LONGEST_UNDO: f32 = 420.0;

fn undo_ui(ui: &mut Ui, session: &Session, command: Command, title: Option<&str>, short: bool, out: &mut Out) {
    let words = title.unwrap_or(command.text());
    let enabled = title.is_some() && session.writing().is_none();
    let keys = command.shortcut().map(|key| format!(" ({})", key.words())).unwrap_or_default();
    let button = if short || title.is_none() {
        Button::icon_only(command.icon(), command.text())
    } else {
        let beside = tokens().size.control + 2.0 * ui.spacing().item_spacing.x;
        Button::new(words).icon(command.icon()).ghost().at_most((ui.available_width() - beside).min(LONGEST_UNDO))
    };
    if ui.add(button.name(words).enabled(enabled).hint(format!("{words}{keys}"))).clicked() {
        out.command(command);
    }
}

fn who(ui: &mut Ui, session: &Session, narrow: bool) {
    let palette = palette(ui);
    let me = session.me();
    ui.add_space(6.0);
    if !narrow {
        let role = text::coloured(Type::Small, palette.muted, me.role.words());
        ui.label(role);
        let name = text::coloured(Type::SmallStrong, palette.text, &me.name);
        ui.label(name);
    }
    let (rect, response) = ui.allocate_exact_size(Vec2::splat(24.0), Sense::hover());
    ui.painter().circle_filled(rect.center(), 12.0, palette.info.soft);
    let initials: String = me.name.split_whitespace().filter_map(|word| word.chars().next()).take(2).collect();
    let font = theme::font(Type::Caption);
    ui.painter().text(rect.center(), eframe::egui::Align2::CENTER_CENTER, initials, font, palette.info.text);
    response.on_hover_text(format!("Signed in: {}, {}", me.name, me.role.words()));
    ui.add_space(6.0);
}

/// Whether the window is so narrow that the rail shows icons alone.
pub fn is_narrow(ctx: &Context) -> bool {
    ctx.content_rect().width() < NARROW
}

/// The navigation rail, with what waits on each screen, and notices at its foot where it has room for them.
pub fn rail_ui(ui: &mut Ui, session: &Session, screen: Screen, notices: Option<&mut Toasts>, out: &mut Out) {
    let narrow = is_narrow(ui.ctx());
    let palette = palette(ui);
    let width = if narrow { tokens().size.rail_narrow } else { tokens().size.rail };
    let frame = Frame::NONE.fill(palette.rail).inner_margin(Margin { left: 8, right: 8, top: 10, bottom: 8 });
    Panel::left("rail").exact_size(width).resizable(false).show_separator_line(false).frame(frame).show(ui, |ui| {
        let edge = ui.max_rect().right() + 7.5;
        ui.painter().vline(edge, ui.max_rect().expand(10.0).y_range(), Stroke::new(1.0, palette.line));
        // In a low window the screens stand closer, so that none is out of sight; a notice moves none
        let each = (ui.available_height() - 34.0) / Screen::NAVIGATION.len() as f32 - 2.0;
        let (height, apart) = if each < 36.0 { (each.clamp(24.0, 30.0), 4.0) } else { (34.0, 8.0) };
        if let Some(notices) = notices {
            notices.column_ui(ui);
        }
        ui.spacing_mut().item_spacing.y = 2.0;
        eframe::egui::ScrollArea::vertical().auto_shrink([false, false]).show(ui, |ui| {
            for to in Screen::NAVIGATION {
                if matches!(to, Screen::Review | Screen::History) {
                    ui.add_space(apart + 1.0);
                    parts::rule(ui);
                    ui.add_space(apart - 1.0);
                }
                if item_ui(ui, height, to, to == screen, session.waiting(to), narrow).clicked() {
                    out.command(Command::Go(to));
                }
            }
        });
    });
}

fn item_ui(ui: &mut Ui, height: f32, to: Screen, here: bool, waiting: Option<u64>, narrow: bool) -> Response {
    let palette = palette(ui);
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), height), Sense::click());
    let name = match waiting {
        Some(n) => format!("{}, {} waiting", to.title(), text::number(n)),
        None => to.title().to_owned(),
    };
    response.widget_info(|| WidgetInfo::selected(Role::Tab, true, here, &name));
    ui.ctx().accesskit_node_builder(response.id, |node| {
        node.clear_toggled();
        node.set_selected(here);
    });
    let fill = match (here, response.hovered()) {
        (true, _) => palette.selected,
        (false, true) => palette.hover,
        (false, false) => palette.rail,
    };
    ui.painter().rect_filled(rect, tokens().radius.medium, fill);
    let ink = if here { palette.accent_text } else { palette.secondary };
    let icon = if narrow {
        Rect::from_center_size(rect.center(), Vec2::splat(17.0))
    } else {
        crate::desktop::widgets::icon::at_left(rect, 17.0, 9.0)
    };
    to.icon().paint(ui.painter(), icon, ink);
    if narrow {
        if waiting.is_some() {
            ui.painter().circle_filled(icon.right_top() + vec2(3.0, -1.0), 3.5, palette.accent);
        }
    } else {
        let font = theme::font(if here { Type::Strong } else { Type::Body });
        let colour = if here { palette.accent_text } else { palette.text };
        let galley = ui.painter().layout_no_wrap(to.title().to_owned(), font, colour);
        ui.painter().galley(pos2(rect.left() + 36.0, rect.center().y - galley.size().y / 2.0), galley, colour);
        if let Some(n) = waiting {
            let galley = ui.painter().layout_no_wrap(text::number(n), theme::font(Type::Caption), palette.secondary);
            let size = vec2((galley.size().x + 12.0).max(22.0), 18.0);
            let pill = Rect::from_center_size(pos2(rect.right() - 8.0 - size.x / 2.0, rect.center().y), size);
            let line = Stroke::new(1.0, palette.line);
            ui.painter().rect(pill, 9, palette.surface, line, StrokeKind::Inside);
            let at = pill.center() - galley.size() / 2.0;
            ui.painter().galley(at, galley, palette.secondary);
        }
    }
    focus_ring(ui, &response, rect.shrink(2.0), tokens().radius.medium);
    let keys = Command::Go(to).shortcut().map(|key| format!("\n{}", key.words())).unwrap_or_default();
    response.on_hover_text(format!("{}{keys}", to.tooltip()))
}

/// The bar of running work.
pub fn jobs_ui(ui: &mut Ui, jobs: &Jobs) {
    let views = jobs.views();
    let told: Vec<String> = views.iter().map(told_of).collect();
    told::tell(ui, "jobs", &if told.is_empty() { "No work is running".to_owned() } else { told.join(". ") });
    if views.is_empty() {
        return;
    }
    let palette = palette(ui);
    let height = 44.0 * views.len() as f32 + 2.0;
    let frame = Frame::NONE.fill(palette.raised).inner_margin(Margin { left: 16, right: 12, top: 2, bottom: 0 });
    Panel::bottom("jobs").exact_size(height).resizable(false).show_separator_line(true).frame(frame).show(ui, |ui| {
        ui.spacing_mut().item_spacing.y = 0.0;
        for view in views {
            ui.allocate_ui_with_layout(vec2(ui.available_width(), 44.0), Layout::left_to_right(Align::Center), |ui| {
                ui.spacing_mut().item_spacing.x = 12.0;
                ui.set_min_height(44.0);
                job_ui(ui, &view, jobs);
            });
        }
    });
}

/// What is told of a piece of work to those who do not see its bar.
fn told_of(view: &jobs::View) -> String {
    let how = match told::quarters(view.moment.done, view.moment.total) {
        _ if view.stopping => "stopping",
        Some(how) => how,
        None => "running",
    };
    let phase = Some(view.moment.phase).filter(|phase| !phase.is_empty()).map(|phase| format!(", {phase}"));
    format!("{}{}: {how}", view.title, phase.unwrap_or_default())
}

fn job_ui(ui: &mut Ui, view: &jobs::View, jobs: &Jobs) {
    let palette = palette(ui);
    let title = text::rich(ui, Type::Strong, &view.title);
    ui.label(title);
    let moment = view.moment;
    let mut words = String::from(moment.phase);
    if moment.total > 0 {
        words += &format!(" · {} of {}", text::number(moment.done.min(moment.total)), text::number(moment.total));
    } else if moment.done > 0 {
        words += &format!(" · {}", text::number(moment.done));
    }
    if let Some(left) = view.left {
        words += &format!(" · {}", jobs::left_in_words(left));
    }
    if view.stopping {
        words = "Stopping…".to_owned();
    }
    ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
        let cancel = Button::new("Cancel").small().icon(Icon::Stop).name(format!("Cancel: {}", view.title));
        if ui.add(cancel.enabled(!view.stopping)).clicked() {
            jobs.cancel(view.index);
        }
        let shown = text::coloured(Type::Small, palette.secondary, words.as_str());
        ui.add(Label::new(shown).truncate()).on_hover_text(&words);
        let room = ui.available_width().min(320.0);
        if room > 60.0 {
            ui.allocate_ui_with_layout(vec2(room, 8.0), Layout::left_to_right(Align::Center), |ui| {
                ui.set_width(room);
                if moment.total > 0 {
                    let share = moment.done as f32 / moment.total as f32;
                    parts::bar(ui, share.min(1.0), Tone::Info, &format!("{}: {}", view.title, moment.phase));
                } else {
                    moving_bar(ui);
                }
            });
        }
    });
}

/// A bar whose end nobody knows. It moves with the clock of the repaints that the work asks for.
fn moving_bar(ui: &mut Ui) {
    let palette = palette(ui);
    let (_, rect) = ui.allocate_space(vec2(ui.available_width(), 8.0));
    ui.painter().rect_filled(rect, 4, palette.line);
    let at = (ui.input(|input| input.time) * 0.6).fract() as f32;
    let width = rect.width() * 0.3;
    let left = rect.left() + (rect.width() + width) * at - width;
    let piece = Rect::from_min_size(pos2(left, rect.top()), vec2(width, rect.height())).intersect(rect);
    ui.painter().rect_filled(piece, 4, palette.info.solid);
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use egui_kittest::Harness;
    use egui_kittest::kittest::Queryable;

    use super::*;
    use crate::desktop::{App, Settings, Start};
    use crate::workspace::quick::Quick;
    use crate::workspace::{Role as StaffRole, Standing, Workspace};

    fn quick() -> Quick {
        let me = Standing { name: "Ailsa Craig".into(), role: StaffRole::Officer, administers: true, active: true };
        Quick::new(&[me], 2)
    }

    fn opened(ws: Workspace) -> Harness<'static, App> {
        let start = Start { workspace: None, signed_in: Some(ws) };
        let mut window = Harness::builder()
            .with_size(vec2(1280.0, 800.0))
            .with_max_steps(12)
            .build_eframe(move |context| App::new(&context.egui_ctx, Settings::default(), start));
        window.run();
        window
    }

    #[test]
    fn a_workspace_that_can_only_be_read_says_so_above_every_screen_and_offers_to_lock() {
        let (_folder, ws) = quick().unsynced();
        let mut window = opened(ws);
        window.get_by_label_contains("can only be read: the disk did not confirm a change");
        if let Some(folder) = std::env::var_os("STEWARTRY_PICTURES")
            && let Ok(image) = window.render()
        {
            image.save(std::path::Path::new(&folder).join("read-only.png")).unwrap();
        }
        window.get_by_role_and_label(Role::Button, "Lock").click();
        window.run();
        assert!(window.state().session().is_none());
    }

    #[cfg(unix)]
    #[test]
    fn a_workspace_whose_lock_was_taken_away_says_that_and_not_that_the_disk_failed() {
        let (_folder, ws) = quick().unlocked();
        let window = opened(ws);
        window.get_by_label_contains("its lock was taken away");
        assert!(window.query_by_label_contains("the disk did not confirm").is_none());
    }
}
