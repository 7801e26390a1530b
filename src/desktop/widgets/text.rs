//! Words in the type scale, and numbers and dates as screens show them.

use crate::desktop::theme::{self, Type, palette};
pub use crate::words::{counted as count, day, day_and_time as moment, number};
use eframe::egui::{Color32, Label, Response, RichText, Ui};

/// Text in a style of the scale, in the colour of what is read.
pub fn rich(ui: &Ui, style: Type, text: impl Into<String>) -> RichText {
    RichText::new(text).font(theme::font(style)).color(palette(ui).text)
}

/// Text in a style and a colour.
pub fn coloured(style: Type, colour: Color32, text: impl Into<String>) -> RichText {
    RichText::new(text).font(theme::font(style)).color(colour)
}

/// Words whose numbers stay whole where the line ends. They are said as they were given.
fn label(ui: &mut Ui, style: Type, colour: Color32, words: String) -> Response {
    let response = ui.label(coloured(style, colour, with_whole_numbers(&words)));
    ui.ctx().accesskit_node_builder(response.id, |node| node.set_value(words));
    response
}

/// A screen's name.
pub fn title(ui: &mut Ui, text: impl Into<String>) -> Response {
    let text = rich(ui, Type::Title, text);
    ui.label(text)
}

/// A section's name.
pub fn heading(ui: &mut Ui, text: impl Into<String>) -> Response {
    let text = rich(ui, Type::Heading, text);
    ui.label(text)
}

/// Body text.
pub fn body(ui: &mut Ui, text: impl Into<String>) -> Response {
    let colour = palette(ui).text;
    label(ui, Type::Body, colour, text.into())
}

/// Body text with weight.
pub fn strong(ui: &mut Ui, text: impl Into<String>) -> Response {
    let colour = palette(ui).text;
    label(ui, Type::Strong, colour, text.into())
}

/// What stands beside: body size, quieter.
pub fn secondary(ui: &mut Ui, text: impl Into<String>) -> Response {
    let colour = palette(ui).secondary;
    label(ui, Type::Body, colour, text.into())
}

/// What stands beside: small and quiet.
pub fn small(ui: &mut Ui, text: impl Into<String>) -> Response {
    let colour = palette(ui).muted;
    label(ui, Type::Small, colour, text.into())
}

/// The name of a field or a column.
pub fn caption(ui: &mut Ui, text: impl Into<String>) -> Response {
    let text = coloured(Type::Caption, palette(ui).muted, text);
    ui.label(text)
}

/// A number that identifies.
pub fn mono(ui: &mut Ui, text: impl Into<String>) -> Response {
    let text = rich(ui, Type::Mono, text);
    ui.label(text)
}

/// One line that ends in `…` where it does not fit, shown whole under the pointer.
pub fn one_line(ui: &mut Ui, text: RichText) -> Response {
    ui.add(Label::new(text).truncate())
}

/// The words with numbers that are not parted where the line ends: `010101 1237` and `95 %` stay together.
pub fn with_whole_numbers(words: &str) -> String {
    let mut whole = String::with_capacity(words.len() + 4);
    let mut chars = words.chars().peekable();
    let mut digit = false;
    while let Some(c) = chars.next() {
        let within = c == ' ' && digit && chars.peek().is_some_and(|next| next.is_ascii_digit() || *next == '%');
        whole.push(if within { '\u{a0}' } else { c });
        digit = c.is_ascii_digit();
    }
    whole
}

/// A share in per cent with one decimal: `82.4 %`. Never rounds up to a hundred what is less, nor down to nothing what is
/// more.
pub fn percent(part: u64, whole: u64) -> String {
    if whole == 0 {
        return "–".to_owned();
    }
    if part == whole {
        return "100 %".to_owned();
    }
    if part == 0 {
        return "0 %".to_owned();
    }
    let share = 100.0 * part as f64 / whole as f64;
    if share < 0.05 {
        return "< 0.1 %".to_owned();
    }
    format!("{:.1} %", ((share * 10.0).round() / 10.0).clamp(0.1, 99.9))
}

/// A size of a file: `1.4 MB`.
pub fn bytes(n: u64) -> String {
    match n {
        0..=999 => format!("{n} bytes"),
        1_000..=999_999 => format!("{:.1} kB", n as f64 / 1e3),
        1_000_000..=999_999_999 => format!("{:.1} MB", n as f64 / 1e6),
        _ => format!("{:.1} GB", n as f64 / 1e9),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_not_parted_at_the_end_of_a_line() {
        assert_eq!(with_whole_numbers("Saved Match: 12 – 010101 1237"), "Saved Match: 12 – 010101\u{a0}1237");
        assert_eq!(with_whole_numbers("1 of 2, 95 % sure"), "1 of 2, 95\u{a0}% sure");
    }

    #[test]
    fn counts_agree_with_their_noun_and_shares_never_claim_too_much() {
        assert_eq!(count(1, "row", "rows"), "1 row");
        assert_eq!(count(1_200, "row", "rows"), "1,200 rows");
        assert_eq!(percent(99_999, 100_000), "99.9 %");
        assert_eq!(percent(1, 100_000), "< 0.1 %");
        assert_eq!(percent(1, 1_000), "0.1 %");
        assert_eq!(percent(3, 3), "100 %");
        assert_eq!(percent(0, 3), "0 %");
        assert_eq!(percent(0, 0), "–");
        assert_eq!(bytes(1_400_000), "1.4 MB");
    }
}
