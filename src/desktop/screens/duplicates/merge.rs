//! The merge as it would be instructed: which record is kept and why, field by field what survives, what the administrator
//! must carry over by hand, and what makes Mosaic refuse.

use eframe::egui::{Align, Id, Label, Layout, Margin, Role, TextEdit, Ui, UiBuilder, vec2};

use crate::desktop::command::Command;
use crate::desktop::screens::pair::Shown;
use crate::desktop::theme::{Tone, Type, palette, space};
use crate::desktop::widgets::{Button, Chip, Icon, field, parts, text};
use crate::pair::{Blocker, BlockerAnswer, BlockerCheck, Merge};
use crate::person::MosaicId;
use crate::stewardship::Refused;
use crate::stewardship::merge::{self, FieldChoice, MergePreview};
use crate::workspace::Workspace;

/// The most a note to the administrator may say, in characters.
const LONGEST_NOTE: usize = 1_000;

/// A merge in the making.
pub struct Draft {
    /// The pair it is of.
    pub of: i64,
    preview: MergePreview,
    checks: Vec<BlockerCheck>,
    note: String,
    restricted: bool,
    /// What it was decided as when it was begun: the event.
    decided: Option<i64>,
    /// What it was before anything was done to it.
    fresh: Option<Merge>,
}

/// A merge that was begun and left without an answer.
pub struct Left {
    decided: Option<i64>,
    merge: Merge,
}

const ANSWERS: [BlockerAnswer; 3] = [BlockerAnswer::NotChecked, BlockerAnswer::Clear, BlockerAnswer::Blocked];

/// An answer about a blocker, in words.
pub fn answer_words(answer: BlockerAnswer) -> &'static str {
    match answer {
        BlockerAnswer::NotChecked => "Not checked",
        BlockerAnswer::Clear => "Clear",
        BlockerAnswer::Blocked => "Blocked",
    }
}

impl Draft {
    /// Proposes the merge of two records, or takes up the one that was begun and left, or the one that was decided since.
    pub fn begin(ws: &Workspace, shown: &Shown, [a, b]: [&MosaicId; 2], left: Option<Left>) -> Result<Self, Refused> {
        let decision = shown.pair.decision.as_ref();
        let decided = decision.map(|decision| decision.seq);
        let left = left.filter(|left| left.decided == decided);
        let known = left.as_ref().map(|left| &left.merge);
        let known = known.or(decision.and_then(|decision| decision.judgement.merge.as_ref()));
        let preview = match known {
            Some(merge) => merge::with_target(ws, &merge.target, &merge.source)?,
            None => merge::propose_target(ws, a, b)?,
        };
        let mut checks = preview.checks.clone();
        for check in &mut checks {
            let known = known.and_then(|merge| merge.blockers.iter().find(|c| c.blocker == check.blocker));
            // An answer is one to what was found then
            if let Some(known) = known.filter(|known| known.found == check.found) {
                check.clone_from(known);
            }
        }
        let note = known.map(|merge| merge.note.clone()).unwrap_or_default();
        let (of, restricted) = (shown.pair.id, shown.restricted());
        let draft = Self { of, preview, checks, note, restricted, decided, fresh: None };
        Ok(Self { fresh: left.is_none().then(|| draft.merge()), ..draft })
    }

    /// What was begun of it, where anything was: for when its pair is looked at again.
    pub fn leave(self) -> Option<(i64, Left)> {
        let merge = self.merge();
        (self.fresh.as_ref() != Some(&merge)).then_some((self.of, Left { decided: self.decided, merge }))
    }

    /// Keeps the other record instead. What was checked of the source is to be looked at again; the rest stays.
    pub fn swap(&mut self, ws: &Workspace) -> Result<(), Refused> {
        self.preview = merge::with_target(ws, &self.preview.source, &self.preview.target)?;
        for (check, fresh) in self.checks.iter_mut().zip(&self.preview.checks) {
            let of_source = matches!(
                check.blocker,
                Blocker::FinanceOnSource
                    | Blocker::Chronology
                    | Blocker::PortalAccount
                    | Blocker::CarerApproval
                    | Blocker::RetentionPeriod
            );
            if of_source || check.found != fresh.found {
                check.clone_from(fresh);
            }
        }
        Ok(())
    }

    /// The merge as it stands.
    pub fn merge(&self) -> Merge {
        Merge { blockers: self.checks.clone(), note: self.note.trim().to_owned(), ..self.preview.merge() }
    }

    /// Draws the merge.
    pub fn ui(&mut self, ui: &mut Ui, is_open: &mut bool, swap: impl FnOnce(&mut Ui)) {
        parts::section(ui, "If they are one person: the merge", swap);
        parts::wide_card(ui, |ui| {
            ui.spacing_mut().item_spacing.y = 6.0;
            self.direction_ui(ui);
            self.fields_ui(ui);
            ui.add_space(space().s);
            self.note_ui(ui);
        });
        let blocked = self.count(BlockerAnswer::Blocked);
        let unchecked = self.count(BlockerAnswer::NotChecked);
        let state = match (blocked, unchecked) {
            (0, 0) => (Icon::Check, Tone::Positive, "All clear".to_owned()),
            (0, n) => (Icon::Dot, Tone::Neutral, format!("{n} not checked")),
            (n, _) => (Icon::Stop, Tone::Danger, format!("{n} blocked")),
        };
        parts::section(ui, "What makes Mosaic refuse", |ui| {
            ui.add(Chip::new(state.0, state.1, state.2));
        });
        parts::wide_card(ui, |ui| {
            if self.is_answered(Blocker::Relationship, BlockerAnswer::Blocked) {
                let related = self.checks.iter().find(|check| check.blocker == Blocker::Relationship);
                let found = related.map_or("", |check| check.found.as_str());
                let words = if found.is_empty() {
                    "A relationship or shared household is recorded between the two"
                } else {
                    found
                };
                parts::banner(ui, Tone::Danger, &format!("{words}: that is evidence that they are different people"));
            }
            text::small(
                ui,
                "Look in Mosaic. What is left unchecked, the administrator looks at; what is blocked keeps the merge out \
                 of every batch until it is cleared",
            );
            if parts::fold(ui, "Checklist", is_open) {
                self.checks_ui(ui);
            }
        });
    }

    fn count(&self, answer: BlockerAnswer) -> usize {
        self.checks.iter().filter(|check| check.answer == answer).count()
    }

    fn is_answered(&self, blocker: Blocker, answer: BlockerAnswer) -> bool {
        self.checks.iter().any(|check| check.blocker == blocker && check.answer == answer)
    }

    fn direction_ui(&self, ui: &mut Ui) {
        let colours = palette(ui).positive;
        ui.horizontal_wrapped(|ui| {
            ui.spacing_mut().item_spacing.x = 8.0;
            ui.label(text::rich(ui, Type::Mono, self.preview.source.to_string()));
            text::secondary(ui, "goes into");
            Icon::ArrowRight.show(ui, 14.0, palette(ui).secondary);
            ui.label(text::rich(ui, Type::Mono, self.preview.target.to_string()).color(colours.text));
            ui.add(Chip::new(Icon::Check, Tone::Positive, "Kept"));
        });
        text::secondary(ui, &self.preview.why);
        for chi in &self.preview.carried {
            let words = format!("CHI {}, matched to {}, goes with it", chi.spaced(), self.preview.source);
            text::secondary(ui, words);
        }
    }

    fn fields_ui(&self, ui: &mut Ui) {
        let width = ui.available_width();
        let name = (width * 0.2).clamp(84.0, 150.0);
        let side = ((width - name) / 2.0 - 8.0).max(80.0);
        ui.spacing_mut().item_spacing.y = 0.0;
        let heads = [
            String::new(),
            format!("Survives: {}", self.preview.target),
            format!("Lost unless carried over: {}", self.preview.source),
        ];
        row_ui(ui, [name, side, side], |ui, column| {
            ui.label(text::coloured(Type::Caption, palette(ui).muted, &heads[column]));
        });
        for choice in self.preview.fields.iter().filter(|f| !(f.target.is_empty() && f.source.is_empty())) {
            parts::rule(ui);
            let builder = UiBuilder::new().accessibility_role(Role::Row).accessibility_label(self.words(choice));
            ui.scope_builder(builder, |ui| self.field_ui(ui, [name, side, side], choice));
        }
    }

    fn shown<'a>(&self, choice: &FieldChoice, value: &'a str) -> &'a str {
        let open = matches!(choice.field, "Surname" | "First forename" | "CHI number" | "Context");
        if self.restricted && !open && !value.is_empty() { crate::desktop::screens::pair::lines::HIDDEN } else { value }
    }

    fn words(&self, choice: &FieldChoice) -> String {
        let or = |value: &str| if value.is_empty() { "nothing".to_owned() } else { value.to_owned() };
        let kept = or(self.shown(choice, &choice.target));
        match choice.lost {
            true => {
                format!("{}: {kept} survives; carry over by hand: {}", choice.field, self.shown(choice, &choice.source))
            }
            false => format!("{}: {kept} survives", choice.field),
        }
    }

    fn field_ui(&self, ui: &mut Ui, columns: [f32; 3], choice: &FieldChoice) {
        let palette = palette(ui);
        row_ui(ui, columns, |ui, column| match column {
            0 => drop(ui.label(text::coloured(Type::Small, palette.muted, choice.field))),
            1 if choice.target.is_empty() => drop(ui.label(text::coloured(Type::Small, palette.muted, "Nothing"))),
            1 => {
                let words = text::coloured(Type::Body, palette.text, self.shown(choice, &choice.target));
                ui.add(Label::new(words).wrap());
            }
            _ if choice.lost => {
                Icon::Warning.show(ui, 14.0, palette.warning.text);
                let words = text::coloured(Type::Body, palette.warning.text, self.shown(choice, &choice.source));
                ui.add(Label::new(words).wrap());
            }
            _ if !choice.source.eq_ignore_ascii_case(&choice.target) && !choice.source.is_empty() => {
                let words = text::coloured(Type::Body, palette.secondary, self.shown(choice, &choice.source));
                ui.add(Label::new(words).wrap());
            }
            _ => {
                let words = if choice.source.is_empty() { "Nothing" } else { "The same" };
                ui.label(text::coloured(Type::Small, palette.muted, words));
            }
        });
    }

    fn note_ui(&mut self, ui: &mut Ui) {
        let lost = self.preview.fields.iter().filter(|choice| choice.lost).count();
        if lost > 0 {
            let some = text::count(lost as u64, "value", "values");
            text::small(ui, format!("{some} of {} to carry over by hand", self.preview.source));
            ui.add_space(4.0);
        }
        ui.horizontal_wrapped(|ui| {
            let width = (ui.available_width() - 190.0).clamp(160.0, 560.0);
            note_field(ui, Id::unique("merge note"), "Note to the administrator", &mut self.note, width);
            if lost > 0 && self.note.trim().is_empty() && ui.add(Button::new("List what is lost").small()).clicked() {
                self.note = self.preview.to_carry_over();
            }
        });
    }

    fn checks_ui(&mut self, ui: &mut Ui) {
        ui.spacing_mut().item_spacing.y = 4.0;
        if self.count(BlockerAnswer::NotChecked) > 0
            && ui.add(Button::new("I looked at all: mark the rest clear").small()).clicked()
        {
            for check in self.checks.iter_mut().filter(|check| check.answer == BlockerAnswer::NotChecked) {
                check.answer = BlockerAnswer::Clear;
            }
        }
        for (place, check) in self.checks.iter_mut().enumerate() {
            parts::rule(ui);
            ui.push_id(place, |ui| check_ui(ui, check));
        }
    }
}

fn check_ui(ui: &mut Ui, check: &mut BlockerCheck) {
    let name = check.blocker.words();
    let wide = ui.available_width() > 620.0;
    let mut line = |ui: &mut Ui| {
        let colours = palette(ui);
        let ink = if check.answer == BlockerAnswer::Blocked { colours.danger.text } else { colours.text };
        let room = if wide { (ui.available_width() - 244.0).max(160.0) } else { ui.available_width() };
        ui.allocate_ui_with_layout(vec2(room, 30.0), Layout::left_to_right(Align::Center), |ui| {
            ui.set_min_width(room);
            ui.add(Label::new(text::coloured(Type::Body, ink, name)).wrap());
        });
        field::segmented(ui, name, &mut check.answer, &ANSWERS, |answer| answer_words(answer).to_owned());
    };
    if wide {
        ui.horizontal(|ui| line(ui));
    } else {
        ui.vertical(|ui| line(ui));
    }
    if !check.found.is_empty() {
        ui.horizontal_wrapped(|ui| {
            let ink = palette(ui).warning.text;
            Icon::Warning.show(ui, 14.0, ink);
            ui.label(text::coloured(Type::Small, ink, format!("Found in the loaded files: {}", check.found)));
        });
    }
    if check.answer == BlockerAnswer::Blocked {
        let width = (ui.available_width() * 0.7).max(160.0);
        note_field(ui, ui.scope_id().with("note"), "What is in the way", &mut check.note, width);
    }
}

fn note_field(ui: &mut Ui, id: Id, name: &'static str, value: &mut String, width: f32) {
    let hint = text::coloured(Type::Body, palette(ui).muted, name);
    let edit = TextEdit::singleline(value).id(id).hint_text(hint).char_limit(LONGEST_NOTE);
    let field = ui.add(edit.margin(Margin::symmetric(10, 6)).desired_width(width - 20.0));
    field::follow(&field);
    ui.ctx().accesskit_node_builder(field.id, |node| node.set_label(name));
}

fn row_ui(ui: &mut Ui, columns: [f32; 3], mut cell: impl FnMut(&mut Ui, usize)) {
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = 0.0;
        for (column, width) in columns.into_iter().enumerate() {
            ui.allocate_ui_with_layout(vec2(width, 28.0), Layout::left_to_right(Align::Center), |ui| {
                ui.set_min_width(width);
                ui.set_max_width(width - 8.0);
                ui.spacing_mut().item_spacing.x = 6.0;
                cell(ui, column);
            });
        }
    });
}

/// The button that keeps the other record.
pub fn swap_button(ui: &mut Ui) -> bool {
    ui.add(Button::command(Command::SwapMerge).small()).clicked()
}
