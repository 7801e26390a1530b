//! Names, and how often they are met: by sex and the years people were born in, by where families came from.
//!
//! The tables in `data/` hold common Scottish names with weights of a long tail; no row is taken from a register.

use std::borrow::Cow;
use std::collections::HashMap;

use stewartry::person::Sex;

use crate::random::{Random, Weighted};
use crate::rare;

/// Where a family's names come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    Scots,
    Irish,
    English,
    Polish,
    SouthAsian,
    Arabic,
}

impl Origin {
    const ALL: [(Self, &'static str, u32); 6] = [
        (Self::Scots, "scots", 880),
        (Self::Irish, "irish", 28),
        (Self::English, "english", 55),
        (Self::Polish, "polish", 16),
        (Self::SouthAsian, "south-asian", 14),
        (Self::Arabic, "arabic", 7),
    ];

    /// The origin of a family, at the shares of a rural Scottish region.
    pub fn pick(random: &mut Random) -> Self {
        Self::ALL[random.outcome(&Self::ALL.map(|(_, _, weight)| weight))].0
    }

    fn index(name: &str) -> Option<usize> {
        Self::ALL.iter().position(|(_, known, _)| *known == name)
    }

    /// Forenames of English families are drawn from the Scots table: the two hardly differ.
    fn forenames(self) -> usize {
        if self == Self::English { Self::Scots as usize } else { self as usize }
    }
}

/// Birth cohorts of the forename table, by their last year of birth.
const COHORTS: [(&str, i16); 5] =
    [("to1944", 1944), ("1945", 1969), ("1970", 1989), ("1990", 2009), ("2010", i16::MAX)];

/// A surname with its feminine form where the two differ (Kowalski, Kowalska).
#[derive(Debug, Clone)]
pub struct Surname {
    pub masculine: Cow<'static, str>,
    pub feminine: Cow<'static, str>,
}

impl Surname {
    /// The form that a person of this sex bears.
    pub fn of(&self, sex: Sex) -> Cow<'static, str> {
        if sex == Sex::Female { self.feminine.clone() } else { self.masculine.clone() }
    }
}

/// Every table of names.
pub struct Names {
    surnames: [Weighted<Surname>; 6],
    forenames: [[[Weighted<&'static str>; 5]; 2]; 6],
    nicknames: HashMap<&'static str, Vec<&'static str>>,
    surname_spellings: HashMap<&'static str, Vec<&'static str>>,
    forename_spellings: HashMap<&'static str, Vec<&'static str>>,
    /// The share of families whose surname is in no table.
    rare: f64,
}

/// The rows of a table after its heading, each cut at its tabs.
pub fn rows<const COLUMNS: usize>(table: &'static str) -> impl Iterator<Item = [&'static str; COLUMNS]> {
    table.lines().skip(1).filter_map(|line| {
        let mut cells = line.split('\t');
        let row = [(); COLUMNS].map(|()| cells.next().unwrap_or(""));
        (!row[0].is_empty()).then_some(row)
    })
}

impl Names {
    /// Reads the tables that are part of the program, for a population of a size.
    pub fn new(people: usize) -> Self {
        let mut names = Self {
            surnames: Default::default(),
            forenames: Default::default(),
            nicknames: HashMap::new(),
            surname_spellings: HashMap::new(),
            forename_spellings: HashMap::new(),
            rare: rare::share(people),
        };
        for [origin, masculine, feminine, weight] in rows(include_str!("data/surnames.tsv")) {
            let feminine = if feminine.is_empty() { masculine } else { feminine };
            let surname = Surname { masculine: Cow::Borrowed(masculine), feminine: Cow::Borrowed(feminine) };
            if let (Some(origin), Ok(weight)) = (Origin::index(origin), weight.parse()) {
                names.surnames[origin].push(surname, weight);
            }
        }
        for [origin, sex, cohort, forename, weight] in rows(include_str!("data/forenames.tsv")) {
            let (Some(origin), Ok(weight)) = (Origin::index(origin), weight.parse()) else { continue };
            for (index, (name, _)) in COHORTS.iter().enumerate() {
                if cohort == "any" || cohort == *name {
                    names.forenames[origin][usize::from(sex == "M")][index].push(forename, weight);
                }
            }
        }
        for [forename, known_as] in rows(include_str!("data/nicknames.tsv")) {
            names.nicknames.insert(forename, known_as.split(' ').collect());
        }
        for [field, name, others] in rows(include_str!("data/spellings.tsv")) {
            let table = if field == "surname" { &mut names.surname_spellings } else { &mut names.forename_spellings };
            table.insert(name, others.split(' ').collect());
        }
        names
    }

    /// A family's surname.
    pub fn surname(&self, origin: Origin, random: &mut Random) -> Surname {
        if self.rare > 0.0 && random.chance(self.rare) {
            return rare::surname(origin, random);
        }
        self.surnames[origin as usize].pick(random).clone()
    }

    /// A forename for someone of this sex born in this year.
    pub fn forename(&self, origin: Origin, sex: Sex, year: i16, random: &mut Random) -> &'static str {
        let cohort = COHORTS.iter().position(|(_, last)| year <= *last).unwrap_or(4);
        self.forenames[origin.forenames()][usize::from(sex == Sex::Male)][cohort].pick(random)
    }

    /// A name that people of this forename are known by.
    pub fn nickname(&self, forename: &str, random: &mut Random) -> Option<&'static str> {
        self.nicknames.get(forename).map(|known| random.pick(known))
    }

    /// Another spelling of a surname that people confuse with it.
    pub fn surname_spelling(&self, surname: &str, random: &mut Random) -> Option<&'static str> {
        self.surname_spellings.get(surname).map(|others| random.pick(others))
    }

    /// Another spelling of a forename.
    pub fn forename_spelling(&self, forename: &str, random: &mut Random) -> Option<&'static str> {
        self.forename_spellings.get(forename).map(|others| random.pick(others))
    }
}

/// A name without the accents that the tables hold.
pub fn without_accents(name: &str) -> String {
    name.chars()
        .map(|letter| match letter {
            'ą' => 'a',
            'ć' => 'c',
            'ę' => 'e',
            'ł' => 'l',
            'Ł' => 'L',
            'ń' => 'n',
            'ó' => 'o',
            'Ó' => 'O',
            'ś' => 's',
            'Ś' => 'S',
            'ź' | 'ż' => 'z',
            'Ż' | 'Ź' => 'Z',
            other => other,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn the_tables_have_a_long_tail() {
        let names = Names::new(0);
        let scots = &names.surnames[Origin::Scots as usize];
        assert!(scots.things().len() >= 400);
        for sex in 0..2 {
            for cohort in 0..COHORTS.len() {
                let distinct: HashSet<_> = names.forenames[0][sex][cohort].things().iter().collect();
                assert!(distinct.len() >= 150, "{sex} {cohort}: {}", distinct.len());
            }
        }
        for origin in Origin::ALL {
            assert!(names.surnames[origin.0 as usize].things().len() >= 25);
        }
    }

    #[test]
    fn no_accent_of_the_tables_survives_folding() {
        for table in [include_str!("data/surnames.tsv"), include_str!("data/forenames.tsv")] {
            assert!(without_accents(table).is_ascii());
        }
    }

    #[test]
    fn a_polish_woman_bears_the_feminine_form() {
        let kowalski = Surname { masculine: "Kowalski".into(), feminine: "Kowalska".into() };
        assert_eq!((kowalski.of(Sex::Female), kowalski.of(Sex::Male)), ("Kowalska".into(), "Kowalski".into()));
    }
}
