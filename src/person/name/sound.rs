//! How a surname sounds: spelling classes, then NYSIIS.
//!
//! NYSIIS is the New York State Identification and Intelligence System's code (Taft, *Name Search Techniques*, 1970),
//! which Scotland's national indexing uses as well. It is used here as published, at full length rather than cut to six
//! letters, with two steps for Scottish names in front of it:
//!
//! 1. **Spelling classes** (`assets/surname_spellings.tsv`): Thomson and Thompson, Johnston and Johnson, Neil and O'Neill
//!    are spellings of one name, and get the code of the class's heading.
//! 2. **Mac names that end in an open syllable.** NYSIIS keeps one vowel sound only, so `MacKay` and `McKie`, `McGhie`
//!    and `McGee` would fall together two by two (Soundex makes all four M200). What follows Mac is all they have to be
//!    told apart by, so where it is consonants and then vowels to the end it is kept as spelt.

use std::sync::LazyLock;

use rustc_hash::FxHashMap;

use super::{fold_surname, nicknames::lines};

/// A class a line: its heading, a tab, the other spellings.
const TABLE: &str = include_str!("../../../assets/surname_spellings.tsv");

/// Folded spelling to the folded heading of its class.
static SPELLINGS: LazyLock<FxHashMap<String, String>> = LazyLock::new(|| {
    let mut headings = FxHashMap::default();
    for (heading, others) in lines(TABLE) {
        let folded = fold_surname(heading);
        for other in others {
            headings.insert(fold_surname(other), folded.clone());
        }
        headings.insert(folded.clone(), folded);
    }
    headings
});

/// The one spelling that stands for a folded surname's spelling class (`THOMPSON` → `THOMSON`); the surname itself where
/// it has none.
pub fn spelling(folded: &str) -> &str {
    SPELLINGS.get(folded).map_or(folded, String::as_str)
}

/// A phonetic code of a folded surname (NYSIIS after the Scottish spelling pairs). Empty for an empty name.
pub fn sound(folded: &str) -> String {
    let name = spelling(folded);
    match name.strip_prefix("MAC") {
        Some(rest) if is_open_syllable(rest) => format!("MC{rest}"),
        _ => nysiis(name),
    }
}

/// One or more consonants, then vowels to the end: `KAY`, `GHIE`, `RAE`.
fn is_open_syllable(text: &str) -> bool {
    let vowel = |b: &u8| matches!(b, b'A' | b'E' | b'I' | b'O' | b'U' | b'Y');
    let consonants = text.bytes().take_while(|b| !vowel(b)).count();
    (1..text.len()).contains(&consonants) && text.as_bytes()[consonants..].iter().all(vowel)
}

/// NYSIIS of ASCII capitals, at full length.
fn nysiis(name: &str) -> String {
    let mut letters: Vec<u8> = name.bytes().filter(u8::is_ascii_uppercase).collect();

    // First letters.
    for (from, to) in [("MAC", "MCC"), ("KN", "NN"), ("K", "C"), ("PH", "FF"), ("PF", "FF"), ("SCH", "SSS")] {
        if letters.starts_with(from.as_bytes()) {
            letters[..to.len()].copy_from_slice(to.as_bytes());
            break;
        }
    }
    // Last letters.
    for (ends, to) in [(&["EE", "IE"][..], b'Y'), (&["DT", "RT", "RD", "NT", "ND"][..], b'D')] {
        if ends.iter().any(|end| letters.ends_with(end.as_bytes())) {
            letters.truncate(letters.len() - 2);
            letters.push(to);
            break;
        }
    }

    let Some(&first) = letters.first() else { return String::new() };
    let mut code = vec![first];
    for at in 1..letters.len() {
        let before = letters[at - 1];
        let after = letters.get(at + 1).copied();
        match letters[at] {
            b'E' if after == Some(b'V') => letters[at..at + 2].copy_from_slice(b"AF"),
            b'A' | b'E' | b'I' | b'O' | b'U' => letters[at] = b'A',
            b'Q' => letters[at] = b'G',
            b'Z' => letters[at] = b'S',
            b'M' => letters[at] = b'N',
            b'K' => letters[at] = if after == Some(b'N') { b'N' } else { b'C' },
            b'S' if letters[at..].starts_with(b"SCH") => letters[at..at + 3].copy_from_slice(b"SSS"),
            b'P' if after == Some(b'H') => letters[at..at + 2].copy_from_slice(b"FF"),
            b'H' if !is_vowel(before) || !after.is_some_and(is_vowel) => letters[at] = before,
            b'W' if is_vowel(before) => letters[at] = before,
            _ => {}
        }
        if code.last() != Some(&letters[at]) {
            code.push(letters[at]);
        }
    }
    if code.len() > 1 && code.ends_with(b"S") {
        code.pop();
    }
    if code.ends_with(b"AY") {
        code.truncate(code.len() - 2);
        code.push(b'Y');
    }
    if code.len() > 1 && code.ends_with(b"A") {
        code.pop();
    }
    code.into_iter().map(char::from).collect()
}

fn is_vowel(letter: u8) -> bool {
    matches!(letter, b'A' | b'E' | b'I' | b'O' | b'U')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn code(surname: &str) -> String {
        sound(&fold_surname(surname))
    }

    #[test]
    fn nysiis_gives_the_published_codes() {
        for (name, expected) in [
            ("KNUTH", "NAT"),
            ("KOEHN", "CAN"),
            ("PHILLIPSON", "FALAPSAN"),
            ("PFEISTER", "FASTAR"),
            ("SCHOENHOEFT", "SANAFT"),
            ("HEITSCHMIDT", "HATSNAD"),
            ("BART", "BAD"),
            ("HURD", "HAD"),
            ("HUNT", "HAD"),
            ("WESTERLUND", "WASTARLAD"),
            ("CASSTEVENS", "CASTAFAN"),
            ("VASQUEZ", "VASG"),
            ("FRAZIER", "FRASAR"),
            ("BOWMAN", "BANAN"),
            ("MACKNIGHT", "MCNAGT"),
            ("RICKERT", "RACAD"),
            ("WESTPHAL", "WASTFAL"),
            ("KUHL", "CAL"),
            ("RAWSON", "RASAN"),
            ("JILES", "JAL"),
            ("CARRAWAY", "CARY"),
            ("YAMADA", "YANAD"),
            ("", ""),
            ("A", "A"),
            ("S", "S"),
        ] {
            assert_eq!(nysiis(name), expected, "{name}");
        }
    }

    #[test]
    fn scottish_spellings_of_one_name_sound_alike() {
        for spellings in [
            "Thomson Thompson Tomson",
            "Johnston Johnstone Johnson",
            "Neil Neill Neal Niel O'Neill O'Neil",
            "Reid Reed Read",
            "Stewart Stuart",
            "Smith Smyth Smythe",
            "Brown Browne",
            "Docherty Doherty Dougherty",
            "Aitken Aitkin Aiken",
            "Dickson Dixon",
            "Colquhoun Calhoun",
            "Munro Monroe",
            "McIntosh Mackintosh MacIntosh",
            "McLaughlin McLachlan MacLauchlan",
            "McRae MacCrae McCrea",
            "McKay Mackay M'Kay",
            "McNeil MacNeill",
            "Livingston Livingstone",
            "Kowalski Kowalska",
            "Hussain Hussein",
        ] {
            let codes: Vec<_> = spellings.split(' ').map(code).collect();
            assert!(codes.iter().all(|other| other == &codes[0]), "{spellings}: {codes:?}");
        }
    }

    #[test]
    fn short_mac_names_are_told_apart() {
        let mut codes: Vec<_> = ["MacKay", "McKie", "McGhie", "McGee", "McRae", "McVey", "McLay"].map(code).to_vec();
        let count = codes.len();
        codes.sort();
        codes.dedup();
        assert_eq!(codes.len(), count, "{codes:?}");
    }

    #[test]
    fn different_names_sound_different() {
        for (a, b) in [("Smith", "Brown"), ("McDonald", "McDougall"), ("Wilson", "Wallace"), ("Maxwell", "Mitchell")] {
            assert_ne!(code(a), code(b));
        }
    }

    #[test]
    fn the_table_is_well_formed() {
        let rows: Vec<_> = lines(TABLE).collect();
        assert_eq!(
            rows.len(),
            TABLE.lines().filter(|line| !line.starts_with('#')).count(),
            "a line without a tab is lost"
        );
        let mut count = 0;
        for (heading, others) in rows {
            let names: Vec<_> = others.collect();
            assert!(!names.is_empty(), "{heading}");
            count += 1 + names.len();
            for name in names {
                assert_eq!(spelling(&fold_surname(name)), fold_surname(heading), "{name} stands in two classes");
            }
        }
        assert_eq!(count, SPELLINGS.len(), "a surname stands in one class, once");
    }

    proptest! {
        #[test]
        fn sounding_never_panics_and_is_capitals(text in any::<String>(), name in "[A-Z]{0,14}") {
            sound(&text);
            prop_assert!(sound(&name).bytes().all(|b| b.is_ascii_uppercase()));
            prop_assert_eq!(sound(&name).is_empty(), name.is_empty());
        }
    }
}
