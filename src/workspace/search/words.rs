//! The words by which a CHI record is found.
//!
//! One index holds them all; a mark before the word says of what kind it is. A name has none, so that nothing else begins
//! as a name does.
//!
//! | mark | what | of 19 April 1985, `40 High St`, `DG1 2AB` |
//! |---|---|---|
//! | | a word of any name, folded; and the words of a double name together | `SMITH` `JONES` `SMITHJONES` |
//! | `_s` | how a word of a name sounds | `_sSNATH` |
//! | `_d` | the date of birth as it is typed, day first | `_d19041985` |
//! | `_y` | the date of birth, year first, as much of it as is known | `_y19850419` |
//! | `_m` | the month of birth | `_m04` |
//! | `_p` | the postcode | `_pDG12AB` |
//! | `_o` | its district | `_oDG1` |
//! | `_a` | a word of the address; two words of a street together; the number | `_aHIGH` `_aHIGHSTREET` `_a40` |
//! | `_c` | the CHI number | `_c1904851231` |
//!
//! *Street* and its like are no words of their own: a third of all people live in one, so that it says nothing, and takes longer
//! to look up than all else together.

use super::{compact_postcode, folded};
use crate::person::name::{fold_surname, sound};
use crate::person::{ChiRecord, Details, PartialDate, address};

/// Which words a record has, by number: an index that was made by another edition is made again when a workspace is opened.
pub(super) const EDITION: &str = "2";

/// Kinds of street that say nothing by themselves.
const COMMON: [&str; 13] = [
    "STREET", "ROAD", "AVENUE", "CRESCENT", "PLACE", "TERRACE", "DRIVE", "GARDENS", "COURT", "LANE", "SQUARE", "WAY",
    "CLOSE",
];

/// The kinds of street that a word, in capitals, is, is short for, or begins; those that say nothing by themselves only.
pub(super) fn street_kinds(word: &str) -> impl Iterator<Item = &'static str> {
    let whole = address::street_type(word);
    let begun = word.len() >= 2;
    COMMON.into_iter().filter(move |kind| Some(*kind) == whole || (begun && kind.starts_with(word)))
}

/// The marks of the kinds.
pub(super) mod mark {
    pub const NAME: &str = "";
    pub const SOUND: &str = "_s";
    pub const DAY_FIRST: &str = "_d";
    pub const YEAR_FIRST: &str = "_y";
    pub const MONTH: &str = "_m";
    pub const POSTCODE: &str = "_p";
    pub const DISTRICT: &str = "_o";
    pub const ADDRESS: &str = "_a";
    pub const CHI: &str = "_c";
}

/// Every word of a record, between spaces.
pub(super) fn of(record: &ChiRecord) -> String {
    let mut words = Words(String::with_capacity(256));
    let details = &record.details;
    for name in
        [&details.surname, &details.previous_surname, &details.forename, &details.second_forename, &details.known_as]
    {
        words.name(name);
    }
    if let Some(birth) = &details.birth {
        words.birth(birth);
    }
    let postcode = compact_postcode(&details.postcode);
    words.add(mark::POSTCODE, &postcode);
    words.add(mark::DISTRICT, district(&postcode));
    words.address(details);
    words.add(mark::CHI, record.chi.as_str());
    words.0
}

/// How a word of a name sounds; empty where it is too short to sound like anything.
pub(super) fn sound_of(word: &str) -> String {
    let code = sound(&fold_surname(word));
    if code.len() < 2 { String::new() } else { code }
}

/// The outward half of a whole postcode; empty of anything else.
pub(super) fn district(compact: &str) -> &str {
    let inward = compact.len().checked_sub(3).and_then(|at| compact.split_at_checked(at));
    match inward {
        Some((outward, inward)) if (2..=4).contains(&outward.len()) && inward.as_bytes()[0].is_ascii_digit() => outward,
        _ => "",
    }
}

struct Words(String);

impl Words {
    fn add(&mut self, mark: &str, word: &str) {
        if !word.is_empty() {
            self.0.push_str(mark);
            self.0.push_str(word);
            self.0.push(' ');
        }
    }

    fn name(&mut self, name: &str) {
        if name.is_empty() {
            return;
        }
        let name = folded(name);
        for word in name.split(' ') {
            self.add(mark::NAME, word);
            self.add(mark::SOUND, &sound_of(word));
        }
        if name.contains(' ') {
            let together: String = name.split(' ').collect();
            self.add(mark::NAME, &together);
            self.add(mark::SOUND, &sound_of(&together));
        }
    }

    fn birth(&mut self, birth: &PartialDate) {
        let two = |part: Option<u8>| part.map(|part| format!("{part:02}")).unwrap_or_default();
        let year = birth.year.map(|year| format!("{year:04}")).unwrap_or_default();
        let (month, day) = (two(birth.month), two(birth.day));
        if birth.day.is_some() && birth.month.is_some() {
            self.add(mark::DAY_FIRST, &format!("{day}{month}{year}"));
        }
        if birth.year.is_some() {
            let day = if birth.month.is_some() { day.as_str() } else { "" };
            self.add(mark::YEAR_FIRST, &format!("{year}{month}{day}"));
        }
        self.add(mark::MONTH, &month);
    }

    fn address(&mut self, details: &Details) {
        if details.address.is_empty() {
            return;
        }
        let parsed = address::parse(&details.address);
        for part in [&parsed.number, &parsed.house, &parsed.locality] {
            for word in part.split(|c: char| !c.is_alphanumeric()) {
                self.add(mark::ADDRESS, word);
            }
        }
        let mut before = "";
        for word in parsed.street.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()) {
            if before.is_empty() || !COMMON.contains(&word) {
                self.add(mark::ADDRESS, word);
            }
            if !before.is_empty() {
                self.add(mark::ADDRESS, &format!("{before}{word}"));
            }
            before = word;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::person::{Chi, ChiStatus};

    #[test]
    fn a_record_has_the_words_of_the_table() {
        let details = Details {
            surname: "Smith-Jones".into(),
            birth: PartialDate::whole(1985, 4, 19),
            address: vec!["40 High St".into()],
            postcode: "dg1 2ab".into(),
            ..Details::default()
        };
        let chi = Chi::parse("1904851231").or_else(|_| Chi::parse("0101011237")).ok();
        let Some(chi) = chi else { panic!("a number of the examples is sound") };
        let words = of(&ChiRecord { chi, details, status: ChiStatus::Current, upi: None });
        let words: Vec<&str> = words.split_whitespace().collect();
        for word in [
            "SMITH",
            "JONES",
            "SMITHJONES",
            "_d19041985",
            "_y19850419",
            "_m04",
            "_pDG12AB",
            "_oDG1",
            "_aHIGH",
            "_aHIGHSTREET",
            "_a40",
        ] {
            assert!(words.contains(&word), "{word}: {words:?}");
        }
        assert!(!words.contains(&"_aSTREET"));
        assert!(words.contains(&format!("_s{}", sound("SMITH")).as_str()));
    }

    #[test]
    fn what_is_known_of_a_date_is_all_there_is_of_it() {
        let of = |birth: Option<PartialDate>| {
            let mut words = Words(String::new());
            birth.iter().for_each(|birth| words.birth(birth));
            words.0
        };
        assert_eq!(of(PartialDate::new(Some(1985), None, None)), "_y1985 ");
        assert_eq!(of(PartialDate::new(Some(1985), Some(4), None)), "_y198504 _m04 ");
        assert_eq!(of(PartialDate::new(Some(1985), None, Some(19))), "_y1985 ");
        assert_eq!(of(PartialDate::new(None, Some(4), Some(19))), "_d1904 _m04 ");
    }

    #[test]
    fn only_a_whole_postcode_has_a_district() {
        assert_eq!(district("DG12AB"), "DG1");
        assert_eq!(district("DG102AB"), "DG10");
        assert_eq!(district("DG1"), "");
        assert_eq!(district("EMPTY"), "");
    }

    /// Where this fails, so would every index that was made before: a new edition makes them again.
    #[test]
    fn the_words_of_names_are_those_of_this_edition() {
        assert_eq!((EDITION, sound_of("SAINT").as_str()), ("2", "ST"));
    }
}
