//! Slips of the hand, the eye and the ear: what happens to one name or one date.

use jiff::civil::Date;

use crate::people::TODAY;
use crate::random::Random;

/// A date with its digits (ddmmyyyy) changed until they are another real date.
pub fn misdated(birth: Date, random: &mut Random, change: impl Fn(&mut [u8; 8], &mut Random)) -> Option<Date> {
    let text = birth.strftime("%d%m%Y").to_string();
    let original: [u8; 8] = text.as_bytes().try_into().ok()?;
    (0..20).find_map(|_| {
        let mut digits = original;
        change(&mut digits, random);
        let number = |from: usize, to: usize| digits[from..to].iter().fold(0, |n, d| n * 10 + i16::from(d - b'0'));
        let written = Date::new(number(4, 8), number(2, 4) as i8, number(0, 2) as i8).ok()?;
        (written != birth && written <= TODAY && written.year() >= 1901).then_some(written)
    })
}

/// Mac, Mc, M' or O' written another way.
pub fn other_prefix(surname: &str, random: &mut Random) -> Option<String> {
    let stem = |prefix: &str| {
        surname
            .strip_prefix(prefix)
            .filter(|stem| stem.len() > 2 && stem.starts_with(|first: char| first.is_ascii_uppercase()))
    };
    if let Some(stem) = stem("Mac") {
        return Some(format!("{}{stem}", random.pick(&["Mc", "Mc", "Mc ", "Mac "])));
    }
    if let Some(stem) = stem("Mc") {
        return Some(format!("{}{stem}", random.pick(&["Mac", "Mac", "Mc ", "M'"])));
    }
    if let Some(stem) = stem("M'") {
        return Some(format!("{}{stem}", random.pick(&["Mc", "Mac"])));
    }
    if let Some(stem) = stem("O'") {
        return Some(format!("{}{stem}", random.pick(&["O", "O ", ""])));
    }
    None
}

/// Pairs of what is meant and what is read (a scan), or heard (a telephone).
const MISTAKEN: [(&str, &str); 24] = [
    ("rn", "m"),
    ("m", "rn"),
    ("l", "i"),
    ("cl", "d"),
    ("e", "c"),
    ("h", "b"),
    ("u", "v"),
    ("nn", "mm"),
    ("ph", "f"),
    ("ie", "y"),
    ("y", "ie"),
    ("ck", "k"),
    ("c", "k"),
    ("k", "c"),
    ("s", "z"),
    ("ll", "l"),
    ("l", "ll"),
    ("tt", "t"),
    ("t", "tt"),
    ("ea", "ee"),
    ("ei", "ie"),
    ("er", "ar"),
    ("th", "t"),
    ("ou", "u"),
];

/// The rows of a keyboard.
const KEYS: [&str; 3] = ["qwertyuiop", "asdfghjkl", "zxcvbnm"];

/// A name with one slip: a neighbouring key, two letters transposed, one left out or doubled, one misread or misheard.
pub fn mistype(name: &str, random: &mut Random) -> String {
    let letters: Vec<char> = name.chars().collect();
    if letters.len() < 3 {
        return name.to_owned();
    }
    for _ in 0..12 {
        let mut slipped = letters.clone();
        let at = 1 + random.below(letters.len() - 1); // first letters are rarely wrong
        match random.outcome(&[24, 24, 18, 12, 22]) {
            0 => slipped[at] = neighbour(letters[at], random).unwrap_or(letters[at]),
            1 if at + 1 < slipped.len() => slipped.swap(at, at + 1),
            1 => {}
            2 => {
                slipped.remove(at);
            }
            3 => slipped.insert(at, letters[at]),
            _ => {
                let (meant, read) = random.pick(&MISTAKEN);
                if let Some(found) = name.get(1..).and_then(|rest| rest.find(meant)) {
                    let found = found + 1;
                    slipped = format!("{}{read}{}", &name[..found], &name[found + meant.len()..]).chars().collect();
                }
            }
        }
        if slipped != letters && slipped.iter().collect::<String>().to_lowercase() != name.to_lowercase() {
            return slipped.into_iter().collect();
        }
    }
    name.to_owned()
}

/// A key beside a letter's, in the letter's case.
fn neighbour(letter: char, random: &mut Random) -> Option<char> {
    let small = letter.to_ascii_lowercase();
    let row = KEYS.iter().find(|row| row.contains(small))?;
    let at = row.find(small)?;
    let beside = if at == 0 || (at + 1 < row.len() && random.chance(0.5)) { at + 1 } else { at - 1 };
    let key = char::from(row.as_bytes()[beside]);
    Some(if letter.is_uppercase() { key.to_ascii_uppercase() } else { key })
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use jiff::civil::date;

    use super::*;

    #[test]
    fn a_slip_changes_a_name_a_little_and_keeps_its_first_letter() {
        let mut random = Random::stream(1, "test");
        let slips: HashSet<String> = (0..300).map(|_| mistype("Carruthers", &mut random)).collect();
        assert!(slips.len() > 40 && !slips.contains("Carruthers"));
        for slip in &slips {
            assert!(slip.starts_with('C') && strsim::osa_distance(slip, "Carruthers") <= 2, "{slip}");
        }
        assert_eq!(mistype("Al", &mut random), "Al");
    }

    #[test]
    fn prefixes_are_written_in_the_usual_ways() {
        let mut random = Random::stream(1, "test");
        let ways = |surname, random: &mut Random| -> HashSet<String> {
            (0..60).filter_map(|_| other_prefix(surname, random)).collect()
        };
        let expected = |ways: &[&str]| ways.iter().map(|way| (*way).to_owned()).collect::<HashSet<_>>();
        assert_eq!(ways("McKenna", &mut random), expected(&["MacKenna", "Mc Kenna", "M'Kenna"]));
        assert_eq!(ways("MacLeod", &mut random), expected(&["McLeod", "Mc Leod", "Mac Leod"]));
        assert_eq!(ways("O'Neill", &mut random), expected(&["ONeill", "O Neill", "Neill"]));
        assert!(ways("Mackintosh", &mut random).is_empty() && ways("Smith", &mut random).is_empty());
    }

    #[test]
    fn a_wrong_digit_still_makes_a_date() {
        let mut random = Random::stream(1, "test");
        let birth = date(1985, 4, 19);
        for _ in 0..200 {
            let wrong = misdated(birth, &mut random, |digits, random| digits[random.below(8)] = b'1');
            assert!(wrong.is_none_or(|wrong| wrong != birth && wrong <= TODAY));
        }
    }
}
