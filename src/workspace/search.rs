//! Finding a CHI record by hand: words, a number, a postcode, a date, in any order and only begun.
//!
//! | file | what it holds |
//! |---|---|
//! | `words` | the words by which a record is found |
//! | `typed` | what is typed, as a condition of those words |
//! | `index` | the index of words: how it follows the records |
//! | `near` | which of very many hits are worth weighing against a person |

pub(super) mod index;
mod near;
mod typed;
mod words;

use rusqlite::Connection;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

pub use self::near::Near;
use super::{ChiFound, ChiSearch, Result, Workspace, records};
use crate::person::MosaicRecord;

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

/// The numbers of the rows that fit a condition of the index, ascending.
fn ids(conn: &Connection, condition: &str) -> Result<Vec<i64>> {
    let mut find = conn.prepare_cached("SELECT rowid FROM chi_search WHERE chi_search MATCH ?1")?;
    let found = find.query_map([condition], |row| row.get(0))?.collect::<rusqlite::Result<Vec<i64>>>()?;
    debug_assert!(found.is_sorted(), "an index gives its rows in their order");
    Ok(found)
}

impl Workspace {
    /// What a person shares with CHI records: looked up once, for every search that is made for them.
    pub fn near_to(&self, person: &MosaicRecord) -> Result<Near> {
        Near::of(&self.conn, person)
    }

    /// The present CHI records that fit every part of what was typed: how many there are, and up to `limit` of them, those that
    /// share the most with the person where there are more. By name. Nothing typed finds nothing.
    pub fn search_chi(&self, search: &ChiSearch, near: &Near, limit: usize) -> Result<ChiFound> {
        let Some(condition) = typed::condition(&search.text) else { return Ok(ChiFound::default()) };
        let hits = ids(&self.conn, &condition)?;
        let total = hits.len() as u64;
        let mut found = Vec::new();
        for id in near.nearest(hits, limit) {
            found.append(&mut records::select_chi(&self.conn, "id = ?1", &[&id])?);
        }
        found.sort_by_cached_key(|stored| {
            let details = &stored.record.details;
            (folded(&details.surname), folded(&details.forename), stored.record.chi)
        });
        Ok(ChiFound { total, records: found })
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::super::fixture::*;
    use super::*;
    use crate::person::{ChiRecord, Details, PartialDate};

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

    /// Four people: their numbers are those of the fixture, 1 to 4.
    fn people() -> Fixture {
        let mut it = workspace(0);
        let people = [
            ("Smith-Jones", "", "Catherine", "Mary Ann", (1985, 4, 19), "40 High St, Dumfries", "DG1 2AB"),
            ("McKie", "Thomson", "Agnes", "", (1916, 11, 2), "Rose Cottage, Borgue", "DG6 4SH"),
            ("Reid", "", "Zoë", "", (2004, 12, 31), "Flat 2/1, 7 Mill Road", "DG10 9AB"),
            ("O'Neill", "", "Ina", "", (1951, 1, 3), "12 Shore Road, Kirkcudbright", "DG6 4JE"),
        ];
        put(
            &mut it,
            people.into_iter().zip(1..).map(|((surname, previous, forename, second, birth, at, postcode), n)| {
                let details = Details {
                    surname: surname.into(),
                    previous_surname: previous.into(),
                    forename: forename.into(),
                    second_forename: second.into(),
                    birth: PartialDate::whole(birth.0, birth.1, birth.2),
                    address: at.split(", ").map(str::to_owned).collect(),
                    postcode: postcode.into(),
                    ..Details::default()
                };
                ChiRecord { details, ..chi_record(n) }
            }),
        );
        it
    }

    fn put(it: &mut Fixture, records: impl Iterator<Item = ChiRecord>) {
        let put = it.ws.apply(vec![], |tx| {
            let file = tx.new_file(&new_file("chi", "people"))?;
            for record in records {
                tx.put_chi(file, 2, &record, &[])?;
            }
            Ok(())
        });
        put.unwrap();
    }

    /// The numbers of the fixture of those who are found.
    fn found(it: &Fixture, text: &str) -> Vec<u32> {
        let found = it.ws.search_chi(&ChiSearch { text: text.into() }, &Near::default(), 50).unwrap();
        assert_eq!(found.total, found.records.len() as u64);
        let mut found: Vec<u32> =
            found.records.iter().filter_map(|stored| (1..=9).find(|n| chi_number(*n) == stored.record.chi)).collect();
        found.sort_unstable();
        found
    }

    #[test]
    fn any_word_of_any_name_is_found_by_its_beginning() {
        let it = people();
        for text in ["smi", "jon", "smith-jones", "smithjones", "SMITH JONES", "cath", "ann", "mar smi", "ann jones"] {
            assert_eq!(found(&it, text), [1], "{text}");
        }
        for text in ["mck", "mac kie", "thoms", "agnes thomson"] {
            assert_eq!(found(&it, text), [2], "{text}");
        }
        assert_eq!(found(&it, "zoe"), [3]);
        assert_eq!(found(&it, "o'neill"), [4]);
        assert!(
            found(&it, "mith").is_empty() && found(&it, "smith agnes").is_empty(),
            "every part, from its beginning"
        );
    }

    #[test]
    fn what_sounds_alike_is_found_too() {
        let it = people();
        for (text, of) in [("smyth", 1), ("katherine", 1), ("thompson", 2), ("read", 3), ("oneil", 4)] {
            assert_eq!(found(&it, text), [of], "{text}");
        }
    }

    #[test]
    fn a_date_is_found_in_every_form_and_by_its_parts() {
        let it = people();
        for text in [
            "19/04/1985",
            "19/4/85",
            "19.04.85",
            "1985-04-19",
            "19 apr 1985",
            "april 1985",
            "04/1985",
            "19/04",
            "19/4",
            "/04",
            "1985",
            "190485",
            "19041985",
            "april",
            "19/",
        ] {
            assert_eq!(found(&it, text), [1], "{text}");
        }
        assert_eq!(found(&it, "04"), [3], "a year in two digits");
        assert_eq!(found(&it, "51 ina"), [4]);
        assert_eq!(found(&it, "2/11/16"), [2]);
        assert_eq!(found(&it, "3/1"), [4]);
    }

    #[test]
    fn a_home_is_found_by_postcode_street_and_number() {
        let it = people();
        for text in ["dg1 2ab", "DG12AB", "dg1", "high st", "high street", "40 high", "dumf"] {
            assert_eq!(found(&it, text), [1], "{text}");
        }
        assert_eq!(found(&it, "mill rd"), [3], "an abbreviation");
        assert_eq!(found(&it, "12 shore road ina"), [4]);
        assert_eq!(found(&it, "dg6"), [2, 4]);
        assert_eq!(found(&it, "DG10"), [3]);
        assert_eq!(found(&it, "rose cott"), [2]);
    }

    #[test]
    fn a_chi_is_found_by_its_beginning_and_in_pieces() {
        let it = people();
        let chi = chi_number(3);
        let (front, back) = chi.as_str().split_at(6);
        for text in
            [chi.as_str().to_owned(), chi.spaced(), chi.as_str()[..8].to_owned(), format!("{front} {}", &back[..2])]
        {
            assert_eq!(found(&it, &text), [3], "{text}");
        }
    }

    #[test]
    fn nothing_typed_finds_nothing_and_nothing_typed_is_a_query() {
        let it = people();
        for text in ["", "  ,", "\"", "' OR 1", "*", "NEAR(", "words:", "a\"*\"b"] {
            assert!(found(&it, text).is_empty(), "{text}");
        }
    }

    #[test]
    fn of_more_than_can_be_weighed_those_nearest_to_the_person_are_kept() {
        let mut it = workspace(0);
        let smith = |n: u32| {
            let record = chi_record(n);
            ChiRecord { details: Details { surname: "Smith".into(), ..record.details }, ..record }
        };
        put(&mut it, (1..=60).map(smith));
        let mut person = mosaic_record(41, "High");
        person.details.surname = "Smyth".into();
        let near = it.ws.near_to(&person).unwrap();
        let found = it.ws.search_chi(&ChiSearch { text: "smi".into() }, &near, 5).unwrap();
        assert_eq!((found.total, found.records.len()), (60, 5));
        assert!(found.records.iter().any(|stored| stored.record.chi == chi_number(41)));
    }
}
