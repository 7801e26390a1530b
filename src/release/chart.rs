//! Charts as inline SVG, for the report: bars in rows with limits and lines of reference, and lines over days. Pure text: the
//! same values give the same bytes. Nothing is told by colour alone, so that a black-and-white print says as much.

use std::fmt::Write as _;

/// A row of a bar chart.
pub(super) struct Row {
    /// What it is about, as HTML text already.
    pub(super) name: String,
    /// Its value.
    pub(super) value: f64,
    /// The limits of what it may be.
    pub(super) limits: Option<[f64; 2]>,
    /// The value as it stands at the bar.
    pub(super) figure: String,
    /// Marked: drawn hollow.
    pub(super) marked: bool,
}

const WIDTH: f64 = 720.0;
const NAMES: f64 = 200.0;
const FIGURES: f64 = 130.0;
const STEP: f64 = 30.0;

/// The colours stand with each shape: a program that prints may not know the page's own style in a picture.
const FILL: &str = "#1f6f66";
const INK: &str = "#1c2522";

/// Bars in rows, from 0 to `to`, with lines of reference across them (where, and what stands above it).
pub(super) fn bars(label: &str, rows: &[Row], references: &[(f64, String)], to: f64) -> String {
    if rows.is_empty() {
        return String::new();
    }
    let head = if references.is_empty() { 0.0 } else { 20.0 };
    let height = head + STEP * rows.len() as f64 + 4.0;
    let x = |value: f64| NAMES + (WIDTH - NAMES - FIGURES) * (value / to.max(1e-9)).clamp(0.0, 1.0);
    // A picture is one thing to a screen reader, so its name says all that stands in it
    let values: Vec<String> = rows.iter().map(|row| format!("{} {}", row.name, row.figure)).collect();
    let mut svg = format!(
        "<svg role=\"img\" font-size=\"15\" fill=\"#1c2522\" viewBox=\"0 0 {WIDTH} {height}\" aria-label=\"{label}: {}\">\n",
        values.join("; ")
    );
    for (place, row) in rows.iter().enumerate() {
        let y = head + STEP * place as f64;
        let (fill, stroke) = if row.marked { ("#fff", 2) } else { (FILL, 0) };
        let _ = write!(
            svg,
            "<text x=\"0\" y=\"{:.0}\">{}</text><rect fill=\"{fill}\" stroke=\"{FILL}\" stroke-width=\"{stroke}\" x=\"{NAMES}\" y=\"{:.0}\" width=\"{:.1}\" height=\"16\" rx=\"2\"/>",
            y + 19.0,
            row.name,
            y + 7.0,
            x(row.value) - NAMES
        );
        if let Some([low, high]) = row.limits {
            let (from, until, middle) = (x(low), x(high), y + 15.0);
            let _ = write!(
                svg,
                "<path fill=\"none\" stroke=\"{INK}\" stroke-width=\"1.5\" \
                 d=\"M{from:.1} {middle}H{until:.1}M{from:.1} {0}v10M{until:.1} {0}v10\"/>",
                middle - 5.0
            );
        }
        // Beyond the farthest bar, where no line of reference runs through it
        let _ = writeln!(svg, "<text text-anchor=\"end\" x=\"{WIDTH}\" y=\"{:.0}\">{}</text>", y + 19.0, row.figure);
    }
    let mut references: Vec<(f64, &str)> = references.iter().map(|(at, words)| (x(*at), words.as_str())).collect();
    references.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mut free = f64::MIN;
    for (at, words) in references {
        // What stands above a line makes room for what stands above the line before
        let centre = at.max(free + 12.0);
        free = centre + 12.0 + 3.0 * words.len() as f64;
        let _ = writeln!(
            svg,
            "<path fill=\"none\" stroke=\"{INK}\" stroke-dasharray=\"4 3\" d=\"M{at:.1} {}V{height}\"/><text font-size=\"12\" \
             text-anchor=\"middle\" x=\"{centre:.1}\" y=\"12\">{words}</text>",
            head - 4.0
        );
    }
    svg.push_str("</svg>\n");
    svg
}

/// Lines over days: each with its name and a value for every day; `words` names the first and the last day.
pub(super) fn lines(label: &str, days: &[i64], series: &[(&str, Vec<f64>)], words: [&str; 2]) -> String {
    let (Some(first), Some(last)) = (days.first(), days.last()) else { return String::new() };
    const HEIGHT: f64 = 190.0;
    let (left, right, bottom) = (70.0, WIDTH - 150.0, HEIGHT - 26.0);
    let most = series.iter().flat_map(|(_, values)| values).copied().fold(1.0, f64::max);
    let span = (last - first).max(1) as f64;
    let x = |day: i64| left + (right - left) * (day - first) as f64 / span;
    let y = |value: f64| bottom - (bottom - 12.0) * value / most;
    let mut svg = format!(
        "<svg role=\"img\" font-size=\"15\" fill=\"#1c2522\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" aria-label=\"{label}\">\n"
    );
    let most_words = crate::words::number(most as u64);
    let _ = writeln!(
        svg,
        "<path fill=\"none\" stroke=\"#8a9691\" d=\"M{left} 8V{bottom}H{right}\"/><text font-size=\"12\" text-anchor=\"end\" x=\"{0}\" y=\"16\">\
         {most_words}</text><text font-size=\"12\" text-anchor=\"end\" x=\"{0}\" y=\"{bottom}\">0</text>\
         <text font-size=\"12\" x=\"{left}\" y=\"{1}\">{2}</text><text font-size=\"12\" text-anchor=\"end\" x=\"{right}\" \
         y=\"{1}\">{3}</text>",
        left - 8.0,
        bottom + 18.0,
        words[0],
        words[1]
    );
    // Names stand at the ends of their lines, no two closer than a line of text
    let mut ends: Vec<(f64, usize)> =
        series.iter().enumerate().map(|(n, (_, values))| (y(values.last().copied().unwrap_or(0.0)), n)).collect();
    ends.sort_by(|a, b| a.0.total_cmp(&b.0));
    for place in 1..ends.len() {
        ends[place].0 = ends[place].0.max(ends[place - 1].0 + 16.0);
    }
    for (n, (name, values)) in series.iter().enumerate() {
        let dashes = ["", " stroke-dasharray=\"7 4\"", " stroke-dasharray=\"2 4\""][n % 3];
        let points: Vec<String> =
            days.iter().zip(values).map(|(day, value)| format!("{:.1},{:.1}", x(*day), y(*value))).collect();
        let _ = writeln!(
            svg,
            "<polyline fill=\"none\" stroke=\"{FILL}\" stroke-width=\"2\" points=\"{}\"{dashes}/>",
            points.join(" ")
        );
        for point in points.iter().filter(|_| points.len() <= 31) {
            if let Some((x, y)) = point.split_once(',') {
                let _ = write!(svg, "<circle fill=\"{FILL}\" cx=\"{x}\" cy=\"{y}\" r=\"2.5\"/>");
            }
        }
        let at = ends.iter().find(|(_, of)| *of == n).map_or(0.0, |(at, _)| *at);
        let _ = writeln!(svg, "<text font-size=\"12\" x=\"{:.1}\" y=\"{:.1}\">{name}</text>", right + 10.0, at + 4.0);
    }
    svg.push_str("</svg>\n");
    svg
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_beyond_the_end_stays_inside_and_nothing_gives_no_picture() {
        let row = |value| Row {
            name: "A".to_owned(),
            value,
            limits: Some([0.0, value]),
            figure: "x".to_owned(),
            marked: false,
        };
        let svg = bars("Shares", &[row(250.0)], &[(50.0, "half".to_owned())], 100.0);
        assert!(svg.contains("width=\"390.0\"") && svg.contains("half") && !svg.contains("NaN"), "{svg}");
        assert_eq!(bars("Shares", &[], &[], 100.0), "");
        assert_eq!(lines("Days", &[], &[("a", vec![])], ["", ""]), "");
        let one = lines("Days", &[20_000], &[("a", vec![3.0]), ("b", vec![3.0])], ["3 Oct", "3 Oct"]);
        assert!(!one.contains("NaN") && one.contains(">a<") && one.contains(">b<"), "{one}");
    }
}
