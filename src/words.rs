//! How numbers, dates and the cells of a table are written for people: on screen, on a terminal, in a report.
//!
//! British: thousands separated by commas, dates as `3 Nov 2026`. Files write ISO 8601 and bare digits instead.

pub mod days;

use std::borrow::Cow;

use jiff::Timestamp;

/// A whole number with thousands separators: `12,345`.
pub fn number(value: u64) -> String {
    let digits = value.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A count with its noun: `1 row`, `1,234 rows`.
pub fn counted(count: u64, one: &str, many: &str) -> String {
    format!("{} {}", number(count), if count == 1 { one } else { many })
}

/// A share in per cent with one decimal: `81.9 %`. None and all are said of none and of all alone. A dash where there is nothing to
/// take a share of.
pub fn per_cent(part: u64, whole: u64) -> String {
    let percent = 100.0 * part as f64 / whole as f64;
    match percent {
        _ if whole == 0 => "–".to_owned(),
        p if part > 0 && p < 0.05 => "below 0.1 %".to_owned(),
        p if part < whole && p >= 99.95 => "above 99.9 %".to_owned(),
        p => format!("{p:.1} %"),
    }
}

/// A weight in bits with its sign: `+5.2`, `–3.0`.
pub fn bits(weight: f64) -> String {
    let tenths = (weight * 10.0).round() / 10.0;
    if tenths < 0.0 { format!("–{:.1}", -tenths) } else { format!("+{:.1}", tenths.abs()) }
}

/// A probability that never claims certainty: `99.98 %`, `above 99.99 %`.
pub fn probability(probability: f64) -> String {
    let percent = probability * 100.0;
    match percent {
        p if p >= 99.995 => "above 99.99 %".to_owned(),
        p if p < 0.005 => "below 0.01 %".to_owned(),
        p if !(0.1..99.0).contains(&p) => format!("{p:.2} %"),
        p => format!("{p:.1} %"),
    }
}

/// Things in a row: `one`, `one and two`, `one, two and three`.
pub fn listed(things: &[impl AsRef<str>]) -> String {
    match things {
        [] => String::new(),
        [one] => one.as_ref().to_owned(),
        [rest @ .., last] => {
            let rest: Vec<&str> = rest.iter().map(AsRef::as_ref).collect();
            format!("{} and {}", rest.join(", "), last.as_ref())
        }
    }
}

/// The day of a moment by the clocks of Scotland ([`days`]): `3 Nov 2026`.
pub fn day(at: Timestamp) -> String {
    days::by_the_clocks(at).strftime("%-d %b %Y").to_string()
}

/// Day and time of a moment by the clocks of Scotland ([`days`]): `3 Nov 2026, 14:05`.
pub fn day_and_time(at: Timestamp) -> String {
    days::by_the_clocks(at).strftime("%-d %b %Y, %H:%M").to_string()
}

/// `Another candidate …` inside a sentence: `another candidate …`. `CHI …` and `Mosaic …` stay.
pub fn lower_first(words: &str) -> String {
    let mut chars = words.chars();
    match (chars.next(), chars.clone().next()) {
        (Some(first), Some(second)) if !second.is_uppercase() && !words.starts_with("Mosaic") => {
            first.to_lowercase().chain(chars).collect()
        }
        _ => words.to_owned(),
    }
}

/// A cell of a table for people, which a spreadsheet will show and not run: with an apostrophe in front where it would be
/// taken for a formula (OWASP, CSV injection), be the sign behind white space, invisible characters or quotation marks, or
/// one of the wide signs that spreadsheets of the Far East take. A negative number is none.
pub fn harmless(cell: &str) -> Cow<'_, str> {
    let is_number =
        |text: &str| text.starts_with(|c: char| c.is_ascii_digit()) && text.parse::<f64>().is_ok_and(f64::is_finite);
    if cell.strip_prefix('-').is_some_and(is_number) {
        return Cow::Borrowed(cell);
    }
    let bare = cell.trim_start_matches(is_passed_over);
    if bare.starts_with(SIGNS) || cell.starts_with(['\t', '\r', '\n']) {
        Cow::Owned(format!("'{cell}"))
    } else {
        Cow::Borrowed(cell)
    }
}

/// What a formula begins with: the four signs, their full-width and small forms, and the mathematical minus.
const SIGNS: [char; 13] = ['=', '+', '-', '@', '＝', '＋', '－', '＠', '﹦', '﹢', '﹣', '﹫', '−'];

/// Whether a spreadsheet, or whoever pastes a cell into one, may take the character off the front. An apostrophe is not
/// among them: it is what keeps a cell from being run.
fn is_passed_over(c: char) -> bool {
    c.is_whitespace()
        || c.is_control()
        || matches!(c, '"' | '“' | '”' | '„' | '‘' | '’' | '«' | '»' | '＂' | '`')
        || matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn a_cell_that_a_spreadsheet_would_run_is_neutralised_however_its_sign_is_hidden() {
        for formula in ["=1+1", "+44", "-1+1", "-A1", "-", "@SUM(A1)", "\t=1", "\r1", " =1", "\u{a0}=1", "\u{200b}@x"] {
            assert_eq!(harmless(formula), format!("'{formula}"));
        }
        for formula in
            ["\"=1\"", " \" +1", "“=1”", "＝1+1", "＋1", "－1+1", "＠x", "\u{feff}＝1", "−1", "-inf", "-1e999"]
        {
            assert_eq!(harmless(formula), format!("'{formula}"));
        }
        for plain in
            ["", " ", "O'Neill", "1-2", "a=b", "DG1 2AB", "-3.25", "-1e-05", "'=1", "– 3", "“Nan”", "0101336489"]
        {
            assert_eq!(harmless(plain), plain);
        }
    }

    #[test]
    fn thousands_are_separated() {
        for (value, text) in [(0, "0"), (999, "999"), (1_000, "1,000"), (12_345, "12,345"), (1_234_567, "1,234,567")] {
            assert_eq!(number(value), text);
        }
    }

    #[test]
    fn weights_carry_their_sign_and_probabilities_never_claim_certainty() {
        assert_eq!([5.24, -3.0, 0.0, -0.04].map(bits), ["+5.2", "–3.0", "+0.0", "+0.0"]);
        assert_eq!(
            [1.0, 0.9998, 0.973, 0.5, 0.0].map(probability),
            ["above 99.99 %", "99.98 %", "97.3 %", "50.0 %", "below 0.01 %"]
        );
    }

    #[test]
    fn things_in_a_row_end_in_and() {
        assert_eq!(listed(&["one"]), "one");
        assert_eq!(listed(&["one", "two", "three"]), "one, two and three");
        assert_eq!(listed(&[] as &[&str]), "");
    }

    #[test]
    fn a_beginning_inside_a_sentence_is_small_but_for_names() {
        assert_eq!(
            ["Another one", "CHI 7", "Mosaic holds it", ""].map(lower_first),
            ["another one", "CHI 7", "Mosaic holds it", ""]
        );
    }

    #[test]
    fn a_share_of_nothing_is_a_dash() {
        assert_eq!(per_cent(1, 3), "33.3 %");
        assert_eq!(per_cent(0, 0), "–");
        for (part, words) in
            [(0, "0.0 %"), (4, "below 0.1 %"), (5, "0.1 %"), (9_994, "99.9 %"), (9_996, "above 99.9 %")]
        {
            assert_eq!(per_cent(part, 10_000), words);
        }
        assert_eq!(per_cent(10_000, 10_000), "100.0 %");
    }

    #[test]
    fn a_day_is_written_without_a_leading_zero() {
        let noon: Timestamp = "2026-11-03T12:00:00Z".parse().unwrap();
        assert_eq!(day(noon), "3 Nov 2026");
    }
}
