//! What two records say, field by field, and how they agree, in words: the same, similar and in which way, different, or
//! missing on one side. Two spellings of one name, a nickname, a day and month swapped, one dwelling written in two ways
//! are each called what they are.

use crate::desktop::widgets::compare::{Agreement, Line, agreement_of};
use crate::person::{Carried, Details, HoldingKind, MosaicRecord, PartialDate, Sex, address, name, postcode};
use crate::workspace::{StoredChi, StoredMosaic};

/// What stands in the place of a value of a restricted person.
pub const HIDDEN: &str = "Hidden";

/// The same lines without the values that are the same on both sides: what differs is read the quicker.
pub fn without_same(lines: &[Line]) -> Vec<Line> {
    let hide = |line: &Line| match line.agreement {
        Agreement::Same => {
            Line { left: SAME.to_owned(), right: SAME.to_owned(), mono: false, lead: false, ..line.clone() }
        }
        _ => line.clone(),
    };
    lines.iter().map(hide).collect()
}

/// What stands in the place of a value that is the same on both sides, while those are hidden.
const SAME: &str = "· · ·";

/// The lines of a Mosaic person and a CHI record.
pub fn of_link(left: &StoredMosaic, right: &StoredChi) -> Vec<Line> {
    let mut lines = of_details(&left.record.details, &right.record.details);
    lines.push(chi_line(&left.record, right));
    if left.record.restricted {
        restrict(&mut lines, &left.record.details, &right.record.details);
    }
    lines
}

/// The lines of two Mosaic records.
pub fn of_duplicate(left: &StoredMosaic, right: &StoredMosaic) -> Vec<Line> {
    let (one, other) = (&left.record, &right.record);
    let mut lines = of_details(&one.details, &other.details);
    let shown = |record: &MosaicRecord| match &record.chi {
        Some(chi) => chi.spaced(),
        None => record.chi_given.clone(),
    };
    let (a, b) = (shown(one), shown(other));
    if !(a.is_empty() && b.is_empty()) {
        let (agreement, how) = match (&one.chi, &other.chi) {
            (Some(a), Some(b)) if a == b => (Agreement::Same, ""),
            (Some(_), Some(_)) => (Agreement::Differs, "Two CHIs"),
            _ if a.is_empty() || b.is_empty() => (Agreement::OneMissing, ""),
            _ => (Agreement::Differs, "Not a valid CHI"),
        };
        lines.push(Line::new("CHI in Mosaic", a, b, agreement).how(how).mono());
    }
    if !(one.context.is_empty() && other.context.is_empty()) {
        lines.push(Line::of_text("Context", &one.context, &other.context));
    }
    lines.extend(about_records(one, other));
    if one.restricted || other.restricted {
        restrict(&mut lines, &one.details, &other.details);
    }
    lines
}

/// When each record was last changed, and what it carries of finance and care packages. That the two differ says nothing of
/// whether they are one person, so it is called neither the same nor different.
fn about_records(one: &MosaicRecord, other: &MosaicRecord) -> Vec<Line> {
    let changed =
        |record: &MosaicRecord| record.changed.map_or_else(|| record.changed_given.clone(), |date| date.words());
    let mut pairs = vec![("Last changed", changed(one), changed(other))];
    for what in HoldingKind::ALL {
        let said = |record: &MosaicRecord| {
            record.holds.iter().find(|held| held.what == what).map(|held| held.says.words()).unwrap_or_default()
        };
        pairs.push((what.title(), said(one), said(other)));
    }
    // Where both plainly carry nothing, nothing is to be seen to
    let nothing = |said: &str| said.is_empty() || said == Carried::No.words();
    let said = pairs.into_iter().filter(|(_, a, b)| !(nothing(a) && nothing(b)));
    said.map(|(field, a, b)| told(field, &a, &b, Agreement::NoEvidence, "")).collect()
}

/// What a record said before and says now, where that differs.
pub fn of_change(before: &Details, now: &Details, restricted: bool) -> Vec<Line> {
    let mut lines = of_details(before, now);
    if restricted {
        restrict(&mut lines, before, now);
    }
    lines.retain(|line| !matches!(line.agreement, Agreement::Same | Agreement::BothMissing));
    lines.iter_mut().for_each(|line| line.lead = false);
    lines
}

fn of_details(left: &Details, right: &Details) -> Vec<Line> {
    let mut lines = vec![surname(left, right).lead(), forename(left, right).lead()];
    let mut maybe = |line: Line| {
        if line.agreement != Agreement::BothMissing {
            lines.push(line);
        }
    };
    maybe(plain_name("Other forenames", &left.second_forename, &right.second_forename));
    maybe(plain_name("Known as", &left.known_as, &right.known_as));
    maybe(plain_name("Previous surname", &left.previous_surname, &right.previous_surname));
    lines.push(date("Date of birth", left.birth, right.birth).lead());
    lines.push(sex(left.sex, right.sex));
    if left.has_died() || right.has_died() {
        lines.push(death(left, right));
    }
    lines.push(home(left, right));
    lines.push(post(&left.postcode, &right.postcode));
    lines
}

/// Same letters, or the same once folded: `McKie`, `MacKie`.
fn spelled(left: &str, right: &str, fold: impl Fn(&str) -> String) -> Option<(Agreement, &'static str)> {
    let known = agreement_of(left, right).0;
    if matches!(known, Agreement::Same | Agreement::OneMissing | Agreement::BothMissing) {
        return Some((known, ""));
    }
    let folded = fold(left);
    (!folded.is_empty() && folded == fold(right)).then_some((Agreement::Similar, "Same name, written differently"))
}

fn alike(left: &str, right: &str, fold: impl Fn(&str) -> String) -> bool {
    let folded = fold(left);
    !folded.is_empty() && folded == fold(right)
}

/// A line that is similar (or not) in a way that no letter shows.
fn told(field: &str, left: &str, right: &str, agreement: Agreement, how: &str) -> Line {
    Line { mark: false, ..Line::new(field, left, right, agreement).how(how) }
}

/// Forename and surname stand in each other's fields, whatever further forenames stand beside them.
fn swapped(left: &Details, right: &Details) -> bool {
    let fold = name::fold_surname;
    let either = |surname: &str, forename: &str| {
        alike(surname, forename, fold)
            || surname.split_whitespace().next().is_some_and(|first| alike(first, forename, fold))
    };
    let across = (alike(&left.surname, &right.forename, fold) && either(&right.surname, &left.forename))
        || (alike(&right.surname, &left.forename, fold) && either(&left.surname, &right.forename));
    across && !alike(&left.surname, &right.surname, fold)
}

fn surname(left: &Details, right: &Details) -> Line {
    let (field, a, b) = ("Surname", left.surname.as_str(), right.surname.as_str());
    let fold = name::fold_surname;
    if let Some((agreement, how)) = spelled(a, b, fold) {
        return Line::new(field, a, b, agreement).how(how);
    }
    let similar = |how: &str| told(field, a, b, Agreement::Similar, how);
    if swapped(left, right) {
        return similar("Forename and surname swapped");
    }
    match (alike(a, &right.previous_surname, fold), alike(&left.previous_surname, b, fold)) {
        (true, _) => return similar("Previous surname, right"),
        (_, true) => return similar("Previous surname, left"),
        _ => {}
    }
    if alike(&left.previous_surname, &right.previous_surname, fold) {
        return similar("Previous surnames agree");
    }
    let (parts, others) = (name::parts(a), name::parts(b));
    if (parts.len() > 1 || others.len() > 1) && parts.iter().any(|part| others.contains(part)) {
        return similar("One part of a double name");
    }
    by_letters_or_sound(field, a, b)
}

fn forename(left: &Details, right: &Details) -> Line {
    let (field, a, b) = ("Forename", left.forename.as_str(), right.forename.as_str());
    let fold = name::fold_forename;
    if let Some((agreement, how)) = spelled(a, b, fold) {
        return Line::new(field, a, b, agreement).how(how);
    }
    let similar = |how: &str| told(field, a, b, Agreement::Similar, how);
    if swapped(left, right) {
        return similar("Forename and surname swapped");
    }
    if alike(a, &right.known_as, fold) || alike(&left.known_as, b, fold) {
        return similar("Known-as name");
    }
    if alike(a, &right.second_forename, fold) || alike(&left.second_forename, b, fold) {
        return similar("Other forename used as first");
    }
    let (x, y) = (fold(a), fold(b));
    if name::nicknames(&x, &y) {
        return similar("Nickname");
    }
    if (x.len() == 1 || y.len() == 1) && x.chars().next() == y.chars().next() {
        return similar("Initial agrees");
    }
    // “Bobby Logan” and “Bobby”: an extract with all forenames in one field
    let (names, others): (Vec<String>, Vec<String>) =
        (a.split_whitespace().map(fold).collect(), b.split_whitespace().map(fold).collect());
    if (names.len() > 1 || others.len() > 1) && names.iter().any(|name| !name.is_empty() && others.contains(name)) {
        let how = if names.first() == others.first() {
            "First of several forenames agrees"
        } else {
            "One of several forenames agrees"
        };
        return Line { mark: true, ..similar(how) };
    }
    by_letters_or_sound(field, a, b)
}

fn plain_name(field: &str, left: &str, right: &str) -> Line {
    if let Some((agreement, how)) = spelled(left, right, name::fold_forename) {
        return Line::new(field, left, right, agreement).how(how);
    }
    let (x, y) = (name::fold_forename(left), name::fold_forename(right));
    if (x.len() == 1 || y.len() == 1) && x.chars().next() == y.chars().next() {
        return told(field, left, right, Agreement::Similar, "Initial agrees");
    }
    if name::nicknames(&x, &y) {
        return told(field, left, right, Agreement::Similar, "Nickname");
    }
    by_letters_or_sound(field, left, right)
}

fn by_letters_or_sound(field: &str, left: &str, right: &str) -> Line {
    let line = Line::of_text(field, left, right);
    if line.agreement != Agreement::Differs {
        return line;
    }
    let sound = name::sound(&name::fold_surname(left));
    if !sound.is_empty() && sound == name::sound(&name::fold_surname(right)) {
        return Line { mark: true, ..told(field, left, right, Agreement::Similar, "Sounds alike") };
    }
    line
}

fn date(field: &str, left: Option<PartialDate>, right: Option<PartialDate>) -> Line {
    let words = |date: Option<PartialDate>| date.map(|date| date.words()).unwrap_or_default();
    let (a, b) = (words(left), words(right));
    let (Some(x), Some(y)) = (left, right) else {
        let both = left.is_none() && right.is_none();
        let agreement = if both { Agreement::BothMissing } else { Agreement::OneMissing };
        return Line::new(field, a, b, agreement).mono();
    };
    let (agreement, how) = dates(x, y);
    Line { parts: true, ..Line::new(field, a, b, agreement).how(how).mono() }
}

/// How two dates agree, part by part.
fn dates(x: PartialDate, y: PartialDate) -> (Agreement, String) {
    if x == y {
        let how = if x.is_whole() { "" } else { "Same, as far as it is known" };
        return (Agreement::Same, how.to_owned());
    }
    if !(x.is_whole() && y.is_whole()) {
        let parts = |d: PartialDate| [d.year.map(u32::from), d.month.map(u32::from), d.day.map(u32::from)];
        let clash = parts(x).into_iter().zip(parts(y)).any(|(a, b)| matches!((a, b), (Some(a), Some(b)) if a != b));
        return match clash {
            true => (Agreement::Differs, "What is known differs".to_owned()),
            false => (Agreement::Similar, "Agrees as far as it is known".to_owned()),
        };
    }
    if x.day == y.month && x.month == y.day && x.year == y.year {
        return (Agreement::Similar, "Day and month swapped".to_owned());
    }
    if (x.is_estimate() || y.is_estimate()) && x.year == y.year {
        return (Agreement::Similar, "Same year; 1 January may be an estimate".to_owned());
    }
    let years = x.year.unwrap_or_default().abs_diff(y.year.unwrap_or_default());
    let how = match (x.year == y.year, x.month == y.month, x.day == y.day) {
        (true, true, false) => "Only the day differs".to_owned(),
        (true, false, true) => "Only the month differs".to_owned(),
        (false, true, true) if years >= 14 => {
            return (Agreement::Differs, format!("Year differs by {years}"));
        }
        (false, true, true) => format!("Year differs by {years}"),
        (true, false, false) => return (Agreement::Differs, "Only the year agrees".to_owned()),
        _ if years >= 14 => return (Agreement::Differs, format!("{years} years apart")),
        _ => return (Agreement::Differs, String::new()),
    };
    (Agreement::Similar, how)
}

fn sex(left: Sex, right: Sex) -> Line {
    let words = |sex: Sex| if sex == Sex::NotKnown { "" } else { sex.words() };
    let agreement = match (left, right) {
        (Sex::NotKnown, Sex::NotKnown) => Agreement::BothMissing,
        (Sex::NotKnown, _) | (_, Sex::NotKnown) => Agreement::OneMissing,
        _ if left == right => Agreement::Same,
        _ => Agreement::Differs,
    };
    Line { mark: false, ..Line::new("Sex", words(left), words(right), agreement) }
}

fn death(left: &Details, right: &Details) -> Line {
    let field = "Date of death";
    let (agreement, how) = match (left.has_died(), right.has_died()) {
        (true, true) if left.death.is_some() && right.death.is_some() => return date(field, left.death, right.death),
        (true, true) if left.deceased && right.deceased => (Agreement::Same, ""),
        (true, true) => (Agreement::Similar, "Both records say deceased"),
        _ => (Agreement::OneMissing, "One record says deceased"),
    };
    let [a, b] = [left, right].map(Details::death_words);
    told(field, &a, &b, agreement, how)
}

fn home(left: &Details, right: &Details) -> Line {
    let (a, b) = (left.address.join(", "), right.address.join(", "));
    let text = agreement_of(&a, &b);
    if matches!(text.0, Agreement::Same | Agreement::OneMissing | Agreement::BothMissing) {
        return Line::new("Address", a, b, text.0);
    }
    let (x, y) = (address::parse(&left.address), address::parse(&right.address));
    let street = !x.street.is_empty() && x.street == y.street;
    let number = !x.number.is_empty() && x.number == y.number;
    let house = !x.house.is_empty() && x.house == y.house;
    let told = |agreement, how: &str| told("Address", &a, &b, agreement, how);
    if (street && number) || (house && (street || x.street.is_empty() || y.street.is_empty())) {
        return match (x.flat.is_empty(), y.flat.is_empty()) {
            _ if x.flat == y.flat => told(Agreement::Similar, "Same home, written differently"),
            (false, false) => told(Agreement::Similar, "Same building, another flat"),
            _ => told(Agreement::Similar, "Same building, one flat not given"),
        };
    }
    if street {
        return match x.number.is_empty() || y.number.is_empty() {
            true => told(Agreement::Similar, "Same street, one number not given"),
            false => told(Agreement::Differs, "Same street, another number"),
        };
    }
    match text.0 {
        Agreement::Similar => Line::of_text("Address", &a, &b),
        _ => told(Agreement::Differs, "Another address"),
    }
}

fn post(left: &str, right: &str) -> Line {
    use postcode::Reading;
    let (x, y) = (postcode::read(left), postcode::read(right));
    let (a, b) = (postcode::spoken(left), postcode::spoken(right));
    let line = match (&x, &y) {
        (Reading::Dummy, _) | (_, Reading::Dummy) => {
            told("Postcode", &a, &b, Agreement::OneMissing, "Stands for unknown")
        }
        (Reading::Postcode(x), Reading::Postcode(y)) if x.compact() != y.compact() => {
            let line = Line::of_text("Postcode", &a, &b);
            match line.agreement {
                Agreement::Differs if x.sector() == y.sector() => {
                    told("Postcode", &a, &b, Agreement::Similar, "Same sector")
                }
                Agreement::Differs if x.district() == y.district() => {
                    told("Postcode", &a, &b, Agreement::Differs, "Same district")
                }
                _ => line,
            }
        }
        _ => Line::of_text("Postcode", &a, &b),
    };
    line.mono()
}

fn chi_line(left: &MosaicRecord, right: &StoredChi) -> Line {
    let number = right.record.chi;
    let given = match &left.chi {
        Some(chi) => chi.spaced(),
        None => left.chi_given.clone(),
    };
    let line = match &left.chi {
        Some(held) if *held == number => {
            Line::new("CHI number", given, number.spaced(), Agreement::Same).how("Mosaic holds it already")
        }
        Some(_) => Line::new("CHI number", given, number.spaced(), Agreement::Differs).how("Mosaic holds another CHI"),
        None if given.is_empty() => {
            Line::new("CHI number", "", number.spaced(), Agreement::OneMissing).how("Not in Mosaic yet")
        }
        None => told("CHI number", &given, &number.spaced(), Agreement::Differs, "Mosaic's is not a valid CHI"),
    };
    line.mono()
}

/// Leaves of a restricted pair the display names and the CHI number; how the rest agrees stays.
fn restrict(lines: &mut Vec<Line>, left: &Details, right: &Details) {
    let names = |line: &Line| matches!(line.field.as_str(), "Surname" | "Forename");
    let worst = lines.iter().filter(|line| names(line)).map(|line| (line.agreement, line.how.clone()));
    let (agreement, how) =
        worst.max_by_key(|(agreement, _)| *agreement as u8).unwrap_or((Agreement::Same, String::new()));
    let display = told("Display name", &left.display_name(), &right.display_name(), agreement, &how).lead();
    lines.retain(|line| !names(line));
    for line in lines.iter_mut().filter(|line| line.field != "CHI number") {
        line.mark = false;
        line.mono = false;
        for side in [&mut line.left, &mut line.right] {
            if !side.is_empty() {
                HIDDEN.clone_into(side);
            }
        }
    }
    lines.insert(0, display);
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn person(surname: &str, forename: &str, birth: &str, address: &[&str], postcode: &str) -> Details {
        Details {
            surname: surname.into(),
            forename: forename.into(),
            birth: PartialDate::parse_iso(birth),
            sex: Sex::Female,
            address: address.iter().map(|line| (*line).to_owned()).collect(),
            postcode: postcode.into(),
            ..Details::default()
        }
    }

    fn how(left: &Details, right: &Details, field: &str) -> (Agreement, String) {
        let lines = of_details(left, right);
        let line = lines.iter().find(|line| line.field == field).unwrap();
        (line.agreement, if line.how.is_empty() { line.agreement.words().to_owned() } else { line.how.clone() })
    }

    #[test]
    fn names_say_how_they_are_alike() {
        let base = person("McKie", "Agnes", "1951-03-02", &[], "");
        let against = |surname: &str, forename: &str, field: &str| {
            how(&base, &person(surname, forename, "1951-03-02", &[], ""), field).1
        };
        assert_eq!(against("MCKIE", "AGNES", "Surname"), "Same");
        assert_eq!(against("MacKie", "Agnes", "Surname"), "Same name, written differently");
        assert_eq!(against("Agnes", "McKie", "Surname"), "Forename and surname swapped");
        assert_eq!(against("Agnes Mina", "McKie", "Forename"), "Forename and surname swapped");
        assert_eq!(against("McKie-Reid", "Agnes", "Surname"), "One part of a double name");
        assert_eq!(against("McKie", "Senga", "Forename"), "Nickname");
        assert_eq!(against("McKie", "A", "Forename"), "Initial agrees");
        assert_eq!(against("McKie", "Agnus", "Forename"), "One letter differs");
        assert_eq!(against("McKie", "Morag", "Forename"), "Differs");
        assert_eq!(against("McKie", "Agnes Logan", "Forename"), "First of several forenames agrees");
        assert_eq!(against("McKie", "Logan Agnes", "Forename"), "One of several forenames agrees");
        let mut married = person("Reid", "Agnes", "1951-03-02", &[], "");
        married.previous_surname = "Mckie".into();
        assert_eq!(how(&base, &married, "Surname").1, "Previous surname, right");
    }

    #[test]
    fn dates_say_how_they_differ() {
        let on = |birth: &str| person("Reid", "Ann", birth, &[], "");
        let against = |a: &str, b: &str| how(&on(a), &on(b), "Date of birth");
        assert_eq!(against("1951-03-02", "1951-02-03"), (Agreement::Similar, "Day and month swapped".into()));
        assert_eq!(against("1951-03-02", "1951-03-12"), (Agreement::Similar, "Only the day differs".into()));
        assert_eq!(against("1951-03-02", "1952-03-02"), (Agreement::Similar, "Year differs by 1".into()));
        assert_eq!(against("1951-03-02", "1979-03-02"), (Agreement::Differs, "Year differs by 28".into()));
        assert_eq!(against("1951-03-02", "1979-04-12"), (Agreement::Differs, "28 years apart".into()));
        assert_eq!(against("1951-01-01", "1951-03-02").1, "Same year; 1 January may be an estimate");
        assert_eq!(against("1951", "1951-03-02"), (Agreement::Similar, "Agrees as far as it is known".into()));
        assert_eq!(against("1952", "1951-03-02").0, Agreement::Differs);
    }

    #[test]
    fn one_home_written_in_two_ways_is_said_to_be_one() {
        let at = |address: &[&str], postcode: &str| person("Reid", "Ann", "1951-03-02", address, postcode);
        let flat = at(&["Flat 2/1", "40 High Street", "Dumfries"], "DG1 2AB");
        let compact = at(&["40 High St, 2/1"], "dg12ab");
        assert_eq!(how(&flat, &compact, "Address").1, "Same home, written differently");
        assert_eq!(how(&flat, &compact, "Postcode").0, Agreement::Same);
        assert_eq!(how(&flat, &at(&["Flat 1/1", "40 High Street"], ""), "Address").1, "Same building, another flat");
        assert_eq!(how(&flat, &at(&["41 High Street"], ""), "Address").1, "Same street, another number");
        assert_eq!(how(&flat, &at(&["7 Mill Road"], "NK1 0AA"), "Postcode").1, "Stands for unknown");
    }

    #[test]
    fn a_restricted_pair_shows_display_names_and_how_the_rest_agrees() {
        let left = person("Reid", "Ann", "1951-03-02", &["7 Mill Road"], "DG1 2AB");
        let right = person("Reid", "Ann", "1951-03-02", &["9 Mill Road"], "DG1 2AB");
        let mut lines = of_details(&left, &right);
        restrict(&mut lines, &left, &right);
        let all = lines.iter().map(Line::words).collect::<Vec<_>>().join("\n");
        assert!(all.starts_with("Display name: REID, Ann, REID, Ann. Same"), "{all}");
        assert!(all.contains("Date of birth: Hidden, Hidden. Same"), "{all}");
        assert!(all.contains("Address: Hidden, Hidden. Same street, another number"), "{all}");
        for secret in ["1951", "Mill", "DG1"] {
            assert!(!all.contains(secret), "{secret} in {all}");
        }
    }
}
