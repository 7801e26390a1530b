//! The pieces that the usual address is made of.
//!
//! Millions of addresses are made of some thousand pieces: what stands in front of a street (`12`, `Flat 2/1, 40`,
//! `2/3 21`), the street, the lines behind it. Where each piece is as plain as these, what [`super::parse`] makes of the
//! address follows from the pieces one by one, so whoever reads millions can keep what every distinct piece came to. Any
//! other address is for [`super::parse`] itself.

use super::flat::{self, HERALDS};
use super::{ends_street, folded_street, parse, segments};

/// What stands in front of a street.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Front {
    /// The flat, as in [`super::Parsed`].
    pub flat: String,
    /// The building's number, as in [`super::Parsed`].
    pub number: String,
}

/// Cuts a line behind its last word with a digit: `2/3 21 Cresswell Hill` is `2/3 21` and `Cresswell Hill`.
pub fn cut(line: &str) -> Option<(&str, &str)> {
    let digit = line.bytes().rposition(|b| b.is_ascii_digit())?;
    let end = digit + line.as_bytes()[digit..].iter().position(|b| *b == b' ')?;
    Some((&line[..end], &line[end + 1..]))
}

/// A street that nothing else can be read into, whatever plain front it stands behind; folded as in [`super::Parsed`].
pub fn street(text: &str) -> Option<String> {
    // Words that belong to what is in front of them: `40 2 FLOOR LEFT …`
    const OF_THE_FRONT: [&str; 15] = [
        "FLOOR", "FLR", "FL", "LEFT", "RIGHT", "CENTRE", "CENTER", "MIDDLE", "NO", "NUMBER", "GROUND", "TOP", "FIRST",
        "SECOND", "THIRD",
    ];
    if text.contains([',', ';', '(', ')', '\n']) {
        return None;
    }
    let segments = segments(&[text]);
    let [segment] = &segments[..] else { return None };
    let words: Vec<&str> = segment.split(' ').collect();
    // With a digit in front, no postcode: too long for one, or without a digit's look-alike in its place.
    let letters: Vec<u8> = segment.bytes().filter(|b| *b != b' ').collect();
    let no_postcode = letters.len() > 6 || !letters.iter().nth_back(2).is_some_and(|b| matches!(b, b'O' | b'I'));
    let plain = no_postcode
        && letters.iter().all(u8::is_ascii_uppercase)
        && words[0].len() > 1
        && ends_street(&words)
        && ends_street(&words[words.len() - 2..])
        && !super::is_direction(words[words.len() - 1])
        && !words.iter().any(|word| HERALDS.contains(word))
        && !OF_THE_FRONT.contains(&words[0])
        && flat::front(&words).is_none();
    plain.then(|| folded_street(&words))
}

/// What is in front of a [`street`], which may be lines with a comma between them; `None` where that is not plain.
pub fn front(text: &str) -> Option<Front> {
    // One street whose type leaves no doubt, and one whose type may as well be part of another name.
    let [sure, unsure] = ["QUAICH STREET", "QUAICH HILL"].map(|street| {
        let parsed = parse(&[format!("{text} {street}")]);
        let whole = parsed.street == street && !parsed.number.is_empty() && parsed.house.is_empty();
        whole.then_some(Front { flat: parsed.flat, number: parsed.number })
    });
    sure.filter(|front| unsure.as_ref() == Some(front))
}

/// Whether a line behind the street names a flat.
pub fn names_a_flat(line: &str) -> bool {
    segments(&[line]).iter().any(|segment| flat::whole(&segment.split(' ').collect::<Vec<_>>()).is_some())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Flat, number and street by the pieces.
    fn by_pieces(lines: &[String]) -> Option<(String, String, String)> {
        let at = usize::from(cut(lines.first()?).is_none());
        let (in_front, street_text) = cut(lines.get(at)?)?;
        let street = street(street_text)?;
        let in_front = if at == 0 { in_front.to_owned() } else { format!("{},{in_front}", lines[0]) };
        let Front { flat, number } = front(&in_front)?;
        let later = flat.is_empty() && lines[at + 1..].iter().any(|line| names_a_flat(line));
        (!later).then_some((flat, number, street))
    }

    fn pieces(lines: &str) -> String {
        let lines: Vec<String> = lines.split('\n').map(str::to_owned).collect();
        by_pieces(&lines).map_or_else(|| "-".to_owned(), |(flat, number, street)| format!("{flat}|{number}|{street}"))
    }

    #[test]
    fn the_usual_forms_are_made_of_plain_pieces() {
        assert_eq!(pieces("12 High Street\nDumfries"), "|12|HIGH STREET");
        assert_eq!(pieces("40A st andrew's st"), "|40A|ST ANDREWS STREET");
        assert_eq!(pieces("2/3 21 CRESSWELL HILL\nDUMFRIES"), "2/3|21|CRESSWELL HILL");
        assert_eq!(pieces("Flat 2/1, 40 High St\nAnnan"), "2/1|40|HIGH STREET");
        assert_eq!(pieces("FLAT 2/1\n40 HIGH STREET\nANNAN"), "2/1|40|HIGH STREET");
        assert_eq!(pieces("Rosebank\n40 High Street"), "|40|HIGH STREET");
        assert_eq!(pieces("40/5 High Street"), "5|40|HIGH STREET");
    }

    #[test]
    fn what_is_not_plain_is_left_to_the_parser() {
        for lines in [
            "Burnside Cottage\nStoneykirk",
            "40 High Street Dumfries",
            "40 High Street\nFlat 2/1",
            "40 A High Street",
            "40 Top Road",
            "Flat 2\nHigh Street",
            "40 George Street West",
            "40 High Street Flat 2",
            "12 St\nAnnan",
            "1V Milo St",
            "",
        ] {
            assert_eq!(pieces(lines), "-", "{lines}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(4000))]

        #[test]
        fn pieces_come_to_what_the_parser_makes_of_the_whole(
            lines in proptest::collection::vec(
                "((FLAT|NO|C/O|TOP|GROUND|FLOOR|LEFT|FIRST|1ST|1F2|GFL|2/1|3|40|40A|40/5|40-44|02-Jan|01/02/2024|Rosebank|Sea View|A|W)[ ,]){0,3}\
                 ((12|7B|2/3 21|40/5|1F1|G) )?\
                 (HIGH|St|ANDREW'S|Mill|Old|é|TOP|LEFT|W|MIDDLE|FLAT|School|[A-Z]{1,3})? ?(ST|Road|HILL|VIEW|GREEN|Street|Dr|WEST|Annan|2/1|DG1 2AB)?",
                1..4,
            ),
        ) {
            let parsed = parse(&lines);
            if let Some(found) = by_pieces(&lines) {
                prop_assert_eq!(found, (parsed.flat, parsed.number, parsed.street));
                prop_assert!(parsed.house.is_empty());
            }
        }
    }
}
