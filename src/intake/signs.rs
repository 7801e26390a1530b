//! What a spreadsheet did to the columns of a file, as its first rows show it before anything is loaded.
//!
//! Signs are kept by column and not by field, so that a column that is mapped anew is judged anew without reading the file again.

use csv::StringRecord;

use super::person_columns::{is_restricted, mark_of_death};
use super::{Field, Kind, Mapping};
use crate::person::{MosaicId, chi, date};
use crate::words::number;

/// Rows that are looked at: what a spreadsheet does, it does to the whole of a column.
pub(super) const ROWS: usize = 10_000;

/// In how many rows a column shows something, and the line of the first.
#[derive(Debug, Clone, Copy, Default)]
struct Sign {
    rows: u64,
    first: u64,
}

impl Sign {
    fn add(&mut self, line: u64, shown: bool) {
        if shown {
            self.rows += 1;
            self.first = if self.rows == 1 { line } else { self.first };
        }
    }
}

#[derive(Debug, Clone, Copy, Default)]
struct Column {
    /// Numbers in scientific form, whose last digits are lost.
    rounded: Sign,
    /// Nine digits, where a CHI has ten.
    nine_digits: Sign,
    /// Ids such as 1.23457E+11, which are rejected, and such as 12.0, which are not.
    id_rounded: Sign,
    id: Sign,
    /// Dates that are real only with day and month in each other's place.
    swapped: Sign,
    /// Days as a spreadsheet counts them, such as 24504.
    serial: Sign,
    /// Years of two digits.
    short_year: Sign,
    /// CHI numbers, whole and valid.
    chi: Sign,
    /// Marks that restrict somebody.
    restricted: Sign,
    /// What is no plain no where a mark says that somebody has died.
    deceased: Sign,
}

/// What the columns of a file show.
#[derive(Debug, Clone, Default)]
pub(super) struct Signs {
    columns: Vec<Column>,
    rows: u64,
}

impl Signs {
    /// Looks at a row.
    pub fn look(&mut self, line: u64, row: &StringRecord) {
        self.rows += 1;
        self.columns.resize(row.len().max(self.columns.len()), Column::default());
        for (column, cell) in self.columns.iter_mut().zip(row) {
            column.restricted.add(line, is_restricted(cell.trim()));
            let mark = mark_of_death(cell.trim());
            let unknown = || matches!(date::read(cell), date::Reading::Missing | date::Reading::Sentinel);
            column.deceased.add(line, mark.unwrap_or_else(|| !unknown()));
            // Long text is none of these
            if cell.is_empty() || cell.len() > 40 || !cell.bytes().any(|b| b.is_ascii_digit()) {
                continue;
            }
            let number = chi::read(Some(cell));
            column.rounded.add(line, number.digits_lost);
            column.nine_digits.add(line, number.zero_restored);
            column.id_rounded.add(line, number.digits_lost && cell.contains('+'));
            column.id.add(line, cell.contains('.') && MosaicId::parse(cell).is_some_and(|id| id.is_of_a_spreadsheet()));
            let date = date::read(cell);
            column.swapped.add(line, date == date::Reading::Swapped);
            if date == date::Reading::Unreadable {
                column.serial.add(line, is_serial_day(cell));
                column.short_year.add(line, has_short_year(cell));
            }
            column.chi.add(line, number.chi.is_some() && !number.zero_restored);
        }
    }

    /// What is wrong with the mapped columns, in sentences with a remedy and without any of the values.
    pub fn warnings(&self, mapping: &Mapping) -> Vec<String> {
        let mut warnings = Vec::new();
        for (field, place) in mapping.columns() {
            let (Some(column), Some(heading)) = (self.columns.get(place), mapping.headings().get(place)) else {
                continue;
            };
            let mut warn = |sign: Sign, what: &str, then: &str| {
                if sign.rows > 0 {
                    let (rows, all) = (number(sign.rows), number(self.rows));
                    let from = sign.first;
                    warnings.push(format!(
                        "{heading}: {rows} of the first {all} rows, from line {from} on, {what}. {then}"
                    ));
                }
            };
            match field {
                Field::Chi | Field::RightChi | Field::Upi | Field::RightUpi => {
                    warn(
                        column.rounded,
                        "hold a number that a spreadsheet rounded, such as 1.10340E+09",
                        "Its last digits are lost, and nobody can be found by it: export the column again as text",
                    );
                    warn(
                        column.nine_digits,
                        "hold nine digits, as where a leading zero was lost",
                        "It is put back with a warning for each: better export the column again as text",
                    );
                }
                Field::Id | Field::RightId | Field::OtherId => {
                    warn(
                        column.id_rounded,
                        "hold an id that a spreadsheet rounded, such as 1.23457E+11",
                        "These rows are rejected: export the column again as text",
                    );
                    warn(
                        column.id,
                        "hold an id as a spreadsheet writes numbers, such as 12.0",
                        "These people would be others than those with the plain id: export the column again as text",
                    );
                }
                Field::Birth | Field::RightBirth | Field::Death | Field::RightDeath => {
                    warn(
                        column.swapped,
                        "hold a date that is real only with its day and month in each other's place",
                        "It is taken as missing, and dates that are real both ways are read as they stand: export dates as 1985-04-19",
                    );
                    warn(
                        column.serial,
                        "hold a day as a spreadsheet counts them, such as 24504",
                        "It is taken as missing: have the spreadsheet show dates, or export them as 1985-04-19",
                    );
                    warn(
                        column.short_year,
                        "hold a year of two digits",
                        "It is taken as missing, for nobody knows which century it is of: export dates as 1985-04-19",
                    );
                }
                Field::Deceased | Field::RightDeceased if self.is_most(column.deceased) => warn(
                    column.deceased,
                    "say that somebody has died",
                    "Only N, no, 0, alive, a dash or an empty field says that nobody has: where most people live, choose another column or \
                     none, or export it anew",
                ),
                Field::Restricted if self.is_most(column.restricted) => warn(
                    column.restricted,
                    "restrict somebody, who is left out of every file then and decided one by one",
                    "Only N, no, 0, a dash or an empty field is none: where most people are not restricted, choose another column or \
                     none, or export it anew",
                ),
                _ => {}
            }
            if field == Field::Chi && mapping.kind == Kind::Mosaic && self.rows >= A_FEW && column.chi.rows == self.rows
            {
                warnings.push(format!(
                    "{heading}: every one of the first {} rows holds a whole CHI number. Where this is the extract of CHI, choose that kind",
                    number(self.rows)
                ));
            }
        }
        warnings
    }

    fn is_most(&self, sign: Sign) -> bool {
        self.rows >= A_FEW && sign.rows * 2 > self.rows
    }
}

/// Fewer rows show no habit.
const A_FEW: u64 = 20;

/// Whether a text is a day as a spreadsheet counts them: from 1910 to 2063, so that no year is one.
fn is_serial_day(text: &str) -> bool {
    let whole = text.trim().strip_suffix(".0").unwrap_or(text.trim());
    whole.len() == 5 && whole.parse::<u32>().is_ok_and(|day| (3_654..60_000).contains(&day))
}

/// Whether a text is a date whose year has two digits: `01/02/67`, `1-Feb-67`.
fn has_short_year(text: &str) -> bool {
    let parts: Vec<&str> = text.trim().split(['/', '-', '.', ' ']).collect();
    let short = |part: &str| (1..=2).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit());
    let month =
        |part: &str| short(part) || (3..=9).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_alphabetic());
    matches!(parts[..], [day, middle, year] if short(day) && month(middle) && short(year) && year.len() == 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn warnings(rows: &[[&str; 3]]) -> Vec<String> {
        let headings = ["PersonID", "DOB", "CHI"].map(str::to_owned);
        let mut signs = Signs::default();
        for (n, row) in rows.iter().enumerate() {
            signs.look(n as u64 + 2, &StringRecord::from(row.to_vec()));
        }
        signs.warnings(&Mapping::guess(Kind::Mosaic, &headings))
    }

    #[test]
    fn what_a_spreadsheet_did_to_a_column_is_named_with_its_heading_and_first_line() {
        let found = warnings(&[
            ["1", "1985-04-19", "1904851231"],
            ["12.0", "04/19/1985", "1.10340E+09"],
            ["1.23457E+11", "", "101336489"],
            ["4", "", "1.90485E+09"],
        ]);
        let begins = [
            "PersonID: 1 of the first 4 rows, from line 4 on, hold an id that a spreadsheet rounded",
            "PersonID: 1 of the first 4 rows, from line 3 on, hold an id as a spreadsheet writes",
            "CHI: 2 of the first 4 rows, from line 3 on, hold a number that a spreadsheet rounded",
            "CHI: 1 of the first 4 rows, from line 4 on, hold nine digits",
            "DOB: 1 of the first 4 rows, from line 3 on, hold a date that is real only",
        ];
        assert_eq!(found.len(), begins.len(), "{found:?}");
        for begins in begins {
            assert!(found.iter().any(|words| words.starts_with(begins)), "{begins}: {found:?}");
        }
    }

    #[test]
    fn serial_days_years_of_two_digits_a_mark_on_everybody_and_numbers_in_every_row_are_named() {
        let headings = ["PersonID", "DOB", "CHI", "Restricted", "Deceased"].map(str::to_owned);
        let said = |dob: &str, chi: &str, restricted: &str| {
            let deceased = if restricted == "-" { "NULL" } else { "Alive" };
            let mut signs = Signs::default();
            for n in 0..20 {
                signs.look(n + 2, &StringRecord::from(vec!["A", dob, chi, restricted, deceased]));
            }
            signs.warnings(&Mapping::guess(Kind::Mosaic, &headings))
        };
        assert_eq!(said("1985-04-19", "", "-"), [""; 0]);
        for (dob, says) in [("24504", "such as 24504"), ("01/02/67", "two digits"), ("1-Feb-67", "two digits")] {
            let found = said(dob, "", "N");
            assert!(found.len() == 1 && found[0].contains(says), "{dob}: {found:?}");
        }
        let found = said("1985-04-19", "1904851231", "Level 2");
        assert!(found.len() == 2, "{found:?}");
        assert!(found[0].contains("restrict somebody") || found[1].contains("restrict somebody"), "{found:?}");
        assert!(found.iter().any(|words| words.contains("holds a whole CHI number")), "{found:?}");
    }

    #[test]
    fn an_ordinary_file_has_no_signs_and_nine_digits_are_some_only_where_a_chi_should_be() {
        assert_eq!(
            warnings(&[["1", "19/04/1985", "1904851231"], ["123456789", "", ""], ["A-12", "1985", "NULL"]]),
            [""; 0]
        );
    }
}
