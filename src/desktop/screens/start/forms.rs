//! The forms of the way in: who opens a workspace, and what a new one is to be.

use std::path::{Path, PathBuf};

use eframe::egui::{
    self, Frame, Key, Margin, Modifiers, Rect, Response, Role, ScrollArea, Sense, Ui, Vec2, WidgetInfo, pos2, vec2,
};

use zeroize::Zeroizing;

use super::Action;
use crate::desktop::out::Out;
use crate::desktop::theme::{self, Type, palette, space, tokens};
use crate::desktop::widgets::field::{self, Field};
use crate::desktop::widgets::{Button, Icon, Look, parts, text};
use crate::stewardship::{demonstration, people};
use crate::workspace::Role as StaffRole;

/// Who opens a workspace.
#[derive(Default)]
pub struct SignIn {
    pub home: PathBuf,
    pub people: Vec<String>,
    pub who: usize,
    pub passphrase: Zeroizing<String>,
    /// Why a workspace is to be made anew rather than this one opened.
    pub copy: Option<Copy>,
}

/// Why a workspace is made anew from a copy.
#[derive(Debug, Clone, std::marker::Copy, PartialEq, Eq)]
pub enum Copy {
    /// The workspace is damaged.
    Damaged,
    /// It is a backup, which is not worked in.
    Backup,
}

impl Copy {
    fn words(self) -> &'static str {
        match self {
            Self::Damaged => "A new workspace is made from its newest sound copy; this one stays as it is",
            Self::Backup => "This is a backup. A new workspace is made from it; the backup stays as it is",
        }
    }
}

/// What a new workspace is to be.
#[derive(Default)]
pub struct New {
    pub folder: String,
    pub name: String,
    pub person: String,
    pub supervisor: bool,
    pub passphrase: Zeroizing<String>,
    pub again: Zeroizing<String>,
}

impl New {
    /// The folder it will be.
    pub fn home(&self) -> PathBuf {
        let name = self.name.trim();
        let name = name.strip_suffix(".stewartry").unwrap_or(name);
        Path::new(self.folder.trim()).join(format!("{name}.stewartry"))
    }

    /// What keeps it from being made.
    pub fn fault(&self) -> Option<String> {
        if self.name.trim().is_empty() || self.name.contains(['/', '\\']) {
            return Some("Give the workspace a name, without slashes".to_owned());
        }
        if let Err(refused) = people::fits(self.person.trim(), &self.passphrase) {
            return Some(refused.to_string());
        }
        (self.passphrase != self.again).then(|| "The two passphrases differ".to_owned())
    }
}

/// Draws the form to sign in.
pub fn sign_in_ui(ui: &mut Ui, sign_in: &mut SignIn, mut focus: bool, waiting: bool, out: &mut Out) {
    let frame = form_frame(ui);
    frame.show(ui, |ui| {
        ui.set_width(ui.available_width());
        let name = sign_in.home.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
        text::title(ui, name);
        let folder = text::coloured(Type::Small, palette(ui).muted, sign_in.home.display().to_string());
        text::one_line(ui, folder);
        ui.add_space(space().m);
        text::caption(ui, "Who are you?");
        let builder = egui::UiBuilder::new().accessibility_role(Role::RadioGroup).accessibility_label("Who are you?");
        ui.scope_builder(builder, |ui| {
            ui.spacing_mut().item_spacing.y = 4.0;
            let people = sign_in.people.clone();
            let moved = by_arrows(ui, &mut sign_in.who, people.len());
            ScrollArea::vertical().max_height(220.0).min_scrolled_height(220.0).show(ui, |ui| {
                for (place, person) in people.iter().enumerate() {
                    let shown = person_ui(ui, person, place == sign_in.who);
                    if moved && place == sign_in.who {
                        shown.scroll_to_me(None);
                    }
                    if shown.clicked() {
                        sign_in.who = place;
                        // Whoever says who they are goes on to their passphrase.
                        focus = true;
                    }
                }
            });
        });
        ui.add_space(space().s);
        if let Some(copy) = sign_in.copy {
            text::small(ui, copy.words());
            ui.add_space(space().s);
        }
        let passphrase = Field::new("Passphrase").password().focus(focus).show(ui, &mut sign_in.passphrase);
        let entered = field::entered(ui, &passphrase);
        if let Some(who) = sign_in.people.get(sign_in.who)
            && let Some(public) = demonstration::public_passphrase(&sign_in.people, who)
        {
            text::small(ui, format!("The demonstration: {who} begins with the passphrase “{public}”"));
        }
        ui.add_space(space().m);
        ui.horizontal(|ui| {
            let ready = !sign_in.passphrase.is_empty() && !sign_in.people.is_empty() && !waiting;
            if sign_in.copy.is_some() {
                let restore = Button::new(if waiting { "Restoring…" } else { "Restore" }).primary().icon(Icon::Save);
                if ui.add(restore.width(120.0).enabled(ready)).clicked() || (entered && ready) {
                    out.act(Action::Restore);
                }
            } else {
                let open = Button::new(if waiting { "Opening…" } else { "Open" }).primary().icon(Icon::Lock);
                if ui.add(open.width(120.0).enabled(ready)).clicked() || (entered && ready) {
                    out.act(Action::SignIn);
                }
            }
            if ui.add(Button::new("Back").ghost()).clicked() {
                out.act(Action::Back);
            }
        });
    });
}

/// The arrows go through the people, while the passphrase has the keyboard too. Whether they did.
fn by_arrows(ui: &Ui, who: &mut usize, people: usize) -> bool {
    let presses = |key| ui.input_mut(|input| input.count_and_consume_key(Modifiers::NONE, key));
    let (down, up) = (presses(Key::ArrowDown), presses(Key::ArrowUp));
    let before = *who;
    *who = (*who + down).min(people.saturating_sub(1)).saturating_sub(up);
    *who != before
}

fn person_ui(ui: &mut Ui, name: &str, chosen: bool) -> Response {
    let palette = palette(ui);
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), 38.0), Sense::click());
    response.widget_info(|| WidgetInfo::selected(Role::RadioButton, ui.is_enabled(), chosen, name));
    let (fill, edge) = match (chosen, response.hovered()) {
        (true, _) => (palette.selected, palette.accent),
        (false, true) => (palette.hover, palette.line_strong),
        (false, false) => (palette.surface, palette.line),
    };
    ui.painter().rect(rect, 6, fill, egui::Stroke::new(1.0, edge), egui::StrokeKind::Inside);
    let badge = pos2(rect.left() + 22.0, rect.center().y);
    ui.painter().circle_filled(badge, 11.0, palette.info.soft);
    let initials: String = name.split_whitespace().filter_map(|word| word.chars().next()).take(2).collect();
    ui.painter().text(badge, egui::Align2::CENTER_CENTER, initials, theme::font(Type::Caption), palette.info.text);
    let at = pos2(rect.left() + 44.0, rect.center().y);
    ui.painter().text(at, egui::Align2::LEFT_CENTER, name, theme::font(Type::Strong), palette.text);
    if chosen {
        let tick = Rect::from_center_size(pos2(rect.right() - 20.0, rect.center().y), Vec2::splat(14.0));
        Icon::Check.paint(ui.painter(), tick, palette.accent_text);
    }
    crate::desktop::widgets::button::focus_ring(ui, &response, rect, 6);
    response
}

/// Draws the form for a new workspace.
pub fn new_ui(ui: &mut Ui, new: &mut New, focus: bool, waiting: bool, out: &mut Out) {
    let frame = form_frame(ui);
    frame.show(ui, |ui| {
        ui.set_width(ui.available_width());
        text::title(ui, "New workspace");
        text::small(ui, "Everything in it is encrypted. Each person opens it with their own passphrase");
        ui.add_space(space().m);
        ui.spacing_mut().item_spacing.y = space().m;
        Field::new("Name").hint("Seeding 2026").focus(focus).show(ui, &mut new.name);
        ui.horizontal_top(|ui| {
            let width = ui.available_width() - 48.0;
            Field::new("Folder").mono().width(width).show(ui, &mut new.folder);
            ui.vertical(|ui| {
                ui.add_space(21.0);
                if ui.add(Button::icon_only(Icon::Folder, "Choose the folder").look(Look::Plain)).clicked() {
                    out.act(Action::Browse { new: true });
                }
            });
        });
        parts::rule(ui);
        Field::new("Your name, as you sign").show(ui, &mut new.person);
        text::small(ui, "You are a");
        ui.add_space(-8.0);
        field::segmented(ui, "Your role", &mut new.supervisor, &[false, true], |supervisor| {
            if supervisor { StaffRole::Supervisor.words() } else { StaffRole::Officer.words() }.to_owned()
        });
        Field::new("Passphrase")
            .password()
            .note("At least 8 characters. Nobody can recover it: another person who administers can give you a new one")
            .show(ui, &mut new.passphrase);
        let again = Field::new("The same again").password().show(ui, &mut new.again);
        let entered = field::entered(ui, &again);
        ui.horizontal(|ui| {
            let make = Button::new(if waiting { "Making…" } else { "Make the workspace" }).primary().icon(Icon::Plus);
            if ui.add(make.enabled(!waiting)).clicked() || (entered && !waiting) {
                out.act(Action::Create);
            }
            if ui.add(Button::new("Back").ghost()).clicked() {
                out.act(Action::Back);
            }
        });
    });
}

fn form_frame(ui: &Ui) -> Frame {
    let palette = palette(ui);
    Frame::NONE
        .fill(palette.surface)
        .stroke(egui::Stroke::new(1.0, palette.line))
        .corner_radius(tokens().radius.large)
        .inner_margin(Margin::same(24))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_new_workspace_says_what_it_still_needs() {
        let mut new = New { folder: "/desk".to_owned(), ..New::default() };
        assert!(new.fault().is_some_and(|words| words.contains("name")));
        new.name = "Seeding.stewartry".to_owned();
        new.person = "A Steward".to_owned();
        new.passphrase = "kirkcudbright".to_owned().into();
        assert_eq!(new.fault().as_deref(), Some("The two passphrases differ"));
        new.again = "kirkcudbright".to_owned().into();
        assert_eq!(new.fault(), None);
        assert_eq!(new.home(), Path::new("/desk/Seeding.stewartry"));
    }
}
