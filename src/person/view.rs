//! A record whose text lies elsewhere: in the row of a file that is being read, or in an owned record.
//!
//! Millions of rows pass from a file to the linkage engine, and an owned record costs each of them a dozen allocations.
//! So a row is read into a view of itself; whoever keeps it makes a record of it.

use std::borrow::Cow;

use super::record::chi_findings;
use super::{Chi, ChiRecord, ChiStatus, Details, Finding, Holding, MosaicId, MosaicRecord, PartialDate, Sex, name};

/// The fields of [`Details`], not owned.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DetailsView<'a> {
    /// Surname, as given.
    pub surname: &'a str,
    /// A previous or birth surname.
    pub previous_surname: &'a str,
    /// First forename.
    pub forename: &'a str,
    /// Second and further forenames.
    pub second_forename: &'a str,
    /// The name the person is known by.
    pub known_as: &'a str,
    /// Sex as recorded.
    pub sex: Sex,
    /// Date of birth.
    pub birth: Option<PartialDate>,
    /// Date of death.
    pub death: Option<PartialDate>,
    /// Died, and no day that could be read.
    pub deceased: bool,
    /// Address lines without the postcode, in order, empty lines left out. A line may have been put together.
    pub address: Vec<Cow<'a, str>>,
    /// Postcode as given.
    pub postcode: Cow<'a, str>,
}

impl DetailsView<'_> {
    /// The details, owned.
    pub fn to_details(&self) -> Details {
        Details {
            surname: self.surname.to_owned(),
            previous_surname: self.previous_surname.to_owned(),
            forename: self.forename.to_owned(),
            second_forename: self.second_forename.to_owned(),
            known_as: self.known_as.to_owned(),
            sex: self.sex,
            birth: self.birth,
            death: self.death,
            deceased: self.deceased,
            address: self.address.iter().map(|line| line.clone().into_owned()).collect(),
            postcode: self.postcode.clone().into_owned(),
        }
    }

    /// What the details alone tell: dates in part or estimated, a placeholder for a name, a name in a wrong encoding.
    fn findings(&self) -> impl Iterator<Item = Finding> {
        let partial = [self.birth, self.death].into_iter().flatten().any(|date| !date.is_whole());
        let placeholder = [self.surname, self.forename].into_iter().any(name::is_placeholder);
        let names = [self.surname, self.previous_surname, self.forename, self.second_forename, self.known_as];
        let garbled = names.into_iter().any(name::is_garbled);
        [
            (self.birth.is_some_and(|birth| birth.is_estimate()), Finding::EstimatedDate),
            (partial, Finding::PartialDate),
            (placeholder, Finding::PlaceholderName),
            (garbled, Finding::GarbledName),
        ]
        .into_iter()
        .filter_map(|(found, finding)| found.then_some(finding))
    }
}

impl Details {
    /// The details, not owned.
    pub fn view(&self) -> DetailsView<'_> {
        DetailsView {
            surname: &self.surname,
            previous_surname: &self.previous_surname,
            forename: &self.forename,
            second_forename: &self.second_forename,
            known_as: &self.known_as,
            sex: self.sex,
            birth: self.birth,
            death: self.death,
            deceased: self.deceased,
            address: self.address.iter().map(|line| Cow::Borrowed(line.as_str())).collect(),
            postcode: Cow::Borrowed(&self.postcode),
        }
    }
}

/// The fields of a [`MosaicRecord`], not owned but for the id, which exists only once checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MosaicView<'a> {
    /// Mosaic's own id of the person.
    pub id: MosaicId,
    /// The person's identifiers.
    pub details: DetailsView<'a>,
    /// The CHI field exactly as Mosaic gave it.
    pub chi_given: &'a str,
    /// The CHI, where the field holds a valid one.
    pub chi: Option<Chi>,
    /// Context or team, as given.
    pub context: &'a str,
    /// Restricted person.
    pub restricted: bool,
    /// When Mosaic last changed the record, as given.
    pub changed_given: &'a str,
    /// The day of that, where it could be read.
    pub changed: Option<PartialDate>,
    /// What the extract says of finance and care packages.
    pub holds: Vec<Holding>,
}

impl MosaicView<'_> {
    /// The record, owned.
    pub fn to_record(&self) -> MosaicRecord {
        MosaicRecord {
            id: self.id.clone(),
            details: self.details.to_details(),
            chi_given: self.chi_given.to_owned(),
            chi: self.chi,
            context: self.context.to_owned(),
            restricted: self.restricted,
            changed_given: self.changed_given.to_owned(),
            changed: self.changed,
            holds: self.holds.clone(),
        }
    }

    /// The findings of [`MosaicRecord::findings`].
    pub fn findings(&self) -> impl Iterator<Item = Finding> {
        let chi = self.chi.iter().flat_map(|chi| chi_findings(chi, self.details.birth, self.details.sex));
        chi.chain(self.details.findings())
    }
}

impl MosaicRecord {
    /// The record, not owned.
    pub fn view(&self) -> MosaicView<'_> {
        MosaicView {
            id: self.id.clone(),
            details: self.details.view(),
            chi_given: &self.chi_given,
            chi: self.chi,
            context: &self.context,
            restricted: self.restricted,
            changed_given: &self.changed_given,
            changed: self.changed,
            holds: self.holds.clone(),
        }
    }
}

/// The fields of a [`ChiRecord`], not owned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChiView<'a> {
    /// The CHI number of this row.
    pub chi: Chi,
    /// The person's identifiers.
    pub details: DetailsView<'a>,
    /// What CHI says of the number.
    pub status: ChiStatus,
    /// The person's current CHI (the UPI), where the extract names one.
    pub upi: Option<Chi>,
}

impl ChiView<'_> {
    /// The record, owned.
    pub fn to_record(&self) -> ChiRecord {
        ChiRecord { chi: self.chi, details: self.details.to_details(), status: self.status, upi: self.upi }
    }

    /// The findings of [`ChiRecord::findings`].
    pub fn findings(&self) -> impl Iterator<Item = Finding> {
        chi_findings(&self.chi, self.details.birth, self.details.sex).chain(self.details.findings())
    }
}

impl ChiRecord {
    /// The record, not owned.
    pub fn view(&self) -> ChiView<'_> {
        ChiView { chi: self.chi, details: self.details.view(), status: self.status, upi: self.upi }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::super::{Carried, HoldingKind};
    use super::*;

    #[test]
    fn a_view_of_a_record_makes_the_record_again() {
        let details = Details {
            surname: "McKie".into(),
            previous_surname: "Kerr".into(),
            forename: "Senga".into(),
            second_forename: "Ann".into(),
            known_as: "Agnes".into(),
            sex: Sex::Female,
            birth: PartialDate::whole(1985, 4, 19),
            death: PartialDate::whole(2020, 1, 1),
            deceased: true,
            address: vec!["Flat 2/1".into(), "40 High Street".into()],
            postcode: "DG1 2AB".into(),
        };
        let mosaic = MosaicRecord {
            id: MosaicId::parse("00123").unwrap(),
            details: details.clone(),
            chi_given: "'0101011237".into(),
            chi: Chi::parse("0101011237").ok(),
            context: "Adult".into(),
            restricted: true,
            changed_given: "31/10/2026 09:15".into(),
            changed: PartialDate::whole(2026, 10, 31),
            holds: vec![Holding { what: HoldingKind::Invoices, says: Carried::Yes }],
        };
        assert_eq!(mosaic.view().to_record(), mosaic);
        let chi = Chi::parse("0101011237").unwrap();
        let record = ChiRecord { chi, details, status: ChiStatus::Historical, upi: Some(chi) };
        assert_eq!(record.view().to_record(), record);
    }
}
