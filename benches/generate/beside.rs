//! What Mosaic records beside a person's details: when a record was changed, what it carries of finance and care packages, and
//! how people are related. All of it is drawn from streams of its own, so that it changes nothing else.

use jiff::Span;
use jiff::civil::Date;
use stewartry::person::Sex;

use crate::kinds::Kinds;
use crate::people::{Person, TODAY};
use crate::random::Random;

/// The columns of the relationships.
pub const RELATIONSHIP_COLUMNS: [&str; 5] = ["PersonID", "RelatedPersonID", "Relationship", "StartDate", "EndDate"];

/// The share of two people of one household whose relationship was written down.
const RECORDED: f64 = 0.6;

/// When the record was last changed, its care packages, and whether it carries finance: the cells of its row. It was changed after
/// the birth that it tells of. A further record of a person was opened in haste and seldom carries anything.
pub fn care_cells(kinds: Kinds, birth: Option<Date>, random: &mut Random) -> [String; 3] {
    let age = birth.and_then(|birth| birth.until(TODAY).ok()).map(|age| i64::from(age.get_days()));
    let drawn = i64::from(random.between(1, 2_500));
    let days = age.filter(|age| (1..drawn).contains(age)).map_or(drawn, |age| 1 + drawn % age);
    let changed = TODAY.checked_sub(Span::new().days(days)).unwrap_or(TODAY).strftime("%d/%m/%Y").to_string();
    let (further, unborn) = (kinds.contains(Kinds::DUPLICATE), kinds.contains(Kinds::UNBORN));
    let carries = !unborn && random.chance(if further { 0.04 } else { 0.3 });
    let packages = if carries { random.between(1, 4) } else { 0 };
    let finance = carries && random.chance(0.6);
    [changed, packages.to_string(), (if finance { "Y" } else { "N" }).to_owned()]
}

/// The relationships that are recorded of one household: each from both sides, as Mosaic keeps them. `records` are those that
/// were opened of it, each with the place of its person in `people`.
pub fn relationships(people: &[&Person], records: &[(u32, usize)], random: &mut Random) -> Vec<[String; 5]> {
    let mut rows = Vec::new();
    // The other people of a care home are no relatives
    if people.iter().any(|person| person.kinds.contains(Kinds::CARE_HOME)) {
        return rows;
    }
    for (at, one) in people.iter().enumerate() {
        for (after, other) in people.iter().enumerate().skip(at + 1) {
            let of = |place: usize| -> Vec<u32> {
                records.iter().filter(|(_, person)| *person == place).map(|(id, _)| *id).collect()
            };
            let (of_one, of_other) = (of(at), of(after));
            if of_one.is_empty() || of_other.is_empty() || !random.chance(RECORDED) {
                continue;
            }
            let (id, other_id) = (random.pick(&of_one), random.pick(&of_other));
            let [theirs, back, began] = related(one, other);
            rows.push([id.to_string(), other_id.to_string(), theirs, began.clone(), String::new()]);
            rows.push([other_id.to_string(), id.to_string(), back, began, String::new()]);
        }
    }
    rows
}

/// What the other is to the one, what the one is to the other, and since when.
fn related(one: &Person, other: &Person) -> [String; 3] {
    let by_sex =
        |person: &Person, female: &str, male: &str| (if person.sex == Sex::Female { female } else { male }).to_owned();
    let twins = one.birth == other.birth && one.kinds.contains(Kinds::TWIN) && other.kinds.contains(Kinds::TWIN);
    let older = other.birth < one.birth;
    let years = (one.birth.year() - other.birth.year()).abs();
    let parent = |person: &Person| by_sex(person, "Mother", "Father");
    let child = |person: &Person| by_sex(person, "Daughter", "Son");
    let born = |person: &Person| person.birth.strftime("%d/%m/%Y").to_string();
    match years {
        _ if twins => ["Twin".to_owned(), "Twin".to_owned(), born(one)],
        18..=44 if one.surname == other.surname || one.former.as_ref() == Some(&other.surname) => {
            if older {
                [parent(other), child(one), born(one)]
            } else {
                [child(other), parent(one), born(other)]
            }
        }
        _ => ["Household member".to_owned(), "Household member".to_owned(), String::new()],
    }
}
