//! When Mosaic last changed a record, and what the record carries of finance and care packages: columns of a row that say
//! nothing about who the person is.

use super::person_columns::{Cells, text};
use super::{Field, Mapping};
use crate::person::{Carried, Finding, Holding, HoldingKind, PartialDate, date};

/// The columns of one row.
pub(crate) struct CareColumns {
    changed: Option<usize>,
    holds: Vec<(HoldingKind, usize)>,
}

impl CareColumns {
    /// The columns as they are mapped.
    pub fn of(mapping: &Mapping) -> Self {
        let holds = HoldingKind::ALL.into_iter().filter_map(|what| Some((what, mapping.get(column_of(what))?)));
        Self { changed: mapping.get(Field::LastChanged), holds: holds.collect() }
    }

    /// When the record was last changed: as given, and the day of it.
    pub fn changed<'r>(&self, row: &'r impl Cells, findings: &mut Vec<Finding>) -> (&'r str, Option<PartialDate>) {
        let given = text(row, self.changed);
        (given, read_changed(given, findings))
    }

    /// What the row says of finance and care packages, column by column; what is empty is left out.
    pub fn holds(&self, row: &impl Cells, findings: &mut Vec<Finding>) -> Vec<Holding> {
        let mut holds = Vec::new();
        for (what, column) in &self.holds {
            let Some(says) = Carried::parse(text(row, Some(*column))) else { continue };
            if matches!(says, Carried::Unclear(_)) {
                findings.push(Finding::UnclearHolding);
            }
            holds.push(Holding { what: *what, says });
        }
        holds
    }
}

/// The field that a column of finance or care packages is mapped as.
fn column_of(what: HoldingKind) -> Field {
    match what {
        HoldingKind::CarePackages => Field::CarePackages,
        HoldingKind::Finance => Field::Finance,
        HoldingKind::Invoices => Field::Invoices,
        HoldingKind::Payees => Field::Payees,
        HoldingKind::ChargePeriods => Field::ChargePeriods,
        HoldingKind::PersonalBudget => Field::PersonalBudget,
    }
}

/// The day on which a record was last changed. Its time of day does not matter and is taken off first: unlike a date of birth
/// such a moment is meant to have one, in UTC or not.
fn read_changed(text: &str, findings: &mut Vec<Finding>) -> Option<PartialDate> {
    if text.is_empty() {
        return None;
    }
    let day = |text: &str| match date::read(text) {
        date::Reading::Date(date) if date.is_whole() => Some(date),
        _ => None,
    };
    let without_time = || {
        let end = text.find(|c: char| c == 'T' || c.is_whitespace())?;
        let time = text[end + 1..].trim_start();
        (time.starts_with(|c: char| c.is_ascii_digit()) && time.contains(':')).then(|| &text[..end])
    };
    let found = without_time().map_or_else(|| day(text), day).or_else(|| day(text));
    if found.is_none() && !matches!(date::read(text), date::Reading::Missing) {
        findings.push(Finding::UnreadableChanged);
    }
    found
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::intake::person_columns::tests::mosaic;

    #[test]
    fn the_day_of_the_last_change_is_read_and_what_is_none_is_noticed_and_kept() {
        for (given, day) in [
            ("31/10/2026", true),
            ("2026-10-31 14:02:11", true),
            ("2026-10-31T23:02:11Z", true),
            ("31 Oct 2026 14:02", true),
            ("31/10/2026 00:00", true),
            ("2026-10", false),
            ("01/01/1900", false),
            ("yesterday", false),
        ] {
            let (record, findings) = mosaic(&["PersonID", "Surname", "Last Updated"], &["1", "Kerr", given]);
            assert_eq!(record.changed, PartialDate::whole(2026, 10, 31).filter(|_| day), "{given}");
            assert_eq!(record.changed_given, given);
            assert_eq!(findings, if day { vec![] } else { vec![Finding::UnreadableChanged] }, "{given}");
        }
        assert_eq!(mosaic(&["PersonID", "Surname", "Last Updated"], &["1", "Kerr", ""]).1, []);
    }

    #[test]
    fn each_column_of_finance_and_care_packages_is_kept_and_an_unclear_one_noticed() {
        let headings = ["PersonID", "Surname", "CarePackages", "HasFinance", "Invoices", "PersonalBudget"];
        let (record, findings) = mosaic(&headings, &["1", "Kerr", "2", "N", "", "see notes"]);
        let said: Vec<String> = record.holds.iter().map(Holding::words).collect();
        assert_eq!(said, ["care packages: 2", "finance: no", "personal budget: “see notes”"]);
        assert_eq!(record.carries().count(), 2, "what is unclear may be carried");
        assert_eq!(findings, [Finding::UnclearHolding]);
        assert_eq!(mosaic(&["PersonID", "Surname"], &["1", "Kerr"]).0.holds, []);
    }
}
