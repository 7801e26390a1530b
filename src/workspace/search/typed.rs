//! What is typed, taken apart into conditions of the index: every part must fit, in any order, each only begun.

use super::words::{mark, sound_of, street_kinds};
use super::{compact_postcode, folded};

/// The centuries that somebody may have been born in.
const CENTURIES: [u16; 3] = [18, 19, 20];

/// A word that begins so. What is handed over is letters, digits and marks alone, so that no quoting can go wrong.
fn begins(mark: &str, start: &str) -> String {
    format!("\"{mark}{start}\"*")
}

/// A word that is exactly this.
fn is(mark: &str, word: &str) -> String {
    format!("\"{mark}{word}\"")
}

/// Any of these.
fn any(mut conditions: Vec<String>) -> Option<String> {
    match conditions.len() {
        0 => None,
        1 => conditions.pop(),
        _ => Some(format!("({})", conditions.join(" OR "))),
    }
}

/// All of these.
fn all(conditions: Vec<String>) -> Option<String> {
    (!conditions.is_empty()).then(|| format!("({})", conditions.join(" AND ")))
}

/// What is typed as a condition of the index; `None` where nothing that could be looked for was.
pub(super) fn condition(text: &str) -> Option<String> {
    let parts = parts(text);
    (!parts.is_empty()).then(|| parts.join(" AND "))
}

/// A condition for each part of what was typed.
fn parts(text: &str) -> Vec<String> {
    let tokens: Vec<&str> = text.split([' ', '\t', ',', ';', '\u{a0}']).filter(|token| !token.is_empty()).collect();
    let mut parts = Vec::new();
    let mut rest = tokens.as_slice();
    while let [token, after @ ..] = rest {
        let next = after.first().copied();
        let (part, used) = if let Some(found) = written_date(rest) {
            found
        } else if is_number(token) {
            numbers(rest)
        } else if let Some(found) = date(token) {
            (Some(found), 1)
        } else if token.bytes().any(|b| b.is_ascii_digit()) {
            let digits: String = token.chars().filter(|c| !matches!(c, '-' | '.' | '/')).collect();
            if is_number(&digits) { (number(&digits), 1) } else { postcode(token, next) }
        } else {
            name(token, next)
        };
        parts.extend(part);
        rest = &rest[used..];
    }
    parts
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit())
}

// Dates ------------------------------------------------------------------------------------------------------------

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

/// A month by the first three or more letters of its name.
fn month(token: &str) -> Option<String> {
    let token = token.to_ascii_uppercase();
    let found = MONTHS.iter().position(|month| token.len() >= 3 && month.starts_with(&token))?;
    Some(format!("{:02}", found + 1))
}

/// A month in digits, the whole of it.
fn month_number(token: &str) -> Option<String> {
    let month: u8 = token.parse().ok().filter(|_| is_number(token) && token.len() <= 2)?;
    (1..=12).contains(&month).then(|| format!("{month:02}"))
}

fn day(token: &str) -> Option<String> {
    let day: u8 = token.parse().ok().filter(|_| is_number(token) && token.len() <= 2)?;
    (1..=31).contains(&day).then(|| format!("{day:02}"))
}

/// The years that a year in two digits may stand for.
fn centuries(two: &str) -> impl Iterator<Item = String> {
    CENTURIES.into_iter().map(move |century| format!("{century}{two}"))
}

/// Every year that begins so, of at least two digits; in two digits, the years that end so.
fn years(start: &str) -> Vec<String> {
    match start.len() {
        2 => centuries(start).collect(),
        3 => (0..10).map(|last| format!("{start}{last}")).collect(),
        _ => vec![start.to_owned()],
    }
}

/// A month of a year, the year whole, in two digits, or not yet all there.
fn month_of_year(month: &str, year: &str) -> Option<String> {
    (is_number(year) && (2..=4).contains(&year.len()))
        .then(|| years(year).into_iter().map(|year| begins(mark::YEAR_FIRST, &format!("{year}{month}"))).collect())
        .and_then(any)
}

/// A day of a month, and as much of the year as there is.
fn day_of_month(day: &str, month: &str, year: &str) -> Option<String> {
    if !year.is_empty() && (!is_number(year) || year.len() > 4) {
        return None;
    }
    let mut arms = vec![begins(mark::DAY_FIRST, &format!("{day}{month}{year}"))];
    if year.len() == 2 {
        arms.extend(centuries(year).map(|year| is(mark::DAY_FIRST, &format!("{day}{month}{year}"))));
    }
    any(arms)
}

/// `19 Apr 1985`, `19 April`, `April 1985`, each with as much of the year as there is.
fn written_date(tokens: &[&str]) -> Option<(Option<String>, usize)> {
    let year = |token: Option<&&str>| token.filter(|it| it.len() <= 4 && is_number(it)).map(|it| (*it).to_owned());
    if let Some(month) = tokens.first().and_then(|token| month(token)) {
        let year = year(tokens.get(1)).filter(|year| year.len() == 4)?;
        return Some((month_of_year(&month, &year), 2));
    }
    let day = tokens.first().and_then(|token| day(token))?;
    let month = tokens.get(1).and_then(|token| month(token))?;
    let (year, used) = year(tokens.get(2)).map_or((String::new(), 2), |year| (year, 3));
    Some((day_of_month(&day, &month, &year), used))
}

/// `19/04/1985`, `19.4.85`, `1985-04-19`, `04/1985`, `19-Apr-1985`, `19/4`, `19/`, `/04`: and each of them not yet all there.
fn date(token: &str) -> Option<String> {
    let parts: Vec<&str> = token.split(['/', '-', '.']).collect();
    let of_month = |part: &str| month(part).or_else(|| month_number(part));
    match parts.as_slice() {
        [year, rest @ ..] if year.len() == 4 && is_number(year) && matches!(rest.len(), 1 | 2) => {
            year_first(year, rest)
        }
        ["", month] => Some(is(mark::MONTH, &of_month(month)?)),
        [first, second] => {
            if let Some(found) = of_month(first).and_then(|month| {
                // 04/85 is a month of a year; 04/12 the fourth of December
                let year = second.len() > 2 || second.parse().is_ok_and(|year: u8| year > 12);
                year.then(|| month_of_year(&month, second)).flatten()
            }) {
                return Some(found);
            }
            day_and_month(&day(first)?, second)
        }
        [first, second, ""] => day_and_month(&day(first)?, &of_month(second)?),
        [first, second, year] => day_of_month(&day(first)?, &of_month(second)?, year),
        _ => None,
    }
}

/// A year, and as much of the month and the day as there is.
fn year_first(year: &str, rest: &[&str]) -> Option<String> {
    let found = match rest {
        [""] => year.to_owned(),
        ["0" | "1"] => return any(begun(rest[0]).map(|it| begins(mark::YEAR_FIRST, &format!("{year}{it}"))).collect()),
        [part] | [part, ""] => format!("{year}{}", month(part).or_else(|| month_number(part))?),
        [part, begun_day @ ("0" | "1" | "2" | "3")] => {
            let month = month(part).or_else(|| month_number(part))?;
            let days = begun(begun_day).map(|it| begins(mark::YEAR_FIRST, &format!("{year}{month}{it}")));
            return any(days.collect());
        }
        [part, of_month] => {
            format!("{year}{}{}", month(part).or_else(|| month_number(part))?, day(of_month)?)
        }
        _ => return None,
    };
    Some(begins(mark::YEAR_FIRST, &found))
}

/// A day, and as much of the month as there is.
fn day_and_month(day: &str, part: &str) -> Option<String> {
    match part {
        "" => Some(begins(mark::DAY_FIRST, day)),
        "0" | "1" => any(begun(part).map(|it| begins(mark::DAY_FIRST, &format!("{day}{it}"))).collect()),
        _ => day_of_month(day, &month(part).or_else(|| month_number(part))?, ""),
    }
}

/// A digit that stands for itself, or is the first of two: `1` is January, and the beginning of October.
fn begun(digit: &str) -> impl Iterator<Item = String> {
    let alone = (digit != "0").then(|| format!("0{digit}"));
    alone.into_iter().chain([digit.to_owned()])
}

// Numbers and postcodes --------------------------------------------------------------------------------------------

/// Digits alone. A CHI number may be in pieces, as screens (`010101 1237`) and people write it.
fn numbers(tokens: &[&str]) -> (Option<String>, usize) {
    let mut digits = String::new();
    let mut used = 0;
    for token in tokens.iter().take_while(|token| is_number(token)) {
        let joined = format!("{digits}{token}");
        if joined.len() > 10 || (used > 0 && !(digits.len() == 6 || begins_as_date(&joined))) {
            break;
        }
        digits = joined;
        used += 1;
    }
    match used {
        0 | 1 => (number(tokens.first().copied().unwrap_or_default()), 1),
        _ => (number(&digits), used),
    }
}

/// A day and a month.
fn begins_as_date(digits: &str) -> bool {
    let two = |from: usize| digits.get(from..from + 2);
    two(0).is_some_and(|it| day(it).is_some()) && two(2).is_some_and(|it| month_number(it).is_some())
}

/// The beginning of a CHI number, which is the date of birth; or a date run together, a year, a number in the street.
fn number(digits: &str) -> Option<String> {
    let mut arms = vec![begins(mark::CHI, digits)];
    let day_first = |digits: &str| begins(mark::DAY_FIRST, digits);
    let year_first = |digits: &str| begins(mark::YEAR_FIRST, digits);
    match digits.len() {
        2 => arms.extend(centuries(digits).map(|year| year_first(&year))),
        4 => arms.push(year_first(digits)),
        6 => {
            arms.push(day_first(digits));
            arms.extend(centuries(&digits[4..]).map(|year| day_first(&format!("{}{year}", &digits[..4]))));
        }
        7 => arms.push(day_first(digits)),
        8 => arms.extend([day_first(digits), year_first(digits)]),
        _ => {}
    }
    if digits.len() <= 4 {
        arms.push(is(mark::ADDRESS, digits));
    }
    any(arms)
}

/// A postcode or its beginning, in one piece or two; or a number in the street, `40A`.
fn postcode(token: &str, next: Option<&str>) -> (Option<String>, usize) {
    let token = compact_postcode(token);
    if token.is_empty() {
        return (None, 1);
    }
    let inward = next.filter(|next| {
        let next = next.as_bytes();
        token.len() <= 4
            && next.len() <= 3
            && next.first().is_some_and(u8::is_ascii_digit)
            && next[1..].iter().all(u8::is_ascii_alphabetic)
            && token.starts_with(|c: char| c.is_ascii_alphabetic())
    });
    if let Some(inward) = inward {
        return (Some(begins(mark::POSTCODE, &format!("{token}{}", compact_postcode(inward)))), 2);
    }
    if token.starts_with(|c: char| c.is_ascii_digit()) {
        return (Some(is(mark::ADDRESS, &token)), 1);
    }
    // DG1 means that district, not also DG10 to DG16.
    let one_digit = token.len() <= 3 && token.bytes().filter(u8::is_ascii_digit).count() == 1;
    if one_digit && token.ends_with(|c: char| c.is_ascii_digit()) {
        return (Some(is(mark::DISTRICT, &token)), 1);
    }
    (Some(begins(mark::POSTCODE, &token)), 1)
}

// Names and streets ------------------------------------------------------------------------------------------------

/// A word of a name or a street, or a hyphenated name.
fn name(token: &str, next: Option<&str>) -> (Option<String>, usize) {
    let found = folded(token);
    if found == "MAC"
        && let Some(next) = next.filter(|next| next.chars().all(char::is_alphabetic))
    {
        // Mac Donald is one word, and Mac Smith may be two
        let next = folded(next);
        let apart = all(vec![word("MAC"), word(&next)]);
        return (any(std::iter::once(word(&format!("MAC{next}"))).chain(apart).collect()), 2);
    }
    let words: Vec<&str> = found.split(' ').filter(|word| !word.is_empty()).collect();
    match words.as_slice() {
        [] => (None, 1),
        [one] => match next.map(folded).and_then(|next| street(one, &next)) {
            Some(street) => (Some(street), 2),
            None => (Some(word(one)), 1),
        },
        several => {
            let apart = all(several.iter().map(|one| word(one)).collect());
            (any(std::iter::once(word(&several.concat())).chain(apart).collect()), 1)
        }
    }
}

/// Two words, the second of which is a kind of street or begins one: `high st`. They may also be names.
fn street(first: &str, second: &str) -> Option<String> {
    let kinds: Vec<&str> = street_kinds(second).collect();
    let mut arms: Vec<String> = all(vec![word(first), word(second)]).into_iter().collect();
    if kinds.iter().any(|kind| kind.starts_with(second)) {
        arms.push(begins(mark::ADDRESS, &format!("{first}{second}")));
    }
    let short_for = kinds.iter().filter(|kind| **kind != second);
    arms.extend(short_for.map(|kind| is(mark::ADDRESS, &format!("{first}{kind}"))));
    (!kinds.is_empty()).then(|| any(arms)).flatten()
}

/// The beginning of a word of a name; with three letters or more also of a street, and what sounds like it.
fn word(word: &str) -> String {
    let mut arms = vec![begins(mark::NAME, word)];
    if word.chars().count() >= 3 {
        arms.push(begins(mark::ADDRESS, word));
        let sound = sound_of(word);
        if !sound.is_empty() {
            arms.push(is(mark::SOUND, &sound));
        }
        // Nobody is called so who is not also found by the name
        if word.len() > 4 && MONTHS.contains(&word) {
            arms.extend(month(word).map(|month| is(mark::MONTH, &month)));
        }
    }
    any(arms).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn one(text: &str) -> String {
        let mut parts = parts(text);
        assert_eq!(parts.len(), 1, "{text}: {parts:?}");
        parts.remove(0)
    }

    #[test]
    fn every_form_of_a_date_is_one_part() {
        for form in ["19/04/1985", "19.4.1985", "19-Apr-1985", "19 Apr 1985", "19 april 1985"] {
            assert_eq!(one(form), "\"_d19041985\"*", "{form}");
        }
        assert_eq!(one("1985-04-19"), "\"_y19850419\"*");
        assert_eq!(one("04/1985"), "\"_y198504\"*");
        assert_eq!(one("Apr 1985"), "\"_y198504\"*");
        assert_eq!(one("19/04"), "\"_d1904\"*");
        assert_eq!(one("/04"), "\"_m04\"");
        assert!(one("19/4/85").contains("\"_d19041985\"") && one("19/4/85").contains("\"_d19041885\""));
        assert!(one("04/85").contains("\"_y198504\"*"));
        assert!(date("Smith-Jones").is_none() && date("J.").is_none() && date("40/5").is_none());
    }

    #[test]
    fn a_date_finds_its_day_at_every_key_that_types_it() {
        let fits = |typed: &str, word: &str| {
            one(typed).trim_matches(['(', ')']).split(" OR ").any(|arm| {
                let exact = arm.trim_end_matches('*').trim_matches('"');
                if arm.ends_with('*') { word.starts_with(exact) } else { word == exact }
            })
        };
        for (written, word) in
            [("19/11/1985", "_d19111985"), ("19.04.1985", "_d19041985"), ("3 Nov 1985", "_d03111985")]
        {
            for end in 3..=written.len() {
                if !written[..end].ends_with([' ', 'N', 'o']) {
                    assert!(fits(&written[..end], word), "{}", &written[..end]);
                }
            }
        }
        for end in 5..="1985-11-19".len() {
            assert!(fits(&"1985-11-19"[..end], "_y19851119"), "{end}");
        }
        for end in 4..="04/1985".len() {
            let typed = &"04/1985"[..end];
            assert!(typed == "04/1" || typed == "04/19" || fits(typed, "_y19850412"), "{typed}");
        }
    }

    #[test]
    fn a_chi_in_pieces_and_a_postcode_in_two_are_each_one_part() {
        for form in ["010101 1237", "0101011237", "01 01 01 1237", "0101 011237", "010101-1237"] {
            assert_eq!(one(form), "\"_c0101011237\"*", "{form}");
        }
        assert_eq!(parts("19 1985").len(), 2, "a number and a year");
        assert_eq!(one("dg1 2ab"), "\"_pDG12AB\"*");
        assert_eq!(one("DG12AB"), "\"_pDG12AB\"*");
        assert_eq!(one("dg1"), "\"_oDG1\"");
        assert_eq!(one("40a"), "\"_a40A\"");
        assert_eq!(parts("smith morag 1985").len(), 3);
        assert_eq!(parts("May Smith").len(), 2, "a forename that is also a month");
        assert!(parts("  , ").is_empty() && condition("'; --").is_none());
    }

    #[test]
    fn a_word_is_a_name_or_a_street_and_what_sounds_like_it() {
        let smith = one("smith");
        assert!(smith.contains("\"SMITH\"*") && smith.contains("\"_aSMITH\"*") && smith.contains("\"_s"), "{smith}");
        assert_eq!(one("ma"), "\"MA\"*");
        assert!(one("mill rd").contains("\"_aMILLROAD\""));
        assert!(one("high st").contains("\"_aHIGHST\"*") && one("high street").contains("\"_aHIGHSTREET\"*"));
        assert_eq!(parts("agnes mckie").len(), 2);
        assert!(one("Smith-Jones").contains("\"SMITHJONES\"*"));
        assert!(one("mac donald").contains("\"MACDONALD\"*"));
        assert!(one("april").contains("\"_m04\"") && !one("june").contains("\"_m"));
    }
}
