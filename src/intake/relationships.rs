//! A row to a relationship of two people in Mosaic.

use csv::StringRecord;

use super::person_columns::{Named, id_text, text};
use super::{Field, Mapping, Reject};
use crate::person::{Finding, MosaicId, PartialDate, Relationship, date};

/// The columns of a file of relationships.
pub(crate) struct RelationshipColumns {
    named: Named,
    one: Option<usize>,
    other: Option<usize>,
    what: Option<usize>,
    began: Option<usize>,
    ended: Option<usize>,
}

impl RelationshipColumns {
    /// The columns as they are mapped.
    pub fn of(mapping: &Mapping) -> Self {
        Self {
            named: Named::by(mapping, &[Field::Id]),
            one: mapping.get(Field::Id),
            other: mapping.get(Field::OtherId),
            what: mapping.get(Field::Relationship),
            began: mapping.get(Field::Began),
            ended: mapping.get(Field::Ended),
        }
    }

    /// What a row says. Whether its people are known, only the workspace can tell.
    pub fn read(&self, row: &StringRecord, findings: &mut Vec<Finding>) -> Result<Relationship, Reject> {
        if self.named.is_headings(row) {
            return Err(Reject::HeadingsAgain);
        }
        let (one, other) = (id(id_text(row, self.one))?, id(id_text(row, self.other))?);
        if one == other {
            return Err(Reject::RelatedToSelf);
        }
        let what = text(row, self.what).to_owned();
        if what.is_empty() {
            findings.push(Finding::RelationshipNotSaid);
        }
        let began = day(text(row, self.began), findings);
        let ended = day(text(row, self.ended), findings);
        Ok(Relationship { one, other, what, began, ended })
    }
}

fn id(text: &str) -> Result<MosaicId, Reject> {
    if text.is_empty() {
        return Err(Reject::NoId);
    }
    MosaicId::parse(text).ok_or_else(|| Reject::id(text))
}

/// A date of a relationship: one that stands for "unknown" (an open end is often written 31/12/9999) is none.
fn day(text: &str, findings: &mut Vec<Finding>) -> Option<PartialDate> {
    match date::read(text) {
        date::Reading::Date(date) => Some(date),
        date::Reading::Missing | date::Reading::Sentinel => None,
        date::Reading::Unreadable if text.contains("9999") => None,
        date::Reading::Unreadable => {
            findings.push(Finding::UnreadableDate);
            None
        }
        date::Reading::Swapped => {
            findings.push(Finding::SwappedDate);
            None
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::intake::Kind;

    fn read(row: [&str; 5]) -> Result<(Relationship, Vec<Finding>), Reject> {
        let headings = ["PersonID", "RelatedPersonID", "Relationship", "StartDate", "EndDate"].map(str::to_owned);
        let columns = RelationshipColumns::of(&Mapping::guess(Kind::Relationships, &headings));
        let mut findings = Vec::new();
        columns.read(&StringRecord::from(row.to_vec()), &mut findings).map(|it| (it, findings))
    }

    #[test]
    fn a_relationship_is_read_with_its_time() {
        let (it, findings) = read(["00123", "200456", " Mother ", "19/04/1985", "31/12/9999"]).unwrap();
        assert_eq!((it.one.as_str(), it.other.as_str(), &*it.what), ("00123", "200456", "Mother"));
        assert_eq!((it.began, it.ended), (PartialDate::whole(1985, 4, 19), None));
        assert_eq!(findings, []);
    }

    #[test]
    fn what_cannot_be_read_is_noticed_and_the_row_is_kept() {
        let (it, findings) = read(["1", "2", "", "soon", ""]).unwrap();
        assert_eq!((it.began, &*it.what), (None, ""));
        assert_eq!(findings, [Finding::RelationshipNotSaid, Finding::UnreadableDate]);
    }

    #[test]
    fn a_row_without_two_people_is_refused() {
        assert_eq!(read(["1", "", "Son", "", ""]).unwrap_err(), Reject::NoId);
        assert_eq!(read(["1", "1", "Son", "", ""]).unwrap_err(), Reject::RelatedToSelf);
        assert_eq!(read(["1", "a b", "Son", "", ""]).unwrap_err(), Reject::IdNotInAlphabet);
    }
}
