//! What spreadsheets, databases and typists put around ten digits, and how it comes off.

use std::borrow::Cow;

/// What is left of a field once its dressing is off.
pub(super) enum Undressed<'a> {
    /// The text without its dressing; the raw text itself where there was none.
    Text(Cow<'a, str>),
    /// A spreadsheet's `1.01011E+09`, with fewer digits than the number had.
    Rounded,
}

/// Takes off what spreadsheets, databases and typists put around ten digits.
pub(super) fn undress(raw: &str) -> Undressed<'_> {
    if raw.bytes().all(|b| b.is_ascii_digit()) {
        return Undressed::Text(Cow::Borrowed(raw));
    }
    let blank = |c: char| c.is_whitespace() || is_invisible(c);
    let quote = |c: char| matches!(c, '"' | '“' | '”' | '\'' | '‘' | '’' | '`');
    let mut text = raw.trim_matches(blank);
    text = text.strip_prefix('=').unwrap_or(text).trim_matches(|c| blank(c) || quote(c));
    if ["NULL", "N/A", "NA", "NONE"].iter().any(|word| text.eq_ignore_ascii_case(word)) {
        return Undressed::Text(Cow::Borrowed(""));
    }
    if let Some(scientific) = Scientific::parse(text) {
        return scientific.digits().map_or(Undressed::Rounded, |digits| Undressed::Text(Cow::Owned(digits)));
    }
    if let Some((whole, fraction)) = text.split_once('.')
        && fraction.bytes().all(|b| b == b'0')
    {
        text = whole;
    }
    let separator = |c: char| blank(c) || matches!(c, '-' | '\u{2010}'..='\u{2015}' | '−');
    let thousands = is_in_thousands(text);
    if text.contains(|c| separator(c) || (thousands && c == ',')) {
        let kept = text.chars().filter(|&c| !(separator(c) || thousands && c == ',')).collect();
        return Undressed::Text(Cow::Owned(kept));
    }
    Undressed::Text(Cow::Borrowed(text))
}

/// Characters without ink that are not white space: the zero-width ones, the byte order mark, the soft hyphen, the marks of writing direction.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{00ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}' | '\u{feff}')
}

/// `1,904,851,231`
fn is_in_thousands(text: &str) -> bool {
    let mut groups = text.split(',');
    let all_digits = |group: &str| group.bytes().all(|b| b.is_ascii_digit());
    groups.next().is_some_and(|first| (1..=3).contains(&first.len()) && all_digits(first))
        && text.contains(',')
        && groups.all(|group| group.len() == 3 && all_digits(group))
}

/// `1.01011E+09`: a whole number in a spreadsheet's scientific form.
struct Scientific<'a> {
    whole: &'a str,
    fraction: &'a str,
    exponent: usize,
}

impl<'a> Scientific<'a> {
    fn parse(text: &'a str) -> Option<Self> {
        let (mantissa, exponent) = text.split_once(['E', 'e'])?;
        let (whole, fraction) = mantissa.split_once(['.', ',']).unwrap_or((mantissa, ""));
        let digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
        let exponent = exponent.strip_prefix('+').unwrap_or(exponent);
        (!whole.is_empty() && digits(whole) && digits(fraction) && digits(exponent) && exponent.len() <= 3)
            .then(|| exponent.parse().ok())
            .flatten()
            .map(|exponent| Self { whole, fraction, exponent })
    }

    /// The number's digits, only where every one of them is written.
    fn digits(&self) -> Option<String> {
        let rest = self.fraction.get(self.exponent..)?;
        rest.bytes().all(|b| b == b'0').then(|| format!("{}{}", self.whole, &self.fraction[..self.exponent]))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(raw: &str) -> Option<String> {
        match undress(raw) {
            Undressed::Text(text) => Some(text.into_owned()),
            Undressed::Rounded => None,
        }
    }

    #[test]
    fn a_scientific_form_gives_its_digits_only_where_all_of_them_are_written() {
        assert_eq!(text("1.904851231E+09").as_deref(), Some("1904851231"));
        assert_eq!(text("1.01011237E8").as_deref(), Some("101011237"));
        assert_eq!(text("1.9048512310E+09").as_deref(), Some("1904851231"));
        assert_eq!(text("1.01011E+09"), None);
        assert_eq!(text("1E+99"), None);
        assert_eq!(text("1E-09").as_deref(), Some("1E09"), "no whole number: left for the check to refuse");
    }

    #[test]
    fn commas_come_off_only_where_they_part_thousands() {
        assert_eq!(text("1,904,851,231").as_deref(), Some("1904851231"));
        for raw in ["19,04,851231", "1,904,851,23", ",904,851,231", "1904851231,"] {
            assert_eq!(text(raw).as_deref(), Some(raw));
        }
    }

    #[test]
    fn a_fraction_comes_off_only_where_it_is_nothing() {
        assert_eq!(text("1904851231.00").as_deref(), Some("1904851231"));
        assert_eq!(text("1904851231.5").as_deref(), Some("1904851231.5"));
    }
}
