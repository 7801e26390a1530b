//! The engine's opinion of a pair, once it is asked for: weight by weight as a waterfall, and below it how many people share
//! what agrees, who else fits, which keys found the pair and what keeps it in its band.

use eframe::egui::{Align, Layout, Rect, Role, Sense, Stroke, Ui, UiBuilder, WidgetInfo, pos2, vec2};

use super::shown::Shown;
use crate::desktop::theme::{Tone, Type, palette, space};
use crate::desktop::widgets::{Chip, parts, text};
use crate::linkage::Agreement;
use crate::stewardship::explain::{Account, Of};
use crate::words;

/// The score, hidden until it is asked for.
#[derive(Default)]
pub struct Score {
    /// The pair it belongs to.
    of: Option<i64>,
    account: Option<Account>,
}

impl Score {
    /// Shows the score of a pair.
    pub fn show(&mut self, id: i64, account: Account) {
        *self = Self { of: Some(id), account: Some(account) };
    }

    /// Hides it again.
    pub fn hide(&mut self) {
        *self = Self::default();
    }

    /// Whether it is shown for this pair.
    pub fn is_shown(&self, id: i64) -> bool {
        self.of == Some(id) && self.account.is_some()
    }

    /// Draws it, where it is shown.
    pub fn ui(&self, ui: &mut Ui, shown: &Shown) {
        let Some(account) = self.account.as_ref().filter(|_| self.of == Some(shown.pair.id)) else { return };
        parts::section(ui, "What the engine thinks", |ui| {
            ui.add(Chip::band(shown.pair.band));
        });
        parts::wide_card(ui, |ui| {
            ui.spacing_mut().item_spacing.y = 2.0;
            let steps = steps(account);
            let reach = Reach::of(&steps);
            for step in &steps {
                step_ui(ui, step, &reach);
            }
            ui.add_space(2.0);
            text::small(ui, footnote(account));
            ui.add_space(space().s);
            parts::rule(ui);
            ui.add_space(space().s);
            ui.spacing_mut().item_spacing.y = 6.0;
            for (name, sentences) in account.groups() {
                group_ui(ui, name, &sentences);
            }
        });
    }
}

/// A bar of the waterfall.
#[derive(Debug, Clone, PartialEq)]
struct Step {
    name: String,
    how: String,
    from: f64,
    to: f64,
    tone: Tone,
    /// Start and end stand on the zero line.
    whole: bool,
}

fn steps(account: &Account) -> Vec<Step> {
    let mut at = 0.0;
    let bars = account.steps().into_iter().map(|step| {
        let whole = matches!(step.of, Of::Start | Of::Sum);
        let from = if whole { 0.0 } else { at };
        at = from + step.bits;
        let tone = match step.of {
            Of::Sum => Tone::Info,
            Of::Comparison(Agreement::Missing) | Of::Start | Of::Together | Of::Told => Tone::Neutral,
            Of::Comparison(_) if step.bits < 0.0 => Tone::Danger,
            Of::Comparison(Agreement::Same) => Tone::Positive,
            Of::Comparison(_) => Tone::Warning,
        };
        Step { name: step.name, how: step.how, from, to: at, tone, whole }
    });
    bars.collect()
}

/// What the bars are, and which comparisons have none.
fn footnote(account: &Account) -> String {
    let silent = account.explanation.comparisons.iter().filter(|told| told.agreement == Agreement::Missing);
    let silent: Vec<&str> = silent.map(|told| told.name.as_str()).collect();
    let silent = if silent.is_empty() { String::new() } else { format!(". No evidence: {}", silent.join(", ")) };
    format!("Bits: one more doubles the odds{silent}")
}

/// A few sentences under one name, at its right.
fn group_ui(ui: &mut Ui, name: &str, sentences: &[String]) {
    let builder = UiBuilder::new().accessibility_role(Role::Group).accessibility_label(name.to_owned());
    ui.scope_builder(builder, |ui| {
        ui.horizontal_top(|ui| {
            ui.spacing_mut().item_spacing.x = 8.0;
            let width = name_width(ui);
            ui.allocate_ui_with_layout(vec2(width, 20.0), Layout::left_to_right(Align::Min), |ui| {
                ui.set_min_width(width);
                ui.label(text::coloured(Type::Strong, palette(ui).text, name));
            });
            ui.vertical(|ui| {
                ui.spacing_mut().item_spacing.y = 2.0;
                for sentence in sentences {
                    text::secondary(ui, sentence.as_str());
                }
            });
        });
    });
}

/// The width of the column of names.
fn name_width(ui: &Ui) -> f32 {
    156.0_f32.min(ui.available_width() * 0.24)
}

/// The scale that all bars share.
struct Reach {
    low: f64,
    high: f64,
}

impl Reach {
    fn of(steps: &[Step]) -> Self {
        let ends = || steps.iter().flat_map(|step| [step.from, step.to]);
        let low = ends().fold(0.0, f64::min);
        let high = ends().fold(0.0, f64::max);
        Self { low, high: if high - low < 1.0 { low + 1.0 } else { high } }
    }

    fn x(&self, rect: Rect, value: f64) -> f32 {
        let share = ((value - self.low) / (self.high - self.low)).clamp(0.0, 1.0);
        rect.left() + rect.width() * share as f32
    }
}

fn step_ui(ui: &mut Ui, step: &Step, reach: &Reach) {
    let palette = palette(ui);
    let change = if step.whole { step.to } else { step.to - step.from };
    let label = format!("{}: {}. {}", step.name, words::bits(change), step.how);
    let builder = UiBuilder::new().accessibility_role(Role::Row).accessibility_label(label);
    ui.scope_builder(builder, |ui| {
        ui.horizontal(|ui| {
            ui.set_min_height(26.0);
            let width = ui.available_width();
            let (name, how, number) = (name_width(ui), (width * 0.36).min(330.0), 52.0);
            let cell = |ui: &mut Ui, width: f32, style: Type, words: &str| {
                ui.allocate_ui_with_layout(vec2(width, 24.0), Layout::left_to_right(Align::Center), |ui| {
                    ui.set_min_width(width);
                    let ink = if style == Type::Strong { palette.text } else { palette.secondary };
                    text::one_line(ui, text::coloured(style, ink, words));
                });
            };
            ui.spacing_mut().item_spacing.x = 8.0;
            cell(ui, name, Type::Strong, &step.name);
            cell(ui, how, Type::Small, &step.how);
            let room = (ui.available_width() - number - 8.0).max(40.0);
            let (rect, bar) = ui.allocate_exact_size(vec2(room, 24.0), Sense::hover());
            bar.widget_info(|| WidgetInfo::labeled(Role::Meter, true, format!("{}, bar", step.name)));
            let (a, b) = (reach.x(rect, step.from), reach.x(rect, step.to));
            let zero = reach.x(rect, 0.0);
            ui.painter().vline(zero, rect.y_range(), Stroke::new(1.0, palette.line_strong));
            let piece =
                Rect::from_x_y_ranges(a.min(b)..=a.max(b).max(a.min(b) + 2.0), rect.top() + 5.0..=rect.bottom() - 5.0);
            ui.painter().rect_filled(piece, 3, palette.tone(step.tone).solid);
            if !step.whole {
                let dash = Stroke::new(1.0, palette.line_strong);
                ui.painter().line_segment([pos2(b, rect.bottom() - 5.0), pos2(b, rect.bottom() + 3.0)], dash);
            }
            let numbers = text::coloured(Type::Mono, palette.text, words::bits(change));
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| ui.label(numbers));
        });
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::linkage::{ComparisonExplained, Explanation, Sharing};
    use crate::pair::PairKind;
    use crate::stewardship::explain::{Told, Witness};

    #[test]
    fn the_waterfall_goes_from_the_start_to_the_stored_weight_without_a_gap() {
        let comparison = |name: &str, weight: f64, agreement| ComparisonExplained {
            name: name.into(),
            level: "Same".into(),
            agreement,
            weight,
            frequency: (name == "Surname").then_some(1_234),
        };
        let explanation = Explanation {
            weight: 2.5,
            probability: 0.9,
            prior: -10.0,
            together: -1.0,
            pattern: Default::default(),
            comparisons: vec![
                comparison("Surname", 8.0, Agreement::Same),
                comparison("Date of birth", 9.5, Agreement::Similar),
                comparison("Location", -4.0, Agreement::Differs),
                comparison("Sex", 0.0, Agreement::Missing),
            ],
            hazards: Default::default(),
        };
        let account = Account {
            kind: PairKind::Link,
            explanation,
            told: Some(Told { by: Witness::File, bits: 1.5 }),
            moved: Vec::new(),
            sharing: Sharing::default(),
            rivals: Vec::new(),
            keys: Vec::new(),
            hazards: Default::default(),
            standing: Vec::new(),
        };
        let steps = steps(&account);
        assert!(steps[..6].windows(2).all(|two| two[0].to == two[1].from), "{steps:?}");
        assert_eq!([steps[5].to, steps[6].to], [4.0, 4.0]);
        assert_eq!(steps[1].how, "Same; 1,234 people in CHI have it");
        assert_eq!([steps[1].tone, steps[2].tone, steps[3].tone], [Tone::Positive, Tone::Warning, Tone::Danger]);
        assert_eq!(footnote(&account), "Bits: one more doubles the odds. No evidence: Sex");
    }
}
