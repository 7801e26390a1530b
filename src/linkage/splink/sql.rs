//! How SQL says each comparison level: one table, over the columns of [`super::Records`].
//!
//! The conditions stand in the order in which they are tried, as in the engine: the first that holds is the level. What
//! holds where a value is missing must say so itself, because a comparison with NULL is neither true nor false.

use crate::linkage::birth::Birth;
use crate::linkage::levels::{forename, second, sex, short, surname};
use crate::linkage::place::Place;
use crate::linkage::{Agreement, Comparison};
use crate::person::name::SECOND_OF_MANY;

/// The condition of the level that is left when no other holds.
pub(super) const ELSE: &str = "ELSE";

/// Levels that SQL cannot say over the columns that are written, each with the reason. Their pairs fall to the level
/// that is left when no other holds, and `m` and `u` are added to its own. None at present: what SQL has no function for
/// (nickname classes, the phonetic code) is a column of the records.
pub(super) const UNSAID: &[(Comparison, u8, &str)] = &[];

/// Levels that no two records show by themselves, each with the reason: Splink, which compares two records at a time, has
/// none of their pairs.
pub(super) const BEYOND: &[(Comparison, u8, &str)] =
    &[(Comparison::Location, Place::Moved as u8, "it takes the links of others of the household")];

/// A level and its condition.
pub(super) type Said = (u8, String);

/// The name of a comparison's columns in Splink: `gamma_surname`, `mw_surname`.
pub(super) fn column(comparison: Comparison) -> &'static str {
    match comparison {
        Comparison::Surname => "surname",
        Comparison::Forename => "forename",
        Comparison::SecondForename => "second_forename",
        Comparison::Birth => "date_of_birth",
        Comparison::Sex => "sex",
        Comparison::Location => "location",
        Comparison::Chi => "chi",
        Comparison::Death => "date_of_death",
    }
}

/// What a description should tell of a comparison beside its levels, empty where there is nothing.
pub(super) fn remark(comparison: Comparison) -> &'static str {
    match comparison {
        Comparison::Surname => {
            "Missing also where forename and surname are swapped: the forename tells both names then."
        }
        Comparison::Forename => "Swapped with the surname is tried before a second forename and the likenesses.",
        Comparison::SecondForename => "Missing also where it is the other record's forename: that has told it already.",
        Comparison::Sex => "Missing also where a forename that agrees has told it already.",
        Comparison::Location => "Address and postcode as one: who shares an address shares its postcode.",
        Comparison::Birth | Comparison::Chi | Comparison::Death => "",
    }
}

/// The levels of a comparison with their conditions, in the order in which they are tried. Level 0 is "missing".
pub(super) fn said(comparison: Comparison) -> Vec<Said> {
    match comparison {
        Comparison::Surname => surnames(),
        Comparison::Forename => forenames(),
        Comparison::SecondForename => second_forenames(),
        Comparison::Birth => births(),
        Comparison::Sex => sexes(),
        Comparison::Location => places(),
        Comparison::Chi => chis(),
        Comparison::Death => deaths(),
    }
}

/// Whether a level is the one that holds where a value is missing.
pub(super) fn is_missing(comparison: Comparison, level: u8) -> bool {
    comparison.levels().get(usize::from(level)).is_some_and(|l| l.agreement == Agreement::Missing)
}

fn all(conditions: &[&str]) -> String {
    format!("({})", conditions.join(" AND "))
}

fn any(conditions: &[&str]) -> String {
    format!("({})", conditions.join(" OR "))
}

/// False where a value is missing.
fn surely(condition: &str) -> String {
    format!("coalesce({condition}, FALSE)")
}

fn not(condition: &str) -> String {
    format!("(NOT {})", surely(condition))
}

fn same(column: &str) -> String {
    format!("{column}_l = {column}_r")
}

/// One value or the other is missing.
fn missing(column: &str) -> String {
    format!("({column}_l IS NULL OR {column}_r IS NULL)")
}

/// Either way round: `{a}_l = {b}_r` or `{b}_l = {a}_r`.
fn crosswise(a: &str, b: &str) -> String {
    format!("({a}_l = {b}_r OR {b}_l = {a}_r)")
}

/// One letter more, fewer, other, or two neighbours swapped; in names of two or three letters one is too much.
fn one_letter(x: &str, y: &str) -> String {
    format!("(greatest(length({x}), length({y})) >= 4 AND damerau_levenshtein({x}, {y}) = 1)")
}

fn longer_than_one(x: &str, y: &str) -> String {
    format!("least(length({x}), length({y})) > 1")
}

fn sounds_alike(column: &str) -> String {
    let (x, y) = (format!("{column}_l"), format!("{column}_r"));
    let sound = same(&format!("{column}_sound"));
    all(&[&longer_than_one(&x, &y), &sound, &format!("jaro_winkler_similarity({x}, {y}) >= 0.65")])
}

fn beginning(column: &str) -> String {
    let (x, y) = (format!("{column}_l"), format!("{column}_r"));
    format!("(least(length({x}), length({y})) >= 3 AND (starts_with({x}, {y}) OR starts_with({y}, {x})))")
}

fn similar(column: &str) -> String {
    let (x, y) = (format!("{column}_l"), format!("{column}_r"));
    let alike = format!("jaro_winkler_similarity({x}, {y}) >= 0.9");
    all(&[&longer_than_one(&x, &y), &alike, &not(&beginning(column))])
}

fn initial(column: &str) -> String {
    let (x, y) = (format!("{column}_l"), format!("{column}_r"));
    format!("(least(length({x}), length({y})) = 1 AND left({x}, 1) = left({y}, 1))")
}

/// Two columns of nickname classes, parted by spaces, share one.
fn share_class(x: &str, y: &str) -> String {
    format!("list_has_any(string_split({x}, ' '), string_split({y}, ' '))")
}

fn same_or_previous_or_part() -> [String; 3] {
    let (first, last) = ("surname_first_part", "surname_last_part");
    let mut parts = vec![same(first), same(last), crosswise(first, last)];
    for part in [first, last] {
        parts.extend([crosswise(part, "surname"), crosswise(part, "previous_surname")]);
    }
    let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
    let previous = any(&[&crosswise("previous_surname", "surname"), &same("previous_surname")]);
    [same("surname"), previous, any(&parts)]
}

fn same_or_known_as_or_nickname() -> [String; 3] {
    let known_as = any(&[&crosswise("known_as", "forename"), &same("known_as")]);
    let (forename, called) = ("forename_nicknames", "known_as_nicknames");
    let nickname = any(&[
        &share_class("forename_nicknames_l", "forename_nicknames_r"),
        &share_class(&format!("{forename}_l"), &format!("{called}_r")),
        &share_class(&format!("{called}_l"), &format!("{forename}_r")),
        &share_class("known_as_nicknames_l", "known_as_nicknames_r"),
    ]);
    let whole = all(&[&same("forename"), "length(forename_l) > 1"]);
    [whole, known_as, nickname]
}

/// Forename and surname swapped: one name exactly, the other at least nearly, and neither agrees as it stands.
fn swapped() -> String {
    let exact = ["forename_as_surname_l = surname_r", "forename_as_surname_r = surname_l"];
    let near = [
        any(&[exact[0], &one_letter("forename_as_surname_l", "surname_r")]),
        any(&[exact[1], &one_letter("forename_as_surname_r", "surname_l")]),
    ];
    let [same_surname, previous, part] = same_or_previous_or_part();
    let [same_forename, known_as, nickname] = same_or_known_as_or_nickname();
    let stands = [same_surname, previous, part, same_forename, known_as, nickname].map(|c| not(&c));
    let mut conditions = vec![surely(&any(&exact)), surely(&near[0]), surely(&near[1])];
    conditions.extend(stands);
    let conditions: Vec<&str> = conditions.iter().map(String::as_str).collect();
    all(&conditions)
}

/// A forename is the other record's second one, and agrees in no better way. Initials are no forenames.
fn is_second() -> String {
    let one = |x: &str, y: &str| format!("(forename_{x} = second_forename_{y} AND length(forename_{x}) > 1)");
    let [same_forename, known_as, nickname] = same_or_known_as_or_nickname().map(|c| not(&c));
    let both = any(&[&surely(&one("l", "r")), &surely(&one("r", "l"))]);
    let there = "(forename_l IS NOT NULL AND forename_r IS NOT NULL)";
    all(&[there, &both, &same_forename, &known_as, &nickname, &not(&swapped())])
}

/// No level that is tried before this one holds: it does, or one behind it, or a value is missing.
fn none_before(levels: Vec<Said>, level: u8) -> String {
    let mut any_of: Vec<String> = levels.iter().filter(|(at, _)| *at == 0).map(|(_, c)| surely(c)).collect();
    let before: Vec<String> = levels.iter().take_while(|(at, _)| *at != level).map(|(_, c)| not(c)).collect();
    any_of.push(format!("({})", before.join(" AND ")));
    format!("({})", any_of.join(" OR "))
}

fn surnames() -> Vec<Said> {
    let [same_surname, previous, part] = same_or_previous_or_part();
    vec![
        (0, any(&[&missing("surname"), &swapped()])),
        (surname::SAME, same_surname),
        (surname::PREVIOUS, previous),
        (surname::PART, part),
        (surname::ONE_LETTER, one_letter("surname_l", "surname_r")),
        (surname::SOUNDS, sounds_alike("surname")),
        (surname::SIMILAR, any(&[&similar("surname"), &beginning("surname")])),
        (surname::DIFFERS_WOMAN, "(sex_l = 'F' OR sex_r = 'F')".to_owned()),
        (surname::DIFFERS, ELSE.to_owned()),
    ]
}

fn forenames() -> Vec<Said> {
    let none = |side: &str| format!("(forename_{side} IS NULL AND known_as_{side} IS NULL)");
    let [same_forename, known_as, nickname] = same_or_known_as_or_nickname();
    vec![
        (0, any(&[&none("l"), &none("r")])),
        (forename::SAME, same_forename),
        (forename::KNOWN_AS, known_as),
        (forename::NICKNAME, nickname),
        (forename::SWAPPED, swapped()),
        (forename::SECOND, is_second()),
        (forename::INITIAL, initial("forename")),
        (forename::ONE_LETTER, one_letter("forename_l", "forename_r")),
        (forename::SOUNDS, sounds_alike("forename")),
        (forename::SIMILAR, similar("forename")),
        (forename::BEGINNING, beginning("forename")),
        (
            forename::FIRST_LETTER,
            all(&[&longer_than_one("forename_l", "forename_r"), "left(forename_l, 1) = left(forename_r, 1)"]),
        ),
        (forename::DIFFERS, ELSE.to_owned()),
    ]
}

fn of_many(value: &str) -> String {
    format!("{value} IN ('{}')", SECOND_OF_MANY.join("', '"))
}

fn second_forenames() -> Vec<Said> {
    let column = "second_forename";
    let (x, y) = ("second_forename_l", "second_forename_r");
    let alike = any(&[
        &share_class("second_forename_nicknames_l", "second_forename_nicknames_r"),
        &one_letter(x, y),
        &sounds_alike(column),
        &similar(column),
        &beginning(column),
    ]);
    vec![
        (0, any(&[&missing(column), &is_second()])),
        (second::OF_MANY, all(&[&same(column), &of_many(x)])),
        (second::SAME, all(&[&same(column), &format!("length({x}) > 1")])),
        (second::INITIAL, initial(column)),
        (second::SIMILAR, alike),
        (second::DIFFERS, ELSE.to_owned()),
    ]
}

/// Parts of a date, `0000-00-00` where all are missing.
fn year(column: &str, side: &str) -> String {
    format!("cast(substr({column}_{side}, 1, 4) AS int)")
}

fn month(column: &str, side: &str) -> String {
    format!("cast(substr({column}_{side}, 6, 2) AS int)")
}

/// One whole date.
fn same_birth() -> String {
    let column = "date_of_birth";
    let whole =
        [(1, 4), (6, 2), (9, 2)].map(|(from, length)| format!("cast(substr({column}_l, {from}, {length}) AS int) > 0"));
    all(&[&same(column), &whole[0], &whole[1], &whole[2]])
}

fn births() -> Vec<Said> {
    let column = "date_of_birth";
    let part = |from: u8, length: u8| {
        let of = |side: &str| format!("substr({column}_{side}, {from}, {length})");
        (of("l"), of("r"))
    };
    let parts = [part(1, 4), part(6, 2), part(9, 2)];
    let agree = parts.each_ref().map(|(x, y)| format!("{x} = {y}"));
    let [same_year, same_month, same_day] = &agree;
    // What one of them does not have is compared with nothing.
    let absent = parts.each_ref().map(|(x, y)| format!("(cast({x} AS int) = 0 OR cast({y} AS int) = 0)"));
    let is_partial = any(&[&absent[0], &absent[1], &absent[2]]);
    let agree_so_far: Vec<String> = absent.iter().zip(&agree).map(|(no, agrees)| any(&[no, agrees])).collect();
    let years = format!("abs({} - {})", year(column, "l"), year(column, "r"));
    let by = |n: u8| all(&[same_month, same_day, &format!("{years} = {n}")]);
    let estimates = ["date_of_birth_l LIKE '%-01-01'", "date_of_birth_r LIKE '%-01-01'"];
    let estimate = any(&estimates);
    // Two estimates have their day in common whatever the years are.
    let one = not(&all(&estimates));
    let digits = |side: &str| format!("replace({column}_{side}, '-', '')");
    let changes = |kind: &str| format!("{kind}({}, {}) = 1", digits("l"), digits("r"));
    let [_, (month_l, month_r), (day_l, day_r)] = &parts;
    let two = |x: &str, y: &str| all(&[x, y]);
    vec![
        (0, any(&[&missing(column), &all(&[&absent[0], &absent[1], &absent[2]])])),
        (Birth::Same as u8, same_birth()),
        // Only a CHI record has `chi_birth_digits`, and only a whole date has `birth_digits`.
        (Birth::ChiDigits as u8, any(&["chi_birth_digits_l = birth_digits_r", "birth_digits_l = chi_birth_digits_r"])),
        (Birth::Partial as u8, all(&[&is_partial, &agree_so_far[0], &agree_so_far[1], &agree_so_far[2]])),
        (Birth::YearByOne as u8, all(&[&not(&is_partial), &one, &by(1)])),
        (Birth::YearByTen as u8, all(&[&not(&is_partial), &one, &by(10)])),
        (
            Birth::DayMonthSwapped as u8,
            all(&[&not(&is_partial), same_year, &format!("{day_l} = {month_r}"), &format!("{month_l} = {day_r}")]),
        ),
        (Birth::Estimate as u8, all(&[&not(&is_partial), &estimate, same_year])),
        (Birth::EstimateNear as u8, all(&[&not(&is_partial), &estimate, &format!("{years} <= 2")])),
        (Birth::OneDigit as u8, all(&[&not(&is_partial), &one, &changes("levenshtein")])),
        (Birth::DigitsSwapped as u8, all(&[&not(&is_partial), &one, &changes("damerau_levenshtein")])),
        (
            Birth::TwoParts as u8,
            all(&[
                &not(&is_partial),
                &one,
                &any(&[&two(same_year, same_month), &two(same_year, same_day), &two(same_month, same_day)]),
            ]),
        ),
        (Birth::SameYear as u8, same_year.clone()),
        (Birth::Differs as u8, ELSE.to_owned()),
    ]
}

fn sexes() -> Vec<Said> {
    let [same_forename, known_as, nickname] = same_or_known_as_or_nickname();
    let told = any(&[&surely(&same_forename), &surely(&known_as), &surely(&nickname), &is_second()]);
    vec![
        (0, any(&[&missing("sex"), &all(&[&same("sex"), &told])])),
        (sex::SAME, same("sex")),
        (sex::DIFFERS, ELSE.to_owned()),
    ]
}

/// Another country's code, or a mistyped one: it has no district.
fn is_foreign(side: &str) -> String {
    format!("(postcode_{side} IS NOT NULL AND postcode_district_{side} IS NULL)")
}

fn places() -> Vec<Said> {
    let street = "(street_l = street_r OR (jaro_winkler_similarity(street_l, street_r) >= 0.93 \
                  AND bit_count(xor(cast(street_letters_l AS bigint), cast(street_letters_r AS bigint))) <= 8))";
    let number = same("house_number");
    let foreign = ["l", "r"].map(is_foreign);
    let both_foreign = all(&[&foreign[0], &foreign[1]]);
    // One of them tells nothing of how far it is
    let unknown = any(&[&missing("postcode"), &format!("({} <> {})", foreign[0], foreign[1])]);
    let same_code = all(&[&same("postcode"), &not(&foreign[0])]);
    let same_foreign = all(&[&both_foreign, &same("postcode")]);
    let slip = all(&[&both_foreign, "damerau_levenshtein(postcode_l, postcode_r) = 1"]);
    // The whole address outweighs a code that is another country's or mistyped
    let whole = all(&[&both_foreign, &number, &same("street")]);
    let near = any(&[&unknown, &same("postcode_district"), &same_foreign, &slip, &whole]);
    let near_street = all(&[&near, street]);
    let building = all(&[&number, &any(&[&same_code, &near_street])]);
    vec![
        (Place::Dwelling as u8, all(&[&building, "flat_l IS NOT DISTINCT FROM flat_r"])),
        (Place::Building as u8, building),
        (Place::Postcode as u8, same_code),
        (Place::Street as u8, near_street),
        (Place::Sector as u8, any(&[&same("postcode_sector"), &same_foreign])),
        (Place::District as u8, any(&[&same("postcode_district"), &slip])),
        (Place::Area as u8, same("postcode_area")),
        (0, all(&[&unknown, &missing("street")])),
        (Place::Elsewhere as u8, ELSE.to_owned()),
    ]
}

fn chis() -> Vec<Said> {
    let near = |x: &str, y: &str| {
        // Ten digits each: a distance of one is another digit, or two neighbours swapped.
        format!("damerau_levenshtein({x}_l, {y}_r) = 1")
    };
    let same_number = any(&[&same("chi"), &crosswise("chi", "current_chi")]);
    let forename = none_before(forenames(), forename::FIRST_LETTER);
    let born = none_before(births(), Birth::TwoParts as u8);
    let other_sex = all(&[&not(&missing("sex")), &not(&same("sex")), &not(&same_birth())]);
    let nobody = all(&[&forename, &any(&[&born, &other_sex])]);
    // A second forename says nothing against another date: it may be a parent's
    let after_a_parent = all(&[&is_second(), &not(&births()[0].1), &born]);
    vec![
        (0, missing("chi")),
        (short::OF_ANOTHER, all(&[&same_number, &any(&[&nobody, &after_a_parent])])),
        (short::SAME, same_number),
        (short::NEAR, any(&[&near("chi", "chi"), &near("chi", "current_chi"), &near("current_chi", "chi")])),
        (short::DIFFERS, ELSE.to_owned()),
    ]
}

fn deaths() -> Vec<Said> {
    let column = "date_of_death";
    let months = |side: &str| format!("({} * 12 + {})", year(column, side), month(column, side));
    let near = any(&[
        &format!("{} = {}", year(column, "l"), year(column, "r")),
        &format!("abs({} - {}) <= 1", months("l"), months("r")),
    ]);
    vec![(0, missing(column)), (short::SAME, same(column)), (short::NEAR, near), (short::DIFFERS, ELSE.to_owned())]
}
