//! Whether the days and months of a file have changed places.
//!
//! `04/05/1985` is a real date both ways, so no row alone shows that its file was written month first. Two things do:
//! the dates with a day above 12, which are real in one order only, and the CHI numbers beside them, which begin with the
//! date of birth as `DDMMYY` and pass through a spreadsheet's hands as they are.

use super::noticed::Lines;
use crate::intake::{PairSide, Row};
use crate::person::{Chi, Details, Finding, PartialDate};
use crate::stewardship::suspicions::{A_FEW, Suspicion, SuspicionKind};
use crate::words::number;

/// Fewer dates than these show no order, and no more than these are needed where nothing speaks for the other.
const LEAST: u64 = 3;

/// What the dates of a file show of their order.
#[derive(Default)]
pub(super) struct DateOrder {
    /// Dates that are real with the day first only, as they were read.
    day_first: u64,
    /// Rows with a date that is real with the month first only, which was not read.
    month_first: u64,
    month_first_lines: Lines,
    /// Dates that are real both ways, and were read day first.
    either: u64,
    /// Of dates of birth that are real both ways, and beside which a CHI stands: as in the CHI, and the other way round.
    as_in_chi: u64,
    swapped_in_chi: u64,
    swapped_lines: Lines,
}

impl DateOrder {
    /// Takes in a row.
    pub(super) fn add(&mut self, line: u64, row: &Row, findings: &[Finding]) {
        match row {
            Row::Mosaic(record) => self.person(line, &record.details, record.chi),
            Row::Chi(record) => self.person(line, &record.details, Some(record.chi)),
            Row::Pair(pair) => {
                for side in [&pair.left, &pair.right] {
                    match side {
                        PairSide::Mosaic(record) => self.person(line, &record.details, record.chi),
                        PairSide::Chi(record) => self.person(line, &record.details, Some(record.chi)),
                        PairSide::MosaicRef(_) | PairSide::ChiRef(_) => {}
                    }
                }
            }
            Row::Relationship(_) => {}
        }
        if findings.contains(&Finding::SwappedDate) {
            self.month_first += 1;
            self.month_first_lines.add(line);
        }
    }

    fn person(&mut self, line: u64, details: &Details, chi: Option<Chi>) {
        for date in [details.birth, details.death].into_iter().flatten() {
            self.either += u64::from(date.swapped().is_some());
            self.day_first += u64::from(date.is_whole() && date.day > Some(12));
        }
        let agrees = |date: &PartialDate| chi.and_then(|chi| chi.agrees_with_birth(date)) == Some(true);
        if let Some(birth) = details.birth
            && let Some(swapped) = birth.swapped()
        {
            if agrees(&birth) {
                self.as_in_chi += 1;
            } else if agrees(&swapped) {
                self.swapped_in_chi += 1;
                self.swapped_lines.add(line);
            }
        }
    }

    /// What looks wrong about the order of the dates. A slip in one row or two is none; a file that was put together from two, of
    /// which one has the month first, is found where those are one date in ten, or in twenty of those with a day above 12.
    pub(super) fn suspicion(&self) -> Option<Suspicion> {
        let Self { day_first, month_first, either, as_in_chi, swapped_in_chi: swapped, .. } = *self;
        let alone = day_first == 0 && month_first > 0 && month_first + either >= LEAST;
        let by_days = either > 0 && (alone || (month_first >= A_FEW && month_first * 20 > month_first + day_first));
        let both_ways = swapped + as_in_chi;
        let by_chi = swapped >= LEAST && (swapped >= as_in_chi || (swapped >= A_FEW && swapped * 10 > both_ways));
        let days = || {
            format!(
                "In {} ({}) a date is real only with its day and month in each other's place, and {} {} only as they stand. \
                 {} more {} real both ways, and would be read as they stand",
                if month_first == 1 { "1 row".to_owned() } else { format!("{} rows", number(month_first)) },
                self.month_first_lines.words(month_first),
                if day_first == 0 { "no".to_owned() } else { number(day_first) },
                if day_first == 1 { "date is" } else { "dates are" },
                number(either),
                if either == 1 { "is" } else { "are" }
            )
        };
        let chi = || {
            format!(
                "In {} of {} rows whose date of birth is real both ways, it has day and month in each other's place beside its \
                 CHI number ({})",
                number(swapped),
                number(both_ways),
                self.swapped_lines.words(swapped)
            )
        };
        let seen: Vec<String> = [by_days.then(days), by_chi.then(chi)].into_iter().flatten().collect();
        (!seen.is_empty()).then(|| Suspicion::new(SuspicionKind::MonthFirst, seen.join(". ")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn order(day_first: u64, month_first: u64, either: u64, chi: [u64; 2]) -> bool {
        let [as_in_chi, swapped_in_chi] = chi;
        let order = DateOrder { day_first, month_first, either, as_in_chi, swapped_in_chi, ..DateOrder::default() };
        order.suspicion().is_some()
    }

    #[test]
    fn an_order_needs_a_sign_and_nothing_that_speaks_against_it() {
        assert!(!order(0, 0, 200, [0, 0]), "all can be read both ways, and nothing shows which");
        assert!(order(0, 1, 2, [0, 0]) && order(0, 60, 40, [0, 0]));
        assert!(!order(0, 1, 1, [0, 0]), "two dates show no order");
        assert!(!order(0, 60, 0, [0, 0]), "nothing is read that may be another date");
        assert!(!order(1, 9, 40, [0, 0]) && !order(600, 9, 400, [0, 0]), "slips of single rows");
        assert!(!order(200, 10, 400, [0, 0]) && order(189, 10, 400, [0, 0]), "two files in one");
    }

    #[test]
    fn the_chi_numbers_beside_the_dates_show_their_order() {
        assert!(!order(0, 0, 2, [0, 2]) && order(0, 0, 3, [0, 3]) && order(0, 0, 6, [3, 3]));
        assert!(!order(0, 0, 7, [4, 3]) && !order(0, 0, 100, [90, 10]) && order(0, 0, 100, [89, 11]));
        assert!(!order(600, 0, 400, [392, 8]), "as many as are mistyped anywhere");
    }
}
