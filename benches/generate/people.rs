//! The true people, household by household: who they are before anybody writes them down.

use std::borrow::Cow;
use std::collections::VecDeque;

use jiff::civil::{Date, date};
use stewartry::person::Sex;

use crate::kinds::Kinds;
use crate::names::{Names, Origin, Surname, without_accents};
use crate::places::{Home, Places};
use crate::random::Random;
use crate::rates::RATES;

/// The day of both extracts.
pub const TODAY: Date = date(2026, 10, 31);

/// A person as they truly are.
#[derive(Debug, Clone)]
pub struct Person {
    pub sex: Sex,
    pub birth: Date,
    pub death: Option<Date>,
    pub origin: Origin,
    pub surname: Cow<'static, str>,
    /// An earlier surname.
    pub former: Option<Cow<'static, str>>,
    /// The surname changed so lately that a file may not know of it.
    pub newly_named: bool,
    pub forename: &'static str,
    pub second: Cow<'static, str>,
    pub known_as: Option<&'static str>,
    pub goes_by_second: bool,
    pub home: Home,
    /// The home before this one, of people who moved lately.
    pub left: Option<Home>,
    pub kinds: Kinds,
    /// How likely social work is to know of them, as against the average.
    pub need: f64,
    /// Social work knows of them, and CHI does not.
    pub outside_chi: bool,
    /// Somebody elsewhere bears the same name: the token of the one to come, or of the one who came before.
    pub namesake: Option<u64>,
}

impl Person {
    /// Age in whole years on the day of the extracts.
    pub fn age(&self) -> i16 {
        age(self.birth)
    }
}

/// Age in whole years of somebody born on a day.
pub fn age(birth: Date) -> i16 {
    TODAY.year() - birth.year() - i16::from((TODAY.month(), TODAY.day()) < (birth.month(), birth.day()))
}

/// Somebody whose namesake has yet to be met.
pub struct Awaited {
    pub token: u64,
    pub since: u64,
    pub person: Person,
}

/// The source of households.
pub struct Population {
    pub names: Names,
    pub places: Places,
    pub random: Random,
    households: u64,
    pub awaited: VecDeque<Awaited>,
}

/// A care home opens among so many households.
const HOUSEHOLDS_A_CARE_HOME: u64 = 1_150;

/// A namesake turns up so many households later.
const NAMESAKE_DISTANCE: u64 = 40;

impl Population {
    /// People enough for an extract of a size.
    pub fn new(people: usize, seed: u64) -> Self {
        Self {
            names: Names::new(people),
            places: Places::new(people, seed),
            random: Random::stream(seed, "people"),
            households: 0,
            awaited: VecDeque::new(),
        }
    }

    /// The next household: everybody who lives at one address.
    pub fn household(&mut self) -> Vec<Person> {
        self.households += 1;
        let mut people = if self.households % HOUSEHOLDS_A_CARE_HOME == HOUSEHOLDS_A_CARE_HOME / 4 {
            self.care_home()
        } else if self.awaited.front().is_some_and(|first| first.since + NAMESAKE_DISTANCE < self.households) {
            self.namesake()
        } else {
            self.private_household()
        };
        self.settle(&mut people);
        people
    }

    /// A person alone in their name, with what does not depend on a family.
    pub fn person(&mut self, home: Home, origin: Origin, sex: Sex, years: i32, surname: &Surname) -> Person {
        let random = &mut self.random;
        let mut birth = born(years, random);
        if matches!(origin, Origin::Arabic | Origin::SouthAsian) && random.chance(RATES.people.born_first_of_january) {
            birth = date(birth.year(), 1, 1);
        }
        let forename = self.names.forename(origin, sex, birth.year(), random);
        let second = self.middle_name(origin, sex, birth.year(), forename);
        let known_as = if self.random.chance(RATES.people.known_as) {
            self.names.nickname(forename, &mut self.random)
        } else {
            None
        };
        let mut surname = surname.of(sex);
        let mut kinds = Kinds::empty();
        if surname.contains(['-', ' ']) {
            kinds |= Kinds::DOUBLE_NAME;
        } else if self.random.chance(RATES.people.double_surname) {
            let other = self.names.surname(origin, &mut self.random).of(sex);
            let joint = if self.random.chance(0.85) { '-' } else { ' ' };
            surname = Cow::Owned(format!("{surname}{joint}{other}"));
            kinds |= Kinds::DOUBLE_NAME;
        }
        Person {
            sex,
            birth,
            death: None,
            origin,
            surname,
            former: None,
            newly_named: false,
            forename,
            goes_by_second: !second.is_empty() && self.random.chance(RATES.people.by_middle_name),
            second,
            known_as,
            home,
            left: None,
            kinds,
            need: 1.0,
            outside_chi: false,
            namesake: None,
        }
    }

    /// Middle names: a second forename, often a grandparent's; a mother's surname; now and then two.
    fn middle_name(&mut self, origin: Origin, sex: Sex, year: i16, forename: &str) -> Cow<'static, str> {
        let random = &mut self.random;
        if !random.chance(RATES.people.middle_name) {
            return Cow::Borrowed("");
        }
        if origin == Origin::Scots && random.chance(0.09) {
            return self.names.surname(origin, random).of(sex);
        }
        let generation = if random.chance(0.5) { 30 } else { 0 };
        let middle = self.names.forename(origin, sex, year - generation, random);
        if middle == forename {
            return Cow::Borrowed("");
        }
        // A few people carry two or three, long enough for a field to cut.
        let further = random.outcome(&[920, 55, 25]);
        if further > 0 {
            let mut names = vec![middle];
            names.extend((0..further).map(|_| self.names.forename(origin, sex, year - 30, random)));
            return Cow::Owned(names.join(" "));
        }
        Cow::Borrowed(middle)
    }

    /// The sex of somebody.
    pub fn sex(&mut self) -> Sex {
        if self.random.chance(0.51) { Sex::Female } else { Sex::Male }
    }

    /// What a household shares and time does: moves, deaths, how likely social work is to know each member.
    fn settle(&mut self, people: &mut [Person]) {
        let random = &mut self.random;
        let moved = random.chance(RATES.people.moved);
        let left = self.places.home(random);
        let troubled = random.chance(RATES.people.troubled_household);
        let place = if troubled { 2.6 } else { 0.65 };
        for index in 0..people.len() {
            let birth = people[index].birth;
            if people[..index].iter().any(|other| other.birth == birth && other.surname == people[index].surname)
                && !people[index].kinds.contains(Kinds::CARE_HOME)
                && people[index].kinds.contains(Kinds::TWIN)
            {
                // The first-born of twins is known as one only once the second is there.
                for other in people.iter_mut().filter(|other| other.birth == birth) {
                    other.kinds |= Kinds::TWIN;
                }
            }
        }
        for (index, person) in people.iter_mut().enumerate() {
            if moved && person.left.is_none() {
                person.left = Some(left);
            }
            let years = person.age();
            person.need *= place
                * match years {
                    ..=4 => 1.6,
                    5..=17 => 2.1,
                    18..=64 => 0.7,
                    65..=74 => 1.0,
                    75..=84 => 2.2,
                    _ => 4.0,
                };
            let mortality = match years {
                ..=49 => 0.002,
                50..=69 => 0.008,
                70..=84 => 0.045,
                _ => 0.12,
            };
            if years > 0 && random.chance(mortality) {
                let days = random.between(1, 900);
                person.death = TODAY.checked_sub(jiff::Span::new().days(days)).ok().filter(|day| *day > person.birth);
            }
            if person.death.is_some() {
                person.kinds |= Kinds::DECEASED;
            }
            if self.places.is_flat(person.home) {
                person.kinds |= Kinds::FLAT;
            }
            let named = [&person.surname[..], person.forename, &person.second];
            if named.iter().any(|name| without_accents(name) != *name) {
                person.kinds |= Kinds::ACCENTS;
            }
            if years >= 18 && person.namesake.is_none() && random.chance(RATES.people.namesake) {
                let token = self.households * 64 + index as u64;
                person.namesake = Some(token);
                person.kinds |= Kinds::NAMESAKE;
                let awaited = Awaited { token, since: self.households, person: person.clone() };
                self.awaited.push_back(awaited);
            }
        }
    }
}

/// A day of birth of somebody of an age in whole years.
pub fn born(years: i32, random: &mut Random) -> Date {
    let days = random.between(0, 364);
    let birthday = Date::new(TODAY.year() - years as i16, TODAY.month(), TODAY.day().min(28)).unwrap_or(TODAY);
    birthday.checked_sub(jiff::Span::new().days(days)).unwrap_or(birthday)
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// So many households.
    pub(crate) fn people(households: usize) -> Vec<Vec<Person>> {
        let mut population = Population::new(8_000, 3);
        (0..households).map(|_| population.household()).collect()
    }

    #[test]
    fn ages_run_from_birth_to_over_a_hundred_and_nobody_is_born_after_the_extract() {
        let everybody: Vec<Person> = people(4_000).into_iter().flatten().collect();
        assert!(everybody.iter().all(|person| person.birth <= TODAY && person.age() <= 110));
        assert!(everybody.iter().any(|person| person.age() == 0) && everybody.iter().any(|person| person.age() > 98));
        assert!(everybody.iter().all(|person| person.death.is_none_or(|death| death > person.birth)));
    }
}
