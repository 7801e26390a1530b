//! What an extract of people lacks by its mapping, and the columns that are not used and look as if they held it.

use super::headings::{plain, words};
use super::{Field, Kind, Mapping};

/// What the plain heading of a column has in it that may hold a field.
const TOLD_BY: [(Field, &[&str]); 6] = [
    (Field::Birth, &["BIRTH", "DOB"]),
    (Field::Sex, &["SEX", "GENDER"]),
    (Field::Postcode, &["POSTCODE", "POSTALCODE"]),
    (Field::Chi, &["CHI"]),
    (Field::Restricted, &["RESTRICT", "CONFIDENTIAL", "SENSITIV"]),
    (Field::Death, &["DEATH", "DECEASED", "DIED"]),
];

impl Mapping {
    /// What an extract of people lacks, in sentences with a remedy: columns that are not used and may hold what decides who somebody
    /// is, or who may be shown, and a date of birth that is in none.
    pub fn overlooked(&self) -> Vec<String> {
        if !matches!(self.kind, Kind::Mosaic | Kind::Chi) {
            return Vec::new();
        }
        let unused = self.unmapped();
        let mut found = Vec::new();
        for (field, told_by) in TOLD_BY {
            if self.get(field).is_some() || !Field::of(self.kind).contains(&field) {
                continue;
            }
            let what = crate::words::lower_first(field.words());
            let elsewhere =
                |heading: &String| ["PLACE", "COUNTRY", "TOWN"].iter().any(|it| plain(heading).contains(it));
            // Short ones are words by themselves: no `CHILD`, no `STUDIED`
            let tells = |heading: &&String| {
                let told = |it: &&str| match it.len() {
                    ..5 => words(heading).iter().any(|word| word == it),
                    _ => plain(heading).contains(*it),
                };
                told_by.iter().any(told) && !(field == Field::Birth && elsewhere(heading))
            };
            found.extend(unused.iter().filter(tells).map(|heading| {
                format!("The column “{heading}” is not used. Where it holds {what}, say so before the file is loaded")
            }));
            if field == Field::Birth {
                found.push(
                    "No column holds the date of birth: parents and children of one name cannot be told apart. Choose it, or export it too"
                        .to_owned(),
                );
            }
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn overlooked(kind: Kind, headings: &str) -> Vec<String> {
        let headings: Vec<String> = headings.split(',').map(str::to_owned).collect();
        Mapping::guess(kind, &headings).overlooked()
    }

    #[test]
    fn a_column_that_may_hold_what_is_missing_is_named_and_a_missing_date_of_birth_is_said() {
        let whole =
            "PersonID,Surname,Forename,Sex,DOB,Postcode,CHI,Restricted,Date of death,Children,Sexuality,Birth order";
        assert_eq!(overlooked(Kind::Mosaic, whole), [""; 0]);
        let odd = "PersonID,Surname,Forename,Their birth day,Hospital CHI or other,Record is confidential,Deceased how,Childminder";
        let found = overlooked(Kind::Mosaic, odd);
        assert!(found[1].starts_with("No column holds the date of birth"), "{found:?}");
        for (at, heading) in
            ["Their birth day", "Hospital CHI or other", "Record is confidential", "Deceased how"].iter().enumerate()
        {
            assert!(found[at + usize::from(at > 0)].contains(&format!("“{heading}”")), "{heading}: {found:?}");
        }
        assert_eq!(found.len(), 5, "{found:?}");
        let born = "PersonID,Surname,Country of birth,Sexuality,Studied";
        assert_eq!(overlooked(Kind::Mosaic, born).len(), 1, "{:?}", overlooked(Kind::Mosaic, born));
        let without = overlooked(Kind::Chi, "CHI,Surname,Forename,Restricted access");
        assert!(without.len() == 1 && without[0].starts_with("No column holds the date of birth"), "{without:?}");
        assert_eq!(overlooked(Kind::Relationships, "PersonID,RelatedPersonID,Birth"), [""; 0]);
    }
}
