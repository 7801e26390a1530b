//! What the headings of a file say: its kind, and which column holds which field.
//!
//! In pair files a heading also names a side, by a prefix (`MOSAIC_SURNAME`) or a suffix (`surname_l`).

use std::collections::BTreeMap;

pub(crate) use super::synonyms::plain;
use super::synonyms::{MOSAIC_IDS, lookup};
use super::{Field, Kind};

/// Whether a heading is one that some kind of file goes by.
pub(crate) fn is_known(heading: &str) -> bool {
    Kind::ALL.into_iter().any(|kind| candidate(kind, heading).is_some())
}

/// Which column holds which field, as far as the headings say. Where several would do, the surest heading is taken.
pub(crate) fn map(kind: Kind, headings: &[String]) -> BTreeMap<Field, usize> {
    let mut best: BTreeMap<Field, (usize, usize)> = BTreeMap::new();
    for (column, heading) in headings.iter().enumerate() {
        if let Some((field, rank)) = candidate(kind, heading).filter(|(field, _)| Field::of(kind).contains(field)) {
            let place = best.entry(field).or_insert((rank, column));
            *place = (*place).min((rank, column));
        }
    }
    let mut columns: BTreeMap<Field, usize> = best.into_iter().map(|(field, (_, column))| (field, column)).collect();
    match kind {
        // An extract may head the number itself "UPI".
        Kind::Chi if !columns.contains_key(&Field::Chi) => {
            if let Some(column) = columns.remove(&Field::Upi) {
                columns.insert(Field::Chi, column);
            }
        }
        // Two ids side by side, neither heading saying which is the second.
        Kind::NarrowPairs if !columns.contains_key(&Field::RightId) && !columns.contains_key(&Field::RightChi) => {
            let another = headings.iter().enumerate().find(|(column, heading)| {
                columns.values().all(|taken| taken != column)
                    && candidate(kind, heading).is_some_and(|(field, _)| field == Field::Id)
            });
            if let Some((column, _)) = another {
                columns.insert(Field::RightId, column);
            }
        }
        _ => {}
    }
    columns
}

/// What kind of file the headings are those of, where they tell.
pub(crate) fn kind(headings: &[String]) -> Option<Kind> {
    let [mosaic, chi, related, narrow, wide] = Kind::ALL.map(|kind| map(kind, headings));
    let has = |columns: &BTreeMap<Field, usize>, fields: &[Field]| fields.iter().any(|it| columns.contains_key(it));
    let details = |right: bool| {
        let fields = Field::PERSON.iter().filter(|field| !matches!(field, Field::Id | Field::Chi));
        let fields = fields.filter(|field| !matches!(field, Field::Status | Field::Upi));
        fields.filter(|field| wide.contains_key(&if right { field.right() } else { **field })).count()
    };
    let second = [Field::RightId, Field::RightChi];
    let names = [Field::Surname, Field::FullName, Field::Forename, Field::FirstNames, Field::Birth];
    let sure_id = headings.iter().any(|heading| {
        let known = candidate(Kind::Mosaic, heading);
        known.is_some_and(|(field, rank)| field == Field::Id && rank % BARED < MOSAIC_IDS)
    });
    if has(&wide, &[Field::Id]) && has(&wide, &second) && details(false) >= 2 && details(true) >= 2 {
        Some(Kind::WidePairs)
    } else if Field::required(Kind::Relationships).iter().all(|field| related.contains_key(field))
        && !has(&narrow, &[Field::Weight, Field::Probability])
        && !has(&mosaic, &[Field::Birth])
    {
        // An extract of people may say whose next of kin somebody is; it knows when they were born
        Some(Kind::Relationships)
    } else if has(&narrow, &[Field::Id]) && has(&narrow, &second) && !has(&mosaic, &names) {
        Some(Kind::NarrowPairs)
    } else if sure_id {
        Some(Kind::Mosaic)
    } else if has(&chi, &[Field::Chi]) && has(&chi, &[Field::Status, Field::Upi]) {
        Some(Kind::Chi)
    } else if has(&mosaic, &[Field::Id]) {
        Some(Kind::Mosaic)
    } else if has(&chi, &[Field::Chi]) {
        Some(Kind::Chi)
    } else {
        None
    }
}

/// The field a heading stands for in a file of a kind, and how sure that is (0 is surest).
fn candidate(kind: Kind, heading: &str) -> Option<(Field, usize)> {
    match kind {
        Kind::Mosaic => {
            let (field, rank) = base(heading, &["MOSAIC", "PERSON", "CLIENT", "SERVICEUSER"])?;
            // A column headed UPI in Mosaic's own extract is the CHI that Mosaic holds, whatever it promises.
            Some(if field == Field::Upi { (Field::Chi, rank + 100) } else { (field, rank) })
        }
        Kind::Chi => base(heading, &["CHI", "PATIENT"]),
        Kind::Relationships => match sided(heading) {
            Some((side, Field::Id, rank)) => {
                Some((if side == Side::Right { Field::OtherId } else { Field::Id }, rank + 50))
            }
            Some(_) => None,
            None => base(heading, &["MOSAIC", "PERSON", "CLIENT", "SERVICEUSER"]),
        },
        Kind::WidePairs => {
            let Some((side, field, rank)) = sided(heading) else {
                let (field, rank) = base(heading, &[])?;
                let field = match field {
                    Field::Chi | Field::Status | Field::Upi => field.right(),
                    field => field,
                };
                return Some((field, rank + 50));
            };
            Some((if side == Side::Right { field.right() } else { field }, rank))
        }
        Kind::NarrowPairs => {
            let (side, field, rank) = match sided(heading) {
                Some(found) => found,
                None => {
                    let (field, rank) = base(heading, &[])?;
                    (if field == Field::Chi { Side::Right } else { Side::Left }, field, rank + 50)
                }
            };
            match (side, field) {
                (Side::Right, field) => Some((field.right(), rank)),
                // A CHI on the first side: its value will say so.
                (Side::Left, Field::Chi) => Some((Field::Id, rank + 200)),
                (Side::Left, field) => Some((field, rank)),
            }
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Side {
    Left,
    Right,
}

/// The side of a pair that a heading's prefix or suffix names, and the field that the rest of it does.
fn sided(heading: &str) -> Option<(Side, Field, usize)> {
    let words = words(heading);
    let whole = words.concat();
    // `ADDRESS_1` is a line of an address and `FORENAME_2` a forename, not a side.
    if whole.ends_with(|last: char| last.is_ascii_digit()) && lookup(&whole).is_some() {
        return None;
    }
    if let [first, rest @ ..] = words.as_slice() {
        let rest = rest.concat();
        let number = matches!(rest.as_str(), "ID" | "NUMBER" | "NO" | "NUM");
        let known = match first.as_str() {
            "MOSAIC" | "COUNCIL" | "LEFT" | "L" => lookup(&rest).map(|found| (Side::Left, found)),
            "CHI" if number => Some((Side::Right, (Field::Chi, 0))),
            "CHI" | "NHS" | "RIGHT" | "R" => lookup(&rest).map(|found| (Side::Right, found)),
            "SOURCE" if rest.ends_with("ID") => lookup(&rest).map(|found| (Side::Left, found)),
            "TARGET" | "DUPLICATE" | "OTHER" | "SECOND" if rest.ends_with("ID") => {
                lookup(&rest).map(|found| (Side::Right, found))
            }
            _ => None,
        };
        if let Some((side, (field, rank))) = known {
            return Some((side, field, rank));
        }
    }
    if let [rest @ .., last] = words.as_slice() {
        let side = match last.as_str() {
            "L" | "LEFT" | "1" | "MOSAIC" => Side::Left,
            "R" | "RIGHT" | "2" | "CHI" => Side::Right,
            _ => return None,
        };
        let (field, rank) = lookup(&rest.concat())?;
        return Some((side, field, rank));
    }
    None
}

fn base(heading: &str, prefixes: &[&str]) -> Option<(Field, usize)> {
    let named = |heading: &str| {
        let plain = plain(heading);
        lookup(&plain).or_else(|| {
            let mut rests = prefixes.iter().filter_map(|prefix| plain.strip_prefix(prefix));
            rests.find_map(lookup).map(|(field, rank)| (field, rank + 20))
        })
    };
    let bared = |(field, rank): (Field, usize)| (field, rank + BARED);
    named(heading).or_else(|| named(&without_form(heading)?).map(bared)).or_else(|| {
        // A name, a state or a number can be of anything that a table is about
        let vague = |field: Field, rank: usize| match field {
            Field::FullName | Field::Status | Field::Context => true,
            Field::Id => rank >= MOSAIC_IDS,
            _ => false,
        };
        named(without_table(heading)?).filter(|(field, rank)| !vague(*field, *rank)).map(bared)
    })
}

/// Added to the rank of a heading of which something was taken off.
const BARED: usize = 100;

/// A heading without remarks in brackets that only say how its column is written: `Date of birth (dd/mm/yyyy)`, `Surname(s)`.
fn without_form(heading: &str) -> Option<String> {
    const FORM: [&str; 16] = [
        "S",
        "DD",
        "MM",
        "YY",
        "YYYY",
        "MMM",
        "MON",
        "DATE",
        "TEXT",
        "FORMAT",
        "DIGITS",
        "DIGIT",
        "MANDATORY",
        "REQUIRED",
        "OPTIONAL",
        "CURRENT",
    ];
    let (mut kept, mut said, mut depth) = (String::new(), String::new(), 0_u32);
    for sign in heading.chars() {
        match sign {
            '(' | '[' => depth += 1,
            ')' | ']' => depth = depth.saturating_sub(1),
            _ if depth > 0 => said.extend(sign.to_uppercase()),
            _ => kept.push(sign),
        }
    }
    let mut said = said.split(|sign: char| !sign.is_alphanumeric()).filter(|word| !word.is_empty());
    let only_form = said.all(|word| FORM.contains(&word) || word.bytes().all(|b| b.is_ascii_digit()));
    (only_form && kept.len() < heading.len()).then_some(kept)
}

/// A heading without the table that its column is of: `p.date_of_birth`, `Primary Address: Line 1`.
fn without_table(heading: &str) -> Option<&str> {
    const TABLES: [&str; 14] = [
        "PERSON",
        "PERSONS",
        "PEOPLE",
        "CLIENT",
        "CLIENTS",
        "PATIENT",
        "PATIENTS",
        "SERVICEUSER",
        "ADDRESS",
        "PRIMARYADDRESS",
        "HOMEADDRESS",
        "CURRENTADDRESS",
        "MAINADDRESS",
        "MOSAIC",
    ];
    let (table, column) = heading.rsplit_once(['.', ':'])?;
    let table = plain(table);
    (table.chars().count() == 1 || TABLES.contains(&table.as_str())).then_some(column)
}

/// The words of a heading in capitals, parted by anything but letters and digits, by camel humps and before digits.
pub(super) fn words(heading: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut before = ' ';
    for character in heading.chars() {
        if character.is_alphanumeric() {
            let hump = before.is_lowercase() && character.is_uppercase();
            let digit = before.is_alphabetic() && character.is_ascii_digit();
            if !before.is_alphanumeric() || hump || digit {
                words.push(String::new());
            }
            if let Some(word) = words.last_mut() {
                word.extend(character.to_uppercase());
            }
        }
        before = character;
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_only_describes_a_column_names_no_other_and_what_speaks_of_somebody_else_is_not_taken() {
        for (heading, field) in [
            ("Date Of Birth (dd/mm/yyyy)", Some(Field::Birth)),
            ("Surname *", Some(Field::Surname)),
            ("Surname(s)", Some(Field::Surname)),
            ("Person Id [mandatory]", Some(Field::Id)),
            ("p.date_of_birth", Some(Field::Birth)),
            ("Primary Address: Line 1", Some(Field::Address1)),
            ("Postcode (current)", Some(Field::Postcode)),
            ("CHI (10 digits)", Some(Field::Chi)),
            ("CHI No.", Some(Field::Chi)),
            ("Surname (mother)", None),
            ("GP: Postcode", None),
            ("NOK: Surname", None),
            ("Name (First)", None),
            ("Surname (birth)", None),
            ("Postcode (sector)", None),
            ("CHI (last 4)", None),
            ("CHI (Y/N)", None),
            ("Address.Status", None),
            ("Address.ID", None),
            ("p.person_id", Some(Field::Id)),
            ("Address (previous)", None),
            ("Date of birth (verified)", None),
            ("(dd/mm/yyyy)", None),
        ] {
            assert_eq!(candidate(Kind::Mosaic, heading).map(|(field, _)| field), field, "{heading}");
        }
        // The plainer heading is the surer one
        let headings = split("PersonID,Surname,DOB (as told),DOB");
        assert_eq!(map(Kind::Mosaic, &headings).get(&Field::Birth), Some(&3));
    }

    fn split(line: &str) -> Vec<String> {
        line.split(',').map(str::to_owned).collect()
    }

    fn fields(kind: Kind, line: &str) -> Vec<Option<Field>> {
        let headings = split(line);
        let columns = map(kind, &headings);
        (0..headings.len())
            .map(|at| columns.iter().find(|(_, column)| **column == at).map(|(field, _)| *field))
            .collect()
    }

    #[test]
    fn both_extracts_are_recognised_without_a_mapping() {
        let mosaic = "PersonID,Surname,PreviousSurname,FirstForename,SecondForename,KnownAs,Gender,DateOfBirth,\
                      DateOfDeath,Address1,Address2,Address3,Postcode,CHINumber";
        use Field::*;
        let person = [Surname, PreviousSurname, Forename, SecondForename, KnownAs, Sex, Birth, Death];
        let address = [Address1, Address2, Address3, Postcode, Chi];
        let wanted: Vec<_> = [Id].into_iter().chain(person).chain(address).map(Some).collect();
        assert_eq!(fields(Kind::Mosaic, mosaic), wanted);
        assert_eq!(kind(&split(mosaic)), Some(Kind::Mosaic));

        let chi = "CHI_NUMBER,SURNAME,PREVIOUS_SURNAME,FIRST_FORENAME,SECOND_FORENAME,SEX,DATE_OF_BIRTH,DATE_OF_DEATH,\
                   POSTCODE,ADDRESS1,ADDRESS2,ADDRESS3,STATUS,UPI";
        let person = [Surname, PreviousSurname, Forename, SecondForename, Sex, Birth, Death, Postcode];
        let wanted: Vec<_> =
            [Chi].into_iter().chain(person).chain([Address1, Address2, Address3, Status, Upi]).map(Some).collect();
        assert_eq!(fields(Kind::Chi, chi), wanted);
        assert_eq!(kind(&split(chi)), Some(Kind::Chi));
    }

    #[test]
    fn case_spaces_and_underscores_do_not_matter() {
        use Field::*;
        let line =
            "person id,First Names,D.O.B.,post code,Last Updated,CHI Number,Team,Context,Is Restricted,NHS_NUMBER";
        let wanted = [Some(Id), Some(FirstNames), Some(Birth), Some(Postcode), Some(LastChanged), Some(Chi)];
        let wanted: Vec<_> = wanted.into_iter().chain([None, Some(Context), Some(Restricted), None]).collect();
        assert_eq!(fields(Kind::Mosaic, line), wanted);
    }

    #[test]
    fn the_national_seeding_columns_are_known_for_either_extract() {
        use Field::*;
        let line = "SERIAL,CHI_NUMBER,SURNAME,PREVIOUS_SURNAME,FIRST_FORENAME,SECOND_FORENAME,SEX,DATE_OF_BIRTH,\
                    DATE_OF_DEATH,POSTCODE,NHS_NUMBER,ADDRESS1,ADDRESS2,ADDRESS3,ADDRESS,USER_DATA";
        let mosaic = fields(Kind::Mosaic, line);
        assert_eq!(mosaic[..2], [Some(Id), Some(Chi)]);
        assert_eq!(mosaic[10..], [None, Some(Address1), Some(Address2), Some(Address3), Some(Address), None]);
        let chi = fields(Kind::Chi, line);
        assert_eq!(chi[..3], [None, Some(Chi), Some(Surname)]);
    }

    #[test]
    fn splink_predictions_are_narrow_pairs_and_with_details_wide_ones() {
        use Field::*;
        let narrow =
            "match_weight,match_probability,source_dataset_l,source_dataset_r,unique_id_l,unique_id_r,match_key";
        let wanted = [Weight, Probability, LeftSource, RightSource, Id, RightId].map(Some);
        assert_eq!(fields(Kind::NarrowPairs, narrow)[..6], wanted);
        assert_eq!(kind(&split(narrow)), Some(Kind::NarrowPairs));
        let wide = format!("{narrow},surname_l,surname_r,gamma_surname,dob_l,dob_r,tf_surname_l");
        let wanted = [Some(Surname), Some(RightSurname), None, Some(Birth), Some(RightBirth), None];
        assert_eq!(fields(Kind::WidePairs, &wide)[7..], wanted);
        assert_eq!(kind(&split(&wide)), Some(Kind::WidePairs));
    }

    #[test]
    fn own_results_load_as_narrow_pairs() {
        use Field::*;
        let links = "PersonID,CHI,match_weight,match_probability,band";
        let wanted = [Some(Id), Some(RightChi), Some(Weight), Some(Probability), None];
        assert_eq!(fields(Kind::NarrowPairs, links), wanted);
        assert_eq!(kind(&split(links)), Some(Kind::NarrowPairs));
        let duplicates = "PersonID_l,PersonID_r,match_weight,match_probability,band";
        assert_eq!(fields(Kind::NarrowPairs, duplicates)[..2], [Some(Id), Some(RightId)]);
        assert_eq!(kind(&split(duplicates)), Some(Kind::NarrowPairs));
    }

    #[test]
    fn two_ids_of_mosaic_in_one_row_are_told_apart() {
        use Field::*;
        for line in
            ["MOSAIC_ID_1,MOSAIC_ID_2", "MosaicID,MosaicID2", "PersonID,ClientID", "id1,id2", "Left ID,Right ID"]
        {
            assert_eq!(fields(Kind::NarrowPairs, line), [Some(Id), Some(RightId)], "{line}");
            assert_eq!(kind(&split(line)), Some(Kind::NarrowPairs), "{line}");
        }
        assert_eq!(fields(Kind::NarrowPairs, "SOURCE_PERSON_ID,TARGET_PERSON_ID"), [Some(Id), Some(RightId)]);
    }

    #[test]
    fn wide_pairs_are_recognised_by_prefix_and_by_suffix() {
        use Field::*;
        let prefixed = "MOSAIC_ID,MOSAIC_SURNAME,MOSAIC_FORENAME,MOSAIC_DOB,MOSAIC_ADDRESS1,MOSAIC_CHI_NUMBER,CHI_NUMBER,\
                        CHI_SURNAME,CHI_FORENAME,CHI_DOB,CHI_ADDRESS1,CHI_STATUS,CHI_UPI,MATCH_WEIGHT";
        let left = [Id, Surname, Forename, Birth, Address1, Chi];
        let right = [RightChi, RightSurname, RightForename, RightBirth, RightAddress1, RightStatus, RightUpi, Weight];
        let wanted: Vec<_> = left.into_iter().chain(right).map(Some).collect();
        assert_eq!(fields(Kind::WidePairs, prefixed), wanted);
        assert_eq!(kind(&split(prefixed)), Some(Kind::WidePairs));
        for line in [
            "person_id_l,surname_l,dob_l,person_id_r,surname_r,dob_r",
            "LeftID,LeftSurname,LeftDOB,RightID,RightSurname,RightDOB",
        ] {
            assert_eq!(
                fields(Kind::WidePairs, line),
                [Id, Surname, Birth, RightId, RightSurname, RightBirth].map(Some),
                "{line}"
            );
            assert_eq!(kind(&split(line)), Some(Kind::WidePairs), "{line}");
        }
    }

    #[test]
    fn the_surest_heading_wins_and_the_other_stays_unmapped() {
        assert_eq!(fields(Kind::Mosaic, "ID,PersonID,Surname"), [None, Some(Field::Id), Some(Field::Surname)]);
        assert_eq!(fields(Kind::Chi, "UPI,SURNAME"), [Some(Field::Chi), Some(Field::Surname)]);
    }

    #[test]
    fn relationships_are_told_from_pairs_and_from_people_by_their_headings() {
        use Field::*;
        let whole = [Id, OtherId, Relationship, Began, Ended].map(Some);
        for line in [
            "PersonID,RelatedPersonID,Relationship,StartDate,EndDate",
            "person_id,related_to,relationship type,date from,date to",
            "PersonID_1,PersonID_2,Relation,Valid from,Valid to",
        ] {
            assert_eq!(fields(Kind::Relationships, line), whole, "{line}");
            assert_eq!(kind(&split(line)), Some(Kind::Relationships), "{line}");
        }
        assert_eq!(kind(&split("PersonID,Surname,RelatedPersonID,Relationship")), Some(Kind::Relationships));
        assert_eq!(kind(&split("PersonID_l,PersonID_r,match_weight,relation")), Some(Kind::NarrowPairs));
        let people = "PersonID,Surname,DateOfBirth,RelatedPersonID,Relationship";
        assert_eq!(kind(&split(people)), Some(Kind::Mosaic));
    }

    #[test]
    fn what_a_record_carries_and_when_it_changed_have_columns_of_their_own() {
        use Field::*;
        let line = "PersonID,Surname,DateModified,OpenCarePackages,HasFinance,Invoices,Payees,Charge Periods,Personal budget,\
                    Service";
        let wanted =
            [Id, Surname, LastChanged, CarePackages, Finance, Invoices, Payees, ChargePeriods, PersonalBudget, Context];
        assert_eq!(fields(Kind::Mosaic, line), wanted.map(Some));
    }

    #[test]
    fn headings_that_say_nothing_name_no_kind() {
        assert_eq!(kind(&split("alpha,beta,gamma")), None);
    }
}
