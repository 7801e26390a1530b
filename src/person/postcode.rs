//! UK postcodes.
//!
//! A postcode is an outward half (`DG1`: area `DG`, district `DG1`) and an inward half (`2AB`: sector `2`, unit `AB`).
//! Files carry it as it is spoken (`DG1 2AB`), padded to seven or eight characters (`pc7`, `pc8`), in small letters, and
//! with O for 0. A typist's O and I are put right by position, where that makes a postcode of an area that exists.
//!
//! Some postcodes stand for "unknown" or "no fixed abode". They never count as agreement, and are told apart here.

use std::fmt;

/// A postcode of a UK form, upper case, without its space.
///
/// Sixteen bytes without an allocation. Sorted as text with its space: `DG1 9ZZ` before `DG10 9AA`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Postcode {
    /// With its space, filled up with spaces.
    spaced: [u8; 8],
    /// Without its space, filled up with spaces.
    compact: [u8; 7],
    /// How long the outward half is: 2 to 4.
    outward: u8,
}

/// What a look at a postcode field found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reading {
    /// Nothing stands in the field.
    Missing,
    /// A postcode.
    Postcode(Postcode),
    /// NK1 0AA, ZZ99 …, `NFA`: stands for "unknown" or "no fixed abode".
    Dummy,
    /// No postcode of a UK form.
    Unreadable,
}

/// The postcode areas, the Crown dependencies and the forces included. Only a repair asks for them: a postcode that is
/// well-formed as it stands is taken as it stands.
const AREAS: &str = " AB AL B BA BB BD BF BH BL BN BR BS BT BX CA CB CF CH CM CO CR CT CV CW DA DD DE DG DH DL DN DT DY E EC EH \
    EN EX FK FY G GL GU GY HA HD HG HP HR HS HU HX IG IM IP IV JE KA KT KW KY L LA LD LE LL LN LS LU M ME MK ML N NE \
    NG NN NP NR NW OL OX PA PE PH PL PO PR RG RH RM S SA SE SG SK SL SM SN SO SP SR SS ST SW SY TA TD TF TN TQ TR TS \
    TW UB W WA WC WD WF WN WR WS WV YO ZE ";

/// The forms of the outward half: a letter, a digit, and so on. `A` in the last place of the last two is a letter of
/// central London.
const OUTWARD_FORMS: [&[u8]; 6] = [b"A9", b"A99", b"AA9", b"AA99", b"A9A", b"AA9A"];

/// A postcode as it is spoken: `DG1 2AB`, and so one that stands for "unknown": `ZZ99 3VZ`. What is none as it was given.
pub fn spoken(text: &str) -> String {
    let inward = text.len().saturating_sub(3);
    match (read(text), text.get(..inward), text.get(inward..)) {
        (Reading::Postcode(postcode), ..) => postcode.spaced(),
        (Reading::Dummy, Some(outward), Some(inward))
            if text.bytes().all(|b| b.is_ascii_alphanumeric())
                && outward.ends_with(|c: char| c.is_ascii_digit())
                && inward.starts_with(|c: char| c.is_ascii_digit()) =>
        {
            format!("{outward} {inward}").to_uppercase()
        }
        _ => text.to_owned(),
    }
}

/// Reads a postcode in any of its forms (pc7, pc8, small letters, O for 0).
pub fn read(text: &str) -> Reading {
    let mut letters = [0; 7];
    let mut count = 0;
    for c in text.chars() {
        if c.is_ascii_alphanumeric() {
            if let Some(place) = letters.get_mut(count) {
                *place = c.to_ascii_uppercase() as u8;
            }
            count += 1;
        } else if c.is_alphanumeric() {
            return Reading::Unreadable;
        }
    }
    let letters = letters.get(..count).unwrap_or_default();
    if count == 0 {
        return Reading::Missing;
    }
    if matches!(letters, b"NULL" | b"NONE" | b"NA") {
        return Reading::Missing;
    }
    if is_dummy(text, letters) {
        return Reading::Dummy;
    }
    Postcode::of(letters).map_or(Reading::Unreadable, Reading::Postcode)
}

/// Whether a field stands for "unknown": the words, and the postcodes that national and local systems put in their place.
fn is_dummy(text: &str, letters: &[u8]) -> bool {
    const WORDS: [&str; 10] = [
        "UNKNOWN",
        "NOT KNOWN",
        "NOTKNOWN",
        "NO FIXED ABODE",
        "NO FIXED ADDRESS",
        "NFA",
        "NK",
        "N/K",
        "NO POSTCODE",
        "TBC",
    ];
    let text = text.trim();
    let word = WORDS.iter().any(|word| word.eq_ignore_ascii_case(text));
    let has_digit = letters.iter().any(u8::is_ascii_digit);
    // ZZ is the Office for National Statistics' pseudo country, NK and NF are Scotland's; no area begins with XX.
    let pseudo_area = has_digit && [b"ZZ", b"NK", b"NF", b"XX"].iter().any(|area| letters.starts_with(*area));
    let filler = [b'X', b'Z'].iter().any(|&mark| !letters.is_empty() && letters.iter().all(|&b| b == mark));
    // A board's own "not known": district 99, unit 9ZZ.
    word || pseudo_area || filler || letters.ends_with(b"999ZZ")
}

impl Postcode {
    fn of(letters: &[u8]) -> Option<Self> {
        let at = letters.len().checked_sub(3).filter(|at| (2..=4).contains(at))?;
        let (outward, inward) = letters.split_at(at);
        let (inward, inward_repairs) = fitted(inward, b"9AA")?;
        if inward[1..3].iter().any(|unit| b"CIKMOV".contains(unit)) {
            return None;
        }
        let mut best: Option<([u8; 4], usize)> = None;
        for form in OUTWARD_FORMS.iter().filter(|form| form.len() == outward.len()) {
            let Some((fitted, repairs)) = fitted(outward, form) else { continue };
            let fits = is_outward(&fitted[..at], form) && (repairs + inward_repairs == 0 || area_exists(&fitted[..at]));
            if fits && best.is_none_or(|(_, fewest)| repairs < fewest) {
                best = Some((fitted, repairs));
            }
        }
        let (outward, _) = best?;

        let (mut spaced, mut compact) = ([b' '; 8], [b' '; 7]);
        spaced[..at].copy_from_slice(&outward[..at]);
        spaced[at + 1..at + 4].copy_from_slice(&inward[..3]);
        compact[..at].copy_from_slice(&outward[..at]);
        compact[at..at + 3].copy_from_slice(&inward[..3]);
        Some(Self { spaced, compact, outward: at as u8 })
    }

    /// `DG12AB`.
    pub fn compact(&self) -> &str {
        ascii(&self.compact[..usize::from(self.outward) + 3])
    }

    /// `DG1 2AB`.
    pub fn spaced(&self) -> String {
        ascii(&self.spaced[..usize::from(self.outward) + 4]).to_owned()
    }

    /// `DG1 2`.
    pub fn sector(&self) -> &str {
        ascii(&self.spaced[..usize::from(self.outward) + 2])
    }

    /// `DG1`.
    pub fn district(&self) -> &str {
        ascii(&self.spaced[..usize::from(self.outward)])
    }

    /// `DG`.
    pub fn area(&self) -> &str {
        let letters = self.spaced.iter().take_while(|b| b.is_ascii_alphabetic()).count();
        ascii(&self.spaced[..letters])
    }
}

impl fmt::Display for Postcode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.spaced())
    }
}

impl fmt::Debug for Postcode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Postcode({})", self.spaced())
    }
}

/// ASCII by construction.
fn ascii(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap_or_default()
}

/// Fits letters and digits to a form of `A`s and `9`s, O for 0 and I for 1 put right both ways, and counts the repairs.
/// `None` where a place cannot fit. Shorter ones leave the end of the four places empty.
fn fitted(text: &[u8], form: &[u8]) -> Option<([u8; 4], usize)> {
    let mut fitted = [0; 4];
    let mut repairs = 0;
    for (place, (&given, &wanted)) in fitted.iter_mut().zip(text.iter().zip(form)) {
        let right = match (wanted, given) {
            (b'9', b'O') => b'0',
            (b'9', b'I') => b'1',
            (b'A', b'0') => b'O',
            (b'A', b'1') => b'I',
            (b'9', given) if !given.is_ascii_digit() => return None,
            (b'A', given) if !given.is_ascii_uppercase() => return None,
            (_, given) => given,
        };
        repairs += usize::from(right != given);
        *place = right;
    }
    Some((fitted, repairs))
}

/// The letters and digits that Royal Mail uses in each place of the outward half.
fn is_outward(outward: &[u8], form: &[u8]) -> bool {
    let digit_at = form.iter().position(|&b| b == b'9').unwrap_or(0);
    let first = !b"QVX".contains(&outward[0]);
    let second = digit_at < 2 || !b"IJZ".contains(&outward[1]);
    let last = match form {
        b"A9A" => b"ABCDEFGHJKPSTUW".contains(&outward[2]),
        b"AA9A" => b"ABEHMNPRVWXY".contains(&outward[3]),
        // A district of two digits is none of its own below 10.
        b"A99" | b"AA99" => outward[digit_at] != b'0',
        _ => true,
    };
    first && second && last
}

fn area_exists(outward: &[u8]) -> bool {
    let letters = outward.iter().take_while(|b| b.is_ascii_alphabetic()).count();
    AREAS.split_ascii_whitespace().any(|area| area.as_bytes() == &outward[..letters])
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn spaced(text: &str) -> Option<String> {
        match read(text) {
            Reading::Postcode(postcode) => Some(postcode.spaced()),
            _ => None,
        }
    }

    #[test]
    fn every_form_of_a_postcode_is_read() {
        for text in [
            "DG1 2AB",
            "dg1 2ab",
            "DG12AB",
            "DG1  2AB",
            " DG1 2AB ",
            "DG1\u{a0}2AB",
            "DG1-2AB",
            "D G 1 2 A B",
            "'DG1 2AB",
        ] {
            assert_eq!(spaced(text).as_deref(), Some("DG1 2AB"), "{text:?}");
        }
        for text in ["G1 1AA", "G12 8QQ", "EH1 1AA", "DG12 6XX", "W1A 0AX", "EC1A 1BB", "ZE1 0AA", "HS1 2BB", "BS0 1AA"]
        {
            assert_eq!(spaced(text).as_deref(), Some(text));
        }
    }

    #[test]
    fn the_padded_forms_are_read() {
        for (pc7, pc8, expected) in
            [("G1  1AA", "G1   1AA", "G1 1AA"), ("DG1 2AB", "DG1  2AB", "DG1 2AB"), ("DG122AB", "DG12 2AB", "DG12 2AB")]
        {
            assert_eq!(spaced(pc7).as_deref(), Some(expected));
            assert_eq!(spaced(pc8).as_deref(), Some(expected));
        }
    }

    #[test]
    fn o_and_i_are_put_right_by_their_place() {
        for (text, expected) in [
            ("DG1 OAB", "DG1 0AB"),
            ("DGI 2AB", "DG1 2AB"),
            ("DG1O 9AB", "DG10 9AB"),
            ("0X1 2AB", "OX1 2AB"),
            ("1V2 3AB", "IV2 3AB"),
            ("ZEI OAB", "ZE1 0AB"),
            ("E1O 2AA", "E10 2AA"),
            ("GI IAA", "G1 1AA"),
        ] {
            assert_eq!(spaced(text).as_deref(), Some(expected), "{text}");
        }
        assert_eq!(spaced("OL1 2AB").as_deref(), Some("OL1 2AB"), "what is right is left");
        assert_eq!(read("QQI 2AB"), Reading::Unreadable, "no repair makes an area");
    }

    #[test]
    fn the_parts_of_a_postcode() {
        let parts = |text: &str| match read(text) {
            Reading::Postcode(p) => format!("{}|{}|{}|{}", p.compact(), p.sector(), p.district(), p.area()),
            other => format!("{other:?}"),
        };
        assert_eq!(parts("DG1 2AB"), "DG12AB|DG1 2|DG1|DG");
        assert_eq!(parts("DG12 6XX"), "DG126XX|DG12 6|DG12|DG");
        assert_eq!(parts("G1 1AA"), "G11AA|G1 1|G1|G");
        assert_eq!(parts("EC1A 1BB"), "EC1A1BB|EC1A 1|EC1A|EC");
    }

    #[test]
    fn dummies_never_become_postcodes() {
        for text in [
            "NK1 0AA",
            "nk10aa",
            "NF1 1AB",
            "ZZ99 3VZ",
            "ZZ99 3CZ",
            "ZZ1 1ZZ",
            "XX1 1XX",
            "XX99 9XX",
            "XXX XXX",
            "ZZZ ZZZ",
            "DG99 9ZZ",
            "G99 9ZZ",
            "Unknown",
            "not known",
            "NFA",
            "No fixed abode",
            "NK",
            "N/K",
        ] {
            assert_eq!(read(text), Reading::Dummy, "{text}");
        }
        assert_eq!(spaced("EH99 1SP").as_deref(), Some("EH99 1SP"), "the Scottish Parliament is somewhere");
        assert_eq!(spaced("N1 9GU").as_deref(), Some("N1 9GU"));
    }

    #[test]
    fn a_postcode_is_spoken_in_two_halves_and_so_is_one_that_stands_for_unknown() {
        for (given, said) in [
            ("dg12ab", "DG1 2AB"),
            ("ZZ993VZ", "ZZ99 3VZ"),
            ("nk10aa", "NK1 0AA"),
            ("ZZ99 3VZ", "ZZ99 3VZ"),
            ("NFA", "NFA"),
            ("Not known", "Not known"),
            ("ZZZZZZ", "ZZZZZZ"),
            ("Zürich9 1", "Zürich9 1"),
        ] {
            assert_eq!(spoken(given), said);
        }
    }

    #[test]
    fn what_is_no_postcode_is_unreadable() {
        for text in [
            "DG1",
            "DG1 2",
            "2AB",
            "DG1 2ABC",
            "DG123 2AB",
            "DG1 2CB",
            "DG1 2AK",
            "QG1 2AB",
            "VG1 2AB",
            "XG1 2AB",
            "DI1 2AB",
            "DG01 2AB",
            "12345",
            "High Street",
            "DG1 2Äß",
            "DG12AB DG12AB",
        ] {
            assert_eq!(read(text), Reading::Unreadable, "{text}");
        }
        for text in ["", "   ", "-", "NULL", "n/a"] {
            assert_eq!(read(text), Reading::Missing, "{text}");
        }
    }

    #[test]
    fn postcodes_sort_by_district() {
        let mut codes = ["DG10 9AA", "DG2 1AA", "DG1 9ZE", "G1 1AA"].map(|text| match read(text) {
            Reading::Postcode(postcode) => Some(postcode),
            _ => None,
        });
        codes.sort();
        let codes: Vec<_> = codes.into_iter().flatten().map(|postcode| postcode.to_string()).collect();
        assert_eq!(codes, ["DG1 9ZE", "DG10 9AA", "DG2 1AA", "G1 1AA"]);
    }

    proptest! {
        #[test]
        fn reading_never_panics(text in any::<String>()) {
            read(&text);
        }

        #[test]
        fn every_postcode_reads_back(text in "[A-Z0-9]{1,4} ?[0-9OI][A-Z01]{2}") {
            if let Reading::Postcode(postcode) = read(&text) {
                prop_assert_eq!(read(&postcode.spaced()), Reading::Postcode(postcode));
                prop_assert_eq!(read(postcode.compact()), Reading::Postcode(postcode));
                prop_assert_eq!(postcode.spaced().replace(' ', ""), postcode.compact());
                prop_assert!(postcode.sector().starts_with(postcode.district()));
                prop_assert!(postcode.district().starts_with(postcode.area()));
            }
        }
    }
}
