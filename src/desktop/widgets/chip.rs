//! A word with an icon and a tone. The tone is never alone: icon and word say the same.

use eframe::egui::{
    CornerRadius, Rect, Response, Role, Sense, Stroke, StrokeKind, Ui, Vec2, Widget, WidgetInfo, pos2, vec2,
};

use super::Icon;
use crate::desktop::theme::{self, Tone, Type, palette};
use crate::pair::{Band, Hazards, Verdict};
use crate::workspace::BatchState;

/// A chip.
#[must_use = "add it to a ui"]
pub struct Chip {
    text: String,
    icon: Icon,
    tone: Tone,
    hint: Option<String>,
    click: bool,
    selected: bool,
}

impl Chip {
    /// A word with an icon and a tone.
    pub fn new(icon: Icon, tone: Tone, text: impl Into<String>) -> Self {
        Self { text: text.into(), icon, tone, hint: None, click: false, selected: false }
    }

    /// How sure the engine is.
    pub fn band(band: Band) -> Self {
        let (icon, tone) = match band {
            Band::Auto => (Icon::Sparkle, Tone::Positive),
            Band::Review => (Icon::Eye, Tone::Info),
            Band::Low => (Icon::Minus, Tone::Neutral),
        };
        Self::new(icon, tone, band.words())
    }

    /// A decision.
    pub fn verdict(verdict: Verdict) -> Self {
        let (icon, tone) = verdict_look(verdict);
        Self::new(icon, tone, verdict.words())
    }

    /// Nothing decided yet.
    pub fn undecided() -> Self {
        Self::new(Icon::Dot, Tone::Neutral, "Undecided")
    }

    /// One hazard; its advice is shown under the pointer.
    pub fn hazard(hazard: Hazards) -> Self {
        let tone = if hazard.intersects(Hazards::DELETED | Hazards::SEEDED_DISAGREES) {
            Tone::Danger
        } else if hazard.intersects(Hazards::SECOND_KEY) {
            Tone::Warning
        } else {
            Tone::Neutral
        };
        Self::new(hazard_icon(hazard), tone, hazard.title()).hint(hazard.advice())
    }

    /// Where a batch is.
    pub fn batch(state: BatchState) -> Self {
        let (icon, tone) = match state {
            BatchState::Composing => (Icon::Pencil, Tone::Neutral),
            BatchState::Submitted => (Icon::Clock, Tone::Warning),
            BatchState::Signed => (Icon::Signature, Tone::Positive),
            BatchState::Returned => (Icon::ArrowLeft, Tone::Danger),
            BatchState::Withdrawn => (Icon::Cross, Tone::Neutral),
        };
        Self::new(icon, tone, state.words())
    }

    /// What is shown under the pointer.
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// A chip that can be pressed: a facet.
    pub fn facet(mut self, selected: bool) -> Self {
        self.click = true;
        self.selected = selected;
        self
    }
}

/// The icon and tone of a decision, the same everywhere.
pub fn verdict_look(verdict: Verdict) -> (Icon, Tone) {
    match verdict {
        Verdict::Match => (Icon::Check, Tone::Positive),
        Verdict::NotMatch => (Icon::Cross, Tone::Danger),
        Verdict::Unsure => (Icon::Question, Tone::Warning),
        Verdict::Refer => (Icon::Flag, Tone::Info),
    }
}

fn hazard_icon(hazard: Hazards) -> Icon {
    match hazard {
        Hazards::TWIN | Hazards::SIBLING | Hazards::PARENT_CHILD | Hazards::NAMESAKE => Icon::Twin,
        Hazards::NEAR_TIE => Icon::Approx,
        Hazards::DAY_MONTH_SWAP | Hazards::NAMES_SWAPPED => Icon::Swap,
        Hazards::RESTRICTED => Icon::Lock,
        Hazards::DUMMY_POSTCODE | Hazards::COMMUNAL_ADDRESS => Icon::Pin,
        Hazards::CHI_DATE_DIFFERS | Hazards::CHI_SEX_DIFFERS | Hazards::SEX_DIFFERS => Icon::NotEqual,
        _ => Icon::Warning,
    }
}

impl Widget for Chip {
    fn ui(self, ui: &mut Ui) -> Response {
        let palette = palette(ui);
        let colours = palette.tone(self.tone);
        let galley = ui.painter().layout_no_wrap(self.text.clone(), theme::font(Type::SmallStrong), colours.text);
        let size = vec2(galley.size().x + 31.0, 22.0);
        let sense = if self.click { Sense::click() } else { Sense::hover() };
        let (rect, mut response) = ui.allocate_exact_size(size, sense);
        let role = if self.click { Role::Button } else { Role::Label };
        if self.click {
            response.widget_info(|| WidgetInfo::selected(role, true, self.selected, &self.text));
        } else {
            response.widget_info(|| WidgetInfo::labeled(role, true, &self.text));
        }
        if ui.is_rect_visible(rect) {
            let (fill, line) = if self.click && !self.selected {
                (if response.hovered() { palette.hover } else { palette.surface }, palette.line)
            } else {
                (colours.soft, if self.selected { colours.solid } else { colours.line })
            };
            ui.painter().rect(rect, CornerRadius::same(11), fill, Stroke::new(1.0, line), StrokeKind::Inside);
            let icon = Rect::from_center_size(pos2(rect.left() + 14.0, rect.center().y), Vec2::splat(12.0));
            self.icon.paint(ui.painter(), icon, colours.text);
            let at = pos2(rect.left() + 23.0, rect.center().y - galley.size().y / 2.0);
            ui.painter().galley(at, galley, colours.text);
        }
        super::button::focus_ring(ui, &response, rect, 11);
        if let Some(hint) = self.hint {
            response = response.on_hover_text(hint);
        }
        response
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is left of a chip where there are no colours.
    fn grey(chip: Chip) -> (String, String) {
        (format!("{:?}", chip.icon), chip.text)
    }

    #[test]
    fn without_colours_no_two_answers_bands_or_states_look_alike() {
        let kinds: [Vec<Chip>; 3] = [
            Verdict::ALL.map(Chip::verdict).into_iter().chain([Chip::undecided()]).collect(),
            Band::ALL.map(Chip::band).into(),
            [
                BatchState::Composing,
                BatchState::Submitted,
                BatchState::Signed,
                BatchState::Returned,
                BatchState::Withdrawn,
            ]
            .map(Chip::batch)
            .into(),
        ];
        for kind in kinds {
            let looks: Vec<_> = kind.into_iter().map(grey).collect();
            for (n, one) in looks.iter().enumerate() {
                let others = || looks.iter().skip(n + 1);
                assert!(others().all(|other| other.0 != one.0), "{one:?} has the icon of another");
                assert!(others().all(|other| other.1 != one.1), "{one:?} has the words of another");
            }
        }
    }

    #[test]
    fn every_hazard_names_itself() {
        let mut names: Vec<_> = Hazards::all().each().map(|hazard| grey(Chip::hazard(hazard)).1).collect();
        assert!(names.iter().all(|name| !name.is_empty()));
        let all = names.len();
        names.sort();
        names.dedup();
        assert_eq!(names.len(), all);
    }
}
