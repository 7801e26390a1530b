//! Finding a CHI record by hand: words, a number, a postcode, a date, in any order and only begun.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use super::{ChiSearch, Result, StoredChi, Workspace, records};

/// A name folded for searching: capitals without accents, apostrophes or hyphens, `Mc`, `M'` and `Mac` alike. What is typed is
/// folded the same way, so that the beginning of the one is the beginning of the other.
///
/// Not how the engine compares: this must hold for a name of which only the first letters are there.
pub(super) fn folded(text: &str) -> String {
    let mut words: Vec<String> = Vec::new();
    for word in text.split(|c: char| c.is_whitespace() || matches!(c, '-' | '‐' | '‑' | '–')) {
        let scots = ["M'", "M’", "m'", "m’"].iter().any(|start| word.starts_with(start));
        let mut plain = String::with_capacity(word.len());
        for c in word.nfkd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_uppercase) {
            match c {
                'Æ' => plain.push_str("AE"),
                'Œ' => plain.push_str("OE"),
                'Ø' => plain.push('O'),
                'Ł' => plain.push('L'),
                'Đ' | 'Ð' => plain.push('D'),
                'Þ' => plain.push_str("TH"),
                c if c.is_alphanumeric() => plain.push(c),
                _ => {}
            }
        }
        if scots && plain.len() > 1 {
            plain.insert_str(1, "AC");
        } else if plain.starts_with("MC") {
            plain.insert(1, 'A');
        }
        match words.last_mut() {
            _ if plain.is_empty() => {}
            Some(last) if last == "MAC" => last.push_str(&plain),
            _ => words.push(plain),
        }
    }
    words.join(" ")
}

/// A postcode for searching: capitals and digits only.
pub(super) fn compact_postcode(text: &str) -> String {
    text.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_uppercase()).collect()
}

/// One part of what was typed: a condition, and its values.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Term {
    condition: String,
    values: Vec<String>,
}

impl Term {
    /// Any of the columns begins so.
    fn begins(columns: &[&str], start: &str) -> Self {
        let conditions: Vec<String> =
            columns.iter().map(|column| format!("({column} >= ? AND {column} < ?)")).collect();
        let values = columns.iter().flat_map(|_| [start.to_owned(), format!("{start}\u{10ffff}")]).collect();
        Self { condition: format!("({})", conditions.join(" OR ")), values }
    }

    /// The column is like this, `_` standing for any one character.
    fn like(column: &str, pattern: String) -> Self {
        if let Some((start, "%")) = pattern.split_at_checked(pattern.len() - 1)
            && !start.contains('_')
        {
            return Self::begins(&[column], start);
        }
        if !pattern.contains('_') {
            return Self { condition: format!("{column} = ?"), values: vec![pattern] };
        }
        Self { condition: format!("{column} LIKE ?"), values: vec![pattern] }
    }

    fn or(mut self, other: Self) -> Self {
        self.condition = format!("({} OR {})", self.condition, other.condition);
        self.values.extend(other.values);
        self
    }
}

/// Takes apart what was typed.
fn terms(text: &str) -> Vec<Term> {
    let tokens: Vec<&str> = text.split([' ', '\t', ',', ';', '\u{a0}']).filter(|token| !token.is_empty()).collect();
    let mut terms = Vec::new();
    let mut rest = tokens.as_slice();
    while let [token, after @ ..] = rest {
        let (term, used) = if let Some(found) = written_date(rest) {
            found
        } else if token.bytes().all(|b| b.is_ascii_digit()) {
            number(token, after.first().copied())
        } else if let Some(pattern) = date(token) {
            (Some(Term::like("birth", pattern)), 1)
        } else if token.bytes().any(|b| b.is_ascii_digit()) {
            postcode(token, after.first().copied())
        } else {
            word(token, after.first().copied())
        };
        terms.extend(term);
        rest = &rest[used..];
    }
    terms
}

/// `19 Apr 1985`, `19 April`, `April 1985`.
fn written_date(tokens: &[&str]) -> Option<(Option<Term>, usize)> {
    let year = |token: Option<&&str>| token.filter(|it| it.len() == 4 && is_number(it)).map(|it| (*it).to_owned());
    if let Some(month) = tokens.first().and_then(|token| month(token)) {
        let year = year(tokens.get(1))?;
        return Some((Some(Term::like("birth", format!("{year}-{month:02}-__"))), 2));
    }
    let day: u8 = tokens.first().filter(|it| it.len() <= 2 && is_number(it))?.parse().ok()?;
    let month = tokens.get(1).and_then(|token| month(token))?;
    let (year, used) = year(tokens.get(2)).map_or(("____".to_owned(), 2), |year| (year, 3));
    Some((Some(Term::like("birth", format!("{year}-{month:02}-{day:02}"))), used))
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit())
}

/// A month by the first three or more letters of its name, so long as nobody is called that.
fn month(token: &str) -> Option<u8> {
    const MONTHS: [&str; 12] = [
        "JANUARY",
        "FEBRUARY",
        "MARCH",
        "APRIL",
        "MAY",
        "JUNE",
        "JULY",
        "AUGUST",
        "SEPTEMBER",
        "OCTOBER",
        "NOVEMBER",
        "DECEMBER",
    ];
    let token = token.to_ascii_uppercase();
    let found = MONTHS.iter().position(|month| token.len() >= 3 && month.starts_with(&token))?;
    u8::try_from(found + 1).ok()
}

/// Digits alone: the beginning of a CHI number (in two pieces, as screens show it), or a date run together, or a year.
fn number(token: &str, next: Option<&str>) -> (Option<Term>, usize) {
    let chi = |start: &str| Term::begins(&["chi"], start);
    if let (6, Some(next)) = (token.len(), next)
        && next.len() <= 4
        && is_number(next)
    {
        return (Some(chi(&format!("{token}{next}"))), 2);
    }
    let birth = |pattern: String| Term::like("birth", pattern);
    let term = match token.len() {
        4 => birth(format!("{token}%")).or(chi(token)),
        6 => birth(format!("__{}-{}-{}", &token[4..], &token[2..4], &token[..2])).or(chi(token)),
        8 => birth(format!("{}-{}-{}", &token[4..], &token[2..4], &token[..2]))
            .or(birth(format!("{}-{}-{}", &token[..4], &token[4..6], &token[6..])))
            .or(chi(token)),
        _ => chi(token),
    };
    (Some(term), 1)
}

/// `19/04/1985`, `19.4.85`, `1985-04-19`, `04/1985`, `19-Apr-1985`, `19/4`, as a pattern of the ISO form.
fn date(token: &str) -> Option<String> {
    let parts: Vec<&str> = token.split(['/', '-', '.']).collect();
    let two = |part: &str| -> Option<String> {
        if let Some(month) = month(part) {
            return Some(format!("{month:02}"));
        }
        (is_number(part) && part.len() <= 2).then(|| format!("{part:0>2}"))
    };
    let year = |part: &str| -> Option<String> {
        match part.len() {
            4 if is_number(part) => Some(part.to_owned()),
            2 if is_number(part) => Some(format!("__{part}")),
            _ => None,
        }
    };
    match parts.as_slice() {
        [y, m, d] if y.len() == 4 => Some(format!("{}-{}-{}", year(y)?, two(m)?, two(d)?)),
        [d, m, y] => Some(format!("{}-{}-{}", year(y)?, two(m)?, two(d)?)),
        [y, m] if y.len() == 4 && is_number(y) => Some(format!("{y}-{}-__", two(m)?)),
        [m, y] if y.len() == 4 && is_number(y) => Some(format!("{y}-{}-__", two(m)?)),
        [d, m] if is_number(d) => Some(format!("____-{}-{}", two(m)?, two(d)?)),
        _ => None,
    }
}

/// A postcode or its beginning, in one piece or two.
fn postcode(token: &str, next: Option<&str>) -> (Option<Term>, usize) {
    let token = compact_postcode(token);
    let inward = next.filter(|next| {
        let next = next.as_bytes();
        token.len() <= 4
            && next.len() <= 3
            && next.first().is_some_and(u8::is_ascii_digit)
            && next[1..].iter().all(u8::is_ascii_alphabetic)
    });
    if let Some(inward) = inward {
        return (Some(Term::begins(&["postcode"], &format!("{token}{}", compact_postcode(inward)))), 2);
    }
    // DG1 means that district, not also DG10 to DG16.
    let one_digit = token.len() <= 3 && token.bytes().filter(u8::is_ascii_digit).count() == 1;
    if one_digit && token.ends_with(|c: char| c.is_ascii_digit()) {
        return (Some(Term::like("postcode", format!("{token}___"))), 1);
    }
    (Some(Term::begins(&["postcode"], &token)), 1)
}

/// The beginning of a surname, a previous surname or a forename.
fn word(token: &str, next: Option<&str>) -> (Option<Term>, usize) {
    let mut start = folded(token);
    let mut used = 1;
    if start == "MAC"
        && let Some(next) = next.filter(|next| next.chars().all(char::is_alphabetic))
    {
        start.push_str(&folded(next));
        used = 2;
    }
    let names = ["surname", "previous_surname", "forename"];
    ((!start.is_empty()).then(|| Term::begins(&names, &start)), used)
}

impl Workspace {
    /// CHI records that fit every part of what was typed: present ones first, then by name. Nothing typed finds nothing.
    pub fn search_chi(&self, search: &ChiSearch, limit: usize) -> Result<Vec<StoredChi>> {
        let terms = terms(&search.text);
        if terms.is_empty() {
            return Ok(Vec::new());
        }
        let conditions: Vec<&str> = terms.iter().map(|term| term.condition.as_str()).collect();
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let condition =
            format!("{} ORDER BY present DESC, surname, forename, birth, chi LIMIT {limit}", conditions.join(" AND "));
        let values: Vec<&dyn rusqlite::ToSql> =
            terms.iter().flat_map(|term| term.values.iter().map(|value| value as &dyn rusqlite::ToSql)).collect();
        records::select_chi(&self.conn, &condition, &values)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_and_its_beginning_fold_alike() {
        assert_eq!(folded("O'Neill"), "ONEILL");
        for name in ["McDonald", "MacDonald", "M'Donald", "MC DONALD", "Mac Donald"] {
            assert_eq!(folded(name), "MACDONALD", "{name}");
        }
        assert!(folded("McDonald").starts_with(&folded("mcd")));
        assert_eq!(folded("Smith-Jones"), "SMITH JONES");
        assert_eq!(folded("Zoë Bjørn"), "ZOE BJORN");
        assert_eq!(folded("  '' "), "");
    }

    #[test]
    fn every_form_of_a_date_is_one_pattern() {
        for form in ["19/04/1985", "19.4.1985", "1985-04-19", "19-Apr-1985"] {
            assert_eq!(date(form).as_deref(), Some("1985-04-19"), "{form}");
        }
        assert_eq!(date("19/4/85").as_deref(), Some("__85-04-19"));
        assert_eq!(date("04/1985").as_deref(), Some("1985-04-__"));
        assert_eq!(date("19/04").as_deref(), Some("____-04-19"));
        assert_eq!(date("Smith-Jones"), None);
        let written = terms("19 Apr 1985");
        assert_eq!(written.len(), 1);
        assert_eq!(written[0].values, ["1985-04-19"]);
    }

    #[test]
    fn a_chi_in_two_pieces_and_a_postcode_in_two_are_each_one_part() {
        assert_eq!(terms("010101 1237"), [Term::begins(&["chi"], "0101011237")]);
        assert_eq!(terms("dg1 2ab"), [Term::begins(&["postcode"], "DG12AB")]);
        assert_eq!(terms("DG12AB"), [Term::begins(&["postcode"], "DG12AB")]);
        assert_eq!(terms("dg1")[0].values, ["DG1___"]);
        assert_eq!(terms("smith morag 1985").len(), 3);
        assert_eq!(terms("May Smith").len(), 2, "a forename that is also a month");
        assert!(terms("  , ").is_empty());
    }
}
