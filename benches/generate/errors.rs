//! Writes people down, with the errors that people make: each copy of a person is dirtied on its own.

use jiff::civil::{Date, date};
use stewartry::person::Sex;

use crate::kinds::Kinds;
use crate::names::{Names, without_accents};
use crate::people::{Person, TODAY};
use crate::places::{Home, Places, Slips, Style};
use crate::random::Random;
use crate::rates::Copying;
use crate::slips::{misdated, mistype, other_prefix};

/// CHI's fields are this wide.
pub const CHI_WIDTH: usize = 30;

/// A person as one file holds them.
#[derive(Debug, Clone, Default)]
pub struct Copy {
    pub surname: String,
    pub previous: String,
    pub forename: String,
    pub second: String,
    pub known_as: String,
    pub sex: Sex,
    pub birth: Option<Date>,
    pub death: Option<Date>,
    pub address: [String; 3],
    pub postcode: String,
    /// What is particular about this copy.
    pub kinds: Kinds,
}

/// What copying needs besides the person.
pub struct Copyist<'a> {
    pub names: &'a Names,
    pub places: &'a Places,
    pub rates: &'a Copying,
    pub style: Style,
}

impl Copyist<'_> {
    /// A copy of a person.
    pub fn copy(&self, person: &Person, random: &mut Random) -> Copy {
        let mut copy = Copy { sex: person.sex, birth: Some(person.birth), death: person.death, ..Copy::default() };
        self.surname(person, &mut copy, random);
        self.forenames(person, &mut copy, random);
        self.birth(person, &mut copy, random);
        self.sex(&mut copy, random);
        self.death(&mut copy, random);
        self.address(person, &mut copy, random);
        if random.chance(self.rates.swapped) && !copy.forename.is_empty() {
            std::mem::swap(&mut copy.surname, &mut copy.forename);
            copy.kinds |= Kinds::SWAPPED;
        }
        match self.style {
            Style::Chi => as_chi_prints(&mut copy),
            Style::Mosaic if random.chance(self.rates.odd_case) => {
                let upper = random.chance(0.75);
                for name in [&mut copy.surname, &mut copy.previous, &mut copy.forename, &mut copy.second] {
                    *name = if upper { name.to_uppercase() } else { name.to_lowercase() };
                }
            }
            Style::Mosaic => {}
        }
        copy
    }

    fn surname(&self, person: &Person, copy: &mut Copy, random: &mut Random) {
        let rates = self.rates;
        let mut surname = person.surname.to_string();
        match &person.former {
            Some(former) if person.newly_named && random.chance(rates.old_surname) => {
                surname = former.to_string();
                copy.kinds |= Kinds::OLD_SURNAME;
            }
            Some(former) if random.chance(rates.previous_recorded) => copy.previous = former.to_string(),
            _ => {}
        }
        if random.chance(rates.other_surname) {
            surname = self.names.surname(person.origin, random).of(person.sex).into_owned();
            copy.kinds |= Kinds::OTHER_SURNAME;
        }
        if let Some(at) = surname.find(['-', ' ']).filter(|_| random.chance(rates.half_surname)) {
            let (first, last) = (surname[..at].to_owned(), surname[at + 1..].to_owned());
            surname = match random.outcome(&[40, 30, 15, 15]) {
                0 => last,
                1 => first,
                2 => format!("{first} {last}"),
                _ => format!("{last}-{first}"),
            };
            copy.kinds |= Kinds::HALF_NAME;
        }
        if random.chance(rates.prefix)
            && let Some(other) = other_prefix(&surname, random)
        {
            surname = other;
            copy.kinds |= Kinds::PREFIX;
        }
        if random.chance(rates.surname_spelling)
            && let Some(other) = self.names.surname_spelling(&surname, random)
        {
            surname = other.to_owned();
            copy.kinds |= Kinds::SPELLING;
        }
        if random.chance(rates.surname_typo) {
            surname = mistype(&surname, random);
            copy.kinds |= Kinds::TYPO;
        }
        copy.surname = self.accents(surname, random);
    }

    fn forenames(&self, person: &Person, copy: &mut Copy, random: &mut Random) {
        let rates = self.rates;
        if person.kinds.contains(Kinds::UNBORN) {
            copy.forename = person.forename.to_owned();
            if random.chance(0.5) {
                copy.forename.push_str(" Baby");
            }
            return;
        }
        if person.age() < 1 && random.chance(rates.baby) {
            copy.forename = "Baby".to_owned();
            if random.chance(0.3) {
                // Some systems put the surname after the word in the surname's own field.
                copy.surname = format!("Baby {}", copy.surname);
            }
            copy.kinds |= Kinds::BABY;
            return;
        }
        let mut forename = person.forename.to_owned();
        let mut second = match random.chance(rates.middle_recorded) {
            true => person.second.to_string(),
            false if random.chance(rates.middle_initial) => person.second.chars().take(1).collect(),
            false => String::new(),
        };
        if person.goes_by_second && random.chance(rates.middle_first) {
            forename = person.second.split(' ').next().unwrap_or_default().to_owned();
            second = if random.chance(0.3) { person.forename.to_owned() } else { String::new() };
            copy.kinds |= Kinds::MIDDLE_NAME;
        } else if let Some(known_as) = person.known_as {
            if random.chance(rates.known_as_first) {
                forename = known_as.to_owned();
                copy.kinds |= Kinds::KNOWN_AS;
            } else if random.chance(rates.known_as_field) {
                copy.known_as = known_as.to_owned();
            }
        }
        if random.chance(rates.other_forename) {
            forename = self.names.forename(person.origin, person.sex, person.birth.year(), random).to_owned();
            copy.kinds |= Kinds::OTHER_FORENAME;
        }
        if random.chance(rates.forename_spelling)
            && let Some(other) = self.names.forename_spelling(&forename, random)
        {
            forename = other.to_owned();
            copy.kinds |= Kinds::SPELLING;
        }
        if random.chance(rates.forename_typo) {
            forename = mistype(&forename, random);
            copy.kinds |= Kinds::TYPO;
        }
        if random.chance(rates.initial_only) {
            forename = if random.chance(0.6) { forename.chars().take(1).collect() } else { String::new() };
            copy.kinds |= Kinds::INITIAL_ONLY;
        }
        if !second.is_empty() && random.chance(rates.names_together) {
            forename = format!("{forename} {second}");
            second.clear();
        }
        if person.age() >= 18 && random.chance(rates.title) {
            let titles = if person.sex == Sex::Male { ["Mr", "Mr", "Rev"] } else { ["Mrs", "Miss", "Ms"] };
            forename = format!("{} {forename}", random.pick(&titles));
            copy.kinds |= Kinds::TITLE;
        }
        copy.forename = self.accents(forename, random);
        copy.second = self.accents(second, random);
    }

    fn accents(&self, name: String, random: &mut Random) -> String {
        if !name.is_ascii() && random.chance(self.rates.accents_lost) { without_accents(&name) } else { name }
    }

    /// At most one thing goes wrong with a date of birth.
    fn birth(&self, person: &Person, copy: &mut Copy, random: &mut Random) {
        let rates = self.rates;
        let birth = person.birth;
        if person.kinds.contains(Kinds::UNBORN) {
            copy.birth = None;
            return;
        }
        let old = person.age() > 60;
        let (year, month, day) = (birth.year(), birth.month(), birth.day());
        let sentinel = date(1900, 1, 1);
        let trials: [(f64, Kinds); 9] = [
            (rates.date_digit, Kinds::DATE_DIGIT),
            (rates.date_transposed, Kinds::DATE_TRANSPOSED),
            (if day <= 12 && day != month { rates.date_swapped * 2.5 } else { 0.0 }, Kinds::DATE_SWAPPED),
            (rates.date_year, Kinds::DATE_YEAR),
            (rates.date_decade, Kinds::DATE_DECADE),
            (rates.date_estimated * if old { 2.0 } else { 0.6 }, Kinds::DATE_ESTIMATED),
            (rates.date_sentinel, Kinds::DATE_SENTINEL),
            (rates.date_missing, Kinds::DATE_MISSING),
            (rates.date_other, Kinds::DATE_OTHER),
        ];
        let Some(kind) = trials.into_iter().find_map(|(rate, kind)| random.chance(rate).then_some(kind)) else {
            return;
        };
        let written = match kind {
            Kinds::DATE_SWAPPED => Date::new(year, day, month).ok(),
            Kinds::DATE_YEAR => Date::new(year + random.pick(&[-1, 1]), month, day.min(28)).ok(),
            Kinds::DATE_DECADE => Date::new(year + random.pick(&[-10, 10]), month, day.min(28)).ok(),
            Kinds::DATE_ESTIMATED => Date::new(year + random.pick(&[-2, -1, 0, 0, 0, 1]), 1, 1).ok(),
            Kinds::DATE_SENTINEL => Some(sentinel),
            Kinds::DATE_OTHER => {
                let days = random.between(400, 9_000) * random.pick(&[-1, 1]);
                birth.checked_add(jiff::Span::new().days(days)).ok()
            }
            Kinds::DATE_DIGIT => misdated(birth, random, |digits, random| {
                let at = random.pick(&[0, 1, 2, 3, 6, 7]);
                digits[at] = b'0' + random.below(10) as u8;
            }),
            Kinds::DATE_TRANSPOSED => misdated(birth, random, |digits, random| {
                let at = random.pick(&[0, 2, 6, 1, 3]);
                digits.swap(at, at + 1);
            }),
            _ => None,
        };
        match written {
            Some(written) if written != birth && written <= TODAY => {
                (copy.birth, copy.kinds) = (Some(written), copy.kinds | kind)
            }
            None if kind == Kinds::DATE_MISSING => (copy.birth, copy.kinds) = (None, copy.kinds | kind),
            _ => {}
        }
    }

    fn sex(&self, copy: &mut Copy, random: &mut Random) {
        if random.chance(self.rates.sex_missing) {
            copy.sex = Sex::NotKnown;
            copy.kinds |= Kinds::SEX_MISSING;
        } else if random.chance(self.rates.sex_wrong) && copy.sex != Sex::NotKnown {
            copy.sex = if copy.sex == Sex::Male { Sex::Female } else { Sex::Male };
            copy.kinds |= Kinds::SEX_WRONG;
        }
    }

    fn death(&self, copy: &mut Copy, random: &mut Random) {
        if random.chance(self.rates.death_missing) {
            copy.death = None;
        } else if random.chance(self.rates.death_out) {
            let days = random.pick(&[-2, -1, 1, 1, 2, 3]);
            copy.death = copy.death.and_then(|death| death.checked_add(jiff::Span::new().days(days)).ok());
            copy.death = copy.death.map(|death| death.min(TODAY));
        }
    }

    fn address(&self, person: &Person, copy: &mut Copy, random: &mut Random) {
        let rates = self.rates;
        let home: Home = match person.left {
            Some(left) if random.chance(rates.old_address) => {
                copy.kinds |= Kinds::OLD_ADDRESS;
                left
            }
            _ => person.home,
        };
        let slips = Slips {
            street: random.chance(rates.street_typo),
            number: random.chance(rates.number_wrong),
            flat_as_date: rates.flat_as_date,
        };
        let written = self.places.write(home, self.style, &slips, random);
        if written.flat_as_date {
            copy.kinds |= Kinds::FLAT_AS_DATE;
        }
        copy.address = written.lines;
        copy.postcode = written.postcode;
        if random.chance(rates.address_missing) {
            copy.address = Default::default();
            copy.kinds |= Kinds::ADDRESS_MISSING;
        }
        self.postcode(copy, random);
    }

    fn postcode(&self, copy: &mut Copy, random: &mut Random) {
        let rates = self.rates;
        if random.chance(rates.postcode_missing) {
            copy.postcode.clear();
            copy.kinds |= Kinds::POSTCODE_MISSING;
        } else if random.chance(rates.postcode_dummy) {
            copy.postcode = random.pick(&["NK1 0AA", "NK1 0AA", "ZZ99 3VZ", "ZZ99 3WZ", "NF1 1AB", "NK"]).to_owned();
            copy.kinds |= Kinds::POSTCODE_DUMMY;
        } else if random.chance(rates.postcode_typo) {
            let at = copy.postcode.len() - 1 - random.below(3);
            let wrong = if at == copy.postcode.len() - 3 {
                char::from(b'0' + random.below(10) as u8)
            } else {
                char::from(random.pick(b"ABDEFGHJLNPQRSTUWXYZ"))
            };
            if !copy.postcode[at..].starts_with(wrong) {
                copy.postcode.replace_range(at..=at, wrong.encode_utf8(&mut [0; 4]));
                copy.kinds |= Kinds::POSTCODE_TYPO;
            }
        } else if copy.postcode.contains('0') && random.chance(rates.postcode_letter_o * 3.0) {
            copy.postcode = copy.postcode.replace('0', "O");
            copy.kinds |= Kinds::POSTCODE_LETTER_O;
        }
        if random.chance(rates.postcode_form) {
            copy.postcode = match random.outcome(&[70, 15, 15]) {
                0 => copy.postcode.replace(' ', ""),
                1 => copy.postcode.to_lowercase(),
                _ => copy.postcode.replace(' ', "  "),
            };
        }
    }
}

/// CHI prints capitals in fields of a fixed width, and postcodes in seven characters.
fn as_chi_prints(copy: &mut Copy) {
    let mut cut = false;
    for name in [&mut copy.surname, &mut copy.previous, &mut copy.forename, &mut copy.second] {
        cut |= fit(name);
    }
    if cut {
        copy.kinds |= Kinds::CUT_NAME;
    }
    for line in &mut copy.address {
        fit(line);
    }
    if copy.postcode.len() > 7 {
        copy.postcode = copy.postcode.replace(' ', "");
    }
    copy.known_as.clear();
}

/// Capitals at most [`CHI_WIDTH`] characters long; says whether any were cut.
fn fit(field: &mut String) -> bool {
    let capitals = field.to_uppercase();
    *field = capitals.chars().take(CHI_WIDTH).collect();
    let cut = field.len() < capitals.len();
    field.truncate(field.trim_end().len());
    cut
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chi_prints_capitals_of_a_fixed_width_and_seven_characters_of_postcode() {
        let mut copy = Copy {
            surname: "Wickremasinghe-Bandaranayake-Perera".into(),
            forename: "Łucja".into(),
            known_as: "Lucy".into(),
            postcode: "DG11 2AB".into(),
            ..Copy::default()
        };
        as_chi_prints(&mut copy);
        assert_eq!(copy.surname, "WICKREMASINGHE-BANDARANAYAKE-P");
        assert_eq!((&copy.forename[..], &copy.known_as[..], &copy.postcode[..]), ("ŁUCJA", "", "DG112AB"));
        assert_eq!(copy.kinds, Kinds::CUT_NAME);
    }
}
