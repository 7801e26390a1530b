//! The kinds of household: who lives together, and how families name their own.

use std::borrow::Cow;

use jiff::civil::Date;
use stewartry::person::Sex;

use crate::kinds::Kinds;
use crate::names::{Origin, Surname};
use crate::people::{Awaited, Person, Population, TODAY, age, born};
use crate::places::Home;
use crate::rates::RATES;

/// How a couple is named.
#[derive(Clone, Copy, PartialEq)]
enum Bond {
    Married,
    Unmarried,
}

impl Population {
    /// A household of some ordinary kind.
    pub(crate) fn private_household(&mut self) -> Vec<Person> {
        let home = self.places.home(&mut self.random);
        let origin = Origin::pick(&mut self.random);
        match self.random.outcome(&[115, 125, 165, 175, 150, 75, 70, 15, 20, 20, 10]) {
            0 => vec![self.old_person(home, origin)],
            1 => {
                let years = self.random.between(66, 92);
                self.couple(home, origin, years, Bond::Married)
            }
            2 => {
                let (youngest, oldest) = if self.random.chance(0.35) { (19, 44) } else { (45, 68) };
                vec![self.adult(home, origin, youngest, oldest)]
            }
            3 => {
                let years =
                    if self.random.chance(0.35) { self.random.between(22, 44) } else { self.random.between(45, 68) };
                let bond = if self.random.chance(0.6) { Bond::Married } else { Bond::Unmarried };
                self.couple(home, origin, years, bond)
            }
            4 => {
                let years = self.random.between(24, 52);
                let bond = if self.random.chance(0.55) { Bond::Married } else { Bond::Unmarried };
                let mut people = self.couple(home, origin, years, bond);
                self.children(&mut people);
                people
            }
            5 => {
                let mut people = vec![self.adult(home, origin, 20, 50)];
                self.children(&mut people);
                people
            }
            6 => self.parent_and_grown_child(home, origin),
            7 => self.brothers_and_sisters(home, origin),
            8 => (0..self.random.between(2, 4))
                .map(|_| {
                    let origin = Origin::pick(&mut self.random);
                    self.adult(home, origin, 18, 35)
                })
                .collect(),
            9 => {
                let years = self.random.between(28, 50);
                let mut people = self.couple(home, origin, years, Bond::Married);
                self.children(&mut people);
                let parent = self.parent_of(&people[0]);
                people.push(parent);
                people
            }
            _ => self.foster_family(home, origin),
        }
    }

    fn adult(&mut self, home: Home, origin: Origin, youngest: i32, oldest: i32) -> Person {
        let (sex, years) = (self.sex(), self.random.between(youngest, oldest));
        let surname = self.names.surname(origin, &mut self.random);
        let mut person = self.person(home, origin, sex, years, &surname);
        if sex == Sex::Female && years > 24 && self.random.chance(0.45) {
            self.marry(&mut person);
        }
        person
    }

    fn old_person(&mut self, home: Home, origin: Origin) -> Person {
        // More women than men live alone in old age.
        let sex = if self.random.chance(0.66) { Sex::Female } else { Sex::Male };
        let years = 66 + self.random.between(0, 16) + self.random.between(0, 16);
        let surname = self.names.surname(origin, &mut self.random);
        let mut person = self.person(home, origin, sex, years, &surname);
        if sex == Sex::Female && self.random.chance(0.85) {
            self.marry(&mut person);
        }
        person
    }

    /// Gives a woman a birth surname before the one she bears; some have since gone back to it.
    fn marry(&mut self, person: &mut Person) {
        let maiden = self.names.surname(person.origin, &mut self.random).of(Sex::Female);
        person.former = Some(maiden);
        let young = age(person.birth) < 50;
        if age(person.birth) < 70 && self.random.chance(RATES.people.divorced) {
            person.former = Some(std::mem::replace(&mut person.surname, person.former.take().unwrap_or_default()));
            person.newly_named = true;
            person.kinds |= Kinds::DIVORCED;
        } else if self.random.chance(RATES.people.newly_married * if young { 1.6 } else { 0.35 }) {
            person.newly_named = true;
            person.kinds |= Kinds::MARRIED;
        }
    }

    fn couple(&mut self, home: Home, origin: Origin, years: i32, bond: Bond) -> Vec<Person> {
        let surname = self.names.surname(origin, &mut self.random);
        let man = self.person(home, origin, Sex::Male, years, &surname);
        let hers =
            if origin == Origin::Scots && self.random.chance(0.1) { Origin::pick(&mut self.random) } else { origin };
        let second_sex = if self.random.chance(0.02) { Sex::Male } else { Sex::Female };
        let other = (years + self.random.between(-6, 3)).max(19);
        let own = self.names.surname(hers, &mut self.random);
        let mut woman = self.person(home, hers, second_sex, other, &own);
        let keeps = if years > 60 { 0.03 } else { 0.15 };
        if bond == Bond::Married && second_sex == Sex::Female && !self.random.chance(keeps) {
            let taken = if self.random.chance(0.02) {
                woman.kinds |= Kinds::DOUBLE_NAME;
                Cow::Owned(format!("{}-{}", woman.surname, man.surname))
            } else {
                surname_for(&man, &surname, Sex::Female)
            };
            woman.former = Some(std::mem::replace(&mut woman.surname, taken));
            if self.random.chance(RATES.people.newly_married * if years < 50 { 1.6 } else { 0.2 }) {
                woman.newly_named = true;
                woman.kinds |= Kinds::MARRIED;
            }
        }
        vec![man, woman]
    }

    /// Adds the children of a household's adults: by age, with twins, with names that differ within the family.
    fn children(&mut self, people: &mut Vec<Person>) {
        let youngest_parent = people.iter().map(Person::age).min().unwrap_or(30);
        // Born when the younger parent was 19 to 41, and not yet gone from home.
        let oldest_child = i32::from(youngest_parent - 19).clamp(0, 20);
        let youngest_child = i32::from(youngest_parent - 41).clamp(0, oldest_child);
        let wanted = [1, 2, 3, 4][self.random.outcome(&[38, 40, 16, 6])];
        let (father, mother) = (people[0].clone(), people[people.len() - 1].clone());
        let lone = people.len() == 1;
        let surname = match self.random.outcome(&[75, 20, 5]) {
            0 if !lone => father.surname.clone(),
            2 if !lone && father.surname != mother.surname && !father.surname.contains('-') => {
                Cow::Owned(format!("{}-{}", mother.surname, father.surname))
            }
            _ if lone && self.random.chance(0.5) => {
                self.names.surname(father.origin, &mut self.random).of(Sex::NotKnown)
            }
            _ => mother.surname.clone(),
        };
        let mut taken: Vec<&'static str> = Vec::new();
        let mut years_taken: Vec<i32> = Vec::new();
        for _ in 0..wanted {
            let years = self.random.between(youngest_child, oldest_child);
            if years_taken.contains(&years) {
                continue; // too close together to be two births
            }
            years_taken.push(years);
            let at_this_birth = match self.random.chance(RATES.people.twins) {
                true if self.random.chance(RATES.people.triplets) => 3,
                true => 2,
                false => 1,
            };
            let first = people.len();
            for _ in 0..at_this_birth {
                let child = self.child(&father, surname.clone(), years, &people[first..], &mut taken);
                people.push(child);
            }
        }
        let adults = if lone { 1 } else { 2 };
        self.name_after_parents(people, adults);
        if self.random.chance(RATES.people.unborn) {
            let mut unborn = mother;
            unborn.kinds = Kinds::UNBORN;
            unborn.outside_chi = true;
            unborn.forename = "Unborn";
            (unborn.second, unborn.known_as, unborn.former) = (Cow::Borrowed(""), None, None);
            (unborn.goes_by_second, unborn.newly_named) = (false, false);
            unborn.sex = Sex::NotKnown;
            unborn.birth = TODAY;
            people.push(unborn);
        }
    }

    /// One child, or the next of twins after those of the same birth.
    fn child(
        &mut self,
        father: &Person,
        surname: Cow<'static, str>,
        years: i32,
        born_together: &[Person],
        taken: &mut Vec<&'static str>,
    ) -> Person {
        let sex = match born_together.first() {
            Some(twin) if self.random.chance(RATES.people.twins_of_one_sex) => twin.sex,
            _ => self.sex(),
        };
        let other = self.names.surname(father.origin, &mut self.random);
        let mut child = self.person(father.home, father.origin, sex, years, &other);
        child.kinds.remove(Kinds::DOUBLE_NAME);
        child.surname = feminine(&surname, sex, father);
        if child.surname.contains('-') {
            child.kinds |= Kinds::DOUBLE_NAME;
        }
        let alike = born_together.first().filter(|_| self.random.chance(RATES.people.twins_named_alike));
        for attempt in 0..60 {
            let like_twin = alike.is_none_or(|twin| twin.forename.get(..1) == child.forename.get(..1));
            if !taken.contains(&child.forename) && (like_twin || attempt > 40) {
                break;
            }
            child.forename = self.names.forename(child.origin, sex, child.birth.year(), &mut self.random);
            child.known_as = None;
        }
        taken.push(child.forename);
        if let Some(twin) = born_together.first() {
            child.birth = twin.birth;
            child.kinds |= Kinds::TWIN;
        }
        if years > 0 && self.random.chance(RATES.people.renamed) {
            child.former = Some(self.names.surname(child.origin, &mut self.random).of(sex));
            child.newly_named = true;
            child.kinds |= Kinds::RENAMED;
        }
        child
    }

    /// Names an eldest son after his father, or a daughter after her mother.
    fn name_after_parents(&mut self, people: &mut [Person], adults: usize) {
        for parent in 0..adults {
            let sex = people[parent].sex;
            let rate = RATES.people.named_after_parent * if sex == Sex::Male { 1.0 } else { 0.5 };
            let namesake = (adults..people.len()).find(|&child| people[child].sex == sex);
            let Some(child) = namesake.filter(|_| self.random.chance(rate)) else { continue };
            let forename = people[parent].forename;
            if people[adults..].iter().all(|sibling| sibling.forename != forename) {
                people[child].forename = forename;
                people[child].known_as = self.names.nickname(forename, &mut self.random);
                people[child].kinds |= Kinds::ONE_NAME;
                people[parent].kinds |= Kinds::ONE_NAME;
            }
        }
    }

    /// A parent of somebody, of the same surname, at the same address.
    fn parent_of(&mut self, child: &Person) -> Person {
        let sex = self.sex();
        let years = i32::from(child.age()) + self.random.between(21, 36);
        let other = self.names.surname(child.origin, &mut self.random);
        let mut parent = self.person(child.home, child.origin, sex, years, &other);
        parent.kinds.remove(Kinds::DOUBLE_NAME);
        parent.surname = child.surname.clone();
        parent
    }

    fn parent_and_grown_child(&mut self, home: Home, origin: Origin) -> Vec<Person> {
        let (sex, years) = (self.sex(), self.random.between(28, 62));
        let surname = self.names.surname(origin, &mut self.random);
        let mut child = self.person(home, origin, sex, years, &surname);
        let mut parent = self.parent_of(&child);
        if parent.sex == child.sex && self.random.chance(RATES.people.named_after_parent * 2.5) {
            child.forename = parent.forename;
            child.known_as = self.names.nickname(child.forename, &mut self.random);
            child.kinds |= Kinds::ONE_NAME;
            parent.kinds |= Kinds::ONE_NAME;
        }
        vec![parent, child]
    }

    /// Brothers and sisters grown old together; some are twins.
    fn brothers_and_sisters(&mut self, home: Home, origin: Origin) -> Vec<Person> {
        let years = self.random.between(58, 88);
        let surname = self.names.surname(origin, &mut self.random);
        let sex = self.sex();
        let first = self.person(home, origin, sex, years, &surname);
        let mut taken = vec![first.forename];
        let twins = self.random.chance(0.25);
        let together = if twins { std::slice::from_ref(&first) } else { &[] };
        let apart = years + if twins { 0 } else { self.random.between(-7, -2) };
        let second = self.child(&first, first.surname.clone(), apart, together, &mut taken);
        vec![first, second]
    }

    /// A couple with children of other families.
    fn foster_family(&mut self, home: Home, origin: Origin) -> Vec<Person> {
        let years = self.random.between(36, 62);
        let mut people = self.couple(home, origin, years, Bond::Married);
        for _ in 0..self.random.between(1, 3) {
            let (sex, years) = (self.sex(), self.random.between(0, 16));
            let origin = Origin::pick(&mut self.random);
            let surname = self.names.surname(origin, &mut self.random);
            let mut child = self.person(home, origin, sex, years, &surname);
            child.need = 8.0;
            child.left = Some(self.places.home(&mut self.random));
            people.push(child);
        }
        people
    }

    /// The residents of a care home.
    pub(crate) fn care_home(&mut self) -> Vec<Person> {
        let home = self.places.care_home(&mut self.random);
        (0..self.random.between(24, 46))
            .map(|_| {
                let origin = if self.random.chance(0.95) { Origin::Scots } else { Origin::English };
                let mut resident = self.old_person(home, origin);
                resident.birth = born(self.random.between(72, 101), &mut self.random);
                resident.kinds |= Kinds::CARE_HOME;
                resident.need = 12.0;
                if self.random.chance(0.45) {
                    resident.left = Some(self.places.home(&mut self.random));
                }
                resident
            })
            .collect()
    }

    /// The household of somebody who bears the name of a person met earlier.
    pub(crate) fn namesake(&mut self) -> Vec<Person> {
        let Some(Awaited { token, person: first, .. }) = self.awaited.pop_front() else { return Vec::new() };
        let home = self.places.home(&mut self.random);
        let other = self.names.surname(first.origin, &mut self.random);
        let mut person = self.person(home, first.origin, first.sex, i32::from(first.age()), &other);
        person.kinds = (first.kinds & (Kinds::DOUBLE_NAME | Kinds::ACCENTS)) | Kinds::NAMESAKE;
        (person.surname, person.forename, person.known_as) = (first.surname, first.forename, None);
        let shift = |days: i32| first.birth.checked_add(jiff::Span::new().days(days)).unwrap_or(first.birth);
        person.birth = match self.random.outcome(&[45, 20, 15, 20]) {
            0 => first.birth,
            1 => shift(self.random.pick(&[-3, -2, -1, 1, 2, 3])),
            2 => shift(self.random.pick(&[-31, -30, 30, 31])),
            _ => {
                let year = first.birth.year() + self.random.pick(&[-1, 1]);
                Date::new(year, first.birth.month(), first.birth.day().min(28)).unwrap_or(first.birth)
            }
        };
        person.namesake = Some(token);
        person.outside_chi = self.random.chance(RATES.people.namesake_without_chi);
        vec![person]
    }
}

/// The surname that a wife or daughter takes: the feminine form where the family's tongue has one.
fn surname_for(man: &Person, surname: &Surname, sex: Sex) -> Cow<'static, str> {
    if man.kinds.contains(Kinds::DOUBLE_NAME) { man.surname.clone() } else { surname.of(sex) }
}

/// A child's form of the family's surname.
fn feminine(surname: &str, sex: Sex, father: &Person) -> Cow<'static, str> {
    let ends = match sex {
        Sex::Female => [("ski", "ska")],
        _ => [("ska", "ski")],
    };
    if father.origin == Origin::Polish {
        for (from, to) in ends {
            if let Some(stem) = surname.strip_suffix(from) {
                return Cow::Owned(format!("{stem}{to}"));
            }
        }
    }
    Cow::Owned(surname.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::people::tests::people;

    #[test]
    fn twins_share_a_birthday_and_a_home_and_not_a_name() {
        let mut pairs = 0;
        for household in people(4_000) {
            let twins: Vec<&Person> = household.iter().filter(|person| person.kinds.contains(Kinds::TWIN)).collect();
            assert_ne!(twins.len(), 1);
            for (index, twin) in twins.iter().enumerate() {
                for other in &twins[..index] {
                    if twin.birth == other.birth {
                        pairs += 1;
                        assert_eq!(twin.home, other.home);
                        assert_ne!(twin.forename, other.forename);
                    }
                }
            }
        }
        assert!(pairs >= 20, "{pairs}");
    }

    #[test]
    fn parent_and_child_of_one_name_share_name_and_home_and_not_a_birthday() {
        let mut pairs = 0;
        for household in people(4_000) {
            let named: Vec<&Person> =
                household.iter().filter(|person| person.kinds.contains(Kinds::ONE_NAME)).collect();
            for person in &named {
                assert!(named.iter().any(|other| other.forename == person.forename && other.birth != person.birth));
                pairs += 1;
            }
        }
        assert!(pairs >= 30, "{pairs}");
    }
}
