//! Two records in columns and the agreement between them in the middle: what is the same, similar and how, different, or
//! missing on one side. Differences are marked inside the words, and named in words.

use eframe::egui::{self, Color32, CornerRadius, Rect, Role, Stroke, Ui, UiBuilder, Vec2, text::LayoutJob, vec2};

use super::Icon;
use super::align::{self, Run, Step};
use crate::desktop::theme::{self, Palette, Tone, Type, palette};

/// How a field of two records agrees.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Agreement {
    /// The same, spelling and all that counts.
    Same,
    /// Not the same, but alike in a way that has a name.
    Similar,
    /// They cannot both be right of one person, on the face of it.
    Differs,
    /// One side says nothing.
    OneMissing,
    /// Both sides say nothing.
    BothMissing,
    /// It is about the records and not about the person: no evidence either way.
    NoEvidence,
}

impl Agreement {
    /// Its icon and tone.
    pub fn look(self) -> (Icon, Tone) {
        match self {
            Self::Same => (Icon::Equal, Tone::Positive),
            Self::Similar => (Icon::Approx, Tone::Warning),
            Self::Differs => (Icon::NotEqual, Tone::Danger),
            Self::OneMissing | Self::BothMissing | Self::NoEvidence => (Icon::Minus, Tone::Neutral),
        }
    }

    /// In a word.
    pub fn words(self) -> &'static str {
        match self {
            Self::Same => "Same",
            Self::Similar => "Similar",
            Self::Differs => "Differs",
            Self::OneMissing => "One missing",
            Self::BothMissing => "Both missing",
            Self::NoEvidence => "No evidence",
        }
    }
}

/// A line of a comparison.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// The field: "Surname".
    pub field: String,
    /// What the left record says, as it is shown.
    pub left: String,
    /// What the right record says, as it is shown.
    pub right: String,
    /// How they agree.
    pub agreement: Agreement,
    /// How, in words: "One letter differs", "Day and month swapped". Empty where the agreement's own word is enough.
    pub how: String,
    /// Whether the letters that differ are to be marked: not where the two differ altogether.
    pub mark: bool,
    /// Whether whole parts are marked instead of letters: of a date, the day, the month or the year.
    pub parts: bool,
    /// Whether it is a number that identifies.
    pub mono: bool,
    /// Whether the row is one to look at first: larger.
    pub lead: bool,
}

impl Line {
    /// A line. Where both sides say something, marks where they differ.
    pub fn new(field: &str, left: impl Into<String>, right: impl Into<String>, agreement: Agreement) -> Self {
        Self {
            field: field.to_owned(),
            left: left.into(),
            right: right.into(),
            agreement,
            how: String::new(),
            mark: true,
            parts: false,
            mono: false,
            lead: false,
        }
    }

    /// A line that finds its agreement by itself, from the letters alone.
    pub fn of_text(field: &str, left: &str, right: &str) -> Self {
        let (agreement, how) = agreement_of(left, right);
        Self { mark: agreement == Agreement::Similar, ..Self::new(field, left, right, agreement) }.how(how)
    }

    /// How they agree, in words.
    pub fn how(mut self, how: impl Into<String>) -> Self {
        self.how = how.into();
        self
    }

    /// As a number that identifies.
    pub fn mono(mut self) -> Self {
        self.mono = true;
        self
    }

    /// Larger.
    pub fn lead(mut self) -> Self {
        self.lead = true;
        self
    }

    /// All of the line, as a screen reader says it.
    pub fn words(&self) -> String {
        let or_none = |text: &str| if text.is_empty() { "not given".to_owned() } else { text.to_owned() };
        let how = if self.how.is_empty() { self.agreement.words() } else { &self.how };
        format!("{}: {}, {}. {how}", self.field, or_none(&self.left), or_none(&self.right))
    }
}

/// The agreement of two texts by their letters alone, and how, in words.
pub fn agreement_of(left: &str, right: &str) -> (Agreement, String) {
    match (left.is_empty(), right.is_empty()) {
        (true, true) => return (Agreement::BothMissing, String::new()),
        (false, false) => {}
        _ => return (Agreement::OneMissing, String::new()),
    }
    let (a, b) = align::align(left, right);
    let edits = align::edits(&a, &b);
    let longest = left.chars().count().max(right.chars().count());
    let few = match edits {
        0 => return (Agreement::Same, String::new()),
        1 => true,
        2 => longest >= 5,
        n => longest >= 9 && n * 4 <= longest,
    };
    if few { (Agreement::Similar, difference(left, right)) } else { (Agreement::Differs, String::new()) }
}

/// What differs between two texts that are alike, in words: letters, where any do; spaces, hyphens and apostrophes are none.
fn difference(left: &str, right: &str) -> String {
    let [left, right] =
        [left, right].map(|text| text.chars().filter(|char| char.is_alphanumeric()).collect::<String>());
    let (left, right) = align::align(&left, &right);
    let only = |runs: &[Run]| -> usize {
        runs.iter().filter(|run| run.step == Step::Only).map(|run| run.text.chars().count()).sum()
    };
    let edits = align::edits(&left, &right);
    let count = match edits {
        0 => return "Spaces or marks alone differ".to_owned(),
        1 if left.iter().any(|run| run.step == Step::Swapped) => return "Two neighbouring letters swapped".to_owned(),
        1 => "One letter".to_owned(),
        2 => "Two letters".to_owned(),
        n => format!("{n} letters"),
    };
    match (only(&left) == edits, only(&right) == edits) {
        (true, _) => format!("{count} more on the left"),
        (_, true) => format!("{count} more on the right"),
        _ => format!("{count} {}", if edits == 1 { "differs" } else { "differ" }),
    }
}

/// The room at both ends of a row.
const SIDE: f32 = 8.0;

/// The widest and the narrowest form of the columns for the field's name and the agreement.
const NAME: [f32; 2] = [124.0, 88.0];
const MIDDLE: [f32; 2] = [176.0, 118.0];

/// The room for the sign before the words of an agreement.
const SIGN: f32 = 25.0;

/// Draws a comparison. `left` and `right` name the two sides.
pub fn compare_ui(ui: &mut Ui, left: &str, right: &str, lines: &[Line]) {
    let palette = palette(ui);
    // Its rows are parted by lines; whatever stands around it has its own distances
    ui.spacing_mut().item_spacing.y = 0.0;
    let width = ui.available_width() - 2.0 * SIDE;
    let narrow = usize::from(width < 560.0);
    let (name, middle) = (NAME[narrow], MIDDLE[narrow]);
    let side = ((width - name - middle) / 2.0).max(80.0);
    let columns = [name, side, middle, side];
    let head = |text: &str| cell(Type::SmallStrong, palette.secondary, text);
    let builder = UiBuilder::new().accessibility_role(Role::Row).accessibility_label(format!("{left}, {right}"));
    ui.scope_builder(builder, |ui| {
        row(ui, columns, 24.0, Color32::TRANSPARENT, None, [head(""), head(left), head(""), head(right)]);
    });
    for line in lines {
        super::parts::rule(ui);
        let builder = UiBuilder::new().accessibility_role(Role::Row).accessibility_label(line.words());
        ui.scope_builder(builder, |ui| line_ui(ui, columns, line));
    }
}

fn line_ui(ui: &mut Ui, columns: [f32; 4], line: &Line) {
    let palette = palette(ui);
    let (icon, tone) = line.agreement.look();
    let colours = palette.tone(tone);
    let both = matches!(line.agreement, Agreement::Similar | Agreement::Differs);
    let (left, right) = if line.mark && line.parts && both {
        align::by_parts(&line.left, &line.right)
    } else if line.mark && both {
        align::align(&line.left, &line.right)
    } else {
        let whole = |text: &str| vec![Run { text: text.to_owned(), step: Step::Same }];
        (whole(&line.left), whole(&line.right))
    };
    let least = if line.lead { 40.0 } else { 34.0 };
    // What differs speaks; what is the same is quiet.
    let fill = if line.agreement == Agreement::Differs {
        palette.danger.soft.gamma_multiply(0.55)
    } else {
        Color32::TRANSPARENT
    };
    let how = if line.how.is_empty() { line.agreement.words() } else { line.how.as_str() };
    let (style, ink) = if both { (Type::SmallStrong, colours.text) } else { (Type::Small, palette.muted) };
    let sign = Sign { icon, ink, ground: both.then_some(colours.soft) };
    let cells = [
        cell(Type::Small, palette.muted, &line.field),
        side_of(palette, line, &line.left, &left),
        cell(style, ink, how),
        side_of(palette, line, &line.right, &right),
    ];
    row(ui, columns, least, fill, Some(sign), cells);
}

/// The sign of an agreement, before its words.
struct Sign {
    icon: Icon,
    ink: Color32,
    ground: Option<Color32>,
}

fn cell(style: Type, ink: Color32, words: &str) -> LayoutJob {
    LayoutJob::single_section(words.to_owned(), egui::TextFormat::simple(theme::font(style), ink))
}

/// What one side says, the letters that differ marked.
fn side_of(palette: &Palette, line: &Line, whole: &str, runs: &[Run]) -> LayoutJob {
    if whole.is_empty() {
        return cell(Type::Small, palette.muted, "Not given");
    }
    let style = match (line.mono, line.lead) {
        (true, _) => Type::Mono,
        (false, true) => Type::Heading,
        (false, false) => Type::Body,
    };
    let quiet = line.agreement == Agreement::Same && !line.lead;
    let ink = if quiet { palette.secondary } else { palette.text };
    let mut job = LayoutJob::default();
    for run in runs {
        let mut format = egui::TextFormat::simple(theme::font(style), ink);
        if run.step != Step::Same {
            format.background = palette.warning.soft;
            format.color = palette.warning.text;
            // A letter that the other side has not is underlined twice as thick; neighbours exchanged lean
            format.underline = Stroke::new(if run.step == Step::Only { 3.0 } else { 1.5 }, palette.warning.solid);
            format.italics = run.step == Step::Swapped;
        }
        job.append(&run.text, 0.0, format);
    }
    job
}

/// A row of four columns. The first lines of all four stand on one height; what is longer goes on below, and the row grows
/// with it. The words are painted, not laid out as widgets: the row itself says all of them to a screen reader.
fn row(ui: &mut Ui, columns: [f32; 4], least: f32, fill: Color32, sign: Option<Sign>, cells: [LayoutJob; 4]) {
    let mut height = least;
    let mut x = SIDE;
    let mut placed = Vec::with_capacity(4);
    for (column, (width, mut job)) in columns.into_iter().zip(cells).enumerate() {
        let before = if column == 2 { SIGN } else { 0.0 };
        job.wrap.max_width = (width - before - 8.0).max(24.0);
        let galley = ui.painter().layout_job(job);
        let first = galley.rows.first().map_or(0.0, |row| row.rect().height());
        let above = ((least - first) / 2.0).max(3.0);
        height = height.max(above + galley.size().y + above.min(9.0));
        placed.push((vec2(x + before, above), galley));
        x += width;
    }
    let (_, rect) = ui.allocate_space(vec2(ui.available_width(), height));
    if !ui.is_rect_visible(rect) {
        return;
    }
    ui.painter().rect_filled(rect, CornerRadius::same(4), fill);
    if let Some(sign) = sign {
        let at = rect.min + vec2(SIDE + columns[0] + columns[1] + 9.0, least / 2.0);
        if let Some(ground) = sign.ground {
            ui.painter().circle_filled(at, 9.0, ground);
        }
        sign.icon.paint(ui.painter(), Rect::from_center_size(at, Vec2::splat(11.0)), sign.ink);
    }
    for (at, galley) in placed {
        ui.painter().galley(rect.min + at, galley, palette(ui).text);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_difference_is_named_in_words() {
        assert_eq!(
            agreement_of("Thomson", "Thompson"),
            (Agreement::Similar, "One letter more on the right".to_owned())
        );
        assert_eq!(agreement_of("Thomson", "Tomson").1, "One letter more on the left");
        assert_eq!(agreement_of("Jansen", "Jensen").1, "One letter differs");
        assert_eq!(agreement_of("Jansen", "Jensons").1, "");
        assert_eq!(agreement_of("Anders", "Andersen").1, "Two letters more on the right");
        assert_eq!(agreement_of("Andersan", "Anderse").1, "Two letters differ");
        assert_eq!(agreement_of("Brian", "Brain").1, "Two neighbouring letters swapped");
        assert_eq!(agreement_of("MAC KINNON", "MacLinnon").1, "One letter differs");
        assert_eq!(agreement_of("O'Neill", "ONeill"), (Agreement::Similar, "Spaces or marks alone differ".to_owned()));
        assert_eq!(agreement_of("Agnes", "Senga").0, Agreement::Differs);
        assert_eq!(agreement_of("SMITH", "Smith").0, Agreement::Same);
        assert_eq!(agreement_of("", "Smith").0, Agreement::OneMissing);
        let line = Line::of_text("Surname", "Thomson", "Thompson");
        assert_eq!(line.words(), "Surname: Thomson, Thompson. One letter more on the right");
        assert_eq!(Line::of_text("Sex", "", "Female").words(), "Sex: not given, Female. One missing");
    }
}
