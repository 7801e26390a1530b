//! The comparison lines of two records, by what the records themselves say and by nothing the engine thinks: for answering a
//! pair a second time.

use crate::desktop::widgets::compare::{Agreement, Line, agreement_of};
use crate::pair::PairKey;
use crate::person::{Details, MosaicRecord, PartialDate, Sex};
use crate::stewardship::Refused;
use crate::workspace::Workspace;

/// A pair as it is shown for a second answer.
#[derive(Debug, Clone, PartialEq)]
pub struct Looked {
    /// The pair.
    pub key: PairKey,
    /// What the two sides are called.
    pub sides: [String; 2],
    /// Field by field.
    pub lines: Vec<Line>,
    /// A restricted person is among the two: what is held is not shown.
    pub restricted: bool,
}

impl Looked {
    /// Reads both records of a pair.
    pub fn at(ws: &Workspace, key: &PairKey) -> Result<Self, Refused> {
        let missing = |what: String| Refused::NotFound(format!("{what} is not in the workspace any more"));
        let mosaic = |id| -> Result<MosaicRecord, Refused> {
            Ok(ws.mosaic(id)?.ok_or_else(|| missing(format!("Mosaic person {id}")))?.record)
        };
        match key {
            PairKey::Link { mosaic: id, chi } => {
                let left = mosaic(id)?;
                let right = ws.chi(chi)?.ok_or_else(|| missing(format!("CHI {}", chi.spaced())))?.record;
                let mut lines = details(&left.details, &right.details);
                let given = left.chi.as_ref().map_or(left.chi_given.clone(), |chi| chi.spaced());
                lines.push(Line::of_text("CHI", &given, &chi.spaced()).mono());
                let mut status = Line::new("Status", "", right.status.words(), Agreement::OneMissing).how("CHI only");
                status.mark = false;
                lines.push(status);
                let sides = [format!("Mosaic {id}"), format!("CHI {}", chi.spaced())];
                Ok(Self::shown(key, sides, lines, left.restricted))
            }
            PairKey::Duplicate { a, b } => {
                let (left, right) = (mosaic(a)?, mosaic(b)?);
                let mut lines = details(&left.details, &right.details);
                let given =
                    |record: &MosaicRecord| record.chi.as_ref().map_or(record.chi_given.clone(), |c| c.spaced());
                lines.push(Line::of_text("CHI", &given(&left), &given(&right)).mono());
                lines.push(Line::of_text("Context", &left.context, &right.context));
                let sides = [format!("Mosaic {a}"), format!("Mosaic {b}")];
                Ok(Self::shown(key, sides, lines, left.restricted || right.restricted))
            }
        }
    }

    fn shown(key: &PairKey, sides: [String; 2], mut lines: Vec<Line>, restricted: bool) -> Self {
        lines.retain(|line| line.agreement != Agreement::BothMissing);
        for line in lines.iter_mut().filter(|line| line.agreement == Agreement::OneMissing) {
            line.mark = false;
        }
        if restricted {
            // By display name only; how the rest agrees is said without saying what it is.
            for line in lines.iter_mut().filter(|line| !matches!(line.field.as_str(), "Surname" | "Forename")) {
                for side in [&mut line.left, &mut line.right].into_iter().filter(|side| !side.is_empty()) {
                    *side = "Held, not shown".to_owned();
                }
                line.mark = false;
                line.mono = false;
            }
        }
        Self { key: key.clone(), sides, lines, restricted }
    }
}

fn details(left: &Details, right: &Details) -> Vec<Line> {
    vec![
        Line::of_text("Surname", &left.surname, &right.surname).lead(),
        Line::of_text("Previous surname", &left.previous_surname, &right.previous_surname),
        Line::of_text("Forename", &left.forename, &right.forename).lead(),
        Line::of_text("Second forename", &left.second_forename, &right.second_forename),
        Line::of_text("Known as", &left.known_as, &right.known_as),
        date("Date of birth", left.birth.as_ref(), right.birth.as_ref()).lead(),
        sex(left.sex, right.sex),
        Line::of_text("Address", &left.address.join(", "), &right.address.join(", ")),
        postcode(&left.postcode, &right.postcode),
        date("Date of death", left.death.as_ref(), right.death.as_ref()),
    ]
}

fn date(field: &str, left: Option<&PartialDate>, right: Option<&PartialDate>) -> Line {
    let words = |date: Option<&PartialDate>| date.map(PartialDate::words).unwrap_or_default();
    let (agreement, how) = match (left, right) {
        (None, None) => (Agreement::BothMissing, String::new()),
        (Some(one), Some(other)) => dates(one, other),
        _ => (Agreement::OneMissing, String::new()),
    };
    let mut line = Line::new(field, words(left), words(right), agreement).how(how);
    line.mark = agreement == Agreement::Similar;
    line
}

fn dates(one: &PartialDate, other: &PartialDate) -> (Agreement, String) {
    if one == other {
        return (Agreement::Same, String::new());
    }
    let parts = |date: &PartialDate| (date.day, date.month, date.year);
    let ((d1, m1, y1), (d2, m2, y2)) = (parts(one), parts(other));
    if one.is_whole() && other.is_whole() {
        if y1 == y2 && d1 == m2 && m1 == d2 {
            return (Agreement::Similar, "Day and month swapped".to_owned());
        }
        return match [d1 == d2, m1 == m2, y1 == y2] {
            [true, true, false] => (Agreement::Similar, "Year differs".to_owned()),
            [true, false, true] => (Agreement::Similar, "Month differs".to_owned()),
            [false, true, true] => (Agreement::Similar, "Day differs".to_owned()),
            _ => (Agreement::Differs, String::new()),
        };
    }
    let fits = |a: Option<u16>, b: Option<u16>| a.is_none() || b.is_none() || a == b;
    let small = |part: Option<u8>| part.map(u16::from);
    if fits(y1, y2) && fits(small(m1), small(m2)) && fits(small(d1), small(d2)) {
        (Agreement::Similar, "Known in part, agrees".to_owned())
    } else {
        (Agreement::Differs, String::new())
    }
}

fn sex(left: Sex, right: Sex) -> Line {
    let words = |sex: Sex| if sex == Sex::NotKnown { "" } else { sex.words() };
    let agreement = match (left, right) {
        (Sex::NotKnown, Sex::NotKnown) => Agreement::BothMissing,
        (Sex::NotKnown, _) | (_, Sex::NotKnown) => Agreement::OneMissing,
        (one, other) if one == other => Agreement::Same,
        _ => Agreement::Differs,
    };
    let mut line = Line::new("Sex", words(left), words(right), agreement);
    line.mark = false;
    line
}

fn postcode(left: &str, right: &str) -> Line {
    let compact = |text: &str| text.split_whitespace().collect::<String>().to_uppercase();
    let (agreement, how) = agreement_of(&compact(left), &compact(right));
    let mut line = Line::new("Postcode", left, right, agreement).how(how);
    line.mark = agreement == Agreement::Similar;
    line
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn day(year: u16, month: u8, day: u8) -> PartialDate {
        PartialDate::whole(year, month, day).unwrap()
    }

    #[test]
    fn dates_say_which_part_differs() {
        let how = |one: PartialDate, other: PartialDate| dates(&one, &other);
        assert_eq!(how(day(1980, 4, 3), day(1980, 4, 3)).0, Agreement::Same);
        assert_eq!(how(day(1980, 4, 3), day(1980, 3, 4)).1, "Day and month swapped");
        assert_eq!(how(day(1980, 4, 3), day(1981, 4, 3)).1, "Year differs");
        assert_eq!(how(day(1980, 4, 3), day(1981, 5, 3)).0, Agreement::Differs);
        let year = PartialDate::new(Some(1980), None, None).unwrap();
        assert_eq!(how(day(1980, 4, 3), year).0, Agreement::Similar);
        assert_eq!(how(day(1979, 4, 3), year).0, Agreement::Differs);
    }

    #[test]
    fn a_restricted_person_is_shown_by_name_alone() {
        let key = PairKey::duplicate(
            crate::person::MosaicId::parse("1").unwrap(),
            crate::person::MosaicId::parse("2").unwrap(),
        )
        .unwrap();
        let held = Details {
            surname: "Kerr".to_owned(),
            forename: "Isa".to_owned(),
            birth: Some(day(1980, 4, 3)),
            postcode: "DG1 1AA".to_owned(),
            address: vec!["1 High Street".to_owned()],
            ..Details::default()
        };
        let looked = Looked::shown(&key, [String::new(), String::new()], details(&held, &held), true);
        let shown = format!("{:?}", looked.lines);
        assert!(shown.contains("Kerr") && shown.contains("Isa"), "{shown}");
        assert!(!shown.contains("High Street") && !shown.contains("DG1") && !shown.contains("1980"), "{shown}");
        assert!(looked.lines.iter().all(|line| line.agreement == Agreement::Same));
    }
}
