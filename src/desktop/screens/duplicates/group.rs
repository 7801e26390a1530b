//! The group that a pair is in, whole: its records in columns beside the one that is kept, their fields in rows with the
//! differences marked, and what is known of each two of them.

use eframe::egui::{Align, Label, Layout, Margin, Role, ScrollArea, Sense, Ui, UiBuilder, WidgetInfo, vec2};

use crate::desktop::command::Command;
use crate::desktop::screens::pair::lines;
use crate::desktop::theme::{Tone, Type, palette, tokens};
use crate::desktop::widgets::compare::{Agreement, Line};
use crate::desktop::widgets::{Button, Chip, Icon, chip, parts, text};
use crate::pair::{Judgement, PairKey, Verdict};
use crate::person::MosaicId;
use crate::stewardship::groups::{self, Group, Member};
use crate::stewardship::{Refused, relationships};
use crate::workspace::{Pair, Workspace};

/// A column of a record is as wide as there is room for, between these; and the column of the fields' names.
const NARROWEST: f32 = 176.0;
const WIDEST: f32 = 300.0;
const NAMES: f32 = 118.0;
const ROW: f32 = 28.0;
/// From this width the buttons stand beside the heading.
const BESIDE: f32 = 740.0;

/// A group, read for the screen.
pub struct Shown {
    /// The group.
    pub group: Group,
    /// For each member, its lines beside the record that is kept; none for that one.
    pub(super) lines: Vec<Vec<Line>>,
    /// The member that *Leave out* would take.
    pub marked: usize,
}

/// What was asked of a group.
pub enum Asked {
    /// Mark another member.
    Mark(usize),
    /// Leave the marked member out.
    LeaveOut,
    /// Merge all of it.
    Merge,
}

impl Shown {
    /// Reads the group of a pair; `None` where it is no more than that pair.
    pub fn read(ws: &Workspace, key: &PairKey) -> Result<Option<Self>, Refused> {
        let PairKey::Duplicate { a, b } = key else { return Ok(None) };
        let group = groups::of(ws, a)?;
        if group.members.len() < 3 {
            return Ok(None);
        }
        let other = if b == &group.target { a } else { b };
        let marked = group.members.iter().position(|member| member.id() == other).unwrap_or(0);
        Ok(Some(Self { lines: beside_kept(&group), marked, group }))
    }

    /// Keeps the marked member instead, as long as nothing is merged.
    pub fn keep_marked(&mut self) {
        let free = self.group.members.iter().all(|member| member.merged_into.is_none());
        let (marked, kept) = (self.marked().clone(), self.group.target.clone());
        if !free || self.group.members[self.marked].left_out || marked == kept {
            return;
        }
        self.marked = self.group.members.iter().position(|member| member.id() == &kept).unwrap_or(self.marked);
        self.group.why = format!("{marked} was chosen as the record that is kept");
        self.group.target = marked;
        self.lines = beside_kept(&self.group);
    }

    /// The member that is marked.
    pub fn marked(&self) -> &MosaicId {
        self.group.members[self.marked].id()
    }

    /// Draws the group. `weights`: whether the engine's opinion may be shown.
    pub fn ui(&self, ui: &mut Ui, weights: bool) -> Option<Asked> {
        let mut asked = None;
        let count = text::count(self.group.members.len() as u64, "record", "records");
        let waiting = self.group.to_merge().len();
        let mut buttons = |ui: &mut Ui| {
            if waiting > 0 {
                let words = format!("{} into {}", text::count(waiting as u64, "record", "records"), self.group.target);
                let merge = Button::command(Command::MergeGroup).small().hint(words.as_str());
                if ui.add(merge).clicked() {
                    asked = Some(Asked::Merge);
                }
            }
            if !self.group.members[self.marked].left_out {
                let hint = format!("{} is not any of the others", self.marked());
                if ui.add(Button::command(Command::Exclude).small().ghost().hint(hint.as_str())).clicked() {
                    asked = Some(Asked::LeaveOut);
                }
            }
        };
        let title = format!("The group: {count} that may be one person");
        if ui.available_width() > BESIDE {
            parts::section(ui, &title, buttons);
        } else {
            parts::section(ui, &title, |_| {});
            ui.horizontal_wrapped(|ui| buttons(ui));
        }
        for key in &self.group.contradictions {
            let words = format!(
                "{key} were told apart, and merges join them. Take one of these back: nothing of this group leaves before"
            );
            parts::banner(ui, Tone::Danger, &words);
        }
        if !self.group.related.is_empty() {
            let words = format!("{}: they are probably different people", relationships::found(&self.group.related));
            parts::banner(ui, Tone::Danger, &words);
        }
        parts::table_card(ui, |ui| {
            let frame = eframe::egui::Frame::NONE.inner_margin(Margin::symmetric(10, 8));
            frame.show(ui, |ui| {
                let room = (ui.available_width() - NAMES) / self.group.members.len().max(1) as f32;
                let column = room.floor().clamp(NARROWEST, WIDEST);
                ScrollArea::horizontal().id_salt("group").auto_shrink([false, true]).show(ui, |ui| {
                    ui.spacing_mut().item_spacing = vec2(0.0, 0.0);
                    if let Some(marked) = self.heads_ui(ui, column) {
                        asked = Some(Asked::Mark(marked));
                    }
                    self.fields_ui(ui, column);
                    self.between_ui(ui, column, weights);
                });
            });
        });
        if !self.group.why.is_empty() {
            text::small(ui, &self.group.why);
        }
        if self.group.more > 0 {
            let more = text::count(self.group.more as u64, "record hangs", "records hang");
            text::small(ui, format!("{more} together with these by weaker pairs, or pairs as weak, and are not shown"));
        }
        asked
    }

    /// The members: id, what became of each, and the mark. Gives the member that was clicked.
    fn heads_ui(&self, ui: &mut Ui, column: f32) -> Option<usize> {
        let mut clicked = None;
        ui.horizontal(|ui| {
            cell(ui, NAMES, 52.0, |_| {});
            for (at, member) in self.group.members.iter().enumerate() {
                let is_marked = at == self.marked;
                let (rect, response) = ui.allocate_exact_size(vec2(column, 52.0), Sense::click());
                let colours = palette(ui);
                let label =
                    format!("{}, {}{}", member.id(), self.state(member), if is_marked { ", marked" } else { "" });
                response.widget_info(|| WidgetInfo::selected(Role::Button, true, is_marked, &label));
                if is_marked || response.hovered() || response.has_focus() {
                    let fill = if is_marked { colours.info.soft } else { colours.hover };
                    ui.painter().rect_filled(rect.shrink2(vec2(2.0, 0.0)), tokens().radius.medium, fill);
                }
                let inner =
                    UiBuilder::new().max_rect(rect.shrink2(vec2(8.0, 4.0))).layout(Layout::top_down(Align::Min));
                let mut ui = ui.new_child(inner);
                ui.spacing_mut().item_spacing.y = 2.0;
                ui.label(text::coloured(Type::Mono, colours.text, member.id().to_string()));
                let (icon, tone) = self.look(member);
                ui.add(Chip::new(icon, tone, self.state(member)));
                if response.clicked() {
                    clicked = Some(at);
                }
            }
        });
        clicked
    }

    fn look(&self, member: &Member) -> (Icon, Tone) {
        match (&member.merged_into, member.id() == &self.group.target) {
            (Some(_), _) => (Icon::ArrowRight, Tone::Info),
            (None, true) => (Icon::Check, Tone::Positive),
            (None, false) if member.left_out => (Icon::Cross, Tone::Neutral),
            _ => (Icon::Dot, Tone::Neutral),
        }
    }

    fn state(&self, member: &Member) -> String {
        match (&member.merged_into, member.id() == &self.group.target) {
            (Some(target), _) => format!("Into {target}"),
            (None, true) => "Kept".to_owned(),
            (None, false) if member.left_out => "Left out".to_owned(),
            _ => "Open".to_owned(),
        }
    }

    fn fields_ui(&self, ui: &mut Ui, column: f32) {
        for field in self.fields() {
            parts::rule(ui);
            let builder = UiBuilder::new().accessibility_role(Role::Row).accessibility_label(self.words(field));
            ui.scope_builder(builder, |ui| {
                ui.horizontal(|ui| {
                    let muted = palette(ui).muted;
                    cell(ui, NAMES, ROW, |ui| drop(ui.label(text::coloured(Type::Small, muted, field))));
                    for member in 0..self.group.members.len() {
                        cell(ui, column, ROW, |ui| value_ui(ui, self.says(member, field), self.line(member, field)));
                    }
                });
            });
        }
    }

    /// The fields that any two records have a line for. Which these are differs from pair to pair: a line is found by its field,
    /// never by its place.
    fn fields(&self) -> Vec<&str> {
        let longest = self.lines.iter().max_by_key(|lines| lines.len());
        let mut fields: Vec<&str> = Vec::new();
        for line in longest.into_iter().chain(&self.lines).flatten() {
            if line.agreement != Agreement::BothMissing && !fields.contains(&line.field.as_str()) {
                fields.push(&line.field);
            }
        }
        fields
    }

    /// A member's line for a field, beside the record that is kept; none for that record, and where both say nothing.
    fn line(&self, member: usize, field: &str) -> Option<&Line> {
        self.lines[member].iter().find(|line| line.field == field)
    }

    /// What a member says of a field. The record that is kept stands at the left of every line; beside a restricted person it
    /// is hidden there.
    fn says(&self, member: usize, field: &str) -> &str {
        if self.group.members[member].id() != &self.group.target {
            return self.line(member, field).map_or("", |line| line.right.as_str());
        }
        let all = || (0..self.lines.len()).filter_map(|other| self.line(other, field)).map(|line| line.left.as_str());
        all().find(|left| *left != lines::HIDDEN).or_else(|| all().next()).unwrap_or_default()
    }

    /// A field of every member, as a screen reader says it.
    fn words(&self, field: &str) -> String {
        let of = |at: usize| {
            let value = match self.says(at, field) {
                "" => "not given",
                value => value,
            };
            let how = self.line(at, field).map_or(String::new(), |line| format!(", {}", line.agreement.words()));
            format!("{} {value}{how}", self.group.members[at].id())
        };
        let each: Vec<String> = (0..self.group.members.len()).map(of).collect();
        format!("{field}: {}", each.join("; "))
    }

    /// What is known of each two: the upper half would say the same again, and stays empty.
    fn between_ui(&self, ui: &mut Ui, column: f32, weights: bool) {
        parts::rule(ui);
        for (row, one) in self.group.members.iter().enumerate().skip(1) {
            let each = self.group.members[..row].iter().map(|other| {
                let pair = self.group.between(one.id(), other.id());
                format!("{} {}", other.id(), between_words(pair, self.follows(one, other)))
            });
            let label = format!("{} with {}", one.id(), each.collect::<Vec<_>>().join(", "));
            let builder = UiBuilder::new().accessibility_role(Role::Row).accessibility_label(label);
            ui.scope_builder(builder, |ui| {
                ui.horizontal(|ui| {
                    let muted = palette(ui).muted;
                    cell(ui, NAMES, ROW, |ui| {
                        ui.label(text::coloured(Type::Small, muted, format!("{} with", one.id())));
                    });
                    for other in &self.group.members[..row] {
                        let pair = self.group.between(one.id(), other.id());
                        let follows = self.follows(one, other);
                        let weight = self.group.weight(one.id(), other.id()).filter(|_| weights);
                        cell(ui, column, ROW, |ui| pair_ui(ui, pair, follows, weight));
                    }
                })
            });
        }
    }

    /// Whether two members are one person by what was decided about others.
    fn follows(&self, one: &Member, other: &Member) -> bool {
        let root = |member: &Member| member.merged_into.clone().unwrap_or_else(|| member.id().clone());
        root(one) == root(other)
    }
}

/// For each member, its lines beside the record that is kept; none for that one.
fn beside_kept(group: &Group) -> Vec<Vec<Line>> {
    let kept = group.members.iter().find(|member| member.id() == &group.target);
    let beside = |member: &Member| match kept {
        Some(kept) if kept.id() != member.id() => lines::of_duplicate(&kept.stored, &member.stored),
        _ => Vec::new(),
    };
    group.members.iter().map(beside).collect()
}

fn cell(ui: &mut Ui, width: f32, height: f32, contents: impl FnOnce(&mut Ui)) {
    ui.allocate_ui_with_layout(vec2(width, height), Layout::left_to_right(Align::Center), |ui| {
        ui.set_min_width(width);
        ui.set_max_width(width);
        ui.spacing_mut().item_spacing.x = 6.0;
        ui.add_space(8.0);
        contents(ui);
    });
}

/// What a member says; `line` is how that stands to the record that is kept.
fn value_ui(ui: &mut Ui, value: &str, line: Option<&Line>) {
    let colours = palette(ui);
    let agreement = line.map(|line| line.agreement);
    if value.is_empty() {
        ui.label(text::coloured(Type::Small, colours.muted, "–"));
        return;
    }
    let (ink, sign) = match agreement {
        Some(Agreement::Differs) => (colours.danger.text, Some(Agreement::Differs)),
        Some(Agreement::Similar) => (colours.warning.text, Some(Agreement::Similar)),
        Some(Agreement::Same) => (colours.secondary, None),
        _ => (colours.text, None),
    };
    if let Some(sign) = sign {
        sign.look().0.show(ui, 12.0, ink);
    }
    let words = Label::new(text::coloured(Type::Body, ink, value)).truncate();
    let how = line.map_or(String::new(), |line| if line.how.is_empty() { value.to_owned() } else { line.how.clone() });
    ui.add(words).on_hover_text(how);
}

/// What is known of two members, in words.
fn between_words(pair: Option<&Pair>, follows: bool) -> &'static str {
    match (pair.and_then(|pair| pair.decision.as_ref()).map(|decision| decision.judgement.verdict), pair) {
        (Some(Verdict::Match), _) => "One person",
        (Some(verdict), _) => verdict.words(),
        (None, _) if follows => "Follows from merges",
        (None, Some(_)) => "Open",
        (None, None) => "Not a candidate",
    }
}

/// What is known of two members. `weight`: where the engine's opinion may be shown.
fn pair_ui(ui: &mut Ui, pair: Option<&Pair>, follows: bool, weight: Option<f64>) {
    let colours = palette(ui);
    let judgement: Option<&Judgement> =
        pair.and_then(|pair| pair.decision.as_ref()).map(|decision| &decision.judgement);
    let (icon, ink) = match (judgement.map(|judgement| judgement.verdict), pair) {
        (Some(verdict), _) => {
            let (icon, tone) = chip::verdict_look(verdict);
            (icon, colours.tone(tone).text)
        }
        (None, _) if follows => (Icon::Equal, colours.muted),
        (None, Some(_)) => (Icon::Dot, colours.secondary),
        (None, None) => (Icon::Minus, colours.muted),
    };
    icon.show(ui, 12.0, ink);
    ui.label(text::coloured(Type::Small, ink, between_words(pair, follows)));
    if let Some(weight) = weight {
        ui.label(text::coloured(Type::SmallMono, colours.muted, format!("{weight:+.1}")));
    }
}
