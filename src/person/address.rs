//! Addresses.
//!
//! One dwelling is written in many ways, and Scotland's tenements add their own: `2/1` is the second floor, first flat;
//! Edinburgh writes `2F1`; `40/5` is flat 5 of number 40; `G/L` is ground floor left. A spreadsheet turns `2/1` into
//! `02-Jan` or `02/01/2024`, which is turned back here. [`parse`] takes an address apart into what a comparison needs;
//! it does not look anything up, and what it cannot place it leaves in the locality.
//!
//! | lines | flat | number | street |
//! |---|---|---|---|
//! | `Flat 2/1, 40 High St` | `2/1` | `40` | `HIGH STREET` |
//! | `40/5 High Street` | `5` | `40` | `HIGH STREET` |
//! | `2F1 40 High Street` | `2F1` | `40` | `HIGH STREET` |
//! | `Top Left`, `40 High Street` | `T/L` | `40` | `HIGH STREET` |
//! | `02-Jan`, `40 High Street` | `2/1` | `40` | `HIGH STREET` |
//! | `40A High Street` | | `40A` | `HIGH STREET` |

mod flat;
pub mod usual;

use super::name::latin;

/// An address taken apart for comparing.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct Parsed {
    /// The flat, in one form: `2/1`, `1F2`, `A`, `T/L`; empty where none.
    pub flat: String,
    /// The building's number on its street, with a letter where there is one (`40`, `40A`, `40-44`); empty where none.
    pub number: String,
    /// The named house, where there is no number.
    pub house: String,
    /// The street, folded (`HIGH STREET`).
    pub street: String,
    /// What is left (locality, town), folded.
    pub locality: String,
}

impl Parsed {
    /// Whether nothing of an address was found.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// Words that end a street's name, and what is written for them.
const STREETS: [(&str, &[&str]); 40] = [
    ("STREET", &["ST", "STR"]),
    ("ROAD", &["RD"]),
    ("AVENUE", &["AVE", "AV"]),
    ("CRESCENT", &["CRES", "CR", "CRESC"]),
    ("PLACE", &["PL"]),
    ("TERRACE", &["TERR", "TER", "TCE"]),
    ("DRIVE", &["DR", "DRV"]),
    ("GARDENS", &["GDNS", "GDN", "GARDEN"]),
    ("COURT", &["CT", "CRT"]),
    ("LANE", &["LN", "LA"]),
    ("SQUARE", &["SQ"]),
    ("GROVE", &["GR", "GRV", "GRO"]),
    ("WAY", &["WY"]),
    ("PARK", &["PK"]),
    ("VIEW", &["VW"]),
    ("CLOSE", &["CL"]),
    ("ROW", &["RW"]),
    ("BUILDINGS", &["BLDGS", "BLDS"]),
    ("COTTAGES", &["COTTS", "COTS", "CTGS"]),
    ("LOAN", &[]),
    ("LOANING", &[]),
    ("BRAE", &[]),
    ("WYND", &[]),
    ("VENNEL", &[]),
    ("PATH", &[]),
    ("WALK", &[]),
    ("QUAY", &[]),
    ("RISE", &[]),
    ("CIRCUS", &[]),
    ("GATE", &[]),
    ("GAIT", &[]),
    ("GREEN", &[]),
    ("HILL", &[]),
    ("ENTRY", &[]),
    ("PEND", &[]),
    ("MEWS", &[]),
    ("PARADE", &[]),
    ("QUADRANT", &["QUAD"]),
    ("ESPLANADE", &[]),
    ("BANK", &[]),
];

/// Words that end the name of a house, a farm or an institution.
const HOUSES: [&str; 30] = [
    "COTTAGE",
    "HOUSE",
    "FARM",
    "FARMHOUSE",
    "LODGE",
    "VILLA",
    "BUNGALOW",
    "STEADING",
    "CROFT",
    "MANSE",
    "SCHOOLHOUSE",
    "CASTLE",
    "TOWER",
    "HALL",
    "MAINS",
    "MILL",
    "SMITHY",
    "BARN",
    "STABLES",
    "INN",
    "HOTEL",
    "HOME",
    "HOSPITAL",
    "HOSTEL",
    "KNOWE",
    "CARAVAN",
    "CHALET",
    "PRISON",
    "HMP",
    "RECTORY",
];

/// What is written where there is no address, or none is told: it is nobody's home.
const NOWHERE: [&str; 33] = [
    "NO FIXED ABODE",
    "NO FIXED ADDRESS",
    "NFA",
    "N/F/A",
    "HOMELESS",
    "NO ADDRESS",
    "NO ADDRESS GIVEN",
    "NO ADDRESS HELD",
    "ADDRESS UNKNOWN",
    "UNKNOWN ADDRESS",
    "ADDRESS NOT KNOWN",
    "UNKNOWN",
    "NOT KNOWN",
    "NOT GIVEN",
    "NOT RECORDED",
    "NOT STATED",
    "NOT APPLICABLE",
    "N/A",
    "NA",
    "N/K",
    "NK",
    "NONE",
    "NULL",
    "TBC",
    "TBA",
    "CONFIDENTIAL",
    "CONFIDENTIAL ADDRESS",
    "ADDRESS CONFIDENTIAL",
    "WITHHELD",
    "ADDRESS WITHHELD",
    "AS ABOVE",
    "SAME AS ABOVE",
    "SEE NOTES",
];

/// Takes address lines (without the postcode) apart. Knows `2/1`, `Flat 2/1, 40 X St`, `1F2`, `40/5`, and a flat that a
/// spreadsheet turned into a date. The name of whoever an address is in care of, a postcode that strayed in, the
/// country and what stands for no address are left out.
pub fn parse(lines: &[impl AsRef<str>]) -> Parsed {
    let segments = segments(lines);
    let mut found = Parsed::default();
    let mut house = Vec::new();
    let mut locality = Vec::new();

    // `2/1` without `Flat`: a flat where a building follows, else building and flat in one.
    let mut bare = false;
    let mut nowhere = false;
    for (at, segment) in segments.iter().enumerate() {
        if NOWHERE.contains(&segment.as_str()) {
            nowhere = true;
            continue;
        }
        let mut words: Vec<&str> = segment.split(' ').collect();
        let before_street = found.street.is_empty() && locality.is_empty();
        if !before_street {
            // Behind the street a flat may still come: `40 High Street, Flat 2/1`.
            match flat::whole(&words) {
                Some(flat) if found.flat.is_empty() => found.flat = flat,
                _ => locality.push(segment.clone()),
            }
            continue;
        }
        if found.flat.is_empty()
            && found.number.is_empty()
            && let Some((flat, taken)) = flat::front(&words)
        {
            bare = taken == 1 && flat::floor_and_flat(words[0]);
            found.flat = flat;
            words.drain(..taken);
        }
        if found.number.is_empty() {
            take_number(&mut found, &mut house, &mut words);
        }
        if found.flat.is_empty() && !found.number.is_empty() {
            // `40 2/1 High Street`, `40 High Street 2/1`
            if let Some((flat, taken)) = flat::front(&words) {
                found.flat = flat;
                words.drain(..taken);
            } else if let Some((flat, left)) = flat::back(&words) {
                found.flat = flat;
                words.truncate(left);
            }
        }
        if words.is_empty() {
            continue;
        }
        let (street, mut rest) = cut_behind_street(&words);
        let street_comes = || segments[at + 1..].iter().any(|later| is_surely_a_street(later));
        if !found.number.is_empty() || (ends_street(street) && (is_surely_a_street(segment) || !street_comes())) {
            found.street = folded_street(street);
            if found.flat.is_empty()
                && let Some((flat, taken)) = flat::front(rest)
            {
                found.flat = flat;
                rest = &rest[taken..];
            }
            locality.extend((!rest.is_empty()).then(|| rest.join(" ")));
        } else if house.is_empty() && !nowhere {
            house.push(words.join(" ")); // Behind `No fixed abode` it is a town
        } else if words.last().is_some_and(|last| HOUSES.contains(last)) {
            house.push(words.join(" ")); // `Ward 3`, `Midpark Hospital`
        } else {
            locality.push(words.join(" "));
        }
    }

    if bare
        && found.number.is_empty()
        && house.is_empty()
        && !found.street.is_empty()
        && let Some((number, flat)) = found.flat.split_once('/')
    {
        (found.number, found.flat) = (number.to_owned(), flat.to_owned());
    }
    if found.number.is_empty() {
        found.house = house.join(" ");
    }
    found.locality = locality.join(" ");
    found
}

/// Whether the lines name an institution (a care home, a hospital, a prison), where many people share an address
/// without being of one household. Goes by the words alone; a home without such a word in its name is not known.
pub fn names_an_institution(lines: &[String]) -> bool {
    const WORDS: [&str; 8] = ["HOSPITAL", "HOSPICE", "HOSTEL", "PRISON", "HMP", "INFIRMARY", "BARRACKS", "ALMSHOUSES"];
    const PAIRS: [(&str, &str); 8] = [
        ("CARE", "HOME"),
        ("CARE", "CENTRE"),
        ("NURSING", "HOME"),
        ("RESIDENTIAL", "HOME"),
        ("RESIDENTIAL", "UNIT"),
        ("REST", "HOME"),
        ("CHILDRENS", "HOME"),
        ("SHELTERED", "HOUSING"),
    ];
    const STREET_ENDS: [&str; 9] = ["STREET", "ST", "ROAD", "RD", "LANE", "BRAE", "AVENUE", "COTTAGES", "PLACE"];
    segments(lines).iter().any(|segment| {
        let words: Vec<&str> = segment.split(' ').collect();
        // `Hospital Road` is a street like any other.
        let street = words.last().is_some_and(|last| STREET_ENDS.contains(last));
        !street
            && (words.iter().any(|word| WORDS.contains(word))
                || words.windows(2).any(|pair| PAIRS.contains(&(pair[0], pair[1]))))
    })
}

/// The pieces of an address between line ends and commas: ASCII capitals, one space between words, the noise left out.
fn segments(lines: &[impl AsRef<str>]) -> Vec<String> {
    let mut segments = Vec::new();
    for line in lines {
        let line = latin(line.as_ref());
        for piece in line.split([',', ';', '(', ')', '\n']) {
            let mut segment = String::with_capacity(piece.len());
            let words =
                piece.split_ascii_whitespace().filter(|word| word.contains(|c: char| c.is_ascii_alphanumeric()));
            for word in words {
                if !segment.is_empty() {
                    segment.push(' ');
                }
                let kept = word.bytes().filter(|b| b.is_ascii_alphanumeric() || matches!(b, b'/' | b'-' | b':'));
                segment.extend(kept.map(|b| char::from(b.to_ascii_uppercase())));
            }
            let segment = in_care_of_nobody(&segment);
            let country = matches!(segment, "SCOTLAND" | "UK" | "UNITED KINGDOM" | "GB" | "GREAT BRITAIN");
            let postcode = || matches!(super::postcode::read(segment), super::postcode::Reading::Postcode(_));
            if segment.contains(|c: char| c.is_ascii_alphanumeric()) && !country && !postcode() {
                segments.push(segment.to_owned());
            }
        }
    }
    segments
}

/// Takes off `C/O` and the name behind it; an address behind it stays.
fn in_care_of_nobody(segment: &str) -> &str {
    let rest = ["C/O ", "CARE OF ", "CO/ "].iter().find_map(|mark| segment.strip_prefix(mark));
    match rest {
        None if segment == "C/O" => "",
        None => segment,
        Some(rest) => rest.find(|c: char| c.is_ascii_digit()).map_or("", |at| &rest[at..]),
    }
}

/// Takes the building's number off the front of the words, and the flat where it is written with it (`40/5`). A name in
/// front of the number (`Rosebank 12 High Street`) goes to the house.
fn take_number(found: &mut Parsed, house: &mut Vec<String>, words: &mut Vec<&str>) {
    if words.first().is_some_and(|first| matches!(*first, "NO" | "NUMBER"))
        && words.get(1).is_some_and(|word| building_number(word).is_some())
    {
        words.remove(0);
    }
    let at = match words.iter().position(|word| building_number(word).is_some()) {
        Some(0) => 0,
        // In the middle of a line only where a street follows.
        Some(at) if words.last().is_some_and(|last| street_type(last).is_some()) && at + 2 < words.len() => at,
        _ => return,
    };
    let Some((number, flat)) = building_number(words[at]) else { return };
    found.number = number.to_owned();
    if !flat.is_empty() && found.flat.is_empty() {
        found.flat = flat::in_one_form(flat);
    }
    if at > 0 {
        house.push(words[..at].join(" "));
    }
    words.drain(..=at);
    // `40 A High Street`; but `40 W Princes Street` is on the west.
    if words.len() > 1
        && found.number.bytes().all(|b| b.is_ascii_digit())
        && let [letter @ b'A'..=b'Z'] = words[0].as_bytes()
        && !b"NESW".contains(letter)
    {
        found.number.push(char::from(*letter));
        words.remove(0);
    }
}

/// `40`, `40A`, `40-44`; and with a flat behind a stroke `40/5`, `40/2/1`, `40A/3`.
fn building_number(word: &str) -> Option<(&str, &str)> {
    let (number, flat) = word.split_once('/').unwrap_or((word, ""));
    let plain = |text: &str| {
        let digits = text.bytes().take_while(u8::is_ascii_digit).count();
        let letters = text.len() - digits;
        (1..=4).contains(&digits) && letters <= 1 && text.bytes().skip(digits).all(|b| b.is_ascii_uppercase())
    };
    let fits = plain(number) || number.split_once('-').is_some_and(|(from, to)| plain(from) && plain(to));
    let flat_fits = word.len() == number.len() || flat.split('/').all(|part| plain(part) || is_letter(part));
    (fits && flat_fits).then_some((number, flat))
}

fn is_letter(text: &str) -> bool {
    matches!(text.as_bytes(), [b'A'..=b'Z'])
}

/// The full word of a street type or its abbreviation, in capitals: `ROAD` of `RD` and of itself.
pub fn street_type(word: &str) -> Option<&'static str> {
    STREETS.iter().find(|(full, short)| *full == word || short.contains(&word)).map(|(full, _)| *full)
}

fn is_direction(word: &str) -> bool {
    matches!(word, "NORTH" | "SOUTH" | "EAST" | "WEST" | "N" | "S" | "E" | "W")
}

/// Whether words are a street's name by their end: `HIGH STREET`, `GEORGE STREET WEST`, `THE SQUARE`.
fn ends_street(words: &[&str]) -> bool {
    let words = words.split_last().filter(|(last, _)| is_direction(last)).map_or(words, |(_, rest)| rest);
    words.len() > 1 && words.last().is_some_and(|last| street_type(last).is_some())
}

/// Types that are hardly ever part of the name of a house or a place, as `Sea View` and `Rose Court` are.
const SURE: [&str; 12] =
    ["STREET", "ROAD", "AVENUE", "CRESCENT", "TERRACE", "DRIVE", "GARDENS", "LANE", "PLACE", "SQUARE", "WYND", "LOAN"];

/// Whether a piece of an address is a street beyond doubt: by its type, or by the number in front of it.
fn is_surely_a_street(segment: &str) -> bool {
    let words: Vec<&str> = segment.split(' ').collect();
    let numbered = words.len() > 1 && building_number(words[0]).is_some();
    let sure = |word: &&str| street_type(word).is_some_and(|full| SURE.contains(&full));
    numbered || (words.len() > 1 && words[1..].iter().any(sure))
}

/// `HIGH STREET DUMFRIES` without a comma: the street, and what stands behind it. Only the sure types cut.
fn cut_behind_street<'a, 'w>(words: &'a [&'w str]) -> (&'a [&'w str], &'a [&'w str]) {
    if ends_street(words) {
        return (words, &[]);
    }
    let cuts = |word: &&str| street_type(word).is_some_and(|full| SURE.contains(&full));
    match words.iter().skip(1).position(cuts) {
        Some(at) => words.split_at(at + 2),
        None => (words, &[]),
    }
}

/// The street with its type written out (`HIGH ST` → `HIGH STREET`) and saints and directions in one form.
fn folded_street(words: &[&str]) -> String {
    let type_at = match words {
        [.., _, last] if is_direction(last) && words.len() > 2 => words.len() - 2,
        _ => words.len().saturating_sub(1),
    };
    let mut street = String::new();
    for (at, &word) in words.iter().enumerate() {
        let full = match word {
            word if at == type_at && at > 0 => street_type(word).unwrap_or(word),
            "SAINT" => "ST",
            "MT" => "MOUNT",
            "GT" => "GREAT",
            "N" => "NORTH",
            "S" => "SOUTH",
            "E" => "EAST",
            "W" => "WEST",
            word => word,
        };
        if at > 0 {
            street.push(' ');
        }
        street.push_str(full);
    }
    street
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// `flat|number|house|street|locality`
    fn parsed(lines: &str) -> String {
        let lines: Vec<String> = lines.split('\n').map(str::to_owned).collect();
        let Parsed { flat, number, house, street, locality } = parse(&lines);
        format!("{flat}|{number}|{house}|{street}|{locality}")
    }

    #[test]
    fn one_flat_in_all_its_forms_is_one_dwelling() {
        for lines in [
            "Flat 2/1\n40 High Street\nDumfries",
            "Flat 2/1, 40 High St, Dumfries",
            "2/1, 40 High St., Dumfries",
            "2/1 40 High Street\nDumfries",
            "40 High Street, Flat 2/1, Dumfries",
            "40 High Street Flat 2/1, Dumfries",
            "40 High Street, 2/1, Dumfries",
            "40 High Street 2/1, Dumfries",
            "40 (2/1) High Street, Dumfries",
            "40/2/1 High Street, Dumfries",
            "Flat 2-1, 40 HIGH STREET, DUMFRIES",
            "02-Jan, 40 High Street, Dumfries",
            "02/01/2024, 40 High Street, Dumfries",
            "02/01/2024 40 High Street, Dumfries",
            "2024-01-02 00:00:00, 40 High Street, Dumfries",
            "Flat 02-Jan, 40 High Street, Dumfries",
            "40 High Street Dumfries, Flat 2/1",
            "Flat 2/1, No. 40 High Street, Dumfries",
        ] {
            assert_eq!(parsed(lines), "2/1|40||HIGH STREET|DUMFRIES", "{lines}");
        }
    }

    #[test]
    fn a_stroke_in_front_of_a_street_parts_building_and_flat() {
        assert_eq!(parsed("40/5 Leith Walk\nEdinburgh"), "5|40||LEITH WALK|EDINBURGH");
        assert_eq!(parsed("40/5, Leith Walk, Edinburgh"), "5|40||LEITH WALK|EDINBURGH");
        assert_eq!(parsed("2F1 40 Leith Walk"), "2F1|40||LEITH WALK|");
        assert_eq!(parsed("1F2, 40 Leith Walk"), "1F2|40||LEITH WALK|");
        assert_eq!(parsed("Flat 2/1, High Street"), "2/1|||HIGH STREET|");
    }

    #[test]
    fn flats_by_side_letter_and_number() {
        assert_eq!(parsed("Ground Floor Left, 12 King St"), "G/L|12||KING STREET|");
        assert_eq!(parsed("GFL 12 King St"), "G/L|12||KING STREET|");
        assert_eq!(parsed("T/L 12 King St"), "T/L|12||KING STREET|");
        assert_eq!(parsed("Flat A, 12 King St"), "A|12||KING STREET|");
        assert_eq!(parsed("Flat 3 12 King St"), "3|12||KING STREET|");
        assert_eq!(parsed("12A King St"), "|12A||KING STREET|");
        assert_eq!(parsed("12 A King St"), "|12A||KING STREET|");
        assert_eq!(parsed("12-16 King St"), "|12-16||KING STREET|");
    }

    #[test]
    fn street_types_are_written_out() {
        for (short, full) in [
            ("King St", "KING STREET"),
            ("King Rd.", "KING ROAD"),
            ("King Ave", "KING AVENUE"),
            ("King Cres", "KING CRESCENT"),
            ("King Pl", "KING PLACE"),
            ("King Terr", "KING TERRACE"),
            ("King Dr", "KING DRIVE"),
            ("King Gdns", "KING GARDENS"),
            ("King Ct", "KING COURT"),
            ("King Ln", "KING LANE"),
            ("King Sq", "KING SQUARE"),
            ("King St West", "KING STREET WEST"),
            ("King St W", "KING STREET WEST"),
            ("Queen's Rd", "QUEENS ROAD"),
            ("Saint John St", "ST JOHN STREET"),
            ("St John's Road", "ST JOHNS ROAD"),
        ] {
            assert_eq!(parsed(&format!("12 {short}")), format!("|12||{full}|"));
        }
    }

    #[test]
    fn a_street_and_its_town_part_without_a_comma() {
        assert_eq!(parsed("12 High Street Dumfries"), "|12||HIGH STREET|DUMFRIES");
        assert_eq!(parsed("12 High St St Andrews"), "|12||HIGH STREET|ST ANDREWS");
        assert_eq!(parsed("12 Glen Road East Kilbride"), "|12||GLEN ROAD|EAST KILBRIDE");
        assert_eq!(parsed("12, High Street, Dumfries"), "|12||HIGH STREET|DUMFRIES");
        assert_eq!(parsed("High Street, Dumfries"), "|||HIGH STREET|DUMFRIES");
    }

    #[test]
    fn houses_and_farms_have_names() {
        assert_eq!(parsed("Rose Cottage\nKirkpatrick Durham"), "||ROSE COTTAGE||KIRKPATRICK DURHAM");
        assert_eq!(parsed("Rose Cottage, Main Street, Moniaive"), "||ROSE COTTAGE|MAIN STREET|MONIAIVE");
        assert_eq!(parsed("Mains of Drum\nBy Castle Douglas"), "||MAINS OF DRUM||BY CASTLE DOUGLAS");
        assert_eq!(parsed("Sea View, 12 Shore Road"), "|12||SHORE ROAD|");
        assert_eq!(parsed("Sea View, Shore Road"), "||SEA VIEW|SHORE ROAD|");
        assert_eq!(parsed("Rosebank 12 Shore Road"), "|12||SHORE ROAD|");
        assert_eq!(parsed("Ward 3, Midpark Hospital, Bankend Road"), "||WARD 3 MIDPARK HOSPITAL|BANKEND ROAD|");
        assert_eq!(parsed("1 Rose Cottages, Twynholm"), "|1||ROSE COTTAGES|TWYNHOLM");
    }

    #[test]
    fn what_stands_for_no_address_is_none() {
        for text in ["No fixed abode", "N.F.A.", "N/A", "#N/A", "Address unknown", "CONFIDENTIAL", "As above"] {
            assert!(parse(&[text]).is_empty(), "{text}: {:?}", parse(&[text]));
        }
        let town = parse(&["Not known", "Dumfries"]);
        assert_eq!((town.house.as_str(), town.locality.as_str()), ("", "DUMFRIES"));
        assert_eq!(parse(&["Unknown, 12 High Street"]).street, parse(&["12 High Street"]).street);
    }

    #[test]
    fn what_is_no_part_of_the_address_is_left_out() {
        assert_eq!(parsed("c/o Mrs Smith\n12 High Street"), "|12||HIGH STREET|");
        assert_eq!(parsed("c/o 12 High Street"), "|12||HIGH STREET|");
        assert_eq!(parsed("12 High Street, Dumfries, DG1 2AB, Scotland"), "|12||HIGH STREET|DUMFRIES");
        assert_eq!(parsed(""), "||||");
        assert!(parse(&[""; 0]).is_empty());
    }

    #[test]
    fn institutions_are_known_by_their_words() {
        let names = |text: &str| names_an_institution(&[text.to_owned()]);
        for text in
            ["Mossbank Care Home", "Ward 3, Midpark Hospital", "HMP Dumfries", "Rosehall Nursing Home, Main Street"]
        {
            assert!(names(text), "{text}");
        }
        for text in ["12 Hospital Road", "Home Farm", "Care Street", "Prison Brae"] {
            assert!(!names(text), "{text}");
        }
    }

    proptest! {
        #[test]
        fn parsing_never_panics(lines in proptest::collection::vec(any::<String>(), 0..4)) {
            parse(&lines);
            names_an_institution(&lines);
        }

        #[test]
        fn parsing_never_panics_on_what_looks_like_an_address(
            line in "((FLAT|NO|C/O|TOP|GROUND|FLOOR|LEFT|1F2|2/1|40|40A|40/5|02-Jan|01/02/2024|A|ST|HIGH|ROAD|é|,|/|-)[ ,]?){0,8}",
        ) {
            let Parsed { flat, number, house, street, locality } = parse(&[line]);
            prop_assert!([&flat, &number, &house, &street, &locality].iter().all(|part| part.is_ascii() && part.trim() == *part));
            prop_assert!(number.is_empty() || house.is_empty());
        }
    }
}
