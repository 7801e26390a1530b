//! A row to a candidate pair.
//!
//! Pair files name their sides in many ways, and not always rightly: Splink orders the sides by its own lights, so a CHI
//! may stand on the left of some rows. So where no heading says what an id is, its value does.

use csv::StringRecord;

use super::person_columns::{PersonColumns, text};
use super::{Delimiter, Field, Kind, Plan, Reject};
use crate::person::chi::{self, Scheme};
use crate::person::{Chi, ChiRecord, Finding, MosaicId, MosaicRecord};

/// A candidate pair that somebody else made.
#[derive(Debug, Clone, PartialEq)]
pub struct PairRow {
    /// The Mosaic side.
    pub left: PairSide,
    /// The other side: a CHI for a link, a second Mosaic record for a duplicate.
    pub right: PairSide,
    /// The match weight, where the file has one; finite.
    pub weight: Option<f64>,
    /// The match probability, where the file has one; from 0 to 1.
    pub probability: Option<f64>,
    /// Whether both sides are Mosaic records.
    pub duplicates: bool,
}

/// One side of a candidate pair: a reference in a narrow file, a whole record in a wide one.
#[derive(Debug, Clone, PartialEq)]
pub enum PairSide {
    /// A Mosaic record, by id.
    MosaicRef(MosaicId),
    /// A CHI record, by number.
    ChiRef(Chi),
    /// A whole Mosaic record.
    Mosaic(MosaicRecord),
    /// A whole CHI record.
    Chi(ChiRecord),
}

impl PairSide {
    /// The Mosaic id, where the side is a Mosaic record.
    pub fn mosaic_id(&self) -> Option<&MosaicId> {
        match self {
            Self::MosaicRef(id) => Some(id),
            Self::Mosaic(record) => Some(&record.id),
            Self::ChiRef(_) | Self::Chi(_) => None,
        }
    }

    /// The CHI number, where the side is a CHI record.
    pub fn chi(&self) -> Option<Chi> {
        match self {
            Self::ChiRef(chi) => Some(*chi),
            Self::Chi(record) => Some(record.chi),
            Self::MosaicRef(_) | Self::Mosaic(_) => None,
        }
    }
}

/// Rows that are looked at to learn what a column of ids holds.
pub(crate) const LOOKED_AT: usize = 500;

/// What the values of an id column look like.
#[derive(Debug, Clone, Copy, Default)]
struct Values {
    filled: usize,
    /// Valid CHI numbers.
    chis: usize,
    /// Values of nine or ten digits.
    ten_digits: usize,
}

impl Values {
    fn look(&mut self, text: &str) {
        if !text.is_empty() {
            self.filled += 1;
            self.chis += usize::from(chi::read(Some(text)).chi.is_some());
            self.ten_digits +=
                usize::from(matches!(text.len(), 9 | 10) && text.bytes().all(|byte| byte.is_ascii_digit()));
        }
    }

    /// A column of CHI numbers, a few bad ones among them.
    fn mostly_chis(self) -> bool {
        self.chis > 0 && self.chis * 2 >= self.filled
    }

    /// CHI numbers among other ids. By chance one number in a hundred of ten digits is a valid CHI, or in a narrow range
    /// of ids one in five.
    fn some_chis(self) -> bool {
        self.chis > 0 && self.chis * 2 >= self.ten_digits
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Names {
    Mosaic,
    Chi,
}

/// Reads the pairs of one file.
pub(crate) struct Pairs {
    wide: bool,
    left: PersonColumns,
    right: PersonColumns,
    left_values: Values,
    right_values: Values,
    left_source: Option<usize>,
    right_source: Option<usize>,
    weight: Option<usize>,
    probability: Option<usize>,
    decimal_comma: bool,
}

impl Pairs {
    /// A reader for a file, of which some first rows were looked at.
    pub fn new(plan: &Plan, first_rows: &[StringRecord]) -> Self {
        let mapping = &plan.mapping;
        let (left, right) = (PersonColumns::of(mapping, false), PersonColumns::of(mapping, true));
        let (mut left_values, mut right_values) = (Values::default(), Values::default());
        for row in first_rows {
            left_values.look(left.id(row));
            right_values.look(right.id(row));
        }
        Self {
            wide: mapping.kind == Kind::WidePairs,
            left,
            right,
            left_values,
            right_values,
            left_source: mapping.get(Field::LeftSource),
            right_source: mapping.get(Field::RightSource),
            weight: mapping.get(Field::Weight),
            probability: mapping.get(Field::Probability),
            decimal_comma: plan.format.text().is_some_and(|text| text.delimiter != Delimiter::Comma),
        }
    }

    /// The pair of a row, and whether its CHI stood on the first side.
    pub fn read(&self, row: &StringRecord, findings: &mut Vec<Finding>) -> Result<(PairRow, bool), Reject> {
        if self.left.is_headings(row) {
            return Err(Reject::HeadingsAgain);
        }
        let left = self.left.id(row);
        let (right, right_is) = match self.right.id(row) {
            // No second id: the second person's CHI names them.
            "" => (self.right.chi(row), Some(Names::Chi)),
            id => (id, source(text(row, self.right_source))),
        };
        let left_is = source(text(row, self.left_source));
        let (left_is, right_is) = (
            left_is.unwrap_or_else(|| by_value(left, self.left_values, right, self.right_values)),
            right_is.unwrap_or_else(|| by_value(right, self.right_values, left, self.left_values)),
        );
        let swapped = match (left_is, right_is) {
            (Names::Chi, Names::Chi) => return Err(Reject::TwoChis),
            (Names::Chi, Names::Mosaic) => true,
            (Names::Mosaic, _) => false,
        };
        let first = self.side(row, &self.left, left, left_is, findings)?;
        let second = self.side(row, &self.right, right, right_is, findings)?;
        let weight = self.weight(text(row, self.weight))?;
        let probability = self.probability(text(row, self.probability))?;
        let (left, right) = if swapped { (second, first) } else { (first, second) };
        let duplicates = right.mosaic_id().is_some();
        Ok((PairRow { left, right, weight, probability, duplicates }, swapped))
    }

    fn side(
        &self,
        row: &StringRecord,
        columns: &PersonColumns,
        name: &str,
        is: Names,
        findings: &mut Vec<Finding>,
    ) -> Result<PairSide, Reject> {
        match (is, self.wide) {
            (Names::Mosaic, _) if name.is_empty() => Err(Reject::NoId),
            (Names::Mosaic, wide) => {
                let id = MosaicId::parse(name).ok_or_else(|| Reject::id(name))?;
                Ok(if wide {
                    PairSide::Mosaic(columns.mosaic(row, id, findings).to_record())
                } else {
                    PairSide::MosaicRef(id)
                })
            }
            (Names::Chi, true) => {
                columns.chi_record(row, name, findings).map(|record| PairSide::Chi(record.to_record()))
            }
            (Names::Chi, false) => {
                let reading = chi::read(Some(name));
                let chi = reading.chi.ok_or_else(|| Reject::chi(&reading))?;
                findings.extend(reading.findings());
                if reading.scheme == Some(Scheme::Modulus10) {
                    findings.push(Finding::Modulus10Only);
                }
                Ok(PairSide::ChiRef(chi))
            }
        }
    }

    fn weight(&self, text: &str) -> Result<Option<f64>, Reject> {
        match self.number(text) {
            None => Ok(None),
            Some(None) => Err(Reject::WeightNotANumber),
            Some(Some(weight)) if !weight.is_finite() => Err(Reject::WeightNotFinite),
            Some(weight) => Ok(weight),
        }
    }

    fn probability(&self, text: &str) -> Result<Option<f64>, Reject> {
        match self.number(text) {
            None => Ok(None),
            Some(None) => Err(Reject::ProbabilityNotANumber),
            Some(Some(value)) if !value.is_finite() => Err(Reject::ProbabilityNotFinite),
            Some(Some(value)) if !(0.0..=1.0).contains(&value) => Err(Reject::ProbabilityOutOfRange),
            Some(probability) => Ok(probability),
        }
    }

    /// Nothing for an empty field, else the number, where it is one.
    fn number(&self, text: &str) -> Option<Option<f64>> {
        if text.is_empty() {
            return None;
        }
        let number = text.parse().ok();
        // `0,98` stands where commas do not separate fields.
        let comma = self.decimal_comma && number.is_none() && !text.contains('.');
        Some(if comma { text.replacen(',', ".", 1).parse().ok() } else { number })
    }
}

/// What Splink's name for the data set of a side says of it.
fn source(name: &str) -> Option<Names> {
    let name = name.to_ascii_lowercase();
    if name.contains("chi") && !name.contains("child") {
        Some(Names::Chi)
    } else if ["mosaic", "council", "social"].iter().any(|word| name.contains(word)) {
        Some(Names::Mosaic)
    } else {
        None
    }
}

/// What an id names, by its value, those of its column and the other side.
fn by_value(id: &str, column: Values, other: &str, other_column: Values) -> Names {
    let is_chi = |id: &str| chi::read(Some(id)).chi.is_some();
    if column.mostly_chis() {
        // Among CHI numbers, what is none is a bad CHI; unless the row is the other way round.
        let reversed = !other_column.mostly_chis() && !id.is_empty() && !is_chi(id) && is_chi(other);
        return if reversed { Names::Mosaic } else { Names::Chi };
    }
    if column.some_chis() && is_chi(id) { Names::Chi } else { Names::Mosaic }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::super::seen::Seen;
    use super::*;
    use crate::intake::{Format, LineEnding, Mapping, TextEncoding, TextFormat};

    const A: &str = "1904851231";
    const B: &str = "0101336489";
    const C: &str = "0211165794";

    fn read(kind: Kind, headings: &str, rows: &[&str]) -> Vec<Result<PairRow, Reject>> {
        let split = |line: &str| line.split(';').map(str::to_owned).collect::<Vec<String>>();
        let format = Format::Text(TextFormat {
            encoding: TextEncoding::Utf8,
            delimiter: Delimiter::Semicolon,
            line_ending: LineEnding::Lf,
            bom: false,
            sep_line: false,
        });
        let mapping = Mapping::guess(kind, &split(headings));
        assert_eq!(mapping.missing_required(), []);
        let plan = Plan { path: "pairs.csv".into(), format, mapping, sha256: String::new() };
        let rows: Vec<StringRecord> = rows.iter().map(|row| StringRecord::from(split(row))).collect();
        let pairs = Pairs::new(&plan, &rows);
        let mut seen = Seen::default();
        let mut read = |(row, line)| {
            let (pair, swapped) = pairs.read(row, &mut Vec::new())?;
            seen.pair(&pair, swapped, line).map_or(Ok(pair), Err)
        };
        rows.iter().zip(2..).map(&mut read).collect()
    }

    fn names(pair: &Result<PairRow, Reject>) -> (String, String) {
        let name = |side: &PairSide| match (side.mosaic_id(), side.chi()) {
            (Some(id), _) => id.to_string(),
            (_, chi) => chi.unwrap().to_string(),
        };
        let pair = pair.as_ref().unwrap();
        (name(&pair.left), name(&pair.right))
    }

    fn pair(left: &str, right: &str) -> (String, String) {
        (left.to_owned(), right.to_owned())
    }

    #[test]
    fn a_second_column_of_valid_chis_makes_links_and_of_ids_duplicates() {
        let links = read(Kind::NarrowPairs, "unique_id_l;unique_id_r", &[&format!("7;{A}"), &format!("8;{B}")]);
        assert!(links.iter().all(|pair| !pair.as_ref().unwrap().duplicates));
        let duplicates = read(Kind::NarrowPairs, "unique_id_l;unique_id_r", &["7;8", "8;9"]);
        assert!(duplicates.iter().all(|pair| pair.as_ref().unwrap().duplicates));
    }

    #[test]
    fn a_chi_on_the_left_is_put_right_by_its_value() {
        let rows = [format!("7;{A}"), format!("{B};8"), format!("9;{C}")];
        let rows: Vec<&str> = rows.iter().map(String::as_str).collect();
        let pairs = read(Kind::NarrowPairs, "unique_id_l;unique_id_r", &rows);
        assert_eq!(pairs.iter().map(names).collect::<Vec<_>>(), [pair("7", A), pair("8", B), pair("9", C)]);
    }

    #[test]
    fn a_whole_column_of_chis_may_come_first() {
        let pairs = read(Kind::NarrowPairs, "id_l;id_r", &[&format!("{A};7"), &format!("{B};8")]);
        assert_eq!(pairs.iter().map(names).collect::<Vec<_>>(), [pair("7", A), pair("8", B)]);
    }

    #[test]
    fn a_bad_chi_among_chis_is_refused_and_not_taken_for_an_id() {
        let pairs = read(Kind::NarrowPairs, "PersonID;unique_id_r", &[&format!("7;{A}"), "8;1904851232"]);
        assert!(matches!(pairs[1], Err(Reject::ChiNotValid { .. })));
        let pairs = read(Kind::NarrowPairs, "PersonID;CHI", &["7;8", "8;"]);
        assert!(matches!(pairs[0], Err(Reject::ChiNotValid { .. })));
        assert_eq!(pairs[1], Err(Reject::NoChi));
    }

    #[test]
    fn ids_of_ten_digits_stay_ids_though_one_of_them_is_a_valid_chi() {
        let rows =
            ["1000000001;1000000002", "1000000003;1000000004", "1000000005;1000000006", &format!("1000000007;{A}")];
        assert!(read(Kind::NarrowPairs, "id_l;id_r", &rows).iter().all(|pair| pair.as_ref().unwrap().duplicates));
    }

    #[test]
    fn a_source_name_outweighs_values() {
        let headings = "source_dataset_l;source_dataset_r;unique_id_l;unique_id_r";
        let rows = [format!("chi;mosaic;{A};7"), format!("mosaic;mosaic;7;{B}")];
        let rows: Vec<&str> = rows.iter().map(String::as_str).collect();
        let pairs = read(Kind::NarrowPairs, headings, &rows);
        assert_eq!(names(&pairs[0]), pair("7", A));
        assert_eq!(names(&pairs[1]), pair("7", B));
        assert!(pairs[1].as_ref().unwrap().duplicates);
    }

    #[test]
    fn self_repeated_and_reversed_pairs_are_refused_with_the_first_line() {
        let duplicates = read(Kind::NarrowPairs, "id_l;id_r", &["7;8", "7;7", "7;8", "8;7", "8;9"]);
        assert_eq!(duplicates[1], Err(Reject::SelfPair));
        assert_eq!(duplicates[2], Err(Reject::PairRepeated { first: 2 }));
        assert_eq!(duplicates[3], Err(Reject::PairReversed { first: 2 }));
        assert!(duplicates[4].is_ok());
        let rows = [format!("7;{A}"), format!("7;{A}"), format!("{A};7"), format!("7;{B}")];
        let rows: Vec<&str> = rows.iter().map(String::as_str).collect();
        let links = read(Kind::NarrowPairs, "id_l;id_r", &rows);
        assert_eq!(links[1], Err(Reject::PairRepeated { first: 2 }));
        assert_eq!(links[2], Err(Reject::PairReversed { first: 2 }));
        assert!(links[3].is_ok());
    }

    #[test]
    fn scores_that_are_no_numbers_or_out_of_range_are_refused() {
        let score = |weight: &str, probability: &str| {
            let row = format!("7;{A};{weight};{probability}");
            read(Kind::NarrowPairs, "id_l;id_r;match_weight;match_probability", &[&row]).remove(0)
        };
        for (weight, reason) in [
            ("much", Reject::WeightNotANumber),
            ("NaN", Reject::WeightNotFinite),
            ("inf", Reject::WeightNotFinite),
            ("-Infinity", Reject::WeightNotFinite),
            ("1e999", Reject::WeightNotFinite),
        ] {
            assert_eq!(score(weight, "0.5"), Err(reason), "{weight}");
        }
        for (probability, reason) in [
            ("likely", Reject::ProbabilityNotANumber),
            ("nan", Reject::ProbabilityNotFinite),
            ("1.0001", Reject::ProbabilityOutOfRange),
            ("-0.1", Reject::ProbabilityOutOfRange),
        ] {
            assert_eq!(score("1", probability), Err(reason), "{probability}");
        }
        let pair = score("-12.5", "0,98").unwrap();
        assert_eq!((pair.weight, pair.probability), (Some(-12.5), Some(0.98)));
        let pair = score("", "").unwrap();
        assert_eq!((pair.weight, pair.probability), (None, None));
    }

    #[test]
    fn a_row_refused_for_its_score_does_not_count_as_the_first_of_its_pair() {
        let rows = [format!("7;{A};NaN"), format!("7;{A};1")];
        let rows: Vec<&str> = rows.iter().map(String::as_str).collect();
        let pairs = read(Kind::NarrowPairs, "id_l;id_r;weight", &rows);
        assert!(pairs[0].is_err() && pairs[1].is_ok());
    }

    #[test]
    fn wide_rows_hold_both_people_whole() {
        let headings = "MOSAIC_ID;MOSAIC_SURNAME;MOSAIC_DOB;MOSAIC_CHI;CHI_NUMBER;CHI_SURNAME;CHI_DOB;CHI_STATUS";
        let row = format!("7;Kerr;19/04/1985;;{A};KERR;19850419;C");
        let pair = read(Kind::WidePairs, headings, &[&row]).remove(0).unwrap();
        let (PairSide::Mosaic(left), PairSide::Chi(right)) = (&pair.left, &pair.right) else { panic!("{pair:?}") };
        assert_eq!((left.id.as_str(), &*left.details.surname), ("7", "Kerr"));
        assert_eq!(left.details.birth, right.details.birth);
        assert_eq!(right.chi.to_string(), A);
    }

    #[test]
    fn wide_rows_of_two_mosaic_records_are_duplicates_and_reversed_links_are_put_right() {
        let headings = "unique_id_l;surname_l;dob_l;unique_id_r;surname_r;dob_r";
        let pairs = read(Kind::WidePairs, headings, &["7;Kerr;1985;8;Carr;1985"]);
        assert!(pairs[0].as_ref().unwrap().duplicates);
        let pair = read(Kind::WidePairs, headings, &[&format!("{A};KERR;1985;8;Carr;1986")]).remove(0).unwrap();
        let (PairSide::Mosaic(left), PairSide::Chi(right)) = (&pair.left, &pair.right) else { panic!("{pair:?}") };
        assert_eq!((&*left.details.surname, &*right.details.surname), ("Carr", "KERR"));
    }
}
