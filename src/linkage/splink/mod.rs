//! The trained model as Splink knows it: settings that the real Splink loads and predicts with, and the records that
//! they compare.
//!
//! Splink's settings file is the field's exchange format, and Splink runs where one machine is not enough. What both can
//! say agrees: every level's `m` and `u` are those of the [`Model`], so the weight that Splink gives a comparison is ours.
//!
//! What Splink has no words for stays here, and its total weights differ by that much: what is taken off for agreements
//! that come together in different people (households, twins, namesakes), how far a rare name counts within a home, and
//! the competition of candidates with each other and with "no match". Frequencies of surnames, forenames and dates of
//! birth are Splink's own term frequencies, which it counts over the records it is given; ours are those of the CHI file for
//! links, and of Mosaic for duplicates.
//!
//! | file | what it holds |
//! |---|---|
//! | `sql` | the table of levels and their SQL |
//! | `records` | the columns that the SQL compares |

mod records;
mod sql;

pub use records::{COLUMNS, Records};

use serde_json::{Value, json};

use super::levels::{forename, surname};
use super::model::{ComparisonModel, Parameters};
use super::{Comparison, Model, Side};
use crate::linkage::birth::Birth;

/// Which pairs Splink compares. Few and selective, since Splink holds every pair; a data team may well add its own.
const BLOCKING: [&str; 12] = [
    "l.surname = r.surname AND l.date_of_birth = r.date_of_birth",
    "l.forename = r.forename AND l.date_of_birth = r.date_of_birth",
    "l.surname = r.surname AND l.forename = r.forename AND l.postcode_district = r.postcode_district",
    "l.date_of_birth = r.date_of_birth AND l.postcode = r.postcode",
    "l.surname = r.surname AND l.postcode = r.postcode",
    "l.forename = r.forename AND l.postcode = r.postcode",
    "l.previous_surname = r.surname AND l.date_of_birth = r.date_of_birth",
    "l.surname = r.previous_surname AND l.date_of_birth = r.date_of_birth",
    "l.forename_as_surname = r.surname AND l.date_of_birth = r.date_of_birth",
    "l.chi = r.chi",
    "l.chi = r.current_chi",
    "l.current_chi = r.chi",
];

/// The name of a comparison's columns in Splink's predictions: `mw_surname` holds the weight of `surname`.
pub fn column(comparison: Comparison) -> &'static str {
    sql::column(comparison)
}

/// Splink settings for pairs of a Mosaic record with a record of the other side: for links, [`Side::Chi`]; for
/// duplicates, [`Side::Mosaic`].
///
/// They are for the DuckDB backend and for the columns of [`COLUMNS`].
pub fn settings(model: &Model, other: Side) -> Value {
    let (parameters, link_type, uid) = match other {
        Side::Chi => (&model.links, "link_only", "stewartry_links"),
        Side::Mosaic => (&model.duplicates, "dedupe_only", "stewartry_duplicates"),
    };
    with_unsaid(parameters, link_type, uid, sql::UNSAID)
}

fn with_unsaid(parameters: &Parameters, link_type: &str, uid: &str, unsaid: &[(Comparison, u8, &str)]) -> Value {
    let odds = parameters.prior.exp2();
    let comparisons: Vec<Value> = Comparison::ALL
        .into_iter()
        .zip(&parameters.comparisons)
        .map(|(comparison, learned)| compared(comparison, learned, unsaid))
        .collect();
    let blocking: Vec<Value> =
        BLOCKING.iter().map(|rule| json!({ "blocking_rule": rule, "sql_dialect": "duckdb" })).collect();
    json!({
        "link_type": link_type,
        "sql_dialect": "duckdb",
        "linker_uid": uid,
        "unique_id_column_name": "unique_id",
        "source_dataset_column_name": "source_dataset",
        "probability_two_random_records_match": odds / (1.0 + odds),
        "retain_matching_columns": false,
        "retain_intermediate_calculation_columns": true,
        "blocking_rules_to_generate_predictions": blocking,
        "comparisons": comparisons,
    })
}

/// One comparison. Levels that SQL cannot say fall to the last, as their pairs do.
fn compared(comparison: Comparison, learned: &ComparisonModel, unsaid: &[(Comparison, u8, &str)]) -> Value {
    let reason = |level: u8| unsaid.iter().find(|(c, l, _)| (*c, *l) == (comparison, level)).map(|(_, _, why)| *why);
    let said: Vec<sql::Said> =
        sql::said(comparison).into_iter().filter(|(level, _)| reason(*level).is_none()).collect();
    let mut description = vec![format!("{}, as Stewartry compares it.", comparison.words())];
    description.extend([sql::remark(comparison)].into_iter().filter(|it| !it.is_empty()).map(str::to_owned));
    let (mut m_left, mut u_left) = (0.0, 0.0);
    let beyond = |index: usize| sql::BEYOND.iter().find(|(c, at, _)| (*c, usize::from(*at)) == (comparison, index));
    for (index, level) in learned.levels.iter().enumerate() {
        if let Some((.., why)) = beyond(index) {
            description.push(format!("\"{}\" is not compared here: {why}.", level.label));
        } else if said.iter().all(|(level, _)| usize::from(*level) != index) {
            (m_left, u_left) = (m_left + level.m, u_left + level.u);
            let why = u8::try_from(index).ok().and_then(reason).unwrap_or("it has no SQL yet");
            description.push(format!("\"{}\" counts as the last level here: {why}.", level.label));
        }
    }
    let levels: Vec<Value> = said
        .iter()
        .filter_map(|(level, condition)| {
            let learned = learned.levels.get(usize::from(*level))?;
            let mut it = json!({ "sql_condition": condition, "label_for_charts": learned.label });
            if sql::is_missing(comparison, *level) {
                it["is_null_level"] = json!(true);
                return Some(it);
            }
            // The weight is what counts; where it was held within bounds, `u` is what gives it.
            let (mut m, mut u) = (learned.m.max(1e-9), learned.m.max(1e-9) / learned.weight.exp2());
            if condition == sql::ELSE {
                (m, u) = (m + m_left, u + u_left);
            }
            (it["m_probability"], it["u_probability"]) = (json!(m), json!(u));
            if let Some(column) = frequent(comparison, *level) {
                it["tf_adjustment_column"] = json!(column);
                // Against this level's own `u`, whether or not Splink sees that it is an exact agreement.
                it["disable_tf_exact_match_detection"] = json!(true);
            }
            Some(it)
        })
        .collect();
    json!({
        "output_column_name": sql::column(comparison),
        "comparison_description": description.join(" "),
        "comparison_levels": levels,
    })
}

/// The column whose value's frequency counts in a level, where Splink can count it: agreement on the value itself.
fn frequent(comparison: Comparison, level: u8) -> Option<&'static str> {
    match comparison {
        Comparison::Surname if level == surname::SAME => Some("surname"),
        Comparison::Forename if level == forename::SAME => Some("forename"),
        Comparison::Birth if level == Birth::Same as u8 => Some("date_of_birth"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn levels<'a>(settings: &'a Value, column: &str) -> &'a Vec<Value> {
        let comparisons = settings["comparisons"].as_array().unwrap();
        let found = comparisons.iter().find(|c| c["output_column_name"] == column).unwrap();
        found["comparison_levels"].as_array().unwrap()
    }

    #[test]
    fn every_level_has_its_sql_or_a_reason_why_not() {
        for comparison in Comparison::ALL {
            let said = sql::said(comparison);
            for (index, level) in comparison.levels().iter().enumerate() {
                let times = said.iter().filter(|(at, _)| usize::from(*at) == index).count();
                let unsaid = sql::UNSAID.iter().filter(|(c, at, _)| (*c, usize::from(*at)) == (comparison, index));
                let beyond = sql::BEYOND.iter().filter(|(c, at, _)| (*c, usize::from(*at)) == (comparison, index));
                let reasons: Vec<&str> = unsaid.chain(beyond).map(|(.., why)| *why).collect();
                assert!(
                    times + reasons.len() == 1 && reasons.iter().all(|why| !why.is_empty()),
                    "{comparison:?}, level {index} ({:?}): give it one condition in src/linkage/splink/sql.rs, or one reason",
                    level.label
                );
            }
            let known = |level: u8| usize::from(level) < comparison.levels().len();
            assert!(said.iter().all(|(level, _)| known(*level)), "{comparison:?} has a condition for a level it lost");
            let (last, rest) = said.split_last().unwrap();
            assert_eq!(last.1, sql::ELSE, "{comparison:?}");
            assert!(rest.iter().all(|(_, condition)| condition != sql::ELSE), "{comparison:?}");
        }
    }

    #[test]
    fn every_column_that_the_sql_compares_is_written() {
        let conditions: Vec<String> =
            Comparison::ALL.into_iter().flat_map(sql::said).map(|(_, condition)| condition).collect();
        let words = conditions.iter().flat_map(|c| c.split(|c: char| !c.is_ascii_alphanumeric() && c != '_'));
        let columns = words.filter_map(|word| word.strip_suffix("_l").or_else(|| word.strip_suffix("_r")));
        for column in columns {
            assert!(COLUMNS.contains(&column), "{column}");
        }
        for rule in BLOCKING {
            for word in rule.split([' ', '=']).filter_map(|w| w.strip_prefix("l.").or_else(|| w.strip_prefix("r."))) {
                assert!(COLUMNS.contains(&word), "{word}");
            }
        }
    }

    #[test]
    fn splink_weighs_each_level_as_the_model_does() {
        let model = Model::reference();
        for (other, parameters) in [(Side::Chi, &model.links), (Side::Mosaic, &model.duplicates)] {
            let settings = settings(&model, other);
            for (comparison, learned) in Comparison::ALL.into_iter().zip(&parameters.comparisons) {
                for ((level, _), written) in sql::said(comparison).iter().zip(levels(&settings, column(comparison))) {
                    let learned = &learned.levels[usize::from(*level)];
                    assert_eq!(written["label_for_charts"], json!(learned.label));
                    if written["is_null_level"] == json!(true) {
                        assert_eq!(learned.weight, 0.0);
                        continue;
                    }
                    let [m, u] = ["m_probability", "u_probability"].map(|key| written[key].as_f64().unwrap());
                    assert!(((m / u).log2() - learned.weight).abs() < 1e-9, "{comparison:?}: {}", learned.label);
                }
            }
            let prior = settings["probability_two_random_records_match"].as_f64().unwrap();
            assert!(((prior / (1.0 - prior)).log2() - parameters.prior).abs() < 1e-9);
        }
    }

    #[test]
    fn a_level_that_sql_cannot_say_leaves_its_mass_to_the_last_and_is_named() {
        let parameters = Parameters::reference(150_000.0, 0.9);
        let unsaid = [(Comparison::Surname, surname::SOUNDS, "there is no function for it")];
        let settings = with_unsaid(&parameters, "link_only", "x", &unsaid);
        let written = levels(&settings, "surname");
        assert!(written.iter().all(|level| level["label_for_charts"] != "Sounds the same"));
        for key in ["m_probability", "u_probability"] {
            let sum: f64 = written.iter().filter_map(|level| level[key].as_f64()).sum();
            assert!((sum - 1.0).abs() < 1e-9, "{key} adds up to {sum}");
        }
        let described = settings["comparisons"][0]["comparison_description"].as_str().unwrap();
        assert!(described.contains("\"Sounds the same\" counts as the last level here: there is no function for it."));
    }
}
