//! The engine's opinion of a pair, once it is asked for: weight by weight as a waterfall, how common the agreeing values
//! are, and how far the next best candidate is behind.

use eframe::egui::{Align, Layout, Rect, Role, Sense, Stroke, Ui, UiBuilder, WidgetInfo, pos2, vec2};

use super::shown::Shown;
use crate::desktop::theme::{Tone, Type, palette, space};
use crate::desktop::widgets::{Chip, parts, text};
use crate::linkage::{Agreement, ComparisonExplained, Explanation};
use crate::pair::Origin;

/// The score, hidden until it is asked for.
#[derive(Default)]
pub struct Score {
    /// The pair it belongs to.
    of: Option<i64>,
    explanation: Option<Explanation>,
}

impl Score {
    /// Shows the score of a pair.
    pub fn show(&mut self, id: i64, explanation: Explanation) {
        *self = Self { of: Some(id), explanation: Some(explanation) };
    }

    /// Hides it again.
    pub fn hide(&mut self) {
        *self = Self::default();
    }

    /// Whether it is shown for this pair.
    pub fn is_shown(&self, id: i64) -> bool {
        self.of == Some(id) && self.explanation.is_some()
    }

    /// Draws it, where it is shown.
    pub fn ui(&self, ui: &mut Ui, shown: &Shown) {
        let Some(explanation) = self.explanation.as_ref().filter(|_| self.of == Some(shown.pair.id)) else { return };
        parts::section(ui, "What the engine thinks", |ui| {
            ui.add(Chip::band(shown.pair.band));
        });
        parts::wide_card(ui, |ui| {
            ui.spacing_mut().item_spacing.y = 2.0;
            let steps = steps(explanation);
            let reach = Reach::of(&steps);
            for step in &steps {
                step_ui(ui, step, &reach);
            }
            ui.add_space(space().s);
            parts::rule(ui);
            ui.add_space(space().s);
            for words in summary(shown, explanation) {
                text::secondary(ui, words);
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

fn steps(explanation: &Explanation) -> Vec<Step> {
    let mut at = explanation.prior;
    let mut steps = vec![Step {
        name: "Start".to_owned(),
        how: "Two records at random".to_owned(),
        from: 0.0,
        to: at,
        tone: Tone::Neutral,
        whole: true,
    }];
    let speaks =
        |comparison: &&ComparisonExplained| comparison.agreement != Agreement::Missing || comparison.weight != 0.0;
    for comparison in explanation.comparisons.iter().filter(speaks) {
        let common = match comparison.frequency {
            Some(people) => {
                format!("{}; {} share it", comparison.level, text::count(u64::from(people), "person", "people"))
            }
            None => comparison.level.clone(),
        };
        let tone = match comparison.agreement {
            Agreement::Missing => Tone::Neutral,
            _ if comparison.weight < 0.0 => Tone::Danger,
            Agreement::Same => Tone::Positive,
            _ => Tone::Warning,
        };
        let to = at + comparison.weight;
        steps.push(Step { name: comparison.name.clone(), how: common, from: at, to, tone, whole: false });
        at = to;
    }
    if explanation.together != 0.0 {
        let (name, how) = ("Taken together".to_owned(), "What often agrees together counts once".to_owned());
        let to = at + explanation.together;
        steps.push(Step { name, how, from: at, to, tone: Tone::Neutral, whole: false });
    }
    steps.push(Step {
        name: "Match weight".to_owned(),
        how: String::new(),
        from: 0.0,
        to: explanation.weight,
        tone: Tone::Info,
        whole: true,
    });
    steps
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

/// A weight as screens write it: `+5.2`, `–3.0`.
pub fn weight_words(weight: f64) -> String {
    let tenths = (weight * 10.0).round() / 10.0;
    if tenths < 0.0 { format!("–{:.1}", -tenths) } else { format!("+{:.1}", tenths.abs()) }
}

fn step_ui(ui: &mut Ui, step: &Step, reach: &Reach) {
    let palette = palette(ui);
    let change = if step.whole { step.to } else { step.to - step.from };
    let label = format!("{}: {}. {}", step.name, weight_words(change), step.how);
    let builder = UiBuilder::new().accessibility_role(Role::Row).accessibility_label(label);
    ui.scope_builder(builder, |ui| {
        ui.horizontal(|ui| {
            ui.set_min_height(26.0);
            let width = ui.available_width();
            let (name, how, number) = (156.0_f32.min(width * 0.24), (width * 0.32).min(280.0), 52.0);
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
            let numbers = text::coloured(Type::Mono, palette.text, weight_words(change));
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| ui.label(numbers));
        });
    });
}

fn summary(shown: &Shown, explanation: &Explanation) -> Vec<String> {
    let pair = &shown.pair;
    let mut words = vec![format!(
        "Each step is worth so many bits: one bit doubles the odds. In competition with the other candidates the \
         probability is {}",
        probability_words(pair.probability)
    )];
    let silent: Vec<&str> = explanation
        .comparisons
        .iter()
        .filter(|comparison| comparison.agreement == Agreement::Missing)
        .map(|comparison| comparison.name.as_str())
        .collect();
    if !silent.is_empty() {
        words.push(format!("Adds nothing here: {}", silent.join(", ")));
    }
    match pair.margin {
        Some(margin) if margin >= 0.0 => {
            words.push(format!(
                "The next best candidate is {} bits behind",
                weight_words(margin).trim_start_matches('+')
            ));
        }
        Some(margin) => words.push(format!(
            "Another candidate of this person is ahead by {} bits",
            weight_words(-margin).trim_start_matches('+')
        )),
        None => words.push("No other candidate was found for this person".to_owned()),
    }
    if pair.origin != Origin::Engine {
        words.push(pair.origin.words().to_owned());
    }
    if (explanation.weight - pair.weight).abs() > 0.05 {
        words.push(format!("The candidate came with a weight of {}", weight_words(pair.weight)));
    }
    words
}

/// A probability that never claims certainty: `99.98 %`, `above 99.99 %`.
pub fn probability_words(probability: f64) -> String {
    let percent = probability * 100.0;
    match percent {
        p if p >= 99.995 => "above 99.99 %".to_owned(),
        p if p < 0.005 => "below 0.01 %".to_owned(),
        p if !(0.1..99.0).contains(&p) => format!("{p:.2} %"),
        p => format!("{p:.1} %"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_waterfall_goes_from_the_start_to_the_weight_without_a_gap() {
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
            ],
            hazards: Default::default(),
        };
        let steps = steps(&explanation);
        assert!(steps[..5].windows(2).all(|two| two[0].to == two[1].from), "{steps:?}");
        assert_eq!(steps[4].to, explanation.weight);
        assert_eq!(steps[1].how, "Same; 1,234 people share it");
        assert_eq!([steps[1].tone, steps[2].tone, steps[3].tone], [Tone::Positive, Tone::Warning, Tone::Danger]);
    }

    #[test]
    fn weights_carry_their_sign_and_probabilities_never_claim_certainty() {
        assert_eq!([5.24, -3.0, 0.0, -0.04].map(weight_words), ["+5.2", "–3.0", "+0.0", "+0.0"]);
        assert_eq!(
            [1.0, 0.9998, 0.973, 0.5, 0.0].map(probability_words),
            ["above 99.99 %", "99.98 %", "97.3 %", "50.0 %", "below 0.01 %"]
        );
    }
}
